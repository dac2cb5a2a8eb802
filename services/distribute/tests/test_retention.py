"""A repère is kept two years from the last contact, given out and erased when the person asks; amounts stay."""

import logging
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from distribute.retention import service
from distribute.retention.service import years_from
from filiere.calendar import clock_at, now
from hypothesis import assume, given
from hypothesis import strategies as st

from .conftest import World
from .test_pages import submit

LONG_AGO = timedelta(days=800)


async def given_to(
    world: World, relais: Any, alias: str | None, days_ago: int = 0, public: str | None = "seniors"
) -> Any:
    """A device that was given so long ago."""
    _, (label,) = await world.delivered(relais)
    body = {"label": label, "kind": "given", "person_alias": alias, "public": public}
    made = await world.call(relais["client"], "/handovers", body, status=201)
    async with world.database.unit_of_work() as session:
        await (await session.driver()).execute(
            "UPDATE handover SET handed_over_at = handed_over_at - $2::interval WHERE id = $1",
            UUID(made["id"]),
            timedelta(days=days_ago),
        )
    return made


async def said(world: World) -> list[tuple[str | None, str | None]]:
    found = await world.rows("SELECT person_alias, person_public FROM handover ORDER BY handed_over_at, id")
    return [(row["person_alias"], row["person_public"]) for row in found]


async def test_two_years_after_the_last_contact_nothing_is_said_of_the_person_and_the_report_says_how_many(
    world: World,
) -> None:
    relais, other = await world.relais(), await world.relais("L'autre", postcode="69001")
    await given_to(world, relais, "A-17", 900)
    await given_to(world, relais, "a-17", 800)
    await given_to(world, relais, "B-2", 800)
    await given_to(world, relais, None, 790)
    await given_to(world, other, "B-2", 780)
    await given_to(world, relais, "B-2", 10)
    assert await service.forget_old(world.database) == 4
    assert await said(world) == [
        (None, None), (None, None), ("B-2", "seniors"), (None, None), (None, None), ("B-2", "seniors"),
    ]  # fmt: skip
    reports = await world.rows("SELECT relais_id, cause, handovers, by FROM alias_erasure ORDER BY handovers")
    assert [(str(one["relais_id"]), one["cause"], one["handovers"], one["by"]) for one in reports] == [
        (other["id"], "retention", 1, None), (relais["id"], "retention", 3, None),
    ]  # fmt: skip
    assert await service.forget_old(world.database) == 0
    assert len(await world.rows("SELECT 1 FROM alias_erasure")) == 2


async def test_the_purge_goes_piece_by_piece_and_ends(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    relais = await world.relais()
    for number in range(5):
        await given_to(world, relais, f"A-{number}", 800)
    monkeypatch.setattr(service, "AT_ONCE", 2)
    assert await service.forget_old(world.database) == 5
    assert {alias for alias, _ in await said(world)} == {None}


async def test_on_the_day_of_two_years_it_is_kept_and_a_moment_later_it_is_not(world: World) -> None:
    relais = await world.relais()
    await given_to(world, relais, "A-17")
    [row] = await world.rows("SELECT handed_over_at FROM handover")
    at = row["handed_over_at"]
    with clock_at(years_from(at, 2)):
        assert await service.forget_old(world.database) == 0
    with clock_at(years_from(at, 2) + timedelta(seconds=1)):
        assert await service.forget_old(world.database) == 1


async def test_a_relais_gives_out_and_erases_what_it_keeps_and_nobody_else_s(world: World) -> None:
    relais, other = await world.relais(), await world.relais("L'autre", postcode="69001")
    first, last = await given_to(world, relais, "Zébulon", 30), await given_to(world, relais, "zébulon")
    await given_to(world, other, "Zébulon")
    kept = await world.call(relais["client"], "/aliases/export", {"alias": " ZÉBULON "}, status=200)
    assert [one["receipt"] for one in kept["handovers"]] == [first["receipt"], last["receipt"]]
    assert datetime.fromisoformat(kept["kept_until"]) > now() + timedelta(days=700)
    assert {one["public"] for one in kept["handovers"]} == {"seniors"}
    assert await world.call(relais["client"], "/aliases/erase", {"alias": "Zébulon"}, status=200) == {"handovers": 2}
    for path in ("/aliases/export", "/aliases/erase"):
        await world.call(relais["client"], path, {"alias": "Zébulon"}, status=404)
        await world.call(world.coordinator, path, {"alias": "Zébulon"}, status=403)
    assert sorted(await said(world), key=str) == [("Zébulon", "seniors"), (None, None), (None, None)]
    again = await world.read(relais["client"], f"/handovers/{first['id']}")
    assert (again["person_alias"], again["receipt"], again["amount_cents"]) == (None, first["receipt"], 0)
    [report] = await world.rows("SELECT cause, handovers, by FROM alias_erasure")
    assert (report["cause"], report["handovers"], report["by"]) == ("request", 2, relais["subject"])


async def test_what_is_erased_is_nowhere_and_was_never_in_a_log_or_an_event(
    world: World, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    relais = await world.relais()
    await given_to(world, relais, "Zébulon")
    browser = await world.client.login(relais["subject"])
    await submit(browser, "/caisse/reperes", alias="Zébulon")
    await submit(browser, "/caisse/reperes", "/caisse/reperes/effacer", alias="Zébulon")
    tables = await world.rows("SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'")
    for table in tables:
        held = await world.rows(f"SELECT 1 FROM {table['name']} t WHERE t::text ILIKE '%bulon%'")
        assert held == [], table["name"]
    written = capfd.readouterr()
    assert "bulon" not in caplog.text + written.out + written.err


async def test_answers_that_are_kept_for_who_asks_again_are_forgotten_with_it(world: World) -> None:
    relais = await world.relais()
    _, labels = await world.delivered(relais, 2)
    for number, alias in enumerate(("Zébulon", "B-2")):
        body = {"label": labels[number], "kind": "given", "person_alias": alias}
        for path, asked in (("handovers", body), ("aliases/export", {"alias": alias})):
            answer = await relais["client"].post(
                f"/api/v1/{path}", json=asked, headers={"idempotency-key": f"{path}-{alias}".encode("ascii", "ignore")}
            )
            assert answer.is_success, answer.text
    held = "SELECT count(*) AS n FROM idempotency_key WHERE encode(body, 'escape') LIKE '%bulon%'"
    assert (await world.rows(held))[0]["n"] == 1  # what only reads is not kept
    await world.call(relais["client"], "/aliases/erase", {"alias": "zébulon"}, status=200)
    assert (await world.rows(held))[0]["n"] == 0
    assert len(await world.rows("SELECT 1 FROM idempotency_key WHERE encode(body, 'escape') LIKE '%B-2%'")) == 1


async def test_the_journal_of_the_till_is_whole_after_a_purge(world: World) -> None:
    relais = await world.relais()
    await given_to(world, relais, "A-17", 800)
    before = await world.rows("SELECT hash FROM till_entry ORDER BY sequence")
    assert await service.forget_old(world.database) == 1
    assert await world.rows("SELECT hash FROM till_entry ORDER BY sequence") == before


async def test_the_page_shows_gives_out_and_erases(world: World) -> None:
    relais = await world.relais()
    made = await given_to(world, relais, "A-17")
    browser = await world.client.login(relais["subject"])
    found = await submit(browser, "/caisse/reperes", alias="a-17")
    assert found.status_code == 200
    assert made["receipt"] in found.text
    sheet = await submit(browser, "/caisse/reperes", "/caisse/reperes/exporter", alias="A-17")
    assert "attachment" in sheet.headers["content-disposition"]
    assert made["receipt"] in sheet.text
    assert "A-17" not in sheet.headers["content-disposition"]
    unknown = await submit(browser, "/caisse/reperes", alias="C-3")
    assert unknown.status_code == 422
    assert "Rien n&#39;est gardé sous ce repère" in unknown.text
    erased = await submit(browser, "/caisse/reperes", "/caisse/reperes/effacer", alias="A-17")
    assert "1 remise ne dit plus rien de personne" in erased.text
    assert "À la demande de la personne" in erased.text
    assert await said(world) == [(None, None)]


@given(st.datetimes(timezones=st.just(UTC)), st.integers(-5, 5))
def test_some_years_later_is_the_same_day_or_the_last_of_february(moment: datetime, years: int) -> None:
    assume(10 < moment.year < 9990)
    later = years_from(moment, years)
    assert (later.year, later.month) == (moment.year + years, moment.month)
    assert later.day == moment.day or (moment.month, moment.day, later.day) == (2, 29, 28)


async def test_what_opened_a_tier_goes_with_the_person_it_was_for(world: World) -> None:
    relais = await world.relais()
    paper = {"tier": "solidary", "criterion": "family_quotient", "bracket": "500-700", "seen_by": "AL"}

    async def sold(alias: str | None, days_ago: int) -> None:
        _, (label,) = await world.delivered(relais)
        body = {"kind": "sold", "devices": [{"label": label}], "person_alias": alias, **paper}
        made = await world.call(relais["client"], "/checkouts", body, status=201)
        async with world.database.unit_of_work() as session:
            driver = await session.driver()
            for table, column, key in (
                ("handover", "handed_over_at", "checkout_id"),
                ("till_checkout", "made_at", "id"),
            ):
                await driver.execute(
                    f"UPDATE {table} SET {column} = {column} - $2::interval WHERE {key} = $1",
                    UUID(made["id"]),
                    timedelta(days=days_ago),
                )

    await sold("A-17", 900)
    await sold("B-2", 800)
    await sold("B-2", 10)
    await sold(None, 790)
    await sold("C-3", 5)
    (kept,) = (await world.call(relais["client"], "/aliases/export", {"alias": "C-3"}))["handovers"]
    assert (kept["criterion"], kept["bracket"], kept["seen_by"]) == ("family_quotient", "500-700", "AL")
    await service.forget_old(world.database)
    left = await world.rows("SELECT bracket, seen_by, seen_on FROM till_checkout ORDER BY made_at")
    assert [row["bracket"] for row in left] == [None, "500-700", None, "500-700", "500-700"]
    assert all((row["seen_by"], row["seen_on"]) == (None, None) for row in left if row["bracket"] is None)
    await world.call(relais["client"], "/aliases/erase", {"alias": "c-3"})
    left = await world.rows("SELECT criterion FROM till_checkout WHERE criterion IS NOT NULL")
    assert len(left) == 2


async def test_the_ten_thousandth_receipt_and_code_keep_their_digits(world: World) -> None:
    relais = await world.relais()
    await given_to(world, relais, "C-3")
    await world.rows("UPDATE receipt_counter SET last = 9998 RETURNING last")
    made = [await given_to(world, relais, "A-17") for _ in range(2)]
    kept = await world.call(relais["client"], "/aliases/export", {"alias": "A-17"}, status=200)
    assert [one["receipt"] for one in kept["handovers"]] == [one["receipt"] for one in made]
    assert [one["receipt"].split("-")[1] for one in kept["handovers"]] == ["9999", "10000"]
