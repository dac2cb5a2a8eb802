"""A donor's tool that is told what becomes of its donations, as its people would set it up."""

from typing import Any

import httpx

from stack.demo.api import Chain, Refused
from stack.people import DONORS

_KINDS = ("donation.accepted", "donation.pickup-scheduled", "donation.received", "donation.closed")


async def connect(chain: Chain, donor_id: str) -> None:
    """Before anything is declared: an address with its secret, and a test. Only where such an address may be told."""
    api, path = chain.collect(DONORS[0].person.subject), f"/donors/{donor_id}/webhooks"
    endpoint: dict[str, Any] | None = next(iter(await api.get(path)), None)
    if endpoint is None:
        try:
            endpoint = await api.post(path, {"url": chain.tool, "kinds": list(_KINDS)})
        except Refused:
            return  # this installation tells nobody in its own network: its pages show the form alone
    try:
        await chain.teach(endpoint["secret"])
    except httpx.HTTPError:
        return
    await api.post(f"/webhooks/{endpoint['id']}/test")
    chain.report("Outil du donateur", 1, 1, f"prévenu à {chain.tool}")
