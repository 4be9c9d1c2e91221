"""An app on Flask with the Python library atlassian-jwt, used as its documentation shows. Prints its port.

python flask_app.py KEY_HOST [CLIENT_KEY SHARED_SECRET]

KEY_HOST is the URL under which the keys of install callbacks are. A client key and a secret are those of a tenant that has
installed the app before.
"""

import logging
import sys

import atlassian_jwt
import jwt
import requests
from flask import Flask, abort, request
from werkzeug.serving import make_server

APP_KEY = "com.example.flask"
KEY_HOST, *installed_before = sys.argv[1:]

tenants = {}
if installed_before:
    client_key, shared_secret = installed_before
    tenants[client_key] = {
        "clientKey": client_key,
        "sharedSecret": shared_secret,
        "baseUrl": "https://example.atlassian.net",
    }

app = Flask(__name__)
# Every exception is logged.
app.logger.disabled = True
logging.getLogger("werkzeug").disabled = True


class OfTenant(atlassian_jwt.Authenticator):
    """Tokens that are signed with the secret of a tenant: the class of the library's documentation."""

    def get_shared_secret(self, client_key):
        tenant_info = tenants.get(client_key)
        return tenant_info["sharedSecret"]


class OfProduct(atlassian_jwt.Authenticator):
    """Tokens of install callbacks. The library has one key for a token, whatever its name is."""

    def __init__(self):
        super().__init__(algorithms=("RS256",))

    def get_shared_secret(self, client_key):
        scheme, _, token = request.headers["Authorization"].partition(" ")
        found = requests.get(f"{KEY_HOST}/{jwt.get_unverified_header(token)['kid']}", timeout=10)
        if found.status_code != 200:
            abort(401)
        return found.text


def verified(authenticator):
    """The client key and the claims of the request's token."""
    try:
        return authenticator.authenticate(request.method, request.full_path, request.headers)
    except atlassian_jwt.DecodeError as error:
        abort(401, str(error))


@app.get("/atlassian-connect.json")
def descriptor():
    panel = {
        "key": "panel",
        "name": {"value": "Panel"},
        "location": "atl.jira.view.issue.right.context",
        "url": "/panel?issue={issue.key}",
    }
    return {
        "key": APP_KEY,
        "name": "Flask",
        "baseUrl": f"http://127.0.0.1:{server.port}",
        "authentication": {"type": "jwt"},
        "scopes": ["READ"],
        "lifecycle": {"installed": "/installed", "uninstalled": "/uninstalled"},
        "modules": {
            "webPanels": [panel],
            "generalPages": [{"key": "call", "name": {"value": "Call"}, "url": "/call"}],
            "webhooks": [{"event": "jira:issue_created", "url": "/issue-created"}],
        },
    }


@app.post("/installed")
def installed():
    verified(OfProduct())
    tenants[request.json["clientKey"]] = request.json
    return "", 204


@app.post("/uninstalled")
def uninstalled():
    verified(OfProduct())
    tenants.pop(request.json["clientKey"], None)
    return "", 204


@app.post("/issue-created")
def issue_created():
    verified(OfTenant())
    return "", 204


@app.get("/call")
def call():
    tenant = tenants[verified(OfTenant()).client_key]
    path = "/rest/api/3/myself"
    token = atlassian_jwt.encode_token("GET", path, **tenant, payload_kwargs={"iss": APP_KEY})
    answer = requests.get(tenant["baseUrl"] + path, headers={"Authorization": f"JWT {token}"}, timeout=10)
    return answer.text, 200 if answer.ok else 502


@app.get("/", defaults={"path": ""})
@app.get("/<path:path>")
def page(path):
    verified(OfTenant())
    return "welcome"


server = make_server("127.0.0.1", 0, app, threaded=True)
print(server.port, flush=True)
server.serve_forever()
