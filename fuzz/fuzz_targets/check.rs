//! Text through the checker and the compiler.

#![no_main]

mod common;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let env = common::environment();
    let checked = env.check(text);
    if let Err(rejected) = &checked {
        common::refused(rejected);
    }
    match env.compile(&[text]) {
        Ok(program) => assert_eq!(checked.ok().as_ref(), program.result_type(0)),
        Err(rejected) => common::refused(&rejected),
    }
});
