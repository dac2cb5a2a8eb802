"""What a tier is opened by: the quotient familial, the « reste à vivre », or a social worker's attestation. Pure.

Nothing of it is kept anywhere. The formula is the CAF's: (income of the year / 12 + benefits of the month) / parts.
Parts: two for a couple as for one adult, half a part for each of the first two children, one for the third, half for
each other and for each person with a disability. It is an indication: the CAF's own paper counts, and sources disagree
about an adult alone.
"""

from typing import Annotated

from filiere.web.bounded_types import NoFlag
from pydantic import BaseModel, ConfigDict, Field

Euros = Annotated[int, Field(ge=0, le=1_000_000), NoFlag]
DAYS = 30


class MeansIn(BaseModel):
    """What a person says of the household; whole euros."""

    model_config = ConfigDict(extra="forbid")

    yearly_income: Euros = 0
    monthly_benefits: Euros = 0
    monthly_charges: Euros = 0
    adults: Annotated[int, Field(ge=1, le=10), NoFlag] = 1
    children: Annotated[int, Field(ge=0, le=20), NoFlag] = 0
    disabled: Annotated[int, Field(ge=0, le=20), NoFlag] = 0


class MeansOut(BaseModel):
    """Indications in whole euros."""

    quotient: int = Field(description="Quotient familial, a month.")
    left_a_day: int = Field(description="« Reste à vivre » a day and person; below 0 when charges exceed means.")
    halves: int = Field(description="Parts of the quotient, in halves.")

    @property
    def parts(self) -> float:
        return self.halves / 2


def halves(means: MeansIn) -> int:
    """Parts of the quotient, counted in halves."""
    of_children = min(means.children, 2) + (2 if means.children >= 3 else 0) + max(means.children - 3, 0)
    return 4 + 2 * max(means.adults - 2, 0) + of_children + means.disabled


def reckon(means: MeansIn) -> MeansOut:
    """Both figures, rounded down."""
    monthly = means.yearly_income + 12 * means.monthly_benefits  # in twelfths of a euro
    persons = means.adults + means.children
    return MeansOut(
        quotient=2 * monthly // (12 * halves(means)),
        left_a_day=(monthly - 12 * means.monthly_charges) // (12 * DAYS * persons),
        halves=halves(means),
    )
