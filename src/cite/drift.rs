//! What has changed in a source since its outline was written.

use std::collections::HashSet;

use super::find::{Known, everywhere, in_order, known};
use super::locator::{is_within, normalized};
use super::outline::{Outline, Provision};
use super::pairs::longest;
use super::split::{Block, Piece};
use super::text::normalized_text;

/// How many pairs of changed passages are weighed at once; more than that are paired in their order.
const MAX_PAIRS: usize = 1 << 22;

/// What became of a provision, or of a text that none has, between an outline and a copy of its source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drift {
    /// What became of it.
    pub change: Change,
    /// The numbers of the provisions in the outline: several where they are parts of one sentence; none for a text
    /// that is new.
    pub provisions: Vec<usize>,
    /// Where it stands in the copy: the block and the line, from 1.
    pub place: Option<(usize, usize)>,
}

/// How a provision changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// Its words are others.
    Changed,
    /// It has another number or sign.
    Renumbered,
    /// It stands elsewhere.
    Moved,
    /// It is gone.
    Missing,
    /// It was not there.
    New,
}

/// Compares `outline` with a copy of its source, split into `blocks`.
pub fn drift(outline: &Outline, blocks: &[Block]) -> Vec<Drift> {
    let known = known(outline);
    let copy = Copy::of(blocks);
    let everywhere = everywhere(&known, &copy.pieces);
    let kept = in_order(known.len(), &everywhere);
    let mut changes: Vec<Single> = Vec::new();
    for found in kept.iter().filter(|found| !found.same_mark) {
        changes.push(Single { change: Change::Renumbered, known: found.known, piece: Some(found.pieces.start) });
    }
    // What lies between two passages that stayed has changed, come or gone.
    let mut gone: Vec<usize> = Vec::new();
    let mut new: Vec<(usize, Option<usize>)> = Vec::new();
    let ends = kept.iter().map(|found| (found.known, found.pieces.clone()));
    let (mut next_known, mut next_piece) = (0, 0);
    for (at, pieces) in ends.chain([(known.len(), copy.pieces.len()..copy.pieces.len())]) {
        let mine: Vec<usize> = (next_known..at).collect();
        let theirs = copy.segments(next_piece..pieces.start);
        let mut free: HashSet<usize> = theirs.iter().copied().collect();
        for (own, other) in paired(&known, &mine, &copy, &theirs).into_iter().zip(&mine) {
            match own {
                Some(piece) => {
                    free.remove(&piece);
                    changes.push(Single { change: Change::Changed, known: *other, piece: Some(piece) });
                }
                None => gone.push(*other),
            }
        }
        let before = at.checked_sub(1).filter(|_| at > 0);
        new.extend(theirs.into_iter().filter(|piece| free.contains(piece)).map(|piece| (piece, before)));
        (next_known, next_piece) = (at + 1, pieces.end);
    }
    for own in gone {
        let is_new = |piece: usize| new.iter().position(|(free, _)| *free == piece);
        let elsewhere = everywhere.iter().filter(|found| found.known == own);
        let place = elsewhere.filter_map(|found| is_new(found.pieces.start)).next();
        let moved = place.map(|place| new.remove(place).0);
        let change = if moved.is_some() { Change::Moved } else { Change::Missing };
        changes.push(Single { change, known: own, piece: moved });
    }
    let mut all = gathered(outline, &known, &copy, &changes);
    for (piece, before) in new {
        // A sentence more changes the provision it was added to; a mark is something new.
        match before.filter(|_| copy.pieces[piece].mark.is_none() && !copy.begins_block(piece)) {
            Some(before) => {
                let provisions = known[before].provisions.clone();
                if !all.iter().any(|drift| drift.provisions == provisions) {
                    all.push(Drift { change: Change::Changed, provisions, place: Some(copy.place(piece)) });
                }
            }
            None => all.push(Drift { change: Change::New, provisions: Vec::new(), place: Some(copy.place(piece)) }),
        }
    }
    all.sort_by_key(|drift| match drift.provisions.first() {
        Some(at) => (0, *at),
        None => (1, drift.place.map_or(0, |(_, line)| line)),
    });
    all
}

/// What became of one passage.
struct Single {
    change: Change,
    known: usize,
    piece: Option<usize>,
}

/// One drift for each provision: it is gone or elsewhere only if all of it is.
fn gathered(outline: &Outline, known: &[Known<'_>], copy: &Copy<'_>, changes: &[Single]) -> Vec<Drift> {
    let mut all: Vec<Drift> = Vec::new();
    let mut sorted: Vec<&Single> = changes.iter().collect();
    sorted.sort_by_key(|single| single.known);
    for group in sorted.chunk_by(|one, other| known[one.known].provisions == known[other.known].provisions) {
        let provisions = known[group[0].known].provisions.clone();
        let whole = outline.provisions()[provisions[0]].digests.len() == group.len();
        let worst = group.iter().map(|single| single.change).min().unwrap_or(Change::Changed);
        let change = match worst {
            Change::Moved | Change::Missing if !whole => Change::Changed,
            worst => worst,
        };
        let place = group.iter().find_map(|single| single.piece).map(|piece| copy.place(piece));
        all.push(Drift { change, provisions, place });
    }
    all
}

/// For each of `mine` the piece of the copy that took its place: one under the same mark, before one that is not.
fn paired(known: &[Known<'_>], mine: &[usize], copy: &Copy<'_>, theirs: &[usize]) -> Vec<Option<usize>> {
    if mine.len().saturating_mul(theirs.len()) > MAX_PAIRS {
        let mut theirs = theirs.iter().copied();
        return mine.iter().map(|_| theirs.next()).collect();
    }
    let marks: Vec<String> = theirs
        .iter()
        .map(|piece| copy.pieces[*piece].mark.as_ref().map_or(String::new(), |(mark, _)| normalized_text(mark)))
        .collect();
    let score = |own: usize, other: usize| match (known[mine[own]].digest.mark.as_str(), marks[other].as_str()) {
        (own, other) if own != other => 1,
        ("", "") => 2,
        _ => 4,
    };
    longest(mine.len(), theirs.len(), &score).into_iter().map(|other| Some(theirs[other?])).collect()
}

/// A copy of a source, piece by piece.
struct Copy<'b> {
    pieces: Vec<&'b Piece>,
    /// The block of each piece.
    blocks: Vec<usize>,
    /// The pieces that begin a passage.
    begins: HashSet<usize>,
}

impl<'b> Copy<'b> {
    fn of(all: &'b [Block]) -> Self {
        let (mut pieces, mut blocks, mut begins) = (Vec::new(), Vec::new(), HashSet::new());
        for (at, block) in all.iter().enumerate() {
            for passage in &block.passages {
                begins.insert(pieces.len());
                pieces.extend(&passage.pieces);
                blocks.resize(pieces.len(), at);
            }
        }
        Copy { pieces, blocks, begins }
    }

    fn place(&self, piece: usize) -> (usize, usize) {
        (self.blocks[piece], self.pieces[piece].line)
    }

    fn begins_block(&self, piece: usize) -> bool {
        piece == 0 || self.blocks[piece - 1] != self.blocks[piece]
    }

    /// The first pieces of what stands in `range`: where a passage or a mark begins.
    fn segments(&self, range: std::ops::Range<usize>) -> Vec<usize> {
        let first = range.start;
        range.filter(|at| *at == first || self.begins.contains(at) || self.pieces[*at].mark.is_some()).collect()
    }
}

/// Whether a rule that cites `cited` leans on the text of `provision`: it cites that provision, one around it, or
/// a part of it whose text is not kept apart.
pub fn leans_on(outline: &Outline, cited: &str, provision: &Provision) -> bool {
    if is_within(&provision.locator, cited) {
        return true;
    }
    let Some(own) = outline.resolve(cited).filter(|own| own.digests.is_empty()) else { return false };
    outline.parts(own).is_empty() && holder(outline, own).is_some_and(|holder| holder.locator == provision.locator)
}

/// The provision that holds the text of `provision`: itself, or the narrowest around it that has a digest.
pub fn holder<'o>(outline: &'o Outline, provision: &'o Provision) -> Option<&'o Provision> {
    if !provision.digests.is_empty() {
        return Some(provision);
    }
    let around = outline
        .provisions()
        .iter()
        .filter(|other| !other.digests.is_empty() && is_within(&provision.locator, &other.locator));
    around.max_by_key(|other| normalized(&other.locator).len())
}

/// Whether a rule that cites `cited` cites by the mark that `provision` begins with: what stands under that mark, or
/// around it.
pub fn is_renumbered_with(outline: &Outline, cited: &str, provision: &Provision) -> bool {
    let marks = provision.digests.first().map_or("", |digest| digest.mark.as_str());
    // 第44条第1項 begins with the mark of 第44条.
    let under = outline
        .provisions()
        .iter()
        .filter(|around| is_within(&provision.locator, &around.locator) && normalized(&around.locator).ends_with(marks))
        .max_by_key(|around| normalized(&around.locator).len())
        .unwrap_or(provision);
    is_within(&provision.locator, cited) || is_within(cited, &under.locator)
}
