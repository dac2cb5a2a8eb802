"""Find every page of the services by following links, as each person; one visit per kind of page and person."""

import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from urllib.parse import urldefrag, urlsplit

from filiere.database import Database
from filiere.service import Service
from filiere.settings import Settings
from filiere.web import create_app, routes_with_access
from playwright.async_api import Page

# A PDF opens in the browser's own page.
_DOWNLOADS = (".csv", ".txt", ".pdf", ".ics", ".json", ".jsonld", ".js", ".svg", ".zip")
# Photos, kept files, streams of events for a page that is open, and the letter in the frame of its page.
_PARTS_OF_PAGES = (
    "/changements", "/suivi", "/photo", "/photos/{photo_id}", "/pieces/{attachment_id}", "/copie",
    "/rapports/{report_id}", "/courriels/{mail_id}/page",
)  # fmt: skip
_NOT_PAGES = ("/api/", "/health/", "/metrics", "/static/", "/login", "/logout")


@dataclass(frozen=True, slots=True)
class PageRoute:
    """A GET route that answers with HTML."""

    path: str
    pattern: re.Pattern[str]


def page_routes(service: Service) -> list[PageRoute]:
    """Every page of a service, by its route template; downloads are not pages."""
    app = create_app(service, service.settings(), Database(Settings().database_url.get_secret_value()))
    paths = {
        path
        for method, path, _ in routes_with_access(app)
        if method == "GET" and not path.startswith(_NOT_PAGES) and not path.endswith(_DOWNLOADS + _PARTS_OF_PAGES)
    }
    # Literal paths first: `/devices/new` must not be taken for `/devices/{id}`.
    ordered = sorted(paths, key=lambda path: (path.count("{"), path))
    return [PageRoute(path, re.compile(re.sub(r"\{[^}]+\}", "[^/]+", path) + "$")) for path in ordered]


def kind_of(path: str, routes: list[PageRoute]) -> str | None:
    """The route template that a path belongs to."""
    return next((route.path for route in routes if route.pattern.match(path)), None)


def path_below(address: str, url: str) -> str:
    """The path of a page in its service; `address` may have one of its own."""
    return urlsplit(url.removeprefix(address)).path


async def walk(
    tab: Page, address: str, routes: list[PageRoute], seen: set[str], seeds: Sequence[str]
) -> AsyncIterator[str]:
    """Visit the service's start and the seeds, then one page of each kind that links lead to.

    Yields the kind of a page while it is open, and adds it to `seen`. A page of a kind in `seen` is passed by, unless
    it is a seed: seeds are pages of one kind that look different, such as devices at different stages.
    """
    first = [f"{address}/", *(f"{address}{path}" for path in seeds)]
    waiting, known = list(first), set(first)
    while waiting:
        url = waiting.pop(0)
        kind = kind_of(path_below(address, url), routes)
        if kind in seen and url not in first:
            continue
        answer = await tab.goto(url)
        assert answer is not None
        assert answer.status == 200, f"{url}: {answer.status}"
        landed = kind_of(path_below(address, tab.url), routes)
        seen.add(kind or "")  # a page that leads on at once counts as seen
        if tab.url.startswith(address) and landed is not None and (landed not in seen or landed == kind):
            seen.add(landed)
            yield landed
        links = await tab.eval_on_selector_all("a[href]:not([download])", "links => links.map(link => link.href)")
        for link in links:
            there = urldefrag(link)[0]
            path = path_below(address, there)
            if there.startswith(f"{address}/") and there not in known and kind_of(path, routes) is not None:
                known.add(there)
                waiting.append(there)
