//! Why a rule came to its verdict, as data: the expression with its values, part by part.

use serde::Serialize;

use crate::json::texts_of_value;
use crate::lang::Text;
use crate::words::Verdict;

/// One rule explained for each of its subjects.
#[derive(Clone, Debug, Serialize)]
pub struct Explanation {
    /// The rule.
    pub rule: String,
    /// For each subject.
    pub subjects: Vec<SubjectExplanation>,
    /// What would have to change, for each subject that is not met or open; empty where nobody asked.
    pub fixes: Vec<Fix>,
}

impl Explanation {
    /// Every text in which answers may stand, to be looked at or changed.
    pub fn texts_of_answers(&mut self, look: &mut dyn FnMut(&mut String)) {
        for subject in &mut self.subjects {
            look(&mut subject.subject);
            subject.parts.iter_mut().for_each(|part| part.tree.texts_of_answers(look));
        }
        self.fixes.iter_mut().for_each(|fix| fix.texts_of_answers(look));
    }
}

impl ExplainedNode {
    fn texts_of_answers(&mut self, look: &mut dyn FnMut(&mut String)) {
        let own = self.element.iter_mut().chain([&mut self.value.ja, &mut self.value.en]);
        own.chain(self.facts.iter_mut().flat_map(|(pointer, text)| [pointer, &mut text.ja, &mut text.en]))
            .for_each(&mut *look);
        // The text of a sum names the subjects of its parts.
        look(&mut self.text);
        self.parts.iter_mut().for_each(|part| part.texts_of_answers(look));
    }
}

impl Fix {
    /// Every text in which answers may stand, to be looked at or changed.
    pub fn texts_of_answers(&mut self, look: &mut dyn FnMut(&mut String)) {
        look(&mut self.subject);
        for change in self.changes.iter_mut().flatten() {
            look(&mut change.pointer);
            for value in change.from.iter_mut().chain([&mut change.to]) {
                texts_of_value(value, look);
            }
        }
        self.unchangeable.iter_mut().for_each(|fact| look(&mut fact.pointer));
        self.turns.iter_mut().for_each(|turn| look(&mut turn.subject));
    }
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

/// What would have to change for a rule to be met.
#[derive(Clone, Debug, Serialize)]
pub struct Fix {
    /// The ids of the elements, joined with `/`; empty for a rule without loops.
    pub subject: String,
    /// What it is now: `fail` or `unknown`.
    pub verdict: Verdict,
    /// The fewest changes with which the rule is met, judged again with them; `None` if none were found.
    pub changes: Option<Vec<Change>>,
    /// Facts that had a part and that no act of today can change: history, marked `x-fixed` in the vocabulary.
    pub unchangeable: Vec<Unchangeable>,
    /// What the changes would make of other findings.
    pub turns: Vec<Turn>,
    /// Whether every value worth trying was tried; else there may be fewer changes, or some where none were found.
    pub complete: bool,
}

/// A fact that would have to change.
#[derive(Clone, Debug, Serialize)]
pub struct Change {
    /// RFC 6901 pointer.
    pub pointer: String,
    /// Line of the value, or of the object it belongs into, from 1.
    pub line: u32,
    /// Column of the same, from 1.
    pub column: u32,
    /// What was asked.
    pub question: Option<Text>,
    /// The answer as it is; `None` if there is none, `null` if it may not be shown.
    pub from: Option<serde_json::Value>,
    /// The answer as it would have to be.
    pub to: serde_json::Value,
    /// Whether the answer as it is may not be shown.
    pub masked: bool,
}

/// A fact that no act of today can change.
#[derive(Clone, Debug, Serialize)]
pub struct Unchangeable {
    /// RFC 6901 pointer.
    pub pointer: String,
    /// What was asked.
    pub question: Option<Text>,
}

/// Another finding that would come out otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Turn {
    /// The rule.
    pub rule: String,
    /// The ids of the elements, joined with `/`; empty for a rule without loops.
    pub subject: String,
    /// What it is now.
    pub from: Verdict,
    /// What it would be.
    pub to: Verdict,
}
