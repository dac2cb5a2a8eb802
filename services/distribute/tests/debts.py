"""A Relais that owes, and what tests of it do: sell, invoice, pay, read."""

from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any
from uuid import uuid4

from filiere.calendar import clock_at, now, today

from .conftest import World


async def owing(world: World, basis: str = "per_sale", percent: int = 50, **given: Any) -> Any:
    """A Relais whose agreement says so, from today on."""
    relais = await world.relais(**given)
    terms = {"from_day": today().isoformat(), "basis": basis, "percent": percent}
    answer = await world.coordinator.put(f"/api/v1/relais/{relais['id']}/dues-terms", json=terms)
    assert answer.status_code == 200, answer.text
    return relais


async def sold(world: World, relais: Any, label: str, tier: str = "solidary") -> Any:
    body = {"label": label, "kind": "sold", "tier": tier, "means": "cash"}
    return await world.call(relais["client"], "/handovers", body, status=201)


async def statement(world: World, relais: Any, who: Any = None) -> Any:
    return await world.read(who or world.coordinator, f"/relais/{relais['id']}/statement")


async def proof(world: World) -> Any:
    return await world.read(world.coordinator, "/dues/verification")


def tomorrow(days: int = 1) -> AbstractContextManager[None]:
    return clock_at(now() + timedelta(days=days))


async def invoiced(world: World, relais: Any) -> Any:
    """Of all that is due today, made tomorrow."""
    last = today().isoformat()
    with tomorrow():
        camille = await world.client.as_("camille")
        return await world.call(camille, f"/relais/{relais['id']}/invoices", {"last": last}, status=201)


def payment(cents: int, **given: Any) -> dict[str, Any]:
    said = {"id": str(uuid4()), "received_on": today().isoformat(), "means": "transfer", "amount_cents": cents}
    return {**said, **given}


# Invoices of as many months, none paid; a due for many lines.


async def paid(world: World, relais: Any, cents: int, **given: Any) -> Any:
    return await world.call(world.coordinator, f"/relais/{relais['id']}/payments", payment(cents, **given), status=201)
