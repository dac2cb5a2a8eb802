"""Shapes of grading in the API."""

from typing import Annotated

from filiere.calendar import today
from filiere.catalogue.grades import Cosmetic
from filiere.catalogue.grading import DeviceFacts, PhoneState, Storage
from filiere.web.bounded_types import Flag, NoFlag
from pydantic import AfterValidator, BaseModel, ConfigDict, Field


def _made_by_now(year: int) -> int:
    if year > today().year:
        raise ValueError(f"Écris une année jusqu'à {today().year}.")
    return year


Year = Annotated[int, Field(ge=1980, le=2100), AfterValidator(_made_by_now)]
"""In which a device was made."""


class NewGrade(BaseModel):
    """What is known of the device. What is left out is taken from the newest inventory and the declared media."""

    model_config = ConfigDict(extra="forbid")

    ram_gb: Annotated[float, Field(ge=0, le=4096, description="nominal memory in GiB"), NoFlag] | None = None
    storage: list[Storage] | None = Field(default=None, max_length=16)
    cpu_mark: Annotated[int, Field(ge=0, le=500_000, description="PassMark points, computers"), NoFlag] | None = None
    cpu: str | None = Field(default=None, max_length=200, description="processor's name, to estimate from")
    year: Annotated[Year, NoFlag] | None = None
    os: str | None = Field(default=None, max_length=100)
    antutu: Annotated[int, Field(ge=0, le=100_000_000, description="smartphones and tablets"), NoFlag] | None = None
    phone_state: PhoneState = PhoneState.REFURBISHED
    weighting_percent: Annotated[int, Field(ge=-100, le=100), NoFlag] | None = None
    technical_delta: Annotated[int, Field(ge=-10, le=10), NoFlag] = 0
    cosmetic_delta: Annotated[int, Field(ge=-10, le=10), NoFlag] = 0
    cosmetic: Cosmetic | None = Field(default=None, description="outer state, A to D")
    battery_percent: Annotated[float, Field(ge=0, le=150, description="residual capacity"), NoFlag] | None = None
    minor_defect: Flag = False

    def facts(self, known: DeviceFacts) -> DeviceFacts:
        """These facts over those known already."""
        given = self.model_dump(exclude={"battery_percent", "storage"}, exclude_none=True, exclude_unset=True)
        if self.storage is not None:
            given["storage"] = tuple(self.storage)
        return known.model_copy(update=given)
