"""Applying, without an account: one question a screen, each saved; a link in a letter proves the address."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Request, Response
from filiere.calendar import now, today
from filiere.catalogue import Category
from filiere.identifiers import uuid7
from filiere.links.tokens import LinkSigner
from filiere.web import (
    Conflict,
    Form,
    ReadSession,
    Unprocessable,
    WriteSession,
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
from filiere.web.pages import UNLISTED
from filiere.web.request_limits import KIB, body_limit
from pydantic import BaseModel

from distribute.applications import service
from distribute.applications.diagnosis import diagnosis_on
from distribute.applications.errors import (
    LetterSentLately,
    NoMoreLetters,
    NotOpen,
    TooManyApplications,
    Unanswered,
)
from distribute.applications.repository import ApplicationsRepository
from distribute.applications.schemas import (
    ApplicationOut,
    DiagnosisForm,
    NeedsForm,
    PlaceForm,
    PublicsForm,
    StructureForm,
)
from distribute.applications.shown import questions, summary, thread
from distribute.applications.status import STEPS, ApplicationStatus, Step
from distribute.campaigns.repository import CampaignsRepository
from distribute.networks import network_of
from distribute.news.kinds import APPLICATION_LINK, CAMPAIGN_LINK, CHECK_LINK
from distribute.publics import publics
from distribute.relais.legal_form import LegalForm
from distribute.request_settings import settings_of

router = page_router()

# All fourteen publics ticked are one KiB.
SMALL = body_limit(6 * KIB)
_BEGUN = "application"  # of the session
_BACK_S = 3600.0
"""How long a browser's Back leads to what was begun there; a shared computer forgets it then. Ours."""
FORMS: dict[Step, type[BaseModel]] = {
    Step.STRUCTURE: StructureForm,
    Step.PLACE: PlaceForm,
    Step.PUBLICS: PublicsForm,
    Step.DIAGNOSIS: DiagnosisForm,
    Step.NEEDS: NeedsForm,
}


@router.get("/devenir-relais", name="apply", dependencies=[public()])
async def begin(
    request: Request,
    session: ReadSession,
    another: Annotated[bool, Query(alias="autre")] = False,
    campaign: Annotated[str, Query(alias="campagne", max_length=60)] = "",
) -> Response:
    """What a Relais is, and the first screen; or the way back to what was begun here a moment ago."""
    mine = None if another else await _begun_here(request, session)
    if mine is None:
        return await _first(request, session, Form({"campaign": campaign, **({"another": "1"} if another else {})}))
    token = _follow(request).token(mine.id)
    return _unlisted(page(request, "applications/templates/begun.html", application=mine, token=token))


@router.post("/devenir-relais", name="apply", dependencies=[public()], openapi_extra=SMALL)
async def begun(request: Request, session: WriteSession) -> Response:
    """Keep the first screen and go on to the next.

    Sent again, by a second press or from a page that the browser has kept (Back), it corrects what was begun by it;
    with another structure's number it begins that one's own.
    """
    form = await read_form(request, StructureForm)
    mine = None if form.values.get("another") else await _begun_here(request, session)
    if form.is_valid:
        async with attempt(request, form, TooManyApplications, LetterSentLately, NoMoreLetters, NotOpen):
            page_id = _pages(request).read(str(form.values.get("page") or ""))
            application_id, is_new = await service.begin(
                session,
                form.data,
                network_of(request),
                page_id,
                mine.id if mine is not None else None,
                _campaign(request, form),
            )
            request.session[_BEGUN] = [str(application_id), now().timestamp()]
            flash(
                request,
                _("C'est gardé. Un courriel est parti : ouvrez-le pour confirmer votre adresse.")
                if is_new
                else _("C'est corrigé."),
            )
            return redirect(_onward(request, await service.get(session, application_id)))
    return await _first(request, session, form, 422)


@router.get("/candidature/confirmer/{check_token}", name="confirm_application", dependencies=[public()])
async def asked_to_confirm(request: Request, check_token: str, session: ReadSession) -> Response:
    """One button: programs that read mail open links, and confirm nothing."""
    application = await service.get(session, await service.of_letter(session, _check(request).read(check_token)))
    template = "applications/templates/confirm.html"
    return _unlisted(page(request, template, application=application, token=check_token))


@router.post(
    "/candidature/confirmer/{check_token}", name="confirm_application", dependencies=[public()], openapi_extra=SMALL
)
async def confirm(request: Request, check_token: str, session: WriteSession) -> Response:
    """The address is its reader's; on to what is left of the application."""
    application_id = await service.of_letter(session, _check(request).read(check_token))
    application = await service.confirm(session, application_id)
    flash(request, _("Votre adresse est confirmée."))
    return redirect(_onward(request, application))


@router.get("/candidature/{application_token}", name="own_application", dependencies=[public()])
async def follow(request: Request, application_token: str, session: ReadSession) -> Response:
    """Where it stands, what is to do, and all that was written."""
    application = await service.get(session, _follow(request).read(application_token))
    return _whole(request, application, application_token, Form())


@router.post(
    "/candidature/{application_token}/envoyer", name="send_application", dependencies=[public()], openapi_extra=SMALL
)
async def send(request: Request, application_token: str, session: WriteSession) -> Response:
    """Done: it counts as soon as the address is confirmed."""
    application = await service.get(session, _follow(request).read(application_token))
    form = Form[BaseModel]()
    async with attempt(request, form, Conflict, Unprocessable):
        status = await service.send(session, application.id)
        flash(
            request,
            _("Votre candidature est envoyée. La coordination vous répond par courriel.")
            if status is ApplicationStatus.SENT
            else _("Il reste une chose : ouvrez le courriel que nous vous avons écrit, et confirmez votre adresse."),
        )
        return redirect(path("own_application", application_token=application_token))
    return _whole(request, application, application_token, form, 422)


@router.post(
    "/candidature/{application_token}/courriel", name="write_to_applicant", dependencies=[public()], openapi_extra=SMALL
)
async def write_again(request: Request, application_token: str, session: WriteSession) -> Response:
    """Another letter with the link."""
    application = await service.get(session, _follow(request).read(application_token))
    form = Form[BaseModel]()
    async with attempt(request, form, LetterSentLately, NoMoreLetters, NotOpen):
        await service.write_again(session, application.id)
        flash(request, _("Un nouveau courriel est parti."))
        return redirect(path("own_application", application_token=application_token))
    return _whole(request, application, application_token, form, 422)


@router.post(
    "/candidature/{application_token}/abandonner",
    name="give_up_application",
    dependencies=[public()],
    openapi_extra=SMALL,
)
async def give_up(request: Request, application_token: str, session: WriteSession) -> Response:
    """Not any more."""
    application = await service.get(session, _follow(request).read(application_token))
    form = Form[BaseModel]()
    async with attempt(request, form, NotOpen):
        await service.give_up(session, application.id)
        flash(request, _("Votre candidature est abandonnée."))
        return redirect(path("own_application", application_token=application_token))
    return _whole(request, application, application_token, form, 422)


@router.get("/candidature/{application_token}/{step}", name="application_step", dependencies=[public()])
async def screen(request: Request, application_token: str, step: Step, session: ReadSession) -> Response:
    """One screen, with what was written on it before."""
    application = await service.get(session, _follow(request).read(application_token))
    if not application.status.is_open:
        return redirect(path("own_application", application_token=application_token))
    return _screen(request, application_token, step, Form(_typed(application, step)), application)


@router.post(
    "/candidature/{application_token}/{step}", name="application_step", dependencies=[public()], openapi_extra=SMALL
)
async def save(request: Request, application_token: str, step: Step, session: WriteSession) -> Response:
    """Keep one screen, and go on to the first that is not filled."""
    application = await service.get(session, _follow(request).read(application_token))
    form = await _read(request, step)
    if form.is_valid:
        async with attempt(request, form, NotOpen, LetterSentLately, NoMoreLetters, TooManyApplications, Unanswered):
            await _keep(session, application.id, form.data)
            return redirect(_onward(request, await service.get(session, application.id)))
    return _screen(request, application_token, step, form, application, 422)


async def _read(request: Request, step: Step) -> Form[Any]:
    match step:
        case Step.STRUCTURE:
            return await read_form(request, StructureForm)
        case Step.PLACE:
            return await read_form(request, PlaceForm)
        case Step.PUBLICS:
            return await read_form(request, PublicsForm, lists=["publics"])
        case Step.DIAGNOSIS:
            return await read_form(request, DiagnosisForm)
        case Step.NEEDS:
            return await read_form(request, NeedsForm)


async def _keep(session: WriteSession, application_id: UUID, said: BaseModel) -> None:
    match said:
        case StructureForm():
            await service.set_structure(session, application_id, said)
        case PlaceForm():
            await service.set_place(session, application_id, said)
        case PublicsForm():
            await service.set_publics(session, application_id, said)
        case DiagnosisForm():
            await service.set_answers(session, application_id, said)
        case NeedsForm():
            await service.set_needs(session, application_id, said)


def _typed(application: ApplicationOut, step: Step) -> dict[str, str | list[str]]:
    """What the screen's fields hold."""
    if step is Step.NEEDS:
        return {
            category.value: str(count) for category, count in (application.needs or _first_basket(application)).items()
        }
    if step is Step.DIAGNOSIS:
        answers = application.answers or {}
        asked = enumerate(diagnosis_on(today()).questions, 1)
        return {f"q{number}": answers[one.id] for number, one in asked if one.id in answers}
    said = application.model_dump(mode="json", include=set(FORMS[step].model_fields))
    said |= {"number": application.number} if step is Step.STRUCTURE else {}
    typed = {name: value for name, value in said.items() if value is not None}
    return {
        name: value if isinstance(value, list) else str(value).lower() if isinstance(value, bool) else str(value)
        for name, value in typed.items()
    }


def _first_basket(application: ApplicationOut) -> dict[Category, int]:
    """What the diagnosis proposes to begin with: written into the form, for its applicant to change."""
    proposed = application.proposed
    return {one.category: one.quantity for one in proposed.basket} if proposed is not None else {}


def _onward(request: Request, application: ApplicationOut) -> str:
    token = _follow(request).token(application.id)
    step = application.next_step
    if step is not None and application.status.is_open:
        return path("application_step", application_token=token, step=step.value)
    return path("own_application", application_token=token)


async def _begun_here(request: Request, session: ReadSession | WriteSession) -> ApplicationOut | None:
    """What this browser began a moment ago, while it may be corrected."""
    kept = request.session.get(_BEGUN)
    if not kept or now().timestamp() - kept[1] > _BACK_S:
        return None
    found = await ApplicationsRepository.from_session(session).get(UUID(kept[0]))
    return found if found is not None and found.status.is_open else None


async def _first(
    request: Request, session: ReadSession | WriteSession, form: Form[StructureForm], status: int = 200
) -> Response:
    """The first screen; by the link of a campaign with its name, or with a word where that is none to join."""
    form.values = {"page": _pages(request).token(uuid7()), **form.values}
    came_by_link, campaign_id = bool(form.values.get("campaign")), _campaign(request, form)
    campaign = (
        await CampaignsRepository.from_session(session).get(campaign_id, with_drafts=False) if campaign_id else None
    )
    return page(
        request,
        "applications/templates/begin.html",
        status=status,
        form=form,
        phone=settings_of(request).network_phone,
        came_by_link=came_by_link,
        campaign=campaign,
    )


def _screen(
    request: Request, token: str, step: Step, form: Form[Any], application: ApplicationOut, status: int = 200
) -> Response:
    version = diagnosis_on(today())
    answer = page(
        request,
        "applications/templates/screen.html",
        status=status,
        form=form,
        step=step,
        number=STEPS.index(step) + 1,
        steps=len(STEPS),
        token=token,
        legal_forms={one.value: one.label_fr for one in LegalForm},
        publics=publics(),
        categories=Category,
        version=version.name,
        questions=questions(version),
        proposed=application.proposed,
        phone=settings_of(request).network_phone,
    )
    return _unlisted(answer)


def _whole(
    request: Request, application: ApplicationOut, token: str, form: Form[BaseModel], status: int = 200
) -> Response:
    answer = page(
        request,
        "applications/templates/follow.html",
        status=status,
        application=application,
        thread=thread(application),
        summary=summary(application),
        proposed=application.proposed,
        token=token,
        form=form,
        phone=settings_of(request).network_phone,
    )
    return _unlisted(answer)


def _unlisted(answer: Response) -> Response:
    """The address is the key: no search engine and no cache keeps it; no page of ours tells it to another site."""
    answer.headers.update(UNLISTED)
    return answer


def _pages(request: Request) -> LinkSigner:
    """Of first screens: what a page begins is found by it, so nobody makes one up."""
    return _signer(request, "application-page")


def _campaign(request: Request, form: Form[StructureForm]) -> UUID | None:
    """The campaign whose link led here; none for what we did not sign."""
    return _signer(request, CAMPAIGN_LINK).read(str(form.values.get("campaign", "")))


def _follow(request: Request) -> LinkSigner:
    return _signer(request, APPLICATION_LINK)


def _check(request: Request) -> LinkSigner:
    return _signer(request, CHECK_LINK)


def _signer(request: Request, purpose: str) -> LinkSigner:
    state = app_state(request)
    return LinkSigner(state.settings, state.service.name, purpose)
