//! The conformance data of the CEL specification, read from where `JOBUN_CEL_CONFORMANCE` points.
//!
//! The data is not a part of this repository, so this runs only when asked for by name:
//! `JOBUN_CEL_CONFORMANCE=FILE cargo test --test conformance`. `fixtures/cel` covers the same ground with
//! cases of its own. CONFORMANCE.md says which side is taken where engines differ.

use std::process::ExitCode;

use jobun::plain::{Bindings, Env, Value};
use jobun::time::{Duration, Timestamp};
use jobun::types::Type;
use serde_json::Value as Json;

/// Cases that are known to come out otherwise, each with its reason. A case that starts to pass must go.
const EXPECTED_FAILURES: &[(&str, &str)] = &[];

fn main() -> ExitCode {
    let cases = match read() {
        Ok(cases) => cases,
        Err(reason) => {
            eprintln!("{reason}");
            return ExitCode::FAILURE;
        }
    };
    let mut failures = Vec::new();
    let mut passed = 0;
    for case in &cases {
        let name = format!("{}/{}/{}", text_of(case, "file"), text_of(case, "section"), text_of(case, "name"));
        let expected = EXPECTED_FAILURES.iter().any(|(known, _)| *known == name);
        match run(case) {
            Ok(()) if expected => failures.push(format!("{name}: passes now; take it off the list")),
            Ok(()) => passed += 1,
            Err(_) if expected => {}
            Err(reason) => failures.push(format!("{name}: `{}`: {reason}", text_of(case, "expr"))),
        }
    }
    let figure = format!("{} of {}", thousands(passed), thousands(cases.len()));
    println!("conformance: {figure}");
    let readme = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");
    if !std::fs::read_to_string(readme).is_ok_and(|text| text.contains(&figure)) {
        failures.push(format!("README.md does not say `{figure}`"));
    }
    for failure in &failures {
        eprintln!("{failure}");
    }
    if failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// A number as the README writes it.
fn thousands(number: usize) -> String {
    if number < 1000 { number.to_string() } else { format!("{},{:03}", number / 1000, number % 1000) }
}

/// The cases that need no protocol buffers.
fn read() -> Result<Vec<Json>, String> {
    let path = std::env::var_os("JOBUN_CEL_CONFORMANCE").ok_or("JOBUN_CEL_CONFORMANCE names no file")?;
    let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let cases: Vec<Json> = serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(cases.into_iter().filter(|case| case.get("needs_proto").is_none()).collect())
}

fn text_of<'c>(case: &'c Json, key: &str) -> &'c str {
    case[key].as_str().unwrap_or("")
}

fn run(case: &Json) -> Result<(), String> {
    let mut env = Env::new().container(text_of(case, "container")).with_blocks();
    if case.get("disable_check").is_some() {
        env = env.unchecked();
    }
    let mut bindings = Bindings::new();
    for declared in case["type_env"].as_array().into_iter().flatten() {
        let name = text_of(declared, "name");
        if let Some(ty) = declared.get("type") {
            let ty = Type::parse(ty.as_str().unwrap_or("")).ok_or_else(|| format!("type {ty}"))?;
            env = env.variable(name, ty);
        }
        for overload in declared["function"].as_array().into_iter().flatten() {
            let types: Option<Vec<Type>> =
                overload["params"].as_array().into_iter().flatten().map(|ty| Type::parse(ty.as_str()?)).collect();
            let result = Type::parse(text_of(overload, "result")).ok_or("result")?;
            env = env.declare(name, overload["member"] == true, types.ok_or("parameters")?, result);
        }
    }
    for (name, value) in case["bindings"].as_object().into_iter().flatten() {
        bindings = bindings.value(name, value_of(value)?);
    }
    let expression = text_of(case, "expr");
    let expect = &case["expect"];
    if let Some(wanted) = expect.get("type") {
        let found = env.check(expression).map_err(|rejected| rejected.to_string())?.to_string();
        if found != wanted.as_str().unwrap_or("") {
            return Err(format!("type {found}, not {wanted}"));
        }
    }
    if case.get("check_only").is_some() {
        return Ok(());
    }
    let found = match env.compile(&[expression]) {
        Err(rejected) => Err(rejected.to_string()),
        Ok(program) => program.evaluate(0, &bindings).map_err(|error| error.to_string()),
    };
    match (expect.get("value"), found) {
        (Some(wanted), Ok(found)) => {
            let wanted = value_of(wanted)?;
            if same(&found, &wanted) { Ok(()) } else { Err(format!("{found}, not {wanted}")) }
        }
        (Some(wanted), Err(error)) => Err(format!("{error}; wanted {}", value_of(wanted)?)),
        (None, Err(_)) => Ok(()),
        (None, Ok(found)) => Err(format!("{found}, not an error")),
    }
}

/// Equal in type and value; the entries of maps in any order, and not a number is itself.
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Double(a), Value::Double(b)) => a == b || (a.is_nan() && b.is_nan()),
        (Value::List(a), Value::List(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Map(a), Value::Map(b)) => {
            let inside = |key: &Value, value: &Value| b.iter().any(|(k, v)| same(key, k) && same(value, v));
            a.len() == b.len() && a.iter().all(|(key, value)| inside(key, value))
        }
        (a, b) => a == b,
    }
}

fn value_of(tagged: &Json) -> Result<Value, String> {
    let v = &tagged["v"];
    let text = || v.as_str().ok_or_else(|| format!("{tagged}"));
    let whole = |json: &Json| json.as_i64().or_else(|| json.as_str()?.parse().ok()).unwrap_or(0);
    Ok(match tagged["t"].as_str().unwrap_or("") {
        "null" => Value::Null,
        "bool" => Value::Bool(v.as_bool().ok_or("bool")?),
        "int" => Value::Int(text()?.parse().map_err(|_| "int")?),
        "uint" => Value::Uint(text()?.parse().map_err(|_| "uint")?),
        "double" => Value::Double(match v.as_f64() {
            Some(value) => value,
            None => text()?.parse().map_err(|_| "double")?,
        }),
        "string" => Value::String(text()?.to_string()),
        "bytes" => Value::Bytes(jobun::stdlib::encoders::base64_decode(text()?).ok_or("base64")?),
        "type" => Value::Type(text()?.to_string()),
        "list" => Value::List(v.as_array().ok_or("list")?.iter().map(value_of).collect::<Result<_, _>>()?),
        "map" => {
            let pair = |pair: &Json| Ok::<_, String>((value_of(&pair[0])?, value_of(&pair[1])?));
            Value::Map(v.as_array().ok_or("map")?.iter().map(pair).collect::<Result<_, _>>()?)
        }
        "timestamp" => {
            let parts = if v.is_object() { v } else { tagged };
            Value::Timestamp(Timestamp::new(whole(&parts["s"]), whole(&parts["n"]) as u32).ok_or("timestamp")?)
        }
        "duration" => {
            let parts = if v.is_object() { v } else { tagged };
            Value::Duration(Duration::new(whole(&parts["s"]), whole(&parts["n"]) as i32).ok_or("duration")?)
        }
        other => return Err(format!("the tag {other}")),
    })
}
