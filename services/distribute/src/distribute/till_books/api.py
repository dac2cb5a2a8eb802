"""API of the till's books: /till."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from filiere.calendar import today
from filiere.database import Scope
from filiere.web import (
    Page,
    Paging,
    Principal,
    ReadSession,
    Role,
    StreamSession,
    allow,
    api_router,
    raises,
    sheet_response,
)
from filiere.web.bounded_types import Day
from starlette.responses import Response, StreamingResponse

from distribute.closings.errors import NotYourTill, WhichTill
from distribute.closings.repository import ClosingsRepository
from distribute.closings.service import till_of
from distribute.tenancy import own_relais_of, relais_of
from distribute.till_books import accounts, proving
from distribute.till_books.downloads import archive_download
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


@router.get("/accounts/{form}.csv", responses=raises(NotYourTill, WhichTill))
async def accounts_csv(
    form: Literal["simple", "two-sided"],
    principal: Relais,
    session: StreamSession,
    relais_id: UUID | None = None,
    first: Day | None = None,
    last: Day | None = None,
) -> StreamingResponse:
    """The accountant's file of a period, the present year when not said: a line per entry, or debit and credit."""
    scope = Scope((till_of(principal, relais_id),))
    end = last or today()
    start = first or date(end.year, 1, 1)
    entries = TillJournalRepository.from_session(session).entries(scope, first=start, last=end)
    if form == "simple":
        return sheet_response("caisse.csv", accounts.SIMPLE, accounts.simple(entries))
    return sheet_response("caisse-ecritures.csv", accounts.TWO_SIDED, accounts.two_sided(entries))


@router.get(
    "/archive.zip",
    response_class=Response,
    responses={200: {"content": {"application/zip": {}}}, **raises(NotYourTill, WhichTill)},
)
async def archive(
    principal: Relais, session: StreamSession, relais_id: UUID | None = None, last: Day | None = None
) -> Response:
    """Every entry of a till up to a day, today when not said, with what proves them."""
    chosen = till_of(principal, relais_id)
    (till,) = await ClosingsRepository.from_session(session).relais(Scope((chosen,)))
    return await archive_download(session, chosen, till.name, last or today())
