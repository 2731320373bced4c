//! What Jobun tells an author: plain data, many at once, each with a place and a remedy.

use std::cmp::Reverse;
use std::fmt;

use crate::lang::{Lang, Text, text};
use crate::source::{SourceMap, Span};
use crate::value::Day;

/// How grave a diagnostic is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Worth a look; the text is usable.
    Warning,
    /// The text cannot be used.
    Error,
}

macro_rules! codes {
    ($( $variant:ident = $code:literal $level:ident ),* $(,)?) => {
        /// The kind of a diagnostic; each has a page, printed by `jobun explain CODE`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[allow(missing_docs, reason = "each code has a page of its own")]
        pub enum Code { $( $variant ),* }

        impl Code {
            /// Every code, in the order of the phases that find them.
            pub const ALL: &'static [Code] = &[$( Code::$variant ),*];

            /// The stable name.
            pub fn name(self) -> &'static str {
                match self { $( Code::$variant => $code ),* }
            }

            /// How grave it is.
            pub fn level(self) -> Level {
                match self { $( Code::$variant => Level::$level ),* }
            }
        }
    };
}

codes! {
    // Reading files.
    NotUtf8 = "not-utf8" Error,
    TooLarge = "too-large" Error,
    EmptyFile = "empty-file" Error,
    TooManyMistakes = "too-many-mistakes" Error,
    // YAML.
    YamlSyntax = "yaml-syntax" Error,
    YamlTab = "yaml-tab" Error,
    YamlFeature = "yaml-feature" Error,
    DuplicateKey = "duplicate-key" Error,
    UnknownKey = "unknown-key" Error,
    MissingKey = "missing-key" Error,
    WrongKind = "wrong-kind" Error,
    UnknownWord = "unknown-word" Error,
    InvalidValue = "invalid-value" Error,
    // JSON and facts.
    JsonSyntax = "json-syntax" Error,
    FactsUnknownKey = "facts-unknown-key" Error,
    FactsWrongType = "facts-wrong-type" Error,
    FactsWrongValue = "facts-wrong-value" Error,
    FactsMissingKey = "facts-missing-key" Error,
    FactsInvalid = "facts-invalid" Error,
    DuplicateId = "duplicate-id" Error,
    DanglingLink = "dangling-link" Error,
    InvalidSchema = "invalid-schema" Error,
    // Expressions.
    CelSyntax = "cel-syntax" Error,
    CelIncomplete = "cel-incomplete" Error,
    CelTooDeep = "cel-too-deep" Error,
    CelLiteral = "cel-literal" Error,
    // Checking expressions.
    UnknownFact = "unknown-fact" Error,
    UnknownName = "unknown-name" Error,
    UnknownFunction = "unknown-function" Error,
    UnknownParameter = "unknown-parameter" Error,
    UnknownEnumValue = "unknown-enum-value" Error,
    TypeMismatch = "type-mismatch" Error,
    WrongArguments = "wrong-arguments" Error,
    UnguardedNever = "unguarded-never" Error,
    UnguardedLink = "unguarded-link" Error,
    NotALink = "not-a-link" Error,
    RecordMisuse = "record-misuse" Error,
    NoNull = "no-null" Error,
    NoTimestamp = "no-timestamp" Error,
    OpenType = "open-type" Error,
    RecursiveDefinition = "recursive-definition" Error,
    TooLargeExpansion = "too-large-expansion" Error,
    PatternTooLarge = "pattern-too-large" Error,
    AsOfOutsideComparison = "as-of-outside-comparison" Warning,
    EmptyQuantifier = "empty-quantifier" Warning,
    AlwaysHolds = "always-holds" Warning,
    NeverHolds = "never-holds" Warning,
    // Packs and rules.
    DuplicateRule = "duplicate-rule" Error,
    DuplicateDefinition = "duplicate-definition" Error,
    DuplicateProvision = "duplicate-provision" Error,
    DuplicateRequirement = "duplicate-requirement" Error,
    UnknownLocator = "unknown-locator" Error,
    UnknownRequirement = "unknown-requirement" Error,
    UnknownRule = "unknown-rule" Error,
    CircularRollUp = "circular-roll-up" Error,
    MissingLanguage = "missing-language" Error,
    NoRequirement = "no-requirement" Error,
    ContradictoryModality = "contradictory-modality" Error,
    ContradictoryPlacement = "contradictory-placement" Warning,
    UncitedRequirement = "uncited-requirement" Warning,
    RepeatedCitation = "repeated-citation" Warning,
    TwinRules = "twin-rules" Warning,
    ParameterOutOfRange = "parameter-out-of-range" Error,
    InvalidPeriod = "invalid-period" Error,
    InvalidDate = "invalid-date" Error,
    MissingPackFile = "missing-pack-file" Error,
    // Cases.
    InvalidCase = "invalid-case" Error,
}

impl Code {
    /// The code called `name`.
    pub fn from_name(name: &str) -> Option<Code> {
        Code::ALL.iter().copied().find(|code| code.name() == name)
    }
}

/// A place and what to say about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What stands there, or an empty text.
    pub text: Text,
}

/// One mistake, or one thing worth a look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The kind.
    pub code: Code,
    /// What is wrong, in a sentence.
    pub message: Text,
    /// Where, and a few words under the underline.
    pub primary: Label,
    /// Other places that matter.
    pub related: Vec<Label>,
    /// What to do.
    pub help: Option<Text>,
}

impl Diagnostic {
    /// Every text of it, to be looked at or changed.
    pub fn texts(&mut self, look: &mut dyn FnMut(&mut String)) {
        let labels = std::iter::once(&mut self.primary).chain(&mut self.related).map(|label| &mut label.text);
        for text in std::iter::once(&mut self.message).chain(labels).chain(&mut self.help) {
            look(&mut text.ja);
            look(&mut text.en);
        }
    }

    /// Every place of it, to be looked at or changed.
    pub fn spans(&mut self, look: &mut dyn FnMut(&mut Span)) {
        std::iter::once(&mut self.primary).chain(&mut self.related).for_each(|label| look(&mut label.span));
    }

    /// A diagnostic at `span`.
    pub fn new(code: Code, span: Span, message: Text) -> Self {
        let message = Text { ja: shortened(message.ja), en: shortened(message.en) };
        Diagnostic { code, message, primary: Label { span, text: Text::default() }, related: Vec::new(), help: None }
    }

    /// Words under the underline.
    pub fn label(mut self, text: Text) -> Self {
        self.primary.text = text;
        self
    }

    /// Another place that matters.
    pub fn related(mut self, span: Span, text: Text) -> Self {
        self.related.push(Label { span, text });
        self
    }

    /// What to do.
    pub fn help(mut self, text: Text) -> Self {
        self.help = Some(text);
        self
    }

    /// Whether the text cannot be used because of it.
    pub fn is_error(&self) -> bool {
        self.code.level() == Level::Error
    }
}

/// The longest message, in characters; of a longer one the middle is left out.
const MAX_MESSAGE: usize = 1_000;

/// `text`, without its middle if that is a name as long as a file.
fn shortened(text: String) -> String {
    if text.len() <= MAX_MESSAGE || text.chars().count() <= MAX_MESSAGE {
        return text;
    }
    let start: String = text.chars().take(MAX_MESSAGE / 4).collect();
    let end: Vec<char> = text.chars().rev().take(MAX_MESSAGE / 4).collect();
    format!("{start} … {}", end.into_iter().rev().collect::<String>())
}

/// How many diagnostics are kept; more help nobody.
pub const MAX_KEPT: usize = 10_000;

/// Everything one phase noticed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics(pub Vec<Diagnostic>);

impl Diagnostics {
    /// Nothing noticed yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one. Of very many the rest is left out, but never the only error, and never without a word.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        if self.0.len() < MAX_KEPT || diagnostic.is_error() && !self.is_full() {
            self.0.push(diagnostic);
        } else if self.0.last().is_none_or(|last| last.code != Code::TooManyMistakes) {
            self.0.push(
                Diagnostic::new(
                    Code::TooManyMistakes,
                    diagnostic.primary.span,
                    text!(
                        "誤りが多すぎるため、{}件より後は示しません",
                        "there are too many mistakes; those after {} are left out",
                        MAX_KEPT
                    ),
                )
                .help(Text::new(
                    "示された誤りを直してから、もう一度確かめてください",
                    "mend those that are told and check again",
                )),
            );
        }
    }

    /// Adds all of `other`.
    pub fn extend(&mut self, other: Diagnostics) {
        other.0.into_iter().for_each(|diagnostic| self.push(diagnostic));
    }

    /// Whether there are so many, errors among them, that no more are kept.
    pub fn is_full(&self) -> bool {
        self.0.len() >= MAX_KEPT && self.has_errors()
    }

    /// Whether it was said that there are too many: a warning would be left out without a word.
    pub fn is_closed(&self) -> bool {
        self.0.len() > MAX_KEPT && self.0.last().is_some_and(|last| last.code == Code::TooManyMistakes)
    }

    /// Whether any is an error.
    pub fn has_errors(&self) -> bool {
        self.0.iter().any(Diagnostic::is_error)
    }

    /// In the order of files and places, without repeats.
    pub fn sorted(mut self) -> Self {
        self.0.sort_by_key(|diagnostic| (diagnostic.primary.span, diagnostic.code));
        self.0.dedup();
        self
    }
}

/// How many names one name is compared with; telling names apart is far cheaper than comparing them.
const MAX_COMPARED: usize = 2_000;

/// Whether `candidate` may be `allowed` edits or fewer away from `word`, or begin alike: said at a glance.
fn may_be_near(word: &str, candidate: &str, allowed: usize) -> bool {
    let begin_alike = || {
        let both = word.get(..4).zip(candidate.get(..4));
        both.is_some_and(|(word, candidate)| word.eq_ignore_ascii_case(candidate))
    };
    if word.len() >= 4 && (!word.is_ascii() || !candidate.is_ascii() || begin_alike()) {
        return true;
    }
    // A letter that only one of them has is an edit.
    let letters = |text: &str| text.bytes().fold(0u64, |all, byte| all | 1 << (byte.to_ascii_lowercase() & 63));
    let (own, other) = (letters(word), letters(candidate));
    let bytes = if word.is_ascii() && candidate.is_ascii() { allowed } else { 4 * allowed };
    word.len().abs_diff(candidate.len()) <= bytes
        && (own & !other).count_ones().max((other & !own).count_ones()) as usize <= bytes
}

/// The member of `known` that `word` was probably meant to be: the one with the fewest edits (an exchange of
/// neighbours is one), then the one that begins and ends most like it.
pub fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if word.chars().count() > 200 {
        return None;
    }
    let folded = word.to_lowercase();
    let allowed = (word.chars().count() / 3).clamp(1, 4);
    known
        .into_iter()
        .filter(|candidate| may_be_near(word, candidate, allowed))
        .take(MAX_COMPARED)
        .map(|candidate| {
            let lower = candidate.to_lowercase();
            let edits = strsim::damerau_levenshtein(&folded, &lower);
            let prefixed = folded.len() >= 4 && (lower.starts_with(&folded) || folded.starts_with(&lower));
            let alike = |(a, b): &(char, char)| a == b;
            let begins = folded.chars().zip(lower.chars()).take_while(alike).count();
            let ends = folded.chars().rev().zip(lower.chars().rev()).take_while(alike).count();
            let score = if prefixed { edits.min(allowed) } else { edits };
            (score, edits, Reverse(begins + ends), candidate)
        })
        .filter(|(score, ..)| *score <= allowed)
        .min()
        .map(|(.., candidate)| candidate)
}

/// Text that cannot be used: every diagnostic, and the files to show them in.
#[derive(Clone, Debug)]
pub struct Rejected {
    /// The files.
    pub sources: SourceMap,
    /// What is wrong, in the order of files and places.
    pub diagnostics: Diagnostics,
}

impl fmt::Display for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, diagnostic) in self.diagnostics.0.iter().enumerate() {
            let place = self.sources.place(diagnostic.primary.span);
            let name = self.sources.name(diagnostic.primary.span.file);
            let gap = if index == 0 { "" } else { "\n" };
            let message = diagnostic.message.get(Lang::En);
            write!(f, "{gap}{name}:{}:{}: {}: {message}", place.line, place.column, diagnostic.code.name())?;
            if let Some(help) = &diagnostic.help {
                write!(f, " ({})", help.get(Lang::En))?;
            }
        }
        Ok(())
    }
}

impl std::error::Error for Rejected {}

/// The text of `bytes`. If they are not UTF-8, what can be shown of them goes into `sources` as
/// `name`, and the diagnostic says from where on.
pub fn utf8<'b>(sources: &mut SourceMap, name: &str, bytes: &'b [u8]) -> Result<&'b str, Diagnostics> {
    utf8_shown(sources, name, bytes, str::to_string)
}

/// The same with what `shown` makes of the text, in as many bytes.
pub fn utf8_shown<'b>(
    sources: &mut SourceMap,
    name: &str,
    bytes: &'b [u8],
    shown: impl Fn(&str) -> String,
) -> Result<&'b str, Diagnostics> {
    std::str::from_utf8(bytes).map_err(|error| {
        let file = sources.add(name, shown(&String::from_utf8_lossy(bytes)));
        let at = error.valid_up_to();
        let diagnostic = Diagnostic::new(
            Code::NotUtf8,
            // What is shown instead of those bytes.
            Span::new(file, at, at + char::REPLACEMENT_CHARACTER.len_utf8()),
            Text::new("UTF-8として読めない文字があります", "the file is not UTF-8 from here on"),
        );
        Diagnostics(vec![diagnostic.help(Text::new(
            "エディターで文字コードをUTF-8にして保存し直してください（Shift_JISなどは読めません）",
            "save it as UTF-8 (Shift_JIS and others are not read)",
        ))])
    })
}

/// Says that `written` is no date, and how to write it where that can be guessed.
pub fn not_a_date(written: &str, span: Span) -> Diagnostic {
    let help = date_remedy(written);
    Diagnostic::new(Code::InvalidDate, span, text!("`{}` は日付ではありません", "`{}` is not a date", written))
        .help(help)
}

/// How `written` should be written if it was meant as a date.
pub fn date_remedy(written: &str) -> Text {
    let folded: String = written
        .chars()
        .map(|c| match c {
            '０'..='９' => char::from(b'0' + (c as u32 - '０' as u32) as u8),
            '/' | '.' | '年' | '月' | '－' => '-',
            other => other,
        })
        .filter(|c| *c != '日' && !c.is_whitespace())
        .collect();
    let parts: Vec<Option<i16>> = folded.split('-').map(|part| part.parse().ok()).collect();
    match parts[..] {
        [Some(year), Some(month), Some(day)] if (1..=12).contains(&month) && (1..=31).contains(&day) => {
            match Day::new(year, month as i8, day as i8) {
                Some(day) => text!("`{}` と書いてください", "write `{}`", day),
                None => text!(
                    "{}年{}月に{}日はありません。日付を確かめてください",
                    "there is no day {2} in month {1} of {0}; look the date up",
                    year,
                    month,
                    day
                ),
            }
        }
        _ => Text::new(
            "`2026-11-22` の形（年-月-日）で書いてください",
            "write it as year-month-day, for example `2026-11-22`",
        ),
    }
}
