"""Shapes of remarks in the API."""

from pydantic import BaseModel, ConfigDict, Field

from refurbish.arrivals.remarks.kinds import RemarkKind


class Remarks(BaseModel):
    """All that is to be remarked of a device at its arrival."""

    model_config = ConfigDict(extra="forbid")

    remarks: list[RemarkKind] = Field(default_factory=list, max_length=len(RemarkKind))
