//! An explanation for people: a tree of sub-expressions, each with its value.

use std::fmt::Write;

use super::Paint;
use crate::explanation::{ExplainedNode, Explanation};
use crate::lang::Lang;

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
    let value = match value {
        "はい" | "yes" => paint.green(value),
        "いいえ" | "no" => paint.red(value),
        other => paint.yellow(other),
    };
    let _ = writeln!(out, "{indent}{element}{} → {value}", node.text);
    for (pointer, fact) in &node.facts {
        let _ = writeln!(out, "{indent}    {}", paint.dim(&format!("{pointer} = {}", fact.get(lang))));
    }
    for part in &node.parts {
        write(part, lang, paint, depth + 1, out);
    }
}
