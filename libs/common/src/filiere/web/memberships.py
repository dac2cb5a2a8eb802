"""Grant and revoke memberships, end sessions, and load both for each request from a short cache.

The cache only ever answers yes: a caller who seems to lack a role is looked up again before being refused, so that a
grant works at once, and a revocation or an end (made here or by the command line) after at most `CACHE_SECONDS`.
"""

import time
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

import asyncpg
from cachetools import TLRUCache, TTLCache

from filiere.database import AsyncSession, Database
from filiere.duties import Duty
from filiere.roles import Role
from filiere.settings import Settings
from filiere.telemetry.failures import summary
from filiere.telemetry.logs import get_logger
from filiere.web.errors import FieldError, Unprocessable
from filiere.web.person_repository import SEEN_EVERY_S, PersonRepository
from filiere.web.principal import Principal, principal_of
from filiere.web.repository import Known, MembershipRepository

log = get_logger(__name__)

CACHE_SECONDS = 5.0
CACHE_SIZE = 4096
EVERYBODY = ""  # as a subject: the provider gives nobody an empty one
LONGEST_TOKEN = timedelta(days=1)  # access tokens that live longer outlive the memory of their end


class OrganisationMismatch(Unprocessable):
    title = "Un rôle d'organisation demande une organisation ; un rôle de réseau n'en a pas."


class SubjectUnknown(Unprocessable):
    title = "Personne ne s'est encore connecté ici avec cet identifiant. Invitez cette personne par courriel."

    def __init__(self) -> None:
        super().__init__(errors=[FieldError("subject", self.title)])


class WhomToEnd(Unprocessable):
    title = "Nommez une personne, une organisation, ou tout le monde : l'un des trois."


async def grant(
    session: AsyncSession, subject: str, role: Role, organisation_id: UUID | None = None, duty: Duty = Duty.LEAD
) -> bool:
    """Give the subject a role in the caller's transaction; False when it was given before.

    Raises OrganisationMismatch when the role needs an organisation and none is named, or the reverse.
    """
    if role.needs_organisation is (organisation_id is None):
        raise OrganisationMismatch
    return await MembershipRepository(session).grant(subject, role, organisation_id, duty)


async def grant_known(session: AsyncSession, subject: str, role: Role, organisation_id: UUID | None = None) -> bool:
    """The same to somebody who has been here before, with a session or a token; False when it was given before.

    Raises SubjectUnknown, OrganisationMismatch.
    """
    if await PersonRepository.from_session(session).name_of(subject) is None:
        raise SubjectUnknown
    return await grant(session, subject, role, organisation_id)


async def revoke(session: AsyncSession, subject: str, role: Role, organisation_id: UUID | None = None) -> bool:
    """Take a role away in the caller's transaction; False when there was none."""
    return await MembershipRepository(session).revoke(subject, role, organisation_id)


async def show_out(session: AsyncSession, subject: str) -> int:
    """Take everything away from a person and end their sessions and tokens; how many memberships they had."""
    repository = MembershipRepository(session)
    await repository.end_sessions(subject)
    return await repository.revoke_all(subject)


async def end_sessions(
    session: AsyncSession,
    settings: Settings,
    *,
    subject: str | None = None,
    organisation_id: UUID | None = None,
    everybody: bool = False,
) -> None:
    """End what was begun until now by a person, by all who act for an organisation, or by everybody.

    Raises WhomToEnd unless exactly one of the three is named.
    """
    if sum((bool(subject), organisation_id is not None, everybody)) != 1:
        raise WhomToEnd
    repository = MembershipRepository(session)
    if organisation_id is not None:
        await repository.end_sessions_of_organisation(organisation_id)
    else:
        await repository.end_sessions(EVERYBODY if everybody else str(subject))
    await repository.forget_ends(max(settings.session_lifetime, LONGEST_TOKEN).total_seconds())


class _Kept(NamedTuple):
    """What the database said of a subject, and until when it counts: from before it was asked, however slowly."""

    until: float
    known: Known
    principal: Principal  # by the name that was shown then


class Memberships:
    """Principals of one service by subject. One per process; `forget` after a revocation makes it immediate here."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self.database = database
        self.settings = settings
        self._kept: TLRUCache[str, _Kept, float] = TLRUCache(
            CACHE_SIZE, lambda _subject, kept, _now: kept.until, time.monotonic
        )
        self._seen_lately: TTLCache[str, bool] = TTLCache(CACHE_SIZE, SEEN_EVERY_S)

    async def admit(
        self, subject: str, name: str, since: float, session: str = "", *, fresh: bool = False
    ) -> Principal | None:
        """The caller with their memberships; None when what they show has been ended.

        They show a session (its id, and when it began) or a token (when it was given out): seconds since 1970.
        `fresh` goes to the database whatever the cache holds.
        """
        kept = None if fresh else self._kept.get(subject)
        if kept is None:
            kept = await self._ask(subject, name)
        known = kept.known
        if since <= known.ended_at or session in known.ended:
            return None
        await self._seen(subject, name)
        return kept.principal if kept.principal.name == name else principal_of(subject, name, known.memberships)

    async def _ask(self, subject: str, name: str) -> _Kept:
        until = time.monotonic() + CACHE_SECONDS
        async with self.database.read() as reading:
            known = await MembershipRepository(reading).of_subject(subject)
        kept = _Kept(until, known, principal_of(subject, name, known.memberships))
        if known.memberships:
            self._kept[subject] = kept
        else:
            self.forget(subject)
        return kept

    async def _seen(self, subject: str, name: str) -> None:
        """Keep that they were here; that this fails is no reason to let nobody in."""
        if subject in self._seen_lately:
            return
        self._seen_lately[subject] = True
        try:
            async with self.database.unit_of_work() as writing:
                await PersonRepository.from_session(writing).seen(subject, name)
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
            log.warning("last_seen_not_kept", error=summary(error))

    async def moment(self) -> float:
        """When a session begins: by the clock that will say when it ends."""
        async with self.database.read() as reading:
            return await MembershipRepository(reading).moment()

    async def met(self, subject: str, name: str, address: str | None, language: str) -> None:
        """Keep who has just logged in."""
        async with self.database.unit_of_work() as writing:
            await PersonRepository.from_session(writing).met(subject, name, address, language)

    async def log_out(self, subject: str, session: str) -> None:
        """End one session: a copy of its cookie opens nothing any more, here at once."""
        async with self.database.unit_of_work() as writing:
            repository = MembershipRepository(writing)
            await repository.end_session(subject, session)
            await repository.forget_ends(max(self.settings.session_lifetime, LONGEST_TOKEN).total_seconds())
        self.forget(subject)

    def forget(self, subject: str) -> None:
        self._kept.pop(subject, None)

    def forget_all(self) -> None:
        self._kept.clear()
