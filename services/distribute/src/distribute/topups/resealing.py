"""Another key seals: every code is opened by the one before and sealed anew, some at a time."""

from filiere.database import Database

from distribute.topups.repository import TopupsRepository
from distribute.topups.vault import Vault

AT_ONCE = 500


async def reseal(database: Database, vault: Vault) -> int:
    """Seal all codes by the newest key; how many were not. It may be ended and begun again at any time.

    Raises DoesNotOpen.
    """
    done = 0
    while True:
        async with database.unit_of_work() as session:
            repository = TopupsRepository.from_session(session)
            kept = await repository.sealed_otherwise_for_update(vault.newest, AT_ONCE)
            if not kept:
                return done
            await repository.reseal(
                [(one.id, vault.seal(one.id, vault.open(one.id, one.key_id, one.secret))) for one in kept]
            )
            done += len(kept)
