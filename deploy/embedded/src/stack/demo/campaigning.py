"""A campaign that runs, with a structure that takes part and has ordered for it, and its next terms as a draft."""

from datetime import timedelta

from filiere.calendar import today

from stack.demo.api import Chain
from stack.demo.organisations import Organisations
from stack.people import COORDINATOR, RELAIS

WINTER = "Hiver connecté"


async def run_a_campaign(chain: Chain, organisations: Organisations) -> None:
    """Once, however often the demonstration is played."""
    coordinator, lead = chain.distribute(COORDINATOR.subject), RELAIS[0]
    if any(one["terms"]["name"] == WINTER for one in await coordinator.get("/campaigns")):
        return
    terms = {
        "name": WINTER,
        "words": "Des smartphones donnés à des personnes à la rue, avant le grand froid.",
        "begins_on": today().isoformat(),
        "ends_on": (today() + timedelta(days=60)).isoformat(),
        "target_people": 200,
        "pricing": "gift",
        "share_percent": 20,
    }
    campaign = await coordinator.post("/campaigns", terms)
    address = f"/campaigns/{campaign['id']}"
    await coordinator.post(f"{address}/publish", {"reason": "Le plan grand froid a commencé."})
    relais_id, theirs = organisations.relais[lead.key], chain.distribute(lead.person.subject)
    await theirs.post(f"{address}/join", {"relais_id": relais_id})
    line = {"category": "smartphone", "quantity": 2, "min_grade": "C", "campaign": WINTER}
    await theirs.post("/orders", {"relais_id": relais_id, "lines": [line]})
    await coordinator.put(address, {**terms, "target_people": 300})
