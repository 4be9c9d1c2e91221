//! Renders the Markdown of the documents.

use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd, html};

use super::frame::up;
use super::html::Html;
use super::model::clause_path;
use crate::report::findings;
use crate::suite::spec;

/// Renders a text of `docs/` for a page. Mentions of clauses become links. A link to a document that is no page of the site
/// becomes plain text. HTML in the text is shown as text.
pub(super) fn render(markdown: &str, page: &str) -> Html {
    let mut events: Vec<Event<'_>> = Vec::new();
    let mut links: Vec<bool> = Vec::new();
    let mut is_code = false;
    for event in Parser::new_ext(markdown, Options::ENABLE_TABLES) {
        match event {
            Event::Start(Tag::Link { dest_url, title, link_type, id }) => {
                let to = target(&dest_url, page);
                links.push(to.is_some());
                if let Some(to) = to {
                    events.push(Event::Start(Tag::Link { dest_url: to.into(), title, link_type, id }));
                }
            }
            Event::End(TagEnd::Link) => {
                if links.pop() == Some(true) {
                    events.push(Event::End(TagEnd::Link));
                }
            }
            // The text of an image is enough.
            Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => {}
            Event::Start(Tag::Table(columns)) => {
                let region = "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Table\">";
                events.extend([Event::Html(region.into()), Event::Start(Tag::Table(columns))]);
            }
            Event::End(TagEnd::Table) => {
                events.extend([Event::End(TagEnd::Table), Event::Html("</div>\n".into())]);
            }
            Event::Html(html) | Event::InlineHtml(html) => events.push(Event::Text(html)),
            Event::Start(Tag::CodeBlock(kind)) => {
                is_code = true;
                events.push(Event::Start(Tag::CodeBlock(kind)));
            }
            Event::End(TagEnd::CodeBlock) => {
                is_code = false;
                events.push(Event::End(TagEnd::CodeBlock));
            }
            Event::Text(text) if !is_code && links.is_empty() => mentions(&text, page, &mut events),
            other => events.push(other),
        }
    }
    let mut rendered = String::new();
    html::push_html(&mut rendered, events.into_iter());
    Html::rendered(rendered)
}

/// The text with links in place of the clauses that it mentions.
fn mentions<'e>(text: &CowStr<'_>, page: &str, events: &mut Vec<Event<'e>>) {
    let is_part = |it: char| it.is_ascii_alphanumeric() || it == '-';
    let mut plain = String::new();
    let mut rest: &str = text;
    while let Some(first) = rest.chars().next() {
        let end = rest.find(|it: char| is_part(it) != is_part(first)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        rest = after;
        match spec::clause(word) {
            Some(clause) => {
                events.push(Event::Text(std::mem::take(&mut plain).into()));
                let to = format!("{}{}", up(page), clause_path(clause.id));
                events.push(Event::InlineHtml(Html::link(&to, word).as_str().to_owned().into()));
            }
            None => plain += word,
        }
    }
    events.push(Event::Text(plain.into()));
}

/// Where a link of a document leads on the site. `None` if the site has no such page.
fn target(to: &str, page: &str) -> Option<String> {
    if to.starts_with("https://") || to.starts_with("http://") {
        return Some(to.to_owned());
    }
    let (document, anchor) = to.split_once('#').unwrap_or((to, ""));
    let path = match document {
        "findings.md" => finding_path(anchor),
        "" if findings::sections().iter().any(|section| section.anchor == anchor) => finding_path(anchor),
        "401.md" => "401.html".to_owned(),
        "spec.md" => "clauses.html".to_owned(),
        "conformance.md" => "index.html".to_owned(),
        _ => return None,
    };
    Some(format!("{}{path}", up(page)))
}

/// The page of the finding with this anchor, or the list of findings.
fn finding_path(anchor: &str) -> String {
    match findings::findings().iter().find(|finding| finding.section.anchor == anchor) {
        Some(_) => format!("findings/{anchor}.html"),
        None => "findings.html".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered(markdown: &str) -> String {
        render(markdown, "findings/a.html").as_str().to_owned()
    }

    #[test]
    fn clauses_become_links_and_code_does_not() {
        let link = "<a href=\"../clauses/QSH-P7.html\">QSH-P7</a>";
        assert_eq!(
            rendered("see QSH-P7, QSH-P7x and `QSH-P7`"),
            format!("<p>see {link}, QSH-P7x and <code>QSH-P7</code></p>\n")
        );
        assert_eq!(rendered("    QSH-P7\n"), "<pre><code>QSH-P7\n</code></pre>\n");
    }

    #[test]
    fn links_lead_to_pages_of_the_site_or_are_text() {
        assert_eq!(rendered("[a](spec.md) [b](../examples/x.json)"), "<p><a href=\"../clauses.html\">a</a> b</p>\n");
        assert_eq!(rendered("[a](findings.md#keys)"), "<p><a href=\"../findings/keys.html\">a</a></p>\n");
        assert_eq!(rendered("[a](javascript:alert)"), "<p>a</p>\n");
    }

    #[test]
    fn html_is_text() {
        assert_eq!(rendered("a <b>c</b>"), "<p>a &lt;b&gt;c&lt;/b&gt;</p>\n");
    }
}
