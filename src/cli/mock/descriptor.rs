//! Reads the descriptor of an app: from a file, from a URL, or from the app itself.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use qsh::adapter::http::{Address, ExchangeError, Response, exchange};
use qsh::mock::Descriptor;

use crate::cli::output;

/// Where most apps serve it.
const USUAL: &str = "/atlassian-connect.json";
/// How long to wait between two attempts.
const PAUSE: Duration = Duration::from_millis(100);
/// The time limit for a response.
const LIMIT: Duration = Duration::from_secs(10);

/// What is read of a response. A descriptor is shorter.
const LONGEST: usize = 1 << 20;

/// Reads the descriptor. An app that is not there yet is waited for.
pub(super) fn read(
    app: &Address,
    place: Option<&str>,
    allowed: &[String],
    wait: Duration,
) -> anyhow::Result<Descriptor> {
    if let Some(file) = place.filter(|place| Path::new(place).is_file()) {
        let text = fs::read(file).with_context(|| format!("cannot read {file}"))?;
        return Descriptor::parse(&text).with_context(|| file.to_owned());
    }
    let url = match place.unwrap_or(USUAL) {
        url if url.contains("://") => url.to_owned(),
        path if path.starts_with('/') => {
            let base_path = app.target.split('?').next().unwrap_or_default().trim_end_matches('/');
            format!("{}{base_path}{path}", app.origin())
        }
        other => bail!("--descriptor {other}: expected a file that is there, a URL, or a path that begins with /"),
    };
    let response = fetch(&url, allowed, wait)?;
    if response.status != 200 {
        bail!(
            "{url}: expected the descriptor of the app, found status {} ({}); --descriptor names another place",
            response.status,
            response.excerpt()
        );
    }
    if response.body.len() >= LONGEST {
        bail!("{url}: expected a descriptor of less than {LONGEST} bytes");
    }
    Descriptor::parse(&response.body).with_context(|| url)
}

fn fetch(url: &str, allowed: &[String], wait: Duration) -> anyhow::Result<Response> {
    let address = Address::parse(url)?;
    let socket = address.socket(allowed)?;
    let head = format!(
        "GET {} HTTP/1.1\r\nHost: {}\r\nUser-Agent: qsh-mock\r\nAccept: application/json\r\nConnection: close\r\n\r\n",
        address.target,
        address.authority()
    );
    let end = Instant::now() + wait;
    let mut is_said = false;
    loop {
        match exchange(&address, socket, head.as_bytes(), LIMIT) {
            Err(ExchangeError::Unreachable(_)) if Instant::now() < end => {
                if !is_said {
                    output::say(&format!("waiting up to {} s for {}", wait.as_secs(), address.origin()));
                    is_said = true;
                }
                thread::sleep(PAUSE);
            }
            response => return response.with_context(|| format!("{url}: the app cannot be reached")),
        }
    }
}
