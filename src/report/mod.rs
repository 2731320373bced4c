//! From evaluations to bytes, one file per format behind one `match`. Nothing here knows an engine.

#[cfg(feature = "formats")]
mod cells;
pub mod coverage;
#[cfg(feature = "formats")]
pub mod csv;
pub mod explanation;
pub mod facts;
#[cfg(feature = "formats")]
mod format;
#[cfg(feature = "formats")]
pub mod github;
#[cfg(feature = "formats")]
pub mod html;
pub mod human;
pub mod json;
#[cfg(feature = "formats")]
pub mod junit;
#[cfg(feature = "formats")]
pub mod markdown;
#[cfg(feature = "formats")]
pub mod ndjson;
#[cfg(feature = "formats")]
pub mod oscal;
mod paint;
mod phrases;
pub mod questions;
#[cfg(feature = "formats")]
pub mod sarif;
pub mod timeline;
mod told;
#[cfg(feature = "formats")]
pub mod xlsx;

use crate::lang::Lang;
#[cfg(feature = "formats")]
pub use format::{Extent, Format, Part, ReportError, render, render_part};
pub use paint::Paint;
pub use told::in_brackets;

/// How to write it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// The language.
    pub lang: Lang,
    /// Colour.
    pub paint: Paint,
    /// Whether the day is not today and must be seen at once.
    pub other_day: bool,
    /// Whether met and inapplicable rules are listed too.
    pub all: bool,
    /// Whether it was searched which missing facts are certain to matter.
    pub confirmed: bool,
    /// Whether CSV begins with a byte order mark.
    pub bom: bool,
}
