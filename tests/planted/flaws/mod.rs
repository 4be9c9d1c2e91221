//! The flaws: each a name, and the one thing that is done wrongly.

mod algorithms;
mod claims;
mod dates;
mod hash;
mod identity;
mod key_ids;
mod keys;
mod public_keys;
mod signatures;
mod survivors;
mod token;
mod transport;

use qsh::suite::case::Operation;

use crate::verifier::Verifier;
pub(crate) use survivors::SURVIVORS;

pub(crate) const CONNECT: Operation = Operation::Authenticate;
pub(crate) const INSTALL: Operation = Operation::AuthenticateInstall;
pub(crate) const ASAP: Operation = Operation::AsapVerify;

/// A name, and what plants it.
pub(crate) type Flaw = (&'static str, fn(&mut Verifier));

/// Flaws that go against the same clauses: of each operation a clause whose cases have to catch every one.
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
];

/// Clauses that no flaw goes against.
pub(crate) const WITHOUT_FLAWS: &[&str] = &[
    // The order of the checks is open, and a case with one defect does not show it.
    "CON-1",   // Whoever remembers tokens needs a state, which a single question has not.
    "ASAP-24", // What signers write is read by the rules of other clauses.
    "CON-22",
];
