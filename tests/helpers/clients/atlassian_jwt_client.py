"""Calls a product with atlassian-jwt and requests. See README.md.

python atlassian_jwt_client.py MISTAKE
"""

import os
import sys
import time
from urllib.parse import urlsplit

import atlassian_jwt
import requests

BASE_URL, APP_KEY, CLIENT_KEY, SECRET = (
    os.environ[f"QSH_{name}"] for name in ("BASE_URL", "APP_KEY", "CLIENT_KEY", "SHARED_SECRET")
)
PATH = "/rest/api/3/search?jql=project+%3D+QSH&maxResults=50"

mistake = sys.argv[1]
method, hashed, secret = "GET", PATH, SECRET
# Without a claim, the issuer is the client key.
claims = {"iss": APP_KEY}
match mistake:
    case "none" | "token_in_query":
        pass
    case "client_key_as_issuer":
        claims = {}
    case "base_path_hashed":
        hashed = urlsplit(BASE_URL).path + PATH
    case "parameter_not_sent":
        hashed += "&startAt=None"
    case "method_of_another_request":
        method = "POST"
    case "secret_with_newline":
        secret += "\n"
    case "clock_behind":
        now = int(time.time()) - 3600
        claims.update(iat=now, exp=now + 180)
    case _:
        sys.exit(f"no such mistake: {mistake}")

token = atlassian_jwt.encode_token(method, hashed, CLIENT_KEY, secret, payload_kwargs=claims)
if mistake == "token_in_query":
    response = requests.get(f"{BASE_URL}{PATH}&jwt={token}", timeout=10)
else:
    response = requests.get(BASE_URL + PATH, headers={"Authorization": f"JWT {token}"}, timeout=10)
print(response.status_code)
print(response.text)
