"""Whatever is sold, brought back, swapped, repaired, paid back and undone: one place per device, the till adds up."""

from filiere.testing.answers import Json
from filiere.testing.properties import examples
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
    "ask_the_network",
    "send_back",
    "close_case",
    "given_up",
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

    async def a_case(self, n: int) -> Json:
        cases = await self.of_ours("SELECT id::text FROM after_sale_case WHERE relais_id = '{}' ORDER BY id")
        return self.pick(cases, n)

    async def ask_the_network(self, n: int) -> None:
        who = self.world.coordinator if n % 2 else self.relais["client"]
        if case := await self.a_case(n):
            await self.post(who, f"/after-sale/{case['id']}/ask-the-network")

    async def send_back(self, n: int) -> None:
        if case := await self.a_case(n):
            await self.post(self.relais["client"], f"/after-sale/{case['id']}/send-back", {})

    async def close_case(self, n: int) -> None:
        if case := await self.a_case(n):
            await self.post(self.relais["client"], f"/after-sale/{case['id']}/close")

    async def given_up(self, n: int) -> None:
        """A workshop will not make ready what it has again."""
        rows = await self.world.rows(
            "SELECT device_id::text, label FROM stock_item WHERE status = 'withdrawn' ORDER BY device_id"
        )
        if device := self.pick(rows, n):
            await self.world.deliver(self.world.withdrawn_event(device))

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
        kept = await self.of_ours(
            "SELECT DISTINCT order_id::text FROM after_sale_case JOIN stock_item USING (order_id)"
            " WHERE after_sale_case.relais_id = '{}' AND stock_item.status = 'reserved'"
        )
        for one in kept:
            packed = await self.post(self.world.coordinator, "/shipments", {"order_id": one["order_id"]}) or []
            self.shipments += packed
            for shipment in packed:
                await self.post(self.world.coordinator, f"/shipments/{shipment['id']}/ship")
                labels = [item["label"] for item in shipment["items"]]
                await self.post(self.relais["client"], f"/shipments/{shipment['id']}/deliver", {"labels": labels})


async def each_case_has_one_end(world: World, ended: dict[str, str], *, undone: bool) -> None:
    """What was settled stays so, until what was handed over for it is taken back; what is kept is for one case only."""
    now = {
        row["id"]: row["outcome"]
        for row in await world.rows("SELECT id::text, outcome FROM after_sale_case WHERE outcome IS NOT NULL")
    }
    assert undone or {one: now.get(one) for one in ended} == ended
    ended.clear()
    ended.update(now)
    twice = await world.rows(
        "SELECT replacement_handover_id FROM after_sale_case WHERE replacement_handover_id IS NOT NULL"
        " GROUP BY 1 HAVING count(*) > 1 UNION ALL"
        " SELECT order_id FROM after_sale_case WHERE order_id IS NOT NULL GROUP BY 1 HAVING count(*) > 1"
    )
    assert twice == []


@settings(max_examples=examples(10), deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.sampled_from(ACTIONS), st.integers(0, 60)), min_size=10, max_size=30))
async def test_what_comes_back_after_the_sale_is_in_one_place(world: World, actions: list[tuple[str, int]]) -> None:
    relais = await world.relais()
    network = AfterSale(world, relais)
    await world.delivered(relais, 6)
    for n in (1, 2, 3):
        await network.hand_over(n)
    ended: dict[str, str] = {}
    for action, n in actions:
        await network.act(action, n)
        await holds(world)
        await each_case_has_one_end(world, ended, undone=action == "undo_handover")
    # Each device that was brought back went to its workshop once for each case, and for each handover that was taken
    # back because it does not work; and each journal is whole.
    cases = await world.rows("SELECT count(*)::int AS n FROM after_sale_case")
    undone = await world.rows(
        "SELECT count(*)::int AS n FROM till_entry WHERE kind = 'undo' AND reason = 'does_not_work'"
        " AND handover_id NOT IN (SELECT handover_id FROM after_sale_case)"
        " AND handover_id NOT IN (SELECT refunded_id FROM after_sale_case WHERE refunded_id IS NOT NULL)"
    )
    assert len(await world.published("device-brought-back")) == cases[0]["n"] + undone[0]["n"]
    for proof in await world.read(relais["client"], "/till/verification"):
        assert (proof["holds"], proof["breaks"]) == (True, [])
