//! A checked rule set as a program: plain data in index arenas, which the evaluator runs.

mod atom;
mod layout;
mod listing;
mod op;
mod rule;
mod test;

use std::collections::{HashMap, HashSet};

use indexmap::IndexSet;

use crate::pattern::Pattern;
use crate::source::Span;
pub use atom::Atom;
pub use layout::{CellId, Layout, ScopeId, head, head_at};
pub use op::{
    Arithmetic, Base, Comparison, Constant, Decode, Double, FaultKind, Function, LocalId, LoopKind, Op, OpId, Operands,
    PathId, Scalar,
};
pub use rule::{DeadlineCode, Each, MessageCode, RecurringCode, RuleCode, TemplatePart};
pub use test::{
    Among, Compared, FactRef, HeldId, Item, Linked, Look, MAX_LEVELS, Plan, Stage, Term, Test, TestId, Tested, Tests,
    TimeCompared, Walk, Word,
};

/// A list that links name elements of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkedList {
    /// The list, as in `vendors[]`.
    pub name: String,
    /// Its path from the root; each but the first from an element of the list before.
    pub paths: Vec<PathId>,
}

/// A path below a record.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Path {
    /// The keys, outermost first.
    pub keys: Vec<String>,
    /// Where it stands in the vocabulary, as in `contracts[].supervision.last_on`.
    pub pattern: String,
}

/// Where an instruction comes from: the place in the policy, and its text as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The bytes in the policy file.
    pub span: Span,
}

/// A definition opened at a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// Its name.
    pub definition: String,
    /// Where it was called.
    pub call: Span,
}

/// What an absent field of the document is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Absent {
    /// An unanswered fact: its value is unknown. A `null` is absent too.
    #[default]
    Unknown,
    /// An error, as in plain CEL.
    Error,
}

/// A rule set, compiled.
#[derive(Clone, Debug, Default)]
pub struct Program {
    pub(crate) absent: Absent,
    pub(crate) ops: Vec<Op>,
    pub(crate) origins: Vec<Origin>,
    pub(crate) operands: Vec<OpId>,
    /// Each constant stands here once.
    pub(crate) constants: IndexSet<Constant>,
    pub(crate) patterns: Vec<Pattern>,
    pub(crate) paths: Vec<Path>,
    pub(crate) layout: Layout,
    /// Each test stands here once.
    pub(crate) tests: Vec<Test>,
    pub(crate) tested: Vec<Tested>,
    /// How many results are held while a document is evaluated.
    pub(crate) held: u32,
    pub(crate) lists: Vec<LinkedList>,
    pub(crate) locals: u32,
    pub(crate) rules: Vec<RuleCode>,
    pub(crate) opened: HashMap<OpId, Opened>,
    /// Paths of facts that may not be shown.
    pub(crate) sensitive: HashSet<PathId>,
}

impl Program {
    /// The instruction `id`.
    pub fn op(&self, id: OpId) -> Op {
        self.ops[id.0 as usize]
    }

    /// The instruction behind `id` where that is a test.
    pub fn behind_test(&self, id: OpId) -> OpId {
        match self.op(id) {
            Op::Tested { otherwise, .. } => otherwise,
            _ => id,
        }
    }

    /// Where the instruction `id` comes from.
    pub fn origin(&self, id: OpId) -> Origin {
        self.origins[id.0 as usize]
    }

    /// The operands `operands` stands for.
    pub fn operands(&self, operands: Operands) -> &[OpId] {
        &self.operands[operands.start as usize..(operands.start + operands.len) as usize]
    }

    /// The instructions whose values `op` needs.
    pub fn operands_of(&self, op: Op) -> Vec<OpId> {
        match op {
            Op::Constant(_) | Op::AsOf | Op::DueOn | Op::Element(_) | Op::Variable(_) | Op::Fault(_) => vec![],
            Op::Select { operand, .. } | Op::Has { operand, .. } | Op::Optional(operand) => vec![operand],
            Op::Bind { value, body, .. } => vec![value, body],
            Op::OptMap { optional, body, .. } => vec![optional, body],
            Op::Load { base: Base::Record(record), .. } => vec![record],
            Op::Load { .. } => vec![],
            Op::Spelled { otherwise, .. } | Op::HasFact { otherwise, .. } | Op::Tested { otherwise, .. } => {
                vec![otherwise]
            }
            Op::Follow { link, .. } => vec![link],
            Op::And(operands)
            | Op::Or(operands)
            | Op::Call(_, operands)
            | Op::Custom(_, operands)
            | Op::List(operands)
            | Op::Map(operands) => self.operands(operands).to_vec(),
            Op::Not(a) | Op::Negate(a) => vec![a],
            Op::Conditional { condition, yes, no, .. } => vec![condition, yes, no],
            Op::Compare(_, a, b) | Op::In(a, b) | Op::Arithmetic(_, a, b) => vec![a, b],
            Op::Index(a, b) | Op::IndexOptional(a, b) => vec![a, b],
            Op::Loop { list, filter, body, .. } => {
                [Some(list), filter.map(|(filter, _)| filter), Some(body)].into_iter().flatten().collect()
            }
        }
    }

    /// Whether the value of `op` may show a fact that may not be shown.
    pub fn is_sensitive(&self, op: OpId) -> bool {
        let mut seen = HashSet::new();
        let mut stack = vec![op];
        while let Some(op) = stack.pop() {
            if !seen.insert(op) {
                continue;
            }
            let instruction = self.op(op);
            if matches!(instruction, Op::Load { path, .. } if self.sensitive.contains(&path)) {
                return true;
            }
            stack.extend(self.operands_of(instruction));
        }
        false
    }

    /// The path `id`.
    pub fn path(&self, id: PathId) -> &Path {
        &self.paths[id.0 as usize]
    }

    /// The definition the instruction `id` is the body of, where it is one.
    pub fn opened(&self, id: OpId) -> Option<&Opened> {
        self.opened.get(&id)
    }

    /// The rules, in the order of the packs.
    pub fn rules(&self) -> &[RuleCode] {
        &self.rules
    }

    /// How many instructions there are.
    pub fn len(&self) -> usize {
        self.ops.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ops.is_empty()
    }
}
