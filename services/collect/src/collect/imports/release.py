"""What a declined donation changes for the file it came from."""

from uuid import UUID

from filiere.database import AsyncSession

from collect.imports.repository import ImportRepository


async def release_file_of(session: AsyncSession, donation_id: UUID) -> None:
    """Let the donation's file, if it came from one, be declared again."""
    await ImportRepository.from_session(session).release(donation_id)
