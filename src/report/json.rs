//! JSON after `schemas/evaluation.schema.json`: one evaluation, or a list of them.

use serde::Serialize;

use crate::evaluation::Evaluation;

/// One evaluation as an object; several as a list, in the order given.
pub fn render(evaluations: &[Evaluation]) -> String {
    match evaluations {
        [one] => pretty(one),
        many => pretty(many),
    }
}

/// Any results as indented JSON with a line break at the end.
pub fn pretty<T: Serialize + ?Sized>(results: &T) -> String {
    // Plain data with string keys always serializes.
    let mut text = serde_json::to_string_pretty(results).unwrap_or_default();
    text.push('\n');
    text
}
