"""Calls a product with jira. See README.md.

python jira_client.py MISTAKE
"""

import json
import os
import sys
import time

from jira import JIRA, JIRAError

BASE_URL, APP_KEY, CLIENT_KEY, SECRET = (
    os.environ[f"QSH_{name}"] for name in ("BASE_URL", "APP_KEY", "CLIENT_KEY", "SHARED_SECRET")
)

mistake = sys.argv[1]
secret, claims = SECRET, {"iss": APP_KEY}
match mistake:
    case "none":
        pass
    case "client_key_as_issuer":
        claims["iss"] = CLIENT_KEY
    case "secret_with_newline":
        secret += "\n"
    case "clock_behind":
        now = int(time.time()) - 3600
        claims.update(iat=now, exp=now + 180)
    case _:
        sys.exit(f"cannot be made with this library: {mistake}")

client = JIRA(BASE_URL, jwt={"secret": secret, "payload": claims}, get_server_info=False, max_retries=0)
try:
    answer = client.my_permissions("QSH", permissions="BROWSE_PROJECTS,EDIT_ISSUES")
    print(200)
    print(json.dumps(answer))
except JIRAError as error:
    print(error.status_code)
    print(error.response.text)
