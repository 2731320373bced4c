//! An explanation for people: a tree of sub-expressions, each with its value.

use std::fmt::Write;

use super::Paint;
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

/// Renders what would have to change, for each subject that is not met or open; the facts are in `file`.
pub fn render_fixes(explanation: &Explanation, file: &str, lang: Lang, paint: Paint) -> String {
    let mut out = String::new();
    let heading = match lang {
        Lang::Ja => "満たすために変える事実",
        Lang::En => "What would have to change",
    };
    let _ = writeln!(out, "\n{}", paint.bold(heading));
    if explanation.fixes.is_empty() {
        out.push_str(match lang {
            Lang::Ja => "  直す不適合も未確定もありません。\n",
            Lang::En => "  Nothing: there is no failure, and nothing is open.\n",
        });
    }
    for fix in &explanation.fixes {
        let name = if fix.subject.is_empty() { explanation.rule.as_str() } else { &fix.subject };
        let _ = writeln!(out, "  {}  {}", paint.bold(name), fix.verdict.label(lang));
        self::fix(fix, file, lang, paint, &mut out);
    }
    out
}

fn fix(fix: &Fix, file: &str, lang: Lang, paint: Paint, out: &mut String) {
    match &fix.changes {
        Some(changes) => {
            for made in changes {
                change(made, file, lang, paint, out);
            }
            let _ = match lang {
                Lang::Ja => writeln!(out, "    この変更で満たされることは、評価し直して確かめてあります。"),
                Lang::En => writeln!(out, "    Judged again with this, the rule is met."),
            };
        }
        None => {
            let _ = match (lang, fix.complete) {
                (Lang::Ja, true) => writeln!(out, "    変えられる事実では満たせません。"),
                (Lang::En, true) => writeln!(out, "    No fact that can still change would meet it."),
                (Lang::Ja, false) => writeln!(out, "    探した範囲では見つかりませんでした。"),
                (Lang::En, false) => writeln!(out, "    Nothing was found within the bounds of the search."),
            };
        }
    }
    if !fix.unchangeable.is_empty() {
        let _ = match lang {
            Lang::Ja => writeln!(out, "    過去の事実なので変えていないもの:"),
            Lang::En => writeln!(out, "    Left alone, being history:"),
        };
        for fact in &fix.unchangeable {
            let question = fact.question.as_ref().map_or("", |question| question.get(lang));
            let _ = writeln!(out, "      {}  {question}", paint.dim(&fact.pointer));
        }
    }
    if !fix.turns.is_empty() {
        let _ = match lang {
            Lang::Ja => writeln!(out, "    ほかの結果も変わります:"),
            Lang::En => writeln!(out, "    Other findings would turn:"),
        };
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
