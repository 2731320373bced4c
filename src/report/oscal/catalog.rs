//! The provisions of every source as a catalogue of controls; each rule is an objective of the first provision that it
//! judges, and the others link to it.

use std::collections::{HashMap, HashSet};

use super::ids::{control_id, uuid};
use super::model::{Catalog, Control, Group, Link, Part, Prop};
use super::rules::Strays;
use super::{NAMESPACE, line, metadata, prop, written};
use crate::evaluation::{Evaluation, PackInfo, ProvisionInfo};
use crate::lang::Lang;
use crate::report::{Options, ReportError, phrases, told};

/// The catalogue behind the evaluations; it is the same for all of them.
pub fn render(evaluations: &[Evaluation], options: Options) -> Result<String, ReportError> {
    let lang = options.lang;
    let Some(first) = evaluations.first() else {
        return Err(ReportError::failed("oscal-catalog", "there is no evaluation"));
    };
    let titles = first.findings.iter().map(|finding| (finding.rule.as_str(), finding.title.get(lang))).collect();
    let mut objectives = Objectives { titles, strays: Strays::of(first), placed: HashSet::new(), lang };
    let packs: Vec<&str> = first.packs.iter().map(|pack| pack.id.as_str()).collect();
    let catalog = Catalog {
        uuid: uuid(&["catalog", &packs.join("\n")]),
        metadata: metadata(first, phrases::OSCAL_CATALOG.get(lang), lang),
        groups: first.packs.iter().map(|pack| group(pack, &mut objectives)).collect(),
        ..Catalog::default()
    };
    written("catalog", &catalog)
}

/// The rules that already stand at a provision.
struct Objectives<'e> {
    titles: HashMap<&'e str, &'e str>,
    strays: Strays<'e>,
    placed: HashSet<&'e str>,
    lang: Lang,
}

fn group<'e>(pack: &'e PackInfo, objectives: &mut Objectives<'e>) -> Group {
    let (source, lang) = (&pack.source, objectives.lang);
    let mut props = vec![
        prop("source", &source.key),
        prop("publisher", source.publisher.get(lang)),
        prop("kind", source.kind.word()),
        prop("status", source.status.word()),
        prop("binding", source.binding.word()),
        prop("verified-on", &source.verified_on.to_string()),
        prop("digest", &pack.digest),
    ];
    props.extend(source.number.iter().map(|number| prop("number", number)));
    let days =
        [("issued-on", source.issued_on), ("effective-on", source.effective_on), ("expires-on", source.expires_on)];
    props.extend(days.iter().filter_map(|(name, day)| day.map(|day| prop(name, &day.to_string()))));
    Group {
        id: pack.id.clone(),
        class: "source".into(),
        title: line(source.title.get(lang)),
        props,
        controls: pack.provisions.iter().map(|provision| control(pack, provision, objectives)).collect(),
    }
}

fn control<'e>(pack: &'e PackInfo, provision: &'e ProvisionInfo, objectives: &mut Objectives<'e>) -> Control {
    let lang = objectives.lang;
    let mut props = vec![
        Prop { ns: String::new(), ..prop("label", &provision.locator) },
        Prop { remarks: provision.kind.label(lang).into(), ..prop("kind", provision.kind.word()) },
    ];
    props.extend(provision.placed.iter().map(|(placement, reason)| Prop {
        remarks: reason.get(lang).trim().into(),
        ..prop("placed", placement.word())
    }));
    let rules = objectives.strays.rules(pack, provision).into_iter();
    let (own, elsewhere): (Vec<&str>, Vec<&str>) = rules.partition(|rule| objectives.placed.insert(rule));
    Control {
        id: control_id(pack, provision),
        class: "provision".into(),
        title: line(&format!("{}{}", provision.locator, told::in_brackets(&provision.caption, lang))),
        props,
        links: elsewhere.iter().map(|rule| Link { href: format!("#{rule}"), rel: "related".into() }).collect(),
        parts: own.iter().map(|rule| objective(rule, objectives)).collect(),
    }
}

fn objective(rule: &str, objectives: &Objectives<'_>) -> Part {
    Part {
        id: rule.into(),
        name: "assessment-objective".into(),
        prose: objectives.titles.get(rule).copied().unwrap_or_default().into(),
        props: vec![Prop { ns: NAMESPACE.into(), ..prop("rule", rule) }],
        ..Part::default()
    }
}
