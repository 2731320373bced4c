//! What is shaped like a My Number (個人番号), wherever it stands.
//!
//! A My Number has twelve digits, the last of which checks the others (行政手続における特定の個人を識別するための番号の
//! 利用等に関する法律の規定による通知カード及び個人番号カード並びに情報提供ネットワークシステムによる特定個人情報の提供等に
//! 関する省令第5条). It is found in half and full width digits, alone or in groups with spaces, hyphens, points or
//! the like between them. Groups that make a date together with others are no part of a number.

use std::borrow::Cow;
use std::ops::Range;

/// What stands in the place of each digit.
const MASK: char = '＊';

/// How many digits a My Number has.
const DIGITS: usize = 12;

/// How many characters may stand between two groups of digits.
const MAX_BETWEEN: usize = 3;

fn digit(c: char) -> Option<u32> {
    match c {
        '0'..='9' => Some(c as u32 - '0' as u32),
        '０'..='９' => Some(c as u32 - '０' as u32),
        _ => None,
    }
}

/// What may stand between groups of digits: spaces, hyphens, points and what is not seen.
fn is_between(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '-' | '.'
                | ','
                | '/'
                | '_'
                | ':'
                | '・'
                | '．'
                | '，'
                | '、'
                | '／'
                | '＿'
                | '：'
                | 'ー'
                | '－'
                | 'ｰ'
                | '−'
                | '~'
                | '〜'
                | '\\'
                | '|'
        )
        || ('\u{2010}'..='\u{2015}').contains(&c)
        || ('\u{200b}'..='\u{200f}').contains(&c)
        || ('\u{202a}'..='\u{202e}').contains(&c)
        || ('\u{2060}'..='\u{206f}').contains(&c)
        || c.is_control()
        || c == '\u{feff}'
        || c == '\u{ad}'
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
pub fn my_numbers_among(characters: impl Iterator<Item = (Range<usize>, char)>) -> Vec<Range<usize>> {
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

/// Whether a whole number is shaped like a My Number.
pub fn is_my_number(number: u64) -> bool {
    let text = format!("{number:012}");
    text.len() == DIGITS && !my_numbers(&text).is_empty()
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
            "abc",
            "",
        ] {
            assert_eq!(masked(text), text);
        }
        assert_eq!(my_numbers(NUMBER).first(), Some(&(0..12)));
        assert!(is_my_number(123_456_789_018) && !is_my_number(123_456_789_012) && !is_my_number(7));
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
