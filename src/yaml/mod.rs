//! YAML with positions: every key and scalar knows the bytes it came from.
//!
//! Only the plain data part of YAML is read; tags, anchors, aliases and merge keys are diagnostics,
//! because each can turn an expression into something its author did not write.

mod scalar;
pub mod shape;

use saphyr_parser::{Event, Parser, ScalarStyle};

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::lang::{Text, text};
use crate::source::{FileId, Span};
pub use scalar::TextMap;

/// How deep a file may nest.
pub const MAX_DEPTH: usize = 32;

/// How many values, keys counted too, a file may hold.
pub const MAX_VALUES: usize = 150_000;

/// One value of a YAML file.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// The bytes it stands in.
    pub span: Span,
    /// What it is.
    pub kind: Kind,
}

/// The three kinds of YAML value.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// A scalar; its type comes from the field that reads it, never from YAML.
    Scalar(Scalar),
    /// A sequence.
    Sequence(Vec<Node>),
    /// A mapping, in the order written.
    Mapping(Vec<(Key, Node)>),
}

/// The text of a scalar, and where each part of it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Scalar {
    /// The text after YAML's quoting and folding.
    pub text: String,
    /// Whether it was written without quotes.
    pub plain: bool,
    /// From offsets of `text` to bytes of the file.
    pub map: TextMap,
}

/// A key of a mapping.
#[derive(Clone, Debug, PartialEq)]
pub struct Key {
    /// The key.
    pub text: String,
    /// Where it stands.
    pub span: Span,
}

impl Node {
    /// What the value is called in messages.
    pub fn noun(&self) -> Text {
        match &self.kind {
            Kind::Scalar(scalar) if scalar.text.is_empty() && scalar.plain => Text::new("空の値", "an empty value"),
            Kind::Scalar(_) => Text::new("値", "a single value"),
            Kind::Sequence(_) => Text::new("リスト", "a list"),
            Kind::Mapping(_) => Text::new("キーと値の組", "a mapping"),
        }
    }
}

/// Reads one document. Returns what could be read, and what was noticed.
pub fn parse(file: FileId, source: &str) -> (Option<Node>, Diagnostics) {
    let mut diagnostics = Diagnostics::new();
    if source.trim_start_matches('\u{feff}').trim().is_empty() {
        diagnostics.push(
            Diagnostic::new(Code::EmptyFile, Span::top(file), Text::new("ファイルが空です", "the file is empty")).help(
                Text::new(
                    "`rules:` などの内容を書くか、ファイルを削除してください",
                    "write its content, for example `rules:`, or remove the file",
                ),
            ),
        );
        return (None, diagnostics);
    }
    let mut reader =
        Reader { file, source, bytes: CharIndex::of(source), diagnostics, stack: Vec::new(), root: None, values: 0 };
    for event in Parser::new_from_str(source) {
        match event {
            Ok((event, span)) => {
                let span = reader.bytes.span(file, span.start.index(), span.end.index());
                if !reader.event(event, span) {
                    break;
                }
            }
            Err(error) => {
                reader.syntax_error(error.marker().index(), error.info());
                break;
            }
        }
    }
    // What was cut off has its keys all the same.
    while let Some(open) = reader.stack.pop() {
        if let Open::Mapping { entries, .. } = open {
            reader.duplicates(&entries);
        }
    }
    (reader.root, reader.diagnostics)
}

/// From character offsets, which the parser counts, to bytes.
struct CharIndex(Vec<u32>);

impl CharIndex {
    fn of(source: &str) -> Self {
        let mut starts: Vec<u32> = source.char_indices().map(|(at, _)| at as u32).collect();
        starts.push(source.len() as u32);
        CharIndex(starts)
    }

    fn byte(&self, character: usize) -> usize {
        self.0[character.min(self.0.len() - 1)] as usize
    }

    fn span(&self, file: FileId, start: usize, end: usize) -> Span {
        Span::new(file, self.byte(start), self.byte(end))
    }
}

enum Open {
    Sequence(Span, Vec<Node>),
    Mapping { span: Span, entries: Vec<(Key, Node)>, key: Option<Key> },
}

struct Reader<'s> {
    file: FileId,
    source: &'s str,
    bytes: CharIndex,
    diagnostics: Diagnostics,
    stack: Vec<Open>,
    root: Option<Node>,
    /// How many values and keys it has read.
    values: usize,
}

impl Reader<'_> {
    /// Takes one event; `false` stops the reading.
    fn event(&mut self, event: Event<'_>, span: Span) -> bool {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                if let Some(shown) = self.refuse_features(anchor, tag.is_some(), span) {
                    // What was meant, so that nothing more is said about an empty value.
                    let text = self.source[shown.start as usize..shown.end as usize].to_string();
                    let scalar = Scalar { text, plain: true, map: TextMap::identity(shown) };
                    return self.value(Node { span: shown, kind: Kind::Scalar(scalar) });
                }
                let span = self.trimmed(span, style);
                let written = self.with_indent(span, style);
                let raw = &self.source[written.start as usize..written.end as usize];
                let map = scalar::map(raw, style, &text, written);
                let plain = style == ScalarStyle::Plain;
                self.value(Node { span, kind: Kind::Scalar(Scalar { text: text.into_owned(), plain, map }) })
            }
            Event::SequenceStart(anchor, tag) => {
                self.refuse_features(anchor, tag.is_some(), span);
                self.open(Open::Sequence(span, Vec::new()), span)
            }
            Event::MappingStart(anchor, tag) => {
                self.refuse_features(anchor, tag.is_some(), span);
                self.open(Open::Mapping { span, entries: Vec::new(), key: None }, span)
            }
            Event::SequenceEnd | Event::MappingEnd => match self.stack.pop() {
                Some(Open::Sequence(start, items)) => {
                    let end = items.last().map_or(span.end, |item| item.span.end.max(start.end));
                    let end = if self.source[..span.end as usize].ends_with(']') { span.end } else { end };
                    self.value(Node { span: Span { end, ..start }, kind: Kind::Sequence(items) })
                }
                Some(Open::Mapping { span: start, entries, .. }) => {
                    self.duplicates(&entries);
                    let end = entries.last().map_or(span.end, |(_, value)| value.span.end.max(start.end));
                    let end = if self.source[..span.end as usize].ends_with('}') { span.end } else { end };
                    let begin = entries.first().map_or(start.start, |(key, _)| start.start.min(key.span.start));
                    self.value(Node { span: Span { start: begin, end, ..start }, kind: Kind::Mapping(entries) })
                }
                None => true,
            },
            Event::Alias(_) => {
                self.feature(span, "`*`");
                let empty = Scalar { text: String::new(), plain: true, map: TextMap::whole(span) };
                self.value(Node { span, kind: Kind::Scalar(empty) })
            }
            Event::DocumentStart(_) if self.root.is_some() => {
                self.diagnostics.push(
                    Diagnostic::new(
                        Code::YamlFeature,
                        span,
                        Text::new("1つのファイルに書けるのは1文書だけです", "a file holds one document only"),
                    )
                    .help(Text::new(
                        "`---` より後を別のファイルに移してください",
                        "move what follows `---` to a file of its own",
                    )),
                );
                false
            }
            _ => true,
        }
    }

    /// The parser ends some scalars after trailing white space; the text ends before it.
    fn trimmed(&self, span: Span, style: ScalarStyle) -> Span {
        if matches!(style, ScalarStyle::Literal | ScalarStyle::Folded) {
            return span;
        }
        let raw = &self.source[span.start as usize..span.end as usize];
        Span { end: span.start + raw.trim_end().len() as u32, ..span }
    }

    /// The parser begins a block scalar behind its first indent, which the map needs to see.
    fn with_indent(&self, span: Span, style: ScalarStyle) -> Span {
        let before = &self.source[..span.start as usize];
        let indent = before.len() - before.trim_end_matches(' ').len();
        let block = matches!(style, ScalarStyle::Literal | ScalarStyle::Folded);
        if block && before.trim_end_matches(' ').ends_with('\n') {
            Span { start: span.start - indent as u32, ..span }
        } else {
            span
        }
    }

    fn open(&mut self, open: Open, span: Span) -> bool {
        if self.stack.len() >= MAX_DEPTH {
            // A block begins with no sign of its own: its first character is shown.
            let first = self.source.get(span.start as usize..).and_then(|rest| rest.chars().next());
            let end = span.end.max(span.start + first.map_or(0, |c| c.len_utf8() as u32));
            self.diagnostics.push(
                Diagnostic::new(
                    Code::YamlFeature,
                    Span { end, ..span },
                    text!("入れ子が深すぎます（上限{}段）", "nested too deeply (the limit is {} levels)", MAX_DEPTH),
                )
                .help(Text::new("入れ子を浅くしてください", "flatten the structure")),
            );
            return false;
        }
        self.stack.push(open);
        true
    }

    fn value(&mut self, node: Node) -> bool {
        self.values += 1;
        if self.values > MAX_VALUES {
            self.diagnostics.push(
                Diagnostic::new(
                    Code::TooLarge,
                    node.span,
                    text!("値が多すぎます（上限{}個）", "there are too many values (the limit is {})", MAX_VALUES),
                )
                .help(Text::new("条ごとにファイルを分けてください", "split it by article")),
            );
            return false;
        }
        match self.stack.last_mut() {
            None => self.root = Some(node),
            Some(Open::Sequence(_, items)) => items.push(node),
            Some(Open::Mapping { entries, key, .. }) => match (key.take(), node.kind) {
                (Some(key), kind) => entries.push((key, Node { span: node.span, kind })),
                (None, Kind::Scalar(scalar)) => {
                    if scalar.text == "<<" {
                        self.feature(node.span, "`<<`");
                    }
                    if let Some(Open::Mapping { key, .. }) = self.stack.last_mut() {
                        *key = Some(Key { text: scalar.text, span: node.span });
                    }
                }
                (None, _) => {
                    self.diagnostics.push(
                        Diagnostic::new(
                            Code::YamlFeature,
                            node.span,
                            Text::new("キーの位置にリストや組は書けません", "a key cannot be a list or a mapping"),
                        )
                        .help(Text::new(
                            "式やひな形が `{` や `[` で始まるときは引用符で囲むか `|` を使ってください",
                            "where an expression or a template begins with `{` or `[`, quote it or use `|`",
                        )),
                    );
                    return false;
                }
            },
        }
        true
    }

    /// Reports every key that stands before it in the same mapping.
    fn duplicates(&mut self, entries: &[(Key, Node)]) {
        let mut keys: Vec<&Key> = entries.iter().map(|(key, _)| key).collect();
        keys.sort_by(|a, b| a.text.cmp(&b.text));
        for same in keys.chunk_by(|a, b| a.text == b.text) {
            for later in &same[1..] {
                let message = text!("キー `{}` が2回書かれています", "the key `{}` is written twice", later.text);
                self.diagnostics.push(
                    Diagnostic::new(Code::DuplicateKey, later.span, message)
                        .related(same[0].span, Text::new("最初はここ", "first written here"))
                        .help(Text::new("どちらか一方を削除してください", "remove one of the two")),
                );
            }
        }
    }

    /// Reports a tag or an anchor; gives back the text of a tagged value.
    fn refuse_features(&mut self, anchor: usize, tagged: bool, span: Span) -> Option<Span> {
        if anchor != 0 {
            self.feature(span, "`&`");
        }
        tagged.then(|| {
            // `require: !active(c)` reaches us as an empty scalar with a tag: show the line's value.
            let begin = self.source[..span.start as usize].rfind('!').unwrap_or(span.start as usize);
            let end = self.source[begin..].find('\n').map_or(self.source.len(), |at| begin + at);
            let shown = Span::new(self.file, begin, begin + self.source[begin..end].trim_end().len());
            self.feature(shown, "`!`");
            shown
        })
    }

    fn feature(&mut self, span: Span, sign: &str) {
        self.diagnostics.push(
            Diagnostic::new(
                Code::YamlFeature,
                span,
                text!(
                    "{} で始まる値はYAMLの特別な記法になり、書いたとおりには読まれません",
                    "a value that begins with {} is special YAML syntax and is not read as written",
                    sign
                ),
            )
            .help(Text::new(
                "値全体を引用符で囲むか、`|` の次の行に書いてください",
                "put the whole value in quotes, or write it on the line after `|`",
            )),
        );
    }

    fn syntax_error(&mut self, character: usize, info: &str) {
        let at = self.bytes.byte(character);
        let line_start = self.source[..at].rfind('\n').map_or(0, |newline| newline + 1);
        let line_end = self.source[at..].find('\n').map_or(self.source.len(), |newline| at + newline);
        let line = &self.source[line_start..line_end];
        let rest = Text::new(
            "この誤りより後の部分は読めていません。直してからもう一度確認してください",
            "the rest of the file could not be read; mend this and check again",
        );
        if let Some(place) = self.tab_near(line_start) {
            self.diagnostics.push(
                Diagnostic::new(
                    Code::YamlTab,
                    Span::new(self.file, place, place + 1),
                    Text::new("字下げにタブは使えません", "a tab cannot be used for indentation"),
                )
                .help(Text::new(
                    format!("タブを半角スペースに置き換えてください。{}", rest.ja),
                    format!("replace the tab with spaces; {}", rest.en),
                )),
            );
            return;
        }
        let value = line.split_once(": ").map_or("", |(_, value)| value.trim());
        let eaten = value.starts_with(['{', '[', '"', '\'', '!', '&', '*', '%', '@', '`']) || value.contains(": ");
        let (start, end) = if eaten && !value.is_empty() {
            let offset = line_start + line.rfind(value).unwrap_or(0);
            (offset, offset + value.len())
        } else {
            let start = at.min(line_end.saturating_sub(1)).max(line_start);
            (floor(self.source, start), line_end.max(start))
        };
        // Where the line is empty, the line break before it is shown.
        let start = if start == end { floor(self.source, start.saturating_sub(1)) } else { start };
        let help = if eaten {
            Text::new(
                format!(
                    "YAMLがこの値を式ではなく記法として読みました。全体を引用符で囲むか `|` を使ってください。{}",
                    rest.ja
                ),
                format!("YAML read this value as syntax, not as text: quote it whole, or use `|`; {}", rest.en),
            )
        } else {
            Text::new(
                format!("字下げ・コロン・引用符を確かめてください。{}", rest.ja),
                format!("look at indentation, colons and quotes; {}", rest.en),
            )
        };
        self.diagnostics.push(
            Diagnostic::new(
                Code::YamlSyntax,
                Span::new(self.file, start, end),
                text!("YAMLとして読めません（{}）", "this is not valid YAML ({})", info),
            )
            .help(help),
        );
    }

    /// A tab in the indentation of the line before `line_start`, of that line, or of the next ones.
    fn tab_near(&self, line_start: usize) -> Option<usize> {
        let before = self.source[..line_start].trim_end_matches('\n');
        let mut at = before.rfind('\n').map_or(0, |newline| newline + 1);
        for line in self.source[at..].split_inclusive('\n').take(4) {
            let indent = &line[..line.len() - line.trim_start().len()];
            if let Some(tab) = indent.find('\t') {
                return Some(at + tab);
            }
            at += line.len();
        }
        None
    }
}

fn floor(source: &str, mut at: usize) -> usize {
    while at > 0 && !source.is_char_boundary(at) {
        at -= 1;
    }
    at
}
