"""The worker's side of an appeal: some donors a transaction, each noted with its letters.

A worker that dies has written whole transactions or nothing of one; the next one goes on with those not noted yet.
"""

from datetime import timedelta
from uuid import UUID

from filiere.jobs.repository import JobRepository
from filiere.jobs.running import Work
from filiere.mail import Letter, post

from collect.appeals.repository import AppealRepository
from collect.appeals.schemas import Whom
from collect.appeals.service import get, letter, postcodes_of
from collect.news.kinds import DECLARE, WANTED_OF_DONORS
from collect.news.repository import NewsRepository

AT_ONCE = 200
"""Donors in one transaction."""


async def write_letters(work: Work) -> None:
    """Write to everybody whom the appeal is for."""
    appeal_id, every = UUID(work.claim.key), timedelta(seconds=work.claim.input["every_s"])
    async with work.database.read() as session:
        appeal = await get(session, appeal_id)
        whom = Whom.model_validate(appeal, from_attributes=True)
        postcodes = await postcodes_of(session, whom.region)
    work.done = appeal.written
    while True:
        async with work.database.unit_of_work() as session:
            appeals = AppealRepository.from_session(session)
            await appeals.lock_writing()
            found = await appeals.write_to(appeal_id, whom, postcodes, every, WANTED_OF_DONORS.name, AT_ONCE)
            if not found:
                await appeals.end(appeal_id)
                await JobRepository.from_session(session).finish(work.claim)
                return
            gave_on = {one.donor_id: one.gave_on for one in found}
            people = await NewsRepository.from_session(session).people_of(list(gave_on))
            once = f"appeal:{appeal_id}"
            letters = [
                Letter(one.address, WANTED_OF_DONORS, letter(whom, appeal.wanted, gave_on[one.donor_id]), DECLARE, once)
                for one in people
            ]
            await post(session, letters)
        work.done += len(found)
