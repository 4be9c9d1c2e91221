//! [`Html`]: text gets into it only escaped.

/// A piece of HTML.
#[derive(Clone, Debug, Default)]
pub(super) struct Html(String);

impl Html {
    /// Text, escaped.
    pub(super) fn text(text: impl AsRef<str>) -> Self {
        Self(escape(text.as_ref()))
    }

    /// HTML that a renderer made. Whatever is foreign in it is escaped already.
    pub(super) fn rendered(html: String) -> Self {
        Self(html)
    }

    /// HTML of this program.
    pub(super) fn constant(html: &'static str) -> Self {
        Self(html.to_owned())
    }

    /// An element with a content.
    pub(super) fn element(name: &'static str, content: impl Into<Self>) -> Self {
        Self::with(name, &[], content)
    }

    /// An element with attributes and a content.
    pub(super) fn with(name: &'static str, attributes: &[(&'static str, &str)], content: impl Into<Self>) -> Self {
        let attribute = |(name, value): &(&str, &str)| format!(" {name}=\"{}\"", escape(value));
        let attributes: String = attributes.iter().map(attribute).collect();
        Self(format!("<{name}{attributes}>{}</{name}>", content.into().0))
    }

    /// Text in which a part between two backticks is code.
    pub(super) fn marked(text: impl AsRef<str>) -> Self {
        let parts: Vec<&str> = text.as_ref().split('`').collect();
        if parts.len().is_multiple_of(2) {
            return Self::text(text);
        }
        let part = |(place, part): (usize, &&str)| if place % 2 == 1 { Self::code(part) } else { Self::text(part) };
        parts.iter().enumerate().map(part).collect()
    }

    /// Inline code.
    pub(super) fn code(text: impl AsRef<str>) -> Self {
        Self::element("code", Self::text(text))
    }

    /// A link.
    pub(super) fn link(to: &str, content: impl Into<Self>) -> Self {
        Self::with("a", &[("href", to)], content)
    }

    /// A table in a region that can be scrolled. The first cell of each row is its heading.
    pub(super) fn table(label: &str, titles: &[&str], rows: impl IntoIterator<Item = Vec<Self>>) -> Self {
        let title = |title: &&str| Self::with("th", &[("scope", "col")], *title);
        let head = Self::element("thead", Self::element("tr", titles.iter().map(title).collect::<Self>()));
        let cell = |(place, cell): (usize, Self)| match place {
            0 => Self::with("th", &[("scope", "row")], cell),
            _ => Self::element("td", cell),
        };
        let row = |cells: Vec<Self>| Self::element("tr", cells.into_iter().enumerate().map(cell).collect::<Self>());
        let body = Self::element("tbody", rows.into_iter().map(row).collect::<Self>());
        let region = [("class", "wide"), ("tabindex", "0"), ("role", "region"), ("aria-label", label)];
        Self::with("div", &region, Self::element("table", [head, body].into_iter().collect::<Self>()))
    }

    /// A list.
    pub(super) fn list(items: impl IntoIterator<Item = Self>) -> Self {
        Self::element("ul", items.into_iter().map(|item| Self::element("li", item)).collect::<Self>())
    }

    /// Pieces with a separator between them.
    pub(super) fn join(pieces: impl IntoIterator<Item = Self>, separator: &str) -> Self {
        let pieces: Vec<String> = pieces.into_iter().map(|piece| piece.0).collect();
        Self(pieces.join(&escape(separator)))
    }

    pub(super) fn push(&mut self, other: impl Into<Self>) {
        self.0 += &other.into().0;
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Html {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

impl From<String> for Html {
    fn from(text: String) -> Self {
        Self::text(text)
    }
}

impl FromIterator<Self> for Html {
    fn from_iter<I: IntoIterator<Item = Self>>(pieces: I) -> Self {
        Self(pieces.into_iter().map(|piece| piece.0).collect())
    }
}

/// Escapes a text for an element or for an attribute in quotes.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '&' => escaped += "&amp;",
            '<' => escaped += "&lt;",
            '>' => escaped += "&gt;",
            '"' => escaped += "&quot;",
            '\'' => escaped += "&#39;",
            _ => escaped.push(sign),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_is_markup() {
        let link = Html::link("a\"><script>", "<b>&'");
        assert_eq!(link.as_str(), "<a href=\"a&quot;&gt;&lt;script&gt;\">&lt;b&gt;&amp;&#39;</a>");
        assert_eq!(Html::marked("a `<b>` c").as_str(), "a <code>&lt;b&gt;</code> c");
        assert_eq!(Html::marked("a ` b").as_str(), "a ` b");
        let table = Html::table("<l>", &["<t>"], [vec![Html::text("<c>")]]);
        assert_eq!(table.as_str().matches('<').count(), 2 * 8);
    }
}
