//! Random conditions over any vocabulary. Some parts are of a wrong type, which the checker has to see.

use jobun::schema::{FactSchema, Field};
use jobun::types::{RecordId, Type};

use crate::pack::field;
use crate::random::Random;

/// Makes rules over one vocabulary.
pub struct Rules<'s, 'r> {
    pub schema: &'s FactSchema,
    pub random: &'r mut Random,
    /// What can be selected from: its text, and its type.
    names: Vec<(String, Type)>,
    next: usize,
}

impl<'s, 'r> Rules<'s, 'r> {
    pub fn new(schema: &'s FactSchema, random: &'r mut Random) -> Self {
        Rules { schema, random, names: vec![(String::new(), Type::Record(schema.root()))], next: 0 }
    }

    /// The keys of a rule besides those that every rule has.
    pub fn body(mut self) -> String {
        let mut body = String::new();
        let lists: Vec<(String, RecordId)> =
            self.facts().into_iter().filter_map(|(text, ty)| Some((text, element(&ty)?))).collect();
        if !lists.is_empty() && self.random.percent(50) {
            let (list, record) = self.random.choose(&lists).clone();
            body += &format!("    for_each:\n      - as: each1\n        in: {list}\n");
            self.names.push(("each1".to_string(), Type::Record(record)));
        }
        if self.random.percent(50) {
            body += &field(4, "applies", &self.condition(2));
        }
        body + &field(4, "require", &self.condition(4))
    }

    /// Everything that can be read, flat: leaves, lists, links.
    fn facts(&self) -> Vec<(String, Type)> {
        let mut found = Vec::new();
        for (name, ty) in &self.names {
            match ty {
                Type::Record(record) => self.flat(name, *record, &mut found),
                _ => found.push((name.clone(), ty.clone())),
            }
        }
        found
    }

    fn flat(&self, base: &str, record: RecordId, found: &mut Vec<(String, Type)>) {
        for Field { name, ty, .. } in &self.schema.record(record).fields {
            let text = if base.is_empty() { name.clone() } else { format!("{base}.{name}") };
            match ty {
                Type::Record(inner) => self.flat(&text, *inner, found),
                _ => found.push((text, ty.clone())),
            }
        }
    }

    fn condition(&mut self, depth: usize) -> String {
        if depth == 0 {
            return self.atom(0);
        }
        let below = depth - 1;
        match self.random.below(9) {
            0 | 1 => format!("({} && {})", self.condition(below), self.condition(below)),
            2 | 3 => format!("({} || {})", self.condition(below), self.condition(below)),
            4 => format!("!({})", self.condition(below)),
            5 => {
                format!("({} ? {} : {})", self.condition(below), self.condition(below), self.condition(below))
            }
            _ => self.atom(below),
        }
    }

    fn atom(&mut self, depth: usize) -> String {
        let facts = self.facts();
        if facts.is_empty() {
            return "true".to_string();
        }
        // Names of loops are few and come last.
        let from = if self.random.percent(40) { facts.len().saturating_sub(8) } else { 0 };
        let (text, mut ty) = facts[from + self.random.below(facts.len() - from)].clone();
        if self.random.percent(4) {
            ty = facts[self.random.below(facts.len())].1.clone();
        }
        self.about(&text, &ty, depth)
    }

    /// A condition about `text`, which is of the type `ty`, or taken for it.
    fn about(&mut self, text: &str, ty: &Type, depth: usize) -> String {
        let forms: &[&str] = match ty {
            Type::Bool => &["@", "!@", "(@ == true)", "(@ in [true])"],
            Type::Int => &[
                "(@ >= 2)",
                "(@ + 1 > 3)",
                "(@ * 2 == 4)",
                "(10 / @ > 1)",
                "(@ % 3 == 1)",
                "(-@ < 1)",
                "(@ < 1.5)",
                "([1, 2, 3][@] == 2)",
                "(string(@) == '2')",
                "(@ in [1, 2])",
                "(double(@) / 2.0 < 1.0)",
            ],
            Type::Double => {
                &["(@ > 1.5)", "(@ * 2.0 <= 3.0)", "(@ / 2.0 != 1.0)", "(@ == 1)", "(int(@) > 1)", "math.isNaN(@ / @)"]
            }
            Type::String | Type::Enum(_) => &[
                "(@ == 'red')",
                "(@ != 'blue')",
                "(@ in ['red', 'JP'])",
                "@.startsWith('J')",
                "(size(@) > 2)",
                "@.matches('^[A-Z]+$')",
                "(@ + 'x' == 'redx')",
                "(@.split(' ').size() == 2)",
                "(int(@) == 1)",
                "@.lowerAscii().contains('p')",
            ],
            Type::Date => &[
                "(@ <= as_of)",
                "(@.year() > 2020)",
                "(@.plus_days(3) > date('2026-01-01'))",
                "(@ in [as_of])",
                "(days_between(@, as_of) > 100)",
                "(@.plus_months(1) == as_of)",
                "(string(@) == '2026-11-22')",
            ],
            Type::DateOrNever => &[
                "(@ != never && @ <= as_of)",
                "(@ == never)",
                "(@ == never || @.year() > 2020)",
                "(@.or(as_of) <= as_of)",
                "(@ <= as_of)",
            ],
            Type::Map(..) => {
                &["('red' in @)", "(size(@) > 1)", "('' in @ && @[''] == @[''])", "@.exists(k, k == 'red')"]
            }
            Type::Link(link) => {
                let followed = self.followed(link.record, text);
                return match &link.word {
                    Some(word) => format!("({text} != '{word}' && {followed})"),
                    None => followed,
                };
            }
            Type::List(element) => return self.list(text, element, depth),
            _ => &["(@ == @)"],
        };
        self.random.pick(forms).replace('@', text)
    }

    /// A condition about what the link `text` points to.
    fn followed(&mut self, record: RecordId, text: &str) -> String {
        let mut fields = Vec::new();
        self.flat(&format!("ref({text})"), record, &mut fields);
        let fields: Vec<_> =
            fields.into_iter().filter(|(_, ty)| !matches!(ty, Type::Link(_) | Type::List(_))).collect();
        let (text, ty) = self.random.choose(&fields).clone();
        self.about(&text, &ty, 0)
    }

    fn list(&mut self, list: &str, element: &Type, depth: usize) -> String {
        if self.random.percent(20) {
            let form = self.random.pick(&["(size(@) > 1)", "(@.size() == 0)", "(@ == @)", "(@ + @).size() > 2"]);
            return form.replace('@', list);
        }
        self.next += 1;
        let name = format!("e{}", self.next);
        self.names.push((name.clone(), element.clone()));
        let body = if depth > 0 { self.condition(depth - 1) } else { self.atom_of(&name, element) };
        self.names.pop();
        match self.random.below(5) {
            0 => format!("{list}.all({name}, {body})"),
            1 => format!("{list}.exists_one({name}, {body})"),
            2 => format!("({list}.filter({name}, {body}).size() <= 1)"),
            3 => format!("({list}.map({name}, {body}).exists(b, b))"),
            _ => format!("{list}.exists({name}, {body})"),
        }
    }

    fn atom_of(&mut self, name: &str, element: &Type) -> String {
        match element {
            Type::Record(record) => {
                let mut fields = Vec::new();
                self.flat(name, *record, &mut fields);
                fields.retain(|(_, ty)| !matches!(ty, Type::List(_)));
                let (text, ty) = self.random.choose(&fields).clone();
                self.about(&text, &ty, 0)
            }
            _ => self.about(name, element, 0),
        }
    }
}

/// The records of a list of records.
fn element(ty: &Type) -> Option<RecordId> {
    match ty {
        Type::List(element) => match **element {
            Type::Record(record) => Some(record),
            _ => None,
        },
        _ => None,
    }
}
