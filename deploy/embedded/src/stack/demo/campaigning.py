"""A campaign that runs, with a structure that takes part and has ordered for it, and one that is being written."""

from datetime import timedelta
from typing import Any

from filiere.calendar import today

from stack.demo.api import Chain
from stack.demo.organisations import Organisations
from stack.people import COORDINATOR, RELAIS

WINTER = "Hiver connecté"
SPRING = "Rentrée connectée"


def _terms(name: str, first: int, last: int, **more: Any) -> dict[str, Any]:
    """`first` and `last`: days from today."""
    days = {"begins_on": (today() + timedelta(first)).isoformat(), "ends_on": (today() + timedelta(last)).isoformat()}
    return {"name": name, **days, **more}


async def run_a_campaign(chain: Chain, organisations: Organisations) -> None:
    """Once, however often the demonstration is played."""
    coordinator, lead = chain.distribute(COORDINATOR.subject), RELAIS[0]
    if any(one["terms"]["name"] == WINTER for one in await coordinator.get("/campaigns") if one["terms"]):
        return
    words = "Des smartphones donnés à des personnes à la rue, avant le grand froid."
    winter = await coordinator.post(
        "/campaigns", _terms(WINTER, 0, 60, words=words, target_people=200, pricing="gift", share_percent=20)
    )
    await coordinator.post(f"/campaigns/{winter['id']}/publish", {"reason": "Le plan grand froid a commencé."})
    relais_id, theirs = organisations.relais[lead.key], chain.distribute(lead.person.subject)
    await theirs.post(f"/campaigns/{winter['id']}/join", {"relais_id": relais_id})
    line = {"category": "smartphone", "quantity": 2, "min_grade": "C", "campaign": WINTER}
    await theirs.post("/orders", {"relais_id": relais_id, "lines": [line]})
    await coordinator.post("/campaigns", _terms(SPRING, 200, 260, target_people=500))
