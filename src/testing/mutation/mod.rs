//! Do the cases bite? Each rule and definition in many slightly wrong versions, and whether a case of its own
//! notices each.
//!
//! A version the checker refuses never reaches a case, and counts neither way. What a case notices is what it
//! states: the verdict, the missing facts, the day due.
//!
//! That a condition is made constant, once true and once false, and some decided case notices each, is masking
//! MC/DC: the case that notices `true` has the condition false and turns on it, and the other way round. So the
//! coverage of conditions is read off these versions too.

mod bench;
mod operators;
mod versions;

use std::collections::BTreeMap;
use std::num::NonZeroUsize;

use bench::{Bench, Hands};

use super::{Claim, Suite, wrong};
use crate::diagnostic::Diagnostics;
use crate::engine::CheckedPolicies;
use crate::evaluation::Answer;
use crate::lang::text;
use crate::parallel::in_order;
use crate::source::Span;
use crate::words::{Mutation, Verdict};

/// One wrong version of a rule or definition.
#[derive(Clone, Debug)]
pub struct Mutant {
    /// A short name that stays the same while the expression does.
    pub id: String,
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

impl Mutants {
    /// The branches: of what, the key of the expression, whether it holds there, and whether a decided case turns on
    /// that. Branches that the checker knows nothing goes into are left out.
    pub fn branches(&self) -> BTreeMap<(&str, &str, bool), bool> {
        let mut branches = BTreeMap::new();
        for condition in &self.conditions {
            for (holds, side) in [(false, &condition.constant_true), (true, &condition.constant_false)] {
                if side.mutant.is_some() {
                    *branches.entry((condition.of.as_str(), condition.key.as_str(), holds)).or_default() |= side.shown;
                }
            }
        }
        branches
    }
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
    let versions = |hands: &mut Hands, (is_rule, number): &(bool, usize)| {
        if *is_rule { bench.rule(hands, *number) } else { bench.definition(hands, *number) }
    };
    let mut all = Mutants::default();
    for part in in_order(&work, options.threads, || Hands::new(policies, options), versions) {
        all.all.extend(part.all);
        all.conditions.extend(part.conditions);
    }
    all
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
