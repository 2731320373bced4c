//! Mistakes in a small pack: each is told alone, where it stands, with what to do.

mod support;

use jobun::diagnostic::{Code, Diagnostic};
use jobun::engine::EngineError;
use jobun::policy::PolicyFiles;
use jobun::source::SourceMap;
use jobun::{Engine, Params};

const PACK: &str = "\
pack: kaede
title: { ja: 規則, en: rules }
source:
  key: kaede
  title: { ja: 規則, en: rules }
  publisher: { ja: 町, en: town }
  kind: rulebook
  status: final
  binding: must
  verified_on: 2026-01-01
parameters:
  - { name: interval, type: period, default: 1 year, min: 1 month, max: 2 years, title: { ja: 間隔, en: interval }, reason: { ja: 慣行, en: custom } }
";

const OUTLINE: &str = "\
provisions:
  - { locator: 第1条, caption: 点検, kind: duty, requirements: [kaede-1] }
  - { locator: 第2条, caption: 監督, kind: duty, requirements: [kaede-2] }
  - locator: 第3条
    caption: 目的
    kind: purpose
    requirements: [kaede-3]
    placed:
      - as: purpose
        reason: { ja: 目的だけを述べる, en: It gives the purpose only }
";

const DEFINITIONS: &str = "\
definitions:
  - define: \"named() -> bool\"
    doc: { ja: 名がある, en: It has a name }
    is: organization.name != ''
";

const RULES: &str = "\
rules:
  - id: kaede-1-named
    title: { ja: 名がある, en: There is a name }
    cites: [第1条]
    covers: [kaede-1]
    modality: must
    addressee: organization
    category: checks
    severity: low
    require: named()
    message: { ja: 名がない, en: There is no name }
    remedy: { ja: 名を付ける, en: Give it a name }
  - id: kaede-2-handled
    title: { ja: 扱う, en: It is handled }
    cites: [第2条]
    covers: [kaede-2]
    modality: must
    addressee: organization
    category: checks
    severity: low
    require: handling.my_number
    message: { ja: 扱っていない, en: It is not handled }
    remedy: { ja: 扱う, en: Handle it }
";

/// A file of the pack, an edit of it, and what is said: the code, the text underlined, and a part of the help.
type Row = (&'static str, &'static str, &'static str, Code, &'static str, &'static str);

const PLACED: &str = "requirements: [kaede-2], placed: [{ as: notice, reason: { ja: 告げる, en: It tells }, requirements: [kaede-2] }] }";
const OPPOSED: &str = "cites: [第2条, 第1条]\n    covers: [kaede-2, kaede-1]\n    modality: must_not";
const SECOND: &str = "cites: [第2条]\n    covers: [kaede-2]\n    modality: must\n    addressee: organization\n    \
    category: checks\n    severity: low\n    require: handling.my_number";
const FIRST: &str = "cites: [第1条]\n    covers: [kaede-1]\n    modality: must\n    addressee: organization\n    \
    category: checks\n    severity: low\n    require: named()";
const NEVER: &str = "    applies: handling.my_number && !handling.my_number\n    require: named()\n";
const OTHER: &str = "definitions:\n  - define: \"late(d: dat) -> bool\"\n    doc: { ja: 遅い, en: It is late }\n    \
    is: d > as_of\n";
const TWICE: &str = "definitions:\n  - define: \"named() -> bool\"\n    doc: { ja: 名がある, en: It has a name }\n    \
    is: organization.name != 'x'\n";

const ROWS: &[Row] = &[
    // The outline.
    (OUTLINE, "locator: 第2条", "digest: 12, locator: 第2条", Code::InvalidValue, "12", "`jobun cite outline`"),
    (OUTLINE, "locator: 第3条", "locator: 第２条", Code::DuplicateProvision, "第２条", "remove one"),
    (OUTLINE, "[kaede-2]", "[kaede-2, kaede-1]", Code::DuplicateRequirement, "kaede-1", "leave it at the provision"),
    // What rules cite and cover.
    (RULES, "covers: [kaede-2]", "covers: [kaede-22]", Code::UnknownRequirement, "kaede-22", "`kaede-2`"),
    (RULES, "cites: [第2条]", "cites: [第22条]", Code::UnknownLocator, "第22条", "第2条"),
    (RULES, "cites: [第2条]", "cites: [第２条, 第二条]", Code::RepeatedCitation, "第二条", "remove one"),
    (RULES, "[kaede-2]", "[kaede-2, kaede-2]", Code::RepeatedCitation, "kaede-2", "remove one"),
    (RULES, "cites: [第2条]", "cites: [第1条]", Code::UncitedRequirement, "kaede-2", "add `第2条`"),
    (OUTLINE, "requirements: [kaede-2] }", PLACED, Code::ContradictoryPlacement, "notice", "`placed:`"),
    (
        RULES,
        "cites: [第2条]\n    covers: [kaede-2]\n    modality: must",
        OPPOSED,
        Code::ContradictoryModality,
        "kaede-1",
        "the modality the provision has",
    ),
    (RULES, SECOND, FIRST, Code::TwinRules, "kaede-2-handled", "remove one"),
    (RULES, "    modality: must\n", "", Code::MissingKey, "id", "`modality`"),
    (RULES, "cites: [第2条]", "cites: { a: b }", Code::WrongKind, "{ a: b }", "begin with `- `"),
    (RULES, "kaede-2-handled", "kaede-1-named", Code::DuplicateRule, "kaede-1-named", "rename"),
    (RULES, ", en: Give it a name }", " }", Code::MissingLanguage, "{ ja: 名を付ける }", "`en: …`"),
    (RULES, "    require: named()\n", "", Code::NoRequirement, "kaede-1-named", "`require:`"),
    (RULES, "    require: named()\n", NEVER, Code::NeverHolds, "!handling.my_number", "what is compared"),
    // Parameters.
    (PACK, "default: 1 year", "default: 3 years", Code::ParameterOutOfRange, "3 years", "mend the default"),
    (PACK, "default: 1 year", "default: 1 yaer", Code::InvalidPeriod, "1 yaer", "30 days"),
    // Definitions and expressions.
    (DEFINITIONS, "is: organization.name != ''", "is: named()", Code::RecursiveDefinition, "named", "`exists`"),
    (DEFINITIONS, "definitions:\n", TWICE, Code::DuplicateDefinition, "named", "rename"),
    (DEFINITIONS, "definitions:\n", OTHER, Code::UnknownName, "dat", "`date`"),
    (
        RULES,
        "require: named()",
        "require: organization.name.startsWith()",
        Code::WrongArguments,
        "startsWith",
        "`jobun list functions`",
    ),
    (
        RULES,
        "require: named()",
        "require: handling.my_number && ref(organization.id) == ''",
        Code::NotALink,
        "organization.id",
        "`c.vendor_id`",
    ),
    (
        RULES,
        "require: named()",
        "require: vendors.all(v, v.name != '')",
        Code::EmptyQuantifier,
        "vendors",
        "`empty: ok`",
    ),
    (
        RULES,
        "require: named()",
        "require: organization.name.matches('^[0-9]\\w$')",
        Code::CelLiteral,
        "'^[0-9]\\w$'",
        "for a backslash",
    ),
    (
        RULES,
        "require: named()",
        "require: organization.name.matches('^\\\\p{L}{1,500}$')",
        Code::PatternTooLarge,
        "'^\\\\p{L}{1,500}$'",
        "smaller classes",
    ),
];

/// The files of the pack.
const FILES: [(&str, &str); 4] =
    [("pack.yaml", PACK), ("outline.yaml", OUTLINE), ("definitions.yaml", DEFINITIONS), ("rules.yaml", RULES)];

/// The pack with `from` in `file` made `to`, and what is said of it.
fn read(file: &str, from: &str, to: &str) -> (SourceMap, Vec<Diagnostic>) {
    let mut files = PolicyFiles::new("");
    for (name, text) in FILES {
        assert!(text != file || text.contains(from), "{name} has no {from:?}");
        files.add(format!("kaede/{name}"), if text == file { text.replacen(from, to, 1) } else { text.to_string() });
    }
    let checked = match files.read().check() {
        Ok(checked) => checked,
        Err(rejected) => return (rejected.sources, rejected.diagnostics.0),
    };
    let (sources, warnings) = (checked.sources().clone(), checked.warnings().0.clone());
    // Whether patterns keep to their limits shows once the rules are compiled.
    match Engine::new(checked, Params::default()) {
        Err(EngineError::Rejected(rejected)) => (rejected.sources, rejected.diagnostics.0),
        _ => (sources, warnings),
    }
}

#[test]
fn the_pack_itself_has_no_mistake() {
    assert_eq!(read(PACK, "kaede", "kaede").1, []);
}

#[test]
fn each_mistake_is_told_alone_where_it_stands() {
    let mut wrong = Vec::new();
    for (file, from, to, code, underlined, help) in ROWS {
        let (sources, found) = read(file, from, to);
        let told = found.iter().map(|one| {
            let help = one.help.as_ref().map_or("", |help| help.en.as_str());
            (
                sources.name(one.primary.span.file),
                one.code,
                sources.slice(one.primary.span),
                one.message.en.as_str(),
                help,
            )
        });
        let told: Vec<_> = told.collect();
        let right = |(at, is, text, _, said): &(&str, Code, &str, &str, &str)| {
            FILES.iter().any(|(name, text)| text == file && *at == format!("kaede/{name}"))
                && is == code
                && text == underlined
                && said.contains(help)
        };
        if told.len() != 1 || !told.iter().all(right) {
            wrong.push(format!("{to:?}: {told:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), ROWS.len(), wrong.join("\n"));
}
