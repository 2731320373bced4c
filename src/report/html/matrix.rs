//! Every provision of each source, in its order, with the verdicts of the rules that cite it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::Serialize;

use super::reading::Reading;
use super::said::{Sign, Tally, WORST_FIRST, class, code, mark, worse};
use crate::cite::is_within;
use crate::evaluation::{PackInfo, ProvisionInfo};
use crate::lang::Text;
use crate::report::phrases;
use crate::words::{Category, Verdict};

/// The class of a provision that no rule judges.
const NO_RULE: &str = "x";

/// The sources article by article.
#[derive(Serialize)]
pub(super) struct Matrix<'e> {
    heads: Vec<Sign>,
    sources: Vec<Source<'e>>,
}

#[derive(Serialize)]
struct Source<'e> {
    pack: &'e str,
    title: &'e Text,
    source: &'e Text,
    publisher: &'e Text,
    provisions: Text,
    tally: Vec<Tally>,
    rows: Vec<Row<'e>>,
    no_rule: usize,
    open: bool,
}

#[derive(Serialize)]
struct Row<'e> {
    locator: &'e str,
    caption: &'e str,
    notes: Vec<Note<'e>>,
    verdict: &'static str,
    silent: bool,
    categories: String,
    cells: Vec<Cell>,
}

/// What a provision is that no rule judges, and why none does.
#[derive(Serialize)]
struct Note<'e> {
    label: Text,
    reason: &'e Text,
}

#[derive(Serialize)]
struct Cell {
    n: usize,
    mark: &'static str,
}

/// What came of the rules.
struct Rules<'e> {
    /// The worst verdict of each rule, and what it is about.
    verdicts: HashMap<&'e str, (Verdict, Category)>,
    /// The rules that cite a provision, by source and locator.
    citing: HashMap<&'e str, BTreeMap<&'e str, BTreeSet<&'e str>>>,
    /// The verdicts that have a column.
    columns: Vec<Verdict>,
}

impl<'e> Rules<'e> {
    fn of(reading: &Reading<'e>) -> Self {
        let mut verdicts: HashMap<&str, (Verdict, Category)> = HashMap::new();
        let mut citing: HashMap<&str, BTreeMap<&str, BTreeSet<&str>>> = HashMap::new();
        for finding in &reading.evaluation.findings {
            let own = verdicts.entry(&finding.rule).or_insert((finding.verdict, finding.category));
            own.0 = worse(own.0, finding.verdict);
            for cited in &finding.citations {
                citing.entry(&cited.source).or_default().entry(&cited.locator).or_default().insert(&finding.rule);
            }
        }
        let with_errors = verdicts.values().any(|(verdict, _)| *verdict == Verdict::Error);
        let is_shown = |verdict: &Verdict| with_errors || *verdict != Verdict::Error;
        Rules { verdicts, citing, columns: WORST_FIRST.into_iter().filter(is_shown).collect() }
    }

    /// The verdicts of the rules that cite a provision or judge what it asks.
    fn judging(&self, source: &str, provision: &ProvisionInfo) -> Vec<(Verdict, Category)> {
        let citing = self.citing.get(source).and_then(|cited| cited.get(provision.locator.as_str()));
        let mut rules: BTreeSet<&str> = citing.into_iter().flatten().copied().collect();
        rules.extend(provision.rules.iter().map(String::as_str));
        rules.into_iter().filter_map(|rule| self.verdicts.get(rule).copied()).collect()
    }

    /// Whether a provision commands or forbids, but no rule judges it or what is below it, and nothing says why.
    fn is_silent(&self, pack: &PackInfo, provision: &ProvisionInfo) -> bool {
        let commands = provision.kind.commands();
        let is_below = |locator: &str| is_within(locator, &provision.locator);
        let is_known =
            |other: &&ProvisionInfo| (!other.rules.is_empty() || !other.placed.is_empty()) && is_below(&other.locator);
        let cited = self.citing.get(pack.source.key.as_str());
        commands
            && !pack.provisions.iter().any(|other| is_known(&other))
            && !cited.is_some_and(|cited| cited.keys().any(|locator| is_below(locator)))
    }
}

pub(super) fn matrix<'e>(reading: &Reading<'e>) -> Matrix<'e> {
    let rules = Rules::of(reading);
    Matrix {
        heads: rules.columns.iter().map(|verdict| Sign::of(*verdict)).collect(),
        sources: reading.evaluation.packs.iter().map(|pack| source(&rules, pack)).collect(),
    }
}

fn source<'e>(rules: &Rules<'e>, pack: &'e PackInfo) -> Source<'e> {
    // A caption that several provisions share is said once.
    let before = std::iter::once("").chain(pack.provisions.iter().map(|provision| provision.caption.as_str()));
    let rows: Vec<Row<'_>> =
        pack.provisions.iter().zip(before).map(|(provision, before)| row(rules, pack, provision, before)).collect();
    let count = |cls: &str| rows.iter().filter(|row| row.verdict == cls).count();
    let tally = rules.columns.iter().map(|verdict| Tally { sign: Sign::of(*verdict), n: count(class(*verdict)) });
    Source {
        pack: &pack.id,
        title: &pack.title,
        source: &pack.source.title,
        publisher: &pack.source.publisher,
        provisions: phrases::MATRIX_PROVISIONS.with(&[("n", &rows.len())]),
        tally: tally.filter(|tally| tally.n > 0).collect(),
        no_rule: count(NO_RULE),
        open: count(class(Verdict::Fail)) > 0,
        rows,
    }
}

fn row<'e>(rules: &Rules<'e>, pack: &'e PackInfo, provision: &'e ProvisionInfo, before: &str) -> Row<'e> {
    let known = rules.judging(&pack.source.key, provision);
    let worst = known.iter().map(|(verdict, _)| *verdict).reduce(worse);
    let categories: BTreeSet<Category> = known.iter().map(|(_, category)| *category).collect();
    let cell = |column: &Verdict| Cell {
        n: known.iter().filter(|(verdict, _)| verdict == column).count(),
        mark: mark(*column),
    };
    Row {
        locator: &provision.locator,
        caption: if provision.caption == before { "" } else { &provision.caption },
        notes: provision.placed.iter().map(|(placed, reason)| Note { label: placed.text(), reason }).collect(),
        verdict: worst.map_or(NO_RULE, class),
        silent: known.is_empty() && rules.is_silent(pack, provision),
        categories: categories.into_iter().map(code).collect(),
        cells: rules.columns.iter().map(cell).collect(),
    }
}
