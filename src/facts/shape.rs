//! A quick look at a document: does it certainly fit?
//!
//! Most documents fit, and most schemas say it with few words. Those words are compiled to a tree that one walk
//! over the tape follows. A *yes* is final; anything else is left to `jsonschema`, which also says what is wrong.

use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::json::{Kind, NodeId, Tape};
use crate::pattern::Pattern;
use crate::program::{head, head_at};
use crate::value::Day;

/// How many bytes a compiled pattern may take here.
const MAX_PATTERN_BYTES: usize = 1 << 20;
/// How deep a schema may nest.
const MAX_DEPTH: usize = 32;
/// The longest list that is looked through for repeated elements here.
const MAX_UNIQUE: usize = 64;
/// What says nothing about a document.
const ANNOTATIONS: [&str; 7] = ["$schema", "$defs", "$comment", "title", "description", "default", "examples"];

/// A schema of which every word is known here.
#[derive(Debug)]
pub(super) struct Shape {
    nodes: Vec<Node>,
    root: usize,
}

/// What one place of a document may be.
#[derive(Clone, Debug, Default)]
struct Node {
    /// A bit for each kind that is allowed, by [`bit`].
    kinds: u8,
    /// A number must be a whole one.
    is_integer: bool,
    minimum: Option<i64>,
    /// A string must be one of these, and nothing else is allowed.
    words: Option<Vec<Box<str>>>,
    format: Option<Format>,
    pattern: Option<Pattern>,
    items: Option<usize>,
    min_items: usize,
    is_unique: bool,
    properties: Vec<Property>,
    /// How many of them are required.
    required: usize,
    /// No others are allowed.
    is_closed: bool,
    /// One of these must be met too.
    any: Vec<usize>,
}

#[derive(Clone, Debug)]
struct Property {
    /// The first eight bytes of its name.
    head: u64,
    name: Box<[u8]>,
    is_required: bool,
    node: usize,
}

#[derive(Clone, Copy, Debug)]
enum Format {
    Date,
    DateTime,
}

const ALL: u8 = 0b11_1111;

fn bit(kind: Kind) -> u8 {
    match kind {
        Kind::Null => 1,
        Kind::Bool(_) => 1 << 1,
        Kind::Number => 1 << 2,
        Kind::String(_) => 1 << 3,
        Kind::Array => 1 << 4,
        Kind::Object => 1 << 5,
    }
}

impl Shape {
    /// Reads `schema`; `None` if it holds a word that is not known here.
    pub(super) fn read(schema: &Value) -> Option<Shape> {
        let mut reader = Reader { schema, nodes: Vec::new(), references: HashMap::new() };
        let root = reader.node(schema, 0)?;
        Some(Shape { nodes: reader.nodes, root })
    }

    /// Whether `tape` certainly fits; without `nulls`, members that are `null` are not there.
    pub(super) fn fits(&self, tape: &Tape<'_>, nulls: bool) -> bool {
        Walk { nodes: &self.nodes, tape, nulls }.fits(self.root, NodeId::ROOT)
    }
}

struct Reader<'s> {
    schema: &'s Value,
    nodes: Vec<Node>,
    /// The targets of references: `None` while they are read.
    references: HashMap<&'s str, Option<usize>>,
}

impl<'s> Reader<'s> {
    fn node(&mut self, schema: &'s Value, depth: usize) -> Option<usize> {
        let words = match schema {
            _ if depth > MAX_DEPTH => return None,
            Value::Bool(true) => return Some(self.add(Node { kinds: ALL, ..Node::default() })),
            Value::Object(words) => words,
            _ => return None,
        };
        if let Some(reference) = words.get("$ref") {
            let says_more = words.keys().any(|word| word != "$ref" && !is_annotation(word));
            return if says_more { None } else { self.reference(reference.as_str()?, depth) };
        }
        let mut node = Node { kinds: ALL, ..Node::default() };
        for (word, says) in words {
            self.word(&mut node, word, says, words, depth)?;
        }
        Some(self.add(node))
    }

    fn add(&mut self, node: Node) -> usize {
        self.nodes.push(node);
        self.nodes.len() - 1
    }

    fn reference(&mut self, reference: &'s str, depth: usize) -> Option<usize> {
        if let Some(known) = self.references.get(reference) {
            return *known;
        }
        self.references.insert(reference, None);
        let target = self.schema.pointer(reference.strip_prefix('#')?)?;
        let node = self.node(target, depth + 1)?;
        self.references.insert(reference, Some(node));
        Some(node)
    }

    /// Takes one word of a schema into `node`.
    fn word(
        &mut self,
        node: &mut Node,
        word: &str,
        says: &'s Value,
        words: &'s Map<String, Value>,
        depth: usize,
    ) -> Option<()> {
        match word {
            "type" => {
                let names = says.as_array().map_or(std::slice::from_ref(says), Vec::as_slice);
                let mut kinds = 0;
                for name in names {
                    kinds |= match name.as_str()? {
                        "null" => bit(Kind::Null),
                        "boolean" => bit(Kind::Bool(true)),
                        "number" | "integer" => bit(Kind::Number),
                        "string" => bit(Kind::String(false)),
                        "array" => bit(Kind::Array),
                        "object" => bit(Kind::Object),
                        _ => return None,
                    };
                }
                node.kinds &= kinds;
                node.is_integer = names.iter().any(|name| name == "integer");
            }
            "enum" | "const" if node.words.is_none() => {
                let says = if word == "const" { std::slice::from_ref(says) } else { says.as_array()?.as_slice() };
                node.words = Some(says.iter().map(|word| word.as_str().map(Box::from)).collect::<Option<_>>()?);
                node.kinds &= bit(Kind::String(false));
            }
            "minimum" => node.minimum = Some(says.as_i64()?),
            "format" => {
                node.format = Some(match says.as_str()? {
                    "date" => Format::Date,
                    "date-time" => Format::DateTime,
                    _ => return None,
                });
            }
            "pattern" => node.pattern = Some(plain_pattern(says.as_str()?)?),
            "items" => node.items = Some(self.node(says, depth + 1)?),
            "minItems" => node.min_items = usize::try_from(says.as_u64()?).ok()?,
            "uniqueItems" => node.is_unique = says.as_bool()?,
            "additionalProperties" => node.is_closed = !says.as_bool()?,
            "properties" => {
                let required = words.get("required").and_then(Value::as_array);
                let is_required = |name: &str| required.is_some_and(|names| names.iter().any(|known| known == name));
                for (name, schema) in says.as_object()? {
                    let below = self.node(schema, depth + 1)?;
                    let (text, is_required) = (name.as_bytes(), is_required(name));
                    let property = Property { head: head(text), name: text.into(), is_required, node: below };
                    node.properties.push(property);
                }
            }
            "required" => {
                let names: Vec<&str> = says.as_array()?.iter().map(Value::as_str).collect::<Option<_>>()?;
                let properties = words.get("properties").and_then(Value::as_object);
                let mut known = names.clone();
                known.sort_unstable();
                known.dedup();
                if !known.iter().all(|name| properties.is_some_and(|properties| properties.contains_key(*name))) {
                    return None;
                }
                node.required = known.len();
            }
            "anyOf" => {
                node.any = says.as_array()?.iter().map(|option| self.node(option, depth + 1)).collect::<Option<_>>()?;
            }
            // Elsewhere it would change what references mean.
            "$id" if depth == 0 => {}
            _ if is_annotation(word) => {}
            _ => return None,
        }
        Some(())
    }
}

fn is_annotation(word: &str) -> bool {
    word.starts_with("x-") || ANNOTATIONS.contains(&word)
}

/// A pattern that every dialect of regular expressions reads alike: ASCII, classes, groups, counts.
fn plain_pattern(pattern: &str) -> Option<Pattern> {
    let mut before = None;
    let mut in_class = false;
    for c in pattern.chars() {
        let is_plain = match c {
            '[' => !std::mem::replace(&mut in_class, true),
            ']' => std::mem::replace(&mut in_class, false) && before != Some('['),
            '^' => before.is_none(),
            ',' => before != Some('{'),
            '-' => before != Some('-'),
            _ => c.is_ascii_alphanumeric() || "${}()|*+_ ".contains(c),
        };
        if !is_plain {
            return None;
        }
        before = Some(c);
    }
    Pattern::new(pattern, MAX_PATTERN_BYTES).ok()
}

struct Walk<'w> {
    nodes: &'w [Node],
    tape: &'w Tape<'w>,
    nulls: bool,
}

impl Walk<'_> {
    fn fits(&self, node: usize, value: NodeId) -> bool {
        let node = &self.nodes[node];
        let kind = self.tape.kind(value);
        if node.kinds & bit(kind) == 0 {
            return false;
        }
        let fits = match kind {
            Kind::Null | Kind::Bool(_) => true,
            Kind::Number => self.number(node, value),
            Kind::String(is_escaped) => self.string(node, value, is_escaped),
            Kind::Array => self.list(node, value),
            Kind::Object => self.object(node, value),
        };
        fits && (node.any.is_empty() || node.any.iter().any(|option| self.fits(*option, value)))
    }

    fn number(&self, node: &Node, value: NodeId) -> bool {
        let int = self.tape.int_literal(value);
        (!node.is_integer || int.is_some()) && node.minimum.is_none_or(|minimum| int.is_some_and(|int| int >= minimum))
    }

    fn string(&self, node: &Node, value: NodeId, is_escaped: bool) -> bool {
        if node.words.is_none() && node.format.is_none() && node.pattern.is_none() {
            return true;
        }
        let (start, end) = self.tape.inside(value);
        let text = &self.tape.text()[start..end];
        !is_escaped
            && node.words.as_ref().is_none_or(|words| words.iter().any(|word| **word == *text))
            && node.pattern.as_ref().is_none_or(|pattern| pattern.is_match(text))
            && match node.format {
                None => true,
                Some(Format::Date) => Day::parse(text).is_some(),
                Some(Format::DateTime) => is_moment(text),
            }
    }

    fn list(&self, node: &Node, list: NodeId) -> bool {
        let tape = self.tape;
        let mut count = 0;
        for element in tape.elements(list) {
            count += 1;
            if node.items.is_some_and(|items| !self.fits(items, element)) {
                return false;
            }
        }
        if count < node.min_items {
            return false;
        }
        if !node.is_unique || count < 2 {
            return true;
        }
        let elements: Vec<NodeId> = tape.elements(list).take(MAX_UNIQUE + 1).collect();
        let is_plain = |element: &NodeId| tape.kind(*element) == Kind::String(false);
        let is_new = |at: usize| elements[..at].iter().all(|before| tape.raw(*before) != tape.raw(elements[at]));
        count <= MAX_UNIQUE && elements.iter().all(is_plain) && (0..count).all(is_new)
    }

    fn object(&self, node: &Node, object: NodeId) -> bool {
        let tape = self.tape;
        let text = tape.text().as_bytes();
        // Members mostly come in the order of the schema.
        let mut expected = 0;
        let mut required = 0;
        for (key, value) in tape.members(object) {
            if !self.nulls && tape.kind(value) == Kind::Null {
                continue;
            }
            if tape.kind(key) != Kind::String(false) {
                return false;
            }
            let (start, end) = tape.inside(key);
            let (first, name) = (head_at(text, start, end), &text[start..end]);
            let is = |property: &&Property| property.head == first && *property.name == *name;
            let (before, from) = node.properties.split_at(expected.min(node.properties.len()));
            let found = match from.iter().position(|property| is(&property)) {
                Some(at) => Some(expected + at),
                None => before.iter().position(|property| is(&property)),
            };
            match found {
                Some(at) => {
                    let property = &node.properties[at];
                    if !self.fits(property.node, value) {
                        return false;
                    }
                    required += usize::from(property.is_required);
                    expected = at + 1;
                }
                None if node.is_closed => return false,
                None => {}
            }
        }
        required == node.required
    }
}

/// Whether `text` is a point of time as RFC 3339 writes it, in capital letters and without a leap second.
fn is_moment(text: &str) -> bool {
    let Some((day, rest)) = text.split_at_checked(10) else { return false };
    let two = |at: usize, below: u8| match rest.as_bytes().get(at..at + 2) {
        Some([a @ b'0'..=b'9', b @ b'0'..=b'9']) => (a - b'0') * 10 + (b - b'0') < below,
        _ => false,
    };
    let [b'T', _, _, b':', _, _, b':', _, _, after @ ..] = rest.as_bytes() else { return false };
    if !(Day::parse(day).is_some() && two(1, 24) && two(4, 60) && two(7, 60)) {
        return false;
    }
    let after = match after {
        [b'.', digit, ..] if digit.is_ascii_digit() => {
            let digits = after[1..].iter().take_while(|byte| byte.is_ascii_digit()).count();
            &after[1 + digits..]
        }
        other => other,
    };
    let at = rest.len() - after.len();
    match after {
        b"Z" => true,
        [b'+' | b'-', _, _, b':', _, _] => two(at + 1, 24) && two(at + 4, 60),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Shape, is_moment, plain_pattern};
    use crate::json::{self, NodeId, TapeJson, TapeView};

    /// What the quick look says of `document`, once it is seen that the whole of JSON Schema does not contradict.
    fn fits(schema: &serde_json::Value, document: &str) -> Option<bool> {
        let tape = json::read(document, usize::MAX).expect("a document");
        let validator = jsonschema::options_for::<TapeJson<true>>().should_validate_formats(true).build(schema);
        let valid = validator.expect("a schema").is_valid(TapeView::Value(&tape, NodeId::ROOT));
        let quick = Shape::read(schema)?.fits(&tape, true);
        assert!(valid || !quick, "{schema} {document}");
        Some(quick)
    }

    #[test]
    fn what_certainly_fits_is_seen() {
        let schema = json!({
            "type": "object",
            "properties": {
                "a": { "type": "integer", "minimum": 0 },
                "b": { "enum": ["x", "y"], "description": "a word" },
                "c": { "type": "array", "items": { "$ref": "#/$defs/day" }, "uniqueItems": true, "minItems": 1 },
                "d": { "type": "string", "format": "date-time" },
                "e": { "type": "string", "pattern": "^[A-Z]{2}$" },
                "f": { "anyOf": [{ "$ref": "#/$defs/day" }, { "const": "never" }] },
                "g": { "type": "number" },
                "h": { "type": ["null", "boolean"] },
            },
            "required": ["a"],
            "additionalProperties": false,
            "$defs": { "day": { "type": "string", "format": "date" } },
        });
        for (document, fitting) in [
            (r#"{"a": 1}"#, true),
            (r#"{"b": "y", "a": 0, "c": ["2026-11-22", "2024-02-29"], "f": "never", "g": 1.5, "h": null}"#, true),
            (r#"{"a": 1, "d": "2026-11-22T23:59:59.25+09:00", "e": "JP", "f": "2026-11-22"}"#, true),
            // Not so sure, though these fit.
            (r#"{"a": 1.0}"#, false),
            (r#"{"\u0061": 1}"#, false),
            (r#"{"a": 1, "d": "2026-11-22t00:00:00z"}"#, false),
            ("{}", false),
            (r#"{"a": -1}"#, false),
            (r#"{"a": "1"}"#, false),
            (r#"{"a": 1, "b": "z"}"#, false),
            (r#"{"a": 1, "c": []}"#, false),
            (r#"{"a": 1, "c": ["2026-11-22", "2026-11-22"]}"#, false),
            (r#"{"a": 1, "c": ["2026-02-29"]}"#, false),
            (r#"{"a": 1, "e": "ＪＰ"}"#, false),
            (r#"{"a": 1, "f": "soon"}"#, false),
            (r#"{"a": 1, "g": null}"#, false),
            (r#"{"a": 1, "h": "true"}"#, false),
            (r#"{"a": 1, "h": true}"#, true),
            (r#"{"a": 1, "i": 1}"#, false),
            ("[]", false),
        ] {
            assert_eq!(fits(&schema, document), Some(fitting), "{document}");
        }
    }

    #[test]
    fn what_is_not_known_is_left_to_others() {
        for schema in [
            json!({ "oneOf": [true] }),
            json!({ "properties": { "a": { "format": "email" } } }),
            json!({ "properties": { "a": { "$ref": "#" } } }),
            json!({ "required": ["a"] }),
            json!({ "items": { "pattern": "\\d" } }),
            json!({ "enum": [1] }),
        ] {
            assert_eq!(fits(&schema, "{}"), None, "{schema}");
        }
    }

    #[test]
    fn patterns_that_dialects_read_differently_are_not_taken() {
        for pattern in ["\\d", "a.c", "[^a]", "[]a]", "[[a]]", "a{,3}", "é", "(?i)a", "[a--b]"] {
            assert!(plain_pattern(pattern).is_none(), "{pattern}");
        }
        assert!(plain_pattern("^(srv|vm)-[0-9]{4}$").is_some_and(|pattern| pattern.is_match("vm-0123")));
    }

    #[test]
    fn a_moment_has_every_part() {
        for text in ["2026-11-22T00:00:00Z", "2024-02-29T23:59:59.123456789-23:59"] {
            assert!(is_moment(text), "{text}");
        }
        for text in [
            "2026-11-22",
            "2026-11-22T24:00:00Z",
            "2026-11-22T00:00:00",
            "2026-11-22T00:00:00.Z",
            "2026-11-22T00:00:00+9:00",
            "2026-11-22T00:00:60Z",
            "2026-11-22 00:00:00Z",
            "2026-11-22T00:00:00Zz",
            "2026年11月22日T00:00",
        ] {
            assert!(!is_moment(text), "{text}");
        }
    }
}
