"""Pages of an agreement that is to be signed: the coordination's, and the director's, who needs no account."""

from typing import Annotated
from uuid import UUID

from fastapi import Request, Response
from filiere.calendar import today
from filiere.identifiers import uuid7
from filiere.links.tokens import LinkSigner
from filiere.web import (
    Conflict,
    Form,
    OwnSessions,
    Principal,
    ReadSession,
    Role,
    Unprocessable,
    WriteSession,
    allow,
    attempt,
    flash,
    page,
    page_router,
    path,
    public,
    read_form,
    redirect,
)
from filiere.web import gettext as _
from filiere.web.app_state import app_state
from filiere.web.downloads import attached
from filiere.web.pages import UNLISTED
from filiere.web.request_limits import KIB, body_limit

from distribute.news.kinds import SIGNING_LINK
from distribute.relais import referent
from distribute.relais import service as relais_service
from distribute.relais.errors import AgreementInForce
from distribute.relais.mode import Mode
from distribute.request_settings import settings_of
from distribute.signing import service
from distribute.signing.errors import AlreadySigned, AnotherPaper, StatutesForbid
from distribute.signing.repository import SigningRepository
from distribute.signing.schemas import SendForm, SignForm, SigningOut
from distribute.signing.text import agreement_pdf
from distribute.tenancy import relais_of

router = page_router()

Coordinator = Annotated[Principal, allow(Role.COORDINATOR)]
# A drawn signature is four.
SMALL = body_limit(10 * KIB)


@router.get("/conventions", name="agreements")
async def waiting(request: Request, principal: Coordinator, session: ReadSession) -> Response:
    """What waits for a signature, and how long signatures take."""
    signing = SigningRepository.from_session(session)
    scope = relais_of(principal)
    sent = await signing.waiting(scope)
    return page(
        request,
        "signing/templates/waiting.html",
        principal=principal,
        waiting=sent,
        referents=await referent.of_each(session, principal, [one.relais_id for one in sent]),
        times=await signing.times(scope),
    )


@router.get("/relais/{relais_id}/convention/a-signer", name="agreement_to_sign")
async def one(request: Request, relais_id: UUID, principal: Coordinator, session: ReadSession) -> Response:
    """Send the agreement of a Relais to be signed, and see where it is."""
    return await _one(request, principal, relais_id, session, Form())


@router.post("/relais/{relais_id}/convention/a-signer", name="agreement_to_sign")
async def send(request: Request, relais_id: UUID, principal: Coordinator, database: OwnSessions) -> Response:
    """Draw the paper, keep it and write to the director. No connection is held while it is drawn."""
    form = await read_form(request, SendForm)
    if form.is_valid:
        async with attempt(request, form, AgreementInForce, StatutesForbid):
            async with database.read() as session:
                relais = await service.to_draft(session, principal, relais_id, form.data)
            request_id, settings = uuid7(), settings_of(request)
            network = {"name": settings.network_name, "siret": settings.network_siret,
                       "address": settings.network_address}  # fmt: skip
            paper = await agreement_pdf(request_id, relais, form.data.mode, network, today(), settings.public_url)
            async with database.unit_of_work() as writing:
                await service.send(writing, principal, relais_id, request_id, form.data, paper)
            flash(request, _("La convention est partie. La personne qui signe la lit et la signe sur son téléphone."))
            return redirect(path("agreement_to_sign", relais_id=relais_id))
    async with database.read() as session:
        return await _one(request, principal, relais_id, session, form, 422)


@router.post("/relais/{relais_id}/convention/retirer", name="withdraw_agreement")
async def withdraw(request: Request, relais_id: UUID, principal: Coordinator, session: WriteSession) -> Response:
    """Its link opens nothing any more."""
    form = Form[SendForm]()
    async with attempt(request, form, Conflict, Unprocessable):
        await service.withdraw(session, principal, relais_id)
        flash(request, _("La convention envoyée est retirée : son lien n'ouvre plus rien."))
        return redirect(path("agreement_to_sign", relais_id=relais_id))
    return await _one(request, principal, relais_id, session, form, 409)


@router.get("/convention/{signing_token}", name="signing", dependencies=[public()])
async def read(request: Request, signing_token: str, session: ReadSession) -> Response:
    """What is signed, and the form; afterwards who signed it."""
    return _shown(request, await service.opened(session, _signer(request).read(signing_token)), signing_token, Form())


@router.post("/convention/{signing_token}", name="signing", dependencies=[public()], openapi_extra=SMALL)
async def sign(request: Request, signing_token: str, session: WriteSession) -> Response:
    """Sign it, once."""
    form = await read_form(request, SignForm)
    request_id = _signer(request).read(signing_token)
    found = await service.opened(session, request_id)
    if form.is_valid:
        async with attempt(request, form, AlreadySigned, AnotherPaper, AgreementInForce):
            await service.sign(session, request_id, form.data)
            flash(request, _("C'est signé, merci. Le lien du document signé part par courriel."))
            return redirect(path("signing", signing_token=signing_token))
        found = await service.opened(session, request_id)  # a second tab may have been quicker
    return _shown(request, found, signing_token, form, 422)


@router.get("/convention/{signing_token}/convention.pdf", name="signing_paper", dependencies=[public()])
async def paper(request: Request, signing_token: str, session: ReadSession) -> Response:
    """The very bytes whose fingerprint is signed."""
    content = await service.paper(session, _signer(request).read(signing_token))
    return Response(content, media_type="application/pdf", headers={**attached("convention.pdf"), **UNLISTED})


async def _one(
    request: Request,
    principal: Principal,
    relais_id: UUID,
    session: ReadSession | WriteSession,
    form: Form[SendForm],
    status: int = 200,
) -> Response:
    relais = await relais_service.get(session, principal, relais_id)
    return page(
        request,
        "signing/templates/send.html",
        principal=principal,
        status=status,
        relais=relais,
        sent=await SigningRepository.from_session(session).last_of(relais_of(principal), relais_id),
        modes={mode.value: _(mode.label_fr) for mode in Mode if relais.may_sell or not mode.sells},
        form=form,
    )


def _shown(request: Request, found: SigningOut, token: str, form: Form[SignForm], status: int = 200) -> Response:
    answer = page(
        request,
        "signing/templates/sign.html",
        status=status,
        found=found,
        token=token,
        form=form,
        phone=settings_of(request).network_phone,
    )
    answer.headers.update(UNLISTED)
    return answer


def _signer(request: Request) -> LinkSigner:
    state = app_state(request)
    return LinkSigner(state.settings, state.service.name, SIGNING_LINK)
