"""Share a lot out over several workshops: proposed with reasons, changed by the coordination, sent in one go."""

import asyncio
from collections import Counter
from uuid import UUID

from filiere import outbox
from filiere.database import AsyncReadSession, AsyncSession
from filiere.identifiers import uuid7
from filiere.web import Principal

from collect.devices.repository import DeviceRepository
from collect.lots.errors import (
    LotAlreadyDispatched,
    LotNotFound,
    SplitImpossible,
    SplitNeedsReason,
    UntreatedNeedsReason,
    WorkshopUnknown,
)
from collect.lots.events import LotCollected
from collect.lots.lot import Lot
from collect.lots.repository import LotRepository, Taken
from collect.lots.schemas import DispatchedOut, LotOut, SplitLot
from collect.lots.service import get, reasons, send
from collect.tenancy import donors_of
from collect.workshops.repository import WorkshopRepository
from collect.workshops.schemas import WorkshopOut
from collect.workshops.splitting import SplitProposal, propose
from collect.workshops.suggestion import counted_fr, takes, untreated_fr

Shares = dict[UUID, dict[str, int]]
"""Workshop → category → devices."""


async def proposal(session: AsyncReadSession, lot_id: UUID, principal: Principal) -> SplitProposal:
    """How the lot may be shared out, with reasons. Raises LotNotFound."""
    lot = await get(session, lot_id, principal)
    return await _proposed(session, lot, lot.categories)


async def share_out(
    session: AsyncSession, lot_id: UUID, command: SplitLot, principal: Principal
) -> list[DispatchedOut]:
    """Send each workshop its part, as a lot of its own; what nobody takes stays sealed.

    When nothing stays, the first part keeps the lot's own code. Raises LotNotFound, LotAlreadyDispatched,
    WorkshopUnknown, SplitImpossible, SplitNeedsReason, UntreatedNeedsReason.
    """
    lots = LotRepository.from_session(session)
    lot = await lots.get_for_update(donors_of(principal), lot_id)
    if lot is None:
        raise LotNotFound(lot_id)
    if lot.status != "sealed":
        raise LotAlreadyDispatched(lot.code, lot.workshop_name or "un atelier")
    there = await DeviceRepository.from_session(session).categories_of_lot(lot.id)
    shares: Shares = {one.workshop_id: {c.value: n for c, n in one.devices.items()} for one in command.parts}
    if len(shares) < len(command.parts):
        raise SplitImpossible("Chaque atelier n'est nommé qu'une fois.")
    taken = _counted(shares)
    _check(taken, there)
    known = {one.workshop_id: one for one in await WorkshopRepository.from_session(session).all()}
    for workshop_id in shares.keys() - known.keys():
        raise WorkshopUnknown(workshop_id)
    proposed = await _proposed(session, lot, there)
    as_proposed = shares == {one.workshop_id: one.devices for one in proposed.parts}
    if not as_proposed and command.override_reason is None:
        raise SplitNeedsReason
    untreated = {one: _untreated(known[one], what) for one, what in shares.items()}
    if command.untreated_reason is None and any(untreated.values()):
        raise UntreatedNeedsReason([untreated_fr(known[one].name, what) for one, what in untreated.items() if what])
    reason = None if as_proposed else command.override_reason
    stays = any(taken[name] < count for name, count in there.items())
    targets = {workshop: lot.id if n == 0 and not stays else uuid7() for n, workshop in enumerate(shares)}
    await _take_out(session, lot, shares, targets)
    sent = []
    for workshop_id, target in targets.items():
        part = await lots.get(donors_of(principal), target)
        assert part is not None  # just made
        why = reasons(reason, command.untreated_reason if untreated[workshop_id] else None)
        sent.append(await send(session, principal, part, workshop_id, known[workshop_id].name, why))
    return sent


async def _take_out(session: AsyncSession, lot: Lot, shares: Shares, targets: dict[UUID, UUID]) -> None:
    """New lots for all parts but the one that keeps the lot; the world hears of each."""
    next_of: Counter[str] = Counter()
    parts: list[Taken] = []
    counts: Counter[UUID] = Counter()
    for workshop_id, categories in shares.items():
        for name, count in categories.items():
            first = next_of[name] + 1
            next_of[name] += count
            if targets[workshop_id] != lot.id:
                parts.append(Taken(targets[workshop_id], name, first, next_of[name]))
                counts[targets[workshop_id]] += count
    if not parts:
        return
    codes = await LotRepository.from_session(session).take_out(lot.id, parts)
    events = [
        LotCollected(lot_id=made, code=codes[made], donation_id=lot.donation_id, devices=count, split_from=lot.id)
        for made, count in counts.items()
    ]
    await outbox.append(session, events)


async def _proposed(session: AsyncReadSession, lot: Lot | LotOut, categories: dict[str, int]) -> SplitProposal:
    workshops = WorkshopRepository.from_session(session)
    known, at_work = await workshops.all(), await workshops.at_work()
    # Some hundred choices of workshops are weighed: tens of milliseconds that nobody else need wait for.
    return await asyncio.to_thread(propose, known, at_work, categories, lot.postcode)


def _untreated(workshop: WorkshopOut, devices: dict[str, int]) -> dict[str, int]:
    return {name: count for name, count in devices.items() if not takes(workshop, name)}


def _counted(shares: Shares) -> Counter[str]:
    found: Counter[str] = Counter()
    for categories in shares.values():
        found.update(categories)
    return found


def _check(taken: Counter[str], there: dict[str, int]) -> None:
    """Raises SplitImpossible: more than the lot holds."""
    for name, count in taken.items():
        if count > there.get(name, 0):
            raise SplitImpossible(
                f"Vous répartissez {counted_fr(name, count)} : le lot en compte {there.get(name, 0)}."
            )
