//! Categories by verdict, the worst first.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde::Serialize;

use super::reading::{Reading, is_aside};
use super::said::{Sign, class, code};
use crate::evaluation::{Finding, Standing};
use crate::lang::Text;
use crate::report::phrases;
use crate::words::{Category, Verdict};

/// A table of numbers.
#[derive(Serialize)]
pub(super) struct Heat {
    heads: Vec<Sign>,
    rows: Vec<Row>,
    total: Vec<usize>,
}

#[derive(Serialize)]
struct Row {
    category: char,
    label: Text,
    cells: Vec<Cell>,
}

#[derive(Serialize)]
struct Cell {
    n: usize,
    cls: &'static str,
    level: usize,
}

/// A verdict, or what counts for none.
type Column = Option<Verdict>;

const COLUMNS: [Column; 6] = [
    Some(Verdict::Fail),
    Some(Verdict::Error),
    Some(Verdict::Unknown),
    Some(Verdict::Pass),
    Some(Verdict::NotApplicable),
    None,
];

/// How many findings of a category stand in each column.
type Counts = [usize; COLUMNS.len()];

/// Where a finding is counted, as the summary counts it.
fn column(finding: &Finding) -> Column {
    (!is_aside(finding)).then_some(finding.verdict)
}

fn level(column: Column, n: usize) -> usize {
    let steps = match column {
        None | Some(Verdict::NotApplicable) => return 0,
        Some(Verdict::Pass) => [1, 20, 60, 150],
        Some(_) => [1, 2, 5, 10],
    };
    steps.iter().filter(|step| n >= **step).count()
}

fn head(column: Column) -> Sign {
    column.map_or_else(|| Sign { cls: "o", mark: "", label: phrases::HEAT_UNCOUNTED.text() }, Sign::of)
}

pub(super) fn heat(reading: &Reading<'_>) -> Heat {
    let mut counts: BTreeMap<Category, Counts> = BTreeMap::new();
    // As in the summary, only binding duties of the organization count as met.
    let is_counted = |finding: &Finding| match finding.standing {
        Standing::Counted => true,
        Standing::Advice | Standing::AboutOther => finding.verdict != Verdict::Pass,
        Standing::RollUp => false,
    };
    for finding in reading.findings(is_counted) {
        let own = counts.entry(finding.category).or_default();
        let place = COLUMNS.iter().zip(own).find(|(known, _)| **known == column(finding));
        if let Some((_, n)) = place {
            *n += 1;
        }
    }
    let with_errors = reading.evaluation.findings.iter().any(Finding::is_error);
    let is_shown = |shown: &Column| with_errors || *shown != Some(Verdict::Error);
    let mut ranked: Vec<(Category, Counts)> = counts.into_iter().collect();
    // The counts of what is wrong or open; equals keep the order of the categories.
    ranked.sort_by_key(|(_, [fail, error, unknown, _, _, uncounted])| Reverse([*fail, *error, *unknown, *uncounted]));
    let cells = |counts: &Counts| {
        let shown = COLUMNS.into_iter().zip(*counts).filter(|(column, _)| is_shown(column));
        shown.map(|(column, n)| Cell { n, cls: column.map_or("o", class), level: level(column, n) }).collect()
    };
    let rows = ranked
        .iter()
        .map(|(category, counts)| Row { category: code(*category), label: category.text(), cells: cells(counts) })
        .collect();
    let mut total = Counts::default();
    for (_, counts) in &ranked {
        total.iter_mut().zip(counts).for_each(|(sum, n)| *sum += n);
    }
    let total = COLUMNS.iter().zip(total).filter(|(column, _)| is_shown(column)).map(|(_, n)| n).collect();
    Heat { heads: COLUMNS.into_iter().filter(is_shown).map(head).collect(), rows, total }
}
