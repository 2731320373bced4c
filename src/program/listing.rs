//! A program as text that a person can read: what each rule loads, in which cells, and what stands
//! before it as a test.

use std::collections::HashSet;
use std::fmt::Write;

use super::{
    Base, CellId, Compared, Comparison, Constant, FactRef, Look, Op, OpId, PathId, Program, RuleCode, ScopeId, Stage,
    Term, Test, TestId, TimeCompared, Walk,
};
use crate::time::Duration;

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
        if let Op::Tested { tested, .. } = op {
            self.test(depth + 2, &self.program.tested[tested as usize].test);
        }
        for operand in self.program.operands_of(op) {
            self.op(depth + 1, operand);
        }
    }

    /// A test, and those it is made of below it.
    fn test(&mut self, depth: usize, test: &Test) {
        if self.lines >= MAX_LINES {
            return;
        }
        let program = self.program;
        let equal = |equal: &bool| if *equal { "==" } else { "!=" };
        let at = |id: &TestId| std::slice::from_ref(&program.tests[id.0 as usize]);
        let mut below: Vec<&Test> = Vec::new();
        let text = match test {
            Test::Constant(value) => value.to_string(),
            Test::Fact(fact, true) => self.fact(fact),
            Test::Fact(fact, false) => format!("not {}", self.fact(fact)),
            Test::Has(fact, _) => format!("has {}", self.fact(fact)),
            Test::Text(fact, is, word) => format!("{} {} {:?}", self.fact(fact), equal(is), word.text),
            Test::Int(fact, comparison, n) => format!("{} {} {n}", self.fact(fact), sign(*comparison)),
            Test::Double(fact, comparison, n) => format!("{} {} {:?}", self.fact(fact), sign(*comparison), n.value()),
            Test::Same(a, b, is) => format!("{} {} {}", self.fact(a), equal(is), self.fact(b)),
            Test::Is(term) => self.term(term),
            Test::Compare(compared) => {
                let Compared { comparison, left, right } = &**compared;
                format!("{} {} {}", self.term(left), sign(*comparison), self.term(right))
            }
            Test::Time(compared) => {
                let TimeCompared { fact, by, comparison, right } = &**compared;
                format!("{} {} {}", self.time(fact, *by), sign(*comparison), self.term(right))
            }
            Test::AmongTexts(fact, words) => {
                let words: Vec<&str> = words.iter().map(|word| &*word.text).collect();
                format!("{} in {words:?}", self.fact(fact))
            }
            Test::AmongInts(fact, numbers) => format!("{} in {numbers:?}", self.fact(fact)),
            Test::Among(among) => {
                let known: Vec<String> = among.known.iter().map(constant).collect();
                format!("{} in [{}]", self.term(&among.item), known.join(", "))
            }
            Test::Holds(list, item) => format!("{} in {}", self.term(item), self.fact(list)),
            Test::Look(look) => {
                let (how, part) = match &look.1 {
                    Look::Start(part) => ("starts with", format!("{part:?}")),
                    Look::End(part) => ("ends with", format!("{part:?}")),
                    Look::Part(part) => ("contains", format!("{part:?}")),
                    Look::Pattern(pattern) => ("matches", format!("pattern {pattern}")),
                };
                format!("{} {how} {part}", self.term(&look.0))
            }
            Test::Size(fact, comparison, n) => format!("size of {} {} {n}", self.fact(fact), sign(*comparison)),
            Test::Not(test) => {
                below.extend(at(test));
                "not".into()
            }
            Test::And(tests) => {
                below.extend(tests.of(&program.tests));
                "all of".into()
            }
            Test::Or(tests) => {
                below.extend(tests.of(&program.tests));
                "one of".into()
            }
            Test::If(condition, yes, no) => {
                below.extend([condition, yes, no].into_iter().flat_map(at));
                "if, then, else".into()
            }
            Test::Every(walk) => {
                below.extend(at(&walk.body));
                format!("every {}", self.walk(walk))
            }
            Test::Some(walk) => {
                below.extend(at(&walk.body));
                format!("some {}", self.walk(walk))
            }
            Test::Count(walk, comparison, n) => {
                below.extend(at(&walk.body));
                format!("count {} {n} of {}", sign(*comparison), self.walk(walk))
            }
            Test::Held(held, test) => {
                below.extend(at(test));
                format!("kept as {}", held.0)
            }
        };
        self.line(depth, &text);
        for test in below {
            self.test(depth + 1, test);
        }
    }

    /// A list that a test goes through, and what its elements go through before.
    fn walk(&self, walk: &Walk) -> String {
        let mut text = format!("row {} of {}", walk.level, self.fact(&walk.list));
        for stage in walk.plan.iter().flat_map(|plan| &plan.stages) {
            text += &match stage {
                Stage::Keep(test) => format!(", filtered by test {}", test.0),
                Stage::Take(fact) => format!(", as {}", self.fact(fact)),
            };
        }
        text
    }

    fn fact(&self, fact: &FactRef) -> String {
        let cell = fact.cell.index();
        match (fact.path, fact.level) {
            (Some(path), 0) => format!("{} (cell {cell})", self.path(path)),
            (Some(path), level) => format!("{} of row {level} (cell {cell})", self.path(path)),
            (None, level) => format!("row {level} (cell {cell})"),
        }
    }

    fn time(&self, fact: &FactRef, by: Duration) -> String {
        let fact = self.fact(fact);
        if by == Duration::default() { format!("timestamp {fact}") } else { format!("timestamp {fact} + {by}") }
    }

    fn term(&self, term: &Term) -> String {
        match term {
            Term::Fact(fact) => self.fact(fact),
            Term::Time(fact, by) => self.time(fact, *by),
            Term::Constant(value) => constant(value),
            Term::Variable(index) => format!("variable {index}"),
            Term::AsOf => "as_of".into(),
            Term::Position(key) => format!("place of row {}", key.level),
            Term::Arithmetic(arithmetic, operands) => {
                let sign = format!("{arithmetic:?}").to_lowercase();
                format!("({} {sign} {})", self.term(&operands.0), self.term(&operands.1))
            }
            Term::Negate(term) => format!("-{}", self.term(term)),
            Term::Size(fact) => format!("size of {}", self.fact(fact)),
            Term::Count(walk) => format!("count of {} with test {}", self.walk(walk), walk.body.0),
            Term::If(condition, branches) => {
                format!("(test {} ? {} : {})", condition.0, self.term(&branches.0), self.term(&branches.1))
            }
            Term::Item(item) => {
                let (list, at) = (self.fact(&item.list), self.term(&item.at));
                format!("{} where row {} is {list}[{at}]", self.term(&item.then), item.level)
            }
            Term::Linked(linked) => {
                let list = &self.program.lists[linked.list as usize].name;
                let link = self.term(&linked.link);
                format!("{} where row {} is {link} in {list}", self.term(&linked.then), linked.level)
            }
            Term::Value(op) => format!("%{}", op.0),
            Term::Held(held, term) => format!("{} kept as {}", self.term(term), held.0),
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
            Op::Tested { .. } => "test, else".into(),
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
