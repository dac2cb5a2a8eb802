"""What is done with webhooks."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from filiere.calendar import now
from filiere.database import AsyncReadSession, AsyncSession
from filiere.web import Principal

from collect.tenancy import donors_of
from collect.webhooks.errors import (
    DeliveryNotFound,
    EndpointExists,
    EndpointNotFound,
    EndpointPaused,
    NotEncrypted,
    NotOutside,
    TooManyEndpoints,
)
from collect.webhooks.kinds import TEST, WebhookKind
from collect.webhooks.posting import is_surely_inside, parts_of
from collect.webhooks.repository import Told, WebhookRepository
from collect.webhooks.schemas import EndpointIn, EndpointOut
from collect.webhooks.signing import new_secret

MOST = 10
"""Endpoints of one donor."""


class Happening(NamedTuple):
    """Something that happened to a donor's donation; `data` is told as it is."""

    donor_id: UUID
    kind: WebhookKind
    data: Mapping[str, Any]


async def tell(session: AsyncSession, happenings: Sequence[Happening]) -> None:
    """Write what the donors' tools get, in the transaction of what happened."""
    if happenings:
        messages = [Told(one.donor_id, one.kind, _payload(one.kind, one.data)) for one in happenings]
        await WebhookRepository.from_session(session).tell(messages)


def _payload(kind: str, data: Mapping[str, Any]) -> str:
    return json.dumps({"type": kind, "timestamp": now().isoformat(), "data": dict(data)}, ensure_ascii=False)


async def add(
    session: AsyncSession, donor_id: UUID, endpoint: EndpointIn, principal: Principal, *, plain: bool
) -> EndpointOut:
    """Tell an address from now on. `plain`: the installation takes http, for tools of its own network.

    Raises NotEncrypted, NotOutside, TooManyEndpoints, EndpointExists. The caller has found the donor.
    """
    parts = parts_of(endpoint.url)
    if not plain and (parts is None or parts.scheme != "https"):
        raise NotEncrypted
    if not plain and parts is not None and is_surely_inside(parts.hostname or ""):
        raise NotOutside
    webhooks = WebhookRepository.from_session(session)
    if len(await webhooks.of_donor(donors_of(principal), donor_id)) >= MOST:
        raise TooManyEndpoints
    made = await webhooks.add(donor_id, endpoint, new_secret())
    if made is None:
        raise EndpointExists
    found = await webhooks.get(donors_of(principal), made)
    assert found is not None
    return found


async def get(
    session: AsyncReadSession, endpoint_id: UUID, principal: Principal, *, for_update: bool = False
) -> EndpointOut:
    """Raises EndpointNotFound."""
    webhooks = WebhookRepository.from_session(session)
    found = await webhooks.get(donors_of(principal), endpoint_id, for_update=for_update)
    if found is None:
        raise EndpointNotFound(endpoint_id)
    return found


async def renew(session: AsyncSession, endpoint_id: UUID, principal: Principal) -> None:
    """A new secret: what is sent from now on is signed by it. Raises EndpointNotFound."""
    await get(session, endpoint_id, principal, for_update=True)
    await WebhookRepository.from_session(session).renew(endpoint_id, new_secret())


async def pause(session: AsyncSession, endpoint_id: UUID, principal: Principal) -> None:
    """Raises EndpointNotFound."""
    await get(session, endpoint_id, principal, for_update=True)
    await WebhookRepository.from_session(session).pause(endpoint_id, "donor")


async def resume(session: AsyncSession, endpoint_id: UUID, principal: Principal) -> None:
    """Raises EndpointNotFound."""
    await get(session, endpoint_id, principal, for_update=True)
    await WebhookRepository.from_session(session).resume(endpoint_id)


async def remove(session: AsyncSession, endpoint_id: UUID, principal: Principal) -> EndpointOut:
    """The endpoint that is no more. Raises EndpointNotFound."""
    found = await get(session, endpoint_id, principal, for_update=True)
    await WebhookRepository.from_session(session).remove(endpoint_id)
    return found


async def try_out(session: AsyncSession, endpoint_id: UUID, principal: Principal) -> EndpointOut:
    """Send it a message that says nothing. Raises EndpointNotFound, EndpointPaused."""
    found = await get(session, endpoint_id, principal)
    if found.paused_at is not None:
        raise EndpointPaused
    payload = _payload(TEST, {"message": "Filière vous trouve."})
    await WebhookRepository.from_session(session).tell_one(found, TEST, payload)
    return found


async def again(session: AsyncSession, delivery_id: UUID, principal: Principal) -> None:
    """Raises DeliveryNotFound."""
    if not await WebhookRepository.from_session(session).again(donors_of(principal), delivery_id):
        raise DeliveryNotFound(delivery_id)
