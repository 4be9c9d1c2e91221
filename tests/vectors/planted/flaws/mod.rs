//! The flaws. Each one has a name and makes one decision wrongly.

mod algorithms;
mod audience;
mod claims;
mod dates;
mod hash;
mod identity;
mod key_ids;
mod keys;
mod kinds;
mod public_keys;
mod signatures;
mod survivors;
mod token;
mod transport;

use qsh::suite::case::Operation;

use crate::planted::verifier::Verifier;
pub(crate) use survivors::SURVIVORS;

pub(crate) const CONNECT: Operation = Operation::Authenticate;
pub(crate) const INSTALL: Operation = Operation::AuthenticateInstall;
pub(crate) const ASAP: Operation = Operation::AsapVerify;

/// A name, and the function that plants the flaw.
pub(crate) type Flaw = (&'static str, fn(&mut Verifier));

/// Flaws that violate the same clauses. For each operation there is a clause, whose cases must catch every flaw.
pub(crate) struct Group {
    pub(crate) against: &'static [(Operation, &'static str)],
    pub(crate) flaws: &'static [Flaw],
}

pub(crate) const GROUPS: &[&[Group]] = &[
    transport::GROUPS,
    token::GROUPS,
    algorithms::GROUPS,
    keys::GROUPS,
    key_ids::GROUPS,
    signatures::GROUPS,
    public_keys::GROUPS,
    claims::GROUPS,
    dates::GROUPS,
    hash::GROUPS,
    identity::GROUPS,
    audience::GROUPS,
    kinds::GROUPS,
];

/// Clauses without flaws:
///
/// - CON-1: the order of the checks is open, and a case with one defect does not show it.
/// - ASAP-24: remembering tokens needs a state, and a single question has none.
/// - CON-22: what signers write has to follow the rules of other clauses.
/// - PRD-6, FIT-10: they say which claims are ignored, and no clause names those.
pub(crate) const WITHOUT_FLAWS: &[&str] = &["CON-1", "ASAP-24", "CON-22", "PRD-6", "FIT-10"];
