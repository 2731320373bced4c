//! `jobun ask`

use clap::{Args, ValueEnum};

use super::{Exit, LangArg, PolicyArgs, Trouble, as_of, day, facts_name, read_facts};
use crate::counterfactual::{CONFIRM_BYTES, confirm};
use crate::engine::{Document, Engine};
use crate::host;
use crate::lang::Lang;
use crate::printable;
use crate::questions::questions;
use crate::report::{self, Paint};
use crate::value::Day;

#[derive(Args)]
pub struct AskArgs {
    /// Facts: a JSON file; `-` is standard input
    #[arg(value_name = "FACTS")]
    facts: String,
    #[command(flatten)]
    policies: PolicyArgs,
    /// Judge at this day instead of today (Asia/Tokyo)
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    as_of: Option<Day>,
    /// How many questions to print
    #[arg(long, value_name = "N", default_value_t = 20)]
    most: usize,
    /// What to write
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// The language
    #[arg(long, value_enum, default_value_t = LangArg::Ja)]
    lang: LangArg,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Human,
    /// For programs: a list of all questions
    Json,
}

impl AskArgs {
    pub fn lang(&self) -> Lang {
        self.lang.into()
    }
}

pub fn run(args: &AskArgs) -> Result<Exit, Trouble> {
    let (as_of, _) = as_of(args.as_of)?;
    let engine = Engine::new(args.policies.check()?, args.policies.params()?)?;
    let bytes = read_facts(&args.facts, &args.policies.most)?;
    let name = &facts_name(&args.facts);
    let document = Document::named(&engine, name, &bytes)?;
    let Ok(mut evaluation) = engine.evaluate(&document, as_of) else { return Ok(Exit::Machine) };
    confirm(&engine, &document, &mut evaluation, CONFIRM_BYTES);
    if args.format == Format::Human {
        evaluation.make_printable();
    }
    let questions = questions(&evaluation);
    let text = match args.format {
        Format::Json => report::json::pretty(&questions),
        Format::Human => {
            let paint = Paint(host::output_takes_colour());
            let text = report::questions::render(&questions, name, args.most, args.lang(), paint);
            printable::without_commands(&text).into_owned()
        }
    };
    host::write("-", &text)?;
    Ok(Exit::Met)
}
