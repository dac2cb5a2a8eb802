"""Shapes of appeals."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from filiere.catalogue import Category
from filiere.geography import departements
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

LONGEST_MONTHS = 120
GAVE_MONTHS = 36
QUIET_MONTHS = 6

Months = Annotated[int, Field(ge=0, le=LONGEST_MONTHS)]


def regions() -> Mapping[str, str]:
    """Code → name, in the order of the names."""
    found = {one.region_code: one.region_name for one in departements().values()}
    return dict(sorted(found.items(), key=lambda one: one[1]))


class Whom(BaseModel):
    """Whom an appeal is for: donors whose first place is in the region (anywhere when None), who gave such devices
    within `gave_months`, and have declared nothing for `quiet_months`.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    category: Category
    region: Annotated[str, StringConstraints(max_length=3)] | None = None
    gave_months: Annotated[Months, Field(ge=1)] = GAVE_MONTHS
    quiet_months: Months = QUIET_MONTHS

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if self.region is not None and self.region not in regions():
            raise ValueError("Cette région n'est pas connue.")
        if self.quiet_months >= self.gave_months:
            raise ValueError("Le silence demandé doit être plus court que la période des dons.")
        return self


class SendAppeal(Whom):
    """`appeal_id`: made with the form, so that it is sent once however often it is pressed."""

    appeal_id: UUID


class AppealIn(SendAppeal):
    """The same as an API is asked for it: what it does not know is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Audience(BaseModel):
    """Past donors of such devices: those who are written to, and why the others are not."""

    reached: int
    recently_written: int
    declared_lately: int
    without_reader: int


class Appeal(BaseModel):
    """A letter that was sent. `declared`: of those it was written to, how many have declared a donation since."""

    id: UUID
    category: Category
    region: str | None
    gave_months: int
    quiet_months: int
    wanted: int | None
    by_name: str
    created_at: datetime
    ended_at: datetime | None
    written: int
    declared: int
    devices: int


class Written(BaseModel):
    """One donor that an appeal was written to. `reference`: the first donation that it declared since."""

    donor_id: UUID
    donor: str
    written_at: datetime
    donation_id: UUID | None
    reference: str | None
    declared_at: datetime | None
    devices: int | None
