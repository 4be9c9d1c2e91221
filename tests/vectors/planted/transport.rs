//! The search for a token in a request (TRN-1 to TRN-13, INS-12, INS-13, ASAP-1).

use qsh::suite::outcome::{Accepted, Reason};

/// The parts of a received request that may contain a token.
#[derive(Clone, Copy)]
pub(crate) struct Received<'a> {
    pub(crate) url: &'a [u8],
    pub(crate) headers: &'a [(String, String)],
    pub(crate) form: Option<&'a str>,
}

/// The tokens that were found in one place.
pub(crate) type Found = Vec<Vec<u8>>;

/// The token of a request. `None` if it has none.
pub(crate) type FoundToken = Result<Option<Vec<u8>>, Reason>;

/// Names and values.
pub(crate) type Parameters = Vec<(Vec<u8>, Vec<u8>)>;

#[derive(Clone, Copy)]
pub(crate) struct Transport {
    /// Whether a header carries tokens.
    pub(crate) is_authorization: fn(name: &str) -> bool,
    /// The token in a header's value, after this scheme.
    pub(crate) credentials: fn(value: &str, scheme: &str) -> Option<String>,
    /// The parameters of a URL, decoded.
    pub(crate) parameters: fn(url: &[u8]) -> Parameters,
    /// Whether a parameter carries tokens.
    pub(crate) is_jwt: fn(name: &[u8]) -> bool,
    /// Tokens anywhere else.
    pub(crate) elsewhere: fn(&Received<'_>) -> Found,
    /// Chooses the token from those in headers and those in parameters.
    pub(crate) choose: fn(headers: Found, parameters: Found) -> FoundToken,
    /// The outcome of a request without a token.
    pub(crate) tokenless: fn() -> Result<Accepted, Reason>,
}

impl Transport {
    pub(crate) const RIGHT: Self = Self {
        is_authorization: |name| name.eq_ignore_ascii_case("authorization"),
        credentials: |value, scheme| {
            let (first, rest) = trim(value).split_once(' ')?;
            first.eq_ignore_ascii_case(scheme).then(|| trim(rest).to_owned())
        },
        parameters: |url| {
            let pairs = pairs(query(url), b"&").into_iter();
            pairs.map(|(name, value)| (decoded(name), decoded(value))).collect()
        },
        is_jwt: |name| name == b"jwt",
        elsewhere: |_| Vec::new(),
        choose: |headers, parameters| the_one_of(headers.into_iter().chain(parameters)),
        tokenless: || Err(Reason::NoToken),
    };

    pub(crate) fn token_of_request(&self, received: &Received<'_>) -> FoundToken {
        let mut parameters = self.in_parameters(received.url);
        parameters.extend((self.elsewhere)(received));
        (self.choose)(self.in_headers(received.headers, "JWT"), parameters)
    }

    /// The token of an install callback. Parameters are ignored.
    pub(crate) fn token_of_callback(&self, received: &Received<'_>) -> FoundToken {
        (self.choose)(self.in_headers(received.headers, "JWT"), (self.elsewhere)(received))
    }

    /// The token of a request to a product.
    pub(crate) fn token_to_product(&self, received: &Received<'_>, places: fn(Found, Found) -> Found) -> FoundToken {
        let found = places(self.in_headers(received.headers, "JWT"), self.in_parameters(received.url));
        (self.choose)(found, Vec::new())
    }

    pub(crate) fn bearer(&self, headers: &[(String, String)]) -> FoundToken {
        let received = Received { url: b"", headers, form: None };
        (self.choose)(self.in_headers(headers, "Bearer"), (self.elsewhere)(&received))
    }

    fn in_headers(&self, headers: &[(String, String)], scheme: &str) -> Found {
        let values = headers.iter().filter(|(name, _)| (self.is_authorization)(name)).map(|(_, value)| value);
        values.filter_map(|value| (self.credentials)(value, scheme)).map(String::into_bytes).collect()
    }

    fn in_parameters(&self, url: &[u8]) -> Found {
        let parameters = (self.parameters)(url).into_iter();
        parameters.filter(|(name, _)| (self.is_jwt)(name)).map(|(_, value)| value).collect()
    }
}

/// The header's value without surrounding white space.
pub(crate) fn trim(value: &str) -> &str {
    value.trim_matches([' ', '\t'])
}

/// The token, if all tokens that are not empty are equal.
pub(crate) fn the_one_of(tokens: impl Iterator<Item = Vec<u8>>) -> FoundToken {
    let mut tokens = tokens.filter(|token| !token.is_empty());
    let first = tokens.next();
    if tokens.all(|token| Some(&token) == first.as_ref()) { Ok(first) } else { Err(Reason::Malformed) }
}

/// The query of a URL.
pub(crate) fn query(url: &[u8]) -> &[u8] {
    let url = url.split(|&byte| byte == b'#').next().unwrap_or_default();
    url.iter().position(|&byte| byte == b'?').map_or(b"", |at| &url[at + 1..])
}

/// The pairs of a query or a form, undecoded.
pub(crate) fn pairs<'a>(text: &'a [u8], separators: &[u8]) -> Vec<(&'a [u8], &'a [u8])> {
    let pairs = text.split(|byte| separators.contains(byte)).filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| match pair.iter().position(|&byte| byte == b'=') {
            Some(at) => (&pair[..at], &pair[at + 1..]),
            None => (pair, &b""[..]),
        })
        .collect()
}

/// A name or a value, decoded once (QSH-Q4, QSH-Q5).
pub(crate) fn decoded(text: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&first, behind)) = rest.split_first() {
        let (byte, behind) = match (first, behind) {
            (b'+', _) => (b' ', behind),
            (b'%', [high, low, behind @ ..]) => match (digit(*high), digit(*low)) {
                (Some(high), Some(low)) => (high * 16 + low, behind),
                _ => (b'%', &rest[1..]),
            },
            _ => (first, behind),
        };
        bytes.push(byte);
        rest = behind;
    }
    bytes
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}
