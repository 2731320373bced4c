//! Jobun (条文, the text of an article of law): policy-as-code for regulation.
//!
//! Requirements are written as CEL policies in YAML, over JSON facts about an organization. Each
//! finding cites the article that asked for it, says which facts decided, and what is missing.
//!
//! ```
//! use jobun::{Day, Engine, Facts, Params, PolicySet, Verdict};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let policies = PolicySet::embedded().select(["inazawa-kitei"])?.check()?;
//! let engine = Engine::new(policies, Params::default())?;
//!
//! let json = br#"{
//!     "organization": { "applicable_standards": ["inazawa_my_number_rules"] },
//!     "handling": { "my_number": true },
//!     "my_number": {
//!         "handling_started_on": "2016-01-01",
//!         "status_checks": { "by_chair_last_on": "2025-11-20" }
//!     }
//! }"#;
//! let facts = Facts::from_slice(&engine, json)?;
//! let as_of = Day::new(2026, 11, 22).ok_or("no such day")?;
//! let evaluation = engine.evaluate(&facts, as_of)?;
//!
//! let check = evaluation.findings.iter().find(|finding| finding.rule == "inazawa-10-annual-check");
//! let check = check.ok_or("the rule is in the pack")?;
//! assert_eq!(check.verdict, Verdict::Fail);
//! assert_eq!(check.citations[0].locator, "第10条");
//! assert_eq!(check.due_on, Day::new(2026, 11, 20));
//! # Ok(())
//! # }
//! ```
//!
//! The library never reads a clock, a file or the network, and does not panic: the day is an
//! argument, text that cannot be used comes back as [`Rejected`] with every diagnostic in its
//! place. [`Engine`] is `Send + Sync`. Without default features there is no command line, no
//! terminal and no file access.
//!
//! The modules stand in layers; each uses only what stands below it (`ARCHITECTURE.md`).

#![forbid(unsafe_code)]
#![warn(missing_docs)]
#![warn(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::todo, clippy::unimplemented)]
#![warn(clippy::print_stdout, clippy::print_stderr, clippy::dbg_macro)]

// Text and words.
pub mod diagnostic;
pub mod digest;
#[cfg(feature = "host")]
pub mod host;
pub mod lang;
pub mod limits;
pub mod parallel;
pub mod pattern;
pub mod pointer;
pub mod printable;
pub mod redact;
pub mod source;
pub mod time;
pub mod value;
pub mod words;

// Reading.
pub mod cel;
pub mod json;
pub mod schema;
pub mod types;
pub mod yaml;

// What is read, and what comes of it, as data.
pub mod bound;
pub mod cite;
pub mod evaluation;
pub mod explanation;
pub mod facts;
pub mod policy;
pub mod program;
pub mod questions;
pub mod stdlib;

// From policies to verdicts.
pub mod check;
pub mod compile;
pub mod engine;
pub mod eval;
pub mod plain;

// Questions asked of an engine.
pub mod catalogue;
pub mod counterfactual;
pub mod coverage;
pub mod explain;
#[cfg(feature = "reference")]
pub mod reference;
pub mod testing;
pub mod timeline;

// The outside.
#[cfg(feature = "cli")]
pub mod cli;
pub mod report;

pub use engine::{
    CheckedPolicies, Days, Document as Facts, Engine, EngineError, EvaluateError, Params, Rejected, Runner,
};
pub use evaluation::{Evaluation, Finding};
pub use limits::Limits;
pub use policy::{PolicyFiles, PolicySet, UnknownPack};
pub use value::Day;
pub use words::Verdict;
