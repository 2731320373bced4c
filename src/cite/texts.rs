//! Copies of sources, from which provisions are quoted in their own words.

use std::collections::HashMap;

use super::split::{Block, split};
use super::{Outline, holder};

/// What a copy of a source says of a provision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Quote {
    /// Its words.
    Words(String),
    /// Its words are others than those the outline was written from, or gone.
    Changed,
    /// The outline keeps no digest of them.
    Unknown,
}

/// The words of the provisions of one source.
#[derive(Clone, Debug, Default)]
pub struct Words {
    by_digest: HashMap<String, Block>,
}

impl Words {
    /// Reads a copy of a source.
    pub fn of(text: &str) -> Self {
        Words { by_digest: split(text).into_iter().map(|block| (block.digest.clone(), block)).collect() }
    }

    /// The words of the provision `locator` of `outline`; of a part whose text is not kept apart, those of the
    /// provision around it.
    pub fn quote(&self, outline: &Outline, locator: &str) -> Quote {
        let Some(holder) = outline.resolve(locator).and_then(|provision| holder(outline, provision)) else {
            return Quote::Unknown;
        };
        let blocks: Vec<Option<&Block>> = holder.digests.iter().map(|digest| self.by_digest.get(digest)).collect();
        let texts: Vec<&str> = blocks.iter().flatten().map(|block| block.text.as_str()).collect();
        match texts.len() {
            _ if blocks.is_empty() => Quote::Unknown,
            found if found == blocks.len() => Quote::Words(texts.join("\n")),
            _ => Quote::Changed,
        }
    }
}
