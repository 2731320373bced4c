//! Definitions are checked callees first, so that each call knows what its definition makes known.

use super::definitions::{DefinitionTable, Entry};
use super::errors;
use super::infer::{Inference, Position, Scoped};
use super::typed::{DefinitionId, Meaning, Typed, Whole};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::lang::{Text, text};
use crate::policy::signature;
use crate::policy::{Definition, PolicySet};
use crate::schema::FactSchema;
use crate::stdlib::CustomFunctions;
use crate::types::Substitution;

/// Reads the signatures of all definitions of `set` and checks their expressions.
pub(super) fn check(
    set: &PolicySet,
    schema: &FactSchema,
    functions: &CustomFunctions,
    out: &mut Diagnostics,
) -> DefinitionTable {
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
        infer(&mut table, id, set, schema, functions, out);
    }
    table
}

/// Finds out about the definition number `id`, those it calls being known.
pub(super) fn infer(
    table: &mut DefinitionTable,
    id: usize,
    set: &PolicySet,
    schema: &FactSchema,
    functions: &CustomFunctions,
    out: &mut Diagnostics,
) {
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
        definitions: table,
        functions,
        plain: None,
        substitution: Substitution::default(),
        pack: entry.pack,
        position: Position::Definition,
        scope,
        known: Vec::new(),
        assumed: Vec::new(),
        leans: false,
        next_binding: 0,
        out: Diagnostics::new(),
    };
    let (typed, whole) = inference.expression(&entry.expression, Some(&entry.signature.result));
    out.extend(inference.out);
    let entry = &mut table.entries[id];
    entry.typed = typed;
    entry.whole = whole;
}

/// The definitions each definition calls.
fn calls(table: &DefinitionTable) -> Vec<Vec<usize>> {
    let called = |entry: &Entry| {
        let names = entry.expression.ast.calls();
        let mut found: Vec<usize> =
            names.filter_map(|(_, name)| table.find(name, entry.pack).map(|id| id.0 as usize)).collect();
        found.dedup();
        found
    };
    table.entries.iter().map(called).collect()
}

/// Those of `called` and the definitions that call them, directly or not, callees first.
pub(super) fn callers(table: &DefinitionTable, called: &[DefinitionId]) -> Vec<DefinitionId> {
    let calls = calls(table);
    let mut leans = vec![false; calls.len()];
    called.iter().for_each(|id| leans[id.0 as usize] = true);
    let order = callees_first(table, &mut Diagnostics::new());
    // Callees come first, so one walk sees every caller after what it calls.
    for id in &order {
        leans[*id] |= calls[*id].iter().any(|callee| leans[*callee]);
    }
    order.into_iter().filter(|id| leans[*id]).map(|id| DefinitionId(id as u32)).collect()
}

/// The order in which every definition comes after those it calls; circles are reported and cut.
fn callees_first(table: &DefinitionTable, out: &mut Diagnostics) -> Vec<usize> {
    #[derive(Clone, Copy, PartialEq)]
    enum State {
        New,
        Open,
        Done,
    }
    let calls = calls(table);
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
