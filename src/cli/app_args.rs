//! Arguments of the commands that call a running app.

use qsh::adapter::http::{ResponsePattern, ResponsePatterns};

#[derive(clap::Args, Debug)]
pub(super) struct AppArgs {
    /// Response that counts as accepted: a status (2xx, 200, 200-299), location:TEXT or body:TEXT; repeatable
    #[arg(long, value_name = "SIGN")]
    accepted: Vec<ResponsePattern>,
    /// Response that counts as refused, in the same form. It is looked at before --accepted; repeatable
    #[arg(long, value_name = "SIGN")]
    refused: Vec<ResponsePattern>,
    /// Host that may be called besides this machine; repeatable
    #[arg(long = "allow-host", value_name = "HOST")]
    pub(super) allowed_hosts: Vec<String>,
}

impl AppArgs {
    /// What counts as accepted and as refused.
    pub(super) fn patterns(&self) -> ResponsePatterns {
        let patterns = self.accepted.iter().cloned().fold(ResponsePatterns::default(), ResponsePatterns::with_accepted);
        self.refused.iter().cloned().fold(patterns, ResponsePatterns::with_refused)
    }
}
