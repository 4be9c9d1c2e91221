"""The vectors of what a Connect app receives: jwt-*.json, trn-*.json, con-*.json and ctx-*.json."""

import base64
import hashlib
import json

from making import (
    APP_KEY,
    BOTH,
    CLIENT,
    GONE,
    HEADER,
    MUST,
    NOW,
    OPEN,
    OTHER,
    OTHER_SECRET,
    PANEL,
    PANEL_QSH,
    PANEL_TEXT,
    SECRET,
    SHOULD,
    SOURCES,
    TOPICS,
    Raw,
    Request,
    accept,
    accepted,
    b64,
    case,
    claims,
    confirm,
    first,
    flip,
    jwt,
    mac,
    may_accept,
    may_refuse,
    members,
    next_letter,
    panel,
    parts,
    qsh,
    refuse,
    sign,
    signed_with,
    token,
    unb64,
    with_header,
    with_signature,
)
from signatures import RSA

# Where the clauses come from; docs/spec.md says more.
SOURCES.update(
    {
        "JWT-1": "Understanding JWT, structure of a token; RFC 7515, section 7.1",
        "JWT-2": "RFC 7515, sections 2 and 5.2; RFC 4648, section 5",
        "JWT-3": "our choice: one token has one spelling; RFC 4648, section 3.5, leaves it to the decoder",
        "JWT-4": "RFC 7519, section 7.2; RFC 7515, section 5.2",
        "JWT-5": "our choice; RFC 7515 and RFC 7519, section 4 each, let a parser refuse or take the last",
        "JWT-6": "our numbers; RFC 8259, section 9, lets a parser set limits",
        "JWT-7": "Understanding JWT, header; RFC 7515, section 5.2",
        "JWT-8": "Understanding JWT, header: the one algorithm is HS256; RFC 7518, section 3.2",
        "JWT-9": "RFC 7515, section 4.1.1: alg is case-sensitive",
        "JWT-10": "RFC 7515, section 4.1.1; Understanding JWT, header",
        "JWT-11": "Understanding JWT and the Bitbucket page on JWT: tokens with none must be discarded",
        "JWT-12": "follows from JWT-7",
        "JWT-13": "RFC 7519, section 5.1: typ is optional; Java, npm and Python do not check it",
        "JWT-14": "RFC 7515, section 4.1.11",
        "JWT-15": "RFC 7515, section 4: header parameters that are not understood are ignored",
        "JWT-16": "RFC 7515, section 5.2; Understanding JWT, structure of a token",
        "JWT-17": "Understanding JWT, verifying a token; RFC 7518, section 3.2",
        "JWT-18": "interoperability vectors, whose signatures come out so",
        "JWT-19": "RFC 7518, section 3.2",
        "JWT-20": "our choice; RFC 7518, section 3.2, asks for 32 bytes",
        "TRN-1": "authentication page; RFC 9110, section 11.4",
        "TRN-2": "our choice, after RFC 9110, section 11.1; Bitbucket's page on OAuth 2.0 for apps is against it",
        "TRN-3": "RFC 9110, sections 5.5 and 11.4; Java and Python",
        "TRN-4": "RFC 9110, section 5.1",
        "TRN-5": "the documents know JWT only; Java, Python and atlassian-connect-express",
        "TRN-6": "authentication page; QSH-Q17 and QSH-Q4 for the parameter",
        "TRN-8": "our choice; official code is split",
        "TRN-9": "our choice; official code is split",
        "TRN-10": "our choice; the authentication page names query parameter and header only, Java takes the form, too",
        "TRN-11": "the documents name two places; Java and Python look nowhere else",
        "TRN-12": "authentication page",
        "TRN-13": "silent; Java and Python",
        "CON-1": "our order, which is Java's",
        "CON-2": "Understanding JWT, claims; authentication page",
        "CON-3": "Understanding JWT, claims; RFC 7519, section 4.1.1",
        "CON-5": "Understanding JWT: a little leeway in all claims on time; Java and Python apply it to both bounds",
        "CON-6": "Understanding JWT, claims: exp is mandatory; Java",
        "CON-7": "Understanding JWT, claims; RFC 7519, section 4.1.4",
        "CON-8": 'our choice; "after which" in Understanding JWT, "on or after" in RFC 7519, section 4.1.4',
        "CON-9": "Understanding JWT, claims: iat is mandatory; Java",
        "CON-10": "Understanding JWT: no hard requirements around iat; Java and atlassian-connect-express do not compare it",
        "CON-11": "RFC 7519, section 4.1.5; Java",
        "CON-12": "our choice; Understanding JWT says that exp should be after iat",
        "CON-13": "RFC 7519, sections 2 and 4.1.4; Understanding JWT gives the type long; Java",
        "CON-14": "our choice, after RFC 7519, section 2; Understanding JWT says long",
        "CON-15": "our choice; JSON knows no range",
        "CON-16": "Understanding JWT publishes no maximum; Java, Python and atlassian-connect-express",
        "CON-17": "Understanding JWT, claims: qsh is mandatory; Java; advisory CVE-2021-26073",
        "CON-18": "Understanding JWT; authentication page; Bitbucket query string hash page",
        "CON-19": "Understanding JWT, step 3; Bitbucket query string hash page",
        "CON-20": "Understanding JWT: sub and context describe the user; RFC 7519, section 4; Java and Python",
        "CON-21": "Understanding JWT allows replays within the window on purpose; Java, Python and Node store no token",
        "CON-22": "Understanding JWT, creating a token",
        "CTX-1": "page on active API migrations and Understanding JWT: a fixed qsh that is tied to no URL",
        "CTX-2": "page on active API migrations; advisories CVE-2021-26073, CVE-2021-26074 and CVE-2021-26077",
        "CTX-3": "the value is fixed: page on active API migrations",
        "CTX-4": "our choice; Spring Boot and github-for-jira do so, atlassian-connect-express does not",
        "CTX-5": "our choice; Spring Boot and atlassian-connect-express accept it",
        "CTX-6": "Understanding JWT: a context token is a symmetric token like the others; authentication page",
        "CTX-7": "our choice; a framework's session is the framework's affair",
    }
)

# What each file is about.
TOPICS.update(
    {
        "JWT-1": "segments",
        "JWT-2": "base64url",
        "JWT-3": "trailing-bits",
        "JWT-4": "json-objects",
        "JWT-5": "repeated-members",
        "JWT-6": "size-and-depth",
        "JWT-7": "other-algorithms",
        "JWT-8": "hs256-only",
        "JWT-9": "algorithm-names",
        "JWT-10": "no-algorithm",
        "JWT-11": "none",
        "JWT-12": "public-key-as-secret",
        "JWT-13": "type",
        "JWT-14": "critical-extensions",
        "JWT-15": "other-header-members",
        "JWT-16": "signed-text",
        "JWT-17": "signature",
        "JWT-18": "secret",
        "JWT-19": "empty-secret",
        "JWT-20": "short-secret",
        "TRN-1": "header",
        "TRN-2": "scheme-case",
        "TRN-3": "blanks",
        "TRN-4": "header-name",
        "TRN-5": "other-schemes",
        "TRN-6": "parameter",
        "TRN-8": "header-and-parameter",
        "TRN-9": "two-of-a-kind",
        "TRN-10": "form-body",
        "TRN-11": "other-places",
        "TRN-12": "no-token",
        "TRN-13": "empty-token",
        "CON-1": "order-of-checks",
        "CON-2": "tenants",
        "CON-3": "issuer",
        "CON-5": "leeway",
        "CON-6": "no-expiry",
        "CON-7": "expired",
        "CON-8": "last-second",
        "CON-9": "no-time-of-issue",
        "CON-10": "issued-in-the-future",
        "CON-11": "not-before",
        "CON-12": "dates-among-each-other",
        "CON-13": "dates-are-numbers",
        "CON-14": "fractions",
        "CON-15": "size-of-dates",
        "CON-16": "lifetime",
        "CON-17": "no-hash",
        "CON-18": "hash",
        "CON-19": "url-as-received",
        "CON-20": "other-claims",
        "CON-21": "used-again",
        "CON-22": "as-signed",
        "CTX-1": "context-token",
        "CTX-2": "url-endpoint",
        "CTX-3": "look-alikes",
        "CTX-4": "url-token",
        "CTX-5": "no-hash",
        "CTX-6": "other-checks",
        "CTX-7": "session-token",
    }
)


# The token.


def jwt_cases():
    good = token()
    header, payload, signature = parts(good)

    # JWT-1
    accept("token/segments/three", "header, claims and signature", "JWT-1 JWT-7 JWT-8 JWT-10", MUST, good)
    for name, summary, text in [
        ("one", "a token of one segment, the claims", payload),
        ("without-signature", "a token without its signature and the dot before it", f"{header}.{payload}"),
        ("without-header", "a token without its header", f"{payload}.{signature}"),
        ("four", "a fourth segment", f"{good}.{payload}"),
        ("dot-at-the-end", "a fourth segment that is empty", f"{good}."),
        ("dot-at-the-front", "an empty segment before the header", f".{good}"),
        ("dot-doubled", "an empty segment between header and claims", f"{header}..{payload}.{signature}"),
        (
            "five",
            "five segments, as an encrypted token has them",
            f"{header}.{b64(b'key')}.{payload}.{b64(b'tag')}.{signature}",
        ),
        (
            "json",
            "the JSON form of a signed text, with the three parts as members",
            members([("payload", payload), ("protected", header), ("signature", signature)]),
        ),
    ]:
        refuse(f"token/segments/{name}", summary, "JWT-1", MUST, "malformed", text)

    # JWT-2
    both = first(lambda n: token(x=f"???>>>{n}"), lambda t: all("-" in s and "_" in s for s in parts(t)[1:]))
    accept("token/base64/url-alphabet", "claims and signature with - and _", "JWT-2", MUST, both)
    for rest in range(3):
        text = first(lambda n: token(x="." * n), lambda t: len(unb64(parts(t)[1])) % 3 == rest)
        accept(
            f"token/base64/length-{rest}",
            f"claims of a multiple of three bytes and {rest} more",
            "JWT-2 JWT-3",
            MUST,
            text,
        )
    blank_header = '{"typ":"JWT", "alg":"HS256"}'
    padded = [("header", sign(b64(blank_header) + "==", payload))]
    for count in (1, 2):
        text = first(lambda n: claims(x="." * n), lambda t: -len(t) % 3 == count)
        padded.append((f"claims-{count}", sign(header, b64(text) + "=" * count)))
    for name, text in padded:
        refuse(
            f"token/base64/padded-{name}",
            f"the padding of base64 at the end of the {name.replace('-', ', characters: ')}, with a good signature",
            "JWT-2",
            MUST,
            "malformed",
            text,
        )
    in_signature = "malformed bad_signature"
    refuse(
        "token/base64/padded-signature",
        "the padding of base64 at the end of the signature",
        "JWT-2 JWT-17",
        MUST,
        in_signature,
        good + "=",
    )
    slashes = both.replace("-", "+").replace("_", "/")
    both_header, both_payload, both_signature = parts(both)
    refuse(
        "token/base64/standard-claims",
        "claims in standard base64, with + and /, with a good signature",
        "JWT-2",
        MUST,
        "malformed",
        sign(both_header, parts(slashes)[1]),
    )
    refuse(
        "token/base64/standard-signature",
        "a signature in standard base64, with + and /",
        "JWT-2 JWT-17",
        MUST,
        in_signature,
        f"{both_header}.{both_payload}.{parts(slashes)[2]}",
    )
    fitting = first(lambda n: b64(claims(x="." * n)), lambda t: len(t) % 4 == 0)
    refuse(
        "token/base64/one-character-too-many",
        "claims of a length that is one more than a multiple of four",
        "JWT-2",
        MUST,
        "malformed",
        sign(header, fitting + "A"),
    )
    refuse(
        "token/base64/two-characters-too-many",
        "a signature of a length that is one more than a multiple of four",
        "JWT-2 JWT-17",
        MUST,
        in_signature,
        good + "AA",
    )
    for name, summary, text in [
        ("blank-before", "a space before the token", f"%20{good}"),
        ("blank-behind", "a space after the token", f"{good}%20"),
        ("line-feed-behind", "a line feed after the token", f"{good}%0A"),
        ("letter-beyond-ascii", "an é in the signature", f"{header}.{payload}.{signature[:20]}%C3%A9{signature[20:]}"),
    ]:
        clauses, reasons = ("JWT-2", "malformed") if name == "blank-before" else ("JWT-2 JWT-17", in_signature)
        refuse(
            f"token/base64/{name}", f"{summary}, by parameter", clauses, MUST, reasons, headers=[], request=panel(text)
        )
    for name, mark in [("blank", " "), ("line-feed", "\n"), ("exclamation-mark", "!")]:
        summary = f"{'an' if name[0] == 'e' else 'a'} {name.replace('-', ' ').replace('blank', 'space')} in the claims, with a good signature"
        text = sign(header, f"{payload[:40]}{mark}{payload[40:]}").replace("\n", "%0A").replace(" ", "%20")
        refuse(f"token/base64/{name}-in-claims", summary, "JWT-2", MUST, "malformed", headers=[], request=panel(text))
    refuse(
        "token/base64/exclamation-mark-in-signature",
        "an exclamation mark in the signature",
        "JWT-2 JWT-17",
        MUST,
        in_signature,
        f"{header}.{payload}.{signature[:20]}!{signature[20:]}",
    )
    refuse(
        "token/base64/blank-in-header",
        "a space in the header, with a good signature",
        "JWT-2",
        MUST,
        "malformed",
        headers=[],
        request=panel(sign(f"{header[:10]} {header[10:]}", payload).replace(" ", "%20")),
    )
    refuse(
        "token/base64/escaped-dots",
        "the dots written as %2E in the Authorization header, where nothing is escaped",
        "JWT-2 JWT-1",
        MUST,
        "malformed",
        good.replace(".", "%2E"),
    )

    # JWT-3
    for count in (1, 2):
        text = first(lambda n: claims(x="." * n), lambda t: -len(t) % 3 == count)
        refuse(
            f"token/trailing-bits/claims-{2 * count}",
            f"claims with {2 * count} trailing bits, not all of them zero",
            "JWT-3",
            OPEN,
            "malformed",
            sign(header, next_letter(b64(text))),
        )
    refuse(
        "token/trailing-bits/header",
        "a header with trailing bits that are not zero",
        "JWT-3",
        OPEN,
        "malformed",
        sign(next_letter(b64(blank_header)), payload),
    )
    refuse(
        "token/trailing-bits/signature",
        "a signature with trailing bits that are not zero",
        "JWT-3 JWT-17",
        OPEN,
        in_signature,
        next_letter(good),
    )

    # JWT-4
    spaced = f'\n{{ "iss" : "{CLIENT}",\r\n\t"iat": {NOW - 60}, "exp": {NOW + 120},\n"qsh": "{PANEL_QSH}" }} \n'
    accept(
        "token/json/white-space",
        "spaces, tabs and line breaks before, between and after the members of the claims",
        "JWT-4",
        MUST,
        token(spaced),
    )
    accept(
        "token/json/white-space-in-header",
        "spaces and line breaks in the header",
        "JWT-4",
        MUST,
        token(header=' {\n "alg" : "HS256" } \n'),
    )
    accept("token/json/utf-8", "claims with characters beyond ASCII, as they are", "JWT-4", MUST, token(sub="Zoë 😀"))
    accept(
        "token/json/escapes",
        "claims with characters as escapes, a surrogate pair among them",
        "JWT-4",
        MUST,
        token(sub=Raw('"Zo\\u00eb \\ud83d\\ude00 \\"\\\\\\/\\b"')),
    )
    text = claims()
    for name, summary, made in [
        ("array", "an array with the claims in it", f"[{text}]"),
        ("null", "null as claims", "null"),
        ("string", "the claims as text in a JSON string", json.dumps(text)),
        ("empty", "claims of no byte", ""),
        ("cut-off", "claims without their closing brace", text[:-1]),
        ("trailing-comma", "a comma after the last claim", text[:-1] + ",}"),
        ("text-behind", "a letter after the claims", text + "x"),
        ("single-quotes", "single quotes for double ones", text.replace('"', "'")),
        ("comment", "a comment in the claims", text[:-1] + "/**/}"),
        ("nan", "NaN as a claim", claims(x=Raw("NaN"))),
        ("infinity", "Infinity as exp", claims(exp=Raw("Infinity"))),
        ("leading-zero", "an exp with a leading zero", claims(exp=Raw(f"0{NOW + 120}"))),
        ("control-character", "a line feed in a string, as it is", claims(sub=Raw('"a\nb"'))),
        ("invalid-utf-8", "a byte FF in a string", claims(sub="@").encode().replace(b"@", b"\xff")),
        ("overlong-utf-8", "a slash written in two bytes", claims(sub="@").encode().replace(b"@", b"\xc0\xaf")),
        ("utf-16", "claims in UTF-16", text.encode("utf-16-be")),
    ]:
        refuse(f"token/json/{name}", summary, "JWT-4", MUST, "malformed", token(made))
    for name, summary, made in [
        ("header-array", "an array with the header in it", f"[{HEADER}]"),
        ("header-null", "null as header", "null"),
        ("header-text", "the name of the algorithm as header", "HS256"),
        ("header-empty", "a header of no byte", ""),
        ("header-invalid-utf-8", "a byte FF in the header", with_header(x="@").encode().replace(b"@", b"\xff")),
    ]:
        refuse(f"token/json/{name}", summary, "JWT-4", MUST, "malformed", token(header=made))
    refuse(
        "token/json/byte-order-mark",
        "a byte order mark before the claims",
        "JWT-4",
        OPEN,
        "malformed",
        token("\ufeff" + text),
        source="our choice; RFC 8259, section 8.1, lets a parser ignore the mark",
    )

    for name, summary, made in [
        ("number-beyond-a-double", "a claim of 1e400, which no double holds", claims(x=Raw("1e400"))),
        ("number-below-a-double", "a claim of -1e400, which no double holds", claims(x=Raw("-1e400"))),
        ("number-beyond-a-double-inside", "1e400 within a list in a claim", claims(x=Raw('{"y":[1e400]}'))),
        ("lone-high-surrogate", "half of a surrogate pair, as an escape", claims(x=Raw('"\\ud83d"'))),
        ("lone-low-surrogate", "the other half of a surrogate pair, as an escape", claims(x=Raw('"\\ude00"'))),
        ("surrogates-exchanged", "a surrogate pair in the wrong order", claims(x=Raw('"\\ude00\\ud83d"'))),
        ("lone-surrogate-in-name", "half of a surrogate pair in the name of a claim", f'{claims()[:-1]},"\\ud83d":1}}'),
    ]:
        source = "our choice; RFC 8259, section 6, lets a parser limit range and precision"
        if "surrogate" in name:
            source = "our choice; RFC 8259, section 8.2: the behaviour of parsers is unpredictable"
        refuse(f"token/json/{name}", summary, "JWT-4", OPEN, "malformed", token(made), source=source)

    # JWT-5
    def doubled(name, one, two, **changes):
        return claims(**({name: GONE} | changes))[:-1] + f',"{name}":{json.dumps(one)},"{name}":{json.dumps(two)}}}'

    last = "RFC 7519, section 4, lets a parser take the last member"
    for name, good_value, bad_value, bad_clause, reason in [
        ("exp", NOW + 120, NOW - 120, "CON-7", "expired"),
        ("iss", CLIENT, OTHER, "CON-2", "unknown_issuer"),
        ("qsh", PANEL_QSH, qsh("GET&/other&"), "CON-18", "qsh_mismatch"),
    ]:
        refuse(
            f"token/repeated/{name}-good-then-bad",
            f"two {name}, the first good and the last bad",
            f"JWT-5 {bad_clause}",
            MUST,
            f"malformed {reason}",
            token(doubled(name, good_value, bad_value)),
            flags=["attack"],
            source="RFC 7519, section 4: refused, or the last counts; never the first",
        )
        text = token(doubled(name, bad_value, good_value))
        refuse(
            f"token/repeated/{name}-bad-then-good",
            f"two {name}, the first bad and the last good",
            "JWT-5",
            OPEN,
            "malformed",
            text,
            accept=[may_accept(last, text)],
        )
    text = token(claims()[:-1] + f',"\\u0069ss":"{OTHER}"}}')
    refuse(
        "token/repeated/escaped-name",
        "an iss, and another whose name is written with an escape",
        "JWT-5 CON-2",
        MUST,
        "malformed unknown_issuer",
        text,
        source="RFC 7519, section 4: refused, or the last counts; RFC 7515, section 5.3, compares names unescaped",
    )
    text = token(doubled("iss", CLIENT, CLIENT))
    refuse(
        "token/repeated/same-value",
        "two iss with the same value",
        "JWT-5",
        OPEN,
        "malformed",
        text,
        accept=[may_accept(last, text)],
    )
    refuse(
        "token/repeated/algorithm-good-then-none",
        "two alg, HS256 and then none, with a good signature",
        "JWT-5 JWT-11",
        MUST,
        "malformed algorithm_not_allowed",
        token(header='{"alg":"HS256","alg":"none"}'),
        flags=["attack"],
        source="RFC 7515, section 4: refused, or the last counts; never the first",
    )
    for name, summary, written in [
        ("in-context", "a name twice within a claim", '{"a":1,"a":2}'),
        ("in-list", "a name twice within an object of a list", '[{"a":1,"a":2}]'),
    ]:
        text = token(context=Raw(written))
        refuse(
            f"token/repeated/{name}",
            summary,
            "JWT-5",
            OPEN,
            "malformed",
            text,
            accept=[may_accept("RFC 7519, section 4, speaks of the names of claims only", text)],
        )
    text = token(header='{"alg":"none","alg":"HS256"}')
    refuse(
        "token/repeated/algorithm-none-then-good",
        "two alg, none and then HS256, with a good signature",
        "JWT-5",
        OPEN,
        "malformed",
        text,
        accept=[may_accept("RFC 7515, section 4, lets a parser take the last member", text)],
    )
    accept(
        "token/repeated/in-another-object",
        "a name in the claims and again within a claim",
        "JWT-5 CON-20",
        SHOULD,
        token(context={"iss": OTHER, "exp": 0}),
    )

    # JWT-6
    def long(length):
        """A good token of a given size in bytes. A header member fills it up."""
        room = length - len(payload) - 2 - len(signature)
        return sign(b64(with_header(x="a" * (room * 3 // 4 - len(with_header(x=""))))), payload)

    size = "RFC 8259, section 9, lets a parser set limits"
    assert (len(long(65_536)), len(long(65_537))) == (65_536, 65_537)
    accept(
        "token/size/longest",
        "a token of 65,536 bytes",
        "JWT-6",
        OPEN,
        long(65_536),
        accept=[may_refuse(size, "malformed")],
    )
    refuse(
        "token/size/too-long",
        "a token of 65,537 bytes",
        "JWT-6",
        OPEN,
        "malformed",
        long(65_537),
        accept=[may_accept("no document sets this limit", long(65_537))],
    )

    def nested(levels):
        return Raw("[" * levels + "]" * levels)

    accept(
        "token/depth/claims-32",
        "claims nested 32 deep",
        "JWT-6",
        OPEN,
        token(x=nested(31)),
        accept=[may_refuse(size, "malformed")],
    )
    accept(
        "token/depth/header-32",
        "a header nested 32 deep",
        "JWT-6",
        OPEN,
        token(header=with_header(x=nested(31))),
        accept=[may_refuse(size, "malformed")],
    )
    refuse("token/depth/claims-33", "claims nested 33 deep", "JWT-6", OPEN, "malformed", token(x=nested(32)))
    refuse(
        "token/depth/header-33",
        "a header nested 33 deep",
        "JWT-6",
        OPEN,
        "malformed",
        token(header=with_header(x=nested(32))),
    )
    refuse(
        "token/depth/claims-10000",
        "claims nested so deep that a recursive reader runs out of stack",
        "JWT-6",
        OPEN,
        "malformed",
        token(x=nested(10_000)),
        flags=["attack"],
    )

    # JWT-7, JWT-8
    not_allowed = "algorithm_not_allowed"
    for bits in (384, 512):
        name = f"HS{bits}"
        refuse(
            f"token/algorithm/hs{bits}",
            f"alg {name}, signed with that and the shared secret",
            "JWT-7 JWT-8",
            MUST,
            not_allowed,
            token(header=with_header(alg=name), digest=f"sha{bits}"),
        )
    refuse(
        "token/algorithm/hs384-in-name-only",
        "alg HS384, signed with HS256",
        "JWT-7 JWT-8",
        MUST,
        not_allowed,
        token(header=with_header(alg="HS384")),
    )
    refuse(
        "token/algorithm/hs256-in-name-only",
        "alg HS256, signed with HS512",
        "JWT-8 JWT-17",
        MUST,
        "bad_signature",
        token(digest="sha512"),
    )
    refuse(
        "token/algorithm/rs256-in-name-only",
        "alg RS256, signed as HS256 with the shared secret",
        "JWT-7 JWT-8",
        MUST,
        not_allowed,
        token(header=with_header(alg="RS256")),
        flags=["attack"],
    )
    with_rsa = signed_with(RSA.pkcs1, header=with_header(alg="RS256"))
    refuse("token/algorithm/rs256", "alg RS256, signed with a private key", "JWT-8 JWT-7", MUST, not_allowed, with_rsa)
    refuse(
        "token/algorithm/rs256-verifies-with-the-secret",
        "alg RS256, signed with a private key whose public key is the text of the shared secret",
        "JWT-7 JWT-8",
        MUST,
        not_allowed,
        with_rsa,
        tenants={CLIENT: RSA.public_pem},
        flags=["attack"],
    )
    refuse(
        "token/algorithm/unknown",
        "an alg that nobody knows, with a good signature",
        "JWT-8",
        MUST,
        not_allowed,
        token(header=with_header(alg="XS256")),
    )

    # JWT-9
    accept(
        "token/algorithm/escaped",
        "HS256 written with a JSON escape",
        "JWT-9",
        MUST,
        token(header=with_header(alg=Raw('"\\u0048S256"'))),
        source="RFC 8259, section 8.3; RFC 7515, section 5.3",
    )
    for name, summary, written in [
        ("lower-case", "hs256", "hs256"),
        ("mixed-case", "Hs256", "Hs256"),
        ("hyphen", "HS-256", "HS-256"),
        ("blank-behind", "HS256 and a space", "HS256 "),
        ("longer", "HS2560", "HS2560"),
        ("shorter", "HS25", "HS25"),
    ]:
        refuse(
            f"token/algorithm/{name}",
            f"{summary}, with a good signature",
            "JWT-9",
            MUST,
            not_allowed,
            token(header=with_header(alg=written)),
        )

    # JWT-10
    for name, summary, written in [
        ("absent", "no alg", GONE),
        ("null", "null for alg", None),
        ("number", "a number for alg", 256),
        ("array", "HS256 in an array", ["HS256"]),
    ]:
        refuse(
            f"token/algorithm/{name}",
            f"{summary}, with a good signature",
            "JWT-10",
            MUST,
            "malformed " + not_allowed,
            token(header=with_header(alg=written)),
        )
    refuse(
        "token/algorithm/member-in-upper-case",
        "ALG for alg, with a good signature",
        "JWT-10",
        MUST,
        "malformed " + not_allowed,
        token(header='{"ALG":"HS256"}'),
    )
    refuse(
        "token/algorithm/empty",
        "the empty text for alg, with a good signature",
        "JWT-10 JWT-9",
        MUST,
        not_allowed + " malformed",
        token(header=with_header(alg="")),
    )

    # JWT-11
    none_reasons = not_allowed + " malformed"
    for name, written in [
        ("none", "none"),
        ("none-capital", "None"),
        ("none-upper-case", "NONE"),
        ("none-mixed-case", "nOnE"),
    ]:
        refuse(
            f"token/algorithm/{name}",
            f"alg {written} and an empty signature",
            "JWT-11",
            MUST,
            none_reasons,
            signed_with(lambda _: b"", header=with_header(alg=written)),
            flags=["attack"],
        )
    refuse(
        "token/algorithm/none-signed",
        "alg none, and a signature with the shared secret",
        "JWT-11",
        MUST,
        none_reasons,
        token(header=with_header(alg="none")),
        flags=["attack"],
    )
    refuse(
        "token/algorithm/none-with-any-signature",
        "alg none, and a signature that is none",
        "JWT-11",
        MUST,
        none_reasons,
        signed_with(lambda _: b"x" * 32, header=with_header(alg="none")),
        flags=["attack"],
    )
    refuse(
        "token/algorithm/none-without-dot",
        "alg none, and nothing after the claims",
        "JWT-11 JWT-1",
        MUST,
        "malformed " + not_allowed,
        f"{b64(with_header(alg='none'))}.{payload}",
        flags=["attack"],
    )

    accept(
        "token/algorithm/none-elsewhere",
        "none in another member of the header, where it names no algorithm",
        "JWT-11 JWT-15",
        MUST,
        token(header=with_header(x="none", kid="none")),
    )

    # JWT-12
    refuse(
        "token/algorithm/public-key-as-secret",
        "signed with HS256 and the text of a public key as secret",
        "JWT-12 JWT-17",
        MUST,
        "bad_signature",
        token(key=RSA.public_pem),
        flags=["attack"],
    )

    # JWT-13
    accept("token/type/absent", "a header without typ", "JWT-13", SHOULD, token(header=with_header(typ=GONE)))
    accept("token/type/lower-case", "typ jwt", "JWT-13", SHOULD, token(header=with_header(typ="jwt")))
    accept("token/type/other", "typ JOSE", "JWT-13", SHOULD, token(header=with_header(typ="JOSE")))
    refuse(
        "token/type/exchanged",
        "the algorithm in typ, and the type in alg",
        "JWT-13 JWT-9",
        MUST,
        not_allowed,
        token(header='{"typ":"HS256","alg":"JWT"}'),
    )

    # JWT-14
    for name, summary, more in [
        ("exp", "crit with exp, which stands in the header", {"exp": NOW + 120, "crit": ["exp"]}),
        ("unknown", "crit with an extension that nobody knows", {"x": 1, "crit": ["x"]}),
        ("b64", "crit with b64, and a b64 that is true", {"b64": True, "crit": ["b64"]}),
        ("empty", "an empty crit", {"crit": []}),
        ("string", "a crit that is no list", {"crit": "exp"}),
        ("null", "a crit that is null", {"crit": None}),
    ]:
        text = token(header=with_header(**more))
        understood = [may_accept("RFC 7797, section 6, for who understands b64", text)] if name == "b64" else []
        refuse(f"token/critical/{name}", summary, "JWT-14", MUST, "malformed", text, accept=understood)
    accept(
        "token/critical/upper-case",
        "CRIT in the header, which is another member",
        "JWT-15 JWT-14",
        MUST,
        token(header=with_header(CRIT=["exp"])),
    )

    # JWT-15
    for name, summary, more in [
        ("unknown", "a member that nobody knows", {"x": 1}),
        ("kid", "a kid", {"kid": "0e50fccb-239d-4991-a5db-dc850ba3f236"}),
        ("jku", "the address of a key", {"jku": "https://example.org/keys.json"}),
        ("iss", "an iss of its own", {"iss": OTHER}),
    ]:
        accept(
            f"token/header/{name}",
            f"{summary} in the header",
            "JWT-15",
            MUST,
            token(header=with_header(**more)),
        )
    forged = "chosen by whoever made the token"
    refuse(
        "token/header/jwk",
        "signed with a key that the token brings along in jwk",
        "JWT-15 JWT-17",
        MUST,
        "bad_signature",
        token(key=forged, header=with_header(jwk={"kty": "oct", "k": b64(forged)})),
        flags=["attack"],
    )
    rsa_jwk = {"kty": "RSA", "n": b64(RSA.n.to_bytes(256, "big")), "e": "AQAB"}
    refuse(
        "token/header/rsa-jwk",
        "signed with RS256 and a key that the token brings along in jwk",
        "JWT-15 JWT-8",
        MUST,
        not_allowed,
        signed_with(RSA.pkcs1, header=with_header(alg="RS256", jwk=rsa_jwk)),
        flags=["attack"],
    )
    refuse(
        "token/header/kid-of-another-tenant",
        "a kid that names another tenant, and signed with that one's secret",
        "JWT-15 CON-2",
        MUST,
        "bad_signature",
        token(key=OTHER_SECRET, header=with_header(kid=OTHER)),
        tenants=BOTH,
        flags=["attack"],
    )
    refuse(
        "token/header/kid-of-an-empty-file",
        "a kid that is the path of an empty file, and signed with the empty key",
        "JWT-15 JWT-17",
        MUST,
        "bad_signature",
        token(key=b"", header=with_header(kid="../../../../dev/null")),
        flags=["attack"],
    )

    # JWT-16
    accept(
        "token/signed/other-order",
        "header and claims with their members in another order",
        "JWT-16",
        MUST,
        token(
            members([("qsh", PANEL_QSH), ("exp", NOW + 120), ("iat", NOW - 60), ("iss", CLIENT)]),
            header='{"typ":"JWT","alg":"HS256"}',
        ),
    )
    accept(
        "token/signed/spaced",
        "header and claims with spaces and line breaks",
        "JWT-16",
        MUST,
        token(spaced, header='{ "alg" : "HS256",\n  "typ" : "JWT" }\n'),
    )
    accept(
        "token/signed/escapes",
        "names and values of the claims with escapes",
        "JWT-16",
        MUST,
        token(claims().replace('"qsh"', '"\\u0071sh"').replace("-2a64", "\\u002d2a64")),
    )
    for name, summary, text in [
        (
            "encoded-anew",
            "claims with spaces, whose signature is over them without",
            f"{header}.{b64(spaced)}.{signature}",
        ),
        (
            "decoded",
            "a signature over the decoded header and claims",
            signed_with(lambda _: mac(SECRET, f"{HEADER}.{claims()}")),
        ),
        ("claims-only", "a signature over the claims only", signed_with(lambda _: mac(SECRET, payload))),
        ("header-only", "a signature over the header only", signed_with(lambda _: mac(SECRET, header))),
        (
            "without-dot",
            "a signature over header and claims without the dot",
            signed_with(lambda _: mac(SECRET, header + payload)),
        ),
    ]:
        refuse(f"token/signed/{name}", summary, "JWT-16 JWT-17", MUST, "bad_signature", text)

    # JWT-17
    accept("token/signature/good", "a good signature", "JWT-17", MUST, token(sub="557058:a"))
    another = token(sub="557058:b")
    digit = first(lambda n: token(x=n), lambda t: t[-1].isdigit())
    for name, summary, text in [
        ("first-byte", "the first byte of the signature altered", with_signature(good, lambda s: flip(s, 0))),
        ("middle-byte", "the seventeenth byte of the signature altered", with_signature(good, lambda s: flip(s, 16))),
        ("last-byte", "the last byte of the signature altered", with_signature(good, lambda s: flip(s, 31))),
        ("without-last-byte", "a signature without its last byte", with_signature(good, lambda s: s[:31])),
        ("first-half", "the first half of the signature", with_signature(good, lambda s: s[:16])),
        ("one-byte-more", "the good signature and one more byte", with_signature(good, lambda s: s + b"\0")),
        ("twice", "the good signature twice", with_signature(good, lambda s: s + s)),
        ("zeros", "a signature of 32 zeros", with_signature(good, lambda _: bytes(32))),
        (
            "other-case",
            "the signature with its letters in the other case",
            ".".join([*parts(digit)[:2], parts(digit)[2].swapcase()]),
        ),
        ("hexadecimal", "the signature in hexadecimal", f"{header}.{payload}.{unb64(signature).hex()}"),
        (
            "of-other-claims",
            "the signature of another good token of the tenant",
            f"{header}.{payload}.{parts(another)[2]}",
        ),
        ("claims-altered", "a claim added after signing", f"{header}.{b64(claims(sub='557058:c'))}.{signature}"),
        ("header-altered", "a header member added after signing", f"{b64(with_header(x=1))}.{payload}.{signature}"),
        ("other-key", "signed with a secret that nobody has", token(key="0" * 36)),
        (
            "no-hmac",
            "the SHA-256 of secret and text, which is no HMAC",
            signed_with(lambda t: hashlib.sha256((SECRET + t).encode()).digest()),
        ),
    ]:
        refuse(f"token/signature/{name}", summary, "JWT-17", MUST, "bad_signature", text)
    refuse(
        "token/signature/empty",
        "an empty signature, with alg HS256",
        "JWT-17",
        MUST,
        "bad_signature malformed",
        f"{header}.{payload}.",
        flags=["attack"],
    )

    # JWT-18
    for name, summary, level, secret in [
        (
            "interop",
            "the secret of the interoperability vectors, 36 bytes",
            MUST,
            "7512836e-9137-48ac-baaf-a1935b96e17a",
        ),
        (
            "base64url",
            "a secret that is 32 bytes in base64url, as one of Atlassian's generators makes them",
            MUST,
            "q7Zk-2vYx0_8RtPpN5cWfJd3LmAhS1uGeB9iXoTQ4yE",
        ),
        (
            "base64",
            "a secret that looks like base64 with padding",
            MUST,
            "3q2+7/8AESIzRFVmd4iZqrvM3e7/AQIDBAUGBwgJCgs=",
        ),
        ("hexadecimal", "a secret of 64 hexadecimal digits, the block size of SHA-256", MUST, qsh("secret")),
        ("longer-than-a-block", "a secret of 65 characters, which HMAC hashes", MUST, qsh("secret") + "0"),
        ("longest", "a secret of 128 characters", MUST, "".join(qsh(str(n)) for n in range(2))),
        ("punctuation", "a secret with every punctuation mark of ASCII", MUST, "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"),
        ("blanks", "a secret with spaces at its ends", MUST, f"  {SECRET} "),
        ("beyond-ascii", "a secret beyond ASCII, used as its UTF-8 bytes", SHOULD, "Größe-παράδειγμα-секрет-😀-0123456789"),
        (
            "accents-apart",
            "a secret with an accent of its own keeps it",
            SHOULD,
            "Gro\u0308ße-des-Geheimnisses-0123456789",
        ),
    ]:
        more = (
            {"source": "interoperability vectors, for the form; Java, npm and Python for the characters"}
            if level == SHOULD
            else {}
        )
        accept(f"token/secret/{name}", summary, "JWT-18", level, token(key=secret), tenants={CLIENT: secret}, **more)
    base64_secret = "3q2+7/8AESIzRFVmd4iZqrvM3e7/AQIDBAUGBwgJCgs="
    accented = "Größe-des-Geheimnisses-0123456789"
    for name, summary, level, secret, key in [
        (
            "base64-decoded",
            "signed with the bytes that the secret is in base64",
            MUST,
            base64_secret,
            base64.b64decode(base64_secret),
        ),
        (
            "hexadecimal-decoded",
            "signed with the bytes that the secret is in hexadecimal",
            MUST,
            qsh("secret"),
            bytes.fromhex(qsh("secret")),
        ),
        ("trimmed", "signed with the secret without the spaces at its ends", MUST, f"  {SECRET} ", SECRET),
        ("upper-case", "signed with the secret in upper case", MUST, SECRET, SECRET.upper()),
        ("first-32", "signed with the first 32 characters of the secret", MUST, SECRET, SECRET[:32]),
        ("line-feed-behind", "signed with the secret and a line feed", MUST, SECRET, SECRET + "\n"),
        ("latin-1", "signed with the Latin-1 bytes of the secret", SHOULD, accented, accented.encode("latin-1")),
        ("utf-16", "signed with the UTF-16 bytes of the secret", SHOULD, accented, accented.encode("utf-16-le")),
        (
            "decomposed",
            "signed with the secret in another Unicode normal form",
            SHOULD,
            accented,
            accented.replace("ö", "o\u0308"),
        ),
    ]:
        more = {"source": "Java, npm and Python take the UTF-8 bytes"} if level == SHOULD else {}
        refuse(
            f"token/secret/{name}",
            summary,
            "JWT-18 JWT-17",
            level,
            "bad_signature",
            token(key=key),
            tenants={CLIENT: secret},
            **more,
        )

    # JWT-19
    empty = "bad_signature unknown_issuer unknown_key"
    refuse(
        "token/secret/empty",
        "a tenant whose secret is empty, and a token signed with the empty key",
        "JWT-19 JWT-20",
        MUST,
        empty,
        token(key=b""),
        tenants={CLIENT: ""},
        flags=["attack"],
    )
    refuse(
        "token/secret/empty-and-other-key",
        "a tenant whose secret is empty, and a token signed with another",
        "JWT-19",
        MUST,
        empty,
        good,
        tenants={CLIENT: ""},
    )
    accept(
        "token/secret/empty-of-another-tenant",
        "a good token beside another tenant whose secret is empty",
        "JWT-18 JWT-19",
        MUST,
        good,
        tenants={CLIENT: SECRET, OTHER: ""},
    )

    # JWT-20
    for length in (1, 18, 31):
        secret = SECRET[:length]
        accept(
            f"token/secret/{length}-bytes",
            f"a secret of {length} byte{'s' * (length > 1)}",
            "JWT-20",
            OPEN,
            token(key=secret),
            tenants={CLIENT: secret},
            accept=[may_refuse("RFC 7518, section 3.2, asks for 32 bytes", empty)],
        )
    accept(
        "token/secret/32-bytes",
        "a secret of 32 bytes",
        "JWT-18 JWT-20",
        MUST,
        token(key=SECRET[:32]),
        tenants={CLIENT: SECRET[:32]},
        source="RFC 7518, section 3.2",
    )


# The transport.


def trn_cases():
    good = token()
    other = token(sub="557058:b")
    rubbish = "a.b.c"
    header = [["Authorization", f"JWT {good}"]]

    # TRN-1
    accept("transport/header/plain", "the token in the Authorization header", "TRN-1 TRN-12", MUST, good)
    accept(
        "transport/header/among-others",
        "the token in the Authorization header, among other headers",
        "TRN-1 TRN-11",
        MUST,
        good,
        [
            ["Host", "app.example.com"],
            ["Accept", "text/html, */*;q=0.1"],
            ["Authorization", f"JWT {good}"],
            ["Cookie", "a=b; jwt="],
            ["X-Empty", ""],
        ],
    )
    refuse("transport/header/token-named", "token= before the token", "TRN-1 JWT-2", MUST, "malformed", f"token={good}")
    refuse("transport/header/quoted", "quotation marks around the token", "TRN-1 JWT-2", MUST, "malformed", f'"{good}"')
    for name, summary, text in [
        ("word-behind", "a word after the token", f"{good} x"),
        ("comma-behind", "a comma after the token", f"{good},"),
        ("parameter-behind", "a parameter after the token", f"{good}, realm=x"),
        ("scheme-twice", "the scheme twice", f"JWT {good}"),
    ]:
        refuse(
            f"transport/header/{name}",
            summary,
            "TRN-1",
            OPEN,
            "malformed",
            text,
            source="our choice; a token is what follows the scheme, and all of it",
        )

    # TRN-2
    for name, scheme in [("lower", "jwt"), ("title", "Jwt"), ("mixed", "jWt")]:
        accept(
            f"transport/header/scheme-in-{name}-case",
            f"the scheme written {scheme}",
            "TRN-2",
            OPEN,
            good,
            [["Authorization", f"{scheme} {good}"]],
            accept=[
                may_refuse("Bitbucket's page on OAuth 2.0 for apps: the scheme is case-sensitive", "no_token malformed")
            ],
        )

    # TRN-3
    for name, summary, value in [
        ("two-blanks", "two spaces between scheme and token", f"JWT  {good}"),
        ("blank-before", "a space before the scheme", f" JWT {good}"),
        ("blanks-behind", "spaces after the token", f"JWT {good}   "),
        ("tab-behind", "a tab after the token", f"JWT {good}\t"),
    ]:
        accept(f"transport/header/{name}", summary, "TRN-3", SHOULD, good, [["Authorization", value]])
    refuse(
        "transport/header/tab",
        "a tab for the space between scheme and token",
        "TRN-3 TRN-1",
        OPEN,
        "no_token malformed",
        headers=[["Authorization", f"JWT\t{good}"]],
        accept=[may_accept("Python splits at white space of any kind", good)],
        source="our choice; RFC 9110, section 11.4, has spaces only",
    )

    # TRN-4
    for name, written in [("lower", "authorization"), ("upper", "AUTHORIZATION"), ("mixed", "aUTHORIZATION")]:
        accept(
            f"transport/header/name-in-{name}-case",
            f"the header's name written {written}",
            "TRN-4",
            MUST,
            good,
            [[written, f"JWT {good}"]],
        )
    refuse(
        "transport/header/name-misspelt",
        "the token in the header Authorisation",
        "TRN-4 TRN-12",
        MUST,
        "no_token",
        headers=[["Authorisation", f"JWT {good}"]],
    )

    # TRN-5
    for name, summary, value in [
        ("bearer", "the scheme Bearer", f"Bearer {good}"),
        ("basic", "the scheme Basic", "Basic dXNlcjpwYXNz"),
        ("no-scheme", "a token without a scheme", good),
        ("scheme-glued", "no space between scheme and token", f"JWT{good}"),
        ("scheme-longer", "a scheme that begins with JWT", f"JWTX {good}"),
        ("scheme-with-colon", "a colon after the scheme", f"JWT: {good}"),
        ("scheme-second", "another scheme before JWT", f"Bearer JWT {good}"),
    ]:
        clauses = "TRN-5 TRN-2" if name == "scheme-longer" else "TRN-5"
        refuse(f"transport/header/{name}", summary, clauses, SHOULD, "no_token", headers=[["Authorization", value]])
    accept(
        "transport/header/basic-and-parameter",
        "a header of another scheme, and the token in the parameter",
        "TRN-5 TRN-6",
        SHOULD,
        good,
        [["Authorization", "Basic dXNlcjpwYXNz"]],
        request=panel(good),
    )
    accept(
        "transport/header/bearer-and-parameter",
        "another token after Bearer, beside a good one",
        "TRN-5 TRN-6",
        SHOULD,
        good,
        [["Authorization", f"Bearer {other}"]],
        request=panel(good),
    )
    accept(
        "transport/header/basic-and-jwt",
        "two Authorization headers, one of the scheme JWT",
        "TRN-5",
        OPEN,
        good,
        [["Authorization", "Basic dXNlcjpwYXNz"], ["Authorization", f"JWT {good}"]],
        source="our choice; RFC 9110, section 5.3, forbids a second Authorization header",
    )

    # TRN-6
    escaped = good.replace(".", "%2E").replace("e", "%65").replace("Y", "%59")
    alone = token(qsh=qsh("GET&/panel&"))
    posted = token(qsh=qsh("POST&/panel&issue=QSH-1"))
    for name, summary, text, request in [
        ("last", "the token in the last parameter", good, panel(good)),
        ("first", "the token in the first parameter", good, Request("GET", f"/panel?jwt={good}&issue=QSH-1")),
        ("only", "the token in the only parameter", alone, Request("GET", f"/panel?jwt={alone}")),
        ("post", "the token in a parameter of a POST", posted, Request("POST", f"/panel?issue=QSH-1&jwt={posted}")),
        (
            "absolute-url",
            "the token in a parameter of an absolute URL",
            good,
            Request("GET", f"https://app.example.com/panel?issue=QSH-1&jwt={good}", "https://app.example.com"),
        ),
        ("before-fragment", "the token in a parameter before a fragment", good, panel(good + "#top")),
        ("value-escaped", "dots and letters of the token as escapes", good, panel(escaped)),
    ]:
        accept(f"transport/parameter/{name}", summary, "TRN-6", MUST, text, [], request=request)
    for name, written in [("one-letter", "j%77t"), ("all-letters", "%6A%77%74")]:
        accept(
            f"transport/parameter/name-escaped-{name}",
            f"the name written {written}",
            "TRN-6",
            SHOULD,
            good,
            [],
            request=Request("GET", f"/panel?issue=QSH-1&{written}={good}"),
            source="QSH-Q17; Java and Python",
        )
    for name, written in [
        ("name-in-upper-case", "JWT"),
        ("name-longer", "jwts"),
        ("name-longer-at-the-front", "xjwt"),
        ("name-in-brackets", "jwt[]"),
        ("name-escaped-twice", "j%2577t"),
    ]:
        refuse(
            f"transport/parameter/{name}",
            f"the name written {written}",
            "TRN-6 TRN-12",
            MUST,
            "no_token",
            headers=[],
            request=Request("GET", f"/panel?issue=QSH-1&{written}={good}"),
        )
    refuse(
        "transport/parameter/value-escaped-twice",
        "dots of the token escaped twice",
        "TRN-6 JWT-2",
        MUST,
        "malformed",
        headers=[],
        request=panel(good.replace(".", "%252E")),
    )
    refuse(
        "transport/parameter/two-equals-signs",
        "an equals sign before the token",
        "TRN-6 JWT-2",
        MUST,
        "malformed",
        headers=[],
        request=panel("=" + good),
    )
    for name, summary, url in [
        ("in-fragment", "the parameter in the fragment", f"/panel?issue=QSH-1#jwt={good}"),
        ("in-path", "the parameter after a semicolon in the path", f"/panel;jwt={good}?issue=QSH-1"),
        ("behind-semicolon", "a semicolon before the parameter", f"/panel?issue=QSH-1;jwt={good}"),
    ]:
        refuse(
            f"transport/parameter/{name}",
            summary,
            "TRN-6 TRN-12",
            MUST,
            "no_token",
            headers=[],
            request=Request("GET", url),
        )

    # TRN-8
    accept("transport/both/same", "the same token in header and parameter", "TRN-8", OPEN, good, request=panel(good))
    differ = [
        ("different", "a good token in the header, and another good one in the parameter", good, other),
        ("bad-parameter", "a good token in the header, and no token at all in the parameter", good, rubbish),
        ("bad-header", "no token at all in the header, and a good one in the parameter", rubbish, good),
        (
            "expired-parameter",
            "a good token in the header, and an expired one in the parameter",
            good,
            token(exp=NOW - 60),
        ),
    ]
    for name, summary, in_header, in_parameter in differ:
        header_wins = {"different": good, "bad-parameter": good, "expired-parameter": good}.get(name)
        parameter_wins = {"different": other, "bad-header": good}.get(name)
        may = [
            may_accept(f"the {place} may win", text)
            for place, text in [("header", header_wins), ("parameter", parameter_wins)]
            if text
        ]
        refuse(
            f"transport/both/{name}",
            summary,
            "TRN-8",
            OPEN,
            "malformed",
            in_header,
            request=panel(in_parameter),
            accept=may,
        )

    # TRN-9
    accept(
        "transport/two/headers-same", "two Authorization headers with the same token", "TRN-9", OPEN, good, header * 2
    )
    refuse(
        "transport/two/headers-different",
        "two Authorization headers with different good tokens",
        "TRN-9",
        OPEN,
        "malformed",
        headers=[*header, *jwt(other)],
        accept=[may_accept("the first may win", good), may_accept("the last may win", other)],
    )
    twice = Request("GET", f"/panel?jwt={good}&issue=QSH-1&jwt={good}")
    accept(
        "transport/two/parameters-same", "two parameters with the same token", "TRN-9", OPEN, good, [], request=twice
    )
    refuse(
        "transport/two/parameters-different",
        "two parameters with different good tokens",
        "TRN-9",
        OPEN,
        "malformed",
        headers=[],
        request=Request("GET", f"/panel?jwt={good}&issue=QSH-1&jwt={other}"),
        accept=[may_accept("the first may win", good), may_accept("the last may win", other)],
    )

    # TRN-10
    form_only = token(qsh=qsh("POST&/panel&issue=QSH-1"))
    refuse(
        "transport/form/token",
        "the token in the form body of a POST, and nowhere else",
        "TRN-10",
        OPEN,
        "no_token",
        headers=[],
        request=Request("POST", "/panel", None, f"issue=QSH-1&jwt={form_only}"),
        accept=[may_accept("Java takes the form's parameter", form_only)],
    )
    accept(
        "transport/form/token-and-header",
        "a jwt in the form body beside a good header",
        "TRN-10",
        OPEN,
        form_only,
        request=Request("POST", "/panel", None, f"issue=QSH-1&jwt={other}"),
    )

    # TRN-11
    for name, summary, headers, parameter in [
        ("x-authorization", "X-Authorization", [["X-Authorization", f"JWT {good}"]], ""),
        ("header-jwt", "a header named jwt", [["jwt", good]], ""),
        ("x-acpt", "the header X-acpt", [["X-acpt", good]], ""),
        ("cookie", "a cookie jwt", [["Cookie", f"jwt={good}"]], ""),
        ("acpt", "a parameter acpt", [], f"&acpt={good}"),
    ]:
        refuse(
            f"transport/elsewhere/{name}",
            f"the token in {summary}",
            "TRN-11",
            SHOULD,
            "no_token",
            headers=headers,
            request=Request("GET", f"/panel?issue=QSH-1{parameter}"),
        )

    # TRN-12
    refuse("transport/none/nothing", "no header and no parameter", "TRN-12", MUST, "no_token", headers=[])
    refuse(
        "transport/none/other-headers",
        "headers, and none of them Authorization",
        "TRN-12",
        MUST,
        "no_token",
        headers=[["Host", "app.example.com"], ["Accept", "*/*"]],
    )

    # TRN-13
    nothing = "no_token malformed"
    for name, summary, headers, request in [
        ("header-scheme-only", "the scheme alone", [["Authorization", "JWT"]], PANEL),
        ("header-scheme-and-blank", "the scheme and a space", [["Authorization", "JWT "]], PANEL),
        ("header-empty", "an empty Authorization header", [["Authorization", ""]], PANEL),
        ("parameter-empty", "an empty parameter", [], panel("")),
        ("parameter-name-only", "a parameter without an equals sign", [], Request("GET", "/panel?issue=QSH-1&jwt")),
    ]:
        refuse(f"transport/empty/{name}", summary, "TRN-13", SHOULD, nothing, headers=headers, request=request)
    accept(
        "transport/empty/parameter-beside-header",
        "a good header beside an empty parameter",
        "TRN-13",
        SHOULD,
        good,
        request=panel(""),
    )
    accept(
        "transport/empty/header-beside-parameter",
        "a good parameter beside the scheme alone",
        "TRN-13",
        SHOULD,
        good,
        [["Authorization", "JWT"]],
        request=panel(good),
    )


# The claims.


def con_cases():
    good = token()

    # CON-1
    for name, summary, reason, text, more in [
        (
            "expired-and-bad-signature",
            "expired, and with a bad signature",
            "bad_signature",
            token(exp=NOW - 60, key="0" * 36),
            {},
        ),
        (
            "unknown-issuer-and-none",
            "of an unknown issuer, and with alg none",
            "unknown_issuer",
            token(iss=OTHER, header=with_header(alg="none")),
            {},
        ),
        (
            "wrong-hash-and-bad-signature",
            "with a wrong hash and a bad signature",
            "bad_signature",
            token(qsh=qsh("GET&/other&"), key="0" * 36),
            {},
        ),
        (
            "expired-and-wrong-hash",
            "expired, and with a wrong hash",
            "expired",
            token(exp=NOW - 60, qsh=qsh("GET&/other&")),
            {},
        ),
    ]:
        refuse(f"claims/order/{name}", f"two defects, {summary}", "CON-1", OPEN, reason, text, **more)

    accept(
        "claims/order/nothing-wrong",
        "every claim that is checked, and nothing wrong",
        "CON-1 CON-2 CON-7 CON-9 CON-11 CON-18",
        MUST,
        token(nbf=NOW - 60, jti="b0f1c3d3"),
        source="Understanding JWT, verifying a token",
    )

    # CON-2
    for name, key, secret in [("one", CLIENT, SECRET), ("other", OTHER, OTHER_SECRET)]:
        accept(
            f"claims/issuer/{name}-of-two",
            f"the {name} of two tenants, signed with its secret",
            "CON-2",
            MUST,
            token(iss=key, key=secret),
            tenants=BOTH,
        )
    for name, key, secret in [("one", CLIENT, OTHER_SECRET), ("other", OTHER, SECRET)]:
        refuse(
            f"claims/issuer/{name}-with-secret-of-another",
            f"the {name} of two tenants, signed with the secret of the other",
            "CON-2 JWT-17",
            MUST,
            "bad_signature",
            token(iss=key, key=secret),
            tenants=BOTH,
            flags=["attack"],
        )
    short, long = {"acme": SECRET, "acme-test": OTHER_SECRET}, token(iss="acme-test", key=OTHER_SECRET)
    accept(
        "claims/issuer/prefix-of-another",
        "a client key with which another one begins",
        "CON-2",
        MUST,
        token(iss="acme"),
        tenants=short,
    )
    accept(
        "claims/issuer/longer-than-another",
        "a client key that begins with another one",
        "CON-2",
        MUST,
        long,
        tenants=short,
    )
    accept(
        "claims/issuer/jira",
        "a client key of the older form",
        "CON-2",
        MUST,
        token(iss="jira:15489595"),
        tenants={"jira:15489595": SECRET},
        source="Understanding JWT, whose samples have such a client key",
    )
    accept(
        "claims/issuer/beyond-ascii",
        "a client key with characters beyond ASCII",
        "CON-2",
        MUST,
        token(iss="Zoë-😀"),
        tenants={"Zoë-😀": SECRET},
    )
    for name, summary, written, known in [
        ("unknown", "a client key that never was installed", OTHER, CLIENT),
        ("in-upper-case", "the client key in upper case", CLIENT.upper(), CLIENT),
        ("in-lower-case", "a client key in lower case for one in mixed case", "acme-key", "Acme-Key"),
        ("blank-behind", "the client key and a space", CLIENT + " ", CLIENT),
        ("nul-behind", "the client key and a NUL", CLIENT + "\0", CLIENT),
        ("without-last-character", "the client key without its last character", CLIENT[:-1], CLIENT),
        ("longer", "the client key and one more digit", CLIENT + "0", CLIENT),
        ("without-jira", "the client key without the jira: that belongs to it", "15489595", "jira:15489595"),
        ("with-jira", "the client key with a jira: that does not belong to it", "jira:15489595", "15489595"),
        ("decomposed", "the client key in another Unicode normal form", "Zoe\u0308", "Zoë"),
        ("prototype", "a name that every object of JavaScript has", "constructor", CLIENT),
    ]:
        refuse(
            f"claims/issuer/{name}",
            f"{summary}, signed with the secret of the tenant",
            "CON-2",
            MUST,
            "unknown_issuer",
            token(iss=written),
            tenants={known: SECRET},
        )
    refuse("claims/issuer/no-tenants", "an app without tenants", "CON-2", MUST, "unknown_issuer", good, tenants={})
    refuse(
        "claims/issuer/in-aud-only",
        "an unknown client key, with the known one as aud",
        "CON-2 CON-20",
        MUST,
        "unknown_issuer",
        token(iss=OTHER, aud=[CLIENT]),
        flags=["attack"],
    )
    refuse(
        "claims/issuer/app-key",
        "the key of the app, which is no client key",
        "CON-2 CON-4",
        MUST,
        "unknown_issuer",
        token(iss=APP_KEY),
    )

    # CON-3
    missing, null = "missing_claim", "invalid_claim missing_claim"
    for name, summary, written, reasons in [
        ("missing", "no iss", GONE, missing),
        ("null", "null for iss", None, null),
        ("number", "a number for iss", 5, "invalid_claim"),
        ("true", "true for iss", True, "invalid_claim"),
        ("array", "the client key in an array", [CLIENT], "invalid_claim"),
        ("object", "an object with the client key", {"key": CLIENT}, "invalid_claim"),
        ("empty", "the empty text for iss", "", "unknown_issuer missing_claim invalid_claim"),
    ]:
        refuse(f"claims/issuer/{name}", summary, "CON-3", MUST, reasons, token(iss=written))
    refuse(
        "claims/issuer/number-for-digits",
        "a number for a client key of digits",
        "CON-3",
        MUST,
        "invalid_claim",
        token(iss=479),
        tenants={"479": SECRET},
    )
    refuse("claims/issuer/member-in-upper-case", "ISS for iss", "CON-3", MUST, missing, token(iss=GONE, ISS=CLIENT))
    refuse(
        "claims/issuer/in-header-only",
        "the client key in the header, and not in the claims",
        "CON-3 JWT-15",
        MUST,
        missing,
        token(iss=GONE, header=with_header(iss=CLIENT)),
    )
    refuse(
        "claims/issuer/in-sub-only",
        "the client key in sub, and no iss",
        "CON-3",
        MUST,
        missing,
        token(iss=GONE, sub=CLIENT),
    )

    # CON-5
    accept(
        "claims/leeway/1-exp-inside",
        "exactly at exp, with a leeway of 1",
        "CON-5 CON-7",
        SHOULD,
        token(exp=NOW),
        leeway=1,
        flags=["boundary"],
    )
    for leeway in (1, 30, 3_600):
        if leeway > 1:
            accept(
                f"claims/leeway/{leeway}-exp-inside",
                f"{leeway - 1} seconds after exp, with a leeway of {leeway}",
                "CON-5 CON-7",
                SHOULD,
                token(exp=NOW - leeway + 1),
                leeway=leeway,
                flags=["boundary"],
            )
        accept(
            f"claims/leeway/{leeway}-nbf-inside",
            f"as long before nbf as the leeway of {leeway} allows",
            "CON-5 CON-11",
            SHOULD,
            token(nbf=NOW + leeway),
            leeway=leeway,
            flags=["boundary"],
        )
        refuse(
            f"claims/leeway/{leeway}-exp-outside",
            f"{leeway + 1} seconds after exp, with a leeway of {leeway}",
            "CON-5 CON-7",
            SHOULD,
            "expired",
            token(exp=NOW - leeway - 1),
            leeway=leeway,
            flags=["boundary"],
        )
        refuse(
            f"claims/leeway/{leeway}-nbf-outside",
            f"{leeway + 1} seconds before nbf, with a leeway of {leeway}",
            "CON-5 CON-11",
            SHOULD,
            "not_yet_valid",
            token(nbf=NOW + leeway + 1),
            leeway=leeway,
            flags=["boundary"],
        )
    largest = 2**32 - 1
    accept(
        "claims/leeway/largest-exp-inside",
        "a token of 1970, with a leeway of more than a hundred years",
        "CON-5",
        OPEN,
        token(iat=0, exp=60),
        leeway=largest,
        source="our choice; no document asks for so much",
    )
    refuse(
        "claims/leeway/largest-nbf-outside",
        "one second before nbf and a leeway of more than a hundred years",
        "CON-5",
        OPEN,
        "not_yet_valid",
        token(nbf=NOW + largest + 1),
        leeway=largest,
        source="our choice; no document asks for so much",
    )

    # CON-6
    refuse("claims/exp/missing", "no exp", "CON-6", MUST, missing, token(exp=GONE))
    refuse("claims/exp/member-in-upper-case", "EXP for exp", "CON-6", MUST, missing, token(exp=GONE, EXP=NOW + 120))
    refuse(
        "claims/exp/in-header-only",
        "an exp in the header, and not in the claims",
        "CON-6 JWT-15",
        MUST,
        missing,
        token(exp=GONE, header=with_header(exp=NOW + 120)),
    )

    # CON-7
    boundary = {"flags": ["boundary"]}
    accept(
        "claims/exp/one-second-early",
        "one second before exp",
        "CON-7 CON-6 CON-13",
        MUST,
        token(exp=NOW + 1),
        **boundary,
    )
    refuse(
        "claims/exp/one-second-late",
        "one second after exp",
        "CON-7 CON-8",
        MUST,
        "expired",
        token(exp=NOW - 1),
        **boundary,
    )
    for name, summary, date in [
        ("one-minute-late", "a minute after exp, which many libraries have as leeway", NOW - 60),
        ("zero", "an exp of 0, which is 1970", 0),
    ]:
        refuse(
            f"claims/exp/{name}", summary, "CON-7 CON-16", MUST, "expired", token(iat=min(date, NOW - 120), exp=date)
        )
    later = 2**31 + 100
    accept(
        "claims/exp/after-2038",
        "a time beyond 32 bits, before exp",
        "CON-7",
        MUST,
        token(iat=later - 60, exp=later + 60),
        now=later,
    )
    refuse(
        "claims/exp/after-2038-late",
        "a time beyond 32 bits, after exp",
        "CON-7",
        MUST,
        "expired",
        token(iat=later - 60, exp=later - 1),
        now=later,
    )
    accept("claims/exp/beyond-2038", "an exp beyond 32 bits", "CON-7 CON-16", MUST, token(exp=2**32 + 5))

    # CON-8
    excluded = "RFC 7519, section 4.1.4, and Python refuse it on that second already"
    for leeway in (0, 1, 30):
        accept(
            f"claims/exp/last-second-leeway-{leeway}",
            f"exactly at exp plus a leeway of {leeway}",
            "CON-8",
            OPEN,
            token(exp=NOW - leeway),
            leeway=leeway,
            accept=[may_refuse(excluded, "expired")],
            **boundary,
        )

    # CON-9
    refuse("claims/iat/missing", "no iat", "CON-9", MUST, missing, token(iat=GONE))
    refuse("claims/iat/member-in-upper-case", "IAT for iat", "CON-9", MUST, missing, token(iat=GONE, IAT=NOW - 60))
    refuse("claims/iat/missing-beside-nbf", "no iat, but an nbf", "CON-9", MUST, missing, token(iat=GONE, nbf=NOW - 60))

    # CON-10
    for name, seconds in [("one-second", 1), ("one-minute", 60)]:
        accept(
            f"claims/iat/{name}-ahead",
            f"{name.replace('-', ' ')} before iat",
            "CON-10",
            SHOULD,
            token(iat=NOW + seconds),
        )
    accept(
        "claims/iat/ahead-of-the-leeway",
        "31 seconds before iat, with a leeway of 30",
        "CON-10",
        SHOULD,
        token(iat=NOW + 31),
        leeway=30,
    )
    accept(
        "claims/iat/one-year-ahead",
        "a year before iat",
        "CON-10",
        OPEN,
        token(iat=NOW + 31_536_000, exp=NOW + 31_536_120),
        accept=[
            may_refuse("Understanding JWT: an iat far in the future makes no sense", "not_yet_valid invalid_claim")
        ],
    )

    refuse(
        "claims/iat/ahead-and-expired",
        "an iat ahead in a token whose exp is past",
        "CON-10 CON-12 CON-7",
        SHOULD,
        "expired",
        token(iat=NOW + 60, exp=NOW - 1),
        source=SOURCES["CON-7"],
    )

    # CON-11
    accept("claims/nbf/one-second-late", "one second after nbf", "CON-11 CON-13", MUST, token(nbf=NOW - 1), **boundary)
    accept("claims/nbf/on-the-second", "exactly at nbf", "CON-11", MUST, token(nbf=NOW), **boundary)
    refuse(
        "claims/nbf/one-second-early",
        "one second before nbf",
        "CON-11",
        MUST,
        "not_yet_valid",
        token(nbf=NOW + 1),
        **boundary,
    )
    refuse(
        "claims/nbf/beyond-2038",
        "an nbf beyond 32 bits",
        "CON-11",
        MUST,
        "not_yet_valid",
        token(nbf=2**32 + 5, exp=2**32 + 60),
    )
    accept("claims/nbf/zero", "an nbf of 0", "CON-11", MUST, token(nbf=0))
    accept("claims/nbf/missing", "no nbf", "CON-11", MUST, good)

    # CON-12
    accept(
        "claims/dates/exp-at-iat", "exp and iat on the same second", "CON-12", OPEN, token(iat=NOW + 100, exp=NOW + 100)
    )
    accept("claims/dates/exp-before-iat", "exp before iat", "CON-12", OPEN, token(iat=NOW + 60, exp=NOW + 30))
    accept(
        "claims/dates/exp-before-nbf",
        "exp before nbf, both within the leeway",
        "CON-12",
        OPEN,
        token(exp=NOW - 20, nbf=NOW + 20),
        leeway=30,
        accept=[may_refuse("Java refuses an exp that is not after nbf", "invalid_claim")],
    )

    # CON-13
    for name, date in [("exp", NOW + 120), ("iat", NOW - 60), ("nbf", NOW - 60)]:
        for kind, summary, written, reasons in [
            ("digits", "a string of digits", str(date), "invalid_claim"),
            ("true", "true", True, "invalid_claim"),
            ("array", "an array with the date", [date], "invalid_claim"),
            ("null", "null", None, null),
        ]:
            refuse(f"claims/{name}/{kind}", f"{summary} for {name}", "CON-13", MUST, reasons, token(**{name: written}))
    refuse(
        "claims/exp/text", "a date as text for exp", "CON-13", MUST, "invalid_claim", token(exp="2023-11-14T22:15:20Z")
    )
    for name in ("iat", "nbf"):
        text = token(**{name: "2023-11-14T22:12:20Z"})
        refuse(f"claims/{name}/text", f"a date as text for {name}", "CON-13", MUST, "invalid_claim", text)
    for name in ("exp", "iat", "nbf"):
        text = token(**{name: {}})
        refuse(f"claims/{name}/object", f"an object for {name}", "CON-13", MUST, "invalid_claim", text)

    # CON-14
    whole = [may_refuse("Understanding JWT gives the type long", "invalid_claim malformed")]
    for name, summary, changes in [
        ("exp-half-a-second-early", "half a second before exp", {"exp": NOW + 0.5}),
        ("exp-point-zero", "an exp with a fraction of zero", {"exp": Raw(f"{NOW + 120}.0")}),
        ("exp-exponent", "an exp with an exponent", {"exp": Raw("1.70000012e9")}),
        ("iat", "an iat with a fraction", {"iat": NOW - 60.25}),
        ("nbf-half-a-second-late", "half a second after nbf", {"nbf": NOW - 0.5}),
    ]:
        accept(f"claims/fraction/{name}", summary, "CON-14", OPEN, token(**changes), accept=whole)
    for name, summary, reasons, changes in [
        ("exp-half-a-second-late", "half a second after exp", "expired", {"exp": NOW - 0.5}),
        (
            "exp-quarter-of-a-second-late",
            "a quarter of a second after exp, which rounding would forgive",
            "expired",
            {"exp": NOW - 0.25},
        ),
        (
            "exp-exponent-late",
            "an exp with an exponent, in the past",
            "expired",
            {"exp": Raw("1.6e9"), "iat": 1_599_999_999},
        ),
        ("nbf-early", "a second and a half before nbf", "not_yet_valid", {"nbf": NOW + 1.5}),
    ]:
        refuse(f"claims/fraction/{name}", summary, "CON-14", OPEN, reasons, token(**changes), accept=whole)
    text = token(nbf=NOW + 0.5)
    refuse(
        "claims/fraction/nbf-half-a-second-early",
        "half a second before nbf",
        "CON-14",
        OPEN,
        "not_yet_valid",
        text,
        accept=[may_accept("Java and Python cut the fraction off", text), *whole],
    )

    # CON-15
    for name, summary, written in [
        ("2-to-the-63", "an exp of 2 to the power of 63, which is no signed number of 64 bits", 2**63),
        ("2-to-the-64", "an exp of 2 to the power of 64, which is no number of 64 bits", Raw(str(2**64))),
        ("exponent", "an exp of 1e30", Raw("1e30")),
    ]:
        text = token(exp=written)
        expected = accepted(text)
        if isinstance(written, Raw):
            expected["claims"]["exp"] = float(written)
        case(f"claims/size/exp-{name}", summary, "CON-15", OPEN, expected, jwt(text))
    accept(
        "claims/size/exp-largest-with-leeway",
        "the largest exp of 64 bits, and a leeway beside it",
        "CON-15",
        OPEN,
        token(exp=2**63 - 1),
        leeway=3_600,
    )
    refuse("claims/size/exp-negative", "a negative exp", "CON-15", OPEN, "expired", token(exp=-1))
    accept("claims/size/iat-negative", "a negative iat", "CON-15", OPEN, token(iat=-1))
    accept("claims/size/nbf-negative", "a negative nbf", "CON-15", OPEN, token(nbf=-1))
    refuse(
        "claims/size/nbf-2-to-the-100",
        "an nbf of 2 to the power of 100",
        "CON-15",
        OPEN,
        "not_yet_valid",
        token(nbf=2**100),
    )
    refuse(
        "claims/size/nbf-beyond-a-double",
        "an nbf of 1e400",
        "CON-15",
        OPEN,
        "not_yet_valid",
        token(nbf=Raw("1e400")),
        accept=[
            may_refuse(
                "RFC 8259, section 6, lets a parser refuse a number that it cannot hold", "malformed invalid_claim"
            )
        ],
    )

    for name, written in [("nbf", Raw("-1e400")), ("exp", Raw("1e400")), ("exp-below", Raw("-1e400"))]:
        claim = name[:3]
        refuse(
            f"claims/size/{name}-beyond-every-double",
            f"{'an' if claim[0] in 'en' else 'a'} {claim} of {written}",
            "CON-15 JWT-4",
            OPEN,
            "malformed invalid_claim expired" if written[0] == "-" and claim == "exp" else "malformed invalid_claim",
            token(**{claim: written}),
            source="our choice; RFC 8259, section 6, lets a parser limit range and precision",
        )

    # CON-16
    accept(
        "claims/lifetime/two-years",
        "issued a year ago, and good for another year",
        "CON-16",
        SHOULD,
        token(iat=NOW - 31_536_000, exp=NOW + 31_536_000),
    )
    accept("claims/lifetime/iat-of-1970", "an iat of 0", "CON-16", SHOULD, token(iat=0))
    accept(
        "claims/lifetime/exp-of-9999",
        "an exp at the end of the year 9999",
        "CON-16",
        SHOULD,
        token(exp=253_402_300_799),
    )
    accept(
        "claims/lifetime/exp-in-milliseconds",
        "an exp in milliseconds, which is far away",
        "CON-16",
        SHOULD,
        token(exp=(NOW + 120) * 1000),
    )

    # CON-17
    for name, summary, written, reasons in [
        ("missing", "no qsh", GONE, missing),
        ("null", "null for qsh", None, null),
        ("true", "true for qsh", True, "invalid_claim"),
        ("array", "the right hash in an array", [PANEL_QSH], "invalid_claim"),
        ("number", "a number for qsh", 0, "invalid_claim"),
        ("empty", "the empty text for qsh", "", "qsh_mismatch missing_claim invalid_claim"),
    ]:
        refuse(f"claims/hash/{name}", summary, "CON-17", MUST, reasons, token(qsh=written))
    refuse("claims/hash/member-in-upper-case", "QSH for qsh", "CON-17", MUST, missing, token(qsh=GONE, QSH=PANEL_QSH))
    refuse(
        "claims/hash/in-header-only",
        "the hash in the header, and not in the claims",
        "CON-17 JWT-15",
        MUST,
        missing,
        token(qsh=GONE, header=with_header(qsh=PANEL_QSH)),
    )

    # CON-18
    for name, summary, method, url, canonical in [
        ("post", "a POST", "POST", "/panel?issue=QSH-1", "POST&/panel&issue=QSH-1"),
        ("delete", "a DELETE", "DELETE", "/panel/1", "DELETE&/panel/1&"),
        ("root", "the root without a query", "GET", "/", "GET&/&"),
        (
            "sorted",
            "parameters out of order, and one of them twice",
            "GET",
            "/p?b=2&a=3&a=1&c=x+y",
            "GET&/p&a=1,3&b=2&c=x%20y",
        ),
        ("encoded", "parameters beyond ASCII", "GET", "/p?name=Zo%C3%AB&q=a%2Cb", "GET&/p&name=Zo%C3%AB&q=a%2Cb"),
        (
            "real-iframe",
            "an iframe's parameters, as Jira sends them",
            "GET",
            "/panel?xdm_e=https%3A%2F%2Fexample.atlassian.net&xdm_c=channel-panel&cp=&lic=none&cv=1001.0.0",
            "GET&/panel&cp=&cv=1001.0.0&lic=none&xdm_c=channel-panel&xdm_e=https%3A%2F%2Fexample.atlassian.net",
        ),
    ]:
        accept(
            f"claims/hash/{name}",
            summary,
            "CON-18 CTX-2",
            MUST,
            token(qsh=qsh(canonical)),
            request=Request(method, url),
        )
    interop = "be16910858a41fd19ea5c1b4e9decca9a784d1024cb00b2158defe2f29dc86dd"
    accept(
        "claims/hash/interop",
        "the hash of the first interoperability vector",
        "CON-18",
        MUST,
        token(qsh=interop),
        request=Request("GET", "https://example.com/test?param=value", "https://example.com"),
        source="interoperability vectors, 'Simple'",
    )
    for name, summary, written in [
        ("of-other-path", "the hash of another path", qsh("GET&/panels&issue=QSH-1")),
        ("of-other-value", "the hash of another value", qsh("GET&/panel&issue=QSH-2")),
        ("of-path-only", "the hash of the request without its query", qsh("GET&/panel&")),
        ("of-other-method", "the hash of another method", qsh("POST&/panel&issue=QSH-1")),
        ("of-method-in-lower-case", "the hash with the method in lower case", qsh("get&/panel&issue=QSH-1")),
        ("of-nothing", "the hash of the empty text", qsh("")),
        ("first-half", "the first half of the right hash", PANEL_QSH[:32]),
        ("without-last-digit", "the right hash without its last digit", PANEL_QSH[:-1]),
        ("one-digit-more", "the right hash and one more digit", PANEL_QSH + "0"),
        ("last-digit", "the last digit altered", PANEL_QSH[:-1] + format(int(PANEL_QSH[-1], 16) ^ 1, "x")),
        (
            "middle-digit",
            "a digit in the middle altered",
            PANEL_QSH[:40] + format(int(PANEL_QSH[40], 16) ^ 1, "x") + PANEL_QSH[41:],
        ),
        ("first-digit", "the first digit altered", format(int(PANEL_QSH[0], 16) ^ 1, "x") + PANEL_QSH[1:]),
        ("blank-behind", "the right hash and a space", PANEL_QSH + " "),
        ("base64", "the right hash in base64", base64.b64encode(bytes.fromhex(PANEL_QSH)).decode()),
        ("canonical-request", "the canonical request, not hashed", "GET&/panel&issue=QSH-1"),
    ]:
        refuse(f"claims/hash/{name}", summary, "CON-18", MUST, "qsh_mismatch", token(qsh=written))
    refuse(
        "claims/hash/upper-case",
        "the right hash in upper case",
        "CON-18 QSH-H3",
        SHOULD,
        "qsh_mismatch",
        token(qsh=PANEL_QSH.upper()),
        source="Java, npm and Python compare exactly",
    )

    # CON-19
    app = Request("GET", "https://example.com/app/x?a=1", "https://example.com/app")
    path = Request("GET", "/app/x?a=1", "https://example.com/app")
    bare = Request("GET", "/app/x?a=1", "https://example.com")
    whole, rest = token(qsh=qsh("GET&/app/x&a=1")), token(qsh=qsh("GET&/x&a=1"))
    accept(
        "claims/url/base-removed",
        "the hash without the base path, of an absolute URL",
        "CON-19",
        MUST,
        rest,
        request=app,
    )
    accept(
        "claims/url/base-removed-from-path",
        "the hash without the base path, of a path",
        "CON-19",
        MUST,
        rest,
        request=path,
    )
    refuse("claims/url/base-kept", "the hash with the base path", "CON-19", MUST, "qsh_mismatch", whole, request=app)
    accept(
        "claims/url/path-kept",
        "the hash of the whole path, where the base has none",
        "CON-19",
        MUST,
        whole,
        request=bare,
    )
    refuse(
        "claims/url/routed",
        "the hash of what a router below /app sees",
        "CON-19",
        MUST,
        "qsh_mismatch",
        rest,
        request=bare,
    )
    in_parameter = Request("GET", f"https://example.com/app/x?a=1&jwt={rest}", "https://example.com/app")
    accept(
        "claims/url/base-removed-by-parameter",
        "the hash without base path and token, by parameter",
        "CON-19 TRN-6",
        MUST,
        rest,
        [],
        request=in_parameter,
    )
    form = Request("POST", "/hook", None, "b=2&a=1")
    by_form = {"request": form, "source": "QSH-F1: Java and npm"}
    accept(
        "claims/url/form",
        "the hash with the form body of a POST",
        "CON-19",
        SHOULD,
        token(qsh=qsh("POST&/hook&a=1&b=2")),
        **by_form,
    )
    refuse(
        "claims/url/form-ignored",
        "the hash without the form body of a POST",
        "CON-19",
        SHOULD,
        "qsh_mismatch",
        token(qsh=qsh("POST&/hook&")),
        **by_form,
    )
    refuse(
        "claims/url/form-altered",
        "the hash of another form body",
        "CON-19",
        SHOULD,
        "qsh_mismatch",
        token(qsh=qsh("POST&/hook&a=1&b=3")),
        **by_form,
    )

    # CON-20
    of_two_minds = "our choice; Understanding JWT: aud is not used; RFC 7519, section 4.1.3, is against it"
    not_for_us = may_refuse(
        "RFC 7519, section 4.1.3: a token whose aud does not name the recipient is refused",
        "audience_mismatch unknown_issuer bad_signature",
    )
    for name, summary, changes in [
        ("aud-other", "an aud of somebody else", {"aud": "other"}),
        ("aud-client-key", "the client key as aud", {"aud": CLIENT}),
        ("aud-other-tenant", "another tenant's client key as aud", {"aud": [OTHER]}),
    ]:
        accept(
            f"claims/other/{name}",
            summary,
            "CON-20",
            OPEN,
            token(**changes),
            tenants=BOTH if name == "aud-other-tenant" else None,
            accept=[not_for_us],
            source=of_two_minds,
        )
    for name, summary, changes in [
        ("sub", "a sub", {"sub": "557058:9b2c7d10-51fe-4a88-b2c4-70e9d6a3158f"}),
        ("context", "a context", {"context": {"user": {"accountId": "557058:a", "displayName": "Zoë"}}}),
        ("unknown", "claims that nobody knows", {"x": {}, "y": [1, None, True], "": 0.5}),
        ("alg", "a claim alg, which is no header", {"alg": "none"}),
        ("four-kilobytes", "a claim of four kilobytes", {"x": "a" * 4096}),
    ]:
        accept(
            f"claims/other/{name}",
            summary,
            "CON-20",
            SHOULD,
            token(**changes),
        )
    for name, summary, changes in [
        ("aud-number", "a number as aud", {"aud": 5}),
        ("aud-empty-list", "an empty list as aud", {"aud": []}),
        ("sub-number", "a number as sub", {"sub": 5}),
    ]:
        text = token(**changes)
        accept(
            f"claims/other/{name}",
            summary,
            "CON-20",
            OPEN,
            text,
            source="our choice; Python raises an error",
            accept=[may_refuse("RFC 7519, section 4.1, gives the type", "invalid_claim audience_mismatch")],
        )
    refuse(
        "claims/other/valid-until",
        "another claim for the end of validity, and no exp",
        "CON-20 CON-6",
        MUST,
        missing,
        token(exp=GONE, expires=NOW + 120),
    )

    # CON-21
    once = token(jti="b0f1c3d2")
    accept("claims/again/first-use", "a token with a jti", "CON-21", SHOULD, once)
    accept("claims/again/second-use", "the same token once more", "CON-21", SHOULD, once)
    accept(
        "claims/again/jti-of-another",
        "another token with the same jti",
        "CON-21",
        SHOULD,
        token(jti="b0f1c3d2", sub="557058:a"),
    )
    accept(
        "claims/again/without-jti",
        "a token without jti, used for a second time",
        "CON-21",
        SHOULD,
        token(sub="557058:again"),
        now=NOW + 60,
    )
    refuse("claims/again/expired", "the same token after its exp", "CON-21 CON-7", MUST, "expired", once, now=NOW + 121)
    accept(
        "claims/again/jti-number",
        "a number as jti",
        "CON-21",
        OPEN,
        token(jti=5),
        source="our choice; Python raises an error",
        accept=[may_refuse("RFC 7519, section 4.1.7, gives the type", "invalid_claim")],
    )

    # CON-22
    npm = members([("iss", CLIENT), ("iat", NOW), ("exp", NOW + 180), ("qsh", PANEL_QSH)])
    accept(
        "claims/signed/npm",
        "a token as npm atlassian-jwt 2.0.3 writes it",
        "CON-22 CON-3 CON-9 CON-17",
        MUST,
        token(npm, header='{"typ":"JWT","alg":"HS256"}'),
        flags=["real-world"],
    )
    pypi = members([("aud", CLIENT), ("exp", NOW + 3600), ("iat", NOW), ("iss", CLIENT), ("qsh", PANEL_QSH)])
    accept(
        "claims/signed/pypi",
        "a token as PyPI atlassian-jwt 3.0.0 writes it",
        "CON-22",
        MUST,
        token(pypi),
        flags=["real-world"],
    )
    for name, summary, clause, reasons, changes in [
        ("lifetime-for-exp", "the lifetime for exp", "CON-7", "expired", {"exp": 180}),
        ("dates-in-words", "dates in words", "CON-13", "invalid_claim", {"iat": "now", "exp": "3m"}),
        (
            "dates-as-text",
            "dates as text of digits",
            "CON-13",
            "invalid_claim",
            {"iat": str(NOW), "exp": str(NOW + 180)},
        ),
        ("hash-of-url", "the hash of the URL", "CON-18", "qsh_mismatch", {"qsh": qsh("/panel?issue=QSH-1")}),
        ("hash-in-base64", "the hash in base64url", "CON-18", "qsh_mismatch", {"qsh": b64(bytes.fromhex(PANEL_QSH))}),
        ("canonical-for-hash", "the canonical request for its hash", "CON-18", "qsh_mismatch", {"qsh": PANEL_TEXT}),
    ]:
        refuse(
            f"claims/signed/{name}",
            f"a token of a signer that writes {summary}",
            f"CON-22 {clause}",
            MUST,
            reasons,
            token(**changes),
        )

    # CON-4
    product = {APP_KEY: SECRET}
    accept(
        "claims/app/app-key",
        "the app's key as iss, as a product expects it",
        "CON-4",
        MUST,
        token(iss=APP_KEY),
        tenants=product,
    )
    for name, summary, written in [
        ("client-key", "the client key", CLIENT),
        ("name", "the last part of the app's key", "app"),
        ("in-upper-case", "the app's key in upper case", APP_KEY.upper()),
        ("longer", "the app's key and one more character", APP_KEY + "2"),
    ]:
        refuse(
            f"claims/app/{name}",
            f"{summary} as iss, where a product expects the app's key",
            "CON-4 CON-2",
            MUST,
            "unknown_issuer",
            token(iss=written),
            tenants=product,
        )


# Context tokens.


def ctx_cases():
    fixed = "context-qsh"
    context = {"endpoint": "context"}
    good = token(qsh=fixed)

    # CTX-1
    accept(
        "context/context-endpoint/get", "a context token for a GET", "CTX-1 CTX-3 CTX-4 CTX-5", MUST, good, **context
    )
    accept(
        "context/context-endpoint/post",
        "a context token for a POST of another path",
        "CTX-1",
        MUST,
        good,
        request=Request("POST", "/api/save?x=1"),
        **context,
    )
    accept(
        "context/context-endpoint/parameter",
        "a context token in the parameter",
        "CTX-1 TRN-6",
        MUST,
        good,
        [],
        request=panel(good),
        **context,
    )
    accept(
        "context/context-endpoint/escaped",
        "the fixed value written with an escape",
        "CTX-1",
        MUST,
        token(qsh=Raw('"context\\u002dqsh"')),
        source="RFC 8259, section 8.3",
        **context,
    )

    # CTX-2
    kinds = "context_token qsh_mismatch"
    for name, summary, request in [
        ("get", "a context token for a GET", PANEL),
        ("post", "a context token for a POST", Request("POST", "/hook")),
        ("installed", "a context token for the install callback", Request("POST", "/installed")),
    ]:
        refuse(
            f"context/url-endpoint/{name}",
            f"{summary} of a URL-bound endpoint",
            "CTX-2",
            MUST,
            kinds,
            good,
            request=request,
            flags=["attack"],
        )
    refuse(
        "context/url-endpoint/parameter",
        "a context token in the parameter, at a URL-bound endpoint",
        "CTX-2",
        MUST,
        kinds,
        headers=[],
        request=panel(good),
        flags=["attack"],
    )

    # CTX-3
    for name, summary, written in [
        ("longer", "the fixed value and one more character", "context-qsh2"),
        ("longer-at-the-front", "one more character before the fixed value", "xcontext-qsh"),
        ("shorter", "the beginning of the fixed value", "context"),
        ("capitals", "the fixed value with capitals", "Context-QSH"),
        ("blank-behind", "the fixed value and a space", "context-qsh "),
        ("line-feed-behind", "the fixed value and a line feed", "context-qsh\n"),
    ]:
        refuse(
            f"context/look-alike/{name}",
            f"{summary}, at a context endpoint",
            "CTX-3",
            MUST,
            kinds,
            token(qsh=written),
            **context,
        )
        if not name.endswith("behind"):
            refuse(
                f"context/look-alike/{name}-for-url",
                f"{summary}, at a URL-bound endpoint",
                "CTX-3",
                MUST,
                "qsh_mismatch context_token",
                token(qsh=written),
            )
    refuse(
        "context/look-alike/hashed",
        "the SHA-256 of the fixed value, at a context endpoint",
        "CTX-3",
        MUST,
        kinds,
        token(qsh=qsh(fixed)),
        **context,
    )
    refuse(
        "context/look-alike/empty",
        "the empty text, at a context endpoint",
        "CTX-3",
        MUST,
        kinds + " missing_claim invalid_claim",
        token(qsh=""),
        **context,
    )

    # CTX-4
    text = token()
    refuse(
        "context/context-endpoint/url-token",
        "a token that is good for its URL, at a context endpoint",
        "CTX-4",
        OPEN,
        kinds,
        text,
        accept=[may_accept("atlassian-connect-express skips the check there", text)],
        **context,
    )
    refuse(
        "context/context-endpoint/wrong-hash",
        "a token for another URL, at a context endpoint",
        "CTX-4",
        OPEN,
        kinds,
        token(qsh=qsh("GET&/other&")),
        **context,
    )

    # CTX-5
    text = token(qsh=GONE)
    refuse(
        "context/context-endpoint/no-hash",
        "a token without qsh, at a context endpoint",
        "CTX-5",
        OPEN,
        "missing_claim context_token qsh_mismatch",
        text,
        accept=[may_accept("atlassian-connect-express skips the check there", text)],
        **context,
    )
    refuse(
        "context/context-endpoint/null",
        "null for qsh, at a context endpoint",
        "CTX-5",
        OPEN,
        "invalid_claim missing_claim context_token qsh_mismatch",
        token(qsh=None),
        **context,
    )
    for name, summary, written in [("number", "a number", 5), ("true", "true", True), ("object", "an object", {})]:
        refuse(
            f"context/context-endpoint/{name}",
            f"{summary} for qsh, at a context endpoint",
            "CTX-5",
            OPEN,
            "invalid_claim context_token qsh_mismatch",
            token(qsh=written),
            source="our choice; CON-17 says so for URLs",
            **context,
        )
    refuse(
        "context/context-endpoint/array",
        "the fixed value in an array, at a context endpoint",
        "CTX-3",
        OPEN,
        "invalid_claim context_token qsh_mismatch",
        token(qsh=[fixed]),
        source="our choice; CON-17 says so for URLs",
        **context,
    )

    # CTX-6
    accept(
        "context/other-checks/last-seconds",
        "a context token one second before its exp",
        "CTX-6 CON-7",
        MUST,
        token(qsh=fixed, exp=NOW + 1),
        **context,
    )
    accept(
        "context/other-checks/leeway",
        "a context token 29 seconds after its exp, with a leeway of 30",
        "CTX-6 CON-5",
        SHOULD,
        token(qsh=fixed, exp=NOW - 29),
        leeway=30,
        **context,
    )
    unsigned = signed_with(lambda _: b"", header=with_header(alg="none"), qsh=fixed)
    for name, summary, clause, reasons, text in [
        ("expired", "expired", "CON-7", "expired", token(qsh=fixed, exp=NOW - 1)),
        ("not-yet-valid", "a second before its nbf", "CON-11", "not_yet_valid", token(qsh=fixed, nbf=NOW + 1)),
        ("no-exp", "without exp", "CON-6", "missing_claim", token(qsh=fixed, exp=GONE)),
        ("no-iat", "without iat", "CON-9", "missing_claim", token(qsh=fixed, iat=GONE)),
        ("unknown-issuer", "of an unknown issuer", "CON-2", "unknown_issuer", token(qsh=fixed, iss=OTHER)),
        (
            "bad-signature",
            "with the signature of somebody else",
            "JWT-17",
            "bad_signature",
            token(qsh=fixed, key=OTHER_SECRET),
        ),
        ("none", "with alg none", "JWT-11", "algorithm_not_allowed malformed", unsigned),
        (
            "hs512",
            "signed with HS512",
            "JWT-8",
            "algorithm_not_allowed",
            token(qsh=fixed, header=with_header(alg="HS512"), digest="sha512"),
        ),
    ]:
        refuse(
            f"context/other-checks/{name}",
            f"a context token {summary}",
            f"CTX-6 {clause} CTX-1",
            MUST,
            reasons,
            text,
            **context,
        )
    refuse(
        "context/other-checks/no-token",
        "no token, at a context endpoint",
        "CTX-6 TRN-12",
        MUST,
        "no_token",
        headers=[],
        **context,
    )

    # CTX-7
    for name, endpoint, changes in [("for-context", "context", {"qsh": fixed}), ("for-url", "url", {})]:
        accept(
            f"context/session/of-product-{name}",
            f"a token of a product, with the app key as aud, on a {endpoint} endpoint",
            "CTX-7 CON-20",
            OPEN,
            token(aud=APP_KEY, **changes),
            endpoint=endpoint,
            source="our choice; Understanding JWT: aud is not used; RFC 7519, section 4.1.3, is against it",
            accept=[
                may_refuse(
                    "RFC 7519, section 4.1.3: a token whose aud does not name the recipient is refused",
                    "audience_mismatch unknown_issuer bad_signature",
                )
            ],
        )
    for name, endpoint, changes in [
        ("at-context-endpoint", "context", {"qsh": fixed}),
        ("without-hash", "context", {"qsh": GONE}),
        ("at-url-endpoint", "url", {}),
        ("of-spring-boot", "context", {"qsh": fixed, "aud": APP_KEY, "clientKey": CLIENT}),
    ]:
        refuse(
            f"context/session/{name}",
            f"a session token of the app, {name.replace('-', ' ')}",
            "CTX-7",
            OPEN,
            "unknown_issuer",
            token(**({"iss": APP_KEY, "aud": [CLIENT]} | changes)),
            endpoint=endpoint,
        )


def cases():
    jwt_cases()
    trn_cases()
    con_cases()
    ctx_cases()


# Which other implementations gave the same verdict.
confirm(
    {
        "PAN": """
        claims/signed/npm claims/signed/pypi token/segments/three token/segments/one token/segments/without-signature
        token/segments/without-header token/segments/four token/segments/dot-at-the-end
        token/segments/dot-at-the-front token/segments/dot-doubled token/segments/five token/segments/json
        token/base64/url-alphabet token/base64/length-0 token/base64/length-1 token/base64/length-2
        token/base64/standard-signature token/base64/two-characters-too-many token/base64/blank-before
        token/base64/blank-behind token/base64/line-feed-behind token/base64/letter-beyond-ascii
        token/base64/exclamation-mark-in-signature token/base64/escaped-dots token/json/white-space
        token/json/white-space-in-header token/json/utf-8 token/json/escapes token/json/empty token/json/cut-off
        token/json/trailing-comma token/json/text-behind token/json/single-quotes token/json/comment
        token/json/infinity token/json/leading-zero token/json/control-character token/json/header-array
        token/json/header-text token/json/header-empty token/repeated/algorithm-good-then-none
        token/repeated/in-another-object token/algorithm/hs384 token/algorithm/hs512
        token/algorithm/hs384-in-name-only token/algorithm/rs256-in-name-only
        token/algorithm/rs256-verifies-with-the-secret token/algorithm/hs256-in-name-only token/algorithm/rs256
        token/algorithm/unknown token/algorithm/escaped token/algorithm/lower-case token/algorithm/mixed-case
        token/algorithm/hyphen token/algorithm/blank-behind token/algorithm/longer token/algorithm/shorter
        token/algorithm/absent token/algorithm/null token/algorithm/number token/algorithm/array
        token/algorithm/member-in-upper-case token/algorithm/empty token/algorithm/none token/algorithm/none-capital
        token/algorithm/none-upper-case token/algorithm/none-mixed-case token/algorithm/none-signed
        token/algorithm/none-with-any-signature token/algorithm/none-without-dot token/algorithm/public-key-as-secret
        token/type/absent token/type/lower-case token/type/other token/type/exchanged token/critical/upper-case
        token/header/unknown token/header/kid token/header/jku token/header/iss token/header/jwk token/header/rsa-jwk
        token/header/kid-of-another-tenant token/header/kid-of-an-empty-file token/signed/other-order
        token/signed/spaced token/signed/escapes token/signed/encoded-anew token/signed/decoded
        token/signed/claims-only token/signed/header-only token/signed/without-dot token/signature/good
        token/signature/first-byte token/signature/middle-byte token/signature/last-byte
        token/signature/without-last-byte token/signature/first-half token/signature/one-byte-more
        token/signature/twice token/signature/zeros token/signature/other-case token/signature/hexadecimal
        token/signature/of-other-claims token/signature/claims-altered token/signature/header-altered
        token/signature/other-key token/signature/no-hmac token/signature/empty token/secret/interop
        token/secret/base64url token/secret/base64 token/secret/hexadecimal token/secret/longer-than-a-block
        token/secret/longest token/secret/punctuation token/secret/blanks token/secret/beyond-ascii
        token/secret/base64-decoded token/secret/hexadecimal-decoded token/secret/trimmed token/secret/upper-case
        token/secret/first-32 token/secret/line-feed-behind token/secret/latin-1 token/secret/utf-16
        token/secret/decomposed token/secret/empty-of-another-tenant token/secret/32-bytes token/secret/empty
        token/secret/empty-and-other-key
    """,
        "AN": """
        claims/hash/post claims/hash/delete claims/hash/root claims/hash/sorted claims/hash/encoded
        claims/hash/real-iframe claims/hash/interop claims/hash/of-other-path claims/hash/of-other-value
        claims/hash/of-path-only claims/hash/of-other-method claims/hash/of-method-in-lower-case
        claims/hash/of-nothing claims/hash/first-half claims/hash/without-last-digit claims/hash/one-digit-more
        claims/hash/last-digit claims/hash/middle-digit claims/hash/first-digit claims/hash/blank-behind
        claims/hash/base64 claims/hash/canonical-request claims/hash/upper-case claims/url/path-kept claims/url/routed
    """,
        "PA": """
        claims/issuer/one-of-two claims/issuer/other-of-two claims/issuer/one-with-secret-of-another
        claims/issuer/other-with-secret-of-another claims/issuer/prefix-of-another claims/issuer/longer-than-another
        claims/issuer/jira claims/issuer/beyond-ascii claims/leeway/1-exp-inside claims/leeway/1-nbf-inside
        claims/leeway/1-exp-outside claims/leeway/1-nbf-outside claims/leeway/30-exp-inside
        claims/leeway/30-nbf-inside claims/leeway/30-exp-outside claims/leeway/30-nbf-outside
        claims/leeway/3600-exp-inside claims/leeway/3600-nbf-inside claims/leeway/3600-exp-outside
        claims/leeway/3600-nbf-outside claims/exp/one-second-early claims/exp/one-second-late
        claims/exp/one-minute-late claims/exp/zero claims/exp/after-2038 claims/exp/after-2038-late
        claims/exp/beyond-2038 claims/nbf/one-second-late claims/nbf/on-the-second claims/nbf/one-second-early
        claims/nbf/beyond-2038 claims/nbf/zero claims/exp/array claims/exp/null claims/iat/null claims/nbf/array
        claims/nbf/null claims/exp/text claims/fraction/exp-point-zero claims/fraction/exp-exponent
        claims/fraction/iat claims/fraction/nbf-half-a-second-late claims/fraction/exp-half-a-second-late
        claims/fraction/exp-quarter-of-a-second-late claims/fraction/exp-exponent-late claims/fraction/nbf-early
        claims/lifetime/two-years claims/lifetime/iat-of-1970 claims/lifetime/exp-of-9999
        claims/lifetime/exp-in-milliseconds claims/hash/null token/base64/standard-claims
        token/base64/one-character-too-many token/base64/blank-in-claims token/base64/line-feed-in-claims
        token/base64/exclamation-mark-in-claims token/base64/blank-in-header token/json/array token/json/null
        token/json/string token/json/invalid-utf-8 token/json/overlong-utf-8 token/json/header-null
        token/json/header-invalid-utf-8 token/repeated/exp-good-then-bad token/critical/exp token/critical/unknown
        token/critical/empty token/critical/string token/critical/null
    """,
        "PN": """
        context/other-checks/bad-signature context/other-checks/none context/other-checks/hs512
    """,
        "A": """
        claims/iat/array claims/hash/true claims/hash/array claims/hash/number claims/hash/empty
        claims/other/aud-other claims/other/aud-client-key claims/other/aud-other-tenant claims/other/sub
        claims/other/context claims/other/unknown claims/other/alg claims/other/four-kilobytes claims/again/first-use
        claims/again/second-use claims/again/jti-of-another claims/again/without-jti claims/again/expired
        context/url-endpoint/get context/url-endpoint/post context/url-endpoint/installed
        context/url-endpoint/parameter context/look-alike/longer-for-url
        context/look-alike/longer-at-the-front-for-url context/look-alike/shorter-for-url
        context/look-alike/capitals-for-url token/repeated/qsh-good-then-bad transport/header/plain
        transport/header/among-others transport/header/token-named transport/header/quoted
        transport/header/scheme-in-lower-case transport/header/scheme-in-title-case
        transport/header/scheme-in-mixed-case transport/header/two-blanks transport/header/blank-before
        transport/header/blanks-behind transport/header/tab-behind transport/header/name-in-lower-case
        transport/header/name-in-upper-case transport/header/name-in-mixed-case transport/header/name-misspelt
        transport/header/bearer transport/header/basic transport/header/no-scheme transport/header/scheme-glued
        transport/header/scheme-longer transport/header/scheme-with-colon transport/header/scheme-second
        transport/header/basic-and-parameter transport/header/bearer-and-parameter transport/parameter/last
        transport/parameter/first transport/parameter/only transport/parameter/post transport/parameter/absolute-url
        transport/parameter/before-fragment transport/parameter/value-escaped
        transport/parameter/name-escaped-one-letter transport/parameter/name-escaped-all-letters
        transport/parameter/name-in-upper-case transport/parameter/name-longer
        transport/parameter/name-longer-at-the-front transport/parameter/name-in-brackets
        transport/parameter/name-escaped-twice transport/parameter/value-escaped-twice
        transport/parameter/two-equals-signs transport/parameter/in-fragment transport/parameter/in-path
        transport/parameter/behind-semicolon transport/elsewhere/x-authorization transport/elsewhere/header-jwt
        transport/elsewhere/x-acpt transport/elsewhere/cookie transport/elsewhere/acpt transport/none/nothing
        transport/none/other-headers transport/empty/header-scheme-only transport/empty/header-scheme-and-blank
        transport/empty/header-empty transport/empty/parameter-empty transport/empty/parameter-name-only
        transport/empty/parameter-beside-header transport/empty/header-beside-parameter
    """,
        "N": """
        claims/url/base-removed claims/url/base-removed-from-path claims/url/base-kept
        claims/url/base-removed-by-parameter claims/url/form claims/url/form-ignored claims/url/form-altered
        token/base64/padded-signature token/json/nan token/json/utf-16
    """,
        "P": """
        claims/issuer/unknown claims/issuer/in-upper-case claims/issuer/in-lower-case claims/issuer/blank-behind
        claims/issuer/nul-behind claims/issuer/without-last-character claims/issuer/longer claims/issuer/without-jira
        claims/issuer/with-jira claims/issuer/decomposed claims/issuer/prototype claims/issuer/in-aud-only
        claims/issuer/app-key claims/issuer/missing claims/issuer/null claims/issuer/number claims/issuer/true
        claims/issuer/array claims/issuer/object claims/issuer/empty claims/issuer/number-for-digits
        claims/issuer/member-in-upper-case claims/issuer/in-header-only claims/exp/missing
        claims/exp/member-in-upper-case claims/exp/in-header-only claims/iat/missing claims/iat/member-in-upper-case
        claims/iat/missing-beside-nbf claims/hash/missing claims/hash/member-in-upper-case claims/hash/in-header-only
        context/other-checks/last-seconds context/other-checks/leeway context/other-checks/expired
        context/other-checks/not-yet-valid context/other-checks/no-exp context/other-checks/no-iat
        context/other-checks/unknown-issuer token/repeated/iss-good-then-bad token/repeated/escaped-name
    """,
        "PS": """
            claims/order/nothing-wrong claims/signed/lifetime-for-exp claims/signed/dates-in-words
            token/algorithm/none-elsewhere claims/issuer/in-sub-only claims/iat/text claims/iat/object
        """,
        "S": """
            claims/app/app-key claims/app/client-key claims/app/name claims/app/in-upper-case claims/app/longer
            claims/signed/dates-as-text claims/signed/hash-of-url claims/signed/hash-in-base64
            claims/signed/canonical-for-hash context/session/of-product-for-context context/session/of-product-for-url
        """,
        "PAS": """
        claims/nbf/missing claims/nbf/text claims/exp/object claims/nbf/object
        """,
        "PANS": """
        token/secret/accents-apart
        """,
    }
)
