"""Tell workshops and donors what Relais still wait for."""

from collections.abc import Sequence
from uuid import UUID

from filiere import outbox
from filiere.catalogue import Category, Grade
from filiere.database import AsyncSession

from distribute.demand.events import DemandUpdated
from distribute.demand.repository import DemandRepository


async def refresh(
    session: AsyncSession, order_ids: Sequence[UUID], before: Sequence[tuple[Category, Grade, str]] = ()
) -> None:
    """Publish the demand that these orders changed, and only where it changed.

    `before`: category, least grade and territory of lines of theirs that ask for something else now.

    Call it last in a transaction: the demand rows stay locked until it ends, and everybody takes them last.
    """
    if not order_ids:
        return
    changed = await DemandRepository.from_session(session).refresh(order_ids, before)
    await outbox.append(
        session,
        [
            DemandUpdated(
                category=Category(one.category), grade=Grade(one.grade), territory=one.territory, wanted=one.wanted
            )
            for one in changed
        ],
    )
