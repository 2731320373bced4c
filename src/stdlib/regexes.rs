//! Regular expressions as RE2 reads them.

use regex::Regex;

/// The largest compiled regular expression, in bytes.
const REGEX_SIZE: usize = 1 << 20;

/// Compiles a pattern in RE2 syntax: the Perl classes are ASCII, so `\d` does not match `０`.
pub fn compile_regex(pattern: &str) -> Result<Regex, String> {
    let mut out = String::with_capacity(pattern.len());
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('d') => out.push_str("[0-9]"),
            Some('D') => out.push_str("[^0-9]"),
            Some('w') => out.push_str("[0-9A-Za-z_]"),
            Some('W') => out.push_str("[^0-9A-Za-z_]"),
            Some('s') => out.push_str(r"[\t\n\f\r ]"),
            Some('S') => out.push_str(r"[^\t\n\f\r ]"),
            Some('b') => out.push_str(r"(?-u:\b)"),
            Some(other) => {
                out.push('\\');
                out.push(other);
            }
            None => out.push('\\'),
        }
    }
    regex::RegexBuilder::new(&out).size_limit(REGEX_SIZE).nest_limit(64).build().map_err(|error| error.to_string())
}
