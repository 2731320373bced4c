//! How a lawyer cites the blocks of a text.

use std::collections::HashSet;

use super::marks::{Mark, Style};
use super::split::Block;

/// The locators of the blocks of one text.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// The articles that have a second paragraph, so that the first is cited by its number as well.
    paragraphed: HashSet<Vec<String>>,
}

impl Names {
    /// Looks at what `blocks` are made of.
    pub fn of(blocks: &[Block]) -> Self {
        let articles = blocks.iter().filter_map(|block| {
            let at = block.path.iter().position(|mark| mark.style == Style::Article)?;
            let next = block.path.get(at + 1)?;
            (next.style == Style::Number).then(|| labels(&block.path[..=at]))
        });
        Names { paragraphed: articles.collect() }
    }

    /// The locator of what stands under the marks `path`.
    pub fn locator(&self, path: &[Mark]) -> String {
        let mut out = String::new();
        let mut above: Option<Style> = None;
        let within_article = path.iter().any(|mark| mark.style == Style::Article);
        for (at, mark) in path.iter().enumerate() {
            let (label, number, branch) = (&mark.label, mark.number, mark.branch());
            let in_closing = at > 0 && path[at - 1].label.starts_with("附則");
            out.push_str(&match (mark.style, above) {
                (Style::Number, Some(Style::Article)) => format!("第{number}項{branch}"),
                (Style::Number, Some(Style::Division)) if in_closing => format!("第{number}項{branch}"),
                (Style::Number, Some(Style::Section | Style::Division | Style::Note)) => format!("の{number}{branch}"),
                (Style::Paren | Style::Kanji, Some(Style::Article | Style::Number | Style::Chapter))
                    if within_article =>
                {
                    format!("第{number}号{branch}")
                }
                (Style::Bullet, _) => format!("第{number}項目"),
                _ => label.clone(),
            });
            let is_first = mark.style == Style::Article && self.paragraphed.contains(&labels(&path[..=at]));
            if is_first && path.get(at + 1).is_none_or(|next| next.style != Style::Number) {
                out.push_str("第1項");
            }
            above = Some(mark.style);
        }
        if out.is_empty() { "前文".into() } else { out }
    }
}

fn labels(path: &[Mark]) -> Vec<String> {
    path.iter().map(|mark| mark.label.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::super::split::split;
    use super::Names;

    fn locators(text: &str) -> Vec<String> {
        let blocks = split(text);
        let names = Names::of(&blocks);
        blocks.iter().map(|block| names.locator(&block.path)).collect()
    }

    #[test]
    fn provisions_are_cited_as_lawyers_cite_them() {
        let text = "第一条　次のとおりとする。\n一　甲\n二　次に掲げる行為\nイ　乙\nロ　次に掲げる情報\n（１）　丙\n（２）　丁\nハ　戊\n三　己\n２　町は、記録する。\n第一条の二　町は、公表する。\n第二条及び第三条　削除\n附　則（令和８年条例第３号）\n１　この条例は、施行する。\n別表第一（第一条関係）\n１　庚\n備考\n１　辛\n";
        assert_eq!(
            locators(text),
            [
                "第1条第1項",
                "第1条第1項第1号",
                "第1条第1項第2号",
                "第1条第1項第2号イ",
                "第1条第1項第2号ロ",
                "第1条第1項第2号ロ(1)",
                "第1条第1項第2号ロ(2)",
                "第1条第1項第2号ハ",
                "第1条第1項第3号",
                "第1条第2項",
                "第1条の2",
                "第2条及び第3条",
                "附則(令和8年条例第3号)",
                "附則(令和8年条例第3号)第1項",
                "別表第1",
                "別表第1の1",
                "別表第1備考",
                "別表第1備考の1"
            ]
        );
    }

    #[test]
    fn branches_stand_beside_their_numbers() {
        let text = "第１条（目的）\n次による。\n(1)　甲\n(2)　乙\n(2の2)　丙\n(4)　丁\nア　戊\nアの2　己\n第1章の2\t章\n第２条\t次のとおり。\n";
        assert_eq!(
            locators(text),
            [
                "第1条",
                "第1条第1号",
                "第1条第2号",
                "第1条第2号の2",
                "第1条第4号",
                "第1条第4号ア",
                "第1条第4号アの2",
                "第1章の2",
                "第2条"
            ]
        );
    }

    #[test]
    fn a_reference_that_begins_a_line_is_no_mark() {
        let text = "第１条　館長は、次に掲げる事項のほか、市長が定める\n附則第２項の規定及び\n別表に掲げる事項を、\n様式第１号により、\n第８条の規定により掲示する。\n- 2 -\n２　館長は、記録する。\n";
        assert_eq!(locators(text), ["第1条第1項", "第1条第2項"]);
    }
}
