//! The tree of an expression, in one arena, so that dropping or copying it never recurses.

/// How deep an expression may nest, brackets and operators counted alike.
pub const MAX_DEPTH: usize = 128;

/// How many parts an expression may have.
pub const MAX_NODES: usize = (1 << 17) - (1 << 10);

/// A node of an [`Ast`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ExprId(pub(crate) u32);

impl ExprId {
    /// Its place in the arena.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A word and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// The word.
    pub text: String,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

/// A constant.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// `1`
    Int(i64),
    /// `1u`
    Uint(u64),
    /// `1.0`
    Double(f64),
    /// `'text'`
    String(String),
    /// `b'bytes'`
    Bytes(Vec<u8>),
}

/// `-` or `!`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnaryOp {
    /// `!`
    Not,
    /// `-`
    Negate,
}

/// The operators between two operands, `&&` and `||` apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BinaryOp {
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterEqual,
    /// `in`
    In,
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `%`
    Remainder,
}

impl BinaryOp {
    /// As written.
    pub fn sign(self) -> &'static str {
        match self {
            BinaryOp::Equal => "==",
            BinaryOp::NotEqual => "!=",
            BinaryOp::Less => "<",
            BinaryOp::LessEqual => "<=",
            BinaryOp::Greater => ">",
            BinaryOp::GreaterEqual => ">=",
            BinaryOp::In => "in",
            BinaryOp::Add => "+",
            BinaryOp::Subtract => "-",
            BinaryOp::Multiply => "*",
            BinaryOp::Divide => "/",
            BinaryOp::Remainder => "%",
        }
    }

    /// Whether it compares: `== != < <= > >=`.
    pub fn is_comparison(self) -> bool {
        matches!(
            self,
            BinaryOp::Equal
                | BinaryOp::NotEqual
                | BinaryOp::Less
                | BinaryOp::LessEqual
                | BinaryOp::Greater
                | BinaryOp::GreaterEqual
        )
    }
}

/// The loops of CEL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Macro {
    /// `list.all(x, p)`
    All,
    /// `list.exists(x, p)`
    Exists,
    /// `list.exists_one(x, p)`
    ExistsOne,
    /// `list.filter(x, p)`
    Filter,
    /// `list.map(x, f)` and `list.map(x, p, f)`
    Map,
    /// `list.transformList(i, x, f)` and `list.transformList(i, x, p, f)`
    TransformList,
    /// `map.transformMap(k, v, f)` and `map.transformMap(k, v, p, f)`
    TransformMap,
    /// `map.transformMapEntry(k, v, {f: g})` and `map.transformMapEntry(k, v, p, {f: g})`
    TransformMapEntry,
    /// `list.sortBy(x, key)`
    SortBy,
}

/// The names of a loop.
type Names = &'static [&'static str];
/// With how many variables a loop is written, and whether with a filter.
type Forms = &'static [(usize, bool)];

impl Macro {
    /// Every loop, with all its names, and with how many variables and whether with a filter it is written.
    const ALL: [(Macro, Names, Forms); 9] = [
        (Macro::All, &["all"], &[(1, false), (2, false)]),
        (Macro::Exists, &["exists"], &[(1, false), (2, false)]),
        (Macro::ExistsOne, &["exists_one", "existsOne"], &[(1, false), (2, false)]),
        (Macro::Filter, &["filter"], &[(1, false)]),
        (Macro::Map, &["map"], &[(1, false), (1, true)]),
        (Macro::TransformList, &["transformList"], &[(2, false), (2, true)]),
        (Macro::TransformMap, &["transformMap"], &[(2, false), (2, true)]),
        (Macro::TransformMapEntry, &["transformMapEntry"], &[(2, false), (2, true)]),
        (Macro::SortBy, &["sortBy"], &[(1, false)]),
    ];

    /// As written.
    pub fn name(self) -> &'static str {
        Macro::ALL[self as usize].1[0]
    }

    /// The loop written `name`, with `arguments` of them: how many are variables, whether one is a filter.
    pub(super) fn find(name: &str, arguments: usize) -> Option<(Macro, usize, bool)> {
        let (kind, _, forms) = Macro::ALL.iter().find(|(_, names, _)| names.contains(&name))?;
        let form = forms.iter().find(|(variables, filter)| variables + usize::from(*filter) + 1 == arguments)?;
        Some((*kind, form.0, form.1))
    }

    /// The names of all loops.
    pub fn names<'n>() -> impl Iterator<Item = &'n str> {
        Macro::ALL.iter().flat_map(|(_, names, _)| names.iter().copied())
    }
}

/// One node.
#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    /// What could not be read; a diagnostic says why.
    Error,
    /// A constant.
    Literal(Literal),
    /// A name.
    Ident(String),
    /// `operand.field`; the field is empty where none was written yet.
    Select(ExprId, Name),
    /// `operand.?field`
    SelectOptional(ExprId, Name),
    /// `operand[index]`
    Index(ExprId, ExprId),
    /// `operand[?index]`
    IndexOptional(ExprId, ExprId),
    /// `function(args)` or `target.function(args)`
    Call(Option<ExprId>, Name, Vec<ExprId>),
    /// `has(operand.field)`
    Has(ExprId, Name),
    /// `?value`, as an element of a list or the value of a map: present only where the optional is.
    Optional(ExprId),
    /// `Name{field: value}`, which needs message types nobody declared.
    Message(Name),
    /// `[a, b]`
    List(Vec<ExprId>),
    /// `{k: v}`
    Map(Vec<(ExprId, ExprId)>),
    /// `!a`, `-a`
    Unary(UnaryOp, ExprId),
    /// `a + b`
    Binary(BinaryOp, ExprId, ExprId),
    /// `a && b && c`, flat
    And(Vec<ExprId>),
    /// `a || b || c`, flat
    Or(Vec<ExprId>),
    /// `c ? a : b`
    Conditional(ExprId, ExprId, ExprId),
    /// A loop over a list or a map.
    Loop {
        /// Which.
        kind: Macro,
        /// What is looped over.
        list: ExprId,
        /// The variable; of two the first, which stands for the index or the key.
        variable: Name,
        /// The second of two variables, which stands for the element or the value.
        second: Option<Name>,
        /// The condition before `body`, as in `map(x, p, f)`.
        filter: Option<ExprId>,
        /// What is worked out for each element.
        body: ExprId,
    },
    /// `cel.bind(x, value, body)`
    Bind {
        /// The variable.
        variable: Name,
        /// What it stands for.
        value: ExprId,
        /// Where it does.
        body: ExprId,
    },
    /// `optional.optMap(x, body)`, `optional.optFlatMap(x, body)`
    OptMap {
        /// Whether the body yields an optional itself.
        flat: bool,
        /// The optional.
        optional: ExprId,
        /// What its value is called.
        variable: Name,
        /// What becomes of it.
        body: ExprId,
    },
}

/// The tree of one expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Ast {
    pub(crate) nodes: Vec<Expr>,
    pub(crate) ranges: Vec<(u32, u32)>,
    pub(crate) root: ExprId,
}

impl Ast {
    /// The node `id`.
    pub fn node(&self, id: ExprId) -> &Expr {
        &self.nodes[id.index()]
    }

    /// The bytes of the expression's text under the node `id`.
    pub fn range(&self, id: ExprId) -> (usize, usize) {
        let (start, end) = self.ranges[id.index()];
        (start as usize, end as usize)
    }

    /// The whole expression.
    pub fn root(&self) -> ExprId {
        self.root
    }

    /// The functions called by name alone: the call and the name.
    pub fn calls(&self) -> impl Iterator<Item = (ExprId, &str)> {
        self.nodes.iter().enumerate().filter_map(|(index, node)| match node {
            Expr::Call(None, name, _) => Some((ExprId(index as u32), name.text.as_str())),
            _ => None,
        })
    }

    /// Every node, in the order of the arena.
    pub fn ids(&self) -> impl Iterator<Item = ExprId> + use<> {
        (0..self.nodes.len() as u32).map(ExprId)
    }

    /// How many nodes there are.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }
}
