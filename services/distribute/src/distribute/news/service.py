"""Write the letters, in the transaction of what they tell of."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from filiere.database import AsyncSession, Scope
from filiere.mail import Letter, MailKind, post

from distribute.news.kinds import (
    APPROVED,
    CASE,
    DEPARTED,
    LOANS,
    NEAR,
    NOT_BACK,
    ORDER,
    OVERDUE,
    RECALL,
    RECALLED,
    RECALLED_AT_WORKSHOP,
    REFUSED,
    SHIPMENT,
    STATEMENT,
    UNREPAIRABLE,
)
from distribute.news.repository import NewsRepository


class NearOrder(NamedTuple):
    """An order of which all that it still waits for may come soon; `lines`: {what, short, when in words} of each."""

    relais_id: UUID
    order_id: UUID
    reference: str
    lines: Sequence[Mapping[str, Any]]


async def approved(
    session: AsyncSession,
    relais_id: UUID,
    order_id: UUID,
    reference: str,
    devices: int,
    fewer: Sequence[Mapping[str, Any]],
) -> None:
    """The order is approved; `fewer`: {what, before, after, reason} of each line that was approved in part."""
    data = {"reference": reference, "devices": devices, "fewer": [dict(one) for one in fewer]}
    await _write(session, relais_id, APPROVED, ORDER.format(order_id=order_id), data)


async def refused(
    session: AsyncSession, relais_id: UUID, order_id: UUID, reference: str, reason: str, *, was_approved: bool
) -> None:
    """The coordination will not serve the order, or not any more: what it had approved is cancelled, not refused."""
    data = {"reference": reference, "reason": reason, "was_approved": was_approved}
    await _write(session, relais_id, REFUSED, ORDER.format(order_id=order_id), data)


async def departed(
    session: AsyncSession, relais_id: UUID, shipment_id: UUID, reference: str, workshop: str, devices: int
) -> None:
    """A parcel has left its workshop."""
    data = {"reference": reference, "workshop": workshop, "devices": devices}
    await _write(session, relais_id, DEPARTED, SHIPMENT.format(shipment_id=shipment_id), data)


async def near(session: AsyncSession, orders: Sequence[NearOrder]) -> None:
    """The rest of these orders is estimated to come soon."""
    people = await NewsRepository.from_session(session).people_of_each([one.relais_id for one in orders])
    letters = [
        Letter(
            address, NEAR, {"reference": one.reference, "lines": list(one.lines)}, ORDER.format(order_id=one.order_id)
        )
        for one in orders
        for address in people.get(one.relais_id, ())
    ]
    await post(session, letters)


async def not_back(session: AsyncSession, loans: Mapping[UUID, Sequence[Mapping[str, Any]]]) -> None:
    """Loans are past the day of their return: {place, due_on, out} of each, by the Relais that lent."""
    people = await NewsRepository.from_session(session).people_of_each(list(loans))
    letters = [
        Letter(address, NOT_BACK, {"loans": [dict(one) for one in theirs]}, LOANS)
        for relais_id, theirs in loans.items()
        for address in people.get(relais_id, ())
    ]
    await post(session, letters)


async def recalled(
    session: AsyncSession, relais_id: UUID, recall_id: UUID, name: str, reason: str, devices: int,
    *, by_workshop: bool = False,
) -> None:  # fmt: skip
    """The coordination, or a workshop, takes back what the Relais has, or its people have."""
    data = {"name": name, "reason": reason, "devices": devices, "by_workshop": by_workshop}
    await _write(session, relais_id, RECALLED, RECALL.format(recall_id=recall_id), data)


async def recalled_at_workshop(
    session: AsyncSession, workshop_id: UUID, recall_id: UUID, name: str, reason: str, devices: int,
    *, by_workshop: bool = False,
) -> None:  # fmt: skip
    """The same, for the workshop that the devices came from."""
    data = {"name": name, "reason": reason, "devices": devices, "by_workshop": by_workshop}
    people = await NewsRepository.from_session(session).people_at(Scope([workshop_id]))
    page = RECALL.format(recall_id=recall_id)
    await post(session, [Letter(address, RECALLED_AT_WORKSHOP, data, page) for address in people])


async def not_repairable(session: AsyncSession, relais_id: UUID, case_id: UUID, label: str) -> None:
    """A workshop gives up the device of a case: its Relais decides what the person gets instead."""
    await _write(session, relais_id, UNREPAIRABLE, CASE.format(case_id=case_id), {"label": label})


async def overdue(session: AsyncSession, relais_id: UUID, invoices: Sequence[Mapping[str, Any]]) -> None:
    """Invoices are not paid in time: {number, left in words, due_on} of each."""
    data = {"invoices": [dict(one) for one in invoices]}
    await _write(session, relais_id, OVERDUE, STATEMENT.format(relais_id=relais_id), data)


async def _write(session: AsyncSession, relais_id: UUID, kind: MailKind, page: str, data: Mapping[str, Any]) -> None:
    people = await NewsRepository.from_session(session).people_of(Scope([relais_id]))
    await post(session, [Letter(address, kind, data, page) for address in people])
