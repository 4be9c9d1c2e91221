//! [`Change`]: something that programs do to a secret, to the signed text or to the signature.

/// Something that a program did by mistake.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Change {
    /// Its stable name.
    pub name: &'static str,
    /// What was done, as a sentence.
    pub does: &'static str,
    /// What is to be done instead, as a sentence.
    pub instead: &'static str,
    /// The clause of `docs/spec.md` that says so.
    pub clause: &'static str,
}

const fn change(name: &'static str, does: &'static str, instead: &'static str, clause: &'static str) -> Change {
    Change { name, does, instead, clause }
}

/// Something that was done to the secret (JWT-18).
pub(super) const fn of_secret(name: &'static str, does: &'static str) -> Change {
    change(name, does, "the key is the bytes of the text of sharedSecret, as the installed callback has it", "JWT-18")
}

/// Something that was done to the text that is signed (JWT-16).
const fn of_text(name: &'static str, does: &'static str) -> Change {
    change(name, does, "sign the encoded header, a dot and the encoded claims, exactly as they are sent", "JWT-16")
}

const ONE_ALGORITHM: &str = "sign with HMAC and SHA-256";
const ONE_FORM: &str = "the last segment is base64url of the 32 bytes of the HMAC, without padding";

pub(super) static HS384: Change = change("hs384", "the signature was made with HS384", ONE_ALGORITHM, "JWT-8");
pub(super) static HS512: Change = change("hs512", "the signature was made with HS512", ONE_ALGORITHM, "JWT-8");
pub(super) static SWAPPED: Change =
    change("swapped", "the secret was signed with the text as the key", "the secret is the key of the HMAC", "JWT-16");
pub(super) static CUT: Change = change("signature_cut", "the signature was cut off", ONE_FORM, "JWT-17");
pub(super) static HEX: Change =
    change("signature_hex", "the signature was written in hexadecimal, and then encoded", ONE_FORM, "JWT-17");
pub(super) static BASE64: Change =
    change("signature_base64", "the signature was written in base64, and then encoded again", ONE_FORM, "JWT-17");
pub(super) static PAYLOAD_ONLY: Change = of_text("payload_only", "only the claims were signed");
pub(super) static NO_DOT: Change = of_text("no_dot", "header and claims were signed without the dot between them");
pub(super) static NOT_ENCODED: Change = of_text("not_encoded", "the JSON was signed before it was encoded");
pub(super) static WRITTEN_AGAIN: Change = of_text(
    "written_again",
    "another JSON text of the same header or claims was signed: in another order, with blanks or with other escapes",
);
