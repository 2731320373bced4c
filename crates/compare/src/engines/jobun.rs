//! Jobun: all rules in one program, over a document that is read into the memory of the one before.

use std::hint::black_box;

use jobun::plain::{Document, Env, Evaluator, Program, Value, Verdict};
use jobun::time::Timestamp;
use jobun::types::Type;

use super::{Engine, Prepared};
use crate::work::{NOW, Work};

pub fn prepare(work: &Work) -> Prepared {
    let env = Env::new().document("facts").variable("now", Type::Timestamp);
    let program: &'static Program = Box::leak(Box::new(env.compile(&work.rules).map_err(|error| error.to_string())?));
    let now = Timestamp::parse(NOW.as_bytes()).ok_or("the time cannot be read")?;
    let mut evaluator = program.evaluator();
    evaluator.set("now", Value::Timestamp(now));
    let mut engine = Jobun { program, evaluator, document: Document::default(), text: work.facts };
    engine.read();
    Ok(Box::new(engine))
}

struct Jobun {
    program: &'static Program,
    evaluator: Evaluator<'static>,
    document: Document<'static>,
    text: &'static str,
}

impl Jobun {
    fn read(&mut self) {
        let before = std::mem::take(&mut self.document);
        let text = black_box(self.text);
        self.document = self.program.read_again(text.as_bytes(), before).expect("this text is JSON");
    }

    fn run(&mut self) -> &[Verdict] {
        self.evaluator.verdicts(&self.document)
    }
}

impl Engine for Jobun {
    fn verdicts(&mut self) -> Vec<Option<bool>> {
        let verdict = |verdict: &Verdict| match verdict {
            Verdict::True => Some(true),
            Verdict::False => Some(false),
            Verdict::Other | Verdict::Error => None,
        };
        self.run().iter().map(verdict).collect()
    }

    fn evaluate(&mut self) {
        black_box(self.run());
    }

    fn from_bytes(&mut self) {
        self.read();
        self.evaluate();
    }
}
