//! Every provision of each source, in its order, with the verdicts of the rules that cite it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::Serialize;

use super::reading::{Reading, is_aside};
use super::said::{Sign, Tally, WORST_FIRST, class, code, mark, rank, worse};
use crate::cite::is_within;
use crate::evaluation::{Finding, PackInfo, ProvisionInfo};
use crate::lang::Text;
use crate::report::phrases;
use crate::words::{Category, Verdict};

/// The class of a provision that no rule judges.
const NO_RULE: &str = "x";

/// The class of a provision whose rules came to nothing that counts.
const UNCOUNTED: &str = "o";

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

/// How many rules came to a verdict that counts, and how many came to it beside the count.
#[derive(Serialize)]
struct Cell {
    n: usize,
    uncounted: usize,
    mark: &'static str,
}

/// What came of a rule.
#[derive(Clone, Copy)]
struct Outcome {
    /// The worst verdict that counts.
    counted: Option<Verdict>,
    /// The worst one that does not.
    uncounted: Option<Verdict>,
    category: Category,
}

impl Outcome {
    fn add(&mut self, finding: &Finding) {
        let own = if is_aside(finding) { &mut self.uncounted } else { &mut self.counted };
        *own = Some(own.map_or(finding.verdict, |verdict| worse(verdict, finding.verdict)));
    }

    /// The worst verdict that does not count, where what counts is not as bad.
    fn beside(self) -> Option<Verdict> {
        self.uncounted.filter(|verdict| self.counted.is_none_or(|counted| rank(*verdict) < rank(counted)))
    }
}

/// What came of the rules.
struct Rules<'e> {
    /// What came of each rule.
    outcomes: HashMap<&'e str, Outcome>,
    /// The rules that cite a provision, by source and locator.
    citing: HashMap<&'e str, BTreeMap<&'e str, BTreeSet<&'e str>>>,
    /// The verdicts that have a column.
    columns: Vec<Verdict>,
}

impl<'e> Rules<'e> {
    fn of(reading: &Reading<'e>) -> Self {
        let mut outcomes: HashMap<&str, Outcome> = HashMap::new();
        let mut citing: HashMap<&str, BTreeMap<&str, BTreeSet<&str>>> = HashMap::new();
        for finding in &reading.evaluation.findings {
            let none = Outcome { counted: None, uncounted: None, category: finding.category };
            outcomes.entry(&finding.rule).or_insert(none).add(finding);
            for cited in &finding.citations {
                citing.entry(&cited.source).or_default().entry(&cited.locator).or_default().insert(&finding.rule);
            }
        }
        let with_errors = outcomes.values().any(|outcome| outcome.counted == Some(Verdict::Error));
        let is_shown = |verdict: &Verdict| with_errors || *verdict != Verdict::Error;
        Rules { outcomes, citing, columns: WORST_FIRST.into_iter().filter(is_shown).collect() }
    }

    /// What came of the rules that cite a provision or judge what it asks.
    fn judging(&self, source: &str, provision: &ProvisionInfo) -> Vec<Outcome> {
        let citing = self.citing.get(source).and_then(|cited| cited.get(provision.locator.as_str()));
        let mut rules: BTreeSet<&str> = citing.into_iter().flatten().copied().collect();
        rules.extend(provision.rules.iter().map(String::as_str));
        rules.into_iter().filter_map(|rule| self.outcomes.get(rule).copied()).collect()
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
    let worst = known.iter().filter_map(|outcome| outcome.counted).reduce(worse);
    let categories: BTreeSet<Category> = known.iter().map(|outcome| outcome.category).collect();
    let cell = |column: &Verdict| Cell {
        n: known.iter().filter(|outcome| outcome.counted == Some(*column)).count(),
        uncounted: known.iter().filter(|outcome| outcome.beside() == Some(*column)).count(),
        mark: mark(*column),
    };
    Row {
        locator: &provision.locator,
        caption: if provision.caption == before { "" } else { &provision.caption },
        notes: provision.placed.iter().map(|(placed, reason)| Note { label: placed.text(), reason }).collect(),
        verdict: worst.map_or(if known.is_empty() { NO_RULE } else { UNCOUNTED }, class),
        silent: known.is_empty() && rules.is_silent(pack, provision),
        categories: categories.into_iter().map(code).collect(),
        cells: rules.columns.iter().map(cell).collect(),
    }
}
