//! Expressions that stopped other engines, or might.

use std::fmt::Write as _;

use jobun::plain::Value;

/// An expression, and how it must end.
pub struct Input {
    /// What it is, in a few words.
    pub name: String,
    /// The expression.
    pub text: String,
    /// How it must end.
    pub ends: Ends,
}

/// How an expression must end.
pub enum Ends {
    /// With a value or without one.
    Anyhow,
    /// Refused before it runs.
    Refused,
    /// Without a value: refused, or with an error.
    Error,
    /// The same, as the value would be too large to be handed out; its parts are of use.
    TooLarge,
    /// With this value.
    Value(Value),
}

fn input(name: impl Into<String>, text: impl Into<String>, ends: Ends) -> Input {
    Input { name: name.into(), text: text.into(), ends }
}

/// A value for what nests as the language allows, a refusal for what nests far deeper.
fn chain(all: &mut Vec<Input>, name: &str, value: Option<Value>, make: impl Fn(usize) -> String) {
    all.push(input(format!("{name} × 100"), make(100), value.map_or(Ends::Anyhow, Ends::Value)));
    for n in 124..=129 {
        all.push(input(format!("{name} × {n}"), make(n), Ends::Anyhow));
    }
    for n in [1_425, 4_350, 10_000, 100_000] {
        all.push(input(format!("{name} × {n}"), make(n), Ends::Refused));
    }
}

/// `name` nested `n` times: `open`, then `inner`, then `close`.
pub(super) fn nested(open: &str, inner: &str, close: &str, n: usize) -> String {
    format!("{}{inner}{}", open.repeat(n), close.repeat(n))
}

/// `n` names, each bound to what `step` makes of the one before, around `body` of the last.
fn bound(n: usize, first: &str, step: impl Fn(&str) -> String, body: impl Fn(&str) -> String) -> String {
    let mut text = format!("cel.bind(b0, {first}, ");
    for at in 1..=n {
        let before = format!("b{}", at - 1);
        let _ = write!(text, "cel.bind(b{at}, {}, ", step(&before));
    }
    format!("{text}{}{}", body(&format!("b{n}")), ")".repeat(n + 1))
}

/// Every expression.
pub fn expressions() -> Vec<Input> {
    let mut all = Vec::new();
    deep(&mut all);
    large(&mut all);
    long_runs(&mut all);
    patterns(&mut all);
    short(&mut all);
    edges(&mut all);
    all
}

/// What nests deeper than a stack.
fn deep(all: &mut Vec<Input>) {
    let yes = || Some(Value::Bool(true));
    let one = || Some(Value::Int(1));
    chain(all, "1+1", Some(Value::Int(100)), |n| vec!["1"; n].join("+"));
    chain(all, "a==a", yes(), |n| vec!["a"; n].join("=="));
    chain(all, "m[0]", None, |n| format!("m{}", "[0]".repeat(n)));
    chain(all, "\"a\".trim()", Some(Value::String("a".into())), |n| format!("\"a\"{}", ".trim()".repeat(n)));
    chain(all, "r.b", None, |n| format!("r{}", ".b".repeat(n)));
    chain(all, "d.b of a document", None, |n| format!("d{}", ".b".repeat(n)));
    chain(all, "d.?b", None, |n| format!("d{}", ".?b".repeat(n)));
    chain(all, "a?1:", one(), |n| format!("{}1", "a?1:".repeat(n)));
    chain(all, "a?…:1", None, |n| nested("a?", "1", ":1", n));
    chain(all, "!", yes(), |n| format!("{}a", "!".repeat(n / 2 * 2)));
    chain(all, "-", Some(Value::Int(1)), |n| format!("{}n", "-".repeat(n / 2 * 2)));
    chain(all, "!-", None, |n| format!("{}a", "!-".repeat(n)));
    chain(all, "(…)", one(), |n| nested("(", "1", ")", n));
    chain(all, "[…]", None, |n| nested("[", "1", "]", n));
    chain(all, "{1:…}", None, |n| nested("{1:", "1", "}", n));
    chain(all, "[…].map(x,x)", None, |n| format!("[1]{}", ".map(x,x)".repeat(n)));
    chain(all, "[1].all(x,…)", yes(), |n| nested("[1].all(x,", "a", ")", n));
    chain(all, "[1].map(x,…)", None, |n| nested("[1].map(x,", "x", ")", n));
    chain(all, "[…].all(x,a)", None, |n| nested("[", "a", "].all(x,a)", n));
    chain(all, "[1].transformMap(k,v,…)", None, |n| nested("[1].transformMap(k,v,", "v", ")", n));
    chain(all, "cel.bind(x,1,…)", one(), |n| nested("cel.bind(x,1,", "x", ")", n));
    chain(all, "optional.of(…)", None, |n| nested("optional.of(", "1", ")", n));
    chain(all, "optional.of(1).optMap(x,…)", None, |n| nested("optional.of(1).optMap(x,", "x", ")", n));
    chain(all, "string(…)", Some(Value::String("a".into())), |n| nested("string(", "'a'", ")", n));
    chain(all, "a&&(…)", yes(), |n| nested("a&&(", "a", ")", n));
    chain(all, "a||!(…)", yes(), |n| nested("a||!(", "a", ")", n / 2));
    chain(all, "1 in […]", None, |n| nested("1 in [", "1", "]", n));
    chain(all, "[m][…]", None, |n| nested("m[", "0", "]", n));
    all.push(input("!- × 5000, a", format!("{}a", "!-".repeat(5_000)), Ends::Refused));
    all.push(input("! × 100001, a", format!("{}a", "!".repeat(100_001)), Ends::Refused));
    for open in ["(", "[", "{1:", "{", "f(", "[1].all(x,", "a?", "m[", "cel.bind(x,", "a.b(", "T{f:", "-(", "!("] {
        for n in [100, 10_000, 100_000] {
            all.push(input(format!("{open} × {n}, open"), open.repeat(n), Ends::Refused));
        }
    }
    for close in [")", "]", "}", ":", "."] {
        all.push(input(format!("{close} × 100000"), close.repeat(100_000), Ends::Refused));
    }
}

/// What is as long as a file may be, and longer.
fn large(all: &mut Vec<Input>) {
    for n in [1_000, 100_000, 300_000, 1_000_000] {
        let ends = if n > 200_000 { Ends::Refused } else { Ends::Anyhow };
        all.push(input(format!("a list of {n}"), format!("[{}1]", "1,".repeat(n - 1)), ends));
    }
    all.push(input("a map of 100000", format!("{{{}'z': 1}}", numbered("'k#': 1,", 60_000)), Ends::Anyhow));
    all.push(input("a map of one key", format!("{{{}1: 1}}", "1: 1,".repeat(100_000)), Ends::Error));
    all.push(input("100000 arguments", format!("f({}1)", "1,".repeat(100_000)), Ends::Error));
    all.push(input("a string of 1 MB", format!("'{}'", "x".repeat(1_000_000)), Ends::Anyhow));
    all.push(input("a string of 10 MB", format!("'{}'", "x".repeat(10_000_000)), Ends::Refused));
    all.push(input("bytes of 1 MB", format!("b'{}'", "\\377".repeat(250_000)), Ends::Anyhow));
    all.push(input("a name of 1 MB", "a".repeat(1_000_000), Ends::Error));
    all.push(input("a function of 1 MB", format!("{}(1)", "f".repeat(1_000_000)), Ends::Error));
    all.push(input("a quoted field of 1 MB", format!("d.`{}`", "a".repeat(1_000_000)), Ends::Error));
    all.push(input("a comment of 1 MB", format!("1 // {}", "x".repeat(1_000_000)), Ends::Value(Value::Int(1))));
    all.push(input("blanks of 1 MB", format!("{}1", " \n".repeat(500_000)), Ends::Value(Value::Int(1))));
    all.push(input("a number of 10000 digits", "9".repeat(10_000), Ends::Refused));
    all.push(input("a fraction of 10000 digits", format!("0.{}", "9".repeat(10_000)), Ends::Anyhow));
    for (sign, value) in [("&&", true), ("||", true)] {
        let text = format!("{}a", format!("a{sign}").repeat(100_000));
        all.push(input(format!("a{sign} × 100000"), text, Ends::Value(Value::Bool(value))));
    }
    all.push(input("names × 100000", format!("[{}1]", numbered("u#,", 100_000)), Ends::Error));
    all.push(input("a list of 80000 strings", format!("[{}'']", numbered("'s#',", 80_000)), Ends::Anyhow));
}

/// `pattern` once for each number, which stands for its `#`.
pub(super) fn numbered(pattern: &str, n: usize) -> String {
    let (before, after) = pattern.split_once('#').unwrap_or((pattern, ""));
    let mut text = String::new();
    for at in 0..n {
        let _ = write!(text, "{before}{at}{after}");
    }
    text
}

/// Few bytes that ask for much time or memory.
fn long_runs(all: &mut Vec<Input>) {
    let error = |all: &mut Vec<Input>, name: &str, text: String| all.push(input(name, text, Ends::Error));
    let anyhow = |all: &mut Vec<Input>, name: &str, text: String| all.push(input(name, text, Ends::Anyhow));
    error(all, "[\"aaaa\"].map(x,x+x) × 40", format!("[\"aaaa\"]{}", ".map(x,x+x)".repeat(40)));
    error(all, "[[1]].map(x,x+x) × 30", format!("[[1]]{}", ".map(x,x+x)".repeat(30)));
    error(all, "[b'aaaa'].map(x,x+x) × 40", format!("[b'aaaa']{}", ".map(x,x+x)".repeat(40)));
    for (name, first, step) in [("[x,x]", "[[1]]", ".map(x,[x,x])"), ("{1:x,2:x}", "[1]", ".map(x,{1:x,2:x})")] {
        all.push(input(format!("{first}.map(x,{name}) × 40"), format!("{first}{}", step.repeat(40)), Ends::TooLarge));
    }
    error(all, "'aa'.replace('a','aa') × 40", format!("'aa'{}", ".replace('a','aa')".repeat(40)));
    error(all, "'a'.replace('',s) × 40", format!("'a'{}", ".replace('',s)".repeat(40)));
    error(all, "regex.replace × 40", {
        (0..40).fold("'aa'".to_string(), |inner, _| format!("regex.replace({inner}, 'a', 'aa')"))
    });
    error(all, "'%s%s'.format([x,x]) × 40", format!("['a']{}", ".map(x,'%s%s'.format([x,x]))".repeat(40)));
    error(all, "[x,x].join() × 40", format!("['a']{}", ".map(x,[x,x].join())".repeat(40)));
    error(all, "strings.quote × 100", nested("strings.quote(", "'\"'", ")", 100));
    error(all, "list + list, doubled 40 times", bound(40, "[1]", |x| format!("{x} + {x}"), |x| format!("{x}.size()")));
    let pair = |x: &str| format!("[{x}, {x}]");
    for (name, body, ends) in [
        ("==", "B == B", Ends::Error),
        ("!=", "B != B", Ends::Error),
        ("in", "B in [B]", Ends::Error),
        ("sets.equivalent", "sets.equivalent([B], [B])", Ends::Error),
        ("sets.contains", "sets.contains(B, B)", Ends::Error),
        ("distinct", "B.distinct().size() == 1", Ends::Error),
        ("flatten", "B.flatten().size() > 0", Ends::Anyhow),
        ("flatten(100)", "[dyn(B)].flatten(100).size() > 0", Ends::Error),
        ("format", "'%s'.format([B]) == ''", Ends::Error),
        ("itself", "B", Ends::TooLarge),
        ("list", "[B]", Ends::TooLarge),
    ] {
        let text = bound(60, "[1]", pair, |x| body.replace('B', x));
        all.push(input(format!("[x,x] doubled 60 times, {name}"), text, ends));
    }
    let maps = |x: &str| format!("{{'a': {x}, 'b': {x}}}");
    error(all, "maps doubled 60 times, ==", bound(60, "{'a': 1}", maps, |x| format!("{x} == {x}")));
    for n in [6, 8, 20] {
        let ends = if n > 6 { Ends::Error } else { Ends::Anyhow };
        let text =
            (0..n).rev().fold("true".to_string(), |body, at| format!("[1,2,3,4,5,6,7,8,9,10].all(v{at}, {body})"));
        all.push(input(format!("[1..10].all nested {n} deep"), text, ends));
    }
    let six = (0..6).fold("a".to_string(), |body, at| format!("[1,2,3,4,5,6,7,8,9,10].all(v{at}, {body})"));
    anyhow(all, "[1..10].all nested 6 deep, 50 times", vec![six; 50].join(" && "));
    error(
        all,
        "[1..10].map nested 8 deep",
        (0..8).fold("1".to_string(), |body, at| format!("[1,2,3,4,5,6,7,8,9,10].map(v{at}, {body})")),
    );
    error(all, "lists.range(1000000000)", "lists.range(1000000000)".into());
    error(all, "lists.range(9223372036854775807)", "lists.range(9223372036854775807).size()".into());
    error(all, "range in range", "lists.range(100000).map(x, lists.range(100000)).size()".into());
    error(all, "%.999999999f", "\"%.999999999f\".format([1.0])".into());
    error(all, "%.99999999999999999999f", "\"%.99999999999999999999f\".format([1.0])".into());
    error(all, "%.999999999e", "\"%.999999999e\".format([1.0])".into());
    anyhow(all, "%.1000f × 10000", "lists.range(10000).map(x, '%.1000f'.format([5e-324])).size()".into());
    anyhow(all, "sort, backwards", "lists.range(100000).reverse().sort().size()".into());
    anyhow(all, "distinct of 10000", "lists.range(10000).distinct().size()".into());
    anyhow(all, "sets of 10000", "sets.contains(lists.range(10000), lists.range(10000))".into());
    anyhow(all, "in, in a loop", "lists.range(10000).all(x, x in lists.range(10000))".into());
    anyhow(all, "== of long texts in a loop", "lists.range(100000).all(x, s == s + '')".into());
    anyhow(all, "contains in a loop", "lists.range(100000).all(x, !s.contains('yx'))".into());
    anyhow(all, "indexOf in a loop", "lists.range(100000).all(x, s.indexOf('yx') < 0)".into());
    anyhow(all, "lowerAscii in a loop", "lists.range(100000).all(x, s.lowerAscii() != '')".into());
    anyhow(all, "split in a loop", "lists.range(100000).all(x, s.split('x').size() > 0)".into());
    anyhow(all, "size in a loop", "lists.range(100000).all(x, s.size() > 0)".into());
    anyhow(all, "charAt in a loop", "lists.range(100000).all(x, s.charAt(9999) != '')".into());
    anyhow(all, "reverse in a loop", "lists.range(100000).all(x, s.reverse() != '')".into());
    anyhow(all, "replace in a loop", "lists.range(100000).all(x, s.replace('x', '') == '')".into());
    anyhow(all, "bytes in a loop", "lists.range(100000).all(x, bytes(s) != b'')".into());
    anyhow(all, "base64 in a loop", "lists.range(100000).all(x, base64.encode(bytes(s)) != '')".into());
    anyhow(all, "int(text) in a loop", "lists.range(100000).all(x, double(t) > 0.0)".into());
    anyhow(all, "matches in a loop", "lists.range(100000).all(x, !s.matches('y$'))".into());
    anyhow(all, "reads of a long list", "lists.range(1000).all(x, e.exists(y, y == 1000000))".into());
    anyhow(all, "in a long list, in a loop", "e.all(x, e.all(y, x in e))".into());
    anyhow(all, "the size of a long list, in a loop", "lists.range(100000).all(x, e.size() == 1000)".into());
    anyhow(all, "order of long texts in a loop", "lists.range(100000).all(x, s + 'a' > s)".into());
    anyhow(all, "order of facts in a loop", "lists.range(100000).all(x, s <= s && bits != s)".into());
    anyhow(all, "maps in a loop", "lists.range(100000).map(x, {x: x}).size()".into());
    anyhow(all, "sortBy", "lists.range(100000).sortBy(x, -x).size()".into());
    anyhow(all, "distinct texts", "lists.range(100000).map(x, string(x % 100)).distinct().size()".into());
    anyhow(all, "a long list as text", "'%s'.format([lists.range(100000)]).size()".into());
    anyhow(all, "a long list, joined", "lists.range(100000).map(x, string(x)).join(',').size()".into());
    anyhow(all, "characters of a text", "s.split('').all(x, s.contains(x))".into());
    anyhow(all, "quotes of quotes in a loop", "lists.range(100000).all(x, strings.quote(s) != '')".into());
    for n in [10, 20, 25] {
        let text = format!("[[1]]{}", ".map(x,[x,x])".repeat(n));
        all.push(input(format!("[[1]].map(x,[x,x]) × {n}"), text, Ends::Anyhow));
    }
    anyhow(all, "sums of a long list", "e + e + e + e == e".into());
    anyhow(
        all,
        "next_open_day in a loop",
        "lists.range(100000).all(x, next_open_day(date('2026-01-01')) != never)".into(),
    );
    anyhow(all, "a zone in a loop", "lists.range(100000).all(x, timestamp(0).getHours('Asia/Tokyo') == 9)".into());
    anyhow(all, "an address in a loop", "lists.range(100000).all(x, ip('2001:db8::1').family() == 6)".into());
}

/// Regular expressions.
fn patterns(all: &mut Vec<Input>) {
    let loops = |body: &str| {
        let ten = "[1,2,3,4,5,6,7,8,9,10]";
        format!("{ten}.all(i, {ten}.all(j, {body}))")
    };
    let mut add = |name: &str, text: String, ends: Ends| all.push(input(name, text, ends));
    add("\\w{500} in all in all", loops("!\"a\".matches(\"\\\\w{500}\")"), Ends::Value(Value::Bool(true)));
    add(
        "another \\w{…} each time",
        loops("!\"a\".matches(\"\\\\w{\" + string(400 + i * 10 + j) + \"}\")"),
        Ends::Anyhow,
    );
    add(
        "another \\pL{…} each time",
        loops("!\"a\".matches(\"\\\\pL{\" + string(100 + i * 10 + j) + \"}\")"),
        Ends::Anyhow,
    );
    add(
        "another long pattern each time",
        "lists.range(100000).all(x, !'y'.matches(s + string(x)))".into(),
        Ends::Anyhow,
    );
    add("(a{1000}){1000}", "'a'.matches('(a{1000}){1000}')".into(), Ends::Error);
    add("((a{100}){100}){100}", "'a'.matches('((a{100}){100}){100}')".into(), Ends::Error);
    add("\\pL{1000}", "'a'.matches('\\\\pL{1000}')".into(), Ends::Anyhow);
    add("(?i)\\pL{1000}", "'a'.matches('(?i)\\\\pL{1000}')".into(), Ends::Anyhow);
    add("x*x*x*…y", format!("s.matches('{}y')", "x*".repeat(1_000)), Ends::Anyhow);
    add("5000 groups", format!("'a'.matches('{}')", nested("(", "a", ")", 5_000)), Ends::Error);
    add("100000 groups", format!("'a'.matches('{}')", nested("(", "a", ")", 100_000)), Ends::Error);
    add("100000 groups, unclosed", format!("'a'.matches('{}')", "(".repeat(100_000)), Ends::Error);
    add("100000 alternatives", format!("'a'.matches('{}a')", "b|".repeat(100_000)), Ends::Anyhow);
    add("a made pattern of groups", "'a'.matches(s.replace('x', '('))".into(), Ends::Error);
    add("(x+x+)+y", "s.matches('(x+x+)+y')".into(), Ends::Value(Value::Bool(false)));
    add("(x|xx)+y", "s.matches('(x|xx)+y')".into(), Ends::Value(Value::Bool(false)));
    add("extractAll of everything", "regex.extractAll(s, 'x').size()".into(), Ends::Value(Value::Int(10_000)));
    add("extractAll, quadratic", "regex.extractAll(s, 'x*y|x').size()".into(), Ends::Anyhow);
    add("replace, quadratic", "regex.replace(s, 'x*y|x', 'xx').size()".into(), Ends::Anyhow);
    add("[01]*1[01]{300}x", "!bits.matches('[01]*1[01]{300}x')".into(), Ends::Anyhow);
    add("[01]*1[01]{1000}x", "!bits.matches('[01]*1[01]{1000}x')".into(), Ends::Anyhow);
    add("[01]*1[01]{12}x in a loop", "lists.range(1000).all(i, !bits.matches('[01]*1[01]{12}x'))".into(), Ends::Anyhow);
    add("[01]*1[01]{30}x|1, all of them", "regex.extractAll(bits, '[01]*1[01]{30}x|1').size()".into(), Ends::Anyhow);
    add("[01]*1[01]{30}x|1, replaced", "regex.replace(bits, '[01]*1[01]{30}x|1', '22').size()".into(), Ends::Anyhow);
    add("1[01]{9}, all of them", "regex.extractAll(bits, '1[01]{9}').size()".into(), Ends::Anyhow);
    add("1[01]*, in a loop", "lists.range(1000).all(i, regex.extractAll(bits, '10+').size() > 0)".into(), Ends::Anyhow);
    add("a pattern that is a variable", "e.all(x, !'a'.matches(t))".into(), Ends::Anyhow);
    add("a long pattern that is a variable", "e.all(x, s.matches(s))".into(), Ends::Anyhow);
    add("a huge pattern that is made", "e.all(x, !'a'.matches('[a-z]{' + string(900 + x) + '}'))".into(), Ends::Anyhow);
    add("5000 small patterns", format!("[{}true].all(x, x)", numbered("!'a'.matches('b#'),", 5_000)), Ends::Anyhow);
    add("a pattern of 100 KB", format!("'a'.matches('{}')", numbered("b#|", 15_000)), Ends::Anyhow);
    add("(?i) of 10000 letters", format!("!'a'.matches('(?i){}')", "é".repeat(10_000)), Ends::Anyhow);
    add("200 patterns", format!("[{}true].all(x, x)", numbered("!'a'.matches('\\\\w{5#}'),", 200)), Ends::Anyhow);
    add(
        "1000 large patterns",
        format!("[{}true].all(x, x)", numbered("!'a'.matches('\\\\pL{5#}'),", 1_000)),
        Ends::Anyhow,
    );
    for bad in ["(", "[", "*", "\\\\", "a{2", "(?<n>", "(?P<n", "\\\\pX", "a{999999999}", "[z-a]", "(?"] {
        add(&format!("the pattern {bad}"), format!("'a'.matches('{bad}')"), Ends::Anyhow);
        add(&format!("the pattern {bad}, made"), format!("'a'.matches('' + '{bad}')"), Ends::Anyhow);
    }
}

/// Text that is no expression, or barely one.
fn short(all: &mut Vec<Input>) {
    let refused = [
        "",
        " ",
        "1 +",
        "((",
        "\"abc",
        "{'a':}",
        "@",
        "'\\q'",
        "r\"",
        "m.`",
        "m.``",
        "0x",
        "1e999",
        "\"\\uD800\"",
        "\0",
        "\"\\U00110000\"",
        "'\\u12'",
        "'\\x'",
        "'\\377\\",
        "b'\\u0041'",
        "😀",
        "👩‍👩‍👧‍👦",
        "\u{feff}",
        "a.b.",
        "a ? b",
        "a ? b :",
        "[1,",
        "f(",
        "m.map(",
        ".",
        "..",
        "&&",
        "a &&",
        "&& a",
        "1 2",
        "a b",
        "!",
        "-",
        "--",
        "９",
        "a = b",
        "a | b",
        "'''",
        "'''a''",
        "b'",
        "br\"",
        "'\\u{1}'",
        "/",
        "//",
        "a//\n/",
        "9223372036854775808",
        "-9223372036854775809",
        "18446744073709551616u",
        "0x8000000000000000",
        "-0x8000000000000001",
        "1.e",
        "1e",
        "1e+",
        "0b1",
        "0o7",
        "1_000",
        "1uu",
        "1.5u",
        "in",
        "a in",
        "has()",
        "has(a)",
        "has(m[0])",
        "m.all(x)",
        "m.all(x.y, a)",
        "m.all(1, a)",
        "m.exists_one()",
        "cel.bind(x)",
        "cel.bind(1, 2, 3)",
        "[?]",
        "{?1}",
        "{:}",
        "{,}",
        "[,]",
        "(,)",
        "f(,)",
        "T{f}",
        "T{1: 2}",
        "a.1",
        "a..b",
        "a?.b",
        "a[?",
        "a[]",
        "a{",
        "'\n'",
        "\"\r\"",
        "\u{202e}a",
        "a\u{0}b",
        "\u{7f}",
        "`a`",
        "$a",
        "#",
        "~a",
        "a^b",
        "a++b",
        "a<>b",
        "a===b",
        "a!b",
        "あ",
        "a.あ",
        "as",
        "break",
        "null.",
        "true(",
        "1.2.3",
        "..1",
        "1..2",
        ";",
        "a;b",
        "\\",
        "a\\",
        "\u{2028}a",
    ];
    for text in refused {
        all.push(input(format!("{text:?}"), text, Ends::Error));
    }
    for text in
        ["'\0'", "'😀'", "\"\u{202e}\"", "r'\\q'", "a\t&&\ta", "a\r\n&&\r\na", "a\u{c}&& a", "'\\000'", "\u{feff}a"]
    {
        all.push(input(format!("{text:?}"), text, Ends::Anyhow));
    }
}

/// The edges of numbers, times and texts: an error, or the right value, and nothing wrapped.
fn edges(all: &mut Vec<Input>) {
    let errors = [
        "-9223372036854775808 / -1",
        "-9223372036854775808 % -1",
        "-(-9223372036854775808)",
        "--9223372036854775808",
        "-9223372036854775808 * -1",
        "-9223372036854775808 - 1",
        "9223372036854775807 + 1",
        "9223372036854775807 * 2",
        "-1 - 9223372036854775807 - 1",
        "4294967296 * 4294967296",
        "3037000500 * 3037000500",
        "0u - 1u",
        "18446744073709551615u + 1u",
        "18446744073709551615u * 2u",
        "1 / 0",
        "1 % 0",
        "1u / 0u",
        "1u % 0u",
        "low / minus",
        "low % minus",
        "-low",
        "low * minus",
        "low - n",
        "high + n",
        "high * (n + n)",
        "high - minus",
        "n / (n - n)",
        "n % (n - n)",
        "int(9223372036854775808u)",
        "int(1e19)",
        "int(-1e19)",
        "int(9223372036854775808.0)",
        "int(0.0 / 0.0)",
        "int(1.0 / 0.0)",
        "int(-1.0 / 0.0)",
        "int('9223372036854775808')",
        "int('-9223372036854775809')",
        "int('')",
        "int('１')",
        "uint(-1)",
        "uint(-1.0)",
        "uint(1.8446744073709552e19)",
        "uint(0.0 / 0.0)",
        "uint('18446744073709551616')",
        "uint('-1')",
        "math.abs(-9223372036854775808)",
        "math.abs(low)",
        "timestamp('9999-12-31T23:59:59Z') + duration('10000000h')",
        "duration('10000000h') + timestamp('9999-12-31T23:59:59Z')",
        "timestamp('0001-01-01T00:00:00Z') - duration('1s')",
        "timestamp('0001-01-01T00:00:00Z') - duration('1ns')",
        "timestamp('9999-12-31T23:59:59.999999999Z') + duration('1ns')",
        "timestamp(253402300800)",
        "timestamp(-62135596801)",
        "timestamp(high)",
        "timestamp(low)",
        "timestamp('10000-01-01T00:00:00Z')",
        "timestamp('0000-12-31T23:59:59Z')",
        "timestamp('2025-02-29T00:00:00Z')",
        "timestamp('2025-01-01T24:00:01Z')",
        "timestamp('2025-01-01')",
        "timestamp('２０２５-01-01T00:00:00Z')",
        "timestamp('2025-01-01T00:00:00')",
        "timestamp('')",
        "timestamp('2025-01-01T00:00:00+99:99')",
        "timestamp('0001-01-01T00:00:00+10:00')",
        "duration('9223372036854775808s')",
        "duration('-9223372036854775809s')",
        "duration('10000000000000h')",
        "duration('99999999999999999999999999h')",
        "duration('1')",
        "duration('')",
        "duration('h')",
        "duration('1x')",
        "duration('１s')",
        "duration('9223372036s') * 2",
        "date('2025-02-29')",
        "date('2015/10/21')",
        "date('２０２５-01-01')",
        "date('2025-13-01')",
        "date('0000-01-01')",
        "date('10000-01-01')",
        "date('2025-1-1')",
        "date('')",
        "date('9999-12-31').plus_days(1)",
        "date('0001-01-01').plus_days(-1)",
        "date('2025-01-01').plus_days(high)",
        "date('2025-01-01').plus_days(low)",
        "date('2025-01-01').plus_months(high)",
        "date('2025-01-01').plus_months(low)",
        "date('2025-01-01').plus_years(high)",
        "date('2025-01-01').plus_years(low)",
        "date('2025-01-01').plus_years(8000)",
        "next_open_day(date('9999-12-31'))",
        "'a'.charAt(-1)",
        "'a'.charAt(2)",
        "'a'.charAt(high)",
        "'a'.substring(-1)",
        "'a'.substring(2)",
        "'a'.substring(0, high)",
        "'a'.substring(low, 1)",
        "'a'.substring(1, 0)",
        "[1].slice(0, high)",
        "[1].slice(low, 1)",
        "[1].slice(1, 0)",
        "[1][high]",
        "[1][low]",
        "[1][1]",
        "[1][-1]",
        "[1][18446744073709551615u]",
        "[1][0.5]",
        "[1][1e300]",
        "[1][0.0 / 0.0]",
        "{1: 1}[2]",
        "{}['a']",
        "math.bitShiftLeft(1, -1)",
        "math.bitShiftRight(1, -1)",
        "math.bitShiftLeft(1, low)",
        "math.greatest([])",
        "optional.none().value()",
        "string(b'\\xff')",
        "bool('yes')",
        "base64.decode('*')",
        "base64.decode('a')",
        "ip('1.2.3')",
        "ip('::ffff:1.2.3.4%x')",
        "cidr('1.2.3.4/33')",
        "cidr('1.2.3.4/-1')",
        "cidr('1.2.3.4/99999999999999999999')",
        "'%d'.format([])",
        "'%d'.format(['a'])",
        "'%'.format([1])",
        "'%q'.format([1])",
        "'%.f%'.format([1.0])",
        "timestamp(0).getHours('No/Where')",
        "timestamp(0).getHours('+99:99')",
        "{[1]: 1}",
        "{1.5: 1}",
        "{null: 1}",
        "{1: 1, 1: 2}",
        "{1: 1, 1u: 2}",
        "missing",
        "a.b.c",
        "n.b",
        "m.all(x, x)",
        "1 + 'a'",
        "n + 1u",
    ];
    for text in errors {
        all.push(input(text, text, Ends::Error));
    }
    let values = [
        ("-9223372036854775808", Value::Int(i64::MIN)),
        ("-9223372036854775808 + 9223372036854775807", Value::Int(-1)),
        ("-0x8000000000000000", Value::Int(i64::MIN)),
        ("18446744073709551615u", Value::Uint(u64::MAX)),
        ("low / n == low && low % n == 0", Value::Bool(true)),
        ("low == -9223372036854775808", Value::Bool(true)),
        ("low < -9223372036854774784.0", Value::Bool(true)),
        ("high == 9223372036854775808.0", Value::Bool(true)),
        ("high < 9223372036854775808.0", Value::Bool(false)),
        ("18446744073709551615u == 18446744073709551616.0", Value::Bool(true)),
        ("low < 0u && high < 18446744073709551615u", Value::Bool(true)),
        ("'%d'.format([low])", Value::String(i64::MIN.to_string())),
        ("string(low)", Value::String(i64::MIN.to_string())),
        ("int('-9223372036854775808')", Value::Int(i64::MIN)),
        ("1.0 / 0.0 > 1e308", Value::Bool(true)),
        ("0.0 / 0.0 == 0.0 / 0.0", Value::Bool(false)),
        ("-5 / 2", Value::Int(-2)),
        ("-5 % 2", Value::Int(-1)),
        ("int(-1.9)", Value::Int(-1)),
        ("date('9999-12-31').plus_days(0) == date('9999-12-31')", Value::Bool(true)),
        ("date('2024-02-29').plus_years(1) == date('2025-02-28')", Value::Bool(true)),
        ("days_between(date('0001-01-01'), date('9999-12-31'))", Value::Int(3_652_058)),
        ("int(timestamp('9999-12-31T23:59:59Z'))", Value::Int(253_402_300_799)),
        ("int(timestamp('0001-01-01T00:00:00Z'))", Value::Int(-62_135_596_800)),
        ("math.bitShiftLeft(1, 64)", Value::Int(0)),
        ("math.bitShiftLeft(1, high)", Value::Int(0)),
        ("'a'.replace('a', 'b', high)", Value::String("b".into())),
        ("'a'.replace('a', 'b', low)", Value::String("b".into())),
        ("'👩‍👩‍👧‍👦'.size()", Value::Int(7)),
    ];
    for (text, value) in values {
        all.push(input(text, text, Ends::Value(value)));
    }
    for text in [
        "duration('315576000000s') + duration('315576000000s')",
        "timestamp('9999-12-31T23:59:59Z') - timestamp('0001-01-01T00:00:00Z')",
        "-duration('-9223372036854775808ns')",
        "int(-9223372036854775808.0)",
        "'a'.indexOf('a', high)",
        "'a'.indexOf('a', low)",
        "'a'.lastIndexOf('a', high)",
        "'a'.split('', high)",
        "'a'.split('a', low)",
        "''.split('')",
        "[1, [2]].flatten(high)",
        "[dyn([1])].flatten(low)",
        "lists.range(-1)",
        "lists.range(low)",
        "'😀'.charAt(1)",
        "'😀'.substring(1)",
        "'é'.reverse()",
        "duration('2562047h47m16.854775807s')",
        "duration('292y')",
        "timestamp(0).getHours('')",
        "timestamp(0).getHours('+23:59')",
        "timestamp('9999-12-31T23:59:59Z').getFullYear('+14:00')",
        "timestamp('0001-01-01T00:00:00Z').getFullYear('-14:00')",
        "timestamp('9999-12-31T23:59:59Z').getDayOfYear('Asia/Tokyo')",
        "timestamp('2016-12-31T23:59:60Z')",
        "duration('0.0000000001s')",
        "duration('1e3s')",
        "'%.0f'.format([1e308])",
        "'%x'.format([low])",
        "'%b'.format([low])",
        "'%o'.format([-1])",
        "'%e'.format([5e-324])",
        "string(5e-324)",
        "string(1.7976931348623157e308)",
        "double('1e999')",
        "double('nan')",
        "math.round(1e308)",
        "math.round(-0.5)",
        "0.1 + 0.2",
        "-0.0",
        "5e-325",
        "math.sqrt(-1)",
        "cidr('::/0').containsIP(ip('::1'))",
        "cidr('0.0.0.0/0')",
        "date('9999-12-31').plus(params.x)",
    ] {
        all.push(input(text, text, Ends::Anyhow));
    }
}
