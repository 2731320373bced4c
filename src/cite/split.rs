//! A Japanese legal text, split where lawyers split it: at its marks into blocks, and each block into passages.
//!
//! A passage is a heading, a sentence, or a line that is no sentence. A passage is found again in a copy with other
//! line breaks, full-width digits or CRLF, since its digest does not see them; see [`Digest`].

use super::locator::narrow;
use super::marks::{Mark, Style, mark};
use super::text::Digest;

/// How many lines a passage has at most, so that one without an end stays small.
pub(super) const MAX_LINES: usize = 64;

/// How many characters a line has at most that is a heading by itself.
const MAX_HEADING: usize = 40;

/// The same where empty lines stand around it.
const MAX_TITLE: usize = 60;

/// The longest text of an article in a table of contents, in characters.
const MAX_CONTENT: usize = 12;

/// Words with which a sentence goes on with the one before it, as far as no empty line stands between.
const CONTINUATIONS: [&str; 3] = ["ただし、", "なお、", "この場合"];

/// A part of a text under one mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// The marks above it and its own, outermost first; empty for what stands before the first mark.
    pub path: Vec<Mark>,
    /// Its heading, where it has one.
    pub caption: String,
    /// The line it begins on, from 1.
    pub line: usize,
    /// What it says, in order; at least one.
    pub passages: Vec<Passage>,
}

/// A heading, a sentence, or a line that is no sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passage {
    /// The paragraph of its block it stands in, from 1; 0 for a heading.
    pub paragraph: usize,
    /// Whether it begins with the mark of its block.
    pub is_marked: bool,
    /// Its lines, or parts of lines; at least one.
    pub pieces: Vec<Piece>,
}

/// A line, or a part of one that ends with a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The line it stands on, from 1.
    pub line: usize,
    /// Its text.
    pub text: String,
    /// The mark it may begin with, and how many bytes of the text that takes.
    pub mark: Option<(String, usize)>,
}

impl Block {
    /// How many paragraphs it has.
    pub fn paragraphs(&self) -> usize {
        self.passages.iter().map(|passage| passage.paragraph).max().unwrap_or_default()
    }
}

impl Passage {
    /// What an outline keeps of it.
    pub fn digest(&self) -> Digest {
        let (mark, words) = self.words();
        Digest::of(mark, &words)
    }

    /// Its mark, and its words after that.
    pub(super) fn words(&self) -> (&str, String) {
        let all: String = self.pieces.iter().map(|piece| piece.text.as_str()).collect();
        match self.pieces.first().and_then(|piece| piece.mark.as_ref()) {
            Some((mark, used)) if self.is_marked => (mark, all[*used..].to_string()),
            _ => ("", all),
        }
    }
}

/// The text of `pieces`, each with its paragraph: a line for each paragraph.
pub(super) fn joined<'p>(pieces: impl Iterator<Item = (&'p Piece, usize)>) -> String {
    let mut out = String::new();
    let mut before: Option<(usize, usize)> = None;
    for (piece, paragraph) in pieces {
        // Japanese is written on without a space where a line ends.
        let is_latin = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
        match before {
            Some((_, other)) if other != paragraph => out.push('\n'),
            Some((line, _))
                if line != piece.line && is_latin(out.chars().last()) && is_latin(piece.text.chars().next()) =>
            {
                out.push(' ');
            }
            _ => {}
        }
        out.push_str(&piece.text);
        before = Some((piece.line, paragraph));
    }
    out
}

/// Splits `text` into its blocks, in order. What stands before the first mark is a block without a path.
pub fn split(text: &str) -> Vec<Block> {
    let mut splitter = Splitter::default();
    splitter.begin(String::new(), 1);
    let lines: Vec<Line> = text.lines().map(Line::of).collect();
    for (at, line) in lines.iter().enumerate() {
        splitter.line(line, at + 1, lines.get(at + 1));
    }
    splitter.flush();
    splitter.blocks.retain(|block| !block.passages.is_empty());
    splitter.blocks
}

/// A line without what Markdown adds.
struct Line<'t> {
    bare: &'t str,
    is_heading: bool,
    /// Whether bold type begins or ends with it.
    bold: (bool, bool),
    is_bulleted: bool,
}

impl<'t> Line<'t> {
    fn of(raw: &'t str) -> Self {
        let trimmed = raw.trim_matches(|c: char| c.is_whitespace() || c == '　');
        let trimmed = if is_page_number(trimmed) { "" } else { trimmed };
        let bold = (trimmed.starts_with("**"), trimmed.ends_with("**"));
        let is_heading = trimmed.starts_with('#') || bold.0;
        let bare = trimmed.trim_start_matches(['#', '*', ' ']).trim_end_matches(['*', ' ']);
        let (is_bulleted, bare) = match bare.strip_prefix("- ").or_else(|| bare.strip_prefix("・")) {
            Some(rest) => (true, rest.trim_start().trim_start_matches('・').trim_start()),
            None => (false, bare),
        };
        Line { bare, is_heading, bold, is_bulleted }
    }

    fn is_blank(&self) -> bool {
        is_empty(self.bare)
    }

    fn mark(&self) -> Option<(Mark, &'t str)> {
        mark(self.bare, self.is_bulleted)
    }

    /// Whether nothing but its place tells it from a heading.
    fn may_head(&self) -> bool {
        is_phrase(self.bare, MAX_TITLE) && !self.bare.ends_with('|')
    }

    /// Whether it is a remark of the publisher: `[有効期間 …]`.
    fn is_framed(&self) -> bool {
        self.bare.starts_with(['[', '［']) && self.bare.ends_with([']', '］'])
    }
}

/// Whether a line is the number of a page: `- 2 -`.
fn is_page_number(line: &str) -> bool {
    let dashes = ['-', '－', '‐', '–', '—', '―'];
    let inner = line.strip_prefix(dashes).and_then(|line| line.strip_suffix(dashes)).map(str::trim);
    inner.is_some_and(|inner| !inner.is_empty() && inner.chars().all(|c| narrow(c).is_ascii_digit()))
}

/// Whether `text` holds no words.
fn is_empty(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || c == '|')
}

/// Whether `text` is no more than a few words.
fn is_phrase(text: &str, most: usize) -> bool {
    text.chars().count() <= most && !text.contains(['。', '、'])
}

#[derive(Default)]
struct Splitter {
    blocks: Vec<Block>,
    path: Vec<Mark>,
    /// A heading in brackets that waits for what it heads: its text and line.
    caption: Option<(String, usize)>,
    /// Whether 以上 was read, which ends a text.
    ended: bool,
    /// Whether a table of contents is being read, and the chapters it names so far.
    contents: bool,
    chapters: Vec<String>,
    /// Whether the last passage goes on.
    is_open: bool,
    /// Whether bold type goes on.
    is_bold: bool,
    /// How many brackets are open in the block.
    depth: usize,
    /// The last paragraph so far of what the block stands in.
    paragraph: usize,
    /// Whether the line before was empty.
    after_blank: bool,
}

impl Splitter {
    fn line(&mut self, line: &Line<'_>, number: usize, next: Option<&Line<'_>>) {
        if line.is_blank() {
            // The frame of a table ends what is quoted in it.
            let is_framed = self.path.last().is_some_and(|last| matches!(last.style, Style::Quoted | Style::Row));
            if is_framed && !line.bare.is_empty() {
                self.resume(number);
            }
            self.after_blank = true;
            return;
        }
        self.read(line, number, next);
        self.after_blank = false;
    }

    fn read(&mut self, line: &Line<'_>, number: usize, next: Option<&Line<'_>>) {
        let bare = line.bare;
        self.ended |= bare == "以上";
        if let Some(caption) = caption(bare).filter(|_| !line.is_bulleted) {
            self.flush();
            self.caption = Some((caption, number));
            return;
        }
        // A table of contents names what comes; it ends where a chapter comes again, or an article has a text.
        let compact: String = bare.chars().filter(|c| !c.is_whitespace()).collect();
        self.contents |= compact == "目次";
        if self.contents && !self.ends_contents(line) {
            self.heading(bare, None, number);
            return;
        }
        self.contents = false;
        let isolates = next.is_none_or(|next| next.is_blank() || next.mark().is_some());
        let found = line.mark().map(|(mark, rest)| (self.quoted(mark), rest));
        if let Some((mark, rest)) = found.filter(|(mark, _)| self.is_next(mark)) {
            self.mark(line, mark, rest, number, isolates);
            self.end_at(line, next);
            return;
        }
        self.flush();
        match self.path.last().map(|last| last.style) {
            // Each cell by itself.
            Some(Style::Row) if bare.ends_with('|') && !bare.contains('。') => {
                for cell in bare.split_whitespace().filter(|cell| *cell != "|") {
                    self.heading(cell, None, number);
                }
                return;
            }
            Some(Style::Row) => self.resume(number),
            // A short item is whole, and what comes after the list belongs to what that stands in.
            Some(Style::Bullet) if self.is_open && !self.after_blank && self.is_short_item() => self.resume(number),
            _ => {}
        }
        let candidate = line.mark().and_then(|(mark, rest)| written(&mark, bare, rest));
        if line.is_heading || self.is_bold {
            self.is_open &= self.is_bold;
            self.is_bold |= line.bold.0;
            self.push(bare, candidate, number, 0, false);
            self.is_bold &= !line.bold.1;
            self.is_open = self.is_bold;
            return;
        }
        self.is_open &= !bare.starts_with(['○', '【']);
        if line.is_framed() || !self.is_open && self.after_blank && isolates && line.may_head() {
            self.heading(bare, candidate, number);
            return;
        }
        self.sentences(bare, candidate, number, false);
        self.end_at(line, next);
    }

    /// A sentence ends where an empty line follows, even if a bracket was never closed.
    fn end_at(&mut self, line: &Line<'_>, next: Option<&Line<'_>>) {
        if line.bare.ends_with('。') && next.is_none_or(Line::is_blank) {
            (self.is_open, self.depth) = (false, 0);
        }
    }

    /// Whether a line is no part of the table of contents any more.
    fn ends_contents(&mut self, line: &Line<'_>) -> bool {
        match line.mark() {
            Some((Mark { style: Style::Article, .. }, rest)) => rest.chars().count() > MAX_CONTENT,
            Some((Mark { style: Style::Chapter, label, .. }, _)) => {
                let is_known = self.chapters.contains(&label);
                self.chapters.push(label);
                is_known
            }
            _ => false,
        }
    }

    /// A line that begins with an accepted mark.
    fn mark(&mut self, line: &Line<'_>, mut mark: Mark, rest: &str, number: usize, isolates: bool) {
        // What follows the end of a text is another part of it.
        if mark.style == Style::Remark && mark.label.starts_with('【') && self.ended {
            mark.style = Style::Division;
        }
        let rank = self.rank(mark.style);
        while self.path.last().is_some_and(|last| self.rank(last.style) >= rank) {
            self.path.pop();
        }
        // Items without a number are counted.
        if mark.style == Style::Bullet {
            mark.number = self.bullets(&self.path) + 1;
        }
        let style = mark.style;
        let written = written(&mark, line.bare, rest);
        self.path.push(mark);
        let short = is_phrase(rest, MAX_HEADING) || (style == Style::Square && rest.chars().count() <= MAX_HEADING);
        let waiting = self.caption.take();
        let caption = match &waiting {
            Some((caption, _)) => caption.clone(),
            None if line.is_heading || short => rest.trim_end().trim_end_matches(['|', ' ']).to_string(),
            None => String::new(),
        };
        self.begin(caption, waiting.as_ref().map_or(number, |(_, line)| *line));
        if let Some((caption, line)) = waiting {
            self.heading(&caption, None, line);
        }
        let heads = matches!(style, Style::Square | Style::Chapter | Style::Division | Style::Row);
        if short && (heads || line.is_heading || isolates) {
            self.push(line.bare, written, number, 0, true);
            self.is_open = false;
        } else {
            self.sentences(line.bare, written, number, true);
        }
        if style == Style::Chapter {
            self.path.pop();
        }
    }

    /// Whether all that was read of an item is one short line.
    fn is_short_item(&self) -> bool {
        let passages = self.blocks.last().map(|block| block.passages.as_slice());
        let pieces = passages.and_then(|passages| passages.last()).map(|passage| passage.pieces.as_slice());
        matches!(pieces, Some([piece]) if piece.text.chars().count() <= MAX_HEADING)
    }

    /// Goes on with what the innermost part stands in.
    fn resume(&mut self, line: usize) {
        self.path.pop();
        let around = self.blocks.iter().rev().find(|block| block.path == self.path);
        let paragraph = around.map_or(0, Block::paragraphs);
        self.begin(String::new(), line);
        self.paragraph = paragraph;
    }

    /// The number of the last item without one of its own below `path`.
    fn bullets(&self, path: &[Mark]) -> u32 {
        let mut below = self.blocks.iter().rev().take_while(|block| block.path.starts_with(path) && block.path != path);
        let is_item = |block: &&Block| {
            block.path.len() == path.len() + 1 && block.path.last().is_some_and(|mark| mark.style == Style::Bullet)
        };
        below.find(is_item).and_then(|block| block.path.last()).map_or(0, |mark| mark.number)
    }

    /// An article inside of a text that is not made of articles is quoted there.
    fn quoted(&self, mut mark: Mark) -> Mark {
        if mark.style == Style::Article && self.path.first().is_some_and(|first| first.style == Style::Number) {
            mark.style = Style::Quoted;
        }
        mark
    }

    /// A bracketed line that headed nothing is text.
    fn flush(&mut self) {
        if let Some((text, line)) = self.caption.take() {
            self.is_open = false;
            self.heading(&text, None, line);
        }
    }

    /// A new block.
    fn begin(&mut self, caption: String, line: usize) {
        self.blocks.push(Block { path: self.path.clone(), caption, line, passages: Vec::new() });
        (self.is_open, self.is_bold, self.depth, self.paragraph) = (false, false, 0, 0);
    }

    /// A line that is a passage by itself and no part of a paragraph.
    fn heading(&mut self, text: &str, mark: Option<(String, usize)>, line: usize) {
        self.is_open = false;
        self.push(text, mark, line, 0, false);
        self.is_open = false;
    }

    /// A line of running text, split where its sentences end.
    fn sentences(&mut self, text: &str, mut mark: Option<(String, usize)>, line: usize, is_marked: bool) {
        let mut from = 0;
        let mut is_marked = is_marked;
        // A paragraph begins where a line does, once the sentence before has ended.
        let goes_on =
            !self.after_blank && self.paragraph > 0 && CONTINUATIONS.iter().any(|word| text.starts_with(word));
        self.paragraph += usize::from(!self.is_open && !goes_on);
        let paragraph = self.paragraph;
        for (at, c) in text.char_indices() {
            match c {
                '(' | '（' | '「' | '『' | '〔' | '[' | '［' => self.depth += 1,
                ')' | '）' | '」' | '』' | '〕' | ']' | '］' => self.depth = self.depth.saturating_sub(1),
                '。' if self.depth == 0 => {
                    let end = at + c.len_utf8();
                    self.push(&text[from..end], mark.take(), line, paragraph, is_marked);
                    (from, is_marked, self.is_open) = (end, false, false);
                }
                _ => {}
            }
        }
        if !is_empty(&text[from..]) {
            self.push(&text[from..], mark.take(), line, paragraph, is_marked);
            self.is_open = true;
        }
    }

    /// Adds to the last passage while that goes on; otherwise begins one.
    fn push(&mut self, text: &str, mark: Option<(String, usize)>, line: usize, paragraph: usize, is_marked: bool) {
        let Some(block) = self.blocks.last_mut() else { return };
        // A piece ends with a sentence, even where the passage goes on: inside of brackets, or in a heading.
        let mut mark = mark;
        let pieces = text.split_inclusive('。').filter(|text| !is_empty(text));
        let pieces = pieces.map(|text| Piece { line, text: text.trim_end().to_string(), mark: mark.take() });
        match block.passages.last_mut().filter(|last| self.is_open && last.pieces.len() < MAX_LINES) {
            Some(passage) => passage.pieces.extend(pieces),
            None => {
                let pieces: Vec<Piece> = pieces.collect();
                if !pieces.is_empty() {
                    block.passages.push(Passage { paragraph, is_marked, pieces });
                }
            }
        }
    }

    /// The rank of a mark of `style` here: items counted 一 have イ below them, and that (1); others the other way round.
    fn rank(&self, style: Style) -> u8 {
        let is_below = style == Style::Paren && self.path.iter().any(|known| known.style == Style::Kanji);
        if is_below { Style::ParenKana.rank() } else { style.rank() }
    }

    /// Whether `mark` comes next where we are: the number after the last of its kind, or the first of a new list.
    fn is_next(&self, mark: &Mark) -> bool {
        let last = self.path.iter().rev().find(|known| known.style == mark.style);
        let beside = self.path.iter().take_while(|known| self.rank(known.style) <= self.rank(mark.style));
        let sibling = beside.filter(|known| known.style == mark.style).last();
        // Whether no sentence goes on here, so that a number that does not come next is out of its place.
        let is_free = !self.is_open;
        match mark.style {
            // A word is explained where a sentence may begin.
            Style::Term => self.after_blank || !self.is_open,
            Style::Chapter
            | Style::Division
            | Style::Square
            | Style::Quoted
            | Style::Remark
            | Style::Bullet
            | Style::Row
            | Style::Note => true,
            Style::Article => {
                is_free || sibling.is_none_or(|last| mark.number > last.number || mark.label.contains('の'))
            }
            _ => match sibling.or(last) {
                Some(last) => {
                    let is_branch = mark.number == last.number && !mark.branch().is_empty();
                    // An item may have been taken out; a number alone may stand in a sentence.
                    let most = if mark.style == Style::Number { last.number + 1 } else { last.number + 3 };
                    let follows = (last.number + 1..=most).contains(&mark.number);
                    follows || mark.number == 1 || is_branch || (is_free && mark.number > last.number)
                }
                // The first paragraph of an article has no number.
                None => mark.number <= 2,
            },
        }
    }
}

/// How a line is marked as an outline keeps it: the mark, and how many bytes of `bare` stand before `rest`. What is
/// called by its own words has no mark beside them.
fn written(mark: &Mark, bare: &str, rest: &str) -> Option<(String, usize)> {
    let label = match mark.style {
        Style::Division | Style::Bullet | Style::Term | Style::Row => return None,
        Style::Remark if mark.label.starts_with('【') => return None,
        Style::Square => "■",
        _ => &mark.label,
    };
    Some((label.to_string(), bare.len() - rest.len()))
}
/// The heading of a line that is nothing but a text in brackets, as in `(目的)`.
fn caption(line: &str) -> Option<String> {
    let inner = line.strip_prefix(['(', '（'])?.strip_suffix([')', '）'])?;
    let plain = !inner.is_empty() && inner.chars().count() <= 40 && !inner.contains([')', '）', '。']);
    let is_number = inner.chars().map(narrow).all(|c| c.is_ascii_digit());
    (plain && !is_number && !inner.starts_with('注')).then(|| inner.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(text: &str) -> Vec<String> {
        let label = |block: &Block| block.path.iter().map(|mark| mark.label.as_str()).collect::<Vec<_>>().join(">");
        split(text).iter().map(label).collect()
    }

    #[test]
    fn marks_nest_as_lawyers_nest_them() {
        let text = "前書き\n(目的)\n第１条 この規程は、目的を定める。\n2 前項のほか、次による。\n(1) 一つめ\nア 細目\n(ア) さらに\n(2) 二つめ\n(その他)\n第二条 以下による。\n附則\nこの規程は施行する。\n";
        assert_eq!(
            paths(text),
            [
                "",
                "第1条",
                "第1条>2",
                "第1条>2>(1)",
                "第1条>2>(1)>ア",
                "第1条>2>(1)>ア>(ア)",
                "第1条>2>(2)",
                "第2条",
                "附則"
            ]
        );
        assert_eq!(split(text)[1].caption, "目的");
    }

    #[test]
    fn copies_differ_in_how_they_write_marks() {
        assert_eq!(paths("第 24 条　本文\n- 2 次の項\n- 3 その次\n"), ["第24条", "第24条>2", "第24条>3"]);
        assert_eq!(paths("1.対応\n- 1.初めに\n- 2.次に\n"), ["1", "1>(1)", "1>(2)"]);
        let text = "1.はじめに\n■窓口\n第十条 引かれた条文\n- 一つめ\n- 二つめ\n2.次に\n";
        assert_eq!(paths(text), ["1", "1>■窓口", "1>■窓口>第10条", "1>■窓口>第10条>・", "1>■窓口>第10条>・", "2"]);
    }

    #[test]
    fn contents_chapters_and_tables_are_what_they_are() {
        let text = "目次\n第1章 総則（第1条）\n附則\n第1章 総則\n（目的）\n第１条　この要綱は、目的その他の必要な事項を定めるものとする。\n第2章　運用\n第2条　町長は、責任者を置かなければならないものとする。\n附　則\nこの要綱は施行する。\n別表第１（第２条関係）\n様式第1号（第2条関係）\n";
        assert_eq!(paths(text), ["", "第1章", "第1条", "第2章", "第2条", "附則", "別表第1", "様式第1号"]);
    }

    #[test]
    fn a_number_inside_a_sentence_is_no_mark() {
        let text = "第1条 委託先の監督は、\n1年に1回以上行う。\n30 日以内とする。\n第5条の規定は準用する。\n";
        assert_eq!(paths(text), ["第1条"]);
    }

    #[test]
    fn line_breaks_digits_and_line_ends_do_not_change_a_digest() {
        let digest = |text: &str| split(text)[0].passages[0].digest();
        let one = digest("第44条 委託先を毎年1回\n点検する。\n");
        assert_eq!(one, digest("第４４条　委託先を毎年１回点検する。\r\n"));
        assert_ne!(one, digest("第44条 委託先を毎年2回点検する。"));
        assert_eq!(one.mark, "第44条");
    }

    /// The paragraph and the words of each passage.
    fn passages(text: &str) -> Vec<(usize, String)> {
        let blocks = split(text);
        blocks.iter().flat_map(|block| &block.passages).map(|own| (own.paragraph, own.words().1)).collect()
    }

    #[test]
    fn paragraphs_without_number_are_told_apart() {
        let text =
            "1 監督\n\n委託は、\n\n監督（次の。を除く。）する。報告も求める。\n\n委託とは、取扱いをいう。\n以上\n\n";
        let told = [
            (0, "監督"),
            (1, "委託は、監督（次の。を除く。）する。"),
            (1, "報告も求める。"),
            (2, "委託とは、取扱いをいう。"),
            (3, "以上"),
        ];
        assert_eq!(passages(text), told.map(|(paragraph, text)| (paragraph, text.to_string())));
    }

    #[test]
    fn rows_of_tables_and_words_explained_are_parts_of_their_own() {
        let text = "1 体制\n名簿にする。\n\n責任者：総括する\n\n担当者：扱う\n\n組織 |\n体制の整備 規程の運用 |\n以上のとおり。\n";
        assert_eq!(paths(text), ["1", "1>責任者", "1>担当者", "1>組織", "1"]);
        assert_eq!(
            passages(text)[3..],
            [(0, "組織 |"), (0, "体制の整備"), (0, "規程の運用"), (2, "以上のとおり。")]
                .map(|(paragraph, text)| (paragraph, text.to_string()))
        );
    }
}
