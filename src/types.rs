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
    /// A point of time.
    Timestamp,
    /// A length of time between two of them.
    Duration,
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
    /// One of a few types that a value can be told apart by; see [`Type::one_of`].
    Union(Arc<Vec<Type>>),
    /// A list.
    List(Arc<Type>),
    /// A map.
    Map(Arc<Type>, Arc<Type>),
    /// A type the language does not look into, such as `optional_type(int)` or one an embedder declares.
    Opaque(Arc<OpaqueType>),
    /// A type as a value: what `type(x)` yields.
    TypeOf(Arc<Type>),
    /// A parameter of a signature, such as the `A` of `list(A)`.
    Parameter(Arc<str>),
    /// A type that inference has still to find out.
    Open(u32),
}

/// A type the language does not look into.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct OpaqueType {
    /// Its name.
    pub name: Arc<str>,
    /// Its parameters.
    pub parameters: Vec<Type>,
}

/// The name of the type of optional values.
pub const OPTIONAL: &str = "optional_type";
/// The name of the type of IP addresses.
pub const IP: &str = "net.IP";
/// The name of the type of IP networks.
pub const CIDR: &str = "net.CIDR";

impl Type {
    /// A list of `element`.
    pub fn list(element: Type) -> Type {
        Type::List(Arc::new(element))
    }

    /// A value of any of `types`; of one that is in another, of the other alone.
    pub fn one_of(types: impl IntoIterator<Item = Type>) -> Type {
        let mut all: Vec<Type> = Vec::new();
        for ty in types {
            let parts = match ty {
                Type::Union(parts) => parts.to_vec(),
                other => vec![other],
            };
            for part in parts {
                if let Type::Dyn | Type::Error = part {
                    return part;
                }
                if !all.contains(&part) {
                    all.push(part);
                }
            }
        }
        match <[Type; 1]>::try_from(all) {
            Ok([only]) => only,
            Err(all) => Type::Union(Arc::new(all)),
        }
    }

    /// A value of this type, or `null`.
    pub fn nullable(self) -> Type {
        Type::one_of([self, Type::Null])
    }

    /// The types it may be: those of a union, or itself.
    pub fn alternatives(&self) -> &[Type] {
        match self {
            Type::Union(types) => types,
            other => std::slice::from_ref(other),
        }
    }

    /// Whether a value can be told apart from one of `other` by its type: a word is a string.
    pub fn is_like(&self, other: &Type) -> bool {
        self == other || (self.is_string() && other.is_string()) || self.is_made_like(other)
    }

    /// Whether it is a record, or holds some.
    pub fn holds_records(&self) -> bool {
        matches!(self, Type::Record(_)) || self.parts().into_iter().any(Type::holds_records)
    }

    /// The words that answer a fact of this type, or that an element of it may be where it is a list.
    pub fn words(&self) -> &[String] {
        match self {
            Type::Enum(answers) => &answers.words,
            Type::List(element) => match &**element {
                Type::Enum(answers) => &answers.words,
                _ => &[],
            },
            _ => &[],
        }
    }

    /// Whether values of this type are strings when evaluated.
    pub fn is_string(&self) -> bool {
        matches!(self, Type::String | Type::Enum(_) | Type::Link(_))
    }

    /// Whether its values are days, or may be.
    pub fn is_day(&self) -> bool {
        matches!(self, Type::Date | Type::DateOrNever)
    }

    /// Whether nothing more should be said about it.
    pub fn is_error(&self) -> bool {
        matches!(self, Type::Error)
    }

    /// The opaque type `name` of `parameters`.
    pub fn opaque(name: &str, parameters: Vec<Type>) -> Type {
        Type::Opaque(Arc::new(OpaqueType { name: name.into(), parameters }))
    }

    /// An optional `value`.
    pub fn optional(value: Type) -> Type {
        Type::opaque(OPTIONAL, vec![value])
    }

    /// The type of the value of an optional, where it is one.
    pub fn as_optional(&self) -> Option<&Type> {
        match self {
            Type::Opaque(opaque) if &*opaque.name == OPTIONAL => opaque.parameters.first(),
            _ => None,
        }
    }

    /// The types it is made of.
    pub fn parts(&self) -> Vec<&Type> {
        match self {
            Type::List(element) | Type::TypeOf(element) => vec![element],
            Type::Map(key, value) => vec![key, value],
            Type::Opaque(opaque) => opaque.parameters.iter().collect(),
            _ => Vec::new(),
        }
    }

    /// The same type with other parts.
    fn with_parts(&self, mut change: impl FnMut(&Type) -> Type) -> Type {
        match self {
            Type::List(element) => Type::list(change(element)),
            Type::TypeOf(ty) => Type::TypeOf(Arc::new(change(ty))),
            Type::Map(key, value) => Type::Map(Arc::new(change(key)), Arc::new(change(value))),
            Type::Opaque(opaque) => Type::opaque(&opaque.name, opaque.parameters.iter().map(change).collect()),
            other => other.clone(),
        }
    }

    /// Whether it is made like `other`, whatever the parts are.
    fn is_made_like(&self, other: &Type) -> bool {
        match (self, other) {
            (Type::List(_), Type::List(_)) | (Type::Map(..), Type::Map(..)) => true,
            (Type::TypeOf(_), Type::TypeOf(_)) => true,
            (Type::Opaque(a), Type::Opaque(b)) => a.name == b.name && a.parameters.len() == b.parameters.len(),
            _ => false,
        }
    }

    /// Reads a type as signatures write it: `int`, `list(A)`, `map(string, dyn)`, `optional_type(A)`,
    /// `union(int, string)`, `nullable(int)`. A name
    /// that is one capital letter is a parameter; an unknown name is an opaque type.
    pub fn parse(text: &str) -> Option<Type> {
        let (ty, rest) = read(text.trim(), 0)?;
        rest.is_empty().then_some(ty)
    }
}

/// How deep a written type may nest.
const MAX_NESTING: usize = 32;

/// The type at the beginning of `text`, and what follows.
fn read(text: &str, depth: usize) -> Option<(Type, &str)> {
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || "._".contains(c))).unwrap_or(text.len());
    let (name, mut rest) = (&text[..end], text[end..].trim_start());
    let mut parameters = Vec::new();
    if let Some(inside) = rest.strip_prefix('(') {
        rest = inside;
        loop {
            let (parameter, after) =
                read(rest.trim_start(), if depth < MAX_NESTING { depth + 1 } else { return None })?;
            parameters.push(parameter);
            if let Some(after) = after.strip_prefix(',') {
                rest = after;
                continue;
            }
            rest = after.strip_prefix(')')?.trim_start();
            break;
        }
    }
    let ty = match (name, &parameters[..]) {
        ("", _) => return None,
        ("list", [element]) => Type::list(element.clone()),
        ("list", []) => Type::list(Type::Dyn),
        ("map", [key, value]) => Type::Map(Arc::new(key.clone()), Arc::new(value.clone())),
        ("map", []) => Type::Map(Arc::new(Type::Dyn), Arc::new(Type::Dyn)),
        ("type", [ty]) => Type::TypeOf(Arc::new(ty.clone())),
        ("type", []) => Type::TypeOf(Arc::new(Type::Dyn)),
        ("union", types) if !types.is_empty() => Type::one_of(types.iter().cloned()),
        ("nullable", [ty]) => ty.clone().nullable(),
        (OPTIONAL, []) => Type::optional(Type::Dyn),
        (name, []) if name.len() == 1 && name.as_bytes()[0].is_ascii_uppercase() => Type::Parameter(name.into()),
        (name, []) => match SCALARS.iter().find(|(known, _)| *known == name) {
            Some((_, ty)) => ty.clone(),
            None => Type::opaque(name, parameters),
        },
        (name, _) => Type::opaque(name, parameters),
    };
    Some((ty, rest))
}

/// The types that are one word.
const SCALARS: &[(&str, Type)] = &[
    ("dyn", Type::Dyn),
    ("null_type", Type::Null),
    ("bool", Type::Bool),
    ("int", Type::Int),
    ("uint", Type::Uint),
    ("double", Type::Double),
    ("string", Type::String),
    ("bytes", Type::Bytes),
    ("timestamp", Type::Timestamp),
    ("google.protobuf.Timestamp", Type::Timestamp),
    ("duration", Type::Duration),
    ("google.protobuf.Duration", Type::Duration),
    ("date", Type::Date),
    ("date_or_never", Type::DateOrNever),
    ("never", Type::Never),
    ("period", Type::Period),
];

/// What inference has found out about open types, and the question whether one type can stand for another.
#[derive(Clone, Debug, Default)]
pub struct Substitution {
    found: Vec<Option<Type>>,
    /// What was known before, to go back to.
    before: Vec<(u32, Option<Type>)>,
}

impl Substitution {
    /// A type of which nothing is known yet.
    pub fn open(&mut self) -> Type {
        self.found.push(None);
        Type::Open(self.found.len() as u32 - 1)
    }

    /// What the open type `id` is, as far as that is known.
    fn look(&self, id: u32) -> Option<&Type> {
        self.found.get(id as usize)?.as_ref()
    }

    /// `ty` with each parameter of a signature replaced by an open type of its own.
    pub fn instantiate(&mut self, ty: &Type, known: &mut Vec<(Arc<str>, Type)>) -> Type {
        match ty {
            Type::Parameter(name) => {
                if let Some((_, open)) = known.iter().find(|(known, _)| known == name) {
                    return open.clone();
                }
                let open = self.open();
                known.push((name.clone(), open.clone()));
                open
            }
            other => other.with_parts(|part| self.instantiate(part, known)),
        }
    }

    /// `ty` with open types replaced by what they are known to be.
    pub fn resolve(&self, ty: &Type) -> Type {
        match ty {
            Type::Open(id) => match self.look(*id) {
                Some(found) => self.resolve(found),
                None => ty.clone(),
            },
            other => other.with_parts(|part| self.resolve(part)),
        }
    }

    /// The same, with what is still open left to the evaluation.
    pub fn settle(&self, ty: &Type) -> Type {
        match self.resolve(ty) {
            Type::Open(_) => Type::Dyn,
            other => other.with_parts(|part| self.settle(part)),
        }
    }

    /// Whether a value of type `have` can stand where `wanted` is asked for; what is open is narrowed by it.
    pub fn assign(&mut self, have: &Type, wanted: &Type) -> bool {
        if let Type::Open(id) = wanted {
            let (fits, is_known) = self.narrow(have, *id);
            if fits || is_known {
                return fits;
            }
        }
        if let Type::Open(id) = have {
            return self.narrow(wanted, *id).0;
        }
        match (have, wanted) {
            (Type::Error | Type::Dyn, _) | (_, Type::Error | Type::Dyn) => true,
            (Type::Union(types), wanted) => types.iter().all(|ty| self.assign(ty, wanted)),
            (have, Type::Union(types)) => types.iter().any(|ty| self.assign(have, ty)),
            // A null stands for anything that may be absent.
            (Type::Null, other) | (other, Type::Null) => {
                matches!(other, Type::Null | Type::Opaque(_) | Type::Timestamp | Type::Duration)
            }
            (Type::Date | Type::Never, Type::DateOrNever) => true,
            (Type::Enum(_) | Type::Link(_), Type::String) => true,
            (Type::String, Type::Enum(_) | Type::Link(_)) => true,
            (Type::Link(have), Type::Link(want)) => have.list == want.list,
            // Types are values that can be compared, whatever they are types of.
            (Type::TypeOf(_), Type::TypeOf(_)) => true,
            (have, wanted) if have.is_made_like(wanted) => {
                have.parts().into_iter().zip(wanted.parts()).all(|(have, wanted)| self.assign(have, wanted))
            }
            (have, wanted) => have == wanted,
        }
    }

    /// The same for several at once; nothing is narrowed where one does not fit.
    pub fn assign_all<'t>(&mut self, pairs: impl IntoIterator<Item = (&'t Type, &'t Type)>) -> bool {
        self.before.clear();
        let fits = pairs.into_iter().all(|(have, wanted)| self.assign(have, wanted));
        if !fits {
            for (id, known) in self.before.drain(..).rev() {
                self.found[id as usize] = known;
            }
        }
        fits
    }

    /// Whether the open type `id` can be `ty`, and whether something was known of it before.
    fn narrow(&mut self, ty: &Type, id: u32) -> (bool, bool) {
        if *ty == Type::Open(id) {
            return (true, true);
        }
        if let Some(known) = self.look(id).cloned() {
            if *ty == known {
                return (true, true);
            }
            if !self.assign(ty, &known) {
                return (false, true);
            }
            let general = most_general(ty, &known);
            if !self.occurs(id, &general) {
                self.find_out(id, general);
            }
            return (true, true);
        }
        if self.occurs(id, ty) {
            return (false, false);
        }
        self.find_out(id, ty.clone());
        (true, false)
    }

    fn find_out(&mut self, id: u32, ty: Type) {
        let known = self.found[id as usize].replace(ty);
        self.before.push((id, known));
    }

    /// Whether the open type `id` is a part of `ty`.
    fn occurs(&self, id: u32, ty: &Type) -> bool {
        match ty {
            Type::Open(other) => *other == id || self.look(*other).is_some_and(|found| self.occurs(id, found)),
            other => other.parts().into_iter().any(|part| self.occurs(id, part)),
        }
    }
}

/// The one of two types that leaves more open.
pub fn most_general(a: &Type, b: &Type) -> Type {
    if leaves_as_open(a, b) { a.clone() } else { b.clone() }
}

/// Whether the type, or a part of it, is left to the evaluation.
pub(crate) fn is_open(ty: &Type) -> bool {
    matches!(ty, Type::Dyn | Type::Open(_)) || ty.parts().into_iter().any(is_open)
}

/// Whether `a` leaves open at least what `b` does.
pub(crate) fn leaves_as_open(a: &Type, b: &Type) -> bool {
    match (a, b) {
        (Type::Dyn | Type::Open(_), _) | (_, Type::Null) => true,
        (_, Type::Dyn | Type::Open(_)) => false,
        (Type::Union(types), other) => other.alternatives().iter().all(|ty| types.contains(ty)),
        (a, b) if a.is_made_like(b) => a.parts().into_iter().zip(b.parts()).all(|(a, b)| leaves_as_open(a, b)),
        (a, b) => a == b,
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Type::Error | Type::Dyn => f.write_str("dyn"),
            Type::Null => f.write_str("null_type"),
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
            Type::Union(types) => {
                for (at, ty) in types.iter().enumerate() {
                    write!(f, "{}{ty}", if at == 0 { "union(" } else { "," })?;
                }
                f.write_str(")")
            }
            Type::Timestamp => f.write_str("timestamp"),
            Type::Duration => f.write_str("duration"),
            Type::List(element) => write!(f, "list({element})"),
            Type::Map(key, value) => write!(f, "map({key},{value})"),
            Type::TypeOf(ty) => write!(f, "type({ty})"),
            Type::Parameter(name) => f.write_str(name),
            Type::Open(_) => f.write_str("dyn"),
            Type::Opaque(opaque) => {
                f.write_str(&opaque.name)?;
                for (index, parameter) in opaque.parameters.iter().enumerate() {
                    write!(f, "{}{parameter}", if index == 0 { "(" } else { "," })?;
                }
                f.write_str(if opaque.parameters.is_empty() { "" } else { ")" })
            }
        }
    }
}
