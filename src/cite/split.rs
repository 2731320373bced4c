//! A Japanese legal text, split where lawyers split it: 第1条, 第1, 1, (1), ①, ア, (ア), 一, ■, ※1, 別記, 別表, 附則.
//!
//! A block is what stands between two such marks, its heading included. Its digest is over the text without
//! spaces, line breaks and marks of Markdown, with signs and digits in ASCII, so that a copy with other line
//! breaks, full-width digits or CRLF has the same digests.

use crate::digest::sha256;

use super::locator::{kanji_number, narrow};

/// A part of a text under one mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// The marks above it and its own, outermost first; empty for what stands before the first mark.
    pub path: Vec<Mark>,
    /// Its heading, where it has one.
    pub caption: String,
    /// Its text without the mark, its lines joined.
    pub text: String,
    /// SHA-256 of its normalized text, in hexadecimal.
    pub digest: String,
    /// The line it begins on, from 1.
    pub line: usize,
}

/// A mark: its kind and its number or name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The kind.
    pub style: Style,
    /// Its number; 0 where it has none.
    pub number: u32,
    /// As a locator has it: `第44条`, `(1)`, `ア`.
    pub label: String,
}

/// The kinds of marks, from the outside in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Style {
    /// 第2章, 第1節: headings between articles, which count on through them.
    Chapter,
    /// 別添1, 別記(その1), 別紙1, 別表, 附則, 記, 【参考】
    Division,
    /// 第1条, 第29条の4
    Article,
    /// 第1
    Section,
    /// ※1
    Note,
    /// 1, 2.
    Number,
    /// ■窓口業務
    Square,
    /// An article of a statute that is quoted.
    Quoted,
    /// (1)
    Paren,
    /// 一
    Kanji,
    /// ①
    Circle,
    /// ア, イロハ
    Kana,
    /// (ア)
    ParenKana,
    /// 注1, （注）
    Remark,
    /// An item of a list without a number.
    Bullet,
}

impl Style {
    /// Marks of the same rank stand beside one another.
    fn rank(self) -> u8 {
        match self {
            Style::Chapter | Style::Division => 0,
            Style::Article | Style::Section => 1,
            Style::Note => 2,
            Style::Number => 3,
            Style::Square => 4,
            Style::Quoted | Style::Paren | Style::Kanji => 5,
            Style::Circle => 6,
            Style::Kana => 7,
            Style::ParenKana => 8,
            Style::Remark | Style::Bullet => 9,
        }
    }
}

/// The text of a block as digests see it.
pub fn normalized_text(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '*' | '#' | '　')).map(narrow).collect()
}

/// SHA-256 of the normalized `text`, in hexadecimal.
pub fn text_digest(text: &str) -> String {
    sha256(normalized_text(text).as_bytes())
}

/// Whether `text` is written as a digest is: 64 hexadecimal digits.
pub fn is_digest(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Splits `text` into its blocks, in order. What stands before the first mark is a block without a path.
pub fn split(text: &str) -> Vec<Block> {
    let mut splitter = Splitter { blocks: Vec::new(), path: Vec::new(), caption: None, ended: false, contents: false };
    splitter.begin("", "", 1);
    for (at, line) in text.lines().enumerate() {
        splitter.line(line, at + 1);
    }
    splitter.finish()
}

struct Splitter {
    blocks: Vec<(Block, String)>,
    path: Vec<Mark>,
    /// A heading in brackets that waits for what it heads: its text and line.
    caption: Option<(String, usize)>,
    /// Whether 以上 was read, which ends a text.
    ended: bool,
    /// Whether a table of contents is being read.
    contents: bool,
}

impl Splitter {
    fn line(&mut self, raw: &str, number: usize) {
        let trimmed = raw.trim_matches(|c: char| c.is_whitespace() || c == '　');
        if trimmed.is_empty() {
            return;
        }
        self.ended |= trimmed == "以上";
        let is_heading = trimmed.starts_with('#') || trimmed.starts_with("**");
        let bare = trimmed.trim_start_matches(['#', '*', ' ']).trim_end_matches(['*', ' ']);
        let (bulleted, bare) = match bare.strip_prefix("- ").or_else(|| bare.strip_prefix("・")) {
            Some(rest) => (true, rest.trim_start().trim_start_matches('・').trim_start()),
            None => (false, bare),
        };
        if let Some(caption) = caption(bare).filter(|_| !bulleted) {
            self.flush();
            self.caption = Some((caption, number));
            return;
        }
        // A table of contents names what comes; it begins with the first article that has a text.
        let compact: String = bare.chars().filter(|c| !c.is_whitespace()).collect();
        self.contents |= compact == "目次";
        if self.contents
            && !matches!(mark(bare, bulleted), Some((Mark { style: Style::Article, .. }, rest)) if rest.chars().count() > 12)
        {
            self.push(bare);
            return;
        }
        self.contents = false;
        let found = mark(bare, bulleted).map(|(mark, rest)| (self.quoted(mark), rest));
        match found.filter(|(mark, _)| self.is_next(mark)) {
            Some((mut mark, rest)) => {
                // What follows the end of a text is another part of it.
                if mark.style == Style::Remark && mark.label.starts_with('【') && self.ended {
                    mark.style = Style::Division;
                }
                while self.path.last().is_some_and(|last| last.style.rank() >= mark.style.rank()) {
                    self.path.pop();
                }
                // Items without a number are counted.
                if mark.style == Style::Bullet {
                    mark.number = self.bullets(&self.path) + 1;
                }
                let is_chapter = mark.style == Style::Chapter;
                self.path.push(mark);
                let (heading, line) = self.caption.take().unwrap_or((String::new(), number));
                let short = rest.chars().count() <= 40 && !rest.contains(['。', '、']);
                let own = if is_heading || short { rest } else { "" };
                self.begin(&heading, own, line);
                self.push(bare);
                if is_chapter {
                    self.path.pop();
                }
            }
            None => {
                self.flush();
                self.push(bare);
            }
        }
    }

    /// How many items without a number stand below `path` so far.
    fn bullets(&self, path: &[Mark]) -> u32 {
        let below =
            self.blocks.iter().rev().take_while(|(block, _)| block.path.starts_with(path) && block.path != path);
        let items = below.filter(|(block, _)| {
            block.path.len() == path.len() + 1 && block.path.last().is_some_and(|mark| mark.style == Style::Bullet)
        });
        u32::try_from(items.count()).unwrap_or(u32::MAX)
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
        if let Some((text, _)) = self.caption.take() {
            self.push(&text);
        }
    }

    /// A new block with the heading in brackets before it, or the one its first line may be.
    fn begin(&mut self, heading: &str, own: &str, line: usize) {
        let caption = if heading.is_empty() { own } else { heading }.trim_end().to_string();
        let block = Block { path: self.path.clone(), caption, text: String::new(), digest: String::new(), line };
        self.blocks.push((block, heading.to_string()));
    }

    fn push(&mut self, text: &str) {
        if let Some((block, own)) = self.blocks.last_mut() {
            if !block.text.is_empty() {
                block.text.push('\n');
            }
            block.text.push_str(text);
            own.push_str(text);
        }
    }

    /// Whether `mark` comes next where we are: the number after the last of its kind, or the first of a new list.
    fn is_next(&self, mark: &Mark) -> bool {
        let last = self.path.iter().rev().find(|known| known.style == mark.style);
        let beside = self.path.iter().take_while(|known| known.style.rank() <= mark.style.rank());
        let sibling = beside.filter(|known| known.style == mark.style).last();
        match mark.style {
            Style::Chapter | Style::Division | Style::Square | Style::Quoted | Style::Remark | Style::Bullet => true,
            Style::Article => sibling.is_none_or(|last| mark.number > last.number || mark.label.contains('の')),
            Style::Note => true,
            _ => match sibling.or(last) {
                Some(last) => mark.number == last.number + 1 || mark.number == 1,
                // The first paragraph of an article has no number.
                None => mark.number <= 2,
            },
        }
    }

    fn finish(mut self) -> Vec<Block> {
        self.flush();
        let mut all: Vec<Block> = Vec::new();
        for (mut block, own) in self.blocks {
            if own.trim().is_empty() {
                continue;
            }
            block.digest = text_digest(&own);
            all.push(block);
        }
        all
    }
}

/// The heading of a line that is nothing but a text in brackets, as in `(目的)`.
fn caption(line: &str) -> Option<String> {
    let inner = line.strip_prefix(['(', '（'])?.strip_suffix([')', '）'])?;
    let plain = !inner.is_empty() && inner.chars().count() <= 40 && !inner.contains([')', '）', '。']);
    let is_number = inner.chars().map(narrow).all(|c| c.is_ascii_digit());
    (plain && !is_number && !inner.starts_with('注')).then(|| inner.to_string())
}

/// The mark at the beginning of `line`, and what follows it.
fn mark(line: &str, bulleted: bool) -> Option<(Mark, &str)> {
    let made = |style: Style, number: u32, label: String, rest| Some((Mark { style, number, label }, rest));
    let first = line.chars().next()?;
    let after = |n: usize| line.char_indices().nth(n).map_or("", |(at, _)| &line[at..]);
    let spaced = |rest: &str| rest.is_empty() || rest.starts_with([' ', '　']);
    let trimmed = |rest: &'_ str| rest.trim_start_matches([' ', '　']).len();
    let tail = |rest: &str| &line[line.len() - trimmed(rest)..];
    if first == '第'
        && let (counted, Some((number, used))) = (after(1).trim_start(), digits(after(1).trim_start()))
    {
        let rest = &counted[used..];
        // Some copies have spaces inside of the mark.
        if let Some(rest) = rest.trim_start_matches([' ', '　']).strip_prefix('条') {
            let (mut label, mut rest) = (format!("第{number}条"), rest);
            while let Some((branch, used)) = rest.strip_prefix('の').and_then(digits) {
                label.push_str(&format!("の{branch}"));
                rest = &rest['の'.len_utf8() + used..];
            }
            // A reference in running text goes on without a space.
            return if spaced(rest) { made(Style::Article, number, label, tail(rest)) } else { None };
        }
        if rest.starts_with(['章', '節', '編']) {
            let label = format!("第{number}{}", &rest[..'章'.len_utf8()]);
            let rest = &rest['章'.len_utf8()..];
            return if spaced(rest) { made(Style::Chapter, number, label, tail(rest)) } else { None };
        }
        return if spaced(rest) { made(Style::Section, number, format!("第{number}"), tail(rest)) } else { None };
    }
    let joined = line.replace("附　則", "附則").replace("附 則", "附則");
    for name in ["別添", "別記様式", "別記", "別紙", "別表", "様式", "附則"] {
        let bare = joined.trim_start_matches(['(', '（']);
        if let Some(rest) = bare.strip_prefix(name) {
            let label: String = rest.chars().take_while(|c| !c.is_whitespace()).map(narrow).collect();
            // 別記(その1) is a name, (第2条関係) is none.
            let label = match label.split_once('(') {
                _ if name == "附則" => String::new(),
                Some((number, inner)) if number.is_empty() && inner.starts_with('そ') => {
                    format!("({})", inner.split(')').next().unwrap_or_default())
                }
                Some((number, _)) => number.trim_end_matches(')').to_string(),
                None => label.split(')').next().unwrap_or_default().to_string(),
            };
            if bare.chars().count() <= 60 && !bare.ends_with('。') {
                let rest = rest.trim_start_matches([' ', '　']);
                let from = line.len().saturating_sub(rest.len());
                return made(Style::Division, 0, format!("{name}{label}"), line.get(from..).unwrap_or(""));
            }
        }
    }
    if line == "記" {
        return made(Style::Division, 0, "記".into(), "");
    }
    if first == '【' && line.chars().count() <= 20 {
        return made(Style::Remark, 0, line.to_string(), "");
    }
    if first == '■' {
        return made(Style::Square, 0, line.to_string(), after(1));
    }
    if first == '※' {
        let (number, used) = digits(after(1)).unwrap_or((0, 0));
        let label = if number == 0 { "※".to_string() } else { format!("※{number}") };
        return made(Style::Note, number, label, tail(&after(1)[used..]));
    }
    if let Some(rest) = line.strip_prefix("（注）").or_else(|| line.strip_prefix("(注)")) {
        return made(Style::Remark, 0, "(注)".into(), tail(rest));
    }
    if first == '注'
        && let Some((number, used)) = digits(after(1))
    {
        return made(Style::Remark, number, format!("注{number}"), tail(&after(1)[used..]));
    }
    if let '①'..='⑳' = first {
        let number = first as u32 - '①' as u32 + 1;
        return made(Style::Circle, number, first.to_string(), tail(after(1)));
    }
    if matches!(first, '(' | '（') {
        let close = line.find([')', '）'])?;
        let inner = &line[first.len_utf8()..close];
        let rest = &line[close + line[close..].chars().next()?.len_utf8()..];
        if let Some((number, _)) = digits(inner).filter(|(_, used)| *used == inner.len()) {
            return made(Style::Paren, number, format!("({number})"), tail(rest));
        }
        let mut kana = inner.chars();
        if let (Some(number), None) = (kana.next().and_then(kana_number), kana.next()) {
            return made(Style::ParenKana, number, format!("({inner})"), tail(rest));
        }
        return None;
    }
    if let Some((number, used)) = digits(line) {
        let rest = &line[used..];
        let dotted = rest.strip_prefix(['.', '．']);
        if number > 0 && number < 100 && (dotted.is_some() || spaced(rest)) {
            let rest = dotted.unwrap_or(rest);
            let is_item = bulleted && dotted.is_some();
            let style = if is_item { Style::Paren } else { Style::Number };
            let label = if is_item { format!("({number})") } else { number.to_string() };
            return made(style, number, label, tail(rest));
        }
        return None;
    }
    if let Some(number) = kana_number(first)
        && after(1).starts_with([' ', '　'])
    {
        return made(Style::Kana, number, first.to_string(), tail(after(1)));
    }
    let numeral: String = line.chars().take_while(|c| "一二三四五六七八九十".contains(*c)).collect();
    if !numeral.is_empty() && line[numeral.len()..].starts_with([' ', '　']) {
        let number = kanji_number(&numeral)?;
        return made(Style::Kanji, number, numeral.clone(), tail(&line[numeral.len()..]));
    }
    if bulleted { made(Style::Bullet, 0, "・".into(), line) } else { None }
}

/// The number at the beginning of `text`, in ASCII, full-width or kanji digits after 第, and its bytes.
fn digits(text: &str) -> Option<(u32, usize)> {
    let arabic: String = text.chars().take_while(|c| narrow(*c).is_ascii_digit()).collect();
    if !arabic.is_empty() {
        let number: String = arabic.chars().map(narrow).collect();
        return Some((number.parse().ok()?, arabic.len()));
    }
    let kanji: String = text.chars().take_while(|c| "一二三四五六七八九十百千".contains(*c)).collect();
    if kanji.is_empty() || !text[kanji.len()..].starts_with('条') {
        return None;
    }
    Some((kanji_number(&kanji)?, kanji.len()))
}

/// アイウ counted from 1; ロ and ハ as in イロハ, where イ has the number of its place there.
fn kana_number(c: char) -> Option<u32> {
    let at = |order: &str| order.chars().position(|known| known == c).and_then(|at| u32::try_from(at + 1).ok());
    at("アイウエオカキクケコサシスセソ").or(match c {
        'ロ' => Some(3),
        'ハ' => Some(4),
        'ニ' => Some(5),
        'ホ' => Some(6),
        'ヘ' => Some(7),
        _ => None,
    })
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
        assert_eq!(paths(text), ["", "第1条", "第2章", "第2条", "附則", "別表第1", "様式第1号"]);
    }

    #[test]
    fn a_number_inside_a_sentence_is_no_mark() {
        let text = "第1条 委託先の監督は、\n1年に1回以上行う。\n30 日以内とする。\n第5条の規定は準用する。\n";
        assert_eq!(paths(text), ["第1条"]);
    }

    #[test]
    fn line_breaks_digits_and_line_ends_do_not_change_a_digest() {
        let one = split("第44条 委託先を毎年1回\n点検する。\n");
        let other = split("第４４条　委託先を毎年１回点検する。\r\n");
        assert_eq!(one[0].digest, other[0].digest);
        assert_ne!(one[0].digest, split("第44条 委託先を毎年2回点検する。")[0].digest);
    }
}
