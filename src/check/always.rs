//! Conditions that come out the same whatever is answered.
//!
//! Every node is a *term*; two nodes that say the same are the same term. Of a term it is known which values
//! it can have: from its type, and from the conditions that stand before it. A condition says two things, what
//! is known where it holds and what is known where it does not; one of them that is impossible makes it
//! constant. What is not understood can go both ways, so that a warning is never wrong. What is missing or errs
//! decides nothing: a condition is constant if it is wherever it comes to something.

mod comparisons;
mod sets;
mod terms;

use crate::cel::{Expr, ExprId, Expression, Macro, UnaryOp};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::lang::{Text, text};
use crate::schema::FactSchema;
use crate::types::Type;

use super::definitions::DefinitionTable;
use super::typed::{BindingId, Meaning, Typed};
use sets::{Facts, Key, Scale, Set, TermId, Truth};
use terms::{Constant, Kind, Terms};

/// How many nodes of definitions are looked at for one rule; what lies beyond can go both ways.
const MAX_OPENED: usize = 20_000;
/// How deep definitions are opened.
const MAX_NESTED: usize = 12;
/// How deep nodes of opened definitions may stand.
const MAX_DEPTH: usize = 100;

/// Which outcomes of a condition are worth a word where only what stands before it settles them.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    /// Any: a whole condition.
    Whole,
    /// That it never holds: a part of `&&` and `||`. That it always does is a guard written twice.
    Part,
    /// That it always holds: a part below `!`.
    Denied,
}

impl Role {
    fn denied(self) -> Role {
        match self {
            Role::Whole => Role::Whole,
            Role::Part => Role::Denied,
            Role::Denied => Role::Part,
        }
    }
}

/// An expression and what is known of it.
#[derive(Clone, Copy)]
pub(super) struct Checked<'e> {
    pub e: &'e Expression,
    pub typed: &'e Typed,
}

/// A node that was looked at.
struct Seen {
    term: TermId,
    /// Where it is a condition.
    truth: Option<Truth>,
}

/// What the names of the expression that is looked at stand for.
#[derive(Default)]
struct Frame {
    /// The arguments, where a definition is opened.
    arguments: Option<Vec<TermId>>,
    /// Whether an argument may err.
    errs: bool,
    bindings: Vec<(BindingId, TermId)>,
}

/// Looks for constant conditions in the expressions of one rule or one definition.
pub(super) struct Always<'e> {
    schema: Option<&'e FactSchema>,
    definitions: &'e DefinitionTable,
    /// Definitions that are constant by themselves, which is said where they stand.
    constant: &'e [bool],
    variables: Vec<(Checked<'e>, bool)>,
    terms: Terms,
    /// What is known where the node stands that is looked at, and how to go back.
    context: Facts,
    frame: Frame,
    loops: u32,
    nested: usize,
    depth: usize,
    opened: usize,
    muted: usize,
    found: Diagnostics,
}

impl<'e> Always<'e> {
    /// `schema` is the vocabulary of a policy; plain CEL has none.
    pub fn new(schema: Option<&'e FactSchema>, definitions: &'e DefinitionTable, constant: &'e [bool]) -> Self {
        Always {
            schema,
            definitions,
            constant,
            variables: Vec::new(),
            terms: Terms::default(),
            context: Facts::default(),
            frame: Frame::default(),
            loops: 0,
            nested: 0,
            depth: 0,
            opened: 0,
            muted: 0,
            found: Diagnostics::new(),
        }
    }

    /// Looks at the next variable of the rule.
    pub fn variable(&mut self, checked: Checked<'e>) {
        let constant = self.expression(checked);
        self.variables.push((checked, constant));
    }

    /// Looks at an expression. Whether it is a condition that is constant.
    pub fn expression(&mut self, checked: Checked<'e>) -> bool {
        let seen = self.node(checked, checked.e.ast.root(), Role::Whole);
        seen.truth.is_some_and(|truth| truth.constant().is_some())
    }

    /// Looks at a condition that is known to hold in what comes after; false if it never does.
    pub fn guard(&mut self, checked: Checked<'e>) -> bool {
        let seen = self.node(checked, checked.e.ast.root(), Role::Whole);
        match seen.truth {
            Some(Truth { yes: Some(facts), .. }) => self.context.assume(&facts),
            Some(Truth { yes: None, .. }) => false,
            None => true,
        }
    }

    /// Tells of a condition of a rule that is nothing but `true` or `false`. In a definition it is meant: a switch.
    pub fn bare_word(&mut self, checked: Checked<'e>) {
        let root = checked.e.ast.root();
        if let Expr::Literal(literal) = checked.e.ast.node(root)
            && let Constant::Bool(holds) = Constant::of(literal)
        {
            self.found.push(diagnostic(checked.e, root, holds, true));
        }
    }

    /// What was found.
    pub fn finish(self) -> Diagnostics {
        self.found
    }

    fn node(&mut self, at: Checked<'e>, id: ExprId, role: Role) -> Seen {
        self.look(at, id, role, true)
    }

    /// Looks at a node; `tell` whether it may be reported itself.
    fn look(&mut self, at: Checked<'e>, id: ExprId, role: Role, tell: bool) -> Seen {
        if self.nested > 0 && self.depth > MAX_DEPTH {
            let kind = self.terms.unlike();
            return self.value(kind, vec![], &at.typed.types[id.index()]);
        }
        self.opened += usize::from(self.muted > 0);
        let before = self.found.0.len();
        self.depth += 1;
        let seen = self.inside(at, id, role);
        self.depth -= 1;
        if tell
            && self.muted == 0
            && self.found.0.len() == before
            && !self.found.is_closed()
            && !matches!(at.e.ast.node(id), Expr::Literal(_))
            && let Some(holds) = seen.truth.as_ref().and_then(Truth::constant)
        {
            let alone = self.context.is_empty() || self.alone(at, id) == Some(holds);
            let telling = match role {
                Role::Whole => true,
                Role::Part => !holds,
                Role::Denied => holds,
            };
            if alone || telling {
                self.found.push(diagnostic(at.e, id, holds, alone));
            }
        }
        seen
    }

    /// What a condition always comes to, whatever stands before it.
    fn alone(&mut self, at: Checked<'e>, id: ExprId) -> Option<bool> {
        if self.opened > MAX_OPENED {
            return None;
        }
        let context = std::mem::take(&mut self.context);
        self.muted += 1;
        let seen = self.look(at, id, Role::Whole, false);
        self.muted -= 1;
        self.context = context;
        seen.truth.and_then(|truth| truth.constant())
    }

    fn inside(&mut self, at: Checked<'e>, id: ExprId, role: Role) -> Seen {
        let ty = &at.typed.types[id.index()];
        match at.e.ast.node(id) {
            Expr::Literal(literal) => {
                let constant = Constant::of(literal);
                let truth = match &constant {
                    Constant::Bool(value) => Some(Truth::fixed(*value)),
                    _ => None,
                };
                Seen { term: self.terms.constant(constant), truth }
            }
            Expr::Ident(name) => self.ident(at, id, name),
            Expr::Select(operand, field) => match at.typed.meanings[id.index()] {
                Meaning::Parameter(index) => self.value(Kind::Parameter(index), vec![], ty),
                Meaning::Global(_) | Meaning::TypeName(_) => self.ident(at, id, ""),
                _ => {
                    let operand = self.node(at, *operand, Role::Whole).term;
                    self.value(Kind::Select(field.text.clone()), vec![operand], ty)
                }
            },
            Expr::Unary(UnaryOp::Not, operand) => {
                let seen = self.look(at, *operand, role.denied(), false);
                let term = self.terms.of(Kind::Not, vec![seen.term]);
                let truth = seen.truth.unwrap_or_else(|| self.holds(seen.term, &Type::Dyn));
                Seen { term, truth: Some(truth.denied()) }
            }
            Expr::And(operands) => self.junction(at, operands, role, true),
            Expr::Or(operands) => self.junction(at, operands, role, false),
            Expr::Conditional(condition, yes, no) => self.conditional(at, *condition, *yes, *no, role, ty),
            Expr::Binary(op, left, right) => self.binary(at, *op, *left, *right, ty),
            Expr::Call(target, _, arguments) => self.call(at, id, *target, arguments),
            Expr::Loop { .. } => self.run_loop(at, id),
            Expr::Bind { value, body, .. } => {
                let value = self.node(at, *value, Role::Whole).term;
                self.bound(at, id, value, *body, role)
            }
            Expr::OptMap { optional, body, flat, .. } => {
                let optional = self.node(at, *optional, Role::Whole).term;
                let held = self.terms.of(Kind::Held, vec![optional]);
                let body = self.bound(at, id, held, *body, Role::Whole).term;
                self.value(Kind::OptMap(*flat), vec![optional, body], ty)
            }
            other => self.plainly(at, other, ty),
        }
    }

    /// Nodes that are what their parts are.
    fn plainly(&mut self, at: Checked<'e>, node: &Expr, ty: &Type) -> Seen {
        let (kind, parts) = match node {
            Expr::SelectOptional(operand, field) => (Kind::SelectOptional(field.text.clone()), vec![*operand]),
            Expr::Has(operand, field) => (Kind::Has(field.text.clone()), vec![*operand]),
            Expr::Index(list, index) => (Kind::Index, vec![*list, *index]),
            Expr::IndexOptional(list, index) => (Kind::IndexOptional, vec![*list, *index]),
            Expr::Optional(value) => (Kind::Optional, vec![*value]),
            Expr::List(items) => (Kind::List, items.clone()),
            Expr::Map(entries) => (Kind::Map, entries.iter().flat_map(|(key, value)| [*key, *value]).collect()),
            Expr::Unary(UnaryOp::Negate, operand) => (Kind::Negate, vec![*operand]),
            _ => (self.terms.unlike(), vec![]),
        };
        let parts: Vec<TermId> = parts.into_iter().map(|part| self.node(at, part, Role::Whole).term).collect();
        if let (Kind::Negate, [operand]) = (&kind, &parts[..])
            && let Some(Constant::Number(number)) = self.terms.value(*operand)
            && let Some(negated) = number.negated()
        {
            return Seen { term: self.terms.constant(Constant::Number(negated)), truth: None };
        }
        self.value(kind, parts, ty)
    }

    /// A value of which no more is known than its type; one that is a condition may hold or not.
    fn value(&mut self, kind: Kind, parts: Vec<TermId>, ty: &Type) -> Seen {
        let term = self.terms.of(kind, parts);
        self.known_as(term, ty)
    }

    fn known_as(&mut self, term: TermId, ty: &Type) -> Seen {
        if let Type::Union(_) = ty {
            self.terms.was_union(term);
        }
        let truth = match (self.terms.value(term), ty) {
            (Some(Constant::Bool(value)), _) => Some(Truth::fixed(*value)),
            (_, Type::Bool) => Some(self.holds(term, ty)),
            _ => None,
        };
        Seen { term, truth }
    }

    /// Whether the value of `term` is true.
    fn holds(&mut self, term: TermId, ty: &Type) -> Truth {
        // What may be of another type is another question about the same term.
        let term = if *ty == Type::Bool { term } else { self.terms.of(Kind::Holds, vec![term]) };
        self.member((term, Scale::Truth), &Set::range(0, 1), &Set::point(1))
    }

    /// Whether the value of a term is in `set`, out of `full`.
    fn member(&self, key: Key, full: &Set, set: &Set) -> Truth {
        let now = self.context.of(key).map_or_else(|| full.clone(), |known| known.and(full));
        let side = |set: Set| (!set.is_empty()).then(|| Facts::one(key, set));
        Truth { yes: side(now.and(set)), no: side(now.without(set)) }
    }

    fn ident(&mut self, at: Checked<'e>, id: ExprId, name: &str) -> Seen {
        let ty = &at.typed.types[id.index()];
        let kind = match at.typed.meanings[id.index()] {
            Meaning::Never => Kind::Constant(Constant::Never),
            Meaning::TypeName(at) => Kind::Constant(Constant::Type(at)),
            Meaning::Global(variable) => Kind::Global(variable),
            Meaning::Fact => Kind::Fact(name.to_string()),
            Meaning::AsOf => Kind::AsOf,
            Meaning::DueOn => Kind::DueOn,
            Meaning::Binding(binding) => match self.frame.bindings.iter().rev().find(|(known, _)| *known == binding) {
                Some((_, term)) => return self.known_as(*term, ty),
                None => Kind::Element(binding),
            },
            Meaning::Argument(index) => {
                match self.frame.arguments.as_ref().and_then(|arguments| arguments.get(index)) {
                    Some(term) => return self.known_as(*term, ty),
                    None => Kind::Argument(index),
                }
            }
            Meaning::Variable(index) => {
                let seen = self.value(Kind::Variable(index), vec![], ty);
                return match self.variables.get(index) {
                    Some((variable, false)) => self.open(seen, *variable, Frame::default()),
                    _ => seen,
                };
            }
            _ => self.terms.unlike(),
        };
        self.value(kind, vec![], ty)
    }

    /// What `seen` stands for is looked at too, without a word about its parts.
    fn open(&mut self, seen: Seen, inner: Checked<'e>, frame: Frame) -> Seen {
        if seen.truth.is_none() || self.nested >= MAX_NESTED || self.opened > MAX_OPENED {
            return seen;
        }
        let outside = std::mem::replace(&mut self.frame, frame);
        self.nested += 1;
        self.muted += 1;
        let truth = self.look(inner, inner.e.ast.root(), Role::Whole, false).truth;
        self.muted -= 1;
        self.nested -= 1;
        self.frame = outside;
        let truth = match (seen.truth, truth) {
            (Some(own), Some(opened)) => Some(own.and(opened)),
            (own, opened) => own.or(opened),
        };
        Seen { term: seen.term, truth }
    }

    /// `&&` (`all`) or `||`: each operand is looked at where those before it decided nothing.
    fn junction(&mut self, at: Checked<'e>, operands: &[ExprId], role: Role, all: bool) -> Seen {
        let role = if role == Role::Denied { role } else { Role::Part };
        let outside = self.context.len();
        let mut terms = Vec::with_capacity(operands.len());
        // What is known where none has decided yet, and where one did.
        let mut carried = Some(Facts::default());
        let mut decided: Option<Facts> = None;
        for operand in operands {
            let Some(facts) = &mut carried else {
                // Nothing gets this far.
                self.muted += 1;
                terms.push(self.node(at, *operand, role).term);
                self.muted -= 1;
                continue;
            };
            let seen = self.node(at, *operand, role);
            terms.push(seen.term);
            let truth = seen.truth.unwrap_or_else(|| self.holds(seen.term, &Type::Dyn));
            let (on, out) = if all { (truth.yes, truth.no) } else { (truth.no, truth.yes) };
            if let Some(out) = out {
                let here = facts.clone().and(out);
                decided = Some(match decided {
                    Some(before) => before.or(&here),
                    None => here,
                });
            }
            carried = match on {
                Some(on) if self.context.assume(&on) => Some(std::mem::take(facts).and(on)),
                _ => {
                    // One behind an error may still decide.
                    decided = Some(Facts::default());
                    None
                }
            };
        }
        self.context.go_back(outside);
        let term = self.terms.of(if all { Kind::And } else { Kind::Or }, terms);
        let truth = if all { Truth { yes: carried, no: decided } } else { Truth { yes: decided, no: carried } };
        Seen { term, truth: Some(truth) }
    }

    fn conditional(
        &mut self,
        at: Checked<'e>,
        condition: ExprId,
        yes: ExprId,
        no: ExprId,
        role: Role,
        ty: &Type,
    ) -> Seen {
        let asked = self.node(at, condition, Role::Whole);
        let truth = asked.truth.unwrap_or_else(|| self.holds(asked.term, &Type::Dyn));
        let (a, a_term) = self.branch(at, yes, truth.yes, role);
        let (b, b_term) = self.branch(at, no, truth.no, role);
        let term = self.terms.of(Kind::Conditional, vec![asked.term, a_term, b_term]);
        if *ty != Type::Bool {
            return self.known_as(term, ty);
        }
        // Where the condition errs nothing is known of what the branches say.
        let errs = at.typed.may_err[condition.index()] || self.frame.errs;
        let either = |a: Option<Facts>, b: Option<Facts>| match (a, b) {
            (Some(_), _) | (_, Some(_)) if errs => Some(Facts::default()),
            (Some(a), Some(b)) => Some(a.or(&b)),
            (a, b) => a.or(b),
        };
        Seen { term, truth: Some(Truth { yes: either(a.yes, b.yes), no: either(a.no, b.no) }) }
    }

    /// A branch of `? :`, where `facts` are known, or which nothing gets to.
    fn branch(&mut self, at: Checked<'e>, id: ExprId, facts: Option<Facts>, role: Role) -> (Truth, TermId) {
        let outside = self.context.len();
        let reached = facts.filter(|facts| self.context.assume(facts));
        let Some(facts) = reached else {
            self.context.go_back(outside);
            self.muted += 1;
            let term = self.node(at, id, role).term;
            self.muted -= 1;
            return (Truth { yes: None, no: None }, term);
        };
        let seen = self.node(at, id, role);
        let truth = seen.truth.unwrap_or_else(|| self.holds(seen.term, &Type::Dyn));
        self.context.go_back(outside);
        let with = |side: Option<Facts>| side.map(|side| facts.clone().and(side));
        (Truth { yes: with(truth.yes), no: with(truth.no) }, seen.term)
    }

    fn call(&mut self, at: Checked<'e>, id: ExprId, target: Option<ExprId>, arguments: &[ExprId]) -> Seen {
        let ty = &at.typed.types[id.index()];
        let meaning = at.typed.meanings[id.index()];
        // A receiver that only names the function, as in `math.abs`, is no operand.
        let receiver = target.filter(|_| !matches!(meaning, Meaning::Function(signature) if !signature.method));
        let operands: Vec<ExprId> = receiver.into_iter().chain(arguments.iter().copied()).collect();
        let errs = self.frame.errs || operands.iter().any(|operand| at.typed.may_err[operand.index()]);
        let parts: Vec<TermId> = operands.into_iter().map(|operand| self.node(at, operand, Role::Whole).term).collect();
        match meaning {
            Meaning::Function(signature) => {
                if let ("date", [day]) = (signature.name, &parts[..])
                    && let Some(Constant::Text(text)) = self.terms.value(*day)
                    && let Some(day) = crate::value::Day::parse(text)
                {
                    return Seen { term: self.terms.constant(Constant::Date(day)), truth: None };
                }
                self.value(Kind::Function(signature.name), parts, ty)
            }
            Meaning::Follow => self.value(Kind::Follow, parts, ty),
            Meaning::Definition(definition) => {
                let seen = self.value(Kind::Definition(definition), parts.clone(), ty);
                if self.constant.get(definition.0 as usize).is_none_or(|constant| *constant) {
                    return seen;
                }
                let definitions = self.definitions;
                let entry = definitions.get(definition);
                let inner = Checked { e: &entry.expression, typed: &entry.typed };
                self.open(seen, inner, Frame { arguments: Some(parts), errs, bindings: Vec::new() })
            }
            // A function of the host need not come to the same twice.
            _ => {
                let kind = self.terms.unlike();
                self.value(kind, parts, ty)
            }
        }
    }

    /// The body of a `cel.bind` or an `optMap`, whose variable stands for `value`.
    fn bound(&mut self, at: Checked<'e>, id: ExprId, value: TermId, body: ExprId, role: Role) -> Seen {
        let outside = self.frame.bindings.len();
        if let Meaning::Binding(binding) = at.typed.meanings[id.index()] {
            self.frame.bindings.push((binding, value));
        }
        let seen = self.node(at, body, role);
        self.frame.bindings.truncate(outside);
        seen
    }

    fn run_loop(&mut self, at: Checked<'e>, id: ExprId) -> Seen {
        let Expr::Loop { kind, list, second, filter, body, .. } = at.e.ast.node(id) else {
            let kind = self.terms.unlike();
            return self.value(kind, vec![], &Type::Dyn);
        };
        let over = self.node(at, *list, Role::Whole).term;
        let (outside, scope) = (self.context.len(), self.frame.bindings.len());
        // Variables of loops that stand beside each other are never known at the same time.
        let (element, key) = (Kind::Local(self.loops, false), Kind::Local(self.loops, true));
        let element = self.terms.of(element, vec![]);
        if let Meaning::Binding(binding) = at.typed.meanings[id.index()] {
            if second.is_some() {
                let key = self.terms.of(key, vec![]);
                self.frame.bindings.push((binding, key));
                self.frame.bindings.push((binding.next(), element));
            } else {
                self.frame.bindings.push((binding, element));
            }
        }
        self.loops += 1;
        let mut parts = vec![over];
        let mut reached = true;
        if let Some(filter) = filter {
            let seen = self.node(at, *filter, Role::Whole);
            parts.push(seen.term);
            reached = match seen.truth {
                Some(Truth { yes: Some(facts), .. }) => self.context.assume(&facts),
                Some(Truth { yes: None, .. }) => false,
                None => true,
            };
        }
        self.muted += usize::from(!reached);
        let seen = self.node(at, *body, Role::Whole);
        self.muted -= usize::from(!reached);
        parts.push(seen.term);
        self.loops -= 1;
        self.context.go_back(outside);
        self.frame.bindings.truncate(scope);
        let ty = &at.typed.types[id.index()];
        let mut looped = self.value(Kind::Loop(*kind, filter.is_some()), parts, ty);
        if let (Some(own), Some(Truth { yes, no })) = (&mut looped.truth, &seen.truth) {
            match kind {
                Macro::Exists | Macro::ExistsOne if yes.is_none() && no.is_some() => own.yes = None,
                Macro::All if no.is_none() && yes.is_some() => own.no = None,
                _ => {}
            }
        }
        looped
    }
}

fn diagnostic(e: &Expression, id: ExprId, holds: bool, alone: bool) -> Diagnostic {
    let written = e.text(id);
    let message = match (holds, alone) {
        (true, true) => text!("`{}` は、答えが何であっても成り立ちます", "`{}` holds whatever is answered", written),
        (true, false) => text!(
            "`{}` は、ここまでの条件のもとでは必ず成り立ちます",
            "`{}` always holds here, after what stands before it",
            written
        ),
        (false, true) => {
            text!("`{}` は、答えが何であっても成り立ちません", "`{}` never holds, whatever is answered", written)
        }
        (false, false) => text!(
            "`{}` は、ここまでの条件のもとでは成り立つことがありません",
            "`{}` can never hold here, after what stands before it",
            written
        ),
    };
    let code = if holds { Code::AlwaysHolds } else { Code::NeverHolds };
    Diagnostic::new(code, e.span(id), message).help(Text::new(
        "比べる相手や `&&` `||` `!` を確かめてください。そのとおりでよければ、この条件は要りません",
        "look at what is compared and at `&&`, `||` and `!`; if it is right as it stands, leave it out",
    ))
}
