//! `jobun eval`

use std::mem::ManuallyDrop;

use clap::{Args, ValueEnum};

use super::{Exit, LangArg, PolicyArgs, Trouble, as_of, cite, day, diagnostics, facts_name, read_facts};
use crate::counterfactual::{CONFIRM_BYTES, confirm};
use crate::engine::{Document, Engine};
use crate::evaluation::Evaluation;
use crate::host;
use crate::lang::Lang;
use crate::report::{self, Paint};
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
    /// What to write
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Write to a file instead of standard output
    #[arg(long, short, value_name = "FILE", default_value = "-", hide_default_value = true)]
    output: String,
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
    /// Run an independent second engine beside ours where it can judge, and say how far they agree
    #[arg(long)]
    cross_check: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Human,
    /// For programs, after schemas/evaluation.schema.json
    Json,
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
    let engine = ManuallyDrop::new(Engine::new(checked, args.policies.params()?)?);
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
    let evaluations = match engine.evaluate_all(&documents, as_of, host::threads()) {
        Ok(mut evaluations) => {
            if args.confirm {
                for (document, evaluation) in documents.iter().zip(&mut evaluations) {
                    confirm(&engine, document, evaluation, CONFIRM_BYTES);
                }
            }
            ManuallyDrop::new(evaluations)
        }
        Err(error) => {
            host::complain(&format!("jobun: {error}\n"));
            return Ok(Exit::Machine);
        }
    };
    let mut evaluations = evaluations;
    if let Some(folder) = &args.sources {
        let words = cite::words(folder, engine.policies())?;
        let findings = evaluations.iter_mut().flat_map(|evaluation| &mut evaluation.findings);
        let citations = findings.flat_map(|finding| &mut finding.citations);
        cite::quote_all(&words, engine.policies(), citations, args.lang());
    }
    let text = match args.format {
        Format::Json => report::json::render(&evaluations),
        Format::Human => {
            let paint = Paint(args.output == "-" && host::output_takes_colour());
            let options = report::human::Options {
                lang: args.lang(),
                paint,
                other_day: !is_today,
                all: args.all,
                confirmed: args.confirm,
            };
            let pages: Vec<String> =
                evaluations.iter().map(|evaluation| report::human::render(evaluation, options)).collect();
            pages.join("\n")
        }
    };
    host::write(&args.output, &text)?;
    let mut agreed = true;
    if args.cross_check {
        agreed = cross_check(&engine, &documents, as_of)?;
    }
    let worst = evaluations.iter().fold(Exit::Met, |worst, evaluation| worst.worse(exit(evaluation, args)));
    Ok(if agreed { worst } else { worst.worse(Exit::Invalid) })
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
    Err(Trouble::Usage("this build has no second engine (feature `reference`)".into()))
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
