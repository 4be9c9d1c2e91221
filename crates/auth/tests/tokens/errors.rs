//! Errors that wrap others: a caller that prints an error with its sources prints each cause once.

use std::error::Error;
use std::{io, iter};

use qsh_auth::asap::keys::{DirectoryError, InvalidDataUri};
use qsh_auth::asap::{self, CannotIssue, CapacityExceeded};
use qsh_auth::connect;
use qsh_auth::jwt::danger::Unverified;
use qsh_auth::jwt::{CannotSign, EmptySecret, InvalidKey, InvalidKeyId, Rejection};

fn rejection() -> Rejection {
    Unverified::parse(b"no token").unwrap_err()
}

fn messages(error: &(dyn Error + 'static)) -> Vec<String> {
    iter::successors(Some(error), |&error| error.source()).map(ToString::to_string).collect()
}

#[test]
fn an_error_names_its_cause_as_its_source_and_not_in_its_message() {
    type AsapFailure = asap::Failure<EmptySecret, CapacityExceeded>;
    let wrapping: Vec<(Box<dyn Error>, Box<dyn Error>)> = vec![
        (Box::new(connect::Failure::<EmptySecret>::Rejected(rejection())), Box::new(rejection())),
        (Box::new(connect::Failure::Store(EmptySecret)), Box::new(EmptySecret)),
        (Box::new(AsapFailure::Rejected(rejection())), Box::new(rejection())),
        (Box::new(AsapFailure::Keys(EmptySecret)), Box::new(EmptySecret)),
        (Box::new(AsapFailure::ReplayGuard(CapacityExceeded)), Box::new(CapacityExceeded)),
        (Box::new(CannotIssue::Signature(CannotSign::AnotherKind)), Box::new(CannotSign::AnotherKind)),
        (Box::new(DirectoryError::NotAKey(InvalidKey::NotPem)), Box::new(InvalidKey::NotPem)),
        (Box::new(DirectoryError::Read(io::Error::other("no disk"))), Box::new(io::Error::other("no disk"))),
        (Box::new(InvalidDataUri::Key(InvalidKey::Unusable)), Box::new(InvalidKey::Unusable)),
        (Box::new(InvalidDataUri::KeyId(InvalidKeyId::Segment)), Box::new(InvalidKeyId::Segment)),
        #[cfg(feature = "https")]
        (Box::new(asap::keys::RepositoryError::NotAKey(InvalidKey::NotPem)), Box::new(InvalidKey::NotPem)),
    ];
    for (error, cause) in wrapping {
        let messages = messages(&*error);
        assert_eq!(messages[1..], [cause.to_string()], "{error:?}");
        assert!(!messages[0].contains(&messages[1]), "{messages:?}");
    }
}
