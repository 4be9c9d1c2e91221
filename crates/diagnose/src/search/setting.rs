//! The starting points of a search: the given request, and the requests that may have been hashed in its place.

use qsh_hash::InvalidRequest;

use super::request::{PARAMETER_MISSING, RequestMistake, Variant, variants};
use crate::input::Input;
use crate::json_body::JsonBody;

/// The cost of a pair in addition to its bytes, measured in bytes.
const PAIR: usize = 16;

/// A request, with the variants of its parts that may have been hashed in their place.
pub(super) struct Setting {
    /// The mistake that leads to the request. `None` for the given request.
    pub(super) mistake: Option<RequestMistake>,
    pub(super) input: Input,
    pub(super) variants: Vec<Variant>,
}

/// Returns the given request, and the requests that result from mistakes in more than one part.
///
/// # Errors
///
/// The method or the base URL cannot be part of a canonical request.
pub(super) fn settings(input: &Input) -> Result<Vec<Setting>, InvalidRequest> {
    input.request()?;
    let (of_a_part, of_more): (Vec<Variant>, Vec<Variant>) =
        variants(input).into_iter().partition(|variant| variant.part.is_some());
    let mut settings = vec![Setting { mistake: None, input: input.clone(), variants: of_a_part }];
    for Variant { mistake, input, .. } in of_more {
        // The same mistake is not made twice.
        let is_another = |variant: &Variant| variant.part.is_some() && variant.mistake.name != mistake.name;
        let variants = variants(&input).into_iter().filter(is_another).collect();
        settings.push(Setting { mistake: Some(mistake), input, variants });
    }
    Ok(settings)
}

/// The number of parameters that are tried as missing, one at a time.
pub(super) fn missing_parameters(settings: &[Setting]) -> usize {
    let variants = settings.first().map_or(&[][..], |given| &given.variants);
    variants.iter().filter(|variant| variant.mistake.name == PARAMETER_MISSING).count()
}

/// The cost of canonicalizing even an empty request, measured in bytes.
const REQUEST: usize = 64;

/// The cost of canonicalizing a request once.
pub(super) fn cost(input: &Input) -> usize {
    let bodies = [input.form.as_deref(), input.json.as_ref().map(JsonBody::members)];
    let texts = bodies.into_iter().flatten().map(str::as_bytes).chain([input.url.as_bytes()]);
    let pairs: usize = texts.map(|text| text.iter().filter(|byte| **byte == b'&').count()).sum();
    (input.length() + REQUEST).saturating_add(pairs.saturating_mul(PAIR))
}
