//! Which rules stand at which provision.

use std::collections::{HashMap, HashSet};

use crate::evaluation::{Evaluation, PackInfo, ProvisionInfo};

/// The rules that judge no provision by themselves, under the first provision they cite.
pub(super) struct Strays<'e> {
    places: HashMap<(&'e str, &'e str), Vec<&'e str>>,
}

impl<'e> Strays<'e> {
    pub(super) fn of(evaluation: &'e Evaluation) -> Self {
        let provisions = evaluation.packs.iter().flat_map(|pack| pack.provisions.iter());
        let mut placed: HashSet<&str> = provisions.flat_map(|one| &one.rules).map(String::as_str).collect();
        let mut places: HashMap<(&str, &str), Vec<&str>> = HashMap::new();
        for finding in &evaluation.findings {
            let Some(citation) = finding.citations.first() else { continue };
            if placed.insert(&finding.rule) {
                places.entry((&finding.pack, &citation.locator)).or_default().push(&finding.rule);
            }
        }
        Strays { places }
    }

    /// Every rule that stands at a provision.
    pub(super) fn rules(&self, pack: &'e PackInfo, provision: &'e ProvisionInfo) -> Vec<&'e str> {
        let strays = self.places.get(&(pack.id.as_str(), provision.locator.as_str()));
        provision.rules.iter().map(String::as_str).chain(strays.into_iter().flatten().copied()).collect()
    }
}
