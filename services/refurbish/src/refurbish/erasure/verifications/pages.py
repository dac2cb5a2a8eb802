"""Pages of verifications: what waits, and one report with its two answers."""

from typing import Annotated
from uuid import UUID

from filiere.catalogue.grades import StorageKind
from filiere.database import Part
from filiere.web import (
    Form,
    Principal,
    ReadSession,
    Table,
    WriteSession,
    attempt,
    flash,
    gettext,
    page,
    page_router,
    path,
    read_form,
    redirect,
)
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from refurbish.erasure.exits.repository import ExitRepository
from refurbish.erasure.exits.service import is_own as is_own_exit
from refurbish.erasure.verifications import service
from refurbish.erasure.verifications.repository import Awaited, VerificationRepository
from refurbish.erasure.verifications.schemas import NewVerification
from refurbish.tenancy import AT_WORK, workshops_of

router = page_router("/a-verifier")
WAITING = Table(columns=())
EXITS = Part(200)  # few are ever open: all stand on the first page


class Answer(BaseModel):
    """`reason` is written only to refuse."""

    confirmed: bool
    reason: str | None = Field(default=None, max_length=500)


@router.get("", name="to_verify")
async def waiting(request: Request, principal: Annotated[Principal, AT_WORK], session: ReadSession) -> Response:
    """Erasures that a second person must look at, the oldest first."""
    view = WAITING.read(request)
    found = await VerificationRepository.from_session(session).awaited(workshops_of(principal), view.part)
    exits = ExitRepository.from_session(session)
    asked = await exits.awaited(workshops_of(principal), EXITS)
    return page(
        request, "erasure/verifications/templates/waiting.html", principal=principal,
        view=view.fill([(one, service.is_own(principal, one)) for one in found.rows], found),
        kind_of=StorageKind, exits=[(one, is_own_exit(principal, one)) for one in asked.rows],
        loose=await exits.unwiped(workshops_of(principal)),
    )  # fmt: skip


@router.get("/{erasure_id}", name="verify_erasure")
async def report(
    request: Request, erasure_id: UUID, principal: Annotated[Principal, AT_WORK], session: ReadSession
) -> Response:
    """The report, before the eyes of whoever answers for it."""
    return await _report(request, principal, await service.find(session, principal, erasure_id), Form())


@router.post("/{erasure_id}", name="verify_erasure")
async def verify(
    request: Request, erasure_id: UUID, principal: Annotated[Principal, AT_WORK], session: WriteSession
) -> Response:
    """« Je confirme », or « Je refuse, parce que »."""
    form = await read_form(request, Answer)
    if form.is_valid:
        async with attempt(request, form):
            said = NewVerification(confirmed=form.data.confirmed, reason=form.data.reason)
            device = await service.verify(session, principal, erasure_id, said)
            if said.confirmed:
                flash(request, gettext("{label} : l'effacement est vérifié, à ton nom.").format(label=device.label))
            else:
                flash(request, gettext("{label} : l'effacement est à refaire.").format(label=device.label), "wait")
            return redirect(path("to_verify"))
    return await _report(request, principal, await service.find(session, principal, erasure_id), form, status=422)


async def _report(
    request: Request, principal: Principal, awaited: Awaited, form: Form[Answer], *, status: int = 200
) -> Response:
    return page(
        request, "erasure/verifications/templates/report.html", principal=principal, one=awaited, form=form,
        is_own=service.is_own(principal, awaited), doubts=await service.doubts_of(awaited),
        reported=awaited.said.of(awaited.medium_serial) if awaited.said else None,
        kind=StorageKind(awaited.kind), status=status,
    )  # fmt: skip
