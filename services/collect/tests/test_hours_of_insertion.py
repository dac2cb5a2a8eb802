"""Hours of insertion work: those that a workshop has measured, on so many devices; nothing is guessed."""

from pathlib import Path
from typing import Any

from collect.devices.projection.fold import fold_work
from collect.devices.projection.incoming import Ready, WorkEvent
from filiere.testing.events import deliver
from hypothesis import given
from hypothesis import strategies as st

from .chain import Chain, laptop
from .test_documents import bytes_of, issue, text_of
from .told_stories import START, STORY, devices_of, told

DEVICE = "01936f3e-0000-7000-8000-00000000000d"


async def ready(chain: Chain, device: dict[str, Any], minutes: int | None) -> None:
    said = {} if minutes is None else {"work_minutes": minutes}
    await chain.hear("refurbish.devices", "device-ready", device["id"], device_id=device["id"], **said)


async def test_hours_are_absent_until_a_workshop_says_them_and_then_of_its_devices_alone(
    chain: Chain, tmp_path: Path
) -> None:
    donation, _ = await chain.sent(laptop(quantity=3, serial=None))
    devices = await devices_of(chain, donation["id"])
    for device in devices:
        await deliver(chain.database, chain.service, [told(device["id"], len(STORY) - 1)])
    browser = await chain.client.login("camille")
    silent = await chain.get(f"/donations/{donation['id']}/impact")
    assert (silent["work_minutes"], silent["work_known"]) == (None, 0)
    assert "Travail d'insertion" not in (await browser.get(f"/dons/{donation['id']}")).text.replace("&#39;", "'")
    paper = text_of(await bytes_of(chain, await issue(chain, donation["id"], "impact")), tmp_path)
    assert "aucun atelier ne les a transmises" in paper
    await ready(chain, devices[0], 95)
    await ready(chain, devices[1], 30)
    await ready(chain, devices[1], None)  # an older workshop's word takes nothing back
    said = await chain.get(f"/donations/{donation['id']}/impact")
    assert (said["work_minutes"], said["work_known"]) == (125, 2)
    page = (await browser.get(f"/dons/{donation['id']}")).text.replace("&#39;", "'").replace("\u00a0", " ")
    assert "Travail d'insertion : 2 h 05, mesuré par l'atelier sur 2 équipements" in page
    paper = text_of(await bytes_of(chain, await issue(chain, donation["id"], "impact")), tmp_path)
    assert "Travail d'insertion : 2 h 05, que l'atelier a mesurées sur 2 équipements." in paper


@given(st.lists(st.none() | st.integers(0, 60_000), min_size=1, max_size=6))
def test_the_last_that_was_said_counts(said: list[int | None]) -> None:
    events: list[WorkEvent] = [
        Ready.model_validate({"device_id": DEVICE, "occurred_at": START.isoformat(), "work_minutes": minutes})
        for minutes in said
    ]
    known = [minutes for minutes in said if minutes is not None]
    assert fold_work(events)[0].work_minutes == (known[-1] if known else None)
