//! Outlines: the provisions of a source, and the locators by which rules cite them.

use std::collections::HashMap;

use crate::diagnostic::did_you_mean;
use crate::words::ProvisionKind;

/// One provision of a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provision {
    /// How a lawyer cites it.
    pub locator: String,
    /// Its heading.
    pub caption: String,
    /// What it is.
    pub kind: ProvisionKind,
    /// The requirements it holds, by id.
    pub requirements: Vec<String>,
}

/// The provisions of one source, in its order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outline {
    provisions: Vec<Provision>,
    by_locator: HashMap<String, usize>,
}

impl Outline {
    /// Adds a provision; `Err` gives back one with the same locator.
    pub fn add(&mut self, provision: Provision) -> Result<(), usize> {
        let key = normalized(&provision.locator);
        if let Some(first) = self.by_locator.get(&key) {
            return Err(*first);
        }
        self.by_locator.insert(key, self.provisions.len());
        self.provisions.push(provision);
        Ok(())
    }

    /// The provision a locator names; full-width and ASCII digits are the same.
    pub fn resolve(&self, locator: &str) -> Option<&Provision> {
        self.by_locator.get(&normalized(locator)).map(|at| &self.provisions[*at])
    }

    /// The provisions, in the order of the source.
    pub fn provisions(&self) -> &[Provision] {
        &self.provisions
    }

    /// The locator that `locator` was probably meant to be.
    pub fn nearest(&self, locator: &str) -> Option<&str> {
        did_you_mean(locator, self.provisions.iter().map(|provision| provision.locator.as_str()))
    }

    /// The provision that holds the requirement `id`.
    pub fn holding(&self, id: &str) -> Option<&Provision> {
        self.provisions.iter().find(|provision| provision.requirements.iter().any(|held| held == id))
    }
}

/// A locator without spaces, with ASCII digits.
fn normalized(locator: &str) -> String {
    locator
        .chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| match c {
            '０'..='９' => char::from(b'0' + (c as u32 - '０' as u32) as u8),
            c => c,
        })
        .collect()
}
