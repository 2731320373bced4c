//! What an evaluation says of the packs: which they are, with which parameters, and what is encoded of each.

use std::collections::HashMap;
use std::sync::Arc;

use super::Engine;
use crate::digest::sha256;
use crate::evaluation::{PackInfo, ParameterInfo, ProvisionInfo};
use crate::policy::Pack;

/// What an evaluation says of the pack number `index`.
pub(super) fn pack_info(engine: &Engine, index: usize, pack: &Pack) -> PackInfo {
    PackInfo {
        id: pack.id.clone(),
        title: pack.title.clone(),
        digest: sha256(format!("{}{}", pack.digest, engine.policies().common_digest).as_bytes()),
        source: pack.source.clone(),
        parameters: pack
            .parameters
            .iter()
            .zip(engine.parameters(index))
            .map(|(declared, value)| ParameterInfo {
                name: declared.name.clone(),
                value: value.to_string(),
                is_default: declared.default == *value,
            })
            .collect(),
        provisions: engine.provisions(index),
    }
}

/// The provisions of `pack` and what is encoded of them.
pub(super) fn provisions(pack: &Pack) -> Arc<Vec<ProvisionInfo>> {
    let mut rules: HashMap<&str, Vec<&str>> = HashMap::new();
    for rule in &pack.rules {
        for id in &rule.covers {
            rules.entry(&id.text).or_default().push(&rule.id.text);
        }
    }
    let all = pack.outline.provisions().iter().map(|provision| {
        let ids = provision.requirements.iter().flat_map(|id| rules.get(id.as_str()).into_iter().flatten());
        let mut judged: Vec<String> = Vec::new();
        for id in ids {
            if !judged.iter().any(|known| known == id) {
                judged.push((*id).to_string());
            }
        }
        ProvisionInfo {
            locator: provision.locator.clone(),
            caption: provision.caption.clone(),
            kind: provision.kind,
            rules: judged,
            placed: provision.placed.iter().map(|placed| (placed.placement, placed.reason.clone())).collect(),
        }
    });
    Arc::new(all.collect())
}
