"""An adapter for jira for Python: protocol version 1, one JSON object per line on stdin and stdout.

`JIRA(jwt=...)` gives its session a QshGenerator with the context path of its server. The session calls it with each
outgoing request. Here it gets the request of the question, with the URL that would be sent.
"""

import re
from types import SimpleNamespace
from urllib.parse import urlparse

from jira.client import QshGenerator

from protocol import Unsupported, ok, serve

# The library sends requests to a server, and their URLs begin with its URL.
SERVER = "https://example.com"
ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


def context_path(server):
    """The option with that name, as `JIRA.__init__` sets it."""
    return urlparse(server.removesuffix("/")).path or "/"


def signed(message):
    """A generator of hashes, and the request to call it with."""
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
    return ok("canonical_request", generator._generate_qsh(request))


def qsh(message):
    generator, request = signed(message)
    return ok("qsh", generator(request))


OPERATIONS = {"canonical_request": canonical_request, "qsh": qsh}

serve("jira", OPERATIONS)
