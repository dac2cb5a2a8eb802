"""Shapes of the inbox."""

from typing import Literal

from pydantic import BaseModel

Group = Literal["waiting", "late", "stuck", "good"]


class InboxLine(BaseModel):
    """So many of one kind. `days`: how long the oldest has waited; `query`: the filters of the list that shows them."""

    kind: str
    group: Group
    count: int
    days: int | None
    page: str
    query: dict[str, str]


class Inbox(BaseModel):
    """What there is to do and what went well; a kind of which there is none is left out."""

    lines: list[InboxLine]
