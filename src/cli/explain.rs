//! `jobun explain`

use clap::{Args, ValueEnum};
use include_dir::{Dir, include_dir};

use super::{Exit, LangArg, PolicyArgs, SensitiveArgs, Trouble, as_of, cite, day, facts_name, no_rule, read_facts};
use crate::check::Checked;
use crate::cite::{Quote, Words};
use crate::counterfactual::{FIX_BYTES, fix};
use crate::diagnostic::{Code, did_you_mean};
use crate::engine::{Document, Engine};
use crate::host;
use crate::lang::{Lang, text};
use crate::policy::{Pack, Rule};
use crate::printable;
use crate::report::{self, Paint};
use crate::value::Day;

static PAGES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/docs/codes");

#[derive(Args)]
pub struct ExplainArgs {
    /// The id of a rule, or the code of a diagnostic
    #[arg(value_name = "RULE|CODE")]
    subject: String,
    /// Facts to open the verdict with; `-` is standard input
    #[arg(value_name = "FACTS")]
    facts: Option<String>,
    #[command(flatten)]
    policies: PolicyArgs,
    /// Judge at this day instead of today (Asia/Tokyo)
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    as_of: Option<Day>,
    /// Quote the cited articles from copies of the sources: a folder with KEY.txt for each
    #[arg(long, value_name = "DIR")]
    sources: Option<String>,
    /// Also find the fewest facts that would have to change for the rule to be met, judged again with them;
    /// what the vocabulary marks as history is left alone
    #[arg(long, requires = "facts")]
    fix: bool,
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
    /// For programs: the verdicts opened, and the fixes; needs FACTS
    Json,
}

impl ExplainArgs {
    pub fn lang(&self) -> Lang {
        self.lang.into()
    }
}

pub fn run(args: &ExplainArgs) -> Result<Exit, Trouble> {
    if let Some(code) = Code::from_name(&args.subject) {
        let page = PAGES.get_file(format!("{}.md", code.name())).and_then(|file| file.contents_utf8());
        host::write("-", page.unwrap_or("—\n"))?;
        return Ok(Exit::Met);
    }
    let checked = args.policies.check()?;
    let found = checked.checked().set.rules().find(|(_, rule)| rule.id.text == args.subject);
    let Some((pack, rule)) = found else {
        let rules = checked.checked().set.rules().map(|(_, rule)| rule.id.text.as_str());
        let near = did_you_mean(&args.subject, rules.chain(Code::ALL.iter().map(|code| code.name())));
        let what = text!("`{0}` というルールもコードもありません", "there is no rule and no code `{0}`", args.subject);
        return Err(no_rule(what, near));
    };
    let words = match &args.sources {
        Some(folder) => cite::words(folder, &checked.checked().set)?,
        None => Vec::new(),
    };
    let mut text = describe(checked.checked(), pack, rule, &words, args.lang());
    let Some(path) = &args.facts else {
        if args.format == Format::Json {
            return Err(Trouble::Usage(text!(
                "`--format json` は判定を説明します。事実のファイルも指定してください",
                "`--format json` opens a verdict: it needs FACTS"
            )));
        }
        host::write("-", &text)?;
        return Ok(Exit::Met);
    };
    let id = rule.id.text.clone();
    let (as_of, _) = as_of(args.as_of)?;
    let engine = Engine::new(checked, args.policies.params()?)?.showing_sensitive(args.sensitive.show_sensitive);
    let bytes = read_facts(path, &args.policies.most)?;
    let document = Document::named(&engine, &facts_name(path), &bytes)?;
    if let Some(mut explanation) = crate::explain::explain(&engine, &id, &document, as_of) {
        if args.fix {
            explanation.fixes = fix(&engine, &id, &document, as_of, FIX_BYTES).unwrap_or_default();
        }
        let paint = Paint(host::output_takes_colour());
        match args.format {
            Format::Json => text = report::json::pretty(&explanation),
            Format::Human => {
                explanation.texts_of_answers(&mut printable::make_a_line);
                text.push_str(&report::explanation::render(&explanation, args.lang(), paint));
                if args.fix {
                    let file = &facts_name(path);
                    text.push_str(&report::explanation::render_fixes(&explanation, file, args.lang(), paint));
                }
                text = printable::without_commands(&text).into_owned();
            }
        }
    }
    host::write("-", &text)?;
    Ok(Exit::Met)
}

/// A rule in words: its article, its expressions as written, and the definitions they use.
fn describe(checked: &Checked, pack: &Pack, rule: &Rule, words: &[Option<Words>], lang: Lang) -> String {
    let mut out = format!("{}\n{}\n\n", rule.id.text, rule.title.get(lang));
    for locator in &rule.cites {
        let caption = pack.outline.resolve(&locator.text).map_or("", |provision| provision.caption.as_str());
        let caption = report::in_brackets(caption, lang);
        out.push_str(&format!("{} {}{caption}\n", pack.source.title.get(lang), locator.text));
        match cite::quote(words, &checked.set, &pack.source.key, &locator.text) {
            Quote::Words(quoted) => {
                out.push_str(&format!("    「{}」\n", quoted.split_whitespace().collect::<Vec<_>>().join(" ")));
            }
            Quote::Changed => out.push_str(match lang {
                Lang::Ja => "    （写しの文言がパックの原文と違います。`jobun cite verify` で確かめてください）\n",
                Lang::En => "    (the copy has other words than the pack was written from; see `jobun cite verify`)\n",
            }),
            Quote::Unknown => {}
        }
    }
    out.push_str(&format!(
        "{} · {} · {} · {}\n",
        rule.modality.label(lang),
        rule.addressee.label(lang),
        rule.category.label(lang),
        rule.severity.label(lang)
    ));
    if rule.valid_from.is_some() || rule.valid_until.is_some() {
        let window = match (rule.valid_from, rule.valid_until, lang) {
            (Some(from), Some(until), _) => format!("{from} – {until}"),
            (Some(from), None, Lang::Ja) => format!("{from} から"),
            (Some(from), None, Lang::En) => format!("from {from}"),
            (None, Some(until), Lang::Ja) => format!("{until} まで"),
            (None, Some(until), Lang::En) => format!("until {until}"),
            (None, None, _) => String::new(),
        };
        out.push_str(&format!("{window}\n"));
    }
    out.push('\n');
    let mut written: Vec<(String, &crate::cel::Expression)> = Vec::new();
    for each in &rule.for_each {
        written.push((format!("for_each {}", each.name.text), &each.list));
    }
    written.extend(rule.in_force_at.iter().map(|e| ("in_force_at".to_string(), e)));
    written.extend(rule.variables.iter().map(|variable| (variable.name.text.clone(), &variable.is)));
    written.extend(rule.applies.iter().map(|e| ("applies".to_string(), e)));
    written.extend(rule.require.iter().map(|e| ("require".to_string(), e)));
    if let Some(recurring) = &rule.recurring {
        written.push(("recurring.last".into(), &recurring.last));
        written.push(("recurring.from".into(), &recurring.from));
        written.push(("recurring.every".into(), &recurring.every));
    }
    for deadline in &rule.deadlines {
        written.push((format!("deadlines.{}.act", deadline.id), &deadline.act));
        written.push((format!("deadlines.{}.by", deadline.id), &deadline.by));
    }
    let mut used = Vec::new();
    for (name, expression) in &written {
        out.push_str(&format!("{name}:\n"));
        for line in expression.written.text.trim().lines() {
            out.push_str(&format!("    {}\n", line.trim_end()));
        }
        collect(checked, expression, pack, &mut used);
    }
    if !rule.rolls_up.is_empty() {
        out.push_str("rolls_up:\n");
        for target in &rule.rolls_up {
            out.push_str(&format!("    {}\n", target.text));
        }
    }
    if !used.is_empty() {
        out.push_str(match lang {
            Lang::Ja => "\n使っている定義:\n",
            Lang::En => "\nDefinitions it uses:\n",
        });
        for id in used {
            let entry = checked.definitions.get(id);
            out.push_str(&format!("  {} — {}\n", entry.signature.name, entry.doc.get(lang).trim()));
            for line in entry.expression.written.text.trim().lines() {
                out.push_str(&format!("      {}\n", line.trim_end()));
            }
        }
    }
    if let Some(reading) = &rule.reading {
        out.push_str(match lang {
            Lang::Ja => "\n読み方:\n",
            Lang::En => "\nHow the text is read:\n",
        });
        out.push_str(&format!("  {}\n", reading.get(lang).trim()));
    }
    out
}

/// The definitions an expression calls, and those they call.
fn collect(
    checked: &Checked,
    expression: &crate::cel::Expression,
    pack: &Pack,
    used: &mut Vec<crate::check::typed::DefinitionId>,
) {
    let index = checked.set.packs.iter().position(|known| known.id == pack.id);
    let mut open = vec![expression];
    while let Some(expression) = open.pop() {
        for (_, name) in expression.ast.calls() {
            if let Some(id) = checked.definitions.find(name, index)
                && !used.contains(&id)
            {
                used.push(id);
                open.push(&checked.definitions.get(id).expression);
            }
        }
    }
}
