//! Jobun: all rules in one program, over a document that is read into the memory of the one before.

use std::hint::black_box;
use std::sync::Arc;

use jobun::plain::{Document, Env, Evaluator, Program, Schema, Value, Verdict};
use jobun::time::Timestamp;
use jobun::types::Type;

use super::{Engine, FACTS_SCHEMA, Prepared, hand_written, unlimited};
use crate::work::{NOW, Work};

/// What a plain program is compiled against.
fn environment() -> Env {
    Env::new().document("facts").variable("now", Type::Timestamp).limits(unlimited())
}

pub fn prepare(work: &Work) -> Prepared {
    let text = match (&work.schema, hand_written(work)) {
        (Some(schema), _) => Some(schema.as_str()),
        (None, Ok(())) => Some(FACTS_SCHEMA),
        (None, Err(_)) => None,
    };
    let schema =
        text.map(Schema::from_json).transpose().map_err(|error| format!("the schema of the facts: {error}"))?;
    over(&work.rules, schema, work.facts)
}

/// `rules` over `facts`, held against `schema` where they fit it.
pub fn over(rules: &[String], schema: Option<Schema>, facts: &'static str) -> Prepared {
    let env = environment();
    // A rule that the checker refuses is not said; the others are compiled together.
    let said: Vec<bool> = rules.iter().map(|rule| env.check(rule).is_ok()).collect();
    let rules: Vec<&String> = rules.iter().zip(&said).filter_map(|(rule, said)| said.then_some(rule)).collect();
    let compile = |env: Env| -> Result<&'static Program, String> {
        Ok(Box::leak(Box::new(env.compile(&rules).map_err(|error| error.to_string())?)))
    };
    let program = compile(env.clone())?;
    let validating = schema.map(|schema| compile(env.schema(Arc::new(schema)))).transpose()?;
    let validating = validating.filter(|program| {
        let refused = program.read(facts.as_bytes()).err();
        refused.inspect(|rejected| eprintln!("  not validated: {rejected}")).is_none()
    });
    let now = Timestamp::parse(NOW.as_bytes()).ok_or("the time cannot be read")?;
    let mut evaluator = program.evaluator();
    evaluator.set("now", Value::Timestamp(now));
    let document = program.read(facts.as_bytes()).map_err(|error| error.to_string())?;
    Ok(Box::new(Jobun { said, program, validating, evaluator, document, text: facts }))
}

struct Jobun {
    /// Which of the rules the program holds.
    said: Vec<bool>,
    program: &'static Program,
    /// The same program for documents that fit a schema.
    validating: Option<&'static Program>,
    evaluator: Evaluator<'static>,
    document: Document<'static>,
    text: &'static str,
}

impl Jobun {
    fn read(&mut self, program: &Program) {
        let before = std::mem::take(&mut self.document);
        let text = black_box(self.text);
        self.document = program.read_again(text.as_bytes(), before).expect("this text was read before");
    }

    fn run(&mut self) -> &[Verdict] {
        self.evaluator.verdicts(&self.document)
    }
}

impl Engine for Jobun {
    fn verdicts(&mut self) -> Vec<Option<bool>> {
        let said = self.said.clone();
        let mut verdicts = self.run().iter().map(|verdict| match verdict {
            Verdict::True => Some(true),
            Verdict::False => Some(false),
            Verdict::Other | Verdict::Error => None,
        });
        said.into_iter().map(|said| if said { verdicts.next().flatten() } else { None }).collect()
    }

    fn evaluate(&mut self) {
        black_box(self.run());
    }

    fn from_bytes(&mut self) {
        self.read(self.program);
        self.evaluate();
    }

    fn validated(&mut self) -> bool {
        let Some(program) = self.validating else { return false };
        self.read(program);
        self.evaluate();
        true
    }

    fn traced(&mut self) -> bool {
        self.evaluator.traced(&self.document, |_, verdict, facts| {
            black_box((verdict, facts));
        });
        true
    }
}
