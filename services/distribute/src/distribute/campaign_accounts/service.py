"""Ask each structure for its account of a campaign that is over, keep its sentence, remind once."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from filiere import journal
from filiere.database import AsyncReadSession, AsyncSession, Database, Part, Scope
from filiere.mail import Letter, MailKind, post
from filiere.web import Principal

from distribute.campaign_accounts.errors import NobodyToAsk, NoSuchAccount, NotOverYet
from distribute.campaign_accounts.repository import AccountsRepository, ToAsk
from distribute.campaign_accounts.schemas import AccountOut
from distribute.campaigns import service as campaigns
from distribute.campaigns.schemas import CampaignOut
from distribute.campaigns.status import Stage
from distribute.news.kinds import ACCOUNT_ASKED, ACCOUNT_REMINDER, CAMPAIGN_ACCOUNT
from distribute.news.repository import NewsRepository
from distribute.relais import service as relais_service

ASKED_WITHIN = timedelta(days=30)
"""After its closing: what was over before there were accounts is not asked about."""
REMINDED_AFTER = timedelta(days=14)
QUIET = timedelta(days=7)


def is_over(campaign: CampaignOut) -> bool:
    return campaign.stage in (Stage.ENDED, Stage.CLOSED)


async def get(
    session: AsyncReadSession | AsyncSession, principal: Principal, campaign: CampaignOut, relais_id: UUID
) -> AccountOut:
    """Of a Relais that the caller may see. Raises RelaisNotFound, NoSuchAccount."""
    await relais_service.get(session, principal, relais_id)
    found = await AccountsRepository.from_session(session).listing(
        Scope([relais_id]), campaign.id, campaign.name, is_one=True, part=Part(1)
    )
    if not found.rows:
        raise NoSuchAccount
    return found.rows[0]


async def say(session: AsyncSession, principal: Principal, campaign_id: UUID, relais_id: UUID, said: str) -> None:
    """A Relais' own sentence, the first or another.

    Raises CampaignNotFound, RelaisNotFound, NotOverYet, NoSuchAccount.
    """
    campaign = await campaigns.get(session, None, campaign_id)
    relais = await relais_service.own(session, principal, relais_id)
    if not is_over(campaign):
        raise NotOverYet
    await get(session, principal, campaign, relais_id)
    await AccountsRepository.from_session(session).say(campaign_id, relais_id, said)
    await journal.note(session, principal, campaigns.OBJECT, campaign_id, "account", {"name": relais.name})


async def remind(session: AsyncSession, principal: Principal, campaign_id: UUID) -> int:
    """Write again to those who have not answered; how many. Raises CampaignNotFound, NobodyToAsk."""
    await campaigns.get(session, principal, campaign_id)
    late = await AccountsRepository.from_session(session).remind(QUIET, campaign_id)
    if not late:
        raise NobodyToAsk
    await _write(session, ACCOUNT_REMINDER, late)
    await journal.note(session, principal, campaigns.OBJECT, campaign_id, "accounts_reminded", {"count": len(late)})
    return len(late)


async def ask_for_accounts(database: Database) -> int:
    """Of campaigns that were closed: each who ordered is asked once and reminded once; letters written."""
    async with database.unit_of_work() as session:
        repository = AccountsRepository.from_session(session)
        asked, late = await repository.ask(ASKED_WITHIN), await repository.remind(REMINDED_AFTER)
        await _write(session, ACCOUNT_ASKED, asked)
        await _write(session, ACCOUNT_REMINDER, late)
    return len(asked) + len(late)


async def _write(session: AsyncSession, kind: MailKind, asked: Sequence[ToAsk]) -> None:
    if not asked:
        return
    people = await NewsRepository.from_session(session).people_of_each([one.relais_id for one in asked])
    names = await AccountsRepository.from_session(session).names(asked)
    letters = [
        Letter(
            address,
            kind,
            {"name": names[one][0], "campaign": names[one][1]},
            CAMPAIGN_ACCOUNT.format(campaign_id=one.campaign_id, relais_id=one.relais_id),
        )
        for one in asked
        for address in people.get(one.relais_id, ())
    ]
    await post(session, letters)
