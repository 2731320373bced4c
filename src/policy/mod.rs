//! Packs, rules and definitions as written, read from YAML and put together.

mod assemble;
pub mod signature;
pub mod written;

use std::collections::BTreeMap;
use std::num::NonZeroUsize;

use crate::cel::{Expression, Template};
use crate::cite::Outline;
use crate::diagnostic::Diagnostics;
use crate::evaluation::SourceInfo;
use crate::lang::Text;
use crate::limits::Limits;
use crate::source::{SourceMap, Span};
use crate::value::{Day, Period};
use crate::words::{Addressee, Binding, Category, Modality, Relation, Severity};
use crate::yaml::shape::Written;

/// The folder whose definitions all packs share.
pub const COMMON: &str = "common";

/// The value of a parameter.
#[derive(Clone, Debug, PartialEq)]
pub enum ParameterValue {
    /// A period.
    Period(Period),
    /// A whole number.
    Int(i64),
    /// A boolean.
    Bool(bool),
    /// A day.
    Date(Day),
    /// A string, or a word of an enum.
    String(String),
}

impl std::fmt::Display for ParameterValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            ParameterValue::Period(value) => value.fmt(f),
            ParameterValue::Int(value) => value.fmt(f),
            ParameterValue::Bool(value) => value.fmt(f),
            ParameterValue::Date(value) => value.fmt(f),
            ParameterValue::String(value) => value.fmt(f),
        }
    }
}

impl ParameterValue {
    /// How it stands to another value of its type; `None` where there is no order, as between two strings.
    /// Periods are compared by the days they come to at most, a month being 31 and a fiscal year 731.
    pub fn order(&self, other: &ParameterValue) -> Option<std::cmp::Ordering> {
        let days = |period: &Period| match *period {
            Period::Days(days) => u64::from(days),
            Period::Months(months) => u64::from(months) * 31,
            Period::FiscalYears(years) => u64::from(years) * 366 + 365,
        };
        match (self, other) {
            (ParameterValue::Period(a), ParameterValue::Period(b)) => Some(days(a).cmp(&days(b))),
            (ParameterValue::Int(a), ParameterValue::Int(b)) => Some(a.cmp(b)),
            (ParameterValue::Date(a), ParameterValue::Date(b)) => Some(a.cmp(b)),
            _ => None,
        }
    }
}

/// The end of the range of a parameter.
#[derive(Clone, Debug, PartialEq)]
pub enum Bound {
    /// A value.
    Value(ParameterValue),
    /// Whatever another parameter of the pack is, by its place among them.
    Parameter(usize),
}

/// What a source leaves open.
#[derive(Clone, Debug, PartialEq)]
pub struct ParameterDeclaration {
    /// Its name.
    pub name: String,
    /// Where it is declared.
    pub span: Span,
    /// The words of an enum; empty for other types.
    pub words: Vec<String>,
    /// The value unless another is given.
    pub default: ParameterValue,
    /// The least it may be.
    pub min: Option<Bound>,
    /// The most it may be.
    pub max: Option<Bound>,
    /// What it is.
    pub title: Text,
    /// Why this default.
    pub reason: Text,
}

impl ParameterDeclaration {
    /// Why `value` is outside the range, where the parameters of the pack, `all`, have `values`.
    pub fn outside(
        &self,
        value: &ParameterValue,
        all: &[ParameterDeclaration],
        values: &[ParameterValue],
    ) -> Option<Text> {
        use std::cmp::Ordering::{Greater, Less};
        let ends = [(&self.min, Less, "以上", "at least"), (&self.max, Greater, "以下", "at most")];
        ends.into_iter().find_map(|(bound, wrong, ja, en)| {
            let (limit, name) = match bound.as_ref()? {
                Bound::Value(limit) => (limit, String::new()),
                Bound::Parameter(at) => (values.get(*at)?, format!("{} = ", all.get(*at)?.name)),
            };
            (value.order(limit) == Some(wrong)).then(|| {
                Text::new(
                    format!("`{}` は {name}{limit} {ja}でなければなりません（{value} になっています）", self.name),
                    format!("`{}` must be {en} {name}{limit}; it is {value}", self.name),
                )
            })
        })
    }
}

/// How provisions stand to one another.
#[derive(Clone, Debug, PartialEq)]
pub struct Related {
    /// The provision: the id of its pack, a space, its locator.
    pub of: Written,
    /// What it is to the others.
    pub relation: Relation,
    /// The others.
    pub to: Vec<Written>,
    /// Why.
    pub because: Text,
}

/// A named, typed expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Definition {
    /// Its signature as written.
    pub define: Written,
    /// What it means.
    pub doc: Text,
    /// The expression.
    pub is: Expression,
}

/// One loop of a rule.
#[derive(Clone, Debug, PartialEq)]
pub struct ForEach {
    /// The name of the element.
    pub name: Written,
    /// The list.
    pub list: Expression,
    /// What the subject is called.
    pub subject: Option<Expression>,
}

/// A message in both languages.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// 日本語
    pub ja: Template,
    /// English
    pub en: Template,
}

/// A duty that comes back.
#[derive(Clone, Debug, PartialEq)]
pub struct Recurring {
    /// When it was last done.
    pub last: Expression,
    /// When the first period began.
    pub from: Expression,
    /// How long a period is.
    pub every: Expression,
}

/// An act with a last day.
#[derive(Clone, Debug, PartialEq)]
pub struct Deadline {
    /// What it is called.
    pub id: String,
    /// When it was done.
    pub act: Expression,
    /// Its last day.
    pub by: Expression,
}

/// A named part of a rule.
#[derive(Clone, Debug, PartialEq)]
pub struct Variable {
    /// Its name.
    pub name: Written,
    /// The expression.
    pub is: Expression,
}

/// One requirement.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// A stable id.
    pub id: Written,
    /// The compliant state, in a line.
    pub title: Text,
    /// The provisions it cites.
    pub cites: Vec<Written>,
    /// The requirements it covers.
    pub covers: Vec<Written>,
    /// How strongly the source speaks.
    pub modality: Modality,
    /// Who must act.
    pub addressee: Addressee,
    /// Whose breach it is, if not the assessed organization's.
    pub about: Option<Addressee>,
    /// What it is about.
    pub category: Category,
    /// How bad a breach is.
    pub severity: Severity,
    /// Its loops, outermost first.
    pub for_each: Vec<ForEach>,
    /// First day of its validity.
    pub valid_from: Option<Day>,
    /// Last day of its validity.
    pub valid_until: Option<Day>,
    /// The day at which that is judged.
    pub in_force_at: Option<Expression>,
    /// Named parts.
    pub variables: Vec<Variable>,
    /// When it applies.
    pub applies: Option<Expression>,
    /// The compliant condition.
    pub require: Option<Expression>,
    /// A duty that comes back.
    pub recurring: Option<Recurring>,
    /// Acts with a last day.
    pub deadlines: Vec<Deadline>,
    /// Rules it sums up.
    pub rolls_up: Vec<Written>,
    /// Whether a quantifier over an empty list may pass unmarked.
    pub empty_ok: bool,
    /// What to say.
    pub message: Message,
    /// What to do.
    pub remedy: Message,
    /// How an ambiguous text was read.
    pub reading: Option<Text>,
}

/// One source, its rules and what they rest on.
#[derive(Clone, Debug, PartialEq)]
pub struct Pack {
    /// Its id.
    pub id: String,
    /// Where it is declared.
    pub span: Span,
    /// What it is called.
    pub title: Text,
    /// The instrument.
    pub source: SourceInfo,
    /// What the source leaves open.
    pub parameters: Vec<ParameterDeclaration>,
    /// Its provisions.
    pub outline: Outline,
    /// Its definitions.
    pub definitions: Vec<Definition>,
    /// Its rules.
    pub rules: Vec<Rule>,
    /// SHA-256 over its files.
    pub digest: String,
}

impl Pack {
    /// How binding `rule` is: the weaker of its modality and the rank of the source.
    pub fn binding(&self, rule: &Rule) -> Binding {
        rule.modality.binding().min(self.source.binding)
    }
}

/// A pack was asked for that is not there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no pack `{id}`; the packs are {known}")]
pub struct UnknownPack {
    /// What was asked for.
    pub id: String,
    /// What there is.
    pub known: String,
}

/// Packs read together, not yet checked.
#[derive(Clone, Debug, Default)]
pub struct PolicySet {
    /// The files.
    pub sources: SourceMap,
    /// The packs, by id.
    pub packs: Vec<Pack>,
    /// Definitions all packs share.
    pub common: Vec<Definition>,
    /// How provisions of the packs stand to one another.
    pub relations: Vec<Related>,
    /// SHA-256 over the shared files.
    pub common_digest: String,
    /// What reading noticed.
    pub diagnostics: Diagnostics,
    /// What its files, and what is made of them, may ask for.
    pub limits: Limits,
    /// Whether somebody has looked at the warnings already: then only mistakes are looked for.
    pub reviewed: bool,
    /// The ids of packs that stand beside these and are not among them: not selected, or not readable.
    pub beside: Vec<String>,
}

/// Policy files in memory: `pack/file.yaml` and its text.
#[derive(Clone, Debug, Default)]
pub struct PolicyFiles {
    files: BTreeMap<String, Vec<u8>>,
    prefix: String,
    limits: Limits,
    reviewed: bool,
    beside: Vec<String>,
    threads: Option<NonZeroUsize>,
}

impl PolicyFiles {
    /// No files yet; diagnostics put `prefix` before their names.
    pub fn new(prefix: impl Into<String>) -> Self {
        PolicyFiles { prefix: prefix.into(), ..Self::default() }
    }

    /// Says whether the warnings have been looked at already; then only mistakes are looked for.
    pub fn reviewed(mut self, reviewed: bool) -> Self {
        self.reviewed = reviewed;
        self
    }

    /// Names packs that stand beside these and are not read with them, so that relations may speak of them.
    pub fn beside(mut self, ids: Vec<String>) -> Self {
        self.beside = ids;
        self
    }

    /// Says on how many threads they may be read, in place of one.
    pub fn threads(mut self, threads: NonZeroUsize) -> Self {
        self.threads = Some(threads);
        self
    }

    /// Sets what the files may ask for; the engine made of them keeps to it too.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Adds the file `path`, as in `inazawa-kitei/article-5.yaml`. Files that are not YAML, and
    /// cases (`tests/`), are left out.
    pub fn add(&mut self, path: impl Into<String>, bytes: impl Into<Vec<u8>>) {
        let path = path.into();
        let is_yaml = path.ends_with(".yaml") || path.ends_with(".yml");
        if is_yaml && !path.split('/').any(|part| part == "tests") {
            self.files.insert(path, bytes.into());
        }
    }

    /// Reads the files into a set.
    pub fn read(self) -> PolicySet {
        assemble::read(self)
    }
}

impl PolicySet {
    /// Keeps the packs called `ids`, in the order of the set.
    pub fn select<'i>(mut self, ids: impl IntoIterator<Item = &'i str>) -> Result<Self, UnknownPack> {
        let ids: Vec<&str> = ids.into_iter().collect();
        if let Some(unknown) = ids.iter().find(|id| !self.packs.iter().any(|pack| pack.id == **id)) {
            let known = self.ids().collect::<Vec<_>>().join(" ");
            return Err(UnknownPack { id: (*unknown).to_string(), known });
        }
        let all = std::mem::take(&mut self.packs);
        let (kept, left): (Vec<Pack>, Vec<Pack>) = all.into_iter().partition(|pack| ids.contains(&pack.id.as_str()));
        self.packs = kept;
        self.beside.extend(left.into_iter().map(|pack| pack.id));
        Ok(self)
    }

    /// All rules, each with its pack, in the order of packs and files.
    pub fn rules(&self) -> impl Iterator<Item = (&Pack, &Rule)> {
        self.packs.iter().flat_map(|pack| pack.rules.iter().map(move |rule| (pack, rule)))
    }

    /// The ids of the packs.
    pub fn ids(&self) -> impl Iterator<Item = &str> + Clone {
        self.packs.iter().map(|pack| pack.id.as_str())
    }
}
