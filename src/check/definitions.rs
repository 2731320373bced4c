//! Definitions: found by name, checked callees first, with what each makes known.

use std::collections::HashMap;

use super::errors;
use super::infer::{Inference, Meaning, Position, Scoped, Typed, Whole};
use crate::cel::Expression;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::lang::{Text, text};
use crate::policy::signature::{self, DefinitionSignature};
use crate::policy::{Definition, PolicySet};
use crate::schema::FactSchema;

/// A definition of a [`DefinitionTable`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DefinitionId(pub u32);

/// One definition, checked.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The pack it belongs to; `None` if all share it.
    pub pack: Option<usize>,
    /// What it takes and yields.
    pub signature: DefinitionSignature,
    /// What it means.
    pub doc: Text,
    /// The expression.
    pub expression: Expression,
    /// What the checker found out about it.
    pub typed: Typed,
    /// What is known of it as a whole.
    pub whole: Whole,
}

/// The definitions of a policy set.
#[derive(Clone, Debug, Default)]
pub struct DefinitionTable {
    entries: Vec<Entry>,
    by_name: HashMap<(Option<usize>, String), DefinitionId>,
}

impl DefinitionTable {
    /// The definition called `name` as seen from `pack`: its own, or a shared one.
    pub fn find(&self, name: &str, pack: Option<usize>) -> Option<DefinitionId> {
        let own = pack.and_then(|_| self.by_name.get(&(pack, name.to_string())));
        own.or_else(|| self.by_name.get(&(None, name.to_string()))).copied()
    }

    /// The definition `id`.
    pub fn get(&self, id: DefinitionId) -> &Entry {
        &self.entries[id.0 as usize]
    }

    /// The names `pack` can use.
    pub fn names(&self, pack: Option<usize>) -> impl Iterator<Item = &str> {
        let mut names: Vec<&str> = self
            .entries
            .iter()
            .filter(|entry| entry.pack.is_none() || entry.pack == pack)
            .map(|entry| entry.signature.name.as_str())
            .collect();
        names.sort_unstable();
        names.into_iter()
    }

    /// Every definition.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }
}

/// Reads the signatures of all definitions of `set` and checks their expressions.
pub(super) fn check(set: &PolicySet, schema: &FactSchema, out: &mut Diagnostics) -> DefinitionTable {
    let mut table = DefinitionTable::default();
    let mut add = |pack: Option<usize>, definition: &Definition, out: &mut Diagnostics| {
        let Some(signature) = signature::read(&definition.define, schema, out) else {
            return;
        };
        let key = (pack, signature.name.clone());
        if let Some(first) = table.by_name.get(&key) {
            out.push(
                Diagnostic::new(
                    Code::DuplicateDefinition,
                    signature.span,
                    text!("定義 `{}` が2つあります", "there are two definitions `{}`", signature.name),
                )
                .related(table.entries[first.0 as usize].signature.span, Text::new("最初はここ", "first defined here"))
                .help(Text::new("どちらかの名前を変えてください", "rename one of them")),
            );
            return;
        }
        table.by_name.insert(key, DefinitionId(table.entries.len() as u32));
        let whole = Whole { ty: Some(signature.result.clone()), may_err: true, ..Whole::default() };
        table.entries.push(Entry {
            pack,
            signature,
            doc: definition.doc.clone(),
            expression: definition.is.clone(),
            typed: Typed::default(),
            whole,
        });
    };
    for definition in &set.common {
        add(None, definition, out);
    }
    for (index, pack) in set.packs.iter().enumerate() {
        for definition in &pack.definitions {
            add(Some(index), definition, out);
        }
    }
    for id in callees_first(&table, out) {
        let entry = &table.entries[id];
        let parameters = entry.pack.map_or(&[][..], |pack| &set.packs[pack].parameters);
        let scope = entry
            .signature
            .parameters
            .iter()
            .enumerate()
            .map(|(index, parameter)| Scoped {
                name: parameter.name.clone(),
                meaning: Meaning::Argument(index),
                ty: parameter.ty.clone(),
                place: Some(format!("@{index}:")),
                literals: Vec::new(),
            })
            .collect();
        let mut inference = Inference {
            schema,
            parameters,
            definitions: &table,
            pack: entry.pack,
            position: Position::Definition,
            scope,
            known: Vec::new(),
            assumed: Vec::new(),
            next_binding: 0,
            out: Diagnostics::new(),
        };
        let (typed, whole) = inference.expression(&entry.expression, Some(&entry.signature.result));
        out.extend(inference.out);
        let entry = &mut table.entries[id];
        entry.typed = typed;
        entry.whole = whole;
    }
    table
}

/// The order in which every definition comes after those it calls; circles are reported and cut.
fn callees_first(table: &DefinitionTable, out: &mut Diagnostics) -> Vec<usize> {
    #[derive(Clone, Copy, PartialEq)]
    enum State {
        New,
        Open,
        Done,
    }
    let calls: Vec<Vec<usize>> = table
        .entries
        .iter()
        .map(|entry| {
            let mut found: Vec<usize> = entry
                .expression
                .ast
                .calls()
                .filter_map(|(_, name)| table.find(name, entry.pack).map(|id| id.0 as usize))
                .collect();
            found.dedup();
            found
        })
        .collect();
    let mut state = vec![State::New; table.entries.len()];
    let mut order = Vec::new();
    for start in 0..table.entries.len() {
        // An explicit stack: a definition and the next call of it to look at.
        let mut stack = vec![(start, 0)];
        while let Some((at, next)) = stack.pop() {
            if next == 0 {
                match state[at] {
                    State::Done => continue,
                    State::Open => {
                        out.push(errors::recursive(
                            &table.entries[at].signature.name,
                            table.entries[at].signature.span,
                        ));
                        continue;
                    }
                    State::New => state[at] = State::Open,
                }
            }
            match calls[at].get(next) {
                Some(callee) => {
                    stack.push((at, next + 1));
                    stack.push((*callee, 0));
                }
                None => {
                    if state[at] == State::Open {
                        state[at] = State::Done;
                        order.push(at);
                    }
                }
            }
        }
    }
    order
}
