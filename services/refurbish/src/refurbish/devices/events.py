"""What the workshop publishes about a device. Every event carries where the device is and under which label."""

from datetime import datetime
from typing import Annotated, Any, ClassVar
from uuid import UUID

from filiere.catalogue.categories import Category
from filiere.catalogue.grades import Battery, Cosmetic, Grade, StorageKind
from filiere.catalogue.impact import Part
from filiere.catalogue.software import OfficePack, System
from filiere.events import Event, event
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from refurbish.devices.recall_reasons import RecallReason
from refurbish.devices.withdrawal_reasons import WithdrawalReason

TOPIC = "refurbish.devices"
MOST_MINUTES = 60_000  # a thousand hours: more is a slip of the pen
Initials = Annotated[str, StringConstraints(pattern=r"^([A-Z]\.){1,4}$")]
"""Of a professional, for a certificate: a log is kept, so a name stays at the workshop (decision 0038)."""
_EXAMPLE: dict[str, Any] = {
    "occurred_at": "2026-11-03T09:12:00Z",
    "device_id": "01936f3e-0000-7000-8000-00000000000d",
    "workshop_id": "01936f3e-0000-7000-8000-000000000001",
    "lot_id": "01936f3e-0000-7000-8000-00000000000b",
    "label": "FIL-7K2M9-4",
}


class DeviceEvent(Event):
    """What all events of a device say."""

    device_id: UUID = Field(description="The device; the same id in the whole chain.")
    workshop_id: UUID = Field(description="The workshop that holds it.")
    lot_id: UUID = Field(description="The lot it came with.")
    label: str = Field(description="Code printed on its label.")


@event(topic=TOPIC, name="device-arrived", version=1, key="device_id")
class DeviceArrived(DeviceEvent):
    """The device was scanned at the workshop."""

    category: Category = Field(description="What it is.")
    example: ClassVar[dict[str, Any]] = {**_EXAMPLE, "category": "laptop"}


class ErasedMedium(BaseModel):
    """One wiped medium."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    serial: str = Field(description="Serial of the medium, matched between declaration and erasure.")
    kind: StorageKind = Field(description="What the medium is.")
    level: str = Field(description="NIST SP 800-88 level: clear, purge or destroy.")
    method: str = Field(description="How: overwrite, secure erase, crypto erase, shredding…")
    tool: str = Field(description="Program or machine.")
    tool_version: str = Field(description="Its version.")
    verified: bool = Field(description="A second person checked the result; always true here.")
    erasure_id: UUID | None = Field(
        default=None, description="The report at the workshop, which names both people; older events lack it."
    )
    erased_at: datetime | None = Field(
        default=None, description="When this medium's erasure was recorded; older events lack it."
    )
    operator: Initials | None = Field(
        default=None, description="Initials of who wiped it; none when the workshop knows no name, or in older events."
    )
    verifier: Initials | None = Field(
        default=None, description="Initials of the second person, who verified; none as for the operator."
    )


class GoneMedium(BaseModel):
    """One medium that is not in the device any more, or never was: two people at the workshop say so."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    serial: str = Field(description="Serial of the medium, as it was declared.")
    kind: StorageKind = Field(description="What the medium is.")
    code: str = Field(
        description="not_there, twice, misread, boot_key: declared by mistake; kept, to_destroy, reused, returned: "
        "taken out. A list that may grow."
    )
    reason: str = Field(description="The same as a French sentence.")
    gone_at: datetime = Field(description="When the second person confirmed it.")
    operator: Initials | None = Field(default=None, description="Initials of who said it.")
    verifier: Initials | None = Field(default=None, description="Initials of who confirmed it.")


@event(topic=TOPIC, name="device-erased", version=1, key="device_id")
class DeviceErased(DeviceEvent):
    """Every storage medium of the device is wiped. Sent again if a medium found later had to be wiped too.

    A device that was withdrawn before stays withdrawn: this event alone does not bring it back.
    """

    media: list[ErasedMedium] = Field(description="The wiped media; empty when the device has none.")
    reason: str | None = Field(default=None, description="Why there is nothing to wipe, when `media` is empty.")
    gone: list[GoneMedium] = Field(
        default_factory=list,
        description="Media that were taken out or declared by mistake; older events lack it. What was wiped before it "
        "was taken out stands in `media` too.",
    )
    after_use: bool = Field(
        default=False,
        description="Somebody had the device since it was ready first: what is wiped now is theirs, and no donor's. "
        "Older events lack it.",
    )
    example: ClassVar[dict[str, Any]] = {
        **_EXAMPLE,
        "media": [
            {
                "serial": "S29NNXAH146409",
                "kind": "nvme",
                "level": "purge",
                "method": "NVMe format, crypto erase",
                "tool": "nvme-cli",
                "tool_version": "2.8",
                "verified": True,
                "erasure_id": "01936f3e-0000-7000-8000-0000000000e1",
                "erased_at": "2026-11-03T09:10:00Z",
                "operator": "C.M.",
                "verifier": "A.B.",
            }
        ],
        "reason": None,
    }


@event(topic=TOPIC, name="device-tested", version=1, key="device_id")
class DeviceTested(DeviceEvent):
    """The functional test sheet is complete."""

    passed: bool = Field(description="Every point passed.")
    failures: list[str] = Field(description="French names of the points that failed.")
    example: ClassVar[dict[str, Any]] = {**_EXAMPLE, "passed": True, "failures": []}


@event(topic=TOPIC, name="device-graded", version=1, key="device_id")
class DeviceGraded(DeviceEvent):
    """The device was graded on its three axes."""

    category: Category = Field(description="What it is.")
    ruleset: str = Field(description="Rule set of the catalogue that gave the grade.")
    grade: Grade = Field(description="Performance grade.")
    cosmetic: Cosmetic | None = Field(description="Outer state, when it was looked at.")
    battery: Battery = Field(description="State of the battery.")
    reasons: list[str] = Field(description="French sentences: why this grade.")
    example: ClassVar[dict[str, Any]] = {
        **_EXAMPLE,
        "category": "laptop",
        "ruleset": "pc_2025",
        "grade": "A",
        "cosmetic": "B",
        "battery": "good",
        "reasons": ["Mémoire vive de 8 Go : +3 points."],
    }


class Software(BaseModel):
    """What is installed; of a licence key only whether one was used."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    system: System = Field(description="Operating system, of a list that may grow.")
    version: Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z][0-9A-Za-z. \-]{0,19}$")] | None = Field(
        default=None, description="Its version, as the workshop says it."
    )
    office: OfficePack = Field(description="Programs to write and to calculate, of a list that may grow.")
    licence_used: bool = Field(description="A licence key was used for this device. The key is never kept.")


@event(topic=TOPIC, name="device-ungraded", version=1, key="device_id")
class DeviceUngraded(DeviceEvent):
    """A grade was taken back before the device was ready: it is tested, and to be graded."""

    example: ClassVar[dict[str, Any]] = _EXAMPLE


@event(topic=TOPIC, name="device-ready", version=1, key="device_id")
class DeviceReady(DeviceEvent):
    """The device is refurbished: wiped, tested, graded. It may be ordered."""

    category: Category = Field(description="What it is.")
    manufacturer: str | None = Field(description="Maker, in one spelling.")
    model: str | None = Field(description="Model.")
    serial: str | None = Field(description="Maker's serial, when one is known.")
    grade: Grade = Field(description="Performance grade.")
    cosmetic: Cosmetic | None = Field(description="Outer state.")
    battery: Battery = Field(description="State of the battery.")
    public_body: bool = Field(description="Given by a public body: the legal price ceiling is hard.")
    workshop_name: str = Field(description="Workshop that did the work.")
    donation_id: UUID = Field(description="Donation it came from.")
    workshop_territory: str | None = Field(
        default=None, description="Département of the workshop, where the device leaves from; older events lack it."
    )
    work_minutes: Annotated[int, Field(ge=0, le=MOST_MINUTES)] | None = Field(
        default=None,
        description="Minutes of insertion work on the device so far, where the workshop measures them; none elsewhere.",
    )
    software: Software | None = Field(default=None, description="What is installed, where the workshop said so.")
    battery_percent: Annotated[float, Field(ge=0, le=150)] | None = Field(
        default=None, description="Share of its first capacity that the battery still holds, where it was measured."
    )
    battery_minutes: Annotated[int, Field(ge=0, le=6000)] | None = Field(
        default=None, description="Minutes the battery lasted, where somebody tried."
    )
    identifiers: list[Annotated[str, Field(max_length=60)]] = Field(
        default_factory=list,
        max_length=20,
        description="Other numbers that whoever receives it may read on it: IMEI, another serial, the inventory"
        " number of whoever had it before. Older events lack it.",
    )
    memory_gb: Annotated[float, Field(ge=0, le=4096)] | None = Field(
        default=None, description="Nominal memory in GiB that it was graded from; older events lack it."
    )
    storage_gb: Annotated[float, Field(ge=0, le=1_600_000)] | None = Field(
        default=None, description="Decimal gigabytes of its media together; older events lack it."
    )
    new_parts: dict[Part, Annotated[int, Field(ge=1, le=200)]] = Field(
        default_factory=dict,
        description="New parts that it was given so far, of those whose making the method of impact counts; older"
        " events lack it.",
    )
    example: ClassVar[dict[str, Any]] = {
        **_EXAMPLE,
        "category": "laptop",
        "manufacturer": "HP",
        "model": "EliteBook 840 G5",
        "serial": "5CG8411ABC",
        "grade": "A",
        "cosmetic": "B",
        "battery": "good",
        "public_body": False,
        "workshop_name": "Atelier de Lens",
        "donation_id": "01936f3e-0000-7000-8000-00000000000a",
        "workshop_territory": "62",
        "software": {"system": "linux_mint", "version": "22.1", "office": "libreoffice", "licence_used": False},
        "battery_percent": 86,
        "memory_gb": 8,
        "storage_gb": 256,
    }


@event(topic=TOPIC, name="device-withdrawn", version=1, key="device_id")
class DeviceWithdrawn(DeviceEvent):
    """The device will not be reused as it is: parts or waste."""

    reason: str = Field(description="Why, as the French sentence of `code`. Older events hold words of the workshop.")
    code: WithdrawalReason | None = Field(
        default=None, description="Why, of a list that may grow; nobody's own words. Older events lack it."
    )
    example: ClassVar[dict[str, Any]] = {**_EXAMPLE, "reason": "Carte mère hors service.", "code": "board"}


@event(topic=TOPIC, name="device-recalled", version=1, key="device_id")
class DeviceRecalled(DeviceEvent):
    """A device that was ready is back on the bench: it is promised to nobody until it is ready again.

    Its media stay wiped; its tests and its grade are void.
    """

    reason: str = Field(description="Why, as the French sentence of `code`.")
    code: RecallReason = Field(description="Why, of a list that may grow; nobody's own words.")
    example: ClassVar[dict[str, Any]] = {**_EXAMPLE, "reason": "Une panne est apparue.", "code": "fault"}


@event(topic=TOPIC, name="device-recall-asked", version=1, key="device_id")
class DeviceRecallAsked(DeviceEvent):
    """The workshop asks for a device back that is promised, or that is said to have left and lies here.

    Distribute decides, for it knows where the device is by now, and answers each question once, by
    device-recall-answered. Until then the device is what it was.
    """

    reason: str = Field(description="Why, as the French sentence of `code`.")
    code: RecallReason = Field(description="Why, of a list that may grow; nobody's own words.")
    never_left: bool = Field(default=False, description="It was said to be shipped, and lies at the workshop.")
    unwiped: bool = Field(
        default=False,
        description="A disk was seen in it that nobody wiped: where it has left, nobody may be given it.",
    )
    example: ClassVar[dict[str, Any]] = {**_EXAMPLE, "reason": "Une panne est apparue.", "code": "fault"}


@event(topic=TOPIC, name="device-reopened", version=1, key="device_id")
class DeviceReopened(DeviceEvent):
    """A withdrawn device is worked on after all. What is wiped stays wiped, and device-erased says so anew."""

    example: ClassVar[dict[str, Any]] = _EXAMPLE


@event(topic=TOPIC, name="device-arrival-undone", version=1, key="device_id")
class DeviceArrivalUndone(DeviceEvent):
    """Somebody else's thing was taken for this device: it is expected again, or missing where its lot was counted."""

    example: ClassVar[dict[str, Any]] = _EXAMPLE
