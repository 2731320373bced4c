"""The parts: for each format, what reads it and what is asked of what was read."""

import collections
import csv
import functools
import itertools
import io
import json
import os
import re
import subprocess
import zipfile
from dataclasses import dataclass
from pathlib import Path

import hostile
from formats import LANGS, ROOT

# Parts that read file by file, and parts that give all files to one program.
EACH = {}
TOGETHER = {}


@dataclass(frozen=True)
class Report:
    """A written report."""

    path: Path
    name: str
    lang: str
    format: str

    def text(self):
        return self.path.read_bytes().decode()

    def counts(self):
        """What the JSON of the same run comes to."""
        return counts(self.path.parents[1] / "counts" / f"{self.name}.{self.lang}.json")


@functools.lru_cache(maxsize=64)
def counts(path):
    return json.loads(path.read_bytes())


def counted(evaluations):
    """Sums over evaluations, as other formats are compared with them."""
    findings = [finding for evaluation in evaluations for finding in evaluation["findings"]]
    summaries = [evaluation["summary"] for evaluation in evaluations]
    rows = [finding for finding in findings if finding["standing"] != "roll_up"]
    return {
        "organizations": len(evaluations),
        "findings": len(findings),
        "verdicts": collections.Counter(finding["verdict"] for finding in findings),
        "judged": len(rows),
        "errors": sum(finding["verdict"] == "error" for finding in rows),
        **{key: sum(summary[key] for summary in summaries) for key in summaries[0]},
        "exit": exit_code(summaries),
    }


def exit_code(summaries):
    """What the run must end with."""
    said = [3 if s["error"] else 1 if s["fail"] else 2 if s["unknown"] else 0 for s in summaries]
    return max(said, key=[0, 2, 1, 3].index)


def part(*formats, to=None, takes=lambda report: True):
    """Names a function as the part for some formats, and says which of their files it takes."""

    def named(function):
        function.formats, function.takes = formats, takes
        (EACH if to is None else to)[function.__name__.removeprefix("read_")] = function
        return function

    return named


def in_one_language(report):
    """Of each organization one language, where reading takes long: every other one in English."""
    return report.lang == LANGS[sum(report.name.encode()) % 2]


def differ(what, found, wanted):
    """A problem where two counts are not the same."""
    return [] if found == wanted else [f"{what}: {found}, the JSON has {wanted}"]


@part("human", "json", "ndjson", "csv", "markdown", "html", "junit", "sarif", "github", "oscal", "oscal-poam",
      "oscal-catalog", "xlsx")
def read_hidden(report):
    """Nothing hidden can be read in any of them."""
    texts = [report.text()] if report.format != "xlsx" else []
    if report.format == "xlsx":
        with zipfile.ZipFile(report.path) as book:
            texts = [book.read(name).decode() for name in book.namelist()]
    return [f"{leak!r} can be read" for text in texts for leak in hostile.leaks(text, report.format)]


@functools.cache
def schema(place, reader):
    """What tells where a document does not fit the schema in `place`."""
    return reader(json.loads(Path(place).read_text(encoding="utf-8"))).iter_errors


def quick(read):
    import jsonschema_rs

    return jsonschema_rs.validator_for(read)


def lenient(read):
    """One of the patterns of the official schema is not one for everybody."""
    import jsonschema

    return jsonschema.validators.validator_for(read)(read)


@part("json")
def read_json(report):
    """The published schema holds; the summary is what its findings come to."""
    read = json.loads(report.text())
    for evaluation in read if isinstance(read, list) else [read]:
        for error in itertools.islice(schema(ROOT / "schemas/evaluation.schema.json", quick)(evaluation), 5):
            yield f"{error.instance_path}: {error.message[:300]}"
        counts, standing = collections.Counter(), collections.Counter()
        for finding in evaluation["findings"]:
            verdict, stands = finding["verdict"], finding["standing"]
            counted = stands == "counted" or verdict in ("not_applicable", "error")
            if stands != "roll_up" and counted:
                counts[verdict] += 1
            if verdict in ("fail", "unknown"):
                standing[stands] += 1
        summary = evaluation["summary"]
        for verdict in ("fail", "unknown", "pass", "not_applicable", "error"):
            yield from differ(f"{evaluation['facts']['name']}: {verdict}", summary[verdict], counts[verdict])
        yield from differ("advice", summary["advice"], standing["advice"])
        yield from differ("about others", summary["about_others"], standing["about_other"])


def repeated(name):
    """A name as it stands in every line."""
    return name if name is None or len(name) <= 200 else name[:200] + "…"


@part("ndjson")
def read_ndjson(report):
    """Line by line the same as the JSON."""
    lines = [json.loads(line) for line in report.text().removesuffix("\n").split("\n")]
    wanted = []
    read = json.loads(report.path.with_name(f"{report.name}.{report.lang}.json").read_bytes())
    for evaluation in read if isinstance(read, list) else [read]:
        wanted.append({"type": "evaluation", **{key: evaluation[key] for key in evaluation if key != "findings"}})
        facts = {"name": repeated(evaluation["facts"]["name"]), "digest": evaluation["facts"]["digest"]}
        head = {"type": "finding", "organization": repeated(evaluation["facts"]["organization"]), "facts": facts}
        head["as_of"] = evaluation["as_of"]
        wanted += [{**head, **finding} for finding in evaluation["findings"]]
    yield from differ("lines", len(lines), len(wanted))
    others = [n for n, (line, want) in enumerate(zip(lines, wanted), 1) if line != want]
    if others:
        yield f"line {others[0]} is not what the JSON says"


@part("csv")
def read_csv(report):
    """A row for each finding, each as wide as the first; nothing that a spreadsheet runs."""
    text = report.text()
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True))
    yield from differ("rows", len(rows) - 1, report.counts()["findings"])
    if any(len(row) != len(rows[0]) for row in rows):
        yield "not all rows are of one width"
    for cell in (cell for row in rows for cell in row):
        if re.match(r"[=+@\t\r]|-(?!\d+(\.\d+)?$)", cell):
            yield f"a spreadsheet takes this for a formula: {cell[:80]!r}"
    if "verdict" in rows[0]:
        verdicts = collections.Counter(row[rows[0].index("verdict")] for row in rows[1:])
        yield from differ("verdicts", verdicts, report.counts()["verdicts"])
    else:
        yield f"there is no column `verdict` in {rows[0]}"


@part("junit")
def read_junit(report):
    """junitparser counts what is declared, and what the summary says; no case has class and name of another."""
    from junitparser import Error, Failure, JUnitXml, Skipped

    read = JUnitXml.fromfile(str(report.path))
    found = collections.Counter()
    names = collections.Counter((case.classname, case.name) for suite in read for case in suite)
    twice = [name for name, times in names.items() if times > 1]
    if twice:
        yield f"{len(twice)} names of several cases: {twice[:3]}"
    for suite in read:
        own = collections.Counter()
        for case in suite:
            own["tests"] += 1
            for result in case.result:
                own[{Failure: "failures", Error: "errors", Skipped: "skipped"}[type(result)]] += 1
        for kind in ("tests", "failures", "errors", "skipped"):
            yield from differ(f"{suite.name}: {kind}", getattr(suite, kind) or 0, own[kind])
        found += own
    for kind in ("tests", "failures", "errors", "skipped"):
        yield from differ(f"all {kind}", getattr(read, kind) or 0, found[kind])
    yield from differ("failures", found["failures"], report.counts()["fail"])
    yield from differ("errors", found["errors"], report.counts()["unknown"] + report.counts()["error"])
    yield from differ("tests", found["tests"], report.counts()["judged"])


@part("sarif")
def read_sarif(report):
    """The official schema holds; a result for each failure and error, a run for each organization."""
    log = json.loads(report.text())
    official = os.environ.get("SARIF_SCHEMA") or ROOT / "../shared/formats/sarif-schema-2.1.0.json"
    for error in itertools.islice(schema(official, lenient)(log), 5):
        yield f"{error.json_path}: {error.message[:300]}"
    yield from differ("runs", len(log["runs"]), report.counts()["organizations"])
    results = [result for run in log["runs"] for result in run["results"]]
    yield from differ("results", len(results), report.counts()["fail"] + report.counts()["errors"])
    told = [note for run in log["runs"] for note in run["invocations"][0].get("toolExecutionNotifications", [])]
    yield from differ("notifications", len(told), report.counts()["unknown"])


@part("github")
def read_github(report):
    """The counts of annotations, as far as a runner keeps them."""
    kinds = collections.Counter(re.findall(r"^::(\w+)", report.text(), re.MULTILINE))
    strange = set(kinds) - {"error", "warning", "notice"}
    if strange:
        yield f"commands that are none of ours: {strange}"
    yield from differ("errors", kinds["error"], min(10, report.counts()["fail"] + report.counts()["errors"]))
    yield from differ("warnings", kinds["warning"], min(10, report.counts()["unknown"]))


@part("markdown")
def read_markdown(report):
    """CommonMark with tables and no markup but what folds; short enough for a comment."""
    from markdown_it import MarkdownIt

    text = report.text()
    if len(text) > 65_536:
        yield f"{len(text)} characters"
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    inner = [token for token in tokens if token.children for token in token.children]
    for token in [*tokens, *inner]:
        if token.type in ("html_block", "html_inline"):
            rest = re.sub(r"</?(details|summary|br|b|strong|code)( open)?\s*/?>", "", token.content)
            if re.search(r"<[a-zA-Z!?/]", rest):
                yield f"markup: {token.content[:200]!r}"
        if token.type in ("link_open", "image") and hostile.MARK in str(token.attrs):
            yield f"a link: {token.attrs}"
    for key in ("fail", "unknown"):
        if str(report.counts()[key]) not in re.findall(r"\d+", text):
            yield f"{report.counts()[key]} ({key}) is not in it"


@part("xlsx", takes=in_one_language)
def read_xlsx(report):
    """openpyxl: no formulas, dates that are dates, heads that stay, a row for each finding."""
    import openpyxl

    book = openpyxl.load_workbook(report.path)
    rows, days = {}, 0
    for sheet in book:
        rows[sheet.title] = sheet.max_row
        if sheet.max_row > 30 and not sheet.freeze_panes:
            yield f"{sheet.title}: its head does not stay"
        for cell in (cell for row in sheet.iter_rows() for cell in row if cell.value is not None):
            if cell.data_type == "f":
                yield f"{sheet.title}!{cell.coordinate}: a formula"
            elif cell.is_date:
                days += 1
            elif isinstance(cell.value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", cell.value):
                yield f"{sheet.title}!{cell.coordinate}: a date as text"
            if cell.hyperlink is not None and not cell.hyperlink.location:
                yield f"{sheet.title}!{cell.coordinate}: a link to {cell.hyperlink.target}"
    if not days:
        yield "there is no date in it"
    if report.counts()["findings"] + 1 not in rows.values():
        yield f"no sheet has a row for each of {report.counts()['findings']} findings: {rows}"


@functools.cache
def oscal_models():
    from trestle.oscal.assessment_results import AssessmentResults
    from trestle.oscal.catalog import Catalog
    from trestle.oscal.poam import PlanOfActionAndMilestones

    return {"oscal": AssessmentResults, "oscal-poam": PlanOfActionAndMilestones, "oscal-catalog": Catalog}


def values_of(node, key):
    """Everything that stands under `key`, however deep."""
    if isinstance(node, dict):
        for name, inner in node.items():
            if name == key:
                yield inner
            yield from values_of(inner, key)
    elif isinstance(node, list):
        for inner in node:
            yield from values_of(inner, key)


@part("oscal", "oscal-poam", "oscal-catalog")
def read_oscal(report):
    """compliance-trestle reads it, writes it back the same, and each uuid is one thing's."""
    raw = json.loads(report.text())
    model = oscal_models()[report.format].oscal_read(report.path)
    again = json.loads(model.oscal_serialize_json())
    if len(list(values_of(again, "uuid"))) != len(list(values_of(raw, "uuid"))):
        yield "something was lost between reading and writing"
    twice = [uuid for uuid, times in collections.Counter(values_of(raw, "uuid")).items() if times > 1]
    if twice:
        yield f"uuid of several: {twice[:3]}"
    for result in values_of(raw, "findings"):
        targets = collections.Counter(finding["target"]["target-id"] for finding in result)
        several = [target for target, times in targets.items() if times > 1]
        if several:
            yield f"objectives with several findings: {several[:3]}"
    known = set(values_of(raw, "uuid"))
    for key in ("observation-uuid", "risk-uuid", "subject-uuid", "party-uuids", "actor-uuid"):
        used = [uuid for value in values_of(raw, key) for uuid in (value if isinstance(value, list) else [value])]
        lost = sorted(set(used) - known)
        if lost:
            yield f"{key} that is nothing's: {lost[:3]}"


# --- Programs that are given all files at once.


def run(command, seconds, **options):
    return subprocess.run(command, capture_output=True, encoding="utf-8", errors="replace", timeout=seconds, **options)


@part("sarif", to=TOGETHER)
def multitool(reports, out):
    """sarif-multitool validates all logs in one call."""
    log = out / "multitool.sarif"
    tool = Path(os.environ["CONSUMERS_TOOLS"]) / "node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool"
    environment = {**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"}
    files = [str(report.path) for report in reports]
    done = run([tool, "validate", *files, "--output", log, "--log", "ForceOverwrite"], 240, env=environment)
    results = {report.path.name: [] for report in reports}
    if not log.is_file():
        return [("all", [f"no log: {done.stdout[-1000:]}{done.stderr[-1000:]}"])]
    for result in json.loads(log.read_text(encoding="utf-8-sig"))["runs"][0].get("results", []):
        place = result["locations"][0]["physicalLocation"]
        name = place["artifactLocation"]["uri"].rsplit("/", 1)[-1]
        text = result["message"].get("text") or " ".join(result["message"].get("arguments", []))
        line = place.get("region", {}).get("startLine")
        results.setdefault(name, []).append(f"{line}: {result['ruleId']} {result.get('level', 'warning')}: {text[:300]}")
    if done.returncode:
        results.setdefault("all", []).append(f"ended with {done.returncode}: {done.stdout[-500:]}{done.stderr[-500:]}")
    return list(results.items())


@part("xlsx", to=TOGETHER)
def libreoffice(reports, out):
    """LibreOffice opens all workbooks in one call and finds the rows that were written."""
    folder = out / "libreoffice"
    folder.mkdir(exist_ok=True)
    for old in folder.glob("*.csv"):
        old.unlink()
    every_sheet = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
    command = ["soffice", f"-env:UserInstallation=file://{out}/libreoffice-profile", "--headless", "--norestore",
               "--convert-to", every_sheet, "--outdir", folder, *[report.path for report in reports]]
    done = run(command, 300)
    results = []
    for report in reports:
        sheets = sorted(folder.glob(f"{report.path.stem}-*.csv"))
        problems = [] if sheets else [f"was not opened: {done.stderr[-300:]}"]
        rows = []
        for sheet in sheets:
            text = sheet.read_bytes().decode()
            rows.append(sum(1 for row in csv.reader(io.StringIO(text, newline="")) if any(row)))
            if re.search(r"#(NAME|REF|VALUE|N/A|DIV/0)|Err:\d", text):
                problems.append(f"{sheet.name}: an error in a cell")
        if sheets and report.counts()["findings"] + 1 not in rows:
            problems.append(f"no sheet has a row for each of {report.counts()['findings']} findings: {rows}")
        results.append((report.path.name, problems))
    if re.search(r"error|warn", done.stderr, re.IGNORECASE) and "javaldx" not in done.stderr:
        results.append(("all", [done.stderr[-500:]]))
    return results


@part("html", to=TOGETHER, takes=lambda report: report.name == "center" or in_one_language(report))
def chromium(reports, out):
    """Chromium opens each page; pages.mjs says what it looks for."""
    summaries = {str(report.path): report.counts() for report in reports}
    (out / "pages").mkdir(exist_ok=True)
    tools = os.environ["CONSUMERS_TOOLS"]
    done = run(["node", Path(__file__).with_name("pages.mjs"), tools, out / "pages"], 600, input=json.dumps(summaries))
    results = {report.path.name: [] for report in reports}
    for line in done.stdout.splitlines():
        told = json.loads(line)
        results[Path(told["page"]).name].append(told["problem"])
    if done.returncode:
        results["all"] = [f"ended with {done.returncode}: {done.stderr[-1000:]}"]
    return list(results.items())


@part(to=TOGETHER)
def precommit(_, out):
    """pre-commit reads the hooks as it does when they are installed."""
    tool = Path(os.environ["CONSUMERS_TOOLS"]) / "venv/bin/pre-commit"
    environment = {**os.environ, "PRE_COMMIT_HOME": str(out / "pre-commit")}
    done = run([tool, "validate-manifest", ROOT / ".pre-commit-hooks.yaml"], 60, env=environment)
    return [(".pre-commit-hooks.yaml", [done.stdout + done.stderr] if done.returncode else [])]
