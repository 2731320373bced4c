//! The crate `cel`: programs over a context that borrows its strings from the JSON text.

use std::borrow::Cow;
use std::collections::HashMap;
use std::hint::black_box;

use ::cel::common::types::{CelBool, CelDouble, CelInt, CelList, CelMap, CelMapKey, CelNull, CelString};
use ::cel::common::value::Val;
use ::cel::{Context, Program, Value};

use super::{Engine, Prepared};
use crate::json::{self, Build};
use crate::work::{NOW, Work};

pub fn prepare(work: &Work) -> Prepared {
    let now = Program::compile(&format!("timestamp({NOW:?})")).map_err(|error| error.to_string())?;
    let mut context = Context::default();
    let now = now.execute(&context).map_err(|error| error.to_string())?;
    context.add_variable_from_value("now", now);
    let programs = work.rules.iter().map(|rule| Program::compile(rule).ok()).collect();
    let mut engine = Cel { programs, context, text: work.facts };
    engine.bind()?;
    Ok(Box::new(engine))
}

struct Cel {
    programs: Vec<Option<Program>>,
    context: Context<'static, 'static>,
    text: &'static str,
}

impl Cel {
    fn bind(&mut self) -> Result<(), String> {
        let facts: Box<dyn Val> = json::parse(black_box(self.text)).map_err(|error| error.to_string())?;
        self.context.add_variable_as_val("facts", facts);
        Ok(())
    }
}

impl Engine for Cel {
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

impl<'a> Build<'a> for Box<dyn Val + 'a> {
    type Entries = HashMap<CelMapKey<'a>, Self>;

    fn null() -> Self {
        Box::new(CelNull)
    }

    fn bool(value: bool) -> Self {
        Box::new(CelBool::from(value))
    }

    fn int(value: i64) -> Self {
        Box::new(CelInt::from(value))
    }

    fn float(value: f64) -> Self {
        Box::new(CelDouble::from(value))
    }

    fn text(value: Cow<'a, str>) -> Self {
        Box::new(CelString::from(value))
    }

    fn list(values: Vec<Self>) -> Self {
        Box::new(CelList::from(values))
    }

    fn insert(map: &mut Self::Entries, key: Cow<'a, str>, value: Self) {
        map.insert(CelMapKey::String(CelString::from(key)), value);
    }

    fn map(map: Self::Entries) -> Self {
        Box::new(CelMap::from(map))
    }
}
