"""Close a campaign: what is free of its stock is everybody's again, and stays so."""

from uuid import UUID

from filiere import journal, outbox
from filiere.calendar import today
from filiere.database import AsyncSession, Database
from filiere.journal import Actor
from filiere.web import Principal

from distribute.campaign_stock.ledger_repository import CampaignLedger
from distribute.campaigns.errors import CampaignOver, NoDraft, NotBegun
from distribute.campaigns.events import CampaignEnded
from distribute.campaigns.repository import CampaignsRepository
from distribute.campaigns.service import OBJECT, get_for_update
from distribute.campaigns.status import CampaignStatus, Stage
from distribute.reservations.repository import ReservationsRepository
from distribute.stock.projection_repository import StockProjection

BY_ITSELF = "Son dernier jour est passé."


async def close(session: AsyncSession, by: Principal | Actor, campaign_id: UUID, why: str) -> int:
    """Now, before its last day or after; returns how many devices are everybody's again.

    What is promised of it stays promised; freed later, it is everybody's too (a trigger). Raises CampaignNotFound,
    NoDraft, CampaignOver, NotBegun.
    """
    await ReservationsRepository.from_session(session).lock_allocation()
    found = await get_for_update(session, campaign_id)
    if found.stage is Stage.DRAFT:
        raise NoDraft
    if found.status is not CampaignStatus.PUBLISHED:
        raise CampaignOver
    if found.stage is Stage.TO_COME:
        raise NotBegun
    # First what it holds: once it is closed, the trigger lets nothing bear its name.
    freed = await CampaignLedger.from_session(session).give_all_back(found.name)
    await CampaignsRepository.from_session(session).end(campaign_id, CampaignStatus.CLOSED, why)
    if found.draft is not None:
        await journal.note(session, by, OBJECT, campaign_id, "draft_dropped")
    await journal.note(session, by, OBJECT, campaign_id, "closed", {"reason": why, "freed": freed})
    await outbox.append(session, [CampaignEnded(campaign_id=campaign_id, name=found.name, was_cancelled=False)])
    await StockProjection.from_session(session).announce()
    return freed


async def close_ended(database: Database) -> int:
    """Close what has had its last day, each in a transaction of its own; returns how many."""
    async with database.read() as session:
        found = await CampaignsRepository.from_session(session).open()
    closed = 0
    for one in found:
        if one.stage(today()) is Stage.ENDED:
            async with database.unit_of_work() as session:
                await ReservationsRepository.from_session(session).lock_allocation()
                still = await get_for_update(session, one.id)
                if still.stage is Stage.ENDED:
                    await close(session, journal.NETWORK, one.id, BY_ITSELF)
                    closed += 1
    return closed
