//! From JSON Schema to types.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::Value;

use super::{Choice, FactSchema, Field, Record, SchemaFault};
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

/// The type of values that are written out.
fn written(values: &[Value]) -> Type {
    let words: Vec<String> = values.iter().filter_map(|value| value.as_str().map(str::to_string)).collect();
    let mut types = Vec::new();
    if !words.is_empty() {
        types.push(Type::Enum(Arc::new(EnumType { words })));
    }
    for value in values {
        types.push(match value {
            Value::String(_) | Value::Null => continue,
            Value::Bool(_) => Type::Bool,
            Value::Number(number) if number.is_i64() || number.is_u64() => Type::Int,
            Value::Number(_) => Type::Double,
            Value::Array(_) | Value::Object(_) => Type::Dyn,
        });
    }
    either(types)
}

/// The type of values of any of `types`; open where a value does not tell which it is.
fn either(types: Vec<Type>) -> Type {
    let mut words: Vec<String> = Vec::new();
    let mut others: Vec<Type> = Vec::new();
    for ty in types.iter().flat_map(Type::alternatives) {
        match ty {
            Type::Enum(answers) => {
                let new: Vec<String> = answers.words.iter().filter(|word| !words.contains(word)).cloned().collect();
                words.extend(new);
            }
            other if !others.contains(other) => others.push(other.clone()),
            _ => {}
        }
    }
    if others.contains(&Type::Double) {
        others.retain(|ty| *ty != Type::Int);
    }
    match (&others[..], &words[..]) {
        ([], []) => return Type::Dyn,
        ([only], []) => return only.clone(),
        ([Type::Date], [never]) if never == "never" => return Type::DateOrNever,
        _ => {}
    }
    let text = others.contains(&Type::String);
    if !words.is_empty() && !text {
        others.push(Type::Enum(Arc::new(EnumType { words })));
    }
    // Each of another kind of JSON: a boolean, a number, a string.
    let apart =
        others.iter().all(|ty| matches!(ty, Type::Bool | Type::Int | Type::Double | Type::String | Type::Enum(_)));
    if apart { Type::one_of(others) } else { Type::Dyn }
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
        if let Some(value) = schema.get("const") {
            return Ok(written(std::slice::from_ref(value)));
        }
        if let Some(values) = schema.get("enum").and_then(Value::as_array) {
            return Ok(written(values));
        }
        for key in ["anyOf", "oneOf"] {
            if let Some(options) = schema.get(key).and_then(Value::as_array) {
                return self.union(options, path, &format!("{pointer}/{key}"), depth);
            }
        }
        match schema.get("type") {
            Some(Value::String(name)) => self.named(name, schema, path, pointer, depth),
            Some(Value::Array(names)) => {
                let names = names.iter().filter_map(Value::as_str).filter(|name| *name != "null");
                let types: Result<Vec<Type>, SchemaFault> =
                    names.map(|name| self.named(name, schema, path, pointer, depth)).collect();
                Ok(either(types?))
            }
            _ => match schema.get("allOf").and_then(Value::as_array).map(Vec::as_slice) {
                Some([only]) => self.ty(only, path, &format!("{pointer}/allOf/0"), depth + 1),
                _ => Ok(Type::Dyn),
            },
        }
    }

    /// The type `name` of JSON Schema, as `schema` narrows it.
    fn named(
        &mut self,
        name: &str,
        schema: &'s Value,
        path: &str,
        pointer: &str,
        depth: usize,
    ) -> Result<Type, SchemaFault> {
        match name {
            "boolean" => Ok(Type::Bool),
            "integer" => Ok(Type::Int),
            "number" => Ok(Type::Double),
            "string" if schema.get("format").and_then(Value::as_str) == Some("date") => Ok(Type::Date),
            "string" => Ok(Type::String),
            "array" => {
                let items = schema.get("items").ok_or_else(|| fault(pointer, "a list must say its `items`"))?;
                let element = self.ty(items, &format!("{path}[]"), &format!("{pointer}/items"), depth + 1)?;
                Ok(Type::list(element))
            }
            "object" => self.object(&[schema], path, pointer, depth),
            _ => Ok(Type::Dyn),
        }
    }

    /// One of several: *date or never*, a link or a word, records with facts in common, or values that can be
    /// told apart.
    fn union(&mut self, options: &'s [Value], path: &str, pointer: &str, depth: usize) -> Result<Type, SchemaFault> {
        let resolved: Result<Vec<&'s Value>, SchemaFault> =
            options.iter().map(|option| self.resolve(option, pointer)).collect();
        // `null` is what is not answered.
        let is_null = |option: &Value| {
            option.get("type").and_then(Value::as_str) == Some("null")
                || option.get("const").is_some_and(Value::is_null)
        };
        let options: Vec<&'s Value> = resolved?.into_iter().filter(|option| !is_null(option)).collect();
        let word = |option: &Value| option.get("const").and_then(Value::as_str).map(str::to_string);
        if let [a, b] = options[..]
            && let Some((link, word)) = word(a).map(|word| (b, word)).or_else(|| word(b).map(|word| (a, word)))
            && let Some(list) = link.get("x-ref").and_then(Value::as_str)
        {
            // Resolved later; the word is kept with the link.
            let link = LinkType { list: list.to_string(), record: RecordId(0), word: Some(word) };
            return Ok(Type::Link(Arc::new(link)));
        }
        if options.len() > 1 && options.iter().all(|option| option.get("properties").is_some()) {
            return self.object(&options, path, pointer, depth);
        }
        let mut types = Vec::with_capacity(options.len());
        for (at, option) in options.into_iter().enumerate() {
            types.push(self.ty(option, path, &format!("{pointer}/{at}"), depth + 1)?);
        }
        Ok(either(types))
    }

    /// An object that fits one of `schemas`: a record of the facts that all of them have, or a map.
    fn object(&mut self, schemas: &[&'s Value], path: &str, pointer: &str, depth: usize) -> Result<Type, SchemaFault> {
        let Some((schema, others)) = schemas.split_first() else { return Ok(Type::Dyn) };
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
            let also: Vec<&'s Value> =
                others.iter().filter_map(|other| other.get("properties").and_then(|all| all.get(name))).collect();
            if also.len() < others.len() {
                continue;
            }
            let below = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            let here = format!("{pointer}/properties/{}", pointer::escape(name));
            let resolved = self.resolve(property, &here)?;
            let ty = match resolved.get("x-ref").and_then(Value::as_str) {
                Some(list) => {
                    self.links.push((id.0 as usize, name.clone(), list.to_string(), None, here.clone()));
                    Type::String
                }
                None => {
                    let mut ty = self.ty(property, &below, &here, depth + 1)?;
                    for other in also.into_iter().filter(|other| *other != property) {
                        ty = match self.scalar(other, &here, depth + 1)? {
                            Some(other) => either(vec![ty, other]),
                            None => Type::Dyn,
                        };
                    }
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
                question: say("ja").zip(say("en")).map(|(ja, en)| Text { ja, en }),
                choices: self.choices(property, resolved, &ty, &here)?,
                description: property
                    .get("description")
                    .or_else(|| resolved.get("description"))
                    .and_then(Value::as_str)
                    .map(str::to_string),
                sensitive: flag("x-sensitive"),
                fixed: flag("x-fixed"),
                required: is_required(name),
                ty,
            });
        }
        let record = &mut self.records[id.0 as usize];
        record.index = fields.iter().enumerate().map(|(at, field)| (field.name.clone(), at)).collect();
        record.fields = fields;
        Ok(Type::Record(id))
    }

    /// What the words of `property`, which leads to `resolved`, or of the elements of its list mean to people. Where it
    /// says so of one, it says so of all.
    fn choices(
        &self,
        property: &'s Value,
        resolved: &'s Value,
        ty: &Type,
        pointer: &str,
    ) -> Result<Arc<[Choice]>, SchemaFault> {
        let items = resolved.get("items").map(|items| self.resolve(items, pointer)).transpose()?;
        let said = [Some(property), Some(resolved), resolved.get("items"), items].into_iter().flatten();
        let Some(said) = said.filter_map(|schema| schema.get("x-choices")).find_map(Value::as_object) else {
            return Ok(Arc::new([]));
        };
        let words = ty.words();
        if let Some(unknown) = said.keys().find(|word| !words.contains(word)) {
            return Err(fault(pointer, format!("`x-choices` names `{unknown}`, which is no word of its `enum`")));
        }
        let choice = |word: &String| {
            let say = |lang: &str| said.get(word)?.get(lang)?.as_str().filter(|label| !label.is_empty());
            let label = say("ja").zip(say("en")).map(|(ja, en)| Text::new(ja, en));
            let label = label.ok_or_else(|| fault(pointer, format!("`x-choices` lacks `{word}` in `ja` and `en`")))?;
            Ok(Choice { value: word.clone(), label })
        };
        words.iter().map(choice).collect()
    }

    /// The type of `schema` where it is no list and no object.
    fn scalar(&mut self, schema: &'s Value, pointer: &str, depth: usize) -> Result<Option<Type>, SchemaFault> {
        let resolved = self.resolve(schema, pointer)?;
        if ["properties", "items", "additionalProperties", "x-ref", "anyOf", "oneOf", "allOf"]
            .iter()
            .any(|key| resolved.get(key).is_some())
        {
            return Ok(None);
        }
        self.ty(resolved, "", pointer, depth).map(Some)
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
