//! What has changed in a source since its outline was written.

use std::collections::{HashMap, HashSet};

use super::copy::Copy;
use super::find::{Found, Known, clause_of, everywhere, in_order, known};
use super::locator::{is_within, normalized};
use super::marks::Style;
use super::outline::{Outline, Provision};
use super::pairs::longest;
use super::parts::Part;
use super::split::Block;

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
    /// The locator of the provision a new text stands in.
    pub around: Option<String>,
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
    let kept = closed_up(&known, in_order(known.len(), &everywhere));
    let Between { mut changes, gone, mut new } = between(&known, &copy, &kept);
    // Where a mark stands before other words now.
    let mut lost: HashMap<usize, &str> = HashMap::new();
    for found in kept.iter().filter(|found| !found.same_mark) {
        let (mark, piece) = (known[found.known].digest.mark.as_str(), found.pieces.start);
        // Words that lost their mark, or got one, were joined by others or left by them.
        let change = if found.is_bare || mark.is_empty() { Change::Changed } else { Change::Renumbered };
        if found.is_bare {
            lost.insert(piece, mark);
        }
        changes.push(Single { change, known: found.known, piece: Some(piece) });
    }
    for own in gone {
        let is_new = |piece: usize| new.iter().position(|added| added.piece == piece);
        let elsewhere = everywhere.iter().filter(|found| found.known == own);
        let place = elsewhere.filter_map(|found| is_new(found.pieces.start)).next();
        let moved = place.map(|place| new.remove(place).piece);
        let change = if moved.is_some() { Change::Moved } else { Change::Missing };
        changes.push(Single { change, known: own, piece: moved });
    }
    let mut all = gathered(outline, &known, &copy, &changes);
    let mut last: Option<(usize, Option<usize>)> = None;
    for Added { piece, before, next } in new {
        let own = (copy.blocks[piece], before);
        let goes_on = last.replace(own) == Some(own);
        let mark = copy.mark(piece);
        let is_headed = copy.begins_block(piece) || !mark.is_empty();
        let is_more = !is_headed || (!copy.begins_block(piece) && copy.is_own_mark(piece));
        if (goes_on && is_more) || lost.get(&next) == Some(&mark.as_str()) {
            continue;
        }
        // A sentence before the first of a paragraph belongs to that.
        let leads = next < copy.pieces.len() && copy.blocks[next] == copy.blocks[piece] && copy.begins_paragraph(piece);
        let follows = leads && copy.paragraphs[next] == copy.paragraphs[piece];
        let follower = kept.binary_search_by_key(&next, |found| found.pieces.start).ok().filter(|_| follows);
        let follower = follower.map(|at| kept[at].known);
        let begins = is_headed || (follower.is_none() && copy.begins_paragraph(piece));
        let place = Some(copy.place(piece));
        match follower.or(before).filter(|_| !begins) {
            // A sentence more changes the provision it was added to.
            Some(before) => {
                let provisions = known[before].provisions.clone();
                if !all.iter().any(|drift| drift.provisions == provisions) {
                    all.push(Drift { change: Change::Changed, provisions, place, around: None });
                }
            }
            None => {
                let around = around(outline, &known, &copy, &kept, piece, before);
                all.push(Drift { change: Change::New, provisions: Vec::new(), place, around });
            }
        }
    }
    all.sort_by_key(|drift| match drift.provisions.first() {
        Some(at) => (0, *at),
        None => (1, drift.place.map_or(0, |(_, line)| line)),
    });
    all
}

/// Of equal passages in a row, those that stand beside what follows: where one of two is gone, it is the other.
fn closed_up(known: &[Known<'_>], mut kept: Vec<Found>) -> Vec<Found> {
    for at in (0..kept.len().saturating_sub(1)).rev() {
        let (own, next) = (kept[at].known, kept[at + 1].known);
        let other = next.wrapping_sub(1);
        let together = |one: usize, two: usize| known[one].provisions == known[two].provisions;
        let belongs = at > 0 && together(kept[at - 1].known, own);
        let is_beside = kept[at].pieces.end == kept[at + 1].pieces.start && next > own + 1;
        if !belongs && is_beside && together(other, next) && known[other].digest == known[own].digest {
            kept[at].known = other;
        }
    }
    kept
}

/// A text of the copy that the outline has not.
struct Added {
    piece: usize,
    /// The passage of the outline before it, and the piece with which the next begins that stayed.
    before: Option<usize>,
    next: usize,
}

/// What lies between passages that stayed.
#[derive(Default)]
pub(super) struct Between {
    pub(super) changes: Vec<Single>,
    gone: Vec<usize>,
    new: Vec<Added>,
}

/// What lies between two passages that stayed has changed, come or gone.
pub(super) fn between(known: &[Known<'_>], copy: &Copy<'_>, kept: &[Found]) -> Between {
    let mut found = Between::default();
    let ends = kept.iter().map(|found| (found.known, found.pieces.clone()));
    let (mut next_known, mut next_piece) = (0, 0);
    for (at, pieces) in ends.chain([(known.len(), copy.pieces.len()..copy.pieces.len())]) {
        let mine: Vec<usize> = (next_known..at).collect();
        let theirs = copy.segments(next_piece..pieces.start);
        let mut free: HashSet<usize> = theirs.iter().copied().collect();
        for (piece, own) in paired(known, &mine, copy, &theirs).into_iter().zip(mine) {
            match piece {
                Some(piece) => {
                    free.remove(&piece);
                    found.changes.push(Single { change: Change::Changed, known: own, piece: Some(piece) });
                }
                None => found.gone.push(own),
            }
        }
        let added = |piece| Added { piece, before: at.checked_sub(1), next: pieces.start };
        found.new.extend(theirs.into_iter().filter(|piece| free.contains(piece)).map(added));
        (next_known, next_piece) = (at + 1, pieces.end);
    }
    found
}

/// What became of one passage.
pub(super) struct Single {
    change: Change,
    pub(super) known: usize,
    pub(super) piece: Option<usize>,
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
        all.push(Drift { change, provisions, place, around: None });
    }
    all
}

/// For each of `mine` the piece of the copy that took its place: one under the same mark, before one that is not.
fn paired(known: &[Known<'_>], mine: &[usize], copy: &Copy<'_>, theirs: &[usize]) -> Vec<Option<usize>> {
    if mine.len().saturating_mul(theirs.len()) > MAX_PAIRS {
        let mut theirs = theirs.iter().copied();
        return mine.iter().map(|_| theirs.next()).collect();
    }
    let marks: Vec<String> = theirs.iter().map(|piece| copy.mark(*piece)).collect();
    let score = |own: usize, other: usize| match (known[mine[own]].digest.mark.as_str(), marks[other].as_str()) {
        (own, other) if own != other => 1,
        ("", "") => 2,
        _ => 4,
    };
    longest(mine.len(), theirs.len(), &score).into_iter().map(|other| Some(theirs[other?])).collect()
}

/// The locator of the provision that holds a new text: for a provision what stands under the same marks, for a
/// paragraph what it was added to.
fn around(
    outline: &Outline,
    known: &[Known<'_>],
    copy: &Copy<'_>,
    kept: &[Found],
    piece: usize,
    before: Option<usize>,
) -> Option<String> {
    let locator = |known: &Known<'_>| normalized(&outline.provisions()[known.provisions[0]].locator);
    let (begins, mark) = (copy.begins_block(piece), copy.mark(piece));
    if !begins && mark.is_empty() {
        return before.map(|before| without_parts(&locator(&known[before])).to_string());
    }
    let path = copy.path(piece);
    let (own, above) = path.split_last()?;
    let (above, is_paragraph) =
        if begins { (above, own.style == Style::Number) } else { (path, mark.chars().all(|c| c.is_ascii_digit())) };
    let label = normalized(&above.last()?.label);
    let before = &kept[..kept.partition_point(|found| found.pieces.start <= piece)];
    let holder = before.iter().rev().find(|found| copy.path(found.pieces.start) == above)?;
    let locator = locator(&known[holder.known]);
    // A paragraph stands beside the first paragraph, an item in it.
    let article = locator.rfind(&label).filter(|_| is_paragraph).map(|at| locator[..at + label.len()].to_string());
    Some(article.unwrap_or_else(|| without_parts(&locator).to_string()))
}

/// `locator` without the names of parts that have no mark.
fn without_parts(locator: &str) -> &str {
    let named = |end: &str| Part::all(end).is_some_and(|parts| parts.first() != Some(&Part::Whole));
    let cut = locator.char_indices().map(|(at, _)| at).find(|at| *at > 0 && named(&locator[*at..]));
    &locator[..cut.unwrap_or(locator.len())]
}

/// Whether a rule that cites `cited` leans on the text of `provision`: it cites that provision, one around it, or
/// a part of it whose text is not kept apart.
pub fn leans_on(outline: &Outline, cited: &str, provision: &Provision) -> bool {
    if is_within(&provision.locator, cited) {
        return true;
    }
    let Some(own) = outline.resolve(cited).filter(|own| own.digests.is_empty()) else { return false };
    // 第3項(契約条項) is all of 第3項, which its parts may have.
    let clause = outline.resolve(&clause_of(cited)).filter(|clause| clause.digests.is_empty());
    if clause.is_some_and(|clause| is_within(&provision.locator, &clause.locator)) {
        return true;
    }
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
pub fn is_renumbered_with(cited: &str, provision: &Provision) -> bool {
    let locator = normalized(&provision.locator);
    let mark = provision.digests.iter().map(|digest| normalized(&digest.mark)).find(|mark| !mark.is_empty());
    // 第44条第1項 begins with the mark of 第44条, 第4号 with (4).
    let end = mark.and_then(|mark| locator.rfind(&mark).map(|at| at + mark.len()));
    let marked = &locator[..end.unwrap_or(without_parts(&locator).len())];
    is_within(&provision.locator, cited) || is_within(cited, marked)
}
