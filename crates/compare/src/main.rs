//! Times policy engines side by side in one process.

mod engines;
mod json;
mod measure;
mod report;
mod work;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use clap::builder::PossibleValuesParser;

use engines::{ENGINES, Engine, Entry};
use work::Work;

/// Times policy engines side by side in one process.
///
/// Every engine gets the same rules and the same facts. Before the clock starts their verdicts are compared rule by
/// rule. Then each is timed twice: `evaluate` runs all rules over facts that are already bound, `from bytes` parses the
/// JSON text, binds it and runs all rules. The engines take turns, so that a slow moment of the machine hits all alike.
#[derive(Parser)]
#[command(name = "compare", version, after_long_help = FOLDER)]
struct Args {
    /// Folder with the work: rules.json and facts.json, and where they exist rules.rego and rules.cedar
    #[arg(long, value_name = "DIR")]
    bench: PathBuf,

    /// Print JSON instead of the table
    #[arg(long)]
    json: bool,

    /// Time only these engines, separated by commas
    #[arg(long, value_name = "NAMES", value_delimiter = ',', value_parser = engine_names())]
    only: Vec<String>,

    /// Rounds over all engines; the median is reported
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=1000))]
    rounds: u32,
}

const FOLDER: &str = "\
The folder:
  rules.json   a list of CEL texts over the variables `facts` and `now` (2026-11-22T00:00:00Z)
  facts.json   one JSON object
  rules.rego   optional: package bench, `result contains N` for every rule N (from 1) that holds
  rules.cedar  optional: one permit per rule, annotated @id(\"N\"), over `context`

typed_struct and json_value are written by hand for one list of rules and left out for any other.

Exit status: 0 when the engines agree on every rule, 1 when two of them disagree, 2 when the work cannot be read.";

fn engine_names() -> PossibleValuesParser {
    PossibleValuesParser::new(ENGINES.iter().map(|entry| entry.name))
}

/// An engine that was asked for: ready to be timed, or the reason why it is left out.
struct Candidate {
    entry: &'static Entry,
    ready: Result<Ready, String>,
}

/// An engine that holds the work, and what it says of each rule.
struct Ready {
    engine: Box<dyn Engine>,
    verdicts: Vec<Option<bool>>,
}

fn main() -> ExitCode {
    let args = Args::parse();
    let work = match Work::read(&args.bench) {
        Ok(work) => work,
        Err(message) => {
            eprintln!("error: {message}");
            return ExitCode::from(2);
        }
    };
    let wanted = |entry: &&Entry| args.only.is_empty() || args.only.iter().any(|name| name == entry.name);
    let mut candidates: Vec<Candidate> =
        ENGINES.iter().filter(wanted).map(|entry| Candidate { entry, ready: ready(entry, &work) }).collect();
    let agreement = report::agreement(&work, &candidates);
    let times = measure::all(&mut candidates, args.rounds);
    if args.json {
        println!("{}", report::json(&candidates, &times));
    } else {
        print!("{}", report::table(&candidates, &times, &agreement));
    }
    ExitCode::from(u8::from(agreement.disputed > 0))
}

/// Prepares one engine and asks it for its verdicts; a panic leaves it out like any other error.
fn ready(entry: &Entry, work: &Work) -> Result<Ready, String> {
    eprintln!("preparing {}", entry.name);
    catch_unwind(AssertUnwindSafe(|| {
        let mut engine = (entry.prepare)(work)?;
        let verdicts = engine.verdicts();
        Ok(Ready { engine, verdicts })
    }))
    .unwrap_or_else(|_| Err("it panicked on this work".to_owned()))
    .inspect_err(|reason| eprintln!("  left out: {reason}"))
}
