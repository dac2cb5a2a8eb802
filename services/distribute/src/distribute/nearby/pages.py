"""The page that anybody opens to find a Relais, and the form by which a structure's lead shows it there."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from filiere.calendar import today
from filiere.duties import Duty
from filiere.geography import departements
from filiere.web import (
    Form,
    Principal,
    ReadSession,
    Role,
    WriteSession,
    allow,
    attempt,
    flash,
    gettext,
    kept_page,
    page,
    page_router,
    path,
    public,
    read_form,
    redirect,
    shared_page,
)
from starlette.requests import Request
from starlette.responses import Response

from distribute.nearby import service
from distribute.nearby.errors import ListingChanged
from distribute.nearby.france import SOURCE, VIEW_BOX, outlines
from distribute.nearby.listing import NEAR_KM, ListingForm, Welcome
from distribute.nearby.repository import ListingRepository
from distribute.publics import publics
from distribute.relais import service as relais_service
from distribute.relais.hours import DAYS, DAYS_FR, shown
from distribute.tenancy import own_relais_of

router = page_router()

Lead = Annotated[Principal, allow(Role.RELAIS, duties=(Duty.LEAD,))]
_KEPT_S = 300
_CHANGED = 409


@router.get("/trouver", name="nearby", dependencies=[public()])
async def find(
    request: Request, session: ReadSession, typed: Annotated[str, Query(alias="ou", max_length=60)] = ""
) -> Response:
    """Where to find equipment: a commune or a postcode, then the nearest structures."""

    async def made() -> tuple[Response, bool]:
        near = await service.near(session, typed)
        answer = shared_page(
            request,
            "nearby/templates/nearby.html",
            max_age_s=_KEPT_S,
            typed=typed.strip(),
            near=near,
            near_km=NEAR_KM,
            labels=publics(),
            week=shown,
            now=DAYS_FR[DAYS[today().weekday()]],
        )
        return answer, near.commune is not None  # other words are nobody's to keep

    return await kept_page(request, await _state(session), made)


@router.get("/trouver/carte", name="nearby_map", dependencies=[public()])
async def on_the_map(request: Request, session: ReadSession) -> Response:
    """Which départements have a Relais: a map, and the same as a list."""
    with_relais = await ListingRepository.from_session(session).by_departement()
    names = {code: one.name for code, one in departements().items()}
    return shared_page(
        request,
        "nearby/templates/map.html",
        max_age_s=_KEPT_S,
        outlines=outlines(),
        view_box=VIEW_BOX,
        source=SOURCE,
        names=names,
        with_relais={code: one for code, one in with_relais.items() if code in names},
        without=[code for code in names if code not in with_relais],
    )


@router.get("/ma-structure/{relais_id}/fiche-publique", name="own_listing")
async def own_listing(request: Request, relais_id: UUID, principal: Lead, session: ReadSession) -> Response:
    """What everybody sees, and the form that changes it."""
    return await _form(request, principal, session, relais_id)


@router.post("/ma-structure/{relais_id}/fiche-publique", name="own_listing")
async def show(request: Request, relais_id: UUID, principal: Lead, session: WriteSession) -> Response:
    """Show it, or change what is shown."""
    form = await read_form(request, ListingForm)
    if not form.is_valid:
        return await _form(request, principal, session, relais_id, form)
    async with attempt(request, form, ListingChanged):
        await service.show_as_seen(session, principal, relais_id, form.data, form.data.seen or None)
        flash(request, gettext("Votre structure est sur la page publique."))
        return redirect(path("own_listing", relais_id=relais_id))
    return await _form(request, principal, session, relais_id, form, _CHANGED)


@router.post("/ma-structure/{relais_id}/fiche-publique/retirer", name="hide_listing")
async def hide(request: Request, relais_id: UUID, principal: Lead, session: WriteSession) -> Response:
    """Show it to nobody any more."""
    await service.hide(session, principal, relais_id)
    flash(request, gettext("Votre structure n'est plus sur la page publique."))
    return redirect(path("own_listing", relais_id=relais_id))


async def _state(session: ReadSession) -> str:
    """What public pages follow from: all that is in the database, and the day."""
    return f"{await ListingRepository.from_session(session).seen()} {today()}"


async def _form(
    request: Request,
    principal: Principal,
    session: ReadSession | WriteSession,
    relais_id: UUID,
    form: Form[ListingForm] | None = None,
    wrong: int = 422,
) -> Response:
    relais = await relais_service.own(session, principal, relais_id)
    is_shown = (await ListingRepository.from_session(session).of_relais(own_relais_of(principal))).get(relais_id)
    given: dict[str, str | list[str]] = (
        {"welcome": is_shown.welcome.value, "how_to_come": is_shown.how_to_come or ""} if is_shown else {}
    )
    now_shown = is_shown.changed_at.isoformat() if is_shown else ""
    return page(
        request,
        "nearby/templates/own_listing.html",
        principal=principal,
        status=wrong if form is not None else 200,
        relais=relais,
        is_shown=is_shown is not None,
        # Told what it says now, a person may save over it; a mistake of hers tells her nothing of that.
        seen=form.values.get("seen", "") if form is not None and wrong != _CHANGED else now_shown,
        says=is_shown if wrong == _CHANGED else None,
        form=form or Form[ListingForm](given),
        welcomes={one.value: one.label_fr for one in Welcome},
    )
