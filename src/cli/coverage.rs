//! `jobun coverage`

use std::collections::BTreeMap;

use clap::{Args, ValueEnum};

use super::{Exit, LangArg, PolicyArgs, Trouble, test};
use crate::coverage::coverage;
use crate::host;
use crate::lang::Lang;
use crate::report::{self, Paint};
use crate::words::Verdict;

#[derive(Args)]
pub struct CoverageArgs {
    /// A folder of packs with their cases, or one pack [default: the packs built in, without cases]
    #[arg(value_name = "DIR", conflicts_with = "policies")]
    folder: Option<String>,
    #[command(flatten)]
    policies: PolicyArgs,
    /// List every provision, not only what is missing
    #[arg(long)]
    all: bool,
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
    /// For programs: every requirement with its rules, or its reason
    Json,
}

impl CoverageArgs {
    pub fn lang(&self) -> Lang {
        self.lang.into()
    }
}

pub fn run(args: &CoverageArgs) -> Result<Exit, Trouble> {
    let mut policies = args.policies.clone();
    policies.policies = args.folder.clone().or(policies.policies);
    let checked = policies.check()?;
    let mut cases: BTreeMap<String, Vec<Verdict>> = BTreeMap::new();
    if let Some(folder) = &policies.policies {
        let suite = test::suite(folder, &policies.packs, &checked)?;
        if suite.diagnostics.has_errors() {
            let rejected = crate::engine::Rejected { sources: suite.sources, diagnostics: suite.diagnostics };
            return Err(rejected.into());
        }
        cases = suite.stated();
    }
    let found = coverage(&checked.checked().set, &cases);
    let text = match args.format {
        Format::Json => report::json::pretty(&found),
        Format::Human => {
            let paint = Paint(host::output_takes_colour());
            report::coverage::render(&found, report::coverage::Options { lang: args.lang(), paint, all: args.all })
        }
    };
    host::write("-", &text)?;
    Ok(if found.totals.gaps == 0 { Exit::Met } else { Exit::Failed })
}
