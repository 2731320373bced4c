//! Comma-separated values (RFC 4180), one row for each finding of each organization.
//!
//! The names of the columns, and the words for verdicts and the like, are the same in both languages. A cell that a
//! spreadsheet would take for a formula gets a `'` before it.

use std::borrow::Cow;

use csv::{Terminator, WriterBuilder};

use super::cells::{captions, deciding, locators};
use super::{Options, ReportError, told};
use crate::evaluation::{Evaluation, FactsInfo, Finding};
use crate::lang::Lang;
use crate::value::Day;

/// What stands at the beginning of a file in UTF-8 that Excel is to read.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Between several things in one cell.
const BETWEEN: &str = "; ";

/// The names of the columns.
pub const COLUMNS: [&str; 31] = [
    "organization",
    "facts",
    "as_of",
    "pack",
    "rule",
    "subject",
    "subject_label",
    "verdict",
    "standing",
    "modality",
    "binding",
    "addressee",
    "about",
    "category",
    "severity",
    "locators",
    "captions",
    "title",
    "message",
    "remedy",
    "due_on",
    "stable_until",
    "deadlines",
    "deciding",
    "missing",
    "questions",
    "line",
    "column",
    "reason",
    "vacuous",
    "error",
];

/// Renders every finding of `evaluations`; the names of the columns stand before the first of all.
pub fn render(evaluations: &[Evaluation], options: Options, is_first: bool) -> Result<Vec<u8>, ReportError> {
    let start = if options.bom && is_first { BYTE_ORDER_MARK.to_vec() } else { Vec::new() };
    let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(start);
    if is_first {
        writer.write_record(COLUMNS).map_err(|error| failed(&error))?;
    }
    for evaluation in evaluations {
        for finding in &evaluation.findings {
            let row = row(evaluation, finding, options.lang);
            writer.write_record(row.iter().map(|cell| inert(cell).into_owned())).map_err(|error| failed(&error))?;
        }
    }
    writer.into_inner().map_err(|error| failed(error.error()))
}

fn failed(error: &dyn std::error::Error) -> ReportError {
    ReportError::Failed { format: "csv", reason: error.to_string() }
}

fn row(evaluation: &Evaluation, finding: &Finding, lang: Lang) -> [String; COLUMNS.len()] {
    let subject = finding.subject.as_ref();
    let (line, column) = told::place(finding).map(|place| (place.line, place.column)).unzip();
    let deadlines = finding.deadlines.iter().map(|at| format!("{} {} {}", at.id, at.by, at.state.word()));
    let missing = finding.missing.iter().map(|missing| missing.pointer.clone());
    let questions = finding.missing.iter().filter_map(|missing| told::question(missing, lang));
    [
        FactsInfo::repeated(&evaluation.facts.owner()).into_owned(),
        evaluation.facts.name.clone(),
        evaluation.as_of.to_string(),
        finding.pack.clone(),
        finding.rule.clone(),
        subject.map_or_else(String::new, |subject| subject.id.clone()),
        subject.map_or_else(String::new, |subject| subject.label.clone()),
        finding.verdict.word().into(),
        finding.standing.word().into(),
        finding.modality.word().into(),
        finding.binding.word().into(),
        finding.addressee.word().into(),
        finding.about.map_or("", |about| about.word()).into(),
        finding.category.word().into(),
        finding.severity.word().into(),
        locators(finding, BETWEEN),
        captions(finding, BETWEEN),
        finding.title.get(lang).into(),
        finding.message.get(lang).into(),
        told::remedy(finding, lang).unwrap_or_default().into(),
        day(finding.due_on),
        day(finding.stable_until),
        joined(deadlines),
        joined(deciding(finding, lang)),
        joined(missing),
        joined(questions),
        number(line.or(evaluation.facts.line)),
        number(column),
        finding.reason.map_or("", |reason| reason.word()).into(),
        joined(finding.vacuous.iter().cloned()),
        finding.error.as_ref().map_or_else(String::new, |error| {
            format!("{} ({}:{}:{})", error.message.get(lang), error.file, error.line, error.column)
        }),
    ]
}

fn joined(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(BETWEEN)
}

fn day(day: Option<Day>) -> String {
    day.map_or_else(String::new, |day| day.to_string())
}

fn number(number: Option<u32>) -> String {
    number.map_or_else(String::new, |number| number.to_string())
}

/// `cell` with a `'` before it if a spreadsheet would take it for a formula. Where it begins with `'` and what follows
/// would be one, it gets another, so that taking the first one off gives back every cell.
fn inert(cell: &str) -> Cow<'_, str> {
    if is_live(cell.trim_start_matches('\'')) { Cow::Owned(format!("'{cell}")) } else { Cow::Borrowed(cell) }
}

/// Whether a spreadsheet may take it for a formula. Those set to Japanese take the wide forms for one too, and some
/// pass over spaces.
pub(super) fn is_live(cell: &str) -> bool {
    cell.starts_with(['\t', '\r', '\n'])
        || cell.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠', '−', '﹣', '﹢', '﹦', '﹫'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_be_a_formula_is_text_and_can_be_read_back() {
        for live in ["=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "＝1", " =1", "'=1", "''-1", "="] {
            assert_eq!(inert(live), format!("'{live}"));
        }
        for harmless in ["", "a=1", "/a=-1", "2026-11-22", "第1条", "'70s", "'", "「=1」"] {
            assert_eq!(inert(harmless), harmless);
        }
    }
}
