"""What the till does after the sale: another device at no price, the money back, and a sale that stands without it."""

from dataclasses import replace
from datetime import date
from typing import NamedTuple
from uuid import UUID

from filiere import outbox
from filiere.calendar import day_of, now
from filiere.catalogue import Tier, euros
from filiere.database import AsyncSession
from filiere.identifiers import uuid7
from filiere.web import Principal

from distribute.handovers.chaining import entry_kind, locked_journal
from distribute.handovers.errors import SoldByAnotherTill, UndoIsTheLeads
from distribute.handovers.events import DeviceHandedOver
from distribute.handovers.repository import HandoversRepository, Line
from distribute.handovers.schemas import HandoverOut, TillDevice, receipt_number
from distribute.handovers.status import HandoverKind
from distribute.handovers.undo import may_undo, minus
from distribute.tenancy import own_relais_of
from distribute.till_journal.entry import Draft
from distribute.till_journal.repository import TillJournalRepository
from distribute.till_journal.service import enter
from distribute.till_journal.status import Means, UndoReason

_SWAPPED = "Échange sous garantie du reçu {receipt} : rien à payer."
_KEPT = "Réparé : c'est l'équipement du reçu {receipt}, rien à payer."
_PAID = "Réparation de l'équipement du reçu {receipt} : {amount}."
_HELPED = "À la place du reçu {receipt}, sans garantie : rien à payer."


class Paid(NamedTuple):
    """What is paid for a repair that no guarantee covers."""

    person_cents: int = 0
    person_means: Means | None = None
    structure_cents: int = 0
    structure_means: Means | None = None

    @property
    def cents(self) -> int:
        return self.person_cents + self.structure_cents


NOTHING = Paid()


async def hand_over_instead(
    session: AsyncSession,
    principal: Principal,
    old: HandoverOut,
    device: TillDevice,
    until: date | None,
    paid: Paid = NOTHING,
) -> UUID:
    """Hand over a device that the caller holds to whoever had `old`, at no price but that of a repair. Returns the new
    handover.

    `until`: the last day of its guarantee; without one it is a gift, for a gift promises nothing.
    """
    repository, at, handover_id = HandoversRepository.from_session(session), now(), uuid7()
    year = day_of(at).year
    kind = HandoverKind.SOLD if until is not None else HandoverKind.GIVEN
    tier = old.tier if until is not None else Tier.GIFT
    # The counter before the journal, as at the till.
    number = await repository.next_receipts(old.relais_id, year, 1)
    last = await locked_journal(session, old.relais_id)
    draft = Draft(
        kind=entry_kind(kind),
        at=at,
        by=principal.subject,
        handover_id=handover_id,
        device_id=device.device_id,
        receipt=receipt_number(year, number),
        label=device.label,
        category=device.category.value,
        tier=tier.value,
        person_cents=paid.person_cents,
        person_means=paid.person_means,
        structure_cents=paid.structure_cents,
        structure_means=paid.structure_means,
        details={"instead_of": old.receipt},
    )
    (entry,) = await enter(session, old.relais_id, last, [draft])
    line = Line(
        old.relais_id,
        handover_id,
        year,
        number,
        device.device_id,
        kind,
        tier,
        paid.cents,
        [_said(old, device, until, paid)],
        old.person_alias,
        old.public,
        None,
        None,
        entry.sequence,
        at,
        until,
    )
    await repository.add([line])
    told = DeviceHandedOver(device_id=device.device_id, relais_id=old.relais_id, territory=device.territory, how=kind)
    await outbox.append(session, [told])
    return handover_id


def _said(old: HandoverOut, device: TillDevice, until: date | None, paid: Paid) -> str:
    if paid.cents:
        return _PAID.format(receipt=old.receipt, amount=euros(paid.cents))
    if device.device_id == old.device_id:
        return _KEPT.format(receipt=old.receipt)
    return (_SWAPPED if until is not None else _HELPED).format(receipt=old.receipt)


async def give_money_back(
    session: AsyncSession, principal: Principal, handover: HandoverOut, part_cents: int | None = None
) -> int:
    """A minus entry for what was paid, and how much it is. Paid back in whole, the handover stays in the journal alone;
    in part, it stands at the rest, and each side gets back of what it paid. Raises SoldByAnotherTill, UndoIsTheLeads.
    """
    repository = HandoversRepository.from_session(session)
    last = await locked_journal(session, handover.relais_id)
    entries = await TillJournalRepository.from_session(session).of_handover(own_relais_of(principal), handover.id)
    if not entries:
        raise SoldByAnotherTill
    (entry,) = entries
    if not may_undo(principal, entry, await repository.lead(handover.relais_id)):
        raise UndoIsTheLeads
    whole = minus(entry, principal, UndoReason.DOES_NOT_WORK)
    if part_cents is None or part_cents == -whole.amount_cents:
        await enter(session, handover.relais_id, last, [whole])
        await repository.forget(handover.id)
        return -whole.amount_cents
    structure = part_cents * -whole.structure_cents // -whole.amount_cents
    part = replace(
        whole, person_cents=structure - part_cents, structure_cents=-structure, details={"part_of": entry.sequence}
    )
    await enter(session, handover.relais_id, last, [part])
    await repository.pay_back(handover.id, part_cents)
    return part_cents
