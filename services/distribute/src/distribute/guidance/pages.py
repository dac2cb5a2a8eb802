"""Questions on one page; its answer is a page too. Nothing is kept: no cookie, no row, no line of a log, no address."""

from typing import Annotated

from filiere.calendar import today
from filiere.web import (
    Form,
    Principal,
    ReadSession,
    Role,
    answer_router,
    public,
    shared_page,
)
from filiere.web.i18n import language
from filiere.web.request_limits import KIB, body_limit
from starlette.requests import Request
from starlette.responses import Response

from distribute.guidance.questions import diagnosis_on
from distribute.referrals.pages import own_slips
from distribute.referrals.schemas import ReferrerForm, SlipForm
from distribute.referrals.status import Wanted
from distribute.referrals.worker_pages import asking

router = answer_router("/diagnostic")

SMALL = body_limit(4 * KIB)
Anybody = Annotated[Principal | None, public()]
_KEPT_S = 300


@router.get("", name="guidance", dependencies=[public()])
async def ask(request: Request) -> Response:
    """The questions, the same for everybody."""
    return _page(request, {}, has_answered=False)


@router.post("", name="guidance", dependencies=[public()], openapi_extra=SMALL)
async def answer(request: Request) -> Response:
    """What the answers propose, with the reasons; on this answer alone."""
    sent = await request.form()
    given = {name: str(value) for name, value in sent.items()}
    return _page(request, given, has_answered=True)


@router.post("/bon", name="slip_of_guidance", openapi_extra=SMALL)
async def slip(request: Request, principal: Anybody, session: ReadSession) -> Response:
    """A slip that is filled with what was proposed: a Relais' worker makes it at once, others ask for a link first."""
    said = str((await request.form()).get("wanted", ""))
    given = {"wanted": said} if said in list(Wanted) else {}
    if principal is not None and principal.has(Role.RELAIS):
        return await own_slips(request, principal, session, Form[SlipForm](given))
    return asking(request, Form[ReferrerForm](given))


def _page(request: Request, given: dict[str, str], *, has_answered: bool) -> Response:
    version = diagnosis_on(today())
    answers = {one.id: given[one.id] for one in version.questions if given.get(one.id) in one.answers}
    missing = [one.id for one in version.questions if one.id not in answers] if has_answered else []
    is_whole = has_answered and not missing
    page = shared_page(
        request,
        "guidance/templates/guidance.html",
        max_age_s=_KEPT_S,
        questions=version.questions,
        answers=answers,
        missing=missing,
        proposed=version.propose(answers) if is_whole else None,
        spoken=language(),
    )
    if has_answered:
        page.headers["cache-control"] = "private, no-store"
        page.headers["x-robots-tag"] = "noindex"
    if missing:
        page.status_code = 422
    return page
