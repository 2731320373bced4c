//! Policy-as-code for regulation.

pub mod cel;
pub mod check;
pub mod cite;
#[cfg(feature = "cli")]
pub mod cli;
pub mod compile;
pub mod diagnostic;
pub mod engine;
pub mod eval;
pub mod evaluation;
pub mod explain;
pub mod explanation;
pub mod facts;
#[cfg(feature = "host")]
pub mod host;
pub mod json;
pub mod lang;
pub mod policy;
pub mod program;
#[cfg(feature = "reference")]
pub mod reference;
pub mod report;
pub mod schema;
pub mod source;
pub mod stdlib;
pub mod testing;
pub mod types;
pub mod value;
pub mod words;
pub mod yaml;

pub use engine::{Document as Facts, Engine, Params, Rejected, Runner};
pub use evaluation::{Evaluation, Finding};
pub use policy::PolicySet;
pub use value::Day;
pub use words::Verdict;
