"""The vectors of invocation tokens of Forge: fit-*.json."""

from making import (
    CLIENT,
    GONE,
    MUST,
    NOW,
    OPEN,
    SECRET,
    SHOULD,
    SOURCES,
    TOPICS,
    Raw,
    accepted,
    add,
    b64,
    mac,
    may_accept,
    may_refuse,
    members,
    qsh,
)
from signatures import P256, P256_CURVE, RSA, RSA_1024, RSA_OTHER, sign_with

APP = "ari:cloud:ecosystem::app/00000000-0000-4000-8000-0000000000aa"
OTHER_APP = "ari:cloud:ecosystem::app/00000000-0000-4000-8000-0000000000bb"
ISSUER = "forge/invocation-token"
KID = f"{ISSUER}/wf-00000000-0000-4000-8000-000000000000"
OTHER_KID = f"{ISSUER}/wf-00000000-0000-4000-8000-000000000001"
CONTRACT = "Forge remote invocation contract"
OPTIONAL = "RFC 7517, sections 4.2 and 4.4: use and alg are optional"

SOURCES.update(
    {
        "FIT-1": f"{CONTRACT}: RS256",
        "FIT-2": "our choice; the tokens of Forge have a kid",
        "FIT-3": f"{CONTRACT}: the keys are those of the key set; RFC 7517, section 4.5",
        "FIT-4": f"{CONTRACT}, claims: iss is {ISSUER}",
        "FIT-5": f"{CONTRACT}, claims: aud is the app; RFC 7519, section 4.1.3, for the types",
        "FIT-6": f"{CONTRACT}, claims: exp; RFC 7519, section 4.1.4",
        "FIT-7": f"{CONTRACT}, claims: nbf; RFC 7519, section 4.1.5",
        "FIT-8": f"{CONTRACT}, claims: iat",
        "FIT-9": "RFC 7519, section 2: a date is a number",
        "FIT-10": "our choice; the contract says nothing of further checks",
        "FIT-11": f"{CONTRACT}: the claims have no hash of the request",
        "FIT-12": f"{CONTRACT}: the header Authorization, after Bearer",
    }
)
TOPICS.update(
    {
        "FIT-1": "rs256",
        "FIT-2": "no-key-id",
        "FIT-3": "key-of-the-key-set",
        "FIT-4": "issuer",
        "FIT-5": "audience",
        "FIT-6": "expiry",
        "FIT-7": "not-before",
        "FIT-8": "time-of-issue",
        "FIT-9": "dates-are-numbers",
        "FIT-10": "other-claims",
        "FIT-11": "no-hash",
        "FIT-12": "bearer",
    }
)


def number(value):
    """A number of a JSON Web Key: RFC 7518, section 6.3.1."""
    return b64(value.to_bytes((value.bit_length() + 7) // 8, "big"))


def key(kid=KID, of=RSA, **changes):
    given = {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": kid, "n": number(of.n), "e": "AQAB"} | changes
    return {name: value for name, value in given.items() if value is not GONE}


def app(id=APP):
    """What a token says of the app and of its installation, with made-up ids."""
    cloud = "00000000-0000-4000-8000-0000000000c1"
    installation = "ari:cloud:ecosystem::installation/00000000-0000-4000-8000-0000000000d1"
    api = f"https://api.atlassian.com/ex/jira/{cloud}"
    return {
        "id": id,
        "installationId": installation,
        "installation": {"id": installation, "contexts": [{"name": "jira", "apiBaseUrl": api, "cloudId": cloud}]},
        "apiBaseUrl": api,
        "environment": {"type": "PRODUCTION", "id": "ari:cloud:ecosystem::environment/00000000-0000-4000-8000-0000000000e1"},
        "module": {"type": "core:endpoint", "key": "remote"},
        "appVersion": "3.1.0",
    }


ELLIPTIC = {
    "kty": "EC",
    "use": "sig",
    "alg": "ES256",
    "kid": OTHER_KID,
    "crv": "P-256",
    "x": number(P256_CURVE.base[0]),
    "y": number(P256_CURVE.base[1]),
}
ONE_KEY = {"keys": [key()]}
BOTH_KEYS = {"keys": [key(), key(OTHER_KID, RSA_OTHER)]}


def claims(**changes):
    """The JSON text of good claims at NOW, with changes."""
    given = {
        "iss": ISSUER,
        "aud": APP,
        "iat": NOW - 5,
        "nbf": NOW - 5,
        "exp": NOW + 20,
        "jti": "0123456789abcdef0123456789abcdef01234567",
        "app": app(),
    } | changes
    return members([(name, value) for name, value in given.items() if value is not GONE])


def header(**changes):
    given = {"alg": "RS256", "kid": KID} | changes
    return members([(name, value) for name, value in given.items() if value is not GONE])


def signed(signature, head=None, **changes):
    text = f"{b64(header() if head is None else head)}.{b64(claims(**changes))}"
    return f"{text}.{b64(signature(text))}"


def token(head=None, key=RSA, **changes):
    return signed(key.pkcs1, head, **changes)


def case(id, summary, clauses, level, expect, text, headers=None, key_set=ONE_KEY, now=NOW, leeway=0, **more):
    presented = {"token": text} if headers is None else {"headers": headers}
    given = presented | {"key_set": key_set, "app_id": APP, "now": now, "leeway": leeway}
    add(f"forge/{id}", summary, clauses, level, "forge_verify", given, expect, **more)


def accept(id, summary, clauses, text, level=MUST, **more):
    case(id, summary, clauses, level, accepted(text), text, **more)


def refuse(id, summary, clauses, reasons, text="", level=MUST, **more):
    case(id, summary, clauses, level, {"rejected": reasons.split()}, text, **more)


def cases():
    algorithm_cases()
    key_cases()
    key_set_cases()
    name_cases()
    date_cases()
    place_cases()
    kind_cases()


def algorithm_cases():
    not_allowed = "algorithm_not_allowed"
    accept("good", "a token as Forge sends it", "FIT-1", token())
    accept("typ/jwt", "typ JWT in the header", "FIT-1", token(header(typ="JWT")))
    accept("typ/jose", "typ JOSE in the header", "FIT-1", token(header(typ="JOSE")), level=OPEN)
    for alg in ("RS384", "RS512", "PS256", "PS512"):
        text = signed(lambda text: sign_with(alg, RSA, text), header(alg=alg))
        refuse(f"algorithm/{alg.lower()}", f"signed with {alg} and the right key", "FIT-1", not_allowed, text)
    text = signed(lambda text: sign_with("ES256", P256, text), header(alg="ES256"))
    refuse("algorithm/es256", "signed with ES256", "FIT-1", f"{not_allowed} unknown_key", text)
    public = RSA.public_pem
    for name, summary, secret in [
        ("public-key", "the text of the public key as secret", public),
        ("modulus", "the modulus of the key set as secret", key()["n"]),
        ("empty", "an empty secret", ""),
    ]:
        text = signed(lambda text: mac(secret, text), header(alg="HS256"))
        refuse(f"algorithm/hs256-{name}", f"signed with HS256 and {summary}", "FIT-1 JWT-12", not_allowed, text, flags=["attack"])
    text = signed(lambda _: b"", header(alg="none"))
    refuse("algorithm/none", "alg none, without a signature", "FIT-1 JWT-11", f"{not_allowed} malformed", text, flags=["attack"])


def key_cases():
    unknown, bad = "unknown_key", "bad_signature"
    accept("key/first-of-two", "the first of two keys", "FIT-3", token(), key_set=BOTH_KEYS)
    second = token(header(kid=OTHER_KID), RSA_OTHER)
    accept("key/second-of-two", "the second of two keys", "FIT-3", second, key_set=BOTH_KEYS)
    for name, keys in [("first", [key(), key(of=RSA_OTHER)]), ("second", [key(of=RSA_OTHER), key()])]:
        summary = f"two keys of one kid, the {name} of which signed the token"
        accept(f"key/one-kid-{name}", summary, "FIT-3", token(), level=OPEN, key_set={"keys": keys})
    refuse("key/exchanged", "the kid of one key and a signature by the other", "FIT-3", bad, token(key=RSA_OTHER), key_set=BOTH_KEYS)
    refuse("key/unknown", "a kid that the key set does not have", "FIT-3", unknown, token(header(kid=OTHER_KID)))
    refuse("key/in-upper-case", "the kid in upper case", "FIT-3", unknown, token(header(kid=KID.upper())))
    refuse("key/issuer", "the issuer as kid", "FIT-3", unknown, token(header(kid=ISSUER)))
    for name, summary, written in [
        ("longer", "the kid and one more character", f"{KID}0"),
        ("last-part", "the last part of the kid", KID.rpartition("/")[2]),
        ("blank-after", "the kid with a space after it", f"{KID} "),
    ]:
        refuse(f"key/{name}", summary, "FIT-3", unknown, token(header(kid=written)))
    refuse("key/no-keys", "a key set without keys", "FIT-3", unknown, token(), key_set={"keys": []})
    other = token(key=RSA_OTHER)
    refuse("key/other", "a signature by a key that is not in the key set", "FIT-3", bad, other, flags=["attack"])
    # The token brings a key, or says where one is.
    for name, member in [
        ("jwk", {"jwk": key(of=RSA_OTHER)}),
        ("jku", {"jku": "https://evil.example/.well-known/jwks.json"}),
        ("x5u", {"x5u": "https://evil.example/key.pem"}),
    ]:
        text = token(header(**member), RSA_OTHER)
        refuse(f"key/own-{name}", f"a key that the token names in {name}", "FIT-3 JWT-15", bad, text, flags=["attack"])
        text = token(header(kid="own", **member), RSA_OTHER)
        reasons = f"{unknown} {bad}"
        refuse(f"key/own-{name}-kid", f"a key that the token names in {name}, with a kid of its own", "FIT-3 JWT-15", reasons, text, flags=["attack"])
    refuse("key/for-encryption", "a key for encryption under the kid", "FIT-3", f"{unknown} {bad}", token(), level=OPEN, key_set={"keys": [key(use="enc")]})
    for name, summary, written in [
        ("missing", "no kid", GONE),
        ("null", "null as kid", None),
        ("number", "a number as kid", 7),
    ]:
        text = token(header(kid=written))
        refuse(f"key-id/{name}", summary, "FIT-2", f"malformed {unknown}", text, level=OPEN)
    refuse("key-id/two-keys", "no kid and two keys in the key set", "FIT-2", f"malformed {unknown}", token(header(kid=GONE)), level=OPEN, key_set=BOTH_KEYS)


def key_set_cases():
    """What a key of the key set says of itself."""
    unknown, bad = "unknown_key", "bad_signature"
    short = token(header(kid="k1"))
    accept("key/short-kid", "a kid of two characters, which the key set has", "FIT-3", short, key_set={"keys": [key("k1")]})
    for name, summary, member in [("without-use", "no use", "use"), ("without-alg", "no alg", "alg")]:
        plain = {"keys": [key(**{member: GONE})]}
        accept(f"key/{name}", f"a key with {summary} under the kid", "FIT-3", token(), key_set=plain, source=OPTIONAL)
    for name, summary, other in [
        ("beside-unreadable", "a key without n of another kid, before the right key", key(OTHER_KID, n=GONE)),
        ("beside-elliptic", "an elliptic key of another kid, before the right key", ELLIPTIC),
    ]:
        keys = {"keys": [other, key()]}
        accept(f"key/{name}", summary, "FIT-3", token(), SHOULD, key_set=keys, source="RFC 7517, section 5")
    small = {"keys": [key(of=RSA_1024)]}
    reasons = f"{unknown} {bad} algorithm_not_allowed"
    refuse("key/1024-bits", "a key of 1,024 bits", "JWT-21 FIT-3", reasons, token(key=RSA_1024), key_set=small)
    summary = "a key for RS512 under the kid"
    other = {"keys": [key(alg="RS512")]}
    refuse("key/for-another-algorithm", summary, "FIT-3", f"{unknown} {bad}", token(), OPEN, key_set=other)
    summary = "a key whose key_ops are for encryption under the kid"
    other = {"keys": [key(use=GONE, key_ops=["encrypt"])]}
    silent = [may_refuse("RFC 7517, section 4.3, limits a key to its operations", f"{unknown} {bad}")]
    accept("key/for-encryption-by-operations", summary, "FIT-3", token(), OPEN, key_set=other, accept=silent)


def name_cases():
    unknown = "unknown_issuer invalid_claim"
    for name, summary, written in [
        ("another", "another issuer", "forge/other"),
        ("longer", "the issuer with more after it", f"{ISSUER}2"),
        ("shorter", "the beginning of the issuer", "forge"),
        ("in-upper-case", "the issuer in upper case", ISSUER.upper()),
        ("client-key", "the client key of a tenant as iss", CLIENT),
        ("app", "the app as iss", APP),
        ("blank-after", "the issuer with a space after it", f"{ISSUER} "),
        ("last-part", "the last part of the issuer", ISSUER.rpartition("/")[2]),
        ("underscore", "the issuer with an underscore for the hyphen", ISSUER.replace("-", "_")),
    ]:
        refuse(f"issuer/{name}", summary, "FIT-4", unknown, token(iss=written))
    refuse("issuer/missing", "no iss", "FIT-4", f"missing_claim {unknown}", token(iss=GONE))
    refuse("issuer/list", "the issuer in a list", "FIT-4", unknown, token(iss=[ISSUER]))
    mismatch = "audience_mismatch invalid_claim"
    for name, summary, written in [
        ("another-app", "another app as aud", OTHER_APP),
        ("bare-id", "the id of the app without its prefix", APP.rpartition("/")[2]),
        ("longer", "the app with more after it", f"{APP}0"),
        ("shorter", "the app without its last character", APP[:-1]),
        ("prefix", "the prefix of all apps", "ari:cloud:ecosystem::app/"),
        ("in-upper-case", "the app in upper case", APP.upper()),
        ("blank-after", "the app with a space after it", f"{APP} "),
        ("blank-before", "the app with a space before it", f" {APP}"),
        ("slash-after", "the app with a slash after it", f"{APP}/"),
        ("comma-list", "two apps in one text", f"{OTHER_APP},{APP}"),
        ("others", "a list of two other apps", [OTHER_APP, f"{OTHER_APP}0"]),
        ("empty-text", "an empty aud", ""),
    ]:
        refuse(f"audience/{name}", summary, "FIT-5", mismatch, token(aud=written), flags=["attack"] if name == "another-app" else [])
    refuse("audience/missing", "no aud", "FIT-5", f"missing_claim {mismatch}", token(aud=GONE), flags=["attack"])
    for name, summary, written in [
        ("empty", "an empty list as aud", []),
        ("number", "a number as aud", 7),
        ("null", "null as aud", None),
        ("object", "an object with the app as a name as aud", {APP: 1}),
    ]:
        refuse(f"audience/{name}", summary, "FIT-5", f"missing_claim {mismatch}", token(aud=written))
    text, silent = token(aud=[APP, 5]), "one of the values is the app"
    refuse(
        "audience/list-with-number",
        "the app and a number in a list",
        "FIT-5 ASAP-21",
        f"missing_claim {mismatch}",
        text,
        OPEN,
        accept=[may_accept(silent, text)],
        source="our choice; RFC 7519, section 4.1.3, wants strings, and one that fits",
    )
    # The app of the claims is not the app of the configuration.
    text = token(aud=OTHER_APP, app=app(OTHER_APP))
    refuse("audience/app-of-the-token", "another app, as aud and in app.id", "FIT-5", mismatch, text, flags=["attack"])
    text = token(aud=OTHER_APP, app=app())
    refuse("audience/app-id-only", "another app as aud, and the app in app.id", "FIT-5", mismatch, text, flags=["attack"])
    accept("audience/list-of-one", "the app in a list", "FIT-5", token(aud=[APP]), level=SHOULD)
    accept("audience/list-of-two", "the app and another app in a list", "FIT-5", token(aud=[OTHER_APP, APP]), level=OPEN)
    accept("audience/other-app-id", "the app as aud, and another app in app.id", "FIT-10", token(app=app(OTHER_APP)), level=OPEN)


def date_cases():
    accept("expiry/second-before", "one second before exp", "FIT-6", token(exp=NOW + 1))
    accept("expiry/this-second", "at exp", "FIT-6", token(exp=NOW), level=OPEN)
    refuse("expiry/passed", "an exp that passed a second ago", "FIT-6", "expired", token(exp=NOW - 1))
    refuse("expiry/long-ago", "an exp that passed an hour ago", "FIT-6", "expired", token(exp=NOW - 3600))
    accept("expiry/inside-leeway", "an exp that passed within the leeway", "FIT-6", token(exp=NOW - 29), leeway=30)
    refuse("expiry/outside-leeway", "an exp that passed before the leeway", "FIT-6", "expired", token(exp=NOW - 31), leeway=30)
    refuse("expiry/missing", "no exp", "FIT-6", "missing_claim invalid_claim expired", token(exp=GONE), level=SHOULD, flags=["attack"])
    accept("expiry/years-ahead", "an exp that is years ahead", "FIT-6", token(exp=NOW + 10**8), level=OPEN)
    accept("not-before/now", "an nbf that is now", "FIT-7", token(nbf=NOW))
    refuse("not-before/ahead", "an nbf that comes in a second", "FIT-7", "not_yet_valid", token(nbf=NOW + 1))
    accept("not-before/inside-leeway", "an nbf that comes within the leeway", "FIT-7", token(nbf=NOW + 29), leeway=30)
    refuse("not-before/outside-leeway", "an nbf that comes after the leeway", "FIT-7", "not_yet_valid", token(nbf=NOW + 31), leeway=30)
    accept("not-before/missing", "no nbf", "FIT-7", token(nbf=GONE), level=OPEN)
    refuse("issued/missing", "no iat", "FIT-8", "missing_claim invalid_claim", token(iat=GONE), level=SHOULD)
    accept("issued/ahead", "an iat that comes in five seconds", "FIT-8", token(iat=NOW + 5), level=OPEN)
    for claim in ("exp", "nbf"):
        for name, summary, written in [
            ("text", "text", str(NOW + 20)),
            ("list", "a list", [NOW]),
            ("object", "an object", {}),
        ]:
            text = token(**{claim: written})
            refuse(f"dates/{claim}-{name}", f"an {claim} that is {summary}", "FIT-9", "invalid_claim", text)
        text, reasons = token(**{claim: None}), "invalid_claim missing_claim"
        refuse(f"dates/{claim}-null", f"null as {claim}", "FIT-9 CON-13", reasons, text)
    refuse("dates/nbf-true", "an nbf that is true", "FIT-9", "invalid_claim", token(nbf=True))
    refuse("dates/iat-text", "an iat that is text", "FIT-9", "invalid_claim", token(iat=str(NOW - 5)))
    refuse("dates/iat-null", "null as iat", "FIT-9 CON-13", "invalid_claim missing_claim", token(iat=None))
    accept("dates/exp-fraction", "an exp with a fraction", "FIT-9", token(exp=Raw(f"{NOW + 20}.5")), level=OPEN)


def place_cases():
    good, none = token(), "no_token"
    accept("place/bearer", "the token after Bearer", "FIT-12", good, headers=[["Authorization", f"Bearer {good}"]])
    accept("place/in-lower-case", "the token after bearer", "FIT-12", good, headers=[["authorization", f"bearer {good}"]])
    spaces = [["Authorization", f"Bearer   {good}"]]
    accept("place/three-spaces", "the token after Bearer and three spaces", "FIT-12 TRN-3", good, SHOULD, headers=spaces)
    for name, summary, headers in [
        ("longer-scheme", "the token after BearerX", [["Authorization", f"BearerX {good}"]]),
        ("user-header", "the token in x-forge-oauth-user", [["x-forge-oauth-user", good]]),
        ("jwt", "the token after JWT", [["Authorization", f"JWT {good}"]]),
        ("no-scheme", "the token alone in the header", [["Authorization", good]]),
        ("oauth-header", "the token in x-forge-oauth-system", [["x-forge-oauth-system", good]]),
        ("nowhere", "no token at all", []),
    ]:
        refuse(f"place/{name}", summary, "FIT-12", none, good, headers=headers)
    alone = [["Authorization", "Bearer"]]
    refuse("place/scheme-only", "Bearer alone in the header", "FIT-12 TRN-13", f"{none} malformed", level=SHOULD, headers=alone)
    same = [["Authorization", f"Bearer {good}"]] * 2
    accept("place/same-twice", "two headers with one token", "FIT-12 TRN-9", good, OPEN, headers=same)
    two = [["Authorization", f"Bearer {text}"] for text in (good, token(x=1))]
    refuse("place/two-tokens", "two headers with a token each", "FIT-12 TRN-9", "malformed", "", OPEN, headers=two)


def kind_cases():
    accept("claims/unknown", "a claim that no clause names", "FIT-10", token(x=1), level=SHOULD)
    accept("claims/hash", "a qsh beside the other claims", "FIT-11", token(qsh=qsh("GET&/&")), level=OPEN)
    install = {"iss": CLIENT, "aud": ["https://app.example.com"], "qsh": qsh("POST&/installed&"), "app": GONE}
    refuse(
        "kind/install",
        "an install callback, signed with a key of the key set",
        "FIT-4 INS-1",
        "unknown_issuer audience_mismatch invalid_claim",
        token(**install),
        flags=["attack"],
    )
    asap = {"iss": "svc", "aud": APP, "app": GONE}
    refuse(
        "kind/asap",
        "an ASAP token for the app, signed with a key of the key set",
        "FIT-4 ASAP-1",
        "unknown_issuer invalid_claim",
        token(**asap),
        flags=["attack"],
    )
    text = signed(lambda text: mac(SECRET, text), members([("alg", "HS256"), ("typ", "JWT")]))
    refuse(
        "kind/shared-secret",
        "a token that is signed with a shared secret and has no kid",
        "FIT-1 JWT-8",
        "algorithm_not_allowed malformed",
        text,
        flags=["attack"],
    )
