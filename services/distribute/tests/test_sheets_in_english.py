"""A sheet of a page is in one language, its reader's; what machines and accountants read stays as it was."""

import csv
import io
from pathlib import Path

import distribute
from distribute.after_sale.pages import HEADER as CASES
from distribute.allocation.pages import RESULTS_CSV, RUNS_CSV
from distribute.allocation.proposals.comparison_pages import CSV_HEADER as COMPARED
from distribute.allocation.proposals.export_pages import CSV as PROPOSALS
from distribute.allocation.proposals.pages import CSV as LINES
from distribute.dues.sheets import AGED, DUES
from distribute.retention.pages import HEADER as KEPT
from distribute.screens.device import HEADER as DEVICES
from distribute.screens.order_sheets import ORDERS, STRUCTURES
from filiere.web.i18n import WEB_LOCALES, read_catalogue

from .conftest import World

ROOT = Path(distribute.__file__).parent
SHEETS = (CASES, RUNS_CSV, RESULTS_CSV, PROPOSALS, LINES, COMPARED, DUES, AGED, KEPT, DEVICES, ORDERS, STRUCTURES)


def test_every_heading_of_a_sheet_has_its_english() -> None:
    known = {**read_catalogue(WEB_LOCALES / "en.po"), **read_catalogue(ROOT / "locales" / "en.po")}
    assert [word for word in sorted({one for header in SHEETS for one in header}) if word not in known] == []


async def test_stock_and_orders_are_in_the_language_of_their_page(world: World) -> None:
    relais = await world.relais()
    await world.delivered(relais)
    browser = await world.client.login(relais["subject"])

    async def row(path: str) -> dict[str, str]:
        [found] = csv.DictReader(io.StringIO((await browser.get(path)).text.lstrip("\ufeff")), delimiter=";")
        return found

    stock, orders = await row("/mon-stock.csv"), await row("/mes-commandes.csv")
    assert (stock["type"], stock["statut"], orders["statut"]) == ("tablette", "Prêt à distribuer", "Reçue")
    browser.cookies.set("filiere_lang", "en")
    stock, orders = await row("/mon-stock.csv"), await row("/mes-commandes.csv")
    assert (stock["type"], stock["status"], orders["status"]) == ("tablet", "Ready to hand out", "Received")
