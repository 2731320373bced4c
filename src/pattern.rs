//! Regular expressions as RE2 reads them, compiled to a bounded size; what a search costs is known
//! before it is made.

use regex_automata::meta;
/// The places of a match and of its groups.
pub use regex_automata::util::captures::Captures;
use regex_syntax::hir::{Hir, HirKind};

/// How deep the groups of a pattern may nest.
pub const MAX_NESTING: u32 = 64;

/// A compiled pattern.
#[derive(Clone, Debug)]
pub struct Pattern {
    regex: meta::Regex,
    /// How many characters and classes it is made of, repetitions written out: as many places a search can
    /// be at for each byte of the text.
    places: u64,
    /// How far a search looks beyond its match at most, where that is known.
    reach: Option<usize>,
    /// How many bytes it takes.
    size: usize,
}

/// Why a text is no pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PatternError {
    /// It is none, and why.
    Syntax(String),
    /// It takes more bytes than allowed once it is compiled.
    TooLarge,
}

impl Pattern {
    /// Compiles `text` in RE2 syntax to at most `limit` bytes: the Perl classes are ASCII, so `\d` does not
    /// match `０`.
    pub fn new(text: &str, limit: usize) -> Result<Pattern, PatternError> {
        // The text itself is looked at several times.
        let own = text.len().saturating_mul(8);
        let left = limit.checked_sub(own).ok_or(PatternError::TooLarge)?;
        let read = parse(text)?;
        let config =
            meta::Config::new().nfa_size_limit(Some(left)).hybrid_cache_capacity(left.min(CACHE)).onepass(false);
        let built = meta::Builder::new().configure(config).build_from_hir(&read);
        let regex = built.map_err(|_| PatternError::TooLarge)?;
        let size = own + regex.memory_usage();
        if size > limit {
            return Err(PatternError::TooLarge);
        }
        Ok(Pattern { regex, places: places(&read), reach: reach(&read), size })
    }

    /// Whether `text` is a pattern. Its size is not looked at, and nothing else of a text that is very long.
    pub fn check(text: &str) -> Result<(), PatternError> {
        if text.len() > LONG { Ok(()) } else { parse(text).map(drop) }
    }

    /// How many bytes it takes.
    pub fn size(&self) -> usize {
        self.size
    }

    /// The most steps that a search through `bytes` bytes takes.
    pub fn steps(&self, bytes: usize) -> u64 {
        (bytes as u64).saturating_mul(self.places) / 4 + 1
    }

    /// The most steps that the search took that ended with a match `consumed` bytes on, with `left` bytes
    /// of text behind the match.
    pub fn steps_to(&self, consumed: usize, left: usize) -> u64 {
        self.steps(consumed + self.reach.map_or(left, |reach| reach.min(left)))
    }

    /// Whether it matches somewhere in `text`.
    pub fn is_match(&self, text: &str) -> bool {
        self.regex.is_match(text)
    }

    /// How many groups it has.
    pub fn groups(&self) -> usize {
        self.regex.captures_len() - 1
    }

    /// Its matches in `text`, from left to right, with their groups.
    pub fn matches<'p, 't>(&'p self, text: &'t str) -> impl Iterator<Item = Captures> + use<'p, 't> {
        self.regex.captures_iter(text)
    }
}

/// The longest text that is read to say what is wrong with it.
const LONG: usize = 64 << 10;

/// The most bytes a search keeps of what it found out about a pattern.
const CACHE: usize = 1 << 20;

fn parse(text: &str) -> Result<Hir, PatternError> {
    let mut parser = regex_syntax::ParserBuilder::new().nest_limit(MAX_NESTING).build();
    parser.parse(&ascii_classes(text)).map_err(|error| PatternError::Syntax(error.to_string()))
}

/// How many characters and classes `hir` is made of.
fn places(hir: &Hir) -> u64 {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) | HirKind::Class(_) => 1,
        HirKind::Literal(literal) => literal.0.len() as u64,
        HirKind::Capture(capture) => places(&capture.sub),
        HirKind::Repetition(repetition) => {
            let times = repetition.max.unwrap_or(repetition.min.saturating_add(1));
            places(&repetition.sub).saturating_mul(times.into())
        }
        HirKind::Concat(parts) | HirKind::Alternation(parts) => {
            parts.iter().fold(0, |sum, part| places(part).saturating_add(sum))
        }
    }
}

/// How far a search for `hir` looks beyond the match it finds, where that does not depend on the text: no
/// further than the longest match, and one character where the end is a class repeated without end.
fn reach(hir: &Hir) -> Option<usize> {
    if let Some(longest) = hir.properties().maximum_len() {
        return Some(longest);
    }
    match hir.kind() {
        HirKind::Capture(capture) => reach(&capture.sub),
        HirKind::Repetition(repetition) => matches!(repetition.sub.kind(), HirKind::Class(_)).then_some(4),
        HirKind::Concat(parts) => {
            let (last, before) = parts.split_last()?;
            let before: Option<usize> = before.iter().map(|part| part.properties().maximum_len()).sum();
            Some(before? + reach(last)?)
        }
        _ => None,
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(text: &str) -> Pattern {
        Pattern::new(text, 1 << 20).expect("a pattern")
    }

    #[test]
    fn what_a_search_costs_follows_from_the_pattern() {
        for (text, places, reach) in [
            ("abc", 3, Some(3)),
            ("[ab]{30}", 30, Some(30)),
            ("(a|b[cd])*x", 4, None),
            (r"\s+", 2, Some(4)),
            ("y[0-9]+", 3, Some(5)),
            ("x*y|x", 3, None),
            ("((a{100}){100}){100}", 1_000_000, Some(1_000_000)),
        ] {
            let read = parse(text).expect("a pattern");
            assert_eq!((super::places(&read), super::reach(&read)), (places, reach), "{text}");
        }
        assert!(pattern("[ab]{30}").steps(400) > 10 * pattern("[ab]").steps(400));
        assert_eq!(pattern("x").steps_to(10, 1_000_000), pattern("x").steps(11));
        assert_eq!(pattern("x*y|x").steps_to(10, 90), pattern("x*y|x").steps(100));
    }

    #[test]
    fn a_pattern_keeps_to_its_size() {
        assert_eq!(Pattern::new("[a-z]{500}", 10_000).map(drop), Err(PatternError::TooLarge));
        assert!(pattern("[a-z]{500}").size() > 10_000);
        assert_eq!(Pattern::new(&"a".repeat(1_000), 1_000).map(drop), Err(PatternError::TooLarge));
        assert!(matches!(Pattern::new("(", 1 << 20), Err(PatternError::Syntax(_))));
        assert!(matches!(Pattern::check(&"(".repeat(10_000)), Err(PatternError::Syntax(_))));
    }
}
