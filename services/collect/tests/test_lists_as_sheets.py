"""Every list of the coordination leaves as a spreadsheet, under the filters of its page and of nobody else's rows."""

import csv
import io
from uuid import uuid4

from python_calamine import CalamineWorkbook

from .chain import Chain

LAPTOP = {"category": "laptop", "year": 2021, "ram_gb": 8}


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))


async def test_donations_lots_and_donors_leave_as_a_sheet_under_the_pages_filters(chain: Chain) -> None:
    sent, _ = await chain.sent({**LAPTOP, "quantity": 3})
    waiting = await chain.declare(LAPTOP)
    nadia = await chain.client.login("nadia")
    donations = table((await nadia.get("/dons/liste.csv")).text)
    assert [one["Don"] for one in donations] == [waiting["reference"], sent["reference"]]
    assert (donations[1]["Acceptés"], donations[1]["Remis"]) == ("3", "0")
    asked = table((await nadia.get("/dons/liste.csv?statut=submitted")).text)
    assert [one["Don"] for one in asked] == [waiting["reference"]]
    (row,) = table((await nadia.get("/lots/liste.csv")).text)
    assert (row["Don"], row["Équipements"], row["Atelier"]) == (sent["reference"], "3", "Atelier de Lens")
    assert table((await nadia.get("/lots/liste.csv?statut=sealed")).text) == []
    (donor,) = table((await nadia.get("/donateurs/liste.csv?q=exemple")).text)
    assert donor["Organisme public"] == "non"
    book = await nadia.get("/dons/liste.csv?format=xlsx")
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(book.content)).get_sheet_by_index(0)
    assert sheet.to_python()[1][0] == waiting["reference"]


async def test_a_donor_gets_its_own_donations_and_a_private_draft_leaves_with_nobody_else(chain: Chain) -> None:
    await chain.declare(LAPTOP, draft=True)
    sent = await chain.declare(LAPTOP)
    nadia, camille = await chain.client.login("nadia"), await chain.client.login("camille")
    assert [one["Don"] for one in table((await nadia.get("/dons/liste.csv")).text)] == [sent["reference"]]
    assert len(table((await camille.get("/dons/liste.csv")).text)) == 2
    await chain.client.grant("rival", "donor", uuid4())
    rival = await chain.client.login("rival")
    assert table((await rival.get("/dons/liste.csv")).text) == []
    assert (await rival.get("/lots/liste.csv")).status_code == 403
