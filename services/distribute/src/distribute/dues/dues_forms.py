"""What the pages of dues send: amounts as people write them."""

from typing import Annotated
from uuid import UUID

from filiere.web.bounded_types import Day
from pydantic import BaseModel, BeforeValidator, Field

from distribute.dues.schemas import Amount, CarriedIn, PaymentIn, Words
from distribute.dues.status import PaidBy
from distribute.typed_euros import cents_of


class PaymentForm(BaseModel):
    """The payment as it is typed."""

    id: UUID
    received_on: Day
    means: PaidBy
    reference: Words = ""
    amount_cents: Annotated[Amount, BeforeValidator(cents_of)]
    invoice_id: UUID | None = None

    def asked(self) -> PaymentIn:
        return PaymentIn.model_validate(self.model_dump())


class CarriedForm(BaseModel):
    """What was owed before, as it is typed; a field left empty is not said."""

    id: UUID
    day: Day
    amount_cents: Annotated[Amount, BeforeValidator(cents_of)]
    what_for: Annotated[str, Field(min_length=3, max_length=80)]
    reference: Words = ""
    due_on: Annotated[Day | None, BeforeValidator(lambda typed: typed or None)] = None

    def asked(self) -> CarriedIn:
        return CarriedIn.model_validate(self.model_dump())


class ReasonForm(BaseModel):
    reason: Annotated[str, Field(min_length=3, max_length=300)]
