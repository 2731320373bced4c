//! `jobun schema`

use clap::{Args, ValueEnum};

use super::{Exit, Trouble};
use crate::report::ndjson;
use crate::{engine, evaluation, host, policy};

#[derive(Args)]
pub struct SchemaArgs {
    /// Which schema
    #[arg(value_enum)]
    of: Of,
}

#[derive(Clone, Copy, ValueEnum)]
enum Of {
    /// Of pack.yaml, outline.yaml, definitions.yaml and rule files
    Policy,
    /// Of the facts that the built-in packs share
    Facts,
    /// Of the output of `eval --format json`
    Evaluation,
    /// Of each line of `eval --format ndjson`
    Ndjson,
}

pub fn run(args: &SchemaArgs) -> Result<Exit, Trouble> {
    let text = match args.of {
        Of::Policy => policy::written::json_schema_text(),
        Of::Facts => engine::FACTS_SCHEMA.to_string(),
        Of::Evaluation => evaluation::SCHEMA.to_string(),
        Of::Ndjson => ndjson::SCHEMA.to_string(),
    };
    host::write("-", &text)?;
    Ok(Exit::Met)
}
