//! Copies of sources, from which provisions are quoted in their own words.

use std::collections::HashMap;

use super::split::{Block, split};
use super::{Outline, holder};

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

    /// The words of the provision `locator` of `outline`, as far as the copy still has them; of a part whose text is
    /// not kept apart, those of the provision around it.
    pub fn quote(&self, outline: &Outline, locator: &str) -> Option<String> {
        let holder = holder(outline, outline.resolve(locator)?)?;
        let blocks: Vec<&Block> = holder.digests.iter().filter_map(|digest| self.by_digest.get(digest)).collect();
        let texts: Vec<&str> = blocks.iter().map(|block| block.text.as_str()).collect();
        (!texts.is_empty()).then(|| texts.join("\n"))
    }
}
