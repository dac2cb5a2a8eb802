"""A code leaves: once, whatever runs beside it, however often it is asked for, wherever the process dies."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

from filiere import outbox
from filiere.calendar import day_of, now, start_of
from filiere.catalogue import Tier
from filiere.catalogue.money import euros
from filiere.crash_points import crash_point
from filiere.database import AsyncSession, Scope
from filiere.web import Principal

from distribute.closings.service import till_of
from distribute.handovers.chaining import entry_kind, locked_journal
from distribute.handovers.repository import HandoversRepository
from distribute.handovers.schemas import receipt_number
from distribute.handovers.status import HandoverKind
from distribute.till_journal.entry import Draft
from distribute.till_journal.service import enter
from distribute.till_journal.status import Means
from distribute.topups import offers
from distribute.topups.errors import (
    AboveCeiling,
    CodeDoesNotOpen,
    MayNotSellTopups,
    NoneLeft,
    NoPrice,
    SaleKeyReused,
    StructurePaysMore,
)
from distribute.topups.events import TopupHandedOver
from distribute.topups.sales_repository import Sale, TopupSalesRepository
from distribute.topups.schemas import OfferOut, SaleIn, SaleOut, code_number
from distribute.topups.vault import Vault


async def sell(
    session: AsyncSession,
    principal: Principal,
    vault: Vault,
    body: SaleIn,
    ceiling_cents: int,
    taken: Callable[[], Awaitable[None]] | None = None,
    *,
    in_kit: bool = False,
) -> SaleOut:
    """Hand a code over; the same id again gives the same handover. `taken`: what is taken with it.
    In a kit: beside the device of the same id.

    Raises OfferNotFound, NoPrice, MayNotSellTopups, AgreementForbids, StructurePaysMore, AboveCeiling, NoneLeft,
    CodeDoesNotOpen, OfferClosed, SaleKeyReused, NotYourTill, WhichTill.
    """
    relais_id = till_of(principal, body.relais_id)
    own, repository = Scope((relais_id,)), TopupSalesRepository.from_session(session)
    # One at a time in a Relais: a second press waits here and finds what the first has made.
    await repository.lock_topups(relais_id)
    if (made := await repository.get(own, body.id)) is not None:
        # Of one that was taken back nobody knows any more whose it was.
        whose = made.person_alias if made.undone_at is None else body.person_alias
        same = (body.offer_id, body.kind, body.person_alias, body.structure_cents)
        if (made.offer_id, made.kind, whose, made.structure_cents) != same:
            raise SaleKeyReused
        return made
    offer = await offers.get_open(session, own, body.offer_id)
    if offer.cents is None:
        raise NoPrice
    seller, is_sold = await repository.seller(relais_id), body.kind is HandoverKind.SOLD
    if is_sold and not seller.rights.statutes_allow:
        raise MayNotSellTopups
    at = now()
    # In a kit the device says whether it is of a campaign, and was asked about.
    if not in_kit:
        seller.rights.check(is_sold=is_sold, on=day_of(at))
    amount = offer.cents if is_sold else 0
    if body.structure_cents > amount:
        raise StructurePaysMore
    before = await _had_this_month(repository, relais_id, body.person_alias, at)
    if before + offer.cents > ceiling_cents:
        raise AboveCeiling(euros(max(ceiling_cents - before, 0)), euros(ceiling_cents))
    code = await repository.code_for_update(relais_id, body.offer_id, day_of(at))
    if code is None:
        raise NoneLeft
    if code.key_id not in vault.names:
        raise CodeDoesNotOpen  # before anybody pays for it
    crash_point("topup.taken")
    # As for devices: what leaves, then the counter of receipts, then the journal.
    year = day_of(at).year
    number = await HandoversRepository.from_session(session).next_receipts(relais_id, year, 1)
    last = await locked_journal(session, relais_id)
    persons, receipt = amount - body.structure_cents, receipt_number(year, number)
    draft = Draft(
        kind=entry_kind(body.kind),
        at=at,
        by=principal.subject,
        device_id=code.id,
        receipt=receipt,
        label=code_number(code.number),
        tier=(Tier.SOLIDARY if is_sold else Tier.GIFT).value,
        person_cents=persons,
        person_means=body.means if persons else None,
        structure_cents=body.structure_cents,
        structure_means=(body.structure_means or Means.UNSAID) if body.structure_cents else None,
        details={"topup": str(body.id), "offer": offer.title} | ({"kit": str(body.id)} if in_kit else {}),
    )
    (entry,) = await enter(session, relais_id, last, [draft])
    crash_point("topup.entered")
    sale = Sale(
        relais_id,
        body.id,
        code.id,
        body.offer_id,
        body.kind,
        amount,
        offer.cents,
        body.person_alias or None,
        body.public,
        body.criterion.value if body.criterion else None,
        body.bracket,
        body.seen_by,
        principal.subject,
        at,
        entry.sequence,
        receipt,
    )
    if not await repository.add(sale):
        raise SaleKeyReused
    if taken is not None:
        await taken()
    crash_point("topup.left")
    await outbox.append(session, [_told(sale, offer, seller.territory)])
    crash_point("topup.told")
    done = await repository.get(own, body.id)
    assert done is not None  # made just now, by the same Relais
    return done


async def _had_this_month(repository: TopupSalesRepository, relais_id: UUID, alias: str | None, at: datetime) -> int:
    """What a person was handed, at the price of each day. Without a repère each handover stands alone."""
    if not alias:
        return 0
    return await repository.worth_since(relais_id, alias, start_of(day_of(at).replace(day=1)))


def _told(sale: Sale, offer: OfferOut, territory: str) -> TopupHandedOver:
    return TopupHandedOver(
        sale_id=sale.id,
        offer_id=offer.id,
        kind=offer.kind,
        relais_id=sale.relais_id,
        territory=territory,
        how=sale.kind,
    )
