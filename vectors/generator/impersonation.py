"""The vectors of assertions for user impersonation: imp-*.json."""

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
    Raw,
    accepted,
    add,
    b64,
    mac,
    may_accept,
    members,
    qsh,
    signed_with,
    token as any_token,
)
from signatures import RSA

CLIENT_ID = "eyJhZGRvbktleSI6ImV4YW1wbGUifQ"
ACCOUNT = "557058:0f1e2d3c-4b5a-4968-8776-655443322110"
URN_CLIENT = "urn:atlassian:connect:clientid:"
URN_ACCOUNT = "urn:atlassian:connect:useraccountid:"
SITE = "https://acme.atlassian.net"
SERVER = "https://oauth-2-authorization-server.services.atlassian.com"
OLD_SERVER = "https://auth.atlassian.io"
PAGE = "User impersonation for Connect apps"
OURS = "our choice; the answer of the authorization server names exp and the time of issue only"
NOT_BEFORE = "RFC 7519, section 4.1.5"
EDGE = ["boundary"]

SOURCES.update(
    {
        "IMP-1": f"{PAGE}: HS256 with the shared secret",
        "IMP-2": f"{PAGE}: iss is the URN of the OAuth client id",
        "IMP-3": f"{PAGE}: sub is the URN of the account id",
        "IMP-4": f"{PAGE}: tnt is the base URL of the site",
        "IMP-5": f"{PAGE}: aud is the authorization server; RFC 7519, section 4.1.3, for the types",
        "IMP-6": f"{PAGE}: iat and exp; RFC 7519, section 4.1",
        "IMP-7": "the answer of the authorization server: exp at most 60 seconds after the time of issue",
        "IMP-8": f"{PAGE}: its claims, and no others",
        "IMP-9": f"{PAGE}: how the assertion is created",
    }
)
TOPICS.update(
    {
        "IMP-1": "hs256",
        "IMP-2": "client-id-as-issuer",
        "IMP-3": "user-as-subject",
        "IMP-4": "site",
        "IMP-5": "authorization-server",
        "IMP-6": "dates",
        "IMP-7": "sixty-seconds",
        "IMP-8": "no-hash",
        "IMP-9": "as-signed",
    }
)


def claims(**changes):
    """The JSON text of good claims at NOW, with changes."""
    given = {
        "iss": URN_CLIENT + CLIENT_ID,
        "sub": URN_ACCOUNT + ACCOUNT,
        "tnt": SITE,
        "aud": SERVER,
        "iat": NOW - 20,
        "exp": NOW + 40,
    } | changes
    return members([(name, value) for name, value in given.items() if value is not GONE])


def token(key=SECRET, **changes):
    return any_token(claims(**changes), key=key)


def case(id, summary, clauses, level, expect, text, server=SERVER, secret=SECRET, now=NOW, leeway=0, **more):
    given = {
        "token": text,
        "client_id": CLIENT_ID,
        "shared_secret": secret,
        "authorization_server": server,
        "now": now,
        "leeway": leeway,
    }
    add(f"impersonation/{id}", summary, clauses, level, "impersonation_verify", given, expect, **more)


def accept(id, summary, clauses, text, level=MUST, **more):
    case(id, summary, clauses, level, accepted(text), text, **more)


def refuse(id, summary, clauses, reasons, text, level=MUST, **more):
    case(id, summary, clauses, level, {"rejected": reasons.split()}, text, **more)


def cases():
    signature_cases()
    name_cases()
    date_cases()
    kind_cases()
    signing_cases()


def signature_cases():
    accept("good", "an assertion with the six claims", "IMP-1", token())
    refuse("signature/other-secret", "the secret of another tenant", "IMP-1 JWT-17", "bad_signature", token(key=OTHER_SECRET))
    for alg, digest in [("HS384", "sha384"), ("HS512", "sha512")]:
        signed = f"{b64(members([('alg', alg), ('typ', 'JWT')]))}.{b64(claims())}"
        text = f"{signed}.{b64(mac(SECRET, signed, digest))}"
        refuse(f"algorithm/{alg.lower()}", f"signed with {alg}", "IMP-1", "algorithm_not_allowed", text)
    head = members([("alg", "RS256"), ("kid", "k"), ("typ", "JWT")])
    text = signed_with(RSA.pkcs1, claims(), header=head)
    refuse("algorithm/rs256", "signed with RS256", "IMP-1", "algorithm_not_allowed", text, flags=["attack"])
    text = signed_with(lambda _: b"", claims(), header=members([("alg", "none")]))
    refuse("algorithm/none", "alg none, without a signature", "IMP-1 JWT-11", "algorithm_not_allowed malformed", text, flags=["attack"])


def name_cases():
    unknown = "unknown_issuer invalid_claim"
    for name, summary, written in [
        ("another", "the URN of another client id", URN_CLIENT + "another"),
        ("bare", "the client id without the URN", CLIENT_ID),
        ("app-key", "the key of the app as iss", APP_KEY),
        ("client-key", "the client key of the tenant as iss", CLIENT),
        ("in-upper-case", "the URN in upper case", (URN_CLIENT + CLIENT_ID).upper()),
        ("longer", "the URN of the client id and one more character", f"{URN_CLIENT}{CLIENT_ID}x"),
        ("shorter", "the URN of the client id without its last character", f"{URN_CLIENT}{CLIENT_ID}"[:-1]),
        ("blank-after", "the URN of the client id with a space after it", f"{URN_CLIENT}{CLIENT_ID} "),
    ]:
        refuse(f"issuer/{name}", summary, "IMP-2", unknown, token(iss=written))
    refuse("issuer/missing", "no iss", "IMP-2", f"missing_claim {unknown}", token(iss=GONE))
    refuse("issuer/number", "a number as iss", "IMP-2", unknown, token(iss=7))
    refuse("issuer/list", "the URN of the client id in a list", "IMP-2", unknown, token(iss=[URN_CLIENT + CLIENT_ID]))
    wrong = "invalid_claim subject_mismatch"
    for name, summary, written in [
        ("bare", "the account id without the URN", ACCOUNT),
        ("another-urn", "the account id after another URN", URN_CLIENT + ACCOUNT),
        ("urn-in-upper-case", "the account id after the URN in upper case", URN_ACCOUNT.upper() + ACCOUNT),
        ("longer-at-the-front", "a letter before the URN and the account id", f"x{URN_ACCOUNT}{ACCOUNT}"),
        ("empty", "an empty sub", ""),
        ("urn-only", "the URN without an account id", URN_ACCOUNT),
    ]:
        refuse(f"subject/{name}", summary, "IMP-3", wrong, token(sub=written))
    refuse("subject/missing", "no sub", "IMP-3", f"missing_claim {wrong}", token(sub=GONE))
    refuse("subject/number", "a number as sub", "IMP-3", wrong, token(sub=7))
    refuse("subject/null", "null as sub", "IMP-3", f"missing_claim {wrong}", token(sub=None))
    accept(
        "subject/user-key",
        "the URN of a user key, which is deprecated",
        "IMP-3",
        token(sub="urn:atlassian:connect:userkey:admin"),
        level=OPEN,
    )
    refuse("site/missing", "no tnt", "IMP-4", "missing_claim invalid_claim", token(tnt=GONE))
    refuse("site/number", "a number as tnt", "IMP-4", "invalid_claim", token(tnt=7))
    refuse("site/null", "null as tnt", "IMP-4", "invalid_claim missing_claim", token(tnt=None))
    refuse("site/empty", "an empty tnt", "IMP-4", "invalid_claim", token(tnt=""))
    accept("site/confluence", "the base URL of Confluence as tnt", "IMP-4", token(tnt=f"{SITE}/wiki"))
    accept("audience/list", "the authorization server in a list", "IMP-5", token(aud=[SERVER]))
    another = "https://other.example"
    for name, summary, written in [
        ("list-last", "another server and the authorization server in a list", [another, SERVER]),
        ("list-first", "the authorization server and another server in a list", [SERVER, another]),
    ]:
        accept(f"audience/{name}", summary, "IMP-5 ASAP-20", token(aud=written))
    accept("audience/older-server", "the older authorization server, by its own name", "IMP-5", token(aud=OLD_SERVER), server=OLD_SERVER)
    mismatch = "audience_mismatch"
    for name, summary, written in [
        ("old-server", "the name of the older authorization server", OLD_SERVER),
        ("site", "the site as aud", SITE),
        ("token-address", "the address of the token as aud", f"{SERVER}/oauth2/token"),
        ("others", "two other servers as aud", ["https://a.example", "https://b.example"]),
        ("shorter", "the authorization server without its last part", SERVER.rpartition(".")[0]),
        ("in-upper-case", "the authorization server in upper case", SERVER.upper()),
        ("blank-after", "the authorization server with a space after it", f"{SERVER} "),
    ]:
        refuse(f"audience/{name}", summary, "IMP-5", mismatch, token(aud=written))
    refuse(
        "audience/slash",
        "the authorization server with a slash at its end",
        "IMP-5",
        mismatch,
        token(aud=f"{SERVER}/"),
        level=OPEN,
    )
    refuse("audience/missing", "no aud", "IMP-5", f"missing_claim {mismatch} invalid_claim", token(aud=GONE))
    for name, summary, written in [
        ("empty", "an empty list as aud", []),
        ("null", "null as aud", None),
        ("number", "a number as aud", 5),
        ("object", "an object with the authorization server as a name as aud", {SERVER: 1}),
    ]:
        reasons = f"invalid_claim missing_claim {mismatch}"
        refuse(f"audience/{name}", summary, "IMP-5 ASAP-21", reasons, token(aud=written))


def date_cases():
    for name in ("iat", "exp"):
        refuse(f"dates/{name}-missing", f"no {name}", "IMP-6", "missing_claim invalid_claim", token(**{name: GONE}))
        wrong = token(**{name: str(NOW)})
        refuse(f"dates/{name}-text", f"an {name} that is text", "IMP-6", "invalid_claim", wrong)
        summary, reasons = f"null as {name}", "invalid_claim missing_claim"
        refuse(f"dates/{name}-null", summary, "IMP-6 CON-13", reasons, token(**{name: None}))
    # true is 1 in some languages, and 1 is a good iat then.
    early = token(iat=True, exp=41)
    refuse("dates/iat-true", "an iat that is true, 20 seconds after 1", "IMP-6 CON-13", "invalid_claim", early, now=21)
    accept("dates/exp-now", "an exp that is now", "IMP-6 CON-8", token(exp=NOW), OPEN)
    accept("dates/exp-fraction", "an exp with a fraction", "IMP-6 CON-14", token(exp=Raw(f"{NOW + 39}.5")), OPEN)
    summary = "no iat, and an exp that comes in a second"
    text = token(iat=GONE, exp=NOW + 1)
    refuse("dates/iat-missing-late", summary, "IMP-6", "missing_claim invalid_claim", text)
    refuse("dates/exp-passed", "an exp that passed a second ago", "IMP-6", "expired", token(exp=NOW - 1))
    passed = token(iat=NOW - 60, exp=NOW - 31)
    refuse("dates/exp-outside-leeway", "an exp that passed before the leeway", "IMP-6 CON-5", "expired", passed, leeway=30)
    accept("dates/exp-inside-leeway", "an exp that passed within the leeway", "IMP-6", token(exp=NOW - 9), leeway=10)
    future_cases()
    order_cases()
    not_before_cases()
    accept("lifetime/fifty-nine", "a lifetime of 59 seconds", "IMP-7", token(iat=NOW, exp=NOW + 59))
    accept("lifetime/sixty", "a lifetime of 60 seconds", "IMP-7", token(iat=NOW, exp=NOW + 60))
    accept("lifetime/one", "a lifetime of one second", "IMP-7", token(iat=NOW, exp=NOW + 1))
    long = "lifetime_too_long invalid_claim"
    for name, seconds in [("sixty-one", 61), ("three-minutes", 180), ("an-hour", 3600)]:
        text = token(iat=NOW, exp=NOW + seconds)
        refuse(f"lifetime/{name}", f"a lifetime of {seconds} seconds", "IMP-7", long, text)
    text = token(iat=NOW - 30, exp=NOW + 31)
    summary = "a lifetime of 61 seconds, of which 31 are left"
    refuse("lifetime/half-over", summary, "IMP-7", long, text)
    text = token(iat=NOW, exp=NOW + 61)
    refuse("lifetime/beyond-with-leeway", "a lifetime of 61 seconds with leeway", "IMP-7", long, text, leeway=30, level=OPEN)
    text = token(iat=NOW * 1000, exp=(NOW + 60) * 1000)
    refuse("lifetime/milliseconds", "dates in milliseconds", "IMP-7", f"{long} not_yet_valid", text)


def future_cases():
    early, silent = "not_yet_valid", "no document says that the server looks at iat"
    text = token(iat=NOW, exp=NOW + 40)
    accept("dates/iat-now", "an iat that is now", "IMP-7 IMP-6", text, flags=EDGE)
    for name, summary, ahead, leeway in [
        ("iat-ahead", "an iat that comes in a second", 1, 0),
        ("iat-outside-leeway", "an iat that comes a second after the leeway", 11, 10),
    ]:
        text = token(iat=NOW + ahead, exp=NOW + 40)
        other = [may_accept(silent, text)]
        refuse(f"dates/{name}", summary, "IMP-7", early, text, OPEN, leeway=leeway, accept=other, source=OURS, flags=EDGE)
    text = token(iat=NOW + 10, exp=NOW + 40)
    summary = "an iat that comes in the last second of the leeway"
    accept("dates/iat-inside-leeway", summary, "IMP-7", text, OPEN, leeway=10, source=OURS, flags=EDGE)
    # The answer of the server measures exp against the clock of the server.
    text = token(iat=NOW + 3600, exp=NOW + 3660)
    summary = "an iat that comes in an hour, and an exp a minute later"
    refuse("dates/iat-ahead-an-hour", summary, "IMP-7", f"{early} lifetime_too_long invalid_claim", text, flags=["attack"])


def order_cases():
    silent = "no document compares exp with iat"
    for name, summary, exp in [
        ("exp-is-iat", "an exp equal to iat, which passed within the leeway", NOW - 5),
        ("exp-before-iat", "an exp a second before iat, which passed within the leeway", NOW - 6),
    ]:
        text = token(iat=NOW - 5, exp=exp)
        other = [may_accept(silent, text)]
        refuse(f"dates/{name}", summary, "IMP-7", "invalid_claim", text, OPEN, leeway=30, accept=other, source=OURS, flags=EDGE)
    text = token(iat=NOW - 5, exp=NOW - 4)
    summary = "an exp a second after iat, which passed within the leeway"
    accept("dates/exp-after-iat", summary, "IMP-7 IMP-6", text, leeway=30, flags=EDGE)


def not_before_cases():
    for name, summary, seconds, leeway in [
        ("now", "an nbf that is now", 0, 0),
        ("inside-leeway", "an nbf that comes in the last second of the leeway", 10, 10),
    ]:
        text = token(nbf=NOW + seconds)
        accept(f"dates/nbf-{name}", summary, "IMP-6", text, leeway=leeway, source=NOT_BEFORE, flags=EDGE)
    for name, summary, seconds, leeway in [
        ("ahead", "an nbf that comes in a second", 1, 0),
        ("outside-leeway", "an nbf that comes a second after the leeway", 11, 10),
    ]:
        text, early = token(nbf=NOW + seconds), "not_yet_valid"
        refuse(f"dates/nbf-{name}", summary, "IMP-6", early, text, leeway=leeway, source=NOT_BEFORE, flags=EDGE)
    refuse("dates/nbf-text", "an nbf that is text", "IMP-6", "invalid_claim", token(nbf=str(NOW)), source=NOT_BEFORE)


def kind_cases():
    accept("claims/unknown", "a claim that no clause names", "IMP-8", token(x=1), level=OPEN)
    accept("claims/hash", "a qsh beside the six claims", "IMP-8", token(qsh=qsh("POST&/oauth2/token&")), level=OPEN)
    request = {"iss": APP_KEY, "sub": GONE, "tnt": GONE, "aud": GONE, "qsh": qsh("POST&/oauth2/token&")}
    text = token(**request)
    refuse(
        "kind/request-to-a-product",
        "a token of an app for a product",
        "IMP-2 PRD-1",
        "unknown_issuer missing_claim invalid_claim",
        text,
        flags=["attack"],
    )


def signing_cases():
    def sign(id, summary, given=(), rejected=None, level=MUST, clauses="IMP-9", header=None):
        asked = {
            "client_id": CLIENT_ID,
            "account_id": ACCOUNT,
            "site": SITE,
            "authorization_server": SERVER,
            "shared_secret": SECRET,
            "issued_at": NOW,
            "expires_at": NOW + 60,
        } | dict(given)
        said = {
            "iss": URN_CLIENT + asked["client_id"],
            "sub": URN_ACCOUNT + asked["account_id"],
            "tnt": asked["site"],
            "aud": asked["authorization_server"],
            "iat": asked["issued_at"],
            "exp": asked["expires_at"],
        }
        expect = {"issuer": said["iss"], "claims": dict(sorted(said.items()))}
        if header:
            expect["header"] = header
        if rejected:
            expect = {"rejected": rejected.split()}
        add(f"impersonation/sign/{id}", summary, clauses, level, "impersonation_sign", asked, expect)

    sign("jira", "an assertion for a site of Jira")
    sign("confluence", "an assertion for a site of Confluence", {"site": f"{SITE}/wiki"})
    sign("thirty-seconds", "an assertion for 30 seconds", {"expires_at": NOW + 30})
    sign("other-server", "an assertion for another authorization server", {"authorization_server": OLD_SERVER})
    sign("account-without-site", "an account id without a colon", {"account_id": "5b10ac8d82e05b22cc7d4ef5"})
    sign("secret-of-text", "a secret that looks like base64", {"shared_secret": "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0"})
    long = "lifetime_too_long invalid_claim other"
    sign("too-long", "a lifetime of 61 seconds", {"expires_at": NOW + 61}, long, clauses="IMP-9 IMP-7")
    sign("three-minutes", "a lifetime of three minutes", {"expires_at": NOW + 180}, long, clauses="IMP-9 IMP-7")
    sign("backwards", "an exp before iat", {"expires_at": NOW - 1}, "expired invalid_claim other", SHOULD, "IMP-9 IMP-6")
    sign("an-hour-ago", "an exp an hour before iat", {"expires_at": NOW - 3600}, "expired invalid_claim other", clauses="IMP-9 IMP-6")
    sign("header", "an assertion whose header has alg and typ, and no other member", {"expires_at": NOW + 45}, header={"alg": "HS256", "typ": "JWT"})
    summary = "a secret beyond ASCII, used as its UTF-8 bytes"
    sign("secret-beyond-ascii", summary, {"shared_secret": "pässwörd-€-0123456789-0123456789"}, level=SHOULD, clauses="IMP-9 JWT-18")
    empty = "bad_signature unknown_issuer unknown_key other"
    sign("empty-secret", "an empty secret", {"shared_secret": ""}, empty, clauses="IMP-9 JWT-19")
    for name, argument, reasons, clause in [
        ("account", "account_id", "invalid_claim subject_mismatch", "IMP-3"),
        ("client-id", "client_id", "unknown_issuer invalid_claim", "IMP-2"),
        ("site", "site", "invalid_claim", "IMP-4"),
        ("server", "authorization_server", "audience_mismatch invalid_claim", "IMP-5"),
    ]:
        summary = f"an empty {argument.replace('_', ' ')}"
        sign(f"empty-{name}", summary, {argument: ""}, f"{reasons} missing_claim other", clauses=f"IMP-9 {clause}")
    summary, reasons = "an exp equal to iat", "expired invalid_claim other"
    sign("exp-is-iat", summary, {"expires_at": NOW}, reasons, OPEN, "IMP-9 IMP-7")
