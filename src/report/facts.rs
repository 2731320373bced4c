//! The vocabulary as a page for people: `docs/facts.md`.

use std::fmt::Write;

use crate::catalogue::Entry;
use crate::evaluation::Choice;

/// How many provisions of one source are named; of more the count.
const MAX_NAMED: usize = 12;

/// Renders `entries` as Markdown, a section for each record.
pub fn markdown(entries: &[Entry]) -> String {
    let mut out = String::from(
        "# 事実の語彙 / Facts\n\n\
         組織が答える項目の一覧です。`schemas/facts.schema.json` とルールから作られます（`jobun list facts --markdown`）。\
         答えのない項目は不明になり、適合にはなりません。\n\n\
         What an organization answers. Made from `schemas/facts.schema.json` and the rules \
         (`jobun list facts --markdown`). What is not answered is unknown and never a pass.\n",
    );
    let mut section: Option<&str> = None;
    for entry in entries {
        let record = entry.path.rsplit_once('.').map_or("", |(record, _)| record);
        if section != Some(record) {
            section = Some(record);
            let title = if record.is_empty() { "（文書 / the document）" } else { record };
            let _ = write!(out, "\n## {title}\n\n");
        }
        let name = entry.path.rsplit('.').next().unwrap_or(&entry.path);
        let mut notes = Vec::new();
        if entry.sensitive {
            notes.push("表示しない / never shown");
        }
        if entry.fixed {
            notes.push("過去の事実 / history");
        }
        let notes = if notes.is_empty() { String::new() } else { format!(" · {}", notes.join(" · ")) };
        let _ = writeln!(out, "* **`{name}`** — `{}`{notes}", entry.ty);
        if let Some(question) = &entry.question {
            let _ = writeln!(out, "  {}  \n  {}", question.ja.trim(), question.en.trim());
        }
        if !entry.choices.is_empty() {
            let choice = |choice: &Choice| format!("`{}` {} / {}", choice.value, choice.label.ja, choice.label.en);
            let _ = writeln!(out, "  {}", entry.choices.iter().map(choice).collect::<Vec<_>>().join(" · "));
        }
        if let Some(description) = &entry.description {
            let _ = writeln!(out, "  *{}*", description.trim());
        }
        for (pack, locators) in &entry.asked_by {
            let named = locators.iter().take(MAX_NAMED).cloned().collect::<Vec<_>>().join(" ");
            let more = locators.len().saturating_sub(MAX_NAMED);
            let more = if more == 0 { String::new() } else { format!(" +{more}") };
            let _ = writeln!(out, "  ← {pack}: {named}{more}");
        }
    }
    out
}
