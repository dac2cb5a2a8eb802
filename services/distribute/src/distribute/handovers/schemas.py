"""What the API and the till take and give about handovers."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from filiere.catalogue import CatalogueError, Category, Grade, Tier, check_published_text
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from distribute.handovers.recipient_alias import alias, no_contact
from distribute.handovers.status import HandoverKind
from distribute.publics import Public
from distribute.stock.schemas import Installed


def publishable(text: str) -> str:
    """A text that goes onto a receipt: no « état neuf », no address. Raises ValueError."""
    try:
        check_published_text(text)
    except CatalogueError as error:
        raise ValueError(str(error)) from error
    return no_contact(text)


Defects = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), AfterValidator(publishable)
]


class PersonIn(BaseModel):
    """All that may be said of a person and of what they were told. Each part may be left out."""

    model_config = ConfigDict(extra="forbid")

    person_alias: Annotated[str, Field(max_length=200), AfterValidator(alias)] | None = None
    public: Public | None = None
    declared_defects: Defects | None = Field(None, description="Said to the buyer and printed: not covered afterwards.")


class HandoverIn(PersonIn):
    """A device for a person. The person is at most a local alias and a public."""

    device_id: UUID | None = None
    label: Annotated[str, StringConstraints(max_length=200)] | None = None
    kind: HandoverKind
    tier: Tier | None = Field(None, description="Opened by the Relais; a gift needs none.")

    @model_validator(mode="after")
    def _names_a_device(self) -> "HandoverIn":
        if (self.device_id is None) == (self.label is None):
            raise ValueError("Indiquez l'étiquette ou l'identifiant de l'équipement.")
        return self


class TierPrice(BaseModel):
    """What the device costs in one tier, in euro cents."""

    tier: Tier
    label: str
    amount_cents: int
    explanation: list[str]


class TillDevice(BaseModel):
    """A device at the till: what it is, and its price for each tier."""

    device_id: UUID
    order_id: UUID
    label: str
    category: Category
    grade: Grade
    name: str
    serial: str | None
    public_body: bool
    software: Installed = None
    battery_percent: float | None = None
    relais_id: UUID
    relais_name: str
    territory: str
    may_sell: bool
    status: str
    prices: list[TierPrice]

    def price(self, tier: Tier) -> TierPrice:
        return next(price for price in self.prices if price.tier is tier)


class HandoverOut(BaseModel):
    """A handover, for the Relais that made it."""

    id: UUID
    receipt: str = Field(description="Number of the receipt, without a gap per year.")
    relais_id: UUID
    device_id: UUID
    label: str
    category: Category
    grade: Grade
    name: str
    serial: str | None
    kind: HandoverKind
    tier: Tier
    amount_cents: int
    explanation: list[str]
    declared_defects: str | None
    person_alias: str | None
    public: str | None
    handed_over_at: datetime


class SummaryOut(BaseModel):
    """Handovers of one Relais in one month: counts and amounts, nothing about persons."""

    relais_id: UUID
    relais_name: str
    month: date
    sold: int
    given: int
    amount_cents: int


def receipt_number(year: int, number: int) -> str:
    """« 2026-0042 »."""
    return f"{year}-{number:04d}"
