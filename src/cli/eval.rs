//! `jobun eval`

use std::collections::BTreeSet;
use std::io;
use std::mem::ManuallyDrop;

use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

use super::organizations::{Entry, Organization, Organizations};
use super::outputs::{Outputs, Writer};
use super::{Exit, LangArg, PolicyArgs, SensitiveArgs, Trouble, as_of, cite, day, diagnostics};
use crate::counterfactual::{CONFIRM_BYTES, confirm};
use crate::engine::{Document, Engine, Rejected};
use crate::evaluation::Evaluation;
use crate::host::{self, HostError};
use crate::lang::{Lang, text};
use crate::parallel::in_order;
use crate::report::{self, Extent, Format, Options, Paint, Part};
use crate::value::Day;
use crate::words::{Severity, Verdict, Word};

#[derive(Args)]
pub struct EvalArgs {
    /// Facts: JSON files, one organization each, or NDJSON files (.ndjson, .jsonl), one on each line; `-` is standard
    /// input
    #[arg(required = true, value_name = "FACTS")]
    facts: Vec<String>,
    /// Read an organization from each line of the facts, whatever their names are
    #[arg(long)]
    ndjson: bool,
    #[command(flatten)]
    policies: PolicyArgs,
    /// Judge at this day instead of today (Asia/Tokyo)
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    as_of: Option<Day>,
    /// What to write; may be given more than once, with an --output for each [default: human]
    #[arg(long, value_parser = format())]
    format: Vec<Format>,
    /// Write to a file instead of standard output; the first is for the first --format, and so on. A folder, such as
    /// `reports/`, takes a file for each organization, named after its facts
    #[arg(long, short, value_name = "FILE|DIR/")]
    output: Vec<String>,
    /// Write CSV with a byte order mark, so that Excel reads it as UTF-8
    #[arg(long)]
    bom: bool,
    /// The language of the report and of diagnostics
    #[arg(long, value_enum, default_value_t = LangArg::Ja)]
    lang: LangArg,
    /// Exit with 1 only for failures of this severity or worse
    #[arg(long, value_name = "SEVERITY", default_value = "low", value_parser = severity)]
    fail_on: Severity,
    /// Exit with 0 where something is unknown but nothing failed
    #[arg(long)]
    allow_unknown: bool,
    /// List met and inapplicable rules too
    #[arg(long)]
    all: bool,
    /// Also find out which missing facts are certain to matter: two completions that differ only there are
    /// judged differently
    #[arg(long)]
    confirm: bool,
    /// Quote the cited articles from copies of the sources: a folder with KEY.txt for each
    #[arg(long, value_name = "DIR")]
    sources: Option<String>,
    #[command(flatten)]
    sensitive: SensitiveArgs,
    /// Run an independent second engine beside ours where it can judge, and say how far they agree
    #[arg(long)]
    cross_check: bool,
}

/// Reads the name of a format; the names stand in one table.
fn format() -> impl TypedValueParser<Value = Format> {
    let names = Format::ALL.iter().map(|(_, name, doc)| PossibleValue::new(*name).help(doc.trim()));
    PossibleValuesParser::new(names).try_map(|name| {
        let found = Format::ALL.iter().find(|(_, known, _)| *known == name);
        found.map(|(format, _, _)| *format).ok_or("no such format")
    })
}

fn severity(text: &str) -> Result<Severity, String> {
    Severity::from_word(text).ok_or_else(|| {
        let words: Vec<&str> = Severity::ALL.iter().map(|(_, word, _)| *word).collect();
        format!("the severities are {}", words.join(" "))
    })
}

impl EvalArgs {
    pub fn lang(&self) -> Lang {
        self.lang.into()
    }
}

/// How many organizations are judged together on each thread, where a report can be written in parts.
const AT_ONCE: usize = 4;

pub fn run(args: &EvalArgs) -> Result<Exit, Trouble> {
    let formats: &[Format] = if args.format.is_empty() { &[Format::Human] } else { &args.format };
    let outputs = Outputs::new(formats, &args.output, &args.facts)?;
    if args.bom && !formats.contains(&Format::Csv) {
        return Err(Trouble::Usage(text!(
            "`--bom` は `--format csv` とともに使います",
            "`--bom` is for `--format csv`"
        )));
    }
    if args.facts.iter().filter(|facts| *facts == "-").count() > 1 {
        return Err(Trouble::Usage(text!(
            "標準入力 `-` が2回指定されています。読めるのは1度だけです",
            "standard input `-` is given twice; it can be read once"
        )));
    }
    let (as_of, is_today) = as_of(args.as_of)?;
    // Policies and files are looked at before anything is said, so that all mistakes come at once.
    let checked = args.policies.check();
    let (organizations, mut rejected) = Organizations::open(&args.facts, args.ndjson, &args.policies.most)?;
    let checked = match checked {
        Ok(checked) => checked,
        Err(Trouble::Rejected(mut policies)) => {
            policies.append(&mut rejected);
            return Err(Trouble::Rejected(policies));
        }
        Err(trouble) => return Err(trouble),
    };
    host::complain(&diagnostics::render(checked.sources(), checked.warnings(), args.lang()));
    // The process ends with this command: what the system frees at once is not freed piece by piece.
    let engine = ManuallyDrop::new(
        Engine::new(checked, args.policies.params()?)?.showing_sensitive(args.sensitive.show_sensitive),
    );
    let run = Run { args, engine: &engine, organizations: &organizations, as_of, outputs: &outputs };
    let entries = run.look(rejected)?;
    let formats: Vec<(Format, Extent, Options)> = outputs
        .formats()
        .map(|(format, extent, is_standard)| {
            let options = Options {
                lang: args.lang(),
                paint: Paint(is_standard && host::output_takes_colour()),
                other_day: !is_today,
                all: args.all,
                confirmed: args.confirm,
                bom: args.bom,
            };
            (format, extent, options)
        })
        .collect();
    run.judge(&entries, &formats)
}

/// Organizations to be judged, and the reports on them.
struct Run<'r> {
    args: &'r EvalArgs,
    engine: &'r Engine,
    organizations: &'r Organizations,
    as_of: Day,
    outputs: &'r Outputs<'r>,
}

/// What came of the facts of one organization.
struct Judged {
    evaluation: Evaluation,
    /// What the second engine says, and whether it agrees.
    second: Option<(String, bool)>,
}

impl Run<'_> {
    /// Looks at all organizations before any is judged; mistakes are told with those that are `rejected` already.
    fn look(&self, mut rejected: Vec<Rejected>) -> Result<Vec<Entry>, Trouble> {
        match self.organizations.look(self.engine, |looked| progress(&looked.to_string())) {
            Ok(entries) if rejected.is_empty() => Ok(entries),
            Ok(_) => Err(Trouble::Rejected(rejected)),
            Err(Trouble::Rejected(mut more)) => {
                rejected.append(&mut more);
                Err(Trouble::Rejected(rejected))
            }
            Err(trouble) => Err(trouble),
        }
    }

    /// Judges the organizations and writes the reports; where every format is in parts, some organizations at a time,
    /// so that memory does not grow with their number.
    fn judge(&self, entries: &[Entry], formats: &[(Format, Extent, Options)]) -> Result<Exit, Trouble> {
        let Run { args, engine, .. } = *self;
        let words = args.sources.as_deref().map(|folder| cite::words(folder, engine.policies())).transpose()?;
        let stems = self.outputs.stems(self.organizations, entries)?;
        let mut writers = self.outputs.writers(&stems)?;
        let is_in_parts = formats.iter().all(|(format, extent, _)| *extent == Extent::Each || format.is_in_parts());
        let at_once = AT_ONCE * host::threads().get();
        let (mut worst, mut agreed, mut changed) = (Exit::Met, true, BTreeSet::new());
        let mut again = self.organizations.again(entries);
        while again.done() < entries.len() {
            let some = if is_in_parts { again.some(at_once)? } else { again.rest()? };
            let judged = in_order(&some, host::threads(), || (), |(), own| self.judge_one(own));
            let judged: Vec<Judged> = judged.into_iter().collect::<Result<_, _>>()?;
            let (mut evaluations, seconds): (Vec<Evaluation>, Vec<_>) =
                judged.into_iter().map(|judged| (judged.evaluation, judged.second)).unzip();
            if let Some(words) = &words {
                let findings = evaluations.iter_mut().flat_map(|evaluation| &mut evaluation.findings);
                let citations = findings.flat_map(|finding| &mut finding.citations);
                cite::quote_all(words, engine.policies(), citations, &mut changed);
            }
            worst = evaluations.iter().fold(worst, |worst, evaluation| worst.worse(exit(evaluation, args)));
            let done = again.done();
            let part = Part { is_first: done == some.len(), is_last: done == entries.len() };
            let written = report::render_part(&mut evaluations, formats, part);
            for (writer, reports) in writers.iter_mut().zip(written.map_err(|error| Trouble::Usage(error.text()))?) {
                writer.write(&reports)?;
            }
            for (said, agrees) in seconds.into_iter().flatten() {
                host::complain(&said);
                agreed &= agrees;
            }
            if part.is_last {
                // The process ends with this command: what the system frees at once is not freed piece by piece.
                std::mem::forget(evaluations);
            }
            if entries.len() > some.len() {
                progress(&if part.is_last { String::new() } else { format!("{done} / {}", entries.len()) });
            }
        }
        writers.into_iter().try_for_each(Writer::finish)?;
        cite::tell_changed(&changed, args.lang());
        Ok(if agreed { worst } else { worst.worse(Exit::Invalid) })
    }

    fn judge_one(&self, organization: &Organization<'_>) -> Result<Judged, Trouble> {
        let facts = organization.facts(self.engine)?;
        let mut evaluation = self
            .engine
            .evaluate(&facts, self.as_of)
            .map_err(|error| HostError { path: facts.name().to_string(), source: io::Error::other(error) })?;
        if self.args.confirm {
            confirm(self.engine, &facts, &mut evaluation, CONFIRM_BYTES);
        }
        let mut second = None;
        if self.args.cross_check {
            let (said, agrees) = cross_check(self.engine, &facts, self.as_of)?;
            second = Some((format!("{}: {said}\n", evaluation.facts.place()), agrees));
        }
        Ok(Judged { evaluation, second })
    }
}

/// Says how far it has come, where somebody watches.
fn progress(line: &str) {
    if host::errors_are_for_progress() {
        host::complain(&format!("\r{line}\u{1b}[K"));
    }
}

/// What the second engine says of `document`, and whether it agrees.
#[cfg(feature = "reference")]
fn cross_check(engine: &Engine, document: &Document<'_>, as_of: Day) -> Result<(String, bool), Trouble> {
    let result = crate::reference::cross_check(engine, document, as_of);
    Ok((result.to_string(), result.disagreements.is_empty()))
}

#[cfg(not(feature = "reference"))]
fn cross_check(_: &Engine, _: &Document<'_>, _: Day) -> Result<(String, bool), Trouble> {
    Err(Trouble::Usage(text!(
        "このビルドには第二の評価器がありません（機能 `reference`）",
        "this build has no second engine (feature `reference`)"
    )))
}

fn exit(evaluation: &Evaluation, args: &EvalArgs) -> Exit {
    let any = |test: &dyn Fn(&crate::evaluation::Finding) -> bool| evaluation.findings.iter().any(test);
    if any(&|finding| finding.verdict == Verdict::Error) {
        Exit::Invalid
    } else if any(&|finding| finding.is_failure() && finding.severity >= args.fail_on) {
        Exit::Failed
    } else if any(&|finding| finding.is_open()) && !args.allow_unknown {
        Exit::Unknown
    } else {
        Exit::Met
    }
}
