"""Query string hashes as they come out wrong in Python: one function per way that people sign.

Above each stand the mistakes that it makes, as `qsh diagnose` names them. Prints what every one of them makes of
../requests.json.
"""

import base64
import hashlib
import json
import pathlib
import sys
from urllib.parse import parse_qs, parse_qsl, quote, quote_plus, unquote, urlencode, urlsplit

SIGNERS = []


def signer(*mistakes):
    def register(function):
        SIGNERS.append((function, mistakes))
        return function

    return register


def path(url, base_url):
    path = urlsplit(url).path
    base = urlsplit(base_url or "").path.rstrip("/")
    path = path[len(base):] if path.startswith(base) else path
    path = path[:-1] if path.endswith("/") else path
    return (path or "/").replace("&", "%26")


def pairs(url):
    read = parse_qsl(urlsplit(url).query, keep_blank_values=True)
    return [(name, value) for name, value in read if name != "jwt"]


def escape(text):
    return quote(text, safe="-_.~")


def query(url, escape=escape, join=","):
    names = {}
    for name, value in sorted(pairs(url), key=lambda pair: (escape(pair[0]), pair[1])):
        names.setdefault(name, []).append(escape(value))
    return "&".join(f"{escape(name)}={join.join(values)}" for name, values in names.items())


def sha256(*parts):
    return hashlib.sha256("&".join(parts).encode()).hexdigest()


@signer()
def right(method, url, base_url):
    return sha256(method.upper(), path(url, base_url), query(url))


@signer("urlencode_with_blanks")
def urlencode_of_sorted_pairs(method, url, base_url):
    return sha256(method.upper(), path(url, base_url), urlencode(sorted(pairs(url))))


@signer("urlencode_of_sorted_lists", "jwt_parameter=kept")
def urlencode_of_parse_qs(method, url, base_url):
    parameters = parse_qs(urlsplit(url).query)
    return sha256(method.upper(), path(url, base_url), urlencode(sorted(parameters.items()), doseq=True))


@signer("urlencode_of_dict", "jwt_parameter=kept")
def urlencode_of_dict(method, url, base_url):
    return sha256(method.upper(), path(url, base_url), urlencode(dict(parse_qsl(urlsplit(url).query))))


@signer("repeat=last_only")
def last_value_wins(method, url, base_url):
    last = sorted(dict(pairs(url)).items(), key=lambda pair: escape(pair[0]))
    return sha256(method.upper(), path(url, base_url), "&".join(f"{escape(name)}={escape(value)}" for name, value in last))


@signer("escape_set=slash_kept")
def quote_with_its_defaults(method, url, base_url):
    return sha256(method.upper(), path(url, base_url), query(url, quote))


@signer("space=plus")
def quote_plus_of_each(method, url, base_url):
    return sha256(method.upper(), path(url, base_url), query(url, quote_plus))


@signer("query_text=as_written")
def query_as_it_stands(method, url, base_url):
    return sha256(method.upper(), path(url, base_url), urlsplit(url).query)


@signer("query_text=sorted_as_written", "jwt_parameter=kept", "parameter_join=before_each")
def query_split_and_sorted(method, url, base_url):
    return sha256(method.upper(), path(url, base_url), "&".join(sorted(urlsplit(url).query.split("&"))))


@signer("base_removal=none")
def context_path_kept(method, url, base_url):
    return sha256(method.upper(), path(url, None), query(url))


@signer("method_case=lower")
def method_in_lower_case(method, url, base_url):
    return sha256(method.lower(), path(url, base_url), query(url))


@signer("part_join=second_omitted")
def empty_parts_left_out(method, url, base_url):
    return sha256(*filter(None, [method.upper(), path(url, base_url), query(url)]))


@signer("path_escapes=decoded")
def path_unquoted(method, url, base_url):
    return sha256(method.upper(), unquote(path(url, base_url)).replace("&", "%26"), query(url))


@signer("jwt_parameter=kept", "trailing_slash=kept")
def token_and_slash_kept(method, url, base_url):
    base = urlsplit(base_url or "").path.rstrip("/")
    below = urlsplit(url).path.removeprefix(base) or "/"
    names = {}
    for name, value in sorted(parse_qsl(urlsplit(url).query, keep_blank_values=True)):
        names.setdefault(name, []).append(escape(value))
    text = "&".join(f"{escape(name)}={','.join(names[name])}" for name in sorted(names, key=escape))
    return sha256(method.upper(), below.replace("&", "%26"), text)


@signer("repeat=escaped_comma")
def values_joined_before_they_are_quoted(method, url, base_url):
    names = {}
    for name, value in sorted(pairs(url), key=lambda pair: (escape(pair[0]), pair[1])):
        names.setdefault(name, []).append(value)
    text = "&".join(f"{escape(name)}={escape(','.join(values))}" for name, values in names.items())
    return sha256(method.upper(), path(url, base_url), text)


@signer("repeat=python_list", "escape_set=none")
def list_written_as_python_does(method, url, base_url):
    names = {}
    for name, value in sorted(pairs(url)):
        names.setdefault(name, []).append(value)
    text = "&".join(f"{name}={names[name]}" for name in sorted(names))
    return sha256(method.upper(), path(url, base_url), text)


@signer("name_order=ignoring_case")
def sorted_ignoring_case(method, url, base_url):
    names = {}
    for name, value in pairs(url):
        names.setdefault(name, []).append(value)
    text = "&".join(f"{escape(name)}={','.join(map(escape, sorted(names[name])))}" for name in sorted(names, key=str.lower))
    return sha256(method.upper(), path(url, base_url), text)


@signer("hash_text=base64")
def digest_in_base64(method, url, base_url):
    text = "&".join([method.upper(), path(url, base_url), query(url)])
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@signer("hash_function=sha1")
def sha1(method, url, base_url):
    return hashlib.sha1("&".join([method.upper(), path(url, base_url), query(url)]).encode()).hexdigest()


@signer("url_hashed", "target_hashed")
def whole_url(method, url, base_url):
    return sha256(method.upper(), url)


def main():
    requests = json.loads((pathlib.Path(__file__).parent.parent / "requests.json").read_text("utf-8"))
    requests = [(request["method"], request["url"], request["base_url"]) for request in requests if not request["form"]]
    signers = [
        {"signer": function.__name__, "mistakes": mistakes, "hashes": [function(*request) for request in requests]}
        for function, mistakes in SIGNERS
    ]
    json.dump(signers, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
