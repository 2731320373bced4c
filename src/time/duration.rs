//! Lengths of time, as CEL's `duration` has them.

use std::fmt;

use super::{NANOS, fraction, leading_digits};

/// A length of time, positive or negative, that 64 bits of nanoseconds can hold (about 292 years).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Duration {
    // Both parts have the same sign or are zero, so the derived order is the order of lengths.
    pub(super) seconds: i64,
    pub(super) nanos: i32,
}

impl Duration {
    /// The length `seconds` and `nanos` (below 1e9, of the same sign), if 64 bits of nanoseconds hold it.
    pub fn new(seconds: i64, nanos: i32) -> Option<Duration> {
        let one_sign = seconds == 0 || nanos == 0 || (seconds < 0) == (nanos < 0);
        if !one_sign || i64::from(nanos).abs() >= NANOS {
            return None;
        }
        seconds.checked_mul(NANOS)?.checked_add(nanos.into()).map(Duration::from_nanos)
    }

    /// The length of `millis` thousandths of a second, if 64 bits of nanoseconds hold it.
    pub fn from_millis(millis: i64) -> Option<Duration> {
        millis.checked_mul(1_000_000).map(Duration::from_nanos)
    }

    pub(super) fn from_nanos(nanos: i64) -> Duration {
        Duration { seconds: nanos / NANOS, nanos: (nanos % NANOS) as i32 }
    }

    /// Cannot overflow: there is no other way to make a `Duration` than from this number.
    fn total_nanos(self) -> i64 {
        self.seconds * NANOS + i64::from(self.nanos)
    }

    /// Reads Go's notation: numbers with units `h`, `m`, `s`, `ms`, `us`, `µs`, `ns` after one sign or none, or `0`.
    pub fn parse(text: &str) -> Option<Duration> {
        let (negative, mut rest) = match text.as_bytes() {
            [b'-', rest @ ..] => (true, rest),
            [b'+', rest @ ..] | rest => (false, rest),
        };
        if rest == b"0" {
            return Some(Duration::default());
        }
        if rest.is_empty() {
            return None;
        }
        let mut total = 0u64;
        while !rest.is_empty() {
            let (nanos, after) = leading_length(rest)?;
            total = total.checked_add(nanos)?;
            rest = after;
        }
        let total = if negative { 0i64.checked_sub_unsigned(total) } else { i64::try_from(total).ok() };
        total.map(Duration::from_nanos)
    }

    /// The whole seconds, rounded toward zero.
    #[inline]
    pub fn seconds(self) -> i64 {
        self.seconds
    }

    /// The nanoseconds after the whole seconds, of the same sign.
    #[inline]
    pub fn nanos(self) -> i32 {
        self.nanos
    }

    /// The sum, if 64 bits of nanoseconds hold it.
    pub fn checked_add(self, other: Duration) -> Option<Duration> {
        self.total_nanos().checked_add(other.total_nanos()).map(Duration::from_nanos)
    }

    /// The difference, if 64 bits of nanoseconds hold it.
    pub fn checked_sub(self, other: Duration) -> Option<Duration> {
        self.total_nanos().checked_sub(other.total_nanos()).map(Duration::from_nanos)
    }

    /// The same length in the other direction, if 64 bits of nanoseconds hold it.
    pub fn checked_neg(self) -> Option<Duration> {
        self.total_nanos().checked_neg().map(Duration::from_nanos)
    }

    /// The whole length in hours, rounded toward zero.
    pub fn hours(self) -> i64 {
        self.seconds / 3600
    }

    /// The whole length in minutes, rounded toward zero.
    pub fn minutes(self) -> i64 {
        self.seconds / 60
    }

    /// The whole length in seconds, rounded toward zero.
    pub fn whole_seconds(self) -> i64 {
        self.seconds
    }

    /// The milliseconds after the whole seconds (not the whole length), rounded toward zero.
    pub fn milliseconds(self) -> i64 {
        i64::from(self.nanos / 1_000_000)
    }
}

/// The nanoseconds of the number and unit that `text` begins with, and what follows them.
fn leading_length(text: &[u8]) -> Option<(u64, &[u8])> {
    let (whole, rest) = leading_digits(text);
    let (part, rest) = match rest {
        [b'.', rest @ ..] => leading_digits(rest),
        _ => (&[][..], rest),
    };
    if whole.is_empty() && part.is_empty() {
        return None;
    }
    let (unit, rest) = rest.split_at(rest.iter().take_while(|byte| !matches!(byte, b'.' | b'0'..=b'9')).count());
    let unit = match unit {
        b"ns" => 1,
        // The micro sign and the Greek letter.
        b"us" | b"\xC2\xB5s" | b"\xCE\xBCs" => 1_000,
        b"ms" => 1_000_000,
        b"s" => 1_000_000_000,
        b"m" => 60_000_000_000,
        b"h" => 3_600_000_000_000,
        _ => return None,
    };
    let whole = whole.iter().try_fold(0u64, |sum, digit| sum.checked_mul(10)?.checked_add(u64::from(digit - b'0')))?;
    // Rounding down at every digit from the last one gives the whole fraction rounded down.
    let part = part.iter().rev().fold(0, |sum, digit| (sum + unit * u64::from(digit - b'0')) / 10);
    Some((whole.checked_mul(unit)?.checked_add(part)?, rest))
}

/// The seconds with the digits of the fraction that are needed, and `s`.
impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.total_nanos() < 0 { "-" } else { "" };
        let seconds = self.seconds.unsigned_abs();
        if self.nanos == 0 {
            return write!(f, "{sign}{seconds}s");
        }
        let (digits, width) = fraction(self.nanos.unsigned_abs());
        write!(f, "{sign}{seconds}.{digits:0width$}s")
    }
}
