"""While a release rolls out, the next one writes words that this one does not know: shown as they are, or parked."""

from typing import Any

from filiere.testing.sql import rows, without_checks

from .chain import Chain, laptop
from .told_stories import devices_of

WORD = "on_the_moon"


async def letters(chain: Chain) -> list[Any]:
    return await rows(chain.client.database, "SELECT reason, detail FROM dead_letter ORDER BY id")


async def test_a_device_that_stands_where_nobody_has_heard_of_is_shown_there(chain: Chain) -> None:
    donation, _ = await chain.sent({**laptop(), "quantity": 2})
    device = (await devices_of(chain, donation["id"]))[0]
    await without_checks(chain.client.database, "device")
    await rows(chain.client.database, f"UPDATE device SET work = '{WORD}' WHERE id = '{device['id']}'")
    told = (await devices_of(chain, donation["id"]))[0]
    assert [told[name] for name in ("stage", "status", "status_fr", "why")] == [WORD] * 4
    camille = await chain.client.login("camille")
    for page in (f"/dons/{donation['id']}", f"/equipements/{device['label']}", f"/equipements?q={device['label']}"):
        answer = await camille.get(page, follow_redirects=True)
        assert answer.status_code == 200, page
        assert WORD in answer.text, page
    await chain.get(f"/donations/{donation['id']}")


async def test_a_surplus_of_a_kind_that_nobody_has_heard_of_waits_for_the_release_that_has(chain: Chain) -> None:
    donation, lot = await chain.sent({**laptop(), "quantity": 1})
    device = "0193a1b2-0000-7000-8000-00000000feed"
    said = {"device_id": device, "workshop_id": chain.workshop_id, "lot_id": lot, "label": "FIL-7K2M9-4"}
    await chain.hear("refurbish.devices", "device-surplus", device, category=WORD, **said)
    await chain.hear("refurbish.devices", "device-arrived", device, device_id=device)
    [first, second] = await letters(chain)
    assert (first[0], second[0]) == ("undecodable", "behind"), "its life waits behind it, in order"
    assert "category: none of the words that this release knows" in first[1]
    assert "replay it once that one runs" in first[1]
    # What others say goes on.
    (known,) = await devices_of(chain, donation["id"])
    await chain.hear("refurbish.devices", "device-arrived", known["id"], device_id=known["id"], category="laptop")
    assert (await devices_of(chain, donation["id"]))[0]["stage"] == "arrived"
