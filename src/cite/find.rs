//! Where the passages of an outline stand in a copy of its source.
//!
//! A copy breaks its lines where it likes and may be damaged, so that it is not split to be compared: every run of its
//! lines is looked up by its digest, and of all that is found the longest row in the order of both is taken.

use std::collections::HashMap;
use std::ops::Range;

use sha2::{Digest as _, Sha256};

use super::locator::normalized;
use super::outline::Outline;
use super::split::{MAX_LINES, Piece};
use super::text::Digest;
use super::text::normalized_text;

/// How many runs of lines are looked up at most. No text of a law comes near.
const MAX_RUNS: usize = 1 << 22;

/// How many places are looked at for one text that stands in several.
const MAX_PLACES: usize = 64;

/// A passage of an outline.
pub(super) struct Known<'o> {
    /// The provisions that hold it: several where they are parts of one sentence.
    pub(super) provisions: Vec<usize>,
    pub(super) digest: &'o Digest,
}

/// The passages of `outline`, in its order.
pub(super) fn known(outline: &Outline) -> Vec<Known<'_>> {
    let mut all: Vec<Known<'_>> = Vec::new();
    let mut before: Option<usize> = None;
    for (at, provision) in outline.provisions().iter().enumerate().filter(|(_, own)| !own.digests.is_empty()) {
        let twin = before.map(|before| &outline.provisions()[before]).filter(|before| {
            before.digests == provision.digests && clause_of(&before.locator) == clause_of(&provision.locator)
        });
        match twin {
            Some(_) => {
                let from = all.len() - provision.digests.len();
                all[from..].iter_mut().for_each(|known| known.provisions.push(at));
            }
            None => {
                let own = provision.digests.iter();
                all.extend(own.map(|digest| Known { provisions: vec![at], digest }));
            }
        }
        before = Some(at);
    }
    all
}

/// The locator without what names a part of a sentence: `第3段落第1文(選定)` is a part of `第3段落第1文`.
pub(super) fn clause_of(locator: &str) -> String {
    let mut locator = normalized(locator);
    while locator.ends_with(')') {
        let mut depth = 0;
        let opens = locator.char_indices().rev().find(|(_, c)| {
            depth += match c {
                ')' => 1,
                '(' => -1,
                _ => 0,
            };
            depth == 0
        });
        match opens {
            // 第5(1) is no part of a sentence.
            Some((at, _)) if at > 0 && !is_numbered(&locator[at..]) => locator.truncate(at),
            _ => break,
        }
    }
    let half = ["前段", "中段", "後段"].into_iter().find_map(|half| locator.strip_suffix(half));
    half.map(str::to_string).unwrap_or(locator)
}

/// Whether a bracket holds a number or one sign, as those of items do.
fn is_numbered(bracket: &str) -> bool {
    let inner = bracket.trim_matches(['(', ')']);
    inner.chars().count() == 1 || inner.chars().all(|c| c.is_ascii_digit())
}

/// A passage of the outline that stands in the copy.
#[derive(Clone, Debug)]
pub(super) struct Found {
    /// Which pieces of the copy.
    pub(super) pieces: Range<usize>,
    /// Its number among the known.
    pub(super) known: usize,
    /// Whether the mark before it is the same, too.
    pub(super) same_mark: bool,
    /// Whether it has no mark.
    pub(super) is_bare: bool,
}

/// Everything of `known` that stands somewhere in `pieces`, by where it begins.
pub(super) fn everywhere(known: &[Known<'_>], pieces: &[&Piece]) -> Vec<Found> {
    let mut places: HashMap<&str, Vec<usize>> = HashMap::new();
    for (at, one) in known.iter().enumerate() {
        let places = places.entry(&one.digest.sha256).or_default();
        if places.len() < MAX_PLACES {
            places.push(at);
        }
    }
    let texts: Vec<String> = pieces.iter().map(|piece| normalized_text(&piece.text)).collect();
    let longest = (MAX_RUNS / pieces.len().max(1)).clamp(1, MAX_LINES);
    let mut found = Vec::new();
    for from in 0..pieces.len() {
        let marked = pieces[from].mark.as_ref().map(|(mark, used)| (mark.as_str(), &pieces[from].text[*used..]));
        for (mark, first) in marked.into_iter().chain([("", pieces[from].text.as_str())]) {
            let mark = normalized_text(mark);
            let first = normalized_text(first);
            if first.is_empty() && mark.is_empty() {
                continue;
            }
            let mut digest = Sha256::new();
            let more = texts[from + 1..].iter().take(longest - 1).take_while(|text| !text.is_empty());
            for (text, to) in std::iter::once(&first).chain(more).zip(from + 1..) {
                digest.update(text.as_bytes());
                let sha256: String = digest.clone().finalize().iter().map(|byte| format!("{byte:02x}")).collect();
                for at in places.get(sha256.as_str()).into_iter().flatten() {
                    let same_mark = known[*at].digest.mark == mark;
                    found.push(Found { pieces: from..to, known: *at, same_mark, is_bare: mark.is_empty() });
                }
            }
        }
    }
    found
}

/// Of `found`, the longest row in which both pieces and passages go up; the same marks count for more.
pub(super) fn in_order(known: usize, found: &[Found]) -> Vec<Found> {
    // By passage, the best row that ends there or before: a tree of maxima.
    let mut tree: Vec<(u64, Option<usize>)> = vec![(0, None); known + 1];
    let best_before = |tree: &[(u64, Option<usize>)], mut at: usize| {
        let mut best = (0, None);
        while at > 0 {
            if tree[at].0 > best.0 {
                best = tree[at];
            }
            at &= at - 1;
        }
        best
    };
    let mut rows: Vec<(u64, Option<usize>)> = Vec::with_capacity(found.len());
    let mut by_end: Vec<usize> = (0..found.len()).collect();
    by_end.sort_by_key(|at| found[*at].pieces.end);
    let mut ended = by_end.into_iter().peekable();
    for (at, one) in found.iter().enumerate() {
        while let Some(other) = ended.next_if(|other| *other < at && found[*other].pieces.end <= one.pieces.start) {
            let mut place = found[other].known + 1;
            while place <= known {
                if rows[other].0 > tree[place].0 {
                    tree[place] = (rows[other].0, Some(other));
                }
                place += place & place.wrapping_neg();
            }
        }
        let (weight, before) = best_before(&tree, one.known);
        rows.push((weight + 16 + u64::from(one.same_mark), before));
    }
    let mut last = (0..rows.len()).max_by_key(|at| (rows[*at].0, std::cmp::Reverse(*at)));
    let mut row = Vec::new();
    while let Some(at) = last {
        row.push(found[at].clone());
        last = rows[at].1;
    }
    row.reverse();
    row
}
