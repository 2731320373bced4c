//! The parts of OSCAL 1.1.3 that are written here, in its own words and order.

use serde::Serialize;

/// The version of OSCAL.
pub(super) const VERSION: &str = "1.1.3";

/// A record with kebab-case keys; what is empty is left out, as OSCAL asks.
macro_rules! records {
    ($( $name:ident { $( $field:ident: $type:ty ),* $(,)? } )*) => {
        $(
            #[derive(Clone, Debug, Default, Serialize)]
            #[serde(rename_all = "kebab-case")]
            pub(super) struct $name {
                $( #[serde(skip_serializing_if = "is_empty")] pub(super) $field: $type, )*
            }
        )*
    };
}

fn is_empty<T: Absent>(value: &T) -> bool {
    value.is_absent()
}

/// What may be left out.
pub(super) trait Absent {
    fn is_absent(&self) -> bool {
        false
    }
}

impl<T> Absent for Vec<T> {
    fn is_absent(&self) -> bool {
        self.is_empty()
    }
}

impl<T> Absent for Option<T> {
    fn is_absent(&self) -> bool {
        self.is_none()
    }
}

impl Absent for String {
    fn is_absent(&self) -> bool {
        self.is_empty()
    }
}

macro_rules! always_there {
    ($($name:ident)*) => { $( impl Absent for $name {} )* };
}

always_there! { Metadata Back ImportPlan Reviewed Target Status Timing OnDate SystemId }

records! {
    Metadata {
        title: String, last_modified: String, version: String, oscal_version: String, props: Vec<Prop>,
        parties: Vec<Party>, remarks: String,
    }
    Party { uuid: String, r#type: String, name: String }
    Prop { name: String, ns: String, value: String, class: String, remarks: String }
    Link { href: String, rel: String }
    Back { resources: Vec<Resource> }
    Resource { uuid: String, title: String, description: String, props: Vec<Prop>, rlinks: Vec<ResourceLink> }
    ResourceLink { href: String, media_type: String, hashes: Vec<Hash> }
    Hash { algorithm: String, value: String }

    Results {
        uuid: String, metadata: Metadata, import_ap: ImportPlan, results: Vec<Outcome>, back_matter: Back,
    }
    ImportPlan { href: String }
    Outcome {
        uuid: String, title: String, description: String, start: String, end: String, props: Vec<Prop>,
        reviewed_controls: Reviewed, observations: Vec<Observation>, findings: Vec<FindingOf>,
    }
    Reviewed { control_selections: Vec<Controls>, control_objective_selections: Vec<Objectives> }
    Controls { description: String, include_all: Option<All>, include_controls: Vec<ControlId> }
    Objectives { include_objectives: Vec<ObjectiveId> }
    All {}
    ControlId { control_id: String }
    ObjectiveId { objective_id: String }
    Observation {
        uuid: String, title: String, description: String, props: Vec<Prop>, methods: Vec<String>, types: Vec<String>,
        subjects: Vec<SubjectOf>, relevant_evidence: Vec<Evidence>, collected: String, remarks: String,
    }
    SubjectOf { subject_uuid: String, r#type: String, title: String }
    Evidence { href: String, description: String, props: Vec<Prop>, remarks: String }
    FindingOf {
        uuid: String, title: String, description: String, props: Vec<Prop>, target: Target,
        related_observations: Vec<ObservationId>, remarks: String,
    }
    Target { r#type: String, target_id: String, title: String, props: Vec<Prop>, status: Status }
    Status { state: String, reason: String }
    ObservationId { observation_uuid: String }

    Plan {
        uuid: String, metadata: Metadata, system_id: SystemId, observations: Vec<Observation>, risks: Vec<Risk>,
        findings: Vec<FindingOf>, poam_items: Vec<Item>, back_matter: Back,
    }
    SystemId { identifier_type: String, id: String }
    Risk {
        uuid: String, title: String, description: String, statement: String, props: Vec<Prop>, status: String,
        deadline: String, remediations: Vec<Remediation>, related_observations: Vec<ObservationId>,
    }
    Remediation { uuid: String, lifecycle: String, title: String, description: String, props: Vec<Prop>, tasks: Vec<Task> }
    Task { uuid: String, r#type: String, title: String, timing: Timing }
    Timing { on_date: OnDate }
    OnDate { date: String }
    Item {
        uuid: String, title: String, description: String, props: Vec<Prop>, related_findings: Vec<FindingId>,
        related_observations: Vec<ObservationId>, related_risks: Vec<RiskId>,
    }
    FindingId { finding_uuid: String }
    RiskId { risk_uuid: String }

    Catalog { uuid: String, metadata: Metadata, groups: Vec<Group>, back_matter: Back }
    Group { id: String, class: String, title: String, props: Vec<Prop>, controls: Vec<Control> }
    Control { id: String, class: String, title: String, props: Vec<Prop>, links: Vec<Link>, parts: Vec<Part> }
    Part { id: String, name: String, ns: String, prose: String, props: Vec<Prop> }
}
