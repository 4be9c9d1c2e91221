//! The table of all dialect fields and their choices: who makes each choice, and what the specification says about it.
//!
//! A row is `Variant "name" "what an implementation with it does" ["who was seen to do it"]`. If no implementation was
//! seen to do it, `from "what leads to it"` follows. A choice that the specification does not call wrong ends with
//! `(Open)` or `(Allowed)`.

use super::declare::dialect;
use super::{Choice, Field, Status};

dialect! {
    "QSH-C1" "Three parts" part_join: PartJoin {
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
    "QSH-M1" "Method in upper case" method_case: MethodCase {
        Upper "upper" "ASCII letters of the method are put in upper case" [],
        AsGiven "as_given" "the method stays as the caller wrote it" [] from "JavaScript's `fetch`, which leaves `patch` in lower case",
        Lower "lower" "the method is put in lower case" [] from "clients whose methods are `get` and `post`, such as axios",
        Capitalized "capitalized" "the method's first letter is put in upper case, and the others in lower case" [] from "`HttpMethod` of some frameworks, and Ruby's `capitalize`",
        FirstUpper "first_upper" "the method's first letter is put in upper case, and the others stay" ["Java atlassian-connect-spring-boot"],
        Turkish "turkish" "the method is put in upper case by the rules of the machine's locale: in Turkish, `i` becomes `İ`" [] from "Java's `toUpperCase()` and .NET's `ToUpper()` without a locale",
    }
    "QSH-M2" "The method that was sent" head: Head {
        Kept "kept" "`HEAD` stays `HEAD`" [],
        AsGet "as_get" "`HEAD` counts as `GET`" [] from "Express and Flask, which answer `HEAD` with the handler of `GET`",
    }
    "QSH-M3" "The method is a token" method_check: MethodCheck {
        Token "token" "a method that is not a token of HTTP is refused" [],
        Unchecked "unchecked" "any text is a method, and its letters are put in upper case as Unicode says" ["npm atlassian-jwt", "PyPI atlassian-jwt", "PyPI jira", "Scala toolsplus", "Rust atlassian-app-auth", "Java atlassian-connect-spring-boot"] (Open),
        UncheckedAscii "unchecked_ascii" "any text is a method, and only its ASCII letters are put in upper case" [] from "PHP 8's `strtoupper`" (Open),
        EmptyIsGet "empty_is_get" "an empty method is `GET`, and any other that is not a token is refused" ["Go atlas-gonnect", "Go go-jira"] (Open),
    }
    "QSH-P1" "Path and query only" target: TargetPart {
        Path "path" "before the query, only the path counts" [],
        WithHost "with_host" "the host stays in front of the path" [] from "removing `https://` from the URL and nothing else",
        WithOrigin "with_origin" "scheme and host stay in front of the path" [] from "Python's `url.split('?')[0]` and ASP.NET's `GetLeftPart(UriPartial.Path)`",
        WithQuery "with_query" "the query stays in the path, after its `?`" [] from "Express's `originalUrl` and servlet code that appends the query",
    }
    "QSH-P2" "No fragment" fragment: Fragment {
        Dropped "dropped" "the fragment does not count" [],
        Kept "kept" "the fragment stays in the path or query before it" [] from "Python's `url.split('?')` of a whole URL",
    }
    "QSH-P3" "The base URL is removed" base_removal: BaseRemoval {
        Front "front" "the base URL's path is removed from the front of the path" [],
        None "none" "no base URL is removed" ["PyPI atlassian-jwt", "Scala toolsplus", "github-for-jira", "TypeScript jira-connect", "Go rbriski/atlassian-jwt", "Go go-jira", "Go AndreyLevchenko/atlassian-jwt", "Rust atlassian-app-auth", "PHP adlogix", "Clojure arqivist"],
        Wiki "wiki" "a leading `/wiki` is removed, whatever the base URL is" ["PHP brezzhnev", "PHP atlassian-connect-laravel", "Java Tika"],
        WikiAnywhere "wiki_anywhere" "every `/wiki` is removed, wherever it occurs" ["PHP thecatontheflat"],
        Sliced "sliced" "as many characters as the base URL's path has are cut off, without a comparison" ["PyPI jira", "Sentry"],
        Anywhere "anywhere" "the base URL's path is removed wherever it occurs" [] from "JavaScript's `replaceAll` and Python's `replace`",
        Repeatedly "repeatedly" "the base URL's path is removed from the front as often as it occurs there" [] from "JavaScript's `while (path.startsWith(base))`, or a router that strips the base before the library does",
        Characters "characters" "characters at the front of the path are removed as long as the base URL's path contains them" [] from "Python's `lstrip`",
        FirstSegment "first_segment" "the first segment of the path is removed, whatever it is" [] from "Java's `getContextPath()`, guessed from the first segment",
        Pattern "pattern" "the base URL's path is used as a regular expression, in which `.` matches any character" ["Ruby atlassian-jwt"],
        Text "text" "the base URL is removed from the URL as text, and the query stays in the path" ["Ruby MeisterLabs"],
    }
    "QSH-P4" "The base is a plain prefix" base_boundary: BaseBoundary {
        Character "character" "the base may end within a segment of the path" [],
        Segment "segment" "the base must end where a segment ends" [] from "Express's `app.use` and other routers, which match whole segments",
        IgnoringCase "ignoring_case" "the base is compared without regard to case" [] from "ASP.NET's `PathString.StartsWithSegments`",
        Decoded "decoded" "base and path are both decoded before they are compared" [] from "WSGI's `SCRIPT_NAME` and `PATH_INFO`, which are decoded (PEP 3333)",
        SlashKept "slash_kept" "the slash at the end of the base stays, and the path must have it, too" ["npm atlassian-jwt", "Express with qs"] (Open),
        DecodedBase "decoded_base" "the base is decoded before it is compared, and the slash at its end stays" ["Go atlas-gonnect"],
    }
    "QSH-P5" "A path outside the base" base_mismatch: BaseMismatch {
        Kept "kept" "a path outside the base stays as it is" [],
        Refused "refused" "a request outside the base is refused" ["Java atlassian-jwt as sender"],
        Emptied "emptied" "a path outside the base becomes `/`" [] from "Ruby's `path[/^#{base}(.*)/, 1]`, which does not match there",
    }
    "QSH-P6" "Never empty" empty_path: EmptyPath {
        Slash "slash" "an empty path is `/`" [],
        Kept "kept" "an empty path stays empty" ["Go rbriski/atlassian-jwt", "PyPI jira"],
        EmptyForRoot "empty_for_root" "`/` becomes empty too" ["Sentry"],
    }
    "QSH-P6" "Never empty" leading_slash: LeadingSlash {
        Present "present" "a path begins with `/`" [],
        AsGiven "as_given" "a path that comes without a leading slash gets none" [] from "using the path of the request target as it is",
        Missing "missing" "the slashes at the front of a path are removed" [] from "frameworks whose routes have no leading slash, such as Laravel's `path()`",
    }
    "QSH-P7" "No trailing slash" trailing_slash: TrailingSlash {
        One "one" "one trailing `/` is removed, unless the path is only `/`" [],
        Kept "kept" "a trailing `/` stays" ["PyPI jira", "TypeScript jira-connect", "Ruby MeisterLabs", "Go rbriski/atlassian-jwt", "PHP adlogix", "PHP thecatontheflat", "Rust atlassian-app-auth", "C# port", "Clojure arqivist"],
        Two "two" "up to two trailing `/` are removed" ["Java atlassian-jwt as sender"] (Open),
        All "all" "every trailing `/` is removed" ["PyPI atlassian-jwt", "Go go-jira", "Go AndreyLevchenko/atlassian-jwt", "PHP brezzhnev", "PHP atlassian-connect-laravel", "Java atlassian-connect-spring-boot", "Java Tika", "Sentry"] (Open),
        Added "added" "a path without a trailing `/` gets one" [] from "frameworks that append a slash, such as Django",
    }
    "QSH-P8" "Leading slashes" leading_slashes: LeadingSlashes {
        Kept "kept" "several leading `/` stay" [],
        Collapsed "collapsed" "several leading `/` become one" ["PyPI atlassian-jwt", "Go go-jira", "Go AndreyLevchenko/atlassian-jwt"],
        Host "host" "what follows two `/` at the front of an origin-form path is taken for a host and dropped" [] from "URL parsers that are given a path alone, such as Python's `urlsplit`",
    }
    "QSH-P9" "Ampersand in the path" path_ampersand: PathAmpersand {
        Escaped "escaped" "`&` in the path becomes `%26`" [],
        Kept "kept" "`&` in the path stays, so that two requests can have one hash" ["PyPI jira", "Sentry", "Ruby MeisterLabs", "Go atlas-gonnect", "PHP adlogix", "PHP thecatontheflat", "Rust atlassian-app-auth", "C# port", "Clojure arqivist"],
        FirstOnly "first_only" "only the first `&` in the path becomes `%26`" [] from "JavaScript's `replace` with a string, which replaces once",
        EscapedTwice "escaped_twice" "`&` in the path becomes `%2526`" [] from "encoding the path after the replacement",
        Html "html" "`&` in the path becomes `&amp;`" [] from "escaping for HTML",
    }
    "QSH-P10" "Path parameters" path_parameters: PathParameters {
        InPath "in_path" "`;` and what follows it are ordinary text of the path" [],
        SplitOff "split_off" "`;…` of the last segment is split off before the slashes are removed; its `&` stays, and a `;` with nothing after it is lost" ["PyPI atlassian-jwt"],
        Removed "removed" "`;…` is removed from every segment" [] from "a servlet's `getServletPath()`",
        CutOff "cut_off" "the path ends at its first `;`" [] from "removing a session id, `;jsessionid=`",
        LastCutOff "last_cut_off" "`;…` of the last segment is cut off, before the base URL is removed" ["PyPI jira"],
    }
    "QSH-P11" "Escapes in the path" path_escapes: PathEscapes {
        AsReceived "as_received" "escapes in the path stay, in content and in case" [],
        Decoded "decoded" "the path is percent-decoded" ["Java atlassian-jwt as sender", "github-for-jira", "Go rbriski/atlassian-jwt", "Go atlas-gonnect", "Go go-jira", "Go AndreyLevchenko/atlassian-jwt", "Go amp-labs/connectors", "Scala atlassian-connect-play"],
        DecodedAsForm "decoded_as_form" "the path is percent-decoded, and `+` in it is a space" [] from "Java's `URLDecoder` and Python's `unquote_plus`",
        UnreservedDecoded "unreserved_decoded" "escapes of unreserved characters in the path are decoded" [] from "URL normalization (RFC 3986, section 6.2.2.2)",
        UpperHex "upper_hex" "escapes in the path are put in upper case" [] from "URL normalization (RFC 3986, section 6.2.2.1)",
        LowerHex "lower_hex" "escapes in the path are put in lower case" [] from "ASP.NET's `UrlPathEncode`, which writes escapes in lower case",
        EscapedAgain "escaped_again" "`%` in the path becomes `%25`" [] from "JavaScript's `encodeURI` of a path that is already encoded",
        SpaceAsPlus "space_as_plus" "spaces in the path, escaped or not, become `+`" [] from "Java's `URLEncoder`, which is for queries",
        EscapedAnewAsForm "escaped_anew_as_form" "the path is decoded, with `+` as a space, and everything except unreserved characters and `/` is escaped" [] from "Python's `quote` of `unquote_plus`",
        EscapedAnew "escaped_anew" "the path is decoded, and everything except unreserved characters and `/` is escaped" [] from "Python's `quote` of a decoded path",
    }
    "QSH-P11" "Escapes in the path" invalid_path_escape: InvalidPathEscape {
        Kept "kept" "a malformed escape in the path stays" [],
        Refused "refused" "a request with a malformed escape in its path is refused" [] from "Java's `URI` and Go's `url.Parse`" (Allowed),
    }
    "QSH-P12" "Characters of the path" path_characters: PathCharacters {
        AsReceived "as_received" "every character of the path stays" [],
        NodeLegacy "node_legacy" "the path is rewritten as by Node's `url.parse`: a backslash becomes `/`, and an absolute URL or one with white space, `#` or `@` gets escapes for `'`, `|`, `^`, braces and more" ["npm atlassian-jwt", "Express with qs"],
        Whatwg "whatwg" "the path is rewritten as by a WHATWG URL parser or an HTTP client: a backslash becomes `/`; controls, space, quote, `<>`, backtick, braces and non-ASCII are escaped" ["Rust atlassian-app-auth", "TypeScript jira-connect"],
        SpaceEscaped "space_escaped" "bare spaces in the path are escaped" ["PHP adlogix"] (Open),
        Escaped "escaped" "everything in the path except unreserved characters, `/` and `%` is escaped" [] from "JavaScript's `encodeURIComponent` of each segment, with its escapes left alone",
        SlashEscaped "slash_escaped" "everything in the path except unreserved characters and `!'()*` is escaped, slashes and `%` too" [] from "JavaScript's `encodeURIComponent` of a whole path",
        TildeEscaped "tilde_escaped" "`~` in the path becomes `%7E`" [] from "encoders older than RFC 3986, such as Python's `quote` before 3.7",
        LowerCase "lower_case" "letters of the path are put in lower case" [] from "ASP.NET's `LowercaseUrls`",
        UpperCase "upper_case" "letters of the path are put in upper case" [] from "upper-casing the whole canonical request and not only its method",
        Nfc "nfc" "the path is put in Unicode's composed form, NFC" [] from "IRIs (RFC 3987, section 5.3.2.2)",
    }
    "QSH-P12" "Characters of the path" url_blanks: UrlBlanks {
        Kept "kept" "spaces and control characters of the URL stay" [],
        Urlsplit "urlsplit" "tabs and line ends are removed from the URL; spaces and control characters after the slashes at its front are removed, and a `//host` that then follows is dropped" ["PyPI atlassian-jwt"] (Open),
        LineEndsRemoved "line_ends_removed" "tabs and line ends are removed from the URL" ["PyPI jira"] (Open),
        NodeLegacy "node_legacy" "the URL is read as by Node's `url.parse`: white space at both ends is removed; any `name:` is followed by a host, and `//user@host` has one; the path begins at the first character that no host can have" ["npm atlassian-jwt", "github-for-jira"] (Open),
        Go "go" "the URL is read as by Go's `url.Parse`: what follows two slashes at the front, or any `name:`, is a host; after a `name:` without a slash there is no path" ["Go atlas-gonnect", "Go go-jira", "Go rbriski/atlassian-jwt"],
        Whatwg "whatwg" "the URL is read as by a WHATWG URL parser: tabs, line ends, and spaces and controls at both ends are removed; a host follows two or more slashes or backslashes" ["Rust atlassian-app-auth"],
    }
    "QSH-P13" "Segments" path_segments: PathSegments {
        AsReceived "as_received" "dot segments and doubled slashes stay" [],
        DotsRemoved "dots_removed" "`.` and `..` segments are resolved" [] from "Java's `URI.normalize` (RFC 3986, section 5.2.4)",
        EscapedDotsRemoved "escaped_dots_removed" "`.` and `..` segments are resolved, also where a dot is written `%2e`" ["TypeScript jira-connect"],
        DrivesKept "drives_kept" "`.` and `..` segments are resolved, also where a dot is written `%2e`, but `..` does not remove a segment such as `c:`" ["Rust atlassian-app-auth"],
        SlashesCollapsed "slashes_collapsed" "every run of `/` becomes one" [] from "nginx's `merge_slashes`",
        Normalized "normalized" "dot segments are resolved, and every run of `/` becomes one" [] from "Go's `path.Clean` and Python's `normpath`",
    }
    "QSH-P14" "A colon in the first segment" first_segment: FirstSegment {
        Path "path" "the first segment belongs to the path, whatever it contains" [],
        Scheme "scheme" "`name:` at the front of an origin-form path is taken for a scheme and dropped, together with a `//host` after it" ["PyPI atlassian-jwt"],
    }
    "QSH-Q1" "Pairs" query_text: QueryText {
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
    "QSH-Q1" "Pairs" separator: Separator {
        Ampersand "ampersand" "pairs are separated by `&`" [],
        AmpersandOrSemicolon "ampersand_or_semicolon" "`;` separates pairs too" [] from "Python before 3.9.2 and older Ruby",
        SemicolonDropsPair "semicolon_drops_pair" "a pair with a `;` in it is dropped" ["Go rbriski/atlassian-jwt", "Go atlas-gonnect", "Go go-jira"],
        Semicolon "semicolon" "pairs are separated by `;` and not by `&`" [] from "HTML 4, appendix B.2.2",
    }
    "QSH-Q2" "Empty pairs" empty_pairs: EmptyPairs {
        Dropped "dropped" "an empty pair adds nothing" [],
        Kept "kept" "an empty pair is a parameter with an empty name and value" [] from "Python's `query.split('&')` without a filter",
    }
    "QSH-Q3" "Name and value" equals: Equals {
        First "first" "the first `=` ends the name, and later ones belong to the value" [],
        CutAtSecond "cut_at_second" "the value ends at the second `=`" ["PHP brezzhnev", "PHP atlassian-connect-laravel"],
        Last "last" "the last `=` ends the name" [] from "Java's `lastIndexOf('=')`",
        SecondDropsPair "second_drops_pair" "a pair with a second `=` is dropped" [] from "Java's `pair.split(\"=\")` with a check that there are two parts",
    }
    "QSH-Q4" "Decoded once" decoding: Decoding {
        Once "once" "names and values are percent-decoded exactly once" [],
        Never "never" "the query is encoded as it was written, so that `%20` becomes `%2520`" ["PHP adlogix", "PHP thecatontheflat"],
        Twice "twice" "names and values are decoded twice, so that `%2520` is a space" [] from "JavaScript's `decodeURIComponent` of Express's `req.query`, which is already decoded",
        NamesNever "names_never" "names are encoded as they were written" [] from "Python's `name, unquote(value)` of each pair",
        ValuesNever "values_never" "values are encoded as they were written" [] from "Python's `unquote(name), value` of each pair",
        Latin1 "latin1" "each decoded byte is a character of ISO 8859-1" [] from "JavaScript's `unescape`, and servlet containers by default",
    }
    "QSH-Q4" "Decoded once" text_form: TextForm {
        Kept "kept" "decoded text stays as it is" [],
        Trimmed "trimmed" "white space at the ends of names and values is removed" [] from "frameworks that trim input, such as Laravel's `TrimStrings`",
        LowerCase "lower_case" "names and values are put in lower case" [] from "ASP.NET's `ToLowerInvariant` of the whole query",
        NamesInLowerCase "names_in_lower_case" "names are put in lower case" [] from "Rack and WSGI, which fold the case of header names",
        Nfc "nfc" "names and values are put in Unicode's composed form, NFC" [] from "JavaScript's `normalize()`, applied by a form library",
        Nfd "nfd" "names and values are put in Unicode's decomposed form, NFD" [] from "file names on macOS",
    }
    "QSH-Q5" "Plus is a space" plus: Plus {
        Space "space" "`+` is a space" [],
        Literal "literal" "`+` is a plus" ["PHP adlogix", "PHP thecatontheflat"],
        AfterEscapes "after_escapes" "`%2B` is a space, too, because escapes are decoded before `+`" [] from "`decodeURIComponent(text).replace(/\\+/g, ' ')`",
    }
    "QSH-Q6" "Malformed percent-escapes" invalid_escape: InvalidEscape {
        Literal "literal" "a `%` without two hexadecimal digits after it is text" [],
        PairDropped "pair_dropped" "a pair with a malformed escape is dropped" ["Go rbriski/atlassian-jwt", "Go atlas-gonnect", "Go go-jira", "Java atlassian-connect-spring-boot"] (Open),
        Refused "refused" "a request with a malformed escape is refused" ["Java atlassian-jwt", "Go AndreyLevchenko/atlassian-jwt"] (Allowed),
        LeftUndecoded "left_undecoded" "a name or value with a malformed escape stays undecoded as a whole" ["Express with qs"] (Open),
        Signed "signed" "`%+1` is an escape, too, because a sign may come before a digit; any other malformed escape is refused" [] from "Java's `URLDecoder`, which parses the digits with `Integer.parseInt`" (Open),
    }
    "QSH-Q7" "Order of repeated values" value_order: ValueOrder {
        DecodedUtf16 "decoded_utf16" "repeated values are sorted by decoded text, UTF-16 unit by unit" [],
        DecodedCodePoint "decoded_code_point" "repeated values are sorted by decoded text, code point by code point" ["PyPI atlassian-jwt", "PyPI jira", "Sentry", "Go rbriski/atlassian-jwt", "Go atlas-gonnect"],
        Encoded "encoded" "repeated values are sorted by encoded text, as the prose says" ["Go amp-labs/connectors", "Go AndreyLevchenko/atlassian-jwt", "Java Tika"],
        AsGiven "as_given" "repeated values are not sorted" ["Scala toolsplus", "Scala atlassian-connect-play", "Ruby atlassian-jwt", "Go go-jira", "PHP brezzhnev", "PHP atlassian-connect-laravel", "PHP adlogix"],
        LastFirst "last_first" "repeated values are not sorted, and the last comes first" [] from "Lisp's and Clojure's `cons` onto the list",
        IgnoringCase "ignoring_case" "repeated values are sorted by decoded text without regard to case" [] from "PHP's `strcasecmp` and .NET's `OrdinalIgnoreCase`",
        Culture "culture" "repeated values are sorted as in a dictionary: punctuation, digits, letters, and `a` before `A` before `b`" ["C# port"],
        Numeric "numeric" "repeated values are sorted with integers first, by size" [] from "JavaScript's `ids.sort((a, b) => a - b)` of numeric ids",
        ByLength "by_length" "repeated values are sorted with the shorter first" [] from "Python's `sorted(values, key=len)`",
        Reversed "reversed" "repeated values are sorted backwards" [] from "Ruby's `b <=> a`, with its sides exchanged",
    }
    "QSH-Q8" "Repeated parameters" repeat: Repeat {
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
        GoSlice "go_slice" "values, even single ones, are written in the form of a Go slice, `[a b]`" [] from "Go's `fmt.Sprint` of the values that `url.Values` has for a name",
        JsonArray "json_array" "repeated values are written as a JSON array" [] from "JavaScript's `JSON.stringify` of a list",
        PhpArray "php_array" "repeated values are written as `Array`" [] from "PHP's string form of an array",
    }
    "QSH-Q8" "Repeated parameters" comma: Comma {
        Data "data" "a comma in a value is part of it" [],
        Splits "splits" "a comma in a value separates two values" [] from "Spring's `List<String>` parameters",
    }
    "QSH-Q8" "Repeated parameters" same_name: SameName {
        Exact "exact" "names are compared exactly" [],
        IgnoringCase "ignoring_case" "names that differ only in case are one name, written as the first of them" ["C# port"],
    }
    "QSH-Q9" "Order of names" name_order: NameOrder {
        Encoded "encoded" "parameters are sorted by encoded name, byte by byte" [],
        DecodedUtf16 "decoded_utf16" "parameters are sorted by decoded name, UTF-16 unit by unit" ["npm atlassian-jwt", "Express with qs", "github-for-jira", "TypeScript jira-connect", "Clojure arqivist"],
        DecodedCodePoint "decoded_code_point" "parameters are sorted by decoded name, code point by code point" ["PyPI jira", "Sentry", "Ruby atlassian-jwt", "Go rbriski/atlassian-jwt", "Go atlas-gonnect"],
        WholePair "whole_pair" "parameters are sorted by the whole text `name=value`" ["Go go-jira", "Rust atlassian-app-auth", "Go amp-labs/connectors"],
        AsWritten "as_written" "parameters are sorted by the undecoded name, as it is written in the query" ["PHP brezzhnev", "PHP atlassian-connect-laravel"],
        AsGiven "as_given" "parameters are not sorted" [] from "PHP's `$_GET`, and other maps that keep the order of the query",
        LastFirst "last_first" "parameters are not sorted, and the last comes first" [] from "Lisp's and Clojure's `cons` onto the list",
        IgnoringCase "ignoring_case" "parameters are sorted by decoded name without regard to case" [] from "PHP's `strcasecmp` and .NET's `OrdinalIgnoreCase`",
        Culture "culture" "parameters are sorted by decoded name as in a dictionary: punctuation, digits, letters, and `a` before `A` before `b`" ["C# port"],
        Numeric "numeric" "parameters are sorted with integer names first, by size" ["PHP thecatontheflat"],
        IntegersFirst "integers_first" "parameters are not sorted, except integer names, which come first, by size" [] from "the keys of a JavaScript object",
        ByLength "by_length" "parameters are sorted with the shorter name first" [] from "Python's `sorted(names, key=len)`",
        Reversed "reversed" "parameters are sorted backwards" [] from "Ruby's `b <=> a`, with its sides exchanged",
    }
    "QSH-Q10" "Escape set" escape_set: EscapeSet {
        Rfc3986 "rfc3986" "everything except letters, digits and `-._~` is escaped" [],
        EncodeUriComponent "encode_uri_component" "`!'()*` are not escaped either" [] from "JavaScript's `encodeURIComponent`",
        Form "form" "`*` is not escaped and `~` is" [] from "Java's `URLEncoder`",
        TildeEscaped "tilde_escaped" "`~` is escaped" [] from "Python's `quote` before 3.7",
        StarKept "star_kept" "`*` is not escaped" [] from "Java's `URLEncoder` with `%7E` repaired",
        SlashKept "slash_kept" "`/` is not escaped" [] from "Python's `quote` with its defaults",
        ColonKept "colon_kept" "`:` is not escaped" [] from "RFC 3986's `pchar`",
        AtKept "at_kept" "`@` is not escaped" [] from "RFC 3986's `pchar`",
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
    "QSH-Q10" "Escape set" escape_charset: EscapeCharset {
        Utf8 "utf8" "escapes are made from the UTF-8 bytes" [],
        Latin1 "latin1" "escapes are made from the ISO 8859-1 bytes, with `?` for characters that it lacks" [] from "Java's `URLEncoder` with the platform's charset",
        Utf16 "utf16" "characters outside ISO 8859-1 are written as in `%u5BAE`, and the others as in `%E9`" [] from "JavaScript's `escape`",
    }
    "QSH-Q11" "Upper-case hex" hex_case: HexCase {
        Upper "upper" "escapes are written `%2F`" [],
        Lower "lower" "escapes are written `%2f`" [] from ".NET's `UrlEncode`",
    }
    "QSH-Q12" "Space as %20" space: Space {
        Percent20 "percent20" "a space is written `%20`" [],
        Plus "plus" "a space is written `+`" ["Go AndreyLevchenko/atlassian-jwt", "Ruby MeisterLabs"],
        PlusInNames "plus_in_names" "a space in a name is written `+`" ["Ruby atlassian-jwt"],
        PlusInValues "plus_in_values" "a space in a value is written `+`" [] from "JavaScript's `URLSearchParams`, with the names repaired",
        EscapedPlus "escaped_plus" "a space is written `%2B`" [] from "writing `+` for a space before an encoder that escapes it",
        Bare "bare" "a space is not escaped" [] from "Java's `URLEncoder` with `replace(\"+\", \" \")`",
    }
    "QSH-Q13" "Names are encoded too" names: Names {
        Encoded "encoded" "names are encoded as values are" [],
        Bare "bare" "names are written decoded" ["Rust atlassian-app-auth", "PyPI jira", "C# port"],
    }
    "QSH-Q14" "Empty value" empty_value: EmptyValue {
        WithEquals "with_equals" "`a=` keeps its `=`" [],
        Bare "bare" "`a=` becomes `a`" [] from "JavaScript's `value ? name + '=' + value : name`",
        Dropped "dropped" "`a=` is left out" ["Sentry"],
        ZeroDropped "zero_dropped" "`a=` and `a=0` are left out" [] from "PHP's `array_filter` and `empty`",
    }
    "QSH-Q15" "No equals sign" valueless: Valueless {
        WithEquals "with_equals" "`a` is `a=`" [],
        Bare "bare" "`a` stays `a`" ["PHP brezzhnev", "PHP atlassian-connect-laravel"],
        Undefined "undefined" "`a` becomes `a=undefined`" [] from "JavaScript's `pair.split('=')[1]`",
        Null "null" "`a` becomes `a=null`" [] from "Java's `getValue()` of a pair of Apache's `URLEncodedUtils`",
        None "none" "`a` becomes `a=None`" [] from "Python's `dict.get` in an f-string",
        True "true" "`a` becomes `a=true`" [] from "JavaScript's `params[name] = value ?? true`, which treats it as a flag",
        Dropped "dropped" "`a` is left out" [] from "parsers that require an `=`, such as Python's `parse_qs`",
    }
    "QSH-Q16" "Empty name" empty_name: EmptyName {
        Kept "kept" "`=v` stays `=v`" [],
        Dropped "dropped" "`=v` is left out" ["Express with qs", "Java atlassian-connect-spring-boot"] (Open),
    }
    "QSH-Q17" "The jwt parameter" jwt_parameter: JwtParameter {
        Exact "exact" "every parameter whose decoded name is `jwt` is left out" [],
        Kept "kept" "`jwt` counts like any other parameter" ["PHP adlogix", "PHP thecatontheflat", "Rust atlassian-app-auth", "PyPI jira"],
        IgnoringCase "ignoring_case" "`JWT` and `Jwt` are left out too" ["Go rbriski/atlassian-jwt", "PHP brezzhnev", "PHP atlassian-connect-laravel"],
        Undecoded "undecoded" "only the name written `jwt` is left out, not `%6Awt`" [] from "removing it before anything is decoded",
        FirstOnly "first_only" "only the first `jwt` is left out" [] from "JavaScript's `replace(/jwt=[^&]*/, '')`",
        WithEqualsOnly "with_equals_only" "`jwt=…` is left out, and `jwt` without an `=` stays" [] from "JavaScript's `replace(/jwt=[^&]*/g, '')`",
        Prefix "prefix" "every parameter whose name begins with `jwt` is left out" [] from "JavaScript's `/^jwt/`, a pattern without `$`",
        CutOff "cut_off" "the query is cut off where `jwt=` begins" [] from "Python's `url.split('jwt=')[0]`",
        ValueRemoved "value_removed" "`jwt` stays, with an empty value" [] from "code that masks tokens for a log, and hashes what it logs",
    }
    "QSH-Q18" "All parameters count" parameter_limit: ParameterLimit {
        None "none" "there is no limit" [],
        First100 "first_100" "pairs after the first 100 are dropped" [] from "JavaScript's `qs` with a `parameterLimit` of 100",
        First1000 "first_1000" "pairs after the first 1,000 are dropped" ["npm atlassian-jwt", "Express with qs", "github-for-jira"],
        First1024 "first_1024" "pairs after the first 1,024 are dropped" [] from "ASP.NET Core's limit",
    }
    "QSH-Q19" "No special names" special_names: SpecialNames {
        Plain "plain" "a name is text" [],
        PrototypeDropped "prototype_dropped" "`__proto__` is dropped" ["npm atlassian-jwt"],
        Nested "nested" "brackets make structures: `a[b]=1` becomes `a=[object Object]`, and so do more than 20 values of one name; `a[]` becomes `a`" ["Express with qs"],
        Renumbered "renumbered" "names that are integers are renumbered from 0" ["PHP brezzhnev", "PHP atlassian-connect-laravel"],
        Php "php" "`.` and spaces in names become `_`" [] from "PHP's `parse_str`",
        BracketsRemoved "brackets_removed" "`a[]` becomes `a`" [] from "Rack and Rails, which read `a[]` as a list",
    }
    "QSH-Q20" "Invalid UTF-8" invalid_utf8: InvalidUtf8 {
        Replaced "replaced" "each maximal part that is not UTF-8 becomes U+FFFD" [],
        SurrogatesWhole "surrogates_whole" "each maximal part that is not UTF-8 becomes U+FFFD, and an escaped surrogate counts as one part" ["Java atlassian-connect-spring-boot"] (Open),
        BytesKept "bytes_kept" "bytes that are not UTF-8 stay" ["Go atlas-gonnect", "Go go-jira"],
        Removed "removed" "bytes that are not UTF-8 are left out" [] from "Python's `errors='ignore'`",
        QuestionMark "question_mark" "each maximal part that is not UTF-8 becomes `?`" [] from "PHP's `mb_convert_encoding`",
        LeftUndecoded "left_undecoded" "a name or value that is not UTF-8 stays undecoded" ["Express with qs"],
        LowBytes "low_bytes" "if a name or value cannot be decoded completely, its bare non-ASCII characters are reduced to their low bytes" ["npm atlassian-jwt", "github-for-jira"],
        Refused "refused" "a request with escapes that are not UTF-8 is refused" [] from "JavaScript's `decodeURIComponent`",
    }
    "QSH-Q21" "Writing the query" parameter_join: ParameterJoin {
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
    "QSH-Q21" "Writing the query" value_join: ValueJoin {
        Equals "equals" "name and value are joined with `=`" [],
        Colon "colon" "name and value are joined with `:`" [] from "the form of a dictionary in Python and JSON",
        Nothing "nothing" "name and value are joined without a separator" [] from "signatures of other interfaces, such as Flickr's",
        Escaped "escaped" "name and value are joined with `%3D`" [] from "JavaScript's `encodeURIComponent(name + '=' + value)`",
        NamesOnly "names_only" "values are left out" [] from "JavaScript's `Object.keys(query).join('&')`",
        ValuesOnly "values_only" "names are left out" [] from "JavaScript's `Object.values(query).join('&')`",
    }
    "QSH-F1" "Form body" form_body: FormBody {
        Merged "merged" "form parameters count in addition to those of the query" [],
        WhenQueryEmpty "when_query_empty" "form parameters count only without a query, and in some implementations only if the caller asks for it" ["npm atlassian-jwt", "github-for-jira"] (Open),
        WhenAllRead "when_all_read" "form parameters count only without a query, and none of them counts if one cannot be read" ["Go atlas-gonnect"],
        Instead "instead" "form parameters count instead of those of the query" [] from "frameworks whose parameters of a POST are those of its body" (Open),
        OverQuery "over_query" "form parameters count in addition to those of the query, and replace those with the same name" [] from "Rack's `params` and PHP's `$_REQUEST`" (Open),
        UnderQuery "under_query" "form parameters count in addition to those of the query, unless the query has the name" [] from "ASP.NET's `Request[name]`, which reads the query first" (Open),
        Ignored "ignored" "form parameters do not count" ["PyPI atlassian-jwt", "PyPI jira", "Ruby atlassian-jwt", "Ruby MeisterLabs", "Go rbriski/atlassian-jwt", "Go go-jira", "Go AndreyLevchenko/atlassian-jwt", "Go amp-labs/connectors", "PHP brezzhnev", "PHP atlassian-connect-laravel", "PHP adlogix", "PHP thecatontheflat", "Rust atlassian-app-auth"],
    }
    "QSH-F3" "Methods with a form" form_methods: FormMethods {
        Post "post" "a form body counts for `POST`" [],
        PostAndPut "post_and_put" "a form body counts for `POST` and `PUT`" ["npm atlassian-jwt"] (Open),
        UpperPostAndPut "upper_post_and_put" "a form body counts for `POST` and `PUT`, if they are written in upper case" ["Go atlas-gonnect"],
        AnyButGet "any_but_get" "a form body counts for every method except `GET` and `HEAD`" [] from "Rack and Express's body parsers, which read every body",
        Any "any" "a form body counts for every method" [] from "Python's `Request(data=…)`, which ignores the method",
    }
    "QSH-F4" "JSON body" json_body: JsonBody {
        Ignored "ignored" "a JSON body does not count" [],
        WhenQueryEmpty "when_query_empty" "the members of a JSON body count for `POST` and `PUT` without a query, and in some implementations only if the caller asks for it" ["npm atlassian-jwt", "github-for-jira"],
        Merged "merged" "the members of a JSON body count in addition to the parameters of the query" [] from "frameworks that merge the parameters of query and any body, such as Rails's `params`",
    }
    "QSH-H1" "UTF-8" charset: Charset {
        Utf8 "utf8" "the canonical request is hashed as UTF-8" [],
        Latin1 "latin1" "the canonical request is hashed as ISO 8859-1, with `?` for characters that it lacks" ["Java atlassian-jwt"],
        Ascii "ascii" "the canonical request is hashed as ASCII, with `?` for characters that it lacks" [] from ".NET's `Encoding.ASCII`",
        Utf16 "utf16" "the canonical request is hashed as little-endian UTF-16" [] from ".NET's `Encoding.Unicode`",
        Utf16Marked "utf16_marked" "the canonical request is hashed as little-endian UTF-16 with a byte order mark" [] from "Python's `utf-16`",
        Utf16BigEndian "utf16_big_endian" "the canonical request is hashed as big-endian UTF-16" [] from "`UTF-16BE`",
        Utf16BigEndianMarked "utf16_big_endian_marked" "the canonical request is hashed as big-endian UTF-16 with a byte order mark" [] from "Java's `UTF-16`",
        Utf32 "utf32" "the canonical request is hashed as little-endian UTF-32" [] from "C and C++ with `wchar_t`",
        Utf8Marked "utf8_marked" "the canonical request is hashed as UTF-8 with a byte order mark" [] from ".NET's `StreamWriter` with `Encoding.UTF8`",
    }
    "QSH-H1" "UTF-8" hashed_text: HashedText {
        Bare "bare" "only the canonical request is hashed" [],
        LineFeed "line_feed" "the canonical request is hashed with a line feed after it" [] from "`echo` in a shell",
        CarriageReturn "carriage_return" "the canonical request is hashed with a carriage return and a line feed after it" [] from "a file that was written on Windows",
        Space "space" "the canonical request is hashed with a space after it" [] from "a canonical request that was pasted into a tool",
        Zero "zero" "the canonical request is hashed with a zero byte after it" [] from "C, which ends strings with it",
        Escaped "escaped" "the canonical request is percent-encoded as a whole" [] from "`encodeURIComponent` of everything",
        LowerCase "lower_case" "the canonical request is put in lower case as a whole" [] from "JavaScript's `toLowerCase()` of everything",
        UpperCase "upper_case" "the canonical request is put in upper case as a whole" [] from "JavaScript's `toUpperCase()` of everything, not only of the method",
        Html "html" "every `&` of the canonical request is hashed as `&amp;`" [] from "a template that escapes for HTML",
        Hex "hex" "the canonical request is hashed as the hexadecimal digits of its bytes" [] from "CryptoJS's `enc.Hex` output, hashed as text",
        Base64 "base64" "the canonical request is hashed as base64" [] from "JavaScript's `btoa` before hashing",
        SingleQuoted "single_quoted" "the canonical request is hashed in single quotes" [] from "Windows's `cmd`, which does not remove single quotes",
        PythonBytes "python_bytes" "the canonical request is hashed as `b'…'`" [] from "Python's `str` of bytes",
        Quoted "quoted" "the canonical request is hashed as a JSON text, in quotes" [] from "JavaScript's `JSON.stringify`",
    }
    "QSH-H2" "SHA-256 in lower-case hex" hash_function: HashFunction {
        Sha256 "sha256" "the hash is a SHA-256" [],
        Sha256OfText "sha256_of_text" "the hash is the SHA-256 of the hexadecimal text of the SHA-256" [] from "Python's `sha256(sha256(text).hexdigest())`, hashing twice",
        Sha256OfBytes "sha256_of_bytes" "the hash is the SHA-256 of the bytes of the SHA-256" [] from "Bitcoin's double hash",
        Hmac "hmac" "the hash is an HMAC with an empty key" [] from "the word \"signed\" on the page, without a secret",
        Md5 "md5" "the hash is an MD5" [] from "PHP's `md5`, as in other signature schemes",
        Sha1 "sha1" "the hash is a SHA-1" [] from "OAuth 1's HMAC-SHA1",
        Sha384 "sha384" "the hash is a SHA-384" [] from "the hash of HS384",
        Sha512 "sha512" "the hash is a SHA-512" [] from "the hash of HS512",
        Sha512Cut "sha512_cut" "the hash is the first half of the SHA-512" [] from "cutting a hash to the expected length",
        Sha512_256 "sha512_256" "the hash is a SHA-512/256" [] from "OpenSSL's `sha512-256`, taken for SHA-256",
        Unhashed "unhashed" "the canonical request itself takes the place of its hash" [] from "a claim that was set before the text was hashed",
    }
    "QSH-H2" "SHA-256 in lower-case hex" hash_text: HashText {
        LowerHex "lower_hex" "the hash is written in lower-case hexadecimal digits, two for each byte" [],
        UpperHex "upper_hex" "the hash is written in upper-case hexadecimal digits" [] from ".NET's `Convert.ToHexString`",
        ZerosDropped "zeros_dropped" "leading zeros of the hash are left out" [] from "Java's `BigInteger.toString(16)`",
        ZerosDroppedInBytes "zeros_dropped_in_bytes" "a byte of the hash below 16 is written with one digit" [] from "Java's `Integer.toHexString`",
        Base64 "base64" "the hash is written in base64" [] from "Java's `Base64.getEncoder()`, as for signatures",
        Base64Url "base64url" "the hash is written in base64url without padding" [] from "the segments of a token, which are written this way",
        Base64UrlPadded "base64url_padded" "the hash is written in base64url with padding" [] from "Python's `urlsafe_b64encode`",
        Dashed "dashed" "the hash is written in upper-case hexadecimal digits, with `-` between its bytes" [] from ".NET's `BitConverter.ToString`",
        Base64Unpadded "base64_unpadded" "the hash is written in base64 without padding" [] from "Go's `base64.RawStdEncoding`",
        LineFeed "line_feed" "a line feed follows the hash" [] from "the output of a program, used as it is",
        Sha256sum "sha256sum" "two spaces and `-` follow the hash" [] from "the output of `sha256sum`, used as it is",
        Prefixed "prefixed" "`sha256:` precedes the hash" [] from "the digests of container images",
        DashedLower "dashed_lower" "the hash is written in lower-case hexadecimal digits, with `-` between its bytes" [] from ".NET's `BitConverter.ToString`, put in lower case without `Replace(\"-\", \"\")`",
        Colons "colons" "the hash is written in lower-case hexadecimal digits, with `:` between its bytes" [] from "the fingerprints of `openssl` and `keytool`",
        SignedBytes "signed_bytes" "the hash is written as a list of its bytes, from -128 to 127" [] from "Java's `Arrays.toString` of a `byte[]`",
        ByteNumbers "byte_numbers" "the hash is written as its bytes, from 0 to 255, with `,` between them" [] from "JavaScript's text of a `Uint8Array`, as `crypto.subtle.digest` gives it",
        ZeroX "zero_x" "`0x` precedes the hash" [] from "SQL Server's `HASHBYTES`, Python's `hex()` and libraries of Ethereum",
        First32 "first_32" "only the first 32 digits of the hash are written" [] from "a column or a variable that was made for an MD5",
        First40 "first_40" "only the first 40 digits of the hash are written" [] from "a column or a variable that was made for a SHA-1",
        PythonBytes "python_bytes" "the hash is written as `b'…'`" [] from "Python's `str` of the bytes that `hexlify` gives",
        Base64OfHex "base64_of_hex" "the hexadecimal text of the hash is written in base64" [] from "JavaScript's `btoa` of a hexadecimal digest",
    }
}
