"""An adapter that follows the specification in all but one thing."""

import json
import re
import sys
from urllib.parse import quote, unquote_to_bytes


def decoded(text):
    return unquote_to_bytes(text.replace("+", " ")).decode("utf-8", "replace")


def encoded(text):
    return quote(text, safe="-._~")


def without_origin(url):
    return re.sub(r"^[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*", "", url)


def canonical_request(request):
    base = request["base_url"]
    target = without_origin(request["url"].partition("#")[0])
    path, _, text = target.partition("?")
    prefix = re.split("[?#]", without_origin(base or ""))[0].removesuffix("/")
    path = path.removeprefix(prefix)
    path = path if path.startswith("/") else "/" + path
    path = path.removesuffix("/") if len(path) > 1 else path
    if request["form"] and request["method"].upper() == "POST":
        text += "&" + request["form"]
    query = {}
    for name, equals, value in (pair.partition("=") for pair in text.split("&") if pair):
        name, value = decoded(name), decoded(value)
        # DEVIATION
        if name != "jwt":
            query.setdefault(name, []).append(value)
    pairs = []
    for name in sorted(query, key=encoded):
        values = sorted(query[name], key=lambda value: value.encode("utf-16-be"))
        pairs.append(encoded(name) + "=" + ",".join(map(encoded, values)))
    return "&".join([request["method"].upper(), path.replace("&", "%26"), "&".join(pairs)])


for line in sys.stdin:
    message = json.loads(line)
    if message["op"] == "describe":
        answer = {"protocol": 1, "name": "deviating", "version": "1", "language": "Python", "runtime": "Python"}
        answer = {"ok": answer | {"operations": ["canonical_request"]}}
    else:
        try:
            answer = {"ok": {"canonical_request": canonical_request(message["request"])}}
        except Exception as error:
            answer = {"fault": {"type": type(error).__name__, "message": str(error)}}
    print(json.dumps(answer | {"id": message["id"]}), flush=True)
