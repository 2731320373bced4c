//! The facts: their schema, and random documents of which the same leaves can be answered or not.

use serde_json::{Map, Value, json};

use crate::random::Random;

/// The type of an expression, as far as the generator tells types apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Ty {
    Bool,
    Int,
    Uint,
    Double,
    Text,
    Bytes,
    Color,
    Tint,
    Date,
    Moment,
    Period,
    Link,
    Chief,
    Mate,
    Bools,
    Ints,
    Doubles,
    Texts,
    Colors,
    Dates,
    Moments,
    IntLists,
    People,
    Teams,
    Members,
    Person,
    Team,
    Member,
}

impl Ty {
    /// The type of the elements of a list.
    pub fn element(self) -> Option<Ty> {
        Some(match self {
            Ty::Bools => Ty::Bool,
            Ty::Ints => Ty::Int,
            Ty::Doubles => Ty::Double,
            Ty::Texts => Ty::Text,
            Ty::Colors => Ty::Color,
            Ty::Dates => Ty::Date,
            Ty::Moments => Ty::Moment,
            Ty::IntLists => Ty::Ints,
            Ty::People => Ty::Person,
            Ty::Teams => Ty::Team,
            Ty::Members => Ty::Member,
            _ => return None,
        })
    }

    /// As a signature of a definition writes it.
    pub fn written(self) -> &'static str {
        match self {
            Ty::Bool => "bool",
            Ty::Int => "int",
            Ty::Double => "double",
            Ty::Text => "string",
            Ty::Date => "date",
            Ty::Moment => "date_or_never",
            Ty::Ints => "list(int)",
            Ty::Person => "people[]",
            Ty::Team => "teams[]",
            other => unreachable!("{other:?} is no parameter"),
        }
    }

    /// What can be selected from it.
    pub fn fields(self) -> &'static [(&'static str, Ty)] {
        match self {
            Ty::Person => PERSON,
            Ty::Team => TEAM,
            Ty::Member => MEMBER,
            _ => &[],
        }
    }
}

/// The facts, by their paths.
pub const ROOT: &[(&str, Ty)] = &[
    ("a", Ty::Bool),
    ("b", Ty::Bool),
    ("c", Ty::Bool),
    ("d", Ty::Bool),
    ("n", Ty::Int),
    ("m", Ty::Int),
    ("k", Ty::Int),
    ("x", Ty::Double),
    ("y", Ty::Double),
    ("text", Ty::Text),
    ("word", Ty::Text),
    ("color", Ty::Color),
    ("tint", Ty::Tint),
    ("start", Ty::Date),
    ("finish", Ty::Date),
    ("on", Ty::Moment),
    ("off", Ty::Moment),
    ("chief", Ty::Chief),
    ("deputy", Ty::Link),
    ("mate", Ty::Mate),
    ("flags", Ty::Bools),
    ("numbers", Ty::Ints),
    ("rates", Ty::Doubles),
    ("words", Ty::Texts),
    ("colors", Ty::Colors),
    ("days", Ty::Dates),
    ("moments", Ty::Moments),
    ("people", Ty::People),
    ("teams", Ty::Teams),
    ("office.open", Ty::Bool),
    ("office.floor", Ty::Int),
    ("office.closed", Ty::Moment),
    ("office.address.city", Ty::Text),
    ("office.address.code", Ty::Int),
    ("office.address.shade", Ty::Color),
];

const PERSON: &[(&str, Ty)] = &[
    ("id", Ty::Text),
    ("ok", Ty::Bool),
    ("n", Ty::Int),
    ("x", Ty::Double),
    ("text", Ty::Text),
    ("color", Ty::Color),
    ("since", Ty::Date),
    ("left", Ty::Moment),
    ("boss", Ty::Chief),
    ("scores", Ty::Ints),
    ("tags", Ty::Texts),
    ("desk.ok", Ty::Bool),
    ("desk.n", Ty::Int),
];

const TEAM: &[(&str, Ty)] =
    &[("id", Ty::Text), ("open", Ty::Bool), ("n", Ty::Int), ("lead", Ty::Link), ("members", Ty::Members)];

const MEMBER: &[(&str, Ty)] =
    &[("id", Ty::Text), ("ok", Ty::Bool), ("n", Ty::Int), ("until", Ty::Moment), ("person", Ty::Link)];

/// The words of the two enums.
pub const COLORS: [&str; 3] = ["red", "green", "blue"];
/// See [`COLORS`].
pub const TINTS: [&str; 2] = ["red", "grey"];

const INTS: [i64; 10] = [0, 1, 2, 3, -1, -2, 7, 12, i64::MAX, i64::MIN];
const DOUBLES: [f64; 11] = [0.0, 1.0, 1.5, -1.5, 2.0, 0.1, 1e19, 9_007_199_254_740_992.0, -0.0, 1_234_567.0, 1.25e-5];
/// Texts of facts.
pub const TEXTS: [&str; 12] =
    ["", "JP", "12", "１２", "1.5", "2026-02-28", "2026-02-29", "a,b", " x ", "red", "ßé😀", "ja-JP"];
/// Days of facts.
pub const DAYS: [&str; 9] = [
    "2025-03-31",
    "2025-04-01",
    "2026-01-31",
    "2026-11-22",
    "2026-06-01",
    "2024-02-29",
    "2026-12-31",
    "0001-01-01",
    "9999-12-31",
];

/// The schema of the facts.
pub fn schema() -> Value {
    let day = json!({ "type": "string", "format": "date" });
    let moment = json!({ "anyOf": [day, { "const": "never" }] });
    let link = json!({ "type": "string", "x-ref": "people[].id" });
    let chief = json!({ "anyOf": [link, { "const": "nobody" }] });
    let of = |ty: Ty| match ty {
        Ty::Bool => json!({ "type": "boolean" }),
        Ty::Int => json!({ "type": "integer" }),
        Ty::Double => json!({ "type": "number" }),
        Ty::Text => json!({ "type": "string" }),
        Ty::Color => json!({ "enum": COLORS }),
        Ty::Tint => json!({ "enum": TINTS }),
        Ty::Date => day.clone(),
        Ty::Moment => moment.clone(),
        Ty::Link => link.clone(),
        Ty::Chief => chief.clone(),
        Ty::Mate => json!({ "type": "string", "x-ref": "teams[].members[].id" }),
        other => unreachable!("{other:?} is no fact by itself"),
    };
    record(ROOT, &of)
}

fn record(fields: &[(&str, Ty)], of: &dyn Fn(Ty) -> Value) -> Value {
    let mut properties = Map::new();
    let mut inner: Vec<(&str, Vec<(&str, Ty)>)> = Vec::new();
    for (name, ty) in fields {
        if let Some((outer, rest)) = name.split_once('.') {
            match inner.iter_mut().find(|(known, _)| *known == outer) {
                Some((_, fields)) => fields.push((rest, *ty)),
                None => inner.push((outer, vec![(rest, *ty)])),
            }
            continue;
        }
        let schema = match ty.element() {
            None => of(*ty),
            Some(element) if element.fields().is_empty() => json!({ "type": "array", "items": of(element) }),
            Some(element) => json!({ "type": "array", "items": record(element.fields(), of) }),
        };
        properties.insert((*name).to_string(), schema);
    }
    for (outer, fields) in inner {
        properties.insert(outer.to_string(), record(&fields, of));
    }
    let mut schema = json!({ "type": "object", "properties": properties, "additionalProperties": false });
    if fields.iter().any(|(name, _)| *name == "id") {
        schema["required"] = json!(["id"]);
    }
    schema
}

/// A document with an answer to everything, and for each leaf how likely it is answered.
#[derive(Clone, Debug)]
pub struct Facts {
    /// The answers.
    pub full: Value,
    /// Each leaf with the share of answers at which it is among them.
    leaves: Vec<(String, f64)>,
    /// Whether what is not answered is written as `null`.
    nulls: bool,
}

impl Facts {
    /// Random answers.
    pub fn new(random: &mut Random) -> Self {
        let people: Vec<String> = ["x", "y", "z/w"][..random.below(4)].iter().map(|id| (*id).to_string()).collect();
        let mut members = Vec::new();
        let mut maker = Maker { random, people, members: Vec::new(), next: 0 };
        let mut full = maker.record(ROOT);
        members.append(&mut maker.members);
        // Links know what there is only now.
        if members.is_empty() {
            remove(&mut full, "/mate");
        } else {
            full["mate"] = json!(members[random.below(members.len())]);
        }
        let mut leaves = Vec::new();
        collect(&full, ROOT, "", &mut |pointer| leaves.push(pointer));
        let leaves = leaves.into_iter().map(|pointer| (pointer, random.share())).collect();
        Facts { full, leaves, nulls: random.percent(15) }
    }

    /// The document in which those leaves are answered that are likely enough; with a greater share,
    /// the same and more.
    pub fn answered(&self, share: f64) -> Value {
        self.only(|_, likely| likely < share)
    }

    /// The document in which the leaves that `keeps` names are answered.
    pub fn only(&self, keeps: impl Fn(&str, f64) -> bool) -> Value {
        let mut document = self.full.clone();
        // What stands below others comes after them, and is gone already where they are.
        for (pointer, likely) in self.leaves.iter().rev() {
            if !keeps(pointer, *likely) {
                if self.nulls && *likely > 0.5 {
                    if let Some(value) = document.pointer_mut(pointer) {
                        *value = Value::Null;
                    }
                } else {
                    remove(&mut document, pointer);
                }
            }
        }
        document
    }
}

/// Takes away what stands at `pointer`.
pub fn remove(document: &mut Value, pointer: &str) {
    let Some((outer, name)) = pointer.rsplit_once('/') else { return };
    if let Some(Value::Object(members)) = document.pointer_mut(outer) {
        members.remove(name);
    }
}

/// Calls `found` for the pointer of each leaf; a list comes before what is in it.
fn collect(value: &Value, fields: &[(&str, Ty)], at: &str, found: &mut impl FnMut(String)) {
    for (name, ty) in fields.iter().filter(|(name, _)| *name != "id") {
        let pointer = format!("{at}/{}", name.replace('.', "/"));
        let Some(answer) = value.pointer(&pointer[at.len()..]) else { continue };
        found(pointer.clone());
        let Some(element) = ty.element().filter(|element| !element.fields().is_empty()) else { continue };
        for (index, item) in answer.as_array().into_iter().flatten().enumerate() {
            collect(item, element.fields(), &format!("{pointer}/{index}"), found);
        }
    }
}

struct Maker<'r> {
    random: &'r mut Random,
    people: Vec<String>,
    members: Vec<String>,
    next: usize,
}

impl Maker<'_> {
    fn record(&mut self, fields: &[(&str, Ty)]) -> Value {
        let mut record = json!({});
        for (name, ty) in fields {
            let Some(answer) = self.answer(*ty) else { continue };
            match name.split('.').collect::<Vec<_>>()[..] {
                [one] => record[one] = answer,
                [one, two] => record[one][two] = answer,
                [one, two, three] => record[one][two][three] = answer,
                _ => unreachable!("nothing nests deeper"),
            }
        }
        record
    }

    fn answer(&mut self, ty: Ty) -> Option<Value> {
        let random = &mut *self.random;
        let small = random.percent(80);
        Some(match ty {
            Ty::Bool => json!(random.percent(50)),
            Ty::Int => {
                let n = INTS[random.below(if small { 6 } else { INTS.len() })];
                if random.percent(3) && (-9..9).contains(&n) { json!(n as f64) } else { json!(n) }
            }
            Ty::Double => {
                let n = DOUBLES[random.below(if small { 6 } else { DOUBLES.len() })];
                if n == 2.0 && random.percent(50) { json!(2) } else { json!(n) }
            }
            Ty::Text => json!(random.choose(&TEXTS)),
            Ty::Color => json!(random.choose(&COLORS)),
            Ty::Tint => json!(random.choose(&TINTS)),
            Ty::Date => json!(DAYS[random.below(if small { 6 } else { DAYS.len() })]),
            Ty::Moment if random.percent(30) => json!("never"),
            Ty::Moment => json!(DAYS[random.below(if small { 6 } else { DAYS.len() })]),
            Ty::Chief if self.people.is_empty() || random.percent(30) => json!("nobody"),
            Ty::Link if self.people.is_empty() => return None,
            Ty::Chief | Ty::Link => json!(random.choose(&self.people)),
            // Made when all members are.
            Ty::Mate => json!(""),
            Ty::People => {
                let ids = self.people.clone();
                Value::Array(ids.into_iter().map(|id| self.element(Ty::Person, id)).collect())
            }
            Ty::Teams => {
                let count = random.below(3);
                Value::Array(["t", "u~v"][..count].iter().map(|id| self.element(Ty::Team, (*id).to_string())).collect())
            }
            Ty::Members => {
                let count = random.below(3);
                let mut members = Vec::new();
                for _ in 0..count {
                    self.next += 1;
                    let id = format!("m{}", self.next);
                    self.members.push(id.clone());
                    members.push(self.element(Ty::Member, id));
                }
                Value::Array(members)
            }
            list => {
                let element = list.element()?;
                let count = random.below(4);
                let mut items = Vec::new();
                for _ in 0..count {
                    items.extend(self.answer(element));
                }
                Value::Array(items)
            }
        })
    }

    fn element(&mut self, ty: Ty, id: String) -> Value {
        let mut element = self.record(ty.fields());
        element["id"] = json!(id);
        element
    }
}
