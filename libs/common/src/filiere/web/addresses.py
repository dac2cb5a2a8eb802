"""Addresses of a service: pages have names, and an address is made from one, under the path of PUBLIC_URL.

    path("donation", donation_id=donation.id)       # /dons/0193…, or /collecte/dons/0193… under a path
    path("devices", lot=lot.id, statut="missing")   # what is no part of the address goes into its query

The name stands at the route, `@router.get("/dons/{donation_id}", name="donation")`; all routes of an address share it.
A request comes with that path, or without it: probes and metrics do not use the door, and some proxies take it off.
"""

import re
from collections.abc import Iterable
from contextvars import ContextVar
from functools import cache
from typing import Any
from urllib.parse import quote, urlencode, urlsplit
from uuid import UUID

from fastapi.routing import iter_route_contexts
from starlette.routing import BaseRoute, compile_path
from starlette.types import Scope

_IN_A_PATH = "/:@!$&'()*+,;="
_PARAMETER = re.compile(r"{(\w+)(?::\w+)?}")

_serving: "ContextVar[Addresses]" = ContextVar("addresses")


def root_path_of(public_url: str) -> str:
    """`/collecte` of `https://host/collecte/`; empty for an address without a path."""
    return urlsplit(public_url).path.rstrip("/")


def own_path(scope: Scope) -> str:
    """The address that was asked for, without the path of PUBLIC_URL."""
    asked: str = scope["path"]
    root_path = scope.get("root_path")
    return asked[len(root_path) :] if root_path and asked.startswith(f"{root_path}/") else asked


def own_link(scope: Scope) -> str:
    """The same as it stands in a link."""
    return quote(own_path(scope), safe=_IN_A_PATH)


def is_api(scope: Scope) -> bool:
    """API paths speak JSON and bearer tokens; all others are pages with a session cookie."""
    return own_path(scope).startswith("/api/")


SPEAKS_JSON = "filiere.json"  # in the scope of what a page's script asks for: session cookie, but no page as an answer


def speaks_json(scope: Scope) -> bool:
    """Whether an answer, and a refusal too, is read by a program."""
    return SPEAKS_JSON in scope or is_api(scope)


def path(name: str, /, **values: Any) -> str:
    """The address of a page of the app that serves this request. Raises KeyError: unknown name, or missing part."""
    return _serving.get().path(name, **values)


def whole_path(public_url: str, name: str, /, **values: Any) -> str:
    """The same with its host, for paper, QR codes and calendars; the path of PUBLIC_URL stands in it once."""
    host = urlsplit(public_url)
    return f"{host.scheme}://{host.netloc}{path(name, **values)}"


def _quoted(part: Any) -> str:
    return str(part) if type(part) is UUID else quote(str(part), safe="")


@cache  # the same for every app of a service, and a test run makes thousands
def _pattern(template: str) -> re.Pattern[str]:
    return compile_path(template)[0]


class Addresses:
    """The addresses of one app. Raises ValueError for a name of two addresses, or an address of two names."""

    def __init__(self, routes: Iterable[BaseRoute], root_path: str) -> None:
        self.root_path = root_path
        self.pages: dict[str, str] = {}
        self._names: dict[str, str] = {}
        self._made: dict[str, tuple[str, tuple[str, ...]]] = {}
        self._known: list[tuple[re.Pattern[str], set[str]]] = []
        self._readable: list[re.Pattern[str]] = []
        read, sent = set[str](), set[str]()
        for context in iter_route_contexts(list(routes)):
            template, methods = context.path or "", context.methods or set()
            pattern = _pattern(template)
            self._known.append((pattern, methods))
            if template.startswith("/api/"):
                continue
            self._name(context.name or "", template)
            (read if "GET" in methods else sent).add(template)
            if "GET" in methods and not template.endswith(".csv"):
                self._readable.append(pattern)
        self._buttons = [_pattern(template) for template in sent - read if not template.endswith("}")]

    def _name(self, name: str, template: str) -> None:
        if self.pages.setdefault(name, template) != template:
            raise ValueError(f"{name!r} names both {self.pages[name]} and {template}")
        if (other := self._names.setdefault(template, name)) != name:
            raise ValueError(f"{template} has the names {[other, name]}")
        self._made[name] = (_PARAMETER.sub("%s", self.root_path + template), tuple(_PARAMETER.findall(template)))

    def serve(self) -> None:
        """From here on, `path` speaks of this app: said once a request, for services may share a process in tests."""
        _serving.set(self)

    def path(self, name: str, /, **values: Any) -> str:
        # Called for each link of each row of a list: no pattern is looked at, and nothing is searched.
        made, parts = self._made[name]
        if parts:
            made %= tuple([_quoted(values.pop(part)) for part in parts])
        if values:
            query = urlencode({key: value for key, value in values.items() if value not in (None, "")}, doseq=True)
            return f"{made}?{query}" if query else made
        return made

    def page_above(self, own: str) -> str:
        """The nearest address above that can be read; at last the front page. Asked and told without PUBLIC_URL's path.

        Many addresses only take forms. Whoever opens one (by another language on the form that came back with an error,
        or by the address bar), or meets a refusal there, is led to the page above.
        """
        while own.count("/") > 1:
            own = own.rpartition("/")[0]
            if any(address.match(own) for address in self._readable):
                return own
        return "/"

    def form_of(self, own: str) -> str:
        """The page whose form is sent to an address: the one that is there, or the nearest above."""
        return own if any(address.match(own) for address in self._readable) else self.page_above(own)

    def is_button(self, own: str) -> bool:
        """Say whether an address only takes a form, and says by its last word what that does."""
        return any(address.match(own) for address in self._buttons)

    def methods_at(self, own: str) -> list[str]:
        """Every method that an address knows, of all its routes."""
        return sorted({method for address, methods in self._known if address.match(own) for method in methods})
