"""A server process for tests that kill one: the project's own application, several requests at a time.

`python -m tests.ads.serving` prints the port that it listens on, and serves until it is ended.
"""

import os
import socketserver
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server


class Server(socketserver.ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 64


class Handler(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: nobody reads it."""


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    from newsroom.wsgi import application

    with make_server("127.0.0.1", 0, application, Server, Handler) as server:
        print(server.server_port, flush=True)
        server.serve_forever()
