//! Tests: conditions over bound facts, decided without making a value.
//!
//! `None` says that the test cannot tell, because a fact is absent or not of the type it was taken to be;
//! then the instruction behind it is run, which knows unknowns and errors.

use super::{Element, LeafRef, Run, Value};
use crate::bound::{Cell, Rows, Text};
use crate::json::{Kind, NodeId};
use crate::program::{
    CellId, Compared, Comparison, FactRef, Known, Look, MAX_LEVELS, Term, TermOf, Test, TestId, Tested, Tests, Walk,
    Word,
};
use crate::time::Timestamp;
use crate::value::Day;

/// Where the rows begin that a test looks at.
type Rowed = [u32; MAX_LEVELS];

/// A value that can be compared, borrowed.
#[derive(Clone, Copy)]
enum Seen<'a> {
    Bool(bool),
    Int(i64),
    Double(f64),
    Text(&'a [u8]),
    Time(Timestamp),
    Date(Day),
    Never,
}

impl Comparison {
    #[inline(always)]
    fn of<T: PartialOrd>(self, a: &T, b: &T) -> bool {
        match self {
            Comparison::Equal => a == b,
            Comparison::NotEqual => a != b,
            Comparison::Less => a < b,
            Comparison::LessEqual => a <= b,
            Comparison::Greater => a > b,
            Comparison::GreaterEqual => a >= b,
        }
    }
}

impl<'a, const TRACE: bool> Run<'a, TRACE> {
    /// Decides `tested`, if it can.
    #[inline]
    pub(super) fn tested(&mut self, tested: &'a Tested) -> Option<bool> {
        let mut rows: Rowed = [0; MAX_LEVELS];
        for (level, local, scope) in &tested.outer {
            let row = match self.locals[local.0 as usize] {
                Value::Record(Element { row: Some(row), .. }) => row.get(),
                _ => return None,
            };
            if self.bound.scope(row) != Some(*scope) {
                return None;
            }
            rows[*level as usize] = row;
        }
        if !self.step(tested.cost.into()) {
            return None;
        }
        let mark = self.trail.len();
        let decided = self.test(&mut rows, &tested.test);
        if TRACE && decided.is_none() {
            self.trail.truncate(mark);
        }
        decided
    }

    #[inline(always)]
    fn look_at(&mut self, rows: &Rowed, fact: &FactRef) -> &'a Cell {
        let row = rows[fact.level as usize & (MAX_LEVELS - 1)];
        if TRACE {
            self.note(row, fact);
        }
        self.bound.at(row, fact.cell)
    }

    /// Adds a fact to the trail.
    fn note(&mut self, row: u32, fact: &FactRef) {
        let Some(path) = fact.path else { return };
        let base = self.bound.row_of(row).unwrap_or(NodeId::ROOT);
        self.trail.push(LeafRef { base, path });
    }

    #[inline(always)]
    fn text(&self, text: Text) -> &'a [u8] {
        self.tape.text().as_bytes().get(text.range()).unwrap_or_default()
    }

    /// Whether a string is `word`; most are told apart by how they begin and how long they are.
    #[inline(always)]
    fn is_word(&self, text: &Text, word: &Word) -> bool {
        text.head == word.head
            && text.len as usize == word.text.len()
            && (word.text.len() <= 8 || self.text(*text) == word.text.as_bytes())
    }

    /// Decides a test; what looks at one fact stands where it is called.
    #[inline(always)]
    fn test(&mut self, rows: &mut Rowed, test: &'a Test) -> Option<bool> {
        match test {
            Test::Fact(fact, wanted) => match self.look_at(rows, fact) {
                Cell::Bool(value) => Some(value == wanted),
                _ => None,
            },
            Test::Text(fact, equal, wanted) => match self.look_at(rows, fact) {
                Cell::Str(text) => Some(self.is_word(text, wanted) == *equal),
                _ => None,
            },
            Test::Int(fact, comparison, wanted) => match self.look_at(rows, fact) {
                Cell::Int(value) => Some(comparison.of(value, wanted)),
                Cell::Double(value) => Some(comparison.of(value, &(*wanted as f64))),
                _ => None,
            },
            Test::Double(fact, comparison, wanted) => match self.look_at(rows, fact) {
                Cell::Double(value) => Some(comparison.of(value, wanted)),
                Cell::Int(value) => Some(comparison.of(&(*value as f64), wanted)),
                _ => None,
            },
            other => self.compound(rows, other),
        }
    }

    #[inline(always)]
    fn test_at(&mut self, rows: &mut Rowed, id: TestId) -> Option<bool> {
        let program = self.program;
        self.test(rows, program.tests.get(id.0 as usize)?)
    }

    /// The tests of a conjunction or a disjunction, one after another.
    #[inline(always)]
    fn fold_tests(&mut self, rows: &mut Rowed, tests: &'a [Test], absorbing: bool) -> Option<bool> {
        let start = self.trail.len();
        for test in tests {
            let mark = self.trail.len();
            if self.test(rows, test)? == absorbing {
                if TRACE {
                    self.trail.drain(start..mark);
                }
                return Some(absorbing);
            }
        }
        Some(!absorbing)
    }

    #[inline(never)]
    fn compound(&mut self, rows: &mut Rowed, test: &'a Test) -> Option<bool> {
        match test {
            Test::And(tests) => self.joined(rows, *tests, false),
            Test::Or(tests) => self.joined(rows, *tests, true),
            Test::Every(walk) => self.walked(rows, walk, false),
            Test::Some(walk) => self.walked(rows, walk, true),
            Test::Compare(compared) => self.compared(rows, compared),
            Test::Constant(value) => Some(*value),
            Test::Not(test) => self.test_at(rows, *test).map(|holds| !holds),
            Test::AmongTexts(fact, texts) => match self.look_at(rows, fact) {
                Cell::Str(text) => Some(texts.iter().any(|wanted| self.is_word(text, wanted))),
                _ => None,
            },
            Test::AmongInts(fact, numbers) => match self.look_at(rows, fact) {
                Cell::Int(value) => Some(numbers.contains(value)),
                _ => None,
            },
            Test::Has(fact, inside) => self.has_test(rows, fact, *inside),
            Test::If(condition, yes, no) => {
                let next = if self.test_at(rows, *condition)? { yes } else { no };
                self.test_at(rows, *next)
            }
            Test::Holds(list, wanted) => self.holds_test(rows, list, wanted),
            Test::Look(fact, look) => self.looked(rows, fact, look),
            Test::Size(fact, comparison, wanted) => self.sized(rows, fact, *comparison, *wanted),
            Test::Count(walk, comparison, wanted) => self.counted(rows, walk, *comparison, *wanted),
            Test::Fact(..) | Test::Text(..) | Test::Int(..) | Test::Double(..) => None,
        }
    }

    #[inline(never)]
    fn joined(&mut self, rows: &mut Rowed, tests: Tests, absorbing: bool) -> Option<bool> {
        let program = self.program;
        self.fold_tests(rows, tests.of(&program.tests), absorbing)
    }

    /// The rows of the elements of a list, where they were made for this scope: the first, how many, and
    /// how far apart.
    #[inline(always)]
    fn rows_of(&mut self, rows: &Rowed, walk: &Walk) -> Option<(u32, u32, u32)> {
        let Cell::List(Rows { first, len, .. }) = *self.look_at(rows, &walk.list) else { return None };
        if len == 0 {
            return None;
        }
        let first = first?.get();
        if self.bound.scope(first) != Some(walk.scope) || !self.step(u64::from(len) * u64::from(walk.cost)) {
            return None;
        }
        Some((first, len, 1 + self.program.layout.width(walk.scope) as u32))
    }

    #[inline(never)]
    fn walked(&mut self, rows: &mut Rowed, walk: &'a Walk, absorbing: bool) -> Option<bool> {
        let program = self.program;
        // What is asked of each element is looked up once.
        match program.tests.get(walk.body.0 as usize)? {
            Test::And(tests) => {
                let tests = tests.of(&program.tests);
                self.walk(rows, walk, absorbing, |run, rows| run.fold_tests(rows, tests, false))
            }
            Test::Or(tests) => {
                let tests = tests.of(&program.tests);
                self.walk(rows, walk, absorbing, |run, rows| run.fold_tests(rows, tests, true))
            }
            test => self.walk(rows, walk, absorbing, |run, rows| run.test(rows, test)),
        }
    }

    #[inline(always)]
    fn walk(
        &mut self,
        rows: &mut Rowed,
        walk: &Walk,
        absorbing: bool,
        mut body: impl FnMut(&mut Self, &mut Rowed) -> Option<bool>,
    ) -> Option<bool> {
        let (first, len, apart) = self.rows_of(rows, walk)?;
        let level = walk.level as usize & (MAX_LEVELS - 1);
        let start = self.trail.len();
        rows[level] = first;
        for _ in 0..len {
            let mark = self.trail.len();
            if body(self, rows)? == absorbing {
                if TRACE {
                    self.trail.drain(start..mark);
                }
                return Some(absorbing);
            }
            rows[level] += apart;
        }
        Some(!absorbing)
    }

    #[inline(never)]
    fn counted(&mut self, rows: &mut Rowed, walk: &'a Walk, comparison: Comparison, wanted: i64) -> Option<bool> {
        let (first, len, apart) = self.rows_of(rows, walk)?;
        let level = walk.level as usize & (MAX_LEVELS - 1);
        let mut count = 0;
        rows[level] = first;
        for _ in 0..len {
            count += i64::from(self.test_at(rows, walk.body)?);
            rows[level] += apart;
        }
        Some(comparison.of(&count, &wanted))
    }

    #[inline(never)]
    fn has_test(&mut self, rows: &Rowed, fact: &FactRef, inside: Option<CellId>) -> Option<bool> {
        let row = rows[fact.level as usize & (MAX_LEVELS - 1)];
        match (self.look_at(rows, fact), inside) {
            (Cell::Absent, Some(inside)) => match self.bound.at(row, inside) {
                Cell::Object(_) => Some(false),
                _ => None,
            },
            (Cell::Absent, None) => {
                let node = self.bound.row_of(row)?;
                (self.tape.kind(node) == Kind::Object).then_some(false)
            }
            _ => Some(true),
        }
    }

    #[inline(never)]
    fn sized(&mut self, rows: &Rowed, fact: &FactRef, comparison: Comparison, wanted: i64) -> Option<bool> {
        let size = match *self.look_at(rows, fact) {
            Cell::List(Rows { first: Some(_), len, .. }) => len.into(),
            Cell::List(Rows { node, .. }) => {
                if !self.step_through(node) {
                    return None;
                }
                self.tape.elements(node).count() as i64
            }
            Cell::Str(text) => {
                let text = self.tape.text().get(text.range())?;
                if text.len() >= 16 && !self.step(text.len() as u64 / 16) {
                    return None;
                }
                text.chars().count() as i64
            }
            _ => return None,
        };
        Some(comparison.of(&size, &wanted))
    }

    #[inline(never)]
    fn holds_test(&mut self, rows: &Rowed, list: &FactRef, wanted: &Known) -> Option<bool> {
        let Cell::List(Rows { node, .. }) = *self.look_at(rows, list) else { return None };
        if !self.step_through(node) {
            return None;
        }
        let tape = self.tape;
        for element in tape.elements(node) {
            let is = match (tape.kind(element), wanted) {
                (Kind::String(false), Known::Text(wanted)) => tape.plain_key(element) == Some(wanted.as_bytes()),
                (Kind::Number, Known::Int(wanted)) => tape.int_literal(element)? == *wanted,
                (Kind::Bool(value), Known::Bool(wanted)) => value == *wanted,
                _ => return None,
            };
            if is {
                return Some(true);
            }
        }
        Some(false)
    }

    #[inline(never)]
    fn looked(&mut self, rows: &Rowed, fact: &FactRef, look: &Look) -> Option<bool> {
        let Cell::Str(text) = *self.look_at(rows, fact) else { return None };
        let text = self.tape.text().get(text.range())?;
        if text.len() >= 16 && !self.step(text.len() as u64 / 16) {
            return None;
        }
        Some(match look {
            Look::Start(part) => text.as_bytes().starts_with(part.as_bytes()),
            Look::End(part) => text.as_bytes().ends_with(part.as_bytes()),
            Look::Part(part) => text.contains(&**part),
            Look::Pattern(pattern) => {
                let pattern = self.program.patterns.get(*pattern as usize)?;
                if !self.step(pattern.steps(text.len())) {
                    return None;
                }
                pattern.is_match(text)
            }
        })
    }

    #[inline(always)]
    fn seen(&mut self, rows: &Rowed, term: &'a Term) -> Option<Seen<'a>> {
        let seen = match &term.of {
            TermOf::Fact(fact) => match *self.look_at(rows, fact) {
                Cell::Bool(value) => Seen::Bool(value),
                Cell::Int(value) => Seen::Int(value),
                Cell::Double(value) => Seen::Double(value),
                Cell::Str(text) => Seen::Text(self.text(text)),
                Cell::Timestamp(at) => Seen::Time(at),
                Cell::Date(day) => Seen::Date(day),
                Cell::Never => Seen::Never,
                _ => return None,
            },
            TermOf::Constant(known) => match known {
                Known::Bool(value) => Seen::Bool(*value),
                Known::Int(value) => Seen::Int(*value),
                Known::Double(value) => Seen::Double(*value),
                Known::Text(text) => Seen::Text(text.as_bytes()),
                Known::Time(at) => Seen::Time(*at),
                Known::Date(day) => Seen::Date(*day),
                Known::Never => Seen::Never,
            },
            TermOf::Variable(index) => match *self.variables.get(*index as usize)? {
                Value::Bool(value) => Seen::Bool(value),
                Value::Int(value) => Seen::Int(value),
                Value::Double(value) => Seen::Double(value),
                Value::Str(text) => Seen::Text(text.as_bytes()),
                Value::Timestamp(at) => Seen::Time(at),
                Value::Date(day) => Seen::Date(day),
                _ => return None,
            },
            TermOf::AsOf => Seen::Date(self.as_of),
        };
        match (term.by, seen) {
            (None, seen) => Some(seen),
            (Some(by), Seen::Time(at)) => Some(Seen::Time(at.checked_add(by)?)),
            (Some(_), _) => None,
        }
    }

    #[inline(never)]
    fn compared(&mut self, rows: &Rowed, compared: &'a Compared) -> Option<bool> {
        let comparison = compared.comparison;
        let (a, b) = (self.seen(rows, &compared.left)?, self.seen(rows, &compared.right)?);
        Some(match (a, b) {
            (Seen::Time(a), Seen::Time(b)) => comparison.of(&a, &b),
            (Seen::Date(a), Seen::Date(b)) => comparison.of(&a, &b),
            (Seen::Text(a), Seen::Text(b)) => comparison.of(&a, &b),
            (Seen::Int(a), Seen::Int(b)) => comparison.of(&a, &b),
            (Seen::Bool(a), Seen::Bool(b)) => comparison.of(&a, &b),
            (Seen::Double(a), Seen::Double(b)) => comparison.of(&a, &b),
            (Seen::Int(a), Seen::Double(b)) => comparison.of(&(a as f64), &b),
            (Seen::Double(a), Seen::Int(b)) => comparison.of(&a, &(b as f64)),
            (Seen::Never, Seen::Never) => comparison.of(&(), &()),
            (Seen::Never, Seen::Date(_)) | (Seen::Date(_), Seen::Never) => match comparison {
                Comparison::Equal => false,
                Comparison::NotEqual => true,
                _ => return None,
            },
            _ => return None,
        })
    }
}
