"""The adapter protocol, version 1, in front of atlassian-jwt-auth for Python: one JSON object per line on stdin and
stdout.

It does what the library's documentation tells a user to do, and nothing cleverer.
"""

import datetime
import functools
import json
import platform
import sys
from importlib import metadata
from json.encoder import encode_basestring_ascii as quoted

import atlassian_jwt_auth
from atlassian_jwt_auth import exceptions
from atlassian_jwt_auth.key import BasePublicKeyRetriever
from freezegun import freeze_time


class Unsupported(Exception):
    """The library has no such operation or option."""


class StaticPublicKeyRetriever(BasePublicKeyRetriever):
    """The place of HTTPSPublicKeyRetriever, the only one of the library's, with keys that are there already."""

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
    """A signer as an application keeps one: it parses its key once."""
    lifetime = datetime.timedelta(seconds=seconds)
    return atlassian_jwt_auth.create_signer(issuer, key_id, private_key_pem, algorithm=algorithm, lifetime=lifetime)


def asap_verify(message):
    if "token" not in message:
        raise Unsupported("takes a token: its documentation leaves the header to the caller")
    # A new verifier for each question, as no answer may depend on another; it has seen no token before.
    verifier = atlassian_jwt_auth.JWTAuthVerifier(StaticPublicKeyRetriever(message["public_keys"]))
    freeze(message["now"])
    claims = verifier.verify_jwt(message["token"], message["audience"], leeway=message["leeway"])
    # The library compares the issuer as text, whatever its type.
    issuer = claims["iss"] if isinstance(claims["iss"], str) else json.dumps(claims["iss"])
    return '"ok":' + written({"issuer": issuer, "claims": claims})


OPERATIONS = {"asap_sign": asap_sign, "asap_verify": asap_verify}

TYPES = (
    (exceptions.JtiUniquenessException, "replayed"),
    (exceptions.KeyIdentifierException, "malformed"),
    (exceptions.NoTokenProvidedError, "no_token"),
    (exceptions.PublicKeyRetrieverException, "unknown_key"),
    (exceptions.SubjectDoesNotMatchIssuerException, "subject_mismatch"),
)
# Two refusals have no type of their own.
WORDS = (
    ("Issuer does not own the supplied public key", "key_not_owned"),
    ("Claims validity, '", "lifetime_too_long"),
)


def reason(error):
    for type, reason in TYPES:
        if isinstance(error, type):
            return reason
    return next((reason for words, reason in WORDS if str(error).startswith(words)), "other")


class Clock:
    """The clock that the library reads. It stands still from the first question on that has a time."""

    EPOCH = datetime.datetime(1970, 1, 1)

    def __init__(self):
        self.frozen, self.now = None, None

    def __call__(self, now):
        if now == self.now:
            return
        try:
            moment = self.EPOCH + datetime.timedelta(seconds=now)
        except OverflowError:
            raise Unsupported("reads a clock that knows the years 1 to 9999") from None
        if self.frozen is None:
            self.frozen = freeze_time(moment).start()
        self.frozen.move_to(moment)
        self.now = now


freeze = Clock()


def written(value):
    """JSON as a parser other than Python's takes it: what no JSON text can carry is null or U+FFFD."""
    try:
        text = json.dumps(value, allow_nan=False, ensure_ascii=False)
        text.encode()
    except ValueError:
        finite = json.loads(json.dumps(value), parse_constant=lambda _: None)
        text = json.dumps(finite, ensure_ascii=False).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def text_of(error):
    return str(error).encode("utf-8", "backslashreplace").decode()


def describe():
    return '"ok":' + json.dumps(
        {
            "protocol": 1,
            "name": "atlassian-jwt-auth",
            "version": metadata.version("atlassian-jwt-auth"),
            "language": "Python",
            "runtime": f"{platform.python_implementation()} {platform.python_version()}",
            "operations": list(OPERATIONS),
        }
    )


def answer(message):
    op = message["op"]
    if op == "describe":
        return describe()
    operation = OPERATIONS.get(op)
    if operation is None:
        return f'"unsupported":{quoted(f"no operation {op}")}'
    try:
        return operation(message)
    except Unsupported as error:
        return f'"unsupported":{quoted(str(error))}'
    except ValueError as error:  # verify_jwt: "Raises: ValueError: if verification failed."
        return f'"rejected":{{"reason":"{reason(error)}","message":{quoted(text_of(error))}}}'
    except Exception as error:  # The library documents no other exception, not those of PyJWT either: any is a fault.
        return f'"fault":{{"type":{quoted(type(error).__name__)},"message":{quoted(text_of(error))}}}'


def batches():
    """The lines of the input, as many at a time as are there."""
    rest = b""
    while chunk := sys.stdin.buffer.read1(1 << 16):
        *lines, rest = (rest + chunk).split(b"\n")
        yield lines
    if rest:
        yield [rest]


def main():
    read = json.JSONDecoder().raw_decode
    write, flush = sys.stdout.buffer.write, sys.stdout.buffer.flush
    for lines in batches():
        for line in lines:
            message, _ = read(line.decode())
            write(f'{{"id":{message["id"]},{answer(message)}}}\n'.encode())
        flush()


if __name__ == "__main__":
    main()
