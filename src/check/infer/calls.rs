//! Calls: functions and methods, `ref()`, and definitions with what they make known.

use super::{Inference, Info, Scoped};
use crate::cel::{Expr, ExprId, Expression, Literal, Macro, Name};

use crate::check::environment::Declared;
use crate::check::errors;
use crate::check::typed::{DefinitionId, Known, Meaning, Typed};
use crate::diagnostic::{Code, Diagnostic, did_you_mean, not_a_date};
use crate::lang::Text;
use crate::pattern::{Pattern, PatternError};
use crate::stdlib::{self, Signature};
use crate::types::{Type, is_open, leaves_as_open};
use crate::value::Day;

/// Whether a type says the same whatever the arguments are.
fn is_settled(ty: &Type) -> bool {
    !matches!(ty, Type::Parameter(_)) && ty.parts().into_iter().all(is_settled)
}

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
                "ref" if !self.is_plain() => return self.follow(e, typed, id, name, args),
                "has" if self.is_plain() => {
                    typed.meanings[id.index()] = Meaning::Unresolved;
                    self.out.push(errors::wrong_has(e.span(id)));
                    return Info::error();
                }
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
        let (full, target) = self.function_name(e, target, name);
        if target.is_none()
            && let Some(index) = self.functions.find(&full)
        {
            return self.custom(e, typed, id, name, index, args);
        }
        let method = target.is_some();
        let overloads: Vec<&'static Signature> = stdlib::overloads(&full, method).collect();
        let environment = self.plain;
        let all = environment.into_iter().flat_map(|environment| &environment.declared);
        let declared: Vec<&Declared> =
            all.filter(|declared| declared.name == full && declared.method == method).collect();
        let operands: Vec<ExprId> = target.into_iter().chain(args.iter().copied()).collect();
        if overloads.is_empty() && declared.is_empty() {
            typed.meanings[id.index()] = Meaning::Unresolved;
            let mut known: Vec<&str> = Vec::new();
            known.extend(stdlib::names(method));
            if method {
                known.extend(Macro::names());
            } else {
                known.push("ref");
                known.extend(self.definitions.names(self.pack));
                known.extend(self.functions.functions().iter().map(|function| function.name.as_str()));
            }
            let near = did_you_mean(&full, known.iter().copied());
            let is_loop = method && near.is_some_and(|near| Macro::names().any(|name| name == near));
            self.of_unknown(e, typed, &operands, is_loop);
            self.out.push(errors::unknown_function(&full, method, e.name_span(name), near));
            return Info::error();
        }
        let infos: Vec<Info> = operands.iter().map(|operand| self.node(e, typed, *operand)).collect();
        if let Some(first) = overloads.first() {
            typed.meanings[id.index()] = Meaning::Function(first);
        }
        if infos.iter().any(|info| info.ty.is_error()) {
            return match overloads.first() {
                Some(first) if !self.is_plain() && is_settled(&first.result) => Info::of(first.result.clone()),
                _ => Info::error(),
            };
        }
        if !self.is_plain() {
            if let "dyn" | "type" = &*full {
                self.out.push(errors::no_null(&full, e.span(id)));
                return Info::error();
            }
            if let Some(at) = infos.iter().position(|info| info.ty == Type::Dyn) {
                self.out.push(errors::open_type(e.text(operands[at]), e.span(operands[at])));
                return Info::error();
            }
        }
        // Records have no equality, no order and no place in an optional.
        let takes_lists = matches!(&*full, "size" | "slice" | "reverse" | "flatten");
        if !self.is_plain()
            && let Some(at) = infos.iter().position(|info| info.ty.holds_records() && !takes_lists)
        {
            let (text, span) = (e.text(operands[at]), e.span(operands[at]));
            self.out.push(match infos[at].ty {
                Type::Record(_) => errors::record_misuse(text, span),
                _ => errors::records_misuse(text, span),
            });
            return Info::error();
        }
        // The numbers of `greatest` and `least` may be any number of them.
        if infos.len() > 2 && matches!(&*full, "math.greatest" | "math.least") {
            return self.extremum(e, &operands, &infos);
        }
        let types: Vec<Type> = infos.iter().map(|info| info.ty.clone()).collect();
        let mut result: Option<Type> = None;
        let mut may_err = false;
        // Whether one of them takes whatever the operands turn out to be.
        let mut takes_all = false;
        let mut pattern = None;
        for signature in &overloads {
            let (arguments, yields) = signature.instantiate(&mut self.substitution);
            if let Some(ty) = self.fitting(&types, &arguments, &yields) {
                if result.is_none() {
                    typed.meanings[id.index()] = Meaning::Function(signature);
                }
                may_err |= signature.may_err;
                takes_all |= types.iter().zip(&arguments).all(|(have, wanted)| leaves_as_open(wanted, have));
                pattern = pattern.or(signature.pattern);
                result = Some(self.either(result, ty));
                if !self.is_plain() {
                    break;
                }
            }
        }
        for declared in declared {
            let mut known = Vec::new();
            let arguments: Vec<Type> =
                declared.arguments.iter().map(|ty| self.substitution.instantiate(ty, &mut known)).collect();
            let yields = self.substitution.instantiate(&declared.result, &mut known);
            if let Some(ty) = self.fitting(&types, &arguments, &yields) {
                typed.meanings[id.index()] = Meaning::Unresolved;
                may_err = true;
                result = Some(self.either(result, ty));
            }
        }
        let Some(result) = result else {
            return self.no_overload(e, name, method, &operands, &infos, &overloads);
        };
        if !self.is_plain() && matches!(result, Type::Timestamp | Type::Duration) {
            self.out.push(errors::no_timestamp(e.text(id), e.span(id)));
            return Info::error();
        }
        may_err |= infos.iter().any(|info| info.may_err) || (!takes_all && types.iter().any(is_open));
        if full == "date"
            && let [literal] = operands[..]
            && let Expr::Literal(Literal::String(text)) = e.ast.node(literal)
        {
            match Day::parse(text) {
                Some(_) => may_err = false,
                None => self.out.push(not_a_date(text, e.span(literal))),
            }
        }
        if let Some(at) = pattern {
            self.pattern(e, operands[at]);
        }
        Info { may_err, ..Info::of(result) }
    }

    /// What a function that does not exist is called with. `list.exist(x, …)` is a loop that was misspelt: its
    /// variable is no second mistake.
    fn of_unknown(&mut self, e: &Expression, typed: &mut Typed, operands: &[ExprId], is_loop: bool) {
        let outside = self.scope.len();
        let mut args = operands;
        if let [target, rest @ ..] = operands
            && is_loop
        {
            args = rest;
            let over = self.node(e, typed, *target);
            let element = match self.substitution.resolve(&over.ty) {
                Type::List(element) => (*element).clone(),
                _ => Type::Error,
            };
            while let [first, rest @ ..] = args
                && !rest.is_empty()
                && let Expr::Ident(name) = e.ast.node(*first)
                && self.may_name_variable(name)
            {
                let ty = if rest.len() == 1 { element.clone() } else { Type::Error };
                let meaning = Meaning::Binding(self.new_binding());
                self.scope.push(Scoped { name: name.clone(), meaning, ty, place: None, literals: Vec::new() });
                args = rest;
            }
        }
        for arg in args {
            self.node(e, typed, *arg);
        }
        self.scope.truncate(outside);
    }

    /// Whether `name` means nothing yet, so that a loop may have been meant to bind it.
    fn may_name_variable(&self, name: &str) -> bool {
        let is_known = match self.plain {
            // What is not checked is run as it is written.
            Some(environment) => !environment.checked || environment.find(name).is_some(),
            None => self.schema.record(self.schema.root()).field(name).is_some(),
        };
        !is_known && self.scope.iter().all(|scoped| scoped.name != name)
    }

    /// The whole name of what is called, and the receiver where it is called on one: `math.abs` is a
    /// function, unless something is called `math`.
    fn function_name(&self, e: &Expression, target: Option<ExprId>, name: &Name) -> (String, Option<ExprId>) {
        let known = |full: &str, method: bool| {
            stdlib::overloads(full, method).next().is_some()
                || self.functions.find(full).is_some()
                || self.plain.is_some_and(|plain| plain.declared.iter().any(|declared| declared.name == full))
        };
        let written = match target {
            None => name.text.clone(),
            Some(target) => match self.dotted(e, target) {
                Some(path) => format!("{path}.{}", name.text),
                None => return (name.text.clone(), Some(target)),
            },
        };
        let found = match self.plain {
            Some(environment) => environment.candidates(&written).find(|full| known(full, false)),
            None => Some(written).filter(|full| known(full, false)),
        };
        match found {
            Some(full) => (full, None),
            None => (name.text.clone(), target),
        }
    }

    /// What a call yields, where arguments of `types` can be `arguments`.
    fn fitting(&mut self, types: &[Type], arguments: &[Type], yields: &Type) -> Option<Type> {
        if types.len() != arguments.len() || !self.substitution.assign_all(types.iter().zip(arguments)) {
            return None;
        }
        Some(self.substitution.resolve(yields))
    }

    /// The type of a call of which several overloads fit.
    fn either(&self, before: Option<Type>, ty: Type) -> Type {
        match before {
            Some(before) if before != ty => Type::Dyn,
            _ => ty,
        }
    }

    /// No overload takes these arguments: says which argument is wrong.
    fn no_overload(
        &mut self,
        e: &Expression,
        name: &Name,
        method: bool,
        operands: &[ExprId],
        infos: &[Info],
        overloads: &[&'static Signature],
    ) -> Info {
        let Some(any) = overloads.first() else {
            self.out.push(errors::wrong_arguments(&name.text, "…", operands.len(), e.name_span(name)));
            return Info::error();
        };
        let right_count: Vec<&&'static Signature> =
            overloads.iter().filter(|signature| signature.arguments.len() == infos.len()).collect();
        let Some(first) = right_count.first() else {
            let wanted = any.arguments.len() - usize::from(method);
            let found = operands.len() - usize::from(method);
            self.out.push(errors::wrong_arguments(&name.text, &wanted.to_string(), found, e.name_span(name)));
            return Info::of(self.substitution.settle(&any.result));
        };
        // One overload, or the one that takes the first argument: say which argument is wrong.
        let nearest = right_count
            .iter()
            .find(|signature| {
                let mut trial = self.substitution.clone();
                let wanted = signature.instantiate(&mut trial).0;
                trial.assign(&infos[0].ty, &wanted[0])
            })
            .unwrap_or(first);
        let (arguments, result) = nearest.instantiate(&mut self.substitution);
        for ((argument, info), operand) in arguments.iter().zip(infos).zip(operands) {
            if !self.substitution.assign(&info.ty, argument) {
                let shown = self.substitution.settle(argument);
                self.must_be(e, *operand, info, &shown);
                break;
            }
        }
        Info::of(self.substitution.settle(&result))
    }

    /// `math.greatest(a, b, c, …)`
    fn extremum(&mut self, e: &Expression, operands: &[ExprId], infos: &[Info]) -> Info {
        let mut result: Option<Type> = None;
        for (operand, info) in operands.iter().zip(infos) {
            if !matches!(info.ty, Type::Int | Type::Uint | Type::Double | Type::Dyn | Type::Open(_)) {
                self.must_be(e, *operand, info, &Type::Int);
            }
            result = Some(self.either(result, info.ty.clone()));
        }
        let result = result.unwrap_or(Type::Dyn);
        if result == Type::Dyn && !self.is_plain() {
            self.out.push(errors::open_type(e.text(operands[0]), e.span(operands[0])));
        }
        let may_err = self.is_plain() || infos.iter().any(|info| info.may_err);
        Info { may_err, ..Info::of(result) }
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
            self.must_be(e, *arg, info, &argument.ty());
        }
        typed.meanings[id.index()] = Meaning::Custom(index);
        let may_err = function.may_err || infos.iter().any(|info| info.may_err);
        Info { may_err, ..Info::of(function.result.ty()) }
    }

    fn pattern(&mut self, e: &Expression, operand: ExprId) {
        let diagnostic = match e.ast.node(operand) {
            Expr::Literal(Literal::String(pattern)) => match Pattern::check(pattern) {
                // How large it becomes is found out where it is compiled.
                Ok(()) | Err(PatternError::TooLarge) => return,
                Err(PatternError::Syntax(reason)) => Diagnostic::new(
                    Code::InvalidValue,
                    e.span(operand),
                    Text::new("正規表現として読めません", "this is not a regular expression"),
                )
                .help(Text::new(reason.clone(), reason)),
            },
            _ if self.is_plain() => return,
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
            Type::Error => Info { place: info.place.map(|place| format!("ref({place}):")), ..Info::error() },
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
        let carry = |effects: &[Known]| -> Vec<Known> {
            effects
                .iter()
                .filter_map(|known| {
                    // `@N:path` of the definition is a place of the argument here.
                    let effect = &known.place;
                    let Some(start) = effect.find('@') else {
                        return Some(known.clone());
                    };
                    let rest = &effect[start + 1..];
                    let end = rest.find(':')?;
                    let index: usize = rest[..end].parse().ok()?;
                    let place = infos.get(index)?.place.as_ref()?;
                    let tail = &rest[end + 1..];
                    let dot = if place.ends_with(':') || tail.is_empty() || tail.starts_with(')') { "" } else { "." };
                    let place = format!("{}{place}{dot}{tail}", &effect[..start]);
                    Some(Known { place, what: known.what.clone() })
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
