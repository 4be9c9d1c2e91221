//! Collects what is found, and refuses what contradicts it.

use qsh_auth::kind::Carrier;

use super::error::IntakeError;
use super::evidence::{Evidence, Installed, Note};
use super::found_token::{Carried, CarrierKind, FoundToken};
use super::hash::{FoundHash, HashText, Owner};
use super::http_message::Message;
use super::json::{self, Json};
use super::token::{self, Found, State};
use crate::hosts::split_scheme;
use crate::json_body::JsonBody;
use crate::messages::KnownMessage;
use crate::text::Text;

/// The headers with tokens of Forge that an app passes on (FIT-13).
const PASSED_ON: [&str; 2] = ["x-forge-oauth-system", "x-forge-oauth-user"];

/// A value, and where it was found.
type Placed<T> = Option<(T, String)>;

/// Collects evidence.
#[derive(Default)]
pub(super) struct Builder {
    method: Placed<String>,
    url: Placed<Text>,
    /// The host of a header, and the scheme if it is known.
    host: Placed<String>,
    base_url: Placed<String>,
    installed: Placed<Installed>,
    form: Placed<String>,
    json: Placed<JsonBody>,
    /// Where a token is that cannot be read.
    cut: Option<String>,
    /// A method and a URL of a text in words. They count if no other piece has a request.
    told_method: Placed<String>,
    told_url: Placed<Text>,
    /// A token in a header that is not for the receiver to verify. It counts if there is no other.
    passed_on: Option<FoundToken>,
    evidence: Evidence,
}

impl Builder {
    pub(super) fn note(&mut self, text: String) {
        self.evidence.notes.push(Note::new(text));
    }

    /// Parameters whose value is a variable, and so not in the text.
    pub(super) fn unknown_parameters(&mut self, names: &[String], place: &str) {
        for name in names.iter().filter(|name| !name.is_empty()) {
            let name = Text::from(name.as_str());
            self.note(format!("left out the parameter {name} in {place}: its value is a variable"));
        }
    }

    /// The URL of a command has an `&` outside quotes.
    pub(super) fn cut_by_shell(&mut self, place: &str) {
        self.note(format!("the URL in {place} has an & outside quotes, where a shell ends the command"));
        self.evidence.is_cut_by_shell = true;
    }

    /// The number of notes. A piece that adds none gave nothing.
    pub(super) fn notes(&self) -> usize {
        self.evidence.notes.len()
    }

    pub(super) fn method(&mut self, method: &str, place: &str) -> Result<(), IntakeError> {
        put(&mut self.method, method.to_owned(), place, "methods")
    }

    /// A URL or a path. A path of the same URL does not contradict it.
    pub(super) fn url(&mut self, url: impl Into<Text>, place: &str) -> Result<(), IntakeError> {
        let url = url.into();
        match &mut self.url {
            Some((known, _)) if is_path_of(&url, known) => Ok(()),
            Some((known, at)) if is_path_of(known, &url) => {
                (*known, *at) = (url, place.to_owned());
                Ok(())
            }
            slot => put(slot, url, place, "URLs"),
        }
    }

    /// A URL in words, such as an error message. Another piece may have the request.
    pub(super) fn told_url(&mut self, url: impl Into<Text>, place: &str) -> Result<(), IntakeError> {
        put(&mut self.told_url, url.into(), place, "URLs")
    }

    /// A method in words.
    pub(super) fn told_method(&mut self, method: &str, place: &str) -> Result<(), IntakeError> {
        put(&mut self.told_method, method.to_owned(), place, "methods")
    }

    /// A request that a program printed, with the token in the parameters of its URL. Another piece may have the request.
    pub(super) fn told_request(
        &mut self,
        method: Option<String>,
        url: Option<String>,
        place: &str,
    ) -> Result<(), IntakeError> {
        if let Some(method) = method {
            self.told_method(&method, place)?;
        }
        let Some(url) = url else { return Ok(()) };
        self.tokens_of(&url, |name| format!("the parameter {name} of {place}"), |name| Carrier::Parameter(name))?;
        self.told_url(url, place)
    }

    /// A URL with the token in its parameters.
    pub(super) fn url_with_token(&mut self, url: &str, place: &str) -> Result<(), IntakeError> {
        self.tokens_of(url, |name| format!("the parameter {name} of {place}"), |name| Carrier::Parameter(name))?;
        self.url(url, place)
    }

    /// A known message of a product, a framework or a library.
    pub(super) fn known_message(&mut self, message: &'static KnownMessage) {
        if !self.evidence.messages.iter().any(|known| known.title == message.title) {
            self.evidence.messages.push(message);
        }
    }

    /// The tokens in the parameters of a URL or a form. Those of parameters with another name than `jwt` count only if
    /// there is no other.
    fn tokens_of(&mut self, text: &str, place: impl Fn(&str) -> String, kind: CarrierKind) -> Result<(), IntakeError> {
        let found: Vec<(String, Found)> =
            token::find(text).into_iter().map(|found| (name(text, &found), found)).collect();
        let is_jwt = |(name, _): &&(String, Found)| name == "jwt";
        let named = found.iter().find(is_jwt).or_else(|| found.iter().find(|(_, found)| found.state != State::Cut));
        named.map_or(Ok(()), |(name, found)| self.token(found, &place(name), Some(Carried::new(kind, name.as_str()))))
    }

    /// A token. Its place is told, never its text.
    pub(super) fn token(&mut self, found: &Found, place: &str, carried: Option<Carried>) -> Result<(), IntakeError> {
        if found.state == State::Cut {
            self.note(format!("left out the token in {place}: it is not complete"));
            self.cut.get_or_insert_with(|| place.to_owned());
            return Ok(());
        }
        self.note(format!("took the token in {place}"));
        if found.is_joined {
            self.note(format!("removed line breaks or blanks from the token in {place}"));
        }
        if found.state == State::TooLong {
            self.note(format!("the token in {place} is too long: JWT-6 allows 65,536 bytes"));
        }
        if found.state == State::EndCut {
            self.note(format!("the token in {place} is not complete: its claims are there, its signature is cut off"));
        }
        self.whole_token(&found.text, place, carried)
    }

    pub(super) fn whole_token(&mut self, text: &str, place: &str, carried: Option<Carried>) -> Result<(), IntakeError> {
        match &mut self.evidence.token {
            Some(known) if known.as_str() != text => {
                Err(IntakeError::Conflict { what: "tokens", first: known.place.clone(), second: place.to_owned() })
            }
            Some(known) => {
                known.found_again(carried);
                Ok(())
            }
            None => {
                self.evidence.token = Some(FoundToken::new(text.to_owned(), place.to_owned(), carried));
                Ok(())
            }
        }
    }

    pub(super) fn hash(&mut self, hash: HashText, owner: Owner, place: &str) {
        match self.evidence.hashes.iter_mut().find(|known| known.hash == hash) {
            Some(known) if known.owner == Owner::Unknown => known.owner = owner,
            Some(_) => {}
            None => self.evidence.hashes.push(FoundHash { hash, owner, place: place.to_owned() }),
        }
    }

    /// The host of a request, if its URL has none.
    pub(super) fn host(&mut self, host: &str, place: &str) -> Result<(), IntakeError> {
        put(&mut self.host, format!("https://{host}"), place, "hosts")
    }

    /// The body of the request, which stands alone.
    pub(super) fn json_body(&mut self, json: JsonBody, place: &str) -> Result<(), IntakeError> {
        put(&mut self.json, json, place, "JSON bodies")
    }

    pub(super) fn base_url(&mut self, base_url: &str, place: &str) -> Result<(), IntakeError> {
        put(&mut self.base_url, base_url.to_owned(), place, "base URLs")
    }

    /// The body of an `installed` callback.
    pub(super) fn installed(&mut self, installed: Installed, place: &str) -> Result<(), IntakeError> {
        put(&mut self.installed, installed, place, "bodies of installed callbacks")
    }

    /// A header field.
    pub(super) fn header(&mut self, name: &str, value: &str, place: &str) -> Result<(), IntakeError> {
        let of = |name: &str| format!("the {name} header of {place}");
        if name.eq_ignore_ascii_case("host") {
            self.host(value, &of(name))?;
        }
        if name.eq_ignore_ascii_case("authorization") || name.eq_ignore_ascii_case("x-acpt") {
            let found = token::find(value);
            let carried = Some(match token::without_scheme(value).0 {
                _ if !name.eq_ignore_ascii_case("authorization") => Carried::new(|name| Carrier::Header(name), name),
                scheme => Carried::authorization(scheme.unwrap_or_default()),
            });
            match (found.first(), token::readable(value)) {
                (Some(found), _) => self.token(found, &of(name), carried)?,
                (None, Some(bare)) => {
                    self.note(format!("took the token in {}", of(name)));
                    self.whole_token(&bare, &of(name), carried)?;
                }
                (None, None) => self.note(format!("{} has no token", of(name))),
            }
        } else if PASSED_ON.iter().any(|known| name.eq_ignore_ascii_case(known))
            && let Some(found) = token::find(value).into_iter().find(|found| found.state == State::Whole)
        {
            let token = FoundToken::new(found.text, of(name), Some(Carried::new(|name| Carrier::Header(name), name)));
            self.passed_on.get_or_insert(token);
        }
        self.evidence.headers.push((name.to_owned(), value.to_owned()));
        Ok(())
    }

    /// A whole request.
    pub(super) fn message(&mut self, message: Message, place: &str) -> Result<(), IntakeError> {
        let body = message
            .body
            .clone()
            .map(|body| (message.header("content-type").unwrap_or_default().to_ascii_lowercase(), body));
        let Message { method, target, host, scheme, headers, .. } = message;
        if let Some(method) = method {
            self.method(&method, place)?;
        }
        if let Some(host) = host {
            let scheme = scheme.unwrap_or_else(|| "https".to_owned());
            put(&mut self.host, format!("{scheme}://{host}"), place, "hosts")?;
        }
        if let Some(target) = target {
            self.url_with_token(&target, place)?;
        }
        for (name, value) in headers {
            self.header(&name, &value, place)?;
        }
        body.map_or(Ok(()), |(kind, body)| self.body(&kind, body, place))
    }

    fn body(&mut self, kind: &str, body: String, place: &str) -> Result<(), IntakeError> {
        if kind.starts_with("application/x-www-form-urlencoded") {
            self.note(format!("took the body of {place} for a form"));
            self.tokens_of(
                &body,
                |name| format!("the parameter {name} of the form of {place}"),
                |name| Carrier::FormField(name),
            )?;
            return put(&mut self.form, body, place, "forms");
        }
        if (kind.starts_with("application/json") || kind.contains("+json"))
            && let Ok(json) = body.parse::<JsonBody>()
        {
            self.note(format!("took the body of {place} for JSON"));
            if let Some(Json::Installed(installed)) = json::read(&body) {
                self.installed(installed, place)?;
            }
            return put(&mut self.json, json, place, "JSON bodies");
        }
        self.note(format!("left out the body of {place}: it is no form, and no part of the hash"));
        Ok(())
    }

    /// Puts the parts together.
    pub(super) fn finish(mut self) -> Result<Evidence, IntakeError> {
        if let (Some((_, first)), Some((_, second))) = (&self.form, &self.json) {
            return Err(IntakeError::Conflict { what: "bodies", first: first.clone(), second: second.clone() });
        }
        if self.evidence.token.is_none()
            && let Some(token) = self.passed_on.take()
        {
            self.note(format!("took the token in {}", token.place()));
            self.evidence.token = Some(token);
        }
        // A message without a reason says nothing beside one that has a reason.
        if self.evidence.messages.iter().any(|message| !message.reasons.is_empty()) {
            self.evidence.messages.retain(|message| !message.reasons.is_empty());
        }
        self.take_told()?;
        if let Some(place) = self.cut.take()
            && self.evidence.token.is_none()
            && self.evidence.hashes.is_empty()
        {
            return Err(IntakeError::CutToken { place });
        }
        self.merge_canonical();
        let different = self.evidence.hashes.len();
        if let [first, .., last] = self.evidence.hashes.as_slice()
            && different > 2
        {
            let (first, second) = (first.place.clone(), last.place.clone());
            let what = "hashes, more than two of them";
            return Err(IntakeError::Conflict { what, first, second });
        }
        if let (Some((url, _)), Some((host, place))) = (&mut self.url, &self.host)
            && url.as_bytes().starts_with(b"/")
        {
            *url = [host.as_bytes(), url.as_bytes()].concat().into();
            let note = format!("took the origin of the URL from {place}");
            self.note(note);
        }
        if self.url.is_some() && self.method.is_none() {
            self.note("took GET for the method: none was given".to_owned());
            self.method = Some(("GET".to_owned(), String::new()));
        }
        self.take_base_url_of_installed();
        let value = |slot: Placed<String>| slot.map(|(value, _)| value);
        self.evidence.method = value(self.method);
        self.evidence.url = self.url.map(|(url, _)| url);
        self.evidence.base_url = value(self.base_url);
        self.evidence.installed = self.installed.map(|(installed, _)| installed);
        self.evidence.form = value(self.form);
        self.evidence.json = self.json.map(|(json, _)| json);
        Ok(self.evidence)
    }

    /// Takes the method and the URL of a text in words, if no other piece has them.
    fn take_told(&mut self) -> Result<(), IntakeError> {
        if let Some((url, place)) = self.told_url.take() {
            match &self.url {
                Some((known, at)) if *known != url && !is_path_of(&url, known) && !is_path_of(known, &url) => {
                    let note = format!("left out the URL in {place}: the request is in {at}");
                    self.note(note);
                }
                _ => self.url(url, &place)?,
            }
        }
        match (&self.method, self.told_method.take()) {
            (None, told) => self.method = told,
            (Some((known, at)), Some((told, place))) if *known != told => {
                let note = format!("left out the method {told} in {place}: the request is in {at}");
                self.note(note);
            }
            _ => {}
        }
        Ok(())
    }

    /// Takes the base URL of the product for a request to the product. A request to the app has another base URL.
    fn take_base_url_of_installed(&mut self) {
        let Some((installed, place)) = &self.installed else { return };
        let Some(base_url) = installed.base_url.clone().filter(|_| self.base_url.is_none()) else { return };
        let is_to_product = self.url.as_ref().is_none_or(|(url, _)| {
            url.as_bytes().starts_with(b"/") || origin(url.as_bytes()) == origin(base_url.as_bytes())
        });
        // A request with a body may be the callback itself.
        let has_body = self.form.is_some() || self.json.is_some();
        if is_to_product && !has_body {
            let note = format!("took the baseUrl in {place} for the base URL");
            self.base_url = Some((base_url, place.clone()));
            self.note(note);
        }
    }

    /// A canonical request beside its own hash is one finding.
    fn merge_canonical(&mut self) {
        let hashes = &mut self.evidence.hashes;
        let Some(place) = hashes.iter().position(|found| matches!(found.hash, HashText::Canonical(_))) else { return };
        let HashText::Canonical(text) = &hashes[place].hash else { return };
        let hash = HashText::Whole(text.sha256_hex());
        if let Some(same) = hashes.iter().position(|found| found.hash == hash) {
            hashes[place].owner = hashes[same].owner;
            hashes.remove(same);
        }
    }
}

/// The scheme and the host of an absolute URL, in lower case.
fn origin(url: &[u8]) -> Option<Vec<u8>> {
    let (scheme, rest) = split_scheme(url)?;
    let end = rest.iter().position(|byte| matches!(byte, b'/' | b'?' | b'#')).unwrap_or(rest.len());
    Some([scheme, b":", &rest[..end]].concat().to_ascii_lowercase())
}

/// Sets a value, which must not have another one yet.
fn put<T: PartialEq>(slot: &mut Placed<T>, value: T, place: &str, what: &'static str) -> Result<(), IntakeError> {
    match slot {
        Some((known, first)) if *known != value => {
            Err(IntakeError::Conflict { what, first: first.clone(), second: place.to_owned() })
        }
        Some(_) => Ok(()),
        None => {
            *slot = Some((value, place.to_owned()));
            Ok(())
        }
    }
}

/// Whether a text is the path and the query of an absolute URL.
fn is_path_of(path: &Text, url: &Text) -> bool {
    let Some((_, rest)) = split_scheme(url.as_bytes()) else { return false };
    let at = rest.iter().position(|byte| *byte == b'/').unwrap_or(rest.len());
    path.as_bytes().starts_with(b"/") && &rest[at..] == path.as_bytes()
}

/// The name of the parameter that a token is the value of.
fn name(text: &str, found: &Found) -> String {
    let before = &text[..found.range.start];
    let before = before.strip_suffix('=').or_else(|| before.strip_suffix("%3D")).or_else(|| before.strip_suffix("%3d"));
    let before = before.unwrap_or_default();
    let is_between = |c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-';
    let name = before.rsplit(is_between).next().unwrap_or_default();
    // An escape such as `%26` stands before the name.
    let follows_escape = before[..before.len() - name.len()].ends_with('%');
    let name = if follows_escape { name.get(2..).unwrap_or_default() } else { name };
    name.to_owned()
}
