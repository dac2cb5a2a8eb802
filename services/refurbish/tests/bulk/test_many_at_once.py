"""Five hundred devices in one request hold nobody else up."""

import pytest
from filiere.testing.loop_turns import long_turns

from ..conftest import World
from .test_bulks import done, prepared


@pytest.mark.slow
@pytest.mark.parametrize(("act", "said"), [("tests", {}), ("withdraw", {"reason": "old"})])
async def test_no_turn_of_the_loop_is_long(world: World, act: str, said: dict[str, str]) -> None:
    devices = [world.device(category="monitor") for _ in range(500)]
    lot = await world.expects(*devices)
    await world.post(f"/lots/{lot}/arrive", {"labels": [one["label"] for one in devices]})
    with long_turns() as turns:
        bulk = await done(world, await prepared(world, act, [one["device_id"] for one in devices], **said))
    assert bulk["counts"]["changes"] == 500
    assert turns == []
