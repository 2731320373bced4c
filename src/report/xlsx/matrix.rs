//! Every provision of each source in its order: which rules judge it and what they came to, or why none does.

use std::collections::HashMap;

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::grid::{Cell, Grid, column};
use super::{Book, colours};
use crate::evaluation::{Evaluation, Finding, PackInfo, ProvisionInfo, Standing};
use crate::lang::Lang;
use crate::report::cells::Urgency;
use crate::report::phrases::{self, Phrase};
use crate::words::Verdict;

/// Where the verdict stands.
const VERDICT: u16 = 5;

/// Renders the sheet.
pub(super) fn sheet(book: Book<'_>) -> Result<Worksheet, XlsxError> {
    let lang = book.options.lang;
    let count = |verdict: Verdict| column(Phrase::of(verdict), 10);
    let columns = vec![
        column(phrases::COLUMN_ORGANIZATION, 24).on_a_line(),
        column(phrases::COLUMN_PACK, 18),
        column(phrases::MATRIX_PROVISION, 24),
        column(phrases::COLUMN_CAPTION, 24),
        column(phrases::COLUMN_KIND, 14),
        column(phrases::COLUMN_VERDICT, 18),
        count(Verdict::Fail),
        count(Verdict::Unknown),
        count(Verdict::Pass),
        count(Verdict::NotApplicable),
        count(Verdict::Error),
        column(phrases::HEAT_UNCOUNTED, 10),
        column(phrases::COLUMN_RULES, 36),
        column(phrases::COLUMN_PLACED, 44),
        column(phrases::EVIDENCE_SOURCE, 40).on_screen().on_a_line(),
    ];
    let mut grid = Grid::new(book, phrases::SHEET_MATRIX, &[], columns)?;
    for evaluation in book.evaluations {
        let mut of_rule: HashMap<(&str, &str), Vec<&Finding>> = HashMap::new();
        for finding in &evaluation.findings {
            of_rule.entry((&finding.pack, &finding.rule)).or_default().push(finding);
        }
        for pack in &evaluation.packs {
            for provision in pack.provisions.iter() {
                let rules = provision.rules.iter();
                let found = rules.filter_map(|rule| of_rule.get(&(pack.id.as_str(), rule.as_str()))).flatten();
                let found: Vec<&Finding> = found.copied().collect();
                grid.row(row(evaluation, pack, provision, &found, lang))?;
            }
        }
    }
    colours::of_verdicts(&mut grid, VERDICT, None, lang)?;
    grid.finish(3)
}

fn row(
    evaluation: &Evaluation,
    pack: &PackInfo,
    provision: &ProvisionInfo,
    found: &[&Finding],
    lang: Lang,
) -> Vec<Cell> {
    let counted = |verdict: Verdict| -> Cell {
        let counts = |finding: &&&Finding| match finding.verdict {
            Verdict::Fail => finding.is_failure(),
            Verdict::Unknown => finding.is_open(),
            _ => finding.standing != Standing::RollUp,
        };
        found.iter().filter(|finding| finding.verdict == verdict).filter(counts).count().into()
    };
    let aside =
        |finding: &&&Finding| matches!(Urgency::of(finding), Urgency::AboutOther | Urgency::Advice | Urgency::RollUp);
    let numbers = if provision.rules.is_empty() {
        (0..6).map(|_| Cell::Empty).collect()
    } else {
        vec![
            counted(Verdict::Fail),
            counted(Verdict::Unknown),
            counted(Verdict::Pass),
            counted(Verdict::NotApplicable),
            counted(Verdict::Error),
            found.iter().filter(aside).count().into(),
        ]
    };
    let placed = provision.placed.iter();
    let placed: Vec<String> =
        placed.map(|(placement, why)| format!("{}: {}", placement.label(lang), why.get(lang).trim())).collect();
    let mut cells: Vec<Cell> = vec![
        evaluation.facts.owner().into_owned().into(),
        pack.id.as_str().into(),
        provision.locator.as_str().into(),
        provision.caption.as_str().into(),
        provision.kind.label(lang).into(),
        verdict(provision, found, lang).into(),
    ];
    cells.extend(numbers);
    cells.extend([provision.rules.join("\n").into(), placed.join("\n").into(), pack.source.title.get(lang).into()]);
    cells
}

/// The worst verdict of the organization's binding duties. Where there are none that apply, the worst of what does not
/// count, with a word that says why it does not.
fn verdict(provision: &ProvisionInfo, found: &[&Finding], lang: Lang) -> String {
    let applies = |finding: &&&Finding| finding.verdict != Verdict::NotApplicable;
    let counts = |finding: &&&Finding| finding.standing == Standing::Counted;
    let worst = |finding: &&&Finding| (Urgency::of(finding), finding.verdict != Verdict::Fail);
    let duty = found.iter().filter(applies).filter(counts).min_by_key(worst);
    match (duty, found.iter().filter(applies).min_by_key(worst)) {
        (Some(duty), _) => duty.verdict.label(lang).to_string(),
        (None, Some(other)) => phrases::UNCOUNTED_VERDICT
            .filled(lang, &[("standing", &other.standing.text()), ("verdict", &other.verdict.text())]),
        (None, None) if !found.is_empty() => Verdict::NotApplicable.label(lang).to_string(),
        (None, None) if !provision.placed.is_empty() => phrases::MATRIX_NO_RULE.get(lang).to_string(),
        (None, None) if provision.rules.is_empty() => phrases::MATRIX_BELOW.get(lang).to_string(),
        (None, None) => String::new(),
    }
}
