"""Facts whose answers are hostile, the same ones for the same seed.

    hostile.py FOLDER COUNT SEED [BASE.json]

writes COUNT documents: after hostile/facts.schema.json, or, with a BASE, copies of it in which every free text is
another one. What must never be seen in a report is told by `leaks`.
"""

import copy
import html
import json
import random
import re
import sys
import urllib.parse
from pathlib import Path

HERE = Path(__file__).parent
FACTS = json.loads((HERE.parents[1] / "schemas/facts.schema.json").read_text(encoding="utf-8"))

# --- What must not be seen: numbers shaped like a My Number, and answers to sensitive questions.


def with_check_digit(eleven):
    """Eleven digits and the one that checks them."""
    weighted = sum(int(d) * (n + 1 if n <= 6 else n - 5) for n, d in enumerate(reversed(eleven), 1))
    return eleven + ("0" if weighted % 11 <= 1 else str(11 - weighted % 11))


# A few numbers in many dresses: so no other row of digits is taken for one of them by chance.
NUMBERS = [with_check_digit(f"{n * 67004170123 % 10**11:011}") for n in range(71, 87)]
SECRET = "SECRET-"
SECRET_YEARS = range(1811, 1820)
SECRET_ACCOUNT = "771771771771"

WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
BETWEEN = [" ", "-", ".", ",", "/", "_", ":", "　", "・", "．", "ー", "－", "−", "‐", "–", "\u200b", "\u2060", "\ufeff"]
BETWEEN += ["\u00ad", "\t", "\n", "|", "\\", "\u202e", "\u200f", " - ", "\u0000", "~", "、", "･", "～", "─", "﹣", "    ", "(", ")", "][", "·",
            "。", "#", "+", "=", "*", "'", ";", "&", "\ufe0f", "\u180e", "\u3164", "\u2800", "\U000e0020", "\u0301"]


def dressed(rng):
    """A number in some width and grouping."""
    number = rng.choice(NUMBERS)
    sizes = rng.choice([[12], [4, 4, 4], [4, 4, 4], [3, 3, 3, 3], [6, 6], [1] * 12, [2, 5, 5], [11, 1]])
    groups, at = [], 0
    for size in sizes:
        group = number[at : at + size]
        groups.append(group.translate(WIDE) if rng.random() < 0.4 else group)
        at += size
    if rng.random() < 0.5:
        return rng.choice(BETWEEN).join(groups)
    return "".join(group + (rng.choice(BETWEEN) if n < len(groups) else "") for n, group in enumerate(groups, 1))


def secret(rng):
    """An answer to a sensitive question."""
    word = SECRET + "".join(rng.choices("bcdfghjkmnpqrstvwxz", k=10))
    return rng.choice([word, word, f"<b>{word}</b>", f'"{word}"', f"名前{word}、", f"={word}", f"{word}\u202e|"])


def secret_day(rng):
    return f"{rng.choice(SECRET_YEARS)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"


def secret_account(rng):
    return int(SECRET_ACCOUNT + str(rng.randint(100, 999)))


# A day of those years, as any report may write it.
SECRET_DAY = re.compile(r"181[1-9](?:-[01]\d-[0-3]\d|年|/\d\d?/\d)|(?<=\d, )181[1-9]\b|(?<=[a-z] )181[1-9]\b")
SECRET_YEAR = re.compile("181[1-9]")
# Full width digits in UTF-8.
WIDE_BYTES = re.compile(b"\xef\xbc[\x90-\x99]")
NO_DIGITS = bytes(set(range(256)) - set(b"0123456789"))
# What may stand between its digits: no letter, but for the long vowel and one that is not seen.
GAP = "[\\W_ーｰ\u3164]{0,6}"
CLOSE = {
    number: re.compile(f"(?<![0-9０-９]){GAP.join(f'[{d}{d.translate(WIDE)}]' for d in number)}(?![0-9０-９])")
    for number in NUMBERS
}


def from_json(text):
    return re.sub(r"\\u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), text)


def from_links(text):
    # The digits of an escape are none of an answer.
    return re.sub(r'"(?:uri|href)": "[^"]*"', lambda link: urllib.parse.unquote(link[0]), from_json(text))


def from_markdown(text):
    return text + "\n" + html.unescape(re.sub(r"\\(?=[^\w\s])", "", text))


# How the text of a format is read; any other as it stands.
READERS = {
    "json": from_json,
    "ndjson": from_json,
    "oscal": from_links,
    "oscal-poam": from_links,
    "oscal-catalog": from_links,
    "sarif": from_links,
    "markdown": from_markdown,
    "html": lambda text: text + "\n" + html.unescape(from_json(text)),
    "junit": html.unescape,
    "xlsx": html.unescape,
    "github": urllib.parse.unquote,
}


def leaks(text, format=""):
    """What of the hidden can be read in a report in `format`."""
    text = READERS.get(format, str)(text)
    found = {word for word in (SECRET, SECRET_ACCOUNT) if word in text}
    for year in SECRET_YEAR.finditer(text):
        found.update(day[0] for day in SECRET_DAY.finditer(text, max(0, year.start() - 2), year.end() + 8))
    raw = text.encode("utf-8", "surrogatepass")
    raw = WIDE_BYTES.sub(lambda wide: bytes([wide[0][2] - 0x60]), raw)
    digits = raw.translate(None, NO_DIGITS)
    for number, close in CLOSE.items():
        # Digits of different answers may stand in a row once everything between them is taken away.
        if number.encode() in digits and (match := close.search(text)):
            found.add(match[0])
    return found


# --- What must stay text.

# An element or attribute of this name is in no report of ours.
MARK = "hostile"
MARKUP = [
    "<script>hostile()</script>",
    '"><img src=x onerror=hostile()>',
    "'><svg/onload=hostile()>",
    "</title></style></script></textarea><hostile>",
    "<hostile a=b>",
    "<!-- hostile",
    "--><hostile>",
    "<![CDATA[ <hostile/> ]]>",
    "]]>",
    "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY hostile SYSTEM 'file:///etc/passwd'>]>&hostile;",
    "&lt;hostile&gt;",
    "&amp;&quot;&#60;hostile&#62;",
    "{{7*7}}",
    "${7*7}",
    "{% raw %}<hostile>",
    "{name}",
    "{count}",
    "=hostile()",
    "+hostile()",
    "-hostile()",
    "@hostile",
    "=HYPERLINK(\"http://hostile.example\",\"hostile\")",
    "=cmd|' /C calc'!A0",
    "\t=hostile()",
    "|",
    "a | b || c |",
    "`",
    "``` hostile",
    "`<hostile>`",
    "\n```\n<hostile>\n```\n",
    "\n\n# hostile\n\n* hostile\n",
    "\n\n<hostile>\n\n",
    "[hostile](javascript:hostile())",
    "![hostile](http://hostile.example/a.png)",
    "<http://hostile.example/>",
    "http://hostile.example/ www.hostile.example hostile@hostile.example",
    "[hostile]: http://hostile.example",
    "~~hostile~~ **hostile** _hostile_ #1 :+1:",
    "</details><hostile>",
    "</td></tr></table><hostile>",
    "\r\n::error file=hostile::hostile",
    "\n::stop-commands::hostile",
    "%0A::error::hostile",
    "::add-mask::hostile",
    "##[error]hostile",
    "##[set-output name=hostile;]hostile",
    "a,b;c\"d'e",
    '","hostile',
    '"\r\nhostile,hostile\r\n',
    "\\",
    "\\\"",
    "\\u003chostile\\u003e",
    "javascript:hostile()",
    "data:text/html,<hostile>",
    "../../etc/passwd",
    "file:///etc/passwd",
    "\u0000",
    "\u0000\u0001\u0008\u000b\u000c\u001f",
    "\u001b[31mhostile\u001b[0m\u001b]0;hostile\u0007",
    "\u009b31m\u0085",
    "\u202ehostile\u202c\u2066\u2069",
    "\u200e\u200f\u061c",
    "\u2028\u2029\ufeff\ufffe\uffff",
    "e\u0301\u0301\u0301\u0301\u0301\u0301",
    "שלום عربى",
    "𠮷野家👩‍👩‍👧‍👦",
    "  ",
    "",
]
PLAIN = ["あけぼの商事", "Acme", "会員係", "第1条", "2026-11-22", "1,234", "株式会社みどり", "a"]


def text(rng):
    """A free text."""
    pieces = []
    for _ in range(rng.choice([1, 1, 2, 3])):
        kind = rng.random()
        if kind < 0.25:
            # Something on both sides, so that no digit of a neighbour makes it another number.
            pieces.append(rng.choice(["番号", "(", "x", "《"]) + dressed(rng) + rng.choice(["です", ")", "x", "》"]))
        elif kind < 0.85:
            pieces.append(rng.choice(MARKUP))
        else:
            pieces.append(rng.choice(PLAIN))
    if rng.random() < 0.002:
        pieces.append(rng.choice(["長い名前", "<hostile>", "W"]) * rng.randint(200, 10_000))
    return "".join(pieces)


def identifier(rng, taken):
    """A text that is no other element's."""
    while True:
        made = text(rng)[:200]
        made = made if made not in taken else f"{made}#{len(taken)}"
        if made not in taken:
            taken.add(made)
            return made


# --- Documents.


def some(rng, record):
    """A record with some answers left out; an id and a link stay."""
    kept = {key: value for key, value in record.items() if key in ("id", "person_id") or rng.random() < 0.85}
    return kept


def day(rng):
    return f"20{rng.randint(20, 29)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"


def document(rng):
    """A small document after hostile/facts.schema.json."""
    taken = set()

    def thing():
        return some(rng, {"id": identifier(rng, taken), "title": text(rng), "diagnosis": secret(rng), "due_on": day(rng),
                          "colour": rng.choice(["red", "green"])})

    def person():
        return some(rng, {"id": identifier(rng, taken), "name": text(rng), "alias": secret(rng),
                          "born_on": secret_day(rng), "trained_on": rng.choice([day(rng), "never"]),
                          "things": [thing() for _ in range(rng.choice([0, 1, 1, 2]))]})

    people = [person() for _ in range(rng.choice([0, 1, 1, 2]))]
    links = [some(rng, {"id": identifier(rng, taken), "person_id": rng.choice(people)["id"], "label": text(rng)})
             for _ in range(rng.choice([0, 0, 1])) if people]
    organization = {
        "id": text(rng),
        "name": text(rng),
        "motto": text(rng),
        "headcount": rng.choice([0, 7, 1000, int(rng.choice(NUMBERS)), float(rng.choice(NUMBERS))]),
        "tags": [text(rng) for _ in range(rng.choice([0, 1, 2]))],
        "notes": {text(rng): text(rng) for _ in range(rng.choice([0, 1, 1, 2]))},
        "password": secret(rng),
        "passwords": [secret(rng) for _ in range(rng.choice([0, 1, 2]))],
        "vault": {secret(rng): secret(rng) for _ in range(rng.choice([0, 1]))},
        "born_on": secret_day(rng),
        "account": secret_account(rng),
    }
    return some(rng, {"organization": some(rng, organization), "people": people, "links": links}) if not links else {
        "organization": some(rng, organization), "people": people, "links": links}


def resolved(schema):
    """A schema with its reference opened."""
    reference = schema.get("$ref")
    return {**FACTS["$defs"][reference.rsplit("/", 1)[1]], **schema} if reference else schema


def rewritten(rng, base):
    """A document of the shipped vocabulary with other texts: links still lead to what they led to."""
    names, taken = {}, set()

    def renamed(word):
        if word not in names:
            names[word] = identifier(rng, taken)
        return names[word]

    def walk(value, schema, key):
        schema = resolved(schema)
        if isinstance(value, dict):
            properties = schema.get("properties", {})
            return {name: walk(inner, properties.get(name, {}), name) for name, inner in value.items()}
        if isinstance(value, list):
            return [walk(inner, schema.get("items", {}), key) for inner in value]
        options = schema.get("anyOf", [schema])
        if not isinstance(value, str) or any(option.get("const") == value for option in options):
            return value
        is_link = any("x-ref" in option for option in [schema, *options])
        if is_link or key == "id":
            return renamed(value)
        if any("enum" in option or "pattern" in option for option in options):
            return value
        is_day = any("date" in str(option.get("$ref", option.get("format", ""))) for option in options)
        if schema.get("x-sensitive"):
            return secret_day(rng) if is_day else secret(rng)
        return value if is_day else text(rng)

    return walk(copy.deepcopy(base), FACTS, "")


def broken(rng):
    """A document with a mistake beside what must not be seen: a wrong key, a wrong type, or no JSON."""
    made = document(rng)
    organization = made.setdefault("organization", {})
    kind = rng.randrange(4)
    if kind == 0:
        organization[text(rng) or "x"] = secret_account(rng)
    elif kind == 1:
        organization["born_on"] = secret(rng)
        organization["account"] = secret(rng)
    elif kind == 2:
        organization["passwords"] = secret(rng)
    text_of = json.dumps(made, ensure_ascii=rng.random() < 0.5, indent=1)
    return text_of[: len(text_of) // 2] if kind == 3 else text_of


def written(rng, made):
    """The bytes of a document: escaped or not, on one line or several."""
    return json.dumps(made, ensure_ascii=rng.random() < 0.5, indent=rng.choice([None, 1])).encode()


def main():
    folder, count, seed = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    base = json.loads(Path(sys.argv[4]).read_text(encoding="utf-8")) if len(sys.argv) > 4 else None
    folder.mkdir(parents=True, exist_ok=True)
    rng = random.Random(seed)
    for n in range(count):
        made = rewritten(rng, base) if base else document(rng)
        (folder / f"hostile-{n}.json").write_bytes(written(rng, made))


if __name__ == "__main__":
    main()
