"""What an address says: of the API or a page, and which page it belongs to: `/stock` for `/stock/campagnes/reserver`.

Many addresses only take forms. Whoever opens one (by another language on the form that came back with an error, or by
the address bar), or meets a refusal there, is led to the nearest page above.
"""

import re
from functools import lru_cache

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.routing import compile_path


def is_api(path: str) -> bool:
    """API paths speak JSON and bearer tokens; all others are pages with a session cookie."""
    return path.startswith("/api/")


def page_above(app: FastAPI, path: str) -> str:
    """The nearest address above that can be read; at last the front page."""
    while path.count("/") > 1:
        path = path.rpartition("/")[0]
        if any(address.match(path) for address in _readable(app)):
            return path
    return "/"


def methods_at(app: FastAPI, path: str) -> list[str]:
    """Every method that an address knows, of all its routes."""
    return sorted({method for address, methods in _addresses(app) if address.match(path) for method in methods})


@lru_cache(8)
def _addresses(app: FastAPI) -> tuple[tuple[re.Pattern[str], frozenset[str]], ...]:
    contexts = iter_route_contexts(app.routes)
    return tuple((compile_path(one.path or "")[0], frozenset(one.methods or ())) for one in contexts)


@lru_cache(8)
def _readable(app: FastAPI) -> tuple[re.Pattern[str], ...]:
    """Addresses of pages; downloads are none."""
    contexts = iter_route_contexts(app.routes)
    pages = {one.path or "" for one in contexts if "GET" in (one.methods or ()) and not is_api(one.path or "")}
    return tuple(compile_path(path)[0] for path in sorted(pages) if not path.endswith(".csv"))
