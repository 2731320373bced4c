//! `jobun check`

use clap::Args;

use super::{Exit, LangArg, PolicyArgs, Trouble, diagnostics, no_rule};
use crate::cel::Expression;
use crate::check::errs::{self, Reason};
use crate::check::typed::{DefinitionId, Typed};
use crate::diagnostic::did_you_mean;
use crate::engine::{CheckedPolicies, Engine, Params};
use crate::host;
use crate::lang::{Lang, text};

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
    /// Print what the rules are compiled to: which facts are loaded, and what is asked of them
    #[arg(long)]
    listing: bool,
    /// Print where each rule may err on facts that fit the vocabulary, and why
    #[arg(long, conflicts_with = "listing")]
    may_err: bool,
    /// Of `--listing` or `--may-err`, only the rules whose ids begin so
    #[arg(long, value_name = "RULE")]
    rule: Option<String>,
}

impl CheckArgs {
    pub fn lang(&self) -> Lang {
        self.lang.into()
    }
}

pub fn run(args: &CheckArgs) -> Result<Exit, Trouble> {
    let mut policies = args.policies.clone();
    policies.policies = args.folder.clone().or(policies.policies);
    policies.review = true;
    let checked = policies.check()?;
    let warnings = checked.warnings();
    host::complain(&diagnostics::render(checked.sources(), warnings, args.lang()));
    if args.listing || args.may_err {
        return listing(args, checked, args.rule.as_deref().unwrap_or_default());
    }
    let count = checked.warnings().0.len();
    // Whether the rules keep to their limits shows once they are compiled.
    let engine = Engine::new(checked, args.policies.params()?)?;
    let set = engine.policies();
    let rules: usize = set.packs.iter().map(|pack| pack.rules.len()).sum();
    let definitions = engine.checked().definitions.entries().len();
    let packs = set.packs.len();
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

/// Prints the program of the rules whose ids begin with `wanted`, or where they may err.
fn listing(args: &CheckArgs, checked: CheckedPolicies, wanted: &str) -> Result<Exit, Trouble> {
    let invalid = args.deny_warnings && !checked.warnings().0.is_empty();
    let known: Vec<String> = checked.checked().set.rules().map(|(_, rule)| rule.id.text.clone()).collect();
    if !known.iter().any(|id| id.starts_with(wanted)) {
        let near = did_you_mean(wanted, known.iter().map(String::as_str));
        let what = text!("`{0}` で始まるルールはありません", "no rule begins with `{0}`", wanted);
        return Err(no_rule(what, near));
    }
    let text = if args.may_err {
        may_err(&checked, args.lang(), wanted)
    } else {
        Engine::new(checked, Params::default())?.program().listing(|id| id.starts_with(wanted))
    };
    host::write("-", &text)?;
    Ok(if invalid { Exit::Invalid } else { Exit::Met })
}

/// Where the rules whose ids begin with `wanted` may err, those of definitions they call included.
fn may_err(checked: &CheckedPolicies, lang: Lang, wanted: &str) -> String {
    let (sources, set) = (checked.sources(), checked.checked());
    let mut out = String::new();
    let rules = set.set.packs.iter().zip(&set.rules).flat_map(|(pack, rules)| pack.rules.iter().zip(rules));
    for (rule, found) in rules.filter(|(rule, _)| rule.id.text.starts_with(wanted)) {
        let mut parts: Vec<(String, &Expression, &Typed)> =
            found.expressions(rule).into_iter().map(|(key, e, typed)| (key.to_string(), e, typed)).collect();
        let mut opened: Vec<DefinitionId> = Vec::new();
        let mut lines: Vec<String> = Vec::new();
        let mut at = 0;
        while at < parts.len() {
            let (key, e, typed) = parts[at].clone();
            at += 1;
            for (id, reason) in errs::places(e, typed, &set.definitions) {
                if let Reason::Definition(definition) = reason {
                    if !opened.contains(&definition) {
                        opened.push(definition);
                        let entry = set.definitions.get(definition);
                        let name = match lang {
                            Lang::Ja => format!("定義 {}", entry.signature.name),
                            Lang::En => format!("definition {}", entry.signature.name),
                        };
                        parts.push((name, &entry.expression, &entry.typed));
                    }
                    continue;
                }
                let (span, text) = (e.span(id), e.text(id).split_whitespace().collect::<Vec<_>>().join(" "));
                let place = sources.place(span);
                let file = sources.name(span.file);
                let reason = reason.text();
                lines.push(format!("  {file}:{}:{}: {key}: {text} ({})\n", place.line, place.column, reason.get(lang)));
            }
        }
        if !lines.is_empty() {
            out.push_str(&format!("{}\n{}", rule.id.text, lines.concat()));
        }
    }
    if out.is_empty() {
        out.push_str(match lang {
            Lang::Ja => "誤りになりうる箇所はありません\n",
            Lang::En => "nothing may err\n",
        });
    }
    out
}
