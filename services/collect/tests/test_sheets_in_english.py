"""A sheet is in one language, its reader's; one that may come back is known by its headings in either."""

import csv
import io
from pathlib import Path
from typing import Any

import collect
import httpx
import pytest
from collect.appeals.pages import HEADER as APPEAL
from collect.devices.download import HEADER as DEVICES
from collect.devices.stage import Stage
from collect.donations.faulty_rows import HEADER as FAULTY
from collect.donations.lines_download import HEADER as LINES
from collect.donations.said import ENDED
from collect.donors.pages import HEADER as DONORS
from collect.imports.headers import layout_of, names_of
from collect.imports.own_export import HEADINGS, NOT_ACCEPTED
from collect.lots.pages import HEADER as LOTS
from collect.screens.donation_sheet import HEADER as DONATIONS
from collect.workshops.pages import HEADER as WORKSHOPS
from filiere.web.i18n import WEB_LOCALES, catalogue_of, read_catalogue

from .chain import Chain, laptop
from .drafting import FAULTY as WRITTEN
from .drafting import drafted, lines_of

ROOT = Path(collect.__file__).parent
SHEETS = (APPEAL, DEVICES, FAULTY, LINES, DONORS, LOTS, DONATIONS, WORKSHOPS)
ENGLISH = catalogue_of(ROOT)


def in_english(header: tuple[str, ...]) -> list[str]:
    return [ENGLISH.gettext(heading) for heading in header]


def test_every_heading_and_word_of_a_sheet_has_its_english() -> None:
    known = {**read_catalogue(WEB_LOCALES / "en.po"), **read_catalogue(ROOT / "locales" / "en.po")}
    words = {heading for header in SHEETS for heading in header}
    words |= {stage.label_fr for stage in Stage} | {said.text for said in ENDED.values()}
    words |= {"Non accepté", "refusé", "effacé", "sans support", "oui", "non"}
    assert [word for word in sorted(words) if word not in known] == []


def test_what_may_come_back_is_known_by_its_headings_in_either_language() -> None:
    for header, names in zip((DEVICES, in_english(DEVICES)), HEADINGS, strict=True):
        assert set(names) <= set(names_of(header))
    assert (ENGLISH.gettext(NOT_ACCEPTED[0]), *NOT_ACCEPTED[:1]) == NOT_ACCEPTED[::-1]
    for header in (DEVICES, LINES, FAULTY):
        assert layout_of(in_english(header)).columns == layout_of(header).columns


async def english(chain: Chain, who: str = "camille") -> httpx.AsyncClient:
    browser = await chain.client.login(who)
    browser.cookies.set("filiere_lang", "en")
    return browser


async def table(browser: httpx.AsyncClient, path: str) -> list[dict[str, Any]]:
    answer = await browser.get(path)
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")), delimiter=";"))


async def test_in_english_headings_states_and_sentences_are_english(chain: Chain) -> None:
    donation = await chain.declare(laptop(serial="5CG8472QX1"), laptop(year=1999, ram_gb=1, serial="OLD0000001"))
    await chain.do(f"/donations/{donation['id']}/accept")
    browser = await english(chain)
    accepted, refused = await table(browser, f"/dons/{donation['id']}/equipements.csv")
    assert list(accepted) == in_english(DEVICES)
    assert (accepted["Category"], accepted["Status"], accepted["Stage"]) == ("laptop", "To process", "accepted")
    assert (refused["Status"], refused["Stage"]) == ("Not accepted", "refused")
    assert refused["Explanation"].startswith("Too old: laptop of 1999")
    lines = await table(browser, f"/dons/{donation['id']}/lignes.csv")
    assert list(lines[0]) == in_english(LINES)
    assert [one["Verdict"] for one in lines] == ["Accepted", "Refused"]
    (listed,) = await table(browser, "/dons/liste.csv")
    assert (listed["State"], listed["Public body"]) == ("accepted", "no")
    coordination = await english(chain, "nadia")
    (donor,) = await table(coordination, "/donateurs/liste.csv")
    assert donor["To confirm"] in ("yes", "no")


@pytest.mark.parametrize("query", ["", "?format=xlsx"])
async def test_the_english_list_of_devices_sent_back_is_known(chain: Chain, query: str) -> None:
    donation = await chain.declare(laptop(serial="5CG8472QX1"), {"category": "monitor", "year": 1999, "quantity": 2})
    await chain.do(f"/donations/{donation['id']}/accept")
    sheet = await (await english(chain)).get(f"/dons/{donation['id']}/equipements.csv{query}")
    file = ("export.xlsx" if query else "export.csv", sheet.content)
    answer = await chain.donor.post(
        "/api/v1/donations/imports", data={"donor_id": chain.donor_id}, files={"file": file}
    )
    assert answer.status_code < 300, answer.text
    assert (answer.json()["accepted"], answer.json()["errors"]) == (0, 0)


async def test_the_english_file_of_faulty_rows_corrects_the_same_lines(chain: Chain) -> None:
    draft = await drafted(chain, WRITTEN)
    browser = await english(chain)
    path = f"/dons/{draft['donation_id']}/a-revoir.csv"
    assert {row["Verdict"] for row in await table(browser, path)} == {"error", "refused"}
    download = (await browser.get(path)).text
    before = await lines_of(chain, draft["donation_id"])
    again = await drafted(chain, download, donation_id=draft["donation_id"])
    assert (again["changed"], again["added"]) == (0, 0)
    assert await lines_of(chain, draft["donation_id"]) == before
    corrected = await drafted(chain, download.replace("quatre", "4"), donation_id=draft["donation_id"])
    assert (corrected["changed"], corrected["added"]) == (1, 0)
