"""Another key seals: every code is opened by the one before and sealed anew, some at a time."""

from collections import Counter

from filiere.database import Database

from distribute.topups.repository import TopupsRepository
from distribute.topups.schemas import code_number
from distribute.topups.vault import Vault

AT_ONCE = 500


class SameCodeTwice(ValueError):
    """One code was taken in under two keys, and stands in two rows: neither can be sealed beside the other."""


async def reseal(database: Database, vault: Vault) -> int:
    """Seal all codes by the newest key; how many were not. It may be ended and begun again at any time.

    Raises DoesNotOpen, SameCodeTwice with the numbers of those that are there already, or of both where neither is.
    """
    done = 0
    while True:
        async with database.unit_of_work() as session:
            repository = TopupsRepository.from_session(session)
            kept = await repository.sealed_otherwise_for_update(vault.newest, AT_ONCE)
            if not kept:
                return done
            sealed = [(one.id, vault.seal(one.id, vault.open(one.id, one.key_id, one.secret))) for one in kept]
            times = Counter(one.fingerprint for _, one in sealed)
            beside = [code_id for code_id, one in sealed if times[one.fingerprint] > 1]
            if twice := await repository.numbers_of(list(times), beside):
                raise SameCodeTwice(", ".join(map(code_number, twice)))
            await repository.reseal(sealed)
            done += len(kept)
