//! The engines: one file each, one line in the table.

mod cedar;
mod cel;
mod cel_interpreter;
pub mod jobun;
mod json_value;
pub mod policies;
mod regorus;
mod typed_struct;

use ::jobun::Limits;

use crate::work::Work;

/// Limits that no rule and no document reaches.
pub fn unlimited() -> Limits {
    let (all, most) = (usize::MAX, u64::MAX);
    Limits { source_bytes: all, facts_bytes: all, facts_values: all, steps: most, bytes: most, ..Limits::default() }
}

/// A policy engine that holds compiled rules and bound facts.
pub trait Engine {
    /// What each rule says; `None` where the engine cannot express the rule or its evaluation fails.
    fn verdicts(&mut self) -> Vec<Option<bool>>;
    /// Evaluates all rules once over the bound facts.
    fn evaluate(&mut self);
    /// Parses the JSON text, binds it and evaluates all rules once.
    #[expect(clippy::wrong_self_convention, reason = "named after the column")]
    fn from_bytes(&mut self);
    /// The same with the document held against a JSON Schema; false where that cannot be done.
    fn validated(&mut self) -> bool {
        false
    }
    /// Evaluates all rules once and keeps which facts decided each; false where that cannot be done.
    fn traced(&mut self) -> bool {
        false
    }
}

/// An engine, or the reason why it is left out.
pub type Prepared = Result<Box<dyn Engine>, String>;

/// One line of the table.
pub struct Entry {
    pub name: &'static str,
    pub version: &'static str,
    pub prepare: fn(&Work) -> Prepared,
}

/// All engines, in the order in which they are timed and printed.
pub const ENGINES: &[Entry] = &[
    Entry { name: "jobun", version: env!("VERSION_JOBUN"), prepare: jobun::prepare },
    Entry { name: "typed_struct", version: env!("VERSION_SERDE_JSON"), prepare: typed_struct::prepare },
    Entry { name: "json_value", version: env!("VERSION_SERDE_JSON"), prepare: json_value::prepare },
    Entry { name: "regorus", version: env!("VERSION_REGORUS"), prepare: regorus::prepare },
    Entry { name: "cel_interpreter", version: env!("VERSION_CEL_INTERPRETER"), prepare: cel_interpreter::prepare },
    Entry { name: "cel", version: env!("VERSION_CEL"), prepare: cel::prepare },
    Entry { name: "cedar", version: env!("VERSION_CEDAR_POLICY"), prepare: cedar::prepare },
];

/// The digest of the list of rules that `typed_struct` and `json_value` are written for.
const HAND_WRITTEN: u64 = 0x87f0_5dd0_ef93_e673;

/// Whether the rules are those that `typed_struct` and `json_value` are written for.
fn hand_written(work: &Work) -> Result<(), String> {
    match work.digest() {
        HAND_WRITTEN => Ok(()),
        _ => Err("written by hand for other rules".to_owned()),
    }
}

/// The schema that documents of those rules fit: what `typed_struct` takes, and no more.
const FACTS_SCHEMA: &str = include_str!("facts.schema.json");
