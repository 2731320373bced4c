//! Text through the whole way, checked and unchecked: the two agree, and an error has a place.

#![no_main]

mod common;

use jobun::Limits;
use jobun::plain::{Bindings, EvaluationError, Value};
use libfuzzer_sys::fuzz_target;

const DOCUMENT: &[u8] =
    br#"{"a": true, "n": 1, "s": "x", "e": [1, 2, 3], "o": {"b": {"c": null}}, "t": "2026-11-22T00:00:00Z"}"#;

/// The value of `text`, if it gets so far.
fn value(text: &str, checked: bool) -> Option<Result<Value, EvaluationError>> {
    let env = common::environment().limits(Limits { steps: 100_000, bytes: 1 << 20, ..Limits::default() });
    let env = if checked { env } else { env.unchecked() };
    let program = match env.compile(&[text]) {
        Ok(program) => program,
        Err(rejected) => {
            common::refused(&rejected);
            return None;
        }
    };
    let document = program.read(DOCUMENT).expect("sound");
    let bindings = Bindings::new()
        .document(&document)
        .value("a", Value::Bool(true))
        .value("n", Value::Int(i64::MIN))
        .value("s", Value::String("日本 x".into()))
        .value("e", Value::List((0..10).map(Value::Int).collect()));
    let value = program.evaluate(0, &bindings);
    if let Err(error) = &value {
        assert!(text.get(error.start..error.end).is_some(), "{error}");
    }
    Some(value)
}

fuzz_target!(|text: &str| {
    let unchecked = value(text, false);
    if let (Some(Ok(checked)), Some(Ok(unchecked))) = (value(text, true), unchecked) {
        // Texts, because NaN is not itself.
        assert_eq!(checked.to_string(), unchecked.to_string());
    }
});
