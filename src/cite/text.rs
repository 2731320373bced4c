//! Digests of what a source says: its marks as they are, its words as SHA-256.

use std::fmt;

use crate::digest::sha256;

use super::locator::narrow;

/// What an outline keeps of a passage: the mark before it, if any, and the SHA-256 of its normalized words.
///
/// ```
/// use jobun::cite::Digest;
///
/// let digest = Digest::of("第2条", "町は、委託先を毎年１回\n点検する。");
/// assert_eq!(digest.to_string(), format!("第2条 {}", digest.sha256));
/// assert_eq!(Digest::parse(&digest.to_string()), Some(digest.clone()));
/// assert_eq!(digest, Digest::of("第２条", "町は、委託先を毎年1回点検する。"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digest {
    /// The mark: `第44条`, `(1)`; empty where there is none.
    pub mark: String,
    /// 64 hexadecimal digits in lower case.
    pub sha256: String,
}

impl Digest {
    /// The digest of the words `text` after `mark`.
    pub fn of(mark: &str, text: &str) -> Self {
        Digest { mark: normalized_text(mark), sha256: sha256(normalized_text(text).as_bytes()) }
    }

    /// Reads one as it is written: 64 hexadecimal digits, after a mark and a space where there is a mark.
    pub fn parse(written: &str) -> Option<Self> {
        let (mark, hex) = written.rsplit_once(' ').unwrap_or(("", written));
        let is_digest = hex.len() == 64 && hex.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_digest.then(|| Digest { mark: normalized_text(mark), sha256: hex.to_lowercase() })
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.mark.as_str() {
            "" => f.write_str(&self.sha256),
            mark => write!(f, "{mark} {}", self.sha256),
        }
    }
}

/// The text of a source as digests see it: without spaces, line breaks and the signs of Markdown and of tables, with
/// signs and digits in ASCII.
pub fn normalized_text(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '*' | '#' | '|' | '　')).map(narrow).collect()
}
