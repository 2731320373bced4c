//! Values without parts: their order, and what is calculated with them. Constants, facts and what an
//! instruction yields all become atoms where they are compared or added.

use std::cmp::Ordering;

use super::{Arithmetic, Comparison, FaultKind};
use crate::time::{Duration, Timestamp};
use crate::value::Day;

/// A value without parts, borrowed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Atom<'a> {
    /// `null`
    Null,
    /// A boolean.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// An unsigned number.
    Uint(u64),
    /// A number.
    Double(f64),
    /// A string.
    Text(&'a str),
    /// A point of time.
    Time(Timestamp),
    /// A length of time.
    Duration(Duration),
    /// A day.
    Date(Day),
    /// The answer `never`.
    Never,
}

/// Arithmetic of whole numbers, with or without a sign: what does not fit is an error.
macro_rules! whole {
    ($arithmetic:expr, $a:expr, $b:expr) => {
        match $arithmetic {
            Arithmetic::Add => $a.checked_add($b),
            Arithmetic::Subtract => $a.checked_sub($b),
            Arithmetic::Multiply => $a.checked_mul($b),
            Arithmetic::Divide | Arithmetic::Remainder if $b == 0 => return Err(FaultKind::DivisionByZero),
            Arithmetic::Divide => $a.checked_div($b),
            Arithmetic::Remainder => $a.checked_rem($b),
        }
        .ok_or(FaultKind::Overflow)?
    };
}

impl<'a> Atom<'a> {
    /// The order of two atoms of like kind; numbers by value. Beside a double a whole number is one too, as
    /// CEL's data ask for: beyond 2^53 some are then equal.
    #[inline]
    pub fn order(self, other: Atom<'_>) -> Option<Ordering> {
        use Atom::{Bool, Date, Double, Int, Text, Time, Uint};
        match (self, other) {
            (Int(a), Int(b)) => Some(a.cmp(&b)),
            (Uint(a), Uint(b)) => Some(a.cmp(&b)),
            (Int(a), Uint(b)) => Some(i128::from(a).cmp(&i128::from(b))),
            (Uint(a), Int(b)) => Some(i128::from(a).cmp(&i128::from(b))),
            (Double(a), Double(b)) => a.partial_cmp(&b),
            (Double(a), Int(b)) => a.partial_cmp(&(b as f64)),
            (Int(a), Double(b)) => (a as f64).partial_cmp(&b),
            (Double(a), Uint(b)) => a.partial_cmp(&(b as f64)),
            (Uint(a), Double(b)) => (a as f64).partial_cmp(&b),
            (Text(a), Text(b)) => Some(a.cmp(b)),
            (Bool(a), Bool(b)) => Some(a.cmp(&b)),
            (Date(a), Date(b)) => Some(a.cmp(&b)),
            (Time(a), Time(b)) => Some(a.cmp(&b)),
            (Atom::Duration(a), Atom::Duration(b)) => Some(a.cmp(&b)),
            _ => None,
        }
    }

    /// CEL equality.
    #[inline]
    pub fn same(self, other: Atom<'_>) -> bool {
        match (self, other) {
            (Atom::Null, Atom::Null) | (Atom::Never, Atom::Never) => true,
            (Atom::Text(a), Atom::Text(b)) => a == b,
            _ => self.order(other) == Some(Ordering::Equal),
        }
    }

    /// Whether the comparison holds; `None` where these two have no order.
    #[inline(always)]
    pub fn compare(self, comparison: Comparison, other: Atom<'_>) -> Option<bool> {
        match (self, other) {
            (Atom::Time(a), Atom::Time(b)) => Some(comparison.of(&a, &b)),
            (Atom::Int(a), Atom::Int(b)) => Some(comparison.of(&a, &b)),
            (Atom::Double(a), Atom::Double(b)) => Some(comparison.of(&a, &b)),
            _ => self.compare_others(comparison, other),
        }
    }

    fn compare_others(self, comparison: Comparison, other: Atom<'_>) -> Option<bool> {
        match comparison {
            Comparison::Equal => Some(self.same(other)),
            Comparison::NotEqual => Some(!self.same(other)),
            _ => match self.order(other) {
                Some(order) => Some(comparison.holds(order)),
                // One of them is NaN.
                None if self.is_number() && other.is_number() => Some(false),
                None => None,
            },
        }
    }

    fn is_number(self) -> bool {
        matches!(self, Atom::Int(_) | Atom::Uint(_) | Atom::Double(_))
    }

    /// Arithmetic of numbers and times.
    #[inline]
    pub fn arithmetic(self, arithmetic: Arithmetic, other: Atom<'_>) -> Result<Atom<'a>, FaultKind> {
        use Arithmetic::{Add, Divide, Multiply, Remainder, Subtract};
        use Atom::{Double, Int, Time, Uint};
        use FaultKind::Overflow;
        Ok(match (arithmetic, self, other) {
            (_, Int(a), Int(b)) => Int(whole!(arithmetic, a, b)),
            (_, Uint(a), Uint(b)) => Uint(whole!(arithmetic, a, b)),
            (_, Double(a), Double(b)) => Double(match arithmetic {
                Add => a + b,
                Subtract => a - b,
                Multiply => a * b,
                Divide => a / b,
                Remainder => return Err(FaultKind::Types),
            }),
            (Add, Time(at), Atom::Duration(by)) | (Add, Atom::Duration(by), Time(at)) => {
                Time(at.checked_add(by).ok_or(Overflow)?)
            }
            (Subtract, Time(at), Atom::Duration(by)) => Time(at.checked_sub(by).ok_or(Overflow)?),
            (Subtract, Time(a), Time(b)) => Atom::Duration(a.since(b).ok_or(Overflow)?),
            (Add, Atom::Duration(a), Atom::Duration(b)) => Atom::Duration(a.checked_add(b).ok_or(Overflow)?),
            (Subtract, Atom::Duration(a), Atom::Duration(b)) => Atom::Duration(a.checked_sub(b).ok_or(Overflow)?),
            _ => return Err(FaultKind::Types),
        })
    }

    /// `-x`
    pub fn negate(self) -> Result<Atom<'a>, FaultKind> {
        match self {
            Atom::Int(value) => value.checked_neg().map(Atom::Int).ok_or(FaultKind::Overflow),
            Atom::Double(value) => Ok(Atom::Double(-value)),
            Atom::Duration(value) => value.checked_neg().map(Atom::Duration).ok_or(FaultKind::Overflow),
            _ => Err(FaultKind::Types),
        }
    }

    /// A number as a place in a list.
    pub fn position(self) -> Option<usize> {
        match self {
            Atom::Int(at) => usize::try_from(at).ok(),
            Atom::Uint(at) => usize::try_from(at).ok(),
            Atom::Double(at) if at.fract() == 0.0 && (0.0..9e15).contains(&at) => Some(at as usize),
            _ => None,
        }
    }
}

impl Comparison {
    /// Whether it holds between two values of one type.
    #[inline(always)]
    pub fn of<T: PartialOrd>(self, a: &T, b: &T) -> bool {
        match self {
            Comparison::Equal => a == b,
            Comparison::NotEqual => a != b,
            Comparison::Less => a < b,
            Comparison::LessEqual => a <= b,
            Comparison::Greater => a > b,
            Comparison::GreaterEqual => a >= b,
        }
    }

    /// Whether it holds between two values of this order.
    #[inline]
    pub fn holds(self, order: Ordering) -> bool {
        match self {
            Comparison::Equal => order == Ordering::Equal,
            Comparison::NotEqual => order != Ordering::Equal,
            Comparison::Less => order == Ordering::Less,
            Comparison::LessEqual => order != Ordering::Greater,
            Comparison::Greater => order == Ordering::Greater,
            Comparison::GreaterEqual => order != Ordering::Less,
        }
    }
}
