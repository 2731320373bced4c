//! The functions policies may call: one table of signatures, and what each does.

mod call;
mod custom;
pub mod holidays;

pub use call::{Known, NoValue, call, compile_regex};
pub use custom::{CustomFunction, CustomFunctions, DeclareError, Returned};

use crate::program::Function;
use crate::types::Type;

/// What an argument may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Argument {
    /// A string, or a fact that is one.
    String,
    /// A constant string that is a regular expression.
    Pattern,
    /// A whole number.
    Int,
    /// A number.
    Double,
    /// A day.
    Date,
    /// A day or `never`.
    DateOrNever,
    /// A period.
    Period,
    /// A boolean.
    Bool,
    /// Any list.
    List,
}

impl Argument {
    /// The type a message names.
    pub fn ty(self) -> Type {
        match self {
            Argument::String | Argument::Pattern => Type::String,
            Argument::Int => Type::Int,
            Argument::Double => Type::Double,
            Argument::Date => Type::Date,
            Argument::DateOrNever => Type::DateOrNever,
            Argument::Period => Type::Period,
            Argument::Bool => Type::Bool,
            Argument::List => Type::list(Type::Dyn),
        }
    }

    /// Whether a value of type `ty` is one.
    pub fn takes(self, ty: &Type) -> bool {
        match self {
            Argument::List => matches!(ty, Type::List(_) | Type::Error | Type::Dyn),
            other => ty.fits(&other.ty()),
        }
    }
}

/// One overload of a function.
#[derive(Clone, Copy, Debug)]
pub struct Signature {
    /// Its name.
    pub name: &'static str,
    /// Whether it is called on its first argument, `a.f(b)`.
    pub method: bool,
    /// Its arguments, the receiver first.
    pub arguments: &'static [Argument],
    /// What it yields.
    pub result: Argument,
    /// Whether it may err on arguments of the right types.
    pub may_err: bool,
    /// What is run.
    pub function: Function,
    /// What it does, in a line.
    pub doc: &'static str,
}

macro_rules! signatures {
    ($( $name:literal $kind:ident ($($arg:ident),*) -> $result:ident $err:ident $function:ident $doc:literal ),* $(,)?) => {
        /// Every function, method and overload.
        pub const SIGNATURES: &[Signature] = &[$( Signature {
            name: $name,
            method: signatures!(@kind $kind),
            arguments: &[$( Argument::$arg ),*],
            result: Argument::$result,
            may_err: signatures!(@err $err),
            function: Function::$function,
            doc: $doc,
        } ),*];
    };
    (@kind function) => { false };
    (@kind method) => { true };
    (@err total) => { false };
    (@err errs) => { true };
}

signatures! {
    "size" function (String) -> Int total Size "characters of a string",
    "size" function (List) -> Int total Size "elements of a list",
    "size" method (String) -> Int total Size "characters of a string",
    "size" method (List) -> Int total Size "elements of a list",
    "contains" method (String, String) -> Bool total Contains "whether the string contains another",
    "startsWith" method (String, String) -> Bool total StartsWith "whether the string begins with another",
    "endsWith" method (String, String) -> Bool total EndsWith "whether the string ends with another",
    "matches" method (String, Pattern) -> Bool total Matches "whether a part of the string matches the pattern (RE2 syntax)",
    "matches" function (String, Pattern) -> Bool total Matches "whether a part of the string matches the pattern (RE2 syntax)",
    "string" function (Int) -> String total ToString "the number as text",
    "string" function (Double) -> String total ToString "the number as text",
    "string" function (Bool) -> String total ToString "true or false as text",
    "string" function (Date) -> String total ToString "the date as YYYY-MM-DD",
    "string" function (String) -> String total ToString "the text itself",
    "int" function (Int) -> Int total ToInt "the number itself",
    "int" function (Double) -> Int errs ToInt "the number without its fraction",
    "int" function (String) -> Int errs ToInt "the number a text spells",
    "double" function (Double) -> Double total ToDouble "the number itself",
    "double" function (Int) -> Double total ToDouble "the number as a double",
    "double" function (String) -> Double errs ToDouble "the number a text spells",
    "date" function (String) -> Date errs ToDate "the day a text spells as YYYY-MM-DD",
    "plus_days" method (Date, Int) -> Date errs PlusDays "the day that many days later",
    "plus_months" method (Date, Int) -> Date errs PlusMonths "the corresponding day that many months later",
    "plus_years" method (Date, Int) -> Date errs PlusYears "the corresponding day that many years later",
    "plus" method (Date, Period) -> Date errs Plus "the last day of a period counted from the day",
    "year" method (Date) -> Int total Year "the year",
    "month" method (Date) -> Int total Month "the month, from 1",
    "day" method (Date) -> Int total DayOfMonth "the day of the month, from 1",
    "days_between" function (Date, Date) -> Int total DaysBetween "days from the first day to the second",
    "next_open_day" function (Date) -> Date errs NextOpenDay "the day, or the next on which Japanese public offices are open",
    "earlier" function (Date, Date) -> Date total Earlier "the earlier of two days",
    "later" function (Date, Date) -> Date total Later "the later of two days",
    "or" method (DateOrNever, Date) -> Date total Or "the day, or the other where it never was",
}

/// The overloads called `name`, as a method or as a function.
pub fn overloads(name: &str, method: bool) -> impl Iterator<Item = &'static Signature> + '_ {
    SIGNATURES.iter().filter(move |signature| signature.name == name && signature.method == method)
}

/// The names of all functions, or of all methods.
pub fn names(method: bool) -> impl Iterator<Item = &'static str> {
    SIGNATURES.iter().filter(move |signature| signature.method == method).map(|signature| signature.name)
}
