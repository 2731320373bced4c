//! Facts that differ from the base: a path and a value, read as the vocabulary says.

use serde_json::{Map, Value, json};

use crate::diagnostic::{Code, Diagnostic, Diagnostics, did_you_mean};
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

/// What is wrong with `path`, and what was probably meant.
fn nowhere(path: &str, span: Span, schema: &FactSchema, facts: &Value) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::InvalidCase,
        span,
        text!("`{}` は事実の場所ではありません", "`{}` is not a place of the facts", path),
    );
    let Some(steps) = steps(path) else {
        return diagnostic.help(Text::new(
            "`contracts[payroll].started_on` のように、点で区切り、一覧の要素はIDを括弧に入れて書きます",
            "write names with dots between them, and the id of an element in brackets, as in \
             `contracts[payroll].started_on`",
        ));
    };
    let (mut pattern, mut at) = (String::new(), Some(facts));
    for (key, id) in steps {
        let record = schema.record_at(&pattern).map(|record| schema.record(record));
        let separator = if pattern.is_empty() { "" } else { "." };
        if let Some(record) = record.filter(|record| record.field(key).is_none()) {
            let names = record.fields.iter().map(|field| field.name.as_str());
            return diagnostic.help(match did_you_mean(key, names) {
                Some(near) => text!("`{}` のことですか", "did you mean `{}`?", near),
                None => text!(
                    "`{}` に `{1}` はありません。`jobun list facts` が事実の一覧を示します",
                    "`{}` has no `{1}`; `jobun list facts` lists the facts",
                    if pattern.is_empty() { "facts" } else { &pattern },
                    key
                ),
            });
        }
        pattern.push_str(&format!("{separator}{key}"));
        at = at.and_then(|value| value.get(key));
        if let Some(id) = id {
            pattern.push_str("[]");
            let index = at.and_then(|list| position(list, id));
            if index.is_none() {
                let known = at.and_then(Value::as_array).into_iter().flatten();
                let ids: Vec<&str> = known.filter_map(|element| element.get("id")?.as_str()).collect();
                return diagnostic.help(match did_you_mean(id, ids.iter().copied()) {
                    Some(near) => text!("`{}` のことですか", "did you mean `{}`?", near),
                    None => text!(
                        "事例の事実の `{}` に ID `{1}` の要素はありません",
                        "in the facts of the case no element of `{}` has the id `{1}`",
                        pattern.trim_end_matches("[]"),
                        id
                    ),
                });
            }
            at = index.and_then(|index| at?.get(index));
        }
    }
    diagnostic.help(Text::new(
        "語彙にある場所を書いてください。`jobun list facts` が一覧を示します",
        "name a place of the vocabulary; `jobun list facts` lists them",
    ))
}

/// The pointer in `facts` of the place `path` names.
pub(super) fn pointer(path: &Written, schema: &FactSchema, facts: &Value) -> Result<String, Box<Diagnostic>> {
    let malformed = || Box::new(nowhere(&path.text, path.span, schema, facts));
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
    /// Changes `facts`; `Err` tells of the place that does not exist.
    pub fn apply(&self, schema: &FactSchema, facts: &mut Value) -> Result<(), Box<Diagnostic>> {
        for (key, node) in &self.0 {
            if put(key, node, schema, facts).is_none() {
                return Err(Box::new(nowhere(&key.text, key.span, schema, facts)));
            }
        }
        Ok(())
    }
}

/// Puts `node` where `key` says; nothing where there is no such place.
fn put(key: &Key, node: &Node, schema: &FactSchema, facts: &mut Value) -> Option<()> {
    let path = steps(&key.text)?;
    let pattern: Vec<String> =
        path.iter().map(|(key, id)| format!("{key}{}", if id.is_some() { "[]" } else { "" })).collect();
    let pattern = pattern.join(".");
    let ty = schema.field_at(&pattern).map(|field| field.ty.clone());
    let ty = ty.or_else(|| schema.record_at(&pattern).map(Type::Record))?;
    let mut at = &mut *facts;
    let (last, before) = path.split_last()?;
    for (key, id) in before {
        at = at.as_object_mut()?.entry(*key).or_insert_with(|| if id.is_some() { json!([]) } else { json!({}) });
        if let Some(id) = id {
            let index = position(at, id)?;
            at = &mut at[index];
        }
    }
    let object = at.as_object_mut()?;
    let value = value(node, &ty, schema);
    match (last, value) {
        ((key, None), None) => {
            object.remove(*key);
        }
        ((key, None), Some(value)) => {
            object.insert((*key).to_string(), value);
        }
        ((key, Some(id)), value) => {
            let list = object.get_mut(*key)?;
            let index = position(list, id)?;
            let list = list.as_array_mut()?;
            match value {
                Some(value) => list[index] = value,
                None => {
                    list.remove(index);
                }
            }
        }
    }
    Some(())
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
