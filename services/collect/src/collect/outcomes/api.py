"""API of devices and what became of them."""

from collections.abc import AsyncIterator
from typing import Annotated
from uuid import UUID

from fastapi import Query, Response
from filiere.catalogue import Category
from filiere.web import Page, Paging, Principal, ReadSession, Role, StreamSession, allow, api_router, csv_response

from collect.donations.service import get as get_donation
from collect.outcomes.errors import DeviceNotFound
from collect.outcomes.repository import DeviceRepository
from collect.outcomes.schemas import DeviceLine, DeviceOut
from collect.outcomes.stage import Stage
from collect.outcomes.words import line_of

router = api_router("", tags=["devices"])

Donor = Annotated[Principal, allow(Role.DONOR, Role.COORDINATOR)]
HEADER = (
    "Étiquette", "Catégorie", "Marque", "Modèle", "N° de série", "N° d'inventaire", "Statut", "Étape", "Explication",
    "Collecté le", "Effacé le", "Méthode d'effacement", "Testé le", "Prêt le",
)  # fmt: skip


@router.get("/donations/{donation_id}/devices")
async def of_donation(
    donation_id: UUID,
    principal: Donor,
    session: ReadSession,
    paging: Paging,
    stage: Annotated[list[Stage] | None, Query(max_length=len(Stage))] = None,
    q: Annotated[str, Query(max_length=200)] = "",
) -> Page[DeviceLine]:
    """The accepted devices and where each stands."""
    await get_donation(session, donation_id, principal)
    found = await DeviceRepository.from_session(session).listing(
        principal, donation_id=donation_id, stages=stage or [], q=q, part=paging.part
    )
    return paging.of([line_of(device) for device in found.rows], found)


@router.get("/donations/{donation_id}/devices.csv")
async def as_csv(donation_id: UUID, principal: Donor, session: StreamSession) -> Response:
    """The same as a spreadsheet, whole."""
    donation = await get_donation(session, donation_id, principal)
    found = DeviceRepository.from_session(session).each(principal, donation_id=donation_id)
    return devices_csv(donation.reference, found)


@router.get("/devices/{device_id}")
async def get(device_id: UUID, principal: Donor, session: ReadSession) -> DeviceLine:
    """One device."""
    device = await DeviceRepository.from_session(session).get(device_id, principal)
    if device is None:
        raise DeviceNotFound(device_id)
    return line_of(device)


def devices_csv(reference: str, devices: AsyncIterator[DeviceOut]) -> Response:
    """The download, for the API and for the page."""
    return csv_response(f"don-{reference}-equipements.csv", HEADER, _rows(devices))


async def _rows(devices: AsyncIterator[DeviceOut]) -> AsyncIterator[tuple[object, ...]]:
    async for made in devices:
        device = line_of(made)
        yield (
            device.label,
            Category(device.category).label_fr,
            device.manufacturer,
            device.model,
            device.serial,
            device.asset_tag,
            device.status_fr,
            device.stage.value,
            device.why,
            device.collected_at,
            device.erased_at,
            ", ".join(sorted({f"{one.method} ({one.level})" for one in device.erasures})),
            device.tested_at,
            device.ready_at,
        )
