//! One rule alone: what it comes to for each subject, without places, messages or citations.

use std::cell::RefCell;
use std::collections::HashSet;

use bumpalo::Bump;

use super::sums::Verdicts;
use super::{Document, Engine};
use crate::eval::{LeafRef, Leaves};
use crate::json::Finder;
use crate::pointer;
use crate::program::OpId;
use crate::value::Day;
use crate::words::Verdict;

/// What a rule comes to for one subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// The ids of the elements, joined with `/`; empty for a rule about the whole document.
    pub subject: String,
    /// The verdict.
    pub verdict: Verdict,
    /// Pointers of the facts an open verdict waits for, in the order first read.
    pub missing: Vec<String>,
    /// Pointers of the facts that decided whether it is met, or that it does not apply.
    pub deciding: Vec<String>,
}

impl Engine {
    /// Judges the rule number `rule` alone. A rule that sums up others is judged with them; its own
    /// judgement misses what its parts miss, and is decided by what decides against them.
    pub(crate) fn judge(&self, rule: usize, document: &Document<'_>, as_of: Day) -> Vec<Judgement> {
        let rules = self.program().rules();
        let Some(code) = rules.get(rule) else { return Vec::new() };
        if code.rolls_up.is_empty() {
            let mut judged = Vec::new();
            self.each_outcome(rule, document, as_of, &mut |judgement| judged.push(judgement));
            return judged;
        }
        let wanted: HashSet<usize> = super::summed(self, rule, &|_| true).into_iter().collect();
        let mut verdicts = Verdicts::default();
        let mut judged: Vec<Vec<Judgement>> = vec![Vec::new(); rules.len()];
        for (index, code) in rules.iter().enumerate() {
            verdicts.begin(code);
            if wanted.contains(&index) {
                self.each_outcome(index, document, as_of, &mut |judgement| {
                    verdicts.push(judgement.verdict);
                    judged[index].push(judgement);
                });
            }
        }
        verdicts.roll_up(self, as_of);
        let is_open = |sum: usize| matches!(verdicts.of(sum), [Verdict::Unknown | Verdict::Fail]);
        let parts = super::summed(self, rule, &is_open).into_iter().flat_map(|part| std::mem::take(&mut judged[part]));
        let (mut missing, mut deciding): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
        for part in parts {
            missing.extend(part.missing);
            if part.verdict == Verdict::Fail {
                deciding.extend(part.deciding);
            }
        }
        for pointers in [&mut missing, &mut deciding] {
            let mut known = HashSet::new();
            pointers.retain(|pointer| known.insert(pointer.clone()));
        }
        let Some(&verdict) = verdicts.of(rule).first() else { return Vec::new() };
        let (missing, deciding) = match verdict {
            Verdict::Unknown => (missing, Vec::new()),
            Verdict::Fail => (Vec::new(), deciding),
            // Which of the parts would have to turn is not told by any one of them.
            _ => (Vec::new(), Vec::new()),
        };
        vec![Judgement { subject: String::new(), verdict, missing, deciding }]
    }

    fn each_outcome(&self, rule: usize, document: &Document<'_>, as_of: Day, each: &mut dyn FnMut(Judgement)) {
        let facts = document.facts();
        let bound = self.bound(document);
        let tape = facts.tape();
        let finder = RefCell::new(Finder::of(tape));
        let pointer = |leaf: LeafRef| {
            pointer::below(finder.borrow_mut().pointer(leaf.base), &self.program().path(leaf.path).keys)
        };
        let both = |a: Leaves<'_>, b: Leaves<'_>| -> Vec<String> {
            let mut known = HashSet::new();
            let all = a.to_vec().into_iter().chain(b.to_vec()).map(&pointer);
            all.filter(|pointer| known.insert(pointer.clone())).collect()
        };
        self.judging(document, &bound, as_of, None).each::<true>(
            rule..rule + 1,
            &mut Bump::new(),
            &mut |_, _, outcome| {
                let ids: Vec<String> = outcome.elements.iter().map(|element| facts.id_of(*element)).collect();
                each(Judgement {
                    subject: ids.join("/"),
                    verdict: outcome.verdict,
                    missing: both(outcome.missing_applies, outcome.missing_require),
                    deciding: match outcome.verdict {
                        Verdict::NotApplicable => both(outcome.why_applies, Leaves::NONE),
                        _ => both(outcome.why_require, Leaves::NONE),
                    },
                });
            },
        );
    }

    /// The instructions that the rule number `rule` runs for one subject; the lists its loops go over are left out.
    pub(crate) fn instructions(&self, rule: usize) -> Vec<OpId> {
        let Some(code) = self.program().rules().get(rule) else { return Vec::new() };
        let recurring = code.recurring.iter().flat_map(|recurring| [recurring.last, recurring.from, recurring.every]);
        let deadlines = code.deadlines.iter().flat_map(|deadline| [deadline.act, deadline.by]);
        let halves = [code.in_force_at, code.applies, code.require].into_iter().flatten();
        halves.chain(recurring).chain(deadlines).collect()
    }
}
