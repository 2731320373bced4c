//! Rules and facts, judged by the engine and by the oracle.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use jobun::evaluation::Group;
use jobun::facts::Vocabulary;
use jobun::words::{Inapplicable, Verdict};
use jobun::{Day, Engine, Evaluation, Facts as Document, Params};
use serde_json::Value;

use crate::generate::{self, Definition, Maker, Rule};
use crate::oracle::Oracle;
use crate::pack;
use crate::random::Random;
use crate::report::{Disagreement, Report};
use crate::vocabulary::{self, Facts, remove};

/// Rules of one engine.
const RULES: usize = 250;
/// Documents they are judged on.
const DOCUMENTS: usize = 80;
/// How often one is tried to be made smaller.
const TRIES: usize = 1500;

/// The days judged at.
pub fn days() -> Vec<Day> {
    let days = [(2026, 11, 22), (2025, 3, 31), (2026, 4, 1), (2026, 12, 31)];
    days.iter().filter_map(|(year, month, day)| Day::new(*year, *month, *day)).collect()
}

/// The vocabulary of everything here.
pub fn shared_vocabulary() -> Arc<Vocabulary> {
    match Vocabulary::from_json(&vocabulary::schema().to_string()) {
        Ok(vocabulary) => Arc::new(vocabulary),
        Err(rejected) => panic!("the vocabulary is not sound: {rejected}"),
    }
}

/// An engine for `rules`; `Err` says what the checker has against them.
pub fn engine(vocabulary: &Arc<Vocabulary>, definitions: &[Definition], rules: &[&Rule]) -> Result<Engine, String> {
    let written: Vec<String> = rules.iter().enumerate().map(|(at, rule)| rule.yaml(at)).collect();
    let mut files = pack::with_rules(&written);
    let written: Vec<String> = definitions.iter().map(Definition::yaml).collect();
    files.add("made/definitions.yaml", format!("definitions:\n{}", written.concat()));
    let checked = files.read().check_against(Arc::clone(vocabulary)).map_err(|rejected| rejected.to_string())?;
    Engine::new(checked, Params::default()).map_err(|error| error.to_string())
}

/// What is compared of a finding.
#[derive(Clone, Debug, PartialEq)]
pub struct Said {
    /// The number of the rule.
    pub rule: usize,
    /// The ids of the elements.
    pub subject: String,
    /// The verdict.
    pub verdict: Verdict,
    reason: Option<Inapplicable>,
    missing_applies: Vec<String>,
    missing_require: Vec<String>,
    due_on: Option<Day>,
}

impl Said {
    /// Every missing fact.
    pub fn missing(&self) -> impl Iterator<Item = &str> {
        self.missing_applies.iter().chain(&self.missing_require).map(String::as_str)
    }
}

fn number(rule: &str) -> usize {
    rule.trim_start_matches("r-").parse().unwrap_or(usize::MAX)
}

/// What the engine said.
pub fn by_engine(evaluation: &Evaluation) -> Vec<Said> {
    let findings = evaluation.findings.iter().map(|finding| {
        let missing = |group: Group| {
            let of_group = finding.missing.iter().filter(|fact| fact.group == group);
            of_group.map(|fact| fact.pointer.clone()).collect()
        };
        Said {
            rule: number(&finding.rule),
            subject: finding.subject.as_ref().map(|subject| subject.id.clone()).unwrap_or_default(),
            verdict: finding.verdict,
            reason: finding.reason,
            missing_applies: missing(Group::Applies),
            missing_require: missing(Group::Require),
            due_on: finding.due_on,
        }
    });
    findings.collect()
}

fn by_oracle(engine: &Engine, facts: &Value, as_of: Day) -> Vec<Said> {
    let oracle = Oracle::new(engine.checked(), &engine.vocabulary().schema);
    let findings = oracle.findings(facts, as_of).into_iter().map(|finding| Said {
        rule: number(&finding.rule),
        subject: finding.subject.unwrap_or_default(),
        verdict: finding.verdict,
        reason: finding.reason,
        missing_applies: finding.missing_applies,
        missing_require: finding.missing_require,
        due_on: finding.due.day(),
    });
    findings.collect()
}

/// What an expression that was checked must not come to.
pub fn is_unsound(message: &str) -> bool {
    [
        "the operation does not exist for this value",
        "nothing has this name",
        "there is no such function",
        "there is no such key",
        "the value cannot be a key",
        "a key is there twice",
    ]
    .contains(&message)
}

/// A rule on which two answers differ.
struct Difference {
    rule: usize,
    answers: [String; 2],
}

/// What is judged, and where the two differ; `count` gets every finding.
fn differences(engine: &Engine, facts: &Value, as_of: Day, count: &mut dyn FnMut(&Said)) -> Vec<Difference> {
    let bytes = facts.to_string();
    let document = match Document::named(engine, "facts", bytes.as_bytes()) {
        Ok(document) => document,
        Err(rejected) => panic!("the facts are no facts: {rejected}\n{facts}"),
    };
    let said = catch_unwind(AssertUnwindSafe(|| engine.evaluate(&document, as_of)));
    let Ok(Ok(evaluation)) = said else {
        return vec![Difference { rule: usize::MAX, answers: ["the engine panicked".into(), String::new()] }];
    };
    let ours = by_engine(&evaluation);
    let Ok(theirs) = catch_unwind(AssertUnwindSafe(|| by_oracle(engine, facts, as_of))) else {
        return vec![Difference { rule: usize::MAX, answers: [String::new(), "the oracle panicked".into()] }];
    };
    let bare = catch_unwind(AssertUnwindSafe(|| {
        let mut runner = engine.runner();
        runner.verdicts(&document, as_of).map(<[Verdict]>::to_vec).unwrap_or_default()
    }));
    let bare = bare.unwrap_or_default();
    let mut found = Vec::new();
    for finding in &evaluation.findings {
        if let Some(error) = finding.error.as_ref().filter(|error| is_unsound(&error.message.en)) {
            let answers = [format!("the checker passed what comes to: {}", error.message.en), String::new()];
            found.push(Difference { rule: number(&finding.rule), answers });
        }
    }
    if ours.len() != theirs.len() || ours.len() != bare.len() {
        let rules = ours.iter().map(|said| said.rule).max().unwrap_or(0);
        for rule in 0..=rules {
            let of = |all: &[Said]| all.iter().filter(|said| said.rule == rule).count();
            if of(&ours) != of(&theirs) || ours.len() != bare.len() {
                let answers = [format!("{} findings, bare {}", of(&ours), bare.len()), of(&theirs).to_string()];
                found.push(Difference { rule, answers });
            }
        }
        return found;
    }
    for ((ours, theirs), bare) in ours.iter().zip(&theirs).zip(&bare) {
        count(ours);
        if ours != theirs {
            found.push(Difference { rule: ours.rule, answers: [format!("{ours:?}"), format!("{theirs:?}")] });
        } else if *bare != ours.verdict {
            let answers = [format!("bare: {bare:?}"), format!("traced: {:?}", ours.verdict)];
            found.push(Difference { rule: ours.rule, answers });
        }
    }
    found
}

/// Rules and definitions of one engine.
pub struct Batch {
    /// The definitions.
    pub definitions: Vec<Definition>,
    /// The rules.
    pub rules: Vec<Rule>,
    /// The engine.
    pub engine: Engine,
}

impl Batch {
    /// Random rules; those that `make` makes.
    pub fn new(
        vocabulary: &Arc<Vocabulary>,
        random: &mut Random,
        count: usize,
        make: &dyn Fn(Maker<'_>, usize) -> Rule,
    ) -> Batch {
        let given = generate::given();
        let own: Vec<Definition> = (0..6).map(|at| Maker::new(random, &given).definition(format!("own{at}"))).collect();
        let definitions = [given, own].concat();
        let rules: Vec<Rule> = (0..count).map(|at| make(Maker::new(random, &definitions), at)).collect();
        match engine(vocabulary, &definitions, &rules.iter().collect::<Vec<_>>()) {
            Ok(engine) => Batch { definitions, rules, engine },
            Err(rejected) => {
                let shown: String = rejected.chars().take(3000).collect();
                let mut alone = rules.iter().filter(|rule| engine(vocabulary, &definitions, &[rule]).is_err());
                let rule = alone.next().map(|rule| rule.yaml(0)).unwrap_or_default();
                panic!("the generator made what the checker does not admit: {shown}\n{rule}")
            }
        }
    }

    /// The rule `at` alone.
    fn alone(&self, vocabulary: &Arc<Vocabulary>, rule: &Rule) -> Option<Engine> {
        engine(vocabulary, &self.definitions, &[rule]).ok()
    }
}

/// Judges `cases` findings by engine and oracle.
pub fn run(vocabulary: &Arc<Vocabulary>, seed: u64, cases: usize, report: &mut Report) {
    let days = days();
    let mut batches = 0;
    while report.cases < cases {
        let mut random = Random::new(seed, batches);
        batches += 1;
        let batch = Batch::new(vocabulary, &mut random, RULES, &|maker, at| maker.rule(at));
        for tree in batch.rules.iter().flat_map(Rule::trees) {
            tree.each(&mut |part| report.kind(part.kind));
        }
        report.made += batch.rules.len();
        report.repeating += batch.rules.iter().filter(|rule| rule.repeats).count();
        for _ in 0..DOCUMENTS {
            if report.cases >= cases {
                break;
            }
            let facts = Facts::new(&mut random).answered([0.4, 0.6, 0.75, 0.9, 0.97, 1.0][random.below(6)]);
            let as_of = days[random.below(days.len())];
            let mut counted: BTreeMap<String, usize> = BTreeMap::new();
            let found = differences(&batch.engine, &facts, as_of, &mut |said| {
                *counted.entry(format!("{:?}", said.verdict)).or_insert(0) += 1;
            });
            for (verdict, count) in counted {
                report.cases += count;
                report.verdict(&verdict, count);
            }
            // Where everything went wrong, every rule is looked at by itself.
            let all = found.iter().any(|difference| difference.rule == usize::MAX);
            let rules: Vec<usize> =
                if all { (0..RULES).collect() } else { found.iter().map(|difference| difference.rule).collect() };
            let is_alone = !all && rules.iter().all(|at| !batch.rules[*at].rolls_up.is_empty());
            for at in rules {
                let place = format!("--seed {seed}, batch {batches}");
                show(vocabulary, &batch, at, &facts, as_of, (place, is_alone), report);
            }
        }
    }
}

/// Says that the rule `at` differs.
fn show(
    vocabulary: &Arc<Vocabulary>,
    batch: &Batch,
    at: usize,
    facts: &Value,
    as_of: Day,
    (place, is_alone): (String, bool),
    report: &mut Report,
) {
    let differ = |engine: &Engine, facts: &[Value]| -> Option<[String; 2]> {
        differences(engine, &facts[0], as_of, &mut |_| {}).into_iter().next().map(|difference| difference.answers)
    };
    let rule = &batch.rules[at];
    // A sum is wrong where what it sums up is; it says nothing new where others differ.
    if rule.rolls_up.is_empty() {
        batch.show(
            vocabulary,
            at,
            std::slice::from_ref(facts),
            &differ,
            format!("{place}, rule {at}, on {as_of}"),
            report,
        );
    } else if is_alone {
        let answers = differ(&batch.engine, std::slice::from_ref(facts)).unwrap_or_default();
        report.disagreement(Disagreement { place, what: rule.yaml(at), facts: facts.to_string(), answers });
    }
}

/// The two answers of one engine about documents, where they are not the same.
pub type Differ<'d> = &'d dyn Fn(&Engine, &[Value]) -> Option<[String; 2]>;

impl Batch {
    /// Shrinks the rule `at` and the documents while `differ` says that something is wrong, and reports it.
    pub fn show(
        &self,
        vocabulary: &Arc<Vocabulary>,
        at: usize,
        facts: &[Value],
        differ: Differ<'_>,
        place: String,
        report: &mut Report,
    ) {
        let judge = |rule: &Rule, facts: &[Value]| differ(&self.alone(vocabulary, rule)?, facts);
        let mut rule = self.rules[at].clone();
        let mut facts = facts.to_vec();
        let Some(mut answers) = judge(&rule, &facts) else {
            let answers = ["not the same alone".to_string(), String::new()];
            report.disagreement(Disagreement { place, what: rule.yaml(at), facts: shown(&facts), answers });
            return;
        };
        let mut tries = if report.is_wanted() { TRIES } else { 0 };
        let mut smaller = true;
        while smaller && tries > 0 {
            smaller = false;
            let mut pointers = Vec::new();
            facts.iter().for_each(|facts| pointers_of(facts, "", &mut pointers));
            for pointer in pointers {
                // From every document, or from the last alone.
                for first in [0, facts.len() - 1] {
                    let mut less = facts.clone();
                    less[first..].iter_mut().for_each(|facts| remove(facts, &pointer));
                    tries = tries.saturating_sub(1);
                    if less != facts
                        && less.iter().all(|facts| is_accepted(&self.engine, facts))
                        && let Some(now) = judge(&rule, &less)
                    {
                        (answers, facts, smaller) = (now, less, true);
                    }
                }
            }
            let mut candidates = rule.smaller();
            candidates.sort_by_key(|rule| rule.yaml(0).len());
            for candidate in candidates.into_iter().take(tries) {
                tries -= 1;
                if let Some(now) = judge(&candidate, &facts) {
                    (answers, rule, smaller) = (now, candidate, true);
                    break;
                }
            }
        }
        let yaml = rule.yaml(0);
        let called = |definition: &&Definition| yaml.contains(&format!("{}(", definition.name));
        let own: Vec<String> = self.definitions.iter().filter(called).map(Definition::yaml).collect();
        let written = yaml.split_once("remedy: { ja: r, en: r }\n").map_or(yaml.as_str(), |(_, rest)| rest);
        let what = format!("{}{written}", own.concat());
        report.disagreement(Disagreement { place, what, facts: shown(&facts), answers });
    }
}

fn shown(facts: &[Value]) -> String {
    let facts: Vec<String> = facts.iter().map(Value::to_string).collect();
    facts.join("\n  then   ")
}

/// Whether the document fits the vocabulary.
fn is_accepted(engine: &Engine, facts: &Value) -> bool {
    Document::named(engine, "facts", facts.to_string().as_bytes()).is_ok()
}

/// The pointer of everything in an object.
fn pointers_of(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                let pointer = format!("{at}/{name}");
                found.push(pointer.clone());
                pointers_of(value, &pointer, found);
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                pointers_of(value, &format!("{at}/{index}"), found);
            }
        }
        _ => {}
    }
}
