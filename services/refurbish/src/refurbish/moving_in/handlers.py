"""Lots that collect sends are expected, as ever; what moves in of them is put on its bench in the same transaction."""

from collections.abc import Sequence

from filiere.database import AsyncSession
from filiere.kafka import Received, Subscription
from filiere.movein.ids import is_carried

from refurbish.arrivals.expecting import expect_lots
from refurbish.arrivals.incoming import LotDispatched, LotManifest
from refurbish.moving_in.service import hold, put_in_place


async def expect_and_put_in_place(
    session: AsyncSession, events: Sequence[Received[LotDispatched | LotManifest]]
) -> None:
    manifests = [received.event for received in events if isinstance(received.event, LotManifest)]
    announced = [one.device_id for manifest in manifests for one in manifest.devices if is_carried(one.device_id)]
    await hold(session, announced)
    await expect_lots(session, events)
    if announced:
        await put_in_place(session, announced)


SUBSCRIPTIONS = [Subscription("collect.lots", [LotDispatched, LotManifest], expect_and_put_in_place)]
