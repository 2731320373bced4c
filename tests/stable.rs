//! Until when a verdict stands: on no day before that is it another one.

#[allow(dead_code, reason = "only whole documents are read here")]
mod documents;
mod forms;

use documents::{documents, in_threads, spread};
use jobun::{Day, Engine, Facts, Params, PolicySet, Verdict};

fn day(text: &str) -> Day {
    Day::parse(text).expect("a day")
}

/// What a rule comes to for one subject.
type Said = (String, Option<String>, Verdict);

fn said(engine: &Engine, facts: &Facts<'_>, as_of: Day) -> Vec<(Said, Option<Day>)> {
    let evaluation = engine.evaluate(facts, as_of).expect("nobody cancels");
    let findings = evaluation.findings.into_iter();
    findings
        .map(|finding| {
            ((finding.rule, finding.subject.map(|subject| subject.id), finding.verdict), finding.stable_until)
        })
        .collect()
}

/// Looks at `engine` and `facts` on every day of `days`: how many verdicts stood, and how many turned on the very
/// day they gave.
fn stands(engine: &Engine, facts: &Facts<'_>, days: &[Day]) -> (usize, usize) {
    let (mut stood, mut turned) = (0, 0);
    let mut before: Option<Vec<(Said, Option<Day>)>> = None;
    for today in days {
        let now = said(engine, facts, *today);
        for (finding, until) in before.iter().flatten() {
            let same = now.iter().any(|(other, _)| other == finding);
            let must_stand = until.is_none_or(|until| *today < until);
            assert!(same || !must_stand, "{finding:?} should stand until {until:?}, and does not on {today}");
            stood += usize::from(must_stand);
            turned += usize::from(!same);
        }
        before = Some(now);
    }
    (stood, turned)
}

/// `count` days from `from` on.
fn days(from: Day, count: i64) -> Vec<Day> {
    (0..count).filter_map(|days| from.plus_days(days)).collect()
}

#[test]
fn a_verdict_stands_as_long_as_it_says_in_every_form_of_the_language() {
    for family in forms::families() {
        let name = family.name;
        let around: Vec<Day> =
            family.days.iter().flat_map(|day| day.plus_days(-2)).flat_map(|day| days(day, 5)).collect();
        let mut around = around;
        around.sort();
        around.dedup();
        let documents = spread(&family.documents, 40, 1);
        let (mut stood, mut turned) = (0, 0);
        for document in &documents {
            let bytes = serde_json::to_vec(document).expect("it can be written");
            let facts = Facts::from_slice(&family.engine, &bytes).expect("it fits the vocabulary");
            let found = stands(&family.engine, &facts, &around);
            (stood, turned) = (stood + found.0, turned + found.1);
        }
        assert!(stood > 1_000, "{name}: only {stood}");
        if name == "time" {
            assert!(turned > 100, "{name}: only {turned} turned");
        }
    }
}

#[test]
fn the_verdicts_of_the_shipped_packs_stand_as_long_as_they_say() {
    let engine = Engine::new(PolicySet::embedded().check().expect("sound"), Params::default()).expect("an engine");
    let all = spread(&documents(), 8, 0);
    let window = days(day("2026-03-25"), 14);
    let found = in_threads(&all, |document| {
        let bytes = serde_json::to_vec(&document.facts).expect("it can be written");
        let facts = Facts::from_slice(&engine, &bytes).expect("it fits the vocabulary");
        stands(&engine, &facts, &window)
    });
    assert!(found.iter().map(|(stood, _)| stood).sum::<usize>() > 10_000);
    assert!(found.iter().map(|(_, turned)| turned).sum::<usize>() > 0, "nothing turned around the end of a year");
}

#[test]
fn days_come_out_as_an_evaluation_of_each() {
    let engine = Engine::new(PolicySet::embedded().check().expect("sound"), Params::default()).expect("an engine");
    for document in spread(&documents(), 6, 1) {
        let bytes = serde_json::to_vec(&document.facts).expect("it can be written");
        let facts = Facts::from_slice(&engine, &bytes).expect("it fits the vocabulary");
        let mut runner = engine.runner();
        let mut moving = engine.days(&facts, day("2025-12-20")).expect("nobody cancels");
        for today in days(day("2025-12-20"), 150) {
            let before = moving.verdicts().to_vec();
            let until = moving.stable_until();
            let turned = moving.move_to(today).expect("nobody cancels");
            assert_eq!(moving.verdicts(), runner.verdicts(&facts, today).expect("nobody cancels"), "{}", document.name);
            assert_eq!(turned.is_empty(), before == moving.verdicts());
            assert!(turned.is_empty() || until.is_some_and(|until| until <= today), "{} {today}", document.name);
        }
    }
}
