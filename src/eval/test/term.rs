//! What tests compare.

use super::super::{Run, Value};
use super::Rowed;
use crate::bound::{self, Cell, Rows};
use crate::program::{Arithmetic, Atom, HeldId, Item, Linked, Scalar, Term};
use crate::time::Timestamp;

impl<'a, const TRACE: bool> Run<'a, TRACE> {
    /// A cell as an atom, where it is one.
    #[inline(always)]
    pub(super) fn atom(&self, cell: &Cell) -> Option<Atom<'a>> {
        Some(match cell {
            Cell::Bool(value) => Atom::Bool(*value),
            Cell::Int(value) => Atom::Int(*value),
            Cell::Double(value) => Atom::Double(*value),
            Cell::Str(text) => Atom::Text(self.tape.text().get(text.range())?),
            Cell::Timestamp(at) => Atom::Time(*at),
            Cell::Date(day) => Atom::Date(*day),
            Cell::Never => Atom::Never,
            Cell::Null => Atom::Null,
            _ => return None,
        })
    }

    /// The value of a term, if it has one that is known.
    #[inline(always)]
    pub(super) fn seen(&mut self, rows: &mut Rowed, term: &'a Term) -> Option<Atom<'a>> {
        match term {
            Term::Fact(fact) => {
                let cell = self.look_at(rows, fact);
                self.atom(cell)
            }
            Term::Time(fact, by) => match self.look_at(rows, fact) {
                Cell::Timestamp(at) => at.checked_add(*by).map(Atom::Time),
                _ => None,
            },
            Term::Constant(constant) => constant.atom(),
            Term::Variable(index) => self.variables.get(*index as usize)?.atom(),
            other => self.worked_out(rows, other),
        }
    }

    /// The value of a term, if it is a point of time that is known.
    #[inline]
    pub(super) fn time(&mut self, rows: &mut Rowed, term: &'a Term) -> Option<Timestamp> {
        match term {
            Term::Variable(index) => match self.variables.get(*index as usize)? {
                Value::Timestamp(at) => Some(*at),
                _ => None,
            },
            other => self.time_worked_out(rows, other),
        }
    }

    #[inline(never)]
    fn time_worked_out(&mut self, rows: &mut Rowed, term: &'a Term) -> Option<Timestamp> {
        match self.seen(rows, term)? {
            Atom::Time(at) => Some(at),
            _ => None,
        }
    }

    #[inline(never)]
    fn worked_out(&mut self, rows: &mut Rowed, term: &'a Term) -> Option<Atom<'a>> {
        match term {
            // Those stand where they are called.
            Term::Fact(_) | Term::Time(..) | Term::Constant(_) | Term::Variable(_) => None,
            Term::AsOf => Some(Atom::Date(self.today())),
            Term::Position(key) => match self.look_at(rows, key) {
                Cell::Absent => self.places.get(key.level as usize).map(|place| Atom::Int((*place).into())),
                key => self.atom(key),
            },
            Term::Arithmetic(arithmetic, operands) => {
                let (a, b) = (self.seen(rows, &operands.0)?, self.seen(rows, &operands.1)?);
                match (arithmetic, a, b) {
                    (Arithmetic::Add, Atom::Text(a), Atom::Text(b)) => self.concatenated(a, b).ok().map(Atom::Text),
                    _ => a.arithmetic(*arithmetic, b).ok(),
                }
            }
            Term::Negate(term) => self.seen(rows, term)?.negate().ok(),
            Term::Size(fact) => self.size_at(rows, fact).map(Atom::Int),
            Term::Count(walk) => self.counted(rows, walk).map(Atom::Int),
            Term::If(condition, branches) => {
                let holds = self.test_at(rows, *condition)?;
                self.seen(rows, if holds { &branches.0 } else { &branches.1 })
            }
            Term::Item(item) => self.item(rows, item),
            Term::Linked(linked) => self.linked(rows, linked),
            Term::Value(op) => self.eval(*op).atom(),
            Term::Held(id, term) => self.held_term(rows, *id, term),
        }
    }

    /// Something of an element of a list, by its place.
    #[inline(never)]
    fn item(&mut self, rows: &mut Rowed, item: &'a Item) -> Option<Atom<'a>> {
        let list = *self.look_at(rows, &item.list);
        let at = self.seen(rows, &item.at)?;
        let made = match (list, at) {
            (Cell::List(Rows { made: Some(made), .. }), _) => made,
            (Cell::Object(map), Atom::Text(key)) if item.whole => {
                return self.atom(&bound::decoded(self.tape, self.tape.field(map, key)?, Scalar::Raw));
            }
            _ => return None,
        };
        let at = at.position()?;
        rows.set(item.level, made.at(u32::try_from(at).ok()?)?);
        self.seen(rows, &item.then)
    }

    /// Something of an element of a list, by its id.
    #[inline(never)]
    fn linked(&mut self, rows: &mut Rowed, linked: &'a Linked) -> Option<Atom<'a>> {
        let Atom::Text(id) = self.seen(rows, &linked.link)? else { return None };
        let list = self.program.lists.get(linked.list as usize)?;
        let node = self.facts?.element(&list.name, id)?;
        let Cell::List(Rows { made: Some(made), .. }) = self.bound.root(linked.cell) else { return None };
        // Rows stand in the order of the document.
        let (mut low, mut high) = (0, made.len());
        while low < high {
            let middle = low + (high - low) / 2;
            if self.bound.row_of(made.at(middle)?)? < node {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        let row = made.at(low)?;
        if self.bound.row_of(row) != Some(node) {
            return None;
        }
        rows.set(linked.level, row);
        self.seen(rows, &linked.then)
    }

    #[inline(never)]
    fn held_term(&mut self, rows: &mut Rowed, id: HeldId, term: &'a Term) -> Option<Atom<'a>> {
        self.worked_out_once(id, |run| run.seen(rows, term))
    }
}
