"""API of dues: statements, invoices, payments, the aged balance."""

from datetime import date
from typing import Annotated
from uuid import UUID

from filiere.calendar import today
from filiere.web import (
    Page,
    Paging,
    Principal,
    ReadSession,
    Role,
    StreamSession,
    WriteSession,
    allow,
    api_router,
    own_settings,
    raises,
    sheet_response,
)
from filiere.web.bounded_types import Day
from starlette.responses import StreamingResponse

from distribute.dues import carrying, service, sheets
from distribute.dues.carried_repository import CarriedRepository
from distribute.dues.errors import (
    AlreadyCorrected,
    CarriedKeyReused,
    CarriedNotFound,
    CarriedTwice,
    DayNotOver,
    DueBeforeItsDay,
    HalfInvoiced,
    InvoiceNotFound,
    NoAgreementForDues,
    NotFromBefore,
    NothingToInvoice,
    NotThisInvoice,
    PaidInTheFuture,
    PaymentKeyReused,
    PaymentNotFound,
    PaymentUndone,
    TermsInThePast,
)
from distribute.dues.money_repository import MoneyRepository
from distribute.dues.repository import DuesRepository
from distribute.dues.schemas import (
    AgedBalanceOut,
    CarriedIn,
    CarriedOut,
    CorrectIn,
    DueOut,
    DuesProofOut,
    InvoiceIn,
    InvoiceOut,
    PaymentIn,
    PaymentOut,
    RemindedOut,
    RemindIn,
    StatementOut,
    TermsIn,
    TermsOut,
    UndoPaymentIn,
)
from distribute.relais import service as relais_service
from distribute.relais.errors import RelaisNotFound
from distribute.settings import DistributeSettings
from distribute.tenancy import relais_of

router = api_router("", tags=["dues"])

Reader = Annotated[Principal, allow(Role.RELAIS, Role.COORDINATOR)]
Coordinator = Annotated[Principal, allow(Role.COORDINATOR)]
Own = Annotated[DistributeSettings, own_settings(DistributeSettings)]


@router.put("/relais/{relais_id}/dues-terms", responses=raises(RelaisNotFound, NoAgreementForDues, TermsInThePast))
async def set_terms(relais_id: UUID, body: TermsIn, principal: Coordinator, session: WriteSession) -> TermsOut:
    """What the agreement says of money, from a day on; what was due before stays."""
    return await service.set_terms(session, principal, relais_id, body)


@router.get("/relais/{relais_id}/statement", responses=raises(RelaisNotFound))
async def statement(
    relais_id: UUID, principal: Reader, session: ReadSession, first: Day | None = None, last: Day | None = None
) -> StatementOut:
    """What the Relais owes and has paid over a period, the present year when not said."""
    return await service.statement(session, principal, relais_id, *period(first, last))


@router.get("/relais/{relais_id}/dues", responses=raises(RelaisNotFound))
async def dues(
    relais_id: UUID,
    principal: Reader,
    session: ReadSession,
    paging: Paging,
    first: Day | None = None,
    last: Day | None = None,
) -> Page[DueOut]:
    """Each amount that is due or credited, with the sale or the device that it comes from, newest first."""
    await relais_service.get(session, principal, relais_id)
    found = await DuesRepository.from_session(session).listing(
        relais_of(principal), relais_id, *period(first, last), part=paging.part
    )
    return paging.of(found.rows, found)


@router.get("/relais/{relais_id}/dues.csv", responses=raises(RelaisNotFound))
async def dues_csv(
    relais_id: UUID, principal: Reader, session: StreamSession, first: Day | None = None, last: Day | None = None
) -> StreamingResponse:
    """The same, for a spreadsheet."""
    await relais_service.get(session, principal, relais_id)
    each = DuesRepository.from_session(session).each(relais_of(principal), relais_id, *period(first, last))
    return sheet_response("releve.csv", sheets.DUES, sheets.dues(each))


@router.post(
    "/relais/{relais_id}/invoices", status_code=201, responses=raises(RelaisNotFound, DayNotOver, NothingToInvoice)
)
async def invoice(
    relais_id: UUID, body: InvoiceIn, principal: Coordinator, session: WriteSession, settings: Own
) -> InvoiceOut:
    """Put everything that is due until a day on an invoice, or on a credit note when it is less than nothing."""
    return await service.invoice(session, principal, settings, relais_id, body.last)


@router.get("/relais/{relais_id}/invoices", responses=raises(RelaisNotFound))
async def invoices(relais_id: UUID, principal: Reader, session: ReadSession, paging: Paging) -> Page[InvoiceOut]:
    """Its invoices, newest first."""
    await relais_service.get(session, principal, relais_id)
    found = await MoneyRepository.from_session(session).invoices(relais_of(principal), relais_id, paging.part)
    return paging.of(found.rows, found)


@router.get("/invoices/{invoice_id}", responses=raises(InvoiceNotFound))
async def get(invoice_id: UUID, principal: Reader, session: ReadSession) -> InvoiceOut:
    """One invoice."""
    return await service.get(session, principal, invoice_id)


@router.post(
    "/relais/{relais_id}/payments",
    status_code=201,
    responses=raises(RelaisNotFound, PaidInTheFuture, NotThisInvoice, PaymentKeyReused),
)
async def pay(relais_id: UUID, body: PaymentIn, principal: Coordinator, session: WriteSession) -> PaymentOut:
    """Record a payment; the same id again is recorded once."""
    return await service.pay(session, principal, relais_id, body)


@router.get("/relais/{relais_id}/payments", responses=raises(RelaisNotFound))
async def payments(relais_id: UUID, principal: Reader, session: ReadSession, paging: Paging) -> Page[PaymentOut]:
    """Its payments, the latest recorded first."""
    await relais_service.get(session, principal, relais_id)
    found = await MoneyRepository.from_session(session).payments(relais_of(principal), relais_id, paging.part)
    return paging.of(found.rows, found)


@router.post("/payments/{payment_id}/undo", status_code=201, responses=raises(PaymentNotFound, PaymentUndone))
async def undo(payment_id: UUID, body: UndoPaymentIn, principal: Coordinator, session: WriteSession) -> PaymentOut:
    """Take a payment back by a minus entry."""
    return await service.undo_payment(session, principal, payment_id, body.reason)


@router.post(
    "/relais/{relais_id}/carried-over",
    status_code=201,
    responses=raises(RelaisNotFound, NotFromBefore, DueBeforeItsDay, HalfInvoiced, CarriedTwice, CarriedKeyReused),
)
async def carry_over(
    relais_id: UUID, body: CarriedIn, principal: Coordinator, session: WriteSession, settings: Own
) -> CarriedOut:
    """Say what a Relais owed before its network came here; the same id again is kept once."""
    return await carrying.carry_over(session, principal, settings, relais_id, body)


@router.get("/relais/{relais_id}/carried-over", responses=raises(RelaisNotFound))
async def carried_over(relais_id: UUID, principal: Reader, session: ReadSession, paging: Paging) -> Page[CarriedOut]:
    """What it owed before, and what takes it back, the latest said first."""
    await relais_service.get(session, principal, relais_id)
    found = await CarriedRepository.from_session(session).listing(relais_of(principal), relais_id, paging.part)
    return paging.of(found.rows, found)


@router.post(
    "/carried-over/{carried_id}/correct",
    status_code=201,
    responses=raises(RelaisNotFound, CarriedNotFound, AlreadyCorrected),
)
async def correct(
    carried_id: UUID, body: CorrectIn, principal: Coordinator, session: WriteSession, settings: Own
) -> CarriedOut:
    """Take what was said of before back by a minus entry; what paid it pays other invoices."""
    return await carrying.correct(session, principal, settings, carried_id, body.reason)


@router.get("/aged-balance")
async def aged_balance(principal: Coordinator, session: ReadSession) -> AgedBalanceOut:
    """Who owes what since when."""
    return await service.aged_balance(session, principal, today())


@router.post("/aged-balance/reminders")
async def remind(principal: Coordinator, session: WriteSession, body: RemindIn | None = None) -> RemindedOut:
    """Write to whoever has overdue invoices, of each once."""
    return await service.remind(session, principal, body.relais_id if body else None)


@router.get("/dues/verification")
async def verification(principal: Coordinator, session: ReadSession) -> DuesProofOut:
    """Hold every due against its sale or device, every invoice and payment against its parts."""
    return await service.prove(session)


def period(first: date | None, last: date | None) -> tuple[date, date]:
    """The present year when not said."""
    end = last or today()
    return first or date(end.year, 1, 1), end
