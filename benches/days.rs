//! Every shipped organization on every day of seven years, pack by pack: how long it takes, and whether the verdicts
//! turn on just the days that a timeline lists.

#![allow(clippy::disallowed_methods, reason = "a benchmark reads files and the clock")]

use std::time::{Duration, Instant};

use jobun::timeline::timeline;
use jobun::{Day, Engine, Facts, Params, PolicySet, Verdict};

/// The bound for one organization and one pack.
const BOUND: Duration = Duration::from_secs(1);

fn main() {
    let root = env!("CARGO_MANIFEST_DIR");
    let day = |text: &str| Day::parse(text).expect("a day");
    let (from, to) = (day("2023-01-01"), day("2029-12-31"));
    let ids: Vec<String> = PolicySet::embedded().ids().map(str::to_string).collect();
    let mut names: Vec<_> = std::fs::read_dir(format!("{root}/fixtures/organizations"))
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|end| end == "json"))
        .collect();
    names.sort();
    let (mut longest, mut whole, mut turns) = (Duration::ZERO, Duration::ZERO, 0);
    let (mut longest_each, mut whole_each) = (Duration::ZERO, Duration::ZERO);
    for id in &ids {
        let set = PolicySet::embedded().select([id.as_str()]).expect("a pack");
        let engine = Engine::new(set.check().expect("sound"), Params::default()).expect("an engine");
        for path in &names {
            let bytes = std::fs::read(path).expect("a file");
            let facts = Facts::from_slice(&engine, &bytes).expect("valid facts");
            let start = Instant::now();
            let mut days = engine.days(&facts, from).expect("verdicts");
            let mut daily: Vec<Vec<Verdict>> = Vec::new();
            let mut at = Some(from);
            while let Some(today) = at.filter(|day| *day <= to) {
                days.move_to(today).expect("verdicts");
                daily.push(days.verdicts().to_vec());
                at = today.next();
            }
            let took = start.elapsed();
            // The same with every rule judged on every day.
            let start = Instant::now();
            let mut runner = engine.runner();
            let mut found: Vec<Day> = Vec::new();
            let mut at = Some(from);
            for (number, remembered) in daily.iter().enumerate() {
                let Some(today) = at else { break };
                let now = runner.verdicts(&facts, today).expect("verdicts");
                assert_eq!(now, remembered, "{id} on {today}: {}", path.display());
                if number > 0 && daily[number - 1] != now {
                    found.push(today);
                }
                at = today.next();
            }
            let took_each = start.elapsed();
            let listed = timeline(&engine, &facts, from, to).expect("a timeline").turns;
            turns += listed.len();
            let mut listed: Vec<Day> = listed.into_iter().map(|turn| turn.on).collect();
            listed.dedup();
            assert_eq!(listed, found, "{id}: {}", path.display());
            (longest, longest_each) = (longest.max(took), longest_each.max(took_each));
            (whole, whole_each) = (whole + took, whole_each + took_each);
        }
    }
    println!(
        "{} organizations x {} packs x 2,557 days: longest {:.0} ms (bound {} ms, {}), all {:.1} s; {turns} turns, on just the days of the timelines",
        names.len(),
        ids.len(),
        longest.as_secs_f64() * 1e3,
        BOUND.as_millis(),
        if longest <= BOUND { "kept" } else { "not kept" },
        whole.as_secs_f64()
    );
    println!(
        "the same verdicts with every rule judged on every day: longest {:.0} ms, all {:.1} s",
        longest_each.as_secs_f64() * 1e3,
        whole_each.as_secs_f64()
    );
}
