//! The second opinion: rules, or halves of rules, given to the independent `cel` crate.
//!
//! Its domain is what both engines mean alike: no date, every fact the half reads answered,
//! definitions opened. What lies outside is counted as such and nothing is claimed about it.

mod open;

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use bumpalo::Bump;
use cel::objects::Key;
use cel::{Context, ExecutionError};

use crate::check::CheckedRule;
use crate::engine::{Document, Engine};
use crate::eval::Value;
use crate::json::{Kind, NodeId, Tape};
use crate::policy::Rule;
use crate::value::Day;
use open::Opener;

/// The stack of the second engine, which recurses.
const STACK: usize = 64 << 20;

/// A half on which the engines differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disagreement {
    /// The rule.
    pub rule: String,
    /// `applies` or `require`.
    pub half: &'static str,
    /// The ids of the elements.
    pub subject: String,
    /// What ours said.
    pub ours: String,
    /// What the other said.
    pub theirs: String,
}

/// How far the engines agree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CrossCheck {
    /// Halves of rules, for each subject.
    pub total: usize,
    /// Those in the second engine's domain.
    pub checked: usize,
    /// Where they differ.
    pub disagreements: Vec<Disagreement>,
}

impl fmt::Display for CrossCheck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let disagreed = self.disagreements.len();
        let agreed = self.checked - disagreed;
        write!(f, "checked {} of {}, agreed {agreed}, disagreed {disagreed}", self.checked, self.total)?;
        for d in &self.disagreements {
            write!(f, "\n  {} {} {}: {} here, {} there", d.rule, d.half, d.subject, d.ours, d.theirs)?;
        }
        Ok(())
    }
}

/// Runs the second engine beside ours for every rule of `engine` and every subject.
pub fn cross_check(engine: &Engine, document: &Document<'_>, as_of: Day) -> CrossCheck {
    std::thread::scope(|scope| {
        let builder = std::thread::Builder::new().stack_size(STACK);
        match builder.spawn_scoped(scope, || check(engine, document, as_of)) {
            Ok(handle) => handle.join().unwrap_or_default(),
            // Without the stack nothing is checked, and nothing claimed.
            Err(_) => CrossCheck::default(),
        }
    })
}

/// A half of a rule as plain CEL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Half {
    /// The rule.
    pub rule: String,
    /// `applies` or `require`.
    pub name: &'static str,
    /// Its text, asked of all elements at once; `None` where it lies outside plain CEL.
    pub text: Option<String>,
}

/// The halves of all rules of `engine` as plain CEL over one `variable`, which stands for the facts.
pub fn halves(engine: &Engine, variable: &str) -> Vec<Half> {
    let before = format!("{variable}.");
    let mut halves = Vec::new();
    for (pack, rule, typed) in rules(engine) {
        let opener = Opener { engine, pack, before: &before };
        let both = [("applies", &rule.applies, &typed.applies), ("require", &rule.require, &typed.require)];
        for (name, expression, half) in both {
            let (Some(expression), Some(half)) = (expression, half) else { continue };
            let text = opener.of_all(rule, typed, expression, half);
            halves.push(Half { rule: rule.id.text.clone(), name, text });
        }
    }
    halves
}

/// The rules with their packs, and what the checker found out about them.
fn rules(engine: &Engine) -> impl Iterator<Item = (usize, &Rule, &CheckedRule)> {
    let checked = engine.checked();
    let packs = checked.set.packs.iter().zip(&checked.rules).enumerate();
    packs.flat_map(|(pack, (set, typed))| set.rules.iter().zip(typed).map(move |(rule, typed)| (pack, rule, typed)))
}

fn check(engine: &Engine, document: &Document<'_>, as_of: Day) -> CrossCheck {
    let mut result = CrossCheck::default();
    let mut arena = Bump::new();
    let bound = engine.bound(document);
    let judge = engine.judging(document, &bound, as_of, None);
    let tape = document.facts().tape();
    let mut context = Context::default();
    for (key, value) in tape.members(NodeId::ROOT) {
        if tape.kind(value) != Kind::Null {
            context.add_variable_from_value(tape.string(key).into_owned(), convert(tape, value));
        }
    }
    for (at, ((pack, rule, typed), code)) in rules(engine).zip(engine.program().rules()).enumerate() {
        let opener = Opener { engine, pack, before: "" };
        let open = |expression: &Option<crate::cel::Expression>, half: &Option<crate::check::typed::Typed>| {
            let text = opener.open(rule, typed, expression.as_ref()?, half.as_ref()?)?;
            cel::Program::compile(&text).ok()
        };
        let halves = [
            ("applies", code.applies, open(&rule.applies, &typed.applies)),
            ("require", code.require, open(&rule.require, &typed.require)),
        ];
        judge.each::<false>(at..at + 1, &mut arena, &mut |run, _, outcome| {
            if outcome.elements.len() != code.each.len() {
                return;
            }
            let mut scope = context.new_inner_scope();
            let mut ids = Vec::new();
            for (each, element) in code.each.iter().zip(outcome.elements) {
                scope.add_variable_from_value(each.name.clone(), convert(tape, *element));
                ids.extend(tape.member(*element, "id").map(|id| tape.string(id).into_owned()));
            }
            for (name, op, program) in &halves {
                let Some(op) = op else { continue };
                result.total += 1;
                let Some(program) = program else { continue };
                run.refill();
                let Value::Bool(ours) = run.value(*op) else { continue };
                let theirs = match program.execute(&scope) {
                    Ok(cel::Value::Bool(theirs)) => theirs.to_string(),
                    // A fact is unanswered that ours did not need.
                    Err(ExecutionError::NoSuchKey(_) | ExecutionError::UndeclaredReference(_)) => continue,
                    Ok(other) => format!("{other:?}"),
                    Err(error) => error.to_string(),
                };
                result.checked += 1;
                if theirs != ours.to_string() {
                    result.disagreements.push(Disagreement {
                        rule: rule.id.text.clone(),
                        half: name,
                        subject: ids.join("/"),
                        ours: ours.to_string(),
                        theirs,
                    });
                }
            }
        });
    }
    result
}

/// A JSON value for the second engine; whole numbers are `int`.
fn convert(tape: &Tape<'_>, node: NodeId) -> cel::Value {
    match tape.kind(node) {
        Kind::Null => cel::Value::Null,
        Kind::Bool(value) => cel::Value::Bool(value),
        Kind::Number => match tape.int(node) {
            Some(value) => cel::Value::Int(value),
            None => cel::Value::Float(tape.double(node).unwrap_or(f64::NAN)),
        },
        Kind::String(_) => cel::Value::String(Arc::new(tape.string(node).into_owned())),
        Kind::Array => cel::Value::List(Arc::new(tape.elements(node).map(|element| convert(tape, element)).collect())),
        Kind::Object => {
            let members: HashMap<Key, cel::Value> = tape
                .members(node)
                .filter(|(_, value)| tape.kind(*value) != Kind::Null)
                .map(|(key, value)| (Key::String(Arc::new(tape.string(key).into_owned())), convert(tape, value)))
                .collect();
            cel::Value::Map(members.into())
        }
    }
}
