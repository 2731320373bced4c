//! A slow interpreter of what a policy means, written from that meaning and not from the engine.
//!
//! It walks the trees of a checked policy set, knows no programs, slots or caches, and shares
//! with the engine only the data both begin with: the trees, the types, the vocabulary. What it
//! says of a facts document is the measure for everything faster.

mod expression;
mod extension;
mod functions;
mod may_err;
mod rule;
mod scope;
mod value;

use std::collections::HashMap;

use jobun::check::Checked;
use jobun::policy::{Pack, Rule};
use jobun::schema::FactSchema;
use jobun::value::Day;
use jobun::words::{Binding, Inapplicable, Verdict};
use serde_json::Value as Json;

use expression::Run;
use rule::Judge;
use value::Missing;

/// Until when the next act must come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// There is nothing to do.
    None,
    /// By this day.
    On(Day),
    /// By a day that depends on missing facts.
    Unknown,
    /// By a day that cannot be worked out.
    Error,
}

impl Due {
    /// The day, where it is known.
    pub fn day(self) -> Option<Day> {
        match self {
            Due::On(day) => Some(day),
            _ => None,
        }
    }

    /// The earliest known day of `parts`; without one, what stands in the way of knowing it.
    fn earliest(parts: &[Due]) -> Due {
        match parts.iter().filter_map(|due| due.day()).min() {
            Some(day) => Due::On(day),
            None if parts.contains(&Due::Unknown) => Due::Unknown,
            None if parts.contains(&Due::Error) => Due::Error,
            None => Due::None,
        }
    }
}

/// What a rule comes to for a subject.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// The rule.
    pub rule: String,
    /// The ids of the elements it is about, outermost first, joined with `/`.
    pub subject: Option<String>,
    /// The verdict.
    pub verdict: Verdict,
    /// Why it does not apply.
    pub reason: Option<Inapplicable>,
    /// Pointers of the facts missing to tell whether it applies, in the order first read.
    pub missing_applies: Vec<String>,
    /// Pointers of the facts missing to tell whether it is met, in the order first read.
    pub missing_require: Vec<String>,
    /// Until when the next act must come.
    pub due: Due,
}

/// A policy set to be judged by, with the defaults of its parameters.
#[derive(Clone, Copy)]
pub struct Oracle<'a> {
    checked: &'a Checked,
    schema: &'a FactSchema,
}

impl<'a> Oracle<'a> {
    /// An oracle for `checked`, whose facts `schema` describes.
    pub fn new(checked: &'a Checked, schema: &'a FactSchema) -> Self {
        Oracle { checked, schema }
    }

    /// What each rule comes to for `facts` on the day `as_of`, in the order of packs, rules and
    /// elements.
    pub fn findings(&self, facts: &'a Json, as_of: Day) -> Vec<Finding> {
        let run = Run { checked: self.checked, schema: self.schema, facts, as_of };
        let packs = &self.checked.set.packs;
        let mut rules = Rules::new();
        for (index, pack) in packs.iter().enumerate() {
            for (rule, checked) in pack.rules.iter().zip(&self.checked.rules[index]) {
                let judge = Judge { run: &run, rule, checked, pack: index };
                let own = if rule.rolls_up.is_empty() { judge.findings() } else { Vec::new() };
                rules.insert(&rule.id.text, Judged { rule, binding: binding(rule, pack), own });
            }
        }
        let all = packs.iter().flat_map(|pack| &pack.rules);
        all.flat_map(|rule| findings_of(&rule.id.text, &rules, as_of)).collect()
    }
}

/// A rule, how binding it is, and its findings where it does not sum up others.
struct Judged<'a> {
    rule: &'a Rule,
    binding: Binding,
    own: Vec<Finding>,
}

/// Every rule by its id.
type Rules<'a> = HashMap<&'a str, Judged<'a>>;

/// The findings of the rule `id`.
fn findings_of(id: &str, rules: &Rules<'_>, as_of: Day) -> Vec<Finding> {
    let judged = &rules[id];
    if judged.rule.rolls_up.is_empty() { judged.own.clone() } else { vec![roll_up(judged, rules, as_of)] }
}

/// The weaker of what the rule and what its source can bind to.
fn binding(rule: &Rule, pack: &Pack) -> Binding {
    rule.modality.binding().min(pack.source.binding)
}

/// The first of fail, unknown, error, pass among the findings of rules that are as binding; what an
/// unknown sum misses is what its open parts miss.
fn roll_up(Judged { rule, binding, .. }: &Judged<'_>, rules: &Rules<'_>, as_of: Day) -> Finding {
    if !in_window(rule, as_of) {
        return not_applicable(rule, None, Inapplicable::Validity);
    }
    let parts: Vec<Finding> = rule
        .rolls_up
        .iter()
        .map(|target| target.text.as_str())
        .filter(|target| rules[target].binding >= *binding)
        .flat_map(|target| findings_of(target, rules, as_of))
        .collect();
    let occurs = |verdict: &Verdict| parts.iter().any(|part| part.verdict == *verdict);
    let order = [Verdict::Fail, Verdict::Unknown, Verdict::Error, Verdict::Pass];
    let Some(verdict) = order.into_iter().find(occurs) else {
        return not_applicable(rule, None, Inapplicable::Empty);
    };
    let mut sum = finding(rule, None, verdict);
    if verdict == Verdict::Unknown {
        for part in parts.iter().filter(|part| part.verdict == Verdict::Unknown) {
            for (group, pointers) in [(true, &part.missing_applies), (false, &part.missing_require)] {
                for pointer in pointers {
                    if sum.missing_applies.contains(pointer) || sum.missing_require.contains(pointer) {
                        continue;
                    }
                    let missing = if group { &mut sum.missing_applies } else { &mut sum.missing_require };
                    missing.push(pointer.clone());
                }
            }
        }
    }
    sum
}

/// Whether `day` lies in the window in which `rule` is in force.
fn in_window(rule: &Rule, day: Day) -> bool {
    rule.valid_from.is_none_or(|from| from <= day) && rule.valid_until.is_none_or(|until| day <= until)
}

/// A finding that is its verdict and nothing more.
fn finding(rule: &Rule, subject: Option<String>, verdict: Verdict) -> Finding {
    Finding {
        rule: rule.id.text.clone(),
        subject,
        verdict,
        reason: None,
        missing_applies: Vec::new(),
        missing_require: Vec::new(),
        due: Due::None,
    }
}

fn not_applicable(rule: &Rule, subject: Option<String>, reason: Inapplicable) -> Finding {
    Finding { reason: Some(reason), ..finding(rule, subject, Verdict::NotApplicable) }
}

/// A finding that hangs on facts missing to tell whether the rule applies.
fn open(rule: &Rule, subject: Option<String>, missing: Missing) -> Finding {
    Finding { missing_applies: missing.0, ..finding(rule, subject, Verdict::Unknown) }
}
