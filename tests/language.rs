//! Plain CEL, case by case: `fixtures/cel` says what each expression is, or why it is nothing.
//!
//! A case is an expression with one of: `is`, the value as it is printed; `fails`, the kind of error the
//! evaluation ends with (`true` for any); `rejected`, the code the checker gives (`true` for any); `type`,
//! the type the checker finds, which may stand beside `is`. `vars` are expressions themselves, `types` their
//! types (`dyn` if not said); a name that has a type only is declared and left without a value.

mod support;

use std::collections::HashSet;

use jobun::plain::{Bindings, Env, Value};
use jobun::source::SourceMap;
use jobun::types::Type;
use jobun::yaml::{self, Kind, Node};

/// The functions of the policies' own dates, which are not CEL's.
const OF_DATES: &[&str] = &[
    "date",
    "day",
    "days_between",
    "earlier",
    "later",
    "month",
    "next_open_day",
    "plus",
    "plus_days",
    "plus_months",
    "plus_years",
    "year",
];

/// What an expression is measured by.
#[derive(Debug, Default)]
struct Case {
    place: String,
    expr: String,
    is: Option<String>,
    fails: Option<String>,
    rejected: Option<String>,
    ty: Option<String>,
    vars: Vec<(String, String)>,
    types: Vec<(String, String)>,
    container: String,
    blocks: bool,
    unchecked: bool,
}

#[test]
fn every_case_comes_out_as_written() {
    let mut failures = Vec::new();
    let mut ran = 0;
    for file in files() {
        let cases = read(&file);
        println!("{file}: {} cases", cases.len());
        assert!(!cases.is_empty(), "{file} holds no case");
        ran += cases.len();
        for case in &cases {
            if let Err(reason) = run(case) {
                failures.push(format!("{}: `{}`: {reason}", case.place, case.expr));
            }
        }
    }
    println!("{ran} cases");
    assert!(failures.is_empty(), "{} of {ran} cases:\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn the_checker_changes_no_value() {
    let mut failures = Vec::new();
    for case in files().iter().flat_map(|file| read(file)) {
        let Some(wanted) = case.is.as_deref().filter(|_| !case.unchecked) else { continue };
        match evaluate(&case, environment(&case).unchecked()) {
            Ok(found) if found == wanted => {}
            Ok(found) => failures.push(format!("{}: `{}`: {found}, not {wanted}", case.place, case.expr)),
            Err(error) => failures.push(format!("{}: `{}`: {error}, not {wanted}", case.place, case.expr)),
        }
    }
    assert!(failures.is_empty(), "without the checker:\n{}", failures.join("\n"));
}

#[test]
fn every_function_has_a_case() {
    let all: Vec<String> = files().iter().flat_map(|file| read(file)).map(|case| case.expr).collect();
    let called = |name: &str, method: bool| {
        let call = if method { format!(".{name}(") } else { format!("{name}(") };
        all.iter().any(|expr| expr.contains(&call))
    };
    let mut without: Vec<String> = Vec::new();
    for method in [false, true] {
        let names: HashSet<&str> = jobun::stdlib::names(method).filter(|name| !OF_DATES.contains(name)).collect();
        without.extend(names.into_iter().filter(|name| !called(name, method)).map(String::from));
    }
    assert!(without.is_empty(), "no case calls {without:?}");
}

fn files() -> Vec<String> {
    let files: Vec<String> =
        support::files_below("fixtures/cel").iter().map(|name| format!("fixtures/cel/{name}")).collect();
    assert!(!files.is_empty(), "there are no cases");
    files
}

/// The cases of a file; a case that cannot be read is a mistake of its author.
fn read(file: &str) -> Vec<Case> {
    let text = support::text(file);
    let mut sources = SourceMap::new();
    let id = sources.add(file, text.as_str());
    let (root, diagnostics) = yaml::parse(id, &text);
    assert!(!diagnostics.has_errors(), "{file}: {diagnostics:?}");
    let Some(Node { kind: Kind::Sequence(items), .. }) = root else { panic!("{file} is no list") };
    items.iter().map(|item| case(&format!("{file}:{}", sources.place(item.span).line), item)).collect()
}

fn case(place: &str, node: &Node) -> Case {
    let Kind::Mapping(entries) = &node.kind else { panic!("{place}: no case") };
    let mut case = Case { place: place.to_string(), ..Case::default() };
    for (key, value) in entries {
        match key.text.as_str() {
            "expr" => case.expr = scalar(place, value),
            "is" => case.is = Some(scalar(place, value)),
            "fails" => case.fails = Some(scalar(place, value)),
            "rejected" => case.rejected = Some(scalar(place, value)),
            "type" => case.ty = Some(scalar(place, value)),
            "vars" => case.vars = pairs(place, value),
            "types" => case.types = pairs(place, value),
            "container" => case.container = scalar(place, value),
            "blocks" => case.blocks = scalar(place, value) == "true",
            "unchecked" => case.unchecked = scalar(place, value) == "true",
            other => panic!("{place}: no case has `{other}`"),
        }
    }
    let wants = [case.is.is_some() || case.ty.is_some(), case.fails.is_some(), case.rejected.is_some()];
    assert!(!case.expr.is_empty(), "{place}: no expression");
    assert_eq!(wants.iter().filter(|want| **want).count(), 1, "{place}: one of `is`, `fails`, `rejected`, `type`");
    case
}

fn scalar(place: &str, node: &Node) -> String {
    let Kind::Scalar(scalar) = &node.kind else { panic!("{place}: not a single value") };
    scalar.text.clone()
}

fn pairs(place: &str, node: &Node) -> Vec<(String, String)> {
    let Kind::Mapping(entries) = &node.kind else { panic!("{place}: names with values") };
    entries.iter().map(|(key, value)| (key.text.clone(), scalar(place, value))).collect()
}

fn run(case: &Case) -> Result<(), String> {
    let env = environment(case);
    let env = if case.unchecked { env.unchecked() } else { env };
    if let Some(code) = &case.rejected {
        return refused(case, &env, code);
    }
    if let Some(wanted) = &case.ty {
        let found = env.check(&case.expr).map_err(|rejected| format!("{rejected}, not the type {wanted}"))?.to_string();
        if found != *wanted {
            return Err(format!("the type {found}, not {wanted}"));
        }
    }
    match (&case.is, &case.fails, evaluate(case, env)) {
        (Some(wanted), _, Ok(found)) if found == *wanted => Ok(()),
        (Some(wanted), _, Ok(found)) => Err(format!("{found}, not {wanted}")),
        (Some(wanted), _, Err(error)) => Err(format!("{error}, not {wanted}")),
        (None, Some(kind), Err(Failure::Evaluation(found, _))) if kind == "true" || found == *kind => Ok(()),
        (None, Some(kind), Err(error)) => Err(format!("{error}, not the error {kind}")),
        (None, Some(kind), Ok(found)) => Err(format!("{found}, not the error {kind}")),
        (None, None, Ok(_)) => Ok(()),
        (None, None, Err(error)) => Err(format!("{error}, not a value")),
    }
}

/// The checker gives `code`, and nothing before it.
fn refused(case: &Case, env: &Env, code: &str) -> Result<(), String> {
    let rejected = match env.compile(&[&case.expr]) {
        Ok(_) => return Err(format!("nothing, not {code}")),
        Err(rejected) => rejected,
    };
    match rejected.diagnostics.0.first() {
        Some(first) if code == "true" || first.code.name() == code => Ok(()),
        _ => Err(format!("{rejected}, not {code}")),
    }
}

fn environment(case: &Case) -> Env {
    let mut env = Env::new().container(&case.container);
    if case.blocks {
        env = env.with_blocks();
    }
    let declared: HashSet<&str> = case.types.iter().map(|(name, _)| name.as_str()).collect();
    for (name, ty) in &case.types {
        let ty = Type::parse(ty).unwrap_or_else(|| panic!("{}: no type: {ty}", case.place));
        env = env.variable(name, ty);
    }
    for (name, _) in case.vars.iter().filter(|(name, _)| !declared.contains(name.as_str())) {
        env = env.variable(name, Type::Dyn);
    }
    env
}

/// Why there is no value.
enum Failure {
    Rejected(String),
    /// The kind of the error, and what it says.
    Evaluation(String, String),
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Failure::Rejected(why) => write!(f, "rejected ({why})"),
            Failure::Evaluation(kind, why) => write!(f, "{kind} ({why})"),
        }
    }
}

/// The value of the expression, as it is printed.
fn evaluate(case: &Case, env: Env) -> Result<String, Failure> {
    let mut bindings = Bindings::new();
    for (name, expr) in &case.vars {
        let value = value_of(&Env::new(), expr, &Bindings::new());
        bindings = bindings.value(name, value.unwrap_or_else(|error| panic!("{}: {name}: {error}", case.place)));
    }
    value_of(&env, &case.expr, &bindings).map(|value| value.to_string())
}

fn value_of(env: &Env, expr: &str, bindings: &Bindings<'_>) -> Result<Value, Failure> {
    let program = env.compile(&[expr]).map_err(|rejected| Failure::Rejected(rejected.to_string()))?;
    program.evaluate(0, bindings).map_err(|error| Failure::Evaluation(format!("{:?}", error.kind), error.to_string()))
}
