//! `jobun list`

use clap::{Args, ValueEnum};

use super::{Exit, LangArg, PolicyArgs, Trouble};
use crate::catalogue::catalogue;
use crate::diagnostic::Code;
use crate::engine::Engine;
use crate::host;
use crate::lang::Lang;
use crate::report;
use crate::stdlib::SIGNATURES;

#[derive(Args)]
pub struct ListArgs {
    /// What to list
    #[arg(value_enum, default_value_t = What::Packs)]
    what: What,
    #[command(flatten)]
    policies: PolicyArgs,
    /// Of `facts`, a page in Markdown with the articles that ask for each
    #[arg(long)]
    markdown: bool,
    /// The language
    #[arg(long, value_enum, default_value_t = LangArg::Ja)]
    lang: LangArg,
}

#[derive(Clone, Copy, ValueEnum)]
enum What {
    /// The packs and their sources
    Packs,
    /// Every rule with the provisions it cites
    Rules,
    /// What the sources leave open: parameters, defaults and reasons
    Parameters,
    /// The definitions of the packs
    Definitions,
    /// The functions of the expression language
    Functions,
    /// The vocabulary of facts and its questions
    Facts,
    /// The codes of diagnostics
    Codes,
}

impl ListArgs {
    pub fn lang(&self) -> Lang {
        self.lang.into()
    }
}

pub fn run(args: &ListArgs) -> Result<Exit, Trouble> {
    let lang = args.lang();
    if args.markdown {
        if !matches!(args.what, What::Facts) {
            return Err(Trouble::Usage("`--markdown` goes with `jobun list facts`".into()));
        }
        let engine = Engine::new(args.policies.check()?, args.policies.params()?)?;
        host::write("-", &report::facts::markdown(&catalogue(&engine)))?;
        return Ok(Exit::Met);
    }
    let mut out = String::new();
    let mut line = |text: String| {
        out.push_str(&text);
        out.push('\n');
    };
    match args.what {
        What::Functions => {
            for signature in SIGNATURES.iter() {
                let types: Vec<String> = signature.arguments.iter().map(ToString::to_string).collect();
                let call = match (signature.method, types.split_first()) {
                    (true, Some((first, rest))) => format!("{first}.{}({})", signature.name, rest.join(", ")),
                    _ => format!("{}({})", signature.name, types.join(", ")),
                };
                line(format!("{call} -> {}  {}", signature.result, signature.doc));
            }
        }
        What::Codes => {
            for code in Code::ALL {
                line(code.name().to_string());
            }
        }
        _ => {
            let checked = args.policies.check()?;
            let set = &checked.checked().set;
            match args.what {
                What::Packs => {
                    for pack in &set.packs {
                        line(format!("{}  {}  ({})", pack.id, pack.source.title.get(lang), pack.rules.len()));
                    }
                }
                What::Rules => {
                    for (_, rule) in set.rules() {
                        let cites: Vec<&str> = rule.cites.iter().map(|locator| locator.text.as_str()).collect();
                        line(format!("{}  {}  {}", rule.id.text, cites.join(" "), rule.title.get(lang)));
                    }
                }
                What::Parameters => {
                    for pack in &set.packs {
                        for parameter in &pack.parameters {
                            line(format!(
                                "{}.{} = {}  {}",
                                pack.id,
                                parameter.name,
                                parameter.default,
                                parameter.title.get(lang)
                            ));
                            line(format!("    {}", parameter.reason.get(lang).trim()));
                        }
                    }
                }
                What::Definitions => {
                    for entry in checked.checked().definitions.entries() {
                        line(format!("{}  {}", entry.signature.name, entry.doc.get(lang).trim()));
                    }
                }
                _ => {
                    for (path, field) in checked.vocabulary().schema.leaves() {
                        let question = field.question.as_ref().map_or("", |question| question.get(lang));
                        line(format!("{path}  {}  {question}", field.ty));
                    }
                }
            }
        }
    }
    host::write("-", &out)?;
    Ok(Exit::Met)
}
