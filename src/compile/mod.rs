//! From a checked policy set to one program: definitions opened, parameters folded in, root paths
//! resolved to slots.

mod expression;
mod tests;

use std::collections::{HashMap, HashSet};

use crate::cel::{Expression, Part, Template};
use crate::check::environment::Environment;
use crate::check::typed::Typed;
use crate::check::{Checked, CheckedMessage, CheckedRule};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::lang::{Text, text};
use crate::limits::Limits;
use crate::policy::{Message, ParameterValue, Rule};
use crate::program::{
    Absent, Constant, DeadlineCode, Decode, Each, LinkedList, LocalId, LoopKind, MessageCode, Op, OpId, Operands,
    Origin, Path, PathId, Program, RecurringCode, RuleCode, Scalar, ScopeId, TemplatePart,
};
use crate::schema::FactSchema;
use crate::source::Span;
use crate::stdlib::CustomFunctions;
use crate::types::Type;
use expression::{Env, Operand};

/// How many instructions a rule set may have.
pub const MAX_OPS: usize = 500_000;

/// How many calls of definitions a rule set may open.
pub const MAX_OPENINGS: usize = 100_000;

/// How deep instructions may nest once definitions are opened.
pub const MAX_DEPTH: usize = 256;

/// Compiles `checked` within the limits of its set; `parameter` gives the value of a parameter of a pack.
pub fn compile(
    checked: &Checked,
    schema: &FactSchema,
    parameter: &dyn Fn(usize, usize) -> ParameterValue,
) -> Result<Program, Diagnostics> {
    let mut compiler = Compiler::new(Unit::Policies(checked, schema, parameter), checked.set.limits);
    let ids: HashMap<&str, usize> =
        checked.set.rules().enumerate().map(|(index, (_, rule))| (rule.id.text.as_str(), index)).collect();
    for (pack, rules) in checked.set.packs.iter().zip(&checked.rules) {
        for (rule, typed) in pack.rules.iter().zip(rules) {
            let code = compiler.rule(rule, typed, &ids);
            compiler.program.rules.push(code);
        }
        compiler.pack += 1;
    }
    compiler.finish()
}

/// What is compiled: a policy set, or expressions of plain CEL.
#[derive(Clone, Copy)]
enum Unit<'c> {
    Policies(&'c Checked, &'c FactSchema, &'c dyn Fn(usize, usize) -> ParameterValue),
    Plain(&'c Environment),
}

/// Compiles expressions of plain CEL over the variables of `environment`; gives back the program and the
/// instruction of each expression.
pub fn compile_plain(
    environment: &Environment,
    limits: Limits,
    expressions: &[(Expression, Typed)],
) -> Result<(Program, Vec<OpId>), Diagnostics> {
    let mut compiler = Compiler::new(Unit::Plain(environment), limits);
    compiler.program.absent = Absent::Error;
    let roots =
        expressions.iter().map(|(expression, typed)| compiler.value(expression, typed, &Env::default())).collect();
    Ok((compiler.finish()?, roots))
}

struct Compiler<'c> {
    unit: Unit<'c>,
    pack: usize,
    program: Program,
    /// Whether each instruction may err on facts that fit the schema.
    errs: Vec<bool>,
    paths: HashMap<Path, PathId>,
    lists: HashMap<String, u32>,
    /// Locals that stand for a value that may err.
    erring: HashSet<LocalId>,
    /// The scopes of locals that stand at elements of lists of the document.
    scopes: HashMap<LocalId, ScopeId>,
    /// How the elements are read that locals stand at.
    scalars: HashMap<LocalId, Scalar>,
    /// How deep the instruction nests that is being made.
    depth: usize,
    limits: Limits,
    /// The regular expressions by their text, each compiled once; nothing for those that cannot be.
    patterns: HashMap<String, Option<u32>>,
    /// How large they are together; those that are too large count as much as they may be.
    pattern_bytes: usize,
    /// Whether it was said that there are too many of them.
    patterns_full: bool,
    /// What was refused.
    refused: Diagnostics,
    /// How many calls of definitions were opened.
    openings: usize,
    /// How deep each instruction nests.
    depths: Vec<u16>,
    testing: tests::Testing,
    too_large: Option<Span>,
}

impl<'c> Compiler<'c> {
    fn new(unit: Unit<'c>, limits: Limits) -> Self {
        Compiler {
            unit,
            limits,
            pack: 0,
            program: Program::default(),
            errs: Vec::new(),
            paths: HashMap::new(),
            lists: HashMap::new(),
            erring: HashSet::new(),
            scopes: HashMap::new(),
            scalars: HashMap::new(),
            depth: 0,
            openings: 0,
            patterns: HashMap::new(),
            pattern_bytes: 0,
            patterns_full: false,
            refused: Diagnostics::new(),
            depths: Vec::new(),
            testing: tests::Testing::default(),
            too_large: None,
        }
    }

    /// The program, unless it grew too large.
    fn finish(mut self) -> Result<Program, Diagnostics> {
        self.release();
        if let Some(span) = self.too_large {
            self.refused.push(
                Diagnostic::new(
                    Code::TooLargeExpansion,
                    span,
                    text!(
                        "定義を開くと式が大きくなりすぎます（上限{}命令、呼び出し{}回、{}段）",
                        "opened, the definitions grow too large (the limits are {} instructions, {} calls, {} levels)",
                        MAX_OPS,
                        MAX_OPENINGS,
                        MAX_DEPTH
                    ),
                )
                .help(Text::new("定義どうしの呼び出しを減らしてください", "let definitions call each other less")),
            );
        }
        if self.refused.has_errors() { Err(self.refused.sorted()) } else { Ok(self.program) }
    }

    fn functions(&self) -> &'c CustomFunctions {
        match self.unit {
            Unit::Policies(checked, ..) => &checked.functions,
            Unit::Plain(environment) => &environment.functions,
        }
    }
}

/// Says that the pattern at `span` is too large: `alone`, or with all the others.
fn pattern_too_large(span: Span, limits: Limits, alone: bool) -> Diagnostic {
    let message = if alone {
        text!(
            "正規表現が大きすぎます（上限{}バイト）",
            "the regular expression is too large once it is compiled (the limit is {} bytes)",
            limits.pattern_bytes
        )
    } else {
        text!(
            "正規表現が全部で大きすぎます（上限{}バイト）",
            "with this one, the regular expressions are too large together (the limit is {} bytes)",
            limits.patterns_bytes
        )
    };
    Diagnostic::new(Code::PatternTooLarge, span, message).help(Text::new(
        "`{1,500}` のような大きな繰り返しや `\\p{L}` のような大きな文字の種類を減らしてください",
        "use fewer large repetitions such as `{1,500}`, and smaller classes than `\\p{L}`",
    ))
}

impl Compiler<'_> {
    /// Adds an instruction; `may_err` is about the operation itself, its operands are looked at here.
    fn emit(&mut self, op: Op, span: Span, may_err: bool) -> OpId {
        if self.program.ops.len() >= MAX_OPS {
            self.too_large.get_or_insert(span);
            return OpId(0);
        }
        let below = self.program.operands_of(op).into_iter().map(|operand| self.depths[operand.0 as usize]).max();
        let depth = below.unwrap_or(0) + 1;
        if depth as usize > MAX_DEPTH {
            self.too_large.get_or_insert(span);
            return OpId(0);
        }
        self.depths.push(depth);
        let errs = |operand: OpId| self.errs[operand.0 as usize];
        let errs = may_err
            || match op {
                // A value that nobody reads is nobody's error; one that is read is where it is.
                Op::Bind { body, .. } => errs(body),
                Op::Element(local) => self.erring.contains(&local),
                _ => self.program.operands_of(op).into_iter().any(errs),
            };
        self.program.ops.push(op);
        self.program.origins.push(Origin { span });
        self.errs.push(errs);
        OpId(self.program.ops.len() as u32 - 1)
    }

    fn operands(&mut self, ops: &[OpId]) -> Operands {
        let start = self.program.operands.len() as u32;
        self.program.operands.extend_from_slice(ops);
        Operands { start, len: ops.len() as u32 }
    }

    fn constant(&mut self, constant: Constant, span: Span) -> OpId {
        let index = self.constant_index(constant);
        self.emit(Op::Constant(index), span, false)
    }

    /// The place of `constant` among the constants of the program.
    fn constant_index(&mut self, constant: Constant) -> u32 {
        self.program.constants.insert_full(constant).0 as u32
    }

    fn path(&mut self, path: Path) -> PathId {
        if let Some(id) = self.paths.get(&path) {
            return *id;
        }
        let id = PathId(self.program.paths.len() as u32);
        if let Unit::Policies(_, schema, _) = self.unit
            && schema.field_at(&path.pattern).is_some_and(|field| field.sensitive)
        {
            self.program.sensitive.insert(id);
        }
        self.program.paths.push(path.clone());
        self.paths.insert(path, id);
        id
    }

    fn list_index(&mut self, list: &str) -> u32 {
        if let Some(index) = self.lists.get(list) {
            return *index;
        }
        let index = self.program.lists.len() as u32;
        // `teams[].members[]`: the list at `teams`, and in each of its elements the list at `members`.
        let mut pattern = String::new();
        let mut paths = Vec::new();
        for part in list.split("[]").map(|part| part.trim_start_matches('.')).filter(|part| !part.is_empty()) {
            pattern += if pattern.is_empty() { "" } else { "[]." };
            pattern += part;
            let keys = part.split('.').map(str::to_string).collect();
            paths.push(self.path(Path { keys, pattern: pattern.clone() }));
        }
        self.program.lists.push(LinkedList { name: list.to_string(), paths });
        self.lists.insert(list.to_string(), index);
        index
    }

    fn local(&mut self) -> LocalId {
        self.program.locals += 1;
        LocalId(self.program.locals - 1)
    }

    /// A local for the elements of the list that `list` yields.
    fn element_local(&mut self, list: OpId) -> LocalId {
        let local = self.local();
        if let Some((scope, scalar)) = self.elements_of(list) {
            self.scopes.insert(local, scope);
            self.scalars.insert(local, scalar);
        }
        local
    }

    /// The scope of the elements of the list that `list` yields, where they are elements of the document,
    /// and how they are read.
    fn elements_of(&mut self, list: OpId) -> Option<(ScopeId, Scalar)> {
        match self.program.op(list) {
            Op::Load { path, cell: Some((scope, _)), decode, .. } => {
                let scalar = match decode {
                    Decode::List(scalar) => scalar,
                    _ => Scalar::Raw,
                };
                let keys = &self.program.paths[path.0 as usize].keys;
                Some((self.program.layout.list(scope, keys)?, scalar))
            }
            Op::Loop { kind: LoopKind::Filter, list, .. } => self.elements_of(list),
            Op::Element(local) => {
                let scope = *self.scopes.get(&local)?;
                Some((self.program.layout.list(scope, &[])?, Scalar::Raw))
            }
            _ => None,
        }
    }

    fn rule(&mut self, rule: &Rule, typed: &CheckedRule, ids: &HashMap<&str, usize>) -> RuleCode {
        let mut env = Env::default();
        let mut each = Vec::new();
        for (loop_, (list, binding, _)) in rule.for_each.iter().zip(&typed.each) {
            let list = self.value(&loop_.list, list, &env);
            let local = self.element_local(list);
            env.bindings.insert(*binding, local);
            each.push(Each { local, list, name: loop_.name.text.clone() });
        }
        let in_force_at = self.optional(rule.in_force_at.as_ref(), typed.in_force_at.as_ref(), &env);
        for (variable, typed) in rule.variables.iter().zip(&typed.variables) {
            let operand = self.operand(&variable.is, typed, variable.is.ast.root(), &env);
            env.variables.push(operand);
        }
        let applies = self.optional(rule.applies.as_ref(), typed.applies.as_ref(), &env);
        let require = self.optional(rule.require.as_ref(), typed.require.as_ref(), &env);
        let recurring =
            rule.recurring.as_ref().zip(typed.recurring.as_ref()).map(|(recurring, [last, from, every])| {
                RecurringCode {
                    last: self.value(&recurring.last, last, &env),
                    from: self.value(&recurring.from, from, &env),
                    every: self.value(&recurring.every, every, &env),
                }
            });
        let deadlines = rule
            .deadlines
            .iter()
            .zip(&typed.deadlines)
            .map(|(deadline, [act, by])| DeadlineCode {
                id: deadline.id.clone(),
                act: self.value(&deadline.act, act, &env),
                by: self.value(&deadline.by, by, &env),
            })
            .collect();
        let subject = rule
            .for_each
            .last()
            .zip(typed.each.last())
            .and_then(|(each, (_, _, subject))| Some(self.value(each.subject.as_ref()?, subject.as_ref()?, &env)));
        RuleCode {
            id: rule.id.text.clone(),
            each,
            subject,
            in_force_at,
            valid_from: rule.valid_from,
            valid_until: rule.valid_until,
            applies,
            require,
            deadlines,
            recurring,
            message: self.message(&rule.message, &typed.message, &env),
            remedy: self.message(&rule.remedy, &typed.remedy, &env),
            rolls_up: rule.rolls_up.iter().filter_map(|id| ids.get(id.text.as_str()).copied()).collect(),
        }
    }

    fn optional(&mut self, expression: Option<&Expression>, typed: Option<&Typed>, env: &Env) -> Option<OpId> {
        Some(self.value(expression?, typed?, env))
    }

    fn message(&mut self, message: &Message, typed: &CheckedMessage, env: &Env) -> MessageCode {
        MessageCode { ja: self.template(&message.ja, &typed.ja, env), en: self.template(&message.en, &typed.en, env) }
    }

    fn template(&mut self, template: &Template, typed: &[Typed], env: &Env) -> Vec<TemplatePart> {
        let mut typed = typed.iter();
        template
            .parts
            .iter()
            .filter_map(|part| match part {
                Part::Text(text) => Some(TemplatePart::Text(text.clone())),
                Part::Value(expression) => {
                    let op = self.value(expression, typed.next()?, env);
                    Some(TemplatePart::Value(op, self.program.is_sensitive(op)))
                }
            })
            .collect()
    }

    /// Compiles the whole of `expression` to a value.
    fn value(&mut self, expression: &Expression, typed: &Typed, env: &Env) -> OpId {
        let root = expression.ast.root();
        let op = match self.operand(expression, typed, root, env) {
            Operand::Op(op) => op,
            Operand::Place(place) => self.load(place, expression.span(root)),
        };
        if typed.types[root.index()] == Type::Bool || matches!(self.unit, Unit::Plain(_)) {
            self.with_tests(op)
        } else {
            op
        }
    }
}
