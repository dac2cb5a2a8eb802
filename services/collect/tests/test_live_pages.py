"""Pages that follow what happens: told that something changed, only while somebody looks, and nothing of what it is."""

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from filiere.settings import Settings
from filiere.testing.browser import Live as Served
from filiere.testing.browser import log_in
from filiere.testing.sql import value
from filiere.web.live import Live
from playwright.async_api import Page, expect

from .chain import Chain

LAPTOP = {"category": "laptop", "year": 2021, "ram_gb": 8, "serial": "5CG8411ABC"}
LISTENERS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'"


async def next_word(words: AsyncIterator[bytes]) -> bytes:
    async with asyncio.timeout(20):
        while True:
            word = await anext(words)
            if word.startswith(b"event"):
                return word


async def followed(live: Live, key: str) -> AsyncIterator[bytes]:
    """Words of a key, from when the process listens."""
    words = aiter(live.changes(key))
    await anext(words)
    return words


async def test_whoever_looks_is_told_of_each_change_and_of_nothing_else(chain: Chain) -> None:
    live = Live(chain.database)
    donation, other = await chain.declare(LAPTOP), await chain.declare({**LAPTOP, "serial": "5CG8411ABD"})
    words = await followed(live, f"donation:{donation['id']}")
    while not await value(chain.database, LISTENERS):
        await asyncio.sleep(0.05)
    told = asyncio.create_task(next_word(words))
    await chain.do(f"/donations/{other['id']}/accept")
    await asyncio.sleep(0.3)
    assert not told.done()
    await chain.do(f"/donations/{donation['id']}/accept")
    assert await told == b"event: changed\ndata: 1\n\n"
    device = (await chain.get(f"/donations/{donation['id']}/devices"))["items"][0]
    told = asyncio.create_task(next_word(words))
    await chain.hear(
        "refurbish.devices",
        "device-arrived",
        device["id"],
        device_id=device["id"],
        workshop_id=chain.workshop_id,
        lot_id=str(uuid4()),
        label=device["label"],
    )
    await told
    await words.aclose()  # type: ignore[attr-defined]


async def test_nothing_listens_when_nobody_looks(chain: Chain) -> None:
    live = Live(chain.database)
    words = await followed(live, "donation:1")
    while not await value(chain.database, LISTENERS):
        await asyncio.sleep(0.05)
    await words.aclose()  # type: ignore[attr-defined]
    while await value(chain.database, LISTENERS):
        await asyncio.sleep(0.05)


async def test_a_process_that_stops_lets_everybody_go(chain: Chain) -> None:
    live = Live(chain.database)
    words = await followed(live, "donation:1")
    rest = asyncio.create_task(anext(words, b"end"))
    await asyncio.sleep(0.05)
    live.end()
    async with asyncio.timeout(20):
        assert await rest == b"end"


async def test_only_who_may_see_the_donation_may_follow_it(chain: Chain) -> None:
    donation = await chain.declare(LAPTOP)
    path = f"/dons/{donation['id']}/changements"
    await chain.client.grant("rival", "donor", uuid4())
    rival = await chain.client.login("rival")
    assert (await rival.get(path)).status_code == 404
    own = await chain.client.login("camille")
    # A program that asks as if for a page is not held: there is nothing to read.
    assert (await own.get(path)).status_code == 204


@pytest.mark.slow
@pytest.mark.browser
async def test_the_page_of_a_donation_changes_by_itself(
    chain: Chain, live: Served, settings: Settings, tab: Page
) -> None:
    donation = await chain.declare(LAPTOP)
    address = await live(chain.service, settings)
    await log_in(tab, address, "camille")
    async with tab.expect_response(lambda answer: answer.url.endswith("/changements")):
        await tab.goto(f"{address}/dons/{donation['id']}")
    await expect(tab.locator("#fil [aria-current]")).to_contain_text("acceptés")
    while not await value(chain.database, LISTENERS):
        await asyncio.sleep(0.05)
    await chain.do(f"/donations/{donation['id']}/accept")
    await expect(tab.locator("#fil [aria-current]")).not_to_contain_text("acceptés", timeout=20_000)
    # Nothing of what was read before the answer is left beside it.
    await expect(tab.locator("main .lede")).to_contain_text("la date de collecte sera fixée avec vous")
    await expect(tab.locator("main")).not_to_contain_text("Ce qui est déclaré")
    await expect(tab.locator("#devices tbody tr")).to_have_count(1)
    await expect(tab.locator("#journal")).to_contain_text("Don accepté")
    await tab.locator("#mot").fill("Je suis en train d'écrire")
    said = {"text": "Le camion vient par la cour."}
    assert (await chain.coordinator.post(f"/api/v1/donations/{donation['id']}/messages", json=said)).is_success
    await expect(tab.locator("#mots")).to_contain_text("Le camion vient par la cour.", timeout=20_000)
    assert await tab.locator("#mot").input_value() == "Je suis en train d'écrire"
