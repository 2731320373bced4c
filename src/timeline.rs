//! Every date on which a verdict turns, while the answers stay what they are.
//!
//! What is listed is what a daily run would find; days on which no verdict can turn are passed over.

use indexmap::IndexSet;
use serde::Serialize;

use crate::engine::{Document, Engine, EvaluateError};
use crate::evaluation::{Citation, Fact, Finding, Standing, Subject};
use crate::lang::{Text, text};
use crate::value::Day;
use crate::words::{Inapplicable, Verdict};

/// The name of the format.
pub const FORMAT: &str = "jobun.timeline";

/// Its version; it grows when a reader of the old one would be wrong.
pub const VERSION: u32 = 1;

/// The dates on which verdicts turn.
#[derive(Clone, Debug, Serialize)]
pub struct Timeline {
    /// [`FORMAT`]
    pub format: &'static str,
    /// [`VERSION`]
    pub version: u32,
    /// The organization, where the facts name it.
    pub organization: Option<String>,
    /// First day.
    pub from: Day,
    /// Last day.
    pub to: Day,
    /// The days, in order.
    pub turns: Vec<Turn>,
}

/// One verdict that turns.
#[derive(Clone, Debug, Serialize)]
pub struct Turn {
    /// The first day of the new verdict.
    pub on: Day,
    /// The rule.
    pub rule: String,
    /// Its pack.
    pub pack: String,
    /// The compliant state, in a line.
    pub title: Text,
    /// The provisions that asked for it.
    pub citations: Vec<Citation>,
    /// What it is about.
    pub subject: Option<Subject>,
    /// How it counts.
    pub standing: Standing,
    /// The verdict of the day before.
    pub before: Verdict,
    /// The verdict from this day.
    pub after: Verdict,
    /// Why.
    pub because: Text,
    /// The facts behind the new verdict.
    pub deciding: Vec<Fact>,
}

/// Judges `facts` on each day from `from` to `to` and tells what turned since the day before.
pub fn timeline(engine: &Engine, facts: &Document<'_>, from: Day, to: Day) -> Result<Timeline, EvaluateError> {
    let mut turns = Vec::new();
    let mut days = engine.days(facts, from)?;
    while let Some(day) = days.stable_until().filter(|day| *day <= to) {
        let turned_rules = days.move_to(day)?;
        if let (false, Some(yesterday)) = (turned_rules.is_empty(), day.plus_days(-1)) {
            let on = |day| engine.findings_of_all(&turned_rules, facts, day);
            turns.extend(turned(&on(yesterday), &on(day), day));
        }
    }
    let organization = facts.facts().organization();
    let mut timeline = Timeline { format: FORMAT, version: VERSION, organization, from, to, turns };
    timeline.texts_of_answers(&mut engine.hiding());
    Ok(timeline)
}

impl Timeline {
    /// Every text in which answers may stand, to be looked at or changed.
    pub fn texts_of_answers(&mut self, look: &mut dyn FnMut(&mut String)) {
        self.organization.iter_mut().for_each(&mut *look);
        for turn in &mut self.turns {
            turn.subject.iter_mut().for_each(|subject| subject.texts_of_answers(look));
            [&mut turn.because.ja, &mut turn.because.en].into_iter().for_each(&mut *look);
            turn.deciding.iter_mut().for_each(|fact| fact.texts_of_answers(look));
        }
    }
}

/// What turned between the findings of the day before and those of the day `on`, of the same rules over the same
/// facts.
fn turned(before: &[Finding], after: &[Finding], on: Day) -> Vec<Turn> {
    let same = |a: &Finding, b: &Finding| {
        let id = |finding: &Finding| finding.subject.as_ref().map(|subject| subject.id.clone());
        a.rule == b.rule && id(a) == id(b)
    };
    let pairs = before.iter().zip(after).filter(|(a, b)| same(a, b) && a.verdict != b.verdict);
    let mut turns: Vec<Turn> = pairs.map(|(a, b)| turn(a, b, on)).collect();
    // Where a rule has other subjects than the day before, each is told on its own.
    let moved = |all: &[Finding], other: &[Finding]| -> Vec<Finding> {
        all.iter().filter(|finding| !other.iter().any(|other| same(finding, other))).cloned().collect()
    };
    if before.len() != after.len() || !before.iter().zip(after).all(|(a, b)| same(a, b)) {
        turns.clear();
        for a in before {
            if let Some(b) = after.iter().find(|b| same(a, b)).filter(|b| a.verdict != b.verdict) {
                turns.push(turn(a, b, on));
            }
        }
        for gone in moved(before, after) {
            turns.push(Turn { after: Verdict::NotApplicable, ..turn(&gone, &gone, on) });
        }
        for new in moved(after, before) {
            turns.push(Turn { before: Verdict::NotApplicable, ..turn(&new, &new, on) });
        }
    }
    turns
}

fn turn(before: &Finding, after: &Finding, on: Day) -> Turn {
    Turn {
        on,
        rule: after.rule.clone(),
        pack: after.pack.clone(),
        title: after.title.clone(),
        citations: after.citations.clone(),
        subject: after.subject.clone(),
        standing: after.standing,
        before: before.verdict,
        after: after.verdict,
        because: because(before, after, on),
        deciding: after.deciding.clone(),
    }
}

fn because<'f>(before: &'f Finding, after: &'f Finding, on: Day) -> Text {
    if after.standing == Standing::RollUp {
        // What a sum names on both days did not turn, unless it turned from bad to worse.
        let only = |one: &'f [String], other: &'f [String]| one.iter().filter(|rule| !other.contains(rule));
        let mut turned: Vec<&str> = only(&after.because, &before.because)
            .chain(only(&before.because, &after.because))
            .map(String::as_str)
            .collect();
        if turned.is_empty() {
            turned.extend(after.because.iter().map(String::as_str));
        }
        turned.truncate(3);
        return text!("まとめたルールの判定が変わった：{}", "a rule it sums up turned: {}", turned.join(" "));
    }
    let outside = |finding: &Finding| finding.reason == Some(Inapplicable::Validity);
    match (outside(before), outside(after)) {
        (true, false) => {
            return Text::new("条項が判定の対象となる期間に入った", "the provision came into its validity");
        }
        (false, true) => {
            return Text::new("条項が判定の対象となる期間を過ぎた", "the provision went out of its validity");
        }
        _ => {}
    }
    if let Some(due) = before.due_on.filter(|due| *due < on && after.verdict == Verdict::Fail) {
        return text!("期限の{}を過ぎた", "the last day, {}, has passed", due);
    }
    let late = |day: &Day| *day < on;
    let near: IndexSet<String> = after
        .deciding
        .iter()
        .chain(&before.deciding)
        .filter_map(|fact| Some((&fact.pointer, Day::parse(fact.value.as_str()?)?)))
        .filter(|(_, day)| *day == on || late(day) && day.days_until(on) == 1)
        .map(|(pointer, day)| format!("{pointer} = {day}"))
        .collect();
    if !near.is_empty() {
        let near: Vec<&str> = near.iter().map(String::as_str).take(2).collect();
        return text!("この日付に達した：{}", "this date was reached: {}", near.join(", "));
    }
    match (before.verdict, after.verdict) {
        (_, Verdict::NotApplicable) => Text::new("条件に当たらなくなった", "its condition no longer holds"),
        (Verdict::NotApplicable, _) => Text::new("条件に当たるようになった", "its condition holds from now on"),
        _ => Text::new("日数の計算により判定が変わった", "the days counted from the facts turned it"),
    }
}
