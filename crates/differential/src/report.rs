//! What was made and what was found.

use std::collections::BTreeMap;

use serde_json::{Value, json};

/// Two answers to one question.
#[derive(Debug)]
pub struct Disagreement {
    /// How to make it again.
    pub place: String,
    /// The rule or the expression.
    pub what: String,
    /// The document.
    pub facts: String,
    /// Ours, and the other.
    pub answers: [String; 2],
}

/// One comparison.
#[derive(Debug, Default)]
pub struct Report {
    name: &'static str,
    /// How much was compared.
    pub cases: usize,
    /// How many rules or expressions were made.
    pub made: usize,
    /// In how many of them a leaf stands twice.
    pub repeating: usize,
    /// How often the two differ.
    pub disagreements: usize,
    kinds: BTreeMap<&'static str, usize>,
    verdicts: BTreeMap<String, usize>,
    excluded: BTreeMap<&'static str, usize>,
    seconds: f64,
    shown: usize,
    json: bool,
}

impl Report {
    /// Nothing yet.
    pub fn new(name: &'static str, shown: usize, json: bool) -> Self {
        Report { name, shown, json, ..Report::default() }
    }

    /// Counts a node.
    pub fn kind(&mut self, kind: &'static str) {
        *self.kinds.entry(kind).or_default() += 1;
    }

    /// Counts outcomes.
    pub fn verdict(&mut self, verdict: &str, count: usize) {
        match self.verdicts.get_mut(verdict) {
            Some(known) => *known += count,
            None => {
                self.verdicts.insert(verdict.to_string(), count);
            }
        }
    }

    /// Counts what is not compared.
    pub fn exclude(&mut self, reason: &'static str) {
        *self.excluded.entry(reason).or_default() += 1;
    }

    /// Whether the next disagreement is shown.
    pub fn is_wanted(&self) -> bool {
        self.disagreements < self.shown
    }

    /// Counts a disagreement, and shows it where it is among the first.
    pub fn disagreement(&mut self, found: Disagreement) {
        self.disagreements += 1;
        if self.disagreements > self.shown {
            return;
        }
        let Disagreement { place, what, facts, answers: [ours, theirs] } = found;
        if self.json {
            let part = self.name;
            println!(
                "{}",
                json!({ "part": part, "again": place, "what": what, "facts": facts, "ours": ours, "theirs": theirs })
            );
        } else {
            println!(
                "DISAGREEMENT in {} ({place})\n{what}\n  facts  {facts}\n  ours   {ours}\n  theirs {theirs}\n",
                self.name
            );
        }
    }

    /// How long it took.
    pub fn took(&mut self, seconds: f64) {
        self.seconds = seconds;
    }

    /// Prints the counts.
    pub fn print(&self) {
        let share = |count: usize, of: usize| 100.0 * count as f64 / of.max(1) as f64;
        if self.json {
            let value: Value = json!({
                "part": self.name,
                "cases": self.cases,
                "made": self.made,
                "repeating": self.repeating,
                "outcomes": self.verdicts,
                "kinds": self.kinds,
                "excluded": self.excluded,
                "disagreements": self.disagreements,
                "seconds": self.seconds,
            });
            println!("{value}");
            return;
        }
        println!("{}: {} cases, {} disagreements, {:.1} s", self.name, self.cases, self.disagreements, self.seconds);
        if self.made > 0 {
            let repeating = share(self.repeating, self.made);
            println!("  {} expressions, {repeating:.1} % of them with a leaf that stands twice", self.made);
        }
        let total = self.verdicts.values().sum();
        for (verdict, count) in &self.verdicts {
            println!("  {verdict}: {count} ({:.1} %)", share(*count, total));
        }
        let kinds: Vec<String> = self.kinds.iter().map(|(kind, count)| format!("{kind} {count}")).collect();
        if !kinds.is_empty() {
            println!("  nodes: {}", kinds.join(", "));
        }
        for (reason, count) in &self.excluded {
            println!("  not compared: {count} {reason}");
        }
    }
}
