"""The network is told where the agreement of each Relais stands, once for each change, with nothing of who signs."""

from typing import Any

from distribute.standing.service import tell
from filiere.testing.events import published
from filiere.testing.sql import rows

from .conftest import World
from .test_signing import director, sent, sign


async def told(world: World) -> list[tuple[str, str]]:
    """(Relais, agreement) of everything that was told, in order."""
    await tell(world.database)
    events = await published(world.database, "relais-changed")
    return [(one.key, one.data["agreement"]) for one in events]


async def test_an_agreement_is_told_when_it_is_sent_signed_and_ended_and_once_each(world: World) -> None:
    relais = await world.relais(signed=False)
    before = await told(world)
    assert (relais["id"], "none") in before
    assert await told(world) == before, "nothing has changed"
    link = await sent(world, relais)
    assert (await told(world))[len(before) :] == [(relais["id"], "sent")]
    assert (await sign(director(world), link)).status_code == 200
    assert (await told(world))[len(before) + 1 :] == [(relais["id"], "signed")]
    await rows(world.database, "UPDATE agreement SET ended_on = signed_on WHERE relais_id = $1", relais["id"])
    assert (await told(world))[len(before) + 2 :] == [(relais["id"], "ended")]
    texts = " ".join(str(one.data) for one in await published(world.database, "relais-changed"))
    assert "Claire Martin" not in texts
    assert "@" not in texts


async def test_a_relais_of_before_the_upgrade_is_told_too(world: World) -> None:
    relais: Any = await world.relais()
    assert (relais["id"], "signed") in await told(world)
    await rows(world.database, "UPDATE relais SET name = 'Relais du Gévaudan' WHERE id = $1", relais["id"])
    assert (await told(world))[-1] == (relais["id"], "signed")
    assert (await published(world.database, "relais-changed"))[-1].data["name"] == "Relais du Gévaudan"
