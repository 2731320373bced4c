//! Do the cases bite? Each rule and definition in many slightly wrong versions, and whether a case of its own
//! notices each.
//!
//! A version the checker refuses never reaches a case, and counts neither way. What a case notices is what it
//! states: the verdict, the missing facts, the day due.
//!
//! That a condition is made constant, once true and once false, and some decided case notices each, is masking
//! MC/DC: the case that notices `true` has the condition false and turns on it, and the other way round. So the
//! coverage of conditions is read off these versions too.

mod operators;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::num::NonZeroUsize;

use crate::cel::Expression;
use crate::check::typed::DefinitionId;
use crate::check::{self, CheckedRule};
use crate::cite;
use crate::diagnostic::Diagnostics;
use crate::engine::{CheckedPolicies, Document, Params, Trial};
use crate::policy::{Pack, ParameterValue, Rule, sha256};
use crate::source::Span;
use crate::value::Period;
use crate::words::{Mutation, Verdict};
use crate::yaml::shape::Written;
use operators::{Change, Scope};

use super::{Case, Suite};

/// One wrong version of a rule or definition.
#[derive(Clone, Debug)]
pub struct Mutant {
    /// A short name that stays the same while the expression does.
    pub id: String,
    /// The pack; empty for a definition all packs share.
    pub pack: String,
    /// The rule, or the definition.
    pub of: String,
    /// The key the change stands under, as in `require` or `deadlines.report.by`.
    pub key: String,
    /// What kind of slip it is.
    pub operator: Mutation,
    /// Where.
    pub span: Span,
    /// What stands there.
    pub before: String,
    /// What would stand there.
    pub after: String,
    /// What became of it.
    pub fate: Fate,
}

/// What became of a wrong version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// The checker refuses it.
    Refused,
    /// A case notices it: its name.
    Killed(String),
    /// No case notices it.
    Survived,
}

/// What came of all of them.
#[derive(Debug, Default)]
pub struct Mutants {
    /// The wrong versions, in the order of packs, rules and texts; definitions last.
    pub all: Vec<Mutant>,
    /// The conditions, by where they stand.
    pub conditions: Vec<Condition>,
}

/// A condition that is not made of others, and whether decided cases turn on it.
#[derive(Clone, Debug)]
pub struct Condition {
    /// The pack; empty for a definition all packs share.
    pub pack: String,
    /// The rule, or the definition.
    pub of: String,
    /// The key it stands under.
    pub key: String,
    /// Where.
    pub span: Span,
    /// Its text.
    pub text: String,
    /// The version that makes it always hold: its id, and whether a decided case in which it does not hold notices.
    pub constant_true: Side,
    /// The same the other way round.
    pub constant_false: Side,
}

/// One side of a condition.
#[derive(Clone, Debug, Default)]
pub struct Side {
    /// The version that makes it constant; nothing where the checker refuses that.
    pub mutant: Option<String>,
    /// Whether a decided case notices.
    pub shown: bool,
}

/// Where a change is made.
#[derive(Clone, Debug)]
enum Site {
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
struct Version {
    mutant: Mutant,
    site: Site,
    /// The whole text of the expression.
    text: String,
}

/// Tries the wrong versions of what `suite` has cases for, on up to `threads` threads; `wanted` says of which packs.
pub fn run(
    policies: &CheckedPolicies,
    suite: &Suite,
    threads: NonZeroUsize,
    wanted: &(dyn Fn(&str) -> bool + Sync),
) -> Mutants {
    let bench = Bench::new(policies, suite);
    let rules: Vec<usize> =
        bench.rules.iter().enumerate().filter(|(_, (_, pack, _, _))| wanted(&pack.id)).map(|(at, _)| at).collect();
    let definitions: Vec<usize> = policies
        .checked()
        .definitions
        .entries()
        .iter()
        .enumerate()
        .filter(|(_, entry)| entry.pack.is_none_or(|pack| wanted(&policies.checked().set.packs[pack].id)))
        .map(|(at, _)| at)
        .collect();
    let work: Vec<(bool, usize)> =
        rules.into_iter().map(|at| (true, at)).chain(definitions.into_iter().map(|at| (false, at))).collect();
    let next = std::sync::atomic::AtomicUsize::new(0);
    let work_on = || {
        let mut trial = Trial::new(policies);
        let mut done: Vec<(usize, Mutants)> = Vec::new();
        loop {
            let at = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            let Some((is_rule, number)) = work.get(at) else { return done };
            let found = if *is_rule { bench.rule(&mut trial, *number) } else { bench.definition(&mut trial, *number) };
            done.push((at, found));
        }
    };
    let mut parts: Vec<(usize, Mutants)> = std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads.get()).map(|_| scope.spawn(work_on)).collect();
        let mut done = work_on();
        // A thread that failed loses what it did; the count of versions shows it.
        done.extend(others.into_iter().flat_map(|thread| thread.join().unwrap_or_default()));
        done
    });
    parts.sort_by_key(|(at, _)| *at);
    let mut all = Mutants::default();
    for (_, part) in parts {
        all.all.extend(part.all);
        all.conditions.extend(part.conditions);
    }
    all
}

/// The expressions of `rule` that decide its verdict: the key each stands under.
fn parts<'r>(
    rule: &'r Rule,
    checked: &'r CheckedRule,
) -> Vec<(String, &'r Expression, &'r crate::check::typed::Typed)> {
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
fn replace(rule: &mut Rule, key: &str, text: &str) -> Result<(), Diagnostics> {
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

fn parsed(text: &str, span: Span) -> Result<Expression, Diagnostics> {
    let mut out = Diagnostics::new();
    let expression = Expression::parse(Written::made(text, span), &mut out);
    if out.has_errors() { Err(out) } else { Ok(expression) }
}

/// The id of a version: of what, what it was, what it would be.
fn id(of: &str, key: &str, operator: Mutation, whole: &str, change: &str) -> String {
    let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let digest = sha256(format!("{of}\n{key}\n{}\n{}\n{}", operator.word(), plain(whole), plain(change)).as_bytes());
    digest[..12].to_string()
}

struct Bench<'b> {
    policies: &'b CheckedPolicies,
    /// The rules over all packs: the number of the pack, the pack, the rule, what the checker found.
    rules: Vec<(usize, &'b Pack, &'b Rule, &'b CheckedRule)>,
    cases: HashMap<usize, Vec<&'b Case>>,
}

/// The cases of one rule with their documents, those first whose verdict is decided.
type Ready<'b> = Vec<(&'b Case, Document<'b>)>;

impl<'b> Bench<'b> {
    fn new(policies: &'b CheckedPolicies, suite: &'b Suite) -> Self {
        let checked = policies.checked();
        let rules = checked.set.packs.iter().zip(&checked.rules).enumerate().flat_map(|(number, (pack, found))| {
            pack.rules.iter().zip(found).map(move |(rule, found)| (number, pack, rule, found))
        });
        let mut cases: HashMap<usize, Vec<&Case>> = HashMap::new();
        for case in &suite.cases {
            cases.entry(case.rule).or_default().push(case);
        }
        Bench { policies, rules: rules.collect(), cases }
    }

    fn ready(&self, rule: usize) -> Ready<'b> {
        let of = self.cases.get(&rule).map_or(&[][..], Vec::as_slice);
        let mut ready: Ready<'b> =
            of.iter().filter_map(|case| Some((*case, case.document(self.policies).ok()?))).collect();
        ready.sort_by_key(|(case, _)| matches!(case.verdict, Verdict::Unknown | Verdict::Error));
        ready
    }

    /// The first case that notices what is on the bench; `Err` where it cannot be compiled.
    fn first_kill(
        &self,
        trial: &mut Trial,
        ready: &Ready<'_>,
        moved: Option<(usize, usize)>,
    ) -> Result<Option<(String, bool)>, ()> {
        let mut done: Vec<&Params> = Vec::new();
        for (first, _) in ready {
            if done.contains(&&first.params) {
                continue;
            }
            done.push(&first.params);
            if !trial.set_params(&first.params) {
                continue;
            }
            if let Some((pack, index)) = moved {
                let value = trial.parameter(pack, index);
                *value = step(value).ok_or(())?;
            }
            trial.compile().map_err(|_| ())?;
            for (case, document) in ready.iter().filter(|(case, _)| case.params == first.params) {
                if !matches!(case.judge(&trial.findings(document, case.as_of)), Ok(None)) {
                    let decided = !matches!(case.verdict, Verdict::Unknown | Verdict::Error);
                    return Ok(Some((case.name.clone(), decided)));
                }
            }
        }
        Ok(None)
    }

    fn rule(&self, trial: &mut Trial, at: usize) -> Mutants {
        let (number, pack, rule, checked) = self.rules[at];
        let mut found = Mutants::default();
        if !rule.rolls_up.is_empty() {
            return found;
        }
        let ready = self.ready(at);
        let versions = self.versions(pack, rule, checked);
        let mut shown: HashMap<String, bool> = HashMap::new();
        for version in versions {
            let mut mutant = version.mutant;
            mutant.fate =
                match self.try_rule(trial, number, pack, rule, &version.site, &mutant.key, &version.text, &ready) {
                    Err(()) => Fate::Refused,
                    Ok(None) => Fate::Survived,
                    Ok(Some((case, decided))) => {
                        shown.insert(mutant.id.clone(), decided);
                        Fate::Killed(case)
                    }
                };
            found.all.push(mutant);
        }
        for (key, expression, typed) in parts(rule, checked) {
            found.conditions.extend(conditions(&pack.id, &rule.id.text, &key, expression, typed, &found.all, &shown));
        }
        found
    }

    #[allow(clippy::too_many_arguments, reason = "one version of one rule")]
    fn try_rule(
        &self,
        trial: &mut Trial,
        number: usize,
        pack: &Pack,
        rule: &Rule,
        site: &Site,
        key: &str,
        text: &str,
        ready: &Ready<'_>,
    ) -> Result<Option<(String, bool)>, ()> {
        let mut version = rule.clone();
        let mut moved = None;
        match site {
            Site::Part => replace(&mut version, key, text).map_err(|_| ())?,
            Site::Cites(index) => {
                version.cites[*index] = Written::made(text, version.cites[*index].span);
                // What it covers must stand in what it cites: the checker notices, or nobody.
                return if check::uncited(pack, &version).is_none() {
                    Ok(None)
                } else {
                    Ok(Some(("check".into(), true)))
                };
            }
            Site::Window(first) => {
                let day = if *first { version.valid_from } else { version.valid_until };
                let other = day.and_then(|day| day.plus_days(if text == "+1" { 1 } else { -1 }));
                if *first { version.valid_from = other } else { version.valid_until = other }
            }
            Site::Value(index) => moved = Some((number, *index)),
        }
        trial.put(number, version).map_err(|_| ())?;
        self.first_kill(trial, ready, moved)
    }

    /// Every version of a rule.
    fn versions(&self, pack: &Pack, rule: &Rule, checked: &CheckedRule) -> Vec<Version> {
        let scope = Scope { schema: &self.policies.vocabulary().schema, parameters: &pack.parameters };
        let mut versions = Vec::new();
        let mut used: HashSet<usize> = HashSet::new();
        for (key, expression, typed) in parts(rule, checked) {
            let mut changes = operators::changes(expression, typed, &scope);
            if key.ends_with(".by") {
                let whole = (0, expression.written.text.len());
                let known: HashSet<&str> = changes.iter().map(|change| change.after.as_str()).collect();
                let moved = ["1", "-1"].map(|days| format!("({}).plus_days({days})", expression.written.text.trim()));
                let moved: Vec<String> = moved.into_iter().filter(|after| !known.contains(after.as_str())).collect();
                changes.extend(moved.into_iter().map(|after| Change {
                    operator: Mutation::Offset,
                    range: whole,
                    after,
                }));
            }
            versions.extend(
                changes
                    .into_iter()
                    .map(|change| version(&pack.id, &rule.id.text, &key, expression, &change, Site::Part)),
            );
            for meaning in &typed.meanings {
                if let crate::check::typed::Meaning::Parameter(index) = meaning {
                    used.insert(*index);
                }
            }
        }
        let plain = |key: &str, operator: Mutation, span: Span, before: String, after: String, site: Site| Version {
            mutant: Mutant {
                id: id(&rule.id.text, key, operator, &before, &after),
                pack: pack.id.clone(),
                of: rule.id.text.clone(),
                key: key.to_string(),
                operator,
                span,
                before,
                after: after.clone(),
                fate: Fate::Survived,
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

    fn definition(&self, trial: &mut Trial, at: usize) -> Mutants {
        let checked = self.policies.checked();
        let entry = &checked.definitions.entries()[at];
        let id = DefinitionId(at as u32);
        let callers: HashSet<DefinitionId> = checked.callers(&[id]).into_iter().collect();
        let users: Vec<usize> = self
            .rules
            .iter()
            .enumerate()
            .filter(|(_, (number, _, rule, found))| {
                rule.rolls_up.is_empty()
                    && parts(rule, found).iter().any(|(_, expression, _)| {
                        expression.ast.calls().any(|(_, name)| {
                            checked.definitions.find(name, Some(*number)).is_some_and(|id| callers.contains(&id))
                        })
                    })
            })
            .map(|(at, _)| at)
            .collect();
        let parameters = entry.pack.map_or(&[][..], |pack| &checked.set.packs[pack].parameters);
        let scope = Scope { schema: &self.policies.vocabulary().schema, parameters };
        let pack = entry.pack.map_or(String::new(), |pack| checked.set.packs[pack].id.clone());
        let name = &entry.signature.name;
        let mut found = Mutants::default();
        // What only words a message has no verdict to turn.
        if users.is_empty() {
            return found;
        }
        let changes = operators::changes(&entry.expression, &entry.typed, &scope);
        let mut versions: Vec<Version> = changes
            .into_iter()
            .map(|change| version(&pack, name, "is", &entry.expression, &change, Site::Part))
            .collect();
        let mut shown: HashMap<String, bool> = HashMap::new();
        let mut open: Vec<usize> = (0..versions.len()).collect();
        let mut refused = vec![true; versions.len()];
        for user in users {
            if open.is_empty() {
                break;
            }
            let ready = self.ready(user);
            let (number, _, rule, _) = self.rules[user];
            open.retain(|at| {
                let version = &mut versions[*at];
                let redefined = parsed(&version.text, entry.expression.written.span)
                    .and_then(|expression| trial.redefine(id, expression));
                let kill = match redefined {
                    Ok(()) if trial.put(number, rule.clone()).is_ok() => self.first_kill(trial, &ready, None),
                    _ => Err(()),
                };
                refused[*at] &= kill.is_err();
                match kill {
                    Ok(Some((case, decided))) => {
                        // A later rule may still show the condition where this one only misses facts.
                        let known = shown.entry(version.mutant.id.clone()).or_insert(false);
                        *known |= decided;
                        let keep = version.mutant.operator == Mutation::Condition && !*known;
                        version.mutant.fate = Fate::Killed(case);
                        keep
                    }
                    _ => true,
                }
            });
            // What was redefined is as it was again for the next rule.
            drop(trial.redefine(id, entry.expression.clone()));
        }
        for (version, refused) in versions.iter_mut().zip(refused) {
            if refused {
                version.mutant.fate = Fate::Refused;
            }
        }
        found.all = versions.into_iter().map(|version| version.mutant).collect();
        found.conditions = conditions(&pack, name, "is", &entry.expression, &entry.typed, &found.all, &shown);
        found
    }
}

fn version(pack: &str, of: &str, key: &str, expression: &Expression, change: &Change, site: Site) -> Version {
    let text = &expression.written.text;
    let (start, end) = change.range;
    let whole = format!("{}{}{}", &text[..start], change.after, &text[end..]);
    Version {
        mutant: Mutant {
            id: id(of, key, change.operator, text, &whole),
            pack: pack.to_string(),
            of: of.to_string(),
            key: key.to_string(),
            operator: change.operator,
            span: expression.written.map.span(start, end),
            before: text[start..end].split_whitespace().collect::<Vec<_>>().join(" "),
            after: change.after.split_whitespace().collect::<Vec<_>>().join(" "),
            fate: Fate::Survived,
        },
        site,
        text: whole,
    }
}

/// The conditions of an expression, with what became of the versions that make each constant.
fn conditions(
    pack: &str,
    of: &str,
    key: &str,
    expression: &Expression,
    typed: &crate::check::typed::Typed,
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
            pack: pack.to_string(),
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
fn step(value: &ParameterValue) -> Option<ParameterValue> {
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
fn neighbour(pack: &Pack, rule: &Rule, locator: &str) -> Option<String> {
    let provisions = pack.outline.provisions();
    let own = cite::normalized(locator);
    let at = provisions.iter().position(|provision| cite::normalized(&provision.locator) == own)?;
    let related = |other: &str| {
        rule.cites.iter().any(|cited| cite::is_within(other, &cited.text) || cite::is_within(&cited.text, other))
    };
    let around = provisions[at + 1..].iter().chain(&provisions[..at]);
    around.into_iter().find(|other| !related(&other.locator)).map(|other| other.locator.clone())
}

/// How many of each fate there are for each operator: killed, survived, refused.
pub fn by_operator(mutants: &[Mutant]) -> BTreeMap<Mutation, [usize; 3]> {
    let mut table: BTreeMap<Mutation, [usize; 3]> = BTreeMap::new();
    for mutant in mutants {
        let row = table.entry(mutant.operator).or_default();
        row[match mutant.fate {
            Fate::Killed(_) => 0,
            Fate::Survived => 1,
            Fate::Refused => 2,
        }] += 1;
    }
    table
}
