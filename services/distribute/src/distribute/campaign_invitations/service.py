"""Invite structures to a campaign, remind those who have not answered, take an invitation back."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from filiere import journal
from filiere.database import AsyncSession, Database
from filiere.mail import Letter, MailKind, post
from filiere.web import Principal

from distribute.campaign_invitations.errors import NobodyToInvite, NobodyToRemind, NotInvited
from distribute.campaign_invitations.reading import Asked
from distribute.campaign_invitations.repository import InvitationsRepository
from distribute.campaigns import service as campaigns
from distribute.campaigns.errors import NotOpenToJoin
from distribute.campaigns.schemas import CampaignOut
from distribute.news.kinds import CAMPAIGN, CAMPAIGN_INVITATION, CAMPAIGN_REMINDER

QUIET = timedelta(days=3)
"""Between two letters to one address. Ours."""
FORGOTTEN_AFTER = timedelta(days=90)
AT_ONCE = 40
"""Letters that are made in one turn of the loop: each address is read again."""


async def invite(session: AsyncSession, principal: Principal, campaign_id: UUID, asked: Sequence[Asked]) -> int:
    """Write to those who were not invited yet; how many. Raises CampaignNotFound, NotOpenToJoin, NobodyToInvite."""
    found = await _open(session, campaign_id)
    if not asked:
        raise NobodyToInvite
    invited = await InvitationsRepository.from_session(session).invite(campaign_id, asked)
    await _write(session, CAMPAIGN_INVITATION, found, invited)
    if invited:
        await journal.note(session, principal, campaigns.OBJECT, campaign_id, "invited", {"count": len(invited)})
    return len(invited)


async def remind(session: AsyncSession, principal: Principal, campaign_id: UUID) -> int:
    """Write again to those who have not answered. Raises CampaignNotFound, NotOpenToJoin, NobodyToRemind."""
    found = await _open(session, campaign_id)
    late = await InvitationsRepository.from_session(session).remind(campaign_id, QUIET)
    if not late:
        raise NobodyToRemind
    await _write(session, CAMPAIGN_REMINDER, found, late)
    await journal.note(session, principal, campaigns.OBJECT, campaign_id, "reminded", {"count": len(late)})
    return len(late)


async def withdraw(session: AsyncSession, principal: Principal, campaign_id: UUID, invitation_id: UUID) -> str:
    """Not invited any more: no reminder; its address. The letter that left says what it says. Raises NotInvited."""
    await campaigns.get(session, principal, campaign_id)
    address = await InvitationsRepository.from_session(session).withdraw(campaign_id, invitation_id)
    if address is None:
        raise NotInvited
    return address


async def forget(database: Database) -> int:
    """Addresses that are needed no more."""
    async with database.unit_of_work() as session:
        return await InvitationsRepository.from_session(session).forget(FORGOTTEN_AFTER)


async def _open(session: AsyncSession, campaign_id: UUID) -> CampaignOut:
    """Published, and not over: whoever it is written of may join it."""
    found = await campaigns.get(session, None, campaign_id)
    if found.stage.is_over:
        raise NotOpenToJoin(found.name)
    return found


async def _write(
    session: AsyncSession, kind: MailKind, campaign: CampaignOut, to: Sequence[tuple[UUID, str, str]]
) -> None:
    for at in range(0, len(to), AT_ONCE):
        await post(session, [_letter(kind, campaign, address, name) for _, address, name in to[at : at + AT_ONCE]])


def _letter(kind: MailKind, campaign: CampaignOut, address: str, name: str) -> Letter:
    terms = campaign.terms
    data = {
        "campaign": campaign.name,
        "name": name,
        "words": terms.words,
        "begins_on": terms.begins_on.isoformat(),
        "ends_on": terms.ends_on.isoformat(),
    }
    return Letter(address, kind, data, CAMPAIGN.format(campaign_id=campaign.id))
