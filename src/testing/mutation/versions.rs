//! The wrong versions of a rule or definition, and how one is put in the place of what is written.

use std::collections::{HashMap, HashSet};

use super::operators::{self, Change, Scope};
use super::{Condition, Fate, Mutant, Side};
use crate::cel::Expression;
use crate::check::CheckedRule;
use crate::check::typed::{Meaning, Typed};
use crate::cite;
use crate::diagnostic::Diagnostics;
use crate::digest::sha256;
use crate::policy::{Pack, ParameterValue, Rule};
use crate::schema::FactSchema;
use crate::source::Span;
use crate::value::Period;
use crate::words::Mutation;
use crate::yaml::shape::Written;

/// Where a change is made.
#[derive(Clone, Debug)]
pub(super) enum Site {
    /// The expression under the key of the version.
    Part,
    /// A citation of the rule.
    Cites(usize),
    /// First or last day of validity.
    Window(bool),
    /// The value of a parameter.
    Value(usize),
}

/// A version to be tried.
pub(super) struct Version {
    pub(super) mutant: Mutant,
    pub(super) site: Site,
    /// The whole text of the expression.
    pub(super) text: String,
}

/// The expressions of `rule` that decide its verdict: the key each stands under.
pub(super) fn parts<'r>(rule: &'r Rule, checked: &'r CheckedRule) -> Vec<(String, &'r Expression, &'r Typed)> {
    let mut names = Vec::new();
    let deadlines = rule
        .deadlines
        .iter()
        .flat_map(|deadline| ["act", "by"].map(|part| format!("deadlines.{}.{part}", deadline.id)));
    let mut deadlines = deadlines.collect::<Vec<_>>().into_iter();
    let mut recurring = ["last", "from", "every"].into_iter();
    let mut variables = rule.variables.iter();
    for (key, expression, typed) in checked.expressions(rule) {
        let name = match key {
            "for_each" | "message" | "remedy" => continue,
            "deadlines" => deadlines.next().unwrap_or_default(),
            "recurring" => format!("recurring.{}", recurring.next().unwrap_or_default()),
            "variables" => format!("variables.{}", variables.next().map_or("", |variable| variable.name.text.as_str())),
            key => key.to_string(),
        };
        names.push((name, expression, typed));
    }
    names
}

/// Puts `text` in the place of the expression under `key`.
pub(super) fn replace(rule: &mut Rule, key: &str, text: &str) -> Result<(), Diagnostics> {
    let slot: Option<&mut Expression> = match key {
        "in_force_at" => rule.in_force_at.as_mut(),
        "applies" => rule.applies.as_mut(),
        "require" => rule.require.as_mut(),
        key => match key.split_once('.') {
            Some(("variables", name)) => {
                rule.variables.iter_mut().find(|variable| variable.name.text == name).map(|variable| &mut variable.is)
            }
            Some(("recurring", part)) => rule.recurring.as_mut().map(|recurring| match part {
                "last" => &mut recurring.last,
                "from" => &mut recurring.from,
                _ => &mut recurring.every,
            }),
            Some(("deadlines", rest)) => rest.rsplit_once('.').and_then(|(id, part)| {
                let deadline = rule.deadlines.iter_mut().find(|deadline| deadline.id == id)?;
                Some(if part == "act" { &mut deadline.act } else { &mut deadline.by })
            }),
            _ => None,
        },
    };
    let Some(slot) = slot else { return Err(Diagnostics::new()) };
    *slot = parsed(text, slot.written.span)?;
    Ok(())
}

pub(super) fn parsed(text: &str, span: Span) -> Result<Expression, Diagnostics> {
    let mut out = Diagnostics::new();
    let expression = Expression::parse(Written::made(text, span), &mut out);
    if out.has_errors() { Err(out) } else { Ok(expression) }
}

/// The id of a version: of what, what it was, what it would be.
pub(super) fn id(of: &str, key: &str, operator: Mutation, whole: &str, change: &str) -> String {
    let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let digest = sha256(format!("{of}\n{key}\n{}\n{}\n{}", operator.word(), plain(whole), plain(change)).as_bytes());
    digest[..12].to_string()
}

/// Every version of a rule.
pub(super) fn versions(schema: &FactSchema, pack: &Pack, rule: &Rule, checked: &CheckedRule) -> Vec<Version> {
    let scope = Scope { schema, parameters: &pack.parameters };
    let mut versions = Vec::new();
    let mut used: HashSet<usize> = HashSet::new();
    for (key, expression, typed) in parts(rule, checked) {
        let mut changes = operators::changes(expression, typed, &scope);
        if key.ends_with(".by") {
            let whole = (0, expression.written.text.len());
            let known: HashSet<&str> = changes.iter().map(|change| change.after.as_str()).collect();
            let moved = ["1", "-1"].map(|days| format!("({}).plus_days({days})", expression.written.text.trim()));
            let moved: Vec<String> = moved.into_iter().filter(|after| !known.contains(after.as_str())).collect();
            changes.extend(moved.into_iter().map(|after| Change { operator: Mutation::Offset, range: whole, after }));
        }
        versions
            .extend(changes.into_iter().map(|change| version(&rule.id.text, &key, expression, &change, Site::Part)));
        for meaning in &typed.meanings {
            if let Meaning::Parameter(index) = meaning {
                used.insert(*index);
            }
        }
    }
    let plain = |key: &str, operator: Mutation, span: Span, before: String, after: String, site: Site| Version {
        mutant: Mutant {
            id: id(&rule.id.text, key, operator, &before, &after),
            of: rule.id.text.clone(),
            key: key.to_string(),
            operator,
            span,
            before,
            after: after.clone(),
            fate: Fate::Survived(None),
        },
        site,
        text: after,
    };
    let mut used: Vec<usize> = used.into_iter().collect();
    used.sort_unstable();
    for index in used {
        let declared = &pack.parameters[index];
        if let Some(other) = step(&declared.default) {
            let (before, after) = (declared.default.to_string(), other.to_string());
            let key = format!("params.{}", declared.name);
            versions.push(plain(&key, Mutation::Parameter, declared.span, before, after, Site::Value(index)));
        }
    }
    for (index, cited) in rule.cites.iter().enumerate() {
        if let Some(other) = neighbour(pack, rule, &cited.text) {
            versions.push(plain(
                "cites",
                Mutation::Citation,
                cited.span,
                cited.text.clone(),
                other,
                Site::Cites(index),
            ));
        }
    }
    // The window of the source is no rule's own.
    let own = (rule.valid_from, rule.valid_until) != (pack.source.effective_on, pack.source.expires_on);
    for (first, day) in [(true, rule.valid_from), (false, rule.valid_until)] {
        for after in ["+1", "-1"] {
            if let Some(day) = day.filter(|_| own) {
                let key = if first { "valid.from" } else { "valid.until" };
                versions.push(plain(
                    key,
                    Mutation::Window,
                    rule.id.span,
                    day.to_string(),
                    after.into(),
                    Site::Window(first),
                ));
            }
        }
    }
    versions
}

pub(super) fn version(of: &str, key: &str, expression: &Expression, change: &Change, site: Site) -> Version {
    let text = &expression.written.text;
    let (start, end) = change.range;
    let whole = format!("{}{}{}", &text[..start], change.after, &text[end..]);
    Version {
        mutant: Mutant {
            id: id(of, key, change.operator, text, &whole),
            of: of.to_string(),
            key: key.to_string(),
            operator: change.operator,
            span: expression.written.map.span(start, end),
            before: text[start..end].split_whitespace().collect::<Vec<_>>().join(" "),
            after: change.after.split_whitespace().collect::<Vec<_>>().join(" "),
            fate: Fate::Survived(None),
        },
        site,
        text: whole,
    }
}

/// The conditions of an expression, with what became of the versions that make each constant.
pub(super) fn conditions(
    of: &str,
    key: &str,
    expression: &Expression,
    typed: &Typed,
    mutants: &[Mutant],
    shown: &HashMap<String, bool>,
) -> Vec<Condition> {
    let side = |span: Span, value: &str| {
        let mutant = mutants.iter().find(|mutant| {
            mutant.key == key && mutant.operator == Mutation::Condition && mutant.span == span && mutant.after == value
        });
        let mutant = mutant.filter(|mutant| mutant.fate != Fate::Refused);
        Side {
            shown: mutant.is_some_and(|mutant| shown.get(&mutant.id).copied().unwrap_or(false)),
            mutant: mutant.map(|mutant| mutant.id.clone()),
        }
    };
    let all = operators::conditions(expression, typed).into_iter().map(|id| {
        let span = expression.span(id);
        Condition {
            of: of.to_string(),
            key: key.to_string(),
            span,
            text: expression.text(id).split_whitespace().collect::<Vec<_>>().join(" "),
            constant_true: side(span, "true"),
            constant_false: side(span, "false"),
        }
    });
    all.collect()
}

/// The value one step on: a day, a month, one more; of a word nothing.
pub(super) fn step(value: &ParameterValue) -> Option<ParameterValue> {
    Some(match value {
        ParameterValue::Period(Period::Days(days)) => ParameterValue::Period(Period::Days(days.checked_add(1)?)),
        ParameterValue::Period(Period::Months(months)) => {
            ParameterValue::Period(Period::Months(months.checked_add(1)?))
        }
        ParameterValue::Period(Period::FiscalYears(years)) => {
            ParameterValue::Period(Period::FiscalYears(years.checked_add(1)?))
        }
        ParameterValue::Int(value) => ParameterValue::Int(value.checked_add(1)?),
        ParameterValue::Bool(value) => ParameterValue::Bool(!value),
        ParameterValue::Date(day) => ParameterValue::Date(day.next()?),
        ParameterValue::String(_) => return None,
    })
}

/// The provision listed after `locator` that `rule` does not cite and that does not hold what it cites.
pub(super) fn neighbour(pack: &Pack, rule: &Rule, locator: &str) -> Option<String> {
    let provisions = pack.outline.provisions();
    let at = pack.outline.position(locator)?;
    let related = |other: &str| {
        rule.cites.iter().any(|cited| cite::is_within(other, &cited.text) || cite::is_within(&cited.text, other))
    };
    let around = provisions[at + 1..].iter().chain(&provisions[..at]);
    around.into_iter().find(|other| !related(&other.locator)).map(|other| other.locator.clone())
}
