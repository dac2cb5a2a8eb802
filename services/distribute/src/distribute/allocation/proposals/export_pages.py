"""The list of proposals as a download."""

from typing import Annotated

from filiere.database import EVERYTHING
from filiere.web import Principal, ReadSession, Role, allow, gettext, page_router, sheet_response, told
from starlette.requests import Request
from starlette.responses import Response

from distribute.allocation.proposals.pages import PROPOSALS
from distribute.allocation.proposals.repository import ProposalsRepository
from distribute.allocation.proposals.schemas import ProposalOut
from distribute.allocation.proposals.status import ProposalStatus

router = page_router("/attributions")
CSV = ("proposition", "demandee", "demandes", "proposes", "lignes", "regle", "statut", "echec")


@router.get("/propositions.csv", name="proposals_csv")
async def proposals(
    request: Request, principal: Annotated[Principal, allow(Role.COORDINATOR)], session: ReadSession
) -> Response:
    """All that the filters of the page find, newest first."""
    view = PROPOSALS.read(request)
    wanted = (ProposalStatus(view["statut"]),) if view["statut"] else tuple(ProposalStatus)
    rows = (await ProposalsRepository.from_session(session).listing(EVERYTHING, wanted)).rows
    return sheet_response(
        "propositions.csv",
        CSV,
        (
            (
                one.number, one.created_at, one.wanted, one.given, one.lines, one.policy or one.asked_policy,
                gettext(one.status.label_fr), told(one.failure) if one.failure else None,
            )
            for one in map(ProposalOut.model_validate, rows)
        ),
        spoken=True,
    )  # fmt: skip
