//! `jobun list`

use clap::{Args, ValueEnum};

use super::{Exit, LangArg, PolicyArgs, Trouble};
use crate::catalogue::catalogue;
use crate::diagnostic::Code;
use crate::engine::Engine;
use crate::host;
use crate::lang::{Lang, text};
use crate::policy::{Pack, ParameterDeclaration, Rule};
use crate::printable::aligned;
use crate::report;
use crate::schema::Field;
use crate::stdlib::{SIGNATURES, Signature};

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

/// How wide a column gets.
const MAX_COLUMN: usize = 44;

fn two(name: String, doc: &str) -> [String; 3] {
    [name, doc.to_string(), String::new()]
}

/// Its reason stands below it.
fn parameter(pack: &Pack, parameter: &ParameterDeclaration, lang: Lang) -> [String; 3] {
    let reason = parameter.reason.get(lang).trim();
    let name = format!("{}.{}", pack.id, parameter.name);
    [name, format!("= {}", parameter.default), format!("{}\n    {reason}", parameter.title.get(lang))]
}

fn function(signature: &Signature) -> [String; 3] {
    let types: Vec<String> = signature.arguments.iter().map(ToString::to_string).collect();
    let call = match (signature.method, types.split_first()) {
        (true, Some((first, rest))) => format!("{first}.{}({})", signature.name, rest.join(", ")),
        _ => format!("{}({})", signature.name, types.join(", ")),
    };
    two(format!("{call} -> {}", signature.result), signature.doc)
}

pub fn run(args: &ListArgs) -> Result<Exit, Trouble> {
    let lang = args.lang();
    if args.markdown {
        if !matches!(args.what, What::Facts) {
            return Err(Trouble::Usage(text!(
                "`--markdown` は `jobun list facts` とともに使います",
                "`--markdown` goes with `jobun list facts`"
            )));
        }
        let engine = Engine::new(args.policies.check()?, args.policies.params()?)?;
        host::write("-", &report::facts::markdown(&catalogue(&engine)))?;
        return Ok(Exit::Met);
    }
    let checked = match args.what {
        What::Functions | What::Codes => None,
        _ => Some(args.policies.check()?),
    };
    let set = checked.as_ref().map(|checked| &checked.checked().set);
    let packs = || set.into_iter().flat_map(|set| &set.packs);
    let rows: Vec<[String; 3]> = match args.what {
        What::Packs => {
            let count = |pack: &Pack| pack.rules.len().to_string();
            packs().map(|pack| [pack.id.clone(), count(pack), pack.source.title.get(lang).to_string()]).collect()
        }
        What::Rules => {
            let row = |rule: &Rule| {
                let cites: Vec<&str> = rule.cites.iter().map(|locator| locator.text.as_str()).collect();
                [rule.id.text.clone(), cites.join(" "), rule.title.get(lang).to_string()]
            };
            packs().flat_map(|pack| &pack.rules).map(row).collect()
        }
        What::Parameters => {
            packs().flat_map(|pack| pack.parameters.iter().map(|one| parameter(pack, one, lang))).collect()
        }
        What::Definitions => {
            let entries = checked.iter().flat_map(|checked| checked.checked().definitions.entries());
            entries.map(|entry| two(entry.signature.name.to_string(), entry.doc.get(lang).trim())).collect()
        }
        What::Facts => {
            let leaves = checked.iter().flat_map(|checked| checked.vocabulary().schema.leaves());
            let question = |field: &Field| field.question.as_ref().map_or("", |text| text.get(lang)).to_string();
            leaves.map(|(path, field)| [path, field.ty.to_string(), question(field)]).collect()
        }
        What::Functions => SIGNATURES.iter().map(function).collect(),
        What::Codes => Code::ALL.iter().map(|code| two(code.name().to_string(), "")).collect(),
    };
    host::write("-", &(aligned(&rows, MAX_COLUMN).join("\n") + "\n"))?;
    Ok(Exit::Met)
}
