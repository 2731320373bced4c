//! The first screen: a sentence, the numbers, and their shares.

use serde::Serialize;

use super::calendar::Calendar;
use super::reading::Reading;
use super::said::{GRAVEST_FIRST, Sign, counted, joined};
use crate::evaluation::{Finding, Standing, Summary};
use crate::lang::Text;
use crate::report::phrases;
use crate::words::Verdict;

/// The least width of a share in thousandths, so that whatever is there can be seen.
const LEAST_WIDTH: usize = 6;

/// The verdicts on what applies, the worst first.
const APPLYING: [Verdict; 4] = [Verdict::Fail, Verdict::Error, Verdict::Unknown, Verdict::Pass];

/// A number and where it is explained.
#[derive(Serialize)]
pub(super) struct Tile {
    #[serde(flatten)]
    sign: Sign,
    href: &'static str,
    n: usize,
    note: Text,
}

/// The binding duties that apply, as shares of a line.
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

/// How many binding duties of the organization came to each of [`APPLYING`].
fn duties(reading: &Reading<'_>) -> [usize; APPLYING.len()] {
    // The summary counts errors of whatever standing.
    let erred = reading.findings(|finding| finding.is_error() && finding.standing == Standing::Counted).len();
    let Summary { fail, unknown, pass, .. } = reading.evaluation.summary;
    [fail, erred, unknown, pass]
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
    let due_soon = reading.evaluation.summary.due_soon;
    if !reading.evaluation.has_applied() {
        return phrases::LEAD_NOTHING.text();
    }
    let duties = duties(reading);
    let [failed, erred, open, _] = duties;
    let all: usize = duties.into_iter().sum();
    let mut said = Vec::new();
    if failed > 0 {
        let phrase = if failed == 1 { phrases::LEAD_FAIL_ONE } else { phrases::LEAD_FAIL };
        said.push(phrase.with(&[("all", &all), ("n", &failed), ("detail", &severities(reading))]));
    }
    if erred > 0 {
        said.push(counted(phrases::LEAD_ERROR_ONE, phrases::LEAD_ERROR, erred));
    }
    if open > 0 {
        said.push(if failed + erred == 0 {
            phrases::LEAD_OPEN.with(&[("all", &all), ("n", &open)])
        } else {
            counted(phrases::LEAD_UNKNOWN_ONE, phrases::LEAD_UNKNOWN, open)
        });
    }
    if failed + erred + open == 0 {
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

/// The numbers; `asked` questions are to be asked.
pub(super) fn tiles(reading: &Reading<'_>, asked: usize, calendar: &Calendar<'_>) -> Vec<Tile> {
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
    let others = calendar.n - calendar.binding;
    let phrase = if others > 0 { phrases::NOTE_DUE_OTHERS } else { phrases::NOTE_DUE };
    let note = phrase.with(&[("n", &calendar.binding), ("others", &others)]);
    // Roll-ups sum up what is counted already.
    let beside = |finding: &Finding| matches!(finding.standing, Standing::Advice | Standing::AboutOther);
    let beside = reading.findings(|finding| finding.verdict == Verdict::Pass && beside(finding)).len();
    tiles.extend([
        open,
        Tile { sign, href: "#calendar", n: summary.due_soon, note },
        of(Verdict::Pass, summary.pass, "#passes", phrases::NOTE_PASS.with(&[("n", &beside)])),
        of(Verdict::NotApplicable, summary.not_applicable, "#not-applicable", phrases::NOTE_NOT_APPLICABLE.text()),
    ]);
    tiles
}

/// The shares of the verdicts in the binding duties that apply; no parts where none does.
pub(super) fn bar(reading: &Reading<'_>) -> Bar {
    let duties = duties(reading);
    let total: usize = duties.into_iter().sum();
    let mut bar = Bar { label: phrases::BAR.with(&[("n", &total)]), width: 0, parts: Vec::new() };
    for (verdict, n) in APPLYING.into_iter().zip(duties).filter(|(_, n)| *n > 0) {
        let width = (n.saturating_mul(1000) / total).max(LEAST_WIDTH);
        bar.parts.push(Share { sign: Sign::of(verdict), n, x: bar.width, width });
        bar.width += width;
    }
    bar
}
