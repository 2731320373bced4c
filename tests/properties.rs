//! Random and hostile input: nothing panics, nothing recurses without bound, and what is read can
//! be written back.

mod inputs;
mod support;

use jobun::cel;
use jobun::json;
use jobun::source::{FileId, SourceMap, Span};
use jobun::value::{Day, Period};
use jobun::yaml;
use proptest::prelude::*;

fn parse(text: &str) -> (cel::Ast, jobun::diagnostic::Diagnostics) {
    cel::parse(text, 0..text.len(), &|start, end| Span::new(FileId::default(), start, end))
}

/// Runs `work` on a thread with the stack of a small server thread.
fn on_small_stack(work: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new().stack_size(2 << 20).spawn(work).expect("a thread").join().expect("no panic");
}

#[test]
fn hostile_expressions_are_read_or_refused() {
    on_small_stack(|| {
        for inputs::Input { name: shown, text, .. } in inputs::expressions() {
            let (ast, diagnostics) = parse(&text);
            for diagnostic in &diagnostics.0 {
                let span = diagnostic.primary.span;
                assert!(span.end as usize <= text.len() && text.is_char_boundary(span.start as usize), "{shown}");
                assert!(diagnostic.help.is_some(), "{shown}");
            }
            assert!(diagnostics.0.len() <= 2, "{shown}: {} diagnostics", diagnostics.0.len());
            let _ = ast.print(ast.root());
            drop(ast.clone());
        }
    });
}

#[test]
fn half_typed_expressions_give_one_diagnostic() {
    for text in [
        "1 +",
        "((",
        "\"abc",
        "a.b.",
        "a ? b",
        "a ? b :",
        "[1,",
        "f(",
        "x.all(",
        "a &&",
        "!",
        "a = b",
        "@",
        "1 2",
        "c. == 'x'",
        "a && && b",
        "f(a,,b)",
        "[1 2]",
        "(a",
    ] {
        let (_, diagnostics) = parse(text);
        assert_eq!(diagnostics.0.len(), 1, "{text}: {:?}", diagnostics.0);
    }
}

/// Tokens of CEL in any order.
fn tokens() -> impl Strategy<Value = String> {
    any::<u64>().prop_map(|seed| inputs::Numbers::new(seed).tokens())
}

/// Sound expressions.
fn expression() -> impl Strategy<Value = String> {
    let leaf =
        prop::sample::select(vec!["a", "b.c", "1", "-2", "3.5", "'it\\'s'", "true", "[]", "x.y.z", "f()", "as_of"]);
    leaf.prop_map(str::to_string).prop_recursive(5, 40, 3, |inner| {
        let sign = prop::sample::select(vec!["+", "-", "*", "/", "%", "==", "!=", "<", "<=", ">", ">=", "in"]);
        let kind = prop::sample::select(vec!["all", "exists", "exists_one", "filter", "map"]);
        prop_oneof![
            (inner.clone(), sign, inner.clone()).prop_map(|(a, sign, b)| format!("({a}) {sign} ({b})")),
            (inner.clone(), inner.clone(), inner.clone()).prop_map(|(a, b, c)| format!("({a}) ? ({b}) : ({c})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a}) && ({b}) && ({a})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a}) || !({b})")),
            (inner.clone(), kind, inner.clone()).prop_map(|(a, kind, b)| format!("({a}).{kind}(v, {b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("g({a}, [{b}])")),
            inner.prop_map(|a| format!("({a}).m")),
        ]
    })
}

/// Days since 1970-01-01 by the civil calendar's own arithmetic.
fn ordinal(day: Day) -> i64 {
    let (year, month, day) = day.ymd();
    let (year, month, day) = (i64::from(year), i64::from(month), i64::from(day));
    let leap = |year: i64| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let before = |year: i64| 365 * (year - 1) + (year - 1) / 4 - (year - 1) / 100 + (year - 1) / 400;
    let lengths = [31, if leap(year) { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    before(year) + lengths.iter().take(month as usize - 1).sum::<i64>() + day - 1 - before(1970)
}

prop_compose! {
    fn a_day()(year in 1i16..=9999, month in 1i8..=12, day in 1i8..=31) -> Option<Day> {
        Day::new(year, month, day)
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_tokens_are_read_or_refused(text in tokens()) {
        let (ast, diagnostics) = parse(&text);
        for diagnostic in &diagnostics.0 {
            prop_assert!(diagnostic.primary.span.end as usize <= text.len());
        }
        prop_assert!(!ast.is_empty());
    }

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,60}") {
        let _ = parse(&text);
        let _ = json::read(&text, usize::MAX);
        let mut sources = SourceMap::new();
        let file = sources.add("x", text.as_str());
        let _ = yaml::parse(file, &text);
        let _ = (Day::parse(&text), Period::parse(&text));
    }

    #[test]
    fn what_is_printed_is_read_back(text in expression()) {
        let (ast, diagnostics) = parse(&text);
        prop_assert!(diagnostics.0.is_empty(), "{text}: {:?}", diagnostics.0);
        let printed = ast.print(ast.root());
        let (again, diagnostics) = parse(&printed);
        prop_assert!(diagnostics.0.is_empty(), "{printed}: {:?}", diagnostics.0);
        prop_assert_eq!(again.print(again.root()), printed);
    }

    #[test]
    fn yaml_like_text_is_read_or_refused(lines in prop::collection::vec("[ ]{0,4}(- )?[a-z\"'{\\[|>&*!#:, ]{0,12}", 0..12)) {
        let text = lines.join("\n");
        let mut sources = SourceMap::new();
        let file = sources.add("x", text.as_str());
        let (_, diagnostics) = yaml::parse(file, &text);
        for diagnostic in &diagnostics.0 {
            prop_assert!(diagnostic.primary.span.end as usize <= text.len());
        }
    }

    #[test]
    fn json_is_read_as_serde_json_reads_it(text in "[\\[\\]{}\":,0-9eE.+\\-truefalsn \\\\]{0,16}") {
        let ours = json::read(&text, usize::MAX);
        match serde_json::from_str::<serde_json::Value>(&text) {
            Ok(value) => match ours {
                Ok(tape) => prop_assert_eq!(json::to_value(&tape, json::NodeId::ROOT).to_string(), value.to_string()),
                Err(fault) => prop_assert!(matches!(fault.kind, json::FaultKind::DuplicateKey(_)), "{text}: {fault:?}"),
            },
            Err(error) => prop_assert!(ours.is_err(), "{text}: serde_json says {error}"),
        }
    }

    #[test]
    fn days_follow_the_calendar(day in a_day(), n in -20_000i64..20_000) {
        let Some(day) = day else { return Ok(()) };
        if let Some(later) = day.plus_days(n) {
            prop_assert_eq!(ordinal(later) - ordinal(day), n);
            prop_assert_eq!(day.days_until(later), n);
        }
        if let Some(later) = day.plus_months(n / 100) {
            let (year, month, date) = day.ymd();
            let months = i64::from(year) * 12 + i64::from(month) - 1 + n / 100;
            prop_assert_eq!(i64::from(later.ymd().0) * 12 + i64::from(later.ymd().1) - 1, months);
            // The corresponding day, or the last of a shorter month.
            prop_assert!(later.ymd().2 == date || (later.ymd().2 < date && later.next().is_none_or(|next| next.ymd().2 == 1)));
        }
        prop_assert_eq!(Day::parse(&day.to_string()), Some(day));
    }
}

#[test]
fn every_scalar_of_the_shipped_policies_knows_its_place() {
    fn walk(node: &yaml::Node, sources: &SourceMap, seen: &mut usize) {
        match &node.kind {
            yaml::Kind::Scalar(scalar) => {
                for (at, word) in scalar
                    .text
                    .split_whitespace()
                    .map(|word| (word.as_ptr() as usize - scalar.text.as_ptr() as usize, word))
                {
                    // Between single quotes an apostrophe is written twice.
                    let written = sources.slice(scalar.map.span(at, at + word.len()));
                    assert!(written == word || written.replace("''", "'") == word, "{written} is not {word}");
                    *seen += 1;
                }
            }
            yaml::Kind::Sequence(items) => items.iter().for_each(|item| walk(item, sources, seen)),
            yaml::Kind::Mapping(entries) => entries.iter().for_each(|(_, value)| walk(value, sources, seen)),
        }
    }
    let mut seen = 0;
    for name in support::files_below("policies").iter().filter(|name| name.ends_with(".yaml")) {
        let text = support::text(&format!("policies/{name}"));
        let mut sources = SourceMap::new();
        let file = sources.add(name.as_str(), text.as_str());
        let (node, diagnostics) = yaml::parse(file, &text);
        assert!(diagnostics.0.is_empty(), "{name}: {diagnostics:?}");
        walk(&node.expect("a document"), &sources, &mut seen);
    }
    assert!(seen > 5000, "{seen}");
}

#[test]
fn fiscal_years_end_in_march() {
    let day = |text: &str| Day::parse(text).expect("a day");
    let after = |from: &str, n: u32| day(from).plus(Period::FiscalYears(n)).expect("a day").to_string();
    assert_eq!(after("2026-03-31", 1), "2027-03-31");
    assert_eq!(after("2026-04-01", 1), "2028-03-31");
    assert_eq!(after("2025-12-31", 1), "2027-03-31");
    assert_eq!(day("2024-02-29").plus(Period::Months(12)), Some(day("2025-02-28")));
    assert_eq!(day("2026-01-31").plus_months(1), Some(day("2026-02-28")));
}

/// A small generator of numbers, the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % n.max(1)
    }

    /// `text` with a few random edits: pieces dropped, doubled, moved or replaced.
    fn edited(&mut self, text: &str) -> String {
        const BITS: [&str; 24] = [
            "(", ")", "[", "]", "{", "}", "'", "\"", ":", " ", "\n", "\n  ", "!", "&&", "||", "?", ".", ",", "never",
            "as_of", "|", "日", "0", "ref(",
        ];
        let mut chars: Vec<char> = text.chars().collect();
        for _ in 0..1 + self.below(3) {
            let at = self.below(chars.len());
            let len = self.below(12).min(chars.len() - at);
            match self.below(4) {
                0 => drop(chars.drain(at..at + len)),
                1 => {
                    let piece: Vec<char> = chars[at..at + len].to_vec();
                    let to = self.below(chars.len());
                    chars.splice(to..to, piece);
                }
                _ => {
                    let bit = BITS[self.below(BITS.len())];
                    chars.splice(at..at + len.min(2), bit.chars());
                }
            }
        }
        chars.into_iter().collect()
    }
}

#[test]
fn edited_policies_and_facts_are_read_or_refused() {
    // `JOBUN_EDITS=100000` looks longer.
    #[allow(clippy::disallowed_methods, reason = "a test may be asked to look longer")]
    let rounds = std::env::var("JOBUN_EDITS").ok().and_then(|text| text.parse().ok()).unwrap_or(150);
    let names: Vec<String> = support::files_below("policies")
        .into_iter()
        .filter(|name| name.ends_with(".yaml") && !name.contains("/tests/"))
        .collect();
    let texts: Vec<String> = names.iter().map(|name| support::text(&format!("policies/{name}"))).collect();
    let facts = support::text("fixtures/organizations/center.json");
    let as_of = Day::parse("2026-11-22").expect("a day");
    let sound = jobun::PolicySet::embedded().check().expect("sound");
    let engine = jobun::Engine::new(sound, jobun::Params::default()).expect("an engine");
    let mut numbers = Numbers(7);
    let (mut refused, mut ran) = (0, 0);
    for _ in 0..rounds {
        let edited = numbers.edited(&facts);
        match jobun::Facts::from_slice(&engine, edited.as_bytes()) {
            Ok(facts) => ran += engine.evaluate(&facts, as_of).expect("an evaluation").findings.len().min(1),
            Err(rejected) => refused += rejected.to_string().len().min(1),
        }
        let chosen = numbers.below(names.len());
        let mut files = jobun::PolicyFiles::new("");
        for (at, (name, text)) in names.iter().zip(&texts).enumerate() {
            files.add(name.as_str(), if at == chosen { numbers.edited(text) } else { text.clone() });
        }
        match files.read().check() {
            Ok(policies) => {
                let engine = jobun::Engine::new(policies, jobun::Params::default()).expect("an engine");
                let document = jobun::Facts::from_slice(&engine, facts.as_bytes()).expect("facts");
                ran += engine.evaluate(&document, as_of).expect("an evaluation").findings.len().min(1);
            }
            Err(rejected) => {
                for diagnostic in &rejected.diagnostics.0 {
                    let span = diagnostic.primary.span;
                    let text = rejected.sources.text(span.file);
                    assert!(text.is_char_boundary(span.start as usize) && text.is_char_boundary(span.end as usize));
                }
                refused += 1;
            }
        }
    }
    assert!(refused > 0 && ran > 0, "{refused} refused, {ran} ran");
}
