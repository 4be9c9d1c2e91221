"""Writes the vector files of tokens: jwt-*.json, trn-*.json, con-*.json, ctx-*.json, ins-*.json,
prd-*.json, imp-*.json, fit-*.json and asap-*.json. Writes the heading of every other file anew.

    python3 vectors/generator/generate.py [FOLDER]

FOLDER is where the files are written; the default is `vectors`.

The generator needs only Python's standard library and uses no code of `src/`. It writes the same bytes each time: keys,
secrets and times are constants. `making.py` and `signatures.py` make the signatures. Hashes are the SHA-256 of canonical
requests that are written by hand. Expectations are also written by hand, from the clause that the case names. The end of
each file of cases lists the other implementations that gave the same verdict. They were run once, by hand.
"""

import json
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
VECTORS = HERE.parent
MANIFEST = (VECTORS.parent / "Cargo.toml").read_text(encoding="utf-8")
# The version of the suite is the one of the package.
SUITE_VERSION = re.search(r'^version = "([^"]+)"', MANIFEST, re.MULTILINE)[1]
# Python's -I leaves the script's folder out.
sys.path.insert(0, str(HERE))

import asap  # noqa: E402
import callbacks  # noqa: E402
import forge  # noqa: E402
import impersonation  # noqa: E402
import kinds  # noqa: E402
import making  # noqa: E402
import notes  # noqa: E402
import product  # noqa: E402
import reading  # noqa: E402
import signing  # noqa: E402
import tokens  # noqa: E402


def file_of(clause):
    group, number = clause.split("-")
    return f"{group.lower()}-{number:0>2}-{making.TOPICS[clause]}.json"


def heading(cases):
    """What a file says of itself before its cases."""
    flags = sorted({flag for made in cases for flag in made.get("flags", [])})
    return {
        "format": "qsh-vectors",
        "version": 1,
        "suite_version": SUITE_VERSION,
        "case_count": len(cases),
        "notes": {flag: notes.NOTES[flag] for flag in flags},
    }


def write(path, cases):
    text = json.dumps(heading(cases) | {"cases": cases}, ensure_ascii=False, indent=2)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(f"{text}\n".encode())


def main():
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else VECTORS
    for room in (tokens, signing, callbacks, asap, reading, product, impersonation, forge, kinds):
        room.cases()
    unknown = making.CONFIRMED.keys() - {made["id"] for made in making.CASES}
    assert not unknown, unknown
    files = {}
    for made in making.CASES:
        files.setdefault(file_of(made["clauses"][0]), []).append(made)
    for name, cases in files.items():
        write(folder / name, cases)
    # The other files are written by hand. They only get their heading anew.
    for path in [*VECTORS.glob("*.json"), *VECTORS.glob("regression/*.json")]:
        name = path.relative_to(VECTORS)
        if str(name) not in files and path.name != "schema.json":
            write(folder / name, json.loads(path.read_text(encoding="utf-8"))["cases"])


if __name__ == "__main__":
    main()
