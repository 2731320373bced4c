//! Outlines: the provisions of a source, and the locators by which rules cite them.

mod assign;
mod copy;
mod drift;
mod find;
mod locator;
mod marks;
mod names;
mod outline;
mod pairs;
mod parts;
mod split;
mod text;
mod words;

pub use assign::{Assigned, assign};
pub use drift::{Change, Drift, drift, holder, is_renumbered_with, leans_on};
pub use locator::{is_within, normalized};
pub use marks::{Mark, Style};
pub use names::Names;
pub use outline::{Outline, Placed, Provision, Reference};
pub use split::{Block, Passage, Piece, split};
pub use text::{Digest, normalized_text};
pub use words::{Quote, Words};
