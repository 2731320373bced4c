//! Is a policy set sensible before it runs: names, types, guards, citations, languages.

mod always;
mod citations;
mod define;
pub mod definitions;
pub mod environment;
mod errors;
pub mod errs;
pub mod infer;
pub mod typed;

use std::collections::HashMap;

use crate::cel::{Expression, Part, Template};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, did_you_mean};
use crate::lang::{Text, text};
use crate::policy::{Message, Pack, PolicySet, Rule};
use crate::schema::FactSchema;
use crate::source::Span;
use crate::stdlib::CustomFunctions;
use crate::types::{Substitution, Type};
use always::Always;
pub(crate) use citations::uncited;
use definitions::DefinitionTable;
use environment::Environment;
use infer::{Inference, Position, Scoped};
use typed::{BindingId, DefinitionId, Meaning, Typed, Whole};

/// A message, checked: one [`Typed`] for each value of each template, in order.
#[derive(Clone, Debug, Default)]
pub struct CheckedMessage {
    /// 日本語
    pub ja: Vec<Typed>,
    /// English
    pub en: Vec<Typed>,
}

/// What the checker found out about one rule.
#[derive(Clone, Debug, Default)]
pub struct CheckedRule {
    /// The loops: the list, its element's binding, the subject.
    pub each: Vec<(Typed, BindingId, Option<Typed>)>,
    /// The day of validity.
    pub in_force_at: Option<Typed>,
    /// Its variables.
    pub variables: Vec<Typed>,
    /// When it applies.
    pub applies: Option<Typed>,
    /// What it requires.
    pub require: Option<Typed>,
    /// Last, from, every.
    pub recurring: Option<[Typed; 3]>,
    /// Act and last day.
    pub deadlines: Vec<[Typed; 2]>,
    /// What to say.
    pub message: CheckedMessage,
    /// What to do.
    pub remedy: CheckedMessage,
}

impl CheckedRule {
    /// The expressions of `rule`, whose finding these are: the key each stands under, its tree, its types.
    pub fn expressions<'c>(&'c self, rule: &'c Rule) -> Vec<(&'static str, &'c Expression, &'c Typed)> {
        let mut all: Vec<(&'static str, &Expression, &Typed)> = Vec::new();
        for (each, (list, _, subject)) in rule.for_each.iter().zip(&self.each) {
            all.push(("for_each", &each.list, list));
            all.extend(each.subject.iter().zip(subject).map(|(subject, typed)| ("for_each", subject, typed)));
        }
        all.extend(rule.in_force_at.iter().zip(&self.in_force_at).map(|(day, typed)| ("in_force_at", day, typed)));
        let variables = rule.variables.iter().zip(&self.variables);
        all.extend(variables.map(|(variable, typed)| ("variables", &variable.is, typed)));
        all.extend(rule.applies.iter().zip(&self.applies).map(|(applies, typed)| ("applies", applies, typed)));
        all.extend(rule.require.iter().zip(&self.require).map(|(require, typed)| ("require", require, typed)));
        if let (Some(recurring), Some(typed)) = (&rule.recurring, &self.recurring) {
            let parts = [&recurring.last, &recurring.from, &recurring.every];
            all.extend(parts.into_iter().zip(typed).map(|(part, typed)| ("recurring", part, typed)));
        }
        for (deadline, typed) in rule.deadlines.iter().zip(&self.deadlines) {
            let parts = [&deadline.act, &deadline.by];
            all.extend(parts.into_iter().zip(typed).map(|(part, typed)| ("deadlines", part, typed)));
        }
        for (key, message, checked) in
            [("message", &rule.message, &self.message), ("remedy", &rule.remedy, &self.remedy)]
        {
            for (template, typed) in [(&message.ja, &checked.ja), (&message.en, &checked.en)] {
                let values = template.parts.iter().filter_map(|part| match part {
                    Part::Value(expression) => Some(expression),
                    _ => None,
                });
                all.extend(values.zip(typed).map(|(value, typed)| (key, value, typed)));
            }
        }
        all
    }
}

/// A policy set that passed the checker.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The set.
    pub set: PolicySet,
    /// Its definitions.
    pub definitions: DefinitionTable,
    /// Its rules, by pack.
    pub rules: Vec<Vec<CheckedRule>>,
    /// The functions an embedder added.
    pub functions: CustomFunctions,
    /// Warnings.
    pub warnings: Diagnostics,
}

/// Checks `set` against the vocabulary `schema` and the functions added. On error gives back the set
/// with all diagnostics.
pub fn check(mut set: PolicySet, schema: &FactSchema, functions: CustomFunctions) -> Result<Checked, Box<PolicySet>> {
    let mut out = std::mem::take(&mut set.diagnostics);
    let definitions = define::check(&set, schema, &functions, &mut out);
    identities(&set, &mut out);
    circles(&set, &mut out);
    let mut rules = Vec::with_capacity(set.packs.len());
    for (index, pack) in set.packs.iter().enumerate() {
        citations::check(pack, &mut out);
        let checked = pack
            .rules
            .iter()
            .map(|rule| check_rule(rule, pack, index, schema, &definitions, &functions, &mut out))
            .collect();
        rules.push(checked);
    }
    if !out.has_errors() && !set.reviewed {
        out.extend(constant_conditions(&set, schema, &definitions, &rules));
    }
    citations::relations(&set, &mut out);
    let out = out.sorted();
    if out.has_errors() {
        set.diagnostics = out;
        return Err(Box::new(set));
    }
    Ok(Checked { set, definitions, rules, functions, warnings: out })
}

impl Checked {
    /// The definitions that call one of `called`, and those that call them, callees first; `called` among them.
    pub(crate) fn callers(&self, called: &[DefinitionId]) -> Vec<DefinitionId> {
        define::callers(&self.definitions, called)
    }

    /// Gives the definition `id` another expression, and checks it and those that lean on it anew.
    pub(crate) fn redefine(&mut self, id: DefinitionId, expression: Expression, schema: &FactSchema) -> Diagnostics {
        let affected = self.callers(&[id]);
        self.definitions.entries[id.0 as usize].expression = expression;
        let mut out = Diagnostics::new();
        for id in affected {
            define::infer(&mut self.definitions, id.0 as usize, &self.set, schema, &self.functions, &mut out);
        }
        out
    }
}

/// Rule ids are unique, and roll-ups name rules that exist.
fn identities(set: &PolicySet, out: &mut Diagnostics) {
    let mut seen: HashMap<&str, Span> = HashMap::new();
    for (_, rule) in set.rules() {
        if let Some(first) = seen.get(rule.id.text.as_str()) {
            out.push(
                Diagnostic::new(
                    Code::DuplicateRule,
                    rule.id.span,
                    text!("ルールID `{}` が2つあります", "there are two rules `{}`", rule.id.text),
                )
                .related(*first, Text::new("最初はここ", "first used here"))
                .help(Text::new("どちらかのIDを変えてください", "rename one of them")),
            );
        } else {
            seen.insert(&rule.id.text, rule.id.span);
        }
    }
    // A rule that could not be read, or took another's id, is not missing.
    if out.has_errors() {
        return;
    }
    for (_, rule) in set.rules() {
        for target in &rule.rolls_up {
            if !seen.contains_key(target.text.as_str()) {
                let near = did_you_mean(&target.text, seen.keys().copied().filter(|id| *id != rule.id.text));
                out.push(
                    Diagnostic::new(
                        Code::UnknownRule,
                        target.span,
                        text!("`{}` というルールはありません", "there is no rule `{}`", target.text),
                    )
                    .help(match near {
                        Some(near) => text!("`{}` のことですか", "did you mean `{}`?", near),
                        None => Text::new("同じパックのルールIDを書いてください", "name a rule of these packs"),
                    }),
                );
            }
        }
    }
}

/// No rule sums itself up, directly or through others.
fn circles(set: &PolicySet, out: &mut Diagnostics) {
    let rules: Vec<&Rule> = set.rules().map(|(_, rule)| rule).collect();
    let numbers: HashMap<&str, usize> =
        rules.iter().enumerate().map(|(at, rule)| (rule.id.text.as_str(), at)).collect();
    let parts: Vec<Vec<usize>> = rules
        .iter()
        .map(|rule| rule.rolls_up.iter().filter_map(|id| numbers.get(id.text.as_str()).copied()).collect())
        .collect();
    let circle = circle_of_each(&parts);
    for (at, rule) in rules.iter().enumerate() {
        for target in &rule.rolls_up {
            if numbers.get(target.text.as_str()).is_some_and(|part| circle[*part] == circle[at]) {
                out.push(
                    Diagnostic::new(
                        Code::CircularRollUp,
                        target.span,
                        text!(
                            "`{0}` は `{1}` をまとめています",
                            "`{0}` itself sums up `{1}`",
                            target.text,
                            rule.id.text
                        ),
                    )
                    .help(Text::new(
                        "まとめが輪になっています。どれか1つを外してください",
                        "the roll-ups go round in a circle; take one of them out",
                    )),
                );
            }
        }
    }
}

/// For each node of a graph, a number that it shares with those it reaches that reach it again (Tarjan's
/// strongly connected components, on a stack of its own).
fn circle_of_each(parts: &[Vec<usize>]) -> Vec<usize> {
    const NONE: usize = usize::MAX;
    let mut order = vec![NONE; parts.len()];
    let mut lowest = vec![NONE; parts.len()];
    let mut circle = vec![NONE; parts.len()];
    let (mut next, mut open) = (0, Vec::new());
    for root in 0..parts.len() {
        // Nodes on the way, and which of their parts comes next.
        let mut way: Vec<(usize, usize)> = if order[root] == NONE { vec![(root, 0)] } else { Vec::new() };
        while let Some((node, at)) = way.pop() {
            if at == 0 {
                (order[node], lowest[node]) = (next, next);
                next += 1;
                open.push(node);
            } else if circle[parts[node][at - 1]] == NONE {
                lowest[node] = lowest[node].min(lowest[parts[node][at - 1]]);
            }
            match parts[node].get(at) {
                Some(part) if order[*part] == NONE => way.extend([(node, at + 1), (*part, 0)]),
                Some(_) => way.push((node, at + 1)),
                None if lowest[node] == order[node] => {
                    while let Some(member) = open.pop() {
                        circle[member] = node;
                        if member == node {
                            break;
                        }
                    }
                }
                None => {}
            }
        }
    }
    circle
}

/// Checks `rule` alone, as a rule of the pack number `index` of the set behind `definitions`.
pub(crate) fn check_rule(
    rule: &Rule,
    pack: &Pack,
    index: usize,
    schema: &FactSchema,
    definitions: &DefinitionTable,
    functions: &CustomFunctions,
    out: &mut Diagnostics,
) -> CheckedRule {
    let mut checked = CheckedRule::default();
    let mut inference = Inference {
        schema,
        parameters: &pack.parameters,
        definitions,
        functions,
        plain: None,
        substitution: Substitution::default(),
        pack: Some(index),
        position: Position::Rule,
        scope: Vec::new(),
        known: Vec::new(),
        assumed: Vec::new(),
        leans: false,
        next_binding: 0,
        out: Diagnostics::new(),
    };
    for each in &rule.for_each {
        let (typed, whole) = inference.expression(&each.list, None);
        let element = match (&whole.ty, &whole.place) {
            (Some(Type::List(element)), Some(_)) if matches!(**element, Type::Record(_)) => (**element).clone(),
            (Some(Type::Error), _) => Type::Error,
            _ => {
                let root = each.list.ast.root();
                let found = whole.ty.clone().unwrap_or(Type::Error);
                let help = Text::new(
                    "`contracts` や `p.recipients` のような、記録のリストを書いてください",
                    "write a list of records, such as `contracts` or `p.recipients`",
                );
                inference.out.push(errors::mismatch(&Type::list(Type::Dyn), &found, each.list.span(root), help));
                Type::Error
            }
        };
        let binding = BindingId(inference.next_binding);
        inference.next_binding += 1;
        inference.scope.push(Scoped {
            name: each.name.text.clone(),
            meaning: Meaning::Binding(binding),
            ty: element,
            place: Some(format!("local{}:", binding.0)),
            literals: Vec::new(),
        });
        checked.each.push((typed, binding, None));
    }
    let one = |inference: &mut Inference<'_>, expression: &Option<Expression>, wanted: Type| {
        let expression = expression.as_ref()?;
        Some(inference.expression(expression, Some(&wanted)))
    };
    checked.in_force_at = one(&mut inference, &rule.in_force_at, Type::Date).map(|(typed, _)| typed);
    for (number, variable) in rule.variables.iter().enumerate() {
        let (typed, whole) = inference.expression(&variable.is, None);
        inference.scope.push(Scoped {
            name: variable.name.text.clone(),
            meaning: Meaning::Variable(number),
            ty: whole.ty.unwrap_or(Type::Error),
            place: whole.place,
            literals: Vec::new(),
        });
        checked.variables.push(typed);
    }
    if let Some((typed, whole)) = one(&mut inference, &rule.applies, Type::Bool) {
        checked.applies = Some(typed);
        let Whole { yes, .. } = whole;
        inference.known.extend(yes);
    }
    inference.position = if rule.empty_ok { Position::Rule } else { Position::Require };
    if let Some((typed, _)) = one(&mut inference, &rule.require, Type::Bool) {
        checked.require = Some(typed);
    }
    inference.position = Position::Rule;
    if let Some(recurring) = &rule.recurring {
        let (last, _) = inference.expression(&recurring.last, Some(&Type::DateOrNever));
        let (from, _) = inference.expression(&recurring.from, Some(&Type::Date));
        let (every, _) = inference.expression(&recurring.every, Some(&Type::Period));
        checked.recurring = Some([last, from, every]);
    }
    for deadline in &rule.deadlines {
        let (act, _) = inference.expression(&deadline.act, Some(&Type::DateOrNever));
        let (by, _) = inference.expression(&deadline.by, Some(&Type::Date));
        checked.deadlines.push([act, by]);
    }
    inference.position = Position::Message;
    for (each, slot) in rule.for_each.iter().zip(&mut checked.each) {
        slot.2 = each.subject.as_ref().map(|subject| inference.expression(subject, Some(&Type::String)).0);
    }
    checked.message = message(&mut inference, &rule.message);
    checked.remedy = message(&mut inference, &rule.remedy);
    out.extend(inference.out);
    checked
}

/// Conditions of an expression of plain CEL that come out the same whatever its variables stand for.
pub fn constant_conditions_of(environment: &Environment, e: &Expression, typed: &Typed) -> Diagnostics {
    let mut always = Always::new(None, &environment.definitions, &[]);
    always.expression(always::Checked { e, typed });
    always.finish()
}

/// Conditions that come out the same whatever is answered.
fn constant_conditions(
    set: &PolicySet,
    schema: &FactSchema,
    definitions: &DefinitionTable,
    rules: &[Vec<CheckedRule>],
) -> Diagnostics {
    let mut out = Diagnostics::new();
    let entries = definitions.entries();
    let definition = |entry: &definitions::Entry, constant: &[bool]| {
        let mut always = Always::new(Some(schema), definitions, constant);
        let is_constant = always.expression(always::Checked { e: &entry.expression, typed: &entry.typed });
        (is_constant, always.finish())
    };
    // A definition that is constant is reported where it stands, and not where it is called.
    let open = vec![false; entries.len()];
    let constant: Vec<bool> = entries.iter().map(|entry| definition(entry, &open).0).collect();
    for entry in entries {
        out.extend(definition(entry, &constant).1);
    }
    for (pack, rules) in set.packs.iter().zip(rules) {
        for (rule, checked) in pack.rules.iter().zip(rules) {
            let mut always = Always::new(Some(schema), definitions, &constant);
            let mut applies = true;
            for (key, e, typed) in checked.expressions(rule) {
                let expression = always::Checked { e, typed };
                if matches!(key, "applies" | "require") {
                    always.bare_word(expression);
                }
                match key {
                    "variables" => always.variable(expression),
                    "applies" => applies = always.guard(expression),
                    _ if applies => {
                        always.expression(expression);
                    }
                    _ => {}
                }
            }
            out.extend(always.finish());
        }
    }
    out
}

fn message(inference: &mut Inference<'_>, message: &Message) -> CheckedMessage {
    let mut template = |template: &Template| -> Vec<Typed> {
        let mut all = Vec::new();
        for part in &template.parts {
            let Part::Value(expression) = part else {
                continue;
            };
            let (typed, whole) = inference.expression(expression, None);
            if matches!(whole.ty, Some(Type::Record(_))) {
                let root = expression.ast.root();
                inference.out.push(errors::record_misuse(expression.text(root), expression.span(root)));
            }
            all.push(typed);
        }
        all
    };
    CheckedMessage { ja: template(&message.ja), en: template(&message.en) }
}
