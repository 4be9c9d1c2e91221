//! The canonicalizer in any dialect, and its trace.

use qsh_diagnose::{Canonical, Deviation, Dialect, Part, Refusal, State, Trace, canonicalize_with, part_with, trace};
use qsh_hash::Request;

use crate::request::{self, RequestBytes};
use crate::{Oracle, Violation};

pub(crate) const ORACLE: Oracle = Oracle {
    name: "dialect",
    property: "every dialect canonicalizes without a panic, and its trace ends in its result",
    check,
    seeds,
};

/// The number of bytes that choose a dialect: two for each deviation.
const DIALECT: usize = 8;

/// The input is eight bytes that choose a dialect, then [a request](RequestBytes).
fn check(bytes: &[u8]) -> Result<(), Violation> {
    check_trace(bytes, |request, dialect| trace(request, dialect))
}

type Traced = Result<(Canonical, Trace), Refusal>;

/// Checks the result of a tracing canonicalizer.
fn check_trace(bytes: &[u8], trace: impl Fn(&Request<'_>, &Dialect) -> Traced) -> Result<(), Violation> {
    let (front, request) = bytes.split_at(bytes.len().min(DIALECT));
    let Some(read) = RequestBytes::split(request) else { return Ok(()) };
    let Some(request) = read.request() else { return Ok(()) };
    let dialect = chosen(front);
    let violation = |what: &str| {
        Err(Violation::new(
            format!("{what}, in the dialect {dialect}"),
            read.reproducer(&format!(
                "let dialect = {:?}.split_whitespace().try_fold(qsh_diagnose::Dialect::OFFICIAL, |it, choice| choice.parse().map(|choice| it.with(choice)))?;\n\
                 let (traced, trace) = qsh_diagnose::trace(&request, &dialect)?;",
                dialect.to_string()
            )),
        ))
    };
    let Ok(canonical) = canonicalize_with(&request, &dialect) else {
        return if trace(&request, &dialect).is_ok() { violation("a refused request has a trace") } else { Ok(()) };
    };
    let Ok((traced, trace)) = trace(&request, &dialect) else { return violation("tracing refuses a request") };
    if traced != canonical {
        return violation("tracing gives another canonical request");
    }
    for part in Part::ALL {
        let steps: Vec<_> = trace.steps().iter().filter(|step| step.part == part).collect();
        if steps.windows(2).any(|pair| pair[0].after != pair[1].before) {
            return violation("a step does not begin with the result of the step before it");
        }
        let text = part_with(&request, part, &dialect).map(State::Text);
        if !text.is_ok_and(|text| steps.last().is_some_and(|last| last.after == text)) {
            return violation("the last step does not give the part");
        }
    }
    Ok(())
}

/// The dialect that two bytes for each deviation choose.
fn chosen(bytes: &[u8]) -> Dialect {
    let deviations: Vec<Deviation> = Deviation::all().collect();
    let chosen = bytes
        .chunks_exact(2)
        .map(|pair| deviations[usize::from(u16::from_be_bytes([pair[0], pair[1]])) % deviations.len()]);
    chosen.fold(Dialect::OFFICIAL, Dialect::with)
}

/// The requests of the vectors, each with a dialect.
fn seeds() -> Vec<Vec<u8>> {
    let choices = |place: usize| (place as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes();
    request::seeds().into_iter().enumerate().map(|(place, seed)| [&choices(place), seed.as_slice()].concat()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    #[test]
    fn holds() {
        testing::assert_holds(&ORACLE);
    }

    #[test]
    fn another_dialect_is_found() {
        let violation =
            testing::violation(seeds, |bytes| check_trace(bytes, |request, _| trace(request, &Dialect::OFFICIAL)));
        assert!(violation.what.starts_with("tracing gives another canonical request, in the dialect "), "{violation}");
    }

    #[test]
    fn the_trace_of_another_dialect_is_found() {
        let mixed = |request: &Request<'_>, dialect: &Dialect| {
            let (canonical, _) = trace(request, dialect)?;
            Ok((canonical, trace(request, &Dialect::OFFICIAL)?.1))
        };
        let violation = testing::violation(seeds, |bytes| check_trace(bytes, mixed));
        assert!(violation.what.starts_with("the last step does not give the part, in the dialect "), "{violation}");
    }
}
