"""Lines of a lot: acts that were done, each at the price of its day; no price where nobody entered one."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from filiere.calendar import clock_at, now, today
from filiere.catalogue.categories import Category
from filiere.database import Database
from filiere.documents.paper import Text
from filiere.identifiers import uuid7
from refurbish.agreements.acts import Act
from refurbish.agreements.paper import written
from refurbish.agreements.schemas import LineOut, LinesOut
from refurbish.agreements.service import Kind
from refurbish.workshops.repository import Workshop

from ..conftest import World, journal_verbs, token_of


async def coordinator(world: World) -> httpx.AsyncClient:
    return await world.client.login("coordination")


async def enter(world: World, act: str, euros: str, *, since: str, **said: str) -> httpx.Response:
    browser = await coordinator(world)
    page = await browser.get(f"/ateliers/{world.id}/accord")
    price = {"act": act, "euros": euros, "valid_from": since, "source": "Accord, article 3", **said}
    return await browser.post(f"/ateliers/{world.id}/accord/prix", data={**price, "csrf_token": token_of(page)})


async def rows_of(world: World, lot: str, document: str = "releve") -> list[list[str]]:
    sheet = await (await world.browser()).get(f"/lots/{lot}/actes.csv", params={"document": document})
    return [line.split(";") for line in sheet.text.lstrip("\ufeff").splitlines()[1:]]


async def a_lot(world: World, *devices: dict[str, Any]) -> str:
    lot = await world.expects(*devices)
    await world.post(f"/lots/{lot}/arrive", {"labels": [one["label"] for one in devices]})
    return lot


async def test_without_prices_there_are_quantities_and_nothing_is_invented(world: World) -> None:
    lot = await a_lot(world, world.device(), world.device())
    assert await rows_of(world, lot) == [
        ["L-0001", "Relevé pour facture", "Réception d'un équipement", "ordinateur portable", "2", "", "", ""]
    ]
    page = (await (await world.browser()).get(f"/lots/{lot}/actes")).text
    assert "n'a pas de prix" in page


async def test_an_act_keeps_the_price_of_its_day_and_a_category_of_its_own_goes_before_all(world: World) -> None:
    day = today()
    await enter(world, "receive", "2,50", since=(day - timedelta(days=60)).isoformat())
    await enter(world, "receive", "3.00", since=(day - timedelta(days=10)).isoformat())
    await enter(world, "receive", "1", since=(day - timedelta(days=60)).isoformat(), category="monitor")
    old, new, screen = world.device(), world.device(), world.device(category="monitor")
    lot = await world.expects(old, new, screen)
    with clock_at(now() - timedelta(days=30)):
        await world.post(f"/lots/{lot}/arrive", {"labels": [old["label"]]})
    await world.post(f"/lots/{lot}/arrive", {"labels": [new["label"], screen["label"]]})
    lines = [(row[3], row[4], row[5], row[6]) for row in await rows_of(world, lot)]
    assert lines == [
        ("ordinateur portable", "1", "2,50", "2,50"),
        ("ordinateur portable", "1", "3,00", "3,00"),
        ("écran", "1", "1,00", "1,00"),
    ]


async def test_a_price_begins_with_its_day_in_paris(world: World) -> None:
    await enter(world, "receive", "4", since="2026-07-02")
    one, two = world.device(), world.device()
    lot = await world.expects(one, two)
    for hour, device in ((21, one), (22, two)):  # 23:30 on the first, 00:30 on the second
        with clock_at(datetime(2026, 7, 1, hour, 30, tzinfo=UTC)):
            await world.post(f"/lots/{lot}/arrive", {"labels": [device["label"]]})
    assert sorted(row[5] for row in await rows_of(world, lot)) == ["", "4,00"]


async def test_a_quote_takes_everything_announced_the_whole_way_and_wipes_no_screen(world: World) -> None:
    lot = await world.expects(world.device(), world.device(category="monitor"))
    quoted = {(row[2], row[3]) for row in await rows_of(world, lot, "devis")}
    assert ("Effacement de tous ses supports", "ordinateur portable") in quoted
    assert ("Effacement de tous ses supports", "écran") not in quoted
    assert len(quoted) == 7
    assert await rows_of(world, lot) == []  # nothing is done yet


async def test_a_statement_counts_no_wipe_of_what_holds_no_data(world: World) -> None:
    screen, wiped = world.device(category="monitor"), world.device()
    lot = await a_lot(world, screen, wiped)
    await world.tested(str(screen["device_id"]))
    await world.wiped(str(wiped["device_id"]))
    done = {(row[2], row[3]) for row in await rows_of(world, lot)}
    assert ("Effacement de tous ses supports", "ordinateur portable") in done
    assert ("Effacement de tous ses supports", "écran") not in done


async def test_the_same_lines_come_on_paper(world: World) -> None:
    await enter(world, "receive", "2", since="2026-01-01")
    lot = await a_lot(world, world.device())
    paper = await (await world.browser()).get(f"/lots/{lot}/actes.pdf")
    assert paper.headers["content-type"] == "application/pdf"
    assert paper.content.startswith(b"%PDF-")


@pytest.mark.parametrize(("without", "said"), [(1, "1 ligne sans prix"), (2, "2 lignes sans prix")])
def test_the_paper_counts_what_has_no_price_in_words(without: int, said: str) -> None:
    workshop = Workshop(uuid7(), "Atelier de Lens", "Lens", "62300", {}, [], now())
    line = LineOut(act=Act.TEST, category=Category.LAPTOP, quantity=3, cents=None, valid_from=None)
    paper = written(workshop, "L-1", Kind.STATEMENT, LinesOut(lot_id=uuid7(), lines=[line] * without))
    [told] = [block.text for block in paper.blocks if isinstance(block, Text)]
    assert told.startswith(said)


async def test_only_the_coordination_enters_prices_and_the_workshop_reads_them(
    world: World, database: Database
) -> None:
    refused = await enter(world, "test", "-1", since="2026-01-01")
    assert refused.status_code == 422
    await enter(world, "test", "4.50", since="2026-01-01")
    await enter(world, "test", "4.80", since="2026-01-01")  # a slip, corrected on the same day
    browser = await world.browser()
    page = await browser.get(f"/ateliers/{world.id}/accord")
    assert "4,80" in page.text
    assert "4,50" not in page.text
    assert "Saisir un prix" not in page.text
    price = {"act": "test", "euros": "99", "valid_from": "2026-01-01", "source": "moi", "csrf_token": token_of(page)}
    assert (await browser.post(f"/ateliers/{world.id}/accord/prix", data=price)).status_code == 403
    await world.register("Atelier de Thiers", "63300", "zoe")
    assert (await (await world.client.login("zoe")).get(f"/ateliers/{world.id}/accord")).status_code == 404
    assert await journal_verbs(database, "workshop", UUID(world.id)) == ["price-entered", "price-entered"]
