"""Events of orders, keyed by order."""

from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from filiere.catalogue import Category, Grade
from filiere.events import Event, event
from pydantic import BaseModel, ConfigDict, Field

TOPIC = "distribute.orders"
AT = "2026-11-14T09:12:00Z"
ORDER = "0193a1b2-0000-7000-8000-000000000318"
LINE = "0193a1b2-0000-7000-8000-000000003181"
RELAIS = "0193a1b2-0000-7000-8000-000000000048"


class PlacedLine(BaseModel):
    """A line of a placed order."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    line_id: UUID = Field(description="The line.")
    category: Category = Field(description="What is asked for.")
    quantity: int = Field(ge=1, description="How many devices.")
    min_grade: Grade = Field(description="This grade or a better one.")
    urgent: bool = Field(default=False, description="A person waits for it and cannot wait.")
    wanted_on: date | None = Field(default=None, description="By when it is wanted.")
    campaign: str | None = Field(default=None, description="Campaign of the allocation policy that it is for.")


@event(topic=TOPIC, name="order-placed", version=1, key="order_id")
class OrderPlaced(Event):
    """A Relais ordered equipment; its prices are fixed from now on."""

    order_id: UUID = Field(description="The order.")
    reference: str = Field(description="What people call it, such as R-318.")
    relais_id: UUID = Field(description="Who ordered.")
    lines: list[PlacedLine] = Field(description="What is asked for.")

    example: ClassVar[dict[str, Any]] = {
        "occurred_at": AT,
        "order_id": ORDER,
        "reference": "R-318",
        "relais_id": RELAIS,
        "lines": [
            {
                "line_id": LINE,
                "category": "tablet",
                "quantity": 4,
                "min_grade": "B",
                "urgent": True,
                "wanted_on": "2026-12-01",
                "campaign": None,
            }
        ],
    }


@event(topic=TOPIC, name="order-changed", version=1, key="order_id")
class OrderChanged(Event):
    """The Relais asks for something else, or for fewer; the lines are all that the order asks for from now on."""

    order_id: UUID = Field(description="The order.")
    reference: str = Field(description="What people call it.")
    relais_id: UUID = Field(description="Who ordered.")
    lines: list[PlacedLine] = Field(description="What is asked for now.")

    example: ClassVar[dict[str, Any]] = {
        "occurred_at": AT,
        "order_id": ORDER,
        "reference": "R-318",
        "relais_id": RELAIS,
        "lines": [{"line_id": LINE, "category": "tablet", "quantity": 3, "min_grade": "B"}],
    }


@event(topic=TOPIC, name="order-approved", version=1, key="order_id")
class OrderApproved(Event):
    """A coordinator approved the order: allocation may serve it."""

    order_id: UUID = Field(description="The order.")
    reference: str = Field(description="What people call it.")
    relais_id: UUID = Field(description="Who ordered.")

    example: ClassVar[dict[str, Any]] = {
        "occurred_at": AT,
        "order_id": ORDER,
        "reference": "R-318",
        "relais_id": RELAIS,
    }


class AllocatedLine(BaseModel):
    """What a run of allocation decided for a line."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    line_id: UUID = Field(description="The line.")
    requested: int = Field(ge=0, description="Devices ordered.")
    allocated: int = Field(ge=0, description="Devices promised so far.")
    reason: str = Field(description="French sentence that explains the result.")


@event(topic=TOPIC, name="order-allocated", version=1, key="order_id")
class OrderAllocated(Event):
    """A run of allocation promised devices to the order."""

    order_id: UUID = Field(description="The order.")
    reference: str = Field(description="What people call it.")
    relais_id: UUID = Field(description="Who ordered.")
    lines: list[AllocatedLine] = Field(description="The lines that the run looked at.")

    example: ClassVar[dict[str, Any]] = {
        "occurred_at": AT,
        "order_id": ORDER,
        "reference": "R-318",
        "relais_id": RELAIS,
        "lines": [{"line_id": LINE, "requested": 4, "allocated": 4, "reason": "Complète."}],
    }


@event(topic=TOPIC, name="order-cancelled", version=1, key="order_id")
class OrderCancelled(Event):
    """The order was cancelled; what was reserved for it is free again."""

    order_id: UUID = Field(description="The order.")
    reference: str = Field(description="What people call it.")
    relais_id: UUID = Field(description="Who ordered.")
    reason: str = Field(description="Whose decision it was, in a French sentence.")

    example: ClassVar[dict[str, Any]] = {
        "occurred_at": AT,
        "order_id": ORDER,
        "reference": "R-318",
        "relais_id": RELAIS,
        "reason": "Le Relais a annulé sa commande.",
    }


@event(topic=TOPIC, name="order-closed", version=1, key="order_id")
class OrderClosed(Event):
    """Nothing more will happen to the order: all handed over, or the Relais gave up what was still missing."""

    order_id: UUID = Field(description="The order.")
    reference: str = Field(description="What people call it.")
    relais_id: UUID = Field(description="Who ordered.")

    example: ClassVar[dict[str, Any]] = {
        "occurred_at": AT,
        "order_id": ORDER,
        "reference": "R-318",
        "relais_id": RELAIS,
    }
