//! [`Product`]: which product is played.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// A product that is played.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(clippy::exhaustive_enums, reason = "the products that an app with shared secrets can be installed in")]
pub enum Product {
    /// Confluence. The path of its base URL is `/wiki`.
    Confluence,
    /// Jira. Its base URL has no path.
    Jira,
}

impl Product {
    /// Its name in an `installed` callback.
    ///
    /// # Examples
    ///
    /// ```
    /// use qsh::mock::Product;
    ///
    /// assert_eq!((Product::Jira.name(), Product::Jira.base_path()), ("jira", ""));
    /// assert_eq!((Product::Confluence.name(), Product::Confluence.base_path()), ("confluence", "/wiki"));
    /// ```
    pub fn name(self) -> &'static str {
        match self {
            Self::Confluence => "confluence",
            Self::Jira => "jira",
        }
    }

    /// The path of the base URL of a site in the cloud (QSH-P3).
    pub fn base_path(self) -> &'static str {
        match self {
            Self::Confluence => "/wiki",
            Self::Jira => "",
        }
    }

    /// The body of a refusal, in the form of the product.
    pub(super) fn refusal(self) -> Value {
        const MESSAGE: &str = "Client must be authenticated to access this resource.";
        match self {
            Self::Confluence => json!({ "statusCode": 401, "message": MESSAGE }),
            Self::Jira => json!({ "message": MESSAGE, "status-code": 401 }),
        }
    }

    /// The value of a context parameter, such as `issue.key`. A product leaves out what a page does not have.
    pub(super) fn context(parameter: &str) -> &'static str {
        match parameter {
            "project.key" => "DEMO",
            "project.id" => "10000",
            "issue.key" => "DEMO-1",
            "issue.id" => "10001",
            "issuetype.id" => "10002",
            "space.key" => "DEMO",
            "space.id" => "32769",
            "page.id" | "content.id" => "65537",
            "page.title" => "Start of the demo",
            "page.version" | "content.version" => "1",
            "page.type" | "content.type" => "page",
            "board.id" | "sprint.id" | "version.id" | "component.id" => "1",
            "dashboard.id" | "dashboardItem.id" => "10003",
            "user.accountId" => ACCOUNT,
            "macro.id" => "4f2c61a5-9a0e-4a3f-8f7d-2b1c0d9e8f70",
            "macro.body" => "",
            _ => "",
        }
    }
}

/// The account of the user who acts.
pub(super) const ACCOUNT: &str = "557058:00000000-0000-4000-8000-000000000001";
