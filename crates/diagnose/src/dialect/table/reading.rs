//! Which parameters of the query and of the body count.

use super::super::declare::choices;
use super::super::{Choice, Status};

choices! {
    "QSH-Q1" "Pairs" QueryText {
        TakenApart "taken_apart" "the query is what follows the first `?`, and is split into pairs" [],
        LeftOut "left_out" "the query is left out" [] from "Python's `urlparse(url).path` and servlets' `getRequestURI()`, which have no query",
        AsWritten "as_written" "the query counts as it is written in the URL" [] from "using `getQueryString()` as it is",
        SortedAsWritten "sorted_as_written" "the pairs of the query are sorted as they are written, and nothing is decoded, encoded or joined" [] from "JavaScript's `search.slice(1).split('&').sort()`",
        DecodedFirst "decoded_first" "the query is percent-decoded before it is split, so that `%26` separates pairs; `+` stays a plus" [] from "Java's `URI.getQuery()`",
        DecodedBefore "decoded_before" "the query is percent-decoded before it is split, and its names and values are decoded again" [] from "JavaScript's `url.parse(decodeURIComponent(url), true)`",
        QuestionMarkKept "question_mark_kept" "the query begins with its `?`, which is part of the first name" [] from "JavaScript's `location.search`",
        NullText "null_text" "a missing query is written `null`" [] from "Java's `getQueryString()`, which returns `null` then",
        UndefinedText "undefined_text" "a missing query is written `undefined`" [] from "JavaScript's `url.split('?')[1]`, which is `undefined` then",
        NoneText "none_text" "a missing query is written `None`" [] from "Python's f-string with a query that is `None`",
        EmptyPairText "empty_pair_text" "a missing query is written `=`" [] from "JavaScript's `''.split('&')`, which gives one pair, with an empty value in place of the missing one",
        UndefinedPairText "undefined_pair_text" "a missing query is written `=undefined`" [] from "JavaScript's `''.split('&')`, which gives one pair, and `[name, value] = pair.split('=')`",
        UpToSecond "up_to_second" "the query ends at a second `?`" [] from "Python's `url.split('?')[1]`",
        FromLast "from_last" "the query is what follows the last `?`" [] from "Java's `lastIndexOf('?')` and Python's `rsplit('?', 1)`",
    }
    "QSH-Q1" "Pairs" Separator {
        Ampersand "ampersand" "pairs are separated by `&`" [],
        AmpersandOrSemicolon "ampersand_or_semicolon" "`;` separates pairs too" [] from "Python before 3.9.2 and older Ruby",
        SemicolonDropsPair "semicolon_drops_pair" "a pair with a `;` in it is dropped" ["Go rbriski/atlassian-jwt", "Go atlas-gonnect", "Go go-jira"],
        SemicolonRefused "semicolon_refused" "a request with a bare `;` in its query is refused" [] from "Go's `url.ParseQuery` from 1.17 on, with its error returned",
        Semicolon "semicolon" "pairs are separated by `;` and not by `&`" [] from "HTML 4, appendix B.2.2",
    }
    "QSH-Q2" "Empty pairs" EmptyPairs {
        Dropped "dropped" "an empty pair adds nothing" [],
        ZeroDropped "zero_dropped" "the pair `0` adds nothing either" [] from "PHP's `if ($pair)`, to which the text `0` is false",
        Kept "kept" "an empty pair is a parameter with an empty name and value" [] from "Python's `query.split('&')` without a filter",
    }
    "QSH-Q3" "Name and value" Equals {
        First "first" "the first `=` ends the name, and later ones belong to the value" [],
        CutAtSecond "cut_at_second" "the value ends at the second `=`" ["PHP brezzhnev", "PHP atlassian-connect-laravel"],
        Last "last" "the last `=` ends the name" [] from "Java's `lastIndexOf('=')`",
        AtEncodedLength "at_encoded_length" "the value begins after as many characters as the encoded name has, and one more" [] from "JavaScript's `pair.slice(encodeURIComponent(name).length + 1)`, with a name that is already decoded",
        SecondDropsPair "second_drops_pair" "a pair with a second `=` is dropped" [] from "Java's `pair.split(\"=\")` with a check that there are two parts",
    }
    "QSH-Q4" "Decoded once" Decoding {
        Once "once" "names and values are percent-decoded exactly once" [],
        Never "never" "the query is encoded as it was written, so that `%20` becomes `%2520`" ["PHP adlogix", "PHP thecatontheflat"],
        Twice "twice" "names and values are decoded twice, so that `%2520` is a space" [] from "JavaScript's `decodeURIComponent` of Express's `req.query`, which is already decoded",
        NamesNever "names_never" "names are encoded as they were written" [] from "Python's `name, unquote(value)` of each pair",
        ValuesNever "values_never" "values are encoded as they were written" [] from "Python's `unquote(name), value` of each pair",
        Latin1 "latin1" "each decoded byte is a character of ISO 8859-1" [] from "JavaScript's `unescape`, and servlet containers by default",
    }
    "QSH-Q4" "Decoded once" TextForm {
        Kept "kept" "decoded text stays as it is" [],
        Trimmed "trimmed" "white space at the ends of names and values is removed" [] from "frameworks that trim input, such as Laravel's `TrimStrings`",
        LowerCase "lower_case" "names and values are put in lower case" [] from "ASP.NET's `ToLowerInvariant` of the whole query",
        NamesInLowerCase "names_in_lower_case" "names are put in lower case" [] from "Rack and WSGI, which fold the case of header names",
        Nfc "nfc" "names and values are put in Unicode's composed form, NFC" [] from "JavaScript's `normalize()`, applied by a form library",
        Nfd "nfd" "names and values are put in Unicode's decomposed form, NFD" [] from "file names on macOS",
    }
    "QSH-Q5" "Plus is a space" Plus {
        Space "space" "`+` is a space" [],
        Literal "literal" "`+` is a plus" ["PHP adlogix", "PHP thecatontheflat"],
        AfterEscapes "after_escapes" "`%2B` is a space, too, because escapes are decoded before `+`" [] from "`decodeURIComponent(text).replace(/\\+/g, ' ')`",
    }
    "QSH-Q6" "Malformed percent-escapes" InvalidEscape {
        Literal "literal" "a `%` without two hexadecimal digits after it is text" [],
        PairDropped "pair_dropped" "a pair with a malformed escape is dropped" ["Go rbriski/atlassian-jwt", "Go atlas-gonnect", "Go go-jira", "Java atlassian-connect-spring-boot"] (Open),
        Refused "refused" "a request with a malformed escape is refused" ["Java atlassian-jwt", "Go AndreyLevchenko/atlassian-jwt"] (Allowed),
        LeftUndecoded "left_undecoded" "a name or value with a malformed escape stays undecoded as a whole" ["Express with qs"] (Open),
        Signed "signed" "`%+1` is an escape, too, because a sign may come before a digit; any other malformed escape is refused" [] from "Java's `URLDecoder`, which parses the digits with `Integer.parseInt`" (Open),
    }
    "QSH-Q14" "Empty value" EmptyValue {
        WithEquals "with_equals" "`a=` keeps its `=`" [],
        Bare "bare" "`a=` becomes `a`" [] from "JavaScript's `value ? name + '=' + value : name`",
        Dropped "dropped" "`a=` is left out" ["Sentry"],
        ZeroDropped "zero_dropped" "`a=` and `a=0` are left out" [] from "PHP's `array_filter` and `empty`",
    }
    "QSH-Q15" "No equals sign" Valueless {
        WithEquals "with_equals" "`a` is `a=`" [],
        Bare "bare" "`a` stays `a`" ["PHP brezzhnev", "PHP atlassian-connect-laravel"],
        Undefined "undefined" "`a` becomes `a=undefined`" [] from "JavaScript's `pair.split('=')[1]`",
        Null "null" "`a` becomes `a=null`" [] from "Java's `getValue()` of a pair of Apache's `URLEncodedUtils`",
        None "none" "`a` becomes `a=None`" [] from "Python's `dict.get` in an f-string",
        True "true" "`a` becomes `a=true`" [] from "JavaScript's `params[name] = value ?? true`, which treats it as a flag",
        Dropped "dropped" "`a` is left out" [] from "parsers that require an `=`, such as Python's `parse_qs`",
    }
    "QSH-Q16" "Empty name" EmptyName {
        Kept "kept" "`=v` stays `=v`" [],
        Dropped "dropped" "`=v` is left out" ["Express with qs", "Java atlassian-connect-spring-boot"] (Open),
    }
    "QSH-Q17" "The jwt parameter" JwtParameter {
        Exact "exact" "every parameter whose decoded name is `jwt` is left out" [],
        Kept "kept" "`jwt` counts like any other parameter" ["PHP adlogix", "PHP thecatontheflat", "Rust atlassian-app-auth", "PyPI jira"],
        IgnoringCase "ignoring_case" "`JWT` and `Jwt` are left out too" ["Go rbriski/atlassian-jwt", "PHP brezzhnev", "PHP atlassian-connect-laravel"],
        Undecoded "undecoded" "only the name written `jwt` is left out, not `%6Awt`" [] from "removing it before anything is decoded",
        UndecodedIgnoringCase "undecoded_ignoring_case" "what is written `jwt`, `JWT` or `Jwt` is left out, not `%6Awt`" [] from "JavaScript's `/^jwt=/i`, tried on pairs that are not decoded",
        FirstOnly "first_only" "only the first `jwt` is left out" [] from "JavaScript's `replace(/jwt=[^&]*/, '')`",
        WithEqualsOnly "with_equals_only" "`jwt=…` is left out, and `jwt` without an `=` stays" [] from "JavaScript's `replace(/jwt=[^&]*/g, '')`",
        Prefix "prefix" "every parameter whose name begins with `jwt` is left out" [] from "JavaScript's `/^jwt/`, a pattern without `$`",
        CutOff "cut_off" "the query is cut off where `jwt=` begins" [] from "Python's `url.split('jwt=')[0]`",
        ValueRemoved "value_removed" "`jwt` stays, with an empty value" [] from "code that masks tokens for a log, and hashes what it logs",
    }
    "QSH-Q18" "All parameters count" ParameterLimit {
        None "none" "there is no limit" [],
        First100 "first_100" "pairs after the first 100 are dropped" [] from "JavaScript's `qs` with a `parameterLimit` of 100",
        First1000 "first_1000" "pairs after the first 1,000 are dropped" ["npm atlassian-jwt", "Express with qs", "github-for-jira"],
        First1024 "first_1024" "pairs after the first 1,024 are dropped" [] from "ASP.NET Core's limit",
    }
    "QSH-Q19" "No special names" SpecialNames {
        Plain "plain" "a name is text" [],
        PrototypeDropped "prototype_dropped" "`__proto__` is dropped" ["npm atlassian-jwt"],
        Nested "nested" "brackets make structures: `a[b]=1` becomes `a=[object Object]`, and so do more than 20 values of one name; `a[]` becomes `a`" ["Express with qs"],
        Renumbered "renumbered" "names that are integers are renumbered from 0" ["PHP brezzhnev", "PHP atlassian-connect-laravel"],
        Php "php" "`.` and spaces in names become `_`" [] from "PHP's `parse_str`",
        BracketsDropped "brackets_dropped" "a pair whose name has only brackets is dropped" [] from "Rack's `parse_nested_query`",
        BracketsRemoved "brackets_removed" "`a[]` becomes `a`" [] from "Rack and Rails, which read `a[]` as a list",
    }
    "QSH-Q20" "Invalid UTF-8" InvalidUtf8 {
        Replaced "replaced" "each maximal part that is not UTF-8 becomes U+FFFD" [],
        SurrogatesWhole "surrogates_whole" "each maximal part that is not UTF-8 becomes U+FFFD, and an escaped surrogate counts as one part" ["Java atlassian-connect-spring-boot"] (Open),
        BytesKept "bytes_kept" "bytes that are not UTF-8 stay" ["Go atlas-gonnect", "Go go-jira"],
        Removed "removed" "bytes that are not UTF-8 are left out" [] from "Python's `errors='ignore'`",
        QuestionMark "question_mark" "each maximal part that is not UTF-8 becomes `?`" [] from "PHP's `mb_convert_encoding`",
        LeftUndecoded "left_undecoded" "a name or value that is not UTF-8 stays undecoded" ["Express with qs"],
        LowBytes "low_bytes" "if a name or value cannot be decoded completely, its bare non-ASCII characters are reduced to their low bytes" ["npm atlassian-jwt", "github-for-jira"],
        Refused "refused" "a request with escapes that are not UTF-8 is refused" [] from "JavaScript's `decodeURIComponent`",
    }
    "QSH-F1" "Form body" FormBody {
        Merged "merged" "form parameters count in addition to those of the query" [],
        WhenQueryEmpty "when_query_empty" "form parameters count only without a query, and in some implementations only if the caller asks for it" ["npm atlassian-jwt", "github-for-jira"] (Open),
        WhenAllRead "when_all_read" "form parameters count only without a query, and none of them counts if one cannot be read" ["Go atlas-gonnect"],
        Instead "instead" "form parameters count instead of those of the query" [] from "frameworks whose parameters of a POST are those of its body" (Open),
        OverQuery "over_query" "form parameters count in addition to those of the query, and replace those with the same name" [] from "Rack's `params` and PHP's `$_REQUEST`" (Open),
        UnderQuery "under_query" "form parameters count in addition to those of the query, unless the query has the name" [] from "ASP.NET's `Request[name]`, which reads the query first" (Open),
        Ignored "ignored" "form parameters do not count" ["PyPI atlassian-jwt", "PyPI jira", "Ruby atlassian-jwt", "Ruby MeisterLabs", "Go rbriski/atlassian-jwt", "Go go-jira", "Go AndreyLevchenko/atlassian-jwt", "Go amp-labs/connectors", "PHP brezzhnev", "PHP atlassian-connect-laravel", "PHP adlogix", "PHP thecatontheflat", "Rust atlassian-app-auth"],
    }
    "QSH-F3" "Methods with a form" FormMethods {
        Post "post" "a form body counts for `POST`" [],
        PostAndPut "post_and_put" "a form body counts for `POST` and `PUT`" ["npm atlassian-jwt"] (Open),
        UpperPostAndPut "upper_post_and_put" "a form body counts for `POST` and `PUT`, if they are written in upper case" ["Go atlas-gonnect"],
        AnyButGet "any_but_get" "a form body counts for every method except `GET` and `HEAD`" [] from "Rack and Express's body parsers, which read every body",
        Any "any" "a form body counts for every method" [] from "Python's `Request(data=…)`, which ignores the method",
    }
    "QSH-F4" "JSON body" JsonBody {
        Ignored "ignored" "a JSON body does not count" [],
        WhenQueryEmpty "when_query_empty" "the members of a JSON body count for `POST` and `PUT` without a query, and in some implementations only if the caller asks for it" ["npm atlassian-jwt", "github-for-jira"],
        Merged "merged" "the members of a JSON body count in addition to the parameters of the query" [] from "frameworks that merge the parameters of query and any body, such as Rails's `params`",
    }
}
