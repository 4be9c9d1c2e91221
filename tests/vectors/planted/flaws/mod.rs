//! The flaws. Each one has a name and makes one decision wrongly.

mod algorithms;
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
    kinds::GROUPS,
];

/// Clauses without flaws.
pub(crate) const WITHOUT_FLAWS: &[&str] = &[
    // The order of the checks is open. A case with one defect does not show it.
    "CON-1",   // Remembering tokens needs a state, and a single question has no state.
    "ASAP-24", // The rules of other clauses apply to what signers write.
    "CON-22",  // What is ignored: a claim that no clause names.
    "PRD-6", "FIT-10",
];
