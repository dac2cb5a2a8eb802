"""Receive what no manifest lists, in a lot that the caller has locked."""

from collections.abc import Mapping
from datetime import datetime

from filiere.catalogue.categories import Category
from filiere.database import AsyncSession
from filiere.identifiers import uuid7

from refurbish.arrivals.errors import NotAnnounced
from refurbish.arrivals.repository import Lot
from refurbish.arrivals.service import AT_ONCE, batched, receive
from refurbish.arrivals.surplus.events import DeviceSurplus
from refurbish.arrivals.surplus.repository import SurplusRepository
from refurbish.devices import rules
from refurbish.devices.device import Device
from refurbish.devices.stages import Custody, Stage


async def receive_surplus(
    session: AsyncSession, lot: Lot, counts: Mapping[Category, int], at: datetime
) -> list[Device]:
    """So many of each category came beside what the lot lists: they are devices from now on, and have arrived.

    Raises NotAnnounced while the lot itself is not.
    """
    if lot.donation_id is None:
        raise NotAnnounced
    surplus = SurplusRepository.from_session(session)
    categories = [category for category, count in sorted(counts.items()) for _ in range(count)]
    labels = await surplus.new_labels(len(categories)) if categories else []
    public_body = await surplus.is_public(lot.id)
    made = [
        Device(
            workshop_id=lot.workshop_id, id=uuid7(), lot_id=lot.id, donation_id=lot.donation_id, label=label,
            category=category, manufacturer=None, model=None, serial=None, public_body=public_body,
            stage=Stage.EXPECTED, custody=Custody.TRANSIT, is_surplus=True,
        )
        for category, label in zip(categories, labels, strict=True)
    ]  # fmt: skip
    received: list[Device] = []
    for some in batched(made, AT_ONCE):
        await surplus.put(some)
        steps = [(one, *rules.arrive(one, at)) for one in some]
        events = [
            news
            for one, _, arrived in steps
            for news in (
                DeviceSurplus(
                    **rules.envelope(one), occurred_at=at, donation_id=one.donation_id, category=one.category,
                    public_body=one.public_body,
                ),
                *arrived,
            )
        ]  # fmt: skip
        await receive(session, [here for _, here, _ in steps], events, at)
        received += [here for _, here, _ in steps]
    return received
