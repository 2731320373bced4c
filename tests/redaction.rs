//! What is sensitive, or shaped like a My Number, is shown nowhere unless that is asked for; what moves a cursor or
//! turns the writing reaches no report for people.

mod support;

use support::{jobun, stderr, stdout};

/// Made for tests: its digits count up, and the last one checks them.
const NUMBER: &str = "123456789018";
const GROUPED: &str = "１２３４－５６７８－９０１８";
const HOSTILE: &str = "\u{1b}[31m赤\u{202e}\u{0}";

/// The facts of the centre with `name` for the organization and what else `change` makes of them.
fn facts(file: &str, name: &str, change: impl FnOnce(&mut serde_json::Value)) -> String {
    let mut facts: serde_json::Value =
        serde_json::from_str(&support::text("fixtures/organizations/center.json")).expect("JSON");
    facts["organization"]["name"] = name.into();
    change(&mut facts);
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(file);
    support::write(&path, serde_json::to_string_pretty(&facts).expect("JSON"));
    path.to_str().expect("UTF-8").to_string()
}

/// Whether the number stands in `text`, in any width and grouping.
fn holds_number(text: &str) -> bool {
    let digits: String = text
        .chars()
        .filter_map(|c| match c {
            '0'..='9' => Some(c),
            '０'..='９' => char::from_u32(c as u32 - '０' as u32 + '0' as u32),
            _ => None,
        })
        .collect();
    digits.contains(NUMBER)
}

/// Ids, links, names and a free text with the number in them.
fn with_numbers(facts: &mut serde_json::Value) {
    let text = facts.to_string();
    let text = text.replace("payroll-2024", &format!("payroll-{NUMBER}"));
    let text = text.replace("有限会社みなと給与計算事務所", &format!("みなと{GROUPED}"));
    *facts = serde_json::from_str(&text).expect("JSON");
}

fn outputs(path: &str, more: &[&str]) -> Vec<(String, String)> {
    let day = ["--as-of", "2026-11-22"];
    let mut found = Vec::new();
    for (_, format, _) in jobun::report::Format::ALL {
        for lang in ["ja", "en"] {
            let args = [&["eval", path, "--all", "--format", format, "--lang", lang], &day[..], more].concat();
            let output = jobun(&args, b"");
            assert!(matches!(output.status.code(), Some(1 | 2)), "{format}: {}", stderr(&output));
            let text = String::from_utf8_lossy(&output.stdout).into_owned();
            found.push((format!("eval {format} {lang}"), text + &stderr(&output)));
        }
    }
    let rule = "inazawa-44-4-2-no-takeout";
    for args in [
        [&["explain", rule, path, "--fix", "--lang", "en"], &day[..], more].concat(),
        [&["explain", rule, path, "--fix", "--format", "json"], &day[..], more].concat(),
        [&["timeline", path, "--from", "2026-11-22", "--pack", "inazawa-kitei"], more].concat(),
        [&["timeline", path, "--from", "2026-11-22", "--format", "json", "--pack", "inazawa-kitei"], more].concat(),
    ] {
        let output = jobun(&args, b"");
        assert_eq!(output.status.code(), Some(0), "{args:?}: {}", stderr(&output));
        found.push((args.join(" "), stdout(&output) + &stderr(&output)));
    }
    let args = [&["ask", path], &day[..]].concat();
    found.push(("ask".into(), stdout(&jobun(&args, b""))));
    found
}

#[test]
fn what_is_shaped_like_a_my_number_is_shown_nowhere() {
    let path = facts("numbers.json", &format!("中央{NUMBER}"), with_numbers);
    for (what, text) in outputs(&path, &[]) {
        assert!(!holds_number(&text), "{what} shows it");
    }
    let shown = outputs(&path, &["--show-sensitive"]);
    let (what, text) = shown.first().expect("a report");
    assert!(text.contains(NUMBER) && text.contains(GROUPED), "{what} hides it although it was asked for");
}

/// What is said of facts whose answers about ties to crime are `answer`, with `mistake` made elsewhere in the text.
fn complained(answer: &serde_json::Value, mistake: impl Fn(String) -> String) -> String {
    let path = facts("answers.json", "中央", |facts| {
        let asked = &mut facts["contracts"][1]["selection"]["antisocial"];
        for key in ["controls_management", "takes_part_in_management", "funding_or_favours", "improper_use"] {
            asked[key] = answer.clone();
        }
        asked["party_kinds"] = serde_json::json!([answer]);
    });
    let text = mistake(support::text(&path));
    support::write(std::path::Path::new(&path), text);
    let output = jobun(&["eval", &path, "--lang", "en"], b"");
    assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
    stderr(&output)
}

/// `said` without the columns of places: `facts.json:3:14`.
fn without_columns(said: &str) -> String {
    regex::Regex::new(r"(\.json:\d+):\d+").expect("a pattern").replace_all(said, "$1").into_owned()
}

#[test]
fn the_length_of_what_is_hidden_is_not_told() {
    let answers = [
        serde_json::json!(true),
        serde_json::json!(false),
        serde_json::json!("あ"),
        serde_json::json!("a𠮷".repeat(9)),
    ];
    // One mistake beside the answers, and none but those of the answers.
    let beside = |text: String| text.replace("\"method\": \"combined\"", "\"method\": \"combine\"");
    let near = |text: String| text.replace("\"checked_on\": \"2026-03-16\"", "\"checked_on\": \"2026-03-61\"");
    // All on one line, of which only what is between two answers is shown.
    let compact = |text: String| {
        let facts: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        facts.to_string()
    };
    let together = |text: String| compact(beside(text));
    let one_unknown = |text: String| compact(text).replace("\"funding_or_favours\":", "\"funding_or_favors\":1,\"x\":");
    let cut = |text: String| text.replace("\"checked_on\": \"2026-03-16\",", "\"checked_on\": \"2026-03-16\"");
    for mistake in [&beside as &dyn Fn(String) -> String, &near, &cut, &together, &one_unknown] {
        // A column on the same line tells where it is, and that is not hidden.
        let said: Vec<String> = answers.iter().map(|answer| without_columns(&complained(answer, mistake))).collect();
        assert_eq!((&said[0], &said[2]), (&said[1], &said[3]));
        assert!(said[0].contains("answers.json:"), "{}", said[0]);
    }
}

#[test]
fn an_explanation_tells_nothing_that_is_hidden() {
    let explain = |answer: bool, more: &[&str]| {
        let path = facts("explained.json", "中央", |facts| {
            // What is asked about ties to crime, but for what decides: it is met or not whatever the others are.
            let asked = &mut facts["contracts"][1]["selection"]["antisocial"];
            asked["improper_use"] = answer.into();
        });
        let rule = "inazawa-44-3-6-c-improper-use";
        let args = [&["explain", rule, &path, "--as-of", "2026-11-22", "--lang", "en"], more].concat();
        let output = jobun(&args, b"");
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        let (_, opened) = stdout(&output)
            .split_once("scanning-2026")
            .map(|(a, b)| (a.to_string(), b.to_string()))
            .expect("the contract");
        opened
    };
    for more in [&[][..], &["--format", "json"]] {
        let (yes, no) = (explain(true, more), explain(false, more));
        // The verdict is told, and nothing below it differs.
        let below = |text: &str| text.lines().skip(2).collect::<Vec<_>>().join("\n");
        assert_eq!(below(&yes), below(&no));
        assert!(yes.contains("(hidden)"), "{yes}");
        assert_ne!(
            explain(true, &[more, &["--show-sensitive"]].concat()),
            explain(false, &[more, &["--show-sensitive"]].concat())
        );
    }
}

#[test]
fn what_a_build_server_reads_holds_no_command() {
    let spoof = "X\n::stop-commands::token\n  ::error file=a.json,line=1::spoofed ##[error]old";
    let path = facts("commands.json", spoof, |facts| {
        facts["contracts"][0]["title"] = spoof.into();
        facts["vendors"][0]["name"] = spoof.into();
    });
    let is_command = |line: &str| line.trim_start().starts_with("::") || line.contains("##[");
    let day = ["--as-of", "2026-11-22"];
    for args in [
        [&["eval", &path, "--all"], &day[..]].concat(),
        [&["ask", &path], &day[..]].concat(),
        [&["explain", "inazawa-44-4-2-no-takeout", &path], &day[..]].concat(),
        vec!["timeline", &path, "--from", "2026-11-22", "--pack", "inazawa-kitei"],
    ] {
        let text = stdout(&jobun(&args, b""));
        assert!(!text.is_empty() && !text.lines().any(is_command), "{args:?}: {text}");
    }
    let wrong = facts("wrong-commands.json", "中央", |facts| {
        facts["organization"]["entity_type"] = "##[warning]spoofed".into();
        facts["##[stop-commands]token"] = 1.into();
    });
    let output = jobun(&["eval", &wrong], b"");
    assert_eq!(output.status.code(), Some(3));
    assert!(stderr(&output).contains("spoofed") && !stderr(&output).lines().any(is_command), "{}", stderr(&output));
}

#[test]
fn records_whose_ids_look_alike_once_hidden_are_told_apart() {
    let other = "210987654320";
    let path = facts("alike.json", "中央", |facts| {
        let text = facts.to_string();
        let text = text.replace("payroll-2024", NUMBER).replace("scanning-2026", other);
        *facts = serde_json::from_str(&text).expect("JSON");
    });
    let args = ["eval", &path, "--as-of", "2026-11-22", "--all", "--format", "oscal"];
    let text = stdout(&jobun(&args, b""));
    assert!(!holds_number(&text) && !text.contains(other), "one is shown");
    let ids: Vec<&str> = text.lines().filter(|line| line.trim_start().starts_with("\"uuid\": ")).collect();
    let different: std::collections::HashSet<&&str> = ids.iter().collect();
    assert!(ids.len() > 100, "{text}");
    assert_eq!(ids.len(), different.len(), "two findings have one id");
}

#[test]
fn a_number_is_hidden_however_it_is_written_and_small_ones_are_not() {
    for (file, number, is_hidden) in [
        ("float.json", "123456789018.0", true),
        ("power.json", "1.23456789018e11", true),
        ("nineteen.json", "19", false),
        ("many.json", "1180", false),
    ] {
        let path = facts(file, "中央", |_| {});
        let text = support::text(&path);
        let counted = "\"rulebook_deviations_open_count\": 0";
        assert!(text.contains(counted));
        let written = text.replace(counted, &format!("\"rulebook_deviations_open_count\": {number}"));
        support::write(std::path::Path::new(&path), written);
        let output = jobun(&["eval", &path, "--as-of", "2026-11-22", "--format", "csv"], b"");
        let said = stdout(&output) + &stderr(&output);
        assert!(said.contains("rulebook_deviations_open_count="), "{file}: {said}");
        assert!(!holds_number(&said), "{file} shows it");
        let shown = said.contains(&format!("rulebook_deviations_open_count={number}"));
        assert_eq!(shown, !is_hidden, "{file}");
    }
}

#[test]
fn what_is_no_utf_8_is_not_shown() {
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("latin.json");
    let mut bytes = format!("{{ \"organization\": {{ \"name\": \"SECRET\", \"id\": \"{NUMBER}\" }} }}").into_bytes();
    bytes.splice(30..30, [0xff]);
    support::write(&path, bytes);
    let output = jobun(&["eval", path.to_str().expect("UTF-8")], b"");
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(!said.contains("SECRET") && !holds_number(&said), "{said}");
}

#[test]
fn the_remedy_of_a_mistake_does_not_tell_the_answer() {
    for (file, from, to, told) in [
        ("slashes.json", "\"left_on\"", "\"2017/03/19\"", "2017-03-19"),
        ("no-day.json", "\"left_on\"", "\"2017-02-31\"", "31"),
        ("near.json", "\"relation\"", "\"fundingorfavours\"", "`funding_or_favours`?"),
    ] {
        let person = format!("{{ \"id\": \"p\", {from}: {to} }}");
        let facts = format!(
            r#"{{ "contracts": [ {{ "id": "c", "selection": {{ "antisocial": {{ "former_members": [ {person} ] }} }} }} ] }}"#
        );
        let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(file);
        support::write(&path, facts);
        let output = jobun(&["eval", path.to_str().expect("UTF-8"), "--lang", "en"], b"");
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(3), "{file}: {said}");
        assert!(said.contains("***") && !said.contains(told), "{file}: {said}");
    }
}

#[test]
fn mistakes_do_not_show_it_either() {
    // What the groups that end such a number look like where it is shown as it was written.
    let escaped = ["5678\\", "\\uff19018", "9018"];
    for (file, change) in [
        ("wrong-type.json", r#""handles_my_number": "yes 1234 5678 9018""#),
        ("wrong-word.json", r#""entity_type": "1234-5678-9018""#),
        ("wrong-key.json", r#""handles_my_number": true, "１２３４５６７８９０１８": 1"#),
        ("no-json.json", r#""name": "123456789018" "oops""#),
        ("escaped-key.json", r#""handles_my_number": true, "1234\n5678\u002d9018": 1"#),
        ("escaped-digits.json", r#""handles_my_number": "\u0031234\t5678 \uff19018""#),
    ] {
        let facts = format!("{{\n  \"organization\": {{ {change} }},\n  \"note\": 123456789018\n}}\n");
        let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(file);
        support::write(&path, facts);
        let output = jobun(&["eval", path.to_str().expect("UTF-8"), "--lang", "en"], b"");
        assert_eq!(output.status.code(), Some(3), "{file}");
        assert_eq!(stdout(&output), "", "{file}");
        let said = stderr(&output);
        assert!(!holds_number(&said) && !escaped.iter().any(|digits| said.contains(digits)), "{file}: {said}");
    }
}

#[test]
fn what_may_be_an_answer_is_not_shown_under_a_mistake() {
    for (file, facts, kept) in [
        ("unknown-key.json", r#"{ "organization": { "nmae": "SECRET-1", "id": "a" } }"#, "nmae"),
        ("broken.json", r#"{ "organization": { "name": "SECRET-2" "SECRET 3" } }"#, "organization"),
        ("unclosed.json", "{ \"organization\": { \"name\": \"SECRET-4, 5\n", "name"),
    ] {
        let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(file);
        support::write(&path, facts);
        let output = jobun(&["eval", path.to_str().expect("UTF-8"), "--lang", "en"], b"");
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(3), "{file}");
        assert!(!said.contains("SECRET") && said.contains(kept), "{file}: {said}");
    }
}

#[test]
fn reports_for_people_hold_nothing_that_moves_a_cursor() {
    let path = facts("hostile.json", &format!("中央{HOSTILE}"), |facts| {
        let text = facts.to_string();
        let name = serde_json::to_string(&format!("みなと{HOSTILE}\n偽りの行")).expect("JSON");
        let text = text.replace("有限会社みなと給与計算事務所", name.trim_matches('"'));
        *facts = serde_json::from_str(&text).expect("JSON");
    });
    for (what, text) in outputs(&path, &[]) {
        if what.contains("json") || what.contains("sarif") || what.contains("oscal") {
            // They escape what they hold.
            assert!(!text.contains('\u{1b}'), "{what}");
            continue;
        }
        if what.contains("xlsx") {
            continue;
        }
        for wrong in ['\u{1b}', '\u{202e}', '\0'] {
            assert!(!text.contains(wrong), "{what} holds {wrong:?}");
        }
        // Where a line is a line.
        if !["html", "csv", "junit"].iter().any(|format| what.contains(format)) {
            assert!(!text.contains("\n偽りの行"), "{what} lets a name make a line of its own");
        }
    }
}

#[test]
fn a_report_is_written_whole_or_not_at_all() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("outputs");
    support::clear(&folder);
    let at = |name: &str| folder.join(name).to_str().expect("UTF-8").to_string();
    let facts = "fixtures/organizations/center.json";
    support::write(&folder.join("before.json"), "before");
    let eval = |more: &[&str]| jobun(&[&["eval", facts, "--as-of", "2026-11-22"], more].concat(), b"");
    // Two formats, each to a place of its own, from one evaluation.
    let (json, text) = (at("before.json"), at("report.txt"));
    let output = eval(&["--format", "json", "--output", &json, "--format", "human", "--output", &text]);
    assert_eq!((output.status.code(), stdout(&output).as_str()), (Some(1), ""), "{}", stderr(&output));
    let written: serde_json::Value = serde_json::from_str(&support::text(&json)).expect("JSON");
    assert_eq!(written["format"], "jobun.evaluation");
    assert_eq!(support::text(&text), stdout(&eval(&[])));
    let names = support::files_below(folder.to_str().expect("UTF-8"));
    assert_eq!(names.len(), 2, "something was left over: {names:?}");
    // One place for two formats, however it is called, the facts themselves, a place without a format, a folder that
    // is not there.
    let again = text.replace("/outputs/", "/outputs/../outputs/./");
    for (args, code, said) in [
        (vec!["--format", "json", "--output", &text, "--format", "human", "--output", &again], 4, "would both go to"),
        (vec!["--output", "./fixtures/organizations/center.json"], 4, "would replace the facts"),
        (vec!["--format", "json", "--format", "human"], 4, "would both go to standard output"),
        (vec!["--format", "json", "--output", &text, "--format", "human", "--output", &text], 4, "would both go to"),
        (vec!["--format", "json", "--output", &json, "--output", &text], 4, "no --format for"),
        (vec!["--output", "nowhere/at/all.txt"], 5, "nowhere/at/all.txt"),
    ] {
        let output = eval(&[&args[..], &["--lang", "en"]].concat());
        assert_eq!(output.status.code(), Some(code), "{args:?}: {}", stderr(&output));
        assert!(stderr(&output).contains(said), "{args:?}: {}", stderr(&output));
    }
}
