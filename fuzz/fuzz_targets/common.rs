//! What several targets need.

use jobun::plain::Env;
use jobun::source::SourceMap;
use jobun::types::Type;
use jobun::{Rejected, diagnostic::Diagnostics};

/// Every diagnostic stands inside its file, between characters.
pub fn placed(sources: &SourceMap, diagnostics: &Diagnostics) {
    for diagnostic in &diagnostics.0 {
        for label in std::iter::once(&diagnostic.primary).chain(&diagnostic.related) {
            let text = sources.text(label.span.file);
            assert!(text.get(label.span.start as usize..label.span.end as usize).is_some(), "{diagnostic:?}");
        }
    }
}

/// A refusal has an error, and can be shown.
#[allow(dead_code, reason = "not every target is refused")]
pub fn refused(rejected: &Rejected) {
    assert!(rejected.diagnostics.has_errors());
    placed(&rejected.sources, &rejected.diagnostics);
    assert!(!rejected.to_string().is_empty());
}

/// The variables that the seeds and the dictionary speak of.
#[allow(dead_code, reason = "not every target has variables")]
pub fn environment() -> Env {
    Env::new()
        .variable("a", Type::Bool)
        .variable("n", Type::Int)
        .variable("s", Type::String)
        .variable("e", Type::list(Type::Int))
        .document("d")
}
