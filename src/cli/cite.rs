//! `jobun cite`: outlines from texts, texts against outlines, references that lead nowhere.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write;

use clap::{Args, Subcommand};

use super::{Exit, LangArg, PolicyArgs, Trouble, no_such, not_of_form};
use crate::cite::{self, Block, Change, Digest, Drift, Mark, Names, Passage, Quote, Style};
use crate::diagnostic::{Code, Diagnostic, utf8};
use crate::engine::Rejected;
use crate::evaluation::Citation;
use crate::host;
use crate::lang::{Lang, Text, text};
use crate::policy::{Pack, PolicySet};
use crate::printable;
use crate::source::{SourceMap, Span};
use crate::words::{ProvisionKind, SourceStatus};

#[derive(Args)]
pub struct CiteArgs {
    #[command(subcommand)]
    command: CiteCommand,
}

#[derive(Subcommand)]
enum CiteCommand {
    /// Split a legal text into provisions and print an outline of them, to begin a pack with
    Outline(OutlineArgs),
    /// Compare copies of the sources with the outlines: what changed, moved, is missing or new, and the rules it touches
    Verify(VerifyArgs),
    /// Tell what the sources refer to that is no longer there, drafts, and annexes that are not at hand
    Lint(LintArgs),
}

#[derive(Args)]
struct OutlineArgs {
    /// The text, in UTF-8; `-` is standard input
    #[arg(value_name = "FILE")]
    file: String,
    /// Print this outline instead, with the digests of the text put in where its provisions stand
    #[arg(long, value_name = "OUTLINE")]
    into: Option<String>,
    /// Write to a file instead of standard output
    #[arg(long, short, value_name = "FILE", default_value = "-", hide_default_value = true)]
    output: String,
    /// The language of diagnostics
    #[arg(long, value_enum, default_value_t = LangArg::Ja)]
    lang: LangArg,
}

#[derive(Args)]
struct VerifyArgs {
    /// A source and a copy of it: the key of the source or the id of the pack, and a file
    #[arg(long = "text", required = true, value_name = "KEY=FILE")]
    texts: Vec<String>,
    #[command(flatten)]
    policies: PolicyArgs,
    /// The language
    #[arg(long, value_enum, default_value_t = LangArg::Ja)]
    lang: LangArg,
}

#[derive(Args)]
struct LintArgs {
    #[command(flatten)]
    policies: PolicyArgs,
    /// List references that still lead where they say, too
    #[arg(long)]
    all: bool,
    /// The language
    #[arg(long, value_enum, default_value_t = LangArg::Ja)]
    lang: LangArg,
}

impl CiteArgs {
    pub fn lang(&self) -> Lang {
        match &self.command {
            CiteCommand::Outline(args) => args.lang.into(),
            CiteCommand::Verify(args) => args.lang.into(),
            CiteCommand::Lint(args) => args.lang.into(),
        }
    }
}

pub fn run(args: &CiteArgs) -> Result<Exit, Trouble> {
    match &args.command {
        CiteCommand::Outline(args) => outline(args),
        CiteCommand::Verify(args) => verify(args),
        CiteCommand::Lint(args) => lint(args),
    }
}

/// How large a legal text may be, in bytes: several times the longest statute.
const MAX_TEXT: usize = 8 << 20;

/// Reads a legal text; one that is not UTF-8 is told with what to do.
pub(super) fn read_text(path: &str) -> Result<String, Trouble> {
    let bytes = host::read(path, MAX_TEXT)?;
    let mut sources = SourceMap::new();
    match utf8(&mut sources, path, &bytes) {
        Ok(text) => Ok(text.trim_start_matches('\u{feff}').to_string()),
        Err(diagnostics) => Err(Rejected { sources, diagnostics }.into()),
    }
}

fn outline(args: &OutlineArgs) -> Result<Exit, Trouble> {
    let text = read_text(&args.file)?;
    let blocks = cite::split(&text);
    let made = match &args.into {
        None => made(&blocks, &args.file)?,
        Some(path) => filled(path, &blocks, args.lang.into())?,
    };
    host::write(&args.output, &made)?;
    Ok(Exit::Met)
}

/// The outline of the text in `file`, the first provision of which holds the first requirement of the pack `name`.
pub(super) fn new_outline(file: &str, name: &str) -> Result<String, Trouble> {
    let made = made(&cite::split(&read_text(file)?), file)?;
    let mut lines: Vec<String> = made.lines().map(str::to_string).collect();
    // The example stands on the first provision that commands something.
    let commands = |line: &String| matches!(line.as_str(), "    kind: duty" | "    kind: prohibition");
    let first = lines.iter().position(commands).or_else(|| lines.iter().position(|line| line.starts_with("    kind:")));
    let first = first.map_or(0, |at| at + 1);
    lines.insert(first, format!("    requirements: [{name}-1]"));
    Ok(lines.join("\n") + "\n")
}

fn nothing(file: &str) -> Trouble {
    let mut sources = SourceMap::new();
    let id = sources.add(file, "");
    let text = Text::new(
        "この文書に条項の印（第1条、1、(1) など）がありません",
        "this text has no provisions (第1条, 1, (1), …)",
    );
    let help =
        Text::new("本文だけのテキストファイルにしてください", "give a plain text with the marks of its provisions");
    let diagnostic = Diagnostic::new(Code::InvalidValue, Span::top(id), text).help(help);
    Rejected { sources, diagnostics: crate::diagnostic::Diagnostics(vec![diagnostic]) }.into()
}

/// A new outline, as YAML.
fn made(blocks: &[Block], file: &str) -> Result<String, Trouble> {
    if blocks.iter().all(|block| block.path.is_empty()) {
        return Err(nothing(file));
    }
    let mut out = String::from("provisions:\n");
    let mut known: HashMap<String, usize> = HashMap::new();
    let names = Names::of(blocks);
    let mut captions: HashMap<&[Mark], String> = HashMap::new();
    for block in blocks {
        let mut locator = names.locator(&block.path);
        let same = known.entry(locator.clone()).or_default();
        *same += 1;
        if *same > 1 {
            // Two provisions under one mark: a person gives them the names lawyers give them.
            let _ = write!(locator, "〔{same}〕");
        }
        // A paragraph has the heading of its article.
        let above = (1..block.path.len()).rev().find_map(|end| captions.get(&block.path[..end]));
        let caption = match (block.caption.as_str(), above) {
            ("", Some(above)) => above.clone(),
            ("", None) => locator.clone(),
            (own, _) => own.to_string(),
        };
        if !block.caption.is_empty() && block.path.last().is_some_and(|mark| mark.style == Style::Article) {
            captions.insert(&block.path, caption.clone());
        }
        // Paragraphs without number are provisions of their own where there are several.
        let is_one = block.paragraphs() < 2;
        let of = |passage: &Passage| if is_one { 0 } else { passage.paragraph };
        let mut provision = |locator: &str, passages: &[Passage]| {
            let _ = writeln!(out, "  - locator: {}", yaml(locator));
            let _ = writeln!(out, "    caption: {}", yaml(&caption));
            let _ = writeln!(out, "    kind: {}", kind(passages).word());
            for line in digests(&passages.iter().map(Passage::digest).collect::<Vec<_>>()) {
                let _ = writeln!(out, "{line}");
            }
        };
        let headings = block.passages.iter().take_while(|passage| of(passage) == 0).count();
        let (own, mut rest) = block.passages.split_at(headings);
        provision(&locator, own);
        while let Some(first) = rest.first() {
            // A heading in between stays where it stands.
            let is_own = |other: &&Passage| [first.paragraph, 0].contains(&other.paragraph);
            let (own, after) = rest.split_at(rest.iter().take_while(is_own).count());
            provision(&format!("{locator}第{}段落", first.paragraph), own);
            rest = after;
        }
    }
    Ok(out)
}

/// The lines of an outline that hold `digests`.
fn digests(digests: &[Digest]) -> Vec<String> {
    match digests {
        [] => Vec::new(),
        [one] => vec![format!("    digest: {one}")],
        many => {
            let items = many.iter().map(|digest| format!("      - {digest}"));
            std::iter::once("    digest:".to_string()).chain(items).collect()
        }
    }
}

/// What a provision probably is, by how its sentences end; a person decides.
fn kind(passages: &[Passage]) -> ProvisionKind {
    let ends: [(&[&str], ProvisionKind); 7] = [
        (&["努めるものとする", "努めなければならない"], ProvisionKind::Recommendation),
        (
            &["てはならない", "てはならないものとする", "てはいけない", "行わないこと", "しないこと"],
            ProvisionKind::Prohibition,
        ),
        (&["目的とする"], ProvisionKind::Purpose),
        (&["できる", "できるものとする"], ProvisionKind::Permission),
        (&["努める", "望ましい", "努めること"], ProvisionKind::Recommendation),
        (&["をいう"], ProvisionKind::Definition),
        (&["ものとする", "ければならない", "ること", "以内とする", "以上とする"], ProvisionKind::Duty),
    ];
    let of = |sentence: &str| ends.iter().find(|(ends, _)| ends.iter().any(|end| sentence.ends_with(end)));
    // A sentence commands; what follows it are exceptions and extensions. A heading commands nothing.
    let sentences = passages.iter().filter(|passage| passage.paragraph > 0).map(|passage| {
        let words: String = passage.pieces.iter().map(|piece| piece.text.as_str()).collect();
        let words: String = words.chars().filter(|c| !c.is_whitespace()).collect();
        words.trim_end_matches('。').to_string()
    });
    let mut main = sentences.filter(|words| !["ただし", "なお"].iter().any(|word| words.starts_with(word)));
    main.find_map(|words| of(&words).filter(|_| !words.ends_with("に関すること")))
        .map_or(ProvisionKind::Notice, |(_, kind)| *kind)
}

/// A text as a YAML scalar.
fn yaml(text: &str) -> String {
    // What moves a cursor has no place in a list.
    let text = printable::on_a_line(text);
    let plain = !text.is_empty()
        && !text.contains([':', '#', '"', '\\', '[', ']', '{', '}', '&', '*', '!', '|', '>', '%', '@', '`', '\'', ','])
        && !text.starts_with(['-', '?', ' '])
        && text.parse::<f64>().is_err();
    if plain { text.to_string() } else { format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")) }
}

/// The outline in the file `path` with the digests of `blocks`.
fn filled(path: &str, blocks: &[Block], lang: Lang) -> Result<String, Trouble> {
    let text = read_text(path)?;
    let mut files = crate::policy::PolicyFiles::new("");
    files.add("outline/outline.yaml".to_string(), text.clone().into_bytes());
    // A pack around it, so that it is read like any other.
    files.add("outline/pack.yaml".to_string(), AROUND.as_bytes().to_vec());
    let set = files.read();
    let Some(pack) = set.packs.first().filter(|_| !set.diagnostics.has_errors()) else {
        return Err(Rejected { sources: set.sources, diagnostics: set.diagnostics }.into());
    };
    let provisions = pack.outline.provisions();
    let Some(assigned) = cite::assign(&pack.outline, blocks) else {
        return Err(Trouble::Usage(text!(
            "本文の部分が多すぎて `{0}` と比べられません。いくつかに分けてください",
            "the text has too many parts to be compared with `{0}`; give it in several",
            path
        )));
    };
    host::complain(&left_over(&assigned, provisions, blocks, lang));
    let lines: Vec<&str> = text.lines().collect();
    let mut out: Vec<String> = Vec::new();
    let line_of = |span: Span| set.sources.place(span).line as usize - 1;
    let starts: Vec<usize> = provisions.iter().map(|provision| line_of(provision.span)).collect();
    let mut at = 0;
    for (number, provision) in provisions.iter().enumerate() {
        let is_old = |line: &str| {
            let line = line.trim_start();
            line.starts_with("digest:") || line.strip_prefix("- ").is_some_and(|item| Digest::parse(item).is_some())
        };
        // Where they stood; at first after the kind.
        let kind = line_of(provision.kind_span);
        let end = starts.get(number + 1).copied().unwrap_or(lines.len()).max(kind + 1);
        let place = (kind + 1..end).find(|at| is_old(lines[*at])).unwrap_or(kind + 1);
        out.extend(lines[at..place].iter().map(|line| line.to_string()));
        out.extend(digests(&assigned.held[number]));
        out.extend(lines[place..end].iter().filter(|line| !is_old(line)).map(|line| line.to_string()));
        at = end;
    }
    out.push(String::new());
    Ok(out.join("\n"))
}

/// What a person has to mend in an outline that was filled.
fn left_over(assigned: &cite::Assigned, provisions: &[cite::Provision], blocks: &[Block], lang: Lang) -> String {
    let names = Names::of(blocks);
    let locators = |all: &[usize]| all.iter().map(|at| provisions[*at].locator.clone()).collect::<Vec<_>>();
    let new: Vec<String> = assigned.new.iter().map(|at| names.locator(&blocks[*at].path)).collect();
    let told = [
        (
            new,
            Text::new(
                "条項がないので入れていない本文。条項を加えて、もう一度実行してください",
                "new, and held by no provision; add one and run this again",
            ),
        ),
        (
            locators(&assigned.moved),
            Text::new(
                "本文の場所が変わった条項。一覧の順も変えてください",
                "stands elsewhere in the text; change its place in the list",
            ),
        ),
        (locators(&assigned.gone), Text::new("本文がなくなった条項", "its text is gone")),
    ];
    let mut out = String::new();
    for (mut locators, what) in told {
        locators.dedup();
        if !locators.is_empty() {
            let _ = writeln!(out, "jobun: {}: {}", what.get(lang), locators.join(" "));
        }
    }
    out
}

const AROUND: &str = "pack: outline\ntitle: { ja: x, en: x }\nsource:\n  key: outline\n  title: { ja: x, en: x }\n  publisher: { ja: x, en: x }\n  kind: rulebook\n  status: final\n  binding: must\n  verified_on: 2025-01-01\n";

/// The pack whose id or source is called `key`.
fn pack<'s>(set: &'s PolicySet, key: &str) -> Result<&'s Pack, Trouble> {
    let keys = set.packs.iter().map(|pack| pack.source.key.as_str());
    let found = set.packs.iter().find(|pack| pack.id == key || pack.source.key == key);
    found.ok_or_else(|| no_such(&Text::new("出典", "source"), key, keys))
}

fn verify(args: &VerifyArgs) -> Result<Exit, Trouble> {
    let checked = args.policies.check()?;
    let set = &checked.checked().set;
    let lang = args.lang.into();
    let mut out = String::new();
    let mut drifted = false;
    for given in &args.texts {
        let Some((key, file)) = given.split_once('=') else {
            return Err(not_of_form(given, "KEY=FILE"));
        };
        let pack = pack(set, key)?;
        if pack.outline.provisions().iter().all(|provision| provision.digests.is_empty()) {
            return Err(Trouble::Usage(text!(
                "`{0}` の条項一覧にはダイジェストがありません。`jobun cite outline {1} --into …/outline.yaml` で書けます",
                "the outline of `{0}` has no digests; `jobun cite outline {1} --into …/outline.yaml` writes them",
                pack.id,
                file
            )));
        }
        let blocks = cite::split(&read_text(file)?);
        let parts: usize = blocks.iter().map(|block| block.passages.len()).sum();
        let found = cite::drift(&pack.outline, &blocks);
        drifted |= !found.is_empty();
        let _ = match (found.len(), lang) {
            (0, Lang::Ja) => writeln!(out, "{}  {file}: 条項一覧と同じ（{parts}箇所）", pack.id),
            (0, Lang::En) => writeln!(out, "{}  {file}: as the outline has it ({parts} parts)", pack.id),
            (count, Lang::Ja) => writeln!(out, "{}  {file}: 違い {count}", pack.id),
            (count, Lang::En) => writeln!(out, "{}  {file}: differences: {count}", pack.id),
        };
        let names = Names::of(&blocks);
        for drift in &found {
            told(pack, file, (&blocks, &names), drift, lang, &mut out);
        }
        for (locator, rules) in unwatched(pack).into_values() {
            drifted = true;
            let what = if lang == Lang::Ja { "本文の控えがない" } else { "no digest is kept of" };
            let _ = writeln!(out, "  {what} {locator}\n      {}", rules.join("\n      "));
        }
    }
    host::write("-", &out)?;
    Ok(if drifted { Exit::Failed } else { Exit::Met })
}

fn told(pack: &Pack, file: &str, (blocks, called): (&[Block], &Names), drift: &Drift, lang: Lang, out: &mut String) {
    let provisions: Vec<&cite::Provision> = drift.provisions.iter().map(|at| &pack.outline.provisions()[*at]).collect();
    let names: Vec<String> =
        provisions.iter().map(|provision| format!("{}（{}）", provision.locator, provision.caption)).collect();
    let there = drift.place.map(|(block, line)| new_name(called, &blocks[block], drift.around.as_deref(), line));
    let name = match (drift.change, there) {
        (Change::New, Some(there)) => there,
        (Change::Moved | Change::Renumbered, Some(there)) => format!("{} → {there}", names.join("・")),
        _ => names.join("・"),
    };
    let place = drift.place.map_or(String::new(), |(_, line)| format!("  {file}:{line}"));
    let name = printable::on_a_line(name.trim_end());
    let _ = writeln!(out, "  {} {name}{place}", change(drift.change, lang));
    let touches = |cited: &str| match drift.change {
        Change::New => drift.around.as_deref().is_some_and(|around| cite::is_within(around, cited)),
        Change::Renumbered => provisions.iter().any(|provision| cite::is_renumbered_with(cited, provision)),
        _ => provisions.iter().any(|provision| cite::leans_on(&pack.outline, cited, provision)),
    };
    let touched: Vec<&str> = pack
        .rules
        .iter()
        .filter(|rule| rule.cites.iter().any(|cited| touches(&cited.text)))
        .map(|rule| rule.id.text.as_str())
        .collect();
    for rule in &touched {
        let _ = writeln!(out, "      {rule}");
    }
    if touched.is_empty() {
        let none = if lang == Lang::Ja { "引くルールはない" } else { "no rule cites it" };
        let _ = writeln!(out, "      {none}");
    }
}

/// The provisions that rules cite and no text is kept of, and those rules: no change of it would be told.
fn unwatched(pack: &Pack) -> BTreeMap<usize, (String, Vec<&str>)> {
    let mut found = BTreeMap::new();
    for rule in &pack.rules {
        for cited in rule.cites.iter().filter_map(|cited| pack.outline.position(&cited.text)) {
            let own = &pack.outline.provisions()[cited];
            if pack.outline.parts(own).is_empty() && cite::holder(&pack.outline, own).is_none() {
                let (_, rules): &mut (String, Vec<&str>) =
                    found.entry(cited).or_insert((own.locator.clone(), Vec::new()));
                rules.push(&rule.id.text);
            }
        }
    }
    found
}

/// How the copy calls what stands on `line`: the provision that begins there, or its mark in the one it stands in.
fn new_name(called: &Names, block: &Block, around: Option<&str>, line: usize) -> String {
    let mut pieces = block.passages.iter().flat_map(|passage| &passage.pieces);
    let own = called.locator(&block.path);
    if line <= block.line || pieces.next().is_some_and(|first| first.line == line) {
        return format!("{own} {}", if block.caption == own { "" } else { &block.caption });
    }
    let mark = pieces.find(|piece| piece.line == line).and_then(|piece| piece.mark.as_ref());
    match mark.map(|(mark, _)| mark.as_str()) {
        Some(mark) if block.path.last().is_none_or(|own| own.label != mark) => {
            format!("{} {mark}", around.unwrap_or(&own))
        }
        _ => own,
    }
}

fn change(change: Change, lang: Lang) -> &'static str {
    let (ja, en) = match change {
        Change::Changed => ("変更", "changed"),
        Change::Renumbered => ("番号変更", "renumbered"),
        Change::Moved => ("移動", "moved"),
        Change::Missing => ("消失", "missing"),
        Change::New => ("新設", "new"),
    };
    if lang == Lang::Ja { ja } else { en }
}

fn lint(args: &LintArgs) -> Result<Exit, Trouble> {
    let checked = args.policies.check()?;
    let lang: Lang = args.lang.into();
    let mut out = String::new();
    let mut stale = 0;
    for pack in &checked.checked().set.packs {
        let mut lines: Vec<String> = Vec::new();
        if pack.source.status == SourceStatus::Draft {
            stale += 1;
            lines.push(match lang {
                Lang::Ja => format!("案  {}は確定した文書ではない", pack.source.title.ja),
                Lang::En => format!("draft  {} is not in its final form", pack.source.title.en),
            });
        }
        for provision in pack.outline.provisions() {
            for reference in provision.references.iter().filter(|reference| args.all || reference.state.is_stale()) {
                stale += usize::from(reference.state.is_stale());
                let now = reference.now.as_ref().map_or(String::new(), |now| format!(" → {now}"));
                let since = match (reference.since, lang) {
                    (Some(day), Lang::Ja) => format!("（{day}から）"),
                    (Some(day), Lang::En) => format!(" (since {day})"),
                    (None, _) => String::new(),
                };
                let place = checked.sources().place(reference.span);
                let file = checked.sources().name(reference.span.file);
                let checked_on = match lang {
                    Lang::Ja => format!("{}に確認", reference.checked_on),
                    Lang::En => format!("looked up on {}", reference.checked_on),
                };
                lines.push(format!(
                    "{}  {}: {}{now}{since}\n      {}\n      {checked_on}  ({file}:{})",
                    reference.state.label(lang),
                    provision.locator,
                    reference.cites,
                    reference.note.get(lang).trim(),
                    place.line
                ));
            }
        }
        if !lines.is_empty() {
            let _ = writeln!(out, "{}  {}", pack.id, pack.source.title.get(lang));
            for line in lines {
                let _ = writeln!(out, "  {line}");
            }
        }
    }
    let _ = match lang {
        Lang::Ja => writeln!(out, "そのままでは誤る引用 {stale} 件（判定には影響しない）"),
        Lang::En => writeln!(out, "{stale} references lead a reader wrong; no verdict depends on them"),
    };
    host::write("-", &out)?;
    Ok(Exit::Met)
}

/// Quotes in the outline's own words: what `--sources DIR` reads.
pub(super) fn words(folder: &str, set: &PolicySet) -> Result<Vec<Option<cite::Words>>, Trouble> {
    if !host::is_folder(folder) {
        return Err(Trouble::Usage(text!(
            "`{0}` は出典の写しのフォルダーではありません",
            "`{0}` is no folder of sources",
            folder
        )));
    }
    let names = host::files_below(folder)?;
    let found: Vec<Option<cite::Words>> = set
        .packs
        .iter()
        .map(|pack| {
            let known = [&pack.source.key, &pack.id];
            let name = names.iter().find(|name| known.iter().any(|key| **name == format!("{key}.txt")));
            name.map(|name| {
                read_text(&format!("{}/{name}", folder.trim_end_matches('/')))
                    .map(|text| cite::Words::of(&pack.outline, &text))
            })
            .transpose()
        })
        .collect::<Result<_, _>>()?;
    if found.iter().all(Option::is_none) {
        let keys: Vec<String> = set.packs.iter().map(|pack| format!("{}.txt", pack.source.key)).collect();
        return Err(Trouble::Usage(text!(
            "`{0}` には {1} のどれもありません",
            "`{0}` holds none of {1}",
            folder,
            keys.join(" ")
        )));
    }
    Ok(found)
}

/// The words of a provision of a pack.
pub(super) fn quote(words: &[Option<cite::Words>], set: &PolicySet, source: &str, locator: &str) -> Quote {
    let packs = set.packs.iter().zip(words);
    let found =
        packs.filter(|(pack, _)| pack.source.key == source).find_map(|(pack, words)| Some((pack, words.as_ref()?)));
    found.map_or(Quote::Unknown, |(pack, words)| words.quote(&pack.outline, locator))
}

/// Puts the words of each provision beside its citation; those whose words are others in the copy are added to
/// `changed`.
pub(super) fn quote_all<'c>(
    words: &[Option<cite::Words>],
    set: &PolicySet,
    citations: impl Iterator<Item = &'c mut Citation>,
    changed: &mut BTreeSet<String>,
) {
    for citation in citations {
        match quote(words, set, &citation.source, &citation.locator) {
            Quote::Words(text) => citation.text = Some(text),
            Quote::Changed => {
                changed.insert(format!("{} {}", citation.source, citation.locator));
            }
            Quote::Unknown => {}
        }
    }
}

/// Tells which provisions were not quoted, since their words are others in the copy.
pub(super) fn tell_changed(changed: &BTreeSet<String>, lang: Lang) {
    if changed.is_empty() {
        return;
    }
    let (count, first) = (changed.len(), changed.iter().take(3).cloned().collect::<Vec<_>>().join(", "));
    host::complain(&match lang {
        Lang::Ja => format!(
            "jobun: {count} の条項は写しの文言がパックの原文と違うので引用しません（{first} など）。`jobun cite verify` で違いを確かめてください\n"
        ),
        Lang::En => format!(
            "jobun: not quoted, since the copy has other words than the pack was written from: {count} (such as \
             {first}); `jobun cite verify` tells what changed\n"
        ),
    });
}
