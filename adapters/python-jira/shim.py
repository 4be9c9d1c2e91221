"""The adapter protocol, version 1, in front of jira for Python: one JSON object per line on stdin and stdout.

`JIRA(jwt=...)` gives its session a QshGenerator with the context path of its server, which is called with each request on
its way out. Here it gets the request of the question, whose URL is the one that is sent.
"""

import json
import platform
import re
import sys
from importlib import metadata
from types import SimpleNamespace
from urllib.parse import urlparse

from jira.client import QshGenerator

# Requests go to a server, and the library's have its URL.
SERVER = "https://example.com"
ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


class Unsupported(Exception):
    """The library has no such operation or option."""


def context_path(server):
    """The option of that name, which `JIRA.__init__` sets so."""
    return urlparse(server.removesuffix("/")).path or "/"


def signed(message):
    """A generator of hashes, and the request that it is called with."""
    request = message["request"]
    if "url_hex" in request:
        raise Unsupported("takes a URL as text only")
    url = request["url"]
    if not url or url[0] in "/?#":
        url = SERVER + url
    elif not ABSOLUTE.match(url):
        raise Unsupported("takes the URL of a server's path, which begins with a slash")
    generator = QshGenerator(context_path(request.get("base_url") or SERVER))
    return generator, SimpleNamespace(method=request["method"], url=url)


def canonical_request(message):
    generator, request = signed(message)
    text = generator._generate_qsh(request)
    try:
        text.encode()
    except UnicodeEncodeError:
        return {"canonical_request_hex": text.encode("utf-8", "surrogatepass").hex()}
    return {"canonical_request": text}


def qsh(message):
    generator, request = signed(message)
    return {"qsh": generator(request)}


OPERATIONS = {"canonical_request": canonical_request, "qsh": qsh}


def describe():
    return {
        "protocol": 1,
        "name": "jira",
        "version": metadata.version("jira"),
        "language": "Python",
        "runtime": f"{platform.python_implementation()} {platform.python_version()}",
        "operations": list(OPERATIONS),
    }


def answer(message):
    op = message["op"]
    if op == "describe":
        return {"ok": describe()}
    operation = OPERATIONS.get(op)
    if operation is None:
        return {"unsupported": f"no operation {op}"}
    try:
        return {"ok": operation(message)}
    except Unsupported as error:
        return {"unsupported": str(error)}
    except Exception as error:  # The library documents none.
        return {"fault": {"type": type(error).__name__, "message": str(error).encode("utf-8", "backslashreplace").decode()}}


def batches():
    """The lines of the input, as many at a time as are there."""
    rest = b""
    while chunk := sys.stdin.buffer.read1(1 << 16):
        *lines, rest = (rest + chunk).split(b"\n")
        yield lines
    if rest:
        yield [rest]


def main():
    for lines in batches():
        for line in lines:
            message = json.loads(line)
            print(json.dumps({"id": message["id"], **answer(message)}))
        sys.stdout.flush()


if __name__ == "__main__":
    main()
