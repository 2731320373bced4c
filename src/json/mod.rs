//! JSON read once into a tape: kinds and byte offsets, strings decoded when somebody asks.
//!
//! This is the only module that reads JSON bytes. The reader keeps its own stack, so nesting costs
//! no recursion, and borrows the bytes, so reading allocates one vector.

mod reader;
mod view;

use std::borrow::Cow;
use std::collections::HashMap;

use crate::pointer;
pub use reader::{Fault, FaultKind, MAX_DEPTH, Wanted, characters, read, read_again};
pub use view::{TapeJson, TapeView, to_value};

/// A value on a [`Tape`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub(crate) u32);

impl NodeId {
    /// The whole document.
    pub const ROOT: NodeId = NodeId(0);
}

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number
    Number,
    /// A string; `true` if it contains escapes
    String(bool),
    /// An array
    Array,
    /// An object
    Object,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    kind: Kind,
    /// How a number is written, and what `bits` hold of it.
    number: NumberKind,
    start: u32,
    end: u32,
    /// The entry after this value and everything in it.
    next: u32,
    bits: u64,
}

/// How a number is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum NumberKind {
    /// As a whole number that an `i64` holds: its bits.
    Int,
    /// In another way: the bits of the double.
    Double,
}

/// One JSON document over borrowed bytes.
#[derive(Clone, Debug)]
pub struct Tape<'b> {
    text: &'b str,
    entries: Vec<Entry>,
}

impl<'b> Tape<'b> {
    /// The document `null`.
    pub fn empty() -> Tape<'static> {
        Tape {
            text: "null",
            entries: vec![Entry { kind: Kind::Null, number: NumberKind::Int, start: 0, end: 4, next: 1, bits: 0 }],
        }
    }

    /// The text it was read from.
    pub fn text(&self) -> &'b str {
        self.text
    }

    /// What the value `node` is.
    pub fn kind(&self, node: NodeId) -> Kind {
        self.entries[node.0 as usize].kind
    }

    /// The bytes of the value `node`.
    pub fn range(&self, node: NodeId) -> (usize, usize) {
        let entry = &self.entries[node.0 as usize];
        (entry.start as usize, entry.end as usize)
    }

    /// The value `node` as written.
    pub fn raw(&self, node: NodeId) -> &'b str {
        let (start, end) = self.range(node);
        &self.text[start..end]
    }

    /// The decoded string `node`; empty for anything else.
    pub fn string(&self, node: NodeId) -> Cow<'b, str> {
        let raw = self.raw(node);
        match self.kind(node) {
            Kind::String(false) => Cow::Borrowed(&raw[1..raw.len() - 1]),
            Kind::String(true) => Cow::Owned(reader::decode(&raw[1..raw.len() - 1])),
            _ => Cow::Borrowed(""),
        }
    }

    /// The elements of the array `node`.
    pub fn elements(&self, node: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        let entry = self.entries[node.0 as usize];
        let end = if entry.kind == Kind::Array { entry.next } else { 0 };
        let mut at = node.0 + 1;
        std::iter::from_fn(move || {
            (at < end).then(|| {
                let element = NodeId(at);
                at = self.entries[at as usize].next;
                element
            })
        })
    }

    /// The first entry inside the array or object `node`: its first element, or its first key.
    #[inline]
    pub fn first_element(&self, node: NodeId) -> Option<NodeId> {
        let entry = &self.entries[node.0 as usize];
        (entry.next > node.0 + 1).then_some(NodeId(node.0 + 1))
    }

    /// The entry that follows the element or member value `element` of `container`.
    #[inline]
    pub fn next_element(&self, container: NodeId, element: NodeId) -> Option<NodeId> {
        let next = self.entries[element.0 as usize].next;
        (next < self.entries[container.0 as usize].next).then_some(NodeId(next))
    }

    /// The members of the object `node`: key and value.
    pub fn members(&self, node: NodeId) -> impl Iterator<Item = (NodeId, NodeId)> + '_ {
        let entry = self.entries[node.0 as usize];
        let end = if entry.kind == Kind::Object { entry.next } else { 0 };
        let mut at = node.0 + 1;
        std::iter::from_fn(move || {
            (at < end).then(|| {
                let pair = (NodeId(at), NodeId(at + 1));
                at = self.entries[at as usize + 1].next;
                pair
            })
        })
    }

    /// The member `key` of the object `node`; `null` counts as absent.
    pub fn member(&self, node: NodeId, key: &str) -> Option<NodeId> {
        self.field(node, key).filter(|value| self.kind(*value) != Kind::Null)
    }

    /// The member `key` of the object `node`, `null` or not.
    pub fn field(&self, node: NodeId, key: &str) -> Option<NodeId> {
        self.members(node)
            .find(|(name, _)| match self.kind(*name) {
                Kind::String(false) => {
                    let raw = self.raw(*name);
                    &raw[1..raw.len() - 1] == key
                }
                _ => self.string(*name) == key,
            })
            .map(|(_, value)| value)
    }

    /// The number `node` as an integer, where it is written as one.
    #[inline]
    pub fn int_literal(&self, node: NodeId) -> Option<i64> {
        let entry = &self.entries[node.0 as usize];
        (entry.kind == Kind::Number && entry.number == NumberKind::Int).then_some(entry.bits as i64)
    }

    /// The number `node` as an integer; `1.0` is one.
    pub fn int(&self, node: NodeId) -> Option<i64> {
        // Exact below 2^53; beyond that only a plain integer literal is taken.
        let whole = |value: &f64| value.fract() == 0.0 && value.abs() < 9_007_199_254_740_992.0;
        self.int_literal(node).or_else(|| self.double(node).filter(whole).map(|value| value as i64))
    }

    /// The number `node` as a double.
    #[inline]
    pub fn double(&self, node: NodeId) -> Option<f64> {
        let entry = &self.entries[node.0 as usize];
        match (entry.kind, entry.number) {
            (Kind::Number, NumberKind::Double) => Some(f64::from_bits(entry.bits)),
            // A whole number is rounded as it is written, not twice.
            (Kind::Number, NumberKind::Int) => Some(entry.bits as i64 as f64),
            _ => None,
        }
    }

    /// The bytes inside the quotes of the string `node`.
    #[inline]
    pub fn inside(&self, node: NodeId) -> (usize, usize) {
        let entry = &self.entries[node.0 as usize];
        (entry.start as usize + 1, entry.end as usize - 1)
    }

    /// The bytes of the key `node`, where it is written without escapes.
    #[inline]
    pub fn plain_key(&self, node: NodeId) -> Option<&'b [u8]> {
        match self.kind(node) {
            Kind::String(false) => {
                let (start, end) = self.inside(node);
                Some(&self.text.as_bytes()[start..end])
            }
            _ => None,
        }
    }

    /// The RFC 6901 pointer of the value `node`.
    pub fn pointer(&self, node: NodeId) -> String {
        let mut out = String::new();
        let mut at = NodeId::ROOT;
        while at != node {
            let inside = |child: NodeId| child.0 <= node.0 && node.0 < self.entries[child.0 as usize].next;
            match self.kind(at) {
                Kind::Object => {
                    let Some((key, value)) = self.members(at).find(|(_, value)| inside(*value)) else {
                        return out;
                    };
                    out.push('/');
                    out.push_str(&pointer::escape(&self.string(key)));
                    at = value;
                }
                Kind::Array => {
                    let Some((index, value)) = self.elements(at).enumerate().find(|(_, value)| inside(*value)) else {
                        return out;
                    };
                    out.push_str(&format!("/{index}"));
                    at = value;
                }
                _ => return out,
            }
        }
        out
    }
}

/// Finds values by their pointers and pointers by their values; each array and object on the way is walked
/// through once.
pub struct Finder<'t, 'b> {
    tape: &'t Tape<'b>,
    /// The elements of arrays and the values of members, in order.
    inside: HashMap<NodeId, Vec<NodeId>>,
    /// The members of objects by their keys.
    members: HashMap<NodeId, HashMap<Cow<'b, str>, NodeId>>,
}

impl<'t, 'b> Finder<'t, 'b> {
    /// One for `tape`.
    pub fn of(tape: &'t Tape<'b>) -> Self {
        Finder { tape, inside: HashMap::new(), members: HashMap::new() }
    }

    fn inside(&mut self, node: NodeId) -> &[NodeId] {
        let tape = self.tape;
        self.inside.entry(node).or_insert_with(|| match tape.kind(node) {
            Kind::Object => tape.members(node).map(|(_, value)| value).collect(),
            _ => tape.elements(node).collect(),
        })
    }

    /// The RFC 6901 pointer of the value `node`.
    pub fn pointer(&mut self, node: NodeId) -> String {
        let mut out = String::new();
        let mut at = NodeId::ROOT;
        while at != node {
            let inside = self.inside(at);
            let index = inside.partition_point(|child| *child <= node);
            let Some(index) = index.checked_sub(1) else { return out };
            let child = inside[index];
            out.push('/');
            match self.tape.kind(at) {
                // A key stands before its value.
                Kind::Object => out.push_str(&pointer::escape(&self.tape.string(NodeId(child.0 - 1)))),
                _ => out.push_str(&index.to_string()),
            }
            at = child;
        }
        out
    }

    /// The value at the RFC 6901 pointer `pointer`, or the deepest one on the way to it.
    pub fn nearest(&mut self, pointer: &str) -> NodeId {
        let tape = self.tape;
        let mut at = NodeId::ROOT;
        for part in pointer.split('/').skip(1) {
            let part = part.replace("~1", "/").replace("~0", "~");
            let next = match tape.kind(at) {
                Kind::Object => {
                    let members = self.members.entry(at);
                    let members = members
                        .or_insert_with(|| tape.members(at).map(|(key, value)| (tape.string(key), value)).collect());
                    members.get(part.as_str()).copied()
                }
                Kind::Array => part.parse().ok().and_then(|index: usize| self.inside(at).get(index)).copied(),
                _ => None,
            };
            match next {
                Some(next) => at = next,
                None => break,
            }
        }
        at
    }
}
/// Every text in a value. Keys of maps are texts too.
pub fn texts_of_value(value: &mut serde_json::Value, look: &mut dyn FnMut(&mut String)) {
    match value {
        serde_json::Value::String(text) => look(text),
        serde_json::Value::Array(items) => items.iter_mut().for_each(|item| texts_of_value(item, look)),
        serde_json::Value::Object(members) => {
            for (mut key, mut member) in std::mem::take(members) {
                look(&mut key);
                texts_of_value(&mut member, look);
                members.insert(key, member);
            }
        }
        _ => {}
    }
}
