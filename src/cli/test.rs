//! `jobun test`

mod strength;

use clap::Args;

use super::{Exit, LangArg, LimitArgs, PolicyArgs, Trouble, diagnostics, no_pack, pack_files};
use crate::engine::CheckedPolicies;
use crate::host;
use crate::lang::Lang;
use crate::limits::Limits;
use crate::source::SourceMap;
use crate::testing::{self, Results, Suite};

#[derive(Args)]
pub struct TestArgs {
    /// A folder of packs, or one pack
    #[arg(value_name = "DIR", default_value = "policies")]
    folder: String,
    /// The same, as other commands take it
    #[arg(long, value_name = "DIR", conflicts_with = "folder")]
    policies: Option<String>,
    /// Run only the cases of this pack; may be given more than once [default: all]
    #[arg(long = "pack", value_name = "ID")]
    packs: Vec<String>,
    /// Use another vocabulary of facts (a JSON Schema) instead of the one built in
    #[arg(long, value_name = "FILE")]
    schema: Option<String>,
    /// Also try many slightly wrong versions of each rule, and tell which of them no case notices
    #[arg(long)]
    mutate: bool,
    /// With `--mutate`, look for facts that tell a version no case notices from its rule, among so many documents
    #[arg(long, value_name = "DOCUMENTS", num_args = 0..=1, default_missing_value = "20000", default_value = "0")]
    search: usize,
    /// End with exit code 1 where less than so many percent of the versions, or of the sides of conditions, are noticed
    #[arg(long, value_name = "PERCENT", default_value_t = 0.0, hide_default_value = true)]
    least: f64,
    /// Also tell which rules, verdicts and conditions the cases cover (MC/DC)
    #[arg(long)]
    coverage: bool,
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
    let folder = args.policies.as_ref().unwrap_or(&args.folder);
    let policies = PolicyArgs {
        policies: Some(folder.clone()),
        packs: Vec::new(),
        schema: args.schema.clone(),
        params: Vec::new(),
        most: LimitArgs::default(),
        review: true,
    };
    // Mistakes of the policies are told first, once.
    let checked = policies.check()?;
    if let Some(unknown) = args.packs.iter().find(|id| !checked.checked().set.ids().any(|known| known == *id)) {
        return Err(no_pack(unknown, checked.checked().set.ids()));
    }
    let suite = suite(folder, &args.packs, &checked)?;
    let mut results = testing::run(&checked, &suite);
    results.diagnostics.0.splice(0..0, suite.diagnostics.0.iter().cloned());
    let exit = report(&suite.sources, &results, args.lang())?;
    if !(args.mutate || args.coverage) {
        return Ok(exit);
    }
    if exit != Exit::Met {
        host::complain(match args.lang() {
            Lang::Ja => "jobun: 事例が全て合ってから測ります\n",
            Lang::En => "jobun: the cases have to come out before anything is measured by them\n",
        });
        return Ok(exit);
    }
    strength::run(args, &checked, &suite)
}

/// Reads the case files of the packs that are asked for.
pub(super) fn suite(folder: &str, packs: &[String], checked: &CheckedPolicies) -> Result<Suite, Trouble> {
    let mut suite = Suite::default();
    let (prefix, names) = pack_files(folder)?;
    for name in &names {
        let [pack, "tests", _] = name.split('/').collect::<Vec<_>>()[..] else { continue };
        let chosen = packs.is_empty() || packs.iter().any(|id| id == pack);
        if !name.ends_with(".yaml") || !chosen {
            continue;
        }
        let path = format!("{prefix}{name}");
        let limits = Limits::default();
        let bytes = host::read(&path, limits.facts_bytes)?;
        let beside = path.rsplit_once('/').map_or("", |(beside, _)| beside);
        suite.read(checked, pack, &path, &bytes, &|base| {
            host::read(&format!("{beside}/{base}"), limits.facts_bytes).ok()
        });
    }
    Ok(suite)
}

fn report(sources: &SourceMap, results: &Results, lang: Lang) -> Result<Exit, Trouble> {
    host::complain(&diagnostics::render(sources, &results.diagnostics, lang));
    let mut text = String::new();
    for failure in &results.failed {
        let place = sources.place(failure.span);
        let file = sources.name(failure.span.file);
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
