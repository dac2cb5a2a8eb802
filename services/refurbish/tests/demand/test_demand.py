"""What is waited for."""

from datetime import UTC, datetime, timedelta

from filiere.catalogue.categories import Category
from filiere.catalogue.grades import Grade
from filiere.testing.drawing import drawn
from filiere.testing.events import Published, incoming
from hypothesis import strategies as st
from refurbish.demand.waiting import region_of, waiting_for

from ..conftest import World

START = datetime(2026, 11, 3, 9, tzinfo=UTC)


def wanted(category: str, grade: str, territory: str, count: int, **more: str) -> Published:
    key = f"{category}:{grade}:{territory}"
    data = {"category": category, "grade": grade, "territory": territory, "wanted": count, **more}
    return incoming("distribute.demand", "org.filiere.distribute.demand-updated.v1", key, data)


async def test_the_newest_figure_of_each_key_is_shown(world: World) -> None:
    await world.hears(
        wanted("laptop", "B", "62", 5),
        wanted("laptop", "B", "62", 23),
        wanted("tablet", "C", "59", 2),
        wanted("monitor", "C", "59", 0),
    )
    found = await world.get("/demand")
    assert [(one["category"], one["wanted"]) for one in found] == [("laptop", 23), ("tablet", 2)]


async def test_no_clock_however_wrong_changes_what_is_wanted(world: World) -> None:
    """Each figure from a machine whose clock is days fast or slow; the last one in the log counts, in any slices."""
    keys = [("laptop", grade, territory) for grade in "ABCD" for territory in ("05", "59", "62")]
    figures = st.lists(st.tuples(st.integers(0, 9), st.integers(-72, 72)), min_size=1, max_size=6)
    stories = drawn(st.lists(figures, min_size=len(keys), max_size=len(keys)))
    log = [
        wanted(*key, story[step][0], occurred_at=(START + timedelta(hours=step + story[step][1])).isoformat())
        for step in range(6)
        for key, story in zip(keys, stories, strict=True)
        if step < len(story)
    ]
    cut = drawn(st.integers(1, len(log)))
    for part in (log[:cut], log[cut:], log[cut // 2 :]):
        await world.hears(*part)
    found = {(one["category"], one["grade"], one["territory"]): one["wanted"] for one in await world.get("/demand")}
    last = {key: story[-1][0] for key, story in zip(keys, stories, strict=True)}
    assert found == {key: count for key, count in last.items() if count}


def test_a_device_is_told_who_waits_near_its_workshop() -> None:
    from datetime import UTC, datetime

    from refurbish.demand.repository import Demand

    now = datetime.now(UTC)
    demands = [Demand(Category.LAPTOP, Grade.B, "62", 23, now), Demand(Category.LAPTOP, Grade.A, "75", 4, now)]
    waiting = waiting_for(Category.LAPTOP, None, "62300", demands)
    assert waiting is not None
    assert waiting.sentence.startswith("23 personnes attendent cet équipement (ordinateur portable) près d'ici")
    assert "Hauts-de-France" in waiting.sentence
    weak = waiting_for(Category.LAPTOP, Grade.B, "75011", demands)
    assert weak is not None
    assert (weak.near, weak.everywhere) == (0, 23)
    assert waiting_for(Category.TABLET, None, "62300", demands) is None


def test_regions_of_territories() -> None:
    assert [region_of(code) for code in ("62", "2A", "974", "XX")] == ["Hauts-de-France", "Corse", "La Réunion", "XX"]
