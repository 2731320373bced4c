//! Inputs that stopped other engines: each is read or refused, ends with a value or an error, and every
//! refusal and every error has a place. Times and memory are measured by `benches/hostile.rs`.

mod inputs;
mod support;

use inputs::{
    Ends, Input, Numbers, Outcome, alone, engine, given, judge, parse_and_print, policies, requiring, scalar,
};
use jobun::diagnostic::{Code, Diagnostic, Rejected};
use jobun::plain::{Env, EvaluationError, Value};
use jobun::source::SourceMap;
use jobun::types::Type;
use jobun::{Facts, Verdict};

/// Runs `work` on a thread called `name` with the stack of a small server thread; an overflow names it.
fn attempt<T: Send>(name: &str, work: impl FnOnce() -> T + Send) -> std::thread::Result<T> {
    let name: String = name.chars().filter(|c| *c != '\0').take(60).collect();
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().name(name).stack_size(2 << 20).spawn_scoped(scope, work);
        thread.expect("a thread").join()
    })
}

/// The same, where the first panic ends the test.
fn on_small_stack<T: Send>(name: &str, work: impl FnOnce() -> T + Send) -> T {
    attempt(name, work).unwrap_or_else(|_| panic!("a panic in {name}"))
}

/// Tries all of [`inputs::expressions`] before it says which failed.
fn each_expression(work: impl Fn(&Input) + Sync) {
    let inputs = inputs::expressions();
    let failed: Vec<&str> = inputs
        .iter()
        .filter(|input| attempt(&input.name, || work(input)).is_err())
        .map(|input| input.name.as_str())
        .collect();
    assert!(failed.is_empty(), "{} of {} failed: {failed:#?}", failed.len(), inputs.len());
}

/// Every label stands inside its file, between characters, and something is said.
fn placed(name: &str, sources: &SourceMap, diagnostic: &Diagnostic) {
    for label in std::iter::once(&diagnostic.primary).chain(&diagnostic.related) {
        let (start, end) = (label.span.start as usize, label.span.end as usize);
        let text = sources.text(label.span.file);
        assert!(start <= end && end <= text.len(), "{name}: {start}..{end} of {} bytes", text.len());
        assert!(text.is_char_boundary(start) && text.is_char_boundary(end), "{name}: {start}..{end} cuts a character");
    }
    // Only where there is no text to point at is the place empty.
    let span = diagnostic.primary.span;
    let nowhere = matches!(diagnostic.code, Code::EmptyFile | Code::TooLarge) || sources.text(span.file).is_empty();
    assert!(span.start < span.end || nowhere, "{name}: no bytes under {diagnostic:?}");
    assert!(!diagnostic.message.en.is_empty() && !diagnostic.message.ja.is_empty(), "{name}: no message");
    assert!(diagnostic.message.en.len() < 2_000, "{name}: a message of {} bytes", diagnostic.message.en.len());
}

/// Says why, at places that exist.
fn refusal(name: &str, rejected: &Rejected) {
    assert!(rejected.diagnostics.has_errors(), "{name}: refused without an error");
    rejected.diagnostics.0.iter().for_each(|diagnostic| placed(name, &rejected.sources, diagnostic));
    assert!(!rejected.to_string().is_empty());
}

/// The place of `error` lies in `text`.
fn located(name: &str, text: &str, error: &EvaluationError) {
    let part = text.get(error.start..error.end);
    assert!(part.is_some_and(|part| !part.is_empty()), "{name}: {error}");
}

/// The way `outcome` ended is one that `input` may end.
fn ended_well(input: &Input, way: &str, outcome: &Outcome) {
    let name = format!("{} ({way})", input.name);
    match outcome {
        Outcome::Refused(rejected) => refusal(&name, rejected),
        Outcome::Error(error) => located(&name, &input.text, error),
        Outcome::Value(_) => {}
    }
    match (&input.ends, outcome) {
        (Ends::Anyhow, _) | (Ends::Refused, Outcome::Refused(_)) => {}
        (Ends::Error | Ends::TooLarge, Outcome::Refused(_) | Outcome::Error(_)) => {}
        (Ends::Value(wanted), Outcome::Value(value)) => assert_eq!(wanted, value, "{name}"),
        (_, Outcome::Refused(rejected)) => panic!("{name}: {rejected}"),
        (_, Outcome::Error(error)) => panic!("{name}: {error}"),
        (_, Outcome::Value(value)) => {
            panic!("{name}: has the value {}", value.to_string().chars().take(200).collect::<String>())
        }
    }
}

#[test]
fn expressions_on_their_own() {
    let given = given();
    each_expression(|input| {
        assert!(parse_and_print(&input.text).map_or(true, |printed| !printed.is_empty()));
        if let Err(rejected) = inputs::check(&input.text) {
            refusal(&input.name, &rejected);
        }
        for (way, checked) in [("checked", true), ("unchecked", false)] {
            ended_well(input, way, &alone(&input.text, checked, &given));
        }
    });
}

#[test]
fn expressions_in_a_rule() {
    let facts = inputs::facts();
    each_expression(|input| {
        let is_condition = !matches!(inputs::check(&input.text), Ok(ty) if ty != Type::Bool);
        let engine = match engine(requiring(&input.text, is_condition)) {
            Ok(engine) => engine,
            Err(rejected) => return refusal(&input.name, &rejected),
        };
        let verdict = judge(&engine, &facts, true).unwrap_or_else(|rejected| panic!("{rejected}"));
        match (&input.ends, verdict) {
            (Ends::Refused, verdict) => panic!("{}: compiled, {verdict:?}", input.name),
            (Ends::Error, Verdict::Error) => {}
            (Ends::Error, verdict) => panic!("{}: {verdict:?}", input.name),
            (Ends::Value(_), Verdict::Error) => panic!("{}: an error", input.name),
            _ => {}
        }
    });
}

/// A file of definitions: their heads and their bodies.
fn definitions(written: impl IntoIterator<Item = (String, String)>) -> String {
    written.into_iter().fold("definitions:\n".to_string(), |text, (head, body)| {
        format!("{text}  - define: {}\n    doc: {{ ja: d, en: d }}\n    is: {}\n", scalar(&head), scalar(&body))
    })
}

/// A rule that opens definitions, or reads variables, is refused or has a verdict.
fn ruled(name: &str, body: &str, definitions: &str) -> Option<Verdict> {
    let facts = inputs::facts();
    on_small_stack(name, || match engine(policies(inputs::rules(body), definitions)) {
        Ok(engine) => Some(judge(&engine, &facts, true).unwrap_or_else(|rejected| panic!("{rejected}"))),
        Err(rejected) => {
            refusal(name, &rejected);
            None
        }
    })
}

/// Definitions `d0` to `dn` over a condition, each made of the one before.
fn ladder(n: usize, step: impl Fn(&str) -> String) -> String {
    let steps = (1..=n).map(|at| (format!("d{at}(x: bool) -> bool"), step(&format!("d{}", at - 1))));
    definitions(std::iter::once(("d0(x: bool) -> bool".to_string(), "x".to_string())).chain(steps))
}

#[test]
fn definitions_that_open_each_other() {
    let opened = |name: &str, n: usize, step: &dyn Fn(&str) -> String| {
        ruled(name, &format!("    require: d{n}(a)\n"), &ladder(n, step))
    };
    let deep = |d: &str| format!("{}{d}(x)", "!".repeat(100));
    assert_eq!(opened("negations, opened once", 1, &deep), Some(Verdict::Pass));
    opened("negations, opened 10 times", 10, &deep);
    opened("negations, opened 400 times", 400, &deep);
    opened("negations in the argument", 400, &|d| format!("{d}({}x)", "!".repeat(100)));
    opened("a ladder of 5000", 5_000, &|d| format!("{d}(x)"));
    opened("loops, opened 200 times", 200, &|d| format!("[1, 2].all(v, {d}(x))"));
    opened("loops in the argument", 200, &|d| format!("{d}([1, 2].all(v, x))"));
    opened("twice each, 40 times", 40, &|d| format!("{d}(x) && {d}(x)"));
    opened("twice the argument, 40 times", 40, &|d| format!("{d}(x && x)"));
    opened("twice each, of which the first is taken, 40 times", 40, &|d| format!("{d}({d}(x))"));
    opened("circular", 5, &|_| "d5(x)".to_string());
}

#[test]
fn variables_that_read_each_other() {
    let variables = |n: usize, step: &dyn Fn(&str) -> String| {
        let mut body = "    variables:\n      - { name: v0, is: a }\n".to_string();
        for at in 1..=n {
            body += &format!("      - {{ name: v{at}, is: {} }}\n", scalar(&step(&format!("v{}", at - 1))));
        }
        format!("{body}    require: v{n}\n")
    };
    ruled("variables, negated", &variables(200, &|v| format!("{}{v}", "!".repeat(100))), "");
    ruled("variables, doubled", &variables(60, &|v| format!("{v} && {v}")), "");
    ruled("variables, in loops", &variables(60, &|v| format!("[1, 2].all(i, {v})")), "");
    ruled("variables, chosen", &variables(60, &|v| format!("{v} ? {v} : {v}")), "");
    let lists = variables(60, &|v| format!("[{v}, {v}] == [{v}, {v}]"));
    ruled("variables, in lists", &lists, "");
}

#[test]
fn facts_that_meet_a_rule() {
    for input in inputs::judged() {
        on_small_stack(input.name, || {
            let engine =
                engine(policies(inputs::rules(&input.body), "")).unwrap_or_else(|rejected| panic!("{rejected}"));
            match (judge(&engine, &input.facts, true), input.ends) {
                (Ok(verdict), Some(wanted)) => assert_eq!(verdict, wanted, "{}", input.name),
                (Err(rejected), None) => refusal(input.name, &rejected),
                (Ok(verdict), None) => panic!("{}: {verdict:?}", input.name),
                (Err(rejected), Some(_)) => panic!("{}: {:.500}", input.name, rejected.to_string()),
            }
        });
    }
}

#[test]
fn rules_that_meet_each_other() {
    for (name, text) in inputs::sets() {
        on_small_stack(name, || match engine(policies(text, "")) {
            Ok(engine) => assert!(engine.program().rules().len() > 1, "{name}"),
            Err(rejected) => refusal(name, &rejected),
        });
    }
}

#[test]
fn what_a_host_gives() {
    for depth in [100, 127, 128, 129, 300] {
        let deep = (0..depth).fold(Value::Null, |inner, _| Value::List(vec![inner]));
        on_small_stack("a deep value", || {
            let env = Env::new().variable("v", Type::Dyn);
            let lists = format!("{}v{}", "[".repeat(100), "]".repeat(100));
            for text in ["v", "v == v", "type(v)", "v[0]", &lists, "'%s'.format([v])", "[v].flatten(100)"] {
                let program = env.compile(&[text]).unwrap_or_else(|rejected| panic!("{rejected}"));
                let bindings = jobun::plain::Bindings::new().value("v", deep.clone());
                if let Err(error) = program.evaluate(0, &bindings) {
                    located(text, text, &error);
                }
            }
        });
    }
}

#[test]
fn random_tokens() {
    // `JOBUN_RANDOM=1000000` looks longer.
    #[allow(clippy::disallowed_methods, reason = "a test may be asked to look longer")]
    let count: usize = std::env::var("JOBUN_RANDOM").ok().and_then(|text| text.parse().ok()).unwrap_or(200_000);
    let (given, facts) = (given(), inputs::facts());
    let tried = std::thread::scope(|scope| {
        let (given, facts) = (&given, &facts);
        let threads: Vec<_> = (0..2)
            .map(|half| {
                let work = move || random_half(half, count / 2, given, facts);
                std::thread::Builder::new().stack_size(2 << 20).spawn_scoped(scope, work).expect("a thread")
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().expect("no panic")).fold([0; 4], |mut sum, part| {
            sum.iter_mut().zip(part).for_each(|(sum, part)| *sum += part);
            sum
        })
    });
    println!("refused {}, errors {}, values {}, rules judged {}", tried[0], tried[1], tried[2], tried[3]);
    assert!(tried.iter().all(|ending| *ending > 0), "{tried:?}");
}

/// Counts refusals, errors, values and judged rules among `count` random texts.
fn random_half(seed: u64, count: usize, given: &inputs::Given, facts: &str) -> [usize; 4] {
    let mut numbers = Numbers::new(seed + 1);
    let mut tried = [0; 4];
    for round in 0..count {
        let text = if round % 2 == 0 { numbers.tokens() } else { numbers.sentence(3) };
        let input = Input { name: text.clone(), text, ends: Ends::Anyhow };
        for checked in [true, false] {
            let outcome = alone(&input.text, checked, given);
            ended_well(&input, if checked { "checked" } else { "unchecked" }, &outcome);
            tried[match outcome {
                Outcome::Refused(_) => 0,
                Outcome::Error(_) => 1,
                Outcome::Value(_) => 2,
            }] += 1;
        }
        if round % 40 == 1 {
            let is_condition = !matches!(inputs::check(&input.text), Ok(ty) if ty != Type::Bool);
            match engine(requiring(&input.text, is_condition)) {
                Ok(engine) => {
                    judge(&engine, facts, true).unwrap_or_else(|rejected| panic!("{rejected}"));
                    tried[3] += 1;
                }
                Err(rejected) => refusal(&input.name, &rejected),
            }
        }
    }
    tried
}

/// The rule that the files below are made of.
fn sound() -> String {
    inputs::rules("    require: a && n == 1\n")
}

/// How `bytes` end as the file of the rules: refused at a place, or judged.
fn as_rules(name: &str, bytes: impl Into<Vec<u8>>) -> Option<Verdict> {
    let (bytes, facts) = (bytes.into(), inputs::facts());
    on_small_stack(name, move || match engine(policies(bytes, "")) {
        Ok(engine) => Some(judge(&engine, &facts, true).unwrap_or_else(|rejected| panic!("{rejected}"))),
        Err(rejected) => {
            refusal(name, &rejected);
            None
        }
    })
}

#[test]
fn yaml_that_is_none_or_asks_for_too_much() {
    let n = 100_000;
    let laughs = (1..10).fold("l0: &l0 [ha]\n".to_string(), |text, at| {
        let aliases = vec![format!("*l{}", at - 1); 10].join(",");
        format!("{text}l{at}: &l{at} [{aliases}]\n")
    });
    let maps = (1..10).fold("l0: &l0 {a: 1}\n".to_string(), |text, at| {
        format!("{text}l{at}: &l{at} {{a: *l{0}, b: *l{0}, <<: *l{0}}}\n", at - 1)
    });
    let stairs: String = (0..1_200).map(|at| format!("{}a:\n", " ".repeat(at))).collect();
    let keys: String = (0..30_000).map(|at| format!("k{at}: 1\n")).collect();
    let with = |from: &str, to: &str| sound().replacen(from, to, 1);
    let refused = [
        ("a billion laughs", laughs.into_bytes()),
        ("a billion merged maps", maps.into_bytes()),
        ("100000 anchors", "&a ".repeat(n).into_bytes()),
        ("100000 aliases", format!("rules: [{}]", "*a,".repeat(n)).into_bytes()),
        ("an alias of itself", b"rules: &a [*a]".to_vec()),
        ("100000 [", format!("rules: {}", "[".repeat(n)).into_bytes()),
        ("100000 [ ]", format!("rules: {}{}", "[".repeat(n), "]".repeat(n)).into_bytes()),
        ("100000 {", format!("rules: {}", "{a: ".repeat(n)).into_bytes()),
        ("100000 { }", format!("rules: {}1{}", "{a: ".repeat(n), "}".repeat(n)).into_bytes()),
        ("100000 [{", format!("rules: {}", "[{a: ".repeat(n)).into_bytes()),
        ("100000 ]", "]".repeat(n).into_bytes()),
        ("100000 -", format!("rules:\n{}a", "- ".repeat(n)).into_bytes()),
        ("100000 ?", format!("rules:\n{}a", "? ".repeat(n)).into_bytes()),
        ("100000 :", ": ".repeat(n).into_bytes()),
        ("100000 !", "!".repeat(n).into_bytes()),
        ("100000 documents", "---\n".repeat(n).into_bytes()),
        ("100000 quotes", "\"".repeat(n).into_bytes()),
        ("100000 lines of one quote", format!("rules: '{}", "''\n\n".repeat(n)).into_bytes()),
        ("stairs", stairs.into_bytes()),
        ("one key twice among 30000", format!("{keys}k7: 1\n").into_bytes()),
        ("one key twice", with("    require:", "    severity: low\n    require:").into_bytes()),
        ("a line of 1 MB", format!("rules: {}", "x".repeat(1_000_000)).into_bytes()),
        ("a quoted line of 1 MB", format!("rules: \"{}\"", "\\n".repeat(500_000)).into_bytes()),
        ("a key of 1 MB", format!("{}: 1", "x".repeat(1_000_000)).into_bytes()),
        ("a word of 1 MB", with("high", &"x".repeat(1_000_000)).into_bytes()),
        ("a line of 1 GB", vec![0; 1_000_000_000]),
        ("200000 values", format!("rules: [{}a]", "a,".repeat(200_000)).into_bytes()),
        ("a number of 10000 digits", with("high", &"9".repeat(10_000)).into_bytes()),
        ("a number in a condition", with("n == 1", &format!("n == {}", "9".repeat(10_000))).into_bytes()),
        ("not UTF-8 at the start", b"\xff\xferules: []".to_vec()),
        ("UTF-16", sound().encode_utf16().flat_map(u16::to_le_bytes).collect()),
        ("not UTF-8 at the end", [sound().as_bytes(), b"\xe3\x81"].concat()),
        ("a surrogate", [sound().as_bytes(), b"# \xed\xa0\x80\n"].concat()),
        ("a tab before a key", with("    require:", "\trequire:").into_bytes()),
        ("tabs alone", b"\t\t\t".to_vec()),
        ("NUL", b"\0".to_vec()),
        ("NULs", vec![0; n]),
        ("NUL in a word", with("high", "hi\0gh").into_bytes()),
        ("NUL in a condition", with("a && n", "a \0&& n").into_bytes()),
        ("NUL by its escape", with("a && n == 1", "\"a \\0&& n == 1\"").into_bytes()),
        ("a key of another language", with("    require:", "    __proto__: 1\n    require:").into_bytes()),
        ("a constructor", with("    require:", "    constructor: { prototype: 1 }\n    require:").into_bytes()),
        ("a merge", with("    require:", "    <<: { severity: low }\n    require:").into_bytes()),
        ("a tag", with("high", "!!python/object/apply:os.system [x]").into_bytes()),
        ("a directive nobody knows", "%X\n".repeat(n).into_bytes()),
        ("a key that is a list", b"? [a, b]\n: 1\n".to_vec()),
        ("a full-width day", with("    require:", "    valid_from: ２０２５-０１-０１\n    require:").into_bytes()),
        ("a day that was not", with("    require:", "    valid_from: 2025-02-29\n    require:").into_bytes()),
        ("a day with strokes", with("    require:", "    valid_from: 2015/10/21\n    require:").into_bytes()),
        ("a full-width day in CEL", with("n == 1", "date('２０２５-０１-０１') < as_of").into_bytes()),
        ("a day in CEL that was not", with("n == 1", "date('2025-02-29') < as_of").into_bytes()),
        ("a day in CEL with strokes", with("n == 1", "date('2015/10/21') < as_of").into_bytes()),
        ("a carriage return alone", sound().replace('\n', "\r\0").into_bytes()),
        ("an unclosed quote", with("high", "\"high").into_bytes()),
        ("a byte-order mark in the middle", with("high", "hi\u{feff}gh").into_bytes()),
        ("a text turned round", with("high", "\u{202e}hgih").into_bytes()),
    ];
    for (name, bytes) in refused {
        let verdict = as_rules(name, bytes);
        let may_run = name.contains(" in CEL");
        assert!(verdict.is_none() || may_run && verdict == Some(Verdict::Error), "{name}: {verdict:?}");
    }
    let read = [
        ("as it is", sound()),
        ("a byte-order mark", format!("\u{feff}{}", sound())),
        ("CRLF", sound().replace('\n', "\r\n")),
        ("CR", sound().replace('\n', "\r")),
        ("tabs after values", sound().replace(": high\n", ": high\t\t\n")),
        ("tabs between tokens", with("a && n == 1", "\"a\t&&\tn\t==\t1\"")),
        ("a condition on CRLF lines", with("a && n == 1", "|\r\n      a &&\r\n      n == 1")),
        ("a document mark", format!("---\n{}", sound())),
        ("a version", format!("%YAML 1.1\n---\n{}", sound())),
        ("1 MB of comments", format!("{}# {}\n", sound(), "x".repeat(1_000_000))),
    ];
    for (name, text) in read {
        assert_eq!(as_rules(name, text), Some(Verdict::Pass), "{name}");
    }
}

/// How `bytes` end as facts and as a document of plain CEL; the two agree on what JSON is.
fn as_facts(name: &str, bytes: &[u8]) -> Result<(), String> {
    on_small_stack(name, || {
        let program = Env::new().document("d").compile(&["d == d"]).unwrap_or_else(|rejected| panic!("{rejected}"));
        let plain = program.read(bytes);
        match &plain {
            Ok(document) => {
                let bindings = jobun::plain::Bindings::new().document(document);
                if let Err(error) = program.evaluate(0, &bindings) {
                    located(name, "d == d", &error);
                }
            }
            Err(rejected) => refusal(name, rejected),
        }
        let engine = engine(policies(sound(), "")).unwrap_or_else(|rejected| panic!("{rejected}"));
        match Facts::from_slice(&engine, bytes) {
            Ok(facts) => {
                assert!(plain.is_ok(), "{name}: facts, but no document");
                let day = jobun::Day::new(2026, 11, 22).expect("a day");
                engine.evaluate(&facts, day).map(drop).map_err(|error| error.to_string())
            }
            Err(rejected) => {
                refusal(name, &rejected);
                Err(rejected.to_string())
            }
        }
    })
}

#[test]
fn json_that_is_none_or_asks_for_too_much() {
    let n = 100_000;
    let many: String = (0..30_000).map(|at| format!("\"k{at}\": 1, ")).collect();
    let refused = [
        ("100000 [", "[".repeat(n).into_bytes()),
        ("100000 [ ]", format!("{}{}", "[".repeat(n), "]".repeat(n)).into_bytes()),
        ("100000 {", "{\"a\":".repeat(n).into_bytes()),
        ("100000 { }", format!("{}1{}", "{\"a\":".repeat(n), "}".repeat(n)).into_bytes()),
        ("100000 [{", "[{\"a\":".repeat(n).into_bytes()),
        ("100000 ]", "]".repeat(n).into_bytes()),
        ("100000 quotes", "\"".repeat(n).into_bytes()),
        ("100000 commas", format!("[{}]", ",".repeat(n)).into_bytes()),
        ("100000 minus signs", "-".repeat(n).into_bytes()),
        ("16 MB of [", "[".repeat(16_000_000).into_bytes()),
        ("16 MB that end too soon", format!("{{\"s\": \"{}", "x".repeat(16_000_000)).into_bytes()),
        ("17 MB", format!("{{\"s\": \"{}\"}}", "x".repeat(17_000_000)).into_bytes()),
        ("1 GB in one line", vec![0; 1_000_000_000]),
        ("two million numbers", format!("{{\"e\": [{}1]}}", "1,".repeat(1_999_999)).into_bytes()),
        ("one key twice", b"{\"a\": true, \"n\": 1, \"a\": true}".to_vec()),
        ("one key twice, escaped", b"{\"a\": true, \"\\u0061\": true}".to_vec()),
        ("one key twice among 30000", format!("{{{many} \"k7\": 1}}").into_bytes()),
        ("30000 unknown keys", format!("{{{many} \"a\": true}}").into_bytes()),
        ("an unknown key of 1 MB", format!("{{\"{}\": 1}}", "k".repeat(1_000_000)).into_bytes()),
        ("__proto__", b"{\"__proto__\": {\"a\": true}}".to_vec()),
        ("constructor", b"{\"constructor\": {\"prototype\": {\"a\": true}}}".to_vec()),
        ("not UTF-8", b"{\"s\": \"\xff\"}".to_vec()),
        ("not UTF-8 at the end", b"{} \xe3\x81".to_vec()),
        ("a surrogate in UTF-8", b"{\"s\": \"\xed\xa0\x80\"}".to_vec()),
        ("UTF-16", "{}".encode_utf16().flat_map(u16::to_le_bytes).collect()),
        ("two byte-order marks", "\u{feff}\u{feff}{}".into()),
        ("a byte-order mark in the middle", "{\u{feff}}".into()),
        ("a tab in a string", b"{\"s\": \"a\tb\"}".to_vec()),
        ("a line break in a string", b"{\"s\": \"a\r\nb\"}".to_vec()),
        ("NUL", b"\0".to_vec()),
        ("NULs", vec![0; n]),
        ("NUL after the end", b"{}\0".to_vec()),
        ("NUL in a key", b"{\"a\0\": true}".to_vec()),
        ("a form feed", b"{\x0c}".to_vec()),
        ("a no-break space", "{\u{a0}}".into()),
        ("10000 digits", format!("{{\"n\": {}}}", "9".repeat(10_000)).into_bytes()),
        ("10000 digits of minus", format!("{{\"n\": -{}}}", "9".repeat(10_000)).into_bytes()),
        ("1e999", b"{\"n\": 1e999}".to_vec()),
        ("1e99999999999999999999", b"{\"n\": 1e99999999999999999999}".to_vec()),
        ("one more than an int", b"{\"n\": 9223372036854775808}".to_vec()),
        ("a fraction for an int", b"{\"n\": 1.5}".to_vec()),
        ("NaN", b"{\"n\": NaN}".to_vec()),
        ("hexadecimal", b"{\"n\": 0x10}".to_vec()),
        ("a plus", b"{\"n\": +1}".to_vec()),
        ("a bare point", b"{\"n\": .5}".to_vec()),
        ("an open exponent", b"{\"n\": 1e}".to_vec()),
        ("full-width digits", "{\"n\": １}".into()),
        ("a lone surrogate", b"{\"s\": \"\\ud800\"}".to_vec()),
        ("surrogates the wrong way round", b"{\"s\": \"\\udc00\\ud800\"}".to_vec()),
        ("a cut escape", b"{\"s\": \"\\u12".to_vec()),
        ("a full-width escape", "{\"s\": \"\\u００４１\"}".into()),
        ("single quotes", b"{'a': true}".to_vec()),
        ("a comment", b"{} // x".to_vec()),
        ("a full-width day", "{\"day\": \"２０２５-０１-０１\"}".into()),
        ("a day that was not", b"{\"day\": \"2025-02-29\"}".to_vec()),
        ("a day with strokes", b"{\"day\": \"2015/10/21\"}".to_vec()),
        ("a day with a time", b"{\"day\": \"2025-01-01T00:00:00Z\"}".to_vec()),
        ("a day with NUL", b"{\"day\": \"2025-01-01\\u0000\"}".to_vec()),
    ];
    for (name, bytes) in refused {
        let outcome = as_facts(name, &bytes);
        assert!(outcome.is_err(), "{name}: read");
        assert!(outcome.is_err_and(|said| said.len() < 20_000_000), "{name}");
    }
    let read = [
        ("a byte-order mark", "\u{feff}{\"a\": true}".to_string()),
        ("CRLF", "{\r\n\"a\": true,\r\n\"n\": 1\r\n}\r\n".into()),
        ("CR", "{\r\"a\": true\r}".into()),
        ("tabs", "\t{\t\"a\"\t:\ttrue\t}\t".into()),
        ("a last day", "{\"day\": \"9999-12-31\", \"n\": -9223372036854775808}".into()),
        ("NUL by its escape", "{\"s\": \"\\u0000\"}".into()),
        ("one line of 16 MB", format!("{{\"s\": \"{}\"}}", "x".repeat(16_000_000))),
        ("16 MB of blanks", format!("{{\"a\":{}true}}", " ".repeat(16_000_000))),
        ("8 MB of escapes", format!("{{\"s\": \"{}\"}}", "\\n".repeat(4_000_000))),
        ("a million numbers", format!("{{\"e\": [{}1]}}", "1,".repeat(999_999))),
    ];
    for (name, text) in read {
        if let Err(said) = as_facts(name, text.as_bytes()) {
            panic!("{name}: {said:.500}");
        }
    }
}

#[test]
fn keys_of_other_languages_are_keys() {
    let text =
        br#"{"__proto__": {"a": 1}, "constructor": 2, "toString": 3, "": 4, "a.b": 5, "\u0000": 6, "o": {"a": 7}}"#;
    let wanted = [
        ("d.__proto__.a", 1),
        ("d.o.a", 7),
        ("d['constructor']", 2),
        ("d.toString", 3),
        ("d['']", 4),
        ("d['a.b']", 5),
        ("d.`a.b`", 5),
        ("d['\\x00']", 6),
    ];
    for (expression, wanted) in wanted {
        let program = Env::new().document("d").compile(&[expression]).unwrap_or_else(|rejected| panic!("{rejected}"));
        let document = program.read(text).unwrap_or_else(|rejected| panic!("{rejected}"));
        let bindings = jobun::plain::Bindings::new().document(&document);
        assert_eq!(program.evaluate(0, &bindings), Ok(Value::Int(wanted)), "{expression}");
    }
    for expression in ["d.hasOwnProperty", "d['__proto__'].__proto__", "d.length"] {
        let program = Env::new().document("d").compile(&[expression]).unwrap_or_else(|rejected| panic!("{rejected}"));
        let document = program.read(text).unwrap_or_else(|rejected| panic!("{rejected}"));
        let error = program.evaluate(0, &jobun::plain::Bindings::new().document(&document)).expect_err("no such key");
        located(expression, expression, &error);
    }
}

#[test]
fn the_command_shows_where_it_is() {
    let folder = std::path::PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("hostile");
    for from in ["ward-handling/pack.yaml", "ward-handling/outline.yaml"] {
        support::write(&folder.join(from), support::text(&format!("policies/{from}")));
    }
    let inputs = [
        ("a mistake after 100000 columns", format!("[{}@]", "1,".repeat(100_000))),
        ("brackets", "[".repeat(100_000)),
        ("ideographs", format!("'{}' + @", "字".repeat(100_000))),
        ("families", format!("'{}' @", "👩‍👩‍👧‍👦".repeat(10_000))),
        ("tabs", format!("{}@", "\t".repeat(100_000))),
        ("NUL", "a \0 b".to_string()),
        ("a terminal's escapes", "a \u{1b}[31m b".to_string()),
        ("lines", format!("{}@", "\n".repeat(100_000))),
        ("a name", "n".repeat(500_000)),
    ];
    for (name, text) in inputs {
        support::write(
            &folder.join("ward-handling/rules.yaml"),
            inputs::rules(&format!("    require: {}\n", scalar(&text))),
        );
        let output = support::jobun(&["check", &folder.to_string_lossy(), "--lang", "en"], b"");
        let err = support::stderr(&output);
        assert_eq!(output.status.code(), Some(3), "{name}: {err:.2000}");
        assert!(err.contains("ward-handling/rules.yaml:"), "{name}: {err:.2000}");
        assert!(err.len() < 50_000, "{name}: {} bytes", err.len());
    }
}
