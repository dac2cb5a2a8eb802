"""Withdrawn devices leave as waste, at once, with their weight; by mistake, they come back."""

import asyncio
from typing import Any

import pytest
from filiere.calendar import today
from filiere.database import Database
from filiere.testing.events import published
from filiere.testing.sql import value
from hypothesis import given
from hypothesis import strategies as st
from refurbish.waste.codes import WasteCode
from refurbish.waste.service import shares

from ..conftest import World

# Of `CreateFormInput` and the inputs in it: field → type, as Trackdéchets' bsdd.inputs.graphql has them.
INPUTS: dict[str, dict[str, str]] = {
    "CreateFormInput": {
        "customId": "String", "emitter": "EmitterInput", "recipient": "RecipientInput",
        "transporter": "TransporterInput", "wasteDetails": "WasteDetailsInput", "trader": "TraderInput",
        "broker": "BrokerInput", "ecoOrganisme": "EcoOrganismeInput",
    },
    "EmitterInput": {"type": "EmitterType", "workSite": "WorkSiteInput", "company": "CompanyInput",
                     "isPrivateIndividual": "Boolean", "isForeignShip": "Boolean"},
    "RecipientInput": {"cap": "String", "processingOperation": "String", "company": "CompanyInput",
                       "isTempStorage": "Boolean"},
    "TransporterInput": {"company": "CompanyInput", "isExemptedOfReceipt": "Boolean", "numberPlate": "String",
                         "customInfo": "String", "mode": "TransportMode"},
    "WasteDetailsInput": {"code": "String", "name": "String", "onuCode": "String", "quantity": "Float",
                          "quantityType": "QuantityType", "consistence": "Consistence", "pop": "Boolean",
                          "isDangerous": "Boolean"},
    "CompanyInput": {"siret": "String", "name": "String", "address": "String", "contact": "String", "mail": "String",
                     "phone": "String", "vatNumber": "String", "country": "String"},
}  # fmt: skip
ENUMS = {
    "EmitterType": {"PRODUCER", "OTHER", "APPENDIX1", "APPENDIX2"},
    "QuantityType": {"REAL", "ESTIMATED"},
    "Consistence": {"SOLID", "LIQUID", "GASEOUS", "DOUGHY"},
}
SCALARS: dict[str, type | tuple[type, ...]] = {"String": str, "Float": (int, float), "Boolean": bool}


def misfits(value_: Any, kind: str, place: str) -> list[str]:
    """What of a value its GraphQL type would refuse."""
    if kind in SCALARS:
        return [] if isinstance(value_, SCALARS[kind]) else [f"{place}: no {kind}"]
    if kind in ENUMS:
        return [] if value_ in ENUMS[kind] else [f"{place}: {value_} is no {kind}"]
    fields = INPUTS[kind]
    found = [f"{place}.{name}: {kind} has no such field" for name in value_.keys() - fields.keys()]
    for name in value_.keys() & fields.keys():
        found += misfits(value_[name], fields[name], f"{place}.{name}")
    return found


async def withdrawn(world: World) -> str:
    device = await world.arrived(category="monitor", manufacturer="Dell", model="P2419H")
    await world.post(f"/devices/{device}/withdraw", {"reason": "screen"})
    return device


def leaving(*devices: str, **said: Any) -> dict[str, Any]:
    return {
        "left_on": today().isoformat(), "code": "16 02 13*", "weight_kg": 21.5, "slip": "BSD-2026-0042",
        "carrier": "Transports du Nord", "recipient": "Centre de tri de Lens", "devices": list(devices), **said,
    }  # fmt: skip


async def test_withdrawn_devices_leave_at_once_and_the_weight_is_shared(world: World, database: Database) -> None:
    devices = [await withdrawn(world) for _ in range(3)]
    made = await world.post("/waste-exits", leaving(*devices), status=201)
    assert (made["devices"], made["weight_kg"], made["workshop_name"]) == (3, 21.5, "Atelier de Lens")
    told = await published(database, "device-recycled")
    assert {one.key for one in told} == set(devices)
    assert sum(one.data["weight_g"] for one in told) == 21_500
    again = await world.post("/waste-exits", leaving(*devices), status=409)
    assert "déjà sortis" in again["detail"]
    refused = await world.post(f"/devices/{devices[0]}/reopen", status=409)
    assert refused["type"].endswith("gone-as-waste")


async def test_one_that_may_not_leave_keeps_all_of_them_here(world: World, database: Database) -> None:
    fine, at_work, with_data = await withdrawn(world), await world.arrived(), await world.arrived()
    await world.post(f"/devices/{with_data}/media", [{"serial": "S4NSSD0001", "kind": "ssd", "size_gb": 256}])
    await world.post(f"/devices/{with_data}/withdraw", {"reason": "board"})
    for other in (at_work, with_data):
        refused = await world.post("/waste-exits", leaving(fine, other), status=409)
        assert (await world.get(f"/devices/{other}"))["label"] in refused["detail"]
    await world.post("/waste-exits", leaving(fine, left_on="2099-01-01"), status=422)
    await world.post("/waste-exits", leaving(fine, code="16 02 99"), status=422)
    assert await value(database, "SELECT count(*) FROM waste_exit") == 0
    assert await published(database, "device-recycled") == []


async def test_a_device_whose_disk_two_people_took_out_may_leave(world: World) -> None:
    device = await world.arrived()
    await world.post(f"/devices/{device}/media", [{"serial": "S4NSSD0001", "kind": "ssd", "size_gb": 256}])
    await world.post(f"/devices/{device}/withdraw", {"reason": "board"})
    gone = {"medium_serial": "S4NSSD0001", "reason": "to_destroy"}
    asked = await world.post(f"/devices/{device}/media-exits", gone)
    await world.post("/waste-exits", leaving(device), status=409)  # one person's word
    await (await world.colleague("bruno")).post(f"/media-exits/{asked['id']}", {"confirmed": True})
    assert (await world.post("/waste-exits", leaving(device), status=201))["devices"] == 1


async def test_two_at_once_record_one_exit(world: World, database: Database) -> None:
    devices = [await withdrawn(world) for _ in range(2)]
    bruno = await world.colleague("bruno")
    answers = await asyncio.gather(
        *(one.api.post("/api/v1/waste-exits", json=leaving(*devices)) for one in (world, bruno))
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert len(await published(database, "device-recycled")) == 2


async def test_an_exit_recorded_by_mistake_is_undone_and_stays_written(world: World, database: Database) -> None:
    device = await withdrawn(world)
    made = await world.post("/waste-exits", leaving(device), status=201)
    undone = await world.post(f"/waste-exits/{made['id']}/undo")
    await world.post(f"/waste-exits/{made['id']}/undo")
    assert (undone["devices"], undone["undone_by"] is not None) == (0, True)
    assert len(await published(database, "device-recycling-undone")) == 1
    assert [one["id"] for one in await world.get("/waste-exits")] == [made["id"]]
    await world.post("/waste-exits", leaving(device), status=201)


async def test_another_workshop_s_exit_is_not_there(world: World) -> None:
    device = await withdrawn(world)
    made = await world.post("/waste-exits", leaving(device), status=201)
    await world.register("Atelier du Gier", "42400", "gil")
    gil = await world.client.as_("gil")
    for path in (f"/waste-exits/{made['id']}", f"/waste-exits/{made['id']}/trackdechets"):
        assert (await gil.get(f"/api/v1{path}")).status_code == 404
    assert (await gil.post(f"/api/v1/waste-exits/{made['id']}/undo")).status_code == 404
    assert (await gil.post("/api/v1/waste-exits", json=leaving(device))).status_code == 409
    assert (await gil.get("/api/v1/waste-exits")).json() == []


@pytest.mark.parametrize("siret", [None, "73282932000074"])
async def test_the_draft_is_what_trackdechets_takes(world: World, siret: str | None) -> None:
    device = await withdrawn(world)
    body = leaving(device, recipient_siret=siret, is_weighed=False)
    made = await world.post("/waste-exits", body, status=201)
    draft = await world.get(f"/waste-exits/{made['id']}/trackdechets")
    assert list(draft) == ["createFormInput"]
    assert misfits(draft["createFormInput"], "CreateFormInput", "createFormInput") == []
    waste = draft["createFormInput"]["wasteDetails"]
    assert (waste["code"], waste["isDangerous"], waste["quantity"], waste["quantityType"]) == (
        "16 02 13*", True, 0.0215, "ESTIMATED",
    )  # fmt: skip
    assert misfits({"codes": "16 02 14"}, "WasteDetailsInput", "") != [], "the check refuses what is not there"


async def test_the_pages_record_show_export_and_undo(world: World, database: Database) -> None:
    device = await withdrawn(world)
    label = (await world.get(f"/devices/{device}"))["label"]
    ada = await world.browser()
    asked = (await ada.get("/dechets/nouvelle")).text
    assert label in asked
    token = asked.partition('name="csrf_token" value="')[2].partition('"')[0]
    body = {**leaving(device), "weight_kg": "21,5", "csrf_token": token, "recipient_siret": "", "operation": "R12"}
    assert (await ada.post("/dechets/nouvelle", data={**body, "slip": ""})).status_code == 422
    shown = await ada.post("/dechets/nouvelle", data=body, follow_redirects=True)
    assert shown.status_code == 200, shown.text
    assert "BSD-2026-0042" in shown.text
    assert label in shown.text
    sheet = (await ada.get("/dechets.csv")).text
    assert "BSD-2026-0042" in sheet
    assert "16 02 13*" in sheet
    exit_id = str(shown.url).rpartition("/")[2]
    file = await ada.get(f"/dechets/{exit_id}/trackdechets.json")
    assert "createFormInput" in file.json()
    await ada.post(f"/dechets/{exit_id}/annuler", data={"csrf_token": token})
    assert await value(database, "SELECT count(*) FROM waste_exit_device") == 0
    assert "Sortie au recyclage annulée" in (await ada.get(f"/equipements/{device}")).text


@given(st.integers(1, 40_000_000), st.integers(1, 500))
def test_shares_are_equal_and_add_up(total: int, count: int) -> None:
    found = shares(total, count)
    assert sum(found) == total
    assert len(found) == count
    assert max(found) - min(found) <= 1


def test_every_code_is_one_that_the_law_s_list_has() -> None:
    assert {code.value for code in WasteCode} == {
        "16 02 13*", "16 02 14", "16 02 15*", "16 02 16", "20 01 35*", "20 01 36",
    }  # fmt: skip


async def test_the_register_is_of_a_year_with_its_sums_and_goes_out_in_the_order_of_leaving(world: World) -> None:
    devices = [await withdrawn(world) for _ in range(4)]
    await world.post("/waste-exits", leaving(devices[0], left_on="2025-12-31", slip="BSD-1", weight_kg=4), status=201)
    await world.post("/waste-exits", leaving(*devices[1:3], left_on="2026-01-01", slip="BSD-2"), status=201)
    wrong = await world.post("/waste-exits", leaving(devices[3], left_on="2026-02-01", slip="BSD-3"), status=201)
    await world.post(f"/waste-exits/{wrong['id']}/undo")
    ada = await world.browser()
    everything = (await ada.get("/dechets.csv")).text
    assert [everything.index(slip) for slip in ("BSD-1", "BSD-2", "BSD-3")] == sorted(
        everything.index(slip) for slip in ("BSD-1", "BSD-2", "BSD-3")
    )
    one_year = (await ada.get("/dechets.csv", params={"annee": "2026"})).text
    assert ("BSD-1" in one_year, "BSD-2" in one_year, "BSD-3" in one_year) == (False, True, True)
    assert (await ada.get("/dechets.csv", params={"annee": "2026", "format": "xlsx"})).content[:2] == b"PK"
    page = (await ada.get("/dechets", params={"annee": "2026"})).text.replace("\u202f", " ").replace("\xa0", " ")
    assert "21,5 kg" in page
    assert "BSD-1" not in page
    assert "annee=2025" in page
    for nonsense in ("0000", "²²²²", "20261", "x"):
        assert (await ada.get("/dechets", params={"annee": nonsense})).status_code == 200
