//! The dialect: every choice that the canonical request leaves to its implementer, as one value.
//!
//! One field per clause of `docs/spec.md`, one enum per field. The first variant of each is the suite's reading of the
//! specification, and [`Dialect::OFFICIAL`] is made of those; every other one was seen in an implementation or follows
//! from a text that contradicts another. The canonicalizer runs on any dialect, so a described implementation, a mutant
//! of the specification and the explanation of a wrong hash are all the same thing: a [`Dialect`] with some choices
//! that deviate.
//!
//! # Examples
//!
//! Python's library takes every leading and trailing slash away:
//!
//! ```
//! use qsh::{Dialect, Request, canonicalize_with};
//!
//! let python = Dialect::OFFICIAL.with("leading_slashes=collapsed".parse()?).with("trailing_slash=all".parse()?);
//! let request = Request::new("GET", "//a//")?;
//! assert_eq!(canonicalize_with(&request, &python)?.as_bytes(), b"GET&/a&");
//! assert_eq!(python.to_string(), "trailing_slash=all leading_slashes=collapsed");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::error::Error;
use std::fmt;
use std::str::FromStr;

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
        None "none" "nothing is removed" ["PyPI atlassian-jwt", "Scala toolsplus core", "Go rbriski/atlassian-jwt", "Go go-jira", "Rust atlassian-app-auth"],
        Wiki "wiki" "a leading `/wiki` is removed, whatever the base URL" ["PHP brezzhnev/atlassian-connect-core", "PHP atlassian-connect-laravel", "Java Tika"],
        WikiAnywhere "wiki_anywhere" "every `/wiki` is removed, wherever it stands" ["PHP thecatontheflat/atlassian-connect-bundle"],
        Sliced "sliced" "as many bytes as the base URL's path has are cut off, unseen" ["PyPI jira (pycontribs)"],
        Anywhere "anywhere" "the base URL's path is removed wherever it stands" [],
        Pattern "pattern" "the base URL's path is a pattern in which `.` matches any character" ["Ruby atlassian-jwt"],
        Text "text" "the base URL's text is taken off the URL, and the query stays in the path" ["Ruby atlassian-jwt-authentication (MeisterLabs)"],
    }
    "QSH-P4" "The base is a plain prefix" base_boundary: BaseBoundary {
        Character "character" "the base may end within a segment of the path" [],
        Segment "segment" "the base must end where a segment ends, as it does in a router" [],
    }
    "QSH-P5" "A path outside the base" base_mismatch: BaseMismatch {
        Kept "kept" "the path stays as it is" [],
        Refused "refused" "the request is refused" ["the request generator of Java atlassian-jwt"],
    }
    "QSH-P6" "Never empty" empty_path: EmptyPath {
        Slash "slash" "an empty path is `/`" [],
        Kept "kept" "an empty path stays empty" ["Go rbriski/atlassian-jwt", "PyPI jira (pycontribs)"],
        EmptyForRoot "empty_for_root" "`/` becomes empty too" ["Sentry"],
    }
    "QSH-P7" "No trailing slash" trailing_slash: TrailingSlash {
        One "one" "one trailing `/` is removed, unless it is all there is" [],
        Kept "kept" "a trailing `/` stays" ["Go rbriski/atlassian-jwt", "Ruby MeisterLabs", "PyPI jira (pycontribs)", "Rust atlassian-app-auth", "PHP adlogix"],
        Two "two" "up to two trailing `/` are removed" ["the client class of Java atlassian-jwt"],
        All "all" "every trailing `/` is removed" ["PyPI atlassian-jwt", "Go go-jira", "Go AndreyLevchenko/atlassian-jwt", "PHP brezzhnev", "Sentry"],
    }
    "QSH-P8" "Leading slashes" leading_slashes: LeadingSlashes {
        Kept "kept" "several leading `/` stay" [],
        Collapsed "collapsed" "several leading `/` become one" ["PyPI atlassian-jwt", "Go go-jira"],
    }
    "QSH-P9" "Ampersand in the path" path_ampersand: PathAmpersand {
        Escaped "escaped" "`&` becomes `%26`" [],
        Kept "kept" "`&` stays, so that two requests can have one hash" ["Go atlas-gonnect", "Ruby MeisterLabs", "PHP adlogix", "PHP thecatontheflat", "PyPI jira (pycontribs)", "Rust atlassian-app-auth", "Sentry"],
    }
    "QSH-P10" "Path parameters" path_parameters: PathParameters {
        InPath "in_path" "`;` and what follows it are path like any other" [],
        SplitOff "split_off" "`;…` of the last segment is split off before the slashes are removed; its `&` stays, and an empty one vanishes" ["PyPI atlassian-jwt"],
    }
    "QSH-P11" "Escapes in the path" path_escapes: PathEscapes {
        AsReceived "as_received" "escapes stay, in content and in case" [],
        Decoded "decoded" "the path is percent-decoded" ["the client class of Java atlassian-jwt", "Go rbriski, atlas-gonnect, go-jira", "github-for-jira"],
    }
    "QSH-P12" "Characters of the path" path_characters: PathCharacters {
        AsReceived "as_received" "every character stays" [],
        NodeLegacy "node_legacy" "Node's `url.parse` rewrites: a backslash becomes `/`, and an absolute URL or one with white space gets escapes for `'`, `|`, `^`, braces and more" ["npm atlassian-jwt"],
        Whatwg "whatwg" "a WHATWG URL parser rewrites: a backslash becomes `/`; controls, space, quote, `<>^`, backtick, braces and non-ASCII are escaped" ["Rust atlassian-app-auth", "a TypeScript jira-connect adapter"],
    }
    "QSH-P13" "Segments" path_segments: PathSegments {
        AsReceived "as_received" "dot segments and doubled slashes stay" [],
        DotsRemoved "dots_removed" "`.` and `..` segments are resolved" ["Rust atlassian-app-auth", "a TypeScript jira-connect adapter"],
    }
    "QSH-P14" "A colon in the first segment" first_segment: FirstSegment {
        Path "path" "the first segment is path, whatever it holds" [],
        Scheme "scheme" "`name:` at the front of an origin-form path is taken for a scheme and dropped, with a `//host` behind it" ["PyPI atlassian-jwt"],
    }
    "QSH-Q1" "Pairs" separator: Separator {
        Ampersand "ampersand" "pairs are separated by `&`" [],
        AmpersandOrSemicolon "ampersand_or_semicolon" "`;` separates pairs too" ["Python before 3.9.2", "older Ruby cgi"],
        SemicolonDropsPair "semicolon_drops_pair" "a pair with a `;` in it is dropped" ["Go since 1.17"],
    }
    "QSH-Q3" "Name and value" equals: Equals {
        First "first" "the first `=` ends the name, and later ones belong to the value" [],
        CutAtSecond "cut_at_second" "the value ends at the second `=`" ["PHP brezzhnev", "PHP atlassian-connect-laravel"],
    }
    "QSH-Q4" "Decoded once" decoding: Decoding {
        Once "once" "names and values are percent-decoded exactly once" [],
        Never "never" "the query is encoded as it was written, so that `%20` becomes `%2520`" ["PHP adlogix/guzzle-atlassian-connect-middleware", "PHP thecatontheflat"],
    }
    "QSH-Q5" "Plus is a space" plus: Plus {
        Space "space" "`+` is a space" [],
        Literal "literal" "`+` is a plus" ["RFC 3986 decoders such as `decodeURIComponent`", "PHP adlogix"],
    }
    "QSH-Q6" "Escapes that are none" invalid_escape: InvalidEscape {
        Literal "literal" "`%` without two hexadecimal digits is text" [],
        PairDropped "pair_dropped" "the pair is dropped" ["Go rbriski, atlas-gonnect, go-jira"],
        Refused "refused" "the request is refused" ["Java's URLDecoder", "Go AndreyLevchenko/atlassian-jwt"] (Allowed),
        LeftUndecoded "left_undecoded" "the whole name or value stays undecoded" ["Express with qs"],
    }
    "QSH-Q7" "Order of repeated values" value_order: ValueOrder {
        DecodedUtf16 "decoded_utf16" "by decoded text, UTF-16 unit by unit" [],
        DecodedCodePoint "decoded_code_point" "by decoded text, code point by code point" ["PyPI atlassian-jwt", "Go rbriski/atlassian-jwt", "PyPI jira (pycontribs)"],
        Encoded "encoded" "by encoded text, as the prose says" ["Go amp-labs/connectors", "Go AndreyLevchenko/atlassian-jwt", "Java Tika"],
        AsGiven "as_given" "not sorted" ["Scala toolsplus", "Ruby atlassian-jwt", "Go go-jira", "PHP libraries"],
        IgnoringCase "ignoring_case" "by decoded text without regard to case, as a culture-aware comparison does" ["a C# port"],
    }
    "QSH-Q8" "Repeated parameters" repeat: Repeat {
        Comma "comma" "once, the values joined with `,`" [],
        Concatenated "concatenated" "once, the values joined with nothing" ["Go go-jira"],
        Separate "separate" "a pair for each value" ["Rust atlassian-app-auth"],
        RailsBrackets "rails_brackets" "a pair `name[]=value` for each value" ["Ruby MeisterLabs (unchecked)"],
    }
    "QSH-Q9" "Order of names" name_order: NameOrder {
        Encoded "encoded" "by percent-encoded name, byte by byte" [],
        DecodedUtf16 "decoded_utf16" "by decoded name, UTF-16 unit by unit" ["npm atlassian-jwt"],
        DecodedCodePoint "decoded_code_point" "by decoded name, code point by code point" ["Go rbriski, atlas-gonnect", "Ruby atlassian-jwt", "PyPI jira (pycontribs)"],
        WholePair "whole_pair" "by the whole text `name=value`" ["Go go-jira", "Rust atlassian-app-auth"],
        AsWritten "as_written" "by the name as it stands in the query, undecoded" ["PHP brezzhnev", "PHP atlassian-connect-laravel"],
        AsGiven "as_given" "not sorted" ["PHP thecatontheflat"],
        IgnoringCase "ignoring_case" "by decoded name without regard to case, as a culture-aware comparison does" ["a C# port"],
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
        Bare "bare" "names are written decoded" ["Rust atlassian-app-auth", "PyPI jira (pycontribs)", "a C# port"],
    }
    "QSH-Q14" "Empty value" empty_value: EmptyValue {
        WithEquals "with_equals" "`a=` keeps its `=`" [],
        Bare "bare" "`a=` becomes `a`" [],
        Dropped "dropped" "`a=` is left out, as Python's `parse_qs` does when it is not told otherwise" [],
    }
    "QSH-Q15" "No equals sign" valueless: Valueless {
        WithEquals "with_equals" "`a` is `a=`" [],
        Bare "bare" "`a` stays `a`" ["the Bitbucket page", "PHP brezzhnev", "PHP atlassian-connect-laravel"],
        Dropped "dropped" "`a` is left out" [],
    }
    "QSH-Q16" "Empty name" empty_name: EmptyName {
        Kept "kept" "`=v` stays `=v`" [],
        Dropped "dropped" "`=v` is left out" ["Express with qs"],
    }
    "QSH-Q17" "The jwt parameter" jwt_parameter: JwtParameter {
        Exact "exact" "every parameter whose decoded name is `jwt` is left out" [],
        Kept "kept" "it counts like any other" ["PHP adlogix", "PHP thecatontheflat", "Rust atlassian-app-auth", "PyPI jira (pycontribs)"],
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
        WhenQueryEmpty "when_query_empty" "form parameters count only when there is no query" ["npm atlassian-jwt when asked to", "Go atlas-gonnect when asked to"] (Open),
        Ignored "ignored" "form parameters do not count" ["PyPI atlassian-jwt", "Ruby atlassian-jwt", "Go rbriski/atlassian-jwt"],
    }
    "QSH-F3" "Methods with a form" form_methods: FormMethods {
        Post "post" "a form body counts for `POST`" [],
        PostAndPut "post_and_put" "a form body counts for `POST` and `PUT`" ["npm atlassian-jwt"] (Open),
        Any "any" "a form body counts for every method" [],
    }
    "QSH-H1" "UTF-8" charset: Charset {
        Utf8 "utf8" "the canonical request is hashed as UTF-8" [],
        Latin1 "latin1" "it is hashed as ISO 8859-1, with `?` for what that lacks" ["Java atlassian-jwt on a platform with that charset"],
    }
    "QSH-H2" "SHA-256 in lower-case hex" hash_text: HashText {
        LowerHex "lower_hex" "64 lower-case hexadecimal digits" [],
        UpperHex "upper_hex" "64 upper-case hexadecimal digits" [],
    }
}

impl Dialect {
    /// The same dialect with one choice changed.
    #[must_use]
    pub fn with(mut self, deviation: Deviation) -> Self {
        (deviation.field.set)(&mut self, deviation.index);
        self
    }

    /// The choices that deviate from [`Dialect::OFFICIAL`], in the order of the clauses.
    pub fn deviations(&self) -> impl Iterator<Item = Deviation> {
        FIELDS.iter().filter_map(|field| {
            let index = (field.get)(self);
            (index != 0).then_some(Deviation { field, index })
        })
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let deviations: Vec<String> = self.deviations().map(|deviation| deviation.to_string()).collect();
        f.pad(&if deviations.is_empty() { "official".to_owned() } else { deviations.join(" ") })
    }
}

/// A field of [`Dialect`]: its clause, and what can be chosen.
#[derive(Debug)]
#[non_exhaustive]
pub struct Field {
    /// The field's name, as `adapter.toml` and `qsh diagnose` write it.
    pub name: &'static str,
    /// The clause of `docs/spec.md` that the field decides.
    pub clause: &'static str,
    /// The clause's title.
    pub title: &'static str,
    /// What can be chosen; the official choice comes first.
    pub choices: &'static [Choice],
    get: fn(&Dialect) -> usize,
    set: fn(&mut Dialect, usize),
}

/// One choice of a [`Field`].
#[derive(Debug)]
#[non_exhaustive]
pub struct Choice {
    /// The choice's name.
    pub name: &'static str,
    /// What an implementation with it does.
    pub does: &'static str,
    /// Who does it; empty for the official choice, and for what nobody was seen to do.
    pub seen_in: &'static [&'static str],
    /// What the specification says of it.
    pub standing: Standing,
}

/// What the specification says of a choice that deviates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a text decides a question, leaves it open, or allows more than one answer"
)]
pub enum Standing {
    /// It is decided: the official choice is right, and every other is wrong. The official choice has this standing, too.
    Decided,
    /// The clause, or a clause that it leads to, leaves the choice open.
    Open,
    /// The clause allows this choice beside the official one.
    Allowed,
}

/// One field with one choice, written `field=choice`. It is a deviation from the specification unless the choice is the
/// official one.
#[derive(Clone, Copy)]
pub struct Deviation {
    field: &'static Field,
    index: usize,
}

impl Deviation {
    /// Every deviation from [`Dialect::OFFICIAL`] in one field.
    pub fn all() -> impl Iterator<Item = Self> {
        FIELDS.iter().flat_map(|field| (1..field.choices.len()).map(move |index| Self { field, index }))
    }

    /// The field.
    pub fn field(self) -> &'static Field {
        self.field
    }

    /// The choice.
    pub fn choice(self) -> &'static Choice {
        &self.field.choices[self.index]
    }
}

impl PartialEq for Deviation {
    fn eq(&self, other: &Self) -> bool {
        self.field.name == other.field.name && self.index == other.index
    }
}

impl Eq for Deviation {}

impl fmt::Display for Deviation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.field.name, self.choice().name)
    }
}

impl fmt::Debug for Deviation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Deviation({self})")
    }
}

impl FromStr for Deviation {
    type Err = UnknownChoice;

    /// Reads `field=choice`.
    ///
    /// # Errors
    ///
    /// A field or a choice that [`FIELDS`] does not have; the error lists those that there are.
    fn from_str(text: &str) -> Result<Self, UnknownChoice> {
        let (name, choice) = text.split_once('=').ok_or_else(|| UnknownChoice {
            what: format!("{text:?} is not of the form field=choice"),
            known: Vec::new(),
        })?;
        let field = FIELDS.iter().find(|field| field.name == name).ok_or_else(|| UnknownChoice {
            what: format!("unknown dialect field {name:?}"),
            known: FIELDS.iter().map(|field| field.name).collect(),
        })?;
        let index = field.choices.iter().position(|known| known.name == choice).ok_or_else(|| UnknownChoice {
            what: format!("unknown choice {choice:?} of the dialect field {name}"),
            known: field.choices.iter().map(|known| known.name).collect(),
        })?;
        Ok(Self { field, index })
    }
}

/// A dialect field or choice that does not exist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownChoice {
    what: String,
    known: Vec<&'static str>,
}

impl fmt::Display for UnknownChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.what)?;
        if !self.known.is_empty() {
            write!(f, ", expected one of: {}", self.known.join(", "))?;
        }
        Ok(())
    }
}

impl Error for UnknownChoice {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_deviation_reads_back_from_its_text() {
        for deviation in Deviation::all() {
            assert_eq!(deviation.to_string().parse(), Ok(deviation));
            assert_eq!(Dialect::OFFICIAL.with(deviation).deviations().collect::<Vec<_>>(), [deviation]);
        }
    }

    #[test]
    fn no_official_choice_is_a_departure() {
        for field in FIELDS {
            assert!(field.choices[0].seen_in.is_empty(), "{}={}", field.name, field.choices[0].name);
        }
    }

    #[test]
    fn unknown_names_are_answered_with_the_known_ones() {
        let error = |text: &str| text.parse::<Deviation>().unwrap_err().to_string();
        insta::assert_snapshot!(error("plus"), @r#""plus" is not of the form field=choice"#);
        insta::assert_snapshot!(error("plus=minus"), @r#"unknown choice "minus" of the dialect field plus, expected one of: space, literal"#);
        assert!(
            error("minus=plus").starts_with(r#"unknown dialect field "minus", expected one of: method_case, head, "#)
        );
    }
}
