//! Strings, counted in characters, and numbers as text.
//!
//! No text has no value where an index lies outside it. Every function takes time in proportion to
//! what it reads and writes.

/// The character at `index`; empty right after the last one.
pub fn char_at(text: &str, index: i64) -> Option<String> {
    let (_, rest) = split_at_char(text, index)?;
    Some(rest.chars().next().map(String::from).unwrap_or_default())
}

/// Where `part` first starts, at `from` or later; -1 where it does not.
pub fn index_of(text: &str, part: &str, from: i64) -> Option<i64> {
    let (_, rest) = split_at_char(text, from)?;
    Some(rest.split_once(part).map_or(-1, |(skipped, _)| from + length(skipped)))
}

/// Where `part` last starts, at `from` or earlier; -1 where it does not.
pub fn last_index_of(text: &str, part: &str, from: Option<i64>) -> Option<i64> {
    let reach = match from {
        None => text,
        Some(from) => {
            let (before, _) = split_at_char(text, from)?;
            let mut end = text.len().min(before.len().saturating_add(part.len()));
            // An end inside a character is no end of `part`, so the part that starts at `from` is not there.
            while !text.is_char_boundary(end) {
                end -= 1;
            }
            text.split_at(end).0
        }
    };
    Some(reach.rsplit_once(part).map_or(-1, |(before, _)| length(before)))
}

/// The text with the letters A to Z in lower case.
pub fn lower_ascii(text: &str) -> String {
    text.to_ascii_lowercase()
}

/// The text with the letters a to z in upper case.
pub fn upper_ascii(text: &str) -> String {
    text.to_ascii_uppercase()
}

/// The text as a CEL literal in double quotes.
pub fn quote(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        let escape = match c {
            '\x07' => "\\a",
            '\x08' => "\\b",
            '\x0c' => "\\f",
            '\n' => "\\n",
            '\r' => "\\r",
            '\t' => "\\t",
            '\x0b' => "\\v",
            '\\' => "\\\\",
            '"' => "\\\"",
            _ => {
                out.push(c);
                continue;
            }
        };
        out.push_str(escape);
    }
    out.push('"');
    out
}

/// The text with `from` replaced by `to`, at most `limit` times; a negative limit is none.
pub fn replace(text: &str, from: &str, to: &str, limit: Option<i64>) -> String {
    match limit.map(usize::try_from) {
        Some(Ok(limit)) => text.replacen(from, to, limit),
        _ => text.replace(from, to),
    }
}

/// The characters in reverse order.
pub fn reverse(text: &str) -> String {
    text.chars().rev().collect()
}

/// The pieces between separators, or the characters where `sep` is empty, in at most `limit`; negative is none.
pub fn split<'a>(text: &'a str, sep: &str, limit: Option<i64>) -> Vec<&'a str> {
    let limit = limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(usize::MAX);
    if limit == 0 {
        return Vec::new();
    }
    if !sep.is_empty() {
        return text.splitn(limit, sep).collect();
    }
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let width = if pieces.len() + 1 == limit { rest.len() } else { first.len_utf8() };
        let (piece, after) = rest.split_at(width);
        pieces.push(piece);
        rest = after;
    }
    pieces
}

/// The characters from `start` up to, not including, `end`.
pub fn substring(text: &str, start: i64, end: Option<i64>) -> Option<&str> {
    let (_, rest) = split_at_char(text, start)?;
    match end {
        None => Some(rest),
        Some(end) => Some(split_at_char(rest, end.checked_sub(start)?)?.0),
    }
}

/// The text without the Unicode white space at its ends.
pub fn trim(text: &str) -> &str {
    text.trim()
}

/// The parts in one text, `sep` between them.
pub fn join<'a>(parts: impl Iterator<Item = &'a str>, sep: &str) -> String {
    let mut out = String::new();
    for (i, part) in parts.enumerate() {
        if i > 0 {
            out.push_str(sep);
        }
        out.push_str(part);
    }
    out
}

/// The most decimals a number is written with.
pub const MAX_PRECISION: usize = 1000;

/// The number with `precision` decimals, at most [`MAX_PRECISION`], half to even: `%f`.
pub fn fixed(value: f64, precision: usize) -> String {
    not_finite(value).unwrap_or_else(|| format!("{value:.*}", precision.min(MAX_PRECISION)))
}

/// The number as `d.dddde±dd` with `precision` decimals, at most [`MAX_PRECISION`]: `%e`.
pub fn scientific(value: f64, precision: usize) -> String {
    not_finite(value).unwrap_or_else(|| with_exponent(&format!("{value:.*e}", precision.min(MAX_PRECISION))))
}

/// The number with the fewest digits that read back as it, never with an exponent: `%s` and `%d`.
pub fn plain(value: f64) -> String {
    if let Some(word) = not_finite(value) {
        return word;
    }
    let text = shortest(value);
    let (sign, text) = text.strip_prefix('-').map_or(("", text.as_str()), |text| ("-", text));
    let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
    let digits = mantissa.replace('.', "");
    let point = exponent.parse().unwrap_or(0) + 1;
    match usize::try_from(point) {
        Ok(point @ 1..) if point >= digits.len() => format!("{sign}{digits:0<point$}"),
        Ok(point @ 1..) => {
            let (whole, decimals) = digits.split_at(point);
            format!("{sign}{whole}.{decimals}")
        }
        _ => format!("{sign}0.{:0<1$}{digits}", "", i32::unsigned_abs(point) as usize),
    }
}

/// What `string(double)` gives: as [`plain`], but with an exponent below 1e-4 and from 1e6 on.
pub fn double_text(value: f64) -> String {
    if value.is_nan() {
        "NaN".to_owned()
    } else if value.is_infinite() {
        if value > 0.0 { "+Inf" } else { "-Inf" }.to_owned()
    } else if value == 0.0 || (1e-4..1e6).contains(&value.abs()) {
        plain(value)
    } else {
        with_exponent(&shortest(value))
    }
}

/// A whole number in base 2: `%b`.
pub fn binary(value: i64) -> String {
    signed(value, binary_uint)
}

/// A whole number from 0 in base 2: `%b`.
pub fn binary_uint(value: u64) -> String {
    format!("{value:b}")
}

/// A whole number in base 8: `%o`.
pub fn octal(value: i64) -> String {
    signed(value, octal_uint)
}

/// A whole number from 0 in base 8: `%o`.
pub fn octal_uint(value: u64) -> String {
    format!("{value:o}")
}

/// A whole number in base 16: `%x`, in upper case `%X`.
pub fn hex(value: i64, upper: bool) -> String {
    signed(value, |value| hex_uint(value, upper))
}

/// A whole number from 0 in base 16: `%x`, in upper case `%X`.
pub fn hex_uint(value: u64, upper: bool) -> String {
    if upper { format!("{value:X}") } else { format!("{value:x}") }
}

/// Bytes, or those of a string, as two digits each: `%x`, in upper case `%X`.
pub fn hex_bytes(bytes: &[u8], upper: bool) -> String {
    let digits: &[u8; 16] = if upper { b"0123456789ABCDEF" } else { b"0123456789abcdef" };
    let mut out = String::with_capacity(bytes.len().saturating_mul(2));
    for byte in bytes {
        out.push(char::from(digits[usize::from(byte >> 4)]));
        out.push(char::from(digits[usize::from(byte & 0xf)]));
    }
    out
}

/// The text before the character at `index`, and from it on.
fn split_at_char(text: &str, index: i64) -> Option<(&str, &str)> {
    let mut chars = text.chars();
    if let Some(last_before) = usize::try_from(index).ok()?.checked_sub(1) {
        chars.nth(last_before)?;
    }
    Some(text.split_at(text.len() - chars.as_str().len()))
}

fn length(text: &str) -> i64 {
    text.chars().count() as i64
}

fn not_finite(value: f64) -> Option<String> {
    let word = match value {
        f64::INFINITY => "Infinity",
        f64::NEG_INFINITY => "-Infinity",
        _ if value.is_nan() => "NaN",
        _ => return None,
    };
    Some(word.to_owned())
}

/// The fewest digits that read back as the number, the nearest of them, of two as near the even one.
fn shortest(value: f64) -> String {
    let text = format!("{value:e}");
    let digits = text.bytes().take_while(|byte| *byte != b'e').filter(u8::is_ascii_digit).count();
    // Rust takes the larger of two as near. Only numbers of 15 digits and more lie so close to two texts.
    if digits >= 15 {
        let even = format!("{value:.*e}", digits - 1);
        if even.parse() == Ok(value) {
            return even;
        }
    }
    text
}

/// `1.5e7` as `1.5e+07`.
fn with_exponent(text: &str) -> String {
    let (digits, exponent) = text.split_once('e').unwrap_or((text, "0"));
    match exponent.strip_prefix('-') {
        Some(exponent) => format!("{digits}e-{exponent:0>2}"),
        None => format!("{digits}e+{exponent:0>2}"),
    }
}

fn signed(value: i64, digits: impl Fn(u64) -> String) -> String {
    let sign = if value < 0 { "-" } else { "" };
    format!("{sign}{}", digits(value.unsigned_abs()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_counted_not_bytes() {
        assert_eq!(char_at("条文a", 1).as_deref(), Some("文"));
        assert_eq!(char_at("条文a", 3).as_deref(), Some(""));
        assert_eq!(char_at("条文a", 4), None);
        assert_eq!(char_at("条文a", -1), None);
        assert_eq!(char_at("", 0).as_deref(), Some(""));
        assert_eq!(char_at("abc", i64::MAX), None);
        assert_eq!(char_at("abc", i64::MIN), None);
    }

    #[test]
    fn the_first_place() {
        assert_eq!(index_of("第十条第一項", "第", 0), Some(0));
        assert_eq!(index_of("第十条第一項", "第", 1), Some(3));
        assert_eq!(index_of("第十条第一項", "第一", 3), Some(3));
        assert_eq!(index_of("第十条第一項", "第", 4), Some(-1));
        assert_eq!(index_of("第十条", "", 2), Some(2));
        assert_eq!(index_of("第十条", "", 3), Some(3));
        assert_eq!(index_of("第十条", "条", 3), Some(-1));
        assert_eq!(index_of("第十条", "条", 4), None);
        assert_eq!(index_of("第十条", "", 4), None);
        assert_eq!(index_of("第十条", "条", -1), None);
        assert_eq!(index_of("", "x", 0), Some(-1));
    }

    #[test]
    fn the_last_place() {
        assert_eq!(last_index_of("aaaa", "aa", None), Some(2));
        assert_eq!(last_index_of("aaaa", "aa", Some(1)), Some(1));
        assert_eq!(last_index_of("aaaa", "aa", Some(3)), Some(2));
        assert_eq!(last_index_of("aaaa", "aa", Some(4)), Some(2));
        assert_eq!(last_index_of("aaaa", "aa", Some(5)), None);
        assert_eq!(last_index_of("aaaa", "b", Some(0)), Some(-1));
        assert_eq!(last_index_of("xé条é条", "é", Some(2)), Some(1));
        assert_eq!(last_index_of("xé条é条", "y", Some(0)), Some(-1));
        assert_eq!(last_index_of("xé条é条", "条", Some(1)), Some(-1));
        assert_eq!(last_index_of("xé条é条", "", None), Some(5));
        assert_eq!(last_index_of("xé条é条", "", Some(2)), Some(2));
        assert_eq!(last_index_of("ab", "abc", Some(0)), Some(-1));
        assert_eq!(last_index_of("", "a", None), Some(-1));
        assert_eq!(last_index_of("ab", "a", Some(-1)), None);
    }

    /// The slow way, for every start and part.
    #[test]
    fn places_agree_with_looking_at_each() {
        let text = "ababé条abé条b";
        let chars: Vec<char> = text.chars().collect();
        for part in ["", "a", "ab", "b", "é条", "条b", "é", "bab", "x", text] {
            let wanted: Vec<char> = part.chars().collect();
            let places: Vec<usize> = (0..=chars.len()).filter(|at| chars[*at..].starts_with(&wanted)).collect();
            for from in 0..=chars.len() {
                let first = places.iter().find(|at| **at >= from).map_or(-1, |at| *at as i64);
                let last = places.iter().rfind(|at| **at <= from).map_or(-1, |at| *at as i64);
                assert_eq!(index_of(text, part, from as i64), Some(first), "{part} {from}");
                assert_eq!(last_index_of(text, part, Some(from as i64)), Some(last), "{part} {from}");
            }
        }
    }

    #[test]
    fn case_of_ascii_only() {
        assert_eq!(lower_ascii("ÀBÇdＡ"), "Àbçd".replace('ç', "Ç") + "Ａ");
        assert_eq!(upper_ascii("straße é"), "STRAßE é");
    }

    #[test]
    fn quoted() {
        assert_eq!(quote("a\"b\\c\nd\u{7}\u{8}\u{b}\u{c}\r\t'条\0"), "\"a\\\"b\\\\c\\nd\\a\\b\\v\\f\\r\\t'条\0\"");
        assert_eq!(quote(""), "\"\"");
    }

    #[test]
    fn replaced() {
        assert_eq!(replace("a-b-c", "-", "", None), "abc");
        assert_eq!(replace("a-b-c", "-", "+", Some(1)), "a+b-c");
        assert_eq!(replace("a-b-c", "-", "+", Some(0)), "a-b-c");
        assert_eq!(replace("a-b-c", "-", "+", Some(-3)), "a+b+c");
        assert_eq!(replace("条é", "", ".", None), ".条.é.");
        assert_eq!(replace("条é", "", ".", Some(2)), ".条.é");
        assert_eq!(replace("", "", ".", None), ".");
    }

    #[test]
    fn reversed() {
        assert_eq!(reverse("aé条"), "条éa");
    }

    #[test]
    fn pieces() {
        assert_eq!(split("a,b,,c", ",", None), ["a", "b", "", "c"]);
        assert_eq!(split("a,b,,c", ",", Some(2)), ["a", "b,,c"]);
        assert_eq!(split("a,b", ",", Some(1)), ["a,b"]);
        assert_eq!(split("a,b", ",", Some(9)), ["a", "b"]);
        assert_eq!(split("a,b", ",", Some(-1)), ["a", "b"]);
        assert!(split("a,b", ",", Some(0)).is_empty());
        assert_eq!(split("", ",", None), [""]);
        assert_eq!(split("aé条", "", None), ["a", "é", "条"]);
        assert_eq!(split("aé条", "", Some(2)), ["a", "é条"]);
        assert_eq!(split("aé条", "", Some(1)), ["aé条"]);
        assert_eq!(split("aé条", "", Some(3)), ["a", "é", "条"]);
        assert!(split("aé条", "", Some(0)).is_empty());
        assert!(split("", "", None).is_empty());
    }

    #[test]
    fn parts_of_a_text() {
        assert_eq!(substring("第十条", 1, None), Some("十条"));
        assert_eq!(substring("第十条", 1, Some(2)), Some("十"));
        assert_eq!(substring("第十条", 3, Some(3)), Some(""));
        assert_eq!(substring("第十条", 0, Some(3)), Some("第十条"));
        assert_eq!(substring("第十条", 0, Some(4)), None);
        assert_eq!(substring("第十条", 2, Some(1)), None);
        assert_eq!(substring("第十条", 4, None), None);
        assert_eq!(substring("第十条", -1, Some(2)), None);
        assert_eq!(substring("第十条", i64::MAX, Some(i64::MIN)), None);
    }

    #[test]
    fn trimmed_and_joined() {
        assert_eq!(trim("\u{3000}\u{a0}\u{85} a b\u{2003}\u{b}"), "a b");
        assert_eq!(trim("\u{200b}a\u{180e}"), "\u{200b}a\u{180e}");
        assert_eq!(join(["a", "", "b"].into_iter(), "、"), "a、、b");
        assert_eq!(join(std::iter::empty(), "、"), "");
    }

    #[test]
    fn decimals() {
        assert_eq!(fixed(0.125, 2), "0.12");
        assert_eq!(fixed(0.375, 2), "0.38");
        assert_eq!(fixed(0.5, 0), "0");
        assert_eq!(fixed(-0.4, 0), "-0");
        assert_eq!(fixed(1e21, 1), "1000000000000000000000.0");
        assert_eq!(fixed(1.0, usize::MAX).len(), MAX_PRECISION + 2);
        assert_eq!(fixed(5e-324, 1000).len(), MAX_PRECISION + 2);
        assert_eq!(fixed(f64::NAN, 2), "NaN");
        assert_eq!(fixed(f64::INFINITY, 2), "Infinity");
        assert_eq!(fixed(f64::NEG_INFINITY, 2), "-Infinity");
    }

    #[test]
    fn exponents() {
        assert_eq!(scientific(0.0, 2), "0.00e+00");
        assert_eq!(scientific(9.999, 2), "1.00e+01");
        assert_eq!(scientific(2.5, 0), "2e+00");
        assert_eq!(scientific(-1.5e-7, 1), "-1.5e-07");
        assert_eq!(scientific(1.25, 1), "1.2e+00");
        assert_eq!(scientific(-1e300, 1), "-1.0e+300");
        assert_eq!(scientific(5e-324, usize::MAX).len(), MAX_PRECISION + 7);
        assert_eq!(scientific(f64::NAN, 2), "NaN");
        assert_eq!(scientific(f64::NEG_INFINITY, 2), "-Infinity");
    }

    #[test]
    fn shortest() {
        for (value, text) in [
            (0.0, "0"),
            (-0.0, "-0"),
            (1.0, "1"),
            (0.1, "0.1"),
            (0.0001, "0.0001"),
            (0.00012, "0.00012"),
            (0.00009999, "9.999e-05"),
            (100000.0, "100000"),
            (999999.5, "999999.5"),
            (-1000000.0, "-1e+06"),
            (1234567.0, "1.234567e+06"),
            (1e100, "1e+100"),
            (5e-324, "5e-324"),
            (f64::MAX, "1.7976931348623157e+308"),
            (4.468743327960138e16, "4.468743327960138e+16"),
            (0.3 + 0.6, "0.8999999999999999"),
            (9_007_199_254_740_993.0 * 4.0, "3.602879701896397e+16"),
            (16.0 + 1.0 / 2f64.powi(48), "16.000000000000004"),
            (f64::NAN, "NaN"),
            (f64::INFINITY, "+Inf"),
            (f64::NEG_INFINITY, "-Inf"),
        ] {
            assert_eq!(double_text(value), text);
        }
        assert_eq!(plain(1e21), "1000000000000000000000");
        assert_eq!(plain(1e-7), "0.0000001");
        assert_eq!(plain(-0.05), "-0.05");
        assert_eq!(plain(120.5), "120.5");
        assert_eq!(plain(5e-324).len(), 326);
        // Two texts of 16 digits are as near; the even one is taken.
        assert_eq!(plain(9_613_428.0 / 131_072.0), "73.34463500976562");
        assert_eq!(plain(-2.0), "-2");
        assert_eq!(plain(f64::INFINITY), "Infinity");
    }

    #[test]
    fn bases() {
        assert_eq!(binary(-6), "-110");
        assert_eq!(binary(0), "0");
        assert_eq!(binary(i64::MIN).len(), 65);
        assert_eq!(binary_uint(u64::MAX).len(), 64);
        assert_eq!(octal(-8), "-10");
        assert_eq!(octal_uint(64), "100");
        assert_eq!(hex(-255, false), "-ff");
        assert_eq!(hex(171, true), "AB");
        assert_eq!(hex(i64::MIN, true), "-8000000000000000");
        assert_eq!(hex_uint(u64::MAX, false), "ffffffffffffffff");
        assert_eq!(hex_bytes("é\n".as_bytes(), false), "c3a90a");
        assert_eq!(hex_bytes(&[0, 0xAB], true), "00AB");
        assert_eq!(hex_bytes(&[], true), "");
    }

    #[test]
    fn long_texts_take_linear_time() {
        let text = "条a".repeat(500_000);
        let part = "条a".repeat(250_000) + "条b";
        assert_eq!(index_of(&text, &part, 0), Some(-1));
        assert_eq!(last_index_of(&text, &part, Some(999_999)), Some(-1));
        assert_eq!(last_index_of(&text, "a", None), Some(999_999));
        assert_eq!(split(&text, "", None).len(), 1_000_000);
        assert_eq!(substring(&text, 999_999, Some(1_000_000)), Some("a"));
        assert_eq!(replace(&text, "a", "", None).len(), 1_500_000);
    }
}
