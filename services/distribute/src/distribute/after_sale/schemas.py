"""What the API and the pages take and give about devices that come back."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from filiere.catalogue import Category, Grade
from filiere.catalogue.device_models import maker_and_model
from filiere.web.bounded_types import Scanned
from pydantic import BaseModel, ConfigDict, Field

from distribute.after_sale.status import CaseOutcome, Fault, Way
from distribute.statuses import StockStatus


class SettleCaseIn(BaseModel):
    """How a case whose device is away ends: another one, or the same one again, is handed over; or the money back."""

    model_config = ConfigDict(extra="forbid")

    way: Literal[Way.SWAP, Way.REFUND]
    replacement: Scanned | None = Field(None, description="Label of what is handed over, of the Relais' own stock.")


class OpenCaseIn(BaseModel):
    """What does not work, and what the Relais does. No text: nothing about a person."""

    model_config = ConfigDict(extra="forbid")

    fault: Fault
    way: Way
    replacement: Scanned | None = Field(None, description="For a swap: label of what is handed over instead.")


class NamedIn(BaseModel):
    """Label or receipt of what was handed over."""

    code: Scanned


class Instead(BaseModel):
    """A device that may be handed over instead."""

    device_id: UUID
    label: str
    category: Category
    grade: Grade
    manufacturer: str | None
    model: str | None

    @property
    def name(self) -> str:
        return maker_and_model(self.manufacturer, self.model) or self.category.label_fr


class GuaranteeOut(BaseModel):
    """What the receipt promises on this day."""

    handover_id: UUID
    receipt: str
    is_sold: bool
    until: date | None = Field(description="Last day of the guarantee; null for a gift.")
    is_running: bool
    is_presumed: bool = Field(description="First year: the defect is taken to be of before the sale.")
    covers: list[Fault] = Field(description="Faults that the guarantee covers today.")


class CaseOut(BaseModel):
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
    opened_at: datetime
    outcome: CaseOutcome | None
    settled_at: datetime | None
    replacement_label: str | None
    receipt: str | None = Field(None, description="For the Relais that handed it over, for nobody else.")
    handover_id: UUID | None = Field(None, description="For the Relais that handed it over, for nobody else.")
    replacement_handover_id: UUID | None = Field(None, description="For the Relais, for nobody else.")

    @property
    def name(self) -> str:
        return maker_and_model(self.manufacturer, self.model) or self.category.label_fr

    @property
    def where_fr(self) -> str:
        """Where a device that was brought back is."""
        return _WHERE.get(self.status, "Réparé, de nouveau en stock")


_WHERE = {
    StockStatus.RETURNING: "En route vers l'atelier",
    StockStatus.WITHDRAWN: "En réparation",
    StockStatus.LOST: "Perdu en route",
}
