//! Values worth trying for a fact.

use std::collections::{BTreeSet, HashMap, HashSet};

use serde_json::{Map, Number, Value, json};

use super::reads::{Distance, Reads};
use crate::schema::FactSchema;
use crate::types::{RecordId, Type};
use crate::value::Day;

/// The most values tried for one fact.
const MAX_VALUES: usize = 64;
/// The most days, numbers and texts of the document that are worth a try near them.
const MAX_ANCHORS: usize = 12;
/// The longest list that is made up.
const MAX_ELEMENTS: i64 = 5;
/// How deep made-up records are filled in.
const MAX_DEPTH: usize = 8;

/// What the answers of a document and a rule are compared with.
pub struct Values<'v> {
    schema: &'v FactSchema,
    reads: &'v Reads,
    as_of: Day,
    anchors: Anchors,
    linked: &'v Linked,
}

/// The ids that links of a document name, by the list they lead into: no answer may leave one of them out.
#[derive(Debug, Default)]
pub struct Linked(HashMap<String, BTreeSet<String>>);

impl Linked {
    /// The links of the whole document `facts`.
    pub fn of(schema: &FactSchema, facts: &Value) -> Self {
        let mut linked = Linked::default();
        let mut open = vec![(Type::Record(schema.root()), facts)];
        while let Some((ty, value)) = open.pop() {
            match (&ty, value) {
                (Type::Record(record), Value::Object(members)) => {
                    let record = schema.record(*record);
                    let fields = members.iter().filter_map(|(key, value)| Some((record.field(key)?.ty.clone(), value)));
                    open.extend(fields);
                }
                (Type::List(element), Value::Array(elements)) => {
                    open.extend(elements.iter().map(|value| ((**element).clone(), value)));
                }
                (Type::Link(link), Value::String(id)) if link.word.as_ref() != Some(id) => {
                    linked.0.entry(link.list.clone()).or_default().insert(id.clone());
                }
                _ => {}
            }
        }
        linked
    }
}

/// Answers of the document itself.
#[derive(Default)]
struct Anchors {
    days: Vec<Day>,
    ints: Vec<i64>,
    doubles: Vec<f64>,
    texts: Vec<String>,
}

/// Values in the order they are tried, each once.
#[derive(Default)]
struct Tried {
    values: Vec<Value>,
    known: HashSet<String>,
}

impl Tried {
    fn add(&mut self, value: impl Into<Value>) {
        let value = value.into();
        if self.values.len() < MAX_VALUES && self.known.insert(value.to_string()) {
            self.values.push(value);
        }
    }
}

impl<'v> Values<'v> {
    /// Values for the facts that `reads` describes, near the answers `facts`.
    pub fn new(schema: &'v FactSchema, reads: &'v Reads, facts: &Value, linked: &'v Linked, as_of: Day) -> Self {
        let mut anchors = Anchors::default();
        anchors.collect(schema, &Type::Record(schema.root()), facts, 0);
        Values { schema, reads, as_of, anchors, linked }
    }

    /// Values for the fact at `pointer` of `facts`, those that come to mind first first.
    pub fn at(&self, pointer: &str, facts: &Value) -> Vec<Value> {
        match self.schema.at_pointer(pointer) {
            Some((ty, _)) => Maker { values: self, facts }.of(&ty, facts.pointer(pointer), 0),
            None => Vec::new(),
        }
    }

    /// Days at which a comparison may turn: the day of the evaluation, the days the rule names and those of
    /// the facts, and what lies a period of the rule before or after them.
    fn days(&self) -> Vec<Day> {
        let near = |day: Day| [Some(day), day.plus_days(1), day.plus_days(-1)].into_iter().flatten();
        let far = |day: Day| {
            self.reads.distances.iter().flat_map(move |distance| {
                let moved = |sign: i64| match *distance {
                    Distance::Days(days) => day.plus_days(sign.saturating_mul(days)),
                    Distance::Months(months) => day.plus_months(sign.saturating_mul(months)),
                };
                [moved(-1), moved(1)].into_iter().flatten()
            })
        };
        let own: Vec<Day> = self.reads.days.iter().chain(&self.anchors.days).copied().collect();
        let mut days: Vec<Day> = near(self.as_of).collect();
        days.extend(far(self.as_of).flat_map(near));
        days.extend(own.iter().copied().flat_map(near));
        days.extend(own.iter().copied().flat_map(far).flat_map(near));
        // Fiscal years end on 31 March.
        let (year, ..) = self.as_of.ymd();
        let ends = [0, -1, -2, 1].into_iter().filter_map(|more| Day::new(year + more, 3, 31));
        days.extend(ends.flat_map(near));
        days
    }
}

/// Makes values that fit a document.
struct Maker<'m> {
    values: &'m Values<'m>,
    facts: &'m Value,
}

impl Maker<'_> {
    fn of(&self, ty: &Type, current: Option<&Value>, depth: usize) -> Vec<Value> {
        let Values { reads, anchors, as_of, .. } = self.values;
        let mut tried = Tried::default();
        match ty {
            Type::Bool => [true, false].into_iter().for_each(|value| tried.add(value)),
            Type::Enum(words) => words.words.iter().for_each(|word| tried.add(word.as_str())),
            Type::Link(link) => {
                self.ids(&link.list).into_iter().for_each(|id| tried.add(id));
                link.word.iter().for_each(|word| tried.add(word.as_str()));
            }
            Type::Int => {
                tried.add(0);
                tried.add(1);
                for value in reads.ints.iter().chain(&anchors.ints) {
                    tried.add(*value);
                    tried.add(value.saturating_add(1));
                    tried.add(value.saturating_sub(1));
                }
            }
            Type::Double => {
                for value in reads.doubles.iter().chain(&anchors.doubles).chain(&[0.0, 1.0]) {
                    for near in [*value, value + 1.0, value - 1.0] {
                        Number::from_f64(near).into_iter().for_each(|near| tried.add(near));
                    }
                }
            }
            Type::String => {
                for text in reads.texts.iter().chain(&anchors.texts) {
                    tried.add(text.as_str());
                    tried.add(neighbour(text));
                }
                ["x", ""].into_iter().for_each(|text| tried.add(text));
            }
            Type::Date | Type::DateOrNever => {
                tried.add(as_of.to_string());
                if *ty == Type::DateOrNever {
                    tried.add("never");
                }
                self.values.days().into_iter().for_each(|day| tried.add(day.to_string()));
            }
            Type::List(element) => self.lists(element, current, depth, &mut tried),
            Type::Map(_, value) => {
                tried.add(Map::new());
                if depth < MAX_DEPTH {
                    for value in self.of(value, None, depth + 1).into_iter().take(4) {
                        let entries = reads.texts.iter().map(|key| (key.clone(), value.clone()));
                        tried.add(entries.collect::<Map<_, _>>());
                    }
                }
            }
            Type::Record(record) => tried.values.extend(self.record(*record, &made_up(0), depth)),
            _ => {}
        }
        tried.values
    }

    fn lists(&self, element: &Type, current: Option<&Value>, depth: usize, tried: &mut Tried) {
        let now: Vec<Value> = current.and_then(Value::as_array).cloned().unwrap_or_default();
        if depth >= MAX_DEPTH {
            return;
        }
        if let Type::Record(record) = element {
            if current.is_some() {
                // One more; what is there is not taken away.
                let more = self.record(*record, &made_up(now.len()), depth);
                tried.add(now.into_iter().chain(more).collect::<Vec<Value>>());
                return;
            }
            let needed = self.values.linked.0.get(&self.values.schema.record(*record).path);
            let needed: Vec<String> = needed.into_iter().flatten().cloned().collect();
            let sizes = self.values.reads.ints.iter().flat_map(|size| [*size, size.saturating_add(1)]);
            for size in [0, 1, 2].into_iter().chain(sizes).filter(|size| (0..=MAX_ELEMENTS).contains(size)) {
                let ids = needed.iter().cloned().chain((0..).map(made_up)).take(needed.len().max(size as usize));
                let elements = ids.map_while(|id| self.record(*record, &id, depth));
                tried.add(elements.collect::<Vec<Value>>());
            }
            return;
        }
        if now.is_empty() {
            tried.add(Vec::<Value>::new());
        }
        let parts = self.of(element, None, depth + 1);
        let all: Vec<Value> = now.iter().chain(parts.iter().filter(|part| !now.contains(part))).cloned().collect();
        for part in parts.iter().filter(|part| !now.contains(part)).take(MAX_VALUES / 2) {
            tried.add(now.iter().chain([part]).cloned().collect::<Vec<Value>>());
        }
        for at in 0..now.len().min(MAX_ANCHORS) {
            let without = now.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, value)| value.clone());
            tried.add(without.collect::<Vec<Value>>());
        }
        tried.add(all);
        tried.add(Vec::<Value>::new());
    }

    /// The smallest record that the vocabulary takes, called `id` where it is called anything.
    fn record(&self, record: RecordId, id: &str, depth: usize) -> Option<Value> {
        if depth >= MAX_DEPTH {
            return None;
        }
        let mut members = Map::new();
        for field in &self.values.schema.record(record).fields {
            let value = match (&field.ty, field.name.as_str()) {
                (Type::String, "id") => Some(json!(id)),
                _ if !field.required => continue,
                (ty, _) => self.of(ty, None, depth + 1).into_iter().next(),
            };
            members.insert(field.name.clone(), value?);
        }
        Some(Value::Object(members))
    }

    /// The ids of the elements of `list`, as in `vendors[]` or `contracts[].clauses[]`; where nobody has
    /// answered it, the id of an element to be made up.
    fn ids(&self, list: &str) -> Vec<String> {
        let mut at = vec![self.facts];
        for part in list.split('.') {
            let (key, lists) = part.strip_suffix("[]").map_or((part, false), |key| (key, true));
            at = at.into_iter().filter_map(|value| value.get(key)).collect();
            if at.is_empty() {
                return vec![made_up(0)];
            }
            if lists {
                at = at.into_iter().filter_map(Value::as_array).flatten().collect();
            }
        }
        let ids = at.into_iter().filter_map(|element| element.get("id")?.as_str());
        ids.take(MAX_ANCHORS).map(str::to_string).collect()
    }
}

/// The id of a made-up element.
fn made_up(number: usize) -> String {
    format!("new-{}", number + 1)
}

/// A text like `text` that is another one.
fn neighbour(text: &str) -> String {
    let mut text = text.to_string();
    match text.pop() {
        Some('Z') => text.push('A'),
        Some('z') => text.push('a'),
        Some('9') => text.push('0'),
        Some(last) if last.is_ascii_alphanumeric() => text.push(char::from(last as u8 + 1)),
        Some(last) => text.extend([last, 'x']),
        None => text.push('x'),
    }
    text
}

impl Anchors {
    /// The answers below `value`; those that may not be shown are no part of a proposal either.
    fn collect(&mut self, schema: &FactSchema, ty: &Type, value: &Value, depth: usize) {
        if depth > crate::json::MAX_DEPTH {
            return;
        }
        match (ty, value) {
            (Type::Record(record), Value::Object(members)) => {
                let record = schema.record(*record);
                for (key, value) in members {
                    if let Some(field) = record.field(key).filter(|field| !field.sensitive && field.name != "id") {
                        self.collect(schema, &field.ty, value, depth + 1);
                    }
                }
            }
            (Type::List(element), Value::Array(elements)) => {
                elements.iter().take(MAX_ANCHORS).for_each(|value| self.collect(schema, element, value, depth + 1));
            }
            (Type::Date | Type::DateOrNever, Value::String(text)) => add(&mut self.days, Day::parse(text)),
            (Type::Int, Value::Number(number)) => add(&mut self.ints, number.as_i64()),
            (Type::Double, Value::Number(number)) => add(&mut self.doubles, number.as_f64()),
            (Type::String, Value::String(text)) => add(&mut self.texts, Some(text.clone())),
            _ => {}
        }
    }
}

fn add<T: PartialEq>(to: &mut Vec<T>, value: Option<T>) {
    if let Some(value) = value.filter(|value| to.len() < MAX_ANCHORS && !to.contains(value)) {
        to.push(value);
    }
}
