//! A policy that passes the checker meets no operation that does not exist and no field that is not there,
//! whatever document it is given that fits the vocabulary.

mod documents;
mod rules;

use std::sync::Arc;

use jobun::facts::Vocabulary;
use jobun::words::Verdict;
use jobun::{Day, Engine, Facts as Document, Params, PolicySet};
use serde_json::Value;

use crate::pack;
use crate::policy::{Batch, days, is_unsound};
use crate::random::Random;
use crate::report::{Disagreement, Report};
use crate::vocabulary::Facts;
use documents::Documents;
use rules::Rules;

/// Rules of one engine.
const RULES: usize = 40;
/// Documents that one set of rules is given.
const DOCUMENTS: usize = 400;

/// Judges `cases` documents: a third by the shipped packs, a third by rules over the vocabulary that the other parts
/// share, a third by rules over random vocabularies.
pub fn run(vocabulary: &Arc<Vocabulary>, seed: u64, cases: usize, report: &mut Report) {
    let days = days();
    let shipped = shipped();
    let schema = json(jobun::engine::FACTS_SCHEMA);
    let documents = Documents::new(&schema);
    let mut batches = 0;
    while report.cases < cases {
        let mut random = Random::new(seed, (5 << 32) + batches);
        let count = DOCUMENTS.min(cases - report.cases);
        let place = format!("--seed {seed}, batch {batches}");
        let judge = |engine: &Engine, name: &'static str, facts: Value, random: &mut Random, report: &mut Report| {
            let as_of = days[random.below(days.len())];
            report.cases += 1;
            judged(engine, name, &facts, as_of, &place, report);
        };
        match batches % 3 {
            0 => {
                for _ in 0..count {
                    let facts = documents.make(&mut random);
                    judge(&shipped, "shipped packs", facts, &mut random, report);
                }
            }
            1 => {
                let batch = Batch::new(vocabulary, &mut random, RULES, &|maker, at| maker.rule(at));
                report.made += RULES;
                report.repeating += batch.rules.iter().filter(|rule| rule.repeats).count();
                for _ in 0..count {
                    let facts = Facts::new(&mut random).answered([0.6, 0.9, 0.97, 1.0][random.below(4)]);
                    judge(&batch.engine, "rules over a rich vocabulary", facts, &mut random, report);
                }
            }
            _ => {
                let schema = documents::schema(&mut random);
                let engine = made(&schema, &mut random, report);
                let documents = Documents::new(&schema);
                for _ in 0..count {
                    let facts = documents.make(&mut random);
                    judge(&engine, "rules over random vocabularies", facts, &mut random, report);
                }
            }
        }
        batches += 1;
    }
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("the vocabulary is no JSON: {error}"))
}

fn shipped() -> Engine {
    let policies = PolicySet::embedded().check().unwrap_or_else(|rejected| panic!("{rejected}"));
    Engine::new(policies, Params::default()).unwrap_or_else(|error| panic!("{error}"))
}

/// Rules over the vocabulary `schema` that pass the checker.
fn made(schema: &Value, random: &mut Random, report: &mut Report) -> Engine {
    let vocabulary = Vocabulary::from_json(&schema.to_string());
    let vocabulary = Arc::new(vocabulary.unwrap_or_else(|fault| panic!("{fault}: {schema}")));
    let engine = |rules: &[String]| {
        let read = pack::with_rules(rules).read();
        let checked = read.check_against(Arc::clone(&vocabulary)).map_err(|rejected| rejected.to_string())?;
        Engine::new(checked, Params::default()).map_err(|error| error.to_string())
    };
    let mut kept = Vec::new();
    let mut tries = 0;
    while kept.len() < RULES && tries < 4 * RULES {
        tries += 1;
        let body = Rules::new(&vocabulary.schema, random).body();
        report.made += 1;
        match engine(&[pack::rule("r-0", &body)]) {
            Ok(_) => kept.push(pack::rule(&format!("r-{}", kept.len()), &body)),
            Err(_) => report.exclude("rules that the checker refuses, as it must where a type is wrong"),
        }
    }
    engine(&kept).unwrap_or_else(|error| panic!("rules that pass alone do not together: {error}"))
}

/// Judges one document, and reports every fault that a checked rule must not meet.
fn judged(engine: &Engine, name: &'static str, facts: &Value, as_of: Day, place: &str, report: &mut Report) {
    let bytes = facts.to_string();
    let document = match Document::from_slice(engine, bytes.as_bytes()) {
        Ok(document) => document,
        Err(rejected) => panic!("a document does not fit its schema: {rejected}\n{facts}"),
    };
    report.verdict(name, 1);
    let verdicts = engine.runner().verdicts(&document, as_of).map(<[Verdict]>::to_vec).unwrap_or_default();
    // Only an error can be one of these; most documents meet none.
    if !verdicts.contains(&Verdict::Error) {
        return;
    }
    let evaluation = engine.evaluate(&document, as_of);
    for finding in evaluation.iter().flat_map(|evaluation| &evaluation.findings) {
        let Some(error) = &finding.error else { continue };
        if is_unsound(&error.message.en) {
            report.disagreement(Disagreement {
                place: format!("{place}, rule {}, on {as_of}", finding.rule),
                what: written(engine, &finding.rule),
                facts: bytes.clone(),
                answers: [format!("the checker passed what comes to: {}", error.message.en), String::new()],
            });
        }
    }
}

/// The two halves of a rule.
fn written(engine: &Engine, id: &str) -> String {
    let rule = engine.policies().rules().map(|(_, rule)| rule).find(|rule| rule.id.text == id);
    let halves = rule.into_iter().flat_map(|rule| rule.applies.iter().chain(&rule.require));
    halves.map(|half| half.ast.print(half.ast.root())).collect::<Vec<_>>().join("\n")
}
