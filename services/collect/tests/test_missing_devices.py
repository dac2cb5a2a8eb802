"""A device that was missing turns up: its donor says so, it is fetched, and counts heal."""

from typing import Any
from uuid import uuid4

from .chain import Chain, laptop
from .test_pages import press
from .told_stories import devices_of


async def incomplete(chain: Chain) -> tuple[dict[str, Any], str, dict[str, Any]]:
    """(donation, lot, the device that was not there) of a pickup of three devices at which two were found."""
    donation = await chain.declare({**laptop(), "quantity": 3})
    await chain.do(f"/donations/{donation['id']}/accept")
    gone = (await devices_of(chain, donation["id"]))[0]
    collected = await chain.do(f"/donations/{donation['id']}/collect", {"not_found": [gone["label"]]})
    return donation, collected["lots"][0], gone


async def find(chain: Chain, device: dict[str, Any], *, status: int = 200) -> dict[str, Any]:
    answer = await chain.donor.post(f"/api/v1/devices/{device['id']}/found")
    assert answer.status_code == status, answer.text
    return dict(answer.json())


async def test_what_was_missing_at_the_pickup_is_found_and_becomes_a_lot_of_its_own(chain: Chain) -> None:
    donation, lot, gone = await incomplete(chain)
    await chain.do(f"/lots/{lot}/dispatch", {"workshop_id": chain.workshop_id})
    await chain.hear("refurbish.lots", "lot-reconciled", lot, lot_id=lot, missing=[])
    for device in (await devices_of(chain, donation["id"]))[1:]:
        await chain.hear("refurbish.devices", "device-withdrawn", device["id"], device_id=device["id"], reason="Usé.")
    assert (await chain.get(f"/donations/{donation['id']}"))["status"] == "closed"
    await chain.do(f"/donations/{donation['id']}/collect-found", status=409)
    assert "à collecter" in (await find(chain, gone))["why"]
    assert (await find(chain, gone))["stage"] == "missing"
    (line,) = [
        one for one in (await chain.coordinator.get("/api/v1/inbox")).json()["lines"] if one["group"] == "waiting"
    ]
    assert (line["kind"], line["count"]) == ("found", 1)
    second = await chain.do(f"/donations/{donation['id']}/collect-found")
    assert (second["devices"], len(second["lots"])) == (1, 1)
    now = await chain.get(f"/donations/{donation['id']}")
    assert (now["status"], now["thread"]["missing"], now["thread"]["collected"]) == ("received", 0, 3)
    assert len(now["lots"]) == 2
    sent = await chain.do(f"/lots/{second['lots'][0]}/dispatch", {"workshop_id": chain.workshop_id})
    assert sent["devices"] == 1
    steps = await chain.get(f"/devices/{gone['id']}/history")
    assert [one["kind"] for one in steps] == ["in_transit", "collected", "found", "absent", "accepted"]
    there = (await devices_of(chain, donation["id"]))[1]
    assert "absent" not in [one["kind"] for one in await chain.get(f"/devices/{there['id']}/history")]
    await find(chain, gone, status=409)


async def test_a_find_can_be_taken_back_and_nobody_else_may_say_it(chain: Chain) -> None:
    _, _, gone = await incomplete(chain)
    await find(chain, gone)
    answer = await chain.donor.delete(f"/api/v1/devices/{gone['id']}/found")
    assert answer.json()["found_at"] is None
    await chain.client.grant("other", "donor", uuid4())
    other = await chain.client.as_("other")
    assert (await other.post(f"/api/v1/devices/{gone['id']}/found")).status_code == 404


async def test_what_the_workshop_missed_goes_to_that_workshop_and_its_scan_heals_the_count(chain: Chain) -> None:
    donation, lot = await chain.sent({**laptop(), "quantity": 2})
    gone, here = await devices_of(chain, donation["id"])
    await chain.hear("refurbish.devices", "device-arrived", here["id"], device_id=here["id"], category="laptop")
    await chain.hear("refurbish.lots", "lot-reconciled", lot, lot_id=lot, missing=[gone["id"]], surplus=["FIL-X"])
    counted = (await chain.donor.post(f"/api/v1/lots/{lot}/confirm")).json()
    assert counted["confirmed_at"]
    assert "Atelier de Lens" in (await find(chain, gone))["why"]
    await chain.do(f"/donations/{donation['id']}/collect-found", status=409)
    await chain.hear("refurbish.lots", "lot-reconciled", lot, lot_id=lot, missing=[])
    await chain.hear("refurbish.devices", "device-arrived", gone["id"], device_id=gone["id"], category="laptop")
    healed = await chain.get(f"/lots/{lot}")
    assert (healed["missing"], healed["surplus"], healed["confirmed_at"]) == (0, 0, None)
    assert (await chain.get(f"/donations/{donation['id']}"))["thread"]["missing"] == 0


async def test_a_lot_that_nobody_has_counted_cannot_be_confirmed(chain: Chain) -> None:
    _, lot = await chain.sent(laptop())
    assert (await chain.donor.post(f"/api/v1/lots/{lot}/confirm")).status_code == 409
    assert (await chain.coordinator.post(f"/api/v1/lots/{lot}/confirm")).status_code == 403


async def test_a_donor_confirms_and_finds_on_the_page_of_the_donation(chain: Chain) -> None:
    donation, lot, gone = await incomplete(chain)
    await chain.do(f"/lots/{lot}/dispatch", {"workshop_id": chain.workshop_id})
    await chain.hear("refurbish.lots", "lot-reconciled", lot, lot_id=lot, missing=[])
    page = f"/dons/{donation['id']}"
    browser = await chain.client.login("camille")
    seen = (await browser.get(f"{page}?etape=missing")).text
    assert f"/equipements/{gone['id']}/retrouver" in seen
    assert "2 équipements présents" in seen.replace("\u00a0", " ")
    done = await press(browser, page, f"/lots/{lot}/confirmer")
    assert "Vous avez confirmé le compte" in done.text
    found = await press(browser, page, f"/equipements/{gone['id']}/retrouver")
    assert "retrouvé le" in found.text
    told = found.text.replace("\u00a0", " ")
    assert "dites-le-nous" not in told  # it has just been said
    assert "Vous avez retrouvé 1 équipement absent le jour de la collecte" in told
    hers = await chain.client.login("nadia")
    assert "Il est collecté" in (await hers.get(page)).text
    lotted = await press(hers, page, f"{page}/collecter-retrouves")
    assert lotted.url.path.startswith("/lots/")
