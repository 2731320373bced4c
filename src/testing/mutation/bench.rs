//! Where wrong versions are tried against the cases.

use std::collections::{HashMap, HashSet};

use super::operators::{self, Scope};
use super::versions::{Site, Version, conditions, parsed, parts, replace, step, version, versions};
use super::{Difference, Fate, Mutants, Options, Proof};
use crate::cel::Expression;
use crate::check::typed::DefinitionId;
use crate::check::{self, CheckedRule};
use crate::counterfactual::{Apart, apart};
use crate::engine::{CheckedPolicies, Document, Params, Trial};
use crate::policy::{Pack, Rule};
use crate::testing::{Case, Suite};
use crate::words::{Mutation, Verdict};
use crate::yaml::shape::Written;

/// Where versions are tried: the version, and what it is a version of.
pub(super) struct Hands {
    trial: Trial,
    /// Only where facts are looked for that tell the two apart.
    plain: Option<Trial>,
}

impl Hands {
    pub(super) fn new(policies: &CheckedPolicies, options: Options) -> Self {
        Hands { trial: Trial::new(policies), plain: (options.search > 0).then(|| Trial::new(policies)) }
    }
}

/// From how many cases facts are looked for that tell a version from its rule.
pub(super) const SEARCHED_CASES: usize = 6;

pub(super) struct Bench<'b> {
    policies: &'b CheckedPolicies,
    /// How many documents a search judges at most.
    search: usize,
    /// The rules over all packs: the number of the pack, the pack, the rule, what the checker found.
    pub(super) rules: Vec<(usize, &'b Pack, &'b Rule, &'b CheckedRule)>,
    cases: HashMap<usize, Vec<&'b Case>>,
}

/// The cases of one rule with their documents, those first whose verdict is decided.
pub(super) type Ready<'b> = Vec<(&'b Case, Document<'b>)>;

impl<'b> Bench<'b> {
    pub(super) fn new(policies: &'b CheckedPolicies, suite: &'b Suite, search: usize) -> Self {
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
        let (trial, Some(plain)) = (&mut hands.trial, &mut hands.plain) else { return Fate::Survived(None) };
        if plain.put(number, rule.clone()).is_err() {
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

    pub(super) fn rule(&self, hands: &mut Hands, at: usize) -> Mutants {
        let (number, pack, rule, checked) = self.rules[at];
        let mut found = Mutants::default();
        if !rule.rolls_up.is_empty() {
            return found;
        }
        let ready = self.ready(at);
        let versions = versions(&self.policies.vocabulary().schema, pack, rule, checked);
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
            found.conditions.extend(conditions(&rule.id.text, &key, expression, typed, &found.all, &shown));
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

    pub(super) fn definition(&self, hands: &mut Hands, at: usize) -> Mutants {
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
        let name = &entry.signature.name;
        let mut found = Mutants::default();
        // What only words a message has no verdict to turn.
        if users.is_empty() {
            return found;
        }
        let changes = operators::changes(&entry.expression, &entry.typed, &scope);
        let mut versions: Vec<Version> =
            changes.into_iter().map(|change| version(name, "is", &entry.expression, &change, Site::Part)).collect();
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
        found.conditions = conditions(name, "is", &entry.expression, &entry.typed, &found.all, &shown);
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
