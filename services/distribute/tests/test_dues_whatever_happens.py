"""Whatever is sold, taken back, invoiced, credited and paid, in whatever order and two at a time: the statement of a
Relais is the sum of its entries, invoices are numbered without a gap, and nothing pays more than it is.
"""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

from filiere.calendar import today
from filiere.testing.properties import examples
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from .conftest import World
from .debts import owing, proof, statement, tomorrow

ACTIONS = (
    *("sell", "sell", "undo", "refund", "invoice", "invoice", "pay", "pay", "pay_one", "unpay"),
    *("carry", "carry_invoiced", "correct"),
)


class Books:
    """One Relais and the coordination."""

    def __init__(self, world: World, relais: Any) -> None:
        self.world, self.relais = world, relais

    async def sell(self, n: int) -> None:
        label = await self._pick("SELECT label AS it FROM stock_item WHERE status = 'delivered' ORDER BY label", n)
        body = {"label": label, "kind": "sold", "tier": "solidary", "means": "cash"}
        await self.relais["client"].post("/api/v1/handovers", json=body)

    async def undo(self, n: int) -> None:
        if id_ := await self._pick("SELECT id::text AS it FROM handover WHERE returned_at IS NULL ORDER BY id", n):
            await self.relais["client"].post(f"/api/v1/handovers/{id_}/undo", json={"reason": "trial"})

    async def refund(self, n: int) -> None:
        """A part: the device goes, some of the money stays."""
        if id_ := await self._pick("SELECT id::text AS it FROM handover WHERE returned_at IS NULL ORDER BY id", n):
            body = {"fault": "screen", "way": "refund", "refund_cents": 101 + n, "confirmed": True}
            await self.relais["client"].post(f"/api/v1/handovers/{id_}/after-sale", json=body)

    async def invoice(self, _: int) -> None:
        path = f"/api/v1/relais/{self.relais['id']}/invoices"
        await self.world.coordinator.post(path, json={"last": today().isoformat()})

    async def pay(self, n: int, invoice: str | None = None) -> None:
        said = {"id": str(uuid4()), "received_on": today().isoformat(), "means": "transfer"}
        body = {**said, "amount_cents": 37 * (n + 1), "invoice_id": invoice}
        await self.world.coordinator.post(f"/api/v1/relais/{self.relais['id']}/payments", json=body)

    async def pay_one(self, n: int) -> None:
        """A named invoice, open or not any more."""
        if invoice := await self._pick("SELECT id::text AS it FROM invoice ORDER BY id", n):
            await self.pay(n, invoice)

    async def unpay(self, n: int) -> None:
        if id_ := await self._pick("SELECT id::text AS it FROM payment WHERE undoes IS NULL ORDER BY id", n):
            await self.world.coordinator.post(f"/api/v1/payments/{id_}/undo", json={"reason": "Chèque refusé"})

    async def carry(self, n: int, **given: str) -> None:
        """What was owed before, and on no paper."""
        day = (today() - timedelta(days=n + 1)).isoformat()
        said = {"id": str(uuid4()), "day": day, "amount_cents": 41 * (n + 1), "what_for": "Deux ordinateurs"}
        path = f"/api/v1/relais/{self.relais['id']}/carried-over"
        await self.world.coordinator.post(path, json={**said, **given})

    async def carry_invoiced(self, n: int) -> None:
        """The same paper again is refused while it stands."""
        await self.carry(n, reference=f"FA-{n % 7}", due_on=today().isoformat())

    async def correct(self, n: int) -> None:
        if id_ := await self._pick("SELECT id::text AS it FROM carried_over WHERE corrects IS NULL ORDER BY id", n):
            await self.world.coordinator.post(f"/api/v1/carried-over/{id_}/correct", json={"reason": "Une erreur"})

    async def _pick(self, query: str, n: int) -> Any:
        rows = await self.world.rows(query)
        return rows[n % len(rows)]["it"] if rows else None

    async def add_up(self) -> None:
        """Against sums of our own."""
        (own,) = await self.world.rows(_SUMS.replace("RELAIS", self.relais["id"]))
        said = await statement(self.world, self.relais)
        assert said["after_cents"] == said["due_cents"] + said["credited_cents"] - said["paid_cents"]
        assert said["after_cents"] == own["due"] - own["paid"]
        assert said["to_invoice_cents"] == own["due"] - own["invoiced"]
        assert said["after_cents"] == said["to_invoice_cents"] + said["to_pay_cents"] - said["unused_cents"]
        for was_before in ("=", "<>"):  # two series
            query = f"SELECT serial FROM invoice WHERE year {was_before} 0 ORDER BY serial"
            serials = [row["serial"] for row in await self.world.rows(query)]
            assert serials == list(range(1, len(serials) + 1))
        told = await proof(self.world)
        assert told["holds"], told["breaks"]


_SUMS = """
SELECT coalesce(sum(amount_cents), 0)::int AS due,
    (SELECT coalesce(sum(amount_cents), 0) FROM payment WHERE relais_id = 'RELAIS')::int AS paid,
    (SELECT coalesce(sum(total_cents), 0) FROM invoice WHERE relais_id = 'RELAIS')::int AS invoiced
FROM due WHERE relais_id = 'RELAIS'
"""


@settings(max_examples=examples(15), deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.sampled_from(ACTIONS), st.integers(0, 30)), min_size=8, max_size=24))
async def test_a_statement_is_the_sum_of_its_entries(world: World, actions: list[tuple[str, int]]) -> None:
    relais = await owing(world, percent=33)
    await world.delivered(relais, 5)
    books = Books(world, relais)
    for pair in zip(actions[::2], actions[1::2], strict=False):
        # What was sold or paid today is invoiced tomorrow; the days before stay as they are.
        if any(name == "invoice" for name, _ in pair):
            with tomorrow():
                world.coordinator = await world.client.as_("camille")
                await asyncio.gather(*(getattr(books, name)(n) for name, n in pair if name == "invoice"))
            world.coordinator = await world.client.as_("camille")
        await asyncio.gather(*(getattr(books, name)(n) for name, n in pair if name != "invoice"))
        await books.add_up()
