"""Shape of a merge in the API."""

from filiere.web.bounded_types import Scanned
from pydantic import BaseModel, ConfigDict, Field


class Merge(BaseModel):
    """The row that is this machine too."""

    model_config = ConfigDict(extra="forbid")

    other: Scanned = Field(min_length=1, description="its label, or anything else that it is known by")
