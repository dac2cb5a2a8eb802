"""Tell what has changed since it was told: whoever registers, sends, signs or ends needs not think of it."""

from filiere import outbox
from filiere.database import Database

from distribute.standing.repository import AT_ONCE, StandingRepository


async def tell(database: Database) -> int:
    """Publish what differs from what was told; how many."""
    told = 0
    while True:
        async with database.unit_of_work() as session:
            changes = await StandingRepository.from_session(session).changes()
            await outbox.append(session, changes)
        told += len(changes)
        if len(changes) < AT_ONCE:
            return told
