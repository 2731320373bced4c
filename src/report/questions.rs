//! A list of questions for people: the most useful first, each with what its answer would settle.

use std::fmt::Write;

use super::told::{self, first_of};
use super::{Paint, phrases};
use crate::evaluation::Certainty;
use crate::lang::Lang;
use crate::questions::{Question, locators};

/// How many provisions a question shows of those an answer settles, and of those it helps; the JSON has them all.
const MAX_WAITING: usize = 12;

/// Renders the first `most` of `questions` about the facts in `file`.
pub fn render(questions: &[Question], file: &str, most: usize, lang: Lang, paint: Paint) -> String {
    let mut out = String::new();
    if questions.is_empty() {
        let _ = writeln!(out, "{}", phrases::QUESTIONS_NONE.get(lang));
        return out;
    }
    for (number, question) in questions.iter().take(most).enumerate() {
        let text = question.question.as_ref().map_or(question.pointer.as_str(), |text| text.get(lang));
        let who = told::about(question.subject.as_ref());
        let possible = match question.certainty {
            Certainty::Confirmed => String::new(),
            Certainty::Possible => paint.dim(phrases::HUMAN_POSSIBLE.get(lang)),
        };
        let _ = writeln!(out, "{:>3}. {who}{}{possible}", number + 1, paint.bold(text));
        if let Some(choices) = told::choices_as_written(&question.choices, lang) {
            let _ = writeln!(out, "     {}", paint.dim(&choices));
        }
        let place = paint.dim(&format!("({file}:{}:{})", question.line, question.column));
        let _ = writeln!(out, "     {}  {place}", question.pointer);
        for (waiting, label) in [(&question.settles, phrases::ASK_SETTLES), (&question.helps, phrases::ASK_HELPS)] {
            if !waiting.is_empty() {
                let (n, locators) = (waiting.len(), first_of(&locators(waiting), " ", MAX_WAITING));
                let _ = writeln!(out, "     {} {n}: {locators}", label.get(lang));
            }
        }
    }
    let left = questions.len().saturating_sub(most);
    if left > 0 {
        let _ = writeln!(out, "{}", phrases::ASK_MORE.filled(lang, &[("n", &left)]));
    }
    out
}
