//! What to ask, and what to put right: lists to be filled in.

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::Book;
use super::grid::{Cell, Grid, column};
use crate::evaluation::{Certainty, Finding};
use crate::lang::Lang;
use crate::questions;
use crate::report::cells::{captions, locators, worst_first};
use crate::report::phrases;
use crate::value::Day;
use crate::words::DeadlineState;

/// What to ask whom, the most useful first.
pub(super) fn questions(book: Book<'_>) -> Result<Worksheet, XlsxError> {
    let lang = book.options.lang;
    let confirmed = book.options.confirmed;
    let mut columns = vec![
        column(phrases::COLUMN_ORGANIZATION, 18),
        column(phrases::COLUMN_NUMBER, 8),
        column(phrases::COLUMN_QUESTION, 50),
        column(phrases::COLUMN_CHOICES, 26),
        column(phrases::CARD_SUBJECT, 20),
        column(phrases::QUESTIONS_SETTLES, 24),
        column(phrases::QUESTIONS_HELPS, 24),
        column(phrases::QUESTIONS_POINTER, 36),
        column(phrases::CARD_AT, 32),
        column(phrases::COLUMN_ANSWER, 26),
    ];
    if confirmed {
        columns.push(column(phrases::COLUMN_CERTAINTY, 14));
    }
    let mut grid = Grid::new(book, phrases::SHEET_QUESTIONS, &[], columns)?;
    for evaluation in book.evaluations {
        for (number, question) in (1..).zip(questions::questions(evaluation)) {
            let pointer = question.pointer.as_str();
            let asked = question.question.as_ref().map_or(pointer, |text| text.get(lang));
            let mut cells: Vec<Cell> = vec![
                evaluation.facts.owner().into_owned().into(),
                Cell::Number(number),
                asked.into(),
                question.choices.iter().map(|choice| choice.label.get(lang)).collect::<Vec<_>>().join("\n").into(),
                question.subject.as_ref().map_or("", |subject| subject.label.as_str()).into(),
                questions::locators(&question.settles).join("\n").into(),
                questions::locators(&question.helps).join("\n").into(),
                pointer.into(),
                format!("{}:{}:{}", evaluation.facts.name, question.line, question.column).into(),
                Cell::Empty,
            ];
            if confirmed {
                cells.push(certainty(question.certainty, lang).into());
            }
            grid.row(cells)?;
        }
    }
    grid.finish(2)
}

fn certainty(certainty: Certainty, lang: Lang) -> &'static str {
    match certainty {
        Certainty::Confirmed => phrases::CERTAINLY.get(lang),
        Certainty::Possible => phrases::POSSIBLY.get(lang),
    }
}

/// What to put right, the gravest first, with places for who, by when, and how far it has come.
pub(super) fn plan(book: Book<'_>) -> Result<Worksheet, XlsxError> {
    let lang = book.options.lang;
    let columns = vec![
        column(phrases::COLUMN_ORGANIZATION, 18),
        column(phrases::COLUMN_NUMBER, 8),
        column(phrases::PLAN_ACTION, 44),
        column(phrases::PLAN_ARTICLE, 36),
        column(phrases::CARD_SUBJECT, 20),
        column(phrases::CARD_SEVERITY, 8),
        column(phrases::PLAN_OWNER, 16),
        column(phrases::PLAN_WAS_DUE, 14),
        column(phrases::PLAN_DUE, 12),
        column(phrases::PLAN_STARTED, 12),
        column(phrases::PLAN_DONE, 12),
        column(phrases::PLAN_CHECKED, 12),
        column(phrases::CARD_RULE, 30).on_screen(),
    ];
    let mut grid = Grid::new(book, phrases::SHEET_PLAN, &[], columns)?;
    for evaluation in book.evaluations {
        let failures = worst_first(evaluation).into_iter().filter(|finding| finding.is_failure());
        for (number, finding) in (1..).zip(failures) {
            let subject = finding.subject.as_ref();
            grid.row(vec![
                evaluation.facts.owner().into_owned().into(),
                Cell::Number(number),
                action(finding, lang).into(),
                article(finding, lang).into(),
                subject.map_or("", |subject| subject.label.as_str()).into(),
                finding.severity.label(lang).into(),
                Cell::Empty,
                was_due(finding, evaluation.as_of).into(),
                Cell::Day(None),
                Cell::Day(None),
                Cell::Day(None),
                Cell::Day(None),
                finding.rule.as_str().into(),
            ])?;
        }
    }
    grid.finish(2)
}

/// What to do; where the rule does not say it, what must be so.
fn action(finding: &Finding, lang: Lang) -> &str {
    match finding.remedy.get(lang) {
        "" => finding.title.get(lang),
        remedy => remedy,
    }
}

/// The source, and below it the provisions and their headings.
fn article(finding: &Finding, lang: Lang) -> String {
    let source = finding.citations.first().map_or("", |citation| citation.title.get(lang));
    let parts = [source.to_string(), locators(finding, "・"), captions(finding, "・")];
    let parts: Vec<&str> = parts.iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
    parts.join("\n")
}

/// The last day the provision gave, or gives.
fn was_due(finding: &Finding, as_of: Day) -> Option<Day> {
    let late = finding.deadlines.iter().filter(|at| at.state != DeadlineState::Done).map(|at| at.by).min();
    finding.missed_or_due(as_of).or(late)
}
