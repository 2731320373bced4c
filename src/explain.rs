//! Opens a verdict: every part of the rule's expressions with the value it had.

use std::collections::HashSet;

use bumpalo::Bump;

use crate::bound::Rows;
use crate::engine::{Document, Engine, shown};
use crate::eval::{List, Run, Value};
use crate::explanation::{ExplainedNode, ExplainedPart, Explanation, SubjectExplanation};
use crate::facts::Facts;
use crate::json::NodeId;
use crate::lang::{self, Lang, Text};
use crate::pointer;
use crate::program::{Base, Op, OpId, RuleCode, Scalar};
use crate::source::Span;
use crate::value::Day;

/// How many elements of a loop are opened.
const MAX_ELEMENTS: usize = 50;
/// How many parts one explanation may have, those of all subjects together.
pub const MAX_PARTS: usize = 5_000;

/// Explains the rule `id`; `None` if the engine has no such rule.
pub fn explain(engine: &Engine, id: &str, document: &Document<'_>, as_of: Day) -> Option<Explanation> {
    let at = engine.program().rules().iter().position(|rule| rule.id == id)?;
    let code = &engine.program().rules()[at];
    if !code.rolls_up.is_empty() {
        let mut explanation = roll_up(engine, code, document, as_of);
        explanation.texts_of_answers(&mut engine.hiding());
        return Some(explanation);
    }
    let bound = engine.bound(document);
    let mut subjects = Vec::new();
    let (mut left, mut share) = (MAX_PARTS, 1.0);
    engine.judging(document, &bound, as_of, None).each::<true>(at..at + 1, &mut Bump::new(), &mut |run, _, outcome| {
        let ids: Vec<String> = outcome.elements.iter().map(|element| document.facts().id_of(*element)).collect();
        let mut opener = Opener { engine, facts: document.facts(), run, left, share };
        let whole =
            outcome.elements.len() == code.each.len() && outcome.reason != Some(crate::words::Inapplicable::Validity);
        let parts = if whole { opener.rule(code) } else { Vec::new() };
        (left, share) = (opener.left, opener.share);
        subjects.push(SubjectExplanation { subject: ids.join("/"), verdict: outcome.verdict, parts });
    });
    let mut explanation = Explanation { rule: id.to_string(), subjects, fixes: Vec::new() };
    explanation.texts_of_answers(&mut engine.hiding());
    Some(explanation)
}

/// A roll-up: what became of the rules it sums up.
fn roll_up(engine: &Engine, code: &RuleCode, document: &Document<'_>, as_of: Day) -> Explanation {
    let findings = engine.evaluate(document, as_of).map(|evaluation| evaluation.findings).unwrap_or_default();
    let own = findings.iter().find(|finding| finding.rule == code.id);
    let verdict = own.map_or(crate::words::Verdict::NotApplicable, |finding| finding.verdict);
    let parts = code.rolls_up.iter().flat_map(|target| {
        let id = &engine.program().rules()[*target].id;
        findings.iter().filter(move |finding| finding.rule == *id)
    });
    let parts = parts.map(|finding| {
        let subject = finding.subject.as_ref().map_or(String::new(), |subject| format!(" · {}", subject.id));
        let tree = ExplainedNode {
            text: format!("{}{subject}", finding.rule),
            definition: None,
            element: None,
            value: finding.verdict.text(),
            facts: Vec::new(),
            parts: Vec::new(),
        };
        ExplainedPart { name: "rolls_up".into(), tree }
    });
    let subject = SubjectExplanation { subject: String::new(), verdict, parts: parts.collect() };
    Explanation { rule: code.id.clone(), subjects: vec![subject], fixes: Vec::new() }
}

struct Opener<'o, 'a> {
    engine: &'o Engine,
    facts: &'o Facts<'o>,
    run: &'o mut Run<'a, true>,
    left: usize,
    /// The share of the steps of one evaluation that is left.
    share: f64,
}

impl<'a> Opener<'_, 'a> {
    fn rule(&mut self, code: &RuleCode) -> Vec<ExplainedPart> {
        let mut parts: Vec<(String, OpId)> = Vec::new();
        let mut add = |name: &str, op: Option<OpId>| parts.extend(op.map(|op| (name.to_string(), op)));
        add("in_force_at", code.in_force_at);
        add("applies", code.applies);
        add("require", code.require);
        if let Some(recurring) = &code.recurring {
            add("recurring.last", Some(recurring.last));
            add("recurring.from", Some(recurring.from));
            add("recurring.every", Some(recurring.every));
        }
        for deadline in &code.deadlines {
            add(&format!("deadlines.{}.act", deadline.id), Some(deadline.act));
            add(&format!("deadlines.{}.by", deadline.id), Some(deadline.by));
        }
        if self.left == 0 {
            return vec![ExplainedPart { name: "…".into(), tree: rest(parts.len()) }];
        }
        parts.into_iter().map(|(name, op)| ExplainedPart { name, tree: self.node(op, true, None) }).collect()
    }

    fn text(&self, span: Span) -> String {
        self.engine.policies().sources.slice(span).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Whether what `op` yields may tell a sensitive answer that is not to be shown: a `yes` of a comparison does.
    fn hides(&self, op: OpId) -> bool {
        !self.engine.shows_sensitive() && self.engine.program().is_sensitive(op)
    }

    fn shown(&self, value: Value<'a>) -> Text {
        Text { ja: shown(self.run, value, Lang::Ja), en: shown(self.run, value, Lang::En) }
    }

    fn node(&mut self, op: OpId, open: bool, element: Option<String>) -> ExplainedNode {
        let program = self.engine.program();
        let op = program.behind_test(op);
        // All parts together may take as many steps as one evaluation; behind those nothing is worked out.
        let mut value = Value::Null;
        if self.share > 0.0 {
            self.run.refill();
            value = self.run.value(op);
            self.share -= self.run.spent();
        } else {
            self.left = 0;
        }
        let opened = program.opened(op).filter(|_| open);
        let text = self.text(opened.map_or_else(|| program.origin(op).span, |opened| opened.call));
        let value_text = if self.hides(op) { masked() } else { self.shown(value) };
        let mut node = ExplainedNode {
            text,
            definition: opened.map(|opened| opened.definition.clone()),
            element,
            value: value_text,
            facts: Vec::new(),
            parts: Vec::new(),
        };
        if self.left == 0 {
            return node;
        }
        self.left -= 1;
        if opened.is_some() {
            let body = self.node(op, false, None);
            // A body that only calls another definition adds nothing of its own.
            node.parts = if body.parts.is_empty() { vec![body] } else { body.parts };
            return node;
        }
        match program.op(op) {
            Op::And(operands) | Op::Or(operands) => {
                let absorbing = matches!(program.op(op), Op::Or(_));
                let operands = program.operands(operands);
                for (at, operand) in operands.iter().copied().enumerate() {
                    if self.left == 0 {
                        node.parts.push(rest(operands.len() - at));
                        break;
                    }
                    node.parts.push(self.node(operand, true, None));
                    // What comes after the operand that decides was not needed; of a hidden one that would tell.
                    let decides = matches!(self.run.value(operand), Value::Bool(value) if value == absorbing);
                    if decides && !self.hides(operand) {
                        break;
                    }
                }
            }
            Op::Not(operand) => node.parts = vec![self.node(operand, true, None)],
            Op::Conditional { condition, yes, no, .. } => {
                node.parts.push(self.node(condition, true, None));
                match self.run.value(condition) {
                    _ if self.hides(condition) => {
                        node.parts.extend([self.node(yes, true, None), self.node(no, true, None)])
                    }
                    Value::Bool(true) => node.parts.push(self.node(yes, true, None)),
                    Value::Bool(false) => node.parts.push(self.node(no, true, None)),
                    _ => node.parts.extend([self.node(yes, true, None), self.node(no, true, None)]),
                }
            }
            Op::Loop { list, local, body, .. } => {
                node.facts = self.facts(list);
                // The elements of a sensitive list would show what it holds.
                if let Value::List(elements) = self.run.value(list)
                    && !self.hides(list)
                {
                    node.parts = self.elements(elements, local, body);
                }
            }
            _ => node.facts = self.facts(op),
        }
        node
    }

    fn elements(&mut self, list: List<'a>, local: crate::program::LocalId, body: OpId) -> Vec<ExplainedNode> {
        let members = self.run.all_members(list);
        let mut nodes = Vec::new();
        for (at, member) in members.iter().copied().enumerate() {
            if at == MAX_ELEMENTS || self.left == 0 {
                nodes.push(rest(members.len() - at));
                break;
            }
            self.run.set_local(local, member);
            let name = match member {
                Value::Record(element) => self.facts.id_of(element.node),
                value => shown(self.run, value, Lang::En),
            };
            nodes.push(self.node(body, true, Some(name)));
        }
        nodes
    }

    /// The facts loaded under `op`, loops left out.
    fn facts(&mut self, op: OpId) -> Vec<(String, Text)> {
        let program = self.engine.program();
        let mut found: Vec<(String, Text)> = Vec::new();
        let mut stack = vec![op];
        // Arguments of definitions are shared: what stands in several places is looked at once.
        let mut seen = HashSet::new();
        while let Some(op) = stack.pop() {
            if !seen.insert(op) {
                continue;
            }
            match program.op(op) {
                Op::Load { base, path, .. } => {
                    let start = match base {
                        Base::Root => Some(NodeId::ROOT),
                        Base::Local(local) => match self.run.local(local) {
                            Value::Record(element) => Some(element.node),
                            _ => None,
                        },
                        Base::Record(record) => {
                            stack.push(record);
                            match self.run.value(record) {
                                Value::Record(element) => Some(element.node),
                                _ => None,
                            }
                        }
                    };
                    let Some(start) = start else { continue };
                    let pointer = pointer::below(self.run.tape().pointer(start), &program.path(path).keys);
                    if found.iter().all(|(known, _)| *known != pointer) {
                        let value = self.run.value(op);
                        let value = match value {
                            _ if self.hides(op) => masked(),
                            Value::List(List::Tape(Rows { node, scalar: Scalar::Record, .. })) => {
                                let count = self.run.tape().elements(node).count();
                                Text::new(format!("{count}件"), format!("{count} elements"))
                            }
                            value => self.shown(value),
                        };
                        found.push((pointer, value));
                    }
                }
                Op::Loop { list, .. } => stack.push(list),
                other => {
                    let mut operands = program.operands_of(other);
                    operands.reverse();
                    stack.extend(operands);
                }
            }
        }
        found
    }
}

/// What stands for `count` parts that are not opened.
fn rest(count: usize) -> ExplainedNode {
    ExplainedNode {
        text: "…".into(),
        definition: None,
        element: None,
        value: Text::new(format!("ほか{count}件は省略"), format!("{count} more are left out")),
        facts: Vec::new(),
        parts: Vec::new(),
    }
}

fn masked() -> Text {
    Text::new(lang::masked(Lang::Ja), lang::masked(Lang::En))
}
