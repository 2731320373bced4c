//! JSON after `schemas/evaluation.schema.json`: one evaluation, or a list of them.

use serde::Serialize;

use crate::evaluation::Evaluation;
use crate::printable::in_json;

/// One evaluation as an object; several as a list, in the order given. Of a longer list, the first of these may be the
/// first of all, and the last the last.
pub fn render(evaluations: &[Evaluation], is_first: bool, is_last: bool) -> String {
    match evaluations {
        [one] if is_first && is_last => pretty(one),
        many => {
            let list = pretty(many);
            let (mut from, mut to) = (0, list.len());
            let mut before = "";
            if !is_first {
                from += OPEN.len();
                before = ",\n";
            }
            if !is_last {
                to -= CLOSE.len();
            }
            before.to_string() + list.get(from..to).unwrap_or_default()
        }
    }
}

/// How a list that is not empty begins and ends.
const OPEN: &str = "[\n";
const CLOSE: &str = "\n]\n";

/// Any results as indented JSON with a line break at the end.
pub fn pretty<T: Serialize + ?Sized>(results: &T) -> String {
    // Plain data with string keys always serializes.
    let mut text = serde_json::to_string_pretty(results).unwrap_or_default();
    text.push('\n');
    in_json(text)
}
