"""A camera reads a label where the browser has no detector of its own: the picture is a real one, of a QR code."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from filiere.documents.labels import LABEL_PAGE
from filiere.documents.qr import modules
from filiere.service import Service
from filiere.settings import Settings
from filiere.testing.browser import ARGUMENTS, CHROMIUM, Live, log_in

from ..conftest import World

if TYPE_CHECKING:
    from playwright.async_api import Browser

WIDTH, HEIGHT, MODULE = 640, 480, 8


def filmed(text: str) -> bytes:
    """A film of one picture, in gray, with the code in its middle (YUV4MPEG2)."""
    rows = modules(text)
    picture = bytearray(b"\xd0" * (WIDTH * HEIGHT))
    left, top = (WIDTH - len(rows) * MODULE) // 2, (HEIGHT - len(rows) * MODULE) // 2
    for y, row in enumerate(rows):
        line = b"".join((b"\x10" if is_dark else b"\xeb") * MODULE for is_dark in row)
        for each in range(MODULE):
            start = (top + y * MODULE + each) * WIDTH + left
            picture[start : start + len(line)] = line
    frame = b"FRAME\n" + bytes(picture) + b"\x80" * (WIDTH * HEIGHT // 2)
    return f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F10:1 Ip A1:1 C420jpeg\n".encode() + frame * 5


@pytest.fixture
async def filming(world: World, tmp_path: Path) -> "AsyncIterator[tuple[Browser, str, str]]":
    """A browser whose camera sees the label of a device that is expected; its label, its id."""
    if shutil.which(CHROMIUM) is None:
        pytest.skip(f"no browser at {CHROMIUM}")
    from playwright.async_api import async_playwright

    device = world.device()
    await world.expects(device)
    film = tmp_path / "label.y4m"
    film.write_bytes(filmed(f"http://localhost:8002{LABEL_PAGE}{device['label']}"))
    camera = [
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
    ]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=[*ARGUMENTS, *camera])
        yield browser, device["label"], device["device_id"]
        await browser.close()


@pytest.mark.slow
@pytest.mark.browser
async def test_the_camera_opens_the_device_and_the_decoder_comes_only_then(
    filming: "tuple[Browser, str, str]", live: Live, service: Service, settings: Settings
) -> None:
    browser, label, device = filming
    address = await live(service, settings)
    tab = await browser.new_page(locale="fr-FR")
    asked: list[str] = []
    refused: list[str] = []
    tab.context.on("request", lambda request: asked.append(request.url))
    tab.on("console", lambda line: refused.append(line.text) if "Content Security Policy" in line.text else None)
    await tab.add_init_script("delete window.BarcodeDetector")
    await log_in(tab, address, "ada")
    page = await tab.goto(f"{address}/scanner")
    assert page is not None
    assert "wasm" not in page.headers["content-security-policy"]
    assert not any("zxing" in url for url in asked)
    await tab.get_by_role("button", name="Scanner avec l'appareil photo").click()
    await tab.wait_for_url(f"{address}/equipements/{device}", timeout=20_000)
    assert label in await tab.inner_text("h1")
    assert refused == []
