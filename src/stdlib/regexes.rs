//! Regular expressions as RE2 reads them.

use regex::Regex;

/// The largest compiled regular expressions, in bytes: most fit the first, none may pass the last.
const SIZES: [usize; 3] = [16 << 10, 128 << 10, 1 << 20];

/// Compiles a pattern in RE2 syntax: the Perl classes are ASCII, so `\d` does not match `０`.
pub fn compile_regex(pattern: &str) -> Result<Regex, String> {
    compile_costed(pattern).map(|(regex, _)| regex)
}

/// The same, with how many bytes it takes at most.
pub fn compile_costed(pattern: &str) -> Result<(Regex, usize), String> {
    let pattern = ascii_classes(pattern);
    let mut refused = String::new();
    for size in SIZES {
        match regex::RegexBuilder::new(&pattern).size_limit(size).nest_limit(64).build() {
            Ok(regex) => return Ok((regex, size)),
            Err(error @ regex::Error::CompiledTooBig(_)) => refused = error.to_string(),
            Err(error) => return Err(error.to_string()),
        }
    }
    Err(refused)
}

/// The pattern with its Perl classes written out in ASCII.
fn ascii_classes(pattern: &str) -> String {
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
    out
}
