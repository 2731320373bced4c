//! The whole of what the template prints.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

use super::calendar::{Calendar, calendar};
use super::cards::{ADVICE, Brief, Cards, ERRORS, FAILURES, OTHERS, UNKNOWNS, brief, cards, gravest_first};
use super::evidence::{Evidence, evidence};
use super::glance::{Bar, Tile, aside, bar, lead, tiles};
use super::heat::{Heat, heat};
use super::matrix::{Matrix, matrix};
use super::passes::{Met, Out, met, out};
use super::plan::{Plan, plan};
use super::questions::{Asked, letter, questions};
use super::reading::{Reading, is_uncounted};
use super::related::give_once;
use super::said::{WORST_FIRST, class, code, long_day, shortened};
use crate::evaluation::{Evaluation, Finding, Standing};
use crate::lang::Text;
use crate::report::{Options, phrases};
use crate::words::{Category, Verdict, Word};

/// How many characters of the name of an organization stand at the top.
const MAX_NAME: usize = 200;

/// The words, then the parts of the page from top to bottom.
#[derive(Serialize)]
pub(super) struct View<'e> {
    w: BTreeMap<String, Text>,
    lang: &'static str,
    other_day: bool,
    organization: String,
    title: Text,
    as_of: Text,
    lead: Text,
    aside: Option<Text>,
    tiles: Vec<Tile>,
    bar: Bar,
    filters: Filters<'e>,
    heat: Heat,
    failures: Cards<'e>,
    errors: Cards<'e>,
    unknowns: Cards<'e>,
    others: Cards<'e>,
    advice: Cards<'e>,
    roll_ups: Vec<RollUp<'e>>,
    questions: Vec<Asked<'e>>,
    letter: Option<Text>,
    calendar: Calendar<'e>,
    plan: Plan<'e>,
    matrix: Matrix<'e>,
    passes: Vec<Met<'e>>,
    not_applicable: Vec<Out<'e>>,
    evidence: Evidence<'e>,
    /// Whether there are duties that could not be decided: where nothing is listed it is no all-clear then.
    undecided: bool,
}

/// What the page can be filtered by.
#[derive(Serialize)]
struct Filters<'e> {
    verdicts: Vec<Choice<&'static str>>,
    categories: Vec<Choice<char>>,
    sources: Vec<Choice<&'e str>>,
}

#[derive(Serialize)]
struct Choice<I> {
    id: I,
    label: Text,
}

/// A sum, and the rules that made it so.
#[derive(Serialize)]
struct RollUp<'e> {
    #[serde(flatten)]
    brief: Brief<'e>,
    because: Vec<Because<'e>>,
}

#[derive(Serialize)]
struct Because<'e> {
    rule: &'e str,
    anchor: Option<String>,
}

pub(super) fn view(evaluation: &Evaluation, options: Options) -> View<'_> {
    let reading = &Reading::of(evaluation);
    let ordered = |own: &dyn Fn(&Finding) -> bool| gravest_first(reading.findings(own));
    let failing = ordered(&Finding::is_failure);
    let of_others = ordered(&|finding| is_uncounted(finding, Standing::AboutOther));
    let mut failures = cards(reading, &failing, FAILURES);
    let mut errors = cards(reading, &ordered(&Finding::is_error), ERRORS);
    let mut unknowns = cards(reading, &ordered(&Finding::is_open), UNKNOWNS);
    let mut others = cards(reading, &of_others, OTHERS);
    let mut advice = cards(reading, &ordered(&|finding| is_uncounted(finding, Standing::Advice)), ADVICE);
    let sections = [&mut failures, &mut errors, &mut unknowns, &mut others, &mut advice];
    give_once(sections.into_iter().flat_map(Cards::related));
    let questions = questions(reading, options.confirmed);
    let calendar = calendar(reading);
    let organization = shortened(&reading.organization(), MAX_NAME);
    View {
        w: phrases::by_name(),
        lang: options.lang.tag(),
        other_day: options.other_day,
        title: phrases::PAGE_TITLE.with(&[("day", &evaluation.as_of.to_string()), ("org", &organization)]),
        organization,
        as_of: phrases::AS_OF.with(&[("day", &long_day(evaluation.as_of))]),
        lead: lead(reading),
        aside: aside(reading),
        tiles: tiles(reading, questions.len(), &calendar),
        bar: bar(reading),
        filters: filters(evaluation),
        heat: heat(reading),
        roll_ups: roll_ups(reading, &[&failures, &errors, &unknowns, &others, &advice]),
        plan: plan(reading, &failing, &of_others),
        undecided: errors.n + unknowns.n > 0,
        failures,
        errors,
        unknowns,
        others,
        advice,
        letter: letter(reading, &questions),
        questions,
        calendar,
        matrix: matrix(reading),
        passes: met(reading),
        not_applicable: out(reading),
        evidence: evidence(reading),
    }
}

fn filters(evaluation: &Evaluation) -> Filters<'_> {
    let any = |own: &dyn Fn(&Finding) -> bool| evaluation.findings.iter().any(own);
    let verdicts = WORST_FIRST.into_iter().filter(|verdict| any(&|finding| finding.verdict == *verdict));
    let categories = Category::ALL.iter().map(|(category, ..)| *category);
    let categories = categories.filter(|category| any(&|finding| finding.category == *category));
    let sources = evaluation.packs.iter().map(|pack| Choice { id: pack.id.as_str(), label: pack.title.clone() });
    Filters {
        verdicts: verdicts.map(|verdict| Choice { id: class(verdict), label: verdict.text() }).collect(),
        categories: categories.map(|category| Choice { id: code(category), label: category.text() }).collect(),
        sources: sources.collect(),
    }
}

/// The sums that are not met or open, with links to the first card of each rule that made them so.
fn roll_ups<'e>(reading: &Reading<'e>, sections: &[&Cards<'e>]) -> Vec<RollUp<'e>> {
    let mut anchors: HashMap<&str, &str> = HashMap::new();
    for card in sections.iter().flat_map(|section| &section.cards) {
        anchors.entry(card.rule).or_insert(&card.anchor);
    }
    let open = |finding: &Finding| {
        finding.standing == Standing::RollUp
            && matches!(finding.verdict, Verdict::Fail | Verdict::Unknown | Verdict::Error)
    };
    let because = |rule: &'e String| Because { rule, anchor: anchors.get(rule.as_str()).map(ToString::to_string) };
    let found = reading.findings(open).into_iter();
    found.map(|sum| RollUp { brief: brief(sum), because: sum.because.iter().map(because).collect() }).collect()
}
