//! Every public type can be sent to another thread and shared between threads. This is checked when it is compiled.

use std::error::Error;

use qsh_auth::asap::keys::{Directory, DirectoryError, Fallback, InvalidDataUri};
#[cfg(feature = "https")]
use qsh_auth::asap::keys::{InvalidBaseUrl, InvalidRoots, Options, Repository, RepositoryError};
use qsh_auth::asap::{self, CannotIssue, CapacityExceeded, NoRandomness, Renewal, Seen, Signer, Subjects, Verifier};
use qsh_auth::connect::transport::Direction;
use qsh_auth::connect::{self, Callback, Endpoint, ExpectedClaims, Incoming, Installed, InvalidCallback, Site, Tenant};
use qsh_auth::jwt::danger::Unverified;
use qsh_auth::jwt::{
    Algorithm, CannotSign, Claims, EmptySecret, InvalidKey, InvalidKeyId, KeyId, KeyKind, NumericDate, PrivateKey,
    PublicKey, Reason, Rejection, SharedSecret, SignedToken, Time,
};

const fn shareable<T: Send + Sync>() {}
const fn error<T: Error + Send + Sync + 'static>() {}

const _: () = {
    shareable::<Algorithm>();
    shareable::<Claims>();
    shareable::<KeyId>();
    shareable::<KeyKind>();
    shareable::<NumericDate>();
    shareable::<PrivateKey>();
    shareable::<PublicKey>();
    shareable::<Reason>();
    shareable::<SharedSecret>();
    shareable::<SignedToken>();
    shareable::<Time>();
    shareable::<Unverified<'_>>();
    error::<CannotSign>();
    error::<EmptySecret>();
    error::<InvalidKey>();
    error::<InvalidKeyId>();
    error::<Rejection>();
};

const _: () = {
    shareable::<Callback>();
    shareable::<connect::Authenticated>();
    shareable::<connect::Issue>();
    shareable::<connect::UnverifiedCallback<'_>>();
    shareable::<connect::UnverifiedRequest<'_>>();
    shareable::<Direction>();
    shareable::<Endpoint>();
    shareable::<Incoming<'_>>();
    shareable::<Installed>();
    shareable::<ExpectedClaims<'_>>();
    shareable::<Site>();
    shareable::<Tenant>();
    error::<connect::Failure<EmptySecret>>();
    error::<InvalidCallback>();
};

const _: () = {
    shareable::<asap::Issue>();
    shareable::<asap::UnverifiedToken<'_>>();
    shareable::<asap::Verified>();
    shareable::<Directory>();
    shareable::<Fallback<Directory>>();
    shareable::<Renewal>();
    shareable::<Seen>();
    shareable::<Signer>();
    shareable::<Subjects>();
    shareable::<Verifier>();
    error::<asap::Failure<DirectoryError, CapacityExceeded>>();
    error::<CannotIssue>();
    error::<CapacityExceeded>();
    error::<DirectoryError>();
    error::<InvalidDataUri>();
    error::<NoRandomness>();
};

#[cfg(feature = "https")]
const _: () = {
    shareable::<Options>();
    shareable::<Repository>();
    error::<InvalidBaseUrl>();
    error::<InvalidRoots>();
    error::<RepositoryError>();
};
