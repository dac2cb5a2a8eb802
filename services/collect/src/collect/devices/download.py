"""Devices and what became of them as a spreadsheet, in its reader's language, headings too.

It may come back: the importer knows it in both languages (`collect.imports.own_export`).
"""

from collections.abc import AsyncIterator

from fastapi import Response
from filiere.catalogue import Category
from filiere.web import TableView, sheet_response, told
from filiere.web import gettext as _

from collect.devices.schemas import DeviceOut
from collect.devices.stage import Stage
from collect.devices.words import line_of, medium_of
from collect.eligibility.advice import advice_of
from collect.eligibility.judge import JudgedLine
from collect.eligibility.lines import in_one_cell

HEADER = (
    "Étiquette", "Catégorie", "Marque", "Modèle", "N° de série", "N° d'inventaire", "Statut", "Étape", "Explication",
    "Collecté le", "Effacement", "Constaté le", "Supports effacés", "Testé le", "Prêt le", "Conseil", "Année",
    "RAM (Go)", "Stockage (Go)", "Autres IMEI", "Déclaré comme",
)  # fmt: skip

STAGE_HEADINGS = ("Statut", "Étape", "Explication")
READ_AGAIN = ("Étiquette", *STAGE_HEADINGS)
"""By which a list of ours is known when it comes back (`collect.imports.own_export`)."""

# The workshop never had it: « À traiter » would be waited for.
_NEVER_SEEN = {Stage.MISSING: "Absent", Stage.CANCELLED: "Annulé"}


def devices_csv(
    reference: str,
    devices: AsyncIterator[DeviceOut],
    refused: AsyncIterator[JudgedLine] | None = None,
    view: TableView | None = None,
) -> Response:
    """The download, for the API and for the page; what was refused at the end, with its reason and what to do."""
    return sheet_response(f"don-{reference}-equipements.csv", HEADER, _rows(devices, refused), view, spoken=True)


async def _rows(
    devices: AsyncIterator[DeviceOut], refused: AsyncIterator[JudgedLine] | None
) -> AsyncIterator[tuple[object, ...]]:
    async for made in devices:
        device = line_of(made)
        yield (
            device.label,
            told(Category(device.real_category).label_fr),
            device.manufacturer,
            device.model,
            device.serial,
            device.asset_tag,
            told(_NEVER_SEEN.get(device.stage, device.status_fr)),
            told(device.stage.label_fr),
            device.why,
            device.collected_at,
            told(device.erasure_fr),
            device.erased_at,
            " ; ".join(medium_of(one) for one in device.erasures),
            device.tested_at,
            device.ready_at,
            None,
            *(device.year, device.ram_gb, device.storage_gb, in_one_cell(device.imeis)),
            told(Category(device.category).label_fr) if device.category != device.real_category else None,
        )
    async for line in refused or _nothing():
        one = line.equipment
        named = (told(one.category.label_fr) if one.category else one.written_category, one.manufacturer, one.model)
        row = (None, *named, one.serial, one.asset_tag, _("Non accepté"), _("refusé"), told(line.reason), *[None] * 6)
        for _device in range(one.quantity):
            yield (*row, told(advice_of(line)), one.year, one.ram_gb, one.storage_gb, in_one_cell(one.imeis), None)


async def _nothing() -> AsyncIterator[JudgedLine]:
    nothing: tuple[JudgedLine, ...] = ()
    for line in nothing:
        yield line
