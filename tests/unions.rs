//! Facts and variables of several types: read from JSON Schema, used once a condition has found out which it is.

use std::sync::Arc;

use jobun::diagnostic::Code;
use jobun::facts::Vocabulary;
use jobun::plain::{Bindings, Env, Value};
use jobun::schema::FactSchema;
use jobun::types::Type;
use jobun::{Day, Engine, Facts, Params, PolicyFiles, Verdict};
use serde_json::json;

fn schema() -> serde_json::Value {
    let date = json!({ "type": "string", "format": "date" });
    json!({
        "type": "object",
        "properties": {
            "limit": { "anyOf": [{ "type": "integer" }, { "enum": ["unlimited", "none"] }] },
            "share": { "type": ["number", "boolean", "null"] },
            "level": { "type": ["integer", "null"] },
            "word": { "oneOf": [{ "const": "yes" }, { "const": "no" }, { "enum": ["no", "partly"] }, { "const": null }] },
            "only": { "const": "law" },
            "grade": { "enum": [1, 2, 3] },
            "number": { "anyOf": [{ "type": "integer" }, { "type": "number" }] },
            "text": { "anyOf": [{ "type": "string" }, { "const": "other" }] },
            "on": { "oneOf": [{ "const": "never" }, date.clone()] },
            "wrapped": { "allOf": [{ "type": "boolean" }] },
            "unclear": { "anyOf": [date, { "type": "string" }] },
            "deed": { "oneOf": [
                { "type": "object", "properties": {
                    "kind": { "const": "sale" }, "signed": { "type": "boolean" }, "price": { "type": "integer" } } },
                { "type": "object", "properties": {
                    "kind": { "const": "gift" }, "signed": { "type": "boolean" }, "giver": { "type": "string" } } },
            ] },
        },
    })
}

fn vocabulary() -> Arc<Vocabulary> {
    Arc::new(Vocabulary::from_json(&schema().to_string()).expect("a vocabulary"))
}

fn files(conditions: &[&str]) -> PolicyFiles {
    let mut files = PolicyFiles::new("");
    files.add(
        "unions/pack.yaml",
        "pack: unions\ntitle: { ja: f, en: f }\nsource:\n  key: unions\n  title: { ja: f, en: f }\n  \
         publisher: { ja: f, en: f }\n  kind: guide\n  status: final\n  binding: must\n  verified_on: 2026-01-01\n",
    );
    files.add("unions/outline.yaml", "provisions:\n  - { locator: '1', caption: c, kind: duty, requirements: [] }\n");
    files.add(
        "unions/definitions.yaml",
        "definitions:\n  - define: 'counted(l: limit) -> bool'\n    doc: { ja: d, en: d }\n    is: type(l) == int\n",
    );
    let rules: Vec<String> = conditions
        .iter()
        .enumerate()
        .map(|(at, condition)| {
            format!(
                "  - id: rule-{at}\n    title: {{ ja: t, en: t }}\n    cites: ['1']\n    covers: []\n    modality: must\n    \
                 addressee: organization\n    category: checks\n    severity: low\n    require: |\n      {condition}\n    \
                 message: {{ ja: m, en: m }}\n    remedy: {{ ja: r, en: r }}\n"
            )
        })
        .collect();
    files.add("unions/rules.yaml", format!("rules:\n{}", rules.concat()));
    files
}

#[test]
fn alternatives_of_a_schema_are_types() {
    let schema = FactSchema::from_json(&schema()).expect("a schema");
    let ty = |path: &str| schema.field_at(path).unwrap_or_else(|| panic!("{path}")).ty.to_string();
    let all = [
        ("limit", "union(int,enum)"),
        ("share", "union(double,bool)"),
        ("level", "int"),
        ("word", "enum"),
        ("only", "enum"),
        ("grade", "int"),
        ("number", "double"),
        ("text", "string"),
        ("on", "date_or_never"),
        ("wrapped", "bool"),
        ("unclear", "dyn"),
        ("deed", "record"),
        ("deed.kind", "enum"),
        ("deed.signed", "bool"),
    ];
    for (path, expected) in all {
        assert_eq!(ty(path), expected, "{path}");
    }
    let Some(Type::Enum(answers)) = schema.field_at("word").map(|field| &field.ty) else { panic!("no enum") };
    assert_eq!(answers.words, ["yes", "no", "partly"]);
    // What only some of the records have cannot be asked of all.
    assert!(schema.field_at("deed.price").is_none() && schema.field_at("deed.giver").is_none());
}

/// Conditions of policies, and the code of the mistake in them, if there is one.
const POLICIES: &[(&str, Option<Code>)] = &[
    ("type(limit) == int && limit <= 30", None),
    ("type(limit) != int || limit <= 30", None),
    ("!(type(limit) == int) || limit <= 30", None),
    ("type(limit) == int ? limit <= 30 : limit == 'none'", None),
    ("int == type(limit) && limit + 1 > 2", None),
    ("type(limit) == string && limit.startsWith('un')", None),
    ("limit == 'unlimited' || limit == 'none' || limit <= 30", None),
    ("limit != 'unlimited' && limit != 'none' && limit <= 30", None),
    ("limit == 30", None),
    ("counted(limit) && limit <= 30", None),
    ("type(limit) == int || type(limit) == string", None),
    ("type(share) == bool ? share : share < 0.5", None),
    ("share == true || share == 0.5", None),
    ("level > 2 && grade < 3 && number < 2.5 && wrapped", None),
    ("deed.kind == 'gift' && deed.signed", None),
    ("limit <= 30", Some(Code::TypeMismatch)),
    ("limit != 'unlimited' && limit <= 30", Some(Code::TypeMismatch)),
    ("type(limit) == string && limit <= 30", Some(Code::TypeMismatch)),
    ("type(limit) == int || limit <= 30", Some(Code::TypeMismatch)),
    ("limit == 'unlimitted'", Some(Code::UnknownEnumValue)),
    ("limit.startsWith('un')", Some(Code::TypeMismatch)),
    ("share", Some(Code::TypeMismatch)),
    ("type(level) == int", Some(Code::NoNull)),
    ("unclear == 'x'", Some(Code::OpenType)),
    ("deed.price > 3", Some(Code::UnknownFact)),
    ("deed.kind == 'loan'", Some(Code::UnknownEnumValue)),
];

#[test]
fn policies_use_a_fact_of_several_types_once_they_know_which_it_is() {
    for (condition, expected) in POLICIES {
        let found = match files(&[condition]).read().check_against(vocabulary()) {
            Ok(_) => Vec::new(),
            Err(rejected) => rejected.diagnostics.0.iter().map(|diagnostic| diagnostic.code).collect(),
        };
        assert_eq!(found, expected.iter().copied().collect::<Vec<_>>(), "{condition}");
    }
}

#[test]
fn what_passed_the_checker_meets_no_wrong_type_on_any_valid_facts() {
    let sound: Vec<&str> = POLICIES.iter().filter(|(_, code)| code.is_none()).map(|(text, _)| *text).collect();
    let checked = files(&sound).read().check_against(vocabulary()).expect("sound");
    let engine = Engine::new(checked, Params::default()).expect("an engine");
    let as_of = Day::parse("2026-11-22").expect("a day");
    let mut seen = std::collections::HashSet::new();
    for limit in [json!(30), json!(31), json!(1.0), json!("unlimited"), json!("none"), json!(null)] {
        for share in [json!(true), json!(0.25), json!(1), json!(null)] {
            for level in [json!(3), json!(null)] {
                let facts = json!({
                    "limit": limit, "share": share, "level": level, "grade": 2, "number": 1, "wrapped": true,
                    "deed": { "kind": "gift", "signed": true },
                });
                let text = facts.to_string();
                let document = Facts::from_slice(&engine, text.as_bytes()).expect("facts");
                for finding in engine.evaluate(&document, as_of).expect("an evaluation").findings {
                    assert_ne!(finding.verdict, Verdict::Error, "{} on {text}", finding.rule);
                    // What is not answered is unknown, where it matters.
                    if limit.is_null() && finding.rule == "rule-0" {
                        assert_eq!(finding.verdict, Verdict::Unknown);
                    }
                    seen.insert((finding.rule.clone(), finding.verdict));
                }
            }
        }
    }
    for (rule, condition) in sound.iter().enumerate() {
        assert!(seen.contains(&(format!("rule-{rule}"), Verdict::Pass)), "{condition}");
    }
}

fn env() -> Env {
    let ty = |text: &str| Type::parse(text).expect("a type");
    Env::new()
        .variable("x", ty("nullable(int)"))
        .variable("y", ty("union(int, string, bool)"))
        .variable("m", ty("nullable(map(string, nullable(int)))"))
        .variable("l", ty("list(nullable(int))"))
        .variable("s", ty("nullable(string)"))
        .variable("a", Type::Bool)
}

#[test]
fn plain_cel_is_narrowed_by_comparisons_with_null_and_by_type_tests() {
    let sound = [
        "x != null && x > 1",
        "x == null || x > 1",
        "!(x == null) && x > 1",
        "x != null ? x + 1 > 1 : a",
        "null != x && x > 1",
        "x == 3",
        "type(y) == int && y > 1",
        "type(y) == string ? y.startsWith('a') : a",
        "type(y) != int || y > 1",
        "type(y) != int && type(y) != string ? y : a",
        "y == 'a' && y.startsWith('a')",
        "m != null && has(m.f) && m.f != null && m.f > 1",
        "m != null && m.f != null ? m.f > 1 : a",
        "l.exists(i, i != null && i > 1)",
        "l.filter(i, i != null).size() > 1",
        "s != null && size(s) > 1",
        "(a ? x : 1) != null",
        "(a ? 1 : x) != null",
        "cel.bind(k, x, k != null && k > 1)",
    ];
    let wrong = [
        "x > 1",
        "x + 1 > 1",
        "x == null && x > 1",
        "x != null || x > 1",
        "a || x > 1",
        "type(y) == int || y > 1",
        "type(y) == string && y > 1",
        "type(y) != int && y",
        "y > 1",
        "m.f > 1",
        "m != null && m.f > 1",
        "l.exists(i, i > 1)",
        "size(s) > 1",
        "(a ? x : 1) > 1",
        "x != null && a ? x > 1 : x > 1",
    ];
    for text in sound {
        assert_eq!(env().check(text).map(|ty| ty.to_string()).map_err(|r| r.to_string()), Ok("bool".into()), "{text}");
    }
    for text in wrong {
        let rejected = env().check(text).expect_err(text);
        assert!(rejected.diagnostics.0.iter().all(|d| d.code == Code::TypeMismatch), "{text}: {rejected}");
    }
}

#[test]
fn checked_plain_cel_meets_no_missing_overload() {
    let env = env();
    let texts = [
        "x != null && x > 1",
        "x == null || x > 1",
        "type(y) == string ? y.startsWith('a') : a",
        "type(y) != int || y > 1",
        "type(y) != int && type(y) != string ? y : a",
        "m != null && has(m.f) && m.f != null && m.f > 1",
        "l.exists(i, i != null && i > 1)",
        "s != null && size(s) > 1",
    ];
    let program = env.compile(&texts).expect("sound");
    let map =
        |value: Option<Value>| Value::Map(value.into_iter().map(|value| (Value::String("f".into()), value)).collect());
    let mut looked = 0;
    for x in [Value::Null, Value::Int(2)] {
        for y in [Value::Int(2), Value::String("ab".into()), Value::Bool(true)] {
            for m in [Value::Null, map(None), map(Some(Value::Null)), map(Some(Value::Int(2)))] {
                for s in [Value::Null, Value::String("ab".into())] {
                    let bound = Bindings::new()
                        .value("x", x.clone())
                        .value("y", y.clone())
                        .value("m", m.clone())
                        .value("l", Value::List(vec![x.clone(), Value::Int(1)]))
                        .value("s", s)
                        .value("a", Value::Bool(false));
                    for (at, text) in texts.iter().enumerate() {
                        let value = program.evaluate(at, &bound);
                        assert!(matches!(value, Ok(Value::Bool(_))), "{text}: {value:?}");
                        looked += 1;
                    }
                }
            }
        }
    }
    assert_eq!(looked, 2 * 3 * 4 * 2 * texts.len());
}

#[test]
fn plain_cel_knows_what_may_err() {
    let ty = |text: &str| Type::parse(text).expect("a type");
    let env = Env::new()
        .document("d")
        .variable("a", Type::Bool)
        .variable("n", Type::Int)
        .variable("u", Type::Dyn)
        .variable("m", ty("map(string, int)"))
        .variable("deep", ty("map(string, map(string, bool))"));
    let never = [
        "a && !a || n == 1",
        "n > 1 ? 'x' == 'y' : a",
        "type(u) == int",
        "u == n",
        "has(m.f) && m.f > 1",
        "!has(m.f) || m.f > 1",
        "has(m.f) ? m.f > 1 : a",
        "has(deep.f) && has(deep.f.g) && deep.f.g",
        "has(m.f) && [1].all(x, m.f > x)",
        "size([u, d]) == 2",
    ];
    let may = [
        "m.f > 1",
        "has(m.f) || m.f > 1",
        "has(m.g) && m.f > 1",
        "has(deep.f.g)",
        "has(deep.f) && deep.f.g",
        "has(deep.f) && a ? deep.f.g : a",
        "u && a",
        "!u",
        "u ? a : a",
        "has(u.f)",
        "has(d.f) && d.f",
        "[u].all(x, x)",
        "n + 1 == 2",
        "u in [1] || n in u",
        "size(u) == 1",
    ];
    for (texts, expected) in [(&never[..], false), (&may[..], true)] {
        let program = env.compile(texts).unwrap_or_else(|rejected| panic!("{rejected}"));
        for (at, text) in texts.iter().enumerate() {
            assert_eq!(program.may_err(at), Some(expected), "{text}");
        }
    }
    let unchecked = env.unchecked().compile(&["a && !a"]).expect("sound");
    assert_eq!(unchecked.may_err(0), Some(true), "nothing is known of what was not checked");
}
