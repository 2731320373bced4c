//! From the text of a scalar back to the bytes it was written with.
//!
//! A small second reading of the raw scalar (quotes, escapes, folds, indents) keeps the pieces that
//! stand in the file as they stand in the text. It is checked against the parser's value; where the
//! two differ the map is the whole scalar, which is always true, only less exact.

use saphyr_parser::ScalarStyle;

use crate::source::Span;

/// A run of text that stands unchanged in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Piece {
    text: u32,
    file: u32,
    /// Length in the text; in the file too unless the piece is an escape.
    len: u32,
    file_len: u32,
}

/// From offsets of a scalar's text to bytes of its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextMap {
    whole: Span,
    pieces: Vec<Piece>,
}

impl TextMap {
    /// A map that knows only where the whole scalar stands.
    pub fn whole(span: Span) -> Self {
        TextMap { whole: span, pieces: Vec::new() }
    }

    /// A map for text that stands unchanged from `span.start` on.
    pub fn identity(span: Span) -> Self {
        let len = span.end - span.start;
        TextMap { whole: span, pieces: vec![Piece { text: 0, file: span.start, len, file_len: len }] }
    }

    /// Where the bytes `start..end` of the text stand.
    pub fn span(&self, start: usize, end: usize) -> Span {
        let (Some(from), Some(to)) = (self.at(start, false), self.at(end, true)) else {
            return self.whole;
        };
        Span { file: self.whole.file, start: from, end: to.max(from) }
    }

    fn at(&self, offset: usize, is_end: bool) -> Option<u32> {
        let offset = offset as u32;
        // An end looks at the byte before it, so that it stays inside its own piece.
        let probe = if is_end { offset.saturating_sub(1) } else { offset };
        let index = self.pieces.partition_point(|piece| piece.text <= probe).checked_sub(1)?;
        let piece = self.pieces[index];
        let within = offset.saturating_sub(piece.text);
        Some(if piece.len == piece.file_len {
            piece.file + within.min(piece.len)
        } else if is_end && within > 0 {
            piece.file + piece.file_len
        } else {
            piece.file
        })
    }
}

/// The map of a scalar whose raw bytes are `raw`, standing at `span`, read by the parser as `text`.
pub(super) fn map(raw: &str, style: ScalarStyle, text: &str, span: Span) -> TextMap {
    let mut builder = Builder { raw, start: span.start, out: String::with_capacity(text.len()), pieces: Vec::new() };
    match style {
        ScalarStyle::Plain => builder.flow(0, raw.len(), None),
        ScalarStyle::SingleQuoted => builder.flow(1, raw.len().saturating_sub(1), Some('\'')),
        ScalarStyle::DoubleQuoted => builder.flow(1, raw.len().saturating_sub(1), Some('"')),
        ScalarStyle::Literal => builder.block(false, text),
        ScalarStyle::Folded => builder.block(true, text),
    }
    if builder.out == text { TextMap { whole: span, pieces: builder.pieces } } else { TextMap::whole(span) }
}

struct Builder<'r> {
    raw: &'r str,
    start: u32,
    out: String,
    pieces: Vec<Piece>,
}

impl Builder<'_> {
    /// `text` is written at `raw[at..at + len]`.
    fn push(&mut self, text: &str, at: usize, len: usize) {
        if text.is_empty() {
            return;
        }
        let piece = Piece {
            text: self.out.len() as u32,
            file: self.start + at as u32,
            len: text.len() as u32,
            file_len: len as u32,
        };
        self.out.push_str(text);
        if let Some(last) = self.pieces.last_mut()
            && last.len == last.file_len
            && piece.len == piece.file_len
            && last.file + last.len == piece.file
        {
            last.len += piece.len;
            last.file_len += piece.len;
            return;
        }
        self.pieces.push(piece);
    }

    fn keep(&mut self, from: usize, to: usize) {
        let raw = self.raw;
        self.push(&raw[from..to], from, to - from);
    }

    /// Plain and quoted scalars: lines are trimmed and folded, quotes and escapes decoded.
    fn flow(&mut self, from: usize, to: usize, quote: Option<char>) {
        let raw = self.raw;
        if from > to || !raw.is_char_boundary(from) || !raw.is_char_boundary(to) {
            return;
        }
        let mut at = from;
        let mut first = true;
        let mut blank = 0usize;
        let mut fold_at = from;
        loop {
            let end = raw[at..to].find('\n').map_or(to, |newline| at + newline);
            let mut line_from = at;
            let mut line_to = end;
            if !first {
                line_from += raw[at..end].len() - raw[at..end].trim_start().len();
            }
            let last = end == to;
            if !last {
                line_to = line_from + raw[line_from.min(end)..end].trim_end().len();
            }
            if line_from >= line_to && !first && !last {
                blank += 1;
            } else {
                if !first {
                    if blank == 0 {
                        self.push(" ", fold_at, 1)
                    } else {
                        self.push(&"\n".repeat(blank), fold_at, 1)
                    }
                    blank = 0;
                }
                self.line(line_from, line_to.max(line_from), quote);
            }
            fold_at = end;
            first = false;
            if last {
                break;
            }
            at = end + 1;
        }
    }

    fn line(&mut self, from: usize, to: usize, quote: Option<char>) {
        let raw = self.raw;
        let mut kept = from;
        let mut at = from;
        while at < to {
            match (quote, raw.as_bytes()[at]) {
                (Some('\''), b'\'') => {
                    self.keep(kept, at);
                    self.push("'", at, 2);
                    at += 2;
                    kept = at.min(to);
                }
                (Some('"'), b'\\') => {
                    self.keep(kept, at);
                    let (decoded, len) = escape(&raw[at..to]);
                    self.push(&decoded, at, len);
                    at += len;
                    kept = at.min(to);
                }
                _ => at += 1,
            }
        }
        self.keep(kept, to);
    }

    /// `|` and `>`: the header line, then indented lines.
    fn block(&mut self, folded: bool, text: &str) {
        let raw = self.raw;
        let lines: Vec<(usize, &str)> = line_offsets(raw).collect();
        let indent = lines
            .iter()
            .map(|(_, line)| *line)
            .filter(|line| !line.trim().is_empty())
            .map(|line| line.len() - line.trim_start_matches(' ').len())
            .min()
            .unwrap_or(0);
        let mut previous_folds = false;
        let mut pending = 0usize;
        let mut pending_at = 0;
        for (at, line) in lines {
            let strip = indent.min(line.len() - line.trim_start_matches(' ').len());
            let (from, to) = (at + strip, at + line.len());
            if line.trim_end().is_empty() && from >= to {
                pending += 1;
                pending_at = at;
                continue;
            }
            let more_indented = raw[from..].starts_with([' ', '\t']);
            if pending > 0 || !self.out.is_empty() {
                if folded && previous_folds && !more_indented {
                    match pending {
                        0 => {}
                        1 => self.push(" ", pending_at, 1),
                        n => self.push(&"\n".repeat(n - 1), pending_at, 1),
                    }
                } else {
                    self.push(&"\n".repeat(pending), pending_at, 1);
                }
            }
            self.keep(from, to);
            previous_folds = !more_indented;
            pending = 1;
            pending_at = to.min(raw.len().saturating_sub(1));
        }
        let trailing = text.len() - text.trim_end_matches('\n').len();
        if trailing > 0 && text.len() == self.out.len() + trailing {
            self.push(&"\n".repeat(trailing), raw.len().saturating_sub(1), 1);
        }
    }
}

fn line_offsets(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    text.split_inclusive('\n').map(move |line| {
        let start = at;
        at += line.len();
        (start, line.trim_end_matches('\n').trim_end_matches('\r'))
    })
}

/// Decodes the escape at the start of `raw`; returns the text and the bytes it took.
fn escape(raw: &str) -> (String, usize) {
    let Some(kind) = raw[1..].chars().next() else {
        return (String::new(), raw.len());
    };
    let digits = match kind {
        'x' => 2,
        'u' => 4,
        'U' => 8,
        _ => 0,
    };
    if digits > 0 {
        let code = raw.get(2..2 + digits).and_then(|hex| u32::from_str_radix(hex, 16).ok());
        let decoded = code.and_then(char::from_u32).map(String::from).unwrap_or_default();
        return (decoded, (2 + digits).min(raw.len()));
    }
    let decoded = match kind {
        '0' => "\0",
        'a' => "\u{7}",
        'b' => "\u{8}",
        't' | '\t' => "\t",
        'n' => "\n",
        'v' => "\u{b}",
        'f' => "\u{c}",
        'r' => "\r",
        'e' => "\u{1b}",
        ' ' => " ",
        '"' => "\"",
        '/' => "/",
        '\\' => "\\",
        'N' => "\u{85}",
        '_' => "\u{a0}",
        'L' => "\u{2028}",
        'P' => "\u{2029}",
        _ => "",
    };
    (decoded.to_string(), 1 + kind.len_utf8())
}
