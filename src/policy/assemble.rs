//! From YAML files to packs. Every mistake of every file is told at once.

use std::collections::{BTreeMap, HashMap};
use std::num::NonZeroUsize;

use super::written::{
    DefinitionWritten, DefinitionsFile, OutlineFile, PackFile, ParameterWritten, PlacedWritten, ReferenceWritten,
    RelationWritten, RelationsFile, RuleWritten, RulesFile,
};
use super::{
    Bound, COMMON, Deadline, Definition, ForEach, Message, Pack, ParameterDeclaration, ParameterValue, PolicyFiles,
    PolicySet, Recurring, Related, Rule, Variable,
};
use crate::cel::{Expression, Template};
use crate::cite::{Digest, Outline, Placed, Provision, Reference};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, did_you_mean, not_a_date, utf8};
use crate::digest::sha256;
use crate::evaluation::SourceInfo;
use crate::lang::{Text, text};
use crate::parallel::in_order;
use crate::source::{FileId, Span};
use crate::value::{Day, Period};
use crate::yaml::shape::{Bilingual, Shape, Written, unknown_word};
use crate::yaml::{self, Kind, Node};

#[derive(Default)]
struct Parts {
    pack: Option<Box<PackFile>>,
    /// Whether there is a pack.yaml, readable or not.
    declared: bool,
    outlines: Vec<OutlineFile>,
    definitions: Vec<DefinitionWritten>,
    rules: Vec<RuleWritten>,
    relations: Vec<RelationWritten>,
    first_file: Option<FileId>,
    bytes: Vec<(String, Vec<u8>)>,
}

pub(super) fn read(files: PolicyFiles) -> PolicySet {
    let mut set = PolicySet {
        limits: files.limits,
        reviewed: files.reviewed,
        beside: files.beside.clone(),
        ..PolicySet::default()
    };
    let mut out = Diagnostics::new();
    let mut packs: BTreeMap<String, Parts> = BTreeMap::new();
    let mut readable: Vec<(String, FileId)> = Vec::new();
    for (path, bytes) in files.files {
        let name = format!("{}{path}", files.prefix);
        let Some((folder, _)) = path.split_once('/') else {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            let file = set.sources.add(name, text);
            out.push(
                Diagnostic::new(
                    Code::MissingPackFile,
                    Span::top(file),
                    Text::new("このファイルはどのパックにも属していません", "this file belongs to no pack"),
                )
                .help(Text::new("パックのフォルダーの中に移してください", "move it into the folder of a pack")),
            );
            continue;
        };
        let parts = packs.entry(folder.to_string()).or_default();
        let Some(file) = read_text(&mut set, name, &bytes, &mut out) else {
            continue;
        };
        parts.first_file.get_or_insert(file);
        parts.declared |= path.ends_with("/pack.yaml");
        readable.push((folder.to_string(), file));
        parts.bytes.push((path, bytes));
    }
    let sources = &set.sources;
    let content = |(): &mut (), (_, file): &(String, FileId)| content(*file, sources.text(*file));
    let contents = in_order(&readable, files.threads.unwrap_or(NonZeroUsize::MIN), || (), content);
    for ((folder, _), (content, diagnostics)) in readable.into_iter().zip(contents) {
        out.extend(diagnostics);
        packs.entry(folder).or_default().add(content);
    }
    for (folder, parts) in packs {
        // As `sha256sum` lists them: a line for each file, and the digest of the list.
        let list: String = parts.bytes.iter().map(|(name, bytes)| format!("{}  {name}\n", sha256(bytes))).collect();
        let digest = sha256(list.as_bytes());
        set.relations.extend(parts.relations.iter().map(relation));
        if folder == COMMON {
            set.common = parts.definitions.into_iter().map(|written| definition(written, &mut out)).collect();
            set.common_digest = digest;
        } else if let Some(pack) = pack(&folder, parts, digest, &mut out) {
            set.packs.push(pack);
        } else {
            // What is wrong with it is told; that there is no such pack would not be true.
            set.beside.push(folder);
        }
    }
    set.diagnostics = out;
    set
}

fn read_text(set: &mut PolicySet, name: String, bytes: &[u8], out: &mut Diagnostics) -> Option<FileId> {
    let most = set.limits.source_bytes;
    if bytes.len() > most {
        let file = set.sources.add(name, "");
        out.push(
            Diagnostic::new(
                Code::TooLarge,
                Span::top(file),
                text!("ファイルが大きすぎます（上限{}バイト）", "the file is too large (the limit is {} bytes)", most),
            )
            .help(Text::new("条ごとにファイルを分けてください", "split it by article")),
        );
        return None;
    }
    match utf8(&mut set.sources, &name, bytes) {
        Ok(text) => Some(set.sources.add(name, text)),
        Err(diagnostics) => {
            out.extend(diagnostics);
            None
        }
    }
}

/// What a file holds, by its top key.
enum Content {
    Pack(Option<Box<PackFile>>),
    Outline(Option<OutlineFile>),
    Definitions(Option<DefinitionsFile>),
    Rules(Option<RulesFile>),
    Relations(Option<RelationsFile>),
    Nothing,
}

impl Parts {
    fn add(&mut self, content: Content) {
        match content {
            Content::Pack(file) => {
                self.declared = true;
                self.pack = self.pack.take().or(file);
            }
            Content::Outline(file) => self.outlines.extend(file),
            Content::Definitions(file) => self.definitions.extend(file.into_iter().flat_map(|file| file.definitions)),
            Content::Rules(file) => self.rules.extend(file.into_iter().flat_map(|file| file.rules)),
            Content::Relations(file) => self.relations.extend(file.into_iter().flat_map(|file| file.relations)),
            Content::Nothing => {}
        }
    }
}

fn content(file: FileId, text: &str) -> (Content, Diagnostics) {
    let (node, mut out) = yaml::parse(file, text);
    let content = node.map_or(Content::Nothing, |node| sorted(&node, &mut out));
    (content, out)
}

/// Reads a file as what its top key says it is.
fn sorted(node: &Node, out: &mut Diagnostics) -> Content {
    let Kind::Mapping(entries) = &node.kind else {
        out.push(
            crate::yaml::shape::wrong_kind(node, Text::new("`rules:` などのキー", "a key such as `rules:`")).help(
                Text::new(
                    "`rules:` `definitions:` `provisions:` `pack:` のどれかで始めてください",
                    "begin with `rules:`, `definitions:`, `provisions:` or `pack:`",
                ),
            ),
        );
        return Content::Nothing;
    };
    let has = |key: &str| entries.iter().any(|(known, _)| known.text == key);
    if has("pack") {
        Content::Pack(PackFile::read(node, out).map(Box::new))
    } else if has("provisions") {
        Content::Outline(OutlineFile::read(node, out))
    } else if has("definitions") {
        Content::Definitions(DefinitionsFile::read(node, out))
    } else if has("rules") {
        Content::Rules(RulesFile::read(node, out))
    } else if has("relations") {
        Content::Relations(RelationsFile::read(node, out))
    } else {
        let keys = ["rules", "definitions", "provisions", "pack", "relations"];
        crate::yaml::shape::known_keys(entries, &keys, out);
        Content::Nothing
    }
}

fn pack(folder: &str, parts: Parts, digest: String, out: &mut Diagnostics) -> Option<Pack> {
    let Some(file) = parts.pack else {
        if let Some(first) = parts.first_file.filter(|_| !parts.declared)
            && !out.0.iter().any(|diagnostic| diagnostic.is_error() && diagnostic.primary.span.file == first)
        {
            out.push(
                Diagnostic::new(
                    Code::MissingPackFile,
                    Span::top(first),
                    text!("パック `{}` に pack.yaml がありません", "the pack `{}` has no pack.yaml", folder),
                )
                .help(Text::new(
                    "`pack:` `title:` `source:` を書いた pack.yaml を加えてください",
                    "add a pack.yaml with `pack:`, `title:` and `source:`",
                )),
            );
        }
        return None;
    };
    if file.pack.text != folder {
        out.push(
            Diagnostic::new(
                Code::InvalidValue,
                file.pack.span,
                text!(
                    "パックの名前 `{0}` がフォルダー名 `{1}` と違います",
                    "the pack is called `{0}`, but its folder `{1}`",
                    file.pack.text,
                    folder
                ),
            )
            .help(text!("`pack: {}` と書いてください", "write `pack: {}`", folder)),
        );
    }
    let source = SourceInfo {
        key: file.source.key.text,
        title: file.source.title.text(),
        publisher: file.source.publisher.text(),
        number: file.source.number.map(|number| number.text),
        kind: file.source.kind.word,
        status: file.source.status.word,
        binding: file.source.binding.word,
        issued_on: file.source.issued_on.map(|written| written.day),
        effective_on: file.source.effective_on.map(|written| written.day),
        expires_on: file.source.expires_on.map(|written| written.day),
        verified_on: file.source.verified_on.day,
    };
    let outline = outline(parts.outlines, out);
    let rules: Vec<Rule> = parts.rules.into_iter().map(|written| rule(written, &source, out)).collect();
    Some(Pack {
        id: folder.to_string(),
        span: file.pack.span,
        title: file.title.text(),
        parameters: parameters(&file.parameters, out),
        outline,
        definitions: parts.definitions.into_iter().map(|written| definition(written, out)).collect(),
        rules,
        source,
        digest,
    })
}

fn outline(files: Vec<OutlineFile>, out: &mut Diagnostics) -> Outline {
    let mut outline = Outline::default();
    let mut held: HashMap<String, Span> = HashMap::new();
    for provision in files.into_iter().flat_map(|file| file.provisions) {
        let span = provision.locator.span;
        for id in &provision.requirements {
            if let Some(first) = held.insert(id.text.clone(), id.span) {
                out.push(
                    Diagnostic::new(
                        Code::DuplicateRequirement,
                        id.span,
                        text!(
                            "要件 `{}` が2つの条項にあります",
                            "the requirement `{}` stands twice in the outline",
                            id.text
                        ),
                    )
                    .related(first, Text::new("最初はここ", "first here"))
                    .help(Text::new(
                        "その要件を定める条項だけに残してください",
                        "leave it at the provision that lays it down",
                    )),
                );
            }
        }
        let requirements: Vec<String> = provision.requirements.iter().map(|id| id.text.clone()).collect();
        let digests = provision.digest.map_or_else(Vec::new, |digests| digests.0);
        for digest in digests.iter().filter(|digest| Digest::parse(&digest.text).is_none()) {
            out.push(
                Diagnostic::new(
                    Code::InvalidValue,
                    digest.span,
                    Text::new(
                        "64桁の16進数（条項の印があればその後）ではありません",
                        "not 64 hexadecimal digits, after a mark where there is one",
                    ),
                )
                .help(Text::new(
                    "`jobun cite outline` が書く値を写してください",
                    "copy what `jobun cite outline` writes",
                )),
            );
        }
        let added = outline.add(Provision {
            locator: provision.locator.text.clone(),
            span,
            caption: provision.caption.text,
            kind: provision.kind.word,
            kind_span: provision.kind.span,
            digests: digests.iter().filter_map(|digest| Digest::parse(&digest.text)).collect(),
            placed: provision.placed.into_iter().map(|written| placed(written, &requirements, out)).collect(),
            references: provision.references.into_iter().map(reference).collect(),
            requirements,
        });
        match added {
            Ok(()) => {}
            Err(first) => out.push(
                Diagnostic::new(
                    Code::DuplicateProvision,
                    span,
                    text!("`{}` が2回載っています", "`{}` is listed twice", provision.locator.text),
                )
                .related(outline.provisions()[first].span, Text::new("最初はここ", "first listed here"))
                .help(Text::new("どちらか一方を削除してください", "remove one of the two")),
            ),
        }
    }
    outline
}

fn placed(written: PlacedWritten, held: &[String], out: &mut Diagnostics) -> Placed {
    for id in written.requirements.iter().filter(|id| !held.contains(&id.text)) {
        let help = match did_you_mean(&id.text, held.iter().map(String::as_str)) {
            Some(near) => text!("`{}` のことですか", "did you mean `{}`?", near),
            None => {
                Text::new("この条項の `requirements:` に加えてください", "add it to `requirements:` of this provision")
            }
        };
        out.push(
            Diagnostic::new(
                Code::UnknownRequirement,
                id.span,
                text!("この条項に要件 `{}` はありません", "this provision holds no requirement `{}`", id.text),
            )
            .help(help),
        );
    }
    let requirements: Vec<String> = written.requirements.into_iter().map(|id| id.text).collect();
    Placed {
        placement: written.placement.word,
        span: written.placement.span,
        requirements: if requirements.is_empty() { held.to_vec() } else { requirements },
        reason: written.reason.text(),
    }
}

fn reference(written: ReferenceWritten) -> Reference {
    Reference {
        span: written.cites.span,
        cites: written.cites.text,
        state: written.state.word,
        now: written.now.map(|now| now.text),
        since: written.since.map(|since| since.day),
        checked_on: written.checked_on.day,
        note: written.note.text(),
    }
}

fn relation(written: &RelationWritten) -> Related {
    Related {
        of: written.of.clone(),
        relation: written.relation.word,
        to: written.to.clone(),
        because: written.because.text(),
    }
}

const PARAMETER_TYPES: [&str; 6] = ["period", "int", "bool", "date", "string", "enum"];

/// Reads the declarations of a pack; a bound is a value, or the name of another parameter.
fn parameters(written: &[ParameterWritten], out: &mut Diagnostics) -> Vec<ParameterDeclaration> {
    let mut all: Vec<ParameterDeclaration> = written.iter().map(|written| parameter(written, out)).collect();
    let names: Vec<String> = all.iter().map(|declared| declared.name.clone()).collect();
    for (at, written) in written.iter().enumerate() {
        for (key, bound) in [("min", &written.min), ("max", &written.max)] {
            let Some(bound) = bound else { continue };
            let other = names.iter().position(|name| *name == bound.text && *name != written.name.text);
            let read = match other {
                Some(other) => Ok(Bound::Parameter(other)),
                None => match parameter_value(&written.ty.text, &[], &bound.text, bound.span) {
                    Ok(value) => Ok(Bound::Value(value)),
                    Err(fault) => Err(fault.map(|fault| *fault)),
                },
            };
            match read {
                Ok(bound) if key == "min" => all[at].min = Some(bound),
                Ok(bound) => all[at].max = Some(bound),
                Err(fault) => {
                    if let Some(fault) = fault {
                        out.push(fault.help(Text::new(
                            "この型の値か、同じパックの別のパラメータの名前を書きます",
                            "write a value of this type, or the name of another parameter of the pack",
                        )));
                    }
                }
            }
        }
    }
    let defaults: Vec<ParameterValue> = all.iter().map(|declared| declared.default.clone()).collect();
    for (declared, written) in all.iter().zip(written) {
        // A default that could not be read was told already.
        if parameter_value(&written.ty.text, &declared.words, &written.default.text, written.default.span).is_err() {
            continue;
        }
        if let Some(fault) = declared.outside(&declared.default, &all, &defaults) {
            out.push(
                Diagnostic::new(Code::ParameterOutOfRange, written.default.span, fault)
                    .help(Text::new("既定値か範囲を直してください", "mend the default, or its range")),
            );
        }
    }
    all
}

/// Reads a declaration; a wrong default is reported and replaced, so that uses are not blamed too.
fn parameter(written: &ParameterWritten, out: &mut Diagnostics) -> ParameterDeclaration {
    let words: Vec<String> = written.values.iter().map(|word| word.text.clone()).collect();
    let value = parameter_value(&written.ty.text, &words, &written.default.text, written.default.span);
    let default = value.unwrap_or_else(|diagnostic| {
        let unknown = || unknown_word(&written.ty.text, written.ty.span, PARAMETER_TYPES.iter().copied());
        out.push(diagnostic.map_or_else(unknown, |diagnostic| *diagnostic));
        match written.ty.text.as_str() {
            "period" => ParameterValue::Period(Period::Days(0)),
            "int" => ParameterValue::Int(0),
            "bool" => ParameterValue::Bool(false),
            "date" => Day::new(1, 1, 1).map_or(ParameterValue::Int(0), ParameterValue::Date),
            _ => ParameterValue::String(words.first().cloned().unwrap_or_default()),
        }
    });
    ParameterDeclaration {
        name: written.name.text.clone(),
        span: written.name.span,
        words,
        default,
        min: None,
        max: None,
        title: written.title.text(),
        reason: written.reason.text(),
    }
}

/// Reads `text` as a value of the parameter type `ty`; `Err(None)` where there is no such type.
fn parameter_value(
    ty: &str,
    words: &[String],
    text: &str,
    span: Span,
) -> Result<ParameterValue, Option<Box<Diagnostic>>> {
    let invalid = |ja: &str, en: &str| {
        Some(Box::new(
            Diagnostic::new(
                Code::InvalidValue,
                span,
                text!("`{}` はこの型の値ではありません", "`{}` is not a value of this type", text),
            )
            .help(Text::new(ja, en)),
        ))
    };
    match ty {
        "period" => Period::parse(text).map(ParameterValue::Period).ok_or_else(|| {
            Some(Box::new(
                Diagnostic::new(
                    Code::InvalidPeriod,
                    span,
                    text!("`{}` は期間ではありません", "`{}` is not a period", text),
                )
                .help(Text::new(
                    "`1 year` `12 months` `30 days` `1 fiscal_year` のように書きます",
                    "write `1 year`, `12 months`, `30 days` or `1 fiscal_year`",
                )),
            ))
        }),
        "int" => text.parse().map(ParameterValue::Int).map_err(|_| invalid("整数を書きます", "write a whole number")),
        "bool" => text
            .parse()
            .map(ParameterValue::Bool)
            .map_err(|_| invalid("`true` か `false` を書きます", "write `true` or `false`")),
        "date" => Day::parse(text).map(ParameterValue::Date).ok_or_else(|| Some(Box::new(not_a_date(text, span)))),
        "string" => Ok(ParameterValue::String(text.to_string())),
        "enum" if words.iter().any(|word| word == text) => Ok(ParameterValue::String(text.to_string())),
        "enum" => Err(Some(Box::new(unknown_word(text, span, words.iter().map(String::as_str))))),
        _ => Err(None),
    }
}

impl ParameterDeclaration {
    /// Reads `text` as another value of this parameter.
    pub fn read(&self, text: &str) -> Option<ParameterValue> {
        let ty = match self.default {
            ParameterValue::Period(_) => "period",
            ParameterValue::Int(_) => "int",
            ParameterValue::Bool(_) => "bool",
            ParameterValue::Date(_) => "date",
            ParameterValue::String(_) if self.words.is_empty() => "string",
            ParameterValue::String(_) => "enum",
        };
        parameter_value(ty, &self.words, text, self.span).ok()
    }
}

fn definition(written: DefinitionWritten, out: &mut Diagnostics) -> Definition {
    Definition { define: written.define, doc: written.doc.text(), is: Expression::parse(written.is, out) }
}

fn message(written: &Bilingual, out: &mut Diagnostics) -> Message {
    Message { ja: Template::parse(&written.ja, out), en: Template::parse(&written.en, out) }
}

fn rule(written: RuleWritten, source: &SourceInfo, out: &mut Diagnostics) -> Rule {
    let nothing = written.require.is_none()
        && written.recurring.is_none()
        && written.deadlines.is_empty()
        && written.rolls_up.is_empty();
    if nothing {
        out.push(
            Diagnostic::new(
                Code::NoRequirement,
                written.id.span,
                text!("ルール `{}` は何も求めていません", "the rule `{}` requires nothing", written.id.text),
            )
            .help(Text::new(
                "`require:` `recurring:` `deadlines:` `rolls_up:` のどれかを書いてください",
                "write `require:`, `recurring:`, `deadlines:` or `rolls_up:`",
            )),
        );
    }
    if written.cites.is_empty() {
        out.push(
            Diagnostic::new(
                Code::MissingKey,
                written.id.span,
                text!("ルール `{}` はどの条文も引用していません", "the rule `{}` cites no provision", written.id.text),
            )
            .help(Text::new("`cites: [第5条第1項]` のように書いてください", "write for example `cites: [第5条第1項]`")),
        );
    }
    let mut parse = |written: Written| Expression::parse(written, out);
    let for_each = written.for_each.map_or_else(Vec::new, |each| each.0);
    let for_each = for_each
        .into_iter()
        .map(|each| ForEach { name: each.name, list: parse(each.list), subject: each.subject.map(&mut parse) })
        .collect();
    let in_force_at = written.in_force_at.map(&mut parse);
    let variables = written
        .variables
        .into_iter()
        .map(|variable| Variable { name: variable.name, is: parse(variable.is) })
        .collect();
    let applies = written.applies.map(&mut parse);
    let require = written.require.map(&mut parse);
    let recurring = written.recurring.map(|recurring| Recurring {
        last: parse(recurring.last),
        from: parse(recurring.from),
        every: parse(recurring.every),
    });
    let deadlines = written
        .deadlines
        .into_iter()
        .map(|deadline| Deadline { id: deadline.id.text, act: parse(deadline.act), by: parse(deadline.by) })
        .collect();
    let valid = written.valid;
    let window = |of: fn(&super::written::ValidWritten) -> Option<Day>, default: Option<Day>| match &valid {
        Some(valid) => of(valid),
        None => default,
    };
    Rule {
        valid_from: window(|valid| valid.from.map(|from| from.day), source.effective_on),
        valid_until: window(|valid| valid.until.map(|until| until.day), source.expires_on),
        title: written.title.text(),
        cites: written.cites,
        covers: written.covers,
        modality: written.modality.word,
        addressee: written.addressee.word,
        about: written.about.map(|about| about.word),
        category: written.category.word,
        severity: written.severity.word,
        for_each,
        in_force_at,
        variables,
        applies,
        require,
        recurring,
        deadlines,
        rolls_up: written.rolls_up,
        empty_ok: written.empty.is_some(),
        message: message(&written.message, out),
        remedy: message(&written.remedy, out),
        reading: written.reading.as_ref().map(Bilingual::text),
        id: written.id,
    }
}
