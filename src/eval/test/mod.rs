//! Tests: conditions over bound facts, decided without making a value.
//!
//! `None` says that the test cannot tell, because a fact is absent or not of the type it was taken to be;
//! then the instruction behind it is run, which knows unknowns and errors.

mod column;
mod term;
mod walk;

use super::{Element, LeafRef, Run, Value};
use crate::bound::{self, Cell, Rows, Text};
use crate::json::{Kind, NodeId};
use crate::program::{
    Among, Atom, CellId, Compared, Comparison, Constant, FactRef, HeldId, LocalId, Look, MAX_LEVELS, ScopeId, Term,
    Test, TestId, Tested, Tests, TimeCompared, Word,
};
use crate::time::{Duration, Timestamp};

/// Where the rows begin that a test looks at.
#[derive(Default)]
pub(super) struct Rowed([u32; MAX_LEVELS]);

impl Rowed {
    #[inline(always)]
    fn row(&self, level: u8) -> u32 {
        self.0[level as usize & (MAX_LEVELS - 1)]
    }

    #[inline(always)]
    fn set(&mut self, level: u8, row: u32) {
        self.0[level as usize & (MAX_LEVELS - 1)] = row;
    }
}

/// A result that is kept, and the steps and bytes it took.
#[derive(Clone, Copy)]
pub(super) struct Held<'a> {
    result: Atom<'a>,
    steps: u64,
    bytes: u64,
}

impl<'a, const TRACE: bool> Run<'a, TRACE> {
    /// Decides the test `index`, if it can.
    #[inline]
    pub(super) fn tested(&mut self, index: u32) -> Option<bool> {
        let program = self.program;
        let tested = program.tested.get(index as usize)?;
        let mut rows = Rowed::default();
        if !(tested.outer.is_empty() && tested.fresh.is_empty()) {
            self.stand_in(&mut rows, tested)?;
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

    /// Finds the rows of the loops around a test.
    #[inline(never)]
    fn stand_in(&mut self, rows: &mut Rowed, tested: &Tested) -> Option<()> {
        for (level, local, scope) in &tested.outer {
            rows.set(*level, self.row_of_local(*local, *scope)?);
        }
        self.forget_held(&tested.fresh);
        Some(())
    }

    fn row_of_local(&self, local: LocalId, scope: ScopeId) -> Option<u32> {
        let Value::Record(Element { row: Some(row), .. }) = self.locals[local.0 as usize] else { return None };
        (self.bound.scope(row.get()) == Some(scope)).then_some(row.get())
    }

    fn forget_held(&mut self, held: &[HeldId]) {
        for id in held {
            if let Some(slot) = self.kept.get_mut(id.0 as usize) {
                *slot = None;
            }
        }
    }

    #[inline(always)]
    fn look_at(&mut self, rows: &Rowed, fact: &FactRef) -> &'a Cell {
        let row = rows.row(fact.level);
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

    #[inline(always)]
    fn is_text(&self, cell: &Cell, wanted: &Word) -> Option<bool> {
        match cell {
            Cell::Str(text) => Some(self.is_word(text, wanted)),
            _ => None,
        }
    }

    #[inline(always)]
    fn is_among_texts(&self, cell: &Cell, texts: &[Word]) -> Option<bool> {
        match cell {
            Cell::Str(text) => Some(texts.iter().any(|wanted| self.is_word(text, wanted))),
            _ => None,
        }
    }

    /// Decides a test; what looks at one fact stands where it is called.
    #[inline(always)]
    fn test(&mut self, rows: &mut Rowed, test: &'a Test) -> Option<bool> {
        match test {
            Test::Fact(fact, wanted) => is_bool(self.look_at(rows, fact), *wanted),
            Test::Text(fact, equal, wanted) => {
                let cell = self.look_at(rows, fact);
                self.is_text(cell, wanted).map(|is| is == *equal)
            }
            Test::Int(fact, comparison, wanted) => is_int(self.look_at(rows, fact), *comparison, *wanted),
            Test::Double(fact, comparison, wanted) => is_double(self.look_at(rows, fact), *comparison, wanted.value()),
            Test::Same(a, b, wanted) => match (self.look_at(rows, a), self.look_at(rows, b)) {
                (Cell::Str(a), Cell::Str(b)) => Some(self.same_text(a, b) == *wanted),
                (a, b) => self.same_cells(a, b).map(|same| same == *wanted),
            },
            Test::And(tests) => self.joined(rows, *tests, false),
            Test::Or(tests) => self.joined(rows, *tests, true),
            Test::Every(walk) => self.walked(rows, walk, false),
            Test::Some(walk) => self.walked(rows, walk, true),
            Test::Compare(compared) => self.compared(rows, compared),
            Test::Time(compared) => self.time_compared(rows, compared),
            other => self.rarer(rows, other),
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

    /// The other tests; each stands in a place of its own, so that it is paid for where it is met.
    #[inline(never)]
    fn rarer(&mut self, rows: &mut Rowed, test: &'a Test) -> Option<bool> {
        match test {
            Test::AmongTexts(fact, texts) => self.among_texts(rows, fact, texts),
            Test::AmongInts(fact, numbers) => self.among_ints(rows, fact, numbers),
            Test::Among(among) => self.among(rows, among),
            Test::Has(fact, inside) => self.has_test(rows, fact, *inside),
            Test::Not(test) => self.negated(rows, *test),
            Test::If(condition, yes, no) => self.chosen(rows, *condition, *yes, *no),
            Test::Is(term) => self.is_true(rows, term),
            Test::Holds(list, item) => self.holds_test(rows, list, item),
            Test::Look(look) => self.looked(rows, &look.0, &look.1),
            Test::Held(held, test) => self.held_test(rows, *held, *test),
            Test::Size(fact, comparison, wanted) => self.size_test(rows, fact, *comparison, *wanted),
            Test::Count(walk, comparison, wanted) => self.count_test(rows, walk, *comparison, *wanted),
            Test::Constant(value) => Some(*value),
            // Those stand where they are called.
            _ => None,
        }
    }

    #[inline(never)]
    fn compared(&mut self, rows: &mut Rowed, compared: &'a Compared) -> Option<bool> {
        let (left, right) = (compared.left.is_today(), compared.right.is_today());
        let a = self.side(left, |run| run.seen(rows, &compared.left))?;
        let b = self.side(right, |run| run.seen(rows, &compared.right))?;
        self.compared_days(compared.comparison, (left, a.day()), (right, b.day()));
        a.compare(compared.comparison, b)
    }

    #[inline(never)]
    fn time_compared(&mut self, rows: &mut Rowed, compared: &'a TimeCompared) -> Option<bool> {
        let cell = self.look_at(rows, &compared.fact);
        let right = self.time(rows, &compared.right)?;
        is_time(cell, compared.by, compared.comparison, right)
    }

    #[inline(never)]
    fn is_true(&mut self, rows: &mut Rowed, term: &'a Term) -> Option<bool> {
        match self.seen(rows, term)? {
            Atom::Bool(value) => Some(value),
            _ => None,
        }
    }

    #[inline(never)]
    fn negated(&mut self, rows: &mut Rowed, test: TestId) -> Option<bool> {
        self.test_at(rows, test).map(|holds| !holds)
    }

    #[inline(never)]
    fn chosen(&mut self, rows: &mut Rowed, condition: TestId, yes: TestId, no: TestId) -> Option<bool> {
        let next = if self.test_at(rows, condition)? { yes } else { no };
        self.test_at(rows, next)
    }

    #[inline(never)]
    fn among_texts(&mut self, rows: &Rowed, fact: &FactRef, texts: &[Word]) -> Option<bool> {
        let cell = self.look_at(rows, fact);
        self.is_among_texts(cell, texts)
    }

    #[inline(never)]
    fn among_ints(&mut self, rows: &Rowed, fact: &FactRef, numbers: &[i64]) -> Option<bool> {
        is_among_ints(self.look_at(rows, fact), numbers)
    }

    #[inline(never)]
    fn among(&mut self, rows: &mut Rowed, among: &'a Among) -> Option<bool> {
        let item = self.seen(rows, &among.item)?;
        Some(among.known.iter().filter_map(Constant::atom).any(|known| item.same(known)))
    }

    #[inline(never)]
    fn joined(&mut self, rows: &mut Rowed, tests: Tests, absorbing: bool) -> Option<bool> {
        let program = self.program;
        self.fold_tests(rows, tests.of(&program.tests), absorbing)
    }

    #[inline(never)]
    fn has_test(&mut self, rows: &Rowed, fact: &FactRef, inside: Option<CellId>) -> Option<bool> {
        let row = rows.row(fact.level);
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

    /// The size of a string or a list.
    #[inline(never)]
    fn size_at(&mut self, rows: &Rowed, fact: &FactRef) -> Option<i64> {
        Some(match *self.look_at(rows, fact) {
            Cell::List(Rows { node, made, .. }) => {
                // It costs the same with rows as without.
                if !self.step_through(node) {
                    return None;
                }
                made.map_or_else(|| self.tape.elements(node).count() as i64, |made| made.len().into())
            }
            Cell::Str(text) => {
                let text = self.text(text);
                if text.len() >= 16 && !self.step(text.len() as u64 / 16) {
                    return None;
                }
                // As many characters as bytes that continue none.
                text.iter().filter(|byte| (**byte as i8) >= -0x40).count() as i64
            }
            _ => return None,
        })
    }

    fn size_test(&mut self, rows: &Rowed, fact: &FactRef, comparison: Comparison, wanted: i64) -> Option<bool> {
        Some(comparison.of(&self.size_at(rows, fact)?, &wanted))
    }

    #[inline(never)]
    fn same_cells(&self, a: &Cell, b: &Cell) -> Option<bool> {
        Some(self.atom(a)?.same(self.atom(b)?))
    }

    #[inline(always)]
    fn same_text(&self, a: &Text, b: &Text) -> bool {
        a.head == b.head && a.len == b.len && (a.len <= 8 || self.text(*a) == self.text(*b))
    }

    #[inline(never)]
    fn holds_test(&mut self, rows: &mut Rowed, list: &FactRef, item: &'a Term) -> Option<bool> {
        let item = self.seen(rows, item)?;
        let tape = self.tape;
        match *self.look_at(rows, list) {
            Cell::List(Rows { node, scalar, .. }) => {
                if !self.step_through(node) {
                    return None;
                }
                for element in tape.elements(node) {
                    let is = match (tape.kind(element), item) {
                        (Kind::String(false), Atom::Text(wanted)) => tape.plain_key(element) == Some(wanted.as_bytes()),
                        (Kind::String(true), Atom::Text(_)) | (Kind::Array | Kind::Object, _) => return None,
                        _ => self.atom(&bound::decoded(tape, element, scalar))?.same(item),
                    };
                    if is {
                        return Some(true);
                    }
                }
                Some(false)
            }
            Cell::Object(node) => match item {
                Atom::Text(key) => Some(tape.field(node, key).is_some()),
                _ => None,
            },
            _ => None,
        }
    }

    #[inline(never)]
    fn looked(&mut self, rows: &mut Rowed, term: &'a Term, look: &Look) -> Option<bool> {
        let Atom::Text(text) = self.seen(rows, term)? else { return None };
        if text.len() >= 16 && !self.step(text.len() as u64 / 16) {
            return None;
        }
        Some(match look {
            Look::Start(part) => text.as_bytes().starts_with(part.as_bytes()),
            Look::End(part) => text.as_bytes().ends_with(part.as_bytes()),
            Look::Part(part) if text.len() <= SHORT => contains(text.as_bytes(), part.as_bytes()),
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

    /// What `work` comes to, worked out once while what it depends on stands still. It is charged each time.
    #[inline(always)]
    fn worked_out_once(&mut self, id: HeldId, work: impl FnOnce(&mut Self) -> Option<Atom<'a>>) -> Option<Atom<'a>> {
        // Where facts are traced, each reading leaves its own.
        if !TRACE
            && let Some(Some(held)) = self.kept.get(id.0 as usize).copied()
            && held.steps <= self.budget.left()
            && held.bytes <= self.budget.left_bytes()
            && self.step(held.steps)
        {
            self.budget.take_bytes(held.bytes as usize);
            return Some(held.result);
        }
        let before = (self.budget.left(), self.budget.left_bytes());
        let result = work(self)?;
        let (steps, bytes) = (before.0 - self.budget.left(), before.1 - self.budget.left_bytes());
        if let Some(slot) = self.kept.get_mut(id.0 as usize) {
            *slot = Some(Held { result, steps, bytes });
        }
        Some(result)
    }

    #[inline(never)]
    fn held_test(&mut self, rows: &mut Rowed, id: HeldId, test: TestId) -> Option<bool> {
        match self.worked_out_once(id, |run| run.test_at(rows, test).map(Atom::Bool))? {
            Atom::Bool(holds) => Some(holds),
            _ => None,
        }
    }
}

#[inline(always)]
fn is_bool(cell: &Cell, wanted: bool) -> Option<bool> {
    match cell {
        Cell::Bool(value) => Some(*value == wanted),
        _ => None,
    }
}

#[inline(always)]
fn is_int(cell: &Cell, comparison: Comparison, wanted: i64) -> Option<bool> {
    match cell {
        Cell::Int(value) => Some(comparison.of(value, &wanted)),
        Cell::Double(value) => Some(comparison.of(value, &(wanted as f64))),
        _ => None,
    }
}

#[inline(always)]
fn is_double(cell: &Cell, comparison: Comparison, wanted: f64) -> Option<bool> {
    match cell {
        Cell::Double(value) => Some(comparison.of(value, &wanted)),
        Cell::Int(value) => Some(comparison.of(&(*value as f64), &wanted)),
        _ => None,
    }
}

#[inline(always)]
fn is_among_ints(cell: &Cell, numbers: &[i64]) -> Option<bool> {
    match cell {
        Cell::Int(value) => Some(numbers.contains(value)),
        _ => None,
    }
}

/// Whether the comparison holds between the point of time in `cell`, moved, and another.
#[inline(always)]
fn is_time(cell: &Cell, by: Duration, comparison: Comparison, right: Timestamp) -> Option<bool> {
    match cell {
        Cell::Timestamp(at) => Some(comparison.holds(at.checked_add(by)?.cmp(&right))),
        _ => None,
    }
}

/// Up to this length a text is looked through without preparation.
const SHORT: usize = 64;

/// Whether `part` stands in `text`.
fn contains(text: &[u8], part: &[u8]) -> bool {
    match part {
        [] => true,
        [only] => text.contains(only),
        [first, second, rest @ ..] => {
            text.windows(2).enumerate().any(|(at, pair)| pair == [*first, *second] && text[at + 2..].starts_with(rest))
        }
    }
}
