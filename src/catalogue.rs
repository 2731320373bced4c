//! The facts of a vocabulary: what is asked, in which words, and which articles ask for it.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::counterfactual::reads_of;
use crate::engine::Engine;
use crate::lang::Text;
use crate::schema::Choice;

/// One fact of the vocabulary.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Where it stands, as in `contracts[].signed_on`.
    pub path: String,
    /// Its type, or its words.
    pub ty: String,
    /// What is asked.
    pub question: Option<Text>,
    /// The words that may be answered, where the vocabulary says what they mean to people.
    pub choices: Arc<[Choice]>,
    /// What else there is to know, units included.
    pub description: Option<String>,
    /// Never shown.
    pub sensitive: bool,
    /// History, which no act of today can change.
    pub fixed: bool,
    /// The locators of the provisions whose rules read it, by pack, in the order of the sources.
    pub asked_by: BTreeMap<String, Vec<String>>,
}

/// Every fact of the vocabulary of `engine`, in its order.
pub fn catalogue(engine: &Engine) -> Vec<Entry> {
    let mut asked: BTreeMap<String, BTreeMap<String, Vec<(usize, String)>>> = BTreeMap::new();
    for (number, (pack, rule)) in engine.policies().rules().enumerate() {
        for path in reads_of(engine, number) {
            let of_pack = asked.entry(path).or_default().entry(pack.id.clone()).or_default();
            for cited in &rule.cites {
                let place = (pack.outline.position(&cited.text).unwrap_or(usize::MAX), cited.text.clone());
                if !of_pack.contains(&place) {
                    of_pack.push(place);
                }
            }
        }
    }
    let leaves = engine.vocabulary().schema.leaves();
    leaves
        .map(|(path, field)| {
            let mut by = asked.remove(&path).unwrap_or_default();
            let asked_by = by.iter_mut().map(|(pack, places)| {
                places.sort();
                (pack.clone(), places.iter().map(|(_, locator)| locator.clone()).collect())
            });
            Entry {
                ty: field.ty.to_string(),
                question: field.question.clone(),
                choices: field.choices.clone(),
                description: field.description.clone(),
                sensitive: field.sensitive,
                fixed: field.fixed,
                asked_by: asked_by.collect(),
                path,
            }
        })
        .collect()
}
