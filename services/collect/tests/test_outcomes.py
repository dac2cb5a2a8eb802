"""What becomes of a device, from its arrival to whoever has it; donations end when devices do."""

from filiere.testing.events import deliver, incoming

from .chain import Chain, laptop
from .told_stories import STAGES, STORY, devices_of, told


async def test_a_device_follows_its_story_to_the_handover(chain: Chain) -> None:
    donation, _ = await chain.sent(laptop())
    device = (await devices_of(chain, donation["id"]))[0]
    seen = []
    for step in range(len(STORY)):
        await deliver(chain.database, chain.service, [told(device["id"], step)])
        seen.append((await chain.get(f"/devices/{device['id']}"))["stage"])
    assert seen == [*STAGES, "handed_over"]
    now = await chain.get(f"/devices/{device['id']}")
    assert now["status_fr"] == "Distribué"
    assert now["why"].replace("\u00a0", " ") == "vendu à prix solidaire dans le département : Hautes-Alpes"


async def test_a_handover_that_is_taken_back_opens_the_donation_again(chain: Chain) -> None:
    donation, _ = await chain.sent({"category": "laptop", "quantity": 1})
    (device,) = await devices_of(chain, donation["id"])
    lot = device["lot_id"]
    await chain.hear("refurbish.lots", "lot-reconciled", lot, lot_id=lot, missing=[])
    await deliver(chain.database, chain.service, [told(device["id"], step) for step in range(len(STORY))])
    before = (await chain.get(f"/donations/{donation['id']}"))["status"]
    undone = told(device["id"], len(STORY) - 2, hours_fast=3)
    type_ = "org.filiere.distribute.device-handover-undone.v1"
    await deliver(chain.database, chain.service, [incoming(undone.topic, type_, device["id"], undone.data)])
    now = await chain.get(f"/devices/{device['id']}")
    assert (now["stage"], now["how"]) == ("delivered", None)
    assert (before, (await chain.get(f"/donations/{donation['id']}"))["status"]) == ("closed", "received")


async def test_a_device_that_is_lost_ends_its_donation_and_one_that_is_found_opens_it(chain: Chain) -> None:
    donation, _ = await chain.sent({"category": "laptop", "quantity": 1})
    (device,) = await devices_of(chain, donation["id"])
    lot = device["lot_id"]
    await chain.hear("refurbish.lots", "lot-reconciled", lot, lot_id=lot, missing=[])
    shipped = next(n for n, step in enumerate(STORY) if step[1] == "device-shipped")
    await deliver(chain.database, chain.service, [told(device["id"], step) for step in range(shipped + 1)])

    async def hear(name: str, **more: object) -> tuple[str, str]:
        await chain.hear("distribute.devices", name, device["id"], device_id=device["id"], **more)
        now = await chain.get(f"/devices/{device['id']}")
        return now["why"].replace("\u00a0", " "), (await chain.get(f"/donations/{donation['id']}"))["status"]

    assert (await hear("device-released", territory="05"))[1] == "received"
    assert await hear("device-lost", territory="05") == ("perdu pendant le transport vers une structure", "closed")
    why, status = await hear("device-found", territory="05")
    assert (why, status) == ("perdu pendant le transport, puis retrouvé : il revient à l'atelier", "received")
    assert (await hear("device-returned"))[0].startswith("reconditionné")


async def test_a_loan_is_told_and_what_is_lost_while_lent_ends_its_donation(chain: Chain) -> None:
    donation, _ = await chain.sent({"category": "laptop", "quantity": 1})
    (device,) = await devices_of(chain, donation["id"])
    lot = device["lot_id"]
    await chain.hear("refurbish.lots", "lot-reconciled", lot, lot_id=lot, missing=[])
    delivered = next(n for n, step in enumerate(STORY) if step[1] == "device-delivered")
    await deliver(chain.database, chain.service, [told(device["id"], step) for step in range(delivered + 1)])
    before = (await chain.get(f"/devices/{device['id']}"))["why"].replace("\u00a0", " ")

    async def hear(name: str, **more: object) -> tuple[str, str]:
        await chain.hear("distribute.devices", name, device["id"], device_id=device["id"], territory="05", **more)
        now = await chain.get(f"/devices/{device['id']}")
        return now["why"].replace("\u00a0", " "), (await chain.get(f"/donations/{donation['id']}"))["status"]

    assert await hear("device-lent") == (before, "received")
    assert await hear("device-loan-ended") == (before, "received")
    await hear("device-lent")
    await hear("device-released")
    assert await hear("device-lost", while_lent=True) == ("perdu pendant un prêt de la structure", "closed")
    steps = [step["title"] for step in (await chain.get(f"/devices/{device['id']}/history"))]
    assert steps[0] == "Perdu pendant un prêt"
    assert {"Prêté par la structure", "De nouveau à la structure"} <= {*steps}
    why, status = await hear("device-found", while_lent=True)
    assert (why, status) == ("perdu pendant un prêt, puis retrouvé : il revient à l'atelier", "received")


async def test_of_what_broke_at_a_person_s_the_donor_reads_that_it_is_being_repaired_and_no_more(chain: Chain) -> None:
    donation, _ = await chain.sent({"category": "laptop", "quantity": 1})
    (device,) = await devices_of(chain, donation["id"])
    lot = device["lot_id"]
    await chain.hear("refurbish.lots", "lot-reconciled", lot, lot_id=lot, missing=[])
    await deliver(chain.database, chain.service, [told(device["id"], step) for step in range(len(STORY))])
    assert (await chain.get(f"/donations/{donation['id']}"))["status"] == "closed"
    said = {"device_id": device["id"], "territory": "05"}
    await chain.hear("distribute.devices", "device-released", device["id"], **said)
    await chain.hear("distribute.devices", "device-brought-back", device["id"], **said, fault="screen")
    now = await chain.get(f"/devices/{device['id']}")
    assert now["why"] == "en réparation"
    assert "screen" not in str(now)
    assert (await chain.get(f"/donations/{donation['id']}"))["status"] == "received"


async def test_what_was_used_and_comes_back_to_be_wiped_is_not_broken(chain: Chain) -> None:
    donation, _ = await chain.sent({"category": "laptop", "quantity": 1})
    (device,) = await devices_of(chain, donation["id"])
    await deliver(chain.database, chain.service, [told(device["id"], step) for step in range(len(STORY) - 1)])
    said = {"device_id": device["id"], "territory": "05"}
    await chain.hear("distribute.devices", "device-lent", device["id"], **said)
    await chain.hear("distribute.devices", "device-loan-ended", device["id"], **said)
    await chain.hear("distribute.devices", "device-released", device["id"], **said)
    await chain.hear("distribute.devices", "device-brought-back", device["id"], **said, fault="other", to_wipe=True)
    assert "qui l'efface" in (await chain.get(f"/devices/{device['id']}"))["why"]


async def test_a_damaged_device_is_said_in_one_sentence(chain: Chain) -> None:
    donation, _ = await chain.sent({"category": "laptop", "quantity": 1})
    (device,) = await devices_of(chain, donation["id"])
    await deliver(chain.database, chain.service, [told(device["id"], step) for step in range(len(STORY) - 1)])
    before = (await chain.get(f"/devices/{device['id']}"))["why"]
    said = {"device_id": device["id"], "problem": "damaged", "territory": "05"}
    await chain.hear("distribute.devices", "device-reported", device["id"], **said, comes_back=False)
    assert (await chain.get(f"/devices/{device['id']}"))["why"] == before
    await chain.hear("distribute.devices", "device-reported", device["id"], **said, comes_back=True)
    why = (await chain.get(f"/devices/{device['id']}"))["why"].replace("\u00a0", " ")
    assert why == "arrivé abîmé à la structure : il revient à l'atelier"


async def test_a_release_brings_the_device_back_to_ready(chain: Chain) -> None:
    donation, _ = await chain.sent(laptop())
    device = (await devices_of(chain, donation["id"]))[0]["id"]
    await deliver(chain.database, chain.service, [told(device, step) for step in range(7)])
    assert (await chain.get(f"/devices/{device}"))["stage"] == "ready"
    thread = (await chain.get(f"/donations/{donation['id']}"))["thread"]
    assert (thread["ready"], thread["reserved"]) == (1, 0)


async def test_the_thread_counts_what_has_passed_each_bead(chain: Chain) -> None:
    donation, _ = await chain.sent({"category": "laptop", "quantity": 4}, laptop(year=2005))
    ids = [device["id"] for device in await devices_of(chain, donation["id"])]
    for device, steps in zip(ids, (11, 8, 3, 1), strict=True):
        await deliver(chain.database, chain.service, [told(device, step) for step in range(steps)])
    thread = (await chain.get(f"/donations/{donation['id']}"))["thread"]
    assert thread == {
        "declared": 5,
        "accepted": 4,
        "collected": 4,
        "erased": 3,
        "wiped": 3,
        "tested": 3,
        "ready": 2,
        "reserved": 2,
        "handed_over": 1,
        "missing": 0,
        "withdrawn": 0,
    }


async def test_a_donation_is_received_when_its_lot_is_counted_and_closed_when_every_device_has_ended(
    chain: Chain,
) -> None:
    donation, lot = await chain.sent({"category": "laptop", "quantity": 3})
    sold, broken, lost = [device["id"] for device in await devices_of(chain, donation["id"])]
    await chain.hear("refurbish.lots", "lot-arrived", lot, lot_id=lot)
    assert (await chain.get(f"/lots/{lot}"))["status"] == "arrived"
    await chain.hear("refurbish.lots", "lot-reconciled", lot, lot_id=lot, missing=[lost], surplus=["FIL-AAAAA-A"])
    now = await chain.get(f"/donations/{donation['id']}")
    assert now["status"] == "received"
    assert now["thread"]["missing"] == 1
    counted = await chain.get(f"/lots/{lot}")
    assert (counted["status"], counted["missing"], counted["surplus"]) == ("reconciled", 1, 1)
    await deliver(chain.database, chain.service, [told(sold, step) for step in range(len(STORY))])
    assert (await chain.get(f"/donations/{donation['id']}"))["status"] == "received"
    await chain.hear("refurbish.devices", "device-withdrawn", broken, device_id=broken, reason="Dalle fêlée.")
    closed = await chain.get(f"/donations/{donation['id']}")
    assert closed["status"] == "closed"
    assert (await chain.get(f"/devices/{broken}"))["why"] == "Dalle fêlée."


async def test_a_missing_device_that_turns_up_reopens_its_donation(chain: Chain) -> None:
    donation, lot = await chain.sent(laptop())
    device = (await devices_of(chain, donation["id"]))[0]["id"]
    await chain.hear("refurbish.lots", "lot-reconciled", lot, lot_id=lot, missing=[device])
    assert (await chain.get(f"/donations/{donation['id']}"))["status"] == "closed"
    await deliver(chain.database, chain.service, [told(device, 0)])
    now = await chain.get(f"/donations/{donation['id']}")
    assert (now["status"], (await chain.get(f"/devices/{device}"))["stage"]) == ("received", "arrived")
