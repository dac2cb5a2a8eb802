"""What the API and the pages take and give about devices that come back."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from filiere.catalogue import Category, Fault, Grade
from filiere.catalogue.device_models import NamedByModel
from filiere.web.bounded_types import Flag, Scanned, Visible
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, computed_field

from distribute.after_sale.status import CaseOutcome, Payer, Way
from distribute.handovers.schemas import Cents
from distribute.orders.schemas import reference
from distribute.statuses import OrderStatus, StockStatus
from distribute.till_journal.status import Means


class SettleCaseIn(BaseModel):
    """How a case whose device is away ends: another one, or the same one again, is handed over; or the money back."""

    model_config = ConfigDict(extra="forbid")

    way: Literal[Way.SWAP, Way.REFUND]
    replacement: Scanned | None = Field(
        None, description="Label of what is handed over; what is kept for the case when none is named."
    )
    refund_cents: Cents | None = Field(None, description="For a refund: a part of what was paid; else all of it.")
    confirmed: Flag = Field(False, description="The refund is meant, although no guarantee covers it.")
    person_cents: Cents = Field(0, description="Outside the guarantee: what the person pays for the repair.")
    means: Means | None = None
    structure_cents: Cents = Field(0, description="Outside the guarantee: what a structure pays for the repair.")
    structure_means: Means | None = None


class PayerIn(BaseModel):
    """Who pays for a case under guarantee."""

    model_config = ConfigDict(extra="forbid")

    payer: Payer


class SendBackIn(BaseModel):
    """The parcel that takes the broken device to its workshop."""

    model_config = ConfigDict(extra="forbid")

    carrier: Annotated[str, StringConstraints(strip_whitespace=True, max_length=100), Visible] = ""
    tracking: Annotated[str, StringConstraints(strip_whitespace=True, max_length=100), Visible] = ""


class OpenCaseIn(BaseModel):
    """What does not work, and what the Relais does. No text: nothing about a person."""

    model_config = ConfigDict(extra="forbid")

    fault: Fault
    way: Way
    replacement: Scanned | None = Field(None, description="For a swap: label of what is handed over instead.")
    refund_cents: Cents | None = Field(None, description="For a refund: a part of what was paid; else all of it.")
    confirmed: Flag = Field(False, description="The refund is meant, although no guarantee covers it.")


class NamedIn(BaseModel):
    """Label or receipt of what was handed over."""

    code: Scanned


class Instead(NamedByModel, BaseModel):
    """A device that may be handed over instead."""

    device_id: UUID
    label: str
    category: Category
    grade: Grade
    manufacturer: str | None
    model: str | None


class FaultsOut(NamedByModel, BaseModel):
    """How often a model came back for a fault in twelve months."""

    category: Category
    manufacturer: str | None
    model: str | None
    fault: Fault
    devices: int
    guaranteed: int = Field(description="Of these, under guarantee.")


class GuaranteeOut(BaseModel):
    """What the receipt promises on this day."""

    handover_id: UUID
    receipt: str
    is_sold: bool
    until: date | None = Field(description="Last day of the guarantee; null for a gift.")
    is_running: bool
    is_presumed: bool = Field(description="First year: the defect is taken to be of before the sale.")
    covers: list[Fault] = Field(description="Faults that the guarantee covers today.")


class CaseOut(NamedByModel, BaseModel):
    """A device that was brought back."""

    id: UUID
    relais_id: UUID
    relais_name: str
    workshop_id: UUID
    workshop_name: str
    device_id: UUID
    label: str
    category: Category
    manufacturer: str | None
    model: str | None
    grade: Grade
    status: StockStatus = Field(description="Where the device stands now.")
    fault: Fault
    is_guaranteed: bool
    way: Way | None = Field(None, description="What was asked for when it began.")
    opened_at: datetime
    sent_at: datetime | None = Field(None, description="The broken device left its Relais.")
    carrier: str | None = None
    tracking: str | None = None
    at_workshop_at: datetime | None = Field(None, description="Its workshop has it on the bench.")
    repaired_at: datetime | None = None
    unrepairable_at: datetime | None = Field(None, description="Its workshop gave it up.")
    order_id: UUID | None = Field(None, description="By which a device is kept for this case.")
    order_number: int | None = Field(None, exclude=True)
    order_status: OrderStatus | None = None
    kept_label: str | None = Field(None, description="The device that is kept for this case.")
    kept_status: StockStatus | None = None
    kept_at: datetime | None = None
    kept_sent_at: datetime | None = None
    kept_here_at: datetime | None = None
    said_payer: Payer | None = Field(None, exclude=True)
    person_cents: int | None = Field(None, description="Paid for the repair; for the Relais alone.")
    structure_cents: int | None = Field(None, description="Paid for the repair; for the Relais alone.")
    refunded_cents: int | None = Field(None, description="Paid back; for the Relais alone.")
    outcome: CaseOutcome | None
    settled_at: datetime | None
    replacement_label: str | None
    receipt: str | None = Field(None, description="For the Relais that handed it over, for nobody else.")
    handover_id: UUID | None = Field(None, description="For the Relais that handed it over, for nobody else.")
    replacement_handover_id: UUID | None = Field(None, description="For the Relais, for nobody else.")

    @property
    def where_fr(self) -> str:
        """Where a device that was brought back is."""
        if self.unrepairable_at is not None and self.status is StockStatus.WITHDRAWN:
            return "À l'atelier : il ne se répare pas"
        if self.status is StockStatus.RETURNING and self.sent_at is None:
            return "À renvoyer à l'atelier"
        return WHERE.get(self.status, self.status.label_fr)

    @computed_field  # type: ignore[prop-decorator]
    @property
    def order_reference(self) -> str | None:
        """What people call the order by which a device is kept for this case."""
        return reference(self.order_number) if self.order_number is not None else None

    @computed_field  # type: ignore[prop-decorator]
    @property
    def payer(self) -> Payer | None:
        """Who pays: under guarantee the network unless the coordination says the workshop; else whoever paid at the
        till. None while nobody knows.
        """
        if self.is_guaranteed:
            return self.said_payer or Payer.NETWORK
        if self.outcome is None:
            return None
        return self.said_payer or Payer.NOBODY

    @property
    def is_asked(self) -> bool:
        """Whether a device is kept for it, or waited for."""
        is_open = self.order_status is not None and self.order_status.is_open
        return self.outcome is None and (is_open or self.kept_label is not None)

    @property
    def is_here(self) -> bool:
        """Whether what is kept for it lies at the Relais."""
        return self.is_asked and self.kept_status is StockStatus.DELIVERED

    @property
    def is_kept_itself(self) -> bool:
        """Whether it is the device that was brought back."""
        return self.kept_label == self.label


WHERE = {
    StockStatus.AVAILABLE: "Réparé, de nouveau en stock",
    StockStatus.HELD: "Réparé, retenu à l'atelier",
    StockStatus.TO_CHECK: "Réparé, à revoir à l'atelier",
    StockStatus.RETURNING: "En route vers l'atelier",
    StockStatus.WITHDRAWN: "En réparation",
    StockStatus.LOST: "Perdu",
    StockStatus.RESERVED: "Réparé, gardé pour la personne",
    StockStatus.SHIPPED: "Réparé, en route vers le Relais",
    StockStatus.DELIVERED: "Réparé, au Relais",
    StockStatus.LENT: "Réparé, prêté par le Relais",
    StockStatus.HANDED_OVER: "Réparé, chez une personne",
}
