"""Pages that put a proposal beside another one, or beside another way to share."""

import asyncio
from typing import Annotated
from uuid import UUID

from filiere.database import Part
from filiere.web import (
    Column,
    Principal,
    ReadSession,
    Role,
    Search,
    Table,
    allow,
    page,
    page_router,
    path,
    redirect,
    sheet_response,
)
from starlette.requests import Request
from starlette.responses import Response

from distribute.allocation.proposals import service
from distribute.allocation.proposals.comparison import Baseline, figures_of, lay
from distribute.allocation.proposals.comparison_words import (
    by_hand,
    charts,
    departement_name,
    difference,
    names,
    share_words,
    sought,
    window,
)
from distribute.allocation.proposals.repository import ProposalsRepository
from distribute.allocation.proposals.rule_differences import differences
from distribute.allocation.proposals.schemas import ProposalOut
from distribute.allocation.proposals.status import ProposalStatus
from distribute.engine.sentences import percent_of

router = page_router("/attributions/propositions/{proposal_id}/comparaison")

Coordinator = Annotated[Principal, allow(Role.COORDINATOR)]
OTHERS = 200  # the newest are offered; how many there are is said
COMPUTED = (ProposalStatus.PROPOSED, ProposalStatus.APPROVED, ProposalStatus.CANCELLED)
FILTERS = (Search("q", "Chercher", "Relais ou département"),)
# What each way is called in the header of a file.
CSV_HEADER = ("relais", "departement", "demandes", "deja_recus", "rien_de_pret")
CSV_NAMES = {
    Baseline.FIRST_COME.value: "premier_arrive",
    Baseline.PROPORTIONAL.value: "prorata",
    Baseline.COMPUTED.value: "telle_que_calculee",
}


@router.get("", name="choose_comparison")
@router.get("/{beside}", name="comparison")
async def comparison(
    request: Request,
    proposal_id: UUID,
    principal: Coordinator,
    session: ReadSession,
    beside: Baseline | UUID = Baseline.FIRST_COME,
    avec: UUID | None = None,
) -> Response:
    """Beside first come first served, an equal split, what was computed, or another proposal (chosen as `avec`)."""
    view = _table("", "").read(request)
    if avec is not None:
        return redirect(path("comparison", proposal_id=proposal_id, beside=avec, q=view.q))
    proposal = await service.get(session, proposal_id)
    sides = await lay(session, proposal_id, beside)
    found = await asyncio.to_thread(figures_of, sides)
    others = await ProposalsRepository.from_session(session).listing(Part(OTHERS), COMPUTED)
    series = names(proposal.number, found)
    view = _table(*series).read(request)
    rows = sought(found.relais, view.q)
    return page(
        request,
        "allocation/proposals/templates/comparison.html",
        principal=principal,
        proposal=proposal,
        beside=str(beside),
        found=found,
        ours_name=series[0],
        theirs_name=series[1],
        differs=difference(proposal.number, found),
        by_hand=by_hand(proposal.number, found),
        rules=differences(sides.ours.instance.policy, sides.theirs.instance.policy),
        window=window(proposal.number, found),
        others=[
            ProposalOut.model_validate(one)
            for one in others.rows
            if one["id"] != proposal_id and one["lines"] is not None
        ],
        others_total=others.total,
        is_cut=others.total > len(others.rows),
        view=view.fill(rows[view.offset : view.offset + view.limit], len(rows)),
        charts=charts(found, series),
        share_words=share_words,
        percent_of=percent_of,
        departement_name=departement_name,
    )


@router.get("/{beside}/relais.csv", name="comparison_csv")
async def export(
    request: Request, proposal_id: UUID, beside: Baseline | UUID, principal: Coordinator, session: ReadSession
) -> Response:
    """Every Relais, with the search of the page."""
    proposal = await service.get(session, proposal_id)
    found = await asyncio.to_thread(figures_of, await lay(session, proposal_id, beside))
    ours, theirs = f"proposition_{proposal.number}", found.theirs.name
    theirs = CSV_NAMES.get(theirs, f"proposition_{theirs}")
    return sheet_response(
        "comparaison.csv",
        (*CSV_HEADER, ours, f"part_{ours}", theirs, f"part_{theirs}"),
        (
            (
                one.name, one.territory, one.asked, one.before, one.hopeless, _whole(one.ours), _rounded(one.our_share),
                _whole(one.theirs), _rounded(one.their_share),
            )
            for one in sought(found.relais, _table(ours, theirs).read(request).q)
        ),
        spoken=True,
    )  # fmt: skip


def _table(ours: str, theirs: str) -> Table:
    """Each way has its column under its own name."""
    return Table(
        columns=(
            Column("name", "Relais"),
            Column("asked", "Demandés", is_number=True),
            Column("before", "Déjà reçus", is_number=True),
            Column("ours", ours, is_number=True),
            Column("theirs", theirs, is_number=True),
        ),
        filters=FILTERS,
    )


def _whole(count: float | None) -> float | None:
    """Devices without a decimal where there is none: only the proportional way splits them."""
    return int(count) if count is not None and count == int(count) else count


def _rounded(share: float | None) -> float | None:
    return round(share, 4) if share is not None else None
