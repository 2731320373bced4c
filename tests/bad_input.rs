//! Bad input: a diagnostic with file, line, column and remedy on standard error, exit 3, and
//! nothing on standard output.

mod support;

use std::path::PathBuf;

/// Runs `eval` on `facts` given on standard input.
fn eval(facts: &[u8]) -> (Option<i32>, String, String) {
    let output = support::jobun(&["eval", "-", "--as-of", "2026-11-22", "--lang", "en"], facts);
    (output.status.code(), support::stdout(&output), support::stderr(&output))
}

/// The small centre with one edit.
fn center(from: &str, to: &str) -> Vec<u8> {
    let text = support::text("fixtures/organizations/center.json");
    assert!(text.contains(from), "{from:?} is not in the fixture");
    text.replacen(from, to, 1).into_bytes()
}

/// `facts` is refused with `code` at `place`, and `help` says what to do.
fn refused(facts: &[u8], code: &str, place: &str, help: &str) {
    let (exit, out, err) = eval(facts);
    assert_eq!(exit, Some(3), "{err}");
    assert_eq!(out, "", "nothing belongs on standard output");
    assert!(err.contains(code), "{code} is not in\n{err}");
    assert!(err.contains(&format!("stdin:{place}")), "{place} is not in\n{err}");
    assert!(err.contains(help), "{help:?} is not in\n{err}");
}

#[test]
fn json_that_is_none() {
    refused(b"", "empty-file", "1:1", "{}");
    refused(b"  \n", "empty-file", "1:1", "{}");
    refused(b"{\"organization\": {\"id\": \"a\"", "json-syntax", "1:2", "written to its end");
    refused(b"{\"organization\": {}} x", "json-syntax", "1:22", "one document only");
    refused(b"{\"organization\": {},}", "json-syntax", "1:21", "commas");
    refused(b"{\"a\": 01}", "json-syntax", "1:7", "leading zeros");
    refused(b"{\"a\": \"\\q\"}", "json-syntax", "1:8", "backslash");
    refused("{\"a\": １２}".as_bytes(), "json-syntax", "1:7", "commas");
    refused(b"{\"handling\": {}, \"handling\": {}}", "duplicate-key", "1:18", "remove one");
    refused(b"{\"a\": \"\x83\x56\"}", "not-utf8", "1:8", "UTF-8");
    refused("[".repeat(100_000).as_bytes(), "json-syntax", "1:129", "facts file");
    refused(format!("{{\"a\": {}}}", "9".repeat(10_000)).as_bytes(), "json-syntax", "1:7", "ASCII digits");
    refused(b"{\"a\": \"\0\"}", "json-syntax", "1:8", "backslash");
}

/// Where `part` stands in the first `text` of the centre's answers: line and column.
fn place(text: &str, part: &str) -> String {
    let page = support::text("fixtures/organizations/center.json");
    let at = page.find(text).expect("the text stands there") + text.find(part).expect("a part of it");
    let before = &page[..at];
    let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
    format!("{}:{column}", before.matches('\n').count() + 1)
}

#[test]
fn facts_that_do_not_fit() {
    let key = "\"designated_by\": \"secretary_general\"";
    let at = place(key, "\"designated_by\"");
    refused(&center(key, "\"designated_bye\": \"chair\""), "facts-unknown-key", &at, "`designated_by`");
    let key = "\"by_chair_last_on\": \"2025-11-20\"";
    let at = place(key, "\"2025-11-20\"");
    for (answer, said) in [
        ("2025-02-29", "no day 29"),
        ("2015/10/21", "`2015-10-21`"),
        ("２０２５-１１-２０", "`2025-11-20`"),
        ("none", "never"),
    ] {
        let wrong = center(key, &format!("\"by_chair_last_on\": \"{answer}\""));
        refused(&wrong, "facts-wrong-value", &at, said);
    }
    let key = "\"my_number\": true";
    refused(&center(key, "\"my_number\": \"yes\""), "facts-wrong-type", &place(key, "true"), "without quotes");
    let key = "\"secretary_general\"";
    refused(&center(key, "\"secretary\""), "facts-wrong-value", &place(key, key), "secretary_general");
    let key = "\"vendor_id\": \"payroll\"";
    let at = place(key, "\"payroll\"");
    refused(&center(key, "\"vendor_id\": \"payrol\""), "dangling-link", &at, "`payroll`");
    let key = "\"id\": \"members\"";
    let at = place(key, "\"members\"");
    refused(&center(key, "\"id\": \"accounting\""), "duplicate-id", &at, "an `id` of its own");
    let element = "{\n        \"id\": \"members\",";
    let at = place(element, "{");
    refused(&center("\"id\": \"members\",", ""), "facts-missing-key", &at, "cannot be left out");
    refused(br#"{"contracts": [null]}"#, "facts-wrong-type", "1:16", "{…}");
    refused(br#"{"vendors": {}}"#, "facts-wrong-type", "1:13", "[…]");
}

#[test]
fn all_mistakes_are_told_at_once() {
    let text = support::text("fixtures/organizations/center.json");
    let text = text.replace("\"secretary_general\"", "\"secretary\"").replace("\"2025-11-20\"", "\"2025/11/20\"");
    let (exit, out, err) = eval(text.as_bytes());
    assert_eq!((exit, out.as_str()), (Some(3), ""));
    assert!(err.contains("did you mean `\"secretary_general\"`") && err.contains("`2025-11-20`"), "{err}");
    assert!(err.ends_with("2 mistakes\n"), "{err}");
}

#[test]
fn null_is_unanswered_and_a_byte_order_mark_is_no_mistake() {
    let mut bytes = "\u{feff}".as_bytes().to_vec();
    bytes.extend(center("\"my_number\": true", "\"my_number\": null"));
    let (exit, out, err) = eval(&bytes);
    assert_eq!(exit, Some(2), "{err}");
    assert!(out.contains("/handling/my_number"), "{out}");
    let (exit, _, err) = eval(b"{}");
    assert_eq!(exit, Some(2), "an empty document leaves everything open: {err}");
}

#[test]
fn paths_that_are_no_facts() {
    for command in [&["eval"][..], &["ask"], &["explain", "ward-1-general-manager"]] {
        let folder = support::jobun(&[command, &["fixtures", "--lang", "en"]].concat(), b"");
        assert_eq!(folder.status.code(), Some(3), "{command:?}");
        assert_eq!(support::stdout(&folder), "");
        assert!(support::stderr(&folder).contains("fixtures:1:1"), "{}", support::stderr(&folder));
    }
    for command in [&["ask"][..], &["explain", "ward-1-general-manager"]] {
        let piped = support::jobun(&[command, &["-", "--lang", "en"]].concat(), b"{");
        assert!(support::stderr(&piped).contains("stdin:1:1"), "{}", support::stderr(&piped));
    }
    let absent = support::jobun(&["eval", "no-such-file.json"], b"");
    assert_eq!(absent.status.code(), Some(5));
    assert!(support::stderr(&absent).contains("no-such-file.json"));
}

/// A folder with one pack that is right but for `file`.
fn pack(name: &str, file: &str, bytes: &[u8]) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    for from in ["common/definitions.yaml", "ward-handling/pack.yaml", "ward-handling/outline.yaml"] {
        support::write(&folder.join(from), support::text(&format!("policies/{from}")));
    }
    support::write(&folder.join("ward-handling").join(file), bytes);
    folder
}

/// `jobun check` refuses the pack with `code` in `file`.
fn check_refuses(name: &str, file: &str, bytes: &[u8], code: &str, help: &str) {
    let folder = pack(name, file, bytes);
    let output = support::jobun(&["check", &folder.to_string_lossy(), "--lang", "en"], b"");
    let err = support::stderr(&output);
    assert_eq!(output.status.code(), Some(3), "{err}");
    assert_eq!(support::stdout(&output), "");
    for wanted in [code, help, &format!("ward-handling/{file}:")] {
        assert!(err.contains(wanted), "{wanted:?} is not in\n{err}");
    }
}

#[test]
fn policies_that_cannot_be_read() {
    check_refuses("empty", "rules.yaml", b"", "empty-file", "write its content");
    check_refuses("not-utf8", "rules.yaml", b"rules: # \x83\x56\n", "not-utf8", "UTF-8");
    check_refuses("tab", "rules.yaml", b"rules:\n\t- id: x\n", "yaml-tab", "the rest of the file could not be read");
    check_refuses(
        "broken",
        "rules.yaml",
        b"rules:\n  - id: [x\n",
        "yaml-syntax",
        "the rest of the file could not be read",
    );
    check_refuses("list", "rules.yaml", b"- a\n- b\n", "wrong-kind", "begin with");
    check_refuses("anchor", "rules.yaml", b"rules: &x []\n", "yaml-feature", "quotes");
    let bomb = "a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\nrules: [*c,*c]\n";
    check_refuses("bomb", "rules.yaml", bomb.as_bytes(), "yaml-feature", "quotes");
    let deep = format!("rules: {}", "[".repeat(100_000));
    check_refuses("deep", "rules.yaml", deep.as_bytes(), "yaml-", "");
    check_refuses("large", "rules.yaml", &vec![b'#'; (1 << 20) + 1], "too-large", "split it");
}

#[test]
fn wrong_calls_exit_with_4_and_say_how() {
    for (args, wanted) in [
        (&["eval"][..], "FACTS"),
        (&["eval", "x.json", "--as-of", "2026/11/22"], "`2026-11-22`"),
        (&["eval", "x.json", "--fail-on", "terrible"], "critical"),
        (&["evaluate"], "eval"),
    ] {
        let output = support::jobun(args, b"");
        let err = support::stderr(&output);
        assert_eq!(output.status.code(), Some(4), "{args:?}: {err}");
        assert!(err.contains(wanted), "{args:?}: {wanted:?} is not in\n{err}");
        assert_eq!(support::stdout(&output), "");
    }
}

#[test]
fn what_jobun_says_of_a_wrong_call_is_in_the_language_asked_for() {
    const CENTER: &str = "fixtures/organizations/center.json";
    for (args, ja, en) in [
        (&["eval", CENTER, "--pack", "inazawa"][..], "`inazawa-kitei` のことですか", "did you mean `inazawa-kitei`?"),
        (&["eval", CENTER, "--pack", "q"], "あるのは fukushima-itaku", "the packs are fukushima-itaku"),
        (&["eval", CENTER, "--param", "x"], "PACK.NAME=VALUE の形", "not of the form PACK.NAME=VALUE"),
        (
            &["eval", CENTER, "--param", "ward-handling.foreign_cloud_reading=moon"],
            "`moon` は、パック `ward-handling` のパラメーター",
            "`moon` is not a value of the parameter",
        ),
        (&["eval", CENTER, "--param", "ward-handling.x=1"], "パラメーター `x` はありません", "no parameter `x`"),
        (&["eval", CENTER, "--format", "json", "--format", "csv"], "行き先がどちらも標準出力", "go to standard output"),
        (&["eval", CENTER, "--output", "a", "--output", "b"], "`--output b` に当たる", "no --format for `--output b`"),
        (&["eval", CENTER, "--output", CENTER], "上書きされます", "would replace the facts"),
        (&["eval", "-", "-"], "2回指定されています", "is given twice"),
        (&["eval", CENTER, "--bom"], "とともに使います", "is for `--format csv`"),
        (&["eval", CENTER, CENTER, "--format", "html"], "2組織が指定されました", "2 were given"),
        (&["eval", CENTER, "--sources", "nowhere"], "出典の写しのフォルダー", "no folder of sources"),
        (&["eval", CENTER, "--sources", "src"], "のどれもありません", "holds none of"),
        (&["eval", CENTER, "--policies", "src"], "がありません", "holds no pack"),
        (
            &["check", "--schema", "tests/consumers/hostile/facts.schema.json"],
            "内蔵のパックは語彙",
            "the packs built in do not fit",
        ),
        (
            &["check", "--listing", "--rule", "q"],
            "`q` で始まるルール",
            "no rule begins with `q`; see `jobun list rules`",
        ),
        (&["test", "--pack", "q"], "パック `q` はありません", "there is no pack `q`"),
        (&["explain", "inazawa-10-anual-check"], "のことですか", "did you mean `inazawa-10-annual-check`?"),
        (&["explain", "q"], "`q` というルールもコードもありません", "there is no rule and no code `q`; see"),
        (&["explain", "inazawa-10-annual-check", "--format", "json"], "事実のファイルも", "it needs FACTS"),
        (&["list", "rules", "--markdown"], "とともに使います", "goes with"),
        (&["timeline", CENTER, "--from", "2026-01-02", "--to", "2026-01-01"], "2026-01-02 以後", "from 2026-01-02 on"),
        (&["cite", "verify", "--text", "q"], "KEY=FILE の形", "not of the form KEY=FILE"),
        (&["cite", "verify", "--text", "q=README.md"], "出典 `q` はありません", "there is no source `q`"),
        (&["init", "common", "--policies", "policies"], "すでにあります", "is there already"),
    ] {
        for (lang, wanted) in [("ja", ja), ("en", en)] {
            let args = [args, &["--lang", lang]].concat();
            let output = support::jobun(&args, b"");
            let err = support::stderr(&output);
            assert_eq!(output.status.code(), Some(4), "{args:?}: {err}");
            assert!(err.starts_with("jobun: ") && err.contains(wanted), "{args:?}: {wanted:?} is not in\n{err}");
            assert_eq!(support::stdout(&output), "");
        }
    }
}

#[test]
fn a_vocabulary_or_cases_that_are_not_utf8() {
    let folder = pack("other-bytes", "tests/cases.yaml", b"base: base.json # \x83\x56\n");
    let folder = folder.to_string_lossy();
    let cases = support::jobun(&["test", &folder, "--lang", "en"], b"");
    assert_eq!(cases.status.code(), Some(3), "{}", support::stderr(&cases));
    assert!(support::stderr(&cases).contains("tests/cases.yaml:1:19"), "{}", support::stderr(&cases));
    let schema = format!("{folder}/schema.json");
    support::write(schema.as_ref(), b"{\"title\": \"\x83\x56\"}");
    let checked = support::jobun(&["check", "--schema", &schema, "--lang", "en"], b"");
    assert_eq!((checked.status.code(), support::stdout(&checked).as_str()), (Some(3), ""));
    assert!(support::stderr(&checked).contains("schema.json:1:12"), "{}", support::stderr(&checked));
}

#[test]
fn a_mistake_far_along_a_line_is_shown_without_the_line() {
    let filler = "あ".repeat(30_000);
    let facts = format!(
        "{{\"organization\": {{\"name\": \"{filler}\"}}, \"contracts\": [{{\"id\": \"a\"}}, {{\"id\": \"a\"}}], \"k\": 1}}"
    );
    let (exit, out, err) = eval(facts.as_bytes());
    assert_eq!((exit, out.as_str()), (Some(3), ""));
    // Columns count characters.
    let column = facts.chars().count() - "\"k\": 1}".len() + 1;
    assert!(err.contains(&format!("stdin:1:{column}]")), "{err}");
    assert!(err.contains("the vocabulary has no `k` here") && err.contains("duplicate-id"), "{err}");
    assert!(err.len() < 10_000, "{} bytes", err.len());
}

#[test]
fn ten_thousands_of_keys_are_read_once() {
    let keys: Vec<String> = (0..30_000).map(|n| format!("\"k{n}\": 1")).collect();
    let facts = format!("{{{}, \"k9\": 1}}", keys.join(", "));
    let place = format!("1:{}", facts.len() - "\"k9\": 1}".len() + 1);
    refused(facts.as_bytes(), "duplicate-key", &place, "remove one");
}
