"""Pages in a real browser: Debian's Chromium driven by playwright, judged by axe-core.

Its headless shell (`chromium-headless-shell`) draws the same pages with a third less CPU, and starts in a tenth of a
second; the whole browser does where it is not installed.

    @pytest.mark.browser
    async def test_the_donation_page_is_accessible(tab, live, settings) -> None:
        address = await live(service, settings)
        await log_in(tab, address, "donor")
        await tab.goto(f"{address}/donations")
        await assert_accessible(tab)

playwright's asynchronous interface, for the synchronous one keeps an event loop running in the test's thread.
"""

import asyncio
import functools
import os
import shutil
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

    from filiere.service import Service
    from filiere.settings import Settings

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium-headless-shell") or "/usr/bin/chromium"
# Chromium's sandbox needs user namespaces, which containers and root seldom have.
ARGUMENTS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
START_SECONDS = 20.0
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

# `await live(service, settings)` → address of the running app
Live = Callable[["Service", "Settings"], Awaitable[str]]


@pytest.fixture(scope="session")
async def browser() -> "AsyncIterator[Browser]":
    """Headless Chromium, one for all tests of this process; skips when it is not installed."""
    if shutil.which(CHROMIUM) is None:
        pytest.skip(f"no browser at {CHROMIUM}: apt-get install chromium-headless-shell, or set CHROMIUM")
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        made = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield made
        await made.close()


@pytest.fixture
async def tab(browser: "Browser") -> "AsyncIterator[Page]":
    """A tab in a fresh profile, in French; the test fails on a script error or a resource refused by the policy."""
    context = await browser.new_context(locale="fr-FR", viewport={"width": 1200, "height": 900})
    page = await context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: complaints.append(line.text) if "Content Security Policy" in line.text else None)
    yield page
    await context.close()
    assert not complaints, complaints


@pytest.fixture
async def live() -> AsyncIterator[Live]:
    """Serves an app on a free port until the end of the test."""
    async with AsyncExitStack() as stack:

        async def start(service: "Service", settings: "Settings") -> str:
            return await stack.enter_async_context(serving(service, settings))

        yield start


@asynccontextmanager
async def serving(service: "Service", settings: "Settings") -> AsyncIterator[str]:
    """The service's real app over real HTTP; `public_url` is set to the address it got."""
    import uvicorn

    from filiere.database import Database
    from filiere.web import create_app

    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    here = settings.model_copy(update={"public_url": address, "port": port})
    database = Database(here.database_url.get_secret_value(), pool_size=4)
    app = create_app(service, here, database)
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=1))
    # uvicorn would take the test run's signal handlers; `_serve` is what `serve` does without them.
    running = asyncio.create_task(server._serve(sockets=[listener]))
    try:
        async with asyncio.timeout(START_SECONDS):
            while not server.started and not running.done():  # noqa: ASYNC110 - uvicorn has no event for it
                await asyncio.sleep(0.01)
        yield address
    finally:
        server.should_exit = True
        await running
        await database.dispose()


async def log_in(tab: "Page", address: str, subject: str) -> None:
    """The real login, as a person does it: our link, then the provider's button."""
    await tab.goto(f"{address}/login?hint={subject}")
    if tab.url.startswith(f"{address}/"):
        return  # the provider knew them, from another service
    chosen = tab.locator(f'button[name="sub"][value="{subject}"]')
    if await chosen.count():
        await chosen.first.click()
    else:
        await tab.fill("#sub", subject)
        await tab.press("#sub", "Enter")
    await tab.wait_for_url(f"{address}/**")


@functools.cache
def _axe() -> str:
    from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped]

    return str(Axe().axe_script)


async def assert_accessible(tab: "Page", *, except_rules: Sequence[str] = ()) -> None:
    """No violation of WCAG 2.2 A/AA or of axe's good practice on the page as it stands now."""
    options: dict[str, Any] = {
        "runOnly": {"type": "tag", "values": STANDARDS},
        "resultTypes": ["violations"],
        "rules": {rule: {"enabled": False} for rule in except_rules},
    }
    # What fades in is pale for a moment: look when it is there. What never ends (a skeleton) is looked at as it is.
    await tab.evaluate(
        "Promise.allSettled(document.getAnimations().filter(one => one.effect.getComputedTiming().endTime !== Infinity)"
        ".map(one => one.finished))"
    )
    # What sticks to the edge covers what one turn of the wheel uncovers: sizes are measured with it in its own place.
    stuck = "document.querySelectorAll('.within-reach').forEach(one => { one.style.position = %s })"
    await tab.evaluate(stuck % "'static'")
    await tab.evaluate(_axe())
    # What it found good stays there: nobody reads it.
    found = await tab.evaluate("options => axe.run(options).then(seen => seen.violations)", options)
    await tab.evaluate(stuck % "''")
    lines = [
        f"{violation['id']} ({violation['impact']}): {violation['help']}\n    "
        + "\n    ".join(f"{node['html'][:160]} — {node['failureSummary'][:240]}" for node in violation["nodes"][:4])
        for violation in found
    ]
    assert not lines, f"{tab.url}\n" + "\n".join(lines)


async def beyond_the_edge(tab: "Page") -> list[str]:
    """What of a page lies beside the screen: the page itself when it scrolls sideways, and ways of the menu."""
    beyond: list[str] = await tab.evaluate(
        """() => {
            const edge = document.documentElement.clientWidth, wide = document.documentElement.scrollWidth;
            const ways = [...document.querySelectorAll("header nav a")];
            return [
                ...(wide > edge ? [`the page is ${wide} px wide of ${edge}`] : []),
                ...ways.filter(way => way.getBoundingClientRect().right > edge).map(way => way.textContent.trim()),
            ];
        }"""
    )
    return beyond


async def beyond_their_cards(tab: "Page") -> list[str]:
    """Tables that run out of the card that they stand in, over what is beside it."""
    beyond: list[str] = await tab.evaluate(
        """() => [...document.querySelectorAll(".card table")].flatMap(table => {
            const edge = table.closest(".card").getBoundingClientRect().right;
            const over = Math.round(table.getBoundingClientRect().right - edge);
            return over > 0 ? [`« ${(table.caption ?? table).textContent.trim().slice(0, 40)} » by ${over} px`] : [];
        })"""
    )
    return beyond
