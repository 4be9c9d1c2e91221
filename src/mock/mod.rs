//! A product on this machine: it plays Jira or Confluence for one running app.
//!
//! 1. [`Descriptor`]: what the app declares. [`Order::all`] lists what a product can send to it
//! 2. [`State`]: the sites with their secrets, and the keys of the product
//! 3. [`Mock`]: sends orders, right or with a [`Flaw`], and judges the calls of the app. Each is an [`Exchange`]
//! 4. [`server`]: the sites, the keys and a page, on loopback
//! 5. [`Course`]: what the product sends by itself, and when
//! 6. [`Session`]: the report

mod command;
mod course;
mod descriptor;
mod draft;
mod engine;
mod exchange;
mod fixtures;
mod flaw;
mod judge;
mod keys;
mod limits;
mod log;
mod order;
mod outgoing;
mod product;
mod random;
mod receive;
mod send;
pub mod server;
mod session;
mod settings;
mod site;
mod sites;
mod state;
mod url;
mod why_refused;

pub use command::run as run_command;
pub use course::{Course, Removal};
pub use descriptor::{BadDescriptor, Descriptor, Lifecycle, Module, Webhook};
pub use engine::Mock;
pub use exchange::{CanonicalRequests, Direction, Exchange, FlawEntry, Outcome, Received, Refusal, Sent, TokenEntry};
pub use fixtures::Fixtures;
pub use flaw::Flaw;
pub use limits::Limits;
pub use order::{BadOrder, Group, Order};

pub use product::Product;
pub use session::{AppEntry, CauseEntry, CheckEntry, CommandEntry, Session};
pub use settings::Settings;
pub use site::{Site, Status};
pub use state::{BadState, State};
