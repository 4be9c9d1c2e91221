"""How the vectors of tokens are made: tokens, cases, and what is known of each clause."""

import base64
import collections
import hashlib
import hmac
import itertools
import json

import decoding
import notes

MUST, SHOULD, OPEN = "must", "should", "open"

NOW = 1_700_000_000
CLIENT = "574f8bdd-2a64-3c1b-9f0e-6d1a5b7c8e90"
SECRET = "3f1c9a52-8d0e-4b7a-9c66-2e5d7f81b04a"
OTHER = "9d2b7c10-51fe-3a88-b2c4-70e9d6a3158f"
OTHER_SECRET = "c07de614-f29b-4e35-8a1d-b9630f5c4e72"
TENANTS = {CLIENT: SECRET}
BOTH = {CLIENT: SECRET, OTHER: OTHER_SECRET}
APP_KEY = "com.example.app"


# How a token is made.


def b64(data):
    """base64url without padding."""
    if isinstance(data, str):
        data = data.encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def qsh(canonical_request):
    return hashlib.sha256(canonical_request.encode()).hexdigest()


PANEL_TEXT = "GET&/panel&issue=QSH-1"
PANEL_QSH = qsh(PANEL_TEXT)


class Raw(str):
    """JSON text that stands in a token as it is."""


GONE = object()


def members(pairs):
    """The JSON text of an object, without a space, with the members in this order."""
    text = (v if isinstance(v, Raw) else json.dumps(v, ensure_ascii=False, separators=(",", ":")) for _, v in pairs)
    return "{" + ",".join(f"{json.dumps(n, ensure_ascii=False)}:{t}" for (n, _), t in zip(pairs, text)) + "}"


def claims(**changes):
    """The JSON text of good claims for the request PANEL at NOW, changed."""
    given = {"iss": CLIENT, "iat": NOW - 60, "exp": NOW + 120, "qsh": PANEL_QSH} | changes
    return members([(name, value) for name, value in given.items() if value is not GONE])


HEADER = members([("alg", "HS256"), ("typ", "JWT")])


def mac(key, text, digest="sha256"):
    key = key.encode() if isinstance(key, str) else key
    return hmac.new(key, text.encode(), digest).digest()


def sign(header_segment, claims_segment, key=SECRET, digest="sha256"):
    """A token of two segments as they stand and their signature."""
    signed = f"{header_segment}.{claims_segment}"
    return f"{signed}.{b64(mac(key, signed, digest))}"


def token(text=None, header=HEADER, key=SECRET, digest="sha256", **changes):
    """A token: good for PANEL at NOW, except for what is changed."""
    return sign(b64(header), b64(claims(**changes) if text is None else text), key, digest)


def signed_with(signature, text=None, header=HEADER, **changes):
    """A token whose signature is what a function makes of the first two segments."""
    signed = f"{b64(header)}.{b64(claims(**changes) if text is None else text)}"
    return f"{signed}.{b64(signature(signed))}"


def with_header(**given):
    """The header of a good token with more members or others."""
    given = {"alg": "HS256", "typ": "JWT"} | given
    return members([(name, value) for name, value in given.items() if value is not GONE])


def parts(text):
    return text.split(".")


def with_signature(text, change):
    """The token with its signature, as bytes, changed."""
    header, payload, signature = parts(text)
    return f"{header}.{payload}.{b64(change(unb64(signature)))}"


def flip(data, index, bit=1):
    changed = bytearray(data)
    changed[index] ^= bit
    return bytes(changed)


def first(make, wanted):
    """The first token of a series that is as wanted."""
    return next(text for text in map(make, itertools.count()) if wanted(text))


def next_letter(text):
    """The text with the lowest bit of its last base64 character set, which belongs to no byte."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    at = alphabet.index(text[-1])
    assert at % 4 == 0
    return text[:-1] + alphabet[at + 1]


# How a case is made.


Request = collections.namedtuple("Request", "method url base_url form", defaults=(None, None))
PANEL = Request("GET", "/panel?issue=QSH-1")


def panel(value):
    """PANEL with a parameter jwt."""
    return Request("GET", f"/panel?issue=QSH-1&jwt={value}")


def jwt(text):
    return [["Authorization", f"JWT {text}"]]


CASES = []
# Where each clause comes from, what its file is about, and which other implementations gave the verdict of a case.
SOURCES, TOPICS, CONFIRMED = {}, {}, {}


# What a case is about where its operation is not the one of a request to an app: the name, and words that name it, too.
SUBJECTS = {
    "asap_sign": ("ASAP token to sign", ()),
    "asap_verify": ("ASAP token", ("ASAP",)),
    "authenticate_install": ("install callback", ("callback",)),
    "authenticate_product": ("request to a product", ("product",)),
    "forge_verify": ("Forge token", ("Forge",)),
    "impersonation_sign": ("assertion to sign", ()),
    "impersonation_verify": ("assertion", ("assertion",)),
    "sign": ("request to sign", ()),
}


def summary_of(text, operation, expect):
    """The summary of a case: what it is about, what is special of it, and what is to happen."""
    subject, words = SUBJECTS.get(operation, (None, ()))
    if subject and not any(word in text for word in words):
        text = f"{subject}, {text}"
    outcome = "refused" if "rejected" in expect else "signed" if operation.endswith("sign") else "accepted"
    return f"{text}: is {outcome}"


def add(id, summary, clauses, level, operation, given, expect, accept=(), features=(), flags=(), source=None):
    written = {
        "id": id,
        "summary": summary_of(summary, operation, expect),
        "clauses": clauses.split(),
        "level": level,
        "operation": operation,
        "input": given,
    }
    shown = decoding.of(given)
    if shown:
        written["decoded"] = shown
    written["expect"] = expect
    if accept:
        written["accept"] = list(accept)
    for answer in [expect, *accept]:
        reasons = answer.get("rejected", [])
        assert len(set(reasons)) == len(reasons), (id, reasons)
    if features:
        written["features"] = features
    if flags:
        written["flags"] = notes.flags_of(flags, written["clauses"])
    source = SOURCES[written["clauses"][0]] if source is None else source
    verb = "refuse" if "rejected" in expect else "sign" if operation.endswith("sign") else "accept"
    written["source"] = source + seen(id, verb)
    CASES.append(written)


def case(
    id,
    summary,
    clauses,
    level,
    expect,
    headers,
    request=PANEL,
    tenants=None,
    now=NOW,
    leeway=0,
    endpoint="url",
    **more,
):
    given = members_of(request) | {
        "headers": headers,
        "tenants": dict(sorted((TENANTS if tenants is None else tenants).items())),
        "now": now,
        "leeway": leeway,
        "endpoint": endpoint,
    }
    add(id, summary, clauses, level, "authenticate", given, expect, features=features_of(request), **more)


def members_of(request):
    """The request as members of an input."""
    given = {"method": request.method, "url": request.url, "base_url": request.base_url, "form": request.form}
    return {name: value for name, value in given.items() if value is not None}


def features_of(request):
    base = (request.base_url or "").partition("://")[2].partition("/")[2]
    found = {"base-path": base != "", "form": request.form is not None, "large": len(request.url) > 4096}
    return sorted(name for name, applies in found.items() if applies)


def accepted(text):
    """What is answered where a token is accepted: whoever its claims say, and all of them, in the order of names."""
    given = json.loads(unb64(parts(text)[1]))
    return {"issuer": given["iss"], "claims": json.loads(json.dumps(given, sort_keys=True))}


def accept(id, summary, clauses, level, text, headers=None, **more):
    case(id, summary, clauses, level, accepted(text), jwt(text) if headers is None else headers, **more)


def refuse(id, summary, clauses, level, reasons, text="", headers=None, **more):
    case(id, summary, clauses, level, {"rejected": reasons.split()}, jwt(text) if headers is None else headers, **more)


def may_refuse(because, reasons):
    return {"because": because, "rejected": reasons.split()}


def may_accept(because, text):
    return {"because": because, **accepted(text)}


# Which other implementations gave the same verdict by a check of their own, not by the lines around them.
SEEN_BY = {
    "P": "PyJWT 2.15.1",
    "A": "PyPI atlassian-jwt 3.0.0",
    "N": "npm atlassian-jwt 2.0.3",
    "J": "PyPI atlassian-jwt-auth 22.0.1",
    "K": "npm jwt-authentication 0.4.0",
    "S": "a verifier written from the clauses alone",
}


def seen(id, verb):
    names = [SEEN_BY[letter] for letter in CONFIRMED.get(id, "")]
    if not names:
        return ""
    verb += "s" if len(names) == 1 else ""
    return f"; {' and '.join(filter(None, [', '.join(names[:-1]), names[-1]]))} {verb} it, too"


def confirm(ids):
    """Takes down who confirmed what: for letters of SEEN_BY, the ids."""
    CONFIRMED.update((id, letters) for letters, ids in ids.items() for id in ids.split())
