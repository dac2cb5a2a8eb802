"""Shapes of devices in the API."""

from datetime import datetime
from typing import Self
from uuid import UUID

from filiere.catalogue.categories import Category
from filiere.catalogue.grades import Battery, Cosmetic, Grade, StorageKind
from filiere.catalogue.statuses import ShownStatus
from pydantic import BaseModel, ConfigDict, Field, field_validator

from refurbish.devices.device import Device, Medium
from refurbish.devices.next_step import NextStep
from refurbish.devices.recall_reasons import RecallReason
from refurbish.devices.stages import Custody, Stage
from refurbish.devices.withdrawal_reasons import WithdrawalReason


class MediumOut(BaseModel):
    """A medium and where its erasure stands."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    serial: str
    kind: StorageKind
    size_gb: float | None
    origin: str
    is_wiped: bool
    destroyed: bool
    failed: bool
    unverified: bool


class ActionOut(BaseModel):
    """`path` is relative to the device's page; `posts` tells a button that acts from a link to a form."""

    model_config = ConfigDict(from_attributes=True)

    label: str
    path: str
    posts: bool


class NextStepOut(BaseModel):
    """What to do now, in French."""

    model_config = ConfigDict(from_attributes=True)

    code: str
    title: str
    sentence: str
    instructions: list[str]
    action: ActionOut | None
    alternatives: list[ActionOut]


class Destination(BaseModel):
    """Where the device is promised."""

    order_id: UUID
    relais_id: UUID | None
    territory: str | None


class DeviceOut(BaseModel):
    """A device: work stage, custody and destination kept apart; `status` is the word people know."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    label: str
    lot_id: UUID
    donation_id: UUID
    workshop_id: UUID
    category: Category
    manufacturer: str | None
    model: str | None
    serial: str | None
    public_body: bool
    stage: Stage
    status: ShownStatus | None = Field(
        description="One of the eight words that people know; null where a later release says more than this one knows."
    )
    custody: Custody
    destination: Destination | None
    recall_asked_at: datetime | None = Field(description="asked back of distribute, which has not answered yet")
    no_storage: bool
    tests_passed: bool | None
    ruleset: str | None
    grade: Grade | None
    cosmetic: Cosmetic | None
    battery: Battery | None
    reasons: list[str]
    withdrawn_reason: str | None
    arrived_at: datetime | None
    erased_at: datetime | None
    tested_at: datetime | None
    graded_at: datetime | None
    ready_at: datetime | None
    closed_at: datetime | None
    merged_into: UUID | None = Field(default=None, description="the device that this one is: it was declared twice")
    cycle: int = Field(description="How many times it has been through the workshop.")

    @classmethod
    def of(cls, device: Device) -> Self:
        promised = device.order_id and Destination(
            order_id=device.order_id, relais_id=device.relais_id, territory=device.territory
        )
        values = {name: getattr(device, name) for name in cls.model_fields if name in Device.__dataclass_fields__}
        return cls(**values, status=device.shown, destination=promised or None)


class DeviceDetail(DeviceOut):
    """A device with its media and its next step."""

    media: list[MediumOut] = Field(default_factory=list)
    next_step: NextStepOut | None = None

    @classmethod
    def detailed(cls, device: Device, media: list[Medium], step: NextStep) -> Self:
        found = cls.of(device)
        found.media = [MediumOut.model_validate(medium) for medium in media]
        found.next_step = NextStepOut.model_validate(step)
        return found


class Withdrawal(BaseModel):
    """Why the device is given up; the donor reads it."""

    model_config = ConfigDict(extra="forbid")

    reason: WithdrawalReason

    @field_validator("reason")
    @classmethod
    def _is_chosen(cls, reason: WithdrawalReason) -> WithdrawalReason:
        if reason not in WithdrawalReason.chosen():
            raise ValueError("Dis plutôt quel équipement c'est, sur la page de celui que tu gardes.")
        return reason


class Recall(BaseModel):
    """Why a ready device comes back to the bench."""

    model_config = ConfigDict(extra="forbid")

    reason: RecallReason
    promised_to: UUID | None = Field(
        default=None, description="the order it is promised to, as the caller saw; refused when that has changed"
    )
