//! A token with the circumstances in which it is verified.

use std::convert::Infallible;

use data_encoding::BASE64URL_NOPAD;

use crate::adapter::built_in;
use crate::connect::{Endpoint, Incoming, Issue, Tenant, TenantStore, authenticate, token as sign};
use crate::diff::{Source, means_the_same, related, request as generated};
use crate::jwt::{SharedSecret, Time};
use crate::percent;
use crate::request::Request;
use crate::suite::case::Input;

/// A token in the header of a request to a URL-bound endpoint, and whether it is to be accepted there.
///
/// It was signed for a request by the tenant `client`, and then one thing was changed, or nothing: a byte, its end, the
/// algorithm, the secret, the time, the request.
///
/// # Examples
///
/// Without any choices, nothing is changed:
///
/// ```
/// use qsh::diff::Source;
/// use qsh::oracle::Trial;
///
/// let trial = Trial::generate(&mut Source::new(b"")).unwrap();
/// assert_eq!((trial.request.to_string().as_str(), trial.is_good), ("GET /", true));
/// assert!(trial.is_accepted());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Trial {
    /// The token, which may have any characters.
    pub token: String,
    /// The request that it comes with.
    pub request: Input,
    /// The shared secret of the tenant.
    pub shared_secret: &'static str,
    /// The time in Unix seconds.
    pub now: i64,
    /// Whether it is to be accepted, without leeway.
    pub is_good: bool,
}

/// The tenant's client key, which is the token's `iss`.
const ISSUER: &str = "client";
/// The time at which tokens are signed.
const NOW: i64 = 1_700_000_000;
const SECRET: &str = "a secret of more than 32 characters";
const ANOTHER_SECRET: &str = "another secret of so many characters";
/// Headers of other algorithms.
const HEADERS: &[&str] = &[r#"{"alg":"none"}"#, r#"{"alg":"hs256"}"#, r#"{"alg":"HS384"}"#, r#"{"alg":"RS256"}"#];

impl Trial {
    /// A trial by these choices; nothing, where the request may carry another token, or has no place for the change.
    pub fn generate(source: &mut Source<'_>) -> Option<Self> {
        let lifetime = i64::try_from(source.up_to(3600)).ok()?;
        let change = source.up_to(6);
        let input = Input { base_url: None, form: None, ..generated(source) };
        let request = request_without_token(&input)?;
        let issue = Issue::new(ISSUER, NOW, NOW + lifetime);
        let token = sign(&request, &issue, &SharedSecret::new(SECRET).ok()?).as_str().to_owned();
        let good = Self { token, request: input, shared_secret: SECRET, now: NOW + lifetime, is_good: true };
        let changed = good.changed(change, source)?;
        request_without_token(&changed.request)?;
        Some(changed)
    }

    /// The same with one thing changed, or nothing; nothing at all, where there is no place for the change.
    fn changed(self, change: usize, source: &mut Source<'_>) -> Option<Self> {
        let bad = Self { is_good: false, ..self.clone() };
        let at = |source: &mut Source<'_>| source.up_to(self.token.len() - 1);
        Some(match change {
            0 => self,
            1 => {
                let mut bytes = self.token.clone().into_bytes();
                // A token is of ASCII, and stays so.
                bytes[at(source)] ^= 1 << source.up_to(6);
                Self { token: String::from_utf8(bytes).ok()?, ..bad }
            }
            2 => Self { token: self.token[..at(source)].to_owned(), ..bad },
            3 => {
                let (_, rest) = self.token.split_once('.')?;
                Self { token: format!("{}.{rest}", BASE64URL_NOPAD.encode(source.pick(HEADERS).as_bytes())), ..bad }
            }
            4 => Self { shared_secret: ANOTHER_SECRET, ..bad },
            5 => Self { now: self.now + 1, ..bad },
            _ => {
                let (_, request) = related(&self.request, source)?;
                Self { is_good: means_the_same(&self.request, &request), request, ..self }
            }
        })
    }

    /// Whether our own implementation accepts it.
    pub fn is_accepted(&self) -> bool {
        let header = format!("JWT {}", self.token);
        let headers = [("Authorization", header.as_bytes())];
        let (Ok(request), Ok(secret)) = (built_in::request(&self.request), SharedSecret::new(self.shared_secret))
        else {
            return false;
        };
        let tenants = One(Tenant::new(ISSUER, secret));
        authenticate(Incoming::new(request, &headers), &tenants, Endpoint::Url, Time::new(self.now)).is_ok()
    }
}

/// The request, unless a parameter of it may be a second token.
fn request_without_token(input: &Input) -> Option<Request<'_>> {
    let request = built_in::request(input).ok()?;
    let query = percent::decode(request.query().unwrap_or_default()).bytes;
    (!query.windows(3).any(|it| it == b"jwt")).then_some(request)
}

/// The only tenant.
struct One(Tenant);

impl TenantStore for One {
    type Error = Infallible;

    fn tenant(&self, client_key: &str) -> Result<Option<Tenant>, Self::Error> {
        Ok(Some(self.0.clone()).filter(|tenant| tenant.client_key == client_key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Both sides of every change are there.
    #[test]
    fn trials_are_of_every_kind() {
        let mut counts = [0; 2];
        let mut bytes = fastrand::Rng::with_seed(1);
        for _ in 0..5_000 {
            let choices: Vec<u8> = (0..64).map(|_| bytes.u8(..)).collect();
            let Some(trial) = Trial::generate(&mut Source::new(&choices)) else { continue };
            assert_eq!(trial.is_accepted(), trial.is_good, "{trial:?}");
            counts[usize::from(trial.is_good)] += 1;
        }
        assert!(counts.iter().all(|count| *count > 500), "{counts:?}");
    }
}
