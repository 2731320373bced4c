//! Every scalar of a policy file knows where each part of its text stands.

use jobun::source::SourceMap;
use jobun::yaml::{self, Kind};

/// For every `⟦word⟧` in `source` (brackets removed), the word's offset in the first scalar value
/// maps back to the bytes it was written with.
fn check(source: &str, word: &str) {
    let mut sources = SourceMap::new();
    let file = sources.add("policy.yaml", source);
    let (node, diagnostics) = yaml::parse(file, source);
    assert!(diagnostics.0.is_empty(), "{diagnostics:?}");
    let Kind::Mapping(entries) = node.expect("a document").kind else { panic!("no mapping") };
    let Kind::Scalar(scalar) = &entries[0].1.kind else { panic!("no scalar") };
    let at = scalar.text.find(word).unwrap_or_else(|| panic!("`{word}` is not in {:?}", scalar.text));
    let span = scalar.map.span(at, at + word.len());
    assert_eq!(sources.slice(span), word, "in {source:?}");
}

#[test]
fn plain() {
    check("a: one two\n", "two");
    check("a: 一つ 二つ # comment\n", "二つ");
    check("a: one\n  two\n  three\n", "three");
}

#[test]
fn quoted() {
    check("a: 'it''s done'\n", "done");
    check("a: \"tab\\t and more\"\n", "more");
    check("a: \"日本\\u8a9eの文 word\"\n", "word");
    check("a: 'one\n  two\n\n  three'\n", "three");
}

#[test]
fn literal() {
    check("a: |\n  one\n  two && three\n", "three");
    check("a: |\n  one\n    && two\n\n  three\nb: c\n", "three");
    check("a: |-\n  c.one == 'x'\n    && c.two\nb: 1\n", "c.two");
}

#[test]
fn folded() {
    check("a: >\n  one\n  two\n\n  three\n", "three");
    check("a: >-\n  one\n  two three\nb: c\n", "three");
}
