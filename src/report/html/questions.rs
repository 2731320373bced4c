//! What is to be asked, as a list and as a letter.

use std::collections::{BTreeSet, HashMap};

use indexmap::{IndexMap, IndexSet};
use serde::Serialize;

use super::reading::Reading;
use super::said::{code, plain_day, quoted, subject_label};
use crate::evaluation::{Certainty, Finding};
use crate::lang::{Lang, Text};
use crate::questions::{self, Question};
use crate::report::{phrases, told};
use crate::words::Category;

/// How many provisions that wait are named of those an answer settles, and of those it helps.
const MAX_WAITING: usize = 12;

/// A question and what waits for its answer.
#[derive(Serialize)]
pub(super) struct Asked<'e> {
    number: usize,
    /// The letters of the categories of what waits.
    categories: String,
    /// The ids of its packs, with spaces between them.
    packs: String,
    pointer: String,
    place: String,
    who: String,
    question: Text,
    choices: Option<Text>,
    possible: bool,
    settles: Waiting<'e>,
    helps: Waiting<'e>,
}

/// The first provisions that wait, and how many more do.
#[derive(Serialize)]
struct Waiting<'e> {
    articles: Vec<WaitingArticle<'e>>,
    more: usize,
    more_label: Text,
}

#[derive(Serialize)]
struct WaitingArticle<'e> {
    source: Text,
    locator: &'e str,
    caption: &'e str,
}

/// The questions, the most useful first. `confirmed`: it was searched which of them are certain to matter.
pub(super) fn questions<'e>(reading: &Reading<'e>, confirmed: bool) -> Vec<Asked<'e>> {
    let open = questions::open_facts(reading.evaluation);
    let waiting: HashMap<&str, Vec<&'e Finding>> =
        open.into_iter().map(|(missing, findings)| (missing.pointer.as_str(), findings)).collect();
    let asked = questions::questions(reading.evaluation).into_iter().zip(1..);
    let asked = asked.map(|(question, number)| {
        let findings = waiting.get(question.pointer.as_str()).cloned().unwrap_or_default();
        one(reading, question, number, findings, confirmed)
    });
    asked.collect()
}

fn one<'e>(
    reading: &Reading<'e>,
    question: Question,
    number: usize,
    findings: Vec<&'e Finding>,
    confirmed: bool,
) -> Asked<'e> {
    let categories: BTreeSet<Category> = findings.iter().map(|finding| finding.category).collect();
    let packs: IndexSet<&str> = findings.iter().map(|finding| finding.pack.as_str()).collect();
    let (alone, shared): (Vec<&Finding>, Vec<&Finding>) =
        findings.into_iter().partition(|finding| finding.missing.len() == 1);
    Asked {
        number,
        categories: categories.into_iter().map(code).collect(),
        packs: packs.into_iter().collect::<Vec<_>>().join(" "),
        place: reading.place(question.line, question.column),
        who: subject_label(question.subject.as_ref()),
        question: question.question.as_ref().map_or_else(|| Text::new(&question.pointer, &question.pointer), quoted),
        choices: choices(&question),
        pointer: question.pointer,
        possible: confirmed && question.certainty == Certainty::Possible,
        settles: waiting(reading, &alone),
        helps: waiting(reading, &shared),
    }
}

/// The answers to choose from, in a line.
fn choices(question: &Question) -> Option<Text> {
    let said = |lang| told::choices(&question.choices, lang);
    said(Lang::Ja).zip(said(Lang::En)).map(|(ja, en)| Text { ja, en })
}

/// The provisions that wait, each once.
fn waiting<'e>(reading: &Reading<'e>, findings: &[&'e Finding]) -> Waiting<'e> {
    let mut found = IndexMap::new();
    for finding in findings {
        for cited in &finding.citations {
            found.entry((finding.pack.as_str(), cited.locator.as_str())).or_insert_with(|| WaitingArticle {
                source: reading.pack_title(&finding.pack, None),
                locator: &cited.locator,
                caption: &cited.caption,
            });
        }
    }
    let more = found.len().saturating_sub(MAX_WAITING);
    Waiting {
        articles: found.into_values().take(MAX_WAITING).collect(),
        more,
        more_label: phrases::SUBJECTS_MORE.with(&[("n", &more)]),
    }
}

/// The questions as plain text; `None` if there are none.
pub(super) fn letter(reading: &Reading<'_>, asked: &[Asked<'_>]) -> Option<Text> {
    let written = |lang| written(reading, asked, lang);
    (!asked.is_empty()).then(|| Text::new(written(Lang::Ja), written(Lang::En)))
}

fn written(reading: &Reading<'_>, asked: &[Asked<'_>], lang: Lang) -> String {
    let about = phrases::LETTER_SUBJECT
        .with(&[("day", &plain_day(reading.as_of())), ("org", &reading.organization().to_string())]);
    let mut lines = vec![
        about.get(lang).to_string(),
        String::new(),
        phrases::LETTER_OPEN.get(lang).to_string(),
        phrases::LETTER_BY.get(lang).to_string(),
    ];
    for question in asked {
        let who = match question.who.as_str() {
            "" => String::new(),
            who => phrases::LETTER_ABOUT.filled(lang, &[("who", &who.to_string())]),
        };
        let articles = articles(question, lang);
        lines.extend([String::new(), format!("{}. {who}{}", question.number, question.question.get(lang))]);
        lines.extend(question.choices.iter().map(|choices| format!("   {}", choices.get(lang))));
        lines.extend([
            format!("   {}{articles}", phrases::LETTER_ARTICLES.get(lang)),
            format!("   {}{}", phrases::LETTER_POINTER.get(lang), question.pointer),
            format!("   {}", phrases::LETTER_ANSWER.get(lang)),
        ]);
    }
    lines.push(String::new());
    lines.join("\n")
}

/// The provisions that wait for an answer: each source once, with what of it waits.
fn articles(question: &Asked<'_>, lang: Lang) -> String {
    let waiting = [&question.settles, &question.helps];
    let mut sources: IndexMap<&str, IndexSet<&str>> = IndexMap::new();
    for article in waiting.iter().flat_map(|waiting| &waiting.articles) {
        sources.entry(article.source.get(lang)).or_default().insert(article.locator);
    }
    let between = phrases::BETWEEN_ARTICLES.get(lang);
    let source = |(title, locators): (&str, IndexSet<&str>)| {
        format!("{title} {}", locators.into_iter().collect::<Vec<_>>().join(between))
    };
    let mut articles: Vec<String> = sources.into_iter().map(source).collect();
    let more: usize = waiting.iter().map(|waiting| waiting.more).sum();
    if more > 0 {
        articles.push(phrases::SUBJECTS_MORE.filled(lang, &[("n", &more)]));
    }
    articles.join(phrases::BETWEEN_SOURCES.get(lang))
}
