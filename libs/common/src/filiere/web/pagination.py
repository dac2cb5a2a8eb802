"""Pages of a list in the API: bounded limit and offset in, items and the total out."""

from collections.abc import Sequence
from typing import Annotated, Generic, TypeVar

from fastapi import Depends, Query
from pydantic import BaseModel, Field

T = TypeVar("T")

DEFAULT_LIMIT = 50
MAX_LIMIT = 500
# Deep offsets make PostgreSQL read all that is skipped; whoever needs more takes the CSV export.
MAX_OFFSET = 100_000


class Page(BaseModel, Generic[T]):
    """Part of a list. `total` counts the whole list under the same filters."""

    items: Sequence[T]
    total: int = Field(ge=0)
    limit: int
    offset: int


class PageRequest(BaseModel):
    """Which part of a list is asked for."""

    limit: int = DEFAULT_LIMIT
    offset: int = 0

    def of(self, items: Sequence[T], total: int) -> "Page[T]":
        return Page(items=items, total=total, limit=self.limit, offset=self.offset)


def page_request(
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT,
    offset: Annotated[int, Query(ge=0, le=MAX_OFFSET)] = 0,
) -> PageRequest:
    return PageRequest(limit=limit, offset=offset)


Paging = Annotated[PageRequest, Depends(page_request)]
