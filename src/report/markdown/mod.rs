//! A comment on a pull request: counts, failures, questions and what falls due; the rest folded. It is never longer
//! than GitHub takes: what is gravest stands first, and a closing line says how much was left out.

mod escape;
mod fit;

use std::fmt::Write;

use self::escape::{code, inline, lines};
use self::fit::{Chapter, Rest, Section, fit, length};
use super::Options;
use super::cells::{Urgency, captions, locators, place_in, worst_first};
use super::phrases::{self, Phrase};
use super::told;
use crate::evaluation::{Certainty, Evaluation, Finding, PackInfo, Subject};
use crate::lang::{self, Lang};
use crate::questions::{Question, questions};
use crate::words::Verdict;

/// How many characters a comment on GitHub holds.
pub const MOST: usize = 65_536;

/// Room for the line that says what was left out.
const FOR_THE_REST: usize = 1_000;

/// How much of a sentence is shown.
const SENTENCE: usize = 600;

/// How much of a name, a title or a list of provisions is shown.
const NAME: usize = 200;

/// How much of a pointer or a value is shown.
const VALUE: usize = 160;

/// How many packs are named.
const PACKS: usize = 40;

/// What the items of a list are, the most pressing first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Failures,
    Errors,
    Questions,
    Due,
    Others,
    Advice,
    RollUps,
}

impl Part {
    fn name(self) -> Phrase {
        match self {
            Part::Failures => phrases::FAILURES_TITLE,
            Part::Errors => phrases::ERRORS_TITLE,
            Part::Questions => phrases::QUESTIONS_TITLE,
            Part::Due => phrases::DUE_SOON_TITLE,
            Part::Others => phrases::OTHERS_TITLE,
            Part::Advice => phrases::ADVICE_TITLE,
            Part::RollUps => phrases::ROLL_UPS_TITLE,
        }
    }

    /// Whether it is folded, since it does not count.
    fn is_folded(self) -> bool {
        matches!(self, Part::Others | Part::Advice | Part::RollUps)
    }
}

/// Renders one evaluation after another.
pub fn render(evaluations: &[Evaluation], options: Options) -> String {
    render_within(evaluations, options, MOST)
}

fn render_within(evaluations: &[Evaluation], options: Options, most: usize) -> String {
    let chapters = evaluations.iter().map(|evaluation| Comment { evaluation, options }.chapter()).collect();
    let foot = foot(evaluations, options.lang);
    let (mut out, rest) = fit(chapters, most.saturating_sub(length(&foot) + FOR_THE_REST));
    out.push_str(&foot);
    if !rest.is_empty() {
        let line = left_out(&rest, options.lang);
        let _ = writeln!(out, "\n**{line}**");
    }
    out
}

/// What was left out, in a sentence, the most pressing first.
fn left_out(rest: &Rest, lang: Lang) -> String {
    let chapters = (rest.chapters > 0).then_some((phrases::ORGANIZATION_COUNT, rest.chapters));
    let items = rest.items.iter().map(|(part, count)| (part.name(), *count));
    let parts = chapters
        .into_iter()
        .chain(items)
        .map(|(name, count)| phrases::NUMBERED.filled(lang, &[("n", &count), ("name", &name.text())]));
    let parts = parts.collect::<Vec<_>>().join(phrases::BETWEEN_ARTICLES.get(lang));
    phrases::LEFT_OUT.filled(lang, &[("what", &parts)])
}

/// What all organizations have in common: the packs, the engine, and what this is not.
fn foot(evaluations: &[Evaluation], lang: Lang) -> String {
    let mut out = String::new();
    if let Some(first) = evaluations.first() {
        let _ = write!(out, "<details>\n<summary>{}</summary>\n\n", phrases::EVIDENCE_PACKS.get(lang));
        for pack in first.packs.iter().take(PACKS) {
            let _ = writeln!(out, "- {}", pack_line(pack, lang));
        }
        if let Some(more) = first.packs.len().checked_sub(PACKS + 1) {
            let _ = writeln!(out, "- +{}", more + 1);
        }
        let engine = format!("{} {}", first.engine.name, first.engine.version);
        let name = phrases::EVIDENCE_ENGINE.get(lang);
        let _ = write!(out, "- {name} {}\n\n</details>\n\n", code(&engine, NAME));
    }
    out.push_str(phrases::DISCLAIMER.get(lang));
    out.push('\n');
    out
}

fn pack_line(pack: &PackInfo, lang: Lang) -> String {
    let verified = format!("{} {}", phrases::EVIDENCE_VERIFIED.get(lang), pack.source.verified_on);
    let changed = pack.parameters.iter().filter(|parameter| !parameter.is_default);
    let changed: Vec<String> = changed.map(|parameter| format!("{}={}", parameter.name, parameter.value)).collect();
    let changed = match changed.as_slice() {
        [] => String::new(),
        all => format!(" — {} {}", phrases::EVIDENCE_PARAMETERS.get(lang), code(&all.join(" "), VALUE)),
    };
    let title = inline(pack.source.title.get(lang), NAME);
    format!("{} {title} — {verified}{changed} — {}", code(&pack.id, NAME), code(&pack.digest, NAME))
}

/// One organization.
struct Comment<'e> {
    evaluation: &'e Evaluation,
    options: Options,
}

impl<'e> Comment<'e> {
    fn say(&self, phrase: Phrase) -> &'static str {
        phrase.get(self.options.lang)
    }

    fn chapter(&self) -> Chapter {
        let findings = worst_first(self.evaluation);
        let of = |urgency: Urgency| findings.iter().copied().filter(move |finding| Urgency::of(finding) == urgency);
        let graded = |finding: &Finding, item: String| (finding.severity as u8, item);
        let sections = [
            self.section(Part::Failures, of(Urgency::Failure).map(|f| graded(f, self.failure(f))).collect()),
            self.section(Part::Errors, of(Urgency::Error).map(|f| graded(f, self.error(f))).collect()),
            self.section(Part::Questions, self.questions()),
            self.section(Part::Due, self.due()),
            self.section(Part::Others, of(Urgency::AboutOther).map(|f| graded(f, self.uncounted(f))).collect()),
            self.section(Part::Advice, of(Urgency::Advice).map(|f| graded(f, self.uncounted(f))).collect()),
            self.section(Part::RollUps, of(Urgency::RollUp).map(|f| graded(f, self.roll_up(f))).collect()),
        ];
        let sections = sections.into_iter().filter(|section| !section.items.is_empty()).collect();
        Chapter { head: self.head(), sections, foot: self.evidence() }
    }

    fn section(&self, part: Part, items: Vec<(u8, String)>) -> Section {
        let name = [("n", &items.len() as &dyn phrases::Fill), ("name", &part.name().text())];
        let name = phrases::NUMBERED.filled(self.options.lang, &name);
        let open = if part.is_folded() {
            format!("<details>\n<summary>{name}</summary>\n\n")
        } else {
            format!("### {name}\n\n")
        };
        Section::new(part, open, items, self.options.lang)
    }

    fn head(&self) -> String {
        let lang = self.options.lang;
        let name = inline(&self.evaluation.facts.owner(), NAME);
        let day = lang::date(self.evaluation.as_of, lang);
        let title = phrases::PAGE_TITLE.with(&[("day", &day), ("org", &name)]);
        let mut out = format!("## {}\n\n", title.get(lang));
        if self.options.other_day {
            let _ = writeln!(out, "**{}**\n", self.say(phrases::OTHER_DAY));
        }
        let summary = &self.evaluation.summary;
        let mut counts = vec![
            (Verdict::Fail.label(lang), summary.fail),
            (Verdict::Unknown.label(lang), summary.unknown),
            (Verdict::Pass.label(lang), summary.pass),
            (Verdict::NotApplicable.label(lang), summary.not_applicable),
            (self.say(phrases::TILE_DUE), summary.due_soon),
        ];
        if summary.error > 0 {
            counts.push((Verdict::Error.label(lang), summary.error));
        }
        let row = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
        out.push_str(&row(counts.iter().map(|(name, _)| (*name).to_string()).collect()));
        out.push_str(&row(counts.iter().map(|_| "--:".to_string()).collect()));
        out.push_str(&row(counts.iter().map(|(_, count)| count.to_string()).collect()));
        out.push('\n');
        // Nothing looked at is no clean bill of health.
        if !self.evaluation.has_applied() {
            let _ = writeln!(out, "{}\n", self.say(phrases::LEAD_NOTHING));
        }
        out
    }

    fn evidence(&self) -> String {
        let facts = &self.evaluation.facts;
        let name = self.say(phrases::EVIDENCE_FACTS);
        format!(
            "{name} {} {} {} · {} {}\n\n",
            code(&facts.place(), NAME),
            self.say(phrases::EVIDENCE_DIGEST),
            code(&facts.digest, NAME),
            self.say(phrases::EVIDENCE_AS_OF),
            self.evaluation.as_of
        )
    }

    /// `第10条（取扱状況の確認手段）`
    fn article(&self, finding: &Finding) -> String {
        let locators = locators(finding, "・");
        let captions = captions(finding, "・");
        let whole = if captions.is_empty() {
            locators
        } else {
            phrases::NUMBERED.filled(self.options.lang, &[("name", &locators), ("n", &captions)])
        };
        inline(&whole, NAME)
    }

    /// Severity, article, what is asked, and of whom or what.
    fn first_line(&self, finding: &Finding) -> String {
        let lang = self.options.lang;
        let severity = finding.severity.label(lang);
        let title = inline(finding.title.get(lang), NAME);
        format!("- **[{severity}] {}** {title}{}", self.article(finding), subject(finding.subject.as_ref()))
    }

    fn failure(&self, finding: &Finding) -> String {
        let lang = self.options.lang;
        let mut parts = vec![self.first_line(finding), lines(finding.message.get(lang), SENTENCE, "  ")];
        parts.extend(self.remedy(finding));
        parts.push(self.where_it_stands(finding));
        item(parts)
    }

    fn error(&self, finding: &Finding) -> String {
        let mut parts = vec![self.first_line(finding)];
        if let Some(error) = &finding.error {
            parts.push(lines(error.message.get(self.options.lang), SENTENCE, "  "));
            parts.push(code(&format!("{}:{}:{}", error.file, error.line, error.column), VALUE));
        }
        parts.push(self.where_it_stands(finding));
        item(parts)
    }

    fn uncounted(&self, finding: &Finding) -> String {
        let lang = self.options.lang;
        let verdict = match finding.about {
            None => finding.verdict.text(),
            Some(whose) => {
                phrases::UNCOUNTED_VERDICT.with(&[("standing", &whose.text()), ("verdict", &finding.verdict.text())])
            }
        };
        let message = format!("{}: {}", verdict.get(lang), lines(finding.message.get(lang), SENTENCE, "  "));
        let mut parts = vec![self.first_line(finding), message];
        parts.extend(self.remedy(finding));
        parts.push(self.where_it_stands(finding));
        item(parts)
    }

    fn roll_up(&self, finding: &Finding) -> String {
        let lang = self.options.lang;
        let title = inline(finding.title.get(lang), NAME);
        let verdict = finding.verdict.label(lang);
        item(vec![format!("- {verdict} **{}** {title} · {}", self.article(finding), code(&finding.rule, NAME))])
    }

    fn remedy(&self, finding: &Finding) -> Option<String> {
        let remedy = lines(finding.remedy.get(self.options.lang), SENTENCE, "  ");
        (!remedy.is_empty()).then(|| format!("→ {remedy}"))
    }

    /// The rule, and the place and value of the fact that decided.
    fn where_it_stands(&self, finding: &Finding) -> String {
        let mut parts = Vec::new();
        let place = place_in(&self.evaluation.facts.name, finding);
        if !place.is_empty() {
            parts.push(code(&place, VALUE));
        }
        if let Some(missing) = finding.missing.first() {
            parts.push(code(&missing.pointer, VALUE));
        } else if let Some(fact) = told::deciding(finding).first() {
            let value = told::value(fact, self.options.lang);
            parts.push(format!("{} = {}", code(&fact.pointer, VALUE), code(&value, VALUE)));
        }
        parts.push(code(&format!("{}/{}", finding.pack, finding.rule), NAME));
        parts.join(" ")
    }

    fn questions(&self) -> Vec<(u8, String)> {
        questions(self.evaluation).iter().map(|question| (0, self.question(question))).collect()
    }

    fn question(&self, question: &Question) -> String {
        let about = subject(question.subject.as_ref());
        let asked = question.question.as_ref().map_or(question.pointer.as_str(), |text| text.get(self.options.lang));
        let possible = match question.certainty {
            Certainty::Possible if self.options.confirmed => format!(" ({})", self.say(phrases::CARD_MISSING_POSSIBLE)),
            _ => String::new(),
        };
        let mut articles: Vec<&str> = Vec::new();
        for waiting in question.settles.iter().chain(&question.helps) {
            articles.extend(waiting.locators.iter().map(String::as_str));
        }
        let mut seen = std::collections::HashSet::new();
        articles.retain(|article| seen.insert(*article));
        let place = format!("{}:{}:{}", self.evaluation.facts.name, question.line, question.column);
        let place = format!("{} {} ← ", code(&question.pointer, VALUE), code(&place, VALUE));
        item(vec![
            format!("- [ ] {}{about}{possible}", inline(asked, SENTENCE)),
            told::choices(&question.choices, self.options.lang)
                .map_or_else(String::new, |choices| inline(&choices, SENTENCE)),
            format!("{place}{}", inline(&articles.join(" "), NAME)),
        ])
    }

    fn due(&self) -> Vec<(u8, String)> {
        let (lang, as_of) = (self.options.lang, self.evaluation.as_of);
        let soon = self.evaluation.findings.iter().filter(|finding| finding.is_due_soon(as_of));
        let mut due: Vec<_> = soon.filter_map(|finding| Some((finding.due_on?, finding))).collect();
        due.sort_by_key(|(day, _)| *day);
        let item_of = |(day, finding): (crate::value::Day, &'e Finding)| {
            let left = match as_of.days_until(day) {
                0 => phrases::DAYS_TODAY.text(),
                1 => phrases::DAYS_LEFT_ONE.text(),
                days => phrases::DAYS_LEFT.with(&[("n", &days)]),
            };
            let (article, title) = (self.article(finding), inline(finding.title.get(lang), NAME));
            let left = left.get(lang);
            (0, item(vec![format!("- {day} ({left}) **{article}** {title}{}", subject(finding.subject.as_ref()))]))
        };
        due.into_iter().map(item_of).collect()
    }
}

/// ` — ` and what the finding is about.
fn subject(subject: Option<&Subject>) -> String {
    subject.map_or_else(String::new, |subject| format!(" — {}", code(&subject.label, NAME)))
}

/// An item of a list: each part on a line.
fn item(parts: Vec<String>) -> String {
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    format!("{}\n", parts.join("\\\n  "))
}
