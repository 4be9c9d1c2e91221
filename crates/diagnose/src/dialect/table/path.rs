//! Which path counts, and how it is written.

use super::super::declare::choices;
use super::super::{Choice, Status};

choices! {
    "QSH-P1" "Path and query only" TargetPart {
        Path "path" "before the query, only the path counts" [],
        WithHost "with_host" "the host stays in front of the path" [] from "removing `https://` from the URL and nothing else",
        WithOrigin "with_origin" "scheme and host stay in front of the path" [] from "Python's `url.split('?')[0]` and ASP.NET's `GetLeftPart(UriPartial.Path)`",
        WithQuery "with_query" "the query stays in the path, after its `?`" [] from "Express's `originalUrl` and servlet code that appends the query",
    }
    "QSH-P2" "No fragment" Fragment {
        Dropped "dropped" "the fragment does not count" [],
        Kept "kept" "the fragment stays in the path or query before it" [] from "Python's `url.split('?')` of a whole URL",
    }
    "QSH-P3" "The base URL is removed" BaseRemoval {
        Front "front" "the base URL's path is removed from the front of the path" [],
        None "none" "no base URL is removed" ["PyPI atlassian-jwt", "Scala toolsplus", "github-for-jira", "TypeScript jira-connect", "Go rbriski/atlassian-jwt", "Go go-jira", "Go AndreyLevchenko/atlassian-jwt", "Rust atlassian-app-auth", "PHP adlogix", "Clojure arqivist"],
        Wiki "wiki" "a leading `/wiki` is removed, whatever the base URL is" ["PHP brezzhnev", "PHP atlassian-connect-laravel", "Java Tika"],
        WikiAnywhere "wiki_anywhere" "every `/wiki` is removed, wherever it occurs" ["PHP thecatontheflat"],
        Sliced "sliced" "as many characters as the base URL's path has are cut off, without a comparison" ["PyPI jira", "Sentry"],
        Anywhere "anywhere" "the base URL's path is removed wherever it occurs" [] from "JavaScript's `replaceAll` and Python's `replace`",
        Repeatedly "repeatedly" "the base URL's path is removed from the front as often as it occurs there" [] from "JavaScript's `while (path.startsWith(base))`, or a router that strips the base before the library does",
        Characters "characters" "characters at the front of the path are removed as long as the base URL's path contains them" [] from "Python's `lstrip`",
        FirstSegment "first_segment" "the first segment of the path is removed, whatever it is" [] from "Java's `getContextPath()`, guessed from the first segment",
        Pattern "pattern" "the base URL's path is used as a regular expression, in which `.` matches any character; one that is invalid refuses the request" ["Ruby atlassian-jwt"],
        Text "text" "the base URL is removed from the URL as text, and the query stays in the path" ["Ruby MeisterLabs"],
    }
    "QSH-P4" "The base is a plain prefix" BaseBoundary {
        Character "character" "the base may end within a segment of the path" [],
        Segment "segment" "the base must end where a segment ends" [] from "Express's `app.use` and other routers, which match whole segments",
        IgnoringCase "ignoring_case" "the base is compared without regard to case" [] from "ASP.NET's `PathString.StartsWithSegments`",
        Decoded "decoded" "base and path are both decoded before they are compared" [] from "WSGI's `SCRIPT_NAME` and `PATH_INFO`, which are decoded (PEP 3333)",
        SlashKept "slash_kept" "the slash at the end of the base stays, and the path must have it, too" ["npm atlassian-jwt", "Express with qs"] (Open),
        DecodedBase "decoded_base" "the base is decoded before it is compared, and the slash at its end stays" ["Go atlas-gonnect"],
    }
    "QSH-P5" "A path outside the base" BaseMismatch {
        Kept "kept" "a path outside the base stays as it is" [],
        Refused "refused" "a request outside the base is refused" ["Java atlassian-jwt as sender"],
        Emptied "emptied" "a path outside the base becomes `/`" [] from "Ruby's `path[/^#{base}(.*)/, 1]`, which does not match there",
    }
    "QSH-P6" "Never empty" EmptyPath {
        Slash "slash" "an empty path is `/`" [],
        Kept "kept" "an empty path stays empty" ["Go rbriski/atlassian-jwt", "PyPI jira"],
        EmptyForRoot "empty_for_root" "`/` becomes empty too" ["Sentry"],
    }
    "QSH-P6" "Never empty" LeadingSlash {
        Present "present" "a path begins with `/`" [],
        AsGiven "as_given" "a path that comes without a leading slash gets none" [] from "using the path of the request target as it is",
        Missing "missing" "the slashes at the front of a path are removed" [] from "frameworks whose routes have no leading slash, such as Laravel's `path()`",
    }
    "QSH-P7" "No trailing slash" TrailingSlash {
        One "one" "one trailing `/` is removed, unless the path is only `/`" [],
        Kept "kept" "a trailing `/` stays" ["PyPI jira", "TypeScript jira-connect", "Ruby MeisterLabs", "Go rbriski/atlassian-jwt", "PHP adlogix", "PHP thecatontheflat", "Rust atlassian-app-auth", "C# port", "Clojure arqivist"],
        Two "two" "up to two trailing `/` are removed" ["Java atlassian-jwt as sender"] (Open),
        All "all" "every trailing `/` is removed" ["PyPI atlassian-jwt", "Go go-jira", "Go AndreyLevchenko/atlassian-jwt", "PHP brezzhnev", "PHP atlassian-connect-laravel", "Java atlassian-connect-spring-boot", "Java Tika", "Sentry"] (Open),
        Added "added" "a path without a trailing `/` gets one" [] from "frameworks that append a slash, such as Django",
    }
    "QSH-P8" "Leading slashes" LeadingSlashes {
        Kept "kept" "several leading `/` stay" [],
        Collapsed "collapsed" "several leading `/` become one" ["PyPI atlassian-jwt", "Go go-jira", "Go AndreyLevchenko/atlassian-jwt"],
        Host "host" "what follows two `/` at the front of an origin-form path is taken for a host and dropped" [] from "URL parsers that are given a path alone, such as Python's `urlsplit`",
    }
    "QSH-P9" "Ampersand in the path" PathAmpersand {
        Escaped "escaped" "`&` in the path becomes `%26`" [],
        Kept "kept" "`&` in the path stays, so that two requests can have one hash" ["PyPI jira", "Sentry", "Ruby MeisterLabs", "Go atlas-gonnect", "PHP adlogix", "PHP thecatontheflat", "Rust atlassian-app-auth", "C# port", "Clojure arqivist"],
        FirstOnly "first_only" "only the first `&` in the path becomes `%26`" [] from "JavaScript's `replace` with a string, which replaces once",
        EscapedTwice "escaped_twice" "`&` in the path becomes `%2526`" [] from "encoding the path after the replacement",
        Html "html" "`&` in the path becomes `&amp;`" [] from "escaping for HTML",
    }
    "QSH-P10" "Path parameters" PathParameters {
        InPath "in_path" "`;` and what follows it are ordinary text of the path" [],
        SplitOff "split_off" "`;…` of the last segment is split off before the slashes are removed; its `&` stays, and a `;` with nothing after it is lost" ["PyPI atlassian-jwt"],
        Removed "removed" "`;…` is removed from every segment" [] from "a servlet's `getServletPath()`",
        CutOff "cut_off" "the path ends at its first `;`" [] from "removing a session id, `;jsessionid=`",
        LastCutOff "last_cut_off" "`;…` of the last segment is cut off, before the base URL is removed" ["PyPI jira"],
    }
    "QSH-P11" "Escapes in the path" PathEscapes {
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
    "QSH-P11" "Escapes in the path" InvalidPathEscape {
        Kept "kept" "a malformed escape in the path stays" [],
        Refused "refused" "a request with a malformed escape in its path is refused" [] from "Java's `URI` and Go's `url.Parse`" (Allowed),
    }
    "QSH-P12" "Characters of the path" PathCharacters {
        AsReceived "as_received" "every character of the path stays" [],
        NodeLegacy "node_legacy" "the path is rewritten as by Node's `url.parse`: a backslash becomes `/`, and an absolute URL or one with white space, `#` or `@` gets escapes for `'`, `|`, `^`, braces and more" ["npm atlassian-jwt", "Express with qs"],
        Whatwg "whatwg" "the path is rewritten as by a WHATWG URL parser or an HTTP client: a backslash becomes `/`; controls, space, quote, `<>`, backtick, braces and non-ASCII are escaped" ["Rust atlassian-app-auth", "TypeScript jira-connect"],
        SpaceEscaped "space_escaped" "bare spaces in the path are escaped" ["PHP adlogix"] (Open),
        Escaped "escaped" "everything in the path except unreserved characters, `/` and `%` is escaped" [] from "JavaScript's `encodeURIComponent` of each segment, with its escapes left alone",
        SlashEscaped "slash_escaped" "everything in the path except unreserved characters and `!'()*` is escaped, slashes and `%` too" [] from "JavaScript's `encodeURIComponent` of a whole path",
        TildeEscaped "tilde_escaped" "`~` in the path becomes `%7E`" [] from "encoders older than RFC 3986, such as Python's `quote` before 3.7",
        GoEscapedPath "go_escaped_path" "a path with a character that Go does not expect there is decoded, and everything except unreserved characters and `$&+,/:;=@` is escaped" [] from "Go's `URL.EscapedPath`",
        Refused "refused" "a request with a character in its path that RFC 3986 does not allow there is refused" [] from "Ruby's `URI.parse`; Java's `new URI` refuses only the ASCII ones",
        LowerCase "lower_case" "letters of the path are put in lower case" [] from "ASP.NET's `LowercaseUrls`",
        UpperCase "upper_case" "letters of the path are put in upper case" [] from "upper-casing the whole canonical request and not only its method",
        Nfc "nfc" "the path is put in Unicode's composed form, NFC" [] from "IRIs (RFC 3987, section 5.3.2.2)",
    }
    "QSH-P12" "Characters of the path" UrlBlanks {
        Kept "kept" "spaces and control characters of the URL stay" [],
        Urlsplit "urlsplit" "tabs and line ends are removed from the URL; spaces and control characters after the slashes at its front are removed, and a `//host` that then follows is dropped" ["PyPI atlassian-jwt"] (Open),
        LineEndsRemoved "line_ends_removed" "tabs and line ends are removed from the URL" ["PyPI jira"] (Open),
        NodeLegacy "node_legacy" "the URL is read as by Node's `url.parse`: white space at both ends is removed; any `name:` is followed by a host, and `//user@host` has one; the path begins at the first character that no host can have" ["npm atlassian-jwt", "github-for-jira"] (Open),
        Php "php" "every control character of the URL becomes `_`" [] from "PHP's `parse_url`" (Open),
        Go "go" "the URL is read as by Go's `url.Parse`: what follows two slashes at the front, or any `name:`, is a host; after a `name:` without a slash there is no path" ["Go atlas-gonnect", "Go go-jira", "Go rbriski/atlassian-jwt"],
        Whatwg "whatwg" "the URL is read as by a WHATWG URL parser: tabs, line ends, and spaces and controls at both ends are removed; a host follows two or more slashes or backslashes" ["Rust atlassian-app-auth"],
    }
    "QSH-P13" "Segments" PathSegments {
        AsReceived "as_received" "dot segments and doubled slashes stay" [],
        DotsRemoved "dots_removed" "`.` and `..` segments are resolved" [] from "Java's `URI.normalize` (RFC 3986, section 5.2.4)",
        EscapedDotsRemoved "escaped_dots_removed" "`.` and `..` segments are resolved, also where a dot is written `%2e`" ["TypeScript jira-connect"],
        DrivesKept "drives_kept" "`.` and `..` segments are resolved, also where a dot is written `%2e`, but `..` does not remove a segment such as `c:`" ["Rust atlassian-app-auth"],
        SlashesCollapsed "slashes_collapsed" "every run of `/` becomes one" [] from "nginx's `merge_slashes`",
        Normalized "normalized" "dot segments are resolved, and every run of `/` becomes one" [] from "Go's `path.Clean` and Python's `normpath`",
    }
    "QSH-P14" "A colon in the first segment" FirstSegment {
        Path "path" "the first segment belongs to the path, whatever it contains" [],
        Scheme "scheme" "`name:` at the front of an origin-form path is taken for a scheme and dropped, together with a `//host` after it" ["PyPI atlassian-jwt"],
    }
}
