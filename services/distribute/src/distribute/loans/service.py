"""Lend and settle: each device is out once, and comes back or is given."""

from collections.abc import Sequence
from uuid import UUID

from filiere.calendar import today
from filiere.database import AsyncReadSession, AsyncSession
from filiere.identifiers import IdentifierError, parse_label
from filiere.web import Principal

from distribute.handovers.checkout import check_out
from distribute.handovers.schemas import CartDeviceIn, CheckoutIn
from distribute.handovers.status import HandoverKind
from distribute.loans.errors import (
    BackAndGiven,
    LoanNotFound,
    NotHere,
    NothingToSettle,
    NotInThisLoan,
    NotToLend,
    OfTwoRelais,
    ReturnInThePast,
)
from distribute.loans.repository import LoansRepository
from distribute.loans.schemas import LoanIn, LoanOut
from distribute.loans.status import LoanOutcome
from distribute.orders.repository import OrdersRepository
from distribute.statuses import StockStatus
from distribute.tenancy import own_relais_of


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
    ready = [one for one in found if one.status == StockStatus.DELIVERED.value]
    if away := sorted(set(labels) - {one.label for one in ready}):
        raise NotToLend(", ".join(away))
    if len({one.relais_id for one in ready}) > 1:
        raise OfTwoRelais
    loan_id = await repository.open(
        ready[0].relais_id, body.kind, body.place, body.due_on, [one.device_id for one in ready]
    )
    return await get(session, principal, loan_id)


async def settle(
    session: AsyncSession, principal: Principal, loan_id: UUID, returned: Sequence[UUID], given: Sequence[UUID]
) -> LoanOut:
    """What came back is ready to hand over; what was given goes through the till as a gift, each with its receipt.

    Raises LoanNotFound, NothingToSettle, BackAndGiven, NotInThisLoan.
    """
    both = [*returned, *given]
    if not both:
        raise NothingToSettle
    if set(returned) & set(given):
        raise BackAndGiven
    await get(session, principal, loan_id)
    repository = LoansRepository.from_session(session)
    orders = await repository.orders_of(own_relais_of(principal), loan_id)
    await OrdersRepository.from_session(session).for_update(orders)
    if len(set(both)) < len(both) or set(both) - await repository.out_for_update(loan_id):
        raise NotInThisLoan
    if returned:
        await repository.back(loan_id, returned, LoanOutcome.RETURNED)
    if given:
        await repository.back(loan_id, given, LoanOutcome.GIVEN)
        cart = [CartDeviceIn(device_id=device_id) for device_id in given]
        await check_out(session, principal, CheckoutIn(devices=cart, kind=HandoverKind.GIVEN))
    return await get(session, principal, loan_id)


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
