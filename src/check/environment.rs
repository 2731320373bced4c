//! What plain CEL is checked against, where a policy has its vocabulary: variables, a container,
//! functions that are declared.

use super::definitions::DefinitionTable;
use crate::cel::Features;
use crate::schema::FactSchema;
use crate::stdlib::CustomFunctions;
use crate::types::Type;

/// A function that is declared with types alone.
#[derive(Clone, Debug, PartialEq)]
pub struct Declared {
    /// Its name.
    pub name: String,
    /// Whether it is called on its first argument.
    pub method: bool,
    /// Its arguments, the receiver first.
    pub arguments: Vec<Type>,
    /// What it yields.
    pub result: Type,
}

/// The names an expression of plain CEL may use.
#[derive(Clone, Debug)]
pub struct Environment {
    /// Names are looked for in this namespace first, then in those around it.
    pub container: String,
    /// The variables.
    pub variables: Vec<(String, Type)>,
    /// The variable that stands for the JSON document, by its place.
    pub document: Option<usize>,
    /// Functions that have types but no body.
    pub declared: Vec<Declared>,
    /// Functions an embedder added.
    pub functions: CustomFunctions,
    /// Whether types are checked before anything runs.
    pub checked: bool,
    /// What the parser reads beyond the language.
    pub features: Features,
    pub(super) schema: FactSchema,
    pub(super) definitions: DefinitionTable,
}

impl Default for Environment {
    fn default() -> Self {
        Environment {
            container: String::new(),
            variables: Vec::new(),
            document: None,
            declared: Vec::new(),
            functions: CustomFunctions::new(),
            checked: true,
            features: Features::default(),
            schema: FactSchema::empty(),
            definitions: DefinitionTable::default(),
        }
    }
}

/// The types that are values under a name of their own.
pub const TYPE_NAMES: &[(&str, &str)] = &[
    ("bool", "bool"),
    ("int", "int"),
    ("uint", "uint"),
    ("double", "double"),
    ("string", "string"),
    ("bytes", "bytes"),
    ("null_type", "null_type"),
    ("list", "list"),
    ("map", "map"),
    ("type", "type"),
    ("google.protobuf.Timestamp", "google.protobuf.Timestamp"),
    ("google.protobuf.Duration", "google.protobuf.Duration"),
    ("optional_type", "optional_type"),
    ("net.IP", "net.IP"),
    ("net.CIDR", "net.CIDR"),
];

/// What a name stands for.
#[derive(Clone, Debug, PartialEq)]
pub enum Named {
    /// A variable, by its place.
    Variable(usize, Type),
    /// A type, by its place in [`TYPE_NAMES`].
    Type(usize),
}

impl Environment {
    /// The names `name` may stand for, innermost namespace first; a leading dot means none at all.
    pub(super) fn candidates<'n>(&'n self, name: &'n str) -> impl Iterator<Item = String> + 'n {
        let (absolute, name) = match name.strip_prefix('.') {
            Some(rest) => (true, rest),
            None => (false, name),
        };
        let mut around = Some(&*self.container).filter(|_| !absolute);
        std::iter::from_fn(move || {
            let container = around.filter(|container| !container.is_empty())?;
            around = Some(container.rsplit_once('.').map_or("", |(outer, _)| outer));
            Some(format!("{container}.{name}"))
        })
        .chain(std::iter::once(name.to_string()))
    }

    /// What `name` stands for.
    pub fn find(&self, name: &str) -> Option<Named> {
        self.candidates(name).find_map(|name| {
            let variable = self.variables.iter().position(|(known, _)| *known == name);
            if let Some(at) = variable {
                let ty = if self.checked { self.variables[at].1.clone() } else { Type::Dyn };
                return Some(Named::Variable(at, ty));
            }
            TYPE_NAMES.iter().position(|(known, _)| *known == name).map(Named::Type)
        })
    }
}
