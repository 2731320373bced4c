//! What is to be put right, as a table to be filled in.

use serde::Serialize;

use super::cards::{Article, DeadlineLine, FAILURES, OTHERS, articles, deadlines};
use super::reading::Reading;
use super::said::{Sign, code, subject_label};
use crate::evaluation::Finding;
use crate::lang::Text;
use crate::report::phrases;
use crate::words::Verdict;

/// How many rows the table has.
const MAX_ROWS: usize = 300;

/// The table, and how many failures it leaves to the list of failures.
#[derive(Serialize)]
pub(super) struct Plan<'e> {
    n: usize,
    rows: Vec<Row<'e>>,
    more: Option<Text>,
}

#[derive(Serialize)]
struct Row<'e> {
    #[serde(flatten)]
    sign: Sign,
    position: usize,
    /// The id of the card, where there is one.
    anchor: Option<String>,
    category: char,
    pack: &'e str,
    title: &'e Text,
    remedy: Option<&'e Text>,
    subject: String,
    severity: Text,
    /// Whether it is another party's duty.
    other: bool,
    articles: Vec<Article<'e>>,
    pack_title: Text,
    /// Who is suggested.
    owner: Text,
    deadlines: Vec<DeadlineLine>,
}

/// The plan for `failures` and for what `others` have not met; both in the order of their cards.
pub(super) fn plan<'e>(reading: &Reading<'e>, failures: &[&'e Finding], others: &[&'e Finding]) -> Plan<'e> {
    let own = failures.iter().enumerate().map(|(n, finding)| (*finding, FAILURES.anchor(n), false));
    let theirs = others.iter().enumerate().map(|(n, finding)| (*finding, OTHERS.anchor(n), true));
    let theirs = theirs.filter(|(finding, ..)| finding.verdict == Verdict::Fail);
    let all: Vec<(&Finding, Option<String>, bool)> = own.chain(theirs).collect();
    let (n, more) = (all.len(), all.len().saturating_sub(MAX_ROWS));
    let rows = (1..).zip(all.into_iter().take(MAX_ROWS));
    Plan {
        n,
        rows: rows.map(|(at, (finding, anchor, other))| row(reading, finding, at, anchor, other)).collect(),
        more: (more > 0).then(|| phrases::PLAN_MORE.with(&[("n", &more)])),
    }
}

fn row<'e>(
    reading: &Reading<'e>,
    finding: &'e Finding,
    position: usize,
    anchor: Option<String>,
    other: bool,
) -> Row<'e> {
    Row {
        sign: Sign::of(finding.verdict),
        position,
        anchor,
        category: code(finding.category),
        pack: &finding.pack,
        title: &finding.title,
        remedy: (!finding.remedy.ja.is_empty()).then_some(&finding.remedy),
        subject: subject_label(finding.subject.as_ref()),
        severity: finding.severity.text(),
        other,
        articles: articles(finding),
        pack_title: reading.pack_title(&finding.pack, None),
        owner: phrases::PLAN_SUGGESTED.with(&[("who", &finding.about.unwrap_or(finding.addressee).text())]),
        deadlines: deadlines(reading.as_of(), finding),
    }
}
