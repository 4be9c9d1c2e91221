//! In what order, with which escapes, and how joined the parameters are written.

use super::super::declare::choices;
use super::super::{Choice, Status};

choices! {
    "QSH-Q7" "Order of repeated values" ValueOrder {
        DecodedUtf16 "decoded_utf16" "repeated values are sorted by decoded text, UTF-16 unit by unit" [],
        DecodedCodePoint "decoded_code_point" "repeated values are sorted by decoded text, code point by code point" ["PyPI atlassian-jwt", "PyPI jira", "Sentry", "Go rbriski/atlassian-jwt", "Go atlas-gonnect"],
        Encoded "encoded" "repeated values are sorted by encoded text, as the prose says" ["Go amp-labs/connectors", "Go AndreyLevchenko/atlassian-jwt", "Java Tika"],
        AsGiven "as_given" "repeated values are not sorted" ["Scala toolsplus", "Scala atlassian-connect-play", "Ruby atlassian-jwt", "Go go-jira", "PHP brezzhnev", "PHP atlassian-connect-laravel", "PHP adlogix", "Clojure arqivist"],
        LastFirst "last_first" "repeated values are not sorted, and the last comes first" [] from "Lisp's and Clojure's `cons` onto the list",
        IgnoringCase "ignoring_case" "repeated values are sorted by decoded text without regard to case" [] from "PHP's `strcasecmp` and .NET's `OrdinalIgnoreCase`",
        Culture "culture" "repeated values are sorted as in a dictionary: punctuation, digits, letters, and `a` before `A` before `b`" ["C# port"],
        Numeric "numeric" "repeated values are sorted with integers first, by size" [] from "JavaScript's `ids.sort((a, b) => a - b)` of numeric ids",
        ByLength "by_length" "repeated values are sorted with the shorter first" [] from "Python's `sorted(values, key=len)`",
        Reversed "reversed" "repeated values are sorted backwards" [] from "Ruby's `b <=> a`, with its sides exchanged",
    }
    "QSH-Q8" "Repeated parameters" Repeat {
        Comma "comma" "repeated values are joined with `,`" [],
        Concatenated "concatenated" "repeated values are joined without a separator" ["Go go-jira"],
        Separate "separate" "each repeated value is written as a pair of its own" ["Rust atlassian-app-auth"],
        RailsBrackets "rails_brackets" "each repeated value is written as a pair `name[]=value`" [] from "Rack's `build_nested_query` of a list",
        EscapedBrackets "escaped_brackets" "each repeated value is written as a pair `name%5B%5D=value`" [] from "jQuery's `param`",
        Indexed "indexed" "each repeated value is written as a pair `name%5B0%5D=value`" [] from "PHP's `http_build_query` and JavaScript's `qs`",
        FirstOnly "first_only" "only the first of repeated values counts" [] from "`getParameter` of a servlet, and `get` of most other frameworks",
        LastOnly "last_only" "only the last of repeated values counts" ["Ruby MeisterLabs"],
        SmallestOnly "smallest_only" "only the smallest of repeated values counts" [] from "sorted pairs, put into a map that keeps the first value",
        GreatestOnly "greatest_only" "only the greatest of repeated values counts" [] from "sorted pairs, put into a map that keeps the last value",
        Deduplicated "deduplicated" "equal values of one name count once" [] from "a `Set` of values, such as Java's `Collectors.toSet()`",
        EscapedComma "escaped_comma" "repeated values are joined with `%2C`" [] from "JavaScript's string form of a list, `a,b`, encoded as one value",
        CommaAndSpace "comma_and_space" "repeated values are joined with `, `" [] from "HTTP, which joins header fields this way (RFC 9110, section 5.3)",
        Semicolon "semicolon" "repeated values are joined with `;`" [] from "OpenAPI's matrix style, and cookies",
        Ampersand "ampersand" "repeated values are joined with `&`" [] from "joining values and parameters with one `join('&')`",
        Space "space" "repeated values are joined with `%20`" [] from "OpenAPI's `spaceDelimited`",
        Pipe "pipe" "repeated values are joined with `%7C`" [] from "OpenAPI's `pipeDelimited`",
        PythonList "python_list" "values, even single ones, are written in the form of a Python list" [] from "Python's `urlencode` of a `parse_qs` without `doseq`",
        JavaList "java_list" "values, even single ones, are written in the form of a Java list, `[a, b]`" [] from "a Java `Map<String, List<String>>` whose lists were converted to text",
        RubyArray "ruby_array" "values, even single ones, are written in the form of a Ruby array, `[\"a\", \"b\"]`" [] from "Ruby's `CGI.parse`, whose arrays were converted to text",
        RubyArrayOfSeveral "ruby_array_of_several" "repeated values are written in the form of a Ruby array, `[\"a\", \"b\"]`" [] from "Ruby's string form of an array, in `\"#{name}=#{value}\"`",
        ClojureVectorOfSeveral "clojure_vector_of_several" "repeated values are written in the form of a Clojure vector, `[\"a\" \"b\"]`" ["Clojure arqivist"],
        GoSlice "go_slice" "values, even single ones, are written in the form of a Go slice, `[a b]`" [] from "Go's `fmt.Sprint` of the values that `url.Values` has for a name",
        JsonArray "json_array" "repeated values are written as a JSON array" [] from "JavaScript's `JSON.stringify` of a list",
        PhpArray "php_array" "repeated values are written as `Array`" [] from "PHP's string form of an array",
    }
    "QSH-Q8" "Repeated parameters" Comma {
        Data "data" "a comma in a value is part of it" [],
        Splits "splits" "a comma in a value separates two values" [] from "Spring's `List<String>` parameters",
    }
    "QSH-Q8" "Repeated parameters" SameName {
        Exact "exact" "names are compared exactly" [],
        IgnoringCase "ignoring_case" "names that differ only in case are one name, written as the first of them" ["C# port"],
        Undecoded "undecoded" "names that are written in different ways are different names: `a%62=1&ab=2` becomes `ab=1&ab=2`" [] from "a map whose keys are the undecoded names",
    }
    "QSH-Q9" "Order of names" NameOrder {
        Encoded "encoded" "parameters are sorted by encoded name, byte by byte" [],
        DecodedUtf16 "decoded_utf16" "parameters are sorted by decoded name, UTF-16 unit by unit" ["npm atlassian-jwt", "Express with qs", "github-for-jira", "TypeScript jira-connect", "Clojure arqivist"],
        DecodedCodePoint "decoded_code_point" "parameters are sorted by decoded name, code point by code point" ["PyPI jira", "Sentry", "Ruby atlassian-jwt", "Go rbriski/atlassian-jwt", "Go atlas-gonnect"],
        WholePair "whole_pair" "parameters are sorted by the whole text `name=value`" ["Go go-jira", "Rust atlassian-app-auth", "Go amp-labs/connectors"],
        DecodedPair "decoded_pair" "parameters are sorted by the whole decoded text `name=value`, UTF-16 unit by unit" [] from "JavaScript's `sort()` of decoded pairs",
        AsWritten "as_written" "parameters are sorted by the undecoded name, as it is written in the query" ["PHP brezzhnev", "PHP atlassian-connect-laravel"],
        AsGiven "as_given" "parameters are not sorted" [] from "PHP's `$_GET`, and other maps that keep the order of the query",
        LastFirst "last_first" "parameters are not sorted, and the last comes first" [] from "Lisp's and Clojure's `cons` onto the list",
        IgnoringCase "ignoring_case" "parameters are sorted by decoded name without regard to case" [] from "PHP's `strcasecmp` and .NET's `OrdinalIgnoreCase`",
        Culture "culture" "parameters are sorted by decoded name as in a dictionary: punctuation, digits, letters, and `a` before `A` before `b`" ["C# port"],
        Numeric "numeric" "parameters are sorted with integer names first, by size" ["PHP thecatontheflat"],
        Php8 "php_8" "parameters are sorted by decoded name, and names that are numbers are compared by size with each other" [] from "PHP's `ksort` from 8.2 on",
        IntegersFirst "integers_first" "parameters are not sorted, except integer names, which come first, by size" [] from "the keys of a JavaScript object",
        ByLength "by_length" "parameters are sorted with the shorter name first" [] from "Python's `sorted(names, key=len)`",
        Reversed "reversed" "parameters are sorted backwards" [] from "Ruby's `b <=> a`, with its sides exchanged",
    }
    "QSH-Q10" "Escape set" EscapeSet {
        Rfc3986 "rfc3986" "everything except letters, digits and `-._~` is escaped" [],
        EncodeUriComponent "encode_uri_component" "`!'()*` are not escaped either" [] from "JavaScript's `encodeURIComponent`",
        Form "form" "`*` is not escaped and `~` is" [] from "Java's `URLEncoder`",
        TildeEscaped "tilde_escaped" "`~` is escaped" [] from "Python's `quote` before 3.7",
        StarKept "star_kept" "`*` is not escaped" [] from "Java's `URLEncoder` with `%7E` repaired",
        SlashKept "slash_kept" "`/` is not escaped" [] from "Python's `quote` with its defaults",
        ColonKept "colon_kept" "`:` is not escaped" [] from "RFC 3986's `pchar`",
        AtKept "at_kept" "`@` is not escaped" [] from "RFC 3986's `pchar`",
        PlusKept "plus_kept" "`+` is not escaped" [] from "Clojure's `url-encode` of Ring",
        CommaKept "comma_kept" "`,` is not escaped" [] from "JavaScript's `encodeURIComponent` of joined values, with `%2C` repaired",
        EqualsKept "equals_kept" "`=` is not escaped" [] from "Python's `quote(pair, safe='=')` of whole pairs",
        PercentKept "percent_kept" "`%` is not escaped" [] from "Python's `requests`, which takes `%` for the start of an escape",
        UnderscoreAsSpace "underscore_as_space" "`_` becomes `%20`" ["PHP brezzhnev"],
        Alphanumeric "alphanumeric" "`-._~` are escaped, too" [] from "`NON_ALPHANUMERIC` of Rust's `percent-encoding`",
        Rfc3986Query "rfc3986_query" "what a query may contain is not escaped, except `&` and `+`" [] from "RFC 3986, section 3.4, and Spring's `UriUtils.encodeQuery`",
        QueryParam "query_param" "what a query may contain is not escaped, except `&` and `=`" [] from "Spring's `UriUtils.encodeQueryParam`",
        UrlQueryAllowed "url_query_allowed" "what a query may contain is not escaped, not even `&`, `=` and `+`" [] from "Swift's `urlQueryAllowed`",
        DotNet "dotnet" "`!()*-._` are not escaped, and `~` is" [] from ".NET's `UrlEncode`",
        Axios "axios" "`!'()*:$,[]` are not escaped either" [] from "the parameters of axios before 1.12",
        AxiosBracketsEscaped "axios_brackets_escaped" "`!'()*:$,` are not escaped either" [] from "the parameters of axios from 1.12 on",
        JavaScriptEscape "javascript_escape" "`*+-./@_` are not escaped, and `~` is" [] from "JavaScript's `escape`",
        NonAsciiKept "non_ascii_kept" "non-ASCII characters are not escaped" [] from "Java's `URI`, which allows non-ASCII characters (its \"other\" category)",
        GoPathEscape "go_path_escape" "`$&+=:@` are not escaped" [] from "Go's `url.PathEscape`",
        EncodeUri "encode_uri" "``!#$&'()*+,/:;=?@`` are not escaped either" [] from "JavaScript's `encodeURI`",
        WhatwgQuery "whatwg_query" "only spaces, `\"#<>` and non-ASCII characters are escaped" [] from "the query of a WHATWG URL",
        None "none" "nothing is escaped" [] from "Java's `getParameterMap()` and Python's `parse_qs`, joined without encoding",
        Twice "twice" "names and values are escaped twice, so that a space is `%2520`" [] from "JavaScript's `encodeURIComponent` of what `URLSearchParams` has encoded",
    }
    "QSH-Q10" "Escape set" EscapeCharset {
        Utf8 "utf8" "escapes are made from the UTF-8 bytes" [],
        Latin1 "latin1" "escapes are made from the ISO 8859-1 bytes, with `?` for characters that it lacks" [] from "Java's `URLEncoder` with the platform's charset",
        Utf16 "utf16" "characters outside ISO 8859-1 are written as in `%u5BAE`, and the others as in `%E9`" [] from "JavaScript's `escape`",
    }
    "QSH-Q11" "Upper-case hex" HexCase {
        Upper "upper" "escapes are written `%2F`" [],
        Lower "lower" "escapes are written `%2f`" [] from ".NET's `UrlEncode`",
    }
    "QSH-Q12" "Space as %20" Space {
        Percent20 "percent20" "a space is written `%20`" [],
        Plus "plus" "a space is written `+`" ["Go AndreyLevchenko/atlassian-jwt", "Ruby MeisterLabs"],
        PlusInNames "plus_in_names" "a space in a name is written `+`" ["Ruby atlassian-jwt"],
        PlusInValues "plus_in_values" "a space in a value is written `+`" [] from "JavaScript's `URLSearchParams`, with the names repaired",
        EscapedPlus "escaped_plus" "a space is written `%2B`" [] from "writing `+` for a space before an encoder that escapes it",
        Bare "bare" "a space is not escaped" [] from "Java's `URLEncoder` with `replace(\"+\", \" \")`",
    }
    "QSH-Q13" "Names are encoded too" Names {
        Encoded "encoded" "names are encoded as values are" [],
        Bare "bare" "names are written decoded" ["Rust atlassian-app-auth", "PyPI jira", "C# port"],
    }
    "QSH-Q21" "Writing the query" ParameterJoin {
        Ampersand "ampersand" "parameters are joined with `&`" [],
        Comma "comma" "parameters are joined with `,`" [] from "JavaScript's string form of a list of pairs",
        Semicolon "semicolon" "parameters are joined with `;`" [] from "HTML 4, appendix B.2.2",
        LineFeed "line_feed" "parameters are joined with a line feed" [] from "the canonical headers of AWS signatures",
        Nothing "nothing" "parameters are joined without a separator" [] from "signatures of other interfaces, such as Flickr's",
        Html "html" "parameters are joined with `&amp;`" [] from "PHP's `http_build_query` with `arg_separator.output` set to it",
        AfterEach "after_each" "`&` follows every parameter" [] from "a Java loop that ends with `append('&')`",
        BeforeEach "before_each" "`&` precedes every parameter" [] from "a Java loop that begins with `append('&')`",
        EscapedAgain "escaped_again" "the whole query is escaped once more, its `=` and `&` too" [] from "the signature base string of OAuth 1",
        Json "json" "the decoded parameters are written as a JSON object" [] from "JavaScript's `JSON.stringify` of `req.query`",
        JavaMap "java_map" "the decoded parameters are written in the form of a Java map, `{a=1, b=2}`" [] from "Java's `Map.toString()`",
        ObjectText "object_text" "the parameters are written as `[object Object]`" [] from "JavaScript's string form of an object, put into a template",
    }
    "QSH-Q21" "Writing the query" ValueJoin {
        Equals "equals" "name and value are joined with `=`" [],
        Colon "colon" "name and value are joined with `:`" [] from "the form of a dictionary in Python and JSON",
        Nothing "nothing" "name and value are joined without a separator" [] from "signatures of other interfaces, such as Flickr's",
        Escaped "escaped" "name and value are joined with `%3D`" [] from "JavaScript's `encodeURIComponent(name + '=' + value)`",
        NamesOnly "names_only" "values are left out" [] from "JavaScript's `Object.keys(query).join('&')`",
        ValuesOnly "values_only" "names are left out" [] from "JavaScript's `Object.values(query).join('&')`",
    }
}
