"""Guides walked in a real browser: each step's picture is taken, or compared with the one that is shown to people.

    @pytest.mark.browser
    async def test_a_donor_is_shown_how(guided: Guided, tab, live, service, settings) -> None:
        address = await live(service, settings)
        await log_in(tab, address, "camille")
        async with guided("donner-un-parc", "fr", address) as guide:
            await tab.goto(f"{address}/dons/nouveau")
            await guide.step("choisir-le-fichier", "main form .btn")

What is compared is what a person reads: every visible text and control around what is to be pressed, in order, with
its kind, and how far left and how wide its block is. Dates, numbers and codes change by themselves and are left out;
so are heights, for they follow from how long a date is. `pytest --pictures` takes the pictures instead.
"""

import asyncio
import base64
import difflib
import hashlib
import re
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from filiere.guides import FOLDER, Guide, Picture, read_guides
from filiere.guides.pictures import picture_file, read_pictures, seen_file, write_pictures
from filiere.testing.browser import log_in
from filiere.web.i18n import COOKIE, LANGUAGES
from filiere.web.login import cookie_name

if TYPE_CHECKING:
    from playwright.async_api import Page

    from filiere.service import Service

_SEEN = (Path(__file__).parent / "seen.js").read_text(encoding="utf-8")
# As on a phone: what fits there is read everywhere, and one picture serves both.
WIDTH, HIGHEST, AROUND = 390, 560, 12
SCALE, QUALITY = 1.3, 45
MOST_BYTES = 60_000
# An hour is as wide as its digits, and what stands beside it may fit in its line or not: every picture shows the same.
_ONE_HOUR = """() => document.querySelectorAll('time').forEach((one) => {
  if (one.childElementCount === 0)
    one.textContent = one.textContent.replace(/\\d{1,2}(\\sh\\s|:)\\d{2}/, '10$148')
})"""
# How far a block may move, in hundredths of the width, and still look the same: fonts differ a little by machine.
SLACK = 8

Guided = Callable[[str, str, str], AbstractAsyncContextManager["Walk"]]

in_each_language = pytest.mark.parametrize("language", [pytest.param(one, marks=pytest.mark.slow) for one in LANGUAGES])
"""The pictures of both languages are compared by the slow tests: each guide is a walk of a second or two."""

_DAY = re.compile(
    r"\b(?:janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"
    r"|january|february|march|april|may|june|july|august|september|october|november|december"
    r"|aujourd'hui|hier|demain|today|yesterday|tomorrow"
    r"|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche"
    r"|monday|tuesday|wednesday|thursday|friday|saturday|sunday"
    r"|janv|févr|avr|juil|sept|oct|nov|déc|jan|feb|mar|apr|jun|jul|aug|sep|dec)\b\.?",
    re.IGNORECASE,
)
_CODE = re.compile(r"\b[A-Z0-9]{1,12}(?:-[A-Z0-9]{1,12})+\b")
_ADDRESS = re.compile(r"https?://\S+")
_LONG = re.compile(r"\S{30,}")
_WITH_DIGIT = re.compile(r"[\w'’/.,:-]*\d(?:[\w'’/.,:-]*\w)?")
_SEVERAL = re.compile(r"#(?:\s*#)*\.?")


class StalePicture(AssertionError):
    """A picture no longer shows what its page shows."""


def settled(text: str) -> str:
    """A text without what changes from one day or one run to the next."""
    for pattern in (_ADDRESS, _CODE, _LONG, _WITH_DIGIT, _DAY):
        text = pattern.sub("#", text)
    return _SEVERAL.sub("#", " ".join(text.split()))


def differences(before: Sequence[str], now: Sequence[str]) -> list[str]:
    """What is seen now and was not, and the other way round, as lines of a diff; nothing when both look alike.

    A line is « kind left+width text »: `button 6+88 Envoyer`.
    """
    if len(before) == len(now) and all(map(_alike, before, now)):
        return []
    told = difflib.unified_diff([_words(one) for one in before], [_words(one) for one in now], "picture", "page", n=1)
    return list(told) or [f"{one}  →  {two}" for one, two in zip(before, now, strict=True) if not _alike(one, two)]


def _alike(before: str, now: str) -> bool:
    (kind, place, text), (kind2, place2, text2) = (one.split(" ", 2) for one in (before, now))
    near = all(abs(int(a) - int(b)) <= SLACK for a, b in zip(place.split("+"), place2.split("+"), strict=True))
    return kind == kind2 and text == text2 and near


def _words(line: str) -> str:
    kind, _, text = line.split(" ", 2)
    return f"{kind}: {text}"


class Walk:
    """One guide in one language, step after step."""

    def __init__(self, tab: "Page", root: Path, guide: Guide, language: str, *, retake: bool) -> None:
        self.tab = tab
        self.root = root
        self.guide = guide
        self.language = language
        self.retake = retake
        self.file = seen_file(root, guide.name, language)
        self.known = read_pictures(self.file)
        self.taken: dict[str, Picture] = {}
        self.stale: list[str] = []

    async def step(self, name: str, press: str, frame: str = ".card, dialog, header, main") -> None:
        """The page as it is now is the picture of this step. `press`: the selector of what to press or to read.

        `frame`: what the picture shows, the nearest of these around it.
        """
        pressed = self.tab.locator(press).filter(visible=True).first
        await pressed.wait_for(timeout=10_000)
        await self.tab.evaluate("document.fonts.ready")
        # The bar at the thumb floats over what is to be seen.
        await self.tab.evaluate("document.querySelectorAll('.thumbs').forEach((one) => (one.style.display = 'none'))")
        await self.tab.evaluate(_ONE_HOUR)
        asked = {"frames": frame, "width": WIDTH, "highest": HIGHEST, "edge": AROUND, "mark": self.retake}
        seen = await pressed.evaluate(_SEEN, asked)
        lines = tuple(f"{kind} {left}+{width} {settled(text)}" for kind, left, width, text in seen["lines"])
        if self.retake:
            content = await self._shoot(seen["clip"])
            self.taken[name] = self._keep(name, content, seen, lines)
            return
        before = self.known.get(name)
        self.taken[name] = before or Picture("", "", 0, 0, "", ())
        if before is None:
            self.stale.append(f"{name}: no picture yet")
        elif told := differences(before.lines, lines):
            self.stale.append(f"{name}:\n" + "\n".join(told))
        elif before.digest != _digest(picture_file(self.root, self.guide.name, name, self.language)):
            self.stale.append(f"{name}: the picture is not the one that was taken")

    async def _shoot(self, clip: dict[str, float]) -> bytes:
        """WebP, by Chromium itself, with what is to be pressed outlined."""
        session = await self.tab.context.new_cdp_session(self.tab)
        asked = {"format": "webp", "quality": QUALITY, "captureBeyondViewport": True, "clip": {**clip, "scale": SCALE}}
        answer = await session.send("Page.captureScreenshot", asked)
        await self.tab.evaluate("document.getElementById('what-to-press').remove()")
        return base64.b64decode(answer["data"])

    def _keep(self, name: str, content: bytes, seen: dict[str, Any], lines: tuple[str, ...]) -> Picture:
        assert len(content) <= MOST_BYTES, f"{name}: {len(content)} bytes, show less of the page"
        file = picture_file(self.root, self.guide.name, name, self.language)
        before = self.known.get(name)
        if before and before.digest == _digest(file) and not differences(before.lines, lines):
            return before  # a picture that still holds is left alone: its dates are no news
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        clip = seen["clip"]
        return Picture(
            seen["heading"], seen["pressed"], round(clip["width"]), round(clip["height"]), _digest(file), lines
        )

    def end(self) -> None:
        """Every step was walked, in the guide's order, and each picture still holds."""
        assert list(self.taken) == [step.name for step in self.guide.steps], f"steps of the walk: {list(self.taken)}"
        if self.retake:
            write_pictures(self.file, self.taken)
            folder = picture_file(self.root, self.guide.name, "any", self.language).parent
            for left in folder.glob(f"*.{self.language}.webp"):
                if left.name.split(".")[0] not in self.taken:
                    left.unlink()
        elif self.stale:
            told = "\n\n".join(self.stale)
            raise StalePicture(f"« {self.guide.title.fr} » ({self.language}) is out of date: `make pictures`\n{told}")


class Reader:
    """Somebody who follows a guide of a running service in a browser."""

    def __init__(self, tab: "Page", service: "Service", address: str, guided: Guided, language: str) -> None:
        self.tab = tab
        self.service = service
        self.address = address
        self.guided = guided
        self.language = language

    async def be(self, subject: str) -> None:
        await self.tab.context.clear_cookies(name=cookie_name(self.service.name))
        await log_in(self.tab, self.address, subject)

    async def see(self, page: str) -> None:
        await self.tab.goto(f"{self.address}{page}")

    async def fill(self, **values: str) -> None:
        for name, value in values.items():
            await self.tab.locator(f"#f-{name}").filter(visible=True).first.fill(value)

    async def press(self, selector: str) -> None:
        await self.tab.locator(selector).filter(visible=True).first.click()
        await self.tab.wait_for_load_state()

    async def scan(self, label: str, action: str) -> None:
        """Type a label where one is scanned, and send it."""
        form = f"form[action$='{action}']:has([name=label])"
        await self.tab.locator(f"{form} [name=label]").first.fill(label)
        await self.press(f"{form} button[type=submit]")

    async def unfold(self, within: str) -> None:
        """Open what hides a form or a field."""
        await self.tab.locator(f"details:has({within}) > summary").first.click()

    async def has_camera(self) -> None:
        """Its button appears by itself where there is a camera."""
        await self.tab.locator("[data-camera]").first.wait_for()

    def words(self, french: str, english: str) -> str:
        return english if self.language == "en" else french

    @asynccontextmanager
    async def guide(self, name: str) -> AsyncIterator[Walk]:
        async with self.guided(name, self.language, self.address) as walk:
            yield walk


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:16] if file.is_file() else ""


def guided(tab: "Page", service: "Service", *, retake: bool) -> Guided:
    """What the fixture of this name is."""

    def begin(name: str, language: str, address: str) -> AbstractAsyncContextManager[Walk]:
        return walking(tab, service.root, name, language, address, retake=retake)

    return begin


@asynccontextmanager
async def walking(
    tab: "Page", root: Path, name: str, language: str, address: str, *, retake: bool
) -> AsyncIterator[Walk]:
    """A walk in a tab of a phone's width, in one language; raises StalePicture at its end."""
    guide = next(one for one in read_guides(root / FOLDER) if one.name == name)
    await tab.set_viewport_size({"width": WIDTH, "height": 844})
    await tab.emulate_media(reduced_motion="reduce", color_scheme="light")
    await tab.context.add_cookies([{"name": COOKIE, "value": language, "url": address}])
    walk = Walk(tab, root, guide, language, retake=retake)
    async with asyncio.timeout(90):
        yield walk
    walk.end()
