"""The coordination's desk of the workload: it recalls lots, publishes price lists for days to come, invoices Relais,
carries over what they owed before.

What was due before the storm is written by `owed_before`: an invoice ends with a day that is over, and nobody moves the
clock of the processes.
"""

import asyncio
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import asyncpg
from filiere.calendar import PARIS
from stack.demo.organisations import Organisations
from stack.people import COORDINATOR, RELAIS

from tests.faults.hand import Hand, event
from tests.faults.history import Mark
from tests.faults.people import Person, new_id

DAYS = 40
# A device that came and went again, for each Relais and each pair of days: one day makes an invoice, the next its
# credit note.
_BEFORE = """
WITH pairs AS (
    SELECT r.id AS relais_id, (now() AT TIME ZONE 'Europe/Paris')::date - n * 2 AS day, n,
        gen_random_uuid() AS device_id
    FROM relais r CROSS JOIN generate_series(1, $1::int / 2) n
), came AS (
    INSERT INTO due (relais_id, day, kind, device_id, label, category, grade, base_cents, percent, amount_cents)
    SELECT relais_id, day, 'received', device_id, 'FIL-BEFORE-' || n, 'laptop', 'B', 2001, 50, 1001 FROM pairs
    RETURNING *
)
INSERT INTO due (relais_id, day, kind, device_id, label, category, grade, base_cents, percent, amount_cents, reverses)
SELECT relais_id, day + 1, 'gone', device_id, label, category, grade, -base_cents, percent, -amount_cents, id FROM came
"""
# From long ago; who says something else today (`owing`) owes by that.
_TERMS = """
INSERT INTO dues_terms (relais_id, id, from_day, basis, percent, days_to_pay)
SELECT id, gen_random_uuid(), date '2026-01-01', 'per_sale', 40, 30 FROM relais
"""


async def owed_before(database: str) -> None:
    """What each Relais owes from before, to the database of distribute; and that it owes a share of each sale."""
    connection = await asyncpg.connect(database, timeout=10)
    try:
        await connection.execute(_TERMS)
        await connection.execute(_BEFORE, DAYS)
    finally:
        await connection.close()


class Office:
    """One coordinator; which day of a Relais is invoiced next is known here alone."""

    def __init__(self, there: Organisations) -> None:
        today = datetime.now(PARIS).date()
        self._relais = [there.relais[one.key] for one in RELAIS]
        self._next: dict[str, date] = {one: today - timedelta(days=DAYS) for one in self._relais}

    async def act(self, hand: Hand) -> None:
        """One of the four, and a moment's rest."""
        api = hand.person("distribute", COORDINATOR.subject)
        await hand.chance.choice((self._invoice, self._carry, _recall, _publish))(hand, api)
        await asyncio.sleep(0.5)

    async def _invoice(self, hand: Hand, api: Person) -> None:
        """The days of a Relais one after the other, by two windows at once: each is on one invoice or credit note."""
        relais_id = hand.chance.choice(self._relais)
        last = self._next[relais_id]
        if last >= datetime.now(PARIS).date():
            return
        self._next[relais_id] = last + timedelta(days=1)
        marks = [Mark("invoice", f"{relais_id} {last}")]
        await api.do("invoice", f"/relais/{relais_id}/invoices", {"last": last.isoformat()}, marks, twice=True)

    async def _carry(self, hand: Hand, api: Person) -> None:
        """A paper of before that is still to be paid, said by two windows at once; now and then it was a mistake."""
        relais_id, id_ = hand.chance.choice(self._relais), str(uuid4())
        day = datetime.now(PARIS).date() - timedelta(days=DAYS + hand.chance.randint(30, 400))
        body = {
            "id": id_,
            "day": day.isoformat(),
            "due_on": (day + timedelta(days=30)).isoformat(),
            "amount_cents": 100 * hand.chance.randint(1, 90),
            "what_for": "Une facture d'avant",
            "reference": f"F-{id_[:8]}",
        }
        await api.do("carry over", f"/relais/{relais_id}/carried-over", body, [Mark("carried", id_)], twice=True)
        if hand.happens(0.4):
            marks = [Mark("carried back", id_)]
            await api.do("correct what was carried", f"/carried-over/{id_}/correct", {"reason": "Payée avant."}, marks)


async def _recall(hand: Hand, api: Person) -> None:
    """Whatever lies free or at a Relais is taken back with its lot, and is free again a moment later."""
    where = hand.chance.choice(("available", "available", "delivered"))
    found = (await api.get("/devices", status=where, limit=50))["items"]
    if not found:
        return
    body = {"label": hand.chance.choice(found)["label"], "what": "lot", "reason": "fault"}
    made = await api.do("recall a lot", "/recalls", body, seen=_recalled)
    await asyncio.sleep(1.0)
    await api.do("end a recall", f"/recalls/{made['id']}/end", None, [Mark("recall ended", made["id"])])


def _recalled(made: dict[str, Any]) -> list[Mark]:
    return [Mark("recall", made["id"])]


async def _publish(hand: Hand, api: Person) -> None:
    """From a day to come on; now and then taken back before it."""
    id_ = new_id()
    draft = await api.do("draft prices", "/price-lists", None)
    path = f"/price-lists/{draft['id']}"
    day = datetime.now(PARIS).date() + timedelta(days=hand.chance.randint(2, 900))
    body = {"label": f"op {id_}", "valid_from": day.isoformat(), "source": ["Le comité"], "prices": draft["prices"]}
    await api.do("write prices", path, body, method="PUT")
    marks = [Mark("published prices", draft["id"]), event("price-list-published", draft["id"])]
    await api.do("publish prices", f"{path}/publish", {"reason": "Décidé au comité"}, marks)
    if hand.happens(0.4):
        marks = [Mark("prices back", draft["id"]), event("price-list-withdrawn", draft["id"])]
        await api.do("take prices back", f"{path}/withdraw", {"reason": "Une erreur"}, marks)
