"""Addresses are made from the names of routes, stand in one list, and say at a glance whether they are of the API."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from filiere.service import Service, installed_services
from filiere.web.routers import API_PREFIX, CommandRoute, ScriptRoute
from filiere.web.sessions import UnitRoute

from tests.addresses import FILE, listing, routes_of

ROOT = Path(__file__).parents[1]
SOURCES = [ROOT / "libs/common/src/filiere/web", *sorted(ROOT.glob("services/*/src"))]
# Where a template leads by hand: in an attribute, or as a text of an expression. `//host` is an address of others.
BY_HAND = re.compile(r"""\b(?:href|src|action|formaction|hx-[a-z-]+)=["']/(?!/)""")
EXPRESSION = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
IN_AN_EXPRESSION = re.compile(r"""["']/[a-z{]""")
# A module that makes addresses imports one of these.
MAKES_ADDRESSES = {"NavigationItem", "page_router", "path", "redirect"}


def test_the_list_of_addresses_is_what_the_routes_declare() -> None:
    assert FILE.read_text(encoding="utf-8") == listing(), "run `make contracts` and read what changed"


@pytest.mark.parametrize("service", installed_services(), ids=lambda service: str(service.name))
def test_the_api_and_the_pages_do_not_mix(service: Service) -> None:
    for route in routes_of(service):
        original = route.original_route
        if isinstance(original, UnitRoute) and not isinstance(
            original, ScriptRoute
        ):  # of pages, with a key as the API's
            assert isinstance(original, CommandRoute) == (route.path or "").startswith(f"{API_PREFIX}/"), route.path


@pytest.mark.parametrize("service", installed_services(), ids=lambda service: str(service.name))
def test_words_of_an_address_are_plain(service: Service) -> None:
    """ASCII, lower case, hyphens: what people read out on the telephone, and no browser writes otherwise."""
    for route in routes_of(service):
        words = re.sub(r"\{[^}]+\}", "", route.path or "")
        assert re.fullmatch(r"[a-z0-9/._-]*", words), route.path


def test_no_address_is_written_by_hand() -> None:
    found = [*in_templates(), *in_modules()]
    assert found == [], "make it from the name of its route: path(…)"


def in_templates() -> Iterator[str]:
    for folder in SOURCES:
        for file in sorted(folder.rglob("*.html")):
            text = file.read_text(encoding="utf-8")
            by_hand = [match[0] for match in BY_HAND.finditer(text)]
            by_hand += [one for one in EXPRESSION.findall(text) if IN_AN_EXPRESSION.search(one)]
            yield from (f"{file.relative_to(ROOT)}: {one}" for one in by_hand)


def in_modules() -> Iterator[str]:
    for folder in SOURCES:
        for file in sorted(folder.rglob("*.py")):
            yield from (f"{file.relative_to(ROOT)}: {one}" for one in by_hand_in(file.read_text(encoding="utf-8")))


def by_hand_in(source: str) -> list[str]:
    """Texts that look like an address, in a module that makes some; at the routes they are where they belong."""
    if not any(name in source for name in MAKES_ADDRESSES):
        return []
    tree = ast.parse(source)
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}
    if not imported & MAKES_ADDRESSES:
        return []
    declared = {
        id(text) for node in ast.walk(tree) if isinstance(node, ast.Call) and _declares(node) for text in ast.walk(node)
    }
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.match(r"/[a-z]", node.value)
        and id(node) not in declared
    ]


def _declares(call: ast.Call) -> bool:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    return name in ("get", "post", "put", "patch", "delete", "page_router", "api_router", "startswith")


@pytest.mark.parametrize(
    "line",
    [
        'redirect("/dons")',
        'redirect(f"/dons/{donation.id}")',
        'NavigationItem("Dons", "/dons")',
        'Bead("", 1, href="/dons")',
    ],
)
def test_the_rule_finds_what_it_is_for(line: str) -> None:
    assert by_hand_in(f"from filiere.web import redirect, NavigationItem\n{line}\n")
    assert BY_HAND.search('<a href="/dons/{{ donation.id }}">')
    assert IN_AN_EXPRESSION.search('{{ ui.link_button(_("Voir"), "/dons/" ~ donation.id) }}')
