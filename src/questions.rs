//! What to ask next: the unanswered facts of an evaluation, those first that would settle the most.

use serde::Serialize;

use crate::evaluation::{Evaluation, Finding, MissingFact};
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
    /// What to ask.
    pub question: Option<Text>,
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

/// The questions whose answers the open binding duties of `evaluation` wait for, the most useful
/// first: by how many findings the answer settles, then by how much it helps others (each shared
/// among the facts it misses), then in the order of the findings.
pub fn questions(evaluation: &Evaluation) -> Vec<Question> {
    let mut found: Vec<(Question, f64)> = Vec::new();
    for finding in evaluation.findings.iter().filter(|finding| finding.is_open()) {
        for missing in &finding.missing {
            let at = match found.iter().position(|(question, _)| question.pointer == missing.pointer) {
                Some(at) => at,
                None => {
                    found.push((open(missing), 0.0));
                    found.len() - 1
                }
            };
            let (question, weight) = &mut found[at];
            if finding.missing.len() == 1 {
                question.settles.push(waiting(finding));
            } else {
                question.helps.push(waiting(finding));
                *weight += 1.0 / finding.missing.len() as f64;
            }
        }
    }
    // Stable, so that equals keep the order of the findings.
    found.sort_by(|(a, a_weight), (b, b_weight)| {
        b.settles.len().cmp(&a.settles.len()).then_with(|| b_weight.total_cmp(a_weight))
    });
    found.into_iter().map(|(question, _)| question).collect()
}

fn open(missing: &MissingFact) -> Question {
    Question {
        pointer: missing.pointer.clone(),
        line: missing.line,
        column: missing.column,
        question: missing.question.clone(),
        settles: Vec::new(),
        helps: Vec::new(),
    }
}

fn waiting(finding: &Finding) -> Waiting {
    Waiting {
        rule: finding.rule.clone(),
        subject: finding.subject.as_ref().map(|subject| subject.id.clone()),
        locators: finding.citations.iter().map(|citation| citation.locator.clone()).collect(),
    }
}
