//! Rules made for the table of outcomes: a small vocabulary, every form of the language in many
//! combinations, and documents that run through all states of the facts, unanswered among them.

#[path = "../support/pack.rs"]
mod pack;

use std::sync::Arc;

use jobun::facts::Vocabulary;
use jobun::{Day, Engine, Params};
use serde_json::{Map, Value, json};

use pack::field;

/// Rules, the documents they are judged on, and the days.
pub struct Family {
    /// What it is about.
    pub name: &'static str,
    /// The rules, compiled.
    pub engine: Engine,
    /// Every state of the facts the rules read.
    pub documents: Vec<Value>,
    /// The days.
    pub days: Vec<Day>,
}

/// Every family.
pub fn families() -> Vec<Family> {
    vec![truth(), values(), lists(), members(), time(), loops(), links(), roll_ups()]
}

/// How true, false, unknown and error meet: `a` and `b` are never an error, `is_two` may be one.
fn truth() -> Family {
    const ATOMS: [&str; 5] = ["a", "b", "is_two(n)", "is_two(m)", "!a"];
    const FORMS: [&str; 25] = [
        "X && Y && Z",
        "X || Y || Z",
        "(X && Y) || Z",
        "(X || Y) && !Z",
        "X && (Y || X) && Z",
        "X ? Y : Z",
        "!(X ? Y : Z)",
        "(X ? Y : Z) ? X : Y",
        "(X ? 1 : 2) == (Y ? 1 : 2) || Z",
        "(X ? 1 : 1) == 1 && Y",
        "(X && Y ? 'yes' : 'no') in ['yes', (Z ? 'no' : 'maybe')]",
        "X == Y || Z",
        "X != (Y && Z)",
        "X in [Y, Z]",
        "[X, Y, Z].exists(e, e)",
        "[X, Y].all(e, e || Z)",
        "[X, Y, Z].exists_one(e, e)",
        "[1, 2, 3].exists(e, e == 2 ? X : e == 1 ? Y : Z)",
        "[1, 2].exists_one(e, e == 1 ? X && Y : Z)",
        "[1, 2].map(e, X, Y || e == 2) == [Z, true]",
        "choose(X, Y, Z) || Z",
        "choose(X, Y, Y)",
        "[1, 2].exists(e, twice(e == 1 && X)) || Y",
        "[true, false].all(x, choose(Y, x, X) || Z)",
        "twice(X && Y) ? Z : twice(X)",
    ];
    let mut rules = Vec::new();
    for form in FORMS {
        for x in ATOMS {
            for y in ATOMS {
                for z in ATOMS {
                    let text: String = form
                        .chars()
                        .map(|c| match c {
                            'X' => x.to_string(),
                            'Y' => y.to_string(),
                            'Z' => z.to_string(),
                            other => other.to_string(),
                        })
                        .collect();
                    rules.push(required(&text));
                }
            }
        }
    }
    for condition in ["v ? a : a", "w ? a : a", "[1, 2].filter(e, v || e == 3).size() < 3", "choose(v, w, w)"] {
        let [v, w] = ["is_two(n)", "v || is_two(m) || b"].map(|is| field(8, "is", is));
        let variables = format!("    variables:\n      - name: v\n{v}      - name: w\n{w}");
        rules.push(format!("{variables}{}", required(condition)));
        rules.push(format!("{variables}    applies: v\n{}", required(condition)));
    }
    let ints = || [None, Some(json!(0)), Some(json!(1)), Some(json!(2))].to_vec();
    let documents = every(&[("a", bools()), ("b", bools()), ("n", ints()), ("m", ints())]);
    family("truth", &rules, documents, vec![day(2026, 11, 22)])
}

/// Operators and functions of scalars, where they have a value and where they have none.
fn values() -> Family {
    let conditions = [
        "n + 1 > n",
        "n - m < 0",
        "n * m == -m",
        "n / m * m + n % m == n",
        "n % m == 1 || n % m == -1",
        "-n >= 0",
        "n == x",
        "n < x || m >= x",
        "n != 2.0 && 2u <= n",
        "x / 0.0 > 0.0",
        "x * x - x != 0.0",
        "-x == 1.5",
        "double(n) == x",
        "int(x) == n",
        "int(x) / int(x) == 1",
        "double(text) > 1.0",
        "int(text) > n",
        "int(text) == int(x)",
        "string(n) == text",
        "string(m) + text == '2JP'",
        "string(a) == 'true'",
        "date(text) < date('2026-03-01')",
        "string(date(text)) == text",
        "date('2024-01-31').plus_months(n) <= date('2024-02-29')",
        "date('2024-02-29').plus_years(n).month() == 2",
        "date('2024-02-29').plus_days(m).day() == 2",
        "days_between(date('2024-02-28'), date('2024-02-28').plus_days(n)) == n",
        "size(text) == 2",
        "text.size() > n",
        "text.contains('2')",
        "text.startsWith('JP') || text.endsWith('9')",
        "text.matches('^[A-Z]{2}$')",
        "text.matches('^\\\\d+$')",
        "matches(text, '[^\\\\w]')",
        "text < 'K'",
        "text in ['JP', '12']",
        "text + 'x' == 'JPx'",
        "[n, m] == [2, 0]",
        "[n, m][0] == 2",
        "[1, 2, 3][n] == 3",
        "[text, 'JP'].exists_one(t, t == 'JP')",
        "[x, 1.5].exists(v, v == n)",
        "n in [m, 2]",
        "a == (n > m)",
        "[1, 2].map(i, i * n) == [2, 4]",
        "[n, m].filter(i, i > 0).map(i, 10 / i) == [5]",
        "size([n, m] + [1]) == 3",
        "(a ? n : m) > 0",
        "(a ? text : 'JP') == 'JP'",
        "(n > m ? 'a' : 'a') == 'a'",
        "(n / m > 0 ? 'a' : 'a') == 'a'",
        "(a ? 1 / m : 2 / m) > 0",
    ];
    let rules: Vec<String> = conditions.iter().map(|condition| required(condition)).collect();
    let some = |answers: Value| {
        let answers = answers.as_array().cloned().unwrap_or_default().into_iter();
        std::iter::once(None).chain(answers.map(Some)).collect::<Vec<_>>()
    };
    let documents = every(&[
        ("a", bools()),
        ("n", some(json!([2, -7, i64::MAX, i64::MIN]))),
        ("m", some(json!([2, 0, -1]))),
        ("x", some(json!([2, -1.5, 1e19, 9_007_199_254_740_993_i64]))),
        ("text", some(json!(["", "JP", "12", "１２", "1.5", "2026-02-28", "2026-02-29"]))),
    ]);
    family("values", &rules, documents, vec![day(2026, 11, 22)])
}

/// Lists of scalars, and filters that leave open what they keep.
fn lists() -> Family {
    let conditions = ["a", "i > n", "a || i == 2", "i > 1 && b", "i % n == 0", "a && i / n == 1"];
    let mut rules = Vec::new();
    for condition in conditions {
        let kept = format!("numbers.filter(i, {condition})");
        for op in ["==", "!=", "<", "<=", ">", ">="] {
            for size in ["0", "1", "2", "n"] {
                rules.push(required(&format!("size({kept}) {op} {size}")));
                rules.push(required(&format!("{size} {op} {kept}.size()")));
            }
        }
        for form in [
            "KEPT.all(k, k > 1)",
            "KEPT.exists(k, k > 1)",
            "KEPT.exists_one(k, k > 1)",
            "KEPT.all(k, k / n > 0)",
            "KEPT.exists(k, k / n > 0 || b)",
            "KEPT.exists_one(k, b)",
            "KEPT.map(k, k + 1) == [2, 3]",
            "KEPT.map(k, k / n) == [2]",
            "KEPT.map(k, b, k) == [1]",
            "2 in KEPT.map(k, k > 1, k)",
            "1 in KEPT",
            "n in KEPT",
            "KEPT[0] == 1",
            "KEPT[1] == 2",
            "KEPT[n] >= 1",
            "KEPT == [1, 2]",
            "KEPT + [3] != [3]",
            "size(KEPT + [3]) > 1",
            "size(KEPT) in [1, 2]",
            "size(KEPT) + 1 > 1",
            "string(size(KEPT)) == '1'",
            "size(KEPT) == size(numbers.filter(i, b))",
            "size(KEPT) >= 0",
            "KEPT.filter(k, k > 1).exists(k, k == 2)",
            "size(KEPT.filter(k, b)) <= 1",
            "size(KEPT.filter(k, k / n > 1)) <= 1",
            "(b ? size(KEPT) : 1) == 1",
            "size(b ? KEPT : [1]) == 1",
            "(b ? KEPT : [1]).exists(k, k == 1)",
            "few(KEPT)",
            "few(KEPT) ? b : a",
            "[KEPT, [1]].exists(l, size(l) == 1)",
            "KEPT.exists(k, KEPT.exists(l, l > k))",
        ] {
            rules.push(required(&form.replace("KEPT", &kept)));
        }
    }
    let lists = vec![None, Some(json!([])), Some(json!([1])), Some(json!([1, 2])), Some(json!([2, 1, 2]))];
    let ints = vec![None, Some(json!(0)), Some(json!(1)), Some(json!(2))];
    let documents = every(&[("a", bools()), ("b", bools()), ("n", ints), ("numbers", lists)]);
    family("lists", &rules, documents, vec![day(2026, 11, 22)])
}

/// Lists of records, whose elements have unanswered facts.
fn members() -> Family {
    let conditions = ["p.ok", "is_two(p.n)", "p.ok && a", "p.ok || is_two(p.n)", "p.n > 1", "p.ok ? p.n == 1 : a"];
    let mut rules = Vec::new();
    for condition in conditions {
        for kind in ["all", "exists", "exists_one"] {
            rules.push(required(&format!("people.{kind}(p, {condition})")));
            rules.push(required(&format!("people.filter(p, {condition}).{kind}(p, p.n == 2)")));
            rules.push(required(&format!("people.filter(p, {condition}).{kind}(p, p.ok)")));
            rules.push(required(&format!("people.filter(p, {condition}).{kind}(p, 2 / p.n == 1)")));
            rules.push(required(&format!("people.filter(p, p.ok).{kind}(p, {condition})")));
        }
        for size in ["== 0", "== 1", "!= 1", ">= 1", "<= 1", "< 2", "> 1", "== size(people)"] {
            rules.push(required(&format!("size(people.filter(p, {condition})) {size}")));
        }
        rules.push(required(&format!("people.filter(p, {condition})[0].n == 1")));
        rules.push(required(&format!("people.filter(p, {condition})[1].ok")));
        rules.push(required(&format!("people.map(p, {condition}, p.n) == [1]")));
        rules.push(required(&format!("2 in people.map(p, {condition}, p.n)")));
        rules.push(required(&format!("people.filter(p, {condition}).map(p, p.id).exists(i, i == 'x')")));
        rules.push(required(&format!("size(people.filter(p, {condition}).filter(p, p.n == 1)) == 1")));
        rules.push(each_person(&format!("{}{}", field(4, "applies", condition), required("p.n == 1"))));
        rules.push(each_person(&format!("{}{}", field(4, "applies", "a"), required(condition))));
    }
    rules.extend(["people[0].n == 1", "people[1].ok", "people[0].ok && people[0].n == 1"].map(required));
    rules.push(required("people.all(p, people[0].n == p.n)"));
    rules.push(each_person("    applies: a && p.ok\n    require: people[0].ok\n"));
    let mut persons = Vec::new();
    for ok in bools() {
        for n in [None, Some(json!(0)), Some(json!(1)), Some(json!(2))] {
            let ok = ok.clone();
            persons.push(object(&[("ok", ok), ("n", n)]));
        }
    }
    let with_id = |id: &str, person: &Value| {
        let mut person = person.clone();
        person["id"] = json!(id);
        person
    };
    let mut people = vec![None, Some(json!([]))];
    for first in &persons {
        people.push(Some(json!([with_id("x", first)])));
        for second in &persons {
            people.push(Some(json!([with_id("x", first), with_id("y", second)])));
        }
    }
    let documents = every(&[("a", bools()), ("people", people)]);
    family("members", &rules, documents, vec![day(2026, 11, 22)])
}

/// Validity, recurring duties, deadlines and what a date can do.
fn time() -> Family {
    let mut rules = Vec::new();
    for (last, from) in [
        ("on", "start"),
        ("a ? on : never", "start"),
        ("on", "a ? start : date('2025-04-01')"),
        ("on.or(start)", "start.plus_days(1)"),
        ("later(on.or(start), start)", "start"),
    ] {
        for every in ["params.days", "params.year", "params.fiscal", "b ? params.year : params.fiscal"] {
            let [last, from, every] =
                [("last", last), ("from", from), ("every", every)].map(|(key, is)| field(6, key, is));
            let duty = format!("    recurring:\n{last}{from}{every}");
            rules.push(duty.clone());
            rules.push(format!("    applies: a\n{duty}"));
            rules.push(format!("    require: b || a\n{duty}"));
        }
    }
    for (act, by) in [
        ("on", "start"),
        ("on", "start.plus(params.year)"),
        ("on", "start.plus(params.fiscal)"),
        ("a ? on : never", "start.plus_months(11)"),
        ("on", "on.or(start)"),
        ("never", "b ? start : start.plus_years(1)"),
    ] {
        let deadline =
            |id: &str, act: &str, by: &str| format!("      - id: {id}\n{}{}", field(8, "act", act), field(8, "by", by));
        let one = deadline("one", act, by);
        let two = deadline("two", "a ? on : never", "start.plus_days(400)");
        let limit = field(8, "is", by);
        rules.push(format!("    deadlines:\n{one}"));
        rules.push(format!("    deadlines:\n{one}{two}"));
        rules.push(format!("    applies: b\n    deadlines:\n{one}"));
        rules.push(format!("    require: a\n    deadlines:\n{one}"));
        rules.push(format!(
            "    variables:\n      - name: limit\n{limit}    deadlines:\n{}",
            deadline("one", act, "limit")
        ));
        rules.push(format!(
            "    recurring:\n      last: on\n      from: start\n      every: params.days\n    deadlines:\n{one}"
        ));
    }
    for valid in ["from: 2026-01-01", "until: 2026-03-31", "from: 2025-04-01\n      until: 2026-03-30"] {
        for at in
            ["", "    in_force_at: start\n", "    in_force_at: on.or(start)\n", "    in_force_at: start.plus_days(1)\n"]
        {
            for applies in ["", "    applies: a\n", "    applies: start <= as_of\n"] {
                rules.push(format!("    valid:\n      {valid}\n{at}{applies}    require: b || on == never\n"));
            }
        }
    }
    for condition in [
        "on == never || on <= start",
        "on != never && on.plus_days(30) > start && on.year() == 2026",
        "on != never ? days_between(start, on) <= 365 : a",
        "earlier(on.or(start), start) <= as_of",
        "on == start",
        "start.plus_days(10000000) > as_of || a",
        "start.plus_months(1).day() == 28 && start.month() == 1",
        "string(start) in ['2025-03-31', '2026-01-31']",
        "done(on) && on >= start",
        "(a ? on : never) == never",
        "(b ? start : start) == start",
    ] {
        rules.push(required(condition));
    }
    let days = |days: &[&str]| {
        let answers = days.iter().map(|day| Some(json!(day)));
        std::iter::once(None).chain(answers).collect::<Vec<_>>()
    };
    let on = days(&["never", "2025-03-31", "2026-01-10", "2026-04-01"]);
    let start = days(&["2025-03-31", "2025-04-01", "2026-01-31", "2026-06-01", "0001-01-01", "9999-12-31"]);
    let documents = every(&[("a", bools()), ("b", bools()), ("on", on), ("start", start)]);
    let as_of = [(2025, 4, 30), (2026, 1, 31), (2026, 3, 31), (2026, 4, 1), (2027, 3, 31), (2027, 4, 1)];
    family("time", &rules, documents, as_of.map(|(year, month, at)| day(year, month, at)).to_vec())
}

/// Nested loops of rules.
fn loops() -> Family {
    let nested = "    for_each:\n      - as: t\n        in: teams\n      - as: m\n        in: t.people\n";
    let rules = [
        "    for_each:\n      as: t\n      in: teams\n    require: t.people.exists(m, m.ok)\n".to_string(),
        format!("{nested}    applies: a\n    require: m.ok\n"),
        format!("{nested}    applies: t.open && m.ok\n    require: a\n"),
        format!("{nested}    applies: t.open || m.ok\n    require: a && t.people.exists_one(o, o.ok)\n"),
        required("teams[0].people[0].ok"),
        required("teams.all(t, t.open ? t.people.exists(m, m.ok) : a)"),
        required("size(teams.filter(t, t.people.all(m, m.ok))) == 1"),
        required("teams.exists(t, size(t.people.filter(m, m.ok)) > size(teams.filter(u, u.open)))"),
    ];
    let mut people = vec![None, Some(json!([]))];
    for first in bools() {
        people.push(Some(json!([object(&[("id", Some(json!("x"))), ("ok", first.clone())])])));
        for second in bools() {
            people.push(Some(json!([
                object(&[("id", Some(json!("x"))), ("ok", first.clone())]),
                object(&[("id", Some(json!("y/z"))), ("ok", second)]),
            ])));
        }
    }
    let mut team = Vec::new();
    for open in bools() {
        for people in &people {
            team.push(object(&[("id", Some(json!("t"))), ("open", open.clone()), ("people", people.clone())]));
        }
    }
    let mut teams = vec![None, Some(json!([]))];
    for (index, first) in team.iter().enumerate() {
        teams.push(Some(json!([first])));
        let mut second = team[(index * 7 + 3) % team.len()].clone();
        second["id"] = json!("u");
        teams.push(Some(json!([first, second])));
    }
    let documents = every(&[("a", bools()), ("teams", teams)]);
    family("loops", &rules, documents, vec![day(2026, 11, 22)])
}

/// Links to elements of lists, and the word that may stand instead.
fn links() -> Family {
    let rules = [
        required("chief != 'nobody' && ref(chief).ok"),
        required("chief == 'nobody' || ref(chief).n == 1"),
        required("chief == 'nobody' ? a : ref(chief).ok"),
        required("has_chief() && ref(chief).ok"),
        required("people.exists(p, p.id == chief && p.ok)"),
        required("ref(deputy).ok || a"),
        required("ref(deputy).ok && chief == deputy"),
        required("chief != 'nobody' && chief == deputy && ref(chief).n / ref(deputy).n == 1"),
        "    applies: has_chief()\n    require: ref(chief).ok\n".to_string(),
        each_person("    applies: p.id == chief\n    require: p.ok || ref(deputy).ok\n"),
    ];
    let mut people = vec![None];
    for first in bools() {
        for second in bools() {
            for n in [None, Some(json!(0)), Some(json!(1))] {
                people.push(Some(json!([
                    object(&[("id", Some(json!("x"))), ("ok", first.clone()), ("n", n)]),
                    object(&[("id", Some(json!("y"))), ("ok", second.clone()), ("n", Some(json!(1)))]),
                ])));
            }
        }
    }
    let chief = vec![None, Some(json!("nobody")), Some(json!("x")), Some(json!("y"))];
    let deputy = vec![None, Some(json!("x")), Some(json!("y"))];
    let documents = every(&[("a", bools()), ("people", people), ("chief", chief), ("deputy", deputy)]);
    family("links", &rules, documents, vec![day(2026, 11, 22)])
}

/// What others came to, summed up: the first that occurs, of those that bind as much.
fn roll_ups() -> Family {
    let modal = |modality: &str, condition: &str| format!("    modality: {modality}\n{}", required(condition));
    let sum = |modality: &str, of: &[usize]| {
        let names: Vec<String> = of.iter().map(|index| format!("roll_ups-{index}")).collect();
        format!("    modality: {modality}\n    rolls_up: [{}]\n", names.join(", "))
    };
    let rules = [
        modal("must", "a"),
        modal("should", "b"),
        modal("must_not", "is_two(n)"),
        modal("may", "is_two(n) || b"),
        format!("    applies: b\n{}", modal("must", "a")),
        sum("must", &[0, 1, 2, 3, 4]),
        sum("should", &[0, 1, 2, 3, 4]),
        sum("may", &[0, 1, 2, 3, 4]),
        sum("must", &[1, 3]),
        sum("must_not", &[4]),
        sum("must", &[0, 4]),
        sum("must", &[14, 5]),
        sum("may", &[9, 6]),
        format!("    valid:\n      until: 2026-11-21\n{}", sum("must", &[0])),
        format!("    valid:\n      from: 2026-11-22\n{}", sum("must", &[0])),
    ];
    let ints = vec![None, Some(json!(0)), Some(json!(1)), Some(json!(2))];
    let documents = every(&[("a", bools()), ("b", bools()), ("n", ints)]);
    family("roll_ups", &rules, documents, vec![day(2026, 11, 21), day(2026, 11, 22)])
}

fn bools() -> Vec<Option<Value>> {
    vec![None, Some(json!(true)), Some(json!(false))]
}

fn day(year: i16, month: i8, day: i8) -> Day {
    Day::new(year, month, day).expect("the calendar has the day")
}

/// The object with those of `answers` that are given.
fn object(answers: &[(&str, Option<Value>)]) -> Value {
    let given = answers.iter().filter_map(|(name, answer)| Some(((*name).to_string(), answer.clone()?)));
    Value::Object(given.collect::<Map<String, Value>>())
}

/// A document for each combination of the answers; `None` is no answer.
fn every(domains: &[(&str, Vec<Option<Value>>)]) -> Vec<Value> {
    let mut documents = vec![json!({})];
    for (name, answers) in domains {
        let extended = documents.iter().flat_map(|document| {
            answers.iter().map(|answer| {
                let mut document = document.clone();
                if let Some(answer) = answer {
                    document[*name] = answer.clone();
                }
                document
            })
        });
        documents = extended.collect();
    }
    documents
}

fn required(condition: &str) -> String {
    field(4, "require", condition)
}

fn each_person(body: &str) -> String {
    format!("    for_each:\n      as: p\n      in: people\n{body}")
}

fn family(name: &'static str, rules: &[String], documents: Vec<Value>, days: Vec<Day>) -> Family {
    let rules: Vec<String> =
        rules.iter().enumerate().map(|(index, body)| pack::rule(&format!("{name}-{index}"), body)).collect();
    let mut files = pack::with_rules(&rules);
    files.add("made/definitions.yaml", DEFINITIONS);
    let vocabulary = Vocabulary::from_json(&schema().to_string()).expect("the vocabulary is sound");
    let policies = files.read().check_against(Arc::new(vocabulary));
    let policies = policies.unwrap_or_else(|rejected| panic!("{name}: {rejected}"));
    let engine = Engine::new(policies, Params::default()).unwrap_or_else(|error| panic!("{name}: {error}"));
    Family { name, engine, documents, days }
}

const DEFINITIONS: &str = "\
definitions:
  - define: 'is_two(x: int) -> bool'
    doc: { ja: d, en: d }
    is: 2 / x == 1
  - define: 'choose(x: bool, y: bool, z: bool) -> bool'
    doc: { ja: d, en: d }
    is: 'x ? y : z'
  - define: 'twice(x: bool) -> bool'
    doc: { ja: d, en: d }
    is: '[1, 2].all(e, x)'
  - define: 'few(xs: list(int)) -> bool'
    doc: { ja: d, en: d }
    is: size(xs) <= 1
  - define: 'done(d: date_or_never) -> bool'
    doc: { ja: d, en: d }
    is: d != never && d <= as_of
  - define: 'has_chief() -> bool'
    doc: { ja: d, en: d }
    is: chief != 'nobody'
";

fn schema() -> Value {
    let day = json!({ "type": "string", "format": "date" });
    let day_or_never = json!({ "anyOf": [day, { "const": "never" }] });
    let person = json!({
        "type": "object",
        "required": ["id"],
        "properties": { "id": { "type": "string" }, "ok": { "type": "boolean" }, "n": { "type": "integer" } },
        "additionalProperties": false
    });
    let people = json!({ "type": "array", "items": person });
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": {
            "a": { "type": "boolean" },
            "b": { "type": "boolean" },
            "n": { "type": "integer" },
            "m": { "type": "integer" },
            "x": { "type": "number" },
            "text": { "type": "string" },
            "numbers": { "type": "array", "items": { "type": "integer" } },
            "people": people,
            "teams": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["id"],
                    "properties": { "id": { "type": "string" }, "open": { "type": "boolean" }, "people": people },
                    "additionalProperties": false
                }
            },
            "chief": { "anyOf": [{ "type": "string", "x-ref": "people[].id" }, { "const": "nobody" }] },
            "deputy": { "type": "string", "x-ref": "people[].id" },
            "on": day_or_never,
            "start": day
        },
        "additionalProperties": false
    })
}
