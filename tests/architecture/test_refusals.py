"""What a route of the API may refuse stands in its description: every domain error that its code can raise, no other.

Each test's client (`filiere.testing.client`) asks the same of the answers themselves.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.routing import APIRoute
from filiere.service import Service, installed_services
from filiere.web import DomainError, openapi
from filiere.web.members import members_api

from tests.architecture.raised import Sources

OF_THE_EDGE = {*openapi.OF_EVERY_ROUTE, *openapi.OF_KEYS, *openapi.OF_POSTS, *openapi.OF_LISTS, *openapi.OF_DOWNLOADS}


def routes(service: Service) -> Iterator[APIRoute]:
    for router in (*service.routers(), members_api()):
        for route in router.routes:
            if isinstance(route, APIRoute) and route.include_in_schema:
                yield route


def raised(service: Service) -> dict[str, set[str]]:
    """`POST /api/v1/…` → slugs of what its code can raise."""
    ends = {name(route): (route.endpoint.__module__, route.endpoint.__qualname__) for route in routes(service)}
    found = Sources(service.name, "filiere").errors_of(*ends.values())
    return {route: slugs(found[end] - OF_THE_EDGE) for route, end in ends.items()}


def described(service: Service) -> dict[str, set[str]]:
    return {
        name(route): {slug for one in route.responses.values() for slug in one.get(openapi.PROBLEMS, {})}
        for route in routes(service)
    }


def name(route: APIRoute) -> str:
    return f"{' '.join(sorted(route.methods or ()))} {route.path}"


def slugs(errors: set[type[DomainError]]) -> set[str]:
    return {error.slug() for error in errors}


@pytest.mark.parametrize("service", installed_services(), ids=lambda service: service.name)
def test_every_domain_error_of_a_route_stands_in_its_description(service: Service) -> None:
    can, says = raised(service), described(service)
    assert len(can) > 20
    assert {route: sorted(can[route] - says[route]) for route in can if can[route] - says[route]} == {}, "missing"
    assert {route: sorted(says[route] - can[route]) for route in can if says[route] - can[route]} == {}, "too many"


EXAMPLE = {
    "errors.py": """
from filiere.web import Conflict, NotFound, Unprocessable

class Gone(NotFound): ...
class Busy(Conflict): ...
class Wrong(Unprocessable): ...
""",
    "rules.py": """
from shop import errors as refused

class Thing:
    def check(self):
        raise refused.Wrong

def busy():
    raise refused.Busy("now")
""",
    "service.py": """
from shop.errors import Gone
from shop.rules import busy

async def find():
    raise Gone

async def act():
    await find()
    busy()

async def quiet():
    try:
        busy()
    except Gone:
        pass
    try:
        await act()
    except Gone:
        return None

async def again():
    try:
        await find()
    except Gone:
        raise
""",
    "api.py": """
from typing import Annotated
from fastapi import Depends
from shop import service
from shop.rules import busy

Needed = Annotated[None, Depends(busy)]

async def get(): return await service.find()
async def act(): return await service.act()
async def quiet(): return await service.quiet()
async def again(): return await service.again()
async def needs(needed: Needed): return 1
async def method(thing): return thing.check()
async def nothing(): return service
""",
}


@pytest.mark.parametrize(
    ("route", "expected"),
    [
        ("get", {"gone"}),
        ("act", {"gone", "busy"}),
        ("quiet", {"busy"}),
        ("again", {"gone"}),
        ("needs", {"busy"}),
        ("method", {"wrong"}),
        ("nothing", set()),
    ],
)
def test_the_rule_finds_what_it_is_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, route: str, expected: set[str]
) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop/__init__.py").touch()
    for file, text in EXAMPLE.items():
        (tmp_path / "shop" / file).write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    forget(monkeypatch)
    assert slugs(Sources("shop").errors_of(("shop.api", route))["shop.api", route]) == expected


def forget(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The example of another test has the same names."""
    import sys

    for module in [one for one in sys.modules if one.partition(".")[0] == "shop"]:
        monkeypatch.delitem(sys.modules, module)
