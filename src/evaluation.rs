//! What one evaluation found out: plain data, the only thing any report reads.
//!
//! Serialized it is the JSON of `schemas/evaluation.schema.json`.

use std::borrow::Cow;
use std::sync::Arc;

use serde::Serialize;

use crate::json::texts_of_value;
use crate::lang::Text;
use crate::printable;
pub use crate::schema::Choice;
use crate::value::Day;
pub use crate::words::Standing;
use crate::words::{
    Addressee, Binding, Category, DeadlineState, Inapplicable, Modality, Placement, ProvisionKind, Relation, Severity,
    SourceKind, SourceStatus, Verdict,
};

/// The name of the format.
pub const FORMAT: &str = "jobun.evaluation";

/// Its version; it grows when a reader of the old one would be wrong.
pub const VERSION: u32 = 1;

/// The JSON Schema of an evaluation.
pub const SCHEMA: &str = include_str!("../schemas/evaluation.schema.json");

/// How many days ahead "due soon" looks.
pub const DUE_SOON_DAYS: i64 = 30;

/// Everything one run found out about one organization on one day.
#[derive(Clone, Debug, Serialize)]
pub struct Evaluation {
    /// [`FORMAT`]
    pub format: &'static str,
    /// [`VERSION`]
    pub version: u32,
    /// The engine.
    pub engine: EngineInfo,
    /// The day judged at.
    pub as_of: Day,
    /// The facts.
    pub facts: FactsInfo,
    /// The packs.
    pub packs: Vec<PackInfo>,
    /// The counts.
    pub summary: Summary,
    /// The findings, in the order of packs, rules and elements.
    pub findings: Vec<Finding>,
}

/// Which engine ran.
#[derive(Clone, Debug, Serialize)]
pub struct EngineInfo {
    /// `jobun`
    pub name: &'static str,
    /// Its version.
    pub version: &'static str,
    /// The rules of the calendar of open days.
    pub calendar: &'static str,
    /// The functions the host added to the language, by their signatures.
    pub functions: Vec<String>,
}

/// Which facts were read.
#[derive(Clone, Debug, Serialize)]
pub struct FactsInfo {
    /// What the caller called them, for example a file name.
    pub name: String,
    /// Of a file with one organization on each line, the line they stand on, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// SHA-256 of the bytes, in hexadecimal.
    pub digest: String,
    /// The organization, where the facts name it.
    pub organization: Option<String>,
}

/// A name that stands in every row or line of a report is cut off after so many characters.
const MAX_REPEATED: usize = 200;

impl FactsInfo {
    /// Every text in which answers may stand, to be looked at or changed.
    pub fn texts_of_answers(&mut self, look: &mut dyn FnMut(&mut String)) {
        look(&mut self.name);
        self.organization.iter_mut().for_each(look);
    }

    /// Whose facts they are, or what the caller called them.
    pub fn owner(&self) -> Cow<'_, str> {
        self.organization.as_deref().map_or_else(|| self.place(), Cow::Borrowed)
    }

    /// What tells them from other facts: `facts.json`, or `vendors.ndjson:17`.
    pub fn place(&self) -> Cow<'_, str> {
        match self.line {
            None => Cow::Borrowed(&self.name),
            Some(line) => Cow::Owned(format!("{}:{line}", self.name)),
        }
    }

    /// A name as it is repeated in each row or line of a report: not so long that the report grows with it.
    pub fn repeated(name: &str) -> Cow<'_, str> {
        printable::shortened(name, MAX_REPEATED)
    }
}

/// One pack that was evaluated.
#[derive(Clone, Debug, Serialize)]
pub struct PackInfo {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub title: Text,
    /// SHA-256 over its files and the shared ones, in hexadecimal.
    pub digest: String,
    /// The instrument.
    pub source: SourceInfo,
    /// The values of its parameters.
    pub parameters: Vec<ParameterInfo>,
    /// The provisions of the instrument, in its order, and what is encoded of them. They are the same whatever the
    /// facts are, and no part of the JSON; `jobun coverage --format json` has them.
    #[serde(skip)]
    pub provisions: Arc<Vec<ProvisionInfo>>,
}

/// One provision of an instrument.
#[derive(Clone, Debug, PartialEq)]
pub struct ProvisionInfo {
    /// How a lawyer cites it.
    pub locator: String,
    /// Its heading.
    pub caption: String,
    /// What it is.
    pub kind: ProvisionKind,
    /// The rules that judge what it asks.
    pub rules: Vec<String>,
    /// What it is where no rule judges it, and why none does.
    pub placed: Vec<(Placement, Text)>,
}

/// The instrument a pack encodes.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SourceInfo {
    /// A short stable key.
    pub key: String,
    /// Its full title.
    pub title: Text,
    /// Who issued it.
    pub publisher: Text,
    /// Its number, where it has one.
    pub number: Option<String>,
    /// What kind of instrument it is.
    pub kind: SourceKind,
    /// Whether it is settled.
    pub status: SourceStatus,
    /// The strongest a finding can be.
    pub binding: Binding,
    /// When it was issued.
    pub issued_on: Option<Day>,
    /// From when it is judged.
    pub effective_on: Option<Day>,
    /// Until when it is judged.
    pub expires_on: Option<Day>,
    /// When the pack was last compared with it.
    pub verified_on: Day,
}

/// The value of a parameter in this run.
#[derive(Clone, Debug, Serialize)]
pub struct ParameterInfo {
    /// Its name.
    pub name: String,
    /// Its value, as written.
    pub value: String,
    /// Whether it is the default.
    pub is_default: bool,
}

/// The counts a reader sees first. Roll-ups are in none of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Binding duties of the organization that are not met.
    pub fail: usize,
    /// Binding duties of the organization that are open for lack of facts.
    pub unknown: usize,
    /// Binding duties of the organization that are met.
    pub pass: usize,
    /// Findings that do not apply, of whatever standing.
    pub not_applicable: usize,
    /// Rules that could not be worked out.
    pub error: usize,
    /// Recommendations and examples that are not met, or open.
    pub advice: usize,
    /// Breaches, or open questions, of another party.
    pub about_others: usize,
    /// Met or open duties that fall due within [`DUE_SOON_DAYS`].
    pub due_soon: usize,
}

/// One rule, one subject.
#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    /// The rule.
    pub rule: String,
    /// Its pack.
    pub pack: String,
    /// The compliant state, in a line.
    pub title: Text,
    /// The provisions that asked for it.
    pub citations: Vec<Citation>,
    /// Provisions of other sources that ask the same, more, less, or otherwise. Empty for rules that do not apply.
    pub related: Vec<RelatedProvision>,
    /// What it is about, for rules that look at each element of a list.
    pub subject: Option<Subject>,
    /// The verdict.
    pub verdict: Verdict,
    /// Why it does not apply.
    pub reason: Option<Inapplicable>,
    /// How it counts.
    pub standing: Standing,
    /// How strongly the source speaks.
    pub modality: Modality,
    /// What that amounts to with the rank of the source.
    pub binding: Binding,
    /// Who must act.
    pub addressee: Addressee,
    /// Whose breach it is, if not the organization's.
    pub about: Option<Addressee>,
    /// What it is about.
    pub category: Category,
    /// How bad a breach is.
    pub severity: Severity,
    /// What to say.
    pub message: Text,
    /// What to do.
    pub remedy: Text,
    /// The facts that decided.
    pub deciding: Vec<Fact>,
    /// The facts that are missing, in the order first read.
    pub missing: Vec<MissingFact>,
    /// The day by which the next act must come.
    pub due_on: Option<Day>,
    /// Each deadline.
    pub deadlines: Vec<DeadlineInfo>,
    /// Pointers of lists that a quantifier found empty: met, but nothing was looked at.
    pub vacuous: Vec<String>,
    /// What went wrong.
    pub error: Option<ErrorInfo>,
    /// For a roll-up, the rules that made it so.
    pub because: Vec<String>,
    /// The first day after the day judged at on which the verdict may be another one though no answer changes;
    /// `None` if time alone never changes it.
    pub stable_until: Option<Day>,
}

/// A provision, as cited.
#[derive(Clone, Debug, Serialize)]
pub struct Citation {
    /// The key of the source.
    pub source: String,
    /// The title of the source.
    pub title: Text,
    /// The number of the source, where it has one.
    pub number: Option<String>,
    /// How a lawyer cites the provision.
    pub locator: String,
    /// Its heading.
    pub caption: String,
    /// The day from which this version of the source is in force.
    pub version: Option<Day>,
    /// First day on which the rule is judged.
    pub valid_from: Option<Day>,
    /// Last day on which the rule is judged.
    pub valid_until: Option<Day>,
    /// The words of the provision, where a copy of the source was given and still has them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// A provision of another source that stands in a relation to one that is cited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RelatedProvision {
    /// The pack of the provision.
    pub pack: String,
    /// The title of its source.
    pub title: Text,
    /// How a lawyer cites it.
    pub locator: String,
    /// Its heading.
    pub caption: String,
    /// What the cited provision is to it.
    pub relation: Relation,
    /// Why.
    pub because: Text,
}

/// The element a finding is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Subject {
    /// The ids of the elements, outermost first, joined with `/`.
    pub id: String,
    /// What it is called.
    pub label: String,
    /// RFC 6901 pointer of the element.
    pub pointer: String,
    /// Line of the element, from 1.
    pub line: u32,
    /// Column of the element, from 1.
    pub column: u32,
}

/// A fact that had a part in the verdict.
#[derive(Clone, Debug, Serialize)]
pub struct Fact {
    /// RFC 6901 pointer.
    pub pointer: String,
    /// Line of the value, from 1.
    pub line: u32,
    /// Column of the value, from 1.
    pub column: u32,
    /// The value; `null` if it may not be shown.
    pub value: serde_json::Value,
    /// Whether it is sensitive and therefore not shown.
    pub masked: bool,
    /// What was asked.
    pub question: Option<Text>,
    /// What it decided.
    pub group: Group,
}

impl Subject {
    /// Every text in which answers may stand, to be looked at or changed.
    pub fn texts_of_answers(&mut self, look: &mut dyn FnMut(&mut String)) {
        [&mut self.id, &mut self.label, &mut self.pointer].into_iter().for_each(look);
    }
}

impl Fact {
    /// Every text in which answers may stand, to be looked at or changed.
    pub fn texts_of_answers(&mut self, look: &mut dyn FnMut(&mut String)) {
        look(&mut self.pointer);
        texts_of_value(&mut self.value, look);
    }

    /// The value as it is read: words without quotes, everything else as JSON; `None` where it may not be shown.
    pub fn shown(&self) -> Option<Cow<'_, str>> {
        match &self.value {
            _ if self.masked => None,
            serde_json::Value::String(text) => Some(Cow::Borrowed(text)),
            other => Some(Cow::Owned(other.to_string())),
        }
    }
}

/// To which part of a rule a fact belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Group {
    /// Whether the rule applies.
    Applies,
    /// Whether it is met.
    Require,
}

/// A fact nobody answered.
#[derive(Clone, Debug, Serialize)]
pub struct MissingFact {
    /// RFC 6901 pointer where the answer belongs.
    pub pointer: String,
    /// Line of the object it belongs into, from 1.
    pub line: u32,
    /// Column of that object, from 1.
    pub column: u32,
    /// What to ask.
    pub question: Option<Text>,
    /// The words that may be answered, where the vocabulary says what they mean to people.
    pub choices: Arc<[Choice]>,
    /// What it would decide.
    pub group: Group,
    /// Whether it is certain to matter.
    pub certainty: Certainty,
    /// Two ways to answer what is missing that differ only in this fact, and their verdicts; empty unless
    /// it is certain to matter.
    pub completions: Vec<Completion>,
}

/// Whether a missing fact is certain to matter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Certainty {
    /// Two completions of the facts differ only there and are judged differently.
    Confirmed,
    /// No such completions have been found. They may exist all the same.
    #[default]
    Possible,
}

/// Answers that settle a verdict.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Completion {
    /// The answers; what is not among them may be answered in any way.
    pub answers: Vec<Answer>,
    /// What the rule comes to with them.
    pub verdict: Verdict,
}

/// An answer, real or supposed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Answer {
    /// RFC 6901 pointer.
    pub pointer: String,
    /// The value.
    pub value: serde_json::Value,
}

/// Where one act with a last day stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DeadlineInfo {
    /// What the rule calls it.
    pub id: String,
    /// Its last day.
    pub by: Day,
    /// Where it stands.
    pub state: DeadlineState,
}

/// What went wrong in a rule.
#[derive(Clone, Debug, Serialize)]
pub struct ErrorInfo {
    /// What.
    pub message: Text,
    /// The policy file.
    pub file: String,
    /// Line in it, from 1.
    pub line: u32,
    /// Column in it, from 1.
    pub column: u32,
    /// First byte of the expression that went wrong, in the file.
    pub start: u32,
    /// One past its last byte.
    pub end: u32,
}

impl Evaluation {
    /// Whether any rule applied: where none did, that nothing failed says nothing.
    pub fn has_applied(&self) -> bool {
        self.findings.iter().any(|finding| finding.verdict != Verdict::NotApplicable)
    }

    /// Every text in which answers may stand, to be looked at or changed.
    pub fn texts_of_answers(&mut self, look: &mut dyn FnMut(&mut String)) {
        self.facts.texts_of_answers(look);
        self.findings.iter_mut().for_each(|finding| finding.texts_of_answers(look));
    }

    /// Makes every text in which answers stand printable: without control characters and overrides of the direction
    /// of writing, and on one line but for sentences of the rules.
    pub fn make_printable(&mut self) {
        self.facts.texts_of_answers(&mut printable::make_a_line);
        self.findings.iter_mut().for_each(Finding::make_printable);
    }
}

impl Finding {
    /// Every text in which answers may stand, to be looked at or changed.
    pub fn texts_of_answers(&mut self, look: &mut dyn FnMut(&mut String)) {
        self.subject.iter_mut().for_each(|subject| subject.texts_of_answers(look));
        self.prose().into_iter().for_each(&mut *look);
        self.deciding.iter_mut().for_each(|fact| fact.texts_of_answers(look));
        for missing in &mut self.missing {
            look(&mut missing.pointer);
            for answer in missing.completions.iter_mut().flat_map(|completion| &mut completion.answers) {
                look(&mut answer.pointer);
                texts_of_value(&mut answer.value, look);
            }
        }
        self.vacuous.iter_mut().for_each(&mut *look);
        if let Some(error) = &mut self.error {
            look(&mut error.message.ja);
            look(&mut error.message.en);
        }
    }

    /// Those of them that are sentences of the rule with answers in them; they may have line breaks of its own.
    fn prose(&mut self) -> Vec<&mut String> {
        // What did not come to a breach or a question has words of the rule alone.
        if matches!(self.verdict, Verdict::Pass | Verdict::NotApplicable) {
            return Vec::new();
        }
        let Finding { message, remedy, .. } = self;
        vec![&mut message.ja, &mut message.en, &mut remedy.ja, &mut remedy.en]
    }

    /// Makes every text in which answers stand printable: on one line, but for sentences of the rule.
    fn make_printable(&mut self) {
        let mut prose: Vec<String> = self.prose().into_iter().map(std::mem::take).collect();
        self.texts_of_answers(&mut printable::make_a_line);
        prose.iter_mut().for_each(printable::make);
        self.prose().into_iter().zip(prose).for_each(|(place, text)| *place = text);
    }

    /// Whether the finding is a counted failure.
    pub fn is_failure(&self) -> bool {
        self.verdict == Verdict::Fail && self.standing == Standing::Counted
    }

    /// Whether a rule that is no sum could not be worked out.
    pub fn is_error(&self) -> bool {
        self.verdict == Verdict::Error && self.standing != Standing::RollUp
    }

    /// Whether something is open for lack of facts that counts.
    pub fn is_open(&self) -> bool {
        self.verdict == Verdict::Unknown && self.standing == Standing::Counted
    }

    /// The day it was to be met by, or is to be. Where it is not met only a day that has passed: what failed is not what
    /// is due on a later one.
    pub fn missed_or_due(&self, as_of: Day) -> Option<Day> {
        self.due_on.filter(|due| self.verdict != Verdict::Fail || *due < as_of)
    }

    /// Whether a met duty falls due within [`DUE_SOON_DAYS`] of `as_of`.
    pub fn is_due_soon(&self, as_of: Day) -> bool {
        self.verdict == Verdict::Pass
            && self.standing == Standing::Counted
            && self.due_on.is_some_and(|due| due >= as_of && as_of.days_until(due) <= DUE_SOON_DAYS)
    }
}

impl Summary {
    /// Counts `findings`.
    pub fn of(findings: &[Finding], as_of: Day) -> Self {
        let mut summary = Summary::default();
        for finding in findings.iter().filter(|finding| finding.standing != Standing::RollUp) {
            let weak = match finding.standing {
                Standing::Advice => Some(&mut summary.advice),
                Standing::AboutOther => Some(&mut summary.about_others),
                _ => None,
            };
            match (finding.verdict, weak) {
                (Verdict::Fail | Verdict::Unknown, Some(weak)) => *weak += 1,
                (Verdict::Fail, None) => summary.fail += 1,
                (Verdict::Unknown, None) => summary.unknown += 1,
                (Verdict::Pass, None) => summary.pass += 1,
                // Advice that is followed, and what others do as they must, is no duty of the organization.
                (Verdict::Pass, Some(_)) => {}
                (Verdict::NotApplicable, _) => summary.not_applicable += 1,
                (Verdict::Error, _) => summary.error += 1,
            }
            summary.due_soon += usize::from(finding.is_due_soon(as_of));
        }
        summary
    }
}
