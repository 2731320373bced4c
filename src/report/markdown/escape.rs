//! Text of others inside Markdown: it stands as it is, and makes no markup, link, mention or picture.

use crate::printable::shortened;

/// A character without width at which no link, mention or reference is looked for.
const JOINER: char = '\u{2060}';

/// So many hexadecimal digits on end may be taken for the name of a commit.
const COMMIT_DIGITS: usize = 7;

/// `text` on one line of prose, no longer than `most` characters.
pub(super) fn inline(text: &str, most: usize) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    escaped(&shortened(&text, most))
}

/// `text` in prose, its lines as lines of the paragraph that goes on after `indent`.
pub(super) fn lines(text: &str, most: usize, indent: &str) -> String {
    let text = shortened(text, most);
    let lines = text.lines().map(|line| inline(line, most)).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join(&format!("\\\n{indent}"))
}

/// `text` as a span of code, no longer than `most` characters.
pub(super) fn code(text: &str, most: usize) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let text = shortened(&text, most);
    if text.is_empty() {
        return "` `".to_string();
    }
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    let space = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{space}{text}{space}{fence}")
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 4);
    let marker = list_marker(text);
    let mut before = None;
    let mut rest = text.char_indices();
    while let Some((at, c)) = rest.next() {
        let after = rest.as_str().chars().next();
        if is_markup(c) || marker == Some(at) {
            out.push('\\');
        }
        if c == '.' && is_in_address(text.get(..at).unwrap_or_default(), after) {
            out.push(JOINER);
        }
        out.push(c);
        if is_start_of_reference(before, c, after) || is_in_commit(text, at) {
            out.push(JOINER);
        }
        before = Some(c);
    }
    out
}

/// What makes markup wherever it stands.
fn is_markup(c: char) -> bool {
    matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '&' | '|' | '~' | '#' | '$' | '!' | '{' | '}')
}

/// Where a mark stands that makes a list, a heading or a table of a line that begins with it.
fn list_marker(text: &str) -> Option<usize> {
    if text.starts_with(['-', '+', '=', ':']) {
        return Some(0);
    }
    let digits = text.find(|c: char| !c.is_ascii_digit())?;
    (digits > 0 && text[digits..].starts_with(['.', ')'])).then_some(digits)
}

/// Whether a point behind `before` may be one of an address: `example.com`, and whatever follows `www.`
fn is_in_address(before: &str, after: Option<char>) -> bool {
    let is_www = before.get(before.len().saturating_sub(3)..).is_some_and(|end| end.eq_ignore_ascii_case("www"));
    is_www || before.ends_with(char::is_alphanumeric) && after.is_some_and(|c| c.is_ascii_alphabetic())
}

/// `@name`, `#1`, `GH-1`, `https://`, `:smile:`
fn is_start_of_reference(before: Option<char>, c: char, after: Option<char>) -> bool {
    match c {
        '@' => true,
        '#' => after.is_some_and(char::is_alphanumeric),
        '-' => matches!(before, Some('h' | 'H')) && after.is_some_and(|c| c.is_ascii_digit()),
        ':' => after.is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, '/' | '+' | '-' | '_')),
        _ => false,
    }
}

/// Whether what ends at `at` is the last digit but one that may stand on end in a word of hexadecimal digits only.
fn is_in_commit(text: &str, at: usize) -> bool {
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric();
    let bytes = text.as_bytes();
    let (before, after) = bytes.split_at((at + 1).min(bytes.len()));
    let start = before.iter().rev().take_while(|byte| is_word(byte)).count();
    // Words that are longer than any that matters are not looked through at each of their letters.
    if start != COMMIT_DIGITS - 1 {
        return false;
    }
    let word = before.iter().rev().take(start).chain(after.iter().take_while(|byte| is_word(byte)));
    let mut length = 0;
    for byte in word {
        if !byte.is_ascii_hexdigit() {
            return false;
        }
        length += 1;
    }
    length >= COMMIT_DIGITS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_holds_any_text() {
        assert_eq!(code("a`b", 9), "``a`b``");
        assert_eq!(code("``", 9), "``` `` ```");
        assert_eq!(code(" a\n  b ", 9), "`a b`");
        assert_eq!(code("", 9), "` `");
        assert_eq!(code("abcdef", 3), "`abc…`");
    }

    #[test]
    fn prose_makes_no_markup() {
        assert_eq!(inline("<b>*x* & [y](z)|`", 99), r"\<b\>\*x\* \& \[y\](z)\|\`");
        assert_eq!(inline("1. x", 99), r"1\. x");
        assert_eq!(inline("2026年6月30日", 99), "2026年6月30日");
        assert_eq!(inline("- x", 99), r"\- x");
        assert_eq!(inline(":-", 99), r"\:-".replace(":-", ":\u{2060}-"));
        assert_eq!(lines("a\n\n# b", 99, "  "), "a\\\n  \\# b");
    }

    #[test]
    fn nothing_is_taken_for_a_link_or_a_mention() {
        assert_eq!(inline("@octocat", 99), "@\u{2060}octocat");
        assert_eq!(inline("a/b#12", 99), "a/b\\#\u{2060}12");
        assert_eq!(inline("GH-1", 99), "GH-\u{2060}1");
        assert_eq!(inline("https://www.x", 99), "https:\u{2060}//www\u{2060}.x");
        assert_eq!(inline("www..x 1.5 例.x", 99), "www\u{2060}..x 1.5 例\u{2060}.x");
        assert_eq!(inline(":octocat:", 99), "\\:\u{2060}octocat:");
        assert_eq!(inline("deadbeef, 1234567", 99), "deadbe\u{2060}ef, 123456\u{2060}7");
        assert_eq!(inline("abcdef defaced1x", 99), "abcdef defaced1x");
    }
}
