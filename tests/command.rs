//! The command, run for real: exit codes, formats, languages, help.

mod support;

use support::{jobun, stderr, stdout};

const CENTER: &str = "fixtures/organizations/center.json";
const DAY: [&str; 2] = ["--as-of", "2026-11-22"];

fn eval(args: &[&str]) -> std::process::Output {
    jobun(&[&["eval", CENTER][..], &DAY, args].concat(), b"")
}

#[test]
fn exit_codes_say_what_came_out() {
    assert_eq!(eval(&[]).status.code(), Some(1));
    assert_eq!(eval(&["--fail-on", "high"]).status.code(), Some(1));
    // Nothing critical failed that counts, but a question is open.
    assert_eq!(eval(&["--fail-on", "critical"]).status.code(), Some(2));
    assert_eq!(eval(&["--fail-on", "critical", "--allow-unknown"]).status.code(), Some(0));
    assert_eq!(eval(&["--pack", "ward-handling"]).status.code(), Some(0));
}

#[test]
fn a_batch_takes_the_worst_of_its_documents() {
    let contractor = "fixtures/organizations/contractor.json";
    let output = jobun(&[&["eval", CENTER, contractor, "--format", "json"][..], &DAY].concat(), b"");
    assert_eq!(output.status.code(), Some(1));
    let list: serde_json::Value = serde_json::from_str(&stdout(&output)).expect("JSON");
    let names: Vec<&str> =
        list.as_array().expect("a list").iter().filter_map(|one| one["facts"]["name"].as_str()).collect();
    assert_eq!(names, [CENTER, contractor]);
}

#[test]
fn a_failure_outweighs_an_open_question() {
    let folder = std::path::PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let open = folder.join("open.json");
    support::write(&open, "{}");
    let open = open.to_string_lossy();
    assert_eq!(jobun(&[&["eval", &open][..], &DAY].concat(), b"").status.code(), Some(2));
    assert_eq!(jobun(&[&["eval", CENTER, &open][..], &DAY].concat(), b"").status.code(), Some(1));
}

#[test]
fn limits_are_set_from_the_command_line() {
    let few = eval(&["--max-steps", "1", "--format", "json"]);
    assert_eq!(few.status.code(), Some(3), "{}", stderr(&few));
    let few: serde_json::Value = serde_json::from_str(&stdout(&few)).expect("JSON");
    assert!(few["summary"]["error"].as_u64().is_some_and(|errors| errors > 100), "{}", few["summary"]);
    assert_eq!(few["summary"]["pass"], 0);
    let enough = eval(&["--max-steps", "1000000"]);
    assert_eq!((enough.status.code(), enough.stdout), (Some(1), eval(&[]).stdout));

    let facts = format!("{{\"organization\": {{\"name\": \"{}\"}}}}", "x".repeat(1_500_000));
    let read = |mib: &str| {
        jobun(&[&["eval", "-", "--lang", "en", "--max-facts-mib", mib][..], &DAY].concat(), facts.as_bytes())
    };
    let small = read("1");
    assert_eq!(small.status.code(), Some(3));
    assert!(stderr(&small).contains("the limit is 1048576 bytes"), "{}", stderr(&small));
    assert_eq!(read("2").status.code(), Some(2));
    assert_eq!(eval(&["--max-facts-mib", "0"]).status.code(), Some(4));
}

#[test]
fn a_folder_without_packs_is_no_clean_bill() {
    let folder = std::path::PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("no-packs");
    support::write(&folder.join("README.md"), "nothing here");
    let folder = folder.to_string_lossy();
    for args in [&["check", &folder][..], &["eval", CENTER, "--policies", &folder], &["test", &folder]] {
        let output = jobun(&[args, &["--lang", "en"]].concat(), b"");
        assert_eq!(output.status.code(), Some(4), "{args:?}");
        assert!(stderr(&output).contains("holds no pack"), "{}", stderr(&output));
    }
    assert_eq!(jobun(&["test", "policies", "--pack", "inazawa"], b"").status.code(), Some(4));
}

#[test]
fn explain_says_of_a_roll_up_what_eval_says() {
    let args = [&["explain", "inazawa-44-4-ten-clauses", CENTER, "--lang", "en"][..], &DAY].concat();
    let text = stdout(&jobun(&args, b""));
    assert!(text.contains("inazawa-44-4-ten-clauses  fail"), "{text}");
    assert!(text.contains("inazawa-44-4-2-no-takeout · payroll-2024 → fail"), "{text}");
}

#[test]
fn the_summary_is_the_second_line_in_both_languages() {
    let json: serde_json::Value = serde_json::from_str(&stdout(&eval(&["--format", "json"]))).expect("JSON");
    let (pass, inapplicable) = (&json["summary"]["pass"], &json["summary"]["not_applicable"]);
    let ja = stdout(&eval(&[]));
    let wanted = format!("不適合 6 · 不明 1 · 適合 {pass} · 非該当 {inapplicable} · 30日以内に期限 2");
    assert_eq!(ja.lines().nth(1), Some(&*wanted));
    let en = stdout(&eval(&["--lang", "en"]));
    let wanted = format!("fail 6 · unknown 1 · pass {pass} · not applicable {inapplicable} · due within 30 days 2");
    assert_eq!(en.lines().nth(1), Some(&*wanted));
    assert!(!ja.contains('\u{1b}'), "colour belongs on a terminal only");
}

#[test]
fn json_names_article_place_and_reason() {
    let output = eval(&["--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&stdout(&output)).expect("JSON");
    let finding = json["findings"]
        .as_array()
        .and_then(|findings| findings.iter().find(|finding| finding["rule"] == "inazawa-10-annual-check"))
        .expect("the finding");
    assert_eq!(finding["citations"][0]["locator"], "第10条");
    assert_eq!(finding["due_on"], "2026-11-20");
    let fact = &finding["deciding"][0];
    assert_eq!(fact["pointer"], "/my_number/status_checks/by_chair_last_on");
    let line =
        support::text(CENTER).lines().nth(fact["line"].as_u64().expect("a line") as usize - 1).map(str::to_string);
    let column = fact["column"].as_u64().expect("a column") as usize - 1;
    assert!(line.is_some_and(|line| line[column..].starts_with("\"2025-11-20\"")));
}

#[test]
fn sensitive_answers_are_never_shown() {
    let text = support::text(CENTER);
    let mut facts: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    facts["contracts"][0]["selection"]["antisocial"]["party_kinds"] = serde_json::json!(["corporate_racketeer"]);
    for format in ["human", "json"] {
        let args = [&["eval", "-", "--all", "--format", format][..], &DAY].concat();
        let output = jobun(&args, facts.to_string().as_bytes());
        assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
        assert!(!stdout(&output).contains("corporate_racketeer"), "{format}");
    }
    let rules = stdout(&jobun(&["list", "rules", "--pack", "inazawa-kitei"], b""));
    for rule in rules.lines().filter_map(|line| line.split("  ").next()).filter(|rule| rule.contains("44-3-6")) {
        let args = [&["explain", rule, "-"][..], &DAY].concat();
        let output = jobun(&args, facts.to_string().as_bytes());
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        assert!(!stdout(&output).contains("= corporate_racketeer"), "{rule}");
    }
    // A mistake on the same line shows what stands before the answer, and nothing of what it is.
    facts["handling"]["my_number"] = serde_json::json!("yes");
    facts["contracts"][0]["selection"]["antisocial"]["party_kinda"] = serde_json::json!("yes");
    let output = jobun(&[&["eval", "-"][..], &DAY].concat(), facts.to_string().as_bytes());
    assert_eq!(output.status.code(), Some(3));
    let said = stderr(&output);
    assert!(!said.contains("corporate_racketeer") && !said.contains("****"), "{said}");
    assert!(said.contains("\"handling\"") && said.contains("`party_kinda`"), "{said}");
}

#[test]
fn output_goes_to_a_file_when_asked() {
    let path = std::path::PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("report.txt");
    let output = eval(&["--output", &path.to_string_lossy()]);
    assert_eq!((output.status.code(), stdout(&output).as_str()), (Some(1), ""));
    #[allow(clippy::disallowed_methods, reason = "the file was asked for")]
    let written = std::fs::read_to_string(path).expect("the report");
    assert_eq!(written, stdout(&eval(&[])));
}

#[test]
fn a_folder_takes_a_file_for_each_organization() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("each");
    support::clear(&folder);
    let at = |name: &str| folder.join(name).to_str().expect("UTF-8").to_string();
    let facts = [CENTER, "fixtures/organizations/contractor.json"];
    let eval = |facts: &[&str], more: &[&str]| jobun(&[&["eval"], facts, &DAY, more].concat(), b"");
    let (each, all) = (at("each/"), at("all.json"));
    let formats = ["--format", "html", "--output", &each, "--format", "json", "--output", &each];
    let output = eval(&facts, &[&formats[..], &["--format", "json", "--output", &all]].concat());
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    let names = support::files_below(&at("each"));
    assert_eq!(names, ["center.html", "center.json", "contractor.html", "contractor.json"]);
    // Each is what a run of its own writes, and the one on all is not changed by that.
    for (facts, name) in facts.iter().zip(["center", "contractor"]) {
        for format in ["html", "json"] {
            let alone = stdout(&eval(&[facts], &["--format", format]));
            assert_eq!(support::text(&at(&format!("each/{name}.{format}"))), alone, "{name} {format}");
        }
    }
    assert_eq!(support::text(&all), stdout(&eval(&facts, &["--format", "json"])));
    // Of many, each has its own.
    let many: Vec<String> = (0..30).map(|n| at(&format!("facts/{n}.json"))).collect();
    for (n, path) in many.iter().enumerate() {
        let text = support::text(CENTER).replace("公益社団法人あけぼの市", &format!("第{n}"));
        support::write(std::path::Path::new(path), text);
    }
    let (many, texts): (Vec<&str>, String) = (many.iter().map(String::as_str).collect(), at("texts/"));
    let output = eval(&many, &["--output", &texts]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    for n in 0..30 {
        let text = support::text(&at(&format!("texts/{n}.txt")));
        assert!(text.starts_with(&format!("第{n}シルバー人材センター")), "{n}: {text}");
    }
    // A folder that is there needs no stroke; facts are not replaced; two files of one name are told.
    let output = eval(&[CENTER], &["--format", "csv", "--output", &at("each")]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert!(support::files_below(&at("each")).contains(&"center.csv".to_string()));
    let copy = at("each/center.json");
    support::write(std::path::Path::new(&copy), support::text(CENTER));
    for (facts, more, said) in [
        (vec![copy.as_str()], vec!["--format", "json", "--output", &each], "would replace the facts"),
        (vec![CENTER, copy.as_str()], vec!["--format", "html", "--output", &each], "would both be written to"),
        (
            vec![CENTER],
            vec!["--format", "html", "--output", &each, "--format", "html", "--output", &each],
            "would both go to",
        ),
    ] {
        let output = eval(&facts, &[&more[..], &["--lang", "en"]].concat());
        assert_eq!(output.status.code(), Some(4), "{more:?}: {}", stderr(&output));
        assert!(stderr(&output).contains(said), "{more:?}: {}", stderr(&output));
    }
}

#[test]
fn the_second_engine_agrees_where_it_can_judge() {
    for organization in [CENTER, "fixtures/organizations/contractor.json"] {
        let output = jobun(&[&["eval", organization, "--cross-check"][..], &DAY].concat(), b"");
        let err = stderr(&output);
        let line = err.lines().find(|line| line.contains("checked")).expect("a count");
        let numbers: Vec<usize> =
            line.split(|c: char| !c.is_ascii_digit()).filter_map(|number| number.parse().ok()).collect();
        let [checked, total, agreed, disagreed] = numbers[..] else { panic!("{line}") };
        assert!(checked > 20 && checked < total, "{line}");
        assert_eq!((agreed, disagreed), (checked, 0), "{line}");
    }
}

#[test]
fn explain_opens_a_verdict_and_a_code() {
    let output = jobun(&[&["explain", "inazawa-10-annual-check", CENTER, "--lang", "en"][..], &DAY].concat(), b"");
    let text = stdout(&output);
    assert_eq!(output.status.code(), Some(0));
    for wanted in [
        "第10条",
        "centre_bound() → yes",
        "/handling/my_number = yes",
        "my_number.status_checks.by_chair_last_on → 20 November 2025",
    ] {
        assert!(text.contains(wanted), "{wanted:?} is not in\n{text}");
    }
    let page = stdout(&jobun(&["explain", "unguarded-never"], b""));
    assert!(page.starts_with("# unguarded-never"), "{page}");
}

#[test]
fn the_shipped_cases_all_come_out() {
    let output = jobun(&["test", "policies", "--lang", "en"], b"");
    assert_eq!(output.status.code(), Some(0), "{}{}", stdout(&output), stderr(&output));
    assert!(stdout(&output).contains(" 0 failed · 0 could not be run"), "{}", stdout(&output));
}

#[test]
fn a_case_that_does_not_come_out_is_told() {
    let folder = std::path::PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("cases");
    support::clear(&folder);
    for name in support::files_below("policies").iter().filter(|name| !name.contains("/tests/article-44")) {
        let text = support::text(&format!("policies/{name}"));
        let text = if name.ends_with("tests/article-10.yaml") {
            text.replacen("verdict: fail", "verdict: pass", 1)
        } else {
            text
        };
        support::write(&folder.join(name), text);
    }
    let output = jobun(&["test", &folder.to_string_lossy(), "--lang", "en"], b"");
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert!(stdout(&output).contains("expected pass, got fail"), "{}", stdout(&output));
}

#[test]
fn help_teaches() {
    let help = stdout(&jobun(&["--help"], b""));
    for wanted in ["Exit codes:", "Examples:", "eval", "ask", "check", "test", "explain", "list"] {
        assert!(help.contains(wanted), "{wanted}");
    }
    for command in ["eval", "ask", "check", "test", "explain", "list", "schema", "completions"] {
        let output = jobun(&[command, "--help"], b"");
        assert_eq!(output.status.code(), Some(0));
        assert!(stdout(&output).contains("Usage: jobun"), "{command}");
    }
    for what in ["packs", "rules", "parameters", "definitions", "functions", "facts", "codes"] {
        assert!(stdout(&jobun(&["list", what], b"")).lines().count() > 1, "{what}");
    }
    assert!(stdout(&jobun(&["completions", "bash"], b"")).contains("_jobun"));
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("man1");
    support::clear(&folder);
    let at = folder.to_str().expect("UTF-8");
    assert_eq!(jobun(&["man", at], b"").status.code(), Some(0));
    let pages = support::files_below(at);
    assert!(pages.iter().any(|page| page == "jobun.1") && pages.iter().any(|page| page == "jobun-cite-verify.1"));
    let page = support::text(&format!("{at}/jobun-eval.1"));
    assert!(page.contains("jobun\\-eval") && page.contains("\\-\\-show\\-sensitive"), "{page}");
    assert_eq!(jobun(&["man", "Cargo.toml/man1"], b"").status.code(), Some(5));
}

#[test]
fn ask_puts_first_what_settles_the_most() {
    let facts =
        br#"{"organization":{"applicable_standards":["inazawa_my_number_rules"]},"handling":{"my_number":true}}"#;
    let args = [&["ask", "-", "--lang", "en", "--most", "2"][..], &DAY].concat();
    let output = jobun(&args, facts);
    let text = stdout(&output);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(text.lines().nth(1).is_some_and(|line| line.trim_start().starts_with("/contracts ")), "{text}");
    let json = stdout(&jobun(&[&["ask", "-", "--format", "json"][..], &DAY].concat(), facts));
    let questions: Vec<serde_json::Value> = serde_json::from_str(&json).expect("JSON");
    let settles: Vec<usize> = questions.iter().map(|q| q["settles"].as_array().map_or(0, Vec::len)).collect();
    assert!(settles.len() > 10 && settles.is_sorted_by(|a, b| a >= b), "{settles:?}");
    // Answering the first question leaves fewer verdicts open.
    let open = |facts: &[u8]| {
        let output = jobun(&[&["eval", "-", "--format", "json"][..], &DAY].concat(), facts);
        let json: serde_json::Value = serde_json::from_str(&stdout(&output)).expect("JSON");
        json["summary"]["unknown"].as_u64().expect("a count")
    };
    let answered = String::from_utf8_lossy(facts).replacen('{', "{\"contracts\":[],", 1);
    assert!(open(answered.as_bytes()) < open(facts));
    let nothing = stdout(&jobun(
        &[&["ask", "policies/ward-handling/tests/base.json", "--pack", "ward-handling", "--lang", "en"][..], &DAY]
            .concat(),
        b"",
    ));
    assert_eq!(nothing, "There is nothing to ask.\n");
}

#[test]
fn a_listing_shows_what_a_rule_loads() {
    let output = jobun(&["check", "policies", "--listing", "--rule", "inazawa-44-6-annual"], b"");
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let text = stdout(&output);
    assert!(text.starts_with("inazawa-44-6-annual-monitoring\n  for each v"), "{text}");
    assert!(text.contains("load vendors[].monitored_last_on of local"), "{text}");
    assert!(!text.contains("\ninazawa-5-1"), "only what was asked for");
    let output = jobun(&["check", "policies", "--listing", "--rule", "inazawa-44-6-anual-monitoring"], b"");
    assert_eq!(output.status.code(), Some(4));
    assert!(stderr(&output).contains("inazawa-44-6-annual-monitoring"), "{}", stderr(&output));
}

#[test]
fn check_lists_where_rules_may_err() {
    let output = support::jobun(&["check", "--may-err", "--lang", "en"], b"");
    let text = support::stdout(&output);
    assert!(output.status.success(), "{}", support::stderr(&output));
    let places: Vec<&str> = text.lines().filter(|line| line.starts_with("  ")).collect();
    assert!(places.len() > 10, "{text}");
    for line in &places {
        // Each is a file, a line, a column, the key, the text that stands there, and the reason.
        let mut parts = line.trim_start().splitn(4, ':');
        let (file, row, column) = (parts.next(), parts.next(), parts.next());
        let (row, column): (usize, usize) = (row.unwrap().parse().unwrap(), column.unwrap().parse().unwrap());
        let source = support::text(file.unwrap());
        let rest: String = source.lines().nth(row - 1).unwrap().chars().skip(column - 1).collect();
        let written = parts.next().unwrap().split_once(": ").unwrap().1.rsplit_once(" (").unwrap().0;
        let first = written.split_whitespace().next().unwrap();
        assert!(rest.starts_with(first), "{line}: {rest}");
    }
    assert!(text.contains(".plus(params.") && text.contains("(a day outside the years 1 to 9999)"), "{text}");
    assert!(text.contains(": definition "), "{text}");
    let none = support::jobun(&["check", "--may-err", "--rule", "no-such-rule"], b"");
    assert_eq!(none.status.code(), Some(4));
}
