"""The vectors of how tokens of three kinds are read: requests to products, assertions and tokens of Forge. They are some
of jwt-*.json.

One table of what can be wrong with a token is for all three. `reading.py` is the same for install callbacks and ASAP.
"""

import collections

import forge
import impersonation
import product
from making import (
    GONE,
    MUST,
    NOW,
    SECRET,
    SHOULD,
    Raw,
    b64,
    first,
    mac,
    parts,
    unb64,
    with_header,
    with_signature,
)
from signatures import RSA

# A use of tokens. `id` is its name in ids, and `clause` its clause. `module` makes its tokens, `signature` signs them, and
# `header` writes their header. `allowed` is an algorithm that is allowed, and `other` one that is not. `expiry` is the clause of
# exp, and `expiry_level` its level.
Use = collections.namedtuple("Use", "id clause module signature header allowed other expiry expiry_level")


def by_secret(text):
    return mac(SECRET, text)


PRODUCT = Use("product", "PRD-1", product, by_secret, with_header, "HS256", "HS512", "PRD-5", MUST)
ASSERTION = Use("impersonation", "IMP-1", impersonation, by_secret, with_header, "HS256", "HS512", "IMP-6", MUST)
FORGE = Use("forge", "FIT-1", forge, RSA.pkcs1, forge.header, "RS256", "RS512", "FIT-6", SHOULD)


def stands(use, head, payload):
    """A token of two segments as they stand and their signature."""
    text = f"{head}.{payload}"
    return f"{text}.{b64(use.signature(text))}"


def token(use, payload=None, **header):
    """A token: good, except for its claims and the changes of its header."""
    return stands(use, b64(use.header(**header)), b64(use.module.claims() if payload is None else payload))


def refuse(use, name, summary, clause, text, reasons="malformed", level=MUST, **more):
    id = name if "/" in name else f"token/{name}"
    use.module.refuse(id, summary, f"{clause} {use.clause}", reasons, text, level, **more)


def accept(use, name, summary, clause, text, level=MUST, **more):
    id = name if "/" in name else f"token/{name}"
    use.module.accept(id, summary, f"{clause} {use.clause}", text, level, **more)


def form_cases(use):
    good = token(use)
    head, payload, signature = parts(good)
    refuse(use, "four-segments", "a fourth segment", "JWT-1", f"{good}.{payload}")
    short = first(lambda n: b64(use.module.claims(x="." * n)), lambda text: len(text) % 4 == 3)
    summary = "the padding of base64 at the end of the claims, with a good signature"
    refuse(use, "padded-claims", summary, "JWT-2", stands(use, head, f"{short}="))
    text = use.module.claims()
    for name, summary, made in [
        ("nan", "NaN as a claim", use.module.claims(x=Raw("NaN"))),
        ("invalid-utf-8", "a byte FF in a string", use.module.claims(x="@").encode().replace(b"@", b"\xff")),
        ("text-behind-claims", "a letter after the claims", f"{text}x"),
    ]:
        refuse(use, name, summary, "JWT-4", token(use, made))
    spaced = text.replace('":', '" :\t').replace(',"', '\r\n,"')
    summary = "white space before, between and after the members of the claims"
    accept(use, "white-space", summary, "JWT-4 JWT-16", token(use, f" {spaced}\n"))
    refuse(use, "critical-exp", "crit with exp, which stands in the header", "JWT-14", token(use, exp=NOW + 50, crit=["exp"]))


def algorithm_cases(use):
    not_allowed = "algorithm_not_allowed"
    lower, name = use.allowed.lower(), use.other.lower()
    refuse(use, "algorithm/lower-case", f"alg {lower}", "JWT-9", token(use, alg=lower), not_allowed)
    summary = f"alg {use.other} with a signature by {use.allowed}"
    refuse(use, f"algorithm/{name}-in-name-only", summary, "JWT-7", token(use, alg=use.other), not_allowed)
    for name, summary, written in [("absent", "no alg", GONE), ("array", f"{use.allowed} in an array", [use.allowed])]:
        refuse(use, f"algorithm/{name}", summary, "JWT-10", token(use, alg=written), f"malformed {not_allowed}")
    for name, written in [("none", "none"), ("none-capital", "None")]:
        # Assertions and tokens of Forge with alg none have a case of their own.
        if written == "None" or use is PRODUCT:
            text = f"{b64(use.header(alg=written))}.{b64(use.module.claims())}."
            summary, reasons = f"alg {written} and an empty signature", f"{not_allowed} malformed"
            refuse(use, f"algorithm/{name}", summary, "JWT-11", text, reasons, flags=["attack"])


def signature_cases(use):
    good, bad = token(use), "bad_signature"
    for name, summary, reasons, change in [
        ("half", "the first half of the signature", bad, lambda data: data[: len(data) // 2]),
        ("byte-behind", "the signature and one more byte", bad, lambda data: data + b"\0"),
        ("empty", "an empty signature", f"{bad} malformed", lambda _: b""),
    ]:
        refuse(use, f"signature/{name}", summary, "JWT-17", with_signature(good, change), reasons, flags=["attack"])


def expiry_cases(use):
    """An exp in another place, or by another name, is no exp."""
    reasons = "missing_claim invalid_claim"
    for name, summary, text in [
        ("member-in-upper-case", "EXP for exp", token(use, use.module.claims(exp=GONE, EXP=NOW + 20))),
        ("in-header-only", "an exp in the header only", token(use, use.module.claims(exp=GONE), exp=NOW + 20)),
    ]:
        use.module.refuse(f"dates/exp-{name}", summary, use.expiry, reasons, text, use.expiry_level)


def secret_cases(use, given):
    """Cases of a shared secret. `given` makes the members of the input that have it."""
    refuse(
        use,
        "secret/empty",
        "an empty secret",
        "JWT-19",
        use.module.token(key=""),
        "bad_signature unknown_issuer unknown_key",
        **given(""),
        flags=["attack"],
    )
    for name, summary, level, secret in [
        ("base64", "a secret that looks like base64", MUST, "NGQ5MGZlZGYtN2Y1Zi00NGE1LTk1MWUtYTg5ZDI4N2ZmMjA4"),
        ("blank-behind", "a secret with a space at its end", MUST, f"{SECRET} "),
        ("beyond-ascii", "a secret beyond ASCII, used as its UTF-8 bytes", SHOULD, "pässwörd-€-0123456789-0123456789"),
    ]:
        source = "Java, npm and Python for the characters" if level == SHOULD else None
        text = use.module.token(key=secret)
        accept(use, f"secret/{name}", summary, "JWT-18", text, level, source=source, **given(secret))
    accept(use, "without-typ", "a header without typ", "JWT-13", token(use, typ=GONE), SHOULD)
    accept(use, "key-id", "a kid, which is not used", "JWT-15", token(use, kid="k"))


def cases():
    for use in (PRODUCT, ASSERTION, FORGE):
        form_cases(use)
        algorithm_cases(use)
        signature_cases(use)
        expiry_cases(use)
    secret_cases(PRODUCT, lambda secret: {"apps": {product.APP_KEY: secret}})
    secret_cases(ASSERTION, lambda secret: {"secret": secret})
