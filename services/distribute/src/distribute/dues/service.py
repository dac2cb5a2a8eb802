"""Terms, invoices and payments: who owes what, and since when."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from filiere import journal
from filiere.calendar import now, today
from filiere.catalogue import euros
from filiere.database import EVERYBODY, AsyncReadSession, AsyncSession, Database, Scope
from filiere.web import Principal

from distribute.dues.aging import bucket
from distribute.dues.errors import (
    DayNotOver,
    InvoiceNotFound,
    NoAgreementForDues,
    NothingToInvoice,
    NotThisInvoice,
    PaidInTheFuture,
    PaymentKeyReused,
    PaymentNotFound,
    PaymentUndone,
    TermsInThePast,
)
from distribute.dues.money_repository import MoneyRepository
from distribute.dues.proof_repository import ProofRepository
from distribute.dues.repository import DuesRepository
from distribute.dues.schemas import (
    AgedBalanceOut,
    AgedRowOut,
    DuesBreakOut,
    DuesProofOut,
    InvoiceOut,
    PaymentIn,
    PaymentOut,
    RemindedOut,
    StatementOut,
    TermsIn,
    TermsOut,
)
from distribute.dues.settling import settle
from distribute.news import service as news
from distribute.relais import service as relais_service
from distribute.relais.schemas import RelaisOut
from distribute.settings import DistributeSettings
from distribute.tenancy import relais_of

# A Relais pays a few days late without being written to, unless the coordination does.
GRACE = timedelta(days=7)
# What a transaction, or a till without the network, may write with an earlier time than what was proven already.
STILL_ON_THE_WAY = timedelta(days=7)
A_MOMENT = timedelta(seconds=30)
OBJECT = "dues"  # of the journal; its id is the Relais
WITHOUT_TERMS_DAYS = 30


async def set_terms(session: AsyncSession, principal: Principal, relais_id: UUID, terms: TermsIn) -> TermsOut:
    """What the agreement says from a day on. Raises RelaisNotFound, NoAgreementForDues, TermsInThePast."""
    relais = await relais_service.get(session, principal, relais_id)
    if not relais.has_agreement:
        raise NoAgreementForDues
    if terms.from_day < today():
        raise TermsInThePast
    await DuesRepository.from_session(session).set_terms(relais_id, terms)
    said = {"basis": terms.basis.value, "percent": terms.percent, "from_day": terms.from_day.isoformat()}
    await journal.note(session, principal, OBJECT, relais_id, "terms", said)
    return TermsOut.model_validate(terms.model_dump())


async def statement(
    session: AsyncReadSession | AsyncSession, principal: Principal, relais_id: UUID, first: date, last: date
) -> StatementOut:
    """What a Relais owes and has paid. Raises RelaisNotFound."""
    relais = await relais_service.get(session, principal, relais_id)
    scope = Scope([relais.id])  # the caller may see it; nothing is read of the others
    repository, money = DuesRepository.from_session(session), MoneyRepository.from_session(session)
    sums = await repository.sums(scope, relais_id, first, last)
    before = sums.due_before - sums.paid_before
    unpaid = await money.unpaid(scope)
    return StatementOut(
        relais_id=relais_id,
        relais_name=relais.name,
        first=first,
        last=last,
        terms=await repository.terms(scope, relais_id, today()),
        before_cents=before,
        due_cents=sums.due,
        credited_cents=sums.credited,
        paid_cents=sums.paid,
        after_cents=before + sums.due + sums.credited - sums.paid,
        to_invoice_cents=sums.to_invoice,
        to_pay_cents=sum(one.left_cents for one in unpaid),
        unused_cents=(await money.unused(scope)).get(relais_id, 0),
    )


async def invoice(
    session: AsyncSession, principal: Principal, settings: DistributeSettings, relais_id: UUID, last: date
) -> InvoiceOut:
    """Everything that is due until a day and on no invoice yet. Raises RelaisNotFound, DayNotOver, NothingToInvoice."""
    relais = await relais_service.get(session, principal, relais_id)
    if last >= today():
        raise DayNotOver
    repository, money = DuesRepository.from_session(session), MoneyRepository.from_session(session)
    await repository.lock_dues_of(relais_id)
    terms = await repository.terms(relais_of(principal), relais_id, today())
    days = terms.days_to_pay if terms is not None else WITHOUT_TERMS_DAYS
    made = await money.invoice(relais_id, today(), last, today() + timedelta(days=days), parties(settings, relais))
    if made is None:
        raise NothingToInvoice
    await settle_open(session, relais_id)
    found = await money.get(relais_of(principal), made)
    assert found is not None  # the coordination alone makes them, and sees all
    said = {"number": found.number, "cents": found.total_cents}
    await journal.note(session, principal, OBJECT, relais_id, "invoiced", said)
    return found


def parties(settings: DistributeSettings, relais: RelaisOut) -> dict[str, str]:
    """Both sides as they are written on an invoice."""
    return {
        "seller": settings.network_name,
        "seller_siret": settings.network_siret,
        "seller_address": settings.network_address,
        "buyer": relais.name,
        "buyer_siret": relais.siret or "",
        "buyer_address": f"{relais.address}, {relais.postcode} {relais.city}",
        "note": settings.invoice_note,
    }


async def get(session: AsyncReadSession | AsyncSession, principal: Principal, invoice_id: UUID) -> InvoiceOut:
    """One invoice that the caller may see. Raises InvoiceNotFound."""
    found = await MoneyRepository.from_session(session).get(relais_of(principal), invoice_id)
    if found is None:
        raise InvoiceNotFound
    return found


async def pay(session: AsyncSession, principal: Principal, relais_id: UUID, said: PaymentIn) -> PaymentOut:
    """Record a payment: it pays the invoice that is named, then the oldest; the same again changes nothing.

    Raises RelaisNotFound, PaidInTheFuture, NotThisInvoice, PaymentKeyReused.
    """
    await relais_service.get(session, principal, relais_id)
    if said.received_on > today():
        raise PaidInTheFuture
    money = MoneyRepository.from_session(session)
    await DuesRepository.from_session(session).lock_dues_of(relais_id)
    kept = await money.payment(said.id)
    if kept is None:
        if said.invoice_id is not None and said.invoice_id not in await money.open_invoices(relais_id):
            raise NotThisInvoice
        if not await money.pay(relais_id, said):
            raise PaymentKeyReused
        await settle_open(session, relais_id, said.invoice_id)
        cents = {"cents": said.amount_cents, "means": said.means.value}
        await journal.note(session, principal, OBJECT, relais_id, "paid", cents)
    elif (kept.relais_id, kept.amount_cents) != (relais_id, said.amount_cents):
        raise PaymentKeyReused
    return await _payment(session, principal, said.id)


async def undo_payment(session: AsyncSession, principal: Principal, payment_id: UUID, reason: str) -> PaymentOut:
    """A minus entry; what it paid is open again, for others to pay. Raises PaymentNotFound, PaymentUndone."""
    money = MoneyRepository.from_session(session)
    found = await money.payment(payment_id)
    if found is None or found.undoes is not None:
        raise PaymentNotFound
    await DuesRepository.from_session(session).lock_dues_of(found.relais_id)
    locked = await money.payment(payment_id)
    if locked is None or locked.is_undone:
        raise PaymentUndone
    minus = await money.take_back(payment_id, today(), reason)
    await settle_open(session, found.relais_id)
    await journal.note(
        session, principal, OBJECT, found.relais_id, "unpaid", {"cents": found.amount_cents, "reason": reason}
    )
    return await _payment(session, principal, minus)


async def relais_of_payment(session: AsyncReadSession | AsyncSession, payment_id: UUID) -> UUID:
    """Whose payment it is. Raises PaymentNotFound."""
    found = await MoneyRepository.from_session(session).payment(payment_id)
    if found is None:
        raise PaymentNotFound
    return found.relais_id


async def aged_balance(session: AsyncReadSession | AsyncSession, principal: Principal, on: date) -> AgedBalanceOut:
    """Who owes what since when."""
    money = MoneyRepository.from_session(session)
    scope = relais_of(principal)
    unused = await money.unused(scope)
    rows: dict[UUID, AgedRowOut] = {}
    for one in await money.unpaid(scope):
        row = rows.setdefault(one.relais_id, _nothing(one, unused.get(one.relais_id, 0)))
        name = bucket(one.due_on, on)
        setattr(row, name, getattr(row, name) + one.left_cents)
        row.total_cents += one.left_cents
        row.to_remind += name != "not_due_cents" and one.reminded_at is None
    return AgedBalanceOut(on=on, relais=list(rows.values()), total_cents=sum(one.total_cents for one in rows.values()))


async def remind(session: AsyncSession, principal: Principal, relais_id: UUID | None = None) -> RemindedOut:
    """Write to each Relais, or to one, about its overdue invoices, of each once for ever."""
    unpaid = await MoneyRepository.from_session(session).unpaid(relais_of(principal))
    late = [one for one in unpaid if one.due_on < today() and relais_id in (None, one.relais_id)]
    return await _remind(session, principal, late)


async def remind_of_invoices(database: Database) -> int:
    """What nobody has written about after a week is told by itself, as the button tells it. How many invoices."""
    async with database.unit_of_work() as session:
        unpaid = await MoneyRepository.from_session(session).unpaid(EVERYBODY)
        # What was carried over a moment ago may still be corrected before anybody is written to.
        late = [one for one in unpaid if max(one.due_on, one.issued_on) + GRACE < today()]
        return (await _remind(session, journal.NETWORK, late)).invoices


async def _remind(session: AsyncSession, by: journal.Actor, late: Sequence[InvoiceOut]) -> RemindedOut:
    told = await MoneyRepository.from_session(session).remind([one.id for one in late if one.reminded_at is None])
    by_relais: dict[UUID, list[InvoiceOut]] = {}
    for one in late:
        if one.id in told:
            by_relais.setdefault(one.relais_id, []).append(one)
    for each, invoices in by_relais.items():
        await news.overdue(session, each, _told(invoices))
        said = {"invoices": len(invoices)}
        await journal.note(session, by, OBJECT, each, "reminded", said)
    return RemindedOut(relais=len(by_relais), invoices=len(told))


async def prove(session: AsyncReadSession) -> DuesProofOut:
    """Hold every amount against what it comes from: the whole history, for an API, a command, an audit."""
    repository = ProofRepository.from_session(session)
    dues, cents, invoices, payments = await repository.totals()
    breaks = await repository.breaks()
    return DuesProofOut(
        dues=dues, due_cents=cents, invoices=invoices, payments=payments, breaks=breaks, holds=not breaks
    )


async def prove_what_is_new(session: AsyncSession) -> list[DuesBreakOut]:
    """Hold what moved since the last proof that held against what it comes from, and keep what was found."""
    repository = ProofRepository.from_session(session)
    held = await repository.last_that_held()
    since = held - STILL_ON_THE_WAY if held is not None else None
    breaks = await repository.breaks(since)
    await repository.keep(since, breaks)
    return breaks


async def prove_for_somebody(session: AsyncSession) -> list[DuesBreakOut]:
    """The same because somebody asks; a proof that held a moment ago is the answer to whoever clicks twice."""
    last = await ProofRepository.from_session(session).last()
    if last is not None and not last.breaks and now() - last.at < A_MOMENT:
        return []
    return await prove_what_is_new(session)


async def prove_by_itself(database: Database) -> int:
    """The same without anybody asking. How many amounts do not add up."""
    async with database.unit_of_work() as session:
        return len(await prove_what_is_new(session))


async def settle_open(session: AsyncSession, relais_id: UUID, first: UUID | None = None) -> None:
    """Let what was received pay what is open; `first`: the invoice that comes before the others."""
    money = MoneyRepository.from_session(session)
    invoices, credits = await money.to_settle(relais_id)
    invoices.sort(key=lambda one: one.id != first)
    if shares := settle(invoices, credits):
        await money.settle(relais_id, shares)


async def _payment(session: AsyncSession, principal: Principal, payment_id: UUID) -> PaymentOut:
    found = await MoneyRepository.from_session(session).one_payment(relais_of(principal), payment_id)
    assert found is not None  # just recorded, by the coordination, which sees all
    return found


def _nothing(one: InvoiceOut, unused: int) -> AgedRowOut:
    return AgedRowOut(
        relais_id=one.relais_id,
        relais_name=one.relais_name,
        not_due_cents=0,
        to_30_cents=0,
        to_60_cents=0,
        to_90_cents=0,
        over_90_cents=0,
        total_cents=0,
        unused_cents=unused,
        to_remind=0,
    )


def _told(invoices: Sequence[InvoiceOut]) -> list[dict[str, object]]:
    return [{"number": one.called, "left": euros(one.left_cents), "due_on": one.due_on.isoformat()} for one in invoices]
