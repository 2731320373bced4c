//! Random tokens and random expressions, the same in every run.

/// A small generator of numbers, the same in every run.
pub struct Numbers(u64);

impl Numbers {
    /// Begins at `seed`.
    pub fn new(seed: u64) -> Self {
        Numbers(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// The next number below `n`.
    pub fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((self.0 >> 33) as usize) % n.max(1)
    }

    fn one<'t>(&mut self, of: &[&'t str]) -> &'t str {
        of[self.below(of.len())]
    }

    /// Tokens of CEL in any order.
    pub fn tokens(&mut self) -> String {
        let mut text = String::new();
        for _ in 0..1 + self.below(24) {
            text.push_str(self.one(TOKENS));
            if self.below(3) > 0 {
                text.push(' ');
            }
        }
        text
    }

    /// Tokens in an order that is often an expression.
    pub fn sentence(&mut self, depth: usize) -> String {
        if depth == 0 || self.below(4) == 0 {
            return self.one(LEAVES).to_string();
        }
        let inner = |numbers: &mut Self| numbers.sentence(depth - 1);
        match self.below(12) {
            0..=3 => {
                let (left, right) = (inner(self), inner(self));
                format!("{left} {} {right}", self.one(SIGNS))
            }
            4 => format!("{}({})", self.one(&["!", "-", "", "dyn", "type", "string", "int", "double"]), inner(self)),
            5 => format!("({}) ? ({}) : ({})", inner(self), inner(self), inner(self)),
            6 => format!("[{}, {}]", inner(self), inner(self)),
            7 => format!("{{{}: {}}}", self.one(&["'k'", "1", "2u", "true", "?'k'"]), inner(self)),
            8 => format!("({}).{}(v, {})", inner(self), self.one(MACROS), inner(self)),
            9 => format!("({}).{}({})", inner(self), self.one(METHODS), inner(self)),
            10 => format!("({})[{}]", inner(self), inner(self)),
            _ => format!("{}({}, {})", self.one(FUNCTIONS), inner(self), inner(self)),
        }
    }
}

const TOKENS: &[&str] = &[
    "a",
    "m",
    "r",
    "n",
    "s",
    "d",
    "e",
    "x",
    "v",
    "b",
    ".b",
    ".",
    ",",
    ":",
    "?",
    ".?",
    "[?",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "!",
    "-",
    "+",
    "*",
    "/",
    "%",
    "<",
    "<=",
    "==",
    "!=",
    ">=",
    ">",
    "&&",
    "||",
    "in",
    "0",
    "1",
    "-1",
    "2u",
    "3.5",
    "1e9",
    "9223372036854775807",
    "0x1f",
    "'s'",
    "\"t\"",
    "b'\\xff'",
    "r'\\d'",
    "''",
    "'%s'",
    "'日本'",
    "true",
    "false",
    "null",
    "has(",
    "has(d.b)",
    ".all(x,",
    ".exists(x,",
    ".map(x,",
    ".filter(x,",
    ".exists_one(x,",
    ".all(k,v,",
    "cel.bind(x,",
    ".size()",
    "size(",
    "string(",
    "int(",
    "type(",
    "dyn(",
    "timestamp(",
    "duration('1h')",
    "timestamp(0)",
    ".getHours()",
    "optional.of(",
    "optional.none()",
    ".orValue(",
    ".optMap(x,",
    ".matches(",
    ".format([",
    ".split(",
    ".join(",
    "math.abs(",
    "lists.range(",
    ".sort()",
    ".sortBy(x,",
    ".slice(",
    ".flatten()",
    "sets.contains(",
    "base64.encode(",
    "ip(",
    "cidr(",
    "date('2026-01-01')",
    "never",
    "as_of",
    "params.p",
    "ref(",
    "T{",
    "f:",
    "`a-b`",
    "'",
    "\"",
    "'''",
    "\\",
    "//",
    "\n",
    "@",
    "#",
    "日本",
    "😀",
    "\0",
    "\u{feff}",
];

const LEAVES: &[&str] = &[
    "a",
    "m",
    "r",
    "n",
    "s",
    "d",
    "e",
    "v",
    "low",
    "high",
    "0",
    "1",
    "-1",
    "2u",
    "0.0",
    "1.5",
    "'a'",
    "'1'",
    "''",
    "b'a'",
    "true",
    "false",
    "null",
    "[]",
    "{}",
    "[1, 2]",
    "['a', 'b']",
    "{'k': 1}",
    "d.b",
    "r.b",
    "m[0]",
    "d.?b",
    "has(d.b)",
    "timestamp(0)",
    "duration('1h')",
    "optional.none()",
    "optional.of(1)",
    "date('2026-01-01')",
    "int",
    "string",
    "ip('::1')",
    "cidr('10.0.0.0/8')",
    "type(1)",
    "never",
];

const SIGNS: &[&str] = &["+", "-", "*", "/", "%", "<", "<=", "==", "!=", ">=", ">", "&&", "||", "in"];

const MACROS: &[&str] = &[
    "all",
    "exists",
    "exists_one",
    "map",
    "filter",
    "optMap",
    "optFlatMap",
    "sortBy",
    "transformList",
    "transformMap",
];

const METHODS: &[&str] = &[
    "size",
    "contains",
    "startsWith",
    "endsWith",
    "matches",
    "charAt",
    "indexOf",
    "lastIndexOf",
    "split",
    "join",
    "replace",
    "substring",
    "format",
    "slice",
    "flatten",
    "or",
    "orValue",
    "plus_days",
    "plus_months",
    "getHours",
    "getFullYear",
    "containsIP",
    "containsCIDR",
];

const FUNCTIONS: &[&str] = &[
    "math.greatest",
    "math.least",
    "math.bitAnd",
    "math.bitShiftLeft",
    "math.bitShiftRight",
    "sets.contains",
    "sets.equivalent",
    "sets.intersects",
    "matches",
    "regex.extract",
    "regex.extractAll",
    "regex.replace",
    "days_between",
    "earlier",
    "later",
    "f",
    "size",
    "lists.range",
];
