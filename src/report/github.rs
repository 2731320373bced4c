//! Workflow commands of GitHub Actions: annotations on the facts, and a line of counts.

use std::fmt::Write;

use super::{Options, phrases, told};
use crate::evaluation::{Evaluation, Finding};
use crate::lang::{Lang, date};
use crate::printable::without_commands;
use crate::words::Verdict;

/// How many annotations of each kind GitHub keeps of a step.
const MOST: usize = 10;

/// How many characters of a title it keeps.
const LONGEST_TITLE: usize = 255;

/// How many characters of a message are written; it keeps about as many.
const LONGEST_MESSAGE: usize = 4000;

/// What becomes an annotation.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Error,
    Warning,
    Notice,
}

impl Kind {
    const ALL: [Kind; 3] = [Kind::Error, Kind::Warning, Kind::Notice];

    fn command(self) -> &'static str {
        match self {
            Kind::Error => "error",
            Kind::Warning => "warning",
            Kind::Notice => "notice",
        }
    }

    fn of(evaluation: &Evaluation, finding: &Finding) -> Option<Kind> {
        match () {
            () if finding.is_failure() || finding.is_error() => Some(Kind::Error),
            () if finding.is_open() => Some(Kind::Warning),
            () if finding.is_due_soon(evaluation.as_of) => Some(Kind::Notice),
            () => None,
        }
    }
}

/// The annotations of every organization, the worst first, then its counts.
pub fn render(evaluations: &[Evaluation], options: Options) -> String {
    let lang = options.lang;
    let mut out = String::new();
    let mut left_out = Vec::new();
    for kind in Kind::ALL {
        let all =
            evaluations.iter().flat_map(|evaluation| evaluation.findings.iter().map(move |found| (evaluation, found)));
        let mut own: Vec<(&Evaluation, &Finding)> =
            all.filter(|(evaluation, finding)| Kind::of(evaluation, finding) == Some(kind)).collect();
        own.sort_by_key(|(_, finding)| std::cmp::Reverse(finding.severity));
        for (evaluation, finding) in own.iter().take(MOST) {
            annotation(&mut out, kind, evaluation, finding, lang);
        }
        let more = own.len().saturating_sub(MOST);
        if more > 0 {
            left_out.push(format!("{} {more}", kind.command()));
        }
    }
    for evaluation in evaluations {
        plain(&mut out, &counts(evaluation, lang));
    }
    if !left_out.is_empty() {
        let places: [(&str, &dyn phrases::Fill); 2] = [("detail", &left_out.join(" · ")), ("most", &MOST)];
        plain(&mut out, &phrases::GITHUB_MORE.filled(lang, &places));
    }
    out
}

fn annotation(out: &mut String, kind: Kind, evaluation: &Evaluation, finding: &Finding, lang: Lang) {
    let mut properties = Vec::new();
    if !told::is_stream(evaluation) {
        properties.push(("file", evaluation.facts.name.clone()));
        let place = told::place(finding);
        let line = place.map_or(evaluation.facts.line, |place| Some(place.line));
        properties.extend(line.map(|line| ("line", line.to_string())));
        properties.extend(place.map(|place| ("col", place.column.to_string())));
    }
    let title = format!("{} {}", told::citation(finding, lang), finding.title.get(lang));
    properties.push(("title", shortened(&title, LONGEST_TITLE)));
    let properties: Vec<String> =
        properties.into_iter().map(|(name, value)| format!("{name}={}", escaped_property(&value))).collect();
    let message = shortened(&message(kind, evaluation, finding, lang), LONGEST_MESSAGE);
    let _ = writeln!(out, "::{} {}::{}", kind.command(), properties.join(","), escaped(&message));
}

fn message(kind: Kind, evaluation: &Evaluation, finding: &Finding, lang: Lang) -> String {
    let mut lines = match (kind, finding.due_on) {
        (Kind::Notice, Some(day)) => {
            let left = phrases::DAYS_LEFT.with(&[("n", &evaluation.as_of.days_until(day))]);
            vec![
                format!("{} {} ({})", phrases::CARD_DUE.get(lang), date(day, lang), left.get(lang)),
                told::citation_with_source(finding, lang),
            ]
        }
        // The title says the citation and what is asked.
        _ => told::details(evaluation, finding, lang).into_iter().skip(2).collect(),
    };
    lines.push(format!("{} ({})", told::name(finding), evaluation.facts.owner()));
    lines.join("\n")
}

fn counts(evaluation: &Evaluation, lang: Lang) -> String {
    let summary = &evaluation.summary;
    let counts: Vec<String> = [
        (Verdict::Fail.label(lang), summary.fail),
        (Verdict::Unknown.label(lang), summary.unknown),
        (Verdict::Error.label(lang), summary.error),
        (Verdict::Pass.label(lang), summary.pass),
        (Verdict::NotApplicable.label(lang), summary.not_applicable),
        (phrases::TILE_DUE.get(lang), summary.due_soon),
    ]
    .iter()
    .map(|(label, count)| format!("{label} {count}"))
    .collect();
    let day = phrases::AS_OF.with(&[("day", &date(evaluation.as_of, lang))]);
    let organization = shortened(&evaluation.facts.owner(), LONGEST_TITLE);
    format!("jobun: {organization} · {}: {}", day.get(lang), counts.join(" · "))
}

/// A line that is no command, whatever stands in it: the older form of commands is found anywhere in a line.
fn plain(out: &mut String, text: &str) {
    let _ = writeln!(out, "{}", without_commands(&told::on_a_line(text)));
}

/// The first characters of `text`, with a mark where it goes on.
fn shortened(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_string(),
        Some(_) => text.chars().take(most.saturating_sub(1)).chain(['…']).collect(),
    }
}

fn escaped(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn escaped_property(text: &str) -> String {
    escaped(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_escaped() {
        assert_eq!(escaped("100%\r\n::error::x"), "100%25%0D%0A::error::x");
        assert_eq!(escaped_property("a:b,c%\n"), "a%3Ab%2Cc%25%0A");
    }

    #[test]
    fn a_plain_line_holds_no_command() {
        let mut out = String::new();
        plain(&mut out, "jobun: x\n::error::y ##[error]z");
        assert_eq!(out, "jobun: x ::error::y # #[error]z\n");
    }

    #[test]
    fn long_texts_are_cut_between_characters() {
        assert_eq!(shortened("条文", 2), "条文");
        assert_eq!(shortened("条文です", 3), "条文…");
    }
}
