"""Pages for people who integrate: the API and the events, open to everybody, under the policy of every page."""

from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from filiere.settings import Settings
from filiere.testing.browser import Live, assert_accessible, beyond_the_edge
from filiere.testing.client import ServiceClient
from filiere.web.event_catalogue import events_in
from filiere.web.schema_fields import fields_of

from .shelf import SHELF, AlreadyOnShelf

if TYPE_CHECKING:
    from playwright.async_api import Page

CONTRACTS = Path(__file__).parents[4] / "contracts"
ALLOCATED = "org.filiere.distribute.order-allocated.v1"


async def test_every_operation_of_the_api_has_its_page(shelf: ServiceClient) -> None:
    anyone = shelf.anonymous()
    listed = (await anyone.get("/documentation/api")).text
    document = (await anyone.get("/api/openapi.json")).json()
    operations = [one for methods in document["paths"].values() for one in methods.values()]
    assert operations
    for operation in operations:
        address = f"/documentation/api/{operation['operationId']}"
        assert f'"{address}"' in listed
        assert (await anyone.get(address)).status_code == 200, address
    assert (await anyone.get("/documentation/api/nothing")).status_code == 404


async def test_an_operation_says_who_may_and_what_goes_in(shelf: ServiceClient) -> None:
    anyone = shelf.anonymous()
    document = (await anyone.get("/api/openapi.json")).json()
    name = document["paths"]["/api/v1/devices"]["post"]["operationId"]
    page = (await anyone.get(f"/documentation/api/{name}")).text
    assert "Atelier" in page
    for field in ("label", "weight"):
        assert f"<code>{field}</code>" in page
    assert "Idempotency-Key" in page
    assert f'<code>already-on-shelf</code> : <span lang="fr">{AlreadyOnShelf.title}</span>' in unescape(page)


async def test_every_event_has_its_page_with_who_publishes_and_who_reads(shelf: ServiceClient) -> None:
    anyone = shelf.anonymous()
    listed = (await anyone.get("/documentation/evenements")).text
    events = events_in(CONTRACTS)
    assert len(events) == len(list((CONTRACTS / "schemas").iterdir()))
    for type_, event in events.items():
        assert f'"/documentation/evenements/{type_}"' in listed
        assert (await anyone.get(f"/documentation/evenements/{type_}")).status_code == 200
        assert event.publisher == type_.split(".")[2]
        assert all(field.description for field in event.fields), type_
    assert events["org.filiere.refurbish.device-ready.v1"].readers == ["collect", "distribute"]
    assert (await anyone.get("/documentation/evenements/nothing")).status_code == 404


async def test_where_the_catalogue_is_not_installed_the_page_says_so(tmp_path: Path) -> None:
    assert events_in(tmp_path) == {}


def test_fields_of_inner_objects_say_where_they_are() -> None:
    names = [field.name for field in events_in(CONTRACTS)[ALLOCATED].fields]
    assert names[-5:] == ["lines", "lines[].line_id", "lines[].requested", "lines[].allocated", "lines[].reason"]


def test_a_shape_that_holds_itself_ends() -> None:
    tree = {"$defs": {"Node": {"properties": {"above": {"$ref": "#/$defs/Node"}, "name": {"type": "string"}}}}}
    fields = fields_of({"$ref": "#/$defs/Node"}, tree)
    assert [field.name for field in fields] == ["above", "name"]


def test_what_may_be_left_out_or_be_null_is_said() -> None:
    schema = {
        "required": ["size"],
        "properties": {
            "size": {"type": "integer", "minimum": 1},
            "until": {"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}], "description": "Last day."},
            "colour": {"enum": ["red", "blue"], "type": "string"},
        },
    }
    size, until, colour = fields_of(schema, schema)
    assert (size.kind, size.is_required, size.bounds) == ("integer", True, ("minimum 1",))
    assert (until.kind, until.is_required, until.description) == ("string (date) | null", False, "Last day.")
    assert colour.values == ("red", "blue")


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize("width", [1200, 390])
async def test_the_pages_are_accessible_and_fit(
    tab: "Page", live: Live, shelf_settings: Settings, shelf: ServiceClient, width: int
) -> None:
    document = (await shelf.anonymous().get("/api/openapi.json")).json()
    operation = document["paths"]["/api/v1/devices"]["post"]["operationId"]
    address = await live(SHELF, shelf_settings)
    await tab.set_viewport_size({"width": width, "height": 900})
    for path in ("", "/api", f"/api/{operation}", "/evenements", f"/evenements/{ALLOCATED}"):
        answer = await tab.goto(f"{address}/documentation{path}")
        assert answer is not None
        assert answer.status == 200
        await assert_accessible(tab)
        assert await beyond_the_edge(tab) == []
    await tab.get_by_role("link", name="Pour intégrer : API et événements").click()
    await tab.get_by_role("link", name="Voir les événements").click()
    await tab.locator(f"a[href='/documentation/evenements/{ALLOCATED}']").click()
    await tab.wait_for_selector("h1:has-text('OrderAllocated')")
