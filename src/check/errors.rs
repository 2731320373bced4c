//! Everything the checker says, in earshot of one another. Lower case, no full stop, what the
//! author wrote in backticks, what to do in the help.

use crate::cel::BinaryOp;
use crate::diagnostic::{Code, Diagnostic, did_you_mean};
use crate::lang::{Text, text};
use crate::schema::FactSchema;
use crate::source::Span;
use crate::types::{EnumType, Type};

/// A type in words, in both languages.
pub fn noun(ty: &Type) -> Text {
    let (ja, en) = match ty {
        Type::Bool => ("真偽", "a bool"),
        Type::Int | Type::Uint => ("整数", "a whole number"),
        Type::Double => ("数", "a number"),
        Type::String | Type::Link(_) => ("文字列", "a string"),
        Type::Enum(_) => ("選択肢", "an answer from a list"),
        Type::Bytes => ("バイト列", "bytes"),
        Type::Date => ("日付", "a date"),
        Type::Never => ("never", "never"),
        Type::DateOrNever => ("日付または never", "a date or never"),
        Type::Period => ("期間", "a period"),
        Type::Record(_) => ("項目の組", "a record"),
        Type::List(_) => ("リスト", "a list"),
        Type::Map(..) => ("マップ", "a map"),
        Type::Null => ("null", "null"),
        Type::Timestamp => ("時刻", "a timestamp"),
        Type::Duration => ("時間の長さ", "a duration"),
        Type::TypeOf(_) => ("型", "a type"),
        Type::Opaque(opaque) => return text!("`{}`", "`{}`", opaque.name),
        Type::Union(types) => {
            let nouns: Vec<Text> = types.iter().map(noun).collect();
            let ja: Vec<&str> = nouns.iter().map(|noun| noun.ja.as_str()).collect();
            let en: Vec<&str> = nouns.iter().map(|noun| noun.en.as_str()).collect();
            return Text::new(ja.join("または"), en.join(" or "));
        }
        Type::Error | Type::Dyn | Type::Open(_) | Type::Parameter(_) => ("型の決まらない値", "a value of open type"),
    };
    Text::new(ja, en)
}

/// One help from one template per language.
fn near_or(near: Option<&str>, otherwise: Text) -> Text {
    match near {
        Some(near) => text!("`{}` のことですか", "did you mean `{}`?", near),
        None => otherwise,
    }
}

/// `name` is no property of the record at `path`; it was probably meant to be `near`.
pub fn unknown_fact(schema: &FactSchema, path: &str, name: &str, near: Option<&str>, span: Span) -> Diagnostic {
    let record = schema.record_at(path).map(|id| schema.record(id));
    let names = record.into_iter().flat_map(|record| record.fields.iter().map(|field| field.name.as_str()));
    let elsewhere = schema.leaves().find(|(leaf, _)| leaf.rsplit('.').next() == Some(name)).map(|(leaf, _)| leaf);
    let list = names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" ");
    let message = if path.is_empty() {
        text!("`{}` という事実も名前もありません", "there is no fact and no name `{}`", name)
    } else {
        text!("`{1}` に `{0}` という事実はありません", "there is no fact `{0}` in `{1}`", name, path)
    };
    let otherwise = match elsewhere {
        Some(leaf) => text!("`{}` ならあります", "there is `{}`", leaf),
        None if list.is_empty() => {
            Text::new("語彙（facts.schema.json）を確かめてください", "see the vocabulary (facts.schema.json)")
        }
        None => text!("ここにあるのは {} です", "what stands here is {}", list),
    };
    Diagnostic::new(Code::UnknownFact, span, message).help(near_or(near, otherwise))
}

/// `name` is nothing that is known here; it was probably meant to be `near`.
pub fn unknown_name(name: &str, near: Option<&str>, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::UnknownFact,
        span,
        text!("`{}` という事実も名前もありません", "there is no fact and no name `{}`", name),
    )
    .help(near_or(
        near,
        Text::new(
            "事実の名前、`for_each` の変数、`params.…` のどれかを書きます。文字列なら引用符で囲んでください",
            "write a fact, a variable of `for_each`, or `params.…`; put a string in quotes",
        ),
    ))
}

/// `name` is no function.
pub fn unknown_function(name: &str, method: bool, span: Span, near: Option<&str>) -> Diagnostic {
    let message = if method {
        text!("`.{}(…)` というメソッドはありません", "there is no method `.{}(…)`", name)
    } else {
        text!("`{}(…)` という関数も定義もありません", "there is no function and no definition `{}(…)`", name)
    };
    let otherwise = match name {
        "type" | "dyn" => Text::new(
            "ポリシーでは使えません。事実の型はスキーマが決めています",
            "it has no place in a policy: the schema gives every fact its type",
        ),
        "now" | "today" => Text::new("判定日は `as_of` です", "the day of the evaluation is `as_of`"),
        _ => Text::new(
            "使える関数は `jobun list functions` で、定義は definitions.yaml で確かめてください。付属のパックが共有する定義は `jobun init common` で写せます",
            "see `jobun list functions` and the pack's definitions.yaml; `jobun init common` copies the definitions that the shipped packs share",
        ),
    };
    Diagnostic::new(Code::UnknownFunction, span, message).help(near_or(near, otherwise))
}

/// `params.name` is not declared.
pub fn unknown_parameter<'a>(name: &str, span: Span, known: impl IntoIterator<Item = &'a str>) -> Diagnostic {
    Diagnostic::new(
        Code::UnknownParameter,
        span,
        text!("`{}` というパラメータは宣言されていません", "the pack declares no parameter `{}`", name),
    )
    .help(near_or(
        did_you_mean(name, known),
        Text::new(
            "pack.yaml の `parameters:` に、既定値と理由を添えて加えてください",
            "add it to `parameters:` of pack.yaml, with a default and a reason",
        ),
    ))
}

/// `word` is none of the answers.
pub fn unknown_enum_value(word: &str, answers: &EnumType, span: Span) -> Diagnostic {
    let list = answers.words.iter().map(|word| format!("`'{word}'`")).collect::<Vec<_>>().join(" ");
    let help = match did_you_mean(word, answers.words.iter().map(String::as_str)) {
        Some(near) => {
            text!("`'{}'` のことですか。答えは {} です", "did you mean `'{}'`? The answers are {}", near, list)
        }
        None => text!("答えは {} です", "the answers are {}", list),
    };
    Diagnostic::new(
        Code::UnknownEnumValue,
        span,
        text!("`'{}'` という答えはありません", "`'{}'` is not one of the answers", word),
    )
    .help(help)
}

/// `found` stands where `wanted` is asked for.
pub fn mismatch(wanted: &Type, found: &Type, span: Span, help: Text) -> Diagnostic {
    let (wanted, found) = (noun(wanted), noun(found));
    Diagnostic::new(
        Code::TypeMismatch,
        span,
        Text::new(
            format!("{}が必要ですが、これは{}です", wanted.ja, found.ja),
            format!("{} is expected, but this is {}", wanted.en, found.en),
        ),
    )
    .help(help)
}

/// The operator does not exist for these operands.
pub fn no_operator(op: BinaryOp, left: &Type, right: &Type, span: Span) -> Diagnostic {
    let (a, b) = (noun(left), noun(right));
    let help = match (left, right) {
        (Type::Date | Type::DateOrNever, Type::String) | (Type::String, Type::Date | Type::DateOrNever) => Text::new(
            "日付は `date('2026-11-22')`、未実施は引用符なしの `never` と書きます",
            "write a date as `date('2026-11-22')`, and `never` without quotes",
        ),
        (Type::Bool, Type::String) | (Type::String, Type::Bool) => {
            Text::new("真偽は引用符なしで書きます", "write `true` and `false` without quotes")
        }
        (Type::Date, Type::Int) if matches!(op, BinaryOp::Add | BinaryOp::Subtract) => Text::new(
            "`.plus_days(…)` `.plus_months(…)` `.plus(params.…)` を使ってください",
            "use `.plus_days(…)`, `.plus_months(…)` or `.plus(params.…)`",
        ),
        (Type::Date, Type::Date) if op == BinaryOp::Subtract => {
            Text::new("日数は `days_between(a, b)` です", "the days between are `days_between(a, b)`")
        }
        (Type::Union(_), _) | (_, Type::Union(_)) => Text::new(
            "どちらなのかを先に確かめてください: `type(x) == int && …`、`x != '…' && …`、普通のCELでは `x != null && …`",
            "find out first which it is: `type(x) == int && …`, `x != '…' && …`, in plain CEL `x != null && …`",
        ),
        (Type::List(_), _) | (_, Type::List(_)) => Text::new(
            "リストの要素は `x in list`、数は `size(list)` で調べます",
            "test elements with `x in list`, and count with `size(list)`",
        ),
        _ => Text::new("両側の型をそろえてください", "let both sides have the same type"),
    };
    Diagnostic::new(
        Code::TypeMismatch,
        span,
        Text::new(
            format!("{}と{}の間に `{}` は使えません", a.ja, b.ja, op.sign()),
            format!("`{}` does not work between {} and {}", op.sign(), a.en, b.en),
        ),
    )
    .help(help)
}

/// A fact that may be `never` is used as a date.
pub fn unguarded_never(written: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::UnguardedNever,
        span,
        text!(
            "`{}` は never かもしれないので、そのまま日付としては使えません",
            "`{}` may be never, so it cannot be used as a date as it stands",
            written
        ),
    )
    .help(text!(
        "先に確かめてください: `{0} != never && …`。済んだことなら `done({0})` とも書けます",
        "guard it first: `{0} != never && …`; for something done, `done({0})` says it too",
        written
    ))
}

/// A link that may be a word is followed.
pub fn unguarded_link(written: &str, word: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::UnguardedLink,
        span,
        text!(
            "`{0}` は `'{1}'` かもしれないので、そのままたどれません",
            "`{0}` may be `'{1}'`, so it cannot be followed as it stands",
            written,
            word
        ),
    )
    .help(text!("先に確かめてください: `{0} != '{1}' && …`", "guard it first: `{0} != '{1}' && …`", written, word))
}

/// `ref()` of something that is no link.
pub fn not_a_link(found: &Type, span: Span) -> Diagnostic {
    let found = noun(found);
    Diagnostic::new(
        Code::NotALink,
        span,
        Text::new(
            format!("`ref(…)` は他のリストの要素を指す項目だけに使えます（これは{}です）", found.ja),
            format!("`ref(…)` takes a fact that names an element of a list; this is {}", found.en),
        ),
    )
    .help(Text::new("`c.vendor_id` のような項目を書いてください", "write a fact such as `c.vendor_id`"))
}

/// A record is used as a value.
pub fn record_misuse(written: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::RecordMisuse,
        span,
        text!("`{}` は項目の組なので、値としては使えません", "`{}` is a record; it cannot be used as a value", written),
    )
    .help(text!("`{}.…` のように中の項目を書いてください", "write one of its facts: `{}.…`", written))
}

/// A list of records is used as more than a list.
pub fn records_misuse(written: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::RecordMisuse,
        span,
        text!(
            "`{}` は項目の組のリストなので、比べたり関数に渡したりはできません",
            "`{}` is a list of records; it cannot be compared or given to this function",
            written
        ),
    )
    .help(Text::new(
        "`exists(x, …)` などで要素を調べるか、`size(…)`、`[0]` を使ってください",
        "look at its elements with `exists(x, …)` and the like, or use `size(…)` and `[0]`",
    ))
}

/// `null` or `has()` in a policy.
pub fn no_null(written: &str, span: Span) -> Diagnostic {
    Diagnostic::new(Code::NoNull, span, text!("ポリシーに `{}` は書けません", "`{}` has no place in a policy", written))
        .help(Text::new(
            "答えのない事実はそれだけで「不明」になります。「ない」と答えられる事実を尋ねてください",
            "an unanswered fact is unknown by itself; ask a fact that can say no",
        ))
}

/// `has` without a selection.
pub fn wrong_has(span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::WrongArguments,
        span,
        Text::new("`has` には `x.項目` の形を1つ渡します", "`has` takes one selection"),
    )
    .help(Text::new("`has(x.field)` と書きます", "write `has(x.field)`"))
}

/// A message of a type nobody declared.
pub fn no_message(name: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::UnknownName,
        span,
        text!("`{}` というメッセージ型はありません", "there is no message type `{}`", name),
    )
    .help(Text::new("表なら `{'キー': 値}` と書きます", "a map is written `{'key': value}`"))
}

/// A key a map cannot have.
pub fn map_key(found: &Type, span: Span) -> Diagnostic {
    let noun = noun(found);
    Diagnostic::new(
        Code::TypeMismatch,
        span,
        Text::new(format!("表のキーに{}は使えません", noun.ja), format!("{} cannot be the key of a map", noun.en)),
    )
    .help(Text::new("キーは文字列・整数・真偽値です", "keys are strings, whole numbers or booleans"))
}

/// A point of time or a length of time in a policy.
pub fn no_timestamp(written: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::NoTimestamp,
        span,
        text!(
            "ポリシーで扱うのは日付です。`{}` のような時刻や時間の長さは書けません",
            "a policy counts days; there is no timestamp and no duration in it, as `{}` would be",
            written
        ),
    )
    .help(Text::new(
        "日付の事実か `date('2026-11-22')` を書き、日数は `days_between(a, b)` で数えてください",
        "write a fact that is a date, or `date('2026-11-22')`, and count with `days_between(a, b)`",
    ))
}

/// The schema leaves a type open.
pub fn open_type(written: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::OpenType,
        span,
        text!("`{}` の型がスキーマで決まっていません", "the schema leaves the type of `{}` open", written),
    )
    .help(Text::new("facts.schema.json で型を決めてください", "give it a type in facts.schema.json"))
}

/// A map written out.
pub fn no_map(span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::OpenType,
        span,
        Text::new("ポリシーに `{キー: 値}` は書けません", "a map has no place in a policy"),
    )
    .help(Text::new("`? :` か `in [ … ]` で書いてください", "write it with `? :` or `in [ … ]`"))
}

/// The arguments of `name` are wrong in number.
pub fn wrong_arguments(name: &str, wanted: &str, found: usize, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::WrongArguments,
        span,
        text!(
            "`{0}` の引数は{1}個ですが、{2}個書かれています",
            "`{0}` takes {1} arguments, but {2} are written",
            name,
            wanted,
            found
        ),
    )
    .help(text!(
        "`jobun list functions` で `{}` の形を確かめてください",
        "see the form of `{}` in `jobun list functions`",
        name
    ))
}

/// A definition that comes back to itself.
pub fn recursive(name: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::RecursiveDefinition,
        span,
        text!("定義 `{}` が自分自身を使っています", "the definition `{}` comes back to itself", name),
    )
    .help(Text::new("繰り返しは `all` や `exists` で書いてください", "write repetition with `all` or `exists`"))
}

/// `as_of` outside a comparison.
pub fn as_of_outside(span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::AsOfOutsideComparison,
        span,
        Text::new("`as_of` が比較の外で使われています", "`as_of` is used outside a comparison"),
    )
    .help(Text::new(
        "`d.plus(params.…) >= as_of` のように比較の片側に置くと、結果が変わる日が分かります",
        "put it on one side of a comparison, as in `d.plus(params.…) >= as_of`, so that the day of change is known",
    ))
}

/// A quantifier that passes on an empty list.
pub fn empty_quantifier(written: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::EmptyQuantifier,
        span,
        text!(
            "`{}` が空のとき、この条件は何も調べずに満たされます",
            "where `{}` is empty this is met without anything being looked at",
            written
        ),
    )
    .help(Text::new("それでよければ `empty: ok` と書いてください", "if that is meant, write `empty: ok`"))
}
