//! One rule, one subject, one outcome.

use std::collections::HashSet;
use std::ops::Range;

use bumpalo::Bump;
use bumpalo::collections::Vec as BumpVec;

use super::{Fault, Leaves, List, Missing, Out, Run, Settings, Value};
use crate::bound::Bound;
use crate::facts::Facts;
use crate::json::NodeId;
use crate::program::{Comparison, DeadlineCode, OpId, Program, RecurringCode, RuleCode};
use crate::value::{Day, Period};
use crate::words::{DeadlineState, Inapplicable, Verdict};

/// When something is due.
#[derive(Clone, Copy, Debug)]
pub enum Due<'a> {
    /// Nothing is.
    None,
    /// On this day.
    On(Day),
    /// It depends on these facts.
    Unknown(Leaves<'a>),
    /// It could not be worked out.
    Error(Fault),
}

/// Where one deadline stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DeadlineOutcome<'a> {
    /// What the policy calls it.
    pub id: &'a str,
    /// Its last day.
    pub by: Day,
    /// Where it stands.
    pub state: DeadlineState,
}

/// What a rule came to for one subject.
#[derive(Clone, Debug)]
pub struct Outcome<'a> {
    /// The elements the loops stood at, outermost first.
    pub elements: &'a [NodeId],
    /// The verdict.
    pub verdict: Verdict,
    /// Why it does not apply.
    pub reason: Option<Inapplicable>,
    /// Facts missing to know whether it applies.
    pub missing_applies: Leaves<'a>,
    /// Facts missing to know whether it is met.
    pub missing_require: Leaves<'a>,
    /// The facts that decided whether it applies, in the traced reading.
    pub why_applies: Leaves<'a>,
    /// The facts that decided whether it is met, in the traced reading.
    pub why_require: Leaves<'a>,
    /// When something is due.
    pub due: Due<'a>,
    /// Each deadline.
    pub deadlines: &'a [DeadlineOutcome<'a>],
    /// Lists a quantifier found empty.
    pub vacuous: Vec<NodeId>,
    /// What went wrong.
    pub fault: Option<Fault>,
    /// The first later day on which it may be another one, in the traced reading; `None` if time alone never
    /// changes it.
    pub stable_until: Option<Day>,
}

impl<'a> Outcome<'a> {
    fn new(elements: &'a [NodeId], verdict: Verdict) -> Self {
        Outcome {
            elements,
            verdict,
            reason: None,
            missing_applies: Leaves::NONE,
            missing_require: Leaves::NONE,
            why_applies: Leaves::NONE,
            why_require: Leaves::NONE,
            due: Due::None,
            deadlines: &[],
            vacuous: Vec::new(),
            fault: None,
            stable_until: None,
        }
    }

    fn inapplicable(elements: &'a [NodeId], reason: Inapplicable, why: Leaves<'a>) -> Self {
        Outcome { reason: Some(reason), why_applies: why, ..Outcome::new(elements, Verdict::NotApplicable) }
    }
}

/// A document that the rules of a program are judged on.
#[derive(Clone, Copy)]
pub struct Judge<'j> {
    /// The rules.
    pub program: &'j Program,
    /// The document.
    pub facts: &'j Facts<'j>,
    /// The document as the program reads it.
    pub bound: &'j Bound,
    /// The day.
    pub as_of: Day,
    /// What it takes from its host.
    pub settings: Settings<'j>,
}

/// How many bytes of values are kept before their memory is used again: those of a few evaluations, so that
/// neither many rules nor many subjects take more.
const MOST_KEPT: usize = 4 << 20;

impl<'j> Judge<'j> {
    /// Judges the rules `rules`, sums of others left out, in memory of `arena`. `each` gets the number of the
    /// rule and the outcome for each subject, while the loops stand at its elements, so that messages can be
    /// written. False if the host asked to stop.
    pub fn each<const TRACE: bool>(
        &self,
        rules: Range<usize>,
        arena: &mut Bump,
        each: &mut dyn for<'a> FnMut(&mut Run<'a, TRACE>, usize, Outcome<'a>),
    ) -> bool {
        let program = self.program;
        let (mut at, mut given) = (rules.start, 0);
        while at < rules.end {
            arena.reset();
            let mut run: Run<'_, TRACE> = self.run(arena);
            while let Some(rule) = program.rules.get(at).filter(|_| at < rules.end) {
                let mut subjects = Subjects { given, next: 0, full: false };
                if rule.rolls_up.is_empty() {
                    run.rule(rule, &mut subjects, &mut |run, outcome| each(run, at, outcome));
                }
                if run.stopped {
                    return false;
                }
                if subjects.full {
                    given = subjects.next;
                    break;
                }
                (at, given) = (at + 1, 0);
            }
        }
        true
    }

    /// A run with nothing worked out yet.
    pub fn run<'a, const TRACE: bool>(&self, arena: &'a Bump) -> Run<'a, TRACE>
    where
        'j: 'a,
    {
        Run::new(self.program, self.facts, self.bound, arena, self.as_of, self.settings)
    }
}

/// How far a rule has come with its subjects.
struct Subjects {
    /// How many were given before.
    given: usize,
    /// The number of the next one.
    next: usize,
    /// Whether the memory is to be used again before the next one.
    full: bool,
}

impl Subjects {
    /// Whether the next one was given before; it is passed over then.
    fn passed(&mut self) -> bool {
        let passed = self.next < self.given;
        self.next += usize::from(passed);
        passed
    }
}

/// What takes the outcomes of one rule.
type Each<'e, 'a, const TRACE: bool> = &'e mut dyn FnMut(&mut Run<'a, TRACE>, Outcome<'a>);

impl<'a, const TRACE: bool> Run<'a, TRACE> {
    /// Judges `rule` for each of its subjects, as far as the memory goes.
    fn rule(&mut self, rule: &'a RuleCode, subjects: &mut Subjects, each: Each<'_, 'a, TRACE>) {
        self.stable_until = match rule.in_force_at {
            None if TRACE => rule.validity_turns(self.as_of),
            _ => None,
        };
        if rule.in_force_at.is_none() && !rule.is_in_force(self.as_of) {
            // One finding without subject.
            let outcome = Outcome::inapplicable(&[], Inapplicable::Validity, Leaves::NONE);
            each(self, Outcome { stable_until: self.stable_until, ..outcome });
            return;
        }
        self.loops(rule, 0, &[], subjects, each);
    }

    fn loops(
        &mut self,
        rule: &'a RuleCode,
        depth: usize,
        elements: &'a [NodeId],
        subjects: &mut Subjects,
        each: Each<'_, 'a, TRACE>,
    ) {
        let Some(level) = rule.each.get(depth) else {
            if !subjects.passed() {
                self.refill();
                let outcome = self.judge(rule, elements);
                self.give(outcome, subjects, each);
            }
            return;
        };
        self.refill();
        let list = self.out(level.list);
        let outcome = match list.value {
            Value::List(List::Tape(rows)) if self.tape.first_element(rows.node).is_some() => {
                let mut members = self.members(List::Tape(rows));
                let shared = self.stable_until;
                while let Some((member, _)) = members.next(self) {
                    self.set_local(level.local, member);
                    let Value::Record(element) = member else { continue };
                    let inner = self.arena.alloc_slice_fill_copy(elements.len() + 1, element.node);
                    inner[..elements.len()].copy_from_slice(elements);
                    self.loops(rule, depth + 1, inner, subjects, each);
                    self.stable_until = shared;
                    if subjects.full {
                        break;
                    }
                }
                return;
            }
            Value::List(List::Tape(_)) => Outcome::inapplicable(elements, Inapplicable::Empty, list.why),
            Value::Unknown(missing) => {
                // Whatever the elements would be: does the rule apply to any of them?
                for inner in &rule.each[depth..] {
                    self.set_local(inner.local, Value::Unknown(missing));
                }
                let applies = rule.applies.map_or(Out::of(Value::Bool(true)), |op| self.out(op));
                match applies.value {
                    Value::Bool(false) => Outcome::inapplicable(elements, Inapplicable::Condition, applies.why),
                    Value::Unknown(more) => {
                        let missing_applies = self.union(missing, more);
                        Outcome { missing_applies, ..Outcome::new(elements, Verdict::Unknown) }
                    }
                    _ => Outcome { missing_applies: missing, ..Outcome::new(elements, Verdict::Unknown) },
                }
            }
            Value::Error(fault) => Outcome { fault: Some(fault), ..Outcome::new(elements, Verdict::Error) },
            _ => return,
        };
        if !subjects.passed() {
            self.give(outcome, subjects, each);
        }
    }

    fn give(&mut self, mut outcome: Outcome<'a>, subjects: &mut Subjects, each: Each<'_, 'a, TRACE>) {
        outcome.stable_until = self.stable_until;
        each(self, outcome);
        subjects.next += 1;
        let used = self.arena.allocated_bytes().saturating_sub(self.arena.chunk_capacity());
        subjects.full = used > MOST_KEPT;
    }

    fn judge(&mut self, rule: &'a RuleCode, elements: &'a [NodeId]) -> Outcome<'a> {
        let mut before = Leaves::NONE;
        if let Some(op) = rule.in_force_at {
            let at = self.out(op);
            match at.value {
                Value::Date(day) if !rule.is_in_force(day) => {
                    return Outcome::inapplicable(elements, Inapplicable::Validity, at.why);
                }
                Value::Date(_) => before = at.why,
                // Whatever the day is: a rule that does not apply is not judged.
                Value::Unknown(_) | Value::Error(_) => {
                    let applies = rule.applies.map_or(Out::of(Value::Bool(true)), |op| self.out(op));
                    return match (applies.value, at.value) {
                        (Value::Bool(false), _) => {
                            Outcome::inapplicable(elements, Inapplicable::Condition, applies.why)
                        }
                        (Value::Unknown(more), day) => {
                            let missing_applies = self.union(self.missing_of(day), more);
                            Outcome { missing_applies, ..Outcome::new(elements, Verdict::Unknown) }
                        }
                        (_, Value::Unknown(missing)) => {
                            Outcome { missing_applies: missing, ..Outcome::new(elements, Verdict::Unknown) }
                        }
                        (_, Value::Error(fault)) => {
                            Outcome { fault: Some(fault), ..Outcome::new(elements, Verdict::Error) }
                        }
                        _ => Outcome::new(elements, Verdict::Error),
                    };
                }
                _ => {}
            }
        }
        let applies = rule.applies.map_or(Out::of(Value::Bool(true)), |op| self.out(op));
        match applies.value {
            Value::Bool(true) => {}
            Value::Bool(false) => {
                return Outcome::inapplicable(elements, Inapplicable::Condition, applies.why);
            }
            Value::Unknown(missing) => {
                // What `require` would ask is told too, in a group of its own.
                let requirement = self.requirement(rule).out;
                let open = match requirement.value {
                    Value::Unknown(missing) => missing,
                    _ => Leaves::NONE,
                };
                self.vacuous.clear();
                return Outcome {
                    missing_applies: missing,
                    missing_require: open,
                    ..Outcome::new(elements, Verdict::Unknown)
                };
            }
            Value::Error(fault) => {
                return Outcome { fault: Some(fault), ..Outcome::new(elements, Verdict::Error) };
            }
            _ => return Outcome::new(elements, Verdict::Error),
        }
        self.vacuous.clear();
        let Requirement { out, due, deadlines } = self.requirement(rule);
        let mut vacuous = std::mem::take(&mut self.vacuous);
        if vacuous.len() > 1 {
            let mut known = HashSet::new();
            vacuous.retain(|list| known.insert(*list));
        }
        let mut outcome = Outcome { due, deadlines, vacuous, ..Outcome::new(elements, Verdict::Error) };
        match out.value {
            Value::Bool(met) => {
                outcome.verdict = if met { Verdict::Pass } else { Verdict::Fail };
                outcome.why_require = out.why;
                outcome.why_applies = self.union(before, applies.why);
            }
            Value::Unknown(missing) => {
                outcome.verdict = Verdict::Unknown;
                outcome.missing_require = missing;
            }
            Value::Error(fault) => outcome.fault = Some(fault),
            _ => {}
        }
        outcome
    }

    /// `require`, the recurring duty and the deadlines, folded with `&&`.
    fn requirement(&mut self, rule: &'a RuleCode) -> Requirement<'a> {
        let mut fold = Conjunction::default();
        let mut decided = None;
        let mut due = Due::None;
        let mut deadlines = BumpVec::new_in(self.arena);
        if let Some(op) = rule.require {
            let out = self.out(op);
            decided = decided.or(fold.add(self, out, op));
        }
        if let Some(recurring) = &rule.recurring {
            let (out, next) = self.recurring(recurring);
            due = earlier(due, next);
            decided = decided.or(fold.add(self, out, recurring.last));
        }
        for deadline in &rule.deadlines {
            let (out, next, outcome) = self.deadline(deadline);
            due = earlier(due, next);
            deadlines.extend(outcome);
            decided = decided.or(fold.add(self, out, deadline.act));
        }
        let out = decided.unwrap_or_else(|| fold.finish());
        Requirement { out, due, deadlines: deadlines.into_bump_slice() }
    }

    fn recurring(&mut self, code: &RecurringCode) -> (Out<'a>, Due<'a>) {
        let last = self.out(code.last);
        let (start, first) = match last.value {
            Value::Error(_) | Value::Unknown(_) => return undecided(last, code.last),
            // What is planned for a later day is not done.
            Value::Date(day) if self.today_against(Comparison::GreaterEqual, day) => (last, false),
            _ => (self.out(code.from), true),
        };
        let every = self.out(code.every);
        let why = self.union(self.union(last.why, start.why), every.why);
        let (day, period) = match (start.value, every.value) {
            (Value::Date(day), Value::Period(period)) => (day, period),
            (Value::Error(_), _) => return undecided(start, code.from),
            (_, Value::Error(_)) => return undecided(every, code.every),
            (from, every) => {
                let missing = self.union(self.missing_of(from), self.missing_of(every));
                return undecided(Out::of(Value::Unknown(missing)), code.from);
            }
        };
        let counted = match period {
            // The first whole fiscal year: counted as if done the day before.
            Period::FiscalYears(_) if first => day.plus_days(-1),
            _ => Some(day),
        };
        match counted.and_then(|day| day.plus(period)) {
            Some(due) => {
                let met = self.today_against(Comparison::LessEqual, due);
                (Out { value: Value::Bool(met), why }, Due::On(due))
            }
            None => {
                let fault = Fault { kind: super::FaultKind::DateRange, op: code.every };
                undecided(Out::of(Value::Error(fault)), code.every)
            }
        }
    }

    fn deadline(&mut self, code: &'a DeadlineCode) -> (Out<'a>, Due<'a>, Option<DeadlineOutcome<'a>>) {
        let by = self.out(code.by);
        let act = self.out(code.act);
        let Value::Date(last) = by.value else {
            let (out, due) = undecided(by, code.by);
            let out = match (out.value, act.value) {
                (Value::Unknown(a), Value::Unknown(b)) => Out::of(Value::Unknown(self.union(a, b))),
                (Value::Unknown(_), Value::Error(_)) => act,
                _ => out,
            };
            return (out, due, None);
        };
        let done = match act.value {
            Value::Error(_) => return (act, Due::None, None),
            Value::Unknown(missing) => return (Out::of(act.value), Due::Unknown(missing), None),
            // What is planned for a later day is not done.
            Value::Date(day) => Some(day).filter(|day| self.today_against(Comparison::GreaterEqual, *day)),
            _ => None,
        };
        let state = match done {
            Some(day) if day <= last => DeadlineState::Done,
            Some(_) => DeadlineState::Late,
            None if self.today_against(Comparison::LessEqual, last) => DeadlineState::Open,
            None => DeadlineState::Overdue,
        };
        let met = matches!(state, DeadlineState::Done | DeadlineState::Open);
        let due = match state {
            DeadlineState::Open | DeadlineState::Overdue => Due::On(last),
            _ => Due::None,
        };
        let why = self.union(act.why, by.why);
        (Out { value: Value::Bool(met), why }, due, Some(DeadlineOutcome { id: &code.id, by: last, state }))
    }
}

/// `&&` over what is asked, each part with the facts that decided it.
#[derive(Default)]
struct Conjunction<'a> {
    missing: Option<Missing<'a>>,
    error: Option<Out<'a>>,
    why: Leaves<'a>,
}

impl<'a> Conjunction<'a> {
    /// Takes the next part; `Some` if it decides.
    fn add<const TRACE: bool>(&mut self, run: &Run<'a, TRACE>, out: Out<'a>, op: OpId) -> Option<Out<'a>> {
        match out.value {
            Value::Bool(false) => return Some(out),
            Value::Bool(true) => self.why = run.union(self.why, out.why),
            Value::Unknown(missing) => self.missing = Some(run.union(self.missing.unwrap_or_default(), missing)),
            Value::Error(_) => self.error = self.error.or(Some(out)),
            _ => self.error = self.error.or(Some(Out::of(run.fault(super::FaultKind::Types, op)))),
        }
        None
    }

    /// What the parts came to.
    fn finish(self) -> Out<'a> {
        match (self.missing, self.error) {
            (Some(missing), _) => Out::of(Value::Unknown(missing)),
            (None, Some(error)) => error,
            (None, None) => Out { value: Value::Bool(true), why: self.why },
        }
    }
}

struct Requirement<'a> {
    out: Out<'a>,
    due: Due<'a>,
    deadlines: &'a [DeadlineOutcome<'a>],
}

/// The earlier day; what is not known, and then what went wrong, only where no day is known.
fn earlier<'a>(a: Due<'a>, b: Due<'a>) -> Due<'a> {
    match (a, b) {
        (Due::On(a), Due::On(b)) => Due::On(a.min(b)),
        (day @ Due::On(_), _) | (_, day @ Due::On(_)) => day,
        (unknown @ Due::Unknown(_), _) | (_, unknown @ Due::Unknown(_)) => unknown,
        (error @ Due::Error(_), _) | (_, error @ Due::Error(_)) => error,
        _ => Due::None,
    }
}

/// A day or period that is not known, at the instruction `op`.
fn undecided(out: Out<'_>, op: OpId) -> (Out<'_>, Due<'_>) {
    match out.value {
        Value::Unknown(missing) => (out, Due::Unknown(missing)),
        Value::Error(fault) => (out, Due::Error(fault)),
        // The checker lets nothing else through.
        _ => {
            let fault = Fault { kind: super::FaultKind::Types, op };
            (Out::of(Value::Error(fault)), Due::Error(fault))
        }
    }
}
