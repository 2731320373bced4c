//! How provisions of several sources stand to one another, found by what a rule cites.

use std::collections::HashMap;

use super::Engine;
use crate::cite::normalized;
use crate::evaluation::RelatedProvision;
use crate::policy::{Pack, PolicySet, Rule};
use crate::words::Relation;

/// What stands in a relation to a provision: the relation from its side, the pack and place of the other, and which
/// of the relations of the set says so.
type Other = (Relation, usize, usize, usize);

/// The relations of a policy set, from both sides.
#[derive(Clone, Debug, Default)]
pub(super) struct Relations {
    /// By the number of the pack and the normalized locator.
    others: HashMap<(usize, String), Vec<Other>>,
}

impl Relations {
    pub fn of(set: &PolicySet) -> Self {
        let mut others: HashMap<(usize, String), Vec<Other>> = HashMap::new();
        let place = |written: &str| {
            let (id, locator) = written.split_once(' ')?;
            let pack = set.packs.iter().position(|pack| pack.id == id)?;
            let at = set.packs[pack].outline.position(locator)?;
            Some((pack, normalized(locator), at))
        };
        for (number, related) in set.relations.iter().enumerate() {
            let Some((pack, key, at)) = place(&related.of.text) else { continue };
            for other in related.to.iter().filter_map(|other| place(&other.text)) {
                let (other_pack, other_key, other_at) = other;
                others.entry((pack, key.clone())).or_default().push((related.relation, other_pack, other_at, number));
                let inverse = (related.relation.inverse(), pack, at, number);
                others.entry((other_pack, other_key)).or_default().push(inverse);
            }
        }
        Relations { others }
    }
}

impl Engine {
    /// The provisions of other packs that stand in a relation to what `rule` cites, each once.
    pub(super) fn related(&self, pack: &Pack, rule: &Rule) -> Vec<RelatedProvision> {
        let mut found: Vec<RelatedProvision> = Vec::new();
        if self.relations.others.is_empty() {
            return found;
        }
        let set = &self.checked.set;
        let Some(own) = set.packs.iter().position(|known| known.id == pack.id) else { return found };
        for cited in &rule.cites {
            let others = self.relations.others.get(&(own, normalized(&cited.text)));
            for (relation, other, at, number) in others.into_iter().flatten().filter(|(_, other, ..)| *other != own) {
                let (other, provision) = (&set.packs[*other], &set.packs[*other].outline.provisions()[*at]);
                let related = RelatedProvision {
                    pack: other.id.clone(),
                    title: other.source.title.clone(),
                    locator: provision.locator.clone(),
                    caption: provision.caption.clone(),
                    relation: *relation,
                    because: set.relations[*number].because.clone(),
                };
                if !found.contains(&related) {
                    found.push(related);
                }
            }
        }
        found
    }
}
