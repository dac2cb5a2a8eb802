"""The journal on screen with its proof, and what leaves it as a file."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query
from filiere.calendar import today
from filiere.database import Scope
from filiere.web import (
    Column,
    Principal,
    ReadSession,
    Role,
    StreamSession,
    Table,
    allow,
    page,
    page_router,
    sheet_response,
)
from filiere.web.bounded_types import Day
from starlette.requests import Request
from starlette.responses import Response

from distribute.closings.repository import ClosingsRepository
from distribute.closings.service import till_of
from distribute.tenancy import own_relais_of
from distribute.till_books import accounts, proving
from distribute.till_books.downloads import archive_download
from distribute.till_journal.repository import TillJournalRepository

router = page_router("/caisse")

Relais = Annotated[Principal, allow(Role.RELAIS)]
ENTRIES = Table(
    columns=(
        Column("sequence", "N°", is_number=True),
        Column("at", "Quand"),
        Column("what", "Écriture"),
        Column("amount", "Montant", is_number=True),
        Column("total", "Total perpétuel", is_number=True),
        Column("hash", "Empreinte"),
    ),
    per_page=50,
)


@router.get("/journal", name="till_journal")
async def journal(
    request: Request,
    principal: Relais,
    session: ReadSession,
    anew: Annotated[bool, Query(alias="entier", description="Read every entry once more.")] = False,
) -> Response:
    """Every entry, newest first; above them whether the chain holds: read to its end from where it was read last."""
    view = ENTRIES.read(request)
    scope = own_relais_of(principal)
    found = await TillJournalRepository.from_session(session).listing(scope, view.part)
    return page(
        request,
        "till_books/templates/journal.html",
        principal=principal,
        entries=view.fill(found.rows, found),
        proofs=await (proving.prove if anew else proving.prove_on)(session, scope),
    )


Structure = Annotated[UUID | None, Query(alias="structure")]
First = Annotated[Day | None, Query(alias="du")]
Last = Annotated[Day | None, Query(alias="au")]


@router.get("/comptabilite", name="accounting")
async def accounting(
    request: Request,
    principal: Relais,
    session: ReadSession,
    relais_id: Structure = None,
    first: First = None,
    last: Last = None,
) -> Response:
    """Choose a period; take the accountant's files and the archive."""
    tills = await ClosingsRepository.from_session(session).relais(own_relais_of(principal))
    start, end = _period(first, last)
    return page(
        request,
        "till_books/templates/accounting.html",
        principal=principal,
        tills=tills,
        chosen=till_of(principal, relais_id or tills[0].id),
        first=start,
        last=end,
    )


@router.get("/comptabilite/{form}.csv", name="accounts")
async def accounts_csv(
    form: Literal["simple", "ecritures"],
    principal: Relais,
    session: StreamSession,
    relais_id: Structure = None,
    first: First = None,
    last: Last = None,
) -> Response:
    """One line per entry, or debit and credit; of a period, the present year when not said."""
    scope = Scope((till_of(principal, relais_id),))
    start, end = _period(first, last)
    entries = TillJournalRepository.from_session(session).entries(scope, first=start, last=end)
    name = f"caisse-{form}-{start.isoformat()}-{end.isoformat()}.csv"
    if form == "simple":
        return sheet_response(name, accounts.SIMPLE, accounts.simple(entries))
    return sheet_response(name, accounts.TWO_SIDED, accounts.two_sided(entries))


@router.get("/archive.zip", name="till_archive")
async def archive(
    principal: Relais, session: StreamSession, relais_id: Structure = None, last: Last = None
) -> Response:
    """Every entry up to a day, with what proves them."""
    chosen = till_of(principal, relais_id)
    (till,) = await ClosingsRepository.from_session(session).relais(Scope((chosen,)))
    return await archive_download(session, chosen, till.name, last or today())


def _period(first: date | None, last: date | None) -> tuple[date, date]:
    end = last or today()
    return first or date(end.year, 1, 1), end
