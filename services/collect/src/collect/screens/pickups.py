"""What pages do about pickups: the donor's half days, and the calendar file."""

from typing import Annotated
from uuid import UUID

from fastapi import Request, Response
from filiere.calendar import today
from filiere.web import (
    Principal,
    ReadSession,
    Role,
    WriteSession,
    allow,
    attempt,
    flash,
    page_router,
    path,
    read_form,
    redirect,
)
from filiere.web import gettext as _
from filiere.web.bounded_types import Day
from pydantic import BaseModel

from collect.pickups import slots
from collect.pickups.api import calendar_file
from collect.pickups.errors import DayNeedsWord, PickupInThePast
from collect.pickups.schemas import Part, ProposeSlots, Slot, Word, Words
from collect.screens.donations import show

router = page_router("/dons")

Donor = Annotated[Principal, allow(Role.DONOR, Role.COORDINATOR)]


class SlotsForm(BaseModel):
    """Up to three half days, on one page."""

    on1: Day
    part1: Part = "day"
    on2: Day | None = None
    part2: Part = "day"
    on3: Day | None = None
    part3: Part = "day"
    word: Word | None = None
    access: Words | None = None
    floor: Words | None = None

    def past(self) -> list[str]:
        """The fields whose day is over."""
        return [f"on{n}" for n, on in enumerate((self.on1, self.on2, self.on3), 1) if on is not None and on < today()]

    def command(self) -> ProposeSlots:
        chosen = ((self.on1, self.part1), (self.on2, self.part2), (self.on3, self.part3))
        found = [Slot(on=on, part=part, word=self.word) for on, part in chosen if on is not None]
        return ProposeSlots(slots=found, access=self.access, floor=self.floor[:60] if self.floor else None)


@router.post("/{donation_id}/jours", name="propose_slots")
async def propose(request: Request, donation_id: UUID, principal: Donor, session: WriteSession) -> Response:
    form = await read_form(request, SlotsForm)
    form.errors |= dict.fromkeys(form.data.past() if form.is_valid else (), PickupInThePast.title)
    if form.is_valid:
        async with attempt(request, form, PickupInThePast, DayNeedsWord):
            await slots.propose(session, donation_id, form.data.command(), principal)
            flash(request, _("Vos jours sont proposés : la coordination en confirme un."))
            return redirect(path("donation", donation_id=donation_id))
    return await show(request, session, donation_id, principal, status=422, slots_form=form)


@router.get("/{donation_id}/collecte.ics", name="pickup_calendar")
async def calendar(request: Request, donation_id: UUID, principal: Donor, session: ReadSession) -> Response:
    """The appointment, for a calendar."""
    return await calendar_file(request, session, donation_id, principal)
