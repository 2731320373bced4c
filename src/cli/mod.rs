//! The command line: arguments in, exit codes out. Only this layer prints.

mod ask;
mod check;
mod cite;
mod coverage;
mod diagnostics;
mod eval;
mod explain;
mod init;
mod list;
mod organizations;
mod outputs;
mod schema;
mod test;
mod timeline;

use std::ffi::OsString;
use std::io::ErrorKind;
use std::process::ExitCode;

use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};

use crate::diagnostic::{Code, Diagnostic, Diagnostics, did_you_mean};
use crate::engine::{self, CheckedPolicies, EngineError, Params, Rejected};
use crate::host::{self, HostError};
use crate::lang::{Lang, Text, text};
use crate::limits::Limits;
use crate::policy::{PolicyFiles, PolicySet};
use crate::printable;
use crate::redact;
use crate::source::{SourceMap, Span};
use crate::value::Day;

/// What the process says to whoever called it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// All binding duties are met.
    Met = 0,
    /// A binding duty is not met.
    Failed = 1,
    /// Nothing failed, but something is unknown.
    Unknown = 2,
    /// The policies or the facts are wrong, or a verdict is an error.
    Invalid = 3,
    /// The command was called wrongly.
    Usage = 4,
    /// The machine failed.
    Machine = 5,
}

impl Exit {
    /// The graver of two: machine, usage, invalid, failed, unknown, met.
    fn worse(self, other: Exit) -> Exit {
        let rank = |exit: Exit| match exit {
            Exit::Met => 0,
            Exit::Unknown => 1,
            Exit::Failed => 2,
            Exit::Invalid => 3,
            Exit::Usage => 4,
            Exit::Machine => 5,
        };
        if rank(other) > rank(self) { other } else { self }
    }
}

/// Judge facts about an organization against regulations; every finding cites its article.
///
/// 組織についての事実を条文と照らし、条文を引いた所見を出します。法的助言ではありません。
#[derive(Parser)]
#[command(name = "jobun", version, about, long_about, max_term_width = 110, after_long_help = EXIT_CODES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXIT_CODES: &str = "\
Exit codes:
  0  all binding duties are met
  1  a binding duty is not met (at or above --fail-on)
  2  nothing failed, but something is unknown (--allow-unknown makes it 0)
  3  the policies or the facts are wrong, or a verdict is an error
  4  the command was called wrongly
  5  the machine failed: a file does not open, …

Examples:
  jobun eval fixtures/organizations/center.json --as-of 2026-11-22
  jobun eval answers.json --pack inazawa-kitei --lang en
  jobun eval - --format json < answers.json
  jobun eval vendors.ndjson --format csv --output findings.csv
  jobun ask answers.json
  jobun check policies
  jobun test policies
  jobun timeline answers.json --from 2026-04-01 --to 2027-03-31
  jobun coverage policies
  jobun explain inazawa-10-annual-check answers.json
  jobun explain unguarded-never
  jobun list rules";

#[derive(Subcommand)]
enum Command {
    /// Judge facts: which articles are broken, what to ask, what falls due
    Eval(eval::EvalArgs),
    /// Ask next what would settle the most open verdicts
    Ask(ask::AskArgs),
    /// Look for mistakes in policies: names, types, guards, citations, languages
    Check(check::CheckArgs),
    /// Run the cases beside the rules (policies/*/tests/*.yaml)
    Test(test::TestArgs),
    /// Tell what of each source is encoded: provision, requirement, rule, case
    Coverage(coverage::CoverageArgs),
    /// Outlines of legal texts, and whether the texts are still what the packs were written from
    Cite(cite::CiteArgs),
    /// List the dates on which a verdict will turn, and why
    Timeline(timeline::TimelineArgs),
    /// Explain a rule, a verdict, or a diagnostic code
    Explain(explain::ExplainArgs),
    /// Begin a pack of your own
    Init(init::InitArgs),
    /// List packs, rules, parameters, functions, facts or diagnostic codes
    List(list::ListArgs),
    /// Print a JSON Schema: of policy files, of the facts, of evaluations
    Schema(schema::SchemaArgs),
    /// Print completions for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Write the manual pages, one for each command
    Man {
        /// The folder to write them into, as in share/man/man1
        #[arg(value_name = "DIR")]
        folder: String,
    },
}

/// Which policies to use.
#[derive(Args, Clone)]
struct PolicyArgs {
    /// Use the packs of a folder instead of those built in
    #[arg(long, value_name = "DIR")]
    policies: Option<String>,
    /// Use only this pack; may be given more than once [default: all]
    #[arg(long = "pack", value_name = "ID")]
    packs: Vec<String>,
    /// Use another vocabulary of facts (a JSON Schema) instead of the one built in
    #[arg(long, value_name = "FILE")]
    schema: Option<String>,
    /// Set a parameter: PACK.NAME=VALUE, as in inazawa-kitei.monitoring_interval="6 months"
    #[arg(long = "param", value_name = "PACK.NAME=VALUE")]
    params: Vec<String>,
    #[command(flatten)]
    most: LimitArgs,
    /// Whether the warnings of the packs built in are looked for too.
    #[arg(skip)]
    review: bool,
}

/// Whether what is sensitive is shown.
#[derive(Args, Clone, Copy)]
struct SensitiveArgs {
    /// Show sensitive answers, and what is shaped like a My Number, instead of hiding them
    #[arg(long)]
    show_sensitive: bool,
}

/// Limits that may be raised.
#[derive(Args, Clone, Default)]
struct LimitArgs {
    /// Take facts of up to so many MiB, with 65,536 values for each [default: 16]
    #[arg(long, value_name = "MIB", value_parser = clap::value_parser!(u16).range(1..4096))]
    max_facts_mib: Option<u16>,
    /// Let a rule take so many steps for one subject [default: 1000000]
    #[arg(long, value_name = "STEPS")]
    max_steps: Option<u64>,
}

impl LimitArgs {
    fn limits(&self) -> Limits {
        let mut limits = Limits::default();
        if let Some(mib) = self.max_facts_mib {
            limits.facts_bytes = usize::from(mib) << 20;
            limits.facts_values = usize::from(mib) << 16;
        }
        limits.steps = self.max_steps.unwrap_or(limits.steps);
        limits
    }
}

#[derive(Clone, Copy, ValueEnum)]
enum LangArg {
    /// 日本語
    Ja,
    /// English
    En,
}

impl From<LangArg> for Lang {
    fn from(lang: LangArg) -> Lang {
        match lang {
            LangArg::Ja => Lang::Ja,
            LangArg::En => Lang::En,
        }
    }
}

/// Why a command came to no report.
enum Trouble {
    /// Text that cannot be used.
    Rejected(Vec<Rejected>),
    /// Called wrongly: what to say.
    Usage(Text),
    /// The machine.
    Host(HostError),
}

impl From<Rejected> for Trouble {
    fn from(rejected: Rejected) -> Self {
        Trouble::Rejected(vec![rejected])
    }
}

impl From<HostError> for Trouble {
    fn from(error: HostError) -> Self {
        Trouble::Host(error)
    }
}

impl From<EngineError> for Trouble {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::Params(error) => Trouble::Usage(error.text()),
            EngineError::Rejected(rejected) => rejected.into(),
        }
    }
}

/// There is no `name` among the `known` of a kind.
fn no_such<'k>(kind: &Text, name: &str, known: impl Iterator<Item = &'k str> + Clone) -> Trouble {
    let near = did_you_mean(name, known.clone()).map_or_else(Text::default, near);
    let known = known.collect::<Vec<_>>().join(" ");
    Trouble::Usage(Text::new(
        format!("{} `{name}` はありません。あるのは {known} です{}", kind.ja, near.ja),
        format!("there is no {1} `{name}`; the {1}s are {known}{0}", near.en, kind.en),
    ))
}

fn no_pack<'k>(id: &str, known: impl Iterator<Item = &'k str> + Clone) -> Trouble {
    no_such(&Text::new("パック", "pack"), id, known)
}

/// There is no rule as `what` says; there are too many to name them.
fn no_rule(what: Text, near_one: Option<&str>) -> Trouble {
    let list = || text!("。`jobun list rules` で確かめてください", "; see `jobun list rules`");
    let help = near_one.map_or_else(list, near);
    Trouble::Usage(Text::new(what.ja + &help.ja, what.en + &help.en))
}

fn near(name: &str) -> Text {
    text!("。`{0}` のことですか", "; did you mean `{0}`?", name)
}

fn not_of_form(given: &str, form: &str) -> Trouble {
    Trouble::Usage(text!("`{0}` は {1} の形ではありません", "`{0}` is not of the form {1}", given, form))
}

/// Runs the command `args`.
pub fn run(args: impl Iterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => {
            let shown = error.exit_code() == 0;
            let text =
                if host::errors_take_colour() { error.render().ansi().to_string() } else { error.render().to_string() };
            let exit = if shown { Exit::Met } else { Exit::Usage };
            if shown {
                if host::write("-", &text).is_err() {
                    return ExitCode::from(Exit::Machine as u8);
                }
            } else {
                host::complain(&text);
            }
            return ExitCode::from(exit as u8);
        }
    };
    let (result, lang) = match cli.command {
        Command::Eval(args) => (eval::run(&args), args.lang()),
        Command::Ask(args) => (ask::run(&args), args.lang()),
        Command::Check(args) => (check::run(&args), args.lang()),
        Command::Test(args) => (test::run(&args), args.lang()),
        Command::Coverage(args) => (coverage::run(&args), args.lang()),
        Command::Cite(args) => (cite::run(&args), args.lang()),
        Command::Timeline(args) => (timeline::run(&args), args.lang()),
        Command::Explain(args) => (explain::run(&args), args.lang()),
        Command::Init(args) => (init::run(&args), args.lang()),
        Command::List(args) => (list::run(&args), args.lang()),
        Command::Schema(args) => (schema::run(&args), Lang::En),
        Command::Completions { shell } => {
            let mut bytes = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "jobun", &mut bytes);
            let text = String::from_utf8_lossy(&bytes).into_owned();
            (host::write("-", &text).map(|()| Exit::Met).map_err(Trouble::from), Lang::En)
        }
        Command::Man { folder } => (man(&folder), Lang::En),
    };
    let exit = result.unwrap_or_else(|trouble| match trouble {
        Trouble::Rejected(all) => {
            for rejected in &all {
                host::complain(&diagnostics::render(&rejected.sources, &rejected.diagnostics, lang));
            }
            let count = all.iter().map(|rejected| rejected.diagnostics.0.iter().filter(|d| d.is_error()).count()).sum();
            host::complain(&diagnostics::count(count, lang));
            Exit::Invalid
        }
        Trouble::Usage(text) => {
            host::complain(&format!("jobun: {}\n", shown(text.get(lang))));
            Exit::Usage
        }
        Trouble::Host(error) => {
            host::complain(&format!("jobun: {}\n", shown(&machine(&error, lang))));
            Exit::Machine
        }
    });
    ExitCode::from(exit as u8)
}

/// Writes a manual page for the program and one for each command.
fn man(folder: &str) -> Result<Exit, Trouble> {
    host::make_folder(folder)?;
    let mut whole = Cli::command();
    // Then each command knows that it is called jobun-eval(1).
    whole.build();
    let mut open = vec![whole];
    while let Some(command) = open.pop() {
        open.extend(command.get_subcommands().filter(|inner| inner.get_name() != "help").cloned());
        let name = command.get_display_name().unwrap_or(command.get_name()).to_string();
        // The date of a build would make no two alike.
        let page = clap_mangen::Man::new(command).date("");
        let mut bytes = Vec::new();
        page.render(&mut bytes).map_err(|error| Trouble::Usage(Text::new(error.to_string(), error.to_string())))?;
        host::write_whole(&format!("{}/{name}.1", folder.trim_end_matches('/')), &bytes)?;
    }
    Ok(Exit::Met)
}

impl PolicyArgs {
    /// Reads the policy files.
    fn read(&self) -> Result<PolicySet, Trouble> {
        let set = match &self.policies {
            None => engine::embedded_files()
                .reviewed(!self.review)
                .limits(self.most.limits())
                .threads(host::threads())
                .read(),
            Some(folder) => read_folder(folder, self.most.limits())?.read(),
        };
        // A wrong folder must not look like a clean bill of health.
        if set.packs.is_empty() && !set.diagnostics.has_errors() {
            let folder = self.policies.as_deref().unwrap_or_default();
            return Err(Trouble::Usage(text!(
                "`{0}` にはパック（pack.yaml のあるフォルダー）がありません",
                "`{0}` holds no pack (a folder with a pack.yaml)",
                folder
            )));
        }
        if self.packs.is_empty() {
            return Ok(set);
        }
        let ids: Vec<String> = set.ids().map(str::to_string).collect();
        // A pack that could not be read is no unknown pack.
        if set.diagnostics.has_errors() {
            return Ok(set);
        }
        set.select(self.packs.iter().map(String::as_str))
            .map_err(|unknown| no_pack(&unknown.id, ids.iter().map(String::as_str)))
    }

    /// Reads and checks the policies.
    fn check(&self) -> Result<CheckedPolicies, Trouble> {
        if self.schema.is_none() {
            // Made beside the reading of the policies; whoever needs it first waits for it.
            std::thread::spawn(|| drop(engine::vocabulary()));
        }
        let set = self.read()?;
        Ok(match &self.schema {
            None => set.check()?,
            Some(path) => {
                let vocabulary =
                    engine::vocabulary_from_slice(path, &host::read(path, self.most.limits().facts_bytes)?)?;
                match (set.check_against(vocabulary), &self.policies) {
                    (Err(rejected), None) => {
                        let count = rejected.diagnostics.0.iter().filter(|diagnostic| diagnostic.is_error()).count();
                        return Err(Trouble::Usage(text!(
                            "内蔵のパックは語彙 `{0}` に合いません（誤り {1} 件）。\
                             それに合わせて書いたパックのフォルダーを --policies で指定してください",
                            "the packs built in do not fit the vocabulary `{0}` ({1} mistakes); \
                             name a folder of packs written for it with --policies",
                            path,
                            count
                        )));
                    }
                    (checked, _) => checked?,
                }
            }
        })
    }

    fn params(&self) -> Result<Params, Trouble> {
        let mut params = Params::default();
        for setting in &self.params {
            let parts = setting.split_once('=').and_then(|(name, value)| Some((name.rsplit_once('.')?, value)));
            let Some(((pack, name), value)) = parts else {
                return Err(not_of_form(setting, "PACK.NAME=VALUE"));
            };
            params = params.set(pack, name, value);
        }
        Ok(params)
    }
}

/// The files of `folder`, which is a folder of packs or one pack: what stands before their names,
/// and the names, each beginning with its pack.
fn pack_files(folder: &str) -> Result<(String, Vec<String>), HostError> {
    let trimmed = folder.trim_end_matches('/');
    let names = host::files_below(folder)?;
    // A folder that holds a pack.yaml is a pack itself.
    if !names.iter().any(|name| name == "pack.yaml") {
        return Ok((format!("{trimmed}/"), names));
    }
    let own = trimmed.rsplit('/').next().unwrap_or(trimmed);
    let prefix = trimmed.strip_suffix(own).unwrap_or("").to_string();
    Ok((prefix, names.into_iter().map(|name| format!("{own}/{name}")).collect()))
}

/// The policy files of `folder`, and the definitions that stand beside a pack alone.
fn read_folder(folder: &str, limits: Limits) -> Result<PolicyFiles, HostError> {
    let (prefix, mut names) = pack_files(folder)?;
    let shared = format!("{}/", crate::policy::COMMON);
    let beside = format!("{prefix}{}", crate::policy::COMMON);
    if !names.iter().any(|name| name.starts_with(&shared)) && host::is_folder(&beside) {
        names.extend(host::files_below(&beside)?.into_iter().map(|name| shared.clone() + &name));
    }
    let beside = if names.iter().any(|name| name.starts_with(&shared)) {
        host::folders_in(if prefix.is_empty() { "." } else { &prefix })?
    } else {
        Vec::new()
    };
    let mut files = PolicyFiles::new(prefix.clone()).limits(limits).threads(host::threads()).beside(beside);
    for name in names {
        if name.ends_with(".yaml") || name.ends_with(".yml") {
            files.add(name.clone(), host::read(&format!("{prefix}{name}"), limits.source_bytes)?);
        }
    }
    Ok(files)
}

/// What the machine did not do, and what may be done about it.
fn machine(error: &HostError, lang: Lang) -> String {
    let text = match error.source.kind() {
        ErrorKind::NotFound => Text::new(
            "ファイル又はフォルダーがありません。パスを確かめてください",
            "there is no such file or folder; look at the path",
        ),
        ErrorKind::PermissionDenied => {
            Text::new("読み書きの権限がありません", "it may not be read or written by this user")
        }
        ErrorKind::IsADirectory => {
            Text::new("フォルダーです。ファイルを指定してください", "it is a folder; name a file")
        }
        ErrorKind::NotADirectory => Text::new(
            "途中のパスがフォルダーではありません。パスを確かめてください",
            "a part of the path is no folder; look at the path",
        ),
        ErrorKind::StorageFull => Text::new("空き容量がありません", "no space is left there"),
        _ => Text::new(error.source.to_string(), error.source.to_string()),
    };
    format!("{}: {}", error.path, text.get(lang))
}

/// What reports and diagnostics call the facts in `path`: a name may have been chosen by whoever sent them.
fn facts_name(path: &str) -> String {
    if path == "-" { "stdin".to_string() } else { shown(path) }
}

/// A text of others as it may stand in a line of a terminal.
fn shown(text: &str) -> String {
    redact::masked(&printable::on_a_line(text)).into_owned()
}

/// Reads a file of facts; a folder is one mistake more, told with the others.
fn read_facts(path: &str, limits: &LimitArgs) -> Result<Vec<u8>, Trouble> {
    if host::is_folder(path) {
        return Err(folder_is_no_facts(path).into());
    }
    Ok(host::read(path, limits.limits().facts_bytes)?)
}

/// Says that `path` leads to a folder.
fn folder_is_no_facts(path: &str) -> Rejected {
    let mut sources = SourceMap::new();
    let file = sources.add(shown(path), "");
    let diagnostic = Diagnostic::new(
        Code::FactsInvalid,
        Span::top(file),
        Text::new("これはフォルダーです。事実のファイルではありません", "this is a folder, not a file of facts"),
    )
    .help(Text::new(
        "JSONファイルを指定してください（例: `jobun eval 組織.json`）",
        "name a JSON file, as in `jobun eval organization.json`",
    ));
    Rejected { sources, diagnostics: Diagnostics(vec![diagnostic]) }
}

/// Reads a day given on the command line.
fn day(text: &str) -> Result<Day, String> {
    Day::parse(text).ok_or_else(|| format!("`{text}` is not a date; {}", crate::diagnostic::date_remedy(text).en))
}

/// The day to judge at: the one given, or today in Asia/Tokyo; and whether it is today.
fn as_of(given: Option<Day>) -> Result<(Day, bool), Trouble> {
    let today = host::today();
    match (given, today) {
        (Some(day), today) => Ok((day, today == Some(day))),
        (None, Some(today)) => Ok((today, true)),
        (None, None) => Err(Trouble::Usage(text!(
            "この機械の時計から日付が得られません。--as-of で指定してください",
            "the clock of this machine gives no date; use --as-of"
        ))),
    }
}
