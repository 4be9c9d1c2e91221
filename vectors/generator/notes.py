"""What each flag of the vectors means for an implementation that does not follow its cases.

A file of vectors has the notes of the flags that its cases have, and no others. A note says what goes wrong, which
vulnerabilities (CVE) came of it, and where more is to be read.
"""

UNDERSTANDING_JWT = "https://developer.atlassian.com/cloud/jira/platform/understanding-jwt-for-connect-apps"
BITBUCKET_HASH = "https://developer.atlassian.com/cloud/bitbucket/query-string-hash"
SECURITY = "https://developer.atlassian.com/cloud/jira/platform/security-for-connect-apps"
CONTEXT_NOTICE = "https://community.developer.atlassian.com/t/47072"
INTEROP = "https://github.com/MrRefactoring/atlassian-jwt"
NPM = "https://www.npmjs.com/package/atlassian-jwt"
JAVA = "https://bitbucket.org/atlassian/atlassian-jwt"
ASAP = "https://s2sauth.bitbucket.io/spec"
RFC = "https://www.rfc-editor.org/rfc/"


def note(consequence, *links, cves=()):
    written = {"consequence": consequence}
    if cves:
        written["cves"] = list(cves)
    return written | {"links": list(links) + [f"https://nvd.nist.gov/vuln/detail/{cve}" for cve in cves]}


NOTES = {
    "ac-983": note(
        "The hash covers the path of the base URL, too. Every request of a product below a context path, such as "
        "/wiki, is refused.",
        UNDERSTANDING_JWT,
    ),
    "acdev-1048": note(
        "An ampersand of the path reads like the border between path and query. Two different requests then have one "
        "hash.",
        UNDERSTANDING_JWT,
    ),
    "alg-none": note(
        "A token without a signature is accepted: everybody can write one, in any name.",
        f"{RFC}rfc8725#section-3.2",
        cves=["CVE-2022-23540"],
    ),
    "attack": note(
        "A token that somebody forged, stole or sent to the wrong place is accepted.",
        f"{RFC}rfc8725",
        SECURITY,
    ),
    "bbq-table": note(
        "Requests of Bitbucket are refused, or Bitbucket refuses requests of the app: its hash differs in a row of the "
        "published table.",
        BITBUCKET_HASH,
    ),
    "boundary": note(
        "A rule begins or ends one step too early or too late. Good tokens or requests are refused, or bad ones are "
        "accepted, by a second, a byte or a character.",
        UNDERSTANDING_JWT,
    ),
    "collision": note(
        "Two different requests have one hash. A token for the one is accepted for the other.",
        UNDERSTANDING_JWT,
    ),
    "context-token": note(
        "A context token, which every user of the browser can read, opens an endpoint that is meant for one URL. With it "
        "an attacker could install an app anew.",
        CONTEXT_NOTICE,
        cves=["CVE-2021-26073", "CVE-2021-26074", "CVE-2021-26077"],
    ),
    "degenerate-signature": note(
        "An elliptic signature of zeros, or of values outside the curve's order, verifies with every key.",
        f"{RFC}rfc7518#section-3.4",
        cves=["CVE-2022-21449"],
    ),
    "dropped-input": note(
        "A part of the request is lost or rewritten before it is hashed. The hash differs from the other side's, or does "
        "not protect that part.",
        UNDERSTANDING_JWT,
    ),
    "interaction": note(
        "Each rule holds by itself and their order is wrong. Only requests that need several rules are refused.",
        UNDERSTANDING_JWT,
    ),
    "interop": note(
        "The hash differs from the one of Atlassian's own libraries. Products refuse the requests of the app.",
        INTEROP,
    ),
    "java-test": note(
        "The hash differs from the one of Atlassian's Java library, which products use.",
        JAVA,
    ),
    "js-test": note(
        "The hash differs from the one of Atlassian's library for JavaScript, which many apps use.",
        NPM,
    ),
    "jwt-20": note(
        "Repeated values are sorted by their encoded text, as a sentence of the document says. Products sort them by "
        "their decoded text, and their requests are refused.",
        UNDERSTANDING_JWT,
    ),
    "key-confusion": note(
        "A token is signed with HMAC and the text of a public key as its secret. Public keys are known to everybody, so "
        "everybody can sign.",
        f"{RFC}rfc8725#section-2.1",
        cves=["CVE-2015-9235", "CVE-2022-29217"],
    ),
    "key-id-path": note(
        "The kid of an unverified token leads to a key outside the place of the keys: to a file, another folder or "
        "another host. The attacker's own key verifies the token.",
        f"{RFC}rfc8725#section-3.10",
        ASAP,
    ),
    "key-of-the-token": note(
        "The token is verified with a key that it brings along or points to. Everybody can make such a key.",
        f"{RFC}rfc8725#section-3.10",
        cves=["CVE-2018-0114"],
    ),
    "key-owner": note(
        "A service signs in the name of another service, with its own key.",
        ASAP,
    ),
    "known-collision": note(
        "These requests share a hash by the rules. An implementation that tells them apart has another hash than "
        "products.",
        UNDERSTANDING_JWT,
    ),
    "real-world": note(
        "A request as products and apps send it every day is refused.",
        UNDERSTANDING_JWT,
    ),
    "repeated-member": note(
        "One reader takes the first of two members with one name, another the last. What was checked is then not what "
        "is used.",
        f"{RFC}rfc7515#section-4",
        f"{RFC}rfc7519#section-4",
    ),
    "ujd-example": note(
        "The hash differs from the one in the documentation of Atlassian.",
        UNDERSTANDING_JWT,
    ),
    "utf-16": note(
        "Characters beyond U+FFFF are sorted or encoded by their halves. Requests with such characters have another hash.",
        UNDERSTANDING_JWT,
    ),
}

# The kind of an attack, by a clause of its case.
ATTACKS = {
    "JWT-5": "repeated-member",
    "JWT-11": "alg-none",
    "JWT-12": "key-confusion",
    "JWT-15": "key-of-the-token",
    "CTX-2": "context-token",
    "ASAP-4": "degenerate-signature",
    "ASAP-6": "key-id-path",
    "ASAP-10": "key-owner",
}


def flags_of(flags, clauses):
    """The flags of a case, with the kind of attack where the case is one."""
    kinds = [ATTACKS[clause] for clause in clauses if clause in ATTACKS] if "attack" in flags else []
    return list(dict.fromkeys([*flags, *kinds]))
