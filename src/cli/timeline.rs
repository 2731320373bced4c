//! `jobun timeline`

use clap::{Args, ValueEnum};

use super::{Exit, LangArg, PolicyArgs, SensitiveArgs, Trouble, as_of, day, facts_name, read_facts};
use crate::engine::{Document, Engine};
use crate::host;
use crate::lang::{Lang, text};
use crate::printable;
use crate::report::{self, Paint};
use crate::timeline::timeline;
use crate::value::Day;

/// How many days can be asked for: a century.
const MAX_DAYS: i64 = 36_525;

#[derive(Args)]
pub struct TimelineArgs {
    /// Facts: a JSON file; `-` is standard input
    #[arg(value_name = "FACTS")]
    facts: String,
    #[command(flatten)]
    policies: PolicyArgs,
    /// First day [default: today (Asia/Tokyo)]
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    from: Option<Day>,
    /// Last day [default: a year after the first]
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    to: Option<Day>,
    #[command(flatten)]
    sensitive: SensitiveArgs,
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
    /// For programs
    Json,
}

impl TimelineArgs {
    pub fn lang(&self) -> Lang {
        self.lang.into()
    }
}

pub fn run(args: &TimelineArgs) -> Result<Exit, Trouble> {
    let (from, _) = as_of(args.from)?;
    let to = args.to.or_else(|| from.plus_years(1)).unwrap_or(from);
    if to < from || from.days_until(to) > MAX_DAYS {
        return Err(Trouble::Usage(text!(
            "--to は {0} 以後の、100年以内の日にしてください",
            "--to must be a day from {0} on, at most a century later",
            from
        )));
    }
    let engine =
        Engine::new(args.policies.check()?, args.policies.params()?)?.showing_sensitive(args.sensitive.show_sensitive);
    let bytes = read_facts(&args.facts, &args.policies.most)?;
    let name = &facts_name(&args.facts);
    let document = Document::named(&engine, name, &bytes)?;
    let Ok(mut timeline) = timeline(&engine, &document, from, to) else { return Ok(Exit::Machine) };
    let text = match args.format {
        Format::Json => report::json::pretty(&timeline),
        Format::Human => {
            timeline.texts_of_answers(&mut printable::make_a_line);
            let text = report::timeline::render(&timeline, name, args.lang(), Paint(host::output_takes_colour()));
            printable::without_commands(&text).into_owned()
        }
    };
    host::write("-", &text)?;
    Ok(Exit::Met)
}
