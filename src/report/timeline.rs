//! Dates on which verdicts turn, for people.

use std::fmt::Write;

use super::{Paint, phrases};
use crate::evaluation::Standing;
use crate::lang::{self, Lang};
use crate::timeline::{Timeline, Turn};
use crate::value::Day;
use crate::words::Verdict;

/// Renders the days in order, the turns of each below it.
pub fn render(timeline: &Timeline, name: &str, lang: Lang, paint: Paint) -> String {
    let mut out = String::new();
    let name = timeline.organization.as_deref().unwrap_or(name);
    let (from, to) = (lang::date(timeline.from, lang), lang::date(timeline.to, lang));
    let range = phrases::TIMELINE_RANGE.filled(lang, &[("from", &from), ("to", &to)]);
    let _ = writeln!(out, "{}  {range}", paint.bold(name));
    if timeline.turns.is_empty() {
        let _ = writeln!(out, "{}", phrases::TIMELINE_NONE.get(lang));
    }
    let mut day: Option<Day> = None;
    for turn in &timeline.turns {
        if day != Some(turn.on) {
            day = Some(turn.on);
            let _ = writeln!(out, "\n{}", paint.bold(&lang::date(turn.on, lang)));
        }
        line(turn, lang, paint, &mut out);
    }
    out
}

fn line(turn: &Turn, lang: Lang, paint: Paint, out: &mut String) {
    let coloured = |verdict: Verdict| {
        let label = verdict.label(lang);
        match verdict {
            Verdict::Fail | Verdict::Error => paint.red(label),
            Verdict::Unknown => paint.yellow(label),
            Verdict::Pass => paint.green(label),
            Verdict::NotApplicable => paint.dim(label),
        }
    };
    let cites: Vec<&str> = turn.citations.iter().map(|citation| citation.locator.as_str()).collect();
    let advice = if turn.standing == Standing::Advice { phrases::HUMAN_ADVICE_MARK.get(lang) } else { "" };
    let subject = turn.subject.as_ref().map_or(String::new(), |subject| format!(" · {}", subject.label));
    let (before, after) = (coloured(turn.before), coloured(turn.after));
    let _ = writeln!(out, "  {before} → {after}  {} {}{subject}{advice}", cites.join(" "), turn.title.get(lang));
    let _ = writeln!(out, "      {}  ({})", turn.because.get(lang), turn.rule);
}
