"""Who shows a key: its organisation, within its scopes; known for a moment, as memberships are (decision 0024).

The cache only ever answers yes, and for `CACHE_SECONDS` at most: a key that is revoked, renewed or over is refused by
every process within that time. A key is nobody's session: what ends sessions leaves it be.
"""

import time
from typing import ClassVar
from uuid import UUID

import asyncpg
from cachetools import TLRUCache, TTLCache

from filiere.database import Database
from filiere.keys.repository import USED_EVERY_S, KeyRepository, KnownKey
from filiere.keys.secret import hash_of, is_whole
from filiere.roles import Role
from filiere.telemetry.failures import summary
from filiere.telemetry.logs import get_logger
from filiere.web.errors import Unauthenticated
from filiere.web.memberships import CACHE_SECONDS, CACHE_SIZE
from filiere.web.principal import Membership, Principal

log = get_logger(__name__)


class InvalidKey(Unauthenticated):
    title = "Cette clé n'ouvre rien : elle est inconnue, révoquée ou expirée."
    headers: ClassVar = {"WWW-Authenticate": 'Bearer realm="filiere", error="invalid_token"'}


class Keys:
    """The keys of one service by the hash of their secrets. One per process."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._kept: TLRUCache[str, tuple[float, UUID, Principal], float] = TLRUCache(
            CACHE_SIZE, lambda _hash, kept, _now: kept[0], time.monotonic
        )
        self._used_lately: TTLCache[str, bool] = TTLCache(CACHE_SIZE, USED_EVERY_S)

    async def admit(self, secret: str) -> Principal:
        """Who acts with this key. Raises InvalidKey."""
        if not is_whole(secret):
            raise InvalidKey
        hash_ = hash_of(secret)
        kept = self._kept.get(hash_)
        if kept is None:
            until = time.monotonic() + CACHE_SECONDS  # from before it is asked, however slowly
            async with self.database.read() as reading:
                known = await KeyRepository(reading).known(hash_)
            if known is None:
                raise InvalidKey
            kept = self._kept[hash_] = until, known.id, principal_of_key(known)
        await self._used(hash_)
        return kept[2]

    def forget(self, key_id: UUID) -> None:
        """Make a revocation immediate here."""
        for hash_ in [hash_ for hash_, kept in self._kept.items() if kept[1] == key_id]:
            del self._kept[hash_]

    async def _used(self, hash_: str) -> None:
        """Keep that it was shown; that this fails is no reason to refuse it."""
        if hash_ in self._used_lately:
            return
        self._used_lately[hash_] = True
        try:
            async with self.database.unit_of_work() as writing:
                await KeyRepository.from_session(writing).used(hash_)
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
            log.warning("last_use_not_kept", error=summary(error))


def principal_of_key(known: KnownKey) -> Principal:
    """Journals name the key, which nobody can take for a person."""
    membership = Membership(Role(known.role), known.organisation_id)
    return Principal(f"key:{known.id}", f"Clé « {known.name} »", (membership,), known.scopes)
