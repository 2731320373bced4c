//! Legal texts: outlines made from them, and what changed in them since.

mod support;

use support::{jobun, stderr, stdout};

const TEXT: &str = "かえで町委託規則\n\n（目的）\n第1条　この規則は、委託について必要な事項を定めることを目的とする。\n\n（委託先の監督）\n第2条　町は、委託先を毎年1回点検しなければならない。\n2　契約では、情報の持出しを禁じるものとする。\n\n（契約の終了）\n第3条　委託先は、情報を速やかに返却する。\n\n附　則\nこの規則は、令和6年4月1日から施行する。\n";

/// A folder of its own for one test.
fn folder(name: &str) -> std::path::PathBuf {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    support::clear(&folder);
    folder
}

fn path(path: &std::path::Path) -> String {
    path.to_str().expect("UTF-8").to_string()
}

/// A pack made from the text, with an outline of its own digests.
fn begun(name: &str) -> (String, String) {
    let folder = folder(name);
    let (text, policies) = (path(&folder.join("text.txt")), path(&folder.join("policies")));
    support::write(&folder.join("text.txt"), TEXT);
    let made = jobun(&["init", "pack", "kaede", "--text", &text, "--policies", &policies], b"");
    assert_eq!(made.status.code(), Some(0), "{}", stderr(&made));
    (text, policies)
}

#[test]
fn a_pack_begun_from_a_text_checks_and_tests_clean() {
    let (_, policies) = begun("begun");
    let checked = jobun(&["check", &policies, "--deny-warnings", "--lang", "en"], b"");
    assert_eq!(checked.status.code(), Some(0), "{}", stderr(&checked));
    let tested = jobun(&["test", &policies, "--mutate", "--coverage", "--lang", "en"], b"");
    assert_eq!(tested.status.code(), Some(0), "{}", stderr(&tested));
    let said = stdout(&tested);
    assert!(said.contains("6 cases passed · 0 failed") && said.contains("survived 0"), "{said}");
    // The example stands on the first provision that commands something; the others are gaps.
    let covered = jobun(&["coverage", &policies, "--lang", "en", "--format", "json"], b"");
    let found: serde_json::Value = serde_json::from_slice(&covered.stdout).expect("JSON");
    assert_eq!(covered.status.code(), Some(1));
    let provisions = found["packs"][0]["provisions"].as_array().expect("provisions").clone();
    let kinds: Vec<(&str, &str)> = provisions
        .iter()
        .map(|of| (of["locator"].as_str().expect("a locator"), of["kind"].as_str().expect("a kind")))
        .collect();
    assert_eq!(
        kinds,
        [
            ("前文", "notice"),
            ("第1条", "purpose"),
            ("第2条第1項", "duty"),
            ("第2条第2項", "duty"),
            ("第3条", "notice"),
            ("附則", "notice")
        ]
    );
    assert_eq!(provisions[2]["requirements"][0]["state"], "covered");
    // It is there now, and not written over.
    let again = jobun(&["init", "pack", "kaede", "--policies", &policies], b"");
    assert_eq!(again.status.code(), Some(4));
}

#[test]
fn shared_definitions_are_copied_once_and_check_clean() {
    let folder = folder("common");
    let policies = path(&folder.join("policies"));
    let copy = || jobun(&["init", "common", "--policies", &policies, "--lang", "en"], b"");
    let made = copy();
    assert_eq!(made.status.code(), Some(0), "{}", stderr(&made));
    let pack = jobun(&["init", "pack", "kaede", "--policies", &policies], b"");
    assert_eq!(pack.status.code(), Some(0), "{}", stderr(&pack));
    let copied = folder.join("policies/common/definitions.yaml");
    assert_eq!(support::text(&path(&copied)), support::text("policies/common/definitions.yaml"));
    let checked = jobun(&["check", &policies, "--deny-warnings", "--lang", "en"], b"");
    assert_eq!(checked.status.code(), Some(0), "{}", stderr(&checked));
    // What a user made of them is not written over.
    support::write(&copied, "definitions: []\n");
    assert_eq!(copy().status.code(), Some(4));
    assert_eq!(support::text(&path(&copied)), "definitions: []\n");
}

#[test]
fn one_character_names_the_provision_and_the_rules_that_cite_it() {
    let (text, policies) = begun("one-character");
    let verify = |file: &str| {
        let given = format!("kaede={file}");
        jobun(&["cite", "verify", "--text", &given, "--policies", &policies, "--lang", "en"], b"")
    };
    let same = verify(&text);
    assert_eq!(same.status.code(), Some(0), "{}{}", stdout(&same), stderr(&same));
    let other = text.replace("text.txt", "other.txt");
    let told = |changed: &str| {
        support::write(std::path::Path::new(&other), changed);
        let output = verify(&other);
        assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
        stdout(&output)
    };
    let rule = "kaede-1-signed-before-start";
    let second = "2　契約では、情報の持出しを禁じるものとする。\n";
    for (from, to, change, touches) in [
        ("毎年1回", "毎年2回", "changed 第2条", true),
        ("速やかに", "直ちに", "changed 第3条", false),
        ("委託先の監督", "委託先の監視", "changed 第2条", true),
        ("第2条", "第4条", "renumbered 第2条", true),
        ("第2条", "第S条", "changed 第2条", true),
        (second, "", "missing 第2条第2項", false),
        ("附　則", "3　前二項の記録を残す。\n\n附　則", "new 第3条 3", false),
        ("点検しなければならない。", "点検しなければならない。点検は記録する。", "changed 第2条", true),
        ("第2条　町は", "第2条　町は、方針を定める。町は", "changed 第2条第1項", true),
        ("（契約の終了）", "2の2　監査を受ける。\n\n（契約の終了）", "new 第2条第2項の2", false),
        (second, "(1) 立入り\n2　契約では、情報の持出しを禁じるものとする。\n", "new 第2条第1項第1号 立入り", true),
        ("（契約の終了）", "（報告）\n第2条の2　町は、報告を受ける。\n\n（契約の終了）", "new 第2条の2 報告", false),
        (
            "から施行する。\n",
            "から施行する。\n\n附　則（令和8年規則第1号）\nこの規則は、公布の日から施行する。\n",
            "new 附則(令和8年規則第1号)",
            false,
        ),
    ] {
        let said = told(&TEXT.replace(from, to));
        assert!(said.contains("differences: 1\n") && said.contains(change), "{from} → {to}: {said}");
        assert_eq!(said.contains(rule), touches, "{from} → {to}: {said}");
    }
    // What went elsewhere is not gone, and what stayed is not blamed.
    let third = "（契約の終了）\n第3条　委託先は、情報を速やかに返却する。\n\n";
    let first = "（目的）\n第1条";
    let said = told(&TEXT.replace(third, "").replace(first, &format!("{third}{first}")));
    assert!(said.contains("differences: 1\n") && said.contains("moved 第3条"), "{said}");
    let said = told(&TEXT.replace("2　契約", "2　監査を受け入れる。\n3　契約"));
    assert!(said.contains("differences: 2\n") && said.contains("renumbered 第2条第2項"), "{said}");
    assert!(said.contains("new 第2条第2項") && !said.contains("changed"), "{said}");
    // An outline is filled anew without losing what it has: what stands elsewhere is told, and stays.
    support::write(std::path::Path::new(&other), TEXT.replace(third, "").replace(first, &format!("{third}{first}")));
    let outline = format!("{policies}/kaede/outline.yaml");
    let filled = jobun(&["cite", "outline", &other, "--into", &outline, "--lang", "en"], b"");
    let sorted = |text: &str| {
        let mut lines: Vec<String> = text.lines().map(str::to_string).collect();
        lines.sort();
        lines
    };
    assert_eq!(sorted(&stdout(&filled)), sorted(&support::text(&outline)));
    assert!(stderr(&filled).contains("change its place in the list: 第3条"), "{}", stderr(&filled));
    // A provision that rules cite and no text is kept of is told.
    let kept = support::text(&outline);
    let without: Vec<&str> = kept.lines().filter(|line| !line.contains("- 第2条 ")).collect();
    let without = without
        .join("\n")
        .replace("    digest:\n      - 4c54cee32c32ae597df890dc2d799220090fa16f3ef58bf50a17a29cdc345df9\n", "");
    support::write(std::path::Path::new(&outline), without);
    assert!(
        told(TEXT).contains("no digest is kept of 第2条第1項\n      kaede-1-signed-before-start"),
        "{}",
        told(TEXT)
    );
    support::write(std::path::Path::new(&outline), kept);
    // What has no provision yet is told, and put under no other.
    support::write(
        std::path::Path::new(&other),
        TEXT.replace("（契約の終了）", "第2条の2　報告する。\n（契約の終了）"),
    );
    let filled = jobun(&["cite", "outline", &other, "--into", &outline, "--lang", "en"], b"");
    assert_eq!(stdout(&filled), support::text(&outline));
    assert!(
        stderr(&filled).contains("held by no provision; add one and run this again: 第2条の2"),
        "{}",
        stderr(&filled)
    );
    // Other line ends, line breaks and digits are the same text.
    let copied = TEXT.replace("毎年1回点検", "毎年１回\n点検").replace("第2条　", "第2条\t").replace('\n', "\r\n");
    support::write(std::path::Path::new(&other), copied);
    assert_eq!(verify(&other).status.code(), Some(0), "{}", stdout(&verify(&other)));
}

#[test]
fn a_text_that_is_not_utf8_is_told() {
    let folder = folder("not-utf8");
    // 第1条 in Shift_JIS.
    support::write(&folder.join("sjis.txt"), b"\x91\xe6\x82P\x8f\xf0\n");
    let output = jobun(&["cite", "outline", &path(&folder.join("sjis.txt")), "--lang", "en"], b"");
    assert_eq!((output.status.code(), stdout(&output).as_str()), (Some(3), ""));
    assert!(stderr(&output).contains("UTF-8"), "{}", stderr(&output));
    // What moves a cursor stays out of lists and messages.
    support::write(&folder.join("escape.txt"), "第1条　\u{1b}[31m赤\u{0}\n\n第2条　次による。\n");
    let output = jobun(&["cite", "outline", &path(&folder.join("escape.txt"))], b"");
    assert_eq!(output.status.code(), Some(0));
    assert!(!stdout(&output).contains(['\u{1b}', '\u{0}']) && stdout(&output).contains("赤"), "{}", stdout(&output));
    support::write(&folder.join("prose.txt"), "条項の印のない文章。\n");
    let output = jobun(&["cite", "outline", &path(&folder.join("prose.txt")), "--lang", "en"], b"");
    assert_eq!(output.status.code(), Some(3), "{}", stdout(&output));
    assert!(stderr(&output).contains("no provisions"), "{}", stderr(&output));
}

#[test]
fn articles_are_quoted_from_a_copy() {
    let (_, policies) = begun("quoted");
    let folder = std::path::Path::new(&policies).parent().expect("a folder").to_path_buf();
    support::write(&folder.join("sources/kaede.txt"), TEXT);
    let facts = path(&std::path::Path::new(&policies).join("kaede/tests/base.json"));
    let (sources, day) = (path(&folder.join("sources")), "2026-11-22");
    let args = ["eval", &facts, "--policies", &policies, "--as-of", day, "--format", "json", "--sources", &sources];
    let found: serde_json::Value = serde_json::from_slice(&jobun(&args, b"").stdout).expect("JSON");
    let quoted = found["findings"][0]["citations"][0]["text"].as_str().expect("a text");
    assert!(quoted.contains("毎年1回点検しなければならない"), "{quoted}");
    let explain = ["explain", "kaede-1-signed-before-start", "--policies", &policies, "--sources", &sources];
    assert!(stdout(&jobun(&explain, b"")).contains("毎年1回点検しなければならない"));
    // Words that have changed since are not quoted, and that is told.
    support::write(&folder.join("sources/kaede.txt"), TEXT.replace("毎年1回", "毎年2回"));
    let output = jobun(&[&args[..], &["--lang", "en"]].concat(), b"");
    let found: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert!(found["findings"][0]["citations"][0].get("text").is_none());
    assert!(stderr(&output).contains("kaede 第2条"), "{}", stderr(&output));
    let said = stdout(&jobun(&[&explain[..], &["--lang", "en"]].concat(), b""));
    assert!(said.contains("other words") && !said.contains("毎年"), "{said}");
}

#[test]
fn a_case_and_a_relation_that_lead_nowhere_are_told_with_what_was_meant() {
    let (_, policies) = begun("nowhere");
    let pack = std::path::Path::new(&policies).join("kaede");
    for (wrong, help) in [
        ("contracts[notices].signed_om", "did you mean `signed_on`?"),
        ("contracts[notice].signed_on", "did you mean `notices`?"),
        ("contracts..signed_on", "in brackets"),
        ("zebra", "`jobun list facts`"),
    ] {
        let rule = "  - { name: n, rule: kaede-1-signed-before-start, subject: notices, verdict: fail, set: ";
        let text = format!("base: base.json\nas_of: 2026-11-22\ncases:\n{rule}{{ \"{wrong}\": never }} }}\n");
        support::write(&pack.join("tests/wrong.yaml"), text);
        let output = jobun(&["test", &policies, "--lang", "en"], b"");
        assert_eq!(output.status.code(), Some(3), "{wrong}: {}", stderr(&output));
        assert!(stderr(&output).contains(help), "{wrong}: {}", stderr(&output));
    }
    support::write(&pack.join("tests/wrong.yaml"), "base: base.json\nas_of: 2026-11-22\ncases: []\n");
    let relations = "relations:\n  - of: kaede 第2条第1項\n    is: equal\n    to: [kaedo 第2条]\n    because: { ja: 同じ, en: the same }\n";
    support::write(&std::path::Path::new(&policies).join("common/relations.yaml"), relations);
    let output = jobun(&["check", &policies, "--lang", "en"], b"");
    assert_eq!(output.status.code(), Some(3));
    let said = stderr(&output);
    assert!(said.contains("there is no pack `kaedo`") && said.contains("did you mean `kaede`?"), "{said}");
    // A pack read alone may be spoken of together with those beside it.
    support::write(&std::path::Path::new(&policies).join("kaedo/notes.txt"), "");
    let output = jobun(&["check", &path(&pack), "--lang", "en"], b"");
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
}

#[test]
fn references_that_lead_nowhere_are_told_and_those_that_stand_are_not() {
    let output = jobun(&["cite", "lint", "--lang", "en"], b"");
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let said = stdout(&output);
    for (locator, cited) in [
        ("第31条", "第24条第1項"),
        ("第41条第1項", "第33条第1項"),
        ("第4条第1項第1号", "通知カード"),
        ("第32条第3項", "通知カード"),
        ("委託基準第3(3)ア", "番号法第2条第12項"),
        ("運用第4の9", "第13関係"),
        ("前文", "別紙4"),
    ] {
        let line = said.lines().find(|line| line.contains(&format!(" {locator}: ")) && line.contains(cited));
        assert!(line.is_some(), "{locator}: {cited}");
    }
    // Rulebook 40 and 41(3), ward 9 and item 8 of the operation look old and are current.
    for locator in ["第40条第1項: ", "第41条第3項: ", " 9: ", "運用第4の8: "] {
        assert!(!said.contains(locator), "{locator}");
    }
    let all = stdout(&jobun(&["cite", "lint", "--all", "--lang", "en"], b""));
    assert!(all.contains("current"), "{all}");
}
