//! What of each source is encoded, for people.

use std::fmt::Write;

use super::Paint;
use super::phrases::{self, Fill};
use crate::coverage::{Coverage, PackCoverage, RequirementCoverage, State, Totals};
use crate::lang::Lang;
use crate::words::{Placement, Word};

/// What to show.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// The language.
    pub lang: Lang,
    /// Colour.
    pub paint: Paint,
    /// Whether every provision is listed, or only gaps.
    pub all: bool,
}

/// Renders a table of counts, and below it what is missing or everything.
pub fn render(coverage: &Coverage, options: Options) -> String {
    let mut out = String::new();
    let lang = options.lang;
    for pack in &coverage.packs {
        let title = options.paint.bold(&format!("{}  {}", pack.pack, pack.title.get(lang)));
        let _ = writeln!(out, "{title}");
        let _ = writeln!(out, "  {}", counts(&pack.totals, lang));
        provisions(pack, options, &mut out);
    }
    if coverage.packs.len() > 1 {
        let all = options.paint.bold(phrases::COVERAGE_ALL.get(lang));
        let _ = writeln!(out, "{all}\n  {}", counts(&coverage.totals, lang));
    }
    out
}

/// The counts in a line.
pub fn counts(totals: &Totals, lang: Lang) -> String {
    let placed: Vec<String> = Placement::ALL
        .iter()
        .filter_map(|(placement, word, _)| Some(format!("{} {}", placement.label(lang), totals.placed.get(word)?)))
        .collect();
    let placed = if placed.is_empty() { String::new() } else { format!(" · {}", placed.join(" · ")) };
    let Totals { provisions, requirements, covered, gaps, duties, duties_with_own_rule, rules, cases, .. } = totals;
    let short = &totals.rules_short_of_cases;
    let first: [(&str, &dyn Fill); 5] = [
        ("provisions", provisions),
        ("requirements", requirements),
        ("covered", covered),
        ("placed", &placed),
        ("gaps", gaps),
    ];
    let second: [(&str, &dyn Fill); 5] =
        [("duties", duties), ("own", duties_with_own_rule), ("rules", rules), ("short", short), ("cases", cases)];
    let (first, second) =
        (phrases::COVERAGE_COUNTS.filled(lang, &first), phrases::COVERAGE_RULES.filled(lang, &second));
    format!("{first}\n  {second}")
}

fn provisions(pack: &PackCoverage, options: Options, out: &mut String) {
    for provision in &pack.provisions {
        let commands = provision.kind.commands();
        let is_summed = |requirement: &&RequirementCoverage| {
            commands && requirement.state == State::Covered && !requirement.has_own_rule
        };
        let shown = |requirement: &&RequirementCoverage| {
            options.all || requirement.state == State::Gap || is_summed(requirement)
        };
        let requirements: Vec<&RequirementCoverage> = provision.requirements.iter().filter(shown).collect();
        if requirements.is_empty() && !provision.silent && !options.all {
            continue;
        }
        let kind = provision.kind.label(options.lang);
        let name = [("name", &provision.locator as &dyn Fill), ("n", &provision.caption)];
        let name = phrases::NUMBERED.filled(options.lang, &name);
        let _ = writeln!(out, "    {name} [{kind}]");
        if provision.silent {
            let gap = phrases::COVERAGE_SILENT.get(options.lang);
            let _ = writeln!(out, "      {}", options.paint.red(&format!("✗ {gap}")));
        }
        for requirement in requirements {
            let _ = writeln!(out, "      {}", line(requirement, options));
        }
    }
}

fn line(requirement: &RequirementCoverage, options: Options) -> String {
    let id = &requirement.id;
    match (requirement.state, requirement.placed, &requirement.reason) {
        (State::Covered, ..) => {
            let rules: Vec<String> = requirement
                .rules
                .iter()
                .map(|rule| {
                    let cases: Vec<String> =
                        rule.cases.iter().map(|(verdict, count)| format!("{verdict} {count}")).collect();
                    if cases.is_empty() { rule.id.clone() } else { format!("{} ({})", rule.id, cases.join(", ")) }
                })
                .collect();
            let rules = rules.join(" · ");
            if requirement.has_own_rule {
                format!("✓ {id}: {rules}")
            } else {
                format!("Σ {id}: {}", phrases::COVERAGE_SUMMED.filled(options.lang, &[("rules", &rules)]))
            }
        }
        (State::Placed, Some(placement), Some(reason)) => {
            format!("– {id}: {} — {}", placement.label(options.lang), reason.get(options.lang).trim())
        }
        _ => {
            let gap = phrases::COVERAGE_GAP.get(options.lang);
            options.paint.red(&format!("✗ {id}: {gap}"))
        }
    }
}
