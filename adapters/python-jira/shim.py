"""The adapter protocol, version 1, in front of jira for Python: one JSON object per line on stdin and stdout.

`JIRA(jwt=...)` gives its session a QshGenerator with the context path of its server, which is called with each request on
its way out. Here it gets the request of the question, whose URL is the one that is sent.
"""

import re
from types import SimpleNamespace
from urllib.parse import urlparse

from jira.client import QshGenerator

from protocol import Unsupported, ok, serve

# Requests go to a server, and the library's have its URL.
SERVER = "https://example.com"
ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


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
    return ok("canonical_request", generator._generate_qsh(request))


def qsh(message):
    generator, request = signed(message)
    return ok("qsh", generator(request))


OPERATIONS = {"canonical_request": canonical_request, "qsh": qsh}

serve("jira", OPERATIONS)
