//! Rules: what is judged with which instructions.

use super::{LocalId, OpId};
use crate::value::Day;

/// Text with values in it.
#[derive(Clone, Debug, PartialEq)]
pub enum TemplatePart {
    /// Text as it stands.
    Text(String),
    /// The value of an instruction; `true` if it may not be shown.
    Value(OpId, bool),
}

/// A loop a rule makes findings in: one for each element.
#[derive(Clone, Debug, PartialEq)]
pub struct Each {
    /// The element.
    pub local: LocalId,
    /// The list of records.
    pub list: OpId,
    /// Its name in the policy.
    pub name: String,
}

/// An act with a last day.
#[derive(Clone, Debug, PartialEq)]
pub struct DeadlineCode {
    /// What the policy calls it.
    pub id: String,
    /// When it was done.
    pub act: OpId,
    /// Until when it must be.
    pub by: OpId,
}

/// A duty that comes back.
#[derive(Clone, Debug, PartialEq)]
pub struct RecurringCode {
    /// When it was last done.
    pub last: OpId,
    /// When the first period began.
    pub from: OpId,
    /// How long a period is.
    pub every: OpId,
}

/// A message in both languages.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MessageCode {
    /// 日本語
    pub ja: Vec<TemplatePart>,
    /// English
    pub en: Vec<TemplatePart>,
}

/// One rule.
#[derive(Clone, Debug, PartialEq)]
pub struct RuleCode {
    /// Its id.
    pub id: String,
    /// The loops it makes findings in, outermost first.
    pub each: Vec<Each>,
    /// What the subject is called.
    pub subject: Option<OpId>,
    /// The day its validity is judged at; `as_of` if not given.
    pub in_force_at: Option<OpId>,
    /// First day of its validity.
    pub valid_from: Option<Day>,
    /// Last day of its validity.
    pub valid_until: Option<Day>,
    /// When it applies.
    pub applies: Option<OpId>,
    /// What it requires.
    pub require: Option<OpId>,
    /// Acts with a last day.
    pub deadlines: Vec<DeadlineCode>,
    /// A duty that comes back.
    pub recurring: Option<RecurringCode>,
    /// What to say.
    pub message: MessageCode,
    /// What to do.
    pub remedy: MessageCode,
    /// Rules it sums up, as indices of the rules.
    pub rolls_up: Vec<usize>,
}

impl RuleCode {
    /// Whether `day` lies in the rule's validity.
    pub fn is_in_force(&self, day: Day) -> bool {
        self.valid_from.is_none_or(|from| from <= day) && self.valid_until.is_none_or(|until| day <= until)
    }
}
