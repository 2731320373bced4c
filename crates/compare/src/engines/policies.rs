//! Jobun with a pack: its policies over facts that are always validated, and findings in full as the traced reading.

use std::hint::black_box;

use jobun::words::Verdict;
use jobun::{Day, Engine as Compiled, Facts, Params, PolicySet, Runner};

use super::{Engine, Prepared};

/// The engine of one pack.
pub fn compile(pack: &str) -> Result<&'static Compiled, String> {
    let set = PolicySet::embedded().select([pack]).map_err(|error| error.to_string())?;
    let checked = set.check().map_err(|error| error.to_string())?;
    Ok(Box::leak(Box::new(Compiled::new(checked, Params::default()).map_err(|error| error.to_string())?)))
}

/// `engine` with the document `text`, judged on `as_of`.
pub fn prepare(engine: &'static Compiled, text: &'static str, as_of: Day) -> Prepared {
    let facts = Facts::from_slice(engine, text.as_bytes()).map_err(|error| error.to_string())?;
    Ok(Box::new(Policies { engine, runner: engine.runner(), facts, text, as_of }))
}

struct Policies {
    engine: &'static Compiled,
    runner: Runner<'static>,
    facts: Facts<'static>,
    text: &'static str,
    as_of: Day,
}

impl Engine for Policies {
    fn verdicts(&mut self) -> Vec<Option<bool>> {
        let verdicts = self.runner.verdicts(&self.facts, self.as_of).expect("nobody cancels it");
        let verdict = |verdict: &Verdict| match verdict {
            Verdict::Pass => Some(true),
            Verdict::Fail => Some(false),
            _ => None,
        };
        verdicts.iter().map(verdict).collect()
    }

    fn evaluate(&mut self) {
        black_box(self.runner.verdicts(black_box(&self.facts), self.as_of)).expect("nobody cancels it");
    }

    fn from_bytes(&mut self) {
        let text = black_box(self.text);
        self.facts = Facts::from_slice(self.engine, text.as_bytes()).expect("this text was read before");
        self.evaluate();
    }

    fn validated(&mut self) -> bool {
        self.from_bytes();
        true
    }

    fn traced(&mut self) -> bool {
        black_box(self.engine.evaluate(black_box(&self.facts), self.as_of)).expect("nobody cancels it");
        true
    }
}
