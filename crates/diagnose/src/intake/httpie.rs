//! A command line of HTTPie: `http GET https://acme.atlassian.net/rest/api/3/search jql==x Authorization:'JWT …'`.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::client;
use super::curl::Command;
use super::hash::METHODS;
use super::http_message::Message;
use super::shell;

/// The names of the program.
const NAMES: [&str; 4] = ["http", "https", "xh", "xhs"];

/// Reads a command line. `None` if it is another text.
pub(super) fn read(text: &str) -> Option<Command> {
    let text = text.trim_start().trim_start_matches(['$', '>', '%', '#']).trim_start();
    let program = text.split_whitespace().next().filter(|word| NAMES.contains(word))?;
    let shell::Line { words, is_cut } = shell::words(&text[program.len()..])?;
    let end = words.iter().position(|word| matches!(word.as_str(), "|" | ">" | ">>" | "&&" | ";" | "&"));
    let mut words = words[..end.unwrap_or(words.len())].iter().filter(|word| !word.starts_with('-')).peekable();
    let mut message = Message::default();
    let method = words.next_if(|word| METHODS.iter().any(|method| method.eq_ignore_ascii_case(word)));
    let url = words.next().filter(|url| url.contains(['.', '/']) || url.starts_with(':'))?;
    let mut query = Vec::new();
    let mut has_body = false;
    for item in words {
        // The first separator counts.
        let at = item.find([':', '='])?;
        let (name, rest) = item.split_at(at);
        if let Some(value) = rest.strip_prefix("==") {
            query.push(format!("{}={}", escaped(name), escaped(value)));
        } else if rest.starts_with(":=") || rest.starts_with('=') {
            has_body = true;
        } else if let Some(value) = rest.strip_prefix(':') {
            message.add(name, value);
        }
    }
    let default = if has_body { "POST" } else { "GET" };
    message.method = Some(method.map_or_else(|| default.to_owned(), |method| method.to_ascii_uppercase()));
    let url = match url.strip_prefix(':') {
        // The port may be missing.
        Some(rest) if rest.starts_with('/') => format!("http://localhost{rest}"),
        Some("") => "http://localhost/".to_owned(),
        Some(port) => format!("http://localhost:{port}"),
        None if url.contains("://") => url.clone(),
        None => format!("https://{url}"),
    };
    message.target = Some(client::with_query(&url, &query.join("&")));
    Some(Command { message, is_cut })
}

fn escaped(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn command_lines_of_httpie() {
        for (text, expected) in [
            ("http GET https://h/a b=='c d' e==1", "GET https://h/a?b=c%20d&e=1"),
            ("$ http https://h/a?x=1 b==2 | jq .", "GET https://h/a?x=1&b=2"),
            ("http -v put acme.atlassian.net/a k=v n:=1", "PUT https://acme.atlassian.net/a"),
            ("https h.example/a k=v", "POST https://h.example/a"),
            ("http :3000/a", "GET http://localhost:3000/a"),
            ("http :/a b==c", "GET http://localhost/a?b=c"),
            ("http : b==c", "GET http://localhost/?b=c"),
        ] {
            let message = read(text).unwrap().message;
            assert_eq!(format!("{} {}", message.method.unwrap(), message.target.unwrap()), expected, "{text}");
        }
        let message = read("http https://h/a 'Authorization: JWT a.b.c' X-Y:z").unwrap().message;
        assert_eq!((message.header("authorization"), message.header("x-y")), (Some("JWT a.b.c"), Some("z")));
        for text in ["http is slow", "https://h/a", "the http GET https://h/a", "http", "http a 'b"] {
            assert!(read(text).is_none(), "{text}");
        }
    }
}
