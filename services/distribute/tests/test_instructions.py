"""How to use a device: every sentence in every language, a page for whoever holds it, and nothing about anybody."""

import re
import string
import subprocess
from pathlib import Path
from typing import Any

import httpx
import pytest
from distribute.instructions.instructions import Described, written
from distribute.instructions.languages import DEFAULT, LANGUAGES, drawings, language, plans, preferred
from distribute.instructions.paper import _data, typeset
from distribute.stock.schemas import SoftwareOut
from filiere.catalogue import Category, Grade, check_published_text
from filiere.catalogue.grades import Battery
from hypothesis import given
from hypothesis import strategies as st

from .conftest import World
from .test_pages import submit

MOST_BYTES = 50 * 1024
MINT = {"system": "linux_mint", "version": "22.1", "office": "libreoffice", "licence_used": False}
LAPTOP: dict[str, Any] = {"category": "laptop", "software": MINT, "battery_percent": 86, "battery_minutes": 140,
          "memory_gb": 8, "storage_gb": 256, "manufacturer": "HP", "model": "EliteBook 840 G5"}  # fmt: skip
ADDRESS = "https://distribution.example/mode-d-emploi/AZPHodIAAAAAAAAAAAAAoZ9fLq2x7b1cQw8mVt4rYkE"


def described(category: Category, grade: Grade = Grade.B, **given: Any) -> Described:
    software = SoftwareOut(system="linux_mint", version="22.1", office="libreoffice", licence_used=False)
    said: dict[str, Any] = {
        "label": "FIL-7K2M9-4", "category": category, "grade": grade, "name": "HP EliteBook 840 G5",
        "battery": Battery.FAIR, "software": software, "battery_percent": 71.6, "battery_minutes": 95,
        "memory_gb": 8, "storage_gb": 1000, "relais_name": "Maison des solidarités",
        "relais_address": "3 rue du Pont, 48000 Mende", "relais_contact": "04 66 00 00 00",
    }  # fmt: skip
    return Described(**{**said, **given})


def read_pdf(file: Path) -> str:
    return subprocess.run(["pdftotext", file, "-"], capture_output=True, check=True, text=True).stdout


def test_every_language_says_every_sentence_with_the_same_places() -> None:
    def places(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    french = language(DEFAULT).sentences
    wrong = {}
    for code in LANGUAGES:
        said = language(code).sentences
        missing, unknown = sorted(set(french) - set(said)), sorted(set(said) - set(french))
        other = [key for key in set(french) & set(said) if places(french[key]) != places(said[key])]
        silent = [key for key, text in said.items() if not text.strip() and key != "to_review"]
        if missing or unknown or other or silent:
            wrong[code] = missing, unknown, other, silent
    assert wrong == {}


def test_what_nobody_has_reviewed_says_so_to_its_reader() -> None:
    assert {code for code in LANGUAGES if not language(code).reviewed} == {"ar", "uk", "fa", "es"}
    for code in LANGUAGES:
        assert bool(language(code).sentences["to_review"]) is not language(code).reviewed
    assert {code for code in LANGUAGES if language(code).direction == "rtl"} == {"ar", "fa"}


def test_every_category_has_a_plan_whose_sentences_and_drawings_exist_and_none_is_left_over() -> None:
    used: set[str] = set()
    for category in Category:
        plan = plans()[category]
        used |= {f"can.{one}" for one in plan.abilities(Grade.D)} | {f"can.{one}" for one in plan.abilities(Grade.A)}
        used |= {f"step.{one}" for one in plan.steps}
        assert drawings().devices[category]
        assert set(plan.steps) <= set(drawings().steps)
    prefixes = ("can.", "step.")
    said = {key.removesuffix(".text") for key in language(DEFAULT).sentences if key.startswith(prefixes)}
    assert used == said


def test_french_is_easy_to_read_and_promises_nothing_that_the_law_forbids() -> None:
    for key, text in language(DEFAULT).sentences.items():
        check_published_text(text)
        for sentence in re.split(r"[.?!] ", text):
            assert len(sentence.split()) <= 18, (key, sentence)


@given(st.sampled_from(Category), st.sampled_from(Grade), st.sampled_from(Grade), st.sampled_from(LANGUAGES))
def test_a_better_device_can_do_whatever_a_weaker_one_can(
    category: Category, grade: Grade, weaker: Grade, code: str
) -> None:
    if grade.at_least(weaker):
        plan = plans()[category]
        slow = set(plan.weak)
        assert set(plan.abilities(weaker)) - slow <= set(plan.abilities(grade))
        assert bool(slow & set(plan.abilities(grade))) <= bool(slow & set(plan.abilities(weaker)))


@given(
    st.sampled_from(Category),
    st.sampled_from(LANGUAGES),
    st.none() | st.floats(0, 150),
    st.none() | st.integers(0, 6000),
    st.none() | st.sampled_from(Battery),
    st.none() | st.floats(0.1, 100_000),
)
def test_whatever_a_workshop_said_is_told_without_a_hole(
    category: Category,
    code: str,
    percent: float | None,
    minutes: int | None,
    battery: Battery | None,
    size: float | None,
) -> None:
    device = described(category, battery_percent=percent, battery_minutes=minutes, battery=battery, memory_gb=size)
    for _, value in written(device, code).facts:
        assert value
        assert not re.search(r"[{}]|None|nan", value)


@pytest.mark.parametrize("category", [Category.MONITOR, Category.PRINTER, Category.BASIC_PHONE])
def test_of_what_has_neither_files_nor_programs_no_memory_is_told(category: Category) -> None:
    told = " ".join(value for _, value in written(described(category), "fr").facts)
    for hidden in ("Go", "To", "Linux", "LibreOffice"):
        assert hidden not in told


@pytest.mark.parametrize(("accept", "code"), [
    ("", "fr"), ("ar", "ar"), ("fa-IR,fa;q=0.9,en;q=0.5", "fa"), ("de,uk;q=0.4,en;q=0.7", "en"), ("zh", "fr"),
    ("es;q=0, en;q=0.1", "en"), ("en;q=x,ar;q=0.2", "ar"), ("*", "fr"), (",;=,", "fr"),
])  # fmt: skip
def test_the_browser_s_language_is_chosen_and_french_where_we_speak_none(accept: str, code: str) -> None:
    assert preferred(accept) == code


async def opened(world: World, **device: Any) -> tuple[httpx.AsyncClient, str, str]:
    """A device that a Relais received: its people's browser, the public address, its id."""
    relais = await world.relais()
    await world.delivered(relais, **device)
    [row] = await world.rows("SELECT device_id FROM stock_item WHERE status = 'delivered'")
    browser = await world.client.login(relais["subject"])
    answer = await browser.get(f"/equipements/{row['device_id']}/mode-d-emploi", follow_redirects=False)
    assert answer.status_code == 303
    return browser, answer.headers["location"], str(row["device_id"])


async def test_whoever_holds_the_device_reads_what_it_is_without_login_and_nothing_about_anybody(world: World) -> None:
    _, address, device_id = await opened(world, **LAPTOP)
    async with world.client.anonymous() as anybody:
        page = (await anybody.get(address)).text.replace("&#39;", "'")
    for said in ("HP EliteBook 840 G5", "8 Go", "256 Go", "Bonne. Elle garde 86 %", "140 minutes", "Linux Mint 22.1",
                 "LibreOffice", "garanti 2 ans", "Maison des solidarités", "3 rue du Pont, 48000 Mende"):  # fmt: skip
        assert said in page, said
    [row] = await world.rows("SELECT serial, donation_id, lot_id, order_id, relais_id, workshop_name FROM stock_item")
    for hidden in (*map(str, row.values()), device_id, "<script", "csrf", "€"):
        assert hidden not in page, hidden


async def test_a_relais_says_how_anybody_reaches_it(world: World) -> None:
    relais, other = await world.relais(), await world.relais("L'autre", postcode="69001")
    await world.delivered(relais)
    [row] = await world.rows("SELECT device_id FROM stock_item WHERE status = 'delivered'")
    page = f"/equipements/{row['device_id']}/mode-d-emploi"
    browser = await world.client.login(relais["subject"])
    where, said = f"/api/v1/relais/{relais['id']}/contact", {"public_contact": " 04 66 00 00 00 "}
    assert (await other["client"].put(where, json=said)).status_code == 404
    assert (await relais["client"].put(where, json=said)).json()["public_contact"] == "04 66 00 00 00"
    assert "04 66 00 00 00" in (await browser.get(page, follow_redirects=True)).text
    await relais["client"].put(where, json={})
    assert "04 66" not in (await browser.get(page, follow_redirects=True)).text
    form = f"/ma-structure/{relais['id']}/contact"
    said_so = await submit(browser, "/ma-structure", form, public_contact="04 77 00 00 00")
    assert "Contact enregistré" in said_so.text
    assert "04 77 00 00 00" in (await browser.get(page, follow_redirects=True)).text
    refused = await submit(browser, "/ma-structure", form, public_contact="x" * 121)
    assert "Écrivez au plus 120 caractères." in refused.text
    await browser.get("/ma-structure", params={"lang": "en"})
    refused = await submit(browser, "/ma-structure", form, public_contact="x" * 121)
    assert "Enter at most 120 characters." in refused.text
    assert "04 77 00 00 00" in (await browser.get(page, follow_redirects=True)).text


async def test_what_a_person_paid_or_is_called_at_the_relais_stays_there(world: World) -> None:
    relais = await world.relais()
    _, (label,) = await world.delivered(relais, **LAPTOP)
    body = {"label": label, "kind": "sold", "tier": "solidary", "person_alias": "A-17", "public": "seniors"}
    sold = await world.call(relais["client"], "/handovers", body, status=201)
    browser = await world.client.login(relais["subject"])
    page = (await browser.get(f"/equipements/{sold['device_id']}/mode-d-emploi", follow_redirects=True)).text
    assert "Mode d&#39;emploi" in page
    for hidden in ("A-17", sold["receipt"], "Solidaire", "solidaire", "eniors", str(sold["amount_cents"] // 100) + ","):
        assert hidden not in page, hidden


async def test_the_receipt_on_a_telephone_leads_to_the_instructions(world: World) -> None:
    relais = await world.relais()
    _, (label,) = await world.delivered(relais, **LAPTOP)
    given = await world.call(relais["client"], "/handovers", {"label": label, "kind": "given"}, status=201)
    browser = await world.client.login(relais["subject"])
    receipt = (await browser.get(f"/caisse/recus/{given['id']}")).text
    shown = re.search(r'href="[^"]*(/recu/[^"]+)"', receipt)
    assert shown
    async with world.client.anonymous() as anybody:
        link = re.search(r'href="(/mode-d-emploi/[^"]+)"', (await anybody.get(shown[1])).text)
        assert link
        assert "HP EliteBook 840 G5" in (await anybody.get(link[1])).text


@pytest.mark.parametrize("category", Category)
async def test_every_page_weighs_less_than_fifty_kilobytes_and_needs_no_script(
    world: World, category: Category
) -> None:
    _, address, _ = await opened(world, **{**LAPTOP, "category": category.value})
    async with world.client.anonymous() as anybody:
        for code in LANGUAGES:
            page = await anybody.get(f"{address}/{code}")
            assert page.status_code == 200
            assert f'<html lang="{code}" dir="{language(code).direction}">' in page.text
            loaded = set(re.findall(r'(?:src|href)="([^"]*/static/[^"]+)"', page.text))
            weight = len(page.content) + sum([len((await anybody.get(one)).content) for one in loaded])
            assert weight < MOST_BYTES
            assert len(loaded) == 2
            assert "<script" not in page.text


async def test_the_language_is_the_browser_s_until_another_is_chosen_in_the_address(world: World) -> None:
    _, address, _ = await opened(world)
    async with world.client.anonymous() as anybody:
        for accept, code in (("uk,en;q=0.5", "uk"), ("fa-AF", "fa"), ("de", "fr")):
            page = await anybody.get(address, headers={"accept-language": accept})
            assert f'<html lang="{code}"' in page.text
            assert "accept-language" in page.headers["vary"]
        chosen = await anybody.get(f"{address}/ar", headers={"accept-language": "uk"})
        assert '<html lang="ar" dir="rtl">' in chosen.text
        for code in LANGUAGES:
            assert f'href="{address}/{code}"' in chosen.text


async def test_an_address_that_opens_nothing_is_a_plain_page_of_404(world: World) -> None:
    _, address, device_id = await opened(world)
    relais = await world.relais("L'autre", postcode="69001")
    wrong = [address[:-1], f"{address[:-1]}{'A' if address[-1] != 'A' else 'B'}", "/mode-d-emploi/x",
             f"/mode-d-emploi/{'A' * 43}", f"{address[:-2]}xx/ar", f"{address[:-2]}xx/fr.pdf"]  # fmt: skip
    async with world.client.anonymous() as anybody:
        for one in wrong:
            page = await anybody.get(one)
            assert page.status_code == 404, one
            assert "<script" not in page.text
            assert "Maison" not in page.text
        assert (await anybody.get(f"{address}/xx")).status_code == 404
        assert (await anybody.get(f"/equipements/{device_id}/mode-d-emploi")).status_code in (302, 303)
    other = await world.client.login(relais["subject"])
    assert (await other.get(f"/equipements/{device_id}/mode-d-emploi")).status_code == 404


async def test_a_device_that_went_back_to_the_network_has_no_page_any_more(world: World) -> None:
    relais = await world.relais()
    [device] = await world.ready(1)
    await world.order(relais, {"category": "tablet", "quantity": 1})
    await world.allocate()
    browser = await world.client.login(relais["subject"])
    assert (await browser.get(f"/equipements/{device['device_id']}/mode-d-emploi")).status_code == 404


async def test_a_parcel_is_printed_at_once_in_a_language_and_by_those_who_have_it_in_hand(
    world: World, tmp_path: Path
) -> None:
    relais, other = await world.relais(), await world.relais("L'autre", postcode="69001")
    order, labels = await world.delivered(relais, 3)
    [shipment] = (await world.read(relais["client"], "/shipments", order_id=order["id"]))["items"]
    browser = await world.client.login(relais["subject"])
    page = (await browser.get(f"/envois/{shipment['id']}/modes-d-emploi")).text
    assert all(label in page for label in labels)
    answer = await browser.get(f"/envois/{shipment['id']}/modes-d-emploi.pdf", params={"langue": "es"})
    assert answer.headers["content-type"] == "application/pdf"
    (tmp_path / "all.pdf").write_bytes(answer.content)
    said = read_pdf(tmp_path / "all.pdf")
    assert said.count("\f") == 3
    assert all(label in said for label in labels)
    assert "Modo de empleo" in said
    stranger = await world.client.login(other["subject"])
    assert (await stranger.get(f"/envois/{shipment['id']}/modes-d-emploi.pdf")).status_code == 404


@pytest.mark.parametrize("code", LANGUAGES)
def test_each_device_takes_one_page_of_paper_in_each_language(code: str, tmp_path: Path) -> None:
    sheets = [_data(written(described(one), code), ADDRESS) for one in Category]
    (tmp_path / "all.pdf").write_bytes(typeset(sheets))
    said = read_pdf(tmp_path / "all.pdf")
    assert said.count("\f") == len(Category)
    assert said.count("FIL-7K2M9-4") >= len(Category)
    fonts = subprocess.run(["pdffonts", tmp_path / "all.pdf"], capture_output=True, check=True, text=True).stdout
    assert {"ar": "Vazirmatn", "fa": "Vazirmatn", "uk": "Noto"}.get(code, "Atkinson") in fonts
