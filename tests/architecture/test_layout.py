"""The three services are laid out alike: each kind of thing stands in files of one name, and under one name there.

Import-linter's layers list the modules of each service; this says what a module of a name may hold.
"""

import ast
from collections.abc import Iterator

import pytest
from filiere.service import Service, installed_services

from tests.architecture.statements import tree_of

SERVICES = installed_services()

# What is made by a call, and in which files it may be.
MADE = {
    "Subscription": ("handlers.py",),
    "Topic": ("topics.py",),
    "NavigationItem": ("navigation.py",),
    "Service": ("definition.py",),
    "api_router": ("api.py", "_api.py"),
    "page_router": ("pages.py", "_pages.py", "screens/", "home.py"),
    "event": ("events.py",),
}
# What a class is made from.
DERIVED = {
    "Incoming": ("incoming.py",),
    "Base": ("tables.py",),
    "Settings": ("settings.py",),
    "Repository": ("repository.py", "_repository.py"),
    "DomainError": ("errors.py",),
    **dict.fromkeys(("NotFound", "Conflict", "Unprocessable", "Forbidden", "Unavailable"), ("errors.py",)),
}
# Under which name a module of the service itself holds what it is for.
HOLDS = {
    "definition.py": "service",
    "routers.py": "ROUTERS",
    "topics.py": "TOPICS",
    "navigation.py": "NAVIGATION",
    "jobs.py": "BACKGROUND",
    "tables.py": "metadata",
}
EVERY_SERVICE = {"definition.py", "routers.py", "topics.py", "navigation.py", "tables.py", "tenancy.py", "base.py"}


def misplaced(name: str, tree: ast.Module) -> Iterator[str]:
    """What stands in a file of this path within the service, and belongs elsewhere."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield from _unless(name, node, node.func.id, MADE)
        if isinstance(node, ast.ClassDef):
            for base in node.bases:
                yield from _unless(name, node, getattr(base, "id", ""), DERIVED)
    if name.rpartition("/")[2] == "handlers.py" and "SUBSCRIPTIONS" not in assigned(tree):
        yield f"{name}: SUBSCRIPTIONS are missing"


def _unless(name: str, node: ast.Call | ast.ClassDef, kind: str, places: dict[str, tuple[str, ...]]) -> Iterator[str]:
    allowed = places.get(kind)
    file = name.rpartition("/")[2]
    if allowed and not any(
        file == one or (one.startswith("_") and file.endswith(one)) or (one.endswith("/") and name.startswith(one))
        for one in allowed
    ):
        yield f"{name}:{node.lineno}: {kind} belongs into {' or '.join(allowed)}"


def assigned(tree: ast.Module) -> set[str]:
    return {
        one.id
        for node in tree.body
        if isinstance(node, ast.Assign)
        for one in node.targets
        if isinstance(one, ast.Name)
    }


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_each_kind_of_thing_stands_where_its_like_stands(service: Service) -> None:
    files = sorted(service.root.rglob("*.py"))
    assert len(files) > 40
    names = {str(file.relative_to(service.root)): file for file in files}
    assert [one for name, file in names.items() for one in misplaced(name, tree_of(file))] == []


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_the_modules_of_a_service_hold_what_they_are_for(service: Service) -> None:
    there = {file.name for file in service.root.glob("*.py")}
    assert there >= EVERY_SERVICE
    for name in there & HOLDS.keys():
        assert HOLDS[name] in assigned(tree_of(service.root / name)), name


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("stock/events.py", "class ReadyDevice(Incoming): ..."),
        ("devices/handlers.py", "class DeviceReady(Incoming): ...\nSUBSCRIPTIONS = []"),
        ("stock/incoming.py", "@event(topic='t', name='n', version=1, key='k')\nclass Told(Event): ..."),
        ("definition.py", "TOPICS = [Topic('a', 'b', 'c')]"),
        ("handlers.py", "subscription = [Subscription('a', [], f)]"),
        ("donations/devices.py", "router = api_router('/donations')"),
        ("orders/api.py", "router = page_router()"),
        ("orders/service.py", "class OrderNotFound(NotFound): ..."),
        ("stock/projection.py", "class StockProjection(Repository): ..."),
        ("orders/service.py", "class Order(Base): ..."),
    ],
)
def test_the_rule_finds_what_it_is_for(name: str, source: str) -> None:
    assert list(misplaced(name, ast.parse(source)))


def test_what_stands_where_it_belongs_is_let_be() -> None:
    for name, source in (
        ("stock/incoming.py", "class ReadyDevice(Incoming): ..."),
        ("screens/orders.py", "router = page_router()"),
        ("allocation/proposals/rule_pages.py", "router = page_router()"),
        ("handlers.py", "SUBSCRIPTIONS = [Subscription('a', [], f)]"),
    ):
        assert list(misplaced(name, ast.parse(source))) == []
