//! Time and peak memory of the inputs that stopped other engines.
//!
//! Prints a table; exits with 1 if any of them takes longer than 100 ms, or more than 64 MiB above the
//! input itself. `cargo bench --bench hostile -- WORD` measures only those whose name holds the word.

#![allow(clippy::disallowed_methods, reason = "a benchmark reads the clock")]

#[path = "../tests/inputs/mod.rs"]
mod inputs;

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use jobun::Facts;
use jobun::plain::{Bindings, Env};
use jobun::types::Type;

/// The longest an input may take.
const MAX_TIME: Duration = Duration::from_millis(100);
/// The most bytes it may take above its own.
const MAX_BYTES: usize = 64 << 20;
/// How often one that takes too long is measured: another program may have had the processor.
const TRIES: usize = 3;

/// The system's allocator, counted.
struct Counted;

static NOW: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

// SAFETY: all is passed on to the system's allocator; only sizes are counted.
unsafe impl GlobalAlloc for Counted {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let now = NOW.fetch_add(layout.size(), Ordering::Relaxed) + layout.size();
        PEAK.fetch_max(now, Ordering::Relaxed);
        // SAFETY: the caller keeps what `alloc` asks for.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        NOW.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: the caller keeps what `dealloc` asks for.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counted = Counted;

/// What one way of an input took.
#[derive(Clone, Copy)]
struct Took {
    time: Duration,
    bytes: usize,
}

impl Took {
    fn kept(self) -> bool {
        self.time <= MAX_TIME && self.bytes <= MAX_BYTES
    }
}

/// Measures `work` on a thread with a stack of 2 MiB.
fn measure(work: &(dyn Fn() + Sync)) -> Took {
    let once = || {
        std::thread::scope(|scope| {
            let measured = || {
                let before = NOW.load(Ordering::Relaxed);
                PEAK.store(before, Ordering::Relaxed);
                let start = Instant::now();
                work();
                let time = start.elapsed();
                Took { time, bytes: PEAK.load(Ordering::Relaxed).saturating_sub(before) }
            };
            let thread = std::thread::Builder::new().stack_size(2 << 20).spawn_scoped(scope, measured);
            thread.expect("a thread").join().expect("no panic")
        })
    };
    let mut best = once();
    for _ in 1..TRIES {
        // Far beyond the bound, nothing will help.
        if best.kept() || best.time > MAX_TIME * 10 {
            break;
        }
        let took = once();
        best = Took { time: best.time.min(took.time), bytes: best.bytes.min(took.bytes) };
    }
    best
}

/// Prints a line; what was not kept is marked and counted.
fn line(name: &str, size: usize, ways: &[(&str, Took)], broken: &mut Vec<String>) {
    let mut text = format!("{name:<48.48} {size:>9}");
    for (way, took) in ways {
        let mark = if took.kept() { ' ' } else { '!' };
        let (ms, mib) = (took.time.as_secs_f64() * 1e3, took.bytes as f64 / f64::from(1 << 20));
        text += &format!(" {ms:>8.1}{mib:>7.1}{mark}");
        if !took.kept() {
            broken.push(format!("{name} ({way}): {ms:.1} ms, {mib:.1} MiB"));
        }
    }
    println!("{text}");
}

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    let is_wanted = |name: &str| wanted.is_empty() || wanted.iter().any(|word| name.contains(word.as_str()));
    let (given, facts) = (inputs::given(), inputs::facts());
    let mut broken = Vec::new();
    inputs::vocabulary();
    let columns = ["checked", "unchecked", "rule", "explained"];
    println!("{:<48} {:>9} {}", "milliseconds and MiB", "bytes", columns.map(|name| format!("{name:>16}")).join(" "));
    for input in inputs::expressions().into_iter().filter(|input| is_wanted(&input.name)) {
        let text = input.text.as_str();
        let alone = |checked: bool| measure(&|| drop(inputs::alone(text, checked, &given)));
        let is_condition = !matches!(inputs::check(text), Ok(ty) if ty != Type::Bool);
        let rule = |explained: bool| {
            measure(&|| {
                if let Ok(engine) = inputs::engine(inputs::requiring(text, is_condition)) {
                    drop(inputs::judge(&engine, &facts, explained));
                }
            })
        };
        let ways =
            [("checked", alone(true)), ("unchecked", alone(false)), ("rule", rule(false)), ("explained", rule(true))];
        line(&input.name.escape_debug().to_string(), text.len(), &ways, &mut broken);
    }
    let columns = ["document", "facts"];
    println!("\n{:<48} {:>9} {}", "milliseconds and MiB", "bytes", columns.map(|name| format!("{name:>16}")).join(" "));
    for (name, text) in documents().into_iter().filter(|(name, _)| is_wanted(name)) {
        let ways = [("document", document(&text)), ("facts", as_facts(&text))];
        line(name, text.len(), &ways, &mut broken);
    }
    println!("\n{:<48} {:>9} {:>16}", "milliseconds and MiB", "bytes", "policies");
    for (name, text) in files().into_iter().filter(|(name, _)| is_wanted(name)) {
        let read = measure(&|| drop(inputs::engine(inputs::policies(text.as_str(), ""))));
        line(name, text.len(), &[("policies", read)], &mut broken);
    }
    for (name, text) in inputs::sets().into_iter().filter(|(name, _)| is_wanted(name)) {
        let read = measure(&|| drop(inputs::engine(inputs::policies(text.as_str(), ""))));
        line(name, text.len(), &[("policies", read)], &mut broken);
    }
    println!("\n{:<48} {:>9} {:>16} {:>16}", "milliseconds and MiB", "bytes", "judged", "explained");
    for input in inputs::judged().into_iter().filter(|input| is_wanted(input.name)) {
        let engine = inputs::engine(inputs::policies(inputs::rules(&input.body), "")).expect("sound");
        let judge = |explained: bool| measure(&|| drop(inputs::judge(&engine, &input.facts, explained)));
        let ways = [("judged", judge(false)), ("explained", judge(true))];
        line(input.name, input.facts.len(), &ways, &mut broken);
    }
    println!("\nbound: {} ms and {} MiB; not kept: {}", MAX_TIME.as_millis(), MAX_BYTES >> 20, broken.len());
    broken.iter().for_each(|name| println!("  {name}"));
    std::process::exit(i32::from(!broken.is_empty()));
}

/// Reads `text` as a document of plain CEL.
fn document(text: &str) -> Took {
    let program = Env::new().document("d").compile(&["d.b == 1"]).expect("sound");
    measure(&|| {
        if let Ok(document) = program.read(text.as_bytes()) {
            drop(program.evaluate(0, &Bindings::new().document(&document)));
        }
    })
}

/// Reads `text` as the facts of a rule.
fn as_facts(text: &str) -> Took {
    let engine = inputs::engine(inputs::requiring("a", true)).expect("sound");
    measure(&|| drop(Facts::from_slice(&engine, text.as_bytes())))
}

/// JSON that asks for much.
fn documents() -> Vec<(&'static str, String)> {
    let keys: String = (0..30_000).map(|at| format!("\"k{at}\": 1, ")).collect();
    vec![
        ("100000 [", "[".repeat(100_000)),
        ("100000 {", "{\"a\":".repeat(100_000)),
        ("16 MB of [", "[".repeat(16_000_000)),
        ("one string of 16 MB", format!("{{\"s\": \"{}\"}}", "x".repeat(16_000_000))),
        ("one string of 16 MB, open", format!("{{\"s\": \"{}", "x".repeat(16_000_000))),
        ("16 MB of blanks", format!("{{\"a\":{}true}}", " ".repeat(16_000_000))),
        ("16 MB, a control character at the end", format!("{{\"s\": \"{}\"}}\u{1}", "x".repeat(16_000_000))),
        ("64 MB", format!("{{\"s\": \"{}\"}}", "x".repeat(64_000_000))),
        ("64 MB of numbers", format!("{{\"e\": [{}1]}}", "1,".repeat(32_000_000))),
        ("16 MB of numbers", format!("{{\"e\": [{}1]}}", "1,".repeat(8_000_000))),
        ("16 MB of long numbers", format!("{{\"e\": [{}1]}}", "0.123456789012345,".repeat(900_000))),
        ("16 MB of members", format!("{{\"e\": [{}1]}}", "{\"id\": \"a\", \"ok\": true},".repeat(200_000))),
        ("2 MB of numbers", format!("{{\"e\": [{}1]}}", "1,".repeat(1_000_000))),
        ("8 MB of escapes", format!("{{\"s\": \"{}\"}}", "\\n".repeat(4_000_000))),
        ("a number of 10000 digits", format!("{{\"n\": {}}}", "9".repeat(10_000))),
        ("30000 keys, one twice", format!("{{{keys}\"k7\": 1}}")),
        ("30000 unknown keys", format!("{{{keys}\"a\": true}}")),
    ]
}

/// YAML that asks for much.
fn files() -> Vec<(&'static str, String)> {
    let n = 100_000;
    let laughs = (1..10).fold("l0: &l0 [ha]\n".to_string(), |text, at| {
        format!("{text}l{at}: &l{at} [{}]\n", vec![format!("*l{}", at - 1); 10].join(","))
    });
    vec![
        ("a billion laughs", laughs),
        ("100000 anchors", "&a ".repeat(n)),
        ("100000 aliases", format!("rules: [{}]", "*a,".repeat(n))),
        ("100000 [", format!("rules: {}", "[".repeat(n))),
        ("100000 {", format!("rules: {}", "{a: ".repeat(n))),
        ("100000 -", format!("rules:\n{}a", "- ".repeat(n))),
        ("100000 ?", format!("rules:\n{}a", "? ".repeat(n))),
        ("stairs", (0..1_200).map(|at| format!("{}a:\n", " ".repeat(at))).collect()),
        (
            "30000 keys, one twice",
            format!("{}k7: 1\n", (0..30_000).map(|at| format!("k{at}: 1\n")).collect::<String>()),
        ),
        ("a line of 1 MB", format!("rules: {}", "x".repeat(1_000_000))),
        ("a quoted line of 1 MB", format!("rules: \"{}\"", "\\n".repeat(500_000))),
        ("a line of 64 MB", "x".repeat(64_000_000)),
        ("200000 values", format!("rules: [{}a]", "a,".repeat(200_000))),
        ("100000 documents", "---\n".repeat(n)),
        ("500000 blank lines", format!("rules:{}", "\n".repeat(500_000))),
        ("1 MB of short lists", format!("rules: [{}[]]", "[],".repeat(300_000))),
        ("1 MB of comments", format!("{}# {}\n", inputs::rules("    require: a\n"), "x".repeat(1_000_000))),
    ]
}
