//! The open days of Japanese public offices: public holidays from 1949 to 2100, computed.
//!
//! Sources: 国民の祝日に関する法律 (Act 178 of 1948) with its amendments and the special Acts for single
//! years, as of September 2025; 行政機関の休日に関する法律 (Act 91 of 1988), Article 1, for the days from
//! 29 December to 3 January. Equinoxes follow the approximation of the Hydrographic Department
//! (新こよみ便利帳), which has met every day announced so far; days not yet announced are predictions.

use crate::value::Day;

/// First and last year that can be computed.
pub const YEARS: std::ops::RangeInclusive<i16> = 1949..=2100;

/// Which rules the calendar follows; named in every evaluation.
pub const VERSION: &str = "jp-2025-09";

/// What a rule says about when a holiday falls.
#[derive(Clone, Copy)]
enum On {
    /// On a day of the year.
    Date(i8, i8),
    /// On the `n`th Monday of a month.
    Monday(i8, i8),
    /// On the day of the vernal equinox.
    Vernal,
    /// On the day of the autumnal equinox.
    Autumnal,
}

/// The holidays: from year, until year, and when.
const HOLIDAYS: &[(i16, i16, On)] = &[
    (1949, 2100, On::Date(1, 1)),
    (1949, 1999, On::Date(1, 15)),
    (2000, 2100, On::Monday(1, 2)),
    (1967, 2100, On::Date(2, 11)),
    (2020, 2100, On::Date(2, 23)),
    (1949, 2100, On::Vernal),
    (1949, 2100, On::Date(4, 29)),
    (1949, 2100, On::Date(5, 3)),
    (2007, 2100, On::Date(5, 4)),
    (1949, 2100, On::Date(5, 5)),
    (1996, 2002, On::Date(7, 20)),
    (2003, 2019, On::Monday(7, 3)),
    (2022, 2100, On::Monday(7, 3)),
    (2016, 2019, On::Date(8, 11)),
    (2022, 2100, On::Date(8, 11)),
    (1966, 2002, On::Date(9, 15)),
    (2003, 2100, On::Monday(9, 3)),
    (1949, 2100, On::Autumnal),
    (1966, 1999, On::Date(10, 10)),
    (2000, 2019, On::Monday(10, 2)),
    (2022, 2100, On::Monday(10, 2)),
    (1949, 2100, On::Date(11, 3)),
    (1949, 2100, On::Date(11, 23)),
    (1989, 2018, On::Date(12, 23)),
    // Moved for the Olympic Games: Marine Day, Sports Day, Mountain Day.
    (2020, 2020, On::Date(7, 23)),
    (2020, 2020, On::Date(7, 24)),
    (2020, 2020, On::Date(8, 10)),
    (2021, 2021, On::Date(7, 22)),
    (2021, 2021, On::Date(7, 23)),
    (2021, 2021, On::Date(8, 8)),
    // Ceremonies of the Imperial House.
    (1959, 1959, On::Date(4, 10)),
    (1989, 1989, On::Date(2, 24)),
    (1990, 1990, On::Date(11, 12)),
    (1993, 1993, On::Date(6, 9)),
    (2019, 2019, On::Date(5, 1)),
    (2019, 2019, On::Date(10, 22)),
];

/// The day of the month of an equinox: the base of its period, and the days drifted since 1980.
fn equinox(year: i16, until_1979: f64, until_2099: f64, after: f64) -> i8 {
    let years = f64::from(year) - 1980.0;
    let (base, leap) = match year {
        ..=1979 => (until_1979, (f64::from(year) - 1983.0) / 4.0),
        1980..=2099 => (until_2099, years / 4.0),
        _ => (after, years / 4.0),
    };
    // Truncation towards zero, as the approximation is stated.
    (base + 0.242_194 * years - leap.trunc()) as i8
}

/// The day of the week, Monday is 0.
fn weekday(day: Day) -> i64 {
    // 1 January 1949 was a Saturday.
    Day::new(1949, 1, 1).map_or(0, |first| (first.days_until(day) + 5).rem_euclid(7))
}

/// Whether the Act names the day as a holiday itself.
fn is_named(day: Day) -> bool {
    let (year, month, date) = day.ymd();
    HOLIDAYS.iter().filter(|(from, until, _)| (*from..=*until).contains(&year)).any(|(_, _, on)| match *on {
        On::Date(m, d) => (m, d) == (month, date),
        On::Monday(m, n) => m == month && weekday(day) == 0 && (date - 1) / 7 + 1 == n,
        On::Vernal => month == 3 && date == equinox(year, 20.8357, 20.8431, 21.8510),
        On::Autumnal => month == 9 && date == equinox(year, 23.2588, 23.2488, 24.2488),
    })
}

/// Whether `day` is a public holiday: named, in place of one on a Sunday, or between two.
fn is_holiday(day: Day) -> bool {
    if is_named(day) {
        return true;
    }
    let since = |year, month, date| Day::new(year, month, date).is_some_and(|first| day >= first);
    let named = |offset| day.plus_days(offset).is_some_and(is_named);
    let sunday = |offset| day.plus_days(offset).is_some_and(|day| weekday(day) == 6);
    // The day after a Sunday that is a holiday; since 2007 the next day that is none itself.
    let substitute = if since(2007, 1, 1) {
        (1..=7).take_while(|back| named(-back)).any(|back| sunday(-back))
    } else {
        since(1973, 4, 12) && named(-1) && sunday(-1)
    };
    let between = since(1985, 12, 27) && named(-1) && named(1) && (since(2007, 1, 1) || weekday(day) != 6);
    substitute || between
}

/// Whether public offices are open on `day`.
fn is_open(day: Day) -> bool {
    let (_, month, date) = day.ymd();
    let year_end = matches!((month, date), (12, 29..=31) | (1, 1..=3));
    weekday(day) < 5 && !year_end && !is_holiday(day)
}

/// `day` if public offices are open on it, else the next day on which they are; `None` outside
/// [`YEARS`].
pub fn next_open_day(day: Day) -> Option<Day> {
    let mut at = day;
    // No closed stretch comes near this length.
    for _ in 0..31 {
        if !YEARS.contains(&at.ymd().0) {
            return None;
        }
        if is_open(at) {
            return Some(at);
        }
        at = at.next()?;
    }
    None
}

/// Whether `day` is a public holiday; `None` outside [`YEARS`].
pub fn holiday(day: Day) -> Option<bool> {
    YEARS.contains(&day.ymd().0).then(|| is_holiday(day))
}
