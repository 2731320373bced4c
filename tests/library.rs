//! The library as an embedder meets it: another vocabulary, another regulation, threads.

use std::num::NonZeroUsize;

use jobun::engine::vocabulary_from;
use jobun::stdlib::{Argument, CustomFunctions, DeclareError, Known, Returned};
use jobun::{Day, Engine, EvaluateError, Facts, Limits, Params, PolicyFiles, PolicySet, Rejected, Verdict};

const SCHEMA: &str = r#"{
    "type": "object",
    "additionalProperties": false,
    "properties": {
        "kitchens": {
            "type": "array",
            "x-question": { "ja": "厨房を全て挙げてください", "en": "Which kitchens are there?" },
            "items": {
                "type": "object",
                "required": ["id"],
                "additionalProperties": false,
                "properties": {
                    "id": { "type": "string" },
                    "open": { "type": "boolean" },
                    "fridges": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["id"],
                            "additionalProperties": false,
                            "properties": {
                                "id": { "type": "string" },
                                "celsius": { "type": "number" },
                                "cleaned_on": { "anyOf": [{ "type": "string", "format": "date" }, { "const": "never" }] }
                            }
                        }
                    }
                }
            }
        }
    }
}"#;

const PACK: &str = "
pack: hygiene
title: { ja: 厨房の衛生, en: Kitchen hygiene }
source:
  key: hygiene
  title: { ja: 衛生規則, en: Hygiene rules }
  publisher: { ja: 市, en: The city }
  kind: ordinance
  status: final
  binding: must
  verified_on: 2026-01-01
parameters:
  - name: warmest
    type: int
    default: 8
    title: { ja: 最高温度, en: Warmest }
    reason: { ja: 規則の数字, en: The figure of the rules }
";

const OUTLINE: &str = "
provisions:
  - { locator: 第1条, caption: 冷蔵, kind: duty, requirements: [hygiene-1] }
";

const RULES: &str = "
rules:
  - id: cold-enough
    title: { ja: 冷蔵庫が冷えている, en: Fridges are cold }
    cites: [第1条]
    covers: [hygiene-1]
    modality: must
    addressee: organization
    category: checks
    severity: high
    for_each:
      - { as: k, in: kitchens }
      - { as: f, in: k.fridges, subject: \"k.id + ' ' + f.id\" }
    applies: k.open
    require: f.celsius <= double(params.warmest)
    message: { ja: '{f.id}は{f.celsius}度です', en: '{f.id} is at {f.celsius} degrees' }
    remedy: { ja: 冷やす, en: Cool it }
  - id: cleaned
    title: { ja: 清掃している, en: Fridges are cleaned }
    cites: [第1条]
    modality: should
    addressee: organization
    category: checks
    severity: low
    for_each:
      - { as: k, in: kitchens }
      - { as: f, in: k.fridges }
    require: f.cleaned_on != never && f.cleaned_on <= as_of
    message: { ja: 未清掃, en: Not cleaned }
    remedy: { ja: 清掃する, en: Clean it }
";

fn hygiene(rules: &str) -> Result<Engine, Rejected> {
    hygiene_with(rules, CustomFunctions::new())
}

fn hygiene_with(rules: &str, functions: CustomFunctions) -> Result<Engine, Rejected> {
    let mut files = PolicyFiles::new("");
    files.add("hygiene/pack.yaml", PACK);
    files.add("hygiene/outline.yaml", OUTLINE);
    files.add("hygiene/rules.yaml", rules);
    let vocabulary = vocabulary_from("kitchens.schema.json", SCHEMA)?;
    let policies = files.read().check_with(vocabulary, functions)?;
    Ok(Engine::new(policies, Params::default()).expect("it compiles"))
}

fn day(text: &str) -> Day {
    Day::parse(text).expect("a day")
}

#[test]
fn another_regulation_over_another_vocabulary() {
    let engine = hygiene(RULES).unwrap_or_else(|rejected| panic!("{rejected}"));
    let facts = br#"{ "kitchens": [
        { "id": "north", "open": true, "fridges": [{ "id": "a", "celsius": 8 }, { "id": "b", "celsius": 8.5 }, { "id": "c" }] },
        { "id": "south", "open": false, "fridges": [{ "id": "a", "celsius": 20 }] },
        { "id": "east", "open": true, "fridges": [] },
        { "id": "west", "open": true }
    ] }"#;
    let facts = Facts::from_slice(&engine, facts).unwrap_or_else(|rejected| panic!("{rejected}"));
    let evaluation = engine.evaluate(&facts, day("2026-11-22")).expect("an evaluation");
    let found: Vec<(&str, &str, Verdict)> = evaluation
        .findings
        .iter()
        .filter(|finding| finding.rule == "cold-enough")
        .map(|finding| {
            let subject = finding.subject.as_ref().expect("a subject");
            (subject.id.as_str(), subject.label.as_str(), finding.verdict)
        })
        .collect();
    assert_eq!(
        found,
        [
            ("north/a", "north a", Verdict::Pass),
            ("north/b", "north b", Verdict::Fail),
            ("north/c", "north c", Verdict::Unknown),
            ("south/a", "south a", Verdict::NotApplicable),
            ("east", "east", Verdict::NotApplicable),
            ("west", "west", Verdict::Unknown),
        ]
    );
    let warm = evaluation.findings.iter().find(|finding| finding.verdict == Verdict::Fail).expect("a failure");
    assert_eq!(warm.message.en, "b is at 8.5 degrees");
    assert_eq!(warm.deciding[0].pointer, "/kitchens/0/fridges/1/celsius");
    let open = evaluation.findings.iter().find(|finding| finding.verdict == Verdict::Unknown).expect("an open one");
    assert_eq!(open.missing[0].pointer, "/kitchens/0/fridges/2/celsius");
    // Advice is shown, and counts as such.
    assert_eq!((evaluation.summary.fail, evaluation.summary.unknown), (1, 2));
    assert!(evaluation.summary.advice > 0);
}

#[test]
fn parameters_can_be_set_and_wrong_ones_are_refused() {
    let engine = hygiene(RULES).expect("sound");
    assert_eq!(
        engine.reads(),
        [
            "kitchens",
            "kitchens[].fridges",
            "kitchens[].fridges[].celsius",
            "kitchens[].fridges[].cleaned_on",
            "kitchens[].fridges[].id",
            "kitchens[].id",
            "kitchens[].open"
        ]
    );
    let set = |name: &str, value: &str| {
        let policies = PolicySet::embedded().check().expect("sound");
        Engine::new(policies, Params::default().set("inazawa-kitei", name, value)).map(|_| ())
    };
    assert!(set("monitoring_interval", "6 months").is_ok());
    assert!(set("monitoring_interval", "soon").is_err());
    assert!(set("monitoring_intervall", "6 months").is_err());
}

#[test]
fn a_mistake_comes_back_with_its_place() {
    let rejected = hygiene(&RULES.replace("f.celsius <=", "f.celcius <=")).expect_err("a mistake");
    assert_eq!(
        rejected.to_string(),
        "hygiene/rules.yaml:15:16: unknown-fact: there is no fact `celcius` in `kitchens[].fridges[]` (did you mean `celsius`?)"
    );
    let rejected = vocabulary_from("broken.json", "{\"type\": \"array\"}").expect_err("no vocabulary");
    assert_eq!(rejected.diagnostics.0[0].code.name(), "invalid-schema");
}

#[test]
fn an_engine_is_shared_between_threads() {
    fn shared<T: Send + Sync>(value: T) -> T {
        value
    }
    let engine = shared(hygiene(RULES).expect("sound"));
    std::thread::scope(|scope| {
        for celsius in 0..4 {
            let engine = &engine;
            scope.spawn(move || {
                let json = format!(
                    r#"{{"kitchens":[{{"id":"k","open":true,"fridges":[{{"id":"f","celsius":{}}}]}}]}}"#,
                    celsius * 4
                );
                let facts = Facts::from_slice(engine, json.as_bytes()).expect("facts");
                let mut runner = engine.runner();
                let verdict = runner.verdicts(&facts, day("2026-11-22")).expect("verdicts")[0];
                assert_eq!(verdict, if celsius < 3 { Verdict::Pass } else { Verdict::Fail });
            });
        }
    });
}

#[test]
fn a_loop_that_would_not_end_is_an_error_with_a_place() {
    let nested = (0..8).fold("true".to_string(), |body, depth| format!("[1,2,3,4,5,6,7,8,9,10].all(v{depth}, {body})"));
    let rules = RULES.replace("f.celsius <= double(params.warmest)", &format!("\"{nested}\""));
    let engine = hygiene(&rules).unwrap_or_else(|rejected| panic!("{rejected}"));
    let facts = br#"{"kitchens":[{"id":"k","open":true,"fridges":[{"id":"f","celsius":1}]}]}"#;
    let facts = Facts::from_slice(&engine, facts).expect("facts");
    let evaluation = engine.evaluate(&facts, day("2026-11-22")).expect("an evaluation");
    let finding = &evaluation.findings[0];
    assert_eq!(finding.verdict, Verdict::Error);
    assert!(finding.error.as_ref().is_some_and(|error| error.line > 0 && error.file == "hygiene/rules.yaml"));
}

const WARM: &[u8] = br#"{"kitchens":[{"id":"k","open":true,"fridges":[{"id":"f","celsius":50}]}]}"#;

/// Degrees Fahrenheit as degrees Celsius, where there is such a temperature.
fn thermometer() -> Result<CustomFunctions, DeclareError> {
    let body = |args: &[Known<'_>]| match args {
        [Known::Double(fahrenheit)] if *fahrenheit >= -459.67 => Some(Returned::Double((fahrenheit - 32.0) / 1.8)),
        _ => None,
    };
    CustomFunctions::new().declare("celsius_of", &[Argument::Double], Argument::Double, true, 1, body)
}

#[test]
fn functions_of_the_host_are_checked_run_and_named() {
    let rules = RULES.replace("f.celsius <=", "celsius_of(f.celsius) <=");
    let engine =
        hygiene_with(&rules, thermometer().expect("a new name")).unwrap_or_else(|rejected| panic!("{rejected}"));
    let verdict = |celsius: &str| {
        let json = String::from_utf8_lossy(WARM).replace("50", celsius);
        let facts = Facts::from_slice(&engine, json.as_bytes()).expect("facts");
        let evaluation = engine.evaluate(&facts, day("2026-11-22")).expect("an evaluation");
        assert_eq!(evaluation.engine.functions, ["celsius_of(double) -> double"]);
        evaluation.findings[0].verdict
    };
    assert_eq!((verdict("46"), verdict("47"), verdict("-500")), (Verdict::Pass, Verdict::Fail, Verdict::Error));
    // Unknown without asking the host.
    let facts = br#"{"kitchens":[{"id":"k","open":true,"fridges":[{"id":"f"}]}]}"#;
    let facts = Facts::from_slice(&engine, facts).expect("facts");
    let evaluation = engine.evaluate(&facts, day("2026-11-22")).expect("an evaluation");
    assert_eq!(evaluation.findings[0].verdict, Verdict::Unknown);

    let rules = RULES.replace("f.celsius <=", "celsius_of(f.id) <=");
    let rejected = hygiene_with(&rules, thermometer().expect("a new name")).expect_err("a wrong type");
    assert!(rejected.to_string().contains("type-mismatch: a number is expected, but this is a string"), "{rejected}");
    let rules = RULES.replace("f.celsius <=", "celsius_off(f.celsius) <=");
    let rejected = hygiene_with(&rules, thermometer().expect("a new name")).expect_err("a wrong name");
    assert!(rejected.to_string().contains("did you mean `celsius_of`?"), "{rejected}");
}

#[test]
fn a_function_cannot_take_a_name_of_the_language() {
    let declare =
        |name: &str| CustomFunctions::new().declare(name, &[], Argument::Bool, false, 1, |_| None).map(|_| ());
    assert_eq!(declare("size"), Err(DeclareError::Taken("size".into())));
    assert_eq!(declare("exists"), Err(DeclareError::Taken("exists".into())));
    assert_eq!(declare("two words"), Err(DeclareError::Name("two words".into())));
    assert_eq!(declare("is_fine"), Ok(()));
}

#[test]
fn limits_are_steps_and_the_host_may_stop() {
    let engine = hygiene(RULES).expect("sound");
    let facts = Facts::from_slice(&engine, WARM).expect("facts");
    assert_eq!(engine.evaluate_until(&facts, day("2026-11-22"), &|| true).map(|_| ()), Err(EvaluateError::Cancelled));
    let whole = engine.evaluate_until(&facts, day("2026-11-22"), &|| false).expect("an evaluation");
    assert_eq!(whole.findings[0].verdict, Verdict::Fail);
    let engine = engine.with_limits(Limits { steps: 3, ..Limits::default() });
    let facts = Facts::from_slice(&engine, WARM).expect("facts");
    let evaluation = engine.evaluate(&facts, day("2026-11-22")).expect("an evaluation");
    assert_eq!(evaluation.findings[0].verdict, Verdict::Error);
}

#[test]
fn a_batch_comes_in_the_order_of_its_documents() {
    let engine = hygiene(RULES).expect("sound");
    let texts: Vec<String> = (0..25).map(|n| String::from_utf8_lossy(WARM).replace("50", &n.to_string())).collect();
    let documents: Vec<Facts<'_>> =
        texts.iter().map(|text| Facts::named(&engine, text, text.as_bytes()).expect("facts")).collect();
    let run = |threads| {
        let threads = NonZeroUsize::new(threads).expect("some threads");
        let evaluations = engine.evaluate_all(&documents, day("2026-11-22"), threads).expect("evaluations");
        serde_json::to_string(&evaluations).expect("JSON")
    };
    let one = run(1);
    assert!(one.contains("\"fail\"") && one.matches("\"as_of\"").count() == 25);
    assert_eq!(run(2), one);
    assert_eq!(run(64), one);
}

#[test]
fn sums_of_sums_settle_however_deep_they_are() {
    let deep = 20;
    let mut rules = RULES.to_string();
    for level in 0..deep {
        let part = if level + 1 == deep { "cold-enough".to_string() } else { format!("sum-{}", level + 1) };
        rules.push_str(&format!(
            "
  - id: sum-{level}
    title: {{ ja: まとめ, en: A sum }}
    cites: [第1条]
    modality: must
    addressee: organization
    category: checks
    severity: high
    rolls_up: [{part}]
    message: {{ ja: まとめ, en: A sum }}
    remedy: {{ ja: まとめ, en: A sum }}
"
        ));
    }
    let engine = hygiene(&rules).unwrap_or_else(|rejected| panic!("{rejected}"));
    let facts = br#"{ "kitchens": [{ "id": "north", "open": true, "fridges": [{ "id": "a", "celsius": 9 }] }] }"#;
    let facts = Facts::from_slice(&engine, facts).unwrap_or_else(|rejected| panic!("{rejected}"));
    let evaluation = engine.evaluate(&facts, day("2026-11-22")).expect("an evaluation");
    let sums: Vec<Verdict> = evaluation
        .findings
        .iter()
        .filter(|finding| finding.rule.starts_with("sum-"))
        .map(|finding| finding.verdict)
        .collect();
    assert_eq!(sums, [Verdict::Fail; 20]);
}

#[test]
fn plain_expressions_say_which_facts_decided() {
    use jobun::plain::{Env, Verdict};
    let env = Env::new().document("d");
    let rules = ["d.a == 1 && d.list.exists(x, x.n == 2 && x.on)", "d.a == 2 || d.b", "d.a == 2 && d.b"];
    let program = env.compile(&rules).expect("sound");
    let document = program
        .read(br#"{"a":1,"b":true,"list":[{"n":1,"on":true},{"n":2,"on":true},{"n":2,"on":false}]}"#)
        .expect("JSON");
    let mut found = Vec::new();
    program.evaluator().traced(&document, |index, verdict, facts| {
        let pointers: Vec<String> = facts.iter().map(|fact| program.pointer(&document, fact)).collect();
        found.push((index, verdict, pointers.join(" ")));
    });
    let wanted =
        [(0, Verdict::True, "/a /list /list/1/n /list/1/on"), (1, Verdict::True, "/b"), (2, Verdict::False, "/a")];
    assert_eq!(found, wanted.map(|(index, verdict, facts)| (index, verdict, facts.to_string())));
}

#[test]
fn a_fact_that_spells_no_time_is_an_error_however_it_is_compared() {
    use jobun::plain::{self, Env};
    let rules = ["timestamp(d.t) == timestamp(d.t)", "timestamp(d.t) != timestamp(d.u)", "timestamp(d.t) == d.t"];
    let program = Env::new().document("d").compile(&rules).expect("sound");
    for document in [r#"{ "t": "soon", "u": "late" }"#, r#"{ "t": true, "u": false }"#, r#"{ "t": 1e99, "u": 1 }"#] {
        let document = program.read(document.as_bytes()).expect("JSON");
        assert_eq!(program.evaluator().verdicts(&document)[..2], [plain::Verdict::Error; 2], "{document:?}");
    }
    let document = program.read(br#"{ "t": "2026-11-22T00:00:00Z", "u": 0 }"#).expect("JSON");
    let expected = [plain::Verdict::True, plain::Verdict::True, plain::Verdict::False];
    assert_eq!(program.evaluator().verdicts(&document), expected);
}

#[test]
fn a_document_of_plain_cel_is_held_against_a_schema() {
    use jobun::plain::{self, Env};
    let schema = r#"{ "type": "object", "properties": { "n": { "type": "integer" } }, "required": ["n"] }"#;
    let schema = plain::Schema::from_json(schema).expect("a schema");
    let program = Env::new().document("d").schema(std::sync::Arc::new(schema)).compile(&["d.n > 1"]).expect("sound");
    assert!(program.read(br#"{ "n": 2, "m": null }"#).is_ok());
    for (document, code) in
        [(r#"{ "n": null }"#, "facts-wrong-type"), ("{}", "facts-missing-key"), (r#"{ "n": 1.5 }"#, "facts-wrong-type")]
    {
        let rejected = program.read(document.as_bytes()).expect_err(document);
        assert_eq!(rejected.diagnostics.0[0].code.name(), code, "{document}");
    }
}
