//! What to ask next: the unanswered facts of an evaluation, those first that would settle the most.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use serde::Serialize;

use crate::evaluation::{Certainty, Choice, Evaluation, Finding, MissingFact, Subject};
use crate::lang::Text;

/// A fact to ask for, and what waits for it.
#[derive(Clone, Debug, Serialize)]
pub struct Question {
    /// RFC 6901 pointer where the answer belongs.
    pub pointer: String,
    /// Line of the object it belongs into, from 1.
    pub line: u32,
    /// Column of that object, from 1.
    pub column: u32,
    /// The element of a list it is a fact of, as findings about that element call it.
    pub subject: Option<Subject>,
    /// What to ask.
    pub question: Option<Text>,
    /// The words that may be answered, where the vocabulary says what they mean to people.
    pub choices: Arc<[Choice]>,
    /// Whether it is certain to matter for one of the findings.
    pub certainty: Certainty,
    /// Open findings that miss nothing else: the answer settles them.
    pub settles: Vec<Waiting>,
    /// Open findings that miss other facts too.
    pub helps: Vec<Waiting>,
}

/// A finding that waits for an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Waiting {
    /// The rule.
    pub rule: String,
    /// The ids of the elements, joined with `/`.
    pub subject: Option<String>,
    /// The provisions it cites.
    pub locators: Vec<String>,
}

/// The provisions that wait, each once, in order.
pub fn locators(waiting: &[Waiting]) -> Vec<&str> {
    let mut seen = HashSet::new();
    let all = waiting.iter().flat_map(|waiting| &waiting.locators).map(String::as_str);
    all.filter(|locator| seen.insert(*locator)).collect()
}

/// Every missing fact once, each with the open binding duties that wait for it, all in the order of
/// the findings.
pub fn open_facts(evaluation: &Evaluation) -> Vec<(&MissingFact, Vec<&Finding>)> {
    let mut found: Vec<(&MissingFact, Vec<&Finding>)> = Vec::new();
    let mut places: HashMap<&str, usize> = HashMap::new();
    for finding in evaluation.findings.iter().filter(|finding| finding.is_open()) {
        for missing in &finding.missing {
            let at = *places.entry(&missing.pointer).or_insert_with(|| {
                found.push((missing, Vec::new()));
                found.len() - 1
            });
            found[at].1.push(finding);
        }
    }
    found
}

/// The elements of lists that findings are about, by their pointers.
pub struct Subjects<'e>(HashMap<&'e str, &'e Subject>);

impl<'e> Subjects<'e> {
    /// Those of `evaluation`. Of an element that findings call otherwise, what most of them call it, or else the first.
    pub fn of(evaluation: &'e Evaluation) -> Self {
        let mut called: HashMap<&str, Vec<(&Subject, usize)>> = HashMap::new();
        for subject in evaluation.findings.iter().filter_map(|finding| finding.subject.as_ref()) {
            let names = called.entry(&subject.pointer).or_default();
            match names.iter_mut().find(|(known, _)| known.label == subject.label) {
                Some((_, times)) => *times += 1,
                None => names.push((subject, 1)),
            }
        }
        let best = |names: Vec<(&'e Subject, usize)>| names.into_iter().rev().max_by_key(|(_, times)| *times);
        let best = called.into_iter().filter_map(|(pointer, names)| Some((pointer, best(names)?.0)));
        Subjects(best.collect())
    }

    /// The nearest element that the fact at `pointer` is in, if any finding is about it.
    pub fn around(&self, pointer: &str) -> Option<&'e Subject> {
        let mut above = pointer;
        while let Some((up, _)) = above.rsplit_once('/') {
            if let Some(subject) = self.0.get(up) {
                return Some(subject);
            }
            above = up;
        }
        None
    }
}

/// Whether the fact at `pointer` is certain to matter for one of `findings`.
pub fn certainty(pointer: &str, findings: &[&Finding]) -> Certainty {
    let is_confirmed = |missing: &MissingFact| missing.pointer == pointer && missing.certainty == Certainty::Confirmed;
    let confirmed = findings.iter().any(|finding| finding.missing.iter().any(is_confirmed));
    if confirmed { Certainty::Confirmed } else { Certainty::Possible }
}

/// The questions whose answers the open binding duties of `evaluation` wait for, the most useful
/// first: by how many findings the answer settles, then by how much it helps others (each shared
/// among the facts it misses), then in the order of the findings.
pub fn questions(evaluation: &Evaluation) -> Vec<Question> {
    let subjects = Subjects::of(evaluation);
    let mut weighed: Vec<(Question, f64)> = open_facts(evaluation)
        .into_iter()
        .map(|(missing, findings)| {
            let certainty = certainty(&missing.pointer, &findings);
            let (alone, shared): (Vec<&Finding>, Vec<&Finding>) =
                findings.into_iter().partition(|finding| finding.missing.len() == 1);
            let weight = shared.iter().map(|finding| 1.0 / finding.missing.len() as f64).sum();
            let question = Question {
                pointer: missing.pointer.clone(),
                line: missing.line,
                column: missing.column,
                subject: subjects.around(&missing.pointer).cloned(),
                question: missing.question.clone(),
                choices: missing.choices.clone(),
                certainty,
                settles: alone.into_iter().map(waiting).collect(),
                helps: shared.into_iter().map(waiting).collect(),
            };
            (question, weight)
        })
        .collect();
    // Stable, so that equals keep the order of the findings.
    weighed.sort_by(|(a, a_weight), (b, b_weight)| {
        b.settles.len().cmp(&a.settles.len()).then_with(|| b_weight.total_cmp(a_weight))
    });
    weighed.into_iter().map(|(question, _)| question).collect()
}

fn waiting(finding: &Finding) -> Waiting {
    Waiting {
        rule: finding.rule.clone(),
        subject: finding.subject.as_ref().map(|subject| subject.id.clone()),
        locators: finding.citations.iter().map(|citation| citation.locator.clone()).collect(),
    }
}
