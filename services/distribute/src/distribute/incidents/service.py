"""Say that something went wrong on the way, and settle it: always one word, one lock order, one place per device."""

from collections.abc import Sequence
from uuid import UUID

from filiere import outbox
from filiere.database import AsyncReadSession, AsyncSession
from filiere.identifiers import IdentifierError, parse_label
from filiere.web import Principal, Role

from distribute.allocation.replacing import promise_another, release_and_replace
from distribute.demand.service import refresh
from distribute.incidents.errors import (
    AlreadySettled,
    CannotBeReported,
    IncidentNotFound,
    NotInShipment,
    OutcomeDoesNotFit,
)
from distribute.incidents.events import DeviceFound, DeviceLost, DeviceReported
from distribute.incidents.repository import IncidentsRepository
from distribute.incidents.schemas import Decision, IncidentOut, ReportIn, SwapOut
from distribute.incidents.status import IncidentKind, Outcome, Side
from distribute.orders.release import release
from distribute.orders.stages import restate
from distribute.reservations.repository import ReservationsRepository
from distribute.shipments.errors import ShipmentInTheWay, ShipmentNotFound
from distribute.shipments.receiving import take_in
from distribute.shipments.repository import Carried, LockedShipment, ShipmentsRepository
from distribute.shipments.service import get_for_update
from distribute.statuses import ShipmentStatus, StockStatus, SwapReason
from distribute.stock.repository import StockRepository
from distribute.tenancy import relais_of, workshops_of
from distribute.why import Ending, TakenBack

_ENDINGS = {IncidentKind.DAMAGED: Ending.DAMAGED, IncidentKind.WRONG: Ending.WRONG}


async def say_missing(
    session: AsyncSession, principal: Principal, shipment_id: UUID, labels: Sequence[str], note: str = ""
) -> int:
    """These were not in the parcel, or nobody can say where they are; without labels all that is still expected.

    They stay on their way until the coordination settles it or somebody scans them. How many are new. Raises
    ShipmentNotFound, ShipmentInTheWay, NotInShipment.
    """
    shipment = await get_for_update(session, principal, shipment_id)
    if shipment.status not in (ShipmentStatus.SHIPPED, ShipmentStatus.DELIVERED):
        raise ShipmentInTheWay(shipment.reference, shipment.status, "rien n'en manque encore")
    carried = await ShipmentsRepository.from_session(session).carried_for_update(shipment_id)
    travelling = [one for one in carried if one.status == StockStatus.SHIPPED.value]
    wanted = {_label(text) for text in labels}
    if wanted - {one.label for one in carried}:
        raise NotInShipment
    devices = [one.device_id for one in travelling if not wanted or one.label in wanted]
    side = _side(principal, shipment)
    return await IncidentsRepository.from_session(session).say_missing(shipment, devices, side, note)


async def report(
    session: AsyncSession,
    principal: Principal,
    shipment_id: UUID,
    device_id: UUID,
    said: ReportIn,
    file_hash: str | None = None,
) -> IncidentOut:
    """It arrived damaged, or is not the right one: received at once if it was not yet.

    Kept, it stays at the Relais. Else its promise ends, it goes back, and its line is promised another one at once when
    one is free. Raises ShipmentNotFound, ShipmentInTheWay, NotInShipment, CannotBeReported.
    """
    # Before the order, as everybody who promises.
    await ReservationsRepository.from_session(session).lock_allocation()
    shipment = await get_for_update(session, principal, shipment_id)
    if not principal.may_act_for(Role.RELAIS, shipment.relais_id):
        raise ShipmentNotFound
    if shipment.status not in (ShipmentStatus.SHIPPED, ShipmentStatus.DELIVERED):
        raise ShipmentInTheWay(shipment.reference, shipment.status, "il n'est pas encore en route")
    device = await _carried(session, shipment_id, device_id)
    if device.status == StockStatus.SHIPPED.value:
        await take_in(session, shipment, [device_id])
    elif device.status != StockStatus.DELIVERED.value:
        raise CannotBeReported(device.label, StockStatus(device.status))
    outcome, replacement_id = Outcome.KEPT, None
    if not said.keep:
        why = TakenBack(ending=_ENDINGS[said.kind])
        (promise,) = await release(session, [device_id], why, into=StockStatus.RETURNING, held=StockStatus.DELIVERED)
        replacement_id = await promise_another(session, promise.line_id, device_id, principal.subject)
        outcome = Outcome.REPLACED if replacement_id else Outcome.SHORT
    told = DeviceReported(
        device_id=device_id,
        shipment_id=shipment.id,
        relais_id=shipment.relais_id,
        territory=shipment.territory,
        problem=said.kind,
        comes_back=not said.keep,
    )
    await outbox.append(session, [told])
    incident_id = await IncidentsRepository.from_session(session).add(
        shipment,
        device_id,
        said.kind,
        _side(principal, shipment),
        note=said.note,
        file_hash=file_hash,
        outcome=outcome,
        replacement_id=replacement_id,
    )
    await refresh(session, [shipment.order_id])
    return await get(session, principal, incident_id)


async def swap(
    session: AsyncSession, principal: Principal, shipment_id: UUID, device_id: UUID, reason: SwapReason
) -> SwapOut:
    """Take one device out of a parcel that has not left; its line is promised another one at once where one is free.

    Nobody orders it before its workshop has looked at it: it says that it is good, or takes it to the bench. The rest
    of the parcel stays as it is. Raises ShipmentNotFound, ShipmentInTheWay, NotInShipment.
    """
    await ReservationsRepository.from_session(session).lock_allocation()
    shipment = await get_for_update(session, principal, shipment_id)
    if not principal.may_act_for(Role.WORKSHOP, shipment.workshop_id):
        raise ShipmentNotFound
    if shipment.status is not ShipmentStatus.PREPARING:
        raise ShipmentInTheWay(shipment.reference, shipment.status, "rien n'en sort plus")
    out = await _carried(session, shipment_id, device_id)
    why = TakenBack(ending=Ending.SWAPPED)
    _, instead = await release_and_replace(session, [device_id], why, principal.subject, into=StockStatus.TO_CHECK)
    await StockRepository.from_session(session).say_why_to_check(device_id, reason.value)
    await refresh(session, [shipment.order_id])
    other = await StockRepository.from_session(session).label_of(instead[device_id]) if instead else None
    return SwapOut(label=out.label, replacement_id=instead.get(device_id), replacement_label=other)


async def settle(session: AsyncSession, principal: Principal, incident_id: UUID, decision: Decision) -> IncidentOut:
    """The coordination says what became of what was missing.

    Raises IncidentNotFound, AlreadySettled, OutcomeDoesNotFit.

    Given up, its line is short again: promised another one at once when one is free, else by the next allocation; the
    order can be closed without it. What was given up and turns up goes back to its workshop.
    """
    before = await get(session, principal, incident_id)
    await ReservationsRepository.from_session(session).lock_allocation()
    shipment = await get_for_update(session, principal, before.shipment_id)
    incident = await get(session, principal, incident_id)
    if not incident.decisions:
        raise AlreadySettled
    if decision not in incident.decisions:
        raise OutcomeDoesNotFit
    device_id, incidents = incident.device_id, IncidentsRepository.from_session(session)
    where = {
        "device_id": device_id,
        "shipment_id": shipment.id,
        "relais_id": shipment.relais_id,
        "territory": shipment.territory,
    }
    replacement_id = None
    if decision is Decision.LOST or (decision is Decision.FOUND and incident.settled_at is None):
        into = StockStatus.LOST if decision is Decision.LOST else StockStatus.RETURNING
        promises = await release(
            session, [device_id], TakenBack(ending=Ending.LOST), into=into, held=StockStatus.SHIPPED
        )
        if not promises:  # received meanwhile, or given back to its workshop
            raise AlreadySettled
        replacement_id = await promise_another(session, promises[0].line_id, device_id, principal.subject)
    elif decision is Decision.FOUND and not await incidents.stand(
        [device_id], StockStatus.LOST.value, StockStatus.RETURNING.value
    ):
        raise AlreadySettled
    if decision is not Decision.ON_ITS_WAY:
        await outbox.append(session, [DeviceLost(**where) if decision is Decision.LOST else DeviceFound(**where)])
    await incidents.settle_one(incident_id, Outcome(decision.value), replacement_id)
    await restate(session, [shipment.order_id])
    await refresh(session, [shipment.order_id])
    return await get(session, principal, incident_id)


async def illustrate(session: AsyncSession, principal: Principal, incident_id: UUID, file_hash: str) -> IncidentOut:
    """Name a kept photo. Raises IncidentNotFound."""
    incident = await get(session, principal, incident_id)
    if not principal.may_act_for(Role.RELAIS, incident.relais_id):
        raise IncidentNotFound
    await IncidentsRepository.from_session(session).illustrate(incident_id, file_hash)
    return await get(session, principal, incident_id)


async def get(session: AsyncReadSession | AsyncSession, principal: Principal, incident_id: UUID) -> IncidentOut:
    """One incident the caller may see. Raises IncidentNotFound."""
    found = await IncidentsRepository.from_session(session).get(
        relais_of(principal), workshops_of(principal), incident_id
    )
    if found is None:
        raise IncidentNotFound
    return found


async def _carried(session: AsyncSession, shipment_id: UUID, device_id: UUID) -> Carried:
    for one in await ShipmentsRepository.from_session(session).carried_for_update(shipment_id):
        if one.device_id == device_id:
            return one
    raise NotInShipment


def _label(text: str) -> str:
    try:
        return parse_label(text)
    except IdentifierError as error:
        raise NotInShipment from error


def _side(principal: Principal, shipment: LockedShipment) -> Side:
    if principal.scope(Role.RELAIS).includes(shipment.relais_id):
        return Side.RELAIS
    return Side.WORKSHOP if principal.scope(Role.WORKSHOP).includes(shipment.workshop_id) else Side.COORDINATION
