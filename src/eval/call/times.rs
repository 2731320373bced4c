//! Times, lengths of time, days.

use super::super::{FaultKind, Value};
use super::Called;
use crate::program::Function;
use crate::stdlib::{holidays, zones};
use crate::time::{Civil, Duration, Timestamp};
use crate::value::Day;

pub(super) fn call_time<'a>(function: Function, arguments: &[Value<'a>]) -> Called<'a> {
    use Value::{Date, Int, Never, Str};
    let wrong = FaultKind::Conversion;
    let day = |day: Option<Day>| day.map(Date).ok_or(FaultKind::DateRange);
    Ok(match (function, arguments) {
        (Function::ToTimestamp, [Str(text)]) => Value::Timestamp(Timestamp::parse(text.as_bytes()).ok_or(wrong)?),
        (Function::ToTimestamp, [value @ Value::Timestamp(_)]) => *value,
        (Function::ToTimestamp, [Int(seconds)]) => Value::Timestamp(Timestamp::new(*seconds, 0).ok_or(wrong)?),
        (Function::ToDuration, [Str(text)]) => Value::Duration(Duration::parse(text).ok_or(wrong)?),
        (Function::ToDuration, [value @ Value::Duration(_)]) => *value,
        (Function::GetHours, [Value::Duration(length)]) => Int(length.hours()),
        (Function::GetMinutes, [Value::Duration(length)]) => Int(length.minutes()),
        (Function::GetSeconds, [Value::Duration(length)]) => Int(length.seconds()),
        (Function::GetMilliseconds, [Value::Duration(length)]) => Int(length.milliseconds()),
        (_, [Value::Timestamp(at)]) => Int(part(function, at.civil(0)).ok_or(FaultKind::Types)?),
        (_, [Value::Timestamp(at), Str(zone)]) => {
            let offset = zones::offset(zone, *at).ok_or(wrong)?;
            Int(part(function, at.civil(offset)).ok_or(FaultKind::Types)?)
        }
        (Function::ToDate, [Str(text)]) => Date(Day::parse(text).ok_or(wrong)?),
        (Function::PlusDays, [Date(date), Int(n)]) => day(date.plus_days(*n))?,
        (Function::PlusMonths, [Date(date), Int(n)]) => day(date.plus_months(*n))?,
        (Function::PlusYears, [Date(date), Int(n)]) => day(date.plus_years(*n))?,
        (Function::Plus, [Date(date), Value::Period(period)]) => day(date.plus(*period))?,
        (Function::Year, [Date(date)]) => Int(date.ymd().0.into()),
        (Function::Month, [Date(date)]) => Int(date.ymd().1.into()),
        (Function::DayOfMonth, [Date(date)]) => Int(date.ymd().2.into()),
        (Function::DaysBetween, [Date(from), Date(to)]) => Int(from.days_until(*to)),
        (Function::NextOpenDay, [Date(date)]) => day(holidays::next_open_day(*date))?,
        (Function::Earlier, [Date(a), Date(b)]) => Date(*a.min(b)),
        (Function::Later, [Date(a), Date(b)]) => Date(*a.max(b)),
        (Function::Or, [Date(date), Date(_)]) => Date(*date),
        (Function::Or, [Never, Date(other)]) => Date(*other),
        _ => return Err(FaultKind::Types),
    })
}

/// A part of a point of time, as CEL counts: months, days of the month and of the year from 0.
fn part(function: Function, at: Civil) -> Option<i64> {
    Some(match function {
        Function::GetFullYear => at.year.into(),
        Function::GetMonth => i64::from(at.month) - 1,
        Function::GetDate => at.day.into(),
        Function::GetDayOfMonth => i64::from(at.day) - 1,
        Function::GetDayOfWeek => at.day_of_week.into(),
        Function::GetDayOfYear => at.day_of_year.into(),
        Function::GetHours => at.hour.into(),
        Function::GetMinutes => at.minute.into(),
        Function::GetSeconds => at.second.into(),
        Function::GetMilliseconds => i64::from(at.nanos / 1_000_000),
        _ => return None,
    })
}
