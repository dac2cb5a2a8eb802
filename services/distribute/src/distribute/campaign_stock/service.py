"""Set free devices aside for a campaign of the policy in force, and give them back to everybody.

Lines of the campaign alone receive them. A device stays set aside until it is given back or withdrawn: also when a
promise of it is taken back. Once the policy in force no longer names the campaign, they are everybody's again.
"""

from datetime import date
from uuid import UUID

from filiere.catalogue import Grade
from filiere.database import AsyncSession
from filiere.web import gettext, ngettext

from distribute.campaign_stock.errors import NoSuchCampaign, NothingToUndo
from distribute.campaign_stock.ledger_repository import CampaignLedger
from distribute.campaign_stock.repository import CampaignStockRepository
from distribute.campaign_stock.schemas import CampaignStockOut, GiveBackIn, SetAsideIn
from distribute.campaigns.in_force import campaigns_in_force
from distribute.reservations.repository import ReservationsRepository
from distribute.stock.projection_repository import StockProjection


async def set_aside(session: AsyncSession, campaign: str, wanted: SetAsideIn, on: date) -> CampaignStockOut:
    """Set aside as many free devices as are wanted, or as many as there are. Raises NoSuchCampaign."""
    repository = CampaignStockRepository.from_session(session)
    # A run in progress counts on what is free: wait for its end. Whoever closes the campaign holds the same.
    await ReservationsRepository.from_session(session).lock_allocation()
    in_force = await campaigns_in_force(session, on)
    if campaign not in in_force:
        raise NoSuchCampaign(campaign, in_force)
    moved = await repository.set_aside(
        campaign, in_force, wanted.category, grades_of(wanted), wanted.workshop_id, wanted.quantity
    )
    if moved:
        await CampaignLedger.from_session(session).keep(campaign, wanted.category, wanted.quantity, moved)
    return await _outcome(session, repository, campaign, wanted.quantity, moved, _set_aside_fr(moved, wanted.quantity))


async def give_back(session: AsyncSession, campaign: str, wanted: GiveBackIn, on: date) -> CampaignStockOut:
    """Give free devices of a campaign back to everybody, those that were ready first before others.

    Also those of a campaign that has ended. Raises NoSuchCampaign for a name that nothing bears.
    """
    repository = CampaignStockRepository.from_session(session)
    await ReservationsRepository.from_session(session).lock_allocation()
    moved = await repository.give_back(
        campaign, wanted.category, grades_of(wanted), wanted.workshop_id, wanted.quantity
    )
    in_force = await campaigns_in_force(session, on)
    if not moved and campaign not in in_force and not await repository.count(campaign):
        raise NoSuchCampaign(campaign, in_force)
    return await _outcome(session, repository, campaign, wanted.quantity, moved, _given_back_fr(moved, wanted.quantity))


async def undo(session: AsyncSession, campaign: str, wish: UUID) -> CampaignStockOut:
    """Give back what one wish set aside, as far as nobody is promised it. Raises NothingToUndo."""
    repository = CampaignStockRepository.from_session(session)
    await ReservationsRepository.from_session(session).lock_allocation()
    moved = await CampaignLedger.from_session(session).undo(campaign, wish)
    if moved is None:
        raise NothingToUndo
    return await _outcome(session, repository, campaign, None, moved, _given_back_fr(moved, None))


def grades_of(wanted: SetAsideIn | GiveBackIn) -> list[Grade]:
    """The grades that are meant: one, one or better, or all."""
    return [
        grade
        for grade in Grade
        if wanted.grade in (None, grade) and (wanted.min_grade is None or grade.at_least(wanted.min_grade))
    ]


async def _outcome(
    session: AsyncSession,
    repository: CampaignStockRepository,
    campaign: str,
    asked: int | None,
    moved: int,
    sentence: str,
) -> CampaignStockOut:
    # Lines that found nothing may find something now.
    await StockProjection.from_session(session).announce()
    return CampaignStockOut(
        campaign=campaign, asked=asked, moved=moved, set_aside=await repository.count(campaign), sentence=sentence
    )


def _set_aside_fr(moved: int, asked: int) -> str:
    if not moved:
        return gettext("Rien de tel n'est libre : aucun équipement n'est mis de côté.")
    if moved == asked:
        return ngettext("%(num)s équipement mis de côté.", "%(num)s équipements mis de côté.", moved) % {"num": moved}
    return ngettext(
        "%(num)s équipement mis de côté sur %(asked)s demandés : rien d'autre n'est libre.",
        "%(num)s équipements mis de côté sur %(asked)s demandés : rien d'autre n'est libre.",
        moved,
    ) % {"num": moved, "asked": asked}


def _given_back_fr(moved: int, asked: int | None) -> str:
    if not moved:
        return gettext("Rien de tel n'est mis de côté et libre : rien n'est rendu au stock commun.")
    if asked is None or moved == asked:
        return ngettext(
            "%(num)s équipement rendu au stock commun.", "%(num)s équipements rendus au stock commun.", moved
        ) % {"num": moved}
    return ngettext(
        "%(num)s équipement rendu au stock commun : il n'y en avait pas plus.",
        "%(num)s équipements rendus au stock commun : il n'y en avait pas plus.",
        moved,
    ) % {"num": moved}
