"""Grant and revoke memberships, and load them for each request from a short cache.

The cache only ever answers yes: a caller who seems to lack a role is looked up again before being refused, so that a
grant works at once, and a revocation (made here or by the command line) after at most `CACHE_SECONDS`.
"""

import time
from uuid import UUID

from filiere.database import AsyncSession, Database
from filiere.web.errors import Unprocessable
from filiere.web.principal import Principal, Role, principal_of
from filiere.web.repository import MembershipRepository

CACHE_SECONDS = 5.0
CACHE_SIZE = 4096


class OrganisationMismatch(Unprocessable):
    title = "Un rôle d'organisation demande une organisation ; un rôle de réseau n'en a pas."


async def grant(session: AsyncSession, subject: str, role: Role, organisation_id: UUID | None = None) -> bool:
    """Give the subject a role in the caller's transaction; False when it was given before.

    Raises OrganisationMismatch when the role needs an organisation and none is named, or the reverse.
    """
    if role.needs_organisation is (organisation_id is None):
        raise OrganisationMismatch
    return await MembershipRepository(session).grant(subject, role, organisation_id)


async def revoke(session: AsyncSession, subject: str, role: Role, organisation_id: UUID | None = None) -> bool:
    """Take a role away in the caller's transaction; False when there was none."""
    return await MembershipRepository(session).revoke(subject, role, organisation_id)


class Memberships:
    """Principals of one service by subject. One per process; `forget` after a revocation makes it immediate here."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._known: dict[str, tuple[float, tuple[tuple[str, UUID | None], ...]]] = {}

    async def principal(self, subject: str, name: str, *, fresh: bool = False) -> Principal:
        """The caller with their memberships; `fresh` goes to the database whatever the cache holds."""
        kept = self._known.get(subject)
        if kept is not None and not fresh and kept[0] > time.monotonic():
            return principal_of(subject, name, kept[1])
        async with self.database.read() as session:
            rows = tuple(await MembershipRepository(session).of_subject(subject))
        if len(self._known) >= CACHE_SIZE:
            self._known.clear()
        if rows:
            self._known[subject] = (time.monotonic() + CACHE_SECONDS, rows)
        else:
            self._known.pop(subject, None)
        return principal_of(subject, name, rows)

    def forget(self, subject: str) -> None:
        self._known.pop(subject, None)
