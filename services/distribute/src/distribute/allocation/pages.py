"""Pages of allocation: runs, the approval that makes one of a proposal, the way on to shipments, and back."""

from typing import Annotated
from uuid import UUID

from filiere.calendar import today
from filiere.database import EVERYTHING
from filiere.geography import departement
from filiere.web import (
    Choice,
    Column,
    Principal,
    ReadSession,
    Role,
    Search,
    Table,
    WriteSession,
    allow,
    attempt,
    flash,
    gettext,
    ngettext,
    own_settings,
    page,
    page_router,
    path,
    redirect,
    sheet_response,
)
from starlette.requests import Request
from starlette.responses import Response

from distribute.allocation import service
from distribute.allocation.continuous_words import continuous
from distribute.allocation.errors import NothingToUndo, RunNotFound
from distribute.allocation.proposals import service as proposals
from distribute.allocation.proposals.errors import ProposalNotReady, RuleNotInForce
from distribute.allocation.proposals.overview import overview
from distribute.allocation.proposals.pages import CHIP
from distribute.allocation.proposals.rules import address_of, choices
from distribute.allocation.repository import AllocationRepository
from distribute.allocation.runs_repository import RunsRepository
from distribute.allocation.schemas import RunOut
from distribute.settings import DistributeSettings
from distribute.shipments import service as shipments
from distribute.why import reason_here

router = page_router("/attributions")

Coordinator = Annotated[Principal, allow(Role.COORDINATOR)]
OwnSettings = Annotated[DistributeSettings, own_settings(DistributeSettings)]
RUNS = Table(
    columns=(
        Column("number", "Attribution"),
        Column("created_at", "Faite"),
        Column("allocated", "Attribués", is_number=True),
        Column("lines", "Lignes", is_number=True),
        Column("status", "Statut"),
    )
)
RUNS_CSV = ("attribution", "faite", "automatique", "demandes", "attribues", "lignes", "regle", "annulee")
RESULT_COLUMNS = (
    Column("reference", "Commande"),
    Column("relais", "Relais"),
    Column("wish", "Manquait"),
    Column("allocated", "Attribués", is_number=True),
    Column("reason", "Raison"),
)
RESULTS = Table(
    columns=RESULT_COLUMNS,
    filters=(
        Search("q", "Chercher", "Relais ou commande"),
        Choice("lignes", "Lignes", {"short": "Encore en attente", "complete": "Complètes"}, "Toutes"),
    ),
)
RESULTS_CSV = (
    "commande", "relais", "departement", "categorie", "categorie_minimale", "manquait", "attribues", "gardes", "raison",
)  # fmt: skip


@router.get("", name="runs")
async def runs(request: Request, principal: Coordinator, session: ReadSession, settings: OwnSettings) -> Response:
    """All runs, newest first; above them what of the proposals wants the coordination's eye."""
    view = RUNS.read(request)
    found = await AllocationRepository.from_session(session).runs(view.part)
    return page(
        request,
        "allocation/templates/runs.html",
        principal=principal,
        view=view.fill(found.rows, found),
        overview=await overview(session),
        rules=choices(today()),
        chip=CHIP,
        continuous=continuous(settings),
    )


@router.get(".csv", name="runs_csv")
async def export_runs(principal: Coordinator, session: ReadSession) -> Response:
    """All runs, newest first."""
    rows = (await AllocationRepository.from_session(session).runs(EVERYTHING)).rows
    return sheet_response(
        "attributions.csv",
        RUNS_CSV,
        (
            (
                one.number, one.created_at, one.is_automatic, one.requested, one.allocated, one.lines, one.policy,
                one.undone_at,
            )
            for one in rows
        ),
        spoken=True,
    )  # fmt: skip


@router.post("/propositions/{proposal_id}/approuver", name="approve_proposal")
async def approve(request: Request, proposal_id: UUID, principal: Coordinator, session: WriteSession) -> Response:
    """Promise what a proposal says; a second click, or a tab of before, leads to what the first one did."""
    async with attempt(request, None, RuleNotInForce, ProposalNotReady) as tried:
        run = await service.approve(session, principal.subject, proposal_id)
        if run.allocated:
            flash(request, gettext("Attribution n° %(number)s faite.") % {"number": run.number})
        else:
            flash(request, gettext("Rien n'a pu être réservé : tout avait changé depuis le calcul."), "wait")
        return redirect(path("run", run_id=run.id))
    run_id = (await proposals.get(session, proposal_id)).run_id
    if run_id is None or isinstance(tried.refusal, RuleNotInForce):
        flash(request, tried.refusal.sentence, "stop")
        return redirect(path("proposal", proposal_id=proposal_id))
    run = await _found(session, run_id)
    sentence = gettext("Cette proposition est déjà approuvée : attribution n° %(number)s.")
    flash(request, sentence % {"number": run.number}, "info")
    return redirect(path("run", run_id=run.id))


@router.get("/{run_id}", name="run")
async def one(
    request: Request, run_id: UUID, principal: Coordinator, session: ReadSession, settings: OwnSettings
) -> Response:
    """One run, line by line, and what became of it since."""
    run = await _found(session, run_id)
    repository = RunsRepository.from_session(session)
    view = RESULTS.read(request)
    total, short = await repository.line_counts(run_id, view.q)
    rows = await repository.lines(run_id, q=view.q, only=view["lignes"], limit=view.limit, offset=view.offset)
    shown = {"": total, "short": short, "complete": total - short}[view["lignes"]]
    return page(
        request,
        "allocation/templates/run.html",
        principal=principal,
        run=run,
        view=view.fill(rows, shown),
        standing=await repository.standing(run_id),
        to_pack=len(await repository.orders_to_pack(run_id)),
        overview=await overview(session) if run.is_undone else None,
        rules=choices(today()),
        rule_address=address_of(run.policy),
        continuous=continuous(settings),
        departement=departement,
    )


@router.get("/{run_id}/lignes.csv", name="run_lines_csv")
async def export(request: Request, run_id: UUID, principal: Coordinator, session: ReadSession) -> Response:
    """The lines, with the filters of the page."""
    await _found(session, run_id)
    view = RESULTS.read(request)
    rows = await RunsRepository.from_session(session).lines(run_id, q=view.q, only=view["lignes"])
    return sheet_response(
        "attribution.csv",
        RESULTS_CSV,
        (
            (
                one.reference, one.relais_name, one.territory, gettext(one.category.label_fr), one.min_grade.value,
                one.requested, one.allocated, one.kept, reason_here(one.why, one.reason),
            )
            for one in rows
        ),
        spoken=True,
    )  # fmt: skip


@router.post("/{run_id}/envois", name="pack_run")
async def pack(request: Request, run_id: UUID, principal: Coordinator, session: WriteSession) -> Response:
    """Prepare the shipments of all its orders that wait for one."""
    await _found(session, run_id)
    orders = await RunsRepository.from_session(session).orders_to_pack(run_id)
    packed = await shipments.pack_all(session, orders)
    if not packed:
        flash(request, gettext("Rien n'attend plus d'envoi : tout est préparé, parti ou repris."), "info")
        return redirect(path("run", run_id=run_id))
    flash(request, ngettext("%(num)s envoi préparé.", "%(num)s envois préparés.", packed) % {"num": packed})
    return redirect(path("shipments", statut="preparing"))


@router.post("/{run_id}/annuler", name="undo_run")
async def undo(request: Request, run_id: UUID, principal: Coordinator, session: WriteSession) -> Response:
    """Take back what has not left; a second click says that it is done."""
    async with attempt(request, None, NothingToUndo) as tried:
        run = await service.undo(session, run_id)
        flash(request, gettext("Attribution n° %(number)s annulée.") % {"number": run.number})
        return redirect(path("run", run_id=run_id))
    run = await _found(session, run_id)
    sentence = gettext("L'attribution n° %(number)s est déjà annulée.") % {"number": run.number}
    flash(request, sentence if run.is_undone else tried.refusal.sentence, "info" if run.is_undone else "stop")
    return redirect(path("run", run_id=run_id))


async def _found(session: ReadSession | WriteSession, run_id: UUID) -> RunOut:
    """A run without its lines. Raises RunNotFound."""
    found = await AllocationRepository.from_session(session).run(run_id)
    if found is None:
        raise RunNotFound
    return found
