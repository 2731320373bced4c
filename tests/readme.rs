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

#[test]
fn the_counts_are_true() {
    let page = support::text("README.md");
    for pack in ["inazawa-kitei", "ward-handling"] {
        let rules = support::stdout(&support::jobun(&["list", "rules", "--pack", pack], b"")).lines().count();
        let row = page.lines().find(|line| line.starts_with(&format!("| `{pack}` |"))).expect("a row");
        assert!(row.ends_with(&format!("| {rules} |")), "{row}: {rules} rules");
    }
    let args = ["eval", "fixtures/organizations/center.json", "--as-of", "2026-11-22", "--cross-check"];
    let output = support::jobun(&args, b"");
    let said = support::stderr(&output);
    let line = said.lines().find_map(|line| line.split_once(": checked ")).expect("a count").1;
    assert!(page.contains(&format!("`checked {line}`")), "checked {line}");
}
