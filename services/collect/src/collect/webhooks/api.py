"""API of webhooks."""

from typing import Annotated, Literal
from uuid import UUID

from filiere.web import (
    Page,
    Paging,
    Principal,
    ReadSession,
    Role,
    WriteSession,
    allow,
    api_router,
    own_settings,
    raises,
)

from collect.donors import service as donors
from collect.donors.errors import DonorNotFound
from collect.keys import WEBHOOKS
from collect.settings import CollectSettings
from collect.tenancy import donors_of
from collect.webhooks import service
from collect.webhooks.errors import (
    DeliveryNotFound,
    EndpointExists,
    EndpointNotFound,
    EndpointPaused,
    NotEncrypted,
    NotOutside,
    TooManyEndpoints,
)
from collect.webhooks.repository import WebhookRepository
from collect.webhooks.schemas import DeliveryOut, EndpointIn, EndpointOut

router = api_router("", tags=["webhooks"])

Donor = Annotated[Principal, allow(Role.DONOR, keys=(WEBHOOKS,))]
OwnSettings = Annotated[CollectSettings, own_settings(CollectSettings)]


@router.post(
    "/donors/{donor_id}/webhooks",
    status_code=201,
    responses=raises(DonorNotFound, NotEncrypted, NotOutside, TooManyEndpoints, EndpointExists),
)
async def add(
    donor_id: UUID, body: EndpointIn, principal: Donor, settings: OwnSettings, session: WriteSession
) -> EndpointOut:
    """Have an address told of what happens to this donor's donations."""
    await donors.get(session, donor_id, principal)
    return await service.add(session, donor_id, body, principal, plain=settings.webhook_private)


@router.get("/donors/{donor_id}/webhooks", responses=raises(DonorNotFound))
async def of_donor(donor_id: UUID, principal: Donor, session: ReadSession) -> list[EndpointOut]:
    """The addresses that are told, with their secrets."""
    await donors.get(session, donor_id, principal)
    return await WebhookRepository.from_session(session).of_donor(donors_of(principal), donor_id)


@router.delete("/webhooks/{webhook_id}", status_code=204, responses=raises(EndpointNotFound))
async def remove(webhook_id: UUID, principal: Donor, session: WriteSession) -> None:
    """Tell it nothing more, and forget what it was told."""
    await service.remove(session, webhook_id, principal)


@router.post("/webhooks/{webhook_id}/test", status_code=204, responses=raises(EndpointNotFound, EndpointPaused))
async def try_out(webhook_id: UUID, principal: Donor, session: WriteSession) -> None:
    """Send it a message that says nothing; `deliveries` tells what it answered."""
    await service.try_out(session, webhook_id, principal)


@router.post("/webhooks/{webhook_id}/secret", responses=raises(EndpointNotFound))
async def renew(webhook_id: UUID, principal: Donor, session: WriteSession) -> EndpointOut:
    """A new secret, for everything that is sent from now on."""
    await service.renew(session, webhook_id, principal)
    return await service.get(session, webhook_id, principal)


@router.post("/webhooks/{webhook_id}/resume", responses=raises(EndpointNotFound))
async def resume(webhook_id: UUID, principal: Donor, session: WriteSession) -> EndpointOut:
    """Send again to an address that was paused; what waited for it is due now."""
    await service.resume(session, webhook_id, principal)
    return await service.get(session, webhook_id, principal)


@router.get("/webhooks/{webhook_id}/deliveries", responses=raises(EndpointNotFound))
async def deliveries(
    webhook_id: UUID,
    principal: Donor,
    session: ReadSession,
    paging: Paging,
    state: Literal["waiting", "delivered", "given_up"] | None = None,
) -> Page[DeliveryOut]:
    """What was sent to it, the newest first."""
    await service.get(session, webhook_id, principal)
    found = await WebhookRepository.from_session(session).log(
        donors_of(principal), webhook_id, state or "", paging.part
    )
    return paging.of(found.rows, found)


@router.post("/webhook-deliveries/{delivery_id}/again", status_code=204, responses=raises(DeliveryNotFound))
async def again(delivery_id: UUID, principal: Donor, session: WriteSession) -> None:
    """Send a message once more, whatever became of it."""
    await service.again(session, delivery_id, principal)
