"""Show a structure to everybody or to nobody; find the nearest."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from filiere import journal
from filiere.database import AsyncReadSession, AsyncSession
from filiere.geography import Commune, communes_called, km_between
from filiere.web import Principal

from distribute.nearby.errors import ListingChanged
from distribute.nearby.listing import MOST, SAME_PLACE_KM, Listed, ListingIn
from distribute.nearby.repository import ListingRepository
from distribute.relais import service as relais_service

OBJECT = "relais"  # of the journal


class Nearby(NamedTuple):
    """The answer to what was typed: the commune that was taken, others of the name, and who is near."""

    commune: Commune | None
    others: Sequence[Commune]
    found: Sequence[Listed]


async def near(session: AsyncReadSession, typed: str) -> Nearby:
    """The structures nearest to a commune; of several that are meant, the largest."""
    communes = await asyncio.to_thread(communes_called, typed, 12)
    if not communes:
        return Nearby(None, (), ())
    commune, *others = communes
    place = (commune.latitude, commune.longitude)
    others = [one for one in others if km_between(place, (one.latitude, one.longitude)) > SAME_PLACE_KM]
    found = await ListingRepository.from_session(session).nearest(*place, MOST)
    return Nearby(commune, others, found)


async def show(session: AsyncSession, principal: Principal, relais_id: UUID, said: ListingIn) -> None:
    """Show one's structure to everybody, from now on. Raises RelaisNotFound."""
    await relais_service.own(session, principal, relais_id)
    await ListingRepository.from_session(session).show(relais_id, said)
    await journal.note(session, principal, OBJECT, relais_id, "shown", {"welcome": said.welcome.value})


async def show_as_seen(
    session: AsyncSession, principal: Principal, relais_id: UUID, said: ListingIn, seen: datetime | None
) -> None:
    """The same, from a page that showed it as it was changed at `seen`. Raises RelaisNotFound, ListingChanged."""
    await relais_service.own(session, principal, relais_id)
    listings = ListingRepository.from_session(session)
    if not await listings.show_again(relais_id, said, seen):
        # A second click finds what the first has written, and nobody's words are lost by it.
        if await listings.says(relais_id, said):
            return
        raise ListingChanged
    await journal.note(session, principal, OBJECT, relais_id, "shown", {"welcome": said.welcome.value})


async def hide(session: AsyncSession, principal: Principal, relais_id: UUID) -> None:
    """Show it to nobody any more; done again it is as it was done. Raises RelaisNotFound."""
    await relais_service.own(session, principal, relais_id)
    await ListingRepository.from_session(session).hide(relais_id)
    await journal.note(session, principal, OBJECT, relais_id, "hidden", {})
