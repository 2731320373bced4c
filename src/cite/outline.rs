//! The provisions of a source.

use std::collections::HashMap;

use super::locator::{is_within, normalized};
use super::text::Digest;
use crate::diagnostic::did_you_mean;
use crate::lang::Text;
use crate::source::Span;
use crate::value::Day;
use crate::words::{Placement, ProvisionKind, ReferenceState};

/// One provision of a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provision {
    /// How a lawyer cites it.
    pub locator: String,
    /// Where it is listed.
    pub span: Span,
    /// Its heading.
    pub caption: String,
    /// What it is.
    pub kind: ProvisionKind,
    /// The requirements it holds, by id.
    pub requirements: Vec<String>,
    /// What it says, passage by passage; nothing where its text is not kept apart from what is around it.
    pub digests: Vec<Digest>,
    /// Where its kind is said.
    pub kind_span: Span,
    /// What its requirements are that no rule judges.
    pub placed: Vec<Placed>,
    /// What it refers to.
    pub references: Vec<Reference>,
}

/// Requirements that no rule judges.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    /// What they are.
    pub placement: Placement,
    /// Where that is said.
    pub span: Span,
    /// Their ids.
    pub requirements: Vec<String>,
    /// Why no rule judges them.
    pub reason: Text,
}

/// Something a provision refers to, and what has become of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// The reference as the source writes it.
    pub cites: String,
    /// Where that is said.
    pub span: Span,
    /// What has become of it.
    pub state: ReferenceState,
    /// What stands there now, or where it stands now.
    pub now: Option<String>,
    /// Since when.
    pub since: Option<Day>,
    /// When that was last looked up.
    pub checked_on: Day,
    /// What a reader should know.
    pub note: Text,
}

/// The provisions of one source, in its order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outline {
    provisions: Vec<Provision>,
    by_locator: HashMap<String, usize>,
    by_requirement: HashMap<String, usize>,
}

impl Outline {
    /// Adds a provision; `Err` gives back one with the same locator.
    pub fn add(&mut self, provision: Provision) -> Result<(), usize> {
        let key = normalized(&provision.locator);
        if let Some(first) = self.by_locator.get(&key) {
            return Err(*first);
        }
        let at = self.provisions.len();
        self.by_locator.insert(key, at);
        for id in &provision.requirements {
            self.by_requirement.entry(id.clone()).or_insert(at);
        }
        self.provisions.push(provision);
        Ok(())
    }

    /// The provision a locator names; all spellings of a number are the same.
    pub fn resolve(&self, locator: &str) -> Option<&Provision> {
        self.position(locator).map(|at| &self.provisions[at])
    }

    /// The place of that provision in the order of the source, from 0.
    pub fn position(&self, locator: &str) -> Option<usize> {
        self.by_locator.get(&normalized(locator)).copied()
    }

    /// The provisions, in the order of the source.
    pub fn provisions(&self) -> &[Provision] {
        &self.provisions
    }

    /// The provisions inside of `provision` that have a text of their own.
    pub fn parts(&self, provision: &Provision) -> Vec<&Provision> {
        let inside =
            |part: &&Provision| !std::ptr::eq(*part, provision) && is_within(&part.locator, &provision.locator);
        self.provisions.iter().filter(|part| !part.digests.is_empty()).filter(inside).collect()
    }

    /// The locator that `locator` was probably meant to be.
    pub fn nearest(&self, locator: &str) -> Option<&str> {
        did_you_mean(locator, self.provisions.iter().map(|provision| provision.locator.as_str()))
    }

    /// The provision that holds the requirement `id`.
    pub fn holding(&self, id: &str) -> Option<&Provision> {
        self.by_requirement.get(id).map(|at| &self.provisions[*at])
    }
}
