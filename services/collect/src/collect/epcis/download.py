"""The whole document, while it is read: a large donation has half a million events."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

from fastapi import Response
from filiere.calendar import now
from filiere.database import AsyncReadSession, Scope
from filiere.documents.labels import PUBLIC_SHEET
from filiere.web.downloads import attached
from starlette.responses import StreamingResponse

from collect.devices.history.repository import HistoryRepository
from collect.devices.repository import DeviceRepository
from collect.donations.donation import Donation
from collect.epcis.mapping import CONTEXT, our_events, their_event

MEDIA_TYPE = "application/ld+json"
_AT_ONCE = 50


def epcis_document(session: AsyncReadSession, scope: Scope, donation: Donation, public_url: str) -> Response:
    """Every event of a donation's devices. Needs a `StreamSession`."""
    sheet = public_url.rstrip("/") + PUBLIC_SHEET
    headers = attached(f"don-{donation.reference}-epcis.jsonld")
    return StreamingResponse(_text(_events(session, scope, donation, sheet), donation), 200, headers, MEDIA_TYPE)


async def _events(
    session: AsyncReadSession, scope: Scope, donation: Donation, sheet: str
) -> AsyncIterator[dict[str, Any]]:
    async for device in DeviceRepository.from_session(session).each(scope, donation_id=donation.id):
        for event in our_events(device, sheet + device.label):
            yield event
    async for label, event_id, told in HistoryRepository.from_session(session).of_donation(scope, donation.id):
        yield their_event(event_id, donation.id, sheet + label, told)


async def _text(events: AsyncIterator[dict[str, Any]], donation: Donation) -> AsyncIterator[str]:
    head = {
        "@context": CONTEXT,
        "id": f"urn:uuid:{donation.id}",
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": now().isoformat(timespec="seconds"),
    }
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "epcisBody": {"eventList": ['
    waiting: list[str] = []
    before = ""
    async for event in events:
        waiting.append(json.dumps(event, ensure_ascii=False))
        if len(waiting) == _AT_ONCE:
            yield before + ",\n".join(waiting)
            before = ",\n"
            waiting.clear()
            await asyncio.sleep(0)  # rows at hand and a socket that takes all would let nobody else run
    yield (before if waiting else "") + ",\n".join(waiting) + "]}}\n"
