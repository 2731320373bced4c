//! Conditions that come out the same whatever is answered: each is found where it stands, and what is warned of
//! is so. Text that always holds can be replaced by `true`, and text that never holds by `false`.

#[path = "support/pack.rs"]
mod pack;

use std::collections::HashSet;
use std::fmt::Write as _;
use std::sync::Arc;

use jobun::diagnostic::{Code, Diagnostic};
use jobun::facts::Vocabulary;
use jobun::plain::{Bindings, Env, Value};
use jobun::types::Type;
use jobun::{Day, Engine, Facts, Params, PolicyFiles, Verdict};
use serde_json::json;

/// SplitMix64, with a seed written down.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((u128::from(z ^ (z >> 31)) * end as u128) >> 64) as usize
    }

    /// A condition of some of `atoms`.
    fn condition(&mut self, atoms: &[&str], depth: usize) -> String {
        if depth == 0 || self.below(6) == 0 {
            return format!("({})", atoms[self.below(atoms.len())]);
        }
        let mut part = || self.condition(atoms, depth - 1);
        let (a, b, c) = (part(), part(), part());
        match self.below(9) {
            0 | 1 => format!("({a} && {b})"),
            2 => format!("({a} && {b} && {c})"),
            3 | 4 => format!("({a} || {b})"),
            5 => format!("({a} || {b} || {c})"),
            6 => format!("!{a}"),
            7 => format!("({a} ? {b} : {c})"),
            _ => format!("({a} == {b})"),
        }
    }

    /// The same, of three atoms only, so that they meet again.
    fn condition_of_few(&mut self, atoms: &[&str]) -> String {
        let few: Vec<&str> = (0..3).map(|_| atoms[self.below(atoms.len())]).collect();
        self.condition(&few, 3)
    }
}

/// `text` with what is warned of replaced by what it always comes to.
fn replaced(text: &str, from: usize, to: usize, code: Code) -> String {
    let value = if code == Code::AlwaysHolds { "true" } else { "false" };
    format!("{}{value}{}", &text[..from], &text[to..])
}

/// How many conditions are made up; `JOBUN_CONDITIONS=5000` looks longer.
fn how_many() -> usize {
    #[allow(clippy::disallowed_methods, reason = "a test may be asked to look longer")]
    let wanted = std::env::var("JOBUN_CONDITIONS").ok().and_then(|text| text.parse().ok());
    wanted.unwrap_or(250)
}

const DEFINITIONS: &str = "\
definitions:
  - define: 'done(d: date_or_never) -> bool'
    doc: { ja: d, en: d }
    is: d != never && d <= as_of
  - define: 'small(x: int) -> bool'
    doc: { ja: d, en: d }
    is: x < 3
  - define: 'both(x: bool, y: bool) -> bool'
    doc: { ja: d, en: d }
    is: x && y
";

fn vocabulary() -> Arc<Vocabulary> {
    let date = json!({ "type": "string", "format": "date" });
    let dated = json!({ "anyOf": [date, { "const": "never" }] });
    let person = json!({
        "type": "object",
        "required": ["id"],
        "properties": {
            "id": { "type": "string" }, "ok": { "type": "boolean" }, "n": { "type": "integer" }, "left_on": dated,
        },
    });
    let schema = json!({
        "type": "object",
        "properties": {
            "a": { "type": "boolean" }, "b": { "type": "boolean" }, "n": { "type": "integer" },
            "m": { "type": "integer" }, "x": { "type": "number" }, "text": { "type": "string" },
            "side": { "enum": ["p", "q", "r"] }, "only": { "const": "law" },
            "limit": { "anyOf": [{ "type": "integer" }, { "enum": ["unlimited", "none"] }] },
            "on": dated, "off": dated, "start": date,
            "numbers": { "type": "array", "items": { "type": "integer" } },
            "people": { "type": "array", "items": person },
        },
    });
    Arc::new(Vocabulary::from_json(&schema.to_string()).expect("a vocabulary"))
}

/// A set of rules, each with the lines of its own.
fn files(rules: &[String], definitions: &str) -> PolicyFiles {
    let rules: Vec<String> =
        rules.iter().enumerate().map(|(at, body)| pack::rule(&format!("rule-{at}"), body)).collect();
    let mut files = pack::with_rules(&rules);
    files.add("made/definitions.yaml", format!("{DEFINITIONS}{definitions}"));
    files
}

fn key(key: &str, expression: &str) -> String {
    format!("    {key}: |\n      {expression}\n")
}

/// What is warned of in rules: the code and the text under the line.
fn warned(rules: &[String], definitions: &str) -> Vec<(Code, String)> {
    let checked = files(rules, definitions).read().check_against(vocabulary());
    let checked = checked.unwrap_or_else(|rejected| panic!("{rules:?}: {rejected}"));
    let told = |warning: &Diagnostic| (warning.code, checked.sources().slice(warning.primary.span).to_string());
    checked.warnings().0.iter().filter(|warning| warning.code != Code::AsOfOutsideComparison).map(told).collect()
}

/// Conditions, and the part that is constant; `-` never holds and `+` always does.
const CONSTANT: &[(&str, &str)] = &[
    ("n == 1 || n != 1", "+n == 1 || n != 1"),
    ("a && !a", "-!a"),
    ("a || !a", "+a || !a"),
    ("!(a && b) || a", "+!(a && b) || a"),
    ("side == 'p' && side == 'q'", "-side == 'q'"),
    ("side != 'p' || side != 'q'", "+side != 'p' || side != 'q'"),
    ("n < 3 && n > 5", "-n > 5"),
    ("n < 3 && 5 < n", "-5 < n"),
    ("n < 3 && n > 2", "-n > 2"),
    ("n <= 3 || n > 2", "+n <= 3 || n > 2"),
    ("n < 2.5 && n > 2", "-n > 2"),
    ("x < 2.5 && x >= 2.5", "-x >= 2.5"),
    ("x < 2 || x >= 2.0", "+x < 2 || x >= 2.0"),
    ("on != never || on == never", "+on != never || on == never"),
    ("on == never && on == date('2026-01-01')", "-on == date('2026-01-01')"),
    ("start == never", "-start == never"),
    ("start > date('2026-01-31') && start < date('2026-02-01')", "-start < date('2026-02-01')"),
    ("side in ['p', 'q', 'r']", "+side in ['p', 'q', 'r']"),
    ("!(side in ['p', 'q', 'r'])", "-!(side in ['p', 'q', 'r'])"),
    ("side in ['p', 'q'] && side == 'r'", "-side == 'r'"),
    ("only == 'law'", "+only == 'law'"),
    ("n == n", "+n == n"),
    ("x != x", "-x != x"),
    ("text < text", "-text < text"),
    ("n + m == n + m", "+n + m == n + m"),
    ("size(numbers) >= 0", "+size(numbers) >= 0"),
    ("start.month() == 13", "-start.month() == 13"),
    ("days_between(start, as_of) > 5000000", "-days_between(start, as_of) > 5000000"),
    ("n < m && m < n", "-m < n"),
    ("n < m && n == m", "-n == m"),
    ("n > m || n <= m", "+n > m || n <= m"),
    ("n < 3 && m > 5 && n > m", "-n > m"),
    ("n == 1 ? m == 2 && n == 2 : m == 3", "-n == 2"),
    ("a ? a : b", "+a"),
    ("n in [] || b", "-n in []"),
    ("1 == 2 || b", "-1 == 2"),
    ("numbers.exists(i, i > 3 && i < 2)", "-i < 2"),
    ("people.all(p, p.ok || !p.ok)", "+p.ok || !p.ok"),
    ("numbers.exists(i, i > 3) && !numbers.exists(j, j > 3)", "-!numbers.exists(j, j > 3)"),
    ("size(numbers.filter(i, i == i)) > 1", "+i == i"),
    ("done(on) && on == never", "-on == never"),
    ("n > 4 && small(n)", "-small(n)"),
    ("!small(n) && n == 1", "-n == 1"),
    ("both(a, b) && !a", "-!a"),
    ("text == 'x' && text == 'y'", "-text == 'y'"),
    ("(a && b) == true && !a", "-!a"),
    ("cel.bind(k, n + 1, k > 2 && k < 3)", "-k < 3"),
    ("type(limit) == int && type(limit) == string", "-type(limit) == string"),
    ("type(limit) == int && limit > 2 && limit < 3", "-limit < 3"),
    ("params.least > 2 || params.least <= 2", "+params.least > 2 || params.least <= 2"),
];

/// Conditions that can go both ways, each near one that cannot.
const OPEN: &[&str] = &[
    "n == 1 || n != 2",
    "n < 3 && n > 1",
    "n < 2.5 && n > 1",
    "x < 2.5 || x > 2.5",
    "on != never || off == never",
    "start > date('2026-01-30') && start < date('2026-02-01')",
    "side in ['p', 'q']",
    "side != 'p' && side != 'q'",
    "n + m == m + n + 1",
    "size(numbers) > 0",
    "start.month() == 12",
    "n < m && m < n + 2",
    "done(on) && on == as_of",
    "done(on) || on == never",
    "n > 1 && small(n)",
    "both(a, b) || !a",
    "params.least == 3",
    "params.strict && a",
    "numbers.exists(i, i > 3) && numbers.exists(i, i < 2)",
    "numbers.exists(i, i > 3) && people.exists(i, i.n < 2)",
    "numbers.all(i, numbers.exists(j, j > i)) && numbers.exists(j, j > 3)",
    "people.exists(p, p.ok) && people.exists(p, !p.ok)",
    "text < 'b' && text > 'a'",
    "a == b && a != true",
    "n / m == 1 || n / m == 2",
    "on == never || on.plus_days(30) >= as_of",
    "a ? b : !b",
    "a ? true : b",
    "type(limit) == string && limit != 'none' && limit == 'unlimited'",
    "type(limit) == int || limit == 'none'",
    // A guard that is written twice is harmless.
    "on != never && on != never && on <= as_of",
];

#[test]
fn constant_conditions_are_told_once_where_they_stand() {
    let mut wrong = Vec::new();
    for (condition, expected) in CONSTANT {
        let code = if expected.starts_with('+') { Code::AlwaysHolds } else { Code::NeverHolds };
        let found = warned(&[key("require", condition)], "");
        if found != [(code, expected[1..].to_string())] {
            wrong.push(format!("{condition}: {found:?}"));
        }
    }
    for condition in OPEN {
        let found = warned(&[key("require", condition)], "");
        if !found.is_empty() {
            wrong.push(format!("{condition}: {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn applies_variables_and_definitions_are_known_to_what_comes_after() {
    let holds = |text: &str| (Code::AlwaysHolds, text.to_string());
    let never = |text: &str| (Code::NeverHolds, text.to_string());
    let rule = |parts: &[(&str, &str)]| parts.iter().map(|(name, text)| key(name, text)).collect::<String>();
    let one = |parts: &[(&str, &str)]| warned(&[rule(parts)], "");
    assert_eq!(one(&[("applies", "n > 3"), ("require", "n > 1")]), [holds("n > 1")]);
    assert_eq!(one(&[("applies", "n > 3"), ("require", "a && n < 2")]), [never("n < 2")]);
    assert_eq!(one(&[("applies", "n > 3"), ("require", "a && n > 2")]), []);
    // Where a rule never applies, nothing more is said about it.
    assert_eq!(one(&[("applies", "n > 3 && n < 2"), ("require", "a || !a")]), [never("n < 2")]);
    let variables = "    variables:\n      - { name: v, is: n > 3 }\n      - { name: w, is: n == n }\n";
    let with = |parts: &[(&str, &str)]| warned(&[format!("{variables}{}", rule(parts))], "");
    assert_eq!(with(&[("applies", "v"), ("require", "n == 2 || a")]), [holds("n == n"), never("n == 2")]);
    // A definition that is constant is told where it stands, not where it is called.
    let definition = "  - define: 'wrong(x: int) -> bool'\n    doc: { ja: d, en: d }\n    is: x < 3 && x > 4\n";
    assert_eq!(warned(&[rule(&[("require", "wrong(n) || a")])], definition), [never("x > 4")]);
    // A switch that is written as a word is meant.
    let switch = "  - define: 'on_now() -> bool'\n    doc: { ja: d, en: d }\n    is: 'true'\n";
    assert_eq!(warned(&[rule(&[("applies", "on_now()"), ("require", "a")])], switch), []);
    // In a rule it is not: it would never be judged, or always be met.
    assert_eq!(one(&[("applies", "false"), ("require", "a")]), [never("false")]);
    assert_eq!(one(&[("require", "true")]), [holds("true")]);
    let deadline = "    deadlines:\n      - { id: d, act: on, by: \"n == n ? start : start.plus_days(1)\" }\n";
    assert_eq!(warned(&[deadline.to_string()], ""), [holds("n == n")]);
}

#[test]
fn the_sentences_say_what_stands_there_in_both_languages() {
    let rules = [key("applies", "n > 3"), key("require", "n > 3 || a")].concat();
    let checked = files(&[rules, key("require", "a || !a")], "").read().check_against(vocabulary()).expect("sound");
    let said: Vec<_> = checked.warnings().0.iter().map(|warning| warning.message.clone()).collect();
    let en: Vec<&str> = said.iter().map(|text| text.en.as_str()).collect();
    assert_eq!(
        en,
        ["`n > 3 || a` always holds here, after what stands before it", "`a || !a` holds whatever is answered"]
    );
    assert!(said.iter().all(|text| text.ja.contains("成り立ちます")));
}

const ATOMS: &[&str] = &[
    "a",
    "b",
    "a == true",
    "a != b",
    "side == 'p'",
    "side != 'q'",
    "side in ['p', 'q']",
    "side in ['q', 'r']",
    "n < 1",
    "n < 3",
    "n >= 2",
    "n == 2",
    "2 != n",
    "3 > n",
    "n in [1, 3]",
    "n in [m, 1]",
    "n == m",
    "n < m",
    "m <= n",
    "m > 2",
    "n < 1.5",
    "x <= 1.0",
    "x > 1",
    "x != 2.0",
    "x < n",
    "on == never",
    "on != never",
    "on == date('2026-02-02')",
    "on == off",
    "on != never && on < date('2026-02-02')",
    "on != never && on >= date('2026-02-02')",
    "on != never && off != never && on < off",
    "on != never && off != never && on <= off",
    "off == never",
    "done(on)",
    "small(n)",
    "small(m)",
    "both(a, n > 1)",
    "6 / n > 3",
    "6 / n == 6 / n",
    "6 / n <= 3",
    "n + 1 > m",
    "numbers.exists(i, i == n)",
    "numbers.exists(j, j == n)",
    "numbers.all(i, i < n || a)",
    "[1, 2].exists(i, i == m && n > 1)",
    "cel.bind(k, n < 2, k && a)",
    "params.strict",
    "(a ? n : m) > 1",
    "(a ? on : never) == never",
    "type(limit) == int",
    "type(limit) == string",
    "limit == 'none'",
    "limit == 2",
    "type(limit) == int && limit < 2",
    "type(limit) != int || limit >= 2",
    "limit == 'none' || limit == 'unlimited' || limit > 1",
];

/// Documents in which every answer of the atoms occurs with the others.
fn documents() -> Vec<String> {
    let mut documents = Vec::new();
    for a in [false, true] {
        for b in [false, true] {
            for side in ["p", "q", "r"] {
                for n in 0..4 {
                    for (m, numbers) in [(0, json!([])), (2, json!([2])), (3, json!([1, 3]))] {
                        for (x, on, off, limit) in [
                            (0.5, "never", "never", json!(1)),
                            (1.0, "2026-02-01", "never", json!("none")),
                            (1.5, "2026-02-02", "2026-02-01", json!(2)),
                            (2.0, "never", "2026-02-02", json!("unlimited")),
                            (2.5, "2026-02-03", "2026-02-03", json!(3)),
                            (3.0, "2026-02-01", "2026-02-03", json!("none")),
                        ] {
                            let facts = json!({
                                "a": a, "b": b, "side": side, "n": n, "m": m, "numbers": numbers, "x": x, "on": on,
                                "off": off, "limit": limit,
                            });
                            documents.push(facts.to_string());
                        }
                    }
                }
            }
        }
    }
    documents
}

/// The verdicts of rules with these requirements, for each document.
fn verdicts(conditions: &[String], documents: &[String]) -> Vec<Vec<Verdict>> {
    let rules: Vec<String> = conditions.iter().map(|condition| key("require", condition)).collect();
    let checked = files(&rules, "").read().check_against(vocabulary()).unwrap_or_else(|rejected| panic!("{rejected}"));
    let engine = Engine::new(checked, Params::default()).expect("an engine");
    let as_of = Day::parse("2026-02-02").expect("a day");
    let of = |document: &String| {
        let facts = Facts::from_slice(&engine, document.as_bytes()).expect("facts");
        let evaluation = engine.evaluate(&facts, as_of).expect("an evaluation");
        evaluation.findings.iter().map(|finding| finding.verdict).collect()
    };
    documents.iter().map(of).collect()
}

#[test]
fn what_is_warned_of_in_policies_is_so_for_every_document() {
    let conditions = how_many();
    let mut random = Random(20_261_124 + conditions as u64);
    let mut seen = HashSet::new();
    let conditions: Vec<String> = std::iter::repeat_with(|| random.condition_of_few(ATOMS))
        .filter(|condition| seen.insert(condition.clone()))
        // After `type(limit) == string` it is a mistake to compare it with a number.
        .filter(|condition| files(&[key("require", condition)], "").read().check_against(vocabulary()).is_ok())
        .take(conditions)
        .collect();
    // Which are warned of, and the same with what is warned of replaced.
    let mut instead: Vec<String> = conditions.clone();
    let mut is_warned = vec![false; conditions.len()];
    let mut unguarded = 0;
    for (at, condition) in conditions.iter().enumerate() {
        let checked = files(&[key("require", condition)], "").read().check_against(vocabulary()).expect("sound");
        let rules = checked.sources().text(checked.checked().set.packs[0].rules[0].id.span.file);
        let start = rules.find(condition.as_str()).expect("the condition");
        let mut warnings: Vec<&Diagnostic> = checked.warnings().0.iter().collect();
        warnings.sort_by_key(|warning| std::cmp::Reverse(warning.primary.span.start));
        for warning in warnings {
            let span = warning.primary.span;
            let (from, to) = (span.start as usize - start, span.end as usize - start);
            instead[at] = replaced(&instead[at], from, to, warning.code);
            is_warned[at] = true;
        }
        // Without a guard that says nothing new, the checker may miss it.
        if files(&[key("require", &instead[at])], "").read().check_against(vocabulary()).is_err() {
            instead[at] = condition.clone();
            unguarded += 1;
        }
    }
    let documents = documents();
    let (before, after) = (verdicts(&conditions, &documents), verdicts(&instead, &documents));
    let decided = |verdict: Verdict| matches!(verdict, Verdict::Pass | Verdict::Fail);
    let mut wrong = Vec::new();
    let (mut constant, mut told) = (0, 0);
    for at in 0..conditions.len() {
        let all: HashSet<Verdict> = before.iter().map(|verdicts| verdicts[at]).filter(|v| decided(*v)).collect();
        if all.len() == 1 {
            constant += 1;
            told += usize::from(is_warned[at]);
        }
        let differs = before.iter().zip(&after).any(|(before, after)| decided(before[at]) && before[at] != after[at]);
        if differs {
            wrong.push(format!("{}\n  is not {}", conditions[at], instead[at]));
        }
    }
    let warned = is_warned.iter().filter(|is| **is).count();
    println!(
        "policies: {warned} of {} conditions are warned of; {constant} are constant, {told} of them told",
        conditions.len()
    );
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(unguarded * 20 < conditions.len(), "{unguarded} could not be replaced");
    assert!(constant >= 20 && told * 100 >= constant * 90, "{told} of {constant}");
}

fn env() -> Env {
    let map = Type::parse("map(string, int)").expect("a type");
    Env::new()
        .variable("a", Type::Bool)
        .variable("n", Type::Int)
        .variable("u", Type::Uint)
        .variable("x", Type::Double)
        .variable("s", Type::String)
        .variable("y", Type::Dyn)
        .variable("r", map)
}

const PLAIN_ATOMS: &[&str] = &[
    "a",
    "a != true",
    "n < 1",
    "n <= 2",
    "n == 2",
    "n >= 1.5",
    "n > 2u",
    "u > 1u",
    "u < 1",
    "u == 1u",
    "x < 1.5",
    "x >= 1.5",
    "x == x",
    "x != x",
    "x != 1.5",
    "x < n",
    "x >= n",
    "s == 'p'",
    "s != 'q'",
    "s in ['p', 'q']",
    "s < 'q'",
    "s >= 'q'",
    "size(s) > 0",
    "size(s) == 0",
    "y == 1",
    "y == 1.0",
    "y != 1",
    "y == 'p'",
    "y == y",
    "y < 2",
    "y >= 2",
    "y == true",
    "y == null",
    "y in [1, 'p']",
    "type(y) == int",
    "type(y) == string",
    "has(r.f)",
    "r.f == 1",
    "r.f > 1",
    "r.?f.orValue(0) == 1",
    "[1, 2].exists(i, i == n)",
    "[1, 2].all(i, x > i)",
    "cel.bind(k, n + 1, k == 2)",
    "s.startsWith('p')",
    "1 / n > 0",
    "n / 2 == 0",
    "x / 2.0 == 0.75",
];

/// What the variables stand for: values with their neighbours, NaN, and values of other types.
fn bindings() -> Vec<Bindings<'static>> {
    let mut all = Vec::new();
    let map = |value: Option<i64>| {
        Value::Map(value.into_iter().map(|value| (Value::String("f".into()), Value::Int(value))).collect())
    };
    let any = [
        Value::Int(1),
        Value::Int(2),
        Value::Double(1.0),
        Value::Double(1.5),
        Value::Double(f64::NAN),
        Value::String("p".into()),
        Value::Bool(true),
        Value::Null,
    ];
    for a in [false, true] {
        for n in 0..4 {
            for x in [1.0, 1.5, 2.0, f64::NAN] {
                for s in ["", "p", "q", "z"] {
                    for (at, y) in any.iter().enumerate() {
                        let u = (at % 3) as u64;
                        let r = map([None, Some(1), Some(2)][(at + n as usize) % 3]);
                        let bound = Bindings::new()
                            .value("a", Value::Bool(a))
                            .value("n", Value::Int(n))
                            .value("u", Value::Uint(u))
                            .value("x", Value::Double(x))
                            .value("s", Value::String(s.into()))
                            .value("y", y.clone())
                            .value("r", r);
                        all.push(bound);
                    }
                }
            }
        }
    }
    all
}

#[test]
fn what_is_warned_of_in_plain_cel_is_so_for_every_value() {
    let conditions = how_many();
    let (env, bindings) = (env(), bindings());
    let mut random = Random(7 + conditions as u64);
    let (mut warned, mut constant, mut told) = (0, 0, 0);
    let mut wrong = Vec::new();
    for _ in 0..conditions {
        let condition = random.condition_of_few(PLAIN_ATOMS);
        let (warnings, _) = env.warnings(&condition).unwrap_or_else(|rejected| panic!("{condition}: {rejected}"));
        let mut instead = condition.clone();
        for warning in warnings.0.iter().rev() {
            let span = warning.primary.span;
            instead = replaced(&instead, span.start as usize, span.end as usize, warning.code);
        }
        warned += usize::from(!warnings.0.is_empty());
        let program = env.compile(&[&condition, &instead]).expect("sound");
        let mut seen = HashSet::new();
        for bound in &bindings {
            let Ok(Value::Bool(value)) = program.evaluate(0, bound) else { continue };
            seen.insert(value);
            if program.evaluate(1, bound) != Ok(Value::Bool(value)) {
                wrong.push(format!("{condition}\n  is not {instead}"));
                break;
            }
        }
        if seen.len() == 1 {
            constant += 1;
            told += usize::from(!warnings.0.is_empty());
        }
    }
    println!(
        "plain CEL: {warned} of {conditions} conditions are warned of; {constant} are constant, {told} of them told"
    );
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(constant >= 20 && told * 100 >= constant * 80, "{told} of {constant}");
}

#[test]
fn plain_cel_is_warned_of_like_policies() {
    let told = |condition: &str| {
        let (warnings, sources) = env().warnings(condition).expect("sound");
        warnings.0.iter().map(|warning| sources.slice(warning.primary.span).to_string()).collect::<Vec<_>>()
    };
    assert_eq!(told("n < 3 && n > 5"), ["n > 5"]);
    assert_eq!(told("u >= 0u"), ["u >= 0u"]);
    assert_eq!(told("y == 1 && y == 'p'"), ["y == 'p'"]);
    assert_eq!(told("has(r.f) || !has(r.f)"), ["has(r.f) || !has(r.f)"]);
    assert_eq!(told("r.f < 3 ? r.f == 4 : false"), ["r.f == 4"]);
    // NaN equals nothing, itself neither.
    assert_eq!(told("x == x"), Vec::<String>::new());
    assert_eq!(told("x < 1.0 || x >= 1.0"), Vec::<String>::new());
    assert_eq!(told("y == y"), Vec::<String>::new());
    assert_eq!(told("[x] == [x]"), Vec::<String>::new());
    assert!(env().warnings("n <").is_err());
}

#[test]
fn long_and_deep_conditions_are_looked_at_in_a_small_stack() {
    let work = || {
        let env = env();
        let deep = format!("{}a{}", "!(a && ".repeat(60), ")".repeat(60));
        let branches = format!("{}a", "a ? n > 1 : ".repeat(100));
        let chain = |join: &str| (0..20_000).map(|i| format!("n != {i}")).collect::<Vec<_>>().join(join);
        let guards = (0..3_000).map(|i| format!("(n != {i} && n > {i})")).collect::<Vec<_>>().join(" || ");
        let list = format!("n in [{}]", (0..20_000).map(|i| (i * 2).to_string()).collect::<Vec<_>>().join(","));
        for text in [deep, branches, chain(" && "), chain(" || "), guards, list] {
            let shown: String = text.chars().take(40).collect();
            assert!(env.warnings(&text).is_ok(), "{shown}");
        }
        // Definitions that call each other twice, twelve deep and more.
        let mut definitions = String::new();
        for at in 0..16 {
            let is = if at == 0 { "x > 1".to_string() } else { format!("d{0}(x) && (x < 9 || d{0}(x))", at - 1) };
            write!(definitions, "  - define: 'd{at}(x: int) -> bool'\n    doc: {{ ja: d, en: d }}\n    is: {is}\n")
                .expect("a text takes more text");
        }
        assert!(files(&[key("require", "d15(n)")], &definitions).read().check_against(vocabulary()).is_ok());
    };
    std::thread::Builder::new().stack_size(2 << 20).spawn(work).expect("a thread").join().expect("no panic");
}
