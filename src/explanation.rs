//! Why a rule came to its verdict, as data: the expression with its values, part by part.

use serde::Serialize;

use crate::lang::Text;
use crate::words::Verdict;

/// One rule explained for each of its subjects.
#[derive(Clone, Debug, Serialize)]
pub struct Explanation {
    /// The rule.
    pub rule: String,
    /// For each subject.
    pub subjects: Vec<SubjectExplanation>,
}

/// One subject.
#[derive(Clone, Debug, Serialize)]
pub struct SubjectExplanation {
    /// The ids of the elements, joined with `/`; empty for a rule without loops.
    pub subject: String,
    /// The verdict.
    pub verdict: Verdict,
    /// The parts of the rule: `applies`, `require`, …
    pub parts: Vec<ExplainedPart>,
}

/// One part of a rule.
#[derive(Clone, Debug, Serialize)]
pub struct ExplainedPart {
    /// Its key in the policy.
    pub name: String,
    /// The expression.
    pub tree: ExplainedNode,
}

/// One sub-expression.
#[derive(Clone, Debug, Serialize)]
pub struct ExplainedNode {
    /// As written in the policy.
    pub text: String,
    /// The definition it opens, where it is a call of one.
    pub definition: Option<String>,
    /// The element a loop stands at.
    pub element: Option<String>,
    /// What it came to.
    pub value: Text,
    /// The facts read here: pointer and value.
    pub facts: Vec<(String, Text)>,
    /// Its parts.
    pub parts: Vec<ExplainedNode>,
}
