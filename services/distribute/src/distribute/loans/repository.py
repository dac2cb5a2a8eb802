"""SQL of loans."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from filiere.database import Found, Key, Kind, Listing, Order, Part, Repository, Scope, listed
from filiere.identifiers import uuid7

from distribute.loans.schemas import LentDevice, LoanOut
from distribute.loans.status import LoanKind, LoanOutcome

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


class LoansRepository(Repository):
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

    async def here(self, scope: Scope, labels: Sequence[str], *, for_update: bool = False) -> list[Here]:
        """Devices of the caller's Relais by their labels, in the order of everybody's locks."""
        rows = await (await self.driver()).fetch(
            "SELECT device_id, label, status, relais_id, order_id FROM stock_item"
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
            " ORDER BY category, label LIMIT 300",
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
    async def out_for_update(self, loan_id: UUID) -> set[UUID]:
        """Hold what is still out."""
        rows = await (await self.driver()).fetch(
            "SELECT i.device_id FROM loan_item x JOIN stock_item i USING (device_id)"
            " WHERE x.loan_id = $1 AND x.settled_at IS NULL AND i.status = 'lent' ORDER BY i.device_id FOR UPDATE",
            loan_id,
        )
        return {row[0] for row in rows}

    # every tenant: of devices that the caller has locked
    async def back(self, loan_id: UUID, devices: Sequence[UUID], outcome: LoanOutcome) -> None:
        """They are at the Relais again, or about to be given; a loan without any device out is settled."""
        driver = await self.driver()
        await driver.execute(
            "UPDATE loan_item SET outcome = $3, settled_at = now() WHERE loan_id = $1 AND device_id = ANY($2::uuid[])",
            loan_id,
            list(devices),
            outcome.value,
        )
        await driver.execute(
            "UPDATE stock_item SET status = 'delivered', updated_at = now() WHERE device_id = ANY($1::uuid[])",
            list(devices),
        )
        await driver.execute(
            "UPDATE loan SET settled_at = now() WHERE id = $1"
            " AND NOT EXISTS (SELECT 1 FROM loan_item WHERE loan_id = $1 AND settled_at IS NULL)",
            loan_id,
        )
