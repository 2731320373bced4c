//! Random expressions of plain CEL.

use crate::random::Random;

/// The type of an expression, as far as the generator tells types apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ty {
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

pub type Tree = crate::tree::Tree<Ty>;

/// What a loop that makes a list is counted as.
fn looped(kind: &'static str, over: &Tree) -> &'static str {
    if over.ty == Ty::Map { "loop over a map" } else { kind }
}

/// Variables that stand for a value; everything else stands in the document `d`.
pub const VARIABLES: [(&str, Ty); 8] = [
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
pub const INTS: [i64; 9] = [0, 1, 2, 3, -1, -2, 10, i64::MAX, i64::MIN];
pub const TEXTS: [&str; 10] = ["", "JP", "12", "１２", "1.5", "a,b", " x ", "ßé😀", "true", "2026-01-01T00:00:00Z"];

/// Makes expressions.
pub struct Maker<'r> {
    random: &'r mut Random,
    names: Vec<(String, Option<Ty>)>,
    budget: usize,
    next: usize,
    /// Whether parts of a wrong type occur.
    is_loose: bool,
}

impl<'r> Maker<'r> {
    /// Makes at most `budget` nodes; loosely, parts of a wrong type occur.
    pub fn new(random: &'r mut Random, budget: usize, is_loose: bool) -> Self {
        Maker { random, names: Vec::new(), budget, next: 0, is_loose }
    }

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
            Ty::Time => {
                let time = random.pick(&[
                    "2026-11-22T10:20:30Z",
                    "2024-02-29T23:59:59.5+09:00",
                    "0001-01-01T00:00:00Z",
                    "9999-12-31T23:59:59Z",
                    "1970-01-01T00:00:00Z",
                ]);
                let kind = if time.ends_with('Z') { "literal" } else { "time with an offset" };
                return Tree::leaf(kind, ty, format!("timestamp('{time}')"));
            }
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

    /// An expression of the type `ty`, nested at most so deep.
    pub fn expr(&mut self, ty: Ty, depth: usize) -> Tree {
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
            6 if self.random.percent(40) => {
                let over = self.expr(ty, depth);
                let key = *self.random.choose(&[Ty::Int, Ty::Text, Ty::Double, Ty::Bool]);
                let (name, key) = self.naming(Some(element), |this, name| (name.to_string(), this.expr(key, depth)));
                Tree::of("sortBy", ty, &format!("@.sortBy({name}, @)"), vec![over, key])
            }
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
                let kind = if pattern.contains('\\') { "class of Perl" } else { "matches" };
                self.of(kind, ty, &format!("@.matches('{pattern}')"), &[Ty::Text], depth)
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
                let kind = if part == "getMilliseconds" { "getMilliseconds" } else { "duration function" };
                self.of(kind, ty, &format!("@.{part}()"), &[Ty::Span], depth)
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
            13 => self.of("format", ty, "'%d-%s'.format([@, @])", &[Ty::Int, ty], depth),
            14 => {
                let of = *self.random.choose(&[Ty::Ints, Ty::Double, Ty::Bool]);
                self.of("format", ty, "'%s'.format([@])", &[of], depth)
            }
            15 => self.of("base64", ty, "base64.encode(@)", &[Ty::Bytes], depth),
            _ => self.leaf(ty),
        }
    }
}

/// The simplest values of a type.
pub fn simple(ty: Ty) -> Vec<&'static str> {
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
