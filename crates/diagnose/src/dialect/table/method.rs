//! How the method is written, and how the three parts are joined.

use super::super::declare::choices;
use super::super::{Choice, Status};

choices! {
    "QSH-C1" "Three parts" PartJoin {
        Ampersands "ampersands" "method, path and query are joined with `&`, also when the query is empty" [],
        SecondOmitted "second_omitted" "without parameters the second `&` is left out" [] from "PHP's `implode('&', array_filter($parts))` and other functions that skip what is empty",
        QuestionMark "question_mark" "path and query are joined with `?`; without parameters the `?` is left out" [] from "JavaScript's `url.pathname + url.search`",
        QuestionMarkAlways "question_mark_always" "path and query are joined with `?`, also when the query is empty" [] from "JavaScript's template `${path}?${query}`",
        QuestionMarkToo "question_mark_too" "path and query are joined with `&?`" [] from "JavaScript's `location.search`, which begins with `?`",
        LineFeeds "line_feeds" "the parts are joined with a line feed" [] from "the canonical request of AWS signatures",
        Spaces "spaces" "the parts are joined with a space" [] from "the request line of HTTP",
        SpacedAmpersands "spaced_ampersands" "the parts are joined with ` & `" [] from "a text with spaces around its operators",
        Pipes "pipes" "the parts are joined with `|`" [] from "the hashes of payment forms, such as those of PayU",
        Colons "colons" "the parts are joined with `:`" [] from "HTTP Digest, which hashes `method:uri` (RFC 7616, section 3.4.3)",
        Commas "commas" "the parts are joined with `,`" [] from "JavaScript's string form of `[method, path, query]`",
        Nothing "nothing" "the parts are joined without a separator" [] from "JavaScript's `join('')` and signatures of other interfaces, such as Coinbase's",
        MethodOmitted "method_omitted" "the method and its `&` are left out" [] from "signatures of webhooks that know no method, such as Twilio's",
        MethodEmpty "method_empty" "the method is empty, and its `&` stays" [] from "Java's `getMethod()` of a test request without a method",
        PathOnly "path_only" "only the path is hashed" [] from "nginx's `secure_link_md5`, which hashes `$uri`",
        QueryOnly "query_only" "only the query is hashed" [] from "the name of the hash, query string hash",
        LastAmpersand "last_ampersand" "an `&` follows the query, too" [] from "a `StringBuilder` to which every part is appended with an `&`",
        PathFirst "path_first" "the path comes before the method" [] from "JavaScript's `fetch(url, { method })`, whose URL comes first",
        QueryFirst "query_first" "the query comes before the path" [] from "a call with path and query exchanged",
        OAuth1 "oauth1" "path and query are escaped once more" [] from "the signature base string of OAuth 1, to which the page refers",
    }
    "QSH-M1" "Method in upper case" MethodCase {
        Upper "upper" "ASCII letters of the method are put in upper case" [],
        AsGiven "as_given" "the method stays as the caller wrote it" [] from "JavaScript's `fetch`, which leaves `patch` in lower case",
        Lower "lower" "the method is put in lower case" [] from "clients whose methods are `get` and `post`, such as axios",
        Capitalized "capitalized" "the method's first letter is put in upper case, and the others in lower case" [] from "`HttpMethod` of some frameworks, and Ruby's `capitalize`",
        FirstUpper "first_upper" "the method's first letter is put in upper case, and the others stay" ["Java atlassian-connect-spring-boot"],
        Turkish "turkish" "the method is put in upper case by the rules of the machine's locale: in Turkish, `i` becomes `İ`" [] from "Java's `toUpperCase()` and .NET's `ToUpper()` without a locale",
    }
    "QSH-M2" "The method that was sent" Head {
        Kept "kept" "`HEAD` stays `HEAD`" [],
        AsGet "as_get" "`HEAD` counts as `GET`" [] from "Express and Flask, which answer `HEAD` with the handler of `GET`",
    }
    "QSH-M3" "The method is a token" MethodCheck {
        Token "token" "a method that is not a token of HTTP is refused" [],
        Unchecked "unchecked" "any text is a method, and its letters are put in upper case as Unicode says" ["npm atlassian-jwt", "PyPI atlassian-jwt", "PyPI jira", "Scala toolsplus", "Rust atlassian-app-auth", "Java atlassian-connect-spring-boot"] (Open),
        UncheckedAscii "unchecked_ascii" "any text is a method, and only its ASCII letters are put in upper case" [] from "PHP 8's `strtoupper`" (Open),
        EmptyIsGet "empty_is_get" "an empty method is `GET`, and any other that is not a token is refused" ["Go atlas-gonnect", "Go go-jira"] (Open),
    }
}
