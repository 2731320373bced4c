//! Days and periods: the two kinds of value that JSON and CEL do not have.

use std::fmt;

use jiff::civil::Date;
use jiff::{Span as Distance, ToSpan};

/// A calendar day, without time or zone, from 0001-01-01 to 9999-12-31.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Day(Date);

impl Day {
    /// The first day of the calendar, 0001-01-01.
    pub const FIRST: Day = Day(Date::constant(1, 1, 1));

    /// The day `year-month-day`, if the calendar has it.
    pub fn new(year: i16, month: i8, day: i8) -> Option<Day> {
        if year < 1 {
            return None;
        }
        Date::new(year, month, day).ok().map(Day)
    }

    /// Reads `YYYY-MM-DD`: exactly ten ASCII characters, and a day the calendar has.
    pub fn parse(text: &str) -> Option<Day> {
        let bytes = text.as_bytes();
        if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
            return None;
        }
        let number = |range: std::ops::Range<usize>| {
            bytes[range]
                .iter()
                .try_fold(0i16, |sum, byte| byte.is_ascii_digit().then(|| sum * 10 + i16::from(byte - b'0')))
        };
        Day::new(number(0..4)?, number(5..7)? as i8, number(8..10)? as i8)
    }

    /// Year, month from 1, day from 1.
    pub fn ymd(self) -> (i16, i8, i8) {
        (self.0.year(), self.0.month(), self.0.day())
    }

    /// The day of the week, from 0 for Sunday.
    pub fn weekday(self) -> u8 {
        self.0.weekday().to_sunday_zero_offset().unsigned_abs()
    }

    fn checked(date: Result<Date, jiff::Error>) -> Option<Day> {
        date.ok().filter(|date| date.year() >= 1).map(Day)
    }

    fn moved(self, distance: Result<Distance, jiff::Error>) -> Option<Day> {
        distance.ok().and_then(|distance| Day::checked(self.0.checked_add(distance)))
    }

    /// `days` later (earlier if negative); `None` outside the calendar.
    pub fn plus_days(self, days: i64) -> Option<Day> {
        self.moved(Distance::new().try_days(days))
    }

    /// The corresponding day `months` later; the last day of the month where there is none
    /// (31 January + 1 month is 28 or 29 February).
    pub fn plus_months(self, months: i64) -> Option<Day> {
        self.moved(Distance::new().try_months(months))
    }

    /// The corresponding day `years` later; 28 February where there is no 29th.
    pub fn plus_years(self, years: i64) -> Option<Day> {
        self.moved(Distance::new().try_years(years))
    }

    /// The end of `period` counted from this day: the corresponding day, which still belongs to
    /// the period; for fiscal years the 31 March that ends the `n`th fiscal year after the one
    /// this day lies in.
    pub fn plus(self, period: Period) -> Option<Day> {
        match period {
            Period::Days(days) => self.plus_days(days.into()),
            Period::Months(months) => self.plus_months(months.into()),
            Period::FiscalYears(years) => {
                let fiscal_year = self.0.year() - i16::from(self.0.month() < 4);
                let end = i32::from(fiscal_year) + 1 + i32::try_from(years).ok()?;
                Day::new(i16::try_from(end).ok()?, 3, 31)
            }
        }
    }

    /// Days from `self` to `other`; negative if `other` is earlier.
    pub fn days_until(self, other: Day) -> i64 {
        self.0.until((jiff::Unit::Day, other.0)).map_or(0, |span| span.get_days().into())
    }

    /// The next day, if the calendar has one.
    pub fn next(self) -> Option<Day> {
        Day::checked(self.0.checked_add(1.day()))
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.ymd();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl serde::Serialize for Day {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// How long a duty may rest: `30 days`, `12 months`, `1 year`, `1 fiscal_year`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Period {
    /// Calendar days.
    Days(u32),
    /// Calendar months; a year is twelve.
    Months(u32),
    /// Fiscal years, April to March.
    FiscalYears(u32),
}

impl Period {
    /// Reads `<number> <unit>`; units `day month year fiscal_year`, singular or plural.
    pub fn parse(text: &str) -> Option<Period> {
        let (number, unit) = text.trim().split_once(' ')?;
        let number: u32 = number.parse().ok().filter(|number| *number <= 10_000)?;
        match unit.trim() {
            "day" | "days" => Some(Period::Days(number)),
            "month" | "months" => Some(Period::Months(number)),
            "year" | "years" => Some(Period::Months(number * 12)),
            "fiscal_year" | "fiscal_years" => Some(Period::FiscalYears(number)),
            _ => None,
        }
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (number, unit) = match *self {
            Period::Days(n) => (n, "day"),
            Period::Months(n) if n % 12 == 0 && n > 0 => (n / 12, "year"),
            Period::Months(n) => (n, "month"),
            Period::FiscalYears(n) => (n, "fiscal_year"),
        };
        write!(f, "{number} {unit}{}", if number == 1 { "" } else { "s" })
    }
}
