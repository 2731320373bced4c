//! What stands in the cells of tables and the items of lists: the same in CSV, Markdown and workbooks.

use std::cmp::Reverse;

use super::told;
use crate::evaluation::{Evaluation, Finding, Standing};
use crate::lang::Lang;
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
    finding.deciding.iter().map(move |fact| format!("{}={}", fact.pointer, told::value(fact, lang)))
}

/// `facts.json:12:5`
pub(super) fn place_in(file: &str, finding: &Finding) -> String {
    told::place(finding).map_or_else(String::new, |place| format!("{file}:{}:{}", place.line, place.column))
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
