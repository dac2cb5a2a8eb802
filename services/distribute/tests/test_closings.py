"""Closings: sums of the journal, the cash against them, and nothing is ever closed twice or left out."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

import pytest
from filiere.calendar import clock_at, day_of
from filiere.testing.properties import examples
from filiere.web.formats import full_day
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from .conftest import World
from .test_pages import submit, words
from .test_till_journal import proof, sold, tamper

DAY = "/till/closings/days"


@contextmanager
def on(day: int, month: int = 11, year: int = 2026) -> Iterator[None]:
    with clock_at(datetime(year, month, day, 10, 0, tzinfo=UTC)):
        yield


async def again(world: World, relais: Any) -> Any:
    """The same person with a session of the present day."""
    return {**relais, "client": await world.client.as_(relais["subject"])}


async def test_a_day_is_closed_with_its_cash_and_the_next_begins_with_what_was_left(world: World) -> None:
    relais = await world.relais()
    _, labels = await world.delivered(relais, 4)
    cash = sum([(await sold(world, relais, one, means="cash"))["amount_cents"] for one in labels[:2]])
    card = (await sold(world, relais, labels[2], means="card"))["amount_cents"]
    made = await world.call(relais["client"], DAY, {"counted_cents": cash, "left_cents": 2000}, status=201)
    assert (made["sales"], made["amount_cents"], made["total_cents"]) == (3, cash + card, cash + card)
    assert made["by_means"] == {"cash": cash, "card": card}
    assert (made["cash"]["expected_cents"], made["cash"]["difference_cents"]) == (cash, 0)
    await world.call(relais["client"], DAY, {"counted_cents": 2000}, status=409)
    more = (await sold(world, relais, labels[3], means="cash"))["amount_cents"]
    missing = {"counted_cents": 1900 + more}
    refused = await world.call(relais["client"], DAY, missing, status=422)
    assert refused["errors"][0]["field"] == "reason"
    second = await world.call(relais["client"], DAY, {**missing, "reason": "change"}, status=201)
    assert (second["cash"]["before_cents"], second["cash"]["difference_cents"]) == (2000, -100)
    assert second["cash"]["reason"] == "change"
    listed = (await world.read(relais["client"], "/till/closings"))["items"]
    assert [one["sequence"] for one in listed] == [second["sequence"], made["sequence"]]
    assert (await proof(world, relais))["holds"]


async def test_what_is_left_in_the_drawer_was_counted_there(world: World) -> None:
    relais = await world.relais()
    _, (label,) = await world.delivered(relais)
    await sold(world, relais, label, means="card")
    refused = await world.call(relais["client"], DAY, {"counted_cents": 0, "left_cents": 1}, status=422)
    assert refused["errors"][0]["field"] == "left_cents"


async def test_a_forgotten_day_is_closed_alone_and_a_month_once_its_days_are(world: World) -> None:
    relais = await world.relais()
    _, labels = await world.delivered(relais, 3)
    with on(29):
        relais = await again(world, relais)
        first = (await sold(world, relais, labels[0], means="cash"))["amount_cents"]
        await world.call(relais["client"], "/till/closings/months", {"month": "2026-11"}, status=409)
        await world.call(relais["client"], DAY, {"counted_cents": 0, "until": "2026-11-30"}, status=422)
    with on(2, 12):
        relais = await again(world, relais)
        second = (await sold(world, relais, labels[1], means="cash"))["amount_cents"]
        still = await world.read(relais["client"], "/till/open")
        assert [one["day"] for one in still["days"]] == ["2026-11-29", "2026-12-02"]
        assert still["months"] == []
        days_first = await world.call(relais["client"], "/till/closings/months", {"month": "2026-11"}, status=409)
        assert "d'abord les journées" in days_first["title"]
        body = {"counted_cents": first, "left_cents": first, "until": "2026-11-29"}
        closed = await world.call(relais["client"], DAY, body, status=201)
        assert (closed["first_day"], closed["last_day"], closed["through"]) == ("2026-11-29", "2026-11-29", 1)
        assert (await world.read(relais["client"], "/till/open"))["months"] == ["2026-11"]
        month = await world.call(relais["client"], "/till/closings/months", {"month": "2026-11"}, status=201)
        assert (month["amount_cents"], month["total_cents"]) == (first, first + second)
        again_closed = await world.call(relais["client"], "/till/closings/months", {"month": "2026-11"}, status=409)
        assert "déjà clôturée" in again_closed["title"]
        await world.call(relais["client"], "/till/closings/years", {"year": 2026}, status=409)
    with on(4, 1, 2027):
        relais = await again(world, relais)
        await world.call(relais["client"], "/till/closings/years", {"year": 2026}, status=409)
        await world.call(relais["client"], DAY, {"counted_cents": first + second}, status=201)
        months_first = await world.call(relais["client"], "/till/closings/years", {"year": 2026}, status=409)
        assert "d'abord les mois" in months_first["title"]
        await world.call(relais["client"], "/till/closings/months", {"month": "2026-12"}, status=201)
        year = await world.call(relais["client"], "/till/closings/years", {"year": 2026}, status=201)
        assert year["amount_cents"] == year["total_cents"] == first + second
        assert (await proof(world, relais))["holds"]


async def test_an_undo_after_the_closing_is_in_the_next_one(world: World) -> None:
    relais = await world.relais()
    _, (label,) = await world.delivered(relais)
    made = await sold(world, relais, label, means="cash")
    await world.call(
        relais["client"], DAY, {"counted_cents": made["amount_cents"], "left_cents": made["amount_cents"]}, status=201
    )
    await world.call(relais["client"], f"/handovers/{made['id']}/undo", {"reason": "changed_mind"})
    second = await world.call(relais["client"], DAY, {"counted_cents": 0}, status=201)
    assert (second["undos"], second["amount_cents"], second["total_cents"]) == (1, -made["amount_cents"], 0)
    assert second["cash"]["difference_cents"] == 0


async def test_twenty_at_once_close_a_day_once(world: World) -> None:
    relais = await world.relais()
    _, (label,) = await world.delivered(relais)
    cash = (await sold(world, relais, label, means="cash"))["amount_cents"]
    answers = await asyncio.gather(
        *(relais["client"].post(f"/api/v1{DAY}", json={"counted_cents": cash}) for _ in range(20))
    )
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 19
    assert (await proof(world, relais))["holds"]


@pytest.mark.parametrize(
    "statement",
    [
        """UPDATE till_entry SET details = jsonb_set(details, '{amount_cents}', '1') WHERE kind = 'close_day'""",
        """UPDATE till_entry SET details = jsonb_set(details, '{through}', '1') WHERE kind = 'close_day'""",
    ],
)
async def test_a_closing_that_says_something_else_is_named(world: World, statement: str) -> None:
    relais = await world.relais()
    _, labels = await world.delivered(relais, 2)
    for label in labels:
        await sold(world, relais, label, means="card")
    made = await world.call(relais["client"], DAY, {"counted_cents": 0}, status=201)
    await tamper(world, statement)
    found = (await proof(world, relais))["breaks"]
    assert {one["sequence"] for one in found} == {made["sequence"]}
    assert any("La clôture de l'écriture" in one["sentence_fr"] for one in found)


async def test_a_closing_is_the_relais_own(world: World) -> None:
    mine, other = await world.relais("Le nôtre"), await world.relais("L'autre", postcode="69001")
    _, (label,) = await world.delivered(mine)
    await sold(world, mine, label, means="card")
    body = {"counted_cents": 0, "relais_id": mine["id"]}
    await world.call(other["client"], DAY, body, status=404)
    await world.call(world.coordinator, DAY, body, status=403)
    await world.read(other["client"], "/till/closings", relais_id=mine["id"], status=404)


async def test_the_page_counts_first_and_tells_what_was_expected_afterwards(world: World) -> None:
    relais = await world.relais()
    _, (label,) = await world.delivered(relais)
    made = await sold(world, relais, label, means="cash")
    browser = await world.client.login(relais["subject"])
    today = day_of(datetime.fromisoformat(made["handed_over_at"])).isoformat()  # Paris's, at midnight too
    wrong = await submit(browser, "/caisse/cloture", until=today, counted_cents="1,50")
    assert wrong.status_code == 422
    assert f"Il devrait y avoir {made['amount_cents'] // 100} €" in words(wrong)
    done = await submit(browser, "/caisse/cloture", until=today, counted_cents="1,50", reason="lost", left_cents="1,50")
    assert "Perte ou vol" in words(done).replace("perte", "Perte")
    assert "Espèces attendues" in words(done)
    listed = words(await browser.get("/caisse/cloture"))
    assert "Rien à clôturer" in listed
    assert f"Clôture du jour · {full_day(date.fromisoformat(today))}" in listed
    assert today not in listed, "volunteers read days in words"


ACTIONS = ("sell", "give", "undo", "close", "tomorrow", "next_month")


# No shrinking: the database keeps what earlier examples did.
@settings(max_examples=examples(6), deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.sampled_from(ACTIONS), st.integers(0, 40)), min_size=8, max_size=25))
async def test_whatever_the_order_of_sales_undos_and_closings_totals_equal_entries(
    world: World, actions: list[tuple[str, int]]
) -> None:
    relais = await world.relais()
    _, labels = await world.delivered(relais, 6)
    stock, out, closed, moment = list(labels), [], [], datetime(2027, 3, 1, 10, 0, tzinfo=UTC)
    for action, n in actions:
        if action in ("tomorrow", "next_month"):
            day = moment.day + 1 if action == "tomorrow" and moment.day < 28 else 1
            months = 0 if day > 1 else 1
            moment = moment.replace(day=day, month=moment.month + months if moment.month < 12 else 12)
        with clock_at(moment):
            relais = await again(world, relais)
            who = relais["client"]
            if action in ("sell", "give") and stock:
                label = stock.pop(n % len(stock))
                means = ("cash", "card", "cheque")[n % 3]
                body = {"kind": "sold", "tier": "solidary", "means": means} if action == "sell" else {"kind": "given"}
                out.append((label, await world.call(who, "/handovers", {"label": label, **body}, status=201)))
            elif action == "undo" and out:
                label, made = out.pop(n % len(out))
                await world.call(who, f"/handovers/{made['id']}/undo", {"reason": "trial"})
                stock.append(label)
            elif action == "close":
                still = await world.read(who, "/till/open")
                counted = max(still["cash_expected_cents"], 0) + n % 2 * 100
                body = {"counted_cents": counted, "left_cents": counted // 2, "reason": "unknown"}
                answer = await who.post(f"/api/v1{DAY}", json=body)
                assert answer.status_code == (201 if still["days"] else 409), answer.text
                closed += [answer.json()] if answer.is_success else []
                for month in (await world.read(who, "/till/open"))["months"]:
                    await world.call(who, "/till/closings/months", {"month": month}, status=201)
    with clock_at(moment):
        relais = await again(world, relais)
        written = await everything(world, relais)
        found = await proof(world, relais)
        still = await world.read(relais["client"], "/till/open")
    assert found["holds"], found["breaks"]
    assert found["total_cents"] == sum(one["amount_cents"] for one in written)
    assert found["total_cents"] == sum(made["amount_cents"] for _, made in out)
    covered = sum(one["amount_cents"] for one in closed)
    assert covered + sum(one["amount_cents"] for one in still["days"]) == found["total_cents"]
    assert [one["sequence"] for one in written] == list(range(1, len(written) + 1))


async def everything(world: World, relais: Any) -> list[Any]:
    found: list[Any] = (await world.read(relais["client"], "/till/entries", limit=200))["items"]
    return found[::-1]
