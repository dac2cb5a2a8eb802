"""What the page of closings sends."""

from typing import Annotated
from uuid import UUID

from filiere.web.bounded_types import Day
from pydantic import BaseModel, BeforeValidator, Field

from distribute.closings.schemas import CloseDayIn, Counted
from distribute.closings.status import DifferenceReason
from distribute.typed_euros import cents_of

Euros = Annotated[Counted, BeforeValidator(cents_of)]


class CloseDayForm(BaseModel):
    """The cash as people write it."""

    relais_id: UUID | None = None
    until: Day
    counted_cents: Euros
    left_cents: Euros = 0
    reason: DifferenceReason | None = None

    def asked(self) -> CloseDayIn:
        return CloseDayIn.model_validate(self.model_dump())


class ClosePeriodForm(BaseModel):
    """A month « 2026-11 » or a year « 2026 »."""

    relais_id: UUID | None = None
    period: Annotated[str, Field(pattern=r"^20\d\d(-(0[1-9]|1[0-2]))?$")]
