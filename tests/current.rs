//! What is kept beside the code is current: schemas, code pages, cases for every rule.

mod support;

use std::collections::{BTreeMap, BTreeSet};

use jobun::diagnostic::{Code, Level};
use jobun::lang::Lang;
use jobun::{Day, Engine, Facts, Params, PolicySet};

#[test]
fn the_policy_schema_is_the_one_the_types_make() {
    let kept = support::text("schemas/policy.schema.json");
    assert!(
        kept == jobun::policy::written::json_schema_text(),
        "write it anew: cargo run -- schema policy > schemas/policy.schema.json"
    );
}

/// A policy file as JSON, every scalar a string.
fn as_json(node: &jobun::yaml::Node) -> serde_json::Value {
    match &node.kind {
        jobun::yaml::Kind::Scalar(scalar) => scalar.text.as_str().into(),
        jobun::yaml::Kind::Sequence(items) => items.iter().map(as_json).collect(),
        jobun::yaml::Kind::Mapping(entries) => {
            serde_json::Value::Object(entries.iter().map(|(key, value)| (key.text.clone(), as_json(value))).collect())
        }
    }
}

#[test]
fn the_shipped_policies_fit_the_policy_schema() {
    let schema = jobun::policy::written::json_schema();
    let validator = jsonschema::options().should_validate_formats(true).build(&schema).expect("a schema");
    let mut seen = 0;
    let names = support::files_below("policies");
    for name in names.iter().filter(|name| name.ends_with(".yaml") && !name.contains("/tests/")) {
        let text = support::text(&format!("policies/{name}"));
        let (node, _) = jobun::yaml::parse(Default::default(), &text);
        let json = as_json(&node.expect("a document"));
        let errors: Vec<String> = validator.iter_errors(&json).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{name}: {}", errors.join("\n"));
        // And it is strict: a key that is not in it is refused.
        let mut wrong = json;
        wrong["surprise"] = 1.into();
        assert!(!validator.is_valid(&wrong), "{name}");
        seen += 1;
    }
    assert!(seen > 10);
}

#[test]
fn every_diagnostic_has_a_page() {
    let pages: BTreeSet<String> = support::files_below("docs/codes").into_iter().collect();
    let codes: BTreeSet<String> = Code::ALL.iter().map(|code| format!("{}.md", code.name())).collect();
    assert_eq!(pages, codes);
    for code in Code::ALL {
        let page = support::text(&format!("docs/codes/{}.md", code.name()));
        assert!(page.starts_with(&format!("# {}\n", code.name())), "{}", code.name());
        let level = if code.level() == Level::Error { "error" } else { "warning" };
        assert!(page.contains(level) && page.contains("## 日本語") && page.contains("## English"), "{}", code.name());
    }
}

#[test]
fn the_list_of_codes_shows_in_review() {
    let names: Vec<&str> = Code::ALL.iter().map(|code| code.name()).collect();
    insta::assert_snapshot!(names.join("\n"));
}

#[test]
fn evaluations_fit_their_schema() {
    let schema: serde_json::Value =
        serde_json::from_str(&support::text("schemas/evaluation.schema.json")).expect("JSON");
    let validator = jsonschema::options().should_validate_formats(true).build(&schema).expect("a schema");
    let engine = Engine::new(PolicySet::embedded().check().expect("sound"), Params::default()).expect("an engine");
    let mut seen = 0;
    for file in [
        "fixtures/organizations/center.json",
        "fixtures/organizations/contractor.json",
        "policies/inazawa-kitei/tests/base.json",
        "policies/ward-handling/tests/base.json",
    ] {
        let text = support::text(file);
        let whole = Facts::from_slice(&engine, text.as_bytes());
        for facts in [whole, Facts::on_line(&engine, "lines.ndjson", 2, b"{}")] {
            let facts = facts.expect("facts");
            for as_of in ["2015-01-01", "2020-01-01", "2026-11-22", "2031-01-01"] {
                let evaluation = engine.evaluate(&facts, Day::parse(as_of).expect("a day")).expect("an evaluation");
                let json = serde_json::to_value(&evaluation).expect("JSON");
                let errors: Vec<String> =
                    validator.iter_errors(&json).map(|error| format!("{}: {error}", error.instance_path())).collect();
                assert!(errors.is_empty(), "{file} {as_of}: {}", errors.join("\n"));
                seen += evaluation.findings.len();
            }
        }
    }
    assert!(seen > 1000);
}

#[test]
fn every_fact_has_a_question_in_both_languages() {
    let vocabulary = jobun::engine::vocabulary().expect("a vocabulary");
    let mut leaves = 0;
    for (path, field) in vocabulary.schema.leaves() {
        let question = field.question.as_ref().unwrap_or_else(|| panic!("{path} asks nothing"));
        assert!(!question.ja.is_empty() && !question.en.is_empty(), "{path}");
        let words = field.ty.words();
        // What a word means is said beside the question, and never by the word itself.
        assert_eq!(field.choices.iter().map(|choice| choice.value.clone()).collect::<Vec<_>>(), words, "{path}");
        for lang in [Lang::Ja, Lang::En] {
            let labels: BTreeSet<&str> = field.choices.iter().map(|choice| choice.label.get(lang)).collect();
            assert_eq!(labels.len(), words.len(), "{path}: two choices read alike");
            let code = words.iter().find(|word| {
                question.get(lang).contains(&format!("`{word}`"))
                    || word.contains('_') && question.get(lang).contains(word.as_str())
            });
            assert_eq!(code, None, "{path}: {}", question.get(lang));
        }
        leaves += 1;
    }
    assert!(leaves > 100);
}

#[test]
fn every_rule_has_cases_where_it_passes_fails_is_unknown_and_does_not_apply() {
    let checked = PolicySet::embedded().check().expect("sound");
    let mut seen: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for name in
        support::files_below("policies").iter().filter(|name| name.contains("/tests/") && name.ends_with(".yaml"))
    {
        let mut rule = String::new();
        for line in support::text(&format!("policies/{name}")).lines() {
            let line = line.trim().trim_start_matches("- ");
            if let Some(id) = line.strip_prefix("rule: ") {
                rule = id.to_string();
            } else if let Some(verdict) = line.strip_prefix("verdict: ") {
                seen.entry(rule.clone()).or_default().insert(verdict.to_string());
            }
        }
    }
    let mut lacking = Vec::new();
    for rule in checked.checked().set.packs.iter().flat_map(|pack| &pack.rules) {
        let have = seen.remove(&rule.id.text).unwrap_or_default();
        for wanted in ["pass", "fail", "unknown", "not_applicable"] {
            if !have.contains(wanted) {
                lacking.push(format!("{} {wanted}", rule.id.text));
            }
        }
    }
    assert!(lacking.is_empty(), "{}", lacking.join("\n"));
    assert!(seen.is_empty(), "cases of no rule: {:?}", seen.keys());
}

#[test]
fn every_requirement_of_the_outlines_is_judged_or_placed() {
    let checked = PolicySet::embedded().check().expect("sound");
    let found = jobun::coverage::coverage(&checked.checked().set, &BTreeMap::new());
    let mut gaps = Vec::new();
    for pack in &found.packs {
        for provision in &pack.provisions {
            let open = provision.requirements.iter().filter(|found| found.state == jobun::coverage::State::Gap);
            gaps.extend(open.map(|found| format!("{} {}", provision.locator, found.id)));
            gaps.extend(provision.silent.then(|| format!("{} {} is silent", pack.pack, provision.locator)));
        }
    }
    assert!(gaps.is_empty(), "{}", gaps.join("\n"));
    assert_eq!(found.totals.gaps, 0);
    assert!(found.totals.requirements > 900, "{} requirements", found.totals.requirements);
}

#[test]
fn the_page_of_facts_is_the_one_the_vocabulary_and_the_rules_make() {
    let kept = support::text("docs/facts.md");
    let engine = Engine::new(PolicySet::embedded().check().expect("sound"), Params::default()).expect("an engine");
    assert!(
        kept == jobun::report::facts::markdown(&jobun::catalogue::catalogue(&engine)),
        "write it anew: cargo run -- list facts --markdown > docs/facts.md"
    );
}
