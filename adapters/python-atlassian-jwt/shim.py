"""The adapter protocol, version 1, in front of atlassian-jwt for Python: one JSON object per line on stdin and stdout.

It does what the library's documentation tells a user to do, and nothing cleverer.
"""

import functools
import json
import platform
import sys
from importlib import metadata
from json.encoder import encode_basestring_ascii as quoted

from atlassian_jwt import url_utils

OPERATIONS = {"canonical_request": url_utils.canonicalize_request, "qsh": url_utils.hash_url}


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
    request = message["request"]
    try:
        method, url = request["method"], relative(request)
    except Unsupported as error:
        return f'"unsupported":{quoted(str(error))}'
    try:
        return ok(op, operation(method, url))
    except Exception as error:  # The two functions document no exception: any is a fault.
        text = str(error).encode("utf-8", "backslashreplace").decode()
        return f'"fault":{{"type":{quoted(type(error).__name__)},"message":{quoted(text)}}}'


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
