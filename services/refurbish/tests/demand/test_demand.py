"""What is waited for."""

from filiere.catalogue.categories import Category
from filiere.catalogue.grades import Grade
from filiere.testing.events import Published, incoming
from refurbish.demand.waiting import region_of, waiting_for

from ..conftest import World


def wanted(category: str, grade: str, territory: str, count: int, **more: str) -> Published:
    key = f"{category}:{grade}:{territory}"
    data = {"category": category, "grade": grade, "territory": territory, "wanted": count, **more}
    return incoming("distribute.demand", "org.filiere.distribute.demand-updated.v1", key, data)


async def test_the_newest_figure_of_each_key_is_shown(world: World) -> None:
    await world.hears(
        wanted("laptop", "B", "62", 5, occurred_at="2026-11-03T10:00:00Z"),
        wanted("laptop", "B", "62", 23, occurred_at="2026-11-03T11:00:00Z"),
        wanted("laptop", "B", "62", 1, occurred_at="2026-11-03T09:00:00Z"),
        wanted("tablet", "C", "59", 2),
        wanted("monitor", "C", "59", 0),
    )
    found = await world.get("/demand")
    assert [(one["category"], one["wanted"]) for one in found] == [("laptop", 23), ("tablet", 2)]


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
