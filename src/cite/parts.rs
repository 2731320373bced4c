//! The names of parts that have no mark: 第2段落, 末尾段落, 第1文, 前段, 後段, ただし書, なお書, 括弧書, 柱書, 本文.

use super::split::Passage;

/// A part of a provision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// 第1項 of an article, which has no mark of its own; 柱書; 本文: all that stands under the mark.
    Whole,
    /// 第2段落, 第1・2段落: from the first to the second, counted from 1.
    Paragraphs(usize, usize),
    /// 末尾段落
    LastParagraph,
    /// What follows the first paragraph: the end of a list stands in the block of its last item.
    AfterFirst,
    /// 第2文
    Sentence(usize),
    /// 前段
    FirstHalf,
    /// 中段
    Middle,
    /// 後段
    LastHalf,
    /// ただし書
    Proviso,
    /// なお書
    Note,
    /// 括弧書
    Bracketed,
}

const WORDS: [(&str, Part); 14] = [
    ("第1項", Part::Whole),
    ("柱書", Part::Whole),
    ("本文", Part::Whole),
    ("末尾段落", Part::LastParagraph),
    ("前段", Part::FirstHalf),
    ("中段", Part::Middle),
    ("後段", Part::LastHalf),
    ("(ただし書)", Part::Proviso),
    ("ただし書き", Part::Proviso),
    ("ただし書", Part::Proviso),
    ("なお書き", Part::Note),
    ("なお書", Part::Note),
    ("前文", Part::Whole),
    ("括弧書", Part::Bracketed),
];

impl Part {
    /// The parts that the end of a normalized locator names, from the outside in; a bracket at the end names a part
    /// of a sentence, which is not looked for. `None` where something else is named.
    pub(super) fn all(end: &str) -> Option<Vec<Part>> {
        let mut rest = end;
        let mut found = Vec::new();
        while !rest.is_empty() {
            let (part, after) = Part::first(rest)?;
            found.extend(part);
            rest = after;
        }
        (!found.is_empty()).then_some(found)
    }

    fn first(text: &str) -> Option<(Option<Part>, &str)> {
        for (word, part) in WORDS {
            if let Some(after) = text.strip_prefix(word) {
                return Some((Some(part), after));
            }
        }
        if text.starts_with('(') && text.ends_with(')') && text.len() > "(1)".len() {
            return Some((None, ""));
        }
        let (first, after) = number(text.strip_prefix('第')?)?;
        let (last, after) = match after.strip_prefix('・').and_then(number) {
            Some((last, after)) => (last, after),
            None => (first, after),
        };
        if let Some(after) = after.strip_prefix("段落") {
            return Some((Some(Part::Paragraphs(first, last)), after));
        }
        let after = after.strip_prefix('文').filter(|_| first == last)?;
        Some((Some(Part::Sentence(first)), after))
    }

    /// Those of `body`, the sentences under a mark, that `parts` name.
    pub(super) fn choose<'p>(parts: &[Part], body: &[&'p Passage]) -> Vec<&'p Passage> {
        parts.iter().fold(body.to_vec(), |chosen, part| part.of(&chosen))
    }

    fn of<'p>(self, all: &[&'p Passage]) -> Vec<&'p Passage> {
        let first = all.first().map_or(0, |passage| passage.paragraph);
        let last = all.last().map_or(0, |passage| passage.paragraph);
        let paragraphs = |from: usize, to: usize| {
            all.iter().copied().filter(|own| (from..=to).contains(&own.paragraph)).collect::<Vec<_>>()
        };
        let from = |word: &str| all.iter().copied().filter(|own| own.words().1.starts_with(word)).collect::<Vec<_>>();
        match self {
            Part::Whole => all.to_vec(),
            Part::Paragraphs(one, other) => paragraphs(first + one - 1, first + other - 1),
            Part::LastParagraph if last > first => paragraphs(last, last),
            Part::AfterFirst => paragraphs(first + 1, last),
            Part::LastParagraph => Vec::new(),
            Part::Sentence(number) => all.iter().copied().skip(number - 1).take(1).collect(),
            Part::FirstHalf => all.iter().copied().take(1).collect(),
            Part::Middle if all.len() > 2 => all[1..all.len() - 1].to_vec(),
            Part::Middle => all.iter().copied().take(1).collect(),
            Part::LastHalf => all.iter().copied().skip(all.len().saturating_sub(1)).collect(),
            Part::Proviso => from("ただし"),
            Part::Note => from("なお"),
            Part::Bracketed => all.iter().copied().filter(|own| own.words().1.starts_with(['(', '（'])).collect(),
        }
    }
}

/// The number from 1 that `text` begins with, and what follows it.
fn number(text: &str) -> Option<(usize, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let number = text[..end].parse().ok().filter(|number| *number > 0)?;
    Some((number, &text[end..]))
}

#[cfg(test)]
mod tests {
    use super::super::split::split;
    use super::*;

    fn chosen(end: &str, text: &str) -> Vec<String> {
        let blocks = split(text);
        let body: Vec<&Passage> =
            blocks.iter().flat_map(|block| &block.passages).filter(|own| own.paragraph > 0).collect();
        let parts = Part::all(end).expect("parts");
        Part::choose(&parts, &body).into_iter().map(|own| own.pieces[0].text.clone()).collect()
    }

    #[test]
    fn parts_are_found_by_their_names() {
        let text = "あ。い。\nう。ただし、え。\n\nなお、お。\n";
        assert_eq!(chosen("第1段落第2文", text), ["い。"]);
        assert_eq!(chosen("第2段落ただし書", text), ["ただし、え。"]);
        assert_eq!(chosen("第1・2段落", text), ["あ。", "い。", "う。", "ただし、え。"]);
        assert_eq!(chosen("末尾段落(記録)", text), ["なお、お。"]);
        assert_eq!(chosen("第1段落後段", text), ["い。"]);
        assert_eq!(chosen("なお書き", text), ["なお、お。"]);
        assert!(Part::all("第1号").is_none());
        assert!(Part::all("表").is_none());
        assert!(Part::all("(1)").is_none());
    }
}
