"""As many scans as one request may bring: everybody else of the process goes on meanwhile."""

from uuid import UUID

import pytest
from filiere.database import Database
from filiere.identifiers import label_code
from filiere.roles import Role
from filiere.testing.events import published
from filiere.testing.loop_turns import long_turns
from filiere.web.principal import Membership, Principal
from refurbish.arrivals.service import AT_ONCE, Outcome, arrive

from ..conftest import World

MANY = 5000
STRANGERS = [label_code(900_000 + n) for n in range(50)]


@pytest.mark.slow
async def test_five_thousand_scans_in_one_request_hold_nobody_up(world: World, database: Database) -> None:
    devices = [world.device() for _ in range(MANY - len(STRANGERS))]
    lot = await world.expects(*devices)
    # The address in a QR code is the label again, far behind it: one device, one answer for each text.
    again = f"http://localhost:8002/equipements/etiquettes/{devices[0]['label']}"
    texts = [*(device["label"] for device in devices), *STRANGERS, again]
    technician = Principal("karim", "Karim", (Membership(Role.WORKSHOP, UUID(world.id)),))
    async with database.unit_of_work() as session:
        with long_turns() as turns:
            answers = await arrive(session, technician, UUID(lot), texts)
    assert turns == []
    assert [answer.text for answer in answers] == texts
    outcomes = [answer.outcome for answer in answers]
    assert outcomes.count(Outcome.ARRIVED) == len(devices) + 1
    assert outcomes.count(Outcome.UNKNOWN) == len(STRANGERS)
    arrived = await published(database, "device-arrived")
    assert sorted(event.key for event in arrived) == sorted(device["device_id"] for device in devices)
    assert len(await published(database, "lot-arrived")) == 1
    assert MANY > AT_ONCE
