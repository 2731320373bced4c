//! The laws of the unknown, which hold whatever the rules are.

use std::collections::BTreeSet;
use std::sync::Arc;

use jobun::counterfactual::{CONFIRM_BYTES, confirm};
use jobun::evaluation::{Certainty, Completion};
use jobun::facts::Vocabulary;
use jobun::words::Verdict;
use jobun::{Day, Engine, Facts as Document};
use serde_json::{Value, json};

use crate::generate::Rule;
use crate::policy::{Batch, Said, by_engine, days};
use crate::random::Random;
use crate::report::Report;
use crate::vocabulary::{COLORS, Facts, TINTS};

const RULES: usize = 200;
const DOCUMENTS: usize = 30;
/// Rules where every missing fact is looked into, which takes a search each.
const CONFIRMED_RULES: usize = 40;

fn judged(engine: &Engine, facts: &Value, as_of: Day) -> Vec<Said> {
    let bytes = facts.to_string();
    match Document::named(engine, "facts", bytes.as_bytes()) {
        Ok(document) => engine.evaluate(&document, as_of).map(|found| by_engine(&found)).unwrap_or_default(),
        Err(rejected) => panic!("the facts are no facts: {rejected}\n{facts}"),
    }
}

/// Where `after`, which has more facts than `before`, breaks a law; `count` gets what was asked.
///
/// A verdict that is decided stays as it is, and an error stays one. An unknown verdict stays unknown while none
/// of the facts it lists is answered.
fn broken(before: &[Said], after: &[Said], facts: &Value, count: &mut dyn FnMut(&str)) -> Vec<(usize, [String; 2])> {
    let mut found = Vec::new();
    for said in before {
        let is_answered = |pointer: &str| facts.pointer(pointer).is_some_and(|value| !value.is_null());
        let (law, wanted) = match said.verdict {
            Verdict::Unknown if said.missing().any(is_answered) => continue,
            Verdict::Unknown => ("no fact outside the list decides", Verdict::Unknown),
            Verdict::Error => ("an error stays", Verdict::Error),
            decided => ("what is decided stays", decided),
        };
        count(law);
        let inside = format!("{}/", said.subject);
        let of = |later: &&Said| {
            let same = said.subject.is_empty() || later.subject == said.subject || later.subject.starts_with(&inside);
            later.rule == said.rule && same
        };
        if let Some(later) = after.iter().filter(of).find(|later| later.verdict != wanted) {
            found.push((said.rule, [format!("{law}: {said:?}"), format!("{later:?}")]));
        }
    }
    found
}

/// Random rules on documents that grow.
pub fn run(vocabulary: &Arc<Vocabulary>, seed: u64, cases: usize, report: &mut Report) {
    let days = days();
    let mut batches = 0;
    while report.cases < cases {
        let mut random = Random::new(seed, (1 << 32) + batches);
        batches += 1;
        let batch = Batch::new(vocabulary, &mut random, RULES, &|maker, at| maker.rule(at));
        report.made += RULES;
        report.repeating += batch.rules.iter().filter(|rule| rule.repeats).count();
        for _ in 0..DOCUMENTS {
            let facts = Facts::new(&mut random);
            let as_of = days[random.below(days.len())];
            let share = [0.3, 0.5, 0.7, 0.9][random.below(4)];
            let less = facts.answered(share);
            let before = judged(&batch.engine, &less, as_of);
            let more = (1.0 - share) * random.share();
            let mut grown = vec![facts.answered(share + more), facts.answered(1.0)];
            let open: Vec<&Said> = before.iter().filter(|said| said.verdict == Verdict::Unknown).collect();
            for _ in 0..open.len().min(4) {
                // Everything is answered but what this one lists.
                let missing: BTreeSet<&str> = open[random.below(open.len())].missing().collect();
                grown.push(facts.only(|pointer, likely| likely < share || !missing.contains(pointer)));
            }
            for more in grown {
                let after = judged(&batch.engine, &more, as_of);
                let found = broken(&before, &after, &more, &mut |law| {
                    report.cases += 1;
                    report.verdict(law, 1);
                });
                let is_sum = |rule: usize| !batch.rules[rule].rolls_up.is_empty();
                let only_sums = found.iter().all(|(rule, _)| is_sum(*rule));
                for (rule, _) in found {
                    if is_sum(rule) && !only_sums {
                        continue;
                    }
                    let place = format!("--seed {seed}, batch {batches}, rule {rule}, on {as_of}");
                    let differ = |engine: &Engine, facts: &[Value]| {
                        if !holds(&facts[1], &facts[0]) {
                            return None;
                        }
                        let (before, after) = (judged(engine, &facts[0], as_of), judged(engine, &facts[1], as_of));
                        let found = broken(&before, &after, &facts[1], &mut |_| {});
                        found.into_iter().next().map(|(_, answers)| answers)
                    };
                    batch.show(vocabulary, rule, &[less.clone(), more.clone()], &differ, place, report);
                }
            }
        }
    }
}

/// Whether `more` has every answer of `less`.
fn holds(more: &Value, less: &Value) -> bool {
    match (more, less) {
        (_, Value::Null) => true,
        (Value::Object(more), Value::Object(less)) => {
            less.iter().all(|(name, less)| holds(more.get(name).unwrap_or(&Value::Null), less))
        }
        (Value::Array(more), Value::Array(less)) => {
            more.len() == less.len() && more.iter().zip(less).all(|(more, less)| holds(more, less))
        }
        (more, less) => more == less,
    }
}

/// The leaves of rules that read every one of them once, with all their answers.
fn finite() -> Vec<(&'static str, Vec<Value>)> {
    let words = |words: &[&str]| words.iter().map(|word| json!(word)).collect::<Vec<_>>();
    let truth = vec![json!(true), json!(false)];
    let mut leaves: Vec<(&str, Vec<Value>)> =
        ["/a", "/b", "/c", "/d", "/office/open"].iter().map(|leaf| (*leaf, truth.clone())).collect();
    leaves.push(("/color", words(&COLORS)));
    leaves.push(("/office/address/shade", words(&COLORS)));
    leaves.push(("/tint", words(&TINTS)));
    leaves
}

/// Puts an answer where the pointer says; objects on the way are made.
fn answer(facts: &mut Value, leaf: &str, value: &Value) {
    let mut at = facts;
    for part in leaf[1..].split('/') {
        let part = part.replace("~1", "/").replace("~0", "~");
        at = match at {
            Value::Array(elements) => match part.parse().ok().and_then(|index: usize| elements.get_mut(index)) {
                Some(element) => element,
                None => return,
            },
            // What is null becomes an object.
            object => &mut object[part],
        };
    }
    *at = value.clone();
}

fn bare(engine: &Engine, facts: &Value, as_of: Day) -> Vec<Verdict> {
    let bytes = facts.to_string();
    let Ok(document) = Document::named(engine, "facts", bytes.as_bytes()) else { return Vec::new() };
    let mut runner = engine.runner();
    runner.verdicts(&document, as_of).map(<[Verdict]>::to_vec).unwrap_or_default()
}

/// On rules that read every leaf once, a verdict is unknown exactly where two completions differ, and the list
/// names exactly the leaves that make them differ.
pub fn once(vocabulary: &Arc<Vocabulary>, seed: u64, cases: usize, report: &mut Report) {
    let as_of = days()[0];
    let mut batches = 0;
    while report.cases < cases {
        let mut random = Random::new(seed, (2 << 32) + batches);
        batches += 1;
        let batch = Batch::new(vocabulary, &mut random, RULES, &|maker, _| maker.read_once());
        report.made += RULES;
        for tree in batch.rules.iter().flat_map(Rule::trees) {
            tree.each(&mut |part| report.kind(part.kind));
        }
        for _ in 0..DOCUMENTS {
            if report.cases >= cases {
                break;
            }
            let mut leaves = finite();
            let count = 1 + random.below(5);
            for at in (1..leaves.len()).rev() {
                leaves.swap(at, random.below(at + 1));
            }
            let (open, answered) = leaves.split_at(count);
            let mut facts = json!({});
            for (leaf, answers) in answered {
                answer(&mut facts, leaf, &answers[random.below(answers.len())]);
            }
            let said = judged(&batch.engine, &facts, as_of);
            let found = inexact(&batch.engine, &facts, open, as_of);
            report.cases += said.len();
            for said in &said {
                report.verdict(&format!("{:?}", said.verdict), 1);
            }
            for (rule, _) in found {
                let differ = |engine: &Engine, facts: &[Value]| {
                    inexact(engine, &facts[0], open, as_of).into_iter().next().map(|(_, answers)| answers)
                };
                let place = format!("--seed {seed}, batch {batches}, rule {rule}");
                batch.show(vocabulary, rule, std::slice::from_ref(&facts), &differ, place, report);
            }
        }
    }
}

/// The rules whose lists are not exact on `facts`, in which nothing of `open` is answered.
fn inexact(engine: &Engine, facts: &Value, open: &[(&str, Vec<Value>)], as_of: Day) -> Vec<(usize, [String; 2])> {
    if open.iter().any(|(leaf, _)| facts.pointer(leaf).is_some()) {
        return Vec::new();
    }
    let said = judged(engine, facts, as_of);
    let total: usize = open.iter().map(|(_, answers)| answers.len()).product();
    let verdicts: Vec<Vec<Verdict>> = (0..total)
        .map(|number| {
            let mut completed = facts.clone();
            let mut rest = number;
            for (leaf, answers) in open {
                answer(&mut completed, leaf, &answers[rest % answers.len()]);
                rest /= answers.len();
            }
            bare(engine, &completed, as_of)
        })
        .collect();
    let mut found = Vec::new();
    for (at, said) in said.iter().enumerate() {
        let mut decides: BTreeSet<&str> = BTreeSet::new();
        let mut stride = 1;
        for (leaf, answers) in open {
            let differs = (0..total).any(|number| {
                let first = number - (number / stride) % answers.len() * stride;
                verdicts[number][at] != verdicts[first][at]
            });
            if differs {
                decides.insert(leaf);
            }
            stride *= answers.len();
        }
        let listed: BTreeSet<&str> = said.missing().collect();
        let is_decided = decides.is_empty();
        let holds = if is_decided {
            said.verdict != Verdict::Unknown && verdicts[0][at] == said.verdict
        } else {
            said.verdict == Verdict::Unknown && listed == decides
        };
        if !holds {
            found.push((said.rule, [format!("{said:?}"), format!("by all completions {decides:?} decide")]));
        }
    }
    found
}

/// Random rules on documents with open facts: those said to be confirmed are.
pub fn confirmed(vocabulary: &Arc<Vocabulary>, seed: u64, cases: usize, report: &mut Report) {
    let days = days();
    let mut batches = 0;
    while report.cases < cases {
        let mut random = Random::new(seed, (6 << 32) + batches);
        batches += 1;
        let batch = Batch::new(vocabulary, &mut random, CONFIRMED_RULES, &|maker, at| maker.rule(at));
        report.made += CONFIRMED_RULES;
        report.repeating += batch.rules.iter().filter(|rule| rule.repeats).count();
        for _ in 0..DOCUMENTS {
            let facts = Facts::new(&mut random).answered([0.5, 0.8, 0.95][random.below(3)]);
            let as_of = days[random.below(days.len())];
            for (rule, _) in unconfirmed(&batch.engine, &facts, as_of, report) {
                let place = format!("--seed {seed}, batch {batches}, rule {rule}, on {as_of}");
                let differ = |engine: &Engine, facts: &[Value]| {
                    let mut none = Report::default();
                    unconfirmed(engine, &facts[0], as_of, &mut none).into_iter().next().map(|(_, answers)| answers)
                };
                if batch.rules[rule].rolls_up.is_empty() {
                    batch.show(vocabulary, rule, std::slice::from_ref(&facts), &differ, place, report);
                }
            }
        }
    }
}

/// The rules with a missing fact whose two completions are not what they are said to be.
fn unconfirmed(engine: &Engine, facts: &Value, as_of: Day, report: &mut Report) -> Vec<(usize, [String; 2])> {
    let bytes = facts.to_string();
    let Ok(document) = Document::from_slice(engine, bytes.as_bytes()) else { return Vec::new() };
    let Ok(mut evaluation) = engine.evaluate(&document, as_of) else { return Vec::new() };
    confirm(engine, &document, &mut evaluation, CONFIRM_BYTES);
    let mut found = Vec::new();
    for (finding, said) in evaluation.findings.iter().zip(by_engine(&evaluation)) {
        for missing in &finding.missing {
            report.cases += 1;
            let wrong = match (missing.certainty, &missing.completions[..]) {
                (Certainty::Possible, []) => {
                    report.verdict("possible", 1);
                    None
                }
                (Certainty::Confirmed, [a, b]) => {
                    report.verdict("confirmed", 1);
                    let outside = |completion: &Completion| {
                        let others = completion.answers.iter().filter(|one| !is_within(&one.pointer, &missing.pointer));
                        others.cloned().collect::<Vec<_>>()
                    };
                    let come_to = [a, b].map(|completion| completed(engine, facts, completion, &said, as_of));
                    let decides = |verdict: Verdict| verdict != Verdict::Unknown;
                    if outside(a) != outside(b) {
                        Some("they differ elsewhere too")
                    } else if a.verdict == b.verdict || !decides(a.verdict) || !decides(b.verdict) {
                        Some("they do not decide differently")
                    } else if come_to.contains(&None) {
                        report.exclude("completions that break a link which the rule does not read");
                        None
                    } else if come_to != [Some(a.verdict), Some(b.verdict)] {
                        Some("they come to something else")
                    } else {
                        None
                    }
                }
                _ => Some("there are not two of them"),
            };
            if let Some(wrong) = wrong {
                found.push((
                    said.rule,
                    [format!("the completions of {}: {wrong}", missing.pointer), format!("{missing:?}")],
                ));
            }
        }
    }
    found
}

/// What a rule comes to for its subject, or for all that stand in its place, with the answers of `completion`.
///
/// `None` where the answers do not go with others that the rule does not read: a list may be answered in such a way
/// that links elsewhere lead nowhere.
fn completed(engine: &Engine, facts: &Value, completion: &Completion, said: &Said, as_of: Day) -> Option<Verdict> {
    let mut facts = facts.clone();
    completion.answers.iter().for_each(|one| answer(&mut facts, &one.pointer, &one.value));
    Document::from_slice(engine, facts.to_string().as_bytes()).ok()?;
    let inside = format!("{}/", said.subject);
    let own = |later: &Said| {
        let same = said.subject.is_empty() || later.subject == said.subject || later.subject.starts_with(&inside);
        later.rule == said.rule && same
    };
    let own: Vec<Said> = judged(engine, &facts, as_of).into_iter().filter(own).collect();
    let order = [Verdict::Fail, Verdict::Unknown, Verdict::Error, Verdict::Pass, Verdict::NotApplicable];
    order.into_iter().find(|verdict| own.iter().any(|later| later.verdict == *verdict))
}

fn is_within(pointer: &str, outer: &str) -> bool {
    pointer.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
