"""An adapter for atlassian-jwt for Python: protocol version 1, one JSON object per line on stdin and stdout.

It uses the library only as its documentation shows.
"""

import functools

import atlassian_jwt
import jwt
from atlassian_jwt import url_utils

from clock import freeze
from protocol import Unsupported, ok, rejected, serve, text_of, written


@functools.lru_cache
def host_base(base_url):
    """The base URL. Its trailing slash is removed if it has no path."""
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
        return rejected(reason(error), text_of(error))
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

# The documentation names one refusal, DecodeError, and the messages of two of its causes. The other causes are in the
# documentation of PyJWT. One of them has its own type.
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


serve("atlassian-jwt", OPERATIONS)
