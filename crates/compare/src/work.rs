//! The work that every engine is given.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use serde::de::IgnoredAny;

/// The value of the variable `now`.
pub const NOW: &str = "2026-11-22T00:00:00Z";

/// Rules and facts of one folder.
pub struct Work {
    /// CEL texts over `facts` and `now`.
    pub rules: Vec<String>,
    /// One JSON document, kept for the life of the process so that engines may borrow from it.
    pub facts: &'static str,
    /// A JSON Schema that the document fits.
    pub schema: Option<String>,
    /// The same rules in Rego.
    pub rego: Option<String>,
    /// The same rules in Cedar.
    pub cedar: Option<String>,
}

impl Work {
    /// Reads the folder; the message names the file and says what to do.
    pub fn read(dir: &Path) -> Result<Self, String> {
        let rules_file = dir.join("rules.json");
        let rules: Vec<String> = serde_json::from_str(&required(&rules_file)?).map_err(|error| {
            format!("{}: {error}; make it a JSON list of strings, each one a CEL text", rules_file.display())
        })?;
        if rules.is_empty() {
            return Err(format!("{}: the list is empty; put at least one CEL text in it", rules_file.display()));
        }
        let facts_file = dir.join("facts.json");
        let facts = required(&facts_file)?;
        serde_json::from_str::<IgnoredAny>(&facts)
            .map_err(|error| format!("{}: {error}; make it one JSON object", facts_file.display()))?;
        Ok(Self {
            rules,
            facts: facts.leak(),
            schema: optional(&dir.join("facts.schema.json"))?,
            rego: optional(&dir.join("rules.rego"))?,
            cedar: optional(&dir.join("rules.cedar"))?,
        })
    }

    /// `rules` over `facts`, in no other language.
    pub fn of(rules: Vec<String>, facts: String) -> Self {
        Self { rules, facts: facts.leak(), schema: None, rego: None, cedar: None }
    }

    /// FNV-1a over the rules, each closed by a byte that no UTF-8 text holds.
    pub fn digest(&self) -> u64 {
        let bytes = self.rules.iter().flat_map(|rule| rule.bytes().chain([0xff]));
        bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
    }
}

fn required(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| {
        format!("{}: {error}; give --bench a folder that holds rules.json and facts.json", path.display())
    })
}

fn optional(path: &Path) -> Result<Option<String>, String> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(format!("{}: {error}; make it readable or remove it", path.display())),
    }
}
