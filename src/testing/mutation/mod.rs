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
use crate::counterfactual::{Apart, apart};
use crate::diagnostic::Diagnostics;
use crate::engine::{CheckedPolicies, Document, Params, Trial};
use crate::evaluation::Answer;
use crate::policy::{Pack, ParameterValue, Rule, sha256};
use crate::source::Span;
use crate::value::Period;
use crate::words::{Mutation, Verdict};
use crate::yaml::shape::Written;
use operators::{Change, Scope};

use super::{Case, Claim, Suite, wrong};
use crate::lang::text;

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
#[derive(Clone, Debug, PartialEq)]
pub enum Fate {
    /// The checker refuses it.
    Refused,
    /// A case notices it: its name.
    Killed(String),
    /// No case notices it; where facts were looked for that tell it from the rule, what they are.
    Survived(Option<Difference>),
    /// It changes nothing.
    Equivalent(Proof),
}

/// Facts that tell a version from the rule: a case to be written.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// The case to start from.
    pub case: String,
    /// Other answers in it.
    pub answers: Vec<Answer>,
    /// What the rule comes to.
    pub verdict: Verdict,
    /// What the version comes to.
    pub instead: Verdict,
}

/// Why a version changes nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proof {
    /// A person says why.
    Claim(String),
    /// No difference in so many documents: all that one or two other answers make of the facts of the cases.
    Search(usize),
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

/// How versions are tried.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// On how many threads at most.
    pub threads: NonZeroUsize,
    /// How many documents are judged at most to tell a version that no case notices from its rule; 0 looks for none.
    pub search: usize,
}

/// Tries the wrong versions of what `suite` has cases for, `wanted` says of which packs.
pub fn run(
    policies: &CheckedPolicies,
    suite: &Suite,
    options: Options,
    wanted: &(dyn Fn(&str) -> bool + Sync),
) -> Mutants {
    let bench = Bench::new(policies, suite, options.search);
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
        let mut hands = Hands { trial: Trial::new(policies), plain: Trial::new(policies) };
        let mut done: Vec<(usize, Mutants)> = Vec::new();
        loop {
            let at = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            let Some((is_rule, number)) = work.get(at) else { return done };
            let found = if *is_rule { bench.rule(&mut hands, *number) } else { bench.definition(&mut hands, *number) };
            done.push((at, found));
        }
    };
    let mut parts: Vec<(usize, Mutants)> = std::thread::scope(|scope| {
        let others: Vec<_> = (1..options.threads.get()).map(|_| scope.spawn(work_on)).collect();
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

/// Where versions are tried: the version, and what it is a version of.
struct Hands {
    trial: Trial,
    plain: Trial,
}

/// From how many cases facts are looked for that tell a version from its rule.
const SEARCHED_CASES: usize = 6;

struct Bench<'b> {
    policies: &'b CheckedPolicies,
    /// How many documents a search judges at most.
    search: usize,
    /// The rules over all packs: the number of the pack, the pack, the rule, what the checker found.
    rules: Vec<(usize, &'b Pack, &'b Rule, &'b CheckedRule)>,
    cases: HashMap<usize, Vec<&'b Case>>,
}

/// The cases of one rule with their documents, those first whose verdict is decided.
type Ready<'b> = Vec<(&'b Case, Document<'b>)>;

impl<'b> Bench<'b> {
    fn new(policies: &'b CheckedPolicies, suite: &'b Suite, search: usize) -> Self {
        let checked = policies.checked();
        let rules = checked.set.packs.iter().zip(&checked.rules).enumerate().flat_map(|(number, (pack, found))| {
            pack.rules.iter().zip(found).map(move |(rule, found)| (number, pack, rule, found))
        });
        let mut cases: HashMap<usize, Vec<&Case>> = HashMap::new();
        for case in &suite.cases {
            cases.entry(case.rule).or_default().push(case);
        }
        Bench { policies, search, rules: rules.collect(), cases }
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

    /// What becomes of a version that no case notices; `moved` is the parameter that has another value in it.
    fn survived(
        &self,
        hands: &mut Hands,
        number: usize,
        rule: &Rule,
        moved: Option<(usize, usize)>,
        ready: &Ready<'_>,
    ) -> Fate {
        let Hands { trial, plain } = hands;
        if self.search == 0 || plain.put(number, rule.clone()).is_err() {
            return Fate::Survived(None);
        }
        let mut from: Vec<&(&Case, Document<'_>)> = Vec::new();
        for one in ready {
            let (case, _) = one;
            let like = |other: &&(&Case, Document<'_>)| {
                other.0.subject == case.subject && other.0.verdict == case.verdict && other.0.params == case.params
            };
            if !from.iter().any(like) && from.len() < SEARCHED_CASES {
                from.push(one);
            }
        }
        let (mut judged, mut complete) = (0, !from.is_empty());
        for (case, document) in &from {
            let ready = [&mut *trial, &mut *plain].into_iter().all(|bench| bench.set_params(&case.params));
            let stepped = moved.is_none_or(|(pack, index)| {
                let value = trial.parameter(pack, index);
                step(value).map(|other| *value = other).is_some()
            });
            if !ready || !stepped || trial.compile().is_err() || plain.compile().is_err() {
                return Fate::Survived(None);
            }
            let Some(facts) = case.facts() else { return Fate::Survived(None) };
            let findings = plain.findings(document, case.as_of);
            let subject = case.subject.as_deref().unwrap_or_default();
            let mut about = findings.iter().filter_map(|finding| finding.subject.as_ref());
            let at = about.find(|known| known.id == subject).map_or("", |known| known.pointer.as_str());
            let most = self.search / from.len();
            match apart(plain.engine(), trial.engine(), &facts, case.as_of, (subject, at), most) {
                Apart::By(answers, verdict, instead) => {
                    return Fate::Survived(Some(Difference { case: case.name.clone(), answers, verdict, instead }));
                }
                Apart::NotFound { documents, complete: all } => {
                    judged += documents;
                    complete &= all;
                }
            }
        }
        if complete { Fate::Equivalent(Proof::Search(judged)) } else { Fate::Survived(None) }
    }

    fn rule(&self, hands: &mut Hands, at: usize) -> Mutants {
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
            let trial = &mut hands.trial;
            let (site, key) = (&version.site, &mutant.key);
            mutant.fate = match self.try_rule(trial, number, pack, rule, site, key, &version.text, &ready) {
                Err(()) => Fate::Refused,
                Ok(None) => match version.site {
                    Site::Cites(_) => Fate::Survived(None),
                    Site::Value(index) => self.survived(hands, number, rule, Some((number, index)), &ready),
                    _ => self.survived(hands, number, rule, None, &ready),
                },
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
                // What it covers must stand in what it cites; else only a case that names the citation notices.
                if check::uncited(pack, &version).is_some() {
                    return Ok(Some(("check".into(), true)));
                }
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

    fn definition(&self, hands: &mut Hands, at: usize) -> Mutants {
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
        for user in &users {
            let (user, trial) = (*user, &mut hands.trial);
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
            } else if version.mutant.fate == Fate::Survived(None) && self.search > 0 {
                version.mutant.fate = self.survived_in(hands, id, version, &entry.expression, &users);
            }
        }
        found.all = versions.into_iter().map(|version| version.mutant).collect();
        found.conditions = conditions(&pack, name, "is", &entry.expression, &entry.typed, &found.all, &shown);
        found
    }
}

impl Bench<'_> {
    /// What becomes of a version of a definition that no case notices: looked for with each rule that uses it.
    fn survived_in(
        &self,
        hands: &mut Hands,
        id: DefinitionId,
        version: &Version,
        own: &Expression,
        users: &[usize],
    ) -> Fate {
        let redefined =
            parsed(&version.text, own.written.span).and_then(|expression| hands.trial.redefine(id, expression));
        let mut fate = if redefined.is_ok() { Fate::Equivalent(Proof::Search(0)) } else { Fate::Survived(None) };
        for user in users.iter().take(SEARCHED_CASES) {
            let Fate::Equivalent(Proof::Search(judged)) = fate else { break };
            let (number, _, rule, _) = self.rules[*user];
            // Where the checker refuses the rule with it there is nothing to tell apart.
            if hands.trial.put(number, rule.clone()).is_err() {
                continue;
            }
            fate = match self.survived(hands, number, rule, None, &self.ready(*user)) {
                Fate::Equivalent(Proof::Search(more)) => Fate::Equivalent(Proof::Search(judged + more)),
                other => other,
            };
        }
        drop(hands.trial.redefine(id, own.clone()));
        // Rules that were not looked at could still tell.
        match fate {
            Fate::Equivalent(_) if users.len() > SEARCHED_CASES => Fate::Survived(None),
            fate => fate,
        }
    }
}

/// Takes over what persons claim to change nothing; a claim about a version that is not there, or that a case
/// notices, is a mistake. `all` says whether every pack was tried.
pub fn claimed(mutants: &mut Mutants, claims: &[Claim], all: bool) -> Diagnostics {
    let mut out = Diagnostics::new();
    for claim in claims {
        let found = mutants.all.iter_mut().find(|mutant| mutant.id == claim.mutant.text && mutant.of == claim.of.text);
        let fault = match found {
            Some(mutant) => match &mutant.fate {
                Fate::Survived(None) | Fate::Equivalent(_) => {
                    mutant.fate = Fate::Equivalent(Proof::Claim(claim.because.text.clone()));
                    continue;
                }
                Fate::Survived(Some(_)) => text!(
                    "変異 `{}` は何も変えないとされていますが、判定が変わる事実があります",
                    "the version `{}` is said to change nothing, but there are facts on which it does",
                    claim.mutant.text
                ),
                _ => text!(
                    "変異 `{}` は何も変えないとされていますが、事例が見分けています",
                    "the version `{}` is said to change nothing, but it is noticed",
                    claim.mutant.text
                ),
            },
            None if !all => continue,
            None => text!(
                "`{1}` に変異 `{0}` はありません。式が変わったのかもしれません",
                "`{1}` has no version `{0}`; its expression may have changed",
                claim.mutant.text,
                claim.of.text
            ),
        };
        out.push(wrong(claim.mutant.span, fault));
    }
    out
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
            fate: Fate::Survived(None),
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
    let at = pack.outline.position(locator)?;
    let related = |other: &str| {
        rule.cites.iter().any(|cited| cite::is_within(other, &cited.text) || cite::is_within(&cited.text, other))
    };
    let around = provisions[at + 1..].iter().chain(&provisions[..at]);
    around.into_iter().find(|other| !related(&other.locator)).map(|other| other.locator.clone())
}

/// How many of each fate there are for each operator: killed, survived, refused, equivalent.
pub fn by_operator(mutants: &[Mutant]) -> BTreeMap<Mutation, [usize; 4]> {
    let mut table: BTreeMap<Mutation, [usize; 4]> = BTreeMap::new();
    for mutant in mutants {
        let row = table.entry(mutant.operator).or_default();
        row[match mutant.fate {
            Fate::Killed(_) => 0,
            Fate::Survived(_) => 1,
            Fate::Refused => 2,
            Fate::Equivalent(_) => 3,
        }] += 1;
    }
    table
}
