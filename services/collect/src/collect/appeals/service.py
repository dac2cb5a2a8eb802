"""Ask past donors for what is wanted: see whom, send once, follow what came of it.

Whom: see `Whom`. At most one such letter per donor in `APPEAL_EVERY`, whatever is asked for; whoever switched the kind
off gets none. A number of devices that are waited for stands in the letter when it is five or more.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from filiere.catalogue import Category
from filiere.database import AsyncReadSession, AsyncSession
from filiere.geography import UnknownTerritory, departement_of_postcode, region_name
from filiere.identifiers import uuid7
from filiere.jobs.repository import Job, JobRepository
from filiere.web import Principal

from collect.appeals.errors import AppealNotFound, NobodyToWrite
from collect.appeals.repository import AppealRepository
from collect.appeals.schemas import Appeal, Audience, SendAppeal, Whom
from collect.news.kinds import WANTED_OF_DONORS
from collect.wanted.board import board
from collect.wanted.repository import WantedRepository

KIND = "appeal"
"""The kind of job that writes the letters; its key is the appeal's id."""
SHOWN = 100


async def audience(session: AsyncReadSession, whom: Whom, every: timedelta) -> Audience:
    """Whom an appeal would reach now, and why not the others."""
    postcodes = await postcodes_of(session, whom.region)
    return await AppealRepository.from_session(session).audience(whom, postcodes, every, WANTED_OF_DONORS.name)


async def wanted(session: AsyncReadSession, whom: Whom) -> int | None:
    """How many such devices are waited for, in the region or anywhere; None for fewer than five."""
    found = {one.category: one for one in board(await WantedRepository.from_session(session).waiting())}
    of = found.get(whom.category)
    if of is None or whom.region is None:
        return of.wanted if of is not None else None
    name = region_name(whom.region)
    return next((one.wanted for one in of.regions if one.region == name), None)


async def is_waited_for(session: AsyncReadSession, category: Category) -> bool:
    """Say whether anybody waits for such devices, however few."""
    return any(one.category is category for one in await WantedRepository.from_session(session).waiting())


async def send(session: AsyncSession, asked: SendAppeal, every: timedelta, principal: Principal) -> None:
    """Have the letters written by the worker; asked again with the same id, nothing more is. Raises NobodyToWrite."""
    appeals = AppealRepository.from_session(session)
    if await appeals.get(asked.appeal_id) is not None:
        return
    reached = (await audience(session, asked, every)).reached
    if not reached:
        raise NobodyToWrite
    if await appeals.add(asked, await wanted(session, asked), principal.name or principal.subject):
        await _ask(session, asked.appeal_id, every, reached)


async def resume(session: AsyncSession, appeal_id: UUID, every: timedelta) -> None:
    """Have an appeal that stopped half way written to its end; one that is at work or ended is left so.

    Raises AppealNotFound.
    """
    appeal = await get(session, appeal_id)
    job = await at_work(session, appeal_id)
    if appeal.ended_at is not None or (job is not None and job.state.is_open):
        return
    left = (await audience(session, Whom.model_validate(appeal, from_attributes=True), every)).reached
    await _ask(session, appeal_id, every, appeal.written + left)


async def _ask(session: AsyncSession, appeal_id: UUID, every: timedelta, total: int) -> None:
    input_ = {"every_s": every.total_seconds()}
    await JobRepository.from_session(session).ask(uuid7(), KIND, str(appeal_id), input_, total=total)


async def get(session: AsyncReadSession, appeal_id: UUID) -> Appeal:
    """Raises AppealNotFound."""
    found = await AppealRepository.from_session(session).get(appeal_id)
    if found is None:
        raise AppealNotFound(appeal_id)
    return found


async def at_work(session: AsyncReadSession, appeal_id: UUID) -> Job | None:
    """The job that writes the letters, for as long as it is remembered."""
    return await JobRepository.from_session(session).newest(KIND, str(appeal_id))


def letter(whom: Whom, count: int | None, gave_on: date) -> dict[str, Any]:
    """What the letter to one donor says."""
    return {
        "what": whom.category.plural_fr,
        "wanted": count,
        "region": region_name(whom.region) if whom.region is not None else None,
        "gave_on": gave_on.isoformat(),
    }


async def postcodes_of(session: AsyncReadSession, region: str | None) -> Sequence[str] | None:
    """The donors' postcodes in a region; None for all."""
    if region is None:
        return None
    return [one for one in await AppealRepository.from_session(session).postcodes() if _region_of(one) == region]


@lru_cache(maxsize=10_000)
def _region_of(postcode: str) -> str | None:
    try:
        return departement_of_postcode(postcode).region_code
    except UnknownTerritory:
        return None
