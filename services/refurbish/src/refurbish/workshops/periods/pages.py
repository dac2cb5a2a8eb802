"""The page on which a lead says which days are otherwise."""

from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

from filiere.calendar import today
from filiere.catalogue.categories import Category
from filiere.web import (
    Form,
    Principal,
    ReadSession,
    WriteSession,
    attempt,
    flash,
    gettext,
    page,
    page_router,
    path,
    read_form,
    redirect,
)
from filiere.web.bounded_types import Flag
from pydantic import Field, ValidationError
from starlette.requests import Request
from starlette.responses import Response

from refurbish.tenancy import AT_WORK, LEADS
from refurbish.workshops.periods import service
from refurbish.workshops.periods.schemas import NewPeriod
from refurbish.workshops.schemas import PerWeek

router = page_router("/ateliers")


class PeriodForm(NewPeriod):
    """As it is typed: one field per category, empty where nothing changes."""

    is_closed: Flag = False
    capacity: dict[Category, PerWeek] = Field(default_factory=dict, exclude=True)
    basic_phone: PerWeek | None = None
    smartphone: PerWeek | None = None
    tablet: PerWeek | None = None
    laptop: PerWeek | None = None
    desktop: PerWeek | None = None
    monitor: PerWeek | None = None
    printer: PerWeek | None = None

    def said(self) -> dict[str, Any]:
        given = {one.value: getattr(self, one.value) for one in Category}
        return {
            "first_day": self.first_day, "last_day": self.last_day, "is_closed": self.is_closed,
            "capacity": {name: count for name, count in given.items() if count is not None},
        }  # fmt: skip


@router.get("/{workshop_id}/periodes", name="workshop_periods")
async def periods(
    request: Request, workshop_id: UUID, principal: Annotated[Principal, AT_WORK], session: ReadSession
) -> Response:
    """Which days are otherwise."""
    monday = today() + timedelta(days=7 - today().weekday())
    days = {"first_day": monday.isoformat(), "last_day": (monday + timedelta(days=6)).isoformat()}
    return await _page(request, principal, session, workshop_id, Form(days))


@router.post("/{workshop_id}/periodes", name="workshop_periods")
async def add(
    request: Request, workshop_id: UUID, principal: Annotated[Principal, LEADS], session: WriteSession
) -> Response:
    """These ones."""
    form = await read_form(request, PeriodForm)
    status = 422
    if form.is_valid:
        try:
            new = NewPeriod.model_validate(form.data.said())
        except ValidationError:
            form.errors["is_closed"] = gettext("Dis ce qui change : fermé, ou un nombre.")
            return await _page(request, principal, session, workshop_id, form, 422)
        async with attempt(request, form, field="first_day") as tried:
            await service.add(session, principal, workshop_id, new)
            flash(request, gettext("C'est noté. La collecte en tient compte pour choisir où va un lot."))
            return redirect(path("workshop_periods", workshop_id=workshop_id))
        status = tried.refusal.status_code
    return await _page(request, principal, session, workshop_id, form, status)


@router.post("/{workshop_id}/periodes/{period_id}/retirer", name="remove_period")
async def remove(
    request: Request,
    workshop_id: UUID,
    period_id: UUID,
    principal: Annotated[Principal, LEADS],
    session: WriteSession,
) -> Response:
    """As usual after all."""
    await service.remove(session, principal, workshop_id, period_id)
    flash(request, gettext("Ces jours sont de nouveau comme les autres."))
    return redirect(path("workshop_periods", workshop_id=workshop_id))


async def _page(
    request: Request,
    principal: Principal,
    session: ReadSession | WriteSession,
    workshop_id: UUID,
    form: Form[PeriodForm],
    status: int = 200,
) -> Response:
    workshop, found = await service.listing(session, principal, workshop_id)
    return page(
        request, "workshops/periods/templates/periods.html", principal=principal, workshop=workshop, periods=found,
        form=form, categories=list(Category), status=status,
    )  # fmt: skip
