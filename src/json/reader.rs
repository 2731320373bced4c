//! The reader: one pass, its own stack, the first fault ends it.

use std::collections::HashSet;
use std::ops::Range;

use super::{Entry, Kind, NumberKind, Tape};

/// How deep a document may nest.
pub const MAX_DEPTH: usize = 128;

/// What is wrong, and at which byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// First byte of what is wrong.
    pub start: usize,
    /// One past its last byte.
    pub end: usize,
    /// What it is.
    pub kind: FaultKind,
}

/// The ways in which a text is not JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// Nothing but white space.
    Empty,
    /// The text ends inside a value.
    Truncated,
    /// Something else was expected.
    Unexpected(Wanted),
    /// Text after the document.
    Trailing,
    /// A number that is none, or beyond what a double holds.
    Number,
    /// An escape or a control character that a string may not hold.
    String,
    /// A key written twice.
    DuplicateKey(String),
    /// Nested deeper than [`MAX_DEPTH`].
    TooDeep,
    /// More than 4 GiB.
    TooLarge,
    /// More values and keys than this.
    TooMany(usize),
}

/// What has to stand in a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Marks, as they are named in any language.
    Marks(&'static str),
    /// A key in double quotes.
    Key,
    /// A value.
    Value,
    /// The quote that closes a string.
    Quote,
}

struct Open {
    entry: usize,
    object: bool,
    /// How many keys it has so far.
    keys: u32,
    /// A bit for each key; a key whose bit is not there is new.
    seen: u64,
    /// The keys, decoded, once there are many.
    #[allow(clippy::box_collection, reason = "nearly no object has one, and every one would hold its place")]
    names: Option<Box<HashSet<String>>>,
}

/// Reads `text`, which may hold `most` values and keys.
pub fn read(text: &str, most: usize) -> Result<Tape<'_>, Fault> {
    read_into(text, Vec::with_capacity((text.len() / 8).min(most)), most)
}

/// The same, in the memory of a tape that is no longer needed.
pub fn read_again<'b>(text: &'b str, most: usize, before: Tape<'_>) -> Result<Tape<'b>, Fault> {
    let mut entries = before.entries;
    entries.clear();
    read_into(text, entries, most)
}

fn read_into(text: &str, entries: Vec<Entry>, most: usize) -> Result<Tape<'_>, Fault> {
    Reader { text, bytes: text.as_bytes(), at: 0, entries, most }.document()
}

struct Reader<'b> {
    text: &'b str,
    bytes: &'b [u8],
    at: usize,
    entries: Vec<Entry>,
    most: usize,
}

impl<'b> Reader<'b> {
    fn document(mut self) -> Result<Tape<'b>, Fault> {
        if u32::try_from(self.bytes.len()).is_err() {
            return Err(Fault { start: 0, end: 0, kind: FaultKind::TooLarge });
        }
        if self.text.starts_with('\u{feff}') {
            self.at = 3;
        }
        self.space();
        if self.at == self.bytes.len() {
            return Err(Fault { start: 0, end: 0, kind: FaultKind::Empty });
        }
        let mut stack: Vec<Open> = Vec::with_capacity(16);
        loop {
            // A value begins here.
            let opened = self.value(&mut stack)?;
            if opened {
                let open = &stack[stack.len() - 1];
                let closing = if open.object { b'}' } else { b']' };
                self.space();
                if self.bytes.get(self.at) == Some(&closing) {
                    self.at += 1;
                    self.close(&mut stack);
                } else {
                    self.key(&mut stack)?;
                    continue;
                }
            }
            // A value has ended: what follows belongs to what it stands in.
            loop {
                let Some(open) = stack.last() else {
                    self.space();
                    if self.at < self.bytes.len() {
                        return Err(self.fault(self.at, self.at + 1, FaultKind::Trailing));
                    }
                    return Ok(Tape { text: self.text, entries: self.entries });
                };
                self.space();
                let (closing, wanted) = if open.object { (b'}', "`,` or `}`") } else { (b']', "`,` or `]`") };
                match self.bytes.get(self.at) {
                    Some(b',') => {
                        self.at += 1;
                        self.key(&mut stack)?;
                        break;
                    }
                    Some(byte) if *byte == closing => {
                        self.at += 1;
                        self.close(&mut stack);
                    }
                    Some(_) => {
                        return Err(self.fault(self.at, self.at + 1, FaultKind::Unexpected(Wanted::Marks(wanted))));
                    }
                    None => return Err(self.truncated()),
                }
            }
        }
    }

    #[inline(always)]
    fn space(&mut self) {
        if self.bytes.get(self.at).is_some_and(|byte| *byte > b' ') {
            return;
        }
        while matches!(self.bytes.get(self.at), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn truncated(&self) -> Fault {
        let end = self.text.trim_end().len();
        self.fault(end.saturating_sub(1), end, FaultKind::Truncated)
    }

    fn fault(&self, start: usize, end: usize, kind: FaultKind) -> Fault {
        let floor = |mut at: usize| {
            at = at.min(self.text.len());
            while !self.text.is_char_boundary(at) {
                at -= 1;
            }
            at
        };
        let start = floor(start);
        let mut end = end.min(self.text.len());
        while !self.text.is_char_boundary(end) {
            end += 1;
        }
        Fault { start, end: end.max(start), kind }
    }

    #[inline]
    fn push(&mut self, kind: Kind, start: usize, end: usize) {
        self.push_number(kind, NumberKind::Int, 0, start, end);
    }

    #[inline]
    fn push_number(&mut self, kind: Kind, number: NumberKind, bits: u64, start: usize, end: usize) {
        let next = self.entries.len() as u32 + 1;
        self.entries.push(Entry { kind, number, start: start as u32, end: end as u32, next, bits });
    }

    fn close(&mut self, stack: &mut Vec<Open>) {
        if let Some(open) = stack.pop() {
            self.entries[open.entry].end = self.at as u32;
            self.entries[open.entry].next = self.entries.len() as u32;
        }
    }

    /// In an object, the key and the colon before the next value; nothing in an array.
    fn key(&mut self, stack: &mut [Open]) -> Result<(), Fault> {
        let Some(open) = stack.last_mut().filter(|open| open.object) else {
            return Ok(());
        };
        self.space();
        match self.bytes.get(self.at) {
            Some(b'"') => {}
            Some(_) => {
                return Err(self.fault(self.at, self.at + 1, FaultKind::Unexpected(Wanted::Key)));
            }
            None => return Err(self.truncated()),
        }
        let start = self.at;
        let (end, escaped) = self.string_end(start)?;
        let inside = &self.bytes[start + 1..end - 1];
        // Most keys differ in their ends or their lengths.
        let ends = inside.first().zip(inside.last()).map_or(0, |(a, b)| usize::from(*a) * 7 + usize::from(*b));
        let bit = 1u64 << ((ends + inside.len() * 3) & 63);
        if escaped || open.seen & bit != 0 || open.keys >= MANY {
            let text = self.text;
            let raw = &text[start + 1..end - 1];
            let seen = if escaped { decode(raw) } else { String::new() };
            let name = if escaped { &seen[..] } else { raw };
            // A linear look while the object is small, which it nearly always is.
            let twice = if open.keys >= MANY {
                let entries = &self.entries;
                let decoded = || keys_of(entries, open.entry, text).map(decode).collect();
                !open.names.get_or_insert_with(|| Box::new(decoded())).insert(name.to_string())
            } else {
                keys_of(&self.entries, open.entry, text).any(|key| same_key(key, name))
            };
            if twice {
                let name = name.to_string();
                return Err(self.fault(start, end, FaultKind::DuplicateKey(name)));
            }
        }
        // A key with escapes may be any other, so that it leaves no bit unset.
        open.seen |= if escaped { u64::MAX } else { bit };
        open.keys += 1;
        self.push(Kind::String(escaped), start, end);
        self.at = end;
        self.space();
        match self.bytes.get(self.at) {
            Some(b':') => {
                self.at += 1;
                Ok(())
            }
            Some(_) => Err(self.fault(self.at, self.at + 1, FaultKind::Unexpected(Wanted::Marks("`:`")))),
            None => Err(self.truncated()),
        }
    }

    /// Reads a scalar, or opens a container (`true`).
    fn value(&mut self, stack: &mut Vec<Open>) -> Result<bool, Fault> {
        self.space();
        let start = self.at;
        // Every value is counted here, and the key before it with it.
        if self.entries.len() >= self.most {
            return Err(self.fault(start, start + 1, FaultKind::TooMany(self.most)));
        }
        match self.bytes.get(start) {
            None => Err(self.truncated()),
            Some(b'{' | b'[') => {
                if stack.len() >= MAX_DEPTH {
                    return Err(self.fault(start, start + 1, FaultKind::TooDeep));
                }
                let object = self.bytes[start] == b'{';
                self.push(if object { Kind::Object } else { Kind::Array }, start, start + 1);
                let entry = self.entries.len() - 1;
                stack.push(Open { entry, object, keys: 0, seen: 0, names: None });
                self.at += 1;
                Ok(true)
            }
            Some(b'"') => {
                let (end, escaped) = self.string_end(start)?;
                self.push(Kind::String(escaped), start, end);
                self.at = end;
                Ok(false)
            }
            Some(b'-' | b'0'..=b'9') => {
                // A whole number of few digits needs no second look.
                let negative = self.bytes[start] == b'-';
                let from = start + usize::from(negative);
                let mut at = from;
                let mut whole = 0u64;
                while let Some(digit) = self.bytes.get(at).map(|byte| byte.wrapping_sub(b'0')).filter(|d| *d < 10) {
                    whole = whole.wrapping_mul(10).wrapping_add(digit.into());
                    at += 1;
                }
                let digits = at - from;
                let ends = !matches!(self.bytes.get(at), Some(b'.' | b'e' | b'E'));
                if ends && (1..=18).contains(&digits) && (digits == 1 || self.bytes[from] != b'0') {
                    let value = if negative { (whole as i64).wrapping_neg() } else { whole as i64 };
                    self.push_number(Kind::Number, NumberKind::Int, value as u64, start, at);
                    self.at = at;
                    return Ok(false);
                }
                let end = number_end(self.bytes, start);
                let read = end.and_then(|end| Some((end, number(&self.text[start..end])?)));
                match read {
                    Some((end, (kind, bits))) => {
                        self.push_number(Kind::Number, kind, bits, start, end);
                        self.at = end;
                        Ok(false)
                    }
                    None => {
                        let end = self.bytes[start..]
                            .iter()
                            .position(|byte| !matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E'))
                            .map_or(self.bytes.len(), |at| start + at.max(1));
                        Err(self.fault(start, end, FaultKind::Number))
                    }
                }
            }
            Some(_) => {
                for (word, kind) in [("true", Kind::Bool(true)), ("false", Kind::Bool(false)), ("null", Kind::Null)] {
                    if self.bytes[start..].starts_with(word.as_bytes()) {
                        self.push(kind, start, start + word.len());
                        self.at = start + word.len();
                        return Ok(false);
                    }
                }
                let end = self.bytes[start..]
                    .iter()
                    .position(|byte| matches!(byte, b' ' | b'\n' | b'\r' | b'\t' | b',' | b':' | b'}' | b']'))
                    .map_or(self.bytes.len(), |at| start + at.max(1));
                Err(self.fault(start, end, FaultKind::Unexpected(Wanted::Value)))
            }
        }
    }

    /// Where the string that begins at `start` ends, and whether it holds escapes.
    #[inline(always)]
    fn string_end(&self, start: usize) -> Result<(usize, bool), Fault> {
        // Most strings end within sixteen bytes.
        if let Some(bytes) = self.bytes.get(start + 1..).and_then(|rest| rest.first_chunk::<16>()) {
            let word = u128::from_le_bytes(*bytes);
            let found = special(word as u64);
            let at = match found {
                0 => 8 + special((word >> 64) as u64).trailing_zeros() as usize / 8,
                found => found.trailing_zeros() as usize / 8,
            };
            if bytes.get(at) == Some(&b'"') {
                return Ok((start + 2 + at, false));
            }
        }
        self.long_string_end(start)
    }

    #[inline(never)]
    fn long_string_end(&self, start: usize) -> Result<(usize, bool), Fault> {
        let mut at = start + 1;
        let mut escaped = false;
        loop {
            // Eight bytes at a time, as long as nothing among them ends a string or is no part of one.
            while let Some(bytes) = self.bytes.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
                match special(u64::from_le_bytes(*bytes)) {
                    0 => at += 8,
                    found => {
                        at += found.trailing_zeros() as usize / 8;
                        break;
                    }
                }
            }
            match self.bytes.get(at) {
                None => return Err(self.truncated()),
                Some(b'"') => return Ok((at + 1, escaped)),
                Some(b'\\') => {
                    escaped = true;
                    let len = match self.bytes.get(at + 1) {
                        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => 2,
                        Some(b'u') => match unicode_escape(&self.text[at..]) {
                            Some((_, len)) => len,
                            None => return Err(self.fault(at, at + 6, FaultKind::String)),
                        },
                        None => return Err(self.truncated()),
                        Some(_) => return Err(self.fault(at, at + 2, FaultKind::String)),
                    };
                    at += len;
                }
                Some(byte) if *byte < 0x20 => {
                    let kind = if *byte == b'\n' { FaultKind::Unexpected(Wanted::Quote) } else { FaultKind::String };
                    return Err(self.fault(at, at + 1, kind));
                }
                Some(_) => at += 1,
            }
        }
    }
}

/// The high bit of each byte of `word` that is a quote, a backslash or a control character, and perhaps
/// of bytes above the first such one.
#[inline]
fn special(word: u64) -> u64 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    let zero = |word: u64| word.wrapping_sub(ONES) & !word & HIGH;
    let control = word.wrapping_sub(ONES * 0x20) & !word & HIGH;
    zero(word ^ (ONES * u64::from(b'"'))) | zero(word ^ (ONES * u64::from(b'\\'))) | control
}

/// A number that [`number_end`] accepted; `None` if no double holds it.
fn number(text: &str) -> Option<(NumberKind, u64)> {
    if let Ok(value) = text.parse::<i64>() {
        return Some((NumberKind::Int, value as u64));
    }
    let value = short_decimal(text.as_bytes()).or_else(|| text.parse().ok()).filter(|value| value.is_finite())?;
    Some((NumberKind::Double, value.to_bits()))
}

/// A number of few digits with a point, such as `87.5`: the quotient of two doubles that are exact, and
/// so the nearest double.
fn short_decimal(text: &[u8]) -> Option<f64> {
    const POWERS: [f64; 16] = [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];
    let (negative, digits) = match text.strip_prefix(b"-") {
        Some(digits) => (true, digits),
        None => (false, text),
    };
    if digits.len() > 16 {
        return None;
    }
    let (mut whole, mut behind, mut point) = (0u64, 0usize, false);
    for byte in digits {
        match byte {
            b'.' => point = true,
            b'0'..=b'9' => {
                whole = whole * 10 + u64::from(byte - b'0');
                behind += usize::from(point);
            }
            _ => return None,
        }
    }
    // Below 2^53 a whole number is exact.
    if whole >= 1 << 53 {
        return None;
    }
    let value = whole as f64 / POWERS.get(behind)?;
    Some(if negative { -value } else { value })
}

/// From how many keys on an object has a table of them.
const MANY: u32 = 32;

/// The keys so far of the object that begins at `object`, as written.
fn keys_of<'t>(entries: &[Entry], object: usize, text: &'t str) -> impl Iterator<Item = &'t str> {
    let mut at = object + 1;
    std::iter::from_fn(move || {
        let key = entries.get(at)?;
        at = entries.get(at + 1).map_or(usize::MAX, |value| value.next as usize);
        Some(&text[key.start as usize + 1..key.end as usize - 1])
    })
}

fn same_key(raw: &str, name: &str) -> bool {
    if raw.contains('\\') { decode(raw) == name } else { raw == name }
}

/// Where the number that begins at `start` ends, if it is one.
fn number_end(bytes: &[u8], start: usize) -> Option<usize> {
    let digits = |mut at: usize| {
        let from = at;
        while bytes.get(at).is_some_and(u8::is_ascii_digit) {
            at += 1;
        }
        (at > from).then_some(at)
    };
    let mut at = start + usize::from(bytes[start] == b'-');
    let whole = digits(at)?;
    if bytes[at] == b'0' && whole > at + 1 {
        return None;
    }
    at = whole;
    if bytes.get(at) == Some(&b'.') {
        at = digits(at + 1)?;
    }
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        let signed = usize::from(matches!(bytes.get(at + 1), Some(b'+' | b'-')));
        at = digits(at + 1 + signed)?;
    }
    Some(at)
}

/// The character of the `\u` escape at the start of `text`, and its length; pairs count as one.
fn unicode_escape(text: &str) -> Option<(char, usize)> {
    let unit = |from: usize| {
        let hex = text.get(from..from + 4)?;
        hex.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| u32::from_str_radix(hex, 16).ok()).flatten()
    };
    let high = unit(2)?;
    if !(0xd800..0xdc00).contains(&high) {
        return char::from_u32(high).map(|c| (c, 6));
    }
    if text.get(6..8) != Some("\\u") {
        return None;
    }
    let low = unit(8).filter(|low| (0xdc00..0xe000).contains(low))?;
    char::from_u32(0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00)).map(|c| (c, 12))
}

/// The character of the escape at the start of `text`, and its length; `None` at the end of the text.
fn escape(text: &str) -> Option<(char, usize)> {
    Some(match text.as_bytes().get(1)? {
        b'b' => ('\u{8}', 2),
        b'f' => ('\u{c}', 2),
        b'n' => ('\n', 2),
        b'r' => ('\r', 2),
        b't' => ('\t', 2),
        b'u' => unicode_escape(text).unwrap_or(('\u{fffd}', 6)),
        other => (char::from(*other), 2),
    })
}

/// Decodes the inside of a string that [`Reader::string_end`] accepted.
pub(super) fn decode(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let Some((c, len)) = escape(rest) else { break };
        out.push(c);
        rest = rest.get(len..).unwrap_or("");
    }
    out.push_str(rest);
    out
}

/// What the characters of a JSON text mean, with where each stands in bytes, whether or not the text can be read: an
/// escape is one character.
pub fn characters(text: &str) -> impl Iterator<Item = (Range<usize>, char)> + Clone {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = text.get(at..)?;
        let c = rest.chars().next()?;
        let read = if c == '\\' { escape(rest).filter(|(_, len)| rest.is_char_boundary(*len)) } else { None };
        let (c, len) = read.unwrap_or((c, c.len_utf8()));
        let start = at;
        at += len;
        Some((start..at, c))
    })
}
