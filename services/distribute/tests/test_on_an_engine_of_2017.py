"""The sheet of a device on the engine that came with Android 7 and 8: no script, and no style that it has to know and
does not.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from distribute import instructions
from filiere.catalogue import Category
from filiere.service import Service
from filiere.settings import Settings
from filiere.testing.browser import Live

from .conftest import World
from .old_engines.reading import KNOWN, as_read, left_out, parse
from .test_instructions_in_a_browser import address_of

if TYPE_CHECKING:
    from playwright.async_api import Page, Route

STYLE = Path(instructions.__file__).parents[1] / "static" / "instructions.css"
# What only adds to what is there: a dark evening, and a ring for who walks by keyboard alone.
ADDED = {"color-scheme", "prefers-color-scheme", ":focus-visible"}
MOST_OF_THE_LIST = 50 * 1024


def test_the_style_needs_nothing_that_the_engine_does_not_know() -> None:
    assert set(left_out(parse(STYLE.read_text()))) <= ADDED


@pytest.mark.parametrize(
    ("css", "unknown"),
    [
        ("a { gap: 1rem }", "gap"),
        ("a { inset: 0 }", "inset"),
        ("a { margin-inline-end: 1rem }", "margin-inline-end"),
        ("a { aspect-ratio: 1 }", "aspect-ratio"),
        ("a { overflow-wrap: anywhere }", "overflow-wrap: anywhere"),
        ("a { height: 100dvh }", "height: 1dvh"),
        ("a { width: min(10rem, 50%) }", "width: min()"),
        ("a { width: clamp(1rem, 2vw, 3rem) }", "width: clamp()"),
        (":is(a, b) { color: red }", ":is"),
        ("a:focus-visible { color: red }", ":focus-visible"),
        ("a { color: red; & b { color: blue } }", "nesting"),
        ("@container (width > 1px) { a { color: red } }", "@container"),
        ("@media (prefers-color-scheme: dark) { a { color: red } }", "prefers-color-scheme"),
    ],
)
def test_what_is_newer_than_the_engine_is_seen(css: str, unknown: str) -> None:
    assert list(left_out(parse(css))) == [unknown]


@pytest.mark.parametrize(
    "css",
    [
        "a { overflow-wrap: break-word; overflow-wrap: anywhere }",
        "a { -webkit-margin-end: 1rem; margin-inline-end: 1rem }",
        "a { --own: 1dvh; color: var(--own); font: 18px/1.55 system-ui, sans-serif }",
        "@media (max-width: 30rem) { a:first-child::before { content: counter(step) '. ' } }",
    ],
)
def test_what_it_knows_or_has_instead_is_not(css: str) -> None:
    assert list(left_out(parse(css))) == []


def test_the_list_says_where_it_is_from_and_weighs_little() -> None:
    assert "browser-compat-data" in KNOWN["source"]
    assert (Path(__file__).parent / "old_engines" / "webview_60.json").stat().st_size < MOST_OF_THE_LIST


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize("code", ["fr", "ar"])
async def test_as_it_reads_the_style_the_page_is_whole(
    world: World, tab: "Page", live: Live, service: Service, settings: Settings, code: str
) -> None:
    """What it leaves out is taken out of the style: nothing is wider than the screen, links are as high as a thumb, and
    a drawing stands beside its step, on the side where reading begins.
    """
    address = await live(service, settings)
    page = await address_of(world, tab, address, Category.SMARTPHONE)

    async def old(route: "Route") -> None:
        await route.fulfill(body=as_read(parse(STYLE.read_text())), content_type="text/css")

    await tab.route("**/instructions.css", old)
    await tab.set_viewport_size({"width": 360, "height": 640})
    await tab.goto(f"{page}/{code}")
    assert await tab.evaluate("document.scripts.length") == 0
    assert await tab.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    for link in await tab.locator("nav a").all():
        box = await link.bounding_box()
        assert box is not None
        assert box["height"] >= 44
    drawn, said = await tab.evaluate(
        "[...document.querySelector('.steps li').children].map((one) => { const box = one.getBoundingClientRect();"
        " return [box.left, box.right] })"
    )
    apart = said[0] - drawn[1] if code == "fr" else drawn[0] - said[1]
    assert apart >= 10
