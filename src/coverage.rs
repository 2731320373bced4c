//! What of a source is encoded: provision × requirement × rule × case. It never guesses: silence is a gap.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

use crate::cite::{Provision, is_within};
use crate::lang::Text;
use crate::policy::{Pack, PolicySet, Rule};
use crate::value::Day;
use crate::words::{Modality, Placement, ProvisionKind, Verdict};

/// The name of the format.
pub const FORMAT: &str = "jobun.coverage";

/// Its version; it grows when a reader of the old one would be wrong.
pub const VERSION: u32 = 1;

/// What of each source is encoded.
#[derive(Clone, Debug, Serialize)]
pub struct Coverage {
    /// [`FORMAT`]
    pub format: &'static str,
    /// [`VERSION`]
    pub version: u32,
    /// The packs, in the order of their ids.
    pub packs: Vec<PackCoverage>,
    /// All packs together.
    pub totals: Totals,
}

/// What of one source is encoded.
#[derive(Clone, Debug, Serialize)]
pub struct PackCoverage {
    /// The id of the pack.
    pub pack: String,
    /// The title of its source.
    pub title: Text,
    /// When it was last compared with the source.
    pub verified_on: Day,
    /// Its counts.
    pub totals: Totals,
    /// Its provisions, in the order of the source.
    pub provisions: Vec<ProvisionCoverage>,
}

/// Counts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// Provisions in the outline.
    pub provisions: usize,
    /// Requirements found in them.
    pub requirements: usize,
    /// Requirements that a rule judges.
    pub covered: usize,
    /// Requirements that no rule judges, by what they are.
    pub placed: BTreeMap<&'static str, usize>,
    /// Requirements, and provisions that command or forbid without any, of which nothing is said.
    pub gaps: usize,
    /// Requirements of provisions that command or forbid, those out of reach and the like left out.
    pub duties: usize,
    /// Those of them that a rule judges by what it asks itself, or that a sum of other rules covers alone.
    pub duties_with_own_rule: usize,
    /// Rules.
    pub rules: usize,
    /// Rules without a case in which they pass, fail and are unknown.
    pub rules_short_of_cases: usize,
    /// Cases.
    pub cases: usize,
}

/// One provision.
#[derive(Clone, Debug, Serialize)]
pub struct ProvisionCoverage {
    /// How a lawyer cites it.
    pub locator: String,
    /// Its heading.
    pub caption: String,
    /// What it is.
    pub kind: ProvisionKind,
    /// What was found in it.
    pub requirements: Vec<RequirementCoverage>,
    /// Whether it commands or forbids, but no requirement was found in it or below it, no rule cites it, and
    /// nothing says why.
    pub silent: bool,
}

/// One requirement: judged by rules, placed with a reason, or neither.
#[derive(Clone, Debug, Serialize)]
pub struct RequirementCoverage {
    /// Its id.
    pub id: String,
    /// Where it stands.
    pub state: State,
    /// The rules that judge it.
    pub rules: Vec<RuleCoverage>,
    /// Whether one of them judges it by itself, or sums up others for it alone.
    pub has_own_rule: bool,
    /// What it is where no rule judges it.
    pub placed: Option<Placement>,
    /// Why no rule judges it.
    pub reason: Option<Text>,
}

/// Where a requirement stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// A rule judges it.
    Covered,
    /// No rule does, and the outline says why.
    Placed,
    /// Neither.
    Gap,
}

/// One rule that judges a requirement.
#[derive(Clone, Debug, Serialize)]
pub struct RuleCoverage {
    /// Its id.
    pub id: String,
    /// How strongly it speaks.
    pub modality: Modality,
    /// Its cases, by the verdict they state.
    pub cases: BTreeMap<&'static str, usize>,
}

/// Compares the outlines of `set` with its rules; `cases` has the verdicts stated of each rule, by its id.
pub fn coverage(set: &PolicySet, cases: &BTreeMap<String, Vec<Verdict>>) -> Coverage {
    let packs: Vec<PackCoverage> = set.packs.iter().map(|pack| of_pack(pack, cases)).collect();
    let mut totals = Totals::default();
    packs.iter().for_each(|pack| totals.add(&pack.totals));
    Coverage { format: FORMAT, version: VERSION, packs, totals }
}

/// The verdicts that no case of `rule` states though it can have them; `stated` are those of its cases. A sum has
/// those of its parts.
pub fn unstated(rule: &Rule, stated: &[Verdict]) -> Vec<Verdict> {
    if !rule.rolls_up.is_empty() {
        return Vec::new();
    }
    let conditional = rule.applies.as_ref().map(|_| Verdict::NotApplicable);
    let possible = [Verdict::Pass, Verdict::Fail, Verdict::Unknown].into_iter().chain(conditional);
    possible.filter(|verdict| !stated.contains(verdict)).collect()
}

fn of_pack(pack: &Pack, cases: &BTreeMap<String, Vec<Verdict>>) -> PackCoverage {
    let mut judges: HashMap<&str, Vec<&Rule>> = HashMap::new();
    for rule in &pack.rules {
        for id in &rule.covers {
            judges.entry(&id.text).or_default().push(rule);
        }
    }
    let provisions: Vec<ProvisionCoverage> = pack
        .outline
        .provisions()
        .iter()
        .map(|provision| ProvisionCoverage {
            locator: provision.locator.clone(),
            caption: provision.caption.clone(),
            kind: provision.kind,
            requirements: provision
                .requirements
                .iter()
                .map(|id| requirement(provision, id, judges.get(id.as_str()).map_or(&[][..], Vec::as_slice), cases))
                .collect(),
            silent: is_silent(pack, provision),
        })
        .collect();
    let mut totals = Totals { provisions: provisions.len(), rules: pack.rules.len(), ..Totals::default() };
    for rule in &pack.rules {
        let stated = cases.get(&rule.id.text).map_or(&[][..], Vec::as_slice);
        totals.cases += stated.len();
        totals.rules_short_of_cases += usize::from(!unstated(rule, stated).is_empty());
    }
    for of in &provisions {
        totals.gaps += usize::from(of.silent);
        for found in &of.requirements {
            totals.requirements += 1;
            match (found.state, found.placed) {
                (State::Placed, Some(placement)) => *totals.placed.entry(placement.word()).or_default() += 1,
                (State::Covered, _) => totals.covered += 1,
                _ => totals.gaps += 1,
            }
            if found.state != State::Placed && of.kind.commands() {
                totals.duties += 1;
                totals.duties_with_own_rule += usize::from(found.has_own_rule);
            }
        }
    }
    PackCoverage {
        pack: pack.id.clone(),
        title: pack.source.title.clone(),
        verified_on: pack.source.verified_on,
        totals,
        provisions,
    }
}

/// Whether nothing is said of a provision that commands or forbids.
fn is_silent(pack: &Pack, provision: &Provision) -> bool {
    let commands = provision.kind.commands();
    let below = |locator: &str| is_within(locator, &provision.locator);
    let of = pack.outline.provisions();
    let mut known = of.iter().filter(|other| !other.requirements.is_empty() || !other.placed.is_empty());
    commands
        && provision.placed.is_empty()
        && !known.any(|other| below(&other.locator))
        && !pack.rules.iter().any(|rule| rule.cites.iter().any(|cited| below(&cited.text)))
}

fn requirement(
    provision: &Provision,
    id: &str,
    rules: &[&Rule],
    cases: &BTreeMap<String, Vec<Verdict>>,
) -> RequirementCoverage {
    let placed = provision.placed.iter().find(|placed| placed.requirements.iter().any(|held| held == id));
    let counted = |rule: &&Rule| {
        let mut count: BTreeMap<&'static str, usize> = BTreeMap::new();
        for verdict in cases.get(&rule.id.text).into_iter().flatten() {
            *count.entry(verdict.word()).or_default() += 1;
        }
        RuleCoverage { id: rule.id.text.clone(), modality: rule.modality, cases: count }
    };
    RequirementCoverage {
        id: id.to_string(),
        state: match (rules, placed) {
            ([_, ..], _) => State::Covered,
            (_, Some(_)) => State::Placed,
            _ => State::Gap,
        },
        rules: rules.iter().map(counted).collect(),
        has_own_rule: rules.iter().any(|rule| rule.rolls_up.is_empty() || rule.covers.len() == 1),
        placed: placed.map(|placed| placed.placement),
        reason: placed.map(|placed| placed.reason.clone()),
    }
}

impl Totals {
    fn add(&mut self, other: &Totals) {
        self.provisions += other.provisions;
        self.requirements += other.requirements;
        self.covered += other.covered;
        for (word, count) in &other.placed {
            *self.placed.entry(word).or_default() += count;
        }
        self.gaps += other.gaps;
        self.duties += other.duties;
        self.duties_with_own_rule += other.duties_with_own_rule;
        self.rules += other.rules;
        self.rules_short_of_cases += other.rules_short_of_cases;
        self.cases += other.cases;
    }

    /// The requirements that are covered or placed.
    pub fn accounted_for(&self) -> usize {
        self.covered + self.placed.values().sum::<usize>()
    }
}
