//! What of a report fits into so many characters: the most pressing first.

use super::Part;
use crate::lang::Lang;
use crate::report::phrases;

/// Text of one organization: what must stand, and lists of which a part may.
pub(super) struct Chapter {
    /// What it begins with.
    pub(super) head: String,
    /// Its lists, in the order in which they stand.
    pub(super) sections: Vec<Section>,
    /// What it ends with.
    pub(super) foot: String,
}

/// A list.
pub(super) struct Section {
    /// What it lists.
    pub(super) part: Part,
    /// What stands before the first item.
    pub(super) open: String,
    /// Each item with how grave it is, the gravest first.
    pub(super) items: Vec<(u8, String)>,
    /// The language of what stands after the last item if some are left out.
    lang: Lang,
    /// What stands after all that.
    pub(super) close: &'static str,
    /// How many items are shown.
    shown: usize,
}

/// What was left out.
#[derive(Default)]
pub(super) struct Rest {
    /// Whole organizations.
    pub(super) chapters: usize,
    /// Items of those that are there, by what they are.
    pub(super) items: Vec<(Part, usize)>,
}

impl Section {
    pub(super) fn new(part: Part, open: String, items: Vec<(u8, String)>, lang: Lang) -> Self {
        let close = if part.is_folded() { "\n</details>\n\n" } else { "\n" };
        Section { part, open, items, lang, close, shown: 0 }
    }

    /// How much its frame takes.
    fn frame(&self) -> usize {
        length(&self.open) + length(&self.more(self.items.len())) + length(self.close)
    }

    /// What says that `n` items were left out: not longer than for more of them.
    fn more(&self, n: usize) -> String {
        format!("- {}\n", phrases::MORE_LEFT_OUT.filled(self.lang, &[("n", &n)]))
    }

    fn left_out(&self) -> usize {
        self.items.len() - self.shown
    }

    fn write(&self, out: &mut String) {
        if self.shown == 0 {
            return;
        }
        out.push_str(&self.open);
        self.items.iter().take(self.shown).for_each(|(_, item)| out.push_str(item));
        if self.left_out() > 0 {
            out.push_str(&self.more(self.left_out()));
        }
        out.push_str(self.close);
    }
}

/// Writes of `chapters` what fits into `most` characters.
pub(super) fn fit(mut chapters: Vec<Chapter>, most: usize) -> (String, Rest) {
    let mut left = most;
    let all = chapters.len();
    let whole = chapters.iter().take_while(|chapter| take(&mut left, length(&chapter.head) + length(&chapter.foot)));
    let shown = whole.count();
    chapters.truncate(shown);
    for (chapter, section) in in_order(&chapters) {
        let Some(section) = chapters.get_mut(chapter).and_then(|chapter| chapter.sections.get_mut(section)) else {
            continue;
        };
        let Some((_, item)) = section.items.get(section.shown) else { continue };
        let frame = if section.shown == 0 { section.frame() } else { 0 };
        // What is less pressing does not take the room of what is more so.
        if !take(&mut left, frame + length(item)) {
            break;
        }
        section.shown += 1;
    }
    let mut out = String::new();
    let mut rest = Rest { chapters: all - shown, items: Vec::new() };
    for chapter in &chapters {
        out.push_str(&chapter.head);
        for section in &chapter.sections {
            section.write(&mut out);
            rest.add(section.part, section.left_out());
        }
        out.push_str(&chapter.foot);
    }
    rest.items.sort_by_key(|(part, _)| *part);
    (out, rest)
}

/// Chapter and section of each item of all, the most pressing part and the gravest first.
fn in_order(chapters: &[Chapter]) -> Vec<(usize, usize)> {
    let mut items = Vec::new();
    for (at, chapter) in chapters.iter().enumerate() {
        for (within, section) in chapter.sections.iter().enumerate() {
            items.extend(section.items.iter().map(|(gravity, _)| (section.part, u8::MAX - gravity, at, within)));
        }
    }
    items.sort();
    items.into_iter().map(|(_, _, chapter, section)| (chapter, section)).collect()
}

impl Rest {
    fn add(&mut self, part: Part, count: usize) {
        if count == 0 {
            return;
        }
        match self.items.iter_mut().find(|(known, _)| *known == part) {
            Some((_, sum)) => *sum += count,
            None => self.items.push((part, count)),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.chapters == 0 && self.items.is_empty()
    }
}

/// Takes `cost` from what is `left`, if there is so much.
fn take(left: &mut usize, cost: usize) -> bool {
    left.checked_sub(cost).map(|rest| *left = rest).is_some()
}

/// How long a text is where characters outside the basic plane count twice: no way to count gives more.
pub(super) fn length(text: &str) -> usize {
    text.encode_utf16().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn section(part: Part, gravities: &[u8]) -> Section {
        let items = gravities.iter().map(|gravity| (*gravity, format!("{gravity}........\n"))).collect();
        Section::new(part, format!("{part:?}\n"), items, Lang::En)
    }

    fn chapter(name: &str, sections: Vec<Section>) -> Chapter {
        Chapter { head: format!("{name}\n"), sections, foot: "end\n".into() }
    }

    #[test]
    fn the_gravest_of_all_organizations_stand_first_and_the_rest_is_counted() {
        let chapters = || {
            vec![
                chapter("a", vec![section(Part::Failures, &[2, 1]), section(Part::Questions, &[0, 0])]),
                chapter("b", vec![section(Part::Failures, &[3])]),
            ]
        };
        let (text, rest) = fit(chapters(), 10_000);
        assert!(rest.is_empty());
        assert_eq!(text.matches("........").count(), 5);
        let whole = length(&text);
        for most in 0..=whole + 10 {
            let (text, rest) = fit(chapters(), most);
            assert!(length(&text) <= most, "{most}");
            let dropped: usize = rest.items.iter().map(|(_, count)| count).sum();
            if rest.chapters == 0 {
                assert_eq!(text.matches("........").count() + dropped, 5, "{most}");
            }
            assert!(!text.contains("1....") || text.contains("2....") && text.contains("3...."), "{most}:\n{text}");
            assert!(!text.contains("0....") || text.contains("1...."), "{most}:\n{text}");
        }
    }
}
