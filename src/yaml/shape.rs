//! Typed reading: one table per mapping gives the struct, its reader and its JSON Schema.

use std::cell::LazyCell;

use serde_json::{Map, Value, json};

use super::{Kind, Node, TextMap};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, did_you_mean, not_a_date};
use crate::lang::{Text, text};
use crate::source::{FileId, Span};
use crate::value::Day;
use crate::words::Word;

/// A type that can be read from a YAML value.
pub trait Shape: Sized {
    /// Reads `node`; what is wrong with it goes to `out`.
    fn read(node: &Node, out: &mut Diagnostics) -> Option<Self>;

    /// The value where the key is left out; `None` where the key is required.
    fn absent() -> Option<Self> {
        None
    }

    /// The JSON Schema of the value; named shapes are put under `defs`.
    fn schema(defs: &mut Map<String, Value>) -> Value;
}

/// A scalar as written: its text and where each part of it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Written {
    /// The text.
    pub text: String,
    /// The bytes of the whole scalar.
    pub span: Span,
    /// From offsets of `text` to bytes of the file.
    pub map: TextMap,
}

impl Written {
    /// The whole of a text that is no YAML.
    pub fn whole(file: FileId, text: &str) -> Self {
        let span = Span::new(file, 0, text.len());
        Written { text: text.to_string(), span, map: TextMap::identity(span) }
    }

    /// A text that stands nowhere, for values made by Jobun itself.
    pub fn made(text: impl Into<String>, span: Span) -> Self {
        Written { text: text.into(), span, map: TextMap::whole(span) }
    }
}

/// Says that `node` should have been `wanted`.
pub fn wrong_kind(node: &Node, wanted: Text) -> Diagnostic {
    let noun = node.noun();
    Diagnostic::new(
        Code::WrongKind,
        node.span,
        Text::new(
            format!("ここには{}を書きます（{}が書かれています）", wanted.ja, noun.ja),
            format!("{} stands where {} is expected", noun.en, wanted.en),
        ),
    )
}

impl Shape for Written {
    fn read(node: &Node, out: &mut Diagnostics) -> Option<Self> {
        let Kind::Scalar(scalar) = &node.kind else {
            out.push(wrong_kind(node, Text::new("文字列または式", "a text or an expression")).help(Text::new(
                "`[` や `{` で始まる値は引用符で囲むか `|` の次の行に書いてください",
                "quote a value that begins with `[` or `{`, or write it on the line after `|`",
            )));
            return None;
        };
        let trimmed = scalar.text.trim_end_matches('\n');
        if trimmed.trim().is_empty() {
            out.push(
                Diagnostic::new(Code::InvalidValue, node.span, Text::new("値が空です", "the value is empty"))
                    .help(Text::new("値を書くか、キーごと削除してください", "write a value, or remove the key")),
            );
            return None;
        }
        Some(Written { text: trimmed.to_string(), span: node.span, map: scalar.map.clone() })
    }

    fn schema(_: &mut Map<String, Value>) -> Value {
        json!({ "type": ["string", "number", "boolean"] })
    }
}

/// A day written `YYYY-MM-DD`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WrittenDay {
    /// The day.
    pub day: Day,
    /// Where it stands.
    pub span: Span,
}

impl Shape for WrittenDay {
    fn read(node: &Node, out: &mut Diagnostics) -> Option<Self> {
        let written = Written::read(node, out)?;
        let Some(day) = Day::parse(&written.text) else {
            out.push(not_a_date(&written.text, node.span));
            return None;
        };
        Some(WrittenDay { day, span: node.span })
    }

    fn schema(_: &mut Map<String, Value>) -> Value {
        json!({ "type": "string", "format": "date" })
    }
}

/// One of a closed set of words, with its place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WrittenWord<W> {
    /// The word.
    pub word: W,
    /// Where it stands.
    pub span: Span,
}

impl<W: Word> Shape for WrittenWord<W> {
    fn read(node: &Node, out: &mut Diagnostics) -> Option<Self> {
        let written = Written::read(node, out)?;
        if let Some(word) = W::from_word(&written.text) {
            return Some(WrittenWord { word, span: node.span });
        }
        let known = || W::ALL.iter().map(|(_, word, _)| *word);
        out.push(unknown_word(&written.text, node.span, known()));
        None
    }

    fn schema(_: &mut Map<String, Value>) -> Value {
        let words: Vec<Value> =
            W::ALL.iter().map(|(_, word, doc)| json!({ "const": word, "description": doc.trim() })).collect();
        json!({ "oneOf": words })
    }
}

/// Says that `word` is none of `known`.
pub fn unknown_word<'a>(word: &str, span: Span, known: impl Iterator<Item = &'a str> + Clone) -> Diagnostic {
    let list = known.clone().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(" ");
    let diagnostic = Diagnostic::new(
        Code::UnknownWord,
        span,
        text!("`{}` はここでは使えません", "`{}` is not one of the words that can stand here", word),
    );
    diagnostic.help(match did_you_mean(word, known) {
        Some(near) => text!("`{}` のことですか。使えるのは {} です", "did you mean `{}`? The words are {}", near, list),
        None => text!("使えるのは {} です", "the words are {}", list),
    })
}

impl<T: Shape> Shape for Option<T> {
    fn read(node: &Node, out: &mut Diagnostics) -> Option<Self> {
        T::read(node, out).map(Some)
    }

    fn absent() -> Option<Self> {
        Some(None)
    }

    fn schema(defs: &mut Map<String, Value>) -> Value {
        T::schema(defs)
    }
}

impl<T: Shape> Shape for Vec<T> {
    fn read(node: &Node, out: &mut Diagnostics) -> Option<Self> {
        match &node.kind {
            Kind::Sequence(items) => {
                // What can be read takes the memory, not what is written.
                let mut read = Vec::new();
                for item in items {
                    read.extend(T::read(item, out));
                    if out.is_full() {
                        break;
                    }
                }
                Some(read)
            }
            _ => {
                out.push(wrong_kind(node, Text::new("リスト", "a list")).help(Text::new(
                    "`- ` で始まる行を並べるか、`[a, b]` と書いてください",
                    "write lines that begin with `- `, or `[a, b]`",
                )));
                None
            }
        }
    }

    fn absent() -> Option<Self> {
        Some(Vec::new())
    }

    fn schema(defs: &mut Map<String, Value>) -> Value {
        let items = T::schema(defs);
        json!({ "type": "array", "items": items })
    }
}

/// One value, or a list of them.
#[derive(Clone, Debug, PartialEq)]
pub struct OneOrMany<T>(pub Vec<T>);

impl<T: Shape> Shape for OneOrMany<T> {
    fn read(node: &Node, out: &mut Diagnostics) -> Option<Self> {
        match &node.kind {
            Kind::Sequence(_) => Vec::read(node, out).map(OneOrMany),
            _ => T::read(node, out).map(|one| OneOrMany(vec![one])),
        }
    }

    fn schema(defs: &mut Map<String, Value>) -> Value {
        let one = T::schema(defs);
        json!({ "anyOf": [one.clone(), { "type": "array", "items": one }] })
    }
}

/// A text in both languages, as written.
#[derive(Clone, Debug, PartialEq)]
pub struct Bilingual {
    /// 日本語
    pub ja: Written,
    /// English
    pub en: Written,
}

impl Bilingual {
    /// The two texts without their places.
    pub fn text(&self) -> Text {
        Text::new(self.ja.text.clone(), self.en.text.clone())
    }
}

impl Shape for Bilingual {
    fn read(node: &Node, out: &mut Diagnostics) -> Option<Self> {
        let Kind::Mapping(entries) = &node.kind else {
            out.push(
                wrong_kind(node, Text::new("`ja` と `en` の2つの文", "a text in `ja` and in `en`"))
                    .help(Text::new("`{ ja: …, en: … }` と書いてください", "write `{ ja: …, en: … }`")),
            );
            return None;
        };
        known_keys(entries, &["ja", "en"], out);
        let mut read = |lang: &str, name: Text| {
            let found = entries.iter().find(|(key, _)| key.text == lang);
            let Some((_, value)) = found else {
                out.push(
                    Diagnostic::new(
                        Code::MissingLanguage,
                        node.span,
                        Text::new(format!("{}の文がありません", name.ja), format!("the {} text is missing", name.en)),
                    )
                    .help(text!("`{}: …` を加えてください", "add `{}: …`", lang)),
                );
                return None;
            };
            Written::read(value, out)
        };
        let ja = read("ja", Text::new("日本語", "Japanese"));
        let en = read("en", Text::new("英語", "English"));
        Some(Bilingual { ja: ja?, en: en? })
    }

    fn schema(_: &mut Map<String, Value>) -> Value {
        json!({
            "type": "object",
            "required": ["ja", "en"],
            "additionalProperties": false,
            "properties": { "ja": { "type": "string" }, "en": { "type": "string" } }
        })
    }
}

/// Reports every key of `entries` that is none of `known`.
pub fn known_keys(entries: &[(super::Key, Node)], known: &[&str], out: &mut Diagnostics) {
    let list = LazyCell::new(|| known.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(" "));
    for (key, _) in entries {
        if known.contains(&key.text.as_str()) {
            continue;
        }
        if out.is_full() {
            return;
        }
        let help = match did_you_mean(&key.text, known.iter().copied()) {
            Some(near) => text!("`{}` のことですか", "did you mean `{}`?", near),
            None => text!("ここで使えるキーは {} です", "the keys that can stand here are {}", *list),
        };
        out.push(
            Diagnostic::new(
                Code::UnknownKey,
                key.span,
                text!("キー `{}` はここでは使えません", "the key `{}` is not known here", key.text),
            )
            .help(help),
        );
    }
}

/// Reads the field `key`, or its absent value; a missing required key goes to `missing`.
pub fn field<T: Shape>(
    entries: &[(super::Key, Node)],
    key: &'static str,
    missing: &mut Vec<&'static str>,
    out: &mut Diagnostics,
) -> Option<T> {
    match entries.iter().find(|(known, _)| known.text == key) {
        Some((_, value)) => T::read(value, out),
        None => T::absent().or_else(|| {
            missing.push(key);
            None
        }),
    }
}

/// Says which required keys a mapping lacks.
pub fn report_missing(node: &Node, missing: &[&str], out: &mut Diagnostics) {
    if missing.is_empty() {
        return;
    }
    let list = missing.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(" ");
    out.push(
        Diagnostic::new(
            Code::MissingKey,
            first_line(node),
            text!("必要なキー {} がありません", "required keys are missing: {}", list),
        )
        .help(text!("{} を加えてください", "add {}", list)),
    );
}

fn first_line(node: &Node) -> Span {
    match &node.kind {
        Kind::Mapping(entries) => entries.first().map_or(node.span, |(key, _)| key.span),
        _ => node.span,
    }
}

/// Declares structs read from mappings: `field as "key": Type`.
macro_rules! shapes {
    ($( $(#[doc = $doc:expr])* struct $name:ident { $( $(#[doc = $field_doc:expr])* $field:ident as $key:literal : $ty:ty ),* $(,)? } )*) => { $(
        $(#[doc = $doc])*
        #[derive(Clone, Debug, PartialEq)]
        pub struct $name {
            /// Where the whole mapping stands.
            pub span: $crate::source::Span,
            $( $(#[doc = $field_doc])* pub $field: $ty ),*
        }

        impl $crate::yaml::shape::Shape for $name {
            fn read(node: &$crate::yaml::Node, out: &mut $crate::diagnostic::Diagnostics) -> Option<Self> {
                let $crate::yaml::Kind::Mapping(entries) = &node.kind else {
                    out.push($crate::yaml::shape::wrong_kind(
                        node,
                        $crate::lang::Text::new("キーと値の組", concat!("a mapping with the keys", $(" `", $key, "`"),*)),
                    ));
                    return None;
                };
                $crate::yaml::shape::known_keys(entries, &[$( $key ),*], out);
                let mut missing = Vec::new();
                $( let $field = $crate::yaml::shape::field::<$ty>(entries, $key, &mut missing, out); )*
                $crate::yaml::shape::report_missing(node, &missing, out);
                Some($name { span: node.span, $( $field: $field? ),* })
            }

            fn schema(defs: &mut serde_json::Map<String, serde_json::Value>) -> serde_json::Value {
                let reference = serde_json::json!({ "$ref": concat!("#/$defs/", stringify!($name)) });
                if defs.contains_key(stringify!($name)) {
                    return reference;
                }
                defs.insert(stringify!($name).into(), serde_json::Value::Null);
                let mut properties = serde_json::Map::new();
                let mut required: Vec<&str> = Vec::new();
                $(
                    let mut schema = <$ty as $crate::yaml::shape::Shape>::schema(defs);
                    if let Some(object) = schema.as_object_mut() {
                        object.insert("description".into(), concat!($($field_doc),*).trim().into());
                    }
                    properties.insert($key.into(), schema);
                    if <$ty as $crate::yaml::shape::Shape>::absent().is_none() {
                        required.push($key);
                    }
                )*
                defs.insert(stringify!($name).into(), serde_json::json!({
                    "type": "object",
                    "description": concat!($($doc),*).trim(),
                    "properties": properties,
                    "required": required,
                    "additionalProperties": false,
                }));
                reference
            }
        }
    )* };
}
pub(crate) use shapes;
