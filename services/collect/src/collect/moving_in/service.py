"""Donors, then gifts with their lots, which leave for their workshop: each as if it had been declared here."""

from collections.abc import Sequence
from uuid import UUID

from filiere import journal, outbox
from filiere.calendar import today
from filiere.database import AsyncReadSession, AsyncSession
from filiere.events import Event
from filiere.movein.ids import carried_id, device_id
from filiere.movein.wire import CarriedLot, Moved, Progress, Refused, ToCollect, at
from filiere.web import Principal

from collect.donations.events import DonationAccepted, DonationDeclared, LineOutcome
from collect.donations.service import JOURNAL
from collect.lots.events import LotCollected
from collect.lots.lot import Lot
from collect.lots.service import send
from collect.moving_in.errors import WorkshopNotHeardOf
from collect.moving_in.repository import Given, MovingInRepository, note_of


async def move_in(session: AsyncSession, principal: Principal, batch: ToCollect) -> Moved:
    """One batch, whole or not at all; the same again changes nothing. Raises WorkshopNotHeardOf."""
    repository = MovingInRepository.from_session(session)
    await repository.lock()
    made = await repository.put_donors(batch.donors) if batch.donors else 0
    sirens = [*(one.siren for one in batch.donors), *(one.siren for one in batch.lots)]
    donors = await repository.donors(sirens)
    if batch.lots and await repository.unheard_workshops([one.workshop_id for one in batch.lots]):
        raise WorkshopNotHeardOf
    new, known, refused = await _sorted(repository, batch.source, batch.lots, donors)
    if new:
        await _put(session, principal, repository, batch.source, new)
    return Moved(
        new=made + sum(len(one.devices) for one in new),
        known=len(batch.donors) - made + known,
        ids={one.siren: donors[one.siren] for one in batch.donors if one.siren in donors},
        refused=refused,
    )


async def progress(session: AsyncReadSession, source: str) -> Progress:
    return await MovingInRepository.from_session(session).progress(source)


async def _sorted(
    repository: MovingInRepository, source: str, lots: Sequence[CarriedLot], donors: dict[str, UUID]
) -> tuple[list[Given], int, list[Refused]]:
    """Lots that are new; devices that are here; and what cannot be taken, with its reason."""
    ids = {carried_id(source, "lot", one.key): one for one in lots}
    here, placed = await repository.known(
        list(ids), [device_id(source, device.key) for one in lots for device in one.devices]
    )
    new: list[Given] = []
    refused: list[Refused] = []
    known = 0
    for lot_id, one in ids.items():
        devices = {device_id(source, device.key): device for device in one.devices}
        if one.siren not in donors:
            refused.append(Refused(key=one.key, sentence="Son donateur n'est pas inscrit : reprenez-le d'abord."))
        elif lot_id in here:
            inside = [id_ for id_ in devices if placed.get(id_) == lot_id]
            known += len(inside)
            if more := len(devices) - len(inside):
                what = f"{more} équipements de plus sont" if more > 1 else "1 équipement de plus est"
                why = f"Ce lot est déjà repris : {what} à mettre dans un lot à part."
                refused.append(Refused(key=one.key, sentence=why))
        elif elsewhere := next((devices[id_].key for id_ in devices if id_ in placed), None):
            why = f"L'équipement {elsewhere} est déjà repris dans un autre lot."
            refused.append(Refused(key=one.key, sentence=why))
        else:
            placed |= dict.fromkeys(devices, lot_id)
            new.append(
                Given(
                    lot_id, carried_id(source, "donation", one.key), one.siren, note_of(source, one.key),
                    at(one.collected_on), one.workshop_id, list(devices.items()),
                )
            )  # fmt: skip
    return new, known, refused


async def _put(
    session: AsyncSession, principal: Principal, repository: MovingInRepository, source: str, new: Sequence[Given]
) -> None:
    lots = {lot.id: lot for lot in await repository.put(new, today().year, f"Repris de {source}.")}
    details = {"source": source}
    notes = [journal.Note(JOURNAL, one.donation_id, "moved-in", details) for one in new]
    await journal.note_all(session, principal, notes)
    for one in new:
        await outbox.append(session, _told(one, lots[one.lot_id]))
        await send(session, principal, lots[one.lot_id], one.workshop_id, lots[one.lot_id].workshop_name or "", None)
    await repository.backdate(list(lots))


def _told(one: Given, lot: Lot) -> list[Event]:
    """What the chain is told of a gift, on the day it was made."""
    devices, when = len(one.devices), one.collected_at
    said = {"donation_id": one.donation_id, "reference": lot.donation_reference, "occurred_at": when}
    return [
        DonationDeclared(
            **said, donor_id=lot.donor_id, public_body=lot.public_body, devices=devices, lines=devices
        ),
        DonationAccepted(
            **said, accepted=devices, refused=0, part=1, parts=1,
            verdicts=[LineOutcome(line=n, quantity=1, accepted=True, rule=None) for n in range(1, devices + 1)],
        ),
        LotCollected(lot_id=lot.id, code=lot.code, donation_id=one.donation_id, devices=devices, occurred_at=when),
    ]  # fmt: skip
