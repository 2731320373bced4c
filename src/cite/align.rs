//! Which provision of an outline each block of a text is, and what has changed since.

use super::locator::{is_within, normalized};
use super::split::{Block, Mark, Style};
use super::{Outline, Provision};

/// What became of a provision, or of a text that none has, between an outline and a copy of its source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Drift {
    /// The text of the provision is another: its number in the outline, the number of the block.
    Changed(usize, usize),
    /// The text of the provision stands elsewhere.
    Moved(usize, usize),
    /// The text of the provision is gone.
    Missing(usize),
    /// A text that belongs to no provision.
    New(usize),
}

/// For each block the number of the provision it belongs to: the one whose locator ends with its mark, as far as
/// the order of both allows; else the one before it.
pub fn assign(outline: &Outline, blocks: &[Block]) -> Vec<usize> {
    let labels: Vec<Vec<String>> =
        outline.provisions().iter().map(|provision| labels(&normalized(&provision.locator))).collect();
    let matched = longest(blocks.len(), labels.len(), &|block, provision| score(&blocks[block], &labels[provision]));
    let mut all = Vec::with_capacity(blocks.len());
    let mut last = 0;
    for own in matched {
        last = own.unwrap_or(last);
        all.push(last);
    }
    all
}

/// Compares the digests of `outline` with the blocks of a text.
pub fn drift(outline: &Outline, blocks: &[Block]) -> Vec<Drift> {
    let known: Vec<(usize, &str)> = outline
        .provisions()
        .iter()
        .enumerate()
        .flat_map(|(at, provision)| provision.digests.iter().map(move |digest| (at, digest.as_str())))
        .collect();
    let matched = longest(blocks.len(), known.len(), &|block, at| u32::from(blocks[block].digest == known[at].1));
    let mut found = Vec::new();
    let (mut block, mut at) = (0, 0);
    let mut ends: Vec<(usize, usize)> =
        matched.iter().enumerate().filter_map(|(block, at)| Some((block, (*at)?))).collect();
    ends.push((blocks.len(), known.len()));
    let (mut gone, mut new) = (Vec::new(), Vec::new());
    for (next_block, next_at) in ends {
        let mut mine: Vec<usize> = (at..next_at).collect();
        let mut theirs: Vec<usize> = (block..next_block).collect();
        // Between two texts that stayed, what is under the same mark is one provision with another text.
        while let (Some(own), Some(other)) = (mine.first().copied(), theirs.first().copied()) {
            mine.remove(0);
            theirs.remove(0);
            found.push(Drift::Changed(known[own].0, other));
        }
        gone.extend(mine);
        new.extend(theirs);
        (block, at) = (next_block + 1, next_at + 1);
    }
    for own in gone {
        match new.iter().position(|other| blocks[*other].digest == known[own].1) {
            Some(place) => found.push(Drift::Moved(known[own].0, new.remove(place))),
            None => found.push(Drift::Missing(known[own].0)),
        }
    }
    found.extend(new.into_iter().map(Drift::New));
    found.sort_by_key(|drift| match drift {
        Drift::Changed(at, _) | Drift::Moved(at, _) | Drift::Missing(at) => (0, *at),
        Drift::New(block) => (1, *block),
    });
    found.dedup();
    found
}

/// Whether a rule that cites `cited` leans on the text of `provision`: it cites that provision, one around it, or
/// a part of it whose text is not kept apart.
pub fn leans_on(outline: &Outline, cited: &str, provision: &Provision) -> bool {
    if is_within(&provision.locator, cited) {
        return true;
    }
    let Some(own) = outline.resolve(cited).filter(|own| own.digests.is_empty()) else { return false };
    holder(outline, own).is_some_and(|holder| holder.locator == provision.locator)
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

/// Pairs of two rows in order with the highest sum of scores: for each of the first row its partner.
fn longest(rows: usize, columns: usize, score: &dyn Fn(usize, usize) -> u32) -> Vec<Option<usize>> {
    let width = columns + 1;
    let mut best = vec![0u32; (rows + 1) * width];
    for row in (0..rows).rev() {
        for column in (0..columns).rev() {
            let skip = best[(row + 1) * width + column].max(best[row * width + column + 1]);
            let own = score(row, column);
            let both = if own > 0 { own + best[(row + 1) * width + column + 1] } else { 0 };
            best[row * width + column] = skip.max(both);
        }
    }
    let mut pairs = vec![None; rows];
    let (mut row, mut column) = (0, 0);
    while row < rows && column < columns {
        let here = best[row * width + column];
        let own = score(row, column);
        if own > 0 && here == own + best[(row + 1) * width + column + 1] {
            pairs[row] = Some(column);
            (row, column) = (row + 1, column + 1);
        } else if here == best[(row + 1) * width + column] {
            row += 1;
        } else {
            column += 1;
        }
    }
    pairs
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
                } else if matches!(chars.get(end), Some('項' | '号')) {
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
                take(chars.len(), &mut found);
                if let Some(last) = found.last_mut() {
                    "附則".clone_into(last);
                }
                chars.len()
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
        assert_eq!(labels("附則(平成28年1月1日施行)"), ["附則"]);
    }
}
