//! Calls: functions and methods, `ref()`, and definitions with what they make known.

use super::{Inference, Info};
use crate::cel::{Expr, ExprId, Expression, Literal, Name};

use crate::check::errors;
use crate::check::typed::{DefinitionId, Meaning, Typed};
use crate::diagnostic::{Code, Diagnostic, not_a_date};
use crate::lang::Text;
use crate::stdlib::{self, Argument, Signature};
use crate::types::Type;
use crate::value::Day;

impl Inference<'_> {
    pub(super) fn call(
        &mut self,
        e: &Expression,
        typed: &mut Typed,
        id: ExprId,
        target: Option<ExprId>,
        name: &Name,
        args: &[ExprId],
    ) -> Info {
        if target.is_none() {
            match name.text.as_str() {
                "ref" => return self.follow(e, typed, id, name, args),
                "has" => {
                    self.out.push(errors::no_null("has(…)", e.span(id)));
                    return Info::error();
                }
                _ => {}
            }
            if let Some(definition) = self.definitions.find(&name.text, self.pack) {
                return self.definition(e, typed, id, name, definition, args);
            }
        }
        if target.is_none()
            && let Some(index) = self.functions.find(&name.text)
        {
            return self.custom(e, typed, id, name, index, args);
        }
        let operands: Vec<ExprId> = target.into_iter().chain(args.iter().copied()).collect();
        let infos: Vec<Info> = operands.iter().map(|operand| self.node(e, typed, *operand)).collect();
        let method = target.is_some();
        let mut overloads = stdlib::overloads(&name.text, method).peekable();
        if overloads.peek().is_none() {
            let mut known: Vec<&str> = stdlib::names(method).collect();
            if method {
                known.extend(["all", "exists", "exists_one", "filter", "map"]);
            } else {
                known.push("ref");
                known.extend(self.definitions.names(self.pack));
                known.extend(self.functions.functions().iter().map(|function| function.name.as_str()));
            }
            self.out.push(errors::unknown_function(&name.text, method, e.name_span(name), known));
            return Info::error();
        }
        if infos.iter().any(|info| info.ty.is_error()) {
            let result =
                stdlib::overloads(&name.text, method).next().map_or(Type::Error, |signature| signature.result.ty());
            return Info::of(result);
        }
        let overloads: Vec<&'static Signature> = overloads.collect();
        let right_count: Vec<&&'static Signature> =
            overloads.iter().filter(|signature| signature.arguments.len() == infos.len()).collect();
        let Some(first) = right_count.first() else {
            let wanted = overloads[0].arguments.len() - usize::from(method);
            let found = args.len();
            self.out.push(errors::wrong_arguments(&name.text, &wanted.to_string(), found, e.name_span(name)));
            return Info::of(overloads[0].result.ty());
        };
        let fitting = right_count
            .iter()
            .find(|signature| signature.arguments.iter().zip(&infos).all(|(argument, info)| argument.takes(&info.ty)));
        let Some(signature) = fitting else {
            // One overload, or the one that takes the first argument: say which argument is wrong.
            let nearest =
                right_count.iter().find(|signature| signature.arguments[0].takes(&infos[0].ty)).unwrap_or(first);
            for ((argument, info), operand) in nearest.arguments.iter().zip(&infos).zip(&operands) {
                if !argument.takes(&info.ty) {
                    self.must_be(e, *operand, info, &argument.ty());
                    break;
                }
            }
            return Info::of(nearest.result.ty());
        };
        typed.meanings[id.index()] = Meaning::Function(signature);
        let mut may_err = signature.may_err || infos.iter().any(|info| info.may_err);
        if name.text == "date"
            && let [literal] = operands[..]
            && let Expr::Literal(Literal::String(text)) = e.ast.node(literal)
        {
            match Day::parse(text) {
                Some(_) => may_err = false,
                None => self.out.push(not_a_date(text, e.span(literal))),
            }
        }
        for (argument, operand) in signature.arguments.iter().zip(&operands) {
            if *argument == Argument::Pattern {
                self.pattern(e, *operand);
            }
        }
        Info { may_err, ..Info::of(signature.result.ty()) }
    }

    /// A call of a function an embedder added.
    fn custom(
        &mut self,
        e: &Expression,
        typed: &mut Typed,
        id: ExprId,
        name: &Name,
        index: usize,
        args: &[ExprId],
    ) -> Info {
        let function = &self.functions.functions()[index];
        let infos: Vec<Info> = args.iter().map(|arg| self.node(e, typed, *arg)).collect();
        if function.arguments.len() != args.len() {
            let wanted = function.arguments.len().to_string();
            self.out.push(errors::wrong_arguments(&name.text, &wanted, args.len(), e.name_span(name)));
        }
        for ((argument, info), arg) in function.arguments.iter().zip(&infos).zip(args) {
            if !argument.takes(&info.ty) {
                self.must_be(e, *arg, info, &argument.ty());
            }
        }
        typed.meanings[id.index()] = Meaning::Custom(index);
        let may_err = function.may_err || infos.iter().any(|info| info.may_err);
        Info { may_err, ..Info::of(function.result.ty()) }
    }

    fn pattern(&mut self, e: &Expression, operand: ExprId) {
        let diagnostic = match e.ast.node(operand) {
            Expr::Literal(Literal::String(pattern)) => match stdlib::compile_regex(pattern) {
                Ok(_) => return,
                Err(reason) => Diagnostic::new(
                    Code::InvalidValue,
                    e.span(operand),
                    Text::new("正規表現として読めません", "this is not a regular expression"),
                )
                .help(Text::new(reason.clone(), reason)),
            },
            _ => Diagnostic::new(
                Code::TypeMismatch,
                e.span(operand),
                Text::new("正規表現は引用符の中に直接書きます", "a pattern is written out, in quotes"),
            )
            .help(Text::new(
                "`x.matches('^[A-Z]{2}$')` のように書いてください",
                "write for example `x.matches('^[A-Z]{2}$')`",
            )),
        };
        self.out.push(diagnostic);
    }

    fn follow(&mut self, e: &Expression, typed: &mut Typed, id: ExprId, name: &Name, args: &[ExprId]) -> Info {
        let [link] = args else {
            for arg in args {
                self.node(e, typed, *arg);
            }
            self.out.push(errors::wrong_arguments("ref", "1", args.len(), e.name_span(name)));
            return Info::error();
        };
        let info = self.node(e, typed, *link);
        match &info.ty {
            Type::Error => Info::error(),
            Type::Link(target) => {
                if let Some(word) = &target.word {
                    self.assumed.extend(info.place.clone());
                    self.out.push(errors::unguarded_link(e.text(*link), word, e.span(*link)));
                }
                typed.meanings[id.index()] = Meaning::Follow;
                let place = info.place.map(|place| format!("ref({place}):"));
                Info { place, may_err: info.may_err, ..Info::of(Type::Record(target.record)) }
            }
            other => {
                self.out.push(errors::not_a_link(other, e.span(*link)));
                Info::error()
            }
        }
    }

    fn definition(
        &mut self,
        e: &Expression,
        typed: &mut Typed,
        id: ExprId,
        name: &Name,
        definition: DefinitionId,
        args: &[ExprId],
    ) -> Info {
        let infos: Vec<Info> = args.iter().map(|arg| self.node(e, typed, *arg)).collect();
        let definitions = self.definitions;
        let entry = definitions.get(definition);
        let parameters = &entry.signature.parameters;
        if parameters.len() != args.len() {
            let wanted = parameters.len().to_string();
            self.out.push(errors::wrong_arguments(&name.text, &wanted, args.len(), e.name_span(name)));
            return Info::of(entry.signature.result.clone());
        }
        for ((parameter, info), arg) in parameters.iter().zip(&infos).zip(args) {
            match (&info.ty, &parameter.ty) {
                (Type::Record(have), Type::Record(want)) if have != want => {
                    let path = self.schema.record(*want).path.clone();
                    let help =
                        Text::new(format!("`{path}` の要素を渡してください"), format!("pass an element of `{path}`"));
                    self.out.push(errors::mismatch(&parameter.ty, &info.ty, e.span(*arg), help));
                }
                (Type::Record(_), Type::Record(_)) => {}
                _ => {
                    self.must_be(e, *arg, info, &parameter.ty);
                }
            }
        }
        typed.meanings[id.index()] = Meaning::Definition(definition);
        let carry = |effects: &[String]| -> Vec<String> {
            effects
                .iter()
                .filter_map(|effect| {
                    // `@N:path` of the definition is a place of the argument here.
                    let Some(start) = effect.find('@') else {
                        return Some(effect.clone());
                    };
                    let rest = &effect[start + 1..];
                    let end = rest.find(':')?;
                    let index: usize = rest[..end].parse().ok()?;
                    let place = infos.get(index)?.place.as_ref()?;
                    let tail = &rest[end + 1..];
                    let dot = if place.ends_with(':') || tail.is_empty() || tail.starts_with(')') { "" } else { "." };
                    Some(format!("{}{place}{dot}{tail}", &effect[..start]))
                })
                .collect()
        };
        Info {
            ty: entry.signature.result.clone(),
            place: None,
            yes: carry(&entry.whole.yes),
            no: carry(&entry.whole.no),
            may_err: entry.whole.may_err || infos.iter().any(|info| info.may_err),
        }
    }
}
