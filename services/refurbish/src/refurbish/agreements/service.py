"""Enter an agreement, with its trace; draw the lines of a lot from it."""

from enum import StrEnum
from uuid import UUID

from filiere import journal
from filiere.calendar import now, start_of
from filiere.database import AsyncReadSession, AsyncSession
from filiere.web import Principal

from refurbish.agreements.repository import AgreementRepository
from refurbish.agreements.schemas import DefectLimit, LinesOut, NewPrice
from refurbish.arrivals.errors import LotNotFound
from refurbish.arrivals.repository import ArrivalRepository, LotCounts
from refurbish.devices.erasure_levels import WITHOUT
from refurbish.tenancy import workshops_of
from refurbish.workshops.errors import WorkshopNotFound
from refurbish.workshops.repository import Workshop, WorkshopRepository
from refurbish.workshops.service import JOURNAL


class Kind(StrEnum):
    """Which lines: what is announced at today's prices, or what was done, at the price of its day."""

    QUOTE = "devis"
    STATEMENT = "releve"

    @property
    def label_fr(self) -> str:
        return "Devis" if self is Kind.QUOTE else "Relevé pour facture"


async def workshop_of(session: AsyncReadSession, principal: Principal, workshop_id: UUID) -> Workshop:
    """Raises WorkshopNotFound."""
    found = await WorkshopRepository.from_session(session).get(workshops_of(principal), workshop_id)
    if found is None:
        raise WorkshopNotFound(workshop_id)
    return found


async def set_price(session: AsyncSession, principal: Principal, workshop_id: UUID, new: NewPrice) -> None:
    """Acts from that day on are paid so; what was done before keeps its price. Raises WorkshopNotFound."""
    await workshop_of(session, principal, workshop_id)
    await AgreementRepository.from_session(session).put_price(
        workshop_id, new.act, new.category, int(new.euros * 100), new.valid_from, start_of(new.valid_from), new.source,
        now(),
    )  # fmt: skip
    said = {"act": new.act.value, "cents": int(new.euros * 100), "from": new.valid_from.isoformat()}
    await journal.note(session, principal, JOURNAL, workshop_id, "price-entered", said)


async def set_limit(session: AsyncSession, principal: Principal, workshop_id: UUID, new: DefectLimit) -> None:
    """Raises WorkshopNotFound."""
    await workshop_of(session, principal, workshop_id)
    await AgreementRepository.from_session(session).put_limit(workshop_id, new.percent, new.source, now())
    await journal.note(session, principal, JOURNAL, workshop_id, "limit-entered", {"percent": str(new.percent)})


async def lines(
    session: AsyncReadSession, principal: Principal, lot_id: UUID, kind: Kind
) -> tuple[LotCounts, LinesOut]:
    """The lot and its lines. Raises LotNotFound."""
    scope = workshops_of(principal)
    lot = await ArrivalRepository.from_session(session).get(scope, lot_id)
    if lot is None:
        raise LotNotFound(lot_id)
    repository = AgreementRepository.from_session(session)
    if kind is Kind.QUOTE:
        found = await repository.quoted(scope, lot_id, now(), [category.value for category in WITHOUT])
    else:
        found = await repository.done(scope, lot_id, [category.value for category in WITHOUT])
    return lot, LinesOut(lot_id=lot_id, lines=found)
