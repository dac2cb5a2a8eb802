"""The columns of a previewed list on its page: shown with what stands in them, each taken for another field by hand."""

import hashlib
from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import Request, Response
from filiere.database import AsyncReadSession
from filiere.web import (
    Choice,
    Column,
    Form,
    Principal,
    ReadSession,
    Role,
    Search,
    Table,
    WriteSession,
    allow,
    attempt,
    flash,
    page,
    page_router,
    path,
    redirect,
)
from filiere.web import gettext as _
from filiere.web.app_state import app_state

from collect.eligibility.advice import advice_of
from collect.eligibility.counted import counted
from collect.eligibility.lines import flag_sentences
from collect.imports import service
from collect.imports.api import OwnSettings
from collect.imports.correction import keep, read_by
from collect.imports.errors import ColumnsAreFixed, UnfitColumns, UnreadableFile
from collect.imports.headers import NAMES
from collect.imports.repository import ImportRepository
from collect.imports.schemas import ColumnChoice, ColumnOut, ImportRecord, Shown
from collect.tenancy import donors_of

router = page_router()

CHANGED_MEANWHILE = (
    "Les colonnes ont été corrigées entre-temps, dans un autre onglet ou par un collègue. Voici vos choix : relisez de"
    " nouveau pour les prendre, ou rouvrez la page pour garder les autres."
)
_TABS: dict[str, str] = {
    Shown.ALL: "Toutes",
    Shown.TO_SEE: "À revoir",
    Shown.ACCEPTED: "Acceptées",
    Shown.REMARKS: "Acceptées, avec une remarque",
    Shown.REFUSED: "Refusées",
    Shown.ERRORS: "À corriger",
}
_TABS_IN_ORDER = (Shown.TO_SEE, Shown.REFUSED, Shown.ERRORS, Shown.ACCEPTED, Shown.REMARKS, Shown.ALL)
ROWS = Table(
    columns=(
        Column("position", "Ligne", is_number=True),
        Column("equipment", "Équipement"),
        Column("quantity", "Quantité", is_number=True),
        Column("serial", "N° de série"),
        Column("asset_tag", "N° d'inventaire"),
        Column("verdict", "Verdict"),
        Column("edit", "Corriger"),
    ),
    filters=(
        Search("q", "Chercher", "série, modèle, raison"),
        Choice("voir", "Montrer", _TABS, everything="À revoir d'abord"),
    ),
)

Donor = Annotated[Principal, allow(Role.DONOR, Role.COORDINATOR)]


async def show_preview(
    request: Request,
    principal: Principal,
    session: AsyncReadSession,
    record: ImportRecord,
    form: Form[Any] | None = None,
) -> Response:
    """The preview; `form` with what is wrong in the columns as somebody chose them."""
    table = record.layout.table or []
    shown = form or Form({f"column-{column.column}": column.field or "" for column in table})
    view, imports = ROWS.read(request), ImportRepository.from_session(session)
    # What somebody must look at comes first; what is accepted is a number until it is asked for. A search asks for all.
    to_see = record.refused + record.errors
    shown_rows = Shown(view["voir"] or (Shown.TO_SEE if to_see and not view.q else Shown.ALL))
    found = await imports.page_of_rows(donors_of(principal), record.id, shown_rows, view.part, q=view.q)
    counts = {
        Shown.ALL: record.rows,
        Shown.TO_SEE: to_see,
        Shown.ACCEPTED: record.accepted,
        Shown.REMARKS: await imports.remarked(record.id),
        Shown.REFUSED: record.refused,
        Shown.ERRORS: record.errors,
    }
    return page(
        request,
        "imports/templates/preview.html",
        principal=principal,
        status=422 if shown.errors else 200,
        seen=await service.described(session, record, principal, named=0),
        record=record,
        form=shown,
        view=view.fill(found.rows, found),
        tabs=[(one, _(_TABS[one]), counts[one]) for one in _TABS_IN_ORDER],
        shown_rows=shown_rows,
        mark=mark_of(table),
        accepted_apart=record.accepted if shown_rows is Shown.TO_SEE else 0,
        advice_of=advice_of,
        counted=counted,
        remarks_of=flag_sentences,
    )


@router.post("/imports/{import_id}/colonnes", name="import_columns")
async def correct(
    request: Request,
    import_id: UUID,
    principal: Donor,
    settings: OwnSettings,
    session: WriteSession,
    reading: ReadSession,
) -> Response:
    submitted = await request.form()
    values = {name: str(value) for name, value in submitted.items() if name.startswith("column-")}
    form: Form[Any] = Form(values)
    database = app_state(request).database
    async with database.read() as brief:
        now = await service.get(brief, import_id, principal)
    if submitted.get("shown", mark_of(now.layout.table or [])) != mark_of(now.layout.table or []):
        form.errors[""] = CHANGED_MEANWHILE
        return await show_preview(request, principal, reading, now, form)
    async with attempt(request, form, UnfitColumns, UnreadableFile, ColumnsAreFixed):
        again = await read_by(database, import_id, principal, choices_of(values), settings.import_max_rows)
        await keep(session, again, principal)
        return _back(request, import_id, _("Le fichier est relu ainsi, et le suivant aux mêmes titres le sera aussi."))
    return await show_preview(request, principal, reading, await service.get(reading, import_id, principal), form)


@router.post("/imports/{import_id}/colonnes/oublier", name="forget_columns")
async def forget(
    request: Request, import_id: UUID, principal: Donor, settings: OwnSettings, session: WriteSession
) -> Response:
    async with attempt(request, None, UnreadableFile, ColumnsAreFixed):
        again = await read_by(app_state(request).database, import_id, principal, None, settings.import_max_rows)
        await keep(session, again, principal)
        return _back(request, import_id, _("Votre correction est oubliée : les colonnes sont de nouveau devinées."))
    flash(request, _(ColumnsAreFixed.title), "stop")
    return redirect(path("import", import_id=import_id))


def mark_of(table: Sequence[ColumnOut]) -> str:
    """What a form shows of the columns, in short: another tab may have corrected them before this one is sent."""
    text = "\x1f".join(f"{column.column}={column.field or ''}" for column in table)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def choices_of(values: dict[str, str]) -> Sequence[ColumnChoice]:
    """The selects of the form; what is none of theirs is left out."""
    return [
        ColumnChoice.model_validate({"column": int(number), "field": value or None})
        for name, value in values.items()
        if (number := name.removeprefix("column-")).isascii()
        and number.isdigit()
        and int(number[:4]) < 300
        and len(number) < 4
        and value in ("", *NAMES)
    ]


def _back(request: Request, import_id: UUID, told: str) -> Response:
    flash(request, told)
    return redirect(path("import", import_id=import_id))
