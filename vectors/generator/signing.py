"""The vectors of what a signer writes: the cases of sign in con-04 and con-22, and asap-25-as-signed.json."""

from making import (
    APP_KEY,
    CLIENT,
    MUST,
    NOW,
    OPEN,
    OTHER,
    SECRET,
    SOURCES,
    TOPICS,
    Request,
    add,
    confirm,
    features_of,
    may_refuse,
    members_of,
    qsh,
)
from signatures import P256, P384, P521, RSA, RSA_OTHER

SOURCES.update(
    {
        "CON-4": "Understanding JWT, claims: iss is the key of the app",
        "ASAP-25": "ASAP specification, access token generation",
    }
)

TOPICS.update({"CON-4": "app-as-issuer", "ASAP-25": "as-signed"})


def sign(
    id,
    summary,
    clauses,
    request,
    canonical,
    level=MUST,
    issuer=APP_KEY,
    secret=SECRET,
    issued_at=NOW,
    expires_at=NOW + 180,
    claims=None,
    further=None,
    rejected=None,
    header=None,
    own_is_good=False,
    **more,
):
    """A request to sign, with its canonical request as it is written by hand. `further` are further claims that the token
    must not have. With `own_is_good` the signer may leave them out."""
    claims = claims or {}
    given = members_of(request) | {
        "issuer": issuer,
        "shared_secret": secret,
        "issued_at": issued_at,
        "expires_at": expires_at,
        "claims": claims | (further or {}),
    }
    said = claims | {"iss": issuer, "iat": issued_at, "exp": expires_at, "qsh": qsh(canonical)}
    signed = {"issuer": issuer, "claims": dict(sorted(said.items()))}
    if header:
        signed["header"] = header
    expect = {"rejected": rejected.split()} if rejected else signed
    if own_is_good:
        more["accept"] = [{"because": OWN_IS_GOOD, **signed}]
    add(id, summary, clauses, level, "sign", given, expect, features=features_of(request), **more)


def connect_cases():
    jira = "https://example.atlassian.net"
    wiki = f"{jira}/wiki"

    # CON-22
    for name, summary, request, canonical in [
        ("get", "a GET without a query", Request("GET", "/panel"), "GET&/panel&"),
        ("query", "a GET with a query", Request("GET", "/panel?issue=QSH-1"), "GET&/panel&issue=QSH-1"),
        ("post", "a POST", Request("POST", "/hook?id=7"), "POST&/hook&id=7"),
        ("put", "a PUT", Request("PUT", "/rest/api/2/issue/QSH-1"), "PUT&/rest/api/2/issue/QSH-1&"),
        ("delete", "a DELETE", Request("DELETE", "/rest/api/2/issue/QSH-1"), "DELETE&/rest/api/2/issue/QSH-1&"),
        ("lower-case", "a method in lower case", Request("get", "/panel?issue=QSH-1"), "GET&/panel&issue=QSH-1"),
        ("order", "parameters that have to be sorted", Request("GET", "/p?b=2&a=1&c=3"), "GET&/p&a=1&b=2&c=3"),
        ("repeated", "a parameter that comes twice", Request("GET", "/p?a=2&a=1"), "GET&/p&a=1,2"),
        ("encoded", "values with escapes", Request("GET", "/p?q=a%20b&r=%3A"), "GET&/p&q=a%20b&r=%3A"),
        ("hex-case", "escapes in lower case", Request("GET", "/p?q=%3a%2f"), "GET&/p&q=%3A%2F"),
        ("beyond-ascii", "a value beyond ASCII, escaped", Request("GET", "/p?q=Zo%C3%AB"), "GET&/p&q=Zo%C3%AB"),
        (
            "absolute",
            "an absolute URL below the base URL",
            Request("GET", f"{jira}/rest/api/2/myself?expand=groups", jira),
            "GET&/rest/api/2/myself&expand=groups",
        ),
        (
            "base-path",
            "an absolute URL below a base URL with a path",
            Request("GET", f"{wiki}/rest/api/content?limit=2&start=0", wiki),
            "GET&/rest/api/content&limit=2&start=0",
        ),
        (
            "base-path-post",
            "a POST below a base URL with a path",
            Request("POST", f"{wiki}/rest/api/content", wiki),
            "POST&/rest/api/content&",
        ),
    ]:
        sign(f"sign/request/{name}", summary, "CON-22 CON-4", request, canonical)
    panel, canonical = Request("GET", "/panel?issue=QSH-1"), "GET&/panel&issue=QSH-1"
    for name, summary, claims in [
        ("sub", "a sub", {"sub": "557058:9b2c7d10-51fe-4a88-b2c4-70e9d6a3158f"}),
        ("aud", "an aud", {"aud": CLIENT}),
        ("aud-list", "a list as aud", {"aud": [CLIENT, OTHER]}),
        ("context", "a context", {"context": {"user": {"accountId": "557058:a"}}}),
        ("jti", "a jti", {"jti": "b0f1c3d2"}),
        ("beyond-ascii", "a claim beyond ASCII", {"name": "Zo\u00eb \U0001f600"}),
        ("marks", "a claim with quotation marks, a backslash and a line feed", {"x": '"a\\b\n"'}),
        ("every-type", "claims of every type", {"a": None, "b": True, "c": 7, "d": -2, "e": [1, "x", []], "f": {}}),
        ("several", "several claims", {"sub": "557058:a", "aud": CLIENT, "x": 1, "y": 2}),
        ("kilobyte", "a claim of a kilobyte", {"x": "a" * 1024}),
    ]:
        sign(f"sign/claims/{name}", f"{summary} as further claim", "CON-22 CON-20", panel, canonical, claims=claims)
    for name, summary, issued_at, expires_at in [
        ("one-second", "a lifetime of a second", NOW, NOW + 1),
        ("one-hour", "a lifetime of an hour", NOW, NOW + 3600),
        ("one-day", "a lifetime of a day", NOW, NOW + 86_400),
        ("one-year", "a lifetime of a year", NOW, NOW + 31_536_000),
        ("long-ago", "signed in 1970", 1, 181),
        ("before-2038", "signed in the last second that 31 bits count", 2**31 - 1, 2**31 + 179),
        ("after-2038", "signed when 31 bits do not count the seconds", 4_000_000_000, 4_000_000_180),
        ("leap-day", "signed on a leap day", 1_709_164_800, 1_709_164_980),
        ("summer-time", "signed when many clocks went forward an hour", 1_711_846_800, 1_711_846_980),
    ]:
        sign(f"sign/times/{name}", summary, "CON-22", panel, canonical, issued_at=issued_at, expires_at=expires_at)
    for name, summary, secret in [
        ("base64url", "a secret that looks like base64url", "3zC6Yt-x8v_Q0m7LwN1rKjH5sGfDpAoIuYtReWqZx2c"),
        ("blanks", "a secret with spaces at its ends", " 3f1c9a52-8d0e-4b7a-9c66-2e5d7f81b04a "),
        ("capitals", "a secret with capitals", "3F1C9A52-8D0E-4B7A-9C66-2E5D7F81B04A"),
        ("128", "a secret of 128 characters", "0123456789abcdef" * 8),
    ]:
        sign(f"sign/secret/{name}", summary, "CON-22 JWT-18", panel, canonical, secret=secret)

    refused_cases(panel, canonical)
    sign(
        "sign/header/members",
        "a token whose header has alg and typ, and no other member",
        "CON-22",
        panel,
        canonical,
        expires_at=NOW + 90,
        header={"alg": "HS256", "typ": "JWT"},
    )
    sign(
        "sign/times/exp-is-iat",
        "an exp equal to iat",
        "CON-22 CON-8",
        panel,
        canonical,
        level=OPEN,
        expires_at=NOW,
        accept=[may_refuse("a verifier may refuse a token at its exp", "expired invalid_claim other")],
        source="our choice; RFC 7519, section 4.1.4, refuses a token at its exp",
    )

    # CON-4
    for name, summary, issuer in [
        ("app-key", "the key of an app", APP_KEY),
        ("one-word", "the key of an app, of one word", "app"),
        ("hyphens", "the key of an app, with hyphens and underscores", "my-app_2.addon"),
    ]:
        sign(
            f"sign/issuer/{name}",
            f"{summary} as iss",
            "CON-4 CON-22",
            Request("GET", f"{jira}/rest/api/2/myself", jira),
            "GET&/rest/api/2/myself&",
            issuer=issuer,
        )


OWN_IS_GOOD = "a signer may leave out a claim that it sets itself"
BREAKS = "a token signed like that would break the clause"


def refused_cases(panel, canonical):
    """Further claims and dates with which a token would break a clause."""
    for name, summary, clause, reasons, claims in [
        ("exp", "an exp that has passed", "CON-7", "expired", {"exp": NOW - 10}),
        ("exp-text", "an exp that is text", "CON-13", "invalid_claim", {"exp": "tomorrow"}),
        ("iss", "the key of another app as iss", "CON-4", "unknown_issuer", {"iss": "com.example.other"}),
        ("qsh", "the hash of another request as qsh", "CON-18", "qsh_mismatch", {"qsh": qsh("GET&/other&")}),
        ("qsh-of-context", "the fixed value as qsh", "CTX-2", "context_token qsh_mismatch", {"qsh": "context-qsh"}),
    ]:
        sign(
            f"sign/refused/{name}",
            f"{summary}, as further claim",
            f"CON-22 {clause}",
            panel,
            canonical,
            further=claims,
            rejected=f"{reasons} other",
            own_is_good=True,
            source=f"Understanding JWT, creating a token; {BREAKS}",
        )
    for name, summary, clause, reasons, claims in [
        ("nbf-text", "an nbf that is text", "CON-13", "invalid_claim", {"nbf": "now"}),
        ("nbf-after-exp", "an nbf after exp", "CON-11", "expired not_yet_valid invalid_claim", {"nbf": NOW + 181}),
    ]:
        sign(
            f"sign/refused/{name}",
            f"{summary}, as further claim",
            f"CON-22 {clause}",
            panel,
            canonical,
            claims=claims,
            rejected=f"{reasons} other",
            source=f"RFC 7519, section 4.1.5; {BREAKS}",
        )
    for name, summary, expires_at in [
        ("exp-before-iat", "an exp a second before iat", NOW - 1),
        ("exp-long-before-iat", "an exp an hour before iat", NOW - 3600),
    ]:
        sign(
            f"sign/refused/{name}",
            summary,
            "CON-22 CON-7",
            panel,
            canonical,
            expires_at=expires_at,
            rejected="expired invalid_claim other",
            source=f"Understanding JWT, claims: exp; {BREAKS}",
        )
    sign(
        "sign/refused/iat",
        "an iat an hour ahead, as further claim",
        "CON-22",
        panel,
        canonical,
        level=OPEN,
        further={"iat": NOW + 3600},
        rejected="not_yet_valid invalid_claim expired other",
        own_is_good=True,
        source="our choice; verifiers do not look at an iat ahead (CON-10)",
    )
    sign(
        "sign/refused/empty-secret",
        "an empty secret",
        "CON-22 JWT-19",
        panel,
        canonical,
        secret="",
        rejected="other",
        source="our choice; everybody can sign with an empty secret",
    )


def asap_sign(
    id,
    summary,
    clauses="ASAP-25",
    level=MUST,
    issuer="svc",
    key_id="svc/k1",
    key=RSA,
    algorithm="RS256",
    audience="api",
    issued_at=NOW,
    expires_at=NOW + 60,
    claims=None,
    further=None,
    rejected=None,
    header=None,
    own_is_good=False,
    **more,
):
    claims = claims or {}
    given = {
        "issuer": issuer,
        "key_id": key_id,
        "private_key_pem": key.private_pem,
        "algorithm": algorithm,
        "audience": audience,
        "issued_at": issued_at,
        "expires_at": expires_at,
        "claims": claims | (further or {}),
    }
    said = claims | {"iss": issuer, "aud": audience, "iat": issued_at, "exp": expires_at}
    expect = {"issuer": issuer, "claims": dict(sorted(said.items())), "public_keys": {key_id: key.public_pem}}
    if header:
        expect["header"] = header
    if own_is_good:
        more["accept"] = [{"because": OWN_IS_GOOD, "issuer": issuer, "claims": expect["claims"]}]
    add(id, summary, clauses, level, "asap_sign", given, {"rejected": rejected.split()} if rejected else expect, **more)


def asap_cases():
    for algorithm, key in [
        *((family + size, RSA) for family in ("RS", "PS") for size in ("256", "384", "512")),
        ("ES256", P256),
        ("ES384", P384),
        ("ES512", P521),
    ]:
        clauses = "ASAP-25 ASAP-2 ASAP-3" + (" ASAP-4" if algorithm[0] == "E" else "")
        name = algorithm.lower()
        asap_sign(f"asap/sign/{name}", f"a token by {algorithm}", clauses, algorithm=algorithm, key=key)
    asap_sign("asap/sign/other-key", "a token by another RSA key", "ASAP-25 ASAP-8", key_id="svc/k2", key=RSA_OTHER)
    for name, summary, issuer, key_id in [
        ("dots", "a kid with dots within a segment", "svc", "svc/a..b"),
        ("segments", "a kid of four segments", "svc", "svc/2023/11/k.pem"),
        ("issuer-of-two-segments", "an issuer of two segments", "team/svc", "team/svc/k1"),
        ("signs", "an issuer and a kid with every sign", "s_v.c-1+2", "s_v.c-1+2/k_.-+"),
    ]:
        asap_sign(f"asap/sign/key-id-{name}", summary, "ASAP-25 ASAP-6 ASAP-7 ASAP-10", issuer=issuer, key_id=key_id)
    for name, summary, audience in [
        ("url", "a URL as audience", "https://api.example/v1"),
        ("words", "an audience with a space", "api server"),
    ]:
        asap_sign(f"asap/sign/audience-{name}", summary, "ASAP-25 ASAP-20", audience=audience)
    for name, summary, lifetime in [
        ("one-second", "a lifetime of a second", 1),
        ("ten-minutes", "a lifetime of ten minutes", 600),
        ("one-hour", "a lifetime of an hour", 3600),
    ]:
        asap_sign(
            f"asap/sign/{name}", summary, "ASAP-25 ASAP-17 ASAP-18", expires_at=NOW + lifetime, flags=["boundary"]
        )
    for name, summary, issued_at in [
        ("long-ago", "signed in 1970", 1),
        ("after-2038", "signed when 31 bits do not count the seconds", 4_000_000_000),
    ]:
        asap_sign(f"asap/sign/{name}", summary, issued_at=issued_at, expires_at=issued_at + 60)
    for name, summary, claims in [
        ("sub", "the issuer as sub", {"sub": "svc"}),
        ("text", "a claim that is text", {"tenant": "574f8bdd"}),
        ("beyond-ascii", "a claim beyond ASCII", {"name": "Zo\u00eb \U0001f600"}),
        ("every-type", "claims of every type", {"a": None, "b": True, "c": 7, "d": -2, "e": [1, "x", []], "f": {}}),
        ("kid", "a claim kid, which is no header", {"kid": "other/k"}),
    ]:
        asap_sign(f"asap/sign/claim-{name}", f"{summary}, as further claim", claims=claims)
    for name, summary, clause, rejected, changes in [
        (
            "one-second-more",
            "a lifetime of an hour and a second",
            "ASAP-17",
            "lifetime_too_long",
            {"expires_at": NOW + 3601},
        ),
        ("one-day", "a lifetime of a day", "ASAP-17", "lifetime_too_long", {"expires_at": NOW + 86_400}),
        ("exp-is-iat", "a lifetime of nothing", "ASAP-18", "invalid_claim expired", {"expires_at": NOW}),
        ("exp-before-iat", "an end before the beginning", "ASAP-18", "invalid_claim expired", {"expires_at": NOW - 1}),
        ("other-owner", "a kid of another issuer", "ASAP-10", "key_not_owned", {"key_id": "other/k1"}),
        ("longer-owner", "a kid of an issuer whose name begins so", "ASAP-10", "key_not_owned", {"key_id": "svc2/k1"}),
        ("hs256", "HS256", "ASAP-2", "algorithm_not_allowed", {"algorithm": "HS256"}),
        ("none", "the algorithm none", "ASAP-2", "algorithm_not_allowed", {"algorithm": "none"}),
        ("elliptic-key", "RS256 with an elliptic key", "ASAP-3", "algorithm_not_allowed", {"key": P256}),
        (
            "other-curve",
            "ES384 with a key on P-256",
            "ASAP-3",
            "algorithm_not_allowed",
            {"algorithm": "ES384", "key": P256},
        ),
        ("rsa-key", "ES256 with an RSA key", "ASAP-3", "algorithm_not_allowed", {"algorithm": "ES256"}),
        ("parent", "a kid that climbs", "ASAP-6", "malformed unknown_key", {"key_id": "svc/../k1"}),
        ("empty-segment", "a kid with an empty segment", "ASAP-6", "malformed unknown_key", {"key_id": "svc//k1"}),
        ("blank", "a kid with a space", "ASAP-7", "malformed unknown_key", {"key_id": "svc/k 1"}),
        ("line-feed", "a kid with a line feed at its end", "ASAP-7", "malformed unknown_key", {"key_id": "svc/k1\n"}),
    ]:
        asap_sign(
            f"asap/sign/refused-{name}",
            summary,
            f"ASAP-25 {clause}",
            rejected=f"{rejected} other",
            source="ASAP specification; a token so signed would break the clause",
            **changes,
        )


    refused_asap_cases()
    for algorithm, key in [("RS256", RSA), ("ES256", P256)]:
        asap_sign(
            f"asap/sign/header-{algorithm.lower()}",
            f"a token by {algorithm} whose header has alg and kid, and no other member than a typ",
            algorithm=algorithm,
            key=key,
            expires_at=NOW + 90,
            header={"alg": algorithm, "kid": "svc/k1"},
        )


def refused_asap_cases():
    """Further claims with which a token would break a clause."""
    source = f"ASAP specification; {BREAKS}"
    for name, summary, clause, reasons, claims in [
        ("claim-iss", "another issuer as iss", "ASAP-10", "key_not_owned", {"iss": "other"}),
        ("claim-aud", "another server as aud", "ASAP-20", "audience_mismatch", {"aud": "other"}),
        ("claim-exp", "an exp that has passed", "ASAP-14", "expired invalid_claim", {"exp": NOW - 10}),
        ("claim-exp-far", "an exp in a day", "ASAP-17", "lifetime_too_long", {"exp": NOW + 86_400}),
        ("claim-iat", "an iat two hours ago", "ASAP-17", "lifetime_too_long", {"iat": NOW - 7200}),
        ("claim-jti", "a jti that is the same in two tokens", "ASAP-24", "invalid_claim replayed", {"jti": "once"}),
    ]:
        asap_sign(
            f"asap/sign/refused-{name}",
            f"{summary}, as further claim",
            f"ASAP-25 {clause}",
            further=claims,
            rejected=f"{reasons} other",
            own_is_good=True,
            source=source,
        )
    for name, summary, clause, reasons, claims in [
        ("nbf-text", "an nbf that is text", "ASAP-13", "invalid_claim", {"nbf": "now"}),
        ("nbf-after-exp", "an nbf after exp", "ASAP-14", "expired not_yet_valid invalid_claim", {"nbf": NOW + 61}),
        ("sub-number", "a number as sub", "ASAP-13", "invalid_claim", {"sub": 7}),
    ]:
        asap_sign(
            f"asap/sign/refused-{name}",
            f"{summary}, as further claim",
            f"ASAP-25 {clause}",
            claims=claims,
            rejected=f"{reasons} other",
            source=source,
        )
    asap_sign(
        "asap/sign/refused-sub-of-another",
        "another subject than the issuer, as further claim",
        "ASAP-25 ASAP-23",
        OPEN,
        claims={"sub": "user"},
        rejected="subject_mismatch other",
        source="our choice; a server may allow that an issuer speaks for another",
    )


def cases():
    connect_cases()
    asap_cases()


# Which other implementations signed so: their tokens were verified, and had these claims.
confirm(
    {
        "A": """
            sign/issuer/app-key sign/issuer/one-word sign/issuer/hyphens sign/request/get sign/request/query
            sign/request/post sign/request/put sign/request/delete sign/request/lower-case sign/request/order
            sign/request/repeated sign/request/encoded sign/request/hex-case sign/request/beyond-ascii
            sign/request/absolute sign/request/base-path sign/request/base-path-post sign/claims/sub sign/claims/aud
            sign/claims/aud-list sign/claims/context sign/claims/jti sign/claims/beyond-ascii sign/claims/marks
            sign/claims/every-type sign/claims/several sign/claims/kilobyte sign/times/one-second sign/times/one-hour
            sign/times/one-day sign/times/one-year sign/times/long-ago sign/times/before-2038 sign/times/after-2038
            sign/times/leap-day sign/times/summer-time sign/secret/base64url sign/secret/blanks sign/secret/capitals
            sign/secret/128
        """,
        "JS": """
            asap/sign/refused-one-second-more asap/sign/refused-one-day asap/sign/refused-hs256 asap/sign/refused-none
            asap/sign/refused-other-curve asap/sign/refused-parent asap/sign/refused-empty-segment
            asap/sign/refused-blank
        """,
        "P": """
            asap/sign/key-id-dots
        """,
        "PJ": """
            asap/sign/rs256 asap/sign/rs384 asap/sign/rs512 asap/sign/ps256 asap/sign/ps384 asap/sign/ps512
            asap/sign/es256 asap/sign/es384 asap/sign/es512 asap/sign/other-key asap/sign/key-id-segments
            asap/sign/key-id-issuer-of-two-segments asap/sign/key-id-signs asap/sign/audience-url
            asap/sign/audience-words asap/sign/one-second asap/sign/ten-minutes asap/sign/one-hour asap/sign/long-ago
            asap/sign/after-2038 asap/sign/claim-sub asap/sign/claim-text asap/sign/claim-beyond-ascii
            asap/sign/claim-every-type asap/sign/claim-kid
        """,
        "S": """
            asap/sign/refused-exp-is-iat asap/sign/refused-exp-before-iat asap/sign/refused-other-owner
            asap/sign/refused-longer-owner asap/sign/refused-elliptic-key asap/sign/refused-rsa-key
            asap/sign/refused-line-feed
        """,
    }
)
