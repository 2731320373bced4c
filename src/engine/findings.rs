//! From outcomes to findings: pointers, places, messages, citations.

use std::cell::RefCell;
use std::collections::HashSet;

use bumpalo::Bump;

use super::packs::pack_info;
use super::sums::{Verdicts, missing_of, stable_until};
use super::{Document, Engine, EvaluateError};
use crate::bound::Rows;
use crate::digest::sha256;
use crate::eval::{DeadlineOutcome, Due, LeafRef, Leaves, List, Outcome, Run, Value};
use crate::evaluation::{
    Certainty, Citation, DeadlineInfo, EngineInfo, ErrorInfo, Evaluation, FORMAT, Fact, FactsInfo, Finding, Group,
    MissingFact, Standing, Subject, Summary, VERSION,
};
use crate::facts::Facts;
use crate::json::{self, Finder, Kind, NodeId, Tape};
use crate::lang::{self, Lang, Text};
use crate::pointer;
use crate::policy::{Pack, Rule};
use crate::program::{MessageCode, RuleCode, Scalar, TemplatePart};
use crate::redact;
use crate::source::{LineColumn, Lines};
use crate::value::Day;
use crate::words::{Binding, DeadlineState, Inapplicable, Verdict};

pub(super) fn evaluate(
    engine: &Engine,
    document: &Document<'_>,
    as_of: Day,
    cancelled: Option<&dyn Fn() -> bool>,
) -> Result<Evaluation, EvaluateError> {
    let set = engine.policies();
    let facts = document.facts();
    let all = by_rule(engine, document, as_of, cancelled, None)?;
    let findings: Vec<Finding> = all.into_iter().flatten().collect();
    let mut info = FactsInfo {
        name: document.name().to_string(),
        line: document.line(),
        digest: sha256(facts.tape().text().as_bytes()),
        organization: facts.organization(),
    };
    info.texts_of_answers(&mut engine.hiding());
    Ok(Evaluation {
        format: FORMAT,
        version: VERSION,
        engine: EngineInfo {
            name: "jobun",
            version: env!("CARGO_PKG_VERSION"),
            calendar: crate::stdlib::holidays::VERSION,
            functions: engine.checked().functions.functions().iter().map(ToString::to_string).collect(),
        },
        as_of,
        facts: info,
        packs: set.packs.iter().enumerate().map(|(index, pack)| pack_info(engine, index, pack)).collect(),
        summary: Summary::of(&findings, as_of),
        findings,
    })
}

/// The findings of the rules number `rules`, one after another; those that sum up others are judged with them.
pub(super) fn of_rules(engine: &Engine, rules: &[usize], document: &Document<'_>, as_of: Day) -> Vec<Finding> {
    let codes = engine.program().rules();
    let mut wanted: Vec<usize> = Vec::new();
    let mut known = vec![false; codes.len()];
    let mut open: Vec<usize> = rules.iter().rev().copied().collect();
    while let Some(rule) = open.pop() {
        if known.get(rule) == Some(&false) {
            known[rule] = true;
            wanted.push(rule);
            open.extend(&codes[rule].rolls_up);
        }
    }
    let mut all = by_rule(engine, document, as_of, None, Some(&wanted)).unwrap_or_default();
    rules.iter().filter_map(|rule| all.get_mut(*rule).map(std::mem::take)).flatten().collect()
}

/// The findings of each rule, or of those `wanted`.
fn by_rule(
    engine: &Engine,
    document: &Document<'_>,
    as_of: Day,
    cancelled: Option<&dyn Fn() -> bool>,
    wanted: Option<&[usize]>,
) -> Result<Vec<Vec<Finding>>, EvaluateError> {
    let mut arena = Bump::new();
    let facts = document.facts();
    let bound = engine.bound(document);
    let writer = Writer {
        engine,
        facts,
        tape: facts.tape(),
        lines: Lines::of(facts.tape().text()).starting_at(document.line().unwrap_or(1)),
        finder: RefCell::new(Finder::of(facts.tape())),
        as_of,
    };
    let set = engine.policies();
    let rules: Vec<(&Pack, &Rule)> = set.rules().collect();
    let codes = engine.program().rules();
    let mut all: Vec<Vec<Finding>> = vec![Vec::new(); codes.len()];
    let judge = engine.judging(document, &bound, as_of, cancelled);
    let mut judge_range = |range: std::ops::Range<usize>| {
        judge.each::<true>(range, &mut arena, &mut |run, at, outcome| {
            let (pack, rule) = rules[at];
            let finding = writer.finding(run, pack, rule, &codes[at], outcome);
            all[at].push(writer.redacted(finding));
        })
    };
    let ended = match wanted {
        None => judge_range(0..codes.len()),
        Some(wanted) => wanted.iter().all(|rule| judge_range(*rule..rule + 1)),
    };
    if !ended {
        return Err(EvaluateError::Cancelled);
    }
    let mut verdicts = Verdicts::default();
    for (findings, code) in all.iter().zip(engine.program().rules()) {
        verdicts.begin(code);
        findings.iter().for_each(|finding| verdicts.push(finding.verdict));
    }
    verdicts.roll_up(engine, as_of);
    arena.reset();
    let mut run = judge.run(&arena);
    for (index, ((pack, rule), code)) in set.rules().zip(engine.program().rules()).enumerate() {
        let asked = wanted.is_none_or(|wanted| wanted.contains(&index));
        if asked
            && !code.rolls_up.is_empty()
            && let [verdict] = *verdicts.of(index)
        {
            let because = code
                .rolls_up
                .iter()
                .filter(|target| verdicts.of(**target).contains(&verdict))
                .map(|target| engine.program().rules()[*target].id.clone())
                .collect();
            let mut finding = writer.redacted(writer.rolled_up(&mut run, pack, rule, code, verdict, because));
            if verdict == Verdict::Unknown {
                finding.missing = missing_of(engine, index, &verdicts, &all);
            }
            finding.stable_until = stable_until(engine, index, as_of, &all);
            all[index] = vec![finding];
        }
    }
    Ok(all)
}

struct Writer<'w> {
    engine: &'w Engine,
    facts: &'w Facts<'w>,
    tape: &'w Tape<'w>,
    lines: Lines,
    /// Finds the pointers of the records that facts were read from.
    finder: RefCell<Finder<'w, 'w>>,
    as_of: Day,
}

impl<'w> Writer<'w> {
    fn place(&self, node: NodeId) -> LineColumn {
        self.lines.place(self.tape.text(), self.tape.range(node).0)
    }

    fn finding<'a>(
        &self,
        run: &mut Run<'a, true>,
        pack: &Pack,
        rule: &Rule,
        code: &RuleCode,
        outcome: Outcome<'a>,
    ) -> Finding {
        run.due = match outcome.due {
            // What is not answered may decide that too.
            Due::None if outcome.verdict == Verdict::Unknown => Value::Unknown(outcome.missing_require),
            // Nothing is due any more: what the message may still name is the day that was missed.
            Due::None => missed(outcome.deadlines).map_or(Value::Never, Value::Date),
            Due::On(day) => Value::Date(day),
            Due::Unknown(missing) => Value::Unknown(missing),
            Due::Error(fault) => Value::Error(fault),
        };
        let speaks =
            matches!(outcome.verdict, Verdict::Fail | Verdict::Unknown) && outcome.elements.len() == code.each.len();
        let mut finding = self.base(pack, rule, outcome.verdict, Standing::Counted);
        finding.subject = self.subject(run, code, outcome.elements);
        finding.reason = outcome.reason;
        if outcome.verdict == Verdict::Pass {
            // What a rule says is said of a breach; where it is met, its title is the message.
            finding.message = rule.title.clone();
        } else if speaks {
            finding.message = self.message(run, &code.message);
            finding.remedy = self.message(run, &code.remedy);
        } else {
            finding.message = match outcome.reason {
                Some(reason) => reason.text(),
                None => Text::new("判断に必要な事実がありません", "the facts needed to judge are missing"),
            };
        }
        if outcome.verdict == Verdict::Error
            && let Some(fault) = outcome.fault
        {
            let span = self.engine.program().origin(fault.op).span;
            let sources = &self.engine.policies().sources;
            let place = sources.place(span);
            finding.message = fault.text();
            finding.error = Some(ErrorInfo {
                message: fault.text(),
                file: sources.name(span.file).to_string(),
                line: place.line,
                column: place.column,
                start: span.start,
                end: span.end,
            });
        }
        finding.deciding =
            outcome.why_require.to_vec().into_iter().filter_map(|leaf| self.fact(leaf, Group::Require)).collect();
        let known: HashSet<String> = finding.deciding.iter().map(|fact| fact.pointer.clone()).collect();
        for fact in outcome.why_applies.to_vec().into_iter().filter_map(|leaf| self.fact(leaf, Group::Applies)) {
            if !known.contains(&fact.pointer) {
                finding.deciding.push(fact);
            }
        }
        let group = |leaves: Leaves<'_>, group| -> Vec<MissingFact> {
            leaves.to_vec().into_iter().map(|leaf| self.missing(leaf, group)).collect()
        };
        finding.missing = group(outcome.missing_applies, Group::Applies);
        let known: HashSet<String> = finding.missing.iter().map(|missing| missing.pointer.clone()).collect();
        for missing in group(outcome.missing_require, Group::Require) {
            if !known.contains(&missing.pointer) {
                finding.missing.push(missing);
            }
        }
        finding.stable_until = outcome.stable_until;
        finding.due_on = match outcome.due {
            Due::On(day) => Some(day),
            _ => None,
        };
        finding.deadlines = outcome
            .deadlines
            .iter()
            .map(|deadline| DeadlineInfo { id: deadline.id.to_string(), by: deadline.by, state: deadline.state })
            .collect();
        if !rule.empty_ok && outcome.verdict == Verdict::Pass {
            finding.vacuous = outcome.vacuous.iter().map(|node| self.pointer_of(*node)).collect();
        }
        finding
    }

    fn rolled_up(
        &self,
        run: &mut Run<'_, true>,
        pack: &Pack,
        rule: &Rule,
        code: &RuleCode,
        verdict: Verdict,
        because: Vec<String>,
    ) -> Finding {
        run.due = Value::Never;
        let mut finding = self.base(pack, rule, verdict, Standing::RollUp);
        if verdict == Verdict::Pass {
            finding.message = rule.title.clone();
        } else {
            finding.message = self.message(run, &code.message);
            finding.remedy = self.message(run, &code.remedy);
        }
        if verdict == Verdict::NotApplicable {
            finding.remedy = Text::default();
            let in_force = code.is_in_force(self.as_of);
            let reason = if in_force { Inapplicable::Empty } else { Inapplicable::Validity };
            finding.reason = Some(reason);
            finding.message = reason.text();
        } else {
            finding.because = because;
        }
        finding
    }

    /// A finding with what the rule alone says.
    fn base(&self, pack: &Pack, rule: &Rule, verdict: Verdict, standing: Standing) -> Finding {
        let binding = pack.binding(rule);
        let standing = match standing {
            Standing::RollUp => Standing::RollUp,
            _ if binding != Binding::Must => Standing::Advice,
            _ if rule.about.is_some() => Standing::AboutOther,
            _ => Standing::Counted,
        };
        Finding {
            rule: rule.id.text.clone(),
            pack: pack.id.clone(),
            title: rule.title.clone(),
            citations: rule.cites.iter().map(|locator| citation(pack, rule, &locator.text)).collect(),
            related: if verdict == Verdict::NotApplicable { Vec::new() } else { self.engine.related(pack, rule) },
            subject: None,
            verdict,
            reason: None,
            standing,
            modality: rule.modality,
            binding,
            addressee: rule.addressee,
            about: rule.about,
            category: rule.category,
            severity: rule.severity,
            message: Text::default(),
            remedy: Text::default(),
            deciding: Vec::new(),
            missing: Vec::new(),
            due_on: None,
            deadlines: Vec::new(),
            vacuous: Vec::new(),
            error: None,
            because: Vec::new(),
            stable_until: None,
        }
    }

    fn subject(&self, run: &mut Run<'_, true>, code: &RuleCode, elements: &[NodeId]) -> Option<Subject> {
        let last = *elements.last()?;
        let ids: Vec<String> = elements.iter().map(|element| self.facts.id_of(*element)).collect();
        let id = ids.join("/");
        let hidden = |op| !self.engine.shows_sensitive() && self.engine.program().is_sensitive(op);
        let subject = code.subject.filter(|op| elements.len() == code.each.len() && !hidden(*op));
        let label = match subject.map(|op| run.value(op)) {
            Some(Value::Str(label)) => label.to_string(),
            _ => id.clone(),
        };
        let place = self.place(last);
        Some(Subject { id, label, pointer: self.pointer_of(last), line: place.line, column: place.column })
    }

    fn message(&self, run: &mut Run<'_, true>, code: &MessageCode) -> Text {
        Text { ja: self.template(run, &code.ja, Lang::Ja), en: self.template(run, &code.en, Lang::En) }
    }

    fn template(&self, run: &mut Run<'_, true>, parts: &[TemplatePart], lang: Lang) -> String {
        let mut out = String::new();
        // All parts together may cost as much as a condition.
        run.refill();
        for part in parts {
            match part {
                TemplatePart::Text(text) => out.push_str(text),
                TemplatePart::Value(_, true) if !self.engine.shows_sensitive() => out.push_str(lang::masked(lang)),
                TemplatePart::Value(op, _) => {
                    let value = run.value(*op);
                    out.push_str(&shown(run, value, lang));
                }
            }
        }
        out
    }

    /// `finding` without anything shaped like a My Number, unless sensitive answers are shown.
    fn redacted(&self, mut finding: Finding) -> Finding {
        finding.texts_of_answers(&mut self.engine.hiding());
        finding
    }

    /// The pointer of a record.
    fn pointer_of(&self, node: NodeId) -> String {
        self.finder.borrow_mut().pointer(node)
    }

    /// The pointer of a fact, answered or not.
    fn pointer(&self, leaf: LeafRef) -> String {
        pointer::below(self.pointer_of(leaf.base), &self.engine.program().path(leaf.path).keys)
    }

    fn fact(&self, leaf: LeafRef, group: Group) -> Option<Fact> {
        let path = self.engine.program().path(leaf.path);
        let node = path.keys.iter().try_fold(leaf.base, |at, key| self.tape.member(at, key))?;
        let field = self.engine.vocabulary().schema.field_at(&path.pattern);
        let is_my_number = self.tape.kind(node) == Kind::Number
            && json::to_value(self.tape, node).as_number().is_some_and(redact::is_my_number);
        let sensitive = field.is_some_and(|field| field.sensitive) || is_my_number;
        let masked = sensitive && !self.engine.shows_sensitive();
        let place = self.place(node);
        let value = match self.tape.kind(node) {
            _ if masked => serde_json::Value::Null,
            // A list of records is named by its length.
            Kind::Array if self.tape.elements(node).any(|element| self.tape.kind(element) == Kind::Object) => {
                serde_json::Value::String(format!("[{}]", self.tape.elements(node).count()))
            }
            _ => json::to_value(self.tape, node),
        };
        Some(Fact {
            pointer: self.pointer(leaf),
            line: place.line,
            column: place.column,
            value,
            masked,
            question: field.and_then(|field| field.question.clone()),
            group,
        })
    }

    fn missing(&self, leaf: LeafRef, group: Group) -> MissingFact {
        let path = self.engine.program().path(leaf.path);
        let mut nearest = leaf.base;
        for key in &path.keys {
            match self.tape.member(nearest, key) {
                Some(node) => nearest = node,
                None => break,
            }
        }
        let place = self.place(nearest);
        let field = self.engine.vocabulary().schema.field_at(&path.pattern);
        MissingFact {
            pointer: self.pointer(leaf),
            line: place.line,
            column: place.column,
            question: field.and_then(|field| field.question.clone()),
            choices: field.map(|field| field.choices.clone()).unwrap_or_default(),
            group,
            certainty: Certainty::default(),
            completions: Vec::new(),
        }
    }
}

/// A value as a reader of `lang` reads it.
pub(crate) fn shown<const TRACE: bool>(run: &Run<'_, TRACE>, value: Value<'_>, lang: Lang) -> String {
    match value {
        Value::Null => "—".into(),
        Value::Bool(value) => lang::yes_no(value, lang).into(),
        Value::Int(value) => value.to_string(),
        Value::Uint(value) => value.to_string(),
        Value::Double(value) => value.to_string(),
        Value::Str(value) => value.to_string(),
        Value::Bytes(bytes) => bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
        Value::Timestamp(at) => at.to_string(),
        Value::Duration(length) => length.to_string(),
        Value::Type(name) => name.to_string(),
        Value::Ip(ip) => ip.to_string(),
        Value::Cidr(cidr) => cidr.to_string(),
        Value::Optional(held) => held.map_or_else(String::new, |held| shown(run, *held, lang)),
        Value::Date(day) => lang::date(day, lang),
        Value::Never => lang::never(lang).into(),
        Value::Period(period) => period.to_string(),
        Value::Unknown(_) | Value::Size(_) => lang::unanswered(lang).into(),
        Value::Error(_) | Value::Regex(_) | Value::Record(_) | Value::Map(_) => lang::unavailable(lang).into(),
        Value::List(list) => {
            let between = if lang == Lang::Ja { "、" } else { ", " };
            let parts: Vec<String> = match list {
                List::Tape(Rows { scalar: Scalar::Record, .. }) => return lang::unavailable(lang).into(),
                List::Tape(Rows { node, scalar, .. }) => {
                    let tape = run.tape();
                    tape.elements(node).map(|element| shown(run, run.scalar(element, scalar), lang)).collect()
                }
                List::Values(values) => values.iter().map(|value| shown(run, *value, lang)).collect(),
                List::Maybe(_) => return lang::unanswered(lang).into(),
            };
            if parts.is_empty() {
                match lang {
                    Lang::Ja => "なし".into(),
                    Lang::En => "none".into(),
                }
            } else {
                parts.join(between)
            }
        }
    }
}

fn citation(pack: &Pack, rule: &Rule, locator: &str) -> Citation {
    let provision = pack.outline.resolve(locator);
    Citation {
        source: pack.source.key.clone(),
        title: pack.source.title.clone(),
        number: pack.source.number.clone(),
        locator: provision.map_or_else(|| locator.to_string(), |provision| provision.locator.clone()),
        caption: provision.map(|provision| provision.caption.clone()).unwrap_or_default(),
        version: pack.source.effective_on.or(pack.source.issued_on),
        valid_from: rule.valid_from,
        valid_until: rule.valid_until,
        text: None,
    }
}

/// The first day that was missed though what was due was done later.
fn missed(deadlines: &[DeadlineOutcome<'_>]) -> Option<Day> {
    deadlines.iter().filter(|deadline| deadline.state == DeadlineState::Late).map(|deadline| deadline.by).min()
}
