//! The flaws that no case catches, each with the reason.

use qsh::suite::case::Operation;

use super::{ASAP, CONNECT, INSTALL};

/// A flaw, the operations in which it survives, and the reason.
pub(crate) type Survivor = (&'static str, &'static [(Operation, &'static str)], &'static str);

pub(crate) const SURVIVORS: &[Survivor] = &[
    (
        "the scheme of a service token is exact",
        &[(ASAP, "ASAP-1")],
        "the case of the scheme is open: Node compares it exactly",
    ),
    (
        "one blank stands after the scheme of a service token",
        &[(ASAP, "ASAP-1")],
        "ASAP-1 says nothing of blanks: Python and Node want one",
    ),
    (
        "words after the token do not count",
        &[(CONNECT, "TRN-1")],
        "what stands after a token is open: Python ignores it",
    ),
    (
        "the scheme is exact",
        &[(CONNECT, "TRN-2"), (INSTALL, "TRN-2")],
        "TRN-2 is open: Bitbucket's page calls the scheme case-sensitive",
    ),
    (
        "the scheme is exact or in lower case",
        &[(CONNECT, "TRN-2"), (INSTALL, "TRN-2")],
        "TRN-2 is open: Bitbucket's page calls the scheme case-sensitive",
    ),
    (
        "the scheme has one case",
        &[(CONNECT, "TRN-2"), (INSTALL, "TRN-2")],
        "TRN-2 is open: Bitbucket's page calls the scheme case-sensitive",
    ),
    ("the header's token wins", &[(CONNECT, "TRN-8")], "TRN-8 is open: official code is split"),
    ("the parameter's token wins", &[(CONNECT, "TRN-8")], "TRN-8 is open: official code is split"),
    (
        "header and parameter may not carry the same token",
        &[(CONNECT, "TRN-8")],
        "TRN-8 is open: official code is split",
    ),
    ("the first of two headers counts", &[(CONNECT, "TRN-9")], "TRN-9 is open: Java takes the first"),
    ("the first of two parameters counts", &[(CONNECT, "TRN-9")], "TRN-9 is open: Java takes the first"),
    ("the form body is looked for a token", &[(CONNECT, "TRN-10")], "TRN-10 is open: Java does so"),
    (
        "the parameter counts for a callback",
        &[(INSTALL, "INS-12")],
        "INS-12 is open: the pseudo-code of the notice does so",
    ),
    (
        "a character too many in the signature is dropped",
        &[(CONNECT, "JWT-2"), (INSTALL, "JWT-2")],
        "32 and 256 bytes have 43 and 342 characters, so that no such length decodes to them; ES384's have 128",
    ),
    (
        "trailing bits in header and claims are ignored",
        &[(CONNECT, "JWT-3"), (INSTALL, "JWT-3"), (ASAP, "JWT-3")],
        "JWT-3 is open: RFC 4648 leaves it to the decoder",
    ),
    (
        "trailing bits in the signature are ignored",
        &[(CONNECT, "JWT-3"), (INSTALL, "JWT-3"), (ASAP, "JWT-3")],
        "JWT-3 is open: RFC 4648 leaves it to the decoder",
    ),
    (
        "a byte order mark is skipped",
        &[(CONNECT, "JWT-4"), (INSTALL, "JWT-4"), (ASAP, "JWT-4")],
        "the mark is open: RFC 8259 lets a parser ignore it",
    ),
    (
        "the last of two members of one name counts",
        &[(CONNECT, "JWT-5"), (INSTALL, "JWT-5"), (ASAP, "JWT-5")],
        "JWT-5 is open: RFC 7519 lets a parser take the last",
    ),
    ("a token may have any size", &[(CONNECT, "JWT-6")], "JWT-6 is open: the limits are ours"),
    ("a token may have any depth", &[(CONNECT, "JWT-6")], "JWT-6 is open: the limits are ours"),
    (
        "a secret of less than 32 bytes is refused",
        &[(CONNECT, "JWT-20")],
        "JWT-20 lets a verifier refuse such secrets, after RFC 7518",
    ),
    ("exp ends a second early", &[(CONNECT, "CON-8"), (INSTALL, "INS-11")], "CON-8 is open: RFC 7519 says on or after"),
    (
        "an exp that is not after iat is refused",
        &[(CONNECT, "CON-12")],
        "CON-12 is open: the page says that exp should be after iat",
    ),
    ("an exp that is not after nbf is refused", &[(CONNECT, "CON-12")], "CON-12 is open: Java refuses it"),
    (
        "true for exp is one",
        &[(ASAP, "CON-13")],
        "1 is no later than any iat that is good otherwise, which ASAP-18 refuses as an invalid claim, too",
    ),
    (
        "an object for exp is zero",
        &[(ASAP, "CON-13")],
        "0 is no later than any iat that is good otherwise, which ASAP-18 refuses as an invalid claim, too",
    ),
    (
        "the fraction of a date is cut off",
        &[(ASAP, "CON-14")],
        "for exp it makes no difference, and for nbf it is open: Java and Python do so",
    ),
    ("a date beyond 2^53 is refused", &[(CONNECT, "CON-15")], "CON-15 is open: the page says long"),
    (
        "a context endpoint takes a token for its URL",
        &[(CONNECT, "CTX-4")],
        "CTX-4 is open: atlassian-connect-express does so",
    ),
    (
        "a context token needs no hash",
        &[(CONNECT, "CTX-5")],
        "CTX-5 is open: until 2021 context tokens came without one",
    ),
    (
        "a token for the app's key is one that the app issued",
        &[(CONNECT, "CTX-7")],
        "what an aud says is open (CON-20): RFC 7519 has a recipient refuse a foreign one",
    ),
    (
        "an audience has to be the client key",
        &[(CONNECT, "CON-20")],
        "what an aud says is open: RFC 7519 has a recipient refuse a foreign one",
    ),
    (
        "an audience may not be the client key",
        &[(CONNECT, "CON-20")],
        "what an aud says is open: RFC 7519 has a recipient refuse a foreign one",
    ),
    ("a slash at the end counts", &[(INSTALL, "INS-7")], "INS-7 is open: it is our choice to take one off"),
    ("every slash at the end is taken off", &[(INSTALL, "INS-7")], "INS-7 is open: it is our choice to take one off"),
    ("a kid may be the issuer", &[(ASAP, "ASAP-11")], "ASAP-11 is open: Python accepts it"),
    ("an iat that is later than now is refused", &[(ASAP, "ASAP-16")], "ASAP-16 is open: Python refuses it"),
    (
        "the window begins with the later of iat and nbf",
        &[(ASAP, "ASAP-16"), (ASAP, "ASAP-19")],
        "ASAP-16 and ASAP-19 are open: the specification does not compare them",
    ),
    (
        "a service token may live for less than an hour",
        &[(ASAP, "ASAP-17")],
        "ASAP-17 lets a verifier set a shorter limit",
    ),
    ("the leeway shortens the hour", &[(ASAP, "ASAP-17")], "ASAP-17 lets a verifier set a shorter limit"),
    ("exp and iat may be equal", &[(ASAP, "ASAP-18")], "that they are equal is open: Node accepts it"),
    ("an nbf before iat is refused", &[(ASAP, "ASAP-19")], "ASAP-19 is open: Node refuses it"),
    ("the subject is not compared", &[(ASAP, "ASAP-23")], "ASAP-23 is open: the server decides"),
];
