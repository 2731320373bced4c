//! What each function does with known values.

use regex::Regex;

use crate::program::Function;
use crate::value::{Day, Period};

/// A known value, as functions see it.
#[derive(Clone, Copy, Debug)]
pub enum Known<'a> {
    /// A boolean.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number.
    Double(f64),
    /// A string.
    String(&'a str),
    /// A day.
    Date(Day),
    /// `never`
    Never,
    /// A period.
    Period(Period),
    /// A list, by its length.
    List(usize),
    /// A regular expression.
    Regex(&'a Regex),
}

/// Why a function has no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoValue {
    /// The arguments are not of types it takes.
    Arguments,
    /// The result is no day of the calendar.
    DateRange,
    /// The text or number does not convert.
    Conversion,
}

/// Calls `function`; `keep` stores a string it makes.
pub fn call<'a>(
    function: Function,
    args: &[Known<'a>],
    keep: impl FnOnce(String) -> &'a str,
) -> Result<Known<'a>, NoValue> {
    use Known::{Bool, Date, Double, Int, List, Never, Period, Regex, String};
    let day = |day: Option<Day>| day.map(Date).ok_or(NoValue::DateRange);
    Ok(match (function, args) {
        (Function::Size, [String(text)]) => Int(text.chars().count() as i64),
        (Function::Size, [List(len)]) => Int(*len as i64),
        (Function::Contains, [String(text), String(part)]) => Bool(text.contains(part)),
        (Function::StartsWith, [String(text), String(part)]) => Bool(text.starts_with(part)),
        (Function::EndsWith, [String(text), String(part)]) => Bool(text.ends_with(part)),
        (Function::Matches, [String(text), Regex(regex)]) => Bool(regex.is_match(text)),
        (Function::ToString, [Int(value)]) => String(keep(value.to_string())),
        (Function::ToString, [Double(value)]) => String(keep(value.to_string())),
        (Function::ToString, [Bool(value)]) => String(keep(value.to_string())),
        (Function::ToString, [Date(value)]) => String(keep(value.to_string())),
        (Function::ToString, [String(value)]) => String(value),
        (Function::ToInt, [Int(value)]) => Int(*value),
        // CEL takes neither -2^63 nor 2^63.
        (Function::ToInt, [Double(value)]) if value.abs() < 9_223_372_036_854_775_808.0 => Int(*value as i64),
        (Function::ToInt, [String(text)]) => Int(text.parse().map_err(|_| NoValue::Conversion)?),
        (Function::ToInt, [Double(_)]) => return Err(NoValue::Conversion),
        (Function::ToDouble, [Double(value)]) => Double(*value),
        (Function::ToDouble, [Int(value)]) => Double(*value as f64),
        (Function::ToDouble, [String(text)]) => Double(text.parse().map_err(|_| NoValue::Conversion)?),
        (Function::ToDate, [String(text)]) => Date(Day::parse(text).ok_or(NoValue::Conversion)?),
        (Function::PlusDays, [Date(date), Int(n)]) => day(date.plus_days(*n))?,
        (Function::PlusMonths, [Date(date), Int(n)]) => day(date.plus_months(*n))?,
        (Function::PlusYears, [Date(date), Int(n)]) => day(date.plus_years(*n))?,
        (Function::Plus, [Date(date), Period(period)]) => day(date.plus(*period))?,
        (Function::Year, [Date(date)]) => Int(date.ymd().0.into()),
        (Function::Month, [Date(date)]) => Int(date.ymd().1.into()),
        (Function::DayOfMonth, [Date(date)]) => Int(date.ymd().2.into()),
        (Function::DaysBetween, [Date(from), Date(to)]) => Int(from.days_until(*to)),
        (Function::NextOpenDay, [Date(date)]) => day(super::holidays::next_open_day(*date))?,
        (Function::Earlier, [Date(a), Date(b)]) => Date(*a.min(b)),
        (Function::Later, [Date(a), Date(b)]) => Date(*a.max(b)),
        (Function::Or, [Date(date), Date(_)]) => Date(*date),
        (Function::Or, [Never, Date(other)]) => Date(*other),
        _ => return Err(NoValue::Arguments),
    })
}

/// The largest compiled regular expression, in bytes.
const REGEX_SIZE: usize = 1 << 20;

/// Compiles a pattern in RE2 syntax: the Perl classes are ASCII, so `\d` does not match `０`.
pub fn compile_regex(pattern: &str) -> Result<Regex, String> {
    let mut out = String::with_capacity(pattern.len());
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('d') => out.push_str("[0-9]"),
            Some('D') => out.push_str("[^0-9]"),
            Some('w') => out.push_str("[0-9A-Za-z_]"),
            Some('W') => out.push_str("[^0-9A-Za-z_]"),
            Some('s') => out.push_str(r"[\t\n\f\r ]"),
            Some('S') => out.push_str(r"[^\t\n\f\r ]"),
            Some('b') => out.push_str(r"(?-u:\b)"),
            Some(other) => {
                out.push('\\');
                out.push(other);
            }
            None => out.push('\\'),
        }
    }
    regex::RegexBuilder::new(&out).size_limit(REGEX_SIZE).nest_limit(64).build().map_err(|error| error.to_string())
}
