//! The first sheet and the last: the counts of each organization, and the sources they were judged after.

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::grid::{Cell, Grid, column};
use super::{Book, colours};
use crate::lang;
use crate::report::phrases::{self, Phrase};
use crate::words::Verdict;

/// The counts of each organization.
pub(super) fn organizations(book: Book<'_>) -> Result<Worksheet, XlsxError> {
    let count = |verdict: Verdict| column(Phrase::of(verdict), 10);
    let columns = vec![
        column(phrases::COLUMN_ORGANIZATION, 40),
        column(phrases::COLUMN_AS_OF, 13),
        count(Verdict::Fail),
        count(Verdict::Unknown),
        count(Verdict::Pass),
        count(Verdict::NotApplicable),
        count(Verdict::Error),
        column(phrases::DUE_SOON_TITLE, 14),
        column(phrases::OTHERS_TITLE, 14),
        column(phrases::ADVICE_TITLE, 12),
        column(phrases::COLUMN_FACTS, 32),
        column(phrases::EVIDENCE_DIGEST, 38),
    ];
    let mut grid = Grid::new(book, phrases::SHEET_SUMMARY, &above(book), columns)?;
    for evaluation in book.evaluations {
        let (summary, facts) = (&evaluation.summary, &evaluation.facts);
        grid.row(vec![
            evaluation.facts.owner().into_owned().into(),
            Some(evaluation.as_of).into(),
            summary.fail.into(),
            summary.unknown.into(),
            summary.pass.into(),
            summary.not_applicable.into(),
            summary.error.into(),
            summary.due_soon.into(),
            summary.about_others.into(),
            summary.advice.into(),
            facts.place().into_owned().into(),
            facts.digest.as_str().into(),
        ])?;
    }
    for (at, verdict) in [(2, Verdict::Fail), (3, Verdict::Unknown), (6, Verdict::Error)] {
        colours::of_counts(&mut grid, at, verdict)?;
    }
    grid.finish(1)
}

/// The title, the day, the engine, and what this is not.
fn above(book: Book<'_>) -> Vec<String> {
    let lang = book.options.lang;
    let mut lines = vec![phrases::KIND_OF_PAGE.get(lang).to_string()];
    if let Some(first) = book.evaluations.first() {
        let day = lang::date(first.as_of, lang);
        let mut day = phrases::AS_OF.filled(lang, &[("day", &day)]);
        if book.options.other_day {
            day = format!("{day} — {}", phrases::OTHER_DAY.get(lang));
        }
        let engine = phrases::EVIDENCE_ENGINE.get(lang);
        lines.push(format!("{day} — {engine} {} {}", first.engine.name, first.engine.version));
    }
    lines.push(phrases::DISCLAIMER.get(lang).to_string());
    lines
}

/// The packs and their sources.
pub(super) fn sources(book: Book<'_>) -> Result<Worksheet, XlsxError> {
    let lang = book.options.lang;
    let columns = vec![
        column(phrases::COLUMN_PACK, 20),
        column(phrases::EVIDENCE_SOURCE, 50),
        column(phrases::COLUMN_PUBLISHER, 30),
        column(phrases::EVIDENCE_KIND, 12),
        column(phrases::COLUMN_STATUS, 8),
        column(phrases::EVIDENCE_EFFECTIVE, 12),
        column(phrases::EVIDENCE_EXPIRES, 12),
        column(phrases::EVIDENCE_VERIFIED, 14),
        column(phrases::EVIDENCE_PARAMETERS, 30),
        column(phrases::EVIDENCE_DIGEST, 38),
    ];
    let mut grid = Grid::new(book, phrases::SHEET_SOURCES, &[], columns)?;
    for pack in book.evaluations.first().iter().flat_map(|first| &first.packs) {
        let source = &pack.source;
        let changed = pack.parameters.iter().filter(|parameter| !parameter.is_default);
        let changed: Vec<String> =
            changed.map(|parameter| format!("{} = {}", parameter.name, parameter.value)).collect();
        grid.row(vec![
            pack.id.as_str().into(),
            match &source.number {
                Some(number) => format!("{}\n{number}", source.title.get(lang)).into(),
                None => source.title.get(lang).into(),
            },
            source.publisher.get(lang).into(),
            source.kind.label(lang).into(),
            source.status.label(lang).into(),
            Cell::Day(source.effective_on),
            Cell::Day(source.expires_on),
            Some(source.verified_on).into(),
            changed.join("\n").into(),
            pack.digest.as_str().into(),
        ])?;
    }
    grid.finish(1)
}
