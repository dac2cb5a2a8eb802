"""SQL of cases. Receipts are read by the Relais that gave them only."""

from collections.abc import AsyncIterator, Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from filiere.catalogue import Category, Fault, Grade
from filiere.database import Found, Key, Kind, Listing, Order, Part, Repository, Scope, Where, listed

from distribute.after_sale.schemas import CaseOut, FaultsOut, Instead
from distribute.after_sale.status import CaseOutcome, Payer
from distribute.orders.schemas import reference
from distribute.statuses import IS_OPEN
from distribute.tenancy import seen_by_either

_COLUMNS = """
c.id, c.relais_id, r.name AS relais_name, c.workshop_id, i.workshop_name, c.device_id, i.label, i.category,
i.manufacturer, i.model, c.grade, i.status, c.fault, c.is_guaranteed, c.way, c.opened_at, c.sent_at, c.carrier,
c.tracking, c.at_workshop_at, c.repaired_at, c.unrepairable_at, c.order_id, o.number AS order_number,
o.status AS order_status, o.allocated_at AS kept_at, o.shipped_at AS kept_sent_at, o.delivered_at AS kept_here_at,
kept.label AS kept_label, kept.status AS kept_status, c.payer AS said_payer, c.person_cents, c.structure_cents,
c.refunded_cents, c.outcome, c.settled_at, instead.label AS replacement_label, c.receipt, c.handover_id,
c.replacement_handover_id
"""
_FROM = """
after_sale_case c JOIN relais r ON r.id = c.relais_id JOIN stock_item i ON i.device_id = c.device_id
LEFT JOIN stock_item instead ON instead.device_id = c.replacement_id
LEFT JOIN relais_order o ON o.id = c.order_id
LEFT JOIN LATERAL (
    SELECT s.label, s.status FROM stock_item s WHERE s.order_id = c.order_id ORDER BY s.device_id LIMIT 1) kept ON true
"""
_LISTED = Listing(
    _COLUMNS,
    _FROM,
    {"newest": Order(Key("c.opened_at", Kind.INSTANT), Key("c.id", Kind.ID), down=True)},
    counted="after_sale_case c",
)


# What stays with the Relais.
_THEIRS = ("receipt", "handover_id", "replacement_handover_id", "person_cents", "structure_cents", "refunded_cents")
# A case that waits for its own device, and for no other one; of a Relais that may receive.
_WAITS = f"""
c.outcome IS NULL AND (o.id IS NULL OR NOT o.{IS_OPEN})
    AND EXISTS (SELECT 1 FROM agreement a WHERE a.relais_id = c.relais_id AND a.ended_on IS NULL)
"""
_WAITING = f"""
FROM after_sale_case c JOIN stock_item i USING (device_id) LEFT JOIN relais_order o ON o.id = c.order_id
WHERE c.device_id = ANY($1::uuid[]) AND {_WAITS}
"""


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
    way: str


class Repaired(NamedTuple):
    """A device that is ready anew, and whose case still waits for one."""

    case_id: UUID
    relais_id: UUID
    device_id: UUID
    category: Category
    grade: Grade
    sold_as: Grade
    campaign: str | None


class GivenUp(NamedTuple):
    """A case whose device does not come back."""

    id: UUID
    relais_id: UUID
    label: str


class WaitsAgain(NamedTuple):
    """An order that is short again since its device was brought back."""

    order_id: UUID
    number: int

    @property
    def reference(self) -> str:
        return reference(self.number)


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

    async def faults(self, workshops: Scope, since: datetime) -> list[FaultsOut]:
        """How often each model came back, and for what, the most frequent first."""
        rows = await (await self.driver()).fetch(
            "SELECT i.category, max(i.manufacturer) AS manufacturer, max(i.model) AS model, c.fault,"
            " count(*)::int AS devices, count(*) FILTER (WHERE c.is_guaranteed)::int AS guaranteed"
            " FROM after_sale_case c JOIN stock_item i USING (device_id)"
            " WHERE ($1::uuid[] IS NULL OR c.workshop_id = ANY($1)) AND c.opened_at >= $2"
            " GROUP BY i.category, lower(coalesce(i.manufacturer, '')), lower(coalesce(i.model, '')), c.fault"
            " ORDER BY devices DESC, model, fault LIMIT 500",
            workshops.ids,
            since,
        )
        return [FaultsOut.model_validate(dict(row)) for row in rows]

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
            " way, workshop_id) SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, workshop_id FROM stock_item"
            " WHERE device_id = $3",
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

    # every tenant: of a case that the caller has locked
    async def ordered(self, case_id: UUID, order_id: UUID) -> None:
        """A device is kept for it, or waited for, by this order."""
        await (await self.driver()).execute("UPDATE after_sale_case SET order_id = $2 WHERE id = $1", case_id, order_id)

    # every tenant: of a case that the caller has locked
    async def paid(self, case_id: UUID, payer: Payer | None, person_cents: int = 0, structure_cents: int = 0) -> None:
        await (await self.driver()).execute(
            "UPDATE after_sale_case SET payer = $2, person_cents = $3, structure_cents = $4 WHERE id = $1",
            case_id,
            payer.value if payer is not None else None,
            person_cents,
            structure_cents,
        )

    # every tenant: of a case that the caller has locked
    async def refunded(self, case_id: UUID, handover_id: UUID, cents: int, *, in_part: bool) -> None:
        """Which sale was paid back, and how much of it."""
        await (await self.driver()).execute(
            "UPDATE after_sale_case SET refunded_id = $2, refunded_cents = $3, is_refunded_in_part = $4 WHERE id = $1",
            case_id,
            handover_id,
            cents,
            in_part,
        )

    # every tenant: of a case that the caller has found
    async def send(self, case_id: UUID, carrier: str | None, tracking: str | None) -> bool:
        """The broken device leaves its Relais; False when it had left, or is not on its way any more."""
        return bool(
            await (await self.driver()).fetchval(
                "UPDATE after_sale_case c SET sent_at = now(), carrier = $2, tracking = $3 FROM stock_item i"
                " WHERE c.id = $1 AND c.sent_at IS NULL AND i.device_id = c.device_id AND i.status = 'returning'"
                " AND NOT EXISTS (SELECT 1 FROM after_sale_case l WHERE l.device_id = c.device_id"
                " AND l.opened_at > c.opened_at) RETURNING true",
                case_id,
                carrier,
                tracking,
            )
        )

    async def waits_again(self, relais: Scope, case_id: UUID) -> WaitsAgain | None:
        """The open order that lost its device to this case, and waits for another one because of it."""
        row = await (await self.driver()).fetchrow(
            "SELECT o.id, o.number FROM after_sale_case c JOIN reservation v ON v.device_id = c.device_id"
            " AND v.relais_id = c.relais_id AND v.released_at >= c.opened_at"
            " JOIN order_line l ON l.id = v.line_id AND l.allocated < l.quantity"
            " JOIN relais_order o ON o.id = v.order_id AND o.id IS DISTINCT FROM c.order_id"
            f" WHERE c.relais_id = ANY($1::uuid[]) AND c.id = $2 AND o.{IS_OPEN} ORDER BY v.released_at LIMIT 1",
            relais.ids,
            case_id,
        )
        return WaitsAgain(*row) if row is not None else None

    async def arrived(self, device_ids: Sequence[UUID]) -> None:
        """Their workshop has them again."""
        await self._dated(device_ids, "at_workshop_at = now()", "c.at_workshop_at IS NULL")

    # every tenant: events act for no caller
    async def given_up(self, device_ids: Sequence[UUID]) -> list[GivenUp]:
        """Their workshop will not make them ready any more; the cases that still wait, in the order of their ids."""
        gone = "c.at_workshop_at IS NOT NULL AND c.repaired_at IS NULL AND c.unrepairable_at IS NULL"
        found = await self._dated(device_ids, "unrepairable_at = now()", gone)
        rows = await (await self.driver()).fetch(
            "SELECT c.id, c.relais_id, i.label FROM after_sale_case c JOIN stock_item i USING (device_id)"
            " WHERE c.id = ANY($1::uuid[]) AND c.outcome IS NULL ORDER BY c.id",
            found,
        )
        return [GivenUp(*row) for row in rows]

    async def repaired(self, device_ids: Sequence[UUID]) -> None:
        """They are ready anew."""
        there = "c.at_workshop_at IS NOT NULL AND c.repaired_at IS NULL"
        await self._dated(device_ids, "repaired_at = now(), unrepairable_at = NULL", there)

    # every tenant: events act for no caller
    async def _dated(self, device_ids: Sequence[UUID], what: str, where: str) -> list[UUID]:
        rows = await (await self.driver()).fetch(
            f"UPDATE after_sale_case c SET {what} WHERE c.device_id = ANY($1::uuid[]) AND {where}"
            " AND NOT EXISTS (SELECT 1 FROM after_sale_case l WHERE l.device_id = c.device_id"
            " AND l.opened_at > c.opened_at) RETURNING c.id",
            list(device_ids),
        )
        return [row[0] for row in rows]

    # every tenant: events act for no caller
    async def opened_for(self, device_ids: Sequence[UUID]) -> dict[UUID, bool]:
        """Those of the devices that a case was ever opened for; whether one waits for it, and is promised no other."""
        rows = await (await self.driver()).fetch(
            f"SELECT c.device_id, bool_or({_WAITS}) FROM after_sale_case c"
            " LEFT JOIN relais_order o ON o.id = c.order_id WHERE c.device_id = ANY($1::uuid[]) GROUP BY c.device_id",
            list(device_ids),
        )
        return dict(rows)

    # every tenant: events act for no caller
    async def waited_for_for_update(self, device_ids: Sequence[UUID]) -> list[UUID]:
        """Those of the devices that one waits for, and hold the cases: before the devices, as who settles one."""
        rows = await (await self.driver()).fetch(
            f"SELECT c.device_id {_WAITING} ORDER BY c.id FOR UPDATE OF c", list(device_ids)
        )
        return [row[0] for row in rows]

    # every tenant: events act for no caller
    async def free_again(self, device_ids: Sequence[UUID]) -> list[Repaired]:
        """The held cases whose own device is free to be given back, with how it is graded now."""
        rows = await (await self.driver()).fetch(
            "SELECT c.id, c.relais_id, i.device_id, i.category, i.grade, c.grade, i.campaign"
            f" {_WAITING} AND i.status = 'available' ORDER BY c.id",
            list(device_ids),
        )
        return [
            Repaired(row[0], row[1], row[2], Category(row[3]), Grade(row[4]), Grade(row[5]), row[6]) for row in rows
        ]

    async def instead(
        self, scope: Scope, category: Category, grades: Collection[Grade], same_device: UUID
    ) -> list[Instead]:
        """What lies at these Relais and may be handed over instead: the same kind, as good or better, or itself."""
        rows = await (await self.driver()).fetch(
            "SELECT device_id, label, category, grade, manufacturer, model FROM stock_item"
            " WHERE relais_id = ANY($1::uuid[]) AND status = 'delivered' AND category = $2 AND NOT EXISTS ("
            "SELECT 1 FROM after_sale_case k WHERE k.order_id = stock_item.order_id AND k.outcome IS NULL)"
            " AND NOT EXISTS (SELECT 1 FROM recall_item x JOIN recall r ON r.id = x.recall_id"
            " WHERE x.device_id = stock_item.device_id AND x.back_at IS NULL AND r.ended_at IS NULL)"
            " AND NOT used_since_promised(device_id)"
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
    return case.model_copy(update=dict.fromkeys(_THEIRS))
