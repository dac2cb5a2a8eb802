"""API of the till's books: /till."""

from typing import Annotated

from filiere.web import Page, Paging, Principal, ReadSession, Role, allow, api_router
from filiere.web.bounded_types import Day

from distribute.tenancy import own_relais_of, relais_of
from distribute.till_books import proving
from distribute.till_books.schemas import EntryOut, ProofOut
from distribute.till_journal.repository import TillJournalRepository

router = api_router("/till", tags=["till"])

Relais = Annotated[Principal, allow(Role.RELAIS)]
RelaisOrCoordinator = Annotated[Principal, allow(Role.RELAIS, Role.COORDINATOR)]


@router.get("/entries")
async def entries(principal: Relais, session: ReadSession, paging: Paging, day: Day | None = None) -> Page[EntryOut]:
    """The Relais' journal, newest first; of one day when named."""
    found = await TillJournalRepository.from_session(session).listing(own_relais_of(principal), paging.part, day=day)
    return paging.of([EntryOut.of(one) for one in found.rows], found)


@router.get("/verification")
async def verification(principal: RelaisOrCoordinator, session: ReadSession) -> list[ProofOut]:
    """Read every entry of the caller's journals, and name each that was changed, lost or put elsewhere."""
    return await proving.prove(session, relais_of(principal))
