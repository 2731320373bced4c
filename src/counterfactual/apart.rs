//! Facts that tell two versions of a rule apart.

use std::collections::HashSet;

use serde_json::Value;

use super::reads::Reads;
use super::supposition::set;
use super::values::{Linked, Values};
use crate::engine::{Document, Engine};
use crate::evaluation::{Answer, Finding};
use crate::pointer;
use crate::schema::FactSchema;
use crate::types::Type;
use crate::value::Day;
use crate::words::Verdict;

/// How many values of one fact are tried together with those of another.
const PAIRED_VALUES: usize = 8;

/// What a search for such facts came to.
#[derive(Clone, Debug, PartialEq)]
pub enum Apart {
    /// With these answers the first version comes to the first verdict, the other to the second.
    By(Vec<Answer>, Verdict, Verdict),
    /// No document that was tried tells them apart: so many were, and whether that was all there were to try.
    NotFound {
        /// How many documents were judged.
        documents: usize,
        /// Whether all were tried that one or two other answers make.
        complete: bool,
    },
}

/// Looks for one or two other answers in `facts` that make the rule number 0 of the engines `a` and `b` differ
/// for the subject `subject`, which stands at `at`: in its verdict, or in the day due. At most `most` documents
/// are judged.
pub fn apart(a: &Engine, b: &Engine, facts: &Value, as_of: Day, (subject, at): (&str, &str), most: usize) -> Apart {
    let schema = &a.vocabulary().schema;
    let reads = Reads::both(Reads::of(a, 0), Reads::of(b, 0));
    let linked = Linked::of(schema, facts);
    let (pruned, _) = reads.prune(schema, facts, at);
    let values = Values::new(schema, &reads, &pruned, &linked, as_of);
    let mut search = Search { engines: [a, b], facts: &pruned, as_of, subject, documents: 0, most };
    let pointers = places(schema, &reads, &pruned);
    // Unanswered comes first: what misses a fact is decided by the others.
    let tried: Vec<Vec<Value>> =
        pointers.iter().map(|at| [vec![Value::Null], values.at(at, &pruned)].concat()).collect();
    for (at, tried) in pointers.iter().zip(&tried) {
        for value in tried {
            if let Some(found) = search.differ(&[(at, value)]) {
                return found;
            }
        }
    }
    let mut complete = true;
    for (first, (one, ones)) in pointers.iter().zip(&tried).enumerate() {
        for (two, twos) in pointers.iter().zip(&tried).skip(first + 1) {
            // An answer below another has no place of its own.
            if pointer::is_within(two, one) || pointer::is_within(one, two) {
                continue;
            }
            complete &= ones.len() <= PAIRED_VALUES && twos.len() <= PAIRED_VALUES;
            for a in ones.iter().take(PAIRED_VALUES) {
                for b in twos.iter().take(PAIRED_VALUES) {
                    if let Some(found) = search.differ(&[(one, a), (two, b)]) {
                        return found;
                    }
                }
            }
        }
    }
    Apart::NotFound { documents: search.documents, complete: complete && search.documents < most }
}

struct Search<'s> {
    engines: [&'s Engine; 2],
    facts: &'s Value,
    as_of: Day,
    subject: &'s str,
    documents: usize,
    most: usize,
}

impl Search<'_> {
    /// The two verdicts with `answers`, where they or the days due differ.
    fn differ(&mut self, answers: &[(&String, &Value)]) -> Option<Apart> {
        if self.documents >= self.most {
            return None;
        }
        let mut facts = self.facts.clone();
        if !answers.iter().all(|(at, value)| set(&mut facts, at, (*value).clone())) {
            return None;
        }
        let text = facts.to_string();
        let document = Document::named(self.engines[0], "", text.as_bytes()).ok()?;
        self.documents += 1;
        let own = |finding: &Finding| {
            let id = finding.subject.as_ref().map_or("", |subject| subject.id.as_str());
            self.subject.is_empty() || id == self.subject
        };
        let [a, b] = self.engines.map(|engine| {
            let found = engine.findings_of(0, &document, self.as_of).into_iter().filter(|finding| own(finding));
            found.map(|finding| (finding.verdict, finding.due_on)).collect::<Vec<_>>()
        });
        if a == b {
            return None;
        }
        let verdict =
            |all: &[(Verdict, Option<Day>)]| all.first().map_or(Verdict::NotApplicable, |(verdict, _)| *verdict);
        let answers = answers.iter().map(|(at, value)| Answer { pointer: (*at).clone(), value: (*value).clone() });
        Some(Apart::By(answers.collect(), verdict(&a), verdict(&b)))
    }
}

/// The pointers of the facts that are read, answered or not: of elements of lists, of those that are there.
fn places(schema: &FactSchema, reads: &Reads, facts: &Value) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut known = HashSet::new();
    for path in reads.paths() {
        let mut at = vec![(String::new(), Some(facts))];
        let Some(field) = schema.field_at(path) else { continue };
        if field.name == "id" || matches!(field.ty, Type::Link(_)) {
            continue;
        }
        for part in path.split('.') {
            let (key, lists) = part.strip_suffix("[]").map_or((part, false), |key| (key, true));
            at = at
                .into_iter()
                .map(|(pointer, value)| (pointer::below(pointer, &[key]), value.and_then(|value| value.get(key))))
                .flat_map(|(pointer, value)| match value.and_then(Value::as_array).filter(|_| lists) {
                    Some(elements) => elements
                        .iter()
                        .enumerate()
                        .map(|(index, element)| (format!("{pointer}/{index}"), Some(element)))
                        .collect(),
                    None if lists => Vec::new(),
                    None => vec![(pointer, value)],
                })
                .collect();
        }
        found.extend(at.into_iter().map(|(pointer, _)| pointer).filter(|pointer| known.insert(pointer.clone())));
    }
    found
}
