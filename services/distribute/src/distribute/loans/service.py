"""Lend and settle: each device is out once, and comes back or is given."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal
from uuid import UUID

from filiere import journal, outbox
from filiere.calendar import today
from filiere.database import AsyncReadSession, AsyncSession
from filiere.events import Event
from filiere.identifiers import IdentifierError, parse_label
from filiere.web import Principal

from distribute.demand.service import refresh
from distribute.handovers.checkout import check_out
from distribute.handovers.schemas import CartDeviceIn, CheckoutIn
from distribute.handovers.status import HandoverKind
from distribute.handovers.used import send_to_its_workshop
from distribute.incidents.events import DeviceFound, DeviceLost
from distribute.loans.errors import (
    BackAndGiven,
    LoanNotFound,
    LoanSettled,
    NotHere,
    NothingToSettle,
    NotInThisLoan,
    NotLater,
    NotToLend,
    OfTwoRelais,
    ReturnInThePast,
)
from distribute.loans.events import DeviceLent, DeviceLoanEnded
from distribute.loans.repository import Carried, LoansRepository
from distribute.loans.schemas import LoanIn, LoanOut, SettleLoanIn
from distribute.loans.status import LoanKind, LoanOutcome
from distribute.orders.release import release
from distribute.orders.repository import OrdersRepository
from distribute.statuses import StockStatus
from distribute.tenancy import own_relais_of
from distribute.why import Ending, TakenBack

OBJECT = "loan"  # of the journal


async def lend(session: AsyncSession, principal: Principal, body: LoanIn) -> LoanOut:
    """Devices that lie at the Relais leave for a place or the street. Raises NotHere, NotToLend,
    OfTwoRelais, ReturnInThePast.
    """
    if body.due_on is not None and body.due_on < today():
        raise ReturnInThePast
    scope, repository = own_relais_of(principal), LoansRepository.from_session(session)
    labels = list(dict.fromkeys(_label(text) for text in body.labels))
    seen = await repository.here(scope, labels)
    await OrdersRepository.from_session(session).for_update(sorted({one.order_id for one in seen}))
    found = await repository.here(scope, labels, for_update=True)
    if strangers := sorted(set(labels) - {one.label for one in found}):
        raise NotHere(", ".join(strangers))
    ready = [one for one in found if one.status == StockStatus.DELIVERED.value and not one.is_bound]
    if away := sorted(set(labels) - {one.label for one in ready}):
        raise NotToLend(", ".join(away))
    if len({one.relais_id for one in ready}) > 1:
        raise OfTwoRelais
    loan_id = await repository.open(
        ready[0].relais_id, body.kind, body.place, body.due_on, [one.device_id for one in ready]
    )
    where = await repository.carried(loan_id)
    told = [
        DeviceLent(device_id=one.device_id, relais_id=one.relais_id, territory=one.territory, kind=body.kind)
        for one in where
    ]
    await outbox.append(session, told)
    return await get(session, principal, loan_id)


async def extend(session: AsyncSession, principal: Principal, loan_id: UUID, due_on: date) -> LoanOut:
    """A later day of return, with the one before in the journal.

    Raises LoanNotFound, LoanSettled, ReturnInThePast, NotLater.
    """
    repository = LoansRepository.from_session(session)
    before = await repository.day_for_update(own_relais_of(principal), loan_id)
    if before is None:
        raise LoanNotFound
    if before.is_settled:
        raise LoanSettled
    if due_on < today():
        raise ReturnInThePast
    if before.due_on is not None and due_on <= before.due_on:
        raise NotLater
    await repository.extend(loan_id, due_on)
    said = {"before": before.due_on.isoformat() if before.due_on else "", "due_on": due_on.isoformat()}
    await journal.note(session, principal, OBJECT, loan_id, "extended", said)
    return await get(session, principal, loan_id)


async def settle(session: AsyncSession, principal: Principal, loan_id: UUID, said: SettleLoanIn) -> LoanOut:
    """What came back from the street is ready to hand over: nobody had it. What came back from a place was used there:
    it goes to its workshop, which wipes it. What was given goes through the till as a gift, each with its receipt; what
    is lost is promised to nobody, and its line is short again; what is found again goes back to its workshop.

    Raises LoanNotFound, NothingToSettle, BackAndGiven, NotInThisLoan, and what the till does.
    """
    if not said.still_out and not said.found:
        raise NothingToSettle
    if len({*said.still_out, *said.found}) < len(said.still_out) + len(said.found):
        raise BackAndGiven
    loan = await get(session, principal, loan_id)
    repository = LoansRepository.from_session(session)
    orders = await repository.orders_of(own_relais_of(principal), loan_id)
    await OrdersRepository.from_session(session).for_update(orders)
    held = await repository.for_update(loan_id)
    if {*said.still_out} - held[StockStatus.LENT] or {*said.found} - held[StockStatus.LOST]:
        raise NotInThisLoan
    carried = {one.device_id: one for one in await repository.carried(loan_id)}
    if loan.kind is LoanKind.PLACE:
        await _to_wipe(session, loan_id, said, carried)
    else:
        await _back(session, loan_id, said.returned, carried, LoanOutcome.RETURNED)
    await _given(session, principal, loan_id, said, carried)
    await _lost_or_found(session, loan_id, said, carried)
    if said.lost:
        await refresh(session, orders)
    return await get(session, principal, loan_id)


async def _back(
    session: AsyncSession,
    loan_id: UUID,
    devices: Sequence[UUID],
    carried: Mapping[UUID, Carried],
    outcome: Literal[LoanOutcome.RETURNED, LoanOutcome.GIVEN],
) -> None:
    """They lie at the Relais again."""
    if not devices:
        return
    repository = LoansRepository.from_session(session)
    await repository.end(loan_id, devices, outcome)
    await repository.move(devices, StockStatus.DELIVERED)
    await outbox.append(session, _ended(devices, carried, outcome))


async def _to_wipe(session: AsyncSession, loan_id: UUID, said: SettleLoanIn, carried: Mapping[UUID, Carried]) -> None:
    """Somebody wrote on them where they were: nobody else has them before their workshop has wiped them."""
    if not said.returned:
        return
    await LoansRepository.from_session(session).end(loan_id, said.returned, LoanOutcome.RETURNED)
    await outbox.append(session, _ended(said.returned, carried, LoanOutcome.RETURNED))
    await send_to_its_workshop(session, said.returned, held=StockStatus.LENT)


async def _given(
    session: AsyncSession, principal: Principal, loan_id: UUID, said: SettleLoanIn, carried: Mapping[UUID, Carried]
) -> None:
    """Whoever uses it keeps it."""
    if not said.given:
        return
    await _back(session, loan_id, said.given, carried, LoanOutcome.GIVEN)
    cart = [CartDeviceIn(device_id=device_id) for device_id in said.given]
    await check_out(session, principal, CheckoutIn(devices=cart, kind=HandoverKind.GIVEN))


def _ended(
    devices: Sequence[UUID],
    carried: Mapping[UUID, Carried],
    outcome: Literal[LoanOutcome.RETURNED, LoanOutcome.GIVEN],
) -> list[DeviceLoanEnded]:
    return [
        DeviceLoanEnded(
            device_id=one, relais_id=carried[one].relais_id, territory=carried[one].territory, outcome=outcome
        )
        for one in sorted(devices)
    ]


async def _lost_or_found(
    session: AsyncSession, loan_id: UUID, said: SettleLoanIn, carried: Mapping[UUID, Carried]
) -> None:
    repository = LoansRepository.from_session(session)
    told: list[Event] = []
    if said.lost:
        why = TakenBack(ending=Ending.LOST_ON_LOAN)
        await release(session, said.lost, why, into=StockStatus.LOST, held=StockStatus.LENT)
        await repository.end(loan_id, said.lost, LoanOutcome.LOST)
        told += [DeviceLost(**carried[one]._asdict(), while_lent=True) for one in sorted(said.lost)]
    if said.found:
        await repository.move(said.found, StockStatus.RETURNING)
        await repository.end(loan_id, said.found, LoanOutcome.FOUND)
        told += [DeviceFound(**carried[one]._asdict(), while_lent=True) for one in sorted(said.found)]
    await outbox.append(session, told)


async def get(session: AsyncReadSession | AsyncSession, principal: Principal, loan_id: UUID) -> LoanOut:
    """One loan of the caller's Relais. Raises LoanNotFound."""
    found = await LoansRepository.from_session(session).get(own_relais_of(principal), loan_id)
    if found is None:
        raise LoanNotFound
    return found


def _label(text: str) -> str:
    try:
        return parse_label(text)
    except IdentifierError as error:
        raise NotHere(text.strip()[:40]) from error
