//! Random schemas, and random documents that fit a schema.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use crate::random::Random;

const WORDS: [&str; 8] = ["red", "green", "blue", "JP", "a b", "", "日本", "none"];
const DAYS: [&str; 6] = ["2026-11-22", "2024-02-29", "0001-01-01", "9999-12-31", "2026-03-31", "2025-04-01"];
const INTS: [i64; 8] = [0, 1, 2, 3, 10, 400, -1, i64::MAX];
const DOUBLES: [f64; 6] = [0.0, 1.0, 1.5, -2.5, 1e300, 0.1];

/// Makes documents that fit `schema`.
pub struct Documents<'s> {
    schema: &'s Value,
}

/// One document on the way.
struct Draft<'s, 'r> {
    schema: &'s Value,
    random: &'r mut Random,
    /// The share of optional members that are answered, in percent.
    answered: usize,
    /// The ids made so far, by list.
    ids: HashMap<String, Vec<String>>,
    next: usize,
}

impl<'s> Documents<'s> {
    pub fn new(schema: &'s Value) -> Self {
        Documents { schema }
    }

    /// A random document; links are filled in when all ids are known.
    pub fn make(&self, random: &mut Random) -> Value {
        loop {
            let answered = [30, 60, 85, 95, 100][random.below(5)];
            let mut draft = Draft { schema: self.schema, random, answered, ids: HashMap::new(), next: 0 };
            let mut document = draft.value(self.schema, "");
            if draft.link(self.schema, &mut document) {
                return document;
            }
        }
    }
}

/// `schema` behind its references.
fn resolved<'s>(root: &'s Value, mut schema: &'s Value) -> &'s Value {
    while let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
        schema = root.pointer(reference.trim_start_matches('#')).unwrap_or(&Value::Null);
    }
    schema
}

impl<'s> Draft<'s, '_> {
    fn value(&mut self, schema: &'s Value, path: &str) -> Value {
        let schema = resolved(self.schema, schema);
        if let Some(words) = schema.get("enum").and_then(Value::as_array) {
            return self.random.choose(words).clone();
        }
        if let Some(word) = schema.get("const") {
            return word.clone();
        }
        if let Some(options) = schema.get("anyOf").and_then(Value::as_array) {
            let option = self.random.choose(options);
            return self.value(option, path);
        }
        let random = &mut *self.random;
        match schema.get("type").and_then(Value::as_str) {
            Some("boolean") => json!(random.percent(50)),
            Some("integer") => {
                let least = schema.get("minimum").and_then(Value::as_i64).unwrap_or(i64::MIN);
                let ints: Vec<i64> = INTS.into_iter().filter(|int| *int >= least).collect();
                let int = *random.choose(&ints);
                if int < 1000 && random.percent(3) { json!(int as f64) } else { json!(int) }
            }
            Some("number") => {
                let least = schema.get("minimum").and_then(Value::as_f64).unwrap_or(f64::MIN);
                let numbers: Vec<f64> = DOUBLES.into_iter().filter(|number| *number >= least).collect();
                let number = *random.choose(&numbers);
                if number.fract() == 0.0 && number < 1e9 && random.percent(50) {
                    json!(number as i64)
                } else {
                    json!(number)
                }
            }
            Some("string") if schema.get("format").is_some() => json!(random.choose(&DAYS)),
            // Two letters, as the patterns here ask.
            Some("string") if schema.get("pattern").is_some() => json!(*random.choose(&["JP", "US", "DE"])),
            Some("string") => json!(*random.choose(&WORDS)),
            Some("array") => self.list(schema, path),
            Some("object") => self.object(schema, path),
            _ => Value::Null,
        }
    }

    fn list(&mut self, schema: &'s Value, path: &str) -> Value {
        let least = schema.get("minItems").and_then(Value::as_u64).unwrap_or(0) as usize;
        let items = schema.get("items").unwrap_or(&Value::Null);
        let path = format!("{path}[]");
        let count = least + self.random.below(4);
        let mut list: Vec<Value> = (0..count).map(|_| self.value(items, &path)).collect();
        if schema.get("uniqueItems") == Some(&json!(true)) {
            let mut seen: Vec<Value> = Vec::new();
            list.retain(|item| {
                let is_new = !seen.contains(item);
                seen.push(item.clone());
                is_new
            });
        }
        Value::Array(list)
    }

    fn object(&mut self, schema: &'s Value, path: &str) -> Value {
        let mut object = Map::new();
        let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
            let values = schema.get("additionalProperties").unwrap_or(&Value::Null);
            for key in &WORDS[..self.random.below(4)] {
                object.insert((*key).to_string(), self.value(values, path));
            }
            return Value::Object(object);
        };
        for (name, property) in properties {
            let below = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            if name == "id" && path.ends_with("[]") {
                self.next += 1;
                let id = format!("i{}", self.next);
                self.ids.entry(path.to_string()).or_default().push(id.clone());
                object.insert(name.clone(), json!(id));
            } else if is_required(schema, name) || self.random.percent(self.answered) {
                let value = self.value(property, &below);
                object.insert(name.clone(), value);
            } else if self.random.percent(5) {
                object.insert(name.clone(), Value::Null);
            }
        }
        Value::Object(object)
    }

    /// Puts ids where links stand; false if one that must be there has nothing to point to.
    fn link(&mut self, schema: &'s Value, value: &mut Value) -> bool {
        let schema = resolved(self.schema, schema);
        match value {
            Value::Array(list) => {
                let items = schema.get("items").unwrap_or(&Value::Null);
                list.iter_mut().all(|item| self.link(items, item))
            }
            Value::Object(object) => {
                let Some(properties) = schema.get("properties").and_then(Value::as_object) else { return true };
                for (name, property) in properties {
                    let property = resolved(self.schema, property);
                    let options = property.get("anyOf").and_then(Value::as_array);
                    let link = std::iter::once(property).chain(options.into_iter().flatten());
                    let target = link.filter_map(|schema| schema.get("x-ref")?.as_str()).next();
                    match (target, object.get_mut(name)) {
                        (_, None | Some(Value::Null)) => {}
                        (None, Some(value)) => {
                            if !self.link(property, value) {
                                return false;
                            }
                        }
                        (Some(target), Some(value)) => {
                            let word = options.and_then(|options| options.iter().find_map(|one| one.get("const")));
                            let ids = self.ids.get(target.trim_end_matches(".id"));
                            match (ids, word) {
                                (_, Some(word)) if *value == *word => {}
                                (Some(ids), _) => *value = json!(self.random.choose(ids)),
                                (None, Some(word)) => *value = word.clone(),
                                (None, None) if is_required(schema, name) => return false,
                                (None, None) => *value = Value::Null,
                            }
                        }
                    }
                }
                true
            }
            _ => true,
        }
    }
}

fn is_required(schema: &Value, name: &str) -> bool {
    let required = schema.get("required").and_then(Value::as_array);
    required.is_some_and(|names| names.iter().any(|required| required == name))
}

/// A random vocabulary.
pub fn schema(random: &mut Random) -> Value {
    let mut lists = Vec::new();
    let mut maker = Schemas { random, next: 0 };
    let mut properties = Map::new();
    // Lists that others can point to come first.
    for at in 0..maker.random.below(3) {
        let name = format!("list{at}");
        properties.insert(name.clone(), maker.records(&lists, 2));
        lists.push(name);
    }
    let Value::Object(rest) = maker.record(&lists, 2, false)["properties"].take() else { return json!({}) };
    properties.extend(rest);
    json!({ "type": "object", "properties": properties, "additionalProperties": false })
}

struct Schemas<'r> {
    random: &'r mut Random,
    next: usize,
}

impl Schemas<'_> {
    fn records(&mut self, lists: &[String], depth: usize) -> Value {
        json!({ "type": "array", "items": self.record(lists, depth, true) })
    }

    fn record(&mut self, lists: &[String], depth: usize, has_id: bool) -> Value {
        let mut properties = Map::new();
        if has_id {
            properties.insert("id".to_string(), json!({ "type": "string" }));
        }
        for _ in 0..2 + self.random.below(6) {
            self.next += 1;
            properties.insert(format!("f{}", self.next), self.property(lists, depth));
        }
        let mut schema = json!({ "type": "object", "properties": properties, "additionalProperties": false });
        if has_id {
            schema["required"] = json!(["id"]);
        }
        schema
    }

    fn scalar(&mut self) -> Value {
        let day = json!({ "type": "string", "format": "date" });
        match self.random.below(8) {
            0 | 1 => json!({ "type": "boolean" }),
            2 => json!({ "type": "integer" }),
            3 => json!({ "type": "number" }),
            4 => json!({ "type": "string" }),
            5 => json!({ "enum": ["red", "green", "blue"] }),
            6 => day,
            _ => json!({ "anyOf": [day, { "const": "never" }] }),
        }
    }

    fn property(&mut self, lists: &[String], depth: usize) -> Value {
        match self.random.below(10) {
            0 if depth > 0 => self.record(lists, depth - 1, false),
            1 if depth > 0 => self.records(lists, depth - 1),
            2 => json!({ "type": "array", "items": self.scalar() }),
            3 => json!({ "type": "object", "additionalProperties": self.scalar() }),
            4 if !lists.is_empty() => {
                let link = json!({ "type": "string", "x-ref": format!("{}[].id", self.random.choose(lists)) });
                if self.random.percent(50) { link } else { json!({ "anyOf": [link, { "const": "nobody" }] }) }
            }
            _ => self.scalar(),
        }
    }
}
