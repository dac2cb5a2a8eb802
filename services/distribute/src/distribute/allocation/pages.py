"""Pages of allocation: runs, and the approval that makes one of a proposal."""

from typing import Annotated
from uuid import UUID

from filiere.web import (
    Choice,
    Column,
    Principal,
    ReadSession,
    Role,
    Table,
    WriteSession,
    allow,
    flash,
    gettext,
    page,
    page_router,
    redirect,
)
from starlette.requests import Request
from starlette.responses import Response

from distribute.allocation import service
from distribute.allocation.repository import AllocationRepository
from distribute.clock import today
from distribute.proposals.desk import desk
from distribute.proposals.pages import CHIP
from distribute.proposals.rules import choices

router = page_router("/attributions")

Coordinator = Annotated[Principal, allow(Role.COORDINATOR)]
RUNS = Table(
    columns=(
        Column("number", "Attribution"),
        Column("created_at", "Faite"),
        Column("allocated", "Attribués", is_number=True),
        Column("lines", "Lignes", is_number=True),
        Column("status", "Statut"),
    )
)
RESULT_COLUMNS = (
    Column("reference", "Commande"),
    Column("relais", "Relais"),
    Column("wish", "Manquait"),
    Column("allocated", "Attribués", is_number=True),
    Column("reason", "Raison"),
)
RESULTS = Table(
    columns=RESULT_COLUMNS, filters=(Choice("only", "Lignes", {"short": "Encore en attente", "complete": "Complètes"}),)
)


@router.get("")
async def runs(request: Request, principal: Coordinator, session: ReadSession) -> Response:
    """All runs, newest first; above them what of the proposals wants the coordination's eye."""
    view = RUNS.read(request)
    rows, total = await AllocationRepository.from_session(session).runs(view.limit, view.offset)
    return page(
        request,
        "allocation/templates/runs.html",
        principal=principal,
        view=view.fill(rows, total),
        desk=await desk(session),
        rules=choices(today()),
        chip=CHIP,
    )


@router.post("/propositions/{proposal_id}/approuver")
async def approve(request: Request, proposal_id: UUID, principal: Coordinator, session: WriteSession) -> Response:
    """Promise what a proposal says."""
    run = await service.approve(session, principal.subject, proposal_id)
    flash(request, gettext("Attribution n° %(number)s faite.") % {"number": run.number})
    return redirect(f"/attributions/{run.id}")


@router.get("/{run_id}")
async def one(request: Request, run_id: UUID, principal: Coordinator, session: ReadSession) -> Response:
    """One run, line by line."""
    run = await service.get(session, run_id)
    repository = AllocationRepository.from_session(session)
    view = RESULTS.read(request)
    total, short = await repository.result_counts(run_id)
    rows = await repository.results(run_id, only=view["only"], limit=view.limit, offset=view.offset)
    shown = {"": total, "short": short, "complete": total - short}[view["only"]]
    return page(
        request,
        "allocation/templates/run.html",
        principal=principal,
        run=run,
        view=view.fill(rows, shown),
        short=short,
    )


@router.post("/{run_id}/annuler")
async def undo(request: Request, run_id: UUID, principal: Coordinator, session: WriteSession) -> Response:
    """Take back what has not left."""
    run = await service.undo(session, run_id)
    flash(request, gettext("Attribution n° %(number)s annulée.") % {"number": run.number})
    return redirect(f"/attributions/{run_id}")
