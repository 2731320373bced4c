//! Points of time and lengths of time, as CEL's `timestamp` and `duration` have them.

mod duration;
#[cfg(test)]
mod tests;
mod timestamp;

pub use duration::Duration;
pub use timestamp::{Timestamp, parse_offset};

const NANOS: i64 = 1_000_000_000;
const DAY: i64 = 86_400;
/// 0001-01-01T00:00:00Z.
const FIRST: i64 = -62_135_596_800;
/// 9999-12-31T23:59:59Z.
const LAST: i64 = 253_402_300_799;

/// What calendar and clock show at a point of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Civil {
    /// The year; 0 and 10000 can occur at an offset from UTC.
    pub year: i32,
    /// The month, 1 to 12.
    pub month: u8,
    /// The day of the month, 1 to 31.
    pub day: u8,
    /// The hour, 0 to 23.
    pub hour: u8,
    /// The minute, 0 to 59.
    pub minute: u8,
    /// The second, 0 to 59.
    pub second: u8,
    /// The nanoseconds of the second.
    pub nanos: u32,
    /// The day of the week, 0 for Sunday to 6.
    pub day_of_week: u8,
    /// The day of the year, 0 for 1 January.
    pub day_of_year: u16,
}

/// `nanos` without the zeros at its end, and how many of the nine digits are left.
fn fraction(mut nanos: u32) -> (u32, usize) {
    let mut width = 9;
    while width > 1 && nanos.is_multiple_of(10) {
        nanos /= 10;
        width -= 1;
    }
    (nanos, width)
}

fn leading_digits(text: &[u8]) -> (&[u8], &[u8]) {
    text.split_at(text.iter().take_while(|byte| byte.is_ascii_digit()).count())
}
