//! Locators: how a lawyer cites a provision, written in more than one way.

/// `locator` as all its spellings are compared: without spaces, digits and signs in ASCII, numerals after
/// 第 and の in digits, so that `第４４条第３項`, `第四十四条第三項` and `第44条第3項` are one.
pub fn normalized(locator: &str) -> String {
    let mut out = String::with_capacity(locator.len());
    let mut chars = locator.chars().filter(|c| !c.is_whitespace()).map(narrow).peekable();
    let mut numeral = String::new();
    while let Some(c) = chars.next() {
        out.push(c);
        if !matches!(c, '第' | 'の' | '(') {
            continue;
        }
        numeral.clear();
        while let Some(next) = chars.next_if(|next| digit(*next).is_some() || unit(*next).is_some()) {
            numeral.push(next);
        }
        match kanji_number(&numeral) {
            // "の" before other words is no number, and neither is a numeral that ends one.
            Some(number)
                if c != 'の' || chars.peek().is_none_or(|next| !is_kanji(*next) || "条項号第".contains(*next)) =>
            {
                out.push_str(&number.to_string());
            }
            _ => out.push_str(&numeral),
        }
    }
    out
}

/// Whether the provision `inner` is `outer` or stands in it.
pub fn is_within(inner: &str, outer: &str) -> bool {
    let (inner, outer) = (normalized(inner), normalized(outer));
    let Some(rest) = inner.strip_prefix(outer.as_str()) else { return false };
    let mut next = rest.chars();
    match (outer.chars().last(), next.next(), next.next()) {
        // 第1 holds no part of 第12, and 第29条 none of 第29条の4.
        (Some(last), Some(first), _) if last.is_ascii_digit() && first.is_ascii_digit() => false,
        (Some('条'), Some('の'), Some(second)) if second.is_ascii_digit() => false,
        _ => true,
    }
}

pub(super) fn narrow(c: char) -> char {
    match c {
        '！'..='～' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        c => c,
    }
}

fn is_kanji(c: char) -> bool {
    ('\u{4E00}'..='\u{9FFF}').contains(&c)
}

fn digit(c: char) -> Option<u32> {
    "〇一二三四五六七八九".chars().position(|known| known == c).and_then(|at| u32::try_from(at).ok())
}

fn unit(c: char) -> Option<u32> {
    match c {
        '十' => Some(10),
        '百' => Some(100),
        '千' => Some(1000),
        _ => None,
    }
}

/// The number a numeral up to 9999 stands for: 四十四, 百二十, 四四.
pub(super) fn kanji_number(numeral: &str) -> Option<u32> {
    if numeral.is_empty() || numeral.chars().count() > 8 {
        return None;
    }
    if numeral.chars().all(|c| digit(c).is_some()) {
        return numeral.chars().try_fold(0u32, |sum, c| sum.checked_mul(10)?.checked_add(digit(c)?));
    }
    let (mut sum, mut open) = (0, None);
    for c in numeral.chars() {
        match (digit(c), unit(c)) {
            (Some(digit), _) if open.is_none() => open = Some(digit),
            (_, Some(unit)) => sum += open.take().unwrap_or(1) * unit,
            _ => return None,
        }
    }
    Some(sum + open.unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_locator_are_one() {
        for other in ["第４４条第３項", "第四十四条第三項", "第 44 条 第3項"] {
            assert_eq!(normalized(other), "第44条第3項");
        }
        assert_eq!(normalized("第二十九条の四第一項"), "第29条の4第1項");
        assert_eq!(normalized("第百二十条"), "第120条");
        assert_eq!(normalized("別記（その１）第２"), "別記(その1)第2");
        assert_eq!(normalized("第4の一般原則"), "第4の一般原則");
        assert_eq!(normalized("附則（令和四年十月一日施行）"), "附則(令和四年十月一日施行)");
    }

    #[test]
    fn a_number_is_no_part_of_a_longer_one() {
        assert!(is_within("第44条第3項第1号", "第44条第3項"));
        assert!(is_within("第四十四条", "第44条"));
        assert!(is_within("第5(2)なお書き", "第5(2)"));
        assert!(!is_within("第12", "第1"));
        assert!(!is_within("第29条の4", "第29条"));
        assert!(!is_within("第4条", "第44条"));
        assert!(is_within("第4の8(5)", "第4の8"));
        assert!(is_within("運用第4の8", "運用第4"));
    }
}
