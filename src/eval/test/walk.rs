//! Lists that a test walks through.

use bumpalo::collections::Vec as BumpVec;

use super::super::{Run, Value};
use super::Rowed;
use crate::bound::{Cell, Made, Rows};
use crate::program::{Comparison, MAX_LEVELS, Plan, Stage, Test, Walk};

impl<'a, const TRACE: bool> Run<'a, TRACE> {
    /// The rows of the elements of a list, where they were made.
    #[inline(always)]
    fn rows_of(&mut self, rows: &Rowed, walk: &Walk) -> Option<Made> {
        let (node, made) = match *self.look_at(rows, &walk.list) {
            Cell::List(Rows { node, made: Some(made), .. }) => (node, made),
            Cell::Object(_) => match self.bound.at(rows.row(walk.list.level), walk.members) {
                Cell::List(Rows { made: Some(made), .. }) => return Some(*made),
                _ => return None,
            },
            _ => return None,
        };
        if TRACE && made.is_empty() && walk.quantifier && self.vacuous.last() != Some(&node) {
            self.vacuous.push(node);
        }
        Some(made)
    }

    /// Takes the steps of so many elements.
    #[inline(always)]
    pub(super) fn charge(&mut self, walk: &Walk, elements: u32) -> Option<()> {
        self.step(u64::from(elements) * u64::from(walk.cost)).then_some(())
    }

    /// `all` (what absorbs is false) or `exists` (what absorbs is true).
    #[inline(never)]
    pub(super) fn walked(&mut self, rows: &mut Rowed, walk: &'a Walk, absorbing: bool) -> Option<bool> {
        let program = self.program;
        let made = self.rows_of(rows, walk)?;
        if let Some(plan) = &walk.plan {
            return self.walk_by_plan(rows, walk, plan, made, absorbing);
        }
        if !TRACE && walk.by_column {
            return self.walk_by_column(rows, walk, made, absorbing);
        }
        // What is asked of each element is looked up once.
        match program.tests.get(walk.body.0 as usize)? {
            Test::And(tests) => {
                let tests = tests.of(&program.tests);
                self.walk(rows, walk, made, absorbing, |run, rows| run.fold_tests(rows, tests, false))
            }
            Test::Or(tests) => {
                let tests = tests.of(&program.tests);
                self.walk(rows, walk, made, absorbing, |run, rows| run.fold_tests(rows, tests, true))
            }
            test => self.walk(rows, walk, made, absorbing, |run, rows| run.test(rows, test)),
        }
    }

    #[inline(always)]
    fn walk(
        &mut self,
        rows: &mut Rowed,
        walk: &Walk,
        made: Made,
        absorbing: bool,
        mut body: impl FnMut(&mut Self, &mut Rowed) -> Option<bool>,
    ) -> Option<bool> {
        let start = self.trail.len();
        let mut left = made;
        while let Some(row) = left.next() {
            let mark = self.trail.len();
            rows.set(walk.level, row);
            if body(self, rows)? == absorbing {
                if TRACE {
                    self.trail.drain(start..mark);
                }
                self.charge(walk, made.len() - left.len())?;
                return Some(absorbing);
            }
        }
        self.charge(walk, made.len())?;
        Some(!absorbing)
    }

    #[inline(never)]
    fn walk_by_plan(
        &mut self,
        rows: &mut Rowed,
        walk: &'a Walk,
        plan: &'a Plan,
        made: Made,
        absorbing: bool,
    ) -> Option<bool> {
        let kept = self.through(rows, walk, plan, made)?;
        let start = self.trail.len();
        for at in 0..kept.len() {
            let mark = self.trail.len();
            self.stand_on(rows, walk, plan, kept.get(at));
            if self.test_at(rows, walk.body)? == absorbing {
                if TRACE {
                    self.trail.drain(start..mark);
                }
                return Some(absorbing);
            }
        }
        Some(!absorbing)
    }

    /// How many elements are such.
    #[inline(never)]
    pub(super) fn counted(&mut self, rows: &mut Rowed, walk: &'a Walk) -> Option<i64> {
        let made = self.rows_of(rows, walk)?;
        if !TRACE && walk.by_column {
            return self.counted_by_column(rows, walk, made);
        }
        let mut count = 0;
        let Some(plan) = &walk.plan else {
            for row in made {
                rows.set(walk.level, row);
                count += i64::from(self.test_at(rows, walk.body)?);
            }
            self.charge(walk, made.len())?;
            return Some(count);
        };
        let kept = self.through(rows, walk, plan, made)?;
        for at in 0..kept.len() {
            self.stand_on(rows, walk, plan, kept.get(at));
            count += i64::from(self.test_at(rows, walk.body)?);
        }
        Some(count)
    }

    pub(super) fn count_test(
        &mut self,
        rows: &mut Rowed,
        walk: &'a Walk,
        comparison: Comparison,
        wanted: i64,
    ) -> Option<bool> {
        let count = self.counted(rows, walk)?;
        Some(comparison.of(&count, &wanted))
    }

    /// Takes all elements through the stages of a walk, one stage after another as they are written: what a
    /// filter cannot tell of one element is nothing that an earlier element may hide.
    fn through(&mut self, rows: &mut Rowed, walk: &'a Walk, plan: &'a Plan, made: Made) -> Option<Kept<'a>> {
        self.forget_held(&plan.fresh);
        self.charge(walk, made.len())?;
        let mut kept = Kept::All(made);
        for stage in &plan.stages {
            match stage {
                Stage::Take(fact) => {
                    for at in 0..kept.len() {
                        self.stand_on(rows, walk, plan, kept.get(at));
                        if matches!(self.look_at(rows, fact), Cell::Absent) {
                            return None;
                        }
                    }
                }
                Stage::Keep(test) => {
                    let mut some = BumpVec::with_capacity_in(kept.len() as usize, self.arena);
                    for at in 0..kept.len() {
                        let (row, place) = kept.get(at);
                        self.stand_on(rows, walk, plan, (row, place));
                        if self.test_at(rows, *test)? {
                            some.push((row, some.len() as u32));
                        }
                    }
                    kept = Kept::Some(some.into_bump_slice());
                }
            }
        }
        Some(kept)
    }

    /// Lets the level of a walk, and the locals that instructions read, stand at an element.
    #[inline(always)]
    fn stand_on(&mut self, rows: &mut Rowed, walk: &Walk, plan: &Plan, (row, place): (u32, u32)) {
        rows.set(walk.level, row);
        self.places[walk.level as usize & (MAX_LEVELS - 1)] = place;
        if !plan.locals.is_empty()
            && let Some(node) = self.bound.row_of(row)
        {
            let element = self.element(node, Some(row), plan.scalar);
            for local in &plan.locals {
                self.locals[local.0 as usize] = element;
            }
        }
        if let (Some(key), false) = (plan.key, plan.keys.is_empty()) {
            let key = match self.bound.at(row, key) {
                Cell::Absent => Value::Int(place.into()),
                key => self.held(*key),
            };
            for local in &plan.keys {
                self.locals[local.0 as usize] = key;
            }
        }
    }
}

/// The elements that came through the stages so far.
#[derive(Clone, Copy)]
enum Kept<'a> {
    All(Made),
    /// Where the row of each begins, and which one it is.
    Some(&'a [(u32, u32)]),
}

impl Kept<'_> {
    fn len(self) -> u32 {
        match self {
            Kept::All(made) => made.len(),
            Kept::Some(some) => some.len() as u32,
        }
    }

    #[inline(always)]
    fn get(self, at: u32) -> (u32, u32) {
        match self {
            Kept::All(made) => (made.at(at).unwrap_or_default(), at),
            Kept::Some(some) => some.get(at as usize).copied().unwrap_or_default(),
        }
    }
}
