//! How the page says what an evaluation holds: signs of verdicts, days, short forms.

use serde::Serialize;

use crate::evaluation::{Finding, Subject};
use crate::lang::{self, Lang, Text};
use crate::printable;
use crate::report::phrases::{self, Phrase};
use crate::report::told::first_of;
pub(super) use crate::report::told::{WORST_FIRST, rank};
use crate::value::Day;
use crate::words::{Category, Severity, Verdict, Word};

/// How many locators stand for a finding in a line.
const MAX_LOCATORS: usize = 3;

/// How long the label of a subject is in a line.
const MAX_LABEL: usize = 60;

/// The severities, the gravest first.
pub(super) const GRAVEST_FIRST: [Severity; 4] = [Severity::Critical, Severity::High, Severity::Medium, Severity::Low];

/// A verdict as it is marked: the class of its colour, a mark that needs no colour, its word.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Sign {
    pub(super) cls: &'static str,
    pub(super) mark: &'static str,
    pub(super) label: Text,
}

impl Sign {
    pub(super) fn of(verdict: Verdict) -> Self {
        Sign { cls: class(verdict), mark: mark(verdict), label: verdict.text() }
    }
}

/// A sign and how often.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Tally {
    #[serde(flatten)]
    pub(super) sign: Sign,
    pub(super) n: usize,
}

pub(super) fn mark(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Fail => "✗",
        Verdict::Error => "!",
        Verdict::Unknown => "?",
        Verdict::Pass => "✓",
        Verdict::NotApplicable => "–",
    }
}

pub(super) fn class(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Fail => "f",
        Verdict::Error => "e",
        Verdict::Unknown => "u",
        Verdict::Pass => "p",
        Verdict::NotApplicable => "n",
    }
}

pub(super) fn worse(one: Verdict, other: Verdict) -> Verdict {
    if rank(other) < rank(one) { other } else { one }
}

pub(super) fn pips(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "●●●●",
        Severity::High => "●●●○",
        Severity::Medium => "●●○○",
        Severity::Low => "●○○○",
    }
}

/// A letter for a category; letters side by side make a list.
pub(super) fn code(category: Category) -> char {
    let place = Category::ALL.iter().position(|(other, ..)| *other == category);
    place.and_then(|place| ('a'..='z').nth(place)).unwrap_or('_')
}

/// The words for one, or for `n`.
pub(super) fn counted(one: Phrase, many: Phrase, n: usize) -> Text {
    if n == 1 { one.text() } else { many.with(&[("n", &n)]) }
}

/// Texts one after the other, with what stands between them in each language.
pub(super) fn joined(texts: &[Text], between: Phrase) -> Text {
    let of = |lang: Lang| texts.iter().map(|text| text.get(lang)).collect::<Vec<_>>().join(between.get(lang));
    Text::new(of(Lang::Ja), of(Lang::En))
}

pub(super) fn plain_day(day: Day) -> Text {
    Text::new(lang::date(day, Lang::Ja), lang::date(day, Lang::En))
}

/// The day with its day of the week.
pub(super) fn long_day(day: Day) -> Text {
    Text::new(lang::long_date(day, Lang::Ja), lang::long_date(day, Lang::En))
}

/// How far `day` is from `as_of`.
pub(super) fn distance(as_of: Day, day: Day) -> Text {
    let days = as_of.days_until(day);
    let n = usize::try_from(days.unsigned_abs()).unwrap_or(usize::MAX);
    match days {
        0 => phrases::DAYS_TODAY.text(),
        1.. => counted(phrases::DAYS_LEFT_ONE, phrases::DAYS_LEFT, n),
        _ => counted(phrases::DAYS_OVER_ONE, phrases::DAYS_OVER, n),
    }
}

/// `text`, cut where it is longer than `most` characters.
pub(super) fn shortened(text: &str, most: usize) -> String {
    printable::shortened(text, most).into_owned()
}

/// A question of the vocabulary as a sentence has it: words between backticks stand in quotation marks.
pub(super) fn quoted(question: &Text) -> Text {
    Text::new(in_marks(&question.ja, "「", "」"), in_marks(&question.en, "“", "”"))
}

/// `text` with marks in place of each pair of backticks.
fn in_marks(text: &str, open: &str, close: &str) -> String {
    let (mut out, mut rest) = (String::new(), text);
    while let Some((before, from)) = rest.split_once('`')
        && let Some((word, after)) = from.split_once('`')
    {
        out.extend([before, open, word, close]);
        rest = after;
    }
    out + rest
}

/// The provisions a finding cites, in a line.
pub(super) fn locators(finding: &Finding) -> String {
    let names: Vec<&str> = finding.citations.iter().map(|cited| cited.locator.as_str()).collect();
    first_of(&names, "・", MAX_LOCATORS)
}

/// What a finding is about, in a line; empty if it is about no element.
pub(super) fn subject_label(subject: Option<&Subject>) -> String {
    subject.map_or_else(String::new, |subject| shortened(&subject.label, MAX_LABEL))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_between_backticks_are_quoted() {
        let question = Text::new("まだなければ `never` か `self` です。", "`never`, or `self`?");
        let read = Text::new("まだなければ 「never」 か 「self」 です。", "“never”, or “self”?");
        assert_eq!(quoted(&question), read);
        let alone = Text::new("何も引かない", "one ` alone, ``");
        assert_eq!(quoted(&alone), Text::new("何も引かない", "one “ alone, ”`"));
    }
}
