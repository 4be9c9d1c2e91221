//! Requests and responses, as hyper has them.

use std::time::Duration;

use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::{Body, Bytes, Incoming};
use hyper::header::{CACHE_CONTROL, CONNECTION, CONTENT_TYPE, HeaderValue};
use hyper::{Request, Response, StatusCode};
use serde_json::json;
use tokio::time::timeout;

use crate::mock::limits::Limits;
use crate::mock::receive::Answer;

/// The longest body in bytes.
const LONGEST: usize = 8 * 1024 * 1024;
/// The time limit for a body.
const BODY: Duration = Duration::from_secs(30);

pub(super) type Reply = Response<Full<Bytes>>;

/// The head of a request and its body, or the response that refuses it.
pub(super) async fn whole(
    request: Request<Incoming>,
    limits: &Limits,
) -> Result<(hyper::http::request::Parts, Vec<u8>), Reply> {
    let (head, body) = request.into_parts();
    let too_large = || {
        limits.note_body_too_large();
        closing(&Answer::json(413, &json!({ "message": format!("expected a body of at most {LONGEST} bytes") })))
    };
    if body.size_hint().lower() > LONGEST as u64 {
        return Err(too_large());
    }
    match timeout(BODY, Limited::new(body, LONGEST).collect()).await {
        Ok(Ok(body)) => Ok((head, body.to_bytes().to_vec())),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(too_large()),
        Ok(Err(error)) => Err(closing(&Answer::json(400, &json!({ "message": error.to_string() })))),
        Err(_) => {
            limits.note_timed_out();
            let message = format!("expected the whole body within {} s", BODY.as_secs());
            Err(closing(&Answer::json(408, &json!({ "message": message }))))
        }
    }
}

/// A response.
pub(super) fn reply(answer: &Answer) -> Reply {
    let mut response = Response::new(Full::new(Bytes::copy_from_slice(&answer.body)));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(answer.content_type));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// A response after which the connection is closed: the rest of the request was not read.
fn closing(answer: &Answer) -> Reply {
    let mut response = reply(answer);
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    response
}
