"""The vectors of how tokens with public keys are read, install callbacks and ASAP tokens alike: some of jwt-*.json."""

import collections
import json

import asap
import callbacks
from making import (
    GONE,
    MUST,
    NOW,
    OPEN,
    SHOULD,
    SOURCES,
    TOPICS,
    Raw,
    b64,
    confirm,
    first,
    may_accept,
    may_refuse,
    parts,
    unb64,
)
from signatures import P384, RSA, RSA_1024, RSA_2047, RSA_3072, RSA_4096, hash_of, sign_with

SOURCES.update(
    {
        "JWT-21": "RFC 7518, sections 3.3 and 3.5: 2048 bits or more",
        "JWT-22": "ASAP specification, key discovery; Atlassian's notice on signed install callbacks; RFC 7468",
    }
)

TOPICS.update({"JWT-21": "size-of-rsa-keys", "JWT-22": "keys-as-text"})

# The name in ids, the clause of the use, and the module that makes its tokens.
Use = collections.namedtuple("Use", "id clause module claims")
INSTALL = Use("install", "INS-1", callbacks, callbacks.claims)
ASAP = Use("asap", "ASAP-8", asap, lambda **changes: asap.claims(asap.header(), **changes))


def stands(head, payload):
    """A token of two segments as they stand and their signature."""
    text = f"{head}.{payload}"
    return f"{text}.{b64(RSA.pkcs1(text))}"


def refuse(use, name, summary, clause, text, reasons="malformed", **more):
    id = name if "/" in name else f"token/{name}"
    clauses = f"{clause} {use.clause}"
    use.module.refuse(f"{use.id}/{id}", summary, clauses, MUST, reasons, text, **more)


def accept(use, name, summary, clause, text, level=MUST, **more):
    use.module.accept(f"{use.id}/token/{name}", summary, f"{clause} {use.clause}", level, text, **more)


def base64_cases(use):
    good = use.module.token()
    head, payload, signature = parts(good)

    # JWT-1
    refuse(use, "dot-at-the-end", "a fourth segment that is empty", "JWT-1", f"{good}.")

    # JWT-2
    short = first(lambda n: b64(use.claims(x="." * n)), lambda text: len(text) % 4 == 3)
    whole = first(lambda n: b64(use.claims(x="." * n)), lambda text: len(text) % 4 == 0)
    refuse(
        use,
        "padded-claims",
        "the padding of base64 at the end of the claims, with a good signature",
        "JWT-2",
        stands(head, f"{short}="),
    )
    refuse(
        use,
        "one-character-too-many",
        "claims of a length that is one more than a multiple of four",
        "JWT-2",
        stands(head, f"{whole}A"),
    )
    for name, summary, text in [
        ("blank-in-claims", "a space in the claims", f"{payload[:40]} {payload[40:]}"),
        ("blank-behind-claims", "a space after the claims", f"{payload} "),
        ("exclamation-mark-in-claims", "an exclamation mark in the claims", f"{payload[:40]}!{payload[40:]}"),
        ("exclamation-mark-behind-claims", "an exclamation mark after the claims", f"{payload}!"),
    ]:
        refuse(use, name, f"{summary}, with a good signature", "JWT-2", stands(head, text))
    slashes = first(
        lambda n: use.module.token(x=f"???>>>{n}"), lambda text: all({"-", "_"} & set(s) for s in parts(text)[1:])
    )
    slashed_head, slashed_payload, slashed = parts(slashes)
    standard = str.maketrans("-_", "+/")
    if use is ASAP:
        text = stands(slashed_head, slashed_payload.translate(standard))
        refuse(use, "standard-base64", "claims in standard base64, with a good signature", "JWT-2", text)
    for name, summary, text in [
        (
            "standard-base64",
            "a signature in standard base64",
            f"{slashed_head}.{slashed_payload}.{slashed.translate(standard)}",
        ),
        ("blank-inside", "a space in the signature", f"{head}.{payload}.{signature[:20]} {signature[20:]}"),
        ("blank-before", "a space before the signature", f"{head}.{payload}. {signature}"),
        (
            "exclamation-mark",
            "an exclamation mark in the signature",
            f"{head}.{payload}.{signature[:20]}!{signature[20:]}",
        ),
    ]:
        refuse(use, f"signature/{name}", summary, "JWT-2 JWT-17", text, "malformed bad_signature")
    if use is ASAP:
        # 96 bytes fill their characters, so that one more is the one too many; 64 and 256 bytes do not.
        text = asap.by("ES384", P384)
        refuse(
            use,
            "signature/one-character-too-many",
            "an ES384 signature and one more character, of a length that is one more than a multiple of four",
            "JWT-2 JWT-17",
            f"{text}A",
            "malformed bad_signature",
            public_keys={asap.KID: P384.public_pem},
        )


def json_cases(use):
    # JWT-4
    text = use.claims()
    for name, summary, made in [
        ("claims-null", "null as claims", "null"),
        ("claims-string", "the claims as text in a JSON string", json.dumps(text)),
        ("claims-empty", "claims of no byte", ""),
        ("trailing-comma", "a comma after the last claim", f"{text[:-1]},}}"),
        ("single-quotes", "single quotes for double ones", text.replace('"', "'")),
        ("comment", "a comment in the claims", f"{text[:-1]}/**/}}"),
        ("infinity", "Infinity as a claim", use.claims(x=Raw("Infinity"))),
        ("leading-zero", "a claim with a leading zero", use.claims(x=Raw("07"))),
        ("control-character", "a line feed in a string, as it is", use.claims(x=Raw('"a\nb"'))),
        ("invalid-utf-8", "a byte FF in a string", use.claims(x="@").encode().replace(b"@", b"\xff")),
        ("utf-16", "claims in UTF-16", text.encode("utf-16-be")),
    ]:
        refuse(use, name, summary, "JWT-4", use.module.token(made))
    if use is INSTALL:
        refuse(use, "nan", "NaN as a claim", "JWT-4", use.module.token(x=Raw("NaN")))
    named = {"jti": "white-space"} if use is ASAP else {}
    spaced = use.claims(**named).replace('":', '" :\t').replace(',"', '\r\n,"')
    for name, summary, made in [
        ("white-space", "white space before, between and after the members of the claims", f" {spaced}\n"),
        ("beyond-ascii", "claims with characters beyond ASCII, as they are", use.claims(x="Zoë 😀")),
        ("escapes", "claims with characters as escapes", use.claims(x=Raw('"Zo\\u00eb \\ud83d\\ude00 \\"\\\\\\/\\b"'))),
    ]:
        accept(use, name, summary, "JWT-4", use.module.token(made))


def header_cases(use):
    not_allowed = "algorithm_not_allowed"

    def token(**changes):
        return use.module.token(head=use.module.header(**changes))

    # JWT-9 and JWT-10
    refuse(use, "algorithm/hyphen", "alg RS-256", "JWT-9", token(alg="RS-256"), not_allowed)
    upper = token(alg=GONE, ALG="RS256")
    reasons = f"malformed {not_allowed}"
    refuse(use, "algorithm/member-in-upper-case", "ALG for alg", "JWT-10", upper, reasons)

    # JWT-13
    for name, typ in [("typ-in-lower-case", "jwt"), ("typ-other", "JOSE")]:
        accept(use, name, f"typ {typ}", "JWT-13", token(typ=typ), SHOULD)

    # JWT-14
    for name, summary, more in [
        ("exp", "crit with exp, which stands in the header", {"exp": NOW + 50, "crit": ["exp"]}),
        ("empty", "an empty crit", {"crit": []}),
        ("string", "a crit that is no list", {"crit": "exp"}),
        ("null", "a crit that is null", {"crit": None}),
    ]:
        refuse(use, f"critical-{name}", summary, "JWT-14", token(**more))
    accept(use, "critical-upper-case", "CRIT in the header, which is another member", "JWT-15 JWT-14", token(CRIT=["exp"]))


def key_cases(use):
    kid = use.module.KID

    def by(algorithm, key):
        head = use.module.header(alg=algorithm)
        return use.module.signed(lambda text: sign_with(algorithm, key, text), head=head)

    # JWT-21
    unusable = "unknown_key bad_signature algorithm_not_allowed"
    for algorithm in ("RS256",) if use is INSTALL else ("RS256", "PS256"):
        for bits, key in [("1024", RSA_1024), ("2047", RSA_2047), ("3072", RSA_3072), ("4096", RSA_4096)]:
            id, keys = f"{use.id}/key-size/{algorithm.lower()}-{bits}", {kid: key.public_pem}
            summary = f"{algorithm} with a key of {bits} bits"
            clauses, text = f"JWT-21 {use.clause}", by(algorithm, key)
            if key.n.bit_length() < 2048:
                use.module.refuse(id, summary, clauses, MUST, unusable, text, public_keys=keys)
            else:
                use.module.accept(id, summary, clauses, MUST, text, public_keys=keys)

    # JWT-22
    good, lines = use.module.token(), RSA.public_pem.splitlines()
    for name, summary, pem, level, source in [
        (
            "carriage-returns",
            "lines that end with a carriage return and a line feed",
            "\r\n".join([*lines, ""]),
            MUST,
            None,
        ),
        ("no-last-line-break", "no line break at the end", "\n".join(lines), MUST, None),
        ("text-before", "a line of text before it", f"the key of 2026\n{RSA.public_pem}", OPEN, RFC_7468),
        (
            "one-line",
            "its base64 on one line",
            "\n".join([lines[0], "".join(lines[1:-1]), lines[-1], ""]),
            OPEN,
            RFC_7468,
        ),
        ("pkcs1", "the form of PKCS #1", RSA.pkcs1_pem(), OPEN, "our choice; RFC 8017, appendix A.1.1"),
    ]:
        alternatives = [] if level == MUST else [may_refuse("no document asks for this form", unusable)]
        use.module.accept(
            f"{use.id}/key-text/{name}",
            f"the public key as PEM, with {summary}",
            f"JWT-22 {use.clause}",
            level,
            good,
            public_keys={kid: pem},
            accept=alternatives,
            source=source,
        )
    for name, summary, text in [
        ("private-key", "a private key", RSA.private_pem),
        ("two-keys", "two keys", RSA.public_pem + RSA_3072.public_pem),
    ]:
        use.module.refuse(
            f"{use.id}/key-text/{name}",
            f"{summary} in place of a public key",
            f"JWT-22 {use.clause}",
            OPEN,
            f"{unusable} other",
            good,
            public_keys={kid: text},
            accept=[may_accept("the public half, or the first key, is found in it", good)],
            source="our choice; the text is not that of one public key",
        )


RFC_7468 = "our choice; RFC 7468, sections 2 and 3, lets a parser be stricter"


def install_cases():
    # JWT-5
    refused, last = "malformed", "refused, or the last counts; never the first"
    header, claims = callbacks.header()[:-1], callbacks.claims()[:-1]
    for name, where, two, reasons, clause in [
        ("kid", "header", f'"{callbacks.OTHER_KID}"', "unknown_key bad_signature", "INS-3"),
        ("alg", "header", '"none"', "algorithm_not_allowed", "JWT-11"),
        ("iss", "claims", f'"{callbacks.OTHER}"', "unknown_issuer invalid_claim", "INS-4"),
        ("aud", "claims", '"https://other.example"', "audience_mismatch", "INS-6"),
        ("exp", "claims", str(NOW - 5), "expired", "INS-11"),
    ]:
        more = f',"{name}":{two}}}'
        text = callbacks.token(head=header + more) if where == "header" else callbacks.token(claims + more)
        callbacks.refuse(
            f"install/token/{name}-good-then-bad",
            f"two {name} in the {where}, the first good and the last bad",
            f"JWT-5 {clause}",
            MUST,
            f"{refused} {reasons}",
            text,
            flags=["attack"],
            source=f"RFC {7515 if where == 'header' else 7519}, section 4: {last}",
        )

    # JWT-10 and JWT-11
    refuse(
        INSTALL,
        "algorithm/empty",
        "an empty alg",
        "JWT-10",
        callbacks.token(head=callbacks.header(alg="")),
        "algorithm_not_allowed malformed",
    )
    refuse(
        INSTALL,
        "algorithm/none-mixed",
        "alg nOnE and an empty signature",
        "JWT-11",
        callbacks.signed(lambda _: b"", head=callbacks.header(alg="nOnE")),
        "algorithm_not_allowed malformed",
        flags=["attack"],
    )


def asap_cases():
    good = asap.token()
    head, payload, signature = parts(good)

    # JWT-16
    refuse(
        ASAP,
        "signature/over-claims-only",
        "a signature over the claims alone",
        "JWT-16 JWT-17",
        f"{head}.{payload}.{b64(RSA.pkcs1(payload))}",
        "bad_signature",
    )
    pretty = asap.header(x=1).replace(",", " ,\n ")
    accept(
        ASAP, "as-it-stands", "a header with line breaks and one more member", "JWT-16 JWT-15", asap.token(head=pretty)
    )

    # JWT-17
    def number_of(text):
        return int.from_bytes(unb64(parts(text)[2]), "big")

    small = first(lambda n: asap.token(x=n), lambda text: number_of(text) + RSA.n < 1 << 2048)
    above = b64((number_of(small) + RSA.n).to_bytes(256, "big"))
    refuse(
        ASAP,
        "signature/beyond-the-modulus",
        "the signature as a number, and the modulus added",
        "JWT-17",
        ".".join([*parts(small)[:2], above]),
        "bad_signature",
        source="RFC 8017, section 5.2.2: the number is below the modulus",
    )
    for name, summary, block in callbacks.WRONG_BLOCKS:
        refuse(
            ASAP,
            f"signature/{name}",
            f"a signature over {summary}",
            "JWT-17",
            asap.signed(lambda text: RSA.power(block(hash_of("sha256", text.encode())))),
            "bad_signature",
            source="RFC 8017, sections 8.2.2 and 9.2",
        )


def cases():
    for use in (INSTALL, ASAP):
        base64_cases(use)
        json_cases(use)
        header_cases(use)
        key_cases(use)
    install_cases()
    asap_cases()


# Which other implementations gave the same verdict.
confirm(
    {
        "PS": """
            install/token/dot-at-the-end install/token/one-character-too-many install/token/blank-in-claims
            install/token/blank-behind-claims install/token/exclamation-mark-in-claims
            install/token/exclamation-mark-behind-claims install/signature/standard-base64
            install/signature/blank-inside install/signature/blank-before install/signature/exclamation-mark
            install/token/claims-null install/token/claims-string install/token/claims-empty
            install/token/trailing-comma install/token/single-quotes install/token/comment install/token/leading-zero
            install/token/control-character install/token/invalid-utf-8 install/token/white-space
            install/token/beyond-ascii install/token/escapes install/token/alg-good-then-bad
            install/token/iss-good-then-bad install/token/aud-good-then-bad install/token/exp-good-then-bad
            install/algorithm/hyphen install/algorithm/member-in-upper-case install/algorithm/empty
            install/algorithm/none-mixed install/token/typ-in-lower-case install/token/typ-other
            install/token/critical-exp install/token/critical-empty install/token/critical-string
            install/token/critical-null install/token/critical-upper-case
        """,
        "PJKS": """
            asap/token/dot-at-the-end asap/token/blank-in-claims asap/token/blank-behind-claims
            asap/token/exclamation-mark-in-claims asap/token/exclamation-mark-behind-claims asap/token/standard-base64
            asap/signature/standard-base64 asap/signature/blank-inside asap/signature/blank-before
            asap/signature/exclamation-mark asap/token/claims-empty asap/token/white-space asap/token/beyond-ascii
            asap/token/escapes asap/algorithm/hyphen asap/algorithm/member-in-upper-case asap/token/typ-in-lower-case
            asap/token/typ-other asap/token/critical-upper-case asap/signature/over-claims-only
            asap/token/as-it-stands asap/signature/beyond-the-modulus asap/signature/without-digest-info
            asap/signature/digest-info-of-another asap/signature/short-padding asap/signature/type-2
        """,
        "S": """
            install/token/padded-claims install/token/infinity install/token/utf-16 install/token/nan
            asap/token/infinity asap/token/utf-16 install/token/kid-good-then-bad
        """,
        "KS": """
            asap/token/padded-claims
        """,
        "PJS": """
            asap/token/one-character-too-many asap/signature/one-character-too-many asap/token/claims-null
            asap/token/claims-string asap/token/trailing-comma asap/token/single-quotes asap/token/comment
            asap/token/leading-zero asap/token/control-character asap/token/invalid-utf-8 asap/token/critical-exp
            asap/token/critical-empty asap/token/critical-string asap/token/critical-null
        """,
    }
)
