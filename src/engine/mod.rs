//! The facade an embedder meets: policies in, an engine out, findings for facts on a day.

mod days;
mod embedded;
mod findings;
mod judge;
mod packs;
mod relations;
mod sums;
mod trial;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::{Arc, OnceLock};

use bumpalo::Bump;

use crate::bound::Bound;
use crate::check::{self, Checked};
use crate::compile;
pub use crate::diagnostic::Rejected;
use crate::eval::{Judge, Settings};
use crate::evaluation::{Evaluation, Finding, ProvisionInfo};
use crate::facts::{self, Facts, Vocabulary};
use crate::lang::Text;
use crate::limits::Limits;
use crate::parallel::in_order;
use crate::policy::{ParameterValue, PolicySet};
use crate::program::Program;
use crate::redact;
use crate::source::SourceMap;
use crate::stdlib::CustomFunctions;
use crate::value::Day;
use crate::words::{Binding, Verdict};
pub use days::Days;
pub use embedded::{FACTS_SCHEMA, embedded_files, embedded_in, vocabulary, vocabulary_from, vocabulary_from_slice};
pub(crate) use findings::shown;
pub(crate) use judge::Judgement;
use relations::Relations;
use sums::Verdicts;
pub(crate) use sums::{sum, summed};
pub(crate) use trial::Trial;

/// Why an evaluation came to no end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EvaluateError {
    /// The host asked it to stop.
    #[error("the evaluation was cancelled")]
    Cancelled,
}

impl PolicySet {
    /// The packs built into the library.
    ///
    /// ```
    /// let packs = jobun::PolicySet::embedded();
    /// assert!(packs.ids().any(|id| id == "inazawa-kitei"));
    /// ```
    pub fn embedded() -> PolicySet {
        embedded_files().read()
    }

    /// Checks the set against the vocabulary built into the library.
    pub fn check(self) -> Result<CheckedPolicies, Rejected> {
        match vocabulary() {
            Ok(vocabulary) => self.check_against(vocabulary),
            Err(rejected) => Err(rejected),
        }
    }

    /// Checks the set against another vocabulary.
    pub fn check_against(self, vocabulary: Arc<Vocabulary>) -> Result<CheckedPolicies, Rejected> {
        self.check_with(vocabulary, CustomFunctions::new())
    }

    /// Checks the set against a vocabulary, with functions added to the language.
    pub fn check_with(
        self,
        vocabulary: Arc<Vocabulary>,
        functions: CustomFunctions,
    ) -> Result<CheckedPolicies, Rejected> {
        match check::check(self, &vocabulary.schema, functions) {
            Ok(checked) => Ok(CheckedPolicies { checked, vocabulary }),
            Err(set) => Err(Rejected { sources: set.sources, diagnostics: set.diagnostics }),
        }
    }
}

/// Policies that passed the checker; an engine takes nothing else.
#[derive(Clone, Debug)]
pub struct CheckedPolicies {
    checked: Checked,
    vocabulary: Arc<Vocabulary>,
}

impl CheckedPolicies {
    /// What the checker warned of.
    pub fn warnings(&self) -> &crate::diagnostic::Diagnostics {
        &self.checked.warnings
    }

    /// The policy files.
    pub fn sources(&self) -> &SourceMap {
        &self.checked.set.sources
    }

    /// The set, its definitions and what the checker found out about each rule.
    pub fn checked(&self) -> &Checked {
        &self.checked
    }

    /// The vocabulary it was checked against.
    pub fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }
}

/// Values of parameters that differ from the defaults.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Params {
    values: BTreeMap<(String, String), String>,
}

/// A parameter was given that does not exist, or a value it cannot have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParamsError {
    /// No pack declares it.
    #[error("there is no parameter `{parameter}` in a pack `{pack}`")]
    Unknown {
        /// The pack.
        pack: String,
        /// The parameter.
        parameter: String,
    },
    /// It cannot have this value.
    #[error("`{value}` is not a value of the parameter `{parameter}` of the pack `{pack}`")]
    Invalid {
        /// The pack.
        pack: String,
        /// The parameter.
        parameter: String,
        /// The value.
        value: String,
    },
    /// The parameter may not have this value.
    #[error("in the pack `{pack}`, {}", fault.en)]
    OutOfRange {
        /// The pack.
        pack: String,
        /// What is wrong.
        fault: Text,
    },
}

impl ParamsError {
    /// The same in both languages.
    pub fn text(&self) -> Text {
        let en = self.to_string();
        let ja = match self {
            Self::Unknown { pack, parameter } => format!("パック `{pack}` にパラメーター `{parameter}` はありません"),
            Self::Invalid { pack, parameter, value } => {
                format!("`{value}` は、パック `{pack}` のパラメーター `{parameter}` の値ではありません")
            }
            Self::OutOfRange { pack, fault } => format!("パック `{pack}` で、{}", fault.ja),
        };
        Text { ja, en }
    }
}

/// Why an engine cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// A parameter is wrong.
    #[error(transparent)]
    Params(#[from] ParamsError),
    /// The policies are too large.
    #[error(transparent)]
    Rejected(#[from] Rejected),
}

impl Params {
    /// Sets a parameter of a pack; values are written as in `pack.yaml`.
    pub fn set(mut self, pack: impl Into<String>, parameter: impl Into<String>, value: impl Into<String>) -> Self {
        self.values.insert((pack.into(), parameter.into()), value.into());
        self
    }

    /// The value of every parameter of each pack of `set`.
    fn values(&self, set: &PolicySet) -> Result<Vec<Vec<ParameterValue>>, ParamsError> {
        let packs = set.packs.iter();
        let defaults = packs.map(|pack| pack.parameters.iter().map(|parameter| parameter.default.clone()).collect());
        let mut values: Vec<Vec<ParameterValue>> = defaults.collect();
        for ((pack, name), value) in &self.values {
            let unknown = || ParamsError::Unknown { pack: pack.clone(), parameter: name.clone() };
            let at = set.packs.iter().position(|known| known.id == *pack).ok_or_else(unknown)?;
            let declared = &set.packs[at].parameters;
            let index = declared.iter().position(|parameter| parameter.name == *name).ok_or_else(unknown)?;
            let invalid = || ParamsError::Invalid { pack: pack.clone(), parameter: name.clone(), value: value.clone() };
            values[at][index] = declared[index].read(value).ok_or_else(invalid)?;
        }
        for (pack, values) in set.packs.iter().zip(&values) {
            for (declared, value) in pack.parameters.iter().zip(values) {
                if let Some(fault) = declared.outside(value, &pack.parameters, values) {
                    return Err(ParamsError::OutOfRange { pack: pack.id.clone(), fault });
                }
            }
        }
        Ok(values)
    }
}

/// A compiled rule set, ready for facts. `Send + Sync`; it never reads a clock or a file.
#[derive(Debug)]
pub struct Engine {
    checked: Checked,
    vocabulary: Arc<Vocabulary>,
    program: Program,
    parameters: Vec<Vec<ParameterValue>>,
    bindings: Vec<Binding>,
    relations: Relations,
    limits: Limits,
    shows_sensitive: bool,
    /// Of each pack, made for the first evaluation.
    provisions: OnceLock<Vec<Arc<Vec<ProvisionInfo>>>>,
}

impl Engine {
    /// Compiles `policies` with `params`.
    pub fn new(policies: CheckedPolicies, params: Params) -> Result<Engine, EngineError> {
        let CheckedPolicies { checked, vocabulary } = policies;
        let parameters = params.values(&checked.set)?;
        let program = compile::compile(&checked, &vocabulary.schema, &|pack, index| parameters[pack][index].clone())
            .map_err(|diagnostics| Rejected { sources: checked.set.sources.clone(), diagnostics })?;
        let bindings = checked.set.rules().map(|(pack, rule)| pack.binding(rule)).collect();
        let limits = checked.set.limits;
        let relations = Relations::of(&checked.set);
        Ok(Engine {
            checked,
            vocabulary,
            program,
            parameters,
            bindings,
            relations,
            limits,
            shows_sensitive: false,
            provisions: OnceLock::new(),
        })
    }

    /// The vocabulary facts are read with.
    pub fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    /// The policies.
    pub fn policies(&self) -> &PolicySet {
        &self.checked.set
    }

    /// The policies, with what the checker found out.
    pub fn checked(&self) -> &Checked {
        &self.checked
    }

    /// The compiled rules.
    pub fn program(&self) -> &Program {
        &self.program
    }

    /// The paths of the vocabulary that the rules read, in alphabetical order.
    pub fn reads(&self) -> Vec<&str> {
        let mut paths: Vec<&str> = self.program.paths.iter().map(|path| path.pattern.as_str()).collect();
        paths.sort_unstable();
        paths.dedup();
        paths
    }

    /// The same engine with other limits of facts and evaluations.
    pub fn with_limits(self, limits: Limits) -> Engine {
        Engine { limits, ..self }
    }

    /// The same engine with sensitive answers shown, or hidden as at first: those that the vocabulary calls sensitive,
    /// and whatever is shaped like a My Number.
    pub fn showing_sensitive(self, shows_sensitive: bool) -> Engine {
        Engine { shows_sensitive, ..self }
    }

    /// The provisions of the pack number `pack`: the same for every evaluation.
    fn provisions(&self, pack: usize) -> Arc<Vec<ProvisionInfo>> {
        let all = self.provisions.get_or_init(|| self.checked.set.packs.iter().map(packs::provisions).collect());
        all.get(pack).cloned().unwrap_or_default()
    }

    /// What hides in a text whatever is shaped like a My Number, unless sensitive answers are shown.
    pub(crate) fn hiding(&self) -> impl FnMut(&mut String) {
        let shows_sensitive = self.shows_sensitive;
        move |text| {
            if !shows_sensitive {
                redact::mask(text);
            }
        }
    }

    /// Whether sensitive answers are shown.
    pub(crate) fn shows_sensitive(&self) -> bool {
        self.shows_sensitive
    }

    /// `document` as the rules of this engine read it.
    pub(crate) fn bound<'d>(&self, document: &'d Document<'_>) -> Cow<'d, Bound> {
        let program = &self.program;
        if document.bound.fits(&program.layout) {
            return Cow::Borrowed(&document.bound);
        }
        Cow::Owned(Bound::new(&program.layout, program.absent, document.facts.tape()))
    }

    /// What a run takes from this engine.
    pub(crate) fn settings<'s>(&'s self, cancelled: Option<&'s dyn Fn() -> bool>) -> Settings<'s> {
        Settings { functions: &self.checked.functions, limits: self.limits, cancelled }
    }

    /// `document` to be judged by the rules of this engine.
    pub(crate) fn judging<'j>(
        &'j self,
        document: &'j Document<'j>,
        bound: &'j Bound,
        as_of: Day,
        cancelled: Option<&'j dyn Fn() -> bool>,
    ) -> Judge<'j> {
        let settings = self.settings(cancelled);
        Judge { program: &self.program, facts: &document.facts, bound, as_of, settings }
    }

    /// Judges `facts` at `as_of`: findings with reasons, missing facts and due dates.
    pub fn evaluate(&self, facts: &Document<'_>, as_of: Day) -> Result<Evaluation, EvaluateError> {
        findings::evaluate(self, facts, as_of, None)
    }

    /// The same, until the host's `cancelled` says stop, which is asked every few thousand steps.
    pub fn evaluate_until(
        &self,
        facts: &Document<'_>,
        as_of: Day,
        cancelled: &dyn Fn() -> bool,
    ) -> Result<Evaluation, EvaluateError> {
        findings::evaluate(self, facts, as_of, Some(cancelled))
    }

    /// The findings of the rule number `rule` alone, counted from 0 in the order of packs and rules; none where
    /// there is no such rule. A rule that sums up others is judged with them.
    pub fn findings_of(&self, rule: usize, facts: &Document<'_>, as_of: Day) -> Vec<Finding> {
        findings::of_rules(self, &[rule], facts, as_of)
    }

    /// The findings of some rules, one rule after another in the order given.
    pub(crate) fn findings_of_all(&self, rules: &[usize], facts: &Document<'_>, as_of: Day) -> Vec<Finding> {
        findings::of_rules(self, rules, facts, as_of)
    }

    /// The verdicts of `facts` from `from` on, day after day.
    pub fn days<'e>(&'e self, facts: &'e Document<'e>, from: Day) -> Result<Days<'e>, EvaluateError> {
        Days::new(self, facts, from)
    }

    /// Judges many documents on up to `threads` threads; the evaluations come in the order of the
    /// documents, the same for any number of threads.
    pub fn evaluate_all(
        &self,
        documents: &[Document<'_>],
        as_of: Day,
        threads: NonZeroUsize,
    ) -> Result<Vec<Evaluation>, EvaluateError> {
        let evaluate = |(): &mut (), document: &Document<'_>| self.evaluate(document, as_of);
        in_order(documents, threads, || (), evaluate).into_iter().collect()
    }

    /// A runner for bare verdicts, which keeps its memory between documents.
    pub fn runner(&self) -> Runner<'_> {
        Runner { engine: self, arena: Bump::new(), verdicts: Verdicts::default() }
    }

    pub(crate) fn parameters(&self, pack: usize) -> &[ParameterValue] {
        &self.parameters[pack]
    }
}

/// A facts document, read and validated for an engine.
#[derive(Debug)]
pub struct Document<'b> {
    name: String,
    /// Of a file that holds one on each line: which.
    line: Option<u32>,
    facts: Facts<'b>,
    /// The facts as the engine reads them that the document was read for.
    bound: Bound,
}

impl<'b> Document<'b> {
    /// Reads and validates `bytes`, a JSON document in UTF-8. All diagnostics at once on error.
    pub fn from_slice(engine: &Engine, bytes: &'b [u8]) -> Result<Self, Rejected> {
        Self::named(engine, "facts.json", bytes)
    }

    /// The same, with the name that diagnostics and reports use.
    pub fn named(engine: &Engine, name: &str, bytes: &'b [u8]) -> Result<Self, Rejected> {
        let mut document = Self::read(engine.vocabulary(), name, bytes, engine.limits)?;
        let program = &engine.program;
        document.bound = Bound::new(&program.layout, program.absent, document.facts.tape());
        Ok(document)
    }

    /// The same for the line number `line`, counted from 1, of the file `name`, which holds a document on each line
    /// (NDJSON). Reports and diagnostics name the place in that file.
    ///
    /// ```
    /// # use jobun::{Engine, Facts, Params, PolicySet};
    /// # let engine = Engine::new(PolicySet::embedded().check()?, Params::default())?;
    /// let wrong = Facts::on_line(&engine, "vendors.ndjson", 17, b"{").err().ok_or("it is no JSON")?;
    /// assert!(wrong.to_string().starts_with("vendors.ndjson:17:1: json-syntax"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn on_line(engine: &Engine, name: &str, line: u32, bytes: &'b [u8]) -> Result<Self, Rejected> {
        match Self::named(engine, name, bytes) {
            Ok(document) => Ok(Document { line: Some(line), ..document }),
            Err(mut rejected) => {
                rejected.sources.start_at(line);
                Err(rejected)
            }
        }
    }

    /// The same, for a vocabulary alone.
    pub fn read(vocabulary: &Vocabulary, name: &str, bytes: &'b [u8], limits: Limits) -> Result<Self, Rejected> {
        let mut sources = SourceMap::new();
        let text = match facts::text(&mut sources, name, bytes, limits) {
            Ok(text) => text,
            Err(diagnostics) => return Err(Rejected { sources, diagnostics }),
        };
        let facts = Facts::read(vocabulary, name, text, limits)?;
        Ok(Document { name: name.to_string(), line: None, facts, bound: Bound::default() })
    }

    /// What it is called.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The line it stands on, where its file holds one on each.
    pub fn line(&self) -> Option<u32> {
        self.line
    }

    /// The facts.
    pub fn facts(&self) -> &Facts<'b> {
        &self.facts
    }
}

/// Evaluates one document after another, verdicts only. Once warm it allocates no memory.
#[derive(Debug)]
pub struct Runner<'e> {
    engine: &'e Engine,
    arena: Bump,
    verdicts: Verdicts,
}

impl Runner<'_> {
    /// The verdicts of `facts` at `as_of`, in the order of the findings of [`Engine::evaluate`].
    pub fn verdicts(&mut self, facts: &Document<'_>, as_of: Day) -> Result<&[Verdict], EvaluateError> {
        self.verdicts.clear();
        let program = &self.engine.program;
        let bound = self.engine.bound(facts);
        let (rules, verdicts) = (program.rules(), &mut self.verdicts);
        let judge = self.engine.judging(facts, &bound, as_of, None);
        judge.each::<false>(0..rules.len(), &mut self.arena, &mut |_, rule, outcome| {
            rules[verdicts.begun()..=rule].iter().for_each(|rule| verdicts.begin(rule));
            verdicts.push(outcome.verdict);
        });
        rules[verdicts.begun()..].iter().for_each(|rule| verdicts.begin(rule));
        self.verdicts.roll_up(self.engine, as_of);
        Ok(self.verdicts.all())
    }
}

impl Engine {
    /// The weaker of a rule's modality and its pack's rank, rule by rule.
    pub(crate) fn bindings(&self) -> &[Binding] {
        &self.bindings
    }
}
