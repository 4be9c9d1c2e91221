"""The vectors of ASAP tokens: asap-*.json, and some of jwt-*.json."""

import hashlib
import json
import unicodedata

from making import (
    GONE,
    MUST,
    NOW,
    OPEN,
    SHOULD,
    SOURCES,
    TOPICS,
    Raw,
    accepted,
    add,
    b64,
    confirm,
    flip,
    mac,
    may_accept,
    may_refuse,
    members,
    parts,
    unb64,
)
from signatures import P256, P256_OTHER, P384, P521, RSA, RSA_OTHER, pem_bytes, sign_with

ISSUER = "svc"
KID = "svc/k1"
OTHER_KID = "svc/k2"
SERVER = "api"
NOT_ALLOWED = "algorithm_not_allowed"
KEYS = {KID: RSA.public_pem}
BOTH_KEYS = {KID: RSA.public_pem, OTHER_KID: RSA_OTHER.public_pem}
ALGORITHMS = {
    **dict.fromkeys(["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"], RSA),
    **{"ES256": P256, "ES384": P384, "ES512": P521},
}

SOURCES.update(
    {
        "ASAP-1": "ASAP specification, access token transportation; RFC 9110, section 11.1",
        "ASAP-2": "ASAP specification: nine algorithms",
        "ASAP-3": "RFC 7518, sections 3.3 to 3.5",
        "ASAP-4": "RFC 7518, section 3.4",
        "ASAP-5": "ASAP specification: the header has a kid",
        "ASAP-6": "ASAP specification: segments that are not empty, not . and not ..",
        "ASAP-7": "ASAP specification: the pattern of a kid",
        "ASAP-8": "ASAP specification, key discovery",
        "ASAP-10": "ASAP specification: the key belongs to the issuer",
        "ASAP-11": "our choice; the client has to write its name and a slash",
        "ASAP-12": "ASAP specification: mandatory claims",
        "ASAP-13": "RFC 7519, sections 2 and 4.1",
        "ASAP-14": "ASAP specification: between the two, inclusive",
        "ASAP-15": "ASAP specification: nbf defaults to iat",
        "ASAP-16": "our choice; the specification is silent",
        "ASAP-17": "ASAP specification: a hard limit of one hour",
        "ASAP-18": "ASAP specification: exp is after iat",
        "ASAP-19": "our choice; the specification is silent",
        "ASAP-20": "ASAP specification; RFC 7519, section 4.1.3",
        "ASAP-21": "ASAP specification: one value at least",
        "ASAP-22": "ASAP specification: sub is optional",
        "ASAP-23": "our choice; the specification does not cover access delegation",
        "ASAP-24": "our choice; the specification leaves it to the server",
    }
)

TOPICS.update(
    {
        "ASAP-1": "bearer",
        "ASAP-2": "algorithms",
        "ASAP-3": "algorithm-and-key",
        "ASAP-4": "elliptic-signature",
        "ASAP-5": "no-key-id",
        "ASAP-6": "segments-of-key-id",
        "ASAP-7": "characters-of-key-id",
        "ASAP-8": "key",
        "ASAP-10": "owner-of-key",
        "ASAP-11": "key-id-is-issuer",
        "ASAP-12": "mandatory-claims",
        "ASAP-13": "types-of-claims",
        "ASAP-14": "window",
        "ASAP-15": "no-not-before",
        "ASAP-16": "issued-in-the-future",
        "ASAP-17": "lifetime",
        "ASAP-18": "expiry-after-issue",
        "ASAP-19": "not-before-among-others",
        "ASAP-20": "audience",
        "ASAP-21": "no-audience",
        "ASAP-22": "no-subject",
        "ASAP-23": "other-subject",
        "ASAP-24": "used-again",
    }
)


def header(**changes):
    given = {"alg": "RS256", "kid": KID, "typ": "JWT"} | changes
    return members([(name, value) for name, value in given.items() if value is not GONE])


def claims(head, **changes):
    """The JSON text of good claims at NOW, changed; no two tokens that differ have the same jti."""
    given = {"iss": ISSUER, "aud": SERVER, "iat": NOW - 10, "exp": NOW + 50} | changes
    if "jti" not in given:
        given["jti"] = hashlib.sha256(f"{head} {given!r}".replace(repr(GONE), "GONE").encode()).hexdigest()[:24]
    return members([(name, value) for name, value in given.items() if value is not GONE])


def signed(signature, text=None, head=None, **changes):
    """A token whose signature is what a function makes of the first two segments."""
    head = header() if head is None else head
    text = f"{b64(head)}.{b64(claims(head, **changes) if text is None else text)}"
    return f"{text}.{b64(signature(text))}"


def token(text=None, head=None, key=RSA, **changes):
    """A token: good at NOW, except for what is changed."""
    return signed(key.pkcs1, text, head, **changes)


def by(algorithm, key, kid=KID, named=None, **changes):
    """A token signed with an algorithm and a key, good except for what is changed."""
    head = header(alg=named or algorithm, kid=kid)
    return signed(lambda text: sign_with(algorithm, key, text), head=head, **changes)


def case(
    id,
    summary,
    clauses,
    level,
    expect,
    text,
    headers=None,
    public_keys=KEYS,
    audience=SERVER,
    now=NOW,
    leeway=0,
    **more,
):
    given = {"token": text} if headers is None else {"headers": headers}
    given |= {"public_keys": dict(sorted(public_keys.items())), "audience": audience, "now": now, "leeway": leeway}
    add(id, summary, clauses, level, "asap_verify", given, expect, **more)


def is_optional(text):
    """Whether a token names an algorithm that a verifier need not have: ASAP-2."""
    if text.count(".") != 2:
        return False
    try:
        found = json.loads(unb64(parts(text)[0]))
    except ValueError:
        return False
    name = found.get("alg") if isinstance(found, dict) else None
    return isinstance(name, str) and name != "RS256" and name in ALGORITHMS


def accept(id, summary, clauses, level, text, accept=(), **more):
    fewer = [may_refuse("a verifier may allow fewer algorithms (ASAP-2)", NOT_ALLOWED)] if is_optional(text) else []
    case(id, summary, clauses, level, accepted(text), text, accept=[*accept, *fewer], **more)


def refuse(id, summary, clauses, level, reasons, text="", **more):
    if is_optional(text) and NOT_ALLOWED not in reasons.split():
        reasons += f" {NOT_ALLOWED}"
    case(id, summary, clauses, level, {"rejected": reasons.split()}, text, **more)


def bearer(text):
    return [["Authorization", f"Bearer {text}"]]


def transport_cases():
    # ASAP-1
    def fresh(name):
        return token(jti=f"bearer-{name}")

    text = fresh("plain")
    accept("asap/bearer/plain", "a token with the scheme Bearer", "ASAP-1", MUST, text, headers=bearer(text))
    text = fresh("among-others")
    accept(
        "asap/bearer/among-others",
        "a token among other headers",
        "ASAP-1",
        MUST,
        text,
        headers=[["Host", "api.example"], *bearer(text), ["Accept", "*/*"]],
    )
    for name, written in [("lower", "authorization"), ("upper", "AUTHORIZATION")]:
        text = fresh(f"name-{name}")
        accept(
            f"asap/bearer/name-in-{name}-case",
            f"the name of the header in {name} case",
            "ASAP-1 TRN-4",
            MUST,
            text,
            headers=[[written, f"Bearer {text}"]],
            source="RFC 9110, section 5.1",
        )
    exact, words = "Node compares the scheme exactly", "Python and Node want two words with one space between"
    for name, summary, scheme, because in [
        ("scheme-in-lower-case", "the scheme in lower case", "bearer", exact),
        ("scheme-in-upper-case", "the scheme in upper case", "BEARER", exact),
        ("two-blanks", "two spaces after the scheme", "Bearer ", words),
    ]:
        text = fresh(name)
        accept(
            f"asap/bearer/{name}",
            summary,
            "ASAP-1",
            OPEN,
            text,
            headers=[["Authorization", f"{scheme} {text}"]],
            source="RFC 9110, section 11; official code is split",
            accept=[may_refuse(because, "no_token malformed")],
        )
    text = fresh("good")
    for name, summary, headers in [
        ("none", "no token, and no headers", []),
        ("other-headers", "no token among the headers", [["Host", "api.example"], ["Accept", "*/*"]]),
        ("jwt", "the scheme JWT", [["Authorization", f"JWT {text}"]]),
        ("basic", "the scheme Basic", [["Authorization", f"Basic {text}"]]),
        ("no-scheme", "no scheme", [["Authorization", text]]),
        ("scheme-glued", "no space after the scheme", [["Authorization", f"Bearer{text}"]]),
        ("scheme-longer", "a longer scheme", [["Authorization", f"Bearerx {text}"]]),
        ("scheme-shorter", "a shorter scheme", [["Authorization", f"Beare {text}"]]),
        ("scheme-as-long", "another scheme of six letters", [["Authorization", f"Digest {text}"]]),
        ("scheme-with-colon", "a colon after the scheme", [["Authorization", f"Bearer: {text}"]]),
        ("scheme-second", "another scheme before Bearer", [["Authorization", f"JWT Bearer {text}"]]),
        ("x-authorization", "another header", [["X-Authorization", f"Bearer {text}"]]),
        ("proxy-authorization", "the header for proxies", [["Proxy-Authorization", f"Bearer {text}"]]),
        ("cookie", "a cookie", [["Cookie", f"Authorization=Bearer {text}"]]),
        ("name-misspelt", "a letter missing in the name of the header", [["Authorisation", f"Bearer {text}"]]),
        ("scheme-only", "the scheme, and nothing after it", [["Authorization", "Bearer"]]),
        ("scheme-and-blank", "the scheme and a space", [["Authorization", "Bearer "]]),
        ("empty", "an empty header", [["Authorization", ""]]),
    ]:
        nothing = name in ("scheme-only", "scheme-and-blank", "empty", "scheme-second")
        reasons = "no_token malformed" if nothing else "no_token"
        shown = summary if name in ("none", "other-headers") or nothing else f"a good token, but {summary}"
        refuse(f"asap/bearer/{name}", shown, "ASAP-1", MUST, reasons, headers=headers)
    for name, summary, value in [
        ("token-named", "token= before the token", f"token={text}"),
        ("quoted", "quotation marks around the token", f'"{text}"'),
    ]:
        refuse(f"asap/bearer/{name}", summary, "ASAP-1 JWT-2", MUST, "malformed", headers=bearer(value))
    refuse(
        "asap/bearer/more-behind",
        "a good token with a space and a word after it",
        "ASAP-1 TRN-1",
        OPEN,
        "malformed no_token",
        headers=bearer(f"{text} x"),
        source="our choice",
    )
    refuse(
        "asap/bearer/two",
        "two headers with two tokens that differ",
        "ASAP-1 TRN-9",
        OPEN,
        "malformed no_token",
        headers=bearer(fresh("one")) + bearer(fresh("two")),
        source="our choice",
    )


def algorithm_cases():
    not_allowed = "algorithm_not_allowed"

    # ASAP-2
    for alg, key in ALGORITHMS.items():
        kid = f"svc/{alg.lower()}"
        text = by(alg, key, kid)
        clauses = "ASAP-2 ASAP-3 ASAP-4" if alg[0] == "E" else "ASAP-2 ASAP-3"
        accept(
            f"asap/algorithm/{alg.lower()}",
            f"signed with {alg}",
            clauses,
            MUST,
            text,
            public_keys={kid: key.public_pem},
        )
    keys = {f"svc/{alg.lower()}": key.public_pem for alg, key in ALGORITHMS.items()}
    text = by("ES384", P384, "svc/es384", sub=ISSUER)
    accept(
        "asap/algorithm/one-of-nine-keys",
        "a store with keys of every kind, and a token by one",
        "ASAP-2 ASAP-8",
        MUST,
        text,
        public_keys=keys,
    )
    secrets = [
        ("public-key", "the text of the public key as secret", RSA.public_pem),
        (
            "public-key-trimmed",
            "the text of the public key, without its last line break, as secret",
            RSA.public_pem[:-1],
        ),
        ("public-key-bytes", "the bytes of the public key as secret", pem_bytes(RSA.public_pem)),
        ("empty-key", "an empty secret", ""),
        ("key-id", "the kid as secret", KID),
    ]
    for name, summary, secret in secrets:
        for alg in ("HS256", "HS384", "HS512") if name == "public-key" else ("HS256",):
            refuse(
                f"asap/algorithm/{alg.lower()}-{name}",
                f"signed with {alg} and {summary}",
                "ASAP-2 JWT-12" if name.startswith("public") else "ASAP-2",
                MUST,
                not_allowed,
                signed(lambda text: mac(secret, text, f"sha{alg[2:]}"), head=header(alg=alg)),
                flags=["attack"],
            )
    refuse(
        "asap/algorithm/hs256-elliptic-key",
        "signed with HS256 and the text of an elliptic public key as secret",
        "ASAP-2 JWT-12",
        MUST,
        not_allowed,
        signed(lambda text: mac(P256.public_pem, text), head=header(alg="HS256")),
        public_keys={KID: P256.public_pem},
        flags=["attack"],
    )
    for name, written in [
        ("none", "none"),
        ("none-capital", "None"),
        ("none-upper-case", "NONE"),
        ("none-mixed", "nOnE"),
    ]:
        refuse(
            f"asap/algorithm/{name}",
            f"alg {written} and an empty signature",
            "ASAP-2 JWT-11",
            MUST,
            f"{not_allowed} malformed",
            signed(lambda _: b"", head=header(alg=written)),
            flags=["attack"],
        )
    refuse(
        "asap/algorithm/none-signed",
        "alg none with a signature by RS256",
        "ASAP-2 JWT-11",
        MUST,
        f"{not_allowed} malformed",
        token(head=header(alg="none")),
        flags=["attack"],
    )
    for name, written in [
        ("hs256", "HS256"),
        ("eddsa", "EdDSA"),
        ("es256k", "ES256K"),
        ("rs1", "RS1"),
        ("rsa-oaep", "RSA-OAEP"),
        ("unknown", "XY999"),
    ]:
        refuse(
            f"asap/algorithm/{name}-in-name-only",
            f"alg {written} with a signature by RS256",
            "ASAP-2",
            MUST,
            not_allowed,
            token(head=header(alg=written)),
        )
    for name, summary, written in [
        ("lower-case", "alg rs256", "rs256"),
        ("mixed-case", "alg Rs256", "Rs256"),
        ("blank-behind", "alg RS256 with a space after it", "RS256 "),
        ("line-feed-behind", "alg RS256 with a line feed after it", "RS256\n"),
        ("shorter", "alg RS", "RS"),
        ("longer", "alg RS2560", "RS2560"),
        ("name-of-java", "alg SHA256withRSA", "SHA256withRSA"),
        ("empty", "an empty alg", ""),
    ]:
        reasons = f"{not_allowed} malformed" if name == "empty" else not_allowed
        clauses = "ASAP-2 JWT-10" if name == "empty" else "ASAP-2 JWT-9"
        refuse(
            f"asap/algorithm/{name}", f"{summary}", clauses, MUST, reasons, token(head=header(alg=written))
        )
    for name, summary, written in [
        ("absent", "no alg", GONE),
        ("null", "null for alg", None),
        ("number", "a number for alg", 256),
        ("array", "RS256 in an array", ["RS256"]),
    ]:
        text = token(head=header(alg=written))
        refuse(
            f"asap/algorithm/{name}", f"{summary}", "ASAP-2 JWT-10", MUST, f"malformed {not_allowed}", text
        )

    # ASAP-3
    mismatch = f"{not_allowed} bad_signature"
    for name, summary, named, algorithm, key in [
        ("rs256-with-p256", "RS256 for a key on P-256, with a signature by ES256", "RS256", "ES256", P256),
        ("ps256-with-p256", "PS256 for a key on P-256, with a signature by ES256", "PS256", "ES256", P256),
        ("es256-with-rsa", "ES256 for an RSA key, with a signature by RS256", "ES256", "RS256", RSA),
        ("es384-with-rsa", "ES384 for an RSA key, with a signature by RS384", "ES384", "RS384", RSA),
        ("es512-with-rsa", "ES512 for an RSA key, with a signature by PS512", "ES512", "PS512", RSA),
        ("es384-with-p256", "ES384 with a key on P-256, signed with that key", None, "ES384", P256),
        ("es512-with-p256", "ES512 with a key on P-256, signed with that key", None, "ES512", P256),
        ("es256-with-p384", "ES256 with a key on P-384, signed with that key", None, "ES256", P384),
        ("es512-with-p384", "ES512 with a key on P-384, signed with that key", None, "ES512", P384),
        ("es256-with-p521", "ES256 with a key on P-521, signed with that key", None, "ES256", P521),
        ("es384-with-p521", "ES384 with a key on P-521, signed with that key", None, "ES384", P521),
        ("es384-in-name-only", "ES384 for a key on P-256, with a signature by ES256", "ES384", "ES256", P256),
    ]:
        refuse(
            f"asap/key-kind/{name}",
            summary,
            "ASAP-3",
            MUST,
            mismatch,
            by(algorithm, key, named=named),
            public_keys={KID: key.public_pem},
        )
    for name, algorithm, curve, key in [
        ("es384-with-p256", "ES384", "P-256", P256),
        ("es512-with-p256", "ES512", "P-256", P256),
        ("es512-with-p384", "ES512", "P-384", P384),
    ]:
        size = ALGORITHMS[algorithm].curve.size
        refuse(
            f"asap/key-kind/{name}-lengthened",
            f"{algorithm} with a key on {curve}, with R and S at the length that {algorithm} demands",
            "ASAP-3 ASAP-4",
            MUST,
            mismatch,
            signed(lambda text: key.raw(text, f"sha{algorithm[2:]}", size), head=header(alg=algorithm)),
            public_keys={KID: key.public_pem},
        )
    refuse(
        "asap/key-kind/rs256-by-another",
        "RS256 with a good signature by an RSA key, for a kid whose key is elliptic",
        "ASAP-3",
        MUST,
        mismatch,
        token(),
        public_keys={KID: P256.public_pem},
    )
    refuse(
        "asap/key-kind/es256-by-another",
        "ES256 with a good signature by an elliptic key, for a kid whose key is RSA",
        "ASAP-3",
        MUST,
        mismatch,
        by("ES256", P256),
    )
    for named, algorithm in [
        ("RS512", "RS256"),
        ("RS256", "RS384"),
        ("RS256", "PS256"),
        ("PS256", "RS256"),
        ("PS384", "PS256"),
    ]:
        refuse(
            f"asap/key-kind/{named.lower()}-in-name-only-by-{algorithm.lower()}",
            f"alg {named} with a signature by {algorithm} of the right key",
            "ASAP-8 JWT-17",
            MUST,
            "bad_signature",
            by(algorithm, RSA, named=named),
        )
    for name, summary, salt in [("no-salt", "no salt", b""), ("short-salt", "a salt of 20 bytes", bytes(20))]:
        refuse(
            f"asap/signature/{name}",
            f"alg PS256 with a signature that has {summary}",
            "ASAP-8 JWT-17 ASAP-3",
            MUST,
            "bad_signature",
            signed(lambda text: RSA.pss(text, salt=salt), head=header(alg="PS256")),
            source="RFC 7518, section 3.5: the salt is as long as the hash",
        )
    refuse(
        "asap/signature/other-mask",
        "alg PS256 with a signature whose mask is by SHA-512",
        "ASAP-8 JWT-17 ASAP-3",
        MUST,
        "bad_signature",
        signed(lambda text: RSA.pss(text, mask_digest="sha512"), head=header(alg="PS256")),
        source="RFC 7518, section 3.5: the mask is by the hash of the algorithm",
    )

    # ASAP-4
    elliptic = {"public_keys": {KID: P256.public_pem}}
    for name, index in [("r", 0), ("s", 32)]:
        # The jti was found by trying.
        text = by("ES256", P256, jti=SHORT[name])
        assert unb64(parts(text)[2])[index] == 0
        accept(
            f"asap/elliptic/zero-before-{name}",
            f"an ES256 signature whose {name.upper()} begins with a zero byte",
            "ASAP-4",
            MUST,
            text,
            **elliptic,
        )
        both = unb64(parts(text)[2])
        refuse(
            f"asap/elliptic/zero-before-{name}-left-out",
            f"an ES256 signature of 63 bytes, without the zero byte before {name.upper()}",
            "ASAP-4",
            MUST,
            "bad_signature",
            ".".join([*parts(text)[:2], b64(both[:index] + both[index + 1 :])]),
            **elliptic,
        )
    for alg, key in [("ES256", P256), ("ES384", P384), ("ES512", P521)]:
        refuse(
            f"asap/elliptic/der-{alg.lower()}",
            f"an {alg} signature in DER",
            "ASAP-4",
            MUST,
            "bad_signature",
            signed(lambda text: key.der(text, f"sha{alg[2:]}"), head=header(alg=alg)),
            public_keys={KID: key.public_pem},
        )
    good = by("ES256", P256)
    head, payload, signature = parts(good)
    signature = unb64(signature)
    r, s = signature[:32], signature[32:]
    order = P256.curve.n.to_bytes(32, "big")
    for name, summary, changed in [
        ("exchanged", "S before R", s + r),
        ("r-only", "R without S", r),
        ("s-only", "S without R", s),
        ("length-of-p384", "R and S with the length of P-384", bytes(16) + r + bytes(16) + s),
        ("zero-between", "a zero byte between R and S", r + b"\0" + s),
        ("byte-behind", "one more byte after S", signature + b"\0"),
        ("byte-before", "one more byte before R", b"\0" + signature),
        ("without-last-byte", "S without its last byte", signature[:-1]),
        ("little-endian", "R and S, each with its bytes reversed", r[::-1] + s[::-1]),
        ("hex", "R and S in hexadecimal digits", signature.hex().encode()),
        ("zeros", "R and S zero", bytes(64)),
        ("r-zero", "R zero", bytes(32) + s),
        ("s-zero", "S zero", r + bytes(32)),
        ("order", "R and S equal to the order of the curve", order + order),
        ("first-bit", "the first bit of R turned", flip(signature, 0, 0x80)),
        ("last-bit", "the last bit of S turned", flip(signature, 63)),
        ("empty", "no bytes", b""),
    ]:
        refuse(
            f"asap/elliptic/{name}",
            f"an ES256 signature, {summary}",
            "ASAP-4 JWT-17",
            MUST,
            "bad_signature malformed" if name == "empty" else "bad_signature",
            f"{head}.{payload}.{b64(changed)}",
            flags=["attack"] if name in ("zeros", "r-zero", "s-zero", "order", "empty") else (),
            **elliptic,
        )
    refuse(
        "asap/elliptic/other-key",
        "an ES256 signature by another key on the same curve",
        "ASAP-8",
        MUST,
        "bad_signature",
        by("ES256", P256_OTHER),
        flags=["attack"],
        **elliptic,
    )


# With these the first byte of R, and of S, is zero.
SHORT = {"r": "elliptic-203", "s": "elliptic-93"}


def key_id_cases():
    malformed = "malformed unknown_key"

    def named(kid, issuer=ISSUER, **changes):
        return token(head=header(kid=kid), iss=issuer, **changes)

    # ASAP-5
    for name, summary, head in [
        ("missing", "no kid", header(kid=GONE)),
        ("null", "null for kid", header(kid=None)),
        ("number", "a number for kid", header(kid=7)),
        ("true", "true for kid", header(kid=True)),
        ("array", "the kid in an array", header(kid=[KID])),
        ("object", "an object with the kid", header(kid={"id": KID})),
        ("member-in-upper-case", "KID for kid", header(kid=GONE, KID=KID)),
        ("in-another-object", "the kid within another member", header(kid=GONE, x={"kid": KID})),
        ("jwk-instead", "no kid, and a key that the token brings along", header(kid=GONE, jwk=jwk_of(RSA))),
    ]:
        refuse(f"asap/key-id/{name}", summary, "ASAP-5", MUST, malformed, token(head=head))
    for name, summary, written, kid in [
        ("number-for-digits", "a number for a kid of digits", 7, "7"),
        ("null-for-its-text", "null for a kid that is the text null", None, "null"),
    ]:
        refuse(
            f"asap/key-id/{name}",
            summary,
            "ASAP-5",
            MUST,
            malformed,
            token(head=header(kid=written)),
            public_keys={kid: RSA.public_pem},
        )
    refuse(
        "asap/key-id/in-claims-only",
        "the kid among the claims, and not in the header",
        "ASAP-5",
        MUST,
        malformed,
        token(head=header(kid=GONE), kid=KID),
    )
    accept(
        "asap/key-id/in-claims-too",
        "another kid among the claims, which does not count",
        "ASAP-5",
        MUST,
        token(kid="other/k"),
    )
    accept(
        "asap/key-id/escaped",
        "a kid that is written with escapes",
        "ASAP-5 ASAP-7",
        MUST,
        token(head=header(kid=Raw('"\\u0073vc\\/k1"'))),
    )

    # ASAP-6
    for name, summary, kid, issuer in [
        ("two", "two segments", "svc/k", ISSUER),
        ("four", "four segments", "svc/a/b/c", ISSUER),
        ("dots-inside", "two dots within a segment", "svc/a..b", ISSUER),
        ("three-dots", "a segment of three dots", "svc/...", ISSUER),
        ("dot-before", "a segment that begins with a dot", "svc/.k", ISSUER),
        ("dot-behind", "a segment that ends with a dot", "svc/k.", ISSUER),
        ("dots-before", "a segment that begins with two dots", "svc/..k", ISSUER),
        ("dots-behind", "a segment that ends with two dots", "svc/k..", ISSUER),
        ("file-name", "a file's name", "svc/2023-11-14.pem", ISSUER),
        ("issuer-with-dot", "an issuer with a dot before it", ".svc/k", ".svc"),
    ]:
        text = named(kid, issuer)
        accept(
            f"asap/key-id/segments-{name}",
            f"a kid with {summary}",
            "ASAP-6",
            MUST,
            text,
            public_keys={kid: RSA.public_pem},
        )
    for name, summary, kid, issuer in [
        ("leading-slash", "a slash at the front", "/svc/k", "/svc"),
        ("two-slashes", "an empty segment in the middle", "svc//k", ISSUER),
        ("trailing-slash", "a slash at the end", "svc/k/", ISSUER),
        ("issuer-and-slash", "the issuer and a slash, and nothing after it", "svc/", ISSUER),
        ("two-trailing-slashes", "two slashes at the end", "svc/k//", ISSUER),
        ("parent", "a segment of two dots in the middle", "svc/../k", ISSUER),
        ("parent-last", "a segment of two dots at the end", "svc/..", ISSUER),
        ("parent-first", "a segment of two dots at the front", "../k", ".."),
        ("parent-of-another", "segments that climb to the key of another", "svc/../../other/k", ISSUER),
        ("up-and-down", "segments that climb and come back", "svc/../svc/k1", ISSUER),
        ("current", "a segment of one dot in the middle", "svc/./k", ISSUER),
        ("current-last", "a segment of one dot at the end", "svc/.", ISSUER),
        ("current-first", "a segment of one dot at the front", "./k", "."),
        ("long-parent", "two dots after six good segments", "svc/a/b/c/d/e/..", ISSUER),
    ]:
        refuse(
            f"asap/key-id/{name}",
            f"a kid with {summary}, with a key published under it",
            "ASAP-6",
            MUST,
            malformed,
            named(kid, issuer),
            public_keys={kid: RSA.public_pem},
            flags=["attack"] if "parent" in name or name == "up-and-down" else (),
        )
    for name, summary, kid in [("empty", "the empty text for kid", ""), ("slash", "a slash for kid", "/")]:
        refuse(
            f"asap/key-id/{name}",
            f"{summary}, with a key published under it",
            "ASAP-6 ASAP-10",
            MUST,
            f"{malformed} key_not_owned",
            named(kid),
            public_keys={kid: RSA.public_pem},
        )

    # ASAP-7
    for name, summary, kid, issuer in [
        ("every", "every allowed character", f"svc/{LETTERS}_.-+/{LETTERS.lower()}/0123456789", ISSUER),
        ("plus", "a plus", "svc/a+b", ISSUER),
        ("underscore", "an underscore", "svc/a_b", ISSUER),
        ("hyphen", "a hyphen", "svc/a-b", ISSUER),
        ("signs-only", "a segment of allowed signs", "svc/-_+.-", ISSUER),
        ("signs-first", "an issuer that begins with an allowed sign", "-svc/k", "-svc"),
        ("capitals", "capitals", "SVC/K1", "SVC"),
        ("digits", "digits only", "0/1", "0"),
    ]:
        text = named(kid, issuer)
        accept(
            f"asap/key-id/characters-{name}",
            f"a kid with {summary}",
            "ASAP-7",
            MUST,
            text,
            public_keys={kid: RSA.public_pem},
        )
    for name, summary, kid in [
        *(
            (name, f"a {shown}" if shown[0] not in "aeiou" else f"an {shown}", f"svc/a{mark}b")
            for name, shown, mark in MARKS
        ),
        ("line-feed-behind", "a line feed after it", "svc/k\n"),
        ("carriage-return-behind", "a carriage return after it", "svc/k\r"),
        ("line-break-behind", "a carriage return and a line feed after it", "svc/k\r\n"),
        ("blank-behind", "a space after it", "svc/k "),
        ("nul-behind", "a NUL after it", "svc/k\0"),
        ("separator-behind", "a line separator of Unicode after it", "svc/k\u2028"),
        ("second-line", "a second line that would be good", "svc/k\nsvc/k"),
        ("first-line", "a first line that would not be good", "svc/k\n\n/../"),
        ("escaped-dots", "two dots as escapes", "svc/%2e%2e"),
        ("url", "a URL after the issuer", "svc/https://keys.example.org/k"),
        ("query", "a query after it", "svc/k?x=1"),
        ("scheme", "a segment that ends with a colon, as in a URL", "svc/https:/keys.example.org/k"),
        ("lines-before", "two line feeds, and a good kid after them", "svc/k\n\nsvc/k"),
        ("decomposed", "a letter with an accent of its own", "svc/" + unicodedata.normalize("NFD", "\u00e9")),
    ]:
        refuse(
            f"asap/key-id/{name}",
            f"a kid with {summary}, with a key published under it",
            # These two have an empty segment or two dots as well.
            "ASAP-7 ASAP-6" if name in ("url", "first-line") else "ASAP-7",
            MUST,
            malformed,
            named(kid),
            public_keys={kid: RSA.public_pem},
        )
    refuse(
        "asap/key-id/blank-before",
        "a kid with a space before it, with a key published under it",
        "ASAP-7",
        MUST,
        malformed,
        named(" svc/k", " svc"),
        public_keys={" svc/k": RSA.public_pem},
    )
    refuse(
        "asap/key-id/letter-beyond-ascii-first",
        "a kid that begins with a letter beyond ASCII, with a key published under it",
        "ASAP-7",
        MUST,
        malformed,
        named("\u00e9svc/k", "\u00e9svc"),
        public_keys={"\u00e9svc/k": RSA.public_pem},
    )


LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
MARKS = [
    ("blank", "space", " "),
    ("tab", "tab", "\t"),
    ("line-feed", "line feed", "\n"),
    ("carriage-return", "carriage return", "\r"),
    ("nul", "NUL", "\0"),
    ("escape", "control character", "\x1b"),
    ("delete", "DEL", "\x7f"),
    ("exclamation-mark", "exclamation mark", "!"),
    ("quotation-mark", "quotation mark", '"'),
    ("number-sign", "number sign", "#"),
    ("dollar", "dollar", "$"),
    ("percent", "percent sign", "%"),
    ("ampersand", "ampersand", "&"),
    ("apostrophe", "apostrophe", "'"),
    ("left-parenthesis", "left parenthesis", "("),
    ("right-parenthesis", "right parenthesis", ")"),
    ("star", "star", "*"),
    ("comma", "comma", ","),
    ("colon", "colon", ":"),
    ("semicolon", "semicolon", ";"),
    ("less-than", "less-than sign", "<"),
    ("equals", "equals sign", "="),
    ("greater-than", "greater-than sign", ">"),
    ("question-mark", "question mark", "?"),
    ("at", "sign @", "@"),
    ("left-bracket", "left bracket", "["),
    ("backslash", "backslash", "\\"),
    ("right-bracket", "right bracket", "]"),
    ("caret", "caret", "^"),
    ("grave-accent", "grave accent", "`"),
    ("left-brace", "left brace", "{"),
    ("bar", "vertical bar", "|"),
    ("right-brace", "right brace", "}"),
    ("tilde", "tilde", "~"),
    ("no-break-space", "no-break space", "\u00a0"),
    ("letter-of-latin-1", "letter of Latin-1", "\u00e9"),
    ("letter-of-greek", "letter of Greek", "\u03bb"),
    ("letter-of-cyrillic", "letter of Cyrillic that looks like an a", "\u0430"),
    ("wide-letter", "wide letter", "\uff41"),
    ("wide-slash", "wide slash", "\uff0f"),
    ("fraction-slash", "fraction slash", "\u2044"),
    ("two-dot-leader", "sign that is two dots when normalized", "\u2025"),
    ("arabic-digit", "digit of Arabic", "\u0661"),
    ("kelvin", "Kelvin sign, which is a k in lower case", "\u212a"),
    ("emoji", "character beyond U+FFFF", "\U0001f600"),
]


def jwk_of(key):
    return {"kty": "RSA", "n": b64(key.n.to_bytes(256, "big")), "e": "AQAB"}


def key_cases():
    bad = "bad_signature"
    good = token()

    # ASAP-8
    accept("asap/key/one", "the one key of the store", "ASAP-8 ASAP-10", MUST, good)
    first = token(jti="first-of-two")
    accept("asap/key/first-of-two", "the first of two keys", "ASAP-8", MUST, first, public_keys=BOTH_KEYS)
    second = token(head=header(kid=OTHER_KID), key=RSA_OTHER)
    accept("asap/key/second-of-two", "the second of two keys", "ASAP-8", MUST, second, public_keys=BOTH_KEYS)
    for name, summary, kid in [
        ("unknown", "a kid that the store does not have", OTHER_KID),
        ("in-upper-case", "the kid with a capital after the slash", "svc/K1"),
        ("shorter", "the beginning of the kid", "svc/k"),
        ("longer", "the kid and one more character", "svc/k10"),
        ("one-segment-more", "the kid and one more segment", "svc/k1/k1"),
        ("file-name", "the kid as the name of a file", "svc/k1.pem"),
        ("prototype", "a member that every object of JavaScript has", "svc/__proto__"),
    ]:
        text = token(head=header(kid=kid))
        refuse(f"asap/key/{name}", f"{summary}, signed with the known key", "ASAP-8", MUST, "unknown_key", text)
    refuse("asap/key/no-keys", "a store without keys", "ASAP-8", MUST, "unknown_key", good, public_keys={})
    refuse(
        "asap/key/exchanged-first",
        "the kid of one key and the signature of another of the same issuer, both published",
        "ASAP-8",
        MUST,
        bad,
        token(key=RSA_OTHER),
        public_keys=BOTH_KEYS,
        flags=["attack"],
    )
    refuse(
        "asap/key/exchanged-second",
        "the kid of the other key and the signature of the one, both published",
        "ASAP-8",
        MUST,
        bad,
        token(head=header(kid=OTHER_KID)),
        public_keys=BOTH_KEYS,
        flags=["attack"],
    )
    refuse(
        "asap/key/of-another-issuer",
        "the kid of one issuer and the signature of another, both published",
        "ASAP-8",
        MUST,
        bad,
        token(key=RSA_OTHER),
        public_keys={KID: RSA.public_pem, "other/k": RSA_OTHER.public_pem},
        flags=["attack"],
    )
    refuse(
        "asap/key/not-published",
        "signed with a key that nobody published",
        "ASAP-8",
        MUST,
        bad,
        token(key=RSA_OTHER),
        flags=["attack"],
    )
    for name, summary, more in [
        ("jwk", "that the token brings along in jwk", {"jwk": jwk_of(RSA_OTHER)}),
        ("jku", "whose address is in jku", {"jku": "https://keys.example.org/jwks.json"}),
        ("x5u", "whose address is in x5u", {"x5u": "https://keys.example.org/chain.pem"}),
    ]:
        refuse(
            f"asap/key/{name}",
            f"signed with a key {summary}",
            "ASAP-8 JWT-15",
            MUST,
            bad,
            token(head=header(**more), key=RSA_OTHER),
            flags=["attack"],
        )
    accept(
        "asap/key/more-in-header",
        "a header with members that no rule names",
        "JWT-15 ASAP-8",
        MUST,
        token(head=header(x=1, jku="https://keys.example.org/jwks.json", iss="other", exp=0)),
        source="RFC 7515, section 4",
    )
    accept(
        "asap/key/without-typ",
        "a header without typ",
        "JWT-13 ASAP-8",
        SHOULD,
        token(head=header(typ=GONE)),
        source="RFC 7519, section 5.1: typ is optional",
    )
    head, payload, signature = parts(good)
    signature = unb64(signature)
    for name, summary, changed in [
        ("first-bit", "the first bit of the signature turned", flip(signature, 0, 0x80)),
        ("middle-bit", "a bit in the middle of the signature turned", flip(signature, 128)),
        ("last-bit", "the last bit of the signature turned", flip(signature, 255)),
        ("without-last-byte", "the signature without its last byte", signature[:-1]),
        ("half", "the first half of the signature", signature[:128]),
        ("byte-behind", "the signature and one more byte", signature + b"\0"),
        ("byte-before", "the signature with a zero byte before it", b"\0" + signature),
        ("zeros", "a signature of zeros", bytes(256)),
        ("empty", "an empty signature", b""),
    ]:
        refuse(
            f"asap/signature/{name}",
            summary,
            "ASAP-8 JWT-17",
            MUST,
            f"{bad} malformed" if name == "empty" else bad,
            f"{head}.{payload}.{b64(changed)}",
            flags=["attack"] if name in ("zeros", "empty") else (),
        )
    refuse(
        "asap/signature/padded",
        "an ASAP signature with the padding of base64",
        "JWT-2 ASAP-8",
        MUST,
        f"malformed {bad}",
        f"{good}==",
        source="RFC 7515, section 2",
    )
    refuse(
        "asap/signature/other-claims",
        "the claims of another token",
        "ASAP-8 JWT-17",
        MUST,
        bad,
        f"{head}.{parts(second)[1]}.{b64(signature)}",
        flags=["attack"],
    )
    refuse(
        "asap/signature/other-header",
        "the header with one more member than was signed",
        "ASAP-8 JWT-17",
        MUST,
        bad,
        f"{b64(header(x=1))}.{payload}.{b64(signature)}",
    )
    for name, summary, clause, text in [
        ("two-segments", "a token without its signature", "JWT-1", f"{head}.{payload}"),
        ("four-segments", "a fourth segment", "JWT-1", f"{good}.{payload}"),
        ("claims-array", "an array with the claims in it", "JWT-4", token(f"[{claims(header())}]")),
        ("text-behind", "a letter after the claims", "JWT-4", token(claims(header()) + "x")),
        ("header-null", "null as header", "JWT-4", token(head="null")),
        ("nan", "NaN as a claim", "JWT-4", token(x=Raw("NaN"))),
        ("critical", "crit with an extension that nobody knows", "JWT-14", token(head=header(x=1, crit=["x"]))),
    ]:
        refuse(f"asap/token/{name}", summary, f"{clause} ASAP-8", MUST, "malformed", text)
    for name, one, two, reason, clause in [
        ("kid", '"svc/k1"', '"other/k"', "unknown_key key_not_owned bad_signature", "ASAP-10"),
        ("alg", '"RS256"', '"none"', "algorithm_not_allowed", "ASAP-2"),
    ]:
        refuse(
            f"asap/token/{name}-good-then-bad",
            f"two {name} in the header, the first good and the last bad",
            f"JWT-5 {clause}",
            MUST,
            f"malformed {reason}",
            token(head=header()[:-1].replace(f'"{name}":{one}', f'"{name}":{one},"{name}":{two}') + "}"),
            flags=["attack"],
            source="RFC 7515, section 4: refused, or the last counts; never the first",
        )
    for name, two, reason, clause in [
        ("iss", '"other"', "key_not_owned", "ASAP-10"),
        ("aud", '"other"', "audience_mismatch", "ASAP-20"),
        ("exp", str(NOW - 5), "expired", "ASAP-14"),
        ("iat", str(NOW - 3551), "lifetime_too_long", "ASAP-17"),
    ]:
        refuse(
            f"asap/token/{name}-good-then-bad",
            f"two {name} in the claims, the first good and the last bad",
            f"JWT-5 {clause}",
            MUST,
            f"malformed {reason}",
            token(claims(header())[:-1] + f',"{name}":{two}}}'),
            flags=["attack"],
            source="RFC 7519, section 4: refused, or the last counts; never the first",
        )

    # ASAP-10
    for name, summary, kid, issuer in [
        ("two-segments", "an issuer of two segments", "team/svc/k", "team/svc"),
        ("below", "a key two segments below the issuer", "team/svc/k", "team"),
        ("signs", "an issuer with signs that mean something in a pattern", "s+v.c/k", "s+v.c"),
        ("capital", "an issuer with a capital", "Svc/k", "Svc"),
    ]:
        text = token(head=header(kid=kid), iss=issuer)
        accept(f"asap/owner/{name}", summary, "ASAP-10", MUST, text, public_keys={kid: RSA.public_pem})
    not_owned = "key_not_owned"
    for name, summary, kid, issuer in [
        ("other", "the key of another issuer", "other/k", ISSUER),
        ("longer", "the key of an issuer whose name begins so", "svc2/k", ISSUER),
        ("longer-hyphen", "the key of an issuer whose name goes on after a hyphen", "svc-2/k", ISSUER),
        ("longer-dot", "the key of an issuer whose name goes on after a dot", "svc.2/k", ISSUER),
        ("shorter", "the key of an issuer whose name is shorter", "sv/k", ISSUER),
        ("in-upper-case", "the key of an issuer in capitals", "SVC/k", ISSUER),
        ("issuer-in-upper-case", "the issuer in capitals", KID, "SVC"),
        ("in-the-middle", "the issuer as the second segment", "other/svc/k", ISSUER),
        ("at-the-end", "the issuer at the end", "other/svc", ISSUER),
        ("longer-at-the-front", "the key of an issuer whose name ends so", "xsvc/k", ISSUER),
        ("sibling", "the key of another issuer of the same team", "team/other/k", "team/svc"),
        ("parent", "the key of the team", "team/k", "team/svc"),
        ("issuer-shorter", "an issuer that is the beginning of the owner's name", KID, "sv"),
        ("issuer-longer", "an issuer that begins with the owner's name", KID, "svc2"),
        ("issuer-with-slash", "an issuer with a slash at the end", KID, "svc/"),
        ("issuer-with-blank", "an issuer with a space at the end", KID, "svc "),
        ("issuer-with-line-feed", "an issuer with a line feed at the end", KID, "svc\n"),
        ("issuer-with-nul", "an issuer with a NUL at the end", KID, "svc\0"),
        ("issuer-is-pattern", "an issuer that is a pattern", KID, ".*"),
        ("issuer-with-dot", "an issuer with a dot for a letter", KID, "s.c"),
        ("issuer-with-star", "an issuer with a star", KID, "sv*"),
        ("issuer-is-key", "the end of the kid as issuer", KID, "k1"),
        ("issuer-longer-than-key-id", "the kid and one more segment as issuer", KID, "svc/k1/x"),
    ]:
        refuse(
            f"asap/owner/{name}",
            f"{summary}, signed with that key" if issuer == ISSUER else summary,
            "ASAP-10",
            MUST,
            not_owned,
            token(head=header(kid=kid), iss=issuer),
            public_keys={kid: RSA.public_pem},
            flags=["attack"],
        )
    refuse(
        "asap/owner/both-published",
        "an issuer, and the key of another, with the keys of both published",
        "ASAP-10",
        MUST,
        not_owned,
        token(head=header(kid="svc2/k"), key=RSA_OTHER),
        public_keys={KID: RSA.public_pem, "svc2/k": RSA_OTHER.public_pem},
        flags=["attack"],
    )

    # ASAP-11
    for name, kid in [("one-segment", "svc"), ("two-segments", "team/svc")]:
        text = token(head=header(kid=kid), iss=kid)
        refuse(
            f"asap/owner/equal-{name}",
            f"a kid of {name.replace('-', ' ')} that is the issuer itself",
            "ASAP-11",
            OPEN,
            not_owned,
            text,
            public_keys={kid: RSA.public_pem},
            accept=[may_accept("Python takes the issuer's name for the name of its key", text)],
        )


def claim_cases():
    missing, invalid = "missing_claim", "invalid_claim"

    # ASAP-12
    accept(
        "asap/claims/mandatory-only",
        "the five mandatory claims, and no others",
        "ASAP-12 ASAP-13 ASAP-22",
        MUST,
        token(jti="mandatory-only"),
    )
    good = {"iss": ISSUER, "aud": SERVER, "iat": NOW - 10, "exp": NOW + 50, "jti": "in-header"}
    for claim, value in good.items():
        refuse(f"asap/claims/{claim}-missing", f"no {claim}", "ASAP-12", MUST, missing, token(**{claim: GONE}))
        refuse(
            f"asap/claims/{claim}-in-header-only",
            f"{claim} in the header only",
            "ASAP-12",
            MUST,
            missing,
            token(head=header(**{claim: value}), **{claim: GONE}),
        )
        refuse(
            f"asap/claims/{claim}-in-upper-case",
            f"{claim.upper()} for {claim}",
            "ASAP-12",
            MUST,
            missing,
            token(**{claim: GONE, claim.upper(): value}),
        )
    refuse(
        "asap/claims/iat-missing-beside-nbf",
        "nbf, and no iat",
        "ASAP-12",
        MUST,
        missing,
        token(iat=GONE, nbf=NOW - 10),
    )
    refuse(
        "asap/claims/iss-missing-beside-sub",
        "sub, and no iss",
        "ASAP-12",
        MUST,
        missing,
        token(iss=GONE, sub=ISSUER),
    )
    text = token(jti="")
    accept(
        "asap/claims/jti-empty",
        "the empty text for jti",
        "ASAP-12 ASAP-13",
        OPEN,
        text,
        source="our choice; a text, if not much of one",
        accept=[may_refuse("an empty text tells no token from another", f"{missing} {invalid}")],
    )
    for name, summary, written in [
        ("qsh", "a hash as qsh", hashlib.sha256(b"GET&/&").hexdigest()),
        ("qsh-context", "the fixed value of context tokens as qsh", "context-qsh"),
        ("qsh-number", "a number as qsh", 7),
    ]:
        accept(
            f"asap/claims/{name}",
            f"{summary}, which no rule of ASAP reads",
            "ASAP-12",
            MUST,
            token(jti=name, qsh=written),
            source="RFC 7519, section 4: claims that are not understood are ignored",
        )
    refuse(
        "asap/claims/iss-empty",
        "the empty text for iss",
        "ASAP-10 ASAP-12",
        MUST,
        f"key_not_owned {missing} {invalid}",
        token(iss=""),
    )

    # ASAP-13
    for claim, values in [
        ("iss", [("number", 5), ("true", True), ("array", [ISSUER]), ("object", {}), ("null", None)]),
        ("jti", [("number", 7), ("true", True), ("array", ["7"]), ("object", {}), ("null", None)]),
        (
            "sub",
            [
                ("number", 5),
                ("zero", 0),
                ("false", False),
                ("array", [ISSUER]),
                ("empty-array", []),
                ("object", {}),
                ("null", None),
            ],
        ),
    ]:
        for name, written in values:
            reasons = f"{invalid} {missing}" if written is None else invalid
            shown = (
                f"{name.replace('-', ' ')} for {claim}"
                if name in ("true", "false", "null")
                else f"{article(name)} for {claim}"
            )
            refuse(f"asap/claims/{claim}-{name}", shown, "ASAP-13", MUST, reasons, token(**{claim: written}))
    for claim, value in [("iat", NOW - 10), ("exp", NOW + 50), ("nbf", NOW - 10)]:
        for name, summary, written in [
            ("string", f"{claim} as a text of digits", str(value)),
            ("text", f"a date in words for {claim}", "2023-11-14T22:13:20Z"),
            ("true", f"true for {claim}", True),
            ("array", f"{claim} in an array", [value]),
            ("object", f"an object for {claim}", {}),
            ("null", f"null for {claim}", None),
        ]:
            reasons = f"{invalid} {missing}" if written is None else invalid
            refuse(f"asap/claims/{claim}-{name}", summary, "ASAP-13 CON-13", MUST, reasons, token(**{claim: written}))
    for name, summary, level, changes in [
        ("exp-fraction", "an exp with a fraction", SHOULD, {"exp": Raw(f"{NOW + 50}.5")}),
        ("iat-fraction", "an iat with a fraction", SHOULD, {"iat": Raw(f"{NOW - 10}.5")}),
        ("exp-point-zero", "an exp with a point and a zero", SHOULD, {"exp": Raw(f"{NOW + 50}.0")}),
        ("exp-exponent", "an exp with an exponent", SHOULD, {"exp": Raw("17.0000005e8")}),
        ("nbf-fraction", "an nbf with a fraction", SHOULD, {"nbf": Raw(f"{NOW - 10}.5")}),
    ]:
        accept(
            f"asap/claims/{name}",
            summary,
            "ASAP-13 CON-14",
            level,
            token(**changes),
            source="RFC 7519, section 2; Java and Python",
        )
    text = token(iat=Raw(f"{NOW}.5"))
    refuse(
        "asap/claims/iat-half-a-second-late",
        "half a second before iat, and no nbf",
        "ASAP-15 CON-14",
        OPEN,
        "not_yet_valid",
        text,
        accept=[may_accept("Python cuts the fraction off", text)],
        source="our choice; Java and Python cut the fraction off",
    )
    refuse(
        "asap/claims/exp-quarter-of-a-second-late",
        "a quarter of a second after exp, which rounding would forgive",
        "ASAP-14 CON-14",
        SHOULD,
        "expired",
        token(exp=Raw(f"{NOW - 1}.75")),
        source="RFC 7519, section 2; Java and Python",
    )
    for name, summary, changes, reasons in [
        ("exp-zero", "an exp of 0, and an iat of -60", {"iat": -60, "exp": 0}, f"expired {invalid}"),
        ("exp-negative", "an exp of -1, and an iat of -61", {"iat": -61, "exp": -1}, f"expired {invalid}"),
        ("iat-negative", "an iat of -1", {"iat": -1}, f"lifetime_too_long {invalid}"),
        ("iat-zero", "an iat of 0", {"iat": 0}, "lifetime_too_long"),
        (
            "exp-huge",
            "an exp of 10 to the power of 30",
            {"exp": Raw("1" + "0" * 30)},
            f"lifetime_too_long {invalid} malformed",
        ),
        (
            "exp-of-64-bits",
            "an exp that is good without the 65th bit",
            {"exp": NOW + 50 + (1 << 64)},
            f"lifetime_too_long {invalid} malformed",
        ),
        (
            "exp-of-32-bits",
            "an exp that is good without the 33rd bit",
            {"exp": NOW + 50 + (1 << 32)},
            f"lifetime_too_long {invalid}",
        ),
        (
            "iat-of-64-bits",
            "an iat that is good without the 65th bit",
            {"iat": NOW - 10 - (1 << 64)},
            f"lifetime_too_long {invalid} malformed",
        ),
        ("exp-in-milliseconds", "an exp in milliseconds", {"exp": (NOW + 50) * 1000}, "lifetime_too_long"),
    ]:
        refuse(
            f"asap/claims/{name}",
            summary,
            "ASAP-17 ASAP-13" if "lifetime" in reasons else "ASAP-14 ASAP-13",
            MUST,
            reasons,
            token(**changes),
        )


def article(name):
    shown = {"array": "an array", "object": "an object", "empty-array": "an empty array", "zero": "0"}
    return shown.get(name, f"a {name}")


def date_cases():
    boundary = {"flags": ["boundary"]}
    window = {"iat": NOW - 100, "nbf": NOW - 90, "exp": NOW + 100}

    def within(**changes):
        return token(**(window | changes))

    # ASAP-14
    for leeway in (0, 1, 30, 300):
        long = {"iat": NOW - 1000, "nbf": NOW - 990} if leeway == 300 else {}
        suffix = f", with a leeway of {leeway}" if leeway else ""
        accept(
            f"asap/window/nbf-leeway-{leeway}-inside",
            f"{seconds(leeway)} nbf{suffix}" if leeway else "exactly at nbf",
            "ASAP-14",
            MUST,
            within(nbf=NOW + leeway, exp=NOW + 1000),
            leeway=leeway,
            **boundary,
        )
        refuse(
            f"asap/window/nbf-leeway-{leeway}-outside",
            f"{seconds(leeway + 1)} nbf{suffix}",
            "ASAP-14",
            MUST,
            "not_yet_valid",
            within(nbf=NOW + leeway + 1, exp=NOW + 1000),
            leeway=leeway,
            **boundary,
        )
        accept(
            f"asap/window/exp-leeway-{leeway}-inside",
            f"{seconds(leeway, 'after')} exp{suffix}" if leeway else "exactly at exp",
            "ASAP-14",
            MUST,
            within(exp=NOW - leeway, **long),
            leeway=leeway,
            **boundary,
        )
        refuse(
            f"asap/window/exp-leeway-{leeway}-outside",
            f"{seconds(leeway + 1, 'after')} exp{suffix}",
            "ASAP-14",
            MUST,
            "expired",
            within(exp=NOW - leeway - 1, **long),
            leeway=leeway,
            **boundary,
        )
    accept("asap/window/one-second-before-exp", "a second before exp", "ASAP-14", MUST, within(exp=NOW + 1), **boundary)
    accept("asap/window/one-second-after-nbf", "a second after nbf", "ASAP-14", MUST, within(nbf=NOW - 1), **boundary)
    accept(
        "asap/window/exp-inside-leeway",
        "29 seconds after exp, with a leeway of 30",
        "ASAP-14",
        MUST,
        within(exp=NOW - 29),
        leeway=30,
        **boundary,
    )
    refuse(
        "asap/window/long-ago",
        "a token of a day ago",
        "ASAP-14",
        MUST,
        "expired",
        token(iat=NOW - 86_460, exp=NOW - 86_400),
    )
    refuse(
        "asap/window/in-milliseconds",
        "dates in milliseconds",
        "ASAP-14 ASAP-15",
        MUST,
        "not_yet_valid",
        token(iat=(NOW - 10) * 1000, exp=(NOW - 10) * 1000 + 3600),
    )

    later = {"iat": 2_200_000_000 - 60, "exp": 2_200_000_000 + 60}
    accept(
        "asap/window/after-2038",
        "a time beyond 32 bits, before exp",
        "ASAP-14",
        MUST,
        token(**later),
        now=2_200_000_000,
    )
    for name, summary, changes, reason, now in [
        ("after-2038-late", "a time beyond 32 bits, after exp", {}, "expired", 2_200_000_061),
        (
            "after-2038-early",
            "a time beyond 32 bits, before nbf",
            {"nbf": 2_200_000_030},
            "not_yet_valid",
            2_200_000_000,
        ),
    ]:
        refuse(f"asap/window/{name}", summary, "ASAP-14", MUST, reason, token(**(later | changes)), now=now)

    # ASAP-15
    for leeway in (0, 1, 30):
        suffix = f", with a leeway of {leeway}" if leeway else ""
        accept(
            f"asap/window/iat-leeway-{leeway}-inside",
            f"{seconds(leeway)} iat, and no nbf{suffix}" if leeway else "exactly at iat, and no nbf",
            "ASAP-15",
            MUST,
            token(iat=NOW + leeway, exp=NOW + 1000),
            leeway=leeway,
            **boundary,
        )
        refuse(
            f"asap/window/iat-leeway-{leeway}-outside",
            f"{seconds(leeway + 1)} iat, and no nbf{suffix}",
            "ASAP-15",
            MUST,
            "not_yet_valid",
            token(iat=NOW + leeway + 1, exp=NOW + 1000),
            leeway=leeway,
            **boundary,
        )

    # ASAP-16
    for name, iat, exp in [("one-second", 1, 61), ("ten-seconds", 10, 60), ("one-minute", 60, 120)]:
        text = token(nbf=NOW - 10, iat=NOW + iat, exp=NOW + exp)
        accept(
            f"asap/window/iat-in-the-future-{name}",
            f"an iat {name.replace('-', ' ')} from now, beside an nbf that is past",
            "ASAP-16",
            OPEN,
            text,
            accept=[may_refuse("a token that is not issued yet", "not_yet_valid invalid_claim")],
        )

    # ASAP-17
    for name, summary, changes, leeway in [
        ("one-hour", "a lifetime of an hour", {"iat": NOW - 1000, "exp": NOW + 2600}, 0),
        ("one-hour-first-second", "a lifetime of an hour, at its first second", {"iat": NOW, "exp": NOW + 3600}, 0),
        ("one-hour-late", "a lifetime of an hour, a second before its end", {"iat": NOW - 3599, "exp": NOW + 1}, 0),
        ("one-hour-leeway", "a lifetime of an hour, with a leeway of 30", {"iat": NOW - 1000, "exp": NOW + 2600}, 30),
    ]:
        text = token(jti=f"lifetime-{name}", **changes)
        shorter = [may_refuse("a verifier may set a shorter limit (ASAP-17)", "lifetime_too_long")]
        accept(f"asap/lifetime/{name}", summary, "ASAP-17", MUST, text, leeway=leeway, accept=shorter, **boundary)
    more = "a lifetime of an hour and a second"
    for name, summary, changes, leeway in [
        ("one-second-more", more, {"iat": NOW - 1000, "exp": NOW + 2601}, 0),
        ("one-second-more-first-second", f"{more}, at its first second", {"iat": NOW, "exp": NOW + 3601}, 0),
        ("one-second-more-late", f"{more}, a second before its end", {"iat": NOW - 3600, "exp": NOW + 1}, 0),
        ("one-second-more-leeway-1", f"{more}, with a leeway of 1", {"iat": NOW - 1000, "exp": NOW + 2601}, 1),
        ("one-second-more-leeway-30", f"{more}, with a leeway of 30", {"iat": NOW - 1000, "exp": NOW + 2601}, 30),
        (
            "one-second-more-leeway-3600",
            f"{more}, with a leeway of an hour",
            {"iat": NOW - 1000, "exp": NOW + 2601},
            3600,
        ),
        (
            "one-second-more-nbf",
            f"{more}, of which nbf leaves a minute",
            {"iat": NOW - 3571, "nbf": NOW - 30, "exp": NOW + 30},
            0,
        ),
        ("two-hours", "a lifetime of two hours", {"iat": NOW - 1000, "exp": NOW + 6200}, 0),
        ("one-day", "a lifetime of a day", {"iat": NOW - 1000, "exp": NOW + 85_400}, 0),
    ]:
        text = token(jti=f"lifetime-{name}", **changes)
        refuse(f"asap/lifetime/{name}", summary, "ASAP-17", MUST, "lifetime_too_long", text, leeway=leeway, **boundary)
    text = token(iat=NOW - 10, exp=Raw(f"{NOW + 3590}.5"))
    refuse(
        "asap/lifetime/half-a-second-more",
        "a lifetime of an hour and half a second",
        "ASAP-17 CON-14",
        OPEN,
        "lifetime_too_long",
        text,
        accept=[may_accept("Python cuts the fraction off", text)],
        source="our choice; Java and Python cut the fraction off",
    )

    # ASAP-18
    any_of = "invalid_claim expired not_yet_valid"
    accept(
        "asap/order/one-second", "an exp a second after iat", "ASAP-18", MUST, token(iat=NOW, exp=NOW + 1), **boundary
    )
    refuse(
        "asap/order/exp-before-iat",
        "an exp a second before iat, which is now",
        "ASAP-18 ASAP-14",
        MUST,
        any_of,
        token(iat=NOW, exp=NOW - 1),
        **boundary,
    )
    refuse(
        "asap/order/exp-before-iat-ahead",
        "an iat that is past, and an exp long before it",
        "ASAP-18 ASAP-14",
        MUST,
        any_of,
        token(iat=NOW - 10, exp=NOW - 1000),
    )
    refuse(
        "asap/order/exp-before-iat-in-window",
        "an exp before iat, and an nbf before both, so that now is between nbf and exp",
        "ASAP-18",
        MUST,
        any_of,
        token(nbf=NOW - 60, iat=NOW + 30, exp=NOW + 20),
    )
    refuse(
        "asap/order/exp-one-second-before-iat-in-window",
        "an exp a second before iat, and an nbf before both, so that now is between nbf and exp",
        "ASAP-18",
        MUST,
        any_of,
        token(nbf=NOW - 60, iat=NOW + 1, exp=NOW),
    )
    for name, summary, leeway, changes, because in [
        (
            "equal",
            "an exp equal to iat, which is now",
            0,
            {"iat": NOW, "exp": NOW},
            "now is between the two, inclusive",
        ),
        (
            "leeway",
            "an exp before iat, and a leeway that bridges both",
            30,
            {"iat": NOW + 5, "exp": NOW - 5},
            "with the leeway now is between the two",
        ),
        (
            "equal-leeway",
            "an exp equal to iat, with a leeway of 30",
            30,
            {"iat": NOW - 5, "exp": NOW - 5},
            "with the leeway now is between the two",
        ),
    ]:
        text = token(**changes)
        refuse(
            f"asap/order/exp-{name}",
            summary,
            "ASAP-18",
            OPEN,
            any_of,
            text,
            leeway=leeway,
            source="our choice; official code is split",
            accept=[may_accept(because, text)],
        )

    # ASAP-19
    for name, summary, leeway, changes, reasons in [
        (
            "nbf-before-iat",
            "an nbf before iat",
            0,
            {"nbf": NOW - 100, "iat": NOW - 50, "exp": NOW + 60},
            "invalid_claim",
        ),
        ("nbf-zero", "an nbf of 0", 0, {"nbf": 0}, "invalid_claim"),
        (
            "nbf-after-exp",
            "an nbf after exp, and a leeway that bridges both",
            30,
            {"iat": NOW - 100, "nbf": NOW + 5, "exp": NOW - 5},
            "invalid_claim not_yet_valid expired",
        ),
        ("nbf-is-exp", "an nbf equal to exp, which is now", 0, {"nbf": NOW, "exp": NOW}, "invalid_claim expired"),
    ]:
        accept(
            f"asap/order/{name}",
            summary,
            "ASAP-19",
            OPEN,
            token(**changes),
            leeway=leeway,
            accept=[may_refuse("Node wants nbf between iat and exp", reasons)],
        )


def seconds(count, where="before"):
    return f"{'a second' if count == 1 else f'{count} seconds'} {where}"


def party_cases():
    missing, invalid = "missing_claim", "invalid_claim"

    # ASAP-20
    def to(written, name):
        return token(aud=written, jti=f"audience-{name}")

    url = "https://api.example/v1"
    for name, summary, written, server in [
        ("text", "the server's name", SERVER, SERVER),
        ("list", "a list with the server's name", [SERVER], SERVER),
        ("first", "the server's name before another", [SERVER, "other"], SERVER),
        ("last", "the server's name after another", ["other", SERVER], SERVER),
        ("middle", "the server's name between two others", ["a", SERVER, "b"], SERVER),
        ("last-of-nine", "the server's name after eight others", [str(n) for n in range(8)] + [SERVER], SERVER),
        ("twice", "the server's name twice", [SERVER, SERVER], SERVER),
        ("url", "a URL as the server's name", url, url),
        ("signs", "a name with signs that mean something in a pattern", "a+p.i*", "a+p.i*"),
        ("blank", "a name with a space", "api server", "api server"),
        ("beyond-ascii", "a name beyond ASCII", "\u00e9", "\u00e9"),
    ]:
        accept(f"asap/audience/{name}", f"{summary} as aud", "ASAP-20", MUST, to(written, name), audience=server)
    for name, summary, written, server in [
        ("other", "another name", "other", SERVER),
        ("longer", "a name that begins with the server's", "api2", SERVER),
        ("shorter", "the beginning of the server's name", "ap", SERVER),
        ("first-letter", "the first letter of the server's name", "a", SERVER),
        ("longer-at-the-front", "a name that ends with the server's", "xapi", SERVER),
        ("in-upper-case", "the server's name in upper case", "API", SERVER),
        ("blank-behind", "the server's name and a space", "api ", SERVER),
        ("blank-before", "a space and the server's name", " api", SERVER),
        ("line-feed-behind", "the server's name and a line feed", "api\n", SERVER),
        ("nul-behind", "the server's name and a NUL", "api\0", SERVER),
        ("slash-behind", "the server's name and a slash", "api/", SERVER),
        ("path-behind", "the server's name and a segment", "api/x", SERVER),
        ("url-with-slash", "a URL with a slash at the end, which the server's name does not have", f"{url}/", url),
        ("url-without-path", "the host of the server's name", "https://api.example", url),
        ("url-in-upper-case", "the server's URL with a capital in the host", "https://Api.example/v1", url),
        ("url-with-port", "the server's URL with the port of its scheme", "https://api.example:443/v1", url),
        ("dot-for-letter", "a dot where the server's name has a letter", "a.i", SERVER),
        ("letter-for-dot", "a letter where the server's name has a dot", "axi", "a.i"),
        ("star", "a star", "*", SERVER),
        ("pattern", "a pattern that fits", ".*", SERVER),
        ("commas", "two names with a comma between, in one text", "other,api", SERVER),
        ("blanks", "two names with a space between, in one text", "api other", SERVER),
        ("json", "the text of a list with the server's name", '["api"]', SERVER),
        ("decomposed", "a name that is the same when normalized", "e\u0301", "\u00e9"),
        ("issuer", "the issuer's name", ISSUER, SERVER),
    ]:
        refuse(
            f"asap/audience/{name}",
            f"{summary} as aud",
            "ASAP-20",
            MUST,
            "audience_mismatch",
            to(written, name),
            audience=server,
        )
    for name, summary, written in [
        ("list-other", "a list with another name", ["other"]),
        ("list-others", "a list with two other names", ["other", "another"]),
        ("list-longer", "a list with a name that begins with the server's", ["api2", "x"]),
        ("list-of-parts", "a list with the letters of the server's name", list(SERVER)),
        ("list-joined", "a list with one text that has the server's name in it", ["other,api"]),
        ("list-of-empty", "a list with the empty text", [""]),
    ]:
        refuse(f"asap/audience/{name}", summary, "ASAP-20", MUST, "audience_mismatch", to(written, name))
    text = to([5, SERVER], "list-with-number")
    refuse(
        "asap/audience/list-with-number",
        "a list with a number and the server's name",
        "ASAP-21 ASAP-20",
        OPEN,
        f"{invalid} audience_mismatch {missing}",
        text,
        source="our choice; RFC 7519, section 4.1.3, wants strings, and one that fits",
        accept=[may_accept("one of the values is the server's name", text)],
    )

    # ASAP-21
    for name, summary, written in [
        ("null", "null for aud", None),
        ("empty-list", "an empty list for aud", []),
        ("empty", "the empty text for aud", ""),
        ("number", "a number for aud", 5),
        ("zero", "0 for aud", 0),
        ("true", "true for aud", True),
        ("false", "false for aud", False),
        ("object", "an object with the server's name", {SERVER: True}),
        ("empty-object", "an empty object for aud", {}),
        ("list-of-null", "a list with null", [None]),
        ("list-in-list", "a list with a list with the server's name", [[SERVER]]),
    ]:
        refuse(
            f"asap/audience/{name}",
            summary,
            "ASAP-21",
            MUST,
            f"audience_mismatch {missing} {invalid}",
            to(written, name),
        )
    refuse(
        "asap/audience/number-for-digits",
        "a number for a name of digits",
        "ASAP-21",
        MUST,
        f"audience_mismatch {missing} {invalid}",
        to(479, "number-for-digits"),
        audience="479",
    )
    refuse(
        "asap/audience/null-for-its-text",
        "null for a name that is the text null",
        "ASAP-21",
        MUST,
        f"audience_mismatch {missing} {invalid}",
        to(None, "null-for-its-text"),
        audience="null",
    )
    refuse(
        "asap/audience/list-of-number-for-digits",
        "a list with a number, for a name of digits",
        "ASAP-21",
        MUST,
        f"audience_mismatch {missing} {invalid}",
        to([479], "list-of-number-for-digits"),
        audience="479",
    )

    # ASAP-22
    accept("asap/subject/absent", "no sub", "ASAP-22", MUST, token(jti="no-subject"))
    accept("asap/subject/issuer", "a sub that is the issuer", "ASAP-22 ASAP-23", MUST, token(sub=ISSUER))
    accept(
        "asap/subject/other-claims",
        "claims that no rule names",
        "ASAP-22 CON-20",
        SHOULD,
        token(x={}, y=[1, None, True], kid="x", alg="none", scope="a b"),
        source="RFC 7519, section 4: claims that are not understood are ignored",
    )
    # ASAP-23
    for name, summary, written in [
        ("other", "a user as sub", "user"),
        ("longer", "a sub that begins with the issuer", "svc2"),
        ("shorter", "a sub that is the beginning of the issuer", "sv"),
        ("in-upper-case", "the issuer in upper case as sub", "SVC"),
        ("key-id", "the kid as sub", KID),
        ("empty", "the empty text as sub", ""),
    ]:
        text = token(sub=written)
        refuse(
            f"asap/subject/{name}",
            summary,
            "ASAP-23",
            OPEN,
            "subject_mismatch invalid_claim" if name == "empty" else "subject_mismatch",
            text,
            accept=[may_accept("a server may allow that an issuer speaks for another", text)],
        )

    # ASAP-24
    seen = [may_refuse("a server may refuse a jti that it has seen", "replayed")]
    for name, text in [("again", token(jti="once")), ("same-jti", token(jti="shared"))]:
        second = text if name == "again" else token(jti="shared", x=2)
        first_use = f"the jti {'once' if name == 'again' else 'shared'} for the first time"
        accept(f"asap/{name}/first-use", first_use, "ASAP-24", OPEN, text, accept=seen)
        summary = "the same token once more" if name == "again" else "another token with the same jti"
        accept(f"asap/{name}/second-use", summary, "ASAP-24", OPEN, second, accept=seen)
    text = token(jti="refused-before")
    refuse(
        "asap/again/bad-signature-first",
        "a token with a bad signature",
        "ASAP-24 ASAP-8",
        MUST,
        "bad_signature",
        ".".join([*parts(text)[:2], b64(flip(unb64(parts(text)[2]), 9))]),
        source="ASAP specification, key discovery",
    )
    accept("asap/again/good-then", "the same token with a good signature", "ASAP-24", OPEN, text)


def cases():
    transport_cases()
    algorithm_cases()
    key_id_cases()
    key_cases()
    claim_cases()
    date_cases()
    party_cases()


# Which other implementations gave the same verdict.
confirm(
    {
        "JKS": """
            asap/key-id/in-claims-too asap/key-id/escaped asap/key-id/segments-two asap/key-id/segments-four
            asap/key-id/segments-dot-before asap/key-id/segments-dot-behind asap/key-id/segments-file-name
            asap/key-id/segments-issuer-with-dot asap/key-id/leading-slash asap/key-id/two-slashes
            asap/key-id/trailing-slash asap/key-id/issuer-and-slash asap/key-id/two-trailing-slashes
            asap/key-id/parent asap/key-id/parent-last asap/key-id/parent-first asap/key-id/parent-of-another
            asap/key-id/up-and-down asap/key-id/current asap/key-id/current-last asap/key-id/current-first
            asap/key-id/long-parent asap/key-id/empty asap/key-id/slash asap/key-id/characters-every
            asap/key-id/characters-plus asap/key-id/characters-underscore asap/key-id/characters-hyphen
            asap/key-id/characters-signs-only asap/key-id/characters-signs-first asap/key-id/characters-capitals
            asap/key-id/characters-digits asap/key-id/blank asap/key-id/tab asap/key-id/line-feed
            asap/key-id/carriage-return asap/key-id/nul asap/key-id/escape asap/key-id/delete
            asap/key-id/exclamation-mark asap/key-id/quotation-mark asap/key-id/number-sign asap/key-id/dollar
            asap/key-id/percent asap/key-id/ampersand asap/key-id/apostrophe asap/key-id/left-parenthesis
            asap/key-id/right-parenthesis asap/key-id/star asap/key-id/comma asap/key-id/colon asap/key-id/semicolon
            asap/key-id/less-than asap/key-id/equals asap/key-id/greater-than asap/key-id/question-mark asap/key-id/at
            asap/key-id/left-bracket asap/key-id/backslash asap/key-id/right-bracket asap/key-id/caret
            asap/key-id/grave-accent asap/key-id/left-brace asap/key-id/bar asap/key-id/right-brace asap/key-id/tilde
            asap/key-id/no-break-space asap/key-id/wide-slash asap/key-id/fraction-slash asap/key-id/two-dot-leader
            asap/key-id/emoji asap/key-id/carriage-return-behind asap/key-id/line-break-behind
            asap/key-id/blank-behind asap/key-id/nul-behind asap/key-id/separator-behind asap/key-id/second-line
            asap/key-id/first-line asap/key-id/escaped-dots asap/key-id/url asap/key-id/query asap/key-id/decomposed
            asap/key-id/blank-before asap/key/unknown asap/key/in-upper-case asap/key/shorter asap/key/longer
            asap/key/one-segment-more asap/key/file-name asap/key/prototype asap/key/no-keys asap/owner/two-segments
            asap/owner/below asap/owner/signs asap/owner/capital asap/owner/other asap/owner/longer
            asap/owner/longer-hyphen asap/owner/longer-dot asap/owner/shorter asap/owner/in-upper-case
            asap/owner/issuer-in-upper-case asap/owner/in-the-middle asap/owner/at-the-end
            asap/owner/longer-at-the-front asap/owner/sibling asap/owner/parent asap/owner/issuer-shorter
            asap/owner/issuer-longer asap/owner/issuer-with-slash asap/owner/issuer-with-blank
            asap/owner/issuer-with-line-feed asap/owner/issuer-with-nul asap/owner/issuer-is-pattern
            asap/owner/issuer-with-dot asap/owner/issuer-with-star asap/owner/issuer-is-key
            asap/owner/issuer-longer-than-key-id asap/owner/both-published asap/claims/iss-empty
            asap/claims/iat-negative asap/claims/iat-zero asap/claims/exp-huge asap/claims/exp-of-64-bits
            asap/claims/exp-of-32-bits asap/claims/iat-of-64-bits asap/claims/exp-in-milliseconds
            asap/lifetime/one-hour asap/lifetime/one-hour-first-second asap/lifetime/one-hour-late
            asap/lifetime/one-hour-leeway asap/lifetime/one-second-more asap/lifetime/one-second-more-first-second
            asap/lifetime/one-second-more-late asap/lifetime/one-second-more-leeway-1
            asap/lifetime/one-second-more-leeway-30 asap/lifetime/one-second-more-leeway-3600
            asap/lifetime/one-second-more-nbf asap/lifetime/two-hours asap/lifetime/one-day asap/subject/absent
            asap/subject/issuer asap/subject/other-claims asap/token/kid-good-then-bad asap/token/iss-good-then-bad
            asap/token/iat-good-then-bad
        """,
        "JS": """
            asap/bearer/plain asap/bearer/among-others asap/bearer/name-in-lower-case asap/bearer/name-in-upper-case
            asap/bearer/scheme-in-lower-case asap/bearer/scheme-in-upper-case asap/bearer/none
            asap/bearer/other-headers asap/bearer/jwt asap/bearer/basic asap/bearer/no-scheme asap/bearer/scheme-glued
            asap/bearer/scheme-longer asap/bearer/scheme-shorter asap/bearer/scheme-as-long
            asap/bearer/scheme-with-colon asap/bearer/scheme-second asap/bearer/x-authorization
            asap/bearer/proxy-authorization asap/bearer/cookie asap/bearer/name-misspelt asap/bearer/scheme-only
            asap/bearer/scheme-and-blank asap/bearer/empty asap/bearer/more-behind asap/bearer/two asap/subject/other
            asap/subject/longer asap/subject/shorter asap/subject/in-upper-case asap/subject/key-id
            asap/bearer/token-named asap/bearer/quoted
        """,
        "KS": """
            asap/key-id/missing asap/key-id/member-in-upper-case asap/key-id/in-another-object asap/key-id/jwk-instead
            asap/key-id/in-claims-only asap/key-id/segments-dots-inside asap/key-id/segments-three-dots
            asap/key-id/segments-dots-before asap/key-id/segments-dots-behind asap/key-id/letter-of-latin-1
            asap/key-id/letter-of-greek asap/key-id/letter-of-cyrillic asap/key-id/wide-letter
            asap/key-id/arabic-digit asap/key-id/kelvin asap/key-id/line-feed-behind
            asap/key-id/letter-beyond-ascii-first asap/owner/equal-one-segment asap/owner/equal-two-segments
            asap/claims/exp-true asap/claims/nbf-true asap/window/exp-leeway-30-inside
            asap/lifetime/half-a-second-more asap/order/exp-leeway asap/signature/padded
        """,
        "PJKS": """
            asap/algorithm/rs256 asap/algorithm/rs384 asap/algorithm/rs512 asap/algorithm/ps256 asap/algorithm/ps384
            asap/algorithm/ps512 asap/algorithm/es256 asap/algorithm/es384 asap/algorithm/es512
            asap/algorithm/one-of-nine-keys asap/algorithm/hs256-public-key asap/algorithm/hs384-public-key
            asap/algorithm/hs512-public-key asap/algorithm/hs256-public-key-trimmed
            asap/algorithm/hs256-public-key-bytes asap/algorithm/hs256-empty-key asap/algorithm/hs256-key-id
            asap/algorithm/hs256-elliptic-key asap/algorithm/none asap/algorithm/none-capital
            asap/algorithm/none-upper-case asap/algorithm/none-mixed asap/algorithm/none-signed
            asap/algorithm/hs256-in-name-only asap/algorithm/eddsa-in-name-only asap/algorithm/es256k-in-name-only
            asap/algorithm/rs1-in-name-only asap/algorithm/rsa-oaep-in-name-only asap/algorithm/unknown-in-name-only
            asap/algorithm/lower-case asap/algorithm/mixed-case asap/algorithm/blank-behind
            asap/algorithm/line-feed-behind asap/algorithm/shorter asap/algorithm/longer asap/algorithm/name-of-java
            asap/algorithm/empty asap/algorithm/absent asap/algorithm/null asap/algorithm/number
            asap/key-kind/rs256-with-p256 asap/key-kind/ps256-with-p256 asap/key-kind/es256-with-rsa
            asap/key-kind/es384-with-rsa asap/key-kind/es512-with-rsa asap/key-kind/es384-with-p256
            asap/key-kind/es512-with-p256 asap/key-kind/es256-with-p384 asap/key-kind/es512-with-p384
            asap/key-kind/es256-with-p521 asap/key-kind/es384-with-p521 asap/key-kind/es384-in-name-only
            asap/key-kind/rs256-by-another asap/key-kind/es256-by-another asap/elliptic/zero-before-r
            asap/elliptic/zero-before-r-left-out asap/elliptic/zero-before-s asap/elliptic/zero-before-s-left-out
            asap/elliptic/der-es256 asap/elliptic/der-es384 asap/elliptic/der-es512 asap/elliptic/exchanged
            asap/elliptic/r-only asap/elliptic/s-only asap/elliptic/length-of-p384 asap/elliptic/zero-between
            asap/elliptic/byte-behind asap/elliptic/byte-before asap/elliptic/without-last-byte
            asap/elliptic/little-endian asap/elliptic/hex asap/elliptic/zeros asap/elliptic/r-zero
            asap/elliptic/s-zero asap/elliptic/order asap/elliptic/first-bit asap/elliptic/last-bit
            asap/elliptic/empty asap/key-id/null asap/key-kind/rs512-in-name-only-by-rs256
            asap/key-kind/rs256-in-name-only-by-rs384 asap/key-kind/rs256-in-name-only-by-ps256
            asap/key-kind/ps256-in-name-only-by-rs256 asap/key-kind/ps384-in-name-only-by-ps256 asap/signature/no-salt
            asap/signature/short-salt asap/signature/other-mask asap/elliptic/other-key asap/key/one
            asap/key/first-of-two asap/key/second-of-two asap/key/exchanged-first asap/key/exchanged-second
            asap/key/of-another-issuer asap/key/not-published asap/key/jwk asap/key/jku asap/key/x5u
            asap/signature/first-bit asap/signature/middle-bit asap/signature/last-bit
            asap/signature/without-last-byte asap/signature/half asap/signature/byte-behind asap/signature/byte-before
            asap/signature/zeros asap/signature/empty asap/signature/other-claims asap/signature/other-header
            asap/claims/mandatory-only asap/claims/jti-empty asap/claims/exp-null asap/claims/exp-fraction
            asap/claims/iat-fraction asap/claims/exp-point-zero asap/claims/exp-exponent asap/claims/nbf-fraction
            asap/claims/exp-negative asap/window/nbf-leeway-30-inside asap/window/nbf-leeway-30-outside
            asap/window/exp-leeway-30-outside asap/window/nbf-leeway-300-outside asap/window/exp-leeway-300-outside
            asap/window/exp-inside-leeway asap/window/long-ago asap/window/in-milliseconds
            asap/window/iat-leeway-30-inside asap/window/iat-leeway-30-outside asap/order/exp-before-iat
            asap/order/exp-before-iat-ahead asap/order/exp-before-iat-in-window asap/audience/text asap/audience/list
            asap/audience/first asap/audience/last asap/audience/middle asap/audience/twice asap/audience/url
            asap/audience/signs asap/audience/blank asap/audience/beyond-ascii asap/audience/other
            asap/audience/longer asap/audience/shorter asap/audience/first-letter asap/audience/longer-at-the-front
            asap/audience/in-upper-case asap/audience/blank-behind asap/audience/blank-before
            asap/audience/line-feed-behind asap/audience/nul-behind asap/audience/slash-behind
            asap/audience/path-behind asap/audience/url-with-slash asap/audience/url-without-path
            asap/audience/url-in-upper-case asap/audience/url-with-port asap/audience/dot-for-letter
            asap/audience/letter-for-dot asap/audience/star asap/audience/pattern asap/audience/commas
            asap/audience/blanks asap/audience/json asap/audience/decomposed asap/audience/issuer
            asap/audience/list-other asap/audience/list-others asap/audience/list-longer asap/audience/list-of-parts
            asap/audience/list-joined asap/audience/list-of-empty asap/audience/null asap/audience/empty-list
            asap/audience/empty asap/audience/number asap/audience/zero asap/audience/true asap/audience/false
            asap/audience/object asap/audience/empty-object asap/audience/list-of-null asap/audience/list-in-list
            asap/audience/number-for-digits asap/audience/null-for-its-text asap/audience/list-of-number-for-digits
            asap/again/bad-signature-first asap/token/two-segments asap/token/four-segments asap/token/header-null
            asap/token/alg-good-then-bad asap/token/aud-good-then-bad asap/key/without-typ asap/key/more-in-header
            asap/key-id/null-for-its-text asap/claims/exp-zero asap/audience/last-of-nine
        """,
        "PJS": """
            asap/key-kind/es384-with-p256-lengthened asap/key-kind/es512-with-p256-lengthened
            asap/key-kind/es512-with-p384-lengthened asap/key-id/number asap/key-id/true asap/key-id/array
            asap/key-id/object asap/claims/aud-missing asap/claims/aud-in-header-only asap/claims/aud-in-upper-case
            asap/claims/iat-missing asap/claims/iat-in-header-only asap/claims/iat-in-upper-case
            asap/claims/exp-missing asap/claims/exp-in-header-only asap/claims/exp-in-upper-case
            asap/claims/iat-missing-beside-nbf asap/claims/jti-number asap/claims/jti-true asap/claims/jti-array
            asap/claims/jti-object asap/claims/jti-null asap/claims/sub-number asap/claims/sub-zero
            asap/claims/sub-false asap/claims/sub-array asap/claims/sub-empty-array asap/claims/sub-object
            asap/claims/sub-null asap/claims/iat-text asap/claims/iat-array asap/claims/iat-object
            asap/claims/iat-null asap/claims/exp-text asap/claims/exp-array asap/claims/exp-object
            asap/claims/nbf-text asap/claims/nbf-array asap/claims/nbf-object asap/claims/nbf-null
            asap/window/nbf-leeway-0-inside asap/window/nbf-leeway-0-outside asap/window/exp-leeway-0-outside
            asap/window/nbf-leeway-1-inside asap/window/nbf-leeway-1-outside asap/window/exp-leeway-1-outside
            asap/window/nbf-leeway-300-inside asap/window/one-second-before-exp asap/window/one-second-after-nbf
            asap/window/iat-leeway-0-inside asap/window/iat-leeway-0-outside asap/window/iat-leeway-1-inside
            asap/window/iat-leeway-1-outside asap/order/exp-equal asap/audience/list-with-number
            asap/token/claims-array asap/token/text-behind asap/token/exp-good-then-bad asap/token/critical
            asap/key-id/number-for-digits asap/claims/exp-quarter-of-a-second-late asap/window/after-2038
            asap/window/after-2038-late asap/window/after-2038-early
        """,
        "PKS": """
            asap/algorithm/array asap/claims/iss-missing asap/claims/iss-in-header-only asap/claims/iss-in-upper-case
            asap/claims/iss-missing-beside-sub asap/claims/iss-null
        """,
        "PS": """
            asap/claims/jti-missing asap/claims/jti-in-header-only asap/claims/jti-in-upper-case
        """,
        "S": """
            asap/bearer/two-blanks asap/claims/iss-number asap/claims/iss-true asap/claims/iss-array
            asap/claims/iss-object asap/claims/iat-string asap/claims/iat-true asap/claims/exp-string
            asap/claims/nbf-string asap/window/exp-leeway-0-inside asap/window/exp-leeway-1-inside
            asap/window/exp-leeway-300-inside asap/claims/iat-half-a-second-late
            asap/window/iat-in-the-future-one-second asap/window/iat-in-the-future-ten-seconds
            asap/window/iat-in-the-future-one-minute asap/order/one-second asap/order/exp-equal-leeway
            asap/order/nbf-before-iat asap/order/nbf-zero asap/order/nbf-after-exp asap/order/nbf-is-exp
            asap/subject/empty asap/again/first-use asap/again/second-use asap/same-jti/first-use
            asap/same-jti/second-use asap/again/good-then asap/token/nan
        """,
    }
)
