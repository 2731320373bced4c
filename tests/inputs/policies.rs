//! Rules and facts that ask for much together, and sets of rules.

use jobun::Verdict;

use super::expressions::numbered;
use super::ways::rules;

/// Facts and a rule over them.
pub struct Judged {
    /// What they are, in a few words.
    pub name: &'static str,
    /// The variables, loops and conditions of the rule.
    pub body: String,
    /// The facts.
    pub facts: String,
    /// The verdict; none where the facts are refused.
    pub ends: Option<Verdict>,
}

/// Facts that ask for much where a rule meets them.
pub fn judged() -> Vec<Judged> {
    let one = |name, body: &str, facts: String, ends| Judged { name, body: format!("{body}\n"), facts, ends };
    let people = |n: usize, rest: &str| {
        let each: Vec<String> =
            (0..n).map(|at| format!("{{\"id\":\"p{at}\"{}}}", rest.replace('#', &at.to_string()))).collect();
        format!("{{\"a\":true,\"s\":\"{}\",\"people\":[{}]}}", "x".repeat(10_000), each.join(","))
    };
    let each = "    for_each: { as: p, in: people }\n    require: ";
    let texts: Vec<String> = (0..100_000).map(|at| format!("\"w{at}\"")).collect();
    let twice = format!("{{\"people\":[{}{{\"id\":\"p\"}}]}}", "{\"id\":\"p\"},".repeat(20_000));
    let doubled = format!("{each}'[s]{}.size() == 1'", ".map(x, x + x)".repeat(6));
    vec![
        one("30000 dangling links", "    require: a", people(30_000, ",\"boss\":\"q#\""), None),
        one("30000 dangling links, all alike", "    require: a", people(30_000, ",\"boss\":\"nobody-at-all\""), None),
        one("20000 ids twice", "    require: a", twice, None),
        one("100000 wrong elements", "    require: a", format!("{{\"e\":[{}1]}}", "\"x\",".repeat(100_000)), None),
        one("20000 wrong members", "    require: a", people(20_000, ",\"ok\":1"), None),
        one("20000 unknown members", "    require: a", people(20_000, ",\"okay\":true"), None),
        one(
            "a number too large, 100000 times",
            "    require: a",
            format!("{{\"e\":[{}1]}}", "9223372036854775808,".repeat(100_000)),
            None,
        ),
        one("3000 subjects, unanswered", &format!("{each}p.ok"), people(3_000, ""), Some(Verdict::Unknown)),
        one("200 subjects that double", &doubled, people(200, ""), Some(Verdict::Pass)),
        one(
            "30000 deciding facts",
            "    require: people.all(p, p.ok)",
            people(30_000, ",\"ok\":true"),
            Some(Verdict::Pass),
        ),
        one("30000 missing facts", "    require: people.all(p, p.ok)", people(30_000, ""), Some(Verdict::Unknown)),
        one(
            "20000 missing facts, twice",
            "    applies: people.all(p, p.ok)\n    require: people.exists(p, p.ok)",
            people(20_000, ""),
            Some(Verdict::Unknown),
        ),
        one(
            "20000 empty lists",
            "    require: people.all(p, p.jobs.all(j, j.done))",
            people(20_000, ",\"jobs\":[]"),
            Some(Verdict::Pass),
        ),
        one(
            "links of 1000 in a loop",
            "    require: people.all(p, people.exists(q, ref(q.boss).id == p.id))",
            people(1_000, ",\"boss\":\"p#\""),
            Some(Verdict::Error),
        ),
        one(
            "100000 words in each other",
            "    require: words.all(w, w in words)",
            format!("{{\"words\":[{}]}}", texts.join(",")),
            Some(Verdict::Error),
        ),
        one(
            "the size of 100000 words, 100000 times",
            "    require: words.all(w, words.size() > 1)",
            format!("{{\"words\":[{}]}}", texts.join(",")),
            Some(Verdict::Error),
        ),
    ]
}

/// YAML that asks for much where rules meet each other.
pub fn sets() -> Vec<(&'static str, String)> {
    let rule = |id: &str, rest: &str| inputs_rule(id, rest);
    let many = |n: usize, rest: &dyn Fn(usize) -> String| {
        (0..n).fold("rules:\n".to_string(), |text, at| text + &rule(&format!("r{at}"), &rest(at)))
    };
    let targets = |n: usize| (0..n).map(|at| format!("t{at}")).collect::<Vec<_>>().join(", ");
    vec![
        ("2000 sums in a circle", many(2_000, &|at| format!("    rolls_up: [r{}]\n", (at + 1) % 2_000))),
        (
            "1000 sums of each other",
            many(100, &|_| {
                format!("    rolls_up: [{}]\n", (0..100).map(|at| format!("r{at}")).collect::<Vec<_>>().join(", "))
            }),
        ),
        (
            "a sum of 50000 rules that are none",
            format!("rules:\n{}", rule("r", &format!("    rolls_up: [{}]\n", targets(50_000)))),
        ),
        ("2000 unknown names", many(2_000, &|at| format!("    require: unknown_{at}\n"))),
        ("2000 unknown functions", many(2_000, &|at| format!("    require: unknown_{at}(a)\n"))),
        ("1000 days that are none", many(1_000, &|at| format!("    require: a\n    valid_from: {at}\n"))),
        (
            "2000 rules of one id",
            (0..2_000).fold("rules:\n".to_string(), |text, _| text + &rule("r", "    require: a\n")),
        ),
        ("50000 unknown keys", format!("rules:\n{}{}", rule("r", "    require: a\n"), numbered("    k#: 1\n", 50_000))),
        (
            "100 patterns of 100 rules",
            many(100, &|at| format!("    require: \"!s.matches('[a-z]{{{}}}')\"\n", 400 + at)),
        ),
    ]
}

/// The part of a file that is one rule, without the file's key.
fn inputs_rule(id: &str, rest: &str) -> String {
    rules(rest).replacen("rules:\n", "", 1).replacen("id: hostile", &format!("id: {id}"), 1)
}
