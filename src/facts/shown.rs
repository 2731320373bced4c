//! What is shown of a document under a diagnostic: no sensitive answer, and nothing that tells how long one is.

use std::collections::HashSet;

use crate::json::{NodeId, Tape};
use crate::printable;
use crate::schema::FactSchema;
use crate::source::Span;
use crate::types::Type;

/// Where the sensitive answers stand. Under a key that the vocabulary does not know anything may stand, and it is
/// taken for sensitive.
pub(super) fn sensitive(schema: &FactSchema, tape: &Tape<'_>) -> Vec<(usize, usize)> {
    let mut ranges = Vec::new();
    // Records still to look into: where they are in the vocabulary, and where in the document.
    let mut open = vec![(schema.root(), NodeId::ROOT)];
    while let Some((record, node)) = open.pop() {
        let record = schema.record(record);
        for (key, value) in tape.members(node) {
            match record.field(&tape.string(key)) {
                None => ranges.push(tape.range(value)),
                Some(field) if field.sensitive => ranges.push(tape.range(value)),
                Some(field) => match &field.ty {
                    Type::Record(inner) => open.push((*inner, value)),
                    Type::List(element) => {
                        if let Type::Record(inner) = **element {
                            open.extend(tape.elements(value).map(|element| (inner, element)));
                        }
                    }
                    _ => {}
                },
            }
        }
    }
    ranges
}

/// Where answers stand in a text that is no JSON.
#[derive(Default)]
pub(super) struct Unread {
    /// Those to sensitive questions, as far as a name before them tells.
    pub(super) sensitive: Vec<(usize, usize)>,
    /// Any other that may be one: all but the marks of JSON, its words, and the names of the vocabulary.
    pub(super) other: Vec<(usize, usize)>,
}

/// Where answers may stand in `text`. What follows no name of the vocabulary is taken for sensitive.
pub(super) fn unread(schema: &FactSchema, text: &str) -> Unread {
    let fields = || schema.records().flat_map(|(_, record)| record.fields.iter());
    let names: HashSet<&str> = fields().map(|field| field.name.as_str()).collect();
    let of_sensitive: HashSet<&str> =
        fields().filter(|field| field.sensitive).map(|field| field.name.as_str()).collect();
    let is_mark = |c: char| c.is_whitespace() || matches!(c, '{' | '}' | '[' | ']' | ':' | ',' | '"');
    let mut found = Unread::default();
    let (mut rest, mut is_sensitive) = (0, true);
    while let Some(start) = text[rest..].find(|c| !is_mark(c)).map(|found| rest + found) {
        let end = text[start..].find(is_mark).map_or(text.len(), |found| start + found);
        let word = &text[start..end];
        if names.contains(word) {
            is_sensitive = of_sensitive.contains(word);
        } else if is_sensitive {
            // The quote belongs to what is hidden: a text begins like anything else.
            let start = start - usize::from(text[..start].ends_with('"'));
            found.sensitive.push((start, end));
        } else if !matches!(word, "true" | "false" | "null") {
            found.other.push((start, end));
        }
        rest = end;
    }
    found
}

/// `text` without what stands in `ranges`: a mark where one of them begins, and nothing from there to the end of the
/// line, so that no length tells what is hidden. Of a line that is never shown whole, only the ranges are taken out.
/// Each character gives way to one as long, so that places stay where they are.
pub(super) fn withheld(text: &str, mut ranges: Vec<(usize, usize)>) -> String {
    ranges.sort_unstable();
    let mut ranges = ranges.into_iter().peekable();
    let mut shown = String::with_capacity(text.len());
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let is_long = line.trim_end_matches('\n').len() > printable::LONGEST_LINE;
        let mut is_hidden = false;
        for c in line.chars() {
            while ranges.next_if(|(_, end)| *end <= at).is_some() {}
            let is_within = ranges.peek().is_some_and(|(start, _)| *start <= at);
            at += c.len_utf8();
            shown.push(match c {
                '\n' => c,
                _ if is_hidden && (is_within || !is_long) => printable::hidden(c),
                _ if is_within && !c.is_whitespace() => blot(c),
                _ => c,
            });
            is_hidden = (is_hidden && !is_long) || (is_within && (is_hidden || !c.is_whitespace()));
        }
    }
    shown
}

/// `text` with what stands in `ranges` blotted out, each character by one as long, so that places stay
/// where they are.
pub(super) fn blotted(text: &str, mut ranges: Vec<(usize, usize)>) -> String {
    ranges.sort_unstable();
    let mut shown = String::with_capacity(text.len());
    let mut rest = 0;
    for (start, end) in ranges {
        // What one range has blotted out already the next one does not show again.
        let (start, end) = (start.max(rest), end.max(rest));
        shown += &text[rest..start];
        shown.extend(text[start..end].chars().map(|c| if c == '\n' { c } else { blot(c) }));
        rest = end;
    }
    shown + &text[rest..]
}

/// A blot as long as `c`.
fn blot(c: char) -> char {
    match c.len_utf8() {
        1 => '*',
        2 => '¤',
        3 => '＊',
        _ => '🞰',
    }
}

/// What is shown of a text that was not read: nothing that may be an answer.
pub(super) fn hidden(text: &str) -> String {
    withheld(&printable::in_place(text), unread(&FactSchema::empty(), text).sensitive)
}

/// Makes `span` of `text` one character long where `shown` shows something else: what is underlined tells a length.
pub(super) fn narrow(span: &mut Span, text: &str, shown: &str) {
    let (start, end) = (span.start as usize, span.end as usize);
    if text.get(start..end) != shown.get(start..end) {
        let first = text.get(start..).and_then(|rest| rest.chars().next());
        span.end = span.start + first.map_or(0, |first| u32::try_from(first.len_utf8()).unwrap_or(1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_ends_where_something_hidden_begins() {
        let text = "{\n \"a\": true, \"b\": [\n  \"𠮷x\"\n ]\n}";
        let at = |part: &str| text.find(part).map(|start| (start, start + part.len())).expect("a part");
        let (yes, list) = (at("true"), at("[\n  \"𠮷x\"\n ]"));
        let lines =
            |shown: &str| shown.lines().map(|line| printable::without_end(line).to_string()).collect::<Vec<_>>();
        let shown = withheld(text, vec![list, yes]);
        assert_eq!(lines(&shown), ["{", " \"a\": *", "  *", " *", "}"]);
        assert_eq!(shown.len(), text.len());
        assert_eq!(shown.chars().count(), text.chars().count());
        let mut span = Span { start: yes.0 as u32, end: yes.1 as u32, ..Span::default() };
        narrow(&mut span, text, &shown);
        assert_eq!(span.end - span.start, 1);
    }

    #[test]
    fn of_a_long_line_what_is_beside_it_stays() {
        let text = format!("{{\"a\": true, \"b\": \"{}\"}}", "x".repeat(printable::LONGEST_LINE));
        let at = text.find("true").expect("a part");
        let shown = withheld(&text, vec![(at, at + 4)]);
        assert!(shown.starts_with("{\"a\": *") && shown.ends_with("x\"}") && !shown.contains("true"));
        assert_eq!(shown.chars().filter(|c| printable::is_hidden(*c)).count(), 3);
    }
}
