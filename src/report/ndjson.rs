//! A line of JSON for each evaluation and each finding, after `schemas/ndjson.schema.json`: for logs, databases and
//! tools that read line by line.

use std::borrow::Cow;

use serde::Serialize;

use super::ReportError;
use crate::evaluation::{EngineInfo, Evaluation, FactsInfo, Finding, PackInfo, Summary};
use crate::printable::in_json;
use crate::value::Day;

/// The JSON Schema of a line.
pub const SCHEMA: &str = include_str!("../../schemas/ndjson.schema.json");

/// The first line of an evaluation: everything but the findings.
#[derive(Serialize)]
struct Head<'e> {
    r#type: &'static str,
    format: &'static str,
    version: u32,
    engine: &'e EngineInfo,
    as_of: Day,
    facts: &'e FactsInfo,
    packs: &'e [PackInfo],
    summary: &'e Summary,
}

/// A finding, with what says which evaluation it belongs to.
#[derive(Serialize)]
struct Line<'e> {
    r#type: &'static str,
    organization: Option<Cow<'e, str>>,
    facts: Facts<'e>,
    as_of: Day,
    #[serde(flatten)]
    finding: &'e Finding,
}

#[derive(Serialize)]
struct Facts<'e> {
    name: Cow<'e, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
    digest: &'e str,
}

/// The lines of one evaluation after another.
pub fn render(evaluations: &[Evaluation]) -> Result<String, ReportError> {
    let mut out = String::new();
    for evaluation in evaluations {
        let Evaluation { format, version, engine, as_of, facts, packs, summary, findings } = evaluation;
        let (format, version, as_of) = (*format, *version, *as_of);
        push(&mut out, &Head { r#type: "evaluation", format, version, engine, as_of, facts, packs, summary })?;
        for finding in findings {
            let organization = facts.organization.as_deref().map(FactsInfo::repeated);
            let facts = Facts { name: FactsInfo::repeated(&facts.name), line: facts.line, digest: &facts.digest };
            push(&mut out, &Line { r#type: "finding", organization, facts, as_of, finding })?;
        }
    }
    Ok(out)
}

fn push(out: &mut String, line: &impl Serialize) -> Result<(), ReportError> {
    let line = serde_json::to_string(line).map_err(|error| ReportError::failed("ndjson", error))?;
    // Some readers end lines at characters that JSON leaves as they are.
    out.push_str(&in_json(line));
    out.push('\n');
    Ok(())
}
