"""A workshop finds more in a lot than its manifest lists: the devices are its donation's from then on."""

from pathlib import Path
from uuid import UUID, uuid4

from collect.documents.papers.yearly import written
from collect.documents.year import year_of
from filiere.calendar import today
from filiere.database import Database
from filiere.identifiers import LABEL_CAPACITY, label_code
from filiere.testing.sql import value

from .chain import Chain, laptop, register
from .test_documents import bytes_of, issue, lived, text_of
from .told_stories import devices_of

LABEL = label_code(LABEL_CAPACITY)


async def test_a_surplus_is_followed_like_the_others_and_was_accepted_by_nobody(
    chain: Chain, database: Database
) -> None:
    donation, lot = await chain.sent({**laptop(), "quantity": 2})
    extra, said = str(uuid4()), {"workshop_id": chain.workshop_id, "lot_id": lot, "label": LABEL}
    await chain.hear(
        "refurbish.devices", "device-surplus", extra,
        device_id=extra, donation_id=donation["id"], category="monitor", public_body=False, **said,
    )  # fmt: skip
    await chain.hear("refurbish.devices", "device-arrived", extra, device_id=extra, category="monitor", **said)
    devices = {one["id"]: one for one in await devices_of(chain, donation["id"])}
    assert len(devices) == 3
    assert (devices[extra]["label"], devices[extra]["stage"], devices[extra]["lot_id"]) == (LABEL, "arrived", lot)
    assert devices[extra]["surplus_at"]
    assert [one["kind"] for one in await chain.get(f"/devices/{extra}/history")] == [
        "arrived", "surplus", "in_transit", "collected",
    ]  # fmt: skip

    thread = (await chain.get(f"/donations/{donation['id']}"))["thread"]
    assert (thread["declared"], thread["accepted"]) == (2, 2)
    year = today().year
    async with database.read() as session:
        facts = await year_of(session, UUID(donation["donor_id"]), year)
    assert [(one.accepted, one.surplus) for one in facts.donations] == [(2, 1)], "as the thread says"
    assert {one.category.value: (one.accepted, one.surplus) for one in facts.categories} == {
        "laptop": (2, 0), "monitor": (0, 1),
    }  # fmt: skip
    assert written(facts).title, "a category of which nothing was accepted divides by nothing"
    # What its manifest lists stays as it was sealed; the count names it as surplus.
    await chain.hear("refurbish.lots", "lot-reconciled", lot, lot_id=lot, present=2, missing=[], surplus=[LABEL])
    counted = await chain.get(f"/lots/{lot}")
    assert (counted["devices"], counted["missing"], counted["surplus"]) == (2, 0, 1)
    # It turned out to be a listed one: the next count says so.
    await chain.hear("refurbish.lots", "lot-reconciled", lot, lot_id=lot, present=2, missing=[], surplus=[])
    assert (await chain.get(f"/lots/{lot}"))["surplus"] == 0
    # The next device of a donor gets the next label: ours are of the other end.
    assert await value(database, "SELECT count(*) FROM device WHERE label = $1", LABEL) == 1


async def test_a_surplus_opens_a_donation_that_was_at_its_end(chain: Chain) -> None:
    donation, lot = await chain.sent(laptop())
    [device] = await devices_of(chain, donation["id"])
    await chain.hear("refurbish.lots", "lot-reconciled", lot, lot_id=lot, present=1, missing=[])
    await chain.hear("refurbish.devices", "device-withdrawn", device["id"], device_id=device["id"], reason="Usé.")
    assert (await chain.get(f"/donations/{donation['id']}"))["status"] == "closed"
    extra, said = str(uuid4()), {"workshop_id": chain.workshop_id, "lot_id": lot, "label": LABEL}
    await chain.hear(
        "refurbish.devices", "device-surplus", extra,
        device_id=extra, donation_id=donation["id"], category="laptop", public_body=False, **said,
    )  # fmt: skip
    await chain.hear("refurbish.devices", "device-arrived", extra, device_id=extra, category="laptop", **said)
    assert (await chain.get(f"/donations/{donation['id']}"))["status"] == "received"


async def test_a_public_body_reads_which_of_its_devices_nobody_had_accepted(
    chain: Chain, database: Database, tmp_path: Path
) -> None:
    body = await register(chain.coordinator, "217500016", name="Ville d'exemple", public_body=True)
    await chain.client.grant("camille", "donor", body["id"])
    chain.donor_id = body["id"]
    donation = await lived(chain, laptop(quantity=2))
    lot = str(await value(database, "SELECT id FROM lot"))
    extra, said = str(uuid4()), {"workshop_id": chain.workshop_id, "lot_id": lot, "label": LABEL}
    before = text_of(await bytes_of(chain, await issue(chain, donation["id"], "reuse")), tmp_path)
    assert "acceptés" in before
    assert "en plus" not in before
    await chain.hear(
        "refurbish.devices", "device-surplus", extra,
        device_id=extra, donation_id=donation["id"], category="laptop", public_body=True, **said,
    )  # fmt: skip
    paper = text_of(await bytes_of(chain, await issue(chain, donation["id"], "reuse")), tmp_path)
    assert "dont 1 reçu en plus" in " ".join(paper.split())
    assert "trouvés en plus à l'atelier" in " ".join(paper.split()).replace("’", "'")


async def test_a_surplus_of_a_lot_that_nobody_knows_makes_nothing(chain: Chain, database: Database) -> None:
    extra = str(uuid4())
    await chain.hear(
        "refurbish.devices", "device-surplus", extra, device_id=extra, donation_id=str(uuid4()), category="laptop",
        public_body=False, workshop_id=chain.workshop_id, lot_id=str(uuid4()), label=LABEL,
    )  # fmt: skip
    assert await value(database, "SELECT count(*) FROM device") == 0
