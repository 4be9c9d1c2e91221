//! Thirty typical requests to Jira, Confluence and Bitbucket, and from these products.

use qsh_diagnose::Input;
use serde::Deserialize;

#[derive(Deserialize)]
struct Realistic {
    product: String,
    method: String,
    url: String,
    base_url: Option<String>,
    form: Option<String>,
}

impl Realistic {
    fn all() -> Vec<Self> {
        serde_json::from_str(include_str!("requests.json")).unwrap()
    }

    fn input(self) -> Input {
        Input { base_url: self.base_url, form: self.form, ..Input::new(&self.method, self.url.as_str()) }
    }
}

pub(crate) fn realistic() -> Vec<Input> {
    Realistic::all().into_iter().map(Realistic::input).collect()
}

/// The requests of one product.
pub(crate) fn realistic_of(product: &str) -> Vec<Input> {
    Realistic::all().into_iter().filter(|request| request.product == product).map(Realistic::input).collect()
}
