//! SARIF 2.1.0: counted failures, and rules that could not be worked out, as results. What is unknown is no result,
//! since viewers make an alert of each; it is told by notifications, and counted in the properties of the run.

mod rules;

use std::collections::BTreeMap;

use serde_json::{Value, json};
use serde_sarif::sarif::{
    Artifact, ArtifactLocation, Invocation, Location, LogicalLocation, Message, MultiformatMessageString, Notification,
    PhysicalLocation, PropertyBag, Region, ReportingDescriptor, ReportingDescriptorReference, Result as Outcome,
    ResultKind, ResultLevel, Run, RunAutomationDetails, Sarif, Tool, ToolComponent,
};

use self::rules::Rules;
use super::told::{self, Place};
use super::{Options, ReportError, json, phrases};
use crate::digest::sha256;
use crate::evaluation::{Evaluation, Finding};
use crate::lang::Lang;
use crate::printable::printable;
use crate::words::Severity;

/// Where the schema of the format is.
const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// Where the tool is explained.
const HOME: &str = "https://jobun.dev/";

/// The folder that relative paths start from; only the reader knows where it is.
const ROOT: &str = "%SRCROOT%";

/// The kind of notification for what is unknown.
const UNKNOWN: &str = "unknown";

/// A log with a run for each organization.
pub fn render(evaluations: &[Evaluation], options: Options) -> Result<String, ReportError> {
    let runs: Vec<Run> = evaluations.iter().map(|evaluation| run(evaluation, options.lang)).collect();
    let log = Sarif::builder().schema(SCHEMA).version(json!("2.1.0")).runs(runs).build();
    let log = serde_json::to_value(log).map_err(|error| ReportError::failed("sarif", error))?;
    Ok(json::pretty(&log))
}

fn run(evaluation: &Evaluation, lang: Lang) -> Run {
    let of = |test: fn(&Finding) -> bool| evaluation.findings.iter().filter(move |finding| test(finding));
    let mut rules = Rules::of(of(|finding| is_result(finding) || finding.is_open()), lang);
    let results: Vec<Outcome> =
        of(is_result).map(|finding| result(evaluation, finding, rules.index(finding), lang)).collect();
    let unknown: Vec<Notification> =
        of(Finding::is_open).map(|finding| notification(evaluation, finding, rules.index(finding), lang)).collect();
    let invocation = Invocation::builder()
        .execution_successful(evaluation.summary.error == 0)
        .tool_execution_notifications(unknown)
        .build();
    let root = ArtifactLocation::builder().description(text(phrases::SARIF_ROOT.get(lang))).build();
    Run::builder()
        .tool(Tool::builder().driver(driver(evaluation, rules.descriptors(), lang)).build())
        .automation_details(automation(evaluation))
        .invocations(vec![invocation])
        .original_uri_base_ids(BTreeMap::from([(ROOT.to_string(), root)]))
        .artifacts(vec![artifact(evaluation)])
        .column_kind(json!("unicodeCodePoints"))
        .language(lang.tag())
        .results(results)
        .properties(run_properties(evaluation))
        .build()
}

/// Whether it becomes an alert.
fn is_result(finding: &Finding) -> bool {
    finding.is_failure() || finding.is_error()
}

fn driver(evaluation: &Evaluation, rules: Vec<ReportingDescriptor>, lang: Lang) -> ToolComponent {
    let unknown = ReportingDescriptor::builder()
        .id(UNKNOWN)
        .short_description(plain(phrases::EXCHANGE_UNKNOWN.get(lang)))
        .build();
    ToolComponent::builder()
        .name(evaluation.engine.name)
        .information_uri(HOME)
        .semantic_version(evaluation.engine.version)
        .version(evaluation.engine.version)
        .rules(rules)
        .notifications(vec![unknown])
        .build()
}

/// `jobun/facts.json/2026-11-22`: what stands before the last stroke names the series of runs.
fn automation(evaluation: &Evaluation) -> RunAutomationDetails {
    let Evaluation { engine, facts, as_of, .. } = evaluation;
    RunAutomationDetails::builder().id(format!("{}/{}/{as_of}", engine.name, facts.place())).build()
}

fn artifact(evaluation: &Evaluation) -> Artifact {
    let role = if told::is_stream(evaluation) { "standardStream" } else { "analysisTarget" };
    Artifact::builder()
        .location(file(evaluation))
        .mime_type("application/json")
        .encoding("utf-8")
        .hashes(BTreeMap::from([("sha-256".to_string(), evaluation.facts.digest.clone())]))
        .roles(vec![json!(role)])
        .build()
}

fn file(evaluation: &Evaluation) -> ArtifactLocation {
    let uri = told::uri(&evaluation.facts.name);
    let is_relative = !uri.starts_with("file:") && !told::is_stream(evaluation);
    let mut location = ArtifactLocation::builder().uri(uri).index(0).build();
    location.uri_base_id = is_relative.then(|| ROOT.to_string());
    location
}

fn run_properties(evaluation: &Evaluation) -> PropertyBag {
    let packs = evaluation.packs.iter().map(|pack| json!({"id": pack.id, "digest": pack.digest}));
    bag([
        ("asOf", json!(evaluation.as_of)),
        ("organization", json!(evaluation.facts.organization)),
        ("factsDigest", json!(evaluation.facts.digest)),
        ("packs", packs.collect()),
        ("summary", json!(evaluation.summary)),
    ])
}

fn result(evaluation: &Evaluation, finding: &Finding, index: Option<i64>, lang: Lang) -> Outcome {
    let others = told::deciding(finding).into_iter().skip(1);
    let others = others.zip(1..).map(|(fact, id)| {
        let mut location = location(evaluation, told::of_fact(fact));
        location.id = Some(id);
        location.message = Some(text(&told::fact(fact, lang)));
        location
    });
    let others: Vec<Location> = others.collect();
    let mut result = Outcome::builder()
        .rule_id(finding.rule.as_str())
        .kind(ResultKind::Fail)
        .level(level(finding.severity))
        .message(text(&told_in_full(finding, lang)))
        .locations(vec![first_location(evaluation, finding)])
        .partial_fingerprints(fingerprints(finding))
        .properties(result_properties(finding))
        .build();
    result.rule_index = index;
    result.related_locations = (!others.is_empty()).then_some(others);
    result
}

/// Why it is not met, the article, the first fact, and what to do.
fn told_in_full(finding: &Finding, lang: Lang) -> String {
    let mut lines = vec![finding.message.get(lang).to_string(), told::citation_with_source(finding, lang)];
    let error = finding.error.iter().map(|error| error.message.get(lang).to_string());
    lines.extend(error.filter(|error| error != finding.message.get(lang)));
    lines.extend(told::deciding(finding).first().map(|fact| told::fact(fact, lang)));
    lines.extend(told::remedy(finding, lang).map(|remedy| format!("→ {remedy}")));
    lines.join("\n")
}

fn notification(evaluation: &Evaluation, finding: &Finding, index: Option<i64>, lang: Lang) -> Notification {
    let mut rule = ReportingDescriptorReference::builder().id(finding.rule.as_str()).build();
    rule.index = index;
    let mut lines = vec![finding.message.get(lang).to_string(), told::citation_with_source(finding, lang)];
    lines.extend(finding.missing.iter().map(|missing| format!("? {}", told::missing(missing, lang))));
    Notification::builder()
        .descriptor(ReportingDescriptorReference::builder().id(UNKNOWN).index(0).build())
        .associated_rule(rule)
        .level(json!("warning"))
        .message(text(&lines.join("\n")))
        .locations(vec![first_location(evaluation, finding)])
        .properties(result_properties(finding))
        .build()
}

fn first_location(evaluation: &Evaluation, finding: &Finding) -> Location {
    location(
        evaluation,
        told::place(finding).unwrap_or(Place { pointer: "", line: evaluation.facts.line.unwrap_or(1), column: 1 }),
    )
}

fn location(evaluation: &Evaluation, place: Place<'_>) -> Location {
    let region = Region::builder().start_line(i64::from(place.line)).start_column(i64::from(place.column)).build();
    let physical = PhysicalLocation::builder().artifact_location(file(evaluation)).region(region).build();
    let logical = LogicalLocation::builder().fully_qualified_name(place.pointer).kind("value").build();
    Location::builder().physical_location(physical).logical_locations(vec![logical]).build()
}

/// What stays the same while the facts are edited: pack, rule and element.
///
/// `primaryLocationLineHash` is the only one that GitHub looks at; without it, it takes a hash of the lines around.
fn fingerprints(finding: &Finding) -> BTreeMap<String, String> {
    let subject = told::identity(finding);
    let mut identity = Vec::new();
    for part in [&finding.pack, &finding.rule, &*subject] {
        identity.extend((part.len() as u64).to_be_bytes());
        identity.extend(part.as_bytes());
    }
    let hash = sha256(&identity);
    ["jobunFinding/v1", "primaryLocationLineHash"].map(|name| (name.to_string(), hash.clone())).into()
}

fn result_properties(finding: &Finding) -> PropertyBag {
    bag([
        ("verdict", json!(finding.verdict)),
        ("standing", json!(finding.standing)),
        ("severity", json!(finding.severity)),
        ("subject", json!(finding.subject.as_ref().map(|subject| json!({"id": subject.id, "label": subject.label})))),
        ("dueOn", json!(finding.due_on)),
        ("deadlines", json!(finding.deadlines)),
    ])
}

fn level(severity: Severity) -> ResultLevel {
    match severity {
        Severity::Low => ResultLevel::Note,
        Severity::Medium => ResultLevel::Warning,
        Severity::High | Severity::Critical => ResultLevel::Error,
    }
}

/// A bag of what is there to say.
fn bag<const N: usize>(properties: [(&str, Value); N]) -> PropertyBag {
    let mut bag = PropertyBag::builder().build();
    let said = properties.into_iter().filter(|(_, value)| !value.is_null());
    bag.additional_properties = said.map(|(name, value)| (name.to_string(), value)).collect();
    bag
}

fn text(words: &str) -> Message {
    Message::builder().text(escaped(words)).build()
}

fn plain(words: &str) -> MultiformatMessageString {
    MultiformatMessageString::builder().text(escaped(words)).build()
}

/// `words` as a message of SARIF, in which braces hold places and brackets make links. It is shown to people, so it is
/// made printable; pointers and ids stay as they are.
fn escaped(words: &str) -> String {
    let words = printable(words).replace('{', "{{").replace('}', "}}");
    if words.contains("](") { words.replace('[', "\\[").replace(']', "\\]") } else { words }
}
