//! The marks at which a Japanese legal text is split where lawyers split it: 第1条, 第1, 1, (1), ①, ア, (ア), 一, ■, ※1,
//! 別記, 別表, 附則.

use super::locator::{kanji_number, narrow};

/// The longest name of a word or of a row of a table, in characters.
const MAX_NAME: usize = 24;

/// A mark: its kind and its number or name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Mark {
    /// The kind.
    pub style: Style,
    /// Its number; 0 where it has none.
    pub number: u32,
    /// As a locator has it: `第44条`, `(1)`, `ア`.
    pub label: String,
}

/// The kinds of marks, from the outside in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
    /// 保護管理者：, what is said of a word
    Term,
    /// The head of a row of a table: `組織的措置 |`
    Row,
}

impl Mark {
    /// The branch it is of its number: の2, or nothing.
    pub(super) fn branch(&self) -> &str {
        self.label.find('の').map_or("", |at| self.label[at..].trim_end_matches(')'))
    }
}

impl Style {
    /// Marks of the same rank stand beside one another.
    pub(super) fn rank(self) -> u8 {
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
            Style::Remark | Style::Bullet | Style::Term | Style::Row => 9,
        }
    }
}

/// The mark at the beginning of `line`, and what follows it.
pub(super) fn mark(line: &str, bulleted: bool) -> Option<(Mark, &str)> {
    let found = article(line).or_else(|| division(line)).or_else(|| sign(line)).or_else(|| bracket(line));
    let found = found.or_else(|| number(line, bulleted)).or_else(|| letter(line));
    let bullet = || made(Style::Bullet, 0, "・", line).filter(|_| bulleted);
    found.or_else(bullet).or_else(|| named(line))
}

fn made(style: Style, number: u32, label: impl Into<String>, rest: &str) -> Option<(Mark, &str)> {
    Some((Mark { style, number, label: label.into() }, rest.trim_start()))
}

/// What follows a mark, if one ends there: a reference in running text goes on without a space.
fn ended(rest: &str) -> Option<&str> {
    (rest.is_empty() || rest.starts_with(char::is_whitespace)).then_some(rest)
}

/// 第1条, 第2条の3, 第6条及び第7条 削除, 第2章, 第1. Some copies have spaces inside of the mark.
fn article(line: &str) -> Option<(Mark, &str)> {
    let (number, rest) = counted(line.strip_prefix('第')?.trim_start())?;
    if let Some(rest) = rest.trim_start().strip_prefix('条') {
        let (branch, rest) = branch(rest);
        let label = format!("第{number}条{branch}");
        if let Some((others, rest)) = together(rest) {
            return made(Style::Article, number, label + &others, rest);
        }
        // Contracts write 第1条（目的） on a line of its own or before the text.
        let headed = rest.starts_with(['(', '（'])
            && rest.split_once([')', '）']).is_some_and(|(_, rest)| ended(rest).is_some());
        return made(Style::Article, number, label, if headed { rest } else { ended(rest)? });
    }
    match rest.chars().next() {
        Some(unit @ ('編' | '章' | '節' | '款')) => {
            let (branch, rest) = branch(&rest[unit.len_utf8()..]);
            made(Style::Chapter, number, format!("第{number}{unit}{branch}"), ended(rest)?)
        }
        _ => {
            let (branch, rest) = branch(rest);
            made(Style::Section, number, format!("第{number}{branch}"), ended(rest)?)
        }
    }
}

/// The branches at the beginning of `text`, の2 or の二, and what follows them.
fn branch(mut text: &str) -> (String, &str) {
    let mut label = String::new();
    while let Some((number, rest)) = text.strip_prefix('の').and_then(counted) {
        label.push_str(&format!("の{number}"));
        text = rest;
    }
    (label, text)
}

/// The articles that are repealed together with one: 及び第7条, から第10条まで, before 削除.
fn together(text: &str) -> Option<(String, &str)> {
    let (word, end) = [("及び", ""), ("から", "まで")].into_iter().find(|(word, _)| text.starts_with(word))?;
    let (number, rest) = counted(text[word.len()..].trim_start().strip_prefix('第')?)?;
    let (branch, rest) = branch(rest.strip_prefix('条')?);
    let rest = rest.strip_prefix(end)?;
    rest.trim_start().starts_with("削除").then(|| (format!("{word}第{number}条{branch}{end}"), rest))
}

const DIVISIONS: [&str; 6] = ["別添", "別記様式", "別記", "別紙", "別表", "様式"];

const CLOSING: &str = "附則";

/// How long a line is at most that heads an annex, in characters.
const MAX_DIVISION: usize = 60;

/// 別添1, 別記(その1), 別表第1(第2条関係), 様式第1号, 附則(令和4年条例第3号), (別紙1)
fn division(line: &str) -> Option<(Mark, &str)> {
    if line == "記" {
        return made(Style::Division, 0, "記", "");
    }
    if line.chars().count() > MAX_DIVISION || line.ends_with('。') {
        return None;
    }
    let framed = line.strip_prefix(['(', '（']);
    let text = framed.unwrap_or(line);
    // 附則 is often written with a space inside.
    let closing = || Some((CLOSING, text.strip_prefix('附')?.trim_start().strip_prefix('則')?));
    let known = DIVISIONS.into_iter().find_map(|name| Some((name, text.strip_prefix(name)?)));
    let (name, mut rest) = known.or_else(closing)?;
    let mut label = String::from(name);
    if let Some((number, after)) = counted(rest.strip_prefix('第').unwrap_or(rest)) {
        let ordinal = if rest.starts_with('第') { "第" } else { "" };
        let (unit, after) = after.strip_prefix('号').map_or(("", after), |after| ("号", after));
        let (branch, after) = branch(after);
        label.push_str(&format!("{ordinal}{number}{unit}{branch}"));
        rest = after;
    }
    if framed.is_some() {
        return made(Style::Division, 0, label, rest.strip_prefix([')', '）'])?);
    }
    // 別記(その1) and 附則(令和4年…) are names, (第2条関係) is none.
    if let Some((inner, after)) = rest.strip_prefix(['(', '（']).and_then(|rest| rest.split_once([')', '）'])) {
        if name == CLOSING || inner.starts_with('そ') {
            let inner: String = inner.chars().filter(|c| !c.is_whitespace()).map(narrow).collect();
            label.push_str(&format!("({inner})"));
        }
        rest = after;
    }
    let rest = ended(rest)?.trim_start();
    made(Style::Division, 0, label, if rest.is_empty() { line } else { rest })
}

/// 【参考】, ■窓口, ※1, 備考, (注), 注1, ①
fn sign(line: &str) -> Option<(Mark, &str)> {
    let first = line.chars().next()?;
    let rest = &line[first.len_utf8()..];
    match first {
        '【' if line.chars().count() <= MAX_NAME => made(Style::Remark, 0, line, ""),
        '■' => made(Style::Square, 0, line, rest),
        '※' => match arabic(rest) {
            Some((number, rest)) => made(Style::Note, number, format!("※{number}"), rest),
            None => made(Style::Note, 0, "※", rest),
        },
        '備' => made(Style::Note, 0, "備考", ended(rest.strip_prefix('考')?)?),
        '注' => arabic(rest).and_then(|(number, rest)| made(Style::Remark, number, format!("注{number}"), rest)),
        '(' | '（' => {
            let rest = rest.strip_prefix('注')?.strip_prefix([')', '）'])?;
            made(Style::Remark, 0, "(注)", rest)
        }
        '①'..='⑳' => made(Style::Circle, first as u32 - '①' as u32 + 1, first, rest),
        _ => None,
    }
}

/// (1), (ア)
fn bracket(line: &str) -> Option<(Mark, &str)> {
    let (inner, rest) = line.strip_prefix(['(', '（'])?.split_once([')', '）'])?;
    if let Some((number, inner)) = arabic(inner) {
        let (branch, inner) = branch(inner);
        return inner.is_empty().then(|| made(Style::Paren, number, format!("({number}{branch})"), rest)).flatten();
    }
    let mut letters = inner.chars();
    let number = letters.next().and_then(kana_number).filter(|_| letters.next().is_none())?;
    made(Style::ParenKana, number, format!("({inner})"), rest)
}

/// 1, 2. ; an item of a list where it is bulleted and has a point.
fn number(line: &str, bulleted: bool) -> Option<(Mark, &str)> {
    let (number, rest) = arabic(line).filter(|(number, _)| (1..100).contains(number))?;
    let (branch, rest) = branch(rest);
    match rest.strip_prefix(['.', '．']) {
        Some(rest) if bulleted => made(Style::Paren, number, format!("({number})"), rest),
        Some(rest) => made(Style::Number, number, format!("{number}{branch}"), rest),
        None => made(Style::Number, number, format!("{number}{branch}"), ended(rest)?),
    }
}

/// ア, イ, ロ; 一, 二
fn letter(line: &str) -> Option<(Mark, &str)> {
    let first = line.chars().next()?;
    let rest = &line[first.len_utf8()..];
    if let Some(number) = kana_number(first) {
        let (branch, rest) = branch(rest);
        return made(Style::Kana, number, format!("{first}{branch}"), ended(rest)?);
    }
    let end = line.find(|c| !"一二三四五六七八九十".contains(c)).filter(|end| *end > 0)?;
    let (branch, rest) = branch(&line[end..]);
    made(Style::Kanji, kanji_number(&line[..end])?, format!("{}{branch}", &line[..end]), ended(rest)?)
}

/// What begins with its own name: the head of a row of a table, or a word and what is said of it.
fn named(line: &str) -> Option<(Mark, &str)> {
    let is_name =
        |name: &str| (1..=MAX_NAME).contains(&name.chars().count()) && !name.contains(['。', '、', '「', '|']);
    if let Some(head) = line.strip_suffix('|').map(str::trim_end).filter(|head| is_name(head)) {
        return made(Style::Row, 0, head, line).filter(|_| !head.contains([' ', '　']));
    }
    let (name, rest) = line.split_once([':', '：'])?;
    // 第5条：… is a reference.
    let is_name = |name: &str| is_name(name) && !name.starts_with(['第', '(', '（']) && arabic(name).is_none();
    let is_term = is_name(name) && !rest.is_empty() && !rest.starts_with("//");
    made(Style::Term, 0, name, line).filter(|_| is_term)
}

/// The number at the beginning of `text` in ASCII or full-width digits, and what follows it.
fn arabic(text: &str) -> Option<(u32, &str)> {
    let end = text.find(|c| !narrow(c).is_ascii_digit()).unwrap_or(text.len());
    let number: String = text[..end].chars().map(narrow).collect();
    Some((number.parse().ok()?, &text[end..]))
}

/// The same, or a number in kanji.
fn counted(text: &str) -> Option<(u32, &str)> {
    arabic(text).or_else(|| {
        let end = text.find(|c| !"一二三四五六七八九十百千".contains(c)).unwrap_or(text.len());
        Some((kanji_number(&text[..end])?, &text[end..]))
    })
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
