//! JSON after `schemas/evaluation.schema.json`: one evaluation, or a list of them.

use crate::evaluation::Evaluation;

/// One evaluation as an object; several as a list, in the order given.
pub fn render(evaluations: &[Evaluation]) -> String {
    let text = match evaluations {
        [one] => serde_json::to_string_pretty(one),
        many => serde_json::to_string_pretty(many),
    };
    // Plain data with string keys always serializes.
    let mut text = text.unwrap_or_default();
    text.push('\n');
    text
}
