"""How far a campaign is against its targets."""

from filiere.database import AsyncReadSession, AsyncSession

from distribute.campaign_office.progress_repository import ProgressRepository
from distribute.campaign_office.schemas import ProgressOut
from distribute.campaign_office.suppression import told_cells, told_sum
from distribute.campaigns.schemas import CampaignOut


async def progress(session: AsyncReadSession | AsyncSession, campaign: CampaignOut) -> ProgressOut:
    """From the till, its orders and its structures."""
    repository = ProgressRepository.from_session(session)
    counted = await repository.counts(campaign.name)
    by_territory = await repository.people_by_territory(campaign.name)
    return ProgressOut(
        people=told_sum(counted.people),
        # Few devices are few people.
        devices=counted.devices if told_sum(counted.people) is not None else None,
        structures=campaign.members,
        ordering=counted.ordering,
        ordered=counted.ordered,
        promised=counted.promised,
        by_territory=told_cells(by_territory),
    )
