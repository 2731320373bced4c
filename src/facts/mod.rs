//! Facts: one JSON document about one organization, read once and validated in place.

mod shape;
mod shown;
mod validate;

use std::borrow::Cow;
use std::collections::HashMap;

use jsonschema::Validator;

use crate::diagnostic::{Code, Diagnostic, Diagnostics, Rejected, utf8_shown};
use crate::json::{self, FaultKind, Kind, NodeId, Tape, TapeJson, TapeView, Wanted};
use crate::lang::{Text, text};
use crate::limits::Limits;
use crate::printable;
use crate::redact;
use crate::schema::{FactSchema, SchemaFault};
use crate::source::{FileId, SourceMap, Span};
use shape::Shape;

/// A vocabulary together with the validator made from it.
pub struct Vocabulary {
    /// The schema as types.
    pub schema: FactSchema,
    check: SchemaCheck<false>,
}

impl Vocabulary {
    /// Reads the text of a JSON Schema.
    pub fn from_json(text: &str) -> Result<Self, SchemaFault> {
        let value = json_schema(text)?;
        let schema = FactSchema::from_json(&value)?;
        Ok(Vocabulary { schema, check: SchemaCheck::new(&value)? })
    }
}

fn broken(error: impl std::fmt::Display) -> SchemaFault {
    SchemaFault { pointer: "#".into(), reason: error.to_string() }
}

fn json_schema(text: &str) -> Result<serde_json::Value, SchemaFault> {
    serde_json::from_str(text).map_err(broken)
}

/// Whether a document fits a schema: a quick look, and the whole of JSON Schema behind it.
struct SchemaCheck<const NULLS: bool> {
    shape: Option<Shape>,
    validator: Validator<TapeJson<NULLS>>,
}

impl<const NULLS: bool> SchemaCheck<NULLS> {
    fn new(schema: &serde_json::Value) -> Result<Self, SchemaFault> {
        let options = jsonschema::options_for::<TapeJson<NULLS>>().should_validate_formats(true);
        Ok(SchemaCheck { shape: Shape::read(schema), validator: options.build(schema).map_err(broken)? })
    }

    fn is_valid(&self, tape: &Tape<'_>) -> bool {
        self.shape.as_ref().is_some_and(|shape| shape.fits(tape, NULLS))
            || self.validator.is_valid(TapeView::Value(tape, NodeId::ROOT))
    }
}

/// A JSON Schema that documents of plain CEL must fit; it need not be a vocabulary.
pub struct DocumentSchema {
    /// For the words of diagnostics, as far as the schema can be read as types.
    schema: FactSchema,
    check: SchemaCheck<true>,
}

impl DocumentSchema {
    /// Reads the text of a JSON Schema.
    pub fn from_json(text: &str) -> Result<Self, SchemaFault> {
        let value = json_schema(text)?;
        let schema = FactSchema::from_json(&value).unwrap_or_else(|_| FactSchema::empty());
        Ok(DocumentSchema { schema, check: SchemaCheck::new(&value)? })
    }

    /// What does not fit in `tape`, which was read from `file`.
    pub fn validate(&self, file: FileId, tape: &Tape<'_>) -> Diagnostics {
        validate::against_schema(&self.check, &self.schema, file, tape)
    }
}

impl std::fmt::Debug for DocumentSchema {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DocumentSchema").field("schema", &self.schema).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Vocabulary {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Vocabulary").field("schema", &self.schema).finish_non_exhaustive()
    }
}

/// The elements of each list (as in `vendors[]`) by their `id`.
type Ids<'b> = HashMap<String, HashMap<Cow<'b, str>, NodeId>>;

/// A facts document that fits its vocabulary.
#[derive(Debug)]
pub struct Facts<'b> {
    tape: Tape<'b>,
    ids: Ids<'b>,
}

impl<'b> Facts<'b> {
    /// Reads and validates `text`, which diagnostics call `name`. Where it does not fit, it is shown under them
    /// with sensitive answers blotted out; of a text that is no JSON, all that may be answers.
    pub fn read(vocabulary: &Vocabulary, name: &str, text: &'b str, limits: Limits) -> Result<Self, Rejected> {
        let file = FileId::default();
        // Whatever the vocabulary says of it, what is shaped like a My Number is not shown either.
        let rejected =
            |sensitive: Vec<(usize, usize)>, mut other: Vec<(usize, usize)>, mut diagnostics: Diagnostics| {
                let shaped = redact::my_numbers_among(json::characters(text));
                other.extend(shaped.into_iter().map(|range| (range.start, range.end)));
                let shown = shown::withheld(&printable::in_place(&shown::blotted(text, other)), sensitive);
                for diagnostic in &mut diagnostics.0 {
                    diagnostic.spans(&mut |span| shown::narrow(span, text, &shown));
                    diagnostic.texts(&mut redact::mask);
                    diagnostic.texts(&mut printable::make);
                }
                let mut sources = SourceMap::new();
                sources.add(name, shown);
                Rejected { sources, diagnostics: diagnostics.sorted() }
            };
        let tape = json::read(text, limits.facts_values).map_err(|fault| {
            let shown::Unread { sensitive, other } = shown::unread(&vocabulary.schema, text);
            rejected(sensitive, other, Diagnostics(vec![syntax(file, &fault)]))
        })?;
        let mut diagnostics = validate::against_schema(&vocabulary.check, &vocabulary.schema, file, &tape);
        let ids = if diagnostics.is_full() {
            Ids::default()
        } else {
            validate::ids(&vocabulary.schema, file, &tape, &mut diagnostics)
        };
        if !diagnostics.has_errors() {
            return Ok(Facts { tape, ids });
        }
        let sensitive = shown::sensitive(&vocabulary.schema, &tape);
        // The text may be large; it is not held together with what was read from it.
        drop((tape, ids));
        Err(rejected(sensitive, Vec::new(), diagnostics))
    }

    /// The document.
    pub fn tape(&self) -> &Tape<'b> {
        &self.tape
    }

    /// The element of `list` (as in `vendors[]`) whose `id` is `id`.
    pub fn element(&self, list: &str, id: &str) -> Option<NodeId> {
        self.ids.get(list)?.get(id).copied()
    }

    /// What the element `node` is called: its `id`, or its pointer where it has none.
    pub fn id_of(&self, node: NodeId) -> String {
        let id = self.tape.member(node, "id");
        id.map_or_else(|| self.tape.pointer(node), |id| self.tape.string(id).into_owned())
    }

    /// The name of the organization, where the facts give one.
    pub fn organization(&self) -> Option<String> {
        let organization = self.tape.member(NodeId::ROOT, "organization")?;
        let name = self.tape.member(organization, "name")?;
        matches!(self.tape.kind(name), Kind::String(_)).then(|| self.tape.string(name).into_owned())
    }
}

/// The text of a JSON document in `bytes`; what cannot be read goes into `sources` as `name`.
pub fn text<'b>(sources: &mut SourceMap, name: &str, bytes: &'b [u8], limits: Limits) -> Result<&'b str, Diagnostics> {
    if bytes.len() <= limits.facts_bytes {
        return utf8_shown(sources, name, bytes, shown::hidden);
    }
    // Where it begins is enough to show which file it is.
    let start = bytes.get(..SHOWN).unwrap_or(bytes);
    let file = sources.add(name, shown::hidden(&String::from_utf8_lossy(start)));
    let diagnostic = Diagnostic::new(
        Code::TooLarge,
        Span::top(file),
        text!(
            "ファイルが大きすぎます（上限{}バイト）",
            "the file is too large (the limit is {} bytes)",
            limits.facts_bytes
        ),
    );
    Err(Diagnostics(vec![diagnostic.help(Text::new("組織ごとに分けてください", "split it by organization"))]))
}

/// How many bytes are kept of a document that is too large.
const SHOWN: usize = 200;

/// A fault of the JSON text as a diagnostic.
pub fn syntax(file: FileId, fault: &json::Fault) -> Diagnostic {
    let (message, help) = match &fault.kind {
        FaultKind::Empty => (
            Text::new("ファイルが空です", "the file is empty"),
            Text::new("少なくとも `{}` と書いてください", "write at least `{}`"),
        ),
        FaultKind::Truncated => (
            Text::new("JSONが途中で終わっています", "the JSON ends in the middle of a value"),
            Text::new(
                "ファイルが最後まで書き出されているか確かめてください",
                "see whether the file was written to its end",
            ),
        ),
        FaultKind::Unexpected(wanted) => (
            match wanted {
                Wanted::Marks(marks) => {
                    text!("JSONとして読めません：{} が必要です", "this is not valid JSON: {} is expected here", marks)
                }
                Wanted::Key => Text::new(
                    "JSONとして読めません：二重引用符で囲んだキーが必要です",
                    "this is not valid JSON: a key in double quotes is expected here",
                ),
                Wanted::Value => {
                    Text::new("JSONとして読めません：値が必要です", "this is not valid JSON: a value is expected here")
                }
                Wanted::Quote => Text::new(
                    "JSONとして読めません：閉じる `\"` が必要です",
                    "this is not valid JSON: the closing `\"` is expected here",
                ),
            },
            Text::new(
                "カンマ・引用符・括弧を確かめてください。この後は読めていません",
                "look at commas, quotes and brackets; what follows could not be read",
            ),
        ),
        FaultKind::Trailing => (
            Text::new("JSONの後に余分な文字があります", "there is text after the JSON document"),
            Text::new("1つのファイルに書けるのは1つの文書だけです", "a file holds one document only"),
        ),
        FaultKind::Number => (
            Text::new("数として読めません", "this is not a number"),
            Text::new("先頭の0や全角数字を使わずに書いてください", "write it without leading zeros, in ASCII digits"),
        ),
        FaultKind::String => (
            Text::new("文字列の中に使えない文字があります", "a string holds a character or an escape it may not hold"),
            Text::new(r"改行は `\n`、`\` は `\\` と書きます", r"write a line break as `\n` and a backslash as `\\`"),
        ),
        FaultKind::DuplicateKey(key) => (
            text!("キー `{}` が2回書かれています", "the key `{}` is written twice", key),
            Text::new("どちらか一方を削除してください", "remove one of the two"),
        ),
        FaultKind::TooDeep => (
            text!("入れ子が深すぎます（上限{}段）", "nested too deeply (the limit is {} levels)", json::MAX_DEPTH),
            Text::new("事実ファイルの形を確かめてください", "see whether this is a facts file"),
        ),
        FaultKind::TooLarge => (
            Text::new("ファイルが大きすぎます", "the file is too large"),
            Text::new("組織ごとに分けてください", "split it by organization"),
        ),
        FaultKind::TooMany(most) => (
            text!("値が多すぎます（上限{}個）", "there are too many values (the limit is {})", most),
            Text::new("組織ごとに分けてください", "split it by organization"),
        ),
    };
    let code = match fault.kind {
        FaultKind::Empty => Code::EmptyFile,
        FaultKind::DuplicateKey(_) => Code::DuplicateKey,
        FaultKind::TooLarge | FaultKind::TooMany(_) => Code::TooLarge,
        _ => Code::JsonSyntax,
    };
    Diagnostic::new(code, Span::new(file, fault.start, fault.end), message).help(help)
}
