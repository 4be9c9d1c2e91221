//! An app's canonicalizer, read from outside: the hashes that it accepts.

use qsh_diagnose::{
    CanonicalAnswer, Deviation, Dialect, Inference, Input, Observation, Part, canonicalize_with, implementations, infer,
};
use serde_json::Value;

use super::session::{Session, Stop};
use super::settings::now;
use super::tokens::{claiming, claims};

/// The most hashes that are tried for one request.
const MOST_HASHES: usize = 60;

/// What is read of an app's canonicalizer: the hashes that it accepts.
#[derive(Default)]
pub(super) struct Readings {
    observations: Vec<Observation>,
    found: Option<Dialect>,
    unread: Vec<String>,
}

/// What was read of an app's canonicalizer.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CanonicalizerReading {
    /// The dialect that explains what was accepted.
    pub inference: Inference,
    /// How many requests had an accepted hash.
    pub requests: usize,
    /// The queries for which no known hash was accepted.
    pub unread: Vec<String>,
}

impl Readings {
    /// The dialect that was found so far.
    pub(super) fn dialect(&self) -> Dialect {
        self.found.clone().unwrap_or(Dialect::OFFICIAL)
    }

    /// The app accepts this hash for a request.
    pub(super) fn see(&mut self, request: Input, hash: String) {
        let observation = Observation::new(request, CanonicalAnswer { canonical_request: None, qsh: Some(hash) });
        let is_explained = observation.is_of(&self.dialect());
        self.observations.push(observation);
        if !is_explained {
            self.found = Some(infer(&self.observations).dialect);
        }
    }

    /// The app accepts no known hash for this query.
    pub(super) fn miss(&mut self, query: String) {
        self.unread.push(query);
    }

    /// What was read.
    pub(super) fn finish(self) -> CanonicalizerReading {
        let requests = self.observations.len();
        CanonicalizerReading { inference: infer(&self.observations), requests, unread: self.unread }
    }
}

/// The hash of a known mistake that the app accepts for a request. The dialect that was found so far comes first.
pub(super) fn accepted_hash(
    session: &mut Session<'_>,
    request: &Input,
    found: Dialect,
    part: Part,
) -> Result<Option<String>, Stop> {
    let settings = session.settings();
    let known = implementations().into_iter().map(Dialect::seen_in);
    let single = || Deviation::all().filter(|choice| choice.field().concerns(part));
    let seen = single().filter(|choice| !choice.choice().seen_in.is_empty());
    let unseen = single().filter(|choice| choice.choice().seen_in.is_empty());
    let dialects = [found.clone()].into_iter().chain(known);
    let dialects = dialects.chain(seen.chain(unseen).map(|choice| found.clone().with(choice)));
    let mut tried: Vec<String> = right_hash(request).into_iter().collect();
    for dialect in dialects {
        let Some(hash) = hash_by(request, &dialect).filter(|hash| !tried.contains(hash)) else { continue };
        if tried.len() > MOST_HASHES {
            break;
        }
        let mut claims = claims(settings, request, now());
        claims.insert("qsh".to_owned(), Value::from(hash.as_str()));
        if session.accepts(&claiming(settings, request.clone(), &claims))? {
            return Ok(Some(hash));
        }
        tried.push(hash);
    }
    Ok(None)
}

/// The hash of a request under a dialect. `None` if it refuses the request.
pub(super) fn hash_by(request: &Input, dialect: &Dialect) -> Option<String> {
    let canonical = canonicalize_with(request.source().ok()?, dialect).ok()?;
    Some(canonical.hash_with(dialect))
}

/// The right hash of a request.
pub(super) fn right_hash(request: &Input) -> Option<String> {
    hash_by(request, &Dialect::OFFICIAL)
}
