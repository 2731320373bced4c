//! What `jobun test --coverage` and `--mutate` print.

use std::num::NonZeroUsize;

use super::TestArgs;
use crate::cli::{Exit, Trouble};
use crate::engine::CheckedPolicies;
use crate::host;
use crate::lang::Lang;
use crate::testing::Suite;
use crate::testing::mutation::{self, Fate, Mutants};
use crate::words::Word;

pub(super) fn run(args: &TestArgs, policies: &CheckedPolicies, suite: &Suite) -> Result<Exit, Trouble> {
    let threads = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let found = mutation::run(policies, suite, threads, &|pack| {
        args.packs.is_empty() || args.packs.iter().any(|id| id == pack)
    });
    let mut text = String::new();
    if args.coverage {
        coverage(policies, suite, &found, args.lang(), &mut text);
    }
    if args.mutate {
        survivors(policies, &found, args.lang(), &mut text);
    }
    host::write("-", &text)?;
    Ok(Exit::Met)
}

fn percent(part: usize, whole: usize) -> String {
    if whole == 0 { "—".into() } else { format!("{:.1} %", part as f64 * 100.0 / whole as f64) }
}

fn coverage(policies: &CheckedPolicies, _suite: &Suite, found: &Mutants, lang: Lang, text: &mut String) {
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
    text.push_str(&match lang {
        Lang::Ja => format!("条件（MC/DC） {} のうち {shown} を事例が示す（{share}）\n", feasible.len()),
        Lang::En => format!("conditions (MC/DC): cases show {shown} of {} sides ({share})\n", feasible.len()),
    });
}

fn survivors(policies: &CheckedPolicies, found: &Mutants, lang: Lang, text: &mut String) {
    let sources = policies.sources();
    for mutant in found.all.iter().filter(|mutant| mutant.fate == Fate::Survived) {
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
    }
    let table = mutation::by_operator(&found.all);
    let sum = table.values().fold([0; 3], |sum, row| [sum[0] + row[0], sum[1] + row[1], sum[2] + row[2]]);
    for (operator, _, _) in crate::words::Mutation::ALL {
        if let Some([killed, survived, refused]) = table.get(operator) {
            let label = operator.label(lang);
            text.push_str(&match lang {
                Lang::Ja => format!("  {killed:>6} 検出 {survived:>5} 残存 {refused:>5} 検査が拒否  {label}\n"),
                Lang::En => format!("  {killed:>6} killed {survived:>5} survived {refused:>5} refused  {label}\n"),
            });
        }
    }
    let [killed, survived, refused] = sum;
    let score = percent(killed, killed + survived);
    text.push_str(&match lang {
        Lang::Ja => format!(
            "変異 {} · 検出 {killed} · 残存 {survived} · 検査が拒否 {refused} · 得点 {score}\n",
            killed + survived + refused
        ),
        Lang::En => format!(
            "{} mutants · killed {killed} · survived {survived} · refused by the checker {refused} · score {score}\n",
            killed + survived + refused
        ),
    });
}
