"""Whatever is sold, brought back, swapped, repaired, paid back and undone: one place per device, the till adds up."""

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from .conftest import World
from .test_conservation import Network, holds

ACTIONS = (
    "hand_over",
    "bring_back",
    "bring_back",
    "settle_case",
    "undo_handover",
    "back_at_its_workshop",
    "repaired",
    "deliver_what_is_there",
)


class AfterSale(Network):
    """The same network, whose workshop repairs what comes back, and whose Relais orders it."""

    async def hand_over(self, n: int) -> None:
        how = {"kind": "given"} if n % 3 == 0 else {"kind": "sold", "tier": "solidary"}
        if (named := await self.another(3 * n)).get("replacement"):
            await self.post(self.relais["client"], "/handovers", {"label": named["replacement"], **how})

    async def repaired(self, _: int) -> None:
        rows = await self.world.rows(
            "SELECT device_id::text, label, category FROM stock_item WHERE status = 'withdrawn' ORDER BY device_id"
        )
        for row in rows:
            await self.world.ready(**row)

    async def deliver_what_is_there(self, n: int) -> None:
        await self.order(n)
        await self.approve(len(self.orders) - 1)
        await self.allocate(n)
        await self.pack(len(self.orders) - 1)
        if self.shipments:
            last = len(self.shipments) - 1
            await self.ship(last)
            await self.deliver(last)


@settings(max_examples=10, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.sampled_from(ACTIONS), st.integers(0, 60)), min_size=10, max_size=30))
async def test_what_comes_back_after_the_sale_is_in_one_place(world: World, actions: list[tuple[str, int]]) -> None:
    relais = await world.relais()
    network = AfterSale(world, relais)
    await world.delivered(relais, 6)
    for n in (1, 2, 3):
        await network.hand_over(n)
    for action, n in actions:
        await network.act(action, n)
        await holds(world)
    # Each device that was brought back went to its workshop once for each case, and each journal is whole.
    cases = await world.rows("SELECT count(*)::int AS n FROM after_sale_case")
    assert len(await world.published("device-brought-back")) == cases[0]["n"]
    for proof in await world.read(relais["client"], "/till/verification"):
        assert (proof["holds"], proof["breaks"]) == (True, [])
