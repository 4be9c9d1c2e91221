//! A running app, asked over HTTP: each question is one request, sent byte for byte.
//!
//! An app shows no claims and no reasons, only that it accepts or refuses. What its responses mean is in [`ResponsePatterns`].

mod address;
mod exchange;
mod hidden;
mod message;
mod patterns;

use std::fmt;
use std::net::SocketAddr;
use std::thread;
use std::time::{Duration, Instant};

use qsh_diagnose::Input;
use serde_json::Map;

use super::protocol::{Description, Question, VERSION};
use super::{Adapter, Reply};
use crate::suite::case::{Operation, Presented, Received};
use crate::suite::outcome::{Answer, Issuer, Outcome, Reason};
pub use address::{Address, BadAddress};
pub use exchange::{ExchangeError, Response, exchange};
use hidden::Hidden;
pub use message::{Message, USER_AGENT};
pub use patterns::{BadPattern, Reading, ResponsePattern, ResponsePatterns};

/// What an app can be asked.
const OPERATIONS: [Operation; 4] =
    [Operation::Authenticate, Operation::AuthenticateInstall, Operation::AsapVerify, Operation::ForgeVerify];

/// How an app is asked.
#[derive(Clone)]
#[expect(clippy::exhaustive_structs, reason = "made by the command line and by tests, field by field")]
pub struct Access {
    /// What counts as accepted and as refused.
    pub patterns: ResponsePatterns,
    /// Hosts that may be called, beside this machine.
    pub allowed_hosts: Vec<String>,
    /// Header fields that every request has.
    pub headers: Vec<(String, String)>,
    /// The time limit for a response.
    pub timeout: Duration,
    /// The shortest time between the beginnings of two requests.
    pub pause: Duration,
    /// The most requests that are sent.
    pub most: usize,
}

impl Default for Access {
    fn default() -> Self {
        Self {
            patterns: ResponsePatterns::default(),
            allowed_hosts: Vec::new(),
            headers: Vec::new(),
            timeout: Duration::from_secs(10),
            pause: Duration::ZERO,
            most: 1_000,
        }
    }
}

/// Shows the names of header fields only: their values can be secrets.
impl fmt::Debug for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { patterns, allowed_hosts, headers, timeout, pause, most } = self;
        let names: Vec<&str> = headers.iter().map(|(name, _)| name.as_str()).collect();
        let mut shown = f.debug_struct("Access");
        shown.field("patterns", patterns).field("allowed_hosts", allowed_hosts).field("headers", &names);
        shown.field("timeout", timeout).field("pause", pause).field("most", most).finish()
    }
}

/// A request that was sent, and what came of it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Exchange {
    /// The request.
    pub message: Message,
    /// The response.
    pub response: Result<Response, ExchangeError>,
}

/// A running app.
#[derive(Debug)]
pub struct App {
    address: Address,
    socket: SocketAddr,
    access: Access,
    /// The request that carries the token of a question that has no request of its own. `None` is a `GET` of the address.
    carrier: Option<Input>,
    description: Description,
    sent: usize,
    last: Instant,
    exchanges: Vec<Option<Exchange>>,
}

impl App {
    /// The app at an address, which is not called yet.
    ///
    /// # Errors
    ///
    /// A host that has no address, or that is neither this machine nor allowed.
    ///
    /// # Examples
    ///
    /// ```
    /// use qsh::adapter::http::{Access, Address, App, BadAddress};
    ///
    /// let elsewhere = Address::parse("https://192.0.2.1/panel")?;
    /// assert!(matches!(App::at(elsewhere, Access::default()), Err(BadAddress::NotAllowed { .. })));
    /// assert!(App::at(Address::parse("http://127.0.0.1:3000/panel")?, Access::default()).is_ok());
    /// # Ok::<(), BadAddress>(())
    /// ```
    pub fn at(address: Address, access: Access) -> Result<Self, BadAddress> {
        let socket = address.socket(&access.allowed_hosts)?;
        let description = Description {
            protocol: VERSION,
            name: address.origin(),
            version: "unknown".to_owned(),
            language: "unknown".to_owned(),
            runtime: "unknown".to_owned(),
            operations: OPERATIONS.map(|operation| operation.name().to_owned()).to_vec(),
            fixed_leeway: None,
            fixed_method: None,
        };
        let last = Instant::now();
        Ok(Self { address, socket, access, carrier: None, description, sent: 0, last, exchanges: Vec::new() })
    }

    /// Where the app is.
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// The command that sends a request again.
    pub fn curl(&self, message: &Message) -> String {
        message.curl(&self.address.origin(), &self.access.headers)
    }

    /// Sets the request that carries the tokens of ASAP and of Forge. Questions about them have no request.
    pub(crate) fn carry_tokens_in(&mut self, request: Input) {
        self.carrier = Some(request);
    }

    /// How many requests were sent.
    pub fn sent(&self) -> usize {
        self.sent
    }

    /// How many more requests may be sent.
    pub fn left(&self) -> usize {
        self.access.most.saturating_sub(self.sent)
    }

    /// The request and the response of each question of the last [`ask`](Adapter::ask). `None` if nothing was sent.
    pub fn exchanges(&self) -> &[Option<Exchange>] {
        &self.exchanges
    }

    /// What a response says.
    pub fn read(&self, response: &Response) -> Reading {
        self.access.patterns.read(response)
    }

    /// The request of a question, or why this adapter cannot ask it.
    fn message(&self, question: &Question) -> Result<Message, String> {
        let Received { input, headers } = &match question {
            Question::Authenticate(asked) => asked.request.clone(),
            Question::AuthenticateInstall(asked) => asked.request.clone(),
            Question::AsapVerify(asked) => self.presented(&asked.presented),
            Question::ForgeVerify(asked) => self.presented(&asked.presented),
            other => return Err(format!("a running app is not asked {}", other.operation().name())),
        };
        let body = match (&input.form, &input.json) {
            (Some(form), _) => Some(("application/x-www-form-urlencoded", form.as_str())),
            (None, Some(json)) => Some(("application/json", json.as_str())),
            (None, None) => None,
        };
        let content_type = body.map(|(content_type, _)| ("Content-Type".to_owned(), content_type.to_owned()));
        Ok(Message {
            method: input.method.clone(),
            target: input.url.as_bytes().to_vec(),
            headers: content_type.into_iter().chain(headers.iter().cloned()).collect(),
            body: body.map(|(_, body)| body.as_bytes().to_vec()),
        })
    }

    /// The request that carries a token after `Bearer`, or these header fields.
    fn presented(&self, presented: &Presented) -> Received {
        let headers = match presented {
            Presented::Token(token) => vec![("Authorization".to_owned(), format!("Bearer {token}"))],
            Presented::Headers(headers) => headers.clone(),
        };
        let plain = || Input::new("GET", self.address.target.as_str());
        Received { input: self.carrier.clone().unwrap_or_else(plain), headers }
    }

    fn answer(&mut self, question: &Question) -> (Outcome, Option<Exchange>) {
        let message = match self.message(question) {
            Ok(message) => message,
            Err(why) => return (Outcome::Unsupported(why), None),
        };
        if self.left() == 0 {
            return (Outcome::Unsupported(format!("the limit of {} requests is reached", self.access.most)), None);
        }
        match message.bytes(&self.address.authority(), &self.access.headers) {
            Err(why) => (Outcome::Unsupported(why.to_owned()), None),
            Ok(bytes) => {
                thread::sleep(self.access.pause.saturating_sub(self.last.elapsed()));
                self.last = Instant::now();
                self.sent += 1;
                let response = exchange(&self.address, self.socket, &bytes, self.access.timeout);
                let (outcome, response) = self.outcome(response, &Hidden::of(&message));
                (outcome, Some(Exchange { message, response }))
            }
        }
    }

    /// What a response says, and the response without the secrets of the request.
    fn outcome(
        &self,
        response: Result<Response, ExchangeError>,
        hidden: &Hidden,
    ) -> (Outcome, Result<Response, ExchangeError>) {
        let response = match response {
            Ok(response) => response,
            Err(error @ ExchangeError::TimedOut(_)) => return (Outcome::TimedOut(error.to_string()), Err(error)),
            Err(error) => return (Outcome::Crashed(error.to_string()), Err(error)),
        };
        let reading = self.read(&response);
        let response = hidden.hide_in(response);
        let (kind, message) = (response.status.to_string(), response.excerpt());
        let outcome = match reading {
            Reading::Accepted => Outcome::Ok(Answer::accepted(Issuer::default(), Map::new())),
            Reading::Refused => Outcome::Rejected { reason: Reason::Other, message: format!("{kind} {message}") },
            Reading::Failed | Reading::Busy => Outcome::Fault { kind, message },
        };
        (outcome, Ok(response))
    }
}

impl Adapter for App {
    fn description(&self) -> &Description {
        &self.description
    }

    fn ask(&mut self, questions: &[Question], answered: &mut dyn FnMut(usize)) -> Vec<Reply> {
        let mut exchanges = Vec::with_capacity(questions.len());
        let ask = |(position, question)| {
            let started = Instant::now();
            let (outcome, exchange) = self.answer(question);
            exchanges.push(exchange);
            answered(position);
            Reply { outcome, elapsed: started.elapsed() }
        };
        let replies = questions.iter().enumerate().map(ask).collect();
        self.exchanges = exchanges;
        replies
    }

    fn incidents(&self) -> &[String] {
        &[]
    }
}
