"""An adapter for PyJWT for Python: protocol version 1, one JSON object per line on stdin and stdout.

It uses the library only as its documentation shows. PyJWT signs and verifies tokens. It has no requests and no `qsh`, so
the shim does not offer `sign` and `authenticate`.
"""

import json
import uuid

import jwt

from clock import freeze
from protocol import Unsupported, rejected, serve, text_of, written

# All nine algorithms of ASAP. PyJWT uses the header's algorithm if it is in this list and fits the type of the key.
ALGORITHMS = ["RS256", "RS384", "RS512", "ES256", "ES384", "ES512", "PS256", "PS384", "PS512"]


def asap_sign(message):
    # PyJWT does not have ASAP's rules for claims. The caller sets the claims, including `jti`.
    payload = {
        "iss": message["issuer"],
        "aud": message["audience"],
        "iat": message["issued_at"],
        "exp": message["expires_at"],
        "jti": str(uuid.uuid4()),
        **message["claims"],
    }
    headers = {"kid": message["key_id"]}
    try:
        token = jwt.encode(payload, message["private_key_pem"], algorithm=message["algorithm"], headers=headers)
    except jwt.PyJWTError as error:  # "Base class for all exceptions"
        return rejected(reason(error), text_of(error))
    return '"ok":' + written({"token": token})


def asap_verify(message):
    if "token" not in message:
        raise Unsupported("takes a token: the header is the caller's")
    freeze(message["now"])
    token, public_keys = message["token"], message["public_keys"]
    try:
        key_id = jwt.get_unverified_header(token).get("kid")
        if key_id not in public_keys:
            return rejected("unknown_key", "no such key; the look-up is the caller's, and here this shim's")
        claims = jwt.decode(
            token,
            public_keys[key_id],
            algorithms=ALGORITHMS,
            audience=message["audience"],
            leeway=message["leeway"],
            options={"require": ["iss", "aud", "iat", "exp", "jti"]},
        )
    except jwt.PyJWTError as error:
        return rejected(reason(error), text_of(error))
    # The library accepts an issuer of any type.
    issuer = claims["iss"] if isinstance(claims["iss"], str) else json.dumps(claims["iss"])
    return '"ok":' + written({"issuer": issuer, "claims": claims})


OPERATIONS = {"asap_sign": asap_sign, "asap_verify": asap_verify}

# The first match counts: a subclass comes before its base class.
TYPES = (
    (jwt.ExpiredSignatureError, "expired"),
    (jwt.ImmatureSignatureError, "not_yet_valid"),
    (jwt.InvalidAlgorithmError, "algorithm_not_allowed"),
    (jwt.InvalidAudienceError, "audience_mismatch"),
    (jwt.InvalidIssuedAtError, "invalid_claim"),
    (jwt.InvalidIssuerError, "invalid_claim"),
    (jwt.exceptions.InvalidJTIError, "invalid_claim"),
    (jwt.exceptions.InvalidSubjectError, "invalid_claim"),
    (jwt.InvalidSignatureError, "bad_signature"),
    (jwt.MissingRequiredClaimError, "missing_claim"),
    # A key that does not fit the algorithm.
    (jwt.InvalidKeyError, "algorithm_not_allowed"),
)
# Two refusals have no exception type of their own.
WORDS = ("Expiration Time claim", "Not Before claim")


def reason(error):
    for type, reason in TYPES:
        if isinstance(error, type):
            return reason
    return "invalid_claim" if str(error).startswith(WORDS) else "malformed"


serve("PyJWT", OPERATIONS)
