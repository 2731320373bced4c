//! A pack around rules that were made up: whatever a rule must have besides what it says.

#![allow(dead_code, reason = "each user takes its own part")]

use jobun::PolicyFiles;

const PACK: &str = "\
pack: made
title: { ja: m, en: m }
source:
  key: made
  title: { ja: m, en: m }
  publisher: { ja: m, en: m }
  kind: guide
  status: final
  binding: must
  verified_on: 2026-01-01
parameters:
  - { name: days, type: period, default: 30 days, title: { ja: d, en: d }, reason: { ja: d, en: d } }
  - { name: year, type: period, default: 1 year, title: { ja: y, en: y }, reason: { ja: y, en: y } }
  - { name: fiscal, type: period, default: 1 fiscal_year, title: { ja: f, en: f }, reason: { ja: f, en: f } }
  - { name: least, type: int, default: 3, title: { ja: l, en: l }, reason: { ja: l, en: l } }
  - { name: strict, type: bool, default: true, title: { ja: s, en: s }, reason: { ja: s, en: s } }
";

const OUTLINE: &str = "provisions:\n  - { locator: '1', caption: c, kind: duty, requirements: [] }\n";

/// The pack with no rule in it yet.
pub fn files() -> PolicyFiles {
    let mut files = PolicyFiles::new("");
    files.add("made/pack.yaml", PACK);
    files.add("made/outline.yaml", OUTLINE);
    files
}

/// The pack with these rules, each as [`rule`] writes it.
pub fn with_rules(rules: &[String]) -> PolicyFiles {
    let mut files = files();
    files.add("made/rules.yaml", format!("rules:\n{}", rules.concat()));
    files
}

/// An element of the list of rules; `body` are its other keys, indented by four. It is a `must` unless they say
/// otherwise.
pub fn rule(id: &str, body: &str) -> String {
    let modality = if body.contains("    modality:") { "" } else { "    modality: must\n" };
    format!(
        "  - id: {id}\n    title: {{ ja: t, en: t }}\n    cites: ['1']\n    covers: []\n{modality}    \
         addressee: organization\n    category: checks\n    severity: low\n    empty: ok\n    \
         message: {{ ja: m, en: m }}\n    remedy: {{ ja: r, en: r }}\n{body}"
    )
}

/// A key and an expression, written so that nothing in it means anything to YAML.
pub fn field(indent: usize, key: &str, expression: &str) -> String {
    let space = " ".repeat(indent);
    format!("{space}{key}: |\n{space}  {expression}\n")
}
