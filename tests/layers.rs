//! The direction of dependencies: a module uses only what stands on a line below its own.

mod support;

/// The layers, top first; neighbours on a line do not know each other.
const LAYERS: &[&[&str]] = &[
    &["cli"],
    &["report"],
    &["testing", "coverage", "timeline", "catalogue"],
    &["explain", "reference", "counterfactual"],
    &["engine", "plain"],
    &["eval"],
    &["compile"],
    &["check"],
    &["policy"],
    &["facts", "stdlib", "cite", "bound"],
    &["questions"],
    &["program", "evaluation", "explanation"],
    &["cel"],
    &["yaml", "json", "schema"],
    &["types"],
    &["diagnostic", "host"],
    &["words"],
    &["lang"],
    &["value"],
    &["source", "time", "pointer", "limits", "pattern", "redact", "printable", "digest", "parallel"],
];

/// What a module must not know although it stands above it, and why.
const ABSENT: &[(&str, &[&str], &str)] = &[
    (
        "report",
        &["engine", "eval", "policy", "check", "compile", "facts", "testing", "explain", "reference"],
        "a report reads results, it does not make them",
    ),
    ("eval", &["policy", "schema", "yaml", "check", "compile", "cel"], "the evaluator runs a program over facts"),
    ("compile", &["facts", "json", "yaml"], "a program is made before any facts are seen"),
    ("check", &["facts", "json", "program"], "a policy is checked before any facts are seen"),
];

/// Words that may stand in one module only.
const HOMES: &[(&str, &[&str])] = &[
    ("std::fs", &["host"]),
    ("SystemTime", &["host"]),
    ("std::env", &["host"]),
    ("io::stdout", &["host"]),
    ("io::stderr", &["host"]),
    ("println!", &[]),
    ("eprintln!", &[]),
    ("serde_json::from_slice", &["testing"]),
    ("serde_json::from_str", &["facts"]),
    ("jsonschema::", &["facts", "json"]),
    ("saphyr_parser", &["yaml"]),
    ("miette", &["cli"]),
    ("clap", &["cli"]),
    ("cel::Value", &["reference"]),
];

/// The module a file of `src` belongs to, and its text without comments.
fn modules() -> Vec<(String, String, String)> {
    support::files_below("src")
        .into_iter()
        .filter(|name| name.ends_with(".rs") && name != "lib.rs" && name != "main.rs")
        .map(|name| {
            let module = name.split('/').next().unwrap_or(&name).trim_end_matches(".rs").to_string();
            let code = support::text(&format!("src/{name}"));
            let code: Vec<&str> = code.lines().map(|line| line.split("//").next().unwrap_or("")).collect();
            (module, name, code.join("\n"))
        })
        .collect()
}

/// The modules that `code` names as `crate::module`.
fn used(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        let names: Vec<&str> = match rest.strip_prefix('{') {
            Some(list) => list.split('}').next().unwrap_or("").split(',').map(str::trim).collect(),
            None => vec![rest],
        };
        for name in names {
            let end = name.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(name.len());
            found.push(name[..end].to_string());
        }
    }
    found
}

fn level(module: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| layer.contains(&module))
}

#[test]
fn every_module_uses_only_what_stands_below_it() {
    let mut wrong = Vec::new();
    let mut looked_at = 0;
    for (module, file, code) in modules() {
        let Some(own) = level(&module) else {
            wrong.push(format!("{file}: the module `{module}` has no layer"));
            continue;
        };
        for name in used(&code) {
            let Some(other) = level(&name) else { continue };
            looked_at += 1;
            if name != module && other <= own {
                wrong.push(format!("{file} uses `{name}`, which stands no lower than `{module}`"));
            }
        }
    }
    assert!(looked_at > 200, "only {looked_at} uses were seen");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_must_be_absent_is_absent() {
    let mut wrong = Vec::new();
    for (module, file, code) in modules() {
        for (_, names, why) in ABSENT.iter().filter(|(own, ..)| *own == module) {
            for name in used(&code).iter().filter(|name| names.contains(&name.as_str())) {
                wrong.push(format!("{file} names `{name}`, but {why}"));
            }
        }
        for (word, homes) in HOMES {
            if code.contains(word) && !homes.contains(&module.as_str()) {
                wrong.push(format!("{file} uses `{word}`, whose home is {homes:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_module_of_the_library_has_a_layer() {
    let lib = support::text("src/lib.rs");
    for line in lib.lines().filter_map(|line| line.strip_prefix("pub mod ")) {
        let module = line.trim_end_matches(';');
        assert!(level(module).is_some(), "`{module}` has no layer");
    }
}

/// The words of reports are kept together, so that no language lacks one; beside them stand the page of the vocabulary,
/// which is in both languages at once, and the letters of locators.
const WORDED: &[&str] = &["report/phrases.rs", "report/facts.rs", "report/oscal/ids.rs"];

#[test]
fn the_words_of_reports_stand_in_one_catalogue() {
    let is_japanese = |c: char| matches!(c, 'ぁ'..='ヶ' | '一'..='龠');
    for (module, name, code) in modules() {
        let code = code.split("#[cfg(test)]").next().unwrap_or_default();
        let is_worded = code.contains(is_japanese);
        if module == "report" {
            assert_eq!(is_worded, WORDED.contains(&name.as_str()), "{name}: words belong into report/phrases.rs");
        }
    }
}
