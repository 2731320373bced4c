//! Rules in other versions than were read: one at a time, checked and compiled alone, and judged.

use std::sync::OnceLock;

use super::{CheckedPolicies, Document, Engine, Params, findings};
use crate::cel::Expression;
use crate::check;
use crate::check::typed::DefinitionId;
use crate::compile;
use crate::diagnostic::Diagnostics;
use crate::evaluation::Finding;
use crate::policy::{ParameterValue, Rule};
use crate::program::Program;
use crate::value::Day;

/// A bench on which one rule at a time is tried out.
#[derive(Debug)]
pub(crate) struct Trial {
    engine: Engine,
    pack: usize,
}

impl Trial {
    /// A bench with the definitions and parameters of `policies`, and no rule yet.
    pub fn new(policies: &CheckedPolicies) -> Self {
        let CheckedPolicies { mut checked, vocabulary } = policies.clone();
        for (pack, rules) in checked.set.packs.iter_mut().zip(&mut checked.rules) {
            pack.rules.clear();
            rules.clear();
        }
        let limits = checked.set.limits;
        let parameters = Params::default().values(&checked.set).unwrap_or_default();
        let engine = Engine {
            checked,
            vocabulary,
            program: Program::default(),
            parameters,
            bindings: Vec::new(),
            shows_sensitive: false,
            provisions: OnceLock::new(),
            relations: Default::default(),
            limits,
        };
        Trial { engine, pack: 0 }
    }

    /// Sets the parameters; false where a pack takes no such value.
    pub fn set_params(&mut self, params: &Params) -> bool {
        let values = params.values(&self.engine.checked.set);
        values.map(|values| self.engine.parameters = values).is_ok()
    }

    /// The value of the parameter number `index` of the pack number `pack`.
    pub fn parameter(&mut self, pack: usize, index: usize) -> &mut ParameterValue {
        &mut self.engine.parameters[pack][index]
    }

    /// Puts `rule` of the pack number `pack` on the bench; `Err` with what the checker has against it.
    pub fn put(&mut self, pack: usize, rule: Rule) -> Result<(), Diagnostics> {
        let Engine { checked, vocabulary, bindings, .. } = &mut self.engine;
        checked.set.packs[self.pack].rules.clear();
        checked.rules[self.pack].clear();
        self.pack = pack;
        let mut out = Diagnostics::new();
        let found = check::check_rule(
            &rule,
            &checked.set.packs[pack],
            pack,
            &vocabulary.schema,
            &checked.definitions,
            &checked.functions,
            &mut out,
        );
        *bindings = vec![checked.set.packs[pack].binding(&rule)];
        checked.set.packs[pack].rules.push(rule);
        checked.rules[pack].push(found);
        if out.has_errors() { Err(out) } else { Ok(()) }
    }

    /// Compiles what is on the bench with the parameters as they are.
    pub fn compile(&mut self) -> Result<(), Diagnostics> {
        let Engine { checked, vocabulary, parameters, .. } = &self.engine;
        let program = compile::compile(checked, &vocabulary.schema, &|pack, index| parameters[pack][index].clone())?;
        self.engine.program = program;
        Ok(())
    }

    /// Gives a definition another expression; `Err` with what the checker has against it.
    pub fn redefine(&mut self, id: DefinitionId, expression: Expression) -> Result<(), Diagnostics> {
        let Engine { checked, vocabulary, .. } = &mut self.engine;
        let out = checked.redefine(id, expression, &vocabulary.schema);
        if out.has_errors() { Err(out) } else { Ok(()) }
    }

    /// What the compiled rule finds.
    pub fn findings(&self, document: &Document<'_>, as_of: Day) -> Vec<Finding> {
        findings::of_rules(&self.engine, &[0], document, as_of)
    }

    /// The engine behind the bench, whose only rule has the number 0.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }
}
