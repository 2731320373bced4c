//! `jobun eval`

use std::collections::{BTreeSet, HashMap, HashSet};
use std::io;
use std::mem::ManuallyDrop;
use std::slice;

use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

use super::organizations::{Entry, Organization, Organizations};
use super::{Exit, LangArg, PolicyArgs, SensitiveArgs, Trouble, as_of, cite, day, diagnostics};
use crate::counterfactual::{CONFIRM_BYTES, confirm};
use crate::engine::{Document, Engine, Rejected};
use crate::evaluation::Evaluation;
use crate::host::{self, HostError, Output};
use crate::lang::{Lang, Text, text};
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
            let place = self.place(*format, path)?;
            if let Some((other, _)) = found.iter().find(|(_, known)| known.is(&place)) {
                return Err(both_to(*other, *format, path));
            }
            if format.is_binary() && path == "-" && host::output_is_terminal() {
                return Err(Trouble::Usage(text!(
                    "`{0}` は文字ではないため端末に出せません。--output でファイルを指定してください",
                    "`{0}` is no text; name a file with --output",
                    format.name()
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
        if path != "-" && (path.ends_with('/') || host::is_folder(path)) {
            return Ok(Place::Each { folder: path.trim_end_matches('/'), ending: format.ending() });
        }
        if let Some(facts) = self.facts.iter().find(|facts| path != "-" && host::is_same_place(facts, path)) {
            return Err(would_replace(path, facts));
        }
        Ok(Place::One(path))
    }

    /// The names, without their endings, of the files for each of `entries`, where a report goes to a folder: no two
    /// are written to the same file, and no facts are replaced.
    fn stems(
        &self,
        outputs: &[(Format, Place<'_>)],
        organizations: &Organizations,
        entries: &[Entry],
    ) -> Result<Vec<String>, Trouble> {
        if outputs.iter().all(|(_, place)| matches!(place, Place::One(_))) {
            return Ok(Vec::new());
        }
        let stems: Vec<String> = entries.iter().map(|entry| organizations.stem(*entry)).collect();
        let facts: HashSet<_> = self.facts.iter().filter_map(|facts| host::place(facts)).collect();
        for (format, place) in outputs {
            let mut known: HashMap<String, Entry> = HashMap::new();
            for (file, entry) in stems.iter().filter_map(|stem| place.file(stem)).zip(entries) {
                if let Some((other, _)) = outputs.iter().find(|(_, other)| other.is(&Place::One(&file))) {
                    return Err(both_to(*other, *format, &file));
                }
                if host::place(&file).is_some_and(|place| facts.contains(&place)) {
                    return Err(would_replace(place.path(), &file));
                }
                if let Some(other) = known.get(&file) {
                    return Err(Trouble::Usage(text!(
                        "`{0}` と `{1}` の報告がどちらも `{2}` に書かれます",
                        "`{0}` and `{1}` would both be written to `{2}`",
                        organizations.name(*other),
                        organizations.name(*entry),
                        file
                    )));
                }
                known.insert(file, *entry);
            }
        }
        Ok(stems)
    }
}

fn both_to(one: Format, other: Format, path: &str) -> Trouble {
    let place = if path == "-" { text!("標準出力", "standard output") } else { text!("{0}", "{0}", path) };
    let (one, other, Text { ja, en }) = (one.name(), other.name(), place);
    Trouble::Usage(Text::new(
        format!("`{one}` と `{other}` の行き先がどちらも{ja}です。--format ごとに別の --output を指定してください"),
        format!("`{one}` and `{other}` would both go to {en}; give each --format an --output of its own"),
    ))
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
#[derive(Clone, Copy)]
enum Place<'a> {
    /// To one file; `-` is standard output.
    One(&'a str),
    /// To a file of a folder for each organization.
    Each { folder: &'a str, ending: &'static str },
}

impl Place<'_> {
    /// Whether both are the same.
    fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Place::One(one), Place::One(other)) => host::is_same_place(one, other),
            (Place::Each { folder, ending }, Place::Each { folder: other, ending: its }) => {
                ending == its && host::is_same_place(folder, other)
            }
            _ => false,
        }
    }

    fn path(&self) -> &str {
        match self {
            Place::One(path) | Place::Each { folder: path, .. } => path,
        }
    }

    /// The file of a folder that is called `stem`.
    fn file(&self, stem: &str) -> Option<String> {
        match self {
            Place::One(_) => None,
            Place::Each { folder, ending } => Some(format!("{folder}/{stem}.{ending}")),
        }
    }

    fn extent(&self) -> Extent {
        match self {
            Place::One(_) => Extent::Together,
            Place::Each { .. } => Extent::Each,
        }
    }
}

/// What is written while organizations are judged.
enum Writer<'a> {
    One(Output),
    Each { place: Place<'a>, stems: slice::Iter<'a, String> },
}

impl<'a> Writer<'a> {
    /// Of a folder, `stems` are the names of its files.
    fn create(place: Place<'a>, stems: &'a [String]) -> Result<Self, Trouble> {
        Ok(match place {
            Place::One(path) => Writer::One(Output::create(path)?),
            Place::Each { folder, .. } => {
                host::make_folder(folder)?;
                Writer::Each { place, stems: stems.iter() }
            }
        })
    }

    fn write(&mut self, reports: &[Vec<u8>]) -> Result<(), Trouble> {
        match self {
            Writer::One(output) => reports.iter().try_for_each(|report| output.write(report))?,
            Writer::Each { place, stems } => {
                // Asked for after the report, so that no name is lost where a part of the reports ends.
                let mut named = reports.iter().zip(stems.filter_map(|stem| place.file(stem)));
                named.try_for_each(|(report, file)| host::write_whole(&file, report))?;
            }
        }
        Ok(())
    }

    fn finish(self) -> Result<(), Trouble> {
        match self {
            Writer::One(output) => Ok(output.finish()?),
            Writer::Each { .. } => Ok(()),
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

/// How many organizations are judged together on each thread, where a report can be written in parts.
const AT_ONCE: usize = 4;

pub fn run(args: &EvalArgs) -> Result<Exit, Trouble> {
    let outputs = args.outputs()?;
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
    run.judge(&entries, &formats)
}

/// Organizations to be judged, and the reports on them.
struct Run<'r> {
    args: &'r EvalArgs,
    engine: &'r Engine,
    organizations: &'r Organizations,
    as_of: Day,
    outputs: &'r [(Format, Place<'r>)],
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
        let stems = args.stems(self.outputs, self.organizations, entries)?;
        let writers = self.outputs.iter().map(|(_, place)| Writer::create(*place, &stems));
        let mut writers = writers.collect::<Result<Vec<_>, _>>()?;
        let is_in_parts = formats.iter().all(|(format, extent, _)| *extent == Extent::Each || format.is_in_parts());
        let at_once = AT_ONCE * host::threads().get();
        let (mut worst, mut agreed, mut changed, mut done) = (Exit::Met, true, BTreeSet::new(), 0);
        let mut again = self.organizations.again(entries);
        while done < entries.len() {
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
            let part = Part { is_first: done == 0, is_last: done + some.len() == entries.len() };
            let written = report::render_part(&mut evaluations, formats, part);
            for (writer, reports) in writers.iter_mut().zip(written.map_err(|error| Trouble::Usage(error.text()))?) {
                writer.write(&reports)?;
            }
            for (said, agrees) in seconds.into_iter().flatten() {
                host::complain(&said);
                agreed &= agrees;
            }
            done += some.len();
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
