"""The test sheet, the guided look and the repair, on a phone, by gloved thumbs; two people on one sheet."""

import io
from typing import TYPE_CHECKING

import pytest
from filiere.service import Service
from filiere.settings import Settings
from filiere.testing.browser import Live, assert_accessible, beyond_the_edge, log_in
from PIL import Image

from ..conftest import World

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page, Route, ViewportSize

PHONE: "ViewportSize" = {"width": 390, "height": 844}


async def phone(browser: "Browser", address: str, subject: str) -> "Page":
    tab = await (await browser.new_context(locale="fr-FR", viewport=PHONE, has_touch=True)).new_page()
    await log_in(tab, address, subject)
    return tab


async def said(world: World, device: str) -> dict[str, bool]:
    points = (await world.get(f"/devices/{device}/tests"))["points"]
    return {point["test"]: point["passed"] for point in points if point["answered"]}


@pytest.mark.slow
@pytest.mark.browser
async def test_two_people_fill_one_sheet_and_nothing_is_lost_without_the_network(
    world: World, browser: "Browser", live: Live, service: Service, settings: Settings
) -> None:
    address = await live(service, settings)
    await world.colleague("bruno")
    device = await world.arrived(category="monitor")
    ada, bruno = await phone(browser, address, "ada"), await phone(browser, address, "bruno")
    for tab in (ada, bruno):
        await tab.goto(f"{address}/equipements/{device}/tester")
    # One tap, and it is kept; the other sees who said it without doing anything.
    await ada.locator("#point-image .no").tap()
    await bruno.locator("#point-image .who-said").wait_for()
    assert await bruno.locator("#image-no").is_checked()
    assert "ada" in await bruno.locator("#point-image .who-said").inner_text()
    # A scanner's Enter in a note sends nothing.
    await bruno.locator("#point-cable summary").tap()
    await bruno.locator("#note-cable").fill("FIL-00001-1")
    await bruno.keyboard.press("Enter")
    assert await said(world, device) == {"image": False}
    # Without the network an answer waits on the phone, over a closed tab too.
    await ada.context.set_offline(True)
    await ada.locator("#point-pixels .yes").tap()
    await ada.get_by_text("Pas encore envoyé").wait_for()
    assert "pixels" not in await said(world, device)
    # Bruno says otherwise meanwhile; back on the network, his answer stays and both are shown.
    await bruno.locator("#point-pixels .no").tap()
    await bruno.locator("#point-pixels .who-said").wait_for()
    context = ada.context
    await ada.close()
    await context.set_offline(False)
    ada = await context.new_page()
    await ada.goto(f"{address}/equipements/{device}/tester")
    await ada.get_by_text("tu as dit « Oui »").wait_for()
    assert (await said(world, device))["pixels"] is False
    await ada.locator("#point-pixels .yes").tap()
    await ada.locator("#point-pixels.clash").wait_for(state="detached")
    assert (await said(world, device))["pixels"] is True
    await assert_accessible(ada)
    await ada.get_by_role("button", name="Tout est bon").tap()
    await ada.get_by_text("à réparer").first.wait_for()
    assert await world.stage(device) == "to_repair"


@pytest.mark.slow
@pytest.mark.browser
async def test_the_look_and_the_repair_are_one_task_a_page_for_thumbs_and_screen_readers(
    world: World, browser: "Browser", live: Live, service: Service, settings: Settings
) -> None:
    address = await live(service, settings)
    device = await world.arrived()
    await world.wiped(device)
    await world.tested(device, "keyboard")
    keyboard = {"kind": "keyboard", "fits": "EliteBook 840 G5 " + "É" * 60, "quantity": 2, "unit_cents": 1990}
    await world.post("/parts", keyboard, status=201)
    tab = await phone(browser, address, "ada")
    bench = f"{address}/equipements/{device}"

    async def is_clean(path: str) -> None:
        await tab.goto(path)
        assert await beyond_the_edge(tab) == [], path
        await assert_accessible(tab)

    await is_clean(f"{bench}/regarder")
    for _ in range(5):
        buttons = await tab.locator(".picture").all()
        boxes = [box for one in buttons if (box := await one.bounding_box()) is not None]
        assert len(boxes) == 4
        assert all(box["height"] >= 72 for box in boxes)
        async with tab.expect_navigation():
            await tab.locator(".picture").nth(1).tap()
    await tab.get_by_text("Aspect proposé : B").wait_for()
    await is_clean(f"{bench}/regarder")
    await is_clean(f"{bench}/reparer")
    choices = await tab.locator(".large .choice").all()
    boxes = [box for one in choices if (box := await one.bounding_box()) is not None]
    assert len(boxes) > 10
    assert all(box["height"] >= 72 for box in boxes)
    await tab.locator(".choice", has_text="Changer une pièce").tap()
    await tab.locator("#f-part_id").select_option(index=1)
    await tab.locator(".choice", has_text="15 min").tap()
    await tab.locator(".choice", has_text="Réparé").first.tap()
    async with tab.expect_navigation():
        await tab.get_by_role("button", name="Enregistrer").tap()
    await tab.locator("#point-keyboard .yes").tap()
    await tab.get_by_role("button", name="Continuer").tap()
    await tab.get_by_role("heading", name="Classe-le").wait_for()
    assert await tab.locator("input[name=cosmetic][value=B]").is_checked()
    for path in ("/pieces", "/pieces/nouvelles", "/reparations", f"/equipements/{device}/logiciels"):
        await is_clean(f"{address}{path}")
    await is_clean(bench)


@pytest.mark.slow
@pytest.mark.browser
async def test_a_photo_is_made_smaller_and_sent_as_soon_as_it_is_taken(
    world: World, browser: "Browser", live: Live, service: Service, settings: Settings
) -> None:
    large = io.BytesIO()
    Image.effect_noise((2400, 3200), 60).save(large, "JPEG", quality=95)
    address = await live(service, settings)
    device = await world.arrived()
    tab = await phone(browser, address, "ada")
    await tab.goto(f"{address}/equipements/{device}")
    file = {"name": "IMG_0001.jpg", "mimeType": "image/jpeg", "buffer": large.getvalue()}
    # It goes by itself, so there is no button to press after it, which would ask for a file.
    add = tab.get_by_role("button", name="Ajouter la photo")
    assert not await add.is_visible()
    async with tab.expect_navigation():
        await tab.locator("#f-photo").set_input_files(file)  # type: ignore[arg-type]
    assert not await add.is_visible()
    assert await tab.get_by_text("La photo est ajoutée.").is_visible()
    await tab.locator(".photos img").scroll_into_view_if_needed()
    await tab.wait_for_function("() => document.querySelector('.photos img').naturalWidth > 0")
    assert await tab.evaluate("document.querySelector('.photos img').naturalHeight") == 1600
    await assert_accessible(tab)
    await tab.locator(".photos summary").tap()
    async with tab.expect_navigation():
        await tab.get_by_role("button", name="Retirer la photo").tap()
    assert await tab.locator(".photos img").count() == 0


@pytest.mark.slow
@pytest.mark.browser
async def test_a_photo_that_does_not_get_through_is_sent_once_when_the_network_is_back(
    world: World, browser: "Browser", live: Live, service: Service, settings: Settings
) -> None:
    picture = io.BytesIO()
    Image.effect_noise((300, 400), 60).save(picture, "JPEG")
    file = {"name": "IMG_0002.jpg", "mimeType": "image/jpeg", "buffer": picture.getvalue()}
    address = await live(service, settings)
    device = await world.arrived()
    tab = await phone(browser, address, "ada")
    await tab.goto(f"{address}/equipements/{device}")
    asked, said = 0, list[list[object]]()

    async def first_lost(route: "Route") -> None:
        nonlocal asked
        asked += 1
        await (route.abort() if asked == 1 else route.continue_())

    await tab.route("**/photos", first_lost)
    await tab.expose_function("said", lambda *words: said.append(list(words)))
    await tab.evaluate("""() => document.querySelector("[data-photos]").addEventListener("submit", (event) => said(
        event.target.querySelector("[role=status]").innerText, event.target.querySelector("[type=submit]").hidden))""")
    async with tab.expect_event("framenavigated"):
        await tab.locator("#f-photo").set_input_files(file)  # type: ignore[arg-type]
    await tab.wait_for_function("location.protocol === 'chrome-error:'")  # told of before it stands there
    # Back from what the browser says of no network: the photo goes by its button, or is taken anew.
    assert said == [["La photo s'envoie…", True]]
    await tab.go_back()
    add = tab.get_by_role("button", name="Ajouter la photo")
    chosen = await tab.evaluate("document.querySelector('#f-photo').files.length")
    assert await add.is_visible() == bool(chosen)
    assert await tab.get_by_text("La photo s'envoie…").count() == 0
    async with tab.expect_navigation():
        await (add.tap() if chosen else tab.locator("#f-photo").set_input_files(file))  # type: ignore[arg-type]
    assert await tab.locator(".photos img").count() == 1
    assert asked == 2


@pytest.mark.slow
@pytest.mark.browser
async def test_without_scripts_a_photo_goes_by_its_button(
    world: World, browser: "Browser", live: Live, service: Service, settings: Settings
) -> None:
    picture = io.BytesIO()
    Image.effect_noise((300, 400), 60).save(picture, "JPEG")
    address = await live(service, settings)
    device = await world.arrived()
    signed_in = await phone(browser, address, "ada")
    context = await browser.new_context(
        locale="fr-FR", viewport=PHONE, java_script_enabled=False, storage_state=await signed_in.context.storage_state()
    )
    tab = await context.new_page()
    await tab.goto(f"{address}/equipements/{device}")
    await tab.locator("#f-photo").set_input_files(
        {"name": "IMG_0003.jpg", "mimeType": "image/jpeg", "buffer": picture.getvalue()}
    )
    async with tab.expect_navigation():
        await tab.get_by_role("button", name="Ajouter la photo").click()
    assert await tab.locator(".photos img").count() == 1
