"""The adapter protocol, version 1, in front of atlassian-jwt for Python: one JSON object per line on stdin and stdout.

It does what the library's documentation tells a user to do, and nothing cleverer.
"""

import datetime
import functools
import json
import platform
import sys
from importlib import metadata
from json.encoder import encode_basestring_ascii as quoted

import atlassian_jwt
import jwt
from atlassian_jwt import url_utils
from freezegun import freeze_time


class Unsupported(Exception):
    """The library has no such operation or option."""


@functools.lru_cache
def host_base(base_url):
    """The base URL without its trailing slash, when it has no path."""
    scheme, separator, rest = base_url.partition("://")
    host = rest[:-1] if rest.endswith("/") else rest
    if not separator or not host or any(mark in host for mark in "/?#"):
        raise Unsupported("takes no base URL: the caller has to make the URL relative to it")
    return scheme + separator + host


def relative(request):
    """The URL that the library asks for: "Must be relative to the host base URL found in the tenant information"."""
    if "url_hex" in request:
        raise Unsupported("takes a URL as text only")
    if request.get("form") is not None:
        raise Unsupported("takes no form body")
    url = request["url"]
    base_url = request.get("base_url")
    if base_url is None:
        return url
    base = host_base(base_url)
    # `https://example.com` is not the base of `https://example.community/`.
    if url.startswith(base) and url[len(base) : len(base) + 1] in ("", "/", "?", "#"):
        return url[len(base) :]
    return url


def ok(member, value):
    """An answer. A str with a lone surrogate has no UTF-8 form, so its bytes travel as hex."""
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            member, value = member + "_hex", value.encode("utf-8", "surrogatepass").hex()
    return f'"ok":{{"{member}":{quoted(value)}}}'


def canonical_request(message):
    request = message["request"]
    return ok("canonical_request", url_utils.canonicalize_request(request["method"], relative(request)))


def qsh(message):
    request = message["request"]
    return ok("qsh", url_utils.hash_url(request["method"], relative(request)))


class Addon(atlassian_jwt.Authenticator):
    """The class of the library's README, with a leeway, which the README leaves at 90 seconds."""

    def __init__(self, tenant_info_store, leeway):
        super().__init__(leeway=leeway)
        self.tenant_info_store = tenant_info_store

    def get_shared_secret(self, client_key):
        tenant_info = self.tenant_info_store.get(client_key)
        return tenant_info["sharedSecret"]

    def _get_token(self, *given, **named):
        self.token = super()._get_token(*given, **named)
        return self.token


def authenticate(message):
    request = message["request"]
    if message["endpoint"] != "url":
        raise Unsupported("knows no context tokens")
    url, headers = relative(request), dict(request["headers"])
    if len({name.lower() for name in headers}) < len(request["headers"]):
        raise Unsupported("takes headers as a dict, which has each of them once")
    tenants = {key: {"clientKey": key, "sharedSecret": secret} for key, secret in message["tenants"].items()}
    addon = Addon(tenants, message["leeway"])
    freeze(message["now"])
    try:
        accepted = addon.authenticate(request["method"], url, headers)
    except atlassian_jwt.DecodeError as error:
        return f'"rejected":{{"reason":"{reason(error)}","message":{quoted(text_of(error))}}}'
    if not isinstance(accepted, tuple):  # Before 3.0 the client key was all that an application was told.
        accepted = accepted, jwt.decode(addon.token, options={"verify_signature": False})
    client_key, claims = accepted
    return '"ok":' + written({"issuer": client_key, "claims": claims})


def sign(message):
    request = message["request"]
    tenant_info = {"clientKey": message["issuer"], "sharedSecret": message["shared_secret"]}
    url = relative(request)
    freeze(message["issued_at"])
    token = atlassian_jwt.encode_token(
        request["method"],
        url,
        timeout_secs=message["expires_at"] - message["issued_at"],
        payload_kwargs=message["claims"],
        **tenant_info,
    )
    return ok("token", token)


OPERATIONS = {"canonical_request": canonical_request, "qsh": qsh, "sign": sign, "authenticate": authenticate}

# The documentation names one refusal, DecodeError, and two causes of it by what they say. Its other causes are in the
# documentation of PyJWT, one of them with a type of its own.
CAUSES = (
    ("JWT token not found", "no_token"),
    ("qsh does not match", "qsh_mismatch"),
    ("Expiration Time claim", "invalid_claim"),
    ("Not Before claim", "invalid_claim"),
)


def reason(error):
    if isinstance(error, jwt.InvalidSignatureError):
        return "bad_signature"
    return next((reason for words, reason in CAUSES if str(error).startswith(words)), "malformed")


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
            "name": "atlassian-jwt",
            "version": metadata.version("atlassian-jwt"),
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
    except Exception as error:  # The library documents no other exception: any is a fault.
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
        # A flush per answer would cost about a third of the library's own time.
        flush()


if __name__ == "__main__":
    main()
