//! What other answers would do: completions that confirm a missing fact, and the fewest changes that meet a
//! rule. Whatever is proposed is put into the document here, by other code, and judged.

mod documents;
#[path = "support/pack.rs"]
mod pack;
mod support;

use documents::{documents, in_threads, leaves, spread, without};
use jobun::counterfactual::{CONFIRM_BYTES, FIX_BYTES, confirm, fix};
use jobun::engine::vocabulary_from;
use jobun::evaluation::{Answer, Certainty};
use jobun::explanation::Fix;
use jobun::{Day, Engine, Evaluation, Facts, Finding, Params, PolicySet, Verdict};
use serde_json::{Value, json};

fn shipped() -> Engine {
    let policies = PolicySet::embedded().check().expect("the packs are sound");
    Engine::new(policies, Params::default()).expect("the packs compile")
}

fn day() -> Day {
    Day::new(2026, 11, 22).expect("the calendar has the day")
}

fn judged(engine: &Engine, facts: &Value, confirmed: bool) -> Evaluation {
    let bytes = facts.to_string();
    let document = Facts::from_slice(engine, bytes.as_bytes()).unwrap_or_else(|wrong| panic!("{facts}: {wrong}"));
    let mut evaluation = engine.evaluate(&document, day()).expect("nobody cancels");
    if confirmed {
        confirm(engine, &document, &mut evaluation, CONFIRM_BYTES);
    }
    evaluation
}

fn fixes(engine: &Engine, rule: &str, facts: &Value) -> Vec<Fix> {
    let bytes = facts.to_string();
    let document = Facts::from_slice(engine, bytes.as_bytes()).unwrap_or_else(|wrong| panic!("{facts}: {wrong}"));
    fix(engine, rule, &document, day(), FIX_BYTES).unwrap_or_else(|| panic!("there is a rule {rule}"))
}

/// Puts `value` at `pointer`; objects on the way are made.
fn put(facts: &mut Value, pointer: &str, value: &Value) {
    let mut at = facts;
    for key in pointer.split('/').skip(1) {
        at = match at {
            Value::Array(elements) => &mut elements[key.parse::<usize>().expect("an index")],
            at => &mut at[key],
        };
    }
    *at = value.clone();
}

fn with(facts: &Value, answers: &[Answer]) -> Value {
    let mut facts = facts.clone();
    answers.iter().for_each(|answer| put(&mut facts, &answer.pointer, &answer.value));
    facts
}

/// What the findings of the rule and the subject of `of` come to together.
fn verdict(evaluation: &Evaluation, of: &Finding) -> Verdict {
    let subject = of.subject.as_ref().map_or("", |subject| subject.id.as_str());
    let is_own = |finding: &&Finding| {
        let id = finding.subject.as_ref().map_or("", |subject| subject.id.as_str());
        finding.rule == of.rule && (subject.is_empty() || id == subject || id.starts_with(&format!("{subject}/")))
    };
    let own: Vec<Verdict> = evaluation.findings.iter().filter(is_own).map(|finding| finding.verdict).collect();
    let order = [Verdict::Fail, Verdict::Unknown, Verdict::Error, Verdict::Pass];
    order.into_iter().find(|verdict| own.contains(verdict)).unwrap_or(Verdict::NotApplicable)
}

/// Checks every confirmed fact of `facts`; how many were confirmed, and how many not.
fn check_completions(engine: &Engine, facts: &Value) -> (usize, usize) {
    let evaluation = judged(engine, facts, true);
    let (mut confirmed, mut possible) = (0, 0);
    let open: Vec<&Finding> = evaluation.findings.iter().filter(|finding| !finding.missing.is_empty()).collect();
    for finding in spread(&open, OPEN, 0) {
        for missing in finding.missing.iter().take(2) {
            let place = format!("{} at {} of {facts}", finding.rule, missing.pointer);
            let [a, b] = missing.completions.as_slice() else {
                assert_eq!(missing.certainty, Certainty::Possible, "{place}");
                possible += 1;
                continue;
            };
            assert_eq!(missing.certainty, Certainty::Confirmed, "{place}");
            confirmed += 1;
            assert_ne!(a.verdict, b.verdict, "{place}");
            assert_eq!((&a.answers[0].pointer, &b.answers[0].pointer), (&missing.pointer, &missing.pointer), "{place}");
            assert_ne!(a.answers[0].value, b.answers[0].value, "{place}");
            let others = |answers: &[Answer]| {
                let mut others: Vec<String> = answers[1..].iter().map(|answer| format!("{answer:?}")).collect();
                others.sort();
                others
            };
            assert_eq!(others(&a.answers), others(&b.answers), "{place}");
            for completion in [a, b] {
                let completed = with(facts, &completion.answers);
                let decided = verdict(&judged(engine, &completed, false), finding);
                assert_eq!(decided, completion.verdict, "{place} completed to {completed}");
                assert!(!matches!(decided, Verdict::Unknown | Verdict::Error), "{place}");
            }
        }
    }
    (confirmed, possible)
}

/// How many leaves are taken from each document, and how many open rules of each are mended.
const LEAVES: usize = 3;
const RULES: usize = 3;
/// How many open findings of each document are completed.
const OPEN: usize = 12;

#[test]
fn completions_confirm_what_is_missing() {
    let engine = shipped();
    // Documents that answer one pack alone leave so much open that the search comes to few of it.
    let whole = documents().into_iter().filter(|document| document.name.starts_with("fixtures/"));
    let mut poorer = Vec::new();
    for (turn, document) in whole.enumerate().step_by(2) {
        let leaves = leaves(&engine.vocabulary().schema, &document.facts);
        let every = leaves.len().div_ceil(LEAVES).max(1);
        // Without one leaf, without two that stand apart, and without several that stand together.
        for (at, leaf) in leaves.iter().enumerate().skip(turn % every).step_by(every) {
            let mut facts = without(&document.facts, leaf);
            let more = match at / every % 3 {
                0 => vec![],
                1 => vec![(at * 7 + 3) % leaves.len()],
                _ => (at + 1..at + 4).collect(),
            };
            for other in more.into_iter().filter_map(|other| leaves.get(other)) {
                if facts.pointer(other).is_some() {
                    facts = without(&facts, other);
                }
            }
            poorer.push(facts);
        }
        poorer.push(document.facts);
    }
    let counts = in_threads(&poorer, |facts| check_completions(&engine, facts));
    let confirmed: usize = counts.iter().map(|(confirmed, _)| confirmed).sum();
    let possible: usize = counts.iter().map(|(_, possible)| possible).sum();
    println!("{} documents: {confirmed} missing facts confirmed, {possible} possible", poorer.len());
    assert!(confirmed > 100 && possible * 5 < confirmed, "{confirmed} confirmed, {possible} possible");
}

const SCHEMA: &str = r#"{
    "type": "object",
    "additionalProperties": false,
    "properties": {
        "a": { "type": "boolean" },
        "b": { "type": "boolean" },
        "c": { "type": "boolean", "x-fixed": true },
        "count": { "type": "integer", "minimum": 0 },
        "share": { "type": "number" },
        "colour": { "enum": ["red", "green", "blue"] },
        "done_on": { "anyOf": [{ "type": "string", "format": "date" }, { "const": "never" }] },
        "secret_on": { "type": "string", "format": "date", "x-sensitive": true },
        "tags": { "type": "array", "items": { "type": "string", "pattern": "^[A-Z]{2}$" } },
        "rooms": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id"],
                "additionalProperties": false,
                "properties": {
                    "id": { "type": "string" },
                    "locked": { "type": "boolean" },
                    "keeper_id": { "type": "string", "x-ref": "people[].id" }
                }
            }
        },
        "people": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id"],
                "additionalProperties": false,
                "properties": { "id": { "type": "string" }, "trained": { "type": "boolean" } }
            }
        }
    }
}"#;

/// An engine with one rule, which requires `require` (for each room, where `each` says so).
fn ruled(each: &str, require: &str) -> Engine {
    let body = format!("    {each}\n{}", pack::field(4, "require", require));
    let vocabulary = vocabulary_from("house.schema.json", SCHEMA).unwrap_or_else(|wrong| panic!("{wrong}"));
    let files = pack::with_rules(&[pack::rule("rule", &body)]);
    let policies = files.read().check_against(vocabulary).unwrap_or_else(|wrong| panic!("{wrong}"));
    Engine::new(policies, Params::default()).expect("it compiles")
}

fn certainties(require: &str, facts: &Value) -> Vec<(String, Certainty)> {
    let engine = ruled("", require);
    check_completions(&engine, facts);
    let evaluation = judged(&engine, facts, true);
    let missing = evaluation.findings.into_iter().flat_map(|finding| finding.missing);
    missing.map(|missing| (missing.pointer, missing.certainty)).collect()
}

#[test]
fn a_fact_is_confirmed_by_the_boundary_of_a_comparison() {
    let confirmed = |pointer: &str| vec![(pointer.to_string(), Certainty::Confirmed)];
    let none = json!({});
    assert_eq!(certainties("count >= 1234", &none), confirmed("/count"));
    assert_eq!(certainties("share > 0.125", &none), confirmed("/share"));
    assert_eq!(certainties("colour == 'blue'", &none), confirmed("/colour"));
    assert_eq!(certainties("tags.all(t, t == 'JP')", &none), confirmed("/tags"));
    assert_eq!(certainties("size(rooms) >= 3", &none), confirmed("/rooms"));
    assert_eq!(certainties("done_on != never && done_on.plus_months(7) >= as_of", &none), confirmed("/done_on"));
    assert_eq!(certainties("days_between(secret_on, as_of) == 4321", &none), confirmed("/secret_on"));
}

#[test]
fn what_cannot_turn_the_verdict_stays_possible() {
    let one = |pointer: &str, certainty| (pointer.to_string(), certainty);
    // Whatever `a` is, this holds.
    assert_eq!(certainties("a || !a", &json!({})), [one("/a", Certainty::Possible)]);
    assert_eq!(
        certainties("(a || !a) && b", &json!({})),
        [one("/a", Certainty::Possible), one("/b", Certainty::Confirmed)]
    );
    // `b` matters only where `a` is answered one way.
    let both = certainties("a ? b : colour == 'red'", &json!({ "colour": "red" }));
    assert_eq!(both, [one("/a", Certainty::Confirmed), one("/b", Certainty::Confirmed)]);
}

#[test]
fn a_list_and_what_its_elements_link_to() {
    let engine = ruled("for_each: { as: r, in: rooms }", "r.locked && ref(r.keeper_id).trained");
    let (confirmed, possible) = check_completions(&engine, &json!({}));
    assert_eq!((confirmed, possible), (1, 0), "the rooms are missing");
    let mut rooms = json!({
        "rooms": [{ "id": "a" }, { "id": "b", "locked": true, "keeper_id": "kim" }],
        "people": [{ "id": "kim" }]
    });
    let (confirmed, possible) = check_completions(&engine, &rooms);
    assert_eq!((confirmed, possible), (2, 1), "a lock and a training matter; only kim can be the keeper");
    put(&mut rooms, "/people", &json!([{ "id": "kim" }, { "id": "lee" }]));
    let (confirmed, possible) = check_completions(&engine, &rooms);
    assert_eq!((confirmed, possible), (3, 0), "who keeps the room matters too");
}

/// The changes of the only fix, as pointers and values.
fn changes(require: &str, facts: &Value) -> Option<Vec<(String, Value)>> {
    let engine = ruled("", require);
    let fixes = fixes(&engine, "rule", facts);
    assert_eq!(fixes.len(), 1, "{require}");
    let changes = fixes[0].changes.as_ref()?;
    let answers: Vec<Answer> =
        changes.iter().map(|change| Answer { pointer: change.pointer.clone(), value: change.to.clone() }).collect();
    let after = judged(&engine, &with(facts, &answers), false);
    assert_eq!(after.findings[0].verdict, Verdict::Pass, "{require}");
    Some(answers.into_iter().map(|answer| (answer.pointer, answer.value)).collect())
}

#[test]
fn the_fewest_changes_meet_a_rule() {
    let change = |pointer: &str, value: Value| (pointer.to_string(), value);
    let one = |pointer: &str, value: Value| Some(vec![change(pointer, value)]);
    let no = json!({ "a": false, "b": false, "count": 3, "colour": "red", "done_on": "2020-02-29", "tags": ["US"] });
    assert_eq!(changes("a", &no), one("/a", json!(true)));
    // Two ways with two changes, one with one.
    assert_eq!(changes("(a && b) || colour == 'green'", &no), one("/colour", json!("green")));
    assert_eq!(changes("a && b", &no), Some(vec![change("/a", json!(true)), change("/b", json!(true))]));
    assert_eq!(changes("count >= 100", &no), one("/count", json!(100)));
    assert_eq!(changes("tags.exists(t, t == 'JP')", &no), one("/tags", json!(["US", "JP"])));
    assert_eq!(changes("tags.all(t, t == 'JP')", &no), one("/tags", json!([])));
    assert_eq!(
        changes("done_on != never && done_on.plus_years(1) >= as_of", &no),
        one("/done_on", json!("2026-11-22")),
        "what comes back is done today"
    );
    assert_eq!(changes("a && size(rooms) >= 1", &json!({ "a": true })), one("/rooms", json!([{ "id": "new-1" }])));
    // A new element is answered as far as it has to be.
    assert_eq!(
        changes("rooms.exists(r, r.locked)", &json!({ "rooms": [] })),
        one("/rooms", json!([{ "id": "new-1", "locked": true }]))
    );
    // What is asked of elements that are there counts each for itself, and nothing is added that is not needed.
    let rooms = json!({ "rooms": [{ "id": "k", "locked": true }, { "id": "l", "locked": false }, { "id": "m" }] });
    assert_eq!(
        changes("rooms.exists(r, true) && rooms.all(r, r.locked)", &rooms),
        Some(vec![change("/rooms/1/locked", json!(true)), change("/rooms/2/locked", json!(true))])
    );
    let one_room = json!({ "rooms": [{ "id": "k", "locked": false }] });
    assert_eq!(changes("rooms.exists(r, r.locked)", &one_room), one("/rooms/0/locked", json!(true)));
}

#[test]
fn many_changes_are_found_too() {
    let no = json!({ "a": false, "b": false, "count": 3, "share": 0.75, "colour": "red", "done_on": "2020-02-29" });
    let require = "a && b && count >= 100 && share <= 0.5 && colour == 'green' && done_on != never \
                   && done_on.plus_months(7) >= as_of && rooms.all(r, r.locked)";
    let locked =
        |locked: bool| (0..14).map(|at| json!({ "id": format!("r{at}"), "locked": locked })).collect::<Vec<_>>();
    let mut facts = no.clone();
    facts["rooms"] = json!(locked(true));
    let found = changes(require, &facts).expect("a fix");
    let pointers: Vec<&str> = found.iter().map(|(pointer, _)| pointer.as_str()).collect();
    assert_eq!(pointers, ["/a", "/b", "/count", "/share", "/colour", "/done_on"]);
    facts["rooms"] = json!(locked(false));
    assert_eq!(changes(require, &facts).expect("a fix").len(), 20);
}

#[test]
fn history_and_identity_are_left_alone() {
    let engine = ruled("", "c && a");
    let fixes = fixes(&engine, "rule", &json!({ "c": false, "a": false }));
    assert!(fixes[0].changes.is_none() && fixes[0].complete, "{fixes:?}");
    let left: Vec<&str> = fixes[0].unchangeable.iter().map(|fact| fact.pointer.as_str()).collect();
    assert_eq!(left, ["/c"]);
    // What nobody answered is no history yet.
    assert_eq!(changes("c && a", &json!({ "a": true })), Some(vec![("/c".to_string(), json!(true))]));
    // A day that is past is not proposed for one that was answered.
    let late = json!({ "done_on": "2026-11-20" });
    assert_eq!(changes("done_on == date('2026-10-01')", &late), None);
    assert_eq!(changes("rooms.all(r, r.id == 'x')", &json!({ "rooms": [{ "id": "y" }] })), None);
}

#[test]
fn a_masked_answer_is_not_told() {
    let engine = ruled("", "secret_on >= as_of");
    let facts = json!({ "secret_on": "2011-03-12" });
    let fixes = fixes(&engine, "rule", &facts);
    let told = serde_json::to_string(&fixes).expect("it serializes");
    assert!(fixes[0].changes.is_some() && !told.contains("2011-03-12"), "{told}");
}

/// Every failure and every open question of the examples: a fix that meets the rule and cannot do with less,
/// or none.
#[test]
fn fixes_of_the_examples() {
    let engine = shipped();
    let schema = &engine.vocabulary().schema;
    let (mut found, mut none) = (0, 0);
    for (turn, document) in documents().into_iter().enumerate().step_by(2) {
        let before = judged(&engine, &document.facts, false);
        let is_open = |finding: &&Finding| matches!(finding.verdict, Verdict::Fail | Verdict::Unknown);
        let mut rules: Vec<&str> =
            before.findings.iter().filter(is_open).map(|finding| finding.rule.as_str()).collect();
        rules.dedup();
        for rule in spread(&rules, RULES, turn) {
            for fix in fixes(&engine, rule, &document.facts) {
                let Some(changes) = &fix.changes else {
                    none += 1;
                    continue;
                };
                found += 1;
                let own = before.findings.iter().find(|finding| {
                    finding.rule == rule && finding.subject.as_ref().map_or("", |subject| &subject.id) == fix.subject
                });
                let own = own.expect("the finding that is mended");
                let answers: Vec<Answer> = changes
                    .iter()
                    .map(|change| Answer { pointer: change.pointer.clone(), value: change.to.clone() })
                    .collect();
                for answer in &answers {
                    let fixed =
                        schema.at_pointer(&answer.pointer).and_then(|(_, field)| field).is_some_and(|f| f.fixed);
                    assert!(!fixed || document.facts.pointer(&answer.pointer).is_none(), "{rule}: {answer:?}");
                }
                let after = judged(&engine, &with(&document.facts, &answers), false);
                assert_eq!(verdict(&after, own), Verdict::Pass, "{rule}: {changes:?}");
                for left_out in 0..answers.len() {
                    let mut fewer = answers.clone();
                    fewer.remove(left_out);
                    let after = judged(&engine, &with(&document.facts, &fewer), false);
                    assert_ne!(verdict(&after, own), Verdict::Pass, "{rule} can do with less: {changes:?}");
                }
                for turn in &fix.turns {
                    let same = after.findings.iter().find(|finding| {
                        finding.rule == turn.rule
                            && finding.subject.as_ref().map_or("", |subject| &subject.id) == turn.subject
                    });
                    assert_eq!(same.map(|finding| finding.verdict), Some(turn.to), "{rule}: {turn:?}");
                }
            }
        }
    }
    println!("{found} findings mended, {none} that no act of today mends");
    assert!(found >= 10 && none >= 1);
}

#[test]
fn the_command_tells_the_fix() {
    let args = ["explain", "inazawa-44-4-ten-clauses", "fixtures/organizations/center.json", "--as-of", "2026-11-22"];
    let said = support::jobun(&[&args[..], &["--fix", "--lang", "en"]].concat(), b"");
    assert_eq!(said.status.code(), Some(0));
    let text = support::stdout(&said);
    assert!(text.contains("/contracts/0/clauses/no_takeout: \"no\" → \"yes\""), "{text}");
    assert!(text.contains("Judged again with this, the rule is met."), "{text}");
    let said = support::jobun(&[&args[..], &["--fix", "--format", "json"]].concat(), b"");
    let told: Value = serde_json::from_str(&support::stdout(&said)).expect("JSON");
    assert_eq!(told["fixes"][0]["changes"][1]["pointer"], "/contracts/0/clauses/on_site_inspection");
    let said = support::jobun(&["explain", "inazawa-44-4-ten-clauses", "--fix"], b"");
    assert_eq!(said.status.code(), Some(4), "a fix needs facts");
}
