//! Rules and definitions: as a file has them, and smaller ones.

use super::Tree;
use crate::pack::{field, rule};
use crate::vocabulary::Ty;

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
