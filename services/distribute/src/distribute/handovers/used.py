"""What somebody used goes back to its workshop, which wipes it: no other person has it before (decision 0052).

What the database refuses to hand over says its function `used_since_promised`: since the device was promised to this
Relais it came back from a place that it was lent to, or from a person (the handover is taken back because the device
does not work, or because they changed their mind and had it for more than an hour).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from filiere import outbox
from filiere.catalogue import Fault
from filiere.database import AsyncSession, Database

from distribute.demand.service import refresh
from distribute.handovers.events import DeviceBroughtBack
from distribute.handovers.repository import HandoversRepository
from distribute.orders.release import release
from distribute.orders.repository import OrdersRepository
from distribute.statuses import StockStatus
from distribute.till_journal.entry import Entry
from distribute.till_journal.status import UndoReason
from distribute.why import TO_WIPE, Ending, TakenBack

# Who changes their mind at the counter has used nothing. The database reckons with the same hour.
AT_THE_COUNTER = timedelta(hours=1)


def was_used(entry: Entry, reason: UndoReason, at: datetime) -> bool:
    """Whether whoever gives a device back may have written on it.

    A wrong device or a trial never left; a wrong price is written anew for the same person, who keeps the device.
    """
    if reason is UndoReason.DOES_NOT_WORK:
        return True
    return reason is UndoReason.CHANGED_MIND and at - entry.draft.handed_over_at > AT_THE_COUNTER


async def send_to_its_workshop(
    session: AsyncSession, devices: Sequence[UUID], *, held: StockStatus, is_broken: bool = False
) -> None:
    """Out of the Relais' stock and promised to nobody; their lines are short again. The caller holds their orders."""
    why = TakenBack(ending=Ending.BROUGHT_BACK, detail="" if is_broken else TO_WIPE)
    ended = await release(session, devices, why, into=StockStatus.RETURNING, held=held)
    told = [
        DeviceBroughtBack(
            device_id=one.device_id,
            relais_id=one.relais_id,
            territory=one.territory,
            fault=Fault.OTHER,
            to_wipe=not is_broken,
        )
        for one in ended
    ]
    await outbox.append(session, told)
    await refresh(session, sorted({one.order_id for one in ended}))


async def send_back_what_was_used(database: Database) -> int:
    """What the release before left in a Relais' stock though somebody had used it. How many devices."""
    async with database.unit_of_work() as session:
        repository = HandoversRepository.from_session(session)
        await OrdersRepository.from_session(session).for_update(await repository.orders_of_the_used())
        used = await repository.used_for_update()
        await send_to_its_workshop(session, used, held=StockStatus.DELIVERED)
    return len(used)
