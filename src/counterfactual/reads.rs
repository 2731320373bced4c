//! What a rule reads: the facts, and what it compares them with.

use std::collections::{BTreeSet, HashSet};

use serde_json::{Map, Value};

use crate::engine::Engine;
use crate::pointer;
use crate::program::{Base, Constant, Function, Op, OpId};
use crate::schema::{FactSchema, Field};
use crate::types::{RecordId, Type};
use crate::value::{Day, Period};

/// A distance in the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Distance {
    Days(i64),
    Months(i64),
}

/// What one rule reads, and the values its text names.
#[derive(Debug, Default)]
pub struct Reads {
    /// Paths of the vocabulary, as in `contracts[].supervision.last_on`.
    paths: BTreeSet<String>,
    /// The lists that are read as a whole, not only through the element the rule stands at.
    whole: HashSet<String>,
    /// The lists that links lead into, and those around them.
    linked: HashSet<String>,
    pub ints: BTreeSet<i64>,
    pub doubles: Vec<f64>,
    pub texts: BTreeSet<String>,
    pub days: BTreeSet<Day>,
    pub distances: BTreeSet<Distance>,
}

impl Reads {
    /// What the rule number `rule` reads; of a rule that sums up others, what they read.
    pub fn of(engine: &Engine, rule: usize) -> Reads {
        let rules = engine.program().rules();
        let mut reads = Reads::default();
        let mut visited = HashSet::new();
        let mut open = vec![rule];
        while let Some(index) = open.pop() {
            let Some(code) = rules.get(index).filter(|_| visited.insert(index)) else { continue };
            open.extend(&code.rolls_up);
            let own = engine.instructions(index);
            reads.collect(engine, &own);
            reads.whole = reads.paths.iter().cloned().collect();
            let lists: Vec<OpId> = code.each.iter().map(|each| each.list).collect();
            reads.collect(engine, &lists);
        }
        reads.follow_links(&engine.vocabulary().schema);
        reads
    }

    /// What either of two versions of a rule reads.
    pub fn both(mut self, other: Reads) -> Reads {
        self.paths.extend(other.paths);
        self.whole.extend(other.whole);
        self.linked.extend(other.linked);
        self.ints.extend(other.ints);
        self.doubles.extend(other.doubles);
        self.texts.extend(other.texts);
        self.days.extend(other.days);
        self.distances.extend(other.distances);
        self
    }

    /// The paths of the vocabulary that are read, in alphabetical order.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.paths.iter().map(String::as_str)
    }

    fn collect(&mut self, engine: &Engine, from: &[OpId]) {
        let program = engine.program();
        let mut stack = from.to_vec();
        let mut seen = HashSet::new();
        while let Some(id) = stack.pop() {
            if !seen.insert(id) {
                continue;
            }
            let op = program.op(id);
            match op {
                Op::Load { path, .. } | Op::Spelled { path, .. } | Op::HasFact { path, .. } => {
                    self.paths.insert(program.path(path).pattern.clone());
                }
                Op::Follow { list, .. } => {
                    if let Some(list) = program.lists.get(list as usize) {
                        self.link(&list.name);
                    }
                }
                Op::Constant(index) => self.constant(program.constants.get_index(index as usize)),
                Op::Call(function, operands) => {
                    let number = program.operands(operands).last().and_then(|last| match program.op(*last) {
                        Op::Constant(index) => match program.constants.get_index(index as usize) {
                            Some(Constant::Int(value)) => Some(*value),
                            _ => None,
                        },
                        _ => None,
                    });
                    let distance = match function {
                        Function::PlusDays => number.map(Distance::Days),
                        Function::PlusMonths => number.map(Distance::Months),
                        Function::PlusYears => number.map(|years| Distance::Months(years.saturating_mul(12))),
                        _ => None,
                    };
                    self.distances.extend(distance);
                }
                Op::Compare(_, a, b) => {
                    // `days_between(a, b) <= 14`
                    for (side, other) in [(a, b), (b, a)] {
                        if let (Op::Call(Function::DaysBetween, _), Op::Constant(index)) =
                            (program.op(side), program.op(other))
                            && let Some(Constant::Int(days)) = program.constants.get_index(index as usize)
                        {
                            self.distances.insert(Distance::Days(*days));
                        }
                    }
                }
                _ => {}
            }
            if let Op::Load { base: Base::Record(record), .. } = op {
                stack.push(record);
            }
            stack.extend(program.operands_of(op));
        }
    }

    fn constant(&mut self, constant: Option<&Constant>) {
        match constant {
            Some(Constant::Int(value)) => drop(self.ints.insert(*value)),
            Some(Constant::Double(double)) if double.value().is_finite() => self.doubles.push(double.value()),
            Some(Constant::String(text)) => drop(self.texts.insert(text.clone())),
            Some(Constant::Date(day)) => drop(self.days.insert(*day)),
            Some(Constant::Period(Period::Days(days))) => drop(self.distances.insert(Distance::Days((*days).into()))),
            Some(Constant::Period(Period::Months(months))) => {
                self.distances.insert(Distance::Months((*months).into()));
            }
            // The first and last days of fiscal years are worth trying with every rule about days.
            Some(Constant::Period(Period::FiscalYears(years))) => {
                self.distances.extend([Distance::Months(i64::from(*years) * 12)]);
            }
            _ => {}
        }
    }

    /// A link that is kept must lead somewhere: the ids of its list are read too.
    fn follow_links(&mut self, schema: &FactSchema) {
        loop {
            let mut more = Vec::new();
            for (_, record) in schema.records() {
                for field in &record.fields {
                    if let Type::Link(link) = &field.ty {
                        let path = record.path_of(&field.name);
                        if !self.paths.contains(&format!("{}.id", link.list)) && self.keeps(&path, field) {
                            more.push(link.list.clone());
                        }
                    }
                }
            }
            if more.is_empty() {
                return;
            }
            more.iter().for_each(|list| self.link(list));
        }
    }

    /// The ids of `list`, as in `teams[].members[]`, are read.
    fn link(&mut self, list: &str) {
        self.paths.insert(format!("{list}.id"));
        self.linked.extend(list.match_indices("[]").map(|(end, _)| list[..end].to_string()));
    }

    /// Whether something at or below `path` is read.
    fn is_read(&self, path: &str) -> bool {
        let from = self.paths.range(path.to_string()..).take_while(|read| read.starts_with(path));
        from.into_iter().any(|read| matches!(read.as_bytes().get(path.len()), None | Some(b'.' | b'[' | b'{')))
    }

    /// Whether an object needs its property at `path`: because it is read, or because it cannot do without.
    fn keeps(&self, path: &str, field: &Field) -> bool {
        field.required || field.name == "id" || self.is_read(path)
    }

    /// The facts of `document` that are read, and where the element at `subject` stands in them. Of a list
    /// that is read only through that element, nothing else is kept.
    pub fn prune(&self, schema: &FactSchema, document: &Value, subject: &str) -> (Value, Places) {
        let mut places = Places(vec![(String::new(), String::new())]);
        let steps: Vec<String> = pointer::parts(subject).collect();
        let facts = self.record(schema, schema.root(), document, Some(&steps), &mut places);
        places.0.reverse();
        (facts, places)
    }

    fn record(
        &self,
        schema: &FactSchema,
        id: RecordId,
        value: &Value,
        steps: Option<&[String]>,
        places: &mut Places,
    ) -> Value {
        let (Some(members), record) = (value.as_object(), schema.record(id)) else { return value.clone() };
        let mut kept = Map::new();
        for (key, value) in members {
            let Some(field) = record.field(key) else { continue };
            let path = record.path_of(key);
            if value.is_null() || !self.keeps(&path, field) {
                continue;
            }
            let below = steps.and_then(|steps| steps.split_first()).filter(|(step, _)| *step == key);
            if below.is_some() {
                places.step(key, key);
            }
            let below = below.map(|(_, rest)| rest);
            let value = match &field.ty {
                Type::Record(inner) => self.record(schema, *inner, value, below, places),
                Type::List(element) => match (&**element, value.as_array()) {
                    (Type::Record(inner), Some(elements)) => {
                        Value::Array(self.elements(schema, (&path, *inner), elements, below, places))
                    }
                    _ => value.clone(),
                },
                _ => value.clone(),
            };
            kept.insert(key.clone(), value);
        }
        Value::Object(kept)
    }

    fn elements(
        &self,
        schema: &FactSchema,
        (path, inner): (&str, RecordId),
        elements: &[Value],
        steps: Option<&[String]>,
        places: &mut Places,
    ) -> Vec<Value> {
        let below = steps.and_then(|steps| steps.split_first());
        let stands_at: Option<(usize, &[String])> = below.and_then(|(at, rest)| Some((at.parse().ok()?, rest)));
        let alone = stands_at.filter(|_| !self.whole.contains(path) && !self.linked.contains(path));
        let mut kept = Vec::new();
        for (at, element) in elements.iter().enumerate() {
            if alone.is_some_and(|(only, _)| only != at) {
                continue;
            }
            let below = stands_at.filter(|(only, _)| *only == at).map(|(_, rest)| rest);
            if below.is_some() {
                places.step(&at.to_string(), &kept.len().to_string());
            }
            kept.push(self.record(schema, inner, element, below, places));
        }
        kept
    }
}

/// Where things stand in the document and among the facts that were kept: pointers of the first and the
/// second, the deepest first.
#[derive(Clone, Debug)]
pub struct Places(Vec<(String, String)>);

impl Places {
    /// A step from the deepest place known so far.
    fn step(&mut self, from: &str, to: &str) {
        if let Some((outer_from, outer_to)) = self.0.last() {
            let below = |outer: &String, key: &str| pointer::below(outer.clone(), &[key]);
            self.0.push((below(outer_from, from), below(outer_to, to)));
        }
    }

    /// The pointer among the kept facts of what stands at `pointer` of the document.
    pub fn kept(&self, pointer: &str) -> String {
        moved(pointer, self.0.iter().map(|(from, to)| (from, to)))
    }

    /// The pointer in the document of what stands at `pointer` of the kept facts.
    pub fn original(&self, pointer: &str) -> String {
        moved(pointer, self.0.iter().map(|(from, to)| (to, from)))
    }
}

fn moved<'p>(pointer: &str, mut places: impl Iterator<Item = (&'p String, &'p String)>) -> String {
    let found = places.find(|(from, _)| pointer::is_within(pointer, from));
    found.map_or_else(|| pointer.to_string(), |(from, to)| format!("{to}{}", &pointer[from.len()..]))
}
