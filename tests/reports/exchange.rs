//! The formats for build servers, code scanning and other programs, read back as these do.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use jobun::evaluation::{ErrorInfo, Evaluation, Standing, Summary};
use jobun::lang::{Lang, Text};
use jobun::report::{Extent, Format, Options, Part, render, render_part};
use jobun::{Day, Engine, Facts, Params, PolicySet, Verdict};
use serde_json::Value;

use crate::support;

const FACTS: &str = r#"{
  "organization": {
    "name": "みなと・<例> ##[error]%0A",
    "entity_type": "private_business",
    "applicable_standards": ["inazawa_my_number_rules"]
  },
  "handling": { "my_number": true },
  "my_number": {
    "handling_started_on": "2016-01-01",
    "handlers": [
      {
        "id": "members",
        "position": "会員係 [x](http://e) {0}",
        "started_on": "2024-07-01",
        "ended_on": "never",
        "designated_by": "secretary_general",
        "designated_on": "2024-06-28",
        "supervised_on": "2025-12-18"
      }
    ],
    "status_checks": { "by_chair_last_on": "2025-11-20" }
  },
  "contracts": [
    {
      "id": "payroll",
      "side": "principal",
      "title": "給与計算業務委託契約",
      "vendor_id": "minato",
      "handles_my_number": true,
      "signed_on": "2024-03-22",
      "started_on": "2024-04-01",
      "ended_on": "never",
      "clauses": { "no_takeout": "no" }
    }
  ],
  "vendors": [{ "id": "minato", "name": "有限会社みなと" }],
  "subcontracts": [
    {
      "id": "mailing",
      "contract_id": "payroll",
      "subcontractor_name": "かもめ印刷",
      "handles_my_number": true,
      "entrusted_on": "2026-07-01",
      "started_on": "2026-07-01",
      "permitted_by_first_principal_on": "never"
    }
  ]
}"#;

/// A rule for each kind of verdict.
const KINDS: [&str; 10] = [
    "inazawa-10-annual-check",
    "inazawa-5-1-designation",
    "inazawa-44-4-10-on-site-inspection",
    "inazawa-6-handlers-supervised",
    "inazawa-5-1-handlers-known",
    "inazawa-44-8-permission",
    "inazawa-44-4-ten-clauses",
    "inazawa-16-4-up-to-date",
    "inazawa-5-2-responsible-handler",
    "guide-5-2-no-takeout",
];

fn day(text: &str) -> Day {
    Day::parse(text).expect("a day")
}

fn judged(name: &str, facts: &str) -> Evaluation {
    let policies = PolicySet::embedded().select(["inazawa-kitei", "mynumber-guide"]).expect("packs");
    let engine = Engine::new(policies.check().expect("sound"), Params::default()).expect("an engine");
    let facts = Facts::named(&engine, name, facts.as_bytes()).expect("facts");
    engine.evaluate(&facts, day("2026-11-22")).expect("an evaluation")
}

/// An evaluation with the findings of `rules` alone, and without what changes when a pack or the engine does.
fn small(rules: &[&str]) -> Evaluation {
    let mut evaluation = judged("事実/港.json", FACTS);
    evaluation.findings.retain(|finding| rules.contains(&finding.rule.as_str()));
    for finding in &mut evaluation.findings {
        finding.related.clear();
        if finding.rule == "inazawa-16-4-up-to-date" {
            finding.verdict = Verdict::Error;
            finding.missing.clear();
            finding.error = Some(ErrorInfo {
                message: Text::new("0で割っています", "division by zero"),
                file: "policies/x.yaml".into(),
                line: 3,
                column: 5,
                start: 20,
                end: 25,
            });
        }
    }
    evaluation.summary = Summary::of(&evaluation.findings, evaluation.as_of);
    evaluation.engine.version = "0.0.0";
    for pack in &mut evaluation.packs {
        pack.digest = "0".repeat(64);
        pack.parameters.clear();
        std::sync::Arc::make_mut(&mut pack.provisions)
            .retain(|provision| provision.rules.iter().any(|rule| rules.contains(&rule.as_str())));
        std::sync::Arc::make_mut(&mut pack.provisions)
            .iter_mut()
            .for_each(|one| one.rules.retain(|rule| rules.contains(&rule.as_str())));
    }
    evaluation
}

fn written_of(evaluations: &mut [Evaluation], format: Format, lang: Lang) -> String {
    let options = Options { lang, ..Options::default() };
    let bytes = render(evaluations, &[(format, options)]).expect("a report").remove(0);
    String::from_utf8(bytes).expect("UTF-8")
}

fn written(evaluation: Evaluation, format: Format) -> String {
    written_of(&mut [evaluation], format, Lang::Ja)
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn snapshot(name: &str, text: &str) {
    insta::with_settings!({ snapshot_path => "../snapshots", prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!(name, text);
    });
}

const ALL: [Format; 7] = [
    Format::Ndjson,
    Format::Junit,
    Format::Sarif,
    Format::Github,
    Format::Oscal,
    Format::OscalPoam,
    Format::OscalCatalog,
];

#[test]
fn formats_for_programs_read_as_before() {
    let few = ["inazawa-5-1-designation", "inazawa-44-4-10-on-site-inspection", "guide-5-2-no-takeout"];
    snapshot("report-junit", &written(small(&KINDS), Format::Junit));
    snapshot("report-github", &written(small(&KINDS), Format::Github));
    snapshot("report-sarif", &written(small(&KINDS), Format::Sarif));
    snapshot("report-oscal", &written(small(&few), Format::Oscal));
    snapshot("report-oscal-catalog", &written_of(&mut [small(&few)], Format::OscalCatalog, Lang::En));
    snapshot("report-oscal-poam", &written_of(&mut [small(&few)], Format::OscalPoam, Lang::En));
    snapshot("report-ndjson", &written(small(&few), Format::Ndjson));
}

#[test]
fn every_kind_of_verdict_is_there() {
    let kinds: BTreeSet<String> = small(&KINDS)
        .findings
        .iter()
        .map(|finding| format!("{} {:?}", finding.verdict.word(), finding.standing))
        .collect();
    for kind in ["fail Counted", "unknown Counted", "pass Counted", "error Counted", "not_applicable"] {
        assert!(kinds.iter().any(|known| known.starts_with(kind)), "{kind}: {kinds:?}");
    }
    for standing in [Standing::Advice, Standing::AboutOther, Standing::RollUp] {
        assert!(kinds.iter().any(|known| known.ends_with(&format!("{standing:?}"))), "{standing:?}: {kinds:?}");
    }
}

#[test]
fn the_same_evaluation_gives_the_same_bytes() {
    for format in ALL {
        assert_eq!(written(small(&KINDS), format), written(small(&KINDS), format), "{}", format.name());
    }
}

#[test]
fn parts_of_a_report_make_the_whole() {
    let all: Vec<Evaluation> = (1..=4).map(|n| small(&KINDS[..n])).collect();
    for format in Format::ALL.iter().map(|(format, ..)| *format).filter(|format| format.is_in_parts()) {
        let options = Options { bom: format == Format::Csv, ..Options::default() };
        let whole = render(&mut all.clone(), &[(format, options)]).expect("a report").concat();
        let formats = [(format, Extent::Together, options)];
        for at_once in 1..all.len() {
            let mut parts = Vec::new();
            let count = all.len().div_ceil(at_once);
            for (n, some) in (1..).zip(all.chunks(at_once)) {
                let part = Part { is_first: n == 1, is_last: n == count };
                parts.extend(render_part(&mut some.to_vec(), &formats, part).expect("a part").concat().concat());
            }
            assert_eq!(String::from_utf8(parts), String::from_utf8(whole.clone()), "{} by {at_once}", format.name());
        }
    }
}

#[test]
fn lines_of_json_fit_their_schema() {
    let schema = |name: &str| json(&support::text(&format!("schemas/{name}.schema.json")));
    let evaluations = schema("evaluation");
    let registry = jsonschema::Registry::new()
        .add("https://jobun.dev/schemas/evaluation.schema.json", &evaluations)
        .and_then(|registry| registry.prepare())
        .expect("a registry");
    let lines = schema("ndjson");
    let validator = jsonschema::options().with_registry(&registry).build(&lines).expect("a schema");
    for line in [None, Some(17)] {
        let mut evaluation = judged("a.json", FACTS);
        evaluation.facts.line = line;
        let whole = serde_json::to_value(&evaluation).expect("JSON");
        let text = written(evaluation, Format::Ndjson);
        let lines: Vec<Value> = text.lines().map(json).collect();
        for line in &lines {
            let errors: Vec<String> = validator.iter_errors(line).map(|error| error.to_string()).collect();
            assert!(errors.is_empty(), "{}\n{line}", errors.join("\n"));
        }
        assert_eq!(lines[0]["summary"], whole["summary"]);
        let mut findings = lines[1..].to_vec();
        for finding in &mut findings {
            let finding = finding.as_object_mut().expect("an object");
            for key in ["digest", "line"] {
                assert_eq!(finding["facts"].get(key), whole["facts"].get(key));
            }
            for key in ["type", "organization", "facts", "as_of"] {
                finding.shift_remove(key).expect("a member");
            }
        }
        assert_eq!(Value::from(findings), whole["findings"]);
    }
}

#[test]
fn no_reader_of_lines_breaks_a_line() {
    let facts = FACTS.replace("会員係", "a\\u2028b\\u0085c\\nd");
    let text = written(judged("a.json", &facts), Format::Ndjson);
    assert!(!text.contains(['\u{85}', '\u{2028}']) && text.contains("a\\u2028b\\u0085c\\nd"));
}

#[test]
fn a_long_name_is_not_repeated_in_full_in_every_finding() {
    let long = "長".repeat(100_000);
    for format in Format::ALL.iter().map(|(format, ..)| *format).filter(|format| *format != Format::Xlsx) {
        let short = judged("a.json", FACTS);
        assert!(short.findings.len() > 20);
        let mut named = short.clone();
        named.facts.organization = Some(long.clone());
        let more = written(named, format).len().saturating_sub(written(short, format).len()) / long.len();
        assert!(more <= 8, "{} has it {more} times", format.name());
    }
}

#[test]
fn a_build_server_counts_breaches_as_failures_and_the_unknown_as_errors() {
    let evaluation = judged("a.json", FACTS);
    let summary = evaluation.summary.clone();
    let rolled_up = evaluation.findings.iter().filter(|finding| finding.standing == Standing::RollUp).count();
    let findings = evaluation.findings.clone();
    let report = quick_junit::Report::deserialize_from_str(&written(evaluation, Format::Junit)).expect("JUnit");
    assert_eq!((report.failures, report.errors), (summary.fail, summary.unknown + summary.error));
    assert_eq!(report.tests, findings.len() - rolled_up);
    let statuses: BTreeMap<String, bool> = report
        .test_suites
        .iter()
        .flat_map(|suite| &suite.test_cases)
        .map(|case| {
            (case.name.as_str().to_string(), matches!(case.status, quick_junit::TestCaseStatus::Success { .. }))
        })
        .collect();
    for finding in findings.iter().filter(|finding| finding.standing != Standing::RollUp) {
        let subject = finding.subject.as_ref().map_or(String::new(), |subject| format!(" · {}", subject.id));
        let passed = statuses[&format!("{}{subject}", finding.rule)];
        assert_eq!(passed, finding.verdict == Verdict::Pass, "{}", finding.rule);
    }
}

#[test]
fn no_case_has_class_and_name_of_another() {
    let other = FACTS.replace("みなと・", "かもめ・");
    let mut evaluations = [judged("a.json", FACTS), judged("b.json", FACTS), judged("c.json", &other)];
    let text = written_of(&mut evaluations, Format::Junit, Lang::Ja);
    let report = quick_junit::Report::deserialize_from_str(&text).expect("JUnit");
    let cases: Vec<(String, String)> = report
        .test_suites
        .iter()
        .flat_map(|suite| &suite.test_cases)
        .map(|case| {
            let class = case.classname.as_ref().map_or(String::new(), |class| class.as_str().to_string());
            (class, case.name.as_str().to_string())
        })
        .collect();
    let distinct: BTreeSet<&(String, String)> = cases.iter().collect();
    assert_eq!((distinct.len(), report.tests), (cases.len(), cases.len()));
    // Of one name twice the file tells them apart; another needs none.
    let with = |words: &str| cases.iter().filter(|(class, _)| class.contains(words)).count();
    assert!(with("b.json") > 0 && with("かもめ") > 0 && with("c.json") == 0);
}

#[test]
fn alerts_are_failures_and_errors_and_keep_their_fingerprints() {
    let results = |facts: &str| {
        let log = json(&written(judged("a.json", facts), Format::Sarif));
        let run = &log["runs"][0];
        for result in list(&run["results"]) {
            let index = result["ruleIndex"].as_u64().expect("an index") as usize;
            assert_eq!(run["tool"]["driver"]["rules"][index]["id"], result["ruleId"]);
        }
        assert_eq!(
            list(&run["invocations"][0]["toolExecutionNotifications"]).len(),
            run["properties"]["summary"]["unknown"].as_u64().expect("a count") as usize
        );
        list(&run["results"]).to_vec()
    };
    let (before, after) = (results(FACTS), results(&FACTS.replacen('{', "{\n\n\n", 1)));
    assert_eq!(before.len(), 2);
    assert_ne!(before[0]["locations"], after[0]["locations"]);
    let prints = |results: &[Value]| results.iter().map(|one| one["partialFingerprints"].clone()).collect::<Vec<_>>();
    assert_eq!(prints(&before), prints(&after));
    assert_ne!(before[0]["partialFingerprints"], before[1]["partialFingerprints"]);
}

#[test]
fn an_alert_points_where_a_viewer_can_follow() {
    let uri = |name: &str| {
        let log = json(&written(judged(name, FACTS), Format::Sarif));
        let location = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"];
        (location["uri"].clone(), location["uriBaseId"].clone())
    };
    assert_eq!(uri("事実 1.json"), ("%E4%BA%8B%E5%AE%9F%201.json".into(), "%SRCROOT%".into()));
    assert_eq!(uri("/a/b.json"), ("file:///a/b.json".into(), Value::Null));
    assert_eq!(uri("stdin"), ("stdin".into(), Value::Null));
}

#[test]
fn annotations_are_capped_and_hold_no_command_of_an_answer() {
    let hostile = FACTS.replace("会員係", "x\\n::error file=a::b\\r\\n::set-output name=c::d ##[error]");
    let text = written(judged("a,b:c.json", &hostile), Format::Github);
    let begins = |command: &str| text.lines().filter(|line| line.starts_with(&format!("::{command} "))).count();
    assert_eq!((begins("error"), begins("warning"), begins("notice")), (2, 10, 1));
    let others: Vec<&str> = text.lines().filter(|line| !line.starts_with("::")).collect();
    assert_eq!(others.len(), 2, "{others:?}");
    assert!(others.iter().all(|line| !line.contains("##[")), "{others:?}");
    assert!(others[1].contains("warning 169"), "{}", others[1]);
    assert!(text.lines().filter(|line| line.starts_with("::")).all(|line| line.contains(" file=a%2Cb%3Ac.json,line=")));
    let piped = written(judged("stdin", FACTS), Format::Github);
    assert!(!piped.contains("file="), "{piped}");
}

/// Every `uuid` of a document, and everything that refers to one.
fn uuids(value: &Value, own: &mut Vec<String>, named: &mut Vec<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| uuids(item, own, named)),
        Value::Object(members) => {
            for (key, member) in members {
                match member.as_str() {
                    Some(text) if key == "uuid" => own.push(text.into()),
                    Some(text) if key.ends_with("-uuid") => named.push(text.into()),
                    Some(text) if key == "href" => named.extend(text.strip_prefix('#').map(String::from)),
                    _ => uuids(member, own, named),
                }
            }
        }
        _ => {}
    }
}

fn verdict_of(value: &Value) -> &str {
    let props = list(&value["props"]);
    props.iter().find(|prop| prop["name"] == "verdict").and_then(|prop| prop["value"].as_str()).unwrap_or_default()
}

#[test]
fn oscal_tells_the_true_verdict() {
    let evaluation = judged("a.json", FACTS);
    // The same facts twice: the ids are told apart all the same.
    let document = json(&written_of(&mut [evaluation.clone(), evaluation.clone()], Format::Oscal, Lang::Ja));
    let results = &document["assessment-results"]["results"];
    assert_eq!(list(results).len(), 2);
    let findings = list(&results[0]["findings"]);
    for finding in findings {
        let status = &finding["target"]["status"];
        let wanted = match verdict_of(finding) {
            "pass" => ("satisfied", "pass"),
            "fail" => ("not-satisfied", "fail"),
            _ => ("not-satisfied", "other"),
        };
        assert_eq!((&status["state"], &status["reason"]), (&wanted.0.into(), &wanted.1.into()));
        assert_eq!(verdict_of(finding), verdict_of(&finding["target"]));
    }
    let with = |verdict: &str| findings.iter().filter(|finding| verdict_of(finding) == verdict).count();
    assert_eq!((with("fail"), with("unknown")), (evaluation.summary.fail, evaluation.summary.unknown));
    let (mut own, mut named) = (Vec::new(), Vec::new());
    uuids(&document, &mut own, &mut named);
    let distinct: HashSet<&String> = own.iter().collect();
    assert_eq!(distinct.len(), own.len());
    assert!(!named.is_empty() && named.iter().all(|uuid| distinct.contains(uuid)));
}

/// The facts with a second handler, whom the chair has designated as it must be.
fn with_two_handlers() -> String {
    let mut facts = json(FACTS);
    let mut other = facts["my_number"]["handlers"][0].clone();
    other["id"] = "accounts".into();
    other["designated_by"] = "chair".into();
    facts["my_number"]["handlers"].as_array_mut().expect("handlers").push(other);
    facts.to_string()
}

#[test]
fn an_objective_has_one_finding_with_the_worst_verdict_of_its_subjects() {
    let evaluation = judged("a.json", &with_two_handlers());
    let document = json(&written(evaluation, Format::Oscal));
    let result = &document["assessment-results"]["results"][0];
    let of_rule = |finding: &&Value| finding["target"]["target-id"] == "inazawa-5-1-designation";
    let found: Vec<&Value> = list(&result["findings"]).iter().filter(of_rule).collect();
    assert_eq!(found.len(), 1);
    assert_eq!((verdict_of(found[0]), list(&found[0]["related-observations"]).len()), ("fail", 2));
    let targets: Vec<&Value> =
        list(&result["findings"]).iter().map(|finding| &finding["target"]["target-id"]).collect();
    let distinct: HashSet<&&Value> = targets.iter().collect();
    assert_eq!(distinct.len(), targets.len());
}

#[test]
fn a_day_that_was_not_missed_is_no_milestone_of_a_failure() {
    let mut evaluation = judged("a.json", FACTS);
    for finding in evaluation.findings.iter_mut().filter(|finding| finding.is_failure()) {
        finding.deadlines.clear();
        finding.due_on = Some(day("2027-04-02"));
    }
    let plan = json(&written(evaluation, Format::OscalPoam));
    for risk in list(&plan["plan-of-action-and-milestones"]["risks"]) {
        assert!(risk["deadline"].is_null() && risk["remediations"][0]["tasks"].is_null(), "{risk}");
    }
}

#[test]
fn oscal_names_what_its_catalogue_has() {
    let engine = Engine::new(PolicySet::embedded().check().expect("sound"), Params::default()).expect("an engine");
    let facts = Facts::named(&engine, "a.json", FACTS.as_bytes()).expect("facts");
    let mut evaluations = [engine.evaluate(&facts, day("2026-11-22")).expect("an evaluation")];
    let provisions: usize = evaluations[0].packs.iter().map(|pack| pack.provisions.len()).sum();
    let catalog = json(&written_of(&mut evaluations, Format::OscalCatalog, Lang::Ja));
    let controls: Vec<&Value> =
        list(&catalog["catalog"]["groups"]).iter().flat_map(|group| list(&group["controls"])).collect();
    let ids: HashSet<&str> = controls.iter().filter_map(|control| control["id"].as_str()).collect();
    assert_eq!(ids.len(), provisions);
    assert!(ids.iter().all(|id| id.chars().all(|c| c.is_ascii_alphanumeric() || "-.".contains(c))));
    let objectives: HashSet<&str> =
        controls.iter().flat_map(|control| list(&control["parts"])).filter_map(|part| part["id"].as_str()).collect();
    let rules: HashSet<&str> = evaluations[0].findings.iter().map(|finding| finding.rule.as_str()).collect();
    assert_eq!(objectives, rules);
    let results = json(&written_of(&mut evaluations, Format::Oscal, Lang::Ja));
    let result = &results["assessment-results"]["results"][0];
    let targets = list(&result["findings"]).iter().filter_map(|finding| finding["target"]["target-id"].as_str());
    assert!(targets.clone().count() > 100 && targets.clone().all(|target| objectives.contains(target)));
    let selections = list(&result["reviewed-controls"]["control-selections"]);
    let mut selected = selections.iter().flat_map(|one| list(&one["include-controls"]));
    assert!(selected.all(|one| one["control-id"].as_str().is_some_and(|id| ids.contains(id))));
}

#[test]
fn a_plan_of_action_has_an_item_for_each_failure() {
    let evaluation = judged("a.json", FACTS);
    let fail = evaluation.summary.fail;
    let plan = json(&written(evaluation, Format::OscalPoam));
    let plan = &plan["plan-of-action-and-milestones"];
    assert_eq!(list(&plan["poam-items"]).len(), fail);
    let task = &plan["risks"][0]["remediations"][0]["tasks"][0];
    assert_eq!(task["timing"]["on-date"]["date"], "2026-11-20T00:00:00+09:00");
    let mut clear = judged("a.json", "{}");
    clear.findings.clear();
    clear.summary = Summary { unknown: 3, ..Summary::default() };
    let plan = json(&written(clear, Format::OscalPoam));
    let items = list(&plan["plan-of-action-and-milestones"]["poam-items"]);
    assert_eq!((items.len(), &items[0]["props"][0]["name"]), (1, &"nothing-to-do".into()));
    assert!(items[0]["title"].as_str().is_some_and(|title| title.contains('3')), "{items:?}");
}
