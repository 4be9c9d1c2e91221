//! [`Evidence`]: what was found in the pieces.

use std::fmt;

use super::found_token::FoundToken;
use super::hash::{FoundHash, HashText, Owner};
use super::token::{TokenProblem, qsh_claim};
use crate::hosts::split_scheme;
use crate::input::Input;
use crate::json_body::JsonBody;
use crate::messages::KnownMessage;
use crate::text::Text;

/// What was found in the pieces. `Debug` shows no token and no header.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct Evidence {
    /// The method. It is there if there is a URL.
    pub method: Option<String>,
    /// The URL, or a path with its query.
    pub url: Option<Text>,
    /// The base URL of the product, from the body of an `installed` callback.
    pub base_url: Option<String>,
    /// The header fields.
    pub headers: Vec<(String, String)>,
    /// The body of an `application/x-www-form-urlencoded` request.
    pub form: Option<String>,
    /// The body of an `application/json` request.
    pub json: Option<JsonBody>,
    /// The token.
    pub token: Option<FoundToken>,
    /// The hashes that stand in texts: at most two different ones.
    pub hashes: Vec<FoundHash>,
    /// The body of an `installed` callback.
    pub installed: Option<Installed>,
    /// The known messages of products, frameworks and libraries in the texts.
    pub messages: Vec<&'static KnownMessage>,
    /// Whether the URL of a command has an `&` outside quotes. A shell ends the command there: the server sees only
    /// the parameters before it, and no header after it.
    pub is_cut_by_shell: bool,
    /// What was taken for what, in the order of the pieces.
    pub notes: Vec<Note>,
}

impl Evidence {
    /// The request. `None` without a URL.
    pub fn input(&self) -> Option<Input> {
        let (method, url) = (self.method.clone()?, self.url.clone()?);
        let (form, json) = (self.form.clone(), self.json.clone());
        Some(Input { method, url, base_url: self.base_url.clone(), form, json })
    }

    /// The request of the page that sent this request, by the header `Referer`. A token in it does not count.
    pub fn referer(&self) -> Option<Input> {
        let is_referer = |(name, _): &&(String, String)| name.eq_ignore_ascii_case("referer");
        let (_, url) =
            self.headers.iter().find(is_referer).filter(|(_, url)| split_scheme(url.as_bytes()).is_some())?;
        Some(Input { base_url: self.base_url.clone(), ..Input::new("GET", url.as_str()) })
    }

    /// The hashes, the claim of the token among them. The hash of the token comes first.
    ///
    /// # Errors
    ///
    /// The token has no usable claim, and no other hash is there.
    ///
    /// # Examples
    ///
    /// ```
    /// use qsh_diagnose::intake::{Evidence, Owner, Piece};
    ///
    /// let pieces = [Piece::new("argument 1", "Authorization: JWT eyJhbGciOiJIUzI1NiJ9.eyJxc2giOiJhYmMifQ.c2ln")];
    /// let hashes = Evidence::read(&pieces)?.all_hashes()?;
    /// assert_eq!(hashes[0].owner, Owner::Token);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn all_hashes(&self) -> Result<Vec<FoundHash>, TokenProblem> {
        let mut hashes = self.hashes.clone();
        match self.token.as_ref().map(|token| (qsh_claim(token.as_str()), &token.place)) {
            Some((Ok(claim), place)) => {
                let hash = HashText::of_claim(claim);
                match hashes.iter_mut().find(|found| found.hash == hash) {
                    Some(found) => found.owner = Owner::Token,
                    None => hashes.insert(0, FoundHash { hash, owner: Owner::Token, place: place.clone() }),
                }
            }
            Some((Err(problem), _)) if hashes.is_empty() => return Err(problem),
            _ => {}
        }
        hashes.sort_by_key(|found| found.owner != Owner::Token);
        Ok(hashes)
    }
}

/// What the body of an `installed` callback says. `Debug` does not show its secret.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Installed {
    /// The client key of the tenant: the issuer of its requests.
    pub client_key: String,
    /// The key of the app: the issuer of requests to the product.
    pub app_key: Option<String>,
    /// The base URL of the product.
    pub base_url: Option<String>,
    /// The secret of the tenant.
    pub shared_secret: Option<String>,
}

impl fmt::Debug for Installed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Installed").field("client_key", &self.client_key).finish_non_exhaustive()
    }
}

impl fmt::Debug for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Evidence").field("token", &self.token).field("notes", &self.notes).finish_non_exhaustive()
    }
}

/// One interpretation, such as `argument 1 is a curl command`. It never repeats a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    text: String,
}

impl Note {
    pub(super) fn new(text: String) -> Self {
        Self { text }
    }

    /// The note in words.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
