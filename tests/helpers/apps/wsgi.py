"""An app on the Python library atlassian-jwt with one installed tenant. Prints its port.

python wsgi.py CLIENT_KEY SHARED_SECRET
"""

import sys
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import atlassian_jwt

CLIENT_KEY, SHARED_SECRET = sys.argv[1:]


class Authenticator(atlassian_jwt.Authenticator):
    def get_shared_secret(self, client_key):
        return {CLIENT_KEY: SHARED_SECRET}[client_key]


def app(environ, start_response):
    # WSGI decodes the path. The request line is as it was sent.
    headers = {"authorization": environ.get("HTTP_AUTHORIZATION")} if "HTTP_AUTHORIZATION" in environ else {}
    try:
        Authenticator().authenticate(environ["REQUEST_METHOD"], environ["RAW_URI"], headers)
    except Exception as error:  # Whatever is wrong with a token is a refusal.
        start_response("401 Unauthorized", [("Content-Type", "text/plain")])
        return [type(error).__name__.encode()]
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"welcome"]


class Handler(WSGIRequestHandler):
    def get_environ(self):
        return {**super().get_environ(), "RAW_URI": self.path}

    def log_message(self, *_):
        pass


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


with make_server("127.0.0.1", 0, app, Server, Handler) as server:
    print(server.server_port, flush=True)
    server.serve_forever()
