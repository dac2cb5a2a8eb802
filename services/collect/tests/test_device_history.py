"""One history of a device over the three services, fed by events alone, found by what is written on the device."""

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from collect.devices.history.service import written
from collect.devices.history.steps import Told, in_order
from filiere.testing.events import deliver, incoming
from filiere.testing.sql import rows, value
from hypothesis import given
from hypothesis import strategies as st

from .chain import Chain, laptop, register
from .test_imports import preview
from .told_stories import START, STORY, devices_of, told


async def history_of(chain: Chain, device_id: str) -> list[dict[str, Any]]:
    return list(await chain.get(f"/devices/{device_id}/history"))


async def a_device(chain: Chain, **said: Any) -> dict[str, Any]:
    donation, _ = await chain.sent(laptop() | said)
    return (await devices_of(chain, donation["id"]))[0]


async def test_the_whole_way_is_told_step_by_step_with_who_did_it(chain: Chain) -> None:
    device = await a_device(chain)
    await deliver(chain.database, chain.service, [told(device["id"], step) for step in range(len(STORY))])
    steps = list(reversed(await history_of(chain, device["id"])))
    assert [(step["service"], step["title"].replace("\u00a0", " ")) for step in steps] == [
        ("collect", "Accepté : l'équipement a son étiquette"),
        ("collect", "Collecté chez le donateur"),
        ("collect", "Parti vers l'atelier"),
        ("refurbish", "Arrivé à l'atelier"),
        ("refurbish", "Données effacées"),
        ("refurbish", "Tous les tests sont passés"),
        ("refurbish", "Classé en catégorie B"),
        ("refurbish", "Reconditionné, prêt à commander"),
        ("distribute", "Attribué à une structure"),
        ("distribute", "Remis en stock"),
        ("distribute", "Attribué à une structure"),
        ("distribute", "Envoyé à la structure"),
        ("distribute", "Livré à la structure"),
        ("distribute", "Vendu à prix solidaire"),
    ]
    assert steps[4]["details"] == ["Support SSD S1, ATA, NIST purge, nwipe"]
    assert [detail.replace("\u00a0", " ") for detail in steps[-1]["details"]] == ["Département : Hautes-Alpes"]


async def test_events_told_twice_and_a_replay_of_all_change_nothing(chain: Chain) -> None:
    device = await a_device(chain)
    story = [told(device["id"], step) for step in range(len(STORY))]
    await deliver(chain.database, chain.service, story)
    before = await rows(chain.database, "SELECT * FROM device_event ORDER BY number")
    await deliver(chain.database, chain.service, story[3:])
    async with chain.database.unit_of_work() as session:
        await (await session.driver()).execute("DELETE FROM inbox")
    await deliver(chain.database, chain.service, story)
    assert [tuple(row) for row in await rows(chain.database, "SELECT * FROM device_event ORDER BY number")] == [
        tuple(row) for row in before
    ]


async def test_a_device_without_a_medium_is_never_called_erased(chain: Chain) -> None:
    device = await a_device(chain, category="monitor", serial=None, model="P2214H")
    said = {"occurred_at": START.isoformat(), "device_id": device["id"], "media": [], "reason": "Aucun support"}
    event = incoming("refurbish.devices", "org.filiere.refurbish.device-erased.v1", device["id"], said)
    await deliver(chain.database, chain.service, [event])
    assert (await history_of(chain, device["id"]))[0]["title"] == "Sans support de données, vérifié"


async def test_the_proof_tells_wiped_from_without_medium_and_comes_back_as_the_same_declaration(chain: Chain) -> None:
    """Screens are never counted among the wiped; what was exported is read again as what it was."""
    donation, _ = await chain.sent(
        laptop(serial="5CG8472QX1"), {"category": "monitor", "model": "P2214H", "serial": "SCR1"}
    )
    for device in await devices_of(chain, donation["id"]):
        media = STORY[1][2]["media"] if device["category"] == "laptop" else []
        said = {"occurred_at": START.isoformat(), "device_id": device["id"], "media": media}
        event = incoming("refurbish.devices", "org.filiere.refurbish.device-erased.v1", device["id"], said)
        await deliver(chain.database, chain.service, [event])
    browser = await chain.client.login("camille")
    page = (await browser.get(f"/dons/{donation['id']}")).text.replace("\u00a0", " ").replace("&#39;", "'")
    assert "1 autre équipement est sans support de données." in page
    told = (await chain.donor.get(f"/api/v1/donations/{donation['id']}/devices.csv")).content
    table = list(csv.DictReader(io.StringIO(told.decode("utf-8-sig")), delimiter=";"))
    assert [(row["Catégorie"], row["Effacement"], row["Supports effacés"]) for row in table] == [
        ("ordinateur portable", "effacé", "Support SSD S1, ATA, NIST purge, nwipe"),
        ("écran", "sans support", ""),
    ]
    seen = await preview(chain, told)
    assert (seen["rows"], seen["errors"]) == (2, 0)
    assert {problem["rule"] for problem in seen["problems"]} == {"own-export"}
    assert await value(chain.database, "SELECT count(*) FROM import_row WHERE asset_tag LIKE 'FIL-%'") == 0


async def test_what_a_donation_avoids_is_said_of_devices_that_found_somebody_alone(chain: Chain) -> None:
    donation, _ = await chain.sent(laptop(quantity=6, serial=None), {"category": "monitor", "quantity": 1})
    devices = await devices_of(chain, donation["id"])
    handed = [device for device in devices if device["category"] == "laptop"][:5] + devices[-1:]
    await deliver(chain.database, chain.service, [told(device["id"], len(STORY) - 1) for device in handed])
    seen = await chain.get(f"/donations/{donation['id']}/impact")
    assert (seen["reused"], seen["co2e_kg"], seen["people_equipped"]) == (6, 405.0, 5)
    assert "écrans et accessoires ne sont pas comptés" in seen["people_method_fr"]
    assert seen["not_counted"] == {"monitor": 1}
    assert "ADEME" in seen["method_fr"]


async def test_a_count_that_misses_a_device_is_a_step_of_it(chain: Chain) -> None:
    device = await a_device(chain)
    lot = str(await value(chain.database, "SELECT lot_id FROM device"))
    said = {"lot_id": lot, "missing": [device["id"]], "surplus": [], "occurred_at": START.isoformat()}
    event = incoming("refurbish.lots", "org.filiere.refurbish.lot-reconciled.v1", lot, said)
    await deliver(chain.database, chain.service, [event])
    assert (await history_of(chain, device["id"]))[0]["title"] == "Absent au pointage de l'atelier"


async def test_events_of_devices_that_nobody_declared_are_no_history(chain: Chain) -> None:
    await deliver(chain.database, chain.service, [told("01936f3e-0000-7000-8000-0000000000aa", 0)])
    assert await value(chain.database, "SELECT count(*) FROM device_event") == 0


async def test_a_device_is_found_by_label_serial_imei_or_tag_and_by_its_own_people_alone(chain: Chain) -> None:
    device = await a_device(chain, serial="5CG8472QX1", asset_tag="INV-0042")
    label = device["label"]
    for q in (label, label.lower().replace("-", ""), "5cg8472", "inv-00", "5CG8472QX1"):
        assert [one["id"] for one in await chain.get(f"/devices?q={q}")] == [device["id"]], q
    for q in ("CG84", "INV_0042", "%", "FIL"):
        assert await chain.get(f"/devices?q={q}") == [], q
    stranger = await register(chain.coordinator, "552032534", name="Autre société")
    await chain.client.grant("marc", "donor", stranger["id"])
    other = await chain.client.as_("marc")
    assert (await other.get(f"/api/v1/devices?q={label}")).json() == []
    assert (await other.get(f"/api/v1/devices/{device['id']}/history")).status_code == 404


MOMENTS = st.integers(-48, 48).map(lambda hours: datetime(2026, 11, 10, tzinfo=UTC) + timedelta(hours=hours))


@given(st.lists(st.tuples(st.sampled_from(["work", "promise", "lot"]), MOMENTS), max_size=12))
def test_whatever_the_clocks_say_each_log_keeps_its_order_and_nothing_is_lost(said: list[tuple[str, datetime]]) -> None:
    told = [Told(axis, number, "arrived", at, {}) for number, (axis, at) in enumerate(said)]
    ordered = in_order(told)
    assert sorted(ordered, key=lambda one: one.number) == told
    for axis in ("work", "promise", "lot"):
        mine = [one.number for one in ordered if one.axis == axis]
        assert mine == sorted(mine)


def test_with_clocks_that_are_right_everything_is_in_the_order_of_time() -> None:
    start = datetime(2026, 11, 10, tzinfo=UTC)
    told = [Told("promise", 1, "reserved", start + timedelta(hours=5), {}), Told("work", 2, "ready", start, {})]
    assert [one.kind for one in in_order(told)] == ["ready", "reserved"]


@pytest.mark.parametrize(("typed", "kept"), [("  abc 12 ", "ABC 12"), ("fil7k2m94", "FIL7K2M94")])
def test_what_is_no_label_is_looked_for_in_capitals(typed: str, kept: str) -> None:
    assert written(typed) == kept
