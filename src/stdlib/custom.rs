//! Functions an embedder adds: declared with types, cost and whether they may err before anything
//! is checked, and named in every evaluation they had a part in.

use std::fmt;
use std::sync::Arc;

use super::{Argument, names};
use crate::cel::{Macro, is_name};
use crate::value::{Day, Period};

/// A known value, as functions see it.
#[derive(Clone, Copy, Debug)]
pub enum Known<'a> {
    /// A boolean.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number.
    Double(f64),
    /// A string.
    String(&'a str),
    /// A day.
    Date(Day),
    /// `never`
    Never,
    /// A period.
    Period(Period),
    /// A list, by its length.
    List(usize),
}

/// What a custom function yields.
#[derive(Clone, Debug, PartialEq)]
pub enum Returned {
    /// A boolean.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number.
    Double(f64),
    /// A string.
    String(String),
    /// A day.
    Date(Day),
    /// `never`
    Never,
}

type Body = dyn for<'a> Fn(&[Known<'a>]) -> Option<Returned> + Send + Sync;

/// A function an embedder adds.
#[derive(Clone)]
pub struct CustomFunction {
    /// Its name.
    pub name: String,
    /// Its arguments.
    pub arguments: Vec<Argument>,
    /// What it yields.
    pub result: Argument,
    /// Whether it may have no value for arguments of the right types.
    pub may_err: bool,
    /// Steps one call is charged.
    pub cost: u64,
    body: Arc<Body>,
}

impl fmt::Debug for CustomFunction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// The signature, as evaluations name it: `postal_code(string) -> bool`.
impl fmt::Display for CustomFunction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let types: Vec<String> = self.arguments.iter().map(|argument| argument.ty().to_string()).collect();
        write!(f, "{}({}) -> {}", self.name, types.join(", "), self.result.ty())
    }
}

impl CustomFunction {
    /// Calls the function.
    pub fn call(&self, args: &[Known<'_>]) -> Option<Returned> {
        (self.body)(args)
    }
}

/// Why a function cannot be declared.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeclareError {
    /// The name is one of the language's own, or declared twice.
    #[error("there is a function `{0}` already")]
    Taken(String),
    /// The name is no name.
    #[error("`{0}` is not a name: letters, digits and `_`, not beginning with a digit")]
    Name(String),
    /// A custom function cannot yield this.
    #[error("a custom function cannot yield `{0}`")]
    Result(String),
}

/// The functions an embedder adds, declared before anything is checked.
///
/// ```
/// use jobun::stdlib::{Argument, CustomFunctions, Known, Returned};
///
/// let functions = CustomFunctions::new().declare(
///     "is_postal_code", &[Argument::String], Argument::Bool, false, 1,
///     |args| match args {
///         [Known::String(text)] => Some(Returned::Bool(text.len() == 8 && text.as_bytes()[3] == b'-')),
///         _ => None,
///     },
/// )?;
/// # Ok::<(), jobun::stdlib::DeclareError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct CustomFunctions(Vec<CustomFunction>);

impl CustomFunctions {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the function `name(arguments) -> result`, which takes `cost` steps. `body` gets known
    /// values of the declared types only; it must be pure, and yields `None` (an error of the
    /// evaluation) only if `may_err` says that it can.
    pub fn declare(
        mut self,
        name: &str,
        arguments: &[Argument],
        result: Argument,
        may_err: bool,
        cost: u64,
        body: impl for<'a> Fn(&[Known<'a>]) -> Option<Returned> + Send + Sync + 'static,
    ) -> Result<Self, DeclareError> {
        if !is_name(name) {
            return Err(DeclareError::Name(name.to_string()));
        }
        let language = ["has", "ref"].into_iter().chain(Macro::names());
        let taken = names(false).chain(names(true)).chain(language).any(|known| known == name);
        if taken || self.0.iter().any(|known| known.name == name) {
            return Err(DeclareError::Taken(name.to_string()));
        }
        if matches!(result, Argument::Period | Argument::List) {
            return Err(DeclareError::Result(result.ty().to_string()));
        }
        self.0.push(CustomFunction {
            name: name.to_string(),
            arguments: arguments.to_vec(),
            result,
            may_err,
            cost,
            body: Arc::new(body),
        });
        Ok(self)
    }

    /// The functions, in the order declared.
    pub fn functions(&self) -> &[CustomFunction] {
        &self.0
    }

    /// The function called `name`.
    pub fn find(&self, name: &str) -> Option<usize> {
        self.0.iter().position(|function| function.name == name)
    }
}
