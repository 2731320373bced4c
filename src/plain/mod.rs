//! Plain CEL: expressions over variables, without a policy around them.
//!
//! ```
//! use jobun::plain::{Bindings, Env, Value};
//! use jobun::types::Type;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let env = Env::new().document("user").variable("limit", Type::Int);
//! let program = env.compile(&["user.age >= limit && user.tags.exists(t, t == 'member')"])?;
//!
//! let user = program.read(br#"{ "age": 41, "tags": ["member"] }"#)?;
//! let bindings = Bindings::new().document(&user).value("limit", Value::Int(40));
//! assert_eq!(program.evaluate(0, &bindings)?, Value::Bool(true));
//! # Ok(())
//! # }
//! ```

#[cfg(test)]
mod tests;
mod value;

use std::borrow::Cow;
use std::sync::Arc;

use bumpalo::Bump;

use crate::bound::Bound;
use crate::cel::{self, Expression};
use crate::check;
use crate::check::environment::{Declared, Environment};
use crate::check::infer::Inference;
use crate::check::typed::Typed;
use crate::compile;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Rejected};
pub use crate::eval::LeafRef as Fact;
use crate::eval::{self, Fault, Run, Settings};
use crate::facts;
pub use crate::facts::DocumentSchema as Schema;
use crate::json::{self, Tape};
use crate::lang::{Lang, Text, text};
use crate::limits::Limits;
use crate::program::{self, OpId};
use crate::source::{FileId, SourceMap, Span};
use crate::stdlib::CustomFunctions;
use crate::types::Type;
use crate::value::Day;
use crate::yaml::shape::Written;
pub use value::Value;

/// What expressions are compiled against: variables, a container, functions.
#[derive(Clone, Debug, Default)]
pub struct Env {
    environment: Environment,
    limits: Limits,
    schema: Option<Arc<Schema>>,
}

impl Env {
    /// The language with all its extensions, and no variables.
    pub fn new() -> Self {
        Self::default()
    }

    /// Declares the variable `name`.
    pub fn variable(mut self, name: &str, ty: Type) -> Self {
        self.environment.variables.push((name.to_string(), ty));
        self
    }

    /// Declares the variable `name`, which stands for a JSON document and nothing else: what expressions read
    /// of it is found once, when the document is read. Of several, the last one is.
    pub fn document(mut self, name: &str) -> Self {
        self.environment.document = Some(self.environment.variables.len());
        self.variable(name, Type::Dyn)
    }

    /// Documents must fit `schema`: [`Program::read`] refuses one that does not. Expressions are typed as without it.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use jobun::plain::{Env, Schema};
    /// let schema = r#"{ "properties": { "age": { "type": "integer" } }, "required": ["age"] }"#;
    /// let env = Env::new().document("user").schema(Arc::new(Schema::from_json(schema)?));
    /// let program = env.compile(&["user.age >= 20"])?;
    /// assert!(program.read(br#"{ "age": 41 }"#).is_ok());
    /// assert!(program.read(br#"{ "age": "41" }"#).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn schema(mut self, schema: Arc<Schema>) -> Self {
        self.schema = Some(schema);
        self
    }

    /// Names are looked for in the namespace `name` first, then in those around it.
    pub fn container(mut self, name: &str) -> Self {
        self.environment.container = name.to_string();
        self
    }

    /// Adds functions with a body.
    pub fn functions(mut self, functions: CustomFunctions) -> Self {
        self.environment.functions = functions;
        self
    }

    /// Declares a function by its types alone, for checking; calling it is an error of the evaluation.
    pub fn declare(mut self, name: &str, method: bool, arguments: Vec<Type>, result: Type) -> Self {
        self.environment.declared.push(Declared { name: name.to_string(), method, arguments, result });
        self
    }

    /// Leaves all types to the evaluation: what the checker would refuse becomes an error when it is met.
    pub fn unchecked(mut self) -> Self {
        self.environment.checked = false;
        self
    }

    /// Reads `cel.block`, `cel.index` and `cel.iterVar` too.
    pub fn with_blocks(mut self) -> Self {
        self.environment.features.block = true;
        self
    }

    /// Sets what expressions, documents and evaluations may ask for.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Checks `expression`, and says what type its value has.
    pub fn check(&self, expression: &str) -> Result<Type, Rejected> {
        let mut sources = SourceMap::new();
        let (_, ty, diagnostics) = self.read(&mut sources, "expression", expression);
        if diagnostics.has_errors() { Err(Rejected { sources, diagnostics: diagnostics.sorted() }) } else { Ok(ty) }
    }

    /// What is worth a look in `expression` although it can be compiled: conditions that come out the same
    /// whatever the variables stand for. The second part says where each stands.
    pub fn warnings(&self, expression: &str) -> Result<(Diagnostics, SourceMap), Rejected> {
        let mut sources = SourceMap::new();
        match self.read(&mut sources, "expression", expression) {
            (Some((expression, typed)), _, mut diagnostics) if !diagnostics.has_errors() => {
                diagnostics.extend(check::constant_conditions_of(&self.environment, &expression, &typed));
                Ok((diagnostics.sorted(), sources))
            }
            (.., diagnostics) => Err(Rejected { sources, diagnostics: diagnostics.sorted() }),
        }
    }

    /// Compiles `expressions` to one program.
    pub fn compile<E: AsRef<str>>(&self, expressions: &[E]) -> Result<Program, Rejected> {
        let mut sources = SourceMap::new();
        let mut diagnostics = Diagnostics::new();
        let mut read = Vec::with_capacity(expressions.len());
        let mut types = Vec::with_capacity(expressions.len());
        let mut may_err = Vec::with_capacity(expressions.len());
        for (at, expression) in expressions.iter().enumerate() {
            let name = if expressions.len() == 1 { "expression".to_string() } else { format!("expression {}", at + 1) };
            let (typed, ty, found) = self.read(&mut sources, &name, expression.as_ref());
            diagnostics.extend(found);
            types.push(ty);
            let at_root = |(read, typed): &(Expression, Typed)| typed.may_err[read.ast.root().index()];
            may_err.push(!self.environment.checked || typed.as_ref().is_none_or(at_root));
            read.extend(typed);
        }
        if diagnostics.has_errors() {
            return Err(Rejected { sources, diagnostics: diagnostics.sorted() });
        }
        match compile::compile_plain(&self.environment, self.limits, &read) {
            Ok((program, roots)) => Ok(Program {
                environment: self.environment.clone(),
                limits: self.limits,
                schema: self.schema.clone(),
                program,
                roots,
                types,
                may_err,
                sources,
            }),
            Err(diagnostics) => Err(Rejected { sources, diagnostics }),
        }
    }

    /// Parses and checks one expression.
    fn read(
        &self,
        sources: &mut SourceMap,
        name: &str,
        text: &str,
    ) -> (Option<(Expression, Typed)>, Type, Diagnostics) {
        if text.len() > self.limits.source_bytes {
            let file = sources.add(name, "");
            let diagnostic = Diagnostic::new(
                Code::TooLarge,
                Span::top(file),
                text!(
                    "式が長すぎます（上限{}バイト）",
                    "the expression is too long (the limit is {} bytes)",
                    self.limits.source_bytes
                ),
            )
            .help(Text::new("分けてください", "split it"));
            return (None, Type::Error, Diagnostics(vec![diagnostic]));
        }
        let file = sources.add(name, text);
        let (ast, mut diagnostics) =
            cel::parse_with(text, 0..text.len(), &|start, end| Span::new(file, start, end), self.environment.features);
        if diagnostics.has_errors() {
            return (None, Type::Error, diagnostics);
        }
        let expression = Expression { written: Written::whole(file, text), ast };
        let mut inference = Inference::plain(&self.environment);
        let (typed, whole) = inference.expression(&expression, None);
        if self.environment.checked {
            diagnostics.extend(inference.out);
        }
        (Some((expression, typed)), whole.ty.unwrap_or(Type::Error), diagnostics)
    }
}

/// Expressions of plain CEL, compiled together.
#[derive(Debug)]
pub struct Program {
    environment: Environment,
    limits: Limits,
    schema: Option<Arc<Schema>>,
    program: program::Program,
    roots: Vec<OpId>,
    types: Vec<Type>,
    may_err: Vec<bool>,
    sources: SourceMap,
}

/// A JSON document that variables can stand for.
#[derive(Debug)]
pub struct Document<'b> {
    tape: Tape<'b>,
    bound: Bound,
}

impl Default for Document<'_> {
    fn default() -> Self {
        Document { tape: Tape::empty(), bound: Bound::default() }
    }
}

/// What variables stand for.
#[derive(Clone, Debug, Default)]
pub struct Bindings<'b> {
    document: Option<&'b Document<'b>>,
    values: Vec<(String, Value)>,
}

impl<'b> Bindings<'b> {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// What the variable declared with [`Env::document`] stands for.
    pub fn document(mut self, document: &'b Document<'b>) -> Self {
        self.document = Some(document);
        self
    }

    /// The variable `name` stands for `value`.
    pub fn value(mut self, name: &str, value: Value) -> Self {
        self.values.push((name.to_string(), value));
        self
    }
}

/// Why an expression has no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvaluationError {
    /// What went wrong.
    pub kind: eval::FaultKind,
    /// First byte of the part of the expression at which it did.
    pub start: usize,
    /// One past its last byte.
    pub end: usize,
    message: String,
}

impl std::fmt::Display for EvaluationError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} (bytes {} to {})", self.message, self.start, self.end)
    }
}

impl std::error::Error for EvaluationError {}

impl Program {
    /// How many expressions there are.
    pub fn len(&self) -> usize {
        self.roots.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.roots.is_empty()
    }

    /// The type of the value of the expression `index`.
    pub fn result_type(&self, index: usize) -> Option<&Type> {
        self.types.get(index)
    }

    /// Whether the evaluation of the expression `index` may end with an error although all variables are
    /// bound to values of their types and no limit is exceeded. What the checker cannot exclude may happen.
    ///
    /// ```
    /// use jobun::plain::Env;
    /// let program = Env::new().document("d").compile(&["d.a", "has(d.a) || true", "!(true && false)"])?;
    /// assert_eq!([0, 1, 2].map(|index| program.may_err(index)), [Some(true), Some(true), Some(false)]);
    /// # Ok::<(), jobun::Rejected>(())
    /// ```
    pub fn may_err(&self, index: usize) -> Option<bool> {
        self.may_err.get(index).copied()
    }

    /// Reads a JSON document for this program, and holds it against the schema where [`Env::schema`] gave one.
    pub fn read<'b>(&self, bytes: &'b [u8]) -> Result<Document<'b>, Rejected> {
        self.read_again(bytes, Document::default())
    }

    /// The same, in the memory of a document that is no longer needed.
    pub fn read_again<'b>(&self, bytes: &'b [u8], before: Document<'_>) -> Result<Document<'b>, Rejected> {
        let mut sources = SourceMap::new();
        let text = match facts::text(&mut sources, "document", bytes, self.limits) {
            Ok(text) => text,
            Err(diagnostics) => return Err(Rejected { sources, diagnostics }),
        };
        let Document { tape, mut bound } = before;
        match json::read_again(text, self.limits.facts_values, tape) {
            Ok(tape) => {
                if let Some(schema) = &self.schema {
                    let diagnostics = schema.validate(FileId::default(), &tape);
                    if diagnostics.has_errors() {
                        sources.add("document", text);
                        return Err(Rejected { sources, diagnostics: diagnostics.sorted() });
                    }
                }
                bound.rebind(&self.program.layout, self.program.absent, &tape);
                Ok(Document { tape, bound })
            }
            Err(fault) => {
                let file = sources.add("document", text);
                Err(Rejected { sources, diagnostics: Diagnostics(vec![facts::syntax(file, &fault)]) })
            }
        }
    }

    /// The value of the expression `index`.
    pub fn evaluate(&self, index: usize, bindings: &Bindings<'_>) -> Result<Value, EvaluationError> {
        let arena = Bump::new();
        let root = self.roots[index];
        let none = Document::default();
        let document = bindings.document.unwrap_or(&none);
        let bound = self.bound(document);
        let variables = self.lend(&arena, document, |_, name| {
            bindings.values.iter().find(|(known, _)| known == name).map(|(_, value)| value)
        });
        let mut run: Run<'_, false> = self.run(document, &bound, variables, &arena);
        let value = run.value(root);
        value::own(&run, value, root, &mut value::most()).map_err(|fault| self.error(fault))
    }

    /// Evaluates one document after another, keeping its memory.
    pub fn evaluator(&self) -> Evaluator<'_> {
        let values = vec![None; self.environment.variables.len()];
        Evaluator { program: self, values, arena: Bump::new(), verdicts: Vec::new() }
    }

    /// `document` as this program reads it.
    fn bound<'d>(&self, document: &'d Document<'_>) -> Cow<'d, Bound> {
        if document.bound.fits(&self.program.layout) {
            return Cow::Borrowed(&document.bound);
        }
        Cow::Owned(Bound::new(&self.program.layout, self.program.absent, &document.tape))
    }

    fn run<'a, const TRACE: bool>(
        &'a self,
        document: &'a Document<'a>,
        bound: &'a Bound,
        variables: &'a [eval::Value<'a>],
        arena: &'a Bump,
    ) -> Run<'a, TRACE> {
        let settings = Settings { functions: &self.environment.functions, limits: self.limits, cancelled: None };
        Run::over(&self.program, &document.tape, bound, variables, arena, Day::FIRST, settings)
    }

    /// The values of the variables.
    fn lend<'a, 'v>(
        &self,
        arena: &'a Bump,
        document: &'a Document<'a>,
        value: impl Fn(usize, &str) -> Option<&'v Value>,
    ) -> &'a [eval::Value<'a>] {
        let unbound = eval::Value::Error(Fault { kind: eval::FaultKind::UnknownName, op: OpId::FIRST });
        let values = arena.alloc_slice_fill_copy(self.environment.variables.len(), unbound);
        for (at, (slot, (name, _))) in values.iter_mut().zip(&self.environment.variables).enumerate() {
            if self.environment.document == Some(at) {
                *slot = eval::document(&document.tape, arena);
            } else if let Some(value) = value(at, name) {
                *slot = value::lend(arena, value, 0).unwrap_or(unbound);
            }
        }
        values
    }

    fn error(&self, fault: Fault) -> EvaluationError {
        let span = self.program.origin(fault.op).span;
        let message = fault.text().get(Lang::En).to_string();
        EvaluationError { kind: fault.kind, start: span.start as usize, end: span.end as usize, message }
    }

    /// The RFC 6901 pointer of a fact that decided something in `document`.
    pub fn pointer(&self, document: &Document<'_>, fact: &Fact) -> String {
        crate::pointer::below(document.tape.pointer(fact.base), &self.program.path(fact.path).keys)
    }

    /// The expressions, for messages about them.
    pub fn sources(&self) -> &SourceMap {
        &self.sources
    }
}

/// What an expression came to that is a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It holds.
    True,
    /// It does not.
    False,
    /// Its value is no boolean.
    Other,
    /// It has no value.
    Error,
}

/// Evaluates one document after another; once warm it allocates no memory.
#[derive(Debug)]
pub struct Evaluator<'p> {
    program: &'p Program,
    values: Vec<Option<Value>>,
    arena: Bump,
    verdicts: Vec<Verdict>,
}

impl Evaluator<'_> {
    /// The variable `name` stands for `value` from now on; false if there is no such variable.
    pub fn set(&mut self, name: &str, value: Value) -> bool {
        let at = self.program.environment.variables.iter().position(|(known, _)| known == name);
        let slot = at.and_then(|at| self.values.get_mut(at));
        slot.map(|slot| *slot = Some(value)).is_some()
    }

    /// What all expressions of the program come to for `document`, in their order.
    pub fn verdicts(&mut self, document: &Document<'_>) -> &[Verdict] {
        let mut verdicts = std::mem::take(&mut self.verdicts);
        verdicts.clear();
        self.each::<false>(document, |_, verdict, _| verdicts.push(verdict));
        self.verdicts = verdicts;
        &self.verdicts
    }

    /// The same, each with the facts that decided it, in the order in which they were read; a fact that was
    /// read twice stands there twice.
    pub fn traced(&mut self, document: &Document<'_>, each: impl FnMut(usize, Verdict, &[Fact])) {
        self.each::<true>(document, each);
    }

    fn each<const TRACE: bool>(&mut self, document: &Document<'_>, mut each: impl FnMut(usize, Verdict, &[Fact])) {
        self.arena.reset();
        let bound = self.program.bound(document);
        let variables = self.program.lend(&self.arena, document, |at, _| self.values[at].as_ref());
        let mut run: Run<'_, TRACE> = self.program.run(document, &bound, variables, &self.arena);
        for (index, root) in self.program.roots.iter().enumerate() {
            run.refill();
            let verdict = match run.verdict(*root) {
                Ok(true) => Verdict::True,
                Ok(false) => Verdict::False,
                Err(eval::Value::Error(_)) => Verdict::Error,
                Err(_) => Verdict::Other,
            };
            each(index, verdict, run.decided());
            run.forget();
        }
    }
}
