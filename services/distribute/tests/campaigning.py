"""What tests of campaigns have in common."""

from datetime import timedelta
from typing import Any

from filiere.calendar import today
from filiere.testing.answers import Json

from .conftest import World

TABLETS = {"category": "tablet", "quantity": 3, "min_grade": "D"}


def terms(**given: Any) -> dict[str, Any]:
    """A campaign of a month from today on."""
    begins, ends = today().isoformat(), (today() + timedelta(days=30)).isoformat()
    return {"name": "Hiver connecté", "begins_on": begins, "ends_on": ends, "target_people": 20, **given}


async def opened(world: World, *members: Any, **given: Any) -> Json:
    """A published campaign, and those who join it."""
    made = await world.call(world.coordinator, "/campaigns", terms(**given), status=201)
    made = await world.call(world.coordinator, f"/campaigns/{made['id']}/publish", {"reason": "Le froid arrive"})
    for relais in members:
        await world.call(relais["client"], f"/campaigns/{made['id']}/join", {"relais_id": relais["id"]})
    return made


def line(campaign: Json, **given: Any) -> dict[str, Any]:
    """A line of an order for it."""
    return {**TABLETS, "campaign": campaign["name"], **given}
