"""A campaign's share of what becomes ready: set aside by the worker, category by category, the oldest first."""

from datetime import date

from filiere.calendar import start_of, today
from filiere.catalogue import Category, Grade
from filiere.database import AsyncSession, Database

from distribute.campaign_stock.ledger_repository import CampaignLedger
from distribute.campaign_stock.repository import CampaignStockRepository
from distribute.campaigns.in_force import campaigns_in_force, running
from distribute.campaigns.schemas import RunningCampaign
from distribute.reservations.repository import ReservationsRepository


async def set_arrivals_aside(database: Database) -> int:
    """Of what became ready since a campaign's first day, its percent, rounded down; returns how many devices.

    What was given back counts as had: nobody's decision is undone.
    """
    async with database.read() as session:
        asking = [one for one in await running(session, today()) if one.terms.arrivals_percent]
    moved = 0
    for campaign in asking:
        async with database.unit_of_work() as session:
            await ReservationsRepository.from_session(session).lock_allocation()
            moved += await _share(session, campaign, today())
    return moved


async def _share(session: AsyncSession, campaign: RunningCampaign, on: date) -> int:
    ledger = CampaignLedger.from_session(session)
    in_force = await campaigns_in_force(session, on)
    moved = 0
    for category, (arrived, had) in (await ledger.arrived(campaign.name, start_of(campaign.terms.begins_on))).items():
        due = arrived * campaign.terms.arrivals_percent // 100 - had
        if due > 0:
            moved += await _take(session, campaign.name, in_force, category, due, campaign.terms.begins_on)
    return moved


async def _take(
    session: AsyncSession, name: str, in_force: tuple[str, ...], category: Category, due: int, since: date
) -> int:
    repository = CampaignStockRepository.from_session(session)
    moved = await repository.set_aside(name, in_force, category, list(Grade), None, due, start_of(since))
    if moved:
        await CampaignLedger.from_session(session).keep(name, category, None, moved)
    return moved
