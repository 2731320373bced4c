//! Strings, bytes, regular expressions, addresses.

use std::collections::HashMap;
use std::rc::Rc;

use super::super::{FaultKind, List, Run, Value};
use super::Called;
use crate::pattern::{Captures, Pattern, PatternError};
use crate::program::Function;
use crate::stdlib::network::{Cidr, Ip};
use crate::stdlib::{encoders, strings};

/// The patterns one evaluation has worked out, by their text. They are forgotten before the next one, which
/// pays for its own.
pub(in crate::eval) type MadePatterns = HashMap<String, Rc<Pattern>>;

/// A pattern that is searched for.
enum Searched<'a> {
    Program(&'a Pattern),
    Made(Rc<Pattern>),
}

impl std::ops::Deref for Searched<'_> {
    type Target = Pattern;

    fn deref(&self) -> &Pattern {
        match self {
            Searched::Program(pattern) => pattern,
            Searched::Made(pattern) => pattern,
        }
    }
}

/// How many bytes of a pattern are compiled in one step.
const COMPILED: u64 = 8;
/// The steps of making something of one match, or of one replacement.
const PER_MATCH: u64 = 8;

impl<'a, const TRACE: bool> Run<'a, TRACE> {
    /// A regular expression of the program, or one that is worked out.
    fn pattern(&mut self, value: Value<'a>) -> Result<Searched<'a>, FaultKind> {
        let text = match value {
            Value::Regex(index) => {
                let pattern = self.program.patterns.get(index as usize);
                return pattern.map(Searched::Program).ok_or(FaultKind::Pattern);
            }
            Value::Str(text) => text,
            _ => return Err(FaultKind::Types),
        };
        if let Some(pattern) = self.patterns.get(text) {
            return Ok(Searched::Made(pattern.clone()));
        }
        // Compiling costs far more than matching: it may take what is left, and that is taken.
        self.spend(1_000 + 16 * text.len() as u64)?;
        let most = self.settings.limits.pattern_bytes;
        let affordable = usize::try_from(self.budget.left().saturating_mul(COMPILED)).unwrap_or(usize::MAX);
        let compiled = Pattern::new(text, most.min(affordable));
        let size = match &compiled {
            Ok(pattern) => pattern.size(),
            Err(PatternError::TooLarge) => most,
            Err(PatternError::Syntax(_)) => 0,
        };
        self.spend(size as u64 / COMPILED)?;
        let pattern = compiled.map_err(|error| match error {
            PatternError::TooLarge => FaultKind::PatternSize,
            PatternError::Syntax(_) => FaultKind::Pattern,
        })?;
        self.make(pattern.size())?;
        let pattern = Rc::new(pattern);
        self.patterns.insert(text.to_string(), pattern.clone());
        Ok(Searched::Made(pattern))
    }

    /// Everything that `pattern` matches in `text`, each match with its groups.
    fn each_match(
        &mut self,
        pattern: &Pattern,
        text: &str,
        mut each: impl FnMut(&mut Self, &Captures) -> Result<bool, FaultKind>,
    ) -> Result<(), FaultKind> {
        // The first search may go through all of it; how far the others go is known behind each.
        self.spend(pattern.steps(text.len()))?;
        let mut at = 0;
        for captures in pattern.matches(text) {
            let Some(found) = captures.get_match() else { break };
            let cost = if at == 0 { 0 } else { pattern.steps_to(found.end() - at, text.len() - found.end()) };
            self.spend(cost + PER_MATCH)?;
            at = found.end();
            if !each(self, &captures)? {
                break;
            }
        }
        Ok(())
    }

    pub(super) fn call_text(&mut self, function: Function, arguments: &[Value<'a>]) -> Called<'a> {
        use Value::{Bool, Bytes, Int, Str};
        let absent = FaultKind::Index;
        Ok(match (function, arguments) {
            (Function::Size, [Str(text)]) => Int(text.chars().count() as i64),
            (Function::Size, [Bytes(bytes)]) => Int(bytes.len() as i64),
            (Function::Size, [value @ (Value::List(_) | Value::Record(_) | Value::Map(_))]) => {
                Int(self.size_of(*value) as i64)
            }
            (Function::Contains, [Str(text), Str(part)]) => Bool(text.contains(part)),
            (Function::StartsWith, [Str(text), Str(part)]) => Bool(text.starts_with(part)),
            (Function::EndsWith, [Str(text), Str(part)]) => Bool(text.ends_with(part)),
            (Function::Matches, [Str(text), pattern]) => {
                let pattern = self.pattern(*pattern)?;
                self.spend(pattern.steps(text.len()))?;
                Bool(pattern.is_match(text))
            }
            (Function::CharAt, [Str(text), Int(at)]) => {
                let made = strings::char_at(text, *at).ok_or(absent)?;
                return self.made(&made);
            }
            (Function::IndexOf, [Str(text), Str(part)]) => Int(strings::index_of(text, part, 0).ok_or(absent)?),
            (Function::IndexOf, [Str(text), Str(part), Int(from)]) => {
                Int(strings::index_of(text, part, *from).ok_or(absent)?)
            }
            (Function::LastIndexOf, [Str(text), Str(part)]) => {
                Int(strings::last_index_of(text, part, None).ok_or(absent)?)
            }
            (Function::LastIndexOf, [Str(text), Str(part), Int(from)]) => {
                Int(strings::last_index_of(text, part, Some(*from)).ok_or(absent)?)
            }
            (Function::LowerAscii, [Str(text)]) => return self.made(&strings::lower_ascii(text)),
            (Function::UpperAscii, [Str(text)]) => return self.made(&strings::upper_ascii(text)),
            (Function::Trim, [Str(text)]) => Str(strings::trim(text)),
            (Function::Quote, [Str(text)]) => return self.made(&strings::quote(text)),
            (Function::Substring, [Str(text), Int(from)]) => Str(strings::substring(text, *from, None).ok_or(absent)?),
            (Function::Substring, [Str(text), Int(from), Int(to)]) => {
                Str(strings::substring(text, *from, Some(*to)).ok_or(absent)?)
            }
            (Function::Replace, [Str(text), Str(from), Str(to)]) => return self.replace(text, from, to, None),
            (Function::Replace, [Str(text), Str(from), Str(to), Int(limit)]) => {
                return self.replace(text, from, to, Some(*limit));
            }
            (Function::Split, [Str(text), Str(separator)]) => return self.split(text, separator, None),
            (Function::Split, [Str(text), Str(separator), Int(limit)]) => {
                return self.split(text, separator, Some(*limit));
            }
            (Function::Join, [Value::List(list)]) => return self.join(*list, ""),
            (Function::Join, [Value::List(list), Str(separator)]) => return self.join(*list, separator),
            (Function::ToBytes, [Bytes(bytes)]) => Bytes(bytes),
            (Function::ToBytes, [Str(text)]) => Bytes(text.as_bytes()),
            (Function::Base64Encode, [Bytes(bytes)]) => {
                self.make(bytes.len())?;
                return self.made(&encoders::base64_encode(bytes));
            }
            (Function::Base64Decode, [Str(text)]) => {
                let bytes = encoders::base64_decode(text).ok_or(FaultKind::Conversion)?;
                return self.made_bytes(&bytes);
            }
            (Function::RegexExtract, [Str(text), pattern]) => {
                let found = self.extract(text, *pattern, 1)?.first().copied();
                Value::Optional(found.map(|part| &*self.arena.alloc(part)))
            }
            (Function::RegexExtractAll, [Str(text), pattern]) => {
                let parts = self.extract(text, *pattern, usize::MAX)?;
                return self.made_list(&parts);
            }
            (Function::RegexReplace, [Str(text), pattern, Str(by)]) => {
                return self.replace_matches(text, *pattern, by, -1);
            }
            (Function::RegexReplace, [Str(text), pattern, Str(by), Int(limit)]) => {
                return self.replace_matches(text, *pattern, by, *limit);
            }
            _ => return self.call_network(function, arguments),
        })
    }

    fn replace(&mut self, text: &str, from: &str, to: &str, limit: Option<i64>) -> Called<'a> {
        // What is made is counted before it is made.
        let places = if from.is_empty() { text.chars().count() + 1 } else { text.matches(from).count() };
        let places = limit.and_then(|limit| usize::try_from(limit).ok()).map_or(places, |limit| limit.min(places));
        self.spend(places as u64 / 2)?;
        self.make(text.len().saturating_add(places.saturating_mul(to.len())))?;
        Ok(Value::Str(self.arena.alloc_str(&strings::replace(text, from, to, limit))))
    }

    fn split(&mut self, text: &'a str, separator: &str, limit: Option<i64>) -> Called<'a> {
        let places = if separator.is_empty() { text.len() } else { text.matches(separator).count() };
        self.make(places.saturating_add(1).saturating_mul(std::mem::size_of::<Value<'_>>()))?;
        let parts = strings::split(text, separator, limit).into_iter().map(Value::Str);
        let parts: Vec<Value<'a>> = parts.collect();
        Ok(Value::List(List::Values(self.arena.alloc_slice_copy(&parts))))
    }

    fn join(&mut self, list: List<'a>, separator: &str) -> Called<'a> {
        let mut parts = Vec::new();
        let mut members = self.members(list);
        while let Some((value, _)) = members.next(self) {
            let Value::Str(part) = value else { return Err(FaultKind::Types) };
            self.make(part.len() + separator.len())?;
            parts.push(part);
        }
        Ok(Value::Str(self.arena.alloc_str(&strings::join(parts.into_iter(), separator))))
    }

    /// Replaces matches; `\1` in `by` stands for the first group, `\\` for a backslash.
    fn replace_matches(&mut self, text: &str, pattern: Value<'a>, by: &str, limit: i64) -> Called<'a> {
        if limit == 0 {
            return self.made(text);
        }
        let pattern = self.pattern(pattern)?;
        let mut made = String::new();
        let (mut at, mut count) = (0, 0);
        self.each_match(&pattern, text, |run, captures| {
            if limit > 0 && count >= limit {
                return Ok(false);
            }
            count += 1;
            let Some(whole) = captures.get_match() else { return Ok(false) };
            let before = made.len();
            made.push_str(text.get(at..whole.start()).unwrap_or_default());
            at = whole.end();
            let mut signs = by.chars();
            while let Some(sign) = signs.next() {
                if sign != '\\' {
                    made.push(sign);
                    continue;
                }
                match signs.next() {
                    Some('\\') => made.push('\\'),
                    Some(digit @ '0'..='9') => {
                        let group = digit as usize - '0' as usize;
                        if group > pattern.groups() {
                            return Err(FaultKind::Pattern);
                        }
                        made.push_str(part(text, captures, group).unwrap_or_default());
                    }
                    _ => return Err(FaultKind::Pattern),
                }
            }
            run.make(made.len() - before)?;
            Ok(true)
        })?;
        made.push_str(text.get(at..).unwrap_or_default());
        self.made(&made)
    }

    /// What a pattern, or its one group, matches; the first `most` of it.
    fn extract(&mut self, text: &'a str, pattern: Value<'a>, most: usize) -> Result<Vec<Value<'a>>, FaultKind> {
        let pattern = self.pattern(pattern)?;
        let group = pattern.groups();
        if group > 1 {
            return Err(FaultKind::Pattern);
        }
        let mut parts = Vec::new();
        self.each_match(&pattern, text, |_, captures| {
            parts.extend(part(text, captures, group).map(Value::Str));
            Ok(parts.len() < most)
        })?;
        Ok(parts)
    }

    fn call_network(&mut self, function: Function, arguments: &[Value<'a>]) -> Called<'a> {
        use Value::{Bool, Int, Str};
        let wrong = FaultKind::Conversion;
        let arena = self.arena;
        let ip = |ip: Ip| Value::Ip(arena.alloc(ip));
        let cidr = |cidr: Cidr| Value::Cidr(arena.alloc(cidr));
        Ok(match (function, arguments) {
            (Function::ToIp, [value @ Value::Ip(_)]) | (Function::ToCidr, [value @ Value::Cidr(_)]) => *value,
            (Function::ToIp, [Str(text)]) => ip(Ip::parse(text).ok_or(wrong)?),
            (Function::ToCidr, [Str(text)]) => cidr(Cidr::parse(text).ok_or(wrong)?),
            (Function::IsIp, [Str(text)]) => Bool(Ip::parse(text).is_some()),
            (Function::IsCidr, [Str(text)]) => Bool(Cidr::parse(text).is_some()),
            (Function::IsCanonical, [Str(text)]) => Bool(Ip::is_canonical(text).ok_or(wrong)?),
            (Function::Family, [Value::Ip(ip)]) => Int(ip.family()),
            (Function::IsUnspecified, [Value::Ip(ip)]) => Bool(ip.is_unspecified()),
            (Function::IsLoopback, [Value::Ip(ip)]) => Bool(ip.is_loopback()),
            (Function::IsGlobalUnicast, [Value::Ip(ip)]) => Bool(ip.is_global_unicast()),
            (Function::IsLinkLocalMulticast, [Value::Ip(ip)]) => Bool(ip.is_link_local_multicast()),
            (Function::IsLinkLocalUnicast, [Value::Ip(ip)]) => Bool(ip.is_link_local_unicast()),
            (Function::ContainsIp, [Value::Cidr(net), Value::Ip(ip)]) => Bool(net.contains_ip(**ip)),
            (Function::ContainsIp, [Value::Cidr(net), Str(text)]) => {
                Bool(net.contains_ip(Ip::parse(text).ok_or(wrong)?))
            }
            (Function::ContainsCidr, [Value::Cidr(net), Value::Cidr(other)]) => Bool(net.contains_cidr(**other)),
            (Function::ContainsCidr, [Value::Cidr(net), Str(text)]) => {
                Bool(net.contains_cidr(Cidr::parse(text).ok_or(wrong)?))
            }
            (Function::CidrIp, [Value::Cidr(net)]) | (Function::ToIp, [Value::Cidr(net)]) => ip(net.ip()),
            (Function::Masked, [Value::Cidr(net)]) => cidr(net.masked()),
            (Function::PrefixLength, [Value::Cidr(net)]) => Int(net.prefix_length()),
            _ => return Err(FaultKind::Types),
        })
    }
}

/// What the group `group` of a match holds; the group 0 is all of it.
fn part<'t>(text: &'t str, captures: &Captures, group: usize) -> Option<&'t str> {
    captures.get_group(group).and_then(|span| text.get(span.range()))
}
