//! The formats an evaluation is written in: one table, one `match`.

use std::fmt;

use super::{Options, csv, github, html, human, json, junit, markdown, ndjson, oscal, phrases, sarif, xlsx};
use crate::evaluation::Evaluation;
use crate::lang::Text;

macro_rules! formats {
    ($( $(#[doc = $doc:expr])* $variant:ident = $name:literal $ending:literal ),* $(,)?) => {
        /// What an evaluation is written as.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Format { $( $(#[doc = $doc])* $variant ),* }

        impl Format {
            /// Every format: its name on the command line, and what it is.
            pub const ALL: &'static [(Self, &'static str, &'static str)] =
                &[$( (Format::$variant, $name, concat!($($doc),*)) ),*];

            /// Its name on the command line.
            pub fn name(self) -> &'static str {
                match self { $( Format::$variant => $name ),* }
            }

            /// How the name of a file of it ends, without the point.
            pub fn ending(self) -> &'static str {
                match self { $( Format::$variant => $ending ),* }
            }
        }
    };
}

formats! {
    /// For people, in a terminal
    Human = "human" "txt",
    /// For programs, after schemas/evaluation.schema.json
    Json = "json" "json",
    /// For people, as a page of its own that needs no network
    Html = "html" "html",
    /// For logs and databases: a line of JSON for each finding, after schemas/ndjson.schema.json
    Ndjson = "ndjson" "ndjson",
    /// For build servers: JUnit XML, a case for each rule and subject
    Junit = "junit" "xml",
    /// For code scanning and editors: SARIF 2.1.0 with the failures
    Sarif = "sarif" "sarif",
    /// For GitHub Actions: annotations on the facts
    Github = "github" "annotations",
    /// For tools of governance, risk and compliance: assessment results after OSCAL 1.1
    Oscal = "oscal" "oscal.json",
    /// The failures of one organization as an OSCAL plan of action and milestones
    OscalPoam = "oscal-poam" "poam.json",
    /// The provisions of the packs as an OSCAL catalogue
    OscalCatalog = "oscal-catalog" "catalog.json",
    /// One row for each finding, for spreadsheets and programs
    Csv = "csv" "csv",
    /// For a comment on a pull request, no longer than GitHub takes
    Markdown = "markdown" "md",
    /// A workbook: summary, findings, every provision, questions, action plan
    Xlsx = "xlsx" "xlsx",
}

impl Format {
    /// Whether answers stand in it as they were given, whatever characters they are made of: it escapes them itself.
    fn is_exact(self) -> bool {
        matches!(self, Format::Json | Format::Ndjson | Format::Sarif)
    }

    /// Whether it is no text, and not for a terminal.
    pub fn is_binary(self) -> bool {
        matches!(self, Format::Xlsx)
    }

    /// Whether the report on many organizations is put together from reports on some of them, one after another, so
    /// that they need not be held at once.
    pub fn is_in_parts(self) -> bool {
        matches!(self, Format::Human | Format::Json | Format::Ndjson | Format::Csv)
    }

    /// Whether it holds one organization only.
    pub fn is_of_one(self) -> bool {
        matches!(self, Format::Html | Format::OscalPoam)
    }
}

/// Why a report could not be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReportError {
    /// Several organizations were given to a format that holds one.
    OneOnly {
        /// The format.
        format: &'static str,
        /// How many there are.
        given: usize,
    },
    /// Something went wrong on the way.
    Failed {
        /// The format.
        format: &'static str,
        /// What.
        reason: String,
    },
}

impl std::error::Error for ReportError {}

impl fmt::Display for ReportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text().en)
    }
}

impl ReportError {
    /// What to say of it.
    pub fn text(&self) -> Text {
        match self {
            Self::OneOnly { format, given } => {
                phrases::REPORT_ONE_ONLY.with(&[("format", &format.to_string()), ("given", given)])
            }
            Self::Failed { format, reason } => {
                phrases::REPORT_FAILED.with(&[("format", &format.to_string()), ("reason", reason)])
            }
        }
    }

    /// What a library said went wrong.
    pub(super) fn failed(format: &'static str, error: impl std::fmt::Display) -> Self {
        ReportError::Failed { format, reason: error.to_string() }
    }
}

/// Where some organizations stand among all that a report is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// Whether none stands before them.
    pub is_first: bool,
    /// Whether none follows.
    pub is_last: bool,
}

impl Part {
    /// All of them.
    pub const WHOLE: Part = Part { is_first: true, is_last: true };
}

/// Writes `evaluations` in each of `formats`, in their order. What answers hold is made printable on the way where a
/// format does not escape it itself.
pub fn render(evaluations: &mut [Evaluation], formats: &[(Format, Options)]) -> Result<Vec<Vec<u8>>, ReportError> {
    let together: Vec<_> = formats.iter().map(|(format, options)| (*format, Extent::Together, *options)).collect();
    Ok(render_part(evaluations, &together, Part::WHOLE)?.into_iter().flatten().collect())
}

/// How many organizations a report is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// One report on all of them.
    Together,
    /// A report on each.
    Each,
}

/// The same of some of the organizations: of each format the report on them, or the reports on each. Formats that are
/// not in parts ([`Format::is_in_parts`]) have one part only, if they are written together; of the others, the parts
/// one after another are what [`render`] makes of all evaluations.
pub fn render_part(
    evaluations: &mut [Evaluation],
    formats: &[(Format, Extent, Options)],
    part: Part,
) -> Result<Vec<Vec<Vec<u8>>>, ReportError> {
    let mut written: Vec<Vec<Vec<u8>>> = vec![Vec::new(); formats.len()];
    for exact in [true, false] {
        let mine = written.iter_mut().zip(formats).filter(|(_, (format, ..))| format.is_exact() == exact);
        for (reports, (format, extent, options)) in mine {
            let given = evaluations.len();
            *reports = match extent {
                Extent::Each => {
                    let each = evaluations.chunks(1);
                    each.map(|own| one(own, *format, *options, Part::WHOLE)).collect::<Result<_, _>>()?
                }
                Extent::Together if format.is_of_one() && given != 1 => {
                    return Err(ReportError::OneOnly { format: format.name(), given });
                }
                Extent::Together => vec![one(evaluations, *format, *options, part)?],
            };
        }
        if exact {
            evaluations.iter_mut().for_each(Evaluation::make_printable);
        }
    }
    Ok(written)
}

fn one(evaluations: &[Evaluation], format: Format, options: Options, part: Part) -> Result<Vec<u8>, ReportError> {
    Ok(match format {
        Format::Human => human::render_all(evaluations, options, part.is_first).into_bytes(),
        Format::Json => json::render(evaluations, part.is_first, part.is_last).into_bytes(),
        Format::Html => html::render(evaluations, options)?.into_bytes(),
        Format::Ndjson => ndjson::render(evaluations)?.into_bytes(),
        Format::Junit => junit::render(evaluations, options)?.into_bytes(),
        Format::Sarif => sarif::render(evaluations, options)?.into_bytes(),
        Format::Github => github::render(evaluations, options).into_bytes(),
        Format::Oscal => oscal::render(evaluations, options)?.into_bytes(),
        Format::OscalPoam => oscal::poam::render(evaluations, options)?.into_bytes(),
        Format::OscalCatalog => oscal::catalog::render(evaluations, options)?.into_bytes(),
        Format::Csv => csv::render(evaluations, options, part.is_first)?,
        Format::Markdown => markdown::render(evaluations, options).into_bytes(),
        Format::Xlsx => xlsx::render(evaluations, options)?,
    })
}
