"""Shapes of reports in the API."""

from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from refurbish.erasure.reports.report import ReportedMedium


class QuestionOut(BaseModel):
    """What somebody has to look at; its `code` in an erasure's `despite` says that they have."""

    model_config = ConfigDict(from_attributes=True)

    code: str
    field: str
    sentence: str


class ProposalOut(BaseModel):
    """What the report says of one medium of the device. `refusal`: why it proves no success; None when it may."""

    medium_serial: str
    said: ReportedMedium
    refusal: str | None
    questions: list[QuestionOut]


class ReportOut(BaseModel):
    """A report that was kept byte for byte. `strangers`: serials in it that are not this device's."""

    id: UUID
    sha256: str
    name: str
    size: int
    media_type: str
    tool: str | None
    tool_version: str | None
    proposals: list[ProposalOut] = Field(default_factory=list)
    strangers: list[str] = Field(default_factory=list)
