"""A campaign's share of what becomes ready: set aside by the worker, category by category, the oldest first."""

from datetime import date

from filiere.calendar import start_of, today
from filiere.catalogue import Category, Grade
from filiere.database import AsyncReadSession, AsyncSession, Database

from distribute.campaign_stock.ledger_repository import CampaignLedger
from distribute.campaign_stock.repository import CampaignStockRepository
from distribute.campaigns.in_force import campaigns_in_force, running
from distribute.campaigns.schemas import RunningCampaign
from distribute.reservations.repository import ReservationsRepository


async def set_arrivals_aside(database: Database) -> int:
    """Of what became ready since a campaign's first day, its percent, rounded down; returns how many devices.

    What was given back counts as had: nobody's decision is undone.
    """
    asking: list[tuple[RunningCampaign, dict[Category, int]]] = []
    async with database.read() as session:
        for one in await running(session, today()):
            # Of all stock: counted while nobody waits.
            if one.terms.arrivals_percent:
                arrived = await CampaignLedger.from_session(session).arrived(start_of(one.terms.begins_on))
                if await _due(session, one, arrived):
                    asking.append((one, arrived))
    moved = 0
    for campaign, arrived in asking:
        async with database.unit_of_work() as session:
            await ReservationsRepository.from_session(session).lock_allocation()
            in_force = await campaigns_in_force(session, today())
            if campaign.name not in in_force:  # closed since: its share is nobody's wish any more
                continue
            for category, due in (await _due(session, campaign, arrived)).items():
                moved += await _take(session, campaign.name, in_force, category, due, campaign.terms.begins_on)
    return moved


async def _due(
    session: AsyncReadSession | AsyncSession, campaign: RunningCampaign, arrived: dict[Category, int]
) -> dict[Category, int]:
    since = start_of(campaign.terms.begins_on)
    had = await CampaignLedger.from_session(session).had(campaign.name, since)
    due = {one: number * campaign.terms.arrivals_percent // 100 - had.get(one, 0) for one, number in arrived.items()}
    return {category: number for category, number in due.items() if number > 0}


async def _take(
    session: AsyncSession, name: str, in_force: tuple[str, ...], category: Category, due: int, since: date
) -> int:
    repository = CampaignStockRepository.from_session(session)
    moved = await repository.set_aside(name, in_force, category, list(Grade), None, due, start_of(since))
    if moved:
        await CampaignLedger.from_session(session).keep(name, category, None, moved)
    return moved
