//! Text as an expression: it is read or refused, and what was read is read again when printed.

#![no_main]

mod common;

use jobun::cel;
use jobun::source::{SourceMap, Span};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let mut sources = SourceMap::new();
    let file = sources.add("expression", text);
    let (ast, diagnostics) = cel::parse(text, 0..text.len(), &|start, end| Span::new(file, start, end));
    common::placed(&sources, &diagnostics);
    let printed = ast.print(ast.root());
    // What is printed has more brackets than what was written, and may be too deep for it.
    if diagnostics.has_errors() || printed.contains('…') {
        return;
    }
    let (again, diagnostics) = cel::parse(&printed, 0..printed.len(), &|start, end| Span::new(file, start, end));
    let is_too_deep = diagnostics.0.iter().any(|diagnostic| diagnostic.code.name() == "cel-too-deep");
    if !is_too_deep {
        assert!(!diagnostics.has_errors(), "{printed}");
        assert_eq!(again.print(again.root()), printed);
    }
});
