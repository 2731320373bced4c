//! Random expressions and rules that the checker admits.

use crate::pack::{field, rule};
use crate::random::Random;
use crate::vocabulary::{COLORS, DAYS, ROOT, TEXTS, TINTS, Ty};

/// An expression of a policy.
pub type Tree = crate::tree::Tree<Ty>;

/// A definition that rules can call.
#[derive(Clone, Debug)]
pub struct Definition {
    /// Its name.
    pub name: String,
    /// Its parameters.
    pub parameters: Vec<(String, Ty)>,
    /// The type of its value.
    pub result: Ty,
    /// Its expression.
    pub is: Tree,
}

impl Definition {
    /// As the file of definitions has it.
    pub fn yaml(&self) -> String {
        let parameters: Vec<String> =
            self.parameters.iter().map(|(name, ty)| format!("{name}: {}", ty.written())).collect();
        let (name, parameters, result) = (&self.name, parameters.join(", "), self.result.written());
        let head = format!("  - define: '{name}({parameters}) -> {result}'\n    doc: {{ ja: d, en: d }}\n");
        head + &field(4, "is", &self.is.text())
    }
}

/// The definitions every batch has.
pub fn given() -> Vec<Definition> {
    let definition = |name: &str, parameters: &[(&str, Ty)], result, is: &str| Definition {
        name: name.to_string(),
        parameters: parameters.iter().map(|(name, ty)| ((*name).to_string(), *ty)).collect(),
        result,
        is: Tree::leaf("given", result, is),
    };
    vec![
        definition("is_two", &[("x", Ty::Int)], Ty::Bool, "2 / x == 1"),
        definition("choose", &[("x", Ty::Bool), ("y", Ty::Bool), ("z", Ty::Bool)], Ty::Bool, "x ? y : z"),
        definition("twice", &[("x", Ty::Bool)], Ty::Bool, "[1, 2].all(e, x)"),
        definition("few", &[("xs", Ty::Ints)], Ty::Bool, "size(xs) <= 1"),
        definition("later_by", &[("d", Ty::Date), ("n", Ty::Int)], Ty::Date, "d.plus_days(n)"),
        definition("led", &[("p", Ty::Person)], Ty::Bool, "p.boss != 'nobody' && ref(p.boss).ok"),
        definition("staffed", &[("t", Ty::Team)], Ty::Bool, "t.members.exists(e, e.ok || e.n > 1)"),
        definition("done", &[("d", Ty::Moment)], Ty::Bool, "d != never && d <= as_of"),
        definition("has_chief", &[], Ty::Bool, "chief != 'nobody'"),
    ]
}

/// A rule.
#[derive(Clone, Debug, Default)]
pub struct Rule {
    /// The loops: the name of an element, and the list.
    pub each: Vec<(String, String)>,
    /// The variables.
    pub variables: Vec<(String, Tree)>,
    /// The window in which it is judged.
    pub valid: Option<&'static str>,
    /// The day that must lie in it.
    pub in_force_at: Option<Tree>,
    /// Whether it applies.
    pub applies: Option<Tree>,
    /// What is asked.
    pub require: Option<Tree>,
    /// `last`, `from` and `every`.
    pub recurring: Option<[Tree; 3]>,
    /// `act` and `by`.
    pub deadlines: Vec<[Tree; 2]>,
    /// The rules it sums up, by their places.
    pub rolls_up: Vec<usize>,
    /// `should` instead of `must`.
    pub is_advice: bool,
    /// Whether a leaf stands in it twice.
    pub repeats: bool,
}

impl Rule {
    /// As a file of rules has it.
    pub fn yaml(&self, number: usize) -> String {
        let mut out = String::new();
        if self.is_advice {
            out += "    modality: should\n";
        }
        if let Some(valid) = self.valid {
            out += &format!("    valid:\n{valid}");
        }
        if !self.each.is_empty() {
            out += "    for_each:\n";
            for (name, list) in &self.each {
                out += &format!("      - as: {name}\n        in: {list}\n");
            }
        }
        if !self.variables.is_empty() {
            out += "    variables:\n";
            for (name, is) in &self.variables {
                out += &format!("      - name: {name}\n{}", field(8, "is", &is.text()));
            }
        }
        for (key, is) in [("in_force_at", &self.in_force_at), ("applies", &self.applies), ("require", &self.require)] {
            out.extend(is.as_ref().map(|is| field(4, key, &is.text())));
        }
        if let Some([last, from, every]) = &self.recurring {
            out += "    recurring:\n";
            for (key, is) in [("last", last), ("from", from), ("every", every)] {
                out += &field(6, key, &is.text());
            }
        }
        if !self.deadlines.is_empty() {
            out += "    deadlines:\n";
            for (at, [act, by]) in self.deadlines.iter().enumerate() {
                out += &format!("      - id: l{at}\n{}{}", field(8, "act", &act.text()), field(8, "by", &by.text()));
            }
        }
        if !self.rolls_up.is_empty() {
            let names: Vec<String> = self.rolls_up.iter().map(|at| format!("r-{at}")).collect();
            out += &format!("    rolls_up: [{}]\n", names.join(", "));
        }
        rule(&format!("r-{number}"), &out)
    }

    /// Every expression of it.
    pub fn trees(&self) -> Vec<&Tree> {
        let mut trees: Vec<&Tree> = self.variables.iter().map(|(_, is)| is).collect();
        trees.extend(self.in_force_at.iter().chain(&self.applies).chain(&self.require));
        trees.extend(self.recurring.iter().flatten());
        trees.extend(self.deadlines.iter().flatten());
        trees
    }

    /// Rules that are this one without a part, or with a smaller one.
    pub fn smaller(&self) -> Vec<Rule> {
        let mut found = Vec::new();
        let mut with = |change: &dyn Fn(&mut Rule)| {
            let mut rule = self.clone();
            change(&mut rule);
            found.push(rule);
        };
        if self.valid.is_some() || self.in_force_at.is_some() {
            with(&|rule| (rule.valid, rule.in_force_at) = (None, None));
        }
        let asks = |rule: &Rule| rule.require.is_some() || rule.recurring.is_some() || !rule.deadlines.is_empty();
        with(&|rule| rule.deadlines.clear());
        with(&|rule| rule.recurring = None);
        with(&|rule| rule.require = None);
        with(&|rule| rule.applies = None);
        with(&|rule| rule.variables.clear());
        if let [_, ..] = self.each[..] {
            with(&|rule| rule.each.truncate(rule.each.len() - 1));
        }
        let count = self.trees().len();
        for at in 0..count {
            for smaller in self.trees()[at].smaller(&simple) {
                with(&|rule| {
                    let slot = rule.slots().nth(at);
                    slot.into_iter().for_each(|slot| *slot = smaller.clone());
                });
            }
        }
        found.retain(|rule| asks(rule) && rule.len() < self.len());
        found
    }

    fn slots(&mut self) -> impl Iterator<Item = &mut Tree> {
        let parts = self.in_force_at.iter_mut().chain(&mut self.applies).chain(&mut self.require);
        let variables = self.variables.iter_mut().map(|(_, is)| is);
        variables.chain(parts).chain(self.recurring.iter_mut().flatten()).chain(self.deadlines.iter_mut().flatten())
    }

    /// How much is written.
    fn len(&self) -> usize {
        self.yaml(0).len()
    }
}

/// The simplest values of a type.
fn simple(ty: Ty) -> Vec<&'static str> {
    match ty {
        Ty::Bool => vec!["true", "false"],
        Ty::Int => vec!["1", "0"],
        Ty::Double => vec!["1.0"],
        Ty::Text => vec!["'a'", "''"],
        Ty::Date => vec!["date('2026-01-01')"],
        Ty::Moment => vec!["never"],
        Ty::Ints => vec!["[1]"],
        Ty::Texts => vec!["['a']"],
        Ty::People => vec!["people"],
        Ty::Teams => vec!["teams"],
        _ => Vec::new(),
    }
}

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

    /// An expression of the type `ty`.
    pub fn expr(&mut self, ty: Ty, depth: usize) -> Tree {
        if depth == 0 || self.budget == 0 {
            return self.leaf(ty);
        }
        self.budget -= 1;
        let depth = depth - 1;
        match ty {
            Ty::Bool => self.bool(depth),
            Ty::Int => self.int(depth),
            Ty::Uint => match self.random.below(3) {
                0 => self.of("function", ty, "uint(@)", &[Ty::Int], depth),
                1 => self.conditional(ty, depth),
                _ => self.literal(ty),
            },
            Ty::Double => self.double(depth),
            Ty::Text => self.string(depth),
            Ty::Bytes => match self.random.below(4) {
                0 => self.of("function", ty, "bytes(@)", &[Ty::Text], depth),
                1 => self.of("function", ty, "base64.decode(base64.encode(@))", &[Ty::Bytes], depth),
                2 => self.of("function", ty, "base64.decode(@)", &[Ty::Text], depth),
                _ => self.literal(ty),
            },
            Ty::Date => self.date(depth),
            Ty::Moment => match self.random.below(4) {
                0 => self.conditional(ty, depth),
                1 => self.expr(Ty::Date, depth),
                2 => self.of("? :", ty, "(@ ? @ : never)", &[Ty::Bool, Ty::Date], depth),
                _ => self.leaf(ty),
            },
            Ty::Period | Ty::Color => self.conditional_leaf(ty, depth),
            Ty::Tint | Ty::Link | Ty::Chief | Ty::Mate | Ty::Person | Ty::Team | Ty::Member => self.leaf(ty),
            list => self.list(list, depth),
        }
    }

    fn of(&mut self, kind: &'static str, ty: Ty, text: &str, parts: &[Ty], depth: usize) -> Tree {
        let parts = parts.iter().map(|part| self.expr(*part, depth)).collect();
        Tree::of(kind, ty, text, parts)
    }

    /// `? :`, now and then with a guard as the condition.
    fn conditional(&mut self, ty: Ty, depth: usize) -> Tree {
        if self.random.percent(25)
            && let Some((guard, place)) = self.guard()
        {
            let yes = self.knowing(&place, |this| this.expr(ty, depth));
            let no = self.expr(ty, depth);
            return Tree::of("? :", ty, "(@ ? @ : @)", vec![guard, yes, no]);
        }
        self.of("? :", ty, "(@ ? @ : @)", &[Ty::Bool, ty, ty], depth)
    }

    fn conditional_leaf(&mut self, ty: Ty, depth: usize) -> Tree {
        if self.random.percent(60) {
            return self.leaf(ty);
        }
        let parts = vec![self.expr(Ty::Bool, depth), self.leaf(ty), self.leaf(ty)];
        Tree::of("? :", ty, "(@ ? @ : @)", parts)
    }

    /// `cel.bind`
    fn bind(&mut self, ty: Ty, depth: usize) -> Tree {
        const HELD: [Ty; 10] =
            [Ty::Bool, Ty::Bool, Ty::Int, Ty::Int, Ty::Text, Ty::Date, Ty::Moment, Ty::Ints, Ty::Texts, Ty::People];
        let held = HELD[self.random.below(HELD.len())];
        let value = self.held(held, depth);
        let name = self.fresh();
        let body = self.naming(vec![(name.clone(), held)], |this| this.expr(ty, depth));
        Tree::of("cel.bind", ty, &format!("cel.bind({name}, @, @)"), vec![value, body])
    }

    /// What a name can be given to: only places can be guarded.
    fn held(&mut self, ty: Ty, depth: usize) -> Tree {
        let place = if ty == Ty::Moment { self.take(self.places(ty)) } else { None };
        match place {
            Some(place) => Tree::leaf("fact or name", ty, place),
            None => self.expr(ty, depth),
        }
    }

    /// An element of a list; no list holds `never` alone.
    fn item(&mut self, ty: Ty, depth: usize) -> Tree {
        match ty {
            Ty::Color => self.leaf(ty),
            Ty::Moment if self.random.percent(50) => self.held(ty, depth),
            Ty::Moment => self.expr(Ty::Date, depth),
            _ => self.expr(ty, depth),
        }
    }

    /// A call of a definition that yields `ty`.
    fn call(&mut self, ty: Ty, depth: usize) -> Option<Tree> {
        let all: &'g [Definition] = self.definitions;
        let fitting: Vec<&Definition> = all.iter().filter(|definition| definition.result == ty).collect();
        if fitting.is_empty() {
            return None;
        }
        let definition = fitting[self.random.below(fitting.len())];
        let parts: Vec<Tree> = definition.parameters.iter().map(|(_, ty)| self.expr(*ty, depth)).collect();
        let holes = vec!["@"; parts.len()].join(", ");
        Some(Tree::of("definition", ty, &format!("{}({holes})", definition.name), parts))
    }

    /// A loop with a condition as its body.
    fn quantifier(&mut self, depth: usize) -> Tree {
        let list = LISTS[self.random.below(LISTS.len())];
        let over = self.expr(list, depth.min(2));
        let Some(element) = list.element() else { unreachable!("every list has elements") };
        let name = self.fresh();
        if self.random.percent(20) {
            let index = self.fresh();
            if index != name {
                let word = self.random.pick(&["all", "exists", "exists_one", "existsOne"]);
                let names = vec![(index.clone(), Ty::Int), (name.clone(), element)];
                let body = self.naming(names, |this| this.expr(Ty::Bool, depth));
                let text = format!("@.{word}({index}, {name}, @)");
                return Tree::of("loop of two variables", Ty::Bool, &text, vec![over, body]);
            }
        }
        let (kind, word) = *self.random.choose(&[
            ("all", "all"),
            ("exists", "exists"),
            ("exists_one", "exists_one"),
            ("exists", "exists"),
        ]);
        let body = self.naming(vec![(name.clone(), element)], |this| this.expr(Ty::Bool, depth));
        Tree::of(kind, Ty::Bool, &format!("@.{word}({name}, @)"), vec![over, body])
    }

    fn comparison(&mut self, depth: usize) -> Tree {
        let op = self.random.pick(&["==", "!=", "<", "<=", ">", ">="]).to_string();
        let equal = self.random.pick(&["==", "!="]).to_string();
        let same = |ty: Ty| [ty, ty];
        let (types, op) = match self.random.below(17) {
            0..=3 => (same(Ty::Int), op),
            4 => ([Ty::Int, Ty::Double], op),
            5 => ([Ty::Double, Ty::Int], op),
            6 => (same(Ty::Double), op),
            7 => ([Ty::Uint, *self.random.choose(&[Ty::Int, Ty::Double, Ty::Uint])], op),
            8 => (same(Ty::Text), op),
            9 => (same(Ty::Date), op),
            10 => (same(Ty::Bool), op),
            11 => (same(Ty::Moment), equal),
            12 => (same(Ty::Bytes), op),
            13 => (same(SCALAR_LISTS[self.random.below(SCALAR_LISTS.len())]), equal),
            14 => {
                let parts = vec![self.expr(Ty::Date, depth)];
                return Tree::of("as_of", Ty::Bool, &format!("(@ {op} as_of)"), parts);
            }
            15 => {
                let parts = vec![self.expr(Ty::Moment, depth)];
                return Tree::of("never", Ty::Bool, &format!("(@ {equal} never)"), parts);
            }
            _ => {
                let list = LISTS[self.random.below(LISTS.len())];
                let parts = vec![self.expr(list, depth), self.expr(Ty::Int, depth.min(1))];
                return Tree::of("size", Ty::Bool, &format!("(size(@) {op} @)"), parts);
            }
        };
        let kind = if op.len() == 2 && (op == "==" || op == "!=") { "equality" } else { "order" };
        self.of(kind, Ty::Bool, &format!("(@ {op} @)"), &types, depth)
    }

    /// About words of enums and links.
    fn about_words(&mut self, depth: usize) -> Tree {
        let (ty, words): (Ty, &[&str]) =
            if self.random.percent(70) { (Ty::Color, &COLORS) } else { (Ty::Tint, &TINTS) };
        let word = quoted(self.random.pick(words));
        let other = quoted(self.random.pick(words));
        let op = self.random.pick(&["==", "!="]).to_string();
        let one = |kind, text: &str, part| Tree::of(kind, Ty::Bool, text, vec![part]);
        match self.random.below(9) {
            0 => {
                let parts = vec![self.expr(Ty::Color, depth), self.leaf(Ty::Tint)];
                Tree::of("enum", Ty::Bool, &format!("(@ {op} @)"), parts)
            }
            1 => {
                let part = self.expr(ty, depth);
                one("enum", &format!("(@ in [{word}, {other}])"), part)
            }
            2 => {
                let part = self.expr(Ty::Colors, depth);
                one("in", &format!("({} in @)", quoted(self.random.pick(&COLORS))), part)
            }
            3 => {
                let part = self.expr(ty, depth);
                one("enum", "(@.startsWith('gr'))", part)
            }
            4 => {
                let parts = vec![self.leaf(Ty::Link), self.leaf(Ty::Chief)];
                Tree::of("link", Ty::Bool, &format!("(@ {op} @)"), parts)
            }
            5 => self.of("link", Ty::Bool, &format!("people.exists(e, e.id {op} @ && e.ok)"), &[Ty::Chief], 0),
            6 => {
                let part = self.leaf(Ty::Chief);
                let word = self.random.pick(&["'x'", "'nobody'"]).to_string();
                one("link", &format!("(@ {op} {word})"), part)
            }
            _ => {
                let part = self.expr(ty, depth);
                one("enum", &format!("(@ {op} {word})"), part)
            }
        }
    }

    /// A junction, one of whose operands stands behind a guard.
    fn guarded(&mut self, depth: usize) -> Tree {
        let Some((guard, place)) = self.guard() else { return self.comparison(depth) };
        let body = self.knowing(&place, |this| this.behind(&place, depth));
        match self.random.below(5) {
            0 => Tree::of("||", Ty::Bool, "(!(@) || @)", vec![guard, body]),
            1 => {
                let other = self.expr(Ty::Bool, depth);
                Tree::of("? :", Ty::Bool, "(@ ? @ : @)", vec![guard, body, other])
            }
            2 => {
                let other = self.expr(Ty::Bool, depth.min(1));
                Tree::of("&&", Ty::Bool, "(@ && @ && @)", vec![guard, other, body])
            }
            _ => Tree::of("&&", Ty::Bool, "(@ && @)", vec![guard, body]),
        }
    }

    fn bool(&mut self, depth: usize) -> Tree {
        let ty = Ty::Bool;
        match self.random.below(40) {
            0..=9 => {
                let and = self.random.percent(50);
                let count = 2 + self.random.below(3);
                let text = vec!["@"; count].join(if and { " && " } else { " || " });
                let types = vec![ty; count];
                self.of(if and { "&&" } else { "||" }, ty, &format!("({text})"), &types, depth)
            }
            10 | 11 => self.of("!", ty, "!(@)", &[ty], depth),
            12 | 13 => self.conditional(ty, depth),
            14..=19 => self.comparison(depth),
            20 | 21 => self.about_words(depth),
            22..=25 => self.guarded(depth),
            26..=30 => self.quantifier(depth),
            31 => {
                let list = SCALAR_LISTS[self.random.below(SCALAR_LISTS.len())];
                let Some(element) = list.element().filter(|element| *element != Ty::Color) else {
                    return self.about_words(depth);
                };
                self.of("in", ty, "(@ in @)", &[element, list], depth)
            }
            32 => self.bind(ty, depth),
            33 | 34 => self.call(ty, depth).unwrap_or_else(|| self.leaf(ty)),
            35 => {
                let name = self.random.pick(&["contains", "startsWith", "endsWith"]).to_string();
                self.of("string function", ty, &format!("@.{name}(@)"), &[Ty::Text, Ty::Text], depth)
            }
            36 => {
                let pattern = self.random.pick(&PATTERNS).to_string();
                let text = if self.random.percent(70) { "@.matches('PATTERN')" } else { "matches(@, 'PATTERN')" };
                self.of("matches", ty, &text.replace("PATTERN", &pattern), &[Ty::Text], depth)
            }
            37 => {
                let name = self.random.pick(&["contains", "equivalent", "intersects"]).to_string();
                // The last are lists of moments, which are two types.
                let list = SCALAR_LISTS[self.random.below(SCALAR_LISTS.len() - 1)];
                self.of("sets", ty, &format!("sets.{name}(@, @)"), &[list, list], depth)
            }
            38 => match self.random.below(4) {
                0 => {
                    let name = self.random.pick(&["isNaN", "isInf", "isFinite"]).to_string();
                    self.of("math", ty, &format!("math.{name}(@)"), &[Ty::Double], depth)
                }
                1 => self.of("optional", ty, "@.first().hasValue()", &[Ty::Ints], depth),
                2 => self.of("function", ty, "bool(@)", &[Ty::Text], depth),
                _ => self.of("index", ty, "@[@]", &[Ty::Bools, Ty::Int], depth),
            },
            _ => self.of("field of an element", ty, "@[@].ok", &[Ty::People, Ty::Int], depth.min(1)),
        }
    }

    fn int(&mut self, depth: usize) -> Tree {
        let ty = Ty::Int;
        match self.random.below(30) {
            0..=4 => {
                let op = self.random.pick(&["+", "-", "*", "/", "%"]).to_string();
                self.of("arithmetic", ty, &format!("(@ {op} @)"), &[ty, ty], depth)
            }
            5 => self.of("negation", ty, "-(@)", &[ty], depth),
            6 | 7 => {
                let list = LISTS[self.random.below(LISTS.len())];
                let text = if self.random.percent(50) { "size(@)" } else { "@.size()" };
                self.of("size", ty, text, &[list], depth)
            }
            8 => {
                let of = *self.random.choose(&[Ty::Text, Ty::Bytes]);
                self.of("size", ty, "size(@)", &[of], depth)
            }
            9 | 10 => self.conditional(ty, depth),
            11 => {
                let from = *self.random.choose(&[Ty::Int, Ty::Double, Ty::Text, Ty::Uint]);
                self.of("conversion", ty, "int(@)", &[from], depth)
            }
            12 | 13 => self.of("index", ty, "@[@]", &[Ty::Ints, ty], depth),
            14 => {
                let (part, name) = *self.random.choose(&[("year", Ty::Date), ("month", Ty::Date), ("day", Ty::Date)]);
                self.of("date function", ty, &format!("@.{part}()"), &[name], depth)
            }
            15 => self.of("date function", ty, "days_between(@, @)", &[Ty::Date, Ty::Date], depth),
            16 => {
                let name = self.random.pick(&["indexOf", "lastIndexOf"]).to_string();
                if self.random.percent(50) {
                    self.of("string function", ty, &format!("@.{name}(@)"), &[Ty::Text, Ty::Text], depth)
                } else {
                    self.of("string function", ty, &format!("@.{name}(@, @)"), &[Ty::Text, Ty::Text, ty], depth)
                }
            }
            17 => {
                let name = self.random.pick(&["greatest", "least"]).to_string();
                match self.random.below(3) {
                    0 => self.of("math", ty, &format!("math.{name}(@, @)"), &[ty, ty], depth),
                    1 => self.of("math", ty, &format!("math.{name}(@, @, @)"), &[ty, ty, ty], depth),
                    _ => self.of("math", ty, &format!("math.{name}(@)"), &[Ty::Ints], depth),
                }
            }
            18 => {
                let name = self.random.pick(&["abs", "sign", "bitNot"]).to_string();
                self.of("math", ty, &format!("math.{name}(@)"), &[ty], depth)
            }
            19 => {
                const NAMES: [&str; 5] = ["bitAnd", "bitOr", "bitXor", "bitShiftLeft", "bitShiftRight"];
                let name = self.random.pick(&NAMES).to_string();
                self.of("math", ty, &format!("math.{name}(@, @)"), &[ty, ty], depth)
            }
            20 => self.bind(ty, depth),
            21 => self.call(ty, depth).unwrap_or_else(|| self.leaf(ty)),
            22 => {
                let name = self.random.pick(&["first", "last"]).to_string();
                match self.random.below(3) {
                    0 => self.of("optional", ty, &format!("@.{name}().value()"), &[Ty::Ints], depth),
                    _ => self.of("optional", ty, &format!("@.{name}().orValue(@)"), &[Ty::Ints, ty], depth),
                }
            }
            23 => self.of("field of an element", ty, "@[@].n", &[Ty::People, ty], depth.min(1)),
            24 => {
                let word = self.random.pick(&["size(LIST)", "LIST.size()"]).replace("LIST", "@.filter(e0, @)");
                let list = self.expr(Ty::People, depth.min(1));
                let body = self.naming(vec![("e0".to_string(), Ty::Person)], |this| this.expr(Ty::Bool, depth));
                Tree::of("size", ty, &word, vec![list, body])
            }
            _ => self.leaf(ty),
        }
    }

    fn double(&mut self, depth: usize) -> Tree {
        let ty = Ty::Double;
        match self.random.below(12) {
            0..=2 => {
                let op = self.random.pick(&["+", "-", "*", "/"]).to_string();
                self.of("arithmetic", ty, &format!("(@ {op} @)"), &[ty, ty], depth)
            }
            3 => self.of("negation", ty, "-(@)", &[ty], depth),
            4 => self.conditional(ty, depth),
            5 => {
                let from = *self.random.choose(&[Ty::Int, Ty::Text, Ty::Uint, Ty::Double]);
                self.of("conversion", ty, "double(@)", &[from], depth)
            }
            6 => self.of("index", ty, "@[@]", &[Ty::Doubles, Ty::Int], depth),
            7 => {
                let name = self.random.pick(&["ceil", "floor", "round", "trunc", "abs", "sign", "sqrt"]).to_string();
                self.of("math", ty, &format!("math.{name}(@)"), &[ty], depth)
            }
            8 => {
                let name = self.random.pick(&["greatest", "least"]).to_string();
                self.of("math", ty, &format!("math.{name}(@, @)"), &[ty, ty], depth)
            }
            9 => self.bind(ty, depth),
            _ => self.leaf(ty),
        }
    }

    fn string(&mut self, depth: usize) -> Tree {
        let ty = Ty::Text;
        let text = |name: &str, types: &[Ty], this: &mut Self| this.of("string function", ty, name, types, depth);
        match self.random.below(24) {
            0 | 1 => self.of("concatenation", ty, "(@ + @)", &[ty, ty], depth),
            2 | 3 => {
                let from = *self.random.choose(&[Ty::Int, Ty::Double, Ty::Bool, Ty::Date, ty, Ty::Uint, Ty::Bytes]);
                self.of("conversion", ty, "string(@)", &[from], depth)
            }
            4 | 5 => self.conditional(ty, depth),
            6 => self.of("index", ty, "@[@]", &[Ty::Texts, Ty::Int], depth),
            7 => {
                let name = self.random.pick(&["lowerAscii", "upperAscii", "trim", "reverse"]).to_string();
                text(&format!("@.{name}()"), &[ty], self)
            }
            8 => text("@.charAt(@)", &[ty, Ty::Int], self),
            9 => text("@.substring(@)", &[ty, Ty::Int], self),
            10 => text("@.substring(@, @)", &[ty, Ty::Int, Ty::Int], self),
            11 => text("@.replace(@, @)", &[ty, ty, ty], self),
            12 => text("@.replace(@, @, @)", &[ty, ty, ty, Ty::Int], self),
            13 => text("@.join()", &[Ty::Texts], self),
            14 => text("@.join(@)", &[Ty::Texts, ty], self),
            15 => text("strings.quote(@)", &[ty], self),
            16 => text("'%d'.format([@])", &[Ty::Int], self),
            17 => text("'<%s>%%'.format([@])", &[ty], self),
            18 => self.of("function", ty, "base64.encode(@)", &[Ty::Bytes], depth),
            19 => self.bind(ty, depth),
            20 => self.call(ty, depth).unwrap_or_else(|| self.leaf(ty)),
            21 => self.of("field of an element", ty, "@[@].id", &[Ty::People, Ty::Int], depth.min(1)),
            _ => self.leaf(ty),
        }
    }

    fn date(&mut self, depth: usize) -> Tree {
        let ty = Ty::Date;
        match self.random.below(16) {
            0 | 1 => {
                let name = self.random.pick(&["plus_days", "plus_months", "plus_years"]).to_string();
                self.of("date function", ty, &format!("@.{name}(@)"), &[ty, Ty::Int], depth)
            }
            2 => self.of("date function", ty, "@.plus(@)", &[ty, Ty::Period], depth),
            3 => {
                let name = self.random.pick(&["earlier", "later"]).to_string();
                self.of("date function", ty, &format!("{name}(@, @)"), &[ty, ty], depth)
            }
            4 | 5 => self.of("date function", ty, "@.or(@)", &[Ty::Moment, ty], depth),
            6 => self.of("date function", ty, "next_open_day(@)", &[ty], depth),
            7 => {
                let part = self.expr(Ty::Text, depth);
                // A day that is written out must be one.
                let text = if part.kind == "literal" { "date(string(@))" } else { "date(@)" };
                Tree::of("conversion", ty, text, vec![part])
            }
            8 | 9 => self.conditional(ty, depth),
            10 => self.of("index", ty, "@[@]", &[Ty::Dates, Ty::Int], depth),
            11 => self.bind(ty, depth),
            12 => self.call(ty, depth).unwrap_or_else(|| self.leaf(ty)),
            _ => self.leaf(ty),
        }
    }

    fn list(&mut self, ty: Ty, depth: usize) -> Tree {
        let Some(element) = ty.element() else { unreachable!("{ty:?} is a list") };
        let is_record = !element.fields().is_empty();
        match self.random.below(16) {
            0..=3 => {
                let over = self.expr(ty, depth.min(2));
                let name = self.fresh();
                let body = self.naming(vec![(name.clone(), element)], |this| this.expr(Ty::Bool, depth));
                Tree::of("filter", ty, &format!("@.filter({name}, @)"), vec![over, body])
            }
            4 => self.of("concatenation", ty, "(@ + @)", &[ty, ty], depth.min(2)),
            5 => self.conditional(ty, depth.min(2)),
            6 if self.random.percent(40) => self.of("list function", ty, "@.reverse()", &[ty], depth),
            6 if self.random.percent(50) => {
                let parts = [ty, Ty::Int, Ty::Int];
                self.of("list function", ty, "@.slice(@, @)", &parts, depth.min(1))
            }
            _ if is_record => self.leaf(ty),
            7..=9 => {
                // From any list to values.
                let from = LISTS[self.random.below(LISTS.len())];
                let Some(of) = from.element() else { unreachable!("every list has elements") };
                let over = self.expr(from, depth.min(2));
                let (index, name) = (self.fresh(), self.fresh());
                let two = index != name && self.random.percent(35);
                let mut names = vec![(name.clone(), of)];
                if two {
                    names.insert(0, (index.clone(), Ty::Int));
                }
                let filtered = self.random.percent(40);
                let parts = self.naming(names, |this| {
                    let filter = filtered.then(|| this.expr(Ty::Bool, depth.min(2)));
                    let body = this.item(element, depth);
                    filter.into_iter().chain([body]).collect::<Vec<_>>()
                });
                let filter = if filtered { "@, " } else { "" };
                let (kind, text) = if two {
                    ("transformList", format!("@.transformList({index}, {name}, {filter}@)"))
                } else {
                    ("map", format!("@.map({name}, {filter}@)"))
                };
                Tree::of(kind, ty, &text, [vec![over], parts].concat())
            }
            10 => {
                let count = 1 + self.random.below(3);
                let text = vec!["@"; count].join(", ");
                let items = (0..count).map(|_| self.item(element, depth)).collect();
                Tree::of("list", ty, &format!("[{text}]"), items)
            }
            11 => match (ty, self.random.below(3)) {
                (Ty::Ints, 0) => {
                    let n = self.random.below(4);
                    Tree::leaf("list function", ty, format!("lists.range({n})"))
                }
                (Ty::Ints, 1) => self.of("list function", ty, "@.flatten()", &[Ty::IntLists], depth),
                (Ty::Texts, 0) => self.of("string function", ty, "@.split(@)", &[Ty::Text, Ty::Text], depth),
                (Ty::Texts, 1) => {
                    self.of("string function", ty, "@.split(@, @)", &[Ty::Text, Ty::Text, Ty::Int], depth)
                }
                (Ty::Texts, _) => self.of("regex", ty, "regex.extractAll(@, '[0-9a-z]+')", &[Ty::Text], depth),
                _ => self.of("list function", ty, "@.distinct()", &[ty], depth),
            },
            12 if matches!(ty, Ty::Ints | Ty::Texts | Ty::Doubles | Ty::Dates | Ty::Bools) => {
                self.of("list function", ty, "@.sort()", &[ty], depth)
            }
            13 => self.bind(ty, depth),
            14 => self.call(ty, depth).unwrap_or_else(|| self.leaf(ty)),
            _ => self.leaf(ty),
        }
    }
}
