//! The operators and functions on known values; `None` is an error.

use std::cmp::Ordering;

use jobun::cel::BinaryOp;
use jobun::value::{Day, Period};
use regex::Regex;

use super::extension;
use super::value::Value;

/// From this exponent on a double is written with one.
const LEAST_EXPONENT: i32 = 6;

/// `left op right` for `== != < <= > >=`.
pub fn compare(op: BinaryOp, left: &Value<'_>, right: &Value<'_>) -> Option<bool> {
    match op {
        BinaryOp::Equal => return Some(equal(left, right)),
        BinaryOp::NotEqual => return Some(!equal(left, right)),
        _ => {}
    }
    let order = match (left, right) {
        (Value::Date(a), Value::Date(b)) => Some(a.cmp(b)),
        (Value::String(a), Value::String(b)) => Some(a.cmp(b)),
        (Value::Bytes(a), Value::Bytes(b)) => Some(a.cmp(b)),
        (Value::Bool(a), Value::Bool(b)) => Some(a.cmp(b)),
        // What a guard excludes: `never` has no place in an order.
        (Value::Never, _) | (_, Value::Never) => return None,
        (a, b) => numeric_order(a, b),
    };
    // Numbers without an order (NaN) are neither less nor greater.
    Some(order.is_some_and(|order| match op {
        BinaryOp::Less => order.is_lt(),
        BinaryOp::LessEqual => order.is_le(),
        BinaryOp::Greater => order.is_gt(),
        _ => order.is_ge(),
    }))
}

/// Whether two values are the same; numbers of different types are compared as numbers.
pub fn equal(left: &Value<'_>, right: &Value<'_>) -> bool {
    match (left, right) {
        (Value::List(a), Value::List(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(&a.value, &b.value))
        }
        (Value::Int(_) | Value::Uint(_) | Value::Double(_), Value::Int(_) | Value::Uint(_) | Value::Double(_)) => {
            numeric_order(left, right) == Some(Ordering::Equal)
        }
        (a, b) => a == b,
    }
}

fn numeric_order(left: &Value<'_>, right: &Value<'_>) -> Option<Ordering> {
    let whole = |value: &Value<'_>| match value {
        Value::Int(n) => Some(i128::from(*n)),
        Value::Uint(n) => Some(i128::from(*n)),
        _ => None,
    };
    match (left, right) {
        (Value::Double(a), Value::Double(b)) => a.partial_cmp(b),
        (Value::Double(a), b) => Some(whole_and_double(whole(b)?, *a)?.reverse()),
        (a, Value::Double(b)) => whole_and_double(whole(a)?, *b),
        (a, b) => Some(whole(a)?.cmp(&whole(b)?)),
    }
}

fn whole_and_double(whole: i128, double: f64) -> Option<Ordering> {
    if double.is_nan() {
        return None;
    }
    let fraction = if double.is_finite() { double.fract() } else { 0.0 };
    let by_whole = whole.cmp(&(double.trunc() as i128));
    Some(by_whole.then(0.0_f64.total_cmp(&(fraction + 0.0))))
}

/// `left op right` for `+ - * / %`.
pub fn calculate<'f>(op: BinaryOp, left: Value<'f>, right: Value<'f>) -> Option<Value<'f>> {
    match (left, right) {
        (Value::Int(a), Value::Int(b)) => Some(Value::Int(match op {
            BinaryOp::Add => a.checked_add(b)?,
            BinaryOp::Subtract => a.checked_sub(b)?,
            BinaryOp::Multiply => a.checked_mul(b)?,
            BinaryOp::Divide => a.checked_div(b)?,
            _ => a.checked_rem(b)?,
        })),
        (Value::Double(a), Value::Double(b)) => Some(Value::Double(match op {
            BinaryOp::Add => a + b,
            BinaryOp::Subtract => a - b,
            BinaryOp::Multiply => a * b,
            _ => a / b,
        })),
        (Value::String(a), Value::String(b)) => Some(Value::String(a + &b)),
        (Value::List(a), Value::List(b)) => Some(Value::List([a, b].concat())),
        (a, b) => panic!("the checker does not admit {a:?} {} {b:?}", op.sign()),
    }
}

/// `-operand`
pub fn negate(operand: Value<'_>) -> Option<Value<'_>> {
    match operand {
        Value::Int(n) => n.checked_neg().map(Value::Int),
        Value::Double(n) => Some(Value::Double(-n)),
        other => panic!("the checker does not admit -{other:?}"),
    }
}

/// How many elements, or characters. With maybe-members, how many at least and at most.
pub fn size<'f>(value: &Value<'f>) -> Value<'f> {
    let count = |n: usize| i64::try_from(n).expect("a size fits an int");
    match value {
        Value::String(text) => Value::Int(count(text.chars().count())),
        Value::Bytes(bytes) => Value::Int(count(bytes.len())),
        Value::List(elements) => {
            let low = elements.iter().filter(|e| e.maybe.is_none()).count();
            if low == elements.len() {
                Value::Int(count(low))
            } else {
                Value::Size { low: count(low), high: count(elements.len()), missing: value.uncertainty() }
            }
        }
        other => panic!("the checker does not admit size({other:?})"),
    }
}

/// The function or method `name`; of a method, the receiver is the first argument.
pub fn call<'f>(name: &str, arguments: &[Value<'f>]) -> Option<Value<'f>> {
    use Value::{Bool, Bytes, Date, Double, Int, Never, Period, String, Uint};
    Some(match (name, arguments) {
        ("contains", [String(text), String(part)]) => Bool(text.contains(part.as_str())),
        ("startsWith", [String(text), String(part)]) => Bool(text.starts_with(part.as_str())),
        ("endsWith", [String(text), String(part)]) => Bool(text.ends_with(part.as_str())),
        ("matches", [String(text), String(pattern)]) => Bool(regex(pattern).is_match(text)),
        ("string", [Int(n)]) => String(n.to_string()),
        ("string", [Double(n)]) => String(double_text(*n)),
        ("string", [Bool(holds)]) => String(holds.to_string()),
        ("string", [Date(day)]) => String(day.to_string()),
        ("string", [String(text)]) => String(text.clone()),
        ("int", [Int(n)]) => Int(*n),
        ("int", [Double(n)]) => {
            // Both ends are left out, as CEL's own conformance cases have it.
            let limit = 9_223_372_036_854_775_808.0;
            (*n > -limit && *n < limit).then_some(Int(*n as i64))?
        }
        ("int", [String(text)]) => Int(text.parse().ok()?),
        ("double", [Double(n)]) => Double(*n),
        ("double", [Int(n)]) => Double(*n as f64),
        ("double", [String(text)]) => Double(text.parse().ok()?),
        ("date", [String(text)]) => Date(Day::parse(text)?),
        ("plus_days", [Date(day), Int(n)]) => Date(day.plus_days(*n)?),
        ("plus_months", [Date(day), Int(n)]) => Date(day.plus_months(*n)?),
        ("plus_years", [Date(day), Int(n)]) => Date(day.plus_years(*n)?),
        ("plus", [Date(day), Period(period)]) => Date(plus(*day, *period)?),
        ("year", [Date(day)]) => Int(day.ymd().0.into()),
        ("month", [Date(day)]) => Int(day.ymd().1.into()),
        ("day", [Date(day)]) => Int(day.ymd().2.into()),
        ("days_between", [Date(a), Date(b)]) => Int(a.days_until(*b)),
        ("next_open_day", [Date(day)]) => Date(jobun::stdlib::holidays::next_open_day(*day)?),
        ("earlier", [Date(a), Date(b)]) => Date(*a.min(b)),
        ("later", [Date(a), Date(b)]) => Date(*a.max(b)),
        ("or", [Never, Date(other)]) => Date(*other),
        ("or", [Date(day), Date(_)]) => Date(*day),
        ("string", [Uint(n)]) => String(n.to_string()),
        ("string", [Bytes(bytes)]) => String(std::string::String::from_utf8(bytes.clone()).ok()?),
        ("int", [Uint(n)]) => Int(i64::try_from(*n).ok()?),
        ("double", [Uint(n)]) => Double(*n as f64),
        ("uint", [Uint(n)]) => Uint(*n),
        ("uint", [Int(n)]) => Uint(u64::try_from(*n).ok()?),
        ("uint", [Double(n)]) => {
            let limit = 18_446_744_073_709_551_616.0;
            (*n >= 0.0 && *n < limit).then_some(Uint(*n as u64))?
        }
        ("uint", [String(text)]) => Uint(text.parse().ok()?),
        ("bytes", [String(text)]) => Bytes(text.clone().into_bytes()),
        ("bytes", [Bytes(bytes)]) => Bytes(bytes.clone()),
        ("bool", [Bool(holds)]) => Bool(*holds),
        ("bool", [String(text)]) => match text.as_str() {
            "1" | "t" | "T" | "true" | "TRUE" | "True" => Bool(true),
            "0" | "f" | "F" | "false" | "FALSE" | "False" => Bool(false),
            _ => return None,
        },
        (name, arguments) if !arguments.contains(&Never) && extension::is_one(name) => {
            return extension::call(name, arguments);
        }
        // What a guard excludes: a function of days that was handed `never`.
        (_, arguments) if arguments.contains(&Never) => return None,
        (name, arguments) => panic!("the checker does not admit {name}{arguments:?}"),
    })
}

/// A double as Go's `strconv` writes it with `g` and the fewest digits.
fn double_text(n: f64) -> String {
    if n.is_nan() {
        return "NaN".to_string();
    }
    if n.is_infinite() {
        return if n > 0.0 { "+Inf" } else { "-Inf" }.to_string();
    }
    let written = format!("{n:e}");
    let (digits, exponent) = written.split_once('e').expect("an exponent is written");
    let exponent: i32 = exponent.parse().expect("an exponent is a number");
    if (-4..LEAST_EXPONENT).contains(&exponent) {
        return n.to_string();
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:02}", exponent.abs())
}

/// The last day of `period` counted from `day`.
pub fn plus(day: Day, period: Period) -> Option<Day> {
    match period {
        Period::Days(n) => day.plus_days(n.into()),
        Period::Months(n) => day.plus_months(n.into()),
        Period::FiscalYears(n) => {
            let (year, month, _) = day.ymd();
            // A fiscal year is called after the year of its April and ends in the next.
            let fiscal_year = if month >= 4 { year } else { year - 1 };
            Day::new(fiscal_year + i16::try_from(n).ok()? + 1, 3, 31)
        }
    }
}

/// `pattern` with the classes of RE2, which are those of ASCII.
fn regex(pattern: &str) -> Regex {
    let mut ascii = String::new();
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        match (c, if c == '\\' { chars.next() } else { None }) {
            ('\\', Some('d')) => ascii.push_str("[0-9]"),
            ('\\', Some('D')) => ascii.push_str("[^0-9]"),
            ('\\', Some('w')) => ascii.push_str("[0-9A-Za-z_]"),
            ('\\', Some('W')) => ascii.push_str("[^0-9A-Za-z_]"),
            ('\\', Some('s')) => ascii.push_str("[\\t\\n\\f\\r ]"),
            ('\\', Some('S')) => ascii.push_str("[^\\t\\n\\f\\r ]"),
            ('\\', Some('b')) => ascii.push_str("(?-u:\\b)"),
            ('\\', Some(other)) => ascii.extend(['\\', other]),
            _ => ascii.push(c),
        }
    }
    Regex::new(&ascii).expect("the checker has read the pattern")
}
