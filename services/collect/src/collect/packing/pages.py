"""The page on which the coordination writes what donors prepare."""

from typing import Annotated

from fastapi import Request, Response
from filiere.web import (
    Form,
    Principal,
    ReadSession,
    Role,
    WriteSession,
    allow,
    attempt,
    flash,
    page,
    page_router,
    path,
    read_form,
    redirect,
)
from filiere.web import gettext as _
from filiere.web.bounded_types import bounded_count
from pydantic import BaseModel, Field, ValidationError

from collect.packing import service
from collect.packing.errors import NotTheSameNumber, PackingChanged
from collect.packing.schemas import LONGEST, MOST, PackingIn

router = page_router("/consignes")

Coordinator = Annotated[Principal, allow(Role.COORDINATOR)]
_LONGEST = MOST * (LONGEST + 2)


class PackingForm(BaseModel):
    """Sentences as lines of a text."""

    based_on: int = Field(ge=0, le=1_000_000)
    french: str = Field(max_length=_LONGEST)
    english: str = Field(max_length=_LONGEST)


@router.get("", name="packing")
async def packing(request: Request, principal: Coordinator, session: ReadSession) -> Response:
    """What holds, or with `reprendre` an older version to save again."""
    wanted = bounded_count(request.query_params.get("reprendre", ""), 0, 1_000_000)
    versions = await service.versions(session)
    is_asked = "reprendre" in request.query_params
    shown = next((one for one in versions if is_asked and one.version == wanted), versions[0])
    values = {"french": "\n".join(shown.french), "english": "\n".join(shown.english)}
    return await _show(request, session, principal, Form(values))


@router.post("", name="packing")
async def change(request: Request, principal: Coordinator, session: WriteSession) -> Response:
    form = await read_form(request, PackingForm)
    if form.is_valid:
        french, english = (
            [line.strip() for line in text.splitlines() if line.strip()]
            for text in (form.data.french, form.data.english)
        )
        try:
            said = PackingIn(based_on=form.data.based_on, french=french, english=english)
        except ValidationError as error:
            words = _("Écrivez 1 à %(most)s phrases, une par ligne, de %(longest)s signes au plus.")
            for name in {str(one["loc"][0]) for one in error.errors()}:
                form.errors[name] = words % {"most": MOST, "longest": LONGEST}
        else:
            async with attempt(request, form, PackingChanged, NotTheSameNumber):
                done = await service.change(session, said, principal)
                flash(request, _("C'est enregistré : version %(version)s.") % {"version": done.version})
                return redirect(path("packing"))
    return await _show(request, session, principal, form, 422)


async def _show(
    request: Request, session: ReadSession, principal: Principal, form: Form[PackingForm], status: int = 200
) -> Response:
    versions = await service.versions(session)
    return page(
        request,
        "packing/templates/packing.html",
        principal=principal,
        status=status,
        form=form,
        versions=versions,
        now=versions[0],
    )
