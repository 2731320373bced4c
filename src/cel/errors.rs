//! Everything the parser says, in earshot of one another.

use super::ast::{MAX_DEPTH, MAX_NODES};
use super::token::Fault;
use crate::diagnostic::Code;
use crate::lang::{Text, text};

/// What is wrong, and what to do.
pub(super) struct Wording {
    pub code: Code,
    pub message: Text,
    pub help: Text,
}

fn wording(code: Code, message: Text, help: Text) -> Wording {
    Wording { code, message, help }
}

/// What was found where something else was expected; `None` is the end of the text.
#[derive(Clone)]
pub(super) struct Found(pub Option<String>);

impl Found {
    fn is_end(&self) -> bool {
        self.0.is_none()
    }

    /// Text that ends too early is incomplete, not wrong.
    fn code(&self) -> Code {
        if self.is_end() { Code::CelIncomplete } else { Code::CelSyntax }
    }

    /// What was expected, and what was found, as one sentence.
    fn instead(&self, ja: &str, en: &str) -> Text {
        match &self.0 {
            Some(found) => {
                Text::new(format!("{ja}が必要ですが、`{found}` があります"), format!("{en}, but `{found}` stands here"))
            }
            None => {
                Text::new(format!("{ja}が必要ですが、ここで終わっています"), format!("{en}, but the text ends here"))
            }
        }
    }
}

/// Something follows where the expression should end.
pub(super) fn trailing(found: &Found) -> Wording {
    let shown = found.0.as_deref().unwrap_or_default();
    wording(
        Code::CelSyntax,
        text!(
            "式はここで終わるはずですが、`{}` が続いています",
            "the expression should end here, but `{}` follows",
            shown
        ),
        Text::new(
            "演算子（`&&` など）が抜けていないか、余分な文字がないか確かめてください",
            "look for a missing operator such as `&&`, or remove the rest",
        ),
    )
}

/// More parts than anyone writes.
pub(super) fn too_many() -> Wording {
    wording(
        Code::TooLarge,
        text!("式の部分が多すぎます（上限{}個）", "the expression has too many parts (the limit is {})", MAX_NODES),
        Text::new("分けてください", "split it"),
    )
}

/// The text nests too deeply.
pub(super) fn too_deep() -> Wording {
    wording(
        Code::CelTooDeep,
        text!(
            "式の入れ子が深すぎます（上限{}段）",
            "the expression nests too deeply (the limit is {} levels)",
            MAX_DEPTH
        ),
        Text::new("定義に分けてください", "split it into definitions"),
    )
}

/// `? :` without its `:`.
pub(super) fn conditional(found: &Found) -> Wording {
    wording(
        Code::CelSyntax,
        found.instead("`? :` の `:` ", "`:` of `? :` is expected"),
        Text::new("`条件 ? 真のとき : 偽のとき` と書きます", "write `condition ? if_true : if_false`"),
    )
}

/// A word that CEL keeps for itself.
pub(super) fn reserved(word: &str) -> Wording {
    wording(
        Code::CelSyntax,
        text!("`{}` はCELが予約している語で、名前に使えません", "CEL reserves the word `{}`; it names nothing", word),
        Text::new("別の名前にしてください", "choose another name"),
    )
}

/// A `.` without a name.
pub(super) fn field_name(found: &Found) -> Wording {
    wording(
        found.code(),
        found.instead("`.` の後に名前", "a name must follow `.`"),
        Text::new("項目名を書くか、`.` を消してください", "write the name of a field, or remove the `.`"),
    )
}

/// A bracket that is not closed.
pub(super) fn unclosed(sign: &str, found: &Found) -> Wording {
    wording(
        found.code(),
        found.instead(&format!("閉じる `{sign}` "), &format!("the closing `{sign}` is missing")),
        text!("`{}` を補ってください", "add `{}`", sign),
    )
}

/// A key of a map without its `:`.
pub(super) fn map_key() -> Wording {
    wording(
        Code::CelSyntax,
        Text::new("キーの後に `:` が必要です", "`:` must follow a key"),
        Text::new("`{'キー': 値}` と書きます", "write `{'key': value}`"),
    )
}

/// No expression where one is expected; `before` is the last word before it.
pub(super) fn nothing(found: &Found, before: &str) -> Wording {
    let message = if found.is_end() && !before.is_empty() {
        text!(
            "`{}` の後に式が続くはずですが、ここで終わっています",
            "an expression must follow `{}`, but the text ends here",
            before
        )
    } else {
        found.instead("式", "an expression is expected")
    };
    let help =
        Text::new("続きを書くか、余分な記号を消してください", "write what is missing, or remove what is too much");
    wording(found.code(), message, help)
}

/// A number that does not fit.
pub(super) fn number() -> Wording {
    wording(
        Code::CelLiteral,
        Text::new("数として読めません", "this is not a number CEL can hold"),
        Text::new(
            "整数は -9223372036854775808 から 9223372036854775807 まで、日付は `date('2026-11-22')` と書きます",
            "integers run from -9223372036854775808 to 9223372036854775807; a date is written `date('2026-11-22')`",
        ),
    )
}

/// Text that is no token.
pub(super) fn token(fault: Fault) -> Wording {
    match fault {
        Fault::Character(sign @ ('=' | '|' | '&')) => wording(
            Code::CelSyntax,
            text!("`{}` だけでは使えません", "`{}` alone has no meaning here", sign),
            text!("`{0}{0}` と書いてください", "write `{0}{0}`", sign),
        ),
        Fault::Character(sign) => wording(
            Code::CelSyntax,
            text!("`{}` は式の中では使えない文字です", "the character `{}` cannot stand in an expression", sign),
            match full_width(sign) {
                Some(ascii) => text!("半角の `{}` にしてください", "write the ASCII character `{}`", ascii),
                None => Text::new("文字列なら引用符で囲んでください", "put text in quotes"),
            },
        ),
        Fault::Unterminated => wording(
            Code::CelIncomplete,
            Text::new("文字列が閉じられていません", "the text in quotes is not closed"),
            Text::new("閉じる引用符を補ってください", "add the closing quote"),
        ),
        Fault::Escape => wording(
            Code::CelLiteral,
            Text::new("使えないエスケープがあります", "there is an escape that CEL does not know"),
            Text::new(r"`\` そのものは `\\` と書きます", r"write `\\` for a backslash"),
        ),
        Fault::Number => number(),
    }
}

/// The ASCII character a full-width one stands for.
fn full_width(sign: char) -> Option<char> {
    match sign {
        '！'..='～' => char::from_u32(sign as u32 - 0xfee0),
        '　' => Some(' '),
        '。' => Some('.'),
        '、' => Some(','),
        '‘' | '’' | '“' | '”' | '「' | '」' => Some('\''),
        _ => None,
    }
}
