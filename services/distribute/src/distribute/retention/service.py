"""Give out, erase, and forget after two years.

Source: CNIL, référentiel délib. 2023-095: an active base holds data of social support for two years from the last
contact. Receipts and amounts stay for the accounts; they name nobody.
"""

from datetime import datetime, timedelta

from filiere.calendar import months_after, now
from filiere.database import AsyncReadSession, AsyncSession, Database
from filiere.telemetry.logs import get_logger
from filiere.web import Principal

from distribute.referrals.repository import ReferralsRepository
from distribute.retention.errors import NothingKept
from distribute.retention.repository import RetentionRepository
from distribute.retention.schemas import AliasOut, ErasedOut
from distribute.retention.status import Cause
from distribute.tenancy import own_relais_of

log = get_logger(__name__)

YEARS = 2
AT_ONCE = 5_000
"""Handovers of one transaction of the purge."""
UNUSED = timedelta(days=30)
"""How long a slip that nobody used is kept once it is over: its maker still reads that it was not used. Ours."""


async def kept(session: AsyncReadSession, principal: Principal, alias: str) -> AliasOut:
    """All that the caller's Relais keeps about a person. Raises NothingKept."""
    found = await RetentionRepository.from_session(session).kept(own_relais_of(principal), alias)
    if not found:
        raise NothingKept
    until = years_from(found[-1].handed_over_at, YEARS)
    return AliasOut(alias=alias, kept_until=until, handovers=found)


async def erase(session: AsyncSession, principal: Principal, alias: str) -> ErasedOut:
    """Keep nothing about a person any more, because they ask. Raises NothingKept, also when it was erased before."""
    repository = RetentionRepository.from_session(session)
    gone = await repository.forget(own_relais_of(principal), alias)
    if not gone:
        raise NothingKept
    await repository.report(gone, Cause.REQUEST, principal.subject)
    return ErasedOut(handovers=sum(one.handovers for one in gone))


async def forget_old(database: Database) -> int:
    """The purge: piece by piece, each with its report; how many handovers say nothing about anybody any more."""
    before, total = years_from(now(), -YEARS), 0
    while True:
        async with database.unit_of_work() as session:
            repository = RetentionRepository.from_session(session)
            gone = await repository.forget_old(before, AT_ONCE)
            await repository.report(gone, Cause.RETENTION, None)
        if not gone:
            break
        total += sum(one.handovers for one in gone)
    papers = 0
    while True:
        async with database.unit_of_work() as session:
            gone_now = await RetentionRepository.from_session(session).forget_old_papers(before, AT_ONCE)
        if not gone_now:
            break
        papers += gone_now
    slips = 0
    while True:
        async with database.unit_of_work() as session:
            slips_now = await ReferralsRepository.from_session(session).forget_old(before, now() - UNUSED, AT_ONCE)
        if not slips_now:
            break
        slips += slips_now
    if total or papers or slips:
        log.info("aliases_forgotten", handovers=total, brackets=papers, slips=slips)
    return total


def years_from(moment: datetime, years: int) -> datetime:
    """The same day of another year; the 28th for a 29th of February that it has not."""
    return datetime.combine(months_after(moment.date(), 12 * years), moment.timetz())
