"""Who was really served: what is told of quarters that are over, beside orders and the thesis; a Relais its own."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Annotated

from fastapi import Query
from filiere.calendar import bounds, today
from filiere.database import AsyncReadSession
from filiere.geography import LocalityClass, departements
from filiere.web import Principal, ReadSession, Role, StreamSession, allow, gettext, page, page_router, sheet_response
from starlette.requests import Request
from starlette.responses import Response

from distribute.nearby.france import SOURCE, VIEW_BOX, outlines
from distribute.publics import public_label
from distribute.served import service as served
from distribute.statistics.asked import FILTERS, NONE, Asked, asked, periods, quarter_name
from distribute.statistics.crossing import Crossed, crossed
from distribute.statistics.repository import StatisticsRepository, ToldRow
from distribute.statistics.road import Counted, Step, words
from distribute.statistics.service import SETTLES_DAYS
from distribute.statistics.telling import FEWEST
from distribute.statistics.thesis import thesis_on
from distribute.tenancy import own_relais_of

router = page_router()

Coordinator = Annotated[Principal, allow(Role.COORDINATOR)]
SHEET = ("trimestre", "compte", "commune", "public", "nature", "palier", "nombre")


@router.get("/qui-est-servi", name="statistics")
async def statistics(request: Request, principal: Coordinator, session: ReadSession) -> Response:
    """Tables of what is told, under the filters of the address."""
    repository = StatisticsRepository.from_session(session)
    told = await repository.told()
    wanted = asked(request.query_params, told)
    known = words(wanted.counted)
    found = await repository.cells(wanted.counted, wanted.quarters, wanted.row, wanted.column, wanted.only)
    gaps = await repository.gaps()
    return page(
        request,
        "statistics/templates/statistics.html",
        principal=principal,
        wanted=wanted,
        periods=list(periods(told)),
        counted={one.value: one.label_fr for one in Counted},
        steps={one.value: one.label_fr for one in Step},
        columns={one.value: one.label_fr for one in Step if one is not Step.PUBLIC},
        filters={name: (step, known[step]) for name, step in FILTERS.items()},
        none=NONE,
        table=crossed(found, known[wanted.row], known[wanted.column]),
        beside=await _beside(session, wanted),
        thesis=thesis_on(today()),
        years=sorted({one.year for one in told}, reverse=True),
        months=await served.by_month(session, today()),
        localities=list(LocalityClass),
        gaps=gaps,
        names={code: one.name for code, one in departements().items()},
        outlines=outlines(),
        view_box=VIEW_BOX,
        source=SOURCE,
        fewest=FEWEST,
        settles=SETTLES_DAYS,
    )


@router.get("/qui-est-servi.csv", name="statistics_sheet")
async def sheet(request: Request, principal: Coordinator, session: StreamSession) -> Response:
    """All that is told of a period: every table of it is a sum of these lines."""
    repository = StatisticsRepository.from_session(session)
    wanted = asked(request.query_params, await repository.told())
    rows = await repository.blocks(wanted.quarters)
    return sheet_response(f"qui-est-servi-{wanted.period}.csv", SHEET, _lines(rows), spoken=True)


@router.get("/mes-remises", name="own_statistics")
async def own(
    request: Request,
    principal: Annotated[Principal, allow(Role.RELAIS)],
    session: ReadSession,
    year: Annotated[int | None, Query(alias="annee", ge=2000, le=2100)] = None,
) -> Response:
    """Whom the caller's Relais served in a year, as its own till says."""
    chosen = year or today().year
    between = bounds(date(chosen, 1, 1), date(chosen, 12, 31))
    return page(
        request,
        "statistics/templates/own.html",
        principal=principal,
        year=chosen,
        this_year=today().year,
        lines=await StatisticsRepository.from_session(session).own(own_relais_of(principal), between),
        public_label=public_label,
    )


async def _beside(session: AsyncReadSession, wanted: Asked) -> dict[Step, dict[Counted, Crossed]]:
    """What was handed over and what was ordered, by public and by locality class."""
    repository = StatisticsRepository.from_session(session)
    found: dict[Step, dict[Counted, Crossed]] = {Step.PUBLIC: {}, Step.LOCALITY: {}}
    for counted in (Counted.DEVICES, Counted.ORDERED):
        known = words(counted)
        sums = await repository.cells(counted, wanted.quarters, Step.PUBLIC, Step.LOCALITY, {})
        found[Step.PUBLIC][counted] = crossed(sums, known[Step.PUBLIC], known[Step.LOCALITY])
        turned = [one._replace(row=one.column, column=one.row) for one in sums]
        found[Step.LOCALITY][counted] = crossed(turned, known[Step.LOCALITY], known[Step.PUBLIC])
    return found


def _lines(rows: Iterable[ToldRow]) -> Iterable[Sequence[object]]:
    for one in rows:
        counted = Counted(one.counted)
        known = words(counted)
        places = zip(Step, (one.locality, one.public, one.item, one.tier), strict=True)
        said = [gettext("non détaillé") if word is None else gettext(known[step][word]) for step, word in places]
        yield (quarter_name(one.quarter), gettext(counted.label_fr), *said, one.number)
