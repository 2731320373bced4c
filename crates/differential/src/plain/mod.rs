//! Random expressions of plain CEL, evaluated by jobun and by the `cel` crate.

mod excused;
mod make;
mod values;

use std::sync::Arc;

use cel::{Context, extensions};
use jobun::plain::{Bindings, Env, Value};
use jobun::types::Type;
use serde_json::Value as Json;

use crate::random::Random;
use crate::report::{Disagreement, Report};
use excused::{excluded, excuse, unparsed};
use make::{Maker, Tree, Ty, VARIABLES, simple};
use values::{facts, ours, same, theirs};

/// Expressions of one program.
const EXPRESSIONS: usize = 150;
/// Documents they are evaluated on.
const DOCUMENTS: usize = 30;
/// How often one is tried to be made smaller.
const TRIES: usize = 2000;

fn type_of(ty: Ty) -> Type {
    match ty {
        Ty::Bool => Type::Bool,
        Ty::Int => Type::Int,
        Ty::Uint => Type::Uint,
        Ty::Double => Type::Double,
        Ty::Text => Type::String,
        Ty::Bytes => Type::Bytes,
        Ty::Ints => Type::list(Type::Int),
        _ => Type::Map(Arc::new(Type::String), Arc::new(Type::Int)),
    }
}

fn our_env(is_loose: bool) -> Env {
    let env = VARIABLES.iter().fold(Env::new().document("d"), |env, (name, ty)| env.variable(name, type_of(*ty)));
    if is_loose { env.unchecked() } else { env }
}

fn their_env() -> Arc<cel::Env> {
    let mut env = cel::Env::stdlib();
    let added = [
        env.add_extension(extensions::strings),
        env.add_extension(extensions::math),
        env.add_extension(extensions::lists),
        env.add_extension(extensions::encoders),
    ];
    assert!(added.iter().all(Result::is_ok), "an extension cannot be added");
    Arc::new(env)
}

/// What jobun and what the crate `cel` says.
type Answers = (Result<Value, jobun::plain::EvaluationError>, Result<cel::Value, cel::ExecutionError>);

/// What both say of one expression on one document, where they differ.
fn differ(
    program: &jobun::plain::Program,
    other: &cel::Program,
    (document, values): (&Json, &[Json]),
    context: &Context<'_, '_>,
) -> Option<Answers> {
    let bytes = document.to_string();
    let read = program.read(bytes.as_bytes()).ok()?;
    let answers = (program.evaluate(0, &bindings(&read, values)), other.execute(context));
    (!agree(&answers)).then_some(answers)
}

fn bindings<'b>(read: &'b jobun::plain::Document<'b>, values: &[Json]) -> Bindings<'b> {
    let bindings = Bindings::new().document(read);
    VARIABLES.iter().zip(values).fold(bindings, |bindings, ((name, ty), value)| bindings.value(name, ours(value, *ty)))
}

fn agree(answers: &Answers) -> bool {
    match answers {
        (Ok(ours), Ok(theirs)) => same(ours, theirs),
        (Err(_), Err(_)) => true,
        _ => false,
    }
}

fn shown((ours, theirs): &Answers) -> [String; 2] {
    let short = |said: String| said.chars().take(300).collect::<String>();
    let ours = match ours {
        Ok(value) => value.to_string(),
        Err(error) => format!("error: {error}"),
    };
    [short(ours), short(format!("{theirs:?}"))]
}

/// Evaluates random expressions with both.
pub fn run(seed: u64, cases: usize, report: &mut Report) {
    let env = their_env();
    let mut batches = 0;
    while report.cases < cases {
        let mut random = Random::new(seed, (3 << 32) + batches);
        batches += 1;
        let is_loose = random.percent(40);
        let own = our_env(is_loose);
        let mut trees: Vec<(Tree, cel::Program)> = Vec::new();
        while trees.len() < EXPRESSIONS {
            const ROOTS: [Ty; 12] = [
                Ty::Bool,
                Ty::Bool,
                Ty::Bool,
                Ty::Bool,
                Ty::Int,
                Ty::Text,
                Ty::Double,
                Ty::Ints,
                Ty::Texts,
                Ty::Map,
                Ty::Time,
                Ty::Uint,
            ];
            let root = ROOTS[random.below(ROOTS.len())];
            let depth = 1 + random.below(5);
            let budget = [4, 8, 16, 32][random.below(4)];
            let tree = Maker::new(&mut random, budget, is_loose).expr(root, depth);
            let text = tree.text();
            if let Some(reason) = excluded(&tree) {
                report.exclude(reason);
            } else if own.check(&text).is_err() {
                report.exclude("refused by the checker: branches or elements of two types");
            } else {
                match env.compile(&text) {
                    Ok(program) => {
                        report.made += 1;
                        trees.push((tree, program));
                    }
                    Err(_) if unparsed(&tree).is_some() => report.exclude(unparsed(&tree).unwrap_or_default()),
                    Err(error) => report.disagreement(Disagreement {
                        place: format!("--seed {seed}, batch {batches}"),
                        what: text,
                        facts: String::new(),
                        answers: ["compiles".into(), error.to_string()],
                    }),
                }
            }
        }
        let texts: Vec<String> = trees.iter().map(|(tree, _)| tree.text()).collect();
        let program = match own.compile(&texts) {
            Ok(program) => program,
            Err(rejected) => panic!("expressions that pass alone do not together: {rejected}"),
        };
        for (tree, _) in &trees {
            report.repeating += usize::from(repeats(tree));
            tree.each(&mut |part| report.kind(part.kind));
        }
        for _ in 0..DOCUMENTS {
            let (document, values) = facts(&mut random);
            let mut context = Context::with_env(Arc::clone(&env));
            fill(&mut context, &document, &values);
            let bytes = document.to_string();
            let Ok(read) = program.read(bytes.as_bytes()) else { continue };
            let bindings = bindings(&read, &values);
            for (index, (tree, other)) in trees.iter().enumerate() {
                let said = program.evaluate(index, &bindings);
                report.cases += 1;
                let can_err = program.may_err(index) != Some(false);
                report.verdict(
                    match (&said, can_err) {
                        (Ok(_), true) => "value",
                        (Ok(_), false) => "value that no facts make an error",
                        (Err(_), _) => "error",
                    },
                    1,
                );
                if let (Err(error), false) = (&said, can_err) {
                    report.disagreement(Disagreement {
                        place: format!("--seed {seed}, batch {batches}"),
                        what: tree.text(),
                        facts: listed(&document, &values),
                        answers: [error.to_string(), "the checker says that it cannot err".into()],
                    });
                }
                if !agree(&(said, other.execute(&context))) {
                    let place = format!("--seed {seed}, batch {batches}");
                    show(&own, &env, tree, (&document, &values), place, report);
                }
            }
        }
    }
}

/// Whether a variable or a field stands in it twice.
fn repeats(tree: &Tree) -> bool {
    let mut leaves = Vec::new();
    tree.each(&mut |part| leaves.extend((part.kind == "variable or field").then(|| part.text())));
    let count = leaves.len();
    leaves.sort_unstable();
    leaves.dedup();
    leaves.len() < count
}

fn fill(context: &mut Context<'_, '_>, document: &Json, values: &[Json]) {
    context.add_variable_from_value("d", theirs(document, None));
    for ((name, ty), value) in VARIABLES.iter().zip(values) {
        context.add_variable_from_value(*name, theirs(value, Some(*ty)));
    }
}

/// Shrinks the expression, and reports it.
fn show(
    own: &Env,
    env: &Arc<cel::Env>,
    tree: &Tree,
    (document, values): (&Json, &[Json]),
    place: String,
    report: &mut Report,
) {
    let mut context = Context::with_env(Arc::clone(env));
    fill(&mut context, document, values);
    let judge = |tree: &Tree| {
        let text = tree.text();
        let program = own.compile(&[&text]).ok()?;
        let other = env.compile(&text).ok()?;
        differ(&program, &other, (document, values), &context)
    };
    let Some(mut answers) = judge(tree) else { return };
    let mut tree = tree.clone();
    // Excuses are looked for in what is left when nothing more can be taken away.
    let mut tries = TRIES;
    'smaller: while tries > 0 {
        let mut candidates = tree.smaller(&simple);
        candidates.sort_by_key(|candidate| candidate.text().len());
        for candidate in candidates.into_iter().take(tries) {
            tries -= 1;
            if candidate.text().len() < tree.text().len()
                && let Some(now) = judge(&candidate)
            {
                (answers, tree) = (now, candidate);
                continue 'smaller;
            }
        }
        break;
    }
    let alone = |part: &Tree| {
        let program = own.compile(&[part.text()]).ok()?;
        let bytes = document.to_string();
        let read = program.read(bytes.as_bytes()).ok()?;
        Some(program.evaluate(0, &bindings(&read, values)))
    };
    if let Some(reason) = excuse(&tree, &answers.0, &answers.1, &alone) {
        report.exclude(reason);
        return;
    }
    let facts = listed(document, values);
    report.disagreement(Disagreement { place, what: tree.text(), facts, answers: shown(&answers) });
}

/// The variables and what they stand for.
fn listed(document: &Json, values: &[Json]) -> String {
    let named = VARIABLES.iter().zip(values).map(|((name, _), value)| format!("{name} = {value}"));
    format!("d = {document}, {}", named.collect::<Vec<_>>().join(", "))
}
