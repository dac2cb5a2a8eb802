"""Slips of a Relais' own workers: made, printed, sent, seen used, revoked."""

from typing import Annotated
from uuid import UUID

from filiere.web import (
    Form,
    OwnSessions,
    Principal,
    ReadSession,
    Role,
    WriteSession,
    allow,
    attempt,
    flash,
    page,
    page_router,
    path,
    read_form,
    redirect,
    told,
)
from filiere.web import gettext as _
from filiere.web.downloads import attached
from filiere.web.pages import UNLISTED
from starlette.requests import Request
from starlette.responses import Response

from distribute.referrals import papers, service, shown
from distribute.referrals.codes import SlipCodes
from distribute.referrals.errors import SlipNotOpen, TooManySlips, WhichStructure
from distribute.referrals.repository import ReferralsRepository
from distribute.referrals.schemas import SlipForm, SlipOut
from distribute.relais.repository import RelaisRepository
from distribute.request_settings import settings_of
from distribute.tenancy import own_relais_of

router = page_router("/bons")

Relais = Annotated[Principal, allow(Role.RELAIS)]


@router.get("", name="slips")
async def listing(request: Request, principal: Relais, session: ReadSession) -> Response:
    """The form, and the slips that were made."""
    return await own_slips(request, principal, session, Form())


@router.post("", name="slips")
async def make(request: Request, principal: Relais, session: WriteSession) -> Response:
    """Make one; its page shows the code."""
    form = await read_form(request, SlipForm)
    if form.is_valid:
        async with attempt(request, form, TooManySlips, WhichStructure):
            slip_id = await service.make(session, principal, codes_of(request), _named(form), form.data)
            return redirect(path("slip", slip_id=slip_id))
    return await own_slips(request, principal, session, form, 422)


@router.get("/{slip_id}", name="slip")
async def one(request: Request, slip_id: UUID, principal: Relais, session: ReadSession) -> Response:
    """A slip: its code while it is open, then when it was used."""
    slip = await service.get(session, principal, codes_of(request), slip_id)
    own = {"slip_id": slip_id}
    addresses = {"all": path("slips"), "revoke": path("revoke_slip", **own), "pdf": path("slip_pdf", **own)}
    return slip_page(request, slip, addresses)


@router.post("/{slip_id}/annuler", name="revoke_slip")
async def revoke(request: Request, slip_id: UUID, principal: Relais, session: WriteSession) -> Response:
    """Its code opens nothing any more."""
    async with attempt(request, None, SlipNotOpen) as tried:
        await service.revoke(session, principal, slip_id)
        flash(request, _("Le bon est annulé."))
        return redirect(path("slip", slip_id=slip_id))
    flash(request, told(tried.refusal.sentence), "stop")
    return redirect(path("slip", slip_id=slip_id))


@router.get("/{slip_id}/bon.pdf", name="slip_pdf")
async def pdf(request: Request, slip_id: UUID, principal: Relais, database: OwnSessions) -> Response:
    """The slip on paper. Read first: no connection is held while it is drawn."""
    async with database.read() as session:
        slip = await service.get(session, principal, codes_of(request), slip_id)
    return await slip_paper(request, slip)


def codes_of(request: Request) -> SlipCodes:
    return SlipCodes(settings_of(request))


async def own_slips(
    request: Request,
    principal: Principal,
    session: ReadSession | WriteSession,
    form: Form[SlipForm],
    status: int = 200,
) -> Response:
    """Also the page that a proposal leads to, with what is proposed in its form."""
    view = shown.SLIPS.read(request)
    found = await ReferralsRepository.from_session(session).listing(own_relais_of(principal), view.part)
    own = await RelaisRepository.from_session(session).of_members(own_relais_of(principal))
    answer = page(
        request,
        "referrals/templates/slips.html",
        principal=principal,
        status=status,
        form=form,
        view=view.fill(found.rows, found),
        choices=shown.choices(),
        said=shown.said,
        chip=shown.chip,
        structures={str(one.id): one.name for one in own} if len(own) > 1 else {},
        action=path("slips"),
        page_of=lambda slip: path("slip", slip_id=slip.id),
        referrer=None,
    )
    answer.headers.update(UNLISTED)
    return answer


def slip_page(request: Request, slip: SlipOut, addresses: dict[str, str]) -> Response:
    """One slip, whoever made it; nobody keeps the answer."""
    public_url = settings_of(request).public_url
    answer = page(
        request,
        "referrals/templates/slip.html",
        slip=slip,
        said=shown.said(slip),
        chip=shown.chip(slip),
        qr=shown.qr_text(public_url, slip.code) if slip.code else "",
        message=shown.message(slip, public_url) if slip.code else "",
        publics=shown.choices()["public"],
        addresses=addresses,
    )
    answer.headers.update(UNLISTED)
    return answer


async def slip_paper(request: Request, slip: SlipOut) -> Response:
    """Raises SlipNotOpen: a slip that is used has no code to print."""
    if slip.code is None:
        raise SlipNotOpen
    content = await papers.slip_pdf(slip, settings_of(request).public_url)
    headers = {**attached("bon-d-acces.pdf"), **UNLISTED}
    return Response(content, media_type="application/pdf", headers=headers)


def _named(form: Form[SlipForm]) -> UUID | None:
    """Which structure a page names, where there are several."""
    try:
        return UUID(str(form.values.get("relais_id") or ""))
    except ValueError:
        return None
