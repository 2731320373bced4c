//! The plan of action and milestones of one organization: an item for each counted failure.

use super::model::{
    Back, FindingId, Item, Metadata, OnDate, Plan, Prop, Remediation, Risk, RiskId, SystemId, Task, Timing,
};
use super::{Run, day, described, line, metadata, moment, prop, properties, written};
use crate::evaluation::{Evaluation, Finding};
use crate::lang::Lang;
use crate::report::{Options, ReportError, phrases, told};
use crate::value::Day;
use crate::words::DeadlineState;

/// How a system is named here.
const IDENTIFIER: &str = "https://jobun.dev/ns/oscal/organization";

/// The plan of the one organization.
pub fn render(evaluations: &[Evaluation], options: Options) -> Result<String, ReportError> {
    let lang = options.lang;
    let [evaluation] = evaluations else {
        return Err(ReportError::OneOnly { format: "oscal-poam", given: evaluations.len() });
    };
    let runs = Run::all(evaluations, lang);
    let Some(run) = runs.first() else { return Err(ReportError::failed("oscal-poam", "there is no evaluation")) };
    let failures: Vec<&Finding> = evaluation.findings.iter().filter(|finding| finding.is_failure()).collect();
    let organization = evaluation.facts.owner().to_string();
    let title = phrases::OSCAL_POAM.with(&[("org", &organization), ("day", &day(evaluation, lang))]);
    let metadata = metadata(evaluation, title.get(lang), lang);
    let mut items: Vec<Item> = failures.iter().map(|finding| run.item(finding)).collect();
    if items.is_empty() {
        items.push(run.nothing());
    }
    let plan = Plan {
        uuid: run.uuid("plan-of-action-and-milestones"),
        metadata: Metadata {
            props: metadata.props.into_iter().chain(run.summary()).collect(),
            parties: vec![run.party()],
            remarks: format!("{}\n{}", run.counts(), metadata.remarks),
            ..metadata
        },
        system_id: SystemId { identifier_type: IDENTIFIER.into(), id: line(&organization) },
        observations: failures.iter().map(|finding| run.observation(finding)).collect(),
        risks: failures.iter().map(|finding| run.risk(finding)).collect(),
        findings: run.objectives(failures.iter().copied()),
        poam_items: items,
        back_matter: Back { resources: vec![run.facts()] },
    };
    written("plan-of-action-and-milestones", &plan)
}

impl Run<'_> {
    fn item(&self, finding: &Finding) -> Item {
        let lang = self.lang;
        Item {
            uuid: self.uuid_of("poam-item", finding),
            title: line(&format!("{} {}", told::citation(finding, lang), finding.title.get(lang))),
            description: described(finding, lang),
            props: properties(finding, lang),
            related_findings: vec![FindingId { finding_uuid: self.uuid_of_rule("finding", finding) }],
            related_observations: vec![self.observed(finding)],
            related_risks: vec![RiskId { risk_uuid: self.uuid_of("risk", finding) }],
        }
    }

    /// OSCAL asks for an item where there is none.
    fn nothing(&self) -> Item {
        let title = phrases::OSCAL_POAM_NONE.with(&[("unknown", &self.evaluation.summary.unknown)]);
        Item {
            uuid: self.uuid("poam-nothing"),
            title: title.get(self.lang).into(),
            description: self.counts(),
            props: vec![prop("nothing-to-do", "true")],
            ..Item::default()
        }
    }

    fn risk(&self, finding: &Finding) -> Risk {
        let lang = self.lang;
        let days = milestones(finding, self.evaluation.as_of);
        Risk {
            uuid: self.uuid_of("risk", finding),
            title: line(finding.title.get(lang)),
            description: described(finding, lang),
            statement: described(finding, lang),
            props: vec![prop("severity", finding.severity.word())],
            status: "open".into(),
            deadline: days.iter().map(|(day, _)| *day).min().map(moment).unwrap_or_default(),
            remediations: vec![self.remediation(finding, &days, lang)],
            related_observations: vec![self.observed(finding)],
        }
    }

    fn remediation(&self, finding: &Finding, days: &[(Day, &str)], lang: Lang) -> Remediation {
        let remedy = told::remedy(finding, lang).unwrap_or(finding.title.get(lang));
        let task = |(at, (day, name)): (usize, &(Day, &str))| Task {
            uuid: self.uuid_of(&format!("milestone {at}"), finding),
            r#type: "milestone".into(),
            title: line(&[phrases::CARD_DUE.get(lang), name].join(" ")),
            timing: Timing { on_date: OnDate { date: moment(*day) } },
        };
        Remediation {
            uuid: self.uuid_of("remediation", finding),
            lifecycle: "recommendation".into(),
            title: line(remedy),
            description: remedy.into(),
            props: vec![Prop {
                remarks: finding.addressee.label(lang).into(),
                ..prop("addressee", finding.addressee.word())
            }],
            tasks: days.iter().enumerate().map(task).collect(),
        }
    }
}

/// The days by which something was or is to be done, each with what the rule calls it.
fn milestones(finding: &Finding, as_of: Day) -> Vec<(Day, &str)> {
    let is_ahead = |state: DeadlineState| matches!(state, DeadlineState::Open | DeadlineState::Overdue);
    let left = finding.deadlines.iter().filter(|deadline| is_ahead(deadline.state));
    let mut days: Vec<(Day, &str)> = left.map(|deadline| (deadline.by, deadline.id.as_str())).collect();
    if let Some(due) = finding.missed_or_due(as_of).filter(|due| days.iter().all(|(day, _)| day != due)) {
        days.push((due, ""));
    }
    days
}
