"""What the tool brings to each service, a batch at a time. Days, for no old tool says more of when than the day."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

from filiere.calendar import now, today
from filiere.catalogue import Category, Grade, Tier
from filiere.catalogue.grades import Battery, Cosmetic, StorageKind
from filiere.movein.ids import same_name

AT_ONCE = 500
"""Devices in one batch: a transaction, and the most that one event's manifest holds."""
MEDIA_AT_ONCE = 1_000
"""Media in one batch: more are not read within one turn of a service's loop (500 devices of 16 took 67 ms)."""

Key = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Serial = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
Postcode = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^\d{5}$")]
Cents = Annotated[int, Field(ge=0, le=1_000_000)]
Gigabytes = Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)]
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)
Day = Annotated[
    date,
    Field(
        ge=FIRST_DAY, json_schema_extra={"formatMinimum": FIRST_DAY.isoformat(), "formatMaximum": LAST_DAY.isoformat()}
    ),
]


class _Said(BaseModel):
    model_config = ConfigDict(extra="forbid")

    @field_validator("*")
    @classmethod
    def _not_to_come(cls, value: Any) -> Any:
        if isinstance(value, date) and value > today():
            raise ValueError("Ce jour n'est pas encore venu.")
        if isinstance(value, str) and "\0" in value:
            raise ValueError("Ce texte contient un caractère nul.")
        return value


def at(day: date, step: int = 0) -> datetime:
    """A moment of a day of before; steps of one day follow each other. Never to come."""
    return min(datetime.combine(day, time(8), UTC) + timedelta(minutes=step), now())


class CarriedDonor(_Said):
    """A donor; one that is registered already is that one, by its SIREN."""

    siren: Annotated[str, StringConstraints(pattern=r"^\d{9}$")]
    name: Words
    public_body: bool = False
    address: Words
    postcode: Postcode
    city: Words
    contact_name: Words
    contact_email: Words


class CarriedDevice(_Said):
    """What was given: as collect knows it."""

    key: Key
    category: Category
    manufacturer: Words | None = None
    model: Words | None = None
    serial: Serial | None = None
    imeis: list[Annotated[str, StringConstraints(pattern=r"^\d{14,16}$")]] = Field([], max_length=3)
    asset_tag: Key | None = None
    year: Annotated[int, Field(ge=1980, le=2100)] | None = None
    ram_gb: Gigabytes | None = None
    storage_gb: Gigabytes | None = None


class CarriedLot(_Said):
    """The devices of one gift that went to one workshop."""

    key: Key
    siren: Annotated[str, StringConstraints(pattern=r"^\d{9}$")]
    workshop_id: UUID
    collected_on: Day
    devices: list[CarriedDevice] = Field(min_length=1, max_length=AT_ONCE)


class CarriedWorkshop(_Said):
    """A workshop; one of this name and postcode that is registered already is that one."""

    key: Key
    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=200)]
    city: Words
    postcode: Postcode
    capacity: dict[Category, Annotated[int, Field(ge=0, le=10_000)]] = {}


class CarriedErasure(_Said):
    """What the old tool says of a medium's erasure. Without a `verifier` it waits for one here."""

    level: Literal["clear", "purge", "destroy"]
    method: Words
    tool: Words
    tool_version: Annotated[str, StringConstraints(strip_whitespace=True, max_length=60)] = ""
    erased_on: Day
    operator: Words
    verifier: Words | None = None
    proof: Words = Field(description="The report's number or file, wherever it is kept.")


class CarriedMedium(_Said):
    """A storage medium, with its erasure where anybody recorded one."""

    serial: Serial
    kind: StorageKind
    size_gb: Gigabytes | None = None
    erasure: CarriedErasure | None = None


class CarriedGrade(_Said):
    """What the old tool made of it, by rules of its own."""

    grade: Grade
    cosmetic: Cosmetic | None = None
    battery: Battery = Battery.UNMEASURED
    graded_on: Day


class CarriedWork(_Said):
    """How far a workshop had come with a device. Nothing is ready here that the gate would not let out."""

    key: Key
    arrived_on: Day
    media: list[CarriedMedium] = Field([], max_length=16)
    no_storage_by: Words | None = Field(None, description="Who said that there is nothing to wipe in it.")
    tests_passed: bool | None = None
    tested_on: Day | None = None
    graded: CarriedGrade | None = None
    ready_on: Day | None = None
    withdrawn: str | None = Field(None, max_length=40, description="A code of the workshops' list of reasons.")
    withdrawn_on: Day | None = None


class CarriedRelais(_Said):
    """A Relais; one of this SIRET that is registered already is that one."""

    key: Key
    name: Words
    legal_form: str = Field(max_length=40)
    siret: Annotated[str, StringConstraints(max_length=40)] | None = None
    address: Words
    postcode: Postcode
    city: Words
    publics: list[Annotated[str, Field(max_length=80)]] = Field(min_length=1, max_length=14)
    people_supported: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    may_sell: bool = False
    signed_on: Day | None = None
    signed_by: Words | None = None


class CarriedPlace(_Said):
    """Where a ready device went: on the road to a Relais, there, or to somebody, of whom nothing is said."""

    key: Key
    relais_id: UUID
    order: Key
    shipped_on: Day
    delivered_on: Day | None = None
    handed_over_on: Day | None = None
    tier: Tier = Tier.GIFT
    cents: Cents = 0


MOST_LINES, MOST_OF_ONE = 20, 10_000


class CarriedLine(_Said):
    category: Category
    quantity: Annotated[int, Field(ge=1, le=MOST_OF_ONE)]
    min_grade: Grade = Grade.D


class CarriedOrder(_Said):
    """What a Relais still waits for."""

    key: Key
    relais_id: UUID
    placed_on: Day
    lines: list[CarriedLine] = Field(min_length=1, max_length=MOST_LINES)


class _Batch(_Said):
    source: Key = Field(description="The network's old tool, as its people call it: « BOLC ».")


SOLD_FOR_NO_TIER = "Vendu, il n'est pas donné : son palier est « très solidaire » ou « solidaire »."
UNTIMELY = "Testé, classé, prêt ou retiré avant d'être arrivé à l'atelier : l'un de ces jours est faux."


def before_it_arrived(said: CarriedWork) -> bool:
    """Whether a step of the bench is dated before it was there; an erasure of before is none (the gate says so)."""
    steps = [said.tested_on, said.graded.graded_on if said.graded else None, said.ready_on, said.withdrawn_on]
    return any(step < said.arrived_on for step in steps if step is not None)


def _no_twins(names: Iterable[str]) -> None:
    """Two names that are one id would be one thing, and the second lost without a word. Raises ValueError."""
    seen: dict[str, str] = {}
    for name in names:
        one = same_name(name)
        if one in seen:
            raise ValueError(f"« {seen[one]} » et « {name} » sont ici le même nom : renommez l'un des deux.")
        seen[one] = name


class ToCollect(_Batch):
    donors: list[CarriedDonor] = Field([], max_length=AT_ONCE)
    lots: list[CarriedLot] = Field([], max_length=AT_ONCE)

    @model_validator(mode="after")
    def _one_transaction(self) -> "ToCollect":
        if sum(len(lot.devices) for lot in self.lots) > AT_ONCE:
            raise ValueError(f"Au plus {AT_ONCE} équipements à la fois.")
        _no_twins(lot.key for lot in self.lots)
        for lot in self.lots:  # of two lots with one device the second is refused by itself
            _no_twins(device.key for device in lot.devices)
        return self


class ToRefurbish(_Batch):
    workshops: list[CarriedWorkshop] = Field([], max_length=AT_ONCE)
    devices: list[CarriedWork] = Field([], max_length=AT_ONCE)

    @model_validator(mode="before")
    @classmethod
    def _read_in_one_turn(cls, said: Any) -> Any:
        devices = said.get("devices") if isinstance(said, dict) else None
        media = [one.get("media") for one in devices if isinstance(one, dict)] if isinstance(devices, list) else []
        if sum(len(some) for some in media if isinstance(some, list)) > MEDIA_AT_ONCE:
            raise ValueError(f"Au plus {MEDIA_AT_ONCE} supports à la fois.")
        return said

    @model_validator(mode="after")
    def _each_once_and_in_its_order(self) -> "ToRefurbish":
        _no_twins(one.key for one in self.workshops)
        _no_twins(one.key for one in self.devices)
        if found := next((one for one in self.devices if before_it_arrived(one)), None):
            raise ValueError(f"{found.key} : {UNTIMELY}")
        return self


class ToDistribute(_Batch):
    relais: list[CarriedRelais] = Field([], max_length=AT_ONCE)
    places: list[CarriedPlace] = Field([], max_length=AT_ONCE)
    orders: list[CarriedOrder] = Field([], max_length=AT_ONCE)

    @model_validator(mode="after")
    def _each_once(self) -> "ToDistribute":
        _no_twins(one.key for one in self.relais)
        _no_twins(one.key for one in self.places)
        _no_twins(f"{one.key} ({one.relais_id})" for one in self.orders)
        for one in self.places:
            if one.handed_over_on is not None and one.tier is Tier.GIFT and one.cents:
                raise ValueError(f"{one.key} : {SOLD_FOR_NO_TIER}")
        return self


class Refused(BaseModel):
    """One thing of a batch that could not be taken, and why; the others were."""

    key: str
    sentence: str


class Moved(BaseModel):
    """What became of a batch."""

    new: int = Field(description="Written just now.")
    known: int = Field(description="Here already, and left as they are.")
    ids: dict[str, UUID] = Field({}, description="Of donors, workshops and Relais: id by old name.")
    refused: list[Refused] = []


class Progress(BaseModel):
    """How far a service is with what one source brings."""

    told: int
    done: int
