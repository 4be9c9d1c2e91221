//! What all pages have in common: the head, the navigation, and the data as JSON beside the page.

use serde_json::{Value, json};

use super::file::File;
use super::html::Html;

/// Nothing is loaded from elsewhere, and no script is in a page. The map has a policy of its own.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; base-uri 'none'; form-action 'none'";
/// The pages that every page links to.
const NAVIGATION: [(&str, &str); 6] = [
    ("index.html", "Conformance"),
    ("map.html", "Map"),
    ("clauses.html", "Clauses"),
    ("findings.html", "Findings"),
    ("vectors.html", "Vectors"),
    ("401.html", "401"),
];

/// A page of the site.
pub(super) struct Page {
    /// The path in the folder of the site, such as `clauses/QSH-Q7.html`.
    pub(super) path: String,
    pub(super) title: String,
    /// What follows the title.
    pub(super) content: Html,
    /// The kind of the page, for the JSON.
    pub(super) kind: &'static str,
    /// The members of the JSON.
    pub(super) data: Value,
}

impl Page {
    /// The page and its JSON.
    pub(super) fn files(self) -> [File; 2] {
        let (page, data) = (self.html(&[]), self.json());
        [page, data]
    }

    /// The page with scripts, and its JSON.
    pub(super) fn files_with(self, scripts: &[&str]) -> [File; 2] {
        let (page, data) = (self.html(scripts), self.json());
        [page, data]
    }

    fn html(&self, scripts: &[&str]) -> File {
        let up = up(&self.path);
        let text = |text: &str| Html::text(text).as_str().to_owned();
        let link = |(to, title): &(&str, &str)| match *to == self.path {
            true => Html::with("a", &[("href", &format!("{up}{to}")), ("aria-current", "page")], *title),
            false => Html::link(&format!("{up}{to}"), *title),
        };
        let navigation = Html::with("nav", &[("aria-label", "Site")], Html::list(NAVIGATION.iter().map(link)));
        let script = |name: &&str| format!("<script src=\"{up}{name}\"></script>\n");
        let scripts: String = scripts.iter().map(script).collect();
        let file = self.path.rsplit('/').next().unwrap_or_default();
        let page = format!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n\
             <title>{title} – qsh</title>\n<link rel=\"stylesheet\" href=\"{up}style.css\">\n</head>\n<body class=\"site\">\n\
             <a class=\"skip\" href=\"#content\">Skip to the content</a>\n<header>{navigation}</header>\n\
             <main id=\"content\" tabindex=\"-1\">\n<h1>{title}</h1>\n{content}\n</main>\n\
             <footer><p>qsh {version} · <a href=\"{data}\">the data of this page as JSON</a></p></footer>\n\
             {scripts}</body>\n</html>\n",
            title = text(&self.title),
            navigation = navigation.as_str(),
            content = self.content.as_str(),
            version = env!("CARGO_PKG_VERSION"),
            data = text(&file.replace(".html", ".json")),
        );
        File::new(self.path.as_str(), page)
    }

    fn json(&self) -> File {
        let Self { path, title, kind, data, .. } = self;
        let document = json!({ "format": "qsh-site-page", "version": 1, "kind": kind, "title": title, "data": data });
        File::new(path.replace(".html", ".json"), format!("{document}\n"))
    }
}

/// The way from a page up to the folder of the site: `../` for each folder that it is in.
pub(super) fn up(path: &str) -> String {
    "../".repeat(path.matches('/').count())
}
