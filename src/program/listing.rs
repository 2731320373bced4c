//! A program as text that a person can read: what each rule loads, in which cells, and what stands
//! before it as a test.

use std::collections::HashSet;
use std::fmt::Write;

use super::{Base, CellId, Comparison, Constant, Op, OpId, PathId, Program, RuleCode, ScopeId};

/// How many lines a listing may have; sharing can make a program far larger than its text.
const MAX_LINES: usize = 200_000;

impl Program {
    /// The rules whose ids `wanted` takes, each with its instructions.
    ///
    /// An instruction is listed once, below the first that needs it; `%n` stands for it afterwards.
    pub fn listing(&self, wanted: impl Fn(&str) -> bool) -> String {
        let mut out = String::new();
        for rule in self.rules.iter().filter(|rule| wanted(&rule.id)) {
            let mut listing = Listing { program: self, out: &mut out, seen: HashSet::new(), lines: 0 };
            listing.rule(rule);
        }
        out
    }
}

struct Listing<'l> {
    program: &'l Program,
    out: &'l mut String,
    seen: HashSet<OpId>,
    lines: usize,
}

impl Listing<'_> {
    fn line(&mut self, depth: usize, text: &str) {
        self.lines += 1;
        let _ = writeln!(self.out, "{:indent$}{text}", "", indent = 2 * depth);
    }

    fn rule(&mut self, rule: &RuleCode) {
        self.line(0, &rule.id);
        for each in &rule.each {
            self.line(1, &format!("for each {} as local {}", each.name, each.local.0));
            self.op(2, each.list);
        }
        let parts = [("in force at", rule.in_force_at), ("applies", rule.applies), ("require", rule.require)];
        for (name, op) in parts {
            if let Some(op) = op {
                self.line(1, name);
                self.op(2, op);
            }
        }
        if let Some(recurring) = &rule.recurring {
            for (name, op) in [("last", recurring.last), ("from", recurring.from), ("every", recurring.every)] {
                self.line(1, &format!("recurring, {name}"));
                self.op(2, op);
            }
        }
        for deadline in &rule.deadlines {
            for (name, op) in [("act", deadline.act), ("by", deadline.by)] {
                self.line(1, &format!("deadline {}, {name}", deadline.id));
                self.op(2, op);
            }
        }
        for target in &rule.rolls_up {
            self.line(1, &format!("sums up {}", self.program.rules[*target].id));
        }
    }

    fn op(&mut self, depth: usize, id: OpId) {
        if self.lines >= MAX_LINES {
            return;
        }
        if !self.seen.insert(id) {
            self.line(depth, &format!("%{}", id.0));
            return;
        }
        let op = self.program.op(id);
        let text = format!("%{} {}", id.0, self.text(op));
        self.line(depth, &text);
        for operand in self.program.operands_of(op) {
            self.op(depth + 1, operand);
        }
    }

    fn path(&self, path: PathId) -> &str {
        &self.program.path(path).pattern
    }

    fn base(&self, base: Base) -> String {
        match base {
            Base::Root => "document".into(),
            Base::Local(local) => format!("local {}", local.0),
            Base::Record(op) => format!("%{}", op.0),
        }
    }

    fn text(&self, op: Op) -> String {
        let cell = |(scope, cell): (ScopeId, CellId)| format!("cell {}.{}", scope.0, cell.index());
        match op {
            Op::Constant(index) => constant(&self.program.constants[index as usize]),
            Op::AsOf => "as_of".into(),
            Op::DueOn => "due_on".into(),
            Op::Load { base, path, cell: Some(at), .. } => {
                format!("load {} of {} ({})", self.path(path), self.base(base), cell(at))
            }
            Op::Load { base, path, cell: None, .. } => format!("find {} in {}", self.path(path), self.base(base)),
            Op::Spelled { base, path, cell: at, .. } => {
                format!("timestamp {} of {} ({}), else", self.path(path), self.base(base), cell(at))
            }
            Op::HasFact { base, path, cell: at, .. } => {
                format!("has {} of {} ({}), else", self.path(path), self.base(base), cell(at))
            }
            Op::Tested { tested, .. } => format!("test of {} parts, else", self.program.tested[tested as usize].cost),
            Op::Element(local) => format!("local {}", local.0),
            Op::Variable(index) => format!("variable {index}"),
            Op::Fault(kind) => format!("error {kind:?}"),
            Op::Select { key, optional, .. } => {
                let key = constant(&self.program.constants[key as usize]);
                format!("{}{key}", if optional { "optional field " } else { "field " })
            }
            Op::Has { key, .. } => format!("has {}", constant(&self.program.constants[key as usize])),
            Op::Follow { list, .. } => format!("ref into {}", self.program.lists[list as usize].name),
            Op::And(_) => "&&".into(),
            Op::Or(_) => "||".into(),
            Op::Not(_) => "!".into(),
            Op::Negate(_) => "-".into(),
            Op::Conditional { .. } => "? :".into(),
            Op::Compare(comparison, ..) => sign(comparison).into(),
            Op::In(..) => "in".into(),
            Op::Arithmetic(arithmetic, ..) => format!("{arithmetic:?}").to_lowercase(),
            Op::Index(..) => "[]".into(),
            Op::IndexOptional(..) => "[?]".into(),
            Op::Call(function, _) => format!("{function:?}"),
            Op::Custom(index, _) => format!("function {index} of the host"),
            Op::Loop { kind, local, .. } => format!("{kind:?} with local {}", local.0).to_lowercase(),
            Op::List(_) => "list".into(),
            Op::Map(_) => "map".into(),
            Op::Optional(_) => "?".into(),
            Op::Bind { local, .. } => format!("bind local {}", local.0),
            Op::OptMap { local, .. } => format!("optional, as local {}", local.0),
        }
    }
}

fn constant(constant: &Constant) -> String {
    match constant {
        Constant::Null => "null".into(),
        Constant::Bool(value) => value.to_string(),
        Constant::Int(value) => value.to_string(),
        Constant::Uint(value) => format!("{value}u"),
        Constant::Double(value) => format!("{value:?}"),
        Constant::String(text) => format!("{text:?}"),
        Constant::Bytes(bytes) => format!("{} bytes", bytes.len()),
        Constant::Date(day) => day.to_string(),
        Constant::Never => "never".into(),
        Constant::Period(period) => period.to_string(),
        Constant::Timestamp(at) => at.to_string(),
        Constant::Duration(length) => length.to_string(),
        Constant::Type(name) => format!("type {name}"),
        Constant::Regex(index) => format!("pattern {index}"),
    }
}

fn sign(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Equal => "==",
        Comparison::NotEqual => "!=",
        Comparison::Less => "<",
        Comparison::LessEqual => "<=",
        Comparison::Greater => ">",
        Comparison::GreaterEqual => ">=",
    }
}
