//! What the README shows is what the program prints.

mod support;

/// The console sessions of a page: the arguments after `--`, and the output shown.
fn sessions(page: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = page;
    while let Some(at) = rest.find("```console\n$ cargo run --release -- ") {
        let block = &rest[at + "```console\n$ cargo run --release -- ".len()..];
        let end = block.find("\n```").expect("a closed block");
        let (command, output) = block[..end].split_once('\n').expect("a command and its output");
        found.push((command.to_string(), format!("{output}\n")));
        rest = &block[end..];
    }
    found
}

#[test]
fn the_sessions_are_true() {
    let page = support::text("README.md");
    let sessions = sessions(&page);
    assert!(!sessions.is_empty(), "the README shows a session");
    for (command, shown) in sessions {
        let args: Vec<&str> = command.split(' ').collect();
        let output = support::jobun(&args, b"");
        assert_eq!(support::stdout(&output), shown, "{command}");
    }
}

/// The table of what each pack encodes, from what `jobun coverage` says.
fn coverage_table() -> String {
    let args = ["coverage", "policies", "--format", "json"];
    let output = support::jobun(&args, b"");
    let found: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let count = |totals: &serde_json::Value, key: &str| totals[key].as_u64().unwrap_or(0);
    let row = |name: &str, totals: &serde_json::Value| {
        let placed: u64 = totals["placed"].as_object().map_or(0, |all| all.values().filter_map(|n| n.as_u64()).sum());
        format!(
            "| {name} | {} | {} | {} | {placed} | {} | {} of {} | {} | {} |\n",
            count(totals, "provisions"),
            count(totals, "requirements"),
            count(totals, "covered"),
            count(totals, "gaps"),
            count(totals, "duties_with_own_rule"),
            count(totals, "duties"),
            count(totals, "rules"),
            count(totals, "cases"),
        )
    };
    let mut out = String::from(
        "| pack | provisions | requirements | judged | placed | gaps | duties and prohibitions with a rule of their own | rules | cases |\n\
         |---|---|---|---|---|---|---|---|---|\n",
    );
    for pack in found["packs"].as_array().expect("packs") {
        out.push_str(&row(&format!("`{}`", pack["pack"].as_str().expect("an id")), &pack["totals"]));
    }
    out.push_str(&row("all", &found["totals"]));
    out
}

#[test]
#[allow(clippy::disallowed_methods, reason = "a test may keep its own table")]
fn the_table_of_coverage_is_true() {
    const BEGIN: &str = "<!-- coverage: written by `JOBUN_BLESS=1 cargo test --test readme` -->\n";
    let table = coverage_table();
    let page = support::text("README.md");
    let (before, rest) = page.split_once(BEGIN).expect("the table begins");
    let (kept, after) = rest.split_once("<!-- end of coverage -->").expect("the table ends");
    let mut kept = kept.to_string();
    if std::env::var_os("JOBUN_BLESS").is_some() {
        let page = format!("{before}{BEGIN}{table}<!-- end of coverage -->{after}");
        support::write(&support::root().join("README.md"), page);
        kept.clone_from(&table);
    }
    assert_eq!(kept, table);
    let gaps = table.lines().last().and_then(|row| row.split(" | ").nth(5).map(str::to_string));
    assert_eq!(gaps.as_deref(), Some("0"), "every requirement is judged or placed");
}

#[test]
fn the_count_of_the_second_opinion_is_true() {
    let page = support::text("README.md");
    let args = ["eval", "fixtures/organizations/center.json", "--as-of", "2026-11-22", "--cross-check"];
    let output = support::jobun(&args, b"");
    let said = support::stderr(&output);
    let line = said.lines().find_map(|line| line.split_once(": checked ")).expect("a count").1;
    assert!(page.contains(&format!("`checked {line}`")), "checked {line}");
}
