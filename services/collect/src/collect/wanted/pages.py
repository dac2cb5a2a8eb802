"""The page of what is waited for: to ask donors with, and to share, without a login."""

from collections.abc import Iterator, Sequence
from typing import Annotated

from fastapi import Request, Response
from filiere.web import Principal, ReadSession, page, page_router, public, sheet_response, told
from filiere.web import gettext as _
from filiere.web.formats import number

from collect.devices.few import FEW
from collect.wanted.board import Wanted, board
from collect.wanted.repository import WantedRepository

router = page_router("/besoins")

HEADER = ("Catégorie", "Région", "Équipements attendus")
ELSEWHERE = "ailleurs, ou en région trop peu nombreuse"


@router.get("", name="wanted")
async def wanted(
    request: Request, session: ReadSession, principal: Annotated[Principal | None, public()] = None
) -> Response:
    """What structures wait for."""
    found = board(await WantedRepository.from_session(session).waiting())
    counted = [one for one in found if one.wanted is not None]
    return page(
        request,
        "wanted/templates/wanted.html",
        principal=principal,
        sentences=[(one, sentence(one)) for one in counted],
        bars=[(_(one.category.plural_fr).capitalize(), one.wanted) for one in counted],
        few=[_(one.category.plural_fr) for one in found if one.wanted is None],
    )


@router.get("/liste.csv", name="wanted_csv", dependencies=[public()])
async def export(session: ReadSession) -> Response:
    """The same as a spreadsheet; what is fewer than five has no figure here either."""
    found = board(await WantedRepository.from_session(session).waiting())
    return sheet_response("besoins.csv", HEADER, _rows(found), spoken=True)


def _rows(found: Sequence[Wanted]) -> Iterator[tuple[object, ...]]:
    for one in found:
        name = told(one.category.label_fr)
        if one.wanted is None:
            yield (name, None, told(FEW))
        for region in one.regions:
            yield (name, region.region, region.wanted)
        if one.elsewhere:
            yield (name, told(ELSEWHERE), one.elsewhere)


def sentence(one: Wanted) -> str:
    """« 412 tablettes, dont 120 en région Occitanie »."""
    counted = one.category.counted_fr(one.wanted or 0)
    if not one.regions:
        return counted
    first = one.regions[0]
    if first.wanted == one.wanted:
        return _("%(counted)s en région %(region)s") % {"counted": counted, "region": first.region}
    words = _("%(counted)s, dont %(count)s en région %(region)s")
    return words % {"counted": counted, "count": number(first.wanted), "region": first.region}
