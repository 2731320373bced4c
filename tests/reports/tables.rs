//! CSV, Markdown and workbooks, of a small evaluation and of a hostile one.

use std::io::Cursor;
use std::sync::OnceLock;

use calamine::{Data, Reader, Xlsx};
use jobun::evaluation::Standing;
use jobun::lang::Lang;
use jobun::report::{self, Format, Options};
use jobun::{Day, Engine, Evaluation, Facts, Params, PolicySet, Verdict};
use pulldown_cmark::{Event, Parser, Tag};

use crate::support;

fn evaluation() -> &'static Evaluation {
    static EVALUATION: OnceLock<Evaluation> = OnceLock::new();
    EVALUATION.get_or_init(|| {
        let policies = PolicySet::embedded().select(["fukushima-itaku", "mynumber-guide"]).expect("known packs");
        let engine = Engine::new(policies.check().expect("sound packs"), Params::default()).expect("an engine");
        let text = support::text("fixtures/organizations/prefectural-office-carried-over-contracts.json");
        let facts = Facts::named(&engine, "office.json", text.as_bytes()).expect("valid facts");
        engine.evaluate(&facts, Day::parse("2026-06-30").expect("a date")).expect("an evaluation")
    })
}

/// The first finding of each verdict in each standing, and the first that is due soon.
fn small() -> Evaluation {
    let whole = evaluation();
    let mut small = whole.clone();
    let mut seen: Vec<(Verdict, Standing, bool)> = Vec::new();
    small.findings.retain(|finding| {
        let kind = (finding.verdict, finding.standing, finding.is_due_soon(whole.as_of));
        let is_new = !seen.contains(&kind);
        seen.push(kind);
        is_new
    });
    for pack in &mut small.packs {
        std::sync::Arc::make_mut(&mut pack.provisions).truncate(12);
        // Digests change with each word of a pack.
        pack.digest = format!("digest of {}", pack.id);
    }
    small.engine.version = "0.0.0";
    small
}

/// What answers are made of to do harm.
const HOSTILE: &[&str] = &[
    "=HYPERLINK(\"https://evil.example/\",\"x\")",
    "+1|-2",
    "@octocat",
    "-cmd|' /C calc'!A0",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "![x](https://evil.example/x.png) [y](javascript:alert(1)) <https://evil.example>",
    "` `` ``` | a \\",
    "a@evil.example www.evil.example https://evil.example/?a=b&c=d ftp://evil.example",
    "#123 GH-123 owner/repo#1 deadbeefdeadbeef :octocat: $x$ &lt;b&gt; &#64;x",
    "a\n\n# heading\n- item\n1. item\n> quote\n```\ncode\n---\n:-\n\n    code\n</details>",
    "</summary></details><!-- ",
    "a\",\"b\r\n\"",
    "_x0041_ \u{202e}txt\u{0}\u{7}",
    "שלום עולם",
];

/// `evaluation` with `texts` in turn as the answers in it.
fn answered(mut evaluation: Evaluation, texts: &[&str]) -> Evaluation {
    let mut texts = texts.iter().cycle();
    evaluation.texts_of_answers(&mut |text| *text = texts.next().copied().unwrap_or_default().to_string());
    evaluation
}

fn render(evaluations: &[Evaluation], format: Format, options: Options) -> Vec<u8> {
    report::render(&mut evaluations.to_vec(), &[(format, options)]).expect("a report").concat()
}

fn in_english() -> Options {
    Options { lang: Lang::En, ..Options::default() }
}

fn text(evaluations: &[Evaluation], format: Format, options: Options) -> String {
    String::from_utf8(render(evaluations, format, options)).expect("text")
}

/// Compares with `tests/snapshots/reports__NAME.snap`.
fn review(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.bind(|| insta::assert_snapshot!(format!("reports__{name}"), text));
}

#[test]
fn csv_shows_in_review() {
    review("csv", &text(&[small()], Format::Csv, Options::default()));
}

/// The rows of CSV by the names of their columns.
fn rows(csv: &[u8]) -> Vec<std::collections::BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_reader(csv);
    reader.deserialize().map(|row| row.expect("a row of the same length as the first")).collect()
}

#[test]
fn csv_has_a_row_for_each_finding_with_words_that_stay_the_same() {
    let whole = [evaluation().clone(), small()];
    let (ja, en) = (render(&whole, Format::Csv, Options::default()), render(&whole, Format::Csv, in_english()));
    let (ja, en) = (rows(&ja), rows(&en));
    let findings: Vec<_> = whole.iter().flat_map(|evaluation| &evaluation.findings).collect();
    assert_eq!((ja.len(), en.len()), (findings.len(), findings.len()));
    for ((ja, en), finding) in ja.iter().zip(&en).zip(findings) {
        for row in [ja, en] {
            assert_eq!(row["rule"], finding.rule);
            assert_eq!(row["verdict"], finding.verdict.word());
            assert_eq!(row["due_on"], finding.due_on.map_or(String::new(), |day| day.to_string()));
        }
        assert_eq!((&ja["title"], &en["title"]), (&finding.title.ja, &finding.title.en));
    }
}

#[test]
fn csv_ends_lines_as_the_rfc_says_and_begins_with_a_mark_if_asked() {
    let plain = render(&[small()], Format::Csv, Options::default());
    let marked = render(&[small()], Format::Csv, Options { bom: true, ..Options::default() });
    assert_eq!(marked.strip_prefix(b"\xef\xbb\xbf"), Some(plain.as_slice()));
    let text = String::from_utf8(plain).expect("text");
    assert!(text.ends_with("\r\n") && text.starts_with("organization,facts,as_of,"));
}

#[test]
fn no_cell_of_csv_is_a_formula() {
    for row in rows(&render(&[answered(small(), HOSTILE)], Format::Csv, Options::default())) {
        for (column, cell) in row {
            assert!(!cell.trim_start().starts_with(['=', '+', '-', '@']), "{column}: {cell}");
        }
    }
}

#[test]
fn markdown_shows_in_review() {
    let in_japanese = Options { other_day: true, ..Options::default() };
    review("markdown", &text(&[small()], Format::Markdown, in_japanese));
    review("markdown_in_english", &text(&[small()], Format::Markdown, in_english()));
}

#[test]
fn markdown_is_never_longer_than_a_comment_and_says_what_it_leaves_out() {
    let long = "長い名前 * | `".repeat(10_000);
    for given in [
        vec![evaluation().clone()],
        vec![evaluation().clone(); 9],
        vec![small(); 150],
        vec![answered(evaluation().clone(), HOSTILE)],
        vec![answered(small(), &[&long]); 3],
    ] {
        for options in [Options::default(), in_english()] {
            let comment = text(&given, Format::Markdown, options);
            let size = comment.encode_utf16().count();
            assert!(size <= report::markdown::MOST, "{size}");
            let items: usize = given.iter().map(|evaluation| evaluation.summary.fail).sum();
            let closing = comment.trim_end().lines().last().unwrap_or_default();
            if items > 300 {
                assert!(closing.contains("65,536"), "{closing}");
                assert!(size > 60_000, "{size}");
            }
        }
    }
}

#[test]
fn nothing_that_was_answered_is_markup_in_markdown() {
    for given in [vec![answered(small(), HOSTILE)], vec![answered(evaluation().clone(), HOSTILE)]] {
        let comment = text(&given, Format::Markdown, Options::default());
        let mut folded = 0i32;
        let mut items = 0;
        for event in Parser::new_ext(&comment, pulldown_cmark::Options::all()) {
            match event {
                Event::Html(html) => match html.trim() {
                    "<details>" => folded += 1,
                    "</details>" => folded -= 1,
                    line => assert!(line.starts_with("<summary>") && line.ends_with("</summary>"), "{line}"),
                },
                Event::InlineHtml(html) => panic!("{html}"),
                Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => panic!("{dest_url}"),
                Event::Start(Tag::CodeBlock(_) | Tag::BlockQuote(_) | Tag::Emphasis | Tag::Strikethrough)
                | Event::InlineMath(_)
                | Event::DisplayMath(_)
                | Event::FootnoteReference(_)
                | Event::Rule => panic!("{event:?}\n{comment}"),
                Event::Text(said) => {
                    let mention = said.split('@').skip(1).any(|rest| rest.starts_with(char::is_alphanumeric));
                    assert!(!mention, "{said}");
                }
                Event::Start(Tag::Item) => items += 1,
                _ => {}
            }
        }
        assert_eq!(folded, 0);
        assert!(items >= 7, "{items}");
    }
}

/// A workbook read back.
fn workbook(bytes: Vec<u8>) -> Xlsx<Cursor<Vec<u8>>> {
    Xlsx::new(Cursor::new(bytes)).expect("a workbook")
}

/// The cells of the sheet at `at`.
fn sheet(bytes: &[u8], at: usize) -> Vec<Vec<Data>> {
    let mut book = workbook(bytes.to_vec());
    let name = book.sheet_names()[at].clone();
    book.worksheet_range(&name).expect("a sheet").rows().map(<[Data]>::to_vec).collect()
}

/// The sheet as text, for review.
fn shown(bytes: &[u8]) -> String {
    let mut out = String::new();
    for (at, name) in workbook(bytes.to_vec()).sheet_names().iter().enumerate() {
        out.push_str(&format!("== {name}\n"));
        for row in sheet(bytes, at) {
            let cells: Vec<String> = row.iter().map(|cell| cell.to_string().replace('\n', "⏎")).collect();
            out.push_str(cells.join(" | ").trim_end());
            out.push('\n');
        }
    }
    out
}

#[test]
fn workbooks_show_in_review() {
    let options = Options { confirmed: true, ..Options::default() };
    review("xlsx", &shown(&render(&[small()], Format::Xlsx, options)));
    let names = workbook(render(&[small()], Format::Xlsx, in_english())).sheet_names();
    assert_eq!(names, ["Summary", "Findings", "By article", "Questions", "Action plan", "Sources"]);
}

#[test]
fn workbooks_have_every_finding_failure_and_provision() {
    let given = [small(), evaluation().clone()];
    let bytes = render(&given, Format::Xlsx, Options::default());
    let all = |count: &dyn Fn(&Evaluation) -> usize| given.iter().map(count).sum::<usize>() + 1;
    assert_eq!(sheet(&bytes, 1).len(), all(&|given| given.findings.len()));
    assert_eq!(sheet(&bytes, 2).len(), all(&|given| given.packs.iter().map(|pack| pack.provisions.len()).sum()));
    assert_eq!(sheet(&bytes, 3).len(), all(&|given| jobun::questions::questions(given).len()));
    assert_eq!(
        sheet(&bytes, 4).len(),
        all(&|given| given.findings.iter().filter(|finding| finding.is_failure()).count())
    );
    let dates = sheet(&bytes, 1).iter().filter(|row| matches!(row[9], Data::DateTime(_))).count();
    assert_eq!(dates + 1, all(&|given| given.findings.iter().filter(|finding| finding.due_on.is_some()).count()));
}

#[test]
fn no_cell_of_a_workbook_is_a_formula_and_the_same_input_gives_the_same_bytes() {
    let given = [answered(small(), HOSTILE)];
    let bytes = render(&given, Format::Xlsx, Options::default());
    assert_eq!(bytes, render(&given, Format::Xlsx, Options::default()));
    let mut book = workbook(bytes.clone());
    for name in book.sheet_names() {
        assert!(book.worksheet_formula(&name).expect("a sheet").is_empty(), "{name}");
    }
    let formulas = sheet(&bytes, 1).concat().iter().filter(|cell| cell.to_string().starts_with("=HYPER")).count();
    assert!(formulas > 0, "what looks like a formula is there as it was answered");
}

#[test]
fn workbooks_hold_texts_longer_than_a_cell() {
    let long = "長𠮷".repeat(50_000);
    let bytes = render(&[answered(small(), &[&long])], Format::Xlsx, Options::default());
    let longest = sheet(&bytes, 1).concat().iter().map(|cell| cell.to_string().encode_utf16().count()).max();
    assert!(longest.is_some_and(|longest| (30_000..=32_767).contains(&longest)), "{longest:?}");
}
