"""Many hostile facts, every format: nothing hidden is seen, nothing of the answers becomes markup, nothing crashes.

    fuzz.py JOBUN COUNT SEED

COUNT documents with the small vocabulary of hostile/, in runs of up to 200: together in the formats that hold many
organizations, and each in a file of its own in those that hold one. With each run two documents alone in every format,
a shipped organization with other texts, and a few documents with mistakes.
"""

import csv
import functools
import io
import json
import os
import random
import re
import shutil
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
import zipfile
from multiprocessing import Pool
from pathlib import Path

import cmarkgfm
from cmarkgfm.cmark import Options
from selectolax.lexbor import LexborHTMLParser

import hostile
from formats import LANGS, OF_ONE, ROOT, Jobun

BATCH = 200
HOSTILE = ["--policies", str(Path(__file__).parent / "hostile/packs"),
           "--schema", str(Path(__file__).parent / "hostile/facts.schema.json")]
BASES = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(ROOT.glob("fixtures/organizations/*.json"))]
UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c\ufffe\uffff]")
# With `human` alone a terminal is moved; a spreadsheet or a page shows what a mark of direction does.
PRINTABLE_ONLY = ("human", "csv", "markdown", "html", "junit", "github")


@functools.lru_cache(maxsize=1)
def nodes_of(page):
    """Every element, text and comment of a page."""
    return list(LexborHTMLParser(page).root.traverse(include_text=True))


@functools.lru_cache(maxsize=1)
def page_of(markdown):
    """Markdown as a page, with whatever markup it lets through."""
    return cmarkgfm.github_flavored_markdown_to_html(markdown, options=Options.CMARK_OPT_UNSAFE)


def shapes_of_page(page):
    """The elements of a page, each with the names of its attributes; scripts and styles by their text too."""
    found = set()
    for node in nodes_of(page):
        if node.tag == "-text":
            continue
        found.add(node.tag)
        for name, value in node.attributes.items():
            found.add(f"{node.tag} {name}")
            if name in ("href", "src", "action", "style") and hostile.MARK in (value or ""):
                found.add(f'{node.tag} {name}="{value[:80]}"')
        if node.tag in ("script", "style") and node.attributes.get("type") != "application/json":
            found.add(f"{node.tag}: {node.text()}")
    return found


def shapes_of_markdown(text):
    return shapes_of_page(page_of(text))


def shapes_of_xml(text):
    if "<!DOCTYPE" in text:
        raise ValueError("a document type")
    elements = list(ET.fromstring(text.encode()).iter())
    return {element.tag for element in elements} | {f"{e.tag} {name}" for e in elements for name in e.attrib}


SHAPES = {"html": shapes_of_page, "markdown": shapes_of_markdown, "junit": shapes_of_xml}


def check_json(text, _):
    json.loads(text)


def check_lines(text, _):
    for line in text.removesuffix("\n").split("\n"):
        json.loads(line)


def check_csv(text, _):
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True))
    wide = [row for row in rows if len(row) != len(rows[0])]
    assert not wide, f"rows of another width: {wide[0]}"
    formulas = [cell for row in rows for cell in row if re.match(r"[=+@\t\r]|-(?!\d+(\.\d+)?$)", cell)]
    assert not formulas, f"a spreadsheet takes this for a formula: {formulas[0]!r}"


def check_markdown(text, _):
    assert len(text) <= 65536, f"{len(text)} characters"
    for node in nodes_of(page_of(text)):
        if node.tag == "-text" and node.parent.tag not in ("code", "pre"):
            plain = node.text(deep=False)
            assert not re.search(r"(?<![\w])@" + hostile.MARK, plain), f"somebody is called: {plain!r}"


def check_log(text, _):
    """What a build server reads in a log holds no command: a line that begins so, or an older one anywhere."""
    for line in text.split("\n"):
        assert not line.lstrip().startswith("::") and "##[" not in line, f"a command: {line[:200]!r}"


def check_github(text, _):
    for line in text.split("\n"):
        if not line.lstrip().startswith("::"):
            # Printed as it is; a runner finds commands of its older kind anywhere in a line.
            assert "##[" not in line and "\r" not in line, f"a command: {line[:200]!r}"
            continue
        command = re.fullmatch(r"::(error|warning|notice)( [^:]*)?::[^\r]*", line)
        assert command, f"no annotation: {line[:200]!r}"
        for given in (command[2] or "").strip().split(","):
            name = given.split("=")[0]
            assert name in ("", "file", "line", "col", "endLine", "endColumn", "title"), f"a property {given!r}"


CHECKS = {"human": check_log, "json": check_json, "ndjson": check_lines, "sarif": check_json, "csv": check_csv, "github": check_github,
          "markdown": check_markdown, "oscal": check_json, "oscal-poam": check_json, "oscal-catalog": check_json}


# What stands in every page alike, word for word: its style and its script. It is looked at once.
OURS = []


def texts_of(format, raw):
    """The texts a file holds."""
    if format != "xlsx":
        text = raw.decode()
        for ours in OURS if format == "html" else ():
            text = text.replace(ours, "")
        yield text
        return
    with zipfile.ZipFile(io.BytesIO(raw)) as book:
        for name in book.namelist():
            text = book.read(name).decode()
            ET.fromstring(text)
            assert not re.search(r"<f[ >/]|<hyperlink|TargetMode=\"External\"", text), f"{name}: a formula or a link"
            assert not UNPRINTABLE.search(text), f"{name}: {UNPRINTABLE.search(text)[0]!r}"
            yield text


def problems_of(format, raw, shapes):
    """What is wrong with a report in `format`."""
    try:
        texts = list(texts_of(format, raw))
        for text in texts:
            leaks = sorted(hostile.leaks(text, format))
            if leaks:
                yield f"{leaks[0]!r} and {len(leaks) - 1} more can be read"
            strange = UNPRINTABLE.search(text.replace("\r\n", "\n"))
            if format in PRINTABLE_ONLY and strange:
                yield f"{strange[0]!r} is printed"
            if format in SHAPES:
                for strange in sorted(SHAPES[format](text) - shapes[format]):
                    yield f"markup that is not ours: {strange[:200]}"
            if format in CHECKS:
                CHECKS[format](text, raw)
    except Exception as error:  # whatever a reader says of it is the answer
        yield f"{type(error).__name__}: {str(error)[:300]}"


# What must be found in reports: a fuzz that looks no more has to fail.
PLANTED = [
    ("json", '{"a": "%s"}' % hostile.NUMBERS[0]),
    ("json", '{"a": "%s\\u0000%s"}' % (hostile.NUMBERS[0][:4], hostile.NUMBERS[0][4:])),
    ("json", '{"a": 1,}'),
    ("ndjson", '{}\n\n{}\n'),
    ("human", "\x1b[31m"),
    ("human", "5 April 1815"),
    ("human", "a\n  ::error::b"),
    ("human", "a ##[error]b"),
    ("human", hostile.NUMBERS[1].translate(hostile.WIDE)),
    ("csv", "a,b\r\n1\r\n"),
    ("csv", "a,b\r\n1,=1\r\n"),
    ("csv", f"a\r\n{hostile.SECRET}b\r\n"),
    ("markdown", "<hostile>"),
    ("markdown", "[a](http://hostile.example)"),
    ("markdown", "a @hostile b"),
    ("markdown", hostile.NUMBERS[2][:4] + "\\-" + hostile.NUMBERS[2][4:]),
    ("html", "<p onclick=a>"),
    ("html", "<script>hostile()</script>"),
    ("html", hostile.NUMBERS[3][:4] + "&#x2d;" + hostile.NUMBERS[3][4:]),
    ("junit", "<testsuites><hostile/></testsuites>"),
    ("junit", "<testsuites>&hostile;</testsuites>"),
    ("sarif", '{\n"uri": "%s%%20%s"}' % (hostile.NUMBERS[4][:4], hostile.NUMBERS[4][4:])),
    ("github", "a ##[error]b"),
    ("github", "::add-mask::b"),
    ("github", "::error file=a,hostile=b::c"),
]


def harmless(made, words):
    """A document with plain words for its texts."""
    if isinstance(made, dict):
        return {(key if key.isascii() and key.islower() and len(key) < 20 else "note"): harmless(inner, words)
                for key, inner in made.items()}
    if isinstance(made, list):
        return [harmless(inner, words) for inner in made]
    if not isinstance(made, str) or re.fullmatch(r"never|red|green|\d{4}-\d\d-\d\d", made):
        return made
    return words.setdefault(made, f"word{len(words)}")


class Fuzz:
    """What all runs share."""

    def __init__(self, jobun, formats, folder):
        self.jobun, self.formats, self.folder = jobun, formats, folder
        self.many = [name for name in formats if name not in OF_ONE]
        # The catalogue holds no answers.
        self.single = [name for name in formats if name in OF_ONE and name != "oscal-catalog"]
        self.shapes = {name: set() for name in SHAPES}
        self.learn()

    def learn(self):
        """The markup of reports on facts that are not hostile."""
        rng = random.Random(0)
        place = self.folder / "harmless.json"
        samples = [(ROOT / "fixtures/organizations/center.json", []), (ROOT / "fixtures/organizations/contractor.json", [])]
        for n in range(12):
            document = place.with_stem(f"harmless-{n}")
            document.write_text(json.dumps(harmless(hostile.document(rng), {})), encoding="utf-8")
            samples.append((document, HOSTILE))
        for facts, options in samples:
            for lang in LANGS:
                run, files = self.jobun.eval([facts], self.folder, "harmless", [f for f in SHAPES if f in self.formats],
                                             lang, options)
                for format, file in files.items():
                    if not file.is_file():
                        raise SystemExit(f"{facts} as {format}: {run.stderr}")
                    text = file.read_text(encoding="utf-8")
                    self.shapes[format] |= SHAPES[format](text)
                    if format == "html" and not OURS:
                        OURS.extend(re.findall(r"<(?:style|script)>[^<]*</(?:style|script)>", text))

        for format, text in PLANTED:
            if not list(problems_of(format, text.encode(), self.shapes)):
                raise SystemExit(f"nothing is found in {text!r} as {format}")

    def batch(self, seed, count):
        """One run of many documents and a few single ones; gives how many reports were read and what was wrong."""
        rng = random.Random(seed)
        folder = self.folder / f"batch-{seed}"
        folder.mkdir()
        lang = LANGS[seed % 2]
        wrong, read = [], 0

        def look(run, files, what):
            nonlocal read
            if run.returncode not in (0, 1, 2, 3):
                wrong.append(f"{what}: exit code {run.returncode}: {run.stderr[-500:]}")
                return
            wrong.extend(f"{what}: standard error: {problem}" for problem in problems_of("human", run.stderr.encode(), {}))
            for format, file in files.items():
                if not file.is_file():
                    wrong.append(f"{what}: {format}: no report: {run.stderr[-300:]}")
                    continue
                read += 1
                wrong.extend(f"{what}: {format}: {problem}" for problem in problems_of(format, file.read_bytes(), self.shapes))

        names = []
        for n in range(count):
            strange = re.sub(r"[/\0]", "", hostile.text(rng))[:40] if n % 20 == 0 else ""
            names.append(f"{n}{strange}.json")
            (folder / names[-1]).write_bytes(hostile.written(rng, hostile.document(rng)))
        look(*self.jobun.eval(names, folder, "many", self.many, lang, HOSTILE, folder), f"seed {seed}, {lang}")
        each = folder / "each"
        run, files = self.jobun.eval_each(names, each, self.single, lang, HOSTILE, folder)
        for format, found in files.items():
            if len(found) != count:
                wrong.append(f"seed {seed}, {lang}: {format}: {len(found)} of {count} files: {run.stderr[-300:]}")
            for file in found:
                look(run, {format: file}, f"seed {seed}, {lang}, {file.name!r}")
        for name in names[:: max(1, count // 2)][:2]:
            what = f"seed {seed}, {lang}, {name!r} alone"
            look(*self.jobun.eval([name], folder, "one", self.formats, lang, HOSTILE, folder), what)
        if seed % 5 == 0:
            base = rng.randrange(len(BASES))
            (folder / "shipped-facts.json").write_bytes(hostile.written(rng, hostile.rewritten(rng, BASES[base])))
            what = f"seed {seed}, {lang}, shipped organization {base}"
            look(*self.jobun.eval(["shipped-facts.json"], folder, "shipped", self.formats, lang, [], folder), what)
        for n in range(2):
            (folder / f"broken-{n}.json").write_text(hostile.broken(rng), encoding="utf-8")
        run, files = self.jobun.eval(["broken-0.json", "broken-1.json"], folder, "broken", ["human"], lang, HOSTILE, folder)
        problems = problems_of("human", run.stderr.encode(), {})
        wrong.extend(f"seed {seed}, broken: standard error: {problem}" for problem in problems)
        if run.returncode not in (0, 1, 2, 3):
            wrong.append(f"seed {seed}, broken: exit code {run.returncode}: {run.stderr[-500:]}")
        if wrong and os.environ.get("KEEP"):
            print(f"kept: {folder}")
        else:
            shutil.rmtree(folder)
        return read, wrong


def workplace():
    """A folder for files that do not stay: in memory where there is room, since each is waited for on a disk."""
    memory = Path("/dev/shm")
    roomy = not os.environ.get("TMPDIR") and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 2**30
    return Path(tempfile.mkdtemp(prefix="jobun-fuzz-", dir=memory if roomy else None))


def work(task):
    return FUZZ.batch(*task)


if __name__ == "__main__":
    count, first = int(sys.argv[2]), int(sys.argv[3])
    began = time.monotonic()
    jobun = Jobun(sys.argv[1])
    formats = os.environ["FORMATS"].split(",") if os.environ.get("FORMATS") else jobun.formats()
    folder = workplace()
    FUZZ = Fuzz(jobun, formats, folder)
    tasks = [(first + n, min(BATCH, count - n * BATCH)) for n in range((count + BATCH - 1) // BATCH)]
    read, wrong = 0, []
    with Pool(os.cpu_count()) as pool:
        for more, problems in pool.imap_unordered(work, tasks):
            read += more
            wrong += problems
    for problem in wrong[:60]:
        print(problem)
    if len(wrong) > 60:
        print(f"… and {len(wrong) - 60} more")
    if not os.environ.get("KEEP"):
        shutil.rmtree(folder)
    print(f"{count} hostile documents, {read} reports in {', '.join(formats)}, {time.monotonic() - began:.0f} s")
    failed = len({problem.split(':')[0] for problem in wrong})
    print(f"{len(tasks) - min(failed, len(tasks))} passed, {min(failed, len(tasks))} failed")
    sys.exit(1 if wrong else 0)
