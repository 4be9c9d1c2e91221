//! Examines everything that a person has when a token is refused.
//!
//! 1. [`intake`](crate::intake) reads the pieces and returns the evidence.
//! 2. [`examine()`] says which kind of token it is, what is certainly wrong with it, and which secret made its signature.
//!    It says whether the hash is right, what was hashed if it is not, and what to do next.

mod finding;
mod judgement;
mod keyed;
mod next_step;

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::fmt;

use qsh_auth::jwt::danger::Unverified;
use qsh_auth::jwt::{Reason, Rejection, Time};
use qsh_auth::kind::TokenKind;
use qsh_hash::InvalidRequest;

pub use finding::Finding;
pub use judgement::Judgement;
pub use keyed::KeyedHash;
pub use next_step::NextStep;

use crate::dialect::Status;
use crate::input::Input;
use crate::intake::{Evidence, Owner};
use crate::search::{DEEPEST, Explanation, consequences};
use crate::signature::{self, NamedSecret, SignatureFinding};

/// The evidence, and what else a person knows.
#[derive(Clone)]
#[non_exhaustive]
pub struct Case<'c> {
    /// What was found in the pieces.
    pub evidence: &'c Evidence,
    /// The request, completed by what is known beside the pieces.
    pub input: Option<&'c Input>,
    /// The kind of the token, if a person says which one it is.
    pub kind: Option<TokenKind>,
    /// The issuer that the verifier expects.
    pub issuer: Option<&'c str>,
    /// The audiences that the verifier expects. Empty if they are not known.
    pub audiences: &'c [String],
    /// The secrets that may have made the signature.
    pub secrets: &'c [NamedSecret],
    /// Why a verifier refused the token, if one did. It has checked the signature.
    pub refused: Option<&'c Rejection>,
    /// The time, and the maximum clock skew.
    pub time: Time,
    /// The maximum number of mistakes that explain a hash together.
    pub most: usize,
}

/// Shows neither the request, which may have a token in it, nor the secrets.
impl fmt::Debug for Case<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Case").field("evidence", self.evidence).field("kind", &self.kind).finish_non_exhaustive()
    }
}

impl<'c> Case<'c> {
    /// Only the evidence, the request and the time are known.
    ///
    /// # Examples
    ///
    /// A person may know more:
    ///
    /// ```
    /// use qsh_auth::jwt::Time;
    /// use qsh_auth::kind::TokenKind;
    /// use qsh_diagnose::examine::Case;
    /// use qsh_diagnose::intake::{Evidence, Piece};
    ///
    /// let evidence = Evidence::read(&[Piece::new("argument 1", "GET /panel?a=b")])?;
    /// let input = evidence.input();
    /// let mut case = Case::new(&evidence, input.as_ref(), Time::new(1_796_025_600));
    /// assert_eq!((case.kind, case.most), (None, qsh_diagnose::DEEPEST));
    /// case.kind = Some(TokenKind::Url);
    /// # Ok::<(), qsh_diagnose::intake::IntakeError>(())
    /// ```
    pub fn new(evidence: &'c Evidence, input: Option<&'c Input>, time: Time) -> Self {
        Self {
            evidence,
            input,
            kind: None,
            issuer: None,
            audiences: &[],
            secrets: &[],
            refused: None,
            time,
            most: DEEPEST,
        }
    }
}

/// What is known of a case.
#[derive(Clone)]
#[non_exhaustive]
pub struct Examination {
    /// What the token is taken for and what is wrong with it, or why it cannot be read. `None` without a token.
    pub token: Option<Result<Judgement, Rejection>>,
    /// What is known of the signature. `None` without a secret.
    pub signature: Option<SignatureFinding>,
    /// The hashes, and what explains each. The first one is the most important one.
    pub hashes: Vec<Finding>,
    /// The other hashes that receivers may expect, because documents or implementations dispute a clause. Only if the hash
    /// is right.
    pub alternatives: Vec<Explanation>,
    /// The request of the page in `Referer`, if the hash of the token is that of its URL.
    pub page: Option<Input>,
    /// What was found on the way, as sentences.
    pub notes: Vec<String>,
}

/// Shows no request, which may have a token in it.
impl fmt::Debug for Examination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Examination")
            .field("token", &self.token)
            .field("signature", &self.signature)
            .finish_non_exhaustive()
    }
}

impl Examination {
    /// The judgement of a token that can be read.
    pub fn judgement(&self) -> Option<&Judgement> {
        self.token.as_ref()?.as_ref().ok()
    }

    /// Whether something is wrong that is not an explained mistake in the hash: an objection, a signature that no given
    /// secret made as it is, or a hash that nothing explains.
    ///
    /// # Examples
    ///
    /// ```
    /// use qsh_auth::jwt::Time;
    /// use qsh_diagnose::examine::{Case, examine};
    /// use qsh_diagnose::intake::{Evidence, Piece};
    ///
    /// let is_bad = |hash: &str| -> Result<bool, Box<dyn std::error::Error>> {
    ///     let evidence = Evidence::read(&[Piece::new("URL", "https://app.example.com/"), Piece::new("hash", hash)])?;
    ///     let input = evidence.input();
    ///     let mut case = Case::new(&evidence, input.as_ref(), Time::new(0));
    ///     case.most = 1;
    ///     Ok(examine(&case)?.is_bad())
    /// };
    /// // The hash of GET&/&, and one that nothing explains.
    /// assert!(!is_bad("c88caad15a1c1a900b8ac08aa9686f4e8184539bea1deda36e2f649430df3239")?);
    /// assert!(is_bad("0000000000000000000000000000000000000000000000000000000000000000")?);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn is_bad(&self) -> bool {
        let is_signature_wrong =
            matches!(self.signature, Some(SignatureFinding::Explained { .. } | SignatureFinding::Unexplained { .. }));
        let is_unexplained = |finding: &Finding| !finding.is_explained();
        matches!(self.token, Some(Err(_)))
            || self.objection().is_some()
            || is_signature_wrong
            || self.page.is_none() && self.hashes.iter().any(is_unexplained)
    }
}

/// Examines a case.
///
/// # Errors
///
/// The method or the base URL of the request cannot be part of a canonical request.
///
/// # Examples
///
/// The client key is the issuer of a request to a product:
///
/// ```
/// use qsh_auth::jwt::{Reason, SharedSecret, Time, sign};
/// use qsh_diagnose::examine::{Case, NextStep, examine};
/// use qsh_diagnose::intake::{Evidence, Piece};
///
/// let url = "https://acme.atlassian.net/rest/api/3/myself";
/// let qsh = qsh_hash::Qsh::of_canonical(b"GET&/rest/api/3/myself&");
/// let claims = serde_json::json!({ "iss": "574f8bdd-8dc4-35d3-9558-7bcea4e41de6", "iat": 1_000, "exp": 1_180, "qsh": qsh.as_str() });
/// let token = sign(claims.as_object().unwrap().clone(), &SharedSecret::new("a secret")?);
/// let evidence = Evidence::read(&[Piece::new("argument 1", url), Piece::new("argument 2", token.as_str())])?;
/// let input = evidence.input();
/// let mut case = Case::new(&evidence, input.as_ref(), Time::new(1_000));
/// case.issuer = Some("com.example.app");
/// let examination = examine(&case)?;
/// let objection = &examination.judgement().unwrap().objections[0];
/// assert_eq!((objection.rejection.reason(), objection.rejection.clause()), (Reason::UnknownIssuer, "PRD-1"));
/// assert!(matches!(examination.next_step(&case), NextStep::Mend { .. }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn examine(case: &Case<'_>) -> Result<Examination, InvalidRequest> {
    let &Case { evidence, input, secrets, .. } = case;
    let text = evidence.token.as_ref();
    let token = match text.map(|text| Unverified::parse(text.as_str().as_bytes())) {
        None if evidence.headers.is_empty() || !evidence.hashes.is_empty() => None,
        None => Some(Err(Rejection::new(Reason::NoToken, "TRN-12", "no header and no parameter has a token"))),
        Some(Err(rejection)) => Some(Err(rejection)),
        Some(Ok(token)) => Some(Ok(Judgement::of(&token, case)?)),
    };
    // A text that is no token has no signature to explain.
    let readable = text.filter(|_| matches!(token, Some(Ok(_))));
    let mut examination = Examination {
        signature: readable.and_then(|text| signature::explain(text.as_str(), secrets)),
        token,
        hashes: Vec::new(),
        alternatives: Vec::new(),
        page: None,
        notes: Vec::new(),
    };
    let Some(input) = input else { return Ok(examination) };
    // A token without a usable qsh has an objection that says so.
    let mut hashes = evidence.all_hashes().unwrap_or_default();
    if examination.judgement().is_some_and(|judgement| !judgement.has_hash()) {
        hashes.retain(|found| found.owner != Owner::Token);
    }
    examination.hashes = finding::findings(input, &hashes, case, &mut examination.notes)?;
    match examination.hashes.first() {
        Some(first) if first.diagnosis.is_right() => {
            examination.alternatives = alternatives(input)?;
        }
        Some(first) => {
            let referer = evidence.referer();
            let is_of_page = |page: &Input| page.request().is_ok_and(|it| qsh_hash::hash(&it).matches(&first.hash));
            examination.page = referer.filter(is_of_page);
        }
        None => {}
    }
    Ok(examination)
}

/// The number of implementations from which on a wrong reading counts as a dispute.
const DISPUTED: usize = 3;

/// The hashes that other readings of a clause give, which the clause leaves open or several implementations follow. Open
/// clauses come first, and then the readings that most implementations follow.
fn alternatives(input: &Input) -> Result<Vec<Explanation>, InvalidRequest> {
    let is_decided = |it: &Explanation| it.mistakes.iter().all(|mistake| mistake.status() == Status::Decided);
    let mut all = consequences(input)?;
    // The caller says which base URL is removed.
    all.retain(|it| it.mistakes.iter().all(|mistake| mistake.clause() != "QSH-P3"));
    all.retain(|it| !is_decided(it) || it.seen_in().len() >= DISPUTED);
    all.sort_by_key(|it| (is_decided(it), Reverse(it.seen_in().len())));
    let mut seen = BTreeSet::new();
    all.retain(|it| seen.insert(it.hash.clone()));
    Ok(all)
}
