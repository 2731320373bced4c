//! Where our diagnostics meet miette: the one bridge between the two.

use std::fmt;

use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource, Severity, SourceCode};

use crate::diagnostic::{Diagnostic, Diagnostics, Level};
use crate::host;
use crate::lang::Lang;
use crate::source::SourceMap;

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
    out
}

/// The closing line.
pub fn count(errors: usize, lang: Lang) -> String {
    match lang {
        Lang::Ja => format!("誤り {errors} 件\n"),
        Lang::En => format!("{errors} mistake{}\n", if errors == 1 { "" } else { "s" }),
    }
}

struct Shown {
    code: String,
    message: String,
    help: Option<String>,
    severity: Severity,
    source: NamedSource<String>,
    labels: Vec<LabeledSpan>,
}

impl Shown {
    fn new(sources: &SourceMap, diagnostic: &Diagnostic, lang: Lang) -> Self {
        let file = diagnostic.primary.span.file;
        let label = |text: &str, span: crate::source::Span, primary: bool| {
            let text = (!text.is_empty()).then(|| text.to_string());
            let (start, len) = (span.start as usize, (span.end - span.start) as usize);
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
            if related.span.file == file {
                labels.push(label(related.text.get(lang), related.span, false));
            } else {
                // Another file: its place goes below.
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
            source: NamedSource::new(sources.name(file), sources.text(file).to_string()),
            labels,
        }
    }
}

impl fmt::Debug for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Shown {}

impl miette::Diagnostic for Shown {
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
