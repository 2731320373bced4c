//! From JSON Schema to types.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::Value;

use super::{FactSchema, Field, Record, SchemaFault};
use crate::lang::Text;
use crate::pointer;
use crate::types::{EnumType, LinkType, RecordId, Type};

/// How deep `$ref`s and objects may nest.
const MAX_DEPTH: usize = 32;

pub(super) fn read(schema: &Value) -> Result<FactSchema, SchemaFault> {
    let mut reader = Reader { root: schema, records: Vec::new(), by_path: HashMap::new(), links: Vec::new() };
    match reader.ty(schema, "", "#", 0)? {
        Type::Record(RecordId(0)) => {}
        _ => {
            return Err(fault("#", "the schema of the facts must be an object with `properties`"));
        }
    }
    reader.resolve_links()?;
    Ok(FactSchema { records: reader.records, by_path: reader.by_path })
}

fn fault(pointer: &str, reason: impl Into<String>) -> SchemaFault {
    SchemaFault { pointer: pointer.to_string(), reason: reason.into() }
}

struct Reader<'s> {
    root: &'s Value,
    records: Vec<Record>,
    by_path: HashMap<String, RecordId>,
    /// Links met so far: record, field, list path, other word, pointer.
    links: Vec<(usize, String, String, Option<String>, String)>,
}

impl<'s> Reader<'s> {
    /// Follows local `$ref`s.
    fn resolve(&self, mut schema: &'s Value, pointer: &str) -> Result<&'s Value, SchemaFault> {
        for _ in 0..MAX_DEPTH {
            let Some(reference) = schema.get("$ref").and_then(Value::as_str) else {
                return Ok(schema);
            };
            let target = reference.strip_prefix('#').and_then(|local| self.root.pointer(local));
            schema = target.ok_or_else(|| fault(pointer, format!("`{reference}` is not a part of this schema")))?;
        }
        Err(fault(pointer, "the `$ref`s go round in a circle"))
    }

    /// The type of `schema`, which stands at `path` of the facts and `pointer` of the schema.
    fn ty(&mut self, schema: &'s Value, path: &str, pointer: &str, depth: usize) -> Result<Type, SchemaFault> {
        if depth > MAX_DEPTH {
            return Err(fault(pointer, "nested too deeply"));
        }
        let schema = self.resolve(schema, pointer)?;
        if let Some(words) = schema.get("enum").and_then(Value::as_array) {
            let words: Option<Vec<String>> = words.iter().map(|word| word.as_str().map(str::to_string)).collect();
            return Ok(words.map_or(Type::Dyn, |words| Type::Enum(Arc::new(EnumType { words }))));
        }
        for key in ["anyOf", "oneOf"] {
            if let Some(options) = schema.get(key).and_then(Value::as_array) {
                return self.union(options, path, pointer, depth);
            }
        }
        match schema.get("type").and_then(Value::as_str) {
            Some("boolean") => Ok(Type::Bool),
            Some("integer") => Ok(Type::Int),
            Some("number") => Ok(Type::Double),
            Some("string") if schema.get("format").and_then(Value::as_str) == Some("date") => Ok(Type::Date),
            Some("string") => Ok(Type::String),
            Some("array") => {
                let items = schema.get("items").ok_or_else(|| fault(pointer, "a list must say its `items`"))?;
                let element = self.ty(items, &format!("{path}[]"), &format!("{pointer}/items"), depth + 1)?;
                Ok(Type::list(element))
            }
            Some("object") => self.object(schema, path, pointer, depth),
            _ => Ok(Type::Dyn),
        }
    }

    /// A value or a word: *date or never*, link or word.
    fn union(&mut self, options: &'s [Value], path: &str, pointer: &str, depth: usize) -> Result<Type, SchemaFault> {
        let mut word = None;
        let mut base = None;
        for option in options {
            let option = self.resolve(option, pointer)?;
            match option.get("const").and_then(Value::as_str) {
                Some(constant) if word.is_none() => word = Some(constant.to_string()),
                _ if base.is_none() => base = Some(option),
                _ => return Ok(Type::Dyn),
            }
        }
        let (Some(base), Some(word)) = (base, word) else {
            return Ok(Type::Dyn);
        };
        if base.get("x-ref").is_some() {
            // Resolved later; the word is kept with the link.
            return Ok(Type::Link(Arc::new(LinkType {
                list: base.get("x-ref").and_then(Value::as_str).unwrap_or_default().to_string(),
                record: RecordId(0),
                word: Some(word),
            })));
        }
        Ok(match self.ty(base, path, pointer, depth + 1)? {
            Type::Date if word == "never" => Type::DateOrNever,
            _ => Type::Dyn,
        })
    }

    fn object(&mut self, schema: &'s Value, path: &str, pointer: &str, depth: usize) -> Result<Type, SchemaFault> {
        let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
            return match schema.get("additionalProperties").filter(|value| value.is_object()) {
                Some(values) => {
                    let value =
                        self.ty(values, &format!("{path}{{}}"), &format!("{pointer}/additionalProperties"), depth + 1)?;
                    Ok(Type::Map(Arc::new(Type::String), Arc::new(value)))
                }
                None => Ok(Type::Dyn),
            };
        };
        let id = RecordId(self.records.len() as u32);
        self.records.push(Record { path: path.to_string(), fields: Vec::new(), index: HashMap::new() });
        self.by_path.insert(path.to_string(), id);
        let required = schema.get("required").and_then(Value::as_array);
        let is_required =
            |name: &str| required.is_some_and(|names| names.iter().any(|known| known.as_str() == Some(name)));
        let mut fields = Vec::new();
        for (name, property) in properties {
            let below = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            let here = format!("{pointer}/properties/{}", pointer::escape(name));
            let resolved = self.resolve(property, &here)?;
            let ty = match resolved.get("x-ref").and_then(Value::as_str) {
                Some(list) => {
                    self.links.push((id.0 as usize, name.clone(), list.to_string(), None, here.clone()));
                    Type::String
                }
                None => {
                    let ty = self.ty(property, &below, &here, depth + 1)?;
                    if let Type::Link(link) = &ty {
                        self.links.push((
                            id.0 as usize,
                            name.clone(),
                            link.list.clone(),
                            link.word.clone(),
                            here.clone(),
                        ));
                    }
                    ty
                }
            };
            let flag =
                |key: &str| [property, resolved].iter().any(|s| s.get(key).and_then(Value::as_bool) == Some(true));
            let question = property.get("x-question").or_else(|| resolved.get("x-question"));
            let say = |lang: &str| question.and_then(|q| q.get(lang)).and_then(Value::as_str).map(str::to_string);
            fields.push(Field {
                name: name.clone(),
                ty,
                question: say("ja").zip(say("en")).map(|(ja, en)| Text { ja, en }),
                sensitive: flag("x-sensitive"),
                fixed: flag("x-fixed"),
                required: is_required(name),
            });
        }
        let record = &mut self.records[id.0 as usize];
        record.index = fields.iter().enumerate().map(|(at, field)| (field.name.clone(), at)).collect();
        record.fields = fields;
        Ok(Type::Record(id))
    }

    fn resolve_links(&mut self) -> Result<(), SchemaFault> {
        for (record, field, list, word, pointer) in std::mem::take(&mut self.links) {
            let path = list.strip_suffix(".id").unwrap_or(&list).to_string();
            let Some(target) = self.by_path.get(&path).copied().filter(|_| path.ends_with("[]")) else {
                return Err(fault(&pointer, format!("`x-ref` names `{list}`, which is no list of this schema")));
            };
            if !self.records[target.0 as usize].index.contains_key("id") {
                return Err(fault(&pointer, format!("the elements of `{path}` have no `id`")));
            }
            let link = Type::Link(Arc::new(LinkType { list: path, record: target, word }));
            let record = &mut self.records[record];
            let at = record.index[&field];
            record.fields[at].ty = link;
        }
        Ok(())
    }
}
