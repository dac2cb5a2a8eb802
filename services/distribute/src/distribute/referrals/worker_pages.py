"""Slips of a worker without an account: a letter proves the address, its link opens their page."""

from uuid import UUID

from filiere.links.tokens import LinkSigner
from filiere.web import (
    Form,
    OwnSessions,
    ReadSession,
    WriteSession,
    attempt,
    flash,
    page,
    page_router,
    path,
    public,
    read_form,
    redirect,
    told,
)
from filiere.web import gettext as _
from filiere.web.app_state import app_state
from filiere.web.pages import UNLISTED
from filiere.web.request_limits import KIB, body_limit
from starlette.requests import Request
from starlette.responses import Response

from distribute.networks import network_of
from distribute.news.kinds import REFERRER_LINK
from distribute.referrals import service, shown
from distribute.referrals.errors import SlipNotOpen, TooManyReferrers, TooManySlips
from distribute.referrals.pages import codes_of, slip_page, slip_paper
from distribute.referrals.repository import ReferralsRepository
from distribute.referrals.schemas import ReferrerForm, ReferrerOut, SlipForm
from distribute.request_settings import settings_of

router = page_router("/bon-d-acces")

SMALL = body_limit(4 * KIB)


@router.get("", name="ask_referrer", dependencies=[public()])
async def begin(request: Request) -> Response:
    """What a slip is, and the field for the address."""
    return asking(request, Form())


@router.post("", name="ask_referrer", dependencies=[public()], openapi_extra=SMALL)
async def ask(request: Request, session: WriteSession) -> Response:
    """Write to the address."""
    form = await read_form(request, ReferrerForm)
    if form.is_valid:
        async with attempt(request, form, TooManyReferrers):
            await service.ask(session, form.data, network_of(request))
            flash(request, _("Un courriel est parti : ouvrez-le. Regardez aussi les indésirables."))
            return redirect(path("ask_referrer"))
    return asking(request, form, 422)


@router.get("/{referrer_token}", name="referrer", dependencies=[public()])
async def listing(request: Request, referrer_token: str, session: ReadSession) -> Response:
    """The form, and what was made by links to the same address."""
    referrer = await _referrer(request, session, referrer_token)
    given = {"wanted": referrer.wanted.value} if referrer.wanted else {}
    return await _slips(request, referrer, referrer_token, session, Form(given))


@router.post("/{referrer_token}", name="referrer", dependencies=[public()], openapi_extra=SMALL)
async def make(request: Request, referrer_token: str, session: WriteSession) -> Response:
    """Make one; its page shows the code."""
    referrer = await _referrer(request, session, referrer_token)
    form = await read_form(request, SlipForm)
    if form.is_valid:
        async with attempt(request, form, TooManySlips):
            slip_id = await service.make_by_link(session, referrer, codes_of(request), form.data)
            return redirect(path("referrer_slip", referrer_token=referrer_token, own_slip_id=slip_id))
    return await _slips(request, referrer, referrer_token, session, form, 422)


@router.get("/{referrer_token}/{own_slip_id}", name="referrer_slip", dependencies=[public()])
async def one(request: Request, referrer_token: str, own_slip_id: UUID, session: ReadSession) -> Response:
    """A slip: its code while it is open, then when it was used."""
    referrer = await _referrer(request, session, referrer_token)
    slip = await service.get_by_link(session, referrer, codes_of(request), own_slip_id)
    own = {"referrer_token": referrer_token, "own_slip_id": own_slip_id}
    addresses = {
        "all": path("referrer", referrer_token=referrer_token),
        "revoke": path("revoke_referrer_slip", **own),
        "pdf": path("referrer_slip_pdf", **own),
    }
    return slip_page(request, slip, addresses)


@router.post(
    "/{referrer_token}/{own_slip_id}/annuler",
    name="revoke_referrer_slip",
    dependencies=[public()],
    openapi_extra=SMALL,
)
async def revoke(request: Request, referrer_token: str, own_slip_id: UUID, session: WriteSession) -> Response:
    """Its code opens nothing any more."""
    referrer = await _referrer(request, session, referrer_token)
    back = path("referrer_slip", referrer_token=referrer_token, own_slip_id=own_slip_id)
    async with attempt(request, None, SlipNotOpen) as tried:
        await service.revoke_by_link(session, referrer, own_slip_id)
        flash(request, _("Le bon est annulé."))
        return redirect(back)
    flash(request, told(tried.refusal.sentence), "stop")
    return redirect(back)


@router.get("/{referrer_token}/{own_slip_id}/bon.pdf", name="referrer_slip_pdf", dependencies=[public()])
async def pdf(request: Request, referrer_token: str, own_slip_id: UUID, database: OwnSessions) -> Response:
    """The slip on paper."""
    async with database.read() as session:
        referrer = await _referrer(request, session, referrer_token)
        slip = await service.get_by_link(session, referrer, codes_of(request), own_slip_id)
    return await slip_paper(request, slip)


def asking(request: Request, form: Form[ReferrerForm], status: int = 200) -> Response:
    """Also the page that a proposal leads to, with what is proposed in its form."""
    return page(
        request,
        "referrals/templates/ask.html",
        status=status,
        form=form,
        wanted=shown.choices()["wanted"],
        phone=settings_of(request).network_phone,
    )


async def _referrer(request: Request, session: ReadSession | WriteSession, token: str) -> ReferrerOut:
    state = app_state(request)
    signer = LinkSigner(state.settings, state.service.name, REFERRER_LINK)
    return await service.opened(session, signer.read(token))


async def _slips(
    request: Request,
    referrer: ReferrerOut,
    token: str,
    session: ReadSession | WriteSession,
    form: Form[SlipForm],
    status: int = 200,
) -> Response:
    view = shown.SLIPS.read(request)
    found = await ReferralsRepository.from_session(session).of_address(referrer.address, view.part)
    answer = page(
        request,
        "referrals/templates/slips.html",
        status=status,
        form=form,
        view=view.fill(found.rows, found),
        choices=shown.choices(),
        said=shown.said,
        chip=shown.chip,
        structures={},
        action=path("referrer", referrer_token=token),
        page_of=lambda slip: path("referrer_slip", referrer_token=token, own_slip_id=slip.id),
        referrer=referrer,
    )
    answer.headers.update(UNLISTED)
    return answer
