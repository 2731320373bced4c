//! `jobun check`

use clap::Args;

use super::{Exit, LangArg, PolicyArgs, Trouble, diagnostics};
use crate::host;
use crate::lang::Lang;

#[derive(Args)]
pub struct CheckArgs {
    /// A folder of packs, or one pack [default: the packs built in]
    #[arg(value_name = "DIR", conflicts_with = "policies")]
    folder: Option<String>,
    #[command(flatten)]
    policies: PolicyArgs,
    /// The language of diagnostics
    #[arg(long, value_enum, default_value_t = LangArg::Ja)]
    lang: LangArg,
    /// Treat warnings as mistakes
    #[arg(long)]
    deny_warnings: bool,
}

impl CheckArgs {
    pub fn lang(&self) -> Lang {
        self.lang.into()
    }
}

pub fn run(args: &CheckArgs) -> Result<Exit, Trouble> {
    let mut policies = args.policies.clone();
    policies.policies = args.folder.clone().or(policies.policies);
    let checked = policies.check()?;
    let warnings = checked.warnings();
    host::complain(&diagnostics::render(checked.sources(), warnings, args.lang()));
    let set = &checked.checked().set;
    let rules: usize = set.packs.iter().map(|pack| pack.rules.len()).sum();
    let definitions = checked.checked().definitions.entries().len();
    let (packs, count) = (set.packs.len(), warnings.0.len());
    let text = match args.lang() {
        Lang::Ja => format!("パック {packs} · ルール {rules} · 定義 {definitions} · 誤り 0 · 警告 {count}\n"),
        Lang::En => {
            let some = |n: usize, noun: &str| format!("{n} {noun}{}", if n == 1 { "" } else { "s" });
            let parts = [some(packs, "pack"), some(rules, "rule"), some(definitions, "definition"), some(0, "mistake")];
            format!("{} · {}\n", parts.join(" · "), some(count, "warning"))
        }
    };
    host::write("-", &text)?;
    Ok(if args.deny_warnings && count > 0 { Exit::Invalid } else { Exit::Met })
}
