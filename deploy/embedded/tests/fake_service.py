"""A real process with the commands of a service and nothing behind them: the supervisor's tests are about processes.

Every call is appended to CALLS (a file) as `<command> <pid>`. The api and the worker answer /health/ready; the worker
only while the broker listens. `<folder of CALLS>/<command>.broken` makes that command end at once with status 3.
"""

import os
import signal
import socket
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path


def main() -> None:
    command = " ".join(sys.argv[1:])
    calls = Path(os.environ["CALLS"])
    with calls.open("a") as log:
        log.write(f"{command} {os.getpid()}\n")
    if (calls.parent / f"{sys.argv[1]}.broken").exists():
        sys.stderr.write("broken on purpose\n")
        sys.exit(3)
    if command in ("api", "worker"):
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        serve(needs_broker=command == "worker", port=int(os.environ["PORT" if command == "api" else "WORKER_PORT"]))


def serve(*, needs_broker: bool, port: int) -> None:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if not needs_broker or broker_listens() else 503)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    HTTPServer(("127.0.0.1", port), Handler).serve_forever()


def broker_listens() -> bool:
    host, _, port = os.environ["KAFKA_BOOTSTRAP_SERVERS"].partition(":")
    try:
        socket.create_connection((host, int(port)), timeout=1).close()
    except OSError:
        return False
    return True


if __name__ == "__main__":
    main()
