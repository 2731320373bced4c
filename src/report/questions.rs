//! A list of questions for people: the most useful first, each with what its answer would settle.

use std::fmt::Write;

use super::Paint;
use crate::evaluation::Certainty;
use crate::lang::Lang;
use crate::questions::{Question, locators};

/// Renders the first `most` of `questions` about the facts in `file`.
pub fn render(questions: &[Question], file: &str, most: usize, lang: Lang, paint: Paint) -> String {
    let mut out = String::new();
    if questions.is_empty() {
        out.push_str(match lang {
            Lang::Ja => "確認する質問はありません。\n",
            Lang::En => "There is nothing to ask.\n",
        });
        return out;
    }
    for (number, question) in questions.iter().take(most).enumerate() {
        let text = question.question.as_ref().map_or(question.pointer.as_str(), |text| text.get(lang));
        let possible = match (question.certainty, lang) {
            (Certainty::Confirmed, _) => String::new(),
            (Certainty::Possible, Lang::Ja) => paint.dim("（結論を左右しないこともある）"),
            (Certainty::Possible, Lang::En) => paint.dim(" (may turn out not to matter)"),
        };
        let _ = writeln!(out, "{:>3}. {}{possible}", number + 1, paint.bold(text));
        let place = paint.dim(&format!("({file}:{}:{})", question.line, question.column));
        let _ = writeln!(out, "     {}  {place}", question.pointer);
        for (waiting, ja, en) in [(&question.settles, "決まる", "settles"), (&question.helps, "進む", "helps")] {
            if !waiting.is_empty() {
                let label = if lang == Lang::Ja { ja } else { en };
                let _ = writeln!(out, "     {label} {}: {}", waiting.len(), locators(waiting).join(" "));
            }
        }
    }
    let left = questions.len().saturating_sub(most);
    if left > 0 {
        let _ = match lang {
            Lang::Ja => writeln!(out, "ほか {left} 問（--most で増やせます）"),
            Lang::En => writeln!(out, "{left} more (see --most)"),
        };
    }
    out
}
