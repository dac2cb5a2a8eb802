"""The form of a draft's lines: what was typed becomes lines, and lines what its fields show."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid5

from fastapi import Request
from filiere.catalogue import Category
from filiere.identifiers import uuid7
from filiere.web import Form, flash
from filiere.web import gettext as _
from filiere.web.bounded_types import bounded_count
from filiere.web.validation import field_errors
from pydantic import ValidationError

from collect.donations.draft_repository import DraftLine
from collect.donations.faulty_rows import written
from collect.donations.limits import MAX_DEVICES, MAX_QUANTITY
from collect.donations.schemas import LineIn
from collect.eligibility.judge import JudgedLine
from collect.imports.values import typed
from collect.screens.meanwhile import is_meanwhile
from collect.screens.pasted_columns import Pasted

Values = dict[str, str]


FIRST_LINES = 3
MORE_LINES = 5
MOST_LINES = 60
MOST_SERIALS = 200
MOST_TITLES, LONGEST_TITLE = 6, 40
LINE_FIELDS = (
    "category", "quantity", "manufacturer", "model", "serial", "imei2", "asset_tag", "year", "ram_gb", "storage_gb",
)  # fmt: skip
# What a copied line does not take over: it is another device.
_ITS_OWN = ("serial", "imei2", "asset_tag")


def ids_in(texts: Sequence[str]) -> list[UUID]:
    """Those of the texts that are ids; an address that somebody has typed over names nothing."""
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


async def form_of_lines(request: Request) -> tuple[Form[Any], int, UUID]:
    """(what was typed, how many lines it has, the declaration's id, which the form has had from the start)."""
    submitted = await request.form()
    values = {name: value.strip() for name, value in submitted.items() if isinstance(value, str)}
    ids = ids_in([values.get("don", "")])
    return (
        Form(values),
        bounded_count(values.get("count", str(FIRST_LINES)), FIRST_LINES, MOST_LINES),
        (ids[0] if ids else uuid7()),
    )


def lines_to_show_again(form: Form[Any], count: int) -> int | None:
    """How many lines to show again, when the form was sent to grow and not to be kept; a copy stands below its line."""
    action = str(form.values.get("action", ""))
    if action == "keep":
        return count
    if action == "more":
        return min(count + MORE_LINES, MOST_LINES)
    if not action.startswith("copy-") or not action.removeprefix("copy-").isdecimal():
        return None
    n, values = int(action.removeprefix("copy-")[:3]), dict(form.values)
    if not 1 <= n <= count or count >= MOST_LINES:
        return count
    names = (*LINE_FIELDS, "id", "remove", "shown", "theirs")
    for name in names:
        for place in range(count, n, -1):
            values[f"{name}-{place + 1}"] = values.get(f"{name}-{place}", "")
        values[f"{name}-{n + 1}"] = values.get(f"{name}-{n}", "") if name in LINE_FIELDS else ""
    for name in _ITS_OWN:
        values[f"{name}-{n + 1}"] = ""
    form.values = values
    return count + 1


def written_lines(
    form: Form[Any], count: int, known: Mapping[UUID, DraftLine], donation_id: UUID, pasted: Pasted | None
) -> list[tuple[UUID, LineIn | JudgedLine]]:
    """The lines that the person changed, with their ids, and those of the table; what is wrong goes beside its field
    (`year-3`).

    A table that is pasted again gives the same ids: its lines take the place of those that were read otherwise.
    """
    lines: list[tuple[UUID, LineIn | JudgedLine]] = []
    for n in range(1, count + 1):
        given = {name: str(form.values.get(f"{name}-{n}", "")) for name in LINE_FIELDS}
        ids = ids_in([str(form.values.get(f"id-{n}", ""))])
        id_ = ids[0] if ids else uuid5(donation_id, str(n))
        now = shown_values(known[id_].line) if id_ in known else None
        if now is None and not any(value for name, value in given.items() if name != "quantity"):
            continue
        serials = given["serial"].split() if "\n" in given["serial"] else [given["serial"]]
        if is_meanwhile(form, n, given, given | {"serial": serials[0]}, now):
            continue
        for place, serial in enumerate(serials[:MOST_SERIALS]):
            if given | {"serial": serial} == now:
                continue
            line = _line(form, n, given | {"serial": serial})
            if line is not None:
                lines.append((uuid5(id_, str(place)) if place else id_, line))
    if pasted is not None:
        table = uuid5(donation_id, str(form.values["table"]))  # once: it may be long, and the lines many
        lines += [(uuid5(table, str(row.position)), row) for row in pasted.lines]
    return lines


def told_of_columns(request: Request, pasted: Pasted | None) -> None:
    """What of a pasted table was not read, said on the next page."""
    if pasted is None:
        return
    if pasted.said is not None:
        flash(request, _("Ces colonnes sont retenues pour vos prochains tableaux aux mêmes titres."))
    elif pasted.unread:
        flash(
            request,
            _(
                "Colonnes qui ne sont pas lues : %(columns)s. Pour dire ce qu'elles sont, collez ce tableau de nouveau "
                "dans ce brouillon et vérifiez ses colonnes : ses lignes seront remplacées."
            )
            % {"columns": _listed(pasted.unread)},
            "info",
        )
    if pasted.personal:
        sentence = _("Ce qui concerne des personnes n'est jamais lu : %(columns)s.")
        flash(request, sentence % {"columns": _listed(pasted.personal)}, "info")


def _listed(titles: Sequence[str]) -> str:
    """The first of these titles, for a cookie carries them."""
    shown = ", ".join(one[:LONGEST_TITLE] for one in titles[:MOST_TITLES])
    return f"{shown}…" if len(titles) > MOST_TITLES else shown


def _line(form: Form[Any], n: int, given: Values) -> LineIn | None:
    try:
        return LineIn.model_validate({name: typed(name, value) for name, value in given.items() if value})
    except ValidationError as error:
        for item in field_errors(error.errors()):
            name = item.field if item.field in LINE_FIELDS else "serial"
            form.errors.setdefault(f"{name}-{n}", item.message_fr)
    return None


def shown_values(line: JudgedLine) -> Values:
    """What a line's fields show: what was written where it could not be read."""
    values = {}
    for name in LINE_FIELDS:
        value = written(line, name)
        if name == "category":
            value = line.equipment.category.value if line.equipment.category else ""
        elif name in ("ram_gb", "storage_gb", "year") and getattr(line.equipment, name) is not None:
            value = f"{getattr(line.equipment, name):g}"
        values[name] = "" if value is None else str(value)
    return values


def fields_of(form: Form[Any], count: int) -> dict[str, Any]:
    """What the template of the lines asks for; each line has an id from its first showing on."""
    values = dict(form.values)
    base = (ids_in([str(values.get("don", ""))]) or [uuid7()])[0]
    taken = {values.get(f"id-{n}") for n in range(1, count + 1)}
    for n in range(1, count + 1):
        # A copied line stands where another had its place.
        made = str(uuid5(base, str(n)))
        values[f"id-{n}"] = values.get(f"id-{n}") or (str(uuid7()) if made in taken else made)
    form.values = values
    return {
        "form": form,
        "count": count,
        "most": MOST_LINES,
        "most_alike": MAX_QUANTITY,
        "most_devices": MAX_DEVICES,
        "categories": {category.value: _(category.label_fr).capitalize() for category in Category},
    }
