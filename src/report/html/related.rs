//! Provisions of other sources beside those a finding cites.

use std::collections::HashMap;

use indexmap::IndexMap;
use serde::Serialize;

use super::reading::Reading;
use crate::evaluation::{Finding, RelatedProvision};
use crate::lang::Text;
use crate::report::phrases;
use crate::words::Relation;

/// A conflict is told first, then what asks the same.
const ORDER: [Relation; 5] =
    [Relation::Conflicts, Relation::Equal, Relation::Subset, Relation::Superset, Relation::Intersects];

/// Provisions that stand to a finding in the same way for the same reason.
#[derive(Serialize)]
pub(super) struct RelatedGroup<'e> {
    relation: Text,
    word: &'static str,
    because: &'e Text,
    /// The card that gives the reason already.
    given: Option<Given>,
    sources: Vec<RelatedSource<'e>>,
}

/// Where a reason was given.
#[derive(Serialize)]
struct Given {
    anchor: String,
    words: Text,
}

impl Given {
    /// In the card with the id `anchor`.
    fn at(anchor: &str) -> Self {
        Given { anchor: anchor.to_string(), words: phrases::REASON_GIVEN.with(&[("given", &anchor.to_string())]) }
    }
}

#[derive(Serialize)]
struct RelatedSource<'e> {
    title: Text,
    provisions: Vec<RelatedLocator<'e>>,
}

#[derive(Serialize)]
struct RelatedLocator<'e> {
    locator: &'e str,
    caption: &'e str,
}

/// How often a relation is found.
#[derive(Serialize)]
pub(super) struct RelationCount {
    label: Text,
    n: usize,
}

/// Those that stand in one of the relations for which `own` holds.
pub(super) fn groups<'e>(
    reading: &Reading<'e>,
    finding: &'e Finding,
    own: impl Fn(Relation) -> bool,
) -> Vec<RelatedGroup<'e>> {
    let mut found: IndexMap<(Relation, &'e Text), IndexMap<&'e str, Vec<&'e RelatedProvision>>> = IndexMap::new();
    for relation in ORDER.into_iter().filter(|relation| own(*relation)) {
        for related in finding.related.iter().filter(|related| related.relation == relation) {
            let group = found.entry((relation, &related.because)).or_default();
            group.entry(&related.pack).or_default().push(related);
        }
    }
    let group = |((relation, because), sources): ((Relation, &'e Text), IndexMap<&'e str, Vec<_>>)| RelatedGroup {
        relation: relation.text(),
        word: relation.word(),
        because,
        given: None,
        sources: sources.into_iter().map(|(pack, provisions)| source(reading, pack, provisions)).collect(),
    };
    found.into_iter().map(group).collect()
}

/// Gives each reason once: a later card points to the first one that has it.
pub(super) fn give_once<'c, 'e: 'c>(cards: impl Iterator<Item = (&'c str, &'c mut Vec<RelatedGroup<'e>>)>) {
    let mut first: HashMap<&Text, &str> = HashMap::new();
    for (anchor, groups) in cards {
        for group in groups {
            let given = *first.entry(group.because).or_insert(anchor);
            group.given = (given != anchor).then(|| Given::at(given));
        }
    }
}

fn source<'e>(reading: &Reading<'e>, pack: &str, provisions: Vec<&'e RelatedProvision>) -> RelatedSource<'e> {
    let title = provisions.first().map(|related| &related.title);
    RelatedSource {
        title: reading.pack_title(pack, title),
        provisions: provisions
            .into_iter()
            .map(|related| RelatedLocator { locator: &related.locator, caption: &related.caption })
            .collect(),
    }
}

pub(super) fn counts(finding: &Finding) -> Vec<RelationCount> {
    let count = |relation: Relation| RelationCount {
        label: relation.text(),
        n: finding.related.iter().filter(|related| related.relation == relation).count(),
    };
    ORDER.into_iter().map(count).filter(|count| count.n > 0).collect()
}
