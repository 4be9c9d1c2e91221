//! Judges a request of the app by the product's rules (PRD-1 to PRD-7).

use qsh_auth::connect::{Incoming, UnverifiedAppRequest};
use qsh_auth::jwt::danger::Unverified;
use qsh_auth::jwt::{Reason, Rejection, SharedSecret, Time};
use qsh_auth::kind::{Profile, Recipient, Recognition, TokenKind, remarks};
use qsh_diagnose::examine::{Case, Examination, examine};
use qsh_diagnose::intake::{Evidence, Piece};
use qsh_diagnose::signature::{NamedSecret, SignatureFinding};
use qsh_diagnose::{Dialect, Input, Text, canonicalize_with};
use serde_json::{Value, json};

use super::exchange::{CanonicalRequests, Refusal, TokenEntry};
use super::site::Site;
use crate::report::examination::{self, masked};

/// A request of the app, as it came.
pub(super) struct Call {
    pub(super) method: String,
    /// The path and the query.
    pub(super) target: Vec<u8>,
    pub(super) headers: Vec<(String, Vec<u8>)>,
    pub(super) body: Vec<u8>,
}

/// The place of the right secret among those that are tried.
const OF_THE_SITE: usize = 0;
/// The longest JSON body that a diagnosis looks at, and the longest body of a message for it.
const LONGEST: usize = 64 * 1024;

impl Call {
    /// The first field with this name, as text.
    fn header(&self, name: &str) -> Option<String> {
        let field = self.headers.iter().find(|(it, _)| it.eq_ignore_ascii_case(name))?;
        Some(String::from_utf8_lossy(&field.1).into_owned())
    }

    /// The header fields as text.
    pub(super) fn fields(&self) -> Vec<(String, String)> {
        let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
        self.headers.iter().map(|(name, value)| (name.clone(), text(value))).collect()
    }

    /// The request, for the hash. A form is part of it (QSH-F1).
    fn input(&self, base_url: &str) -> Input {
        let content_type = self.header("Content-Type").unwrap_or_default().to_ascii_lowercase();
        let text = str::from_utf8(&self.body).ok().filter(|text| !text.is_empty());
        let short = text.filter(|text| text.len() <= LONGEST);
        let is = |name: &str| content_type.split(';').next().is_some_and(|it| it.trim() == name);
        Input {
            base_url: Some(base_url.to_owned()),
            form: text.filter(|_| is("application/x-www-form-urlencoded")).map(str::to_owned),
            json: short.filter(|_| is("application/json")).and_then(|text| text.parse().ok()),
            ..Input::new(&self.method, self.target.clone())
        }
    }

    /// The request as HTTP/1.1 writes it, for the diagnosis.
    fn message(&self) -> String {
        let target = String::from_utf8_lossy(&self.target);
        let fields = self.fields().into_iter().map(|(name, value)| format!("{name}: {value}\n"));
        let body = str::from_utf8(&self.body).ok().filter(|text| text.len() <= LONGEST).unwrap_or_default();
        format!("{} {target} HTTP/1.1\n{}\n{body}", self.method, fields.collect::<String>())
    }
}

/// The product that a request came to.
pub(super) struct Judge<'j> {
    pub(super) app_key: &'j str,
    pub(super) base_url: &'j str,
    pub(super) site: &'j Site,
    /// The other sites, whose secrets an app may have mixed up.
    pub(super) others: Vec<&'j Site>,
    pub(super) time: Time,
    /// Whether the secret is being replaced: then the app may still have the one before.
    pub(super) is_changing: bool,
    /// How many mistakes explain a hash together at most.
    pub(super) most_mistakes: usize,
}

/// What the product says.
pub(super) struct Judgement {
    pub(super) token: Option<TokenEntry>,
    /// What is suspicious about an accepted token, as sentences.
    pub(super) remarks: Vec<String>,
    /// What was understood, or why the request is refused.
    pub(super) verdict: Result<Value, Refused>,
}

/// A refusal, and what is known of it.
pub(super) struct Refused {
    pub(super) refusal: Refusal,
    pub(super) canonical: Option<CanonicalRequests>,
    /// In lines for people.
    pub(super) diagnosis: Option<String>,
    /// The mistakes that explain a wrong hash or a wrong signature.
    pub(super) mistakes: Vec<String>,
    /// The same for programs: the members of `qsh-diagnosis`.
    pub(super) details: Value,
}

impl Judge<'_> {
    pub(super) fn judge(&self, call: &Call) -> Judgement {
        let input = call.input(self.base_url);
        let evidence = Evidence::read(&[Piece::new("the request", call.message())]).ok();
        let token = evidence.as_ref().and_then(|it| it.token.as_ref());
        let token = token.and_then(|it| Some((it.carrier(), Unverified::parse(it.as_str().as_bytes()).ok()?)));
        let kind =
            token.as_ref().map(|(carrier, token)| Recognition::of(token, Some(Recipient::Product), *carrier).kind);
        let verdict = match self.verify(call, &input) {
            Ok(claims) => Ok(self.understood(&input, &claims)),
            Err(rejection) => Err(self.refused(rejection, &input, evidence.as_ref(), kind)),
        };
        let remarked = kind.zip(token.as_ref()).filter(|_| verdict.is_ok());
        let remarks = remarked.map(|(kind, (_, token))| remarks(token, kind, self.time.now()));
        let remarks = remarks.into_iter().flatten().map(|it| format!("{} ({})", it.text, it.clause)).collect();
        let token = kind.zip(token).map(|(kind, (_, token))| TokenEntry {
            kind: kind.name(),
            title: Profile::of(kind).title,
            header: token.header_members().clone(),
            claims: token.claims().as_object().clone(),
        });
        Judgement { token, remarks, verdict }
    }

    fn verify(&self, call: &Call, input: &Input) -> Result<Value, Rejection> {
        let headers: Vec<(&str, &[u8])> =
            call.headers.iter().map(|(name, value)| (name.as_str(), value.as_slice())).collect();
        let request = input.request().map_err(|error| Rejection::new(Reason::Other, "QSH-M3", error.to_string()))?;
        let received = UnverifiedAppRequest::parse(Incoming::new(request, &headers))?;
        let is_ours = received.app_key() == self.app_key && self.site.is_installed();
        let secret = SharedSecret::new(&self.site.shared_secret).ok().filter(|_| is_ours);
        let before = self.site.old_secrets.last().filter(|_| is_ours && self.is_changing);
        let before = before.and_then(|secret| SharedSecret::new(secret).ok());
        let claims = match (received.clone().verify(secret.as_ref(), self.time), before) {
            (Err(refused), Some(before)) if refused.reason() == Reason::BadSignature => {
                received.verify(Some(&before), self.time)?
            }
            (verified, _) => verified?,
        };
        Ok(claims.get("sub").cloned().unwrap_or_default())
    }

    fn understood(&self, input: &Input, subject: &Value) -> Value {
        let canonical = input.source().ok().and_then(|request| canonicalize_with(request, &Dialect::OFFICIAL).ok());
        let canonical = canonical.map(|it| Text::from(it.as_bytes().to_vec()).to_string());
        json!({ "app": self.app_key, "site": self.site.name, "subject": subject, "canonical_request": canonical })
    }

    fn refused(
        &self,
        rejection: Rejection,
        input: &Input,
        evidence: Option<&Evidence>,
        kind: Option<TokenKind>,
    ) -> Refused {
        let secrets = self.secrets();
        let examined = evidence.and_then(|evidence| {
            let mut case = Case::new(evidence, Some(input), self.time);
            // The request goes to a product, which its address does not show.
            case.kind = kind.filter(|kind| *kind == TokenKind::App);
            case.issuer = Some(self.app_key);
            case.secrets = &secrets;
            case.refused = Some(&rejection);
            case.most = self.most_mistakes;
            Some((examine(&case).ok()?, case))
        });
        let refusal = Refusal {
            reason: rejection.reason().code(),
            clause: rejection.clause().to_owned(),
            message: rejection.to_string(),
        };
        let Some((examination, case)) = examined else {
            return Refused { refusal, canonical: None, diagnosis: None, mistakes: Vec::new(), details: json!({}) };
        };
        let mut details = json!({});
        examination::add_to_json(&mut details, &case, &examination);
        let text = examination::human(&case, &examination);
        let text = anstream::adapter::strip_str(&text).to_string();
        let text = match &examination.signature {
            Some(SignatureFinding::Right { secret }) if *secret != OF_THE_SITE => {
                let lines = text.lines().filter(|line| !line.starts_with("next "));
                let lines = lines.map(|line| format!("{line}\n")).collect::<String>();
                format!("{lines}next      sign with the secret of the last installed callback of {}", self.site.name)
            }
            _ => text,
        };
        Refused {
            refusal,
            canonical: canonical(&examination),
            diagnosis: Some(text),
            mistakes: mistakes(rejection.reason(), &examination, &secrets),
            details,
        }
    }

    fn secrets(&self) -> Vec<NamedSecret> {
        let of = |site: &Site| NamedSecret::new(site.name.clone(), site.shared_secret.as_bytes());
        let old = self.site.old_secrets.iter().map(|secret| {
            NamedSecret::new(format!("an earlier installation of {}", self.site.name), secret.as_bytes())
        });
        [of(self.site)].into_iter().chain(old).chain(self.others.iter().map(|site| of(site))).collect()
    }
}

/// The canonical request that was expected, and the one that has the hash of the token. `None` if the hash is right, or if there
/// is none.
fn canonical(examination: &Examination) -> Option<CanonicalRequests> {
    let diagnosis = &examination.hashes.first()?.diagnosis;
    let shown = |bytes: &[u8]| masked(&Text::from(bytes.to_vec()).to_string());
    let found = diagnosis.explanations.first().map(|it| shown(it.canonical.as_bytes()));
    (!diagnosis.is_right()).then(|| CanonicalRequests { expected: shown(diagnosis.right.as_bytes()), found })
}

/// The names of the mistakes that explain a wrong signature or a wrong hash. Of several explanations, the likeliest.
fn mistakes(reason: Reason, examination: &Examination, secrets: &[NamedSecret]) -> Vec<String> {
    let whose = |secret: &usize| secrets.get(*secret).filter(|_| *secret != OF_THE_SITE);
    let whose = |secret: &usize| whose(secret).map(|secret| format!("secret of {}", secret.name()));
    match (reason, &examination.signature) {
        (Reason::BadSignature, Some(SignatureFinding::Right { secret })) => whose(secret).into_iter().collect(),
        (Reason::BadSignature, Some(SignatureFinding::Explained { secret, changes })) => {
            let names = changes.iter().map(|change| change.name.to_owned());
            secret.as_ref().and_then(whose).into_iter().chain(names).collect()
        }
        (Reason::QshMismatch, _) => {
            let first = examination.hashes.first().and_then(|it| it.diagnosis.explanations.first());
            first.into_iter().flat_map(|it| &it.mistakes).map(ToString::to_string).collect()
        }
        _ => Vec::new(),
    }
}
