"""The formats of `jobun eval`, and how it is called."""

import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
AS_OF = "2026-11-22"
LANGS = ("ja", "en")

# Every format with the ending of its file. `jobun eval --help` must list the same.
ENDINGS = {
    "human": "txt",
    "json": "json",
    "ndjson": "ndjson",
    "csv": "csv",
    "markdown": "md",
    "xlsx": "xlsx",
    "html": "html",
    "junit": "xml",
    "sarif": "sarif",
    "github": "annotations",
    "oscal": "oscal.json",
    "oscal-poam": "poam.json",
    "oscal-catalog": "catalog.json",
}
# Those that hold one organization.
OF_ONE = ("html", "oscal", "oscal-poam", "oscal-catalog")


class Jobun:
    """The command under test."""

    def __init__(self, path):
        self.path = os.path.abspath(path)

    def formats(self):
        """The formats it knows, those of ENDINGS first."""
        said = self.run(["eval", "--help"]).stdout
        section = said.split("--format <FORMAT>", 1)[1].split("-o, --output", 1)[0]
        known = [line.strip()[2:].split(":")[0] for line in section.splitlines() if line.strip().startswith("- ")]
        return [name for name in ENDINGS if name in known] + [name for name in known if name not in ENDINGS]

    def run(self, args, cwd=ROOT):
        return subprocess.run([self.path, *args], capture_output=True, encoding="utf-8", errors="surrogateescape",
                              cwd=cwd, timeout=300)

    def eval_each(self, facts, folder, formats, lang, options=(), cwd=ROOT):
        """Writes a file for each of `facts` in each of `formats` to FOLDER/; gives the run and the files by format."""
        outputs = [word for known in formats for word in ("--format", known, "--output", f"{folder}/")]
        args = ["eval", "--as-of", AS_OF, "--lang", lang, *outputs, *options, "--", *map(str, facts)]
        run = self.run(args, cwd)
        return run, {known: sorted(Path(folder).glob(f"*.{ENDINGS[known]}")) for known in formats}

    def eval(self, facts, folder, name, formats, lang, options=(), cwd=ROOT):
        """Writes `facts` in each of `formats` to FOLDER/NAME.ENDING in one run; gives the run and the files."""
        places = {known: Path(folder).absolute() / f"{name}.{ENDINGS[known]}" for known in formats}
        outputs = [word for known, place in places.items() for word in ("--format", known, "--output", str(place))]
        args = ["eval", "--as-of", AS_OF, "--lang", lang, *outputs, *options, "--", *map(str, facts)]
        return self.run(args, cwd), places
