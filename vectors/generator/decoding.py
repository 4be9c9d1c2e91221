"""What the tokens of an input say: the member `decoded` of a case, for people who read the vectors.

vectors/README.md says which texts of an input are its tokens, and when a part is null. `tests/vectors/decoded.rs`
decodes them again, with other code.
"""

import base64
import json
import re
import urllib.parse

# Longer tokens and deeper ones are not shown: cases of size and depth would fill their files a second time.
MOST_CHARACTERS, MOST_LEVELS = 8192, 32


def of(given):
    """The header and the claims of each token of an input."""
    return [decoded(token) for token in tokens(given)]


def tokens(given):
    if "token" in given:
        yield given["token"]
    for name, value in given.get("headers", []):
        if name.lower() in ("authorization", "x-acpt"):
            yield from [word for word in re.split("[ \t]+", value) if "." in word][:1]
    if "headers" in given:
        yield from parameters(given.get("url", "").partition("#")[0].partition("?")[2])
        yield from parameters(given.get("form", ""))


def parameters(query):
    """The values of the parameters jwt."""
    for pair in query.split("&"):
        name, _, value = (urllib.parse.unquote(part, errors="replace") for part in pair.partition("="))
        if name == "jwt" and "." in value:
            yield value


def decoded(token):
    segments = token.split(".")
    if len(token) > MOST_CHARACTERS or len(segments) < 2:
        return {"header": None, "claims": None}
    return {"header": json_object(segments[0]), "claims": json_object(segments[1])}


def json_object(segment):
    """The object of a segment, or None if the segment is not the base64url of one."""
    if not re.fullmatch("[A-Za-z0-9_-]*", segment) or len(segment) % 4 == 1:
        return None
    data = base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4))
    if base64.urlsafe_b64encode(data).rstrip(b"=").decode() != segment:
        return None
    try:
        readers = {"parse_constant": refused, "parse_float": finite, "parse_int": whole}
        value = json.loads(data.decode(), object_pairs_hook=distinct, **readers)
        json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError, OverflowError):
        return None
    return value if isinstance(value, dict) and levels(value) <= MOST_LEVELS else None


def distinct(pairs):
    if len(dict(pairs)) < len(pairs):
        raise ValueError("two members with one name")
    return dict(pairs)


def refused(text):
    raise ValueError(text)


def finite(text):
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise ValueError(text)
    return value


def whole(text):
    finite(text)
    return int(text)


def levels(value):
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if inner is None else 1 + max(map(levels, inner), default=0)
