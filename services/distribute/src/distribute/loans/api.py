"""API of loans: /loans."""

from typing import Annotated
from uuid import UUID

from filiere.web import Page, Paging, Principal, ReadSession, Role, WriteSession, allow, api_router, raises

from distribute.handovers.errors import (
    CheckoutKeyReused,
    DifferentRelais,
    IsRecalled,
    KeptForACase,
    MayNotSell,
    MustBeWiped,
    NotDeliveredYet,
    NotInYourStock,
    NotThen,
    StructurePaysTooMuch,
    TierDoesNotFit,
    TwiceInTheCart,
)
from distribute.loans import service
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
from distribute.loans.repository import LoansRepository
from distribute.loans.schemas import ExtendLoanIn, LoanIn, LoanOut, SettleLoanIn
from distribute.relais.errors import AgreementForbids
from distribute.tenancy import own_relais_of

router = api_router("/loans", tags=["loans"])

Relais = Annotated[Principal, allow(Role.RELAIS)]


@router.post("", status_code=201, responses=raises(NotHere, NotToLend, OfTwoRelais, ReturnInThePast, LoanNotFound))
async def lend(body: LoanIn, principal: Relais, session: WriteSession) -> LoanOut:
    """Devices leave the Relais: carried on the street, or lent to a place."""
    return await service.lend(session, principal, body)


@router.get("")
async def listing(
    principal: Relais, session: ReadSession, paging: Paging, is_open: bool | None = None
) -> Page[LoanOut]:
    """Loans of the caller's Relais, newest first."""
    found = await LoansRepository.from_session(session).listing(
        own_relais_of(principal), is_open=is_open, part=paging.part
    )
    return paging.of(found.rows, found)


@router.get("/{loan_id}", responses=raises(LoanNotFound))
async def get(loan_id: UUID, principal: Relais, session: ReadSession) -> LoanOut:
    """One loan and its devices."""
    return await service.get(session, principal, loan_id)


@router.post("/{loan_id}/extend", responses=raises(LoanNotFound, LoanSettled, ReturnInThePast, NotLater))
async def extend(loan_id: UUID, body: ExtendLoanIn, principal: Relais, session: WriteSession) -> LoanOut:
    """A later day of return; the journal keeps the one before."""
    return await service.extend(session, principal, loan_id, body.due_on)


@router.post(
    "/{loan_id}/settle",
    responses=raises(
        LoanNotFound,
        NothingToSettle,
        BackAndGiven,
        NotInThisLoan,
        NotInYourStock,
        IsRecalled,
        MustBeWiped,
        KeptForACase,
        NotDeliveredYet,
        DifferentRelais,
        CheckoutKeyReused,
        MayNotSell,
        AgreementForbids,
        NotThen,
        StructurePaysTooMuch,
        TierDoesNotFit,
        TwiceInTheCart,
    ),
)
async def settle(loan_id: UUID, body: SettleLoanIn, principal: Relais, session: WriteSession) -> LoanOut:
    """What came back, what was given, what is lost or found again; the rest stays out."""
    return await service.settle(session, principal, loan_id, body)
