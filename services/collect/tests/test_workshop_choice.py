"""Which workshop is suggested for a lot, and why."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from collect.workshops.distances import distance_km
from collect.workshops.incoming import CapacityPeriod
from collect.workshops.schemas import WorkshopOut
from collect.workshops.suggestion import rank
from collect.workshops.waiting import weeks_until
from filiere.calendar import today
from filiere.geography import departements, place_of_departement
from hypothesis import given
from hypothesis import strategies as st

from .chain import Chain, laptop


def workshop(number: int, name: str, postcode: str, **capacity: int) -> WorkshopOut:
    return WorkshopOut(
        workshop_id=UUID(int=number),
        name=name,
        city=name,
        postcode=postcode,
        capacity=capacity,
        competences=list(capacity),
        changed_at=datetime(2026, 11, 1, tzinfo=UTC),
    )


LENS = workshop(1, "Lens", "62300", laptop=40, monitor=40)
GAP = workshop(2, "Gap", "05000", laptop=40, monitor=40)
ROUBAIX = workshop(3, "Roubaix", "59100", laptop=40)


MONDAY = date(2026, 12, 7)


def with_periods(one: WorkshopOut, *periods: CapacityPeriod) -> WorkshopOut:
    return one.model_copy(update={"periods": list(periods)})


def closed(first: date, last: date) -> CapacityPeriod:
    return CapacityPeriod(first_day=first, last_day=last, is_closed=True)


def names(found: list[Any]) -> list[str]:
    return [one.name for one in found]


def test_the_nearer_of_two_equal_workshops_comes_first() -> None:
    found = rank([GAP, LENS], {}, {"laptop": 10}, "59100")
    assert names(found) == ["Lens", "Gap"]
    assert [one.rank for one in found] == [1, 2]
    assert "km" in found[0].reasons[-1]


def test_a_workshop_that_takes_everything_comes_before_a_nearer_one_that_does_not() -> None:
    found = rank([ROUBAIX, GAP], {}, {"laptop": 5, "monitor": 5}, "59100")
    assert names(found) == ["Gap", "Roubaix"]
    assert "Ne traite pas 5 écrans." in [reason.replace("\u00a0", " ") for reason in found[1].reasons]


def test_a_long_queue_sends_the_lot_further_away() -> None:
    ahead = {(LENS.workshop_id, "laptop"): 400}
    found = rank([LENS, GAP], ahead, {"laptop": 10}, "59100")
    assert names(found) == ["Gap", "Lens"]
    assert "400 équipements y attendent déjà" in found[1].reasons[1]


def test_a_workshop_without_capacity_takes_nothing_and_says_so() -> None:
    found = rank([workshop(4, "Vide", "59000", laptop=0)], {}, {"laptop": 2}, "59100")
    assert (found[0].devices, found[0].weeks) == (0, None)
    assert found[0].reasons[0].startswith("Ne traite aucun équipement de ce lot")


def test_an_unknown_place_is_said_and_neither_near_nor_excluded() -> None:
    found = rank([workshop(5, "Ailleurs", "98000", laptop=40), LENS], {}, {"laptop": 2}, "59100")
    assert names(found) == ["Lens", "Ailleurs"]
    assert found[1].reasons[-1] == "Distance inconnue."


def test_every_departement_with_a_prefecture_has_its_chief_town() -> None:
    metropolitan = {code for code in departements() if len(code) == 2}
    assert all(place_of_departement(code) for code in metropolitan)
    assert distance_km("75001", "13001") in range(640, 680)


async def test_another_choice_than_the_first_keeps_its_reason(chain: Chain) -> None:
    far = await chain.know_workshop("Atelier de Gap", "05000", laptop=10)
    donation = await chain.declare(laptop())
    await chain.do(f"/donations/{donation['id']}/accept")
    lot = (await chain.do(f"/donations/{donation['id']}/collect"))["lots"][0]
    seen = (await chain.coordinator.get(f"/api/v1/lots/{lot}/suggestions")).json()
    assert [one["name"] for one in seen] == ["Atelier de Lens", "Atelier de Gap"]
    refused = await chain.do(f"/lots/{lot}/dispatch", {"workshop_id": far}, status=422)
    assert "Atelier de Lens" in refused["detail"]
    await chain.do(f"/lots/{lot}/dispatch", {"workshop_id": far, "override_reason": "Le camion y va déjà."})
    kept = await chain.coordinator.get(f"/api/v1/lots/{lot}")
    assert kept.json()["override_reason"] == "Le camion y va déjà."


async def test_why_not_the_first_workshop_stays_within_the_coordination(chain: Chain) -> None:
    far = await chain.know_workshop("Atelier de Gap", "05000", laptop=10)
    donation = await chain.declare(laptop())
    await chain.do(f"/donations/{donation['id']}/accept")
    lot = (await chain.do(f"/donations/{donation['id']}/collect"))["lots"][0]
    await chain.do(f"/lots/{lot}/dispatch", {"workshop_id": far, "override_reason": "Pierre y est plus lent."})
    assert (await chain.get(f"/lots/{lot}"))["override_reason"] is None
    assert [one["override_reason"] for one in (await chain.get("/lots"))["items"]] == [None]


async def test_the_last_word_of_a_workshop_counts_whatever_its_clock_says(chain: Chain) -> None:
    event = {
        "workshop_id": chain.workshop_id,
        "name": "Nouveau nom",
        "city": "Lens",
        "postcode": "62300",
        "capacity": {},
        "competences": [],
        "occurred_at": "2020-01-01T00:00:00Z",
    }
    await chain.hear("refurbish.workshops", "workshop-capacity-changed", chain.workshop_id, **event)
    known = (await chain.coordinator.get("/api/v1/workshops")).json()
    assert [one["name"] for one in known] == ["Nouveau nom"]


def test_a_closed_week_makes_everybody_wait_it_out() -> None:
    week = closed(MONDAY, MONDAY + timedelta(days=6))
    assert weeks_until(LENS, "laptop", 40, MONDAY) == 1
    assert weeks_until(with_periods(LENS, week), "laptop", 40, MONDAY) == 2
    # One that comes after the work is done makes nobody wait.
    later = closed(MONDAY + timedelta(days=7), MONDAY + timedelta(days=13))
    assert round(weeks_until(with_periods(LENS, later), "laptop", 40, MONDAY), 6) == 1


def test_a_week_of_twenty_laptops_takes_twenty_and_leaves_monitors_as_they_are() -> None:
    fewer = CapacityPeriod(first_day=MONDAY, last_day=MONDAY + timedelta(days=6), capacity={"laptop": 20})
    lens = with_periods(LENS, fewer)
    assert round(weeks_until(lens, "laptop", 40, MONDAY), 6) == 1.5
    assert round(weeks_until(lens, "laptop", 20, MONDAY), 6) == 1
    assert weeks_until(lens, "monitor", 40, MONDAY) == 1


@given(
    devices=st.integers(0, 500),
    more=st.integers(0, 200),
    start=st.integers(0, 30),
    length=st.integers(0, 30),
    capacity=st.integers(0, 40),
)
def test_more_work_never_ends_earlier_and_taking_less_never_helps(
    devices: int, more: int, start: int, length: int, capacity: int
) -> None:
    first = MONDAY + timedelta(days=start)
    last = first + timedelta(days=length)
    lens = with_periods(LENS, CapacityPeriod(first_day=first, last_day=last, capacity={"laptop": capacity}))
    wait = weeks_until(lens, "laptop", devices, MONDAY)
    assert wait <= weeks_until(lens, "laptop", devices + more, MONDAY) + 1e-9
    assert weeks_until(LENS, "laptop", devices, MONDAY) <= wait + 1e-9
    assert wait <= weeks_until(with_periods(LENS, closed(first, last)), "laptop", devices, MONDAY) + 1e-9


async def test_a_workshop_that_closes_comes_after_one_that_works_and_says_why(chain: Chain) -> None:
    here = await chain.know_workshop("Atelier de Douai", "59500", laptop=40)
    first, last = today(), today() + timedelta(days=27)
    said = {
        "workshop_id": here, "name": "Atelier de Douai", "city": "Douai", "postcode": "59500",
        "capacity": {"laptop": 40}, "competences": ["laptop"],
        "periods": [{"first_day": first.isoformat(), "last_day": last.isoformat(), "is_closed": True}],
    }  # fmt: skip
    donation = await chain.declare(laptop())
    await chain.do(f"/donations/{donation['id']}/accept")
    lot = (await chain.do(f"/donations/{donation['id']}/collect"))["lots"][0]

    async def suggested() -> list[dict[str, Any]]:
        answer = await chain.coordinator.get(f"/api/v1/lots/{lot}/suggestions")
        assert answer.status_code == 200, answer.text
        return list(answer.json())

    assert (await suggested())[0]["name"] == "Atelier de Douai"
    await chain.hear("refurbish.workshops", "workshop-capacity-changed", here, **said)
    closed_one = next(one for one in await suggested() if one["name"] == "Atelier de Douai")
    assert closed_one["rank"] > 1
    assert f"Fermé du {first:%d/%m/%Y} au {last:%d/%m/%Y}." in closed_one["reasons"]
    await chain.hear("refurbish.workshops", "workshop-capacity-changed", here, **{**said, "periods": []})
    assert (await suggested())[0]["name"] == "Atelier de Douai"
