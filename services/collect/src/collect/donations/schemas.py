"""Shapes of donations in the API and on pages."""

from datetime import date, datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from filiere.web.bounded_types import Flag, NoFlag, Visible
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from collect.devices.schemas import Thread
from collect.donations.limits import MAX_DEVICES, MAX_LINES, MAX_QUANTITY, TOO_MANY
from collect.donations.status import DonationStatus
from collect.eligibility.advice import advice_of
from collect.eligibility.judge import OVERRULED, JudgedLine
from collect.eligibility.lines import flag_sentences

ShortText = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=500), Visible]


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid")


class LineIn(_In):
    """One declared line: so many alike, or one device with its serial. `category`: one of the seven, or its name."""

    category: ShortText
    quantity: Annotated[int, Field(ge=1, le=MAX_QUANTITY), NoFlag] = 1
    manufacturer: ShortText | None = None
    model: ShortText | None = None
    serial: ShortText | None = None
    imei: ShortText | None = None
    imei2: ShortText | None = Field(None, description="The second IMEI of a telephone with two; several with « / ».")
    asset_tag: ShortText | None = None
    year: Annotated[int, Field(ge=1980, le=2100), NoFlag] | None = None
    ram_gb: Annotated[float, Field(ge=0, le=4096), NoFlag] | None = None
    storage_gb: Annotated[float, Field(ge=0, le=1_000_000), NoFlag] | None = None

    @model_validator(mode="after")
    def _one_serial_one_device(self) -> Self:
        if self.quantity > 1 and (self.serial or self.imei or self.imei2):
            raise ValueError("Un numéro de série désigne un seul équipement : faites une ligne par équipement.")
        return self


def _not_too_many(lines: list[LineIn]) -> list[LineIn]:
    devices = sum(line.quantity for line in lines)
    if devices > MAX_DEVICES:
        raise ValueError(TOO_MANY.format(devices=devices, most=MAX_DEVICES))
    return lines


class DeclareDonation(_In):
    """A declaration by lines; as a draft it waits for `submit`."""

    donor_id: UUID
    lines: Annotated[list[LineIn], AfterValidator(_not_too_many)] = Field(
        min_length=1,
        max_length=MAX_LINES,
        description=f"At most {MAX_DEVICES} devices in all, {MAX_QUANTITY} on one line.",
    )
    note: Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000), Visible] | None = None
    draft: Flag = False


class RefusedLine(_In):
    """A line that the coordinator sets aside."""

    line: Annotated[int, Field(ge=1, le=MAX_LINES * 10), NoFlag]
    reason: Reason


class AcceptedLine(RefusedLine):
    """A line that the rules refuse and the coordinator takes."""


class AcceptDonation(_In):
    """Accept; each line may still be decided otherwise than by the rules, with its reason."""

    refuse: list[RefusedLine] = Field(default=[], max_length=MAX_LINES)
    accept: list[AcceptedLine] = Field(default=[], max_length=MAX_LINES)


class DecideLine(_In):
    """The coordination's verdict on one line, and the reason that the donor reads."""

    accepted: Flag
    reason: Reason


Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500), Visible]


class SayIn(_In):
    """A word to the other side."""

    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000), Visible]


class MessageOut(BaseModel):
    """A word about a donation; `read_at`: when the other side first saw it."""

    id: UUID
    side: Literal["donor", "network"]
    author: str
    text: str
    created_at: datetime
    read_at: datetime | None


class PlaceIn(_In):
    """Where the devices are and when it suits, in the donor's words."""

    site_id: UUID | None = None
    floor: Annotated[str, StringConstraints(strip_whitespace=True, max_length=60), Visible] = ""
    access: Words = ""
    dates: Words = ""


class PlaceOut(BaseModel):
    """Where the devices are and when it suits."""

    site_id: UUID | None = None
    floor: str = ""
    access: str = ""
    dates: str = ""

    @property
    def is_told(self) -> bool:
        return any((self.site_id, self.floor, self.access, self.dates))


class DeclineDonation(_In):
    reason: Reason


class CancelDonation(_In):
    """`reason`: what the other side will read."""

    reason: Reason


class LineOut(BaseModel):
    """A line with its verdict. `advice`: what the donor can do with what is refused; `overruled`: people decided it."""

    line: int
    quantity: int
    category: str | None
    written_category: str | None
    manufacturer: str | None
    model: str | None
    serial: str | None
    asset_tag: str | None
    year: int | None
    ram_gb: float | None
    storage_gb: float | None
    imeis: list[str] = Field([], description="IMEIs that it has besides `serial`.")
    verdict: Literal["accepted", "refused", "error"]
    rule: str | None
    reason: str
    advice: str
    overruled: bool
    remarks: list[str]

    @classmethod
    def of(cls, line: JudgedLine) -> Self:
        equipment = line.equipment
        return cls(
            line=line.position,
            quantity=equipment.quantity,
            category=equipment.category.value if equipment.category else None,
            written_category=equipment.written_category,
            manufacturer=equipment.manufacturer,
            model=equipment.model,
            serial=equipment.serial,
            asset_tag=equipment.asset_tag,
            year=equipment.year,
            ram_gb=equipment.ram_gb,
            storage_gb=equipment.storage_gb,
            imeis=list(equipment.imeis),
            verdict=line.verdict.value,
            rule=line.rule,
            reason=line.reason,
            advice=advice_of(line),
            overruled=OVERRULED in line.flags,
            remarks=flag_sentences(line.flags),
        )


class DonationOut(BaseModel):
    """A donation. Counts are of devices."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    reference: str
    donor_id: UUID
    donor_name: str
    status: DonationStatus
    public_body: bool
    source: str
    note: str | None
    lines: int
    declared: int
    accepted: int
    refused: int
    created_at: datetime
    submitted_at: datetime | None
    answered_at: datetime | None
    declined_reason: str | None
    by_network: bool
    ended_at: datetime | None
    ended_reason: str | None
    pickup_on: date | None
    pickup_site_id: UUID | None
    collected_at: datetime | None
    received_at: datetime | None
    closed_at: datetime | None


class DeclaredOut(BaseModel):
    """What a declaration answers at once: the donation and the verdict on each line."""

    id: UUID
    reference: str
    donor_id: UUID
    status: DonationStatus
    declared: int
    accepted: int
    refused: int
    verdicts: list[LineOut]


class Acceptance(BaseModel):
    """The acceptance of a large donation, at work: devices that have their label. `failure`: why it ended otherwise."""

    status: Literal["waiting", "working", "failed"]
    labelled: int
    devices: int
    failure: str | None

    @property
    def percent(self) -> int:
        return min(100 * self.labelled // self.devices, 99) if self.devices else 0


class DonationDetail(DonationOut):
    """A donation with its thread and its lots; `acceptance` while a large one is being accepted."""

    thread: Thread
    lots: list[UUID]
    acceptance: Acceptance | None


class ChangedOut(BaseModel):
    """Where a step has brought a donation."""

    id: UUID
    reference: str
    status: DonationStatus
    accepted: int
    refused: int
