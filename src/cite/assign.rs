//! Which provision of an outline each passage of a text belongs to.

use std::cmp::Ordering;
use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use super::copy::Copy;
use super::drift::between;
use super::find::{everywhere, in_order, known};
use super::locator::{is_within, normalized};
use super::marks::{Mark, Style};
use super::outline::Outline;
use super::pairs::longest;
use super::parts::Part;
use super::split::{Block, Passage};
use super::text::{Digest, normalized_text};

/// How many pairs of blocks and provisions are weighed at most.
const MAX_PAIRS: usize = 1 << 25;

/// What the provisions of an outline hold of a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Assigned {
    /// By the number of the provision.
    pub held: Vec<Vec<Digest>>,
    /// The provisions whose text stands elsewhere now: their place in the outline is to be changed.
    pub moved: Vec<usize>,
    /// The provisions that had a text and have none.
    pub gone: Vec<usize>,
    /// The blocks that are new and have no provision: they are held by none.
    pub new: Vec<usize>,
}

/// For each provision of `outline` what it holds of `blocks`. What the outline holds already stays where it is; the
/// rest goes where its marks and the names of its parts lead, or else, in an outline that holds nothing yet, to the
/// provision before it. `None` if there are too many of both to be compared.
pub fn assign(outline: &Outline, blocks: &[Block]) -> Option<Assigned> {
    let provisions = outline.provisions();
    if blocks.len().saturating_mul(provisions.len()) > MAX_PAIRS {
        return None;
    }
    let locators: Vec<String> = provisions.iter().map(|provision| normalized(&provision.locator)).collect();
    let mut found = Assigned { held: vec![Vec::new(); provisions.len()], ..Assigned::default() };
    if provisions.is_empty() {
        return Some(found);
    }
    let (kept, moved) = kept(outline, blocks);
    let is_new_outline = provisions.iter().all(|provision| provision.digests.is_empty());
    let homes = homes(&locators, blocks, &kept);
    let held: BTreeSet<usize> = homes.iter().map(|home| home.provision).collect();
    // What stands under the same marks is one body, and has the same parts.
    let mut bodies: HashMap<&[Mark], Vec<&Passage>> = HashMap::new();
    for block in blocks {
        let body = block.passages.iter().filter(|passage| passage.paragraph > 0);
        bodies.entry(&block.path).or_default().extend(body);
    }
    let mut named: HashMap<(&[Mark], usize), Owners> = HashMap::new();
    let mut last = vec![0];
    for (at, (block, home)) in blocks.iter().zip(&homes).enumerate() {
        if home.is_new && !is_new_outline && kept[at].iter().all(Option::is_none) {
            found.new.push(at);
            continue;
        }
        let owners = named
            .entry((&block.path, home.provision))
            .or_insert_with(|| owners(&parts(&locators, &held, home.provision), &bodies[block.path.as_slice()]));
        let is_row = block.path.last().is_some_and(|mark| mark.style == Style::Row);
        for (passage, kept) in block.passages.iter().zip(&kept[at]) {
            let named = || match is_row && passage.paragraph == 0 {
                true => cell(&locators, passage, home.provision),
                false => owners.get(&std::ptr::from_ref(passage)).cloned(),
            };
            let own = kept.clone().or_else(named).unwrap_or_else(|| vec![home.provision]);
            // The order of the text is that of the outline, but for what stays although it stands elsewhere.
            let digest = passage.digest();
            let is_moved = kept.is_some() && own.iter().any(|own| moved.contains(own));
            if !is_moved && own.first() >= last.first() {
                last.clone_from(&own);
            }
            let holders = if is_moved { &own } else { &last };
            holders.iter().for_each(|own| found.held[*own].push(digest.clone()));
        }
    }
    let is_gone = |at: &usize| !provisions[*at].digests.is_empty() && found.held[*at].is_empty();
    found.gone = (0..provisions.len()).filter(is_gone).collect();
    found.moved = moved;
    Some(found)
}

/// For each block and passage the provisions that hold it already.
type Kept = Vec<Vec<Option<Vec<usize>>>>;

/// What the outline holds already, and the provisions whose text stands elsewhere.
fn kept(outline: &Outline, blocks: &[Block]) -> (Kept, Vec<usize>) {
    let known = known(outline);
    let copy = Copy::of(blocks);
    let everywhere = everywhere(&known, &copy.pieces);
    let mut all = in_order(known.len(), &everywhere);
    let changes = between(&known, &copy, &all).changes;
    let pieces = &copy.pieces;
    let (mut is_taken, mut is_covered) = (vec![false; known.len()], vec![false; pieces.len()]);
    for found in &all {
        is_taken[found.known] = true;
        is_covered[found.pieces.clone()].fill(true);
    }
    let mut moved = Vec::new();
    for found in everywhere {
        if !is_taken[found.known] && !is_covered[found.pieces.clone()].contains(&true) {
            is_taken[found.known] = true;
            is_covered[found.pieces.clone()].fill(true);
            moved.extend(&known[found.known].provisions);
            all.push(found);
        }
    }
    // What took the place of a passage is held by what held that.
    let changed: HashMap<usize, usize> =
        changes.into_iter().filter_map(|change| Some((change.piece?, change.known))).collect();
    let held: HashMap<Range<usize>, usize> = all.into_iter().map(|found| (found.pieces, found.known)).collect();
    let mut at = 0;
    let mut of = |passage: &Passage| {
        let range = at..at + passage.pieces.len();
        at = range.end;
        let own = held.get(&range).or_else(|| changed.get(&range.start).filter(|own| !is_taken[**own]));
        own.map(|own| known[*own].provisions.clone())
    };
    let kept = blocks.iter().map(|block| block.passages.iter().map(&mut of).collect()).collect();
    (kept, moved)
}

/// Where the passages of a block belong.
#[derive(Clone, Copy)]
struct Home {
    provision: usize,
    /// Whether nothing leads there but that it comes before.
    is_new: bool,
}

/// For each block the provision whose locator ends with its mark, as far as the order of both allows; else the one
/// its words name, the one around it, or the one before it.
fn homes(locators: &[String], blocks: &[Block], kept: &Kept) -> Vec<Home> {
    let labels: Vec<Vec<String>> = locators.iter().map(|locator| labels(locator)).collect();
    // A provision that has a text belongs to the block in which that stands.
    let mut taken: HashMap<usize, usize> = HashMap::new();
    for (at, passages) in kept.iter().enumerate() {
        for own in passages.iter().flatten().flatten() {
            taken.entry(*own).or_insert(at);
        }
    }
    let fits = |block: usize, provision: usize| taken.get(&provision).is_none_or(|taken| *taken == block);
    let matched = longest(blocks.len(), labels.len(), &|block, provision| {
        if fits(block, provision) { score(&blocks[block], &labels[provision]) } else { 0 }
    });
    let mut homes: Vec<Home> = Vec::with_capacity(blocks.len());
    let mut by_path: HashMap<&[Mark], usize> = HashMap::new();
    let mut last = 0;
    for (block, own) in blocks.iter().zip(matched) {
        let named = || {
            let by_words = [Style::Term, Style::Row, Style::Remark, Style::Division];
            let mark = block.path.last().filter(|mark| by_words.contains(&mark.style))?;
            let name = normalized_text(&mark.label);
            let is_named = |locator: &String| {
                let around = locator.strip_suffix("の項").unwrap_or(locator).strip_suffix(&name);
                around.is_some_and(|around| around.is_empty() || locators.iter().any(|other| other == around))
            };
            locators.iter().skip(last).position(is_named).map(|found| found + last)
        };
        // What goes on after a table.
        let resumed = || by_path.get(block.path.as_slice()).copied();
        let own = own.or_else(named).or_else(resumed);
        let provision = own.unwrap_or(last);
        last = last.max(provision);
        by_path.insert(&block.path, provision);
        homes.push(Home { provision, is_new: own.is_none() && !block.path.is_empty() });
    }
    homes
}

/// The provisions that are parts of `home` or come at the end of what it stands in, and the parts they name.
fn parts(locators: &[String], held: &BTreeSet<usize>, home: usize) -> Vec<(usize, Vec<Part>)> {
    let own = &locators[home];
    let within = locators.iter().enumerate().filter(|(at, locator)| *at != home && is_within(locator, own));
    let within = within.filter_map(|(at, locator)| Some((at, Part::all(&locator[own.len()..])?)));
    let mut found: Vec<(usize, Vec<Part>)> = within.collect();
    // What follows a list stands in the block of its last item.
    let next = held.range(home + 1..).next().copied().unwrap_or(usize::MAX);
    for (at, locator) in locators.iter().enumerate().take(next).skip(home + 1) {
        let around = locators[..home].iter().filter(|around| is_within(own, around) && is_within(locator, around));
        let Some(around) = around.max_by_key(|around| around.len()) else { continue };
        let Some(mut named) = Part::all(&locator[around.len()..]) else { continue };
        match named.as_mut_slice() {
            [Part::LastParagraph | Part::LastHalf] => named = vec![Part::AfterFirst],
            [Part::Note | Part::Proviso] => named.insert(0, Part::AfterFirst),
            _ => continue,
        }
        found.push((at, named));
    }
    found
}

/// The provision that is called by the words of a cell of the table at `home`.
fn cell(locators: &[String], passage: &Passage, home: usize) -> Option<Vec<usize>> {
    let words = normalized_text(&passage.words().1);
    let is_called = |locator: &String| locator.strip_prefix(&locators[home]) == Some(&words);
    locators.iter().skip(home + 1).position(is_called).map(|found| vec![found + home + 1])
}

/// For each passage, by where it is kept, the provisions that name the part it stands in: of several, the narrowest.
type Owners = HashMap<*const Passage, Vec<usize>>;

fn owners(parts: &[(usize, Vec<Part>)], body: &[&Passage]) -> Owners {
    let mut narrowest: HashMap<*const Passage, (usize, usize)> = HashMap::new();
    let mut owners = Owners::new();
    for (at, named) in parts {
        let chosen = Part::choose(named, body);
        let rank = (chosen.len(), usize::MAX - named.len());
        for passage in chosen {
            let passage = std::ptr::from_ref(passage);
            let best = narrowest.entry(passage).or_insert(rank);
            let own = owners.entry(passage).or_default();
            match rank.cmp(best) {
                Ordering::Less => (*best, *own) = (rank, vec![*at]),
                Ordering::Equal => own.push(*at),
                Ordering::Greater => {}
            }
        }
    }
    owners
}

/// How well a block fits the labels of a locator: 0 where the last of each is another.
fn score(block: &Block, labels: &[String]) -> u32 {
    let Some((own, above)) = block.path.split_last() else { return 0 };
    let Some((last, before)) = labels.split_last() else { return 0 };
    let mut rest = before.iter().rev().peekable();
    let mut score = 5;
    if !means(own, last) {
        // The first paragraph of an article has no mark of its own.
        if last != "第1項" || !rest.next().is_some_and(|label| means(own, label)) {
            return 0;
        }
        score = 4;
    }
    for mark in above.iter().rev() {
        if rest.peek().is_some_and(|label| means(mark, label)) {
            rest.next();
            score += 3;
        }
    }
    // Labels the block has nothing for speak against it.
    score + 2u32.saturating_sub(u32::try_from(rest.count()).unwrap_or(2))
}

/// Whether a locator may write `mark` as `label`.
fn means(mark: &Mark, label: &str) -> bool {
    let number = mark.number;
    match (mark.style, mark.branch()) {
        (Style::Paren | Style::Kanji, branch) if !branch.is_empty() => {
            return label == mark.label || label == format!("第{number}号{branch}");
        }
        (Style::Number, branch) if !branch.is_empty() => return label == format!("第{number}項{branch}"),
        _ => {}
    }
    match mark.style {
        Style::Number => [
            number.to_string(),
            format!("第{number}項"),
            format!("の{number}"),
            format!("第{number}号"),
            format!("末尾{number}"),
            format!("定義{number}"),
        ]
        .iter()
        .any(|known| known == label),
        Style::Paren => [format!("({number})"), format!("第{number}号")].iter().any(|known| known == label),
        Style::Kanji => mark.label == label || format!("第{number}号") == label,
        Style::Square => label.strip_prefix('■').is_some_and(|words| normalized(&mark.label).contains(words)),
        Style::Bullet => label == format!("第{number}項目"),
        Style::Term | Style::Row => false,
        // Which 附則 it is need not stand above it.
        Style::Division if mark.label == "附則" => label.starts_with("附則"),
        Style::Division => mark.label == label || label.ends_with(&mark.label),
        _ => normalized(&mark.label) == label,
    }
}

/// The labels of a normalized locator, outermost first; none where it ends with words, such as 柱書 or 前段.
fn labels(locator: &str) -> Vec<String> {
    let chars: Vec<char> = locator.chars().collect();
    let mut found = Vec::new();
    let mut at = 0;
    let mut ended = false;
    let number = |from: usize| {
        let end = (from..chars.len()).find(|at| !chars[*at].is_ascii_digit()).unwrap_or(chars.len());
        (end > from).then_some(end)
    };
    while at < chars.len() {
        let start = at;
        let take = |end: usize, found: &mut Vec<String>| {
            found.push(chars[start..end].iter().collect());
            end
        };
        ended = true;
        at = match chars[at] {
            '第' if number(at + 1).is_some() => {
                let mut end = number(at + 1).unwrap_or(at + 1);
                if chars.get(end) == Some(&'条') {
                    end += 1;
                    while chars.get(end) == Some(&'の') && number(end + 1).is_some() {
                        end = number(end + 1).unwrap_or(end);
                    }
                } else if chars.get(end) == Some(&'項') && chars.get(end + 1) == Some(&'目') {
                    end += 2;
                } else if matches!(chars.get(end), Some('項' | '号' | '章' | '節')) {
                    end += 1;
                } else if matches!(chars.get(end), Some('段' | '文')) {
                    ended = false;
                    end += 1;
                }
                take(end, &mut found)
            }
            '(' => {
                let end = (at..chars.len()).find(|at| chars[*at] == ')').map_or(chars.len(), |end| end + 1);
                let inner: String = chars[at + 1..end.saturating_sub(1).max(at + 1)].iter().collect();
                let short = inner.chars().all(|c| c.is_ascii_digit()) || inner.chars().count() == 1;
                ended = short;
                take(end, &mut found)
            }
            '※' | '注' => take(number(at + 1).unwrap_or(at + 1), &mut found),
            'の' if number(at + 1).is_some() => take(number(at + 1).unwrap_or(at + 1), &mut found),
            '■' => {
                // A heading ends where a part of what stands below it is named.
                let words = ["第", "柱書", "後段", "表", "("];
                let rest = |at: usize| chars[at..].iter().take(3).collect::<String>();
                let ends = |at: &usize| {
                    let next = rest(*at);
                    let named = words.iter().any(|word| next.starts_with(word));
                    named && (!next.starts_with('第') || chars.get(at + 1).is_some_and(char::is_ascii_digit))
                };
                take((at + 1..chars.len()).find(ends).unwrap_or(chars.len()), &mut found)
            }
            '①'..='⑳' => take(at + 1, &mut found),
            '別' if matches!(chars.get(at + 1), Some('記' | '紙' | '表' | '添')) => {
                let mut end = number(at + 2).unwrap_or(at + 2);
                if chars.get(end) == Some(&'(') && chars.get(end + 1) == Some(&'そ') {
                    end = (end..chars.len()).find(|at| chars[*at] == ')').map_or(chars.len(), |end| end + 1);
                }
                take(end, &mut found)
            }
            '附' if chars.get(at + 1) == Some(&'則') => {
                let end =
                    (at + 2..chars.len()).find(|at| chars[*at] == ')').filter(|_| chars.get(at + 2) == Some(&'('));
                take(end.map_or(at + 2, |end| end + 1), &mut found)
            }
            '末' | '定' if matches!(chars.get(at + 1), Some('尾' | '義')) && number(at + 2).is_some() => {
                take(number(at + 2).unwrap_or(at + 2), &mut found)
            }
            '記' => take(at + 1, &mut found),
            c if c.is_ascii_digit() => take(number(at).unwrap_or(at + 1), &mut found),
            c @ ('ア'..='ソ' | 'ロ' | 'ハ' | 'ニ')
                if !chars.get(at + 1).is_some_and(|next| ('ァ'..='ー').contains(next))
                    && (at == 0 || !('ァ'..='ー').contains(&chars[at - 1])) =>
            {
                let _ = c;
                take(at + 1, &mut found)
            }
            c if "一二三四五六七八九".contains(c) && at > 0 => take(at + 1, &mut found),
            _ => {
                ended = false;
                at + 1
            }
        };
    }
    if ended { found } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locators_fall_into_labels() {
        assert_eq!(labels("第44条第3項第6号ア"), ["第44条", "第3項", "第6号", "ア"]);
        assert_eq!(labels("委託基準第3(2)ア"), ["第3", "(2)", "ア"]);
        assert_eq!(labels("運用第4の8(5)"), ["第4", "の8", "(5)"]);
        assert_eq!(labels("別記(その1)第2第2項"), ["別記(その1)", "第2", "第2項"]);
        assert!(labels("別記(その1)第2(契約条項)").is_empty());
        assert!(labels("委託基準第3(2)柱書").is_empty());
        assert_eq!(labels("5■選定第1項目"), ["5", "■選定", "第1項目"]);
        assert!(labels("5■選定柱書").is_empty());
        assert_eq!(labels("附則(平成28年1月1日施行)"), ["附則(平成28年1月1日施行)"]);
        assert_eq!(labels("附則第2項"), ["附則", "第2項"]);
    }
}
