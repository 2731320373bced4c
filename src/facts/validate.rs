//! Is the document what the vocabulary describes? Every mistake in our own words, with its place.

use std::borrow::Cow;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

use jsonschema::error::ValidationErrorKind;

use super::{Ids, SchemaCheck};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, date_remedy, did_you_mean};
use crate::json::{Finder, Kind, NodeId, Tape, TapeView};
use crate::lang::{Text, text};
use crate::schema::FactSchema;
use crate::source::{FileId, Span};
use crate::types::{LinkType, RecordId, Type};

/// Validates `tape` with `jsonschema` and says what is wrong, in the words of `schema`.
pub(super) fn against_schema<const NULLS: bool>(
    check: &SchemaCheck<NULLS>,
    schema: &FactSchema,
    file: FileId,
    tape: &Tape<'_>,
) -> Diagnostics {
    let mut out = Diagnostics::new();
    if check.is_valid(tape) {
        return out;
    }
    // The validator keeps every mistake before it tells the first: of very many, they are found without it.
    kinds(schema, file, tape, &Type::Record(schema.root()), NodeId::ROOT, &mut out);
    if out.is_full() {
        return out;
    }
    let mut out = Diagnostics::new();
    let mut finder = Finder::of(tape);
    for error in check.validator.iter_errors(TapeView::Value(tape, NodeId::ROOT)) {
        if out.is_full() {
            break;
        }
        let pointer = error.instance_path().to_string();
        let node = finder.nearest(&pointer);
        let place = Place { file, tape, node, pattern: pattern(&pointer), schema };
        place.explain(error.kind(), &mut out);
    }
    out
}

/// `/contracts/0/signed_on` as a path of the vocabulary: `contracts[].signed_on`.
fn pattern(pointer: &str) -> String {
    let mut out = String::new();
    for part in crate::pointer::parts(pointer) {
        if !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()) {
            out.push_str("[]");
        } else {
            if !out.is_empty() {
                out.push('.');
            }
            out.push_str(&part);
        }
    }
    out
}

struct Place<'a, 'b> {
    file: FileId,
    tape: &'a Tape<'b>,
    node: NodeId,
    pattern: String,
    schema: &'a FactSchema,
}

impl Place<'_, '_> {
    fn span(&self, node: NodeId) -> Span {
        span(self.file, self.tape, node)
    }

    fn at(&self, code: Code, message: Text, help: Text) -> Diagnostic {
        Diagnostic::new(code, self.span(self.node), message).help(help)
    }

    fn shown(&self) -> String {
        let pattern = self.pattern.strip_suffix("[]").unwrap_or(&self.pattern);
        if self.schema.field_at(pattern).is_some_and(|field| field.sensitive) {
            return "***".to_string();
        }
        let raw = self.tape.raw(self.node);
        let short: String = raw.chars().take(60).collect();
        if short.len() < raw.len() { format!("{short}…") } else { short }
    }

    fn explain(&self, kind: &ValidationErrorKind, out: &mut Diagnostics) {
        match kind {
            ValidationErrorKind::AdditionalProperties { unexpected } => {
                let names: HashMap<_, NodeId> =
                    self.tape.members(self.node).map(|(name, _)| (self.tape.string(name), name)).collect();
                for key in unexpected {
                    if out.is_full() {
                        break;
                    }
                    out.push(self.unknown_key(key, names.get(key.as_str()).copied()));
                }
            }
            ValidationErrorKind::Required { property } => {
                let key = property.as_str().unwrap_or_default();
                out.push(self.at(
                    Code::FactsMissingKey,
                    text!("`{}` がありません", "`{}` is missing", key),
                    text!(
                        "識別子とリンクは省けません。`\"{}\": …` を加えてください",
                        "ids and links cannot be left out; add `\"{}\": …`",
                        key
                    ),
                ));
            }
            _ => out.push(self.wrong_value(kind)),
        }
    }

    /// The unknown `key`, which stands at `name`.
    fn unknown_key(&self, key: &str, name: Option<NodeId>) -> Diagnostic {
        let span = self.span(name.unwrap_or(self.node));
        let path = self.pattern.clone();
        let record = self.schema.record_at(&path).map(|id| self.schema.record(id));
        let known = record.map(|record| record.fields.iter().map(|field| field.name.as_str())).into_iter().flatten();
        let help = match did_you_mean(key, known) {
            Some(near) => text!("`{}` のことですか", "did you mean `{}`?", near),
            None => {
                let elsewhere = self.schema.leaves().find(|(leaf, _)| leaf.rsplit('.').next() == Some(key));
                match elsewhere {
                    Some((leaf, _)) => {
                        text!("`{0}` という項目は `{1}` にあります", "there is a `{0}` at `{1}`", key, leaf)
                    }
                    None => Text::new(
                        "語彙にない項目です。綴りと置き場所を確かめてください",
                        "it is not in the vocabulary; look at its spelling and where it stands",
                    ),
                }
            }
        };
        Diagnostic::new(
            Code::FactsUnknownKey,
            span,
            text!("項目 `{}` は語彙にありません", "the vocabulary has no `{}` here", key),
        )
        .help(help)
    }

    fn wrong_value(&self, kind: &ValidationErrorKind) -> Diagnostic {
        let (pattern, shown) = (&self.pattern, self.shown());
        let field = self.schema.field_at(pattern.strip_suffix("[]").unwrap_or(pattern));
        let ty = field.map(|field| match &field.ty {
            Type::List(element) if pattern.ends_with("[]") => (**element).clone(),
            other => other.clone(),
        });
        // What is hidden in the message is not told by the remedy either.
        let is_hidden = field.is_some_and(|field| field.sensitive);
        let written = if is_hidden { Cow::Borrowed("") } else { self.tape.string(self.node) };
        let is_string = matches!(self.tape.kind(self.node), Kind::String(_));
        match (&ty, kind) {
            (Some(Type::Date | Type::DateOrNever), _) if is_string => self.at(
                Code::FactsWrongValue,
                text!("{} は日付ではありません", "{} is not a date", shown),
                if ty == Some(Type::DateOrNever) && did_you_mean(&written, ["never", "none", "no", "未実施"]).is_some()
                {
                    Text::new(
                        "まだ行っていなければ `\"never\"` と書いてください",
                        "write `\"never\"` if it has not happened",
                    )
                } else {
                    date_remedy(&written)
                },
            ),
            (Some(Type::Enum(words)), _) if is_string => {
                let list = words.words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(" ");
                self.at(
                    Code::FactsWrongValue,
                    text!("{} は選べる答えにありません", "{} is not one of the answers", shown),
                    match did_you_mean(&written, words.words.iter().map(String::as_str)) {
                        Some(near) => text!(
                            "`\"{}\"` のことですか。選べるのは {} です",
                            "did you mean `\"{}\"`? The answers are {}",
                            near,
                            list
                        ),
                        None => text!("選べるのは {} です", "the answers are {}", list),
                    },
                )
            }
            (_, ValidationErrorKind::UniqueItems) => self.at(
                Code::FactsWrongValue,
                Text::new("同じ値が2回書かれています", "a value is listed twice"),
                Text::new("重複を削除してください", "remove the repeated value"),
            ),
            (_, ValidationErrorKind::MinItems { .. }) => self.at(
                Code::FactsWrongValue,
                Text::new("リストが空です", "the list is empty"),
                Text::new(
                    "1つ以上書くか、答えられなければ項目ごと省いてください",
                    "list at least one, or leave the fact out if it is not known",
                ),
            ),
            (_, ValidationErrorKind::Pattern { .. }) => self.at(
                Code::FactsWrongValue,
                text!("{} は決められた書き方ではありません", "{} is not written in the required way", shown),
                if written.chars().any(|c| ('０'..='ｚ').contains(&c)) {
                    Text::new("全角文字を半角にしてください", "use ASCII characters")
                } else if pattern.contains("countr") {
                    Text::new(
                        "国はISOの2文字（`JP`、`US`など）で書いてください",
                        "write countries as two letters of ISO 3166 (`JP`, `US`)",
                    )
                } else {
                    Text::new("語彙の説明を確かめてください", "see what the vocabulary says about it")
                },
            ),
            (Some(ty), _) => {
                let (ja, en) = wanted(ty);
                self.at(
                    Code::FactsWrongType,
                    Text::new(format!("{shown} ではなく{ja}を書きます"), format!("{en} is expected, not {shown}")),
                    match ty {
                        Type::Bool => Text::new(
                            "`true` か `false` を引用符なしで書いてください",
                            "write `true` or `false`, without quotes",
                        ),
                        Type::Int | Type::Double => Text::new(
                            "0以上の数を引用符なしの半角数字で書いてください",
                            "write a number of 0 or more in ASCII digits, without quotes",
                        ),
                        Type::Date | Type::DateOrNever => date_remedy(&self.tape.raw(self.node).replace('"', "")),
                        Type::List(_) => Text::new("`[…]` で囲んでください", "put it in `[…]`"),
                        Type::Record(_) => Text::new("`{…}` で囲んでください", "put it in `{…}`"),
                        _ => Text::new("二重引用符で囲んでください", "put it in double quotes"),
                    },
                )
            }
            (None, _) => {
                let object = self.schema.record_at(pattern).is_some();
                let (ja, en) = if object {
                    ("組（`{…}`）", "an object (`{…}`)")
                } else {
                    ("語彙に合う値", "a value that fits the vocabulary")
                };
                self.at(
                    if object { Code::FactsWrongType } else { Code::FactsInvalid },
                    Text::new(format!("{shown} ではなく{ja}を書きます"), format!("{en} is expected, not {shown}")),
                    Text::new("答えられなければ項目ごと省いてください", "leave it out if it is not known"),
                )
            }
        }
    }
}

/// Where `node` is shown: a container by its opening bracket.
fn span(file: FileId, tape: &Tape<'_>, node: NodeId) -> Span {
    let (start, end) = tape.range(node);
    let end = if matches!(tape.kind(node), Kind::Object | Kind::Array) { start + 1 } else { end };
    Span::new(file, start, end)
}

/// Says of `node`, and of each value in it that is of another kind than its type, what is expected there.
fn kinds(schema: &FactSchema, file: FileId, tape: &Tape<'_>, ty: &Type, node: NodeId, out: &mut Diagnostics) {
    if out.is_full() {
        return;
    }
    match (ty, tape.kind(node)) {
        (Type::Record(record), Kind::Object) => {
            for field in &schema.record(*record).fields {
                if let Some(value) = tape.member(node, &field.name) {
                    kinds(schema, file, tape, &field.ty, value, out);
                }
            }
        }
        (Type::List(element), Kind::Array) => {
            for value in tape.elements(node) {
                kinds(schema, file, tape, element, value, out);
            }
        }
        (Type::Bool, Kind::Bool(_)) | (Type::Double, Kind::Number) => {}
        (Type::Int, Kind::Number) if tape.int(node).is_some() => {}
        (Type::Bool | Type::Int | Type::Double | Type::Record(_) | Type::List(_), _)
        | (Type::String, Kind::Object | Kind::Array) => {
            let (ja, en) = wanted(ty);
            out.push(
                Diagnostic::new(
                    Code::FactsWrongType,
                    span(file, tape, node),
                    Text::new(format!("ここには{ja}を書きます"), format!("{en} is expected here")),
                )
                .help(Text::new("答えられなければ項目ごと省いてください", "leave it out if it is not known")),
            );
        }
        _ => {}
    }
}

fn wanted(ty: &Type) -> (&'static str, &'static str) {
    match ty {
        Type::Bool => ("`true` か `false`", "`true` or `false`"),
        Type::Int => ("整数", "a whole number"),
        Type::Double => ("数", "a number"),
        Type::Date => ("日付", "a date"),
        Type::DateOrNever => ("日付か `\"never\"`", "a date or `\"never\"`"),
        Type::List(_) => ("リスト", "a list"),
        Type::Record(_) => ("組（`{…}`）", "an object (`{…}`)"),
        Type::Enum(_) => ("選択肢の1つ", "one of the answers"),
        _ => ("文字列", "a text"),
    }
}

/// Indexes the elements of lists by `id`; duplicate ids and dangling links are diagnostics.
pub(super) fn ids<'b>(schema: &FactSchema, file: FileId, tape: &Tape<'b>, out: &mut Diagnostics) -> Ids<'b> {
    let mut walk = Walk { schema, file, tape, ids: HashMap::new(), links: Vec::new(), out };
    walk.record(schema.root(), NodeId::ROOT);
    let Walk { ids, links, out, .. } = walk;
    let mut names = Names { ids: &ids, sorted: HashMap::new(), left: MAX_COMPARED };
    for (link, node) in links {
        let id = tape.string(node);
        let list = ids.get(&link.list);
        let keys = link.list.trim_end_matches("[]");
        let answered = keys.split('.').try_fold(NodeId::ROOT, |at, key| tape.member(at, key)).is_some();
        if !answered || link.word.as_deref() == Some(&*id) || list.is_some_and(|known| known.contains_key(&*id)) {
            continue;
        }
        let (start, end) = tape.range(node);
        let help = match (names.near(&link.list, &id), &link.word) {
            (Some(near), _) => text!("`{}` のことですか", "did you mean `{}`?", near),
            (None, Some(word)) => text!(
                "`{0}` にこの `id` を加えるか、`\"{1}\"` と書いてください",
                "add an element with this `id` to `{0}`, or write `\"{1}\"`",
                link.list,
                word
            ),
            (None, None) => {
                text!("`{}` にこの `id` の要素を加えてください", "add an element with this `id` to `{}`", link.list)
            }
        };
        out.push(
            Diagnostic::new(
                Code::DanglingLink,
                Span::new(file, start, end),
                text!(
                    "`{0}` に `{1}` という `id` はありません",
                    "no element of `{0}` has the `id` `{1}`",
                    link.list,
                    id
                ),
            )
            .help(help),
        );
    }
    ids
}

/// How many ids all dangling links together are compared with; the links behind those are told without a guess.
const MAX_COMPARED: usize = 100_000;

/// The ids of lists, to find those that dangling links may have meant.
struct Names<'i> {
    ids: &'i Ids<'i>,
    /// Those of the lists that were looked at, in order.
    sorted: HashMap<String, Vec<&'i str>>,
    /// How many may still be compared.
    left: usize,
}

impl<'i> Names<'i> {
    /// The id in `list` that `id` was probably meant to be.
    fn near(&mut self, list: &str, id: &str) -> Option<&'i str> {
        let known = self.ids.get(list)?;
        self.left = self.left.checked_sub(known.len())?;
        let sorted = self.sorted.entry(list.to_string()).or_insert_with(|| {
            let mut sorted: Vec<&str> = known.keys().map(|id| &**id).collect();
            sorted.sort_unstable();
            sorted
        });
        did_you_mean(id, sorted.iter().copied())
    }
}

struct Walk<'a, 'b> {
    schema: &'a FactSchema,
    file: FileId,
    tape: &'a Tape<'b>,
    ids: Ids<'b>,
    links: Vec<(&'a LinkType, NodeId)>,
    out: &'a mut Diagnostics,
}

impl<'b> Walk<'_, 'b> {
    fn record(&mut self, id: RecordId, node: NodeId) {
        let (schema, tape) = (self.schema, self.tape);
        for field in &schema.record(id).fields {
            let Some(value) = tape.member(node, &field.name) else {
                continue;
            };
            match &field.ty {
                Type::Record(inner) => self.record(*inner, value),
                Type::Link(link) => self.links.push((link, value)),
                Type::Int => self.int(value),
                Type::List(element) => {
                    if let Type::Record(inner) = **element {
                        self.list(inner, value);
                    } else if **element == Type::Int {
                        tape.elements(value).for_each(|element| self.int(element));
                    }
                }
                _ => {}
            }
        }
    }

    /// A whole number must fit 64 bits, or no rule could read it.
    fn int(&mut self, node: NodeId) {
        if self.tape.kind(node) == Kind::Number && self.tape.int(node).is_none() && !self.out.is_full() {
            let (start, end) = self.tape.range(node);
            self.out.push(
                Diagnostic::new(
                    Code::FactsWrongValue,
                    Span::new(self.file, start, end),
                    Text::new("扱える範囲の整数ではありません", "this is no whole number that can be held"),
                )
                .help(Text::new(
                    "-9223372036854775808 から 9223372036854775807 までの整数を書いてください",
                    "write a whole number from -9223372036854775808 to 9223372036854775807",
                )),
            );
        }
    }

    fn list(&mut self, element: RecordId, node: NodeId) {
        let (schema, tape) = (self.schema, self.tape);
        let path = &schema.record(element).path;
        let mut known = self.ids.remove(path).unwrap_or_default();
        known.reserve(tape.elements(node).count());
        // The lists of one path are visited as they stand in the document: a known element behind the
        // beginning of this list is in it. An id that an earlier list has too is kept apart.
        let mut own: HashMap<Cow<'b, str>, NodeId> = HashMap::new();
        for item in tape.elements(node) {
            if let Some(id) = tape.member(item, "id").filter(|id| matches!(tape.kind(*id), Kind::String(_))) {
                let first = match known.entry(tape.string(id)) {
                    Entry::Vacant(entry) => {
                        entry.insert(item);
                        None
                    }
                    Entry::Occupied(entry) if *entry.get() > node => Some(*entry.get()),
                    Entry::Occupied(entry) => own.insert(entry.key().clone(), item),
                };
                if let Some(first) = first {
                    let (start, end) = tape.range(id);
                    let first = tape.member(first, "id").map_or((0, 0), |id| tape.range(id));
                    self.out.push(
                        Diagnostic::new(
                            Code::DuplicateId,
                            Span::new(self.file, start, end),
                            text!(
                                "`{0}` に同じ `id` {1} が2つあります",
                                "two elements of `{0}` have the `id` {1}",
                                path,
                                tape.raw(id)
                            ),
                        )
                        .related(Span::new(self.file, first.0, first.1), Text::new("最初はここ", "first used here"))
                        .help(Text::new(
                            "要素ごとに違う `id` を付けてください",
                            "give each element an `id` of its own",
                        )),
                    );
                }
            }
        }
        self.ids.insert(path.clone(), known);
        for item in tape.elements(node) {
            self.record(element, item);
        }
    }
}
