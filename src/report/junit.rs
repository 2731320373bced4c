//! JUnit XML for build servers: a suite for each pack and organization, a case for each rule and subject.
//!
//! A counted breach is a failure. What is unknown is an error of type `unknown`: it is no breach, and never reads as
//! passed.

use std::collections::HashMap;

use quick_junit::{NonSuccessKind, Property, Report, TestCase, TestCaseStatus, TestSuite};

use super::{Options, ReportError, phrases, told};
use crate::evaluation::{Evaluation, FactsInfo, Finding, PackInfo, Standing};
use crate::lang::{Lang, date};
use crate::words::Verdict;

/// One report with the suites of every organization.
pub fn render(evaluations: &[Evaluation], options: Options) -> Result<String, ReportError> {
    let mut report = Report::new("jobun");
    // It stands in each case.
    let owner = |facts: &FactsInfo| FactsInfo::repeated(&facts.owner()).into_owned();
    let mut owners: HashMap<String, usize> = HashMap::new();
    for evaluation in evaluations {
        *owners.entry(owner(&evaluation.facts)).or_default() += 1;
    }
    for evaluation in evaluations {
        let whose = owner(&evaluation.facts);
        // Two files may be about organizations of one name.
        let is_alone = owners.get(&whose).is_none_or(|n| *n == 1);
        let whose = if is_alone { whose } else { format!("{whose} · {}", evaluation.facts.place()) };
        let suites = evaluation.packs.iter().map(|pack| suite(evaluation, pack, &whose, options.lang));
        report.add_test_suites(suites.filter(|suite| !suite.test_cases.is_empty()));
    }
    report.to_string().map_err(|error| ReportError::failed("junit", error))
}

/// The suite of a pack for the organization that is called `whose`.
fn suite(evaluation: &Evaluation, pack: &PackInfo, whose: &str, lang: Lang) -> TestSuite {
    // Of cases with the same class and name a build server keeps the first: the organization is part of the class.
    let class = told::on_a_line(&format!("{} · {whose}", pack.id));
    let mut suite = TestSuite::new(class.as_str());
    let facts = &evaluation.facts;
    suite.add_properties(
        [
            ("as_of", evaluation.as_of.to_string()),
            ("facts", facts.place().into_owned()),
            ("facts_digest", facts.digest.clone()),
            ("organization", evaluation.facts.owner().to_string()),
            ("pack", pack.title.get(lang).to_string()),
            ("pack_digest", pack.digest.clone()),
            ("engine", format!("{} {}", evaluation.engine.name, evaluation.engine.version)),
        ]
        .map(|(name, value)| Property::new(name, value)),
    );
    let own = || evaluation.findings.iter().filter(|finding| finding.pack == pack.id);
    let (sums, cases): (Vec<&Finding>, Vec<&Finding>) = own().partition(|finding| finding.standing == Standing::RollUp);
    suite.add_test_cases(cases.into_iter().map(|finding| case(evaluation, finding, &class, lang)));
    let sums: Vec<String> = sums.into_iter().filter_map(|finding| sum(finding, lang)).collect();
    if !sums.is_empty() {
        let heading = phrases::ROLL_UPS_INTRO.get(lang);
        suite.set_system_out(format!("{heading}\n{}", sums.join("\n")));
    }
    suite
}

/// A provision that sums up others, in a line: it is counted nowhere, so it is no case.
fn sum(finding: &Finding, lang: Lang) -> Option<String> {
    let applies = finding.verdict != Verdict::NotApplicable;
    let verdict = finding.verdict.label(lang);
    applies.then(|| format!("{verdict} {} {}", told::citation(finding, lang), finding.title.get(lang)))
}

fn case(evaluation: &Evaluation, finding: &Finding, class: &str, lang: Lang) -> TestCase {
    let mut case = TestCase::new(told::name(finding), status(evaluation, finding, lang));
    case.set_classname(class);
    case.extra.insert("file".into(), evaluation.facts.name.as_str().into());
    if let Some(place) = told::place(finding).filter(|_| finding.verdict != Verdict::NotApplicable) {
        case.extra.insert("line".into(), place.line.to_string().into());
    }
    if let Some(output) = output(evaluation, finding, lang) {
        case.set_system_out(output);
    }
    case
}

fn status(evaluation: &Evaluation, finding: &Finding, lang: Lang) -> TestCaseStatus {
    let details = || told::details(evaluation, finding, lang).join("\n");
    let (mut status, message) = match (finding.verdict, finding.standing) {
        (Verdict::Pass, _) => return TestCaseStatus::success(),
        (Verdict::NotApplicable, _) => {
            let reason = finding.reason.map_or(finding.verdict.label(lang), |reason| reason.label(lang));
            (TestCaseStatus::skipped(), reason.to_string())
        }
        (Verdict::Fail, Standing::Counted) => {
            (TestCaseStatus::non_success(NonSuccessKind::Failure), headline(finding, lang))
        }
        (Verdict::Unknown, Standing::Counted) | (Verdict::Error, _) => {
            (TestCaseStatus::non_success(NonSuccessKind::Error), headline(finding, lang))
        }
        (Verdict::Fail | Verdict::Unknown, standing) => {
            (TestCaseStatus::skipped(), not_counted(finding, standing, lang))
        }
    };
    status.set_message(told::on_a_line(&message)).set_type(finding.verdict.word());
    if matches!(status, TestCaseStatus::NonSuccess { .. }) {
        status.set_description(details());
    }
    status
}

/// The article, what it asks, and why it is not so.
fn headline(finding: &Finding, lang: Lang) -> String {
    format!("{} {}: {}", told::citation(finding, lang), finding.title.get(lang), finding.message.get(lang))
}

fn not_counted(finding: &Finding, standing: Standing, lang: Lang) -> String {
    let phrase = match standing {
        Standing::AboutOther => phrases::EXCHANGE_ABOUT_OTHER,
        _ => phrases::EXCHANGE_ADVICE,
    };
    phrase.filled(lang, &[("verdict", &finding.verdict.text()), ("what", &headline(finding, lang))])
}

/// What a case that did not fail has to say all the same.
fn output(evaluation: &Evaluation, finding: &Finding, lang: Lang) -> Option<String> {
    match (finding.verdict, finding.standing) {
        (Verdict::Fail | Verdict::Unknown, Standing::Advice | Standing::AboutOther) => {
            Some(told::details(evaluation, finding, lang).join("\n"))
        }
        (Verdict::Pass, _) if !finding.vacuous.is_empty() => Some(phrases::VACUOUS.get(lang).to_string()),
        (Verdict::Pass, _) => finding.due_on.map(|day| phrases::NEXT_DUE.filled(lang, &[("day", &date(day, lang))])),
        _ => None,
    }
}
