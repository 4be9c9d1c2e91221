"""The vectors of install callbacks: ins-*.json, and some of jwt-*.json."""

import base64
import itertools

from making import (
    APP_KEY,
    CLIENT,
    GONE,
    MUST,
    NOW,
    OPEN,
    OTHER,
    SECRET,
    SHOULD,
    SOURCES,
    TOPICS,
    Raw,
    Request,
    accepted,
    add,
    b64,
    confirm,
    features_of,
    flip,
    jwt,
    mac,
    may_accept,
    may_refuse,
    members,
    members_of,
    parts,
    qsh,
    unb64,
)
from signatures import P256, RSA, RSA_OTHER, digest_info, hash_of, padded, pem_bytes, sign_with

APP = "https://app.example.com"
KID = "0e50fccb-239d-4991-a5db-dc850ba3f236"
OTHER_KID = "5b1f7c0a-92de-4c63-8f3e-7a40d9c2e815"
KEYS = {KID: RSA.public_pem}
BOTH_KEYS = {KID: RSA.public_pem, OTHER_KID: RSA_OTHER.public_pem}
# The form of a key id since November 2024. The random part is made up.
PATH_KID = "generic-keypair/cs-migrations/installation-key-pair--0a1b2c3d4e5f6g7h"
OBSERVED = "Atlassian's notice on signed install callbacks: the key is that of the kid; kids seen since November 2024"
CALLBACK = Request("POST", "/installed", APP)
CALLBACK_QSH = qsh("POST&/installed&")

SOURCES.update(
    {
        "INS-1": "Atlassian's notice on signed install callbacks: RS256; page on active API migrations",
        "INS-2": "Atlassian's notice on signed install callbacks: the header has a kid",
        "INS-3": "Atlassian's notice on signed install callbacks: the key is that of the kid",
        "INS-4": "Atlassian's notice on signed install callbacks: iss is the client key",
        "INS-5": "Atlassian's notice on signed install callbacks; RFC 7519, section 4.1.3, for the types",
        "INS-6": "Atlassian's notice on signed install callbacks: aud is the app's base URL",
        "INS-7": "our choice; atlassian-connect-express removes a slash, Spring Boot does not",
        "INS-8": "RFC 7519, section 4.1.3",
        "INS-9": "Atlassian's notice on signed install callbacks; advisory CVE-2021-26073",
        "INS-10": "the advisories and the notice on context tokens, which name install callbacks first",
        "INS-11": "Understanding JWT, claims; RFC 7519, section 4.1",
        "INS-12": "our choice; the notice names the header, as Spring Boot; its pseudo-code reads the parameter, too",
        "INS-13": "Atlassian's notice on signed install callbacks",
    }
)

TOPICS.update(
    {
        "INS-1": "rs256",
        "INS-2": "no-key-id",
        "INS-3": "key",
        "INS-4": "tenant-of-the-body",
        "INS-5": "no-audience",
        "INS-6": "audience",
        "INS-7": "slash-of-the-audience",
        "INS-8": "several-audiences",
        "INS-9": "hash",
        "INS-10": "context-token",
        "INS-11": "dates",
        "INS-12": "other-places",
        "INS-13": "no-token",
    }
)


def claims(**changes):
    """The JSON text of good claims for CALLBACK at NOW, changed."""
    given = {"iss": CLIENT, "aud": APP, "iat": NOW - 60, "exp": NOW + 840, "qsh": CALLBACK_QSH} | changes
    return members([(name, value) for name, value in given.items() if value is not GONE])


def header(**changes):
    given = {"alg": "RS256", "kid": KID, "typ": "JWT"} | changes
    return members([(name, value) for name, value in given.items() if value is not GONE])


def signed(signature, text=None, head=None, **changes):
    """A token whose signature is what a function makes of the first two segments."""
    text = f"{b64(header() if head is None else head)}.{b64(claims(**changes) if text is None else text)}"
    return f"{text}.{b64(signature(text))}"


def token(text=None, head=None, key=RSA, **changes):
    """A token: good for CALLBACK at NOW, except for what is changed."""
    return signed(key.pkcs1, text, head, **changes)


def case(
    id,
    summary,
    clauses,
    level,
    expect,
    headers,
    request=CALLBACK,
    client_key=CLIENT,
    app_base_url=APP,
    further_base_urls=(),
    public_keys=KEYS,
    now=NOW,
    leeway=0,
    **more,
):
    given = members_of(request) | {
        "headers": headers,
        "client_key": client_key,
        "app_base_url": app_base_url,
    }
    if further_base_urls:
        given["further_base_urls"] = list(further_base_urls)
    given |= {
        "public_keys": dict(sorted(public_keys.items())),
        "now": now,
        "leeway": leeway,
    }
    add(id, summary, clauses, level, "authenticate_install", given, expect, features=features_of(request), **more)


def accept(id, summary, clauses, level, text, headers=None, **more):
    case(id, summary, clauses, level, accepted(text), jwt(text) if headers is None else headers, **more)


def refuse(id, summary, clauses, level, reasons, text="", headers=None, **more):
    case(id, summary, clauses, level, {"rejected": reasons.split()}, jwt(text) if headers is None else headers, **more)


def key_cases():
    good = token()
    not_allowed = "algorithm_not_allowed"

    # INS-1
    accept("install/algorithm/rs256", "installed, signed with RS256", "INS-1 INS-13 JWT-12", MUST, good)
    uninstalled = Request("POST", "/uninstalled", APP)
    accept(
        "install/algorithm/rs256-uninstalled",
        "uninstalled, signed with RS256",
        "INS-1",
        MUST,
        token(qsh=qsh("POST&/uninstalled&")),
        request=uninstalled,
    )
    accept(
        "install/algorithm/without-typ",
        "a header with alg and kid, and nothing else",
        "INS-1 JWT-13",
        MUST,
        token(head=header(typ=GONE)),
        source="Atlassian's notice on signed install callbacks; RFC 7519, section 5.1: typ is optional",
    )
    secrets = [
        ("shared-secret", "the shared secret of the tenant", SECRET),
        ("public-key", "the text of the public key as secret", RSA.public_pem),
        (
            "public-key-trimmed",
            "the text of the public key, without its last line break, as secret",
            RSA.public_pem[:-1],
        ),
        ("public-key-bytes", "the bytes of the public key as secret", pem_bytes(RSA.public_pem)),
        ("key-id", "the kid as secret", KID),
        ("empty-key", "an empty secret", ""),
    ]
    for name, summary, secret in secrets:
        for alg in ("HS256", "HS512") if name.startswith("public-key") and name != "public-key-bytes" else ("HS256",):
            refuse(
                f"install/algorithm/{alg.lower()}-{name}",
                f"signed with {alg} and {summary}",
                "INS-1 JWT-12" if name.startswith("public-key") else "INS-1",
                MUST,
                not_allowed,
                signed(lambda text: mac(secret, text, f"sha{alg[2:]}"), head=header(alg=alg)),
                flags=["attack"],
            )
    for alg in ("RS384", "RS512", "PS256", "PS384", "PS512"):
        refuse(
            f"install/algorithm/{alg.lower()}",
            f"signed with {alg} and the right key",
            "INS-1",
            MUST,
            not_allowed,
            signed(lambda text: sign_with(alg, RSA, text), head=header(alg=alg)),
        )
    refuse(
        "install/algorithm/es256",
        "signed with ES256, for a kid whose key is elliptic",
        "INS-1",
        MUST,
        not_allowed,
        signed(lambda text: sign_with("ES256", P256, text), head=header(alg="ES256")),
        public_keys={KID: P256.public_pem},
    )
    refuse(
        "install/algorithm/rs256-elliptic-key",
        "signed with RS256 and a good key, for a kid whose key is elliptic",
        "INS-1 ASAP-3",
        MUST,
        f"{not_allowed} bad_signature unknown_key",
        good,
        public_keys={KID: P256.public_pem},
        source="RFC 7518, section 3.3: RS256 needs an RSA key",
    )
    for name, summary, written, clause in [
        ("hs256-in-name-only", "alg HS256 with a signature by RS256", "HS256", ""),
        ("rs512-in-name-only", "alg RS512 with a signature by RS256", "RS512", ""),
        ("eddsa-in-name-only", "alg EdDSA with a signature by RS256", "EdDSA", ""),
        ("lower-case", "alg rs256", "rs256", " JWT-9"),
        ("mixed-case", "alg Rs256", "Rs256", " JWT-9"),
        ("blank-behind", "alg RS256 with a space after it", "RS256 ", " JWT-9"),
        ("shorter", "alg RS25", "RS25", " JWT-9"),
        ("longer", "alg RS2560", "RS2560", " JWT-9"),
        ("family", "alg RS", "RS", " JWT-9"),
    ]:
        text = token(head=header(alg=written))
        refuse(f"install/algorithm/{name}", f"{summary}", f"INS-1{clause}", MUST, not_allowed, text)
    for name, summary, written in [
        ("absent", "no alg", GONE),
        ("null", "null for alg", None),
        ("number", "a number for alg", 256),
        ("array", "RS256 in an array", ["RS256"]),
    ]:
        text = token(head=header(alg=written))
        refuse(
            f"install/algorithm/{name}", f"{summary}", "JWT-10 INS-1", MUST, f"malformed {not_allowed}", text
        )
    for name, written in [("none", "none"), ("none-capital", "None"), ("none-upper-case", "NONE")]:
        refuse(
            f"install/algorithm/{name}",
            f"alg {written} and an empty signature",
            "INS-1 JWT-11",
            MUST,
            f"{not_allowed} malformed",
            signed(lambda _: b"", head=header(alg=written)),
            flags=["attack"],
        )
    refuse(
        "install/algorithm/none-signed",
        "alg none with a signature by RS256",
        "INS-1 JWT-11",
        MUST,
        f"{not_allowed} malformed",
        token(head=header(alg="none")),
        flags=["attack"],
    )

    # INS-2
    no_kid, unknown = "malformed unknown_key", "unknown_key malformed"
    for name, summary, written, keys in [
        ("missing", "no kid", GONE, KEYS),
        ("null", "null for kid", None, KEYS),
        ("true", "true for kid", True, KEYS),
        ("array", "the kid in an array", [KID], KEYS),
        ("object", "an object with the kid", {"id": KID}, KEYS),
        ("number", "a number for kid", 7, KEYS),
        ("number-for-digits", "a number for a kid of digits", 7, {"7": RSA.public_pem}),
        ("null-for-its-text", "null for a kid that is the text null", None, {"null": RSA.public_pem}),
    ]:
        text = token(head=header(kid=written))
        refuse(f"install/key-id/{name}", summary, "INS-2", MUST, no_kid, text, public_keys=keys)
    for name, summary, text in [
        ("in-claims-only", "the kid among the claims, and not in the header", token(head=header(kid=GONE), kid=KID)),
        ("member-in-upper-case", "KID for kid", token(head=header(kid=GONE, KID=KID))),
        ("in-another-object", "the kid within another member", token(head=header(kid=GONE, x={"kid": KID}))),
    ]:
        refuse(f"install/key-id/{name}", summary, "INS-2", MUST, no_kid, text)
    text = token(head=header(kid=Raw(f'"\\u0030{KID[1:]}"')))
    accept("install/key-id/escaped", "a kid that is written with an escape", "INS-2 INS-3", MUST, text)
    text = token(head=header(kid="7"))
    accept("install/key-id/digits", "a kid of one digit", "INS-2 INS-3", MUST, text, public_keys={"7": RSA.public_pem})
    refuse(
        "install/key-id/empty",
        "the empty text for kid",
        "INS-3 INS-2",
        MUST,
        "unknown_key malformed",
        token(head=header(kid="")),
    )

    # INS-3
    accept("install/key/first-of-two", "the first of two keys", "INS-3", MUST, good, public_keys=BOTH_KEYS)
    second = token(head=header(kid=OTHER_KID), key=RSA_OTHER)
    accept("install/key/second-of-two", "the second of two keys", "INS-3", MUST, second, public_keys=BOTH_KEYS)
    for name, summary, written in [
        ("unknown", "a kid that nobody published", OTHER_KID),
        ("in-upper-case", "the kid in upper case", KID.upper()),
        ("shorter", "the beginning of the kid", KID[:-1]),
        ("longer", "the kid and one more character", KID + "0"),
        ("blank-behind", "the kid and a space", KID + " "),
        ("line-feed-behind", "the kid and a line feed", KID + "\n"),
        ("nul-behind", "the kid and a NUL", KID + "\0"),
        ("prototype", "the name of a member that every object of JavaScript has", "__proto__"),
        ("pattern", "a pattern that fits the kid", ".*"),
    ]:
        text = token(head=header(kid=written))
        reasons = "unknown_key" if name in ("unknown", "shorter", "longer", "in-upper-case") else unknown
        refuse(f"install/key/{name}", f"{summary}, signed with the known key", "INS-3", MUST, reasons, text)
    for name, summary, written in [
        ("path", "a kid that leads out of the store", "../x"),
        ("path-to-the-key", "a kid that leads out of the store and back to the key", f"../keys/{KID}"),
        ("path-within", "a kid that goes up and down within the store", f"x/../{KID}"),
        ("path-absolute", "a kid that is the path of a file", "/etc/passwd"),
        ("url", "a kid that is a URL", f"https://keys.example.org/{KID}"),
        ("path-escaped", "a kid that leads out of the store by escapes", f"..%2f{KID}"),
        ("query", "the kid with a query after it", f"{KID}?x"),
    ]:
        refuse(
            f"install/key/{name}",
            f"{summary}, signed with the known key",
            "INS-3",
            MUST,
            unknown,
            token(head=header(kid=written)),
            flags=["attack", "key-id-path"],
        )
    path_cases()
    refuse("install/key/no-keys", "a store without keys", "INS-3", MUST, "unknown_key", good, public_keys={})
    bad = "bad_signature"
    refuse(
        "install/key/exchanged-first",
        "the kid of one key and the signature of another, both published",
        "INS-3",
        MUST,
        bad,
        token(key=RSA_OTHER),
        public_keys=BOTH_KEYS,
        flags=["attack"],
    )
    refuse(
        "install/key/exchanged-second",
        "the kid of the other key and the signature of the one, both published",
        "INS-3",
        MUST,
        bad,
        token(head=header(kid=OTHER_KID)),
        public_keys=BOTH_KEYS,
        flags=["attack"],
    )
    refuse(
        "install/key/not-published",
        "signed with a key that nobody published",
        "INS-3",
        MUST,
        bad,
        token(key=RSA_OTHER),
        flags=["attack"],
    )
    jwk = {"kty": "RSA", "n": b64(RSA_OTHER.n.to_bytes(256, "big")), "e": "AQAB"}
    for name, summary, more in [
        ("jwk", "that the token brings along in jwk", {"jwk": jwk}),
        ("jku", "whose address is in jku", {"jku": "https://keys.example.org/jwks.json"}),
        ("x5u", "whose address is in x5u", {"x5u": "https://keys.example.org/chain.pem"}),
    ]:
        refuse(
            f"install/key/{name}",
            f"signed with a key {summary}",
            "INS-3 JWT-15",
            MUST,
            bad,
            token(head=header(**more), key=RSA_OTHER),
            flags=["attack"],
        )
    head, payload, signature = parts(good)
    signature = unb64(signature)
    for name, summary, changed in [
        ("first-bit", "the first bit of the signature turned", flip(signature, 0, 0x80)),
        ("middle-bit", "a bit in the middle of the signature turned", flip(signature, 128)),
        ("last-bit", "the last bit of the signature turned", flip(signature, 255)),
        ("without-last-byte", "the signature without its last byte", signature[:-1]),
        ("without-first-byte", "the signature without its first byte", signature[1:]),
        ("half", "the first half of the signature", signature[:128]),
        ("byte-behind", "the signature and one more byte", signature + b"\0"),
        ("byte-before", "the signature with a zero byte before it", b"\0" + signature),
        ("twice", "the signature twice", signature + signature),
        ("zeros", "a signature of zeros", bytes(256)),
        ("one", "a signature that is the number 1", bytes(255) + b"\1"),
        ("empty", "an empty signature", b""),
    ]:
        refuse(
            f"install/signature/{name}",
            summary,
            "INS-3 JWT-17",
            MUST,
            f"{bad} malformed" if name == "empty" else bad,
            f"{head}.{payload}.{b64(changed)}",
            flags=["attack"] if name in ("zeros", "one", "empty") else (),
        )
    small = next(t for t in (token(x=n) for n in itertools.count()) if number_of(t) + RSA.n < 1 << 2048)
    refuse(
        "install/signature/beyond-the-modulus",
        "the signature as a number, and the modulus added",
        "INS-3 JWT-17",
        MUST,
        bad,
        ".".join([*parts(small)[:2], b64((number_of(small) + RSA.n).to_bytes(256, "big"))]),
        source="RFC 8017, section 5.2.2: the number is below the modulus",
    )
    for name, summary, block in WRONG_BLOCKS:
        refuse(
            f"install/signature/{name}",
            f"a signature over {summary}",
            "INS-3 JWT-17",
            MUST,
            bad,
            signed(lambda text: RSA.power(block(hash_of("sha256", text.encode())))),
            source="RFC 8017, sections 8.2.2 and 9.2",
        )
    refuse(
        "install/signature/sha512",
        "alg RS256 with a signature by RS512",
        "INS-3 JWT-17",
        MUST,
        bad,
        signed(lambda text: RSA.pkcs1(text, "sha512")),
    )
    refuse(
        "install/signature/pss",
        "alg RS256 with a signature by PS256",
        "INS-3 JWT-17",
        MUST,
        bad,
        signed(RSA.pss),
    )
    refuse(
        "install/signature/padded",
        "the signature with the padding of base64",
        "JWT-2 INS-3",
        MUST,
        f"malformed {bad}",
        f"{good}==",
        source="RFC 7515, section 2",
    )
    other_head, other_payload, _ = parts(token(exp=NOW + 841))
    refuse(
        "install/signature/other-claims",
        "the claims of another token",
        "INS-3 JWT-17",
        MUST,
        bad,
        f"{head}.{other_payload}.{b64(signature)}",
        flags=["attack"],
    )
    refuse(
        "install/signature/other-header",
        "the header with one more member than was signed",
        "INS-3 JWT-17",
        MUST,
        bad,
        f"{b64(header(x=1))}.{payload}.{b64(signature)}",
    )
    refuse(
        "install/signature/hash-of-claims-only",
        "a signature over the claims alone",
        "INS-3 JWT-16",
        MUST,
        bad,
        f"{head}.{payload}.{b64(RSA.pkcs1(payload))}",
    )
    pretty = members([("typ", "JWT"), ("x", 1), ("kid", KID), ("alg", "RS256")]).replace(",", " ,\n ")
    accept(
        "install/signature/as-it-stands",
        "a header with line breaks and one more member, signed as it stands",
        "JWT-16 JWT-15 INS-3",
        MUST,
        token(head=pretty),
    )

    # The token, as for HS256.
    for name, summary, clause, text in [
        ("two-segments", "a token without its signature", "JWT-1", f"{head}.{payload}"),
        ("four-segments", "a fourth segment", "JWT-1", f"{good}.{payload}"),
        ("standard-base64", "claims in standard base64, with a good signature", "JWT-2", standard()),
        ("claims-array", "an array with the claims in it", "JWT-4", token(f"[{claims()}]")),
        ("text-behind", "a letter after the claims", "JWT-4", token(claims() + "x")),
        ("header-null", "null as header", "JWT-4", token(head="null")),
        ("critical", "crit with an extension that nobody knows", "JWT-14", token(head=header(x=1, crit=["x"]))),
    ]:
        refuse(f"install/token/{name}", summary, f"{clause} INS-1", MUST, "malformed", text)


def path_cases():
    """Cases of a kid that looks like a path, as products have sent it since November 2024."""
    unknown = "unknown_key malformed"

    def named(kid, **changes):
        return token(head=header(kid=kid), **changes)

    for name, summary, kid in [
        ("keypair", "three segments, as products have sent it since 2024", PATH_KID),
        ("of-two-segments", "two segments", "install/2026-11"),
        ("of-five-segments", "five segments", "generic-keypair/cs-migrations/eu/2026/key-pair--7h6g5f4e3d2c1b0a"),
        ("of-64-characters", "64 hexadecimal digits", "9f86d081884c7d65" * 4),
        ("of-200-characters", "three segments and 200 characters", f"generic-keypair/cs-migrations/{'k' * 170}"),
        ("without-hyphens", "the 32 digits of a UUID, without hyphens", KID.replace("-", "")),
        ("of-another-version", "a UUID of version 1", "7d444840-9dc0-11d1-b245-5ffdce74fad2"),
        ("in-capitals", "capitals, with a key published under it", "Generic-KeyPair/CS/K1"),
    ]:
        accept(
            f"install/key-id/{name}",
            f"a kid of {summary}",
            "INS-3 INS-2",
            MUST,
            named(kid),
            public_keys={kid: RSA.public_pem},
            flags=["real-world"] if name == "keypair" else (),
            source=OBSERVED,
        )
    accept(
        "install/key-id/keypair-uninstalled",
        "uninstalled, with a kid of three segments",
        "INS-3 INS-1",
        MUST,
        named(PATH_KID, qsh=qsh("POST&/uninstalled&")),
        request=Request("POST", "/uninstalled", APP),
        public_keys={PATH_KID: RSA.public_pem},
        flags=["real-world"],
        source=OBSERVED,
    )
    old_and_new = {KID: RSA_OTHER.public_pem, PATH_KID: RSA.public_pem}
    accept(
        "install/key-id/keypair-beside-uuid",
        "a kid of three segments, in a store that also has one of the older form",
        "INS-3",
        MUST,
        named(PATH_KID),
        public_keys=old_and_new,
        source=OBSERVED,
    )
    sibling = PATH_KID[:-1] + "i"
    accept(
        "install/key-id/keypair-of-two",
        "one of two kids that differ in their last character",
        "INS-3",
        MUST,
        named(PATH_KID),
        public_keys={sibling: RSA_OTHER.public_pem, PATH_KID: RSA.public_pem},
        source=OBSERVED,
    )
    published = {PATH_KID: RSA.public_pem}
    first, second, last = PATH_KID.split("/")
    for name, summary, kid in [
        ("cut-at-the-last-slash", "cut at its last slash", f"{first}/{second}"),
        ("cut-at-the-first-slash", "cut at its first slash", first),
        ("last-segment-only", "without all but its last segment", last),
        ("without-first-segment", "without its first segment", f"{second}/{last}"),
        ("without-middle-segment", "without its middle segment", f"{first}/{last}"),
        ("segment-in-upper-case", "with a segment in capitals", f"{first}/{second.upper()}/{last}"),
        ("segments-exchanged", "with two segments exchanged", f"{second}/{first}/{last}"),
        ("segment-behind", "and one more segment", f"{PATH_KID}/x"),
        ("one-character-less", "without its last character", PATH_KID[:-1]),
    ]:
        refuse(
            f"install/key/keypair-{name}",
            f"a known kid of three segments {summary}, signed with the known key",
            "INS-3",
            MUST,
            "unknown_key",
            named(kid),
            public_keys=published,
            source=OBSERVED,
        )
    for name, summary, kid in [
        ("cut-behind-a-slash", "cut after its last slash", f"{first}/{second}/"),
        ("leading-slash", "with a slash before it", f"/{PATH_KID}"),
        ("trailing-slash", "with a slash after it", f"{PATH_KID}/"),
        ("doubled-slash", "with a slash doubled", f"{first}//{second}/{last}"),
        ("parent", "with a segment of two dots that takes back another", f"{first}/x/../{second}/{last}"),
        ("parent-of-itself", "with two dots that lead up, and down again", f"{first}/../{PATH_KID}"),
        ("parent-first", "that begins with two dots", f"../{PATH_KID}"),
        ("current", "with a segment of one dot", f"{first}/./{second}/{last}"),
        ("slash-escaped", "with its slashes as %2F", PATH_KID.replace("/", "%2F")),
        ("slash-escaped-in-lower-case", "with its slashes as %2f", PATH_KID.replace("/", "%2f")),
        ("one-slash-escaped", "with its last slash as %2F", f"{first}/{second}%2F{last}"),
        ("slash-escaped-twice", "with its slashes as %252F", PATH_KID.replace("/", "%252F")),
        ("backslashes", "with backslashes for its slashes", PATH_KID.replace("/", "\\")),
        ("hyphen-escaped", "with a hyphen as %2D", PATH_KID.replace("cs-m", "cs%2Dm")),
        ("query", "with a query after it", f"{PATH_KID}?x"),
        ("fragment", "with a fragment after it", f"{PATH_KID}#x"),
        ("host-before", "with a host of keys before it", f"https://connect-install-keys.atlassian.com/{PATH_KID}"),
        ("blank-behind", "with a space after it", f"{PATH_KID} "),
        ("line-feed-behind", "with a line feed after it", f"{PATH_KID}\n"),
    ]:
        refuse(
            f"install/key/keypair-{name}",
            f"a known kid of three segments {summary}, signed with the known key",
            "INS-3",
            MUST,
            unknown,
            named(kid),
            public_keys=published,
            flags=["attack", "key-id-path"],
            source=OBSERVED,
        )
    for name, summary, kid, key in [
        ("sibling", "the kid that differs in its last character", sibling, RSA_OTHER),
        ("older", "the older kid in the same store", KID, RSA_OTHER),
    ]:
        refuse(
            f"install/key/keypair-signed-by-{name}",
            f"a kid of three segments, and a signature by the key of {summary}",
            "INS-3",
            MUST,
            "bad_signature",
            signed(key.pkcs1, head=header(kid=PATH_KID)),
            public_keys={kid: key.public_pem} | published,
            flags=["attack"],
            source=OBSERVED,
        )
    for name, summary, kid in [
        ("empty-segment", "an empty segment", f"{first}//{last}"),
        ("parent", "a segment of two dots", f"{first}/../{last}"),
        ("escape", "an escape", f"{first}%2F{last}"),
        ("blank", "a space", f"{first} {last}"),
    ]:
        text = named(kid)
        refuse(
            f"install/key-id/published-with-{name}",
            f"a kid with {summary}, with a key published under it",
            "INS-3",
            OPEN,
            unknown,
            text,
            public_keys={kid: RSA.public_pem},
            source="our choice; no document gives the grammar of a kid",
            accept=[may_accept("no document gives the grammar of a kid", text)],
        )


def encrypted_padding(hashed):
    return b"\0\2" + padded(digest_info("sha256", hashed))[2:]


# What is signed in place of a hash with its padding, as PKCS #1 v1.5 has it: each a function of the hash.
WRONG_BLOCKS = [
    ("without-digest-info", "the hash without the name of its algorithm", padded),
    (
        "digest-info-of-another",
        "the hash under the name of another algorithm",
        lambda hashed: padded(digest_info("sha512", hashed)),
    ),
    (
        "short-padding",
        "the hash, eight bytes of padding before it and others after",
        lambda hashed: b"\0\1" + (padded(digest_info("sha256", hashed))[-60:] + bytes(254))[:254],
    ),
    ("type-2", "the hash with the padding of an encrypted text", encrypted_padding),
]


def number_of(text):
    return int.from_bytes(unb64(parts(text)[2]), "big")


def standard():
    """A token whose claims are in standard base64, with a plus or a slash."""
    text = next(t for t in (claims(x=f"???>>>{n}") for n in itertools.count()) if {"-", "_"} & set(b64(t)))
    segments = f"{b64(header())}.{b64(text).replace('-', '+').replace('_', '/')}"
    return f"{segments}.{b64(RSA.pkcs1(segments))}"


def claim_cases():
    good = token()
    missing, invalid = "missing_claim", "invalid_claim"

    # INS-4
    foreign = "unknown_issuer invalid_claim"
    accept(
        "install/issuer/any-tenant",
        "a tenant that is not known yet, and the body of the same",
        "INS-4",
        MUST,
        token(iss=OTHER),
        client_key=OTHER,
    )
    accept(
        "install/issuer/jira",
        "a client key of the form that Jira once had",
        "INS-4",
        MUST,
        token(iss="jira:12345678"),
        client_key="jira:12345678",
    )
    refuse(
        "install/issuer/other-body",
        "a token of one tenant with the body of another",
        "INS-4",
        MUST,
        foreign,
        good,
        client_key=OTHER,
        flags=["attack"],
    )
    for name, summary, written in [
        ("other", "the client key of somebody else", OTHER),
        ("in-upper-case", "the client key in upper case", CLIENT.upper()),
        ("shorter", "the client key without its last character", CLIENT[:-1]),
        ("longer", "the client key and one more character", CLIENT + "0"),
        ("longer-at-the-front", "one more character before the client key", "x" + CLIENT),
        ("blank-behind", "the client key and a space", CLIENT + " "),
        ("line-feed-behind", "the client key and a line feed", CLIENT + "\n"),
        ("nul-behind", "the client key and a NUL", CLIENT + "\0"),
        ("app-key", "the key of the app", APP_KEY),
        ("base-url", "the base URL of the app", APP),
    ]:
        refuse(f"install/issuer/{name}", f"{summary} for iss", "INS-4", MUST, foreign, token(iss=written))
    refuse("install/issuer/missing", "no iss", "INS-4", MUST, missing, token(iss=GONE))
    refuse(
        "install/issuer/in-header-only",
        "iss in the header only",
        "INS-4",
        MUST,
        missing,
        token(head=header(iss=CLIENT), iss=GONE),
    )
    refuse("install/issuer/member-in-upper-case", "ISS for iss", "INS-4", MUST, missing, token(iss=GONE, ISS=CLIENT))
    refuse(
        "install/issuer/in-sub-only",
        "the client key in sub, and no iss",
        "INS-4",
        MUST,
        missing,
        token(iss=GONE, sub=CLIENT),
    )
    for name, summary, written, reasons in [
        ("null", "null for iss", None, f"{invalid} {missing} unknown_issuer"),
        ("number", "a number for iss", 5, f"{invalid} unknown_issuer"),
        ("true", "true for iss", True, f"{invalid} unknown_issuer"),
        ("array", "the client key in an array", [CLIENT], f"{invalid} unknown_issuer"),
        ("object", "an object with the client key", {"key": CLIENT}, f"{invalid} unknown_issuer"),
        ("empty", "the empty text for iss", "", f"unknown_issuer {invalid} {missing}"),
    ]:
        refuse(f"install/issuer/{name}", summary, "INS-4 CON-3", MUST, reasons, token(iss=written))
    for name, summary, written, client_key, reasons in [
        ("number-for-digits", "a number for a client key of digits", 479, "479", f"{invalid} unknown_issuer"),
        (
            "null-for-its-text",
            "null for a client key that is the text null",
            None,
            "null",
            f"{invalid} {missing} unknown_issuer",
        ),
    ]:
        refuse(
            f"install/issuer/{name}", summary, "INS-4 CON-3", MUST, reasons, token(iss=written), client_key=client_key
        )

    # INS-5
    refuse("install/audience/missing", "no aud", "INS-5", MUST, missing, token(aud=GONE))
    refuse(
        "install/audience/in-header-only",
        "aud in the header only",
        "INS-5",
        MUST,
        missing,
        token(head=header(aud=APP), aud=GONE),
    )
    refuse("install/audience/member-in-upper-case", "AUD for aud", "INS-5", MUST, missing, token(aud=GONE, AUD=APP))
    for name, summary, written in [
        ("null", "null for aud", None),
        ("empty-list", "an empty list for aud", []),
        ("number", "a number for aud", 5),
        ("true", "true for aud", True),
        ("false", "false for aud", False),
        ("zero", "0 for aud", 0),
        ("object", "an object with the base URL as a name", {APP: True}),
        ("list-of-null", "a list with null", [None]),
        ("list-in-list", "a list with a list with the base URL", [[APP]]),
    ]:
        refuse(
            f"install/audience/{name}",
            summary,
            "INS-5",
            MUST,
            f"{missing} {invalid} audience_mismatch",
            token(aud=written),
        )
    text = token(aud=[APP, 5])
    refuse(
        "install/audience/list-with-number",
        "a list with the base URL and a number",
        "INS-5 INS-8",
        OPEN,
        f"{invalid} audience_mismatch {missing}",
        text,
        accept=[may_accept("one of the values is the base URL", text)],
        source="our choice; RFC 7519, section 4.1.3, wants strings, and one that fits",
    )
    refuse(
        "install/audience/empty",
        "the empty text for aud",
        "INS-6 INS-5",
        MUST,
        f"audience_mismatch {missing} {invalid}",
        token(aud=""),
    )

    # INS-6
    accept("install/audience/base-url", "the base URL as aud", "INS-6 INS-5", MUST, good)
    based = Request("POST", "/base/installed", f"{APP}/base")
    accept(
        "install/audience/base-url-with-path",
        "a base URL with a path as aud",
        "INS-6 INS-9",
        MUST,
        token(aud=f"{APP}/base"),
        request=based,
        app_base_url=f"{APP}/base",
    )
    accept(
        "install/audience/base-url-with-port",
        "a base URL with a port as aud",
        "INS-6",
        MUST,
        token(aud=f"{APP}:8443"),
        request=Request("POST", "/installed", f"{APP}:8443"),
        app_base_url=f"{APP}:8443",
    )
    both_with_slash = f"{APP}/"
    accept(
        "install/audience/slash-on-both-sides",
        "a slash at the end of the base URL, and of aud",
        "INS-6 INS-7",
        MUST,
        token(aud=both_with_slash),
        request=Request("POST", "/installed", both_with_slash),
        app_base_url=both_with_slash,
    )
    for name, summary, written in [
        ("other", "another host", "https://other.example"),
        ("suffix", "a host that begins with the base URL", f"{APP}.evil.example"),
        ("path", "the base URL and a path", f"{APP}/installed"),
        ("query", "the base URL and a query", f"{APP}?x"),
        ("fragment", "the base URL and a fragment", f"{APP}#x"),
        ("port", "the base URL and the port of its scheme", f"{APP}:443"),
        ("one-more", "the base URL and one more letter", f"{APP}m"),
        ("shorter", "the base URL without its last letter", APP[:-1]),
        ("scheme-only", "the scheme of the base URL", "https://"),
        ("host-only", "the host of the base URL", "app.example.com"),
        ("other-scheme", "http for https", "http://app.example.com"),
        ("scheme-in-upper-case", "the scheme in upper case", "HTTPS://app.example.com"),
        ("host-in-upper-case", "the host with a capital", "https://App.example.com"),
        ("user", "a user before the host", "https://x@app.example.com"),
        ("subdomain", "a part of the domain before the host", "https://x.app.example.com"),
        ("contained", "a URL that contains the base URL", f"https://evil.example/{APP}"),
        ("contained-in-query", "a URL with the base URL in its query", f"https://evil.example/?u={APP}"),
        ("blank-before", "a space and the base URL", f" {APP}"),
        ("blank-behind", "the base URL and a space", f"{APP} "),
        ("line-feed-behind", "the base URL and a line feed", f"{APP}\n"),
        ("nul-behind", "the base URL and a NUL", f"{APP}\0"),
        ("dot-behind-host", "the host with a dot at its end", f"{APP}."),
        ("escaped", "the base URL with an escape", "https://app%2Eexample.com"),
        ("commas", "two URLs with a comma between, in one text", f"https://other.example,{APP}"),
        ("blanks", "two URLs with a space between, in one text", f"{APP} https://other.example"),
        ("json", "the text of a list with the base URL", f'["{APP}"]'),
        ("star", "a star", "*"),
        ("pattern", "a pattern that fits the base URL", "https://.*"),
        ("client-key", "the client key", CLIENT),
        ("app-key", "the key of the app", APP_KEY),
    ]:
        refuse(f"install/audience/{name}", f"{summary} as aud", "INS-6", MUST, "audience_mismatch", token(aud=written))
    for name, summary, app_base_url, written in [
        ("path-missing", "a base URL with a path, and aud without it", f"{APP}/base", APP),
        ("path-in-upper-case", "a base URL with a path, and aud with a capital in it", f"{APP}/base", f"{APP}/Base"),
        ("path-longer", "a base URL with a path, and aud with a longer one", f"{APP}/base", f"{APP}/base2"),
        ("letter-for-dot", "a letter where the base URL has a dot", APP, "https://appxexample.com"),
    ]:
        refuse(
            f"install/audience/{name}",
            summary,
            "INS-6",
            MUST,
            "audience_mismatch",
            token(aud=written),
            app_base_url=app_base_url,
            request=based if app_base_url != APP else CALLBACK,
        )

    region_cases()

    # INS-7
    exact = [may_refuse("the two are not the same text", "audience_mismatch")]
    for name, summary, app_base_url, written in [
        ("of-audience", "a slash at the end of aud, and none in the base URL", APP, f"{APP}/"),
        ("of-base-url", "a slash at the end of the base URL, and none in aud", f"{APP}/", APP),
        ("in-list", "a slash at the end of the one aud in a list", APP, [f"{APP}/"]),
    ]:
        request = Request("POST", "/installed", app_base_url)
        accept(
            f"install/slash/{name}",
            summary,
            "INS-7",
            OPEN,
            token(aud=written),
            app_base_url=app_base_url,
            request=request,
            accept=exact,
        )
    refuse(
        "install/slash/two",
        "two slashes at the end of aud",
        "INS-7 INS-6",
        OPEN,
        "audience_mismatch",
        token(aud=f"{APP}//"),
    )
    refuse(
        "install/slash/back",
        "a backslash at the end of aud",
        "INS-6 INS-7",
        MUST,
        "audience_mismatch",
        token(aud=f"{APP}\\"),
    )

    # INS-8
    other = "https://other.example"
    for name, summary, written in [
        ("one", "a list with the base URL", [APP]),
        ("first", "the base URL before another", [APP, other]),
        ("last", "the base URL after another", [other, APP]),
        ("middle", "the base URL between two others", [other, APP, CLIENT]),
        ("last-of-nine", "the base URL after eight others", [f"{other}/{n}" for n in range(8)] + [APP]),
        ("twice", "the base URL twice", [APP, APP]),
    ]:
        accept(f"install/audiences/{name}", summary, "INS-8 INS-5", MUST, token(aud=written))
    lists = "RFC 7519, section 4.1.3: a list or a text"
    accept(
        "install/audiences/uninstalled",
        "a list with the base URL, in an uninstalled callback",
        "INS-5 INS-8",
        MUST,
        token(aud=[APP], qsh=qsh("POST&/uninstalled&")),
        request=Request("POST", "/uninstalled", APP),
        flags=["real-world"],
        source=lists,
    )
    for name, summary, app_base_url, request, text in [
        ("path", "a base URL with a path", f"{APP}/base", "POST&/installed&", "/base/installed"),
        ("port", "a base URL with a port", f"{APP}:8443", "POST&/installed&", "/installed"),
        ("query", "the base URL, in a callback with a query", APP, "POST&/installed&a=1", "/installed?a=1"),
    ]:
        accept(
            f"install/audiences/with-{name}",
            f"a list with {summary}",
            "INS-5 INS-8 INS-6",
            MUST,
            token(aud=[app_base_url], qsh=qsh(request)),
            request=Request("POST", text, app_base_url),
            app_base_url=app_base_url,
            source=lists,
        )
    real = token(
        members(
            [
                ("iss", CLIENT),
                ("aud", [APP]),
                ("sub", "557058:9b2c7d10-51fe-4a88-b2c4-70e9d6a3158f"),
                ("qsh", CALLBACK_QSH),
                ("iat", NOW - 1),
                ("exp", NOW + 899),
                ("context", {}),
            ]
        ),
        head=header(kid=PATH_KID),
    )
    accept(
        "install/audiences/all-claims",
        "every claim that was seen in callbacks, which is a sub, an empty context, 900 seconds, and a list as aud",
        "INS-5 INS-3 INS-11",
        MUST,
        real,
        public_keys={PATH_KID: RSA.public_pem},
        flags=["real-world"],
        source=f"{lists}; kids seen since November 2024",
    )
    for name, summary, written in [
        ("other", "a list with another URL", [other]),
        ("others", "a list with two other URLs", [other, CLIENT]),
        ("suffix", "a list with a host that begins with the base URL", [f"{APP}.evil.example"]),
        ("parts", "a list with the two halves of the base URL", ["https://app.", "example.com"]),
        ("letters", "a list with the letters of the base URL", list(APP)),
        ("joined", "a list with one text that has the base URL in it", [f"{other},{APP}"]),
        ("empty", "a list with the empty text", [""]),
    ]:
        refuse(f"install/audiences/{name}", summary, "INS-8 INS-6", MUST, "audience_mismatch", token(aud=written))

    # INS-9
    accept("install/hash/installed", "the hash of POST /installed", "INS-9", MUST, good)
    accept(
        "install/hash/query",
        "the hash of a callback with a query",
        "INS-9",
        MUST,
        token(qsh=qsh("POST&/installed&a=1&b=2")),
        request=Request("POST", "/installed?b=2&a=1", APP),
    )
    accept(
        "install/hash/base-removed",
        "the hash of the path below the base",
        "INS-9 CON-19",
        MUST,
        token(aud=f"{APP}/base"),
        request=based,
        app_base_url=f"{APP}/base",
        source="Understanding JWT, step 3",
    )
    refuse(
        "install/hash/base-kept",
        "the hash of the path with the base in it",
        "INS-9 CON-19",
        MUST,
        "qsh_mismatch",
        token(aud=f"{APP}/base", qsh=qsh("POST&/base/installed&")),
        request=based,
        app_base_url=f"{APP}/base",
        source="Understanding JWT, step 3",
    )
    refuse("install/hash/missing", "no qsh", "INS-9 CON-17", MUST, missing, token(qsh=GONE), flags=["attack"])
    refuse(
        "install/hash/in-header-only",
        "qsh in the header only",
        "INS-9 CON-17",
        MUST,
        missing,
        token(head=header(qsh=CALLBACK_QSH), qsh=GONE),
    )
    for name, summary, written, reasons in [
        ("null", "null for qsh", None, f"{invalid} {missing}"),
        ("true", "true for qsh", True, invalid),
        ("number", "a number for qsh", 5, invalid),
        ("array", "the hash in an array", [CALLBACK_QSH], invalid),
        ("empty", "the empty text for qsh", "", f"qsh_mismatch {missing} {invalid}"),
    ]:
        refuse(f"install/hash/{name}", summary, "INS-9 CON-17", MUST, reasons, token(qsh=written))
    refuse(
        "install/hash/member-in-upper-case",
        "QSH for qsh",
        "INS-9 CON-17",
        MUST,
        missing,
        token(qsh=GONE, QSH=CALLBACK_QSH),
    )
    last = other_digit(CALLBACK_QSH[-1])
    for name, summary, written in [
        ("uninstalled", "the hash of POST /uninstalled", qsh("POST&/uninstalled&")),
        ("get", "the hash of GET /installed", qsh("GET&/installed&")),
        ("query-added", "the hash of a query that the callback does not have", qsh("POST&/installed&a=1")),
        ("first-half", "the first 32 digits of the hash", CALLBACK_QSH[:32]),
        ("first-digit", "the hash with another first digit", other_digit(CALLBACK_QSH[0]) + CALLBACK_QSH[1:]),
        (
            "middle-digit",
            "the hash with another digit in the middle",
            CALLBACK_QSH[:31] + other_digit(CALLBACK_QSH[31]) + CALLBACK_QSH[32:],
        ),
        ("last-digit", "the hash with another last digit", CALLBACK_QSH[:-1] + last),
        ("digit-behind", "the hash and one more digit", CALLBACK_QSH + "0"),
        ("blank-behind", "the hash and a space", CALLBACK_QSH + " "),
        ("text", "the canonical request itself", "POST&/installed&"),
        ("of-nothing", "the hash of the empty text", qsh("")),
        ("base64", "the hash in base64", base64.b64encode(bytes.fromhex(CALLBACK_QSH)).decode()),
    ]:
        refuse(f"install/hash/{name}", f"{summary} as qsh", "INS-9 CON-18", MUST, "qsh_mismatch", token(qsh=written))
    refuse(
        "install/hash/query-left-out",
        "a callback with a query, and the hash of one without",
        "INS-9 CON-18",
        MUST,
        "qsh_mismatch",
        good,
        request=Request("POST", "/installed?a=1", APP),
    )
    refuse(
        "install/hash/upper-case",
        "the hash in upper case",
        "CON-18 INS-9 QSH-H3",
        SHOULD,
        "qsh_mismatch",
        token(qsh=CALLBACK_QSH.upper()),
        source="Java, npm and Python compare exactly",
    )

    # INS-10
    for name, request in [("installed", CALLBACK), ("uninstalled", Request("POST", "/uninstalled", APP))]:
        refuse(
            f"install/context-token/{name}",
            f"{name}, with the fixed value of context tokens",
            "INS-10 CTX-2",
            MUST,
            "context_token qsh_mismatch",
            token(qsh="context-qsh"),
            request=request,
            flags=["attack"],
        )
    for name, summary, written in [
        ("longer", "the fixed value and one more character", "context-qsh2"),
        ("capitals", "the fixed value with capitals", "Context-QSH"),
    ]:
        refuse(
            f"install/context-token/{name}",
            f"{summary}, in a callback",
            "INS-10 CTX-3",
            MUST,
            "qsh_mismatch context_token",
            token(qsh=written),
        )
    accept(
        "install/context-token/context-claim",
        "a claim context, which makes no context token",
        "INS-10 CON-20",
        SHOULD,
        token(context={"qsh": "context-qsh"}),
        source="Understanding JWT: context describes the user",
    )
    date_cases()


def other_digit(digit):
    return "0" if digit != "0" else "1"


def date_cases():
    missing, invalid = "missing_claim", "invalid_claim"

    # INS-11
    boundary = {"flags": ["boundary"]}
    for name, summary, clause, level, leeway, changes in [
        ("exp-one-second-early", "a second before exp", "CON-7", MUST, 0, {"exp": NOW + 1}),
        ("exp-inside-leeway", "29 seconds after exp, with a leeway of 30", "CON-5", MUST, 30, {"exp": NOW - 29}),
        ("nbf-on-the-second", "exactly at nbf", "CON-11", MUST, 0, {"nbf": NOW}),
        ("nbf-inside-leeway", "30 seconds before nbf, with a leeway of 30", "CON-11", MUST, 30, {"nbf": NOW + 30}),
        ("iat-now", "exactly at iat", "CON-9", MUST, 0, {"iat": NOW}),
        ("exp-beyond-2038", "an exp beyond 32 bits", "CON-7", MUST, 0, {"exp": 2**32 + 60}),
        ("nbf-zero", "an nbf of 0", "CON-11", MUST, 0, {"nbf": 0}),
    ]:
        level = SHOULD if clause == "CON-5" else level
        accept(f"install/dates/{name}", summary, f"INS-11 {clause}", level, token(**changes), leeway=leeway, **boundary)
    for name, summary, clause, reasons, leeway, changes in [
        ("exp-one-second-late", "a second after exp", "CON-7", "expired", 0, {"exp": NOW - 1}),
        ("exp-outside-leeway", "31 seconds after exp, with a leeway of 30", "CON-7", "expired", 30, {"exp": NOW - 31}),
        ("exp-outside-leeway-of-1", "2 seconds after exp, with a leeway of 1", "CON-7", "expired", 1, {"exp": NOW - 2}),
        ("exp-zero", "an exp of 0", "CON-7", "expired", 0, {"iat": 0, "exp": 0}),
        ("nbf-one-second-early", "a second before nbf", "CON-11", "not_yet_valid", 0, {"nbf": NOW + 1}),
        (
            "nbf-outside-leeway",
            "31 seconds before nbf, with a leeway of 30",
            "CON-11",
            "not_yet_valid",
            30,
            {"nbf": NOW + 31},
        ),
        (
            "nbf-outside-leeway-of-1",
            "2 seconds before nbf, with a leeway of 1",
            "CON-11",
            "not_yet_valid",
            1,
            {"nbf": NOW + 2},
        ),
        (
            "nbf-beyond-2038",
            "an nbf beyond 32 bits",
            "CON-11",
            "not_yet_valid",
            0,
            {"nbf": 2**32 + 5, "exp": 2**32 + 60},
        ),
    ]:
        refuse(
            f"install/dates/{name}",
            summary,
            f"INS-11 {clause}",
            MUST,
            reasons,
            token(**changes),
            leeway=leeway,
            **boundary,
        )
    later = {"iat": 2_200_000_000 - 60, "exp": 2_200_000_000 + 60}
    summary = "a time beyond 32 bits, before exp"
    accept("install/dates/after-2038", summary, "INS-11 CON-7", MUST, token(**later), now=2_200_000_000)
    summary = "a time beyond 32 bits, after exp"
    refuse("install/dates/after-2038-late", summary, "INS-11 CON-7", MUST, "expired", token(**later), now=2_200_000_100)
    for name, leeway, exp in [("exp-last-second", 0, NOW), ("exp-last-second-of-leeway", 30, NOW - 30)]:
        accept(
            f"install/dates/{name}",
            f"exactly at exp, with a leeway of {leeway}" if not leeway else "30 seconds after exp, with a leeway of 30",
            "INS-11 CON-8",
            OPEN,
            token(exp=exp),
            leeway=leeway,
            accept=[may_refuse("RFC 7519, section 4.1.4: on or after", "expired")],
            source='our choice; "after which" in Understanding JWT, "on or after" in RFC 7519, section 4.1.4',
            **boundary,
        )
    text = token(iat=NOW + 10)
    accept(
        "install/dates/iat-in-the-future",
        "an iat ten seconds from now",
        "INS-11 CON-10",
        SHOULD,
        text,
        source="Understanding JWT: no hard requirements around iat; Java does not compare it",
    )
    accept(
        "install/dates/two-years",
        "issued a year ago, until in a year",
        "INS-11 CON-16",
        SHOULD,
        token(iat=NOW - 31_536_000, exp=NOW + 31_536_000),
        source="Understanding JWT publishes no maximum; Java, Python and atlassian-connect-express",
    )
    accept(
        "install/dates/fraction",
        "an exp with a fraction",
        "INS-11 CON-14",
        OPEN,
        token(exp=Raw(f"{NOW + 840}.5")),
        source=SOURCES["CON-14"],
        accept=[may_refuse("Understanding JWT gives the type long", "invalid_claim malformed")],
    )
    refuse(
        "install/dates/exp-quarter-of-a-second-late",
        "a quarter of a second after exp, which rounding would forgive",
        "INS-11 CON-14",
        OPEN,
        "expired",
        token(exp=Raw(f"{NOW - 1}.75")),
        source=SOURCES["CON-14"],
        accept=[may_refuse("Understanding JWT gives the type long", "invalid_claim malformed")],
    )
    for name, clause in [("exp", "CON-6"), ("iat", "CON-9")]:
        refuse(f"install/dates/{name}-missing", f"no {name}", f"INS-11 {clause}", MUST, missing, token(**{name: GONE}))
        refuse(
            f"install/dates/{name}-in-upper-case",
            f"{name.upper()} for {name}",
            f"INS-11 {clause}",
            MUST,
            missing,
            token(**{name: GONE, name.upper(): NOW - 60 if name == "iat" else NOW + 840}),
        )
    beside = token(iat=GONE, nbf=NOW - 60)
    refuse("install/dates/iat-missing-beside-nbf", "nbf, and no iat", "INS-11 CON-9", MUST, missing, beside)
    in_header = token(head=header(exp=NOW + 840), exp=GONE)
    refuse("install/dates/exp-in-header-only", "exp in the header only", "INS-11 CON-6", MUST, missing, in_header)
    good = {"exp": NOW + 840, "iat": NOW - 60, "nbf": NOW - 60}
    for claim, value in good.items():
        for name, summary, written in [
            ("string", f"{claim} as a text of digits", str(value)),
            ("text", f"a date in words for {claim}", "2023-11-14T22:13:20Z"),
            ("true", f"true for {claim}", True),
            ("array", f"{claim} in an array", [value]),
            ("object", f"an object for {claim}", {}),
            ("null", f"null for {claim}", None),
        ]:
            reasons = f"{invalid} {missing}" if written is None else invalid
            refuse(f"install/dates/{claim}-{name}", summary, "INS-11 CON-13", MUST, reasons, token(**{claim: written}))
    refuse(
        "install/dates/exp-negative",
        "an exp of -1",
        "INS-11 CON-15",
        OPEN,
        f"expired {invalid}",
        token(exp=-1),
        source="our choice; JSON knows no range",
    )


def transport_cases():
    good = token()
    exact_scheme = may_refuse(
        "Bitbucket's page on OAuth 2.0 for apps: the scheme is case-sensitive", "no_token malformed"
    )

    # INS-12
    parameter = Request("POST", f"/installed?jwt={good}", APP)
    refuse(
        "install/transport/parameter",
        "a good token in the parameter only",
        "INS-12",
        OPEN,
        "no_token",
        headers=[],
        request=parameter,
        accept=[may_accept("the pseudo-code of the notice reads the parameter, too", good)],
    )
    accept(
        "install/transport/both",
        "the same token in the header and in the parameter",
        "INS-12 TRN-8",
        OPEN,
        good,
        request=parameter,
        accept=[may_refuse("two tokens", "malformed")],
    )
    accept(
        "install/transport/other-in-parameter",
        "a good token in the header, and a parameter jwt that is no token",
        "INS-12",
        OPEN,
        good,
        request=Request("POST", "/installed?jwt=x", APP),
        accept=[may_refuse("two tokens", "malformed")],
    )
    text = token(qsh=qsh("POST&/installed&"))
    accept(
        "install/transport/header-name-in-lower-case",
        "authorization in lower case",
        "TRN-4 INS-12",
        MUST,
        text,
        [["authorization", f"JWT {text}"]],
    )
    accept(
        "install/transport/header-name-in-upper-case",
        "AUTHORIZATION in upper case",
        "TRN-4 INS-12",
        MUST,
        text,
        [["AUTHORIZATION", f"JWT {text}"]],
    )
    refuse(
        "install/transport/header-name-misspelt",
        "the token in the header Authorisation",
        "TRN-4 INS-12",
        MUST,
        "no_token",
        headers=[["Authorisation", f"JWT {text}"]],
    )
    accept(
        "install/transport/scheme-in-lower-case",
        "the scheme in lower case, in a callback",
        "TRN-2 INS-12",
        OPEN,
        good,
        [["Authorization", f"jwt {good}"]],
        accept=[exact_scheme],
    )
    accept(
        "install/transport/scheme-in-mixed-case",
        "the scheme written jWt, in a callback",
        "TRN-2 INS-12",
        OPEN,
        good,
        [["Authorization", f"jWt {good}"]],
        accept=[exact_scheme],
    )
    for name, summary, value in [
        ("two-blanks", "two spaces between scheme and token", f"JWT  {good}"),
        ("blank-before", "a space before the scheme", f" JWT {good}"),
        ("blanks-behind", "spaces after the token", f"JWT {good}   "),
        ("tab-behind", "a tab after the token", f"JWT {good}\t"),
    ]:
        accept(
            f"install/transport/{name}",
            f"{summary}, in a callback",
            "TRN-3 INS-12",
            SHOULD,
            good,
            [["Authorization", value]],
        )
    for name, summary, value in [
        ("token-named", "token= before the token", f"token={good}"),
        ("quoted", "quotation marks around the token", f'"{good}"'),
    ]:
        refuse(f"install/transport/{name}", f"{summary}, in a callback", "TRN-1 JWT-2 INS-12", MUST, "malformed", value)
    for name, summary, clause, headers in [
        ("bearer", "a good token with the scheme Bearer", "TRN-5", [["Authorization", f"Bearer {good}"]]),
        ("no-scheme", "a good token without a scheme", "TRN-5", [["Authorization", good]]),
        ("basic", "a good token with the scheme Basic", "TRN-5", [["Authorization", f"Basic {good}"]]),
        ("scheme-glued", "no space between scheme and token", "TRN-5", [["Authorization", f"JWT{good}"]]),
        ("scheme-longer", "a scheme that begins with JWT", "TRN-5", [["Authorization", f"JWTX {good}"]]),
        ("scheme-with-colon", "a colon after the scheme", "TRN-5", [["Authorization", f"JWT: {good}"]]),
        ("scheme-second", "another scheme before JWT", "TRN-5", [["Authorization", f"Bearer JWT {good}"]]),
        ("cookie", "a good token in a cookie", "TRN-11", [["Cookie", f"jwt={good}"]]),
        ("header-jwt", "a good token in a header named jwt", "TRN-11", [["jwt", good]]),
        ("x-acpt", "a good token in the header X-acpt", "TRN-11", [["X-acpt", good]]),
        ("x-authorization", "a good token in another header", "TRN-11", [["X-Authorization", f"JWT {good}"]]),
    ]:
        refuse(
            f"install/transport/{name}",
            f"{summary}, in a callback",
            f"{clause} INS-12",
            SHOULD,
            "no_token",
            headers=headers,
        )

    refuse(
        "install/transport/acpt",
        "a good token in a parameter acpt, in a callback",
        "TRN-11 INS-12",
        SHOULD,
        "no_token",
        headers=[],
        request=Request("POST", f"/installed?acpt={good}", APP),
    )

    # INS-13
    content = ["Content-Type", "application/json"]
    for name, summary, headers, request in [
        ("no-headers", "no token, and no headers", [], CALLBACK),
        ("other-headers", "no token among the headers", [["Host", "app.example.com"], content], CALLBACK),
        ("uninstalled", "uninstalled without a token", [content], Request("POST", "/uninstalled", APP)),
        ("basic", "a header of another scheme", [["Authorization", "Basic dXNlcjpzZWNyZXQ="]], CALLBACK),
        (
            "other-parameters",
            "parameters, and none of them a token",
            [],
            Request("POST", "/installed?user_is_admin=true", APP),
        ),
    ]:
        refuse(
            f"install/no-token/{name}",
            summary,
            "INS-13",
            MUST,
            "no_token",
            headers=headers,
            request=request,
            flags=["attack"],
        )
    refuse(
        "install/no-token/no-keys",
        "no token, and no keys",
        "INS-13",
        MUST,
        "no_token",
        headers=[],
        public_keys={},
    )
    for name, value in [("scheme-only", "JWT"), ("scheme-and-blank", "JWT "), ("empty", "")]:
        refuse(
            f"install/no-token/{name}",
            f"an Authorization header that is {value!r}" if value else "an empty Authorization header",
            "INS-13 TRN-13",
            MUST,
            "no_token malformed",
            headers=[["Authorization", value]],
        )


def region_cases():
    """An app with a base URL for each region of data residency."""
    europe, states, germany = (f"https://{name}.app.example.com" for name in ("eu", "us", "de"))
    source = "Data residency: an app may have a base URL for each region"
    for name, summary, aud, further in [
        ("base-url", "the base URL as aud, and a further base URL", APP, [europe]),
        ("further", "a further base URL as aud", europe, [europe]),
        ("last-of-three", "the last of three further base URLs as aud", germany, [europe, states, germany]),
        ("list-of-two", "two further base URLs in a list as aud", [states, europe], [europe, states]),
    ]:
        summary = f"an app with regions, {summary}"
        aud = aud if isinstance(aud, list) else [aud]
        accept(f"install/regions/{name}", summary, "INS-6 INS-8", SHOULD, token(aud=aud), further_base_urls=further, source=source)
    for name, summary, aud in [
        ("other", "a region that it does not have as aud", germany),
        ("suffix", "a host that begins with a further base URL as aud", f"{europe}.evil.example"),
        ("prefix", "the beginning of a further base URL as aud", europe[:-1]),
        ("below", "a URL below a further base URL as aud", f"{europe}/installed"),
        ("other-scheme", "a further base URL with http as aud", europe.replace("https", "http")),
        ("subdomain", "another host below the one of the base URL as aud", "https://evil.app.example.com"),
        ("in-one-text", "both base URLs in one text as aud", f"{APP},{europe}"),
    ]:
        refuse(
            f"install/regions/{name}",
            f"an app with regions, {summary}",
            "INS-6",
            MUST,
            "audience_mismatch",
            token(aud=[aud]),
            further_base_urls=[europe, states],
            source=f"{source}; Atlassian's notice on signed install callbacks",
        )
    # The region has the one base URL that the app knows, and its request another one.
    of_region = token(aud=[europe])
    summary = "the base URL of a region as aud, and a request with another base URL"
    accept("install/regions/own-base-url", summary, "INS-6", SHOULD, of_region, app_base_url=europe, source=source)
    summary = "the base URL of the request as aud, which is not the one of the region"
    refuse("install/regions/base-of-the-request", summary, "INS-6", MUST, "audience_mismatch", token(), app_base_url=europe)
    below = f"{europe}/connect"
    callback = Request("POST", "/connect/installed", APP)
    summary = "a region with a path, which the base URL of the request does not have, and the hash of the"
    whole = token(aud=[below], qsh=qsh("POST&/connect/installed&"))
    more = {"request": callback, "app_base_url": below, "source": "our choice; atlassian-connect-express has one base URL for both"}
    silent, other = "no document says which base URL counts", "qsh_mismatch"
    refused = [may_refuse(silent, other)]
    accept("install/regions/path-hashed", f"{summary} whole path", "INS-9 INS-6", OPEN, whole, accept=refused, **more)
    without = token(aud=[below])
    id, summary = "install/regions/path-removed", f"{summary} path below it"
    refuse(id, summary, "INS-9 INS-6", OPEN, other, without, accept=[may_accept(silent, without)], **more)
    refuse(
        "install/regions/not-configured",
        "a region as aud, and no further base URL",
        "INS-6",
        MUST,
        "audience_mismatch",
        token(aud=[europe]),
    )


def cases():
    key_cases()
    claim_cases()
    transport_cases()


# Which other implementations gave the same verdict.
confirm(
    {
        "PS": """
            install/algorithm/rs256 install/algorithm/rs256-uninstalled install/algorithm/without-typ
            install/algorithm/hs256-shared-secret install/algorithm/hs256-public-key
            install/algorithm/hs512-public-key install/algorithm/hs256-public-key-trimmed
            install/algorithm/hs512-public-key-trimmed install/algorithm/hs256-public-key-bytes
            install/algorithm/hs256-key-id install/algorithm/rs384 install/algorithm/rs512 install/algorithm/ps256
            install/algorithm/ps384 install/algorithm/ps512 install/algorithm/es256
            install/algorithm/hs256-in-name-only install/algorithm/rs512-in-name-only
            install/algorithm/eddsa-in-name-only install/algorithm/lower-case install/algorithm/mixed-case
            install/algorithm/blank-behind install/algorithm/shorter install/algorithm/longer install/algorithm/family
            install/algorithm/none install/algorithm/none-capital install/algorithm/none-upper-case
            install/algorithm/none-signed install/key-id/null install/key-id/true install/key-id/array
            install/key-id/object install/key-id/number install/key-id/number-for-digits
            install/key-id/null-for-its-text install/key-id/escaped install/key-id/digits install/key/first-of-two
            install/key/second-of-two install/key/exchanged-first install/key/exchanged-second
            install/key/not-published install/key/jwk install/key/jku install/key/x5u install/signature/first-bit
            install/signature/middle-bit install/signature/last-bit install/signature/without-last-byte
            install/signature/without-first-byte install/signature/half install/signature/byte-behind
            install/signature/byte-before install/signature/twice install/signature/zeros install/signature/one
            install/signature/empty install/signature/beyond-the-modulus install/signature/without-digest-info
            install/signature/digest-info-of-another install/signature/short-padding install/signature/type-2
            install/signature/sha512 install/signature/pss install/signature/other-claims
            install/signature/other-header install/signature/hash-of-claims-only install/issuer/any-tenant
            install/issuer/jira install/issuer/other-body install/issuer/other install/issuer/in-upper-case
            install/issuer/shorter install/issuer/longer install/issuer/longer-at-the-front
            install/issuer/blank-behind install/issuer/line-feed-behind install/issuer/nul-behind
            install/issuer/app-key install/issuer/base-url install/issuer/missing install/issuer/in-header-only
            install/issuer/in-sub-only install/issuer/null install/issuer/number install/issuer/true
            install/issuer/array install/issuer/object install/issuer/empty install/issuer/number-for-digits
            install/issuer/null-for-its-text install/audience/missing install/audience/in-header-only
            install/audience/member-in-upper-case install/audience/null install/audience/empty-list
            install/audience/number install/audience/true install/audience/false install/audience/zero
            install/audience/object install/audience/list-of-null install/audience/list-in-list
            install/audience/list-with-number install/audience/empty install/audience/base-url
            install/audience/base-url-with-path install/audience/base-url-with-port
            install/audience/slash-on-both-sides install/audience/other install/audience/suffix install/audience/path
            install/audience/query install/audience/fragment install/audience/port install/audience/one-more
            install/audience/shorter install/audience/scheme-only install/audience/host-only
            install/audience/other-scheme install/audience/scheme-in-upper-case install/audience/host-in-upper-case
            install/audience/user install/audience/subdomain install/audience/contained
            install/audience/contained-in-query install/audience/blank-before install/audience/blank-behind
            install/audience/line-feed-behind install/audience/nul-behind install/audience/dot-behind-host
            install/audience/escaped install/audience/commas install/audience/blanks install/audience/json
            install/audience/star install/audience/pattern install/audience/client-key install/audience/app-key
            install/audience/path-missing install/audience/path-in-upper-case install/audience/path-longer
            install/audience/letter-for-dot install/slash/back install/slash/two install/audiences/one
            install/audiences/first install/audiences/last install/audiences/middle install/audiences/last-of-nine
            install/audiences/twice install/audiences/other install/audiences/others install/audiences/suffix
            install/audiences/parts install/audiences/letters install/audiences/joined install/audiences/empty
            install/dates/exp-one-second-early install/dates/exp-inside-leeway install/dates/nbf-on-the-second
            install/dates/nbf-inside-leeway install/dates/iat-now install/dates/exp-one-second-late
            install/dates/exp-outside-leeway install/dates/exp-outside-leeway-of-1 install/dates/exp-zero
            install/dates/nbf-one-second-early install/dates/nbf-outside-leeway install/dates/nbf-outside-leeway-of-1
            install/dates/two-years install/dates/fraction install/dates/exp-missing install/dates/iat-missing
            install/dates/exp-in-header-only install/dates/exp-text install/dates/exp-array install/dates/exp-object
            install/dates/exp-null install/dates/iat-text install/dates/iat-array install/dates/iat-object
            install/dates/iat-null install/dates/nbf-text install/dates/nbf-array install/dates/nbf-object
            install/dates/nbf-null install/dates/exp-negative install/token/two-segments install/token/four-segments
            install/token/standard-base64 install/token/claims-array install/token/text-behind
            install/token/header-null install/algorithm/absent install/algorithm/null install/algorithm/number
            install/algorithm/array install/token/critical install/signature/as-it-stands
            install/algorithm/hs256-empty-key install/issuer/member-in-upper-case install/dates/exp-beyond-2038
            install/dates/nbf-zero install/dates/nbf-beyond-2038 install/dates/after-2038
            install/dates/after-2038-late install/dates/exp-quarter-of-a-second-late install/dates/exp-in-upper-case
            install/dates/iat-in-upper-case install/dates/iat-missing-beside-nbf install/transport/token-named
            install/transport/quoted
        """,
        "S": """
            install/hash/upper-case install/key-id/missing install/key-id/in-claims-only
            install/key-id/member-in-upper-case install/key-id/in-another-object install/key-id/empty
            install/key/unknown install/key/in-upper-case install/key/shorter install/key/longer
            install/key/blank-behind install/key/line-feed-behind install/key/nul-behind install/key/prototype
            install/key/pattern install/key/path install/key/path-to-the-key install/key/path-within
            install/key/path-absolute install/key/url install/key/path-escaped install/key/query install/key/no-keys
            install/slash/of-audience install/slash/of-base-url install/slash/in-list install/hash/installed
            install/hash/query install/hash/base-removed install/hash/base-kept install/hash/missing
            install/hash/in-header-only install/hash/null install/hash/true install/hash/number install/hash/array
            install/hash/empty install/hash/uninstalled install/hash/get install/hash/query-added
            install/hash/first-half install/hash/last-digit install/hash/digit-behind install/hash/blank-behind
            install/hash/text install/hash/of-nothing install/hash/query-left-out install/context-token/installed
            install/context-token/uninstalled install/context-token/longer install/context-token/capitals
            install/context-token/context-claim install/dates/exp-last-second install/dates/exp-last-second-of-leeway
            install/dates/iat-in-the-future install/dates/exp-string install/dates/exp-true install/dates/iat-string
            install/dates/iat-true install/dates/nbf-string install/dates/nbf-true install/transport/parameter
            install/transport/both install/transport/other-in-parameter install/no-token/no-headers
            install/no-token/other-headers install/no-token/uninstalled install/no-token/basic
            install/no-token/other-parameters install/no-token/no-keys install/no-token/scheme-only
            install/no-token/scheme-and-blank install/no-token/empty install/signature/padded
            install/transport/scheme-in-lower-case install/transport/header-name-in-lower-case
            install/transport/bearer install/transport/no-scheme install/transport/cookie
            install/transport/x-authorization install/hash/member-in-upper-case install/hash/first-digit
            install/hash/middle-digit install/hash/base64 install/transport/scheme-in-mixed-case
            install/transport/two-blanks install/transport/blank-before install/transport/blanks-behind
            install/transport/tab-behind install/transport/header-name-in-upper-case
            install/transport/header-name-misspelt install/transport/basic install/transport/scheme-glued
            install/transport/scheme-longer install/transport/scheme-with-colon install/transport/scheme-second
            install/transport/header-jwt install/transport/x-acpt install/transport/acpt
        """,
    }
)
