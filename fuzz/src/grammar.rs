//! Generated requests, and changes that do not change their meaning.

use qsh::diff::{Source, request_with_related};
use qsh_hash::{Qsh, Request};

use crate::request::{RequestBytes, join};
use crate::{Oracle, Violation, canonical};

pub(crate) const ORACLE: Oracle = Oracle {
    name: "grammar",
    property: "the same for generated requests, and a change that keeps the meaning keeps the hash",
    check,
    seeds: Vec::new,
};

/// The input is the choices that generate a request and a related one.
fn check(bytes: &[u8]) -> Result<(), Violation> {
    check_hash(bytes, qsh_hash::hash)
}

fn check_hash(bytes: &[u8], hash: impl Fn(&Request<'_>) -> Qsh) -> Result<(), Violation> {
    let (input, related) = request_with_related(&mut Source::new(bytes));
    let one = join(&input);
    canonical::check(&one)?;
    let Some((law, other)) = related else { return Ok(()) };
    let other = join(&other);
    canonical::check(&other)?;
    let hash = |bytes: &[u8]| RequestBytes::split(bytes).and_then(|read| read.request().map(|request| hash(&request)));
    if !law.keeps_the_meaning() || hash(&one) == hash(&other) {
        return Ok(());
    }
    let reproducers = [&one, &other].map(|bytes| {
        RequestBytes::split(bytes).map(|read| read.reproducer("qsh_hash::hash(&request);")).unwrap_or_default()
    });
    Err(Violation::new(format!("{}, and the hash changed", law.does()), reproducers.join("\n")))
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
    fn a_hash_of_the_whole_url_is_found() {
        let violation =
            testing::violation(Vec::new, |bytes| check_hash(bytes, |request| Qsh::of_canonical(request.target())));
        assert!(violation.what.ends_with(", and the hash changed"), "{violation}");
        assert_eq!(violation.reproducer.matches("qsh_hash::hash(&request);").count(), 2, "{violation}");
    }
}
