//! The packs and the vocabulary built into the library.

use std::sync::{Arc, OnceLock};

use include_dir::{Dir, include_dir};

use super::Rejected;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::facts::Vocabulary;
use crate::lang::text;
use crate::policy::PolicyFiles;
use crate::schema::SchemaFault;
use crate::source::{SourceMap, Span};

static PACKS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/policies");

/// The JSON Schema of the facts that the shipped packs share.
pub const FACTS_SCHEMA: &str = include_str!("../../schemas/facts.schema.json");

/// The files of the shipped packs.
pub fn embedded_files() -> PolicyFiles {
    let mut files = PolicyFiles::new("policies/");
    let mut folders = vec![&PACKS];
    while let Some(folder) = folders.pop() {
        folders.extend(folder.dirs());
        for file in folder.files() {
            files.add(
                file.path().to_string_lossy().replace('\\', "/"),
                file.contents(),
            );
        }
    }
    files
}

/// The vocabulary of the shipped packs, read once.
pub fn vocabulary() -> Result<Arc<Vocabulary>, Rejected> {
    static VOCABULARY: OnceLock<Result<Arc<Vocabulary>, SchemaFault>> = OnceLock::new();
    VOCABULARY
        .get_or_init(|| Vocabulary::from_json(FACTS_SCHEMA).map(Arc::new))
        .clone()
        .map_err(|fault| {
            let mut sources = SourceMap::new();
            let file = sources.add("schemas/facts.schema.json", FACTS_SCHEMA);
            Rejected {
                sources,
                diagnostics: Diagnostics(vec![invalid_schema(&fault, Span::top(file))]),
            }
        })
}

/// Says that a schema cannot be read as a vocabulary.
fn invalid_schema(fault: &SchemaFault, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::InvalidSchema,
        span,
        text!(
            "事実のスキーマとして読めません（{}）",
            "this cannot be read as a vocabulary ({})",
            fault
        ),
    )
}
