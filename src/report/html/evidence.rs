//! What the verdicts rest on: facts, packs, versions.

use std::borrow::Cow;

use serde::Serialize;

use super::reading::Reading;
use crate::evaluation::PackInfo;
use crate::lang::Text;
use crate::value::Day;
use crate::words::SourceStatus;

/// What makes the run repeatable.
#[derive(Serialize)]
pub(super) struct Evidence<'e> {
    file: Cow<'e, str>,
    digest: &'e str,
    engine: String,
    calendar: &'e str,
    functions: &'e [String],
    as_of: Day,
    format: String,
    packs: Vec<Pack<'e>>,
}

#[derive(Serialize)]
struct Pack<'e> {
    id: &'e str,
    source: &'e Text,
    number: Option<&'e str>,
    publisher: &'e Text,
    kind: Text,
    binding: Text,
    draft: bool,
    effective: Option<Day>,
    expires: Option<Day>,
    verified: Day,
    digest: &'e str,
    parameters: Vec<Parameter<'e>>,
}

#[derive(Serialize)]
struct Parameter<'e> {
    name: &'e str,
    setting: &'e str,
}

pub(super) fn evidence<'e>(reading: &Reading<'e>) -> Evidence<'e> {
    let evaluation = reading.evaluation;
    Evidence {
        file: evaluation.facts.place(),
        digest: &evaluation.facts.digest,
        engine: format!("{} {}", evaluation.engine.name, evaluation.engine.version),
        calendar: evaluation.engine.calendar,
        functions: &evaluation.engine.functions,
        as_of: evaluation.as_of,
        format: format!("{} {}", evaluation.format, evaluation.version),
        packs: evaluation.packs.iter().map(pack).collect(),
    }
}

fn pack(pack: &PackInfo) -> Pack<'_> {
    let source = &pack.source;
    let set = pack.parameters.iter().filter(|parameter| !parameter.is_default);
    Pack {
        id: &pack.id,
        source: &source.title,
        number: source.number.as_deref(),
        publisher: &source.publisher,
        kind: source.kind.text(),
        binding: source.binding.text(),
        draft: source.status == SourceStatus::Draft,
        effective: source.effective_on,
        expires: source.expires_on,
        verified: source.verified_on,
        digest: &pack.digest,
        parameters: set.map(|parameter| Parameter { name: &parameter.name, setting: &parameter.value }).collect(),
    }
}
