"""Pages of proposals: have one computed, watch it, read it, change it, prove it; and all there were."""

from typing import Annotated
from uuid import UUID

from filiere.calendar import now, today
from filiere.database import EVERYTHING
from filiere.geography import departement
from filiere.web import (
    Choice,
    Column,
    Form,
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
    page,
    page_router,
    path,
    read_form,
    redirect,
    sheet_response,
)
from starlette.requests import Request
from starlette.responses import Response

from distribute.allocation.apply import still
from distribute.allocation.proposals import service
from distribute.allocation.proposals.comparison import Baseline, compare
from distribute.allocation.proposals.errors import LineNotInProposal, TakenByAChange, UnknownPolicy
from distribute.allocation.proposals.lines import decided, lines_of, plan_of, seen
from distribute.allocation.proposals.repository import ProposalsRepository
from distribute.allocation.proposals.rules import address_of, choices, day_of_rule, simulated
from distribute.allocation.proposals.schemas import ChangeIn, ProposalIn, ProposalOut
from distribute.allocation.proposals.status import ProposalStatus
from distribute.engine import Step, policies
from distribute.engine.archive import Replay
from distribute.orders.approval_repository import ApprovalRepository
from distribute.publics import public_label
from distribute.why import reason_here

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
    Step.CHECKING: "Vérifier le résultat",
}
LATE_S = 20.0
LINES = Table(
    columns=(
        Column("reference", "Commande"),
        Column("relais", "Relais", sortable=True),
        Column("wish", "Manque"),
        Column("given", "Proposés", is_number=True, sortable=True),
        Column("reason", "Raison"),
        Column("change", "Modifier"),
    ),
    filters=(
        Search("q", "Chercher", "Relais ou commande"),
        Choice(
            "lignes",
            "Lignes",
            {"short": "Encore en attente", "complete": "Complètes", "changed": "Modifiées à la main"},
            "Toutes",
        ),
    ),
)
CSV = (
    "commande", "relais", "departement", "categorie", "manque", "calcules", "proposes", "part_avant", "part_apres",
    "raison",
)  # fmt: skip
PROPOSALS = Table(
    columns=(
        Column("number", "Proposition"),
        Column("created_at", "Demandée"),
        Column("given", "Proposés", is_number=True),
        Column("policy", "Règle"),
        Column("status", "Statut"),
    ),
    filters=(Choice("statut", "Statut", {one.value: one.label_fr for one in ProposalStatus}, "Toutes"),),
)


@router.get("/propositions", name="proposals")
async def listing(request: Request, principal: Coordinator, session: ReadSession) -> Response:
    """All that were asked for, newest first."""
    view = PROPOSALS.read(request)
    wanted = (ProposalStatus(view["statut"]),) if view["statut"] else tuple(ProposalStatus)
    found = await ProposalsRepository.from_session(session).listing(view.part, wanted)
    return page(
        request,
        "allocation/proposals/templates/proposals.html",
        principal=principal,
        view=view.fill([ProposalOut.model_validate(row) for row in found.rows], found),
        chip=CHIP,
        rules=choices(today()),
        address_of=address_of,
        day_of_rule=day_of_rule,
    )


@router.post("/propositions", name="proposals")
async def ask(request: Request, principal: Coordinator, session: WriteSession) -> Response:
    """Have a proposal computed from the present stock and orders, under the policy in force or the chosen one."""
    form = await read_form(request, ProposalIn)
    if not form.is_valid:
        raise UnknownPolicy(sorted(policies()))
    proposal = await service.ask(session, form.data.policy, principal.subject)
    return redirect(path("proposal", proposal_id=proposal.id))


@router.get("/propositions/{proposal_id}", name="proposal")
async def one(request: Request, proposal_id: UUID, principal: Coordinator, session: ReadSession) -> Response:
    """A proposal: its progress, then what it would give and why."""
    proposal = await service.get(session, proposal_id)
    view, beside, given, relais, fresh = LINES.read(request), None, 0, 0, None
    if proposal.lines is not None:
        found = await decided(session, proposal_id)
        rows, total = await seen(session, proposal_id, found, view, view.part)
        view = view.fill([line.out() for line in rows], total)
        beside = await compare(session, proposal_id, Baseline.FIRST_COME)
        given, relais = found.given, found.relais
        if proposal.status is ProposalStatus.PROPOSED:
            fresh = await still(session, await plan_of(found))
    waiting = (now() - proposal.created_at).total_seconds()
    polled = "hx-request" in request.headers
    state = proposal.step or proposal.status.value
    shown = page(
        request,
        "allocation/proposals/templates/proposal.html",
        principal=principal,
        proposal=proposal,
        chip=CHIP,
        steps=STEPS,
        state=state,
        # A screen reader is told each state once, not every second.
        tells=polled and request.query_params.get("etape") != state,
        polled=polled,
        elapsed=elapsed(waiting),
        # A worker takes a proposal up at once, unless it is busy with another one.
        is_late=proposal.status is ProposalStatus.WAITING and waiting > LATE_S,
        simulated=simulated(proposal, today()),
        view=view,
        beside=beside,
        given=given,
        relais=relais,
        fresh=fresh,
        unanswered=await ApprovalRepository.from_session(session).unanswered(),
        address_of=address_of,
        day_of_rule=day_of_rule,
        public_label=public_label,
        departement=departement,
    )
    if polled and not proposal.status.is_at_work:
        # The progress is over: all of the proposal is shown, beside the element that tells it, which has to stay.
        shown.headers.update({"hx-retarget": "#proposal", "hx-reselect": "#proposal > *", "hx-reswap": "innerHTML"})
    return shown


def elapsed(seconds: float) -> str:
    """« 12 s », « 3 min 05 s », « 1 h 02 min »: the same in both languages."""
    minutes, rest = divmod(max(int(seconds), 0), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours}\u00a0h\u00a0{minutes:02d}\u00a0min"
    return f"{minutes}\u00a0min\u00a0{rest:02d}\u00a0s" if minutes else f"{rest}\u00a0s"


@router.get("/propositions/{proposal_id}/lignes.csv", name="proposal_lines_csv")
async def export(request: Request, proposal_id: UUID, principal: Coordinator, session: ReadSession) -> Response:
    """The lines, with the filters of the page."""
    view = LINES.read(request)
    rows, _ = await seen(session, proposal_id, await decided(session, proposal_id), view, EVERYTHING)
    return sheet_response(
        "attribution-proposee.csv",
        CSV,
        (
            (
                one.reference, one.relais_name, one.territory, gettext(one.category.label_fr), one.wanted, one.proposed,
                one.given, round(one.share_before, 4), round(one.share_after, 4), reason_here(one.why, one.reason),
            )
            for one in (row.out() for row in rows)
        ),
        spoken=True,
    )  # fmt: skip


@router.post("/propositions/{proposal_id}/abandonner", name="abandon_proposal")
async def cancel(request: Request, proposal_id: UUID, principal: Coordinator, session: WriteSession) -> Response:
    """Give it up."""
    proposal = await service.cancel(session, proposal_id)
    flash(request, gettext("Proposition n° %(number)s abandonnée.") % {"number": proposal.number})
    return redirect(path("runs"))


@router.post("/propositions/{proposal_id}/verifier", name="replay_proposal")
async def prove(request: Request, proposal_id: UUID, principal: Coordinator, session: ReadSession) -> Response:
    """Check its certificate and compute it once more."""
    flash(request, *verdict(await service.prove_again(session, proposal_id)))
    return redirect(path("proposal", proposal_id=proposal_id))


def verdict(proved: Replay) -> tuple[str, str]:
    """What to say of a proof that holds, and the kind of the message: another answer of the same program is a fault."""
    if proved.same_answer:
        return gettext("La preuve est valable, et le calcul refait donne le même résultat."), "ok"
    if proved.same_engine and proved.same_solver:
        text = gettext(
            "La preuve est valable, mais le même calcul, refait, donne un autre résultat. Cela ne devrait pas arriver :"
            " prévenez l'exploitation."
        )
        return text, "wait"
    text = gettext("La preuve est valable ; une autre version du calcul choisirait d'autres équipements aussi justes.")
    return text, "info"


@router.get("/propositions/{proposal_id}/lignes/{line_id}", name="proposal_line")
async def line(
    request: Request, proposal_id: UUID, line_id: UUID, principal: Coordinator, session: ReadSession
) -> Response:
    """The form that changes what a line gets."""
    return await _line(request, proposal_id, line_id, principal, session, None)


@router.post("/propositions/{proposal_id}/lignes/{line_id}", name="proposal_line")
async def change(
    request: Request, proposal_id: UUID, line_id: UUID, principal: Coordinator, session: WriteSession
) -> Response:
    """Give the line more or fewer devices, with a reason."""
    form = await read_form(request, ChangeIn)
    if form.is_valid:
        async with attempt(request, form):
            await service.change(session, proposal_id, line_id, form.data.given, form.data.reason, principal.subject)
            flash(request, gettext("La ligne est modifiée. Le Relais lira votre raison."))
            return redirect(_back(request, proposal_id))
    return await _line(request, proposal_id, line_id, principal, session, form)


@router.post("/propositions/{proposal_id}/lignes/{line_id}/retablir", name="restore_line")
async def unchange(
    request: Request, proposal_id: UUID, line_id: UUID, principal: Coordinator, session: WriteSession
) -> Response:
    """Give the line what was computed."""
    async with attempt(request, None, TakenByAChange) as tried:
        await service.unchange(session, proposal_id, line_id)
        flash(request, gettext("La ligne reçoit de nouveau ce qui est calculé."))
        return redirect(_back(request, proposal_id))
    flash(request, str(tried.error), "wait")
    return redirect(path("proposal_line", proposal_id=proposal_id, line_id=line_id) + _query(request))


def _back(request: Request, proposal_id: UUID) -> str:
    """To the lines, as they were filtered."""
    return path("proposal", proposal_id=proposal_id) + _query(request)


def _query(request: Request) -> str:
    return f"?{request.url.query}" if request.url.query else ""


async def _line(
    request: Request,
    proposal_id: UUID,
    line_id: UUID,
    principal: Principal,
    session: ReadSession | WriteSession,
    form: Form[ChangeIn] | None,
) -> Response:
    proposal = await service.get(session, proposal_id)
    decisions = await decided(session, proposal_id)
    lines = await lines_of(session, decisions, [line_id]) if line_id in decisions.by_line else []
    if not lines:
        raise LineNotInProposal
    found = lines[0].out()
    before = decisions.changes[line_id].reason if line_id in decisions.changes else ""
    return page(
        request,
        "allocation/proposals/templates/line.html",
        principal=principal,
        status=200 if form is None else 422,
        proposal=proposal,
        line=found,
        most=await service.most_for(session, proposal_id, line_id),
        back=_back(request, proposal_id),
        query=_query(request),
        public_label=public_label,
        departement=departement,
        form=form if form is not None else Form({"given": str(found.given), "reason": before}),
    )
