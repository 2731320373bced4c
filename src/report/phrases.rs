//! Every word of the reports that is not said by an evaluation, in both languages, in one place.

#![cfg_attr(not(feature = "formats"), allow(dead_code, reason = "a library without the formats needs few of them"))]

use std::collections::BTreeMap;

use crate::lang::{Lang, Text};
use crate::words::Verdict;

/// Words in both languages. `{name}` is a place for something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Phrase {
    /// 日本語
    pub(crate) ja: &'static str,
    /// English
    pub(crate) en: &'static str,
}

impl Phrase {
    /// The words in `lang`.
    pub(crate) fn get(self, lang: Lang) -> &'static str {
        match lang {
            Lang::Ja => self.ja,
            Lang::En => self.en,
        }
    }

    /// What a verdict is called.
    pub(crate) fn of(verdict: Verdict) -> Phrase {
        Phrase { ja: verdict.label(Lang::Ja), en: verdict.label(Lang::En) }
    }

    /// Both wordings.
    pub(crate) fn text(self) -> Text {
        Text::new(self.ja, self.en)
    }

    /// Both wordings with the places filled: the name of each and what stands there.
    pub(crate) fn with(self, places: &[(&str, &dyn Fill)]) -> Text {
        Text::new(self.filled(Lang::Ja, places), self.filled(Lang::En, places))
    }

    /// The words in `lang` with the places filled. What stands in a place has no places of its own.
    pub(crate) fn filled(self, lang: Lang, places: &[(&str, &dyn Fill)]) -> String {
        let mut out = String::new();
        let mut rest = self.get(lang);
        while let Some((before, after)) = rest.split_once('{') {
            out.push_str(before);
            let (name, after) = after.split_once('}').unwrap_or((after, ""));
            let fill = places.iter().find(|(place, _)| *place == name);
            debug_assert!(fill.is_some(), "nothing stands in {name} of {:?}", self.en);
            out.extend(fill.map(|(_, fill)| fill.fill(lang)));
            rest = after;
        }
        out + rest
    }
}

/// What can stand in a place of a phrase.
pub(crate) trait Fill {
    /// How it reads in `lang`.
    fn fill(&self, lang: Lang) -> String;
}

impl Fill for Text {
    fn fill(&self, lang: Lang) -> String {
        self.get(lang).to_string()
    }
}

impl Fill for str {
    fn fill(&self, _: Lang) -> String {
        self.to_string()
    }
}

impl Fill for String {
    fn fill(&self, _: Lang) -> String {
        self.clone()
    }
}

impl Fill for usize {
    fn fill(&self, _: Lang) -> String {
        self.to_string()
    }
}

impl Fill for i64 {
    fn fill(&self, _: Lang) -> String {
        self.to_string()
    }
}

macro_rules! phrases {
    ($( $name:ident = $ja:literal / $en:literal ),* $(,)?) => {
        $( pub(crate) const $name: Phrase = Phrase { ja: $ja, en: $en }; )*

        /// Every phrase under its name.
        const ALL: &[(&str, Phrase)] = &[$( (stringify!($name), $name) ),*];
    };
}

/// Every phrase under its name in small letters, as templates name them.
pub(crate) fn by_name() -> BTreeMap<String, Text> {
    ALL.iter().map(|(name, phrase)| (name.to_lowercase(), phrase.text())).collect()
}

phrases! {
    // The report for people.
    HUMAN_OTHER_DAY = "（今日ではない日付で判定）" / " (not today)",
    HUMAN_DUE_SOON = "30日以内に期限" / "due within 30 days",
    HUMAN_NOTHING = "当てはまるルールが1つもありません。パックと事実の組み合わせを確かめてください。" / "No rule applied at all; see whether these packs belong to these facts.",
    HUMAN_FAILURES = "不適合" / "Failures",
    HUMAN_DEADLINE = "期限" / "deadline",
    HUMAN_RELATED = "関連：" / "related:",
    HUMAN_QUESTIONS = "確認する質問" / "Questions to ask",
    HUMAN_POSSIBLE = "（結論を左右しないこともある）" / " (may turn out not to matter)",
    HUMAN_DUE = "30日以内に期限が来るもの" / "Due within 30 days",
    HUMAN_VACUOUS = "リストが空のため、何も調べずに適合としたもの" / "Met without looking at anything: the list is empty",
    HUMAN_ROLL_UPS = "まとめの条項（上の所見の集計で、別には数えない）" / "Summed up (not counted again)",
    HUMAN_VACUOUS_NOTE = "（空のリストのため何も調べずに適合）" / "(met: the list is empty)",
    HUMAN_NEXT_DUE = "次の期限" / "next due",
    HUMAN_DRAFT = "（案）" / " (draft)",
    HUMAN_DISCLAIMER = "これは事実と条文を照らした情報であり、法的助言ではありません。" / "This informs by comparing facts with provisions; it is no legal advice.",
    HUMAN_AS_OF = "{day}時点" / "as of {day}",
    HUMAN_DAYS_LEFT = "あと{n}日" / "{n} days left",
    HUMAN_ABOUT_OTHERS = "他の当事者についての所見（自組織の不適合に数えない）" / "About other parties (not counted)",
    HUMAN_ADVICE = "助言（義務ではない）" / "Advice (no duty)",
    HUMAN_VERIFIED = "（{day}に原文と照合）" / " (compared with the source on {day})",
    HUMAN_ADVICE_MARK = " [助言]" / " [advice]",
    // Questions, timelines, explanations and coverage for people.
    ASK_SETTLES = "決まる" / "settles",
    ASK_HELPS = "進む" / "helps",
    ASK_MORE = "ほか {n} 問（--most で増やせます）" / "{n} more (see --most)",
    TIMELINE_RANGE = "{from}から{to}まで（答えが今のままなら）" / "{from} to {to}, if the answers stay as they are",
    TIMELINE_NONE = "判定が変わる日はありません" / "No verdict turns.",
    FIX_TITLE = "満たすために変える事実" / "What would have to change",
    FIX_NOTHING = "直す不適合も未確定もありません。" / "Nothing: there is no failure, and nothing is open.",
    FIX_PROVEN = "この変更で満たされることは、評価し直して確かめてあります。" / "Judged again with this, the rule is met.",
    FIX_IMPOSSIBLE = "変えられる事実では満たせません。" / "No fact that can still change would meet it.",
    FIX_NOT_FOUND = "探した範囲では見つかりませんでした。" / "Nothing was found within the bounds of the search.",
    FIX_UNCHANGEABLE = "過去の事実なので変えていないもの:" / "Left alone, being history:",
    FIX_TURNS = "ほかの結果も変わります:" / "Other findings would turn:",
    COVERAGE_ALL = "合計" / "all",
    COVERAGE_COUNTS = "条項 {provisions} · 要件 {requirements}：ルールで判定 {covered}{placed} · 未整理 {gaps}" / "{provisions} provisions · {requirements} requirements: {covered} judged by rules{placed} · {gaps} gaps",
    COVERAGE_RULES = "義務・禁止 {duties} のうち自らのルールを持つもの {own} · ルール {rules}（適合・不適合・不明の事例が揃わないもの {short}）· 事例 {cases}" / "{own} of {duties} duties and prohibitions have a rule of their own · {rules} rules ({short} short of a passing, failing or unknown case) · {cases} cases",
    COVERAGE_SILENT = "要件も理由も書かれていない" / "no requirement and no reason",
    COVERAGE_SUMMED = "ほかのルールをまとめるルールだけが判定する：{rules}" / "judged only by what sums up other rules: {rules}",
    COVERAGE_GAP = "判定も説明もない" / "neither judged nor placed",
    // The page.
    PAGE_TITLE = "{org} 条文適合報告書（{day}）" / "{org}: compliance report ({day})",
    KIND_OF_PAGE = "条文適合報告書" / "Report on compliance, article by article",
    SKIP = "本文へ" / "Skip to the report",
    AS_OF = "{day}時点の判定" / "As of {day}",
    OTHER_DAY = "今日ではない日付で判定しています" / "Judged as of a day that is not today",
    LANGUAGE = "言語" / "Language",
    THEME = "配色" / "Theme",
    THEME_AUTO = "自動" / "Auto",
    THEME_LIGHT = "明" / "Light",
    THEME_DARK = "暗" / "Dark",
    CONTENTS = "目次" / "Contents",
    TO_TOP = "先頭へ" / "Top",
    AT_A_GLANCE = "判定の要約" / "At a glance",
    LEAD_FAIL = "守るべき義務{all}件のうち{n}件が満たされていません（{detail}）。" / "{n} of {all} binding duties are not met ({detail}).",
    LEAD_FAIL_ONE = "守るべき義務{all}件のうち1件が満たされていません（{detail}）。" / "1 of {all} binding duties is not met ({detail}).",
    LEAD_OPEN = "守るべき義務{all}件のうち{n}件は、答えのない事実があるため判断できません。" / "{n} of {all} binding duties cannot be decided, because facts are missing.",
    LEAD_UNKNOWN = "{n}件は、答えのない事実があるため判断できません。" / "{n} cannot be decided, because facts are missing.",
    LEAD_UNKNOWN_ONE = "1件は、答えのない事実があるため判断できません。" / "One cannot be decided, because a fact is missing.",
    LEAD_ERROR = "{n}件は計算できませんでした。" / "{n} could not be worked out.",
    LEAD_ERROR_ONE = "1件は計算できませんでした。" / "One could not be worked out.",
    LEAD_CLEAR = "当てはまる義務に、不適合も不明もありません。" / "Every binding duty that applies is met, and none is open.",
    LEAD_DUE = "30日以内に{n}件の期限が来ます。" / "{n} fall due within 30 days.",
    LEAD_DUE_ONE = "30日以内に1件の期限が来ます。" / "One falls due within 30 days.",
    LEAD_OUTSIDE = "このほか、上の数に含めない所見として、他の当事者についてのもの{others}件、助言{advice}件があります。" / "Not counted above: other parties {others}, advice {advice}.",
    LEAD_NOTHING = "当てはまるルールが1つもありません。パックと事実の組み合わせを確かめてください。" / "No rule applied at all; see whether these packs belong to these facts.",
    TILE_UNKNOWN = "要確認" / "to ask",
    TILE_DUE = "30日以内に期限" / "due within 30 days",
    NOTE_NONE = "なし" / "none",
    NOTE_UNKNOWN = "尋ねる質問 {n}問" / "questions to ask: {n}",
    NOTE_DUE = "90日以内では{n}件" / "within 90 days: {n}",
    NOTE_DUE_OTHERS = "90日以内では{n}件、ほか参考{others}件" / "within 90 days: {n}, others: {others}",
    NOTE_PASS = "ほか助言などの適合{n}件" / "besides, of advice and others: {n}",
    NOTE_NOT_APPLICABLE = "条件外・対象なし" / "condition not met, or nothing to judge",
    NOTE_ERROR = "ルールを計算できない" / "rules that failed to run",
    BAR = "守るべき義務{n}件の内訳" / "Of the {n} binding duties that apply",
    NAV_HEAT = "概観" / "Overview",
    NAV_FAILURES = "不適合" / "Failures",
    NAV_QUESTIONS = "質問" / "Questions",
    NAV_CALENDAR = "期限" / "Due dates",
    NAV_PLAN = "是正計画" / "Plan",
    NAV_MATRIX = "条文対照" / "By article",
    NAV_PASSES = "適合・非該当" / "Met, n/a",
    NAV_EVIDENCE = "証跡" / "Evidence",
    FILTER = "絞り込み" / "Filter",
    FILTER_TEXT = "語句" / "Text",
    FILTER_HINT = "条文、対象、題名など" / "article, subject, title …",
    FILTER_VERDICT = "判定" / "Verdict",
    FILTER_CATEGORY = "分類" / "Category",
    FILTER_SOURCE = "出典" / "Source",
    FILTER_ALL = "すべて" / "all",
    FILTER_CLEAR = "解除" / "Clear",
    FILTER_HITS = "行を表示" / "rows shown",
    FILTER_PART = "絞り込んだ一部だけです。全体は、絞り込みを解除すると印刷できます。" / "Only a part, as filtered. Clear the filter to print the whole.",
    HEAT_TITLE = "分類と判定の概観" / "Categories and verdicts",
    HEAT_INTRO = "不適合の多い分類から並べています。不適合、不明、適合は組織の守るべき義務だけを数え、他の当事者についての所見と助言のうち満たされないものと不明のものは右端に分けています。まとめの条項は数えていません。" / "The category with most failures comes first. Fail, unknown and pass count binding duties of the organization only; what is not met or unknown of other parties’ duties and of advice stands in the last column. Provisions that only sum up others are not counted.",
    HEAT_CATEGORY = "分類" / "Category",
    HEAT_UNCOUNTED = "参考" / "not counted",
    HEAT_TOTAL = "計" / "Total",
    FAILURES_TITLE = "不適合" / "Failures",
    FAILURES_INTRO = "組織の守るべき義務で、満たされていないもの。影響の重い順に並べています。" / "Binding duties of the organization that are not met, the gravest first.",
    FAILURES_NONE = "不適合はありません。" / "There are no failures.",
    FAILURES_NONE_YET = "判断できた範囲では、不適合はありません。まだ決まらない義務があります。" / "There are no failures in what could be decided. Some duties are still open.",
    ERRORS_TITLE = "計算できなかったルール" / "Rules that could not be worked out",
    ERRORS_INTRO = "判定がついていません。ルール又は事実を直して、もう一度判定してください。" / "These have no verdict. Mend the rule or the facts and run again.",
    UNKNOWNS_TITLE = "不明" / "Unknown",
    UNKNOWNS_INTRO = "答えのない事実があるため、適合とも不適合ともいえない義務です。" / "Duties that are neither met nor breached until the missing facts are answered.",
    OTHERS_TITLE = "他の当事者についての所見" / "About other parties",
    OTHERS_INTRO = "委託先など、組織以外の者の義務です。組織の不適合には数えません。" / "Duties of processors and others; not counted as failures of the organization.",
    ADVICE_TITLE = "助言" / "Advice",
    ADVICE_INTRO = "望ましいとされる事項で、義務ではありません。不適合には数えません。" / "Recommended, but no duty; not counted as failures.",
    ROLL_UPS_TITLE = "まとめの条項" / "Provisions that sum up others",
    ROLL_UPS_INTRO = "ほかの条項の判定を集めたもので、別には数えません。" / "They gather the verdicts of other provisions and are not counted again.",
    ROLL_UPS_BECAUSE = "元の判定" / "because of",
    REST_LINES = "ほか{n}件は要点だけを示します。" / "The other {n}, in brief.",
    CARD_REQUIRED = "求められる状態" / "What is required",
    CARD_FOUND = "認められた事実" / "What was found",
    CARD_REMEDY = "是正" / "Remedy",
    CARD_FACTS = "決め手となった事実" / "Facts that decided",
    CARD_APPLIES = "適用の前提となった事実（{n}）" / "Facts that made it apply ({n})",
    CARD_MISSING = "答えのない事実" / "Facts nobody has answered",
    CARD_MISSING_POSSIBLE = "結論を左右しないこともある" / "may turn out not to matter",
    CARD_RELATED = "関連する条文" / "Related provisions",
    REASON_GIVEN = "理由は{given}のとおり" / "for the reason given at {given}",
    CARD_CONFLICT = "食い違う条文があります" / "Another provision conflicts with this one",
    CARD_TEXT = "条文" / "Text of the provision",
    CARD_DUE = "期限" / "Due",
    CARD_SEVERITY = "影響" / "Severity",
    CARD_ADDRESSEE = "名宛人" / "Addressed to",
    CARD_ABOUT = "義務を負う者" / "Whose duty",
    CARD_MODALITY = "規定の性質" / "Modality",
    CARD_CATEGORY = "分類" / "Category",
    CARD_RULE = "ルール" / "Rule",
    CARD_SUBJECT = "対象" / "Subject",
    CARD_AT = "箇所" / "Where",
    CARD_IN_FORCE = "版" / "Version of",
    DRAFT = "案" / "draft",
    MASKED = "（非表示）" / "(hidden)",
    DAYS_OVER = "{n}日超過" / "{n} days over",
    DAYS_OVER_ONE = "1日超過" / "1 day over",
    DAYS_LEFT = "あと{n}日" / "{n} days left",
    DAYS_LEFT_ONE = "あと1日" / "1 day left",
    DAYS_TODAY = "当日" / "today",
    QUESTIONS_TITLE = "確認する質問" / "Questions to ask",
    QUESTIONS_INTRO = "答えが多くの判定を決めるものから並べています。" / "Those whose answers settle most come first.",
    QUESTIONS_NONE = "確認する質問はありません。" / "There is nothing to ask.",
    QUESTIONS_SETTLES = "この答えで決まる条文" / "Settles",
    QUESTIONS_HELPS = "判断が進む条文" / "Helps to settle",
    QUESTIONS_CHOICES = "選択肢：" / "Choices: ",
    QUESTIONS_POINTER = "答えを書く箇所" / "Where the answer goes",
    QUESTIONS_COPY = "送付用の文面" / "As plain text, ready to send",
    COPY_BUTTON = "コピー" / "Copy",
    COPIED = "コピーしました" / "Copied",
    LETTER_SUBJECT = "条文適合の確認について（{org}、{day}時点）" / "Compliance check of {org}, as of {day}",
    LETTER_OPEN = "次の事項についてご回答をお願いします。" / "Please answer the following.",
    LETTER_BY = "回答期限：" / "Please answer by: ",
    LETTER_ARTICLES = "関係する条文：" / "Provisions: ",
    LETTER_POINTER = "記入箇所：" / "Goes into: ",
    LETTER_ANSWER = "回答：" / "Answer: ",
    CALENDAR_TITLE = "期限のカレンダー" / "Calendar of due dates",
    CALENDAR_INTRO = "{from}から{to}までの90日間に期限が来るもの。助言と他の当事者の期限には印があります。" / "What falls due in the 90 days from {from} to {to}. Advice and the dates of other parties are marked.",
    CALENDAR_NONE = "90日以内に期限の来るものはありません。" / "Nothing falls due within 90 days.",
    CALENDAR_NONE_YET = "判断できた範囲では、90日以内に期限の来るものはありません。まだ決まらない義務があります。" / "Nothing falls due within 90 days in what could be decided. Some duties are still open.",
    CALENDAR_NOTHING = "期限なし" / "nothing due",
    CALENDAR_COUNT = "{n}件" / "{n} due",
    PLAN_TITLE = "是正計画" / "Corrective-action plan",
    PLAN_INTRO = "担当、期日、確認の日を書き入れて使います。担当欄には条文の名宛人を案として示しています。" / "To be filled in: who, by when, and when each step was done. The addressee of the provision is suggested as owner.",
    PLAN_NONE = "是正する事項はありません。" / "There is nothing to put right.",
    PLAN_NONE_YET = "判断できた範囲では、是正する事項はありません。まだ決まらない義務があります。" / "There is nothing to put right in what could be decided. Some duties are still open.",
    PLAN_ACTION = "是正する事項" / "What to put right",
    PLAN_ARTICLE = "条文" / "Provision",
    PLAN_OWNER = "担当" / "Owner",
    PLAN_SUGGESTED = "担当案：{who}" / "suggested: {who}",
    PLAN_DUE = "期日" / "By",
    PLAN_WAS_DUE = "条文上の期限" / "due under the provision",
    PLAN_STEPS = "進捗" / "Milestones",
    PLAN_STARTED = "着手" / "started",
    PLAN_DONE = "完了" / "done",
    PLAN_CHECKED = "確認" / "checked",
    PLAN_OTHER = "他の当事者の義務" / "another party’s duty",
    MATRIX_TITLE = "条文ごとの対照表" / "Article by article",
    MATRIX_INTRO = "出典の順に全ての規定を並べ、それを引くルールの数を判定ごとに示します。対象が複数あるルールは最も重い判定で数えます。まとめの条項、助言、他の当事者についての不適合と不明は数に入れず、括弧に入れて添えています。印のない行は、枝分かれした下の規定で判定するか、何も求めていないものです。" / "Every provision in the order of its source, with the number of rules that cite it, by verdict. A rule with several subjects counts with its worst verdict. What fails or is unknown in roll-ups, in advice and about other parties is not counted and stands beside it in brackets. A row without marks is judged in the provisions below it, or asks for nothing.",
    MATRIX_PROVISION = "規定" / "Provision",
    MATRIX_PROVISIONS = "規定{n}" / "provisions: {n}",
    MATRIX_NO_RULE = "ルールなし" / "no rule",
    MATRIX_BELOW = "（下の規定で判定、又は求めるものなし）" / "(judged below, or asks for nothing)",
    MATRIX_SILENT = "未対応" / "not covered",
    PASSES_TITLE = "適合・非該当" / "Met and not applicable",
    PASSES_HEADING = "適合" / "Met",
    NA_HEADING = "非該当" / "Not applicable",
    PASSES_INTRO = "ルールごとに1行。数は判定の件数です。まとめの条項は載せていません。" / "One line for each rule; the numbers count findings. Provisions that only sum up others are left out.",
    PASSES_NONE = "適合はありません。" / "Nothing is met.",
    NA_NONE = "非該当はありません。" / "Everything applies.",
    NEXT_DUE = "次の期限 {day}" / "next due {day}",
    VACUOUS = "空のリストのため何も調べずに適合" / "met without looking at anything: the list is empty",
    SUBJECTS_MORE = "ほか{n}" / "+{n} more",
    EVIDENCE_TITLE = "証跡" / "Evidence",
    EVIDENCE_INTRO = "同じ事実、同じパック、同じ日付からは同じ判定が出ます。" / "The same facts, packs and day give the same verdicts.",
    EVIDENCE_FACTS = "事実" / "Facts",
    EVIDENCE_DIGEST = "SHA-256" / "SHA-256",
    EVIDENCE_AS_OF = "判定の基準日" / "Judged as of",
    EVIDENCE_ENGINE = "判定エンジン" / "Engine",
    EVIDENCE_CALENDAR = "休日の暦" / "Calendar of holidays",
    EVIDENCE_FUNCTIONS = "追加された関数" / "Functions added",
    EVIDENCE_RUN = "判定" / "Evaluation",
    EVIDENCE_FORMAT = "データ形式" / "Format",
    EVIDENCE_PACKS = "パックと出典" / "Packs and sources",
    EVIDENCE_SOURCE = "出典" / "Source",
    EVIDENCE_KIND = "種別" / "Kind",
    EVIDENCE_EFFECTIVE = "適用開始" / "In force from",
    EVIDENCE_EXPIRES = "失効" / "Lapses on",
    EVIDENCE_VERIFIED = "原文と照合した日" / "Compared with the source on",
    EVIDENCE_PARAMETERS = "既定と異なるパラメータ" / "Parameters that differ from the default",
    EVIDENCE_PARAMETERS_NONE = "全て既定値" / "all at their defaults",
    DISCLAIMER = "この報告書は事実と条文を照らし合わせた情報であり、法的助言ではありません。最終的な判断は、原文と専門家の意見によってください。" / "This report sets facts beside the articles of law. It informs and is no legal advice; decide on the original text and with counsel.",
    SEVERITY_COUNT = "{severity}{n}" / "{n} {severity}",
    BETWEEN_COUNTS = "・" / ", ",
    BETWEEN_ARTICLES = "、" / ", ",
    BETWEEN_SOURCES = "；" / "; ",
    BETWEEN_CHOICES = "／" / " / ",
    LETTER_ABOUT = "{who}　" / "{who} — ",
    PLAN_MORE = "ほか{n}件の不適合は、上の不適合の一覧にあります。" / "{n} more failures stand in the list of failures above.",
    // ndjson, junit, sarif, github, oscal.
    EXCHANGE_ADVICE = "助言（数えない） {verdict} {what}" / "Advice (not counted), {verdict}: {what}",
    EXCHANGE_ABOUT_OTHER = "他の当事者の義務（数えない） {verdict} {what}" / "Another party’s duty (not counted), {verdict}: {what}",
    EXCHANGE_UNKNOWN = "答えのない事実があるため判断できない義務" / "A duty that cannot be decided, because facts are missing",
    GITHUB_MORE = "注釈にしなかったもの： {detail}（注釈は種類ごとに{most}件まで）" / "Not annotated: {detail} (at most {most} of each kind)",
    SARIF_READING = "出典：{source} {locator}" / "Source: {source} {locator}",
    SARIF_ROOT = "事実のファイルのパスの起点となるフォルダー" / "The folder that the paths of facts start from",
    OSCAL_RESULTS = "{org} 条文適合の判定結果（{day}）" / "{org}: results of the compliance assessment ({day})",
    OSCAL_RESULT = "{org}（{day}時点）" / "{org}, as of {day}",
    OSCAL_PLAN = "判定の方法：{engine} が事実を次のパックに照らして判定する" / "How it was assessed: {engine} judges the facts against these packs",
    OSCAL_FACTS = "事実 {name}" / "Facts {name}",
    OSCAL_CATALOG = "条文の一覧" / "Catalogue of provisions",
    OSCAL_POAM = "{org} 是正計画（{day}）" / "{org}: plan of action and milestones ({day})",
    OSCAL_POAM_NONE = "不適合なし（不明 {unknown}）" / "No failures (unknown: {unknown})",
    OSCAL_COUNTS = "不適合 {fail}、不明 {unknown}、エラー {error}、適合 {pass}、非該当 {not_applicable}。不明は適合ではありません。" / "Fail {fail}, unknown {unknown}, error {error}, pass {pass}, not applicable {not_applicable}. What is unknown is not met.",

    // Where a report cannot be written.
    REPORT_ONE_ONLY = "`--format {format}` には1組織だけが入りますが、{given}組織が指定されました。--output にフォルダーを指定すれば1組織ずつ別のファイルになります" / "`--format {format}` holds one organization, and {given} were given; with a folder for --output each has a file of its own",
    REPORT_FAILED = "報告を {format} で書けませんでした：{reason}" / "the report could not be written as {format}: {reason}",

    // Tables: CSV, Markdown, workbooks.
    DUE_SOON_TITLE = "30日以内に期限が来るもの" / "Due within 30 days",
    NUMBERED = "{name}（{n}）" / "{name} ({n})",
    ORGANIZATION_COUNT = "組織" / "organizations",
    MORE_LEFT_OUT = "ほか{n}件は長さの上限のため省きました。" / "{n} more, left out for length.",
    LEFT_OUT = "長さの上限（65,536字）のため省いたもの：{what}。全体はほかの形式にあります。" / "Left out for length (65,536 characters): {what}. The other formats have everything.",
    SHEET_SUMMARY = "概要" / "Summary",
    SHEET_FINDINGS = "所見" / "Findings",
    SHEET_MATRIX = "条文対照" / "By article",
    SHEET_QUESTIONS = "質問" / "Questions",
    SHEET_PLAN = "是正計画" / "Action plan",
    SHEET_SOURCES = "出典" / "Sources",
    COLUMN_ORGANIZATION = "組織" / "Organization",
    COLUMN_FACTS = "事実のファイル" / "Facts file",
    COLUMN_AS_OF = "基準日" / "As of",
    COLUMN_VERDICT = "判定" / "Verdict",
    COLUMN_STANDING = "位置づけ" / "Standing",
    COLUMN_TITLE = "あるべき状態" / "Compliant state",
    COLUMN_MESSAGE = "所見" / "Finding",
    COLUMN_STABLE_UNTIL = "判定が変わり得る日" / "May change on",
    COLUMN_DEADLINES = "各期限" / "Deadlines",
    COLUMN_BINDING = "拘束力" / "Force",
    COLUMN_CAPTION = "見出し" / "Heading",
    COLUMN_REASON = "非該当・エラーの理由" / "Why not applicable, or error",
    COLUMN_PACK = "パック" / "Pack",
    COLUMN_SUBJECT_ID = "対象のID" / "Subject id",
    COLUMN_KIND = "性質" / "Kind",
    COLUMN_RULES = "ルール" / "Rules",
    COLUMN_PLACED = "ルールにしていないものとその理由" / "Not encoded, and why",
    COLUMN_NUMBER = "番号" / "No.",
    COLUMN_QUESTION = "質問" / "Question",
    COLUMN_CHOICES = "選択肢" / "Choices",
    COLUMN_CERTAINTY = "結論を左右するか" / "Does it matter",
    COLUMN_ANSWER = "回答" / "Answer",
    CERTAINLY = "確実" / "certain",
    POSSIBLY = "可能性あり" / "possible",
    COLUMN_PUBLISHER = "発行者" / "Issued by",
    COLUMN_STATUS = "状態" / "Status",
    UNCOUNTED_VERDICT = "{verdict}（{standing}）" / "{verdict} ({standing})",
    CELL_CUT = "…（以下省略。全文はほかの形式にあります）" / "… (cut off here; the other formats have it all)",
    ROWS_CUT = "行数の上限のため{n}行を省きました。" / "{n} rows left out: a sheet holds no more.",
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// The places of `words`.
    fn places(words: &str) -> BTreeSet<&str> {
        words.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name).collect()
    }

    #[test]
    fn every_phrase_has_both_languages_with_the_same_places() {
        for (name, phrase) in ALL {
            assert!(!phrase.ja.is_empty() && !phrase.en.is_empty(), "{name} lacks a language");
            assert_eq!(places(phrase.ja), places(phrase.en), "{name}");
        }
    }
}
