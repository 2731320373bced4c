//! The two languages Jobun speaks, and how values read in them.

use serde::Serialize;

use crate::value::Day;

/// A language of messages and reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Lang {
    /// 日本語
    #[default]
    Ja,
    /// English
    En,
}

impl Lang {
    /// Its tag as in BCP 47.
    pub fn tag(self) -> &'static str {
        match self {
            Lang::Ja => "ja",
            Lang::En => "en",
        }
    }
}

/// The same sentence in both languages.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Default, Serialize)]
pub struct Text {
    /// 日本語
    pub ja: String,
    /// English
    pub en: String,
}

impl Text {
    /// Both wordings.
    pub fn new(ja: impl Into<String>, en: impl Into<String>) -> Self {
        Text { ja: ja.into(), en: en.into() }
    }

    /// The wording in `lang`.
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::Ja => &self.ja,
            Lang::En => &self.en,
        }
    }
}

/// `text!(ja "…{}…", en "…{}…"; args)`: one set of arguments, two wordings.
macro_rules! text {
    ($ja:literal, $en:literal $(, $arg:expr)* $(,)?) => {
        $crate::lang::Text::new(format!($ja $(, $arg)*), format!($en $(, $arg)*))
    };
}
pub(crate) use text;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A date as a reader of `lang` writes it.
pub fn date(day: Day, lang: Lang) -> String {
    let (year, month, day) = day.ymd();
    match lang {
        Lang::Ja => format!("{year}年{month}月{day}日"),
        Lang::En => format!("{day} {} {year}", MONTHS[month as usize - 1]),
    }
}

/// The same with the day of the week.
pub fn long_date(day: Day, lang: Lang) -> String {
    let weekday = weekdays(lang)[usize::from(day.weekday()) % 7];
    match lang {
        Lang::Ja => format!("{}（{weekday}）", date(day, lang)),
        Lang::En => format!("{weekday}, {}", date(day, lang)),
    }
}

/// The month of a date.
pub fn month(day: Day, lang: Lang) -> String {
    let (year, month, _) = day.ymd();
    match lang {
        Lang::Ja => format!("{year}年{month}月"),
        Lang::En => format!("{} {year}", MONTHS[month as usize - 1]),
    }
}

/// The days of the week, Sunday first.
pub fn weekdays(lang: Lang) -> [&'static str; 7] {
    match lang {
        Lang::Ja => ["日", "月", "火", "水", "木", "金", "土"],
        Lang::En => ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"],
    }
}

/// The answer `"never"`.
pub fn never(lang: Lang) -> &'static str {
    match lang {
        Lang::Ja => "未実施",
        Lang::En => "never",
    }
}

/// A fact nobody answered.
pub fn unanswered(lang: Lang) -> &'static str {
    match lang {
        Lang::Ja => "未回答",
        Lang::En => "unanswered",
    }
}

/// A value that may not be shown.
pub fn masked(lang: Lang) -> &'static str {
    match lang {
        Lang::Ja => "（非表示）",
        Lang::En => "(hidden)",
    }
}

/// A part of a message that could not be worked out.
pub fn unavailable(lang: Lang) -> &'static str {
    match lang {
        Lang::Ja => "（算出不能）",
        Lang::En => "(not available)",
    }
}

/// Yes or no.
pub fn yes_no(value: bool, lang: Lang) -> &'static str {
    match (value, lang) {
        (true, Lang::Ja) => "はい",
        (false, Lang::Ja) => "いいえ",
        (true, Lang::En) => "yes",
        (false, Lang::En) => "no",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_have_their_names() {
        let day = |text| Day::parse(text).unwrap();
        assert_eq!(long_date(day("2026-11-22"), Lang::Ja), "2026年11月22日（日）");
        assert_eq!(long_date(day("2024-02-29"), Lang::En), "Thursday, 29 February 2024");
        assert_eq!(long_date(Day::FIRST, Lang::En), "Monday, 1 January 1");
        assert_eq!(long_date(day("9999-12-31"), Lang::Ja), "9999年12月31日（金）");
        assert_eq!(
            (month(day("2026-12-01"), Lang::Ja), month(day("2026-12-01"), Lang::En)),
            ("2026年12月".into(), "December 2026".into())
        );
    }
}
