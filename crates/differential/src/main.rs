//! Makes random expressions and facts, and compares the answers of jobun with those of others: its
//! slow interpreter, the `cel` crate, the laws of the unknown, and what the checker promises.

mod generate;
mod laws;
#[path = "../../../tests/oracle/mod.rs"]
mod oracle;
#[path = "../../../tests/support/pack.rs"]
mod pack;
mod plain;
mod policy;
mod random;
mod report;
mod soundness;
mod tree;
mod vocabulary;

use std::process::ExitCode;
use std::time::Instant;

use report::Report;

const USAGE: &str = "\
Usage: differential --seed N --cases M [--part NAME] [--show K] [--json]

Compares M cases in each part, a twentieth in `confirmed`, shows up to K disagreements, and exits with 1 if there are any.
The parts are oracle, plain, laws, once, confirmed and sound.
";

/// Each case of `confirmed` is a search: so many times fewer are looked into.
const SEARCHED: usize = 20;

/// Compares, and says in a report what came of it.
type Part<'p> = &'p dyn Fn(&mut Report);

struct Arguments {
    seed: u64,
    cases: usize,
    part: Option<String>,
    shown: usize,
    json: bool,
}

fn arguments() -> Option<Arguments> {
    let mut arguments = Arguments { seed: 1, cases: 200_000, part: None, shown: 20, json: false };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        match word.as_str() {
            "--seed" => arguments.seed = words.next()?.parse().ok()?,
            "--cases" => arguments.cases = words.next()?.parse().ok()?,
            "--part" => arguments.part = Some(words.next()?),
            "--show" => arguments.shown = words.next()?.parse().ok()?,
            "--json" => arguments.json = true,
            _ => return None,
        }
    }
    Some(arguments)
}

fn main() -> ExitCode {
    let Some(Arguments { seed, cases, part, shown, json }) = arguments() else {
        eprint!("{USAGE}");
        return ExitCode::from(2);
    };
    let vocabulary = policy::shared_vocabulary();
    let mut disagreements = 0;
    let parts: [(&'static str, Part<'_>); 6] = [
        ("oracle", &|report| policy::run(&vocabulary, seed, cases, report)),
        ("plain", &|report| plain::run(seed, cases, report)),
        ("laws", &|report| laws::run(&vocabulary, seed, cases, report)),
        ("once", &|report| laws::once(&vocabulary, seed, cases, report)),
        ("confirmed", &|report| laws::confirmed(&vocabulary, seed, cases.div_ceil(SEARCHED), report)),
        ("sound", &|report| soundness::run(&vocabulary, seed, cases, report)),
    ];
    for (name, run) in parts {
        if part.as_ref().is_some_and(|only| only != name) {
            continue;
        }
        let mut report = Report::new(name, shown, json);
        let start = Instant::now();
        run(&mut report);
        report.took(start.elapsed().as_secs_f64());
        report.print();
        disagreements += report.disagreements;
    }
    if disagreements == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) }
}
