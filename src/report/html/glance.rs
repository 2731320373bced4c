//! The first screen: a sentence, the numbers, and their shares.

use serde::Serialize;

use super::reading::Reading;
use super::said::{GRAVEST_FIRST, Sign, WORST_FIRST, counted, joined};
use crate::evaluation::{Finding, Summary};
use crate::lang::Text;
use crate::report::phrases;
use crate::words::Verdict;

/// The least width of a share in thousandths, so that whatever is there can be seen.
const LEAST_WIDTH: usize = 6;

/// A number and where it is explained.
#[derive(Serialize)]
pub(super) struct Tile {
    #[serde(flatten)]
    sign: Sign,
    href: &'static str,
    n: usize,
    note: Text,
}

/// What applies, as shares of a line.
#[derive(Serialize)]
pub(super) struct Bar {
    label: Text,
    width: usize,
    parts: Vec<Share>,
}

#[derive(Serialize)]
struct Share {
    #[serde(flatten)]
    sign: Sign,
    n: usize,
    x: usize,
    width: usize,
}

/// How many failures there are of each severity.
fn severities(reading: &Reading<'_>) -> Text {
    let failures = reading.findings(Finding::is_failure);
    let mut parts = Vec::new();
    for severity in GRAVEST_FIRST {
        let n = failures.iter().filter(|finding| finding.severity == severity).count();
        if n > 0 {
            parts.push(phrases::SEVERITY_COUNT.with(&[("severity", &severity.text()), ("n", &n)]));
        }
    }
    if parts.is_empty() { phrases::NOTE_NONE.text() } else { joined(&parts, phrases::BETWEEN_COUNTS) }
}

/// What came out, in a sentence or four.
pub(super) fn lead(reading: &Reading<'_>) -> Text {
    let Summary { fail, unknown, pass, error, advice, about_others, due_soon, .. } = reading.evaluation.summary;
    if fail + unknown + pass + error + advice + about_others == 0 {
        return phrases::LEAD_NOTHING.text();
    }
    let mut said = Vec::new();
    if fail > 0 {
        let phrase = if fail == 1 { phrases::LEAD_FAIL_ONE } else { phrases::LEAD_FAIL };
        said.push(phrase.with(&[("n", &fail), ("detail", &severities(reading))]));
    }
    if error > 0 {
        said.push(counted(phrases::LEAD_ERROR_ONE, phrases::LEAD_ERROR, error));
    }
    if unknown > 0 {
        said.push(counted(phrases::LEAD_UNKNOWN_ONE, phrases::LEAD_UNKNOWN, unknown));
    }
    if fail + error + unknown == 0 {
        said.push(phrases::LEAD_CLEAR.text());
    }
    if due_soon > 0 {
        said.push(counted(phrases::LEAD_DUE_ONE, phrases::LEAD_DUE, due_soon));
    }
    Text::new(
        said.iter().map(|text| text.ja.as_str()).collect::<String>(),
        said.iter().map(|text| text.en.as_str()).collect::<Vec<_>>().join(" "),
    )
}

/// What the numbers leave out.
pub(super) fn aside(reading: &Reading<'_>) -> Option<Text> {
    let Summary { advice, about_others, .. } = reading.evaluation.summary;
    (about_others + advice > 0).then(|| phrases::LEAD_OUTSIDE.with(&[("others", &about_others), ("advice", &advice)]))
}

/// The numbers; `asked` questions are to be asked, `due` duties stand in the calendar.
pub(super) fn tiles(reading: &Reading<'_>, asked: usize, due: usize) -> Vec<Tile> {
    let summary = &reading.evaluation.summary;
    let of = |verdict, n, href, note| Tile { sign: Sign::of(verdict), href, n, note };
    let mut tiles = vec![of(Verdict::Fail, summary.fail, "#failures", severities(reading))];
    if summary.error > 0 {
        tiles.push(of(Verdict::Error, summary.error, "#errors", phrases::NOTE_ERROR.text()));
    }
    let note = phrases::NOTE_UNKNOWN.with(&[("n", &asked)]);
    let mut open = of(Verdict::Unknown, summary.unknown, "#questions", note);
    open.sign.label = phrases::TILE_UNKNOWN.text();
    let sign = Sign { cls: "d", mark: "◷", label: phrases::TILE_DUE.text() };
    let note = phrases::NOTE_DUE.with(&[("n", &due)]);
    tiles.extend([
        open,
        Tile { sign, href: "#calendar", n: summary.due_soon, note },
        of(Verdict::Pass, summary.pass, "#passes", phrases::NOTE_PASS.text()),
        of(Verdict::NotApplicable, summary.not_applicable, "#not-applicable", phrases::NOTE_NOT_APPLICABLE.text()),
    ]);
    tiles
}

/// The shares of the verdicts in what applies.
pub(super) fn bar(reading: &Reading<'_>) -> Bar {
    let summary = &reading.evaluation.summary;
    let count = |verdict| match verdict {
        Verdict::Fail => summary.fail,
        Verdict::Error => summary.error,
        Verdict::Unknown => summary.unknown,
        Verdict::Pass => summary.pass,
        Verdict::NotApplicable => 0,
    };
    let total: usize = WORST_FIRST.into_iter().map(count).sum();
    let mut bar = Bar { label: phrases::BAR.with(&[("n", &total)]), width: 0, parts: Vec::new() };
    for verdict in WORST_FIRST {
        let n = count(verdict);
        if n > 0 {
            let width = (n.saturating_mul(1000) / total).max(LEAST_WIDTH);
            bar.parts.push(Share { sign: Sign::of(verdict), n, x: bar.width, width });
            bar.width += width;
        }
    }
    bar
}
