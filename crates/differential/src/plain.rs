//! Random expressions of plain CEL, evaluated by jobun and by the `cel` crate.

use std::collections::HashMap;
use std::sync::Arc;

use cel::objects::Key;
use cel::{Context, extensions};
use jobun::plain::{Bindings, Env, Value};
use jobun::types::Type;
use serde_json::{Value as Json, json};

use crate::random::Random;
use crate::report::{Disagreement, Report};

/// Expressions of one program.
const EXPRESSIONS: usize = 150;
/// Documents they are evaluated on.
const DOCUMENTS: usize = 30;
/// How often one is tried to be made smaller.
const TRIES: usize = 2000;

/// What is not compared, by a part of the expression, and why.
const EXCLUDED: &[(&str, &str)] = &[
    ("cel.bind(", "cel.bind: cel 0.15 has none"),
    (".transformList(", "loops of two variables: cel 0.15 has none"),
    (".exists(i,", "loops of two variables: cel 0.15 has none"),
    ("isIP(", "network functions: cel 0.15 has none"),
    ("cidr(", "network functions: cel 0.15 has none"),
    ("\\w", "\\w and \\d in patterns: ASCII in RE2, all of Unicode in cel 0.15"),
    ("\\d", "\\w and \\d in patterns: ASCII in RE2, all of Unicode in cel 0.15"),
    (".getMilliseconds()", "getMilliseconds of a duration: cel 0.15 counts the whole length"),
];

/// The same, by the kind of a node.
const EXCLUDED_KINDS: &[(&str, &str)] = &[
    (
        "string function from an index",
        "indexOf from an index: at the end, and for an empty text, cel 0.15 and cel-spec differ",
    ),
    ("loop over a map", "what a loop over a map makes: in any order in cel 0.15, which is another in each run"),
];

/// The same, by parts of the expression and of both answers.
const EXCUSED: &[([&str; 3], &str)] = &[
    (["", "", "ValuesNotComparable"], "order of NaN: false in CEL, an error in cel 0.15"),
    (
        ["", "false", "NoSuchOverload(OverloadError { function: \"_<"],
        "order of NaN: false in CEL, an error in cel 0.15",
    ),
    (
        ["", "false", "NoSuchOverload(OverloadError { function: \"_>"],
        "order of NaN: false in CEL, an error in cel 0.15",
    ),
    (
        ["", "", "function: \"@in\", argument_types: [\"null_type\""],
        "null in a map: false in CEL, an error in cel 0.15",
    ),
    (["+09:00').get", "", "Ok"], "parts of a time written with an offset: in UTC, by cel 0.15 in that offset"),
    (["", "", "argument_types: [\"double\", \"double\"]"], "order of NaN: false in CEL, an error in cel 0.15"),
    (
        ["[?", "the operation does not exist", "Ok"],
        "an optional index of another type: absent in cel 0.15, an error here",
    ),
    (["[", "the operation does not exist", "function: \"@in\""], "a list in a map: false in CEL, an error in cel 0.15"),
    ([" + ", "the operation does not exist", "Ok(List"], "a list and a map: cel 0.15 adds the keys"),
    (["", "false", "function: \"@in\""], "a value in a map that is no key: false in CEL, an error in cel 0.15"),
    (["string(", "Inf", "inf"], "doubles as text: infinite ones as Go writes them, as Rust does in cel 0.15"),
    (["math.sqrt(", "", "NoSuchOverload"], "order of NaN: false in CEL, an error in cel 0.15"),
    (["", "", "timestamp out of range"], "timestamps far from today: cel 0.15 has another range"),
    (["+09:00')", "", "Ok"], "parts of a time written with an offset: in UTC, by cel 0.15 in that offset"),
    (["string(double(", "", "Ok"], "doubles as text: with an exponent as in cel-go, cel 0.15 writes all digits"),
    ([".?", "the operation does not exist", "Ok"], "an optional field of a list: absent in cel 0.15, an error here"),
    (["", "", "function: \"@in\", argument_types: [\"list\""], "a list in a map: false in CEL, an error in cel 0.15"),
    (["", "", "function: \"@in\", argument_types: [\"map\""], "a map in a map: false in CEL, an error in cel 0.15"),
    (["", "", "from 'string' to 'bool'"], "bool of t, T, f and F: cel 0.15 does not read them"),
    ([".?", "no such key", "Ok"], "an optional below a field that is not there: cel 0.15 forgives it"),
    (["[?", "no such key", "Ok"], "an optional below a field that is not there: cel 0.15 forgives it"),
    (
        ["double(string(", "does not convert", "Ok"],
        "doubles as text: with an exponent as in cel-go, cel 0.15 writes all digits",
    ),
    ([".orValue(", "", "Err"], "orValue of an optional that holds a value: cel 0.15 works the other out too"),
    (["string(", "e+", "Ok"], "doubles as text: with an exponent as in cel-go, cel 0.15 writes all digits"),
    (["%s", "e+", "Ok"], "doubles as text: with an exponent as in cel-go, cel 0.15 writes all digits"),
];

fn excuse(text: &str, [ours, theirs]: &[String; 2]) -> Option<&'static str> {
    let is_met = |(parts, _): &&([&str; 3], &'static str)| {
        text.contains(parts[0]) && ours.contains(parts[1]) && theirs.contains(parts[2])
    };
    EXCUSED.iter().find(is_met).map(|(_, reason)| *reason)
}

/// The type of an expression, as far as the generator tells types apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ty {
    Bool,
    Int,
    Uint,
    Double,
    Text,
    Bytes,
    Time,
    Span,
    Ints,
    Texts,
    Records,
    Map,
}

type Tree = crate::tree::Tree<Ty>;

/// What a loop that makes a list is counted as.
fn looped(kind: &'static str, over: &Tree) -> &'static str {
    if over.ty == Ty::Map { "loop over a map" } else { kind }
}

/// Variables that stand for a value; everything else stands in the document `d`.
const VARIABLES: [(&str, Ty); 8] = [
    ("a", Ty::Bool),
    ("n", Ty::Int),
    ("u", Ty::Uint),
    ("x", Ty::Double),
    ("s", Ty::Text),
    ("y", Ty::Bytes),
    ("l", Ty::Ints),
    ("m", Ty::Map),
];
const FIELDS: [(&str, Ty); 11] = [
    ("d.b", Ty::Bool),
    ("d.n", Ty::Int),
    ("d.x", Ty::Double),
    ("d.s", Ty::Text),
    ("d.ints", Ty::Ints),
    ("d.texts", Ty::Texts),
    ("d.records", Ty::Records),
    ("d.map", Ty::Map),
    ("d.inner.b", Ty::Bool),
    ("d.inner.n", Ty::Int),
    ("d.inner.deep.s", Ty::Text),
];
const RECORD: [(&str, Ty); 5] =
    [("b", Ty::Bool), ("n", Ty::Int), ("s", Ty::Text), ("ints", Ty::Ints), ("map", Ty::Map)];
const INTS: [i64; 9] = [0, 1, 2, 3, -1, -2, 10, i64::MAX, i64::MIN];
const TEXTS: [&str; 10] = ["", "JP", "12", "１２", "1.5", "a,b", " x ", "ßé😀", "true", "2026-01-01T00:00:00Z"];

struct Maker<'r> {
    random: &'r mut Random,
    names: Vec<(String, Option<Ty>)>,
    budget: usize,
    next: usize,
    /// Whether parts of a wrong type occur.
    is_loose: bool,
}

impl Maker<'_> {
    fn places(&self, ty: Ty) -> Vec<String> {
        let mut found: Vec<String> =
            VARIABLES.iter().chain(&FIELDS).filter(|(_, of)| *of == ty).map(|(name, _)| (*name).to_string()).collect();
        for (name, of) in &self.names {
            match of {
                Some(of) if *of == ty => found.push(name.clone()),
                Some(_) => {}
                None => {
                    found.extend(RECORD.iter().filter(|(_, of)| *of == ty).map(|(field, _)| format!("{name}.{field}")))
                }
            }
        }
        found
    }

    fn leaf(&mut self, ty: Ty) -> Tree {
        let places = self.places(ty);
        if !places.is_empty() && self.random.percent(70) {
            // Names of loops are few and come last.
            let inner = places.len().saturating_sub(5);
            let at = if self.random.percent(40) { inner } else { 0 };
            let at = at + self.random.below(places.len() - at);
            return Tree::leaf("variable or field", ty, places[at].clone());
        }
        let random = &mut *self.random;
        let text = match ty {
            Ty::Bool => random.pick(&["true", "false"]).to_string(),
            Ty::Int => random.choose(&INTS).to_string(),
            Ty::Uint => random.pick(&["0u", "1u", "3u", "18446744073709551615u"]).to_string(),
            Ty::Double => random.pick(&["0.0", "1.0", "-1.5", "2.5", "12345.5", "1e308", "0.1"]).to_string(),
            Ty::Text => format!("'{}'", random.pick(&TEXTS)),
            Ty::Bytes => random.pick(&["b''", "b'JP'", "b'\\xff'", "b'12'"]).to_string(),
            Ty::Time => format!(
                "timestamp('{}')",
                random.pick(&[
                    "2026-11-22T10:20:30Z",
                    "2024-02-29T23:59:59.5+09:00",
                    "0001-01-01T00:00:00Z",
                    "9999-12-31T23:59:59Z",
                    "1970-01-01T00:00:00Z",
                ])
            ),
            Ty::Span => {
                format!("duration('{}')", random.pick(&["1h", "90m", "-1.5s", "0s", "24h", "1500ms", "1h30m5s"]))
            }
            Ty::Ints => random.pick(&["[1, 2, 3]", "[]", "[3, 1, 2, 1]"]).to_string(),
            Ty::Texts => random.pick(&["['b', 'a']", "['', 'JP']"]).to_string(),
            Ty::Records => "d.records".to_string(),
            Ty::Map => random.pick(&["{'p': 1, 'q': 2}", "{'a': 0}", "m"]).to_string(),
        };
        Tree::leaf("literal", ty, text)
    }

    fn of(&mut self, kind: &'static str, ty: Ty, text: &str, parts: &[Ty], depth: usize) -> Tree {
        let parts = parts.iter().map(|part| self.expr(*part, depth)).collect();
        Tree::of(kind, ty, text, parts)
    }

    fn naming<R>(&mut self, ty: Option<Ty>, make: impl FnOnce(&mut Self, &str) -> R) -> R {
        self.next += 1;
        let name = format!("e{}", self.next);
        self.names.push((name.clone(), ty));
        let made = make(self, &name);
        self.names.pop();
        made
    }

    /// A loop over something, and what its element is.
    fn over(&mut self, depth: usize) -> (Tree, Option<Ty>) {
        match self.random.below(6) {
            0 | 1 => (self.expr(Ty::Ints, depth), Some(Ty::Int)),
            2 => (self.expr(Ty::Texts, depth), Some(Ty::Text)),
            3 => (self.expr(Ty::Map, depth), Some(Ty::Text)),
            _ => (self.expr(Ty::Records, depth), None),
        }
    }

    fn expr(&mut self, ty: Ty, depth: usize) -> Tree {
        if self.is_loose && self.random.percent(2) {
            const ALL: [Ty; 8] = [Ty::Bool, Ty::Int, Ty::Uint, Ty::Double, Ty::Text, Ty::Ints, Ty::Map, Ty::Time];
            let wrong = ALL[self.random.below(ALL.len())];
            return self.leaf(wrong);
        }
        if depth == 0 || self.budget == 0 {
            return self.leaf(ty);
        }
        self.budget -= 1;
        let depth = depth - 1;
        if self.random.percent(10) {
            return match self.random.below(4) {
                0 => self.of("dyn", ty, "dyn(@)", &[ty], depth),
                1 if self.random.percent(20) => {
                    let value = self.expr(Ty::Int, depth);
                    let (name, body) =
                        self.naming(Some(Ty::Int), |this, name| (name.to_string(), this.expr(ty, depth)));
                    Tree::of("cel.bind", ty, &format!("cel.bind({name}, @, @)"), vec![value, body])
                }
                _ => self.of("? :", ty, "(@ ? @ : @)", &[Ty::Bool, ty, ty], depth),
            };
        }
        match ty {
            Ty::Bool => self.bool(depth),
            Ty::Int => self.int(depth),
            Ty::Uint => match self.random.below(6) {
                0 | 1 => {
                    let op = self.random.pick(&["+", "-", "*", "/", "%"]).to_string();
                    self.of("arithmetic", ty, &format!("(@ {op} @)"), &[ty, ty], depth)
                }
                2 => self.of("conversion", ty, "uint(@)", &[Ty::Int], depth),
                3 => self.of("conversion", ty, "uint(@)", &[Ty::Double], depth),
                4 => self.of("math", ty, "math.bitAnd(@, @)", &[ty, ty], depth),
                _ => self.leaf(ty),
            },
            Ty::Double => match self.random.below(9) {
                0 | 1 => {
                    let op = self.random.pick(&["+", "-", "*", "/"]).to_string();
                    self.of("arithmetic", ty, &format!("(@ {op} @)"), &[ty, ty], depth)
                }
                2 => self.of("negation", ty, "-(@)", &[ty], depth),
                3 => self.of("conversion", ty, "double(@)", &[Ty::Int], depth),
                4 => self.of("conversion", ty, "double(@)", &[Ty::Text], depth),
                5 => {
                    let name =
                        self.random.pick(&["ceil", "floor", "round", "trunc", "abs", "sign", "sqrt"]).to_string();
                    self.of("math", ty, &format!("math.{name}(@)"), &[ty], depth)
                }
                6 => self.of("math", ty, "math.greatest(@, @)", &[ty, ty], depth),
                _ => self.leaf(ty),
            },
            Ty::Text => self.string(depth),
            Ty::Bytes => match self.random.below(4) {
                0 => self.of("conversion", ty, "bytes(@)", &[Ty::Text], depth),
                1 => self.of("concatenation", ty, "(@ + @)", &[ty, ty], depth),
                2 => self.of("base64", ty, "base64.decode(base64.encode(@))", &[ty], depth),
                _ => self.leaf(ty),
            },
            Ty::Time => match self.random.below(5) {
                0 => self.of("arithmetic", ty, "(@ + @)", &[ty, Ty::Span], depth),
                1 => self.of("arithmetic", ty, "(@ - @)", &[ty, Ty::Span], depth),
                2 => self.of("conversion", ty, "timestamp(@)", &[Ty::Int], depth),
                _ => self.leaf(ty),
            },
            Ty::Span => match self.random.below(4) {
                0 => {
                    let op = self.random.pick(&["+", "-"]).to_string();
                    self.of("arithmetic", ty, &format!("(@ {op} @)"), &[ty, ty], depth)
                }
                1 => self.of("arithmetic", ty, "(@ - @)", &[Ty::Time, Ty::Time], depth),
                _ => self.leaf(ty),
            },
            Ty::Ints => self.list(ty, Ty::Int, depth),
            Ty::Texts => match self.random.below(5) {
                0 => self.of("string function", ty, "@.split(@)", &[Ty::Text, Ty::Text], depth),
                1 => self.of("string function", ty, "@.split(@, @)", &[Ty::Text, Ty::Text, Ty::Int], depth),
                _ => self.list(ty, Ty::Text, depth),
            },
            Ty::Records => match self.random.below(3) {
                0 => self.filter(ty, depth),
                1 => self.of("concatenation", ty, "(@ + @)", &[ty, ty], depth.min(1)),
                _ => self.leaf(ty),
            },
            Ty::Map => match self.random.below(4) {
                0 => self.of("map", ty, "{'p': @, @: @}", &[Ty::Int, Ty::Text, Ty::Int], depth),
                1 => self.of("map", ty, "{'p': @}", &[Ty::Int], depth),
                _ => self.leaf(ty),
            },
        }
    }

    fn filter(&mut self, ty: Ty, depth: usize) -> Tree {
        let over = self.expr(ty, depth);
        let element = match ty {
            Ty::Ints => Some(Ty::Int),
            Ty::Texts => Some(Ty::Text),
            _ => None,
        };
        let (name, body) = self.naming(element, |this, name| (name.to_string(), this.expr(Ty::Bool, depth)));
        Tree::of(looped("filter", &over), ty, &format!("@.filter({name}, @)"), vec![over, body])
    }

    fn list(&mut self, ty: Ty, element: Ty, depth: usize) -> Tree {
        match self.random.below(12) {
            0 | 1 => self.filter(ty, depth),
            2 | 3 => {
                let (over, of) = self.over(depth.min(2));
                let filtered = self.random.percent(40);
                let (name, parts) = self.naming(of, |this, name| {
                    let filter = filtered.then(|| this.expr(Ty::Bool, depth));
                    (name.to_string(), filter.into_iter().chain([this.expr(element, depth)]).collect::<Vec<_>>())
                });
                let filter = if filtered { "@, " } else { "" };
                let kind = looped("map loop", &over);
                Tree::of(kind, ty, &format!("@.map({name}, {filter}@)"), [vec![over], parts].concat())
            }
            4 => self.of("list", ty, "[@, @]", &[element, element], depth),
            5 => self.of("concatenation", ty, "(@ + @)", &[ty, ty], depth),
            6 => {
                let name = self.random.pick(&["distinct", "sort", "reverse"]).to_string();
                self.of("list function", ty, &format!("@.{name}()"), &[ty], depth)
            }
            7 => self.of("list function", ty, "@.slice(@, @)", &[ty, Ty::Int, Ty::Int], depth),
            8 => self.of("list function", ty, "[@, @].flatten()", &[ty, ty], depth),
            9 if self.random.percent(20) => {
                let over = self.expr(ty, depth);
                Tree::of("transformList", ty, "@.transformList(i, v, v)", vec![over])
            }
            _ => self.leaf(ty),
        }
    }

    fn bool(&mut self, depth: usize) -> Tree {
        let ty = Ty::Bool;
        let op = self.random.pick(&["==", "!=", "<", "<=", ">", ">="]).to_string();
        let equal = self.random.pick(&["==", "!="]).to_string();
        match self.random.below(34) {
            0..=4 => {
                let sign = self.random.pick(&["&&", "||"]).to_string();
                self.of("&& ||", ty, &format!("(@ {sign} @)"), &[ty, ty], depth)
            }
            5 => self.of("&& ||", ty, "(@ && @ && @)", &[ty, ty, ty], depth),
            6 => self.of("!", ty, "!(@)", &[ty], depth),
            7..=12 => {
                const ORDERED: [Ty; 8] =
                    [Ty::Int, Ty::Int, Ty::Double, Ty::Uint, Ty::Text, Ty::Bytes, Ty::Time, Ty::Span];
                let of = ORDERED[self.random.below(ORDERED.len())];
                self.of("order", ty, &format!("(@ {op} @)"), &[of, of], depth)
            }
            13 | 14 => {
                const NUMBERS: [Ty; 3] = [Ty::Int, Ty::Uint, Ty::Double];
                let parts = [NUMBERS[self.random.below(3)], NUMBERS[self.random.below(3)]];
                self.of("mixed numbers", ty, &format!("(@ {op} @)"), &parts, depth)
            }
            15 => self.of("equality", ty, &format!("(@ {equal} @)"), &[Ty::Ints, Ty::Ints], depth),
            16 => self.of("equality", ty, &format!("(@ {equal} @)"), &[Ty::Map, Ty::Map], depth),
            17 | 18 => {
                let (over, of) = self.over(depth.min(2));
                let word = self.random.pick(&["all", "exists", "exists_one"]).to_string();
                let (name, body) = self.naming(of, |this, name| (name.to_string(), this.expr(ty, depth)));
                Tree::of("quantifier", ty, &format!("@.{word}({name}, @)"), vec![over, body])
            }
            19 => self.of("in", ty, "(@ in @)", &[Ty::Int, Ty::Ints], depth),
            20 => self.of("in", ty, "(@ in @)", &[Ty::Text, Ty::Map], depth),
            21 => self.of("in", ty, "(@ in @)", &[Ty::Text, Ty::Texts], depth),
            22 => {
                let path =
                    *self.random.choose(&["d.b", "d.n", "d.inner", "d.inner.n", "d.none", "d.inner.deep.s", "m.p"]);
                Tree::leaf("has", ty, format!("has({path})"))
            }
            23 => {
                let name = self.random.pick(&["contains", "startsWith", "endsWith"]).to_string();
                self.of("string function", ty, &format!("@.{name}(@)"), &[Ty::Text, Ty::Text], depth)
            }
            24 => {
                let pattern = self.random.pick(&["^[A-Z]{2}$", "a|1", "^\\\\d+$", "[^\\\\w]"]).to_string();
                self.of("matches", ty, &format!("@.matches('{pattern}')"), &[Ty::Text], depth)
            }
            25 => {
                const NAMES: [(&str, Ty); 6] = [
                    ("int", Ty::Int),
                    ("string", Ty::Text),
                    ("list", Ty::Ints),
                    ("map", Ty::Map),
                    ("double", Ty::Double),
                    ("bool", Ty::Bool),
                ];
                let (name, of) = NAMES[self.random.below(NAMES.len())];
                self.of("type", ty, &format!("(type(@) == {name})"), &[of], depth)
            }
            26 => {
                let name = self.random.pick(&["isNaN", "isInf", "isFinite"]).to_string();
                self.of("math", ty, &format!("math.{name}(@)"), &[Ty::Double], depth)
            }
            27 => {
                let text = self.random.pick(&["(d.n == null)", "(d.none != null)", "(null == null)"]);
                Tree::leaf("null", ty, text)
            }
            28 => self.of("conversion", ty, "bool(@)", &[Ty::Text], depth),
            29 if self.random.percent(30) => self.of("network", ty, "isIP(@)", &[Ty::Text], depth),
            _ => self.leaf(ty),
        }
    }

    fn int(&mut self, depth: usize) -> Tree {
        let ty = Ty::Int;
        match self.random.below(26) {
            0..=4 => {
                let op = self.random.pick(&["+", "-", "*", "/", "%"]).to_string();
                self.of("arithmetic", ty, &format!("(@ {op} @)"), &[ty, ty], depth)
            }
            5 => self.of("negation", ty, "-(@)", &[ty], depth),
            6 => {
                const SIZED: [Ty; 6] = [Ty::Text, Ty::Ints, Ty::Texts, Ty::Map, Ty::Bytes, Ty::Records];
                let of = SIZED[self.random.below(SIZED.len())];
                let text = if self.random.percent(50) { "size(@)" } else { "@.size()" };
                self.of("size", ty, text, &[of], depth)
            }
            7 => self.of("index", ty, "@[@]", &[Ty::Ints, ty], depth),
            8 => self.of("index", ty, "@[@]", &[Ty::Map, Ty::Text], depth),
            9 => self.of("index", ty, "@['p']", &[Ty::Map], depth),
            10 => {
                let from = *self.random.choose(&[Ty::Double, Ty::Text, Ty::Uint, Ty::Time, Ty::Int]);
                self.of("conversion", ty, "int(@)", &[from], depth)
            }
            11 => {
                const PARTS: [&str; 9] = [
                    "getFullYear",
                    "getMonth",
                    "getDate",
                    "getDayOfMonth",
                    "getDayOfWeek",
                    "getDayOfYear",
                    "getHours",
                    "getMinutes",
                    "getSeconds",
                ];
                let part = self.random.pick(&PARTS).to_string();
                let zone = self.random.pick(&["", "", "'+09:00'", "'Asia/Tokyo'", "'-02:30'"]).to_string();
                self.of("timestamp function", ty, &format!("@.{part}({zone})"), &[Ty::Time], depth)
            }
            12 => {
                let part = self.random.pick(&["getHours", "getMinutes", "getSeconds", "getMilliseconds"]).to_string();
                self.of("duration function", ty, &format!("@.{part}()"), &[Ty::Span], depth)
            }
            13 => {
                let name = self.random.pick(&["indexOf", "lastIndexOf"]).to_string();
                self.of("string function", ty, &format!("@.{name}(@)"), &[Ty::Text, Ty::Text], depth)
            }
            14 => {
                let name = self.random.pick(&["indexOf", "lastIndexOf"]).to_string();
                self.of(
                    "string function from an index",
                    ty,
                    &format!("@.{name}(@, @)"),
                    &[Ty::Text, Ty::Text, ty],
                    depth,
                )
            }
            15 => {
                let name = self.random.pick(&["greatest", "least"]).to_string();
                if self.random.percent(50) {
                    self.of("math", ty, &format!("math.{name}(@, @)"), &[ty, ty], depth)
                } else {
                    self.of("math", ty, &format!("math.{name}(@)"), &[Ty::Ints], depth)
                }
            }
            16 => {
                let name = self.random.pick(&["abs", "sign", "bitNot"]).to_string();
                self.of("math", ty, &format!("math.{name}(@)"), &[ty], depth)
            }
            17 => {
                const NAMES: [&str; 5] = ["bitAnd", "bitOr", "bitXor", "bitShiftLeft", "bitShiftRight"];
                let name = self.random.pick(&NAMES).to_string();
                self.of("math", ty, &format!("math.{name}(@, @)"), &[ty, ty], depth)
            }
            18 => self.of("optional", ty, "@[?@].orValue(@)", &[Ty::Ints, ty, ty], depth),
            19 => self.of("optional", ty, "@.?p.orValue(@)", &[Ty::Map, ty], depth),
            20 => {
                let path = *self.random.choose(&["d.?inner.n", "d.?n", "d.inner.?n", "d.?none"]);
                self.of("optional", ty, &format!("{path}.orValue(@)"), &[ty], depth)
            }
            _ => self.leaf(ty),
        }
    }

    fn string(&mut self, depth: usize) -> Tree {
        let ty = Ty::Text;
        let text = |name: &str, types: &[Ty], this: &mut Self| this.of("string function", ty, name, types, depth);
        match self.random.below(20) {
            0 | 1 => self.of("concatenation", ty, "(@ + @)", &[ty, ty], depth),
            2 | 3 => {
                const FROM: [Ty; 7] = [Ty::Int, Ty::Uint, Ty::Double, Ty::Bool, Ty::Bytes, Ty::Time, Ty::Span];
                let from = FROM[self.random.below(FROM.len())];
                self.of("conversion", ty, "string(@)", &[from], depth)
            }
            4 => self.of("index", ty, "@[@]", &[Ty::Texts, Ty::Int], depth),
            5 => {
                let name = self.random.pick(&["lowerAscii", "upperAscii", "trim", "reverse"]).to_string();
                text(&format!("@.{name}()"), &[ty], self)
            }
            6 => text("@.charAt(@)", &[ty, Ty::Int], self),
            7 => text("@.substring(@)", &[ty, Ty::Int], self),
            8 => text("@.substring(@, @)", &[ty, Ty::Int, Ty::Int], self),
            9 => text("@.replace(@, @)", &[ty, ty, ty], self),
            10 => text("@.replace(@, @, @)", &[ty, ty, ty, Ty::Int], self),
            11 => text("@.join(@)", &[Ty::Texts, ty], self),
            12 => text("strings.quote(@)", &[ty], self),
            13 => text("'%d-%s'.format([@, @])", &[Ty::Int, ty], self),
            14 => {
                let of = *self.random.choose(&[Ty::Ints, Ty::Double, Ty::Bool]);
                text("'%s'.format([@])", &[of], self)
            }
            15 => self.of("base64", ty, "base64.encode(@)", &[Ty::Bytes], depth),
            _ => self.leaf(ty),
        }
    }
}

/// A document, and the values of the variables.
fn facts(random: &mut Random) -> (Json, Vec<Json>) {
    let int = |random: &mut Random| {
        let below = if random.percent(80) { 6 } else { INTS.len() };
        INTS[random.below(below)]
    };
    let ints = |random: &mut Random| (0..random.below(4)).map(|_| int(random)).collect::<Vec<_>>();
    let double = |random: &mut Random| *random.choose(&[0.0, 1.0, -1.5, 2.5, 12345.5, 0.1]);
    let text = |random: &mut Random| *random.choose(&TEXTS);
    let map = |random: &mut Random| {
        let mut map = json!({});
        for key in ["p", "q", ""] {
            if random.percent(60) {
                map[key] = json!(int(random));
            }
        }
        map
    };
    let texts = |random: &mut Random| (0..random.below(4)).map(|_| text(random)).collect::<Vec<_>>();
    let records: Vec<Json> = (0..random.below(4))
        .map(|_| {
            let b = random.percent(50);
            json!({ "b": b, "n": int(random), "s": text(random), "ints": ints(random), "map": map(random) })
        })
        .collect();
    let mut document = json!({
        "b": random.percent(50),
        "n": int(random),
        "x": double(random),
        "s": text(random),
        "ints": ints(random),
        "texts": texts(random),
        "records": records,
        "map": map(random),
        "inner": { "b": random.percent(50), "n": int(random), "deep": { "s": text(random) } },
    });
    for key in ["b", "n", "x", "s", "ints", "inner", "map"] {
        match random.below(30) {
            0 => document[key] = Json::Null,
            1 => crate::vocabulary::remove(&mut document, &format!("/{key}")),
            _ => {}
        }
    }
    let values = vec![
        json!(random.percent(50)),
        json!(int(random)),
        json!(*random.choose(&[0_u64, 1, 3, u64::MAX])),
        json!(double(random)),
        json!(text(random)),
        json!(*random.choose(&["", "JP", "12"])),
        json!(ints(random)),
        map(random),
    ];
    (document, values)
}

/// A JSON value of the type `ty` for jobun.
fn ours(value: &Json, ty: Ty) -> Value {
    match (value, ty) {
        (Json::Bool(value), _) => Value::Bool(*value),
        (Json::Number(number), Ty::Uint) => Value::Uint(number.as_u64().unwrap_or_default()),
        (Json::Number(number), Ty::Double) => Value::Double(number.as_f64().unwrap_or_default()),
        (Json::Number(number), _) => Value::Int(number.as_i64().unwrap_or_default()),
        (Json::String(text), Ty::Bytes) => Value::Bytes(text.clone().into_bytes()),
        (Json::String(text), _) => Value::String(text.clone()),
        (Json::Array(items), _) => Value::List(items.iter().map(|item| ours(item, Ty::Int)).collect()),
        (Json::Object(members), _) => {
            Value::Map(members.iter().map(|(key, value)| (Value::String(key.clone()), ours(value, Ty::Int))).collect())
        }
        (Json::Null, _) => Value::Null,
    }
}

/// The same for `cel`: whole numbers are `int`.
fn theirs(value: &Json, ty: Option<Ty>) -> cel::Value {
    match (value, ty) {
        (Json::Null, _) => cel::Value::Null,
        (Json::Bool(value), _) => cel::Value::Bool(*value),
        (Json::Number(number), Some(Ty::Uint)) => cel::Value::UInt(number.as_u64().unwrap_or_default()),
        (Json::Number(number), _) => match number.as_i64() {
            Some(number) => cel::Value::Int(number),
            None => cel::Value::Float(number.as_f64().unwrap_or(f64::NAN)),
        },
        (Json::String(text), Some(Ty::Bytes)) => cel::Value::Bytes(Arc::new(text.clone().into_bytes())),
        (Json::String(text), _) => cel::Value::String(Arc::new(text.clone())),
        (Json::Array(items), _) => cel::Value::List(Arc::new(items.iter().map(|item| theirs(item, None)).collect())),
        (Json::Object(members), _) => {
            let key = |key: &String| Key::String(Arc::new(key.clone()));
            let members: HashMap<Key, cel::Value> =
                members.iter().map(|(name, value)| (key(name), theirs(value, None))).collect();
            cel::Value::Map(members.into())
        }
    }
}

/// Whether two values are the same, of the same type.
fn same(ours: &Value, theirs: &cel::Value) -> bool {
    match (ours, theirs) {
        (Value::Null, cel::Value::Null) => true,
        (Value::Bool(a), cel::Value::Bool(b)) => a == b,
        (Value::Int(a), cel::Value::Int(b)) => a == b,
        (Value::Uint(a), cel::Value::UInt(b)) => a == b,
        (Value::Double(a), cel::Value::Float(b)) => a == b || (a.is_nan() && b.is_nan()),
        (Value::String(a), cel::Value::String(b)) => *a == **b,
        (Value::Bytes(a), cel::Value::Bytes(b)) => *a == **b,
        (Value::List(a), cel::Value::List(b)) => a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| same(a, b)),
        (Value::Timestamp(a), cel::Value::Timestamp(b)) => {
            a.seconds() == b.timestamp() && a.nanos() == b.timestamp_subsec_nanos()
        }
        (Value::Duration(a), cel::Value::Duration(b)) => {
            a.seconds() == b.num_seconds() && a.nanos() == b.subsec_nanos()
        }
        (Value::Map(a), cel::Value::Map(b)) => {
            a.len() == b.map.len()
                && a.iter().all(|(key, value)| {
                    let key = match key {
                        Value::Bool(key) => Key::Bool(*key),
                        Value::Int(key) => Key::Int(*key),
                        Value::Uint(key) => Key::Uint(*key),
                        Value::String(key) => Key::String(Arc::new(key.clone())),
                        _ => return false,
                    };
                    b.map.get(&key).is_some_and(|other| same(value, other))
                })
        }
        _ => false,
    }
}

fn type_of(ty: Ty) -> Type {
    match ty {
        Ty::Bool => Type::Bool,
        Ty::Int => Type::Int,
        Ty::Uint => Type::Uint,
        Ty::Double => Type::Double,
        Ty::Text => Type::String,
        Ty::Bytes => Type::Bytes,
        Ty::Ints => Type::list(Type::Int),
        _ => Type::Map(Arc::new(Type::String), Arc::new(Type::Int)),
    }
}

fn our_env(is_loose: bool) -> Env {
    let env = VARIABLES.iter().fold(Env::new().document("d"), |env, (name, ty)| env.variable(name, type_of(*ty)));
    if is_loose { env.unchecked() } else { env }
}

fn their_env() -> Arc<cel::Env> {
    let mut env = cel::Env::stdlib();
    let added = [
        env.add_extension(extensions::strings),
        env.add_extension(extensions::math),
        env.add_extension(extensions::lists),
        env.add_extension(extensions::encoders),
    ];
    assert!(added.iter().all(Result::is_ok), "an extension cannot be added");
    Arc::new(env)
}

/// What both say of one expression on one document, where they differ.
fn differ(
    program: &jobun::plain::Program,
    index: usize,
    other: &cel::Program,
    (document, values): (&Json, &[Json]),
    context: &Context<'_, '_>,
) -> Option<[String; 2]> {
    let bytes = document.to_string();
    let Ok(read) = program.read(bytes.as_bytes()) else { return Some(["rejected".into(), String::new()]) };
    let bindings = bindings(&read, values);
    let ours = program.evaluate(index, &bindings);
    let theirs = other.execute(context);
    compared(&ours, &theirs)
}

fn bindings<'b>(read: &'b jobun::plain::Document<'b>, values: &[Json]) -> Bindings<'b> {
    let bindings = Bindings::new().document(read);
    VARIABLES.iter().zip(values).fold(bindings, |bindings, ((name, ty), value)| bindings.value(name, ours(value, *ty)))
}

fn compared(
    ours: &Result<Value, jobun::plain::EvaluationError>,
    theirs: &Result<cel::Value, cel::ExecutionError>,
) -> Option<[String; 2]> {
    let agree = match (ours, theirs) {
        (Ok(ours), Ok(theirs)) => same(ours, theirs),
        (Err(_), Err(_)) => true,
        _ => false,
    };
    let shown = |said: String| said.chars().take(300).collect::<String>();
    let said = match ours {
        Ok(value) => value.to_string(),
        Err(error) => format!("error: {error}"),
    };
    (!agree).then(|| [shown(said), shown(format!("{theirs:?}"))])
}

/// Evaluates random expressions with both.
pub fn run(seed: u64, cases: usize, report: &mut Report) {
    let env = their_env();
    let mut batches = 0;
    while report.cases < cases {
        let mut random = Random::new(seed, (3 << 32) + batches);
        batches += 1;
        let is_loose = random.percent(40);
        let own = our_env(is_loose);
        let mut trees: Vec<(Tree, cel::Program)> = Vec::new();
        while trees.len() < EXPRESSIONS {
            const ROOTS: [Ty; 12] = [
                Ty::Bool,
                Ty::Bool,
                Ty::Bool,
                Ty::Bool,
                Ty::Int,
                Ty::Text,
                Ty::Double,
                Ty::Ints,
                Ty::Texts,
                Ty::Map,
                Ty::Time,
                Ty::Uint,
            ];
            let root = ROOTS[random.below(ROOTS.len())];
            let depth = 1 + random.below(5);
            let budget = [4, 8, 16, 32][random.below(4)];
            let tree = Maker { random: &mut random, names: Vec::new(), budget, next: 0, is_loose }.expr(root, depth);
            let text = tree.text();
            report.made += 1;
            let mut reason = EXCLUDED.iter().find(|(part, _)| text.contains(part));
            tree.each(&mut |part| reason = reason.or(EXCLUDED_KINDS.iter().find(|(kind, _)| *kind == part.kind)));
            if let Some((_, reason)) = reason {
                report.exclude(reason);
            } else if own.check(&text).is_err() {
                report.exclude("refused by the checker: branches or elements of two types");
            } else {
                match env.compile(&text) {
                    Ok(program) => trees.push((tree, program)),
                    Err(_) if text.contains("math.") => {
                        report.exclude(
                            "math.greatest and math.least of a literal without numbers: cel 0.15 does not parse it",
                        );
                    }
                    Err(error) => report.disagreement(Disagreement {
                        place: format!("--seed {seed}, batch {batches}"),
                        what: text,
                        facts: String::new(),
                        answers: ["compiles".into(), error.to_string()],
                    }),
                }
            }
        }
        let texts: Vec<String> = trees.iter().map(|(tree, _)| tree.text()).collect();
        let program = match own.compile(&texts) {
            Ok(program) => program,
            Err(rejected) => panic!("expressions that pass alone do not together: {rejected}"),
        };
        for (tree, _) in &trees {
            tree.each(&mut |part| report.kind(part.kind));
        }
        for _ in 0..DOCUMENTS {
            let (document, values) = facts(&mut random);
            let mut context = Context::with_env(Arc::clone(&env));
            fill(&mut context, &document, &values);
            let bytes = document.to_string();
            let Ok(read) = program.read(bytes.as_bytes()) else { continue };
            let bindings = bindings(&read, &values);
            for (index, (tree, other)) in trees.iter().enumerate() {
                let said = program.evaluate(index, &bindings);
                report.cases += 1;
                report.verdict(if said.is_ok() { "value" } else { "error" }, 1);
                if compared(&said, &other.execute(&context)).is_some() {
                    let place = format!("--seed {seed}, batch {batches}");
                    show(&own, &env, tree, (&document, &values), place, report);
                }
            }
        }
    }
}

fn fill(context: &mut Context<'_, '_>, document: &Json, values: &[Json]) {
    context.add_variable_from_value("d", theirs(document, None));
    for ((name, ty), value) in VARIABLES.iter().zip(values) {
        context.add_variable_from_value(*name, theirs(value, Some(*ty)));
    }
}

/// Shrinks the expression, and reports it.
fn show(
    own: &Env,
    env: &Arc<cel::Env>,
    tree: &Tree,
    (document, values): (&Json, &[Json]),
    place: String,
    report: &mut Report,
) {
    let mut context = Context::with_env(Arc::clone(env));
    fill(&mut context, document, values);
    let judge = |tree: &Tree| {
        let text = tree.text();
        let program = own.compile(&[&text]).ok()?;
        let other = env.compile(&text).ok()?;
        differ(&program, 0, &other, (document, values), &context)
    };
    let Some(mut answers) = judge(tree) else { return };
    let mut tree = tree.clone();
    // Excuses are looked for in what is left when nothing more can be taken away.
    let mut tries = TRIES;
    'smaller: while tries > 0 {
        let mut candidates = tree.smaller(&simple);
        candidates.sort_by_key(|candidate| candidate.text().len());
        for candidate in candidates.into_iter().take(tries) {
            tries -= 1;
            if candidate.text().len() < tree.text().len()
                && let Some(now) = judge(&candidate)
            {
                (answers, tree) = (now, candidate);
                continue 'smaller;
            }
        }
        break;
    }
    if let Some(reason) = excuse(&tree.text(), &answers) {
        report.exclude(reason);
        return;
    }
    let named = VARIABLES.iter().zip(values).map(|((name, _), value)| format!("{name} = {value}"));
    let facts = format!("d = {document}, {}", named.collect::<Vec<_>>().join(", "));
    report.disagreement(Disagreement { place, what: tree.text(), facts, answers });
}

/// The simplest values of a type.
fn simple(ty: Ty) -> Vec<&'static str> {
    match ty {
        Ty::Bool => vec!["true", "false"],
        Ty::Int => vec!["1", "0"],
        Ty::Uint => vec!["1u"],
        Ty::Double => vec!["1.0"],
        Ty::Text => vec!["'a'", "''"],
        Ty::Bytes => vec!["b'a'"],
        Ty::Ints => vec!["[1]"],
        Ty::Texts => vec!["['a']"],
        Ty::Map => vec!["{'p': 1}"],
        Ty::Time | Ty::Span | Ty::Records => Vec::new(),
    }
}
