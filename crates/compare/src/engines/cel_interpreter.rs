//! The crate `cel-interpreter`.

use std::borrow::Cow;
use std::collections::HashMap;
use std::hint::black_box;
use std::panic::catch_unwind;
use std::sync::Arc;

use ::cel_interpreter::objects::{Key, Map};
use ::cel_interpreter::{Context, Program, Value};

use super::{Engine, Prepared};
use crate::json::{self, Build};
use crate::work::{NOW, Work};

pub fn prepare(work: &Work) -> Prepared {
    let now = Program::compile(&format!("timestamp({NOW:?})")).map_err(|error| error.to_string())?;
    let mut context = Context::default();
    let now = now.execute(&context).map_err(|error| error.to_string())?;
    context.add_variable_from_value("now", now);
    let programs = work.rules.iter().map(|rule| compile(rule)).collect();
    let mut engine = CelInterpreter { programs, context, text: work.facts };
    engine.bind()?;
    Ok(Box::new(engine))
}

/// Its parser panics on some texts that are not CEL.
fn compile(rule: &str) -> Option<Program> {
    catch_unwind(|| Program::compile(rule).ok()).ok().flatten()
}

struct CelInterpreter {
    programs: Vec<Option<Program>>,
    context: Context<'static>,
    text: &'static str,
}

impl CelInterpreter {
    fn bind(&mut self) -> Result<(), String> {
        let facts: Value = json::parse(black_box(self.text)).map_err(|error| error.to_string())?;
        self.context.add_variable_from_value("facts", facts);
        Ok(())
    }
}

impl Engine for CelInterpreter {
    fn verdicts(&mut self) -> Vec<Option<bool>> {
        let verdict = |program: &Option<Program>| match program.as_ref()?.execute(&self.context) {
            Ok(Value::Bool(verdict)) => Some(verdict),
            _ => None,
        };
        self.programs.iter().map(verdict).collect()
    }

    fn evaluate(&mut self) {
        for program in self.programs.iter().flatten() {
            black_box(program.execute(&self.context).ok());
        }
    }

    fn from_bytes(&mut self) {
        self.bind().expect("this text was bound before");
        self.evaluate();
    }
}

impl<'a> Build<'a> for Value {
    type Entries = HashMap<Key, Self>;

    fn null() -> Self {
        Self::Null
    }

    fn bool(value: bool) -> Self {
        Self::Bool(value)
    }

    fn int(value: i64) -> Self {
        Self::Int(value)
    }

    fn float(value: f64) -> Self {
        Self::Float(value)
    }

    fn text(value: Cow<'a, str>) -> Self {
        Self::String(Arc::new(value.into_owned()))
    }

    fn list(values: Vec<Self>) -> Self {
        Self::List(Arc::new(values))
    }

    fn insert(map: &mut Self::Entries, key: Cow<'a, str>, value: Self) {
        map.insert(Key::String(Arc::new(key.into_owned())), value);
    }

    fn map(map: Self::Entries) -> Self {
        Self::Map(Map { map: Arc::new(map) })
    }
}
