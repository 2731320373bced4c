//! The types that the schema of the facts, CEL and the signatures of functions share.

use std::fmt;
use std::sync::Arc;

/// A record of the facts schema: an object with named fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RecordId(pub(crate) u32);

/// A fact that may be answered with one of a few words.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct EnumType {
    /// The words, in the order of the schema.
    pub words: Vec<String>,
}

/// A fact that names an element of a list by its `id`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LinkType {
    /// The list, for example `vendors[]`.
    pub list: String,
    /// The record of its elements.
    pub record: RecordId,
    /// The word that may stand instead of an id, for example `none`.
    pub word: Option<String>,
}

/// The type of an expression.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Type {
    /// Recovery: a diagnostic has been given already, nothing more is said about it.
    Error,
    /// Left open; an error in policy mode.
    Dyn,
    /// `null`
    Null,
    /// `bool`
    Bool,
    /// `int`
    Int,
    /// `uint`
    Uint,
    /// `double`
    Double,
    /// `string`
    String,
    /// `bytes`
    Bytes,
    /// A calendar day.
    Date,
    /// The answer `never`.
    Never,
    /// A calendar day, or the answer `never`.
    DateOrNever,
    /// A length of time, as of a recurring duty.
    Period,
    /// One of a few words.
    Enum(Arc<EnumType>),
    /// The id of an element of a list.
    Link(Arc<LinkType>),
    /// An object of the schema.
    Record(RecordId),
    /// A list.
    List(Arc<Type>),
    /// A map.
    Map(Arc<Type>, Arc<Type>),
}

impl Type {
    /// A list of `element`.
    pub fn list(element: Type) -> Type {
        Type::List(Arc::new(element))
    }

    /// Whether values of this type are strings when evaluated.
    pub fn is_string(&self) -> bool {
        matches!(self, Type::String | Type::Enum(_) | Type::Link(_))
    }

    /// Whether nothing more should be said about it.
    pub fn is_error(&self) -> bool {
        matches!(self, Type::Error)
    }

    /// Whether a value of type `self` can stand where `wanted` is asked for.
    pub fn fits(&self, wanted: &Type) -> bool {
        match (self, wanted) {
            (Type::Error | Type::Dyn, _) | (_, Type::Error | Type::Dyn) => true,
            (Type::Date | Type::Never, Type::DateOrNever) => true,
            (Type::Enum(_) | Type::Link(_), Type::String) => true,
            (Type::String, Type::Enum(_) | Type::Link(_)) => true,
            (Type::Link(have), Type::Link(want)) => have.list == want.list,
            (Type::List(have), Type::List(want)) => have.fits(want),
            (Type::Map(k1, v1), Type::Map(k2, v2)) => k1.fits(k2) && v1.fits(v2),
            (have, want) => have == want,
        }
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Type::Error | Type::Dyn => f.write_str("dyn"),
            Type::Null => f.write_str("null"),
            Type::Bool => f.write_str("bool"),
            Type::Int => f.write_str("int"),
            Type::Uint => f.write_str("uint"),
            Type::Double => f.write_str("double"),
            Type::String => f.write_str("string"),
            Type::Bytes => f.write_str("bytes"),
            Type::Date => f.write_str("date"),
            Type::Never => f.write_str("never"),
            Type::DateOrNever => f.write_str("date_or_never"),
            Type::Period => f.write_str("period"),
            Type::Enum(_) => f.write_str("enum"),
            Type::Link(link) => write!(f, "link to {}", link.list),
            Type::Record(_) => f.write_str("record"),
            Type::List(element) => write!(f, "list<{element}>"),
            Type::Map(key, value) => write!(f, "map<{key}, {value}>"),
        }
    }
}
