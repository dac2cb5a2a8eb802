"""Shapes of devices in the API and on pages."""

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple, Self
from uuid import UUID

from filiere.catalogue import Category, impact_of
from filiere.catalogue.device_models import maker_and_model
from filiere.catalogue.impact import Part as NewPart
from pydantic import BaseModel, Field, field_validator

from collect.devices.stage import Stage

FEWEST_PEOPLE = 5
"""Fewer people are not told apart from nobody (domain rules: statistics suppress cells under 5)."""

ONE_PERSON_EACH = frozenset(
    {Category.LAPTOP, Category.DESKTOP, Category.TABLET, Category.SMARTPHONE, Category.BASIC_PHONE}
)
"""What somebody is equipped with by itself. A screen or a printer goes with another device: it equips nobody more."""

PEOPLE_METHOD_FR = (
    "Personnes équipées : une par ordinateur, tablette ou téléphone remis ; écrans et accessoires ne sont pas comptés. "
    "Une personne qui a reçu deux de ces appareils compte deux fois : personne n'est identifié."
)


class Erasure(BaseModel):
    """How one medium was wiped, as the donor may see it. `operator`, `verifier`: initials, in newer events."""

    serial: str | None = None
    kind: str | None = None
    level: str | None = None
    method: str | None = None
    tool: str | None = None
    tool_version: str | None = None
    verified: bool | None = None
    erasure_id: UUID | None = None
    erased_at: datetime | None = None
    operator: str | None = None
    verifier: str | None = None


class GoneMedium(BaseModel):
    """A medium that was taken out of its device, or declared by mistake, as the donor may see it."""

    serial: str | None = None
    kind: str | None = None
    code: str | None = None
    reason: str | None = None
    gone_at: datetime | None = None
    operator: str | None = None
    verifier: str | None = None


class DeviceOut(BaseModel):
    """One accepted device and where it stands. `found_at`: when its donor said that a missing one had turned up.

    `why`: a sentence; `status`: the word people know. `seen_category`: what its workshop says that it is, where it has
    corrected what was declared; reuse and impact count that.
    """

    id: UUID
    donation_id: UUID
    lot_id: UUID | None
    label: str
    category: str
    manufacturer: str | None
    model: str | None
    serial: str | None
    imeis: list[str] = Field([], description="IMEIs that it has besides `serial`.")
    asset_tag: str | None
    year: int | None = Field(None, description="As declared; so are the next two.")
    ram_gb: float | None = None
    storage_gb: float | None = None
    public_body: bool
    seen_category: str | None = None
    stage: Stage
    created_at: datetime
    collected_at: datetime | None
    dispatched_at: datetime | None
    arrived_at: datetime | None
    erased_at: datetime | None
    tested_at: datetime | None
    graded_at: datetime | None
    ready_at: datetime | None
    withdrawn_at: datetime | None
    promise_at: datetime | None
    lot_missing_at: datetime | None
    workshop_name: str | None
    erasures: list[Erasure]
    gone: list[GoneMedium] = []
    new_parts: dict[str, int] = Field(default_factory=dict, description="New parts that it was given, by kind.")
    failures: list[str]
    grade: str | None
    withdrawn_reason: str | None
    territory: str | None
    how: str | None
    away: str | None = Field(
        default=None,
        description="Of a device sent that goes to nobody any more: `lost` on the way, `lost_lent` while its"
        " structure had lent it, or on its way back to its workshop (`damaged`, `wrong`, `found`, `found_lent`,"
        " `broken`).",
    )
    found_at: datetime | None
    surplus_at: datetime | None = Field(
        default=None, description="When its workshop found it in a lot whose manifest does not list it."
    )

    @field_validator("erasures", "gone", mode="before")
    @classmethod
    def _from_jsonb(cls, value: Any) -> Any:
        """The driver hands jsonb over as text."""
        return json.loads(value) if isinstance(value, str) else value or []

    @field_validator("failures", mode="before")
    @classmethod
    def _none_is_empty(cls, value: Any) -> Any:
        return value or []

    @property
    def real_category(self) -> str:
        """What it really is, as its workshop saw it."""
        return self.seen_category or self.category

    @property
    def erasure_fr(self) -> str:
        """« effacé », or that there is nothing to wipe; empty before either is known."""
        if self.erased_at is None:
            return ""
        return "effacé" if self.erasures else "sans support"

    @property
    def name(self) -> str:
        """Maker and model, or a dash."""
        return maker_and_model(self.manufacturer, self.model) or "—"


class DeviceLine(DeviceOut):
    """A device in a list, with the words for people."""

    status: str
    status_fr: str
    why: str


class LotErasure(BaseModel):
    """Of a lot's devices: wiped, those without a medium, those of which neither is known; `missing` are not there.

    `withdrawn`: of those that wait, the ones that the workshop took out.
    """

    wiped: int
    without: int
    waiting: int
    missing: int
    withdrawn: int = 0


class Thread(BaseModel):
    """How many devices of the donation have passed each bead of the thread; `missing` and `withdrawn` left it.

    Of those past `erased`, `wiped` had media, all of them wiped; the others are without any.
    """

    declared: int
    accepted: int
    collected: int
    erased: int
    wiped: int
    tested: int
    ready: int
    reserved: int
    handed_over: int
    missing: int
    withdrawn: int


class Work(NamedTuple):
    """Minutes of insertion work, on so many devices of which they are known."""

    minutes: int
    known: int


def parts_of(counted: Iterable[tuple[str, str, int]]) -> dict[tuple[Category, NewPart], int]:
    """Category, kind of part and pieces, without the kinds that no method of impact knows."""
    known = {part.value for part in NewPart}
    return {(Category(category), NewPart(kind)): pieces for category, kind, pieces in counted if kind in known}


class ImpactLine(BaseModel):
    """One category: devices reused, what each avoids a year, and the years of second life that are supposed."""

    category: Category
    devices: int
    co2e_kg_a_year: float
    years: float
    avoided_kg: float


class ImpactOut(BaseModel):
    """What the devices that found a new owner avoid, with the method that says so.

    `not_counted`: categories without a published figure. `work_minutes`: insertion work on all devices of which the
    workshop says it, `work_known` of them; None while it says it of none.
    """

    reused: int
    co2e_kg: float
    raw_material_kg: float
    lines: list[ImpactLine]
    parts_kg: float = Field(default=0, description="CO2e of the new parts that they were given, taken off `co2e_kg`.")
    not_counted: dict[Category, int]
    people_equipped: int | None = Field(
        description="One per computer, tablet or phone handed over, no screen nor printer; null below five."
    )
    people_method_fr: str = PEOPLE_METHOD_FR
    work_minutes: int | None = None
    work_known: int = 0
    method: str
    method_fr: str
    sources: list[str]

    @classmethod
    def of(
        cls,
        reused: Mapping[Category, int],
        on: date,
        work: Work,
        new_parts: Mapping[tuple[Category, NewPart], int] | None = None,
    ) -> Self:
        """Raises NothingInForce."""
        found, devices = impact_of(reused, on, new_parts), sum(reused.values())
        people = sum(count for category, count in reused.items() if category in ONE_PERSON_EACH)
        return cls(
            reused=devices,
            co2e_kg=round(found.co2e_kg, 1),
            raw_material_kg=round(found.raw_material_kg, 1),
            lines=[
                ImpactLine(
                    category=line.category,
                    devices=line.devices,
                    co2e_kg_a_year=line.co2e_kg,
                    years=line.years,
                    avoided_kg=round(line.avoided_kg, 1),
                )
                for line in found.lines
            ],
            parts_kg=round(found.parts_kg, 1),
            not_counted=found.not_counted,
            people_equipped=people if people >= FEWEST_PEOPLE else None,
            work_minutes=work.minutes if work.known else None,
            work_known=work.known,
            method=found.method,
            method_fr=found.method_fr,
            sources=list(found.source),
        )
