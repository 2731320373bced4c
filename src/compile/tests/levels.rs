//! The rows that a test looks at, while it is made.

use crate::program::{FactRef, HeldId, LocalId, MAX_LEVELS, ScopeId};

/// What a local of a loop stands for in a test.
#[derive(Clone, Copy)]
pub(super) enum Stands {
    /// The element whose row is at a level.
    Row(u8),
    /// A fact of such an element.
    Fact(FactRef),
    /// The place, or the key, of the element whose row is at a level: the cell that would hold the key.
    Place(FactRef),
}

/// A walk that is being made.
#[derive(Default)]
pub(super) struct Inside {
    pub(super) level: u8,
    /// Locals of loops around it that instructions read.
    pub(super) wanted: Vec<LocalId>,
    pub(super) fresh: Vec<HeldId>,
}

/// The rows a test looks at: its own from level 1 upwards, those of loops around it from the last downwards.
#[derive(Default)]
pub(super) struct Levels {
    pub(super) outer: Vec<(LocalId, ScopeId)>,
    pub(super) own: u8,
    /// The deepest level of its own so far.
    pub(super) deepest: u8,
    pub(super) locals: Vec<(LocalId, Stands)>,
    pub(super) walks: Vec<Inside>,
    /// Results that depend on the rows of loops around the test.
    pub(super) fresh: Vec<HeldId>,
    /// The levels looked at so far, as bits.
    pub(super) used: u32,
    /// How many tests and terms there are so far.
    pub(super) cost: u32,
}

/// The bit for what loops around a test may change otherwise.
pub(super) const AROUND: u32 = 1 << 31;

impl Levels {
    pub(super) fn mark(&mut self, level: u8) -> u8 {
        self.used |= 1 << level;
        level
    }

    /// A level for a row of the test itself.
    pub(super) fn enter(&mut self) -> Option<u8> {
        let level = self.own + 1;
        (usize::from(level) + self.outer.len() < MAX_LEVELS).then(|| {
            self.own = level;
            self.deepest = self.deepest.max(level);
            level
        })
    }

    /// Gives the level `level` back.
    pub(super) fn leave(&mut self, level: u8) {
        self.own = level - 1;
        self.used &= !(1 << level);
    }

    pub(super) fn stands(&self, local: LocalId) -> Option<Stands> {
        self.locals.iter().rev().find(|(known, _)| *known == local).map(|(_, stands)| *stands)
    }

    /// The level of the row that `local` stands at.
    pub(super) fn of(&mut self, local: LocalId, scope: ScopeId) -> Option<u8> {
        let level = match self.stands(local) {
            Some(Stands::Row(level)) => level,
            Some(_) => return None,
            None => match self.outer.iter().position(|(known, _)| *known == local) {
                Some(at) => (MAX_LEVELS - 1 - at) as u8,
                // No row of the test itself may ever stand there.
                None if usize::from(self.deepest) + self.outer.len() + 1 < MAX_LEVELS => {
                    self.outer.push((local, scope));
                    (MAX_LEVELS - self.outer.len()) as u8
                }
                None => return None,
            },
        };
        Some(self.mark(level))
    }

    /// Lets what looks at the levels `used` be worked out anew where one of them has moved; false if all
    /// of them move with every step.
    pub(super) fn keep(&mut self, held: HeldId, used: u32) -> bool {
        let deepest = (1..=self.own).rev().find(|level| used & (1 << level) != 0).unwrap_or(0);
        match self.walks.iter_mut().find(|walk| walk.level > deepest) {
            None => return false,
            Some(_) if used == 0 => {}
            Some(walk) if deepest > 0 => walk.fresh.push(held),
            Some(_) => self.fresh.push(held),
        }
        true
    }
}
