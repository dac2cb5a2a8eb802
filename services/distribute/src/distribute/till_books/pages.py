"""The journal on screen, with its proof."""

from typing import Annotated

from filiere.web import Column, Principal, ReadSession, Role, Table, allow, page, page_router
from starlette.requests import Request
from starlette.responses import Response

from distribute.tenancy import own_relais_of
from distribute.till_books import proving
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
async def journal(request: Request, principal: Relais, session: ReadSession) -> Response:
    """Every entry, newest first; above them whether the chain holds."""
    view = ENTRIES.read(request)
    scope = own_relais_of(principal)
    found = await TillJournalRepository.from_session(session).listing(scope, view.part)
    return page(
        request,
        "till_books/templates/journal.html",
        principal=principal,
        entries=view.fill(found.rows, found),
        proofs=await proving.prove(session, scope),
    )
