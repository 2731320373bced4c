//! Roll-ups: what the verdicts of several rules come to together, what they miss, and until when that stands.

use std::cell::RefCell;
use std::collections::HashSet;

use super::Engine;
use crate::eval::sooner;
use crate::evaluation::{Finding, MissingFact};
use crate::program::RuleCode;
use crate::value::Day;
use crate::words::Verdict;

/// Verdicts in the order in which the first that occurs decides a sum: as `&&` folds them, so that
/// an added fact never turns a failure into an error.
const SUM: [Verdict; 4] = [Verdict::Fail, Verdict::Unknown, Verdict::Error, Verdict::Pass];

/// What several verdicts come to together.
pub(crate) fn sum(occurs: impl Fn(Verdict) -> bool) -> Verdict {
    SUM.into_iter().find(|verdict| occurs(*verdict)).unwrap_or(Verdict::NotApplicable)
}

/// The verdicts of all rules, those of one rule one after another.
#[derive(Debug, Default)]
pub(super) struct Verdicts {
    all: Vec<Verdict>,
    /// Where those of each rule begin.
    starts: Vec<usize>,
}

impl Verdicts {
    /// Forgets all of them, and keeps the memory.
    pub(super) fn clear(&mut self) {
        self.all.clear();
        self.starts.clear();
    }

    /// How many rules have begun.
    pub(super) fn begun(&self) -> usize {
        self.starts.len()
    }

    /// The verdicts of `code` come next; a sum has one, which is not known yet.
    pub(super) fn begin(&mut self, code: &RuleCode) {
        self.starts.push(self.all.len());
        if !code.rolls_up.is_empty() {
            self.all.push(Verdict::NotApplicable);
        }
    }

    pub(super) fn push(&mut self, verdict: Verdict) {
        self.all.push(verdict);
    }

    /// Every verdict, in the order of the rules.
    pub(super) fn all(&self) -> &[Verdict] {
        &self.all
    }

    pub(super) fn of(&self, rule: usize) -> &[Verdict] {
        let end = self.starts.get(rule + 1).copied().unwrap_or(self.all.len());
        &self.all[self.starts[rule]..end]
    }

    /// Fills in the verdicts of roll-ups from those of the rules they sum up.
    pub(super) fn roll_up(&mut self, engine: &Engine, as_of: Day) {
        let rules = engine.program().rules();
        let bindings = engine.bindings();
        // A roll-up of roll-ups settles after as many rounds as there are levels; none is its own part.
        for _ in 0..rules.len() {
            let mut changed = false;
            for (index, code) in rules.iter().enumerate().filter(|(_, code)| !code.rolls_up.is_empty()) {
                // Advice stays advice: it makes no binding sum fail.
                let parts = || code.rolls_up.iter().filter(|target| bindings[**target] >= bindings[index]);
                let occurs = |verdict| parts().any(|target| self.of(*target).contains(&verdict));
                let verdict = sum(|verdict| code.is_in_force(as_of) && occurs(verdict));
                let own = &mut self.all[self.starts[index]];
                changed |= std::mem::replace(own, verdict) != verdict;
            }
            if !changed {
                break;
            }
        }
    }
}

/// The rules, no sums themselves, that the sum number `index` is made of, in order and each once. Advice is no
/// part of a binding sum, and a sum that `enters` is not true of is not looked into.
pub(crate) fn summed(engine: &Engine, index: usize, enters: &dyn Fn(usize) -> bool) -> Vec<usize> {
    let (rules, bindings) = (engine.program().rules(), engine.bindings());
    let mut parts = Vec::new();
    let mut visited = vec![false; rules.len()];
    let below =
        |sum: usize| rules[sum].rolls_up.iter().rev().copied().filter(move |part| bindings[*part] >= bindings[sum]);
    let mut open: Vec<usize> = below(index).collect();
    while let Some(part) = open.pop() {
        if std::mem::replace(&mut visited[part], true) {
            continue;
        }
        if rules[part].rolls_up.is_empty() {
            parts.push(part);
        } else if enters(part) {
            open.extend(below(part));
        }
    }
    parts
}

/// What an unknown sum misses: what its open parts miss, each once.
pub(super) fn missing_of(engine: &Engine, index: usize, verdicts: &Verdicts, all: &[Vec<Finding>]) -> Vec<MissingFact> {
    let mut missing: Vec<MissingFact> = Vec::new();
    let mut known: HashSet<&str> = HashSet::new();
    for part in summed(engine, index, &|sum| verdicts.of(sum) == [Verdict::Unknown]) {
        let open = all[part].iter().filter(|finding| finding.verdict == Verdict::Unknown);
        for fact in open.flat_map(|finding| &finding.missing) {
            if known.insert(&fact.pointer) {
                missing.push(fact.clone());
            }
        }
    }
    missing
}

/// Until when a sum stands: as long as all of its parts do, and what is in force stays so.
pub(super) fn stable_until(engine: &Engine, index: usize, as_of: Day, all: &[Vec<Finding>]) -> Option<Day> {
    let codes = engine.program().rules();
    let in_force = RefCell::new(codes[index].validity_turns(as_of));
    let enters = |sum: usize| {
        let turns = codes[sum].validity_turns(as_of);
        in_force.replace_with(|so_far| sooner(*so_far, turns));
        true
    };
    let parts = summed(engine, index, &enters);
    let findings = parts.into_iter().flat_map(|part| &all[part]);
    findings.fold(in_force.into_inner(), |so_far, finding| sooner(so_far, finding.stable_until))
}
