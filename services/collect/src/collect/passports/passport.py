"""What anybody may know of a device. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from filiere.calendar import day_of
from filiere.catalogue import Category, impact_of

from collect.devices.few import REUSED
from collect.devices.history.steps import Told, in_order
from collect.devices.schemas import DeviceOut, Erasure, parts_of
from collect.devices.stage import Stage


@dataclass(frozen=True, slots=True)
class Avoided:
    """What its reuse avoids, once it may be reused: so much a year, for so many years; by a method."""

    co2e_kg: float
    co2e_kg_a_year: float
    years: float
    parts_kg: float
    method_fr: str


@dataclass(frozen=True, slots=True)
class Passport:
    """`name` without serial or number: those are on the device. `given_by` only when the donor wishes it."""

    label: str
    category: Category
    name: str | None
    stage: Stage
    is_refurbished: bool
    erased_at: datetime | None
    erasures: Sequence[Erasure]
    tested_at: datetime | None
    grade: str | None
    reasons: Sequence[str]
    ready_on: date | None
    workshop_name: str | None
    avoided: Avoided | None
    given_by: str | None
    erased_again_at: datetime | None = None


def passport_of(device: DeviceOut, entries: Sequence[Told], given_by: str | None, on: date) -> Passport:
    """Raises NothingInForce."""
    category = Category(device.real_category)
    graded = [one for one in in_order(entries) if one.kind == "graded"]
    is_refurbished = device.stage in REUSED
    new_parts = parts_of((category, kind, pieces) for kind, pieces in device.new_parts.items())
    found = impact_of({category: 1}, on, new_parts)
    avoided = None
    if found.lines and is_refurbished:
        [line] = found.lines
        avoided = Avoided(found.co2e_kg, line.co2e_kg, line.years, found.parts_kg, found.method_fr)
    return Passport(
        label=device.label,
        category=category,
        name=device.name if device.manufacturer or device.model else None,
        # Ready, on its way or with somebody reads alike: labels stand in papers that links open, and whoever has those
        # of a category would count the people.
        stage=Stage.READY if is_refurbished else device.stage,
        is_refurbished=is_refurbished,
        # Of a wipe that a later stage has not undone: a device that is withdrawn keeps the truth about its data.
        erased_at=device.erased_at,
        erasures=device.erasures,
        tested_at=None if device.failures else device.tested_at,
        grade=device.grade,
        reasons=graded[-1].facts.get("reasons", []) if graded else [],
        ready_on=day_of(device.ready_at) if device.ready_at else None,
        workshop_name=device.workshop_name,
        avoided=avoided,
        given_by=given_by,
        erased_again_at=_erased_again(device, entries),
    )


def _erased_again(device: DeviceOut, entries: Sequence[Told]) -> datetime | None:
    """When it was wiped after somebody had it: the donor's proof, and its day, did not follow that."""
    told = [one.at for one in in_order(entries) if one.kind == "erased"]
    return told[-1] if told and device.erased_at is not None and told[-1] > device.erased_at else None
