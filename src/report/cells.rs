//! What stands in the cells of tables and the items of lists: the same in CSV, Markdown and workbooks.

use std::borrow::Cow;
use std::cmp::Reverse;

use super::phrases::{self, Phrase};
use crate::evaluation::{Evaluation, Fact, Finding, Group, Standing};
use crate::lang::{self, Lang};
use crate::words::{Severity, Verdict};

/// The provisions a finding cites.
pub(super) fn locators(finding: &Finding, between: &str) -> String {
    let locators: Vec<&str> = finding.citations.iter().map(|citation| citation.locator.as_str()).collect();
    locators.join(between)
}

/// Their headings, each once.
pub(super) fn captions(finding: &Finding, between: &str) -> String {
    let mut captions: Vec<&str> = Vec::new();
    for citation in &finding.citations {
        if !citation.caption.is_empty() && !captions.contains(&citation.caption.as_str()) {
            captions.push(&citation.caption);
        }
    }
    captions.join(between)
}

/// `/pointer=value` of each fact that decided.
pub(super) fn deciding(finding: &Finding, lang: Lang) -> impl Iterator<Item = String> {
    finding.deciding.iter().map(move |fact| format!("{}={}", fact.pointer, value(fact, lang)))
}

/// A value as it is read: words without quotes, everything else as JSON.
pub(super) fn value(fact: &Fact, lang: Lang) -> String {
    fact.shown().unwrap_or(Cow::Borrowed(lang::masked(lang))).into_owned()
}

/// The fact that decided first whether the rule is met; where none did, whether it applies.
pub(super) fn first_deciding(finding: &Finding) -> Option<&Fact> {
    finding.deciding.iter().find(|fact| fact.group == Group::Require).or(finding.deciding.first())
}

/// Line and column of what to look at: what is missing first, what decided first, or what the finding is about.
pub(super) fn place(finding: &Finding) -> Option<(u32, u32)> {
    let missing = finding.missing.first().map(|missing| (missing.line, missing.column));
    let decided = first_deciding(finding).map(|fact| (fact.line, fact.column));
    let subject = finding.subject.as_ref().map(|subject| (subject.line, subject.column));
    missing.or(decided).or(subject)
}

/// `facts.json:12:5`
pub(super) fn place_in(file: &str, finding: &Finding) -> String {
    place(finding).map_or_else(String::new, |(line, column)| format!("{file}:{line}:{column}"))
}

/// How a finding counts, as the JSON spells it.
pub(super) fn standing_word(standing: Standing) -> &'static str {
    match standing {
        Standing::Counted => "counted",
        Standing::Advice => "advice",
        Standing::AboutOther => "about_other",
        Standing::RollUp => "roll_up",
    }
}

/// How a finding counts, for people.
pub(super) fn standing(standing: Standing) -> Phrase {
    match standing {
        Standing::Counted => phrases::STANDING_COUNTED,
        Standing::Advice => phrases::STANDING_ADVICE,
        Standing::AboutOther => phrases::STANDING_ABOUT_OTHER,
        Standing::RollUp => phrases::STANDING_ROLL_UP,
    }
}

/// What a reader looks for, the most pressing first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Urgency {
    /// A binding duty of the organization that is not met.
    Failure,
    /// A rule that could not be worked out.
    Error,
    /// A binding duty of the organization that is open.
    Open,
    /// Another party's breach, or an open question about it.
    AboutOther,
    /// Advice that is not followed, or open.
    Advice,
    /// A sum of others that is not met, open, or could not be worked out.
    RollUp,
    /// Met.
    Met,
    /// Inapplicable.
    Inapplicable,
}

impl Urgency {
    pub(super) fn of(finding: &Finding) -> Self {
        match (finding.verdict, finding.standing) {
            (Verdict::Pass, _) => Urgency::Met,
            (Verdict::NotApplicable, _) => Urgency::Inapplicable,
            (_, Standing::RollUp) => Urgency::RollUp,
            (Verdict::Error, _) => Urgency::Error,
            (_, Standing::AboutOther) => Urgency::AboutOther,
            (_, Standing::Advice) => Urgency::Advice,
            (Verdict::Fail, Standing::Counted) => Urgency::Failure,
            (Verdict::Unknown, Standing::Counted) => Urgency::Open,
        }
    }
}

/// The findings, the most pressing and gravest first; otherwise in their order.
pub(super) fn worst_first(evaluation: &Evaluation) -> Vec<&Finding> {
    let mut findings: Vec<&Finding> = evaluation.findings.iter().collect();
    findings.sort_by_key(|finding| rank(finding));
    findings
}

fn rank(finding: &Finding) -> (Urgency, Reverse<Severity>) {
    let urgency = Urgency::of(finding);
    // What is met or does not concern anybody is not grave.
    let settled = matches!(urgency, Urgency::Met | Urgency::Inapplicable);
    (urgency, Reverse(if settled { Severity::Low } else { finding.severity }))
}
