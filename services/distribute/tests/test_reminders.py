"""Letters that only the day causes: an order whose rest is estimated to be near, a loan past its day. Once each."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from distribute.loans.reminders import remind_of_loans
from distribute.news import service as news
from distribute.orders.arrival_letters import AFTER_DAYS, write_of_what_is_near
from filiere.calendar import today

from .conftest import World
from .test_pages import words

TABLETS = {"category": "tablet", "quantity": 3, "min_grade": "B"}
STREET = {"kind": "street", "place": "Tournée du mardi"}


async def addressed(world: World, *all_relais: dict[str, Any]) -> None:
    for one in all_relais:
        await world.client.login(one["subject"])
    await world.rows("UPDATE person SET address = subject || '@relais.example' WHERE subject LIKE 'person-%'")


async def letters(world: World, kind: str) -> list[dict[str, Any]]:
    return [
        dict(row)
        for row in await world.rows(
            f"SELECT r.address, m.page, m.data FROM mail m JOIN mail_reader r ON r.id = m.reader_id"
            f" WHERE m.kind = '{kind}' ORDER BY m.id"
        )
    ]


async def arrived(world: World, count: int) -> None:
    soon = (today() - timedelta(days=3)).isoformat()
    await world.ready(count, occurred_at=f"{soon}T09:00:00+00:00")


async def approved_long_ago(world: World) -> None:
    await world.rows(f"UPDATE relais_order SET approved_at = approved_at - interval '{AFTER_DAYS + 1} days'")


async def test_what_is_estimated_to_be_near_is_written_once_as_an_estimate(world: World) -> None:
    relais, other = await world.relais(), await world.relais("L'autre")
    await addressed(world, relais, other)
    order = await world.order(relais, {**TABLETS, "quantity": 9})
    await arrived(world, 8)
    await world.allocate()
    assert await write_of_what_is_near(world.database) == 0, "it has just been answered"
    await approved_long_ago(world)
    assert await write_of_what_is_near(world.database) == 1
    (letter,) = await letters(world, "order-near")
    assert letter["address"] == f"{relais['subject']}@relais.example".lower()
    assert letter["page"] == f"/commandes/{order['id']}"
    assert letter["data"]["lines"] == [{"what": "tablettes", "short": 1, "when": "environ une semaine"}]
    assert await write_of_what_is_near(world.database) == 0
    assert len(await letters(world, "order-near")) == 1


async def test_nothing_is_written_of_what_is_far_or_tells_no_pace(world: World) -> None:
    relais = await world.relais()
    await addressed(world, relais)
    await world.order(relais, {**TABLETS, "quantity": 20}, {**TABLETS, "category": "laptop"})
    await approved_long_ago(world)
    assert await write_of_what_is_near(world.database) == 0, "nothing has arrived"
    await arrived(world, 5)
    await world.allocate()
    assert await write_of_what_is_near(world.database) == 0, "fifteen at five in eight weeks"


async def test_twenty_at_once_write_one_letter(world: World) -> None:
    relais = await world.relais()
    await addressed(world, relais)
    await world.order(relais, {**TABLETS, "quantity": 9})
    await arrived(world, 8)
    await world.allocate()
    await approved_long_ago(world)
    told = await asyncio.gather(*(write_of_what_is_near(world.database) for _ in range(20)))
    assert sum(told) == 1
    assert len(await letters(world, "order-near")) == 1


async def test_a_loan_past_its_day_is_told_on_the_first_page_and_by_one_letter(world: World) -> None:
    relais, other = await world.relais(), await world.relais("L'autre", postcode="69001")
    await addressed(world, relais, other)
    _, labels = await world.delivered(relais, 2)
    loan = await world.call(
        relais["client"], "/loans", {**STREET, "labels": labels, "due_on": today().isoformat()}, status=201
    )
    browser = await world.client.login(relais["subject"])
    assert await remind_of_loans(world.database) == 0, "its day is not over"
    assert "pas revenu" not in words(await browser.get("/aujourd-hui"))
    await world.rows("UPDATE loan SET due_on = due_on - 1")
    page = words(await browser.get("/aujourd-hui"))
    assert "1 prêt n'est pas revenu" in page
    assert "1 prêt en retard." in page
    assert "2 équipements sont encore dehors." in page
    assert "2 devices are still out." in words(await browser.get("/aujourd-hui", params={"lang": "en"}))
    assert "pas revenu" not in words(await (await world.client.login(other["subject"])).get("/aujourd-hui"))
    assert await remind_of_loans(world.database) == 1
    assert await remind_of_loans(world.database) == 0
    (letter,) = await letters(world, "loan-not-back")
    assert letter["address"] == f"{relais['subject']}@relais.example".lower()
    assert [(one["place"], one["out"]) for one in letter["data"]["loans"]] == [("Tournée du mardi", 2)]
    devices = [one["device_id"] for one in loan["devices"]]
    await world.call(relais["client"], f"/loans/{loan['id']}/settle", {"returned": devices})
    assert "pas revenu" not in words(await browser.get("/aujourd-hui", params={"lang": "fr"}))


async def test_a_worker_that_dies_between_has_told_nothing_and_the_next_one_tells(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    relais = await world.relais()
    await addressed(world, relais)
    _, labels = await world.delivered(relais, 1)
    await world.call(
        relais["client"], "/loans", {**STREET, "labels": labels, "due_on": today().isoformat()}, status=201
    )
    await world.rows("UPDATE loan SET due_on = due_on - 1")

    not_back = news.not_back

    async def written_then_dead(*all_said: Any) -> None:
        await not_back(*all_said)
        raise ConnectionAbortedError

    with monkeypatch.context() as dying:
        dying.setattr(news, "not_back", written_then_dead)
        with pytest.raises(ConnectionAbortedError):
            await remind_of_loans(world.database)
    assert await letters(world, "loan-not-back") == []
    assert await remind_of_loans(world.database) == 1
    assert len(await letters(world, "loan-not-back")) == 1
