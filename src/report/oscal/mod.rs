//! OSCAL 1.1.3 in JSON: results of the assessment, a plan of action, and the catalogue of provisions.
//!
//! OSCAL knows objectives that are satisfied and not satisfied. What is unknown is not satisfied for another reason than
//! a breach; the property `verdict` carries the true verdict everywhere.

pub mod catalog;
mod ids;
mod model;
pub mod poam;
mod rules;

use indexmap::IndexMap;
use serde::Serialize;

use self::ids::{control_id, uuid};
use self::model::{
    All, Back, ControlId, Controls, Evidence, FindingOf, Hash, ImportPlan, Metadata, ObjectiveId, Objectives,
    Observation, ObservationId, Outcome, Party, Prop, Resource, ResourceLink, Results, Reviewed, Status, SubjectOf,
    Target, VERSION,
};
use self::rules::Strays;
use super::{Options, ReportError, json, phrases, told};
use crate::evaluation::{Evaluation, Finding, PackInfo, Standing};
use crate::lang::{Lang, date};
use crate::value::Day;
use crate::words::Verdict;

/// The namespace of the properties that are not OSCAL's own.
pub const NAMESPACE: &str = "https://jobun.dev/ns/oscal";

/// The results of the assessment, one for each organization.
pub fn render(evaluations: &[Evaluation], options: Options) -> Result<String, ReportError> {
    let lang = options.lang;
    let Some(first) = evaluations.first() else { return Err(ReportError::failed("oscal", "there is no evaluation")) };
    let runs = Run::all(evaluations, lang);
    let names: Vec<&str> = runs.iter().map(|run| run.key.as_str()).collect();
    let plan = plan(first, lang);
    let title = phrases::OSCAL_RESULTS.with(&[("org", &organizations(evaluations)), ("day", &day(first, lang))]);
    let results = Results {
        uuid: uuid(&["assessment-results", &names.join("\n")]),
        metadata: Metadata { parties: runs.iter().map(Run::party).collect(), ..metadata(first, title.get(lang), lang) },
        import_ap: ImportPlan { href: format!("#{}", plan.uuid) },
        results: runs.iter().map(Run::outcome).collect(),
        back_matter: Back { resources: [plan].into_iter().chain(runs.iter().map(Run::facts)).collect() },
    };
    written("assessment-results", &results)
}

/// A document under its name.
fn written<T: Serialize>(name: &str, document: &T) -> Result<String, ReportError> {
    let document = serde_json::to_value(document).map_err(|error| ReportError::failed("oscal", error))?;
    Ok(json::pretty(&serde_json::Map::from_iter([(name.to_string(), document)])))
}

fn organizations(evaluations: &[Evaluation]) -> String {
    evaluations.iter().map(|evaluation| evaluation.facts.owner()).collect::<Vec<_>>().join(" · ")
}

fn day(evaluation: &Evaluation, lang: Lang) -> String {
    date(evaluation.as_of, lang)
}

fn metadata(evaluation: &Evaluation, title: &str, lang: Lang) -> Metadata {
    Metadata {
        title: line(title),
        last_modified: moment(evaluation.as_of),
        version: evaluation.as_of.to_string(),
        oscal_version: VERSION.into(),
        props: [prop("engine", &format!("{} {}", evaluation.engine.name, evaluation.engine.version))]
            .into_iter()
            .chain(Some(prop("language", lang.tag())))
            .collect(),
        remarks: phrases::DISCLAIMER.get(lang).into(),
        ..Metadata::default()
    }
}

/// How it was assessed: the packs, by digest. It stands for the assessment plan.
fn plan(evaluation: &Evaluation, lang: Lang) -> Resource {
    let engine = format!("{} {}", evaluation.engine.name, evaluation.engine.version);
    let digests: Vec<&str> = evaluation.packs.iter().map(|pack| pack.digest.as_str()).collect();
    Resource {
        uuid: uuid(&["assessment-plan", &digests.join("\n")]),
        title: line(&phrases::OSCAL_PLAN.filled(lang, &[("engine", &engine)])),
        props: evaluation
            .packs
            .iter()
            .map(|pack| Prop { class: pack.id.clone(), ..prop("pack", &pack.digest) })
            .collect(),
        ..Resource::default()
    }
}

/// An evaluation with what its ids are made of.
struct Run<'e> {
    evaluation: &'e Evaluation,
    /// What tells its facts from those of another run: their name and organization, and its number if both are the same.
    key: String,
    lang: Lang,
}

impl<'e> Run<'e> {
    fn all(evaluations: &'e [Evaluation], lang: Lang) -> Vec<Self> {
        let mut runs: Vec<Run<'e>> = Vec::new();
        for evaluation in evaluations {
            let key = format!("{}\n{}", evaluation.facts.place(), evaluation.facts.owner());
            let same = runs.iter().filter(|run| run.key == key || run.key.starts_with(&format!("{key}\n#"))).count();
            let key = if same == 0 { key } else { format!("{key}\n#{}", same + 1) };
            runs.push(Run { evaluation, key, lang });
        }
        runs
    }

    fn uuid(&self, what: &str) -> String {
        uuid(&[what, &self.key])
    }

    fn uuid_of(&self, what: &str, finding: &Finding) -> String {
        uuid(&[what, &self.key, &finding.pack, &finding.rule, &told::identity(finding)])
    }

    fn uuid_of_rule(&self, what: &str, finding: &Finding) -> String {
        uuid(&[what, &self.key, &finding.pack, &finding.rule])
    }

    fn party(&self) -> Party {
        Party { uuid: self.uuid("party"), r#type: "organization".into(), name: line(&self.evaluation.facts.owner()) }
    }

    fn facts(&self) -> Resource {
        let facts = &self.evaluation.facts;
        let hash = Hash { algorithm: "SHA-256".into(), value: facts.digest.clone() };
        Resource {
            uuid: self.uuid("facts"),
            title: line(&phrases::OSCAL_FACTS.filled(self.lang, &[("name", &facts.place().into_owned())])),
            rlinks: vec![ResourceLink {
                href: told::uri(&facts.name),
                media_type: "application/json".into(),
                hashes: vec![hash],
            }],
            ..Resource::default()
        }
    }

    fn outcome(&self) -> Outcome {
        let (evaluation, lang) = (self.evaluation, self.lang);
        let applicable = || evaluation.findings.iter().filter(|finding| finding.verdict != Verdict::NotApplicable);
        let title = phrases::OSCAL_RESULT
            .with(&[("org", &evaluation.facts.owner().to_string()), ("day", &day(evaluation, lang))]);
        Outcome {
            uuid: self.uuid("result"),
            title: line(title.get(lang)),
            description: self.counts(),
            start: moment(evaluation.as_of),
            end: moment(evaluation.as_of),
            props: self.summary(),
            reviewed_controls: reviewed(evaluation, lang),
            observations: applicable().map(|finding| self.observation(finding)).collect(),
            findings: self.objectives(applicable().filter(|finding| is_counted(finding))),
        }
    }

    fn counts(&self) -> String {
        let summary = &self.evaluation.summary;
        let counts: [(&str, &dyn phrases::Fill); 5] = [
            ("fail", &summary.fail),
            ("unknown", &summary.unknown),
            ("error", &summary.error),
            ("pass", &summary.pass),
            ("not_applicable", &summary.not_applicable),
        ];
        phrases::OSCAL_COUNTS.filled(self.lang, &counts)
    }

    fn summary(&self) -> Vec<Prop> {
        let summary = &self.evaluation.summary;
        [
            ("fail", summary.fail),
            ("unknown", summary.unknown),
            ("error", summary.error),
            ("pass", summary.pass),
            ("not-applicable", summary.not_applicable),
            ("advice", summary.advice),
            ("about-others", summary.about_others),
            ("due-soon", summary.due_soon),
        ]
        .map(|(name, count)| Prop { class: "summary".into(), ..prop(name, &count.to_string()) })
        .into()
    }

    fn observation(&self, finding: &Finding) -> Observation {
        let (lang, facts) = (self.lang, format!("#{}", self.uuid("facts")));
        let evidence = |pointer: &str, line: u32, column: u32, description: String| Evidence {
            href: facts.clone(),
            description,
            props: vec![prop("pointer", pointer), prop("line", &line.to_string()), prop("column", &column.to_string())],
            ..Evidence::default()
        };
        let decided = told::deciding(finding).into_iter();
        let decided = decided.map(|fact| evidence(&fact.pointer, fact.line, fact.column, told::fact(fact, lang)));
        let missing = finding.missing.iter().map(|missing| {
            let mut evidence = evidence(&missing.pointer, missing.line, missing.column, told::missing(missing, lang));
            evidence.props.push(prop("missing", "true"));
            evidence
        });
        Observation {
            uuid: self.uuid_of("observation", finding),
            title: line(&told::name(finding)),
            description: described(finding, lang),
            props: properties(finding, lang),
            methods: vec!["TEST".into()],
            types: vec!["control-objective".into()],
            subjects: vec![SubjectOf {
                subject_uuid: self.uuid("party"),
                r#type: "party".into(),
                title: finding.subject.as_ref().map_or(String::new(), |subject| line(&subject.label)),
            }],
            relevant_evidence: decided.chain(missing).collect(),
            collected: moment(self.evaluation.as_of),
            remarks: finding.because.join("\n"),
        }
    }

    /// What was found of each rule among `findings`: one finding with the worst verdict, whatever number of subjects
    /// there is. Several for one objective would leave it open which of them holds.
    fn objectives<'f>(&self, findings: impl Iterator<Item = &'f Finding>) -> Vec<FindingOf> {
        let mut rules: IndexMap<&str, Vec<&Finding>> = IndexMap::new();
        for finding in findings {
            rules.entry(&finding.rule).or_default().push(finding);
        }
        rules.into_values().filter_map(|of_rule| self.objective(&of_rule)).collect()
    }

    fn objective(&self, findings: &[&Finding]) -> Option<FindingOf> {
        let lang = self.lang;
        let worst = findings.iter().copied().min_by_key(|finding| told::rank(finding.verdict))?;
        let not_met: Vec<&Finding> = findings.iter().copied().filter(|one| one.verdict != Verdict::Pass).collect();
        let told = if not_met.is_empty() { &findings[..1] } else { &not_met[..] };
        let said = told.iter().flat_map(|finding| said(finding, lang));
        let mut props = properties(worst, lang);
        if findings.len() > 1 {
            // Of several subjects each has its own observation.
            props.retain(|prop| prop.name != "subject" && prop.name != "due-on");
            props.push(prop("subjects", &findings.len().to_string()));
            props.push(prop("subjects-not-met", &not_met.len().to_string()));
        }
        Some(FindingOf {
            uuid: self.uuid_of_rule("finding", worst),
            title: line(&format!("{} {}", told::citation(worst, lang), worst.title.get(lang))),
            description: std::iter::once(told::citation_with_source(worst, lang))
                .chain(said)
                .collect::<Vec<_>>()
                .join("\n"),
            props,
            target: Target {
                r#type: "objective-id".into(),
                target_id: worst.rule.clone(),
                title: line(worst.title.get(lang)),
                props: vec![prop("verdict", worst.verdict.word())],
                status: status(worst.verdict),
            },
            related_observations: findings.iter().map(|finding| self.observed(finding)).collect(),
            remarks: told::remedy(worst, lang).unwrap_or_default().into(),
        })
    }

    fn observed(&self, finding: &Finding) -> ObservationId {
        ObservationId { observation_uuid: self.uuid_of("observation", finding) }
    }
}

/// Whether OSCAL may count it: advice, the duties of other parties and sums are observed, and are no findings.
fn is_counted(finding: &Finding) -> bool {
    finding.standing == Standing::Counted
}

fn status(verdict: Verdict) -> Status {
    let (state, reason) = match verdict {
        Verdict::Pass => ("satisfied", "pass"),
        Verdict::Fail => ("not-satisfied", "fail"),
        _ => ("not-satisfied", "other"),
    };
    Status { state: state.into(), reason: reason.into() }
}

/// What was found, below the article that asked for it.
fn described(finding: &Finding, lang: Lang) -> String {
    std::iter::once(told::citation_with_source(finding, lang)).chain(said(finding, lang)).collect::<Vec<_>>().join("\n")
}

/// What was found; of what is met, only what was asked.
fn said(finding: &Finding, lang: Lang) -> Vec<String> {
    let message = Some(finding.message.get(lang)).filter(|message| !message.is_empty());
    let message = message.unwrap_or(finding.title.get(lang));
    let error = finding.error.iter().map(|error| error.message.get(lang)).filter(|error| *error != message);
    std::iter::once(message).chain(error).map(str::to_string).collect()
}

fn properties(finding: &Finding, lang: Lang) -> Vec<Prop> {
    let mut props = vec![
        Prop { remarks: finding.verdict.label(lang).into(), ..prop("verdict", finding.verdict.word()) },
        prop("standing", &finding.standing.word().replace('_', "-")),
        prop("rule", &finding.rule),
        prop("severity", finding.severity.word()),
        prop("category", finding.category.word()),
        prop("modality", finding.modality.word()),
    ];
    props.extend(finding.subject.iter().map(|subject| prop("subject", &subject.id)));
    props.extend(finding.due_on.map(|day| prop("due-on", &day.to_string())));
    props.extend(finding.citations.iter().map(|citation| prop("locator", &citation.locator)));
    props
}

/// The provisions and rules that something was found about. What does not apply was not assessed.
fn reviewed(evaluation: &Evaluation, lang: Lang) -> Reviewed {
    let mut rules: Vec<&str> = Vec::new();
    for finding in &evaluation.findings {
        let is_new = rules.last() != Some(&finding.rule.as_str());
        if finding.verdict != Verdict::NotApplicable && is_new && !rules.contains(&finding.rule.as_str()) {
            rules.push(&finding.rule);
        }
    }
    let strays = Strays::of(evaluation);
    let packs = evaluation.packs.iter();
    let mut selections: Vec<Controls> = packs.filter_map(|pack| controls(pack, &strays, &rules, lang)).collect();
    if selections.is_empty() {
        // OSCAL asks for one; nothing was left out.
        selections.push(Controls { include_all: Some(All {}), ..Controls::default() });
    }
    let objectives = rules.iter().map(|rule| ObjectiveId { objective_id: rule.to_string() }).collect::<Vec<_>>();
    let objectives = Some(objectives).filter(|objectives| !objectives.is_empty());
    Reviewed {
        control_selections: selections,
        control_objective_selections: objectives
            .map(|include_objectives| Objectives { include_objectives })
            .into_iter()
            .collect(),
    }
}

fn controls<'e>(pack: &'e PackInfo, strays: &Strays<'e>, rules: &[&str], lang: Lang) -> Option<Controls> {
    let judged = pack.provisions.iter().filter(|one| strays.rules(pack, one).iter().any(|rule| rules.contains(rule)));
    let ids: Vec<ControlId> = judged.map(|one| ControlId { control_id: control_id(pack, one) }).collect();
    (!ids.is_empty()).then(|| Controls {
        description: pack.source.title.get(lang).to_string(),
        include_controls: ids,
        ..Controls::default()
    })
}

/// The beginning of a day in Japan.
fn moment(day: Day) -> String {
    format!("{day}T00:00:00+09:00")
}

fn prop(name: &str, value: &str) -> Prop {
    Prop { name: name.into(), ns: NAMESPACE.into(), value: line(value), ..Prop::default() }
}

/// `text` as OSCAL wants titles and values: on one line, and not empty.
fn line(text: &str) -> String {
    let line = told::on_a_line(text);
    if line.is_empty() { "-".to_string() } else { line }
}
