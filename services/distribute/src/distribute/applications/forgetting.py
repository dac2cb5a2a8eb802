"""What led to nothing is not kept: somebody's name and address stand in it."""

from filiere.database import Database

from distribute.applications.repository import ApplicationsRepository


async def forget_applications(database: Database) -> int:
    """Take them away; how many."""
    async with database.unit_of_work() as session:
        return await ApplicationsRepository.from_session(session).forget()
