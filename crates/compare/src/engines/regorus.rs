//! The crate `regorus`: rules.rego compiled once to a program of its virtual machine.

use std::hint::black_box;

use ::regorus::languages::rego::compiler::Compiler;
use ::regorus::rvm::vm::RegoVM;
use ::regorus::{Engine as Frontend, Value};
use regex::Regex;

use super::{Engine, Prepared};
use crate::work::Work;

/// The set of the numbers of the rules that hold.
const ENTRY: &str = "data.bench.result";

pub fn prepare(work: &Work) -> Prepared {
    let rego = work.rego.as_ref().ok_or("the folder has no rules.rego")?;
    let (vm, input) = load(rego, work.facts).map_err(|error| format!("rules.rego: {error}"))?;
    let clause = Regex::new(r"(?m)^result contains (\d+)\b").map_err(|error| error.to_string())?;
    let written: Vec<usize> = clause.captures_iter(rego).filter_map(|clause| clause[1].parse().ok()).collect();
    let expressed = (1..=work.rules.len()).map(|number| written.contains(&number)).collect();
    let mut engine = Regorus { vm, expressed, text: work.facts };
    engine.vm.set_input(input);
    engine.vm.execute_entry_point_by_index(0).map_err(|error| format!("rules.rego: {error}"))?;
    Ok(Box::new(engine))
}

fn load(rego: &str, facts: &str) -> Result<(RegoVM, Value), Box<dyn std::error::Error>> {
    let mut frontend = Frontend::new();
    frontend.add_policy("rules.rego".to_owned(), rego.to_owned())?;
    let policy = frontend.compile_with_entrypoint(&ENTRY.into())?;
    let program = Compiler::compile_from_policy(&policy, &[ENTRY])?;
    let mut vm = RegoVM::new_with_policy(policy);
    vm.load_program(program);
    vm.set_max_instructions(usize::MAX);
    vm.set_data(Value::new_object())?;
    Ok((vm, Value::from_json_str(facts)?))
}

struct Regorus {
    vm: RegoVM,
    /// Whether rules.rego speaks of the rule.
    expressed: Vec<bool>,
    text: &'static str,
}

impl Engine for Regorus {
    fn verdicts(&mut self) -> Vec<Option<bool>> {
        let result = self.vm.execute_entry_point_by_index(0).ok();
        let holding = result.as_ref().and_then(|result| result.as_set().ok());
        let verdict =
            |(index, expressed): (usize, &bool)| expressed.then_some(holding?.contains(&Value::from(index as u64 + 1)));
        self.expressed.iter().enumerate().map(verdict).collect()
    }

    fn evaluate(&mut self) {
        black_box(self.vm.execute_entry_point_by_index(0).ok());
    }

    fn from_bytes(&mut self) {
        let input = Value::from_json_str(black_box(self.text)).expect("this text was bound before");
        self.vm.set_input(input);
        self.evaluate();
    }
}
