//! What is said once of each rule.

use std::collections::HashMap;

use serde_json::json;
use serde_sarif::sarif::{MultiformatMessageString, ReportingConfiguration, ReportingDescriptor};

use super::{bag, level, plain};
use crate::evaluation::{Citation, Finding};
use crate::lang::Lang;
use crate::printable::printable;
use crate::report::{phrases, told};

/// The rules of a run, in the order in which they are first met.
pub(super) struct Rules<'e> {
    places: HashMap<&'e str, usize>,
    findings: Vec<Vec<&'e Finding>>,
    lang: Lang,
}

impl<'e> Rules<'e> {
    pub(super) fn of(findings: impl Iterator<Item = &'e Finding>, lang: Lang) -> Self {
        let mut rules = Rules { places: HashMap::new(), findings: Vec::new(), lang };
        for finding in findings {
            let next = rules.findings.len();
            let at = *rules.places.entry(&finding.rule).or_insert(next);
            match rules.findings.get_mut(at) {
                Some(same) => same.push(finding),
                None => rules.findings.push(vec![finding]),
            }
        }
        rules
    }

    /// The place of a finding's rule.
    pub(super) fn index(&self, finding: &Finding) -> Option<i64> {
        self.places.get(finding.rule.as_str()).and_then(|at| i64::try_from(*at).ok())
    }

    pub(super) fn descriptors(&mut self) -> Vec<ReportingDescriptor> {
        let all = self.findings.iter();
        all.filter_map(|findings| findings.first().map(|first| descriptor(first, findings, self.lang))).collect()
    }
}

fn descriptor(first: &Finding, findings: &[&Finding], lang: Lang) -> ReportingDescriptor {
    let level = json!(level(first.severity));
    let citations: Vec<_> = first
        .citations
        .iter()
        .map(|citation| {
            json!({
                "source": citation.source, "title": citation.title.get(lang), "locator": citation.locator,
                "caption": citation.caption,
            })
        })
        .collect();
    let mut properties = bag([
        ("pack", json!(first.pack)),
        ("citations", json!(citations)),
        ("modality", json!(first.modality)),
        ("category", json!(first.category)),
        ("severity", json!(first.severity)),
        ("addressee", json!(first.addressee)),
    ]);
    properties.tags = Some([first.category.word(), first.modality.word(), &first.pack].map(String::from).into());
    ReportingDescriptor::builder()
        .id(first.rule.as_str())
        .short_description(plain(first.title.get(lang)))
        .full_description(plain(&format!("{} {}", told::citation_with_source(first, lang), first.title.get(lang))))
        .help(help(first, findings, lang))
        .default_configuration(ReportingConfiguration::builder().level(level).build())
        .properties(properties)
        .build()
}

/// The provisions, and the remedy where it is the same for every finding of the rule.
fn help(first: &Finding, findings: &[&Finding], lang: Lang) -> MultiformatMessageString {
    let remedy = first.remedy.get(lang);
    let is_the_same = findings.iter().all(|finding| finding.remedy.get(lang) == remedy);
    let remedy = Some(remedy).filter(|remedy| is_the_same && !remedy.is_empty());
    let sources: Vec<String> = first.citations.iter().map(|citation| source(citation, lang)).collect();
    let title = first.title.get(lang);

    let mut text = vec![title.to_string()];
    text.extend(sources.iter().cloned());
    text.extend(remedy.map(|remedy| format!("→ {remedy}")));
    let mut markdown = vec![format!("**{}**", in_markdown(title))];
    markdown.push(sources.iter().map(|source| format!("- {}", in_markdown(source))).collect::<Vec<_>>().join("\n"));
    markdown.extend(
        remedy
            .map(|remedy| format!("**{}** {}", phrases::CARD_REMEDY.get(lang), in_markdown(&told::on_a_line(remedy)))),
    );
    let mut help = plain(&text.join("\n"));
    help.markdown = Some(markdown.join("\n\n"));
    help
}

fn source(citation: &Citation, lang: Lang) -> String {
    let Citation { title, locator, caption, .. } = citation;
    let locator = format!("{locator}{}", told::in_brackets(caption, lang));
    phrases::SARIF_READING.filled(lang, &[("source", title), ("locator", &locator)])
}

/// `words` as they are read in Markdown: each sign that could mean something there is escaped.
fn in_markdown(words: &str) -> String {
    let mut out = String::new();
    for c in printable(words).chars() {
        match c {
            '{' | '}' => out.push(c),
            '<' => out.push_str("&lt;"),
            '&' => out.push_str("&amp;"),
            c if c.is_ascii_punctuation() && !matches!(c, ',' | '.' | ';' | '/' | '\'' | '"') => out.push('\\'),
            _ => {}
        }
        if !matches!(c, '<' | '&') {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::escaped;
    use super::*;

    #[test]
    fn signs_mean_nothing_in_messages() {
        assert_eq!(escaped("{0} [a](b)"), "{{0}} \\[a\\](b)");
        assert_eq!(escaped("[高]"), "[高]");
        assert_eq!(in_markdown("![a](http://b) <i> {0} *x*"), "\\!\\[a\\]\\(http\\://b\\) &lt;i\\> {{0}} \\*x\\*");
    }
}
