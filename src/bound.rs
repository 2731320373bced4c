//! A document as a program reads it: the facts that the program loads, found and decoded once, in rows.
//!
//! A *scope* is the document, or the elements of one list; a *row* holds the cells of one scope for one
//! object, a header before them. Rows of one list stand one after another. Binding walks through the
//! document once, however many rules read it, and looks only into what some rule reads.

use std::num::NonZeroU32;

use crate::json::{Kind, NodeId, Tape};
use crate::program::{Absent, CellId, Decode, Layout, Scalar, ScopeId, head_at};
use crate::time::Timestamp;
use crate::value::Day;

/// A fact, decoded.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cell {
    /// It is not there.
    Absent,
    /// The beginning of a row.
    Header {
        /// The object whose row it is.
        node: NodeId,
        /// The scope of the row.
        scope: ScopeId,
    },
    /// `null`
    Null,
    /// A boolean.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number.
    Double(f64),
    /// A string without escapes.
    Str(Text),
    /// A string with escapes.
    Escaped(NodeId),
    /// A day.
    Date(Day),
    /// The answer `never`.
    Never,
    /// A point of time that a string spells.
    Timestamp(Timestamp),
    /// An object.
    Object(NodeId),
    /// A list.
    List(Rows),
}

/// A string of a document: its bytes in the text, and the first eight of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Text {
    /// First byte.
    pub start: u32,
    /// How many bytes.
    pub len: u32,
    /// The first eight bytes, zeros after the end.
    pub head: u64,
}

impl Text {
    /// The string that stands at `start..end` of `text`.
    #[inline]
    pub fn of(text: &str, start: usize, end: usize) -> Self {
        let head = head_at(text.as_bytes(), start, end);
        Text { start: start as u32, len: (end - start) as u32, head }
    }

    /// Where it stands.
    #[inline]
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.start as usize + self.len as usize
    }
}

/// A list of a document, and the rows of its elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rows {
    /// The list.
    pub node: NodeId,
    /// How its elements are read.
    pub scalar: Scalar,
    /// The rows of its elements, where rows were made.
    pub made: Option<Made>,
}

impl Rows {
    /// The list `node` without rows.
    pub fn none(node: NodeId, scalar: Scalar) -> Self {
        Rows { node, scalar, made: None }
    }
}

/// One cell of each of some rows.
#[derive(Clone, Copy)]
pub struct Column<'b> {
    cells: &'b [Cell],
    apart: usize,
}

impl<'b> Column<'b> {
    /// The cell of the row `index`.
    #[inline(always)]
    pub fn at(self, index: u32) -> &'b Cell {
        self.cells.get(index as usize * self.apart).unwrap_or(&Cell::Absent)
    }
}

/// Rows that stand one after another; as an iterator, where each begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Made {
    /// The cell at which the first one begins; there is always one before.
    first: NonZeroU32,
    len: u32,
    /// How many cells each has, the header included.
    apart: u16,
}

impl Made {
    /// How many there are.
    #[inline]
    pub fn len(self) -> u32 {
        self.len
    }

    /// Whether there are none.
    #[inline]
    pub fn is_empty(self) -> bool {
        self.len == 0
    }

    /// Where the row `index` begins.
    #[inline]
    pub fn at(self, index: u32) -> Option<u32> {
        (index < self.len).then(|| self.first.get() + index * u32::from(self.apart))
    }

    /// Those from `start` on, at most `most`.
    #[inline]
    pub fn part(self, start: u32, most: u32) -> Made {
        let first = self.first.saturating_add(start * u32::from(self.apart));
        Made { first, len: self.len.saturating_sub(start).min(most), ..self }
    }

    /// Where the first one would begin, and how far apart they are.
    #[inline]
    pub fn steps(self) -> (u32, u32) {
        (self.first.get(), self.apart.into())
    }
}

impl Iterator for Made {
    type Item = u32;

    #[inline]
    fn next(&mut self) -> Option<u32> {
        let row = self.at(0)?;
        self.first = self.first.saturating_add(self.apart.into());
        self.len -= 1;
        Some(row)
    }
}

/// A document, bound to the layout of a program.
#[derive(Clone, Debug, Default)]
pub struct Bound {
    cells: Vec<Cell>,
    layout: u64,
}

impl Bound {
    /// Binds `tape` to `layout`.
    pub fn new(layout: &Layout, absent: Absent, tape: &Tape<'_>) -> Self {
        let mut bound = Bound { cells: Vec::new(), layout: layout.digest() };
        bound.fill(layout, absent, tape);
        bound
    }

    /// Binds another document in the place of the one before.
    pub fn rebind(&mut self, layout: &Layout, absent: Absent, tape: &Tape<'_>) {
        self.cells.clear();
        self.layout = layout.digest();
        self.fill(layout, absent, tape);
    }

    fn fill(&mut self, layout: &Layout, absent: Absent, tape: &Tape<'_>) {
        self.cells.push(Cell::Header { node: NodeId::ROOT, scope: ScopeId::DOCUMENT });
        self.cells.resize(1 + layout.width(ScopeId::DOCUMENT), Cell::Absent);
        let mut binder = Binder { cells: &mut self.cells, layout, absent, tape };
        if tape.kind(NodeId::ROOT) == Kind::Object {
            binder.object(layout.root(ScopeId::DOCUMENT), NodeId::ROOT, 0);
        }
    }

    /// Whether it was bound to a layout like `layout`.
    pub fn fits(&self, layout: &Layout) -> bool {
        !self.cells.is_empty() && self.layout == layout.digest()
    }

    /// A fact of the document.
    #[inline]
    pub fn root(&self, cell: CellId) -> Cell {
        self.cells[1 + cell.index()]
    }

    /// A fact of the row that begins at `row`, where that is a row of `scope`.
    #[inline]
    pub fn field(&self, row: u32, scope: ScopeId, cell: CellId) -> Option<Cell> {
        match self.cells.get(row as usize..)? {
            [Cell::Header { scope: own, .. }, cells @ ..] if *own == scope => cells.get(cell.index()).copied(),
            _ => None,
        }
    }

    /// A cell of the row that begins at `row`.
    #[inline(always)]
    pub fn at(&self, row: u32, cell: CellId) -> &Cell {
        self.cells.get(row as usize + 1 + cell.index()).unwrap_or(&Cell::Absent)
    }

    /// A cell of each of the rows `made`.
    #[inline]
    pub fn column(&self, made: Made, cell: CellId) -> Column<'_> {
        let first = made.first.get() as usize + 1 + cell.index();
        Column { cells: self.cells.get(first..).unwrap_or_default(), apart: made.apart.into() }
    }

    /// The scope of the row that begins at `row`.
    #[inline]
    pub fn scope(&self, row: u32) -> Option<ScopeId> {
        match self.cells.get(row as usize)? {
            Cell::Header { scope, .. } => Some(*scope),
            _ => None,
        }
    }

    /// The object whose row begins at `row`.
    #[inline]
    pub fn row_of(&self, row: u32) -> Option<NodeId> {
        match self.cells.get(row as usize)? {
            Cell::Header { node, .. } => Some(*node),
            _ => None,
        }
    }
}

struct Binder<'l, 'b> {
    cells: &'l mut Vec<Cell>,
    layout: &'l Layout,
    absent: Absent,
    tape: &'l Tape<'b>,
}

impl Binder<'_, '_> {
    /// Binds the members of `object`, which stands at `place`, to the row that begins at `row`.
    fn object(&mut self, place: usize, object: NodeId, row: usize) {
        let tape = self.tape;
        let mut next = tape.first_element(object);
        while let Some(key) = next {
            let value = NodeId(key.0 + 1);
            next = tape.next_element(object, value);
            let found = match tape.kind(key) {
                Kind::String(false) => {
                    let (start, end) = tape.inside(key);
                    let text = tape.text().as_bytes();
                    self.layout.child_at(place, head_at(text, start, end), &text[start..end])
                }
                _ => self.layout.child(place, tape.string(key).as_bytes()),
            };
            if let Some(place) = found {
                self.value(place, value, row);
            }
        }
    }

    fn value(&mut self, place: usize, node: NodeId, row: usize) {
        let kind = self.tape.kind(node);
        if kind == Kind::Null && self.absent == Absent::Unknown {
            return;
        }
        let layout = self.layout;
        let elements = layout.elements(place).filter(|_| kind == Kind::Array);
        let rows = elements.and_then(|scope| self.rows(scope, node));
        for (cell, decode) in layout.cells(place) {
            self.cells[row + 1 + cell.index()] = match decode {
                Decode::List(scalar) => Cell::List(rows.unwrap_or(Rows::none(node, *scalar)).with(*scalar)),
                Decode::One(scalar) => match decoded(self.tape, node, *scalar) {
                    Cell::List(none) => Cell::List(rows.unwrap_or(none)),
                    cell => cell,
                },
                Decode::Keys | Decode::Entries if kind == Kind::Object => {
                    let made = layout.elements(place).and_then(|scope| self.members(scope, node, *decode));
                    Cell::List(made.unwrap_or(Rows::none(node, Scalar::Raw)))
                }
                // Of a list its elements are taken; a key is bound with the map that it stands in.
                Decode::Keys | Decode::Entries | Decode::Key => continue,
            };
        }
        if kind == Kind::Object {
            self.object(place, node, row);
        }
    }

    /// Makes the rows of the elements of `list`.
    fn rows(&mut self, scope: ScopeId, list: NodeId) -> Option<Rows> {
        let tape = self.tape;
        let made = self.room(scope, tape.elements(list).count())?;
        for (row, node) in made.zip(tape.elements(list)) {
            self.row(scope, row, node);
        }
        Some(Rows { node: list, scalar: Scalar::Raw, made: Some(made) })
    }

    /// Makes the rows of the keys of `map`, or of its values and their keys.
    fn members(&mut self, scope: ScopeId, map: NodeId, decode: Decode) -> Option<Rows> {
        let tape = self.tape;
        let made = self.room(scope, tape.members(map).count())?;
        let place = self.layout.root(scope);
        let at = self.layout.cells(place).find(|(_, decode)| *decode == Decode::Key).map(|(cell, _)| *cell);
        for (row, (key, value)) in made.zip(tape.members(map)) {
            if decode == Decode::Keys {
                self.row(scope, row, key);
                continue;
            }
            self.row(scope, row, value);
            if let Some(cell) = at {
                self.cells[row as usize + 1 + cell.index()] = decoded(tape, key, Scalar::Raw);
            }
        }
        Some(Rows { node: map, scalar: Scalar::Raw, made: Some(made) })
    }

    /// Room for `len` rows of `scope`.
    fn room(&mut self, scope: ScopeId, len: usize) -> Option<Made> {
        let apart = 1 + self.layout.width(scope);
        let first = self.cells.len();
        // All of them can be counted in 32 bits.
        let end = u32::try_from(first + len * apart).ok()?;
        let first = NonZeroU32::new(u32::try_from(first).ok()?)?;
        self.cells.resize(end as usize, Cell::Absent);
        Some(Made { first, len: u32::try_from(len).ok()?, apart: u16::try_from(apart).ok()? })
    }

    /// Binds `node` to the row of `scope` that begins at `row`.
    #[inline]
    fn row(&mut self, scope: ScopeId, row: u32, node: NodeId) {
        self.cells[row as usize] = Cell::Header { node, scope };
        self.value(self.layout.root(scope), node, row as usize);
    }
}

impl Rows {
    fn with(self, scalar: Scalar) -> Self {
        Rows { scalar, ..self }
    }
}

/// Reads the JSON value `node` as `scalar` says.
pub fn decoded(tape: &Tape<'_>, node: NodeId, scalar: Scalar) -> Cell {
    let kind = tape.kind(node);
    match (scalar, kind) {
        (_, Kind::Bool(value)) => Cell::Bool(value),
        (Scalar::Double, Kind::Number) => tape.double(node).map_or(Cell::Null, Cell::Double),
        (Scalar::Int, Kind::Number) => match tape.int(node) {
            Some(value) => Cell::Int(value),
            None => tape.double(node).map_or(Cell::Null, Cell::Double),
        },
        (_, Kind::Number) => match tape.int_literal(node) {
            Some(value) => Cell::Int(value),
            None => tape.double(node).map_or(Cell::Null, Cell::Double),
        },
        (Scalar::Date | Scalar::DateOrNever, Kind::String(_)) => {
            Day::parse(&tape.string(node)).map_or(Cell::Never, Cell::Date)
        }
        (Scalar::Timestamp, Kind::String(false)) => {
            let (start, end) = tape.inside(node);
            let found = Timestamp::parse(&tape.text().as_bytes()[start..end]);
            found.map_or_else(|| string(tape, node), Cell::Timestamp)
        }
        (_, Kind::String(false)) => string(tape, node),
        (_, Kind::String(true)) => Cell::Escaped(node),
        (_, Kind::Object) => Cell::Object(node),
        (_, Kind::Array) => Cell::List(Rows::none(node, Scalar::Raw)),
        (_, Kind::Null) => Cell::Null,
    }
}

fn string(tape: &Tape<'_>, node: NodeId) -> Cell {
    let (start, end) = tape.inside(node);
    Cell::Str(Text::of(tape.text(), start, end))
}
