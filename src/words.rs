//! The fixed words of the field, spelled once: the same in YAML, JSON, the command line and messages.

use serde::Serialize;

use crate::lang::{Lang, Text};

/// A closed set of words.
pub trait Word: Copy + Sized + 'static {
    /// Every member: the value, its spelling, what it means.
    const ALL: &'static [(Self, &'static str, &'static str)];

    /// The member spelled `text`.
    fn from_word(text: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, word, _)| *word == text).map(|(value, _, _)| *value)
    }
}

macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $( $(#[doc = $doc:expr])* $variant:ident = $word:literal / $ja:literal / $en:literal ),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $( $(#[doc = $doc])* $variant ),* }

        impl Word for $name {
            const ALL: &'static [(Self, &'static str, &'static str)] =
                &[$( ($name::$variant, $word, concat!($($doc),*)) ),*];
        }

        impl $name {
            /// The spelling in YAML, JSON and on the command line.
            pub fn word(self) -> &'static str {
                match self { $( $name::$variant => $word ),* }
            }

            /// What a reader of `lang` calls it.
            pub fn label(self, lang: Lang) -> &'static str {
                match (self, lang) { $( ($name::$variant, Lang::Ja) => $ja, ($name::$variant, Lang::En) => $en ),* }
            }

            /// Both labels.
            pub fn text(self) -> Text {
                Text::new(self.label(Lang::Ja), self.label(Lang::En))
            }
        }

        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.word())
            }
        }
    };
}

words! {
    /// What a rule came to for one subject.
    Verdict {
        /// The requirement is met.
        Pass = "pass" / "適合" / "pass",
        /// The requirement is not met.
        Fail = "fail" / "不適合" / "fail",
        /// The rule does not concern this subject, or not on this day.
        NotApplicable = "not_applicable" / "非該当" / "not applicable",
        /// A missing fact leaves it open.
        Unknown = "unknown" / "不明" / "unknown",
        /// The rule could not be worked out.
        Error = "error" / "エラー" / "error",
    }
}

words! {
    /// How strongly the source speaks.
    Modality {
        /// A duty (しなければならない, ものとする).
        Must = "must" / "義務" / "duty",
        /// A prohibition (してはならない).
        MustNot = "must_not" / "禁止" / "prohibition",
        /// A recommendation (望ましい, 努める).
        Should = "should" / "努力" / "recommendation",
        /// A permission or an example (できる, 例えば).
        May = "may" / "任意" / "permission",
    }
}

words! {
    /// What a breach of a finding means: the weaker of the rule's modality and the pack's rank.
    Binding {
        /// For information only.
        Info = "info" / "参考" / "information",
        /// Advice: never a failure.
        Advice = "advice" / "助言" / "advice",
        /// Binding: a failure counts.
        Must = "must" / "拘束" / "binding",
    }
}

words! {
    /// How a finding counts.
    Standing {
        /// A binding duty of the organization: it decides the exit code.
        Counted = "counted" / "義務" / "binding duty",
        /// A recommendation or an example.
        Advice = "advice" / "助言" / "advice",
        /// Another party's duty.
        AboutOther = "about_other" / "他の当事者" / "another party",
        /// A sum of other findings.
        RollUp = "roll_up" / "まとめ" / "sum",
    }
}

words! {
    /// How bad a breach is.
    Severity {
        /// Formal.
        Low = "low" / "低" / "low",
        /// Remediable without direct harm.
        Medium = "medium" / "中" / "medium",
        /// Likely to reach the persons concerned.
        High = "high" / "高" / "high",
        /// Direct exposure.
        Critical = "critical" / "重大" / "critical",
    }
}

words! {
    /// Who must act.
    Addressee {
        /// The assessed organization.
        Organization = "organization" / "組織" / "organization",
        /// Its chair (会長).
        Chair = "chair" / "会長" / "chair",
        /// A person who handles the data (事務取扱担当者).
        Handler = "handler" / "事務取扱担当者" / "handler",
        /// Who hands out the work (委託者).
        Principal = "principal" / "委託者" / "principal",
        /// Who takes it on (受託者, 委託先).
        Processor = "processor" / "委託先" / "processor",
        /// Who takes it on from a processor (再委託先).
        SubProcessor = "sub_processor" / "再委託先" / "sub-processor",
        /// 保護管理者
        ProtectionManager = "protection_manager" / "保護管理者" / "protection manager",
        /// 総括保護管理者
        GeneralProtectionManager = "general_protection_manager" / "総括保護管理者" / "general protection manager",
    }
}

words! {
    /// What a rule is about.
    Category {
        /// Who is appointed for what.
        Designation = "designation" / "指名・体制" / "designation",
        /// Education of those who handle data.
        Training = "training" / "教育・研修" / "training",
        /// Records of the handling.
        Records = "records" / "記録" / "records",
        /// Own checks of the handling.
        Checks = "checks" / "点検" / "checks",
        /// Supervision of people and vendors.
        Supervision = "supervision" / "監督" / "supervision",
        /// Choosing a vendor.
        Selection = "selection" / "委託先の選定" / "selection",
        /// Terms of a contract.
        Contract = "contract" / "契約" / "contract",
        /// Onward entrustment.
        Subcontracting = "subcontracting" / "再委託" / "subcontracting",
        /// Antisocial forces.
        Antisocial = "antisocial" / "反社会的勢力" / "antisocial forces",
        /// Handing over and handling abroad.
        Transfer = "transfer" / "提供・外国" / "transfer",
        /// Leaks and other incidents.
        Incident = "incident" / "漏えい等" / "incident",
        /// Rules, policies, bodies.
        Governance = "governance" / "組織的" / "organizational",
        /// What people who handle data are bound to.
        Human = "human" / "人的" / "human",
        /// Rooms, doors, devices, media and papers.
        Physical = "physical" / "物理的" / "physical",
        /// Access, attacks from outside, transmission.
        Technical = "technical" / "技術的" / "technical",
        /// What may be collected, used and kept.
        Use = "use" / "取得・利用・保管" / "collection and use",
        /// Requests of the persons themselves.
        Disclosure = "disclosure" / "開示等" / "disclosure",
    }
}

words! {
    /// What a provision of a source is.
    ProvisionKind {
        /// A duty.
        Duty = "duty" / "義務" / "duty",
        /// A prohibition.
        Prohibition = "prohibition" / "禁止" / "prohibition",
        /// A recommendation.
        Recommendation = "recommendation" / "努力" / "recommendation",
        /// A permission.
        Permission = "permission" / "許容" / "permission",
        /// A condition of another provision.
        Condition = "condition" / "要件" / "condition",
        /// A definition.
        Definition = "definition" / "定義" / "definition",
        /// A notice.
        Notice = "notice" / "告知" / "notice",
        /// A statement of purpose.
        Purpose = "purpose" / "目的" / "purpose",
        /// A procedure.
        Procedure = "procedure" / "手続" / "procedure",
    }
}

impl ProvisionKind {
    /// Whether such a provision commands or forbids something.
    pub fn commands(self) -> bool {
        matches!(self, ProvisionKind::Duty | ProvisionKind::Prohibition)
    }
}

words! {
    /// What a requirement is that no rule judges.
    Placement {
        /// It says what a word means.
        Definition = "definition" / "定義" / "definition",
        /// It tells something and asks for nothing.
        Notice = "notice" / "告知" / "notice",
        /// It permits; not making use of it is no breach.
        Permission = "permission" / "許容" / "permission",
        /// It states an aim.
        Purpose = "purpose" / "目的" / "purpose",
        /// It asks for what facts about an organization cannot show.
        OutOfReach = "out_of_reach" / "判定の外" / "out of reach",
    }
}

words! {
    /// What has become of something a source refers to.
    ReferenceState {
        /// It stands where the source says.
        Current = "current" / "現行" / "current",
        /// It stands under another number now.
        Moved = "moved" / "条番号の移動" / "moved",
        /// It is no longer law.
        Abolished = "abolished" / "廃止" / "abolished",
        /// It has another name now.
        Renamed = "renamed" / "名称変更" / "renamed",
        /// It was written anew.
        Recast = "recast" / "改正" / "recast",
        /// The source gives a wrong number.
        Misprinted = "misprinted" / "誤記" / "misprinted",
        /// It points near, not at, what is meant.
        Imprecise = "imprecise" / "不正確" / "imprecise",
        /// What it promises is not all there.
        Incomplete = "incomplete" / "不足" / "incomplete",
        /// It is not part of the copy the pack was made from.
        NotAtHand = "not_at_hand" / "手元にない" / "not at hand",
    }
}

words! {
    /// How what one provision asks stands to what another asks.
    Relation {
        /// Both ask the same.
        Equal = "equal" / "同じ" / "the same as",
        /// It is part of what the other asks.
        Subset = "subset" / "その一部" / "part of",
        /// The other is part of it.
        Superset = "superset" / "それを含む" / "wider than",
        /// They share a part.
        Intersects = "intersects" / "一部が重なる" / "shares a part with",
        /// What one allows the other forbids.
        Conflicts = "conflicts" / "食い違う" / "conflicts with",
    }
}

words! {
    /// What kind of instrument a source is.
    SourceKind {
        /// An Act.
        Statute = "statute" / "法律" / "statute",
        /// A local ordinance.
        Ordinance = "ordinance" / "条例" / "ordinance",
        /// An organization's own rules.
        Rulebook = "rulebook" / "規程" / "rulebook",
        /// A circular (通達).
        Circular = "circular" / "通達" / "circular",
        /// Terms of a contract.
        ContractTerms = "contract_terms" / "契約条項" / "contract terms",
        /// A regulator's notice.
        Notice = "notice" / "注意喚起" / "notice",
        /// A guide.
        Guide = "guide" / "手引" / "guide",
    }
}

words! {
    /// Whether a source is settled.
    SourceStatus {
        /// In its final form.
        Final = "final" / "確定" / "final",
        /// A draft.
        Draft = "draft" / "案" / "draft",
    }
}

words! {
    /// Why a rule does not apply.
    Inapplicable {
        /// Outside the window in which the provision is in force.
        Validity = "validity" / "施行期間外" / "outside its validity",
        /// Its condition does not hold.
        Condition = "condition" / "適用条件を満たさない" / "its condition does not hold",
        /// Nothing to judge: the list is empty.
        Empty = "empty" / "対象なし" / "nothing to judge",
    }
}

words! {
    /// Where one act with a deadline stands.
    DeadlineState {
        /// Done in time.
        Done = "done" / "期限内に実施" / "done in time",
        /// Done, but late.
        Late = "late" / "期限後に実施" / "done late",
        /// Not done, and time is left.
        Open = "open" / "期限前" / "open",
        /// Not done, and the day has passed.
        Overdue = "overdue" / "期限超過" / "overdue",
    }
}

words! {
    /// A slip of the pen that some case should notice.
    Mutation {
        /// A comparison turned round: `==` for `!=`, `<` for `>=`.
        Comparison = "comparison" / "比較の反転" / "comparison turned round",
        /// The bound itself counted in or out: `<` for `<=`.
        Boundary = "boundary" / "境界を含むか" / "bound counted in or out",
        /// A `!` left out.
        Negation = "negation" / "否定の脱落" / "negation left out",
        /// A part of `&&` left out.
        Conjunct = "conjunct" / "条件の脱落" / "conjunct left out",
        /// A part of `||` left out.
        Exception = "exception" / "例外の脱落" / "exception left out",
        /// `&&` for `||`, or the other way round.
        Connective = "connective" / "かつ・またはの取り違え" / "and for or",
        /// A condition that always holds, or never.
        Condition = "condition" / "条件の固定" / "condition made constant",
        /// `all` for `exists`, or the other way round.
        Quantifier = "quantifier" / "全て・いずれかの取り違え" / "all for exists",
        /// Another field of the same type.
        Field = "field" / "項目の取り違え" / "another field",
        /// Another number or word.
        Constant = "constant" / "定数の変更" / "another constant",
        /// Another parameter, or the same with another value.
        Parameter = "parameter" / "パラメータの取り違え" / "another parameter",
        /// A day a little earlier or later.
        Offset = "offset" / "日のずれ" / "day moved",
        /// The arms of `? :` the other way round.
        Branch = "branch" / "場合分けの取り違え" / "arms swapped",
        /// What stands in where a date is missing, alone; the earlier for the later of two days.
        Fallback = "fallback" / "代わりの日の取り違え" / "stand-in taken",
        /// `+` for `-`, `*` for `/`, a sign left out.
        Arithmetic = "arithmetic" / "計算の取り違え" / "arithmetic turned round",
        /// The first or last day of validity moved by one day.
        Window = "window" / "施行期間のずれ" / "validity moved",
        /// A citation replaced by the neighbouring provision.
        Citation = "citation" / "引用の取り違え" / "another citation",
    }
}

impl Modality {
    /// What the modality alone amounts to.
    pub fn binding(self) -> Binding {
        match self {
            Modality::Must | Modality::MustNot => Binding::Must,
            Modality::Should => Binding::Advice,
            Modality::May => Binding::Info,
        }
    }
}

impl Relation {
    /// The same seen from the other provision.
    pub fn inverse(self) -> Self {
        match self {
            Relation::Subset => Relation::Superset,
            Relation::Superset => Relation::Subset,
            same => same,
        }
    }
}

impl ReferenceState {
    /// Whether a reader who follows the reference goes wrong.
    pub fn is_stale(self) -> bool {
        self != ReferenceState::Current
    }
}
