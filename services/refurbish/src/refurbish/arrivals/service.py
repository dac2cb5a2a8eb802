"""Receive lots: by scan, in bulk, then count them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from itertools import islice
from typing import Literal, TypeVar
from uuid import UUID

from filiere import journal, outbox
from filiere.calendar import now
from filiere.database import AsyncSession
from filiere.events import Event
from filiere.identifiers import readings
from filiere.loop_turns import in_turns
from filiere.web import Principal, Role, gettext

from refurbish.aliases.kinds import misread
from refurbish.aliases.repository import AliasRepository
from refurbish.arrivals import events as told
from refurbish.arrivals.errors import LotNotFound, NothingArrived, WhichWorkshop
from refurbish.arrivals.events import LotArrived
from refurbish.arrivals.mismatches.repository import MismatchRepository
from refurbish.arrivals.repository import ArrivalRepository, Lot
from refurbish.devices import rules
from refurbish.devices.device import Device
from refurbish.devices.errors import DeviceNotFound, WorkedOn
from refurbish.devices.repository import DeviceRepository
from refurbish.devices.service import JOURNAL
from refurbish.devices.stages import Stage
from refurbish.tenancy import person, workshops_of

Item = TypeVar("Item")

AT_ONCE = 250
"""Devices received in one turn of the event loop, 10 ms."""


class Outcome(StrEnum):
    """What a scan found."""

    ARRIVED = "arrived"
    ALREADY = "already"  # scanned before: nothing changes
    OTHER_LOT = "other_lot"  # here, now or before, but of another lot of the same workshop than the one at hand
    UNKNOWN = "unknown"  # queued as a mismatch
    UNREADABLE = "unreadable"  # a reading error: to be scanned again


@dataclass(frozen=True, slots=True)
class Scanned:
    """The answer to one scan, with the sentence for the person."""

    text: str
    outcome: Outcome
    sentence: str
    label: str | None = None
    device: Device | None = None

    @property
    def kind(self) -> Literal["new", "already", "wrong"]:
        """What is heard and seen of it: another lot's device has arrived, but lies on the wrong pile."""
        if self.outcome is Outcome.ARRIVED:
            return "new"
        return "already" if self.outcome is Outcome.ALREADY else "wrong"

    @property
    def is_ok(self) -> bool:
        return self.outcome in {Outcome.ARRIVED, Outcome.ALREADY, Outcome.OTHER_LOT}


async def arrive(
    session: AsyncSession, principal: Principal, lot_id: UUID | None, texts: Sequence[str]
) -> list[Scanned]:
    """Receive what was scanned, in one lot or (lot_id None) in whichever of the caller's lots it is announced.

    Scanning again changes nothing. Strangers go to the mismatch queue. One answer per distinct text, in their order.
    Raises LotNotFound, WhichWorkshop (a stranger, and no telling where it lies).
    """
    labels, wanted, answers = await _read(session, principal, list(dict.fromkeys(text.strip() for text in texts)))
    repository = ArrivalRepository.from_session(session)
    lots = await repository.lots_for_update(workshops_of(principal), [*wanted, *([lot_id] if lot_id else [])])
    if lot_id is not None and lot_id not in lots:
        raise LotNotFound(lot_id)
    at_hand = lots.get(lot_id) if lot_id else None
    # With a lot at hand, only its workshop's devices are meant: a coordinator sees others too.
    meant = [lot for lot in lots.values() if at_hand is None or lot.workshop_id == at_hand.workshop_id]
    at = now()

    moved: dict[UUID, Device] = {}
    strangers: list[str] = []
    # Some at a time: five thousand devices made, moved and told of in one turn would hold everybody else's answers.
    for some in batched(labels.items(), AT_ONCE):
        devices = await repository.by_labels_for_update(meant, [label for _, label in some])
        new: list[Device] = []
        events: list[Event] = []
        async for text, label in in_turns(some):
            device = devices.get(label)
            if device is None:
                strangers.append(label)
                answers[text] = Scanned(
                    text,
                    Outcome.UNKNOWN,
                    gettext("{label} n'est pas annoncé ici. Mets-le de côté.").format(label=label),
                    label,
                )
                continue
            here, news = (moved[device.id], []) if device.id in moved else rules.arrive(device, at)
            if news:
                moved[here.id] = here
                new.append(here)
                events += news
            answers[text] = _welcome(text, here, is_new=here.id in moved, at_hand=at_hand)
        await receive(session, new, events, at)
    if strangers:
        workshop_id = at_hand.workshop_id if at_hand else _only_workshop(principal)
        await MismatchRepository.from_session(session).note_down(
            workshop_id, lot_id, strangers, by=person(principal), at=at
        )
    if moved or strangers:
        await repository.tell({*(device.lot_id for device in moved.values()), *([lot_id] if lot_id else [])})
    touched = {*(device.lot_id for device in moved.values()), *([lot_id] if lot_id and strangers else [])}
    await recount(session, [lot for lot in lots.values() if lot.id in touched])
    return list(answers.values())


async def receive(session: AsyncSession, devices: Sequence[Device], events: Sequence[Event], at: datetime) -> None:
    """Save devices that arrive, and publish: the first of a lot announces the lot. Lots and devices are locked."""
    if not devices:
        return
    repository = ArrivalRepository.from_session(session)
    await repository.save_arrived(devices, at)
    first = await repository.first_arrivals(sorted({device.lot_id for device in devices}), at)
    announced: list[Event] = [LotArrived(lot_id=lot, workshop_id=workshop, occurred_at=at) for lot, workshop in first]
    await outbox.append(session, [*announced, *events])


async def undo_arrival(session: AsyncSession, lots: Mapping[UUID, Lot], device_id: UUID) -> Device | None:
    """It was not this device of one of these locked lots that came; None when it is none of theirs.

    Raises WorkedOn once anything was done to it.
    """
    repository = ArrivalRepository.from_session(session)
    device = await repository.device_for_update(list(lots), device_id)
    if device is None:
        return None
    if device.stage is Stage.ARRIVED and not await repository.is_untouched(device_id):
        raise WorkedOn(device)
    gone, events = rules.undo_arrival(device, now(), is_counted=lots[device.lot_id].reconciled_at is not None)
    if events:
        if gone.is_surplus:
            await DeviceRepository.from_session(session).save(gone)
        else:
            await repository.save_not_arrived(gone)
        await repository.tell([gone.lot_id])
        await outbox.append(session, events)
    return gone


async def not_arrived(session: AsyncSession, principal: Principal, device_id: UUID) -> Device:
    """Scanned or said to be here by mistake. Raises DeviceNotFound, WorkedOn."""
    repository = ArrivalRepository.from_session(session)
    scope = workshops_of(principal)
    lots = await repository.lots_for_update(scope, await repository.lots_of_devices([device_id]))
    device = await undo_arrival(session, lots, device_id)
    if device is None:
        raise DeviceNotFound(device_id)
    await journal.note(session, principal, JOURNAL, device_id, "arrival-undone")
    await recount(session, lots.values())
    return device


async def reconcile(session: AsyncSession, principal: Principal, lot_id: UUID) -> tuple[Lot, list[UUID], list[str]]:
    """Count a lot: what nobody scanned is missing. Counting again publishes only what changed.

    Returns the lot, the missing devices and the surplus labels. Raises LotNotFound, NothingArrived.
    """
    repository = ArrivalRepository.from_session(session)
    lot = (await repository.lots_for_update(workshops_of(principal), [lot_id])).get(lot_id)
    if lot is None:
        raise LotNotFound(lot_id)
    if lot.arrived_at is None:
        raise NothingArrived
    await repository.mark_missing(lot_id)
    found = (await repository.counted([lot_id]))[lot_id]
    return await _told(session, lot, *found), found[1], found[2]


async def recount(session: AsyncSession, lots: Iterable[Lot]) -> None:
    """Count locked lots again that were counted before: what came late, or was settled since, heals their counts."""
    counted = {lot.id: lot for lot in lots if lot.reconciled_at is not None}
    if not counted:
        return
    for lot_id, found in (await ArrivalRepository.from_session(session).counted(sorted(counted))).items():
        await _told(session, counted[lot_id], *found)


async def count_whole(session: AsyncSession, lots: Sequence[Lot]) -> None:
    """Locked lots that were never counted and of which everything is there are counted by that."""
    uncounted = {lot.id: lot for lot in lots if lot.reconciled_at is None and lot.expected is not None}
    if not uncounted:
        return
    for lot_id, found in (await ArrivalRepository.from_session(session).counted(sorted(uncounted))).items():
        if found[0] == uncounted[lot_id].expected:
            await _told(session, uncounted[lot_id], *found)


async def _told(session: AsyncSession, lot: Lot, present: int, missing: list[UUID], surplus: list[str]) -> Lot:
    """The lot as it is counted now; published when that is new."""
    counted = replace(lot, present=present, missing=len(missing), surplus=tuple(surplus))
    if counted == lot and lot.reconciled_at is not None:
        return lot
    at = now()
    counted = replace(counted, reconciled_at=at)
    repository = ArrivalRepository.from_session(session)
    await repository.save_reconciled(counted)
    await repository.tell([lot.id])
    await outbox.append(session, told.counted(lot.id, lot.workshop_id, present, missing, surplus, at))
    return counted


def batched(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Lists of so many items, in their order."""
    left = iter(items)
    while some := list(islice(left, size)):
        yield some


async def _read(
    session: AsyncSession, principal: Principal, texts: Sequence[str]
) -> tuple[dict[str, str], set[UUID], dict[str, Scanned]]:
    """What each scanned text names: the label of the one device that is known by it, or what is written on a stranger;
    the lots of these devices; and an answer for each text, in their order.
    """
    answers = {text: Scanned(text, Outcome.UNKNOWN, "") for text in texts}
    aliases, scope = AliasRepository.from_session(session), workshops_of(principal)
    labels: dict[str, str] = {}
    lots: set[UUID] = set()
    for some in batched(texts, AT_ONCE):
        asked = {text: readings(text) async for text in in_turns(some)}
        values = list({value for many in asked.values() for value in many})
        known = await aliases.known(scope, values) if values else {}
        async for text, readable in in_turns(asked.items()):
            found = next((known[value] for value in readable if value in known), None)
            if found is None and (wrong := misread(text, readable)) is not None:
                answers[text] = Scanned(text, Outcome.UNREADABLE, wrong)
            elif found is None:
                labels[text] = readable[0]
            elif found.others:
                shared = gettext("Plusieurs équipements portent {text} : scanne l'étiquette.").format(text=text[:40])
                answers[text] = Scanned(text, Outcome.UNREADABLE, shared)
            else:
                labels[text] = found.label
                lots.add(found.lot_id)
    return labels, lots, answers


def _welcome(text: str, device: Device, *, is_new: bool, at_hand: Lot | None) -> Scanned:
    if at_hand is not None and device.lot_id != at_hand.id and is_new:
        return Scanned(
            text,
            Outcome.OTHER_LOT,
            gettext("{label} est d'un autre lot : il est arrivé quand même.").format(label=device.label),
            device.label,
            device,
        )
    if is_new:
        sentence = gettext("{label} est arrivé : {name}.").format(label=device.label, name=device.name)
        return Scanned(text, Outcome.ARRIVED, sentence, device.label, device)
    stage = gettext(device.stage.label_fr).lower()
    if at_hand is not None and device.lot_id != at_hand.id:
        # It lies on the wrong pile, whoever scanned it before: grey would let it stay there.
        sentence = gettext("{label} est d'un autre lot, et déjà là : {stage}.").format(label=device.label, stage=stage)
        return Scanned(text, Outcome.OTHER_LOT, sentence, device.label, device)
    sentence = gettext("{label} est déjà là : {stage}.").format(label=device.label, stage=stage)
    return Scanned(text, Outcome.ALREADY, sentence, device.label, device)


def _only_workshop(principal: Principal) -> UUID:
    mine = principal.organisations(Role.WORKSHOP)
    if len(mine) != 1:
        raise WhichWorkshop
    return next(iter(mine))
