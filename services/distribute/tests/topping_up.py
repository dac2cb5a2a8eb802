"""An offer of top-ups, its codes and their sale, for the tests of them."""

from typing import Any

import httpx
from filiere.identifiers import uuid7

from .conftest import World

CODES = [f"9988776655{number:04d}" for number in range(40)]


TWO_GIGABYTES: Any = {
    "operator": "Un opérateur",
    "kind": "data",
    "name": "2 Go",
    "how_to": "Tapez le code.",
    "cents": 500,
    "valid_from": "2026-01-01",
    "source": "Convention de 2026",
}


def csrf_token(page: str) -> str:
    return page.split('name="csrf_token" value="')[1].split('"')[0]


async def offer(world: World) -> dict[str, Any]:
    """One of 5 €."""
    found = await world.read(world.coordinator, "/topups/offers")
    there = [one for one in found if one["cents"] == 500]
    made: dict[str, Any] = (
        there[0] if there else await world.call(world.coordinator, "/topups/offers", TWO_GIGABYTES, status=201)
    )
    return made


async def of_kind(world: World, kind: str, name: str, cents: int) -> str:
    """Another offer."""
    said = {**TWO_GIGABYTES, "kind": kind, "name": name, "cents": cents}
    made = await world.call(world.coordinator, "/topups/offers", said, status=201)
    return str(made["id"])


async def office(world: World) -> httpx.AsyncClient:
    return await world.client.login("camille")


async def take_in(world: World, offer_id: str, text: str, name: str = "essai") -> str:
    """The page after a file of codes was brought."""
    browser = await office(world)
    token = csrf_token((await browser.get(f"/reseau-recharges/{offer_id}")).text)
    answer = await browser.post(
        f"/reseau-recharges/{offer_id}/codes",
        data={"csrf_token": token, "name": name},
        files={"file": ("codes.csv", text.encode(), "text/csv")},
    )
    return answer.text


async def stocked(world: World, codes: int = 5, **given: Any) -> tuple[Any, str]:
    """A Relais with codes of the example of 5 €."""
    relais = await world.relais(**given)
    offer_id = (await offer(world))["id"]
    await take_in(world, offer_id, "\n".join(CODES[:codes]))
    await world.call(world.coordinator, f"/topups/offers/{offer_id}/send", {"relais_id": relais["id"], "codes": codes})
    return relais, offer_id


async def restocked(world: World, offer_id: str, status: int = 200) -> None:
    """All that came back is looked at, and put into the network's stock again."""
    back = await numbers(world.coordinator, offer_id, "returned")
    await world.call(world.coordinator, f"/topups/offers/{offer_id}/restock", {"numbers": back}, status=status)


async def numbers(who: httpx.AsyncClient, offer_id: str, status: str) -> list[int]:
    """What codes that are somewhere are called by."""
    answer = await who.get(f"/api/v1/topups/offers/{offer_id}/codes", params={"status": status})
    assert answer.is_success, answer.text
    return [one["number"] for one in answer.json()]


def sale(offer_id: str, **given: Any) -> dict[str, Any]:
    return {"id": str(uuid7()), "offer_id": offer_id, "kind": "sold", "means": "cash", **given}
