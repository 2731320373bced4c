//! One rule: for each of its subjects whether it is in force, applies, and is met, and until when
//! the next act must come.

use jobun::cel::Expression;
use jobun::check::CheckedRule;
use jobun::check::typed::Typed;
use jobun::policy::Rule;
use jobun::value::Period;
use jobun::words::{Inapplicable, Verdict};

use super::expression::{Run, element_id};
use super::scope::{Bound, Node, Scope};
use super::value::{Missing, Outcome, Value, and, strict};
use super::{Due, Finding, finding, functions, in_window, not_applicable, open};

/// Judges one rule.
#[derive(Clone, Copy)]
pub struct Judge<'r, 'a> {
    pub run: &'r Run<'a>,
    pub rule: &'a Rule,
    pub checked: &'a CheckedRule,
    pub pack: usize,
}

impl<'a> Judge<'_, 'a> {
    /// The findings of the rule, in the order of elements.
    pub fn findings(self) -> Vec<Finding> {
        if self.rule.in_force_at.is_none() && !in_window(self.rule, self.run.as_of) {
            return vec![not_applicable(self.rule, None, Inapplicable::Validity)];
        }
        self.each(&Scope::default(), &[])
    }

    /// Goes into the loop below the elements called `ids`.
    fn each(self, scope: &Scope<'a>, ids: &[&str]) -> Vec<Finding> {
        let subject = (!ids.is_empty()).then(|| ids.join("/"));
        let level = ids.len();
        let Some(each) = self.rule.for_each.get(level) else {
            return vec![self.judge(scope, subject)];
        };
        let elements = match self.evaluate(&each.list, &self.checked.each[level].0, scope) {
            Outcome::Known(Value::List(elements)) => elements,
            Outcome::Known(other) => panic!("{other:?} is no list"),
            Outcome::Unknown(list) => return vec![self.unanswered(scope, level, subject, list)],
            Outcome::Error => return vec![finding(self.rule, subject, Verdict::Error)],
        };
        if elements.is_empty() {
            return vec![not_applicable(self.rule, subject, Inapplicable::Empty)];
        }
        let mut findings = Vec::new();
        for element in elements {
            let Value::Record(record) = &element.value else {
                panic!("the checker admits lists of records only");
            };
            let ids = [ids, &[element_id(record)]].concat();
            let inside = scope.with(&each.name.text, Bound::Element(element.value.clone()));
            findings.extend(self.each(&inside, &ids));
        }
        findings
    }

    /// The finding where the list of the loop at `level` is not answered: the rule may not apply
    /// whatever the elements of that loop and of those inside it are.
    fn unanswered(self, scope: &Scope<'a>, level: usize, subject: Option<String>, list: Missing) -> Finding {
        let inside = self.rule.for_each[level..]
            .iter()
            .fold(scope.clone(), |scope, each| scope.with(&each.name.text, Bound::Unanswered(list.clone())));
        match self.applies(&self.with_variables(&inside)) {
            Outcome::Known(Value::Bool(false)) => not_applicable(self.rule, subject, Inapplicable::Condition),
            Outcome::Unknown(more) => open(self.rule, subject, Missing::union([&list, &more])),
            _ => open(self.rule, subject, list),
        }
    }

    /// Validity, `applies`, the requirement: the first that is not simply true gives the verdict.
    fn judge(self, scope: &Scope<'a>, subject: Option<String>) -> Finding {
        let rule = self.rule;
        let in_force = self.in_force(scope).unwrap_or(Outcome::truth(true));
        let scope = &self.with_variables(scope);
        match in_force {
            Outcome::Known(Value::Bool(true)) => {}
            Outcome::Known(_) => return not_applicable(rule, subject, Inapplicable::Validity),
            // Whatever the day is: a rule that does not apply is not judged.
            day => {
                return match (day, self.applies(scope)) {
                    (_, Outcome::Known(Value::Bool(false))) => not_applicable(rule, subject, Inapplicable::Condition),
                    (Outcome::Unknown(day), Outcome::Unknown(more)) => {
                        open(rule, subject, Missing::union([&day, &more]))
                    }
                    (Outcome::Unknown(missing), _) | (_, Outcome::Unknown(missing)) => open(rule, subject, missing),
                    _ => finding(rule, subject, Verdict::Error),
                };
            }
        }
        let finding = |verdict| finding(rule, subject.clone(), verdict);
        match self.applies(scope) {
            Outcome::Known(Value::Bool(true)) => {
                let (met, due) = self.requirement(scope);
                let (verdict, missing) = match met {
                    Outcome::Known(Value::Bool(true)) => (Verdict::Pass, Missing::default()),
                    Outcome::Known(_) => (Verdict::Fail, Missing::default()),
                    Outcome::Unknown(missing) => (Verdict::Unknown, missing),
                    Outcome::Error => (Verdict::Error, Missing::default()),
                };
                Finding { missing_require: missing.0, due, ..finding(verdict) }
            }
            Outcome::Known(_) => not_applicable(rule, subject, Inapplicable::Condition),
            Outcome::Unknown(missing) => {
                // What else must be answered can be told already; until when something must be done
                // is as open as the rest.
                let also = match self.requirement(scope).0 {
                    Outcome::Unknown(also) => also.0,
                    _ => Vec::new(),
                };
                let also = also.into_iter().filter(|fact| !missing.0.contains(fact));
                let missing_require = also.collect();
                Finding { missing_require, due: Due::Unknown, ..open(rule, subject, missing) }
            }
            Outcome::Error => finding(Verdict::Error),
        }
    }

    fn evaluate(self, expression: &'a Expression, typed: &'a Typed, scope: &Scope<'a>) -> Outcome<'a> {
        let node = Node::root(expression, typed, Some(self.pack));
        self.run.evaluate(node, scope).settled()
    }

    /// Whether the rule applies; one without a condition does.
    fn applies(self, scope: &Scope<'a>) -> Outcome<'a> {
        match (&self.rule.applies, &self.checked.applies) {
            (Some(applies), Some(typed)) => self.evaluate(applies, typed, scope),
            _ => Outcome::truth(true),
        }
    }

    /// Whether the day at which validity is judged lies in the window, where the rule names both.
    fn in_force(self, scope: &Scope<'a>) -> Option<Outcome<'a>> {
        let at = self.rule.in_force_at.as_ref()?;
        let typed = self.checked.in_force_at.as_ref()?;
        if self.rule.valid_from.is_none() && self.rule.valid_until.is_none() {
            return None;
        }
        Some(match self.evaluate(at, typed, scope) {
            Outcome::Known(Value::Date(day)) => Outcome::truth(in_window(self.rule, day)),
            Outcome::Known(other) => panic!("{other:?} is no date"),
            other => other,
        })
    }

    fn with_variables(self, scope: &Scope<'a>) -> Scope<'a> {
        let variables = self.rule.variables.iter().zip(&self.checked.variables);
        variables.fold(scope.clone(), |scope, (variable, typed)| {
            let node = Node::root(&variable.is, typed, Some(self.pack));
            let bound = Bound::Expression(node, scope.clone());
            scope.with(&variable.name.text, bound)
        })
    }

    /// Whether every part of the requirement is met, and the earliest day by which something of it
    /// must be done.
    fn requirement(self, scope: &Scope<'a>) -> (Outcome<'a>, Due) {
        let mut met = Vec::new();
        let mut due = Vec::new();
        if let (Some(require), Some(typed)) = (&self.rule.require, &self.checked.require) {
            met.push(self.evaluate(require, typed, scope));
        }
        for (part_met, part_due) in self.recurring(scope).into_iter().chain(self.deadlines(scope)) {
            met.push(part_met);
            due.push(part_due);
        }
        (and(met), Due::earliest(&due))
    }

    /// A duty that comes back is met until a period after it was last done has passed, or a period
    /// from the start where it was not done yet.
    fn recurring(self, scope: &Scope<'a>) -> Option<(Outcome<'a>, Due)> {
        let recurring = self.rule.recurring.as_ref()?;
        let [last, from, every] = self.checked.recurring.as_ref()?;
        let as_of = self.run.as_of;
        let last = self.evaluate(&recurring.last, last, scope);
        let (start, first) = match last {
            Outcome::Known(Value::Date(day)) if day <= as_of => (last, false),
            Outcome::Known(_) => (self.evaluate(&recurring.from, from, scope), true),
            open => return Some(without_day(open)),
        };
        let every = self.evaluate(&recurring.every, every, scope);
        Some(match strict([start, every]) {
            Ok(values) => {
                let [Value::Date(start), Value::Period(every)] = values[..] else {
                    panic!("{values:?} are no date and no period");
                };
                // A first fiscal year that begins on the day itself counts.
                let start = match every {
                    Period::FiscalYears(_) if first => start.plus_days(-1),
                    _ => Some(start),
                };
                match start.and_then(|start| functions::plus(start, every)) {
                    Some(due) => (Outcome::truth(as_of <= due), Due::On(due)),
                    None => (Outcome::Error, Due::Error),
                }
            }
            Err(open) => without_day(open),
        })
    }

    /// An act with a last day is done by then, or there is still time.
    fn deadlines(self, scope: &Scope<'a>) -> Vec<(Outcome<'a>, Due)> {
        let deadlines = self.rule.deadlines.iter().zip(&self.checked.deadlines);
        deadlines
            .map(|(deadline, [act, by])| {
                let by = self.evaluate(&deadline.by, by, scope);
                let act = self.evaluate(&deadline.act, act, scope);
                match strict([by, act]) {
                    Ok(values) => {
                        let Value::Date(by) = values[0] else {
                            panic!("{values:?} are no date and no act");
                        };
                        let as_of = self.run.as_of;
                        match values[1] {
                            Value::Date(act) if act <= as_of => (Outcome::truth(act <= by), Due::None),
                            _ => (Outcome::truth(as_of <= by), Due::On(by)),
                        }
                    }
                    Err(open) => without_day(open),
                }
            })
            .collect()
    }
}

/// A part of a requirement whose days are not known: neither is until when it must be met.
fn without_day(open: Outcome<'_>) -> (Outcome<'_>, Due) {
    let due = if open == Outcome::Error { Due::Error } else { Due::Unknown };
    (open, due)
}
