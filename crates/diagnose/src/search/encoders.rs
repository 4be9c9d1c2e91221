//! Query encoders of standard libraries. Using one is a single mistake that deviates from the specification in several
//! ways.

use std::collections::HashMap;

use crate::canonical::text::form_name;

/// A function that writes queries.
pub(super) struct Encoder {
    /// The name of the mistake.
    pub(super) name: &'static str,
    /// The function.
    pub(super) function: &'static str,
    /// Its deviations from the specification, in the notation of a dialect.
    pub(super) choices: &'static [&'static str],
    /// Whether it takes one value or a list of values for each name. Pairs with one name are then adjacent.
    pub(super) is_grouped: bool,
}

/// Each pair is written by itself, in the order of the query.
const PAIRS: [&str; 3] = ["repeat=separate", "value_order=as_given", "name_order=as_given"];

/// The encoder functions, called with the parameters of the query.
///
/// All except the last two were run. The test below has the output of CPython 3.11.7, Node 20.20.2, OpenJDK 17, Go 1.26
/// and PHP 8.2.36. This project has no tools for .NET and Swift: those two entries follow the documents named there.
pub(super) const ENCODERS: &[Encoder] = &[
    Encoder {
        name: "url_search_params",
        function: "JavaScript's `URLSearchParams`, as it is written",
        choices: &["escape_set=form", "space=plus", PAIRS[0], PAIRS[1], PAIRS[2]],
        is_grouped: false,
    },
    Encoder {
        name: "url_search_params_sorted",
        function: "JavaScript's `URLSearchParams`, sorted by its `sort()`",
        choices: &["escape_set=form", "space=plus", PAIRS[0], PAIRS[1], "name_order=decoded_utf16"],
        is_grouped: false,
    },
    Encoder {
        name: "urlencode",
        function: "Python's `urlencode` of `parse_qsl`",
        choices: &["space=plus", PAIRS[0], PAIRS[1], PAIRS[2], "empty_value=dropped"],
        is_grouped: false,
    },
    Encoder {
        name: "urlencode_sorted",
        function: "Python's `urlencode` of the sorted `parse_qsl`",
        choices: &[
            "space=plus",
            PAIRS[0],
            "value_order=decoded_code_point",
            "name_order=decoded_code_point",
            "empty_value=dropped",
        ],
        is_grouped: false,
    },
    Encoder {
        name: "urlencode_with_blanks",
        function: "Python's `urlencode` of the sorted `parse_qsl`, which was told to keep blank values",
        choices: &["space=plus", PAIRS[0], "value_order=decoded_code_point", "name_order=decoded_code_point"],
        is_grouped: false,
    },
    Encoder {
        name: "urlencode_of_dict",
        function: "Python's `urlencode` of `dict(parse_qsl(…))`",
        choices: &["space=plus", "repeat=last_only", "name_order=as_given", "empty_value=dropped"],
        is_grouped: false,
    },
    Encoder {
        name: "urlencode_of_sorted_dict",
        function: "Python's `urlencode` of the sorted items of `dict(parse_qsl(…))`",
        choices: &["space=plus", "repeat=last_only", "name_order=decoded_code_point", "empty_value=dropped"],
        is_grouped: false,
    },
    Encoder {
        name: "urlencode_of_lists",
        function: "Python's `urlencode` of `parse_qs`, told `doseq`",
        choices: &["space=plus", PAIRS[0], PAIRS[1], PAIRS[2], "empty_value=dropped"],
        is_grouped: true,
    },
    Encoder {
        name: "urlencode_of_sorted_lists",
        function: "Python's `urlencode` of the sorted items of `parse_qs`, told `doseq`",
        choices: &["space=plus", PAIRS[0], PAIRS[1], "name_order=decoded_code_point", "empty_value=dropped"],
        is_grouped: false,
    },
    Encoder {
        name: "urlencode_of_list_texts",
        function: "Python's `urlencode` of `parse_qs`, not told `doseq`",
        choices: &["space=plus", "repeat=python_list", PAIRS[1], PAIRS[2], "empty_value=dropped"],
        is_grouped: false,
    },
    Encoder {
        name: "urlencode_of_sorted_list_texts",
        function: "Python's `urlencode` of the sorted items of `parse_qs`, not told `doseq`",
        choices: &[
            "space=plus",
            "repeat=python_list",
            PAIRS[1],
            "name_order=decoded_code_point",
            "empty_value=dropped",
        ],
        is_grouped: false,
    },
    Encoder {
        name: "requests_parameters",
        function: "the parameters of Python's `requests` and `httpx`, as they are written",
        choices: &["space=plus", PAIRS[0], PAIRS[1], PAIRS[2]],
        is_grouped: false,
    },
    Encoder {
        name: "oauth1_parameters",
        function: "the parameters of OAuth 1, as Python's `oauthlib` normalizes them (RFC 5849, section 3.4.1.3.2)",
        choices: &[PAIRS[0], "value_order=encoded"],
        is_grouped: false,
    },
    Encoder {
        name: "url_values",
        function: "Go's `url.Values.Encode` of `url.ParseQuery`",
        choices: &[
            "space=plus",
            PAIRS[0],
            PAIRS[1],
            "name_order=decoded_code_point",
            "separator=semicolon_drops_pair",
            "invalid_escape=pair_dropped",
        ],
        is_grouped: false,
    },
    Encoder {
        name: "url_encoder",
        function: "Java's `URLEncoder` for names and values",
        choices: &["escape_set=form", "space=plus"],
        is_grouped: false,
    },
    Encoder {
        name: "axios_parameters",
        function: "the parameters of axios from 1.12 on, as they are written",
        choices: &[
            "escape_set=axios_brackets_escaped",
            "space=plus",
            "repeat=escaped_brackets",
            "value_order=as_given",
            "name_order=integers_first",
        ],
        is_grouped: false,
    },
    Encoder {
        name: "axios_parameters_before_1_12",
        function: "the parameters of axios before 1.12, as they are written",
        choices: &[
            "escape_set=axios",
            "space=plus",
            "repeat=rails_brackets",
            "value_order=as_given",
            "name_order=integers_first",
        ],
        is_grouped: false,
    },
    Encoder {
        name: "querystring_stringify",
        function: "Node's `querystring.stringify`",
        choices: &["escape_set=encode_uri_component", PAIRS[0], PAIRS[1], PAIRS[2]],
        is_grouped: true,
    },
    Encoder {
        name: "qs_stringify",
        function: "JavaScript's `qs.stringify`",
        choices: &["repeat=indexed", "value_order=as_given", "name_order=integers_first"],
        is_grouped: false,
    },
    Encoder {
        name: "query_string",
        function: "JavaScript's `query-string`, which sorts names",
        choices: &[PAIRS[0], PAIRS[1], "name_order=decoded_utf16", "valueless=bare"],
        is_grouped: false,
    },
    Encoder {
        name: "encode_uri_component_sorted",
        function: "JavaScript's `encodeURIComponent` for sorted names and their values, each as a pair",
        choices: &["escape_set=encode_uri_component", PAIRS[0], PAIRS[1], "name_order=decoded_utf16"],
        is_grouped: false,
    },
    // Arrays (`a[]=1&a[]=2`) are an exception: PHP keeps and numbers all of their values.
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
        is_grouped: false,
    },
    Encoder {
        name: "http_build_query_sorted",
        function: "PHP's `http_build_query` of `$_GET` after a `ksort`",
        choices: &[
            "escape_set=tilde_escaped",
            "space=plus",
            "repeat=last_only",
            "name_order=numeric",
            "special_names=php",
        ],
        is_grouped: false,
    },
    // From the published source of .NET: `HttpEncoderUtility.IsUrlSafeChar` and `HttpEncoder.UrlEncode`.
    Encoder {
        name: "dotnet_url_encode",
        function: ".NET's `HttpUtility.UrlEncode` for names and values",
        choices: &["escape_set=dotnet", "space=plus", "hex_case=lower"],
        is_grouped: false,
    },
    // From Apple's page on `URLComponents.queryItems`. `&`, `=` and characters that a query cannot contain are escaped.
    // `+` is not.
    Encoder {
        name: "url_components",
        function: "Swift's `URLComponents`, its items sorted by name",
        choices: &[
            "escape_set=query_param",
            "plus=literal",
            PAIRS[0],
            PAIRS[1],
            "name_order=decoded_code_point",
            "valueless=bare",
        ],
        is_grouped: false,
    },
];

/// A query in which pairs with one name are adjacent, at the position of the first of them.
pub(super) fn grouped(query: &[u8]) -> Vec<u8> {
    let mut places: HashMap<Vec<u8>, usize> = HashMap::new();
    let mut groups: Vec<Vec<&[u8]>> = Vec::new();
    for pair in query.split(|&byte| byte == b'&') {
        let place = *places.entry(form_name(pair)).or_insert(groups.len());
        match groups.get_mut(place) {
            Some(pairs) => pairs.push(pair),
            None => groups.push(vec![pair]),
        }
    }
    groups.concat().join(&b'&')
}

#[cfg(test)]
mod tests {
    use qsh_hash::Request;

    use super::*;
    use crate::{Deviation, Dialect, Part, part_with};

    fn written(name: &str, query: &str) -> String {
        let encoder = ENCODERS.iter().find(|encoder| encoder.name == name).unwrap();
        let dialect =
            encoder.choices.iter().fold(Dialect::OFFICIAL, |dialect, choice| dialect.with(choice.parse().unwrap()));
        let query = if encoder.is_grouped { grouped(query.as_bytes()) } else { query.as_bytes().to_vec() };
        let url = [b"/p?", query.as_slice()].concat();
        String::from_utf8(part_with(&Request::new("GET", &url).unwrap(), Part::Query, &dialect).unwrap()).unwrap()
    }

    #[test]
    fn every_choice_is_one_of_a_query() {
        for choice in ENCODERS.iter().flat_map(|encoder| encoder.choices) {
            assert!(choice.parse::<Deviation>().unwrap().field().concerns(Part::Query), "{choice}");
        }
    }

    /// The output of each function for the parameters of this query. .NET and Swift were not run.
    ///
    /// `urllib` of Python 3.11.7, `requests` 2.34.2, `httpx` 0.28.1; `URLSearchParams` and `querystring` of Node
    /// 20.20.2, `qs` 6.17.1, `query-string` 9.5.1, `axios` 1.21.1 and 1.6.0; `url` of Go 1.26; `parse_str` and `ksort`
    /// of PHP 8.2.36.
    #[test]
    fn an_encoder_writes_what_its_function_writes() {
        let query = "b=x+y&a=2&a=1&c=~*!'(%C3%A9)&A=/:&e=&f&%5B%5D%40%24%2C%3B%3D%2B%26%25%23%3F%22%3C%3E%5C%5E%60%7B%7C%7D=_-.";
        let name = "%5B%5D%40%24%2C%3B%3D%2B%26%25%23%3F%22%3C%3E%5C%5E%60%7B%7C%7D=_-.";
        let of_axios = "%40$,%3B%3D%2B%26%25%23%3F%22%3C%3E%5C%5E%60%7B%7C%7D=_-.";
        let rfc3986 = "c=~%2A%21%27%28%C3%A9%29";
        for (encoder, expected) in [
            ("url_search_params", format!("b=x+y&a=2&a=1&c=%7E*%21%27%28%C3%A9%29&A=%2F%3A&e=&f=&{name}")),
            ("url_search_params_sorted", format!("A=%2F%3A&{name}&a=2&a=1&b=x+y&c=%7E*%21%27%28%C3%A9%29&e=&f=")),
            ("urlencode", format!("b=x+y&a=2&a=1&{rfc3986}&A=%2F%3A&{name}")),
            ("urlencode_sorted", format!("A=%2F%3A&{name}&a=1&a=2&b=x+y&{rfc3986}")),
            ("urlencode_with_blanks", format!("A=%2F%3A&{name}&a=1&a=2&b=x+y&{rfc3986}&e=&f=")),
            ("urlencode_of_dict", format!("b=x+y&a=1&{rfc3986}&A=%2F%3A&{name}")),
            ("urlencode_of_sorted_dict", format!("A=%2F%3A&{name}&a=1&b=x+y&{rfc3986}")),
            ("urlencode_of_lists", format!("b=x+y&a=2&a=1&{rfc3986}&A=%2F%3A&{name}")),
            ("urlencode_of_sorted_lists", format!("A=%2F%3A&{name}&a=2&a=1&b=x+y&{rfc3986}")),
            ("requests_parameters", format!("b=x+y&a=2&a=1&{rfc3986}&A=%2F%3A&e=&f=&{name}")),
            ("axios_parameters", format!("b=x+y&a%5B%5D=2&a%5B%5D=1&c=~*!'(%C3%A9)&A=%2F:&e=&f=&%5B%5D{of_axios}")),
            ("axios_parameters_before_1_12", format!("b=x+y&a[]=2&a[]=1&c=~*!'(%C3%A9)&A=%2F:&e=&f=&[]{of_axios}")),
            ("querystring_stringify", format!("b=x%20y&a=2&a=1&c=~*!'(%C3%A9)&A=%2F%3A&e=&f=&{name}")),
            ("qs_stringify", format!("b=x%20y&a%5B0%5D=2&a%5B1%5D=1&{rfc3986}&A=%2F%3A&e=&f=&{name}")),
            ("query_string", format!("A=%2F%3A&{name}&a=2&a=1&b=x%20y&{rfc3986}&e=&f")),
            ("encode_uri_component_sorted", format!("A=%2F%3A&{name}&a=2&a=1&b=x%20y&c=~*!'(%C3%A9)&e=&f=")),
        ] {
            assert_eq!(written(encoder, query), expected, "{encoder}");
        }
        let of_go = "b=x+y&a=2&a=1&c=~*!'(%C3%A9)&A=/:&e=&f&d=1;2&g=%zz";
        assert_eq!(written("url_values", of_go), format!("A=%2F%3A&a=2&a=1&b=x+y&{rfc3986}&e=&f="));
        let of_oauthlib = "b=x+y&a=2&a=1&c=~*&A=/:&e=&f=";
        assert_eq!(written("oauth1_parameters", of_oauthlib), "A=%2F%3A&a=1&a=2&b=x%20y&c=~%2A&e=&f=");
        let of_php = "b=x+y&a=2&a=1&c=~*!'(%C3%A9)&A=/:&e=&f&10=z&9=y&g.h=1&i%20j=2";
        let rest = "e=&f=&10=z&9=y&g_h=1&i_j=2";
        let of_c = "c=%7E%2A%21%27%28%C3%A9%29";
        assert_eq!(written("http_build_query", of_php), format!("b=x+y&a=1&{of_c}&A=%2F%3A&{rest}"));
        let sorted = format!("9=y&10=z&A=%2F%3A&a=1&b=x+y&{of_c}&e=&f=&g_h=1&i_j=2");
        assert_eq!(written("http_build_query_sorted", of_php), sorted);
        let apart = "b=2&a=1&b=1&c=3&d=x%20y!*'()~&e=&f";
        assert_eq!(written("querystring_stringify", apart), "b=2&b=1&a=1&c=3&d=x%20y!*'()~&e=&f=");
        assert_eq!(written("urlencode_of_lists", apart), "b=2&b=1&a=1&c=3&d=x+y%21%2A%27%28%29~");
        assert_eq!(written("urlencode_of_sorted_lists", apart), "a=1&b=2&b=1&c=3&d=x+y%21%2A%27%28%29~");
        let lists = "b=x+y&a=2&a=1&A=/:&e=&f";
        let (a, b, upper) = ("a=%5B%272%27%2C+%271%27%5D", "b=%5B%27x+y%27%5D", "A=%5B%27%2F%3A%27%5D");
        assert_eq!(written("urlencode_of_list_texts", lists), format!("{b}&{a}&{upper}"));
        assert_eq!(written("urlencode_of_sorted_list_texts", lists), format!("{upper}&{a}&{b}"));
        assert_eq!(written("url_encoder", "c=~*!'(%C3%A9)&A=/:+"), "A=%2F%3A+&c=%7E*%21%27%28%C3%A9%29");
    }
}
