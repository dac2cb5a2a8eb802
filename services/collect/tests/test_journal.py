"""Who did what on a donation, kept with the change and shown at the end of its page."""

from datetime import timedelta
from uuid import UUID

from filiere import journal
from filiere.calendar import today
from filiere.testing.sql import rows, value

from .chain import Chain, laptop


async def verbs(chain: Chain, object_: str, object_id: str) -> list[tuple[str, str]]:
    found = await rows(
        chain.database,
        "SELECT verb, actor_name FROM journal WHERE object = $1 AND object_id = $2 ORDER BY id",
        *(object_, UUID(object_id)),
    )
    return [(row[0], row[1]) for row in found]


async def test_each_step_is_kept_with_who_took_it(chain: Chain) -> None:
    donation = await chain.declare(laptop())
    path = f"/donations/{donation['id']}"
    await chain.do(f"{path}/accept")
    for days in (3, 4):
        await chain.do(f"{path}/pickup", {"on": (today() + timedelta(days=days)).isoformat(), "word": "Convenu."})
    lot = (await chain.do(f"{path}/collect"))["lots"][0]
    await chain.do(f"/lots/{lot}/dispatch", {"workshop_id": chain.workshop_id})
    await chain.hear("refurbish.lots", "lot-reconciled", lot, lot_id=lot, missing=[])
    people = {name for _, name in await verbs(chain, "donation", donation["id"])}
    steps = ["declared", "accepted", "pickup-scheduled", "pickup-scheduled", "collected", "dispatched", "received"]
    assert [verb for verb, _ in await verbs(chain, "donation", donation["id"])] == steps
    assert people == {"camille", "nadia", ""}
    assert [verb for verb, _ in await verbs(chain, "lot", lot)] == ["dispatched"]
    browser = await chain.client.login("camille")
    shown = (await browser.get(f"/dons/{donation['id']}")).text
    assert "Collecte déplacée du" in shown
    assert "Atelier de Lens" in shown[shown.index('id="journal"') :]
    english = (await browser.get(f"/dons/{donation['id']}?lang=en")).text
    assert "Pickup moved from" in english


async def test_a_step_that_is_refused_leaves_no_entry(chain: Chain) -> None:
    donation = await chain.declare(laptop())
    await chain.do(f"/donations/{donation['id']}/pickup", {"on": "2020-01-01"}, status=422)
    assert [verb for verb, _ in await verbs(chain, "donation", donation["id"])] == ["declared"]


async def test_a_long_journal_comes_in_pages_and_ends_by_age(chain: Chain) -> None:
    donation = await chain.declare(laptop())
    async with chain.database.unit_of_work() as session:
        notes = [journal.Note("donation", UUID(donation["id"]), f"step-{n}") for n in range(25)]
        await journal.note_all(session, journal.NETWORK, notes)
    browser = await chain.client.login("camille")
    page = (await browser.get(f"/dons/{donation['id']}")).text
    assert "step-24" in page
    assert "step-14" not in page
    older = await value(chain.database, "SELECT id FROM journal WHERE verb = 'step-15'")
    assert f"journal={older}" in page
    page = (await browser.get(f"/dons/{donation['id']}?journal={older}")).text
    assert "step-14" in page
    assert "step-15" not in page
    assert (await browser.get(f"/dons/{donation['id']}?journal={'9' * 5000}")).status_code == 200
    await rows(chain.database, "UPDATE journal SET at = now() - interval '6 years' WHERE verb LIKE 'step-1%'")
    async with chain.database.unit_of_work() as session:
        assert await journal.JournalRepository.from_session(session).prune(5 * 365 * 86400) == 11
