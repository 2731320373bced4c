"""Writes reports and reads them back: consumers.py JOBUN OUTDIR [PART…]

Each part reads one format and gives, for each file, what is wrong with it. What is counted is compared with the JSON.
"""

import json
import os
import random
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import Pool
from pathlib import Path

import hostile
import parts
from formats import ENDINGS, LANGS, OF_ONE, ROOT, Jobun
from parts import Report

# Organizations of the fixtures whose answers become hostile.
HOSTILE = ("center", "regional-union-sub-processor-leak")
# Several organizations in one run, for the formats that hold several.
ALL = "all"


def organizations(out):
    """The facts by name: the fixtures, and some of them with hostile texts."""
    found = {path.stem: path for path in sorted(ROOT.glob("fixtures/organizations/*.json"))}
    folder = out / "facts"
    folder.mkdir(parents=True, exist_ok=True)
    for seed, name in enumerate(HOSTILE):
        base = json.loads(found[name].read_text(encoding="utf-8"))
        rng = random.Random(seed)
        path = folder / f"hostile-{name}.json"
        path.write_bytes(hostile.written(rng, hostile.rewritten(rng, base)))
        found[path.stem] = path
    return found


def write(jobun, out, formats):
    """One run for each organization and language, and one for all together."""
    folder, sums = out / "reports", out / "counts"
    for emptied in (folder, sums):
        emptied.mkdir(parents=True, exist_ok=True)
        for old in emptied.iterdir():
            old.unlink()
    facts = {name: path.relative_to(ROOT) if path.is_relative_to(ROOT) else path
             for name, path in organizations(out).items()}
    runs = [(name, [path], formats, lang) for name, path in facts.items() for lang in LANGS]
    several = [format for format in formats if format not in OF_ONE]
    runs += [(ALL, list(facts.values()), several, lang) for lang in LANGS]

    def one(run):
        name, paths, formats, lang = run
        done, files = jobun.eval(paths, folder, f"{name}.{lang}", formats, lang)
        problems = [f"{format}: there is no report" for format, file in files.items() if not file.is_file()]
        if done.stderr:
            problems.append(f"standard error: {done.stderr[:500]}")
        if not problems:
            evaluations = json.loads(files["json"].read_bytes())
            counts = parts.counted(evaluations if isinstance(evaluations, list) else [evaluations])
            (sums / f"{name}.{lang}.json").write_text(json.dumps(counts))
            if done.returncode != counts["exit"]:
                problems.append(f"exit code {done.returncode}, not {counts['exit']}")
        return f"{name}.{lang}", problems

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(one, runs))
    known = jobun.formats()
    if set(known) != set(ENDINGS):
        results.append(("--help", [f"the formats are {known}; this script knows {list(ENDINGS)}"]))
    return results


def reports(out):
    """What was written, by format."""
    found = {format: [] for format in ENDINGS}
    for path in sorted((out / "reports").iterdir()):
        name, lang, ending = path.name.split(".", 2)
        format = next(format for format, known in ENDINGS.items() if known == ending)
        found[format].append(Report(path, name, lang, format))
    return found


def alone(task):
    part, report = task
    try:
        return report.path.name, list(part(report))
    except Exception as error:  # whatever a consumer says of a file is the answer
        return report.path.name, [f"{type(error).__name__}: {str(error)[:1000]}"]


def main():
    jobun, out = Jobun(sys.argv[1]), Path(sys.argv[2]).absolute()
    asked = sys.argv[3:] or ["write", *parts.EACH, *parts.TOGETHER]
    strange = set(asked) - {"write", *parts.EACH, *parts.TOGETHER}
    if strange:
        raise SystemExit(f"the parts are {' '.join(['write', *parts.EACH, *parts.TOGETHER])}")
    formats = os.environ["FORMATS"].split(",") if os.environ.get("FORMATS") else list(ENDINGS)
    began, passed, failed = time.monotonic(), 0, 0

    def tell(part, results):
        nonlocal passed, failed
        wrong = [(name, problem) for name, problems in results for problem in problems]
        bad = {name for name, _ in wrong}
        passed += len(results) - len(bad)
        failed += len(bad)
        for name, problem in wrong[:40]:
            print(f"FAILED {part}: {name}: {problem}")
        if len(wrong) > 40:
            print(f"FAILED {part}: … and {len(wrong) - 40} more")
        print(f"{part}: {len(results)} read, {len(bad)} wrong ({time.monotonic() - began:.0f} s)", flush=True)

    if "write" in asked:
        tell("write", write(jobun, out, formats))
    found = reports(out)
    with Pool(os.cpu_count()) as pool:
        for name, part in parts.EACH.items():
            if name in asked:
                tasks = [(part, report) for format in part.formats for report in found[format] if part.takes(report)]
                if not tasks:
                    failed += 1
                    print(f"FAILED {name}: there is nothing to read")
                tell(name, pool.map(alone, tasks, chunksize=1))
    together = {name: part for name, part in parts.TOGETHER.items() if name in asked}
    # They are programs of their own, and mostly use one processor each.
    with ThreadPoolExecutor(max(1, len(together))) as pool:
        results = [
            pool.submit(part, [report for format in part.formats for report in found[format] if part.takes(report)], out)
            for part in together.values()
        ]
        for name, result in zip(together, results):
            tell(name, result.result())
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
