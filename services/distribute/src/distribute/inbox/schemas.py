"""Shapes of the inbox."""

from typing import Literal

from pydantic import BaseModel, Field

Group = Literal["waiting", "late", "going"]


class InboxLine(BaseModel):
    """So many of one kind."""

    kind: str
    group: Group = Field(description="`waiting` for the coordination, `late`, or `going` on elsewhere.")
    count: int
    days: int | None = Field(description="For how many days the oldest has waited.")
    page: str = Field(description="Name of the page that lists exactly these.")
    query: dict[str, str] = Field(description="Its filters.")


class Inbox(BaseModel):
    """What there is to do; a kind of which there is none is left out."""

    lines: list[InboxLine]
