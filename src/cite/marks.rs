//! The marks at which a Japanese legal text is split where lawyers split it: 第1条, 第1, 1, (1), ①, ア, (ア), 一, ■, ※1,
//! 別記, 別表, 附則.

use super::locator::{kanji_number, narrow};

/// The longest name of a word or of a row of a table, in characters.
const MAX_NAME: usize = 24;

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
    /// 保護管理者：, what is said of a word
    Term,
    /// The head of a row of a table: `組織的措置 |`
    Row,
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
    if bulleted {
        return made(Style::Bullet, 0, "・".into(), line);
    }
    named(line).map(|(style, name)| (Mark { style, number: 0, label: name.to_string() }, line))
}

/// What begins with its own name: the head of a row of a table, or a word and what is said of it.
fn named(line: &str) -> Option<(Style, &str)> {
    let is_name =
        |name: &str| (1..=MAX_NAME).contains(&name.chars().count()) && !name.contains(['。', '、', '「', '|']);
    if let Some(head) = line.strip_suffix('|').map(str::trim_end).filter(|head| is_name(head)) {
        return (!head.contains([' ', '　'])).then_some((Style::Row, head));
    }
    let (name, rest) = line.split_once([':', '：'])?;
    (is_name(name) && !rest.is_empty() && !rest.starts_with("//")).then_some((Style::Term, name))
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
