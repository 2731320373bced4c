//! Files of facts with an organization on each line (NDJSON): judged as files of their own, told apart in every report,
//! and their mistakes told with the place.

mod support;

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::process::Output;

use serde_json::{Value, json};
use support::{jobun, stderr, stdout};

/// An empty folder for a test.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("lines").join(name);
    support::clear(&folder);
    folder
}

fn eval(facts: &[&Path], more: &[&str]) -> Output {
    let facts: Vec<&str> = facts.iter().map(|path| path.to_str().expect("UTF-8")).collect();
    jobun(&[&["eval"], &facts[..], &["--as-of", "2026-11-22", "--lang", "en"], more].concat(), b"")
}

/// An organization of the fixtures on one line.
fn on_a_line(organization: &str) -> String {
    let facts = support::text(&format!("fixtures/organizations/{organization}.json"));
    serde_json::from_str::<Value>(&facts).expect("JSON").to_string()
}

/// Adds `more` to the number of every line in `value` that is one of the facts.
fn move_down(value: &mut Value, more: u64) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| move_down(item, more)),
        Value::Object(members) => {
            let is_place_of_facts = members.contains_key("pointer");
            for (key, member) in members {
                match member {
                    Value::Number(line) if key == "line" && is_place_of_facts => {
                        *member = json!(line.as_u64().expect("a line") + more);
                    }
                    _ => move_down(member, more),
                }
            }
        }
        _ => {}
    }
}

#[test]
fn an_organization_on_a_line_is_judged_as_one_in_a_file() {
    let folder = folder("same");
    let organizations = ["center", "contractor", "startup-numbers-in-cloud"].map(on_a_line);
    // Lines of spaces are none, line breaks are of either kind, and the last line may lack its own.
    let lines = folder.join("vendors.ndjson");
    let text = format!("{}\r\n\n  \t\r\n{}\n{}", organizations[0], organizations[1], organizations[2]);
    support::write(&lines, text);
    let judged = eval(&[&lines], &["--format", "json"]);
    assert_eq!(judged.status.code(), Some(1), "{}", stderr(&judged));
    let judged: Vec<Value> = serde_json::from_slice(&judged.stdout).expect("a list");
    assert_eq!(judged.len(), 3);
    for ((judged, text), line) in judged.into_iter().zip(organizations).zip([1, 4, 5]) {
        let alone = folder.join("alone.json");
        support::write(&alone, text);
        let mut expected: Value =
            serde_json::from_slice(&eval(&[&alone], &["--format", "json"]).stdout).expect("an evaluation");
        move_down(&mut expected, line - 1);
        expected["facts"]["name"] = json!(lines.to_str());
        expected["facts"]["line"] = json!(line);
        assert!(judged == expected, "line {line} is judged otherwise than a file");
    }
}

/// The same organization three times, and one that gives no name.
fn alike(folder: &Path) -> PathBuf {
    let lines = folder.join("alike.jsonl");
    let (center, nameless) = (on_a_line("center"), json!({"handling": {"my_number": true}}));
    support::write(&lines, format!("{center}\n{center}\n{nameless}\n{center}\n"));
    lines
}

#[test]
fn organizations_of_one_name_are_told_apart_in_every_report() {
    let lines = alike(&folder("alike"));
    let name = lines.to_str().expect("UTF-8");
    let report = |format: &str| stdout(&eval(&[&lines], &["--format", format]));

    let sarif: Value = serde_json::from_str(&report("sarif")).expect("JSON");
    let runs = sarif["runs"].as_array().expect("runs");
    let ids: HashSet<&str> = runs.iter().filter_map(|run| run["automationDetails"]["id"].as_str()).collect();
    assert_eq!(ids.len(), 4, "{ids:?}");
    // A result stands in the file itself, on the line of its organization.
    for (run, line) in runs.iter().zip(1..) {
        for result in run["results"].as_array().expect("results") {
            let place = &result["locations"][0]["physicalLocation"];
            assert!(
                name.ends_with(place["artifactLocation"]["uri"].as_str().expect("a URI").trim_start_matches("file://"))
            );
            assert_eq!(place["region"]["startLine"], line, "{place}");
        }
    }

    let junit = report("junit");
    let classes: HashSet<&str> =
        junit.split("<testsuite name=\"").skip(1).filter_map(|suite| suite.split('"').next()).collect();
    assert_eq!(classes.len(), junit.matches("<testsuite name=").count(), "two suites have one name");
    for line in 1..=4 {
        assert!(classes.iter().any(|class| class.ends_with(&format!("{name}:{line}"))), "{line}: {classes:?}");
    }

    let oscal: Value = serde_json::from_str(&report("oscal")).expect("JSON");
    let results = oscal["assessment-results"]["results"].as_array().expect("results");
    let ids: HashSet<&str> = results.iter().filter_map(|result| result["uuid"].as_str()).collect();
    assert_eq!(ids.len(), 4);

    let ndjson = report("ndjson");
    let (mut heads, mut findings) = (Vec::new(), HashSet::new());
    for line in ndjson.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON")) {
        let own = line["facts"]["line"].as_u64().expect("a line");
        if line["type"] == "evaluation" {
            heads.push(own);
        } else {
            findings.insert(own);
        }
    }
    assert_eq!((heads, findings), (vec![1, 2, 3, 4], [1, 2, 3, 4].into()));

    let human = report("human");
    assert!(human.contains(&format!("{name}:3  ")), "who gives no name is called by the place: {human}");
    assert!(human.contains(&format!("({name}:4:")), "facts stand on the line of their organization");
    let github = report("github");
    assert!(github.lines().any(|line| line.contains(",line=4,col=")), "{github}");
    let csv = report("csv");
    assert!(csv.lines().skip(1).all(|row| !row.contains(",,,,,,,,,,")), "{csv}");
}

#[test]
fn a_folder_takes_a_file_for_each_line() {
    let folder = folder("each");
    let (lines, out) = (alike(&folder), format!("{}/", folder.join("out").display()));
    let output = eval(&[&lines], &["--format", "html", "--output", &out]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert_eq!(support::files_below(&out), ["alike-1.html", "alike-2.html", "alike-3.html", "alike-4.html"]);
    // A file beside it may be called as one of its lines would be.
    let other = folder.join("alike-2.json");
    support::write(&other, "{}");
    let output = eval(&[&lines, &other], &["--format", "html", "--output", &out]);
    assert_eq!(output.status.code(), Some(4), "{}", stderr(&output));
    assert!(stderr(&output).contains("would both be written to"), "{}", stderr(&output));
}

#[test]
fn standard_input_holds_lines_where_that_is_said() {
    let lines = format!("{}\n{}\n", on_a_line("center"), on_a_line("contractor"));
    let args = ["eval", "-", "--as-of", "2026-11-22", "--format", "json"];
    let output = jobun(&[&args[..], &["--ndjson"]].concat(), lines.as_bytes());
    let judged: Vec<Value> = serde_json::from_slice(&output.stdout).expect("a list");
    let places: Vec<_> =
        judged.iter().map(|own| (own["facts"]["name"].as_str(), own["facts"]["line"].as_u64())).collect();
    assert_eq!(places, [(Some("stdin"), Some(1)), (Some("stdin"), Some(2))]);
    // Otherwise it is one document, and what to do is said.
    let output = jobun(&[&args[..], &["--lang", "en"]].concat(), lines.as_bytes());
    assert_eq!(output.status.code(), Some(3));
    assert!(stderr(&output).contains("--ndjson"), "{}", stderr(&output));
}

/// That `text` is refused, and what is said of it; nothing is written.
fn refused(name: &str, text: impl AsRef<[u8]>) -> String {
    let folder = folder(name);
    let (lines, out) = (folder.join("answers.ndjson"), folder.join("report.csv"));
    support::write(&lines, text);
    let formats = ["--format", "ndjson", "--format", "csv", "--output", out.to_str().expect("UTF-8")];
    let output = eval(&[&lines], &[&formats[..], &["--max-facts-mib", "1"]].concat());
    assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
    assert_eq!(stdout(&output), "");
    assert!(!out.exists(), "a report was written");
    stderr(&output).replace(&format!("{}/", folder.display()), "")
}

#[test]
fn mistakes_on_lines_are_told_together_with_their_places() {
    let center = on_a_line("center");
    let wrong_word = center.replace("\"my_number\":true", "\"my_number\":\"yes\"");
    assert_ne!(wrong_word, center);
    let told = refused("mistakes", format!("{center}\n{wrong_word}\n\n{{\"organization\":\n{center}\n{{}} {{}}\n"));
    for place in ["answers.ndjson:2:", "answers.ndjson:4:", "answers.ndjson:6:4"] {
        assert!(told.contains(place), "{place}: {told}");
    }
    assert!(!told.contains("answers.ndjson:1:") && !told.contains("answers.ndjson:5:"), "{told}");
    // The line is shown under its own number.
    assert!(told.contains(" 6 │ {} {}"), "{told}");
    assert!(told.contains("3 mistakes"), "{told}");
}

#[test]
fn one_organization_on_many_lines_is_told_once() {
    let told = refused("pretty", support::text("fixtures/organizations/center.json"));
    assert!(told.contains("answers.ndjson:1:") && told.contains("1 mistake\n"), "{told}");
    assert!(told.contains("each line holds one organization"), "{told}");
}

#[test]
fn a_file_without_organizations_is_no_silent_pass() {
    for (name, text) in [("empty", ""), ("blank", "\n \r\n\t\n")] {
        let told = refused(name, text);
        assert!(told.contains("empty-file") && told.contains("answers.ndjson:1:1"), "{told}");
    }
}

#[test]
fn a_line_is_bounded_and_what_follows_it_is_read() {
    let long = format!("{{\"organization\":{{\"name\":\"{}\"}}}}", "x".repeat(3 << 20));
    let told = refused("long", format!("{{}}\n{long}\n[]\n"));
    assert!(told.contains("answers.ndjson:2:1") && told.contains("too-large"), "{told}");
    assert!(told.contains("answers.ndjson:3:1"), "{told}");
}

#[test]
fn of_very_many_mistakes_the_rest_is_left_out_with_a_word() {
    let told = refused("many", "[]\n".repeat(100_000));
    assert!(told.contains("answers.ndjson:200:1") && !told.contains("answers.ndjson:201:1"), "{told}");
    assert!(told.contains("too-many-mistakes") && told.contains("201 mistakes"), "{told}");
}
