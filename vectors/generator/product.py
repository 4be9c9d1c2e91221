"""The vectors of requests from an app to a product: prd-*.json."""

from making import (
    APP_KEY,
    CLIENT,
    GONE,
    MUST,
    NOW,
    OPEN,
    OTHER_SECRET,
    SECRET,
    SHOULD,
    SOURCES,
    TOPICS,
    Request,
    accepted,
    add,
    b64,
    features_of,
    jwt,
    mac,
    members,
    members_of,
    qsh,
    signed_with,
    token as any_token,
)
from signatures import RSA

JIRA = "https://acme.atlassian.net"
WIKI = f"{JIRA}/wiki"
APPS = {APP_KEY: SECRET}
OTHER_APP = "com.example.other"
BOTH_APPS = {APP_KEY: SECRET, OTHER_APP: OTHER_SECRET}
ISSUE = Request("GET", f"{JIRA}/rest/api/3/issue/QSH-1?fields=summary", JIRA)
ISSUE_QSH = qsh("GET&/rest/api/3/issue/QSH-1&fields=summary")
CONTENT = Request("GET", f"{WIKI}/rest/api/content?limit=5", WIKI)
CONTENT_QSH = qsh("GET&/rest/api/content&limit=5")
EXACT = "Java, npm and Python compare exactly"

SOURCES.update(
    {
        "PRD-1": "Understanding JWT, claims: iss is the key of the app",
        "PRD-2": "Atlassian's notice on the end of the query parameter, 1 February 2022",
        "PRD-3": "Understanding JWT, step 3: the base URL of the product is not hashed",
        "PRD-4": "Understanding JWT, claims: qsh is the hash of the request",
        "PRD-5": "Understanding JWT, claims; RFC 7519, section 4.1",
        "PRD-6": "Understanding JWT: aud is not used by Jira and Confluence",
    }
)
TOPICS.update(
    {
        "PRD-1": "app-as-issuer",
        "PRD-2": "header-only",
        "PRD-3": "base-url-of-the-product",
        "PRD-4": "hash",
        "PRD-5": "dates",
        "PRD-6": "other-claims",
    }
)


def claims(**changes):
    """The JSON text of good claims for ISSUE at NOW, with changes."""
    given = {"iss": APP_KEY, "iat": NOW - 60, "exp": NOW + 120, "qsh": ISSUE_QSH} | changes
    return members([(name, value) for name, value in given.items() if value is not GONE])


def token(key=SECRET, **changes):
    return any_token(claims(**changes), key=key)


def case(id, summary, clauses, level, expect, headers, request=ISSUE, apps=APPS, now=NOW, leeway=0, **more):
    given = members_of(request) | {
        "headers": headers,
        "apps": dict(sorted(apps.items())),
        "now": now,
        "leeway": leeway,
    }
    add(id, summary, clauses, level, "authenticate_product", given, expect, features=features_of(request), **more)


def accept(id, summary, clauses, text, level=MUST, headers=None, **more):
    headers = jwt(text) if headers is None else headers
    case(f"product/{id}", summary, clauses, level, accepted(text), headers, **more)


def refuse(id, summary, clauses, reasons, text="", level=MUST, headers=None, **more):
    headers = jwt(text) if headers is None else headers
    expect = {"rejected": reasons.split()}
    case(f"product/{id}", summary, clauses, level, expect, headers, **more)


def cases():
    issuer_cases()
    place_cases()
    hash_cases()
    date_cases()
    kind_cases()


def issuer_cases():
    accept("issuer/app-key", "the key of the app as iss", "PRD-1", token())
    second = token(key=OTHER_SECRET, iss=OTHER_APP)
    accept("issuer/second-app", "the key of the second of two apps as iss", "PRD-1", second, apps=BOTH_APPS)
    unknown = "unknown_issuer"
    for name, summary, written in [
        ("client-key", "the client key of the tenant as iss", CLIENT),
        ("in-upper-case", "the key of the app in upper case", APP_KEY.upper()),
        ("shorter", "the key of the app without its last character", APP_KEY[:-1]),
        ("longer", "the key of the app and one more character", APP_KEY + "s"),
        ("last-part", "the last part of the key of the app", APP_KEY.rpartition(".")[2]),
        ("blank-before", "the key of the app with a space before it", f" {APP_KEY}"),
        ("blank-after", "the key of the app with a space after it", f"{APP_KEY} "),
    ]:
        refuse(f"issuer/{name}", summary, "PRD-1", unknown, token(iss=written))
    empty = "unknown_issuer missing_claim invalid_claim"
    refuse("issuer/empty", "an empty iss", "PRD-1 CON-3", empty, token(iss=""))
    refuse("issuer/missing", "no iss", "PRD-1", "missing_claim unknown_issuer", token(iss=GONE))
    for name, summary, written in [
        ("null", "null as iss", None),
        ("number", "a number as iss", 7),
        ("list", "the key of the app in a list as iss", [APP_KEY]),
    ]:
        refuse(f"issuer/{name}", summary, "PRD-1", "invalid_claim missing_claim unknown_issuer", token(iss=written))
    refuse("issuer/no-apps", "a product without apps", "PRD-1", unknown, token(), apps={})
    refuse(
        "issuer/of-another-app",
        "the key of one app as iss and the secret of another app",
        "PRD-1 JWT-17",
        "bad_signature",
        token(key=OTHER_SECRET),
        apps=BOTH_APPS,
        flags=["attack"],
    )


def place_cases():
    good = token()
    none = "no_token"

    def with_jwt(text):
        return Request("GET", f"{ISSUE.url}&jwt={text}", JIRA)

    accept("place/header", "the token in the header, after JWT", "PRD-2", good)
    lower = [["authorization", f"JWT {good}"]]
    accept("place/name-in-lower-case", "the token in the header authorization", "PRD-2 TRN-4", good, headers=lower)
    spaces = [["Authorization", f"JWT   {good}"]]
    accept("place/three-spaces", "the token after JWT and three spaces", "PRD-2 TRN-3", good, SHOULD, headers=spaces)
    refuse("place/parameter", "the token in the parameter jwt", "PRD-2", none, headers=[], request=with_jwt(good))
    accept(
        "place/other-in-parameter",
        "a good token in the header and another text in the parameter jwt",
        "PRD-2",
        good,
        level=OPEN,
        request=with_jwt("a.b.c"),
    )
    refuse("place/nowhere", "no token at all", "PRD-2", none, headers=[])
    refuse("place/bearer", "the token after Bearer", "PRD-2 TRN-5", none, headers=[["Authorization", f"Bearer {good}"]])
    for name, summary, header in [
        ("no-scheme", "the token alone in the header", good),
        ("basic", "the token after Basic", f"Basic {good}"),
    ]:
        refuse(f"place/{name}", summary, "PRD-2 TRN-5", none, headers=[["Authorization", header]])
    refuse("place/x-acpt", "the token in the header X-acpt", "PRD-2", none, headers=[["X-acpt", good]])


def hash_cases():
    mismatch, of_content = "qsh_mismatch", token(qsh=CONTENT_QSH)
    accept("base/jira", "the hash of the whole path, for Jira", "PRD-3", token())
    accept("base/confluence", "the hash of the path below /wiki, for Confluence", "PRD-3", of_content, request=CONTENT)
    whole = qsh("GET&/wiki/rest/api/content&limit=5")
    refuse("base/wiki-hashed", "the hash of the path with /wiki, for Confluence", "PRD-3", mismatch, token(qsh=whole), request=CONTENT)
    twice = Request("GET", f"{WIKI}/x/wiki/y", WIKI)
    summary = "a path with /wiki below /wiki, for Confluence"
    accept("base/wiki-twice", summary, "PRD-3", token(qsh=qsh("GET&/x/wiki/y&")), request=twice)
    below = qsh("GET&/content&limit=5")
    refuse("base/more-removed", "the hash of the path below /wiki/rest/api, for Confluence", "PRD-3", mismatch, token(qsh=below), request=CONTENT)
    at_jira = Request("GET", f"{JIRA}/wiki/rest/api/content?limit=5", JIRA)
    accept("base/wiki-of-jira", "a path with /wiki below a base without it", "PRD-3", token(qsh=whole), request=at_jira)
    refuse(
        "base/url",
        "the hash of the whole URL",
        "PRD-3",
        mismatch,
        token(qsh=qsh(f"GET&{CONTENT.url.partition('?')[0]}&limit=5")),
        request=CONTENT,
    )
    for name, summary, text in [
        ("other-path", "the hash of another path", "GET&/rest/api/3/issue/QSH-2&fields=summary"),
        ("other-method", "the hash of another method", "PUT&/rest/api/3/issue/QSH-1&fields=summary"),
        ("other-query", "the hash of another query", "GET&/rest/api/3/issue/QSH-1&fields=status"),
        ("no-query", "the hash without the query", "GET&/rest/api/3/issue/QSH-1&"),
    ]:
        refuse(f"hash/{name}", summary, "PRD-4", mismatch, token(qsh=qsh(text)), flags=["attack"])
    refuse("hash/missing", "no qsh", "PRD-4 CON-17", "missing_claim qsh_mismatch", token(qsh=GONE), flags=["attack"])
    refuse("hash/null", "null as qsh", "PRD-4 CON-17", "invalid_claim missing_claim qsh_mismatch", token(qsh=None))
    refuse("hash/empty", "an empty qsh", "PRD-4 CON-17", "qsh_mismatch missing_claim invalid_claim", token(qsh=""))
    refuse(
        "hash/context",
        "a context token",
        "PRD-4 CTX-2",
        "context_token qsh_mismatch",
        token(qsh="context-qsh"),
        flags=["attack"],
    )
    post = Request("POST", f"{JIRA}/rest/api/3/issue", JIRA)
    accept("hash/post", "a POST without a query", "PRD-4", token(qsh=qsh("POST&/rest/api/3/issue&")), request=post)
    form = Request("POST", f"{JIRA}/rest/x", JIRA, "a=1")
    accept("hash/form", "a POST with a form", "PRD-4", token(qsh=qsh("POST&/rest/x&a=1")), request=form)
    escaped = Request("GET", f"{JIRA}/rest/a%2Fb", JIRA)
    summary = "a path with a slash as an escape"
    accept("hash/escaped-slash", summary, "PRD-4", token(qsh=qsh("GET&/rest/a%2Fb&")), SHOULD, request=escaped)
    summary = "the first 32 digits of the hash"
    refuse("hash/shorter", summary, "PRD-4 CON-18", mismatch, token(qsh=ISSUE_QSH[:32]), flags=["attack"])
    upper = token(qsh=ISSUE_QSH.upper())
    refuse("hash/in-upper-case", "the hash in upper case", "PRD-4 CON-18", mismatch, upper, SHOULD, source=EXACT)


def date_cases():
    for name, summary, changes, leeway in [
        ("last-second-but-one", "one second before exp", {"exp": NOW + 1}, 0),
        ("exp-inside-leeway", "an exp that passed within the leeway", {"exp": NOW - 29}, 30),
        ("nbf-now", "an nbf that is now", {"nbf": NOW}, 0),
        ("nbf-now-with-leeway", "an nbf that is now, with leeway", {"nbf": NOW}, 30),
        ("nbf-inside-leeway", "an nbf that comes within the leeway", {"nbf": NOW + 29}, 30),
    ]:
        accept(f"dates/{name}", summary, "PRD-5", token(**changes), leeway=leeway)
    for name, summary, reasons, changes in [
        ("exp-passed", "an exp that passed a second ago", "expired", {"exp": NOW - 1}),
        ("exp-missing", "no exp", "missing_claim invalid_claim", {"exp": GONE}),
        ("exp-text", "an exp that is text", "invalid_claim", {"exp": str(NOW + 120)}),
        ("iat-missing", "no iat", "missing_claim invalid_claim", {"iat": GONE}),
        ("nbf-ahead", "an nbf that comes in a second", "not_yet_valid", {"nbf": NOW + 1}),
    ]:
        refuse(f"dates/{name}", summary, "PRD-5", reasons, token(**changes))
    refuse("dates/exp-outside-leeway", "an exp that passed before the leeway", "PRD-5", "expired", token(exp=NOW - 31), leeway=30)
    early = token(nbf=NOW + 31)
    refuse("dates/nbf-outside-leeway", "an nbf that comes after the leeway", "PRD-5", "not_yet_valid", early, leeway=30)
    for claim, name, written in [
        ("iat", "text", str(NOW - 60)),
        ("nbf", "text", str(NOW - 60)),
        ("nbf", "true", True),
        ("nbf", "null", None),
        ("exp", "null", None),
    ]:
        reasons = "invalid_claim missing_claim" if written is None else "invalid_claim"
        summary = f"an {claim} that is {name}"
        refuse(f"dates/{claim}-{name}", summary, "PRD-5 CON-13", reasons, token(**{claim: written}))
    accept("dates/iat-ahead", "an iat that comes in five seconds", "PRD-5 CON-10", token(iat=NOW + 5), SHOULD)
    summary = "a lifetime of a second more than an hour"
    accept("dates/more-than-an-hour", summary, "PRD-5 CON-16", token(exp=NOW + 3541), SHOULD)
    accept("dates/an-hour", "a lifetime of an hour", "PRD-5 CON-16", token(exp=NOW + 3540), level=SHOULD)


def kind_cases():
    for name, summary, changes in [
        ("aud-of-the-tenant", "the client key as aud", {"aud": [CLIENT]}),
        ("aud-of-another", "another text as aud", {"aud": "https://other.example"}),
        ("sub", "an account id as sub", {"sub": "557058:1"}),
        ("unknown", "a claim that no clause names", {"x": {}}),
    ]:
        accept(f"claims/{name}", summary, "PRD-6", token(**changes), level=SHOULD)
    # Tokens of other kinds, signed with the right secret.
    assertion = {
        "iss": "urn:atlassian:connect:clientid:abc",
        "sub": "urn:atlassian:connect:useraccountid:557058:1",
        "tnt": JIRA,
        "aud": "https://oauth-2-authorization-server.services.atlassian.com",
        "exp": NOW + 60,
    }
    refuse(
        "kind/impersonation",
        "an assertion for user impersonation",
        "PRD-1 IMP-2",
        "unknown_issuer missing_claim",
        token(qsh=GONE, **assertion),
        flags=["attack"],
    )
    session = {"iss": APP_KEY, "aud": [CLIENT], "sub": "557058:1", "qsh": GONE}
    refuse(
        "kind/session",
        "a session token of a framework, without qsh",
        "PRD-4 CTX-7",
        "missing_claim qsh_mismatch",
        token(**session),
        flags=["attack"],
    )
    refuse(
        "kind/rs256",
        "a token that is signed with RS256 by a key that it names",
        "PRD-1 JWT-8",
        "algorithm_not_allowed",
        signed_with(RSA.pkcs1, claims(), header=members([("alg", "RS256"), ("kid", "k"), ("typ", "JWT")])),
        flags=["attack"],
    )
    signed = f"{b64(members([('alg', 'HS512'), ('typ', 'JWT')]))}.{b64(claims())}"
    refuse(
        "kind/hs512",
        "a token that is signed with HS512 by the shared secret",
        "PRD-1 JWT-8",
        "algorithm_not_allowed",
        f"{signed}.{b64(mac(SECRET, signed, 'sha512'))}",
    )
