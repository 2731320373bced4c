//! What the project gives to pipelines: the action, the hooks and the example for GitLab are read, and their commands run.
#![cfg(unix)]
#![allow(clippy::disallowed_methods, reason = "a test sets up the folders and variables of a runner")]

mod support;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use jobun::yaml::{self, Kind, Node};

const AS_OF: &str = "2026-11-22";

/// A file of YAML.
fn read(path: &str) -> Node {
    let (node, diagnostics) = yaml::parse(Default::default(), &support::text(path));
    assert!(diagnostics.0.is_empty(), "{path}: {diagnostics:?}");
    node.expect("a document")
}

/// The entries of a mapping.
fn entries(node: &Node) -> Vec<(&str, &Node)> {
    match &node.kind {
        Kind::Mapping(entries) => entries.iter().map(|(key, value)| (key.text.as_str(), value)).collect(),
        other => panic!("a mapping, not {other:?}"),
    }
}

/// The items of a sequence.
fn items(node: &Node) -> &[Node] {
    match &node.kind {
        Kind::Sequence(items) => items,
        other => panic!("a sequence, not {other:?}"),
    }
}

/// What stands under `key`.
fn find<'n>(node: &'n Node, key: &str) -> Option<&'n Node> {
    entries(node).into_iter().find(|(name, _)| *name == key).map(|(_, value)| value)
}

fn get<'n>(node: &'n Node, key: &str) -> &'n Node {
    find(node, key).unwrap_or_else(|| panic!("there is no `{key}`"))
}

fn text(node: &Node) -> &str {
    match &node.kind {
        Kind::Scalar(scalar) => &scalar.text,
        other => panic!("a text, not {other:?}"),
    }
}

/// An empty folder for a test.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pipeline").join(name);
    support::clear(&folder);
    std::fs::create_dir_all(&folder).expect("a folder");
    folder
}

/// Copies an organization of the fixtures to `place`.
fn answers(organization: &str, place: &Path) {
    support::write(place, support::text(&format!("fixtures/organizations/{organization}.json")));
}

/// What a job of the action left behind.
struct Job {
    exit: Option<i32>,
    log: String,
    summary: String,
    outputs: BTreeMap<String, String>,
    workspace: PathBuf,
}

/// The action run as a runner does it: each step's shell with its variables, the values of `${{ … }}` filled in.
fn run_action(name: &str, given: &[(&str, &str)]) -> Job {
    let action = read("action.yml");
    let workspace = folder(name);
    answers("center", &workspace.join("facts/a center.json"));
    answers("ward-handling-passing", &workspace.join("facts/sub/ward.json"));
    support::write(&workspace.join("facts/wrong.txt"), r#"{"organisation": {}}"#);
    let runner = folder(&format!("{name}-runner"));
    let (summary, outputs) = (runner.join("summary"), runner.join("outputs"));
    for file in [&summary, &outputs] {
        support::write(file, "");
    }
    let mut values: BTreeMap<String, String> = BTreeMap::new();
    for (input, described) in entries(get(&action, "inputs")) {
        let default = find(described, "default").map(text);
        let value = given.iter().find(|(name, _)| *name == input).map(|(_, value)| *value).or(default);
        values.insert(format!("inputs.{input}"), value.unwrap_or_else(|| panic!("`{input}` is not given")).to_string());
    }
    for (name, _) in given {
        assert!(values.contains_key(&format!("inputs.{name}")), "the action has no input `{name}`");
    }
    let mut job =
        Job { exit: Some(0), log: String::new(), summary: String::new(), outputs: BTreeMap::new(), workspace };
    for step in items(get(get(&action, "runs"), "steps")) {
        let Some(run) = find(step, "run") else { continue };
        if find(step, "if").is_some_and(|condition| !holds(text(condition), &values)) {
            continue;
        }
        assert!(!text(run).contains("${{"), "a value must not become part of a command");
        let variables = find(step, "env").map(entries).unwrap_or_default();
        let output = Command::new(text(get(step, "shell")))
            .args(["-eo", "pipefail", "-c", text(run)])
            .envs(variables.into_iter().map(|(name, value)| (name, filled(text(value), &values))))
            .env("GITHUB_ACTION_PATH", support::root())
            .env("GITHUB_STEP_SUMMARY", &summary)
            .env("GITHUB_OUTPUT", &outputs)
            .env("RUNNER_TEMP", &runner)
            .current_dir(&job.workspace)
            .output()
            .expect("the shell starts");
        job.log.push_str(&support::stdout(&output));
        job.log.push_str(&support::stderr(&output));
        let id = text(get(step, "id"));
        for line in std::fs::read_to_string(&outputs).expect("outputs").lines() {
            let (name, value) = line.split_once('=').expect("NAME=VALUE");
            values.insert(format!("steps.{id}.outputs.{name}"), value.to_string());
        }
        support::write(&outputs, "");
        if !output.status.success() {
            job.exit = output.status.code();
            break;
        }
    }
    job.summary = std::fs::read_to_string(&summary).expect("a summary");
    for (name, described) in entries(get(&action, "outputs")) {
        job.outputs.insert(name.to_string(), filled(text(get(described, "value")), &values));
    }
    job
}

/// `text` with the values of its `${{ … }}`; what has none is empty, as on a runner.
fn filled(text: &str, values: &BTreeMap<String, String>) -> String {
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${{") {
        let (name, after) = after.split_once("}}").expect("a closed expression");
        let name = name.trim();
        assert!(["inputs.", "steps."].iter().any(|known| name.starts_with(known)), "{name}");
        assert!(!name.starts_with("inputs.") || values.contains_key(name), "there is no {name}");
        filled.push_str(before);
        filled.push_str(values.get(name).map_or("", String::as_str));
        rest = after;
    }
    filled + rest
}

/// Whether a condition of the form `NAME == 'TEXT' && …` holds.
fn holds(condition: &str, values: &BTreeMap<String, String>) -> bool {
    condition.split("&&").all(|part| {
        let (negated, (name, value)) = match part.split_once("!=") {
            Some(sides) => (true, sides),
            None => (false, part.split_once("==").expect("a comparison")),
        };
        let is = values.get(name.trim()).map_or("", String::as_str) == value.trim().trim_matches('\'');
        is != negated
    })
}

const JOBUN: (&str, &str) = ("binary", env!("CARGO_BIN_EXE_jobun"));

#[test]
fn the_action_writes_summary_annotations_and_sarif() {
    let job = run_action(
        "action",
        &[JOBUN, ("facts", "\nfacts/*.json\n"), ("as-of", AS_OF), ("lang", "en"), ("reports", "html=report.html\n\n")],
    );
    assert_eq!((job.exit, job.outputs["exit-code"].as_str()), (Some(1), "1"), "{}", job.log);
    assert!(job.log.lines().any(|line| line.starts_with("::error file=facts/a center.json,line=")), "{}", job.log);
    assert!(job.summary.contains('|') && job.summary.contains("inazawa-10-annual-check"), "{}", job.summary);
    let markdown = std::fs::read_to_string(&job.outputs["markdown"]).expect("the Markdown");
    assert_eq!(markdown, job.summary);
    assert_eq!(job.outputs["sarif"], "jobun.sarif");
    let sarif = std::fs::read_to_string(job.workspace.join("jobun.sarif")).expect("the SARIF");
    let sarif: serde_json::Value = serde_json::from_str(&sarif).expect("JSON");
    assert_eq!(sarif["version"], "2.1.0");
    assert!(std::fs::read_to_string(job.workspace.join("report.html")).expect("the page").starts_with("<!"));
}

#[test]
fn the_inputs_of_the_action_reach_the_command() {
    // Several globs, some packs, only what is critical, nothing but the exit code.
    let quiet = [("summary", "false"), ("annotations", "false"), ("sarif", ""), ("as-of", AS_OF), JOBUN];
    let run = |name: &str, given: &[(&str, &str)]| run_action(name, &[&quiet, given].concat());
    let all = [("facts", "facts/*.json\nfacts/sub/ward.json")];
    let lenient = run("lenient", &[&all[..], &[("packs", "inazawa-kitei, ward-handling")]].concat());
    assert_eq!((lenient.exit, lenient.summary.as_str(), lenient.log.as_str()), (Some(1), "", ""));
    assert_eq!(lenient.outputs["sarif"], "");
    assert!(!lenient.workspace.join("jobun.sarif").exists());
    let ward = [("facts", "facts/sub/*.json"), ("packs", "ward-handling")];
    assert_eq!(run("ward", &ward).exit, Some(0));
    let critical = [("facts", "facts/a center.json"), ("packs", "inazawa-kitei"), ("fail-on", "critical")];
    assert_eq!(run("critical", &critical).exit, Some(2));
    assert_eq!(run("unknown", &[&critical[..], &[("allow-unknown", "true")]].concat()).exit, Some(0));
    let param = [&critical[..], &[("params", "inazawa-kitei.monitoring_interval=never")]].concat();
    assert_ne!(run("param", &param).exit, Some(2));
}

#[test]
fn a_mistake_in_the_action_is_told() {
    let given = |facts: &'static str| [JOBUN, ("facts", facts), ("as-of", AS_OF), ("lang", "en")];
    let nothing = run_action("nothing", &given("answers/*.json"));
    assert_eq!((nothing.exit, nothing.outputs["exit-code"].as_str()), (Some(4), "4"));
    assert!(nothing.log.contains("::error title=Jobun::no file of facts"), "{}", nothing.log);
    let wrong = run_action("wrong", &given("facts/wrong.txt"));
    assert_eq!((wrong.exit, wrong.outputs["exit-code"].as_str()), (Some(3), "3"), "{}", wrong.log);
    assert!(wrong.log.contains("organization") && wrong.outputs["sarif"].is_empty() && wrong.summary.is_empty());
    let absent = run_action("absent", &given("facts/absent.json"));
    assert_eq!(absent.exit, Some(5), "{}", absent.log);
    // What looks like an option is a file.
    let option = run_action("option", &given("--help"));
    assert_eq!(option.exit, Some(5), "{}", option.log);
}

/// Runs a shell command with the built jobun in front of all others.
fn shell(command: &str, folder: &Path) -> Output {
    let bin = Path::new(JOBUN.1).parent().expect("a folder");
    let path = std::env::var("PATH").expect("a path");
    Command::new("sh")
        .args(["-c", command])
        .env("PATH", format!("{}:{path}", bin.display()))
        .current_dir(folder)
        .output()
        .expect("the shell starts")
}

#[test]
fn the_hooks_for_pre_commit_run() {
    let hooks = read(".pre-commit-hooks.yaml");
    let here = folder("hooks");
    answers("center", &here.join("facts/center.json"));
    answers("well-run-center-yearly-lapse", &here.join("facts/another one.json"));
    support::write(&here.join("facts/wrong.json"), r#"{"organisation": {}}"#);
    let exit = |id: &str, folder: &Path, files: &str| {
        let hook = items(&hooks).iter().find(|hook| text(get(hook, "id")) == id).expect("a hook");
        let passes_files = find(hook, "pass_filenames").is_none_or(|value| text(value) != "false");
        assert_eq!(passes_files, !files.is_empty(), "{id}");
        let args: Vec<&str> = find(hook, "args").map(|args| items(args).iter().map(text).collect()).unwrap_or_default();
        let output = shell(&format!("{} {} {files}", text(get(hook, "entry")), args.join(" ")), folder);
        output.status.code()
    };
    assert_eq!(exit("jobun-check", support::root(), ""), Some(0));
    assert_eq!(exit("jobun-check", &here, ""), Some(5));
    assert_eq!(exit("jobun-test", support::root(), ""), Some(0));
    let both = "'facts/center.json' 'facts/another one.json'";
    assert_eq!(exit("jobun-facts", &here, both), Some(0));
    assert_eq!(exit("jobun-facts", &here, "facts/center.json facts/wrong.json"), Some(1));
    assert_eq!(exit("jobun-eval", &here, both), Some(1));
    assert_eq!(exit("jobun-eval", &here, "facts/wrong.json"), Some(3));
    assert_eq!(items(&hooks).len(), 4, "each hook is run above");
}

#[test]
fn the_example_for_gitlab_runs() {
    let example = read("docs/examples/gitlab-ci.yml");
    let job = get(&example, "jobun");
    let here = folder("gitlab");
    answers("center", &here.join("facts.json"));
    std::fs::create_dir_all(here.join(".jobun/bin")).expect("a folder");
    std::os::unix::fs::symlink(JOBUN.1, here.join(".jobun/bin/jobun")).expect("a link");
    // With the binary in the cache nothing is built.
    let commands: Vec<&str> =
        ["before_script", "script"].iter().flat_map(|part| items(get(job, part))).map(text).collect();
    let output = shell(&format!("set -e\n{}", commands.join("\n")), &here);
    assert_eq!(output.status.code(), Some(1), "{}", support::stderr(&output));
    assert!(support::stdout(&output).contains("inazawa-10-annual-check"));
    let artifacts = get(job, "artifacts");
    let junit = std::fs::read_to_string(here.join(text(get(get(artifacts, "reports"), "junit")))).expect("the XML");
    assert!(junit.contains("<testsuites"));
    for path in items(get(artifacts, "paths")) {
        assert!(here.join(text(path)).is_file(), "{}", text(path));
    }
}
