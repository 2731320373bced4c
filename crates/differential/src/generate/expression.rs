//! Expressions, by their types.

use super::{Definition, LISTS, Maker, PATTERNS, SCALAR_LISTS, Tree, quoted};
use crate::vocabulary::{COLORS, TINTS, Ty};

impl Maker<'_> {
    /// An expression of the type `ty`.
    pub fn expr(&mut self, ty: Ty, depth: usize) -> Tree {
        if depth == 0 || self.budget == 0 {
            return self.leaf(ty);
        }
        self.budget -= 1;
        let depth = depth - 1;
        match ty {
            Ty::Bool => self.bool(depth),
            Ty::Int => self.int(depth),
            Ty::Uint => match self.random.below(3) {
                0 => self.of("function", ty, "uint(@)", &[Ty::Int], depth),
                1 => self.conditional(ty, depth),
                _ => self.literal(ty),
            },
            Ty::Double => self.double(depth),
            Ty::Text => self.string(depth),
            Ty::Bytes => match self.random.below(4) {
                0 => self.of("function", ty, "bytes(@)", &[Ty::Text], depth),
                1 => self.of("function", ty, "base64.decode(base64.encode(@))", &[Ty::Bytes], depth),
                2 => self.of("function", ty, "base64.decode(@)", &[Ty::Text], depth),
                _ => self.literal(ty),
            },
            Ty::Date => self.date(depth),
            Ty::Moment => match self.random.below(4) {
                0 => self.conditional(ty, depth),
                1 => self.expr(Ty::Date, depth),
                2 => self.of("? :", ty, "(@ ? @ : never)", &[Ty::Bool, Ty::Date], depth),
                _ => self.leaf(ty),
            },
            Ty::Period | Ty::Color => self.conditional_leaf(ty, depth),
            Ty::Tint | Ty::Link | Ty::Chief | Ty::Mate | Ty::Person | Ty::Team | Ty::Member => self.leaf(ty),
            list => self.list(list, depth),
        }
    }

    fn of(&mut self, kind: &'static str, ty: Ty, text: &str, parts: &[Ty], depth: usize) -> Tree {
        let parts = parts.iter().map(|part| self.expr(*part, depth)).collect();
        Tree::of(kind, ty, text, parts)
    }

    /// `? :`, now and then with a guard as the condition.
    fn conditional(&mut self, ty: Ty, depth: usize) -> Tree {
        if self.random.percent(25)
            && let Some((guard, place)) = self.guard()
        {
            let yes = self.knowing(&place, |this| this.expr(ty, depth));
            let no = self.expr(ty, depth);
            return Tree::of("? :", ty, "(@ ? @ : @)", vec![guard, yes, no]);
        }
        self.of("? :", ty, "(@ ? @ : @)", &[Ty::Bool, ty, ty], depth)
    }

    fn conditional_leaf(&mut self, ty: Ty, depth: usize) -> Tree {
        if self.random.percent(60) {
            return self.leaf(ty);
        }
        let parts = vec![self.expr(Ty::Bool, depth), self.leaf(ty), self.leaf(ty)];
        Tree::of("? :", ty, "(@ ? @ : @)", parts)
    }

    /// `cel.bind`
    fn bind(&mut self, ty: Ty, depth: usize) -> Tree {
        const HELD: [Ty; 10] =
            [Ty::Bool, Ty::Bool, Ty::Int, Ty::Int, Ty::Text, Ty::Date, Ty::Moment, Ty::Ints, Ty::Texts, Ty::People];
        let held = HELD[self.random.below(HELD.len())];
        let value = self.held(held, depth);
        let name = self.fresh();
        let body = self.naming(vec![(name.clone(), held)], |this| this.expr(ty, depth));
        Tree::of("cel.bind", ty, &format!("cel.bind({name}, @, @)"), vec![value, body])
    }

    /// What a name can be given to: only places can be guarded.
    pub(super) fn held(&mut self, ty: Ty, depth: usize) -> Tree {
        let place = if ty == Ty::Moment { self.take(self.places(ty)) } else { None };
        match place {
            Some(place) => Tree::leaf("fact or name", ty, place),
            None => self.expr(ty, depth),
        }
    }

    /// An element of a list; no list holds `never` alone.
    fn item(&mut self, ty: Ty, depth: usize) -> Tree {
        match ty {
            Ty::Color => self.leaf(ty),
            Ty::Moment if self.random.percent(50) => self.held(ty, depth),
            Ty::Moment => self.expr(Ty::Date, depth),
            _ => self.expr(ty, depth),
        }
    }

    /// A call of a definition that yields `ty`.
    fn call(&mut self, ty: Ty, depth: usize) -> Option<Tree> {
        let all = self.definitions;
        let fitting: Vec<&Definition> = all.iter().filter(|definition| definition.result == ty).collect();
        if fitting.is_empty() {
            return None;
        }
        let definition = fitting[self.random.below(fitting.len())];
        let parts: Vec<Tree> = definition.parameters.iter().map(|(_, ty)| self.expr(*ty, depth)).collect();
        let holes = vec!["@"; parts.len()].join(", ");
        Some(Tree::of("definition", ty, &format!("{}({holes})", definition.name), parts))
    }

    /// A loop with a condition as its body.
    fn quantifier(&mut self, depth: usize) -> Tree {
        let list = LISTS[self.random.below(LISTS.len())];
        let over = self.expr(list, depth.min(2));
        let Some(element) = list.element() else { unreachable!("every list has elements") };
        let name = self.fresh();
        if self.random.percent(20) {
            let index = self.fresh();
            if index != name {
                let word = self.random.pick(&["all", "exists", "exists_one", "existsOne"]);
                let names = vec![(index.clone(), Ty::Int), (name.clone(), element)];
                let body = self.naming(names, |this| this.expr(Ty::Bool, depth));
                let text = format!("@.{word}({index}, {name}, @)");
                return Tree::of("loop of two variables", Ty::Bool, &text, vec![over, body]);
            }
        }
        let (kind, word) = *self.random.choose(&[
            ("all", "all"),
            ("exists", "exists"),
            ("exists_one", "exists_one"),
            ("exists", "exists"),
        ]);
        let body = self.naming(vec![(name.clone(), element)], |this| this.expr(Ty::Bool, depth));
        Tree::of(kind, Ty::Bool, &format!("@.{word}({name}, @)"), vec![over, body])
    }

    fn comparison(&mut self, depth: usize) -> Tree {
        let op = self.random.pick(&["==", "!=", "<", "<=", ">", ">="]).to_string();
        let equal = self.random.pick(&["==", "!="]).to_string();
        let same = |ty: Ty| [ty, ty];
        let (types, op) = match self.random.below(17) {
            0..=3 => (same(Ty::Int), op),
            4 => ([Ty::Int, Ty::Double], op),
            5 => ([Ty::Double, Ty::Int], op),
            6 => (same(Ty::Double), op),
            7 => ([Ty::Uint, *self.random.choose(&[Ty::Int, Ty::Double, Ty::Uint])], op),
            8 => (same(Ty::Text), op),
            9 => (same(Ty::Date), op),
            10 => (same(Ty::Bool), op),
            11 => (same(Ty::Moment), equal),
            12 => (same(Ty::Bytes), op),
            13 => (same(SCALAR_LISTS[self.random.below(SCALAR_LISTS.len())]), equal),
            14 => {
                let parts = vec![self.expr(Ty::Date, depth)];
                return Tree::of("as_of", Ty::Bool, &format!("(@ {op} as_of)"), parts);
            }
            15 => {
                let parts = vec![self.expr(Ty::Moment, depth)];
                return Tree::of("never", Ty::Bool, &format!("(@ {equal} never)"), parts);
            }
            _ => {
                let list = LISTS[self.random.below(LISTS.len())];
                let parts = vec![self.expr(list, depth), self.expr(Ty::Int, depth.min(1))];
                return Tree::of("size", Ty::Bool, &format!("(size(@) {op} @)"), parts);
            }
        };
        let kind = if op.len() == 2 && (op == "==" || op == "!=") { "equality" } else { "order" };
        self.of(kind, Ty::Bool, &format!("(@ {op} @)"), &types, depth)
    }

    /// About words of enums and links.
    fn about_words(&mut self, depth: usize) -> Tree {
        let (ty, words): (Ty, &[&str]) =
            if self.random.percent(70) { (Ty::Color, &COLORS) } else { (Ty::Tint, &TINTS) };
        let word = quoted(self.random.pick(words));
        let other = quoted(self.random.pick(words));
        let op = self.random.pick(&["==", "!="]).to_string();
        let one = |kind, text: &str, part| Tree::of(kind, Ty::Bool, text, vec![part]);
        match self.random.below(9) {
            0 => {
                let parts = vec![self.expr(Ty::Color, depth), self.leaf(Ty::Tint)];
                Tree::of("enum", Ty::Bool, &format!("(@ {op} @)"), parts)
            }
            1 => {
                let part = self.expr(ty, depth);
                one("enum", &format!("(@ in [{word}, {other}])"), part)
            }
            2 => {
                let part = self.expr(Ty::Colors, depth);
                one("in", &format!("({} in @)", quoted(self.random.pick(&COLORS))), part)
            }
            3 => {
                let part = self.expr(ty, depth);
                one("enum", "(@.startsWith('gr'))", part)
            }
            4 => {
                let parts = vec![self.leaf(Ty::Link), self.leaf(Ty::Chief)];
                Tree::of("link", Ty::Bool, &format!("(@ {op} @)"), parts)
            }
            5 => self.of("link", Ty::Bool, &format!("people.exists(e, e.id {op} @ && e.ok)"), &[Ty::Chief], 0),
            6 => {
                let part = self.leaf(Ty::Chief);
                let word = self.random.pick(&["'x'", "'nobody'"]).to_string();
                one("link", &format!("(@ {op} {word})"), part)
            }
            _ => {
                let part = self.expr(ty, depth);
                one("enum", &format!("(@ {op} {word})"), part)
            }
        }
    }

    /// A junction, one of whose operands stands behind a guard.
    fn guarded(&mut self, depth: usize) -> Tree {
        let Some((guard, place)) = self.guard() else { return self.comparison(depth) };
        let body = self.knowing(&place, |this| this.behind(&place, depth));
        match self.random.below(5) {
            0 => Tree::of("||", Ty::Bool, "(!(@) || @)", vec![guard, body]),
            1 => {
                let other = self.expr(Ty::Bool, depth);
                Tree::of("? :", Ty::Bool, "(@ ? @ : @)", vec![guard, body, other])
            }
            2 => {
                let other = self.expr(Ty::Bool, depth.min(1));
                Tree::of("&&", Ty::Bool, "(@ && @ && @)", vec![guard, other, body])
            }
            _ => Tree::of("&&", Ty::Bool, "(@ && @)", vec![guard, body]),
        }
    }

    fn bool(&mut self, depth: usize) -> Tree {
        let ty = Ty::Bool;
        match self.random.below(40) {
            0..=9 => {
                let and = self.random.percent(50);
                let count = 2 + self.random.below(3);
                let text = vec!["@"; count].join(if and { " && " } else { " || " });
                let types = vec![ty; count];
                self.of(if and { "&&" } else { "||" }, ty, &format!("({text})"), &types, depth)
            }
            10 | 11 => self.of("!", ty, "!(@)", &[ty], depth),
            12 | 13 => self.conditional(ty, depth),
            14..=19 => self.comparison(depth),
            20 | 21 => self.about_words(depth),
            22..=25 => self.guarded(depth),
            26..=30 => self.quantifier(depth),
            31 => {
                let list = SCALAR_LISTS[self.random.below(SCALAR_LISTS.len())];
                let Some(element) = list.element().filter(|element| *element != Ty::Color) else {
                    return self.about_words(depth);
                };
                let item = self.expr(element, depth);
                // A list written out may hold days only, and `never` is none.
                if item.text() == "never" {
                    return self.about_words(depth);
                }
                let list = self.expr(list, depth);
                Tree::of("in", ty, "(@ in @)", vec![item, list])
            }
            32 => self.bind(ty, depth),
            33 | 34 => self.call(ty, depth).unwrap_or_else(|| self.leaf(ty)),
            35 => {
                let name = self.random.pick(&["contains", "startsWith", "endsWith"]).to_string();
                self.of("string function", ty, &format!("@.{name}(@)"), &[Ty::Text, Ty::Text], depth)
            }
            36 => {
                let pattern = self.random.pick(&PATTERNS).to_string();
                let text = if self.random.percent(70) { "@.matches('PATTERN')" } else { "matches(@, 'PATTERN')" };
                self.of("matches", ty, &text.replace("PATTERN", &pattern), &[Ty::Text], depth)
            }
            37 => {
                let name = self.random.pick(&["contains", "equivalent", "intersects"]).to_string();
                // The last are lists of moments, which are two types.
                let list = SCALAR_LISTS[self.random.below(SCALAR_LISTS.len() - 1)];
                self.of("sets", ty, &format!("sets.{name}(@, @)"), &[list, list], depth)
            }
            38 => match self.random.below(4) {
                0 => {
                    let name = self.random.pick(&["isNaN", "isInf", "isFinite"]).to_string();
                    self.of("math", ty, &format!("math.{name}(@)"), &[Ty::Double], depth)
                }
                1 => self.of("optional", ty, "@.first().hasValue()", &[Ty::Ints], depth),
                2 => self.of("function", ty, "bool(@)", &[Ty::Text], depth),
                _ => self.of("index", ty, "@[@]", &[Ty::Bools, Ty::Int], depth),
            },
            _ => self.of("field of an element", ty, "@[@].ok", &[Ty::People, Ty::Int], depth.min(1)),
        }
    }

    fn int(&mut self, depth: usize) -> Tree {
        let ty = Ty::Int;
        match self.random.below(30) {
            0..=4 => {
                let op = self.random.pick(&["+", "-", "*", "/", "%"]).to_string();
                self.of("arithmetic", ty, &format!("(@ {op} @)"), &[ty, ty], depth)
            }
            5 => self.of("negation", ty, "-(@)", &[ty], depth),
            6 | 7 => {
                let list = LISTS[self.random.below(LISTS.len())];
                let text = if self.random.percent(50) { "size(@)" } else { "@.size()" };
                self.of("size", ty, text, &[list], depth)
            }
            8 => {
                let of = *self.random.choose(&[Ty::Text, Ty::Bytes]);
                self.of("size", ty, "size(@)", &[of], depth)
            }
            9 | 10 => self.conditional(ty, depth),
            11 => {
                let from = *self.random.choose(&[Ty::Int, Ty::Double, Ty::Text, Ty::Uint]);
                self.of("conversion", ty, "int(@)", &[from], depth)
            }
            12 | 13 => self.of("index", ty, "@[@]", &[Ty::Ints, ty], depth),
            14 => {
                let (part, name) = *self.random.choose(&[("year", Ty::Date), ("month", Ty::Date), ("day", Ty::Date)]);
                self.of("date function", ty, &format!("@.{part}()"), &[name], depth)
            }
            15 => self.of("date function", ty, "days_between(@, @)", &[Ty::Date, Ty::Date], depth),
            16 => {
                let name = self.random.pick(&["indexOf", "lastIndexOf"]).to_string();
                if self.random.percent(50) {
                    self.of("string function", ty, &format!("@.{name}(@)"), &[Ty::Text, Ty::Text], depth)
                } else {
                    self.of("string function", ty, &format!("@.{name}(@, @)"), &[Ty::Text, Ty::Text, ty], depth)
                }
            }
            17 => {
                let name = self.random.pick(&["greatest", "least"]).to_string();
                match self.random.below(3) {
                    0 => self.of("math", ty, &format!("math.{name}(@, @)"), &[ty, ty], depth),
                    1 => self.of("math", ty, &format!("math.{name}(@, @, @)"), &[ty, ty, ty], depth),
                    _ => self.of("math", ty, &format!("math.{name}(@)"), &[Ty::Ints], depth),
                }
            }
            18 => {
                let name = self.random.pick(&["abs", "sign", "bitNot"]).to_string();
                self.of("math", ty, &format!("math.{name}(@)"), &[ty], depth)
            }
            19 => {
                const NAMES: [&str; 5] = ["bitAnd", "bitOr", "bitXor", "bitShiftLeft", "bitShiftRight"];
                let name = self.random.pick(&NAMES).to_string();
                self.of("math", ty, &format!("math.{name}(@, @)"), &[ty, ty], depth)
            }
            20 => self.bind(ty, depth),
            21 => self.call(ty, depth).unwrap_or_else(|| self.leaf(ty)),
            22 => {
                let name = self.random.pick(&["first", "last"]).to_string();
                match self.random.below(3) {
                    0 => self.of("optional", ty, &format!("@.{name}().value()"), &[Ty::Ints], depth),
                    _ => self.of("optional", ty, &format!("@.{name}().orValue(@)"), &[Ty::Ints, ty], depth),
                }
            }
            23 => self.of("field of an element", ty, "@[@].n", &[Ty::People, ty], depth.min(1)),
            24 => {
                let word = self.random.pick(&["size(LIST)", "LIST.size()"]).replace("LIST", "@.filter(e0, @)");
                let list = self.expr(Ty::People, depth.min(1));
                let body = self.naming(vec![("e0".to_string(), Ty::Person)], |this| this.expr(Ty::Bool, depth));
                Tree::of("size", ty, &word, vec![list, body])
            }
            _ => self.leaf(ty),
        }
    }

    fn double(&mut self, depth: usize) -> Tree {
        let ty = Ty::Double;
        match self.random.below(12) {
            0..=2 => {
                let op = self.random.pick(&["+", "-", "*", "/"]).to_string();
                self.of("arithmetic", ty, &format!("(@ {op} @)"), &[ty, ty], depth)
            }
            3 => self.of("negation", ty, "-(@)", &[ty], depth),
            4 => self.conditional(ty, depth),
            5 => {
                let from = *self.random.choose(&[Ty::Int, Ty::Text, Ty::Uint, Ty::Double]);
                self.of("conversion", ty, "double(@)", &[from], depth)
            }
            6 => self.of("index", ty, "@[@]", &[Ty::Doubles, Ty::Int], depth),
            7 => {
                let name = self.random.pick(&["ceil", "floor", "round", "trunc", "abs", "sign", "sqrt"]).to_string();
                self.of("math", ty, &format!("math.{name}(@)"), &[ty], depth)
            }
            8 => {
                let name = self.random.pick(&["greatest", "least"]).to_string();
                self.of("math", ty, &format!("math.{name}(@, @)"), &[ty, ty], depth)
            }
            9 => self.bind(ty, depth),
            _ => self.leaf(ty),
        }
    }

    fn string(&mut self, depth: usize) -> Tree {
        let ty = Ty::Text;
        let text = |name: &str, types: &[Ty], this: &mut Self| this.of("string function", ty, name, types, depth);
        match self.random.below(24) {
            0 | 1 => self.of("concatenation", ty, "(@ + @)", &[ty, ty], depth),
            2 | 3 => {
                let from = *self.random.choose(&[Ty::Int, Ty::Double, Ty::Bool, Ty::Date, ty, Ty::Uint, Ty::Bytes]);
                self.of("conversion", ty, "string(@)", &[from], depth)
            }
            4 | 5 => self.conditional(ty, depth),
            6 => self.of("index", ty, "@[@]", &[Ty::Texts, Ty::Int], depth),
            7 => {
                let name = self.random.pick(&["lowerAscii", "upperAscii", "trim", "reverse"]).to_string();
                text(&format!("@.{name}()"), &[ty], self)
            }
            8 => text("@.charAt(@)", &[ty, Ty::Int], self),
            9 => text("@.substring(@)", &[ty, Ty::Int], self),
            10 => text("@.substring(@, @)", &[ty, Ty::Int, Ty::Int], self),
            11 => text("@.replace(@, @)", &[ty, ty, ty], self),
            12 => text("@.replace(@, @, @)", &[ty, ty, ty, Ty::Int], self),
            13 => text("@.join()", &[Ty::Texts], self),
            14 => text("@.join(@)", &[Ty::Texts, ty], self),
            15 => text("strings.quote(@)", &[ty], self),
            16 => text("'%d'.format([@])", &[Ty::Int], self),
            17 => text("'<%s>%%'.format([@])", &[ty], self),
            18 => self.of("function", ty, "base64.encode(@)", &[Ty::Bytes], depth),
            19 => self.bind(ty, depth),
            20 => self.call(ty, depth).unwrap_or_else(|| self.leaf(ty)),
            21 => self.of("field of an element", ty, "@[@].id", &[Ty::People, Ty::Int], depth.min(1)),
            _ => self.leaf(ty),
        }
    }

    fn date(&mut self, depth: usize) -> Tree {
        let ty = Ty::Date;
        match self.random.below(16) {
            0 | 1 => {
                let name = self.random.pick(&["plus_days", "plus_months", "plus_years"]).to_string();
                self.of("date function", ty, &format!("@.{name}(@)"), &[ty, Ty::Int], depth)
            }
            2 => self.of("date function", ty, "@.plus(@)", &[ty, Ty::Period], depth),
            3 => {
                let name = self.random.pick(&["earlier", "later"]).to_string();
                self.of("date function", ty, &format!("{name}(@, @)"), &[ty, ty], depth)
            }
            4 | 5 => self.of("date function", ty, "@.or(@)", &[Ty::Moment, ty], depth),
            6 => self.of("date function", ty, "next_open_day(@)", &[ty], depth),
            7 => {
                let part = self.expr(Ty::Text, depth);
                // A day that is written out must be one.
                let text = if part.kind == "literal" { "date(string(@))" } else { "date(@)" };
                Tree::of("conversion", ty, text, vec![part])
            }
            8 | 9 => self.conditional(ty, depth),
            10 => self.of("index", ty, "@[@]", &[Ty::Dates, Ty::Int], depth),
            11 => self.bind(ty, depth),
            12 => self.call(ty, depth).unwrap_or_else(|| self.leaf(ty)),
            _ => self.leaf(ty),
        }
    }

    fn list(&mut self, ty: Ty, depth: usize) -> Tree {
        let Some(element) = ty.element() else { unreachable!("{ty:?} is a list") };
        let is_record = !element.fields().is_empty();
        match self.random.below(16) {
            0..=3 => {
                let over = self.expr(ty, depth.min(2));
                let name = self.fresh();
                let body = self.naming(vec![(name.clone(), element)], |this| this.expr(Ty::Bool, depth));
                Tree::of("filter", ty, &format!("@.filter({name}, @)"), vec![over, body])
            }
            4 => self.of("concatenation", ty, "(@ + @)", &[ty, ty], depth.min(2)),
            5 => self.conditional(ty, depth.min(2)),
            6 if self.random.percent(40) => self.of("list function", ty, "@.reverse()", &[ty], depth),
            6 if self.random.percent(50) => {
                let parts = [ty, Ty::Int, Ty::Int];
                self.of("list function", ty, "@.slice(@, @)", &parts, depth.min(1))
            }
            6 => {
                let over = self.expr(ty, depth.min(2));
                let key = *self.random.choose(&[Ty::Int, Ty::Text, Ty::Double, Ty::Bool, Ty::Date]);
                let name = self.fresh();
                let key = self.naming(vec![(name.clone(), element)], |this| this.expr(key, depth.min(2)));
                Tree::of("sortBy", ty, &format!("@.sortBy({name}, @)"), vec![over, key])
            }
            _ if is_record => self.leaf(ty),
            7..=9 => {
                // From any list to values.
                let from = LISTS[self.random.below(LISTS.len())];
                let Some(of) = from.element() else { unreachable!("every list has elements") };
                let over = self.expr(from, depth.min(2));
                let (index, name) = (self.fresh(), self.fresh());
                let two = index != name && self.random.percent(35);
                let mut names = vec![(name.clone(), of)];
                if two {
                    names.insert(0, (index.clone(), Ty::Int));
                }
                let filtered = self.random.percent(40);
                let parts = self.naming(names, |this| {
                    let filter = filtered.then(|| this.expr(Ty::Bool, depth.min(2)));
                    let body = this.item(element, depth);
                    filter.into_iter().chain([body]).collect::<Vec<_>>()
                });
                let filter = if filtered { "@, " } else { "" };
                let (kind, text) = if two {
                    ("transformList", format!("@.transformList({index}, {name}, {filter}@)"))
                } else {
                    ("map", format!("@.map({name}, {filter}@)"))
                };
                Tree::of(kind, ty, &text, [vec![over], parts].concat())
            }
            10 => {
                let count = 1 + self.random.below(3);
                let text = vec!["@"; count].join(", ");
                let items = (0..count).map(|_| self.item(element, depth)).collect();
                Tree::of("list", ty, &format!("[{text}]"), items)
            }
            11 => match (ty, self.random.below(3)) {
                (Ty::Ints, 0) => {
                    let n = self.random.below(4);
                    Tree::leaf("list function", ty, format!("lists.range({n})"))
                }
                (Ty::Ints, 1) => self.of("list function", ty, "@.flatten()", &[Ty::IntLists], depth),
                (Ty::Texts, 0) => self.of("string function", ty, "@.split(@)", &[Ty::Text, Ty::Text], depth),
                (Ty::Texts, 1) => {
                    self.of("string function", ty, "@.split(@, @)", &[Ty::Text, Ty::Text, Ty::Int], depth)
                }
                (Ty::Texts, _) => self.of("regex", ty, "regex.extractAll(@, '[0-9a-z]+')", &[Ty::Text], depth),
                _ => self.of("list function", ty, "@.distinct()", &[ty], depth),
            },
            12 if matches!(ty, Ty::Ints | Ty::Texts | Ty::Doubles | Ty::Dates | Ty::Bools) => {
                self.of("list function", ty, "@.sort()", &[ty], depth)
            }
            13 => self.bind(ty, depth),
            14 => self.call(ty, depth).unwrap_or_else(|| self.leaf(ty)),
            _ => self.leaf(ty),
        }
    }
}
