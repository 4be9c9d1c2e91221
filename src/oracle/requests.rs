//! Oracles of canonical requests.
//!
//! Their input is a request as text: method, URL, base URL and form, with a zero byte between them; for a dialect, its
//! choices stand in front.

use super::Broken;
use crate::diff::{Source, request_with_related};
use crate::qsh::{Part, State, part_with, trace};
use crate::request::Request;
use crate::suite::case::Input;
use crate::suite::load::Vectors;
use crate::{Deviation, Dialect, Hasher, canonicalize_with};

/// So many bytes in front of a request choose a dialect, two of them each choice.
const DIALECT: usize = 8;

/// The longest request to begin with.
const LONGEST_SEED: usize = 512;

/// A request that is read from bytes.
#[derive(Clone, Copy)]
struct Read<'b> {
    method: &'b str,
    target: &'b [u8],
    base_url: Option<&'b str>,
    form: Option<&'b [u8]>,
}

impl<'b> Read<'b> {
    /// The request in bytes; nothing, where they have a method that is no text.
    fn new(bytes: &'b [u8]) -> Option<Self> {
        let mut fields = bytes.splitn(4, |byte| *byte == 0);
        let method = str::from_utf8(fields.next()?).ok()?;
        let target = fields.next()?;
        let base_url = fields.next().and_then(|base| str::from_utf8(base).ok()).filter(|base| !base.is_empty());
        Some(Self { method, target, base_url, form: fields.next() })
    }

    fn request(self) -> Option<Request<'b>> {
        let request = Request::new(self.method, self.target).ok()?;
        let request = match self.base_url {
            Some(base) => request.with_base_url(base).ok()?,
            None => request,
        };
        Some(self.form.map_or(request, |form| request.with_form(form)))
    }

    fn reproducer(self, then: &str) -> String {
        let bytes = |bytes: &[u8]| format!("b\"{}\"", bytes.escape_ascii());
        let base = self.base_url.map_or(String::new(), |base| format!(".with_base_url({base:?})?"));
        let form = self.form.map_or(String::new(), |form| format!(".with_form({})", bytes(form)));
        let (method, target) = (self.method, bytes(self.target));
        format!("let request = qsh::Request::new({method:?}, {target})?{base}{form};\n{then}")
    }
}

/// The requests of the vectors.
pub(super) fn seeds() -> Vec<Vec<u8>> {
    let vectors = Vectors::embedded().expect("the vectors that are carried can be read");
    let inputs = vectors.cases().filter_map(|case| case.question.canonicalized());
    // A fuzzer that begins with long ones is slow ever after.
    inputs.map(bytes_of).filter(|bytes| bytes.len() <= LONGEST_SEED).collect()
}

/// The same requests, each with a dialect in front.
pub(super) fn seeds_with_dialect() -> Vec<Vec<u8>> {
    let choices = |place: usize| (place as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes();
    seeds().into_iter().enumerate().map(|(place, seed)| [&choices(place), seed.as_slice()].concat()).collect()
}

fn bytes_of(input: &Input) -> Vec<u8> {
    let fields: [&[u8]; 3] =
        [input.method.as_bytes(), input.url.as_bytes(), input.base_url.as_deref().unwrap_or_default().as_bytes()];
    let mut bytes = fields.join(&0);
    if let Some(form) = &input.form {
        bytes.push(0);
        bytes.extend_from_slice(form.as_bytes());
    }
    bytes
}

/// The fast path is the general one.
pub(super) fn canonical(bytes: &[u8]) -> Result<(), Broken> {
    let Some(read) = Read::new(bytes) else { return Ok(()) };
    let Some(request) = read.request() else { return Ok(()) };
    let mut hasher = Hasher::new();
    let Ok(general) = canonicalize_with(&request, &Dialect::OFFICIAL) else {
        return Err(Broken::new(
            "the official dialect refuses a request",
            read.reproducer("qsh::canonicalize_with(&request, &qsh::Dialect::OFFICIAL)?;"),
        ));
    };
    if hasher.canonical_request(&request) != general.as_bytes() {
        return Err(Broken::new(
            "the fast path has another canonical request than the general one",
            read.reproducer(
                "let general = qsh::canonicalize_with(&request, &qsh::Dialect::OFFICIAL)?;\n\
                 assert_eq!(qsh::Hasher::new().canonical_request(&request), general.as_bytes());",
            ),
        ));
    }
    if hasher.hash(&request) != general.hash() {
        return Err(Broken::new(
            "the fast path has another hash than the general one",
            read.reproducer(
                "let general = qsh::canonicalize_with(&request, &qsh::Dialect::OFFICIAL)?;\n\
                 assert_eq!(qsh::hash(&request), general.hash());",
            ),
        ));
    }
    Ok(())
}

/// Any dialect: its choices are read from the bytes in front of the request.
pub(super) fn dialect(bytes: &[u8]) -> Result<(), Broken> {
    let (front, request) = bytes.split_at(bytes.len().min(DIALECT));
    let Some(read) = Read::new(request) else { return Ok(()) };
    let Some(request) = read.request() else { return Ok(()) };
    let deviations: Vec<Deviation> = Deviation::all().collect();
    let chosen = front
        .chunks_exact(2)
        .map(|pair| deviations[usize::from(u16::from_be_bytes([pair[0], pair[1]])) % deviations.len()]);
    let dialect = chosen.fold(Dialect::OFFICIAL, Dialect::with);
    let broken = |what: &str| {
        Err(Broken::new(
            format!("{what}, in the dialect {dialect}"),
            read.reproducer(&format!(
                "let dialect = {:?}.split_whitespace().try_fold(qsh::Dialect::OFFICIAL, |it, choice| choice.parse().map(|choice| it.with(choice)))?;\n\
                 let (traced, trace) = qsh::trace(&request, &dialect)?;",
                dialect.to_string()
            )),
        ))
    };
    let Ok(canonical) = canonicalize_with(&request, &dialect) else {
        return if trace(&request, &dialect).is_ok() { broken("what is refused is traced") } else { Ok(()) };
    };
    let Ok((traced, trace)) = trace(&request, &dialect) else { return broken("what is not refused is not traced") };
    if traced != canonical {
        return broken("the trace leads to another canonical request");
    }
    for part in Part::ALL {
        let steps: Vec<_> = trace.steps().iter().filter(|step| step.part == part).collect();
        if steps.windows(2).any(|pair| pair[0].after != pair[1].before) {
            return broken("a step does not begin where the one before it ends");
        }
        let text = part_with(&request, part, &dialect).map(State::Text);
        if !text.is_ok_and(|text| steps.last().is_some_and(|last| last.after == text)) {
            return broken("the last step is not the part");
        }
    }
    Ok(())
}

/// What the grammar makes, and a request that is related to that.
pub(super) fn grammar(bytes: &[u8]) -> Result<(), Broken> {
    let (input, related) = request_with_related(&mut Source::new(bytes));
    canonical(&bytes_of(&input))?;
    let Some((law, other)) = related else { return Ok(()) };
    canonical(&bytes_of(&other))?;
    let (one, another) = (bytes_of(&input), bytes_of(&other));
    let hash = |bytes: &[u8]| Read::new(bytes).and_then(|it| it.request().map(|it| crate::hash(&it)));
    if !law.keeps_the_meaning() || hash(&one) == hash(&another) {
        return Ok(());
    }
    let shown = [&one, &another]
        .map(|bytes| Read::new(bytes).map(|it| it.reproducer("qsh::hash(&request);")).unwrap_or_default());
    Err(Broken::new(format!("{}, and the hash is another", law.does()), shown.join("\n")))
}
