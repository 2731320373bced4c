//! The evaluator: a program and facts in, outcomes out. It knows no policy, schema or YAML.
//!
//! One evaluator, two readings: the bare one yields values, the traced one also the facts that
//! decided them. Unknowns follow one table: what is missing may absorb an error in `&&` and `||`,
//! an error wins in every strict operation.
//!
//! The traced reading keeps a *trail*: each fact that is read is pushed, and what turns out not to
//! matter is taken off again. A value that is unknown or an error leaves no trail.

mod call;
mod compare;
mod fields;
mod limits;
mod load;
mod loops;
mod ops;
mod outcome;
mod stable;
mod test;
mod value;

use bumpalo::Bump;

use crate::bound::Bound;
use crate::facts::Facts;
use crate::json::{NodeId, Tape};
use crate::limits::Limits;
pub use crate::program::FaultKind;
use crate::program::{LocalId, MAX_LEVELS, Op, OpId, Program};
use crate::value::Day;
use limits::Budget;
pub use limits::Settings;
pub use load::document;
pub use outcome::{DeadlineOutcome, Due, Judge, Outcome};
pub use stable::sooner;
pub use value::{Element, Fault, Interval, LeafRef, Leaves, List, MapValue, Missing, Out, Value};

/// One document being evaluated on one day.
pub struct Run<'a, const TRACE: bool> {
    program: &'a Program,
    facts: Option<&'a Facts<'a>>,
    tape: &'a Tape<'a>,
    arena: &'a Bump,
    as_of: Day,
    bound: &'a Bound,
    variables: &'a [Value<'a>],
    locals: &'a mut [Value<'a>],
    /// Results of tests that are kept.
    kept: &'a mut [Option<test::Held<'a>>],
    /// Which elements of their lists the rows are that tests look at.
    places: [u32; MAX_LEVELS],
    /// The facts behind what names are bound to, in the traced reading.
    behind: &'a mut [&'a [LeafRef]],
    /// The facts that decided what has been worked out so far, in the traced reading.
    trail: Vec<LeafRef>,
    settings: Settings<'a>,
    budget: Budget,
    /// The patterns that this evaluation worked out.
    patterns: call::MadePatterns,
    /// Whether the host asked to stop.
    pub(crate) stopped: bool,
    /// The due date messages may name.
    pub(crate) due: Value<'a>,
    /// Lists a quantifier found empty.
    vacuous: Vec<NodeId>,
    /// What [`Run::truth`] came to where that is neither true nor false.
    open: Value<'a>,
    /// The first day on which a comparison read so far comes out otherwise, in the traced reading.
    stable_until: Option<Day>,
}

/// What a condition came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Truth {
    True,
    False,
    /// Unknown or an error; the run holds which.
    Open,
}

impl From<bool> for Truth {
    fn from(value: bool) -> Self {
        if value { Truth::True } else { Truth::False }
    }
}

impl<'a, const TRACE: bool> Run<'a, TRACE> {
    /// A run over `facts`, which `bound` holds as `program` reads them.
    fn new(
        program: &'a Program,
        facts: &'a Facts<'a>,
        bound: &'a Bound,
        arena: &'a Bump,
        as_of: Day,
        settings: Settings<'a>,
    ) -> Self {
        Run { facts: Some(facts), ..Run::over(program, facts.tape(), bound, &[], arena, as_of, settings) }
    }

    /// A run over a document that no vocabulary describes, with the values of variables.
    pub fn over(
        program: &'a Program,
        tape: &'a Tape<'a>,
        bound: &'a Bound,
        variables: &'a [Value<'a>],
        arena: &'a Bump,
        as_of: Day,
        settings: Settings<'a>,
    ) -> Self {
        Run {
            program,
            facts: None,
            tape,
            arena,
            as_of,
            bound,
            variables,
            locals: arena.alloc_slice_fill_copy(program.locals as usize, Value::Null),
            kept: arena.alloc_slice_fill_copy(if TRACE { 0 } else { program.held as usize }, None),
            places: [0; MAX_LEVELS],
            behind: arena.alloc_slice_fill_copy(if TRACE { program.locals as usize } else { 0 }, &[][..]),
            trail: Vec::new(),
            settings,
            budget: Budget::new(settings.limits),
            patterns: call::MadePatterns::default(),
            stopped: false,
            due: Value::Never,
            vacuous: Vec::new(),
            open: Value::Null,
            stable_until: None,
        }
    }

    /// The document.
    pub fn tape(&self) -> &'a Tape<'a> {
        self.tape
    }

    /// Lets the loop variable `local` stand at `value`.
    pub fn set_local(&mut self, local: LocalId, value: Value<'a>) {
        self.locals[local.0 as usize] = value;
    }

    /// What the loop variable `local` stands at.
    pub fn local(&self, local: LocalId) -> Value<'a> {
        self.locals[local.0 as usize]
    }

    /// Gives the next evaluation its full number of steps, unless the host asked to stop.
    pub fn refill(&mut self) {
        self.stopped |= self.settings.cancelled.is_some_and(|cancelled| cancelled());
        let limits = self.settings.limits;
        self.budget.refill(if self.stopped { Limits { steps: 0, bytes: 0, ..limits } } else { limits });
        if !self.patterns.is_empty() {
            self.patterns.clear();
        }
    }

    /// The share of its steps, or of its bytes if that is more, that the evaluation since the last refill took.
    pub fn spent(&self) -> f64 {
        self.budget.spent(self.settings.limits)
    }

    /// Takes `cost` steps; false if there are none left or the host asked to stop.
    #[inline(always)]
    fn step(&mut self, cost: u64) -> bool {
        self.budget.take(cost) || self.step_far(cost)
    }

    #[cold]
    fn step_far(&mut self, cost: u64) -> bool {
        self.stopped |= self.settings.cancelled.is_some_and(|cancelled| cancelled());
        self.budget.take_far(cost) && !self.stopped
    }

    /// Takes the bytes of something that is made; `Err` if there are none left.
    fn make(&mut self, bytes: usize) -> Result<(), FaultKind> {
        if !self.step(bytes as u64 / 16) {
            return Err(FaultKind::Steps);
        }
        if self.budget.take_bytes(bytes) { Ok(()) } else { Err(FaultKind::Bytes) }
    }

    fn fault(&self, kind: FaultKind, op: OpId) -> Value<'a> {
        Value::Error(Fault { kind, op })
    }

    /// The value of the instruction `id` and the facts that decided it.
    pub fn out(&mut self, id: OpId) -> Out<'a> {
        let mark = self.trail.len();
        let value = self.eval(id);
        let why = if TRACE { Leaves::many(self.arena, &self.trail[mark..]) } else { Leaves::NONE };
        self.trail.truncate(mark);
        Out { value, why }
    }

    /// The value of the instruction `id`.
    pub fn value(&mut self, id: OpId) -> Value<'a> {
        let mark = self.trail.len();
        let value = self.eval(id);
        self.trail.truncate(mark);
        value
    }

    /// Whether the condition `id` holds; what it came to where it neither does nor does not. The facts that
    /// decided it are left on the trail.
    pub fn verdict(&mut self, id: OpId) -> Result<bool, Value<'a>> {
        let truth = match self.program.op(id) {
            // A value that is no condition is told as it is.
            Op::And(_) | Op::Or(_) | Op::Not(_) => self.truth(id),
            Op::Tested { tested, otherwise } => match self.tested(tested) {
                Some(holds) => return Ok(holds),
                None => return self.verdict(otherwise),
            },
            _ => match self.eval(id) {
                Value::Bool(value) => value.into(),
                value => {
                    self.open = value;
                    Truth::Open
                }
            },
        };
        match truth {
            Truth::True => Ok(true),
            Truth::False => Ok(false),
            Truth::Open => Err(self.open),
        }
    }

    /// The facts on the trail.
    pub fn decided(&self) -> &[LeafRef] {
        &self.trail
    }

    /// Empties the trail.
    pub fn forget(&mut self) {
        self.trail.clear();
    }

    /// The value of the instruction `id`; the facts that decided it are added to the trail.
    fn eval(&mut self, id: OpId) -> Value<'a> {
        if !TRACE {
            return self.step_into(id);
        }
        let mark = self.trail.len();
        let value = self.step_into(id);
        if matches!(value, Value::Unknown(_) | Value::Error(_) | Value::Size(_)) {
            self.trail.truncate(mark);
        }
        value
    }

    fn step_into(&mut self, id: OpId) -> Value<'a> {
        if !self.step(1) {
            return self.fault(FaultKind::Steps, id);
        }
        match self.program.op(id) {
            Op::Constant(index) => self.constant(index),
            Op::AsOf => Value::Date(self.today()),
            Op::DueOn => self.due,
            Op::Load { base, path, decode, cell } => self.load(id, base, path, decode, cell),
            Op::Spelled { base, path, cell, otherwise } => self.spelled(base, path, cell, otherwise),
            Op::HasFact { base, path, cell, inside, otherwise } => self.has_fact(base, path, cell, inside, otherwise),
            Op::Element(local) => {
                if TRACE {
                    self.trail.extend_from_slice(self.behind[local.0 as usize]);
                }
                self.locals[local.0 as usize]
            }
            Op::Variable(index) => self.variables.get(index as usize).copied().unwrap_or(Value::Null),
            Op::Fault(kind) => self.fault(kind, id),
            Op::Select { operand, key, optional } => self.select(id, operand, key, optional),
            Op::Has { operand, key } => self.has(id, operand, key),
            Op::Follow { link, list } => self.follow(id, link, list),
            Op::Tested { tested, otherwise } => match self.tested(tested) {
                Some(holds) => Value::Bool(holds),
                None => self.eval(otherwise),
            },
            Op::And(_) | Op::Or(_) | Op::Not(_) => match self.truth_of(id) {
                Truth::True => Value::Bool(true),
                Truth::False => Value::Bool(false),
                Truth::Open => self.open,
            },
            Op::Negate(operand) => self.negate(id, operand),
            Op::Conditional { condition, yes, no, pure } => self.conditional(condition, yes, no, pure),
            Op::Compare(comparison, left, right) => self.compare(id, comparison, left, right),
            Op::In(item, list) => self.contains(id, item, list),
            Op::Arithmetic(arithmetic, left, right) => self.arithmetic(id, arithmetic, left, right),
            Op::Index(list, index) => self.index(id, list, index, false),
            Op::IndexOptional(list, index) => self.index(id, list, index, true),
            Op::Call(function, operands) => self.call(id, function, self.program.operands(operands)),
            Op::Custom(index, operands) => self.custom(id, index, self.program.operands(operands)),
            Op::Loop { .. } => self.run_loop(id),
            Op::List(operands) => self.list(id, self.program.operands(operands)),
            Op::Map(operands) => self.map(id, self.program.operands(operands)),
            // It stands in a list or a map, which reads it.
            Op::Optional(value) => self.eval(value),
            Op::Bind { local, value, body } => self.bind(local, value, body),
            Op::OptMap { flat, optional, local, body } => self.opt_map(id, flat, optional, local, body),
        }
    }

    /// What the condition `id` comes to; the facts that decided it are added to the trail.
    fn truth(&mut self, id: OpId) -> Truth {
        if !self.step(1) {
            self.open = self.fault(FaultKind::Steps, id);
            return Truth::Open;
        }
        self.truth_of(id)
    }

    fn truth_of(&mut self, id: OpId) -> Truth {
        match self.program.op(id) {
            Op::And(operands) => self.fold(self.program.operands(operands), false),
            Op::Or(operands) => self.fold(self.program.operands(operands), true),
            Op::Not(operand) => match self.truth(operand) {
                Truth::True => Truth::False,
                Truth::False => Truth::True,
                Truth::Open => Truth::Open,
            },
            _ => {
                let value = self.eval(id);
                self.settle(value, id)
            }
        }
    }

    /// A value as a condition.
    fn settle(&mut self, value: Value<'a>, id: OpId) -> Truth {
        self.open = match value {
            Value::Bool(value) => return value.into(),
            Value::Unknown(_) | Value::Error(_) => value,
            _ => self.fault(FaultKind::Types, id),
        };
        Truth::Open
    }

    /// Folds `&&` (`absorbing` false) or `||` (`absorbing` true) over instructions.
    fn fold(&mut self, operands: &[OpId], absorbing: bool) -> Truth {
        let mut fold = Fold::new(absorbing, self.trail.len());
        for operand in operands {
            let mark = self.trail.len();
            let truth = self.truth(*operand);
            if let Some(decided) = fold.add(self, truth, mark) {
                return decided;
            }
        }
        fold.finish(self)
    }

    fn conditional(&mut self, condition: OpId, yes: OpId, no: OpId, pure: bool) -> Value<'a> {
        let mark = self.trail.len();
        match self.truth(condition) {
            Truth::True => self.eval(yes),
            Truth::False => self.eval(no),
            Truth::Open => {
                let open = self.open;
                let Value::Unknown(missing) = open else { return open };
                self.trail.truncate(mark);
                let (a, b) = (self.eval(yes), self.eval(no));
                if let (Value::Error(_), Value::Error(_)) = (a, b) {
                    return a;
                }
                if pure && self.decided_alike(a, b) {
                    return a;
                }
                let missing = self.union(missing, self.missing_of(a));
                Value::Unknown(self.union(missing, self.missing_of(b)))
            }
        }
    }

    /// A name for a value, which is worked out once.
    fn bind(&mut self, local: LocalId, value: OpId, body: OpId) -> Value<'a> {
        let mark = self.trail.len();
        let held = self.eval(value);
        let at = local.0 as usize;
        let outer = std::mem::replace(&mut self.locals[at], held);
        let leaves: &'a [LeafRef] = if TRACE { self.arena.alloc_slice_copy(&self.trail[mark..]) } else { &[] };
        self.trail.truncate(mark);
        if TRACE {
            self.behind[at] = leaves;
        }
        let value = self.eval(body);
        self.locals[at] = outer;
        if TRACE {
            self.behind[at] = &[];
        }
        value
    }

    /// The facts `a`, then those of `b`.
    pub(crate) fn union(&self, a: Leaves<'a>, b: Leaves<'a>) -> Leaves<'a> {
        a.and(self.arena, b)
    }

    /// The facts a value depends on that is unknown, or known in part only.
    pub(crate) fn missing_of(&self, value: Value<'a>) -> Missing<'a> {
        match value {
            Value::Unknown(missing) => missing,
            Value::Size(interval) => interval.missing,
            Value::List(List::Maybe(members)) => {
                members.iter().fold(Leaves::NONE, |all, (_, missing)| self.union(all, *missing))
            }
            _ => Leaves::NONE,
        }
    }
}

/// `&&` or `||` being folded. What is missing may absorb an error.
struct Fold<'a> {
    absorbing: bool,
    /// Where the trail began.
    start: usize,
    missing: Option<Missing<'a>>,
    error: Option<Value<'a>>,
}

impl<'a> Fold<'a> {
    /// `absorbing` is the value that decides alone: false for `&&`, true for `||`.
    fn new(absorbing: bool, start: usize) -> Self {
        Fold { absorbing, start, missing: None, error: None }
    }

    /// Takes the next operand, whose trail begins at `mark`; `Some` if it decides.
    fn add<const TRACE: bool>(&mut self, run: &mut Run<'a, TRACE>, truth: Truth, mark: usize) -> Option<Truth> {
        match truth {
            Truth::Open => match run.open {
                Value::Unknown(missing) => {
                    self.missing = Some(run.union(self.missing.unwrap_or_default(), missing));
                }
                error => self.error = self.error.or(Some(error)),
            },
            decided if (decided == Truth::True) == self.absorbing => {
                // What came before it had no part in this.
                if TRACE && mark > self.start {
                    run.trail.drain(self.start..mark);
                }
                return Some(decided);
            }
            _ => {}
        }
        None
    }

    /// What the operands came to.
    fn finish<const TRACE: bool>(self, run: &mut Run<'a, TRACE>) -> Truth {
        run.open = match (self.missing, self.error) {
            (Some(missing), _) => Value::Unknown(missing),
            (None, Some(error)) => error,
            (None, None) => return (!self.absorbing).into(),
        };
        run.trail.truncate(self.start);
        Truth::Open
    }
}

impl Fault {
    /// What happened, in both languages.
    pub fn text(self) -> crate::lang::Text {
        use crate::lang::Text;
        match self.kind {
            FaultKind::DivisionByZero => Text::new("0で割っています", "division by zero"),
            FaultKind::Overflow => Text::new("数が大きすぎます", "the number does not fit"),
            FaultKind::DateRange => Text::new("暦にない日になります", "the result is no day of the calendar"),
            FaultKind::Index => Text::new("リストにその要素はありません", "the list has no such element"),
            FaultKind::NoSuchKey => Text::new("その項目はありません", "there is no such key"),
            FaultKind::KeyType => Text::new("キーにできない値です", "the value cannot be a key"),
            FaultKind::RepeatedKey => Text::new("同じキーが2回あります", "a key is there twice"),
            FaultKind::Conversion => Text::new("値を変換できません", "the value does not convert"),
            FaultKind::NoValue => Text::new("optional に値がありません", "the optional holds no value"),
            FaultKind::Unordered => Text::new("NaN には順序がありません", "NaN has no place in an order"),
            FaultKind::Types => Text::new("この値にはできない演算です", "the operation does not exist for this value"),
            FaultKind::UnknownName => Text::new("その名前はありません", "nothing has this name"),
            FaultKind::UnknownFunction => Text::new("その関数はありません", "there is no such function"),
            FaultKind::PatternSize => Text::new("正規表現が大きすぎます", "the regular expression is too large"),
            FaultKind::Pattern => Text::new("正規表現として読めません", "this is not a regular expression"),
            FaultKind::Steps => Text::new("計算が長すぎます", "the evaluation takes too many steps"),
            FaultKind::Bytes => Text::new("計算に要るメモリが大きすぎます", "the evaluation takes too much memory"),
        }
    }
}
