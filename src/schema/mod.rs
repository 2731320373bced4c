//! The JSON Schema of the facts, read as types: records, leaves, lists and links.

mod read;

use std::collections::HashMap;
use std::sync::Arc;

use serde::Serialize;

use crate::lang::Text;
use crate::pointer;
use crate::types::{RecordId, Type};

/// A word that may be answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Choice {
    /// The word, as facts have it.
    pub value: String,
    /// What it means, in the words of people.
    pub label: Text,
}

/// One property of a record.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// Its key.
    pub name: String,
    /// Its type.
    pub ty: Type,
    /// What is asked, where the schema says it (`x-question`).
    pub question: Option<Text>,
    /// What each word that may be answered means to people (`x-choices`), in the order of the words; none where the
    /// schema does not say.
    pub choices: Arc<[Choice]>,
    /// What else there is to know, units included (`description`).
    pub description: Option<String>,
    /// Never shown (`x-sensitive`).
    pub sensitive: bool,
    /// History, which no act of today can change (`x-fixed`).
    pub fixed: bool,
    /// Whether an object of the record cannot do without it.
    pub required: bool,
}

/// An object of the schema.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// Where it stands: empty for the whole document, `contracts[]`, `contracts[].selection`.
    pub path: String,
    /// Its properties, in the order of the schema.
    pub fields: Vec<Field>,
    index: HashMap<String, usize>,
}

impl Record {
    /// The property `name`.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.index.get(name).map(|at| &self.fields[*at])
    }

    /// The path of the property `name`.
    pub fn path_of(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_string() } else { format!("{}.{name}", self.path) }
    }
}

/// The vocabulary of the facts.
#[derive(Clone, Debug, PartialEq)]
pub struct FactSchema {
    records: Vec<Record>,
    by_path: HashMap<String, RecordId>,
}

/// Why a JSON Schema cannot be read as a vocabulary.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{pointer}: {reason}")]
pub struct SchemaFault {
    /// Where in the schema.
    pub pointer: String,
    /// What is wrong there.
    pub reason: String,
}

impl FactSchema {
    /// Reads a JSON Schema (2020-12; local `$ref` only).
    pub fn from_json(schema: &serde_json::Value) -> Result<Self, SchemaFault> {
        read::read(schema)
    }

    /// A vocabulary without facts.
    pub fn empty() -> Self {
        let root = Record { path: String::new(), fields: Vec::new(), index: HashMap::new() };
        FactSchema { records: vec![root], by_path: HashMap::new() }
    }

    /// The whole document.
    pub fn root(&self) -> RecordId {
        RecordId(0)
    }

    /// The record `id`.
    pub fn record(&self, id: RecordId) -> &Record {
        &self.records[id.0 as usize]
    }

    /// The record at `path`, as in `contracts[].selection`.
    pub fn record_at(&self, path: &str) -> Option<RecordId> {
        self.by_path.get(path).copied()
    }

    /// The property at `path`, as in `contracts[].selection.facilities_checked_on`.
    pub fn field_at(&self, path: &str) -> Option<&Field> {
        let (record, name) = path.rsplit_once('.').unwrap_or(("", path));
        self.record(self.record_at(record)?).field(name)
    }

    /// What stands at the RFC 6901 pointer `pointer`: its type, and the property it is or is an element of.
    pub fn at_pointer(&self, pointer: &str) -> Option<(Type, Option<&Field>)> {
        let mut ty = Type::Record(self.root());
        let mut field = None;
        for part in pointer::parts(pointer) {
            ty = match ty {
                Type::Record(record) => {
                    field = Some(self.record(record).field(&part)?);
                    field?.ty.clone()
                }
                Type::List(inner) | Type::Map(_, inner) => (*inner).clone(),
                _ => return None,
            };
        }
        Some((ty, field))
    }

    /// Every record.
    pub fn records(&self) -> impl Iterator<Item = (RecordId, &Record)> {
        self.records.iter().enumerate().map(|(index, record)| (RecordId(index as u32), record))
    }

    /// Every leaf: its path and its property. A leaf is a scalar or a whole list.
    pub fn leaves(&self) -> impl Iterator<Item = (String, &Field)> {
        self.records.iter().flat_map(|record| {
            record
                .fields
                .iter()
                .filter(|field| !matches!(field.ty, Type::Record(_)))
                .map(|field| (record.path_of(&field.name), field))
        })
    }
}
