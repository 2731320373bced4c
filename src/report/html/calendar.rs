//! What falls due in the next months, on a calendar and as a list.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::reading::Reading;
use super::said::{Sign, code, distance, locators, long_day, plain_day, subject_label};
use crate::evaluation::{DUE_SOON_DAYS, Finding, Standing};
use crate::lang::{self, Lang, Text};
use crate::report::phrases;
use crate::value::Day;
use crate::words::DeadlineState;

/// How many days ahead the calendar looks.
const DAYS: i64 = 90;

/// The months ahead.
#[derive(Serialize)]
pub(super) struct Calendar<'e> {
    pub(super) n: usize,
    /// How many of them are binding duties of the organization.
    pub(super) binding: usize,
    months: Vec<Month<'e>>,
    intro: Text,
    weekdays: Vec<Text>,
}

#[derive(Serialize)]
struct Month<'e> {
    label: Text,
    n: usize,
    count: Text,
    days: Vec<DueDay<'e>>,
    weeks: Vec<Vec<Option<Square>>>,
}

/// A day on which something falls due.
#[derive(Serialize)]
struct DueDay<'e> {
    iso: Day,
    day: Text,
    distance: Text,
    soon: bool,
    entries: Vec<Entry<'e>>,
}

#[derive(Serialize)]
struct Entry<'e> {
    #[serde(flatten)]
    sign: Sign,
    category: char,
    pack: &'e str,
    source: Text,
    locators: String,
    caption: &'e str,
    title: &'e Text,
    subject: String,
    note: Option<Text>,
}

/// A day of a month on paper.
#[derive(Serialize)]
struct Square {
    day: i8,
    iso: Day,
    n: usize,
    today: bool,
    out: bool,
}

pub(super) fn calendar<'e>(reading: &Reading<'e>) -> Calendar<'e> {
    let as_of = reading.as_of();
    let last = last_day(as_of);
    let mut due = due(reading, last);
    let n = due.values().map(Vec::len).sum();
    let binding = due.values().flatten().filter(|finding| finding.standing == Standing::Counted).count();
    let months = months(as_of, last).into_iter().map(|first| month(reading, first, last, &mut due)).collect();
    Calendar {
        n,
        binding,
        months,
        intro: phrases::CALENDAR_INTRO.with(&[("from", &plain_day(as_of)), ("to", &plain_day(last))]),
        weekdays: weekdays(),
    }
}

/// The last day the calendar looks at.
fn last_day(as_of: Day) -> Day {
    as_of.plus_days(DAYS).or_else(|| Day::new(9999, 12, 31)).unwrap_or(as_of)
}

/// What falls due from the day of the evaluation to `last`, by its day.
fn due<'e>(reading: &Reading<'e>, last: Day) -> BTreeMap<Day, Vec<&'e Finding>> {
    let mut found: BTreeMap<Day, Vec<&'e Finding>> = BTreeMap::new();
    for finding in reading.findings(|finding| finding.standing != Standing::RollUp) {
        for day in ahead(finding).into_iter().filter(|day| (reading.as_of()..=last).contains(day)) {
            found.entry(day).or_default().push(finding);
        }
    }
    found
}

/// The day a finding is due and the last days of its acts that are still to come, each once.
fn ahead(finding: &Finding) -> BTreeSet<Day> {
    let open = finding.deadlines.iter().filter(|deadline| deadline.state == DeadlineState::Open);
    open.map(|deadline| deadline.by).chain(finding.due_on).collect()
}

/// The first days of the months from `as_of` to `last`.
fn months(as_of: Day, last: Day) -> Vec<Day> {
    let (year, month, _) = as_of.ymd();
    let next = |first: &Day| first.plus_months(1);
    std::iter::successors(Day::new(year, month, 1), next).take_while(|first| *first <= last).collect()
}

/// A month, with what of `due` lies in it.
fn month<'e>(reading: &Reading<'e>, first: Day, last: Day, due: &mut BTreeMap<Day, Vec<&'e Finding>>) -> Month<'e> {
    let later = first.plus_months(1).map_or_else(BTreeMap::new, |next| due.split_off(&next));
    let own = std::mem::replace(due, later);
    let weeks = weeks(first, &own, reading.as_of(), last);
    let n = own.values().map(Vec::len).sum();
    Month {
        label: Text::new(lang::month(first, Lang::Ja), lang::month(first, Lang::En)),
        n,
        count: phrases::CALENDAR_COUNT.with(&[("n", &n)]),
        days: own.into_iter().map(|(day, findings)| due_day(reading, day, &findings)).collect(),
        weeks,
    }
}

fn due_day<'e>(reading: &Reading<'e>, day: Day, findings: &[&'e Finding]) -> DueDay<'e> {
    let as_of = reading.as_of();
    DueDay {
        iso: day,
        day: long_day(day),
        distance: distance(as_of, day),
        soon: as_of.days_until(day) <= DUE_SOON_DAYS,
        entries: findings.iter().map(|finding| entry(reading, finding)).collect(),
    }
}

fn entry<'e>(reading: &Reading<'e>, finding: &'e Finding) -> Entry<'e> {
    let note = match finding.standing {
        Standing::Advice => Some(phrases::ADVICE_TITLE.text()),
        Standing::AboutOther => Some(phrases::PLAN_OTHER.text()),
        Standing::Counted | Standing::RollUp => None,
    };
    Entry {
        sign: Sign::of(finding.verdict),
        category: code(finding.category),
        pack: &finding.pack,
        source: reading.pack_title(&finding.pack, None),
        locators: locators(finding),
        caption: finding.citations.first().map_or("", |cited| cited.caption.as_str()),
        title: &finding.title,
        subject: subject_label(finding.subject.as_ref()),
        note,
    }
}

/// The weeks of the month of `first`, Sunday first; `None` where a day belongs to another month.
fn weeks(first: Day, due: &BTreeMap<Day, Vec<&Finding>>, as_of: Day, last: Day) -> Vec<Vec<Option<Square>>> {
    let (year, month, _) = first.ymd();
    let mut squares: Vec<Option<Square>> = (0..first.weekday()).map(|_| None).collect();
    squares.extend((1..=31).filter_map(|day| Day::new(year, month, day)).map(|iso| {
        let n = due.get(&iso).map_or(0, Vec::len);
        Some(Square { day: iso.ymd().2, iso, n, today: iso == as_of, out: iso < as_of || iso > last })
    }));
    while !squares.len().is_multiple_of(7) {
        squares.push(None);
    }
    let mut weeks = Vec::new();
    while !squares.is_empty() {
        let rest = squares.split_off(7.min(squares.len()));
        weeks.push(std::mem::replace(&mut squares, rest));
    }
    weeks
}

fn weekdays() -> Vec<Text> {
    let short = |name: &str| name.chars().take(2).collect::<String>();
    let names = lang::weekdays(Lang::Ja).into_iter().zip(lang::weekdays(Lang::En));
    names.map(|(ja, en)| Text::new(ja, short(en))).collect()
}
