//! Random facts, as values of both engines.

use std::collections::HashMap;
use std::sync::Arc;

use cel::objects::Key;
use jobun::plain::Value;
use serde_json::{Value as Json, json};

use super::make::{INTS, TEXTS, Ty};
use crate::random::Random;

/// A document, and the values of the variables.
pub fn facts(random: &mut Random) -> (Json, Vec<Json>) {
    let int = |random: &mut Random| {
        let below = if random.percent(80) { 6 } else { INTS.len() };
        INTS[random.below(below)]
    };
    let ints = |random: &mut Random| (0..random.below(4)).map(|_| int(random)).collect::<Vec<_>>();
    let double = |random: &mut Random| *random.choose(&[0.0, 1.0, -1.5, 2.5, 12345.5, 0.1]);
    let text = |random: &mut Random| *random.choose(&TEXTS);
    let map = |random: &mut Random| {
        let mut map = json!({});
        for key in ["p", "q", ""] {
            if random.percent(60) {
                map[key] = json!(int(random));
            }
        }
        map
    };
    let texts = |random: &mut Random| (0..random.below(4)).map(|_| text(random)).collect::<Vec<_>>();
    let records: Vec<Json> = (0..random.below(4))
        .map(|_| {
            let b = random.percent(50);
            json!({ "b": b, "n": int(random), "s": text(random), "ints": ints(random), "map": map(random) })
        })
        .collect();
    let mut document = json!({
        "b": random.percent(50),
        "n": int(random),
        "x": double(random),
        "s": text(random),
        "ints": ints(random),
        "texts": texts(random),
        "records": records,
        "map": map(random),
        "inner": { "b": random.percent(50), "n": int(random), "deep": { "s": text(random) } },
    });
    for key in ["b", "n", "x", "s", "ints", "inner", "map"] {
        match random.below(30) {
            0 => document[key] = Json::Null,
            1 => crate::vocabulary::remove(&mut document, &format!("/{key}")),
            _ => {}
        }
    }
    let values = vec![
        json!(random.percent(50)),
        json!(int(random)),
        json!(*random.choose(&[0_u64, 1, 3, u64::MAX])),
        json!(double(random)),
        json!(text(random)),
        json!(*random.choose(&["", "JP", "12"])),
        json!(ints(random)),
        map(random),
    ];
    (document, values)
}

/// A JSON value of the type `ty` for jobun.
pub fn ours(value: &Json, ty: Ty) -> Value {
    match (value, ty) {
        (Json::Bool(value), _) => Value::Bool(*value),
        (Json::Number(number), Ty::Uint) => Value::Uint(number.as_u64().unwrap_or_default()),
        (Json::Number(number), Ty::Double) => Value::Double(number.as_f64().unwrap_or_default()),
        (Json::Number(number), _) => Value::Int(number.as_i64().unwrap_or_default()),
        (Json::String(text), Ty::Bytes) => Value::Bytes(text.clone().into_bytes()),
        (Json::String(text), _) => Value::String(text.clone()),
        (Json::Array(items), _) => Value::List(items.iter().map(|item| ours(item, Ty::Int)).collect()),
        (Json::Object(members), _) => {
            Value::Map(members.iter().map(|(key, value)| (Value::String(key.clone()), ours(value, Ty::Int))).collect())
        }
        (Json::Null, _) => Value::Null,
    }
}

/// The same for `cel`: whole numbers are `int`.
pub fn theirs(value: &Json, ty: Option<Ty>) -> cel::Value {
    match (value, ty) {
        (Json::Null, _) => cel::Value::Null,
        (Json::Bool(value), _) => cel::Value::Bool(*value),
        (Json::Number(number), Some(Ty::Uint)) => cel::Value::UInt(number.as_u64().unwrap_or_default()),
        (Json::Number(number), _) => match number.as_i64() {
            Some(number) => cel::Value::Int(number),
            None => cel::Value::Float(number.as_f64().unwrap_or(f64::NAN)),
        },
        (Json::String(text), Some(Ty::Bytes)) => cel::Value::Bytes(Arc::new(text.clone().into_bytes())),
        (Json::String(text), _) => cel::Value::String(Arc::new(text.clone())),
        (Json::Array(items), _) => cel::Value::List(Arc::new(items.iter().map(|item| theirs(item, None)).collect())),
        (Json::Object(members), _) => {
            let key = |key: &String| Key::String(Arc::new(key.clone()));
            let members: HashMap<Key, cel::Value> =
                members.iter().map(|(name, value)| (key(name), theirs(value, None))).collect();
            cel::Value::Map(members.into())
        }
    }
}

/// Whether two values are the same, of the same type.
pub fn same(ours: &Value, theirs: &cel::Value) -> bool {
    match (ours, theirs) {
        (Value::Null, cel::Value::Null) => true,
        (Value::Bool(a), cel::Value::Bool(b)) => a == b,
        (Value::Int(a), cel::Value::Int(b)) => a == b,
        (Value::Uint(a), cel::Value::UInt(b)) => a == b,
        (Value::Double(a), cel::Value::Float(b)) => a == b || (a.is_nan() && b.is_nan()),
        (Value::String(a), cel::Value::String(b)) => *a == **b,
        (Value::Bytes(a), cel::Value::Bytes(b)) => *a == **b,
        (Value::List(a), cel::Value::List(b)) => a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| same(a, b)),
        (Value::Timestamp(a), cel::Value::Timestamp(b)) => {
            a.seconds() == b.timestamp() && a.nanos() == b.timestamp_subsec_nanos()
        }
        (Value::Duration(a), cel::Value::Duration(b)) => {
            a.seconds() == b.num_seconds() && a.nanos() == b.subsec_nanos()
        }
        (Value::Map(a), cel::Value::Map(b)) => {
            a.len() == b.map.len()
                && a.iter().all(|(key, value)| {
                    let key = match key {
                        Value::Bool(key) => Key::Bool(*key),
                        Value::Int(key) => Key::Int(*key),
                        Value::Uint(key) => Key::Uint(*key),
                        Value::String(key) => Key::String(Arc::new(key.clone())),
                        _ => return false,
                    };
                    b.map.get(&key).is_some_and(|other| same(value, other))
                })
        }
        _ => false,
    }
}
