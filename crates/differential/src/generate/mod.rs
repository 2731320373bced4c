//! Random expressions and rules that the checker admits.

mod expression;
mod rule;

use crate::random::Random;
use crate::vocabulary::{COLORS, DAYS, ROOT, TEXTS, TINTS, Ty};
pub use rule::{Definition, Rule, given};

/// An expression of a policy.
pub type Tree = crate::tree::Tree<Ty>;

/// The text in quotes.
fn quoted(text: &str) -> String {
    format!("'{text}'")
}

const LISTS: [Ty; 14] = [
    Ty::Ints,
    Ty::Ints,
    Ty::Texts,
    Ty::People,
    Ty::People,
    Ty::People,
    Ty::Teams,
    Ty::Members,
    Ty::Bools,
    Ty::Doubles,
    Ty::Colors,
    Ty::Dates,
    Ty::Moments,
    Ty::IntLists,
];
const SCALAR_LISTS: [Ty; 8] =
    [Ty::Ints, Ty::Ints, Ty::Texts, Ty::Bools, Ty::Doubles, Ty::Colors, Ty::Dates, Ty::Moments];
const PATTERNS: [&str; 6] = ["^[A-Z]{2}$", "^\\\\d+$", "[^\\\\w]", "a|1", "\\\\bJP\\\\b", "^\\\\s*$"];

/// Makes the expressions of one rule.
pub struct Maker<'g> {
    /// Where everything comes from.
    pub random: &'g mut Random,
    /// The definitions.
    pub definitions: &'g [Definition],
    names: Vec<(String, Ty)>,
    /// Places that are known to be no word and not `never`.
    known: Vec<String>,
    used: Vec<String>,
    likes_repeats: bool,
    repeats: bool,
    budget: usize,
    next: usize,
}

impl<'g> Maker<'g> {
    /// For a rule, or a definition.
    pub fn new(random: &'g mut Random, definitions: &'g [Definition]) -> Self {
        let likes_repeats = random.percent(40);
        let budget = [4, 8, 16, 32, 48][random.below(5)];
        Maker {
            random,
            definitions,
            names: Vec::new(),
            known: Vec::new(),
            used: Vec::new(),
            likes_repeats,
            repeats: false,
            budget,
            next: 0,
        }
    }

    /// A random definition called `name`.
    pub fn definition(mut self, name: String) -> Definition {
        const KINDS: [Ty; 9] =
            [Ty::Bool, Ty::Bool, Ty::Int, Ty::Text, Ty::Date, Ty::Moment, Ty::Ints, Ty::Person, Ty::Double];
        self.budget = self.budget.min(12);
        let count = self.random.below(4);
        for at in 0..count {
            let ty = KINDS[self.random.below(KINDS.len())];
            self.names.push((format!("p{at}"), ty));
        }
        let parameters = self.names.clone();
        let result = [Ty::Bool, Ty::Bool, Ty::Int, Ty::Text, Ty::Date, Ty::Ints][self.random.below(6)];
        let depth = 1 + self.random.below(3);
        Definition { name, parameters, result, is: self.expr(result, depth) }
    }

    /// A random rule; `place` is how many there are before it.
    pub fn rule(mut self, place: usize) -> Rule {
        let mut rule = Rule { is_advice: self.random.percent(10), ..Rule::default() };
        if place > 4 && self.random.percent(2) {
            let count = 1 + self.random.below(4);
            rule.rolls_up = (0..count).map(|_| self.random.below(place)).collect();
            rule.rolls_up.sort_unstable();
            rule.rolls_up.dedup();
            return rule;
        }
        let depth = 1 + self.random.below(5);
        match self.random.below(10) {
            0 | 1 => self.each(&mut rule, "p", "people", Ty::Person),
            2 => self.each(&mut rule, "t", "teams", Ty::Team),
            3 => {
                self.each(&mut rule, "t", "teams", Ty::Team);
                self.each(&mut rule, "q", "t.members", Ty::Member);
            }
            _ => {}
        }
        if self.random.percent(12) {
            const WINDOWS: [&str; 3] = [
                "      from: 2026-01-01\n",
                "      until: 2026-12-31\n",
                "      from: 2025-04-01\n      until: 2027-03-31\n",
            ];
            rule.valid = Some(self.random.pick(&WINDOWS));
            rule.in_force_at = self.random.percent(50).then(|| self.expr(Ty::Date, 1));
        }
        for at in 0..self.random.below(6).saturating_sub(3) {
            let ty = [Ty::Bool, Ty::Bool, Ty::Int, Ty::Text, Ty::Ints, Ty::Date, Ty::Moment][self.random.below(7)];
            let name = format!("v{at}");
            let is = self.held(ty, depth.min(3));
            rule.variables.push((name.clone(), is));
            self.names.push((name, ty));
        }
        if self.random.percent(30) {
            let guard = if self.random.percent(30) { self.guard() } else { None };
            rule.applies = Some(match guard {
                Some((guard, place)) => {
                    let condition = self.expr(Ty::Bool, 2);
                    self.known.push(place);
                    Tree::of("&&", Ty::Bool, "@ && (@)", vec![guard, condition])
                }
                None => self.expr(Ty::Bool, depth.min(3)),
            });
        }
        let kind = self.random.below(10);
        if kind < 8 {
            rule.require = Some(self.expr(Ty::Bool, depth));
        }
        if kind == 8 || kind == 0 {
            let every = self.expr(Ty::Period, 1);
            rule.recurring = Some([self.expr(Ty::Moment, 2), self.expr(Ty::Date, 2), every]);
        }
        if kind == 9 || kind == 0 {
            let count = 1 + self.random.below(2);
            rule.deadlines = (0..count).map(|_| [self.expr(Ty::Moment, 2), self.expr(Ty::Date, 2)]).collect();
        }
        rule.repeats = self.repeats;
        rule
    }

    /// A rule in which no leaf stands twice, of parts whose outcome hangs on every leaf: bools and words.
    pub fn read_once(mut self) -> Rule {
        let mut leaves: Vec<&str> = vec!["a", "b", "c", "d", "office.open", "color", "tint", "office.address.shade"];
        for at in (1..leaves.len()).rev() {
            leaves.swap(at, self.random.below(at + 1));
        }
        leaves.truncate(2 + self.random.below(leaves.len() - 1));
        let mut rule = Rule::default();
        if leaves.len() > 2 && self.random.percent(30) {
            let rest = leaves.split_off(1 + self.random.below(leaves.len() - 1));
            rule.applies = Some(self.once(&leaves));
            leaves = rest;
        }
        rule.require = Some(self.once(&leaves));
        rule
    }

    fn once(&mut self, leaves: &[&str]) -> Tree {
        if let [leaf] = leaves {
            let words: &[&str] = if *leaf == "tint" { &TINTS } else { &COLORS };
            let word = quoted(self.random.pick(words));
            let is_word = !matches!(*leaf, "a" | "b" | "c" | "d" | "office.open");
            let text = match (is_word, self.random.below(5)) {
                (false, 0) => format!("!{leaf}"),
                (false, 1) => format!("{leaf} == true"),
                (false, 2) => format!("[1, 2].exists(e, e == 2 && {leaf})"),
                (false, 3) => format!("twice({leaf})"),
                (false, _) => (*leaf).to_string(),
                (true, 0) => format!("{leaf} != {word}"),
                (true, 1) => format!("{leaf} in [{word}, {word}]"),
                (true, 2) => format!("!({leaf} in [{word}])"),
                (true, 3) => format!("[{leaf}].exists(e, e == {word})"),
                (true, _) => format!("{leaf} == {word}"),
            };
            return Tree::leaf("read once", Ty::Bool, text);
        }
        let cut = 1 + self.random.below(leaves.len() - 1);
        let (left, right) = leaves.split_at(cut);
        let form = self.random.below(10);
        if right.len() > 1 && form > 5 {
            let cut = 1 + self.random.below(right.len() - 1);
            let (middle, right) = right.split_at(cut);
            let parts = vec![self.once(left), self.once(middle), self.once(right)];
            let text = if form > 7 { "choose(@, @, @)" } else { "((@) ? (@) : (@))" };
            return Tree::of("? :", Ty::Bool, text, parts);
        }
        let parts = vec![self.once(left), self.once(right)];
        let (kind, text) = match form {
            0 => ("&&", "((@) && (@))"),
            1 => ("||", "((@) || (@))"),
            2 => ("==", "((@) == (@))"),
            3 => ("!", "!((@) && (@))"),
            4 => ("!=", "((@) != (@))"),
            5 => ("all", "[1, 2].all(e, e == 1 ? @ : @)"),
            6 => ("size", "(size([1, 2].filter(e, e == 1 ? @ : @)) >= 1)"),
            7 => ("size", "(1 == size([1, 2].filter(e, e == 1 ? @ : @)))"),
            8 => ("exists", "[1, 2].exists(i, e, i == 0 ? @ : @)"),
            _ => ("cel.bind", "cel.bind(v, @, v && @)"),
        };
        Tree::of(kind, Ty::Bool, text, parts)
    }

    fn each(&mut self, rule: &mut Rule, name: &str, list: &str, ty: Ty) {
        rule.each.push((name.to_string(), list.to_string()));
        self.names.push((name.to_string(), ty));
    }

    fn is_shadowed(&self, path: &str) -> bool {
        let first = path.split('.').next().unwrap_or(path);
        self.names.iter().any(|(name, _)| name == first)
    }

    /// The places of the type `ty` that can be read.
    fn places(&self, ty: Ty) -> Vec<String> {
        let mut found = Vec::new();
        for (path, of) in ROOT {
            if *of == ty && !self.is_shadowed(path) {
                found.push((*path).to_string());
            }
        }
        for (at, (name, of)) in self.names.iter().enumerate() {
            if self.names[at + 1..].iter().any(|(inner, _)| inner == name) {
                continue;
            }
            if *of == ty {
                found.push(name.clone());
            }
            found.extend(of.fields().iter().filter(|(_, of)| *of == ty).map(|(field, _)| format!("{name}.{field}")));
        }
        found
    }

    /// The places that hold a value of `ty`: those of that type, and what guards and links lead to.
    fn values(&self, ty: Ty) -> Vec<String> {
        let mut found = self.places(ty);
        let is_known = |place: &String| self.known.contains(place);
        match ty {
            Ty::Date => found.extend(self.places(Ty::Moment).into_iter().filter(is_known)),
            Ty::Link => found.extend(self.places(Ty::Chief).into_iter().filter(is_known)),
            _ => {}
        }
        if !matches!(ty, Ty::Link | Ty::Chief | Ty::Mate) {
            let links = self.values(Ty::Link).into_iter().map(|link| (link, Ty::Person));
            let links = links.chain(self.places(Ty::Mate).into_iter().map(|link| (link, Ty::Member)));
            for (link, to) in links {
                for (field, of) in to.fields() {
                    let place = format!("ref({link}).{field}");
                    if *of == ty || (ty == Ty::Date && *of == Ty::Moment && is_known(&place)) {
                        found.push(place);
                    }
                }
            }
        }
        found
    }

    fn take(&mut self, mut places: Vec<String>) -> Option<String> {
        if places.is_empty() {
            return None;
        }
        // Facts behind a link are many; the others come first.
        if self.random.percent(75) && places.iter().any(|place| !place.starts_with("ref(")) {
            places.retain(|place| !place.starts_with("ref("));
        }
        let (before, new): (Vec<&String>, Vec<&String>) = places.iter().partition(|place| self.used.contains(place));
        let from = if self.likes_repeats && self.random.percent(60) { [before, new] } else { [new, before] };
        let from = from.into_iter().find(|places| !places.is_empty())?;
        let place = from[self.random.below(from.len())].clone();
        if self.used.contains(&place) {
            self.repeats = true;
        } else {
            self.used.push(place.clone());
        }
        Some(place)
    }

    fn leaf(&mut self, ty: Ty) -> Tree {
        if self.random.percent(82)
            && let Some(place) = self.take(self.values(ty))
        {
            let kind = if place.starts_with("ref(") { "ref" } else { "fact or name" };
            return Tree::leaf(kind, ty, place);
        }
        self.literal(ty)
    }

    fn literal(&mut self, ty: Ty) -> Tree {
        let random = &mut *self.random;
        let text = match ty {
            Ty::Bool => random.pick(&["true", "false"]).to_string(),
            Ty::Int => random
                .pick(&["0", "1", "2", "3", "-1", "10", "9223372036854775807", "-9223372036854775808", "1", "2"])
                .to_string(),
            Ty::Uint => random.pick(&["0u", "1u", "2u", "18446744073709551615u"]).to_string(),
            Ty::Double => random.pick(&["0.0", "1.0", "1.5", "-0.5", "2.0", "1e19", "1e308"]).to_string(),
            Ty::Text => quoted(random.pick(&TEXTS)),
            Ty::Bytes => random.pick(&["b'JP'", "b''", "b'\\xff'", "b'12'"]).to_string(),
            Ty::Date => format!("date('{}')", random.choose(&DAYS)),
            Ty::Moment if random.percent(50) => "never".to_string(),
            Ty::Moment => return self.literal(Ty::Date),
            Ty::Period => random.pick(&["params.days", "params.year", "params.fiscal"]).to_string(),
            Ty::Color | Ty::Tint | Ty::Link | Ty::Chief | Ty::Mate => match self.take(self.places(ty)) {
                Some(place) => return Tree::leaf("fact or name", ty, place),
                None => unreachable!("there is a fact of every such type"),
            },
            Ty::People => "people".to_string(),
            Ty::Teams => "teams".to_string(),
            Ty::Members => "teams[0].members".to_string(),
            Ty::Person | Ty::Team | Ty::Member => match self.take(self.places(ty)) {
                Some(place) => return Tree::leaf("fact or name", ty, place),
                None => {
                    let list = match ty {
                        Ty::Person => "people",
                        Ty::Team => "teams",
                        _ => "teams[0].members",
                    };
                    format!("{list}[{}]", self.random.below(2))
                }
            },
            list => {
                let Some(element) = list.element() else { unreachable!("{list:?} has a literal") };
                let count = 1 + random.below(3);
                // No list holds `never` alone.
                let first = if element == Ty::Moment { Ty::Date } else { element };
                let items = (0..count).map(|at| self.literal(if at == 0 { first } else { element }).text());
                let items: Vec<String> = items.collect();
                return Tree::leaf("list", list, format!("[{}]", items.join(", ")));
            }
        };
        Tree::leaf("literal", ty, text)
    }

    /// A condition that makes the place it names known, and that place.
    fn guard(&mut self) -> Option<(Tree, String)> {
        let moments = self.places(Ty::Moment);
        let chiefs = self.places(Ty::Chief);
        let place = if self.random.percent(65) { self.take(moments)? } else { self.take(chiefs.clone())? };
        let text = if chiefs.contains(&place) {
            match self.random.below(5) {
                0 if place == "chief" => "has_chief()".to_string(),
                1 => format!("!({place} == 'nobody')"),
                2 => format!("{place} == 'x'"),
                3 => format!("'nobody' != {place}"),
                _ => format!("{place} != 'nobody'"),
            }
        } else {
            match self.random.below(6) {
                0 => format!("done({place})"),
                1 => format!("!({place} == never)"),
                2 => format!("{place} == {}", self.literal(Ty::Date).text()),
                3 => format!("never != {place}"),
                _ => format!("{place} != never"),
            }
        };
        Some((Tree::leaf("guard", Ty::Bool, text), place))
    }

    /// Runs `make` with `place` known.
    fn knowing<R>(&mut self, place: &str, make: impl FnOnce(&mut Self) -> R) -> R {
        self.known.push(place.to_string());
        let made = make(self);
        self.known.pop();
        made
    }

    /// Something about what is known now, or anything.
    fn behind(&mut self, place: &str, depth: usize) -> Tree {
        if !self.random.percent(70) {
            return self.expr(Ty::Bool, depth);
        }
        let is_link = self.places(Ty::Chief).iter().any(|chief| chief == place);
        if is_link {
            let (field, ty) = *self.random.choose(Ty::Person.fields());
            let of = Tree::leaf("ref", ty, format!("ref({place}).{field}"));
            return match ty {
                Ty::Bool => of,
                Ty::Int | Ty::Double | Ty::Text | Ty::Date => {
                    let other = self.expr(ty, depth.min(1));
                    Tree::of("comparison", Ty::Bool, "(@ <= @)", vec![of, other])
                }
                _ => self.expr(Ty::Bool, depth),
            };
        }
        let date = Tree::leaf("fact or name", Ty::Date, place);
        match self.random.below(4) {
            0 => {
                let n = self.expr(Ty::Int, 1);
                Tree::of("method", Ty::Bool, "(@.plus_days(@) >= as_of)", vec![date, n])
            }
            1 => Tree::of("method", Ty::Bool, "(@.month() == 12)", vec![date]),
            2 => {
                let other = self.expr(Ty::Date, depth.min(1));
                Tree::of("function", Ty::Bool, "(days_between(@, @) > 100)", vec![date, other])
            }
            _ => {
                let other = self.expr(Ty::Date, depth.min(1));
                Tree::of("comparison", Ty::Bool, "(@ < @)", vec![date, other])
            }
        }
    }

    /// A name for a variable; now and then one that hides another.
    fn fresh(&mut self) -> String {
        if self.random.percent(8) {
            return self.random.pick(&["a", "n", "text", "on"]).to_string();
        }
        self.next += 1;
        format!("e{}", self.next)
    }

    /// Runs `make` with names in scope.
    fn naming<R>(&mut self, names: Vec<(String, Ty)>, make: impl FnOnce(&mut Self) -> R) -> R {
        let (outside, known) = (self.names.len(), self.known.clone());
        for (name, ty) in names {
            self.known.retain(|place| !place.split(['.', '(', ')']).any(|word| word == name));
            self.used.retain(|place| !place.split(['.', '(', ')']).any(|word| word == name));
            self.names.push((name, ty));
        }
        let made = make(self);
        self.names.truncate(outside);
        self.known = known;
        made
    }
}
