//! `jobun eval`

use std::collections::{BTreeSet, HashMap, HashSet};
use std::mem::ManuallyDrop;

use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

use super::{Exit, LangArg, PolicyArgs, SensitiveArgs, Trouble, as_of, cite, day, diagnostics, facts_name, read_facts};
use crate::counterfactual::{CONFIRM_BYTES, confirm};
use crate::engine::{Document, Engine};
use crate::evaluation::Evaluation;
use crate::host::{self, Output};
use crate::lang::{Lang, Text, text};
use crate::report::{self, Extent, Format, Options, Paint, Part};
use crate::value::Day;
use crate::words::{Severity, Verdict, Word};

#[derive(Args)]
pub struct EvalArgs {
    /// Facts: JSON files, one organization each; `-` is standard input
    #[arg(required = true, value_name = "FACTS")]
    facts: Vec<String>,
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

impl EvalArgs {
    /// The formats, each with where it goes.
    fn outputs(&self) -> Result<Vec<(Format, Place<'_>)>, Trouble> {
        let formats: &[Format] = if self.format.is_empty() { &[Format::Human] } else { &self.format };
        if self.output.len() > formats.len() {
            let spare = &self.output[formats.len()];
            return Err(Trouble::Usage(text!(
                "`--output {0}` に当たる --format がありません",
                "there is no --format for `--output {0}`",
                spare
            )));
        }
        let places = self.output.iter().map(String::as_str).chain(std::iter::repeat("-"));
        let mut found: Vec<(Format, Place<'_>)> = Vec::new();
        for (format, path) in formats.iter().zip(places) {
            let name = format.name();
            let place = self.place(*format, path)?;
            if let Some((other, _)) = found.iter().find(|(_, known)| known.shares(&place)) {
                let path =
                    if path == "-" { text!("標準出力", "standard output") } else { text!("{0}", "{0}", path) };
                let (other, Text { ja, en }) = (other.name(), path);
                return Err(Trouble::Usage(Text::new(
                    format!(
                        "`{other}` と `{name}` の行き先がどちらも{ja}です。--format ごとに別の --output を指定してください"
                    ),
                    format!("`{other}` and `{name}` would both go to {en}; give each --format an --output of its own"),
                )));
            }
            if format.is_binary() && path == "-" && host::output_is_terminal() {
                return Err(Trouble::Usage(text!(
                    "`{0}` は文字ではないため端末に出せません。--output でファイルを指定してください",
                    "`{0}` is no text; name a file with --output",
                    name
                )));
            }
            found.push((*format, place));
        }
        if self.bom && !formats.contains(&Format::Csv) {
            return Err(Trouble::Usage(text!(
                "`--bom` は `--format csv` とともに使います",
                "`--bom` is for `--format csv`"
            )));
        }
        Ok(found)
    }

    /// Where `path` leads: to one file, or in a folder to one for each organization. No facts are replaced.
    fn place<'a>(&'a self, format: Format, path: &'a str) -> Result<Place<'a>, Trouble> {
        let is_folder = path != "-" && (path.ends_with('/') || host::is_folder(path));
        if !is_folder {
            if let Some(facts) = self.facts.iter().find(|facts| path != "-" && host::is_same_place(facts, path)) {
                return Err(would_replace(path, facts));
            }
            return Ok(Place::One(path));
        }
        let folder = path.trim_end_matches('/');
        let mut files: Vec<String> = Vec::with_capacity(self.facts.len());
        let mut known: HashMap<String, &str> = HashMap::new();
        let facts: HashSet<_> = self.facts.iter().filter_map(|facts| host::place(facts)).collect();
        for own in &self.facts {
            let name = host::stem(&facts_name(own));
            let file = format!("{folder}/{name}.{}", format.ending());
            if let Some(other) = known.insert(file.clone(), own) {
                let (other, own) = (facts_name(other), facts_name(own));
                return Err(Trouble::Usage(text!(
                    "`{0}` と `{1}` の報告がどちらも `{2}` に書かれます",
                    "`{0}` and `{1}` would both be written to `{2}`",
                    other,
                    own,
                    file
                )));
            }
            if host::place(&file).is_some_and(|place| facts.contains(&place)) {
                return Err(would_replace(path, &file));
            }
            files.push(file);
        }
        Ok(Place::Each { folder, files })
    }
}

fn would_replace(path: &str, facts: &str) -> Trouble {
    Trouble::Usage(text!(
        "`--output {0}` では事実のファイル `{1}` が上書きされます",
        "`--output {0}` would replace the facts in `{1}`",
        path,
        facts
    ))
}

/// Where a report goes.
enum Place<'a> {
    /// To one file; `-` is standard output.
    One(&'a str),
    /// To a file of a folder for each organization, in their order.
    Each { folder: &'a str, files: Vec<String> },
}

impl Place<'_> {
    fn shares(&self, other: &Self) -> bool {
        match (self, other) {
            (Place::One(one), Place::One(other)) => host::is_same_place(one, other),
            (Place::Each { files: one, .. }, Place::Each { files: other, .. }) => one.first() == other.first(),
            (Place::One(one), Place::Each { files, .. }) | (Place::Each { files, .. }, Place::One(one)) => {
                files.iter().any(|file| file == one)
            }
        }
    }

    fn extent(&self) -> Extent {
        match self {
            Place::One(_) => Extent::Together,
            Place::Each { .. } => Extent::Each,
        }
    }
}

/// What is written while documents are judged.
enum Writer {
    One(Output),
    Each(std::vec::IntoIter<String>),
}

impl Writer {
    fn create(place: Place<'_>) -> Result<Self, Trouble> {
        Ok(match place {
            Place::One(path) => Writer::One(Output::create(path)?),
            Place::Each { folder, files } => {
                host::make_folder(folder)?;
                Writer::Each(files.into_iter())
            }
        })
    }

    fn write(&mut self, reports: &[Vec<u8>]) -> Result<(), Trouble> {
        match self {
            Writer::One(output) => reports.iter().try_for_each(|report| output.write(report))?,
            // Asked for after the report, so that no name is lost where a part of the reports ends.
            Writer::Each(files) => {
                let mut named = reports.iter().zip(files);
                named.try_for_each(|(report, file)| host::write_whole(&file, report))?;
            }
        }
        Ok(())
    }

    fn finish(self) -> Result<(), Trouble> {
        match self {
            Writer::One(output) => Ok(output.finish()?),
            Writer::Each(_) => Ok(()),
        }
    }
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

pub fn run(args: &EvalArgs) -> Result<Exit, Trouble> {
    let outputs = args.outputs()?;
    if args.facts.iter().filter(|facts| *facts == "-").count() > 1 {
        return Err(Trouble::Usage(text!(
            "標準入力 `-` が2回指定されています。読めるのは1度だけです",
            "standard input `-` is given twice; it can be read once"
        )));
    }
    let (as_of, is_today) = as_of(args.as_of)?;
    // Policies and facts are read before anything is said, so that all mistakes come at once.
    let checked = args.policies.check();
    let mut inputs = Vec::new();
    let mut rejected = Vec::new();
    for path in &args.facts {
        match read_facts(path, &args.policies.most) {
            Ok(bytes) => inputs.push((facts_name(path), bytes)),
            Err(Trouble::Rejected(mut wrong)) => rejected.append(&mut wrong),
            Err(trouble) => return Err(trouble),
        }
    }
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
    let mut documents = Vec::new();
    for (name, bytes) in &inputs {
        match Document::named(&engine, name, bytes) {
            Ok(document) => documents.push(document),
            Err(wrong) => rejected.push(wrong),
        }
    }
    if !rejected.is_empty() {
        return Err(Trouble::Rejected(rejected));
    }
    let formats: Vec<(Format, Extent, Options)> = outputs
        .iter()
        .map(|(format, place)| {
            let options = Options {
                lang: args.lang(),
                paint: Paint(matches!(place, Place::One("-")) && host::output_takes_colour()),
                other_day: !is_today,
                all: args.all,
                confirmed: args.confirm,
                bom: args.bom,
            };
            (*format, place.extent(), options)
        })
        .collect();
    let worst = judge(args, &engine, &documents, as_of, outputs, &formats)?;
    let mut agreed = true;
    if args.cross_check {
        agreed = cross_check(&engine, &documents, as_of)?;
    }
    Ok(if agreed { worst } else { worst.worse(Exit::Invalid) })
}

/// How many documents are judged at once on each thread, where a report can be written in parts.
const AT_ONCE: usize = 4;

/// Judges the documents and writes the reports; where every format is in parts, some documents at a time, so that
/// memory does not grow with their number.
fn judge(
    args: &EvalArgs,
    engine: &Engine,
    documents: &[Document<'_>],
    as_of: Day,
    outputs: Vec<(Format, Place<'_>)>,
    formats: &[(Format, Extent, Options)],
) -> Result<Exit, Trouble> {
    let words = args.sources.as_deref().map(|folder| cite::words(folder, engine.policies())).transpose()?;
    let mut writers = outputs.into_iter().map(|(_, place)| Writer::create(place)).collect::<Result<Vec<_>, _>>()?;
    let is_in_parts = formats.iter().all(|(format, extent, _)| *extent == Extent::Each || format.is_in_parts());
    let at_once = if is_in_parts { AT_ONCE * host::threads().get() } else { documents.len() };
    let shows_progress = documents.len() > at_once && host::errors_are_for_progress();
    let (mut worst, mut changed, mut done) = (Exit::Met, BTreeSet::new(), 0);
    for some in documents.chunks(at_once.max(1)) {
        let mut evaluations = match engine.evaluate_all(some, as_of, host::threads()) {
            Ok(evaluations) => evaluations,
            Err(error) => {
                host::complain(&format!("jobun: {error}\n"));
                return Ok(Exit::Machine);
            }
        };
        if args.confirm {
            for (document, evaluation) in some.iter().zip(&mut evaluations) {
                confirm(engine, document, evaluation, CONFIRM_BYTES);
            }
        }
        if let Some(words) = &words {
            let findings = evaluations.iter_mut().flat_map(|evaluation| &mut evaluation.findings);
            let citations = findings.flat_map(|finding| &mut finding.citations);
            cite::quote_all(words, engine.policies(), citations, &mut changed);
        }
        worst = evaluations.iter().fold(worst, |worst, evaluation| worst.worse(exit(evaluation, args)));
        let part = Part { is_first: done == 0, is_last: done + some.len() == documents.len() };
        let written = report::render_part(&mut evaluations, formats, part);
        for (writer, reports) in writers.iter_mut().zip(written.map_err(|error| Trouble::Usage(error.text()))?) {
            writer.write(&reports)?;
        }
        done += some.len();
        if part.is_last {
            // The process ends with this command: what the system frees at once is not freed piece by piece.
            std::mem::forget(evaluations);
        }
        if shows_progress {
            let line = if part.is_last { String::new() } else { format!("{done} / {}", documents.len()) };
            host::complain(&format!("\r{line}\u{1b}[K"));
        }
    }
    writers.into_iter().try_for_each(Writer::finish)?;
    cite::tell_changed(&changed, args.lang());
    Ok(worst)
}

#[cfg(feature = "reference")]
fn cross_check(engine: &Engine, documents: &[Document<'_>], as_of: Day) -> Result<bool, Trouble> {
    let mut agreed = true;
    for document in documents {
        let result = crate::reference::cross_check(engine, document, as_of);
        host::complain(&format!("{}: {result}\n", document.name()));
        agreed &= result.disagreements.is_empty();
    }
    Ok(agreed)
}

#[cfg(not(feature = "reference"))]
fn cross_check(_: &Engine, _: &[Document<'_>], _: Day) -> Result<bool, Trouble> {
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
