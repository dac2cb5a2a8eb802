"""The donor proposes half days, the coordination confirms one; no Sunday and no holiday without a word."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from collect.pickups.days import closed
from filiere.calendar import today
from filiere.testing.sql import value
from filiere.web.formats import weekday, weekday_fr
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from .chain import Chain, laptop
from .test_pages import press


def next_day(weekday: int) -> date:
    """The first such day of the week that is no holiday, from a week on."""
    day = today() + timedelta(days=7)
    while day.weekday() != weekday or (weekday != 6 and closed(day, "59100")):
        day += timedelta(days=1)
    return day


@pytest.mark.parametrize(
    ("day", "postcode", "name"),
    [
        (date(2026, 12, 25), "59100", "Jour de Noël"),
        (date(2026, 12, 26), "59100", None),
        (date(2026, 12, 26), "67000", "2ème jour de Noël"),
        (date(2026, 12, 26), "57000", "2ème jour de Noël"),
        (date(2026, 12, 20), "97400", "Abolition de l'esclavage"),
        (date(2026, 12, 27), "59100", "dimanche"),
        (date(2026, 5, 25), "99999", "Lundi de Pentecôte"),
    ],
)
def test_holidays_are_those_of_the_place(day: date, postcode: str, name: str | None) -> None:
    assert closed(day, postcode) == name


@given(st.dates(date(2024, 1, 1), date(2060, 12, 31)), st.text("0123456789", min_size=5, max_size=5))
def test_every_sunday_is_closed_and_every_day_of_any_postcode_is_answered(day: date, postcode: str) -> None:
    assert bool(closed(day, postcode)) or day.weekday() != 6


async def accepted(chain: Chain) -> dict[str, Any]:
    donation = await chain.declare(laptop())
    await chain.do(f"/donations/{donation['id']}/accept")
    return donation


async def propose(chain: Chain, donation: dict[str, Any], *slots: dict[str, Any], status: int = 200) -> dict[str, Any]:
    body = {"slots": list(slots), "access": "Quai nord, code 12B", "floor": "2e, monte-charge"}
    answer = await chain.donor.put(f"/api/v1/donations/{donation['id']}/slots", json=body)
    assert answer.status_code == status, answer.text
    return dict(answer.json())


async def test_a_proposed_half_day_is_confirmed_and_moved_with_its_trace(chain: Chain) -> None:
    donation = await accepted(chain)
    first, second = next_day(1), next_day(2)
    slots = [{"on": first.isoformat(), "part": "morning"}, {"on": second.isoformat(), "part": "afternoon"}]
    assert len((await propose(chain, donation, *slots))["slots"]) == 2
    chosen = {**slots[1], "carrier": "Transports Dupont"}
    await chain.do(f"/donations/{donation['id']}/pickup", chosen)
    agreed = await chain.get(f"/donations/{donation['id']}/pickup")
    assert (agreed["on"], agreed["part"], agreed["carrier"]) == (second.isoformat(), "afternoon", "Transports Dupont")
    ics = await chain.donor.get(f"/api/v1/donations/{donation['id']}/pickup.ics")
    assert ics.headers["content-type"].startswith("text/calendar")
    (event,) = Calendar.from_ical(ics.content).walk("VEVENT")
    assert event.decoded("dtstart").astimezone().date() == second
    assert "Roubaix" in str(event["location"])
    assert "Quai nord" in str(event["description"])
    moved = {"on": next_day(3).isoformat()}
    await chain.do(f"/donations/{donation['id']}/pickup", moved)
    again = Calendar.from_ical((await chain.donor.get(f"/api/v1/donations/{donation['id']}/pickup.ics")).content)
    (later,) = again.walk("VEVENT")
    assert str(later["uid"]) == str(event["uid"])
    assert [str(one.to_ical()).count("SEQUENCE:2") for one in (event, later)] == [0, 1]
    assert (await chain.get(f"/donations/{donation['id']}/pickup"))["carrier"] == "Transports Dupont"
    page = (await (await chain.client.login("nadia")).get(f"/dons/{donation['id']}")).text
    assert "Collecte déplacée" in page


async def test_the_same_days_proposed_twice_leave_one_trace(chain: Chain) -> None:
    donation = await accepted(chain)
    tuesday, thursday = {"on": next_day(1).isoformat()}, {"on": next_day(3).isoformat()}
    traces = "SELECT count(*) FROM journal WHERE verb = 'slots-proposed'"
    for _ in range(2):
        await propose(chain, donation, tuesday)
    assert await value(chain.database, traces) == 1
    await propose(chain, donation, tuesday, thursday)
    assert await value(chain.database, traces) == 2


async def test_a_sunday_needs_a_word_from_either(chain: Chain) -> None:
    donation = await accepted(chain)
    sunday = {"on": next_day(6).isoformat()}
    refused = await propose(chain, donation, sunday, status=422)
    assert "dimanche" in refused["detail"]
    assert refused["errors"][0]["field"] == "word"
    await chain.do(f"/donations/{donation['id']}/pickup", sunday, status=422)
    await propose(chain, donation, {**sunday, "word": "Nous déménageons ce jour-là."})
    await chain.do(f"/donations/{donation['id']}/pickup", {**sunday, "word": "Déménagement."})
    assert (await chain.get(f"/donations/{donation['id']}"))["pickup_on"] == sunday["on"]


async def test_every_day_without_its_word_is_named_and_a_word_goes_with_its_day_alone(chain: Chain) -> None:
    donation = await accepted(chain)
    tuesday, sunday = next_day(1), next_day(6)
    second = sunday + timedelta(days=7)
    chosen = [{"on": day.isoformat()} for day in (tuesday, second, sunday)]
    said = (await propose(chain, donation, *chosen, status=422))["detail"].replace("\u00a0", " ")
    assert f"le {weekday_fr(sunday)} et le {weekday_fr(second)} sans explication" in said
    assert "ces jours-là" in said
    assert weekday_fr(sunday).startswith("dimanche ")
    await propose(chain, donation, *({**one, "word": "Nous déménageons."} for one in chosen))
    kept = (await chain.get(f"/donations/{donation['id']}/pickup"))["slots"]
    assert {one["on"]: one["word"] for one in kept} == {
        tuesday.isoformat(): None,
        sunday.isoformat(): "Nous déménageons.",
        second.isoformat(): "Nous déménageons.",
    }


async def test_before_a_day_is_set_there_is_no_calendar_file(chain: Chain) -> None:
    donation = await accepted(chain)
    assert (await chain.donor.get(f"/api/v1/donations/{donation['id']}/pickup.ics")).status_code == 409
    draft = await chain.declare(laptop(), draft=True)
    await propose(chain, draft, {"on": next_day(1).isoformat()}, status=409)


async def test_the_donor_proposes_on_the_page_and_the_coordination_confirms_in_one_click(chain: Chain) -> None:
    donation = await accepted(chain)
    page, day = f"/dons/{donation['id']}", next_day(4)
    browser = await chain.client.login("camille")
    wrong = await press(browser, page, f"{page}/jours", {"on1": next_day(6).isoformat()})
    assert wrong.status_code == 422
    assert "Dites pourquoi ce jour-là" in wrong.text
    over = await press(browser, page, f"{page}/jours", {"on1": day.isoformat(), "on3": "2020-01-02"})
    assert over.status_code == 422
    assert 'href="#f-slots-on3"' in over.text
    assert 'id="f-slots-on3"' in over.text
    assert 'href="#f-slots-on1"' not in over.text
    done = await press(browser, page, f"{page}/jours", {"on1": day.isoformat(), "part1": "morning", "access": "Quai"})
    assert "Vos jours sont proposés" in done.text.replace("\u00a0", " ")
    hers = await chain.client.login("nadia")
    seen = (await hers.get(page)).text.replace("\u00a0", " ")
    ids = re.findall(r'\sid="([^"]+)"', seen)
    assert len(set(ids)) == len(ids), "a day is proposed and fixed on one page: each label leads to its own field"
    todo = seen.split('<section class="card next">')[1].split("</section>")[0]
    proposed, other = todo.split("<details", 1)
    assert f'name="on" value="{day.isoformat()}"' in proposed
    assert f"Confirmer {weekday(day)}, le matin" in proposed
    # Another day is chosen under it: the empty field is not what one meets first.
    assert "Choisir un autre jour" in other
    assert 'type="date"' in other
    assert 'type="date"' not in proposed
    await press(hers, page, f"{page}/planifier", {"on": day.isoformat(), "part": "morning", "word": ""})
    assert (await chain.get(f"/donations/{donation['id']}"))["status"] == "scheduled"
    assert (await browser.get(f"{page}/collecte.ics")).content.startswith(b"BEGIN:VCALENDAR")
