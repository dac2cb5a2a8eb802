"""What donors show to others: every document that can be made of the two donations, and a link to each proof."""

from typing import Any

from stack.demo.api import Caller, Chain
from stack.people import COORDINATOR, DONORS

_VALUE_AWAITED = "attend votre valeur et sa méthode"
_EXAMPLE_VALUE = {"amount": "4200.00", "method": "book", "legal_form": "SA"}


async def prove(chain: Chain, donations: list[str]) -> None:
    """Ask for the documents, and open a link where there is none. What is there already stays."""
    handed_over = await chain.distribute(COORDINATOR.subject).everything("/devices", status="handed_over")

    async def heard() -> bool:
        return await _handed_over(chain, donations) >= len(handed_over)

    await chain.until("les remises, chez les donateurs", heard)
    for number, (donor, donation_id) in enumerate(zip(DONORS, donations, strict=True), start=1):
        numbers = await _documents_of(chain, chain.collect(donor.person.subject), f"/donations/{donation_id}")
        chain.report("Documents", number, len(donations), ", ".join(numbers))


async def _documents_of(chain: Chain, api: Caller, path: str) -> list[str]:
    """Numbers of all that can be made now; a company has said what its devices are worth, for its taxes."""
    if any(
        one["kind"] == "receipt" and one["waits_for"] == _VALUE_AWAITED for one in await api.get(f"{path}/documents")
    ):
        await api.put(f"{path}/valuation", _EXAMPLE_VALUE)
    for one in await api.get(f"{path}/documents"):
        if one["state"] == "possible":
            await api.post(f"{path}/documents", {"kind": one["kind"]})
    if not await api.get(f"{path}/links"):
        await api.post(f"{path}/links")
    found: list[dict[str, Any]] = []

    async def drawn() -> bool:
        found[:] = await api.get(f"{path}/documents")
        return all(one["state"] in ("available", "waiting") for one in found)

    await chain.until("les documents du don", drawn)
    return [one["newest"]["number"] for one in found if one["newest"]]


async def _handed_over(chain: Chain, donations: list[str]) -> int:
    api = chain.collect(COORDINATOR.subject)
    counted = [(await api.get(f"/donations/{one}"))["thread"]["handed_over"] for one in donations]
    return int(sum(counted))
