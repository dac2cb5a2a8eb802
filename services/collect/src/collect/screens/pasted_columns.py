"""The columns of a table pasted into the form of lines: shown, taken for others by hand, remembered for the donor."""

import asyncio
from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from fastapi import Request
from filiere.calendar import today
from filiere.database import AsyncSession
from filiere.web import Form, Principal, attempt
from filiere.web import gettext as _

from collect.eligibility.judge import JudgedLine
from collect.imports.column_pages import choices_of
from collect.imports.columns_repository import ColumnsRepository
from collect.imports.correction import fields_chosen
from collect.imports.errors import UnfitColumns
from collect.imports.pasted import PastedTable
from collect.imports.reading import Corrections, Unreadable
from collect.imports.schemas import ColumnChoice, ColumnOut
from collect.tenancy import donors_of

LOOK, FORGET = "columns", "forget-columns"
"""What the form's buttons ask for: to see the columns, and to have them guessed again."""
OF = "columns-of"
"""The field that says of which table the columns were chosen."""


class Pasted(NamedTuple):
    """A table that was read. `unread`: titles of its columns that are none of ours; `personal`: of those about people,
    which are never read. `said`: what is to be remembered of columns with this heading.
    """

    lines: list[JudgedLine]
    unread: tuple[str, ...]
    personal: tuple[str, ...]
    columns: list[ColumnOut]
    heading: str
    corrected: bool
    said: dict[str, str] | None = None


async def corrections_for(session: AsyncSession, principal: Principal, form: Form[Any], donor_id: UUID) -> Corrections:
    """What was said of this donor's columns; less what the form asks to forget of them."""
    if not form.values.get("table"):
        return {}
    columns = ColumnsRepository.from_session(session)
    said = await columns.corrections(donors_of(principal), donor_id)
    heading = str(form.values.get(OF, ""))
    if form.values.get("action") == FORGET and heading in said:
        await columns.forget(donor_id, heading)
        said = {one: fields for one, fields in said.items() if one != heading}
    return said


async def pasted_in(request: Request, form: Form[Any], corrections: Corrections) -> Pasted | None:
    """The form's table, its columns as they were chosen; what is wrong goes beside its field."""
    if not (text := str(form.values.get("table", ""))):
        return None
    asked = {name: str(value) for name, value in form.values.items() if name.startswith("column-")}
    of = "" if form.values.get("action") == FORGET else str(form.values.get(OF, ""))
    found: Pasted | None = None
    try:
        async with attempt(request, form, UnfitColumns):
            found = await asyncio.to_thread(_read, text, corrections, of, choices_of(asked))
    except Unreadable as error:
        form.errors["table"] = str(error)
    if found is None:
        return None
    if of and found.heading != of:
        form.errors["table"] = _("Ce tableau n'a plus les mêmes titres : relisez ce que contient chaque colonne.")
    if found.heading != of:
        values = {name: value for name, value in form.values.items() if name not in asked}
        shown = {f"column-{column.column}": column.field or "" for column in found.columns}
        form.values = {**values, **shown, OF: found.heading}
    if not any(column.field for column in found.columns):
        form.errors["table"] = _("Aucun titre de colonne n'est reconnu : dites ce que contient chaque colonne.")
    elif not found.lines:
        form.errors["table"] = _("Ce tableau n'a aucune ligne sous ses titres.")
    return found


async def columns_shown(form: Form[Any], pasted: Pasted | None) -> dict[str, Any]:
    """What a page says of the columns of the table in its form."""
    return {
        "columns": pasted.columns if pasted is not None else await columns_to_show(form),
        "asks_columns": form.values.get("action") in (LOOK, FORGET),
        "corrected": pasted is not None and pasted.corrected,
    }


async def columns_to_show(form: Form[Any]) -> list[ColumnOut]:
    """The columns of the form's table, for a form that shows them; what each is taken for stands in its values."""
    if not form.values.get("table") or not form.values.get(OF):
        return []
    try:
        table = await asyncio.to_thread(PastedTable.opened, str(form.values["table"]))
    except Unreadable:
        return []
    return table.columns if table.source.heading == form.values[OF] else []


async def remember(session: AsyncSession, donor_id: UUID, pasted: Pasted | None) -> None:
    """What was said of the columns holds for the next table, and the next file, with these titles."""
    if pasted is not None and pasted.said is not None:
        await ColumnsRepository.from_session(session).remember(donor_id, pasted.heading, pasted.said)


def _read(text: str, corrections: Corrections, of: str, choices: Sequence[ColumnChoice]) -> Pasted:
    """Raises Unreadable, UnfitColumns."""
    table, said = PastedTable.opened(text, corrections), None
    if choices and table.source.heading == of:
        fields = fields_chosen(table.columns, choices)
        if fields != {column.name: column.field or "" for column in table.columns}:
            # Of a table without titles nothing can be remembered: the next one may have its columns in another order.
            table, said = table.taken_for(fields), fields if table.has_titles else None
    layout = table.source.layout
    return Pasted(
        table.lines(today()),
        layout.ignored,
        layout.personal,
        table.columns,
        table.source.heading,
        table.source.corrected and table.has_titles,
        said,
    )
