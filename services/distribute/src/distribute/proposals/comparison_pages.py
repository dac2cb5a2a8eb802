"""Pages that put a proposal beside another one, or beside a simpler way to share."""

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any
from uuid import UUID

from filiere.geography import LocalityClass, departement
from filiere.web import (
    Column,
    Principal,
    ReadSession,
    Role,
    Search,
    Table,
    allow,
    csv_response,
    gettext,
    page,
    page_router,
)
from filiere.web.formats import day
from starlette.requests import Request
from starlette.responses import Response

from distribute.proposals import service
from distribute.proposals.comparison import Baseline, ComparisonOut, RelaisShare, compare
from distribute.proposals.models import ProposalStatus
from distribute.proposals.repository import ProposalsRepository
from distribute.publics import public_label

router = page_router("/attributions/propositions/{proposal_id}/comparaison")

Coordinator = Annotated[Principal, allow(Role.COORDINATOR)]
OTHERS = 20
RELAIS = Table(
    columns=(
        Column("name", "Relais"),
        Column("asked", "Demandés", is_number=True),
        Column("before", "Déjà reçus", is_number=True),
        Column("ours", "Proposition", is_number=True),
        Column("theirs", "En face", is_number=True),
    ),
    filters=(Search("q", "Chercher", "Relais ou département"),),
)
CSV = (
    "relais", "departement", "demandes", "deja_recus", "proposition", "part_proposition", "en_face", "part_en_face",
)  # fmt: skip


@router.get("")
@router.get("/{beside}")
async def comparison(
    request: Request,
    proposal_id: UUID,
    principal: Coordinator,
    session: ReadSession,
    beside: Baseline | UUID = Baseline.FIRST_COME,
) -> Response:
    """Beside first come first served, an equal split, or another proposal."""
    proposal = await service.get(session, proposal_id)
    found = await compare(session, proposal_id, beside)
    others, _ = await ProposalsRepository.from_session(session).listed(OTHERS, 0, _COMPUTED)
    view = RELAIS.read(request)
    rows = sought(found.relais, view.q)
    ours, theirs = found.ours, found.theirs
    return page(
        request,
        "proposals/templates/comparison.html",
        principal=principal,
        proposal=proposal,
        beside=str(beside),
        found=found,
        differs=difference(found),
        others=[one for one in others if one["id"] != proposal_id and one["lines"] is not None],
        view=view.fill(rows[view.offset : view.offset + view.limit], len(rows)),
        groups=[
            ("Par type de commune", _paired(ours.by_locality, theirs.by_locality, _locality, _rank)),
            ("Par département", _paired(ours.by_territory, theirs.by_territory, _departement, str)),
            ("Par public", _paired(ours.by_public, theirs.by_public, public_label, public_label)),
        ],
    )


@router.get("/{beside}/relais.csv")
async def export(
    request: Request, proposal_id: UUID, beside: Baseline | UUID, principal: Coordinator, session: ReadSession
) -> Response:
    """Every Relais, with the search of the page."""
    found = await compare(session, proposal_id, beside)
    return csv_response(
        "comparaison.csv",
        CSV,
        (
            (
                one.name, one.territory, one.asked, one.before, one.ours, _rounded(one.our_share), one.theirs,
                _rounded(one.their_share),
            )
            for one in sought(found.relais, RELAIS.read(request).q)
        ),
    )  # fmt: skip


_COMPUTED = (ProposalStatus.PROPOSED, ProposalStatus.APPROVED, ProposalStatus.CANCELLED)


def sought(relais: Sequence[RelaisShare], q: str) -> list[RelaisShare]:
    """Those whose name, or the name or code of whose département, holds the words."""
    words = q.strip().casefold()
    return [one for one in relais if words in f"{one.name}\n{_departement(one.territory)}".casefold()]


def difference(found: ComparisonOut) -> str:
    """One sentence about what else is not the same in both, or nothing."""
    ours, theirs = found.ours, found.theirs
    told = {
        "number": theirs.name,
        "day": day(theirs.as_of),
        "ours": ours.policy,
        "theirs": theirs.policy,
        "months": ours.window_months,
        "other_months": theirs.window_months,
    }
    if found.same_snapshot and found.same_policy:
        return ""
    if found.same_policy:
        said = gettext(
            "La proposition n° %(number)s part d'un autre état du stock et des commandes, du %(day)s : ce qui diffère"
            " ne vient pas seulement du partage."
        )
    elif found.same_snapshot:
        said = gettext(
            "Même stock et mêmes commandes, mais deux règles : %(ours)s (%(months)s mois comptés) ici, %(theirs)s"
            " (%(other_months)s mois comptés) en face."
        )
    else:
        said = gettext(
            "La proposition n° %(number)s part d'un autre état du stock et des commandes, du %(day)s, et suit une autre"
            " règle : %(ours)s (%(months)s mois comptés) ici, %(theirs)s (%(other_months)s mois comptés) en face."
        )
    return said % told


def _paired(
    ours: Mapping[str, float], theirs: Mapping[str, float], label: Callable[[str], str], order: Callable[[str], Any]
) -> list[tuple[str, float | None, float | None]]:
    """(name, our share, theirs) of each group that one of both has."""
    names = sorted(ours.keys() | theirs.keys(), key=order)
    return [(label(name), ours.get(name), theirs.get(name)) for name in names]


def _rank(locality: str) -> int:
    return list(LocalityClass).index(LocalityClass(locality))


def _locality(name: str) -> str:
    return LocalityClass(name).label_fr


def _departement(code: str) -> str:
    return f"{departement(code).name} ({code})"


def _rounded(share: float | None) -> float | None:
    return round(share, 4) if share is not None else None
