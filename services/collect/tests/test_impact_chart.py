"""The chart of what a donation's reuse avoids: its bars are the numbers of its table, and it counts no few people."""

import re
from pathlib import Path
from typing import Any

import pytest
from filiere.service import Service
from filiere.settings import Settings
from filiere.testing.browser import Live, log_in
from filiere.testing.events import deliver

from .chain import Chain, laptop
from .told_stories import STORY, devices_of, told

PHONES = {"category": "smartphone", "model": "Galaxy A52"}


async def reused(chain: Chain, laptops: int, phones: int) -> dict[str, Any]:
    donation, _ = await chain.sent(laptop(quantity=laptops), PHONES | {"quantity": phones})
    for device in await devices_of(chain, donation["id"]):
        await deliver(chain.database, chain.service, [told(device["id"], len(STORY) - 1)])
    return donation


def chart_of(page: str) -> tuple[str, list[tuple[str, float, float]], list[tuple[str, float]]]:
    """The chart as written; of each bar its words, width and value; the lines of the table behind it."""
    page = page.replace("\u00a0", " ").replace("\u202f", " ")
    [drawn] = re.findall(r'<ul class="bars".*?</ul>.*?</table>', page, re.DOTALL)
    bars = re.findall(r'<li><span>(.*?)</span>.*?width="([\d.]+)".*?<b>([\d ,]+)</b>', drawn)
    lines = re.findall(r'<th scope="row">(.*?)</th><td class="n">([\d ,]+)</td>', drawn)
    return (
        drawn,
        [(name, float(width), kilograms(value)) for name, width, value in bars],
        [(name, kilograms(value)) for name, value in lines],
    )


def kilograms(text: str) -> float:
    return float(text.replace(" ", "").replace(",", "."))


async def test_the_bars_are_the_numbers_of_the_table_and_of_the_sums(chain: Chain) -> None:
    donation = await reused(chain, 3, 5)
    impact = await chain.get(f"/donations/{donation['id']}/impact")
    _, bars, lines = chart_of((await (await chain.client.login("camille")).get(f"/dons/{donation['id']}")).text)
    assert [(name, value) for name, _, value in bars] == lines
    avoided = [line["avoided_kg"] for line in impact["lines"]]
    assert [value for _, value in lines] == avoided
    assert sorted(avoided) == [243, 246], "3 × 27 × 3 and 5 × 24.6 × 2"
    assert [width for _, width, _ in bars] == [round(100 * value / max(avoided), 2) for value in avoided]


async def test_the_chart_counts_no_people_and_the_page_none_under_five(chain: Chain) -> None:
    few = await reused(chain, 1, 3)
    page = (await (await chain.client.login("camille")).get(f"/dons/{few['id']}")).text
    drawn, bars, _ = chart_of(page)
    assert len(bars) == 2
    assert "personne" not in drawn
    assert "Moins de 5 personnes équipées" in page.replace("\u00a0", " ")
    assert not re.search(r"[1-4].personnes? équipée", page)


@pytest.mark.slow
@pytest.mark.browser
async def test_the_chart_is_seen_as_it_is_said(
    tab: Any, live: Live, chain: Chain, service: Service, settings: Settings, tmp_path: Path
) -> None:
    """As a picture: each bar has ink, as long as its number says, and its words stand inside the page."""
    donation = await reused(chain, 1, 5)
    address = await live(service, settings)
    await log_in(tab, address, "camille")
    for width in (1200, 390):
        await tab.set_viewport_size({"width": width, "height": 900})
        await tab.goto(f"{address}/dons/{donation['id']}")
        chart = tab.locator("ul.bars").filter(has_text="Smartphone")
        await chart.scroll_into_view_if_needed()
        await chart.screenshot(path=tmp_path / f"impact-chart-{width}.png")
        bars = [await bar.bounding_box() for bar in await chart.locator("rect").all()]
        assert len(bars) == 2
        shorter, longer = sorted(bar["width"] for bar in bars)
        assert shorter / longer == pytest.approx(81 / 246, abs=0.02)
        assert min(bar["height"] for bar in bars) >= 6
        for word in await chart.locator("span, b").all():
            box = await word.bounding_box()
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= width
