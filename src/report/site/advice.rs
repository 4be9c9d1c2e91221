//! The page on 401: `docs/401.md`.

use serde_json::json;

use super::file::File;
use super::frame::Page;
use super::prose::render;

const TEXT: &str = include_str!("../../../docs/401.md");

pub(super) fn files() -> [File; 2] {
    let path = "401.html";
    // The first line is the title.
    let (title, text) = TEXT.split_once('\n').unwrap_or_default();
    let title = title.trim_start_matches("# ").to_owned();
    let content = render(text, path);
    Page { path: path.to_owned(), title, content, kind: "advice", data: json!({ "text": TEXT }) }.files()
}
