//! What a search starts from: the request as it was given, and whatever may have been hashed in its place.

use qsh_diagnose::Dialect;
use qsh_hash::InvalidRequest;

use super::request::{PARAMETER_MISSING, RequestMistake, Variant, variants};
use crate::suite::case::{Input, JsonBody};

/// What a pair costs beside its bytes, in such bytes.
const PAIR: usize = 16;

/// A request, and what may have been hashed in its place for each of its parts.
pub(super) struct Setting {
    /// The mistake that led to it; none, for the request as it was given.
    pub(super) mistake: Option<RequestMistake>,
    pub(super) input: Input,
    pub(super) variants: Vec<Variant>,
}

/// The request as it was given, and as each mistake that touches more than one part left it.
///
/// # Errors
///
/// A method or base URL that no canonical request can be made of.
pub(super) fn settings(input: &Input) -> Result<Vec<Setting>, InvalidRequest> {
    input.source()?;
    let (of_a_part, of_more): (Vec<Variant>, Vec<Variant>) =
        variants(input).into_iter().partition(|variant| variant.part.is_some());
    let mut settings = vec![Setting { mistake: None, input: input.clone(), variants: of_a_part }];
    for Variant { mistake, input, .. } in of_more {
        // A mistake is not made a second time.
        let is_another = |variant: &Variant| variant.part.is_some() && variant.mistake.name != mistake.name;
        let variants = variants(&input).into_iter().filter(is_another).collect();
        settings.push(Setting { mistake: Some(mistake), input, variants });
    }
    Ok(settings)
}

/// Of how many parameters each is tried as one that is missing.
pub(super) fn missing_parameters(settings: &[Setting]) -> usize {
    let variants = settings.first().map_or(&[][..], |given| &given.variants);
    variants.iter().filter(|variant| variant.mistake.name == PARAMETER_MISSING).count()
}

impl Setting {
    /// The request itself, and where it is the one that was given, each that differs in one part and is canonicalized as
    /// any other.
    pub(super) fn requests(&self) -> impl Iterator<Item = (Option<&RequestMistake>, &Input)> {
        let others =
            self.variants.iter().filter(|variant| self.mistake.is_none() && variant.dialect == Dialect::OFFICIAL);
        let own = [(self.mistake.as_ref(), &self.input)];
        own.into_iter().chain(others.map(|variant| (Some(&variant.mistake), &variant.input)))
    }
}

/// What it costs to canonicalize a request once.
pub(super) fn cost(input: &Input) -> usize {
    let bodies = [input.form.as_deref(), input.json.as_ref().map(JsonBody::members)];
    let texts = bodies.into_iter().flatten().map(str::as_bytes).chain([input.url.as_bytes()]);
    let pairs: usize = texts.map(|text| text.iter().filter(|byte| **byte == b'&').count()).sum();
    input.length().saturating_add(pairs.saturating_mul(PAIR))
}
