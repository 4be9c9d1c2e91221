//! [`Finding`]: a hash, and what explains it.

use qsh_auth::jwt::Reason;
use qsh_auth::kind::CONTEXT_QSH;
use qsh_hash::{Hasher, InvalidRequest};

use super::Case;
use super::keyed::KeyedHash;
use crate::answer::CanonicalAnswer;
use crate::input::Input;
use crate::intake::{FoundHash, HashText, Owner};
use crate::search::{Diagnosis, consequences, diagnose};
use crate::text::Text;

/// A hash, whose it is, and what explains it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Finding {
    /// The hash as it was given, or the one that its first digits stand for.
    pub hash: String,
    /// Whose it is.
    pub owner: Owner,
    /// The canonical request, if it was given in place of its hash.
    pub canonical: Option<Text>,
    /// The secret that made it of the right canonical request, if one of those that were given did.
    pub keyed: Option<KeyedHash>,
    /// What explains it.
    pub diagnosis: Diagnosis,
}

impl Finding {
    /// Whether the canonical request stands in the token in place of its hash.
    ///
    /// # Examples
    ///
    /// ```
    /// use qsh_auth::jwt::{Reason, SharedSecret, Time, sign};
    /// use qsh_diagnose::examine::{Case, examine};
    /// use qsh_diagnose::intake::{Evidence, Piece};
    ///
    /// let claims = serde_json::json!({ "iss": "com.example.app", "iat": 1, "exp": 9, "qsh": "GET&/a&" });
    /// let token = sign(claims.as_object().unwrap().clone(), &SharedSecret::new("a secret")?);
    /// let pieces = [Piece::new("URL", "https://app.example.com/a"), Piece::new("token", token.as_str())];
    /// let evidence = Evidence::read(&pieces)?;
    /// let input = evidence.input();
    /// let finding = &examine(&Case::new(&evidence, input.as_ref(), Time::new(5)))?.hashes[0];
    /// assert!(finding.is_not_hashed());
    /// assert_eq!(finding.reason(), Some(Reason::QshMismatch));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn is_not_hashed(&self) -> bool {
        self.diagnosis.is_right() && self.canonical.is_some() && self.owner == Owner::Token
    }

    /// Whether something explains it: a mistake, or a secret.
    pub fn is_explained(&self) -> bool {
        self.keyed.is_some() || !self.diagnosis.explanations.is_empty()
    }

    /// The reason of a verifier that refuses a token with this hash.
    pub fn reason(&self) -> Option<Reason> {
        (!self.diagnosis.is_right() || self.is_not_hashed()).then_some(Reason::QshMismatch)
    }
}

/// Diagnoses the hashes of a request. Of two hashes, the one that is not right comes first, and a right one is only named.
pub(super) fn findings(
    input: &Input,
    hashes: &[FoundHash],
    case: &Case<'_>,
    notes: &mut Vec<String>,
) -> Result<Vec<Finding>, InvalidRequest> {
    let mut findings = Vec::new();
    for found in hashes {
        if found.hash == HashText::Whole(CONTEXT_QSH.to_owned()) {
            match found.owner {
                Owner::Token => {}
                Owner::Unknown => notes.push(
                    "context-qsh is no hash: it is the qsh of a context token, which is not bound to a URL (CTX-1)"
                        .to_owned(),
                ),
                Owner::Verifier => notes.push(
                    "the receiver accepts only context tokens at this URL, such as AP.context.getToken() returns"
                        .to_owned(),
                ),
            }
            continue;
        }
        findings.extend(finding(input, found, case, notes, hashes.len())?);
    }
    if findings.len() > 1 {
        match findings.iter().position(|finding| finding.diagnosis.is_right()) {
            Some(right) => {
                let finding = findings.remove(right);
                notes.push(format!("the right hash of this request is {}", finding.owner.whose()));
            }
            None => notes.push(
                "neither hash is the right one: the receiver saw another request, or removed another base URL"
                    .to_owned(),
            ),
        }
    }
    Ok(findings)
}

/// `None` for the first digits of a hash that nothing is known of, if there is another hash to explain.
fn finding(
    input: &Input,
    found: &FoundHash,
    case: &Case<'_>,
    notes: &mut Vec<String>,
    count: usize,
) -> Result<Option<Finding>, InvalidRequest> {
    let owner = found.owner;
    let (hash, answer, canonical) = match &found.hash {
        HashText::Canonical(text) => {
            (text.sha256_hex(), CanonicalAnswer::canonical_request(text.clone()), Some(text.clone()))
        }
        HashText::Prefix(digits) => {
            let hash = whole(input, digits, notes)?;
            if hash == *digits && count > 1 {
                return Ok(None);
            }
            (hash.clone(), CanonicalAnswer::qsh(hash), None)
        }
        HashText::Whole(hash) => (hash.clone(), CanonicalAnswer::qsh(hash.as_str()), None),
    };
    let right = Hasher::new().canonical_request(&input.request()?).to_vec();
    let keyed = KeyedHash::of(&right, &hash, case.secrets);
    let diagnosis = diagnose(input, &answer, if keyed.is_some() { 0 } else { case.most })?;
    Ok(Some(Finding { hash, owner, canonical, keyed, diagnosis }))
}

/// The whole hash that begins with some digits: the right one, or that of a single known mistake. If there is none, the
/// digits themselves may be a hash of another kind.
fn whole(input: &Input, digits: &str, notes: &mut Vec<String>) -> Result<String, InvalidRequest> {
    let begins = |hash: &str| hash.starts_with(&digits.to_ascii_lowercase());
    let count = digits.len();
    let right = qsh_hash::hash(&input.request()?).to_string();
    if begins(&right) {
        notes.push(format!("the {count} digits are the first of the right hash; a claim has all 64"));
        return Ok(right);
    }
    let wrong = consequences(input)?.into_iter().find(|wrong| wrong.hash.len() == right.len() && begins(&wrong.hash));
    notes.push(match &wrong {
        Some(_) => format!("the {count} digits are the first of the hash that a known mistake gives"),
        None => format!("the {count} digits are not the first of the right hash"),
    });
    Ok(wrong.map_or_else(|| digits.to_owned(), |wrong| wrong.hash))
}
