//! The functions of the language: one table of signatures, and what they do to plain Rust values.
//! How they meet values of an evaluation stands in `eval`.

mod custom;
pub mod encoders;
pub mod holidays;
pub mod math;
pub mod network;
pub mod strings;
pub mod zones;

pub use custom::{CustomFunction, CustomFunctions, DeclareError, Known, Returned};

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::program::Function;
use crate::types::{Substitution, Type};

/// What an argument of a function that an embedder adds may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Argument {
    /// A string, or a fact that is one.
    String,
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
            Argument::String => Type::String,
            Argument::Int => Type::Int,
            Argument::Double => Type::Double,
            Argument::Date => Type::Date,
            Argument::DateOrNever => Type::DateOrNever,
            Argument::Period => Type::Period,
            Argument::Bool => Type::Bool,
            Argument::List => Type::list(Type::Dyn),
        }
    }
}

/// One overload of a function.
#[derive(Clone, Debug)]
pub struct Signature {
    /// Its name, with the words before it: `math.abs`.
    pub name: &'static str,
    /// Whether it is called on its first argument, `a.f(b)`.
    pub method: bool,
    /// Its arguments, the receiver first; parameters such as `A` stand for any one type.
    pub arguments: Vec<Type>,
    /// What it yields.
    pub result: Type,
    /// Which argument is a regular expression.
    pub pattern: Option<usize>,
    /// Whether it may err on arguments of the right types.
    pub may_err: bool,
    /// What is run.
    pub function: Function,
    /// What it does, in a line.
    pub doc: &'static str,
}

impl Signature {
    /// Whether it takes arguments of these types.
    pub fn takes(&self, types: &[Type]) -> bool {
        let mut substitution = Substitution::default();
        let wanted = self.instantiate(&mut substitution).0;
        wanted.len() == types.len() && types.iter().zip(&wanted).all(|(have, wanted)| substitution.assign(have, wanted))
    }

    /// Its arguments and its result, with open types for parameters.
    pub fn instantiate(&self, substitution: &mut Substitution) -> (Vec<Type>, Type) {
        let mut known = Vec::new();
        let arguments = self.arguments.iter().map(|ty| substitution.instantiate(ty, &mut known)).collect();
        (arguments, substitution.instantiate(&self.result, &mut known))
    }

    /// The types as written in CEL: `(string, int) -> string`.
    pub fn types(&self) -> String {
        let arguments: Vec<String> = self.arguments.iter().map(Type::to_string).collect();
        format!("({}) -> {}", arguments.join(", "), self.result)
    }
}

/// A row of the table: name, `function` or `method`, types, `total` or `errs`, what is run, what it does.
type Row = (&'static str, Kind, &'static str, Errs, Function, &'static str);

#[derive(Clone, Copy)]
enum Kind {
    Function,
    Method,
}

#[derive(Clone, Copy)]
enum Errs {
    Total,
    Errs,
}

macro_rules! signatures {
    ($( $name:literal $kind:ident $types:literal $err:ident $function:ident $doc:literal ),* $(,)?) => {
        const ROWS: &[Row] = &[$( (
            $name,
            signatures!(@kind $kind),
            $types,
            signatures!(@err $err),
            Function::$function,
            $doc,
        ) ),*];
    };
    (@kind function) => { Kind::Function };
    (@kind method) => { Kind::Method };
    (@err total) => { Errs::Total };
    (@err errs) => { Errs::Errs };
}

signatures! {
    "size" function "string -> int" total Size "characters of a string",
    "size" function "bytes -> int" total Size "bytes",
    "size" function "list(A) -> int" total Size "elements of a list",
    "size" function "map(A, B) -> int" total Size "entries of a map",
    "size" method "string -> int" total Size "characters of a string",
    "size" method "bytes -> int" total Size "bytes",
    "size" method "list(A) -> int" total Size "elements of a list",
    "size" method "map(A, B) -> int" total Size "entries of a map",
    "contains" method "string, string -> bool" total Contains "whether the string contains another",
    "startsWith" method "string, string -> bool" total StartsWith "whether the string begins with another",
    "endsWith" method "string, string -> bool" total EndsWith "whether the string ends with another",
    "matches" method "string, pattern -> bool" total Matches "whether a part of the string matches the pattern (RE2 syntax)",
    "matches" function "string, pattern -> bool" total Matches "whether a part of the string matches the pattern (RE2 syntax)",
    "string" function "int -> string" total ToString "the number as text",
    "string" function "uint -> string" total ToString "the number as text",
    "string" function "double -> string" total ToString "the number as text",
    "string" function "bool -> string" total ToString "true or false as text",
    "string" function "date -> string" total ToString "the date as YYYY-MM-DD",
    "string" function "string -> string" total ToString "the text itself",
    "string" function "bytes -> string" errs ToString "the text that the bytes spell in UTF-8",
    "string" function "timestamp -> string" total ToString "the time as RFC 3339",
    "string" function "duration -> string" total ToString "the length of time in seconds",
    "string" function "net.IP -> string" total ToString "the address as text",
    "string" function "net.CIDR -> string" total ToString "the network as text",
    "int" function "int -> int" total ToInt "the number itself",
    "int" function "uint -> int" errs ToInt "the number as int",
    "int" function "double -> int" errs ToInt "the number without its fraction",
    "int" function "string -> int" errs ToInt "the number a text spells",
    "int" function "timestamp -> int" total ToInt "seconds since 1970",
    "uint" function "uint -> uint" total ToUint "the number itself",
    "uint" function "int -> uint" errs ToUint "the number as uint",
    "uint" function "double -> uint" errs ToUint "the number without its fraction",
    "uint" function "string -> uint" errs ToUint "the number a text spells",
    "double" function "double -> double" total ToDouble "the number itself",
    "double" function "int -> double" total ToDouble "the number as a double",
    "double" function "uint -> double" total ToDouble "the number as a double",
    "double" function "string -> double" errs ToDouble "the number a text spells",
    "bool" function "bool -> bool" total ToBool "the value itself",
    "bool" function "string -> bool" errs ToBool "what a text spells: true or false",
    "bytes" function "bytes -> bytes" total ToBytes "the bytes themselves",
    "bytes" function "string -> bytes" total ToBytes "the text in UTF-8",
    "timestamp" function "timestamp -> timestamp" total ToTimestamp "the time itself",
    "timestamp" function "string -> timestamp" errs ToTimestamp "the time a text spells as RFC 3339",
    "timestamp" function "int -> timestamp" errs ToTimestamp "the time that many seconds after 1970",
    "duration" function "duration -> duration" total ToDuration "the length of time itself",
    "duration" function "string -> duration" errs ToDuration "the length of time a text spells, such as 1h30m",
    "dyn" function "A -> dyn" total ToDyn "the value, its type left open",
    "type" function "A -> type(A)" total TypeOf "the type of a value",
    "date" function "string -> date" errs ToDate "the day a text spells as YYYY-MM-DD",
    "getFullYear" method "timestamp -> int" total GetFullYear "the year, in UTC",
    "getFullYear" method "timestamp, string -> int" errs GetFullYear "the year, in a time zone",
    "getMonth" method "timestamp -> int" total GetMonth "the month, from 0, in UTC",
    "getMonth" method "timestamp, string -> int" errs GetMonth "the month, from 0, in a time zone",
    "getDate" method "timestamp -> int" total GetDate "the day of the month, from 1, in UTC",
    "getDate" method "timestamp, string -> int" errs GetDate "the day of the month, from 1, in a time zone",
    "getDayOfMonth" method "timestamp -> int" total GetDayOfMonth "the day of the month, from 0, in UTC",
    "getDayOfMonth" method "timestamp, string -> int" errs GetDayOfMonth "the day of the month, from 0, in a time zone",
    "getDayOfWeek" method "timestamp -> int" total GetDayOfWeek "the day of the week, Sunday is 0, in UTC",
    "getDayOfWeek" method "timestamp, string -> int" errs GetDayOfWeek "the day of the week, Sunday is 0, in a time zone",
    "getDayOfYear" method "timestamp -> int" total GetDayOfYear "the day of the year, from 0, in UTC",
    "getDayOfYear" method "timestamp, string -> int" errs GetDayOfYear "the day of the year, from 0, in a time zone",
    "getHours" method "timestamp -> int" total GetHours "the hour, in UTC",
    "getHours" method "timestamp, string -> int" errs GetHours "the hour, in a time zone",
    "getHours" method "duration -> int" total GetHours "the whole length of time in this unit",
    "getMinutes" method "timestamp -> int" total GetMinutes "the minute, in UTC",
    "getMinutes" method "timestamp, string -> int" errs GetMinutes "the minute, in a time zone",
    "getMinutes" method "duration -> int" total GetMinutes "the whole length of time in this unit",
    "getSeconds" method "timestamp -> int" total GetSeconds "the second, in UTC",
    "getSeconds" method "timestamp, string -> int" errs GetSeconds "the second, in a time zone",
    "getSeconds" method "duration -> int" total GetSeconds "the whole length of time in this unit",
    "getMilliseconds" method "timestamp -> int" total GetMilliseconds "the milliseconds of the second, in UTC",
    "getMilliseconds" method "timestamp, string -> int" errs GetMilliseconds "the milliseconds of the second, in a time zone",
    "getMilliseconds" method "duration -> int" total GetMilliseconds "the milliseconds of the second",
    "plus_days" method "date, int -> date" errs PlusDays "the day that many days later",
    "plus_months" method "date, int -> date" errs PlusMonths "the corresponding day that many months later",
    "plus_years" method "date, int -> date" errs PlusYears "the corresponding day that many years later",
    "plus" method "date, period -> date" errs Plus "the last day of a period counted from the day",
    "year" method "date -> int" total Year "the year",
    "month" method "date -> int" total Month "the month, from 1",
    "day" method "date -> int" total DayOfMonth "the day of the month, from 1",
    "days_between" function "date, date -> int" total DaysBetween "days from the first day to the second",
    "next_open_day" function "date -> date" errs NextOpenDay "the day, or the next on which Japanese public offices are open",
    "earlier" function "date, date -> date" total Earlier "the earlier of two days",
    "later" function "date, date -> date" total Later "the later of two days",
    "or" method "date_or_never, date -> date" total Or "the day, or the other where it never was",
    "charAt" method "string, int -> string" errs CharAt "the character at an index",
    "indexOf" method "string, string -> int" total IndexOf "the index at which another string first stands, or -1",
    "indexOf" method "string, string, int -> int" errs IndexOf "the index at which another string first stands, or -1, counted from an index",
    "lastIndexOf" method "string, string -> int" total LastIndexOf "the index at which another string last stands, or -1",
    "lastIndexOf" method "string, string, int -> int" errs LastIndexOf "the index at which another string last stands, or -1, counted from an index",
    "join" method "list(string) -> string" errs Join "the strings one after another",
    "join" method "list(string), string -> string" errs Join "the strings with another between them",
    "lowerAscii" method "string -> string" total LowerAscii "the string with ASCII letters in lower case",
    "upperAscii" method "string -> string" total UpperAscii "the string with ASCII letters in upper case",
    "replace" method "string, string, string -> string" total Replace "the string with a part replaced",
    "replace" method "string, string, string, int -> string" total Replace "the string with a part replaced so many times",
    "split" method "string, string -> list(string)" total Split "the parts between a separator",
    "split" method "string, string, int -> list(string)" total Split "so many parts between a separator",
    "substring" method "string, int -> string" errs Substring "the string from an index",
    "substring" method "string, int, int -> string" errs Substring "the string from an index up to another",
    "trim" method "string -> string" total Trim "the string without white space around it",
    "reverse" method "string -> string" total Reverse "the characters backwards",
    "reverse" method "list(A) -> list(A)" total Reverse "the elements backwards",
    "format" method "string, list(dyn) -> string" errs Format "the string with values in place of its verbs",
    "strings.quote" function "string -> string" total Quote "the string in quotes, escaped",
    "math.greatest" function "int -> int" total Greatest "the greatest of some numbers",
    "math.greatest" function "uint -> uint" total Greatest "the greatest of some numbers",
    "math.greatest" function "double -> double" total Greatest "the greatest of some numbers",
    "math.greatest" function "int, int -> int" total Greatest "the greatest of some numbers",
    "math.greatest" function "uint, uint -> uint" total Greatest "the greatest of some numbers",
    "math.greatest" function "double, double -> double" total Greatest "the greatest of some numbers",
    "math.greatest" function "int, uint -> dyn" total Greatest "the greatest of some numbers",
    "math.greatest" function "int, double -> dyn" total Greatest "the greatest of some numbers",
    "math.greatest" function "uint, int -> dyn" total Greatest "the greatest of some numbers",
    "math.greatest" function "uint, double -> dyn" total Greatest "the greatest of some numbers",
    "math.greatest" function "double, int -> dyn" total Greatest "the greatest of some numbers",
    "math.greatest" function "double, uint -> dyn" total Greatest "the greatest of some numbers",
    "math.greatest" function "list(int) -> int" errs Greatest "the greatest of some numbers",
    "math.greatest" function "list(uint) -> uint" errs Greatest "the greatest of some numbers",
    "math.greatest" function "list(double) -> double" errs Greatest "the greatest of some numbers",
    "math.least" function "int -> int" total Least "the least of some numbers",
    "math.least" function "uint -> uint" total Least "the least of some numbers",
    "math.least" function "double -> double" total Least "the least of some numbers",
    "math.least" function "int, int -> int" total Least "the least of some numbers",
    "math.least" function "uint, uint -> uint" total Least "the least of some numbers",
    "math.least" function "double, double -> double" total Least "the least of some numbers",
    "math.least" function "int, uint -> dyn" total Least "the least of some numbers",
    "math.least" function "int, double -> dyn" total Least "the least of some numbers",
    "math.least" function "uint, int -> dyn" total Least "the least of some numbers",
    "math.least" function "uint, double -> dyn" total Least "the least of some numbers",
    "math.least" function "double, int -> dyn" total Least "the least of some numbers",
    "math.least" function "double, uint -> dyn" total Least "the least of some numbers",
    "math.least" function "list(int) -> int" errs Least "the least of some numbers",
    "math.least" function "list(uint) -> uint" errs Least "the least of some numbers",
    "math.least" function "list(double) -> double" errs Least "the least of some numbers",
    "math.ceil" function "double -> double" total Ceil "the least whole number not below",
    "math.floor" function "double -> double" total Floor "the greatest whole number not above",
    "math.round" function "double -> double" total Round "the nearest whole number, halves away from zero",
    "math.trunc" function "double -> double" total Trunc "the number without its fraction",
    "math.sqrt" function "int -> double" total Sqrt "the square root",
    "math.sqrt" function "uint -> double" total Sqrt "the square root",
    "math.sqrt" function "double -> double" total Sqrt "the square root",
    "math.abs" function "int -> int" errs Abs "the number without its sign",
    "math.abs" function "uint -> uint" total Abs "the number without its sign",
    "math.abs" function "double -> double" total Abs "the number without its sign",
    "math.sign" function "int -> int" total Sign "-1, 0 or 1",
    "math.sign" function "uint -> uint" total Sign "-1, 0 or 1",
    "math.sign" function "double -> double" total Sign "-1, 0 or 1",
    "math.isNaN" function "double -> bool" total IsNan "whether it is not a number",
    "math.isInf" function "double -> bool" total IsInf "whether it is infinite",
    "math.isFinite" function "double -> bool" total IsFinite "whether it is a finite number",
    "math.bitAnd" function "int, int -> int" total BitAnd "bit by bit",
    "math.bitOr" function "int, int -> int" total BitOr "bit by bit",
    "math.bitXor" function "int, int -> int" total BitXor "bit by bit",
    "math.bitNot" function "int -> int" total BitNot "every bit turned",
    "math.bitShiftLeft" function "int, int -> int" errs BitShiftLeft "the bits moved up",
    "math.bitShiftRight" function "int, int -> int" errs BitShiftRight "the bits moved down",
    "math.bitAnd" function "uint, uint -> uint" total BitAnd "bit by bit",
    "math.bitOr" function "uint, uint -> uint" total BitOr "bit by bit",
    "math.bitXor" function "uint, uint -> uint" total BitXor "bit by bit",
    "math.bitNot" function "uint -> uint" total BitNot "every bit turned",
    "math.bitShiftLeft" function "uint, int -> uint" errs BitShiftLeft "the bits moved up",
    "math.bitShiftRight" function "uint, int -> uint" errs BitShiftRight "the bits moved down",
    "lists.range" function "int -> list(int)" errs Range "the numbers from 0 up to one below",
    "slice" method "list(A), int, int -> list(A)" errs Slice "the elements from an index up to another",
    "flatten" method "list(list(A)) -> list(A)" total Flatten "the elements of the lists in a list",
    "flatten" method "list(dyn), int -> list(dyn)" errs Flatten "the elements of lists, so many levels deep",
    "distinct" method "list(A) -> list(A)" total Distinct "each element once",
    "sort" method "list(A) -> list(A)" errs Sort "the elements in order",
    "sets.contains" function "list(A), list(A) -> bool" total SetsContains "whether a list holds every element of another",
    "sets.equivalent" function "list(A), list(A) -> bool" total SetsEquivalent "whether two lists hold the same elements",
    "sets.intersects" function "list(A), list(A) -> bool" total SetsIntersects "whether two lists have an element in common",
    "base64.encode" function "bytes -> string" total Base64Encode "the bytes as base64",
    "base64.decode" function "string -> bytes" errs Base64Decode "the bytes that base64 stands for",
    "regex.extract" function "string, pattern -> optional_type(string)" errs RegexExtract "what the pattern, or its group, first matches",
    "regex.extractAll" function "string, pattern -> list(string)" errs RegexExtractAll "everything the pattern, or its group, matches",
    "regex.replace" function "string, pattern, string -> string" errs RegexReplace "the string with matches replaced",
    "regex.replace" function "string, pattern, string, int -> string" errs RegexReplace "the string with so many matches replaced",
    "optional.of" function "A -> optional_type(A)" total OptionalOf "an optional that holds a value",
    "optional.ofNonZeroValue" function "A -> optional_type(A)" total OptionalOfNonZero "an optional that holds a value other than zero or empty",
    "optional.none" function " -> optional_type(A)" total OptionalNone "an optional that holds nothing",
    "optional.unwrap" function "list(optional_type(A)) -> list(A)" total Unwrap "the values of the optionals that hold one",
    "unwrapOpt" method "list(optional_type(A)) -> list(A)" total Unwrap "the values of the optionals that hold one",
    "hasValue" method "optional_type(A) -> bool" total HasValue "whether it holds a value",
    "value" method "optional_type(A) -> A" errs OptionalValue "the value it holds",
    "or" method "optional_type(A), optional_type(A) -> optional_type(A)" total Or "the first that holds a value",
    "orValue" method "optional_type(A), A -> A" total OrValue "the value it holds, or another",
    "first" method "list(A) -> optional_type(A)" total First "the first element",
    "last" method "list(A) -> optional_type(A)" total Last "the last element",
    "ip" function "string -> net.IP" errs ToIp "the address a text spells",
    "ip" function "net.IP -> net.IP" total ToIp "the address itself",
    "isIP" function "string -> bool" total IsIp "whether a text spells an address",
    "ip.isCanonical" function "string -> bool" errs IsCanonical "whether a text spells an address in its usual form",
    "family" method "net.IP -> int" total Family "4 or 6",
    "isUnspecified" method "net.IP -> bool" total IsUnspecified "whether it is the unspecified address",
    "isLoopback" method "net.IP -> bool" total IsLoopback "whether it is a loopback address",
    "isGlobalUnicast" method "net.IP -> bool" total IsGlobalUnicast "whether it is a global unicast address",
    "isLinkLocalMulticast" method "net.IP -> bool" total IsLinkLocalMulticast "whether it is a link-local multicast address",
    "isLinkLocalUnicast" method "net.IP -> bool" total IsLinkLocalUnicast "whether it is a link-local unicast address",
    "cidr" function "string -> net.CIDR" errs ToCidr "the network a text spells",
    "cidr" function "net.CIDR -> net.CIDR" total ToCidr "the network itself",
    "isCIDR" function "string -> bool" total IsCidr "whether a text spells a network",
    "containsIP" method "net.CIDR, net.IP -> bool" total ContainsIp "whether it lies in the network",
    "containsIP" method "net.CIDR, string -> bool" errs ContainsIp "whether it lies in the network",
    "containsCIDR" method "net.CIDR, net.CIDR -> bool" total ContainsCidr "whether it lies in the network",
    "containsCIDR" method "net.CIDR, string -> bool" errs ContainsCidr "whether it lies in the network",
    "ip" method "net.CIDR -> net.IP" total CidrIp "the address of the network as written",
    "masked" method "net.CIDR -> net.CIDR" total Masked "the network with its address cut to the prefix",
    "prefixLength" method "net.CIDR -> int" total PrefixLength "the length of the prefix",
}

/// Every function, method and overload.
pub static SIGNATURES: LazyLock<Vec<Signature>> = LazyLock::new(|| ROWS.iter().filter_map(signature).collect());

/// Where the overloads of each name stand.
static INDEX: LazyLock<HashMap<bool, HashMap<&'static str, Vec<usize>>>> = LazyLock::new(|| {
    let mut index: HashMap<bool, HashMap<&'static str, Vec<usize>>> = HashMap::new();
    for (at, signature) in SIGNATURES.iter().enumerate() {
        index.entry(signature.method).or_default().entry(signature.name).or_default().push(at);
    }
    index
});

/// Reads a row of the table; a test reads them all.
fn signature((name, kind, types, errs, function, doc): &Row) -> Option<Signature> {
    let (arguments, result) = types.split_once("->")?;
    let mut written: Vec<String> = Vec::new();
    let mut depth = 0usize;
    for part in arguments.split(',').filter(|part| !part.trim().is_empty()) {
        match written.last_mut().filter(|_| depth > 0) {
            Some(open) => *open = format!("{open},{part}"),
            None => written.push(part.trim().to_string()),
        }
        depth = (depth + part.matches('(').count()).saturating_sub(part.matches(')').count());
    }
    let pattern = written.iter().position(|word| word == "pattern");
    let arguments: Option<Vec<Type>> =
        written.iter().map(|word| if word == "pattern" { Some(Type::String) } else { Type::parse(word) }).collect();
    Some(Signature {
        name,
        method: matches!(kind, Kind::Method),
        arguments: arguments?,
        result: Type::parse(result)?,
        pattern,
        may_err: matches!(errs, Errs::Errs),
        function: *function,
        doc,
    })
}

/// The overloads called `name`, as a method or as a function.
pub fn overloads(name: &str, method: bool) -> impl Iterator<Item = &'static Signature> + use<> {
    let index: &'static HashMap<bool, HashMap<&'static str, Vec<usize>>> = &INDEX;
    let at: &'static [usize] = index.get(&method).and_then(|names| names.get(name)).map_or(&[], Vec::as_slice);
    at.iter().map(|at| &SIGNATURES[*at])
}

/// The names of all functions, or of all methods.
pub fn names<'n>(method: bool) -> impl Iterator<Item = &'n str> {
    SIGNATURES.iter().filter(move |signature| signature.method == method).map(|signature| signature.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_table_can_be_read() {
        for row in ROWS {
            assert!(signature(row).is_some(), "{} {}", row.0, row.2);
        }
    }
}
