"""What the API and the pages say of stock and prices."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from filiere.catalogue import Category, Grade, Tier
from filiere.catalogue.device_models import maker_and_model
from filiere.catalogue.software import OfficePack, pack_name, system_name
from pydantic import BaseModel, BeforeValidator, Field

from distribute.line_quotes import range_fr
from distribute.statuses import StockStatus

FOR_EVERYBODY = "Free, and set aside for nobody."
SET_ASIDE = "Campaign → free devices that are set aside for its lines, beside those that are `available`."


class StockClass(BaseModel):
    """Free devices of one category and grade, and what a person would pay today, in euro cents."""

    category: Category
    grade: Grade
    available: int = Field(description=FOR_EVERYBODY)
    set_aside: Mapping[str, int] = Field(description=SET_ASIDE)
    price_min_cents: int = Field(description="The poorest tier: a gift.")
    price_max_cents: int


class CategoryStock(BaseModel):
    """Free devices of one category."""

    category: Category
    label: str = Field(description="French name in the plural.")
    available: int = Field(description=FOR_EVERYBODY)
    set_aside: Mapping[str, int] = Field(description=SET_ASIDE)
    price_min_cents: int
    price_max_cents: int
    ceiling_cents: int
    grades: list[StockClass]

    @property
    def price_fr(self) -> str:
        return range_fr(self.price_min_cents, self.price_max_cents)


class StockOut(BaseModel):
    """The whole free stock, seven categories."""

    on: date
    available: int = Field(description=FOR_EVERYBODY)
    set_aside: Mapping[str, int] = Field(description=SET_ASIDE)
    ended: Mapping[str, int] = Field(
        description="Campaign → free devices that were set aside for it before it ended: they count as `available`."
    )
    categories: list[CategoryStock]


class PriceOut(BaseModel):
    """Today's price of a class for a tier."""

    category: Category
    grade: Grade
    tier: Tier
    amount_cents: int
    ceiling_cents: int
    explanation: list[str]


class PricesOut(BaseModel):
    """The price list in force on a day."""

    on: date
    price_list: str
    prices: list[PriceOut]


class SoftwareOut(BaseModel):
    """What the workshop installed."""

    system: str
    version: str | None
    office: str
    licence_used: bool

    @property
    def name(self) -> str:
        """« Linux Mint 22.1 »; what has no French name yet, by its code."""
        return f"{system_name(self.system)} {self.version or ''}".strip()

    @property
    def office_name(self) -> str | None:
        return pack_name(self.office) if self.office != OfficePack.NONE else None


def _read(value: Any) -> Any:
    """The driver gives JSON as a text."""
    return json.loads(value) if isinstance(value, str) else value


Installed = Annotated[SoftwareOut | None, BeforeValidator(_read)]


class DeviceOut(BaseModel):
    """A device of the stock."""

    device_id: UUID
    label: str
    status: StockStatus
    category: Category
    grade: Grade
    manufacturer: str | None
    model: str | None
    serial: str | None
    cosmetic: str | None
    battery: str | None
    public_body: bool
    software: Installed = None
    battery_percent: float | None = Field(default=None, description="When it was ready, where it was measured.")
    battery_minutes: int | None = None
    check_reason: str | None = Field(
        None, description="Why it was taken out of its parcel, until somebody has looked at it."
    )
    campaign: str | None = Field(description="Whose lines it is, or was, set aside for.")
    workshop_id: UUID
    workshop_name: str
    relais_id: UUID | None
    order_id: UUID | None
    line_id: UUID | None
    ready_at: datetime
    updated_at: datetime

    @property
    def name(self) -> str:
        """Maker and model, else the category."""
        return maker_and_model(self.manufacturer, self.model) or self.category.label_fr
