"""SQL of the till. Handovers themselves are read by their own Relais only; a coordinator gets sums."""

import json
from collections.abc import AsyncIterator, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from filiere.calendar import month_sql
from filiere.catalogue import Tier
from filiere.catalogue.device_models import maker_and_model
from filiere.database import FETCHED, Found, Key, Kind, Listing, Order, Part, Repository, Scope, listed

from distribute.handovers.schemas import CardOut, CheckoutOut, HandoverOut, SummaryOut, receipt_number
from distribute.handovers.status import Criterion, HandoverKind
from distribute.relais.till_rights import TillRights
from distribute.stock.recalled_repository import IS_RECALLED
from distribute.till_journal.entry import Entry
from distribute.till_journal.status import Means

_AT_TILL = f"""
SELECT i.device_id, i.order_id, i.label, i.category, i.grade, i.manufacturer, i.model, i.serial, i.public_body,
       i.software::text, i.battery_percent, coalesce(i.identifiers, '{{}}') AS identifiers,
       i.relais_id, i.status, r.name AS relais_name, r.territory, r.may_sell, a.mode, a.signed_on,
       l.campaign IS NOT NULL AS for_campaign, l.prices, l.priced_on, i.ready_at,
       EXISTS (SELECT 1 FROM after_sale_case c WHERE c.order_id = i.order_id AND c.outcome IS NULL) AS is_kept,
       {IS_RECALLED} AS is_recalled,
       used_since_promised(i.device_id) AS is_used
FROM stock_item i JOIN relais r ON r.id = i.relais_id JOIN order_line l ON l.id = i.line_id
    LEFT JOIN agreement a ON a.relais_id = r.id AND a.ended_on IS NULL
WHERE i.relais_id = ANY($1::uuid[])
"""
_COLUMNS = """
h.id, h.receipt_year, h.receipt_number, h.relais_id, h.device_id, i.label, i.category, i.grade, i.manufacturer,
i.model, i.serial, h.kind, h.tier, h.amount_cents, h.explanation, h.declared_defects, h.person_alias,
h.person_public AS public, h.handed_over_at, h.checkout_id, h.sequence, coalesce(e.person_cents, h.amount_cents) AS
person_cents, e.person_means AS means, coalesce(e.structure_cents, 0) AS structure_cents, e.structure_means,
e.hash AS fingerprint, h.returned_at, h.guaranteed_until
"""
_FROM = """handover h JOIN stock_item i USING (device_id)
    LEFT JOIN till_entry e ON e.relais_id = h.relais_id AND e.sequence = h.sequence"""
_HANDOVER = f"SELECT {_COLUMNS} FROM {_FROM} WHERE h.relais_id = ANY($1::uuid[])"
_LISTED = Listing(
    _COLUMNS,
    _FROM,
    {"newest": Order(Key("h.handed_over_at", Kind.INSTANT), Key("h.id", Kind.ID), down=True)},
    counted="handover h",
)


_ADD = """
WITH added AS (
    INSERT INTO handover (relais_id, id, receipt_year, receipt_number, device_id, kind, tier, amount_cents, explanation,
        person_alias, person_public, declared_defects, checkout_id, sequence, handed_over_at, guaranteed_until,
        line_id)
    SELECT u.relais_id, u.id, u.receipt_year, u.receipt_number, u.device_id, u.kind, u.tier, u.amount_cents,
        ARRAY(SELECT jsonb_array_elements_text(u.explanation)), u.person_alias, u.person_public, u.declared_defects,
        u.checkout_id, u.sequence, u.handed_over_at, u.guaranteed_until,
        (SELECT i.line_id FROM stock_item i WHERE i.device_id = u.device_id)
    FROM jsonb_to_recordset($1::text::jsonb) AS u(relais_id uuid, id uuid, receipt_year int, receipt_number int,
        device_id uuid, kind text, tier text, amount_cents int, explanation jsonb, person_alias text,
        person_public text, declared_defects text, checkout_id uuid, sequence bigint, handed_over_at timestamptz,
        guaranteed_until date)
    RETURNING device_id
)
UPDATE stock_item i SET status = 'handed_over', updated_at = now() FROM added a WHERE i.device_id = a.device_id
"""


# Few ever came back: those are asked about, and no device else.
_USED = """
i.status = 'delivered' AND (i.device_id IN (SELECT device_id FROM loan_item WHERE outcome = 'returned')
    OR i.device_id IN (SELECT device_id FROM till_entry WHERE kind = 'undo'))
AND used_since_promised(i.device_id)
"""


_PAID_BEFORE = """
WITH RECURSIVE chain AS (
    SELECT $2::uuid AS id, 0 AS depth
    UNION ALL
    SELECT c.handover_id, depth + 1 FROM chain JOIN after_sale_case c ON c.replacement_handover_id = chain.id
    WHERE depth < 50
)
SELECT h.id FROM chain JOIN handover h ON h.id = chain.id
WHERE h.relais_id = ANY($1::uuid[]) AND h.amount_cents > 0
    AND NOT EXISTS (SELECT 1 FROM till_entry u WHERE u.relais_id = h.relais_id AND u.undoes = h.sequence)
ORDER BY depth LIMIT 1
"""


class Checkout(NamedTuple):
    """A row of `till_checkout`."""

    relais_id: UUID
    id: UUID
    made_by: str
    made_at: datetime
    kind: HandoverKind
    tier: Tier
    criterion: Criterion | None
    bracket: str | None
    seen_by: str | None
    seen_on: date | None
    person_cents: int
    person_means: Means | None
    structure_cents: int
    structure_means: Means | None


class Line(NamedTuple):
    """A row of `handover`."""

    relais_id: UUID
    id: UUID
    receipt_year: int
    receipt_number: int
    device_id: UUID
    kind: HandoverKind
    tier: Tier
    amount_cents: int
    explanation: list[str]
    person_alias: str | None
    person_public: str | None
    declared_defects: str | None
    checkout_id: UUID | None
    sequence: int
    handed_over_at: datetime
    guaranteed_until: date | None = None


class Totals(NamedTuple):
    """What a till did in a period."""

    sold: int
    given: int
    amount_cents: int
    carried_over: int
    """Handed over with an old tool meanwhile; in none of the others."""


class Unchained(NamedTuple):
    """A handover that the journal does not know yet."""

    id: UUID
    device_id: UUID
    receipt_year: int
    receipt_number: int
    kind: str
    tier: str
    amount_cents: int
    handed_over_at: datetime
    label: str
    category: str


class HandedOver(NamedTuple):
    """A handover that this transaction holds."""

    id: UUID
    relais_id: UUID
    device_id: UUID
    order_id: UUID
    territory: str


class AtTill(NamedTuple):
    """A device of the Relais with the prices its line was quoted."""

    device: dict[str, Any]
    prices: list[dict[str, Any]]
    priced_on: date
    rights: TillRights


class HandoversRepository(Repository):
    async def orders_of(self, scope: Scope, device_ids: Sequence[UUID], labels: Sequence[str]) -> list[UUID]:
        """The orders of devices of the caller's Relais, so that they can be locked first."""
        rows = await (await self.driver()).fetch(
            "SELECT DISTINCT order_id FROM stock_item WHERE relais_id = ANY($1::uuid[])"
            " AND (device_id = ANY($2::uuid[]) OR label = ANY($3::text[]))",
            scope.ids,
            device_ids,
            labels,
        )
        return [row[0] for row in rows]

    async def devices_for_update(self, scope: Scope, device_ids: Sequence[UUID], labels: Sequence[str]) -> list[AtTill]:
        """Hold devices of the caller's Relais, in id order like everybody."""
        rows = await (await self.driver()).fetch(
            f"{_AT_TILL} AND (i.device_id = ANY($2::uuid[]) OR i.label = ANY($3::text[]))"
            " ORDER BY i.device_id FOR UPDATE OF i",
            scope.ids,
            device_ids,
            labels,
        )
        return [_at_till(dict(row)) for row in rows]

    async def at_till(self, scope: Scope, labels: Sequence[str]) -> list[AtTill]:
        """Devices promised to the caller's Relais by their labels, the newest of each."""
        rows = await (await self.driver()).fetch(
            f"SELECT DISTINCT ON (found.label) * FROM ({_AT_TILL} AND i.label = ANY($2::text[])) found"
            " ORDER BY found.label, found.ready_at DESC",
            scope.ids,
            labels,
        )
        return [_at_till(dict(row)) for row in rows]

    async def named_at_till(self, scope: Scope, values: Sequence[str]) -> list[AtTill]:
        """Devices promised to the caller's Relais that one of these numbers names, the newest first."""
        rows = await (await self.driver()).fetch(
            f"{_AT_TILL} AND (i.label = ANY($2::text[]) OR i.serial = ANY($2) OR i.identifiers && $2)"
            " ORDER BY i.ready_at DESC, i.device_id",
            scope.ids,
            values,
        )
        return [_at_till(dict(row)) for row in rows]

    # every tenant: of the Relais whose devices the caller has locked
    async def next_receipts(self, relais_id: UUID, year: int, count: int) -> int:
        """Take so many numbers of the Relais, and return the first; they are given back when the transaction fails."""
        last = await (await self.driver()).fetchval(
            "INSERT INTO receipt_counter AS c (relais_id, year, last) VALUES ($1, $2, $3)"
            " ON CONFLICT (relais_id, year) DO UPDATE SET last = c.last + $3 RETURNING last",
            relais_id,
            year,
            count,
        )
        return int(last) - count + 1

    # every tenant: of devices that the caller has locked
    async def add_checkout(self, checkout: Checkout) -> bool:
        """Write what is handed over in one go; False when its id is somebody's already."""
        return bool(
            await (await self.driver()).fetchval(
                "INSERT INTO till_checkout (relais_id, id, made_by, made_at, kind, tier, criterion, bracket, seen_by,"
                " seen_on, person_cents, person_means, structure_cents, structure_means)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"
                " ON CONFLICT DO NOTHING RETURNING true",
                *checkout,
            )
        )

    # every tenant: of devices that the caller has locked
    async def add(self, lines: Sequence[Line]) -> None:
        """Write handovers and move their devices."""
        await (await self.driver()).execute(_ADD, json.dumps([one._asdict() for one in lines], default=str))

    # every tenant: of a Relais whose journal the caller has locked
    async def unchained(self, relais_id: UUID) -> list[Unchained]:
        """Handovers without an entry, in the order of their receipts: from before the journal."""
        rows = await (await self.driver()).fetch(
            "SELECT h.id, h.device_id, h.receipt_year, h.receipt_number, h.kind, h.tier, h.amount_cents,"
            " h.handed_over_at, i.label, i.category FROM handover h JOIN stock_item i USING (device_id)"
            " WHERE h.relais_id = $1 AND h.sequence IS NULL AND h.carried_over IS NULL"
            " ORDER BY h.receipt_year, h.receipt_number",
            relais_id,
        )
        return [Unchained(*row) for row in rows]

    # every tenant: the worker acts for no caller
    async def with_unchained(self) -> list[UUID]:
        """Relais that have handovers without an entry."""
        rows = await (await self.driver()).fetch(
            "SELECT DISTINCT relais_id FROM handover WHERE sequence IS NULL AND carried_over IS NULL ORDER BY relais_id"
        )
        return [row[0] for row in rows]

    # every tenant: of a Relais whose journal the caller has locked
    async def chained(self, entries: Sequence[Entry]) -> None:
        """These handovers have their entries."""
        await (await self.driver()).execute(
            "UPDATE handover h SET sequence = u.sequence FROM unnest($1::uuid[], $2::bigint[]) AS u(id, sequence)"
            " WHERE h.id = u.id",
            [one.draft.handover_id for one in entries],
            [one.sequence for one in entries],
        )

    async def handed_over_for_update(self, scope: Scope, handover_id: UUID) -> HandedOver | None:
        """Hold the device of a handover of the caller's Relais; its order is locked by `order_of_handover`."""
        row = await (await self.driver()).fetchrow(
            "SELECT h.id, h.relais_id, h.device_id, i.order_id, r.territory FROM handover h"
            " JOIN stock_item i USING (device_id) JOIN relais r ON r.id = h.relais_id"
            " WHERE h.relais_id = ANY($1::uuid[]) AND h.id = $2 AND h.returned_at IS NULL FOR UPDATE OF i, h",
            scope.ids,
            handover_id,
        )
        return HandedOver(*row) if row is not None else None

    async def order_of_handover(self, scope: Scope, handover_id: UUID) -> UUID | None:
        order_id: UUID | None = await (await self.driver()).fetchval(
            "SELECT i.order_id FROM handover h JOIN stock_item i USING (device_id)"
            " WHERE h.relais_id = ANY($1::uuid[]) AND h.id = $2 AND h.returned_at IS NULL",
            scope.ids,
            handover_id,
        )
        return order_id

    # every tenant: of a handover that the caller has locked
    async def take_back(self, handover: HandedOver) -> None:
        """The device is in the Relais' stock again; the handover stays in the journal alone."""
        driver = await self.driver()
        await driver.execute("DELETE FROM handover WHERE id = $1", handover.id)
        # Handed over for one that was brought back, it leaves that case waiting again.
        await driver.execute(
            "UPDATE after_sale_case SET outcome = NULL, settled_at = NULL, replacement_id = NULL,"
            " replacement_handover_id = NULL WHERE replacement_handover_id = $1",
            handover.id,
        )
        await driver.execute(
            "UPDATE stock_item SET status = 'delivered', updated_at = now() WHERE device_id = $1", handover.device_id
        )

    # every tenant: what was used is nobody's to hand over
    async def orders_of_the_used(self) -> list[UUID]:
        """The orders of what lies at a Relais though somebody has used it, so that they can be locked first."""
        rows = await (await self.driver()).fetch(f"SELECT DISTINCT order_id FROM stock_item i WHERE {_USED} ORDER BY 1")
        return [row[0] for row in rows]

    # every tenant: what was used is nobody's to hand over
    async def used_for_update(self) -> list[UUID]:
        """Hold those, in id order like everybody."""
        rows = await (await self.driver()).fetch(
            f"SELECT device_id FROM stock_item i WHERE {_USED} ORDER BY device_id FOR UPDATE"
        )
        return [row[0] for row in rows]

    # every tenant: of a handover that the caller has locked
    async def came_back(self, handover_id: UUID) -> None:
        """The person does not have the device any more; the sale stands."""
        await (await self.driver()).execute("UPDATE handover SET returned_at = now() WHERE id = $1", handover_id)

    # every tenant: of a handover that the caller has locked
    async def forget(self, handover_id: UUID) -> None:
        """It stays in the journal alone."""
        await (await self.driver()).execute("DELETE FROM handover WHERE id = $1", handover_id)

    async def named(self, scope: Scope, label: str, year: int, number: int) -> UUID | None:
        """The last handover of the caller's Relais of this label or this receipt."""
        found: UUID | None = await (await self.driver()).fetchval(
            "SELECT h.id FROM handover h JOIN stock_item i USING (device_id) WHERE h.relais_id = ANY($1::uuid[])"
            " AND (i.label = $2 OR (h.receipt_year = $3 AND h.receipt_number = $4))"
            " ORDER BY h.returned_at IS NOT NULL, h.handed_over_at DESC LIMIT 1",
            scope.ids,
            label,
            year,
            number,
        )
        return found

    async def paid_before(self, scope: Scope, handover_id: UUID) -> UUID | None:
        """The sale that was paid for this handover: itself, or the one before the swaps that led to it; nothing of it
        was paid back yet.
        """
        found: UUID | None = await (await self.driver()).fetchval(_PAID_BEFORE, scope.ids, handover_id)
        return found

    # every tenant: of a handover that the caller has locked
    async def pay_back(self, handover_id: UUID, cents: int) -> None:
        """A part of what was paid went back; the sale stands at the rest."""
        await (await self.driver()).execute(
            "UPDATE handover SET amount_cents = amount_cents - $2 WHERE id = $1", handover_id, cents
        )

    async def lead(self, relais_id: UUID) -> str | None:
        """The subject whose access to the Relais is the oldest."""
        subject: str | None = await (await self.driver()).fetchval(
            "SELECT subject FROM membership WHERE organisation_id = $1 AND role = 'relais' ORDER BY created_at, id"
            " LIMIT 1",
            relais_id,
        )
        return subject

    async def card_of(self, scope: Scope, checkout: CheckoutOut) -> CardOut | None:
        """The SIM card that left with a checkout and stands: its entry follows the last of the checkout's own."""
        last = max((one.sequence or 0 for one in checkout.handovers), default=0)
        row = await (await self.driver()).fetchrow(
            "SELECT e.label, e.receipt, e.details->>'offer' AS offer, e.person_cents, e.structure_cents"
            " FROM till_entry e WHERE e.relais_id = ANY($1::uuid[]) AND e.relais_id = $2 AND e.sequence = $3"
            " AND e.details->>'kit' = $4 AND NOT EXISTS"
            " (SELECT 1 FROM till_entry u WHERE u.relais_id = e.relais_id AND u.undoes = e.sequence)",
            scope.ids,
            checkout.relais_id,
            last + 1,
            str(checkout.id),
        )
        return CardOut.model_validate(dict(row)) if row is not None else None

    async def checkout(self, scope: Scope, checkout_id: UUID) -> CheckoutOut | None:
        """What was handed over in one go, without what was taken back."""
        driver = await self.driver()
        row = await driver.fetchrow(
            "SELECT id, relais_id, made_at, kind, tier, criterion, bracket, seen_by, seen_on, person_cents,"
            " person_means, structure_cents, structure_means, person_cents + structure_cents AS amount_cents"
            " FROM till_checkout WHERE relais_id = ANY($1::uuid[]) AND id = $2",
            scope.ids,
            checkout_id,
        )
        if row is None:
            return None
        lines = await driver.fetch(
            f"{_HANDOVER} AND h.checkout_id = $2 ORDER BY h.receipt_year, h.receipt_number", scope.ids, checkout_id
        )
        return CheckoutOut(**dict(row), handovers=[_handover(dict(line)) for line in lines])

    async def get(self, scope: Scope, handover_id: UUID) -> HandoverOut | None:
        row = await (await self.driver()).fetchrow(f"{_HANDOVER} AND h.id = $2", scope.ids, handover_id)
        return _handover(dict(row)) if row is not None else None

    # every tenant: whoever holds a signed address
    async def of_whoever_holds_it(self, handover_id: UUID) -> list[HandoverOut]:
        """A handover and what was handed over with it, unless it was taken back."""
        rows = await (await self.driver()).fetch(
            f"SELECT {_COLUMNS} FROM {_FROM} WHERE EXISTS (SELECT 1 FROM handover f WHERE f.id = $1"
            " AND (f.id = h.id OR f.checkout_id = h.checkout_id)) ORDER BY h.receipt_year, h.receipt_number",
            handover_id,
        )
        return [_handover(dict(row)) for row in rows]

    async def last_means(self, scope: Scope, seller: str) -> Means | None:
        """How this seller was paid last: what the till offers them first, whatever a colleague takes."""
        means = await (await self.driver()).fetchval(
            "SELECT person_means FROM till_checkout WHERE relais_id = ANY($1::uuid[]) AND made_by = $2"
            " AND person_means <> 'unsaid' ORDER BY made_at DESC LIMIT 1",
            scope.ids,
            seller,
        )
        return Means(means) if means is not None else None

    async def listing(
        self, scope: Scope, start: datetime, end: datetime, *, kind: HandoverKind | None = None, part: Part
    ) -> Found[HandoverOut]:
        """Handovers of the caller's Relais from `start` (included) to `end`, newest first."""
        wanted = scope.where("h.relais_id")
        wanted.add("h.handed_over_at >= {} AND h.handed_over_at < {}", start, end)
        if kind is not None:
            wanted.add("h.kind = {}", kind.value)
        return (await _LISTED.page(await self.driver(), wanted, part)).of(lambda row: _handover(listed(row)))

    async def for_accountant(self, scope: Scope, start: datetime, end: datetime) -> AsyncIterator[HandoverOut]:
        """All handovers of the caller's Relais in a period, in the order of their receipts, while they are read.

        What an old tool handed over is in the books that were kept with it.
        """
        rows = (await self.driver()).cursor(
            f"{_HANDOVER} AND h.handed_over_at >= $2 AND h.handed_over_at < $3 AND h.carried_over IS NULL"
            " ORDER BY h.relais_id, h.receipt_year, h.receipt_number",
            scope.ids,
            start,
            end,
            prefetch=FETCHED,
        )
        async for row in rows:
            yield _handover(dict(row))

    async def totals(self, scope: Scope, start: datetime, end: datetime) -> Totals:
        """Of the caller's Relais in a period. What an old tool sold was in its till, and is counted apart."""
        row = await (await self.driver()).fetchrow(
            "SELECT count(*) FILTER (WHERE kind = 'sold' AND carried_over IS NULL) AS sold,"
            " count(*) FILTER (WHERE kind = 'given' AND carried_over IS NULL) AS given,"
            " coalesce(sum(amount_cents) FILTER (WHERE carried_over IS NULL), 0)::bigint AS amount_cents,"
            " count(carried_over) AS carried_over FROM handover"
            " WHERE relais_id = ANY($1::uuid[]) AND handed_over_at >= $2 AND handed_over_at < $3",
            scope.ids,
            start,
            end,
        )
        assert row is not None
        return Totals(**dict(row))

    async def summary(self, scope: Scope) -> list[SummaryOut]:
        """Counts and amounts per Relais and month, newest month first, by the tills of here alone."""
        rows = await (await self.driver()).fetch(
            "SELECT h.relais_id, r.name AS relais_name,"
            f" {month_sql('h.handed_over_at')} AS month,"
            " count(*) FILTER (WHERE kind = 'sold') AS sold, count(*) FILTER (WHERE kind = 'given') AS given,"
            " sum(amount_cents) AS amount_cents"
            " FROM handover h JOIN relais r ON r.id = h.relais_id WHERE ($1::uuid[] IS NULL OR h.relais_id = ANY($1))"
            " AND h.carried_over IS NULL GROUP BY 1, 2, 3 ORDER BY 3 DESC, 2",
            scope.ids,
        )
        return [SummaryOut.model_validate(dict(row)) for row in rows]


def _at_till(device: dict[str, Any]) -> AtTill:
    said = {name: device.pop(name) for name in ("mode", "signed_on", "for_campaign")}
    rights = TillRights.model_validate({"statutes_allow": device.pop("may_sell"), **said})
    return AtTill(device, device.pop("prices"), device.pop("priced_on"), rights)


def _handover(row: dict[str, Any]) -> HandoverOut:
    name = maker_and_model(row["manufacturer"], row["model"])
    return HandoverOut.model_validate(
        {**row, "receipt": receipt_number(row["receipt_year"], row["receipt_number"]), "name": name or row["label"]}
    )
