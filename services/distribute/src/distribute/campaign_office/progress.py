"""How far a campaign is against its targets."""

from filiere.database import AsyncReadSession, AsyncSession

from distribute.campaign_office.progress_repository import ProgressRepository
from distribute.campaign_office.schemas import ProgressOut
from distribute.campaigns.schemas import CampaignOut

PEOPLE_BY = 10
"""People are told in whole tens, and of no cell: two readings around a handover, or beside the quarters of decision
0059, tell of nobody what the handover was."""


async def progress(session: AsyncReadSession | AsyncSession, campaign: CampaignOut) -> ProgressOut:
    """From the till, its orders and its structures."""
    counted = await ProgressRepository.from_session(session).counts(campaign.name)
    return ProgressOut(
        people=told_people(counted.people),
        devices=counted.devices,
        structures=campaign.members,
        ordering=counted.ordering,
        ordered=counted.ordered,
        promised=counted.promised,
    )


def told_people(people: int) -> int | None:
    """So many at least; None below the first ten."""
    return people // PEOPLE_BY * PEOPLE_BY or None
