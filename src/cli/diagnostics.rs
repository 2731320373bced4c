//! Where our diagnostics meet miette: the one bridge between the two.

use std::fmt;

use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, Severity, SourceCode,
    SourceSpan, SpanContents,
};

use crate::diagnostic::{Diagnostic, Diagnostics, Level};
use crate::host;
use crate::lang::Lang;
use crate::printable::{LONGEST_LINE, is_hidden, without_end};
use crate::source::{FileId, SourceMap, Span};

/// How much of a long line is underlined at most, in bytes.
const MAX_UNDERLINED: usize = 200;
/// How much of a long line is shown on either side, in bytes.
const AROUND: usize = 60;

/// Every diagnostic, underlined in its file.
pub fn render(sources: &SourceMap, diagnostics: &Diagnostics, lang: Lang) -> String {
    let theme = if host::errors_take_colour() { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let handler = GraphicalReportHandler::new_themed(theme).with_width(110).with_context_lines(1);
    let mut out = String::new();
    for diagnostic in &diagnostics.0 {
        let shown = Shown::new(sources, diagnostic, lang);
        // Writing to a string does not fail.
        let _ = handler.render_report(&mut out, &shown);
        out.push('\n');
    }
    out.split('\n').map(without_end).collect::<Vec<_>>().join("\n")
}

/// The closing line.
pub fn count(errors: usize, lang: Lang) -> String {
    match lang {
        Lang::Ja => format!("誤り {errors} 件\n"),
        Lang::En => format!("{errors} mistake{}\n", if errors == 1 { "" } else { "s" }),
    }
}

/// A file as miette reads it: the lines around a place, found without reading the file from its start.
struct Excerpt<'s> {
    sources: &'s SourceMap,
    file: FileId,
}

impl Excerpt<'_> {
    fn text(&self) -> &str {
        self.sources.text(self.file)
    }

    /// Where the line that holds `offset` begins and ends.
    fn line(&self, offset: usize) -> (usize, usize) {
        self.sources.line(self.file, offset)
    }

    /// The lines that hold `start..end`.
    fn lines(&self, start: usize, end: usize) -> (usize, usize) {
        let last = floor(self.text(), end.saturating_sub(1).max(start));
        (self.line(start).0, self.line(last).1)
    }

    /// Whether a line of `start..end` is too long to be shown whole.
    fn is_long(&self, start: usize, end: usize) -> bool {
        let (mut from, to) = self.lines(start, end);
        while from <= to {
            let (begin, end) = self.line(from);
            if end - begin > LONGEST_LINE {
                return true;
            }
            from = end + 1;
        }
        false
    }

    /// The bytes to underline of `span`.
    fn underlined(&self, span: Span) -> (usize, usize) {
        let text = self.text();
        let start = floor(text, span.start as usize);
        let end = (span.end as usize).max(start);
        if !self.is_long(start, end.min(text.len())) {
            return (start, end);
        }
        let end = end.min(self.line(start).1).min(start + MAX_UNDERLINED);
        (start, floor(text, end))
    }
}

/// The last boundary between characters of `text` up to `at`.
fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

/// The first boundary between characters of `text` from `at` on.
fn ceil(text: &str, at: usize) -> usize {
    (at..text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len())
}

impl SourceCode for Excerpt<'_> {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let text = self.text();
        let start = floor(text, span.offset());
        let end = ceil(text, span.offset() + span.len());
        let (mut from, mut to) = self.lines(start, end);
        if before == 0 && after == 0 {
            (from, to) = (start, end);
        } else if self.is_long(start, end) {
            from = ceil(text, from.max(start.saturating_sub(AROUND)));
            to = floor(text, to.min(end + AROUND));
            // Between two hidden answers, or beside one: not across, which would show how long it is.
            let before = text[from..start].char_indices().rfind(|(_, c)| is_hidden(*c));
            from = before.map_or(from, |(at, c)| from + at + c.len_utf8());
            to = text[start..to].char_indices().find(|(_, c)| is_hidden(*c)).map_or(to, |(at, _)| start + at);
        } else {
            let short = |(begin, end): (usize, usize)| end - begin <= LONGEST_LINE;
            if before > 0 && from > 0 {
                from = Some(self.line(from - 1)).filter(|line| short(*line)).map_or(from, |line| line.0);
            }
            if after > 0 && to < text.len() {
                to = Some(self.line(to + 1)).filter(|line| short(*line)).map_or(to, |line| line.1);
            }
        }
        let place = |at| self.sources.place(Span::new(self.file, at, at));
        let (first, last) = (place(from), place(to));
        Ok(Box::new(MietteSpanContents::new_named(
            self.sources.name(self.file).to_string(),
            &text.as_bytes()[from..to],
            (from, to - from).into(),
            first.line as usize - 1,
            first.column as usize - 1,
            last.line as usize,
        )))
    }
}

struct Shown<'s> {
    code: String,
    message: String,
    help: Option<String>,
    severity: Severity,
    source: Excerpt<'s>,
    labels: Vec<LabeledSpan>,
}

impl<'s> Shown<'s> {
    fn new(sources: &'s SourceMap, diagnostic: &Diagnostic, lang: Lang) -> Self {
        let file = diagnostic.primary.span.file;
        let source = Excerpt { sources, file };
        let label = |text: &str, span: Span, primary: bool| {
            let text = (!text.is_empty()).then(|| text.to_string());
            let (start, end) = source.underlined(span);
            let len = end - start;
            if primary {
                LabeledSpan::new_primary_with_span(text, (start, len))
            } else {
                LabeledSpan::new(text, start, len)
            }
        };
        let primary = label(diagnostic.primary.text.get(lang), diagnostic.primary.span, true);
        let mut labels = vec![primary];
        let mut help = diagnostic.help.as_ref().map(|help| help.get(lang).to_string());
        for related in &diagnostic.related {
            let (a, b) = (related.span, diagnostic.primary.span);
            let together = || !source.is_long(a.start.min(b.start) as usize, a.end.max(b.end) as usize);
            if related.span.file == file && together() {
                labels.push(label(related.text.get(lang), related.span, false));
            } else {
                // Another file, or too far along a line: its place goes below.
                let place = sources.place(related.span);
                let text = format!(
                    "{} {}:{}:{}",
                    related.text.get(lang),
                    sources.name(related.span.file),
                    place.line,
                    place.column
                );
                help = Some(help.map_or(text.clone(), |help| format!("{help}\n{text}")));
            }
        }
        Shown {
            code: diagnostic.code.name().to_string(),
            message: diagnostic.message.get(lang).to_string(),
            help,
            severity: match diagnostic.code.level() {
                Level::Error => Severity::Error,
                Level::Warning => Severity::Warning,
            },
            labels,
            source,
        }
    }
}

impl fmt::Debug for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Shown<'_> {}

impl miette::Diagnostic for Shown<'_> {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(&self.code))
    }

    fn severity(&self) -> Option<Severity> {
        Some(self.severity)
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }
}
