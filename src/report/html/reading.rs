//! The evaluation as the page reads it: its packs by their ids, the places of its facts.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::evaluation::{Evaluation, Finding, PackInfo, SourceInfo, Standing};
use crate::lang::Text;
use crate::value::Day;
use crate::words::Verdict;

/// An evaluation with its packs at hand.
pub(super) struct Reading<'e> {
    pub(super) evaluation: &'e Evaluation,
    packs: HashMap<&'e str, &'e PackInfo>,
}

impl<'e> Reading<'e> {
    pub(super) fn of(evaluation: &'e Evaluation) -> Self {
        let packs = evaluation.packs.iter().map(|pack| (pack.id.as_str(), pack)).collect();
        Reading { evaluation, packs }
    }

    pub(super) fn as_of(&self) -> Day {
        self.evaluation.as_of
    }

    pub(super) fn source(&self, pack: &str) -> Option<&'e SourceInfo> {
        self.packs.get(pack).map(|pack| &pack.source)
    }

    /// The title of the source of a pack.
    pub(super) fn source_title(&self, pack: &str) -> Text {
        self.source(pack).map_or_else(|| Text::new(pack, pack), |source| source.title.clone())
    }

    /// The short title of a pack; `otherwise` where the pack was not evaluated.
    pub(super) fn pack_title(&self, pack: &str, otherwise: Option<&Text>) -> Text {
        let title = self.packs.get(pack).map(|pack| &pack.title).or(otherwise);
        title.cloned().unwrap_or_else(|| Text::new(pack, pack))
    }

    /// `facts.json:12:5`
    pub(super) fn place(&self, line: u32, column: u32) -> String {
        format!("{}:{line}:{column}", self.file())
    }

    /// The file of the facts.
    pub(super) fn file(&self) -> &'e str {
        &self.evaluation.facts.name
    }

    /// The organization, or the file where the facts do not name it.
    pub(super) fn organization(&self) -> Cow<'e, str> {
        self.evaluation.facts.owner()
    }

    pub(super) fn findings(&self, own: impl Fn(&Finding) -> bool) -> Vec<&'e Finding> {
        self.evaluation.findings.iter().filter(|finding| own(finding)).collect()
    }
}

/// Whether something is not met, or open, but is not counted, as the summary counts.
pub(super) fn is_aside(finding: &Finding) -> bool {
    finding.standing != Standing::Counted && matches!(finding.verdict, Verdict::Fail | Verdict::Unknown)
}

/// Whether that is so because of `standing`.
pub(super) fn is_uncounted(finding: &Finding, standing: Standing) -> bool {
    finding.standing == standing && is_aside(finding)
}
