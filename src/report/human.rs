//! The report a person reads in five seconds: counts, failures, questions, what falls due.

use std::fmt::Write;

use super::phrases::{self, Phrase};
use super::told::first_of;
use super::{Options, Paint, told};
use crate::evaluation::{Certainty, Evaluation, Fact, Finding, Group, PackInfo, Standing};
use crate::lang;
use crate::printable::{aligned, without_commands};
use crate::questions::{Subjects, certainty, open_facts};
use crate::words::{Relation, SourceStatus, Verdict};

/// How many deciding facts a finding shows; the JSON has them all.
const MAX_FACTS: usize = 6;

/// How wide the column of the ids of packs gets.
const MAX_ID: usize = 30;

/// How many provisions of other sources a finding shows; the JSON has them all.
const MAX_RELATED: usize = 3;

/// How many provisions that wait for an answer a question shows; the JSON has them all.
const MAX_WAITING: usize = 6;

/// Renders one evaluation after another; an empty line stands before each but the first of all.
pub fn render_all(evaluations: &[Evaluation], options: Options, is_first: bool) -> String {
    let before = std::iter::once(if is_first { "" } else { "\n" }).chain(std::iter::repeat("\n"));
    evaluations
        .iter()
        .zip(before)
        .map(|(evaluation, before)| before.to_string() + &render(evaluation, options))
        .collect()
}

/// Renders one evaluation.
pub fn render(evaluation: &Evaluation, options: Options) -> String {
    let mut page = Page { evaluation, options, out: String::new() };
    page.head();
    page.failures();
    page.questions();
    page.due();
    page.vacuous();
    page.others();
    page.roll_ups();
    if options.all {
        page.rest();
    }
    page.foot();
    without_commands(&page.out).into_owned()
}

struct Page<'e> {
    evaluation: &'e Evaluation,
    options: Options,
    out: String,
}

impl<'e> Page<'e> {
    fn say(&self, phrase: Phrase) -> &'static str {
        phrase.get(self.options.lang)
    }

    fn line(&mut self, text: &str) {
        let _ = writeln!(self.out, "{text}");
    }

    fn heading(&mut self, text: &str) {
        let text = self.options.paint.bold(text);
        self.line("");
        self.line(&text);
    }

    fn head(&mut self) {
        let (lang, paint) = (self.options.lang, self.options.paint);
        let name = self.evaluation.facts.owner();
        let day = lang::date(self.evaluation.as_of, lang);
        let day = phrases::HUMAN_AS_OF.filled(lang, &[("day", &day)]);
        let day = if self.options.other_day {
            paint.yellow(&format!("{day}{}", self.say(phrases::HUMAN_OTHER_DAY)))
        } else {
            day
        };
        let title = format!("{}  {day}", paint.bold(&name));
        self.line(&title);
        let summary = &self.evaluation.summary;
        let count = |text: &str, n: usize, colour: fn(Paint, &str) -> String| {
            let text = format!("{text} {n}");
            if n == 0 { paint.dim(&text) } else { colour(paint, &text) }
        };
        let mut parts = vec![
            count(Verdict::Fail.label(lang), summary.fail, Paint::red),
            count(Verdict::Unknown.label(lang), summary.unknown, Paint::yellow),
            count(Verdict::Pass.label(lang), summary.pass, Paint::green),
            count(Verdict::NotApplicable.label(lang), summary.not_applicable, Paint::dim),
            count(self.say(phrases::HUMAN_DUE_SOON), summary.due_soon, Paint::yellow),
        ];
        if summary.error > 0 {
            parts.push(count(Verdict::Error.label(lang), summary.error, Paint::red));
        }
        let line = parts.join(" · ");
        self.line(&line);
        // Nothing looked at is no clean bill of health.
        if !self.evaluation.has_applied() {
            let note = self.say(phrases::HUMAN_NOTHING);
            let note = paint.yellow(note);
            self.line(&note);
        }
    }

    fn failures(&mut self) {
        let bad = |finding: &&Finding| finding.is_failure() || finding.is_error();
        let mut failures: Vec<&'e Finding> = self.evaluation.findings.iter().filter(bad).collect();
        if failures.is_empty() {
            return;
        }
        // The worst first; otherwise in the order of the source.
        failures.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        let heading = self.say(phrases::HUMAN_FAILURES);
        self.heading(heading);
        self.by_source(failures, |page, finding| page.detail(finding, "✗", Paint::red));
    }

    /// Findings under the title of their source, in the order given within each.
    fn by_source(&mut self, findings: Vec<&'e Finding>, mut each: impl FnMut(&mut Self, &'e Finding)) {
        for pack in &self.evaluation.packs {
            let own: Vec<&'e Finding> = findings.iter().copied().filter(|finding| finding.pack == pack.id).collect();
            if own.is_empty() {
                continue;
            }
            let title = self.options.paint.dim(pack.source.title.get(self.options.lang));
            self.line(&format!("  {title}"));
            for finding in own {
                each(self, finding);
            }
        }
    }

    fn detail(&mut self, finding: &'e Finding, sign: &str, colour: fn(Paint, &str) -> String) {
        let (lang, paint) = (self.options.lang, self.options.paint);
        let severity = format!("[{}]", finding.severity.label(lang));
        let first = format!(
            "  {} {} {}  {}",
            colour(paint, sign),
            paint.bold(&told::citation(finding, self.options.lang)),
            finding.title.get(lang),
            paint.dim(&severity)
        );
        self.line(&first);
        self.indented(finding.message.get(lang));
        for fact in self.shown_facts(finding) {
            let file = &self.evaluation.facts.name;
            let place = paint.dim(&format!("({file}:{}:{})", fact.line, fact.column));
            let value = told::value(fact, lang);
            let text = format!("      {} = {value}  {place}", fact.pointer);
            self.line(&text);
        }
        for deadline in &finding.deadlines {
            let text = format!(
                "      {} {} {}",
                self.say(phrases::HUMAN_DEADLINE),
                lang::date(deadline.by, lang),
                deadline.state.label(lang)
            );
            self.line(&text);
        }
        if let Some(error) = &finding.error {
            let text = format!("      {}:{}:{}", error.file, error.line, error.column);
            self.line(&text);
        }
        for citation in &finding.citations {
            if let Some(words) = &citation.text {
                let shown: String = words.split_whitespace().collect::<Vec<_>>().join(" ");
                let text = paint.dim(&format!("      「{shown}」"));
                self.line(&text);
            }
        }
        if !finding.related.is_empty() {
            let mut related: Vec<_> = finding.related.iter().collect();
            // A conflict is told first, then what asks the same.
            related.sort_by_key(|related| match related.relation {
                Relation::Conflicts => 0,
                Relation::Equal => 1,
                Relation::Subset | Relation::Superset => 2,
                Relation::Intersects => 3,
            });
            let others: Vec<String> = related
                .iter()
                .map(|related| format!("{} {} {}", related.relation.label(lang), related.pack, related.locator))
                .collect();
            let others = first_of(&others, " · ", MAX_RELATED);
            let text = paint.dim(&format!("      {} {others}", self.say(phrases::HUMAN_RELATED)));
            self.line(&text);
        }
        if !finding.remedy.get(lang).is_empty() && finding.verdict != Verdict::Pass {
            let text = format!("→ {}", finding.remedy.get(lang));
            self.indented(&text);
        }
        let rule = match &finding.subject {
            Some(subject) => format!("      {} · {}", finding.rule, subject.id),
            None => format!("      {}", finding.rule),
        };
        let rule = paint.dim(&rule);
        self.line(&rule);
    }

    /// The facts that decided whether the rule is met.
    fn shown_facts(&self, finding: &'e Finding) -> Vec<&'e Fact> {
        finding.deciding.iter().filter(|fact| fact.group == Group::Require).take(MAX_FACTS).collect()
    }

    fn indented(&mut self, text: &str) {
        for line in text.lines() {
            let line = format!("      {line}");
            self.line(&line);
        }
    }

    fn questions(&mut self) {
        if !self.evaluation.findings.iter().any(Finding::is_open) {
            return;
        }
        let (lang, paint) = (self.options.lang, self.options.paint);
        let heading = self.say(phrases::HUMAN_QUESTIONS);
        self.heading(heading);
        let subjects = Subjects::of(self.evaluation);
        for (missing, waiting) in open_facts(self.evaluation) {
            let pointer = missing.pointer.as_str();
            let question = missing.question.as_ref().map_or(pointer, |question| question.get(lang));
            let who = told::about(subjects.around(pointer));
            let possible = match certainty(pointer, &waiting) {
                _ if !self.options.confirmed => "",
                Certainty::Confirmed => "",
                Certainty::Possible => self.say(phrases::HUMAN_POSSIBLE),
            };
            let text = format!("  {} {who}{question}{}", paint.yellow("?"), paint.dim(possible));
            self.line(&text);
            if let Some(choices) = told::choices_as_written(&missing.choices, lang) {
                self.indented(&choices);
            }
            let mut articles: Vec<String> =
                waiting.iter().map(|finding| told::citation(finding, self.options.lang)).collect();
            articles.dedup();
            let file = &self.evaluation.facts.name;
            let place = paint.dim(&format!("({file}:{}:{})", missing.line, missing.column));
            let text = format!("      {pointer}  {place}  ← {}", first_of(&articles, " ", MAX_WAITING));
            self.line(&text);
        }
    }

    fn due(&mut self) {
        let as_of = self.evaluation.as_of;
        let soon = |finding: &&Finding| finding.is_due_soon(as_of);
        let mut due: Vec<&'e Finding> = self.evaluation.findings.iter().filter(soon).collect();
        if due.is_empty() {
            return;
        }
        due.sort_by_key(|finding| finding.due_on);
        let (lang, paint) = (self.options.lang, self.options.paint);
        let heading = self.say(phrases::HUMAN_DUE);
        self.heading(heading);
        for finding in due {
            let Some(day) = finding.due_on else { continue };
            let left = as_of.days_until(day);
            let left = phrases::HUMAN_DAYS_LEFT.filled(lang, &[("n", &left)]);
            let who = finding.subject.as_ref().map_or(String::new(), |subject| format!("  {}", subject.label));
            let text = format!(
                "  {} {} {}{who}  {}",
                paint.yellow(&day.to_string()),
                told::citation(finding, self.options.lang),
                finding.title.get(lang),
                paint.dim(&left)
            );
            self.line(&text);
        }
    }

    /// Rules met only because a list is empty.
    fn vacuous(&mut self) {
        let found: Vec<&'e Finding> =
            self.evaluation.findings.iter().filter(|finding| !finding.vacuous.is_empty()).collect();
        if found.is_empty() {
            return;
        }
        let heading = self.say(phrases::HUMAN_VACUOUS);
        self.heading(heading);
        let lang = self.options.lang;
        self.by_source(found, |page, finding| {
            let lists = finding.vacuous.join(" ");
            let text =
                format!("  – {} {}  {lists}", told::citation(finding, page.options.lang), finding.title.get(lang));
            page.line(&text);
        });
    }

    fn others(&mut self) {
        let lang = self.options.lang;
        let open = |finding: &&Finding| matches!(finding.verdict, Verdict::Fail | Verdict::Unknown);
        for (standing, heading) in
            [(Standing::AboutOther, phrases::HUMAN_ABOUT_OTHERS), (Standing::Advice, phrases::HUMAN_ADVICE)]
        {
            let own = |finding: &&Finding| finding.standing == standing;
            let found: Vec<&'e Finding> = self.evaluation.findings.iter().filter(own).filter(open).collect();
            if found.is_empty() {
                continue;
            }
            self.heading(heading.get(lang));
            self.by_source(found, |page, finding| {
                let sign = if finding.verdict == Verdict::Fail { "✗" } else { "?" };
                page.detail(finding, sign, Paint::yellow);
            });
        }
    }

    fn roll_ups(&mut self) {
        let open = |finding: &&Finding| {
            finding.standing == Standing::RollUp
                && matches!(finding.verdict, Verdict::Fail | Verdict::Unknown | Verdict::Error)
        };
        let found: Vec<&'e Finding> = self.evaluation.findings.iter().filter(open).collect();
        if found.is_empty() {
            return;
        }
        let (lang, paint) = (self.options.lang, self.options.paint);
        let heading = self.say(phrases::HUMAN_ROLL_UPS);
        self.heading(heading);
        for finding in found {
            let verdict = match finding.verdict {
                Verdict::Fail | Verdict::Error => paint.red(finding.verdict.label(lang)),
                _ => paint.yellow(finding.verdict.label(lang)),
            };
            let text =
                format!("  {verdict} {} {}", told::citation(finding, self.options.lang), finding.title.get(lang));
            self.line(&text);
        }
    }

    fn rest(&mut self) {
        let (lang, paint) = (self.options.lang, self.options.paint);
        for (verdict, colour) in
            [(Verdict::Pass, Paint::green as fn(Paint, &str) -> String), (Verdict::NotApplicable, Paint::dim)]
        {
            let own = |finding: &&Finding| finding.verdict == verdict;
            let found: Vec<&'e Finding> = self.evaluation.findings.iter().filter(own).collect();
            if found.is_empty() {
                continue;
            }
            self.heading(verdict.label(lang));
            for finding in found {
                let who = finding.subject.as_ref().map_or(String::new(), |subject| format!("  {}", subject.label));
                let mut note = String::new();
                if let Some(reason) = finding.reason {
                    note = format!("  {}", reason.label(lang));
                } else if !finding.vacuous.is_empty() {
                    note = format!("  {}", self.say(phrases::HUMAN_VACUOUS_NOTE));
                } else if let Some(due) = finding.due_on {
                    note = format!("  {} {due}", self.say(phrases::HUMAN_NEXT_DUE));
                }
                let text = format!(
                    "  {} {} {}{who}{}",
                    colour(paint, if verdict == Verdict::Pass { "✓" } else { "–" }),
                    told::citation(finding, self.options.lang),
                    finding.title.get(lang),
                    paint.dim(&note)
                );
                self.line(&text);
            }
        }
    }

    fn foot(&mut self) {
        let (lang, paint) = (self.options.lang, self.options.paint);
        self.line("");
        let row = |pack: &PackInfo| {
            let draft = if pack.source.status == SourceStatus::Draft { self.say(phrases::HUMAN_DRAFT) } else { "" };
            let verified = phrases::HUMAN_VERIFIED.filled(lang, &[("day", &pack.source.verified_on.to_string())]);
            [pack.id.clone(), format!("{}{draft}{verified}", pack.source.title.get(lang))]
        };
        for line in aligned(&self.evaluation.packs.iter().map(row).collect::<Vec<_>>(), MAX_ID) {
            let line = paint.dim(&line);
            self.line(&line);
        }
        let note = self.say(phrases::HUMAN_DISCLAIMER);
        let note = paint.dim(note);
        self.line(&note);
    }
}
