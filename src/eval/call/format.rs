//! `'%s'.format([x])`

use super::super::{FaultKind, List, Run, Value};
use super::{Called, type_name};
use crate::stdlib::strings;

impl<'a, const TRACE: bool> Run<'a, TRACE> {
    /// `template` with the members of `list` in place of its verbs.
    pub(super) fn format(&mut self, template: &str, list: List<'a>) -> Called<'a> {
        let mut values = self.members(list);
        let mut made = String::new();
        let mut rest = template;
        while let Some(at) = rest.find('%') {
            made.push_str(&rest[..at]);
            rest = &rest[at + 1..];
            if let Some(after) = rest.strip_prefix('%') {
                made.push('%');
                rest = after;
                continue;
            }
            let precision = match rest.strip_prefix('.') {
                None => None,
                Some(after) => {
                    let digits = after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len());
                    rest = &after[digits..];
                    let precision: usize = after[..digits].parse().map_err(|_| FaultKind::Conversion)?;
                    Some(precision)
                        .filter(|precision| *precision <= strings::MAX_PRECISION)
                        .ok_or(FaultKind::Conversion)
                        .map(Some)?
                }
            };
            let verb = rest.chars().next().ok_or(FaultKind::Conversion)?;
            rest = &rest[verb.len_utf8()..];
            let (value, _) = values.next(self).ok_or(FaultKind::Index)?;
            // Digits behind the point cost more than letters.
            self.spend(2 * precision.unwrap_or_default() as u64)?;
            let before = made.len();
            self.write(verb, precision, value, &mut made)?;
            self.make(made.len() - before)?;
        }
        made.push_str(rest);
        self.made(&made)
    }

    fn write(
        &mut self,
        verb: char,
        precision: Option<usize>,
        value: Value<'a>,
        made: &mut String,
    ) -> Result<(), FaultKind> {
        let number = match value {
            Value::Double(value) => Some(value),
            Value::Int(value) => Some(value as f64),
            Value::Uint(value) => Some(value as f64),
            _ => None,
        };
        let text = match (verb, value) {
            ('s', value) => return self.write_string(value, made),
            ('d', Value::Int(value)) => value.to_string(),
            ('d', Value::Uint(value)) => value.to_string(),
            ('d', Value::Double(value)) => strings::plain(value),
            ('f', _) => strings::fixed(number.ok_or(FaultKind::Types)?, precision.unwrap_or(6)),
            ('e', _) => strings::scientific(number.ok_or(FaultKind::Types)?, precision.unwrap_or(6)),
            ('b', Value::Bool(value)) => u8::from(value).to_string(),
            ('b', Value::Int(value)) => strings::binary(value),
            ('b', Value::Uint(value)) => strings::binary_uint(value),
            ('o', Value::Int(value)) => strings::octal(value),
            ('o', Value::Uint(value)) => strings::octal_uint(value),
            ('x' | 'X', Value::Int(value)) => strings::hex(value, verb == 'X'),
            ('x' | 'X', Value::Uint(value)) => strings::hex_uint(value, verb == 'X'),
            ('x' | 'X', Value::Str(text)) => strings::hex_bytes(text.as_bytes(), verb == 'X'),
            ('x' | 'X', Value::Bytes(bytes)) => strings::hex_bytes(bytes, verb == 'X'),
            _ => return Err(FaultKind::Types),
        };
        made.push_str(&text);
        Ok(())
    }

    /// A value under `%s`. Lists and maps nest no deeper than the program or the document does.
    fn write_string(&mut self, value: Value<'a>, made: &mut String) -> Result<(), FaultKind> {
        let before = made.len();
        match value {
            Value::Str(text) => made.push_str(text),
            Value::Null => made.push_str("null"),
            Value::Bytes(bytes) => made.push_str(&String::from_utf8_lossy(bytes)),
            Value::Double(value) => made.push_str(&strings::plain(value)),
            Value::Type(name) => made.push_str(name),
            Value::List(list) => {
                made.push('[');
                let mut members = self.members(list);
                let mut first = true;
                while let Some((member, _)) = members.next(self) {
                    made.push_str(if std::mem::take(&mut first) { "" } else { ", " });
                    self.write_string(member, made)?;
                }
                made.push(']');
            }
            Value::Record(_) | Value::Map(_) => {
                let mut written = Vec::new();
                let mut entries = self.entries(value);
                while let Some((key, value)) = entries.next(self) {
                    let (mut shown, mut held) = (String::new(), String::new());
                    self.write_string(key, &mut shown)?;
                    self.write_string(value, &mut held)?;
                    written.push(format!("{shown}: {held}"));
                }
                written.sort();
                made.push_str(&format!("{{{}}}", written.join(", ")));
            }
            value => {
                type_name(value).ok_or(FaultKind::Types)?;
                made.push_str(&super::spelled(value).ok_or(FaultKind::Types)?);
            }
        }
        // A value that is held many times is written many times.
        self.make(made.len().saturating_sub(before))
    }
}
