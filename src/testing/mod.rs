//! `jobun test`: cases beside the rules. A base organization, a small patch, what must come of it.

pub mod mutation;
mod patch;

use std::collections::{BTreeMap, HashMap};

use serde_json::{Map, Value, json};

use crate::diagnostic::{Code, Diagnostic, Diagnostics, did_you_mean, utf8};
use crate::engine::{CheckedPolicies, Document, Engine, EngineError, Params};
use crate::evaluation::Finding;
use crate::lang::{Text, text};
use crate::source::{SourceMap, Span};
use crate::value::Day;
use crate::words::Verdict;
use crate::yaml::shape::{Shape, Written, WrittenDay, WrittenWord, shapes};
use crate::yaml::{self, Kind, Node};
pub use patch::Patch;

shapes! {
    /// A file of cases.
    struct CaseFile {
        /// The facts the cases start from, a file beside this one.
        base as "base": Written,
        /// The day of the evaluation.
        as_of as "as_of": WrittenDay,
        /// The cases.
        cases as "cases": Vec<CaseWritten>,
    }

    /// One case.
    struct CaseWritten {
        /// What it shows.
        name as "name": Written,
        /// The rule.
        rule as "rule": Written,
        /// The element, for rules that look at each.
        subject as "subject": Option<Written>,
        /// Another day.
        as_of as "as_of": Option<WrittenDay>,
        /// Facts that differ from the base.
        set as "set": Option<Patch>,
        /// Parameters that differ from the defaults.
        params as "params": Option<Settings>,
        /// The verdict that must come.
        verdict as "verdict": WrittenWord<Verdict>,
        /// The facts that must be missing, in order.
        missing as "missing": Option<Vec<Written>>,
        /// The day that must be due.
        due_on as "due_on": Option<WrittenDay>,
        /// The provisions that must be cited, in order.
        cites as "cites": Option<Vec<Written>>,
    }
}

shapes! {
    /// A file of versions that are said to change nothing.
    struct ClaimFile {
        /// The claims.
        equivalent as "equivalent": Vec<Claim>,
    }

    /// A version of a rule or definition that no facts can tell from it.
    struct Claim {
        /// The id of the version, as `jobun test --mutate` prints it.
        mutant as "mutant": Written,
        /// The rule or definition.
        of as "of": Written,
        /// Why it changes nothing.
        because as "because": Written,
    }
}

/// Parameters by name.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings(pub Vec<(String, Written)>);

impl Shape for Settings {
    fn read(node: &Node, out: &mut Diagnostics) -> Option<Self> {
        let Kind::Mapping(entries) = &node.kind else {
            out.push(crate::yaml::shape::wrong_kind(
                node,
                Text::new("パラメータと値の組", "parameters and their values"),
            ));
            return None;
        };
        let mut settings = Vec::new();
        for (key, value) in entries {
            settings.push((key.text.clone(), Written::read(value, out)?));
        }
        Some(Settings(settings))
    }

    fn schema(_: &mut Map<String, Value>) -> Value {
        json!({ "type": "object" })
    }
}

/// One case, ready to be run.
#[derive(Clone, Debug)]
pub struct Case {
    /// The pack it stands beside.
    pub pack: String,
    /// Where it stands.
    pub span: Span,
    /// What it shows.
    pub name: String,
    /// The rule, by its number over all packs.
    pub rule: usize,
    /// Its id.
    pub rule_id: String,
    /// The element, for rules that look at each.
    pub subject: Option<String>,
    /// The day of the evaluation.
    pub as_of: Day,
    /// Parameters that differ from the defaults.
    pub params: Params,
    /// The facts, a JSON document.
    pub bytes: Vec<u8>,
    /// The verdict that must come.
    pub verdict: Verdict,
    /// Pointers of the facts that must be missing, in order.
    pub missing: Option<Vec<String>>,
    /// The day that must be due.
    pub due_on: Option<Day>,
    /// The provisions that must be cited, in order.
    pub cites: Option<Vec<String>>,
}

/// The cases of one or more files.
#[derive(Debug, Default)]
pub struct Suite {
    /// The case files, to show places in.
    pub sources: SourceMap,
    /// The cases, in the order of the files.
    pub cases: Vec<Case>,
    /// Versions that are said to change nothing.
    pub claims: Vec<Claim>,
    /// What cannot be run.
    pub diagnostics: Diagnostics,
}

/// What came of the cases.
#[derive(Debug, Default)]
pub struct Results {
    /// How many cases came out as they must.
    pub passed: usize,
    /// Those that did not, each with what came instead.
    pub failed: Vec<Failure>,
    /// Cases that could not be run.
    pub diagnostics: Diagnostics,
    /// The rules met by a case, with the verdicts seen.
    pub seen: BTreeMap<String, Vec<Verdict>>,
}

/// A case that did not come out as it must.
#[derive(Clone, Debug)]
pub struct Failure {
    /// Where the case stands.
    pub span: Span,
    /// Its name.
    pub name: String,
    /// What was wanted, and what came.
    pub text: Text,
}

pub(crate) fn wrong(span: Span, text: Text) -> Diagnostic {
    Diagnostic::new(Code::InvalidCase, span, text).help(Text::new("事例を直してください", "mend the case"))
}

impl Suite {
    /// The verdicts that cases state, by the id of the rule.
    pub fn stated(&self) -> BTreeMap<String, Vec<Verdict>> {
        let mut stated: BTreeMap<String, Vec<Verdict>> = BTreeMap::new();
        for case in &self.cases {
            stated.entry(case.rule_id.clone()).or_default().push(case.verdict);
        }
        stated
    }

    /// Adds the cases in `bytes`, a file of YAML in UTF-8 beside the pack `pack`; `base` finds a facts file beside it.
    pub fn read(
        &mut self,
        policies: &CheckedPolicies,
        pack: &str,
        name: &str,
        bytes: &[u8],
        base: &dyn Fn(&str) -> Option<Vec<u8>>,
    ) {
        let text = match utf8(&mut self.sources, name, bytes) {
            Ok(text) => text,
            Err(diagnostics) => {
                self.diagnostics.extend(diagnostics);
                return;
            }
        };
        let file = self.sources.add(name, text);
        let (node, diagnostics) = yaml::parse(file, text);
        self.diagnostics.extend(diagnostics);
        let Some(node) = node else { return };
        if matches!(&node.kind, Kind::Mapping(entries) if entries.iter().any(|(key, _)| key.text == "equivalent")) {
            let claims = ClaimFile::read(&node, &mut self.diagnostics);
            self.claims.extend(claims.into_iter().flat_map(|file| file.equivalent));
            return;
        }
        let Some(cases) = CaseFile::read(&node, &mut self.diagnostics) else { return };
        let facts = base(&cases.base.text).and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok());
        let Some(facts) = facts else {
            let diagnostic = Diagnostic::new(
                Code::InvalidCase,
                cases.base.span,
                text!("`{}` をJSONとして読めません", "`{}` cannot be read as JSON", cases.base.text),
            );
            let help = Text::new("このファイルと同じフォルダーに置いてください", "put it into the folder of this file");
            self.diagnostics.push(diagnostic.help(help));
            return;
        };
        let rules: HashMap<&str, usize> =
            policies.checked().set.rules().enumerate().map(|(at, (_, rule))| (rule.id.text.as_str(), at)).collect();
        for case in &cases.cases {
            match case.ready(policies, pack, &rules, cases.as_of.day, facts.clone()) {
                Ok(case) => self.cases.push(case),
                Err(diagnostic) => self.diagnostics.push(*diagnostic),
            }
        }
    }
}

impl CaseWritten {
    fn ready(
        &self,
        policies: &CheckedPolicies,
        pack: &str,
        rules: &HashMap<&str, usize>,
        as_of: Day,
        mut facts: Value,
    ) -> Result<Case, Box<Diagnostic>> {
        let mut params = Params::default();
        for (name, value) in self.params.iter().flat_map(|params| &params.0) {
            params = params.set(pack, name, &value.text);
        }
        let Some(rule) = rules.get(self.rule.text.as_str()) else {
            let text = text!("`{}` というルールはありません", "there is no rule `{}`", self.rule.text);
            let near = did_you_mean(&self.rule.text, rules.keys().copied());
            let help = match near {
                Some(near) => text!("`{}` のことですか", "did you mean `{}`?", near),
                None => Text::new("`jobun list rules` が一覧を示します", "`jobun list rules` lists them"),
            };
            return Err(Box::new(Diagnostic::new(Code::InvalidCase, self.rule.span, text).help(help)));
        };
        let schema = &policies.vocabulary().schema;
        if let Some(patch) = &self.set {
            patch.apply(schema, &mut facts)?;
        }
        let missing = self.missing.as_ref().map(|paths| {
            let pointers = paths.iter().map(|path| patch::pointer(path, schema, &facts));
            pointers.collect::<Result<Vec<String>, Box<Diagnostic>>>()
        });
        Ok(Case {
            pack: pack.to_string(),
            span: self.name.span,
            name: self.name.text.clone(),
            rule: *rule,
            rule_id: self.rule.text.clone(),
            subject: self.subject.as_ref().map(|subject| subject.text.clone()),
            as_of: self.as_of.map_or(as_of, |written| written.day),
            params,
            bytes: facts.to_string().into_bytes(),
            verdict: self.verdict.word,
            missing: missing.transpose()?,
            due_on: self.due_on.map(|written| written.day),
            cites: self.cites.as_ref().map(|cites| cites.iter().map(|cited| cited.text.clone()).collect()),
        })
    }
}

impl Case {
    /// The document the case is about.
    pub fn document(&self, policies: &CheckedPolicies) -> Result<Document<'_>, Box<Diagnostic>> {
        let limits = policies.checked().set.limits;
        Document::read(policies.vocabulary(), "case", &self.bytes, limits).map_err(|rejected| {
            Box::new(wrong(
                self.span,
                text!(
                    "この事例の事実は語彙に合いません: {}",
                    "the facts of this case do not fit the vocabulary: {}",
                    rejected
                ),
            ))
        })
    }

    /// The same as a tree.
    pub(crate) fn facts(&self) -> Option<Value> {
        serde_json::from_slice(&self.bytes).ok()
    }

    /// Whether `findings`, those of its rule, are what must come: `Ok` with nothing or with what came instead;
    /// `Err` where none is about its subject.
    pub fn judge(&self, findings: &[Finding]) -> Result<Option<Text>, Box<Diagnostic>> {
        let findings = self.matching(findings);
        let Some(first) = findings.first() else {
            let subject = self.subject.as_deref().unwrap_or("—");
            let text = text!("対象 `{}` についての所見がありません", "there is no finding about `{}`", subject);
            return Err(Box::new(wrong(self.span, text)));
        };
        let other = findings.iter().find(|finding| finding.verdict != self.verdict).unwrap_or(first);
        if other.verdict != self.verdict {
            let mut got = other.verdict.word().to_string();
            if !other.missing.is_empty() {
                let pointers: Vec<&str> = other.missing.iter().map(|missing| missing.pointer.as_str()).collect();
                got.push_str(&format!(" ({})", pointers.join(" ")));
            }
            if let Some(error) = &other.error {
                got.push_str(&format!(" ({})", error.message.en));
            }
            return Ok(Some(text!("{} のはずが {} でした", "expected {}, got {}", self.verdict.word(), got)));
        }
        let cited: Vec<String> =
            first.citations.iter().map(|citation| crate::cite::normalized(&citation.locator)).collect();
        if let Some(cites) = &self.cites
            && cited != cites.iter().map(|locator| crate::cite::normalized(locator)).collect::<Vec<_>>()
        {
            let found: Vec<&str> = first.citations.iter().map(|citation| citation.locator.as_str()).collect();
            let (wanted, found) = (cites.join(" "), found.join(" "));
            return Ok(Some(text!("引く条項は {} のはずが {} でした", "expected to cite {}, cited {}", wanted, found)));
        }
        let found: Vec<&str> = first.missing.iter().map(|missing| missing.pointer.as_str()).collect();
        if let Some(missing) = &self.missing
            && found != missing.iter().map(String::as_str).collect::<Vec<_>>()
        {
            return Ok(Some(text!(
                "不足する事実は {} のはずが {} でした",
                "expected to miss {}, missed {}",
                missing.join(" "),
                found.join(" ")
            )));
        }
        if let Some(due) = self.due_on.filter(|due| first.due_on != Some(*due)) {
            let found = first.due_on.map_or_else(|| "—".to_string(), |day| day.to_string());
            return Ok(Some(text!("期限は {} のはずが {} でした", "expected to be due on {}, got {}", due, found)));
        }
        Ok(None)
    }

    /// The findings it speaks of: those of its subject, or the one without subject, or all.
    fn matching<'f>(&self, findings: &'f [Finding]) -> Vec<&'f Finding> {
        match &self.subject {
            Some(subject) => findings
                .iter()
                .filter(|finding| finding.subject.as_ref().is_some_and(|found| found.id == *subject))
                .collect(),
            None => {
                let whole: Vec<&Finding> = findings.iter().filter(|finding| finding.subject.is_none()).collect();
                if whole.is_empty() { findings.iter().collect() } else { whole }
            }
        }
    }
}

/// Runs the cases of `suite`, each for its rule alone.
pub fn run(policies: &CheckedPolicies, suite: &Suite) -> Results {
    let mut results = Results::default();
    let mut engines = Engines::new(policies.clone());
    for case in &suite.cases {
        let seen = results.seen.entry(case.rule_id.clone()).or_default();
        seen.push(case.verdict);
        let outcome = engines
            .get(&case.params)
            .map_err(|error| Box::new(wrong(case.span, text!("{}", "{}", error))))
            .and_then(|engine| case.judge(&engine.findings_of(case.rule, &case.document(policies)?, case.as_of)));
        match outcome {
            Ok(None) => results.passed += 1,
            Ok(Some(text)) => results.failed.push(Failure { span: case.span, name: case.name.clone(), text }),
            Err(diagnostic) => results.diagnostics.push(*diagnostic),
        }
    }
    results
}

/// Engines for the sets of parameters that cases ask for, each made once.
struct Engines {
    policies: CheckedPolicies,
    made: Vec<(Params, Engine)>,
}

impl Engines {
    fn new(policies: CheckedPolicies) -> Self {
        Engines { policies, made: Vec::new() }
    }

    /// The engine with `params`.
    fn get(&mut self, params: &Params) -> Result<&Engine, EngineError> {
        if let Some(at) = self.made.iter().position(|(known, _)| known == params) {
            return Ok(&self.made[at].1);
        }
        let engine = Engine::new(self.policies.clone(), params.clone())?;
        self.made.push((params.clone(), engine));
        Ok(&self.made[self.made.len() - 1].1)
    }
}
