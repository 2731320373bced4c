//! The facts a rule reads for one subject, with other answers in them.

use serde_json::{Map, Value};

use super::reads::{Places, Reads};
use crate::engine::{Document, Engine, Judgement, sum};
use crate::evaluation::Answer;
use crate::pointer;
use crate::value::Day;
use crate::words::Verdict;

/// How many bytes of facts a search may still read.
#[derive(Debug)]
pub struct Budget(usize);

impl Budget {
    /// A budget of `bytes`.
    pub fn new(bytes: usize) -> Self {
        Budget(bytes)
    }

    /// At most `bytes` of it, to be spent apart.
    pub fn part(&mut self, bytes: usize) -> Budget {
        let part = bytes.min(self.0);
        self.0 -= part;
        Budget(part)
    }

    /// One of `parts` equal parts of what is left of it, to be spent apart.
    pub fn share(&mut self, parts: usize) -> Budget {
        self.part(self.0 / parts.max(1))
    }

    /// Takes back what is left of a part.
    pub fn give_back(&mut self, part: Budget) {
        self.0 += part.0;
    }

    /// Takes what reading `bytes` costs; reading anything costs something.
    fn take(&mut self, bytes: usize) -> bool {
        match self.0.checked_sub(bytes + 256) {
            Some(left) => {
                self.0 = left;
                true
            }
            None => {
                self.0 = 0;
                false
            }
        }
    }

    /// Whether nothing more can be read.
    pub fn is_spent(&self) -> bool {
        self.0 == 0
    }
}

/// One rule and one subject under other answers. Pointers are those of [`Supposition::facts`].
pub struct Supposition<'s> {
    engine: &'s Engine,
    rule: usize,
    /// The day of the evaluation.
    pub as_of: Day,
    /// The ids of the subject, joined with `/`.
    subject: &'s str,
    /// The facts the rule reads.
    pub facts: Value,
    /// Where they stand in the document.
    pub places: Places,
}

/// What the rule comes to.
#[derive(Clone, Debug)]
pub struct Judged {
    /// The verdict; of several subjects, what their verdicts come to together.
    pub verdict: Verdict,
    /// Pointers of the facts an open verdict waits for.
    pub missing: Vec<String>,
    /// Pointers of the facts that decided.
    pub deciding: Vec<String>,
}

impl Judged {
    /// The verdict, where no fact can turn it any more and it is no error.
    pub fn decision(&self) -> Option<Verdict> {
        Some(self.verdict).filter(|verdict| !matches!(verdict, Verdict::Unknown | Verdict::Error))
    }
}

impl<'s> Supposition<'s> {
    /// The facts of `document` that the rule number `rule` reads for the subject with the ids `subject`,
    /// which stands at `at`.
    pub fn new(
        engine: &'s Engine,
        (rule, reads): (usize, &Reads),
        document: &Value,
        as_of: Day,
        (subject, at): (&'s str, &str),
    ) -> Self {
        let (facts, places) = reads.prune(&engine.vocabulary().schema, document, at);
        Supposition { engine, rule, as_of, subject, facts, places }
    }

    /// The same with `answers` in its facts.
    pub fn supposing(&self, answers: &[Answer]) -> Option<Self> {
        let Supposition { engine, rule, as_of, subject, .. } = *self;
        Some(Supposition { engine, rule, as_of, subject, facts: self.with(answers)?, places: self.places.clone() })
    }

    /// The facts with `answers` in them, in their order; `None` where one has no place.
    pub fn with(&self, answers: &[Answer]) -> Option<Value> {
        let mut facts = self.facts.clone();
        answers.iter().all(|answer| set(&mut facts, &answer.pointer, answer.value.clone())).then_some(facts)
    }

    /// What the rule comes to with `answers`; `None` if they make no valid document, or nothing more may be read.
    pub fn judge(&self, answers: &[Answer], budget: &mut Budget) -> Option<Judged> {
        self.judge_text(&self.with(answers)?.to_string(), budget)
    }

    /// Whether the whole document `whole` is valid with `answers` in it, whose pointers are its own.
    pub fn is_valid(&self, whole: &Value, answers: &[Answer], budget: &mut Budget) -> bool {
        let mut facts = whole.clone();
        let placed = answers.iter().all(|answer| set(&mut facts, &answer.pointer, answer.value.clone()));
        let text = facts.to_string();
        placed && budget.take(text.len()) && Document::named(self.engine, "", text.as_bytes()).is_ok()
    }

    fn judge_text(&self, text: &str, budget: &mut Budget) -> Option<Judged> {
        if !budget.take(text.len()) {
            return None;
        }
        let document = Document::named(self.engine, "", text.as_bytes()).ok()?;
        let judged = self.engine.judge(self.rule, &document, self.as_of);
        let own = |judged: &Judgement| {
            self.subject.is_empty()
                || judged
                    .subject
                    .strip_prefix(self.subject)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let own: Vec<Judgement> = judged.into_iter().filter(own).collect();
        let verdict = sum(|verdict| own.iter().any(|judged| judged.verdict == verdict));
        let mut all = Judged { verdict, missing: Vec::new(), deciding: Vec::new() };
        for judged in own.into_iter().filter(|judged| judged.verdict == verdict) {
            all.missing.extend(judged.missing);
            all.deciding.extend(judged.deciding);
        }
        Some(all)
    }
}

/// Puts `answer` at `pointer` of `facts`; objects on the way are made, elements of lists are not.
pub fn set(facts: &mut Value, pointer: &str, answer: Value) -> bool {
    let mut at = facts;
    for part in pointer::parts(pointer) {
        if at.is_null() {
            *at = Value::Object(Map::new());
        }
        let next = match at {
            Value::Object(members) => Some(members.entry(part).or_insert(Value::Null)),
            Value::Array(elements) => part.parse().ok().and_then(|index: usize| elements.get_mut(index)),
            _ => None,
        };
        match next {
            Some(next) => at = next,
            None => return false,
        }
    }
    *at = answer;
    true
}
