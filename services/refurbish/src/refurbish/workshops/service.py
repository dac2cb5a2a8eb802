"""Register workshops, their people and what they can take."""

from dataclasses import replace
from uuid import UUID

from filiere import journal, outbox
from filiere.calendar import now, today
from filiere.database import AsyncReadSession, AsyncSession, Scope
from filiere.identifiers import uuid7
from filiere.web import Principal, Role
from filiere.web.memberships import grant_known

from refurbish.tenancy import workshops_of
from refurbish.workshops.errors import WorkshopNotFound
from refurbish.workshops.events import CapacityPeriod, WorkshopCapacityChanged
from refurbish.workshops.periods.repository import PeriodRepository
from refurbish.workshops.repository import Workshop, WorkshopRepository
from refurbish.workshops.schemas import Capacity, NewWorkshop

JOURNAL = "workshop"
"""What the journal calls a workshop."""


async def register(session: AsyncSession, new: NewWorkshop) -> Workshop:
    """Register a workshop and tell the chain what it can take."""
    workshop = Workshop(
        id=uuid7(),
        name=new.name,
        city=new.city,
        postcode=new.postcode,
        capacity=new.capacity,
        competences=new.competences,
        created_at=now(),
    )
    await WorkshopRepository.from_session(session).insert(workshop)
    await outbox.append(session, [await changed(session, workshop)])
    return workshop


async def change_capacity(session: AsyncSession, principal: Principal, workshop_id: UUID, new: Capacity) -> Workshop:
    """Say what the workshop takes from now on; saying the same again publishes nothing. Raises WorkshopNotFound."""
    repository = WorkshopRepository.from_session(session)
    before = await repository.get(workshops_of(principal), workshop_id, for_update=True)
    if before is None:
        raise WorkshopNotFound(workshop_id)
    after = replace(before, capacity=new.capacity, competences=new.competences)
    if after != before:
        await repository.set_capacity(after)
        await journal.note(session, principal, JOURNAL, workshop_id, "capacity-changed")
        await outbox.append(session, [await changed(session, after)])
    return after


async def add_member(session: AsyncSession, principal: Principal, workshop_id: UUID, subject: str) -> bool:
    """Let a person act for the workshop; False when they could already. Raises WorkshopNotFound, SubjectUnknown."""
    if await WorkshopRepository.from_session(session).get(workshops_of(principal), workshop_id) is None:
        raise WorkshopNotFound(workshop_id)
    return await grant_known(session, subject, Role.WORKSHOP, workshop_id)


async def changed(session: AsyncReadSession, workshop: Workshop) -> WorkshopCapacityChanged:
    """What the chain is told of a workshop whose row is locked: its usual week, and the days that are otherwise."""
    periods = await PeriodRepository.from_session(session).to_come(Scope([workshop.id]), workshop.id, today())
    return WorkshopCapacityChanged(
        workshop_id=workshop.id,
        name=workshop.name,
        city=workshop.city,
        postcode=workshop.postcode,
        capacity=workshop.capacity,
        competences=workshop.competences,
        periods=[
            CapacityPeriod(
                first_day=one.first_day, last_day=one.last_day, is_closed=one.is_closed, capacity=dict(one.capacity)
            )
            for one in periods
        ],
    )
