//! A site of the product: judges every request, whatever its path.

use std::convert::Infallible;
use std::sync::Arc;

use hyper::Request;
use hyper::body::Incoming;
use hyper::header::{AUTHORIZATION, HeaderValue, WWW_AUTHENTICATE};
use serde_json::json;
use tokio::task::spawn_blocking;

use super::request::{Reply, reply, whole};
use crate::mock::engine::Mock;
use crate::mock::judge::Call;
use crate::mock::receive::Answer;

pub(super) async fn answer(mock: Arc<Mock>, site: usize, request: Request<Incoming>) -> Result<Reply, Infallible> {
    let (head, body) = match whole(request, mock.limits()).await {
        Ok(whole) => whole,
        Err(refusal) => return Ok(refusal),
    };
    // A page of another site, or a person with a browser, is not the app. `fetch` of Node.js sends Sec-Fetch-Mode alone.
    if head.headers.contains_key("sec-fetch-site") && !head.headers.contains_key(AUTHORIZATION) {
        return Ok(reply(&Answer::json(
            403,
            &json!({ "message": "expected a request of the app, found one of a browser" }),
        )));
    }
    let call = Call {
        method: head.method.as_str().to_owned(),
        target: head.uri.path_and_query().map_or("/", |target| target.as_str()).as_bytes().to_vec(),
        headers: head.headers.iter().map(|(name, value)| (name.to_string(), value.as_bytes().to_vec())).collect(),
        body,
    };
    // A diagnosis takes up to a second.
    let judge = Arc::clone(&mock);
    let answer = spawn_blocking(move || judge.receive(site, &call)).await.unwrap_or_else(|_| {
        let problem = "a call of the app could not be judged";
        mock.tally().note_problem(problem);
        Answer::json(500, &json!({ "message": problem }))
    });
    let mut response = reply(&answer);
    if answer.status == 401 {
        response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("JWT realm=\"qsh mock\""));
    }
    Ok(response)
}
