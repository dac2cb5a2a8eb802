"""SQL of the till. Handovers themselves are read by their own Relais only; a coordinator gets sums."""

from collections.abc import AsyncIterator, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from filiere.calendar import month_sql
from filiere.catalogue import Tier
from filiere.database import FETCHED, Found, Key, Kind, Listing, Order, Part, Repository, Scope, listed
from filiere.identifiers import uuid7

from distribute.handovers.schemas import HandoverIn, HandoverOut, SummaryOut, TillDevice, receipt_number
from distribute.handovers.status import HandoverKind

_AT_TILL = """
SELECT i.device_id, i.order_id, i.label, i.category, i.grade, i.manufacturer, i.model, i.serial, i.public_body,
       i.software::text, i.battery_percent,
       i.relais_id, i.status, r.name AS relais_name, r.territory, r.may_sell, l.prices, l.priced_on
FROM stock_item i JOIN relais r ON r.id = i.relais_id JOIN order_line l ON l.id = i.line_id
WHERE i.relais_id = ANY($1::uuid[])
"""
_COLUMNS = """
h.id, h.receipt_year, h.receipt_number, h.relais_id, h.device_id, i.label, i.category, i.grade, i.manufacturer,
i.model, i.serial, h.kind, h.tier, h.amount_cents, h.explanation, h.declared_defects, h.person_alias,
h.person_public AS public, h.handed_over_at
"""
_FROM = "handover h JOIN stock_item i USING (device_id)"
_HANDOVER = f"SELECT {_COLUMNS} FROM {_FROM} WHERE h.relais_id = ANY($1::uuid[])"
_LISTED = Listing(
    _COLUMNS,
    _FROM,
    {"newest": Order(Key("h.handed_over_at", Kind.INSTANT), Key("h.id", Kind.ID), down=True)},
    counted="handover h",
)


class AtTill(NamedTuple):
    """A device of the Relais with the prices its line was quoted."""

    device: dict[str, Any]
    prices: list[dict[str, Any]]
    priced_on: date


class HandoversRepository(Repository):
    async def order_of(self, scope: Scope, body: HandoverIn, label: str | None) -> UUID | None:
        """The order of a device of the caller's Relais, so that it can be locked first."""
        order_id: UUID | None = await (await self.driver()).fetchval(
            "SELECT order_id FROM stock_item WHERE relais_id = ANY($1::uuid[])"
            " AND (device_id = $2 OR label = $3) ORDER BY ready_at DESC LIMIT 1",
            scope.ids,
            body.device_id,
            label,
        )
        return order_id

    async def at_till(
        self, scope: Scope, *, device_id: UUID | None = None, label: str | None = None, for_update: bool = False
    ) -> AtTill | None:
        """A device promised to the caller's Relais, by id or label."""
        row = await (await self.driver()).fetchrow(
            f"{_AT_TILL} AND (i.device_id = $2 OR i.label = $3) ORDER BY i.ready_at DESC LIMIT 1"
            f"{' FOR UPDATE OF i' if for_update else ''}",
            scope.ids,
            device_id,
            label,
        )
        if row is None:
            return None
        device = dict(row)
        return AtTill(device, device.pop("prices"), device.pop("priced_on"))

    # every tenant: of the Relais whose device the caller has locked
    async def next_receipt(self, relais_id: UUID, year: int) -> int:
        """Take the next number of the Relais; it is given back when the transaction fails."""
        return int(
            await (await self.driver()).fetchval(
                "INSERT INTO receipt_counter AS c (relais_id, year, last) VALUES ($1, $2, 1)"
                " ON CONFLICT (relais_id, year) DO UPDATE SET last = c.last + 1 RETURNING last",
                relais_id,
                year,
            )
        )

    # every tenant: of a device that the caller has locked
    async def add(
        self,
        device: TillDevice,
        body: HandoverIn,
        tier: Tier,
        amount_cents: int,
        explanation: Sequence[str],
        receipt: tuple[int, int],
    ) -> UUID:
        """Write the handover and move the device."""
        driver = await self.driver()
        handover_id = uuid7()
        await driver.execute(
            "INSERT INTO handover (relais_id, id, receipt_year, receipt_number, device_id, kind, tier, amount_cents,"
            " explanation, person_alias, person_public, declared_defects)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
            device.relais_id,
            handover_id,
            *receipt,
            device.device_id,
            body.kind.value,
            tier.value,
            amount_cents,
            list(explanation),
            body.person_alias or None,
            body.public,
            body.declared_defects,
        )
        await driver.execute(
            "UPDATE stock_item SET status = 'handed_over', updated_at = now() WHERE device_id = $1", device.device_id
        )
        return handover_id

    async def get(self, scope: Scope, handover_id: UUID) -> HandoverOut | None:
        row = await (await self.driver()).fetchrow(f"{_HANDOVER} AND h.id = $2", scope.ids, handover_id)
        return _handover(dict(row)) if row is not None else None

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
        """All handovers of the caller's Relais in a period, in the order of their receipts, while they are read."""
        rows = (await self.driver()).cursor(
            f"{_HANDOVER} AND h.handed_over_at >= $2 AND h.handed_over_at < $3"
            " ORDER BY h.relais_id, h.receipt_year, h.receipt_number",
            scope.ids,
            start,
            end,
            prefetch=FETCHED,
        )
        async for row in rows:
            yield _handover(dict(row))

    async def totals(self, scope: Scope, start: datetime, end: datetime) -> tuple[int, int, int]:
        """(sold, given, euro cents) of the caller's Relais in a period."""
        row = await (await self.driver()).fetchrow(
            "SELECT count(*) FILTER (WHERE kind = 'sold'), count(*) FILTER (WHERE kind = 'given'),"
            " coalesce(sum(amount_cents), 0) FROM handover"
            " WHERE relais_id = ANY($1::uuid[]) AND handed_over_at >= $2 AND handed_over_at < $3",
            scope.ids,
            start,
            end,
        )
        assert row is not None
        return int(row[0]), int(row[1]), int(row[2])

    async def summary(self, scope: Scope) -> list[SummaryOut]:
        """Counts and amounts per Relais and month, newest month first."""
        rows = await (await self.driver()).fetch(
            "SELECT h.relais_id, r.name AS relais_name,"
            f" {month_sql('h.handed_over_at')} AS month,"
            " count(*) FILTER (WHERE kind = 'sold') AS sold, count(*) FILTER (WHERE kind = 'given') AS given,"
            " sum(amount_cents) AS amount_cents"
            " FROM handover h JOIN relais r ON r.id = h.relais_id WHERE ($1::uuid[] IS NULL OR h.relais_id = ANY($1))"
            " GROUP BY 1, 2, 3 ORDER BY 3 DESC, 2",
            scope.ids,
        )
        return [SummaryOut.model_validate(dict(row)) for row in rows]


def _handover(row: dict[str, Any]) -> HandoverOut:
    name = " ".join(part for part in (row["manufacturer"], row["model"]) if part)
    return HandoverOut.model_validate(
        {**row, "receipt": receipt_number(row["receipt_year"], row["receipt_number"]), "name": name or row["label"]}
    )
