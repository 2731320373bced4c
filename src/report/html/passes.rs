//! What is met and what does not apply, a line for each rule.

use indexmap::IndexMap;
use serde::Serialize;

use super::reading::Reading;
use super::said::{code, locators, plain_day, subject_label};
use crate::evaluation::{Finding, Standing};
use crate::lang::Text;
use crate::report::phrases;
use crate::words::{Inapplicable, Verdict, Word};

/// How many subjects a met rule names.
const MAX_SUBJECTS_MET: usize = 30;

/// How many subjects a rule names that does not apply.
const MAX_SUBJECTS_OUT: usize = 10;

/// What is met of a pack.
#[derive(Serialize)]
pub(super) struct Met<'e> {
    pack: &'e str,
    title: &'e Text,
    n: usize,
    groups: Vec<SubjectGroup<'e>>,
}

/// What does not apply of a pack.
#[derive(Serialize)]
pub(super) struct Out<'e> {
    pack: &'e str,
    title: &'e Text,
    n: usize,
    reasons: Vec<Reason<'e>>,
}

#[derive(Serialize)]
struct Reason<'e> {
    label: Text,
    n: usize,
    groups: Vec<SubjectGroup<'e>>,
}

/// Rules that came to the same for the same subjects.
#[derive(Serialize)]
struct SubjectGroup<'e> {
    subjects: Vec<String>,
    more: Option<Text>,
    lines: Vec<RuleLine<'e>>,
}

#[derive(Serialize)]
struct RuleLine<'e> {
    category: char,
    locators: String,
    title: &'e Text,
    notes: Vec<Text>,
}

/// The findings of a pack that came to `verdict`; sums are left out, as the counts leave them out.
fn of_rules<'e>(reading: &Reading<'e>, pack: &str, verdict: Verdict) -> Vec<&'e Finding> {
    let is_sum = |finding: &Finding| finding.standing == Standing::RollUp;
    reading.findings(|finding| finding.pack == pack && finding.verdict == verdict && !is_sum(finding))
}

pub(super) fn met<'e>(reading: &Reading<'e>) -> Vec<Met<'e>> {
    let of_pack = reading.evaluation.packs.iter().map(|pack| {
        let own = of_rules(reading, &pack.id, Verdict::Pass);
        Met { pack: &pack.id, title: &pack.title, n: own.len(), groups: groups(&own, MAX_SUBJECTS_MET) }
    });
    of_pack.filter(|met| met.n > 0).collect()
}

pub(super) fn out<'e>(reading: &Reading<'e>) -> Vec<Out<'e>> {
    let of_pack = reading.evaluation.packs.iter().map(|pack| {
        let own = of_rules(reading, &pack.id, Verdict::NotApplicable);
        let reasons = Inapplicable::ALL.iter().map(|(reason, ..)| {
            let same: Vec<&Finding> = own.iter().copied().filter(|finding| finding.reason == Some(*reason)).collect();
            Reason { label: reason.text(), n: same.len(), groups: groups(&same, MAX_SUBJECTS_OUT) }
        });
        let reasons = reasons.filter(|reason| reason.n > 0).collect();
        Out { pack: &pack.id, title: &pack.title, n: own.len(), reasons }
    });
    of_pack.filter(|out| out.n > 0).collect()
}

/// A line for each rule, under the subjects that came to the same; rules without subjects first.
fn groups<'e>(findings: &[&'e Finding], most: usize) -> Vec<SubjectGroup<'e>> {
    let mut rules: IndexMap<&str, Vec<&'e Finding>> = IndexMap::new();
    for finding in findings {
        rules.entry(&finding.rule).or_default().push(finding);
    }
    let mut groups: IndexMap<Vec<String>, Vec<RuleLine<'e>>> = IndexMap::new();
    for found in rules.into_values() {
        let with_subject = found.iter().filter(|finding| finding.subject.is_some());
        let subjects = with_subject.map(|finding| subject_label(finding.subject.as_ref())).collect();
        groups.entry(subjects).or_default().extend(line(&found));
    }
    groups.sort_by_key(|subjects, _| !subjects.is_empty());
    groups.into_iter().map(|(subjects, lines)| group(subjects, lines, most)).collect()
}

fn group(mut subjects: Vec<String>, lines: Vec<RuleLine<'_>>, most: usize) -> SubjectGroup<'_> {
    let more = subjects.len().saturating_sub(most);
    subjects.truncate(most);
    SubjectGroup { subjects, more: (more > 0).then(|| phrases::SUBJECTS_MORE.with(&[("n", &more)])), lines }
}

/// One line for the findings of one rule that came to the same.
fn line<'e>(findings: &[&'e Finding]) -> Option<RuleLine<'e>> {
    let first = findings.first()?;
    let mut notes = Vec::new();
    let due = findings.iter().filter_map(|finding| finding.due_on).min();
    if let Some(due) = due.filter(|_| first.verdict == Verdict::Pass) {
        notes.push(phrases::NEXT_DUE.with(&[("day", &plain_day(due))]));
    }
    if findings.iter().any(|finding| !finding.vacuous.is_empty()) {
        notes.push(phrases::VACUOUS.text());
    }
    Some(RuleLine { category: code(first.category), locators: locators(first), title: &first.title, notes })
}
