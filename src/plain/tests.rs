//! A test says what the instruction behind it says, the facts that decided it included.

use super::{Bindings, Env, Evaluator, Fact, Program, Value, Verdict};
use crate::program::Op;
use crate::time::Timestamp;
use crate::types::Type;

const RULES: &[&str] = &[
    "d.name == 'n' && d.on",
    "d.name != 'n' || !d.on",
    "d.n + d.m * 2 - 1 > 5 && -d.n < 0",
    "d.n / d.zero == 1 || d.on",
    "d.x * 2.0 > d.y / 4.0 ? d.on : d.n % 2 == 0",
    "(d.on ? d.n : d.m) >= d.n",
    "d.name in ['n', 'm'] && d.n in [1, 3, 5] && d.x in [1, 1.5, 'x']",
    "d.name in d.tags || 'b' in d.tags || 3 in d.numbers",
    "'k' in d.map && d.map.k == 1 && d.map['k'] == 1 && !('z' in d.map)",
    "has(d.map.k) && !has(d.map.z) && has(d.deep.a.b)",
    "d.deep.a.b.c == 'deep' && size(d.deep.a.b.c) == 4",
    "size(d.name) == 1 && size(d.tags) >= 2 && d.tags.size() < d.n",
    "d.name.startsWith('n') && d.name.endsWith('n') && d.name.contains('n') && d.name.matches('^n$')",
    "d.name + '/' + d.tags[0] == 'n/a' && d.name.upperAscii() == 'N'",
    "d.numbers[0] < d.numbers[1] && d.grid[1][0] == 3 && d.numbers[d.zero] == 1",
    "d.list[0].id == 'a' && d.list[1].inner[0].v > 1 && d.list[0].at != d.list[1].at",
    "timestamp(d.at) > now - duration('720h') && timestamp(d.at) + duration('1h') > now",
    "now - timestamp(d.at) < duration('48h') || timestamp(d.at).getFullYear() == 2026",
    "timestamp(d.at) == timestamp(d.text) || d.on",
    "d.list.all(e, e.id != '' && e.n > 0)",
    "d.list.exists(e, e.id == 'b' || e.n == 9)",
    "d.list.exists_one(e, e.n == d.n)",
    "d.list.all(e, e.n + d.n > d.m - 1)",
    "d.list.all(e, timestamp(e.at) < now + duration('24h'))",
    "d.list.all(e, has(e.opt) ? e.opt > 1 : e.n < 100)",
    "d.list.all(e, e.inner.all(i, i.v > e.n - 5))",
    "d.list.all(e, e.inner.exists(i, i.v == d.list[0].n) || size(e.inner) > 0)",
    "d.list.filter(e, e.n > 1).all(e, e.id == 'b' || e.n == 3)",
    "d.list.filter(e, e.n > 1).filter(f, f.id != 'c').exists(g, g.n == 2)",
    "d.list.filter(e, e.n > 1).size() >= 2 && size(d.list.filter(e, e.on).filter(f, f.n > 1)) == d.zero + 1",
    "d.list.map(e, e.id).exists(i, i == 'b') && d.list.map(e, e.n).all(n, n > 0)",
    "d.list.map(e, e.id).size() == d.list.size()",
    "d.list.map(e, e.n > 1, e.id).all(i, i != 'a')",
    "d.list.all(e, d.tags.exists(t, t == e.id))",
    "d.list.all(e, e.id in d.tags || e.id.startsWith('c'))",
    "d.list.all(e, d.list.exists(f, f.id == e.next)) || d.list.exists(e, !d.tags.exists(t, t == 'b'))",
    "d.list.all(e, d.list.filter(f, f.n >= e.n).size() <= size(d.list))",
    "d.list.all(i, e, i == 0 || e.n > d.list[i - 1].n)",
    "d.numbers.all(i, n, i == 0 || n > d.numbers[i - 1])",
    "d.numbers.all(n, n > 0) && d.numbers.exists(n, n == d.n)",
    "d.empty.all(e, e.n > 1) && !d.empty.exists(e, e.n > 1) && d.empty.filter(e, e.on).size() == 0",
    "d.grid.all(row, row.all(c, c > 0))",
    "d.map.all(k, v, v >= d.other[k]) && d.map.exists(k, k == 'k')",
    "d.map.all(k, v, v > 0 && k != 'z') && d.map.all(k, d.other[k] > 0) && d.other.exists_one(k, v, v == d.zero + 1)",
    "d.map.filter(k, k.startsWith('k')).all(k, k == 'k') && size(d.map.filter(k, k in ['l'])) == 1",
    "d.map.exists(k, v, k.upperAscii() == 'L' && v == 2) && d.list.all(e, d.map.exists(k, k != e.id))",
    "d.list.all(e, e.id.lowerAscii() == e.id && string(e.n).size() == 1)",
    "d.list.all(e, math.greatest(e.n, d.n) >= d.n && d.name.lowerAscii() == 'n')",
    "cel.bind(x, d.n + 1, d.list.all(e, e.n < x + 2))",
    "d.list.transformList(i, e, e.n + i).exists(n, n == 3)",
    "d.x == d.y || d.x < d.y || d.n == d.x || d.nothing == null",
    "d.list.all(e, e.n > 0 ? e.on || e.n > 1 : false)",
    "d.list.exists(e, e.n == 2 && e.inner.exists(i, i.v == 4 && d.list.all(f, f.n <= i.v)))",
    "d.?deep.?a.?z.orValue('none') == 'none'",
    "d.list.all(e, e.n != 2 || d.tags.all(t, t != 'z') && d.list.exists_one(f, f.n == 3))",
    "d.on && (d.on && (d.n > 0 && d.m > 0)) && (d.n > 5 || (d.m > 5 || d.on))",
    "[1, 2, 3].all(n, n < d.n + 3) && {'a': 1}.all(k, k == d.tags[0])",
    "d.list.all(e, e == e && e.inner != [])",
];

const DOCUMENT: &str = r#"{"name":"n","on":true,"n":3,"m":4,"zero":0,"x":1.5,"y":2.5,"tags":["a","b","c"],"numbers":[1,2,3],
"map":{"k":1,"l":2},"other":{"k":1,"l":1},"deep":{"a":{"b":{"c":"deep"}}},"grid":[[1,2],[3,4]],"empty":[],"nothing":null,
"at":"2026-11-21T00:00:00Z","text":"no time","list":[
{"id":"a","next":"b","n":1,"on":true,"at":"2026-11-20T00:00:00Z","inner":[{"v":2}]},
{"id":"b","next":"c","n":2,"on":false,"at":"2026-11-21T12:00:00.5Z","opt":5,"inner":[{"v":3},{"v":4}]},
{"id":"c","next":"a","n":3,"on":true,"at":"2026-11-22T00:00:00Z","inner":[]}]}"#;

/// Every state of `value` in which one part of it is away or something else.
fn states(value: &serde_json::Value) -> Vec<serde_json::Value> {
    use serde_json::{Value as Json, json};
    let mut states = Vec::new();
    let others = [json!(null), json!(7), json!(2.5), json!("zz"), json!(false), json!([]), json!({}), json!([1, "b"])];
    match value {
        Json::Object(members) => {
            for (key, inner) in members {
                let mut without = members.clone();
                without.remove(key);
                states.push(Json::Object(without));
                for state in states_below(inner, &others) {
                    let mut with = members.clone();
                    with.insert(key.clone(), state);
                    states.push(Json::Object(with));
                }
            }
        }
        Json::Array(elements) => {
            for (at, inner) in elements.iter().enumerate() {
                for state in states_below(inner, &others) {
                    let mut with = elements.clone();
                    with[at] = state;
                    states.push(Json::Array(with));
                }
            }
        }
        _ => {}
    }
    states
}

fn states_below(inner: &serde_json::Value, others: &[serde_json::Value]) -> Vec<serde_json::Value> {
    states(inner).into_iter().chain(others.iter().cloned()).collect()
}

/// The program with every test taken out.
fn without_tests(mut program: Program) -> Program {
    let ops = &mut program.program.ops;
    for at in 0..ops.len() {
        let mut op = ops[at];
        while let Op::Tested { otherwise, .. } = op {
            op = ops[otherwise.0 as usize];
        }
        ops[at] = op;
    }
    program
}

fn traced(evaluator: &mut Evaluator<'_>, document: &super::Document<'_>) -> Vec<(Verdict, Vec<Fact>)> {
    let mut found = Vec::new();
    evaluator.traced(document, |_, verdict, facts| found.push((verdict, facts.to_vec())));
    found
}

#[test]
fn a_test_says_what_the_instruction_behind_it_says() {
    let env = Env::new().document("d").variable("now", Type::Timestamp);
    let now = Timestamp::parse(b"2026-11-22T00:00:00Z").expect("a point of time");
    let tested = env.compile(RULES).expect("sound");
    let plain = without_tests(env.compile(RULES).expect("sound"));
    let (mut first, mut second) = (tested.evaluator(), plain.evaluator());
    for evaluator in [&mut first, &mut second] {
        assert!(evaluator.set("now", Value::Timestamp(now)));
    }
    let whole: serde_json::Value = DOCUMENT.parse().expect("JSON");
    let mut verdicts = std::collections::HashMap::new();
    for state in std::iter::once(whole.clone()).chain(states(&whole)) {
        let text = state.to_string();
        let (a, b) = (tested.read(text.as_bytes()).expect("JSON"), plain.read(text.as_bytes()).expect("JSON"));
        let (with, without) = (traced(&mut first, &a), traced(&mut second, &b));
        let bare = first.verdicts(&a).to_vec();
        for (at, rule) in RULES.iter().enumerate() {
            *verdicts.entry(with[at].0 as u8).or_insert(0) += 1;
            assert_eq!(with[at], without[at], "{rule}\n{text}");
            assert_eq!(bare[at], with[at].0, "{rule}\n{text}");
            if with[at].0 == Verdict::Error {
                let bindings = |document| Bindings::new().document(document).value("now", Value::Timestamp(now));
                assert_eq!(tested.evaluate(at, &bindings(&a)), plain.evaluate(at, &bindings(&b)), "{rule}\n{text}");
            }
        }
    }
    // Each way a rule can end was seen often.
    for verdict in [Verdict::True, Verdict::False, Verdict::Error] {
        assert!(verdicts.get(&(verdict as u8)).is_some_and(|count| *count > 500), "{verdict:?}: {verdicts:?}");
    }
}
