"""Lists behind the numbers of the coordination's home: devices that wait, and of whom nothing is heard."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Request, Response
from filiere.calendar import day_of, today
from filiere.catalogue import Category
from filiere.neighbours import RELAIS_PAGE, page_of
from filiere.web import (
    Choice,
    Column,
    Principal,
    ReadSession,
    Role,
    StreamSession,
    Table,
    allow,
    page,
    page_router,
    path,
    sheet_response,
    told,
)
from filiere.web import gettext as _
from filiere.web.app_state import app_state

from collect.devices.elsewhere import elsewhere
from collect.devices.words import line_of
from collect.network.repository import NetworkRepository
from collect.network.schemas import Actor, Standing, Waiting, Who
from collect.network.service import SILENT_DAYS, silent_since
from collect.network.stages import WAITING, Age

router = page_router("/reseau")

Coordinator = Annotated[Principal, allow(Role.COORDINATOR)]

WAITING_DEVICES = Table(
    columns=(
        Column("label", "Équipement", sheet=("Étiquette", "Catégorie", "Marque et modèle")),
        Column("stage", "Étape"),
        Column("since", "Depuis", sheet=("Depuis le", "Jours")),
        Column("where", "Atelier"),
        Column("donor", "Donateur"),
        Column("act", "Agir", sheet=("",)),
    ),
    filters=(
        Choice("etape", "Étape", {stage.value: stage.label_fr.capitalize() for stage in WAITING}),
        Choice("age", "Depuis", {age.value: age.label_fr.capitalize() for age in Age}),
    ),
    always=("Étiquette",),
)
WAITING_HEADER = ("Étiquette", "Catégorie", "Marque et modèle", "Étape", "Depuis le", "Jours", "Atelier", "Donateur")
WHO = {Who.DONOR.value: "Donateurs", Who.WORKSHOP.value: "Ateliers", Who.RELAIS.value: "Relais"}
AGREEMENTS = {
    Standing.SENT.value: "Convention en signature",
    Standing.SIGNED.value: "Convention signée",
    Standing.ENDED.value: "Convention finie",
    Standing.NONE.value: "Sans convention",
}
ACTORS = Table(
    columns=(
        Column("name", "Qui", sheet=("Qui", "Nature", "Commune")),
        Column("heard", "Dernières nouvelles", sheet=("Dernières nouvelles", "Jours")),
        Column("agreement", "Convention", sheet=("Convention", "Depuis le")),
    ),
    filters=(
        Choice("qui", "Qui", WHO),
        Choice("nouvelles", "Nouvelles", {"aucune": "Sans nouvelles"}),
        Choice("convention", "Convention", AGREEMENTS),
    ),
    always=("Qui",),
)
ACTORS_HEADER = ("Qui", "Nature", "Commune", "Dernières nouvelles", "Jours", "Convention", "Depuis le")


@router.get("/equipements", name="waiting_devices")
async def waiting(request: Request, principal: Coordinator, session: ReadSession) -> Response:
    """Devices that wait at a stage, those first that have waited longest."""
    view = WAITING_DEVICES.read(request)
    age = Age(view["age"]) if view["age"] else None
    found = await NetworkRepository.from_session(session).waiting(view["etape"], age, view.part)
    settings = app_state(request).settings
    return page(
        request,
        "network/templates/waiting.html",
        principal=principal,
        view=view.fill(found.rows, found),
        line_of=line_of,
        elsewhere=lambda device: elsewhere(settings, device, principal.subject),
        days=lambda one: (today() - day_of(one.since)).days,
        category_of=Category,
    )


@router.get("/equipements.csv", name="waiting_devices_csv")
async def waiting_csv(request: Request, principal: Coordinator, session: StreamSession) -> Response:
    view = WAITING_DEVICES.read(request)
    age = Age(view["age"]) if view["age"] else None
    found = NetworkRepository.from_session(session).each_waiting(view["etape"], age)
    return sheet_response("equipements-en-attente.csv", WAITING_HEADER, _waiting(found), view, spoken=True)


async def _waiting(found: AsyncIterator[Waiting]) -> AsyncIterator[tuple[object, ...]]:
    async for device, since, donor in found:
        kind, stage = told(Category(device.real_category).label_fr), told(device.stage.label_fr)
        days = (today() - day_of(since)).days
        yield (device.label, kind, device.name, stage, day_of(since), days, device.workshop_name, donor)


@router.get("/acteurs", name="actors")
async def actors(request: Request, principal: Coordinator, session: ReadSession) -> Response:
    """Donors, workshops and Relais, those first of whom nothing was heard for longest."""
    view = ACTORS.read(request)
    found = await NetworkRepository.from_session(session).actors(
        Who(view["qui"]) if view["qui"] else None,
        silent_since() if view["nouvelles"] else None,
        Standing(view["convention"]) if view["convention"] else None,
        view.part,
    )
    distribute = app_state(request).settings.distribute_url
    return page(
        request,
        "network/templates/actors.html",
        principal=principal,
        view=view.fill(found.rows, found),
        address=lambda one: _address(one, distribute, principal.subject),
        who=WHO,
        agreements=AGREEMENTS,
        after=SILENT_DAYS,
        days=lambda one: (today() - day_of(one.last)).days,
    )


@router.get("/acteurs.csv", name="actors_csv")
async def actors_csv(request: Request, principal: Coordinator, session: StreamSession) -> Response:
    view = ACTORS.read(request)
    found = NetworkRepository.from_session(session).each_actor(
        Who(view["qui"]) if view["qui"] else None,
        silent_since() if view["nouvelles"] else None,
        Standing(view["convention"]) if view["convention"] else None,
    )
    return sheet_response("acteurs.csv", ACTORS_HEADER, _actors(found), view, spoken=True)


async def _actors(found: AsyncIterator[Actor]) -> AsyncIterator[tuple[object, ...]]:
    async for one in found:
        heard = day_of(one.heard_at) if one.heard_at else None
        agreement = _(AGREEMENTS.get(one.agreement or "", one.agreement or ""))
        yield (
            one.name,
            _(WHO[one.who]),
            one.city,
            heard,
            (today() - day_of(one.last)).days,
            agreement,
            one.agreement_on,
        )


def _address(one: Actor, distribute: str, subject: str) -> str:
    """Where something can be done: the donor's card, workshops, or the Relais in distribute."""
    if one.who is Who.DONOR:
        return path("donor", donor_id=one.id)
    return path("workshops") if one.who is Who.WORKSHOP else page_of(distribute, f"{RELAIS_PAGE}{one.id}", subject)
