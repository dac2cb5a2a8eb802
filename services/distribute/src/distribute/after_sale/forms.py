"""What the pages send: as the API takes it, with amounts as people write them."""

from typing import Literal

from filiere.catalogue import Fault
from filiere.web.bounded_types import Flag, Scanned
from pydantic import BaseModel

from distribute.after_sale.schemas import OpenCaseIn, SettleCaseIn
from distribute.after_sale.status import Way
from distribute.handovers.cart_form import Euros
from distribute.till_journal.status import Means


class OpenCaseForm(BaseModel):
    fault: Fault
    way: Way
    replacement: Scanned | None = None
    refund_cents: Euros | None = None
    confirmed: Flag = False

    def asked(self) -> OpenCaseIn:
        return OpenCaseIn(**self.model_dump())


class SettleForm(BaseModel):
    way: Literal[Way.SWAP, Way.REFUND]
    replacement: Scanned | None = None
    refund_cents: Euros | None = None
    confirmed: Flag = False
    person_cents: Euros = 0
    means: Means | None = None
    structure_cents: Euros = 0
    structure_means: Means | None = None

    def asked(self) -> SettleCaseIn:
        return SettleCaseIn(**self.model_dump())
