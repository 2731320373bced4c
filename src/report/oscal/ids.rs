//! Ids that are the same in every run and every document.

use uuid::Uuid;

use super::NAMESPACE;
use crate::cite::normalized;
use crate::digest::sha256;
use crate::evaluation::{PackInfo, ProvisionInfo};

/// How many hexadecimal digits of a digest stand for a locator.
const DIGITS: usize = 10;

/// A UUID (version 5) of what `parts` name.
pub(super) fn uuid(parts: &[&str]) -> String {
    let namespace = Uuid::new_v5(&Uuid::NAMESPACE_URL, NAMESPACE.as_bytes());
    // The lengths keep parts apart, whatever stands in them.
    let name: String = parts.iter().map(|part| format!("{}:{part}", part.len())).collect();
    Uuid::new_v5(&namespace, name.as_bytes()).to_string()
}

/// `inazawa-kitei-a44-p3-i6` for 第44条第3項第6号; otherwise the pack and a digest of the locator.
pub(super) fn control_id(pack: &PackInfo, provision: &ProvisionInfo) -> String {
    format!("{}-{}", pack.id, local_id(&provision.locator))
}

fn local_id(locator: &str) -> String {
    let locator = normalized(locator);
    numbered(&locator)
        .unwrap_or_else(|| format!("x{}", sha256(locator.as_bytes()).chars().take(DIGITS).collect::<String>()))
}

/// A locator made of articles, paragraphs and items alone.
fn numbered(locator: &str) -> Option<String> {
    let mut parts = Vec::new();
    let mut rest = locator;
    while !rest.is_empty() {
        rest = rest.strip_prefix('第')?;
        let (number, after) = number(rest)?;
        let (unit, after) = [("条", 'a'), ("項", 'p'), ("号", 'i')]
            .into_iter()
            .find_map(|(word, unit)| after.strip_prefix(word).map(|after| (unit, after)))?;
        let mut part = format!("{unit}{number}");
        rest = after;
        while let Some((branch, after)) = rest.strip_prefix('の').and_then(self::number) {
            part.push_str(&format!(".{branch}"));
            rest = after;
        }
        parts.push(part);
    }
    (!parts.is_empty()).then(|| parts.join("-"))
}

fn number(text: &str) -> Option<(&str, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    text.split_at_checked(end).filter(|(number, _)| !number.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locators_become_ids() {
        assert_eq!(local_id("第44条第3項第6号"), "a44-p3-i6");
        assert_eq!(local_id("第二十九条の四第１項"), "a29.4-p1");
        assert_eq!(local_id("第44条第3項第6号ウ"), local_id("第４４条 第3項第6号ウ"));
        assert!(local_id("別記(その1)第7").starts_with('x'));
    }

    #[test]
    fn parts_are_kept_apart() {
        assert_ne!(uuid(&["ab", "c"]), uuid(&["a", "bc"]));
        assert_eq!(uuid(&["a"]), uuid(&["a"]));
    }
}
