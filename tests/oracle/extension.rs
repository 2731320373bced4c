//! The extension libraries of CEL on known values, from their documentation; `None` is an error.

use jobun::cel::BinaryOp;

use super::functions::{compare, equal};
use super::value::{Element, Value};

const NAMES: &[&str] = &[
    "charAt",
    "indexOf",
    "lastIndexOf",
    "join",
    "lowerAscii",
    "upperAscii",
    "replace",
    "split",
    "substring",
    "trim",
    "reverse",
    "format",
    "strings.quote",
    "slice",
    "flatten",
    "distinct",
    "sort",
    "lists.range",
    "first",
    "last",
    "hasValue",
    "value",
    "orValue",
    "base64.encode",
    "base64.decode",
    "regex.extractAll",
];

/// Whether the function `name` is one of an extension.
pub fn is_one(name: &str) -> bool {
    NAMES.contains(&name) || name.starts_with("math.") || name.starts_with("sets.")
}

/// The function or method `name`; of a method, the receiver is the first argument.
pub fn call<'f>(name: &str, arguments: &[Value<'f>]) -> Option<Value<'f>> {
    use Value::{Bytes, Int, List, Optional, String};
    if let Some(name) = name.strip_prefix("math.") {
        return math(name, arguments);
    }
    Some(match (name, arguments) {
        ("charAt", [String(text), Int(at)]) => {
            let chars: Vec<char> = text.chars().collect();
            let at = within(*at, chars.len())?;
            String(chars.get(at).map(char::to_string).unwrap_or_default())
        }
        ("indexOf", [String(text), String(part)]) => Int(index(text, part, 0)),
        ("indexOf", [String(text), String(part), Int(from)]) => {
            let from = within(*from, text.chars().count())?;
            Int(index(text, part, from))
        }
        ("lastIndexOf", [String(text), String(part)]) => Int(last_index(text, part, text.chars().count())),
        ("lastIndexOf", [String(text), String(part), Int(from)]) => {
            let from = within(*from, text.chars().count())?;
            Int(last_index(text, part, from))
        }
        ("join", [List(parts)]) => String(joined(parts, "")),
        ("join", [List(parts), String(between)]) => String(joined(parts, between)),
        ("lowerAscii", [String(text)]) => String(text.to_ascii_lowercase()),
        ("upperAscii", [String(text)]) => String(text.to_ascii_uppercase()),
        ("replace", [String(text), String(old), String(new)]) => String(text.replace(old.as_str(), new)),
        ("replace", [String(text), String(old), String(new), Int(times)]) => String(match usize::try_from(*times) {
            Ok(times) => text.replacen(old.as_str(), new, times),
            Err(_) => text.replace(old.as_str(), new),
        }),
        ("split", [String(text), String(between)]) => strings(split(text, between, None)),
        ("split", [String(text), String(between), Int(most)]) => {
            strings(split(text, between, usize::try_from(*most).ok()))
        }
        ("substring", [String(text), Int(from)]) => {
            let chars: Vec<char> = text.chars().collect();
            String(chars[within(*from, chars.len())?..].iter().collect())
        }
        ("substring", [String(text), Int(from), Int(to)]) => {
            let chars: Vec<char> = text.chars().collect();
            let (from, to) = (within(*from, chars.len())?, within(*to, chars.len())?);
            String(chars.get(from..to)?.iter().collect())
        }
        ("trim", [String(text)]) => String(text.trim().to_string()),
        ("reverse", [String(text)]) => String(text.chars().rev().collect()),
        ("reverse", [List(elements)]) => List(elements.iter().rev().cloned().collect()),
        ("format", [String(pattern), List(values)]) => String(format(pattern, values)?),
        ("strings.quote", [String(text)]) => String(quoted(text)),
        ("slice", [List(elements), Int(from), Int(to)]) => {
            let (from, to) = (within(*from, elements.len())?, within(*to, elements.len())?);
            List(elements.get(from..to)?.to_vec())
        }
        ("flatten", [List(elements)]) => {
            let flat = elements.iter().flat_map(|element| match &element.value {
                List(inner) => inner.clone(),
                _ => vec![element.clone()],
            });
            List(flat.collect())
        }
        ("distinct", [List(elements)]) => {
            let mut kept: Vec<Element<'f>> = Vec::new();
            for element in elements {
                if !kept.iter().any(|known| equal(&known.value, &element.value)) {
                    kept.push(element.clone());
                }
            }
            List(kept)
        }
        ("sort", [List(elements)]) => {
            let mut sorted: Vec<Element<'f>> = Vec::new();
            for element in elements {
                let is_before = |known: &Element<'f>| compare(BinaryOp::LessEqual, &known.value, &element.value);
                let mut at = 0;
                while at < sorted.len() && is_before(&sorted[at])? {
                    at += 1;
                }
                sorted.insert(at, element.clone());
            }
            List(sorted)
        }
        ("lists.range", [Int(end)]) => List((0..*end).map(|at| Element::certain(Int(at))).collect()),
        ("sets.contains", [List(a), List(b)]) => Value::Bool(holds(a, b)),
        ("sets.equivalent", [List(a), List(b)]) => Value::Bool(holds(a, b) && holds(b, a)),
        ("sets.intersects", [List(a), List(b)]) => {
            Value::Bool(a.iter().any(|x| b.iter().any(|y| equal(&x.value, &y.value))))
        }
        ("first", [List(elements)]) => Optional(elements.first().map(|element| Box::new(element.value.clone()))),
        ("last", [List(elements)]) => Optional(elements.last().map(|element| Box::new(element.value.clone()))),
        ("hasValue", [Optional(held)]) => Value::Bool(held.is_some()),
        ("value", [Optional(held)]) => (**held.as_ref()?).clone(),
        ("orValue", [Optional(held), other]) => held.as_ref().map_or(other.clone(), |held| (**held).clone()),
        ("base64.encode", [Bytes(bytes)]) => String(encoded(bytes)),
        ("base64.decode", [String(text)]) => Bytes(decoded(text)?),
        ("regex.extractAll", [String(text), String(pattern)]) => {
            let pattern = regex::Regex::new(pattern).expect("the checker has read the pattern");
            strings(pattern.find_iter(text).map(|found| found.as_str().to_string()).collect())
        }
        (name, arguments) => panic!("the checker does not admit {name}{arguments:?}"),
    })
}

fn math<'f>(name: &str, arguments: &[Value<'f>]) -> Option<Value<'f>> {
    use Value::{Bool, Double, Int, List};
    Some(match (name, arguments) {
        ("greatest" | "least", [List(elements)]) => {
            let values: Vec<Value<'f>> = elements.iter().map(|element| element.value.clone()).collect();
            extremum(name, &values)?
        }
        ("greatest" | "least", values) => extremum(name, values)?,
        ("ceil", [Double(n)]) => Double(n.ceil()),
        ("floor", [Double(n)]) => Double(n.floor()),
        // Halves away from zero.
        ("round", [Double(n)]) => Double(n.round()),
        ("trunc", [Double(n)]) => Double(n.trunc()),
        ("sqrt", [Double(n)]) => Double(n.sqrt()),
        ("abs", [Double(n)]) => Double(n.abs()),
        ("abs", [Int(n)]) => Int(n.checked_abs()?),
        ("sign", [Double(n)]) if *n > 0.0 => Double(1.0),
        ("sign", [Double(n)]) if *n < 0.0 => Double(-1.0),
        ("sign", [Double(n)]) if n.is_nan() => Double(*n),
        ("sign", [Double(_)]) => Double(0.0),
        ("sign", [Int(n)]) => Int(n.signum()),
        ("isNaN", [Double(n)]) => Bool(n.is_nan()),
        ("isInf", [Double(n)]) => Bool(n.is_infinite()),
        ("isFinite", [Double(n)]) => Bool(n.is_finite()),
        ("bitAnd", [Int(a), Int(b)]) => Int(a & b),
        ("bitOr", [Int(a), Int(b)]) => Int(a | b),
        ("bitXor", [Int(a), Int(b)]) => Int(a ^ b),
        ("bitNot", [Int(n)]) => Int(!n),
        // Bits that move out are gone; none come in from the sign.
        ("bitShiftLeft" | "bitShiftRight", [Int(_), Int(by)]) if *by < 0 => return None,
        ("bitShiftLeft" | "bitShiftRight", [Int(_), Int(by)]) if *by > 63 => Int(0),
        ("bitShiftLeft", [Int(n), Int(by)]) => Int(n << by),
        ("bitShiftRight", [Int(n), Int(by)]) => Int(((*n as u64) >> by) as i64),
        (name, arguments) => panic!("the checker does not admit math.{name}{arguments:?}"),
    })
}

/// The first of the greatest, or of the least.
fn extremum<'f>(name: &str, values: &[Value<'f>]) -> Option<Value<'f>> {
    let op = if name == "greatest" { BinaryOp::Greater } else { BinaryOp::Less };
    let mut best = values.first()?.clone();
    for value in &values[1..] {
        if compare(op, value, &best)? {
            best = value.clone();
        }
    }
    Some(best)
}

/// An index from 0 up to `len`, which is one past the end.
fn within(at: i64, len: usize) -> Option<usize> {
    usize::try_from(at).ok().filter(|at| *at <= len)
}

/// Where `part` stands in `text` at `from` or later, in characters, or -1.
fn index(text: &str, part: &str, from: usize) -> i64 {
    let (text, part): (Vec<char>, Vec<char>) = (text.chars().collect(), part.chars().collect());
    let found = (from..=text.len()).find(|at| text[*at..].starts_with(&part));
    found.map_or(-1, |at| at as i64)
}

/// Where `part` last stands in `text` at `from` or before, or -1.
fn last_index(text: &str, part: &str, from: usize) -> i64 {
    let (text, part): (Vec<char>, Vec<char>) = (text.chars().collect(), part.chars().collect());
    let found = (0..=from).rev().find(|at| text[*at..].starts_with(&part));
    found.map_or(-1, |at| at as i64)
}

fn joined(parts: &[Element<'_>], between: &str) -> String {
    let parts: Vec<&str> = parts
        .iter()
        .map(|part| match &part.value {
            Value::String(text) => text.as_str(),
            other => panic!("the checker does not admit a list with {other:?}"),
        })
        .collect();
    parts.join(between)
}

/// As Go's `strings.SplitN` does it: without a separator between all characters.
fn split(text: &str, between: &str, most: Option<usize>) -> Vec<String> {
    let most = most.unwrap_or(usize::MAX);
    if most == 0 {
        return Vec::new();
    }
    if between.is_empty() {
        let chars: Vec<char> = text.chars().collect();
        let alone = chars.len().min(most - 1);
        let mut parts: Vec<String> = chars[..alone].iter().map(char::to_string).collect();
        if alone < chars.len() {
            parts.push(chars[alone..].iter().collect());
        }
        return parts;
    }
    text.splitn(most, between).map(str::to_string).collect()
}

fn strings<'f>(texts: Vec<String>) -> Value<'f> {
    Value::List(texts.into_iter().map(|text| Element::certain(Value::String(text))).collect())
}

/// `%d` of whole numbers and `%s` of texts.
fn format(pattern: &str, values: &[Element<'_>]) -> Option<String> {
    let mut out = String::new();
    let mut values = values.iter();
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        match (c, if c == '%' { chars.next() } else { None }) {
            ('%', Some('%')) => out.push('%'),
            ('%', verb) => match (verb, &values.next()?.value) {
                (Some('d'), Value::Int(n)) => out.push_str(&n.to_string()),
                (Some('s'), Value::String(text)) => out.push_str(text),
                other => panic!("the oracle does not know {other:?}"),
            },
            (c, _) => out.push(c),
        }
    }
    Some(out)
}

fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '\u{7}' => out.push_str("\\a"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{b}' => out.push_str("\\v"),
            '"' | '\\' => out.extend(['\\', c]),
            c => out.push(c),
        }
    }
    out + "\""
}

/// Whether `all` holds every one of `some`.
fn holds(all: &[Element<'_>], some: &[Element<'_>]) -> bool {
    some.iter().all(|wanted| all.iter().any(|known| equal(&known.value, &wanted.value)))
}

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn encoded(bytes: &[u8]) -> String {
    let mut out = String::new();
    for three in bytes.chunks(3) {
        let bits = three.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
        for at in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * at)) as usize & 63];
            out.push(if at <= three.len() { char::from(digit) } else { '=' });
        }
    }
    out
}

/// The padding may be left out.
fn decoded(text: &str) -> Option<Vec<u8>> {
    let bare = text.trim_end_matches('=');
    let padding = text.len() - bare.len();
    if padding > 0 && (!text.len().is_multiple_of(4) || padding > 2) || bare.len() % 4 == 1 {
        return None;
    }
    let mut out = Vec::new();
    for four in bare.as_bytes().chunks(4) {
        let mut bits = 0_u32;
        for byte in four {
            bits = bits << 6 | u32::try_from(DIGITS.iter().position(|digit| digit == byte)?).ok()?;
        }
        bits <<= 6 * (4 - four.len());
        let whole = &bits.to_be_bytes()[1..];
        out.extend_from_slice(&whole[..four.len() - 1]);
    }
    Some(out)
}
