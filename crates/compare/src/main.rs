//! Times policy engines side by side in one process.

mod engines;
mod json;
mod measure;
#[path = "../../../tests/support/pack.rs"]
mod pack;
mod packs;
mod report;
mod scale;
mod work;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use clap::builder::PossibleValuesParser;
use serde_json::{Map, Value, json};

use engines::{ENGINES, Engine, Prepared};
use work::Work;

/// Times policy engines side by side in one process.
///
/// Every engine gets the same rules and the same facts. Before the clock starts their verdicts are compared rule by
/// rule. Then each is timed: `evaluate` runs all rules over facts that are already bound, `from bytes` parses the
/// JSON text, binds it and runs all rules. The engines take turns, so that a slow moment of the machine hits all alike.
/// The shipped packs are timed on the documents of fixtures/organizations in the same way.
#[derive(Parser)]
#[command(name = "compare", version, after_long_help = FOLDER)]
struct Args {
    /// Folder with the work: rules.json and facts.json, and where they exist rules.rego, rules.cedar, facts.schema.json
    #[arg(long, value_name = "DIR", required_unless_present_any = ["packs", "scale"])]
    bench: Option<PathBuf>,

    /// Time the shipped packs too; without --bench, only they are timed
    #[arg(long)]
    packs: bool,

    /// Time how the cost grows: from 10 to 10,000 rules, from 1 KB to 10 MB of facts
    #[arg(long, conflicts_with_all = ["bench", "packs", "only"])]
    scale: bool,

    /// Print JSON instead of the table; with the packs
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
  rules.json         a list of CEL texts over the variables `facts` and `now` (2026-11-22T00:00:00Z)
  facts.json         one JSON object
  facts.schema.json  optional: a JSON Schema; jobun is also timed with facts that are held against it
  rules.rego         optional: package bench, `result contains N` for every rule N (from 1) that holds
  rules.cedar        optional: one permit per rule, annotated @id(\"N\"), over `context`

typed_struct and json_value are written by hand for one list of rules and left out for any other; so is the schema that
stands in for a missing facts.schema.json.

Exit status: 0 when the engines agree on every rule, 1 when two of them disagree, 2 when the work cannot be read.";

/// The stack of the measuring thread: some engines recurse into rules.
const STACK: usize = 256 << 20;

fn engine_names() -> PossibleValuesParser {
    PossibleValuesParser::new(ENGINES.iter().map(|entry| entry.name))
}

/// An engine that was asked for: ready to be timed, or the reason why it is left out.
pub struct Candidate {
    name: &'static str,
    version: &'static str,
    ready: Result<Ready, String>,
}

/// An engine that holds the work, and what it says of each rule.
struct Ready {
    engine: Box<dyn Engine>,
    verdicts: Vec<Option<bool>>,
}

fn main() -> ExitCode {
    let args = Args::parse();
    let thread = std::thread::Builder::new().stack_size(STACK).spawn(move || run(&args));
    let done = thread
        .map_err(|error| error.to_string())
        .and_then(|thread| thread.join().unwrap_or_else(|_| Err("the measurement panicked".to_owned())));
    done.unwrap_or_else(|message| {
        eprintln!("error: {message}");
        ExitCode::from(2)
    })
}

fn run(args: &Args) -> Result<ExitCode, String> {
    if args.scale {
        let rows = scale::measure(args.rounds)?;
        println!("{}", if args.json { scale::json(&rows) } else { scale::table(&rows) });
        return Ok(ExitCode::SUCCESS);
    }
    let wanted = |name: &str| args.only.is_empty() || args.only.iter().any(|only| only == name);
    let bench = args.bench.as_ref().map(|dir| Work::read(dir)).transpose()?;
    let bench = bench.map(|work| report::Table::new(&work, candidates(&work, &wanted), args.rounds));
    let packs = if args.packs || args.json { packs::measure(&wanted, args.rounds)? } else { Vec::new() };
    if args.json {
        println!("{}", json_of(bench.as_ref(), &packs));
    } else {
        let parts = bench.iter().map(report::Table::text).chain(packs.iter().map(packs::Case::text));
        print!("{}", parts.collect::<Vec<_>>().join("\n"));
    }
    let mut tables = bench.iter().chain(packs.iter().map(|case| &case.halves));
    Ok(ExitCode::from(u8::from(tables.any(report::Table::is_disputed))))
}

/// The engines that are wanted, with the work.
fn candidates(work: &Work, wanted: &dyn Fn(&str) -> bool) -> Vec<Candidate> {
    let entries = ENGINES.iter().filter(|entry| wanted(entry.name));
    entries.map(|entry| Candidate::new(entry.name, entry.version, || (entry.prepare)(work))).collect()
}

impl Candidate {
    /// An engine that was prepared elsewhere.
    fn timed(name: &'static str, mut engine: Box<dyn Engine>) -> Self {
        let verdicts = engine.verdicts();
        Candidate { name, version: "", ready: Ok(Ready { engine, verdicts }) }
    }

    /// What it says of each rule.
    fn verdicts(&self) -> &[Option<bool>] {
        self.ready.as_ref().map_or(&[], |ready| &ready.verdicts)
    }

    /// Prepares one engine and asks it for its verdicts; a panic leaves it out like any other error.
    fn new(name: &'static str, version: &'static str, prepare: impl Fn() -> Prepared) -> Self {
        eprintln!("preparing {name}");
        let ready = catch_unwind(AssertUnwindSafe(|| {
            let mut engine = prepare()?;
            let verdicts = engine.verdicts();
            Ok(Ready { engine, verdicts })
        }));
        let ready = ready.unwrap_or_else(|_| Err("it panicked on this work".to_owned()));
        let ready = ready.inspect_err(|reason| eprintln!("  left out: {reason}"));
        Candidate { name, version, ready }
    }
}

/// Everything as one JSON object: the bench, why engines were left out, the packs.
fn json_of(bench: Option<&report::Table>, packs: &[packs::Case]) -> String {
    let mut by_pack: Map<String, Value> = Map::new();
    for case in packs {
        by_pack.entry(case.pack).or_insert_with(|| json!({}))[case.document] = case.json();
    }
    let left_out = bench.map_or_else(Map::new, report::Table::left_out);
    json!({ "bench": bench.map(report::Table::json), "left_out": left_out, "packs": by_pack }).to_string()
}
