//! `jobun init`: the files a new pack begins with.

use clap::{Args, Subcommand};

use super::{Exit, LangArg, Trouble, cite};
use crate::engine;
use crate::host;
use crate::lang::{Lang, text};
use crate::policy::COMMON;

#[derive(Args)]
pub struct InitArgs {
    #[command(subcommand)]
    command: InitCommand,
}

#[derive(Subcommand)]
enum InitCommand {
    /// Begin a pack: a source, an outline, one rule, its cases; they check and test clean as they are
    Pack(PackArgs),
    /// Copy the definitions that the shipped packs share into a folder of packs of your own
    Common(CommonArgs),
}

#[derive(Args)]
struct CommonArgs {
    /// The folder of packs
    #[arg(long, value_name = "DIR", default_value = "policies")]
    policies: String,
    /// The language of what is said
    #[arg(long, value_enum, default_value_t = LangArg::Ja)]
    lang: LangArg,
}

#[derive(Args)]
struct PackArgs {
    /// The id of the pack: small letters, digits and hyphens
    #[arg(value_name = "NAME", value_parser = name)]
    name: String,
    /// The text of the source, in UTF-8, from which the outline is made
    #[arg(long, value_name = "FILE")]
    text: Option<String>,
    /// The folder of packs
    #[arg(long, value_name = "DIR", default_value = "policies")]
    policies: String,
    /// The language of what is said
    #[arg(long, value_enum, default_value_t = LangArg::Ja)]
    lang: LangArg,
}

fn name(text: &str) -> Result<String, String> {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let plain = !text.is_empty() && text.len() <= 64 && text.chars().all(fits) && !text.starts_with('-');
    if plain && !text.ends_with('-') && text != COMMON {
        Ok(text.to_string())
    } else {
        Err("an id is made of small letters, digits and hyphens, as in `kaede-itaku`".into())
    }
}

impl InitArgs {
    pub fn lang(&self) -> Lang {
        match &self.command {
            InitCommand::Pack(args) => args.lang.into(),
            InitCommand::Common(args) => args.lang.into(),
        }
    }
}

pub fn run(args: &InitArgs) -> Result<Exit, Trouble> {
    match &args.command {
        InitCommand::Pack(args) => pack(args),
        InitCommand::Common(args) => common(args),
    }
}

/// Writes the shared definitions; what is there already is left alone.
fn common(args: &CommonArgs) -> Result<Exit, Trouble> {
    let folder = format!("{}/{COMMON}", args.policies.trim_end_matches('/'));
    if host::is_folder(&folder) {
        return Err(is_there(&folder));
    }
    // Relations between the shipped packs say nothing where those are not.
    let defines = |(_, text): &(String, &str)| text.lines().any(|line| line.trim_end() == "definitions:");
    let said = create_all(&folder, engine::embedded_in(COMMON).filter(defines))?;
    host::write("-", &said)?;
    Ok(Exit::Met)
}

fn is_there(folder: &str) -> Trouble {
    Trouble::Usage(text!(
        "`{0}` はすでにあります。何も書きませんでした",
        "`{0}` is there already; nothing was written",
        folder
    ))
}

/// Writes new files into `folder` and lists them, a line each.
fn create_all<T: AsRef<str>>(folder: &str, files: impl IntoIterator<Item = (String, T)>) -> Result<String, Trouble> {
    let mut said = String::new();
    for (name, text) in files {
        let path = format!("{folder}/{name}");
        host::create(&path, text.as_ref())?;
        said.push_str(&format!("{path}\n"));
    }
    Ok(said)
}

fn pack(args: &PackArgs) -> Result<Exit, Trouble> {
    let folder = format!("{}/{}", args.policies.trim_end_matches('/'), args.name);
    if host::is_folder(&folder) {
        return Err(is_there(&folder));
    }
    let outline = match &args.text {
        None => OUTLINE.replace("NAME", &args.name),
        Some(file) => cite::new_outline(file, &args.name)?,
    };
    // The provision that holds the first requirement.
    let before = outline.split("    requirements:").next().unwrap_or_default();
    let located = before.lines().rev().find_map(|line| line.strip_prefix("  - locator: "));
    let first = located.unwrap_or("第1条").to_string();
    let today = host::today().map_or_else(|| "2025-01-01".to_string(), |day| day.to_string());
    let fill = |text: &str| text.replace("NAME", &args.name).replace("FIRST", &first).replace("TODAY", &today);
    let files = [
        ("pack.yaml", fill(PACK)),
        ("outline.yaml", outline),
        ("rules.yaml", fill(RULES)),
        ("tests/base.json", BASE.to_string()),
        ("tests/rules.yaml", fill(CASES)),
    ];
    let files = files.into_iter().map(|(name, text)| (name.to_string(), text));
    let mut said = create_all(&folder, files)?;
    said.push_str(&match args.lang.into() {
        Lang::Ja => format!(
            "\n次に:\n  1. {folder}/pack.yaml に出典を書く\n  2. {folder}/outline.yaml の見出しと種類を原文と照らし、要件のIDを付ける\n  3. {folder}/rules.yaml の例を、最初の条項のルールに書き換える\n  4. jobun check {folder} · jobun test {folder} --mutate · jobun coverage {folder}\n\ndocs/packs.md に一通りの書き方がある。\n"
        ),
        Lang::En => format!(
            "\nNext:\n  1. name the source in {folder}/pack.yaml\n  2. compare captions and kinds in {folder}/outline.yaml with the text, and give its requirements ids\n  3. turn the example in {folder}/rules.yaml into a rule of your first provision\n  4. jobun check {folder} · jobun test {folder} --mutate · jobun coverage {folder}\n\ndocs/packs.md goes through it all.\n"
        ),
    });
    host::write("-", &said)?;
    Ok(Exit::Met)
}

const PACK: &str = r#"pack: NAME
title:
  ja: （パックの名前）
  en: (name of the pack)
source:
  key: NAME
  title:
    ja: （文書の正式な題名）
    en: (full title of the instrument)
  publisher:
    ja: （定めた者）
    en: (who issued it)
  # statute ordinance rulebook circular contract_terms notice guide
  kind: rulebook
  # final draft
  status: final
  # The strongest a finding can be: must advice info. A guide is not `must`.
  binding: must
  # First day on which its rules are judged.
  # effective_on: 2024-04-01
  # The day you last compared the pack with the source.
  verified_on: TODAY
# What the source leaves open, each with a default and the reason for it.
# parameters:
#   - name: checking_interval
#     type: period
#     default: 1 year
#     title: { ja: 点検の間隔, en: Interval of the check }
#     reason:
#       ja: （原文が何と書き、何を書いていないか）
#       en: (what the source says, and what it does not)
"#;

const OUTLINE: &str = r#"# Every provision in the order of the source, also those that ask for nothing.
# `jobun cite outline TEXT` makes this list from a text.
provisions:
  - locator: 第1条
    caption: （見出し）
    # duty prohibition recommendation permission condition definition notice purpose procedure
    kind: duty
    requirements: [NAME-1]
"#;

const RULES: &str = r#"rules:
  # An example that stands on the shipped vocabulary (`jobun list facts`). Make it a rule of your provision.
  - id: NAME-1-signed-before-start
    title:
      ja: 仕事を始める前に契約を締結している
      en: The contract is signed before work begins
    cites: [FIRST]
    covers: [NAME-1]
    # must must_not should may
    modality: must
    addressee: organization
    category: contract
    # low medium high critical
    severity: medium
    for_each: { as: c, in: contracts, subject: c.title }
    applies: c.side == 'principal'
    require: c.signed_on != never && c.signed_on <= c.started_on
    message:
      ja: "{c.title}の締結日は「{c.signed_on}」、開始日は{c.started_on}です"
      en: "{c.title}: signed: {c.signed_on}, begun: {c.started_on}"
    remedy:
      ja: 契約を締結してから仕事を始めてください。
      en: Sign the contract before work begins.
"#;

const BASE: &str = r#"{
  "vendors": [{ "id": "printer", "name": "かえで印刷" }],
  "contracts": [
    {
      "id": "notices",
      "vendor_id": "printer",
      "title": "通知書印刷",
      "side": "principal",
      "signed_on": "2026-03-20",
      "started_on": "2026-04-01"
    }
  ]
}
"#;

const CASES: &str = r#"base: base.json
as_of: 2026-11-22
cases:
  - name: signed before work began
    rule: NAME-1-signed-before-start
    subject: notices
    verdict: pass
  - name: signed on the day work began
    rule: NAME-1-signed-before-start
    subject: notices
    set:
      "contracts[notices].signed_on": 2026-04-01
    verdict: pass
  - name: signed the day after
    rule: NAME-1-signed-before-start
    subject: notices
    set:
      "contracts[notices].signed_on": 2026-04-02
    verdict: fail
  - name: never signed
    rule: NAME-1-signed-before-start
    subject: notices
    set:
      "contracts[notices].signed_on": never
    verdict: fail
  - name: not known when it was signed
    rule: NAME-1-signed-before-start
    subject: notices
    set:
      "contracts[notices].signed_on": null
    verdict: unknown
    missing: ["contracts[notices].signed_on"]
  - name: work that was taken on
    rule: NAME-1-signed-before-start
    subject: notices
    set:
      "contracts[notices].side": processor
    verdict: not_applicable
"#;
