//! What standard libraries make of a query: several departures at once, which are one mistake of whoever lets them.

/// A function that writes queries.
pub(super) struct Encoder {
    /// The name of the mistake.
    pub(super) name: &'static str,
    /// The function.
    pub(super) function: &'static str,
    /// What it does otherwise than the specification, as a dialect writes it.
    pub(super) choices: &'static [&'static str],
}

/// The functions. Each does what its own documentation says, on the decoded parameters of the URL.
pub(super) const ENCODERS: &[Encoder] = &[
    Encoder {
        name: "url_search_params",
        function: "JavaScript's `URLSearchParams`, as it is written",
        choices: &["escape_set=form", "space=plus", "repeat=separate", "value_order=as_given", "name_order=as_given"],
    },
    Encoder {
        name: "url_search_params_sorted",
        function: "JavaScript's `URLSearchParams`, sorted by its `sort()`",
        choices: &[
            "escape_set=form",
            "space=plus",
            "repeat=separate",
            "value_order=as_given",
            "name_order=decoded_utf16",
        ],
    },
    Encoder {
        name: "urlencode",
        function: "Python's `urlencode` of `parse_qsl`",
        choices: &[
            "space=plus",
            "repeat=separate",
            "value_order=as_given",
            "name_order=as_given",
            "empty_value=dropped",
        ],
    },
    Encoder {
        name: "urlencode_sorted",
        function: "Python's `urlencode` of the sorted `parse_qsl`",
        choices: &[
            "space=plus",
            "repeat=separate",
            "value_order=decoded_code_point",
            "name_order=decoded_code_point",
            "empty_value=dropped",
        ],
    },
    Encoder {
        name: "urlencode_with_blanks",
        function: "Python's `urlencode` of the sorted `parse_qsl`, which was told to keep blank values",
        choices: &["space=plus", "repeat=separate", "value_order=decoded_code_point", "name_order=decoded_code_point"],
    },
    Encoder {
        name: "url_values",
        function: "Go's `url.Values.Encode`",
        choices: &["space=plus", "repeat=separate", "value_order=as_given", "name_order=decoded_code_point"],
    },
    Encoder {
        name: "url_encoder",
        function: "Java's `URLEncoder` for names and values",
        choices: &["escape_set=form", "space=plus"],
    },
    Encoder {
        name: "http_build_query",
        function: "PHP's `http_build_query` of `$_GET`",
        choices: &[
            "escape_set=tilde_escaped",
            "space=plus",
            "repeat=last_only",
            "name_order=as_given",
            "special_names=php",
        ],
    },
    Encoder {
        name: "http_build_query_sorted",
        function: "PHP's `http_build_query` of `$_GET` behind a `ksort`",
        choices: &[
            "escape_set=tilde_escaped",
            "space=plus",
            "repeat=last_only",
            "name_order=numeric",
            "special_names=php",
        ],
    },
    Encoder {
        name: "dotnet_url_encode",
        function: ".NET's `HttpUtility.UrlEncode` for names and values",
        choices: &["escape_set=dotnet", "space=plus", "hex_case=lower"],
    },
    Encoder {
        name: "url_components",
        function: "Swift's `URLComponents`, its items sorted by name",
        choices: &[
            "escape_set=url_query_allowed",
            "plus=literal",
            "repeat=separate",
            "value_order=as_given",
            "name_order=decoded_code_point",
        ],
    },
    Encoder {
        name: "axios_parameters",
        function: "the parameters of axios, as they are written",
        choices: &["escape_set=axios", "space=plus", "repeat=separate", "value_order=as_given", "name_order=as_given"],
    },
    Encoder {
        name: "qs_stringify",
        function: "JavaScript's `qs.stringify`",
        choices: &["repeat=indexed", "value_order=as_given", "name_order=as_given"],
    },
    Encoder {
        name: "query_string",
        function: "JavaScript's `query-string`, which sorts names",
        choices: &["repeat=separate", "value_order=as_given", "name_order=decoded_utf16"],
    },
    Encoder {
        name: "encode_uri_component_sorted",
        function: "`encodeURIComponent` for sorted names and their values, each as a pair",
        choices: &[
            "escape_set=encode_uri_component",
            "repeat=separate",
            "value_order=as_given",
            "name_order=decoded_utf16",
        ],
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::qsh::{Deviation, Dialect, Part, part_with};
    use crate::request::Request;

    fn written(name: &str, query: &str) -> String {
        let encoder = ENCODERS.iter().find(|encoder| encoder.name == name).unwrap();
        let dialect =
            encoder.choices.iter().fold(Dialect::OFFICIAL, |dialect, choice| dialect.with(choice.parse().unwrap()));
        let url = format!("/p?{query}");
        String::from_utf8(part_with(&Request::new("GET", &url).unwrap(), Part::Query, &dialect).unwrap()).unwrap()
    }

    #[test]
    fn every_choice_is_one_of_a_query() {
        for choice in ENCODERS.iter().flat_map(|encoder| encoder.choices) {
            assert!(choice.parse::<Deviation>().unwrap().field().concerns(Part::Query), "{choice}");
        }
    }

    /// What the functions of Python 3.11, Node 20, Go 1.26 and Java 17 printed for this query.
    #[test]
    fn an_encoder_writes_what_its_function_writes() {
        let query = "b=x+y&a=2&a=1&c=~*!'(%C3%A9)&A=/:&e=";
        for (name, expected) in [
            ("url_search_params", "b=x+y&a=2&a=1&c=%7E*%21%27%28%C3%A9%29&A=%2F%3A&e="),
            ("url_search_params_sorted", "A=%2F%3A&a=2&a=1&b=x+y&c=%7E*%21%27%28%C3%A9%29&e="),
            ("urlencode", "b=x+y&a=2&a=1&c=~%2A%21%27%28%C3%A9%29&A=%2F%3A"),
            ("urlencode_sorted", "A=%2F%3A&a=1&a=2&b=x+y&c=~%2A%21%27%28%C3%A9%29"),
            ("urlencode_with_blanks", "A=%2F%3A&a=1&a=2&b=x+y&c=~%2A%21%27%28%C3%A9%29&e="),
            ("url_values", "A=%2F%3A&a=2&a=1&b=x+y&c=~%2A%21%27%28%C3%A9%29&e="),
        ] {
            assert_eq!(written(name, query), expected, "{name}");
        }
        assert_eq!(written("url_encoder", "c=~*!'(%C3%A9)&A=/:+"), "A=%2F%3A+&c=%7E*%21%27%28%C3%A9%29");
    }
}
