//! Points of time and lengths of time, as CEL's `timestamp` and `duration` have them.

use std::fmt;

const NANOS: i64 = 1_000_000_000;
const DAY: i64 = 86_400;
/// 0001-01-01T00:00:00Z.
const FIRST: i64 = -62_135_596_800;
/// 9999-12-31T23:59:59Z.
const LAST: i64 = 253_402_300_799;

/// A point of time: seconds since 1970-01-01T00:00:00Z and nanoseconds, in the years 0001 to 9999 of UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Timestamp {
    seconds: i64,
    nanos: u32,
}

/// A length of time, positive or negative, that 64 bits of nanoseconds can hold (about 292 years).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Duration {
    // Both parts have the same sign or are zero, so the derived order is the order of lengths.
    seconds: i64,
    nanos: i32,
}

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

/// `nanos` without the zeros at its end, and how many of the nine digits are left.
fn fraction(mut nanos: u32) -> (u32, usize) {
    let mut width = 9;
    while width > 1 && nanos.is_multiple_of(10) {
        nanos /= 10;
        width -= 1;
    }
    (nanos, width)
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

fn leading_digits(text: &[u8]) -> (&[u8], &[u8]) {
    text.split_at(text.iter().take_while(|byte| byte.is_ascii_digit()).count())
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

    fn from_nanos(nanos: i64) -> Duration {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text.as_bytes()).unwrap_or_else(|| panic!("{text} is a timestamp"))
    }

    fn long(text: &str) -> Duration {
        Duration::parse(text).unwrap_or_else(|| panic!("{text} is a duration"))
    }

    fn length(year: i32, month: u8) -> u8 {
        match month {
            2 if year % 400 == 0 || (year % 4 == 0 && year % 100 != 0) => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        }
    }

    /// Numbers that look random, the same in every run.
    struct Numbers(u64);

    impl Numbers {
        fn below(&mut self, end: usize) -> usize {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 33) as usize % end
        }
    }

    /// The same grammar byte by byte.
    fn plain_parse(text: &[u8]) -> Option<Timestamp> {
        let text = std::str::from_utf8(text).ok()?;
        let number = |from: usize, to: usize| -> Option<i64> {
            let digits = text.get(from..to)?;
            digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
        };
        let sign = |at: usize, sign: &str| (text.get(at..=at)? == sign).then_some(());
        let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
        let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
        for (place, wanted) in [(4, "-"), (7, "-"), (10, "T"), (13, ":"), (16, ":")] {
            sign(place, wanted)?;
        }
        let mut end = 19;
        let mut nanos = 0;
        if sign(19, ".").is_some() {
            end = 20 + text[20..].bytes().take_while(u8::is_ascii_digit).count();
            nanos = format!("{:0<9}", &text[20..end]).parse().ok().filter(|_| (21..=29).contains(&end))?;
        }
        let offset = if &text[end..] == "Z" {
            0
        } else {
            let factor = if sign(end, "-").is_some() { -1 } else { sign(end, "+").map(|()| 1)? };
            let (hours, minutes) = (number(end + 1, end + 3)?, number(end + 4, end + 6)?);
            sign(end + 3, ":")?;
            if text.len() != end + 6 || hours > 23 || minutes > 59 {
                return None;
            }
            factor * (hours * 60 + minutes) * 60
        };
        let year_length = |year: i64| if length(year as i32, 2) == 29 { 366 } else { 365 };
        if !(1..=12).contains(&month) || !(1..=i64::from(length(year as i32, month as u8))).contains(&day) {
            return None;
        }
        if hour > 23 || minute > 59 || second > 59 {
            return None;
        }
        let mut days = day - 1;
        days += (1..month).map(|month| i64::from(length(year as i32, month as u8))).sum::<i64>();
        days += if year >= 1970 {
            (1970..year).map(year_length).sum::<i64>()
        } else {
            -(year..1970).map(year_length).sum::<i64>()
        };
        Timestamp::new(days * 86_400 + hour * 3600 + minute * 60 + second - offset, nanos)
    }

    #[test]
    fn every_day_is_read_shown_and_counted() {
        let mut days = 0;
        let mut seconds = FIRST;
        for year in 1..=9999 {
            let mut day_of_year = 0;
            // Four centuries day by day; beyond them the ends of the months.
            let each = (1890..2290).contains(&year);
            for month in 1..=12 {
                for day in 1..=length(year, month) {
                    if each || day == 1 || day == length(year, month) {
                        let text = format!("{year:04}-{month:02}-{day:02}T00:00:00Z");
                        let time = at(&text);
                        assert_eq!((time.seconds(), time.nanos()), (seconds, 0), "{text}");
                        let civil = time.civil(0);
                        assert_eq!((civil.year, civil.month, civil.day), (year, month, day));
                        assert_eq!(civil.day_of_year, day_of_year, "{text}");
                        // The first day of the calendar is a Monday.
                        assert_eq!(i32::from(civil.day_of_week), (days + 1) % 7, "{text}");
                        if each {
                            assert_eq!(time.to_string(), text);
                        }
                    }
                    seconds += 86_400;
                    days += 1;
                    day_of_year += 1;
                }
                let text = format!("{year:04}-{month:02}-{:02}T00:00:00Z", length(year, month) + 1);
                assert_eq!(Timestamp::parse(text.as_bytes()), None, "{text}");
            }
        }
        assert_eq!(seconds, LAST + 1);
    }

    #[test]
    fn every_second_of_a_day_is_read() {
        for hour in 0..100 {
            for minute in 0..100 {
                for second in [0, 1, 9, 10, 58, 59, 60, 61, 79, 80, 99] {
                    let text = format!("1970-01-01T{hour:02}:{minute:02}:{second:02}Z");
                    let wanted = (hour < 24 && minute < 60 && second < 60)
                        .then(|| Timestamp::new(hour * 3600 + minute * 60 + second, 0))
                        .flatten();
                    assert_eq!(Timestamp::parse(text.as_bytes()), wanted, "{text}");
                }
            }
        }
    }

    #[test]
    fn one_wrong_byte_is_seen() {
        let right = "2026-11-22T10:20:30Z";
        for place in 0..right.len() {
            for byte in 0..=u8::MAX {
                let mut text = right.as_bytes().to_vec();
                text[place] = byte;
                assert_eq!(Timestamp::parse(&text), plain_parse(&text), "{:?}", text.escape_ascii().to_string());
            }
            assert_eq!(Timestamp::parse(&right.as_bytes()[..place]), None);
        }
    }

    #[test]
    fn changed_texts_are_read_as_by_the_plain_reader() {
        let seeds = [
            "2026-11-22T00:00:00Z",
            "2024-02-29T23:59:59.123456789Z",
            "1999-12-31T23:59:59.5+09:00",
            "0000-12-31T23:59:59-00:01",
            "9999-12-31T23:59:59.000000001-23:59",
        ];
        let bytes = b"0123456789019023-+:.TZtz \0\x7f\x80\xff/;";
        let mut numbers = Numbers(7);
        for _ in 0..200_000 {
            let mut text = seeds[numbers.below(seeds.len())].as_bytes().to_vec();
            for _ in 0..=numbers.below(3) {
                let place = numbers.below(text.len());
                match numbers.below(8) {
                    0 => drop(text.remove(place)),
                    1 => text.insert(place, bytes[numbers.below(bytes.len())]),
                    _ => text[place] = bytes[numbers.below(bytes.len())],
                }
            }
            let time = Timestamp::parse(&text);
            assert_eq!(time, plain_parse(&text), "{}", text.escape_ascii());
            if let Some(time) = time {
                assert_eq!(at(&time.to_string()), time);
            }
        }
    }

    #[test]
    fn any_bytes_are_survived() {
        let mut numbers = Numbers(11);
        for _ in 0..200_000 {
            let text: Vec<u8> = (0..numbers.below(40)).map(|_| numbers.below(256) as u8).collect();
            assert_eq!(Timestamp::parse(&text), None);
            let text: String = (0..numbers.below(12))
                .map(|_| {
                    ["0", "1", "9", "00000000", "99999", ".", "-", "+", ":", "h", "m", "s", "n", "u", "µ", "é", "UTC"]
                })
                .map(|parts| parts[numbers.below(parts.len())])
                .collect();
            if let Some(duration) = Duration::parse(&text) {
                assert_eq!(long(&duration.to_string()), duration, "{text}");
            }
            if let Some(offset) = parse_offset(&text) {
                assert!(offset.abs() < 86_400);
            }
        }
    }

    #[test]
    fn fractions_and_offsets_of_timestamps() {
        assert_eq!(at("2026-11-22T00:00:00.25Z").nanos(), 250_000_000);
        assert_eq!(at("2026-11-22T00:00:00.000000001Z").nanos(), 1);
        assert_eq!(at("2026-11-22T09:00:00+09:00"), at("2026-11-22T00:00:00Z"));
        assert_eq!(at("2026-11-21T20:30:00.5-03:30"), at("2026-11-22T00:00:00.5Z"));
        assert_eq!(at("0000-12-31T23:00:00-01:00").seconds(), FIRST);
        for wrong in [
            "",
            "Z",
            "2026-11-22",
            "2026-11-22T00:00:00",
            "2026-11-22T00:00:00z",
            "2026-11-22t00:00:00Z",
            "2026-11-22 00:00:00Z",
            "2026-11-22T00:00:00.Z",
            "2026-11-22T00:00:00,5Z",
            "2026-11-22T00:00:00.1234567890Z",
            "2026-11-22T00:00:00ZZ",
            "2026-11-22T00:00:0009:00",
            "2026-11-22T00:00:00+0900",
            "2026-11-22T00:00:00+24:00",
            "2026-11-22T00:00:00+00:60",
            "2026-11-22T00:00:00UTC",
            "0001-01-01T00:00:00+00:01",
            "9999-12-31T23:59:59-00:01",
        ] {
            assert_eq!(Timestamp::parse(wrong.as_bytes()), None, "{wrong}");
        }
    }

    #[test]
    fn timestamps_are_shown_without_needless_digits() {
        for text in ["2026-11-22T01:02:03Z", "2026-11-22T01:02:03.1Z", "0001-01-01T00:00:00.00000012Z"] {
            assert_eq!(at(text).to_string(), text);
        }
        assert_eq!(at("2026-11-22T01:02:03.500Z").to_string(), "2026-11-22T01:02:03.5Z");
        assert_eq!(at("1969-12-31T23:59:59.999999999Z"), Timestamp { seconds: -1, nanos: 999_999_999 });
    }

    #[test]
    fn the_calendar_at_an_offset() {
        let civil = at("2026-12-31T20:15:16.000000007Z").civil(9 * 3600);
        let wanted = Civil {
            year: 2027,
            month: 1,
            day: 1,
            hour: 5,
            minute: 15,
            second: 16,
            nanos: 7,
            day_of_week: 5,
            day_of_year: 0,
        };
        assert_eq!(civil, wanted);
        let civil = at("2024-12-31T23:59:59Z").civil(0);
        assert_eq!((civil.day_of_year, civil.day_of_week), (365, 2));
        let civil = at("0001-01-01T00:00:00Z").civil(-60);
        assert_eq!((civil.year, civil.month, civil.day, civil.hour, civil.day_of_year), (0, 12, 31, 23, 365));
        let civil = at("9999-12-31T23:59:59Z").civil(1);
        assert_eq!((civil.year, civil.month, civil.day, civil.day_of_year), (10_000, 1, 1, 0));
        for seconds in [FIRST, 0, LAST] {
            for offset in [i32::MIN, i32::MAX] {
                let civil = Timestamp { seconds, nanos: 0 }.civil(offset);
                assert!((1..=12).contains(&civil.month) && (1..=31).contains(&civil.day));
            }
        }
    }

    #[test]
    fn offsets() {
        for (text, wanted) in [
            ("", Some(0)),
            ("UTC", Some(0)),
            ("-00:00", Some(0)),
            ("+14:00", Some(50_400)),
            ("05:45", Some(20_700)),
            ("-09:30", Some(-34_200)),
            ("+23:59", Some(86_340)),
            ("+24:00", None),
            ("+1:00", None),
            ("+01:60", None),
            ("+0100", None),
            ("+-1:00", None),
            ("++01:00", None),
            ("utc", None),
            ("Asia/Tokyo", None),
        ] {
            assert_eq!(parse_offset(text), wanted, "{text}");
        }
    }

    #[test]
    fn the_ends_of_time() {
        let (first, last) = (at("0001-01-01T00:00:00Z"), at("9999-12-31T23:59:59.999999999Z"));
        assert_eq!((first.seconds(), last.seconds()), (FIRST, LAST));
        assert_eq!(Timestamp::new(FIRST - 1, 0), None);
        assert_eq!(Timestamp::new(LAST + 1, 0), None);
        assert_eq!(Timestamp::new(0, 1_000_000_000), None);
        let tick = long("1ns");
        assert_eq!(first.checked_sub(tick), None);
        assert_eq!(last.checked_add(tick), None);
        assert_eq!(first.checked_add(tick).and_then(|time| time.checked_sub(tick)), Some(first));
        assert_eq!(last.since(first), None);
        assert_eq!(first.since(last), None);
        let (shortest, longest) = (Duration::from_nanos(i64::MIN), Duration::from_nanos(i64::MAX));
        let epoch = at("1970-01-01T00:00:00Z");
        for duration in [shortest, longest] {
            let moved = epoch.checked_add(duration).expect("a year of the calendar");
            assert_eq!(moved.since(epoch), Some(duration));
            assert_eq!(moved.checked_sub(duration), Some(epoch));
        }
        assert_eq!(longest.checked_add(tick), None);
        assert_eq!(shortest.checked_sub(tick), None);
        assert_eq!(shortest.checked_neg(), None);
        assert_eq!(shortest.checked_add(tick).and_then(Duration::checked_neg), Some(longest));
    }

    #[test]
    fn timestamps_and_durations_add_up() {
        let (start, end) = (at("2026-11-22T00:00:00.9Z"), at("2026-11-23T01:00:00.1Z"));
        let between = end.since(start).expect("short enough");
        assert_eq!(between, long("24h59m59.2s"));
        assert_eq!(start.since(end), between.checked_neg());
        assert_eq!(start.checked_add(between), Some(end));
        assert_eq!(end.checked_sub(between), Some(start));
        assert_eq!(long("1.5s").checked_sub(long("2s")), Some(long("-500ms")));
        assert!(long("-1.5s") < long("-1s") && long("-1s") < long("-1ns") && long("-1ns") < long("0"));
    }

    #[test]
    fn durations_are_read_as_by_go() {
        for (text, seconds, nanos) in [
            ("0", 0, 0),
            ("-0", 0, 0),
            ("+5m", 300, 0),
            ("1h2m3s4ms5us6ns", 3723, 4_005_006),
            ("1s1h", 3601, 0),
            ("2µs", 0, 2_000),
            ("2μs", 0, 2_000),
            ("1.5h", 5400, 0),
            (".5m", 30, 0),
            ("7.s", 7, 0),
            ("-1.25s", -1, -250_000_000),
            ("0.9ns", 0, 0),
            ("0.0000000019s", 0, 1),
            ("0.0000000000002777777777777777777777777778h", 0, 1),
            ("00000000000000000000000000000001s", 1, 0),
            ("9223372036.854775807s", 9_223_372_036, 854_775_807),
            ("-9223372036854775808ns", -9_223_372_036, -854_775_808),
        ] {
            let duration = long(text);
            assert_eq!((duration.seconds(), duration.nanos()), (seconds, nanos), "{text}");
        }
        for wrong in [
            "",
            "-",
            "+",
            "1",
            "00",
            ".",
            ".s",
            "s",
            "1.5",
            "1 s",
            " 1s",
            "1s ",
            "1S",
            "1d",
            "1s-1s",
            "--1s",
            "1.2.3s",
            "1e3s",
            "1hs",
            "1s0",
            "9223372036854775808ns",
            "9223372036.854775808s",
            "-9223372036854775809ns",
            "2562048h",
            "2562047h48m",
            "99999999999999999999ns",
            "18446744073709551615ns1ns",
        ] {
            assert_eq!(Duration::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn durations_in_parts() {
        let duration = long("-26h3m4.5678s");
        assert_eq!((duration.hours(), duration.minutes(), duration.whole_seconds()), (-26, -1563, -93_784));
        assert_eq!(duration.milliseconds(), -567);
        assert_eq!(Duration::from_millis(-1_500), Duration::new(-1, -500_000_000));
        assert_eq!(Duration::from_millis(i64::MAX), None);
        assert_eq!(Duration::new(1, -1), None);
        assert_eq!(Duration::new(0, 1_000_000_000), None);
        assert_eq!(Duration::new(0, i32::MIN), None);
        assert_eq!(Duration::new(9_223_372_036, 854_775_808), None);
        assert_eq!(Duration::new(i64::MIN, 0), None);
        assert_eq!(Duration::new(-9_223_372_036, -854_775_808), Some(Duration::from_nanos(i64::MIN)));
    }

    #[test]
    fn durations_are_shown_in_seconds() {
        for (text, wanted) in [
            ("0", "0s"),
            ("90m", "5400s"),
            ("-1500ms", "-1.5s"),
            ("-20ms", "-0.02s"),
            ("1ns", "0.000000001s"),
            ("9223372036854775807ns", "9223372036.854775807s"),
            ("-9223372036854775808ns", "-9223372036.854775808s"),
        ] {
            assert_eq!(long(text).to_string(), wanted);
        }
    }
}
