//! Sets of values, as ranges on a scale, and what is known of several terms at once.

use std::collections::BTreeMap;

use crate::types::Type;

/// The value that stands outside the order of a scale: `never` among days, NaN among numbers.
pub(super) const SPECIAL: i128 = i128::MIN;

/// The days of the calendar, but one.
pub(super) const DAYS: i128 = 3_652_058;

/// How many ranges a set keeps; beyond that it is made larger than it is.
const MAX_RANGES: usize = 128;
/// Of how many terms a condition makes something known.
const MAX_FACTS: usize = 32;

/// Values in order, as numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Scale {
    /// False 0, true 1.
    Truth,
    /// Whole numbers, with a sign and without.
    Int,
    /// Numbers, in the order of their bits.
    Double,
    /// Days.
    Day,
    /// Words, in the order in which they were met; the rest stand behind them.
    Word,
    /// Values of any type, as words.
    Open,
    /// How two terms stand to each other.
    Order,
}

/// A node, and every other that says the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct TermId(pub(super) u32);

/// A term on a scale.
pub(super) type Key = (TermId, Scale);

impl Scale {
    /// The scale on which values of the type stand.
    pub fn of(ty: &Type) -> Scale {
        match ty {
            Type::Bool => Scale::Truth,
            Type::Int | Type::Uint => Scale::Int,
            Type::Double => Scale::Double,
            Type::Date | Type::DateOrNever | Type::Never => Scale::Day,
            Type::String | Type::Enum(_) | Type::Link(_) => Scale::Word,
            _ => Scale::Open,
        }
    }

    /// Whether the order of its values is that of its numbers.
    pub fn is_ordered(self) -> bool {
        matches!(self, Scale::Truth | Scale::Int | Scale::Double | Scale::Day)
    }

    /// All values but the special one.
    pub fn numbers(self) -> Set {
        match self {
            Scale::Truth => Set::range(0, 1),
            Scale::Int => Set::range(i64::MIN.into(), u64::MAX.into()),
            Scale::Double => Set::range(double(f64::NEG_INFINITY), double(f64::INFINITY)),
            Scale::Day => Set::range(0, DAYS),
            Scale::Word | Scale::Open => Set::range(0, i64::MAX.into()),
            Scale::Order => Set::range(0, 3),
        }
    }

    /// All values.
    pub fn full(self) -> Set {
        match self {
            Scale::Double | Scale::Day => self.numbers().or(&Set::point(SPECIAL)),
            _ => self.numbers(),
        }
    }
}

/// A double as a whole number, in the same order; both zeros are one.
pub(super) fn double(value: f64) -> i128 {
    let bits = (value + 0.0).to_bits() as i64;
    i128::from(if bits < 0 { i64::MIN.wrapping_sub(bits) } else { bits })
}

/// A set of values: ranges that do not touch, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Set(Vec<(i128, i128)>);

impl Set {
    /// One value.
    pub fn point(value: i128) -> Set {
        Set(vec![(value, value)])
    }

    /// All values from `least` to `most`.
    pub fn range(least: i128, most: i128) -> Set {
        Set(if least <= most { vec![(least, most)] } else { Vec::new() })
    }

    /// The values of which each is in `values`.
    pub fn points(mut values: Vec<i128>) -> Set {
        values.sort_unstable();
        Set(values.into_iter().map(|value| (value, value)).collect()).joined()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn has(&self, value: i128) -> bool {
        self.0.iter().any(|(least, most)| (*least..=*most).contains(&value))
    }

    /// The least value of those that have an order.
    pub fn least(&self) -> Option<i128> {
        self.0.iter().find(|(_, most)| *most != SPECIAL).map(|(least, _)| *least)
    }

    /// The greatest.
    pub fn most(&self) -> Option<i128> {
        self.0.last().map(|(_, most)| *most).filter(|most| *most != SPECIAL)
    }

    /// What is in both.
    pub fn and(&self, other: &Set) -> Set {
        let mut found = Vec::new();
        let (mut a, mut b) = (self.0.iter().peekable(), other.0.iter().peekable());
        while let (Some(x), Some(y)) = (a.peek(), b.peek()) {
            let (least, most) = (x.0.max(y.0), x.1.min(y.1));
            if least <= most {
                found.push((least, most));
            }
            if x.1 < y.1 {
                a.next()
            } else {
                b.next()
            };
        }
        Set(found)
    }

    /// What is in either.
    pub fn or(&self, other: &Set) -> Set {
        let mut all: Vec<(i128, i128)> = self.0.iter().chain(&other.0).copied().collect();
        all.sort_unstable();
        Set(all).joined()
    }

    /// What is in this one alone.
    pub fn without(&self, other: &Set) -> Set {
        let mut found = Vec::new();
        let mut others = other.0.iter().peekable();
        for (least, most) in &self.0 {
            let mut from = *least;
            let mut is_left = true;
            while let Some((start, end)) = others.peek().copied() {
                if *end < from {
                    others.next();
                    continue;
                }
                if *start > *most {
                    break;
                }
                if from < *start {
                    found.push((from, start - 1));
                }
                if *end >= *most {
                    is_left = false;
                    break;
                }
                from = end + 1;
                others.next();
            }
            if is_left {
                found.push((from, *most));
            }
        }
        Set(found)
    }

    /// Ranges in order, joined where they touch.
    fn joined(self) -> Set {
        let mut found: Vec<(i128, i128)> = Vec::with_capacity(self.0.len());
        for (least, most) in self.0 {
            match found.last_mut() {
                Some(last) if last.1.checked_add(1).is_none_or(|next| least <= next) => last.1 = last.1.max(most),
                _ => found.push((least, most)),
            }
        }
        Set(found)
    }

    /// The same, or a larger set with fewer ranges.
    fn widened(mut self) -> Set {
        if self.0.len() > MAX_RANGES {
            let most = self.0.last().map_or(0, |(_, most)| *most);
            self.0.truncate(MAX_RANGES);
            if let Some(last) = self.0.last_mut() {
                last.1 = most;
            }
        }
        self
    }
}

/// What is known of terms, all at once.
#[derive(Clone, Debug, Default)]
pub(super) struct Facts {
    known: BTreeMap<Key, Set>,
    /// What was known before, to go back to.
    before: Vec<(Key, Option<Set>)>,
}

impl Facts {
    /// That a term is in `set`.
    pub fn one(key: Key, set: Set) -> Facts {
        Facts { known: BTreeMap::from([(key, set.widened())]), before: Vec::new() }
    }

    pub fn of(&self, key: Key) -> Option<&Set> {
        self.known.get(&key)
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// How much has been assumed, for [`Facts::go_back`].
    pub fn len(&self) -> usize {
        self.before.len()
    }

    /// Takes `facts` as known too. False if both cannot be.
    pub fn assume(&mut self, facts: &Facts) -> bool {
        let mut can_be = true;
        for (key, set) in &facts.known {
            let known = self.known.get(key);
            let both = known.map_or_else(|| set.clone(), |known| known.and(set));
            can_be &= !both.is_empty();
            let before = self.known.insert(*key, both.widened());
            self.before.push((*key, before));
        }
        can_be
    }

    /// Forgets what was assumed since.
    pub fn go_back(&mut self, to: usize) {
        for (key, set) in self.before.drain(to..).rev() {
            match set {
                Some(set) => self.known.insert(key, set),
                None => self.known.remove(&key),
            };
        }
    }

    /// What is known where both are.
    pub fn and(mut self, other: Facts) -> Facts {
        for (key, set) in other.known {
            if let Some(known) = self.known.get_mut(&key) {
                *known = known.and(&set);
            } else if self.known.len() < MAX_FACTS {
                self.known.insert(key, set);
            }
        }
        self
    }

    /// What is known where either is.
    pub fn or(mut self, other: &Facts) -> Facts {
        self.known.retain(|key, set| match other.known.get(key) {
            Some(known) => {
                *set = set.or(known).widened();
                true
            }
            None => false,
        });
        self
    }
}

/// What is known where a condition holds, and where it does not; `None` where that cannot be.
#[derive(Clone, Debug)]
pub(super) struct Truth {
    pub yes: Option<Facts>,
    pub no: Option<Facts>,
}

impl Truth {
    /// A condition that comes out as `holds`.
    pub fn fixed(holds: bool) -> Truth {
        let side = |is: bool| is.then(Facts::default);
        Truth { yes: side(holds), no: side(!holds) }
    }

    /// What it always comes to.
    pub fn constant(&self) -> Option<bool> {
        match (&self.yes, &self.no) {
            (Some(_), None) => Some(true),
            (None, Some(_)) => Some(false),
            _ => None,
        }
    }

    pub fn denied(self) -> Truth {
        Truth { yes: self.no, no: self.yes }
    }

    /// Of two conditions that hold alike.
    pub fn and(self, other: Truth) -> Truth {
        let both = |a: Option<Facts>, b: Option<Facts>| a.zip(b).map(|(a, b)| a.and(b));
        Truth { yes: both(self.yes, other.yes), no: both(self.no, other.no) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every set of some of the numbers from 0 to 7.
    fn sets() -> impl Iterator<Item = (u32, Set)> {
        (0..256_u32)
            .map(|bits| (bits, Set::points((0..8).filter(|at| bits & (1 << at) != 0).map(i128::from).collect())))
    }

    #[test]
    fn sets_are_joined_cut_and_taken_away_like_sets() {
        let bits = |set: &Set| (0..8).filter(|at| set.has((*at).into())).fold(0_u32, |bits, at| bits | 1 << at);
        for (a, x) in sets() {
            assert_eq!(bits(&x), a);
            assert_eq!(x.is_empty(), a == 0);
            for (b, y) in sets() {
                assert_eq!(bits(&x.and(&y)), a & b);
                assert_eq!(bits(&x.or(&y)), a | b);
                assert_eq!(bits(&x.without(&y)), a & !b);
            }
        }
    }

    #[test]
    fn doubles_keep_their_order_as_numbers() {
        let ordered = [f64::NEG_INFINITY, -1e300, -2.5, -1.0, -5e-324, 0.0, 5e-324, 1.0, 2.5, f64::MAX, f64::INFINITY];
        assert!(ordered.windows(2).all(|pair| double(pair[0]) < double(pair[1])));
        assert_eq!(double(-0.0), double(0.0));
    }

    #[test]
    fn a_set_of_too_many_ranges_becomes_larger_never_smaller() {
        let many = Set::points((0..1000).map(|at| at * 3).collect());
        let wide = many.clone().widened();
        assert!(wide.0.len() <= MAX_RANGES && many.without(&wide).is_empty());
    }
}
