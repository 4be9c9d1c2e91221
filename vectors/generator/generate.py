"""Writes the vector files of tokens: jwt-*.json, trn-*.json, con-*.json, ctx-*.json, ins-*.json,
prd-*.json, imp-*.json, fit-*.json and asap-*.json.

    python3 vectors/generator/generate.py [FOLDER]

FOLDER is where the files are written; the default is `vectors`.

The generator needs only Python's standard library and uses no code of `src/`. It writes the same bytes each time: keys,
secrets and times are constants. `making.py` and `signatures.py` make the signatures. Hashes are the SHA-256 of canonical
requests that are written by hand. Expectations are also written by hand, from the clause that the case names. The end of
each file of cases lists the other implementations that gave the same verdict. They were run once, by hand.
"""

import json
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
# Python's -I leaves the script's folder out.
sys.path.insert(0, str(HERE))

import asap  # noqa: E402
import callbacks  # noqa: E402
import forge  # noqa: E402
import impersonation  # noqa: E402
import making  # noqa: E402
import product  # noqa: E402
import reading  # noqa: E402
import signing  # noqa: E402
import tokens  # noqa: E402


def file_of(clause):
    group, number = clause.split("-")
    return f"{group.lower()}-{number:0>2}-{making.TOPICS[clause]}.json"


def main():
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else HERE.parent
    for room in (tokens, signing, callbacks, asap, reading, product, impersonation, forge):
        room.cases()
    unknown = making.CONFIRMED.keys() - {made["id"] for made in making.CASES}
    assert not unknown, unknown
    files = {}
    for made in making.CASES:
        files.setdefault(file_of(made["clauses"][0]), []).append(made)
    for name, cases in files.items():
        text = json.dumps({"format": "qsh-vectors", "version": 1, "cases": cases}, ensure_ascii=False, indent=2)
        (folder / name).write_bytes(f"{text}\n".encode())


if __name__ == "__main__":
    main()
