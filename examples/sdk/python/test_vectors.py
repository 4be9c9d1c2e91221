"""The vectors of canonical requests in pytest, with nothing of qsh but the JSON files.

The SDK that is tested here is atlassian-jwt; put your own in its place.
"""

import json
import os
from pathlib import Path

import pytest
from atlassian_jwt.url_utils import hash_url

HERE = Path(__file__).parent
VECTORS = Path(os.environ.get("QSH_VECTORS", HERE / "../../../vectors"))
# What fails today, by the id of the case, each with the reason.
KNOWN = json.loads((HERE / "known.json").read_text("utf-8"))


def cases():
    files = [file for folder in ("", "regression") for file in sorted((VECTORS / folder).glob("*.json"))]
    for file in files:
        if file.name == "schema.json":
            continue
        vectors = json.loads(file.read_text("utf-8"))
        assert (vectors["format"], vectors["version"]) == ("qsh-vectors", 1), file
        yield from vectors["cases"]


def binding():
    """The cases that bind an SDK: an open one binds nobody."""
    return [it for it in cases() if it["operation"] == "canonical_request" and it["level"] != "open"]


def marks(case):
    """Why a case is not asked, or fails today; `strict` makes a failure of one that passes."""
    given = case["input"]
    if "url_hex" in given:
        return [pytest.mark.skip("takes a URL as text only")]
    if "base_url" in given or "form" in given or "json" in given:
        return [pytest.mark.skip("takes neither a base URL nor a body")]
    if case["id"] in KNOWN:
        return [pytest.mark.xfail(reason=KNOWN[case["id"]], strict=True)]
    return []


@pytest.mark.parametrize("case", [pytest.param(it, id=it["id"], marks=marks(it)) for it in binding()])
def test_hash(case):
    given, expect = case["input"], case["expect"]
    assert hash_url(given["method"], given["url"]) == expect["qsh"], expect["canonical_request"]


def test_every_known_failure_is_one_of_the_cases():
    assert set(KNOWN) - {it["id"] for it in binding()} == set()
