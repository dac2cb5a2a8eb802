"""A sheet is in one language, its reader's: headings and the words of its rows; what machines read stays as it was."""

import csv
import io
from pathlib import Path

import refurbish
from filiere.web.i18n import WEB_LOCALES, read_catalogue
from refurbish.agreements.pages import CSV_HEADER as ACTS
from refurbish.bulk.pages import SHEET as BULK
from refurbish.devices.board import CSV_HEADER as DEVICES
from refurbish.parts.board import CSV_HEADER as PARTS
from refurbish.regrading.comparison import SHEET as COMPARED
from refurbish.repairs.sheet import LOTS, REPAIRS
from refurbish.steering.pages import CSV_HEADER as STAGES
from refurbish.waste.pages import SHEET as WASTE

from ..conftest import World

ROOT = Path(refurbish.__file__).parent
SHEETS = (ACTS, BULK, DEVICES, PARTS, COMPARED, LOTS, REPAIRS, STAGES, WASTE)


def test_every_heading_and_word_of_a_sheet_has_its_english() -> None:
    known = {**read_catalogue(WEB_LOCALES / "en.po"), **read_catalogue(ROOT / "locales" / "en.po")}
    words = {heading for header in SHEETS for heading in header}
    words |= {"oui", "non", "aucune", "promis : garde sa catégorie", "à revoir à l'établi", "Prêt", "Classé"}
    assert [word for word in sorted(words) if word not in known] == []


async def test_the_list_of_devices_is_in_the_language_of_its_page(world: World) -> None:
    device = await world.arrived()
    await world.post(f"/devices/{device}/withdraw", {"reason": "screen"})
    ada = await world.browser()

    async def row() -> dict[str, str]:
        [found] = csv.DictReader(io.StringIO((await ada.get("/equipements.csv")).text.lstrip("\ufeff")), delimiter=";")
        return found

    french = await row()
    assert (french["Étape"], french["Motif de retrait"]) == ("Retiré", "Écran cassé.")
    ada.cookies.set("filiere_lang", "en")
    english = await row()
    assert list(english.values())[5] == "Withdrawn"
    assert "Motif de retrait" not in english
    assert "Écran" not in ";".join(english.values())
    # Times and identifiers are the same in both.
    assert next(iter(english.values())) == next(iter(french.values()))
