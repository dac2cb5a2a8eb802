"""Receive a pallet by counting it: so many expected devices arrive and get their labels, the rest is queued."""

from uuid import UUID

from filiere.calendar import now
from filiere.catalogue.categories import Category
from filiere.database import AsyncReadSession, AsyncSession
from filiere.identifiers import uuid7
from filiere.web import Principal, gettext

from refurbish.arrivals.errors import LotNotFound
from refurbish.arrivals.mismatches.repository import MismatchRepository
from refurbish.arrivals.pallets.repository import PalletRepository
from refurbish.arrivals.pallets.schemas import Excess, Pallet, PalletOut
from refurbish.arrivals.repository import ArrivalRepository
from refurbish.arrivals.service import AT_ONCE, batched, receive, recount
from refurbish.arrivals.surplus.service import receive_surplus
from refurbish.devices import rules
from refurbish.devices.device import Device
from refurbish.tenancy import person, workshops_of


async def receive_pallet(session: AsyncSession, principal: Principal, lot_id: UUID, pallet: Pallet) -> PalletOut:
    """What the lot expects arrives; the rest waits in the queue, or is received as surplus when that is asked for.

    Raises LotNotFound, NotAnnounced (surplus of a lot that only its manifest has named).
    """
    repository = ArrivalRepository.from_session(session)
    lot = (await repository.lots_for_update(workshops_of(principal), [lot_id])).get(lot_id)
    if lot is None:
        raise LotNotFound(lot_id)
    at = now()
    here: list[Device] = []
    surplus: dict[Category, int] = {}
    for category, count in sorted(pallet.counts.items()):
        awaited = await PalletRepository.from_session(session).awaited_for_update(lot_id, category, count)
        here += awaited
        if too_much := count - len(awaited):
            surplus[category] = too_much
    for some in batched(here, AT_ONCE):  # thousands at once would hold everybody else's answers
        steps = [rules.arrive(device, at) for device in some]
        await receive(session, [device for device, _ in steps], [news for _, many in steps for news in many], at)
    added: list[Device] = []
    if surplus and pallet.surplus is Excess.LABEL:
        added = await receive_surplus(session, lot, surplus, at)
    elif surplus:
        queued = [
            gettext("{what} sans étiquette, {mark}").format(what=category.label_fr, mark=uuid7().hex[-6:].upper())
            for category, count in surplus.items()
            for _ in range(count)
        ]
        await MismatchRepository.from_session(session).note_down(
            lot.workshop_id, lot_id, queued, by=person(principal), at=at
        )
    await repository.tell([lot_id])
    await recount(session, [lot])
    labels = [device.label for device in added]
    return PalletOut(
        lot_id=lot_id, labels=[*(device.label for device in here), *labels], surplus=surplus, surplus_labels=labels
    )


async def too_many(
    session: AsyncReadSession, principal: Principal, lot_id: UUID, pallet: Pallet
) -> dict[Category, int]:
    """What of a count is more than the lot still waits for, to be asked about before anything is received."""
    awaited = await PalletRepository.from_session(session).awaited(workshops_of(principal), lot_id)
    return {
        category: count - awaited.get(category, 0)
        for category, count in sorted(pallet.counts.items())
        if count > awaited.get(category, 0)
    }
