"""Devices and what became of them as a spreadsheet."""

from collections.abc import AsyncIterator

from fastapi import Response
from filiere.catalogue import Category
from filiere.web import csv_response

from collect.devices.schemas import DeviceOut
from collect.devices.stage import Stage
from collect.devices.words import line_of, medium_of

HEADER = (
    "Étiquette", "Catégorie", "Marque", "Modèle", "N° de série", "N° d'inventaire", "Statut", "Étape", "Explication",
    "Collecté le", "Effacement", "Constaté le", "Supports effacés", "Testé le", "Prêt le",
)  # fmt: skip


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
            # The workshop never had it: « À traiter » would be waited for.
            "Absent" if device.stage is Stage.MISSING else device.status_fr,
            device.stage.label_fr,
            device.why,
            device.collected_at,
            device.erasure_fr,
            device.erased_at,
            " ; ".join(medium_of(one) for one in device.erasures),
            device.tested_at,
            device.ready_at,
        )
