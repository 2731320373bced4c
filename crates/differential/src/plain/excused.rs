//! What the crate `cel` 0.15 has otherwise than the specification: each with its reason, counted wherever it occurs.

use cel::ExecutionError;
use jobun::eval::FaultKind;
use jobun::plain::{EvaluationError, Value};

use super::make::Tree;

/// Expressions that are not compared, by the kind of a node in them.
const EXCLUDED: &[(&str, &str)] = &[
    ("cel.bind", "cel.bind: cel 0.15 has none"),
    ("transformList", "loops of two variables: cel 0.15 has none"),
    ("network", "network functions: cel 0.15 has none"),
    ("class of Perl", "\\w and \\d in patterns: ASCII in RE2, all of Unicode in cel 0.15"),
    ("getMilliseconds", "getMilliseconds of a duration: cel 0.15 counts the whole length"),
    (
        "string function from an index",
        "indexOf from an index: at the end, and for an empty text, cel 0.15 and cel-spec differ",
    ),
    ("loop over a map", "what a loop over a map makes: in any order in cel 0.15, which is another in each run"),
];

/// The same where `cel` does not even parse the expression.
const UNPARSED: &[(&str, &str)] = &[
    ("math", "math.greatest and math.least of a literal without numbers: cel 0.15 does not parse it"),
    ("sortBy", "sortBy of a literal that is no list: cel 0.15 does not parse it"),
];

/// Why `tree` is not compared, if it is not.
pub fn excluded(tree: &Tree) -> Option<&'static str> {
    reason(tree, EXCLUDED)
}

/// Why `cel` may not parse `tree`.
pub fn unparsed(tree: &Tree) -> Option<&'static str> {
    reason(tree, UNPARSED)
}

fn reason(tree: &Tree, table: &[(&str, &'static str)]) -> Option<&'static str> {
    let mut reason = None;
    tree.each(&mut |part| reason = reason.or(table.iter().find(|(kind, _)| *kind == part.kind)));
    reason.map(|(_, reason)| *reason)
}

/// What one of the two says.
type Ours = Result<Value, EvaluationError>;
type Theirs = Result<cel::Value, ExecutionError>;

/// A difference that is known, in an expression from which nothing more can be taken away.
struct Excuse {
    /// Kinds of which it has a node each.
    kinds: &'static [&'static str],
    /// What some part of it comes to by itself.
    part: Option<fn(&Ours) -> bool>,
    ours: fn(&Ours) -> bool,
    theirs: fn(&Theirs) -> bool,
    reason: &'static str,
}

const VALUE: fn(&Ours) -> bool = |said| said.is_ok();
const THEIR_VALUE: fn(&Theirs) -> bool = |said| said.is_ok();
const THEIR_ERROR: fn(&Theirs) -> bool = |said| said.is_err();
const OVERLOAD: fn(&Theirs) -> bool = |said| matches!(said, Err(ExecutionError::NoSuchOverload(_)));
const NAN: fn(&Ours) -> bool = |part| matches!(part, Ok(Value::Double(number)) if number.is_nan());
const INFINITE: fn(&Ours) -> bool = |part| matches!(part, Ok(Value::Double(number)) if number.is_infinite());

fn is_fault(said: &Ours, kind: FaultKind) -> bool {
    said.as_ref().is_err_and(|error| error.kind == kind)
}

/// Whether it is a double that CEL writes with an exponent.
fn has_exponent(part: &Ours) -> bool {
    matches!(part, Ok(Value::Double(number)) if *number != 0.0 && !(1e-4..1e6).contains(&number.abs()))
}

const NAN_REASON: &str = "order of NaN: false in CEL, an error in cel 0.15";
const IN_REASON: &str = "a value that is no key, in a map: false in CEL, an error in cel 0.15";
const INFINITE_REASON: &str = "infinite doubles as text: as Go writes them, as Rust does in cel 0.15";
const EXPONENT_REASON: &str = "doubles as text: with an exponent as in cel-go, cel 0.15 writes all digits";
const OR_VALUE_REASON: &str = "orValue of an optional that holds a value: cel 0.15 works the other out too";
const OFFSET_REASON: &str = "a time written with an offset: in UTC, by cel 0.15 in that offset";

const EXCUSES: &[Excuse] = &[
    Excuse {
        kinds: &[],
        part: Some(NAN),
        ours: |_| true,
        theirs: |said| matches!(said, Err(ExecutionError::NoSuchOverload(_) | ExecutionError::ValuesNotComparable(..))),
        reason: NAN_REASON,
    },
    Excuse { kinds: &["in"], part: None, ours: VALUE, theirs: OVERLOAD, reason: IN_REASON },
    Excuse { kinds: &["time with an offset"], part: None, ours: VALUE, theirs: THEIR_VALUE, reason: OFFSET_REASON },
    // Another hour may be beyond the end of a text.
    Excuse {
        kinds: &["time with an offset", "timestamp function", "string function"],
        part: None,
        ours: VALUE,
        theirs: |said| matches!(said, Err(error) if error.to_string().contains("index out of range")),
        reason: OFFSET_REASON,
    },
    Excuse {
        kinds: &["optional"],
        part: None,
        ours: |said| is_fault(said, FaultKind::Types),
        theirs: THEIR_VALUE,
        reason: "an optional index or field of a value that has none: absent in cel 0.15, an error here",
    },
    Excuse {
        kinds: &["optional"],
        part: None,
        ours: |said| is_fault(said, FaultKind::NoSuchKey),
        theirs: THEIR_VALUE,
        reason: "an optional below a field that is not there: cel 0.15 forgives it",
    },
    Excuse {
        kinds: &["optional"],
        part: Some(|part| part.is_err()),
        ours: VALUE,
        theirs: THEIR_ERROR,
        reason: OR_VALUE_REASON,
    },
    // What reads the variable of a loop comes to nothing by itself.
    Excuse { kinds: &["optional", "map loop"], part: None, ours: VALUE, theirs: THEIR_ERROR, reason: OR_VALUE_REASON },
    Excuse { kinds: &["optional", "filter"], part: None, ours: VALUE, theirs: THEIR_ERROR, reason: OR_VALUE_REASON },
    Excuse {
        kinds: &["concatenation"],
        part: Some(|part| matches!(part, Ok(Value::Map(_)))),
        ours: |said| is_fault(said, FaultKind::Types),
        theirs: THEIR_VALUE,
        reason: "a list and a map: cel 0.15 adds the keys",
    },
    Excuse {
        kinds: &["conversion"],
        part: Some(INFINITE),
        ours: |_| true,
        theirs: THEIR_VALUE,
        reason: INFINITE_REASON,
    },
    Excuse { kinds: &["format"], part: Some(INFINITE), ours: VALUE, theirs: THEIR_VALUE, reason: INFINITE_REASON },
    Excuse {
        kinds: &["conversion"],
        part: Some(has_exponent),
        ours: |_| true,
        theirs: THEIR_VALUE,
        reason: EXPONENT_REASON,
    },
    Excuse { kinds: &["format"], part: Some(has_exponent), ours: VALUE, theirs: THEIR_VALUE, reason: EXPONENT_REASON },
    Excuse {
        kinds: &[],
        part: Some(|part| matches!(part, Ok(Value::Timestamp(_)))),
        ours: VALUE,
        theirs: |said| matches!(said, Err(error) if error.to_string().contains("timestamp out of range")),
        reason: "timestamps far from today: cel 0.15 has another range",
    },
    Excuse {
        kinds: &["conversion"],
        part: Some(|part| matches!(part, Ok(Value::String(text)) if ["t", "T", "f", "F"].contains(&text.as_str()))),
        ours: VALUE,
        theirs: THEIR_ERROR,
        reason: "bool of t, T, f and F: cel 0.15 does not read them",
    },
];

/// Why the difference does not count, if it does not; `alone` gives what a part comes to by itself.
pub fn excuse(
    tree: &Tree,
    ours: &Ours,
    theirs: &Theirs,
    alone: &dyn Fn(&Tree) -> Option<Ours>,
) -> Option<&'static str> {
    let mut kinds = Vec::new();
    let mut parts = Vec::new();
    tree.each(&mut |part| {
        kinds.push(part.kind);
        parts.extend(alone(part));
    });
    let is_met = |excuse: &&Excuse| {
        excuse.kinds.iter().all(|kind| kinds.contains(kind))
            && excuse.part.is_none_or(|part| parts.iter().any(part))
            && (excuse.ours)(ours)
            && (excuse.theirs)(theirs)
    };
    EXCUSES.iter().find(is_met).map(|excuse| excuse.reason)
}
