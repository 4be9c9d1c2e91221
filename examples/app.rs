//! An app with one panel, on axum, that verifies requests with `qsh-auth`.
//!
//! `QSH_SHARED_SECRET=… cargo run --example app -- CLIENT_KEY` prints its port. `qsh probe` finds nothing in it.

use std::collections::HashMap;
use std::error::Error;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};
use std::{env, io};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use qsh_auth::connect::{Endpoint, Incoming, Tenant, UnverifiedRequest};
use qsh_auth::jwt::{SharedSecret, Time};
use tokio::net::TcpListener;

/// The base URL of the app, as in its descriptor. Its path is not part of the hash.
const BASE_URL: &str = "https://app.example.com";

/// The installed tenants, by client key. A real app has a database.
type Tenants = Arc<HashMap<String, Tenant>>;

fn main() -> Result<(), Box<dyn Error>> {
    let client_key = env::args().nth(1).ok_or("expected the client key of a tenant")?;
    let secret = SharedSecret::new(env::var("QSH_SHARED_SECRET")?)?;
    let tenants = Arc::new(HashMap::from([(client_key.clone(), Tenant::new(client_key, secret))]));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
    runtime.block_on(serve(tenants))?;
    Ok(())
}

async fn serve(tenants: Tenants) -> io::Result<()> {
    let verified = middleware::from_fn_with_state(tenants, verify);
    let app = Router::new().route("/panel", get("welcome")).layer(verified);
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?.port());
    axum::serve(listener, app).await
}

/// Lets a request pass if it has a good token. Every refusal is a 401, and the reason stays in the log.
async fn verify(State(tenants): State<Tenants>, request: Request, next: Next) -> Response {
    match authenticate(&request, &tenants) {
        Ok(_tenant) => next.run(request).await,
        Err(refusal) => {
            eprintln!("{refusal}");
            StatusCode::UNAUTHORIZED.into_response()
        }
    }
}

fn authenticate(request: &Request, tenants: &HashMap<String, Tenant>) -> Result<Tenant, Box<dyn Error + Send + Sync>> {
    // The target as it arrived: a router may have another view of it.
    let target = request.uri().path_and_query().map_or("/", |target| target.as_str());
    let hashed = qsh_hash::Request::new(request.method().as_str(), target)?.with_base_url(BASE_URL)?;
    let headers: Vec<(&str, &[u8])> =
        request.headers().iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect();
    let unverified = UnverifiedRequest::parse(Incoming::new(hashed, &headers))?;
    let tenant = tenants.get(unverified.client_key()).cloned();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let time = Time::new(i64::try_from(now).unwrap_or(i64::MAX)).with_leeway(30);
    Ok(unverified.verify(tenant, Endpoint::Url, time)?.tenant)
}
