"""SQL of cases. Receipts are read by the Relais that gave them only."""

from collections.abc import AsyncIterator, Collection
from typing import Any, NamedTuple
from uuid import UUID

from filiere.catalogue import Category, Grade
from filiere.database import Found, Key, Kind, Listing, Order, Part, Repository, Scope, Where, listed

from distribute.after_sale.schemas import CaseOut, Instead
from distribute.after_sale.status import CaseOutcome, Fault
from distribute.tenancy import seen_by_either

_COLUMNS = """
c.id, c.relais_id, r.name AS relais_name, c.workshop_id, i.workshop_name, c.device_id, i.label, i.category,
i.manufacturer, i.model, c.grade, i.status, c.fault, c.is_guaranteed, c.opened_at, c.outcome, c.settled_at,
instead.label AS replacement_label, c.receipt, c.handover_id, c.replacement_handover_id
"""
_FROM = """
after_sale_case c JOIN relais r ON r.id = c.relais_id JOIN stock_item i ON i.device_id = c.device_id
LEFT JOIN stock_item instead ON instead.device_id = c.replacement_id
"""
_LISTED = Listing(
    _COLUMNS,
    _FROM,
    {"newest": Order(Key("c.opened_at", Kind.INSTANT), Key("c.id", Kind.ID), down=True)},
    counted="after_sale_case c",
)


class Case(NamedTuple):
    """A row of `after_sale_case` when it begins."""

    relais_id: UUID
    id: UUID
    device_id: UUID
    handover_id: UUID
    receipt: str
    grade: str
    fault: str
    is_guaranteed: bool


class AfterSaleRepository(Repository):
    async def listing(
        self, relais: Scope, workshops: Scope, own: Scope, *, is_open: bool | None, fault: Fault | None, part: Part
    ) -> Found[CaseOut]:
        """Cases the caller may see, newest first."""
        wanted = _wanted(relais, workshops, is_open, fault)
        found = await _LISTED.page(await self.driver(), wanted, part)
        return found.of(lambda row: _case(listed(row), own))

    async def each(
        self, relais: Scope, workshops: Scope, own: Scope, *, is_open: bool | None, fault: Fault | None
    ) -> AsyncIterator[CaseOut]:
        """All that `listing` finds, while it is read."""
        async for row in _LISTED.each(await self.driver(), _wanted(relais, workshops, is_open, fault), "newest"):
            yield _case(dict(row), own)

    async def get(self, relais: Scope, workshops: Scope, own: Scope, case_id: UUID) -> CaseOut | None:
        row = await (await self.driver()).fetchrow(
            f"SELECT {_COLUMNS} FROM {_FROM} WHERE ($1::uuid[] IS NULL OR c.relais_id = ANY($1)"
            " OR c.workshop_id = ANY($2)) AND c.id = $3",
            relais.ids,
            workshops.ids,
            case_id,
        )
        return _case(dict(row), own) if row is not None else None

    async def of_handover(self, scope: Scope, handover_id: UUID) -> UUID | None:
        """The case of a handover of the caller's Relais."""
        found: UUID | None = await (await self.driver()).fetchval(
            "SELECT id FROM after_sale_case WHERE relais_id = ANY($1::uuid[]) AND handover_id = $2",
            scope.ids,
            handover_id,
        )
        return found

    async def open_for_update(self, scope: Scope, case_id: UUID) -> bool:
        """Hold a case of the caller's Relais; whether it still waits."""
        waits = await (await self.driver()).fetchval(
            "SELECT outcome IS NULL FROM after_sale_case WHERE relais_id = ANY($1::uuid[]) AND id = $2 FOR UPDATE",
            scope.ids,
            case_id,
        )
        return bool(waits)

    # every tenant: of a handover that the caller has locked
    async def add(self, case: Case) -> None:
        """It begins; the workshop is the device's own."""
        await (await self.driver()).execute(
            "INSERT INTO after_sale_case (relais_id, id, device_id, handover_id, receipt, grade, fault, is_guaranteed,"
            " workshop_id) SELECT $1, $2, $3, $4, $5, $6, $7, $8, workshop_id FROM stock_item WHERE device_id = $3",
            *case,
        )

    # every tenant: of a case that the caller has locked
    async def end(
        self, case_id: UUID, outcome: CaseOutcome, replacement: UUID | None = None, handover: UUID | None = None
    ) -> None:
        await (await self.driver()).execute(
            "UPDATE after_sale_case SET outcome = $2, settled_at = now(), replacement_id = $3,"
            " replacement_handover_id = $4 WHERE id = $1",
            case_id,
            outcome.value,
            replacement,
            handover,
        )

    async def instead(
        self, scope: Scope, category: Category, grades: Collection[Grade], same_device: UUID
    ) -> list[Instead]:
        """What lies at these Relais and may be handed over instead: the same kind, as good or better, or itself."""
        rows = await (await self.driver()).fetch(
            "SELECT device_id, label, category, grade, manufacturer, model FROM stock_item"
            " WHERE relais_id = ANY($1::uuid[]) AND status = 'delivered' AND category = $2"
            " AND (grade = ANY($3::text[]) OR device_id = $4) ORDER BY device_id <> $4, grade DESC, label LIMIT 100",
            scope.ids,
            category.value,
            [one.value for one in grades],
            same_device,
        )
        return [Instead.model_validate(dict(row)) for row in rows]


def _wanted(relais: Scope, workshops: Scope, is_open: bool | None, fault: Fault | None) -> Where:
    wanted = seen_by_either(relais, workshops, "c")
    if is_open is not None:
        wanted.add("(c.outcome IS NULL) = {}", is_open)
    if fault is not None:
        wanted.add("c.fault = {}", fault.value)
    return wanted


def _case(row: dict[str, Any], own: Scope) -> CaseOut:
    case = CaseOut.model_validate(row)
    if own.includes(case.relais_id):
        return case
    return case.model_copy(update={"receipt": None, "handover_id": None, "replacement_handover_id": None})
