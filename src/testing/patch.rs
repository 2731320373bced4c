//! Facts that differ from the base: a path and a value, read as the vocabulary says.

use serde_json::{Map, Value, json};

use crate::diagnostic::Diagnostics;
use crate::lang::{Text, text};
use crate::pointer;
use crate::schema::FactSchema;
use crate::source::Span;
use crate::types::Type;
use crate::yaml::shape::{Shape, Written, wrong_kind};
use crate::yaml::{Key, Kind, Node};

/// Paths and the values they get; `null` takes the fact away.
#[derive(Clone, Debug, PartialEq)]
pub struct Patch(Vec<(Key, Node)>);

impl Shape for Patch {
    fn read(node: &Node, out: &mut Diagnostics) -> Option<Self> {
        match &node.kind {
            Kind::Mapping(entries) => Some(Patch(entries.clone())),
            _ => {
                out.push(wrong_kind(node, Text::new("事実の場所と値の組", "places of facts and their values")));
                None
            }
        }
    }

    fn schema(_: &mut Map<String, Value>) -> Value {
        json!({ "type": "object" })
    }
}

/// One step of a path: a key, and the id of an element below it.
type Step<'p> = (&'p str, Option<&'p str>);

fn steps(path: &str) -> Option<Vec<Step<'_>>> {
    let mut steps = Vec::new();
    let mut rest = path;
    while !rest.is_empty() {
        let end = rest.find(['.', '[']).unwrap_or(rest.len());
        let key = &rest[..end];
        rest = &rest[end..];
        let mut id = None;
        if let Some(inner) = rest.strip_prefix('[') {
            let close = inner.find(']')?;
            id = Some(&inner[..close]);
            rest = &inner[close + 1..];
        }
        rest = rest.strip_prefix('.').unwrap_or(rest);
        if key.is_empty() {
            return None;
        }
        steps.push((key, id));
    }
    (!steps.is_empty()).then_some(steps)
}

fn position(list: &Value, id: &str) -> Option<usize> {
    list.as_array()?.iter().position(|element| element.get("id").and_then(Value::as_str) == Some(id))
}

/// The pointer in `facts` of the place `path` names.
pub(super) fn pointer(path: &Written, facts: &Value) -> Result<String, Text> {
    let malformed = || text!("`{}` は事実の場所ではありません", "`{}` is not a place of the facts", path.text);
    let mut at = Some(facts);
    let mut pointer = String::new();
    for (key, id) in steps(&path.text).ok_or_else(malformed)? {
        pointer.push('/');
        pointer.push_str(&pointer::escape(key));
        at = at.and_then(|value| value.get(key));
        if let Some(id) = id {
            let index = at.and_then(|list| position(list, id)).ok_or_else(malformed)?;
            pointer.push_str(&format!("/{index}"));
            at = at.and_then(|list| list.get(index));
        }
    }
    Ok(pointer)
}

impl Patch {
    /// Changes `facts`; `Err` names the place that does not exist.
    pub fn apply(&self, schema: &FactSchema, facts: &mut Value) -> Result<(), (Span, Text)> {
        for (key, node) in &self.0 {
            let nowhere =
                || (key.span, text!("`{}` は事実の場所ではありません", "`{}` is not a place of the facts", key.text));
            let path = steps(&key.text).ok_or_else(nowhere)?;
            let pattern: Vec<String> =
                path.iter().map(|(key, id)| format!("{key}{}", if id.is_some() { "[]" } else { "" })).collect();
            let pattern = pattern.join(".");
            let ty = schema.field_at(&pattern).map(|field| field.ty.clone());
            let ty = ty.or_else(|| schema.record_at(&pattern).map(Type::Record)).ok_or_else(nowhere)?;
            let mut at = &mut *facts;
            let (last, before) = path.split_last().ok_or_else(nowhere)?;
            for (key, id) in before {
                at = at
                    .as_object_mut()
                    .ok_or_else(nowhere)?
                    .entry(*key)
                    .or_insert_with(|| if id.is_some() { json!([]) } else { json!({}) });
                if let Some(id) = id {
                    let index = position(at, id).ok_or_else(nowhere)?;
                    at = &mut at[index];
                }
            }
            let object = at.as_object_mut().ok_or_else(nowhere)?;
            let value = value(node, &ty, schema);
            match (last, value) {
                ((key, None), None) => {
                    object.remove(*key);
                }
                ((key, None), Some(value)) => {
                    object.insert((*key).to_string(), value);
                }
                ((key, Some(id)), value) => {
                    let list = object.get_mut(*key).ok_or_else(nowhere)?;
                    let index = position(list, id).ok_or_else(nowhere)?;
                    let list = list.as_array_mut().ok_or_else(nowhere)?;
                    match value {
                        Some(value) => list[index] = value,
                        None => {
                            list.remove(index);
                        }
                    }
                }
            }
        }
        Ok(())
    }
}

/// A YAML value as the JSON its place in the vocabulary asks for; `None` for `null`.
fn value(node: &Node, ty: &Type, schema: &FactSchema) -> Option<Value> {
    match &node.kind {
        Kind::Scalar(scalar) if scalar.plain && matches!(scalar.text.as_str(), "null" | "~" | "") => None,
        Kind::Scalar(scalar) => {
            let text = scalar.text.as_str();
            let read = match ty {
                Type::Bool => text.parse().ok().map(Value::Bool),
                Type::Int => text.parse::<i64>().ok().map(Value::from),
                Type::Double => text.parse::<f64>().ok().map(Value::from),
                _ => None,
            };
            Some(read.unwrap_or_else(|| Value::String(text.to_string())))
        }
        Kind::Sequence(items) => {
            let element = match ty {
                Type::List(element) => (**element).clone(),
                _ => Type::Dyn,
            };
            Some(Value::Array(items.iter().map(|item| value(item, &element, schema).unwrap_or(Value::Null)).collect()))
        }
        Kind::Mapping(entries) => {
            let record = match ty {
                Type::Record(record) => Some(schema.record(*record)),
                _ => None,
            };
            let members = entries.iter().filter_map(|(key, node)| {
                let field = record.and_then(|record| record.field(&key.text));
                let ty = field.map_or(Type::Dyn, |field| field.ty.clone());
                value(node, &ty, schema).map(|value| (key.text.clone(), value))
            });
            Some(Value::Object(members.collect()))
        }
    }
}
