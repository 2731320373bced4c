//! Text of others as it may be printed: without what would move a cursor, turn the direction of writing or break a
//! format.

use std::borrow::Cow;

use unicode_width::UnicodeWidthStr;

/// Whether `c` is better not printed: control characters but line breaks and tabs, what overrides the direction of
/// writing, what no XML may hold.
fn is_unprintable(c: char) -> bool {
    (c.is_control() && !matches!(c, '\n' | '\t'))
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{61c}')
        || matches!(c, '\u{fffe}' | '\u{ffff}' | '\u{feff}' | '\u{2028}' | '\u{2029}')
}

/// What is printed for it: the picture of a control character, or the mark for what cannot be shown.
fn stand_in(c: char) -> char {
    match c {
        '\0'..='\x1f' => char::from_u32(0x2400 + c as u32).unwrap_or(char::REPLACEMENT_CHARACTER),
        '\x7f' => '␡',
        _ => char::REPLACEMENT_CHARACTER,
    }
}

/// `text` with a stand-in for each character that is better not printed.
///
/// ```
/// assert_eq!(jobun::printable::printable("a\u{1b}[31mb\u{202e}c"), "a␛[31mb\u{fffd}c");
/// ```
pub fn printable(text: &str) -> Cow<'_, str> {
    if text.chars().any(is_unprintable) {
        Cow::Owned(text.chars().map(|c| if is_unprintable(c) { stand_in(c) } else { c }).collect())
    } else {
        Cow::Borrowed(text)
    }
}

/// `text` without what a build server takes for a command where it reads it in a log: a line that begins with `::`, and
/// `##[` anywhere.
///
/// ```
/// assert_eq!(jobun::printable::without_commands("a ##[b\n  ::error::c"), "a # #[b\n  : :error::c");
/// ```
pub fn without_commands(text: &str) -> Cow<'_, str> {
    let begins = |line: &str| line.trim_start().starts_with("::");
    if !text.contains("##[") && !text.lines().any(begins) {
        return Cow::Borrowed(text);
    }
    let lines = text.split('\n').map(|line| {
        let line = line.replace("##[", "# #[");
        if begins(&line) { line.replacen("::", ": :", 1) } else { line }
    });
    Cow::Owned(lines.collect::<Vec<_>>().join("\n"))
}

/// `text`, printable on one line.
pub fn on_a_line(text: &str) -> Cow<'_, str> {
    match printable(text) {
        text if text.contains(['\n', '\t']) => Cow::Owned(text.replace(['\n', '\t'], " ")),
        text => text,
    }
}

/// `text`, cut off after `most` characters with a mark where it goes on.
pub fn shortened(text: &str, most: usize) -> Cow<'_, str> {
    match text.char_indices().nth(most) {
        None => Cow::Borrowed(text),
        Some((at, _)) => Cow::Owned(format!("{}…", text.get(..at).unwrap_or_default())),
    }
}

/// `rows` as lines whose columns stand below one another in a terminal, where some characters are as wide as two.
/// A cell wider than `most` pushes the rest of its line aside instead of widening its column.
///
/// ```
/// let rows = [["不適合", "第1条"], ["fail", "§ 1"]].map(|row| row.map(String::from));
/// assert_eq!(jobun::printable::aligned(&rows, 20), ["不適合  第1条", "fail    § 1"]);
/// ```
pub fn aligned<const N: usize>(rows: &[[String; N]], most: usize) -> Vec<String> {
    let width = |column: usize| {
        let widths = rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.width());
        widths.filter(|width| *width <= most).max().unwrap_or(0)
    };
    let widths: [usize; N] = std::array::from_fn(width);
    let line = |row: &[String; N]| {
        let mut out = String::new();
        for (cell, width) in row.iter().zip(widths) {
            out.push_str(cell);
            out.extend(std::iter::repeat_n(' ', width.saturating_sub(cell.width()) + 2));
        }
        out.trim_end().to_string()
    };
    rows.iter().map(line).collect()
}

/// A JSON text with an escape for each such character, so that it says the same and may be printed.
pub fn in_json(text: String) -> String {
    // What JSON leaves as it is and is not printed stands in strings only; line breaks are its own.
    if !text.chars().any(is_unprintable) {
        return text;
    }
    let mut out = String::with_capacity(text.len() + 64);
    for c in text.chars() {
        if is_unprintable(c) {
            out.push_str(&format!("\\u{:04x}", u32::from(c)));
        } else {
            out.push(c);
        }
    }
    out
}

/// Makes `text` printable.
pub fn make(text: &mut String) {
    if let Cow::Owned(printable) = printable(text) {
        *text = printable;
    }
}

/// Makes `text` printable on one line.
pub fn make_a_line(text: &mut String) {
    if let Cow::Owned(printable) = on_a_line(text) {
        *text = printable;
    }
}

/// The longest line of a file that is shown whole, in bytes; of a longer one only what is around a place.
pub const LONGEST_LINE: usize = 1_000;

/// What stands for `c` where it may not be seen, and has as many bytes: characters that [`in_place`] leaves nowhere, and
/// one that no text has use for.
pub fn hidden(c: char) -> char {
    match c.len_utf8() {
        1 => '\u{7f}',
        2 => '\u{80}',
        3 => '\u{2028}',
        _ => '\u{10ffff}',
    }
}

/// Whether `c` stands for a hidden character.
pub fn is_hidden(c: char) -> bool {
    hidden(c) == c
}

/// `line` without the blanks and hidden characters it ends with: how many there are tells what they stand for.
pub fn without_end(line: &str) -> &str {
    line.trim_end_matches(|c: char| c.is_whitespace() || is_hidden(c))
}

/// `text` with a stand-in of the same number of bytes for each such character, so that places stay where they are.
pub fn in_place(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_unprintable) {
        return Cow::Borrowed(text);
    }
    let shown = text.chars().map(|c| match c.len_utf8() {
        _ if !is_unprintable(c) => c,
        // Before the end of a line it is not seen.
        _ if c == '\r' => ' ',
        1 => '?',
        2 => '¿',
        _ => char::REPLACEMENT_CHARACTER,
    });
    Cow::Owned(shown.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_moves_a_cursor_or_turns_the_writing_is_shown_as_something_else() {
        assert_eq!(printable("第1条\n\t(a)"), "第1条\n\t(a)");
        assert_eq!(printable("\0\u{7}\r\u{7f}\u{85}\u{2067}"), "␀␇␍␡\u{fffd}\u{fffd}");
        assert_eq!(on_a_line("a\nb\tc"), "a b c");
        assert_eq!((shortened("条文", 2), shortened("条文です", 3)), ("条文".into(), "条文で…".into()));
        let hostile = "a\0\u{85}\u{202e}\u{feff}条";
        let shown = in_place(hostile);
        assert_eq!((shown.len(), shown.as_ref()), (hostile.len(), "a?¿\u{fffd}\u{fffd}条"));
    }
}
