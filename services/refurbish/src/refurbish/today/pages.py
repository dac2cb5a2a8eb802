"""The bench's home."""

from typing import Annotated

from filiere.calendar import start_of, today
from filiere.database import Part
from filiere.web import Principal, ReadSession, Role, allow, page, page_router, path, redirect
from filiere.web.bounded_types import bounded_count
from filiere.web.progress import Bead
from starlette.requests import Request
from starlette.responses import Response

from refurbish.arrivals.mismatches.repository import MismatchRepository
from refurbish.erasure.verifications.repository import VerificationRepository
from refurbish.parcels.repository import ParcelRepository
from refurbish.tenancy import AT_WORK, workshops_of
from refurbish.today import service
from refurbish.today.day import Done
from refurbish.today.repository import TodayRepository

router = page_router()


@router.get("/", name="home")
async def home(principal: Annotated[Principal, AT_WORK]) -> Response:
    """A bench begins with its day; the coordination with the workshops."""
    return redirect(path("workshops" if workshops_of(principal).is_everybody else "today"))


@router.get("/aujourd-hui", name="today")
async def today_page(
    request: Request, principal: Annotated[Principal, allow(Role.WORKSHOP)], session: ReadSession
) -> Response:
    """Scan, or do the one thing that comes next."""
    scope = workshops_of(principal)
    skipped = bounded_count(request.query_params.get("autre", "0"), 0, service.LOOKED_AT)
    to_verify = await VerificationRepository.from_session(session).awaited(scope, Part(1))
    return page(
        request, "today/templates/today.html", principal=principal,
        task=await service.task_of(session, principal, skipped), skipped=skipped, to_verify=to_verify.total,
        to_send=len(await ParcelRepository.from_session(session).to_send(scope)),
        strangers=await MismatchRepository.from_session(session).open(scope),
        done=_thread(await TodayRepository.from_session(session).done(scope, start_of(today()))),
    )  # fmt: skip


def _thread(done: Done) -> list[Bead]:
    counts = (
        Bead("arrivés", done.arrived, "todo"),
        Bead("effacés", done.erased, "todo"),
        Bead("testés", done.tested, "todo"),
        Bead("classés", done.graded, "todo"),
        Bead("prêts", done.ready, "todo"),
        Bead("partis", done.left, "todo"),
    )
    return [Bead(bead.label, bead.value, "done" if bead.value else "todo") for bead in counts]
