//! The life-like organizations: what must come of them, article by article, and on which days it
//! changes. The tables under `fixtures/expected` were compared line by line with a reading of the
//! provisions before they were kept.

mod support;

use std::collections::BTreeMap;
use std::fmt::Write;

use jobun::{Day, Engine, Evaluation, Facts, Params, PolicySet, Verdict};

fn engine() -> Engine {
    Engine::new(PolicySet::embedded().check().expect("sound packs"), Params::default()).expect("an engine")
}

fn day(text: &str) -> Day {
    Day::parse(text).expect("a date")
}

fn evaluate(engine: &Engine, organization: &str, as_of: Day) -> Evaluation {
    let text = support::text(&format!("fixtures/organizations/{organization}.json"));
    let facts = Facts::from_slice(engine, text.as_bytes()).expect("valid facts");
    engine.evaluate(&facts, as_of).expect("an evaluation")
}

/// Every finding of a rule that applies as a line: verdict, rule, subject, due date, missing facts. Below them, how
/// many do not apply of each pack.
fn table(evaluation: &Evaluation) -> String {
    let mut out = String::new();
    let mut inapplicable: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in &evaluation.findings {
        if finding.verdict == Verdict::NotApplicable {
            *inapplicable.entry(&finding.pack).or_default() += 1;
            continue;
        }
        let subject = finding.subject.as_ref().map_or("-", |subject| subject.id.as_str());
        let due = finding.due_on.map_or_else(|| "-".to_string(), |day| day.to_string());
        let missing: Vec<&str> = finding.missing.iter().map(|missing| missing.pointer.as_str()).collect();
        let missing = if missing.is_empty() { "-".to_string() } else { missing.join(" ") };
        writeln!(out, "{}\t{}\t{subject}\t{due}\t{missing}", finding.verdict.word(), finding.rule).expect("a string");
    }
    for (pack, count) in inapplicable {
        writeln!(out, "not_applicable\t{pack}\t{count}\t-\t-").expect("a string");
    }
    out
}

/// The days on which a verdict turns, and why.
fn turns(engine: &Engine, organization: &str, from: Day, to: Day) -> String {
    let text = support::text(&format!("fixtures/organizations/{organization}.json"));
    let facts = Facts::from_slice(engine, text.as_bytes()).expect("valid facts");
    let timeline = jobun::timeline::timeline(engine, &facts, from, to).expect("a timeline");
    let mut out = String::new();
    for turn in timeline.turns {
        let subject = turn.subject.map_or_else(|| "-".to_string(), |subject| subject.id);
        let (before, after) = (turn.before.word(), turn.after.word());
        writeln!(out, "{}\t{}\t{subject}\t{before}\t{after}\t{}", turn.on, turn.rule, turn.because.en)
            .expect("a string");
    }
    out
}

/// What the daily run finds: the days on which some verdict differs from the day before.
fn days_that_turn(engine: &Engine, organization: &str, from: Day, to: Day) -> Vec<Day> {
    let mut found = Vec::new();
    let verdicts = |as_of: Day| -> Vec<(String, Option<String>, Verdict)> {
        let findings = evaluate(engine, organization, as_of).findings.into_iter();
        findings.map(|finding| (finding.rule, finding.subject.map(|subject| subject.id), finding.verdict)).collect()
    };
    let (mut before, mut at) = (verdicts(from), from);
    while at < to {
        at = at.next().expect("a next day");
        let now = verdicts(at);
        if now != before {
            found.push(at);
        }
        before = now;
    }
    found
}

/// Compares with a kept table; `JOBUN_BLESS=1` keeps the new one, to be read before it is committed.
#[allow(clippy::disallowed_methods, reason = "a test may keep its own table")]
fn assert_kept(name: &str, found: &str) {
    let path = support::root().join("fixtures/expected").join(name);
    if std::env::var_os("JOBUN_BLESS").is_some() {
        std::fs::write(&path, found).expect("the table can be kept");
    }
    let kept = support::text(&format!("fixtures/expected/{name}"));
    let differs: Vec<String> = kept
        .lines()
        .filter(|line| !found.lines().any(|other| other == *line))
        .map(|line| format!("- {line}"))
        .chain(found.lines().filter(|line| !kept.lines().any(|other| other == *line)).map(|line| format!("+ {line}")))
        .collect();
    assert!(differs.is_empty() && kept == found, "{name}:\n{}", differs.join("\n"));
}

#[test]
fn every_organization_comes_to_what_a_person_read() {
    let engine = engine();
    let names = support::files_below("fixtures/organizations");
    let mut seen = 0;
    for name in names.iter().filter_map(|name| name.strip_suffix(".json")) {
        assert_kept(&format!("{name}-2026-11-22.tsv"), &table(&evaluate(&engine, name, day("2026-11-22"))));
        seen += 1;
    }
    assert!(seen >= 20, "{seen} organizations");
}

#[test]
fn those_that_meet_their_source_meet_it() {
    let engine = engine();
    for pack in engine.policies().ids().filter(|pack| *pack != "statutes") {
        let found = evaluate(&engine, &format!("{pack}-passing"), day("2026-11-22")).findings;
        let own: Vec<_> = found.iter().filter(|finding| finding.pack == pack).collect();
        let bad: Vec<_> = own
            .iter()
            .filter(|finding| !matches!(finding.verdict, Verdict::Pass | Verdict::NotApplicable))
            .map(|finding| &finding.rule)
            .collect();
        assert!(bad.is_empty(), "{pack}: {bad:?}");
        assert!(own.iter().filter(|finding| finding.verdict == Verdict::Pass).count() > 40, "{pack}");
    }
}

#[test]
fn the_center_breaks_what_it_breaks() {
    let engine = engine();
    let evaluation = evaluate(&engine, "center", day("2026-11-22"));
    let failures: Vec<(&str, &str)> = evaluation
        .findings
        .iter()
        .filter(|finding| finding.is_failure())
        .map(|finding| (finding.citations[0].locator.as_str(), finding.subject.as_ref().map_or("-", |s| s.id.as_str())))
        .collect();
    assert_eq!(
        failures,
        [
            ("第10条", "-"),
            ("第44条第3項第4号", "payroll-2024"),
            ("第44条第4項第2号", "payroll-2024"),
            ("第44条第4項第10号", "payroll-2024"),
            ("第5条第1項", "members"),
            ("第7条第2項", "members"),
        ]
    );
    let summary = &evaluation.summary;
    assert_eq!((summary.fail, summary.unknown, summary.due_soon, summary.error), (6, 1, 2, 0));
}

#[test]
fn moving_the_day_turns_exactly_what_must_turn() {
    let found = turns(&engine(), "center", day("2026-01-01"), day("2027-12-31"));
    assert_kept("center-turns-2026-2027.tsv", &found);
    // The chair's check lapsed two days before 22 November 2026, and no other rule changed with it.
    let lapsed: Vec<&str> = found.lines().filter(|line| line.starts_with("2026-11-2")).collect();
    assert_eq!(lapsed, ["2026-11-21\tinazawa-10-annual-check\t-\tpass\tfail\tthe last day, 2026-11-20, has passed"]);
}

#[test]
fn a_timeline_is_what_a_daily_run_finds() {
    let engine = Engine::new(
        PolicySet::embedded().select(["inazawa-kitei"]).expect("the pack").check().expect("sound"),
        Params::default(),
    )
    .expect("an engine");
    let (from, to) = (day("2026-10-01"), day("2027-01-31"));
    let text = support::text("fixtures/organizations/center.json");
    let facts = Facts::from_slice(&engine, text.as_bytes()).expect("valid facts");
    let timeline = jobun::timeline::timeline(&engine, &facts, from, to).expect("a timeline");
    let mut listed: Vec<Day> = timeline.turns.iter().map(|turn| turn.on).collect();
    listed.dedup();
    assert_eq!(listed, days_that_turn(&engine, "center", from, to));
    assert!(listed.len() > 3, "{listed:?}");
}

#[test]
fn three_clouds_of_the_contractor() {
    let engine = engine();
    let evaluation = evaluate(&engine, "contractor", day("2026-11-22"));
    let worst = |cloud: &str| {
        let found = evaluation.findings.iter().filter(|finding| {
            finding.rule.starts_with("ward-10-") && finding.subject.as_ref().is_some_and(|subject| subject.id == cloud)
        });
        let verdicts: Vec<Verdict> = found.map(|finding| finding.verdict).collect();
        assert!(verdicts.len() >= 4, "{cloud}: {verdicts:?}");
        [Verdict::Error, Verdict::Fail, Verdict::Unknown, Verdict::Pass].into_iter().find(|v| verdicts.contains(v))
    };
    assert_eq!(worst("cloud-x"), Some(Verdict::Fail));
    assert_eq!(worst("cloud-y"), Some(Verdict::Pass));
    assert_eq!(worst("cloud-z"), Some(Verdict::Unknown));
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let engine = engine();
    let one = serde_json::to_string(&evaluate(&engine, "center", day("2026-11-22"))).expect("JSON");
    let again = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| serde_json::to_string(&evaluate(&engine, "center", day("2026-11-22"))).expect("JSON"))
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().expect("a thread")).collect::<Vec<_>>()
    });
    assert!(again.iter().all(|text| *text == one));
}

#[test]
fn bare_verdicts_are_those_of_the_findings() {
    let engine = engine();
    let mut runner = engine.runner();
    for organization in ["center", "contractor"] {
        let text = support::text(&format!("fixtures/organizations/{organization}.json"));
        let facts = Facts::from_slice(&engine, text.as_bytes()).expect("valid facts");
        for as_of in ["2022-01-01", "2026-11-22", "2027-11-22"] {
            let findings = engine.evaluate(&facts, day(as_of)).expect("an evaluation").findings;
            let traced: Vec<Verdict> = findings.iter().map(|finding| finding.verdict).collect();
            assert_eq!(runner.verdicts(&facts, day(as_of)).expect("verdicts"), traced);
        }
    }
}
