"""Filière on one machine."""

import sys

# httpx brings its command line along wherever click and rich happen to be installed: 5 MB of every process that asks
# something over HTTP. Python's way to say that a module is not there; httpx does without.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]
# structlog loads rich to paint tracebacks, wherever typer has brought it: 4 MB more. It writes them plainly without.
sys.modules.setdefault("rich", None)  # type: ignore[arg-type]
