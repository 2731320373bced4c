//! `jobun test`

use clap::Args;

use super::{Exit, LangArg, LimitArgs, PolicyArgs, Trouble, diagnostics, pack_files};
use crate::host;
use crate::lang::Lang;
use crate::limits::Limits;
use crate::testing::{Engines, Results, run_file};

#[derive(Args)]
pub struct TestArgs {
    /// A folder of packs, or one pack
    #[arg(value_name = "DIR", default_value = "policies")]
    folder: String,
    /// Run only the cases of this pack; may be given more than once [default: all]
    #[arg(long = "pack", value_name = "ID")]
    packs: Vec<String>,
    /// Use another vocabulary of facts (a JSON Schema) instead of the one built in
    #[arg(long, value_name = "FILE")]
    schema: Option<String>,
    /// The language of diagnostics
    #[arg(long, value_enum, default_value_t = LangArg::Ja)]
    lang: LangArg,
}

impl TestArgs {
    pub fn lang(&self) -> Lang {
        self.lang.into()
    }
}

pub fn run(args: &TestArgs) -> Result<Exit, Trouble> {
    let policies = PolicyArgs {
        policies: Some(args.folder.clone()),
        packs: Vec::new(),
        schema: args.schema.clone(),
        params: Vec::new(),
        most: LimitArgs::default(),
    };
    // Mistakes of the policies are told first, once.
    let checked = policies.check()?;
    if let Some(unknown) = args.packs.iter().find(|id| !checked.checked().set.ids().any(|known| known == *id)) {
        let known = checked.checked().set.ids().collect::<Vec<_>>().join(" ");
        return Err(Trouble::Usage(format!("there is no pack `{unknown}`; the packs are {known}")));
    }
    let mut engines = Engines::new(checked);
    let mut results = Results::default();
    let (prefix, names) = pack_files(&args.folder)?;
    for name in &names {
        let [pack, "tests", _] = name.split('/').collect::<Vec<_>>()[..] else { continue };
        let chosen = args.packs.is_empty() || args.packs.iter().any(|id| id == pack);
        if !name.ends_with(".yaml") || !chosen {
            continue;
        }
        let path = format!("{prefix}{name}");
        let limits = Limits::default();
        let bytes = host::read(&path, limits.facts_bytes)?;
        let beside = path.rsplit_once('/').map_or("", |(beside, _)| beside);
        run_file(&mut results, &mut engines, pack, &path, &bytes, &|base| {
            host::read(&format!("{beside}/{base}"), limits.facts_bytes).ok()
        });
    }
    report(&results, args.lang())
}

fn report(results: &Results, lang: Lang) -> Result<Exit, Trouble> {
    host::complain(&diagnostics::render(&results.sources, &results.diagnostics, lang));
    let mut text = String::new();
    for failure in &results.failed {
        let place = results.sources.place(failure.span);
        let file = results.sources.name(failure.span.file);
        text.push_str(&format!("✗ {file}:{}: {} — {}\n", place.line, failure.name, failure.text.get(lang)));
    }
    let (passed, failed) = (results.passed, results.failed.len());
    let broken = results.diagnostics.0.len();
    let rules = results.seen.len();
    text.push_str(&match lang {
        Lang::Ja => format!("事例 {passed} 件適合 · {failed} 件不一致 · 実行できず {broken} 件 · ルール {rules} 件\n"),
        Lang::En => {
            format!("{passed} cases passed · {failed} failed · {broken} could not be run · {rules} rules met\n")
        }
    });
    host::write("-", &text)?;
    Ok(match (broken, failed, passed) {
        (0, 0, 0) => {
            host::complain(match lang {
                Lang::Ja => "jobun: 事例が1つもありません\n",
                Lang::En => "jobun: there are no cases\n",
            });
            Exit::Invalid
        }
        (0, 0, _) => Exit::Met,
        (0, ..) => Exit::Failed,
        _ => Exit::Invalid,
    })
}
