"""What happens to a code that was handed over: shown to its seller, told to be active, taken back."""

from dataclasses import replace
from uuid import UUID

from filiere import journal, outbox
from filiere.calendar import day_of, now
from filiere.crash_points import crash_point
from filiere.database import AsyncReadSession, AsyncSession
from filiere.web import Principal

from distribute.handovers.chaining import locked_journal
from distribute.handovers.repository import HandoversRepository
from distribute.handovers.undo import may_undo, minus
from distribute.referrals import taking
from distribute.referrals.status import Wanted
from distribute.tenancy import own_relais_of
from distribute.till_journal.entry import Entry
from distribute.till_journal.repository import TillJournalRepository
from distribute.till_journal.service import enter
from distribute.topups.errors import (
    CodeAlreadyShown,
    CodeDoesNotOpen,
    CodeWasUsed,
    NotYourSale,
    OnlyItsSeller,
    SayItIsUnused,
    TooLateToShow,
    TopupUndoIsTheLeads,
    TopupUndone,
)
from distribute.topups.events import TopupActivationTold, TopupHandoverUndone
from distribute.topups.repository import TopupsRepository
from distribute.topups.sales_repository import TopupSalesRepository
from distribute.topups.schemas import ActivationIn, SaleOut, ShowIn, UndoTopupIn
from distribute.topups.status import Activation, Unused
from distribute.topups.vault import DoesNotOpen, Vault

OBJECT = "topup_sale"  # of the journal


async def get(session: AsyncReadSession | AsyncSession, principal: Principal, sale_id: UUID) -> SaleOut:
    """One handover of the caller's Relais. Raises NotYourSale."""
    found = await TopupSalesRepository.from_session(session).get(own_relais_of(principal), sale_id)
    if found is None:
        raise NotYourSale
    return found


async def show(session: AsyncSession, principal: Principal, vault: Vault, sale_id: UUID, said: ShowIn) -> str:
    """The code, for whoever hands it over: once; again the same day, with a reason that the journal keeps.

    That it was shown is committed before it is on a screen: what was not shown has been seen by nobody.

    Raises NotYourSale, TopupUndone, OnlyItsSeller, CodeAlreadyShown, TooLateToShow, CodeDoesNotOpen.
    """
    repository = TopupSalesRepository.from_session(session)
    sale = await repository.get_for_update(own_relais_of(principal), sale_id)
    if sale is None:
        raise NotYourSale
    if sale.undone_at is not None:
        raise TopupUndone
    if sale.sold_by != principal.subject:
        raise OnlyItsSeller
    if sale.shown_at is not None:
        if day_of(sale.shown_at) != day_of(now()):
            raise TooLateToShow
        if said.again is None:
            raise CodeAlreadyShown
    kept = await repository.sealed(sale.code_id)
    try:
        code = vault.open(kept.id, kept.key_id, kept.secret)
    except DoesNotOpen as error:
        raise CodeDoesNotOpen from error
    crash_point("topup.opened")
    await repository.shown(sale_id, sale.code_id, now())
    note = {"again": said.again.value} if sale.shown_at is not None and said.again is not None else {}
    await journal.note(session, principal, OBJECT, sale_id, "shown_again" if note else "shown", note)
    crash_point("topup.shown")
    return code


async def undo(session: AsyncSession, principal: Principal, sale_id: UUID, said: UndoTopupIn) -> Entry:
    """Take a handover back; returns the entry that does. A code that nobody saw is sold to the next person; one that
    was shown goes back to the network, when somebody says how they know that it is unused: there it is no stock before
    its operator has confirmed it. One whose activation was asked for has served, and does not come back.

    Raises NotYourSale, TopupUndone, TopupUndoIsTheLeads, CodeWasUsed, SayItIsUnused.
    """
    scope, repository = own_relais_of(principal), TopupSalesRepository.from_session(session)
    found = await get(session, principal, sale_id)
    await repository.lock_topups(found.relais_id)
    sale = await repository.get_for_update(scope, sale_id)
    assert sale is not None  # rows of handovers are never deleted
    if sale.undone_at is not None:
        raise TopupUndone
    last = await locked_journal(session, sale.relais_id)
    entry = await TillJournalRepository.from_session(session).get(type(scope)((sale.relais_id,)), sale.sequence)
    assert entry is not None  # entered with the handover
    if not may_undo(principal, entry, await HandoversRepository.from_session(session).lead(sale.relais_id)):
        raise TopupUndoIsTheLeads
    if sale.was_used:
        raise CodeWasUsed
    was_refused = sale.activation is Activation.REFUSED
    if sale.shown_at is not None and said.unused is None and not was_refused:
        raise SayItIsUnused
    draft = replace(minus(entry, principal, said.reason), details=entry.draft.details)
    (made,) = await enter(session, sale.relais_id, last, [draft])
    unused = Unused.REFUSED if was_refused else said.unused if sale.shown_at is not None else None
    await repository.undone(sale_id, made.draft.at)
    await TopupsRepository.from_session(session).come_back(sale.code_id, unused)
    await taking.give_back(session, principal, sale_id, Wanted.TOPUP.value)
    note = {"reason": said.reason.value} | ({"unused": unused.value} if unused else {})
    await journal.note(session, principal, OBJECT, sale_id, "undone", note)
    told = TopupHandoverUndone(
        sale_id=sale_id, offer_id=sale.offer_id, relais_id=sale.relais_id, was_shown=unused is not None
    )
    await outbox.append(session, [told])
    return made


async def tell(session: AsyncSession, principal: Principal, sale_id: UUID, said: ActivationIn) -> SaleOut:
    """How far the activation is, and who told it. Raises NotYourSale, TopupUndone."""
    scope, repository = own_relais_of(principal), TopupSalesRepository.from_session(session)
    sale = await repository.get_for_update(scope, sale_id)
    if sale is None:
        raise NotYourSale
    if sale.undone_at is not None:
        raise TopupUndone
    await repository.told(sale_id, said, now())
    note = {"activation": said.activation.value, "told_by": said.told_by.value}
    await journal.note(session, principal, OBJECT, sale_id, "activation", note)
    told = TopupActivationTold(sale_id=sale_id, offer_id=sale.offer_id, activation=said.activation)
    await outbox.append(session, [told])
    return await get(session, principal, sale_id)
