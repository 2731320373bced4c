//! Points of time, as CEL's `timestamp` has them.

use std::fmt;

use super::{Civil, DAY, Duration, FIRST, LAST, NANOS, fraction, leading_digits};

/// A point of time: seconds since 1970-01-01T00:00:00Z and nanoseconds, in the years 0001 to 9999 of UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Timestamp {
    pub(super) seconds: i64,
    pub(super) nanos: u32,
}

impl Timestamp {
    /// The point `seconds` after 1970-01-01T00:00:00Z and `nanos` (below 1e9) later, if its year is 0001 to 9999.
    #[inline]
    pub fn new(seconds: i64, nanos: u32) -> Option<Timestamp> {
        ((FIRST..=LAST).contains(&seconds) && i64::from(nanos) < NANOS).then_some(Timestamp { seconds, nanos })
    }

    /// The whole seconds since 1970-01-01T00:00:00Z, rounded down.
    #[inline]
    pub fn seconds(self) -> i64 {
        self.seconds
    }

    /// The nanoseconds after the whole second.
    #[inline]
    pub fn nanos(self) -> u32 {
        self.nanos
    }

    /// Reads RFC 3339: `T` and `Z` in upper case, at most nine digits of fraction, no leap seconds.
    #[inline]
    pub fn parse(text: &[u8]) -> Option<Timestamp> {
        let (head, tail) = text.split_first_chunk::<19>()?;
        let seconds = local_seconds(head)?;
        if tail == b"Z" {
            return Timestamp::new(seconds, 0);
        }
        Timestamp::with_tail(seconds, tail)
    }

    /// Kept out of line, so that the usual form has a short way.
    #[inline(never)]
    fn with_tail(seconds: i64, tail: &[u8]) -> Option<Timestamp> {
        let (nanos, offset) = fraction_and_zone(tail)?;
        Timestamp::new(seconds - i64::from(offset), nanos)
    }

    /// The point `duration` later, if it has a year from 0001 to 9999.
    #[inline]
    pub fn checked_add(self, duration: Duration) -> Option<Timestamp> {
        self.moved(duration.seconds, duration.nanos)
    }

    /// The point `duration` earlier, if it has a year from 0001 to 9999.
    #[inline]
    pub fn checked_sub(self, duration: Duration) -> Option<Timestamp> {
        self.moved(-duration.seconds, -duration.nanos)
    }

    #[inline]
    fn moved(self, seconds: i64, nanos: i32) -> Option<Timestamp> {
        let nanos = i64::from(self.nanos) + i64::from(nanos);
        // Each of the two is less than a second.
        let (carry, nanos) = match nanos {
            ..0 => (-1, nanos + NANOS),
            NANOS.. => (1, nanos - NANOS),
            _ => (0, nanos),
        };
        Timestamp::new(self.seconds + seconds + carry, nanos as u32)
    }

    /// The time from `earlier` to this point, negative if `earlier` is the later one.
    pub fn since(self, earlier: Timestamp) -> Option<Duration> {
        let seconds = i128::from(self.seconds - earlier.seconds);
        let nanos = i128::from(self.nanos) - i128::from(earlier.nanos);
        i64::try_from(seconds * i128::from(NANOS) + nanos).ok().map(Duration::from_nanos)
    }

    /// What calendar and clock show where they are `offset_seconds` ahead of UTC.
    pub fn civil(self, offset_seconds: i32) -> Civil {
        // Days are counted from 1 March of the year -400, so that they are positive for every offset.
        let local = (self.seconds + i64::from(offset_seconds) + (719_468 + 146_097) * DAY) as u64;
        let days = (local / DAY as u64) as u32;
        let second_of_day = (local % DAY as u64) as u32;
        // Neri and Schneider, "Euclidean affine functions and their application to calendar algorithms".
        let centuries = 4 * days + 3;
        let years = u64::from((centuries % 146_097) | 3) * 2_939_745;
        let day_from_march = years as u32 / 2_939_745 / 4;
        let months = 2_141 * day_from_march + 197_913;
        let next_year = day_from_march >= 306;
        let year = (100 * (centuries / 146_097) + (years >> 32) as u32 + u32::from(next_year)) as i32 - 400;
        let month = ((months >> 16) - if next_year { 12 } else { 0 }) as u8;
        let day = ((months & 0xFFFF) / 2_141 + 1) as u8;
        let (days_before_month, _) = month_of(month, (if year % 100 == 0 { year / 100 } else { year }) as u8);
        Civil {
            year,
            month,
            day,
            hour: (second_of_day / 3600) as u8,
            minute: (second_of_day / 60 % 60) as u8,
            second: (second_of_day % 60) as u8,
            nanos: self.nanos,
            day_of_week: ((days + 3) % 7) as u8,
            day_of_year: (days_before_month + u32::from(day) - 1) as u16,
        }
    }
}

/// RFC 3339 in UTC, with the digits of the fraction that are needed.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let civil = self.civil(0);
        let mut text = *b"0000-00-00T00:00:00.000000000Z";
        put(&mut text[0..4], civil.year.unsigned_abs());
        put(&mut text[5..7], civil.month.into());
        put(&mut text[8..10], civil.day.into());
        put(&mut text[11..13], civil.hour.into());
        put(&mut text[14..16], civil.minute.into());
        put(&mut text[17..19], civil.second.into());
        put(&mut text[20..29], civil.nanos);
        let end = if civil.nanos == 0 { 19 } else { 20 + fraction(civil.nanos).1 };
        text[end] = b'Z';
        f.pad(std::str::from_utf8(&text[..=end]).map_err(|_| fmt::Error)?)
    }
}

/// Writes the last digits of `number` over all of `digits`.
fn put(digits: &mut [u8], mut number: u32) {
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + (number % 10) as u8;
        number /= 10;
    }
}

/// Turns ASCII digits into their values where `shape` has `0`, and all else that `shape` has into 0.
/// The second value has a top bit set in some byte if the text is of another shape.
#[inline(always)]
fn shaped(text: u64, shape: &[u8; 8]) -> (u64, u64) {
    let mut room = [0x7F; 8];
    let mut place = 0;
    while place < 8 {
        if shape[place] == b'0' {
            room[place] = 0x7F - 9;
        }
        place += 1;
    }
    // A wrong byte is too large after the XOR: it has its top bit already, or gets it from the sum.
    let values = text ^ u64::from_le_bytes(*shape);
    (values, values | values.wrapping_add(u64::from_le_bytes(room)))
}

/// In the place of each first digit, the number that two neighbouring digits make.
#[inline(always)]
fn pairs(values: u64) -> u64 {
    values.wrapping_mul(10).wrapping_add(values >> 8)
}

/// Seconds from 1970-01-01T00:00:00 to `YYYY-MM-DDTHH:MM:SS`, both on the same clock.
#[inline(always)]
fn local_seconds(text: &[u8; 19]) -> Option<i64> {
    // Three whole words, one byte of them twice: bytes picked singly would be loaded singly.
    let (year, rest) = text.split_first_chunk::<4>()?;
    let (date, time) = (rest.first_chunk::<8>()?, rest.last_chunk::<8>()?);
    let (year, wrong_year) = shaped(u32::from_le_bytes(*year).into(), b"0000\0\0\0\0");
    let (date, wrong_date) = shaped(u64::from_le_bytes(*date), b"-00-00T0");
    let (time, wrong_time) = shaped(u64::from_le_bytes(*time), b"00:00:00");

    let [century, _, year_of_century, ..] = pairs(year).to_le_bytes();
    let [_, month, _, _, day, ..] = pairs(date).to_le_bytes();
    // Hours, minutes and seconds, each with three bytes of room.
    let time = pairs(time) & 0x00FF_0000_FF00_00FF;
    // No number of two digits is above 99, so none of these sums reaches into the next byte.
    let late = time.wrapping_add((128 - 24) | ((128 - 60) << 24) | ((128 - 60) << 48));

    let (days_before_month, length) = month_of(month, if year_of_century == 0 { century } else { year_of_century });
    let day = u32::from(day).wrapping_sub(1);
    if (wrong_year | wrong_date | wrong_time | late) & u64::from_le_bytes([0x80; 8]) != 0 || day >= length {
        return None;
    }

    let full_centuries = i32::from(century) - i32::from(year_of_century == 0);
    let year = 100 * i32::from(century) + i32::from(year_of_century);
    let days_before_year = ((1461 * year - 1) >> 2) - ((3 * full_centuries + 3) >> 2);
    let days = days_before_year + (days_before_month + day) as i32 - 719_527;
    // The product has 900 hours + 15 minutes, a quarter of their seconds, in its fourth and fifth byte.
    let quarter = (time.wrapping_mul((900 << 24) | 15) >> 24) & 0xFFFF;
    Some(i64::from(days) * DAY + (4 * quarter + (time >> 48)) as i64)
}

/// For each month, with 128 more for each year after a leap year: the days before it, and from bit 9 its length.
static MONTHS: [u16; 512] = {
    let mut months = [0; 512];
    let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let mut year = 0;
    while year < 4 {
        let mut before = 0;
        let mut month = 1;
        while month <= 12 {
            let length = lengths[month - 1] + (year == 0 && month == 2) as u16;
            months[128 * year + month] = before | (length << 9);
            before += length;
            month += 1;
        }
        year += 1;
    }
    months
};

/// The days of the year before `month`, and its length: 0 if there is no such month.
/// The year is a leap year if `fourth` can be divided by 4: the century for its first year, else the year.
#[inline(always)]
fn month_of(month: u8, fourth: u8) -> (u32, u32) {
    // Of any two bytes this makes an index below 512; a sum would not.
    let entry = u32::from(MONTHS[(usize::from(fourth % 4) << 7) | usize::from(month)]);
    (entry & 0x1FF, entry >> 9)
}

/// The nanoseconds and the offset in what follows the seconds of a timestamp.
fn fraction_and_zone(text: &[u8]) -> Option<(u32, i32)> {
    let (nanos, zone) = match text {
        [b'.', rest @ ..] => {
            let (digits, zone) = leading_digits(rest);
            if !(1..=9).contains(&digits.len()) {
                return None;
            }
            let number = digits.iter().fold(0, |sum, digit| 10 * sum + u32::from(digit - b'0'));
            (number * 10u32.pow(9 - digits.len() as u32), zone)
        }
        _ => (0, text),
    };
    match zone {
        b"Z" => Some((nanos, 0)),
        [b'+' | b'-', ..] => Some((nanos, offset(zone)?)),
        _ => None,
    }
}

/// The seconds ahead of UTC of a fixed zone: `UTC`, nothing, or `hh:mm` after `+`, `-` or no sign.
pub fn parse_offset(zone: &str) -> Option<i32> {
    match zone {
        "" | "UTC" => Some(0),
        _ => offset(zone.as_bytes()),
    }
}

fn offset(text: &[u8]) -> Option<i32> {
    let (sign, clock) = match text {
        [b'-', clock @ ..] => (-1, clock),
        [b'+', clock @ ..] | clock => (1, clock),
    };
    let &[h1 @ b'0'..=b'2', h2 @ b'0'..=b'9', b':', m1 @ b'0'..=b'5', m2 @ b'0'..=b'9'] = clock else { return None };
    let hours = 10 * i32::from(h1 - b'0') + i32::from(h2 - b'0');
    let minutes = 10 * i32::from(m1 - b'0') + i32::from(m2 - b'0');
    (hours < 24).then_some(sign * (3600 * hours + 60 * minutes))
}
