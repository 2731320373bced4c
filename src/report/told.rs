//! What is told of a finding, in the same words by every format.

#![cfg_attr(not(feature = "formats"), allow(dead_code, reason = "a library without the formats needs few of them"))]

use std::borrow::Cow;

use super::phrases;
use crate::evaluation::{Choice, Evaluation, Fact, Finding, Group, MissingFact, Subject};
use crate::lang::{self, Lang};
use crate::redact;
use crate::words::Verdict;

/// What facts from standard input are called.
const STANDARD_INPUT: &str = "stdin";

/// The verdicts, the worst first.
pub(super) const WORST_FIRST: [Verdict; 5] =
    [Verdict::Fail, Verdict::Error, Verdict::Unknown, Verdict::Pass, Verdict::NotApplicable];

/// Where `verdict` stands among [`WORST_FIRST`].
pub(super) fn rank(verdict: Verdict) -> usize {
    WORST_FIRST.iter().position(|other| *other == verdict).unwrap_or(WORST_FIRST.len())
}

/// A place in the facts.
#[derive(Clone, Copy)]
pub(super) struct Place<'e> {
    /// RFC 6901 pointer.
    pub(super) pointer: &'e str,
    /// Line, from 1.
    pub(super) line: u32,
    /// Column, from 1.
    pub(super) column: u32,
}

/// Whether the facts came from standard input, so that there is no file to point at.
pub(super) fn is_stream(evaluation: &Evaluation) -> bool {
    evaluation.facts.name == STANDARD_INPUT
}

/// `第10条（取扱状況の確認手段）`: the provisions a finding cites.
pub(super) fn citation(finding: &Finding, lang: Lang) -> String {
    let locators: Vec<&str> = finding.citations.iter().map(|citation| citation.locator.as_str()).collect();
    let caption = finding.citations.first().map_or("", |citation| citation.caption.as_str());
    format!("{}{}", locators.join("・"), in_brackets(caption, lang))
}

/// The same with the source before it.
pub(super) fn citation_with_source(finding: &Finding, lang: Lang) -> String {
    let source = finding.citations.first().map_or("", |citation| citation.title.get(lang));
    format!("{source} {}", citation(finding, lang))
}

/// A caption as it follows a locator.
pub fn in_brackets(caption: &str, lang: Lang) -> String {
    match (caption, lang) {
        ("", _) => String::new(),
        (caption, Lang::Ja) => format!("（{caption}）"),
        (caption, Lang::En) => format!(" ({caption})"),
    }
}

/// `rule · subject`
pub(super) fn name(finding: &Finding) -> String {
    match &finding.subject {
        Some(_) => format!("{} · {}", finding.rule, identity(finding)),
        None => finding.rule.clone(),
    }
}

/// What tells the element a finding is about from all others, in every run; empty where it is about the whole.
///
/// Ids that are hidden look alike, so that the place of the element is needed as well.
pub(super) fn identity(finding: &Finding) -> Cow<'_, str> {
    match &finding.subject {
        Some(subject) if redact::is_masked(&subject.id) => format!("{} {}", subject.id, subject.pointer).into(),
        Some(subject) => subject.id.as_str().into(),
        None => "".into(),
    }
}

/// The facts that decided whether the rule is met; where none did, those that decided whether it applies.
pub(super) fn deciding(finding: &Finding) -> Vec<&Fact> {
    let of = |group: Group| finding.deciding.iter().filter(move |fact| fact.group == group);
    if of(Group::Require).next().is_some() { of(Group::Require).collect() } else { of(Group::Applies).collect() }
}

/// Where to look first: what is missing, what decided, or else what the finding is about.
pub(super) fn place(finding: &Finding) -> Option<Place<'_>> {
    let missing = finding.missing.first().map(of_missing);
    let decided = deciding(finding).first().map(|fact| of_fact(fact));
    let subject = finding.subject.as_ref();
    let subject =
        subject.map(|subject| Place { pointer: &subject.pointer, line: subject.line, column: subject.column });
    missing.or(decided).or(subject)
}

/// Where a fact stands.
pub(super) fn of_fact(fact: &Fact) -> Place<'_> {
    Place { pointer: &fact.pointer, line: fact.line, column: fact.column }
}

/// Where an answer is missing.
pub(super) fn of_missing(missing: &MissingFact) -> Place<'_> {
    Place { pointer: &missing.pointer, line: missing.line, column: missing.column }
}

/// A value as it is read, or that it is hidden.
pub(super) fn value(fact: &Fact, lang: Lang) -> Cow<'_, str> {
    fact.shown().unwrap_or(Cow::Borrowed(lang::masked(lang)))
}

/// `/organization/name = x`
pub(super) fn fact(fact: &Fact, lang: Lang) -> String {
    format!("{} = {}", fact.pointer, value(fact, lang))
}

/// `/organization/name: what is its name?`
pub(super) fn missing(missing: &MissingFact, lang: Lang) -> String {
    match question(missing, lang) {
        Some(question) => format!("{}: {question}", missing.pointer),
        None => missing.pointer.clone(),
    }
}

/// `a vendor: `, as it stands before a question about that element.
pub(super) fn about(subject: Option<&Subject>) -> String {
    subject.map_or_else(String::new, |subject| format!("{}: ", subject.label))
}

/// What to ask, with the answers to choose from: `which kind? (Choices: a corporation / an individual)`
pub(super) fn question(missing: &MissingFact, lang: Lang) -> Option<String> {
    let choices = choices(&missing.choices, lang).map_or_else(String::new, |choices| in_brackets(&choices, lang));
    missing.question.as_ref().map(|question| format!("{}{choices}", question.get(lang)))
}

/// `Choices: a corporation / an individual`: the answers to choose from, as people say them; `None` where there are none.
pub(super) fn choices(choices: &[Choice], lang: Lang) -> Option<String> {
    let labels = choices.iter().map(|choice| choice.label.get(lang).to_string());
    chosen_from(labels.collect(), lang)
}

/// The same with the words that stand in the facts: `a corporation (corporation)`.
pub(super) fn choices_as_written(choices: &[Choice], lang: Lang) -> Option<String> {
    let labels = choices.iter().map(|choice| format!("{}{}", choice.label.get(lang), in_brackets(&choice.value, lang)));
    chosen_from(labels.collect(), lang)
}

fn chosen_from(labels: Vec<String>, lang: Lang) -> Option<String> {
    let between = phrases::BETWEEN_CHOICES.get(lang);
    (!labels.is_empty()).then(|| format!("{}{}", phrases::QUESTIONS_CHOICES.get(lang), labels.join(between)))
}

/// Everything that helps to understand and mend it, in lines.
pub(super) fn details(evaluation: &Evaluation, finding: &Finding, lang: Lang) -> Vec<String> {
    let file = &evaluation.facts.name;
    let at = |place: Place<'_>| format!("({file}:{}:{})", place.line, place.column);
    let mut lines = vec![
        format!("{} [{}]", citation_with_source(finding, lang), finding.severity.label(lang)),
        finding.title.get(lang).to_string(),
        finding.message.get(lang).to_string(),
    ];
    if let Some(error) = &finding.error {
        // A finding that says only what went wrong says it here, with its place.
        lines.retain(|line| line != error.message.get(lang));
        let (file, line, column) = (&error.file, error.line, error.column);
        lines.push(format!("{} ({file}:{line}:{column})", error.message.get(lang)));
    }
    lines.extend(deciding(finding).into_iter().map(|one| format!("{}  {}", fact(one, lang), at(of_fact(one)))));
    lines.extend(finding.missing.iter().map(|one| format!("? {}  {}", missing(one, lang), at(of_missing(one)))));
    lines.extend(finding.deadlines.iter().map(|deadline| {
        let (by, state) = (lang::date(deadline.by, lang), deadline.state.label(lang));
        format!("{} {by} {state}", phrases::CARD_DUE.get(lang))
    }));
    lines.extend(remedy(finding, lang).map(|remedy| format!("→ {remedy}")));
    lines
}

/// What to do about a breach. Where something is unknown, the answer comes first.
pub(super) fn remedy(finding: &Finding, lang: Lang) -> Option<&str> {
    Some(finding.remedy.get(lang)).filter(|remedy| finding.verdict == Verdict::Fail && !remedy.is_empty())
}

/// A path as a reference to it: relative as it stands, absolute with its scheme.
pub(super) fn uri(path: &str) -> String {
    let path = path.strip_prefix("./").unwrap_or(path);
    let mut uri = String::from(if path.starts_with('/') { "file://" } else { "" });
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => uri.push(char::from(byte)),
            other => uri.push_str(&format!("%{other:02X}")),
        }
    }
    uri
}

/// The first `most` of `names` in a line with `between` between them, and how many more there are.
pub(super) fn first_of(names: &[impl AsRef<str>], between: &str, most: usize) -> String {
    let shown: Vec<&str> = names.iter().take(most).map(AsRef::as_ref).collect();
    match names.len().saturating_sub(most) {
        0 => shown.join(between),
        more => format!("{} +{more}", shown.join(between)),
    }
}

/// `text` on one line, without what stands around it.
pub(super) fn on_a_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::uri;

    #[test]
    fn paths_become_references() {
        assert_eq!(uri("./facts/center.json"), "facts/center.json");
        assert_eq!(uri("事実 1.json"), "%E4%BA%8B%E5%AE%9F%201.json");
        assert_eq!(uri("/facts/a.json"), "file:///facts/a.json");
        assert_eq!(uri("a:b?c#d%.json"), "a%3Ab%3Fc%23d%25.json");
    }
}
