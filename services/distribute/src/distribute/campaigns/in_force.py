"""The policy in force: the package's file of the day, and the campaigns that the coordination has published.

The file may name campaigns of its own; both count alike.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from filiere.database import AsyncReadSession, AsyncSession, Scope

from distribute.campaigns.members_repository import CampaignMembersRepository
from distribute.campaigns.repository import CampaignsRepository
from distribute.campaigns.schemas import CampaignIn, RunningCampaign
from distribute.campaigns.status import Stage
from distribute.engine import Policy, campaigns_on, policy_on


async def policy_in_force(session: AsyncReadSession | AsyncSession, on: date, policy: Policy | None = None) -> Policy:
    """That of the day, or another one of the package, with the campaigns that run on the day."""
    policy = policy or policy_on(on)
    shares = {one.name: one.terms.share_percent for one in await running(session, on)}
    if not shares:
        return policy
    return policy.model_copy(update={"campaigns": {**policy.campaigns, **shares}})


async def campaigns_in_force(session: AsyncReadSession | AsyncSession, on: date) -> tuple[str, ...]:
    """Names of the campaigns of the policy in force."""
    return tuple(sorted({*campaigns_on(on), *(one.name for one in await running(session, on))}))


async def campaigns_for(
    session: AsyncReadSession | AsyncSession, relais_ids: Sequence[UUID], on: date
) -> tuple[str, ...]:
    """Names of those that these Relais may order for: they take part, or a file of the package names it."""
    theirs = await CampaignMembersRepository.from_session(session).of_relais(Scope(relais_ids))
    named = {one.name for one in await running(session, on) if one.id in theirs}
    return tuple(sorted({*campaigns_on(on), *named}))


async def running(session: AsyncReadSession | AsyncSession, on: date) -> Sequence[RunningCampaign]:
    """The published campaigns that are running on a day."""
    found = await CampaignsRepository.from_session(session).open()
    return [one for one in found if one.stage(on) is Stage.RUNNING]


async def terms_of(session: AsyncReadSession | AsyncSession, names: Sequence[str]) -> Mapping[str, CampaignIn]:
    """What is published of the campaigns of these names; one that only a file of the package names has no terms."""
    return {one.name: one.terms for one in await CampaignsRepository.from_session(session).named(names)}
