//! The page: what stands in it, and that nothing in it is markup of others.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use jobun::evaluation::{Certainty, Citation, DeadlineInfo, ErrorInfo, RelatedProvision, Standing, Summary};
use jobun::lang::{Lang, Text};
use jobun::report::{self, Format, Options, ReportError};
use jobun::stdlib::encoders::base64_encode;
use jobun::words::{Addressee, DeadlineState, Inapplicable, Relation, Severity, Word};
use jobun::{Day, Engine, Evaluation, Facts, Finding, Params, PolicySet, Verdict};
use sha2::{Digest, Sha256};

use crate::support;

fn day(text: &str) -> Day {
    Day::parse(text).expect("a date")
}

fn engine() -> &'static Engine {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    ENGINE.get_or_init(|| {
        Engine::new(PolicySet::embedded().check().expect("sound packs"), Params::default()).expect("an engine")
    })
}

fn evaluate(organization: &str) -> Evaluation {
    let path = format!("fixtures/organizations/{organization}.json");
    let text = support::text(&path);
    let facts = Facts::named(engine(), &path, text.as_bytes()).expect("valid facts");
    engine().evaluate(&facts, day("2026-11-22")).expect("an evaluation")
}

fn options(lang: Lang) -> Options {
    Options { lang, ..Options::default() }
}

/// The page of `evaluation`, as the command writes it.
fn page_in(evaluation: &Evaluation, options: Options) -> String {
    let written = report::render(&mut [evaluation.clone()], &[(Format::Html, options)]).expect("a page");
    String::from_utf8(written.concat()).expect("text")
}

fn page(evaluation: &Evaluation) -> String {
    page_in(evaluation, Options::default())
}

/// With `findings` and their counts.
fn with(mut evaluation: Evaluation, findings: Vec<Finding>) -> Evaluation {
    evaluation.summary = Summary::of(&findings, evaluation.as_of);
    evaluation.findings = findings;
    evaluation
}

/// A few findings of two packs, of every verdict but error and in every standing.
fn small() -> Evaluation {
    const KEPT: [&str; 5] = [
        "inazawa-10-annual-check",
        "inazawa-44-2-supervision-complete",
        "inazawa-44-3-6-c-improper-use",
        "inazawa-44-8-permission",
        "guide-5-2-no-takeout",
    ];
    let mut evaluation = evaluate("center");
    evaluation.packs.retain(|pack| ["inazawa-kitei", "mynumber-guide"].contains(&pack.id.as_str()));
    for pack in &mut evaluation.packs {
        std::sync::Arc::make_mut(&mut pack.provisions).truncate(9);
        // What changes with every word of a pack is not looked at here.
        pack.digest = "0".repeat(64);
    }
    evaluation.engine.version = "0.0.0";
    let all = std::mem::take(&mut evaluation.findings);
    let of = |verdict: Verdict| {
        let own = move |finding: &&Finding| finding.verdict == verdict && finding.pack == "inazawa-kitei";
        all.iter().filter(own).filter(|finding| finding.standing == Standing::Counted).take(3)
    };
    let kept = all.iter().filter(|finding| finding.verdict != Verdict::Pass && KEPT.contains(&finding.rule.as_str()));
    let kept = kept.filter(|finding| finding.verdict != Verdict::NotApplicable);
    let findings = kept.chain(of(Verdict::Pass)).chain(of(Verdict::NotApplicable)).cloned().collect();
    with(evaluation, findings)
}

/// Every verdict in every standing, with all that a finding can have and with nothing it can lack.
fn every_kind() -> Evaluation {
    let evaluation = evaluate("center");
    let full = |verdict: Verdict| evaluation.findings.iter().find(|finding| finding.verdict == verdict);
    let mut findings = Vec::new();
    for (verdict, ..) in Verdict::ALL {
        let model = full(*verdict).or(full(Verdict::Fail)).expect("a finding");
        for standing in [Standing::Counted, Standing::Advice, Standing::AboutOther, Standing::RollUp] {
            let rich = rich(Finding { verdict: *verdict, standing, ..model.clone() });
            findings.extend([bare(rich.clone()), rich]);
        }
    }
    with(evaluation, findings)
}

fn rich(mut finding: Finding) -> Finding {
    let related = |relation: &Relation| RelatedProvision {
        pack: "not-evaluated".into(),
        title: Text::new("よその規程", "Rules of others"),
        locator: "第1条".into(),
        caption: "目的".into(),
        relation: *relation,
        because: Text::new("理由", "a reason"),
    };
    finding.related = Relation::ALL.iter().map(|(relation, ..)| related(relation)).collect();
    finding.about = Some(Addressee::Processor);
    finding.reason = Some(Inapplicable::Condition);
    let states = DeadlineState::ALL.iter();
    finding.deadlines =
        states.map(|(state, id, _)| DeadlineInfo { id: (*id).into(), by: day("2026-12-01"), state: *state }).collect();
    finding.due_on = Some(day("2027-01-31"));
    finding.vacuous = vec!["/vendors".into()];
    finding.because = vec![finding.rule.clone(), "no-such-rule".into()];
    let message = Text::new("割り算の分母が0です", "division by zero");
    finding.error = Some(ErrorInfo { message, file: "policies/a.yaml".into(), line: 3, column: 9, start: 40, end: 45 });
    for citation in &mut finding.citations {
        citation.text = Some("条文の\n言葉".into());
    }
    for fact in &mut finding.deciding {
        fact.masked = !fact.masked;
    }
    finding
}

/// Without all that may be missing.
fn bare(mut finding: Finding) -> Finding {
    finding.pack = "not-evaluated".into();
    finding.citations.clear();
    finding.related.clear();
    finding.subject = None;
    finding.reason = None;
    finding.about = None;
    finding.remedy = Text::default();
    finding.message = Text::default();
    finding.deciding.clear();
    finding.missing.clear();
    finding.due_on = None;
    finding.deadlines.clear();
    finding.vacuous.clear();
    finding.error = None;
    finding.because.clear();
    finding
}

/// A finding of [`small`] with nothing but a verdict and a standing.
fn plain(verdict: Verdict, standing: Standing) -> Finding {
    let pack = "inazawa-kitei".into();
    let finding = small().findings.swap_remove(0);
    Finding { verdict, standing, reason: Some(Inapplicable::Condition), pack, ..bare(finding) }
}

/// What is between `from` and `to`.
fn between<'p>(page: &'p str, from: &str, to: &str) -> &'p str {
    let (_, rest) = page.split_once(from).unwrap_or_else(|| panic!("no {from}"));
    rest.split_once(to).unwrap_or_else(|| panic!("no {to}")).0
}

/// The text of the page as a reader meets it, a line for each piece; the style and the script left out.
fn text(page: &str) -> String {
    let page =
        page.replace(between(page, "<style>", "</style>"), "").replace(between(page, "<script>", "</script>"), "");
    let pieces = page.split('<').filter_map(|piece| piece.split_once('>')).map(|(_, text)| text.trim());
    let text: String = pieces.filter(|text| !text.is_empty()).map(|text| format!("{text}\n")).collect();
    let entities = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#x27;", "'"), ("&#x2f;", "/"), ("&amp;", "&")];
    entities.iter().fold(text, |text, (entity, character)| text.replace(entity, character))
}

/// The values of an attribute.
fn values<'p>(page: &'p str, attribute: &str) -> Vec<&'p str> {
    let start = format!(" {attribute}=");
    let value = |rest: &'p str| match rest.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next().unwrap_or_default(),
        None => rest.split([' ', '>']).next().unwrap_or_default(),
    };
    page.split(start.as_str()).skip(1).map(value).collect()
}

/// How often each tag is opened.
fn tags(page: &str, tag: &str) -> usize {
    let start = format!("<{tag}");
    page.split(&start).skip(1).filter(|rest| !rest.starts_with(|c: char| c.is_ascii_alphanumeric())).count()
}

#[test]
fn a_small_page_reads_so() {
    insta::with_settings!({ snapshot_path => "../snapshots", prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("report_html", text(&page(&small())));
    });
}

#[test]
fn every_page_can_be_written() {
    let every = every_kind();
    for (verdict, ..) in Verdict::ALL {
        let own = every.findings.iter().filter(|finding| finding.verdict == *verdict).cloned().collect();
        page(&with(every.clone(), own));
    }
    page(&every);
    page(&with(every.clone(), Vec::new()));
    let mut nothing = with(every, Vec::new());
    nothing.packs.clear();
    nothing.facts.organization = None;
    assert!(page(&nothing).contains("当てはまるルールが1つもありません"));
}

#[test]
fn every_day_of_the_calendar_has_a_page() {
    let mut every = every_kind();
    for (as_of, due) in
        [(Day::FIRST, Day::FIRST), (day("9999-12-31"), day("9999-12-31")), (Day::FIRST, day("9999-12-31"))]
    {
        every.as_of = as_of;
        every.findings.iter_mut().for_each(|finding| finding.due_on = Some(due));
        let text = text(&page(&every));
        let is_due = due == as_of;
        assert_eq!(text.contains("当日"), is_due, "{as_of} {due}");
    }
}

#[test]
fn a_plan_of_many_failures_says_what_it_leaves_out() {
    let every = every_kind();
    let failure = every.findings.iter().find(|finding| finding.is_failure()).cloned().expect("a failure");
    let page = page(&with(every, vec![failure; 432]));
    assert_eq!(tags(&page, "article"), 100);
    assert!(text(&page).contains("ほか332件は要点だけを示します。"));
    assert!(text(&page).contains("ほか132件の不適合は、上の不適合の一覧にあります。"));
    assert_eq!(between(&page, "<table class=plan>", "</table>").matches("<th scope=row>").count(), 300);
    assert!(links_lead_somewhere(&page));
}

/// Whether each link of the page leads to one place in it.
fn links_lead_somewhere(page: &str) -> bool {
    let ids = values(page, "id");
    let places: BTreeSet<&str> = ids.iter().copied().collect();
    let links = values(page, "href");
    places.len() == ids.len() && links.iter().all(|link| link.strip_prefix('#').is_some_and(|id| places.contains(id)))
}

#[test]
fn links_stay_in_the_page_and_lead_somewhere() {
    for evaluation in [evaluate("center"), evaluate("well-run-center-yearly-lapse"), every_kind()] {
        assert!(links_lead_somewhere(&page(&evaluation)));
    }
}

const HOSTILE: &str = "</style></script><script>alert(1)</script>\"><img src=x onerror=alert(1)>'`{{7*7}}{% raw %}<!--]]>&lt;\u{202e}\u{0}\n";

#[test]
fn no_answer_becomes_markup() {
    let saying = |words: &str| {
        let mut evaluation = every_kind();
        evaluation.texts_of_answers(&mut |text| text.insert_str(0, words));
        evaluation.facts.organization = Some(words.into());
        page(&evaluation)
    };
    let (tame, hostile) = (saying("無害な答え"), saying(HOSTILE));
    for tag in ["script", "style", "img", "bdi", "span", "p", "li", "td", "a", "html", "article", "svg", "details"] {
        assert_eq!(tags(&hostile, tag), tags(&tame, tag), "<{tag}");
    }
    for end in ["</script>", "</style>", "</bdi>", "</span>", "<!--", "\"><"] {
        assert_eq!(hostile.matches(end).count(), tame.matches(end).count(), "{end}");
    }
    assert!(!hostile.contains("<img"));
    assert!(!hostile.contains(['\u{202e}', '\u{0}']));
    // What was said is still there to be read.
    let read = text(&hostile);
    assert!(
        read.contains("</style></script><script>alert(1)</script>\"><img src=x onerror=alert(1)>'`{{7*7}}{% raw %}")
    );
    assert_eq!(read.matches("49").count(), text(&tame).matches("49").count());
}

#[test]
fn a_long_name_is_cut_where_it_is_a_heading() {
    let mut evaluation = small();
    evaluation.facts.organization = Some("長".repeat(100_000));
    let page = page(&evaluation);
    assert!(between(&page, "<h1>", "</h1>").chars().count() < 250);
}

#[test]
fn the_policy_of_the_page_allows_its_own_style_and_script_only() {
    let page = page(&small());
    let policy = between(&page, "<meta http-equiv=\"Content-Security-Policy\" content=\"", "\"");
    assert!(policy.starts_with("default-src 'none'; "), "{policy}");
    for (what, from, to) in [("style-src", "<style>", "</style>"), ("script-src", "<script>", "</script>")] {
        let digest = base64_encode(&Sha256::digest(between(&page, from, to)));
        assert!(policy.contains(&format!("{what} 'sha256-{digest}';")), "{what}: {policy}");
    }
    assert!(values(&page, "style").is_empty() && !page.contains("http://") && !page.contains("https://"));
}

#[test]
fn the_same_evaluation_gives_the_same_bytes() {
    assert!(page(&evaluate("center")) == page(&evaluate("center")));
}

#[test]
fn both_languages_are_there_and_one_is_shown_first() {
    let evaluation = every_kind();
    for (lang, name, other) in [(Lang::Ja, "ja", "en"), (Lang::En, "en", "ja")] {
        let page = page_in(&evaluation, options(lang));
        assert!(page.contains(&format!("<html lang=\"{name}\" class=\"{name}\">")));
        assert!(page.contains(&format!("id=lang-{name} autocomplete=off checked")));
        assert!(!page.contains(&format!("id=lang-{other} autocomplete=off checked")));
        for tag in ["span", "p", "pre"] {
            let count = |lang: &str| page.matches(&format!("<{tag} lang={lang}")).count();
            assert!(count("ja") > 0 && count("ja") == count("en"), "<{tag}: {} {}", count("ja"), count("en"));
        }
        for empty in ["<span lang=ja></span>", "<span lang=en></span>", ">None<", ">none<", ">True<", "undefined"] {
            assert!(!page.contains(empty), "{empty}");
        }
    }
}

#[test]
fn the_numbers_are_those_of_the_summary() {
    let evaluation = evaluate("center");
    let page = page(&evaluation);
    let tiles = between(&page, "<ul class=tiles>", "</ul>");
    let numbers: Vec<usize> = tiles
        .split("<span class=num>")
        .skip(1)
        .map(|rest| rest.split('<').next().and_then(|number| number.parse().ok()).expect("a number"))
        .collect();
    let Summary { fail, unknown, due_soon, pass, not_applicable, .. } = evaluation.summary;
    assert_eq!(numbers, [fail, unknown, due_soon, pass, not_applicable]);
    let failures = between(&page, "<section id=failures", "</section>");
    assert_eq!(tags(failures, "article"), fail);
}

#[test]
fn duties_that_bind_are_counted_by_themselves() {
    let of = |counted: &[Verdict]| {
        let duties = counted.iter().map(|verdict| plain(*verdict, Standing::Counted));
        let advice = [Verdict::Pass, Verdict::Fail].map(|verdict| plain(verdict, Standing::Advice));
        page(&with(small(), duties.chain(advice).collect()))
    };
    let failing = of(&[Verdict::Fail, Verdict::Fail, Verdict::Pass]);
    let read = text(&failing);
    assert!(
        read.contains("守るべき義務3件のうち2件が満たされていません")
            && read.contains("2 of 3 binding duties are not met")
    );
    assert!(read.contains("守るべき義務3件の内訳") && read.contains("Of the 3 binding duties that apply"));
    let tiles = between(&failing, "<ul class=tiles>", "</ul>");
    assert!(tiles.contains("<span class=num>1</span> <span class=note><span lang=ja>ほか助言などの適合1件"));
    let open = of(&[Verdict::Unknown, Verdict::Pass]);
    assert!(text(&open).contains("守るべき義務2件のうち1件は、答えのない事実があるため判断できません。"));
    assert_eq!(of(&[]).matches("<figure class=share>").count(), 0);
}

#[test]
fn what_does_not_count_makes_no_provision_a_failed_one() {
    let first = |findings: &[(&str, Verdict, Standing)]| {
        let found = findings.iter().map(|(rule, verdict, standing)| {
            let rule = (*rule).into();
            Finding { rule, ..plain(*verdict, *standing) }
        });
        let mut evaluation = with(small(), found.collect());
        let pack = evaluation.packs.iter_mut().find(|pack| pack.id == "inazawa-kitei").expect("the pack");
        std::sync::Arc::make_mut(&mut pack.provisions)[0].rules = vec!["one".into(), "other".into()];
        let page = page(&evaluation);
        let source = between(&page, "<details class=source data-s=\"inazawa-kitei\"", "</table>").to_string();
        (between(&source, "<tbody lang=ja><tr", "<tr").to_string(), source)
    };
    let (row, source) = first(&[("one", Verdict::Fail, Standing::Advice)]);
    assert!(row.starts_with(" data-v=o ") && row.ends_with("<td><i>(✗1)</i><td><td><td>"), "{row}");
    assert!(!source.starts_with(" open") && !between(&source, "<summary>", "</summary>").contains("✗"));
    let (row, source) = first(&[
        ("one", Verdict::Pass, Standing::Advice),
        ("one", Verdict::Unknown, Standing::Advice),
        ("other", Verdict::Fail, Standing::Counted),
        ("other", Verdict::Unknown, Standing::RollUp),
    ]);
    assert!(row.starts_with(" data-v=f ") && row.ends_with("<td>✗1<td><i>(?1)</i><td>✓1<td>"), "{row}");
    assert!(source.starts_with(" open") && between(&source, "<summary>", "</summary>").contains("✗"));
}

#[test]
fn the_calendar_has_every_day_that_is_still_to_come() {
    let by = |state, by| DeadlineInfo { id: "an-act".into(), by: day(by), state };
    let deadlines = vec![
        by(DeadlineState::Open, "2026-12-01"),
        by(DeadlineState::Done, "2026-12-20"),
        by(DeadlineState::Open, "2027-01-15"),
        by(DeadlineState::Open, "2028-01-01"),
    ];
    let due_on = Some(day("2026-12-01"));
    let met = Finding { due_on, deadlines, ..plain(Verdict::Pass, Standing::Counted) };
    let deadlines = vec![by(DeadlineState::Open, "2026-12-05")];
    let advice = Finding { deadlines, ..plain(Verdict::Fail, Standing::Advice) };
    let alone = page(&with(small(), vec![met.clone()]));
    let both = page(&with(small(), vec![met, advice]));
    let days = |page: &str| values(page, "id").into_iter().filter(|id| id.starts_with("d20")).count();
    assert_eq!((days(&alone), days(&both)), (2, 3));
    for (page, n) in [(&alone, 2), (&both, 3)] {
        assert!(between(page, "<h2 id=h-calendar>", "</h2>").contains(&format!("<span class=n>{n}</span>")));
    }
    let note = |page: &str| {
        between(between(page, "href=\"#calendar\"><span class=name>", "</a>"), "note><span lang=ja>", "</").to_string()
    };
    assert_eq!(note(&alone), "90日以内では2件");
    assert_eq!(note(&both), "90日以内では2件、ほか参考1件");
}

#[test]
fn sums_are_not_among_what_is_met() {
    let of = |verdict| [Standing::Counted, Standing::RollUp].map(|standing| plain(verdict, standing));
    let page = page(&with(small(), [of(Verdict::Pass), of(Verdict::NotApplicable)].concat()));
    let section = between(&page, "<section id=passes", "</section>");
    let counts: Vec<&str> =
        section.split("<span class=tally>").skip(1).filter_map(|rest| rest.split('<').next()).collect();
    assert_eq!(counts, ["1", "1"]);
}

#[test]
fn a_question_reads_as_a_sentence() {
    let mut evaluation = small();
    evaluation.findings.retain(Finding::is_open);
    let open = evaluation.findings.first_mut().expect("an open finding");
    open.missing[0].question = Some(Text::new("まだなら `never` です。", "`never` if not yet."));
    let first = open.citations[0].clone();
    open.citations = ["第1条", "第2条"].map(|locator| Citation { locator: locator.into(), ..first.clone() }).to_vec();
    let page = page(&evaluation);
    let letter = between(&page, "<pre lang=ja>", "</pre>");
    assert!(
        letter.contains("まだなら 「never」 です。") && letter.contains("特定個人情報事務取扱規程 第1条、第2条\n"),
        "{letter}"
    );
    assert!(between(&page, "<p class=ask>", "</p>").contains("“never” if not yet."));
    assert!(between(&page, "<section id=unknowns", "</section>").contains("「never」"));
}

#[test]
fn nothing_listed_is_no_all_clear_where_duties_are_open() {
    let so_far = [
        "では、不適合はありません。",
        "では、90日以内に期限の来るものはありません。",
        "では、是正する事項はありません。",
    ];
    for verdict in [Verdict::Unknown, Verdict::Error, Verdict::Pass] {
        let read = text(&page(&with(small(), vec![plain(verdict, Standing::Counted)])));
        let said = so_far.iter().filter(|words| read.contains(&format!("判断できた範囲{words}"))).count();
        assert_eq!(said, if verdict == Verdict::Pass { 0 } else { 3 }, "{verdict:?}");
    }
}

#[test]
fn a_day_that_is_still_to_come_was_not_missed() {
    let has_day = |due: &str| {
        let finding = Finding { due_on: Some(day(due)), ..plain(Verdict::Fail, Standing::Counted) };
        let page = page(&with(small(), vec![finding]));
        let failures = between(&page, "<section id=failures", "</section>").contains("<ul class=due>");
        assert_eq!(failures, between(&page, "<table class=plan>", "</table>").contains("条文上の期限"), "{due}");
        failures
    };
    assert_eq!(["2026-11-21", "2026-11-22", "2026-12-01"].map(has_day), [true, false, false]);
}

#[test]
fn whatever_is_there_can_be_seen_in_the_line() {
    let shares = [(Verdict::Fail, 990), (Verdict::Error, 1), (Verdict::Unknown, 1), (Verdict::Pass, 8)];
    let findings = shares.map(|(verdict, n)| vec![plain(verdict, Standing::Counted); n]).concat();
    let page = page(&with(small(), findings));
    let figure = between(&page, "<figure class=share>", "</figure>");
    let numbers = |attribute| values(figure, attribute).into_iter().map(|n| n.parse::<usize>().expect("a number"));
    let (starts, widths): (Vec<usize>, Vec<usize>) = (numbers("x").collect(), numbers("width").collect());
    assert_eq!((starts.len(), widths.iter().filter(|width| **width >= 6).count()), (4, 4));
    let ends: Vec<usize> = starts.iter().zip(&widths).map(|(start, width)| start + width).collect();
    assert_eq!(starts[1..], ends[..3]);
    assert_eq!(values(figure, "viewBox"), [format!("0 0 {} 10", ends[3])]);
}

#[test]
fn what_may_not_matter_is_told_only_where_it_was_searched() {
    let mut evaluation = evaluate("center");
    let may_not = "結論を左右しないこともある";
    let searched = Options { confirmed: true, ..Options::default() };
    assert!(!page(&evaluation).contains(may_not));
    assert!(page_in(&evaluation, searched).contains(may_not));
    for missing in evaluation.findings.iter_mut().flat_map(|finding| &mut finding.missing) {
        missing.certainty = Certainty::Confirmed;
    }
    assert!(!page_in(&evaluation, searched).contains(may_not));
}

#[test]
fn the_gravest_failure_comes_first() {
    let every = every_kind();
    let failure = every.findings.iter().find(|finding| finding.is_failure()).cloned().expect("a failure");
    let of = |severity, rule: &str| Finding { severity, rule: rule.into(), ..failure.clone() };
    let findings = vec![of(Severity::Low, "a-low"), of(Severity::Critical, "b-critical"), of(Severity::High, "c-high")];
    let page = page(&with(every, findings));
    let place = |rule: &str| page.find(&format!("<code>{rule}</code>")).expect("a card");
    assert!(place("b-critical") < place("c-high") && place("c-high") < place("a-low"));
}

#[test]
fn a_page_holds_one_organization() {
    let two = report::render(&mut [small(), small()], &[(Format::Html, Options::default())]);
    assert_eq!(two, Err(ReportError::OneOnly { format: "html", given: 2 }));
}

#[test]
fn pages_stay_small() {
    let size = |organization: &str| page(&evaluate(organization)).len();
    assert!(size("center") < 520 * 1024);
    let files = support::files_below("fixtures/organizations");
    for organization in files.iter().filter_map(|file| file.strip_suffix(".json")) {
        assert!(size(organization) <= 1_000_000, "{organization}: {}", size(organization));
    }
}

/// A browser looks at what is inside `:has()` again for each element that such a selector may match: below the root it
/// makes large pages slow to resize and to print.
#[test]
fn only_the_root_asks_what_is_chosen() {
    let style = support::text("src/report/html/page.css");
    let selectors: Vec<&str> = style.split(":has(").skip(1).filter_map(|rest| rest.split('{').next()).collect();
    assert!(selectors.len() > 3);
    for selector in selectors {
        assert!(!selector.contains(' '), "more than the root: `:has({selector}`");
    }
}

#[test]
fn a_page_of_someone_who_answered_nothing_is_not_much_larger() {
    let facts = Facts::from_slice(engine(), b"{}").expect("valid facts");
    let evaluation = engine().evaluate(&facts, day("2026-11-22")).expect("an evaluation");
    let page = page(&evaluation);
    assert!(page.len() < 1280 * 1024, "{}", page.len());
    let unknown = between(&page, "<section id=unknowns", "</section>");
    assert_eq!(tags(unknown, "article"), 40);
    assert_eq!(tags(between(unknown, "<ul class=lines>", "</ul>"), "i"), evaluation.summary.unknown - 40);
}
