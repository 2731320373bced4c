//! What is shaped like a My Number (個人番号), wherever it stands.
//!
//! A My Number has twelve digits, the last of which checks the others (行政手続における特定の個人を識別するための番号の
//! 利用等に関する法律の規定による通知カード及び個人番号カード並びに情報提供ネットワークシステムによる特定個人情報の提供等に
//! 関する省令第5条). It is found in digits of any width and script, alone or in groups with anything but letters
//! between them. Groups that make a date together with others are no part of a number.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::OnceLock;

use regex_syntax::hir::{Class, HirKind};

/// What stands in the place of each digit.
const MASK: char = '＊';

/// How many digits a My Number has.
const DIGITS: usize = 12;

/// How many characters may stand between two groups of digits.
const MAX_BETWEEN: usize = 6;

/// Where rows of digits that are no decimal digits of Unicode begin, and how many there are: the first stands for the
/// number beside it. Superscripts, subscripts, and digits in circles, brackets and with points.
const OTHER_DIGITS: [(char, u32, u32); 18] = [
    ('²', 2, 2),
    ('¹', 1, 1),
    ('⁰', 0, 1),
    ('⁴', 4, 6),
    ('₀', 0, 10),
    ('①', 1, 9),
    ('⑴', 1, 9),
    ('⒈', 1, 9),
    ('⓪', 0, 1),
    ('⓵', 1, 9),
    ('⓿', 0, 1),
    ('❶', 1, 9),
    ('➀', 1, 9),
    ('➊', 1, 9),
    ('〇', 0, 1),
    ('🄀', 0, 1),
    ('🄁', 0, 10),
    ('🄋', 0, 1),
];

/// The rows of ten decimal digits that Unicode knows, by the first of each.
fn rows() -> &'static [char] {
    static ROWS: OnceLock<Vec<char>> = OnceLock::new();
    ROWS.get_or_init(|| {
        let class = regex_syntax::parse(r"\d").map(regex_syntax::hir::Hir::into_kind);
        let Ok(HirKind::Class(Class::Unicode(class))) = class else { return Vec::new() };
        let rows = class.iter().flat_map(|range| (u32::from(range.start())..=u32::from(range.end())).step_by(10));
        rows.filter_map(char::from_u32).collect()
    })
}

/// The digit that `c` is, in any script or dress.
fn digit(c: char) -> Option<u32> {
    match c {
        '0'..='9' => Some(c as u32 - '0' as u32),
        '０'..='９' => Some(c as u32 - '０' as u32),
        // Most of what is written here.
        '\0'..='\u{b1}' | '\u{3000}'..='\u{3006}' | '\u{3008}'..='\u{9fff}' | '\u{ff1a}'..='\u{ffff}' => None,
        _ => {
            let among = |(first, value, count): (char, u32, u32)| {
                (u32::from(c)).checked_sub(u32::from(first)).filter(|at| *at < count).map(|at| at + value)
            };
            let rows = rows();
            let row = rows.get(rows.partition_point(|first| *first <= c).checked_sub(1)?).copied()?;
            among((row, 0, 10)).or_else(|| OTHER_DIGITS.into_iter().find_map(among))
        }
    }
}

/// What may stand between groups of digits: whatever is no letter, and letters that are not seen.
fn is_between(c: char) -> bool {
    !c.is_alphanumeric() || matches!(c, 'ー' | 'ｰ' | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}')
}

/// Whether the last of twelve digits checks the others.
///
/// With `P(n)` the n-th digit before it, counted from the right, it is 11 minus the remainder by 11 of the sum of
/// `P(n) × Q(n)`, where `Q(n)` is `n + 1` up to the sixth and `n - 5` from the seventh on; and 0 where that
/// remainder is 0 or 1.
fn checks(digits: &[u32]) -> bool {
    let Some((check, others)) = digits.split_last() else { return false };
    let weighted = others.iter().rev().zip(1..).map(|(digit, n)| digit * if n <= 6 { n + 1 } else { n - 5 });
    let rest = weighted.sum::<u32>() % 11;
    *check == if rest <= 1 { 0 } else { 11 - rest }
}

/// A group of digits without anything between them.
struct Group {
    /// Where it stands, in bytes.
    range: Range<usize>,
    digits: Vec<u32>,
}

impl Group {
    fn value(&self) -> u32 {
        self.digits.iter().fold(0, |value, digit| value.saturating_mul(10).saturating_add(*digit))
    }
}

/// Whether three groups spell a day: a year, a month and a day of the month.
fn is_date(groups: &[Group]) -> bool {
    let [year, month, day] = groups else { return false };
    let short = |group: &Group, most: u32| group.digits.len() <= 2 && (1..=most).contains(&group.value());
    year.digits.len() == 4 && (1800..=2200).contains(&year.value()) && short(month, 12) && short(day, 31)
}

/// Where in `text` something shaped like a My Number stands, in bytes, in order.
///
/// ```
/// use jobun::redact::my_numbers;
///
/// assert_eq!(my_numbers("番号：1234 5678 9018。"), [9..23]);
/// assert!(my_numbers("1234 5678 9012").is_empty());
/// ```
pub fn my_numbers(text: &str) -> Vec<Range<usize>> {
    my_numbers_among(text.char_indices().map(|(at, c)| (at..at + c.len_utf8(), c)))
}

/// The same among characters with the places where they stand, as where some are written as escapes.
pub fn my_numbers_among(characters: impl Iterator<Item = (Range<usize>, char)> + Clone) -> Vec<Range<usize>> {
    let mut has_sequences = false;
    let mut found = numbers_of(characters.clone().inspect(|(_, c)| has_sequences |= begins_sequence(*c)));
    if has_sequences {
        // A terminal shows what stands on both sides of an escape sequence as one.
        let mut in_sequence = false;
        found.extend(numbers_of(characters.filter(|(_, c)| {
            let was = in_sequence;
            in_sequence = begins_sequence(*c) || (was && (*c == '[' || !('@'..='~').contains(c)));
            !was && !in_sequence
        })));
        found.sort_by_key(|range| (range.start, range.end));
    }
    found
}

/// Whether a terminal takes what follows `c`, up to a letter, for a command.
fn begins_sequence(c: char) -> bool {
    matches!(c, '\u{1b}' | '\u{9b}')
}

fn numbers_of(characters: impl Iterator<Item = (Range<usize>, char)>) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    // Groups that stand close to one another.
    let mut groups: Vec<Group> = Vec::new();
    let mut between = 0;
    for (range, c) in characters {
        match digit(c) {
            Some(digit) => {
                match groups.last_mut().filter(|_| between == 0) {
                    Some(group) => {
                        group.range.end = range.end;
                        group.digits.push(digit);
                    }
                    None => groups.push(Group { range, digits: vec![digit] }),
                }
                between = 0;
            }
            None if is_between(c) && between < MAX_BETWEEN => between += usize::from(!groups.is_empty()),
            None => {
                among(&groups, &mut found);
                groups.clear();
                between = 0;
            }
        }
    }
    among(&groups, &mut found);
    found
}

/// Looks at each run of neighbouring groups that has twelve digits.
fn among(groups: &[Group], found: &mut Vec<Range<usize>>) {
    for (first, group) in groups.iter().enumerate() {
        let mut digits = group.digits.clone();
        let mut last = first;
        while digits.len() < DIGITS && last + 1 < groups.len() {
            last += 1;
            digits.extend(&groups[last].digits);
        }
        let window = &groups[first..=last];
        if digits.len() == DIGITS && checks(&digits) && !window.windows(3).any(is_date) {
            found.push(group.range.start..groups[last].range.end);
        }
    }
}

/// `text` with each digit of what is shaped like a My Number replaced.
pub fn masked(text: &str) -> Cow<'_, str> {
    // Most texts have too few digits.
    if text.chars().filter_map(digit).take(DIGITS).count() < DIGITS {
        return Cow::Borrowed(text);
    }
    let ranges = my_numbers(text);
    if ranges.is_empty() {
        return Cow::Borrowed(text);
    }
    let hidden = |at: usize| ranges.iter().any(|range| range.contains(&at));
    let mask = |(at, c): (usize, char)| if digit(c).is_some() && hidden(at) { MASK } else { c };
    Cow::Owned(text.char_indices().map(mask).collect())
}

/// Replaces each digit of what is shaped like a My Number in `text`.
pub fn mask(text: &mut String) {
    if let Cow::Owned(masked) = masked(text) {
        *text = masked;
    }
}

/// Whether something in `text` was replaced, so that other texts may look the same.
pub fn is_masked(text: &str) -> bool {
    text.contains(MASK)
}

/// Whether a number of a JSON document is shaped like a My Number, as it is written here.
pub fn is_my_number(number: &serde_json::Number) -> bool {
    !my_numbers(&number.to_string()).is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A number made for tests: the first eleven digits are counted up.
    const NUMBER: &str = "123456789018";

    #[test]
    fn numbers_are_found_in_any_width_and_grouping() {
        for text in [
            "123456789018",
            "個人番号は１２３４５６７８９０１８です",
            "1234-5678-9018",
            "1234 5678 9018",
            "１２３４　５６７８　９０１８",
            "1-2-3-4-5-6-7-8-9-0-1-8",
            "1234\u{200b}5678\u{2011}9018",
            "1234 – 5678 – 9018",
            "id:123456789018x",
            "2026-11-22 123456789018",
            "1234･5678･9018",
            "1234～5678～9018",
            "1234─5678﹣9018",
            "1234    5678(9018)",
            "[1234][5678][9018]",
            "1234\u{1b}[1;31m5678\u{1b}[0m9018",
            "1234\u{1b}5678\u{9b}9018",
            "1234。5678#9018",
            "12\u{fe0f}34\u{180e}56\u{3164}78\u{e0020}9018",
            "𝟷𝟸𝟹𝟺𝟻𝟼𝟽𝟾𝟿𝟶𝟷𝟾",
            "①②③④⑤⑥⑦⑧⑨⓪①⑧",
            "¹²³⁴⁵⁶⁷⁸⁹⁰¹⁸",
            "١٢٣٤٥٦٧٨٩٠١٨",
        ] {
            let masked = masked(text);
            assert!(!masked.chars().any(|c| digit(c) == Some(8)), "{masked}");
        }
    }

    #[test]
    fn what_is_no_number_stays() {
        for text in [
            "123456789012",
            "1234567890180",
            "0123456789018",
            "2026-11-22",
            "2026-11-22 2025-04-01 2026-12-31",
            "03-1234-5678",
            "件数：19、1180",
            "2024年3月22日から2026年11月30日まで",
            "abc",
            "",
        ] {
            assert_eq!(masked(text), text);
        }
        assert_eq!(my_numbers(NUMBER).first(), Some(&(0..12)));
        for (number, is) in [
            ("123456789018", true),
            ("123456789018.0", true),
            ("1.23456789018e11", true),
            ("-123456789018", true),
            ("123456789012", false),
            ("12345678903", false),
            ("1180", false),
            ("132", false),
            ("19", false),
            ("0", false),
        ] {
            assert_eq!(is_my_number(&number.parse().expect("a number")), is, "{number}");
        }
    }

    #[test]
    fn any_wrong_digit_breaks_the_check() {
        let digits: Vec<u32> = NUMBER.chars().filter_map(digit).collect();
        assert!(checks(&digits));
        for at in 0..DIGITS {
            let mut other = digits.clone();
            other[at] = (other[at] + 1) % 10;
            // The sum is taken by eleven, so that one digit off shows; a check digit of 0 stands for two remainders.
            assert!(!checks(&other) || digits[DIGITS - 1] == 0, "{other:?}");
        }
    }
}
