//! The packs and the vocabulary built into the library.

use std::sync::{Arc, OnceLock};

use include_dir::{Dir, include_dir};

use super::Rejected;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, utf8};
use crate::facts::Vocabulary;
use crate::lang::{Text, text};
use crate::policy::PolicyFiles;
use crate::schema::SchemaFault;
use crate::source::{SourceMap, Span};

static PACKS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/policies");

/// The JSON Schema of the facts that the shipped packs share.
pub const FACTS_SCHEMA: &str = include_str!("../../schemas/facts.schema.json");

/// The files of the shipped packs. Their warnings were looked at before they were shipped.
pub fn embedded_files() -> PolicyFiles {
    let mut files = PolicyFiles::new("policies/").reviewed(true);
    let mut folders = vec![&PACKS];
    while let Some(folder) = folders.pop() {
        folders.extend(folder.dirs());
        for file in folder.files() {
            files.add(file.path().to_string_lossy().replace('\\', "/"), file.contents());
        }
    }
    files
}

/// The policy files of one shipped folder, by name.
pub fn embedded_in(folder: &str) -> impl Iterator<Item = (String, &'static str)> {
    let files = PACKS.get_dir(folder).into_iter().flat_map(|folder| folder.files());
    files.filter_map(|file| Some((file.path().file_name()?.to_string_lossy().into_owned(), file.contents_utf8()?)))
}

/// The vocabulary of the shipped packs, read once.
pub fn vocabulary() -> Result<Arc<Vocabulary>, Rejected> {
    static VOCABULARY: OnceLock<Result<Arc<Vocabulary>, SchemaFault>> = OnceLock::new();
    let read = VOCABULARY.get_or_init(|| Vocabulary::from_json(FACTS_SCHEMA).map(Arc::new));
    read.clone().map_err(|fault| rejected("schemas/facts.schema.json", FACTS_SCHEMA, &fault))
}

/// A vocabulary from the bytes of a file; `name` is what diagnostics call it.
pub fn vocabulary_from_slice(name: &str, bytes: &[u8]) -> Result<Arc<Vocabulary>, Rejected> {
    let mut sources = SourceMap::new();
    match utf8(&mut sources, name, bytes) {
        Ok(text) => vocabulary_from(name, text),
        Err(diagnostics) => Err(Rejected { sources, diagnostics }),
    }
}

/// A vocabulary from the text of a JSON Schema; `name` is what diagnostics call it.
pub fn vocabulary_from(name: &str, text: &str) -> Result<Arc<Vocabulary>, Rejected> {
    Vocabulary::from_json(text).map(Arc::new).map_err(|fault| rejected(name, text, &fault))
}

fn rejected(name: &str, schema: &str, fault: &SchemaFault) -> Rejected {
    let mut sources = SourceMap::new();
    let file = sources.add(name, schema);
    let diagnostic = Diagnostic::new(
        Code::InvalidSchema,
        Span::top(file),
        text!("事実のスキーマとして読めません（{}）", "this cannot be read as a vocabulary ({})", fault),
    )
    .help(Text::new(
        "JSON Schema 2020-12 の `type: object` と `properties` で書いてください",
        "write a JSON Schema 2020-12 with `type: object` and `properties`",
    ));
    Rejected { sources, diagnostics: Diagnostics(vec![diagnostic]) }
}
