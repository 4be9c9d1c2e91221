//! The table of all dialect fields and their choices: who makes each choice, and what the specification says about it.
//!
//! A row of the files below is `Variant "name" "what an implementation with it does" ["who was seen to do it"]`. If no
//! implementation was seen to do it, `from "what leads to it"` follows. A choice that the specification does not call
//! wrong ends with `(Open)` or `(Allowed)`. The official choice comes first.

use super::Field;
use super::declare::dialect;

mod hash;
mod method;
mod path;
mod reading;
mod writing;

pub use hash::*;
pub use method::*;
pub use path::*;
pub use reading::*;
pub use writing::*;

dialect! {
    part_join: PartJoin,
    method_case: MethodCase,
    head: Head,
    method_check: MethodCheck,
    target: TargetPart,
    fragment: Fragment,
    base_removal: BaseRemoval,
    base_boundary: BaseBoundary,
    base_mismatch: BaseMismatch,
    empty_path: EmptyPath,
    leading_slash: LeadingSlash,
    trailing_slash: TrailingSlash,
    leading_slashes: LeadingSlashes,
    path_ampersand: PathAmpersand,
    path_parameters: PathParameters,
    path_escapes: PathEscapes,
    invalid_path_escape: InvalidPathEscape,
    path_characters: PathCharacters,
    url_blanks: UrlBlanks,
    path_segments: PathSegments,
    first_segment: FirstSegment,
    query_text: QueryText,
    separator: Separator,
    empty_pairs: EmptyPairs,
    equals: Equals,
    decoding: Decoding,
    text_form: TextForm,
    plus: Plus,
    invalid_escape: InvalidEscape,
    value_order: ValueOrder,
    repeat: Repeat,
    comma: Comma,
    same_name: SameName,
    name_order: NameOrder,
    escape_set: EscapeSet,
    escape_charset: EscapeCharset,
    hex_case: HexCase,
    space: Space,
    names: Names,
    empty_value: EmptyValue,
    valueless: Valueless,
    empty_name: EmptyName,
    jwt_parameter: JwtParameter,
    parameter_limit: ParameterLimit,
    special_names: SpecialNames,
    invalid_utf8: InvalidUtf8,
    parameter_join: ParameterJoin,
    value_join: ValueJoin,
    form_body: FormBody,
    form_methods: FormMethods,
    json_body: JsonBody,
    charset: Charset,
    hashed_text: HashedText,
    hash_function: HashFunction,
    hash_text: HashText,
}
