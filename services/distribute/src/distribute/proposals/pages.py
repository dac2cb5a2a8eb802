"""Pages of proposals: have one computed, watch it, read it, change it, compare it, prove it; and the published rule."""

from collections.abc import Callable, Mapping
from typing import Annotated
from uuid import UUID

from fastapi import Query
from filiere.geography import LocalityClass, departement
from filiere.web import (
    Choice,
    Column,
    DomainError,
    Form,
    Principal,
    ReadSession,
    Role,
    Search,
    Table,
    WriteSession,
    allow,
    csv_response,
    flash,
    gettext,
    page,
    page_router,
    read_form,
    redirect,
)
from starlette.requests import Request
from starlette.responses import Response

from distribute.allocation.engine import Step, policy_on
from distribute.clock import today
from distribute.proposals import service
from distribute.proposals.comparison import Baseline, compare
from distribute.proposals.errors import LineNotInProposal
from distribute.proposals.lines import lines_of, picked
from distribute.proposals.models import ProposalStatus
from distribute.proposals.repository import ProposalsRepository
from distribute.proposals.schemas import ChangeIn, LineOut
from distribute.publics import public_label

router = page_router("/attributions")

Coordinator = Annotated[Principal, allow(Role.COORDINATOR)]
CHIP = {
    ProposalStatus.WAITING: ("info", "open"),
    ProposalStatus.COMPUTING: ("info", "half"),
    ProposalStatus.PROPOSED: ("wait", "half"),
    ProposalStatus.APPROVED: ("ok", "done"),
    ProposalStatus.CANCELLED: ("stop", "cross"),
    ProposalStatus.FAILED: ("stop", "cross"),
}
STEPS = {
    Step.READING: "Lire le stock et les commandes",
    Step.URGENT: "Servir les urgences",
    Step.SHARES: "Partager entre les Relais",
    Step.LINES: "Répartir entre les lignes",
    Step.CLASSES: "Choisir les équipements",
    Step.REASONS: "Écrire les raisons",
}
LINES = Table(
    columns=(
        Column("reference", "Commande"),
        Column("relais", "Relais"),
        Column("wish", "Manque"),
        Column("given", "Proposés", is_number=True),
        Column("reason", "Raison"),
        Column("change", "Modifier"),
    ),
    filters=(
        Search("q", "Chercher", "Relais ou commande"),
        Choice(
            "only",
            "Lignes",
            {"short": "Encore en attente", "complete": "Complètes", "changed": "Modifiées à la main"},
            "Toutes",
        ),
    ),
)
CSV = ("commande", "relais", "departement", "categorie", "manque", "calcules", "proposes", "raison")


@router.post("/propositions")
async def ask(request: Request, principal: Coordinator, session: WriteSession) -> Response:
    """Have a proposal computed from the present stock and orders."""
    proposal = await service.ask(session, None, principal.subject)
    return redirect(f"/attributions/propositions/{proposal.id}")


@router.get("/propositions/{proposal_id}")
async def one(request: Request, proposal_id: UUID, principal: Coordinator, session: ReadSession) -> Response:
    """A proposal: its progress, then what it would give and why."""
    proposal = await service.get(session, proposal_id)
    view, beside, given, relais = LINES.read(request), None, 0, 0
    if proposal.lines is not None:
        lines = await lines_of(session, proposal_id)
        rows = picked(lines, view["only"], view.q)
        view = view.fill(rows[view.offset : view.offset + view.limit], len(rows))
        beside = await compare(session, proposal_id, Baseline.FIRST_COME)
        given = sum(line.given for line in lines)
        relais = len({line.relais_id for line in lines if line.given})
    shown = page(
        request,
        "proposals/templates/proposal.html",
        principal=principal,
        proposal=proposal,
        chip=CHIP,
        steps=STEPS,
        view=view,
        beside=beside,
        given=given,
        relais=relais,
    )
    if "hx-request" in request.headers and not proposal.status.is_at_work:
        shown.headers["hx-refresh"] = "true"  # the progress is over: show the whole page
    return shown


@router.get("/propositions/{proposal_id}/lignes.csv")
async def export(request: Request, proposal_id: UUID, principal: Coordinator, session: ReadSession) -> Response:
    """The lines, with the filters of the page."""
    view = LINES.read(request)
    rows = picked(await lines_of(session, proposal_id), view["only"], view.q)
    return csv_response(
        "attribution-proposee.csv",
        CSV,
        (
            (
                one.reference, one.relais_name, one.territory, one.category.label_fr, one.wanted, one.proposed,
                one.given, one.reason,
            )
            for one in rows
        ),
    )  # fmt: skip


@router.post("/propositions/{proposal_id}/abandonner")
async def cancel(request: Request, proposal_id: UUID, principal: Coordinator, session: WriteSession) -> Response:
    """Give it up."""
    proposal = await service.cancel(session, proposal_id)
    flash(request, gettext("Proposition n° %(number)s abandonnée.") % {"number": proposal.number})
    return redirect("/attributions")


@router.post("/propositions/{proposal_id}/preuve")
async def prove(request: Request, proposal_id: UUID, principal: Coordinator, session: ReadSession) -> Response:
    """Check its certificate and compute it once more."""
    proved = await service.prove_again(session, proposal_id)
    flash(
        request,
        gettext("La preuve est valable, et le calcul refait donne le même résultat.")
        if proved.same_answer
        else gettext(
            "La preuve est valable ; une autre version du calcul choisirait d'autres équipements aussi justes."
        ),
    )
    return redirect(f"/attributions/propositions/{proposal_id}")


@router.get("/propositions/{proposal_id}/lignes/{line_id}")
async def line(
    request: Request, proposal_id: UUID, line_id: UUID, principal: Coordinator, session: ReadSession
) -> Response:
    """The form that changes what a line gets."""
    return await _line(request, proposal_id, line_id, principal, session, None)


@router.post("/propositions/{proposal_id}/lignes/{line_id}")
async def change(
    request: Request, proposal_id: UUID, line_id: UUID, principal: Coordinator, session: WriteSession
) -> Response:
    """Give the line more or fewer devices, with a reason."""
    form = await read_form(request, ChangeIn)
    if form.is_valid:
        try:
            await service.change(session, proposal_id, line_id, form.data.given, form.data.reason, principal.subject)
        except DomainError as error:
            form.refuse(error)
        else:
            flash(request, gettext("La ligne est modifiée. Le Relais lira votre raison."))
            return redirect(f"/attributions/propositions/{proposal_id}")
    return await _line(request, proposal_id, line_id, principal, session, form)


@router.post("/propositions/{proposal_id}/lignes/{line_id}/retablir")
async def unchange(
    request: Request, proposal_id: UUID, line_id: UUID, principal: Coordinator, session: WriteSession
) -> Response:
    """Give the line what was computed."""
    await service.unchange(session, proposal_id, line_id)
    flash(request, gettext("La ligne reçoit de nouveau ce qui est calculé."))
    return redirect(f"/attributions/propositions/{proposal_id}")


@router.get("/propositions/{proposal_id}/comparaison")
async def comparison(
    request: Request,
    proposal_id: UUID,
    principal: Coordinator,
    session: ReadSession,
    beside: Annotated[Baseline | UUID, Query(alias="avec")] = Baseline.FIRST_COME,
) -> Response:
    """Beside first come first served, an equal split, or another proposal."""
    proposal = await service.get(session, proposal_id)
    found = await compare(session, proposal_id, beside)
    others, _ = await ProposalsRepository.from_session(session).listed(20, 0)
    return page(
        request,
        "proposals/templates/comparison.html",
        principal=principal,
        proposal=proposal,
        beside=str(beside),
        found=found,
        others=[one for one in others if one["id"] != proposal_id and one["lines"] is not None],
        groups=[
            ("Par type de commune", _paired(found.ours.by_locality, found.theirs.by_locality, _locality)),
            ("Par département", _paired(found.ours.by_territory, found.theirs.by_territory, _departement)),
            ("Par public", _paired(found.ours.by_public, found.theirs.by_public, public_label)),
        ],
    )


@router.get("/regle")
async def rule(request: Request, principal: Annotated[Principal, allow(Role.COORDINATOR, Role.RELAIS)]) -> Response:
    """The published policy in force, in plain words."""
    return page(
        request,
        "proposals/templates/rule.html",
        principal=principal,
        policy=policy_on(today()),
        public_label=public_label,
    )


def _paired(
    ours: Mapping[str, float], theirs: Mapping[str, float], label: Callable[[str], str]
) -> list[tuple[str, float, float | None]]:
    """(name, our share, theirs) of each member of a group."""
    return [(label(name), share, theirs.get(name)) for name, share in ours.items()]


def _locality(name: str) -> str:
    return LocalityClass(name).label_fr


def _departement(code: str) -> str:
    return f"{departement(code).name} ({code})"


async def _line(
    request: Request,
    proposal_id: UUID,
    line_id: UUID,
    principal: Principal,
    session: ReadSession | WriteSession,
    form: Form[ChangeIn] | None,
) -> Response:
    proposal = await service.get(session, proposal_id)
    found: LineOut | None = next((one for one in await lines_of(session, proposal_id) if one.line_id == line_id), None)
    if found is None:
        raise LineNotInProposal
    return page(
        request,
        "proposals/templates/line.html",
        principal=principal,
        status=200 if form is None else 422,
        proposal=proposal,
        line=found,
        form=form if form is not None else Form({"given": str(found.given)}),
    )
