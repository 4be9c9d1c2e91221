"""An adapter for atlassian-jwt-auth for Python: protocol version 1, one JSON object per line on stdin and stdout.

It uses the library only as its documentation shows.
"""

import datetime
import functools
import json

import atlassian_jwt_auth
from atlassian_jwt_auth import exceptions
from atlassian_jwt_auth.key import BasePublicKeyRetriever

from clock import freeze
from protocol import Unsupported, rejected, serve, text_of, written


class StaticPublicKeyRetriever(BasePublicKeyRetriever):
    """Replaces HTTPSPublicKeyRetriever, the only retriever of the library. The keys are given."""

    def __init__(self, public_keys):
        self.public_keys = public_keys

    def retrieve(self, key_identifier, **requests_kwargs):
        public_key = self.public_keys.get(key_identifier.key_id)
        if public_key is None:
            raise exceptions.PublicKeyRetrieverException(f"no key {key_identifier.key_id}", status_code=404)
        return public_key


def asap_sign(message):
    freeze(message["issued_at"])
    signer = signer_of(
        message["issuer"],
        message["key_id"],
        message["private_key_pem"],
        message["algorithm"],
        message["expires_at"] - message["issued_at"],
    )
    token = signer.generate_jwt(message["audience"], additional_claims=message["claims"])
    return '"ok":' + written({"token": token.decode()})


@functools.lru_cache
def signer_of(issuer, key_id, private_key_pem, algorithm, seconds):
    """A signer that is kept, as in an application. It parses its key once."""
    lifetime = datetime.timedelta(seconds=seconds)
    return atlassian_jwt_auth.create_signer(issuer, key_id, private_key_pem, algorithm=algorithm, lifetime=lifetime)


def asap_verify(message):
    if "token" not in message:
        raise Unsupported("takes a token: its documentation leaves the header to the caller")
    # A new verifier for each question, so that no answer depends on an earlier token.
    verifier = atlassian_jwt_auth.JWTAuthVerifier(StaticPublicKeyRetriever(message["public_keys"]))
    freeze(message["now"])
    claims = verifier.verify_jwt(message["token"], message["audience"], leeway=message["leeway"])
    # The library converts the issuer to text before it compares.
    issuer = claims["iss"] if isinstance(claims["iss"], str) else json.dumps(claims["iss"])
    return '"ok":' + written({"issuer": issuer, "claims": claims})


TYPES = (
    (exceptions.JtiUniquenessException, "replayed"),
    (exceptions.KeyIdentifierException, "malformed"),
    (exceptions.NoTokenProvidedError, "no_token"),
    (exceptions.PublicKeyRetrieverException, "unknown_key"),
    (exceptions.SubjectDoesNotMatchIssuerException, "subject_mismatch"),
)
# Two refusals have no exception type of their own.
WORDS = (
    ("Issuer does not own the supplied public key", "key_not_owned"),
    ("Claims validity, '", "lifetime_too_long"),
)


def reason(error):
    for type, reason in TYPES:
        if isinstance(error, type):
            return reason
    return next((reason for words, reason in WORDS if str(error).startswith(words)), "other")


def with_refusals(operation):
    """verify_jwt documents "Raises: ValueError: if verification failed." The library documents no exception of PyJWT."""

    def answer(message):
        try:
            return operation(message)
        except ValueError as error:
            return rejected(reason(error), text_of(error))

    return answer


OPERATIONS = {"asap_sign": with_refusals(asap_sign), "asap_verify": with_refusals(asap_verify)}

serve("atlassian-jwt-auth", OPERATIONS)
