//! Lists that a test walks through column by column: of 64 rows all go through one test before the next.
//! What comes out is what one row after another gives, at the same cost.

use super::super::Run;
use super::{Rowed, is_among_ints, is_bool, is_double, is_int, is_time};
use crate::bound::{Cell, Column, Made};
use crate::program::{Test, Walk};

/// How many rows go through the tests together.
const TOGETHER: u32 = u64::BITS;

/// What a test comes to in some rows, a bit for each.
#[derive(Clone, Copy, Default)]
struct Bits {
    /// Where it holds.
    holds: u64,
    /// Where it cannot tell.
    open: u64,
}

impl Bits {
    /// Asks the rows `live` of a column.
    #[inline(always)]
    fn of(column: Column<'_>, mut live: u64, holds: impl Fn(&Cell) -> Option<bool>) -> Bits {
        let mut bits = Bits::default();
        while live != 0 {
            let row = live.trailing_zeros();
            live &= live - 1;
            match holds(column.at(row)) {
                Some(holds) => bits.holds |= u64::from(holds) << row,
                None => bits.open |= 1 << row,
            }
        }
        bits
    }
}

impl<'a, const TRACE: bool> Run<'a, TRACE> {
    /// `all` (what absorbs is false) or `exists` (what absorbs is true).
    #[inline(never)]
    pub(super) fn walk_by_column(
        &mut self,
        rows: &mut Rowed,
        walk: &'a Walk,
        made: Made,
        absorbing: bool,
    ) -> Option<bool> {
        let mut start = 0;
        while start < made.len() {
            let some = made.part(start, TOGETHER);
            let Bits { holds, open } = self.body(rows, walk, some)?;
            let absorbed = if absorbing { holds } else { all_of(some) & !holds & !open };
            let first = absorbed.trailing_zeros();
            if first < open.trailing_zeros() {
                self.charge(walk, start + first + 1)?;
                return Some(absorbing);
            }
            if open != 0 {
                return None;
            }
            start += TOGETHER;
        }
        self.charge(walk, made.len())?;
        Some(!absorbing)
    }

    /// How many elements are such.
    #[inline(never)]
    pub(super) fn counted_by_column(&mut self, rows: &mut Rowed, walk: &'a Walk, made: Made) -> Option<i64> {
        let (mut start, mut count) = (0, 0);
        while start < made.len() {
            let Bits { holds, open } = self.body(rows, walk, made.part(start, TOGETHER))?;
            if open != 0 {
                return None;
            }
            count += i64::from(holds.count_ones());
            start += TOGETHER;
        }
        self.charge(walk, made.len())?;
        Some(count)
    }

    /// What is asked of each element comes to.
    #[inline(always)]
    fn body(&mut self, rows: &mut Rowed, walk: &'a Walk, some: Made) -> Option<Bits> {
        let program = self.program;
        let (tests, absorbing) = match program.tests.get(walk.body.0 as usize)? {
            Test::And(tests) => (tests.of(&program.tests), false),
            Test::Or(tests) => (tests.of(&program.tests), true),
            test => (std::slice::from_ref(test), false),
        };
        let all = all_of(some);
        // The rows that no test has decided.
        let (mut live, mut open) = (all, 0);
        for test in tests {
            let bits = self.column(rows, some, test, live);
            open |= bits.open;
            live &= !bits.open & if absorbing { !bits.holds } else { bits.holds };
            if live == 0 {
                break;
            }
        }
        Some(Bits { holds: if absorbing { all & !live & !open } else { live }, open })
    }

    #[inline(always)]
    fn column(&mut self, rows: &mut Rowed, some: Made, test: &'a Test, live: u64) -> Bits {
        let bound = self.bound;
        match test {
            Test::Fact(fact, wanted) => Bits::of(bound.column(some, fact.cell), live, |cell| is_bool(cell, *wanted)),
            Test::Text(fact, equal, wanted) => {
                Bits::of(bound.column(some, fact.cell), live, |cell| self.is_text(cell, wanted).map(|is| is == *equal))
            }
            Test::Int(fact, comparison, wanted) => {
                Bits::of(bound.column(some, fact.cell), live, |cell| is_int(cell, *comparison, *wanted))
            }
            Test::Double(fact, comparison, wanted) => {
                Bits::of(bound.column(some, fact.cell), live, |cell| is_double(cell, *comparison, wanted.value()))
            }
            Test::AmongTexts(fact, texts) => {
                Bits::of(bound.column(some, fact.cell), live, |cell| self.is_among_texts(cell, texts))
            }
            Test::AmongInts(fact, numbers) => {
                Bits::of(bound.column(some, fact.cell), live, |cell| is_among_ints(cell, numbers))
            }
            Test::Time(compared) => match self.time(rows, &compared.right) {
                Some(right) => Bits::of(bound.column(some, compared.fact.cell), live, |cell| {
                    is_time(cell, compared.by, compared.comparison, right)
                }),
                None => Bits { holds: 0, open: live },
            },
            // No other is of one cell.
            _ => Bits { holds: 0, open: live },
        }
    }
}

/// A bit for each row of `some`.
fn all_of(some: Made) -> u64 {
    u64::MAX.checked_shr(TOGETHER - some.len()).unwrap_or_default()
}
