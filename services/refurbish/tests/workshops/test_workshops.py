"""Workshops: registered by the coordination, changed by themselves."""

from filiere.database import Database
from filiere.testing.events import published

from ..conftest import World


async def test_a_registered_workshop_tells_the_chain_what_it_takes(world: World, database: Database) -> None:
    [event] = await published(database, "workshop-capacity-changed")
    assert event.key == world.id
    assert event.data["capacity"] == {"laptop": 40}
    assert event.data["competences"] == ["laptop"]


async def test_a_changed_capacity_is_told_once(world: World, database: Database) -> None:
    for _ in range(2):
        answer = await world.api.put(
            f"/api/v1/workshops/{world.id}/capacity", json={"capacity": {"laptop": 10, "monitor": 5}}
        )
        assert answer.status_code == 200
    assert [event.data["capacity"] for event in await published(database, "workshop-capacity-changed")] == [
        {"laptop": 40}, {"laptop": 10, "monitor": 5},
    ]  # fmt: skip


async def test_only_workshop_people_join_a_workshop(world: World) -> None:
    answer = await world.coordination.post(
        f"/api/v1/workshops/{world.id}/members", json={"subject": "eve", "role": "coordinator"}
    )
    assert answer.status_code == 422
