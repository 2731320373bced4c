//! Planted mistakes: each is found alone, underlines the right text and says what to do.

#[path = "support/pack.rs"]
mod pack;
mod support;

use jobun::check::errs;
use jobun::diagnostic::Code;
use jobun::policy::{PolicyFiles, PolicySet};

/// One edit of a shipped file, and what must be said about it.
struct Mistake {
    file: &'static str,
    from: &'static str,
    to: &'static str,
    code: Code,
    underlined: &'static str,
    help: &'static str,
}

const fn mistake(
    file: &'static str,
    from: &'static str,
    to: &'static str,
    code: Code,
    underlined: &'static str,
    help: &'static str,
) -> Mistake {
    Mistake { file, from, to, code, underlined, help }
}

const ARTICLE_5: &str = "inazawa-kitei/article-5.yaml";
const ARTICLE_10: &str = "inazawa-kitei/article-10.yaml";
const ARTICLE_44: &str = "inazawa-kitei/article-44-5-7.yaml";
const SECTION_10: &str = "ward-handling/section-10.yaml";

const MISTAKES: &[Mistake] = &[
    // A misspelt fact, at the end of a path, in the middle, and at its root.
    mistake(
        ARTICLE_5,
        "h.designated_by == 'chair'",
        "h.designated_bye == 'chair'",
        Code::UnknownFact,
        "designated_bye",
        "`designated_by`",
    ),
    mistake(
        ARTICLE_10,
        "last: since_amended(my_number.status_checks.by_chair_last_on,",
        "last: since_amended(my_number.status_check.by_chair_last_on,",
        Code::UnknownFact,
        "status_check",
        "`status_checks`",
    ),
    mistake(
        ARTICLE_5,
        "my_number.handlers.exists(h, in_post(h)) ||",
        "my_numbers.handlers.exists(h, in_post(h)) ||",
        Code::UnknownFact,
        "my_numbers",
        "`my_number`",
    ),
    mistake(
        "common/definitions.yaml",
        "c.started_on <= as_of && (c.ended_on",
        "c.startd_on <= as_of && (c.ended_on",
        Code::UnknownFact,
        "startd_on",
        "`started_on`",
    ),
    // An answer that does not exist.
    mistake(
        ARTICLE_5,
        "h.designated_by == 'chair'",
        "h.designated_by == 'chairman'",
        Code::UnknownEnumValue,
        "'chairman'",
        "`'chair'`",
    ),
    mistake(
        "inazawa-kitei/definitions-44.yaml",
        "['affairs_scope', 'information_scope', 'handlers'",
        "['affairs_scope', 'information_scop', 'handlers'",
        Code::UnknownEnumValue,
        "'information_scop'",
        "`'information_scope'`",
    ),
    // A wrong type.
    mistake(
        SECTION_10,
        "s.operator_kind == 'domestic_business'\n      || (s",
        "s.provided_to_operator == 'domestic_business'\n      || (s",
        Code::TypeMismatch,
        "s.provided_to_operator == 'domestic_business'",
        "quotes",
    ),
    mistake(
        SECTION_10,
        "!c.engagement.handled_abroad_by_own_staff",
        "c.engagement.departments_count",
        Code::TypeMismatch,
        "c.engagement.departments_count",
        "compare",
    ),
    mistake(
        SECTION_10,
        "s.stored_abroad_until_on < ref(s.contract_id).started_on",
        "s.stored_abroad_until_on < '2026-04-01'",
        Code::TypeMismatch,
        "s.stored_abroad_until_on < '2026-04-01'",
        "date('",
    ),
    // An unknown function, method, parameter.
    mistake(
        ARTICLE_5,
        "centre_bound() && in_post(h)",
        "centre_bound() && in_posts(h)",
        Code::UnknownFunction,
        "in_posts",
        "`in_post`",
    ),
    mistake(
        ARTICLE_44,
        "v.monitoring_need_arose_on.plus(params.extra_monitoring_period)\n    message",
        "v.monitoring_need_arose_on.add(params.extra_monitoring_period)\n    message",
        Code::UnknownFunction,
        "add",
        "jobun list functions",
    ),
    mistake(
        ARTICLE_44,
        "every: params.monitoring_interval",
        "every: params.monitoring_intervall",
        Code::UnknownParameter,
        "monitoring_intervall",
        "`monitoring_interval`",
    ),
    // A date that may be never, a link that may be a word.
    mistake(
        SECTION_10,
        "ward_link(s) && done(s.stored_abroad_until_on)",
        "ward_link(s)",
        Code::UnguardedNever,
        "s.stored_abroad_until_on",
        "!= never",
    ),
    mistake(
        "ward-handling/definitions.yaml",
        "s.contract_id != 'none' && ward_work(ref(s.contract_id))",
        "ward_work(ref(s.contract_id))",
        Code::UnguardedLink,
        "s.contract_id",
        "!= 'none'",
    ),
    mistake(
        SECTION_10,
        "b.subcontractor_country == 'JP'",
        "has(b.subcontractor_country)",
        Code::NoNull,
        "has(b.subcontractor_country)",
        "unknown by itself",
    ),
    mistake(
        SECTION_10,
        "!c.engagement.provided_abroad_otherwise",
        "c.engagement == c.engagement",
        Code::RecordMisuse,
        "c.engagement",
        "one of its facts",
    ),
    // A date is a day: no point of time, nothing of its methods, no comparison with one.
    mistake(
        SECTION_10,
        "b.subcontractor_country == 'JP'",
        "timestamp(b.subcontractor_country) == b.subcontractor_country",
        Code::NoTimestamp,
        "timestamp(b.subcontractor_country)",
        "days_between",
    ),
    mistake(
        SECTION_10,
        "s.stored_abroad_until_on < ref(s.contract_id).started_on",
        "s.stored_abroad_until_on.getFullYear() < 2026",
        Code::TypeMismatch,
        "s.stored_abroad_until_on",
        "`.year()`",
    ),
    mistake(
        SECTION_10,
        "s.stored_abroad_until_on < ref(s.contract_id).started_on",
        "duration('72h') == s.stored_abroad_until_on",
        Code::NoTimestamp,
        "duration('72h')",
        "days_between",
    ),
    // Records have no equality and no order, in a list neither.
    mistake(
        SECTION_10,
        "!c.engagement.provided_abroad_otherwise",
        "size(contracts.sort()) > 0",
        Code::RecordMisuse,
        "contracts",
        "exists(x",
    ),
    mistake(
        SECTION_10,
        "!c.engagement.provided_abroad_otherwise",
        "contracts.first().value().id == 'x'",
        Code::RecordMisuse,
        "contracts",
        "exists(x",
    ),
    mistake(
        SECTION_10,
        "!c.engagement.provided_abroad_otherwise",
        "optional.of(c).value().id == 'x'",
        Code::RecordMisuse,
        "c",
        "one of its facts",
    ),
    mistake(
        SECTION_10,
        "!c.engagement.provided_abroad_otherwise",
        "contracts.filter(k, k.id == 'x') == contracts",
        Code::RecordMisuse,
        "contracts.filter(k, k.id == 'x')",
        "exists(x",
    ),
    // A citation that leads nowhere.
    mistake(
        ARTICLE_10,
        "cites: [第10条]\n    covers: [inazawa-kitei-10-a]",
        "cites: [第100条]\n    covers: [inazawa-kitei-10-a]",
        Code::UnknownLocator,
        "第100条",
        "`第10条`",
    ),
    mistake(
        ARTICLE_10,
        "covers: [inazawa-kitei-10-a]",
        "covers: [inazawa-kitei-10-z]",
        Code::UnknownRequirement,
        "inazawa-kitei-10-z",
        "did you mean `inazawa-kitei-10-",
    ),
    mistake(
        ARTICLE_44,
        "      - inazawa-44-6-annual-monitoring\n",
        "      - inazawa-44-6-anual-monitoring\n",
        Code::UnknownRule,
        "inazawa-44-6-anual-monitoring",
        "`inazawa-44-6-annual-monitoring`",
    ),
    mistake(
        ARTICLE_44,
        "      - inazawa-44-6-annual-monitoring\n",
        "      - inazawa-44-5-processors-managed\n",
        Code::CircularRollUp,
        "inazawa-44-5-processors-managed",
        "take one of them out",
    ),
    // A language, a key, a word, a rule id.
    mistake(
        ARTICLE_10,
        "      en: The chair checks the handling at least once a year\n",
        "",
        Code::MissingLanguage,
        "ja: 会長が取扱状況を年1回以上確認している",
        "`en: …`",
    ),
    mistake(ARTICLE_10, "    severity: high\n", "    severity: hihg\n", Code::UnknownWord, "hihg", "`high`"),
    mistake(
        ARTICLE_10,
        "    applies: centre_bound()\n",
        "    aplies: centre_bound()\n",
        Code::UnknownKey,
        "aplies",
        "`applies`",
    ),
    mistake(
        ARTICLE_10,
        "  - id: inazawa-10-annual-check\n",
        "  - id: inazawa-10-check-by-chair\n",
        Code::DuplicateRule,
        "inazawa-10-check-by-chair",
        "rename",
    ),
    mistake(
        ARTICLE_10,
        "    category: checks\n    severity: high\n",
        "    category: checks\n    category: checks\n    severity: high\n",
        Code::DuplicateKey,
        "category",
        "remove one",
    ),
    // Half-typed expressions, one of them in a message.
    mistake(
        ARTICLE_5,
        "h.designated_by == 'chair' && done(h.designated_on)",
        "h.designated_by == 'chair' &&",
        Code::CelIncomplete,
        "&&",
        "what is missing",
    ),
    mistake(
        ARTICLE_5,
        "h.designated_by == 'chair' && done(h.designated_on)",
        "h. == 'chair'",
        Code::CelSyntax,
        ". ==",
        "name of a field",
    ),
    mistake(
        ARTICLE_5,
        "designated by the chair (day of designation: {h.designated_on})",
        "designated by the chair (day of designation: {h.designate_on})",
        Code::UnknownFact,
        "designate_on",
        "`designated_on`",
    ),
    // What YAML would eat.
    mistake(
        ARTICLE_5,
        "    applies: |\n      centre_bound() && in_post(h)\n    require: |\n      h.designated_by",
        "    applies: !in_post(h)\n    require: |\n      h.designated_by",
        Code::YamlFeature,
        "!in_post(h)",
        "quotes",
    ),
    mistake(
        ARTICLE_10,
        "    category: checks\n    severity: high",
        "\tcategory: checks\n    severity: high",
        Code::YamlTab,
        "\t",
        "spaces",
    ),
    // A value of a pack.
    mistake(
        "inazawa-kitei/pack.yaml",
        "effective_on: 2022-10-01",
        "effective_on: 2022-02-30",
        Code::InvalidDate,
        "2022-02-30",
        "no day 30",
    ),
    mistake(
        "inazawa-kitei/pack.yaml",
        "default: 30 days\n    title:\n      ja: 担当者の交代",
        "default: one month\n    title:\n      ja: 担当者の交代",
        Code::InvalidPeriod,
        "one month",
        "30 days",
    ),
];

/// The shipped files, with one of them edited.
fn edited(file: &str, from: &str, to: &str) -> PolicySet {
    let mut files = PolicyFiles::new("policies/");
    let mut done = false;
    for name in support::files_below("policies") {
        let mut text = support::text(&format!("policies/{name}"));
        if name == file {
            let count = text.matches(from).count();
            assert!(count >= 1, "{file} has no {from:?}");
            text = text.replacen(from, to, 1);
            done = true;
        }
        files.add(name, text);
    }
    assert!(done, "there is no {file}");
    files.read()
}

#[test]
fn each_planted_mistake_is_found_where_it_stands() {
    let mut wrong = Vec::new();
    for mistake in MISTAKES {
        let set = edited(mistake.file, mistake.from, mistake.to);
        let Err(rejected) = set.check() else {
            wrong.push(format!("not found: {} {:?}", mistake.file, mistake.to));
            continue;
        };
        let errors: Vec<_> = rejected.diagnostics.0.iter().filter(|diagnostic| diagnostic.is_error()).collect();
        let first = errors[0];
        let underlined = rejected.sources.slice(first.primary.span);
        let help = first.help.as_ref().map_or("", |help| help.en.as_str());
        let file = rejected.sources.name(first.primary.span.file);
        let right = first.code == mistake.code
            && underlined == mistake.underlined
            && help.contains(mistake.help)
            && file == format!("policies/{}", mistake.file);
        if !right || errors.len() != 1 {
            wrong.push(format!(
                "{:?}: {} errors, {} {file} {underlined:?} — {} — {help}",
                mistake.to,
                errors.len(),
                first.code.name(),
                first.message.en
            ));
        }
        for diagnostic in errors {
            assert!(!diagnostic.message.ja.is_empty() && !diagnostic.message.en.is_empty());
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), MISTAKES.len(), wrong.join("\n"));
}

#[test]
fn several_mistakes_are_told_at_once() {
    let mut files = PolicyFiles::new("policies/");
    for name in support::files_below("policies") {
        let text = support::text(&format!("policies/{name}"));
        let text = text.replace("h.designated_by == 'chair'", "h.designated_bye == 'chair'");
        files.add(name, text.replace("severity: high", "severity: hihg"));
    }
    let rejected = files.read().check().expect_err("mistakes");
    let codes: Vec<Code> = rejected.diagnostics.0.iter().map(|diagnostic| diagnostic.code).collect();
    assert!(codes.iter().filter(|code| **code == Code::UnknownWord).count() > 5, "{codes:?}");
}

#[test]
fn the_shipped_packs_have_no_mistake_and_no_warning() {
    let checked = PolicySet::embedded().check().expect("no mistakes");
    assert_eq!(checked.warnings().0, []);
    assert!(checked.checked().set.packs.iter().map(|pack| pack.rules.len()).sum::<usize>() > 50);
}

#[test]
fn a_misspelt_fact_in_a_guard_is_one_mistake() {
    // The guard's name, the guarded name, the middle of the path, the type of a parameter.
    let guards = [
        (SECTION_10, "done(s.stored_abroad_until_on)", "done(s.stored_abroad_until_no)"),
        (SECTION_10, "done(s.stored_abroad_until_on)", "s.stored_abroad_untilon != never"),
        ("common/definitions.yaml", "c: contracts[]", "c: contract[]"),
    ];
    for (file, from, to) in guards {
        let rejected = edited(file, from, to).check().expect_err("a mistake");
        let errors: Vec<_> = rejected.diagnostics.0.iter().filter(|diagnostic| diagnostic.is_error()).collect();
        let said: Vec<_> = errors.iter().map(|error| &error.message.en).collect();
        assert_eq!(errors.len(), 1, "{to}: {said:?}");
    }
}

/// A pack of one rule that requires `require`, over the shipped vocabulary; what is said in English.
fn errors_of(require: &str) -> Vec<String> {
    let rules = [pack::rule("rule", &pack::field(4, "require", require))];
    let rejected = pack::with_rules(&rules).read().check().expect_err("a mistake");
    rejected.diagnostics.0.iter().map(|error| error.message.en.clone()).collect()
}

#[test]
fn the_variable_of_a_misspelt_loop_is_no_mistake() {
    assert_eq!(errors_of("contracts.exist(c, c.handles_my_number)"), ["there is no method `.exist(…)`"]);
    // What else is wrong in it is told.
    assert_eq!(
        errors_of("contracts.exist(c, c.handles_my_numbr)"),
        ["there is no method `.exist(…)`", "there is no fact `handles_my_numbr` in `contracts[]`"]
    );
    // Where no loop was meant, nothing is bound.
    assert_eq!(
        errors_of("organization.name.replac(nam, 'x') == ''"),
        ["there is no method `.replac(…)`", "there is no fact and no name `nam`"]
    );
}

#[test]
fn an_expression_that_may_err_says_where_and_no_other_does() {
    let checked = PolicySet::embedded().check().expect("no mistakes");
    let (set, definitions) = (&checked.checked().set, &checked.checked().definitions);
    let rules = set.packs.iter().zip(&checked.checked().rules).flat_map(|(pack, rules)| pack.rules.iter().zip(rules));
    let of_rules = rules.flat_map(|(rule, found)| found.expressions(rule)).map(|(_, e, typed)| (e, typed));
    let of_definitions = definitions.entries().iter().map(|entry| (&entry.expression, &entry.typed));
    let mut seen = [0, 0];
    for (e, typed) in of_rules.chain(of_definitions) {
        let may_err = typed.may_err[e.ast.root().index()];
        let places = errs::places(e, typed, definitions);
        assert_eq!(may_err, !places.is_empty(), "{}: {places:?}", e.written.text);
        seen[usize::from(may_err)] += 1;
    }
    assert!(seen[0] > 100 && seen[1] > 20, "{seen:?}");
}
