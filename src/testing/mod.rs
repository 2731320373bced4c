//! `jobun test`: cases beside the rules. A base organization, a small patch, what must come of it.

mod patch;

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::diagnostic::{Code, Diagnostic, Diagnostics, utf8};
use crate::engine::{CheckedPolicies, Document, Engine, EngineError, Params};
use crate::evaluation::{Evaluation, Finding};
use crate::lang::{Text, text};
use crate::source::{SourceMap, Span};
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

/// What came of the cases of one or more files.
#[derive(Debug, Default)]
pub struct Results {
    /// The case files, to show places in.
    pub sources: SourceMap,
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

/// Runs the cases in `bytes`, a file of YAML in UTF-8; `base` finds a facts file beside it.
pub fn run_file(
    results: &mut Results,
    engines: &mut Engines,
    pack: &str,
    name: &str,
    bytes: &[u8],
    base: &dyn Fn(&str) -> Option<Vec<u8>>,
) {
    let text = match utf8(&mut results.sources, name, bytes) {
        Ok(text) => text,
        Err(diagnostics) => {
            results.diagnostics.extend(diagnostics);
            return;
        }
    };
    let file = results.sources.add(name, text);
    let (node, diagnostics) = yaml::parse(file, text);
    results.diagnostics.extend(diagnostics);
    let Some(cases) = node.and_then(|node| CaseFile::read(&node, &mut results.diagnostics)) else { return };
    let facts = base(&cases.base.text).and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok());
    let Some(facts) = facts else {
        let diagnostic = Diagnostic::new(
            Code::InvalidCase,
            cases.base.span,
            text!("`{}` をJSONとして読めません", "`{}` cannot be read as JSON", cases.base.text),
        );
        let help = Text::new("このファイルと同じフォルダーに置いてください", "put it into the folder of this file");
        results.diagnostics.push(diagnostic.help(help));
        return;
    };
    for case in &cases.cases {
        match run_case(engines, pack, case, &cases, facts.clone()) {
            Ok((verdict, None)) => {
                results.passed += 1;
                results.seen.entry(case.rule.text.clone()).or_default().push(verdict);
            }
            Ok((verdict, Some(text))) => {
                results.seen.entry(case.rule.text.clone()).or_default().push(verdict);
                results.failed.push(Failure { span: case.name.span, name: case.name.text.clone(), text });
            }
            Err(diagnostic) => results.diagnostics.push(*diagnostic),
        }
    }
}

/// Engines for the sets of parameters that cases ask for, each made once.
pub struct Engines {
    policies: CheckedPolicies,
    made: Vec<(Params, Engine)>,
}

impl Engines {
    /// Engines over `policies`.
    pub fn new(policies: CheckedPolicies) -> Self {
        Engines { policies, made: Vec::new() }
    }

    /// The engine with `params`.
    pub fn get(&mut self, params: Params) -> Result<&Engine, EngineError> {
        if let Some(at) = self.made.iter().position(|(known, _)| *known == params) {
            return Ok(&self.made[at].1);
        }
        let engine = Engine::new(self.policies.clone(), params.clone())?;
        self.made.push((params, engine));
        Ok(&self.made[self.made.len() - 1].1)
    }
}

fn run_case(
    engines: &mut Engines,
    pack: &str,
    case: &CaseWritten,
    file: &CaseFile,
    mut facts: Value,
) -> Result<(Verdict, Option<Text>), Box<Diagnostic>> {
    let wrong = |span: Span, text: Text| {
        let help = Text::new("事例を直してください", "mend the case");
        Box::new(Diagnostic::new(Code::InvalidCase, span, text).help(help))
    };
    let mut params = Params::default();
    for (name, value) in case.params.iter().flat_map(|params| &params.0) {
        params = params.set(pack, name, &value.text);
    }
    let engine = engines.get(params).map_err(|error| wrong(case.span, text!("{}", "{}", error)))?;
    if !engine.program().rules().iter().any(|rule| rule.id == case.rule.text) {
        let text = text!("`{}` というルールはありません", "there is no rule `{}`", case.rule.text);
        return Err(wrong(case.rule.span, text));
    }
    if let Some(patch) = &case.set {
        patch.apply(&engine.vocabulary().schema, &mut facts).map_err(|(span, text)| wrong(span, text))?;
    }
    let bytes = facts.to_string().into_bytes();
    let document = Document::named(engine, "case", &bytes).map_err(|rejected| {
        wrong(
            case.span,
            text!(
                "この事例の事実は語彙に合いません: {}",
                "the facts of this case do not fit the vocabulary: {}",
                rejected
            ),
        )
    })?;
    let as_of = case.as_of.unwrap_or(file.as_of).day;
    let evaluation = engine.evaluate(&document, as_of).map_err(|error| wrong(case.span, text!("{}", "{}", error)))?;
    let findings = matching(&evaluation, case);
    let Some(first) = findings.first() else {
        let subject = case.subject.as_ref().map_or("—", |subject| subject.text.as_str());
        let text = text!("対象 `{}` についての所見がありません", "there is no finding about `{}`", subject);
        return Err(wrong(case.span, text));
    };
    let wanted = case.verdict.word;
    let other = findings.iter().find(|finding| finding.verdict != wanted).unwrap_or(first);
    let verdict = other.verdict;
    if verdict != wanted {
        let mut got = verdict.word().to_string();
        if !other.missing.is_empty() {
            let pointers: Vec<&str> = other.missing.iter().map(|missing| missing.pointer.as_str()).collect();
            got.push_str(&format!(" ({})", pointers.join(" ")));
        }
        if let Some(error) = &other.error {
            got.push_str(&format!(" ({})", error.message.en));
        }
        return Ok((verdict, Some(text!("{} のはずが {} でした", "expected {}, got {}", wanted.word(), got))));
    }
    if let Some(missing) = &case.missing {
        let mut pointers = Vec::new();
        for path in missing {
            let pointer = patch::pointer(path, &facts).map_err(|text| wrong(path.span, text))?;
            pointers.push(pointer);
        }
        let found: Vec<&str> = first.missing.iter().map(|missing| missing.pointer.as_str()).collect();
        if found != pointers.iter().map(String::as_str).collect::<Vec<_>>() {
            let text = text!(
                "不足する事実は {} のはずが {} でした",
                "expected to miss {}, missed {}",
                pointers.join(" "),
                found.join(" ")
            );
            return Ok((verdict, Some(text)));
        }
    }
    if let Some(due) = case.due_on.filter(|due| first.due_on != Some(due.day)) {
        let found = first.due_on.map_or_else(|| "—".to_string(), |day| day.to_string());
        return Ok((
            verdict,
            Some(text!("期限は {} のはずが {} でした", "expected to be due on {}, got {}", due.day, found)),
        ));
    }
    Ok((verdict, None))
}

/// The findings a case speaks of: those of its subject, or the one without subject, or all.
fn matching<'f>(evaluation: &'f Evaluation, case: &CaseWritten) -> Vec<&'f Finding> {
    let of_rule = || evaluation.findings.iter().filter(|finding| finding.rule == case.rule.text);
    match &case.subject {
        Some(subject) => {
            of_rule().filter(|finding| finding.subject.as_ref().is_some_and(|found| found.id == subject.text)).collect()
        }
        None => {
            let whole: Vec<&Finding> = of_rule().filter(|finding| finding.subject.is_none()).collect();
            if whole.is_empty() { of_rule().collect() } else { whole }
        }
    }
}
