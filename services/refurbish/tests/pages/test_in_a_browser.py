"""The pages in a real browser, on a phone and on a desk, light and dark: no violation of WCAG 2.2 A and AA."""

import hashlib
import json
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest
from filiere.calendar import clock_at, now
from filiere.identifiers import label_code, uuid7
from filiere.service import Service
from filiere.settings import Settings
from filiere.testing.browser import Live, assert_accessible, beyond_the_edge, log_in
from filiere.testing.events import incoming

from ..conftest import World
from ..erasure import papers
from ..erasure.papers import log_of_today

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page, ViewportSize

PHONE: "ViewportSize" = {"width": 390, "height": 844}
DESK: "ViewportSize" = {"width": 1200, "height": 900}


@pytest.fixture
async def busy(world: World) -> dict[str, str]:
    """A workshop with something of everything; the addresses of its pages by name."""
    announced = [world.device() for _ in range(3)]
    lot = await world.expects(*announced)
    await world.post(f"/lots/{lot}/arrive", {"labels": [announced[0]["label"], label_code(800_000)]})
    waiting = announced[0]["device_id"]
    await world.post(f"/devices/{waiting}/media", [{"serial": "S4NSSD0001", "kind": "ssd", "size_gb": 256}])
    shelf = [papers.Disk(serial="S4NSSD0001", size=128_000_000_000), papers.Disk(serial="ZZ9999999", name="sdb")]
    sent = await world.api.post(
        f"/api/v1/devices/{waiting}/erasure-reports", files={"file": ("nwipe.log", papers.log(*shelf).encode())}
    )
    away = await world.arrived()
    await world.post(f"/devices/{away}/media", [{"serial": "ZZ9999999", "kind": "hdd", "size_gb": 256}])
    gone = await world.post(f"/devices/{away}/media-exits", {"medium_serial": "ZZ9999999", "reason": "kept"})
    done = await world.arrived(manufacturer="Dell", model="Latitude 5490")
    await world.wiped(done, "S4NSSD0002")
    await world.tested(done)
    await world.graded(done)
    screen = await world.arrived(category="monitor", manufacturer="Dell", model="P2419H")
    demand = {"category": "laptop", "grade": "B", "territory": "62", "wanted": 23}
    await world.hears(incoming("distribute.demand", "org.filiere.distribute.demand-updated.v1", "laptop:B:62", demand))
    order, promise = str(uuid7()), {"device_id": screen, "relais_id": str(uuid7()), "territory": "48"}
    promise |= {"order_id": order, "order_reference": "R-318", "relais_name": "Relais Numérique de Mende"}
    await world.hears(incoming("distribute.devices", "org.filiere.distribute.device-reserved.v1", screen, promise))
    tip = {"topic": "open", "maker": "Dell", "model": "Latitude", "text": "Deux vis.", "source": "essayé ici"}
    await world.post("/how-tos", tip)
    return {
        "scan": "/scanner",
        "lots": "/lots",
        "lot": f"/lots/{lot}",
        "board": "/equipements",
        "erase": f"/equipements/{waiting}",
        "erasure-form": f"/equipements/{waiting}/effacer/S4NSSD0001",
        "report": f"/equipements/{waiting}/effacer/S4NSSD0001?rapport={sent.json()['id']}",
        "exit-form": f"/equipements/{waiting}/supports/S4NSSD0001/sortir",
        "exit": f"/a-verifier/sorties/{gone['id']}",
        "to-verify": "/a-verifier",
        "media-form": f"/equipements/{waiting}/supports",
        "no-disk": f"/equipements/{waiting}/supports?nature=none",
        "audits": f"/equipements/{waiting}/inventaires",
        "help": f"/equipements/{waiting}/aide",
        "withdraw": f"/equipements/{waiting}/retirer",
        "tests": f"/equipements/{screen}/tester",
        "ready": f"/equipements/{done}",
        "grade": f"/equipements/{done}/classer",
        "certificate": f"/equipements/{done}/certificat",
        "mismatches": "/ecarts",
        "settled": "/ecarts/regles",
        "numbers": f"/equipements/{waiting}/identifiants",
        "correction": f"/equipements/{waiting}/corriger",
        "remarks": f"/equipements/{waiting}/remarques",
        "label": f"/equipements/{done}/etiquette",
        "labels": f"/lots/{lot}/etiquettes",
        "pallet": f"/lots/{lot}/palette",
        "demand": "/besoins",
        "today": "/aujourd-hui",
        "steering": "/pilotage",
        "workshop": f"/ateliers/{world.id}",
        "agreement": f"/ateliers/{world.id}/accord",
        "acts": f"/lots/{lot}/actes",
        "to-send": "/a-expedier",
        "parcel": f"/a-expedier/{world.id}/{order}",
        "how-tos": "/modes-d-emploi",
        "how-to": "/modes-d-emploi/ajouter",
    }


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize(
    ("scheme", "size"),
    [pytest.param("light", PHONE, id="phone-light"), pytest.param("dark", DESK, id="desk-dark")],
)
async def test_every_page_is_clean_for_a_keyboard_and_a_screen_reader(
    busy: dict[str, str],
    tab: "Page",
    live: Live,
    service: Service,
    settings: Settings,
    scheme: Literal["light", "dark"],
    size: "ViewportSize",
) -> None:
    address = await live(service, settings)
    await tab.emulate_media(color_scheme=scheme)
    await log_in(tab, address, "ada")
    await tab.set_viewport_size(size)
    for name, path in busy.items():
        await tab.goto(f"{address}{path}")
        assert await beyond_the_edge(tab) == [], name
        try:
            await assert_accessible(tab)
        except AssertionError as error:
            raise AssertionError(f"{name}: {error}") from error


@pytest.mark.slow
@pytest.mark.browser
async def test_a_hardware_scanner_only_types_and_presses_enter(
    busy: dict[str, str], tab: "Page", live: Live, service: Service, settings: Settings
) -> None:
    address = await live(service, settings)
    await log_in(tab, address, "ada")
    await tab.goto(f"{address}/scanner")
    await tab.wait_for_function("() => document.activeElement.matches('.scan input')")  # nobody clicked into it
    await tab.keyboard.type(label_code(2))
    await tab.keyboard.press("Enter")
    await tab.wait_for_url("**/equipements/*")
    assert await tab.locator(".card.next .btn.big").count() == 1


@pytest.mark.slow
@pytest.mark.browser
async def test_a_scan_that_falters_outside_a_field_keeps_its_beginning(
    busy: dict[str, str], tab: "Page", live: Live, service: Service, settings: Settings
) -> None:
    """A busy tablet, or a scanner over Bluetooth, lets a tenth of a second pass between two keys."""
    address = await live(service, settings)
    await log_in(tab, address, "ada")
    await tab.goto(f"{address}{busy['lot']}")
    await tab.evaluate("document.activeElement.blur()")
    code = label_code(2)
    await tab.keyboard.type(code[:1])
    await tab.wait_for_timeout(100)
    await tab.keyboard.type(code[1:])
    await tab.keyboard.press("Enter")
    await tab.locator(".scanned code", has_text=code).wait_for()


@pytest.mark.slow
@pytest.mark.browser
async def test_the_one_big_button_is_big_enough_for_a_glove(
    busy: dict[str, str], tab: "Page", live: Live, service: Service, settings: Settings
) -> None:
    address = await live(service, settings)
    await tab.set_viewport_size(PHONE)
    await log_in(tab, address, "ada")
    big = ".btn.big, .scan input, .answers label, [data-scan-desk] .btn, .bench .btn:not(.link), "
    big += ".bench .field select, .bench .field input:not([type=checkbox], [type=radio]), .bench .more > summary"
    # What folds within the sheet is for what is rare: as high as anywhere.
    for name in ("scan", "erase", "erasure-form", "exit-form", "ready", "lot", "tests", "today", "parcel", "pallet"):
        await tab.goto(f"{address}{busy[name]}")
        folded = [box for one in await tab.locator(".points summary").all() if (box := await one.bounding_box())]
        assert all(box["height"] >= 44 for box in folded), name
        buttons = await tab.locator(big).all()
        boxes = [box for one in buttons if (box := await one.bounding_box()) is not None]
        assert boxes, name
        assert all(box["height"] >= 72 for box in boxes), (name, boxes)


INVENTORY = {
    "id": "poste", "class": "system", "vendor": "HP", "product": "EliteBook 840 G5", "serial": "5CG8411ABC",
    "configuration": {"chassis": "notebook"},
    "children": [{"id": "core", "class": "bus", "children": [
        {"id": "memory", "class": "memory", "description": "System Memory", "size": 8589934592},
        {"id": "cpu", "class": "processor", "product": "Intel(R) Core(TM) i5-8250U CPU @ 1.60GHz"},
        {"id": "sata", "class": "storage", "children": [
            {"id": "disk", "class": "disk", "description": "ATA Disk", "product": "TOSHIBA MQ01ABD1",
             "serial": "WD-TAPS0001", "size": 1000204886016, "logicalname": "/dev/sda",
             "capabilities": {"5400rpm": "5400 rotations per minute"}}]}]}],
}  # fmt: skip
# The finger itself: a click on a label makes a second one on its field.
COUNT_TAPS = """addEventListener("pointerdown", (event) => {
    if (event.isTrusted) window.tapped(event.target.textContent.trim().slice(0, 40));
}, true)"""


@pytest.mark.slow
@pytest.mark.browser
async def test_one_laptop_from_arrived_to_ready_takes_ten_taps_and_nothing_typed(
    world: World, browser: "Browser", live: Live, service: Service, settings: Settings, tmp_path: Path
) -> None:
    """Both people's taps, by gloved thumbs; the inventory of the start-up key and the report of nwipe say the rest."""
    address = await live(service, settings)
    await world.colleague("bruno")
    with clock_at(now() - timedelta(days=1)):
        device = await world.arrived()
    sent = await world.api.post(f"/api/v1/devices/{device}/audits", content=json.dumps(INVENTORY))
    assert sent.is_success, sent.text
    report = tmp_path / "nwipe.log"
    report.write_text(said := log_of_today("WD-TAPS0001"))
    taps: list[str] = []

    async def phone_of(subject: str) -> "Page":
        context = await browser.new_context(locale="fr-FR", viewport=PHONE, has_touch=True)
        await context.expose_function("tapped", lambda text: taps.append(text))
        tab = await context.new_page()
        await log_in(tab, address, subject)
        await context.add_init_script(COUNT_TAPS)
        return tab

    ada, bruno = await phone_of("ada"), await phone_of("bruno")
    await ada.goto(f"{address}/equipements/{device}")
    await ada.get_by_role("link", name="C'est fait, lire le rapport").tap()
    taps.append("the file is chosen")
    async with ada.expect_navigation():
        await ada.locator("input[type=file]").set_input_files(report)
    await ada.get_by_text("Le rapport dit : réussi").wait_for()
    assert await ada.locator("[name=tool_version]").input_value() == "0.38"
    await ada.get_by_role("button", name="L'effacement a réussi").tap()
    await ada.get_by_role("heading", name="Fais vérifier par un collègue").wait_for()
    await bruno.goto(f"{address}/a-verifier")
    await bruno.get_by_role("link", name="Lire le rapport").tap()
    await bruno.get_by_role("button", name="Je confirme").tap()
    await bruno.get_by_text("est vérifié, à ton nom").wait_for()
    await ada.reload()
    await ada.get_by_role("link", name="Commencer les tests").tap()
    await ada.get_by_role("button", name="Tout est bon").tap()
    await ada.get_by_role("heading", name="Classe-le").wait_for()
    await ada.locator(".choice", has_text="B").first.tap()
    await ada.get_by_role("button", name="Classer").tap()
    await ada.get_by_role("button", name="Il est prêt").tap()
    await ada.get_by_text("Un Relais peut le commander").first.wait_for()
    assert await world.stage(device) == "ready"
    assert 9 <= len(taps) <= 10, taps
    kept = await world.get(f"/devices/{device}/erasures")
    assert kept[0]["evidence_sha256"] == hashlib.sha256(said.encode()).hexdigest()


@pytest.mark.slow
@pytest.mark.browser
async def test_a_text_without_a_space_does_not_push_a_page_aside(
    busy: dict[str, str], tab: "Page", live: Live, service: Service, settings: Settings
) -> None:
    """Two hundred letters in a row, scanned, pasted and set aside: in the answer, in a toast, in a heading."""
    address = await live(service, settings)
    await log_in(tab, address, "ada")
    await tab.set_viewport_size(PHONE)
    endless = "É" * 200
    await tab.goto(f"{address}/scanner")
    await tab.locator("[data-scan-desk] [name=label]").fill(endless)
    await tab.keyboard.press("Enter")
    await tab.locator("[data-settle] .note").wait_for()
    assert await beyond_the_edge(tab) == []
    for path, form, field in (
        (busy["lot"], f"{busy['lot']}/recevoir", "labels"),
        (busy["lot"], f"{busy['lot']}/mettre-de-cote", "text"),
        ("/ecarts", "/rattacher", "label"),
    ):
        await tab.goto(f"{address}{path}")
        for folded in await tab.query_selector_all("main details:not([data-confirm])"):
            await folded.evaluate("details => details.open = true")
        await tab.locator(f"form[action$='{form}'] [name={field}]").first.fill(endless)
        async with tab.expect_navigation():
            await tab.locator(f"form[action$='{form}'] button[type=submit]").first.click()
        wide = await tab.evaluate("document.documentElement.scrollWidth")
        assert wide <= 390, f"{path}, {form}: {wide}"
    assert await tab.evaluate("document.activeElement.getAttribute('aria-invalid')") == "true"
