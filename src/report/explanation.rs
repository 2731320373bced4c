//! An explanation for people: a tree of sub-expressions, each with its value.

use std::fmt::Write;

use super::{Paint, phrases};
use crate::explanation::{Change, ExplainedNode, Explanation, Fix};
use crate::lang::{self, Lang};

/// Renders `explanation`.
pub fn render(explanation: &Explanation, lang: Lang, paint: Paint) -> String {
    let mut out = String::new();
    for subject in &explanation.subjects {
        let name = if subject.subject.is_empty() { explanation.rule.as_str() } else { &subject.subject };
        let _ = writeln!(out, "\n{}  {}", paint.bold(name), subject.verdict.label(lang));
        let mut before = "";
        for part in &subject.parts {
            if part.name != before {
                let _ = writeln!(out, "  {}", paint.dim(&part.name));
            }
            before = &part.name;
            write(&part.tree, lang, paint, 2, &mut out);
        }
    }
    out
}

fn write(node: &ExplainedNode, lang: Lang, paint: Paint, depth: usize, out: &mut String) {
    let indent = "  ".repeat(depth);
    let element = node.element.as_ref().map_or(String::new(), |element| format!("[{element}] "));
    let value = node.value.get(lang);
    let value = if value == lang::yes_no(true, lang) {
        paint.green(value)
    } else if value == lang::yes_no(false, lang) {
        paint.red(value)
    } else {
        paint.yellow(value)
    };
    let _ = writeln!(out, "{indent}{element}{} → {value}", node.text);
    for (pointer, fact) in &node.facts {
        let _ = writeln!(out, "{indent}    {}", paint.dim(&format!("{pointer} = {}", fact.get(lang))));
    }
    for part in &node.parts {
        write(part, lang, paint, depth + 1, out);
    }
}

/// Renders what would have to change, for each subject that is not met or open; the facts are in `file`.
pub fn render_fixes(explanation: &Explanation, file: &str, lang: Lang, paint: Paint) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "\n{}", paint.bold(phrases::FIX_TITLE.get(lang)));
    if explanation.fixes.is_empty() {
        let _ = writeln!(out, "  {}", phrases::FIX_NOTHING.get(lang));
    }
    for fix in &explanation.fixes {
        let name = if fix.subject.is_empty() { explanation.rule.as_str() } else { &fix.subject };
        let _ = writeln!(out, "  {}  {}", paint.bold(name), fix.verdict.label(lang));
        self::fix(fix, file, lang, paint, &mut out);
    }
    out
}

fn fix(fix: &Fix, file: &str, lang: Lang, paint: Paint, out: &mut String) {
    for made in fix.changes.iter().flatten() {
        change(made, file, lang, paint, out);
    }
    let outcome = match (&fix.changes, fix.complete) {
        (Some(_), _) => phrases::FIX_PROVEN,
        (None, true) => phrases::FIX_IMPOSSIBLE,
        (None, false) => phrases::FIX_NOT_FOUND,
    };
    let _ = writeln!(out, "    {}", outcome.get(lang));
    if !fix.unchangeable.is_empty() {
        let _ = writeln!(out, "    {}", phrases::FIX_UNCHANGEABLE.get(lang));
        for fact in &fix.unchangeable {
            let question = fact.question.as_ref().map_or("", |question| question.get(lang));
            let _ = writeln!(out, "      {}  {question}", paint.dim(&fact.pointer));
        }
    }
    if !fix.turns.is_empty() {
        let _ = writeln!(out, "    {}", phrases::FIX_TURNS.get(lang));
        for turn in &fix.turns {
            let subject = if turn.subject.is_empty() { String::new() } else { format!(" · {}", turn.subject) };
            let (from, to) = (turn.from.label(lang), turn.to.label(lang));
            let _ = writeln!(out, "      {}{subject}  {from} → {to}", turn.rule);
        }
    }
}

fn change(change: &Change, file: &str, lang: Lang, paint: Paint, out: &mut String) {
    let from = match &change.from {
        _ if change.masked && change.from.is_some() => lang::masked(lang).to_string(),
        Some(value) => value.to_string(),
        None => lang::unanswered(lang).to_string(),
    };
    let to = paint.green(&change.to.to_string());
    let place = paint.dim(&format!("({file}:{}:{})", change.line, change.column));
    let _ = writeln!(out, "    {}: {from} → {to}  {place}", change.pointer);
    if let Some(question) = &change.question {
        let _ = writeln!(out, "      {}", paint.dim(question.get(lang)));
    }
}
