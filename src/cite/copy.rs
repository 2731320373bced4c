//! A copy of a source, piece by piece.

use std::collections::HashSet;
use std::ops::Range;

use super::marks::Mark;
use super::split::{Block, Piece};
use super::text::normalized_text;

/// The pieces of a copy, and where each stands.
#[derive(Default)]
pub(super) struct Copy<'b> {
    all: &'b [Block],
    pub(super) pieces: Vec<&'b Piece>,
    /// The block of each piece, and its paragraph in that.
    pub(super) blocks: Vec<usize>,
    pub(super) paragraphs: Vec<usize>,
    /// The pieces that begin a passage.
    begins: HashSet<usize>,
}

impl<'b> Copy<'b> {
    pub(super) fn of(all: &'b [Block]) -> Self {
        let mut copy = Copy { all, ..Copy::default() };
        for (at, block) in all.iter().enumerate() {
            for passage in &block.passages {
                copy.begins.insert(copy.pieces.len());
                copy.pieces.extend(&passage.pieces);
                copy.blocks.resize(copy.pieces.len(), at);
                copy.paragraphs.resize(copy.pieces.len(), passage.paragraph);
            }
        }
        copy
    }

    pub(super) fn place(&self, piece: usize) -> (usize, usize) {
        (self.blocks[piece], self.pieces[piece].line)
    }

    pub(super) fn path(&self, piece: usize) -> &'b [Mark] {
        &self.all[self.blocks[piece]].path
    }

    pub(super) fn mark(&self, piece: usize) -> String {
        self.pieces[piece].mark.as_ref().map_or(String::new(), |(mark, _)| normalized_text(mark))
    }

    /// Whether it begins with the mark of its block.
    pub(super) fn is_own_mark(&self, piece: usize) -> bool {
        self.path(piece).last().is_some_and(|own| normalized_text(&own.label) == self.mark(piece))
    }

    pub(super) fn begins_block(&self, piece: usize) -> bool {
        piece == 0 || self.blocks[piece - 1] != self.blocks[piece]
    }

    pub(super) fn begins_paragraph(&self, piece: usize) -> bool {
        piece == 0 || self.paragraphs[piece - 1] != self.paragraphs[piece]
    }

    /// The first pieces of what stands in `range`: where a passage or a mark begins.
    pub(super) fn segments(&self, range: Range<usize>) -> Vec<usize> {
        let first = range.start;
        range.filter(|at| *at == first || self.begins.contains(at) || self.pieces[*at].mark.is_some()).collect()
    }
}
