//! A warm runner allocates nothing.

mod support;

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use jobun::plain::{Env, Value, Verdict};
use jobun::types::Type;
use jobun::{Day, Engine, Facts, Params, PolicySet};

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
}

/// The system's allocator, counting what each thread asks of it.
struct Counting;

unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.with(|count| count.set(count.get() + 1));
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        ALLOCATIONS.with(|count| count.set(count.get() + 1));
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// How often `work` asks for memory once it has run a few times.
fn allocations(mut work: impl FnMut()) -> usize {
    for _ in 0..8 {
        work();
    }
    let before = ALLOCATIONS.with(Cell::get);
    work();
    ALLOCATIONS.with(Cell::get) - before
}

#[test]
fn allocations_are_counted() {
    assert!(allocations(|| drop(std::hint::black_box(vec![1, 2, 3]))) > 0);
}

#[test]
fn a_warm_runner_allocates_nothing() {
    let engine = Engine::new(PolicySet::embedded().check().expect("sound"), Params::default()).expect("an engine");
    let as_of = Day::new(2026, 11, 22).expect("a day");
    for name in ["center", "contractor"] {
        let text = support::text(&format!("fixtures/organizations/{name}.json"));
        let facts = Facts::from_slice(&engine, text.as_bytes()).expect("facts");
        let mut runner = engine.runner();
        let expected = runner.verdicts(&facts, as_of).expect("verdicts").to_vec();
        assert!(expected.len() > 50, "{name}");
        let count = allocations(|| assert_eq!(runner.verdicts(&facts, as_of).expect("verdicts"), expected));
        assert_eq!(count, 0, "{name}");
    }
}

#[test]
fn a_warm_evaluator_allocates_nothing() {
    let env = Env::new().document("d").variable("low", Type::Int);
    let rules = [
        "d.list.all(x, x.n > low && x.name.startsWith('n'))",
        "d.list.filter(x, x.n > 1).map(x, x.n + 1).exists(n, n == 4)",
        "timestamp(d.at) + duration('1h') > timestamp('2026-01-01T00:00:00Z')",
        "d.missing == 1 || size(d.list) == 3",
        "d.name.matches('^[a-z]+$')",
    ];
    let program = env.compile(&rules).expect("sound");
    let text = br#"{"list":[{"n":1,"name":"n1"},{"n":2,"name":"n2"},{"n":3,"name":"n3"}],"at":"2026-11-22T00:00:00Z","name":"abc"}"#;
    let document = program.read(text).expect("JSON");
    let mut evaluator = program.evaluator();
    assert!(evaluator.set("low", Value::Int(0)));
    let count = allocations(|| assert_eq!(evaluator.verdicts(&document), [Verdict::True; 5]));
    assert_eq!(count, 0);
}
