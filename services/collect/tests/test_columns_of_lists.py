"""A person chooses the columns of a list: kept for that browser, in the sheet too; what reading again needs stays."""

import csv
import io
import re
from collections.abc import Sequence

import httpx
import pytest
from collect.devices import download
from collect.donations import lines_download
from collect.donors import pages as donors
from collect.lots import pages as lots
from collect.screens import donation_sheet, donations
from collect.screens import lines as line_pages
from collect.workshops import pages as workshops
from filiere.web import Table

from .chain import Chain, laptop


def headings(answer: httpx.Response) -> list[str]:
    return next(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")), delimiter=";"))


def shown(answer: httpx.Response) -> list[str]:
    """Headings of the list on the page."""
    head = re.search(r"<thead.*?</thead>", answer.text, re.DOTALL)
    assert head, answer.text
    return [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<th.*?</th>", head[0], re.DOTALL)]


@pytest.mark.parametrize(
    ("table", "header"),
    [
        (donations.DONATIONS, donation_sheet.HEADER),
        (donations.OWN_DONATIONS, donation_sheet.HEADER),
        (donations.FOR_COORDINATORS, donation_sheet.HEADER),
        (donations.DEVICES, download.HEADER),
        (line_pages.LINES, lines_download.HEADER),
        (lots.LOTS, lots.HEADER),
        (donors.DONORS, donors.HEADER),
        (workshops.WORKSHOPS, workshops.HEADER),
    ],
)
def test_every_column_of_a_page_is_in_its_sheet(table: Table, header: Sequence[str]) -> None:
    assert table.always is not None
    named = [heading for column in table.columns for heading in column.sheet or (column.label,)]
    assert set(named) | set(table.always) <= set(header)


async def test_the_choice_is_kept_for_the_next_visit_and_for_the_sheet(chain: Chain) -> None:
    await chain.sent(laptop())
    nadia = await chain.client.login("nadia")
    usual = shown(await nadia.get("/lots"))
    chosen = await nadia.get("/lots?col=code&col=devices")
    assert shown(chosen) == ["Lot", "Équipements"]
    assert shown(await nadia.get("/lots")) == ["Lot", "Équipements"]
    assert shown(await nadia.get("/lots?statut=dispatched")) == ["Lot", "Équipements"]
    assert headings(await nadia.get("/lots/liste.csv")) == ["Lot", "Équipements", "Manquants", "En trop"]
    every = headings(await nadia.get("/lots/liste.csv?colonnes=toutes"))
    assert every == list(lots.HEADER)
    page = (await nadia.get("/lots")).text
    assert 'href="/lots/liste.csv?colonnes=toutes"' in page
    assert 'href="/lots/liste.csv?colonnes=toutes&amp;format=xlsx"' in page
    # Another list, and another person, have their own.
    assert len(shown(await nadia.get("/ateliers"))) == 4
    assert shown(await (await chain.client.login("nadia")).get("/lots")) == usual
    # Back to what everybody sees: nothing is kept, and the sheet has all again.
    again = await nadia.get("/lots?col=" + "&col=".join(lots.LOTS.usual))
    assert shown(again) == usual
    assert "filiere_colonnes_collect_lots" not in nadia.cookies
    assert headings(await nadia.get("/lots/liste.csv")) == every


async def test_a_broken_or_foreign_cookie_shows_what_everybody_sees(chain: Chain) -> None:
    nadia = await chain.client.login("nadia")
    await chain.sent(laptop())
    usual = shown(await nadia.get("/lots"))
    for value in ("", "nothing", "..", "code" * 900, "%0d%0aset-cookie"):
        nadia.cookies.set("filiere_colonnes_collect_lots", value, domain="", path="/")
        assert shown(await nadia.get("/lots")) == usual
        assert headings(await nadia.get("/lots/liste.csv")) == list(lots.HEADER)


async def test_a_short_list_of_devices_is_still_known_when_it_comes_back(chain: Chain) -> None:
    donation, _lot = await chain.sent(laptop(serial="5CG8411ABC"))
    camille = await chain.client.login("camille")
    await camille.get(f"/dons/{donation['id']}?col=serial")
    sheet = await camille.get(f"/dons/{donation['id']}/equipements.csv")
    assert headings(sheet) == ["Étiquette", "N° de série", "Statut", "Étape", "Explication"]
    read = await chain.donor.post(
        "/api/v1/donations/imports", data={"donor_id": chain.donor_id}, files={"file": ("a.csv", sheet.content)}
    )
    assert (read.json()["accepted"], read.json()["errors"]) == (0, 0), read.text
    # The proof's own link is whole whatever is shown elsewhere.
    whole = await camille.get(f"/dons/{donation['id']}/equipements.csv?colonnes=toutes")
    assert headings(whole) == list(download.HEADER)


async def test_a_short_list_of_lines_describes_its_devices_all_the_same(chain: Chain) -> None:
    donation = await chain.declare(laptop(serial="5CG8411ABC"))
    camille = await chain.client.login("camille")
    await camille.get(f"/dons/{donation['id']}/lignes?col=equipment")
    sheet = await camille.get(f"/dons/{donation['id']}/lignes.csv")
    assert headings(sheet) == list(lines_download.DESCRIBING)


async def test_the_workshops_are_a_sheet_too(chain: Chain) -> None:
    await chain.sent(laptop())
    nadia = await chain.client.login("nadia")
    answer = await nadia.get("/ateliers/liste.csv")
    (row,) = csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")), delimiter=";")
    assert (row["Atelier"], row["Code postal"], row["Commune"], row["Devant lui"]) == (
        "Atelier de Lens", "62300", "Lens", "1",
    )  # fmt: skip
    assert row["Ordinateurs portables"] == "40"
    book = await nadia.get("/ateliers/liste.csv?format=xlsx")
    assert book.content.startswith(b"PK")
    await nadia.get("/ateliers?col=name&col=ahead")
    assert headings(await nadia.get("/ateliers/liste.csv")) == ["Atelier", "Devant lui"]
    assert (await (await chain.client.login("camille")).get("/ateliers/liste.csv")).status_code == 403
