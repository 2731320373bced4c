//! What `jobun test --coverage` and `--mutate` print.

use std::num::NonZeroUsize;

use super::TestArgs;
use crate::cli::{Exit, Trouble, diagnostics};
use crate::coverage::unstated;
use crate::engine::CheckedPolicies;
use crate::host;
use crate::lang::Lang;
use crate::testing::Suite;
use crate::testing::mutation::{self, Fate, Mutants};
use crate::words::Word;

pub(super) fn run(args: &TestArgs, policies: &CheckedPolicies, suite: &Suite) -> Result<Exit, Trouble> {
    let threads = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let options = mutation::Options { threads, search: if args.mutate { args.search } else { 0 } };
    let mut found = mutation::run(policies, suite, options, &|pack| {
        args.packs.is_empty() || args.packs.iter().any(|id| id == pack)
    });
    let claims = mutation::claimed(&mut found, &suite.claims, args.packs.is_empty());
    host::complain(&diagnostics::render(&suite.sources, &claims, args.lang()));
    let mut text = String::new();
    let mut enough = true;
    if args.coverage {
        enough &= coverage(args, policies, suite, &found, &mut text) >= args.least;
    }
    if args.mutate {
        enough &= survivors(policies, &found, args.lang(), &mut text) >= args.least;
    }
    host::write("-", &text)?;
    Ok(match (claims.has_errors(), enough) {
        (true, _) => Exit::Invalid,
        (_, false) => Exit::Failed,
        _ => Exit::Met,
    })
}

fn percent(part: usize, whole: usize) -> String {
    if whole == 0 { "—".into() } else { format!("{:.1} %", share(part, whole)) }
}

/// `part` of `whole` in percent; of nothing, all.
fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 100.0 } else { part as f64 * 100.0 / whole as f64 }
}

/// Prints the verdicts of rules that no case states and the sides of conditions that no case shows; the least share
/// of what is there to be shown, in percent.
fn coverage(args: &TestArgs, policies: &CheckedPolicies, suite: &Suite, found: &Mutants, text: &mut String) -> f64 {
    let shares = [rules(args, policies, suite, text), conditions(policies, found, args.lang(), text)];
    shares.into_iter().fold(100.0, f64::min)
}

/// Whether each rule has a case in every verdict it can have.
fn rules(args: &TestArgs, policies: &CheckedPolicies, suite: &Suite, text: &mut String) -> f64 {
    let (sources, lang) = (policies.sources(), args.lang());
    let stated = suite.stated();
    let wanted = |pack: &str| args.packs.is_empty() || args.packs.iter().any(|id| id == pack);
    let (mut all, mut whole) = (0, 0);
    for (_, rule) in policies.checked().set.rules().filter(|(pack, _)| wanted(&pack.id)) {
        let lacking = unstated(rule, stated.get(&rule.id.text).map_or(&[][..], Vec::as_slice));
        all += 1;
        whole += usize::from(lacking.is_empty());
        if !lacking.is_empty() {
            let (place, file) = (sources.place(rule.id.span), sources.name(rule.id.span.file));
            let verdicts: Vec<&str> = lacking.iter().map(|verdict| verdict.word()).collect();
            let verdicts = verdicts.join(", ");
            text.push_str(&match lang {
                Lang::Ja => format!(
                    "○ {file}:{}:{} {}: {verdicts} の事例がありません\n",
                    place.line, place.column, rule.id.text
                ),
                Lang::En => {
                    format!("○ {file}:{}:{} {}: no case for {verdicts}\n", place.line, place.column, rule.id.text)
                }
            });
        }
    }
    let share = percent(whole, all);
    text.push_str(&match lang {
        Lang::Ja => format!("ルール {all} のうち {whole} に、あり得る判定すべての事例がある（{share}）\n"),
        Lang::En => format!("rules: {whole} of {all} have a case for every verdict they can have ({share})\n"),
    });
    self::share(whole, all)
}

/// Whether decided cases turn on each side of every condition, and on both outcomes of each expression made of them.
fn conditions(policies: &CheckedPolicies, found: &Mutants, lang: Lang, text: &mut String) -> f64 {
    let sources = policies.sources();
    let sides = found.conditions.iter().flat_map(|condition| {
        [(condition, &condition.constant_true, "false"), (condition, &condition.constant_false, "true")]
    });
    let feasible: Vec<_> = sides.filter(|(_, side, _)| side.mutant.is_some()).collect();
    let shown = feasible.iter().filter(|(_, side, _)| side.shown).count();
    let share = percent(shown, feasible.len());
    for (condition, _, value) in feasible.iter().filter(|(_, side, _)| !side.shown) {
        let place = sources.place(condition.span);
        let file = sources.name(condition.span.file);
        let (of, key, what) = (&condition.of, &condition.key, &condition.text);
        text.push_str(&match lang {
            Lang::Ja => format!(
                "○ {file}:{}:{} {of} {key}: `{what}` が {value} であることが判定を決める事例がありません\n",
                place.line, place.column
            ),
            Lang::En => format!(
                "○ {file}:{}:{} {of} {key}: no case turns on `{what}` being {value}\n",
                place.line, place.column
            ),
        });
    }
    let branches = found.branches();
    let (branches, taken) = (branches.len(), branches.values().filter(|taken| **taken).count());
    let of_branches = percent(taken, branches);
    text.push_str(&match lang {
        Lang::Ja => format!("分岐 {branches} のうち {taken} を事例が通る（{of_branches}）\n"),
        Lang::En => format!("branches: cases take {taken} of {branches} ({of_branches})\n"),
    });
    text.push_str(&match lang {
        Lang::Ja => format!("条件（MC/DC） {} のうち {shown} を事例が示す（{share}）\n", feasible.len()),
        Lang::En => format!("conditions (MC/DC): cases show {shown} of {} sides ({share})\n", feasible.len()),
    });
    self::share(shown, feasible.len())
}

/// Prints the versions that no case notices; the share that is noticed, in percent.
fn survivors(policies: &CheckedPolicies, found: &Mutants, lang: Lang, text: &mut String) -> f64 {
    let sources = policies.sources();
    for mutant in &found.all {
        let Fate::Survived(difference) = &mutant.fate else { continue };
        let place = sources.place(mutant.span);
        let file = sources.name(mutant.span.file);
        text.push_str(&format!(
            "○ {file}:{}:{} {} {} {}: `{}` → `{}`  [{}]\n",
            place.line,
            place.column,
            mutant.of,
            mutant.key,
            mutant.operator.label(lang),
            mutant.before,
            mutant.after,
            mutant.id
        ));
        if let Some(difference) = difference {
            let answers: Vec<String> =
                difference.answers.iter().map(|answer| format!("{} = {}", answer.pointer, answer.value)).collect();
            let (case, answers) = (&difference.case, answers.join(", "));
            let (verdict, instead) = (difference.verdict.word(), difference.instead.word());
            text.push_str(&match lang {
                Lang::Ja => format!("    事例「{case}」に {answers} とすると {verdict}、変異は {instead}\n"),
                Lang::En => format!("    a case that tells: `{case}` with {answers}: {verdict}, here {instead}\n"),
            });
        }
    }
    let table = mutation::by_operator(&found.all);
    let mut sum = [0; 4];
    for (operator, _, _) in crate::words::Mutation::ALL {
        let Some(row) = table.get(operator) else { continue };
        sum.iter_mut().zip(row).for_each(|(sum, count)| *sum += count);
        let [killed, survived, refused, equivalent] = row;
        let label = operator.label(lang);
        text.push_str(&match lang {
            Lang::Ja => {
                format!("  {killed:>6} 検出 {survived:>5} 残存 {equivalent:>4} 同値 {refused:>5} 検査が拒否  {label}\n")
            }
            Lang::En => format!(
                "  {killed:>6} killed {survived:>5} survived {equivalent:>4} equivalent {refused:>5} refused  {label}\n"
            ),
        });
    }
    let [killed, survived, refused, equivalent] = sum;
    let all = killed + survived + refused + equivalent;
    let score = percent(killed, killed + survived);
    text.push_str(&match lang {
        Lang::Ja => format!(
            "変異 {all} · 検出 {killed} · 残存 {survived} · 同値 {equivalent} · 検査が拒否 {refused} · 得点 {score}\n"
        ),
        Lang::En => format!(
            "{all} mutants · killed {killed} · survived {survived} · equivalent {equivalent} · refused by the checker \
             {refused} · score {score}\n"
        ),
    });
    share(killed, killed + survived)
}
