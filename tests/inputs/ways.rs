//! The ways an input goes: parsed, checked, evaluated alone, judged as a rule, explained.

use std::sync::{Arc, OnceLock};

use jobun::cel;
use jobun::explain::explain;
use jobun::facts::Vocabulary;
use jobun::plain::{Bindings, Env, EvaluationError, Value};
use jobun::source::{FileId, Span};
use jobun::types::Type;
use jobun::{Day, Engine, EngineError, Facts, Params, PolicyFiles, Rejected, Verdict};

use super::expressions::nested;
use super::random::Numbers;

/// How an expression ended.
pub enum Outcome {
    /// Refused before it ran.
    Refused(Rejected),
    /// It has no value.
    Error(EvaluationError),
    /// Its value.
    Value(Value),
}

/// The variables of [`expressions`]. `m` and `r` nest nearly as deep as a value may.
fn environment() -> Env {
    Env::new()
        .variable("a", Type::Bool)
        .variable("m", Type::Dyn)
        .variable("r", Type::Dyn)
        .variable("n", Type::Int)
        .variable("minus", Type::Int)
        .variable("low", Type::Int)
        .variable("high", Type::Int)
        .variable("s", Type::String)
        .variable("t", Type::String)
        .variable("bits", Type::String)
        .variable("e", Type::list(Type::Int))
        .document("d")
}

/// Zeros and ones without an order.
fn bits() -> String {
    let mut numbers = Numbers::new(7);
    (0..10_000).map(|_| if numbers.below(2) == 0 { '0' } else { '1' }).collect()
}

/// What the variables stand for, and the text of the document.
pub struct Given {
    values: Vec<(&'static str, Value)>,
    document: String,
}

/// What the variables stand for.
pub fn given() -> Given {
    let mut m = Value::Int(1);
    let mut r = Value::Int(1);
    for _ in 0..126 {
        m = Value::List(vec![m]);
        r = Value::Map(vec![(Value::String("b".into()), r)]);
    }
    let values = vec![
        ("a", Value::Bool(true)),
        ("m", m),
        ("r", r),
        ("n", Value::Int(1)),
        ("minus", Value::Int(-1)),
        ("low", Value::Int(i64::MIN)),
        ("high", Value::Int(i64::MAX)),
        ("s", Value::String("x".repeat(10_000))),
        ("t", Value::String("9".repeat(300))),
        ("bits", Value::String(bits())),
        ("e", Value::List((0..1_000).map(Value::Int).collect())),
    ];
    Given { values, document: nested("{\"b\":", "1", "}", 120) }
}

/// Parses `text` alone and prints what was read: text, in the way a formatter would.
pub fn parse_and_print(text: &str) -> Result<String, jobun::diagnostic::Diagnostics> {
    let place = |start, end| Span::new(FileId::default(), start, end);
    let (ast, diagnostics) = cel::parse(text, 0..text.len(), &place);
    if diagnostics.has_errors() { Err(diagnostics) } else { Ok(ast.print(ast.root())) }
}

/// The expression `text` on its own: checked, compiled, evaluated.
pub fn alone(text: &str, checked: bool, given: &Given) -> Outcome {
    let env = if checked { environment() } else { environment().unchecked() };
    let program = match env.compile(&[text]) {
        Ok(program) => program,
        Err(rejected) => return Outcome::Refused(rejected),
    };
    let document = match program.read(given.document.as_bytes()) {
        Ok(document) => document,
        Err(rejected) => return Outcome::Refused(rejected),
    };
    let bindings = Bindings::new().document(&document);
    let bindings = given.values.iter().fold(bindings, |all, (name, value)| all.value(name, value.clone()));
    match program.evaluate(0, &bindings) {
        Ok(value) => Outcome::Value(value),
        Err(error) => Outcome::Error(error),
    }
}

/// The type the checker finds for `text`.
pub fn check(text: &str) -> Result<Type, Rejected> {
    environment().check(text)
}

/// The vocabulary of the rules.
const SCHEMA: &str = r#"{
    "type": "object", "additionalProperties": false, "properties": {
        "a": { "type": "boolean" }, "n": { "type": "integer" }, "minus": { "type": "integer" },
        "low": { "type": "integer" }, "high": { "type": "integer" }, "s": { "type": "string" },
        "t": { "type": "string" }, "day": { "type": "string", "format": "date" },
        "e": { "type": "array", "items": { "type": "integer" } }, "bits": { "type": "string" },
        "words": { "type": "array", "items": { "type": "string" } },
        "people": { "type": "array", "items": {
            "type": "object", "additionalProperties": false, "required": ["id"], "properties": {
                "id": { "type": "string" }, "boss": { "type": "string", "x-ref": "people[].id" },
                "ok": { "type": "boolean" }, "name": { "type": "string" },
                "jobs": { "type": "array", "items": {
                    "type": "object", "additionalProperties": false, "required": ["id"],
                    "properties": { "id": { "type": "string" }, "done": { "type": "boolean" } }
                } }
            }
        } }
    }
}"#;

const PACK: &str = "
pack: hostile
title: { ja: 敵, en: Hostile }
source:
  key: hostile
  title: { ja: 敵, en: Hostile }
  publisher: { ja: 市, en: The city }
  kind: ordinance
  status: final
  binding: must
  verified_on: 2026-01-01
";

/// The vocabulary of the rules, read once.
pub fn vocabulary() -> Arc<Vocabulary> {
    static VOCABULARY: OnceLock<Arc<Vocabulary>> = OnceLock::new();
    VOCABULARY.get_or_init(|| Arc::new(Vocabulary::from_json(SCHEMA).expect("a sound vocabulary"))).clone()
}

/// The file of one rule: `body` is its variables and conditions.
pub fn rules(body: &str) -> String {
    format!(
        "rules:\n  - id: hostile\n    title: {{ ja: t, en: t }}\n    cites: [第1条]\n    covers: [hostile-1]\n    \
         modality: must\n    addressee: organization\n    category: checks\n    severity: high\n{body}    \
         message: {{ ja: m, en: m }}\n    remedy: {{ ja: r, en: r }}\n"
    )
}

/// A pack of the file `rules`, and one of `definitions` unless that is empty.
pub fn policies(rules: impl Into<Vec<u8>>, definitions: &str) -> PolicyFiles {
    let mut files = PolicyFiles::new("");
    files.add("hostile/pack.yaml", PACK);
    files.add(
        "hostile/outline.yaml",
        "provisions:\n  - { locator: 第1条, caption: 敵, kind: duty, requirements: [hostile-1] }\n",
    );
    if !definitions.is_empty() {
        files.add("hostile/definitions.yaml", definitions);
    }
    files.add("hostile/rules.yaml", rules);
    files
}

/// A pack with one rule that requires `text`, which is a condition or some other value.
pub fn requiring(text: &str, is_condition: bool) -> PolicyFiles {
    let condition = if is_condition { text.to_string() } else { format!("[{text}\n].size() == 1") };
    policies(rules(&format!("    require: {}\n", scalar(&condition))), "")
}

/// `text` as a scalar of YAML in which nothing means anything.
pub fn scalar(text: &str) -> String {
    serde_json::to_string(text).expect("a string")
}

/// The engine of a pack.
pub fn engine(files: PolicyFiles) -> Result<Engine, Rejected> {
    let policies = files.read().check_against(vocabulary())?;
    match Engine::new(policies, Params::default()) {
        Ok(engine) => Ok(engine),
        Err(EngineError::Rejected(rejected)) => Err(rejected),
        Err(EngineError::Params(error)) => panic!("no parameter was set: {error}"),
    }
}

/// The facts of the rules.
pub fn facts() -> String {
    let (s, t) = ("x".repeat(10_000), "9".repeat(300));
    let e: Vec<String> = (0..1_000).map(|n| n.to_string()).collect();
    format!(
        "{{\"a\":true,\"n\":1,\"minus\":-1,\"low\":{},\"high\":{},\"s\":\"{s}\",\"t\":\"{t}\",\"e\":[{}],\"bits\":\"{}\"}}",
        i64::MIN,
        i64::MAX,
        e.join(","),
        bits()
    )
}

/// Evaluates and, if asked to, explains the rule of [`policies`].
pub fn judge(engine: &Engine, facts: &str, explained: bool) -> Result<Verdict, Rejected> {
    let facts = Facts::from_slice(engine, facts.as_bytes())?;
    let as_of = Day::new(2026, 11, 22).expect("a day");
    let evaluation = engine.evaluate(&facts, as_of).expect("nobody cancels it");
    let finding = &evaluation.findings[0];
    if let Some(error) = &finding.error {
        let text = engine.policies().sources.texts().find(|(name, _)| *name == error.file).map(|(_, text)| text);
        let part = text.and_then(|text| text.get(error.start as usize..error.end as usize));
        assert!(part.is_some_and(|part| !part.is_empty()), "{error:?}");
        assert!(error.line > 0 && error.column > 0 && !error.message.en.is_empty(), "{error:?}");
    }
    if explained {
        explain(engine, "hostile", &facts, as_of).expect("the rule is there");
    }
    Ok(finding.verdict)
}
