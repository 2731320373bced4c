//! The tape as `jsonschema` sees it, so that facts are validated where they stand.
//!
//! In facts a member that is `null` is unanswered, which is the same as absent; their view leaves it out. In a
//! document of plain CEL it is a value.

use std::borrow::Cow;

use jsonschema::JsonType;
use jsonschema::json::{Array, Json, JsonNumber, Node, NodeIdentity, Object};
use serde_json::{Number, Value};

use super::{Kind, NodeId, Tape};

/// The representation: nodes of a [`Tape`]; without `NULLS`, members that are `null` are not there.
pub struct TapeJson<const NULLS: bool>;

/// A node of a tape, or a property name standing for one.
#[derive(Clone, Copy)]
pub enum TapeView<'a, const NULLS: bool> {
    /// A value of the document.
    Value(&'a Tape<'a>, NodeId),
    /// A property name.
    Name(&'a str),
}

/// An object or array of a tape.
#[derive(Clone, Copy)]
pub struct Container<'a, const NULLS: bool>(&'a Tape<'a>, NodeId);

/// A number as written.
pub struct Written<'a>(&'a str);

impl<const NULLS: bool> Json for TapeJson<NULLS> {
    type Node<'a> = TapeView<'a, NULLS>;
    type PreparedKey = String;
    type StringBuffer = ();
    const KEYS_PER_LOOKUP: usize = 2;
    const ACYCLIC: bool = true;

    fn prepare_key(key: &str) -> String {
        key.to_owned()
    }

    fn with_string_node<T>((): &mut (), string: &str, f: impl FnOnce(TapeView<'_, NULLS>) -> T) -> T {
        f(TapeView::Name(string))
    }
}

impl JsonNumber for Written<'_> {
    fn as_u64(&self) -> Option<u64> {
        self.0.parse().ok()
    }

    fn as_i64(&self) -> Option<i64> {
        self.0.parse().ok()
    }

    fn as_f64(&self) -> Option<f64> {
        self.0.parse().ok()
    }

    fn as_str(&self) -> Cow<'_, str> {
        Cow::Borrowed(self.0)
    }

    fn to_number(&self) -> Cow<'_, Number> {
        // A negative zero is a double, as for `serde_json`.
        let int = self.as_i64().filter(|int| *int != 0 || !self.0.starts_with('-'));
        let number = int.map(Number::from).or_else(|| self.as_u64().map(Number::from));
        Cow::Owned(number.or_else(|| self.as_f64().and_then(Number::from_f64)).unwrap_or_else(|| Number::from(0)))
    }
}

impl<const NULLS: bool> TapeView<'_, NULLS> {
    fn kind(&self) -> Kind {
        match self {
            TapeView::Value(tape, node) => tape.kind(*node),
            TapeView::Name(_) => Kind::String(false),
        }
    }
}

impl<'a, const NULLS: bool> Node<'a, TapeJson<NULLS>> for TapeView<'a, NULLS> {
    type Object = Container<'a, NULLS>;
    type Array = Container<'a, NULLS>;
    type Number = Written<'a>;

    fn as_object(&self) -> Option<Container<'a, NULLS>> {
        match *self {
            TapeView::Value(tape, node) if tape.kind(node) == Kind::Object => Some(Container(tape, node)),
            _ => None,
        }
    }

    fn as_array(&self) -> Option<Container<'a, NULLS>> {
        match *self {
            TapeView::Value(tape, node) if tape.kind(node) == Kind::Array => Some(Container(tape, node)),
            _ => None,
        }
    }

    fn as_string(&self) -> Option<Cow<'a, str>> {
        match *self {
            TapeView::Value(tape, node) => matches!(tape.kind(node), Kind::String(_)).then(|| tape.string(node)),
            TapeView::Name(name) => Some(Cow::Borrowed(name)),
        }
    }

    fn as_number(&self) -> Option<Written<'a>> {
        match *self {
            TapeView::Value(tape, node) if tape.kind(node) == Kind::Number => Some(Written(tape.raw(node))),
            _ => None,
        }
    }

    fn as_boolean(&self) -> Option<bool> {
        match self.kind() {
            Kind::Bool(value) => Some(value),
            _ => None,
        }
    }

    fn is_null(&self) -> bool {
        self.kind() == Kind::Null
    }

    fn json_type(&self) -> JsonType {
        match self.kind() {
            Kind::Null => JsonType::Null,
            Kind::Bool(_) => JsonType::Boolean,
            Kind::Number => JsonType::Number,
            Kind::String(_) => JsonType::String,
            Kind::Array => JsonType::Array,
            Kind::Object => JsonType::Object,
        }
    }

    fn equals_value(&self, expected: &Value) -> bool {
        match (self.as_string(), expected) {
            (Some(text), Value::String(expected)) => text == *expected,
            (Some(_), _) | (None, Value::String(_)) => false,
            _ => jsonschema::json::cmp::equal(&self.to_value(), expected),
        }
    }

    fn to_value(&self) -> Cow<'a, Value> {
        Cow::Owned(match *self {
            TapeView::Name(name) => Value::String(name.to_owned()),
            TapeView::Value(tape, node) => to_value(tape, node),
        })
    }

    fn identity(&self) -> Option<NodeIdentity> {
        match self {
            TapeView::Value(tape, node) => Some(NodeIdentity::tagged(std::ptr::from_ref(*tape) as usize, node.0)),
            TapeView::Name(_) => None,
        }
    }
}

/// The value `node` as `serde_json` holds it; nesting is bounded by the reader.
pub fn to_value(tape: &Tape<'_>, node: NodeId) -> Value {
    match tape.kind(node) {
        Kind::Null => Value::Null,
        Kind::Bool(value) => Value::Bool(value),
        Kind::Number => Value::Number(Written(tape.raw(node)).to_number().into_owned()),
        Kind::String(_) => Value::String(tape.string(node).into_owned()),
        Kind::Array => Value::Array(tape.elements(node).map(|element| to_value(tape, element)).collect()),
        Kind::Object => Value::Object(
            tape.members(node).map(|(key, value)| (tape.string(key).into_owned(), to_value(tape, value))).collect(),
        ),
    }
}

impl<'a, const NULLS: bool> Container<'a, NULLS> {
    /// The members that are there.
    fn present(self) -> impl Iterator<Item = (NodeId, NodeId)> + 'a {
        let Container(tape, node) = self;
        tape.members(node).filter(move |(_, value)| NULLS || tape.kind(*value) != Kind::Null)
    }
}

impl<'a, const NULLS: bool> Object<'a, TapeJson<NULLS>> for Container<'a, NULLS> {
    type Node = TapeView<'a, NULLS>;
    type MemberName = Cow<'a, str>;
    type MembersIter = Box<dyn Iterator<Item = (Cow<'a, str>, Self::Node)> + 'a>;

    fn len(&self) -> usize {
        self.present().count()
    }

    fn get(&self, key: &String) -> Option<Self::Node> {
        let Container(tape, node) = *self;
        let value = if NULLS { tape.field(node, key) } else { tape.member(node, key) };
        value.map(|value| TapeView::Value(tape, value))
    }

    fn members(&self) -> Self::MembersIter {
        let Container(tape, _) = *self;
        Box::new(self.present().map(move |(key, value)| (tape.string(key), TapeView::Value(tape, value))))
    }
}

impl<'a, const NULLS: bool> Array<'a, TapeJson<NULLS>> for Container<'a, NULLS> {
    type Node = TapeView<'a, NULLS>;
    type ElementsIter = Box<dyn Iterator<Item = Self::Node> + 'a>;

    fn len(&self) -> usize {
        let Container(tape, node) = *self;
        tape.elements(node).count()
    }

    fn elements(&self) -> Self::ElementsIter {
        let Container(tape, node) = *self;
        Box::new(tape.elements(node).map(move |element| TapeView::Value(tape, element)))
    }
}
