//! Locators and requirement ids stand in outlines, and say one thing of each provision.

use std::collections::HashMap;

use crate::cite::{self, Provision};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, did_you_mean};
use crate::lang::{Text, text};
use crate::policy::{Pack, PolicySet, Rule};
use crate::source::Span;
use crate::words::Modality;
use crate::yaml::shape::Written;

/// What the rules of `pack` cite and cover.
pub(super) fn check(pack: &Pack, out: &mut Diagnostics) {
    let held: HashMap<&str, &Provision> = pack
        .outline
        .provisions()
        .iter()
        .flat_map(|provision| provision.requirements.iter().map(move |id| (id.as_str(), provision)))
        .collect();
    let mut covered: HashMap<&str, (&Rule, Span)> = HashMap::new();
    for rule in &pack.rules {
        repeated("cites", &rule.cites, cite::normalized, out);
        repeated("covers", &rule.covers, str::to_string, out);
        for locator in &rule.cites {
            if pack.outline.resolve(&locator.text).is_none() {
                out.push(unknown_locator(pack, locator, locator.span));
            }
        }
        for requirement in &rule.covers {
            if !held.contains_key(requirement.text.as_str()) {
                out.push(unknown_requirement(&held, requirement));
                continue;
            }
            let (first, span) = *covered.entry(&requirement.text).or_insert((rule, requirement.span));
            if contradict(first.modality, rule.modality) {
                out.push(
                    Diagnostic::new(
                        Code::ContradictoryModality,
                        requirement.span,
                        text!(
                            "要件 `{0}` を `{1}` は {2}、`{3}` は {4} としています",
                            "the requirement `{0}` is `{2}` in the rule `{1}` and `{4}` in `{3}`",
                            requirement.text,
                            first.id.text,
                            first.modality.word(),
                            rule.id.text,
                            rule.modality.word()
                        ),
                    )
                    .related(span, Text::new("最初はここ", "first covered here"))
                    .help(Text::new(
                        "条文の言い方に合わせて `modality:` をそろえるか、要件を条項一覧で分けてください",
                        "give both the modality the provision has, or tell two requirements apart in the outline",
                    )),
                );
            }
        }
    }
    for provision in pack.outline.provisions() {
        for placed in &provision.placed {
            for id in &placed.requirements {
                let Some((rule, span)) = covered.get(id.as_str()) else { continue };
                out.push(
                    Diagnostic::new(
                        Code::ContradictoryPlacement,
                        placed.span,
                        text!(
                            "`{0}` は判定しないとされていますが、ルール `{1}` が判定しています",
                            "`{0}` is said not to be judged, but the rule `{1}` judges it",
                            id,
                            rule.id.text
                        ),
                    )
                    .related(*span, Text::new("ここで判定しています", "judged here"))
                    .help(Text::new(
                        "`placed:` か `covers:` のどちらかから外してください",
                        "take it out of `placed:` or out of `covers:`",
                    )),
                );
            }
        }
    }
    // A locator that leads nowhere was told already.
    let leads = |rule: &&Rule| rule.cites.iter().all(|locator| pack.outline.resolve(&locator.text).is_some());
    for rule in pack.rules.iter().filter(leads) {
        let Some((requirement, provision)) = uncited(pack, rule) else { continue };
        out.push(
            Diagnostic::new(
                Code::UncitedRequirement,
                requirement.span,
                text!(
                    "要件 `{0}` は `{1}` のものですが、ルール `{2}` はそこを引いていません",
                    "the requirement `{0}` is laid down in `{1}`, which the rule `{2}` does not cite",
                    requirement.text,
                    provision.locator,
                    rule.id.text
                ),
            )
            .help(text!("`cites:` に `{0}` を加えてください", "add `{0}` to `cites:`", provision.locator)),
        );
    }
    twins(pack, out);
}

/// What a rule names twice under `key`; all spellings with the same `meaning` are one.
fn repeated(key: &str, named: &[Written], meaning: impl Fn(&str) -> String, out: &mut Diagnostics) {
    let mut known: HashMap<String, Span> = HashMap::new();
    for one in named {
        let first = *known.entry(meaning(&one.text)).or_insert(one.span);
        if first != one.span {
            out.push(
                Diagnostic::new(
                    Code::RepeatedCitation,
                    one.span,
                    text!("`{0}` が `{1}:` に2回あります", "`{0}` stands twice under `{1}:`", one.text, key),
                )
                .related(first, Text::new("最初はここ", "first here"))
                .help(Text::new(
                    "一方を消すか、意図した条項や要件に直してください",
                    "remove one of them, or name the provision or requirement you meant",
                )),
            );
        }
    }
}

/// The first requirement `rule` covers that stands neither in nor around a provision it cites.
pub(crate) fn uncited<'p>(pack: &'p Pack, rule: &'p Rule) -> Option<(&'p Written, &'p Provision)> {
    let cited: Vec<String> = rule.cites.iter().map(|locator| cite::normalized(&locator.text)).collect();
    rule.covers.iter().find_map(|requirement| {
        let provision = pack.outline.holding(&requirement.text)?;
        let own = cite::normalized(&provision.locator);
        let stands = cited.iter().any(|cited| cite::is_within(&own, cited) || cite::is_within(cited, &own));
        (!stands).then_some((requirement, provision))
    })
}

/// Whether one requirement cannot be both: what is a duty is neither forbidden nor merely allowed. A recommendation
/// may go beyond a duty.
fn contradict(a: Modality, b: Modality) -> bool {
    a != b && ![a, b].contains(&Modality::Should)
}

/// Two rules that cite the same and ask the same are one rule written twice.
fn twins(pack: &Pack, out: &mut Diagnostics) {
    let mut seen: HashMap<Vec<String>, &Rule> = HashMap::new();
    for rule in pack.rules.iter().filter(|rule| rule.rolls_up.is_empty()) {
        let asked = said(rule);
        let Some(first) = seen.insert(asked, rule) else { continue };
        out.push(
            Diagnostic::new(
                Code::TwinRules,
                rule.id.span,
                text!(
                    "`{0}` は `{1}` と同じ条項を引き、同じことを求めています",
                    "`{0}` cites the same provisions as `{1}` and asks the same",
                    rule.id.text,
                    first.id.text
                ),
            )
            .related(first.id.span, Text::new("最初のルール", "the first rule"))
            .help(Text::new("一方を削除してください", "remove one of the two")),
        );
    }
}

/// What decides a finding of `rule`, in words: equal for two rules that cannot differ.
fn said(rule: &Rule) -> Vec<String> {
    let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut said: Vec<String> = rule.cites.iter().map(|locator| cite::normalized(&locator.text)).collect();
    said.sort();
    for each in &rule.for_each {
        said.push(format!("for {} in {}", each.name.text, plain(&each.list.written.text)));
    }
    for variable in &rule.variables {
        said.push(format!("{} = {}", variable.name.text, plain(&variable.is.written.text)));
    }
    let halves = [("at", &rule.in_force_at), ("applies", &rule.applies), ("require", &rule.require)];
    said.extend(halves.iter().filter_map(|(key, half)| Some(format!("{key} {}", plain(&half.as_ref()?.written.text)))));
    if let Some(recurring) = &rule.recurring {
        said.extend([&recurring.last, &recurring.from, &recurring.every].map(|part| plain(&part.written.text)));
    }
    for deadline in &rule.deadlines {
        said.extend([&deadline.act, &deadline.by].map(|part| plain(&part.written.text)));
    }
    said.push(format!("{:?} {:?} {:?}", rule.valid_from, rule.valid_until, rule.about));
    said
}

/// The provisions that relations name are there, as far as their packs are.
pub(super) fn relations(set: &PolicySet, out: &mut Diagnostics) {
    for related in &set.relations {
        for written in std::iter::once(&related.of).chain(&related.to) {
            let Some((id, locator)) = written.text.split_once(' ') else {
                out.push(
                    Diagnostic::new(
                        Code::UnknownLocator,
                        written.span,
                        text!("`{}` はパックの条項ではありません", "`{}` is no provision of a pack", written.text),
                    )
                    .help(Text::new(
                        "`inazawa-kitei 第44条第6項` のように、パックのID、空白、条項の順に書きます",
                        "write the id of the pack, a space and the locator, as in `inazawa-kitei 第44条第6項`",
                    )),
                );
                continue;
            };
            // A pack that was not selected cannot be asked.
            let Some(pack) = set.packs.iter().find(|pack| pack.id == id) else {
                if !set.beside.iter().any(|beside| beside == id) {
                    out.push(unknown_pack(set, id, written.span));
                }
                continue;
            };
            if pack.outline.resolve(locator).is_none() {
                out.push(unknown_locator(pack, &Written::made(locator, written.span), written.span));
            }
        }
    }
}

fn unknown_pack(set: &PolicySet, id: &str, span: Span) -> Diagnostic {
    let help = match did_you_mean(id, set.ids().chain(set.beside.iter().map(String::as_str))) {
        Some(near) => text!("`{}` のことですか", "did you mean `{}`?", near),
        None => text!(
            "ありのままなら、`{}` のフォルダーにパックを書いてください",
            "if it is right, write a pack into a folder `{}`",
            id
        ),
    };
    Diagnostic::new(Code::UnknownLocator, span, text!("`{}` というパックはありません", "there is no pack `{}`", id))
        .help(help)
}

fn unknown_locator(pack: &Pack, locator: &Written, span: Span) -> Diagnostic {
    let help = match pack.outline.nearest(&locator.text) {
        Some(near) => text!("`{}` のことですか", "did you mean `{}`?", near),
        None => Text::new("outline.yaml に条項を加えてください", "add the provision to outline.yaml"),
    };
    Diagnostic::new(
        Code::UnknownLocator,
        span,
        text!(
            "`{0}` はパック `{1}` の条項一覧にありません",
            "`{0}` is not in the outline of the pack `{1}`",
            locator.text,
            pack.id
        ),
    )
    .help(help)
}

fn unknown_requirement(held: &HashMap<&str, &Provision>, requirement: &Written) -> Diagnostic {
    let mut ids: Vec<&str> = held.keys().copied().collect();
    ids.sort_unstable();
    let help = match did_you_mean(&requirement.text, ids) {
        Some(near) => text!("`{}` のことですか", "did you mean `{}`?", near),
        None => Text::new("outline.yaml の条項に加えてください", "add it to a provision of outline.yaml"),
    };
    Diagnostic::new(
        Code::UnknownRequirement,
        requirement.span,
        text!(
            "要件 `{}` は条項一覧にありません",
            "no provision of the outline holds the requirement `{}`",
            requirement.text
        ),
    )
    .help(help)
}
