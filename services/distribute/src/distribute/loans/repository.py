"""SQL of loans."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from filiere.database import Found, Key, Kind, Listing, Order, Part, Repository, Scope, listed
from filiere.identifiers import uuid7

from distribute.loans.schemas import LentDevice, LoanOut
from distribute.loans.status import LoanKind, LoanOutcome
from distribute.statuses import StockStatus

_COLUMNS = "l.id, l.relais_id, l.kind, l.place, l.due_on, l.opened_at, l.settled_at, i.lent, i.out"
_FROM = """
loan l CROSS JOIN LATERAL (
    SELECT count(*) AS lent, count(*) FILTER (WHERE settled_at IS NULL) AS out FROM loan_item WHERE loan_id = l.id
) i
"""
_LISTED = Listing(
    _COLUMNS,
    _FROM,
    {"newest": Order(Key("l.opened_at", Kind.INSTANT), Key("l.id", Kind.ID), down=True)},
    counted="loan l",
)


class Here(NamedTuple):
    """A device of the Relais."""

    device_id: UUID
    label: str
    status: str
    relais_id: UUID
    order_id: UUID
    # Kept for a person who brought a broken one back, recalled, or used by somebody.
    is_bound: bool


class Carried(NamedTuple):
    """A device of a loan, and the parcel that brought it to its Relais."""

    device_id: UUID
    shipment_id: UUID
    relais_id: UUID
    territory: str


class Day(NamedTuple):
    """When a loan is to be back."""

    due_on: date | None
    is_settled: bool


class Late(NamedTuple):
    """A loan of which something is still out after the day of its return."""

    id: UUID
    relais_id: UUID
    place: str
    due_on: date
    out: int


_LATE = (
    "l.id, l.relais_id, l.place, l.due_on, (SELECT count(*) FROM loan_item i WHERE i.loan_id = l.id"
    " AND i.settled_at IS NULL)"
)


class LoansRepository(Repository):
    async def late(self, scope: Scope, on: date) -> list[Late]:
        """Of the caller's Relais, the longest overdue first."""
        rows = await (await self.driver()).fetch(
            f"SELECT {_LATE} FROM loan l WHERE l.relais_id = ANY($1::uuid[]) AND l.due_on < $2"
            " AND l.settled_at IS NULL ORDER BY l.due_on, l.id",
            scope.ids,
            on,
        )
        return [Late(*row) for row in rows]

    # every tenant: the worker writes to each Relais about its own loans
    async def remind(self, on: date) -> list[Late]:
        """Those past their day that nobody wrote about; from now on somebody did."""
        rows = await (await self.driver()).fetch(
            "UPDATE loan l SET reminded_at = now() WHERE l.id IN (SELECT id FROM loan WHERE due_on < $1"
            " AND settled_at IS NULL AND reminded_at IS NULL ORDER BY id FOR NO KEY UPDATE SKIP LOCKED)"
            f" RETURNING {_LATE}",
            on,
        )
        return sorted((Late(*row) for row in rows), key=lambda one: (one.due_on, one.id))

    async def listing(self, scope: Scope, *, is_open: bool | None = None, part: Part) -> Found[LoanOut]:
        """Loans of the caller's Relais, newest first."""
        wanted = scope.where("l.relais_id")
        if is_open is not None:
            wanted.add("(l.settled_at IS NULL) = {}", is_open)
        return (await _LISTED.page(await self.driver(), wanted, part)).of(lambda row: LoanOut(**listed(row)))

    async def get(self, scope: Scope, loan_id: UUID) -> LoanOut | None:
        driver = await self.driver()
        row = await driver.fetchrow(
            f"SELECT {_COLUMNS} FROM {_FROM} WHERE l.relais_id = ANY($1::uuid[]) AND l.id = $2", scope.ids, loan_id
        )
        if row is None:
            return None
        devices = await driver.fetch(
            "SELECT x.device_id, i.label, i.category, i.manufacturer, i.model, x.outcome, x.settled_at"
            " FROM loan_item x JOIN stock_item i USING (device_id) WHERE x.loan_id = $1 ORDER BY i.label",
            loan_id,
        )
        return LoanOut(**dict(row), devices=[LentDevice.model_validate(dict(one)) for one in devices])

    async def day_for_update(self, scope: Scope, loan_id: UUID) -> Day | None:
        """When it is to be back and whether it is settled; nobody changes either meanwhile."""
        row = await (await self.driver()).fetchrow(
            "SELECT due_on, settled_at IS NOT NULL FROM loan WHERE relais_id = ANY($1::uuid[]) AND id = $2"
            " FOR NO KEY UPDATE",
            scope.ids,
            loan_id,
        )
        return Day(*row) if row is not None else None

    # every tenant: of a loan that the caller has locked
    async def extend(self, loan_id: UUID, due_on: date) -> None:
        """Another day; who was written about the one before is written about this one too."""
        await (await self.driver()).execute(
            "UPDATE loan SET due_on = $2, reminded_at = NULL WHERE id = $1", loan_id, due_on
        )

    async def here(self, scope: Scope, labels: Sequence[str], *, for_update: bool = False) -> list[Here]:
        """Devices of the caller's Relais by their labels, in the order of everybody's locks."""
        rows = await (await self.driver()).fetch(
            "SELECT device_id, label, status, relais_id, order_id, EXISTS (SELECT 1 FROM after_sale_case c"
            " WHERE c.order_id = stock_item.order_id AND c.outcome IS NULL) OR EXISTS (SELECT 1 FROM recall_item x"
            " JOIN recall r ON r.id = x.recall_id WHERE x.device_id = stock_item.device_id AND x.back_at IS NULL"
            " AND r.ended_at IS NULL) OR used_since_promised(device_id) FROM stock_item"
            " WHERE relais_id = ANY($1::uuid[]) AND label = ANY($2::text[]) ORDER BY device_id"
            f"{' FOR UPDATE' if for_update else ''}",
            scope.ids,
            list(labels),
        )
        return [Here(*row) for row in rows]

    async def to_lend(self, scope: Scope) -> list[LentDevice]:
        """What lies at the caller's Relais, ready to hand over."""
        rows = await (await self.driver()).fetch(
            "SELECT device_id, label, category, manufacturer, model, NULL AS outcome, NULL AS settled_at"
            " FROM stock_item WHERE relais_id = ANY($1::uuid[]) AND status = 'delivered'"
            " AND NOT used_since_promised(device_id) ORDER BY category, label LIMIT 300",
            scope.ids,
        )
        return [LentDevice.model_validate(dict(row)) for row in rows]

    # every tenant: of devices that the caller has locked
    async def open(
        self, relais_id: UUID, kind: LoanKind, place: str, due_on: date | None, devices: Sequence[UUID]
    ) -> UUID:
        """They leave together."""
        driver, loan_id = await self.driver(), uuid7()
        await driver.execute(
            "INSERT INTO loan (relais_id, id, kind, place, due_on) VALUES ($1, $2, $3, $4, $5)",
            relais_id,
            loan_id,
            kind.value,
            place,
            due_on,
        )
        await driver.execute(
            "INSERT INTO loan_item (relais_id, loan_id, device_id) SELECT $1, $2, unnest($3::uuid[])",
            relais_id,
            loan_id,
            list(devices),
        )
        await driver.execute(
            "UPDATE stock_item SET status = 'lent', updated_at = now() WHERE device_id = ANY($1::uuid[])", list(devices)
        )
        return loan_id

    async def orders_of(self, scope: Scope, loan_id: UUID) -> list[UUID]:
        """The orders of what is still out, so that they can be held first."""
        rows = await (await self.driver()).fetch(
            "SELECT DISTINCT i.order_id FROM loan_item x JOIN stock_item i USING (device_id)"
            " WHERE x.relais_id = ANY($1::uuid[]) AND x.loan_id = $2 AND x.settled_at IS NULL ORDER BY 1",
            scope.ids,
            loan_id,
        )
        return [row[0] for row in rows]

    # every tenant: of a loan that the caller has found
    async def for_update(self, loan_id: UUID) -> dict[StockStatus, set[UUID]]:
        """Hold what is still out, and what was lost and is not back at its workshop."""
        rows = await (await self.driver()).fetch(
            "SELECT i.device_id, i.status FROM loan_item x JOIN stock_item i USING (device_id)"
            " WHERE x.loan_id = $1 AND (x.settled_at IS NULL AND i.status = 'lent'"
            " OR x.outcome = 'lost' AND i.status = 'lost') ORDER BY i.device_id FOR UPDATE OF i",
            loan_id,
        )
        held: dict[StockStatus, set[UUID]] = {StockStatus.LENT: set(), StockStatus.LOST: set()}
        for device_id, status in rows:
            held[StockStatus(status)].add(device_id)
        return held

    # every tenant: of a loan that the caller has found
    async def carried(self, loan_id: UUID) -> list[Carried]:
        """Its devices, each with the parcel that last brought it here."""
        rows = await (await self.driver()).fetch(
            "SELECT DISTINCT ON (x.device_id) x.device_id, s.id, x.relais_id, r.territory"
            " FROM loan_item x JOIN relais r ON r.id = x.relais_id"
            " JOIN shipment_item c ON c.device_id = x.device_id AND c.removed_at IS NULL"
            " JOIN shipment s ON s.id = c.shipment_id AND s.relais_id = x.relais_id"
            " WHERE x.loan_id = $1 ORDER BY x.device_id, s.shipped_at DESC NULLS LAST, s.number DESC",
            loan_id,
        )
        return [Carried(*row) for row in rows]

    # every tenant: of devices that the caller has locked
    async def end(self, loan_id: UUID, devices: Sequence[UUID], outcome: LoanOutcome) -> None:
        """How it ended for these; a loan without any device out is settled."""
        driver = await self.driver()
        await driver.execute(
            "UPDATE loan_item SET outcome = $3, settled_at = now() WHERE loan_id = $1 AND device_id = ANY($2::uuid[])",
            loan_id,
            list(devices),
            outcome.value,
        )
        await driver.execute(
            "UPDATE loan SET settled_at = now() WHERE id = $1 AND settled_at IS NULL"
            " AND NOT EXISTS (SELECT 1 FROM loan_item WHERE loan_id = $1 AND settled_at IS NULL)",
            loan_id,
        )

    # every tenant: of devices that the caller has locked
    async def move(self, devices: Sequence[UUID], status: StockStatus) -> None:
        """They stand there now."""
        await (await self.driver()).execute(
            "UPDATE stock_item SET status = $2, updated_at = now() WHERE device_id = ANY($1::uuid[])",
            list(devices),
            status.value,
        )
