//! The definitions of a policy set, found by name.

use std::collections::HashMap;

use super::typed::{DefinitionId, Typed, Whole};
use crate::cel::Expression;
use crate::lang::Text;
use crate::policy::signature::DefinitionSignature;

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
    pub(super) entries: Vec<Entry>,
    pub(super) by_name: HashMap<(Option<usize>, String), DefinitionId>,
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
