//! The table: every field of the dialect with every choice, who makes it, and what the specification says of it.
//!
//! A row is `Variant "name" "what an implementation with it does" ["who was seen to do it"]`. Behind a choice that the
//! specification does not call wrong stands `(Open)` or `(Allowed)`.

use super::{Choice, Field, Standing};

/// Declares the fields of [`Dialect`], an enum for each, and the table that describes them all.
macro_rules! dialect {
    ($( $clause:literal $title:literal $field:ident: $Choices:ident {
        $( $Variant:ident $name:literal $does:literal [$($seen:literal),*] $(($standing:ident))?, )+
    } )+) => {
        $(
            #[doc = concat!($clause, ": ", $title, ".")]
            #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
            #[non_exhaustive]
            pub enum $Choices {
                $(
                    #[doc = concat!($does, "." $(, " Seen in ", $seen, ".")*)]
                    $Variant,
                )+
            }

            impl $Choices {
                const ALL: &[Self] = &[$(Self::$Variant),+];
            }
        )+

        /// One choice for every clause that an implementer can read in more than one way.
        ///
        /// `Display` writes the choices that deviate from [`Dialect::OFFICIAL`], in the order of the clauses.
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub struct Dialect {
            $(
                #[doc = concat!($clause, ": ", $title, ".")]
                pub $field: $Choices,
            )+
        }

        impl Dialect {
            /// The suite's reading of the specification; `docs/spec.md` gives the source of each choice.
            pub const OFFICIAL: Self = Self { $($field: $Choices::ALL[0],)+ };
        }

        /// Every field in the order of the clauses, with every choice that it has; the official one comes first.
        pub static FIELDS: &[Field] = &[
            $(Field {
                name: stringify!($field),
                clause: $clause,
                title: $title,
                choices: &[
                    $(Choice {
                        name: $name,
                        does: $does,
                        seen_in: &[$($seen),*],
                        standing: [$(Standing::$standing,)? Standing::Decided][0],
                    },)+
                ],
                get: |dialect| dialect.$field as usize,
                set: |dialect, index| dialect.$field = $Choices::ALL[index],
            },)+
        ];
    };
}

dialect! {
    "QSH-C1" "Three parts" part_join: PartJoin {
        Ampersands "ampersands" "`&` stands between method, path and query, also when the query is empty" [],
        SecondOmitted "second_omitted" "without parameters the second `&` is left out" [],
        QuestionMark "question_mark" "`?` stands between path and query, and nothing where there are no parameters" [],
        LineFeeds "line_feeds" "a line feed stands between the parts" [],
        Nothing "nothing" "nothing stands between the parts" [],
        MethodOmitted "method_omitted" "the method and its `&` are left out" [],
    }
    "QSH-M1" "Method in upper case" method_case: MethodCase {
        Upper "upper" "ASCII letters in upper case" [],
        AsGiven "as_given" "left as the caller wrote it" [],
        Turkish "turkish" "upper case by the machine's locale, as in Turkish, where `i` becomes `İ`" [],
    }
    "QSH-M2" "The method that was sent" head: Head {
        Kept "kept" "`HEAD` stays `HEAD`" [],
        AsGet "as_get" "`HEAD` counts as `GET`, as frameworks route it" [],
    }
    "QSH-P2" "No fragment" fragment: Fragment {
        Dropped "dropped" "the fragment does not count" [],
        Kept "kept" "the fragment stays in the text before it" [],
    }
    "QSH-P3" "The base URL is removed" base_removal: BaseRemoval {
        Front "front" "the base URL's path is removed from the front of the path" [],
        None "none" "nothing is removed" ["PyPI atlassian-jwt", "Scala toolsplus", "github-for-jira", "TypeScript jira-connect", "Go rbriski/atlassian-jwt", "Go go-jira", "Go AndreyLevchenko/atlassian-jwt", "Rust atlassian-app-auth", "PHP adlogix", "Clojure arqivist"],
        Wiki "wiki" "a leading `/wiki` is removed, whatever the base URL" ["PHP brezzhnev", "PHP atlassian-connect-laravel", "Java Tika"],
        WikiAnywhere "wiki_anywhere" "every `/wiki` is removed, wherever it stands" ["PHP thecatontheflat"],
        Sliced "sliced" "as many bytes as the base URL's path has are cut off, unseen" ["PyPI jira"],
        Anywhere "anywhere" "the base URL's path is removed wherever it stands" [],
        Pattern "pattern" "the base URL's path is a pattern in which `.` matches any character" ["Ruby atlassian-jwt"],
        Text "text" "the base URL's text is taken off the URL, and the query stays in the path" ["Ruby MeisterLabs", "Sentry"],
    }
    "QSH-P4" "The base is a plain prefix" base_boundary: BaseBoundary {
        Character "character" "the base may end within a segment of the path" [],
        Segment "segment" "the base must end where a segment ends, as it does in a router" [],
    }
    "QSH-P5" "A path outside the base" base_mismatch: BaseMismatch {
        Kept "kept" "the path stays as it is" [],
        Refused "refused" "the request is refused" ["Java atlassian-jwt as sender"],
    }
    "QSH-P6" "Never empty" empty_path: EmptyPath {
        Slash "slash" "an empty path is `/`" [],
        Kept "kept" "an empty path stays empty" ["Go rbriski/atlassian-jwt", "PyPI jira"],
        EmptyForRoot "empty_for_root" "`/` becomes empty too" ["Sentry"],
    }
    "QSH-P7" "No trailing slash" trailing_slash: TrailingSlash {
        One "one" "one trailing `/` is removed, unless it is all there is" [],
        Kept "kept" "a trailing `/` stays" ["PyPI jira", "TypeScript jira-connect", "Ruby MeisterLabs", "Go rbriski/atlassian-jwt", "PHP adlogix", "PHP thecatontheflat", "Rust atlassian-app-auth", "C# port", "Clojure arqivist"],
        Two "two" "up to two trailing `/` are removed" ["Java atlassian-jwt as sender"],
        All "all" "every trailing `/` is removed" ["PyPI atlassian-jwt", "Go go-jira", "Go AndreyLevchenko/atlassian-jwt", "PHP brezzhnev", "PHP atlassian-connect-laravel", "Java Tika", "Sentry"],
    }
    "QSH-P8" "Leading slashes" leading_slashes: LeadingSlashes {
        Kept "kept" "several leading `/` stay" [],
        Collapsed "collapsed" "several leading `/` become one" ["PyPI atlassian-jwt", "Go go-jira"],
    }
    "QSH-P9" "Ampersand in the path" path_ampersand: PathAmpersand {
        Escaped "escaped" "`&` becomes `%26`" [],
        Kept "kept" "`&` stays, so that two requests can have one hash" ["PyPI jira", "Sentry", "Ruby MeisterLabs", "Go atlas-gonnect", "PHP adlogix", "PHP thecatontheflat", "Rust atlassian-app-auth", "C# port", "Clojure arqivist"],
    }
    "QSH-P10" "Path parameters" path_parameters: PathParameters {
        InPath "in_path" "`;` and what follows it are path like any other" [],
        SplitOff "split_off" "`;…` of the last segment is split off before the slashes are removed; its `&` stays, and an empty one vanishes" ["PyPI atlassian-jwt"],
    }
    "QSH-P11" "Escapes in the path" path_escapes: PathEscapes {
        AsReceived "as_received" "escapes stay, in content and in case" [],
        Decoded "decoded" "the path is percent-decoded" ["Java atlassian-jwt as sender", "Java Tika", "github-for-jira", "Go rbriski/atlassian-jwt", "Go atlas-gonnect", "Go go-jira", "Go AndreyLevchenko/atlassian-jwt", "Go amp-labs/connectors"],
    }
    "QSH-P12" "Characters of the path" path_characters: PathCharacters {
        AsReceived "as_received" "every character stays" [],
        NodeLegacy "node_legacy" "Node's `url.parse` rewrites: a backslash becomes `/`, and an absolute URL or one with white space gets escapes for `'`, `|`, `^`, braces and more" ["npm atlassian-jwt", "Express with qs"],
        Whatwg "whatwg" "a WHATWG URL parser rewrites: a backslash becomes `/`; controls, space, quote, `<>^`, backtick, braces and non-ASCII are escaped" ["Rust atlassian-app-auth", "TypeScript jira-connect"],
    }
    "QSH-P13" "Segments" path_segments: PathSegments {
        AsReceived "as_received" "dot segments and doubled slashes stay" [],
        DotsRemoved "dots_removed" "`.` and `..` segments are resolved" ["Rust atlassian-app-auth", "TypeScript jira-connect"],
    }
    "QSH-P14" "A colon in the first segment" first_segment: FirstSegment {
        Path "path" "the first segment is path, whatever it holds" [],
        Scheme "scheme" "`name:` at the front of an origin-form path is taken for a scheme and dropped, with a `//host` behind it" ["PyPI atlassian-jwt"],
    }
    "QSH-Q1" "Pairs" separator: Separator {
        Ampersand "ampersand" "pairs are separated by `&`" [],
        AmpersandOrSemicolon "ampersand_or_semicolon" "`;` separates pairs too, as in Python before 3.9.2 and older Ruby" [],
        SemicolonDropsPair "semicolon_drops_pair" "a pair with a `;` in it is dropped" ["Go rbriski/atlassian-jwt", "Go atlas-gonnect", "Go go-jira"],
    }
    "QSH-Q3" "Name and value" equals: Equals {
        First "first" "the first `=` ends the name, and later ones belong to the value" [],
        CutAtSecond "cut_at_second" "the value ends at the second `=`" ["PHP brezzhnev", "PHP atlassian-connect-laravel"],
    }
    "QSH-Q4" "Decoded once" decoding: Decoding {
        Once "once" "names and values are percent-decoded exactly once" [],
        Never "never" "the query is encoded as it was written, so that `%20` becomes `%2520`" ["PHP adlogix", "PHP thecatontheflat"],
    }
    "QSH-Q5" "Plus is a space" plus: Plus {
        Space "space" "`+` is a space" [],
        Literal "literal" "`+` is a plus, as to JavaScript's `decodeURIComponent`" ["PHP adlogix", "PHP thecatontheflat"],
    }
    "QSH-Q6" "Escapes that are none" invalid_escape: InvalidEscape {
        Literal "literal" "`%` without two hexadecimal digits is text" [],
        PairDropped "pair_dropped" "the pair is dropped" ["Go rbriski/atlassian-jwt", "Go atlas-gonnect", "Go go-jira"],
        Refused "refused" "the request is refused, as by Java's `URLDecoder`" ["Java atlassian-jwt", "Go AndreyLevchenko/atlassian-jwt"] (Allowed),
        LeftUndecoded "left_undecoded" "the whole name or value stays undecoded" ["Express with qs"],
    }
    "QSH-Q7" "Order of repeated values" value_order: ValueOrder {
        DecodedUtf16 "decoded_utf16" "by decoded text, UTF-16 unit by unit" [],
        DecodedCodePoint "decoded_code_point" "by decoded text, code point by code point" ["PyPI atlassian-jwt", "PyPI jira", "Sentry", "Go rbriski/atlassian-jwt", "Go atlas-gonnect"],
        Encoded "encoded" "by encoded text, as the prose says" ["Go amp-labs/connectors", "Go AndreyLevchenko/atlassian-jwt", "Java Tika"],
        AsGiven "as_given" "not sorted" ["Scala toolsplus", "Ruby atlassian-jwt", "Go go-jira", "PHP brezzhnev", "PHP atlassian-connect-laravel", "PHP adlogix", "Clojure arqivist"],
        IgnoringCase "ignoring_case" "by decoded text without regard to case, as a culture-aware comparison does" ["C# port"],
    }
    "QSH-Q8" "Repeated parameters" repeat: Repeat {
        Comma "comma" "once, the values joined with `,`" [],
        Concatenated "concatenated" "once, the values joined with nothing" ["Go go-jira"],
        Separate "separate" "a pair for each value" ["Rust atlassian-app-auth"],
        RailsBrackets "rails_brackets" "a pair `name[]=value` for each value" ["Ruby MeisterLabs"],
    }
    "QSH-Q9" "Order of names" name_order: NameOrder {
        Encoded "encoded" "by percent-encoded name, byte by byte" [],
        DecodedUtf16 "decoded_utf16" "by decoded name, UTF-16 unit by unit" ["npm atlassian-jwt", "Express with qs", "github-for-jira", "TypeScript jira-connect"],
        DecodedCodePoint "decoded_code_point" "by decoded name, code point by code point" ["PyPI jira", "Sentry", "Ruby atlassian-jwt", "Go rbriski/atlassian-jwt", "Go atlas-gonnect"],
        WholePair "whole_pair" "by the whole text `name=value`" ["Go go-jira", "Rust atlassian-app-auth"],
        AsWritten "as_written" "by the name as it stands in the query, undecoded" ["PHP brezzhnev", "PHP atlassian-connect-laravel"],
        AsGiven "as_given" "not sorted" ["PHP thecatontheflat"],
        IgnoringCase "ignoring_case" "by decoded name without regard to case, as a culture-aware comparison does" ["C# port"],
    }
    "QSH-Q10" "Escape set" escape_set: EscapeSet {
        Rfc3986 "rfc3986" "all but letters, digits and `-._~` is escaped" [],
        EncodeUriComponent "encode_uri_component" "`!'()*` are not escaped either, as by JavaScript's `encodeURIComponent`" [],
        Form "form" "`*` is not escaped and `~` is, as by Java's `URLEncoder`" [],
        TildeEscaped "tilde_escaped" "`~` is escaped, as by Python's `quote` before 3.7" [],
        SlashKept "slash_kept" "`/` is not escaped, as by Python's `quote` when it is not told otherwise" [],
        UnderscoreAsSpace "underscore_as_space" "`_` becomes `%20`" ["PHP brezzhnev"],
    }
    "QSH-Q11" "Upper-case hex" hex_case: HexCase {
        Upper "upper" "escapes are written `%2F`" [],
        Lower "lower" "escapes are written `%2f`, as by .NET's `UrlEncode`" [],
    }
    "QSH-Q12" "Space as %20" space: Space {
        Percent20 "percent20" "a space is written `%20`" [],
        Plus "plus" "a space is written `+`" ["Go AndreyLevchenko/atlassian-jwt", "Ruby MeisterLabs"],
        PlusInNames "plus_in_names" "a space in a name is written `+`" ["Ruby atlassian-jwt"],
    }
    "QSH-Q13" "Names are encoded too" names: Names {
        Encoded "encoded" "names are encoded as values are" [],
        Bare "bare" "names are written decoded" ["Rust atlassian-app-auth", "PyPI jira", "C# port"],
    }
    "QSH-Q14" "Empty value" empty_value: EmptyValue {
        WithEquals "with_equals" "`a=` keeps its `=`" [],
        Bare "bare" "`a=` becomes `a`" [],
        Dropped "dropped" "`a=` is left out, as Python's `parse_qs` does when it is not told otherwise" [],
    }
    "QSH-Q15" "No equals sign" valueless: Valueless {
        WithEquals "with_equals" "`a` is `a=`" [],
        Bare "bare" "`a` stays `a`" ["PHP brezzhnev", "PHP atlassian-connect-laravel"],
        Dropped "dropped" "`a` is left out" [],
    }
    "QSH-Q16" "Empty name" empty_name: EmptyName {
        Kept "kept" "`=v` stays `=v`" [],
        Dropped "dropped" "`=v` is left out" ["Express with qs"],
    }
    "QSH-Q17" "The jwt parameter" jwt_parameter: JwtParameter {
        Exact "exact" "every parameter whose decoded name is `jwt` is left out" [],
        Kept "kept" "it counts like any other" ["PHP adlogix", "PHP thecatontheflat", "Rust atlassian-app-auth", "PyPI jira"],
        IgnoringCase "ignoring_case" "`JWT` and `Jwt` are left out too" ["Go rbriski/atlassian-jwt", "PHP brezzhnev", "PHP atlassian-connect-laravel"],
        Undecoded "undecoded" "only the name written `jwt` is left out, not `%6Awt`" [],
    }
    "QSH-Q18" "All parameters count" parameter_limit: ParameterLimit {
        None "none" "there is no limit" [],
        First1000 "first_1000" "pairs after the first 1,000 are dropped" ["npm atlassian-jwt", "Express with qs"],
    }
    "QSH-Q19" "Names have no meaning" special_names: SpecialNames {
        Plain "plain" "a name is text" [],
        PrototypeDropped "prototype_dropped" "`__proto__` is dropped" ["npm atlassian-jwt"],
        Nested "nested" "brackets make structures: `a[b]=1` becomes `a=[object Object]`, `a[]` becomes `a`" ["Express with qs"],
        Renumbered "renumbered" "names that are integers are numbered anew from 0" ["PHP brezzhnev", "PHP atlassian-connect-laravel"],
    }
    "QSH-Q20" "Invalid UTF-8" invalid_utf8: InvalidUtf8 {
        Replaced "replaced" "each maximal invalid part becomes U+FFFD" [],
        BytesKept "bytes_kept" "the bytes stay" [],
        LeftUndecoded "left_undecoded" "the whole name or value stays undecoded" ["Express with qs"],
        Refused "refused" "the request is refused" [],
    }
    "QSH-F1" "Form body" form_body: FormBody {
        Merged "merged" "form parameters count beside those of the query" [],
        WhenQueryEmpty "when_query_empty" "form parameters count only when there is no query, and in some only when asked" ["npm atlassian-jwt", "github-for-jira", "Go atlas-gonnect"] (Open),
        Ignored "ignored" "form parameters do not count" ["PyPI atlassian-jwt", "PyPI jira", "Ruby atlassian-jwt", "Ruby MeisterLabs", "Go rbriski/atlassian-jwt", "Go go-jira", "Go AndreyLevchenko/atlassian-jwt", "Go amp-labs/connectors", "PHP brezzhnev", "PHP atlassian-connect-laravel", "PHP adlogix", "PHP thecatontheflat", "Rust atlassian-app-auth"],
    }
    "QSH-F3" "Methods with a form" form_methods: FormMethods {
        Post "post" "a form body counts for `POST`" [],
        PostAndPut "post_and_put" "a form body counts for `POST` and `PUT`" ["npm atlassian-jwt"] (Open),
        Any "any" "a form body counts for every method" [],
    }
    "QSH-H1" "UTF-8" charset: Charset {
        Utf8 "utf8" "the canonical request is hashed as UTF-8" [],
        Latin1 "latin1" "it is hashed as ISO 8859-1, with `?` for what that lacks, where that is the platform's charset" ["Java atlassian-jwt"],
    }
    "QSH-H2" "SHA-256 in lower-case hex" hash_text: HashText {
        LowerHex "lower_hex" "64 lower-case hexadecimal digits" [],
        UpperHex "upper_hex" "64 upper-case hexadecimal digits" [],
    }
}
