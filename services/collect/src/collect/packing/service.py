"""What donors are asked to prepare: read by everybody, changed by the coordination, never overwritten."""

from filiere.database import AsyncReadSession, AsyncSession
from filiere.web import Principal

from collect.packing.errors import NotTheSameNumber, PackingChanged
from collect.packing.repository import PackingRepository
from collect.packing.schemas import FIRST, PackingIn, PackingOut

SHOWN = 50


async def current(session: AsyncReadSession) -> PackingOut:
    """What holds now."""
    return await PackingRepository.from_session(session).newest() or FIRST


async def versions(session: AsyncReadSession) -> list[PackingOut]:
    """What held before too, the newest first, down to the product's own words."""
    return [*await PackingRepository.from_session(session).versions(SHOWN), FIRST]


async def change(session: AsyncSession, said: PackingIn, principal: Principal) -> PackingOut:
    """A new version, unless it says just what holds. Raises PackingChanged, NotTheSameNumber."""
    if len(said.french) != len(said.english):
        raise NotTheSameNumber
    now = await current(session)
    if (said.french, said.english) == (now.french, now.english):
        return now
    by = principal.name or principal.subject
    if said.based_on != now.version or not await PackingRepository.from_session(session).add(
        now.version + 1, said.french, said.english, by
    ):
        raise PackingChanged
    return await current(session)
