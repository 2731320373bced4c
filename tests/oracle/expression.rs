//! A walk over the tree of an expression, one outcome for each node.
//!
//! Everything is worked out anew each time it is met: definitions and variables of rules are called
//! by name, their expressions evaluated where they are read, in the scope they were handed over in.

use jobun::cel::{BinaryOp, Expr, ExprId, Literal, Macro, UnaryOp};
use jobun::check::Checked;
use jobun::check::definitions::Entry;
use jobun::policy::ParameterValue;
use jobun::schema::FactSchema;
use jobun::types::Type;
use jobun::value::Day;
use serde_json::Value as Json;

use super::functions;
use super::scope::{Bound, Node, Scope};
use super::value::{Element, Missing, Outcome, Record, Value, and, not, or, strict};

/// One facts document on one day.
pub struct Run<'a> {
    pub checked: &'a Checked,
    pub schema: &'a FactSchema,
    pub facts: &'a Json,
    pub as_of: Day,
}

impl<'a> Run<'a> {
    /// What `node` comes to.
    pub fn evaluate(&self, node: Node<'a>, scope: &Scope<'a>) -> Outcome<'a> {
        let operand = |id: ExprId| self.evaluate(node.at(id), scope);
        match node.form() {
            Expr::Literal(literal) => Outcome::Known(constant(literal)),
            Expr::Ident(name) => self.name(name, scope),
            Expr::Select(record, field) => match self.parameter(node, scope) {
                Some(value) => Outcome::Known(value),
                None => match operand(*record) {
                    Outcome::Known(Value::Record(record)) => self.member(&record, &field.text),
                    Outcome::Known(other) => panic!("`{}` of {other:?}", field.text),
                    other => other,
                },
            },
            Expr::Index(list, index) => element_at(operand(*list), operand(*index)),
            Expr::Call(target, name, arguments) => {
                let (name, method, operands) = called(node, *target, &name.text, arguments, scope);
                self.call(node, method, &name, &operands, scope)
            }
            Expr::List(items) => match strict(items.iter().map(|item| operand(*item))) {
                Ok(values) => list(values),
                Err(outcome) => outcome,
            },
            Expr::Unary(UnaryOp::Not, inner) => not(operand(*inner)),
            Expr::Unary(UnaryOp::Negate, inner) => match strict([operand(*inner)]) {
                Ok(values) => Outcome::or_error(values.into_iter().next().and_then(functions::negate)),
                Err(outcome) => outcome,
            },
            Expr::Binary(op, left, right) => binary(*op, operand(*left), operand(*right)),
            Expr::And(operands) => and(operands.iter().map(|id| operand(*id))),
            Expr::Or(operands) => or(operands.iter().map(|id| operand(*id))),
            Expr::Conditional(condition, yes, no) => {
                self.conditional(node.at(*condition), node.at(*yes), node.at(*no), scope)
            }
            Expr::Loop { kind, list, variable, second: None, filter, body } => {
                let filter = filter.map(|filter| node.at(filter));
                let over = operand(*list);
                self.run_loop(*kind, over, &variable.text, filter, node.at(*body), scope)
            }
            Expr::Loop { kind, list, variable, second: Some(second), filter, body } => {
                let names = [variable.text.as_str(), second.text.as_str()];
                let filter = filter.map(|filter| node.at(filter));
                self.run_indexed(*kind, operand(*list), names, filter, node.at(*body), scope)
            }
            // Like a variable of a rule: the value is worked out where the name is read.
            Expr::Bind { variable, value, body } => {
                let bound = Bound::Expression(node.at(*value), scope.clone());
                self.evaluate(node.at(*body), &scope.with(&variable.text, bound))
            }
            Expr::Has(..)
            | Expr::Map(_)
            | Expr::Error
            | Expr::Message(_)
            | Expr::Optional(_)
            | Expr::SelectOptional(..)
            | Expr::IndexOptional(..)
            | Expr::OptMap { .. } => {
                panic!("the checker does not admit {:?}", node.form())
            }
        }
    }

    /// Names in scope come before words of the language, and those before facts.
    fn name(&self, name: &str, scope: &Scope<'a>) -> Outcome<'a> {
        match (scope.find(name), name) {
            (Some(Bound::Element(value)), _) => Outcome::Known(value.clone()),
            (Some(Bound::Expression(node, its_scope)), _) => self.evaluate(*node, its_scope),
            (Some(Bound::Unanswered(list)), _) => Outcome::Unknown(list.clone()),
            (Some(Bound::AnyElement), _) => panic!("`{name}` is read where no loop runs"),
            (None, "never") => Outcome::Known(Value::Never),
            (None, "as_of") => Outcome::Known(Value::Date(self.as_of)),
            (None, fact) => self.member(&self.document(), fact),
        }
    }

    /// The facts as a whole.
    fn document(&self) -> Record<'a> {
        Record { pointer: String::new(), json: Some(self.facts), ty: self.schema.root() }
    }

    /// The value of `params.name`, if `node` is that.
    fn parameter(&self, node: Node<'a>, scope: &Scope<'a>) -> Option<Value<'a>> {
        let Expr::Select(operand, field) = node.form() else {
            return None;
        };
        if *node.at(*operand).form() != Expr::Ident("params".into()) || scope.find("params").is_some() {
            return None;
        }
        let pack = &self.checked.set.packs[node.pack().expect("shared definitions have no parameters")];
        let declared = pack.parameters.iter().find(|known| known.name == field.text);
        Some(match &declared.expect("the checker knows the parameter").default {
            ParameterValue::Period(period) => Value::Period(*period),
            ParameterValue::Int(n) => Value::Int(*n),
            ParameterValue::Bool(holds) => Value::Bool(*holds),
            ParameterValue::Date(day) => Value::Date(*day),
            ParameterValue::String(text) => Value::String(text.clone()),
        })
    }

    /// The property `name` of `record`: absent and `null` are unanswered. A record is always there;
    /// only its leaves can be missing.
    fn member(&self, record: &Record<'a>, name: &str) -> Outcome<'a> {
        let field = self.schema.record(record.ty).field(name);
        let ty = &field.expect("the checker knows the fact").ty;
        let pointer = below(&record.pointer, name);
        let json = record.json.and_then(|json| json.get(name));
        let json = json.filter(|json| !json.is_null());
        match (ty, json) {
            (Type::Record(ty), json) => Outcome::Known(Value::Record(Record { pointer, json, ty: *ty })),
            (_, None) => Outcome::Unknown(Missing::one(pointer)),
            (ty, Some(json)) => Outcome::Known(decode(ty, json, pointer)),
        }
    }

    /// The definition `name` as seen from `pack`: its own, or a shared one.
    pub fn definition(&self, name: &str, pack: Option<usize>) -> Option<&'a Entry> {
        let entries = self.checked.definitions.entries();
        let named =
            |pack: Option<usize>| entries.iter().find(|entry| entry.pack == pack && entry.signature.name == name);
        named(pack).or_else(|| named(None))
    }

    /// The expression of `definition`, and the scope of its arguments.
    pub fn opened(definition: &'a Entry, arguments: &[Node<'a>], scope: &Scope<'a>) -> (Node<'a>, Scope<'a>) {
        let parameters = &definition.signature.parameters;
        let inside = parameters.iter().zip(arguments).fold(Scope::default(), |inside, (parameter, argument)| {
            inside.with(&parameter.name, Bound::Expression(*argument, scope.clone()))
        });
        let root = Node::root(&definition.expression, &definition.typed, definition.pack);
        (root, inside)
    }

    fn call(&self, node: Node<'a>, method: bool, name: &str, operands: &[Node<'a>], scope: &Scope<'a>) -> Outcome<'a> {
        if !method && name == "ref" {
            return self.follow(operands[0], scope);
        }
        if !method && let Some(definition) = self.definition(name, node.pack()) {
            let (root, inside) = Self::opened(definition, operands, scope);
            return self.evaluate(root, &inside);
        }
        let mut outcomes = operands.iter().map(|operand| self.evaluate(*operand, scope));
        if name == "size" {
            // The one function that has an answer for a list with maybe-members.
            return match outcomes.next().expect("the checker counts arguments") {
                Outcome::Known(value) => Outcome::Known(functions::size(&value)),
                other => other,
            };
        }
        if let ("or" | "orValue", [first, _]) = (name, operands)
            && let Outcome::Known(Value::Optional(Some(held))) = self.evaluate(*first, scope)
        {
            // What an optional that holds a value might be replaced by is not looked at.
            return Outcome::Known(if name == "or" { Value::Optional(Some(held)) } else { *held });
        }
        if let ("or" | "orValue", [first, second]) = (name, operands)
            && let Outcome::Unknown(missing) = self.evaluate(*first, scope)
        {
            // It may hold a value yet, and then nobody asks what the other is.
            return match strict([self.evaluate(*second, scope)]) {
                Err(Outcome::Unknown(more)) => Outcome::Unknown(Missing::union([&missing, &more])),
                _ => Outcome::Unknown(missing),
            };
        }
        match strict(outcomes) {
            Ok(values) => Outcome::or_error(functions::call(name, &values)),
            Err(outcome) => outcome,
        }
    }

    /// `ref(link)`: the element with that id.
    fn follow(&self, link: Node<'a>, scope: &Scope<'a>) -> Outcome<'a> {
        let Type::Link(target) = link.ty() else {
            panic!("the checker admits links only");
        };
        let id = match self.evaluate(link, scope) {
            Outcome::Known(Value::String(id)) => id,
            Outcome::Known(other) => panic!("{other:?} is no link"),
            other => return other,
        };
        let mut lists = vec![Outcome::Known(Value::Record(self.document()))];
        for step in target.list.split('.') {
            let name = step.trim_end_matches("[]");
            lists = lists
                .into_iter()
                .flat_map(|outcome| match outcome {
                    Outcome::Known(Value::Record(record)) => match self.member(&record, name) {
                        Outcome::Known(Value::List(elements)) => {
                            elements.into_iter().map(|element| Outcome::Known(element.value)).collect()
                        }
                        other => vec![other],
                    },
                    other => vec![other],
                })
                .collect();
        }
        let mut unanswered = Missing::default();
        for outcome in lists {
            match outcome {
                Outcome::Known(Value::Record(record)) if element_id(&record) == id => {
                    return Outcome::Known(Value::Record(record));
                }
                Outcome::Unknown(missing) => unanswered.add(&missing),
                _ => {}
            }
        }
        if unanswered.0.is_empty() { Outcome::Error } else { Outcome::Unknown(unanswered) }
    }

    /// Where the condition is unknown, both branches may still come to the same.
    fn conditional(&self, condition: Node<'a>, yes: Node<'a>, no: Node<'a>, scope: &Scope<'a>) -> Outcome<'a> {
        let open = match self.evaluate(condition, scope) {
            Outcome::Known(Value::Bool(true)) => return self.evaluate(yes, scope),
            Outcome::Known(Value::Bool(false)) => return self.evaluate(no, scope),
            Outcome::Known(other) => panic!("the checker admits booleans only, not {other:?}"),
            Outcome::Error => return Outcome::Error,
            Outcome::Unknown(missing) => missing,
        };
        let yes = self.evaluate(yes, scope).settled();
        let no = self.evaluate(no, scope).settled();
        match (&yes, &no) {
            (Outcome::Error, Outcome::Error) => Outcome::Error,
            (Outcome::Known(a), Outcome::Known(b)) if functions::equal(a, b) && !self.may_err(condition, scope) => yes,
            _ => {
                let branches = [&yes, &no].into_iter().filter_map(|branch| match branch {
                    Outcome::Unknown(missing) => Some(missing),
                    _ => None,
                });
                Outcome::Unknown(Missing::union(std::iter::once(&open).chain(branches)))
            }
        }
    }

    fn run_loop(
        &self,
        kind: Macro,
        over: Outcome<'a>,
        variable: &'a str,
        filter: Option<Node<'a>>,
        body: Node<'a>,
        scope: &Scope<'a>,
    ) -> Outcome<'a> {
        let over = match (over, filter) {
            (Outcome::Known(Value::List(elements)), Some(filter)) => self.filter(elements, variable, filter, scope),
            (over, _) => over,
        };
        let elements = match over {
            Outcome::Known(Value::List(elements)) => elements,
            Outcome::Known(other) => panic!("{other:?} is no list"),
            other => return other,
        };
        let body_for = |element: &Element<'a>| self.for_element(element, variable, body, scope);
        // What the body comes to for each element, as a list.
        let images = || {
            let images = elements.iter().map(|element| {
                match (element.membership(), body_for(element).settled()) {
                    (Outcome::Unknown(missing), Outcome::Unknown(more)) => {
                        Outcome::Unknown(Missing::union([&missing, &more]))
                    }
                    // Whether there is anything to err on is not known.
                    (Outcome::Unknown(missing), _) => Outcome::Unknown(missing),
                    (_, image) => image,
                }
            });
            match strict(images) {
                Ok(values) => list(values),
                Err(outcome) => outcome,
            }
        };
        match kind {
            Macro::Filter => self.filter(elements, variable, body, scope),
            Macro::All => and(elements.iter().map(|element| or([not(element.membership()), body_for(element)]))),
            Macro::Exists => or(elements.iter().map(|element| and([element.membership(), body_for(element)]))),
            Macro::ExistsOne => {
                let hits = elements.iter().map(|element| and([element.membership(), body_for(element)]));
                match strict(hits) {
                    Ok(hits) => {
                        let count = hits.iter().filter(|hit| **hit == Value::Bool(true)).count();
                        Outcome::truth(count == 1)
                    }
                    Err(outcome) => outcome,
                }
            }
            Macro::Map => images(),
            Macro::SortBy => match strict([Outcome::Known(Value::List(elements.clone())), images()]) {
                Ok(values) => sorted(&values),
                Err(outcome) => outcome,
            },
            Macro::TransformList | Macro::TransformMap | Macro::TransformMapEntry => {
                panic!("{kind:?} has two variables")
            }
        }
    }

    /// A loop that counts: where it is not certain which elements come before, no index is.
    fn run_indexed(
        &self,
        kind: Macro,
        over: Outcome<'a>,
        names: [&'a str; 2],
        filter: Option<Node<'a>>,
        body: Node<'a>,
        scope: &Scope<'a>,
    ) -> Outcome<'a> {
        let elements = match over {
            Outcome::Known(Value::List(elements)) => elements,
            Outcome::Known(other) => panic!("{other:?} is no list"),
            other => return other,
        };
        let [index, name] = names;
        let mut before = Missing::default();
        let mut members: Vec<(Outcome<'a>, Scope<'a>)> = Vec::new();
        for (at, element) in elements.iter().enumerate() {
            let at = Value::Int(i64::try_from(at).expect("an index fits an int"));
            let at = if before.0.is_empty() { Bound::Element(at) } else { Bound::Unanswered(before.clone()) };
            let inside = scope.with(index, at).with(name, Bound::Element(element.value.clone()));
            members.push((element.membership(), inside));
            element.maybe.iter().for_each(|maybe| before.add(maybe));
        }
        let hits = || members.iter().map(|(is, inside)| and([is.clone(), self.evaluate(body, inside)]));
        match kind {
            Macro::All => and(members.iter().map(|(is, inside)| or([not(is.clone()), self.evaluate(body, inside)]))),
            Macro::Exists => or(hits()),
            Macro::ExistsOne => match strict(hits()) {
                Ok(hits) => Outcome::truth(hits.iter().filter(|hit| **hit == Value::Bool(true)).count() == 1),
                Err(outcome) => outcome,
            },
            Macro::TransformList => {
                let mut kept = Vec::new();
                let mut open = false;
                let mut error = false;
                for (is, inside) in &members {
                    let holds = filter.map_or(Outcome::truth(true), |filter| self.evaluate(filter, inside));
                    open |= !matches!(holds, Outcome::Known(_));
                    match and([is.clone(), holds]) {
                        Outcome::Known(Value::Bool(true)) => kept.push((None, inside)),
                        Outcome::Known(_) => {}
                        Outcome::Unknown(missing) => kept.push((Some(missing), inside)),
                        Outcome::Error => error = true,
                    }
                }
                if error {
                    return Outcome::Error;
                }
                let anything = scope.with(index, Bound::AnyElement).with(name, Bound::AnyElement);
                let maybes = Missing::union(kept.iter().filter_map(|(maybe, _)| maybe.as_ref()));
                if open && !maybes.0.is_empty() && filter.is_some_and(|filter| self.may_err(filter, &anything)) {
                    return Outcome::Unknown(maybes);
                }
                let images = kept.into_iter().map(|(maybe, inside)| {
                    let image = self.evaluate(body, inside).settled();
                    match (maybe, image) {
                        (Some(missing), Outcome::Unknown(more)) => Outcome::Unknown(Missing::union([&missing, &more])),
                        (Some(missing), _) => Outcome::Unknown(missing),
                        (None, image) => image,
                    }
                });
                match strict(images) {
                    Ok(values) => list(values),
                    Err(outcome) => outcome,
                }
            }
            Macro::Filter | Macro::Map | Macro::TransformMap | Macro::TransformMapEntry | Macro::SortBy => {
                panic!("the checker does not admit {kind:?} with two variables")
            }
        }
    }

    fn for_element(&self, element: &Element<'a>, variable: &'a str, body: Node<'a>, scope: &Scope<'a>) -> Outcome<'a> {
        let inside = scope.with(variable, Bound::Element(element.value.clone()));
        self.evaluate(body, &inside)
    }

    /// The elements for which `condition` is true, and as maybe-members those for which it is
    /// unknown; as a whole unknown, if the unknown may turn out to be an error.
    fn filter(
        &self,
        elements: Vec<Element<'a>>,
        variable: &'a str,
        condition: Node<'a>,
        scope: &Scope<'a>,
    ) -> Outcome<'a> {
        let mut kept = Vec::new();
        let mut open = false;
        let mut error = false;
        for element in elements {
            let holds = self.for_element(&element, variable, condition, scope);
            open |= !matches!(holds, Outcome::Known(_));
            match and([element.membership(), holds]) {
                Outcome::Known(Value::Bool(true)) => kept.push(element),
                Outcome::Known(_) => {}
                Outcome::Unknown(missing) => kept.push(Element { maybe: Some(missing), ..element }),
                Outcome::Error => error = true,
            }
        }
        let anything = scope.with(variable, Bound::AnyElement);
        if error {
            return Outcome::Error;
        }
        let kept = Outcome::Known(Value::List(kept));
        if open && self.may_err(condition, &anything) { kept.settled() } else { kept }
    }
}

/// The `id` of an element of a list of records.
pub fn element_id<'f>(record: &Record<'f>) -> &'f str {
    let id = record.json.and_then(|json| json.get("id"));
    id.and_then(Json::as_str).expect("the schema demands an id")
}

/// What a call calls: `math.abs(x)` is a function called `math.abs`, unless something is called `math`.
pub fn called<'a>(
    node: Node<'a>,
    target: Option<ExprId>,
    name: &str,
    arguments: &[ExprId],
    scope: &Scope<'a>,
) -> (String, bool, Vec<Node<'a>>) {
    if let Some(target) = target
        && let Expr::Ident(word) = node.at(target).form()
        && scope.find(word).is_none()
    {
        let full = format!("{word}.{name}");
        if jobun::stdlib::overloads(&full, false).next().is_some() {
            return (full, false, arguments.iter().map(|id| node.at(*id)).collect());
        }
    }
    let operands = target.iter().chain(arguments).map(|id| node.at(*id)).collect();
    (name.to_string(), target.is_some(), operands)
}

/// The pointer of the property `name` of what stands at `pointer`.
fn below(pointer: &str, name: &str) -> String {
    format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"))
}

fn constant<'f>(literal: &Literal) -> Value<'f> {
    match literal {
        Literal::Bool(holds) => Value::Bool(*holds),
        Literal::Int(n) => Value::Int(*n),
        Literal::Uint(n) => Value::Uint(*n),
        Literal::Double(n) => Value::Double(*n),
        Literal::String(text) => Value::String(text.clone()),
        Literal::Bytes(bytes) => Value::Bytes(bytes.clone()),
        Literal::Null => panic!("there is no null in policies"),
    }
}

/// An answer as a value of its type.
fn decode<'f>(ty: &Type, json: &'f Json, pointer: String) -> Value<'f> {
    let text = || json.as_str().expect("the schema demands a string");
    match ty {
        Type::Bool => Value::Bool(json.as_bool().expect("the schema demands a boolean")),
        Type::Int => {
            // `1.0` is a whole number too.
            let whole = json.as_i64().or_else(|| json.as_f64().map(|n| n as i64));
            Value::Int(whole.expect("the schema demands a whole number"))
        }
        Type::Double => Value::Double(json.as_f64().expect("the schema demands a number")),
        Type::String | Type::Enum(_) | Type::Link(_) => Value::String(text().to_string()),
        Type::DateOrNever if text() == "never" => Value::Never,
        Type::Date | Type::DateOrNever => Value::Date(Day::parse(text()).expect("the schema demands a date")),
        Type::Record(ty) => Value::Record(Record { pointer, json: Some(json), ty: *ty }),
        Type::List(element) => {
            let items = json.as_array().expect("the schema demands a list");
            let elements = items
                .iter()
                .enumerate()
                .map(|(index, item)| Element::certain(decode(element, item, format!("{pointer}/{index}"))));
            Value::List(elements.collect())
        }
        other => panic!("no fact is a {other}"),
    }
}

fn list(values: Vec<Value<'_>>) -> Outcome<'_> {
    Outcome::Known(Value::List(values.into_iter().map(Element::certain).collect()))
}

fn binary<'f>(op: BinaryOp, left: Outcome<'f>, right: Outcome<'f>) -> Outcome<'f> {
    match (op, left, right) {
        (op, Outcome::Known(left), Outcome::Known(right)) if op.is_comparison() => comparison(op, left, right),
        (BinaryOp::In, Outcome::Known(value), Outcome::Known(Value::List(elements))) => membership(value, &elements),
        (op, left, right) => match strict([left, right]) {
            Ok(values) => {
                let [left, right] = <[Value<'f>; 2]>::try_from(values).expect("two operands");
                Outcome::or_error(functions::calculate(op, left, right))
            }
            Err(outcome) => outcome,
        },
    }
}

/// A size that is not certain is compared in each way it may turn out.
fn comparison<'f>(op: BinaryOp, left: Value<'f>, right: Value<'f>) -> Outcome<'f> {
    let candidates = |value: &Value<'f>| match value {
        Value::Size { low, high, .. } => (*low..=*high).map(Value::Int).collect(),
        other => vec![other.clone()],
    };
    let either_is_list = matches!((&left, &right), (Value::List(_), _) | (_, Value::List(_)));
    let uncertainty = Missing::union([&left.uncertainty(), &right.uncertainty()]);
    if either_is_list && !uncertainty.0.is_empty() {
        return Outcome::Unknown(uncertainty);
    }
    let mut results = Vec::new();
    for left in candidates(&left) {
        for right in candidates(&right) {
            match functions::compare(op, &left, &right) {
                Some(holds) => results.push(holds),
                None => return Outcome::Error,
            }
        }
    }
    if results.iter().all(|result| *result == results[0]) {
        Outcome::truth(results[0])
    } else {
        Outcome::Unknown(uncertainty)
    }
}

/// `value in elements`: a member that is equal decides, one that is only maybe a member leaves open.
fn membership<'f>(value: Value<'f>, elements: &[Element<'f>]) -> Outcome<'f> {
    match Outcome::Known(value).settled() {
        Outcome::Known(value) => {
            or(elements.iter().filter(|element| functions::equal(&value, &element.value)).map(Element::membership))
        }
        open => match strict([open, Outcome::Known(Value::List(elements.to_vec()))]) {
            Ok(_) => unreachable!("an open operand is not known"),
            Err(outcome) => outcome,
        },
    }
}

/// `list[index]`: decided where no maybe-member stands there or before.
fn element_at<'f>(list: Outcome<'f>, index: Outcome<'f>) -> Outcome<'f> {
    let index = index.settled();
    let (Outcome::Known(Value::List(elements)), Outcome::Known(Value::Int(index))) = (&list, &index) else {
        return strict([list, index]).expect_err("one of both is not known");
    };
    let Ok(index) = usize::try_from(*index) else {
        return Outcome::Error;
    };
    if elements.iter().take(index.saturating_add(1)).any(|element| element.maybe.is_some()) {
        return list.settled();
    }
    Outcome::or_error(elements.get(index).map(|element| element.value.clone()))
}

/// The first of two lists in the order of the second; what is alike stays as it was.
fn sorted<'a>(lists: &[Value<'a>]) -> Outcome<'a> {
    let [Value::List(elements), Value::List(keys)] = lists else { panic!("{lists:?} are not two lists") };
    // NaN has no order.
    if keys.iter().any(|key| !functions::equal(&key.value, &key.value)) {
        return Outcome::Error;
    }
    let mut places: Vec<usize> = Vec::new();
    for (place, key) in keys.iter().enumerate() {
        let is_before = |known: usize| functions::compare(BinaryOp::LessEqual, &keys[known].value, &key.value);
        let after = places.iter().take_while(|known| is_before(**known) == Some(true)).count();
        places.insert(after, place);
    }
    Outcome::Known(Value::List(places.into_iter().map(|place| elements[place].clone()).collect()))
}
