//! Tokens of CEL. The lexer takes any text; what it cannot read becomes an error token.

use super::ast::Literal;

/// What a token is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    Ident(String),
    /// A field name in backticks, without them.
    Quoted(String),
    Literal(Literal),
    /// An operator or bracket, as written.
    Sign(&'static str),
    /// Text that is no token; the reason in both languages.
    Bad(Fault),
    End,
}

/// Why a piece of text is no token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    Character(char),
    Unterminated,
    Escape,
    Number,
}

/// Signs, longest first.
const SIGNS: [&str; 26] = [
    "&&", "||", "==", "!=", "<=", ">=", "(", ")", "[", "]", "{", "}", ".", ",", ":", "?", "!", "<", ">", "+", "-", "*",
    "/", "%", "=", "|",
];

/// Words that are no names, though a field may be called so.
pub(super) const RESERVED: [&str; 17] = [
    "as",
    "break",
    "const",
    "continue",
    "else",
    "for",
    "function",
    "if",
    "import",
    "let",
    "loop",
    "package",
    "namespace",
    "return",
    "var",
    "void",
    "while",
];

/// Whether `text` is a name: ASCII letters, digits and `_`, not beginning with a digit.
pub fn is_name(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.first().is_some_and(|byte| begins_name(*byte)) && bytes.iter().all(|byte| continues_name(*byte))
}

fn begins_name(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_'
}

fn continues_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Reads the token at or after `at` in `text`; returns it with its byte range.
pub(super) fn next(text: &str, mut at: usize) -> (Token, usize, usize) {
    let bytes = text.as_bytes();
    loop {
        match bytes.get(at) {
            None => return (Token::End, at, at),
            Some(b' ' | b'\t' | b'\n' | b'\r' | 0x0c) => at += 1,
            Some(b'/') if bytes.get(at + 1) == Some(&b'/') => {
                at = text[at..].find('\n').map_or(text.len(), |newline| at + newline);
            }
            Some(_) => break,
        }
    }
    let start = at;
    let byte = bytes[at];
    if let Some(string) = string(text, at) {
        return string;
    }
    if begins_name(byte) {
        while bytes.get(at).is_some_and(|byte| continues_name(*byte)) {
            at += 1;
        }
        let word = &text[start..at];
        let token = match word {
            "true" => Token::Literal(Literal::Bool(true)),
            "false" => Token::Literal(Literal::Bool(false)),
            "null" => Token::Literal(Literal::Null),
            "in" => Token::Sign("in"),
            _ => Token::Ident(word.to_string()),
        };
        return (token, start, at);
    }
    if byte == b'`'
        && let Some(len) = text[at + 1..].find('`').filter(|len| *len > 0)
        && text[at + 1..at + 1 + len].bytes().all(|byte| continues_name(byte) || b".-/ ".contains(&byte))
    {
        return (Token::Quoted(text[at + 1..at + 1 + len].to_string()), start, at + len + 2);
    }
    if byte.is_ascii_digit() || (byte == b'.' && bytes.get(at + 1).is_some_and(u8::is_ascii_digit)) {
        return number(text, start);
    }
    if let Some(sign) = SIGNS.iter().find(|sign| text[at..].starts_with(**sign)) {
        let end = at + sign.len();
        return match *sign {
            "=" => (Token::Bad(Fault::Character('=')), start, end),
            "|" => (Token::Bad(Fault::Character('|')), start, end),
            sign => (Token::Sign(sign), start, end),
        };
    }
    let bad = text[at..].chars().next().unwrap_or('\u{fffd}');
    (Token::Bad(Fault::Character(bad)), start, start + bad.len_utf8())
}

fn number(text: &str, start: usize) -> (Token, usize, usize) {
    let bytes = text.as_bytes();
    let digits = |mut at: usize| {
        while bytes.get(at).is_some_and(u8::is_ascii_digit) {
            at += 1;
        }
        at
    };
    let mut at = start;
    let hex = bytes[at] == b'0' && matches!(bytes.get(at + 1), Some(b'x' | b'X'));
    let mut double = false;
    if hex {
        at += 2;
        while bytes.get(at).is_some_and(u8::is_ascii_hexdigit) {
            at += 1;
        }
    } else {
        at = digits(at);
        if bytes.get(at) == Some(&b'.') && bytes.get(at + 1).is_some_and(u8::is_ascii_digit) {
            double = true;
            at = digits(at + 1);
        }
        if matches!(bytes.get(at), Some(b'e' | b'E')) {
            let signed = usize::from(matches!(bytes.get(at + 1), Some(b'+' | b'-')));
            if bytes.get(at + 1 + signed).is_some_and(u8::is_ascii_digit) {
                double = true;
                at = digits(at + 1 + signed);
            }
        }
    }
    let body = &text[start..at];
    let unsigned = !double && matches!(bytes.get(at), Some(b'u' | b'U'));
    if unsigned {
        at += 1;
    }
    let glued = bytes.get(at).is_some_and(|byte| continues_name(*byte));
    if glued {
        while bytes.get(at).is_some_and(|byte| continues_name(*byte)) {
            at += 1;
        }
        return (Token::Bad(Fault::Number), start, at);
    }
    let (radix, value) = if hex { (16, &body[2..]) } else { (10, body) };
    let literal = if double {
        body.parse::<f64>().ok().filter(|value| value.is_finite()).map(Literal::Double)
    } else if unsigned {
        u64::from_str_radix(value, radix).ok().map(Literal::Uint)
    } else {
        // One past the largest int: it may stand after a minus.
        match u64::from_str_radix(value, radix) {
            Ok(value) if value <= i64::MAX as u64 => Some(Literal::Int(value as i64)),
            Ok(value) if value == i64::MAX as u64 + 1 => Some(Literal::Int(i64::MIN)),
            _ => None,
        }
    };
    (literal.map_or(Token::Bad(Fault::Number), Token::Literal), start, at)
}

/// A string or bytes literal at `start`, if one begins there.
fn string(text: &str, start: usize) -> Option<(Token, usize, usize)> {
    let bytes = text.as_bytes();
    let (mut raw, mut is_bytes, mut at) = (false, false, start);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'r' | b'R' if !raw => raw = true,
            b'b' | b'B' if !is_bytes => is_bytes = true,
            _ => break,
        }
        at += 1;
    }
    let quote = *bytes.get(at).filter(|byte| matches!(byte, b'"' | b'\''))?;
    let triple = bytes[at..].starts_with(&[quote; 3]);
    let closing = if triple { 3 } else { 1 };
    at += closing;
    let mut value: Vec<u8> = Vec::new();
    let mut fault = None;
    loop {
        let Some(byte) = bytes.get(at) else {
            return Some((Token::Bad(Fault::Unterminated), start, text.len()));
        };
        if *byte == quote && (!triple || bytes[at..].starts_with(&[quote; 3])) {
            at += closing;
            break;
        }
        match byte {
            b'\n' | b'\r' if !triple => return Some((Token::Bad(Fault::Unterminated), start, at)),
            b'\\' if !raw => match escape(text, at, is_bytes, &mut value) {
                Some(end) => at = end,
                None => {
                    fault = fault.or(Some(Fault::Escape));
                    at += 1 + text[at + 1..].chars().next().map_or(0, char::len_utf8);
                }
            },
            byte => {
                value.push(*byte);
                at += 1;
            }
        }
    }
    let token = match (fault, is_bytes) {
        (Some(fault), _) => Token::Bad(fault),
        (None, true) => Token::Literal(Literal::Bytes(value)),
        (None, false) => match String::from_utf8(value) {
            Ok(value) => Token::Literal(Literal::String(value)),
            Err(_) => Token::Bad(Fault::Escape),
        },
    };
    Some((token, start, at))
}

/// Decodes the escape at `at` into `value`; returns where it ends.
fn escape(text: &str, at: usize, is_bytes: bool, value: &mut Vec<u8>) -> Option<usize> {
    let bytes = text.as_bytes();
    let kind = *bytes.get(at + 1)?;
    let simple = match kind {
        b'a' => 0x07,
        b'b' => 0x08,
        b'f' => 0x0c,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'v' => 0x0b,
        b'\\' | b'?' | b'"' | b'\'' | b'`' => kind,
        _ => 0,
    };
    if simple != 0 {
        value.push(simple);
        return Some(at + 2);
    }
    let (digits, radix, from) = match kind {
        b'x' | b'X' => (2, 16, at + 2),
        b'u' if !is_bytes => (4, 16, at + 2),
        b'U' if !is_bytes => (8, 16, at + 2),
        b'0'..=b'3' => (3, 8, at + 1),
        _ => return None,
    };
    let digits_text = text.get(from..from + digits)?;
    if !digits_text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let code = u32::from_str_radix(digits_text, radix).ok()?;
    if is_bytes {
        value.push(u8::try_from(code).ok()?);
    } else {
        let mut buffer = [0; 4];
        value.extend_from_slice(char::from_u32(code)?.encode_utf8(&mut buffer).as_bytes());
    }
    Some(from + digits)
}
