"""How to use a device, on the telephone that it describes: accessible in both directions, its QR code leads to it."""

import base64
from typing import TYPE_CHECKING

import pytest
from distribute.instructions.languages import LANGUAGES, language
from filiere.catalogue import Category
from filiere.service import Service
from filiere.settings import Settings
from filiere.testing.browser import Live, assert_accessible, log_in

from .conftest import World
from .test_instructions import LAPTOP

if TYPE_CHECKING:
    from playwright.async_api import Page

# What the scanner of the bench reads with, of a picture of the screen.
READ = r"""
async (picture) => {
  const content = Uint8Array.from(atob(picture), (one) => one.charCodeAt(0));
  const image = await createImageBitmap(new Blob([content], { type: "image/png" }));
  const canvas = new OffscreenCanvas(image.width + 40, image.height + 40);
  const drawing = canvas.getContext("2d");
  drawing.fillStyle = "#fff";
  drawing.fillRect(0, 0, canvas.width, canvas.height);
  drawing.drawImage(image, 20, 20);
  const style = document.querySelector("link[rel=stylesheet]").href;
  const decoder = new Worker(style.replace(/(static\/[^/]+\/).*$/, "$1decoder.js"));
  return await new Promise((resolve) => {
    decoder.onmessage = ({ data }) => resolve(data.text ?? data.failed);
    decoder.postMessage(drawing.getImageData(0, 0, canvas.width, canvas.height));
  });
}
"""


async def address_of(world: World, tab: "Page", address: str, category: Category) -> str:
    relais = await world.relais()
    await world.delivered(relais, **{**LAPTOP, "category": category.value})
    [row] = await world.rows("SELECT device_id FROM stock_item WHERE status = 'delivered'")
    await log_in(tab, address, relais["subject"])
    await tab.goto(f"{address}/equipements/{row['device_id']}/mode-d-emploi")
    opened = tab.url
    await tab.context.clear_cookies()
    return opened


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize("category", Category)
async def test_every_language_is_accessible_on_a_telephone_and_no_wider_than_it(
    world: World, tab: "Page", live: Live, service: Service, settings: Settings, category: Category
) -> None:
    address = await live(service, settings)
    page = await address_of(world, tab, address, category)
    await tab.set_viewport_size({"width": 390, "height": 844})
    for code in LANGUAGES:
        answer = await tab.goto(f"{page}/{code}")
        assert answer is not None
        assert answer.status == 200
        await assert_accessible(tab)
        assert await tab.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        assert (
            await tab.evaluate("getComputedStyle(document.querySelector('h1')).direction") == language(code).direction
        )
        # Drawings stand where reading begins.
        left, right = await tab.evaluate(
            "[...document.querySelector('.steps li').children].map((one) => one.getBoundingClientRect().x)"
        )
        assert (left < right) is (language(code).direction == "ltr")
    await tab.goto(f"{page}x")
    await assert_accessible(tab)


@pytest.mark.slow
@pytest.mark.browser
async def test_the_code_on_the_page_and_on_a_receipt_leads_to_the_page(
    world: World, tab: "Page", live: Live, service: Service, settings: Settings
) -> None:
    address = await live(service, settings)
    page = await address_of(world, tab, address, Category.TABLET)
    shown = await read(tab, "svg.qr")
    assert shown.startswith("http")
    assert shown.endswith(page.removeprefix(address))
    [person] = await world.rows("SELECT subject FROM membership WHERE role = 'relais'")
    [item] = await world.rows("SELECT label FROM stock_item")
    seller = await world.client.as_(person["subject"])
    sold = await world.call(seller, "/handovers", {"label": item["label"], "kind": "given"}, status=201)
    await log_in(tab, address, person["subject"])
    await tab.goto(f"{address}/caisse/recus/{sold['id']}")
    assert await read(tab, "img[src$='.svg']") == shown


async def read(tab: "Page", code: str) -> str:
    await tab.evaluate("document.fonts.ready")
    picture = base64.b64encode(await tab.locator(code).screenshot()).decode()
    return str(await tab.evaluate(READ, picture))
