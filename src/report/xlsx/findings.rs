//! Every finding of every organization, the most pressing first.

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::grid::{Cell, Column, Grid, column};
use super::{Book, colours};
use crate::evaluation::{Evaluation, Finding};
use crate::lang::Lang;
use crate::report::cells::{captions, deciding, locators, place_in, worst_first};
use crate::report::{phrases, told};
use crate::words::Addressee;

/// How many facts are shown; the JSON has them all.
const FACTS: usize = 20;

/// Where the verdict and the standing stand.
const VERDICT: u16 = 1;
const STANDING: u16 = 2;

const COLUMNS: [Column; 28] = [
    column(phrases::COLUMN_ORGANIZATION, 18),
    column(phrases::COLUMN_VERDICT, 10),
    column(phrases::COLUMN_STANDING, 11),
    column(phrases::CARD_SEVERITY, 8),
    column(phrases::PLAN_ARTICLE, 22),
    column(phrases::COLUMN_TITLE, 28),
    column(phrases::CARD_SUBJECT, 20),
    column(phrases::COLUMN_MESSAGE, 44),
    column(phrases::CARD_REMEDY, 34),
    column(phrases::CARD_DUE, 12),
    column(phrases::CARD_AT, 32).on_screen().on_a_line(),
    column(phrases::COLUMN_CAPTION, 24),
    column(phrases::EVIDENCE_SOURCE, 40).on_a_line(),
    column(phrases::COLUMN_STABLE_UNTIL, 14),
    column(phrases::COLUMN_DEADLINES, 30),
    column(phrases::CARD_CATEGORY, 16),
    column(phrases::CARD_MODALITY, 12),
    column(phrases::COLUMN_BINDING, 10),
    column(phrases::CARD_ADDRESSEE, 16),
    column(phrases::CARD_ABOUT, 16),
    column(phrases::CARD_FACTS, 60).on_a_line(),
    column(phrases::CARD_MISSING, 40).on_a_line(),
    column(phrases::QUESTIONS_TITLE, 50),
    column(phrases::COLUMN_REASON, 24),
    column(phrases::COLUMN_PACK, 18),
    column(phrases::CARD_RULE, 36),
    column(phrases::COLUMN_SUBJECT_ID, 20),
    column(phrases::COLUMN_FACTS, 32).on_a_line(),
];

/// Renders the sheet.
pub(super) fn sheet(book: Book<'_>) -> Result<Worksheet, XlsxError> {
    let lang = book.options.lang;
    let mut grid = Grid::new(book, phrases::SHEET_FINDINGS, &[], COLUMNS.to_vec())?;
    for evaluation in book.evaluations {
        for finding in worst_first(evaluation) {
            grid.row(row(evaluation, finding, lang))?;
        }
    }
    colours::of_verdicts(&mut grid, VERDICT, Some(STANDING), lang)?;
    grid.finish(STANDING)
}

fn row(evaluation: &Evaluation, finding: &Finding, lang: Lang) -> Vec<Cell> {
    let facts = &evaluation.facts;
    let subject = finding.subject.as_ref();
    let deadlines = finding.deadlines.iter().map(|at| format!("{} {} {}", at.id, at.by, at.state.label(lang)));
    let whose = finding.about.unwrap_or(Addressee::Organization);
    let questions = finding.missing.iter().filter_map(|missing| told::question(missing, lang));
    let source = finding.citations.first().map_or("", |citation| citation.title.get(lang));
    vec![
        evaluation.facts.owner().into_owned().into(),
        finding.verdict.label(lang).into(),
        finding.standing.label(lang).into(),
        finding.severity.label(lang).into(),
        locators(finding, "\n").into(),
        finding.title.get(lang).into(),
        subject.map_or("", |subject| subject.label.as_str()).into(),
        finding.message.get(lang).into(),
        told::remedy(finding, lang).unwrap_or_default().into(),
        finding.due_on.into(),
        place_in(&facts.name, finding).into(),
        captions(finding, "\n").into(),
        source.into(),
        finding.stable_until.into(),
        some(deadlines).into(),
        finding.category.label(lang).into(),
        finding.modality.label(lang).into(),
        finding.binding.label(lang).into(),
        finding.addressee.label(lang).into(),
        whose.label(lang).into(),
        some(deciding(finding, lang)).into(),
        some(finding.missing.iter().map(|missing| missing.pointer.clone())).into(),
        some(questions).into(),
        reason(finding, lang).into(),
        finding.pack.as_str().into(),
        finding.rule.as_str().into(),
        subject.map_or("", |subject| subject.id.as_str()).into(),
        facts.name.as_str().into(),
    ]
}

/// Why it does not apply, or what went wrong.
fn reason(finding: &Finding, lang: Lang) -> String {
    match (&finding.error, finding.reason) {
        (Some(error), _) => format!("{} ({}:{}:{})", error.message.get(lang), error.file, error.line, error.column),
        (None, Some(reason)) => reason.label(lang).to_string(),
        (None, None) => String::new(),
    }
}

/// The first of `all`, a line each, and how many more there are.
fn some(all: impl Iterator<Item = String>) -> String {
    let mut all: Vec<String> = all.collect();
    if let Some(more) = all.len().checked_sub(FACTS + 1) {
        all.truncate(FACTS);
        all.push(format!("+{}", more + 1));
    }
    all.join("\n")
}
