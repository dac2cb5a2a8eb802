"""`python -m tests.addresses` writes docs/addresses.md: every page of the services, as their routes declare it."""

from collections.abc import Iterator
from pathlib import Path

from fastapi.routing import RouteContext, iter_route_contexts
from filiere.database import Database
from filiere.service import Service, installed_services
from filiere.web import create_app

FILE = Path(__file__).parents[1] / "docs/addresses.md"
HEADING = """# Addresses of pages

Written by `make contracts` from the routes ([why](decisions/0032-addresses.md)); change those, not this file. Templates
and pages ask for an address by its name: `path("donation", donation_id=…)`. The API's are in its description.
"""
TECHNICAL = ("/login", "/logout", "/health/", "/metrics", "/static/")


def routes_of(service: Service) -> list[RouteContext]:
    """Every route of a service, with what all services share."""
    settings = service.settings()
    app = create_app(service, settings, Database(settings.database_url.get_secret_value()))
    return list(iter_route_contexts(app.routes))


def listing() -> str:
    """The file as it should be."""
    return HEADING + "".join(line for service in installed_services() for line in _section(service))


def _section(service: Service) -> Iterator[str]:
    pages: dict[tuple[str, str], set[str]] = {}
    for route in routes_of(service):
        address = route.path or ""
        if not address.startswith(("/api/", *TECHNICAL)):
            pages.setdefault((address, route.name or ""), set()).update((route.methods or set()) - {"HEAD"})
    yield f"\n## {service.title} (`{service.name}`)\n\n| address | methods | name |\n|---|---|---|\n"
    for (address, name), methods in sorted(pages.items()):
        yield f"| `{address}` | {', '.join(sorted(methods))} | `{name}` |\n"


if __name__ == "__main__":
    FILE.write_text(listing(), encoding="utf-8")
