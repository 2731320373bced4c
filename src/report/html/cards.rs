//! A card for each finding that asks for something, and a line for each that has no card.

use serde::Serialize;

use super::reading::Reading;
use super::related::{self, RelatedGroup, RelationCount};
use super::said::{
    GRAVEST_FIRST, Sign, code, distance, locators, long_day, pips, quoted, rank, shortened, subject_label,
};
use crate::evaluation::{Citation, DeadlineInfo, Fact, Finding, Group, MissingFact, Standing};
use crate::lang::Text;
use crate::report::phrases;
use crate::value::Day;
use crate::words::{DeadlineState, Relation, SourceStatus, Verdict};

/// A part of the page with cards.
#[derive(Clone, Copy)]
pub(super) struct Section {
    /// What the ids of its cards begin with.
    prefix: &'static str,
    /// How many findings have a card; the others have a line.
    most: usize,
}

pub(super) const FAILURES: Section = Section { prefix: "f", most: 100 };
pub(super) const ERRORS: Section = Section { prefix: "e", most: 100 };
/// What is unknown is asked for in a section of its own.
pub(super) const UNKNOWNS: Section = Section { prefix: "u", most: 40 };
pub(super) const OTHERS: Section = Section { prefix: "o", most: 12 };
pub(super) const ADVICE: Section = Section { prefix: "a", most: 12 };

impl Section {
    /// The id of the card of the finding after `n` others, if it has one.
    pub(super) fn anchor(self, n: usize) -> Option<String> {
        (n < self.most).then(|| format!("{}{}", self.prefix, n + 1))
    }
}

/// How many facts a card shows; the JSON has them all.
const MAX_FACTS: usize = 12;

/// How many missing facts a line shows.
const MAX_MISSING: usize = 3;

/// How many characters of an answer are shown.
const MAX_VALUE: usize = 200;

/// The findings of a section.
#[derive(Serialize)]
pub(super) struct Cards<'e> {
    pub(super) n: usize,
    pub(super) cards: Vec<Card<'e>>,
    briefs: Vec<Brief<'e>>,
    rest: Text,
}

/// A finding with all that bears on it.
#[derive(Serialize)]
pub(super) struct Card<'e> {
    #[serde(flatten)]
    sign: Sign,
    pub(super) anchor: String,
    pack: &'e str,
    category: char,
    category_label: Text,
    severity: Text,
    pips: &'static str,
    modality: Text,
    /// How strong it is, where it is no duty.
    binding: Option<Text>,
    addressee: Text,
    about: Option<Text>,
    title: &'e Text,
    pack_title: Text,
    source: Text,
    number: Option<&'e str>,
    draft: bool,
    version: Option<Day>,
    articles: Vec<Article<'e>>,
    subject: Option<CardSubject>,
    /// Where its subject stands, or the file of the facts.
    place: String,
    message: &'e Text,
    remedy: Option<&'e Text>,
    facts: Vec<FactLine<'e>>,
    facts_more: usize,
    applies: Vec<FactLine<'e>>,
    applies_label: Text,
    missing: Vec<MissingLine<'e>>,
    missing_more: usize,
    deadlines: Vec<DeadlineLine>,
    related: Vec<RelatedGroup<'e>>,
    conflicts: Vec<RelatedGroup<'e>>,
    related_n: usize,
    related_counts: Vec<RelationCount>,
    error: Option<ErrorLine<'e>>,
    pub(super) rule: &'e str,
}

#[derive(Serialize)]
pub(super) struct Article<'e> {
    locator: &'e str,
    caption: &'e str,
    text: Option<&'e str>,
}

#[derive(Serialize)]
struct CardSubject {
    label: String,
    id: String,
}

#[derive(Serialize)]
struct FactLine<'e> {
    pointer: &'e str,
    spot: String,
    shown: Option<String>,
    question: Option<Text>,
}

#[derive(Serialize)]
struct MissingLine<'e> {
    pointer: &'e str,
    spot: String,
    question: Option<Text>,
}

#[derive(Serialize)]
pub(super) struct DeadlineLine {
    day: Text,
    state: Option<Text>,
    word: &'static str,
    distance: Option<Text>,
}

#[derive(Serialize)]
struct ErrorLine<'e> {
    message: &'e Text,
    place: String,
}

/// A finding in a line.
#[derive(Serialize)]
pub(super) struct Brief<'e> {
    #[serde(flatten)]
    sign: Sign,
    category: char,
    pack: &'e str,
    locators: String,
    title: &'e Text,
    subject: String,
    missing: Vec<&'e str>,
}

/// `findings` by verdict and severity; equals keep the order of the evaluation.
pub(super) fn gravest_first(mut findings: Vec<&Finding>) -> Vec<&Finding> {
    let gravity = |finding: &Finding| GRAVEST_FIRST.iter().position(|severity| *severity == finding.severity);
    findings.sort_by_key(|finding| (rank(finding.verdict), gravity(finding)));
    findings
}

/// The cards and lines of `findings`, in their order.
pub(super) fn cards<'e>(reading: &Reading<'e>, findings: &[&'e Finding], section: Section) -> Cards<'e> {
    let (shown, rest) = findings.split_at(findings.len().min(section.most));
    let anchors = (0..).map_while(|n| section.anchor(n));
    Cards {
        n: findings.len(),
        cards: shown.iter().zip(anchors).map(|(finding, anchor)| card(reading, finding, anchor)).collect(),
        briefs: rest.iter().map(|finding| brief(finding)).collect(),
        rest: phrases::REST_LINES.with(&[("n", &rest.len())]),
    }
}

impl<'e> Cards<'e> {
    /// The cards with what is related to them.
    pub(super) fn related(&mut self) -> impl Iterator<Item = (&str, &mut Vec<RelatedGroup<'e>>)> {
        self.cards.iter_mut().map(|card| (card.anchor.as_str(), &mut card.related))
    }
}

pub(super) fn brief(finding: &Finding) -> Brief<'_> {
    Brief {
        sign: Sign::of(finding.verdict),
        category: code(finding.category),
        pack: &finding.pack,
        locators: locators(finding),
        title: &finding.title,
        subject: subject_label(finding.subject.as_ref()),
        missing: finding.missing.iter().take(MAX_MISSING).map(|missing| missing.pointer.as_str()).collect(),
    }
}

fn card<'e>(reading: &Reading<'e>, finding: &'e Finding, anchor: String) -> Card<'e> {
    let source = reading.source(&finding.pack);
    let (facts, facts_more) = facts(finding, Group::Require);
    let (applies, applies_more) = self::facts(finding, Group::Applies);
    let applies_label = phrases::CARD_APPLIES.with(&[("n", &(applies.len() + applies_more))]);
    let remedy = (!finding.remedy.ja.is_empty() && finding.verdict != Verdict::Unknown).then_some(&finding.remedy);
    Card {
        sign: Sign::of(finding.verdict),
        anchor,
        pack: &finding.pack,
        category: code(finding.category),
        category_label: finding.category.text(),
        severity: finding.severity.text(),
        pips: pips(finding.severity),
        modality: finding.modality.text(),
        binding: (finding.standing == Standing::Advice).then(|| finding.binding.text()),
        addressee: finding.addressee.text(),
        about: finding.about.map(|about| about.text()),
        title: &finding.title,
        pack_title: reading.pack_title(&finding.pack, None),
        source: reading.source_title(&finding.pack),
        number: source.and_then(|source| source.number.as_deref()),
        draft: source.is_some_and(|source| source.status == SourceStatus::Draft),
        version: finding.citations.first().and_then(|cited| cited.version),
        articles: articles(finding),
        subject: subject(finding),
        place: finding
            .subject
            .as_ref()
            .map_or_else(|| reading.file().to_string(), |subject| reading.place(subject.line, subject.column)),
        message: &finding.message,
        remedy,
        facts,
        facts_more,
        applies,
        applies_label,
        missing: missing(finding),
        missing_more: finding.missing.len().saturating_sub(MAX_FACTS),
        deadlines: deadlines(reading.as_of(), finding),
        related: related::groups(reading, finding, |relation| relation != Relation::Conflicts),
        conflicts: related::groups(reading, finding, |relation| relation == Relation::Conflicts),
        related_n: finding.related.len(),
        related_counts: related::counts(finding),
        error: error(finding),
        rule: &finding.rule,
    }
}

pub(super) fn articles<'e>(finding: &'e Finding) -> Vec<Article<'e>> {
    let article =
        |cited: &'e Citation| Article { locator: &cited.locator, caption: &cited.caption, text: cited.text.as_deref() };
    finding.citations.iter().map(article).collect()
}

fn subject(finding: &Finding) -> Option<CardSubject> {
    finding.subject.as_ref().map(|subject| CardSubject {
        label: shortened(&subject.label, MAX_VALUE),
        id: shortened(&subject.id, MAX_VALUE),
    })
}

fn error(finding: &Finding) -> Option<ErrorLine<'_>> {
    finding.error.as_ref().map(|error| ErrorLine {
        message: &error.message,
        place: format!("{}:{}:{}", error.file, error.line, error.column),
    })
}

/// The first facts of a group, and how many more there are.
fn facts<'e>(finding: &'e Finding, group: Group) -> (Vec<FactLine<'e>>, usize) {
    let own: Vec<&Fact> = finding.deciding.iter().filter(|fact| fact.group == group).collect();
    let line = |fact: &&'e Fact| FactLine {
        pointer: &fact.pointer,
        spot: spot(fact.line, fact.column),
        shown: shown(fact),
        question: fact.question.as_ref().map(quoted),
    };
    (own.iter().take(MAX_FACTS).map(line).collect(), own.len().saturating_sub(MAX_FACTS))
}

/// Where in the facts; the card names the file once.
fn spot(line: u32, column: u32) -> String {
    format!("{line}:{column}")
}

/// The value as text; `None` where it is hidden.
fn shown(fact: &Fact) -> Option<String> {
    fact.shown().map(|value| shortened(&value, MAX_VALUE))
}

fn missing<'e>(finding: &'e Finding) -> Vec<MissingLine<'e>> {
    let line = |missing: &'e MissingFact| MissingLine {
        pointer: &missing.pointer,
        spot: spot(missing.line, missing.column),
        question: missing.question.as_ref().map(quoted),
    };
    finding.missing.iter().take(MAX_FACTS).map(line).collect()
}

/// The days of a finding; the day it is due only where no deadline says the same, and where it was missed if the
/// finding is a failure.
pub(super) fn deadlines(as_of: Day, finding: &Finding) -> Vec<DeadlineLine> {
    let line = |deadline: &DeadlineInfo| {
        let is_open = matches!(deadline.state, DeadlineState::Open | DeadlineState::Overdue);
        DeadlineLine {
            day: long_day(deadline.by),
            state: Some(deadline.state.text()),
            word: deadline.state.word(),
            distance: is_open.then(|| distance(as_of, deadline.by)),
        }
    };
    let due = finding.missed_or_due(as_of).filter(|due| !finding.deadlines.iter().any(|deadline| deadline.by == *due));
    let due = due.map(|due| DeadlineLine {
        day: long_day(due),
        state: None,
        word: if due < as_of { DeadlineState::Overdue } else { DeadlineState::Open }.word(),
        distance: Some(distance(as_of, due)),
    });
    finding.deadlines.iter().map(line).chain(due).collect()
}
