"""Shapes of the test sheet in the API."""

from datetime import datetime
from uuid import UUID

from filiere.web.bounded_types import Flag
from pydantic import BaseModel, ConfigDict, Field

from refurbish.devices.stages import Stage


class TestResult(BaseModel):
    """One answer. `passed` null means « sans objet », for parts that some devices do not have."""

    __test__ = False  # not a test class, whatever pytest thinks of its name
    model_config = ConfigDict(extra="forbid")

    test: str = Field(max_length=40)
    passed: Flag | None
    note: str | None = Field(default=None, max_length=500)
    seen: str | None = Field(
        default=None,
        max_length=510,
        description='`said` of the point when you looked, "" if it had no answer: refused when it is another by now.'
        " Left out, your answer replaces whatever stands.",
    )


class NewTests(BaseModel):
    """Answers to some or all points; those given earlier stay."""

    model_config = ConfigDict(extra="forbid")

    results: list[TestResult] = Field(min_length=1, max_length=50)


class PointOut(BaseModel):
    """A point of the sheet; `answered` tells « sans objet » from no answer."""

    test: str
    name: str
    optional: bool
    answered: bool
    passed: bool | None
    note: str | None
    said: str = Field(description='The answer with its note as one text, for `seen`; "" without an answer.')
    answered_by: str | None
    answered_at: datetime | None


class SheetOut(BaseModel):
    """The sheet of a device. `passed` null while points are missing."""

    device_id: UUID
    stage: Stage
    checklist: str
    passed: bool | None
    missing: list[str]
    failures: list[str]
    points: list[PointOut]
