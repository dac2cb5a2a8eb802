"""What is missing, and the letter to past donors of it."""

from typing import Any
from uuid import NAMESPACE_URL, uuid5

from filiere.catalogue import Category

from stack.demo.api import Chain
from stack.people import COORDINATOR, RELAIS

_WANTED: list[dict[str, Any]] = [
    {"category": "tablet", "quantity": 20, "min_grade": "B"},
    {"category": "laptop", "quantity": 12, "min_grade": "PREMIUM"},
    {"category": "printer", "quantity": 3, "min_grade": "D"},
]
_MOST_WANTED = Category.TABLET
_APPEAL = uuid5(NAMESPACE_URL, "filiere-demo-appeal")


async def ask_for_what_is_missing(chain: Chain, relais_ids: dict[str, str]) -> None:
    """A Relais orders more than there is; what stays unserved is what to ask for, and past donors are written to."""
    relais, coordinator = RELAIS[1], chain.distribute(COORDINATOR.subject)
    api = chain.distribute(relais.person.subject)
    if len(await api.everything("/orders")) < 2:
        placed = await api.post("/orders", {"relais_id": relais_ids[relais.key], "lines": _WANTED})
        await coordinator.post(f"/orders/{placed['id']}/approve")
        await coordinator.post("/allocations")
    collect = chain.collect(COORDINATOR.subject)
    board: list[dict[str, Any]] = []

    async def known() -> bool:
        board[:] = await collect.get("/wanted")
        return any(one["category"] == _MOST_WANTED for one in board)

    await chain.until("ce qui manque, chez les donateurs", known)
    body = {"appeal_id": str(_APPEAL), "category": _MOST_WANTED.value, "quiet_months": 0}
    sent = await collect.post("/appeals", body)

    async def written() -> bool:
        sent.update(await collect.get(f"/appeals/{_APPEAL}"))
        return bool(sent["ended_at"])

    await chain.until("l'appel aux donateurs passés", written)
    chain.report("Besoins", len(board), len(board), f"appel aux donateurs passés, {sent['written']} prévenus")
